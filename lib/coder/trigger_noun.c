#include "lib/coder/trigger_parts.h"

#include "lib/coder/clause.h"
#include "lib/coder/seek.h"
#include "lib/coder/trip.h"

#include <string.h>

/* "exercise Amber Dawn", "exercise "Swift Hawk 2": capitals, marks and numbers from the trigger to the group's end. */
static bool is_named(const struct sentence *sentence, const struct group *group, uint32_t last)
{
    const struct token *tokens = sentence->part->list.tokens;
    bool capital = false;
    for (uint32_t i = last + 1; i <= group->last; i++) {
        if (tokens[i].kind == TOKEN_WORD && !(tokens[i].flags & TOKEN_CAPITAL))
            return false;
        capital |= tokens[i].kind == TOKEN_WORD;
    }
    /* "Operation Silver Net" */
    bool operation = word_is(sentence, last, "operation");
    return capital && (operation || !(tokens[last].flags & TOKEN_CAPITAL && !(tokens[last].flags & TOKEN_SENTENCE)));
}

/* A nominal trigger counts as the head of its group, or before a head that is itself only a vessel ("exercise
 * programme"). */
/* "the UNIFIL force", "the Takuba task force": a mission by its name and its kind. */
static bool is_name_of_mission(const struct lexicon *lexicon, const struct sentence *sentence,
                               const struct group *group, uint32_t last)
{
    static const char *const kinds[] = {"plain_mission", "mission", "force_unit", "peacekeepers", NULL};
    const char *named = seek_argument_class(lexicon, sentence, last),
               *kind = noun_class(lexicon, sentence, group->head);
    for (size_t i = 0; named && kind && !strcmp(named, "mission_name") && kinds[i]; i++)
        if (!strcmp(kinds[i], kind))
            return true;
    return false;
}

static bool is_head(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group,
                    uint32_t last)
{
    if (last >= group->head)
        return true;
    const char *vessel = noun_attribute(lexicon, sentence, group->head, "vessel");
    if (vessel || is_name_of_mission(lexicon, sentence, group, last))
        return true;
    if (is_named(sentence, group, last))
        return true;
    /* a name in apposition: "exercise Brave Wolf", "pact AUKUS" */
    const struct word *head = &sentence->part->words[group->head];
    return head->name != NONE
               ? lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class) == USE_NAME
               : head->noun == NONE && head->verb == NONE &&
                     sentence->part->list.tokens[group->head].flags & TOKEN_CAPITAL && !sentence->headline;
}

/* "the delivery comprises ten vehicles", "the order covers tanks": what the noun is of stands behind its verb. */
static bool find_comprised(const struct seeker *seeker, int32_t at, struct found *found)
{
    const struct lexicon *lexicon = workspace_lexicon(seeker->workspace);
    const struct sentence *sentence = seeker->sentence;
    for (uint32_t i = (uint32_t)at + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        const char *first = verb_class(lexicon, sentence, verb), *second = verb_class2(lexicon, sentence, verb);
        bool involves = (first && !strcmp(first, "involve")) || (second && !strcmp(second, "involve"));
        return involves && verb->subject == at && verb->object != NONE &&
               seek_along(seeker, verb->object, false, found);
    }
    return false;
}

/* "the ammunition was a gift from Pakistan", "six boats, a gift from Japan, arrived": what the noun is of stands before
 * the verb that says so, or before the comma. */
static bool find_predicated(const struct seeker *seeker, int32_t at, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    int32_t verb = clause_verb_of(sentence, at);
    if (at >= 2 && sentence->groups[at].preposition == NONE && sentence->groups[at].and_with == NONE &&
        sentence->groups[at - 1].kind == GROUP_COMMA && sentence->groups[at - 2].kind == GROUP_NOUN &&
        (word_is(sentence, sentence->groups[at].first, "a") || word_is(sentence, sentence->groups[at].first, "an")) &&
        seek_in_group(seeker, at - 2, UINT32_MAX, found))
        return true;
    return verb != NONE && sentence->part->words[sentence->groups[verb].head].pos == POS_BE &&
           sentence->groups[verb].object == at && sentence->groups[verb].subject != NONE &&
           seek_along(seeker, sentence->groups[verb].subject, false, found);
}

/* "its exercises with the United States, which are due to begin": what begins are the exercises. */
static bool is_told_of(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                       int32_t noun)
{
    if (verb->link != LINK_RELATIVE || verb->subject == NONE)
        return false;
    const struct group *partner = &sentence->groups[verb->subject];
    int32_t name = sentence->part->words[partner->head].name;
    const char *stage = verb_attribute(lexicon, sentence, verb, "stage");
    return stage && name != NONE && partner->preposition == noun + 1 &&
           lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_ACTOR;
}

/* A main clause's verb that says what becomes of its subject, unlike what stands between commas before it: "the drill,
 * called Lion, was staged by". */
static bool tells_what_becomes(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    if (at == NONE)
        return false;
    const struct group *verb = &sentence->groups[at];
    return !verb->gerund && !verb->infinitive && verb->link != LINK_RELATIVE && verb->link != LINK_REDUCED &&
           verb_attribute(lexicon, sentence, verb, "stage");
}

/* The verb that tells what becomes of a nominal trigger: that of a relative clause whose object it is ("the pact that
 * Kenya signed"), the verb before it, or the one whose subject it is. */
/* "began Teamwork 80, the alliance's biggest manoeuvre": the verb of the name that the noun explains, or NONE. */
static int32_t verb_of_explained(const struct sentence *sentence, int32_t at)
{
    const struct group *groups = sentence->groups;
    if (at < 3 || groups[at].preposition != NONE || groups[at].and_with != NONE || groups[at - 1].kind != GROUP_COMMA ||
        groups[at - 2].kind != GROUP_NOUN || groups[at - 2].and_with != NONE ||
        !(sentence->part->list.tokens[groups[at - 2].first].flags & TOKEN_CAPITAL))
        return NONE;
    enum pos first = (enum pos)sentence->part->words[groups[at].first].pos;
    if ((first != POS_DETERMINER && first != POS_OWNER) ||
        ((uint32_t)at + 1 < sentence->group_count && groups[at + 1].kind == GROUP_AND))
        return NONE;
    for (int32_t k = at - 3; k >= 0 && groups[k].kind != GROUP_STOP; k--)
        if (groups[k].kind == GROUP_VERB)
            return groups[k].object == at - 2 && groups[k].subject != NONE ? k : NONE;
    return NONE;
}

static int32_t verb_of_noun(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    int32_t explained = verb_of_explained(sentence, at);
    if (explained != NONE)
        return explained;
    int32_t subject_of = NONE;
    for (uint32_t k = (uint32_t)at + 1; k < sentence->group_count; k++) {
        const struct group *verb = &sentence->groups[k];
        if (verb->kind != GROUP_VERB)
            continue;
        /* "ratified the pact that Kenya signed": what becomes of it now, said by the clause that it is the object of */
        int32_t main = clause_verb_of(sentence, at);
        bool told_before = main != NONE && sentence->groups[main].object == at &&
                           tells_what_becomes(lexicon, sentence, main) &&
                           !verb_attribute(lexicon, sentence, &sentence->groups[main], "speech");
        if (verb->link == LINK_RELATIVE && verb->object == at && !told_before &&
            verb_attribute(lexicon, sentence, verb, "stage"))
            return (int32_t)k;
        /* "a fair showcasing kit opened": the participle only describes it */
        bool described = subject_of == at + 1 && sentence->groups[subject_of].gerund && verb->subject == at &&
                         !verb->gerund && !verb->infinitive && verb->link != LINK_RELATIVE;
        bool told = verb->subject == at && tells_what_becomes(lexicon, sentence, (int32_t)k) &&
                    !tells_what_becomes(lexicon, sentence, subject_of);
        if ((subject_of == NONE || described || told) &&
            (verb->subject == at || is_told_of(lexicon, sentence, verb, at)))
            subject_of = (int32_t)k;
    }
    /* "said the exercise had ended": the subject of the clause behind is no object of the verb before */
    if (subject_of != NONE && sentence->groups[subject_of].link == LINK_CONTENT)
        return subject_of;
    int32_t before = clause_verb_of(sentence, at);
    /* "worked out the plan of the exercise, which will be held in May" */
    if (before != NONE && subject_of != NONE && sentence->groups[subject_of].link == LINK_RELATIVE &&
        verb_attribute(lexicon, sentence, &sentence->groups[subject_of], "stage") &&
        !verb_attribute(lexicon, sentence, &sentence->groups[before], "stage"))
        return subject_of;
    return before != NONE ? before : subject_of;
}

/* "ahead of a visit", "during talks": the verb tells of another act, the preposition of this one. */
static const char *adjunct_status(const struct sentence *sentence, const struct group *noun)
{
    static const char *const rows[][2] = {{"ahead", "announced"},     {"before", "announced"}, {"after", "completed"},
                                          {"following", "completed"}, {"during", "unknown"},   {"amid", "ongoing"}};
    if (noun->preposition == NONE)
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (word_is(sentence, sentence->groups[noun->preposition].first, rows[i][0]))
            return rows[i][1];
    /* "halted deliveries over its purchase of missiles": the reason, not what is halted */
    if (word_is(sentence, sentence->groups[noun->preposition].first, "over") &&
        sentence->part->words[noun->first].pos == POS_OWNER)
        return "completed";
    return NULL;
}

/* "flew to Russia for a drill": what forces travel for lies ahead. */
static bool travels_for(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t preposition = sentence->groups[event->noun].preposition;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (strcmp(event->type, "exercise") != 0 || preposition == NONE || !verb || verb->passive || verb->negated ||
        verb->modal_weak || verb->infinitive || !word_is(sentence, sentence->groups[preposition].first, "for"))
        return false;
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && (!strcmp(classes[i], "rotate") || !strcmp(classes[i], "visit")))
            return true;
    return false;
}

/* "workshop trucks", "training aircraft": what the goods are for. */
static bool only_kind_of_goods(const struct sentence *sentence, const struct group *group, const char *class,
                               uint32_t last)
{
    static const char *const classes[] = {"course", "plain_training", "plain_exercise", NULL};
    int32_t name = last < group->last ? sentence->part->words[last + 1].name : NONE;
    if (name == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) != USE_GOODS)
        return false;
    for (size_t i = 0; classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

void trigger_by_noun(struct coder_workspace *workspace, uint32_t index, int32_t at)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = &workspace->sentences[index];
    const struct group *group = &sentence->groups[at];
    for (uint32_t i = group->first; i <= group->last;) {
        const struct word *word = &sentence->part->words[i];
        uint32_t last = word->span_last > group->last ? group->last : word->span_last;
        const char *class = seek_argument_class(lexicon, sentence, i);
        if (!class || word->inside || !frame_may_begin(workspace->coder->frames, class) ||
            only_kind_of_goods(sentence, group, class, last)) {
            i = last + 1;
            continue;
        }
        bool head = is_head(lexicon, sentence, group, last);
        struct found found = {.frame = NULL};
        if (head && trip_is_for(lexicon, sentence, at, class))
            class = strstr(class, "exercise") ? "exercise_trip" : "training_trip";
        const struct seeker seeker = {workspace, sentence, class, verb_of_noun(lexicon, sentence, at), i, last};
        bool has = seek_in_group(&seeker, at, i, &found) || seek_along(&seeker, at, true, &found);
        if (!has)
            has = find_comprised(&seeker, at, &found) || find_predicated(&seeker, at, &found);
        const struct frame *frame = has ? found.frame : seek_reading_of(&seeker, NULL);
        if (frame) {
            struct event *event = trigger_add(workspace, index, frame, i, last);
            if (!event)
                return;
            if (!head)
                event_object(event, "the noun only names another one");
            event->noun = at;
            event->argument = has ? found.group : NONE;
            event->verb = seeker.verb;
            event->adjunct = adjunct_status(sentence, group);
            if (!event->adjunct && travels_for(lexicon, event))
                event->adjunct = "announced";
            if (has)
                trigger_refine_subtype(lexicon, event, found.token);
            trigger_refine_subtype(lexicon, event, i);
            trigger_refine_by_mission(lexicon, event, frame);
        }
        i = last + 1;
    }
}
