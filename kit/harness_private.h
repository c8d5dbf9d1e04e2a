/* What the files of the harness share: harness.c (the instance), watch.c (struct ent_host as plugins see it, with every
 * lifetime watched), services.c (its interfaces), exchange.c (HTTP from recorded exchanges), clock.c, allocation.c. Not for others. */
#ifndef KIT_HARNESS_PRIVATE_H
#define KIT_HARNESS_PRIVATE_H

#include "core/host/descriptor.h"
#include "core/host/workbench.h"
#include "lib/base/buffer.h"

#include <entente/harness.h>

enum { HARNESS_SETTINGS_MAX = 200, HARNESS_TEXT_SIZE = 1000 };

enum fault {
    FAULT_KV,
    FAULT_HTTP,
    FAULT_MAIL,
    FAULT_TEXT,
    FAULT_WAKE,
    FAULT_SEAL,
    FAULT_EMIT,
    FAULT_BUILD,
    FAULT_COUNT
};

struct exchange;
struct made_request;
struct watched;

struct http_client {
    struct exchange *exchanges, **exchanges_end;
    struct made_request *requests, **requests_end;
    size_t request_count;
};

struct ent_harness {
    const struct ent_plugin *plugin; /* as given; NULL: `error` says what is wrong */
    struct descriptor own;           /* the same in the host's sizes */
    struct descriptor shown;         /* with our callbacks before its own */
    unsigned kind;
    char *settings[HARNESS_SETTINGS_MAX];
    size_t setting_count;
    struct workbench *bench; /* NULL: not started */
    struct http_client http;
    char *state_dir; /* NULL: folder/1 is absent */
    char error[HARNESS_TEXT_SIZE];
    char **problems;
    size_t problem_count;
    struct buffer json; /* lent to the test */

    struct watched *watched;
    struct ent_unit *unit;    /* of the callback that runs, NULL outside */
    uint64_t callback;        /* its number, from 1 */
    unsigned long calls[FAULT_COUNT], fail_at[FAULT_COUNT];

    char **kept; /* key, value, key, value: kv/1 while it is stopped */
    size_t kept_count;
};

/* The harness whose plugin runs on this thread. */
extern _Thread_local struct ent_harness *harness_current;

void harness_problem(struct ent_harness *harness, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Counts a call of the service, and says whether it is the one that shall fail. */
bool harness_faults(struct ent_harness *harness, enum fault fault);

extern const struct ent_host harness_table; /* watch.c */

/* Whether the plugin may use the unit now; where not, it is told. */
bool watch_may_use(const struct ent_unit *unit, const char *by);
/* Counts a call of the service on this thread's harness, and says whether it is the one that shall fail. */
bool watch_fails(enum fault fault);
/* The host's named interfaces as plugins see them in the harness. */
const void *services_interface(struct ent_instance *instance, const char *name);

/* Around each callback. */
void watch_enter(struct ent_harness *harness, struct ent_unit *unit);
void watch_leave(struct ent_harness *harness);
/* Tells what the plugin still has; at its end. */
void watch_end(struct ent_harness *harness);
void watch_free(struct ent_harness *harness);

void exchange_begin(struct http_client *client);
void exchange_free(struct http_client *client);

/* Whether code of the plugin runs on this thread: only then do allocations fail. */
void allocation_enter(void);
void allocation_leave(void);

#endif
