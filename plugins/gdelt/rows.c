#include "plugins/gdelt/rows.h"

#include "lib/base/arena.h"

#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 4 * 1024 * 1024, MEMORY_MAX = 256 * 1024 * 1024 };

static bool is_wanted(const struct rows_filter *filter, const struct gdelt_row *row)
{
    for (size_t i = 0; i < filter->wanted_count; i++) {
        const char *wanted = filter->wanted[i];
        size_t size = strlen(wanted);
        if (filter->table == GDELT_GKG ? gdelt_row_has_theme(row, wanted)
                                       : row->code.size >= size && memcmp(row->code.bytes, wanted, size) == 0)
            return true;
    }
    return filter->wanted_count == 0;
}

static bool is_known(const struct feed *feed, struct gdelt_text url)
{
    for (const struct feed_entry *entry = feed->entries; entry; entry = entry->next)
        if (strlen(entry->link) == url.size && memcmp(entry->link, url.bytes, url.size) == 0)
            return true;
    return false;
}

static struct feed_entry *make_entry(struct arena *arena, const struct gdelt_row *row)
{
    struct feed_entry *entry = arena_alloc(arena, sizeof *entry);
    if (!entry)
        return NULL;
    *entry = (struct feed_entry){.link = arena_copy(arena, row->url.bytes, row->url.size)};
    if (row->title.size > 0)
        entry->title = arena_copy(arena, row->title.bytes, row->title.size);
    if (row->has_published)
        entry->published = (struct feed_time){.known = true, .date = row->published};
    if (*row->language)
        entry->language = arena_copy(arena, row->language, strlen(row->language));
    return entry;
}

struct feed *rows_to_feed(const struct rows_filter *filter, const char *text, size_t size, size_t *at, size_t most,
                          size_t *bad, struct error *error)
{
    struct arena *arena = arena_create(MEMORY_MAX);
    struct feed *feed = arena ? arena_alloc(arena, sizeof *feed) : NULL;
    struct gdelt_row row = {.has_published = false};
    if (feed) {
        *feed = (struct feed){.arena = arena};
        struct feed_entry **last = &feed->entries;
        while (*at < size && feed->entry_count < most && !arena_failed(arena)) {
            const char *line = text + *at, *end = memchr(line, '\n', size - *at);
            size_t line_size = end ? (size_t)(end - line) : size - *at;
            *at += line_size + (end != NULL);
            if (line_size == 0)
                continue;
            if (line_size > LINE_MAX_BYTES || !gdelt_row_read(&row, filter->table, line, line_size)) {
                ++*bad;
                continue;
            }
            if (!is_wanted(filter, &row) || is_known(feed, row.url) || !(*last = make_entry(arena, &row)))
                continue;
            last = &(*last)->next;
            feed->entry_count++;
        }
    }
    gdelt_row_clear(&row);
    if (feed && !arena_failed(arena))
        return feed;
    arena_destroy(arena);
    error_set(error, ERROR_MEMORY, "no memory for the table's rows");
    return NULL;
}
