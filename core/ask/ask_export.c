/* Export: a filter's events in a format for programs (core/export), a page of text after the other. All pages, one
 * behind the other, are the file. */
#include "core/ask/asked_filter.h"
#include "core/export/event_format.h"

#include <string.h>

enum { PAGE_BYTES = 1024 * 1024 }; /* after which a page ends: events differ in size by a thousand times */

static bool read_format(struct asking *asking, const struct event_format **format)
{
    static const char *const names[] = {EVENT_FORMAT_NAMES, NULL};
    const char *name;
    if (!asking_require(asking, "format", &name) || !asking_words(asking, "format", names, &name))
        return false;
    *format = event_format_find(name);
    return *format || asking_refuse(asking, "format", 0, 0, NULL, "one word, not several");
}

static bool put_row(struct asking *asking, struct event_writer *writer, struct record_view event)
{
    struct event_retrieved retrieved;
    if (!event_retrieved_read(&retrieved, asking->query, event, asking->error))
        return false;
    event_writer_put(writer, event, &retrieved);
    return !writer->out->failed || error_set(asking->error, ERROR_MEMORY, "out of memory");
}

/* The rows of a page, and where the next one begins; "" for nowhere. The cursor is ended. */
static bool put_rows(struct asking *asking, struct event_writer *writer, struct query_cursor *cursor, int64_t limit,
                     char position[QUERY_POSITION_SIZE])
{
    const struct query_row *row = NULL;
    int64_t count = 0;
    bool ok = cursor != NULL, is_full = false;
    position[0] = '\0';
    while (ok && !is_full && (ok = query_next(cursor, &row, asking->error)) && row) {
        ok = put_row(asking, writer, row->record->view);
        is_full = ++count == limit || writer->out->size >= PAGE_BYTES;
    }
    if (ok && is_full)
        query_position(cursor, position);
    query_end(cursor);
    return ok;
}

bool ask_export(struct asking *asking)
{
    struct asked_filter asked;
    struct buffer text = BUFFER_INIT;
    /* Who opens a file from a browser opens it in a spreadsheet. */
    struct event_writer writer = {.out = &text, .is_guarded = true, .has_rows = asking_text(asking, "after") != NULL};
    char position[QUERY_POSITION_SIZE];
    bool ok = asked_filter_read(asking, &asked) && asked_order_read(asking, &asked.filter) &&
              asked_page_read(asking, &asked.filter) && read_format(asking, &writer.format);
    if (ok) {
        if (!asked.filter.after)
            event_writer_head(&writer);
        ok = put_rows(asking, &writer, query_events(asking->query, &asked.filter, asking->error), asked.filter.limit,
                      position);
    }
    if (ok && !position[0])
        event_writer_tail(&writer);
    if (ok && text.failed)
        ok = error_set(asking->error, ERROR_MEMORY, "out of memory");
    if (ok) {
        json_key(asking->json, "text");
        json_put_string(asking->json, text.size ? text.bytes : "", text.size);
        if (position[0])
            ask_put_text(asking, "next", position);
    }
    event_writer_free(&writer);
    buffer_free(&text);
    asked_filter_end(&asked);
    return asked_page_blame(asking, ok);
}
