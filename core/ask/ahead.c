#include "core/ask/ahead.h"

#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/query/query.h"
#include "core/query/read_ahead.h"
#include "core/query/sheet_keeper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 19, PART_OF_FREE = 4, LOOK_MS = 60 * 1000, LOOK_AFTER_FAILURE_MS = 60 * LOOK_MS };

struct ahead {
    const char *state_dir;
    pthread_t thread;
    atomic_bool is_ending;
    struct condition_flag has_read, ends;
};

/* Bytes that can be had without swapping; 0 where the system does not tell. */
static int64_t free_memory(void)
{
    char line[128];
    long long kib = 0;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file && fgets(line, sizeof line, file) && sscanf(line, "MemAvailable: %lld kB", &kib) != 1)
        continue;
    if (file)
        fclose(file);
    return (int64_t)kib * 1024;
}

static bool goes_on(void *context)
{
    struct ahead *ahead = context;
    return !atomic_load(&ahead->is_ending);
}

static void read_columns(struct ahead *ahead)
{
    struct error error = ERROR_INIT;
    int64_t begun = clock_monotonic(), bytes = 0;
    struct query *query = query_open(ahead->state_dir, &error);
    if (query && query_read_ahead(query, free_memory() / PART_OF_FREE, goes_on, ahead, &bytes, &error))
        log_write(LOG_DEBUG, NULL, NULL, "has read ahead %lld KiB of the archive's columns in %lld ms", (long long)bytes / 1024,
                  (long long)(clock_monotonic() - begun));
    else if (error.kind != ERROR_MISSING)
        log_write(LOG_WARNING, NULL, NULL, "the archive's columns were not read ahead, so first questions take longer: %s",
                  error.text);
    query_close(query);
}

/* The connection is not kept: a store that somebody moves away shall not be held open by who hardly ever looks. */
static bool keep_sheets(struct ahead *ahead, bool is_first)
{
    struct error error = ERROR_INIT;
    int64_t begun = clock_monotonic(), written = 0;
    struct query *query = query_open(ahead->state_dir, &error);
    bool ok = query && query_keep_sheets(query, goes_on, ahead, &written, &error);
    query_close(query);
    if (!ok && error.kind != ERROR_MISSING)
        log_write(LOG_WARNING, NULL, NULL,
                  "the columns of the archive were not laid out in sheets, so first questions after a start take longer: %s",
                  error.text);
    if (ok && (written > 0 || is_first))
        log_write(LOG_DEBUG, NULL, NULL, "has laid out columns of the archive in %lld sheets in %lld ms", (long long)written,
                  (long long)(clock_monotonic() - begun));
    return ok;
}

static void *run(void *context)
{
    struct ahead *ahead = context;
    read_columns(ahead);
    condition_flag_raise(&ahead->has_read);
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* where it is forbidden, it is as quick as others */
    for (bool is_first = true; goes_on(ahead); is_first = false) {
        bool ok = keep_sheets(ahead, is_first);
        condition_flag_lower(&ahead->ends, clock_monotonic() + (ok ? LOOK_MS : LOOK_AFTER_FAILURE_MS));
    }
    return NULL;
}

struct ahead *ahead_begin(const char *state_dir)
{
    struct ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead)
        return NULL;
    ahead->state_dir = state_dir;
    condition_flag_init(&ahead->has_read);
    condition_flag_init(&ahead->ends);
    if (pthread_create(&ahead->thread, NULL, run, ahead) == 0)
        return ahead;
    condition_flag_destroy(&ahead->ends);
    condition_flag_destroy(&ahead->has_read);
    free(ahead);
    return NULL;
}

bool ahead_wait(struct ahead *ahead, int64_t limit_ms)
{
    bool has_read = !ahead || condition_flag_lower(&ahead->has_read, clock_monotonic() + limit_ms);
    if (ahead && has_read)
        condition_flag_raise(&ahead->has_read); /* for the others who wait */
    return has_read;
}

void ahead_end(struct ahead *ahead)
{
    if (!ahead)
        return;
    atomic_store(&ahead->is_ending, true);
    condition_flag_raise(&ahead->ends);
    pthread_join(ahead->thread, NULL);
    condition_flag_destroy(&ahead->ends);
    condition_flag_destroy(&ahead->has_read);
    free(ahead);
}
