/* entente export: the configured feeds as OPML, for other readers; what people judged, as labels. */
#include "core/base/paths.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/export_gold.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/setup/setup.h"
#include "lib/base/buffer.h"
#include "lib/feed/opml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct exported {
    struct opml_feed feed;
    char *group, *url;
    size_t order;
};

static const char *text_or_null(const struct setup_instance *instance, const char *name)
{
    const struct option_value *value = options_find(instance->options, name);
    return value && value->text.size > 0 ? value->text.data : NULL;
}

/* "asia.central.diplomat" is "diplomat" in "asia/central"; a host in a name made from a list is no group. */
static const char *split_name(const char *name, bool is_listed, char **group)
{
    const char *last = is_listed ? strchr(name, '.') : strrchr(name, '.');
    *group = strndup(name, last ? (size_t)(last - name) : 0);
    for (char *at = *group; at && *at; at++)
        if (*at == '.')
            *at = '/';
    return last ? last + 1 : name;
}

/* Without user and password: an export is given to others. */
static char *public_address(const char *url)
{
    const char *host = strstr(url, "://"), *start = host ? host + 3 : url, *end = start + strcspn(start, "/?#");
    char *copy = NULL;
    while (end > start && end[-1] != '@')
        end--;
    if (asprintf(&copy, "%.*s%s", (int)(start - url), url, end) < 0)
        return NULL;
    return copy;
}

static bool take(struct exported *one, const struct setup_instance *instance, size_t order)
{
    const char *url = text_or_null(instance, "url");
    /* A section's own place is its title's; that of a list's line is in the list. */
    const struct option_value *value = options_find(instance->options, "url");
    bool is_listed = value->place.line == instance->place.line && value->place.column == instance->place.column;
    *one = (struct exported){.order = order, .url = public_address(url)};
    one->feed.title = split_name(instance->name, is_listed, &one->group);
    one->feed.url = one->url;
    one->feed.group = one->group;
    one->feed.language = text_or_null(instance, "language");
    return one->url && one->group;
}

static int compare(const void *a, const void *b)
{
    const struct exported *left = a, *right = b;
    int order = strcmp(left->feed.group, right->feed.group);
    return order ? order : left->order < right->order ? -1 : 1;
}

static bool is_feed(const struct setup_instance *instance)
{
    return instance->enabled && instance->plugin && instance->plugin_kind == PLUGIN_SOURCE &&
           strcmp(instance->plugin->name, "feed") == 0 && text_or_null(instance, "url");
}

static bool export_feeds(const struct setup *setup, struct error *error)
{
    size_t count = 0;
    struct exported *feeds = calloc(setup_instance_count(setup) + 1, sizeof *feeds);
    struct buffer out = BUFFER_INIT;
    struct opml_writer writer;
    bool ok = feeds != NULL;
    for (size_t i = 0; ok && i < setup_instance_count(setup); i++)
        if (is_feed(setup_instance(setup, i))) {
            ok = take(&feeds[count], setup_instance(setup, i), i);
            count++;
        }
    if (ok) {
        qsort(feeds, count, sizeof *feeds, compare);
        opml_begin(&writer, &out, "Feeds of Entente");
        for (size_t i = 0; i < count; i++)
            opml_put(&writer, &feeds[i].feed);
        ok = opml_end(&writer);
    }
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (fwrite(out.bytes, 1, out.size, stdout) != out.size || fflush(stdout) != 0)
        ok = error_set(error, ERROR_SYSTEM, "the feeds cannot be written");
    for (size_t i = 0; i < count; i++) {
        free(feeds[i].group);
        free(feeds[i].url);
    }
    free(feeds);
    buffer_free(&out);
    if (ok)
        message_note("%zu feed%s", count, count == 1 ? "" : "s");
    return ok;
}

static int run_gold(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct export_gold_counts counts;
    const char *path = command_value(line, "items");
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    FILE *items = path ? fopen(path, "we") : NULL;
    bool ok = !path || items;
    if (!ok)
        error_set_errno(&error, errno, "%s cannot be written", path);
    ok = ok && export_gold(query, stdout, items, &counts, &error);
    if (items && fclose(items) != 0 && ok)
        ok = error_set_errno(&error, errno, "%s cannot be written", path);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    message_note("%zu items with %zu events that people judged right; %zu reports that they rejected", counts.items,
                 counts.required, counts.dropped);
    if (counts.without_text)
        message_note("%zu items left out: their text is no longer kept", counts.without_text);
    return COMMAND_DONE;
}

static int run_opml(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    const char *path = line->config_path ? line->config_path : config_default_path();
    if (!path)
        return message_failure("no configuration: name one with -c, or set $ENTENTE_CONFIG; there is no ./entente.ini "
                               "and no /etc/entente/entente.ini");
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(path, NULL, OPTIONS_CHECK, diagnostics, &error) : NULL;
    int status = COMMAND_USAGE;
    if (!setup)
        message_failure("%s", diagnostics ? error.text : "out of memory");
    else if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0)
        message_failure("%s has errors; 'entente check' shows them", path);
    else if (export_feeds(setup, &error))
        status = COMMAND_DONE;
    else
        message_failure("%s", error.text);
    setup_destroy(setup);
    diagnostics_destroy(diagnostics);
    return status;
}

static int run(const struct command_line *line)
{
    bool is_gold = strcmp(command_value(line, "format"), "gold") == 0;
    if (!is_gold && command_value(line, "items"))
        return message_failure("--items goes with --format gold");
    return is_gold ? run_gold(line) : run_opml(line);
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "opml|gold", "opml",
     "opml: the feeds, for other feed readers; gold: labelled items, to judge the coder by and to train it"},
    {"items", 'i', COMMAND_VALUE, "FILE", NULL, NULL, "With gold: where the items' texts go"},
    {.name = NULL},
};

const struct command command_export = {
    .name = "export",
    .summary = "Print the configured feeds as OPML, or what people judged as labels",
    .description = "The feeds that are on, with the parts of their names before the last dot as groups; those of a list "
                   "are in a group of its name. Users and passwords in addresses are left out.\n\n"
                   "Labels are made of the articles of events that people confirmed, rejected or set fields of, in the "
                   "shape that 'entente evaluate' reads: what was rejected is left out, what was confirmed or corrected "
                   "is required, with the corrected values, and what nobody looked at is optional.",
    .examples = "entente export --format opml > feeds.opml\tFor another feed reader\n"
                "entente export --format gold --items items.jsonl > labels.jsonl\tTo judge and train the coder by",
    .options = options,
    .run = run,
};
