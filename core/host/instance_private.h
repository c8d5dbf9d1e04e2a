/* What the files of core/host that serve a running instance share: instance.c (lifecycle), instance_callbacks.c, table.c (struct ent_host),
 * basic_interfaces.c (kv/1, clock/1), interfaces.c (metrics/1, folder/1, http/1, mail/1, wake/1), service_interfaces.c
 * (query/1, command/1, net/1), remote.c (one whose plugin is in a runner). In a runner table.c and basic_interfaces.c
 * run the plugin, and runner/ offers the other interfaces by messages. Not for other rooms. */
#ifndef CORE_HOST_INSTANCE_PRIVATE_H
#define CORE_HOST_INSTANCE_PRIVATE_H

#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/host/listen.h"

#include <pthread.h>
#include <stdatomic.h>

enum { METRIC_NAME_SIZE = 48, METRICS_MAX = 64, WORKERS_MAX = 64, CALLBACK_TEXT_SIZE = 1000 };

struct metric {
    char name[METRIC_NAME_SIZE];
    bool is_gauge;
    int64_t count;
    double gauge;
};

/* A callback that runs: for the watch over deadlines. */
struct running {
    const char *callback; /* NULL: slot free */
    int64_t started;      /* monotonic */
    bool is_told;
    bool is_endless; /* a service's: it has no deadline */
};

struct ent_instance {
    struct instance_settings settings;
    const struct ent_ops *ops;
    struct remote *remote; /* the plugin's place in a runner; NULL: it is in this process */
    const void *(*interface)(struct ent_instance *instance, const char *name); /* behind the host's table */
    void *self;
    bool has_begun;  /* `start` was tried, so that nobody waits for it any more but its own lane */
    bool is_checked; /* `check` has taken its options */
    bool is_created; /* `create` has succeeded, so `destroy` is due */
    bool is_started;
    int64_t since; /* by the clock: when `create` succeeded last */
    size_t workers;
    char *folder;        /* folder/1's, NULL until asked for */
    char **confinement;  /* program/1's, as well */
    uint64_t generation; /* of self: answers to requests of one before it are not for it */
    int64_t callback_deadline_ms;

    pthread_mutex_t lock; /* for what follows; never held while the plugin runs or the HTTP client is called */
    enum instance_state state;
    char *why;               /* of its own; NULL: nothing is wrong */
    int failing;             /* enum unit_kind of the callback that failed last; -1: none has */
    int failures;            /* in a row, for the back-off */
    int deaths;              /* of its process, in a row and within instance_deaths_window of the first */
    int64_t first_death;     /* monotonic */
    bool is_alarming;        /* parked for its deaths, not told yet */
    int64_t revive_at;       /* monotonic */
    struct running *running; /* one a worker */
    struct http_response *responses, **responses_end;
    size_t requests;        /* submitted and not answered yet */
    struct metric *metrics; /* at most METRICS_MAX */
    size_t metric_count;
    struct listen_paths listening; /* net/1's */

    atomic_bool is_draining;
};

/* The unit as the plugin sees it: on the stack of instance_run. */
struct ent_unit {
    struct ent_instance *instance;
    struct unit *unit;
    unsigned emits;        /* kind of record that may be emitted here, 0 for none */
    int64_t started;       /* monotonic */
    uint64_t http_count;   /* requests submitted in this unit */
    uint64_t first_ticket; /* in a runner: the ticket of input 0, by which the daemon knows those of all; else 0 */
};

extern const struct ent_host host_table;
extern const struct ent_text_1 host_text_1;
/* What the daemon offers; `interface` of an instance that lives there. */
const void *host_interface(struct ent_instance *instance, const char *name);
/* Those that need nothing from the daemon but kv_get of the backing; NULL where absent. */
const void *host_basic_interface(const struct ent_instance *instance, const char *name);
/* The first of `count` tickets in a row that nobody else has. */
uint64_t host_tickets_reserve(size_t count);
/* query/1, command/1 and net/1; NULL where absent. */
const void *host_service_interface(const struct ent_instance *instance, const char *name);
bool host_may_use_network(const struct ent_instance *instance);

/* The text that goes with this thread's next non-OK result. */
void host_error_set(const char *bytes, size_t size);
void host_error_clear(void);
const char *host_error_text(void); /* "" for none */

/* What is no result is taken as FATAL, and told. */
enum ent_code instance_checked_code(const struct ent_instance *instance, enum ent_code code);
/* Takes CONFIG and FATAL to heart: parked, or broken. */
void instance_heed_code(struct ent_instance *instance, enum ent_code code, const char *text);

/* From the HTTP thread: the answer to a request of this instance. Takes the response over. */
void instance_accept_response(void *context, struct http_response *response);

#endif
