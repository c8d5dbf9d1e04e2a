/* Teaching set: the candidates of labelled items as marks and labels, and the file that holds them.
 *
 * The file has no text and no word of one: an item is a digest of its id and a group's number, a candidate the marks of
 * lib/coder/feature.h as hexadecimal digits with its label. From it alone the weights are made (training.h), so it
 * ships. One owner, one thread. */
#ifndef LIB_EVALUATE_TEACHING_H
#define LIB_EVALUATE_TEACHING_H

#include "lib/base/buffer.h"
#include "lib/coder/coder.h"
#include "lib/coder/feature.h"
#include "lib/coder/relevance.h"
#include "lib/evaluate/label.h"

enum teaching_kind {
    TEACHING_NEWS,     /* chosen articles: most hold an event */
    TEACHING_STREAM,   /* random articles: what a real stream looks like */
    TEACHING_INVENTED, /* sentences made for teaching: never judged by */
    TEACHING_KINDS
};

enum teaching_label { TEACHING_NEUTRAL = -1, TEACHING_WRONG = 0, TEACHING_RIGHT = 1 };

enum { TEACHING_ID_SIZE = 17, TEACHING_NO_EVENT = 255 };

struct teaching_row {
    struct feature_set features;
    int8_t label;     /* enum teaching_label: neutral where a label is optional */
    bool fact;        /* a current fact, or background, denied and the like */
    uint8_t event;    /* of the item's labels, TEACHING_NO_EVENT for none */
    uint16_t telling; /* equal for candidates of one type and the same parties */
    uint32_t item;
};

struct teaching_item {
    char id[TEACHING_ID_SIZE]; /* digest */
    uint32_t group;            /* items of one source or one story; 0 for invented ones */
    uint8_t kind;
    bool relevant, relevance_counts; /* the latter: not where only optional events are labelled */
    uint32_t facts, nonfacts;        /* required ones */
    relevance_set marks;             /* of the words */
    uint32_t first_row, row_count;
};

struct teaching {
    struct teaching_item *items;
    size_t item_count, item_capacity;
    struct teaching_row *rows;
    size_t row_count, row_capacity;
};

void teaching_begin(struct teaching *teaching);
void teaching_end(struct teaching *teaching);
/* Writes the digest under which an item stands in the file. */
void teaching_id(const char *id, char digest[TEACHING_ID_SIZE]);
/* NULL where it is not there. */
const struct teaching_item *teaching_find(const struct teaching *teaching, const char *id);

/* A zeroed item at the end; a zeroed row of the last item. NULL when memory is out. */
struct teaching_item *teaching_add_item(struct teaching *teaching);
struct teaching_row *teaching_add_row(struct teaching *teaching);

/* Codes `items` and adds their candidates; items without a label hold no event. */
bool teaching_extract(struct teaching *teaching, const struct coder *coder, const json_t *labels, const json_t *items,
                      enum teaching_kind kind, struct error *error);
/* Gives items of one source, and of one story (titles alike within days), the same group. `items` are the sets that
 * were extracted, by kind; NULL for none. */
bool teaching_group(struct teaching *teaching, json_t *const items[TEACHING_KINDS], struct error *error);

void teaching_write(const struct teaching *teaching, struct buffer *out);
bool teaching_load(struct teaching *teaching, const char *path, struct error *error);

#endif
