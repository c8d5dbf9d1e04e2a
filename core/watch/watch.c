#include "core/watch/watch.h"

#include "core/base/clock.h"
#include "core/config/watch_rows.h"
#include "core/store/alert_states.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/watch/watch_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REVISIONS_A_RUN = 1000 };

/* ---- options ---- */

static const struct ent_option options[] = {
    WATCH_ROWS("The rule that an event must match (docs/rules.md); parts when.1, when.2, … are joined",
               "What raises an alert: new, once for each event, or changes of an event",
               "What was published longer than this before its fetch raises no alert; not with from = archive, nor while "
               "`entented --once` fills an empty archive",
               "Where a watch that is added to a filled archive starts"),
    {"enabled", ENT_OPTION_BOOL, 0, "yes", NULL, NULL, NULL, NULL, "Whether the watch is on", NULL},
};

struct option_table watch_options(void)
{
    struct option_table table = {options, sizeof options / sizeof *options, sizeof *options};
    return table;
}

/* ---- the set ---- */

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the watches");
}

struct watch_set *watch_set_create(void)
{
    struct watch_set *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->facts = rule_facts_create();
    set->archive = archive_create();
    if (set->facts && set->archive) {
        rule_facts_ask(set->facts, archive_table(set->archive));
        return set;
    }
    watch_set_destroy(set);
    return NULL;
}

static void free_list(char **list, size_t count)
{
    for (size_t i = 0; list && i < count; i++)
        free(list[i]);
    free(list);
}

static void watch_free(struct watch *watch)
{
    free(watch->name);
    free(watch->processor);
    rule_destroy(watch->rule);
    free_list(watch->sinks, watch->sink_count);
    free(watch->routes);
    free_list(watch->on, watch->on_count);
}

void watch_set_destroy(struct watch_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++)
        watch_free(&set->watches[i]);
    free(set->watches);
    rule_facts_destroy(set->facts);
    archive_destroy(set->archive);
    rule_index_destroy(set->index);
    free(set->selection);
    free(set);
}

/* A copy of a list ended by NULL. False when memory is out; what was copied is then in place to be freed. */
static bool copy_list(const char *const *from, char ***list, size_t *count)
{
    size_t size = 0;
    while (from && from[size])
        size++;
    *count = 0;
    *list = calloc(size + 1, sizeof **list);
    for (; *list && *count < size; (*count)++)
        if (!((*list)[*count] = strdup(from[*count])))
            return false;
    return *list != NULL;
}

static bool fill_watch(struct watch *watch, const struct watch_settings *settings)
{
    static const char *const only_new[] = {"new", NULL};
    bool has_on = settings->on && settings->on[0];
    watch->from_archive = settings->from_archive;
    watch->max_age = settings->max_age_ms;
    watch->statistic = rule_statistic(watch->rule);
    glances_forget(&watch->glances);
    rule_fingerprint(watch->rule, watch->fingerprint);
    if (!(watch->name = strdup(settings->name)) || asprintf(&watch->processor, "watch.%s", settings->name) < 0 ||
        !copy_list(settings->sinks, &watch->sinks, &watch->sink_count) ||
        !copy_list(has_on ? settings->on : only_new, &watch->on, &watch->on_count))
        return false;
    watch->routes = calloc(watch->sink_count + 1, sizeof *watch->routes);
    if (!watch->routes)
        return false;
    for (size_t i = 0; i < watch->sink_count; i++) {
        if (settings->routes)
            watch->routes[i] = settings->routes[i];
        watch->routes[i].sink = watch->sinks[i];
    }
    for (size_t i = 0; i < watch->on_count; i++)
        watch->on_new |= strcmp(watch->on[i], "new") == 0;
    return true;
}

bool watch_set_add(struct watch_set *set, const struct watch_settings *settings, struct rule_error *rule_error,
                   struct error *error)
{
    struct rule_error ignored = {.offset = 0};
    struct watch watch = {.name = NULL};
    rule_error = rule_error ? rule_error : &ignored;
    rule_error->text[0] = '\0';
    watch.rule = rule_compile_with(settings->names, settings->when, strlen(settings->when), rule_error);
    if (!watch.rule)
        return error_set(error, ERROR_CONFIG, "watch.%s: %s", settings->name, rule_error->text);
    struct watch *grown = realloc(set->watches, (set->count + 1) * sizeof *grown);
    if (grown)
        set->watches = grown;
    if (!grown || !fill_watch(&watch, settings)) {
        watch_free(&watch);
        return no_memory(error);
    }
    set->watches[set->count++] = watch;
    rule_index_destroy(set->index);
    set->index = NULL;
    return true;
}

size_t watch_set_count(const struct watch_set *set)
{
    return set->count;
}

int64_t watch_set_due(const void *context)
{
    const struct watch_set *set = context;
    int64_t due = set->next_mute_end;
    for (size_t i = 0; i < set->count; i++) {
        int64_t look_at = set->watches[i].look_at;
        if (look_at > 0 && (due == 0 || look_at < due))
            due = look_at;
    }
    return due;
}

bool watch_set_has_more(const void *context)
{
    const struct watch_set *set = context;
    return set->has_more;
}

int64_t watch_set_alerts(const struct watch_set *set)
{
    return atomic_load(&set->alerts);
}

/* ---- cursors ---- */

/* On an empty archive the present is the beginning. */
static bool read_cursor(struct watch *watch, struct store *store, struct error *error)
{
    bool found;
    watch->is_moved = false;
    if (!store_cursor(store, watch->processor, &watch->cursor, &found, error))
        return false;
    if (found)
        return true;
    watch->cursor = watch->from_archive ? 0 : store_revision_last(store, error);
    return watch->cursor >= 0 && store_cursor_put(store, watch->processor, watch->cursor, error);
}

bool watch_forget(struct store *store, const char *name, struct error *error)
{
    const struct series_state none = {.spike = SERIES_NO_DAY, .silence = SERIES_NO_DAY};
    char *processor = NULL;
    if (asprintf(&processor, "watch.%s", name) < 0)
        return error_set(error, ERROR_MEMORY, "out of memory");
    bool ok = store_cursor_delete(store, processor, error) && store_series_clear(store, name, error) &&
              store_series_state_put(store, name, &none, error);
    free(processor);
    return ok;
}

bool watch_set_register(struct watch_set *set, struct store *store, struct error *error)
{
    for (size_t i = 0; i < set->count; i++)
        if (!read_cursor(&set->watches[i], store, error))
            return false;
    return true;
}

/* `--once` on an empty archive fills it, however old the items are; and so does the run that goes on after one that was
 * killed in the middle of that. */
bool watch_set_found(struct watch_set *set, struct store *store, bool once, struct error *error)
{
    int64_t was_founding, items = store_item_last(store, error);
    if (items < 0 || !store_watch_mark(store, "founding", &was_founding, error))
        return false;
    set->is_founding = once && (items == 0 || was_founding != 0);
    return set->is_founding == (was_founding != 0) || store_watch_mark_put(store, "founding", set->is_founding, error);
}

bool watch_founded(void *context, struct store *store, struct error *error)
{
    (void)context;
    return store_watch_mark_put(store, "founding", 0, error);
}

/* ---- the stage ---- */

static bool prepare_index(struct watch_set *set, struct error *error)
{
    if (set->index)
        return true;
    const struct rule **rules = calloc(set->count + 1, sizeof *rules);
    for (size_t i = 0; rules && i < set->count; i++)
        rules[i] = set->watches[i].rule;
    set->index = rules ? rule_index_create(rules, set->count) : NULL;
    free(rules);
    free(set->selection);
    set->selection = set->index ? calloc(rule_index_words(set->index), sizeof *set->selection) : NULL;
    return set->selection || no_memory(error);
}

static bool try_watch(struct watch_run *run, size_t number, const struct revision_row *row, bool is_absorbed)
{
    struct watch_set *set = run->set;
    struct watch *watch = &set->watches[number];
    bool is_due = watch->cursor < row->sequence;
    bool counts = watch->statistic.kind != RULE_NO_STATISTIC && watch->series.cursor < row->sequence;
    if (!is_due && !counts)
        return true;
    bool matches = !is_absorbed && rule_index_has(set->selection, number) && rule_matches(watch->rule, set->facts, NULL);
    if (archive_failed(set->archive, run->error))
        return false;
    if (is_due) {
        watch->cursor = row->sequence;
        watch->is_moved = true;
    }
    if (counts)
        return counting_take(run, watch, row, matches, is_due);
    return !matches || watch_raise(run, watch, row);
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct watch_run *run = context;
    struct watch_set *set = run->set;
    /* An event that went into another is no news: the other one's revision says what that changed. */
    bool is_absorbed = watch_has_change(row->record, "absorbed");
    run->age = -1;
    if (!is_absorbed) {
        if (!rule_facts_fill(set->facts, row->record, row->has_previous ? &row->previous : NULL))
            run->failed = !no_memory(run->error);
        else
            rule_index_select(set->index, set->facts, set->selection);
    }
    for (size_t i = 0; i < set->count && !run->failed; i++)
        run->failed = !try_watch(run, i, row, is_absorbed);
    run->taken++;
    run->last = row->sequence;
    return !run->failed;
}

/* The revision behind which the first of the watches has to go on. */
static bool find_start(struct watch_run *run, int64_t last, int64_t *first)
{
    *first = last;
    for (size_t i = 0; i < run->set->count; i++) {
        struct watch *watch = &run->set->watches[i];
        bool counts = watch->statistic.kind != RULE_NO_STATISTIC;
        if (counts && !counting_begin(run, watch))
            return false;
        *first = watch->cursor < *first ? watch->cursor : *first;
        *first = counts && watch->series.cursor < *first ? watch->series.cursor : *first;
    }
    return true;
}

static bool finish(struct watch_run *run, bool has_more)
{
    int64_t now = clock_now();
    for (size_t i = 0; i < run->set->count; i++) {
        struct watch *watch = &run->set->watches[i];
        if (!has_more && !counting_look(run, watch, now))
            return false;
        if ((watch->is_moved && !store_cursor_put(run->store, watch->processor, watch->cursor, run->error)) ||
            !counting_end(run, watch))
            return false;
    }
    return true;
}

bool watch_set_run(void *context, struct store *store, struct error *error)
{
    struct watch_set *set = context;
    struct watch_run run = {.set = set, .store = store, .error = error};
    set->has_more = false;
    if (set->count == 0)
        return true;
    int64_t last = store_revision_last(store, error), first;
    archive_begin(set->archive, store);
    if (last < 0 || !prepare_index(set, error) || !watch_set_register(set, store, error) ||
        !store_mutes_end(store, clock_now(), error) || !store_mutes_next_end(store, &set->next_mute_end, error) ||
        !find_start(&run, last, &first))
        return false;
    run.last = first;
    if (first < last &&
        (!store_revisions_each(store, first, REVISIONS_A_RUN, take_revision, &run, error) || run.failed))
        return false;
    set->has_more = run.last < last;
    return finish(&run, set->has_more);
}
