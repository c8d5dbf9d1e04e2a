/* Host: this process's end of what core/host/runner.h is in the daemon. It makes instances of one plugin, runs their
 * callbacks by the same table (core/host/table.c) as the daemon, and asks the daemon for all else.
 *
 * Threads: the main one reads what the daemon sends and never waits for anything else; executors run calls, each as
 * many at once as the daemon sends; the plugin may have threads of its own, and they may ask too. */
#ifndef RUNNER_HOST_HOST_H
#define RUNNER_HOST_HOST_H

#include "core/host/instance_private.h"
#include "core/host/plugin.h"
#include "core/host/runner_hello.h"
#include "lib/base/error.h"

/* An instance as it is here. */
struct hosted {
    struct ent_instance instance; /* first, so that one is the other */
    uint32_t number;              /* as the daemon knows it */
    char *title;
    struct option_values *options;
    bool has_http, has_folder, has_query, has_command;
};

/* Serves the daemon until it hangs up. The process is to end then, without running destructors: the plugin's threads
 * may still run. */
void host_run(void);

/* ---- asking the daemon; any thread ---- */

/* Sends what has no answer. */
void host_tell(enum wire_type type, uint32_t instance, const struct buffer *payload);
/* Ends a call. */
void host_tell_result(const struct wire_message *call, const struct buffer *payload);
/* Ends the process, which the daemon takes for the failure of the calls under way. Does not return. */
void host_give_up(const char *why);
/* Waits for the answer, which is the caller's to free. Within a call, from its thread, for those that belong to one. */
struct wire_message *host_ask(enum wire_type type, uint32_t instance, const struct buffer *payload);

/* ---- calls; executors ---- */

/* Does what a call asks for, and tells the result. Takes the message over. */
void host_perform(struct wire_message *message);
/* On the main thread, as soon as it has come: what may not wait for an executor. One that nobody waits for is over with
 * that. */
void host_note_call(const struct wire_message *message);
/* Begins and ends a stretch of plugin code on this thread, on behalf of a call. */
void host_enter_plugin(uint64_t call, uint32_t instance);
void host_leave_plugin(void);

/* ---- interfaces ---- */

/* Behind the host's table: the basic ones, and the others by messages. */
const void *hosted_interface(struct ent_instance *instance, const char *name);
/* kv_get and kv_next of the backing. */
bool hosted_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value);
bool hosted_kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key);
/* The host's table as plugins here get it. */
extern struct ent_host hosted_table;
void hosted_table_prepare(void);

/* ---- what all share; set before threads start ---- */
extern const struct plugin *host_plugin;

#endif
