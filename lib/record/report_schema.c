#include "lib/record/report_schema.h"

#include "lib/record/schema.h"
#include "lib/record/vocabulary.h"

#include <string.h>

/* Fields whose values are a closed list. */
static const struct {
    uint16_t kind, field;
    enum vocabulary vocabulary;
} listed[] = {
    {ENT_REPORT, ENT_REPORT_TYPE, VOCABULARY_TYPE},
    {ENT_REPORT, ENT_REPORT_SUBTYPE, VOCABULARY_SUBTYPE},
    {ENT_REPORT, ENT_REPORT_STATUS, VOCABULARY_STATUS},
    {ENT_REPORT, ENT_REPORT_MODALITY, VOCABULARY_MODALITY},
    {ENT_REPORT, ENT_REPORT_SCOPE, VOCABULARY_SCOPE},
    {ENT_ACTOR, ENT_ACTOR_ROLE, VOCABULARY_ROLE},
    {ENT_DATE, ENT_DATE_PRECISION, VOCABULARY_DATE_PRECISION},
    {ENT_DATE, ENT_DATE_BASIS, VOCABULARY_DATE_BASIS},
    {ENT_PLACE, ENT_PLACE_PRECISION, VOCABULARY_PLACE_PRECISION},
    {ENT_QUANTITY, ENT_QUANTITY_KIND, VOCABULARY_QUANTITY_KIND},
    {ENT_QUANTITY, ENT_QUANTITY_QUALIFIER, VOCABULARY_QUALIFIER},
    {ENT_EQUIPMENT, ENT_EQUIPMENT_UNROCA, VOCABULARY_UNROCA},
    {ENT_EQUIPMENT, ENT_EQUIPMENT_SIPRI, VOCABULARY_SIPRI},
    {ENT_CITED, ENT_CITED_KIND, VOCABULARY_CITED_KIND},
    {ENT_STEP, ENT_STEP_STATUS, VOCABULARY_STATUS},
};

/* @ stands for the codes of states. */
#define STATE "^(@)$"
#define PARTY "^(@|(ORG|COM|NSA|DEF|GRP):[A-Za-z0-9_.-]+|HIS:[A-Z]{3,4}|UNK)$"
#define DAY "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"

/* Fields whose values have a form. */
static const struct {
    uint16_t kind, field;
    const char *pattern;
} formed[] = {
    {ENT_ACTOR, ENT_ACTOR_ID, PARTY},      {ENT_QUANTITY, ENT_QUANTITY_ACTOR, PARTY},
    {ENT_CITED, ENT_CITED_ACTOR, PARTY},   {ENT_DATE, ENT_DATE_START, DAY},
    {ENT_DATE, ENT_DATE_END, DAY},         {ENT_DATE, ENT_DATE_AS_OF, DAY},
    {ENT_CITED, ENT_CITED_DATE, DAY},      {ENT_STEP, ENT_STEP_DATE, DAY},
    {ENT_PLACE, ENT_PLACE_COUNTRY, STATE},
};

static const struct {
    uint16_t kind, field;
} left_out[] = {
    {ENT_REPORT, ENT_REPORT_ID},         {ENT_REPORT, ENT_REPORT_ITEM},       {ENT_REPORT, ENT_REPORT_ITEM_VERSION},
    {ENT_REPORT, ENT_REPORT_CLASSIFIER}, {ENT_REPORT, ENT_REPORT_STAMP},      {ENT_REPORT, ENT_REPORT_RELATED},
    {ENT_REPORT, ENT_REPORT_PARENT},     {ENT_EVIDENCE, ENT_EVIDENCE_REPORT}, {ENT_STEP, ENT_STEP_REPORT},
};

/* Without these a report, or a part of one, says nothing. */
static const struct {
    uint16_t kind, field;
} required[] = {
    {ENT_REPORT, ENT_REPORT_TYPE},      {ENT_REPORT, ENT_REPORT_ACTOR},     {ENT_ACTOR, ENT_ACTOR_ID},
    {ENT_ACTOR, ENT_ACTOR_ROLE},        {ENT_QUANTITY, ENT_QUANTITY_KIND},  {ENT_EQUIPMENT, ENT_EQUIPMENT_NAME},
    {ENT_EVIDENCE, ENT_EVIDENCE_FIELD}, {ENT_EVIDENCE, ENT_EVIDENCE_QUOTE},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void write_words(struct json_writer *json, const char *const *words)
{
    json_array_open(json);
    for (; *words; words++)
        json_put_text(json, *words);
    json_array_close(json);
}

static void write_member(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_put_text(json, value);
}

/* The words of the whole item's relevance are no vocabulary of the tables: an item without one has no reports. */
static const char *const relevances[] = {"core", "mention", NULL};

struct writer {
    struct json_writer *json;
    const char *states;
};

static void write_pattern(struct json_writer *json, const char *pattern, const char *states)
{
    struct buffer whole = BUFFER_INIT;
    for (; *pattern; pattern++) {
        if (*pattern != '@') {
            buffer_append_char(&whole, *pattern);
            continue;
        }
        for (const char *at = states + strspn(states, " "); *at; at += strspn(at, " ")) {
            size_t size = strcspn(at, " ");
            buffer_append(&whole, at, size);
            at += size;
            if (at[strspn(at, " ")])
                buffer_append_char(&whole, '|');
        }
    }
    write_member(json, "pattern", whole.failed ? NULL : whole.bytes);
    json->buffer->failed |= whole.failed;
    buffer_free(&whole);
}

static void write_text_rules(struct writer *writer, unsigned kind, const struct schema_field *field)
{
    struct json_writer *json = writer->json;
    const char *const *words = kind == ENT_REPORT && field->field == ENT_REPORT_RELEVANCE ? relevances : NULL;
    for (size_t i = 0; i < COUNT(listed); i++)
        if (listed[i].kind == kind && listed[i].field == field->field)
            words = vocabulary_words(listed[i].vocabulary);
    for (size_t i = 0; i < COUNT(formed); i++)
        if (formed[i].kind == kind && formed[i].field == field->field)
            write_pattern(json, formed[i].pattern, writer->states);
    if (!words)
        return;
    json_key(json, "enum");
    write_words(json, words);
}

static void write_kind(struct writer *writer, const struct schema_kind *kind);

static void write_value(struct writer *writer, unsigned kind, const struct schema_field *field)
{
    struct json_writer *json = writer->json;
    static const char *const types[] = {[ENT_STR] = "string",
                                        [ENT_INT] = "integer",
                                        [ENT_NUM] = "number",
                                        [ENT_FLAG] = "boolean",
                                        [ENT_TIME] = "string"};
    json_object_open(json);
    if (field->type == ENT_REC) {
        write_kind(writer, schema_kind(field->kind));
    } else {
        write_member(json, "type", types[field->type]);
        if (field->type == ENT_STR)
            write_text_rules(writer, kind, field);
        if (kind == ENT_REPORT && field->field == ENT_REPORT_CONFIDENCE) {
            json_key(json, "minimum");
            json_put_integer(json, 0);
            json_key(json, "maximum");
            json_put_integer(json, 1);
        }
    }
    json_object_close(json);
}

static bool is_left_out(unsigned kind, unsigned field)
{
    for (size_t i = 0; i < COUNT(left_out); i++)
        if (left_out[i].kind == kind && left_out[i].field == field)
            return true;
    return false;
}

/* Which subtypes a type has: as many conditions as there are types. */
static void write_subtypes(struct json_writer *json)
{
    json_key(json, "allOf");
    json_array_open(json);
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++) {
        json_object_open(json);
        json_key(json, "if");
        json_object_open(json);
        json_key(json, "properties");
        json_object_open(json);
        json_key(json, "type");
        json_object_open(json);
        write_member(json, "const", *type);
        json_object_close(json);
        json_object_close(json);
        json_object_close(json);
        json_key(json, "then");
        json_object_open(json);
        json_key(json, "properties");
        json_object_open(json);
        json_key(json, "subtype");
        json_object_open(json);
        json_key(json, "enum");
        write_words(json, vocabulary_subtypes(*type));
        json_object_close(json);
        json_object_close(json);
        json_object_close(json);
        json_object_close(json);
    }
    json_array_close(json);
}

/* Records hold records two deep at most here, so this ends. */
static void write_kind(struct writer *writer, const struct schema_kind *kind)
{
    struct json_writer *json = writer->json;
    write_member(json, "type", "object");
    json_key(json, "properties");
    json_object_open(json);
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct schema_field *field = &kind->fields[i];
        if (is_left_out(kind->kind, field->field))
            continue;
        json_key(json, field->name);
        if (field->repeated) {
            json_object_open(json);
            write_member(json, "type", "array");
            json_key(json, "items");
        }
        write_value(writer, kind->kind, field);
        if (field->repeated)
            json_object_close(json);
    }
    json_object_close(json);
    json_key(json, "required");
    json_array_open(json);
    for (size_t i = 0; i < COUNT(required); i++)
        if (required[i].kind == kind->kind)
            json_put_text(json, schema_field(kind->kind, required[i].field)->name);
    json_array_close(json);
    json_key(json, "additionalProperties");
    json_put_boolean(json, false);
    if (kind->kind == ENT_REPORT)
        write_subtypes(json);
}

void report_schema_write(struct json_writer *json, const char *states)
{
    struct writer writer = {json, states};
    json_object_open(json);
    write_member(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    write_member(json, "title", "What a report of Entente may say of one event");
    write_kind(&writer, schema_kind(ENT_REPORT));
    json_object_close(json);
}
