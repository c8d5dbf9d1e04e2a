#include "core/cli/sheet.h"

#include "lib/base/calendar.h"
#include "lib/zone/zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { INDENT = 2, CELL_MAX = 64 * 1024 };

void sheet_title(struct sheet *sheet, const char *text)
{
    struct buffer clean = BUFFER_INIT;
    display_clean(&clean, text, strlen(text));
    buffer_append_text(&sheet->text, style(STYLE_HEADING));
    display_wrap(&sheet->text, clean.size ? clean.bytes : "", 0, 0, display_text_width());
    buffer_append_text(&sheet->text, style_end());
    buffer_free(&clean);
}

void sheet_heading(struct sheet *sheet, const char *text)
{
    buffer_printf(&sheet->text, "\n%s%s%s\n", style(STYLE_HEADING), text, style_end());
}

/* Formats and cleans into sheet->cell. */
static const char *format_cell(struct sheet *sheet, const char *format, va_list arguments)
{
    char text[4096];
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(text, sizeof text, format, arguments);
    buffer_clear(&sheet->cell);
    if (size >= 0 && (size_t)size < sizeof text) {
        display_clean(&sheet->cell, text, (size_t)size);
    } else if (size > 0) {
        struct buffer whole = {.limit = CELL_MAX};
        if (buffer_reserve(&whole, (size_t)size)) {
            vsnprintf(whole.bytes, (size_t)size + 1, format, again);
            display_clean(&sheet->cell, whole.bytes, (size_t)size);
        }
        buffer_free(&whole);
    }
    va_end(again);
    return sheet->cell.size ? sheet->cell.bytes : "";
}

void sheet_row(struct sheet *sheet, const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_cell(sheet, format, arguments);
    va_end(arguments);
    int columns = (int)display_columns(label, strlen(label));
    int pad = SHEET_LABEL_COLUMNS - columns > 1 ? SHEET_LABEL_COLUMNS - columns : 1;
    buffer_printf(&sheet->text, "%*s%s%s%s%*s", INDENT, "", style(STYLE_FAINT), label, style_end(), pad, "");
    int indent = INDENT + SHEET_LABEL_COLUMNS;
    display_wrap(&sheet->text, text, INDENT + columns + pad, indent, display_text_width());
}

void sheet_text(struct sheet *sheet, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_cell(sheet, format, arguments);
    va_end(arguments);
    buffer_printf(&sheet->text, "%*s", INDENT, "");
    display_wrap(&sheet->text, text, INDENT, INDENT, display_text_width());
}

bool sheet_finish(struct sheet *sheet, FILE *out, struct error *error)
{
    bool failed = sheet->text.failed || sheet->cell.failed;
    bool written =
        !failed && fwrite(sheet->text.bytes, 1, sheet->text.size, out) == sheet->text.size && fflush(out) == 0;
    int reason = errno;
    buffer_free(&sheet->text);
    buffer_free(&sheet->cell);
    if (failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (written)
        return true;
    clearerr(out); /* it is told here, and need not be told again */
    return error_set_errno(error, reason, "the output cannot be written");
}

bool sheet_end(struct sheet *sheet, FILE *out, bool ok, struct error *error)
{
    struct error ending = ERROR_INIT;
    if (sheet_finish(sheet, out, &ending) || !ok)
        return ok;
    *error = ending;
    return false;
}

const char *sheet_time(char text[SHEET_TIME_SIZE], int64_t milliseconds)
{
    struct civil civil;
    if (display_zone())
        zone_split(display_zone(), milliseconds, &civil);
    else
        calendar_split(milliseconds, &civil);
    snprintf(text, SHEET_TIME_SIZE, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
             civil.minute);
    return text;
}

const char *sheet_age(char text[SHEET_TIME_SIZE], int64_t milliseconds, int64_t now)
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    if (milliseconds == 0)
        return "never";
    bool past = milliseconds <= now;
    int64_t seconds = (past ? now - milliseconds : milliseconds - now) / 1000;
    size_t unit = 0;
    while (unit < 3 && seconds < units[unit].seconds)
        unit++;
    snprintf(text, SHEET_TIME_SIZE, past ? "%" PRId64 " %s ago" : "in %" PRId64 " %s", seconds / units[unit].seconds,
             units[unit].unit);
    return text;
}

const char *sheet_count(char text[SHEET_TIME_SIZE], int64_t count)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, count);
    size_t size = strlen(digits), used = 0;
    for (size_t i = 0; i < size; i++) {
        text[used++] = digits[i];
        bool group_ends = (size - i - 1) % 3 == 0 && i + 1 < size && digits[i] != '-';
        if (group_ends)
            text[used++] = ',';
    }
    text[used] = '\0';
    return text;
}
