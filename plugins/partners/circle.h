/* Circle: whom one party has dealt with of late. What the detector keeps of a party, as text in kv/1:
 *
 *     told 4 1700000000000
 *     1699900000000 0123456789abcdef0123456789abcdef FRA
 *
 * how many partners were last told and when, then a line a partner and event, by time. Owns its rows; one thread. */
#ifndef PLUGINS_PARTNERS_CIRCLE_H
#define PLUGINS_PARTNERS_CIRCLE_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CIRCLE_ROWS_MAX = 500, CIRCLE_NAME_SIZE = 40, CIRCLE_EVENT_SIZE = 33 };

struct circle_row {
    int64_t time; /* milliseconds since 1970 */
    char event[CIRCLE_EVENT_SIZE], partner[CIRCLE_NAME_SIZE];
};

struct circle {
    struct circle_row rows[CIRCLE_ROWS_MAX]; /* by time */
    size_t count;
    int64_t told_count, told_time; /* 0: nothing yet */
};

/* The most partners that the party has had in any window of that length which holds the event. */
struct circle_view {
    size_t count;
    const struct circle_row *rows[CIRCLE_ROWS_MAX]; /* the latest with each, by partner */
    int64_t end;
};

/* Lines that are none are left out. */
void circle_read(struct circle *circle, const char *text, size_t size);
void circle_print(const struct circle *circle, struct buffer *text);

/* What the event told before. */
void circle_forget(struct circle *circle, const char *event);
/* False where there is no room, or the name is too long: then nothing is put. The oldest row makes room for a younger
 * one. */
bool circle_put(struct circle *circle, int64_t time, const char *event, const char *partner);
/* How many of the first rows no window of that length can hold any more that ends with the youngest. */
size_t circle_old(const struct circle *circle, int64_t window);
/* Forgets so many of the first rows. */
void circle_drop(struct circle *circle, size_t count);
bool circle_holds(const struct circle *circle, const char *event);
void circle_look(const struct circle *circle, const char *event, int64_t window, struct circle_view *view);

#endif
