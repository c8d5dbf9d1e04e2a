/* Rule form: a compiled rule as the parser leaves it and the evaluator reads it. For core/watch, and for core/query, which plans by it.
 *
 * Nodes lie in one array, the first child of a node and its siblings linked by index; terms hold values that are
 * parsed and checked. The struct rule owns all of it in its arena, and its compiled regular expressions. */
#ifndef CORE_WATCH_RULE_FORM_H
#define CORE_WATCH_RULE_FORM_H

#include "core/watch/rule.h"
#include "core/watch/rule_archive.h"
#include "core/watch/rule_names.h"
#include "core/watch/rule_pattern.h"

#include "lib/base/arena.h"
#include "lib/record/vocabulary.h"


enum rule_operator {
    RULE_EQUAL, RULE_NOT_EQUAL, RULE_LESS, RULE_LESS_EQUAL, RULE_GREATER, RULE_GREATER_EQUAL, RULE_LIKE, RULE_NOT_LIKE,
    RULE_IN, RULE_NOT_IN, RULE_BECOMES, RULE_CALL
};

enum rule_field_kind {
    FIELD_WORD,   /* one of a vocabulary's words */
    FIELD_ACTOR,  /* actor codes, regions and groups */
    FIELD_REGION,
    FIELD_NUMBER,
    FIELD_MONEY,
    FIELD_DATE,
    FIELD_PLACE,  /* a state's code, a region or a name */
    FIELD_TEXT,   /* strings, compared without case */
    FIELD_DYAD,   /* dyad(A, B) */
    FIELD_ROLE,   /* role = R and role(A, R) */
    FIELD_CALL    /* a word with numbers in parentheses: within(50, 41.3, 69.2) */
};

/* What a term asks for, in the evaluator's terms. */
enum rule_subject {
    SUBJECT_TYPE, SUBJECT_SUBTYPE, SUBJECT_STATUS, SUBJECT_MODALITY, SUBJECT_SCOPE, SUBJECT_TAG, SUBJECT_UNROCA,
    SUBJECT_SIPRI, SUBJECT_SOURCE_CLASS, SUBJECT_GRADE, SUBJECT_CHANGE, SUBJECT_ACTOR, SUBJECT_SUPPLIER, SUBJECT_RECIPIENT, SUBJECT_HOST,
    SUBJECT_INITIATOR, SUBJECT_TARGET, SUBJECT_PARTICIPANT, SUBJECT_OBSERVER, SUBJECT_ORG, SUBJECT_REGION,
    SUBJECT_PERSONNEL, SUBJECT_UNITS, SUBJECT_MONEY, SUBJECT_COUNTRIES, SUBJECT_DAYS, SUBJECT_SITES, SUBJECT_CREDIBILITY, SUBJECT_SOURCES,
    SUBJECT_REPORTS, SUBJECT_CONFIDENCE, SUBJECT_DATE, SUBJECT_PLACE, SUBJECT_NAME, SUBJECT_PROGRAMME, SUBJECT_EQUIPMENT,
    SUBJECT_SOURCE, SUBJECT_TEXT, SUBJECT_DYAD, SUBJECT_ROLE, SUBJECT_WITHIN, SUBJECT_FIRST_DYAD, SUBJECT_FIRST_TYPE,
    SUBJECT_SPIKE, SUBJECT_SILENCE
};

struct rule_field {
    const char *name;
    enum rule_field_kind kind;
    enum rule_subject subject;
    int vocabulary;           /* enum vocabulary of a FIELD_WORD, -1 for a list of its own */
    const char *const *words; /* that list, ended by NULL */
    /* For people (core/watch/rule_language.h). */
    const char *form;    /* how it is written, where that is not "NAME OPERATOR VALUE": "dyad(A, B)" */
    const char *help;    /* one or two sentences; what the values are */
    const char *example; /* a rule */
};

/* NULL where there is no such field. */
const struct rule_field *rule_field_find(const char *name);
/* By index, in the order of the documents; NULL past the last one. */
const struct rule_field *rule_field_at(size_t index);
/* Names of all fields, ended by NULL. */
const char *const *rule_field_names(void);
/* NULL for a field that takes no words. */
const char *const *rule_field_words(const struct rule_field *field);
bool rule_field_takes(const struct rule_field *field, enum rule_operator operator);
/* "=, != and in" */
const char *rule_field_operators(const struct rule_field *field);
/* Is it decided over many events, and not by one? */
bool rule_field_is_statistic(const struct rule_field *field);

struct rule_value {
    const char *text;  /* as compared: word, code, name; of an actor list's region or group its name */
    uint64_t actor;    /* hash of an actor's code; 0 for a region, group or "any" */
    int state;         /* index of a state's code, else -1 */
    const struct rule_group *group; /* of a region or group */
    bool is_region, is_any;         /* is_region: text is one of the UN's, and not a group of the configuration */
    double number;
    const char *currency;
    int32_t low, high; /* days of a date */
    const struct rule_pattern *pattern;
};

struct rule_term {
    const struct rule_field *field;
    enum rule_operator operator;
    const struct rule_value *values; /* of dyad(): the first side; of role(): the actors; of a FIELD_CALL: its numbers */
    size_t value_count;
    const struct rule_value *others; /* of dyad(): the second side; of role(): the roles */
    size_t other_count;
    const char *text; /* as written, in the rule or a macro */
    size_t length;
};

enum rule_node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TERM, NODE_MACRO };

enum { RULE_NODE_NONE = -1 };

struct rule_node {
    enum rule_node_kind kind;
    int first_child, next_sibling; /* the cheap ones of an and or or first */
    int place;                     /* grows in the order in which the rule is written */
    int cost;
    struct rule_term term;
    const char *macro; /* "macro.NAME" of a NODE_MACRO, whose only child is what it stands for */
};

struct rule {
    struct arena *arena;
    const char *text;
    size_t size;
    struct rule_node *nodes;
    int node_count, node_capacity;
    int root;
    bool asks_scope;    /* mentions scope or modality: then non-facts may match */
    bool asks_archive;  /* has terms that look at other events */
    int statistic;      /* node of its spike() or silence(), else RULE_NODE_NONE */
    const struct rule_names *names;
    struct rule_pattern **patterns; /* to be destroyed */
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
/* Of within(): a place that has a point, and not only that of a whole state or region. */
bool rule_term_takes_point(const struct rule_term *term, double latitude, double longitude);
bool rule_place_is_point(struct record_view place, double *latitude, double *longitude);
bool rule_term_takes_date(const struct rule_term *term, int32_t low, int32_t high);
/* The role of `supplier` and the like, the kind of amount of `personnel` and the like; NULL for other subjects. */
const char *rule_subject_role(enum rule_subject subject);
const char *rule_subject_amount(enum rule_subject subject);

/* ---- facts of an event, for the evaluator ---- */

enum { FACTS_ACTORS_MAX = 96, FACTS_LIST_MAX = 64, FACTS_TEXT_MAX = 64 * 1024 };

struct facts_actor {
    const char *id, *role;
    uint64_t hash, parent; /* parent 0 for none */
    int state, parent_state; /* index of a state's code, else -1 */
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
    struct buffer text;          /* quotes, titles, names: what text ~ looks at */
    int64_t time;                /* publication of its first report, milliseconds; INT64_MIN where not known */
    int64_t latest;              /* of its last one */
    const struct rule_archive *archive; /* NULL where there is none to ask */
    struct rule_pattern_scratch *scratch;
};

#endif
