#include "runner/workbench/check.h"

#include "core/host/descriptor.h"
#include "core/host/http.h"
#include "core/host/program_trial.h"
#include "core/host/workbench.h"
#include "runner/workbench/surroundings.h"
#include "runner/workbench/tell.h"

#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_UP = 16, CYCLES = 64, ROUNDS = 6, MADE_UP_MAX = 32, SAMPLE_SIZE = 400, LEAST_CHUNK = 16 };

struct trial {
    bool is_program;
    const struct ent_plugin *plugin;
    unsigned kind;
    const char *values[MADE_UP_MAX * 2];
    size_t value_count;
    char made_up[MADE_UP_MAX][SAMPLE_SIZE];
    size_t made_up_count;
    char made_up_names[SAMPLE_SIZE];
    struct http_client *http;
};

struct footprint {
    size_t bytes, files, threads;
};

static size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static struct footprint measure(void)
{
    struct mallinfo2 memory = mallinfo2();
    return (struct footprint){memory.uordblks + memory.hblkhd, count_entries("/proc/self/fd"),
                              count_entries("/proc/self/task")};
}

static bool is_given(const struct trial *trial, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < trial->value_count; i++)
        if (strncmp(trial->values[i], name, size) == 0 && trial->values[i][size] == '=')
            return true;
    return false;
}

/* A value for an option that must be there and was not given; false where none can be made up. */
static bool make_up(struct trial *trial, const struct ent_option *option)
{
    char sample[SAMPLE_SIZE];
    options_print_sample(option, sample, sizeof sample);
    char *equals = strstr(sample, " = ");
    if (!equals || option->type == ENT_OPTION_PATH || trial->made_up_count == MADE_UP_MAX)
        return false;
    char *text = trial->made_up[trial->made_up_count++];
    snprintf(text, SAMPLE_SIZE, "%s=%s", option->name, equals + 3);
    trial->values[trial->value_count++] = text;
    size_t used = strlen(trial->made_up_names);
    snprintf(trial->made_up_names + used, sizeof trial->made_up_names - used, "%s%s", used ? ", " : "", text);
    return true;
}

static bool make_up_all(struct trial *trial)
{
    struct option_table table = descriptor_options(trial->plugin);
    bool is_complete = true;
    for (size_t i = 0; i < table.count; i++) {
        struct ent_option option = options_row(&table, i);
        if (!(option.flags & ENT_REQUIRED) || is_given(trial, option.name) || make_up(trial, &option))
            continue;
        tell("note", "as a %s it was not created: %s must be given; try --set %s=…", plugin_kind_word(trial->kind),
             option.name, option.name);
        is_complete = false;
    }
    return is_complete;
}

/* What a program does wrong is told; that it does not take made-up values says nothing of it. */
static int try_program(const struct trial *trial)
{
    struct error error = ERROR_INIT;
    const char *kind = plugin_kind_word(trial->kind);
    struct workbench_settings settings = {
        .descriptor = trial->plugin, .kind = trial->kind, .values = trial->values, .value_count = trial->value_count};
    struct workbench *bench = workbench_create(&settings, &error);
    struct ent_instance *instance = bench ? workbench_instance(bench) : NULL;
    tell("step", "in the program, as a %s", kind);
    bool is_good = instance && program_try(instance_title(instance), instance_options(instance), &error);
    workbench_destroy(bench);
    if (is_good)
        return 0;
    bool is_ours = trial->made_up_count > 0 && error.kind == ERROR_CONFIG;
    tell(is_ours ? "note" : "problem", "as a %s it %s%s%s", kind, error.text,
         is_ours ? "; these were made up by us: " : "", is_ours ? trial->made_up_names : "");
    return !is_ours;
}

static bool cycle(const struct trial *trial, struct error *error)
{
    struct workbench_settings settings = {.descriptor = trial->plugin,
                                          .kind = trial->kind,
                                          .values = trial->values,
                                          .value_count = trial->value_count,
                                          .http = trial->http};
    tell("step", "in create, as a %s", plugin_kind_word(trial->kind));
    struct workbench *bench = workbench_create(&settings, error);
    tell("step", "in drain or destroy, as a %s", plugin_kind_word(trial->kind));
    workbench_destroy(bench);
    return bench != NULL;
}

static int judge(const struct trial *trial, const struct footprint *before, const struct footprint *after)
{
    const char *kind = plugin_kind_word(trial->kind);
    int problems = 0;
    /* What grows by less than the smallest block each time is no leak of each. */
    if (after->bytes >= before->bytes + (size_t)CYCLES * LEAST_CHUNK) {
        tell("problem",
             "as a %s it leaks %zu bytes each time it is created and destroyed: free in destroy what create made", kind,
             (after->bytes - before->bytes) / CYCLES);
        problems++;
    }
    if (after->files >= before->files + CYCLES) {
        tell("problem", "as a %s it leaves %zu files open each time it is created and destroyed: close them in destroy",
             kind, (after->files - before->files) / CYCLES);
        problems++;
    }
    if (after->threads >= before->threads + CYCLES) {
        tell("problem", "as a %s it leaves %zu threads running each time it is created and destroyed: end them in stop",
             kind, (after->threads - before->threads) / CYCLES);
        problems++;
    }
    return problems;
}

/* Without the title that it has for the trial, and what is said here before it. */
static const char *reason_of(const struct error *error)
{
    static const char *const known[] = {".test: ", "cannot be created: "};
    const char *title = strstr(error->text, known[0]), *reason = error->text;
    if (title)
        reason = title + strlen(known[0]);
    return strncmp(reason, known[1], strlen(known[1])) == 0 ? reason + strlen(known[1]) : reason;
}

static int refuse(const struct trial *trial, const struct error *error)
{
    const char *kind = plugin_kind_word(trial->kind);
    if (trial->made_up_count == 0) {
        tell("problem", "as a %s it cannot be created: %s", kind, reason_of(error));
        return 1;
    }
    tell("note", "as a %s it was not created with values made up by us (%s): %s; try it with --set", kind,
         trial->made_up_names, reason_of(error));
    return 0;
}

static int try_kind(struct trial *trial)
{
    struct error error = ERROR_INIT;
    struct surroundings around, afterwards;
    if (!make_up_all(trial))
        return 0;
    surroundings_see(&around);
    for (int i = 0; i < WARM_UP; i++)
        if (!cycle(trial, &error))
            return refuse(trial, &error);
    struct footprint before, after = measure();
    /* An allocator keeps ever more small blocks at hand for a while, but less each time: a leak goes on. */
    for (int round = 0; round < ROUNDS; round++) {
        before = after;
        for (int i = 0; i < CYCLES; i++)
            if (!cycle(trial, &error))
                return refuse(trial, &error);
        after = measure();
        if (after.bytes < before.bytes + (size_t)CYCLES * LEAST_CHUNK)
            break;
    }
    if (trial->made_up_count > 0)
        tell("note", "as a %s it was created with values made up by us: %s", plugin_kind_word(trial->kind),
             trial->made_up_names);
    surroundings_see(&afterwards);
    return judge(trial, &before, &after) + (trial->is_program ? try_program(trial) : 0) +
           surroundings_tell_changes(&around, &afterwards, plugin_kind_word(trial->kind));
}

int check_plugin(const struct ent_plugin *plugin, bool is_program, unsigned kind, const char *const *values,
                 size_t value_count)
{
    struct error error = ERROR_INIT;
    unsigned kinds = descriptor_kinds(plugin);
    int problems = 0;
    if (kind && !(kinds & kind)) {
        tell("problem", "it cannot be a %s", plugin_kind_word(kind));
        return 1;
    }
    if (value_count > MADE_UP_MAX) {
        tell("problem", "more than %d settings", MADE_UP_MAX);
        return 1;
    }
    struct http_client *http = http_client_create(NULL, &error);
    if (!http)
        tell("note", "without http/1: %s", error.text);
    for (unsigned one = PLUGIN_SOURCE; one <= PLUGIN_SERVICE; one <<= 1) {
        if (!(kinds & one) || (kind && one != kind))
            continue;
        struct trial trial = {
            .is_program = is_program, .plugin = plugin, .kind = one, .value_count = value_count, .http = http};
        for (size_t i = 0; i < value_count; i++)
            trial.values[i] = values[i];
        problems += try_kind(&trial);
    }
    http_client_destroy(http);
    return problems > 0;
}
