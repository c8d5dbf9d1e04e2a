/* Alert states in the store: what people did about alerts, and what they want to hear nothing of for a while.
 *
 * An alert is new, acknowledged, muted until a time, or resolved. Every act is kept with its author and note. A mute
 * covers a watch, an event, or one event for one watch; while it lasts, what is raised under it is kept as muted and
 * has no deliveries, and deliveries of the alerts that it covers wait until it ends. Ended mutes are taken away, and
 * their alerts made new, by store_mutes_end.
 *
 * Written on the writer's thread inside its transaction; reading for any thread with its own connection. Tables:
 * alert_act(alert, at, author, act, note, until), mute_act(act, watch, event) for those of no alert, mute(watch, event,
 * until, author, note, made); watch_mark(name, value). */
#ifndef CORE_STORE_ALERT_STATES_H
#define CORE_STORE_ALERT_STATES_H

#include "lib/base/digest.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_alert_states_schema[], store_mute_acts_schema[];

#define STORE_MUTED_FOR_EVER INT64_C(253370764800000) /* the year 9999 */

enum alert_act { ALERT_ACKNOWLEDGE, ALERT_MUTE, ALERT_UNMUTE, ALERT_RESOLVE, ALERT_REOPEN, ALERT_NOTE, ALERT_ACTS };

struct alert_by {
    const char *author;
    const char *note; /* NULL for none */
};

/* ---- one alert ---- */
struct alert_standing {
    int64_t sequence;
    char id[DIGEST_HEX_SIZE];
    char state[16];
    int64_t muted_until; /* 0 where it is not muted */
    char *watch, *event; /* the caller frees both; event "" for an alert about no event */
};
/* An id of at least six digits that begins only one alert's id is taken as that. ERROR_MISSING where there is none. */
bool store_alert_standing(struct store *store, const char *id, struct alert_standing *standing, struct error *error);
void alert_standing_free(struct alert_standing *standing);

/* `until` is a mute's. ERROR_STATE where the alert stands so that the act makes no sense, with the text why. */
bool store_alert_act(struct store *store, const char *id, enum alert_act act, int64_t until, const struct alert_by *by,
                     int64_t now, struct error *error);

struct alert_act_row {
    int64_t at, until; /* until 0 for none */
    const char *author, *act, *note;
};
/* Return false to stop early; the texts are lent. */
typedef bool store_alert_act_callback(void *context, const struct alert_act_row *row);
bool store_alert_acts_each(struct store *store, int64_t alert, store_alert_act_callback *callback, void *context,
                           struct error *error);

/* All that was done about any alert or mute, in the order in which it was done. */
struct alert_done_row {
    int64_t sequence; /* grows; nothing is ever taken away */
    int64_t at;
    const char *alert, *watch, *act, *author, *state; /* `state` as the alert stands now */
    const char *event;
    int64_t until; /* a mute's, else 0 */
};
/* Of a mute that covers more than an alert: `alert` and `state` are "", as are `watch` or `event` where it covers any;
 * `author` is
 * "" where a mute came to its end by itself. */
typedef bool store_alert_done_callback(void *context, const struct alert_done_row *row);
/* At most `limit` after `after`. */
bool store_alert_done_each(struct store *store, int64_t after, int64_t limit, store_alert_done_callback *callback,
                           void *context, struct error *error);

/* ---- mutes ---- */
struct mute {
    const char *watch, *event; /* "" for any; not both */
    int64_t until, made;
    const char *author, *note;
};
bool store_mute_put(struct store *store, const struct mute *mute, struct error *error);
/* ERROR_MISSING where there is none. */
bool store_mute_remove(struct store *store, const char *watch, const char *event, int64_t now, struct error *error);
/* Until when what the watch raises for this event, or an event merged into it, is muted; 0 where it is not. */
bool store_muted_until(struct store *store, const char *watch, const char *event, int64_t now, int64_t *until,
                       struct error *error);
typedef bool store_mute_callback(void *context, const struct mute *mute);
bool store_mutes_each(struct store *store, store_mute_callback *callback, void *context, struct error *error);
/* Marks a stored alert as raised under a mute. */
bool store_alert_set_muted(struct store *store, const char *id, int64_t until, struct error *error);
/* Keeps that a mute began or ended which covers more than one alert. */
bool store_mute_act(struct store *store, const char *watch, const char *event, enum alert_act act, int64_t until,
                    const struct alert_by *by, int64_t now, struct error *error);
bool store_mutes_end(struct store *store, int64_t now, struct error *error);
/* 0 where nothing is muted. */
bool store_mutes_next_end(struct store *store, int64_t *until, struct error *error);

/* ---- marks of the watch stage ---- */
bool store_watch_mark(struct store *store, const char *name, int64_t *value, struct error *error); /* 0 where there is none */
bool store_watch_mark_put(struct store *store, const char *name, int64_t value, struct error *error);

#endif
