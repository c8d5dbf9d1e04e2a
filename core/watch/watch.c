#include "core/watch/watch.h"

#include "core/base/clock.h"
#include "core/config/delivery_rows.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/store/progress.h"
#include "lib/base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REVISIONS_A_RUN = 1000 };

/* ---- options ---- */

#define CHANGE_WORDS                                                                                                   \
    "new|status|modality|scope|subtype|actors|date|places|quantities|equipment|name|steps|sources|independent_sources|" \
    "conflicts|merged|split|withdrawn|reopened|recode|correction"

static const struct ent_option options[] = {
    {"when", ENT_OPTION_STRING, ENT_MULTI, NULL, NULL, NULL, NULL, NULL,
     "The rule that an event must match (docs/rules.md); parts when.1, when.2, … are joined", NULL},
    {"when_file", ENT_OPTION_PATH, ENT_PATH_READ, NULL, NULL, NULL, NULL, NULL,
     "A file that holds the rule, in place of `when`", NULL},
    {"to", ENT_OPTION_LIST, ENT_MULTI, NULL, NULL, NULL, NULL, NULL, "Names of the sinks that get the alerts", NULL},
    {"on", ENT_OPTION_LIST, ENT_MULTI, "new", NULL, NULL, CHANGE_WORDS, NULL,
     "What raises an alert: new, once for each event, or changes of an event", NULL},
    {"from", ENT_OPTION_ENUM, 0, "now", NULL, NULL, "now|archive", NULL,
     "Where a watch that is added to a filled archive starts", NULL},
    DELIVERY_ROWS,
    {"enabled", ENT_OPTION_BOOL, 0, "yes", NULL, NULL, NULL, NULL, "Whether the watch is on", NULL},
};

struct option_table watch_options(void)
{
    struct option_table table = {options, sizeof options / sizeof *options, sizeof *options};
    return table;
}

/* ---- the set ---- */

struct watch {
    char *name;
    char *processor; /* "watch.NAME": its cursor's */
    struct rule *rule;
    char **sinks;
    size_t sink_count;
    struct delivery_route *routes; /* one a sink */
    char **on;
    size_t on_count;
    bool on_new, from_archive;
    int64_t cursor; /* during a run */
    bool is_moved;
};

struct watch_set {
    struct watch *watches;
    size_t count;
    struct rule_facts *facts;
    bool has_more;
    int64_t alerts;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the watches");
}

struct watch_set *watch_set_create(void)
{
    struct watch_set *set = calloc(1, sizeof *set);
    if (set && !(set->facts = rule_facts_create())) {
        free(set);
        return NULL;
    }
    return set;
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
    return true;
}

size_t watch_set_count(const struct watch_set *set)
{
    return set->count;
}

const struct rule *watch_set_rule(const struct watch_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->watches[i].name, name) == 0)
            return set->watches[i].rule;
    return NULL;
}

bool watch_set_has_more(const void *context)
{
    const struct watch_set *set = context;
    return set->has_more;
}

int64_t watch_set_alerts(const struct watch_set *set)
{
    return set->alerts;
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

bool watch_set_register(struct watch_set *set, struct store *store, struct error *error)
{
    for (size_t i = 0; i < set->count; i++)
        if (!read_cursor(&set->watches[i], store, error))
            return false;
    return true;
}

/* ---- alerts ---- */

bool watch_has_change(struct record_view event, const char *word)
{
    struct text change;
    for (size_t i = 0; record_get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        if (strcmp(change.bytes, word) == 0)
            return true;
    return false;
}

static bool is_rejected(struct record_view event)
{
    const char *verdict = record_text(event, ENT_EVENT_VERDICT);
    return verdict && strcmp(verdict, "rejected") == 0;
}

const char *watch_change_reason(const char *const *on, struct record_view event)
{
    /* What another lexicon or a person makes of old news alerts nobody who has not asked for just that. */
    const char *only = watch_has_change(event, "recode")       ? "recode"
                       : watch_has_change(event, "correction") ? "correction"
                                                               : NULL;
    for (; *on && !is_rejected(event); on++)
        if (strcmp(*on, "new") != 0 && (only ? !strcmp(*on, only) : watch_has_change(event, *on)))
            return *on;
    return NULL;
}

bool watch_can_be_new(struct record_view event)
{
    return !watch_has_change(event, "withdrawn") && !watch_has_change(event, "absorbed") &&
           !watch_has_change(event, "recode") && !watch_has_change(event, "correction") && !is_rejected(event);
}

static struct ent_record *make_alert(const struct watch *watch, const struct revision_row *row, const char *reason,
                                     int64_t now, struct error *error)
{
    char id[DIGEST_HEX_SIZE], revision[24];
    struct buffer headline = BUFFER_INIT;
    /* "new" comes once in an event's life, a change once in a revision. */
    snprintf(revision, sizeof revision, "%lld", strcmp(reason, "new") == 0 ? 0LL : (long long)row->revision);
    digest_texts(id, "alert", watch->name, row->event_id, reason, revision, NULL);
    watch_headline(row->record, &headline);
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, watch->name);
    record_put_text(builder, ENT_ALERT_REASON, reason);
    record_put_time(builder, ENT_ALERT_CREATED, now);
    record_put_text(builder, ENT_ALERT_HEADLINE, headline.bytes);
    record_put_view(builder, ENT_ALERT_EVENT, row->record);
    record_put_text(builder, ENT_ALERT_STATE, "new");
    buffer_free(&headline);
    return record_seal(builder, error);
}

struct run {
    struct watch_set *set;
    struct store *store;
    struct error *error;
    size_t taken;
    int64_t last;
    bool failed;
};

static bool dispatch(struct run *run, const struct watch *watch, struct record_view event, struct record_view alert,
                     int64_t now)
{
    struct buffer dyad = BUFFER_INIT, region = BUFFER_INIT;
    watch_headings(event, &dyad, &region);
    struct delivery_headings headings = {.words = {[GROUPING_DYAD] = dyad.size ? dyad.bytes : NULL,
                                                   [GROUPING_REGION] = region.size ? region.bytes : NULL}};
    bool ok = (!dyad.failed && !region.failed) || no_memory(run->error);
    ok = ok && dispatch_alert(run->store, alert, watch->routes, watch->sink_count, &headings, now, run->error);
    buffer_free(&dyad);
    buffer_free(&region);
    return ok;
}

static bool raise(struct run *run, const struct watch *watch, const struct revision_row *row, const char *reason)
{
    bool inserted = false;
    int64_t now = clock_now();
    struct ent_record *alert = make_alert(watch, row, reason, now, run->error);
    bool ok = alert && store_alert_put(run->store, alert->view, NULL, 0, now, &inserted, run->error) &&
              (!inserted || dispatch(run, watch, row->record, alert->view, now));
    record_release(alert);
    run->set->alerts += inserted;
    return ok;
}

/* Why this revision raises an alert of this watch; NULL where it does not. False on failure. */
static bool find_reason(struct run *run, const struct watch *watch, const struct revision_row *row, const char **reason)
{
    *reason = NULL;
    if (watch->on_new && watch_can_be_new(row->record)) {
        bool exists;
        if (!store_alert_exists(run->store, watch->name, row->event_id, "new", &exists, run->error))
            return false;
        if (!exists) {
            *reason = "new";
            return true;
        }
    }
    *reason = watch_change_reason((const char *const *)watch->on, row->record);
    return true;
}

static bool try_watch(struct run *run, struct watch *watch, const struct revision_row *row)
{
    const char *reason;
    watch->cursor = row->sequence;
    watch->is_moved = true;
    if (!rule_matches(watch->rule, run->set->facts, NULL))
        return true;
    return find_reason(run, watch, row, &reason) && (!reason || raise(run, watch, row, reason));
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct run *run = context;
    /* An event that went into another is no news: the other one's revision says what that changed. */
    bool is_absorbed = watch_has_change(row->record, "absorbed");
    if (!is_absorbed && !rule_facts_fill(run->set->facts, row->record, row->has_previous ? &row->previous : NULL))
        run->failed = !no_memory(run->error);
    for (size_t i = 0; i < run->set->count && !run->failed; i++) {
        struct watch *watch = &run->set->watches[i];
        if (watch->cursor >= row->sequence)
            continue;
        if (is_absorbed) {
            watch->cursor = row->sequence;
            watch->is_moved = true;
        } else
            run->failed = !try_watch(run, watch, row);
    }
    run->taken++;
    run->last = row->sequence;
    return !run->failed;
}

bool watch_set_run(void *context, struct store *store, struct error *error)
{
    struct watch_set *set = context;
    struct run run = {.set = set, .store = store, .error = error};
    set->has_more = false;
    if (set->count == 0)
        return true;
    int64_t last = store_revision_last(store, error), first = last;
    if (last < 0 || !watch_set_register(set, store, error))
        return false;
    for (size_t i = 0; i < set->count; i++)
        first = set->watches[i].cursor < first ? set->watches[i].cursor : first;
    if (first >= last)
        return true;
    if (!store_revisions_each(store, first, REVISIONS_A_RUN, take_revision, &run, error) || run.failed)
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->watches[i].is_moved && !store_cursor_put(store, set->watches[i].processor, set->watches[i].cursor, error))
            return false;
    set->has_more = run.last < last;
    return true;
}
