#include "lib/record/record_json.h"

#include "lib/base/calendar.h"
#include "lib/record/schema.h"

#include <string.h>

static void write_value(struct json_writer *writer, struct record_view view, const struct schema_field *field,
                        size_t index, unsigned flags)
{
    struct text text;
    struct record_view inner;
    int64_t integer;
    double number;
    char time[CALENDAR_TEXT_SIZE];
    switch (field->type) {
    case ENT_STR:
        if (record_get_str(view, field->field, index, &text))
            json_put_string(writer, text.bytes, text.size);
        break;
    case ENT_INT:
        if (record_get_int(view, field->field, index, &integer))
            json_put_integer(writer, integer);
        break;
    case ENT_FLAG:
        if (record_get_int(view, field->field, index, &integer))
            json_put_boolean(writer, integer != 0);
        break;
    case ENT_NUM:
        if (record_get_num(view, field->field, index, &number))
            json_put_number(writer, number);
        break;
    case ENT_TIME:
        if (record_get_int(view, field->field, index, &integer)) {
            calendar_print(time, integer);
            json_put_text(writer, time);
        }
        break;
    case ENT_REC:
        if (record_get_view(view, field->field, index, &inner))
            record_to_json(writer, inner, flags);
        break;
    }
}

void record_members_to_json(struct json_writer *writer, struct record_view view, unsigned flags)
{
    const struct schema_kind *kind = schema_kind(record_kind(view));
    for (size_t i = 0; kind && i < kind->field_count; i++) {
        const struct schema_field *field = &kind->fields[i];
        size_t count = record_count(view, field->field);
        if (count == 0 && !(flags & RECORD_JSON_NULLS))
            continue;
        json_key(writer, field->name);
        if (field->repeated) {
            json_array_open(writer);
            for (size_t value = 0; value < count; value++)
                write_value(writer, view, field, value, flags);
            json_array_close(writer);
        } else if (count == 0) {
            json_put_null(writer);
        } else {
            write_value(writer, view, field, 0, flags);
        }
    }
}

void record_to_json(struct json_writer *writer, struct record_view view, unsigned flags)
{
    json_object_open(writer);
    record_members_to_json(writer, view, flags);
    json_object_close(writer);
}

static bool read_object(struct ent_builder *builder, unsigned kind, json_t *object, int depth, struct error *error);

static bool wrong_type(const struct schema_field *field, const char *wanted, struct error *error)
{
    return error_set(error, ERROR_INPUT, "field \"%s\" should be %s", field->name, wanted);
}

static bool read_value(struct ent_builder *builder, const struct schema_field *field, json_t *value, int depth,
                       struct error *error)
{
    int64_t time;
    switch (field->type) {
    case ENT_STR:
        if (!json_is_string(value))
            return wrong_type(field, "a string", error);
        record_put_str(builder, field->field, json_string_value(value), json_string_length(value));
        return true;
    case ENT_INT:
        if (!json_is_integer(value))
            return wrong_type(field, "a whole number", error);
        record_put_int(builder, field->field, json_integer_value(value));
        return true;
    case ENT_FLAG:
        if (!json_is_boolean(value))
            return wrong_type(field, "true or false", error);
        record_put_int(builder, field->field, json_is_true(value));
        return true;
    case ENT_NUM:
        if (!json_is_number(value))
            return wrong_type(field, "a number", error);
        record_put_num(builder, field->field, json_number_value(value));
        return true;
    case ENT_TIME:
        if (!json_is_string(value) ||
            !calendar_parse(json_string_value(value), json_string_length(value), &time, NULL))
            return wrong_type(field, "a time such as 2006-09-25T12:00:00Z", error);
        record_put_time(builder, field->field, time);
        return true;
    case ENT_REC:
        if (!json_is_object(value))
            return wrong_type(field, "an object", error);
        record_open(builder, field->field, field->kind);
        if (!read_object(builder, field->kind, value, depth + 1, error))
            return false;
        record_close(builder);
        return true;
    }
    return false;
}

/* Depth is bounded by the schema's own nesting as well as by ENT_RECORD_DEPTH_MAX. */
static bool read_object(struct ent_builder *builder, unsigned kind, json_t *object, int depth, struct error *error)
{
    if (depth > ENT_RECORD_DEPTH_MAX)
        return error_set(error, ERROR_LIMIT, "objects are nested too deeply");
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        const struct schema_field *field = schema_field_by_name(kind, name);
        if (!field)
            return error_set(error, ERROR_INPUT, "%s has no field \"%s\"", schema_kind(kind)->name, name);
        if (json_is_null(value))
            continue;
        if (!field->repeated) {
            if (!read_value(builder, field, value, depth, error))
                return false;
            continue;
        }
        if (!json_is_array(value))
            return wrong_type(field, "a list", error);
        size_t index;
        json_t *member;
        json_array_foreach(value, index, member) {
            if (!read_value(builder, field, member, depth, error))
                return false;
        }
    }
    return true;
}

struct ent_record *record_from_json(unsigned kind, json_t *object, struct error *error)
{
    if (!json_is_object(object)) {
        error_set(error, ERROR_INPUT, "a JSON object was expected");
        return NULL;
    }
    struct ent_builder *builder = record_build(kind);
    if (builder && !read_object(builder, kind, object, 1, error)) {
        record_discard(builder);
        return NULL;
    }
    return record_seal(builder, error);
}
