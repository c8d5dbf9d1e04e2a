/* Comparing two setups: what a reload has to start, stop and leave alone. */
#include "core/setup/building.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

/* An object that lives in the daemon stays what it is until a restart, whatever is on disk. */
static bool is_for_good(const struct setup_instance *instance)
{
    return instance->isolation == ISOLATION_NONE && !instance->plugin->is_program;
}

static bool same_plugin(const struct setup_instance *a, const struct setup_instance *b)
{
    if (a->plugin == b->plugin)
        return true;
    return a->plugin && b->plugin && same_text(a->plugin->path, b->plugin->path) &&
           (a->plugin->file == b->plugin->file || (is_for_good(a) && is_for_good(b)));
}

static bool same_instance(const struct setup_instance *a, const struct setup_instance *b)
{
    /* The rule's text too: it may come from a file. */
    bool same_rule = !a->detection || !b->detection || same_text(a->detection->when, b->detection->when);
    return same_plugin(a, b) && same_rule && a->isolation == b->isolation && a->program == b->program &&
           options_equal(a->options, b->options);
}

static bool same_watch(const struct setup_watch *a, const struct setup_watch *b)
{
    /* The text too: it may come from a file. */
    return same_text(a->when, b->when) && options_equal(a->options, b->options);
}

/* Titles of a setup in order, for finding them in the other. */
struct titled {
    const char *title;
    const struct setup_instance *instance; /* or NULL */
    const struct setup_watch *watch;       /* or NULL */
    const struct option_values *options;   /* of a group or macro, else NULL */
};

static int compare_titles(const void *a, const void *b)
{
    return strcmp(((const struct titled *)a)->title, ((const struct titled *)b)->title);
}

static struct titled *list_titles(const struct setup *setup, size_t *count)
{
    size_t watches = setup->instance_count, names = watches + setup->watch_count;
    *count = names + setup->names_count;
    struct titled *titles = calloc(*count + 1, sizeof *titles);
    if (!titles)
        return NULL;
    for (size_t i = 0; i < setup->instance_count; i++)
        titles[i] = (struct titled){setup->instances[i].title, &setup->instances[i], NULL, NULL};
    for (size_t i = 0; i < setup->watch_count; i++)
        titles[watches + i] = (struct titled){setup->watches[i].title, NULL, &setup->watches[i], NULL};
    for (size_t i = 0; i < setup->names_count; i++)
        titles[names + i] =
            (struct titled){setup->names_sections[i].title, NULL, NULL, setup->names_sections[i].options};
    return titles;
}

static const struct titled *find_title(const struct titled *sorted, size_t count, const char *title)
{
    struct titled wanted = {.title = title};
    return count > 0 ? bsearch(&wanted, sorted, count, sizeof *sorted, compare_titles) : NULL;
}

static enum setup_change change_of(const struct titled *before, const struct titled *now)
{
    if (!now)
        return SETUP_REMOVED;
    bool same = before->instance ? now->instance && same_instance(before->instance, now->instance)
                : before->watch  ? now->watch && same_watch(before->watch, now->watch)
                                 : now->options && options_equal(before->options, now->options);
    return same ? SETUP_SAME : SETUP_CHANGED;
}

static size_t add_own(struct setup_difference *rows, const char *title, const struct option_values *before,
                      const struct option_values *now)
{
    rows[0] = (struct setup_difference){title, options_equal(before, now) ? SETUP_SAME : SETUP_CHANGED};
    return 1;
}

/* Rows for all titles of `before`, then for those that only `now` has. Both arrays are in the setups' order, the sorted
 * ones are for looking up. */
static size_t fill(struct setup_difference *rows, const struct titled *before, size_t before_count,
                   const struct titled *before_sorted, const struct titled *now, size_t now_count,
                   const struct titled *now_sorted)
{
    size_t filled = 0;
    for (size_t i = 0; i < before_count; i++)
        rows[filled++] = (struct setup_difference){
            before[i].title, change_of(&before[i], find_title(now_sorted, now_count, before[i].title))};
    for (size_t i = 0; i < now_count; i++) {
        if (!find_title(before_sorted, before_count, now[i].title))
            rows[filled++] = (struct setup_difference){now[i].title, SETUP_ADDED};
    }
    return filled;
}

static struct titled *sorted_copy(const struct titled *titles, size_t count)
{
    struct titled *sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted)
        return NULL;
    memcpy(sorted, titles, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_titles);
    return sorted;
}

bool setup_compare(const struct setup *before, const struct setup *now, struct setup_difference **differences,
                   size_t *count)
{
    size_t before_count, now_count;
    struct titled *old = list_titles(before, &before_count), *new = list_titles(now, &now_count);
    struct titled *old_sorted = old ? sorted_copy(old, before_count) : NULL;
    struct titled *new_sorted = new ? sorted_copy(new, now_count) : NULL;
    struct setup_difference *rows = calloc(before_count + now_count + 4, sizeof *rows);
    bool done = old_sorted && new_sorted && rows;
    if (done) {
        size_t filled = add_own(rows, "entente", before->daemon.entente, now->daemon.entente);
        filled += add_own(rows + filled, "log", before->daemon.log, now->daemon.log);
        filled += add_own(rows + filled, "retention", before->daemon.retention, now->daemon.retention);
        filled += add_own(rows + filled, "rates", before->daemon.rates, now->daemon.rates);
        filled += fill(rows + filled, old, before_count, old_sorted, new, now_count, new_sorted);
        *differences = rows;
        *count = filled;
    } else {
        free(rows);
    }
    free(old);
    free(new);
    free(old_sorted);
    free(new_sorted);
    return done;
}
