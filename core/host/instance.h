/* Instance: one configured plugin at work, `[source.edm]` or `[sink.desk-mail]`, from check to destroy.
 *
 * An instance holds no thread and no queue of inputs. Whoever drives it (core/daemon through a lane) gives it a unit
 * and gets it back with the callback's outputs and results in it; answers to HTTP requests wait here until they
 * are taken. A callback that ends in ENT_FATAL makes the instance broken: it is destroyed and created anew by
 * instance_revive, each time after a longer wait. One that ends in ENT_CONFIG parks it until the configuration changes.
 * The plugin itself is in this process, or in a runner (core/host/remote.h): whoever drives the instance need not know.
 *
 * Threads: instance_run and instance_run_response on lane threads, at once only where the instance has several
 * workers; create, start, stop and destroy on one thread with no callback running; everything else from any.
 * Ownership: settings are lent for the instance's life. */
#ifndef CORE_HOST_INSTANCE_H
#define CORE_HOST_INSTANCE_H

#include "core/bus/unit.h"
#include "core/config/options.h"
#include "core/host/isolation.h"
#include "core/host/plugin.h"
#include "lib/base/error.h"
#include "lib/base/json_writer.h"

struct ent_instance;
struct http_client;
struct http_response;
struct answer;
struct runners;

/* What an instance asks of the floors below: the daemon fills it from bus and store, tests with what they like. Called
 * from lane threads during callbacks. */
struct instance_backing {
    void *context;
    /* A kept value, copied into `arena`; false where there is none. */
    bool (*kv_get)(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value);
    /* What HTTP learnt of this address, copied into `arena`; false where there is nothing. */
    bool (*http_state_get)(void *context, const char *instance, const char *url, struct arena *arena,
                           struct unit_http_state *state);
    /* An answer waits: instance_take_response will give it. From the HTTP thread, under the instance's lock: must not
     * block nor call the instance. */
    void (*response_ready)(void *context, struct ent_instance *instance);
    /* Services only, NULL for others: what stands behind query/1 and command/1, from any of their threads. The answers
     * are for the caller to destroy; NULL where memory is out. */
    struct answer *(*ask)(void *context, const char *question, const struct ent_parameter *parameters, size_t count);
    struct answer *(*command)(void *context, const char *author, struct ent_str request);
    uint64_t (*wait)(void *context, uint64_t seen, int64_t timeout_ms);
    /* The next kept key, as kv/1's next without the unit's own writes, copied into `arena`; false where there is none. */
    bool (*kv_next)(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key);
};

struct instance_settings {
    const char *title;                   /* "source.edm" */
    unsigned kind;                       /* one enum plugin_kind */
    const struct plugin *plugin;         /* loaded into this process; NULL where `isolation` says otherwise */
    const struct option_values *options; /* the plugin's and the common ones */
    struct http_client *http;            /* NULL: http/1 is absent */
    const char *state_dir;               /* holds folder/1's folders; NULL: folder/1 is absent */
    struct instance_backing backing;
    enum isolation isolation;       /* where the plugin runs; for all but ISOLATION_NONE: */
    const struct plugin_info *info; /* what it is */
    struct runners *runners;        /* where */
    enum isolation program;         /* of the programs that it starts, where it does (core/host/confinement.h) */
    int deaths_max;                 /* deaths of its process in a row, after which it is parked; 0: never */
    int64_t life_limit_ms;          /* of an isolated one: how long check, create and the like may take; 0: two minutes */
    int64_t patience_ms; /* of an isolated one: how long check, create and start may take the first time; 0: as later */
    bool is_alone; /* isolated: in a process of its own, as with share = no */
    bool survives_creation; /* isolated: where its process dies in check or create it is broken, as it would be by any later
                               death, and instance_create does not fail */
};

enum instance_state {
    INSTANCE_CREATED, /* not started yet */
    INSTANCE_RUNNING,
    INSTANCE_BROKEN, /* FATAL, or its start failed; instance_revive will try again */
    INSTANCE_PARKED, /* CONFIG: a person has to change something */
    INSTANCE_STOPPED
};

/* The plugin's check alone: whether it takes these options. What it gives can only be destroyed; until then its process
 * lives on for others of its kind. NULL: `error` begins with the title. In another process (settings->isolation) it bears
 * a plugin that crashes, or hangs for longer than life_limit_ms. */
struct ent_instance *instance_check(const struct instance_settings *settings, struct error *error);
/* check, then create. NULL: `error` begins with the title. */
struct ent_instance *instance_create(const struct instance_settings *settings, struct error *error);
/* False: broken or parked by the plugin's result, `error` says why. */
bool instance_start(struct ent_instance *instance, struct error *error);

/* Runs the callback that belongs to the unit's kind. Afterwards every input has a result. Where the instance cannot
 * run, all inputs get ENT_RETRY. */
void instance_run(struct ent_instance *instance, struct unit *unit);

/* The oldest answer that waits, or NULL. It is to be given to instance_run_response. */
/* Whether it waits for the configuration to change, and why. */
bool instance_is_parked(struct ent_instance *instance, char *why, size_t size);
/* Puts a response back that was taken and cannot be used now: it is the next to be taken. */
void instance_give_back(struct ent_instance *instance, struct http_response *response);
struct http_response *instance_take_response(struct ent_instance *instance);
/* Runs the `respond` callback on a unit of kind UNIT_RESPOND with one input. The response is consumed. False where the
 * request had been cancelled: the plugin was told, but what it made of it is not to be kept. `unit` may be NULL (memory
 * is out): the response is dropped. */
bool instance_run_response(struct ent_instance *instance, struct unit *unit, struct http_response *response);
/* Requests under way and answers that wait. */
size_t instance_pending(struct ent_instance *instance);

/* So many milliseconds may lie between the deaths that park an instance: ten minutes, and as long as that many hangs take, for
 * one that hangs each time would never come to as many otherwise. Pure. */
int64_t instance_deaths_window(int deaths_max, int64_t hang_ms);
/* Whether it was parked because its process died too often, which nobody has been told yet; asking clears it. */
bool instance_take_alarm(struct ent_instance *instance);

/* Of an isolated one: its process has ended through no fault of its own. It is broken, and may be created anew in
 * `wait_ms`; nothing is counted against it. From any thread; whoever drives it is woken as by an answer. */
void instance_lose(struct ent_instance *instance, const char *why, int64_t wait_ms);

/* For a broken instance: how long until it shall be created anew; 0 or less: now. */
int64_t instance_revive_wait(struct ent_instance *instance);
/* Destroys and creates anew an instance that is broken. No callback may be running. False where it stays broken, or was
 * not; instance_revive_wait then says for how long. */
bool instance_revive(struct ent_instance *instance);

/* drain (within the deadline), cancels its requests. Afterwards instance_run_response still takes what was
 * cancelled, instance_run only settles with ENT_RETRY. */
void instance_drain(struct ent_instance *instance, int64_t deadline_ms);
/* stop and destroy. No callback may be running. */
void instance_destroy(struct ent_instance *instance);

/* Logs, once each, callbacks that run longer than they may. Called every second or so. */
void instance_watch(struct ent_instance *instance);

const char *instance_title(const struct ent_instance *instance);
unsigned instance_kind(const struct ent_instance *instance);
size_t instance_workers(const struct ent_instance *instance);
const struct option_values *instance_options(const struct ent_instance *instance);
enum instance_state instance_state(struct ent_instance *instance);
const char *instance_state_word(enum instance_state state);
/* The number of that name that the plugin told by metrics/1; false where there is none. */
bool instance_metric(struct ent_instance *instance, const char *name, double *value);
/* Members for `entente status`: plugin, version, since when it is at work, whether it was replaced on disk meanwhile;
 * state, why, metrics. Into an object that the caller has opened. */
void instance_describe(struct ent_instance *instance, struct json_writer *json);

#endif
