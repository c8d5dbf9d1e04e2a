#include "core/cli/token_call.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/control/changes.h"
#include "core/control/client.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MS = 30000, AUTHOR_SIZE = 64, DAYS_MAX = 36500 };

bool token_expiry(const char *text, int64_t *expires)
{
    static const struct {
        char letter;
        int64_t ms;
    } units[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    char *end = NULL;
    errno = 0;
    long long count = isdigit((unsigned char)*text) ? strtoll(text, &end, 10) : 0;
    *expires = 0;
    if (strcmp(text, "never") == 0)
        return true;
    for (size_t i = 0; end && i < sizeof units / sizeof *units; i++)
        if (*end == units[i].letter && !end[1] && !errno && count > 0 && count <= DAYS_MAX) {
            *expires = clock_now() + count * units[i].ms;
            return true;
        }
    message_failure("--expires %s: write a time such as 12h or 90d, or never", text);
    return false;
}

static bool change_alone(const char *state_dir, struct control_request *request, struct error *error)
{
    char author[AUTHOR_SIZE];
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    control_author(getuid(), author, sizeof author);
    request->author = author;
    json_begin(&writer, &text);
    json_object_open(&writer);
    bool done = control_change_alone(state_dir, request, &writer, error);
    buffer_free(&text);
    return done;
}

static int change(const struct command_line *line, struct control_request *request)
{
    char state_dir[STATE_DIR_MAX];
    struct error error = ERROR_INIT;
    bool running;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    /* What is done is told on stdout; the log is for a daemon. */
    log_setup(LOG_FORMAT_TEXT, LOG_WARNING, STDERR_FILENO);
    json_t *result = control_ask(state_dir, request, TIMEOUT_MS, &running, &error);
    bool done = result != NULL || (!running && change_alone(state_dir, request, &error));
    json_decref(result);
    return done ? COMMAND_DONE : message_failure("%s", error.text);
}

int token_make(const struct command_line *line, const char *kind, const char *name, const char *role, int64_t expires,
               char token[ACCESS_TOKEN_SIZE])
{
    char id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE];
    if (!access_token_make(token, id) || !access_token_read(token, id, digest))
        return message_failure("the system gives no random numbers");
    json_t *arguments = json_pack("{s:s,s:s,s:s,s:s,s:I}", "kind", kind, "name", name, "role", role, "digest", digest,
                                  "expires", (json_int_t)expires);
    if (!arguments)
        return message_failure("'%s' is no name: it must be UTF-8", name);
    struct control_request request = {.command = CONTROL_TOKEN_CREATE, .target = id, .arguments = arguments};
    int status = change(line, &request);
    json_decref(arguments);
    return status;
}

int token_revoke(const struct command_line *line, const char *id_or_name)
{
    struct control_request request = {.command = CONTROL_TOKEN_REVOKE, .target = id_or_name};
    return change(line, &request);
}
