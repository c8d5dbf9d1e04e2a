/* Control server: the daemon's end of the control socket, on one thread of its own.
 *
 * The daemon, which holds the state directory's lock, creates the server, starts it when it can answer, and stops it
 * before it takes down what the handlers use. A socket left by a crash is replaced; one that answers is not. Only
 * the daemon's own user and root are served. Requests and replies are bounded (control.h), clients that are silent or
 * do not read are dropped after CONTROL_CLIENT_TIMEOUT_MS, and at most CONTROL_CLIENTS_MAX wait at once. */
#ifndef CORE_CONTROL_SERVER_H
#define CORE_CONTROL_SERVER_H

#include "core/control/control.h"

enum { CONTROL_CLIENTS_MAX = 64, CONTROL_CLIENT_TIMEOUT_MS = 10000 };

struct control_server;

/* One request of the protocol, without its line's end, done by `handlers` in the name of `author`: members of the result go
 * into the object that is open in `result`. For those who come by another way than the socket. Any thread that the
 * handlers allow. False with `error` filled. */
bool control_perform(control_handler *const handlers[CONTROL_COMMAND_COUNT], void *context, const char *author,
                     const char *line, size_t size, struct json_writer *result, struct error *error);

/* Listens at state_dir/control.sock. `handlers` is indexed by enum control_command and copied; NULL where this daemon
 * cannot do a thing. Clients connect from now on and wait until control_server_start. NULL with `error` filled;
 * ERROR_STATE where another process answers there. */
struct control_server *control_server_create(const char *state_dir,
                                             control_handler *const handlers[CONTROL_COMMAND_COUNT], void *context,
                                             struct error *error);
bool control_server_start(struct control_server *server, struct error *error);
/* Ends the thread: no handler runs or will run when it returns. Replies under way have a second to leave. */
void control_server_stop(struct control_server *server);
/* Stops if need be, and removes the socket. NULL does nothing. */
void control_server_destroy(struct control_server *server);

#endif
