#include "core/control/changes.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/store/alerts.h"
#include "core/store/dead_letters.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
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

bool control_change(struct bus *bus, const struct control_request *request, struct json_writer *result,
                    struct error *error)
{
    int64_t number = 0;
    const char *target = request->target, *text = NULL;
    bool done = false;
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
    default:
        return error_set(error, ERROR_STATE, "'%s' is not a change to the store", control_row(request->command)->name);
    }
    if (!done)
        return false;
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

bool control_change_alone(const char *state_dir, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    if (!store_is_there(state_dir, error))
        return false;
    struct state_lock *lock = state_lock(state_dir, error);
    if (!lock)
        return false;
    struct bus_settings settings = {.state_dir = state_dir};
    struct bus *bus = bus_create(&settings, error);
    bool started = bus && bus_start(bus, error);
    bool done = started && control_change(bus, request, result, error);
    if (started)
        bus_stop(bus);
    bus_destroy(bus);
    state_unlock(lock);
    return done;
}
