#include "lib/evaluate/label.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

json_t *label_load(const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    json_t *set = json_object();
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t size;
    bool good = file && set;
    if (!file)
        error_set_errno(error, errno, "%s", path);
    while (good && (size = getline(&line, &capacity, file)) >= 0) {
        number++;
        if (strspn(line, " \t\r\n") == (size_t)size)
            continue;
        json_error_t problem = {.text = ""};
        json_t *row = json_loadb(line, (size_t)size, JSON_ALLOW_NUL, &problem);
        const char *id = json_is_object(row) ? json_string_value(json_object_get(row, "id")) : NULL;
        good = id && !json_object_set(set, id, row);
        if (!good)
            error_set(error, ERROR_INPUT, "%s:%zu: %s", path, number,
                      row ? "no object with a text \"id\"" : problem.text);
        json_decref(row);
    }
    if (good && ferror(file))
        good = error_set_errno(error, errno, "%s", path);
    free(line);
    if (file)
        fclose(file);
    if (good)
        return set;
    json_decref(set);
    return NULL;
}

const char *label_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

size_t label_list_size(const json_t *list)
{
    return json_is_array(list) ? json_array_size(list) : json_is_object(list) ? 1 : 0;
}

const json_t *label_list_item(const json_t *list, size_t index)
{
    const json_t *item = json_is_array(list) ? json_array_get(list, index) : list;
    return json_is_object(item) ? item : NULL;
}

static const json_t *alternatives(const json_t *event, const char *field)
{
    return json_object_get(json_object_get(event, "alt"), field);
}

size_t label_options(const json_t *event, const char *field, const json_t *options[LABEL_OPTIONS_MAX])
{
    const json_t *extra = alternatives(event, field);
    size_t count = 0;
    options[count++] = json_object_get(event, field);
    if (json_is_array(extra)) {
        for (size_t i = 0; i < json_array_size(extra) && count < LABEL_OPTIONS_MAX; i++)
            options[count++] = json_array_get(extra, i);
    } else if (extra && !json_is_null(extra))
        options[count++] = extra;
    return count;
}

size_t label_list_options(const json_t *event, const char *field, const json_t *lists[LABEL_OPTIONS_MAX])
{
    const json_t *options[LABEL_OPTIONS_MAX];
    size_t found = label_options(event, field, options), count = 0;
    bool loose = false, none = false;
    lists[count++] = json_is_array(options[0]) ? options[0] : NULL;
    for (size_t i = 1; i < found; i++) {
        if (json_is_array(options[i]) && count < LABEL_OPTIONS_MAX)
            lists[count++] = options[i];
        loose |= json_is_object(options[i]);
        none |= !options[i] || json_is_null(options[i]);
    }
    if (loose && count < LABEL_OPTIONS_MAX)
        lists[count++] = alternatives(event, field);
    if (none && count < LABEL_OPTIONS_MAX)
        lists[count++] = NULL;
    return count;
}

bool label_accepts(const json_t *event, const char *field, const char *value)
{
    const json_t *options[LABEL_OPTIONS_MAX];
    size_t count = label_options(event, field, options);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(options[i]);
        if (text && value ? !strcmp(text, value) : !value && (!options[i] || json_is_null(options[i])))
            return true;
    }
    return false;
}

/* ---- facts ---- */
static bool fact_modality(const char *modality)
{
    return !modality || !*modality || !strcmp(modality, "confirmed") || !strcmp(modality, "reported") ||
           !strcmp(modality, "alleged");
}

static bool current_scope(const char *scope)
{
    return !scope || !*scope || !strcmp(scope, "current");
}

bool label_is_fact(const json_t *event)
{
    return current_scope(label_text(event, "scope")) && fact_modality(label_text(event, "modality"));
}

bool label_may_be_fact(const json_t *event)
{
    const json_t *options[LABEL_OPTIONS_MAX];
    bool scope = false, modality = false;
    for (size_t count = label_options(event, "scope", options), i = 0; i < count; i++)
        scope |= current_scope(json_string_value(options[i]));
    for (size_t count = label_options(event, "modality", options), i = 0; i < count; i++)
        modality |= fact_modality(json_string_value(options[i]));
    return scope && modality;
}

bool label_may_be_nonfact(const json_t *event)
{
    const json_t *options[LABEL_OPTIONS_MAX];
    bool may = label_accepts(event, "scope", "background");
    for (size_t count = label_options(event, "modality", options), i = 0; i < count; i++)
        may |= !fact_modality(json_string_value(options[i]));
    return may;
}

bool label_is_optional(const json_t *event)
{
    const char *gold = label_text(event, "gold");
    return gold && !strcmp(gold, "optional");
}

/* ---- actors ---- */
bool label_same_actor(const char *a, const char *b)
{
    if (!strchr(a, ':') || !strchr(b, ':'))
        return !strcmp(a, b);
    for (;; a++, b++) {
        while (*a == '-' || *a == '_')
            a++;
        while (*b == '-' || *b == '_')
            b++;
        int one = *a >= 'a' && *a <= 'z' ? *a - 'a' + 'A' : *a, other = *b >= 'a' && *b <= 'z' ? *b - 'a' + 'A' : *b;
        if (one != other)
            return false;
        if (!one)
            return true;
    }
}

size_t label_principals(const json_t *actors, struct label_actor principals[LABEL_ACTORS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < label_list_size(actors) && count < LABEL_ACTORS_MAX; i++) {
        const json_t *actor = label_list_item(actors, i);
        const char *id = label_text(actor, "id"), *role = label_text(actor, "role");
        bool left_out =
            !id || !*id || !strcmp(id, "UNK") || !strncasecmp(id, "GRP:", 4) || (role && !strcmp(role, "observer"));
        if (!left_out)
            principals[count++] = (struct label_actor){id, role ? role : ""};
    }
    return count;
}

bool label_names(const struct label_actor *actors, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (label_same_actor(actors[i].id, id))
            return true;
    return false;
}

size_t label_distinct(struct label_actor *actors, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!label_names(actors, kept, actors[i].id))
            actors[kept++] = actors[i];
    return kept;
}

/* ---- dates ---- */
static void fill_day(char day[11], const char *text, const char *rest)
{
    size_t size = text ? strlen(text) : 0;
    day[0] = 0;
    if (size)
        snprintf(day, 11, "%.10s%s", text, size < 10 ? rest + size : "");
}

struct label_span label_span(const json_t *date)
{
    struct label_span span;
    fill_day(span.first, label_text(date, "start"), "0000-01-01");
    fill_day(span.last, label_text(date, "end"), "9999-12-31");
    return span;
}

bool label_span_equal(const struct label_span *a, const struct label_span *b)
{
    return !strcmp(a->first, b->first) && !strcmp(a->last, b->last);
}

bool label_span_stated(const struct label_span *span)
{
    return *span->first || *span->last;
}

bool label_span_contradicts(const struct label_span *a, const struct label_span *b)
{
    return (*a->last && *b->first && strcmp(a->last, b->first) < 0) ||
           (*b->last && *a->first && strcmp(b->last, a->first) < 0);
}
