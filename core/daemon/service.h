/* Service: one [service.NAME] instance with the thread on which its `serve` runs.
 *
 * A service is on no bus. What it may do is ask the store (core/ask) and send commands (core/control), both of which
 * outlive reloads; so one that a reload does not change goes on serving meanwhile. Its failure is its own: a `serve` that
 * returns is called again after a pause, one that answers FATAL is made anew, one that answers CONFIG is parked.
 *
 * Main thread, except for what the instance's own threads call through its interfaces. */
#ifndef CORE_DAEMON_SERVICE_H
#define CORE_DAEMON_SERVICE_H

#include "core/base/pulse.h"
#include "core/host/answer.h"
#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/setup/setup.h"

struct asker;
struct service;

/* What all services stand on; lent to them for their life. */
struct service_ground {
    const char *state_dir;
    struct asker *asker;
    struct pulse *changes; /* beats after each commit */
    /* What stands behind command/1; the answer is the caller's, NULL where memory is out. Any thread. */
    struct answer *(*command)(void *context, const char *author, struct ent_str request);
    /* Tells those who are told of the health of sources that one is parked for its deaths. False with `error`: not now. */
    bool (*tell_parked)(void *context, const char *instance, const char *why, struct error *error);
    void *context;
};

/* As driver_create. */
struct service *service_create(const struct setup_instance *row, struct http_client *http, struct runners *runners,
                               const struct service_ground *ground, int64_t patience_ms, struct error *error);
/* Starts the instance and its thread, unless they run. */
void service_launch(struct service *service);
/* Drains it and waits for its `serve` to return. False where that takes longer than `limit_ms`: it must then be left
 * alone for ever. */
bool service_end(struct service *service, int64_t limit_ms);
/* Ends it if need be, then stops and destroys the instance. False where it does not end: it is left behind, which is
 * logged, and goes on using its row. */
bool service_destroy(struct service *service);

struct ent_instance *service_instance(const struct service *service);

#endif
