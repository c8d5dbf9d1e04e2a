#include "core/bus/writer.h"

#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/bus/lane.h"
#include "core/store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TRANSACTION_UNITS_MAX = 256,
    TRANSACTION_BYTES_MAX = 16 * 1024 * 1024,
    RETRY_FIRST_MS = 250,
    RETRY_MAX_MS = 30000,
    STAGES_MAX_MS = 100,
    STAGE_RETRY_MS = 2000,
    STAGE_WAIT_MAX_MS = 3600000, /* clocks of the world may be set */
    STOP_ATTEMPTS_MAX = 3        /* of a failing transaction once the writer shall stop */
};

struct change {
    bool (*run)(void *context, struct store *store, struct error *error);
    void *context;
    bool ok, is_over;
    struct error error;
    struct change *next;
};

/* What became of one unit in the attempt under way. */
struct outcome {
    bool failed;
    struct error error;
};

struct writer {
    struct store *store;
    struct writer_ops ops;
    struct writer_stage stages[WRITER_STAGES_MAX];
    size_t stage_count;
    bool stage_failed[WRITER_STAGES_MAX]; /* these two: the writer's thread alone */
    bool stages_known;                    /* each has run since the start, so `has_more` means something */
    bool is_careful;                      /* each step has a savepoint of its own */
    struct outcome *outcomes;             /* of the transaction under way, one a unit */
    pthread_t thread;
    bool started;

    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t work;   /* something was submitted, or the writer shall stop */
    pthread_cond_t room;   /* the queue has become shorter */
    pthread_cond_t over;   /* a change is over */
    struct unit *first, *last;
    size_t queued, queued_bytes;
    struct change *changes_first, *changes_last;
    bool stopping, is_busy;
    int64_t units, transactions;
};

/* What one transaction holds. */
struct batch {
    struct unit *first;
    struct change *changes;
    size_t count;
    bool stages_wrote;
};

/* ---- life ---- */

struct writer *writer_create(struct store *store, const struct writer_ops *ops, struct error *error)
{
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer)
        writer->outcomes = calloc(TRANSACTION_UNITS_MAX, sizeof *writer->outcomes);
    if (!writer || !writer->outcomes) {
        free(writer);
        error_set(error, ERROR_MEMORY, "no memory for the writer");
        return NULL;
    }
    writer->store = store;
    writer->ops = *ops;
    pthread_mutex_init(&writer->mutex, NULL);
    condition_init(&writer->work);
    pthread_cond_init(&writer->room, NULL);
    pthread_cond_init(&writer->over, NULL);
    return writer;
}

void writer_destroy(struct writer *writer)
{
    if (!writer)
        return;
    pthread_cond_destroy(&writer->work);
    pthread_cond_destroy(&writer->room);
    pthread_cond_destroy(&writer->over);
    pthread_mutex_destroy(&writer->mutex);
    free(writer->outcomes);
    free(writer);
}

bool writer_add_stage(struct writer *writer, const struct writer_stage *stage)
{
    if (writer->stage_count == WRITER_STAGES_MAX)
        return false;
    writer->stages[writer->stage_count++] = *stage;
    return true;
}

/* ---- the queue ---- */

static bool is_full(const struct writer *writer)
{
    return writer->queued >= WRITER_QUEUE_UNITS || (writer->queued > 0 && writer->queued_bytes >= WRITER_QUEUE_BYTES);
}

void writer_submit(struct writer *writer, struct unit *unit, bool urgent)
{
    pthread_mutex_lock(&writer->mutex);
    pool_excuse(true);
    while (!urgent && is_full(writer))
        pthread_cond_wait(&writer->room, &writer->mutex);
    pool_excuse(false);
    unit->next = NULL;
    if (writer->last)
        writer->last->next = unit;
    else
        writer->first = unit;
    writer->last = unit;
    writer->queued++;
    writer->queued_bytes += unit->output_bytes;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->mutex);
}

bool writer_change(struct writer *writer, bool (*run)(void *context, struct store *store, struct error *error),
                   void *context, struct error *error)
{
    struct change change = {.run = run, .context = context};
    pthread_mutex_lock(&writer->mutex);
    if (writer->stopping || !writer->started) {
        pthread_mutex_unlock(&writer->mutex);
        return error_set(error, ERROR_STATE, "the daemon is stopping; nothing was changed");
    }
    if (writer->changes_last)
        writer->changes_last->next = &change;
    else
        writer->changes_first = &change;
    writer->changes_last = &change;
    pthread_cond_signal(&writer->work);
    while (!change.is_over)
        pthread_cond_wait(&writer->over, &writer->mutex);
    pthread_mutex_unlock(&writer->mutex);
    if (!change.ok && error)
        *error = change.error;
    return change.ok;
}

/* Takes what one transaction may hold off the queue. The mutex is held. */
static void take_batch(struct writer *writer, struct batch *batch)
{
    size_t bytes = 0;
    struct unit *last = NULL;
    memset(batch, 0, sizeof *batch);
    batch->changes = writer->changes_first;
    writer->changes_first = writer->changes_last = NULL;
    batch->first = writer->first;
    while (writer->first && batch->count < TRANSACTION_UNITS_MAX && bytes < TRANSACTION_BYTES_MAX) {
        last = writer->first;
        bytes += last->output_bytes;
        batch->count++;
        writer->first = last->next;
    }
    if (last)
        last->next = NULL;
    if (!writer->first)
        writer->last = NULL;
    writer->queued -= batch->count;
    writer->queued_bytes -= bytes;
    if (batch->count)
        pthread_cond_broadcast(&writer->room);
}

/* ---- one transaction ---- */

/* Runs one step. *failed: it failed by its own fault and was undone, `why` says how. False: the whole transaction is
 * spoilt, or to be begun anew, since what failed cannot be undone alone: then it is careful from now on. */
static bool run_step(struct writer *writer, bool (*step)(void *context, struct store *store, struct error *error),
                     void *context, bool *failed, struct error *why, struct error *error)
{
    *failed = false;
    if (writer->is_careful && !store_savepoint(writer->store, error))
        return false;
    struct error reason = ERROR_INIT;
    store_clear_failure(writer->store);
    if (step(context, writer->store, &reason))
        return !writer->is_careful || store_release(writer->store, error);
    if (reason.kind == ERROR_MEMORY || store_failed_on_storage(writer->store) || !store_in_transaction(writer->store)) {
        *error = reason;
        return false;
    }
    if (!writer->is_careful) {
        writer->is_careful = true;
        *error = reason;
        return false;
    }
    *failed = true;
    *why = reason;
    return store_rollback_to(writer->store, error);
}

struct apply_context {
    struct writer *writer;
    struct unit *unit;
    const struct error *why;
};

static bool apply_step(void *context, struct store *store, struct error *error)
{
    struct apply_context *apply = context;
    return apply->writer->ops.apply(apply->writer->ops.context, store, apply->unit, error);
}

static bool apply_failure_step(void *context, struct store *store, struct error *error)
{
    struct apply_context *apply = context;
    return apply->writer->ops.apply_failure(apply->writer->ops.context, store, apply->unit, apply->why, error);
}

static bool apply_unit(struct writer *writer, struct unit *unit, struct outcome *outcome, struct error *error)
{
    struct apply_context apply = {writer, unit, &outcome->error};
    if (!run_step(writer, apply_step, &apply, &outcome->failed, &outcome->error, error))
        return false;
    if (!outcome->failed)
        return true;
    bool twice;
    struct error second = ERROR_INIT;
    if (!run_step(writer, apply_failure_step, &apply, &twice, &second, error))
        return false;
    if (twice)
        log_write(LOG_ERROR, unit->instance, NULL, "cannot even note that a unit of work failed: %s", second.text);
    return true;
}

static bool run_changes(struct writer *writer, struct batch *batch, struct error *error)
{
    for (struct change *change = batch->changes; change; change = change->next) {
        bool failed;
        if (!run_step(writer, change->run, change->context, &failed, &change->error, error))
            return false;
        change->ok = !failed;
    }
    return true;
}

/* A stage that failed has its next turn with the next transaction: at once it would fail again. */
static bool has_more(const struct writer *writer, size_t stage)
{
    const struct writer_stage *one = &writer->stages[stage];
    return !writer->stage_failed[stage] && one->has_more && one->has_more(one->context);
}

/* Those that run in rounds come first. */
static size_t ordered_stages(const struct writer *writer)
{
    size_t count = 0;
    while (count < writer->stage_count && !writer->stages[count].is_aside)
        count++;
    return count;
}

/* Where the next round begins: with the last stage that has something left, for what a stage sees must not depend on
 * how much those before it did meanwhile. ordered_stages: nobody has. */
static size_t next_stage(const struct writer *writer)
{
    size_t count = ordered_stages(writer);
    for (size_t i = count; i-- > 0;) {
        if (has_more(writer, i))
            return i;
    }
    return count;
}

static bool any_has_more(const struct writer *writer)
{
    for (size_t i = 0; i < writer->stage_count; i++)
        if (has_more(writer, i))
            return true;
    return false;
}

static bool run_stage(struct writer *writer, size_t index, struct error *error)
{
    struct writer_stage *stage = &writer->stages[index];
    struct error why = ERROR_INIT;
    if (!run_step(writer, stage->run, stage->context, &writer->stage_failed[index], &why, error))
        return false;
    if (writer->stage_failed[index])
        log_write(LOG_ERROR, stage->name, NULL, "%s", why.text);
    return true;
}

/* Runs the stages from `first` on; one that fails ends the round, since those after it build on what it does. */
static bool run_round(struct writer *writer, size_t first, struct error *error)
{
    size_t count = ordered_stages(writer);
    for (size_t i = first; i < count; i++) {
        if (!run_stage(writer, i, error))
            return false;
        if (writer->stage_failed[i])
            return true;
    }
    return true;
}

static bool run_rounds(struct writer *writer, struct error *error)
{
    size_t count = ordered_stages(writer);
    int64_t until = clock_monotonic() + STAGES_MAX_MS;
    if (count == 0)
        return true;
    /* In the first round after the start, the last run may have left something to any stage. */
    size_t first = writer->stages_known ? next_stage(writer) : count - 1;
    if (first == count)
        first = 0;
    do {
        if (!run_round(writer, first, error))
            return false;
        first = writer->stages_known ? next_stage(writer) : 0;
        writer->stages_known = true;
    } while (first < count && clock_monotonic() < until);
    return true;
}

static bool run_stages(struct writer *writer, struct batch *batch, struct error *error)
{
    int64_t watermark = 0;
    if (writer->stage_count == 0)
        return true;
    if (!writer->ops.watermark(writer->ops.context, writer->store, &watermark, error))
        return false;
    for (size_t i = 0; i < writer->stage_count; i++) {
        writer->stage_failed[i] = false;
        if (writer->stages[i].set_watermark)
            writer->stages[i].set_watermark(writer->stages[i].context, watermark);
    }
    int before = sqlite3_total_changes(store_database(writer->store));
    if (!run_rounds(writer, error))
        return false;
    for (size_t i = ordered_stages(writer); i < writer->stage_count; i++)
        if (!run_stage(writer, i, error))
            return false;
    batch->stages_wrote = sqlite3_total_changes(store_database(writer->store)) != before;
    return true;
}

static bool attempt_transaction(struct writer *writer, struct batch *batch, struct error *error)
{
    size_t i = 0;
    bool ok = store_begin(writer->store, error) && run_changes(writer, batch, error);
    for (struct unit *unit = batch->first; ok && unit; unit = unit->next)
        ok = apply_unit(writer, unit, &writer->outcomes[i++], error);
    ok = ok && run_stages(writer, batch, error) && store_commit(writer->store, error);
    if (ok)
        return true;
    store_rollback(writer->store);
    writer->stages_known = false; /* what they have left is as it was before, whatever they say */
    return false;
}

static bool has_failed_stage(const struct writer *writer)
{
    for (size_t i = 0; i < writer->stage_count; i++) {
        if (writer->stage_failed[i])
            return true;
    }
    return false;
}

static bool has_failed_step(const struct writer *writer, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (writer->outcomes[i].failed)
            return true;
    return has_failed_stage(writer);
}

/* A savepoint keeps a copy of each page that is changed within it, and a step that writes a few rows changes many. So a
 * transaction does without them; where a step fails by its own fault, which is rare, all of it is undone and begun anew with
 * them, and so are the next until nothing fails. What people ask for may fail at any time, and is not done twice. */
static bool try_transaction(struct writer *writer, struct batch *batch, struct error *error)
{
    struct error reason = ERROR_INIT;
    writer->is_careful = writer->is_careful || batch->changes;
    bool was_careful = writer->is_careful;
    bool ok = attempt_transaction(writer, batch, &reason);
    if (!ok && writer->is_careful && !was_careful)
        ok = attempt_transaction(writer, batch, &reason);
    if (ok)
        writer->is_careful = has_failed_step(writer, batch);
    else
        *error = reason;
    return ok;
}

/* ---- the thread ---- */

/* Waits before another attempt, until stopped or somebody wants a change: a person waits no longer than one attempt takes. False:
 * it has been tried often enough. */
static bool pause_before_retry(struct writer *writer, unsigned attempt)
{
    int64_t wait = RETRY_FIRST_MS;
    for (unsigned i = 1; i < attempt && wait < RETRY_MAX_MS; i++)
        wait *= 2;
    int64_t until = clock_monotonic() + (wait < RETRY_MAX_MS ? wait : RETRY_MAX_MS);
    pthread_mutex_lock(&writer->mutex);
    while (!writer->stopping && !writer->changes_first && clock_monotonic() < until)
        condition_wait_until(&writer->work, &writer->mutex, until);
    bool again = !writer->stopping || attempt < STOP_ATTEMPTS_MAX;
    pthread_mutex_unlock(&writer->mutex);
    return again;
}

/* Changes that came since the last attempt go with the next. */
static void take_changes(struct writer *writer, struct batch *batch)
{
    pthread_mutex_lock(&writer->mutex);
    batch->changes = writer->changes_first;
    writer->changes_first = writer->changes_last = NULL;
    pthread_mutex_unlock(&writer->mutex);
}

static void finish_changes(struct writer *writer, struct batch *batch, bool committed, const struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    for (struct change *change = batch->changes, *next; change; change = next) {
        next = change->next; /* its owner may be gone once it is over */
        if (!committed) {
            change->ok = false;
            change->error = *error;
        }
        change->is_over = true;
    }
    pthread_cond_broadcast(&writer->over);
    pthread_mutex_unlock(&writer->mutex);
}

static void finish_units(struct batch *batch, const struct outcome *outcomes, bool committed, const struct error *error)
{
    size_t i = 0;
    for (struct unit *unit = batch->first, *next; unit; unit = next, i++) {
        next = unit->next;
        const struct error *why = !committed ? error : outcomes[i].failed ? &outcomes[i].error : NULL;
        if (why)
            log_write(LOG_ERROR, unit->instance, NULL, "a unit of work could not be stored: %s", why->text);
        if (unit->done)
            unit->done(unit, !why, why);
        unit_destroy(unit);
    }
}

static void write_batch(struct writer *writer, struct batch *batch)
{
    struct error error = ERROR_INIT;
    unsigned attempt = 0;
    bool committed = try_transaction(writer, batch, &error);
    while (!committed) {
        /* A person who waits for a change wants to know now; units can wait. */
        finish_changes(writer, batch, false, &error);
        batch->changes = NULL;
        attempt++;
        log_write(LOG_ERROR, NULL, NULL, "%s; nothing is lost, sources pause and it is tried again", error.text);
        writer->ops.trouble(writer->ops.context, &error);
        if (!pause_before_retry(writer, attempt))
            break;
        take_changes(writer, batch);
        committed = try_transaction(writer, batch, &error);
    }
    if (committed && attempt > 0) {
        log_write(LOG_INFO, NULL, NULL, "the store can be written again");
        writer->ops.trouble(writer->ops.context, NULL);
    }
    bool wrote_more = batch->stages_wrote || batch->changes;
    finish_units(batch, writer->outcomes, committed, &error);
    finish_changes(writer, batch, committed, &error);
    if (committed) {
        pthread_mutex_lock(&writer->mutex);
        writer->units += (int64_t)batch->count;
        writer->transactions++;
        pthread_mutex_unlock(&writer->mutex);
        writer->ops.committed(writer->ops.context, wrote_more);
    }
}

/* How long it is until a stage wants to run by itself; -1: none does. */
static int64_t wait_of_stages(const struct writer *writer)
{
    int64_t now = clock_now(), wait = -1;
    for (size_t i = 0; i < writer->stage_count; i++) {
        const struct writer_stage *stage = &writer->stages[i];
        int64_t due = stage->due ? stage->due(stage->context) : 0, left = due > now ? due - now : 0;
        if (due > 0 && (wait < 0 || left < wait))
            wait = left;
    }
    return wait < STAGE_WAIT_MAX_MS ? wait : STAGE_WAIT_MAX_MS;
}

/* Waits until there is something to do; a stage that failed has its next turn after a pause. The mutex is held. */
static void wait_for_work(struct writer *writer, bool stage_failed)
{
    int64_t wait = stage_failed ? STAGE_RETRY_MS : wait_of_stages(writer);
    int64_t until = clock_monotonic() + (wait > 0 ? wait : 0);
    while (!writer->first && !writer->changes_first && !writer->stopping) {
        if (wait < 0)
            pthread_cond_wait(&writer->work, &writer->mutex);
        else if (!condition_wait_until(&writer->work, &writer->mutex, until))
            return;
    }
}

static void *run_thread(void *context)
{
    struct writer *writer = context;
    bool more = writer->stage_count > 0, failed = false; /* what the stages left undone in the last run */
    for (;;) {
        struct batch batch;
        pthread_mutex_lock(&writer->mutex);
        writer->is_busy = more || failed;
        if (!more)
            wait_for_work(writer, failed);
        bool is_over = writer->stopping && !writer->first && !writer->changes_first;
        writer->is_busy = !is_over;
        take_batch(writer, &batch);
        pthread_mutex_unlock(&writer->mutex);
        if (is_over)
            return NULL;
        write_batch(writer, &batch);
        more = any_has_more(writer);
        failed = has_failed_stage(writer);
    }
}

bool writer_start(struct writer *writer, struct error *error)
{
    writer->started = true;
    int reason = pthread_create(&writer->thread, NULL, run_thread, writer);
    if (reason != 0) {
        writer->started = false;
        return error_set_errno(error, reason, "cannot start the writer's thread");
    }
    return true;
}

void writer_stop(struct writer *writer)
{
    if (!writer->started)
        return;
    pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    pthread_cond_broadcast(&writer->work);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    writer->started = false;
}

void writer_read_stats(struct writer *writer, struct writer_stats *stats)
{
    pthread_mutex_lock(&writer->mutex);
    stats->queued = writer->queued;
    stats->is_busy = writer->is_busy;
    stats->units = writer->units;
    stats->transactions = writer->transactions;
    pthread_mutex_unlock(&writer->mutex);
}
