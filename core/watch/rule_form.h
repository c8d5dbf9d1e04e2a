/* Rule form: a compiled rule as the parser leaves it and the evaluator reads it. For core/watch, and for core/query, which plans by it.
 *
 * Nodes lie in one array, the first child of a node and its siblings linked by index; terms hold values that are
 * parsed and checked. The struct rule owns all of it in its arena, and its compiled regular expressions. */
#ifndef CORE_WATCH_RULE_FORM_H
#define CORE_WATCH_RULE_FORM_H

#include "core/watch/rule.h"

#include "lib/base/arena.h"
#include "lib/record/vocabulary.h"

#include <regex.h>

enum rule_operator {
    RULE_EQUAL, RULE_NOT_EQUAL, RULE_LESS, RULE_LESS_EQUAL, RULE_GREATER, RULE_GREATER_EQUAL, RULE_LIKE, RULE_NOT_LIKE,
    RULE_IN, RULE_NOT_IN, RULE_BECOMES, RULE_CALL
};

enum rule_field_kind {
    FIELD_WORD,   /* one of a vocabulary's words */
    FIELD_ACTOR,  /* actor codes and regions */
    FIELD_REGION,
    FIELD_NUMBER,
    FIELD_MONEY,
    FIELD_DATE,
    FIELD_PLACE,  /* a state's code or a name */
    FIELD_TEXT,   /* strings, compared without case */
    FIELD_DYAD,   /* dyad(A, B) */
    FIELD_ROLE    /* role = R and role(A, R) */
};

/* What a term asks for, in the evaluator's terms. */
enum rule_subject {
    SUBJECT_TYPE, SUBJECT_SUBTYPE, SUBJECT_STATUS, SUBJECT_MODALITY, SUBJECT_SCOPE, SUBJECT_TAG, SUBJECT_UNROCA,
    SUBJECT_SIPRI, SUBJECT_SOURCE_CLASS, SUBJECT_CHANGE, SUBJECT_ACTOR, SUBJECT_SUPPLIER, SUBJECT_RECIPIENT, SUBJECT_HOST,
    SUBJECT_INITIATOR, SUBJECT_TARGET, SUBJECT_PARTICIPANT, SUBJECT_OBSERVER, SUBJECT_ORG, SUBJECT_REGION,
    SUBJECT_PERSONNEL, SUBJECT_UNITS, SUBJECT_MONEY, SUBJECT_COUNTRIES, SUBJECT_DAYS, SUBJECT_SITES, SUBJECT_SOURCES,
    SUBJECT_REPORTS, SUBJECT_CONFIDENCE, SUBJECT_DATE, SUBJECT_PLACE, SUBJECT_NAME, SUBJECT_PROGRAMME, SUBJECT_EQUIPMENT,
    SUBJECT_SOURCE, SUBJECT_TEXT, SUBJECT_DYAD, SUBJECT_ROLE
};

struct rule_field {
    const char *name;
    enum rule_field_kind kind;
    enum rule_subject subject;
    int vocabulary;           /* enum vocabulary of a FIELD_WORD, -1 for a list of its own */
    const char *const *words; /* that list, ended by NULL */
};

/* NULL where there is no such field. */
const struct rule_field *rule_field_find(const char *name);
/* Names of all fields, ended by NULL. */
const char *const *rule_field_names(void);
const char *const *rule_field_words(const struct rule_field *field);

struct rule_value {
    const char *text;  /* as compared: word, code, name; of an actor list's region the region */
    uint64_t actor;    /* hash of an actor's code; 0 for a region or "any" */
    bool is_region, is_any;
    double number;
    const char *currency;
    int32_t low, high; /* days of a date */
    const regex_t *pattern;
};

struct rule_term {
    const struct rule_field *field;
    enum rule_operator operator;
    const struct rule_value *values; /* of dyad(): the first side; of role(): the actors */
    size_t value_count;
    const struct rule_value *others; /* of dyad(): the second side; of role(): the roles */
    size_t other_count;
    size_t offset, length;           /* in the rule's text */
    int cost;                        /* the cheap terms of an and or or are tried first */
};

enum rule_node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TERM };

enum { RULE_NODE_NONE = -1 };

struct rule_node {
    enum rule_node_kind kind;
    int first_child, next_sibling;
    struct rule_term term;
};

struct rule {
    struct arena *arena;
    const char *text;
    size_t size;
    struct rule_node *nodes;
    int node_count, node_capacity;
    int root;
    bool asks_scope;    /* mentions scope or modality: then non-facts may match */
    regex_t **patterns; /* compiled, to be freed */
    size_t pattern_count, pattern_capacity;
};

/* ---- one value of an event against a term, whatever the other values: for the evaluator and for core/query ---- */

struct facts_actor;
/* !=, not in, !~: true where no value is taken. */
bool rule_operator_is_negative(enum rule_operator operator);
bool rule_term_takes_text(const struct rule_term *term, const char *text);
bool rule_values_have_actor(const struct rule_value *values, size_t count, const struct facts_actor *actor);
bool rule_value_is_place(const struct rule_value *value, const char *country, const char *name, const char *raw);
bool rule_term_takes_number(const struct rule_term *term, double low, double high, const char *currency);
bool rule_term_takes_date(const struct rule_term *term, int32_t low, int32_t high);
/* The role of `supplier` and the like, the kind of amount of `personnel` and the like; NULL for other subjects. */
const char *rule_subject_role(enum rule_subject subject);
const char *rule_subject_amount(enum rule_subject subject);

/* ---- facts of an event, for the evaluator ---- */

enum { FACTS_ACTORS_MAX = 96, FACTS_LIST_MAX = 64, FACTS_TEXT_MAX = 64 * 1024 };

struct facts_actor {
    const char *id, *role;
    uint64_t hash, parent; /* parent 0 for none */
    bool is_principal;
};

struct facts_amount {
    const char *kind, *unit;
    double low, high;
};

struct rule_facts {
    struct record_view event;
    bool is_fact;
    bool is_new;
    const char *type, *subtype, *status, *modality, *scope, *name, *programme;
    const char *previous_status, *previous_modality, *previous_scope; /* NULL for a new event */
    struct facts_actor actors[FACTS_ACTORS_MAX];
    size_t actor_count;
    bool has_direction;
    struct facts_amount amounts[FACTS_LIST_MAX];
    size_t amount_count;
    bool has_date;
    int32_t date_low, date_high; /* INT32_MIN and INT32_MAX where open */
    struct buffer text;          /* quotes, titles, names: what text ~ looks at; made when first asked for */
    bool has_text;
};

#endif
