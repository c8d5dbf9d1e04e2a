#include "core/cli/table.h"

#include "core/export/csv.h"
#include "lib/base/arena.h"
#include "lib/base/json_writer.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2 };

struct cell {
    const char *text; /* NULL: absent */
    enum display_style style;
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    enum table_format format;
    int width;
    FILE *out;
    struct arena *arena; /* texts of the rows that wait */
    struct cell *cells;  /* rows that wait, column_count each; the row being filled is the last */
    size_t waiting;
    size_t rows;
    size_t at;                     /* next cell of the row being filled */
    int widths[TABLE_COLUMNS_MAX]; /* -1: column left out */
    bool laid_out, header_written, failed;
    int failure; /* errno of the first write that failed */
    struct buffer line;
};

enum table_format table_format_of(const char *word)
{
    return strcmp(word, "jsonl") == 0 ? TABLE_JSONL : strcmp(word, "csv") == 0 ? TABLE_CSV : TABLE_FOR_PEOPLE;
}

struct table *table_create(const struct table_column *columns, size_t count, enum table_format format, int width,
                           FILE *out)
{
    assert(count > 0 && count <= TABLE_COLUMNS_MAX);
    struct table *table = calloc(1, sizeof *table);
    size_t rows = format == TABLE_FOR_PEOPLE ? TABLE_ROWS_MEASURED + 1 : 1;
    struct cell *cells = calloc(rows * count, sizeof *cells);
    struct arena *arena = arena_create(0);
    if (!table || !cells || !arena) {
        free(table);
        free(cells);
        arena_destroy(arena);
        return NULL;
    }
    *table = (struct table){.columns = columns,
                            .column_count = count,
                            .format = format,
                            .width = width,
                            .out = out,
                            .arena = arena,
                            .cells = cells};
    return table;
}

/* ---- cells ---- */

static const char *keep_text(struct table *table, const char *text)
{
    if (table->format != TABLE_FOR_PEOPLE)
        return arena_copy(table->arena, text, strlen(text));
    struct buffer clean = BUFFER_INIT;
    display_clean(&clean, text, strlen(text));
    const char *kept = clean.failed ? NULL : arena_copy(table->arena, clean.size ? clean.bytes : "", clean.size);
    buffer_free(&clean);
    return kept;
}

void table_cell_styled(struct table *table, enum display_style which, const char *text)
{
    assert(table->at < table->column_count);
    struct cell *cell = &table->cells[table->waiting * table->column_count + table->at++];
    cell->style = which;
    cell->text = text ? keep_text(table, text) : NULL;
    if (text && !cell->text)
        table->failed = true;
}

void table_cell(struct table *table, const char *text)
{
    table_cell_styled(table, STYLE_PLAIN, text);
}

void table_cell_integer(struct table *table, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    table_cell(table, text);
}

void table_cell_number(struct table *table, double value)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    json_put_number(&writer, value);
    table_cell(table, text.failed ? NULL : text.bytes);
    table->failed = table->failed || text.failed;
    buffer_free(&text);
}

/* ---- layout ---- */

static int text_columns(const char *text)
{
    return text ? (int)display_columns(text, strlen(text)) : 0;
}

static int total_width(const struct table *table)
{
    int total = 0, shown = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->widths[i] >= 0) {
            total += table->widths[i];
            shown++;
        }
    return total + (shown > 1 ? GAP * (shown - 1) : 0);
}

/* Takes columns one by one from the widest that can still give way; `flexible` limits it to those meant to. */
static void narrow(struct table *table, bool flexible)
{
    for (int excess = total_width(table) - table->width; excess > 0; excess--) {
        size_t widest = table->column_count;
        for (size_t i = 0; i < table->column_count; i++) {
            if (table->widths[i] <= table->columns[i].min || (flexible && !table->columns[i].flexible))
                continue;
            if (widest == table->column_count || table->widths[i] > table->widths[widest])
                widest = i;
        }
        if (widest == table->column_count)
            return;
        table->widths[widest]--;
    }
}

/* Width of the shown columns were each at its least. */
static int least_width(const struct table *table)
{
    int total = 0, shown = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->widths[i] < 0)
            continue;
        int least = table->columns[i].min < table->widths[i] ? table->columns[i].min : table->widths[i];
        total += least;
        shown++;
    }
    return total + (shown > 1 ? GAP * (shown - 1) : 0);
}

static void leave_out(struct table *table)
{
    while (least_width(table) > table->width) {
        size_t last = table->column_count;
        for (size_t i = 0; i < table->column_count; i++)
            if (table->widths[i] >= 0 && table->columns[i].rank > 0 &&
                (last == table->column_count || table->columns[i].rank > table->columns[last].rank))
                last = i;
        if (last == table->column_count)
            return;
        table->widths[last] = -1;
    }
}

static void lay_out(struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct table_column *column = &table->columns[i];
        int width = text_columns(column->title);
        for (size_t row = 0; row < table->waiting; row++) {
            int columns = text_columns(table->cells[row * table->column_count + i].text);
            width = columns > width ? columns : width;
        }
        if (table->width && column->max && width > column->max)
            width = column->max;
        table->widths[i] = width;
    }
    if (table->width) {
        leave_out(table);
        narrow(table, true);
        narrow(table, false);
    }
    table->laid_out = true;
}

/* ---- printing ---- */

static void write_line(struct table *table)
{
    if (table->line.failed || fwrite(table->line.bytes, 1, table->line.size, table->out) != table->line.size)
        table->failed = true;
    table->failure = table->failed && !table->failure ? errno : table->failure;
    buffer_clear(&table->line);
}

static void pad(struct buffer *line, int columns)
{
    if (columns > 0)
        buffer_printf(line, "%*s", columns, "");
}

/* `is_last`: no spaces behind it. */
static void print_cell(struct table *table, size_t column, const char *text, enum display_style which, bool is_last)
{
    int width = table->widths[column], columns = text_columns(text);
    size_t size = text ? strlen(text) : 0;
    bool cut = columns > width && table->width;
    if (cut) {
        size = display_fit(text, size, width > 0 ? (size_t)width - 1 : 0);
        columns = (int)display_columns(text, size) + 1;
    }
    bool right = table->columns[column].is_number;
    if (right)
        pad(&table->line, width - columns);
    const char *begin = which == STYLE_PLAIN || !size ? "" : style(which), *end = *begin ? style_end() : "";
    buffer_printf(&table->line, "%s%.*s%s%s", begin, (int)size, text ? text : "", cut && width > 0 ? "…" : "", end);
    if (!right && !is_last)
        pad(&table->line, width - columns);
}

static void print_row(struct table *table, const struct cell *cells)
{
    size_t last = table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->widths[i] >= 0)
            last = i;
    bool first = true;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->widths[i] < 0)
            continue;
        if (!first)
            pad(&table->line, GAP);
        first = false;
        print_cell(table, i, cells ? cells[i].text : table->columns[i].title, cells ? cells[i].style : STYLE_HEADING,
                   i == last);
    }
    while (table->line.size && table->line.bytes[table->line.size - 1] == ' ')
        table->line.size--;
    buffer_append_char(&table->line, '\n');
    write_line(table);
}

static void print_waiting(struct table *table)
{
    if (!table->laid_out)
        lay_out(table);
    if (!table->header_written)
        print_row(table, NULL);
    table->header_written = true;
    for (size_t row = 0; row < table->waiting; row++)
        print_row(table, &table->cells[row * table->column_count]);
    table->waiting = 0;
    arena_reset(table->arena);
}

static void print_csv_row(struct table *table, const struct cell *cells)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (i)
            buffer_append_char(&table->line, ',');
        const char *text = cells ? cells[i].text : table->columns[i].name;
        csv_append(&table->line, text ? text : "");
    }
    buffer_append_text(&table->line, "\r\n");
    write_line(table);
}

static void jsonl_row(struct table *table, const struct cell *cells)
{
    struct json_writer writer;
    json_begin(&writer, &table->line);
    json_object_open(&writer);
    for (size_t i = 0; i < table->column_count; i++) {
        json_key(&writer, table->columns[i].name);
        if (!cells[i].text || !table->columns[i].is_number)
            json_put_text(&writer, cells[i].text);
        else if (strpbrk(cells[i].text, ".eE"))
            json_put_number(&writer, strtod(cells[i].text, NULL));
        else
            json_put_integer(&writer, strtoll(cells[i].text, NULL, 10));
    }
    json_object_close(&writer);
    buffer_append_char(&table->line, '\n');
    write_line(table);
}

void table_row(struct table *table)
{
    assert(table->at == table->column_count);
    table->at = 0;
    table->rows++;
    table->waiting++;
    if (table->format == TABLE_FOR_PEOPLE) {
        if (table->laid_out || table->waiting == TABLE_ROWS_MEASURED)
            print_waiting(table);
        return;
    }
    if (table->format == TABLE_JSONL) {
        jsonl_row(table, table->cells);
    } else {
        if (!table->header_written)
            print_csv_row(table, NULL);
        table->header_written = true;
        print_csv_row(table, table->cells);
    }
    table->waiting = 0;
    arena_reset(table->arena);
}

size_t table_rows(const struct table *table)
{
    return table->rows;
}

bool table_is_csv(const struct table *table)
{
    return table->format == TABLE_CSV;
}

bool table_finish(struct table *table, struct error *error)
{
    if (table->format == TABLE_FOR_PEOPLE && table->rows)
        print_waiting(table);
    if (table->format == TABLE_CSV && !table->header_written)
        print_csv_row(table, NULL);
    errno = 0;
    bool written = fflush(table->out) == 0 && !ferror(table->out);
    int reason = errno ? errno : table->failure ? table->failure : EIO;
    bool failed = table->failed;
    if (!written)
        clearerr(table->out); /* it is told below, and need not be told again */
    buffer_free(&table->line);
    arena_destroy(table->arena);
    free(table->cells);
    free(table);
    if (!written)
        return error_set_errno(error, reason, "the output cannot be written");
    return !failed || error_set(error, ERROR_MEMORY, "out of memory");
}

bool table_end(struct table *table, bool ok, struct error *error)
{
    struct error ending = ERROR_INIT;
    if (!table || table_finish(table, &ending) || !ok)
        return ok;
    *error = ending;
    return false;
}
