#include "lib/coder/sequel.h"

#include "lib/coder/detail.h"
#include "lib/coder/merge.h"
#include "lib/coder/party.h"
#include "lib/coder/trigger.h"

#include <string.h>

enum { SENTENCES_BEHIND = 3 };

static bool is_one_of(const char *text, const char *const *list)
{
    for (size_t i = 0; text && list[i]; i++)
        if (!strcmp(text, list[i]))
            return true;
    return false;
}

static bool has_word(const struct sentence *sentence, uint32_t at, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, at, words[i]))
            return true;
    return false;
}

static const char *const definite[] = {"the", "this", "that", "these", "those", "both", NULL};

/* What the undertakings of a type are called when they are spoken of again; `staged`: they come about step by step. */
static const struct {
    const char *type;
    bool staged;
    const char *const *words;
} names[] = {
    {"arms_transfer", true,
     (const char *const[]){"deal", "order", "contract", "sale", "purchase", "acquisition", "transaction", "shipment",
                           "consignment", "delivery", NULL}},
    {"agreement", true, (const char *const[]){"agreement", "pact", "treaty", "accord", "deal", "memorandum", NULL}},
    {"aid", true, (const char *const[]){"aid", "package", "assistance", NULL}},
    {"exercise", false,
     (const char *const[]){"exercise", "exercises", "drill", "drills", "manoeuvres", "maneuvers", "games", NULL}},
    {"visit", false, (const char *const[]){"visit", "trip", "tour", NULL}},
};

static bool is_named(const struct event *event)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].type, event->type))
            return true;
    return false;
}

static bool has_stages(const struct event *event)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].type, event->type))
            return names[i].staged;
    return false;
}

/* "The ships": goods of a class that the event has. */
static bool names_its_goods(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group,
                            const struct event *event)
{
    int32_t name = sentence->part->words[group->head].name;
    if (name == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) != USE_GOODS)
        return false;
    const char *unroca = lexicon_entry_value(lexicon, sentence->mentions[name].entry, "unroca");
    for (uint32_t i = 0; unroca && i < event->equipment_count; i++)
        if (!strcmp(unroca, event->equipment[i].unroca))
            return true;
    return false;
}

static bool refers_to(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at,
                      const struct event *event)
{
    if (at == NONE || sentence->groups[at].kind != GROUP_NOUN || sentence->groups[at].and_with != NONE)
        return false;
    const struct group *group = &sentence->groups[at];
    if (!has_word(sentence, group->first, definite))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].type, event->type) && has_word(sentence, group->head, names[i].words))
            return true;
    return names_its_goods(lexicon, sentence, group, event);
}

/* Nobody but the event's own parties is named. */
static bool names_others(struct coder_workspace *workspace, struct sentence *sentence, const struct event *event)
{
    struct party_list list = {.count = 0};
    party_of_sentence(workspace, sentence, &list);
    for (uint32_t i = 0; i < list.count; i++) {
        bool own = false;
        for (uint32_t k = 0; k < event->actor_count; k++)
            own |= !strcmp(list.items[i].id, event->actors[k].id);
        if (!own)
            return true;
    }
    return false;
}

/* The stage that the verb gives what it is done to, or NULL. */
static const char *stage_of(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    static const char *const stages[] = {"approved", "signed", "suspended", "cancelled", "ended", "completed", NULL};
    static const char *const brings[] = {"supply", "donate", "arrive", "hand", "receive", NULL};
    const char *stage = verb_attribute(lexicon, sentence, verb, "stage");
    if (is_one_of(stage, stages))
        return stage;
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (is_one_of(classes[i], brings))
            return "completed";
    return NULL;
}

static bool is_told_as_done(const struct group *verb)
{
    return verb->kind == GROUP_VERB && !verb->negated && !verb->modal_weak && !verb->conditional && !verb->infinitive &&
           !verb->gerund && !verb->headline_to && (verb->tense == TENSE_PAST || verb->perfect) &&
           (verb->link == LINK_ROOT || verb->link == LINK_CONTENT);
}

static const char *status_of(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                             const struct event *event)
{
    /* "The ships were delivered", "The ships arrived"; "It cancelled the order" */
    bool suffers = verb->passive || verb->object == NONE;
    int32_t thing = suffers ? verb->subject : verb->object;
    if (!is_told_as_done(verb) || !refers_to(lexicon, sentence, thing, event))
        return NULL;
    const char *stage = stage_of(lexicon, sentence, verb);
    /* an occasion goes on or not; what is signed or approved about it is something else */
    bool is_off = stage && (!strcmp(stage, "cancelled") || !strcmp(stage, "suspended"));
    return has_stages(event) || is_off ? stage : NULL;
}

/* A signature comes before a delivery, and after a delivery nothing is approved. */
static bool comes_later(const char *status, const struct event *event)
{
    static const char *const order[] = {"requested", "negotiated", "announced", "approved",
                                        "signed",    "ongoing",    "completed"};
    int now = -1, then = -1;
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++) {
        now = !strcmp(order[i], event->status) ? i : now;
        then = !strcmp(order[i], status) ? i : then;
    }
    return then < 0 ? strcmp(status, event->status) != 0 : now >= 0 && then > now;
}

static void apply(struct coder_workspace *workspace, struct event *event, struct sentence *sentence, int32_t verb,
                  const char *status)
{
    struct event *later = &workspace->events[workspace->event_count]; /* room that no event has */
    *later = *event;
    later->sentence = sentence;
    later->sentence_index = (uint32_t)(sentence - workspace->sentences);
    later->verb = verb;
    later->verb_entry = later->noun = later->argument = NONE;
    later->trigger_first = later->trigger_last = sentence->groups[verb].head;
    later->adjunct = NULL;
    later->future = later->begins = later->date_known = false;
    later->evidence_count = 0;
    later->status = status;
    later->scope = "current";
    if (has_stages(event))
        detail_date(workspace, later);
    else
        later->date_known = event->date_known; /* "was cancelled on Monday" does not date the exercise */
    if (has_stages(event) && later->date_known && workspace->anchor.known && later->date.start > workspace->anchor.day)
        return;
    merge_advance(event, later);
    detail_evidence(event, "status", stretch_of(sentence, sentence->groups[verb].first, sentence->groups[verb].last));
    if (later->date_known && has_stages(event))
        detail_evidence(event, "date", later->date_raw);
    event_reason(event, "a later sentence tells how it went on", 0);
}

/* Another one of the type that the sentence tells of, or NULL. */
static struct event *told_by(struct coder_workspace *workspace, const struct event *event,
                             const struct sentence *sentence)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *other = &workspace->events[i];
        if (other != event && !other->dropped && other->sentence == sentence && !strcmp(other->type, event->type))
            return other;
    }
    return NULL;
}

/* "The exercise was cancelled" is read as an exercise of those before, which it is: the same. */
static bool is_guessed(const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!event->actors[i].from_context)
            return false;
    return true;
}

/* Which of two earlier ones is meant nobody can say. */
static bool is_only_one(const struct coder_workspace *workspace, const struct event *event)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *other = &workspace->events[i];
        bool rival = has_stages(event) ? has_stages(other) : !strcmp(event->type, other->type) && !is_guessed(other);
        if (other != event && !other->dropped && rival)
            return false;
    }
    return true;
}

/* Most sentences are seen by their words alone not to speak of it: parsing them all took a sixth of the time of news.
 */
static bool may_refer(const struct sentence *sentence, const struct event *event)
{
    bool is_definite = false, is_named_again = sentence->gate || sentence->gate_half; /* goods open it at least half */
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        is_definite |= has_word(sentence, i, definite);
        for (size_t k = 0; !is_named_again && is_definite && k < sizeof names / sizeof *names; k++)
            is_named_again = !strcmp(names[k].type, event->type) && has_word(sentence, i, names[k].words);
    }
    return is_definite && is_named_again;
}

/* False where the text goes on about something else. */
static bool read_sentence(struct coder_workspace *workspace, struct event *event, struct sentence *sentence)
{
    struct event *again = told_by(workspace, event, sentence);
    if (again && (has_stages(event) || !is_guessed(again)))
        return false;
    if (names_others(workspace, sentence, event))
        return true;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const char *status = sentence->groups[i].kind == GROUP_VERB
                                 ? status_of(workspace_lexicon(workspace), sentence, &sentence->groups[i], event)
                                 : NULL;
        if (!status || !comes_later(status, event))
            continue;
        apply(workspace, event, sentence, (int32_t)i, status);
        if (again)
            again->dropped = "told again: merged into an earlier event";
    }
    return true;
}

void sequel_apply(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->event_count && workspace->event_count < TRIGGERS_MAX; i++) {
        struct event *event = &workspace->events[i];
        bool fact = strcmp(event->modality, "hypothetical") != 0 && strcmp(event->modality, "denied") != 0;
        if (event->dropped || !fact || !is_named(event) || !is_only_one(workspace, event))
            continue;
        uint32_t first =
            event->sentence_index < workspace->title_count ? workspace->title_count : event->sentence_index + 1;
        for (uint32_t at = first; at < workspace->sentence_count && at < first + SENTENCES_BEHIND; at++)
            if (may_refer(&workspace->sentences[at], event) &&
                (!workspace_parse(workspace, &workspace->sentences[at]) ||
                 !read_sentence(workspace, event, &workspace->sentences[at])))
                break;
    }
}
