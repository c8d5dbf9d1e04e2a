#include "core/control/changes.h"

#include "core/control/alerts.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/control/corrections.h"
#include "core/control/prune.h"
#include "core/control/codings.h"
#include "core/control/views.h"
#include "core/control/tokens.h"
#include "core/desk/desk.h"
#include "core/recode/batch.h"
#include "core/store/deliveries.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

static bool read_number(const char *target, int64_t *number, struct error *error)
{
    char *end;
    errno = 0;
    *number = isdigit((unsigned char)*target) ? strtoll(target, &end, 10) : 0;
    if (*number > 0 && !errno && !*end)
        return true;
    return error_set(error, ERROR_INPUT, "'%.60s' is no number of a dead letter; 'entente dead-letters' lists them",
                     target);
}

static bool drop_dead_letter(void *context, struct store *store, struct error *error)
{
    return store_dead_letter_delete(store, *(const int64_t *)context, error);
}

static bool retry_delivery(void *context, struct store *store, struct error *error)
{
    const char *const *id = context;
    return store_delivery_retry(store, *id, clock_now(), error);
}

/* Only a file that recoding has put into the state directory. */
static bool read_batch(struct bus *bus, const char *target, struct batch *batch, struct error *error)
{
    char path[PATH_SIZE];
    if (strncmp(target, BATCH_PREFIX, sizeof BATCH_PREFIX - 1) != 0 || strchr(target, '/'))
        return error_set(error, ERROR_INPUT, "'%.60s' is no batch of a recoding", target);
    return state_path(path, sizeof path, bus_state_dir(bus), target, error) && batch_read(batch, path, error);
}

static bool recode(struct bus *bus, const char *target, struct error *error)
{
    struct batch batch = {0};
    bool done = read_batch(bus, target, &batch, error) && bus_change(bus, batch_apply, &batch, error);
    if (done && batch.progress.finished)
        log_write(LOG_INFO, batch.classifier, NULL, "the archive was recoded by %s: %lld items, %lld told otherwise",
                  batch.progress.stamp, (long long)batch.progress.items, (long long)batch.progress.replaced);
    batch_clear(&batch);
    return done;
}

bool control_change(struct bus *bus, const struct control_request *request, struct json_writer *result,
                    struct error *error)
{
    int64_t number = 0;
    const char *target = request->target, *text = NULL;
    bool done = false;
    if (request->command >= CONTROL_EVENT_CONFIRM && request->command <= CONTROL_EVENT_UNDO)
        return control_correct(bus, request, result, error);
    if (request->command == CONTROL_STORE_PRUNE)
        return control_prune(bus, request, result, error);
    if (request->command >= CONTROL_ALERT_ACKNOWLEDGE && request->command <= CONTROL_BASELINE_IMPORT)
        return control_alert(bus, request, result, error);
    switch (request->command) {
    case CONTROL_DEAD_LETTER_RETRY:
        text = "It is handed out again.";
        done = read_number(target, &number, error) && bus_retry_dead_letter(bus, number, error);
        break;
    case CONTROL_DEAD_LETTER_DROP:
        text = "It is dropped.";
        done = read_number(target, &number, error) && bus_change(bus, drop_dead_letter, &number, error);
        break;
    case CONTROL_DELIVERY_RETRY:
        text = "It is sent again.";
        done = bus_change(bus, retry_delivery, &target, error);
        break;
    case CONTROL_RECODE:
        text = "The batch is applied.";
        done = recode(bus, target, error);
        break;
    case CONTROL_TOKEN_CREATE:
        text = "It is made.";
        done = control_token_create(bus, request, error);
        break;
    case CONTROL_TOKEN_REVOKE:
        text = "It is revoked.";
        done = control_token_revoke(bus, request, error);
        break;
    case CONTROL_CODING_PUT:
        text = "It is kept.";
        done = control_coding_put(bus, request, result, error);
        break;
    case CONTROL_VIEW_SAVE:
    case CONTROL_VIEW_REMOVE:
        text = request->command == CONTROL_VIEW_SAVE ? "It is kept." : "It is forgotten.";
        done = control_view(bus, request, error);
        break;
    case CONTROL_SESSION_CREATE:
        text = "Logged in.";
        done = control_session_create(bus, request, result, error);
        break;
    default:
        return error_set(error, ERROR_STATE, "'%s' is not a change to the store", control_row(request->command)->name);
    }
    if (!done)
        return false;
    bool tells_itself = request->command == CONTROL_TOKEN_CREATE || request->command == CONTROL_TOKEN_REVOKE ||
                        request->command == CONTROL_SESSION_CREATE;
    if (request->command != CONTROL_RECODE && !tells_itself) /* one of very many */
        log_write(LOG_INFO, NULL, NULL, "%s: %s %s", request->author, control_row(request->command)->name, target);
    json_key(result, "text");
    json_put_text(result, text);
    return true;
}

/* Nothing is to be made where nothing is. */
static bool store_is_there(const char *state_dir, struct error *error)
{
    char path[PATH_SIZE];
    struct stat status;
    if (!state_path(path, sizeof path, state_dir, STORE_FILE_NAME, error))
        return false;
    return stat(path, &status) == 0 ||
           error_set(error, ERROR_MISSING, "there is no store at %s yet; entented makes it when it first runs", path);
}

struct control_alone {
    struct state_lock *lock;
    struct bus *bus;
    struct desk *desk;
    bool is_started;
};

struct control_alone *control_alone_begin(const char *state_dir, struct error *error)
{
    if (!store_is_there(state_dir, error))
        return NULL;
    struct control_alone *alone = calloc(1, sizeof *alone);
    if (!alone) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    struct bus_settings settings = {.state_dir = state_dir};
    alone->lock = state_lock(state_dir, error);
    alone->bus = alone->lock ? bus_create(&settings, error) : NULL;
    alone->desk = alone->bus ? desk_create() : NULL;
    if (alone->bus && !alone->desk)
        error_set(error, ERROR_MEMORY, "out of memory");
    /* Without a watermark the desk takes nothing new, whose reports may not be complete: only what is taken again. */
    struct bus_stage stage = {.name = "desk", .run = desk_run, .has_more = desk_has_more, .context = alone->desk};
    alone->is_started =
        alone->desk && bus_add_stage(alone->bus, &stage, error) && bus_start(alone->bus, error);
    if (alone->is_started)
        return alone;
    control_alone_end(alone);
    return NULL;
}

struct bus *control_alone_bus(const struct control_alone *alone)
{
    return alone->bus;
}

void control_alone_end(struct control_alone *alone)
{
    if (!alone)
        return;
    if (alone->is_started)
        bus_stop(alone->bus);
    bus_destroy(alone->bus);
    desk_destroy(alone->desk);
    state_unlock(alone->lock);
    free(alone);
}

bool control_change_alone(const char *state_dir, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    struct control_alone *alone = control_alone_begin(state_dir, error);
    bool done = alone && control_change(alone->bus, request, result, error);
    control_alone_end(alone);
    return done;
}
