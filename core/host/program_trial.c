#include "core/host/program_trial.h"

#include "core/base/clock.h"
#include "lib/base/buffer.h"
#include "lib/program/child.h"
#include "lib/program/environment.h"
#include "lib/program/hello.h"
#include "lib/program/lines.h"
#include "lib/program/start_line.h"
#include "lib/program/words.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    HELLO_MS = 4000,
    START_MS = 4000,
    END_MS = 5000,
    LINE_SIZE_MAX = 1024 * 1024,
    TEXT_SIZE = 300,
    LOOK_MS = 50,
    READS_MAX = 64
};

struct trial {
    const char *title;
    const struct option_values *options;
    struct child child;
    struct lines output, errors;
    struct hello *hello;
    struct error *error;
    char last_error[TEXT_SIZE], stray[TEXT_SIZE];
    int status;
    bool has_ended;
};

/* ---- what it says ---- */

static void hear_line(void *context, const char *line, size_t size, bool is_cut)
{
    struct trial *trial = context;
    if (size == 0 || trial->error->kind != ERROR_NONE)
        return;
    if (trial->hello) {
        /* Without work it can say no more than logs and metrics. */
        if (*line != '{' && !*trial->stray)
            snprintf(trial->stray, sizeof trial->stray, "%s", line);
        return;
    }
    if (is_cut)
        error_set(trial->error, ERROR_INPUT, "says a hello of more than %d bytes", LINE_SIZE_MAX);
    else
        trial->hello = hello_read_line(line, size, trial->error);
}

static void hear_error(void *context, const char *line, size_t size, bool is_cut)
{
    struct trial *trial = context;
    (void)is_cut;
    if (size > 0)
        snprintf(trial->last_error, sizeof trial->last_error, "%s", line);
}

static void read_pipe(struct lines *lines, int *descriptor, lines_callback *callback, struct trial *trial)
{
    if (!lines_read(lines, *descriptor, callback, trial)) {
        close(*descriptor);
        *descriptor = -1;
    }
}

/* Waits a moment for whatever comes. */
static void listen_to(struct trial *trial)
{
    struct pollfd files[] = {{trial->child.output, POLLIN, 0}, {trial->child.errors, POLLIN, 0}};
    if (poll(files, 2, LOOK_MS) <= 0)
        return;
    if (files[0].revents)
        read_pipe(&trial->output, &trial->child.output, hear_line, trial);
    if (files[1].revents)
        read_pipe(&trial->errors, &trial->child.errors, hear_error, trial);
}

/* Its end closes the pipes, so what is in them is read as far as it is there at once. */
static bool has_ended(struct trial *trial)
{
    for (int i = 0; i < READS_MAX; i++) {
        struct pollfd files[] = {{trial->child.output, POLLIN, 0}, {trial->child.errors, POLLIN, 0}};
        if (poll(files, 2, 0) <= 0)
            break;
        listen_to(trial);
    }
    trial->has_ended = trial->has_ended || child_has_ended(&trial->child, &trial->status);
    return trial->has_ended;
}

/* ---- what it is told ---- */

static bool has_value(const struct option_value *value)
{
    switch (value->option->type) {
    case ENT_OPTION_LIST:
        return value->item_count > 0;
    case ENT_OPTION_INT:
    case ENT_OPTION_BOOL:
    case ENT_OPTION_DURATION:
    case ENT_OPTION_SIZE:
    case ENT_OPTION_FLOAT:
        return value->is_set || value->option->default_value;
    default:
        return value->text.data != NULL;
    }
}

static void put_value(struct json_writer *json, const struct option_value *value)
{
    switch (value->option->type) {
    case ENT_OPTION_LIST:
        json_array_open(json);
        for (size_t i = 0; i < value->item_count; i++)
            json_put_string(json, value->items[i].data, value->items[i].size);
        json_array_close(json);
        return;
    case ENT_OPTION_INT:
    case ENT_OPTION_DURATION:
    case ENT_OPTION_SIZE:
        json_put_integer(json, value->integer);
        return;
    case ENT_OPTION_BOOL:
        json_put_boolean(json, value->integer != 0);
        return;
    case ENT_OPTION_FLOAT:
        json_put_number(json, value->number);
        return;
    default:
        json_put_string(json, value->text.data, value->text.size);
    }
}

static void append_start(const struct trial *trial, struct buffer *line)
{
    struct json_writer json;
    start_line_open(&json, line, trial->title);
    for (size_t i = 0; i < trial->hello->option_count; i++) {
        const struct option_value *value = options_find_own(trial->options, trial->hello->options[i].name);
        if (!value || !has_value(value))
            continue;
        json_key(&json, value->option->name);
        put_value(&json, value);
    }
    start_line_close(&json, NULL);
}

static bool send_start(struct trial *trial)
{
    struct buffer line = BUFFER_INIT;
    append_start(trial, &line);
    int64_t until = clock_monotonic() + START_MS;
    size_t sent = 0;
    bool is_read = true;
    while (!line.failed && is_read && sent < line.size && clock_monotonic() < until) {
        struct pollfd file = {trial->child.input, POLLOUT, 0};
        if (poll(&file, 1, LOOK_MS) <= 0)
            continue;
        ssize_t written = write(trial->child.input, line.bytes + sent, line.size - sent);
        sent += written > 0 ? (size_t)written : 0;
        is_read = written > 0 || errno == EAGAIN || errno == EINTR;
    }
    bool is_late = !line.failed && is_read && sent < line.size;
    bool is_out = line.failed;
    buffer_free(&line);
    if (is_out)
        return error_set(trial->error, ERROR_MEMORY, "could not be tried: out of memory");
    return !is_late || error_set(trial->error, ERROR_INPUT, "does not read the line that answers its hello");
}

/* ---- how it ends ---- */

static bool judge(const struct trial *trial)
{
    char how[100];
    const char *colon = *trial->last_error ? ": " : "", *said = trial->last_error;
    if (*trial->stray)
        return error_set(
            trial->error, ERROR_INPUT,
            "writes to its standard output what is no message: \"%.100s\"; what is for people belongs on standard "
            "error",
            trial->stray);
    if (!trial->has_ended)
        return error_set(
            trial->error, ERROR_INPUT,
            "does not end within %d s after the end of its input, by which it is told to; it will be killed each "
            "time",
            END_MS / 1000);
    if (WIFEXITED(trial->status) && WEXITSTATUS(trial->status) == 0)
        return true;
    child_print_status(trial->status, how, sizeof how);
    if (WIFEXITED(trial->status) && WEXITSTATUS(trial->status) == EX_CONFIG)
        return error_set(trial->error, ERROR_CONFIG, "cannot work with these settings%s%s", colon,
                         *said ? said : "; it does not say why");
    return error_set(trial->error, ERROR_INPUT, "ends with %s at the end of its input, where it should end with 0%s%s",
                     how, colon, said);
}

static bool run(struct trial *trial)
{
    int64_t until = clock_monotonic() + HELLO_MS;
    while (!trial->hello && trial->error->kind == ERROR_NONE && trial->child.output >= 0 && clock_monotonic() < until)
        listen_to(trial);
    if (trial->error->kind != ERROR_NONE)
        return false;
    if (!trial->hello)
        return error_set(trial->error, ERROR_INPUT, "did not say hello when it was started with its settings%s%s",
                         *trial->last_error ? ": " : "", trial->last_error);
    if (!send_start(trial))
        return false;
    child_close_input(&trial->child);
    until = clock_monotonic() + END_MS;
    while (!has_ended(trial) && clock_monotonic() < until)
        listen_to(trial);
    return trial->error->kind == ERROR_NONE && judge(trial);
}

static bool add_variables(const struct option_values *options, struct environment *environment)
{
    const struct option_value *given = options_find_own(options, "environment");
    for (size_t i = 0; given && i < given->item_count; i++)
        if (!environment_add(environment, given->items[i].data))
            return false;
    return true;
}

bool program_try(const char *title, const struct option_values *options, struct error *error)
{
    const struct option_value *command = options_find_own(options, "command");
    const struct option_value *directory = options_find_own(options, "directory");
    struct trial trial = {.title = title,
                          .options = options,
                          .child = CHILD_INIT,
                          .output = {.limit = LINE_SIZE_MAX},
                          .errors = {.limit = TEXT_SIZE},
                          .error = error};
    struct environment environment = {.count = 0};
    struct words words;
    if (!words_split(command && command->text.data ? command->text.data : "", &words, error))
        return false;
    bool is_good = (environment_begin(&environment, title) && add_variables(options, &environment)) ||
                   error_set(error, ERROR_MEMORY, "could not be tried: no room for its environment");
    is_good = is_good &&
              child_start(&trial.child, words.list, environment.list, directory ? directory->text.data : NULL, error) &&
              run(&trial);
    child_kill(&trial.child);
    hello_destroy(trial.hello);
    lines_clear(&trial.output);
    lines_clear(&trial.errors);
    environment_free(&environment);
    words_free(&words);
    return is_good;
}
