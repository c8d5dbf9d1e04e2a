#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/ask/ahead.h"
#include "core/ask/connection.h"
#include "core/ask/question.h"
#include "core/ask/trials.h"
#include "core/store/state.h"
#include "core/watch/rule_names.h"
#include "lib/base/nearest.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PATH_SIZE = 4096, STEPS_PER_LOOK = 10000, WORD_SIZE = 64, READ_LIMIT_MS = 100 };

#define PARAMETERS(...) (const char *const[]) { __VA_ARGS__, NULL }

#define EVENT_FILTER                                                                                                   \
    "when", "type", "status", "modality", "scope", "actor", "dyad", "source", "text", "sources_min", "since", "until"

static const struct question questions[] = {
    {"health", ask_health, (const char *const[]){NULL}},
    {"event", ask_event, PARAMETERS("id")},
    {"events", ask_events, PARAMETERS(EVENT_FILTER, "order", "direction", "after", "limit", "budget")},
    {"export", ask_export, PARAMETERS(EVENT_FILTER, "order", "direction", "after", "limit", "format")},
    {"facets", ask_facets, PARAMETERS(EVENT_FILTER, "facet", "top")},
    {"places", ask_places, PARAMETERS(EVENT_FILTER, "top")},
    {"dyads", ask_dyads, PARAMETERS(EVENT_FILTER, "period", "clock", "by_type", "directed", "top")},
    {"timeline", ask_timeline, PARAMETERS(EVENT_FILTER, "period", "clock", "by_type", "directed", "top")},
    {"revisions", ask_revisions, PARAMETERS("id")},
    {"reports", ask_reports, PARAMETERS("id")},
    {"item", ask_item, PARAMETERS("id")},
    {"items", ask_items, PARAMETERS("source", "text", "since", "until", "after", "limit")},
    {"alerts", ask_alerts, PARAMETERS("watch", "state", "type", "text", "since", "until", "after", "limit")},
    {"alert", ask_alert, PARAMETERS("id")},
    {"mutes", ask_mutes, (const char *const[]){NULL}},
    {"codings", ask_codings, PARAMETERS("id")},
    {"views", ask_views, PARAMETERS("owner")},
    {"agreement", ask_agreement, PARAMETERS("author")},
    {"feeds", ask_feeds, (const char *const[]){NULL}},
    {"watches", ask_watches, (const char *const[]){NULL}},
    {"vocabulary", ask_vocabulary, (const char *const[]){NULL}},
    {"rule", ask_rule, PARAMETERS("when")},
    {"rule-explain", ask_rule_explain, PARAMETERS("when", "event")},
    {"rule-try", ask_rule_try, PARAMETERS("when", "since", "after", "limit")},
    {"changes", ask_changes, PARAMETERS("after", "limit")},
    {"position", ask_position, (const char *const[]){NULL}},
    {"token", ask_token, PARAMETERS("id", "digest")},
    {"tokens", ask_tokens, (const char *const[]){NULL}},
};
enum { QUESTION_COUNT = sizeof questions / sizeof *questions };

struct reader {
    struct connection connection;
    bool is_busy;
};

struct asker {
    char state_dir[PATH_SIZE], path[PATH_SIZE];
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct reader readers[ASK_READERS_MAX];
    const struct rule_names *names; /* a share of them */
    dev_t device;
    ino_t file; /* which the daemon writes; 0 before it does */
    struct ahead *ahead; /* NULL: not begun */
    struct trials *trials;
};

/* ---- the table ---- */

static const struct question *find_question(const char *name)
{
    for (size_t i = 0; i < QUESTION_COUNT; i++)
        if (strcmp(questions[i].name, name) == 0)
            return &questions[i];
    return NULL;
}

const char *ask_question(size_t index)
{
    return index < QUESTION_COUNT ? questions[index].name : NULL;
}

const char *const *ask_parameters(const char *question)
{
    const struct question *found = find_question(question);
    return found ? found->parameters : NULL;
}

/* ---- connections ---- */

struct asker *asker_create(const char *state_dir)
{
    struct asker *asker = calloc(1, sizeof *asker);
    struct error error = ERROR_INIT;
    if (!asker)
        return NULL;
    snprintf(asker->state_dir, sizeof asker->state_dir, "%s", state_dir);
    asker->trials = trials_create(TRIAL_IDLE_MS, TRIAL_LEFT_MS);
    if (!asker->trials || !state_path(asker->path, sizeof asker->path, state_dir, STORE_FILE_NAME, &error)) {
        trials_destroy(asker->trials);
        free(asker);
        return NULL;
    }
    pthread_mutex_init(&asker->lock, NULL);
    condition_init(&asker->freed);
    return asker;
}

void asker_set_names(struct asker *asker, const struct rule_names *names)
{
    const struct rule_names *shared = rule_names_share(names);
    pthread_mutex_lock(&asker->lock);
    const struct rule_names *former = asker->names;
    asker->names = shared;
    struct stat status;
    if (stat(asker->path, &status) == 0) {
        asker->device = status.st_dev;
        asker->file = status.st_ino;
    }
    pthread_mutex_unlock(&asker->lock);
    rule_names_destroy(former);
}

/* The caller ends the share. */
static const struct rule_names *share_names(struct asker *asker)
{
    pthread_mutex_lock(&asker->lock);
    const struct rule_names *names = rule_names_share(asker->names);
    pthread_mutex_unlock(&asker->lock);
    return names;
}

void asker_read_ahead(struct asker *asker)
{
    pthread_mutex_lock(&asker->lock);
    if (!asker->ahead)
        asker->ahead = ahead_begin(asker->state_dir);
    pthread_mutex_unlock(&asker->lock);
}

bool asker_wait_ahead(struct asker *asker, int64_t limit_ms)
{
    pthread_mutex_lock(&asker->lock);
    struct ahead *ahead = asker->ahead;
    pthread_mutex_unlock(&asker->lock);
    return ahead_wait(ahead, limit_ms);
}

void asker_destroy(struct asker *asker)
{
    if (!asker)
        return;
    ahead_end(asker->ahead);
    trials_destroy(asker->trials);
    rule_names_destroy(asker->names);
    for (size_t i = 0; i < ASK_READERS_MAX; i++)
        connection_close(&asker->readers[i].connection);
    pthread_cond_destroy(&asker->freed);
    pthread_mutex_destroy(&asker->lock);
    free(asker);
}

/* One that is open rather than one that is to be opened. The lock is held. */
static struct reader *free_reader(struct asker *asker)
{
    struct reader *found = NULL;
    for (size_t i = 0; i < ASK_READERS_MAX; i++) {
        struct reader *reader = &asker->readers[i];
        if (!reader->is_busy && (!found || (reader->connection.query && !found->connection.query)))
            found = reader;
    }
    return found;
}

/* NULL where none came free in time. */
static struct reader *take_reader(struct asker *asker)
{
    int64_t until = clock_monotonic() + ASK_PATIENCE_MS;
    bool has_time = true;
    struct reader *reader;
    pthread_mutex_lock(&asker->lock);
    while (!(reader = free_reader(asker)) && has_time)
        has_time = condition_wait_until(&asker->freed, &asker->lock, until);
    if (reader)
        reader->is_busy = true;
    pthread_mutex_unlock(&asker->lock);
    return reader;
}

static void give_reader(struct asker *asker, struct reader *reader)
{
    pthread_mutex_lock(&asker->lock);
    reader->is_busy = false;
    pthread_cond_signal(&asker->freed);
    pthread_mutex_unlock(&asker->lock);
}

/* Another file than the one that is written, whose log lies beside it, would be read as a mixture of both. The lock is not held. */
static bool is_replaced(struct asker *asker, const struct stat *status)
{
    pthread_mutex_lock(&asker->lock);
    bool is_other = asker->file != 0 && (asker->file != status->st_ino || asker->device != status->st_dev);
    pthread_mutex_unlock(&asker->lock);
    return is_other;
}

/* What stands at the store's path; *found is NULL where nothing does. */
static bool look_for_file(struct asker *asker, struct stat *status, const struct stat **found, struct error *error)
{
    *found = stat(asker->path, status) == 0 ? status : NULL;
    return !*found || !is_replaced(asker, status) ||
           error_set(error, ERROR_STATE, "the store's file was replaced while the daemon runs; put it back, or start the daemon anew");
}

static bool open_reader(struct asker *asker, struct reader *reader, struct error *error)
{
    struct stat status;
    const struct stat *found;
    bool is_right = look_for_file(asker, &status, &found, error);
    if (!connection_is_to(&reader->connection, found))
        connection_close(&reader->connection);
    return is_right && (reader->connection.query || connection_open(&reader->connection, asker->state_dir, found, error));
}

/* ---- parameters ---- */

const char *asking_text(const struct asking *asking, const char *name)
{
    for (size_t i = 0; i < asking->count; i++)
        if (strcmp(asking->parameters[i].name, name) == 0 && asking->parameters[i].value[0])
            return asking->parameters[i].value;
    return NULL;
}

bool asking_refuse(struct asking *asking, const char *parameter, size_t offset, size_t length, const char *nearest,
                   const char *format, ...)
{
    char text[sizeof asking->error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(asking->answer->parameter, sizeof asking->answer->parameter, "%s", parameter);
    snprintf(asking->answer->nearest, sizeof asking->answer->nearest, "%s", nearest ? nearest : "");
    asking->answer->shown.offset = offset;
    asking->answer->shown.length = length;
    return error_set(asking->error, ERROR_INPUT, "%s: %s", parameter, text);
}

bool asking_integer(struct asking *asking, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *value)
{
    const char *text = asking_text(asking, name);
    char *end = NULL;
    *value = fallback;
    if (!text)
        return true;
    errno = 0;
    long long number = (*text >= '0' && *text <= '9') || *text == '-' ? strtoll(text, &end, 10) : 0;
    if (!end || *end || errno || number < min || number > max)
        return asking_refuse(asking, name, 0, 0, NULL, "'%.40s' is no whole number from %lld to %lld", text,
                             (long long)min, (long long)max);
    *value = number;
    return true;
}

bool asking_require(struct asking *asking, const char *name, const char **value)
{
    *value = asking_text(asking, name);
    return *value || asking_refuse(asking, name, 0, 0, NULL, "is needed");
}

static bool is_one_of(const char *word, size_t size, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == size && memcmp(*words, word, size) == 0)
            return true;
    return false;
}

bool asking_words(struct asking *asking, const char *name, const char *const *words, const char **value)
{
    *value = asking_text(asking, name);
    for (const char *at = *value; at;) {
        size_t size = strcspn(at, ",");
        if (!is_one_of(at, size, words)) {
            char word[WORD_SIZE];
            snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word - 1), at);
            const char *nearest = nearest_word(word, words);
            return asking_refuse(asking, name, (size_t)(at - *value), size, nearest, "there is no '%s'%s%s", word,
                                 nearest ? "; nearest: " : "", nearest ? nearest : "");
        }
        at = at[size] ? at + size + 1 : NULL;
    }
    return true;
}

static bool check_parameters(struct asking *asking)
{
    const struct question *question = asking->question;
    for (size_t i = 0; i < asking->count; i++) {
        const char *name = asking->parameters[i].name;
        if (!is_one_of(name, strlen(name), question->parameters)) {
            char word[WORD_SIZE];
            snprintf(word, sizeof word, "%.*s", WORD_SIZE - 1, name);
            const char *nearest = nearest_word(word, question->parameters);
            return asking_refuse(asking, word, 0, 0, nearest, "is no parameter of %s%s%s", question->name,
                                 nearest ? "; nearest: " : "", nearest ? nearest : "");
        }
        for (size_t j = 0; j < i; j++)
            if (strcmp(asking->parameters[j].name, name) == 0)
                return asking_refuse(asking, name, 0, 0, NULL, "is given twice");
    }
    return true;
}

void ask_put_text(struct asking *asking, const char *key, const char *text)
{
    json_key(asking->json, key);
    json_put_text(asking->json, text);
}

void ask_put_integer(struct asking *asking, const char *key, int64_t value)
{
    json_key(asking->json, key);
    json_put_integer(asking->json, value);
}

/* ---- asking ---- */

/* SQLite calls this now and then while a statement runs. */
static int is_too_late(void *context)
{
    return clock_monotonic() > *(const int64_t *)context;
}

static void run_question(struct asking *asking)
{
    int64_t deadline = clock_monotonic() + ASK_DEADLINE_MS;
    sqlite3 *database = store_database(asking->store);
    sqlite3_progress_handler(database, STEPS_PER_LOOK, is_too_late, &deadline);
    json_object_open(asking->json);
    bool is_good = store_read_begin(asking->store, READ_LIMIT_MS, asking->error) && asking->question->answer(asking);
    store_read_end(asking->store);
    json_object_close(asking->json);
    sqlite3_progress_handler(database, 0, NULL, NULL);
    int code = sqlite3_extended_errcode(database);
    if (is_good)
        return;
    if (clock_monotonic() > deadline)
        answer_fail_as(asking->answer, ENT_ANSWER_LIMIT, "that takes too long; ask for less, by a shorter time or fewer rows");
    else if (asking->error->kind != ERROR_INPUT && asking->error->kind != ERROR_MISSING &&
             ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED))
        answer_fail_as(asking->answer, ENT_ANSWER_BUSY, "the store is locked just now; ask again in a moment");
    else
        answer_fail(asking->answer, asking->error);
}

static bool is_of_the_store(const struct error *error)
{
    return error->kind == ERROR_SYSTEM || error->kind == ERROR_STATE || error->kind == ERROR_MEMORY;
}

/* Whoever may ask may know why, but not where on the machine the store lies. */
static void fail_to_open(const struct asker *asker, struct answer *answer, const struct error *error)
{
    struct buffer text = BUFFER_INIT;
    size_t size = strlen(asker->state_dir);
    const char *at = error->text;
    for (const char *found; (found = strstr(at, asker->state_dir)); at = found + size + (found[size] == '/'))
        buffer_append(&text, at, (size_t)(found - at));
    buffer_append_text(&text, at);
    answer_fail_as(answer, ENT_ANSWER_BUSY, text.bytes ? text.bytes : "the store cannot be opened just now");
    buffer_free(&text);
}

static void ask_over(struct asking *asking, const struct connection *connection)
{
    asking->query = connection->query;
    asking->store = query_store(connection->query);
    run_question(asking);
}

static void ask_reader(struct asker *asker, struct asking *asking)
{
    struct reader *reader = take_reader(asker);
    if (!reader) {
        answer_fail_as(asking->answer, ENT_ANSWER_BUSY, "too many ask at once; ask again in a moment");
        return;
    }
    if (open_reader(asker, reader, asking->error)) {
        ask_over(asking, &reader->connection);
        if (asking->answer->shown.kind == ENT_ANSWER_FAILED && is_of_the_store(asking->error))
            connection_close(&reader->connection);
    } else {
        fail_to_open(asker, asking->answer, asking->error);
    }
    give_reader(asker, reader);
}

/* ---- trials ---- */

static bool fail_trial(struct asking *asking, enum ent_answer_kind kind, const char *text)
{
    answer_fail_as(asking->answer, kind, text);
    return false;
}

static bool take_trial(struct asker *asker, struct asking *asking, const char *cursor)
{
    switch (trials_take(asker->trials, cursor, &asking->trial)) {
    case TRIAL_TAKEN:
        return true;
    case TRIAL_BUSY:
        return fail_trial(asking, ENT_ANSWER_BUSY, "another asks for this part of the trial just now; begin the trial anew, without `after`");
    case TRIAL_PASSED:
        return fail_trial(asking, ENT_ANSWER_STATE, "that part of the trial was answered before; begin the trial anew, without `after`");
    case TRIAL_GONE:
        return fail_trial(asking, ENT_ANSWER_STATE,
                          "the trial is over: it came to its end, failed, or nobody asked for its next part in time; begin it anew, "
                          "without `after`");
    case TRIAL_NO_CURSOR:
        break;
    }
    asking_refuse(asking, "after", 0, 0, NULL, "is no cursor of a trial; hand on what `next` said");
    answer_fail(asking->answer, asking->error);
    return false;
}

static bool begin_trial(struct asker *asker, struct asking *asking, const struct stat *found)
{
    struct trial *trial = trials_begin(asker->trials);
    if (!trial)
        return fail_trial(asking, ENT_ANSWER_BUSY, "too many rules are tried at once; ask again in a moment");
    asking->trial = trial;
    trial->names = rule_names_share(asking->names);
    if (connection_open(&trial->connection, asker->state_dir, found, asking->error))
        return true;
    fail_to_open(asker, asking->answer, asking->error);
    return false;
}

/* A trial is of one archive and of one configuration. */
static bool is_of_the_present(struct asking *asking, const struct stat *found)
{
    if (!connection_is_to(&asking->trial->connection, found))
        return fail_trial(asking, ENT_ANSWER_STATE,
                          "the store's file was replaced since the trial began; begin it anew, without `after`");
    return asking->trial->names == asking->names ||
           fail_trial(asking, ENT_ANSWER_STATE,
                      "the configuration was read anew since the trial began; begin it anew, without `after`");
}

static void ask_trial(struct asker *asker, struct asking *asking)
{
    struct stat status;
    const struct stat *found;
    const char *cursor = asking_text(asking, "after");
    if (!look_for_file(asker, &status, &found, asking->error)) {
        fail_to_open(asker, asking->answer, asking->error);
        return;
    }
    bool is_good = cursor ? take_trial(asker, asking, cursor) && is_of_the_present(asking, found)
                          : begin_trial(asker, asking, found);
    if (is_good)
        ask_over(asking, &asking->trial->connection);
    if (asking->trial)
        trials_give(asker->trials, asking->trial, is_good && asking->goes_on);
}

struct answer *asker_ask(struct asker *asker, const char *question, const struct ent_parameter *parameters,
                         size_t count)
{
    struct answer *answer = answer_create();
    struct error error = ERROR_INIT;
    struct json_writer json;
    if (!answer)
        return NULL;
    json_begin(&json, &answer->body);
    struct asking asking = {.question = find_question(question),
                            .parameters = parameters,
                            .count = count,
                            .json = &json,
                            .answer = answer,
                            .error = &error};
    if (!asking.question) {
        error_set(&error, ERROR_MISSING, "there is no question '%.60s'", question);
        answer_fail(answer, &error);
        return answer;
    }
    if (!check_parameters(&asking)) {
        answer_fail(answer, &error);
        return answer;
    }
    asking.names = share_names(asker);
    if (asking.question->answer == ask_rule_try) /* over a connection of its own */
        ask_trial(asker, &asking);
    else
        ask_reader(asker, &asking);
    rule_names_destroy(asking.names);
    return answer;
}
