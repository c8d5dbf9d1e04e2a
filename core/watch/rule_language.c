#include "core/watch/rule_language.h"

#include "core/watch/rule_form.h"

#include <stdio.h>

static const char *const operators[] = {"=",  "!=", "<",  "<=",     ">",  ">=", "~",
                                        "!~", "->", "in", "not in", NULL};
static const char *const keywords[] = {"and", "or", "not", "in", NULL};

static enum rule_term_values values_of(const struct rule_field *field)
{
    switch (field->kind) {
    case FIELD_WORD:
    case FIELD_ROLE:
        return RULE_VALUES_WORDS;
    case FIELD_ACTOR:
        return RULE_VALUES_PARTIES;
    case FIELD_REGION:
        return RULE_VALUES_REGIONS;
    case FIELD_NUMBER:
        return RULE_VALUES_NUMBER;
    case FIELD_MONEY:
        return RULE_VALUES_MONEY;
    case FIELD_DATE:
        return RULE_VALUES_DATE;
    case FIELD_PLACE:
    case FIELD_TEXT:
        return RULE_VALUES_TEXT;
    case FIELD_DYAD:
    case FIELD_CALL:
        break;
    }
    return RULE_VALUES_NONE;
}

bool rule_language_term(size_t index, struct rule_term_help *term)
{
    const struct rule_field *field = rule_field_at(index);
    if (!field)
        return false;
    *term = (struct rule_term_help){.name = field->name,
                                    .form = field->form,
                                    .operators = rule_field_operators(field),
                                    .values = values_of(field),
                                    .words = rule_field_words(field),
                                    .help = field->help,
                                    .example = field->example};
    return true;
}

/* ---- JSON ---- */

static void put_words(struct json_writer *writer, const char *key, const char *const *words)
{
    json_key(writer, key);
    json_array_open(writer);
    for (; words && *words; words++)
        json_put_text(writer, *words);
    json_array_close(writer);
}

static void put_operators(struct json_writer *writer, const struct rule_field *field)
{
    static const enum rule_operator kinds[] = {RULE_EQUAL,         RULE_NOT_EQUAL, RULE_LESS,     RULE_LESS_EQUAL,
                                               RULE_GREATER,       RULE_GREATER_EQUAL, RULE_LIKE, RULE_NOT_LIKE,
                                               RULE_BECOMES,       RULE_IN,        RULE_NOT_IN};
    json_key(writer, "operators");
    json_array_open(writer);
    for (size_t i = 0; operators[i]; i++)
        if (rule_field_takes(field, kinds[i]))
            json_put_text(writer, operators[i]);
    json_array_close(writer);
}

static void put_term(struct json_writer *writer, const struct rule_field *field)
{
    static const char *const values[] = {
        [RULE_VALUES_NONE] = "none",     [RULE_VALUES_WORDS] = "words",   [RULE_VALUES_PARTIES] = "parties",
        [RULE_VALUES_REGIONS] = "regions", [RULE_VALUES_NUMBER] = "number", [RULE_VALUES_MONEY] = "money",
        [RULE_VALUES_DATE] = "date",     [RULE_VALUES_TEXT] = "text"};
    json_object_open(writer);
    json_key(writer, "name");
    json_put_text(writer, field->name);
    json_key(writer, "form");
    json_put_text(writer, field->form);
    put_operators(writer, field);
    json_key(writer, "values");
    json_put_text(writer, values[values_of(field)]);
    put_words(writer, "words", rule_field_words(field));
    json_key(writer, "help");
    json_put_text(writer, field->help);
    json_key(writer, "example");
    json_put_text(writer, field->example);
    json_object_close(writer);
}

static void put_regions(struct json_writer *writer)
{
    char number[8];
    json_key(writer, "regions");
    json_array_open(writer);
    for (const char *const *region = rule_code_regions(); *region; region++) {
        snprintf(number, sizeof number, "%03u", rule_code_region_number(*region));
        json_object_open(writer);
        json_key(writer, "name");
        json_put_text(writer, *region);
        json_key(writer, "m49");
        json_put_text(writer, number);
        json_object_close(writer);
    }
    json_array_close(writer);
}

static void put_names(struct json_writer *writer, const char *key, const struct rule_names *names,
                      const char *(*name_at)(const struct rule_names *names, size_t index))
{
    json_key(writer, key);
    json_array_open(writer);
    for (size_t i = 0; name_at(names, i); i++)
        json_put_text(writer, name_at(names, i));
    json_array_close(writer);
}

void rule_language_json(struct json_writer *writer, const struct rule_names *names)
{
    json_object_open(writer);
    json_key(writer, "terms");
    json_array_open(writer);
    for (size_t i = 0; rule_field_at(i); i++)
        put_term(writer, rule_field_at(i));
    json_array_close(writer);
    put_words(writer, "operators", operators);
    put_words(writer, "keywords", keywords);
    put_regions(writer);
    put_names(writer, "groups", names, rule_names_group_name);
    put_names(writer, "macros", names, rule_names_macro_name);
    json_object_close(writer);
}

/* ---- the fuzzer's ---- */

static void put_entry(struct buffer *dictionary, const char *word)
{
    buffer_append_char(dictionary, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            buffer_append_char(dictionary, '\\');
        if ((unsigned char)*word < 0x20 || (unsigned char)*word >= 0x7f)
            buffer_printf(dictionary, "\\x%02x", (unsigned char)*word);
        else
            buffer_append_char(dictionary, *word);
    }
    buffer_append_text(dictionary, "\"\n");
}

static void put_entries(struct buffer *dictionary, const char *const *words)
{
    for (; words && *words; words++)
        put_entry(dictionary, *words);
}

void rule_language_dictionary(struct buffer *dictionary)
{
    static const char *const others[] = {"(", ")", ",", "|", "*", "'", "''", "#", "ORG:", "COM:", "macro.", "90d", "12w",
                                         "2y", "USD", "k", "M", "bn", "2024-06", "UZB", "143", "-45.5", "{1,9}", NULL};
    put_entries(dictionary, operators);
    put_entries(dictionary, keywords);
    put_entries(dictionary, others);
    for (size_t i = 0; rule_field_at(i); i++) {
        put_entry(dictionary, rule_field_at(i)->name);
        put_entry(dictionary, rule_field_at(i)->example);
        put_entries(dictionary, rule_field_words(rule_field_at(i)));
    }
    put_entries(dictionary, rule_code_regions());
}
