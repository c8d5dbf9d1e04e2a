#include "core/host/confinement.h"

#include "core/base/paths.h"
#include "core/host/option_paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED_WORDS = 12 };

struct list {
    char **words;
    size_t count;
    bool failed;
};

static void add(struct list *list, const char *name, const char *value)
{
    char *word = NULL;
    if (list->failed || asprintf(&word, "%s%s%s", name, value ? "=" : "", value ? value : "") < 0)
        list->failed = true;
    else
        list->words[list->count++] = word;
}

static void add_number(struct list *list, const struct option_values *options, const char *name)
{
    const struct option_value *value = options_find(options, name);
    char text[40];
    if (!value || (value->integer <= 0 && value->number <= 0))
        return;
    if (value->option->type == ENT_OPTION_FLOAT)
        snprintf(text, sizeof text, "%.3f", value->number);
    else
        snprintf(text, sizeof text, "%lld", (long long)value->integer);
    add(list, name, text);
}

static const char *word_of(uint32_t access)
{
    if (access & RUNNER_BESIDE)
        return "beside";
    if (access & RUNNER_WRITE)
        return access & RUNNER_FOLDER ? "folder" : "write";
    return "read";
}

char **confinement_words(const struct instance_settings *settings, const char *folder)
{
    static const char *const limits[] = {"memory_max", "cpu_max", "descriptors_max", "processes_max"};
    size_t path_count = option_paths_gather(settings, NULL);
    struct runner_path *paths = calloc(path_count + 1, sizeof *paths);
    struct list list = {.words = calloc(path_count + FIXED_WORDS, sizeof *list.words)};
    list.failed = !paths || !list.words;
    add(&list, paths_get()->runner, NULL);
    add(&list, "confine", NULL);
    add(&list, "isolate", isolation_word(settings->program));
    const struct option_value *sandbox = options_find(settings->options, "sandbox");
    if (sandbox && sandbox->text.data && strcmp(sandbox->text.data, "required") == 0)
        add(&list, "required", "yes");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        add_number(&list, settings->options, limits[i]);
    if (folder)
        add(&list, "scratch", folder);
    if (!list.failed)
        option_paths_gather(settings, paths);
    for (size_t i = 0; i < path_count && !list.failed; i++)
        add(&list, word_of(paths[i].access), paths[i].path);
    add(&list, "--", NULL);
    free(paths);
    if (!list.failed)
        return list.words;
    confinement_free(list.words);
    return NULL;
}

void confinement_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}
