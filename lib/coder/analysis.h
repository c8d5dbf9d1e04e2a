/* Analysis: what the coder knows about one article while it reads it. Everything lives in the workspace's arena and
 * is gone with the item. The steps fill it in this order:
 *
 *   token.h      bytes to tokens
 *   sentence.h   tokens to sentences; which ones pass the gate
 *   match.h      lexicon forms in a sentence, one sense or several a token
 *   temporal.h   expressions of time          quantity.h  numbers, money, counts
 *   tag.h        parts of speech              chunk.h     noun and verb groups
 *   clause.h     who governs whom, subjects, objects, prepositional phrases
 *   frame.h      frames from triggers         role.h      slots filled by actors
 *   status.h     status, modality, scope      merge.h     one event each
 *   report.h     records
 *
 * Token numbers are indices in the part's token list; spans are [first, last], both inclusive. */
#ifndef LIB_CODER_ANALYSIS_H
#define LIB_CODER_ANALYSIS_H

#include "lib/base/arena.h"
#include "lib/coder/lexicon.h"
#include "lib/coder/token.h"

#include <string.h>

enum { NONE = -1 };

/* Whether two ids or classes are one. Looked for in lists, most are told apart by their first byte. */
static inline bool same_id(const char *a, const char *b)
{
    return *a == *b && !strcmp(a, b);
}

/* Parts of speech. The names are the ids of `word` entries. */
#define POS_LIST(ROW)                                                                                                  \
    ROW(NOUN, "noun")                                                                                                  \
    ROW(NAME, "name")                                                                                                  \
    ROW(VERB, "verb")                                                                                                  \
    ROW(BE, "be")                                                                                                      \
    ROW(HAVE, "have")                                                                                                  \
    ROW(DO, "do")                                                                                                      \
    ROW(MODAL, "modal")                                                                                                \
    ROW(TO, "to")                                                                                                      \
    ROW(DETERMINER, "determiner")                                                                                      \
    ROW(ADJECTIVE, "adjective")                                                                                        \
    ROW(ADVERB, "adverb")                                                                                              \
    ROW(PREPOSITION, "preposition")                                                                                    \
    ROW(AND, "and")                                                                                                    \
    ROW(THAT, "that")                                                                                                  \
    ROW(WHO, "who")                                                                                                    \
    ROW(WHEN, "when")                                                                                                  \
    ROW(IF, "if")                                                                                                      \
    ROW(PRONOUN, "pronoun")                                                                                            \
    ROW(OWNER, "owner")                                                                                                \
    ROW(NOT, "not")                                                                                                    \
    ROW(NUMBER, "number")                                                                                              \
    ROW(POSSESSIVE, "possessive")                                                                                      \
    ROW(MARK, "mark")                                                                                                  \
    ROW(TIME, "time")

enum pos {
#define ROW(name, text) POS_##name,
    POS_LIST(ROW)
#undef ROW
        POS_COUNT
};

/* The senses of one token (of the first token, where a form has several). -1 where there is none. */
struct word {
    int32_t name; /* mention of an actor, place, thing or proper name that covers the token */
    int32_t noun; /* lexicon entries */
    int32_t verb;
    int32_t verb2, verb3; /* further meanings of the verb */
    int32_t part;         /* `word` entry */
    int32_t cue;
    int32_t title;
    int32_t number;
    int32_t time;
    uint32_t span_last; /* last token of the form that begins here or covers this token */
    uint32_t span_first;
    uint8_t verb_inflection, noun_inflection;
    uint8_t pos, part_pos; /* part_pos: of the `word` entry */
    uint8_t inside;        /* 1: not the first token of its form */
    bool verb_other;       /* its verb is of the class that means nothing */
    bool blocked;          /* inside a blocker or a longer name: no trigger */
    bool particle;         /* belongs to a verb before it: "called the drills off" */
};

struct mention {
    uint32_t first, last;
    uint32_t entry; /* the preferred reading */
    const char *id; /* of an actor that no list has: a firm known by its last word; else NULL */
    uint8_t class;  /* enum lexicon_class */
    bool ambiguous;
};

enum group_kind {
    GROUP_NOUN,
    GROUP_VERB,
    GROUP_PREPOSITION,
    GROUP_AND,
    GROUP_COMMA,
    GROUP_THAT,
    GROUP_WHO,
    GROUP_WHEN,
    GROUP_IF,
    GROUP_TIME,
    GROUP_STOP /* colon, semicolon, dash, bracket */,
    GROUP_OPEN_QUOTE,
    GROUP_CLOSE_QUOTE,
    GROUP_ADVERB
};

enum tense { TENSE_PRESENT, TENSE_PAST, TENSE_FUTURE, TENSE_NONE /* infinitive, gerund, participle */ };

enum link {
    LINK_ROOT,
    LINK_COMPLEMENT,
    LINK_CONTENT /* that-clause */,
    LINK_AND,
    LINK_RELATIVE,
    LINK_ADVERBIAL,
    LINK_CONDITION,
    LINK_REDUCED
};

struct group {
    uint8_t kind;
    uint32_t first, last, head; /* tokens; head of a noun group, main verb of a verb group */
    int32_t preposition;        /* noun groups: the governing preposition's group, or NONE */
    int32_t and_with;           /* noun groups: the group before it in a coordination, or NONE */
    /* verb groups */
    uint8_t tense;
    bool perfect, progressive, passive, negated, infinitive, gerund, modal_weak /* may, could, would */, headline_to;
    uint8_t link;
    int32_t governor;      /* verb group above, or NONE */
    int32_t governor_noun; /* noun group above ("plan to sell"), or NONE */
    int32_t subject;       /* noun group, or NONE */
    int32_t object, object2;
    int32_t clause_last; /* last group that this verb can reach */
    bool conditional;
    bool quoted; /* inside quotation marks */
};

enum time_basis { BASIS_EXPLICIT, BASIS_RELATIVE, BASIS_DURATION, BASIS_CONTEXT };
enum time_relative { RELATIVE_NONE, RELATIVE_DAY, RELATIVE_WEEKDAY, RELATIVE_UNIT };

struct time_expression {
    uint32_t first, last;                    /* tokens */
    int32_t year, month, day;                /* 0 where not stated */
    int32_t last_month, last_day, last_year; /* of a range */
    uint8_t relative;                        /* enum time_relative */
    int32_t offset;                          /* days; weekday number; units back or ahead */
    char unit;                               /* 'd' 'w' 'm' 'y', 'e' for the weekend, 'f' for some days */
    bool next, previous;                     /* "next Tuesday", "last May" */
    bool year_told;                          /* "in May last year": the year is `year_shift` from the anchor's */
    int32_t year_shift;
    bool since, until, after;                /* "since 2014", "by June": one end is open */
    bool in_citation;
};

/* A time expression against a publication date. Days count from 1970-01-01. */
struct time_span {
    int64_t start, end; /* inclusive */
    char grain;         /* 'd' 'm' 'y' 'r', 0 where it cannot be resolved */
    bool open_end, open_start;
    uint8_t basis; /* enum time_basis */
};

struct quantity {
    uint32_t first, last;
    uint8_t kind; /* enum quantity_kind */
    uint8_t qualifier;
    bool has_value, has_max;
    bool weeks; /* a duration in weeks, kind days */
    double value, max;
    const char *unit;
    uint32_t noun; /* token of the thing counted */
};
enum quantity_kind {
    QUANTITY_PERSONNEL,
    QUANTITY_UNITS,
    QUANTITY_MONEY,
    QUANTITY_COUNTRIES,
    QUANTITY_DAYS,
    QUANTITY_SITES,
    QUANTITY_GOODS
};

struct part {
    const char *text;
    size_t size;
    struct token_list list;
    struct word *words; /* one a token, filled for analysed sentences */
    uint8_t index;      /* 0 title, 1 body */
    bool is_of_body;    /* also the headline on top of a body that has no title (head.h) */
    int32_t year;       /* of publication, 0 unknown: names of office holders are read by it */
};

struct sentence {
    struct part *part;
    uint32_t first, last; /* tokens */
    uint32_t paragraph;
    bool gate, matched, parsed, headline, question;
    bool read;        /* matched for more than to see who is named */
    bool gate_strong; /* by a word that is enough by itself */
    uint32_t actors;  /* words that may name one */
    bool gate_half;   /* one weak word: enough in a title, and beside a sentence or below a title that passes */
    /* what was found out about its words once: 0 not yet, 1 yes, 2 no */
    uint8_t military, military_of_firm, defence, evokes;
    bool trusted; /* names count without a context: not a text, but a form that is looked at */
    struct mention *mentions;
    uint32_t mention_count;
    struct group *groups;
    uint32_t group_count;
    struct time_expression *times;
    uint32_t time_count;
    struct quantity *quantities;
    uint32_t quantity_count;
};

#endif
