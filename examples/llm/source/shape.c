#include "shape.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_SIZE = 120 };

struct check {
    char *fault;
    size_t fault_size;
};

static int check_value(const struct check *check, const json_t *schema, const json_t *value, const char *place);

static int fail(const struct check *check, const char *place, const char *what, const char *which)
{
    snprintf(check->fault, check->fault_size, "%s: %s%.60s", *place ? place : "the answer", what, which);
    return 0;
}

static int is_of_type(const char *type, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return strcmp(type, "object") == 0;
    case JSON_ARRAY:
        return strcmp(type, "array") == 0;
    case JSON_STRING:
        return strcmp(type, "string") == 0;
    case JSON_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case JSON_REAL:
        return strcmp(type, "number") == 0;
    case JSON_NULL:
        return strcmp(type, "null") == 0;
    default:
        return strcmp(type, "boolean") == 0;
    }
}

/* `type` is a word or a list of them. */
static int check_type(const struct check *check, const json_t *type, const json_t *value, const char *place)
{
    const char *first = json_is_array(type) ? json_string_value(json_array_get(type, 0)) : json_string_value(type);
    size_t index;
    json_t *one;
    if (!first || (json_is_string(type) && is_of_type(first, value)))
        return 1;
    json_array_foreach((json_t *)type, index, one) if (is_of_type(json_string_value(one), value)) return 1;
    return fail(check, place, "must be of type ", first);
}

static int check_words(const struct check *check, const json_t *words, const json_t *value, const char *place)
{
    size_t index;
    json_t *word;
    if (!words)
        return 1;
    json_array_foreach((json_t *)words, index, word) if (json_equal(word, value)) return 1;
    return fail(check, place,
                "is none of the words that it may be: ", json_is_string(value) ? json_string_value(value) : "");
}

static int check_bounds(const struct check *check, const json_t *schema, const json_t *value, const char *place)
{
    const json_t *longest = json_object_get(schema, "maxLength"), *most = json_object_get(schema, "maxItems");
    const json_t *least = json_object_get(schema, "minimum"), *greatest = json_object_get(schema, "maximum");
    if (longest && json_string_length(value) > (size_t)json_integer_value(longest))
        return fail(check, place, "is too long", "");
    if (most && json_array_size(value) > (size_t)json_integer_value(most))
        return fail(check, place, "has too many members", "");
    int is_low = least && json_is_number(value) && !(json_number_value(value) >= json_number_value(least));
    int is_high = greatest && json_is_number(value) && !(json_number_value(value) <= json_number_value(greatest));
    return is_low || is_high ? fail(check, place, "is out of bounds", "") : 1;
}

static int check_members(const struct check *check, const json_t *schema, const json_t *value, const char *place)
{
    const json_t *properties = json_object_get(schema, "properties");
    char within[PLACE_SIZE];
    const char *name;
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(schema, "required"), index,
                       one) if (!json_object_get(value, json_string_value(one))) return fail(check, place, "lacks ",
                                                                                             json_string_value(one));
    json_object_foreach((json_t *)value, name, one)
    {
        const json_t *of = json_object_get(properties, name);
        snprintf(within, sizeof within, "%.50s%s%.50s", place, *place ? "." : "", name);
        if (of ? !check_value(check, of, one, within)
               : json_is_false(json_object_get(schema, "additionalProperties")) &&
                     !fail(check, within, "is not known", ""))
            return 0;
    }
    return 1;
}

static int check_value(const struct check *check, const json_t *schema, const json_t *value, const char *place)
{
    if (!check_type(check, json_object_get(schema, "type"), value, place) ||
        !check_words(check, json_object_get(schema, "enum"), value, place) ||
        !check_bounds(check, schema, value, place))
        return 0;
    if (json_is_object(value))
        return check_members(check, schema, value, place);
    char within[PLACE_SIZE + 24];
    size_t index;
    json_t *one;
    json_array_foreach((json_t *)value, index, one)
    {
        snprintf(within, sizeof within, "%.100s[%zu]", place, index);
        if (!check_value(check, json_object_get(schema, "items"), one, within))
            return 0;
    }
    return 1;
}

int shape_check(const json_t *schema, const json_t *value, char *fault, size_t fault_size)
{
    struct check check = {fault, fault_size};
    *fault = '\0';
    return check_value(&check, schema, value, "");
}
