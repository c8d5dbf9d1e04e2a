#include "core/ask/trials.h"

#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/watch/dry_run.h"
#include "core/watch/rule_names.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct trials {
    int64_t idle_ms, left_ms;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a trial was given back, or all ends */
    pthread_t keeper;
    bool has_keeper, is_ending;
    struct trial rows[TRIALS_MAX];
};

/* ---- places ---- */

static void end_trial(struct trial *trial)
{
    dry_run_end(trial->run, NULL); /* the connection ends as well */
    rule_destroy(trial->rule);
    rule_names_destroy(trial->names);
    connection_close(&trial->connection);
    free(trial->since);
}

/* The lock is held, and let go meanwhile: to end a trial takes as long as it takes to free what it counted. The place is taken
 * then. */
static void empty_place(struct trials *trials, struct trial *trial)
{
    struct trial ended = *trial;
    *trial = (struct trial){.is_taken = true};
    pthread_mutex_unlock(&trials->lock);
    end_trial(&ended);
    pthread_mutex_lock(&trials->lock);
}

static bool is_idle(const struct trial *trial)
{
    return trial->id[0] && !trial->is_taken;
}

/* That which has been idle for longest. NULL where there is none. The lock is held. */
static struct trial *oldest_idle(struct trials *trials)
{
    struct trial *oldest = NULL;
    for (size_t i = 0; i < TRIALS_MAX; i++)
        if (is_idle(&trials->rows[i]) && (!oldest || trials->rows[i].given < oldest->given))
            oldest = &trials->rows[i];
    return oldest;
}

/* ---- the keeper ---- */

static void *keep(void *context)
{
    struct trials *trials = context;
    pthread_mutex_lock(&trials->lock);
    while (!trials->is_ending) {
        struct trial *oldest = oldest_idle(trials);
        if (!oldest) {
            pthread_cond_wait(&trials->changed, &trials->lock);
        } else if (clock_monotonic() >= oldest->given + trials->idle_ms) {
            empty_place(trials, oldest);
            oldest->is_taken = false;
        } else {
            condition_wait_until(&trials->changed, &trials->lock, oldest->given + trials->idle_ms);
        }
    }
    pthread_mutex_unlock(&trials->lock);
    return NULL;
}

/* The lock is held. */
static bool have_keeper(struct trials *trials)
{
    if (!trials->has_keeper)
        trials->has_keeper = pthread_create(&trials->keeper, NULL, keep, trials) == 0;
    return trials->has_keeper;
}

struct trials *trials_create(int64_t idle_ms, int64_t left_ms)
{
    struct trials *trials = calloc(1, sizeof *trials);
    if (!trials)
        return NULL;
    trials->idle_ms = idle_ms;
    trials->left_ms = left_ms;
    pthread_mutex_init(&trials->lock, NULL);
    condition_init(&trials->changed);
    return trials;
}

void trials_destroy(struct trials *trials)
{
    if (!trials)
        return;
    pthread_mutex_lock(&trials->lock);
    trials->is_ending = true;
    pthread_cond_signal(&trials->changed);
    pthread_mutex_unlock(&trials->lock);
    if (trials->has_keeper)
        pthread_join(trials->keeper, NULL);
    for (size_t i = 0; i < TRIALS_MAX; i++)
        end_trial(&trials->rows[i]);
    pthread_cond_destroy(&trials->changed);
    pthread_mutex_destroy(&trials->lock);
    free(trials);
}

/* ---- ids and cursors ---- */

static bool make_id(char id[TRIAL_ID_SIZE])
{
    unsigned char bytes[(TRIAL_ID_SIZE - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* "ID.PART" */
static bool read_cursor(const char *cursor, char id[TRIAL_ID_SIZE], int64_t *part)
{
    size_t size = strspn(cursor, "0123456789abcdef");
    const char *number = cursor + size + 1;
    if (size != TRIAL_ID_SIZE - 1 || cursor[size] != '.' || strspn(number, "0123456789") != strlen(number) || strlen(number) > 18 ||
        !*number)
        return false;
    snprintf(id, TRIAL_ID_SIZE, "%s", cursor);
    *part = strtoll(number, NULL, 10);
    return true;
}

void trial_pass(struct trial *trial, char cursor[TRIAL_CURSOR_SIZE])
{
    snprintf(cursor, TRIAL_CURSOR_SIZE, "%s.%" PRId64, trial->id, ++trial->part);
}

/* ---- taking and giving ---- */

/* One that is free, or that whose asker has left; NULL where there is none. The lock is held. */
static struct trial *find_place(struct trials *trials)
{
    for (size_t i = 0; i < TRIALS_MAX; i++)
        if (!trials->rows[i].id[0] && !trials->rows[i].is_taken)
            return &trials->rows[i];
    struct trial *oldest = oldest_idle(trials);
    return oldest && clock_monotonic() >= oldest->given + trials->left_ms ? oldest : NULL;
}

struct trial *trials_begin(struct trials *trials)
{
    char id[TRIAL_ID_SIZE];
    struct trial *trial = NULL;
    if (!make_id(id))
        return NULL;
    pthread_mutex_lock(&trials->lock);
    if (have_keeper(trials) && (trial = find_place(trials))) {
        empty_place(trials, trial);
        snprintf(trial->id, sizeof trial->id, "%s", id);
    }
    pthread_mutex_unlock(&trials->lock);
    return trial;
}

enum trial_finding trials_take(struct trials *trials, const char *cursor, struct trial **trial)
{
    char id[TRIAL_ID_SIZE];
    int64_t part;
    enum trial_finding finding = TRIAL_GONE;
    *trial = NULL;
    if (!read_cursor(cursor, id, &part))
        return TRIAL_NO_CURSOR;
    pthread_mutex_lock(&trials->lock);
    for (size_t i = 0; i < TRIALS_MAX; i++) {
        struct trial *row = &trials->rows[i];
        if (strcmp(row->id, id) != 0)
            continue;
        finding = row->is_taken ? TRIAL_BUSY : row->part != part ? TRIAL_PASSED : TRIAL_TAKEN;
        if (finding != TRIAL_TAKEN)
            break;
        row->is_taken = true;
        *trial = row;
    }
    pthread_mutex_unlock(&trials->lock);
    return finding;
}

void trials_give(struct trials *trials, struct trial *trial, bool goes_on)
{
    pthread_mutex_lock(&trials->lock);
    if (!goes_on)
        empty_place(trials, trial);
    trial->given = clock_monotonic();
    trial->is_taken = false;
    pthread_cond_signal(&trials->changed);
    pthread_mutex_unlock(&trials->lock);
}
