#include "core/host/program.h"

#include "core/base/clock.h"
#include "core/base/paths.h"
#include "core/host/registry.h"
#include "lib/base/arena.h"
#include "lib/program/child.h"
#include "lib/program/environment.h"
#include "lib/program/hello.h"
#include "lib/program/lines.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* For a hello a program reads what it likes, and neither writes nor connects. */
#define HELLO_PROCESSES "64"

enum { HELLO_MS = 4000, END_MS = 500, HELLO_SIZE_MAX = 1024 * 1024, ERROR_SIZE = 400, PATH_SIZE = 4200 };

/* A descriptor with all that it points to. */
struct described {
    struct ent_plugin plugin;
    struct ent_ops ops;
    void *texts;             /* the hello or arena that they lie in */
    char command[PATH_SIZE]; /* default of `command`: the path in quotes */
    char batch[24];
};

bool program_is(const char *path)
{
    struct stat status;
    size_t size = strlen(path);
    bool is_object = size > 3 && strcmp(path + size - 3, ".so") == 0;
    return !is_object && stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

const char *program_exec_path(char *path, size_t size)
{
    snprintf(path, size, "%s/exec.so", paths_get()->plugins);
    return path;
}

/* ---- one descriptor of two ---- */

/* Only the callbacks of the kinds that the program is good for. */
static struct ent_ops ops_for(const struct ent_ops *all, unsigned kinds)
{
    struct ent_ops ops = *all;
    ops.fetch = kinds & PLUGIN_SOURCE ? ops.fetch : NULL;
    ops.transform = kinds & PLUGIN_TRANSFORM ? ops.transform : NULL;
    ops.classify = kinds & PLUGIN_CLASSIFIER ? ops.classify : NULL;
    ops.detect = kinds & PLUGIN_DETECTOR ? ops.detect : NULL;
    ops.deliver = kinds & PLUGIN_SINK ? ops.deliver : NULL;
    return ops;
}

static struct described *make(const struct ent_plugin *exec, unsigned kinds)
{
    struct described *described = calloc(1, sizeof *described);
    if (!described)
        return NULL;
    described->ops = ops_for(exec->ops, kinds);
    described->plugin = *exec;
    described->plugin.ops = &described->ops;
    return described;
}

static struct ent_option exec_row(const struct ent_plugin *exec, size_t index)
{
    struct option_table table = {exec->options, exec->option_count, exec->option_stride};
    struct ent_option row = options_row(&table, index);
    row.flags |= ENT_ADVANCED;
    return row;
}

/* What the operator need not say, since the program is known. */
static void fill_default(struct described *described, struct ent_option *row)
{
    if (strcmp(row->name, "command") == 0) {
        row->default_value = described->command;
        row->flags &= ~(uint32_t)ENT_REQUIRED;
    } else if (strcmp(row->name, "batch") == 0) {
        row->default_value = described->batch;
    } else if (strcmp(row->name, "program_options") == 0) {
        row->default_value = "yes";
    }
}

static struct ent_option row_of(const struct hello_option *option)
{
    return (struct ent_option){.name = option->name,
                               .type = option->type,
                               .flags = option->flags,
                               .default_value = option->default_value,
                               .min = option->min,
                               .max = option->max,
                               .choices = option->choices,
                               .unit = option->unit,
                               .help = option->help,
                               .since = option->since};
}

/* The program's options, then those of exec. */
static bool join_options(struct described *described, const struct ent_plugin *exec, const struct hello *hello,
                         struct error *error)
{
    struct ent_option *rows = calloc(hello->option_count + exec->option_count, sizeof *rows);
    size_t count = 0;
    if (!rows)
        return error_set(error, ERROR_MEMORY, "no memory for its options");
    for (; count < hello->option_count; count++)
        rows[count] = row_of(&hello->options[count]);
    for (size_t i = 0; i < exec->option_count; i++) {
        rows[count] = exec_row(exec, i);
        fill_default(described, &rows[count]);
        for (size_t own = 0; own < hello->option_count; own++)
            if (strcmp(rows[own].name, rows[count].name) == 0) {
                error_set(error, ERROR_INPUT,
                          "hello: option %zu: every program has an option %s already; name it otherwise", own + 1,
                          rows[own].name);
                free(rows);
                return false;
            }
        count++;
    }
    described->plugin.options = rows;
    described->plugin.option_count = (uint32_t)count;
    described->plugin.option_stride = sizeof *rows;
    return true;
}

static bool quote_path(struct described *described, const char *path, struct error *error)
{
    char quote = strchr(path, '\'') ? '"' : '\'';
    if (strchr(path, quote) || strlen(path) + 3 > sizeof described->command)
        return error_set(error, ERROR_INPUT, "its path holds both kinds of quotes or is too long; move it");
    snprintf(described->command, sizeof described->command, "%c%s%c", quote, path, quote);
    return true;
}

/* Takes over `hello`, whose texts are needed for ever. */
static const struct ent_plugin *describe_hello(const char *path, struct hello *hello, const struct ent_plugin *exec,
                                               struct error *error)
{
    struct described *described = make(exec, hello->kinds);
    if (described && quote_path(described, path, error)) {
        snprintf(described->batch, sizeof described->batch, "%zu", hello->window > 4 ? hello->window / 4 : (size_t)1);
        described->plugin.name = hello->name;
        described->plugin.version = hello->version;
        described->plugin.licence = hello->licence;
        described->plugin.summary = hello->summary;
        described->texts = hello;
        if (join_options(described, exec, hello, error))
            return &described->plugin;
    }
    if (!described)
        error_set(error, ERROR_MEMORY, "no memory for its descriptor");
    free(described);
    hello_destroy(hello);
    return NULL;
}

/* ---- asking ---- */

struct hearing {
    struct hello *hello;
    struct error *error;
    bool is_over;
    char last_error[ERROR_SIZE];
};

static void hear_line(void *context, const char *line, size_t size, bool is_cut)
{
    struct hearing *hearing = context;
    if (hearing->is_over)
        return;
    hearing->is_over = true;
    if (is_cut)
        error_set(hearing->error, ERROR_LIMIT, "its hello is longer than %d bytes", HELLO_SIZE_MAX);
    else
        hearing->hello = hello_read_line(line, size, hearing->error);
}

static void hear_error(void *context, const char *line, size_t size, bool is_cut)
{
    struct hearing *hearing = context;
    (void)is_cut;
    if (size > 0)
        snprintf(hearing->last_error, sizeof hearing->last_error, "%s", line);
}

static bool read_some(struct lines *lines, int *descriptor, lines_callback *callback, struct hearing *hearing)
{
    if (*descriptor >= 0 && !lines_read(lines, *descriptor, callback, hearing)) {
        close(*descriptor);
        *descriptor = -1;
    }
    return *descriptor >= 0;
}

/* Until its hello is there, its output ends, or the time is over. */
static void hear(struct child *child, struct hearing *hearing)
{
    struct lines output = {.limit = HELLO_SIZE_MAX}, errors = {.limit = ERROR_SIZE};
    int64_t until = clock_monotonic() + HELLO_MS;
    bool is_open = true;
    while (!hearing->is_over && is_open) {
        struct pollfd files[] = {{child->output, POLLIN, 0}, {child->errors, POLLIN, 0}};
        int64_t left = until - clock_monotonic();
        if (left <= 0 || poll(files, 2, (int)left) == 0)
            break;
        if (files[1].revents)
            read_some(&errors, &child->errors, hear_error, hearing);
        if (files[0].revents)
            is_open = read_some(&output, &child->output, hear_line, hearing);
    }
    if (!is_open && !hearing->is_over) {
        struct pollfd file = {child->errors, POLLIN, 0};
        while (child->errors >= 0 && poll(&file, 1, END_MS) > 0 &&
               read_some(&errors, &child->errors, hear_error, hearing))
            continue;
    }
    lines_clear(&output);
    lines_clear(&errors);
    if (!is_open && !hearing->is_over)
        error_set(
            hearing->error, ERROR_INPUT,
            "it ended its output without a hello (entente-exec(7)), before which it may neither write nor connect%s%s",
            *hearing->last_error ? ": " : "", hearing->last_error);
    else if (!hearing->is_over)
        error_set(hearing->error, ERROR_INPUT,
                  "it did not say hello within %d s; it must, before it reads anything (entente-exec(7))",
                  HELLO_MS / 1000);
}

const struct ent_plugin *program_ask(const char *path, const struct ent_plugin *exec, struct error *error)
{
    struct environment environment = {.count = 0};
    struct child child = CHILD_INIT;
    struct hearing hearing = {.error = error};
    char *words[] = {(char *)(uintptr_t)paths_get()->runner,
                     (char *)"confine",
                     (char *)"isolate=sandbox",
                     (char *)"processes_max=" HELLO_PROCESSES,
                     (char *)"run=/",
                     (char *)"--",
                     (char *)(uintptr_t)path,
                     NULL};
    bool is_good = environment_begin(&environment, "probe") || error_set(error, ERROR_MEMORY, "no memory to ask it");
    if (is_good && child_start(&child, words, environment.list, NULL, error)) {
        child_close_input(&child);
        hear(&child, &hearing);
        child_kill(&child);
    }
    environment_free(&environment);
    return hearing.hello ? describe_hello(path, hearing.hello, exec, error) : NULL;
}

/* ---- what was told ---- */

/* NULL stays NULL; the arena remembers where memory was out. */
static const char *copy(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static const struct ent_option *copy_rows(struct arena *arena, const struct option_table *table)
{
    struct ent_option *rows = arena_calloc(arena, table->count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < table->count; i++) {
        rows[i] = options_row(table, i);
        const char **texts[] = {&rows[i].name,    &rows[i].default_value, &rows[i].min,  &rows[i].max,
                                &rows[i].choices, &rows[i].unit,          &rows[i].help, &rows[i].since};
        for (size_t text = 0; text < sizeof texts / sizeof *texts; text++)
            *texts[text] = copy(arena, *texts[text]);
    }
    return rows;
}

const struct ent_plugin *program_describe(const struct plugin_info *info, const struct ent_plugin *exec)
{
    struct described *described = make(exec, info->kinds);
    struct arena *arena = arena_create_small(0, 1024);
    if (described && arena) {
        struct ent_plugin *plugin = &described->plugin;
        plugin->name = copy(arena, info->name);
        plugin->version = copy(arena, info->version);
        plugin->licence = copy(arena, info->licence);
        plugin->summary = copy(arena, info->summary);
        plugin->options = copy_rows(arena, &info->options);
        plugin->option_count = (uint32_t)info->options.count;
        plugin->option_stride = sizeof *plugin->options;
        described->texts = arena;
        if (!arena_failed(arena))
            return plugin;
    }
    arena_destroy(arena);
    free(described);
    return NULL;
}
