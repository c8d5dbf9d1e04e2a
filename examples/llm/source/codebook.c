#include "codebook.h"

#include "report_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of a report is asked of a model. The rest (steps, tags, reasons, confidence) is better left to rules. */
static const char *const asked[] = {"type", "subtype", "status",     "modality",  "scope", "name",    "actors",
                                    "date", "places",  "quantities", "equipment", "cited", "evidence"};
static const char *const unasked_parts[] = {"parent", "latitude", "longitude", "as_of", "max", "start_offset", "in"};

/* ---- the answer's schema ---- */

static int is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

static int is_required(const json_t *schema, const char *name)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(schema, "required"), index,
                       one) if (strcmp(json_string_value(one), name) == 0) return 1;
    return 0;
}

static json_t *strict(const json_t *schema, int may_be_null, const char *name);

static json_t *strict_object(const json_t *schema, int is_report)
{
    json_t *properties = json_object(), *required = json_array(), *value;
    int is_evidence = json_object_get(json_object_get(schema, "properties"), "quote") != NULL;
    const char *name;
    json_object_foreach(json_object_get(schema, "properties"), name, value)
    {
        /* Where a quote stands is found here, not asked. */
        int is_place = is_evidence && (strcmp(name, "start") == 0 || strcmp(name, "end") == 0);
        if (is_place || is_listed(unasked_parts, sizeof unasked_parts / sizeof *unasked_parts, name) ||
            (is_report && !is_listed(asked, sizeof asked / sizeof *asked, name)))
            continue;
        json_object_set_new(properties, name, strict(value, !is_required(schema, name), name));
        json_array_append_new(required, json_string(name));
    }
    return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required", required,
                     "additionalProperties", 0);
}

/* Nesting is that of the installed schema: reports hold parts, parts hold texts. */
static json_t *strict(const json_t *schema, int may_be_null, const char *name)
{
    const char *type = json_string_value(json_object_get(schema, "type"));
    json_t *made;
    if (!type)
        return NULL;
    if (strcmp(type, "array") == 0)
        return json_pack("{s:s,s:i,s:o}", "type", "array", "maxItems", CODEBOOK_LIST_MAX, "items",
                         strict(json_object_get(schema, "items"), 0, name));
    made = strcmp(type, "object") == 0 ? strict_object(schema, strcmp(name, "event") == 0) : json_object();
    if (may_be_null)
        json_object_set_new(made, "type", json_pack("[s,s]", type, "null"));
    else
        json_object_set_new(made, "type", json_string(type));
    json_t *words = json_object_get(schema, "enum");
    if (words) {
        json_t *copy = json_deep_copy(words);
        if (may_be_null)
            json_array_append_new(copy, json_null());
        json_object_set_new(made, "enum", copy);
    } else if (strcmp(type, "string") == 0) {
        json_object_set_new(made, "maxLength",
                            json_integer(strcmp(name, "quote") == 0 ? CODEBOOK_QUOTE_MAX : CODEBOOK_TEXT_MAX));
    }
    return made;
}

static json_t *make_answer(const json_t *report)
{
    json_t *event = strict(report, 0, "event"), *nullable = json_deep_copy(event);
    json_object_set_new(nullable, "type", json_pack("[s,s]", "object", "null"));
    json_t *verdict = json_pack(
        "{s:s,s:{s:{s:s,s:i,s:i},s:{s:s,s:[s,s,s]},s:{s:s,s:i},s:{s:s,s:i,s:{s:s,s:i}},s:o},s:[s,s,s,s,s],s:b}", "type",
        "object", "properties", "report", "type", "integer", "minimum", 1, "maximum", CODEBOOK_VERDICTS_MAX, "verdict",
        "type", "string", "enum", "confirm", "replace", "withdraw", "reason", "type", "string", "maxLength",
        CODEBOOK_QUOTE_MAX, "quotes", "type", "array", "maxItems", CODEBOOK_LIST_MAX, "items", "type", "string",
        "maxLength", CODEBOOK_QUOTE_MAX, "event", nullable, "required", "report", "verdict", "reason", "quotes",
        "event", "additionalProperties", 0);
    return json_pack("{s:s,s:{s:{s:s,s:i,s:o},s:{s:s,s:i,s:o}},s:[s,s],s:b}", "type", "object", "properties",
                     "verdicts", "type", "array", "maxItems", CODEBOOK_VERDICTS_MAX, "items", verdict, "events", "type",
                     "array", "maxItems", CODEBOOK_EVENTS_MAX, "items", event, "required", "verdicts", "events",
                     "additionalProperties", 0);
}

/* ---- opening ---- */

static const char *pattern_of(const json_t *report, const char *list, const char *part, const char *name)
{
    const json_t *within = json_object_get(json_object_get(report, "properties"), list);
    const json_t *items = part ? json_object_get(within, "items") : within;
    const json_t *field = json_object_get(json_object_get(items, "properties"), name);
    const char *pattern = json_string_value(json_object_get(field, "pattern"));
    return pattern ? pattern : "(";
}

static int open_patterns(struct codebook *codebook)
{
    const json_t *report = codebook->report;
    const int flags = REG_EXTENDED | REG_NOSUB;
    if (regcomp(&codebook->party, pattern_of(report, "actors", "items", "id"), flags) != 0)
        return -1;
    if (regcomp(&codebook->day, pattern_of(report, "date", NULL, "start"), flags) != 0) {
        regfree(&codebook->party);
        return -1;
    }
    if (regcomp(&codebook->country, pattern_of(report, "places", "items", "country"), flags) != 0) {
        regfree(&codebook->party);
        regfree(&codebook->day);
        return -1;
    }
    codebook->has_patterns = 1;
    return 0;
}

int codebook_open(struct codebook *codebook)
{
    memset(codebook, 0, sizeof *codebook);
    codebook->report = json_loadb((const char *)report_schema, sizeof report_schema - 1, 0, NULL);
    codebook->answer = codebook->report ? make_answer(codebook->report) : NULL;
    if (codebook->answer && open_patterns(codebook) == 0)
        return 0;
    codebook_close(codebook);
    return -1;
}

void codebook_close(struct codebook *codebook)
{
    json_decref(codebook->report);
    json_decref(codebook->answer);
    if (codebook->has_patterns) {
        regfree(&codebook->party);
        regfree(&codebook->day);
        regfree(&codebook->country);
    }
    memset(codebook, 0, sizeof *codebook);
}

/* ---- asking ---- */

static const json_t *subtypes_of(const struct codebook *codebook, const char *type)
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(codebook->report, "allOf"), index, one)
    {
        const char *of = NULL;
        json_t *words = NULL;
        if (json_unpack(one, "{s:{s:{s:{s:s}}},s:{s:{s:{s:o}}}}", "if", "properties", "type", "const", &of, "then",
                        "properties", "subtype", "enum", &words) == 0 &&
            strcmp(of, type) == 0)
            return words;
    }
    return NULL;
}

int codebook_has_subtype(const struct codebook *codebook, const char *type, const char *subtype)
{
    size_t index;
    json_t *one;
    json_array_foreach((json_t *)subtypes_of(codebook, type), index,
                       one) if (strcmp(json_string_value(one), subtype) == 0) return 1;
    return 0;
}

static int matches(const regex_t *pattern, const char *text)
{
    return strlen(text) <= CODEBOOK_TEXT_MAX && regexec(pattern, text, 0, NULL, 0) == 0;
}

int codebook_is_party(const struct codebook *codebook, const char *id)
{
    return matches(&codebook->party, id);
}

int codebook_is_country(const struct codebook *codebook, const char *code)
{
    return matches(&codebook->country, code);
}

int codebook_is_date(const struct codebook *codebook, const char *text)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 0, month = 1, day = 1;
    if (!matches(&codebook->day, text) || sscanf(text, "%4d-%2d-%2d", &year, &month, &day) < 1)
        return 0;
    int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && (month != 2 || day < 29 || is_leap);
}

char *codebook_types(const struct codebook *codebook)
{
    char *text = NULL;
    size_t size = 0, index, within;
    json_t *type, *subtype;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    json_array_foreach(
        json_object_get(json_object_get(json_object_get(codebook->report, "properties"), "type"), "enum"), index, type)
    {
        fprintf(stream, "%s:", json_string_value(type));
        json_array_foreach((json_t *)subtypes_of(codebook, json_string_value(type)), within, subtype)
            fprintf(stream, " %s", json_string_value(subtype));
        fputc('\n', stream);
    }
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
