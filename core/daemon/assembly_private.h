/* What assembly.c (starting, stopping, looking) and assembly_prepare.c (which instances there are) share, and nobody else. */
#ifndef CORE_DAEMON_ASSEMBLY_PRIVATE_H
#define CORE_DAEMON_ASSEMBLY_PRIVATE_H

#include "core/daemon/assembly.h"
#include "core/daemon/housekeeping.h"
#include "core/query/fold.h"
#include "core/watch/detection.h"

/* Options and texts of a driver live in the setup that it was created from, which may be an older one. */
struct shared_setup {
    struct setup *setup;
    size_t users;
};

/* An instance; or the place of a transform, classifier or detector that could not be created. Its port is there and
 * gives work to nobody: items and events wait for it, and do not pass it by unseen. */
struct member {
    const struct setup_instance *row;
    struct driver *driver;       /* NULL: a place */
    struct lane *lane;           /* of a place that is bound */
    struct bus_port *port;       /* its */
    struct detection *detection; /* of a detector that is bound */
    struct shared_setup *origin;
    bool is_new; /* not started yet */
};

/* A service is on no bus: it goes on while assemblies change. */
struct served {
    const struct setup_instance *row;
    struct service *service;
    struct shared_setup *origin;
};

/* One that could not be made. */
struct left_out {
    const struct setup_instance *row;
    char *why; /* without its title */
    bool is_told;
};

struct assembly {
    struct assembly_ground ground;
    struct shared_setup *shared;
    struct member *members;
    size_t member_count;
    struct served *services;
    size_t service_count;
    struct left_out *left_out;
    size_t left_out_count;
    size_t failures;
    int64_t patient_until; /* monotonic: how long the making of instances may hold up the start; 0: as long as it takes */
    struct bus *bus;
    struct desk *desk;
    struct fold *fold;
    struct housekeeping *housekeeping;
    struct watch_set *watches;
};

/* Of a transform, classifier or detector the place stays where it cannot be made. */
bool assembly_keeps_place(const struct setup_instance *row);
/* One that has a driver; NULL where there is none of that title. `assembly` may be NULL. */
struct member *assembly_find_member(const struct assembly *assembly, const char *title);

#endif
