/* Assembly: everything that one configuration makes run: drivers of instances, bus, desk, watches.
 *
 * Prepared beside a running one, from which it borrows the drivers that did not change; started when that one's bus has
 * been stopped, since a store has one writer. Main thread, except where said. Which instances it has
 * is assembly_prepare.c; starting, stopping and looking is assembly.c. */
#ifndef CORE_DAEMON_ASSEMBLY_H
#define CORE_DAEMON_ASSEMBLY_H

#include "core/daemon/driver.h"
#include "core/daemon/service.h"
#include "core/desk/desk.h"
#include "core/watch/watch.h"

struct assembly;

/* What assemblies share and do not own. */
struct assembly_ground {
    struct http_client *http;
    struct runners *runners;
    struct pool *pool;
    const char *state_dir;
    bool once;
    const struct service_ground *services;
    /* For assembly_prepare: title, name or plugin of instances that are to be made anew though nothing of them changed;
     * lent, NULL for none. */
    const char *anew;
};

/* Takes `setup` over on success. Without `running` an instance that cannot be created is logged, counted by
 * assembly_failures and left out; of a transform or classifier the place stays, so that items wait for it. One whose process
 * dies meanwhile is created anew by and by, unless it is for one pass. With
 * `running` any failure fails the whole; instances whose object is another one by now, and those to be made `anew`, are
 * started in a process of their own beside the running ones, so that these can go on where that fails. NULL with
 * `error`.
 */
struct assembly *assembly_prepare(struct setup *setup, const struct assembly_ground *ground, struct assembly *running,
                                  struct error *error);
/* Starts new instances, makes the bus and its stages, binds all and lets them go. On failure nothing runs and it may be
 * tried again. */
bool assembly_start(struct assembly *assembly, struct error *error);
/* Lets the services that do not run yet run. When the assembly is started and no other one's services are in the way.
 */
void assembly_serve(struct assembly *assembly);
/* Ends the services; false with `error` where one does not return within `limit_ms`, as assembly_quiesce. */
bool assembly_end_services(struct assembly *assembly, int64_t limit_ms, struct error *error);
/* Gives no more work and waits for what runs: at most `grace_ms` for answers that sinks await, and at most `limit_ms`
 * for callbacks. False with `error`: one does not return. */
bool assembly_quiesce(struct assembly *assembly, int64_t grace_ms, int64_t limit_ms, struct error *error);
/* Lets a quiesced one go on. */
void assembly_resume(struct assembly *assembly);
/* After assembly_quiesce: ends lanes, bus and stages. It may be started again. */
void assembly_stop(struct assembly *assembly);
/* Drivers and services that `heir` (may be NULL) has too stay alive. The assembly must be stopped. NULL does nothing.
 */
void assembly_destroy(struct assembly *assembly, struct assembly *heir);

struct setup *assembly_setup(const struct assembly *assembly);
struct bus *assembly_bus(const struct assembly *assembly);
struct watch_set *assembly_watches(const struct assembly *assembly);
/* Alerts raised by watches and detectors since it was started. */
int64_t assembly_alerts(const struct assembly *assembly);
/* NULL for the place of a processor or detector that could not be created. */
size_t assembly_size(const struct assembly *assembly);
struct driver *assembly_driver(const struct assembly *assembly, size_t index);
struct driver *assembly_find(const struct assembly *assembly, const char *title);
size_t assembly_service_count(const struct assembly *assembly);
struct service *assembly_service(const struct assembly *assembly, size_t index);
/* One of those that could not be created, and why; NULL for one whose place is on the bus. */
size_t assembly_left_out_count(const struct assembly *assembly);
const struct setup_instance *assembly_left_out(const struct assembly *assembly, size_t index, const char **why);
/* Instances that are configured and could not be created. */
size_t assembly_failures(const struct assembly *assembly);
/* Logs callbacks past their deadlines, and sees to it that those that take long hold up nobody else. */
void assembly_watch(struct assembly *assembly);

#endif
