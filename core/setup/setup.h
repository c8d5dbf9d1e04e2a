/* Setup: a configuration file turned into a checked plan of what to run, by one code for the daemon, for reload and for
 * `entente check`.
 *
 * setup_load reads the file (core/config), asks the registry what each plugin takes (core/host/registry.h), parses
 * every section by the option tables, compiles the watches' rules (core/watch) and checks what only the whole shows:
 * names that must exist, orders without circles, sinks for alerts. Every problem goes to the diagnostics; the plan is
 * returned as far as it could be made, and may be run only if there are no errors.
 *
 * All is owned by the struct setup and lives until setup_destroy; plugin infos live as long as the registry. Immutable,
 * any thread may read. */
#ifndef CORE_SETUP_SETUP_H
#define CORE_SETUP_SETUP_H

#include "core/base/log.h"
#include "core/config/options.h"
#include "core/delivery/dispatch.h"
#include "core/host/isolation.h"
#include "core/host/registry.h"
#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct setup;

/* [entente], [log], [retention] and [rates] with all defaults filled in. */
struct setup_daemon {
    const char *state_dir;   /* as configured, else by paths_state_dir; NULL where there is none */
    const char *plugin_path; /* folders apart by colons, NULL for none */
    const char *contact;     /* NULL for none */
    size_t threads;          /* 0: as many as there are cores */
    int64_t min_free;        /* bytes */
    int64_t once_deadline_ms;
    const char *publishers;       /* the operator's lines of the table (core/desk/publishers.h), "" for none */
    const char *const *health_to; /* names of sinks, ended by NULL */
    const struct delivery_route *health_routes; /* the same with their policies, ended by one without a sink */
    const struct zone *zone;                    /* `timezone` */
    enum log_format log_format;
    enum log_level log_level;
    enum isolation isolation; /* of instances that do not say; ISOLATION_COUNT: by their plugin */
    const struct option_values *entente, *log, *retention, *rates;
};

/* The keys that a detector shares with watches. */
struct setup_detection {
    const char *when;         /* "" for every event, or where there were errors */
    const struct rule *rule;  /* compiled; NULL without `when` */
    const char *const *sinks; /* names, ended by NULL */
    const struct delivery_policy *policy;
    const struct delivery_route *routes; /* one a sink, ended by one without */
    const char *const *on;               /* words, ended by NULL */
    bool from_archive;
    int64_t max_age_ms; /* 0 for any */
};

/* A [KIND.NAME] section of a plugin's, or one line of a [sources.NAME] list. */
struct setup_instance {
    const char *kind; /* "source", …: also for a line of a list */
    enum plugin_kind plugin_kind;
    const char *name;                    /* "edm" */
    const char *title;                   /* "source.edm" */
    const struct plugin_info *plugin;    /* NULL only where there were errors */
    const char *refusal;                 /* why it is NULL, where it was refused or cannot be found; else NULL */
    const struct option_values *options; /* the plugin's and the common ones together */
    bool enabled;
    enum isolation isolation; /* by its own key, else by [entente]'s */
    enum isolation program;   /* the same, of one that runs a program: the plugin itself then stays in the daemon */
    size_t workers;           /* at least 1 */
    const char *const *after; /* names of transforms and classifiers, ended by NULL */
    const struct delivery_policy *policy; /* of a sink, else NULL */
    struct setup_detection *detection;    /* of a detector, else NULL */
    struct source_place place;
};

struct setup_watch {
    const char *name;
    const char *title; /* "watch.central-asia" */
    const struct option_values *options;
    const char *when;         /* the rule's text, from `when`, its parts or `when_file`; "" where there were errors */
    const struct rule *rule;  /* compiled; NULL only where there were errors */
    const char *const *sinks; /* names, ended by NULL */
    const struct delivery_policy *policy;
    const struct delivery_route *routes; /* one a sink, ended by one without */
    const char *const *on;               /* words, ended by NULL */
    bool from_archive;
    int64_t max_age_ms; /* 0 for any */
    bool enabled;
    bool is_saved; /* by a command (core/control/watches.h), and so may be changed by one */
    struct source_place place;
};

/* `registry` may be NULL: the setup then makes one of its own by `plugin_path`. Secrets are resolved by `mode`. NULL
 * with `error` filled where the file cannot be read at all or memory is out. */
struct setup *setup_load(const char *path, struct registry *registry, enum options_mode mode,
                         struct diagnostics *diagnostics, struct error *error);
void setup_destroy(struct setup *setup);

/* How many of the errors in the diagnostics are plugins that could not be found or were refused. Those cost their own
 * sections only: where there are no other errors, the plan may be run without the instances whose plugin is NULL. */
size_t setup_refused_plugins(const struct setup *setup);

const char *setup_path(const struct setup *setup);
const struct setup_daemon *setup_daemon(const struct setup *setup);
/* Sources, transforms, classifiers, detectors, sinks, services, in this order; within a kind as in the file, transforms
 * and classifiers so that each stands behind those of its `after`. Disabled ones are among them. */
size_t setup_instance_count(const struct setup *setup);
const struct setup_instance *setup_instance(const struct setup *setup, size_t index);
const struct setup_instance *setup_find_instance(const struct setup *setup, const char *title);
/* What the configuration adds to the language of rules. */
const struct rule_names *setup_names(const struct setup *setup);
size_t setup_watch_count(const struct setup *setup);
const struct setup_watch *setup_watch(const struct setup *setup, size_t index);

/* Whether an option of a watch has a good value: type, range, choices, and the notations of digest, quiet and throttle.
 * What depends on the rest of the configuration, as sinks, is not asked. Otherwise `error` says "KEY, character N: …".
 */
bool setup_check_watch_option(const char *key, const char *value, struct error *error);

/* ---- what a reload has to do ---- */
enum setup_change { SETUP_SAME, SETUP_ADDED, SETUP_REMOVED, SETUP_CHANGED };

struct setup_difference {
    const char *title; /* of an instance, watch, group or macro, or "entente", "log", "retention", "rates"; lent by the
                          setup that has it */
    enum setup_change change;
};
/* One row a title of either setup, the old one's order first. An instance has changed where any option differs,
 * resolved secrets included, or its plugin's object is another, unless that stays in the daemon until it ends. The
 * array is the caller's, to be freed with free(). False when memory is out. */
bool setup_compare(const struct setup *before, const struct setup *now, struct setup_difference **differences,
                   size_t *count);

#endif
