#include "core/config/option_value.h"

#include "lib/base/nearest.h"
#include "lib/base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *option_type_word(uint32_t type)
{
    static const char *const words[] = {
        [ENT_OPTION_STRING] = "string", [ENT_OPTION_SECRET] = "secret", [ENT_OPTION_INT] = "int",
        [ENT_OPTION_FLOAT] = "float",   [ENT_OPTION_BOOL] = "bool",     [ENT_OPTION_DURATION] = "duration",
        [ENT_OPTION_SIZE] = "size",     [ENT_OPTION_URL] = "url",       [ENT_OPTION_PATH] = "path",
        [ENT_OPTION_ENUM] = "enum",     [ENT_OPTION_LIST] = "list"};
    return type < sizeof words / sizeof *words ? words[type] : NULL;
}

/* The choices of "a|b|c" as an array ended by NULL, in the arena; NULL when memory is out. */
static const char *const *option_choices(const char *choices, struct arena *arena)
{
    size_t count = 1;
    for (const char *at = choices; *at; at++)
        count += *at == '|';
    const char **list = arena_calloc(arena, count + 1, sizeof *list);
    if (!list)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(choices, "|");
        list[i] = arena_copy(arena, choices, length);
        if (!list[i])
            return NULL;
        choices += length + (choices[length] == '|');
    }
    return list;
}

/* -------------------------------------------------------------------------------------------------------- problems */

__attribute__((format(printf, 2, 3))) static bool refuse(struct option_problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    problem->text[utf8_cut(problem->text, strlen(problem->text), sizeof problem->text - 1)] = '\0';
    return false;
}

__attribute__((format(printf, 2, 3))) static void suggest(struct option_problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(problem->suggestion, sizeof problem->suggestion, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof problem->suggestion)
        problem->suggestion[0] = '\0';
}

static void mark(struct option_problem *problem, size_t offset, size_t length)
{
    problem->offset = offset;
    problem->length = length;
}

/* --------------------------------------------------------------------------------------------------------- numbers */

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Digits to a number; false where it does not fit. */
static bool read_digits(const char *text, size_t length, int64_t *number)
{
    int64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text[i] - '0', &value))
            return false;
    }
    *number = value;
    return true;
}

static bool read_int(const char *text, int64_t *number, struct option_problem *problem)
{
    const char *digits = text + (*text == '-' || *text == '+');
    size_t length = count_digits(digits);
    if (length == 0 || digits[length]) {
        if (length > 0) {
            mark(problem, (size_t)(digits - text) + length, strlen(digits + length));
            if (digits[0] != '0')
                suggest(problem, "%.*s", (int)(digits - text + (ptrdiff_t)length), text);
        }
        return refuse(problem, "'%s' is not a whole number", text);
    }
    if (length > 1 && digits[0] == '0') {
        size_t zeros = strspn(digits, "0");
        suggest(problem, "%s%s", *text == '-' ? "-" : "", digits[zeros] ? digits + zeros : "0");
        return refuse(problem, "'%s' begins with a zero, which some programs read as octal", text);
    }
    if (!read_digits(digits, length, number))
        return refuse(problem, "'%s' is too large", text);
    if (*text == '-')
        *number = -*number;
    return true;
}

static bool read_float(const char *text, double *number, struct option_problem *problem)
{
    /* No hexadecimal, no "inf" or "nan", and a point whatever the locale. */
    size_t size = strspn(text, "+-0123456789.eE");
    if (size == 0 || text[size] || !strpbrk(text, "0123456789")) {
        if (strchr(text, ','))
            suggest(problem, "%.*s.%s", (int)strcspn(text, ","), text, strchr(text, ',') + 1);
        return refuse(problem, "'%s' is not a number", text);
    }
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return refuse(problem, "out of memory");
    char *end;
    errno = 0;
    *number = strtod_l(text, &end, plain);
    freelocale(plain);
    if (*end)
        return refuse(problem, "'%s' is not a number", text);
    if (!isfinite(*number))
        return refuse(problem, "'%s' is too large", text);
    return true;
}

static bool read_bool(const char *text, int64_t *number, struct option_problem *problem)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", NULL};
    for (size_t i = 0; words[i]; i++) {
        if (!strcasecmp(text, words[i])) {
            *number = (int64_t)(i & 1);
            return true;
        }
    }
    const char *nearest = nearest_word(text, words);
    if (!strcmp(text, "1") || !strcasecmp(text, "y"))
        nearest = "yes";
    else if (!strcmp(text, "0") || !strcasecmp(text, "n"))
        nearest = "no";
    if (nearest)
        suggest(problem, "%s", nearest);
    return refuse(problem, "'%s' is neither yes nor no (true, false, on, off)", text);
}

struct unit {
    const char *word;
    int64_t factor;
};

static const struct unit duration_units[] = {{"ms", 1},
                                             {"s", 1000},
                                             {"m", 60 * 1000},
                                             {"h", 3600 * 1000},
                                             {"d", 24 * 3600 * 1000LL},
                                             {"w", 7 * 24 * 3600 * 1000LL}};

static const struct unit *find_unit(const struct unit *units, size_t count, const char *word, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(units[i].word) == length && !strncasecmp(units[i].word, word, length))
            return &units[i];
    }
    return NULL;
}

static bool read_duration(const char *text, int64_t *milliseconds, struct option_problem *problem)
{
    static const char example[] = "write 500ms, 30s, 15m, 2h, 7d or 1h30m";
    int64_t total = 0;
    const char *at = text;
    if (!strcmp(text, "0")) {
        *milliseconds = 0;
        return true;
    }
    while (*at) {
        size_t digits = count_digits(at);
        size_t letters = 0;
        while (isalpha((unsigned char)at[digits + letters]))
            letters++;
        int64_t number;
        if (digits == 0) {
            mark(problem, (size_t)(at - text), strlen(at));
            return refuse(problem, "'%s' is not a duration: %s", text, example);
        }
        if (letters == 0) {
            if (at == text && !at[digits])
                suggest(problem, "%ss", text);
            return refuse(problem, "'%s' lacks a unit: %s", text, example);
        }
        const struct unit *unit =
            find_unit(duration_units, sizeof duration_units / sizeof *duration_units, at + digits, letters);
        if (!unit) {
            mark(problem, (size_t)(at - text) + digits, letters);
            char first = (char)tolower((unsigned char)at[digits]);
            if (letters > 1 && strchr("smhdw", first))
                suggest(problem, "%.*s%c%s", (int)((size_t)(at - text) + digits), text, first, at + digits + letters);
            return refuse(problem, "'%.*s' is no unit of time: %s", (int)letters, at + digits, example);
        }
        if (!read_digits(at, digits, &number) || __builtin_mul_overflow(number, unit->factor, &number) ||
            __builtin_add_overflow(total, number, &total))
            return refuse(problem, "'%s' is too long a time", text);
        at += digits + letters;
    }
    if (at == text)
        return refuse(problem, "a duration is missing: %s", example);
    *milliseconds = total;
    return true;
}

static const struct unit size_units[] = {{"", 1},           {"k", 1LL << 10},   {"m", 1LL << 20},   {"g", 1LL << 30},
                                         {"t", 1LL << 40},  {"kib", 1LL << 10}, {"mib", 1LL << 20}, {"gib", 1LL << 30},
                                         {"tib", 1LL << 40}};

static bool read_size(const char *text, int64_t *bytes, struct option_problem *problem)
{
    size_t digits = count_digits(text);
    if (digits == 0)
        return refuse(problem, "'%s' is not a size: write 4096, 64k, 10M or 2G (powers of 1024)", text);
    const struct unit *unit =
        find_unit(size_units, sizeof size_units / sizeof *size_units, text + digits, strlen(text + digits));
    if (!unit) {
        mark(problem, digits, strlen(text + digits));
        if (strchr("kKmMgGtT", text[digits]))
            suggest(problem, "%.*s%c", (int)digits, text, text[digits]);
        return refuse(problem, "'%s' is no unit of size: write k, M, G or T (powers of 1024)", text + digits);
    }
    if (!read_digits(text, digits, bytes) || __builtin_mul_overflow(*bytes, unit->factor, bytes))
        return refuse(problem, "'%s' is too large", text);
    return true;
}

/* ------------------------------------------------------------------------------------------------- addresses, words */

static bool is_choice(const char *const *choices, const char *word)
{
    for (; *choices; choices++) {
        if (!strcmp(*choices, word))
            return true;
    }
    return false;
}

static bool check_port(const char *port, struct option_problem *problem, const char *text)
{
    size_t digits = count_digits(port);
    int64_t number = 0;
    if (digits == 0 || digits > 5 || port[digits] || !read_digits(port, digits, &number) || number < 1 ||
        number > 65535) {
        mark(problem, (size_t)(port - text), strlen(port));
        return refuse(problem, "':%s' is no port: a number from 1 to 65535", port);
    }
    return true;
}

/* [user@]host[:port], up to the first slash. */
static bool check_authority(char *authority, const char *shown, size_t offset, struct option_problem *problem)
{
    char *host = strrchr(authority, '@');
    host = host ? host + 1 : authority;
    char *port = NULL;
    if (*host == '[') {
        char *close = strchr(host, ']');
        if (!close || strspn(host + 1, "0123456789abcdefABCDEF:.%") != (size_t)(close - host) - 1 ||
            (close[1] && close[1] != ':'))
            return refuse(problem, "'%s' has no proper IPv6 address: [2001:db8::1]", shown);
        port = close[1] ? close + 2 : NULL;
        host++;
        *close = '\0';
    } else if ((port = strchr(host, ':'))) {
        *port++ = '\0';
    }
    if (*host == '\0')
        return refuse(problem, "'%s' names no host", shown);
    for (const char *at = host; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("-._:%", *at) && (unsigned char)*at < 0x80) {
            mark(problem, offset + (size_t)(at - authority), 1);
            return refuse(problem, "'%c' does not belong in the name of a host", *at);
        }
    }
    if (port && !check_port(port, problem, authority)) {
        problem->offset += offset;
        return false;
    }
    return true;
}

static bool check_url(const struct ent_option *option, const char *text, struct arena *arena,
                      struct option_problem *problem)
{
    const char *const *schemes = option_choices(option->choices ? option->choices : "http|https", arena);
    if (!schemes)
        return refuse(problem, "out of memory");
    size_t bad = strcspn(text, " \t\"<>\\^`{|}");
    if (text[bad]) {
        mark(problem, bad, 1);
        return refuse(problem, "an address may not hold '%c'; write it as %%%02X", text[bad], (unsigned)text[bad]);
    }
    const char *colon = strstr(text, "://");
    if (!colon) {
        if (*text)
            suggest(problem, "%s://%s", schemes[1] && !strcmp(schemes[1], "https") ? "https" : schemes[0], text);
        return refuse(problem, "'%s' is not an address: it begins with no scheme such as %s://", text, schemes[0]);
    }
    char *scheme = arena_copy(arena, text, (size_t)(colon - text));
    char *authority = arena_copy(arena, colon + 3, strcspn(colon + 3, "/?#"));
    if (!scheme || !authority)
        return refuse(problem, "out of memory");
    for (char *at = scheme; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    if (!is_choice(schemes, scheme)) {
        const char *nearest = nearest_word(scheme, schemes);
        mark(problem, 0, strlen(scheme));
        /* Another protocol's name is no typing error, though http and smtp differ by two letters. */
        if (nearest && nearest_distance(scheme, nearest) == 1)
            suggest(problem, "%s%s", nearest, colon);
        return refuse(problem, "'%s' addresses are not taken here, only %s", scheme,
                      option->choices ? option->choices : "http|https");
    }
    if (!strcmp(scheme, "file"))
        return true;
    return check_authority(authority, text, (size_t)(colon + 3 - text), problem);
}

static bool check_choice(const struct ent_option *option, const char *word, struct arena *arena,
                         struct option_problem *problem)
{
    const char *const *choices = option->choices ? option_choices(option->choices, arena) : NULL;
    if (!option->choices)
        return true;
    if (!choices)
        return refuse(problem, "out of memory");
    if (is_choice(choices, word))
        return true;
    const char *nearest = nearest_word(word, choices);
    if (nearest)
        suggest(problem, "%s", nearest);
    return refuse(problem, "'%s' is none of %s%s%s", word, option->choices, nearest ? "; nearest: " : "",
                  nearest ? nearest : "");
}

static bool read_item(const struct ent_option *option, const char *text, size_t from, size_t to, struct arena *arena,
                      struct ent_str *item, struct option_problem *problem)
{
    while (from < to && isspace((unsigned char)text[from]))
        from++;
    while (to > from && isspace((unsigned char)text[to - 1]))
        to--;
    char *word = arena_copy(arena, text + from, to - from);
    if (!word)
        return refuse(problem, "out of memory");
    *item = (struct ent_str){word, to - from};
    mark(problem, from, to - from);
    if (to == from)
        return refuse(problem, "nothing stands between two commas of the list");
    if (check_choice(option, word, arena, problem))
        return true;
    /* The suggestion is for the whole value. */
    if (problem->suggestion[0]) {
        char nearest[sizeof problem->suggestion];
        memcpy(nearest, problem->suggestion, sizeof nearest);
        suggest(problem, "%.*s%s%s", (int)from, text, nearest, text + to);
    }
    return false;
}

static bool read_list(const struct ent_option *option, const char *text, struct arena *arena,
                      struct option_value *value, struct option_problem *problem)
{
    size_t count = 1;
    for (const char *at = text; *at; at++)
        count += *at == ',';
    if (text[strspn(text, " \t")] == '\0')
        count = 0;
    struct ent_str *items = arena_calloc(arena, count, sizeof *items);
    if (!items)
        return refuse(problem, "out of memory");
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        size_t to = from + strcspn(text + from, ",");
        if (!read_item(option, text, from, to, arena, &items[i], problem))
            return false;
        from = to + 1;
    }
    mark(problem, 0, 0);
    value->items = items;
    value->item_count = count;
    return true;
}

/* --------------------------------------------------------------------------------------------------------- any type */

/* The value itself, without bounds. */
static bool read_any(const struct ent_option *option, const char *text, struct arena *arena, struct option_value *value,
                     struct option_problem *problem)
{
    switch (option->type) {
    case ENT_OPTION_INT:
        return read_int(text, &value->integer, problem);
    case ENT_OPTION_FLOAT:
        return read_float(text, &value->number, problem);
    case ENT_OPTION_BOOL:
        return read_bool(text, &value->integer, problem);
    case ENT_OPTION_DURATION:
        return read_duration(text, &value->integer, problem);
    case ENT_OPTION_SIZE:
        return read_size(text, &value->integer, problem);
    case ENT_OPTION_URL:
        return check_url(option, text, arena, problem);
    case ENT_OPTION_ENUM:
        return check_choice(option, text, arena, problem);
    case ENT_OPTION_LIST:
        return read_list(option, text, arena, value, problem);
    case ENT_OPTION_STRING:
    case ENT_OPTION_SECRET:
    case ENT_OPTION_PATH:
        return true;
    default:
        return refuse(problem, "the option has type %" PRIu32 ", which this version does not know", option->type);
    }
}

/* Below (-1) or above (1) the bound, or 0. A bound that does not parse is the table's fault. */
static bool compare_bound(const struct ent_option *option, const char *bound, struct arena *arena,
                          const struct option_value *value, int *order, struct option_problem *problem)
{
    struct option_value limit = {0};
    struct option_problem fault = {0};
    if (!read_any(option, bound, arena, &limit, &fault))
        return refuse(problem, "the option's own bound is wrong: %s", fault.text);
    if (option->type == ENT_OPTION_FLOAT)
        *order = value->number < limit.number ? -1 : value->number > limit.number;
    else
        *order = value->integer < limit.integer ? -1 : value->integer > limit.integer;
    return true;
}

static bool check_bounds(const struct ent_option *option, const char *text, struct arena *arena,
                         const struct option_value *value, struct option_problem *problem)
{
    bool ordered = option->type == ENT_OPTION_INT || option->type == ENT_OPTION_FLOAT ||
                   option->type == ENT_OPTION_DURATION || option->type == ENT_OPTION_SIZE;
    int order = 0;
    if (!ordered)
        return true;
    if (option->min && !compare_bound(option, option->min, arena, value, &order, problem))
        return false;
    if (order < 0) {
        suggest(problem, "%s", option->min);
        return refuse(problem, "%s is below the least value, %s", text, option->min);
    }
    order = 0;
    if (option->max && !compare_bound(option, option->max, arena, value, &order, problem))
        return false;
    if (order > 0) {
        suggest(problem, "%s", option->max);
        return refuse(problem, "%s is above the greatest value, %s", text, option->max);
    }
    return true;
}

bool option_value_read(const struct ent_option *option, const char *text, struct arena *arena,
                       struct option_value *value, struct option_problem *problem)
{
    *problem = (struct option_problem){0};
    struct option_value read = *value;
    if (!read_any(option, text, arena, &read, problem) || !check_bounds(option, text, arena, &read, problem))
        return false;
    switch (option->type) {
    case ENT_OPTION_STRING:
    case ENT_OPTION_SECRET:
    case ENT_OPTION_URL:
    case ENT_OPTION_PATH:
    case ENT_OPTION_ENUM:
        read.text.size = strlen(text);
        read.text.data = arena_copy(arena, text, read.text.size);
        if (!read.text.data)
            return refuse(problem, "out of memory");
        break;
    default:
        break;
    }
    *value = read;
    return true;
}
