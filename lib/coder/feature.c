#include "lib/coder/feature.h"

#include "lib/coder/clause.h"
#include "lib/coder/context.h"
#include "lib/coder/feature_parts.h"
#include "lib/coder/frame.h"
#include "lib/coder/listing.h"
#include "lib/coder/role.h"
#include "lib/coder/trigger.h"
#include "lib/coder/workspace.h"

#include <string.h>

static const char *const names[FEATURE_COUNT] = {
#define ROW(name, words) #name,
    FEATURES(ROW)
#undef ROW
};
static const char *const texts[FEATURE_COUNT] = {
#define ROW(name, words) words,
    FEATURES(ROW)
#undef ROW
};

const char *feature_name(enum feature feature)
{
    return names[feature];
}

const char *feature_words(enum feature feature)
{
    return texts[feature];
}

enum feature feature_find(const char *name, size_t size)
{
    for (int i = 0; i < FEATURE_COUNT; i++)
        if (strlen(names[i]) == size && !memcmp(names[i], name, size))
            return (enum feature)i;
    return FEATURE_COUNT;
}

void feature_mark(struct event *event, enum feature feature)
{
    struct feature_set *set = &event->features;
    uint16_t at = set->count;
    while (at > 0 && set->ids[at - 1] >= feature)
        at--;
    if ((at < set->count && set->ids[at] == feature) || set->count == FEATURES_OF_EVENT_MAX)
        return;
    memmove(&set->ids[at + 1], &set->ids[at], (set->count - at) * sizeof *set->ids);
    set->ids[at] = (uint16_t)feature;
    set->count++;
}

bool feature_marked(const struct event *event, enum feature feature)
{
    for (uint16_t i = 0; i < event->features.count; i++)
        if (event->features.ids[i] == feature)
            return true;
    return false;
}

void feature_mark_count(struct event *event, uint32_t count, enum feature first, uint32_t steps)
{
    feature_mark(event, (enum feature)(first + (count < steps ? count : steps - 1)));
}

/* ---- objections and reasons, by their words ---- */
static void mark_texts(struct event *event)
{
    for (uint32_t i = 0; i < event->objection_count; i++) {
        enum feature found = FEATURE_OBJECTION_OTHER;
        for (int k = FEATURE_OBJECTION_NEGATED; k < FEATURE_OBJECTION_OTHER; k++)
            if (same_id(texts[k], event->objections[i]))
                found = (enum feature)k;
        feature_mark(event, found);
    }
    static const struct {
        const char *text;
        enum feature feature;
    } reasons[] = {{"office outside defence", FEATURE_OFFICE_OUTSIDE_DEFENCE}};
    for (uint32_t i = 0; i < event->reason_count; i++)
        for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++)
            if (same_id(reasons[k].text, event->reasons[i].text))
                feature_mark(event, reasons[k].feature);
}

static void mark_context(struct event *event)
{
    static const struct {
        enum context_source source;
        enum feature feature;
    } rows[] = {{CONTEXT_SENTENCE, FEATURE_FROM_SENTENCE}, {CONTEXT_TITLE, FEATURE_FROM_TITLE},
                {CONTEXT_BEFORE, FEATURE_FROM_BEFORE},     {CONTEXT_BEHIND, FEATURE_FROM_BEHIND},
                {CONTEXT_LEAD, FEATURE_FROM_LEAD},         {CONTEXT_DOUBTFUL, FEATURE_FROM_DOUBTFUL},
                {CONTEXT_UNJOINED, FEATURE_FROM_UNJOINED}, {CONTEXT_BOTH, FEATURE_FROM_BOTH},
                {CONTEXT_TOLD, FEATURE_FROM_TOLD},         {CONTEXT_DATELINE, FEATURE_FROM_DATELINE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (event->context & rows[i].source)
            feature_mark(event, rows[i].feature);
    if (event->variant)
        feature_mark(event, event->variant == 1 ? FEATURE_GUESS_SECOND : FEATURE_GUESS_LATE);
}

/* A mark's name, in capitals, and the word that it is of. */
static bool is_named(const char *name, const char *word)
{
    return (*name | 32) == *word && !strcasecmp(name, word);
}

/* ---- the trigger ---- */
static void mark_frame(struct event *event, const struct frame *frame)
{
    double weight = frame->weight;
    feature_mark(event, weight < 0.72  ? FEATURE_FRAME_DOUBTFUL
                        : weight < 0.9 ? FEATURE_FRAME_LIKELY
                        : weight <= 1  ? FEATURE_FRAME_SURE
                                       : FEATURE_FRAME_CERTAIN);
    if (frame->needs < 2)
        feature_mark(event, FEATURE_ONE_PARTY_FRAME);
    if (frame->joint)
        feature_mark(event, FEATURE_JOINT_FRAME);
    if (frame->office)
        feature_mark(event, FEATURE_OFFICE_FRAME);
    if (frame->topic)
        feature_mark(event, FEATURE_TOPIC_FRAME);
    for (int k = FEATURE_TYPE_ARMS_TRANSFER; k <= FEATURE_TYPE_DOWNTURN; k++)
        if (is_named(names[k] + strlen("TYPE_"), event->type)) {
            feature_mark(event, (enum feature)k);
            event->kind = (uint16_t)k;
            break;
        }
}

static void mark_preposition(struct event *event, const struct sentence *sentence, int32_t preposition)
{
    static const struct {
        const char *word;
        enum feature feature;
    } rows[] = {
        {"after", FEATURE_TRIGGER_AFTER},    {"following", FEATURE_TRIGGER_AFTER}, {"amid", FEATURE_TRIGGER_AFTER},
        {"despite", FEATURE_TRIGGER_AFTER},  {"before", FEATURE_TRIGGER_AFTER},    {"since", FEATURE_TRIGGER_AFTER},
        {"ahead", FEATURE_TRIGGER_AFTER},    {"against", FEATURE_TRIGGER_AFTER},   {"because", FEATURE_TRIGGER_AFTER},
        {"of", FEATURE_TRIGGER_OF},          {"for", FEATURE_TRIGGER_FOR},         {"to", FEATURE_TRIGGER_FOR},
        {"in", FEATURE_TRIGGER_IN},          {"at", FEATURE_TRIGGER_IN},           {"during", FEATURE_TRIGGER_IN},
        {"under", FEATURE_TRIGGER_UNDER},    {"with", FEATURE_TRIGGER_WITH},       {"by", FEATURE_TRIGGER_WITH},
        {"from", FEATURE_TRIGGER_WITH},      {"on", FEATURE_TRIGGER_ABOUT},        {"about", FEATURE_TRIGGER_ABOUT},
        {"over", FEATURE_TRIGGER_ABOUT},     {"like", FEATURE_TRIGGER_LIKE},       {"such", FEATURE_TRIGGER_LIKE},
        {"including", FEATURE_TRIGGER_LIKE}, {"per", FEATURE_TRIGGER_UNDER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (word_is(sentence, sentence->groups[preposition].first, rows[i].word))
            feature_mark(event, rows[i].feature);
}

static void mark_noun(struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *noun = &sentence->groups[event->noun];
    const struct word *words = sentence->part->words;
    feature_mark(event, event->verb == NONE ? FEATURE_TRIGGER_NOUN_ALONE : FEATURE_TRIGGER_NOUN_MOVED);
    if (words[event->trigger_first].noun_inflection == FORM_S || words[event->trigger_last].noun_inflection == FORM_S)
        feature_mark(event, FEATURE_TRIGGER_PLURAL);
    if (word_is(sentence, noun->first, "the") || word_is(sentence, noun->first, "this"))
        feature_mark(event, FEATURE_TRIGGER_THE);
    if (word_is(sentence, noun->first, "a") || word_is(sentence, noun->first, "an"))
        feature_mark(event, FEATURE_TRIGGER_A);
    for (uint32_t i = noun->first; i < event->trigger_first; i++)
        if (words[i].pos == POS_POSSESSIVE || words[i].pos == POS_OWNER)
            feature_mark(event, FEATURE_TRIGGER_OWNED);
    if (event->trigger_last < noun->head)
        feature_mark(event, FEATURE_TRIGGER_NOT_HEAD);
    if (noun->preposition != NONE)
        mark_preposition(event, sentence, noun->preposition);
    else if (event->verb != NONE)
        feature_mark(event, sentence->groups[event->verb].subject == event->noun ? FEATURE_TRIGGER_SUBJECT
                                                                                 : FEATURE_TRIGGER_OBJECT);
}

static void mark_trigger(struct event *event, const struct frame *frame)
{
    mark_frame(event, frame);
    if (event->noun != NONE)
        mark_noun(event);
    else
        feature_mark(event, FEATURE_TRIGGER_VERB);
    int32_t at = event->noun != NONE ? event->noun : event->verb;
    int32_t apart = event->argument == NONE ? 0 : event->argument > at ? event->argument - at : at - event->argument;
    feature_mark(event, event->argument == NONE ? FEATURE_NO_ARGUMENT
                        : apart <= 3            ? FEATURE_ARGUMENT_NEAR
                                                : FEATURE_ARGUMENT_FAR);
    if (event->second_reading)
        feature_mark(event, FEATURE_SECOND_READING);
}

/* ---- where it stands ---- */
/* "ANKARA", "NAVY": a line of capitals above a text is no sentence of it. */
static bool begins_with_heading(const struct coder_workspace *workspace)
{
    enum { WORDS_MAX = 4 };
    uint32_t lead = workspace->title_count;
    if (lead + 1 >= workspace->sentence_count)
        return false;
    const struct sentence *first = &workspace->sentences[lead];
    const struct token *tokens = first->part->list.tokens;
    for (uint32_t i = first->first; i <= first->last; i++)
        if (tokens[i].kind != TOKEN_WORD || !(tokens[i].flags & TOKEN_ALL_CAPITALS))
            return false;
    return first->last - first->first < WORDS_MAX;
}

static void mark_position(struct coder_workspace *workspace, struct event *event, uint32_t read)
{
    const struct sentence *sentence = event->sentence;
    uint32_t place = event->sentence_index - workspace->title_count, size = sentence->last - sentence->first + 1;
    size_t bytes = workspace->parts[PART_BODY].size;
    uint32_t body = workspace->sentence_count - workspace->title_count;
    if (sentence->part->index != PART_TITLE && place && begins_with_heading(workspace))
        place--;
    uint32_t in_entry =
        place && sentence->part->index != PART_TITLE ? listing_place(workspace, event->sentence_index) : UINT32_MAX;
    place = in_entry < place ? in_entry : place;
    if (sentence->part->index == PART_TITLE)
        feature_mark(event, FEATURE_IN_TITLE);
    else
        feature_mark(event, place < 3   ? (enum feature)(FEATURE_IN_FIRST_SENTENCE + place)
                            : place < 9 ? FEATURE_IN_UPPER_TEXT
                                        : FEATURE_IN_LOWER_TEXT);
    if (sentence->headline)
        feature_mark(event, FEATURE_HEADLINE_GRAMMAR);
    feature_mark(event, bytes < 400 ? FEATURE_ITEM_BRIEF : bytes < 1500 ? FEATURE_ITEM_MIDDLING : FEATURE_ITEM_LONG);
    if (body > 4 && read * 2 > workspace->sentence_count)
        feature_mark(event, FEATURE_ITEM_DENSE);
    if (body > 4 && read * 5 < workspace->sentence_count)
        feature_mark(event, FEATURE_ITEM_THIN);
    if (size < 14 || size > 35)
        feature_mark(event, size < 14   ? FEATURE_SENTENCE_SHORT
                            : size > 60 ? FEATURE_SENTENCE_VERY_LONG
                                        : FEATURE_SENTENCE_LONG);
    if (workspace->official)
        feature_mark(event, FEATURE_OFFICIAL_TEXT);
    if (!workspace->anchor.known)
        feature_mark(event, FEATURE_UNDATED_ITEM);
}

/* ---- grammar ---- */
static void mark_verb(const struct lexicon *lexicon, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    const struct {
        bool holds;
        enum feature feature;
    } rows[] = {{verb->perfect, FEATURE_VERB_PERFECT},
                {verb->progressive, FEATURE_VERB_PROGRESSIVE},
                {verb->passive, FEATURE_VERB_PASSIVE},
                {verb->negated, FEATURE_VERB_NEGATED},
                {verb->infinitive, FEATURE_VERB_INFINITIVE},
                {verb->gerund, FEATURE_VERB_GERUND},
                {verb->modal_weak, FEATURE_VERB_WEAK},
                {verb->conditional, FEATURE_VERB_CONDITIONAL},
                {verb->subject == NONE, FEATURE_VERB_WITHOUT_SUBJECT},
                {verb->quoted, FEATURE_IN_QUOTES},
                {verb->governor_noun != NONE, FEATURE_GOVERNOR_NOUN},
                {event->noun != NONE && verb_attribute(lexicon, sentence, verb, "stage"), FEATURE_VERB_MOVES}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].holds)
            feature_mark(event, rows[i].feature);
    feature_mark(event, verb->tense == TENSE_PRESENT  ? FEATURE_VERB_PRESENT
                        : verb->tense == TENSE_PAST   ? FEATURE_VERB_PAST
                        : verb->tense == TENSE_FUTURE ? FEATURE_VERB_FUTURE
                                                      : FEATURE_VERB_UNTENSED);
    static const enum feature links[] = {
        FEATURE_LINK_MAIN,        FEATURE_LINK_IN_COMPLEMENT, FEATURE_LINK_IN_CONTENT,   FEATURE_LINK_IN_COORDINATION,
        FEATURE_LINK_IN_RELATIVE, FEATURE_LINK_IN_ADVERBIAL,  FEATURE_LINK_IN_CONDITION, FEATURE_LINK_IN_PARTICIPLE};
    if (verb->link < sizeof links / sizeof *links)
        feature_mark(event, links[verb->link]);
    if (verb->governor == NONE)
        return;
    const struct group *governor = &sentence->groups[verb->governor];
    if (verb_attribute(lexicon, sentence, governor, "speech"))
        feature_mark(event, FEATURE_GOVERNOR_SPEECH);
    if (verb_attribute(lexicon, sentence, governor, "stage"))
        feature_mark(event, FEATURE_GOVERNOR_STAGE);
    if (governor->negated)
        feature_mark(event, FEATURE_GOVERNOR_NEGATED);
}

/* ---- what was read of it ---- */
static void mark_reading(const struct coder_workspace *workspace, struct event *event)
{
    for (int k = FEATURE_STATUS_REQUESTED; k < FEATURE_STATUS_UNKNOWN; k++)
        if (is_named(names[k] + strlen("STATUS_"), event->status)) {
            feature_mark(event, (enum feature)k);
            break;
        }
    if (!strcmp(event->status, "unknown"))
        feature_mark(event, FEATURE_STATUS_UNKNOWN);
    for (int k = FEATURE_MODALITY_CONFIRMED; k <= FEATURE_MODALITY_HYPOTHETICAL; k++)
        if (is_named(names[k] + strlen("MODALITY_"), event->modality))
            feature_mark(event, (enum feature)k);
    if (!strcmp(event->scope, "background"))
        feature_mark(event, FEATURE_SCOPE_BACKGROUND);
    feature_mark(event, event->date_known ? FEATURE_DATE_STATED : FEATURE_DATE_NONE);
    if (event->date_known && workspace->anchor.known) {
        if (!event->date.open_end && event->date.end < workspace->anchor.day - 60)
            feature_mark(event, FEATURE_DATE_LONG_PAST);
        if (event->date.start > workspace->anchor.day)
            feature_mark(event, FEATURE_DATE_AHEAD);
    }
    if (event->place_count)
        feature_mark(event, FEATURE_PLACE_STATED);
    if (event->equipment_count)
        feature_mark(event, FEATURE_EQUIPMENT_STATED);
    for (uint32_t i = 0; i < event->quantity_count; i++) {
        if (event->quantities[i].quantity.kind == QUANTITY_MONEY)
            feature_mark(event, FEATURE_MONEY_STATED);
        if (event->quantities[i].quantity.kind == QUANTITY_PERSONNEL)
            feature_mark(event, FEATURE_PERSONNEL_STATED);
    }
    if (event->name.part)
        feature_mark(event, FEATURE_NAME_STATED);
}

static bool read_title(struct coder_workspace *workspace, struct feature_scene *scene)
{
    for (uint32_t i = 0; i < workspace->title_count; i++) {
        if (!workspace_read(workspace, &workspace->sentences[i]))
            return false;
        feature_topics(workspace_lexicon(workspace), &workspace->sentences[i], &scene->title_topics);
        party_of_sentence(workspace, &workspace->sentences[i], &scene->title_parties);
    }
    return true;
}

static void read_sentence(struct coder_workspace *workspace, struct sentence *sentence, struct feature_scene *scene)
{
    if (scene->sentence == sentence)
        return;
    scene->sentence = sentence;
    scene->topics = (struct topics){.military = 0};
    scene->parties.count = 0;
    feature_topics(workspace_lexicon(workspace), sentence, &scene->topics);
    party_of_sentence(workspace, sentence, &scene->parties);
}

bool feature_read(struct coder_workspace *workspace)
{
    struct feature_scene scene = {.workspace = workspace};
    uint32_t read = 0;
    if (!workspace->event_count)
        return true;
    if (!read_title(workspace, &scene))
        return false;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        read += workspace->sentences[i].gate;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *event = &workspace->events[i];
        read_sentence(workspace, event->sentence, &scene);
        event->features.count = 0;
        mark_texts(event);
        mark_context(event);
        mark_trigger(event, trigger_frame(workspace, event));
        mark_position(workspace, event, read);
        if (event->verb != NONE)
            mark_verb(workspace_lexicon(workspace), event);
        mark_reading(workspace, event);
        feature_mark_parties(event, &scene);
        feature_mark_topics(event, &scene);
    }
    feature_mark_agreement(workspace);
    return true;
}
