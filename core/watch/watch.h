/* Watch: rules over the stream of event revisions, and the alerts that they raise.
 *
 * A watch is one [watch.NAME] section. It has its own durable cursor over revisions: on an empty archive it starts at the
 * beginning, added later at the present, unless `from = archive`; editing its rule keeps the cursor. With `on = new`,
 * the default, it raises one alert an event, ever, at the first revision that the rule matches. Other words of `on`
 * name changes (status, date, sources, …): each such revision of an event that the rule matches raises one alert with
 * the first of these words as its reason. An alert gets one delivery for each sink of `to`,
 * when core/delivery says.
 *
 * The set is made from the configuration by core/setup and runs as a stage of the writer, on the writer's thread, after
 * the desk. It owns its watches. */
#ifndef CORE_WATCH_WATCH_H
#define CORE_WATCH_WATCH_H

#include "core/config/options.h"
#include "core/delivery/dispatch.h"
#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct revision_row;
struct store;
struct watch_set;

/* The options of a [watch.NAME] section: when, when_file, to, on, max_age, from, enabled, and delivery's. */
struct option_table watch_options(void);

struct watch_settings {
    const char *name;
    const char *when;            /* parts joined; copied */
    const char *const *sinks;    /* names as in `to`, ended by NULL; copied */
    const char *const *on;       /* words, ended by NULL; NULL or empty for "new" */
    bool from_archive;
    const struct delivery_route *routes; /* one a sink, with policies, in their order; lent. NULL: all at once */
    int64_t max_age_ms;          /* between publication and fetch of what may alert; 0 for any */
    const struct rule_names *names; /* that the rule may use; lent for as long as the set lives */
};

struct watch_set *watch_set_create(void);
void watch_set_destroy(struct watch_set *set);
/* False with `rule_error` filled where the rule is wrong (rule_error->text not empty), else with `error`. */
bool watch_set_add(struct watch_set *set, const struct watch_settings *settings, struct rule_error *rule_error,
                   struct error *error);
size_t watch_set_count(const struct watch_set *set);

/* Forgets how far a watch of that name had come, so that the next one of it begins at the present. No error where there
 * was none. In a transaction; not while it runs. */
bool watch_forget(struct store *store, const char *name, struct error *error);
/* Gives each watch that is new to the store its first cursor. Call once after the set was made or reloaded, inside a
 * transaction and before the desk takes items: whether the archive is empty decides where a new watch starts. */
bool watch_set_register(struct watch_set *set, struct store *store, struct error *error);

/* Before watch_set_register at the start of a daemon: `once` on an empty archive founds it, and then no item is too old
 * to alert until watch_founded says that the founding is over. Inside a transaction. */
bool watch_set_found(struct watch_set *set, struct store *store, bool once, struct error *error);
/* For bus_change; `context` is not looked at. */
bool watch_founded(void *context, struct store *store, struct error *error);

/* The stage: `context` is the struct watch_set. Takes a bounded number of revisions a call, so that a long
 * archive does not hold the writer. */
bool watch_set_run(void *context, struct store *store, struct error *error);
/* Did the last run leave revisions untaken? */
bool watch_set_has_more(const void *context);
/* When the next mute ends, in milliseconds since 1970; 0 where nothing is muted. */
int64_t watch_set_due(const void *context);
/* Alerts raised since the set was made, for status. */
int64_t watch_set_alerts(const struct watch_set *set);

/* What alerts hang on. Does this revision name the change `word`? */
bool watch_has_change(struct record_view event, const char *word);
/* The first word of `on` (ended by NULL), other than "new", that names a change of this revision; NULL where none does.
 * Of what recoding or a person's correction made only the words for just that, and of a rejected event none. */
const char *watch_change_reason(const char *const *on, struct record_view event);
/* How long before its fetch the item was published that led to this revision, in milliseconds; 0 where no item led to it
 * or its time is not known. */
bool watch_revision_age(struct store *store, const struct revision_row *row, int64_t *age, struct error *error);
/* May this revision be the one at which its event is new to a watch? Not one by which it ends, nor one that recoding,
 * a correction or a merge made, nor any of a rejected event; one that the desk split from another may. */
bool watch_can_be_new(struct record_view event);

/* What the event's alerts stand under where they are grouped: its parties, "KAZ–UZB", and its region. Appends to each. */
void watch_headings(struct record_view event, struct buffer *dyad, struct buffer *region);

/* The line for people: "RUS → UZB: arms_transfer/sale signed, 12 Mi-8 (2 sources)". Appends to `line`. */
void watch_headline(struct record_view event, struct buffer *line);

#endif
