/* Which instances an assembly has: made by a configuration, or kept of the assembly before. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/daemon/assembly_private.h"
#include "core/host/runners.h"
#include "lib/base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* For all instances together, and for each of those that come after it is over. */
enum { PATIENCE_MS = 60 * 1000, PATIENCE_LEAST_MS = 10 * 1000 };

static void release_setup(struct shared_setup *shared)
{
    if (!shared || --shared->users > 0)
        return;
    setup_destroy(shared->setup);
    free(shared);
}

struct member *assembly_find_member(const struct assembly *assembly, const char *title)
{
    for (size_t i = 0; assembly && i < assembly->member_count; i++)
        if (assembly->members[i].driver && strcmp(assembly->members[i].row->title, title) == 0)
            return &assembly->members[i];
    return NULL;
}

static struct served *find_served(const struct assembly *assembly, const char *title)
{
    for (size_t i = 0; assembly && i < assembly->service_count; i++)
        if (strcmp(assembly->services[i].row->title, title) == 0)
            return &assembly->services[i];
    return NULL;
}

static bool is_same(const struct setup_difference *differences, size_t count, const char *title)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(differences[i].title, title) == 0)
            return differences[i].change == SETUP_SAME;
    return false;
}

/* What takes long is waited for, but what hangs must not keep the others from their work: it goes on by itself, later. 0:
 * it is waited for as long as it takes. */
static int64_t patience_of(const struct assembly *assembly)
{
    int64_t left = assembly->patient_until - clock_monotonic();
    return assembly->patient_until == 0 ? 0 : left > PATIENCE_LEAST_MS ? left : PATIENCE_LEAST_MS;
}

bool assembly_keeps_place(const struct setup_instance *row)
{
    return row->plugin_kind == PLUGIN_TRANSFORM || row->plugin_kind == PLUGIN_CLASSIFIER ||
           row->plugin_kind == PLUGIN_DETECTOR;
}

static void add_member(struct assembly *assembly, struct member member)
{
    member.origin->users++;
    assembly->members[assembly->member_count++] = member;
}

/* A driver, made or kept. False with `error` where it cannot be made; where others count on it, its place is then kept.
 * `replaced`: one whose plugin's new object must prove itself before the one at work is taken away. */
static bool add_instance(struct assembly *assembly, const struct setup_instance *row, const struct member *kept,
                         const struct member *replaced, struct error *error)
{
    if (kept) {
        struct member member = *kept;
        member.detection = NULL; /* of the bus that it is bound to now */
        add_member(assembly, member);
        return true;
    }
    struct driver *driver = NULL;
    if (row->plugin)
        driver = driver_create(row, assembly->ground.http, assembly->ground.runners, assembly->ground.state_dir,
                               patience_of(assembly), error);
    else
        error_set(error, ERROR_CONFIG, "%s: its plugin was refused%s%s", row->title, row->refusal ? ": " : "",
                  row->refusal ? row->refusal : "");
    bool is_started = driver && replaced && row->isolation != ISOLATION_NONE;
    if (is_started && !instance_start(driver_instance(driver), error)) {
        driver_destroy(driver);
        return false;
    }
    if (driver || assembly_keeps_place(row))
        add_member(assembly,
                   (struct member){.row = row, .driver = driver, .origin = assembly->shared, .is_new = !is_started});
    return driver != NULL;
}

static bool add_service(struct assembly *assembly, const struct setup_instance *row, const struct served *kept,
                        struct error *error)
{
    struct served served = {.row = row, .origin = assembly->shared};
    if (kept)
        served = *kept;
    else if (row->plugin)
        served.service =
            service_create(row, assembly->ground.http, assembly->ground.runners, assembly->ground.services,
                           patience_of(assembly), error);
    else
        error_set(error, ERROR_CONFIG, "%s: its plugin was refused%s%s", row->title, row->refusal ? ": " : "",
                  row->refusal ? row->refusal : "");
    if (!served.service)
        return false;
    served.origin->users++;
    assembly->services[assembly->service_count++] = served;
    return true;
}

static bool is_named(const struct setup_instance *row, const char *name)
{
    return name && (strcmp(row->title, name) == 0 || strcmp(row->name, name) == 0 ||
                    (row->plugin && strcmp(row->plugin->name, name) == 0));
}

/* Whether the running instance is to give way to one of another object. */
static bool is_replaced(const struct setup_instance *before, const struct setup_instance *now, const char *anew)
{
    return is_named(now, anew) || (before->plugin && now->plugin && before->plugin->file != now->plugin->file);
}

static bool add_row(struct assembly *assembly, const struct setup_instance *row, struct assembly *running, bool is_kept,
                    struct error *error)
{
    const struct member *present = assembly_find_member(running, row->title);
    if (row->plugin_kind == PLUGIN_SERVICE)
        return add_service(assembly, row, is_kept ? find_served(running, row->title) : NULL, error);
    bool gives_way = present && !is_kept && is_replaced(present->row, row, assembly->ground.anew);
    return add_instance(assembly, row, is_kept ? present : NULL, gives_way ? present : NULL, error);
}

/* Sees to it that what is to be made anew gets new processes; false where nothing has that name. */
static bool find_anew(struct assembly *assembly, struct error *error)
{
    const struct setup *setup = assembly->shared->setup;
    const char *name = assembly->ground.anew;
    size_t count = setup_instance_count(setup), found = 0;
    if (!name)
        return true;
    const char **words = calloc(2 * count + 1, sizeof *words);
    if (!words)
        return error_set(error, ERROR_MEMORY, "no memory for the names of instances");
    for (size_t i = 0; i < count; i++) {
        const struct setup_instance *row = setup_instance(setup, i);
        words[2 * i] = row->title;
        words[2 * i + 1] = row->plugin ? row->plugin->name : row->name;
        if (!row->enabled || !is_named(row, name))
            continue;
        found++;
        if (row->plugin)
            runners_retire(assembly->ground.runners, row->plugin->path);
    }
    const char *nearest = found > 0 ? NULL : nearest_word(name, words);
    if (found == 0)
        error_set(error, ERROR_MISSING, "no instance that is enabled, and no plugin of one, is called '%.100s'%s%s%s",
                  name, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    free(words);
    return found > 0;
}

/* Whoever is told of the health of sources learns of it when the bus runs. */
static void leave_out(struct assembly *assembly, const struct setup_instance *row, const char *why)
{
    size_t title = strlen(row->title);
    bool has_title = strncmp(why, row->title, title) == 0 && strncmp(why + title, ": ", 2) == 0;
    char *kept = strdup(has_title ? why + title + 2 : why);
    if (kept)
        assembly->left_out[assembly->left_out_count++] = (struct left_out){.row = row, .why = kept};
}

/* Drivers and services for all rows that are enabled; those of `running` where nothing about them changed. */
static bool add_members(struct assembly *assembly, struct assembly *running, struct error *error)
{
    struct setup *setup = assembly->shared->setup;
    struct setup_difference *differences = NULL;
    size_t difference_count = 0;
    if (running && !setup_compare(running->shared->setup, setup, &differences, &difference_count))
        return error_set(error, ERROR_MEMORY, "no memory to compare the configurations");
    bool is_good = find_anew(assembly, error);
    for (size_t i = 0; is_good && i < setup_instance_count(setup); i++) {
        const struct setup_instance *row = setup_instance(setup, i);
        struct error problem = ERROR_INIT;
        bool is_kept = is_same(differences, difference_count, row->title) && !is_named(row, assembly->ground.anew);
        if (!row->enabled || add_row(assembly, row, running, is_kept, &problem))
            continue;
        assembly->failures++;
        if (running) {
            is_good = false;
            *error = problem;
            continue;
        }
        log_write(LOG_ERROR, NULL, NULL, "%s%s", problem.text,
                  row->plugin_kind == PLUGIN_DETECTOR ? "; events wait until it can work"
                  : assembly_keeps_place(row)                  ? "; items wait until it can work"
                                                      : "; it is left out");
        leave_out(assembly, row, problem.text);
    }
    free(differences);
    return is_good;
}

struct assembly *assembly_prepare(struct setup *setup, const struct assembly_ground *ground, struct assembly *running,
                                  struct error *error)
{
    struct assembly *assembly = calloc(1, sizeof *assembly);
    struct shared_setup *shared = calloc(1, sizeof *shared);
    struct member *members = calloc(setup_instance_count(setup) + 1, sizeof *members);
    struct served *services = calloc(setup_instance_count(setup) + 1, sizeof *services);
    struct left_out *left_out = calloc(setup_instance_count(setup) + 1, sizeof *left_out);
    if (!assembly || !shared || !members || !services || !left_out) {
        free(assembly);
        free(shared);
        free(members);
        free(services);
        free(left_out);
        error_set(error, ERROR_MEMORY, "no memory for the instances");
        return NULL;
    }
    *shared = (struct shared_setup){setup, 1};
    assembly->ground = *ground;
    assembly->shared = shared;
    assembly->members = members;
    assembly->services = services;
    assembly->left_out = left_out;
    assembly->patient_until = !running && !ground->once ? clock_monotonic() + PATIENCE_MS : 0;
    bool is_good = add_members(assembly, running, error);
    assembly->ground.anew = NULL; /* lent until now */
    if (is_good)
        return assembly;
    /* The caller keeps the setup. */
    shared->users++;
    assembly_destroy(assembly, running);
    free(shared);
    return NULL;
}

void assembly_destroy(struct assembly *assembly, struct assembly *heir)
{
    if (!assembly)
        return;
    for (size_t i = 0; i < assembly->member_count; i++) {
        struct member *member = &assembly->members[i];
        const struct member *inherited = assembly_find_member(heir, member->row->title);
        if (!inherited || inherited->driver != member->driver)
            driver_destroy(member->driver);
        release_setup(member->origin);
    }
    for (size_t i = 0; i < assembly->service_count; i++) {
        struct served *served = &assembly->services[i];
        const struct served *inherited = find_served(heir, served->row->title);
        bool is_kept = inherited && inherited->service == served->service;
        if (is_kept || service_destroy(served->service))
            release_setup(served->origin);
    }
    release_setup(assembly->shared);
    free(assembly->members);
    free(assembly->services);
    for (size_t i = 0; i < assembly->left_out_count; i++)
        free(assembly->left_out[i].why);
    free(assembly->left_out);
    free(assembly);
}
