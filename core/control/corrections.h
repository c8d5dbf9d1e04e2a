/* Corrections as commands: the functions by which the CLI's commands, the control socket and a service correct events.
 *
 * Each does one change within a transaction of the bus's writer and logs who made it; what is wrong is told before
 * anything is written. In the daemon and without one it is the same code (changes.h says how the latter gets its bus).
 * Over the socket the requests are
 *
 *     {"command":"event-confirm","target":EVENT,"arguments":{"author":…,"note":…}}      likewise event-reject
 *     {"command":"event-merge","target":EVENT,"arguments":{"other":EVENT,…}}
 *     {"command":"event-split","target":EVENT,"arguments":{"reports":[…],…}}
 *     {"command":"event-set","target":EVENT,"arguments":{"set":["status=signed"],…}}
 *     {"command":"event-undo","target":NUMBER,"arguments":{…}}
 *
 * with the result {"text", "correction": number, "event": id, "other": id of a split's new event}. `author` and `note` may
 * be absent; the author is then whoever the system says is at the other end.
 *
 * Any thread but the writer's. */
#ifndef CORE_CONTROL_CORRECTIONS_H
#define CORE_CONTROL_CORRECTIONS_H

#include "core/control/control.h"
#include "core/desk/corrections.h"

struct bus;

struct control_author {
    const char *login;  /* who the system says it is */
    const char *author; /* who it is for; NULL or "" for the same */
    const char *note;   /* NULL for none */
};

bool control_event_confirm(struct bus *bus, const struct control_author *by, const char *event,
                           struct desk_corrected *corrected, struct error *error);
bool control_event_reject(struct bus *bus, const struct control_author *by, const char *event,
                          struct desk_corrected *corrected, struct error *error);
bool control_event_merge(struct bus *bus, const struct control_author *by, const char *event, const char *other,
                         struct desk_corrected *corrected, struct error *error);
/* `reports`: ids of reports or of their items, or addresses. */
bool control_event_split(struct bus *bus, const struct control_author *by, const char *event,
                         const char *const *reports, size_t count, struct desk_corrected *corrected,
                         struct error *error);
/* `settings`: "field=value" (core/desk/correction_values.h). */
bool control_event_set(struct bus *bus, const struct control_author *by, const char *event,
                       const char *const *settings, size_t count, struct desk_corrected *corrected,
                       struct error *error);
bool control_event_undo(struct bus *bus, const struct control_author *by, int64_t number,
                        struct desk_corrected *corrected, struct error *error);

/* One of these by its request, for control_change. */
bool control_correct(struct bus *bus, const struct control_request *request, struct json_writer *result,
                     struct error *error);

#endif
