/* Alert commands: what people do about alerts, as functions and as control commands. In the daemon and without one it is
 * the same code (changes.h).
 *
 *     {"command":"alert-acknowledge","target":ALERT,"arguments":{"author":…,"note":…}}   likewise alert-resolve,
 *                                            alert-reopen, alert-unmute, alert-note (whose note must be there)
 *     {"command":"alert-mute","target":ALERT,"arguments":{"until":TIME,…}}       the alert's event, for its watch
 *     {"command":"mute","target":"watch.NAME","arguments":{"until":TIME,…}}      all that the watch would send
 *     {"command":"mute","target":"event.ID","arguments":{"until":TIME,…}}        all about the event, by any watch
 *     {"command":"unmute","target":"watch.NAME" or "event.ID"}
 *     {"command":"baseline-import","target":FILE}      a file of known dyads in the state directory (core/watch/known_dyads.h)
 *
 * TIME is RFC 3339 or milliseconds since 1970; without one, seven days from now. Any thread but the writer's. */
#ifndef CORE_CONTROL_ALERTS_H
#define CORE_CONTROL_ALERTS_H

#include "core/control/control.h"
#include "core/store/alert_states.h"

struct bus;

#define BASELINE_PREFIX "baseline-" /* of the name of a file that is handed over */
enum { CONTROL_MUTE_DAYS = 7 };

/* `until` is a mute's. */
bool control_alert_act(struct bus *bus, const struct alert_by *by, const char *alert, enum alert_act act, int64_t until,
                       struct error *error);
/* `watch` or `event` is "". */
bool control_mute(struct bus *bus, const struct alert_by *by, const char *watch, const char *event, int64_t until,
                  struct error *error);
bool control_unmute(struct bus *bus, const struct alert_by *by, const char *watch, const char *event, struct error *error);

/* One of these by its request, for control_change. */
bool control_alert(struct bus *bus, const struct control_request *request, struct json_writer *result,
                   struct error *error);

#endif
