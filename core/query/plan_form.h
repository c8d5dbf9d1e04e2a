/* Plan form: the nodes of a plan, for plan.c, which runs them, and plan_rule.c, which makes them of a rule. */
#ifndef CORE_QUERY_PLAN_FORM_H
#define CORE_QUERY_PLAN_FORM_H

#include "core/query/plan.h"

#include "lib/base/arena.h"

enum plan_kind {
    PLAN_ALL,
    PLAN_AND,
    PLAN_OR,
    PLAN_NOT,
    PLAN_LIST,     /* has a value that `takes` takes */
    PLAN_NUMBER,   /* a number that `takes_number` takes */
    PLAN_DATE,
    PLAN_DYAD,     /* dyad(A, B) */
    PLAN_TEXT,     /* may hold a text, by its signature */
    PLAN_UNKNOWN   /* the columns cannot tell */
};

struct plan_node;
typedef bool plan_takes(const struct plan_node *node, const char *value);

/* What is known of a value, found once. */
enum { VALUE_TAKEN = 1, VALUE_OTHER = 2, VALUE_PRINCIPAL = 4, VALUE_GIVES = 8, VALUE_RECEIVES = 16 };

struct plan_node {
    enum plan_kind kind;
    struct plan_node *first, *next; /* first child, next sibling */
    enum column_family family;
    plan_takes *takes;
    const struct rule_term *term;
    const char *words;          /* PLAN_LIST of a filter: "a,b" */
    enum column_number number;
    int64_t low, high;          /* PLAN_NUMBER without a term: low <= number < high */
    unsigned char *values;      /* by the value's number: bits of the enum above; on the heap */
    uint64_t *hashes;           /* PLAN_DYAD: of the actors; on the heap */
    size_t value_count, value_capacity;
    size_t text;                /* PLAN_TEXT: which of the plan's texts */
};

enum { PLAN_TEXTS_MAX = 64, PLAN_TEXT_BITS_MAX = 12 /* of one text: more tell little more */ };

struct plan {
    struct columns *columns;
    struct arena *arena;
    struct plan_node *root;
    struct plan_node *listed[4096]; /* nodes that own values */
    size_t listed_count;
    uint64_t families;
    struct text_bits texts[PLAN_TEXTS_MAX];
    unsigned bits[PLAN_TEXTS_MAX][PLAN_TEXT_BITS_MAX];
    size_t text_count;
    bool is_certain; /* the columns tell all that is asked */
    const struct rule *rule;
    char *text;
    bool wants_previous;
    struct rule_facts *facts; /* for plan_fits */
    struct archive *archive;  /* that they ask about other events */
};

struct plan_node *plan_add(struct plan *plan, enum plan_kind kind);
/* Puts `child` last under `parent`; either may be NULL after a failed allocation. */
void plan_adopt(struct plan_node *parent, struct plan_node *child);
struct plan_node *plan_add_list(struct plan *plan, enum column_family family, plan_takes *takes);
struct plan_node *plan_add_number(struct plan *plan, enum column_number number);
struct plan_node *plan_add_not(struct plan *plan, struct plan_node *child);
/* A text that fits holds these bytes somewhere; NULL where they are too few to tell, or too many terms ask. */
struct plan_node *plan_add_text(struct plan *plan, const char *bytes, size_t size);
/* The rule as a node. */
struct plan_node *plan_add_rule(struct plan *plan, const struct rule *rule);

#endif
