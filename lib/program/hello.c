#include "lib/program/hello.h"

#include "lib/base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 4 * 1024 * 1024 };

static const char *const type_words[] = {"string", "secret", "int",  "float", "bool", "duration",
                                         "size",   "url",    "path", "enum",  "list"};
static const char *const kind_words[] = {"source", "transform", "classifier", "detector", "sink"};
static const char *const flag_members[] = {"required", "read", "write", "directory", "multi", "advanced", "content"};
enum {
    TYPES = sizeof type_words / sizeof *type_words,
    KINDS = sizeof kind_words / sizeof *kind_words,
    FLAGS = sizeof flag_members / sizeof *flag_members
};

static size_t find_word(const char *const *words, size_t count, const char *word)
{
    size_t i = 0;
    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

unsigned hello_kind_of(const char *word)
{
    size_t found = find_word(kind_words, KINDS, word);
    return found < KINDS ? 1u << found : 0;
}

/* A member that is a text. True also where it is absent and need not be there. */
static bool read_text(struct arena *arena, const json_t *object, const char *key, bool is_required, const char **text,
                      struct error *error)
{
    const json_t *value = json_object_get(object, key);
    *text = NULL;
    if (!value || json_is_null(value))
        return !is_required || error_set(error, ERROR_INPUT, "%s is missing", key);
    if (!json_is_string(value))
        return error_set(error, ERROR_INPUT, "%s must be a string, in the notation of the configuration", key);
    *text = arena_copy(arena, json_string_value(value), json_string_length(value));
    return *text || error_set(error, ERROR_LIMIT, "it is larger than %d bytes", MEMORY_MAX);
}

/* ["a","b"] as "a|b"; a string as it is. */
static bool read_choices(struct arena *arena, const json_t *object, const char **text, struct error *error)
{
    const json_t *list = json_object_get(object, "choices");
    if (!json_is_array(list))
        return read_text(arena, object, "choices", false, text, error);
    *text = "";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word || !*word || strchr(word, '|'))
            return error_set(error, ERROR_INPUT, "choices must be a list of words");
        *text = arena_printf(arena, "%s%s%s", *text, i > 0 ? "|" : "", word);
        if (!*text)
            return error_set(error, ERROR_LIMIT, "it is larger than %d bytes", MEMORY_MAX);
    }
    return true;
}

static bool read_flags(const json_t *object, uint32_t *flags, struct error *error)
{
    for (size_t i = 0; i < FLAGS; i++) {
        const json_t *value = json_object_get(object, flag_members[i]);
        if (value && !json_is_boolean(value))
            return error_set(error, ERROR_INPUT, "%s must be true or false", flag_members[i]);
        *flags |= json_is_true(value) ? 1u << i : 0;
    }
    return true;
}

static bool read_option(struct arena *arena, const json_t *object, struct hello_option *option, struct error *error)
{
    const char *type;
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "it must be an object");
    if (!read_text(arena, object, "name", true, &option->name, error) ||
        !read_text(arena, object, "help", true, &option->help, error) ||
        !read_text(arena, object, "type", true, &type, error) ||
        !read_text(arena, object, "default", false, &option->default_value, error) ||
        !read_text(arena, object, "min", false, &option->min, error) ||
        !read_text(arena, object, "max", false, &option->max, error) ||
        !read_text(arena, object, "unit", false, &option->unit, error) ||
        !read_text(arena, object, "since", false, &option->since, error) ||
        !read_choices(arena, object, &option->choices, error) || !read_flags(object, &option->flags, error))
        return false;
    size_t found = find_word(type_words, TYPES, type);
    option->type = (uint32_t)found + 1;
    return found < TYPES ||
           error_set(error, ERROR_INPUT,
                     "type \"%.40s\" is none of string, secret, int, float, bool, duration, size, url, path, "
                     "enum and list",
                     type);
}

static bool read_options(struct hello *hello, const json_t *object, struct error *error)
{
    const json_t *list = json_object_get(object, "options");
    size_t count = json_array_size(list);
    if (list && !json_is_array(list))
        return error_set(error, ERROR_INPUT, "options must be a list");
    if (count > HELLO_OPTIONS_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d options", HELLO_OPTIONS_MAX);
    hello->options = arena_calloc(hello->arena, count + 1, sizeof *hello->options);
    if (!hello->options)
        return error_set(error, ERROR_MEMORY, "no memory for %zu options", count);
    for (; hello->option_count < count; hello->option_count++)
        if (!read_option(hello->arena, json_array_get(list, hello->option_count), &hello->options[hello->option_count],
                         error)) {
            error_prefix(error, "option %zu", hello->option_count + 1);
            return false;
        }
    return true;
}

static bool read_kinds(struct hello *hello, const json_t *object, struct error *error)
{
    const json_t *list = json_object_get(object, "kinds");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        unsigned kind = word ? hello_kind_of(word) : 0;
        if (!kind)
            return error_set(error, ERROR_INPUT,
                             "kinds: \"%.40s\" is none of source, transform, classifier, detector and sink",
                             word ? word : "");
        hello->kinds |= kind;
    }
    return hello->kinds != 0 ||
           error_set(error, ERROR_INPUT, "kinds must be a list of what it can be, as [\"source\"]");
}

static bool read_window(struct hello *hello, const json_t *object, struct error *error)
{
    const json_t *window = json_object_get(object, "window");
    hello->window = HELLO_WINDOW;
    if (!window)
        return true;
    if (!json_is_integer(window) || json_integer_value(window) < 1 || json_integer_value(window) > HELLO_WINDOW_MAX)
        return error_set(error, ERROR_INPUT, "window must be a number from 1 to %d", HELLO_WINDOW_MAX);
    hello->window = (size_t)json_integer_value(window);
    return true;
}

static bool read_head(const json_t *object, struct error *error)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    const json_t *protocol = json_object_get(object, "protocol");
    if (!type || strcmp(type, "hello") != 0)
        return error_set(error, ERROR_INPUT, "the first line must be a hello: {\"type\":\"hello\",\"protocol\":1,…}");
    if (!json_is_integer(protocol))
        return error_set(error, ERROR_INPUT, "protocol must be a number; this is protocol %d", HELLO_PROTOCOL);
    if (json_integer_value(protocol) != HELLO_PROTOCOL)
        return error_set(error, ERROR_INPUT,
                         "it speaks protocol %lld, this version of Entente speaks %d; one of them is too old",
                         (long long)json_integer_value(protocol), HELLO_PROTOCOL);
    return true;
}

static bool read_all(struct hello *hello, const json_t *object, struct error *error)
{
    if (!read_head(object, error) || !read_text(hello->arena, object, "name", true, &hello->name, error) ||
        !read_text(hello->arena, object, "version", false, &hello->version, error) ||
        !read_text(hello->arena, object, "licence", false, &hello->licence, error) ||
        !read_text(hello->arena, object, "summary", false, &hello->summary, error) ||
        !read_kinds(hello, object, error) || !read_window(hello, object, error))
        return false;
    hello->version = hello->version ? hello->version : "0";
    hello->licence = hello->licence ? hello->licence : "unknown";
    hello->summary = hello->summary ? hello->summary : "A program";
    return read_options(hello, object, error);
}

struct hello *hello_read(json_t *object, struct error *error)
{
    struct hello *hello = calloc(1, sizeof *hello);
    if (hello)
        hello->arena = arena_create_small(MEMORY_MAX, 1024);
    if (!hello || !hello->arena) {
        hello_destroy(hello);
        error_set(error, ERROR_MEMORY, "no memory for its hello");
        return NULL;
    }
    if (read_all(hello, object, error))
        return hello;
    error_prefix(error, "hello");
    hello_destroy(hello);
    return NULL;
}

struct hello *hello_read_line(const char *line, size_t size, struct error *error)
{
    json_error_t place;
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &place);
    struct hello *hello = NULL;
    if (json_is_object(object))
        hello = hello_read(object, error);
    else
        error_set(error, ERROR_INPUT, "its first line is no hello but \"%.*s\"%s", (int)(size < 80 ? size : 80), line,
                  size > 80 ? "…" : "");
    json_decref(object);
    return hello;
}

void hello_destroy(struct hello *hello)
{
    if (!hello)
        return;
    arena_destroy(hello->arena);
    free(hello);
}
