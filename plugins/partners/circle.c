#include "plugins/partners/circle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 160 };

static void read_line(struct circle *circle, const char *line)
{
    struct circle_row row;
    int64_t count, time;
    if (sscanf(line, "told %" SCNd64 " %" SCNd64, &count, &time) == 2) {
        circle->told_count = count;
        circle->told_time = time;
    } else if (sscanf(line, "%" SCNd64 " %32s %39s", &row.time, row.event, row.partner) == 3) {
        circle_put(circle, row.time, row.event, row.partner);
    }
}

void circle_read(struct circle *circle, const char *text, size_t size)
{
    circle->count = 0;
    circle->told_count = circle->told_time = 0;
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        size_t length = end ? (size_t)(end - text) : size;
        char line[LINE_SIZE];
        if (length < sizeof line) {
            memcpy(line, text, length);
            line[length] = '\0';
            read_line(circle, line);
        }
        length += end != NULL;
        text += length;
        size -= length;
    }
}

void circle_print(const struct circle *circle, struct buffer *text)
{
    if (circle->told_count > 0)
        buffer_printf(text, "told %" PRId64 " %" PRId64 "\n", circle->told_count, circle->told_time);
    for (size_t i = 0; i < circle->count; i++)
        buffer_printf(text, "%" PRId64 " %s %s\n", circle->rows[i].time, circle->rows[i].event,
                      circle->rows[i].partner);
}

void circle_forget(struct circle *circle, const char *event)
{
    size_t kept = 0;
    for (size_t i = 0; i < circle->count; i++)
        if (strcmp(circle->rows[i].event, event) != 0)
            circle->rows[kept++] = circle->rows[i];
    circle->count = kept;
}

bool circle_put(struct circle *circle, int64_t time, const char *event, const char *partner)
{
    struct circle_row row = {.time = time};
    int event_size = snprintf(row.event, sizeof row.event, "%s", event);
    int partner_size = snprintf(row.partner, sizeof row.partner, "%s", partner);
    if (event_size >= CIRCLE_EVENT_SIZE || partner_size >= CIRCLE_NAME_SIZE)
        return false;
    if (circle->count == CIRCLE_ROWS_MAX) {
        if (circle->rows[0].time >= time)
            return false;
        memmove(circle->rows, circle->rows + 1, --circle->count * sizeof *circle->rows);
    }
    size_t place = circle->count;
    while (place > 0 && circle->rows[place - 1].time > time)
        place--;
    memmove(circle->rows + place + 1, circle->rows + place, (circle->count - place) * sizeof *circle->rows);
    circle->rows[place] = row;
    circle->count++;
    return true;
}

size_t circle_old(const struct circle *circle, int64_t window)
{
    size_t old = 0;
    while (old < circle->count && circle->rows[circle->count - 1].time - circle->rows[old].time >= window)
        old++;
    return old;
}

void circle_drop(struct circle *circle, size_t count)
{
    circle->count -= count;
    memmove(circle->rows, circle->rows + count, circle->count * sizeof *circle->rows);
}

bool circle_holds(const struct circle *circle, const char *event)
{
    for (size_t i = 0; i < circle->count; i++)
        if (strcmp(circle->rows[i].event, event) == 0)
            return true;
    return false;
}

/* ---- looking ---- */

/* Row `index` into the view, in place of an older one with the same partner. */
static void note(struct circle_view *view, const struct circle_row *row)
{
    size_t place = 0;
    while (place < view->count && strcmp(view->rows[place]->partner, row->partner) < 0)
        place++;
    if (place < view->count && strcmp(view->rows[place]->partner, row->partner) == 0) {
        view->rows[place] = row;
        return;
    }
    memmove(view->rows + place + 1, view->rows + place, (view->count - place) * sizeof *view->rows);
    view->rows[place] = row;
    view->count++;
}

void circle_look(const struct circle *circle, const char *event, int64_t window, struct circle_view *view)
{
    size_t own = 0;
    view->count = 0;
    view->end = 0;
    while (own < circle->count && strcmp(circle->rows[own].event, event) != 0)
        own++;
    for (size_t last = own; last < circle->count && circle->rows[last].time - circle->rows[own].time < window; last++) {
        struct circle_view found = {.end = circle->rows[last].time};
        for (size_t i = 0; i <= last; i++)
            if (found.end - circle->rows[i].time < window)
                note(&found, &circle->rows[i]);
        if (found.count > view->count)
            *view = found;
    }
}
