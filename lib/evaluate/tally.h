/* Tally: every figure of docs/codebook.md's scoring, counted item by item over labels and the coder's output. What is
 * added must live as long as the tally. One owner, one thread. */
#ifndef LIB_EVALUATE_TALLY_H
#define LIB_EVALUATE_TALLY_H

#include "lib/base/buffer.h"
#include "lib/evaluate/matching.h"

enum { TALLY_TYPES = 12, TALLY_LISTS = 3, TALLY_CLASSES = 4, TALLY_KEYS_MAX = 48 };

struct counts {
    uint32_t right, spurious, missed;
};

struct ratio {
    uint32_t right, of;
};

/* The four figures that are also wanted item by item, for intervals and curves. */
struct tally_item {
    struct counts facts, usable, nonfacts, relevance;
};

/* One vocabulary field of matched events; a value may be NULL. */
struct tally_class {
    const char *keys[TALLY_KEYS_MAX];
    struct counts counts[TALLY_KEYS_MAX];
    uint32_t labels[TALLY_KEYS_MAX], first_label[TALLY_KEYS_MAX];
    size_t key_count;
    const json_t **credit; /* the labels that were counted */
    size_t credit_count, credit_capacity;
};

enum tally_fault {
    FAULT_SPURIOUS,
    FAULT_ASSERTED,
    FAULT_SPURIOUS_NONFACT,
    FAULT_MISSED,
    FAULT_MISSED_NONFACT,
    FAULT_COUNT
};

struct tally_error {
    enum tally_fault fault;
    const char *id;
    const json_t *event;
};

struct tally {
    uint32_t items;
    struct tally_item sum;
    struct counts three[3]; /* core, mention, none */
    bool three_seen[3];
    struct counts types[TALLY_TYPES], presence[TALLY_TYPES];
    bool types_seen[TALLY_TYPES], presence_seen[TALLY_TYPES];
    struct ratio actors_exact, roles_exact, dates_stated, dates_invented, evidence;
    struct counts lists[TALLY_LISTS];
    bool lists_seen[TALLY_LISTS];
    struct tally_class classes[TALLY_CLASSES];
    bool checks_evidence;
    struct tally_error *errors;
    size_t error_count, error_capacity;
};

extern const char *const tally_types[TALLY_TYPES];
extern const char *const tally_faults[FAULT_COUNT];

void tally_begin(struct tally *tally);
void tally_end(struct tally *tally);
/* `output` NULL: no event. `item` (title and body) may be NULL: then evidence is not checked. Fills `own` (may be NULL)
 * with this item's share. False when memory is out. */
bool tally_add(struct tally *tally, const json_t *label, const json_t *output, const json_t *item,
               struct tally_item *own);

void tally_add_counts(struct counts *sum, const struct counts *counts);
double tally_precision(const struct counts *counts);
double tally_recall(const struct counts *counts);
double tally_f1(const struct counts *counts);

/* The figures as lines for people, and as one JSON object of the names that the reference scorer uses. */
void tally_print(const struct tally *tally, struct buffer *out);
void tally_print_json(const struct tally *tally, struct buffer *out);
/* One line an error: kind, item, event, first quote. */
void tally_print_error(const struct tally_error *error, struct buffer *out);

#endif
