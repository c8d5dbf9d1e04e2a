/* Control: the commands that people and the dashboard send to a running daemon, and their way over the socket.
 *
 * The daemon serves STATE_DIR/control.sock (core/control/server.h); `entente` connects to it (core/control/client.h).
 * The protocol is one JSON object a line, both ways, in UTF-8:
 *
 *     {"command":"fetch","target":"source.edm"}
 *     {"command":"event-set","target":"3f2a90c1","arguments":{"set":["status=signed"],"author":"ada"}}
 *     {"ok":true,"result":{…}}   or   {"ok":false,"kind":"missing","error":"text for people"}
 *
 * Each command is a row of the table below; nothing else is understood. Its author is who the kernel says is at the
 * other end, never what the message claims. */
#ifndef CORE_CONTROL_CONTROL_H
#define CORE_CONTROL_CONTROL_H

#include "lib/base/error.h"
#include "lib/base/json_writer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define CONTROL_SOCKET "control.sock" /* within the state directory, mode 0600 */

enum {
    CONTROL_REQUEST_MAX = 64 * 1024,     /* bytes of a request line */
    CONTROL_REPLY_MAX = 16 * 1024 * 1024 /* bytes of a reply line */
};

enum control_command {
    CONTROL_STATUS, /* result: {"daemon": {"version", "pid", "started", "config", "items", "open_items",
                       "queued_units", "paused_because", "trouble"}, "instances": [{"name", "kind",
                       "state", "why", "in_flight", …}], "processes": [{"plugin", "process", …}]}; times in
                       milliseconds; each may be absent, and others may be there */
    CONTROL_RELOAD, /* read the configuration anew, as SIGHUP does; target, if any: a title, a name or a plugin, whose
                       instances are made anew in new processes; result: {"text": what happened} */
    CONTROL_STOP,   /* stop cleanly, as SIGTERM does; the answer comes before the end */
    CONTROL_FETCH,  /* target: a source, to be fetched now; result: {"text"} */
    CONTROL_DEAD_LETTER_RETRY, /* target: id of a dead letter, to be handed out again */
    CONTROL_DEAD_LETTER_DROP,  /* target: id of a dead letter, to be settled for good */
    CONTROL_DELIVERY_RETRY,    /* target: id of a dead or pending delivery, to be sent at once */
    CONTROL_RECODE, /* target: file name of a batch in the state directory (core/recode/batch.h), to be applied */
    CONTROL_EVENT_CONFIRM, /* target of these: an event's id; arguments and result: core/control/corrections.h */
    CONTROL_EVENT_REJECT,
    CONTROL_EVENT_MERGE,
    CONTROL_EVENT_SPLIT,
    CONTROL_EVENT_SET,
    CONTROL_EVENT_UNDO,   /* target: a correction's number */
    CONTROL_TOKEN_CREATE, /* target of these: the id of an access token; core/control/tokens.h */
    CONTROL_TOKEN_REVOKE,
    CONTROL_SESSION_CREATE,
    CONTROL_STORE_PRUNE,       /* arguments and result: core/control/prune.h */
    CONTROL_ALERT_ACKNOWLEDGE, /* target of these: an alert's id; core/control/alerts.h */
    CONTROL_ALERT_MUTE,
    CONTROL_ALERT_UNMUTE,
    CONTROL_ALERT_RESOLVE,
    CONTROL_ALERT_REOPEN,
    CONTROL_ALERT_NOTE,
    CONTROL_MUTE, /* target: watch.NAME or event.ID */
    CONTROL_UNMUTE,
    CONTROL_BASELINE_IMPORT, /* target: file name of known dyads in the state directory */
    CONTROL_CODING_PUT,      /* target: an event's id; core/control/codings.h */
    CONTROL_WATCH_SAVE,      /* target of these: a watch's name; core/control/watches.h */
    CONTROL_WATCH_REMOVE,
    CONTROL_VIEW_SAVE, /* target of these: the name of a saved view of the author; core/control/views.h */
    CONTROL_VIEW_REMOVE,
    CONTROL_COMMAND_COUNT
};

struct control_row {
    const char *name;   /* "dead-letter-retry" */
    const char *target; /* what the target is, for messages: "the name of a source"; NULL where there is none */
    bool may_lack_target;
    bool changes_store; /* with no daemon running, `entente` may do it itself under the lock */
    bool has_arguments; /* the request may hold an object "arguments" */
};
const struct control_row *control_row(enum control_command command);
/* CONTROL_COMMAND_COUNT where there is none of that name. */
enum control_command control_find(const char *name);

struct control_request {
    enum control_command command;
    const char *target;      /* NULL where the command takes none */
    const char *author;      /* user name, or "uid 1234" */
    const json_t *arguments; /* an object; NULL where there is none */
};

/* Does the command and writes members of the result into the object that is open in `result`. False with `error`
 * filled. Logs who asked for what, where it changes anything. Called on the server's thread, one at a time; it may
 * block, but holds up other clients meanwhile. */
typedef bool control_handler(void *context, const struct control_request *request, struct json_writer *result,
                             struct error *error);

/* "memory", "missing", … and back; ERROR_STATE for an unknown word. */
const char *control_kind_word(enum error_kind kind);
enum error_kind control_kind_of(const char *word);

/* The user's name, or "uid 1234". */
void control_author(unsigned uid, char *text, size_t size);

#endif
