#include "core/host/runners.h"

#include "core/base/clock.h"
#include "core/base/paths.h"
#include "core/host/monitor.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    START_MS = 30000,
    STARTS_MAX = 3,
    GOOD_LIFE_MS = 60000,
    FREE_DEATHS = 3,
    WAIT_FIRST_MS = 500,
    WAIT_MAX_MS = 60000,
    WAIT_KILLED_MS = 100
};

struct runner_group {
    struct runner_group *next;
    size_t users;
    char *name, *version; /* version: NULL for none */
    bool is_retired;      /* under the runners' lock: nobody joins any more */
    const char *program;
    struct monitor *monitor; /* the runners'; NULL where it has no limits to watch */
    struct buffer key;       /* the hello as it goes out, then what tells the group apart */
    struct runner_hello hello;
    char **texts;           /* the hello's, one allocation each, ended by NULL */
    pthread_mutex_t making; /* held while a runner is made */
    pthread_mutex_t lock;   /* for what follows */
    struct runner *runner;
    struct monitored *watched; /* that runner */
    int64_t made_at, since;    /* monotonic, and by the clock */
    int64_t made;              /* runners so far */
    int deaths_in_row;         /* of runners that did not live long, through no call's fault */
    enum runner_end last_end;
};

struct runners {
    char *program;
    pthread_mutex_t lock;
    struct runner_group *groups;
    struct monitor *monitor; /* NULL as long as none has limits */
};

struct runners *runners_create(const char *program)
{
    struct runners *runners = calloc(1, sizeof *runners);
    if (!runners || !(runners->program = strdup(program ? program : paths_get()->runner))) {
        free(runners);
        return NULL;
    }
    pthread_mutex_init(&runners->lock, NULL);
    return runners;
}

void runners_destroy(struct runners *runners)
{
    if (!runners)
        return;
    monitor_destroy(runners->monitor);
    pthread_mutex_destroy(&runners->lock);
    free(runners->program);
    free(runners);
}

/* ---- groups ---- */

static void free_group(struct runner_group *group)
{
    pthread_mutex_destroy(&group->making);
    pthread_mutex_destroy(&group->lock);
    for (size_t i = 0; group->texts && group->texts[i]; i++)
        free(group->texts[i]);
    free(group->texts);
    free((void *)(uintptr_t)group->hello.paths);
    buffer_free(&group->key);
    free(group->name);
    free(group->version);
    free(group);
}

static bool copy_hello(struct runner_group *group, const struct runner_hello *hello)
{
    struct runner_path *paths = calloc(hello->path_count + 1, sizeof *paths);
    group->hello = *hello;
    group->hello.paths = paths;
    group->texts = calloc(hello->path_count + 2, sizeof *group->texts);
    if (!paths || !group->texts || !(group->texts[0] = strdup(hello->object)))
        return false;
    group->hello.object = group->texts[0];
    for (size_t i = 0; i < hello->path_count; i++) {
        if (!(group->texts[i + 1] = strdup(hello->paths[i].path)))
            return false;
        paths[i] = (struct runner_path){group->texts[i + 1], hello->paths[i].access};
    }
    return true;
}

static bool has_limits(const struct runner_hello *hello)
{
    return hello->memory_max > 0 || hello->cpu_max_milli > 0;
}

static struct runner_group *make_group(const struct runners *runners, const struct runner_group_settings *settings,
                                       struct buffer *key)
{
    struct runner_group *group = calloc(1, sizeof *group);
    if (!group)
        return NULL;
    pthread_mutex_init(&group->making, NULL);
    pthread_mutex_init(&group->lock, NULL);
    group->program = runners->program;
    group->monitor = has_limits(&settings->hello) ? runners->monitor : NULL;
    group->key = *key;
    *key = (struct buffer)BUFFER_INIT;
    group->name = strdup(settings->name);
    group->version = settings->version ? strdup(settings->version) : NULL;
    if (group->name && (group->version || !settings->version) && copy_hello(group, &settings->hello))
        return group;
    free_group(group);
    return NULL;
}

static struct runner_group *find_group(const struct runners *runners, const struct buffer *key)
{
    struct runner_group *group = runners->groups;
    while (group &&
           (group->is_retired || group->key.size != key->size || memcmp(group->key.bytes, key->bytes, key->size) != 0))
        group = group->next;
    return group;
}

struct runner_group *runners_join(struct runners *runners, const struct runner_group_settings *settings)
{
    struct buffer key = BUFFER_INIT;
    runner_hello_put(&key, &settings->hello);
    wire_put_text(&key, settings->apart);
    if (key.failed) {
        buffer_free(&key);
        return NULL;
    }
    pthread_mutex_lock(&runners->lock);
    if (has_limits(&settings->hello) && !runners->monitor)
        runners->monitor = monitor_create(NULL);
    bool is_watchable = !has_limits(&settings->hello) || runners->monitor;
    struct runner_group *group = is_watchable ? find_group(runners, &key) : NULL;
    if (!group && is_watchable && (group = make_group(runners, settings, &key))) {
        group->next = runners->groups;
        runners->groups = group;
    }
    if (group)
        group->users++;
    pthread_mutex_unlock(&runners->lock);
    buffer_free(&key);
    return group;
}

void runners_retire(struct runners *runners, const char *object)
{
    pthread_mutex_lock(&runners->lock);
    for (struct runner_group *group = runners->groups; group; group = group->next)
        group->is_retired |= strcmp(group->hello.object, object) == 0;
    pthread_mutex_unlock(&runners->lock);
}

void runners_leave(struct runners *runners, struct runner_group *group)
{
    pthread_mutex_lock(&runners->lock);
    bool is_last = --group->users == 0;
    struct runner_group **at = &runners->groups;
    while (is_last && *at != group)
        at = &(*at)->next;
    if (is_last)
        *at = group->next;
    pthread_mutex_unlock(&runners->lock);
    if (!is_last)
        return;
    monitor_remove(group->monitor, group->watched);
    runner_release(group->runner);
    free_group(group);
}

/* ---- its runner ---- */

/* The lock is held. */
static int64_t wait_locked(const struct runner_group *group)
{
    if (group->deaths_in_row <= FREE_DEATHS)
        return 0;
    int64_t wait = group->last_end == RUNNER_END_OUTSIDE ? WAIT_KILLED_MS : WAIT_FIRST_MS;
    for (int i = FREE_DEATHS + 1;
         group->last_end == RUNNER_END_ITSELF && i < group->deaths_in_row && wait < WAIT_MAX_MS; i++)
        wait *= 2;
    int64_t left = group->made_at + wait - clock_monotonic();
    return left > 0 ? left : 0;
}

struct runner *runner_group_look(struct runner_group *group)
{
    pthread_mutex_lock(&group->lock);
    struct runner *runner = group->runner;
    if (runner)
        runner_hold(runner);
    pthread_mutex_unlock(&group->lock);
    return runner;
}

/* Lets a dead one go. The runner is not asked under the group's lock: it tells of its death under its own. */
static void drop_dead(struct runner_group *group)
{
    struct runner *dead = runner_group_look(group);
    if (!dead || runner_is_alive(dead)) {
        runner_release(dead);
        return;
    }
    enum runner_end end = runner_end(dead);
    pthread_mutex_lock(&group->lock);
    bool was_good = clock_monotonic() - group->made_at > GOOD_LIFE_MS;
    group->last_end = end;
    group->deaths_in_row = end == RUNNER_END_CALL ? 0 : was_good ? 1 : group->deaths_in_row + 1;
    group->runner = NULL;
    struct monitored *watched = group->watched;
    group->watched = NULL;
    pthread_mutex_unlock(&group->lock);
    monitor_remove(group->monitor, watched);
    runner_release(dead); /* the group's reference */
    runner_release(dead);
}

/* On the monitor's thread. */
static void end_greedy(void *runner, const char *why)
{
    runner_kill(runner, why);
}

/* False, and the runner is gone, where it cannot be watched. */
static bool watch_runner(struct runner_group *group, struct runner *runner, struct error *error)
{
    const struct monitor_limits limits = {.memory_max = group->hello.memory_max,
                                          .cpu_max = (double)group->hello.cpu_max_milli / 1000};
    if (!group->monitor)
        return true;
    group->watched = monitor_add(group->monitor, runner_process(runner), &limits, end_greedy, runner, error);
    if (!group->watched)
        runner_release(runner);
    return group->watched;
}

static struct runner *make_runner(struct runner_group *group, struct error *error)
{
    struct runner_settings settings = {
        .program = group->program, .name = group->name, .hello = group->hello, .start_ms = START_MS};
    struct runner *runner = runner_start(&settings, error);
    for (int i = 1; !runner && error->kind == ERROR_STATE && i < STARTS_MAX; i++) {
        *error = (struct error)ERROR_INIT;
        runner = runner_start(&settings, error);
    }
    if (runner && !watch_runner(group, runner, error))
        runner = NULL;
    pthread_mutex_lock(&group->lock);
    group->made_at = clock_monotonic();
    group->since = clock_now();
    group->runner = runner;
    group->made += runner != NULL;
    if (runner)
        runner_hold(runner);
    pthread_mutex_unlock(&group->lock);
    return runner;
}

struct runner *runner_group_take(struct runner_group *group, struct error *error)
{
    pthread_mutex_lock(&group->making);
    drop_dead(group);
    struct runner *runner = runner_group_look(group);
    if (!runner)
        runner = make_runner(group, error);
    pthread_mutex_unlock(&group->making);
    return runner;
}

int64_t runner_group_wait(struct runner_group *group)
{
    pthread_mutex_lock(&group->lock);
    int64_t wait = wait_locked(group);
    pthread_mutex_unlock(&group->lock);
    return wait;
}

static void describe_group(struct runner_group *group, struct json_writer *json)
{
    struct runner *runner = runner_group_look(group);
    pthread_mutex_lock(&group->lock);
    int64_t restarts = group->made > 0 ? group->made - 1 : 0, since = group->since;
    pthread_mutex_unlock(&group->lock);
    json_object_open(json);
    json_key(json, "plugin");
    json_put_text(json, group->name);
    if (group->version) {
        json_key(json, "version");
        json_put_text(json, group->version);
    }
    json_key(json, "process");
    json_put_integer(json, runner ? runner_process(runner) : 0);
    if (runner) {
        json_key(json, "since");
        json_put_integer(json, since);
    }
    json_key(json, "isolation");
    json_put_text(json, runner ? runner_state(runner) : isolation_word(group->hello.isolation));
    json_key(json, "memory");
    json_put_integer(json, runner ? runner_memory(runner) : 0);
    json_key(json, "instances");
    json_put_integer(json, (int64_t)group->users);
    json_key(json, "restarts");
    json_put_integer(json, restarts);
    json_object_close(json);
    runner_release(runner);
}

void runners_describe(struct runners *runners, struct json_writer *json)
{
    json_key(json, "processes");
    json_array_open(json);
    pthread_mutex_lock(&runners->lock);
    for (struct runner_group *group = runners->groups; group; group = group->next)
        describe_group(group, json);
    pthread_mutex_unlock(&runners->lock);
    json_array_close(json);
}
