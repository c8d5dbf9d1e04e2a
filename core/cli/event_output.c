#include "core/cli/event_output.h"

#include "lib/record/event_text.h"

#include <errno.h>
#include <string.h>

/* ---- for people ---- */

static const struct table_column people_columns[] = {
    {.title = "ID", .name = "id", .min = 8, .max = 8},
    {.title = "WHEN", .name = "date", .min = 13, .max = 24, .flexible = true, .rank = 2},
    {.title = "TYPE", .name = "type", .min = 8, .max = 28},
    {.title = "ACTORS", .name = "actors", .min = 9, .max = 40, .flexible = true},
    {.title = "STATUS", .name = "status", .min = 6, .max = 11, .rank = 3},
    {.title = "SRC", .name = "sources", .min = 3, .is_number = true, .rank = 5},
    {.title = "GR", .name = "grade", .min = 2, .max = 2, .rank = 6},
    {.title = "WHAT", .name = "what", .min = 10, .flexible = true, .rank = 4},
};
typedef void event_part(struct buffer *text, struct record_view event);

static void part_cell(struct table *table, struct buffer *scratch, event_part *print, struct record_view event)
{
    buffer_clear(scratch);
    print(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
}

/* From this width on there is room for subtypes. */
enum { WIDE = 110, SHORT_ID = 8 };

static void print_people(struct table *table, struct record_view event, struct buffer *scratch)
{
    char id[SHORT_ID + 1] = "";
    const char *whole = record_text(event, ENT_REPORT_ID), *scope = record_text(event, ENT_REPORT_SCOPE);
    if (whole)
        memcpy(id, whole, strnlen(whole, SHORT_ID));
    bool is_current = !scope || strcmp(scope, "background") != 0;
    table_cell_styled(table, STYLE_NAME, id);
    part_cell(table, scratch, event_text_date, event);
    if (display()->width == 0 || display()->width >= WIDE)
        part_cell(table, scratch, event_text_type, event);
    else
        table_cell(table, record_text(event, ENT_REPORT_TYPE));
    part_cell(table, scratch, event_text_actors, event);
    table_cell_styled(table, is_current ? STYLE_PLAIN : STYLE_FAINT, record_text(event, ENT_REPORT_STATUS));
    table_cell_integer(table, (int64_t)record_count(event, ENT_EVENT_SOURCE));
    table_cell(table, record_text(event, ENT_EVENT_GRADE));
    part_cell(table, scratch, event_text_what, event);
    table_row(table);
}

/* ---- output ---- */

/* What is ready goes out. */
static bool write_text(struct event_output *output, struct error *error)
{
    bool is_whole = !output->text.failed;
    if (is_whole && fwrite(output->text.bytes, 1, output->text.size, output->out) != output->text.size) {
        int reason = errno;
        clearerr(output->out);
        return error_set_errno(error, reason, "the output cannot be written");
    }
    buffer_clear(&output->text);
    return is_whole || error_set(error, ERROR_MEMORY, "out of memory");
}

bool event_output_begin(struct event_output *output, const char *format, int width, FILE *out, struct error *error)
{
    *output = (struct event_output){.format = event_format_find(format), .out = out};
    output->writer = (struct event_writer){.format = output->format, .out = &output->text};
    if (output->format) {
        event_writer_head(&output->writer);
        if (write_text(output, error))
            return true;
        buffer_free(&output->text);
        return false;
    }
    output->table =
        table_create(people_columns, sizeof people_columns / sizeof *people_columns, TABLE_FOR_PEOPLE, width, out);
    return output->table || error_set(error, ERROR_MEMORY, "out of memory");
}

bool event_output_put(struct event_output *output, struct record_view event, const struct event_retrieved *retrieved,
                      struct error *error)
{
    output->events++;
    if (output->format) {
        event_writer_put(&output->writer, event, retrieved);
        return write_text(output, error);
    }
    print_people(output->table, event, &output->text);
    return !output->text.failed || error_set(error, ERROR_MEMORY, "out of memory");
}

bool event_output_end(struct event_output *output, bool is_good, struct error *error)
{
    struct error own = ERROR_INIT;
    bool ok = true;
    if (output->table) {
        ok = table_finish(output->table, &own);
    } else if (is_good) {
        event_writer_tail(&output->writer);
        ok = write_text(output, &own);
    }
    if (is_good && ok && fflush(output->out) != 0)
        ok = error_set_errno(&own, errno, "the output cannot be written");
    event_writer_free(&output->writer);
    buffer_free(&output->text);
    if (is_good && !ok)
        *error = own;
    return is_good && ok;
}
