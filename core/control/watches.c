#include "core/control/watches.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/control/changes.h"
#include "core/control/watch_file.h"
#include "core/setup/setup.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "core/watch/rule.h"
#include "core/watch/watch.h"
#include "lib/base/nearest.h"
#include "lib/base/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AUTHOR_MAX = 60, LIST_MAX = 50, WORD_MAX = 100 };

/* What a request says. */
struct wanted {
    const char *author, *when;
    struct buffer to, on; /* apart by commas */
    const json_t *options; /* further keys: a text, or null, which takes a key away */
    struct watch_line *lines;
    size_t line_count;
};

/* ---- reading a request ---- */

static bool read_text(const struct control_request *request, const char *name, size_t most, const char **text,
                      struct error *error)
{
    const json_t *value = json_object_get(request->arguments, name);
    *text = json_string_value(value);
    if (value && !*text)
        return error_set(error, ERROR_INPUT, "'%s' of %s must be a string", name, control_row(request->command)->name);
    if (*text && json_string_length(value) > most)
        return error_set(error, ERROR_LIMIT, "'%s' has more than %zu bytes", name, most);
    return true;
}

static bool check_arguments(const struct control_request *request, struct error *error)
{
    static const char *const known[] = {"author", "when", "to", "on", "options"};
    size_t count = request->command == CONTROL_WATCH_SAVE ? sizeof known / sizeof *known : 1;
    const char *key;
    json_t *value, *arguments = (json_t *)(uintptr_t)request->arguments; /* jansson's iteration takes no const */
    json_object_foreach(arguments, key, value)
    {
        size_t at = 0;
        while (at < count && strcmp(known[at], key) != 0)
            at++;
        if (at == count)
            return error_set(error, ERROR_INPUT, "'%.60s' is no argument of %s", key, control_row(request->command)->name);
    }
    return true;
}

/* Each word is one of `words`, ended by NULL. */
static bool read_list(const struct control_request *request, const char *name, const char *const *words, const char *what,
                      struct buffer *list, struct error *error)
{
    const json_t *value = json_object_get(request->arguments, name);
    if (value && (!json_is_array(value) || json_array_size(value) > LIST_MAX))
        return error_set(error, ERROR_INPUT, "'%s' must be a list of at most %d words", name, (int)LIST_MAX);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *word = json_string_value(json_array_get(value, i));
        size_t at = 0;
        while (word && words[at] && strcmp(words[at], word) != 0)
            at++;
        if (!word || !words[at]) {
            const char *nearest = word ? nearest_word(word, words) : NULL;
            return error_set(error, ERROR_INPUT, "%s, word %zu: '%.60s' is no %s%s%s%s", name, i + 1, word ? word : "", what,
                             nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
        }
        buffer_printf(list, "%s%s", list->size ? ", " : "", word);
    }
    return !list->failed || error_set(error, ERROR_MEMORY, "out of memory");
}

/* The names of the configuration's sinks, ended by NULL, to be freed; lent by it. */
static const char **sinks_of(const struct config *config)
{
    size_t count = config_section_count(config), used = 0;
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        if (strcmp(config_section(config, i)->kind, "sink") == 0)
            names[used++] = config_section(config, i)->name;
    return names;
}

static bool read_sinks(const struct control_request *request, const struct config *config, struct buffer *list,
                       struct error *error)
{
    const char **names = sinks_of(config);
    bool ok = names ? read_list(request, "to", names, "sink of the configuration", list, error)
                    : error_set(error, ERROR_MEMORY, "out of memory");
    free(names);
    return ok;
}

/* By the table of a watch's options, whose choices are apart by '|'. */
static bool read_changes(const struct control_request *request, struct buffer *list, struct error *error)
{
    struct option_table table = watch_options();
    const char *words[LIST_MAX + 1] = {NULL};
    char *choices = NULL, *rest = NULL;
    size_t count = 0;
    for (size_t i = 0; i < table.count && !choices; i++)
        if (strcmp(table.rows[i].name, "on") == 0)
            choices = strdup(table.rows[i].choices);
    if (!choices)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (char *word = strtok_r(choices, "|", &rest); word && count < LIST_MAX; word = strtok_r(NULL, "|", &rest))
        words[count++] = word;
    bool ok = read_list(request, "on", words, "change that can raise an alert", list, error);
    free(choices);
    return ok;
}

/* ---- further keys ---- */

/* Whether `key`, a part of a series aside ("on.2"), is `name`. */
static bool is_key(const char *key, const char *name)
{
    size_t size = strlen(name);
    return strncmp(key, name, size) == 0 && (!key[size] || key[size] == '.');
}

/* A file that a request may name could be any of the machine's; the rest has arguments of its own. */
static bool is_settable(const char *key)
{
    return strcmp(key, "when") != 0 && strcmp(key, "when_file") != 0 && strcmp(key, "to") != 0 &&
           strcmp(key, "on") != 0;
}

static bool check_key(const char *key, struct error *error)
{
    struct option_table table = watch_options();
    const char *words[LIST_MAX + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < table.count && count < LIST_MAX; i++) {
        const char *name = options_row(&table, i).name;
        if (!is_settable(name))
            continue;
        if (strcmp(name, key) == 0)
            return true;
        words[count++] = name;
    }
    const char *nearest = nearest_word(key, words);
    return error_set(error, ERROR_INPUT, "options: '%.60s' is no key of a watch that can be set so%s%s%s", key,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static bool check_options(const struct wanted *wanted, struct error *error)
{
    const char *key;
    json_t *value, *options = (json_t *)(uintptr_t)wanted->options;
    if (options && (!json_is_object(options) || json_object_size(options) > LIST_MAX))
        return error_set(error, ERROR_INPUT, "'options' must be an object of at most %d keys", (int)LIST_MAX);
    json_object_foreach(options, key, value)
    {
        if (!check_key(key, error))
            return false;
        if (!json_is_null(value) && !json_is_string(value))
            return error_set(error, ERROR_INPUT,
                             "%s: a value is a text as the file has it, or null, which takes the key away", key);
        if (json_is_string(value) && !setup_check_watch_option(key, json_string_value(value), error))
            return false;
    }
    return true;
}

/* What the request says nothing of stays as it is, be it unknown. */
static bool stays(const char *key, const struct control_request *request, const struct wanted *wanted)
{
    const char *name;
    json_t *value, *options = (json_t *)(uintptr_t)wanted->options;
    if (is_key(key, "when") || is_key(key, "when_file") ||
        (is_key(key, "to") && json_object_get(request->arguments, "to")) ||
        (is_key(key, "on") && json_object_get(request->arguments, "on")))
        return false;
    json_object_foreach(options, name, value) if (is_key(key, name)) return false;
    return true;
}

static bool gather_lines(const struct control_request *request, const struct config_section *there,
                         struct wanted *wanted, struct error *error)
{
    const char *key;
    json_t *value, *options = (json_t *)(uintptr_t)wanted->options;
    wanted->lines = calloc((there ? there->entry_count : 0) + json_object_size(options) + 1, sizeof *wanted->lines);
    if (!wanted->lines)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; there && i < there->entry_count; i++)
        if (stays(there->entries[i].key, request, wanted))
            wanted->lines[wanted->line_count++] = (struct watch_line){there->entries[i].key, there->entries[i].value};
    json_object_foreach(options, key, value) if (json_is_string(value)) wanted->lines[wanted->line_count++] =
        (struct watch_line){key, json_string_value(value)};
    return true;
}

static bool check_rule(const struct rule_names *names, const char *when, struct error *error)
{
    struct rule_error problem = {0};
    struct rule *rule = rule_compile_with(names, when, strlen(when), &problem);
    rule_destroy(rule);
    if (rule)
        return true;
    size_t size = strlen(when), offset = problem.offset < size ? problem.offset : size;
    size_t length = problem.length < size - offset ? problem.length : size - offset;
    return length > 0 ? error_set(error, ERROR_INPUT, "when, character %zu ('%.*s'): %s", utf8_length(when, offset) + 1,
                                  length < WORD_MAX ? (int)length : (int)WORD_MAX, when + offset, problem.text)
                      : error_set(error, ERROR_INPUT, "when, character %zu: %s", utf8_length(when, offset) + 1, problem.text);
}

static bool read_save(const struct watch_ground *ground, const struct control_request *request,
                      const struct config *config, struct wanted *wanted, struct error *error)
{
    wanted->options = json_object_get(request->arguments, "options");
    if (!read_text(request, "when", RULE_SIZE_MAX, &wanted->when, error))
        return false;
    if (!wanted->when || !*wanted->when)
        return error_set(error, ERROR_INPUT, "watch-save needs a rule: when");
    return check_rule(ground->names, wanted->when, error) && read_sinks(request, config, &wanted->to, error) &&
           read_changes(request, &wanted->on, error) && check_options(wanted, error);
}

/* ---- what is there ---- */

static const struct config_section *find_watch(const struct config *config, const char *name)
{
    char title[WATCH_FILE_NAME_MAX + 16];
    snprintf(title, sizeof title, "watch.%s", name);
    return config_find(config, title);
}

/* A saved watch stands in the file of its name; what stands elsewhere is the operator's. */
static bool is_ours(const struct config_section *section, const char *name, struct error *error)
{
    char file[WATCH_FILE_NAME_MAX + 8];
    const char *slash = strrchr(section->place.file, '/');
    snprintf(file, sizeof file, "%s.ini", name);
    return (section->is_saved && strcmp(slash ? slash + 1 : section->place.file, file) == 0) ||
           error_set(error, ERROR_STATE, "[watch.%s] stands in the configuration, at %s:%d; change it there, or take another name",
                     name, section->place.file, section->place.line);
}

static size_t count_saved(const struct config *config)
{
    size_t count = 0;
    for (size_t i = 0; i < config_section_count(config); i++)
        count += config_section(config, i)->is_saved;
    return count;
}

static bool forget(void *context, struct store *store, struct error *error)
{
    return watch_forget(store, context, error);
}

/* ---- the commands ---- */

static bool save(const struct watch_ground *ground, const struct control_request *request, const struct config *config,
                 struct wanted *wanted, char *path, size_t size, struct error *error)
{
    const struct config_section *there = find_watch(config, request->target);
    if (there && !is_ours(there, request->target, error))
        return false;
    if (!there && count_saved(config) >= CONTROL_SAVED_MAX)
        return error_set(error, ERROR_LIMIT, "there are %d saved watches already; remove one first", (int)CONTROL_SAVED_MAX);
    if (!read_save(ground, request, config, wanted, error) || !gather_lines(request, there, wanted, error))
        return false;
    struct buffer text = BUFFER_INIT;
    char *before = NULL;
    size_t before_size;
    if (there && !config_read_file(there->place.file, CONFIG_FILE_SIZE_MAX, &before, &before_size, error))
        return false;
    const struct watch_file file = {.name = request->target,
                                    .when = wanted->when,
                                    .to = wanted->to.bytes ? wanted->to.bytes : "",
                                    .on = wanted->on.bytes ? wanted->on.bytes : "",
                                    .lines = wanted->lines,
                                    .line_count = wanted->line_count,
                                    .author = wanted->author,
                                    .time = clock_now(),
                                    .before = before};
    /* One that had the name once has left its cursor, from which this one would make up for what was between. */
    bool ok = watch_file_compose(&file, &text, error) &&
              (there || !ground->bus || bus_change(ground->bus, forget, (void *)(uintptr_t)request->target, error)) &&
              watch_file_write(ground->state_dir, request->target, &text, path, size, error);
    buffer_free(&text);
    free(before);
    return ok;
}

static bool take_away(const struct watch_ground *ground, const struct control_request *request,
                      const struct config *config, char *path, size_t size, struct error *error)
{
    const struct config_section *there = find_watch(config, request->target);
    if (!there)
        return error_set(error, ERROR_MISSING, "there is no saved watch '%s'", request->target);
    return is_ours(there, request->target, error) &&
           watch_file_remove(ground->state_dir, request->target, path, size, error);
}

static void put_result(const struct control_request *request, const struct wanted *wanted, const char *path,
                       struct json_writer *result)
{
    bool is_save = request->command == CONTROL_WATCH_SAVE;
    bool is_other = strcmp(wanted->author, request->author) != 0;
    char text[PATH_MAX + 80];
    log_write(LOG_INFO, NULL, NULL, "%s%s%s: %s %s", request->author, is_other ? " for " : "",
              is_other ? wanted->author : "", control_row(request->command)->name, request->target);
    snprintf(text, sizeof text, is_save ? "Saved in %s." : "Removed: %s.", path);
    json_key(result, "text");
    json_put_text(result, text);
    json_key(result, "file");
    json_put_text(result, path);
}

bool control_watch(const struct watch_ground *ground, const struct control_request *request, struct json_writer *result,
                   struct error *error)
{
    struct wanted wanted = {.to = BUFFER_INIT, .on = BUFFER_INIT};
    char path[PATH_MAX];
    if (!watch_file_is_name(request->target, error) || !check_arguments(request, error) ||
        !read_text(request, "author", AUTHOR_MAX, &wanted.author, error))
        return false;
    wanted.author = wanted.author && *wanted.author ? wanted.author : request->author;
    struct diagnostics *diagnostics = diagnostics_create();
    /* What else is wrong with it is the reload's to say. */
    struct config *config = diagnostics ? config_load(ground->config, diagnostics, error) : NULL;
    bool ok = config != NULL;
    if (!diagnostics)
        error_set(error, ERROR_MEMORY, "out of memory");
    if (ok)
        ok = request->command == CONTROL_WATCH_SAVE
                 ? save(ground, request, config, &wanted, path, sizeof path, error)
                 : take_away(ground, request, config, path, sizeof path, error);
    if (ok)
        put_result(request, &wanted, path, result);
    buffer_free(&wanted.to);
    buffer_free(&wanted.on);
    free(wanted.lines);
    config_destroy(config);
    diagnostics_destroy(diagnostics);
    return ok;
}

/* ---- without a daemon ---- */

/* Under the lock: with the store's bus where there is a store. */
static bool change_under_lock(struct watch_ground *ground, const struct control_request *request,
                              struct json_writer *result, struct error *error)
{
    char store[PATH_MAX];
    if (!state_path(store, sizeof store, ground->state_dir, STORE_FILE_NAME, error))
        return false;
    if (access(store, F_OK) == 0) {
        struct control_alone *alone = control_alone_begin(ground->state_dir, error);
        ground->bus = alone ? control_alone_bus(alone) : NULL;
        bool ok = alone && control_watch(ground, request, result, error);
        control_alone_end(alone);
        return ok;
    }
    struct state_lock *lock = state_prepare(ground->state_dir, error) ? state_lock(ground->state_dir, error) : NULL;
    bool ok = lock && control_watch(ground, request, result, error);
    state_unlock(lock);
    return ok;
}

bool control_watch_alone(const char *config, const char *state_dir, const struct control_request *request,
                         struct json_writer *result, struct error *error)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(config, NULL, OPTIONS_CHECK, diagnostics, error)
                                      : (error_set(error, ERROR_MEMORY, "out of memory"), NULL);
    const char *own = setup ? setup_daemon(setup)->state_dir : NULL;
    struct watch_ground ground = {.config = config, .state_dir = state_dir};
    bool ok = setup != NULL;
    if (ok && (!own || strcmp(own, state_dir) != 0))
        ok = error_set(error, ERROR_INPUT, "the state directory of %s is %s, not %s; a watch there would not be seen", config,
                       own ? own : "not known", state_dir);
    if (ok) {
        ground.names = setup_names(setup);
        ok = change_under_lock(&ground, request, result, error);
    }
    setup_destroy(setup);
    diagnostics_destroy(diagnostics);
    return ok;
}
