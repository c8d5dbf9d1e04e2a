/* Features: a report laid out for comparison. What reports word freely (names, equipment, places, actor ids) is
 * normalised here once, so that match.c compares small numbers and short words.
 *
 * A struct features owns nothing and borrows nothing: it is a fixed block, filled by features_fill. Lists that are
 * longer than a block holds are cut; a report of more than FEATURE_ACTORS_MAX parties is compared by its first ones.
 * Pure, any thread. */
#ifndef CORE_DESK_FEATURES_H
#define CORE_DESK_FEATURES_H

#include "lib/record/record.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FEATURE_ACTORS_MAX = 40,
    FEATURE_WORDS_MAX = 6,
    FEATURE_WORD_SIZE = 16,
    FEATURE_GOODS_MAX = 8,
    FEATURE_PLACES_MAX = 8,
    FEATURE_AMOUNTS_MAX = 12
};

#define FEATURE_DAY_NONE INT32_MIN

/* In the order of the vocabulary's words. */
enum feature_type {
    TYPE_ARMS_TRANSFER, TYPE_AID, TYPE_TRAINING, TYPE_EXERCISE, TYPE_AGREEMENT, TYPE_INTELLIGENCE_SHARING, TYPE_VISIT,
    TYPE_EXPO, TYPE_BASING, TYPE_INDUSTRY, TYPE_OPERATION, TYPE_DOWNTURN, TYPE_COUNT
};
enum feature_role {
    ROLE_SUPPLIER, ROLE_RECIPIENT, ROLE_HOST, ROLE_INITIATOR, ROLE_TARGET, ROLE_PARTICIPANT, ROLE_OBSERVER, ROLE_COUNT
};

/* Kinds of amounts, in the order of the vocabulary's words. */
enum { KIND_PERSONNEL, KIND_UNITS, KIND_MONEY, KIND_COUNTRIES, KIND_DAYS, KIND_SITES };

/* A word, folded and cut; equal words are equal arrays. */
struct feature_word {
    char text[FEATURE_WORD_SIZE];
};

struct feature_words {
    struct feature_word words[FEATURE_WORDS_MAX];
    int count;
};

struct feature_actor {
    uint64_t id;     /* hash of the normalised id */
    uint16_t roles;  /* bit per enum feature_role */
    bool is_company;
};

struct feature_good {
    struct feature_words designators; /* words with a digit or in capitals: f16, s400, himars */
    struct feature_words names;       /* capitalised ones: javelin, leopard */
    struct feature_word head;         /* the last common word that tells which: "howitzer", "fighter" of "fighter jets" */
    struct feature_word carrier;      /* "jet" of "fighter jets"; the head, too, where nothing else is told */
    int unroca;   /* index in the vocabulary; -1 for none, unknown or absent */
    double count; /* NAN where not stated */
};

struct feature_place {
    uint64_t name;    /* hash of the folded name; 0 where there is none */
    uint64_t country; /* 0 where there is none */
    bool is_fine;     /* site or city */
    bool is_sea;
};

struct feature_amount {
    int kind;         /* index in the vocabulary */
    uint64_t unit;    /* of money: its currency */
    uint64_t actor;   /* 0 where not stated */
    double value, max; /* NAN where not stated */
    bool is_exact;
};

enum feature_paper_kind { PAPER_NONE, PAPER_AGREEMENT, PAPER_PROGRAMME, PAPER_CONTRACT, PAPER_FRAMEWORK };

/* An agreement, a programme or a contract as a report words it; papers.h reads it. */
struct feature_paper {
    enum feature_paper_kind kind; /* PAPER_NONE: none is told of */
    struct feature_words words;   /* that tell it from others: "logistics", "missile" */
    unsigned common;              /* bit per common word ("defence", "cooperation"): says little */
    struct feature_word initials, all_initials; /* of its capitalised words, without and with the small ones between */
    int32_t date_low, date_high;    /* as stated with it; FEATURE_DAY_NONE where not */
    bool is_definite;               /* "their agreement", "the treaty": one that is known */
    uint16_t evidence, start, size; /* where it stands: number of the evidence, bytes of its quote */
};

struct features {
    enum feature_type type;
    int64_t published;      /* milliseconds, INT64_MAX where not known: such reports come last */
    int32_t published_day;  /* FEATURE_DAY_NONE where not known */
    int32_t anchor_day;     /* published, else the event's date, else FEATURE_DAY_NONE */
    uint64_t item, classifier;
    uint64_t subtype, programme, status; /* hashes, 0 where absent */
    int status_rank;
    bool is_background, is_denied, is_hypothetical;
    bool is_another, is_rest; /* one more purchase of its kind, or what is left of one, as it says (another.h) */

    struct feature_actor actors[FEATURE_ACTORS_MAX]; /* principal ones, each once, in order of id */
    int actor_count;

    bool has_date;
    int32_t date_low, date_high; /* days; FEATURE_DAY_NONE where that end is open or not known */

    struct feature_words name;    /* without numbers and words that any name may have */
    struct feature_words editions; /* the numbers of the name: "2023", "24", "ii" */
    struct feature_good goods[FEATURE_GOODS_MAX]; /* without vague ones ("weapons") */
    int good_count;
    struct feature_place places[FEATURE_PLACES_MAX];
    int place_count;
    struct feature_amount amounts[FEATURE_AMOUNTS_MAX];
    int amount_count;

    struct feature_paper paper; /* what it tells of is this one */
    struct feature_paper basis; /* what it tells of is done under this one */
};

/* `source` is the report's ENT_SOURCE record. False where the report's type is none of the codebook's. */
bool features_fill(struct features *features, struct record_view report, struct record_view source);

bool feature_is_fact(const struct features *features);
/* Tells who did what to whom, and no name, thing, sum, number, place or date by which that could be known again. */
bool feature_is_thin(const struct features *features);
/* Is the act itself bound to its date (exercise, visit, expo), or does it go through steps? */
/* Two partners hardly have two of them under way at a time. */
bool feature_is_seldom(enum feature_type type);
bool feature_is_occasion(enum feature_type type);
bool feature_word_equal(const struct feature_word *a, const struct feature_word *b);
/* f16 and f16c, k9 and k9a1, but not f16 and f161. */
bool feature_designator_equal(const struct feature_word *a, const struct feature_word *b);
bool feature_words_share(const struct feature_words *a, const struct feature_words *b);
/* Does `a` hold every word of `b`? */
bool feature_words_cover(const struct feature_words *a, const struct feature_words *b);
/* Folds text into words as for names. */
void feature_words_read(struct feature_words *words, const char *text);
/* Reads an ENT_EQUIPMENT record. False where it is vague: "weapons", of no stated class. */
bool feature_good_read(struct feature_good *good, struct record_view equipment);
enum feature_likeness {
    GOODS_OTHER,
    GOODS_OF_A_KIND, /* the same last word, and nothing that tells them apart */
    GOODS_SAME       /* one designator or name */
};
enum feature_likeness feature_goods_compare(const struct feature_good *a, const struct feature_good *b);
/* Hash of a subtype, a status or a programme as in struct features. */
uint64_t feature_word_hash(const char *word);
/* Hash of an actor id as compared: prefix:slug without case, - and _. */
uint64_t feature_actor_hash(const char *id);
/* Not an observer, a vague group or an unknown party. */
bool feature_actor_is_principal(const char *id, const char *role);

/* The first and last day that an ISO 8601 date can mean. False where it is no date. */
bool feature_date_span(const char *iso, int32_t *low, int32_t *high);

#endif
