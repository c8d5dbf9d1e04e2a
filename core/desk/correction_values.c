#include "core/desk/correction_values.h"

#include "core/desk/features.h"

#include "lib/base/nearest.h"
#include "lib/base/utf8.h"
#include "lib/record/event_text.h"
#include "lib/record/record_json.h"
#include "lib/record/schema.h"
#include "lib/record/vocabulary.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 8000, LIST_MAX = 60, WORD_MAX = 300 };

static const struct correction_field fields_all[] = {
    {ENT_REPORT_TYPE, "type", "a type of the codebook"},
    {ENT_REPORT_SUBTYPE, "subtype", "a subtype of the event's type"},
    {ENT_REPORT_STATUS, "status", "the latest step"},
    {ENT_REPORT_MODALITY, "modality", "confirmed, reported, alleged, denied, hypothetical"},
    {ENT_REPORT_SCOPE, "scope", "current or background"},
    {ENT_REPORT_NAME, "name", "text"},
    {ENT_REPORT_PROGRAMME, "programme", "text"},
    {ENT_REPORT_PARENT, "parent", "the id of the event that it is a part of"},
    {ENT_REPORT_TAG, "tags", "words apart by commas"},
    {ENT_REPORT_ACTOR, "actors", "ID:ROLE apart by commas, as RUS:supplier,UZB:recipient"},
    {ENT_REPORT_DATE, "date", "2023, 2023-05, 2023-05-19, 2023-05-19/2023-05-23, or 2023-05-19/ for since"},
    {ENT_REPORT_PLACE, "places", "NAME:COUNTRY apart by semicolons, as Lopburi:THA"},
    {ENT_REPORT_QUANTITY, "quantities", "KIND VALUE UNIT apart by semicolons, as money 300000000 USD"},
    {ENT_REPORT_EQUIPMENT, "equipment", "COUNT NAME:UNROCA:SIPRI apart by semicolons, as 12 Mi-8:V; the name alone will do"},
    {0, NULL, NULL},
};

const struct correction_field *correction_fields(void)
{
    return fields_all;
}

const struct correction_field *correction_field_find(const char *name, size_t size)
{
    for (const struct correction_field *row = fields_all; row->name; row++)
        if (strlen(row->name) == size && memcmp(row->name, name, size) == 0)
            return row;
    return NULL;
}

/* ---- reading ---- */

struct reading {
    struct ent_builder *builder;
    const struct correction_field *field;
    const char *type; /* that the event will have */
    struct error *error;
};

static bool wrong_word(const struct reading *reading, const char *what, const char *word, const char *const *words)
{
    const char *nearest = nearest_word(word, words);
    struct buffer all = BUFFER_INIT;
    for (const char *const *at = words; *at; at++)
        buffer_printf(&all, "%s%s", at == words ? "" : ", ", *at);
    if (nearest)
        error_set(reading->error, ERROR_INPUT, "%s: '%.60s' is no %s; did you mean '%s'?", reading->field->name, word, what,
                  nearest);
    else
        error_set(reading->error, ERROR_INPUT, "%s: '%.60s' is no %s; it is one of %s", reading->field->name, word, what,
                  all.bytes ? all.bytes : "none");
    buffer_free(&all);
    return false;
}

static bool check_word(const struct reading *reading, const char *what, const char *word, const char *const *words)
{
    for (const char *const *at = words; *at; at++)
        if (strcmp(*at, word) == 0)
            return true;
    return wrong_word(reading, what, word, words);
}

static bool check_vocabulary(const struct reading *reading, enum vocabulary vocabulary, const char *what,
                             const char *word)
{
    return !word || check_word(reading, what, word, vocabulary_words(vocabulary));
}

static bool wrong(const struct reading *reading, const char *value)
{
    return error_set(reading->error, ERROR_INPUT, "%s: '%.60s' is not to be understood; write %s, or none",
                     reading->field->name, value, reading->field->help);
}

/* Cuts the next of a list off; *rest moves behind it. Blanks around it go. NULL at the end. */
static char *next_part(char **rest, char separator)
{
    char *start = *rest;
    if (!start)
        return NULL;
    char *end = strchr(start, separator);
    *rest = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    while (isspace((unsigned char)*start))
        start++;
    for (char *last = start + strlen(start); last > start && isspace((unsigned char)last[-1]);)
        *--last = '\0';
    return start;
}

static bool is_slug(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '_' && *at != '-' && (unsigned char)*at < 0x80)
            return false;
    return *text != '\0';
}

static bool is_actor_id(const char *id)
{
    static const char *const prefixes[] = {"ORG:", "COM:", "NSA:", "DEF:", "HIS:", "GRP:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(id, prefixes[i], 4) == 0)
            return is_slug(id + 4);
    return strlen(id) == 3 && isupper((unsigned char)id[0]) && isupper((unsigned char)id[1]) &&
           isupper((unsigned char)id[2]);
}

static bool read_actor(const struct reading *reading, char *part)
{
    char *role = strrchr(part, ':');
    if (!role)
        return wrong(reading, part);
    *role++ = '\0';
    if (!check_vocabulary(reading, VOCABULARY_ROLE, "role", role))
        return false;
    if (!is_actor_id(part))
        return error_set(reading->error, ERROR_INPUT,
                         "actors: '%.60s' is no actor's id; write a state as UZB (ISO 3166-1 alpha-3), an organisation as "
                         "ORG:NATO, a company as COM:saab",
                         part);
    record_open(reading->builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(reading->builder, ENT_ACTOR_ID, part);
    record_put_text(reading->builder, ENT_ACTOR_ROLE, role);
    record_close(reading->builder);
    return true;
}

static bool read_place(const struct reading *reading, char *part)
{
    char *country = strchr(part, ':');
    if (country)
        *country++ = '\0';
    if (country && (!is_actor_id(country) || strlen(country) != 3))
        return error_set(reading->error, ERROR_INPUT, "places: '%.60s' is no country; write it as THA (ISO 3166-1 alpha-3)",
                         country);
    if (!*part && !country)
        return wrong(reading, part);
    record_open(reading->builder, ENT_REPORT_PLACE, ENT_PLACE);
    record_put_text(reading->builder, ENT_PLACE_RAW, *part ? part : country);
    record_put_text(reading->builder, ENT_PLACE_NAME, *part ? part : country);
    record_put_text(reading->builder, ENT_PLACE_COUNTRY, country);
    record_put_text(reading->builder, ENT_PLACE_PRECISION, *part ? "city" : "country");
    record_close(reading->builder);
    return true;
}

/* A number of its own at the text's start; *text moves behind it. */
static bool read_number(char **text, double *number)
{
    char *end;
    errno = 0;
    *number = strtod(*text, &end);
    if (end == *text || errno || !isdigit((unsigned char)**text) || (*end && !isspace((unsigned char)*end)))
        return false;
    while (isspace((unsigned char)*end))
        end++;
    *text = end;
    return true;
}

static bool read_equipment(const struct reading *reading, char *part)
{
    double count;
    bool has_count = read_number(&part, &count);
    char *rest = part, *name = next_part(&rest, ':'), *unroca = next_part(&rest, ':'), *sipri = next_part(&rest, ':');
    if (!name || !*name || rest)
        return wrong(reading, part);
    if (!check_vocabulary(reading, VOCABULARY_UNROCA, "UNROCA class", unroca) ||
        !check_vocabulary(reading, VOCABULARY_SIPRI, "SIPRI class", sipri))
        return false;
    record_open(reading->builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    record_put_text(reading->builder, ENT_EQUIPMENT_NAME, name);
    if (has_count)
        record_put_num(reading->builder, ENT_EQUIPMENT_COUNT, count);
    record_put_text(reading->builder, ENT_EQUIPMENT_UNROCA, unroca ? unroca : "unknown");
    record_put_text(reading->builder, ENT_EQUIPMENT_SIPRI, sipri ? sipri : "unknown");
    record_close(reading->builder);
    return true;
}

static bool read_quantity(const struct reading *reading, char *part)
{
    double value;
    char *rest = part, *kind = next_part(&rest, ' ');
    if (!rest || !read_number(&rest, &value))
        return wrong(reading, part);
    if (!check_vocabulary(reading, VOCABULARY_QUANTITY_KIND, "kind of quantity", kind))
        return false;
    bool is_money = strcmp(kind, "money") == 0;
    if (is_money && (strlen(rest) != 3 || !isupper((unsigned char)rest[0]) || !isupper((unsigned char)rest[1]) ||
                     !isupper((unsigned char)rest[2])))
        return error_set(reading->error, ERROR_INPUT, "quantities: money needs a currency, as in 'money 300000000 USD'");
    record_open(reading->builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
    record_put_text(reading->builder, ENT_QUANTITY_KIND, kind);
    record_put_num(reading->builder, ENT_QUANTITY_VALUE, value);
    record_put_text(reading->builder, ENT_QUANTITY_UNIT, rest);
    record_put_text(reading->builder, ENT_QUANTITY_QUALIFIER, "exact");
    record_close(reading->builder);
    return true;
}

static bool read_tag(const struct reading *reading, char *part)
{
    if (!is_slug(part))
        return wrong(reading, part);
    record_put_text(reading->builder, ENT_REPORT_TAG, part);
    return true;
}

static const char *date_precision(const char *start, const char *end)
{
    if (!end || strcmp(start, end) != 0)
        return "range";
    return strlen(start) == 4 ? "year" : strlen(start) == 7 ? "month" : "day";
}

static bool read_date(const struct reading *reading, char *value)
{
    char *rest = value, *start = next_part(&rest, '/'), *end = next_part(&rest, '/');
    int32_t low, high, end_low = 0, end_high = 0;
    bool is_open = end && !*end;
    size_t size = strlen(start);
    bool ok = !rest && feature_date_span(start, &low, &high) && (size == 4 || size == 7 || size == 10);
    if (ok && end && !is_open)
        ok = feature_date_span(end, &end_low, &end_high) && end_high >= low;
    if (!ok)
        return wrong(reading, value);
    record_open(reading->builder, ENT_REPORT_DATE, ENT_DATE);
    record_put_text(reading->builder, ENT_DATE_START, start);
    if (!is_open)
        record_put_text(reading->builder, ENT_DATE_END, end ? end : start);
    record_put_text(reading->builder, ENT_DATE_PRECISION, date_precision(start, is_open ? NULL : end ? end : start));
    record_put_text(reading->builder, ENT_DATE_BASIS, "explicit");
    record_close(reading->builder);
    return true;
}

/* ---- JSON ---- */

/* Words within an entry that a vocabulary closes. */
static const struct {
    unsigned kind, field;
    enum vocabulary vocabulary;
    const char *what;
} entry_words[] = {
    {ENT_ACTOR, ENT_ACTOR_ROLE, VOCABULARY_ROLE, "role"},
    {ENT_DATE, ENT_DATE_PRECISION, VOCABULARY_DATE_PRECISION, "precision"},
    {ENT_DATE, ENT_DATE_BASIS, VOCABULARY_DATE_BASIS, "basis"},
    {ENT_PLACE, ENT_PLACE_PRECISION, VOCABULARY_PLACE_PRECISION, "precision"},
    {ENT_QUANTITY, ENT_QUANTITY_KIND, VOCABULARY_QUANTITY_KIND, "kind of quantity"},
    {ENT_QUANTITY, ENT_QUANTITY_QUALIFIER, VOCABULARY_QUALIFIER, "qualifier"},
    {ENT_EQUIPMENT, ENT_EQUIPMENT_UNROCA, VOCABULARY_UNROCA, "UNROCA class"},
    {ENT_EQUIPMENT, ENT_EQUIPMENT_SIPRI, VOCABULARY_SIPRI, "SIPRI class"},
};

static bool put_entry(const struct reading *reading, unsigned kind, json_t *object)
{
    struct error reason = ERROR_INIT;
    struct ent_record *record = record_from_json(kind, object, &reason);
    if (!record)
        return error_set(reading->error, ERROR_INPUT, "%s: %s", reading->field->name, reason.text);
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof entry_words / sizeof *entry_words; i++)
        if (entry_words[i].kind == kind)
            ok = check_vocabulary(reading, entry_words[i].vocabulary, entry_words[i].what,
                                  record_text(record->view, entry_words[i].field));
    const char *id = kind == ENT_ACTOR ? record_text(record->view, ENT_ACTOR_ID) : "UNK";
    if (ok && (!id || !is_actor_id(id)))
        ok = error_set(reading->error, ERROR_INPUT, "actors: '%.60s' is no actor's id", id ? id : "");
    if (ok)
        record_put_view(reading->builder, reading->field->field, record->view);
    record_release(record);
    return ok;
}

static bool read_json(const struct reading *reading, const char *value)
{
    json_error_t where;
    const struct schema_field *field = schema_field(ENT_REPORT, reading->field->field);
    json_t *json = json_loads(value, JSON_REJECT_DUPLICATES, &where);
    bool is_list = json_is_array(json);
    size_t count = is_list ? json_array_size(json) : 1;
    bool ok = true;
    if (!json)
        ok = error_set(reading->error, ERROR_INPUT, "%s: the JSON is wrong at byte %d: %s", reading->field->name,
                       where.position, where.text);
    else if (count > LIST_MAX || (is_list && !field->repeated))
        ok = error_set(reading->error, ERROR_INPUT, "%s: %zu entries are too many", reading->field->name, count);
    for (size_t i = 0; ok && i < count; i++)
        ok = put_entry(reading, field->kind, is_list ? json_array_get(json, i) : json);
    json_decref(json);
    return ok;
}

/* ---- the whole ---- */

typedef bool read_part(const struct reading *reading, char *part);

static bool read_list(const struct reading *reading, char *value, char separator, read_part *read)
{
    size_t count = 0;
    bool ok = true;
    for (char *rest = value, *part; ok && (part = next_part(&rest, separator));)
        ok = count++ == LIST_MAX ? error_set(reading->error, ERROR_INPUT, "%s: more than %d entries", reading->field->name,
                                             LIST_MAX)
                                 : read(reading, part);
    return ok;
}

static bool read_text(const struct reading *reading, const char *value)
{
    if (!*value || strlen(value) > WORD_MAX)
        return error_set(reading->error, ERROR_INPUT, "%s: a text of 1 to %d bytes, or none", reading->field->name, WORD_MAX);
    record_put_text(reading->builder, reading->field->field, value);
    return true;
}

static bool read_word(const struct reading *reading, const char *value)
{
    static const struct {
        unsigned field;
        enum vocabulary vocabulary;
    } words[] = {{ENT_REPORT_TYPE, VOCABULARY_TYPE},
                 {ENT_REPORT_STATUS, VOCABULARY_STATUS},
                 {ENT_REPORT_MODALITY, VOCABULARY_MODALITY},
                 {ENT_REPORT_SCOPE, VOCABULARY_SCOPE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].field == reading->field->field &&
            !check_vocabulary(reading, words[i].vocabulary, reading->field->name, value))
            return false;
    const char *const *subtypes = vocabulary_subtypes(reading->type);
    if (reading->field->field == ENT_REPORT_SUBTYPE && subtypes) {
        char what[80];
        snprintf(what, sizeof what, "subtype of %.40s", reading->type);
        if (!check_word(reading, what, value, subtypes))
            return false;
    }
    return read_text(reading, value);
}

static bool must_stay(unsigned field)
{
    return field == ENT_REPORT_TYPE || field == ENT_REPORT_STATUS || field == ENT_REPORT_MODALITY ||
           field == ENT_REPORT_SCOPE || field == ENT_REPORT_ACTOR;
}

static bool read_value(const struct reading *reading, char *value)
{
    unsigned field = reading->field->field;
    if (strcmp(value, "none") == 0)
        return !must_stay(field) ||
               error_set(reading->error, ERROR_INPUT, "%s: every event has one; it cannot be none", reading->field->name);
    if ((*value == '[' || *value == '{') && schema_field(ENT_REPORT, field)->type == ENT_REC)
        return read_json(reading, value);
    switch (field) {
    case ENT_REPORT_ACTOR:
        return read_list(reading, value, ',', read_actor);
    case ENT_REPORT_TAG:
        return read_list(reading, value, ',', read_tag);
    case ENT_REPORT_PLACE:
        return read_list(reading, value, ';', read_place);
    case ENT_REPORT_EQUIPMENT:
        return read_list(reading, value, ';', read_equipment);
    case ENT_REPORT_QUANTITY:
        return read_list(reading, value, ';', read_quantity);
    case ENT_REPORT_DATE:
        return read_date(reading, value);
    default:
        return read_word(reading, value);
    }
}

static bool unknown_field(const char *setting, size_t size, struct error *error)
{
    const char *names[sizeof fields_all / sizeof *fields_all];
    char name[64] = "";
    struct buffer all = BUFFER_INIT;
    size_t count = 0;
    for (const struct correction_field *row = fields_all; row->name; row++) {
        names[count++] = row->name;
        buffer_printf(&all, "%s%s", count > 1 ? ", " : "", row->name);
    }
    names[count] = NULL;
    memcpy(name, setting, size < sizeof name - 1 ? size : sizeof name - 1);
    const char *nearest = nearest_word(name, names);
    if (nearest)
        error_set(error, ERROR_INPUT, "'%s' is no field that can be set; did you mean '%s'?", name, nearest);
    else
        error_set(error, ERROR_INPUT, "'%s' is no field that can be set; those are %s", name, all.bytes ? all.bytes : "");
    buffer_free(&all);
    return false;
}

/* Finds the field of "field=value". */
static const struct correction_field *split_setting(const char *setting, const char **value, struct error *error)
{
    size_t size = strcspn(setting, "=");
    if (!setting[size]) {
        error_set(error, ERROR_INPUT, "'%.60s' is no setting; write FIELD=VALUE, as in status=signed", setting);
        return NULL;
    }
    *value = setting + size + 1;
    const struct correction_field *field = correction_field_find(setting, size);
    if (!field)
        unknown_field(setting, size, error);
    else if (strlen(*value) > VALUE_MAX || !utf8_is_valid(*value, strlen(*value))) {
        error_set(error, ERROR_INPUT, "%s: the value is longer than %d bytes or no UTF-8", field->name, VALUE_MAX);
        field = NULL;
    }
    return field;
}

static const char *type_to_be(const char *const *settings, size_t count, struct record_view event)
{
    const char *type = record_text(event, ENT_REPORT_TYPE);
    for (size_t i = 0; i < count; i++)
        if (strncmp(settings[i], "type=", 5) == 0)
            type = settings[i] + 5;
    return type;
}

static bool is_repeated(const struct correction_field *const *seen, size_t count, const struct correction_field *field)
{
    for (size_t i = 0; i < count; i++)
        if (seen[i] == field)
            return true;
    return false;
}

static bool read_setting(struct reading *reading, const char *setting, struct error *error)
{
    const char *value = setting + strlen(reading->field->name) + 1;
    char *copy = strdup(value);
    bool ok = copy ? read_value(reading, copy) : error_set(error, ERROR_MEMORY, "no memory for a correction");
    free(copy);
    return ok;
}

struct ent_record *correction_values_read(const char *const *settings, size_t count, struct record_view event,
                                          struct buffer *fields, struct error *error)
{
    const struct correction_field *seen[sizeof fields_all / sizeof *fields_all];
    struct reading reading = {
        .builder = record_build(ENT_REPORT), .type = type_to_be(settings, count, event), .error = error};
    bool ok = reading.builder != NULL || error_set(error, ERROR_MEMORY, "no memory for a correction");
    if (ok && count == 0)
        ok = error_set(error, ERROR_INPUT, "nothing is to be set; write FIELD=VALUE, as in status=signed");
    for (size_t i = 0; ok && i < count; i++) {
        const char *value;
        reading.field = split_setting(settings[i], &value, error);
        ok = reading.field != NULL;
        if (ok && is_repeated(seen, i, reading.field))
            ok = error_set(error, ERROR_INPUT, "%s is set twice", reading.field->name);
        ok = ok && read_setting(&reading, settings[i], error);
        if (!ok)
            break;
        seen[i] = reading.field;
        buffer_printf(fields, "%s%s", i ? "," : "", reading.field->name);
    }
    if (ok)
        return record_seal(reading.builder, error);
    record_discard(reading.builder);
    return NULL;
}

/* ---- to text ---- */

static void list_text(struct buffer *text, struct record_view record, unsigned field)
{
    struct record_view part;
    struct text word;
    for (size_t i = 0; record_get_str(record, field, i, &word); i++)
        buffer_printf(text, "%s%s", i ? ", " : "", word.bytes);
    for (size_t i = 0; field == ENT_REPORT_QUANTITY && record_get_view(record, field, i, &part); i++) {
        buffer_append_text(text, i ? "; " : "");
        event_text_quantity(text, part);
    }
}

void correction_value_text(struct buffer *text, struct record_view record, unsigned field)
{
    switch (field) {
    case ENT_REPORT_ACTOR:
        event_text_actor_list(text, record);
        break;
    case ENT_REPORT_DATE:
        event_text_date(text, record);
        break;
    case ENT_REPORT_PLACE:
        event_text_place_list(text, record);
        break;
    case ENT_REPORT_EQUIPMENT:
        event_text_equipment_list(text, record);
        break;
    default:
        list_text(text, record, field);
    }
}
