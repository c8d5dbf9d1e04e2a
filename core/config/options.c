#include "core/config/options.h"

#include "core/config/ini_text.h"
#include "core/config/option_base.h"
#include "core/config/option_files.h"
#include "core/config/option_value.h"
#include "lib/base/arena.h"
#include "lib/base/nearest.h"
#include "lib/base/utf8.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 1000, SMALL_BLOCK = 1024 };

struct option_values {
    struct arena *arena;
    struct option_base *base;
    const struct option_value **values; /* one a row: its default, or what was set */
};

/* A parse under way. */
struct parsing {
    struct option_values *values;
    const struct config_section *section;
    struct diagnostics *diagnostics;
    const struct options_context *context;
};

struct ent_option options_row(const struct option_table *table, size_t index)
{
    struct ent_option row = {0};
    size_t stride = table->stride < sizeof row ? table->stride : sizeof row;
    memcpy(&row, (const char *)table->rows + index * table->stride, stride);
    return row;
}

static size_t find_row(const struct option_values *values, const char *name, size_t length)
{
    for (size_t i = 0; i < values->base->count; i++) {
        const char *row = values->base->is_hidden[i] ? NULL : values->base->rows[i].name;
        if (row && !strncmp(row, name, length) && row[length] == '\0')
            return i;
    }
    return SIZE_MAX;
}

/* ------------------------------------------------------------------------------------------------- keys and series */

/* An entry of the section as one part of an option: "when.2" is part 2 of "when", a key without a number part 0. */
struct keyed_entry {
    const struct config_entry *entry;
    int number;
};

/* Splits "key.12"; the number is 0 for a key without one, -1 for what does not count from 1. */
static int part_number(const char *key, size_t *base_length)
{
    const char *dot = strrchr(key, '.');
    *base_length = dot ? (size_t)(dot - key) : strlen(key);
    if (!dot)
        return 0;
    size_t digits = strspn(dot + 1, "0123456789");
    if (digits == 0 || digits > 4 || dot[1 + digits] || dot[1] == '0')
        return -1;
    return (int)strtol(dot + 1, NULL, 10);
}

static void suggest_line(const struct parsing *parsing, const char *key, const char *value)
{
    size_t size = strlen(value);
    struct buffer line = BUFFER_INIT;
    ini_append_line(&line, key, strlen(key), value, size);
    if (!line.failed && ini_can_hold(value, size))
        diagnostics_suggest(parsing->diagnostics, "%s", line.bytes);
    buffer_free(&line);
}

static void complain_unknown(const struct parsing *parsing, const struct config_entry *entry, size_t base_length)
{
    char base[256], corrected[256];
    snprintf(base, sizeof base, "%.*s", (int)base_length, entry->key);
    const char *nearest = nearest_word(base, parsing->values->base->names);
    diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, entry->key_place, "[%s] takes no '%s'%s%s",
                    parsing->section->title, entry->key, nearest ? "; nearest: " : "", nearest ? nearest : "");
    snprintf(corrected, sizeof corrected, "%s%s", nearest ? nearest : "", entry->key + base_length);
    size_t row = nearest ? find_row(parsing->values, nearest, strlen(nearest)) : SIZE_MAX;
    if (row != SIZE_MAX && parsing->values->base->rows[row].type == ENT_OPTION_SECRET) {
        diagnostics_hide_line(parsing->diagnostics);
        diagnostics_suggest(parsing->diagnostics, "%s = …", corrected);
    } else if (nearest) {
        suggest_line(parsing, corrected, entry->value);
    }
}

/* Every key must be an option's, and numbered only where the option may be split. */
static void check_keys(const struct parsing *parsing)
{
    for (size_t i = 0; i < parsing->section->entry_count; i++) {
        const struct config_entry *entry = &parsing->section->entries[i];
        size_t base_length;
        int number = part_number(entry->key, &base_length);
        size_t row = find_row(parsing->values, entry->key, base_length);
        if (row == SIZE_MAX) {
            complain_unknown(parsing, entry, base_length);
        } else if (number < 0) {
            diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, entry->key_place,
                            "'%s': the parts of '%.*s' are numbered from 1, without leading zeros", entry->key,
                            (int)base_length, entry->key);
        } else if (number > 0 && !(parsing->values->base->rows[row].flags & ENT_MULTI)) {
            diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, entry->key_place,
                            "'%.*s' cannot be split over several lines", (int)base_length, entry->key);
            suggest_line(parsing, parsing->values->base->rows[row].name, entry->value);
        }
    }
}

static int compare_numbers(const void *a, const void *b)
{
    int left = ((const struct keyed_entry *)a)->number, right = ((const struct keyed_entry *)b)->number;
    return left < right ? -1 : left > right;
}

/* The entries of one option in numeric order; complains of gaps and of a plain key beside numbered ones. */
static size_t gather_parts(const struct parsing *parsing, const struct ent_option *row, struct keyed_entry *parts)
{
    size_t count = 0;
    for (size_t i = 0; i < parsing->section->entry_count && count < PARTS_MAX; i++) {
        const struct config_entry *entry = &parsing->section->entries[i];
        size_t base_length;
        int number = part_number(entry->key, &base_length);
        bool fits = number == 0 || (number > 0 && row->flags & ENT_MULTI);
        if (fits && !strncmp(row->name, entry->key, base_length) && row->name[base_length] == '\0')
            parts[count++] = (struct keyed_entry){entry, number};
    }
    qsort(parts, count, sizeof *parts, compare_numbers);
    if (count > 1 && parts[0].number == 0) {
        diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, parts[0].entry->key_place,
                        "'%s' stands beside '%s': give the value whole, or in parts from %s.1 on", row->name,
                        parts[1].entry->key, row->name);
        return count;
    }
    int expected = 1;
    for (size_t i = 0; i < count && parts[i].number > 0; i++, expected++) {
        if (parts[i].number == expected)
            continue;
        char key[256];
        snprintf(key, sizeof key, "%s.%d", row->name, expected);
        diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, parts[i].entry->key_place,
                        "'%s' is missing before '%s': parts are numbered without gaps", key, parts[i].entry->key);
        suggest_line(parsing, key, parts[i].entry->value);
        expected = parts[i].number;
    }
    return count;
}

/* ---------------------------------------------------------------------------------------------------------- values */

/* Joins the parts into value->raw. */
static bool join_parts(struct parsing *parsing, struct option_value *value, const struct keyed_entry *entries,
                       size_t count)
{
    struct arena *arena = parsing->values->arena;
    struct option_part *parts = arena_calloc(arena, count, sizeof *parts);
    struct buffer text = BUFFER_INIT;
    buffer_append(&text, "", 0);
    for (size_t i = 0; parts && i < count; i++) {
        if (i > 0)
            buffer_append_char(&text, value->option->type == ENT_OPTION_LIST ? ',' : ' ');
        parts[i] = (struct option_part){text.size, entries[i].entry->value_place};
        buffer_append_text(&text, entries[i].entry->value);
    }
    const char *copy = parts && !text.failed ? arena_copy(arena, text.bytes, text.size) : NULL;
    value->raw = (struct ent_str){copy, text.size};
    value->parts = parts;
    value->part_count = count;
    value->place = entries[0].entry->value_place;
    value->is_set = true;
    buffer_free(&text);
    return copy != NULL;
}

struct source_place options_place(const struct option_value *value, size_t offset, size_t length)
{
    if (value->part_count == 0)
        return value->place;
    const struct option_part *part = &value->parts[0];
    for (size_t i = 1; i < value->part_count && value->parts[i].offset <= offset; i++)
        part = &value->parts[i];
    if (offset > value->raw.size)
        offset = value->raw.size;
    if (length > value->raw.size - offset)
        length = value->raw.size - offset;
    struct source_place place = part->place;
    place.column += (int)utf8_length(value->raw.data + part->offset, offset - part->offset);
    place.length = (int)utf8_length(value->raw.data + offset, length);
    return place;
}

static void complain_of_value(const struct parsing *parsing, const struct option_value *value,
                              const struct option_problem *problem)
{
    size_t length = problem->length > 0 ? problem->length : value->raw.size;
    diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR,
                    options_place(value, problem->length > 0 ? problem->offset : 0, length), "%s: %s",
                    value->option->name, problem->text);
    if (problem->suggestion[0])
        suggest_line(parsing, value->option->name, problem->suggestion);
}

static void complain_of_file(const struct parsing *parsing, const struct option_value *value, const struct error *error)
{
    diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, options_place(value, 0, value->raw.size), "%s: %s",
                    value->option->name, error->text);
}

/* The path as it is to be opened; empty with the problem told. `offset` is of its text in the raw value. */
static struct ent_str finish_one_path(struct parsing *parsing, struct option_value *value, struct ent_str text,
                                      size_t offset)
{
    char path[PATH_MAX];
    struct error error = ERROR_INIT;
    const char *resolved = NULL;
    struct source_place place = options_place(value, offset, text.size);
    if (!config_resolve_path(value->place, text.data, path, sizeof path))
        error_set(&error, ERROR_LIMIT, "the path is too long");
    else if (text.data[0] == '~')
        error_set(&error, ERROR_INPUT, "'~' is not expanded here; write the folder's whole path");
    else
        resolved = arena_copy(parsing->values->arena, path, strlen(path));
    bool is_good = resolved && option_path_check(value->option, resolved, parsing->context->made_folder, &error);
    if (is_good && value->option->flags & ENT_PATH_CONTENT)
        is_good = option_path_content(resolved, &value->content, &error);
    if (!is_good)
        diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, place, "%s: %s", value->option->name, error.text);
    return (struct ent_str){resolved, resolved ? strlen(resolved) : 0};
}

static void finish_path(struct parsing *parsing, struct option_value *value)
{
    struct ent_str path = finish_one_path(parsing, value, value->text, 0);
    if (path.data)
        value->text = path;
}

static bool is_path(const struct ent_option *option)
{
    return option->type == ENT_OPTION_PATH ||
           (option->type == ENT_OPTION_LIST &&
            option->flags & (ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT));
}

static void finish_paths(struct parsing *parsing, struct option_value *value)
{
    struct ent_str *paths = arena_calloc(parsing->values->arena, value->item_count + 1, sizeof *paths);
    size_t from = 0;
    for (size_t i = 0; paths && i < value->item_count; i++) {
        const char *item = value->items[i].data, *at = strstr(value->raw.data + from, item);
        from = at ? (size_t)(at - value->raw.data) : 0;
        paths[i] = finish_one_path(parsing, value, value->items[i], from);
        from += value->items[i].size;
    }
    if (paths)
        value->items = paths;
}

static void finish_secret(struct parsing *parsing, struct option_value *value)
{
    struct error error = ERROR_INIT;
    if (parsing->context->mode == OPTIONS_RESOLVE &&
        !option_secret_resolve(value->place, value->text.data, parsing->values->arena, &value->text, &error)) {
        value->text = (struct ent_str){NULL, 0};
        complain_of_file(parsing, value, &error);
    }
}

/* An empty value of these types says "none", which only a required option refuses. */
static bool may_be_empty(uint32_t type)
{
    return type == ENT_OPTION_STRING || type == ENT_OPTION_SECRET || type == ENT_OPTION_LIST;
}

static void parse_set_value(struct parsing *parsing, struct option_value *value)
{
    struct option_problem problem = {0};
    if (value->raw.size == 0 && (value->option->flags & ENT_REQUIRED || !may_be_empty(value->option->type))) {
        snprintf(problem.text, sizeof problem.text, "the value is missing");
        complain_of_value(parsing, value, &problem);
        return;
    }
    if (!option_value_read(value->option, value->raw.data, parsing->values->arena, value, &problem)) {
        complain_of_value(parsing, value, &problem);
        return;
    }
    if (is_path(value->option) && value->option->type == ENT_OPTION_LIST)
        finish_paths(parsing, value);
    else if (is_path(value->option))
        finish_path(parsing, value);
    else if (value->option->type == ENT_OPTION_SECRET && value->text.size > 0)
        finish_secret(parsing, value);
}

static void complain_missing(const struct parsing *parsing, const struct ent_option *option)
{
    char sample[300];
    options_print_sample(option, sample, sizeof sample);
    diagnostics_add(parsing->diagnostics, DIAGNOSTIC_ERROR, parsing->section->place, "[%s] lacks '%s': %s",
                    parsing->section->title, option->name, option->help ? option->help : "it is required");
    diagnostics_suggest(parsing->diagnostics, "%s", sample);
}

static bool parse_value(struct parsing *parsing, size_t row, struct keyed_entry *entries)
{
    const struct option_value *standard = &parsing->values->base->defaults[row];
    const struct ent_option *option = standard->option;
    parsing->values->values[row] = standard;
    if (!option->name || parsing->values->base->is_hidden[row])
        return true;
    size_t count = gather_parts(parsing, option, entries);
    if (count == 0) {
        if (option->flags & ENT_REQUIRED)
            complain_missing(parsing, option);
        return true;
    }
    struct option_value *value = arena_alloc(parsing->values->arena, sizeof *value);
    if (!value)
        return false;
    *value = *standard;
    parsing->values->values[row] = value;
    if (!join_parts(parsing, value, entries, count))
        return false;
    parse_set_value(parsing, value);
    return true;
}

/* -------------------------------------------------------------------------------------------------------- the module
 */

struct option_values *options_parse(const struct config_section *section, const struct option_table *tables,
                                    size_t table_count, const struct options_context *context,
                                    struct diagnostics *diagnostics)
{
    struct option_values *values = calloc(1, sizeof *values);
    struct keyed_entry *entries = calloc(section->entry_count + 1, sizeof *entries);
    struct parsing parsing = {.values = values, .section = section, .diagnostics = diagnostics, .context = context};
    struct option_origin origin = {diagnostics, section->place, section->title};
    bool done = values && entries && (values->arena = arena_create_small(0, SMALL_BLOCK)) &&
                (values->base = option_base_find(&origin, context->cache, tables, table_count)) &&
                (values->values = arena_calloc(values->arena, values->base->count + 1, sizeof *values->values));
    if (done)
        check_keys(&parsing);
    for (size_t i = 0; done && i < values->base->count; i++)
        done = parse_value(&parsing, i, entries);
    free(entries);
    if (done && !arena_failed(values->arena))
        return values;
    options_destroy(values);
    return NULL;
}

/* What cannot be copied shows in the arena. */
static void copy_str(struct arena *arena, struct ent_str *text)
{
    if (text->data)
        text->data = arena_copy(arena, text->data, text->size);
}

/* The value of row `row`, with all it points to in the arena. */
static bool set_value(struct option_values *values, size_t row, const struct option_value *given)
{
    struct option_value *value = arena_alloc(values->arena, sizeof *value);
    struct ent_str *items = given->item_count ? arena_calloc(values->arena, given->item_count, sizeof *items) : NULL;
    if (!value || (given->item_count && !items))
        return false;
    *value = *given;
    value->option = values->base->defaults[row].option;
    value->is_set = true;
    value->raw = ent_text(NULL);
    copy_str(values->arena, &value->text);
    for (size_t i = 0; i < given->item_count; i++) {
        items[i] = given->items[i];
        copy_str(values->arena, &items[i]);
    }
    value->items = items;
    values->values[row] = value;
    return true;
}

static bool set_values(struct option_values *values, const struct option_set *set, size_t count, struct error *error)
{
    for (size_t i = 0; i < values->base->count; i++)
        values->values[i] = &values->base->defaults[i];
    for (size_t i = 0; i < count; i++) {
        size_t row = find_row(values, set[i].name, strlen(set[i].name));
        if (row == SIZE_MAX)
            return error_set(error, ERROR_INPUT, "there is no option '%s'", set[i].name);
        if (!set_value(values, row, &set[i].value))
            return error_set(error, ERROR_MEMORY, "no memory for option '%s'", set[i].name);
    }
    return !arena_failed(values->arena) || error_set(error, ERROR_MEMORY, "no memory for options");
}

struct option_values *options_assemble(const struct option_table *tables, size_t table_count,
                                       struct options_cache *cache, const struct option_set *set, size_t set_count,
                                       struct error *error)
{
    struct option_values *values = calloc(1, sizeof *values);
    struct diagnostics *diagnostics = diagnostics_create();
    struct option_origin origin = {.diagnostics = diagnostics, .title = ""};
    bool done = values && diagnostics && (values->arena = arena_create_small(0, SMALL_BLOCK)) &&
                (values->base = option_base_find(&origin, cache, tables, table_count)) &&
                (values->values = arena_calloc(values->arena, values->base->count + 1, sizeof *values->values));
    diagnostics_destroy(diagnostics);
    if (!done)
        error_set(error, ERROR_MEMORY, "no memory for options");
    if (done && set_values(values, set, set_count, error))
        return values;
    options_destroy(values);
    return NULL;
}

void options_destroy(struct option_values *values)
{
    if (!values)
        return;
    option_base_release(values->base);
    arena_destroy(values->arena);
    free(values);
}

size_t options_count(const struct option_values *values)
{
    return values->base->count;
}

const struct option_value *options_value(const struct option_values *values, size_t index)
{
    return index < values->base->count ? values->values[index] : NULL;
}

const struct option_value *options_find(const struct option_values *values, const char *name)
{
    const struct option_base *base = values->base;
    for (size_t i = 0; base->hidden_count > 0 && i < base->count; i++)
        if (base->is_hidden[i] && strcmp(base->rows[i].name, name) == 0)
            return values->values[i];
    return options_find_own(values, name);
}

const struct option_value *options_find_own(const struct option_values *values, const char *name)
{
    size_t row = find_row(values, name, strlen(name));
    return row == SIZE_MAX ? NULL : values->values[row];
}

const char *options_text(const struct option_values *values, const char *name)
{
    const struct option_value *value = options_find(values, name);
    assert(value);
    return value ? value->text.data : NULL;
}

int64_t options_integer(const struct option_values *values, const char *name)
{
    const struct option_value *value = options_find(values, name);
    assert(value);
    return value ? value->integer : 0;
}

bool options_equal(const struct option_values *a, const struct option_values *b)
{
    if (a->base->count != b->base->count)
        return false;
    for (size_t i = 0; i < a->base->count; i++) {
        if (a->base->is_hidden[i])
            continue;
        const struct option_value *left = a->values[i], *right = options_find_own(b, a->base->names[i]);
        if (!right || left->raw.size != right->raw.size || (left->raw.data == NULL) != (right->raw.data == NULL) ||
            (left->raw.data && memcmp(left->raw.data, right->raw.data, left->raw.size) != 0))
            return false;
        if (left->content != right->content)
            return false;
        /* A secret may have changed where it is kept, a relative path by a move of the file. */
        if (left->text.size != right->text.size ||
            (left->text.data && right->text.data && memcmp(left->text.data, right->text.data, left->text.size) != 0))
            return false;
    }
    return true;
}

static const char *made_up_value(const struct ent_option *option)
{
    switch (option->type) {
    case ENT_OPTION_SECRET:
        return "env:NAME";
    case ENT_OPTION_INT:
        return "1";
    case ENT_OPTION_FLOAT:
        return "0.5";
    case ENT_OPTION_BOOL:
        return "yes";
    case ENT_OPTION_DURATION:
        return "15m";
    case ENT_OPTION_SIZE:
        return "10M";
    case ENT_OPTION_PATH:
        return option->flags & ENT_PATH_DIR ? "/path/to/folder" : "/path/to/file";
    case ENT_OPTION_LIST:
        return is_path(option) ? "/path/to/folder" : "one, two";
    default:
        return "…";
    }
}

void options_print_sample(const struct ent_option *option, char *text, size_t size)
{
    if (option->default_value || option->type != ENT_OPTION_URL) {
        const char *value = option->default_value ? option->default_value : option->min;
        int length = option->choices ? (int)strcspn(option->choices, "|") : 0;
        struct buffer line = BUFFER_INIT;
        if (!value && option->choices)
            ini_append_line(&line, option->name, strlen(option->name), option->choices, (size_t)length);
        else
            ini_append_line(&line, option->name, strlen(option->name), value ? value : made_up_value(option),
                            strlen(value ? value : made_up_value(option)));
        snprintf(text, size, "%s", line.failed ? option->name : line.bytes);
        buffer_free(&line);
        return;
    }
    const char *schemes = option->choices ? option->choices : "https";
    snprintf(text, size, "%s = %.*s://example.org/", option->name, (int)strcspn(schemes, "|"), schemes);
}
