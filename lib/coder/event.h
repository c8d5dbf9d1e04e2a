/* Event: one event while it is being put together, from its frame to the record. Lives in the workspace's arena. */
#ifndef LIB_CODER_EVENT_H
#define LIB_CODER_EVENT_H

#include "lib/coder/analysis.h"
#include "lib/coder/feature.h"
#include "lib/coder/temporal.h"

enum {
    EVENT_ACTORS_MAX = 16,
    EVENT_EVIDENCE_MAX = 16,
    EVENT_PLACES_MAX = 4,
    EVENT_QUANTITIES_MAX = 8,
    EVENT_EQUIPMENT_MAX = 12,
    EVENT_CITED_MAX = 6,
    EVENT_REASONS_MAX = 12,
    EVENT_OBJECTIONS_MAX = 6,
    EVENT_TAGS_MAX = 4,
    EVENT_TAG_WORDS_MAX = 4,
    EVENT_STEPS_MAX = 6,
    /* what tells of it, and the words of each value: parties with their units, a date, a name and a programme beside
     * those that are counted above */
    EVENT_QUOTES_MAX = EVENT_EVIDENCE_MAX + 2 * EVENT_ACTORS_MAX + 3 + EVENT_PLACES_MAX + EVENT_QUANTITIES_MAX +
                       EVENT_EQUIPMENT_MAX + EVENT_TAGS_MAX * EVENT_TAG_WORDS_MAX + EVENT_CITED_MAX + EVENT_STEPS_MAX
};

/* Bytes of the title or the body. */
struct stretch {
    const struct part *part;
    uint32_t start, end;
};

struct event_actor {
    const char *id;
    const char *role;
    const char *parent; /* of DEF: authorities */
    struct stretch text, unit;
    bool from_context;
    bool referred;    /* by a pronoun or a description */
    bool with;        /* named in a phrase "with …" */
    const char *slot; /* of the frame that named it, or NULL */
};

struct event_evidence {
    const char *field;
    struct stretch quote;
};

struct event_place {
    struct stretch raw;
    const char *name, *country, *precision;
    double latitude, longitude;
    bool has_position;
};

struct event_quantity {
    struct quantity quantity;
    struct stretch raw;
    const char *actor;
};

struct event_equipment {
    struct stretch name;
    const char *unroca, *sipri;
    double count;
    bool has_count;
    bool is_named; /* by its designation, not as "tanks" */
};

struct event_cited {
    const char *kind;
    struct stretch name, raw;
    const char *actor;
    char date[16];
};

/* A tag, and the words of the text that it was given for. */
struct event_tag {
    const char *tag;
    struct stretch words[EVENT_TAG_WORDS_MAX];
    uint32_t word_count;
};

struct event_reason {
    const char *text;
    double weight;
};

/* Another stage of the same undertaking, told in the same item. */
struct event_step {
    const char *status;
    bool date_known, has_count;
    struct time_span date;
    double count;         /* of its goods, where only one kind is counted */
    struct stretch words; /* the sentence that tells it */
};

/* All words that an event and its values rest on, each once for a field. */
struct event_quotes {
    struct event_evidence rows[EVENT_QUOTES_MAX];
    uint32_t count;
};

struct event {
    const char *type, *subtype, *status, *modality, *scope;
    uint32_t frame;
    struct sentence *sentence;
    uint32_t sentence_index;
    uint32_t trigger_first, trigger_last; /* tokens */
    int32_t verb;                         /* deciding verb group, or NONE */
    int32_t verb_entry;                   /* meaning of a verbal trigger, or NONE */
    int32_t noun;                         /* noun group of a nominal trigger, or NONE */
    const char *adjunct; /* status of a noun that only dates another act ("ahead of a visit"), or NULL */
    int32_t argument;    /* noun group of the frame's argument, or NONE */
    int32_t left_out;    /* "ordered a fifth": the noun group that only counts the argument, or NONE */
    struct event_actor actors[EVENT_ACTORS_MAX];
    uint32_t actor_count;
    bool future;
    bool begins;  /* its verb says that it begins */
    bool opened;  /* its opening is told, not all of it */
    bool stopped; /* a practice that another verb stops: "stopped sending weapons" */
    bool date_known, date_is_statement;
    struct time_span date;
    struct stretch date_raw;
    bool as_of_known;
    int64_t as_of;
    struct stretch as_of_raw;
    struct event_place places[EVENT_PLACES_MAX];
    uint32_t place_count;
    struct event_quantity quantities[EVENT_QUANTITIES_MAX];
    uint32_t quantity_count;
    struct event_equipment equipment[EVENT_EQUIPMENT_MAX];
    uint32_t equipment_count;
    struct event_cited cited[EVENT_CITED_MAX];
    uint32_t cited_count;
    struct event_evidence evidence[EVENT_EVIDENCE_MAX];
    uint32_t evidence_count;
    struct event_reason reasons[EVENT_REASONS_MAX];
    uint32_t reason_count;
    struct event_tag tags[EVENT_TAGS_MAX];
    uint32_t tag_count;
    struct event_step steps[EVENT_STEPS_MAX];
    uint32_t step_count;
    struct stretch name;
    const char *programme;
    struct stretch programme_words;
    double confidence;
    const char *dropped; /* why it is left out; NULL for a kept event */
    /* what speaks against it; the weights say how much */
    const char *objections[EVENT_OBJECTIONS_MAX];
    uint32_t objection_count;
    bool second_reading; /* another frame of the same words comes first */
    bool open;           /* the grammar names too few parties */
    uint32_t variant;    /* which guess fills what is open: context.h */
    unsigned context;    /* where the guess was found, enum context_source */
    struct feature_set features;
    /* for comparing many events quickly, filled by feature_read: the type's place in the list of marks, and digests of
     * the principal actors' ids, each once */
    uint16_t kind;
    uint32_t parties[EVENT_ACTORS_MAX], party_count;
    int32_t score; /* of the model, in MODEL_UNIT */
    bool opinion;
};

static inline void event_reason(struct event *event, const char *text, double weight)
{
    if (event->reason_count < EVENT_REASONS_MAX)
        event->reasons[event->reason_count++] = (struct event_reason){text, weight};
}

static inline void event_object(struct event *event, const char *text)
{
    if (event->objection_count < EVENT_OBJECTIONS_MAX)
        event->objections[event->objection_count++] = text;
}

#endif
