/* Driver: one instance on the bus. It joins what the bus gives (units), what HTTP answers (responses) and what the
 * instance needs (to be created anew) into the jobs of one lane, so that callbacks never overlap.
 *
 * A driver is made with its instance and outlives buses: a reload makes a new bus, to which unchanged drivers are
 * bound again. Main thread, but for what the lane calls. */
#ifndef CORE_DAEMON_DRIVER_H
#define CORE_DAEMON_DRIVER_H

#include "core/bus/bus.h"
#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/setup/setup.h"

struct driver;

/* The settings' texts, plugin and options are lent: keep the setup they come from until driver_destroy. Creates the
 * instance, does not start it. `patience_ms`: not 0 where
 * one whose process dies meanwhile, or takes longer than that, is created anew by and by. NULL with `error`. */
struct driver *driver_create(const struct setup_instance *row, struct http_client *http, struct runners *runners,
                             const char *state_dir, int64_t patience_ms, struct error *error);
/* Cancels its requests, waits for that, then stops and destroys the instance. It must not be bound. */
void driver_destroy(struct driver *driver);

/* Adds the instance's port to `bus` (before bus_start) and makes its lane on `pool`. `detector`: of a detector, what its
 * port is to have but for `instance`, else NULL. */
bool driver_bind(struct driver *driver, struct bus *bus, struct pool *pool, const struct bus_detector *detector,
                 struct error *error);
/* Gives no more work from the bus; answers and what runs go on. */
void driver_close_gate(struct driver *driver);
void driver_open_gate(struct driver *driver);
/* Whether a job of it has been taken and is not finished. */
bool driver_is_running(struct driver *driver);
/* Ends the lane; waits for what runs. The port dies with its bus. */
void driver_unbind(struct driver *driver);
/* Says that something may be due. Any thread. */
void driver_wake(struct driver *driver);

struct ent_instance *driver_instance(const struct driver *driver);

#endif
