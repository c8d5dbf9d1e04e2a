#include "lib/coder/trigger.h"

#include "lib/coder/clause.h"
#include "lib/coder/evoke.h"
#include "lib/coder/office.h"
#include "lib/coder/seek.h"
#include "lib/coder/trip.h"

#include <string.h>

static struct event *add_event(struct coder_workspace *workspace, uint32_t sentence_index, const struct frame *frame,
                               uint32_t first, uint32_t last)
{
    if (workspace->event_count == TRIGGERS_MAX)
        return NULL;
    struct event *event = &workspace->events[workspace->event_count++];
    memset(event, 0, sizeof *event);
    event->type = frame->type;
    event->subtype = frame->subtype;
    event->frame = frame->entry;
    event->sentence = &workspace->sentences[sentence_index];
    event->sentence_index = sentence_index;
    event->trigger_first = first;
    event->trigger_last = last;
    event->verb = event->verb_entry = event->noun = event->argument = NONE;
    return event;
}

static bool is_phrase_with(const struct sentence *sentence, const struct group *noun)
{
    return noun->kind == GROUP_NOUN && noun->preposition != NONE &&
           word_is(sentence, sentence->groups[noun->preposition].first, "with");
}

/* The phrase behind a verb, whatever says when between them: "meets today with defence officials", "was admitted to
 * NATO". */
static bool find_right_behind(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    uint32_t next = (uint32_t)seeker->verb + 1;
    while (next < sentence->group_count &&
           (sentence->groups[next].kind == GROUP_TIME || sentence->groups[next].kind == GROUP_ADVERB ||
            (sentence->groups[next].kind == GROUP_PREPOSITION && next + 1 < sentence->group_count &&
             sentence->groups[next + 1].kind == GROUP_TIME)))
        next++;
    return next + 1 < sentence->group_count && sentence->groups[next].kind == GROUP_PREPOSITION &&
           !word_is(sentence, sentence->groups[next].first, "alongside") &&
           !word_is(sentence, sentence->groups[next].first, "against") &&
           !(sentence->groups[seeker->verb].passive && word_is(sentence, sentence->groups[next].first, "by")) &&
           sentence->groups[next + 1].kind == GROUP_NOUN && seek_in_group(seeker, (int32_t)next + 1, UINT32_MAX, found);
}

/* "is negotiating with Seoul over a dozen jets": what the talks are about. */
static bool find_subject_of_talks(const struct seeker *seeker, struct found *found)
{
    static const char *const words[] = {"over", "on", "about", "regarding", "concerning", NULL};
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    if (strcmp(seeker->head, "negotiate") != 0)
        return false;
    for (int32_t i = seeker->verb + 1; i <= verb->clause_last; i++)
        for (size_t k = 0; sentence->groups[i].preposition != NONE && words[k]; k++)
            if (word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, words[k]) &&
                seek_along(seeker, i, false, found))
                return true;
    return false;
}

/* What a passive verb acts on: its subject, the object that stays behind it ("has been offered jets"), or what comes
 * with it ("will be provided with boats"). */
static bool find_of_passive(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    if (seek_along(seeker, verb->subject, false, found))
        return true;
    if (verb->object != NONE && seek_along(seeker, verb->object, false, found))
        return true;
    for (int32_t i = seeker->verb + 1; i <= verb->clause_last; i++)
        if (is_phrase_with(sentence, &sentence->groups[i]) && seek_along(seeker, i, false, found))
            return true;
    return find_right_behind(seeker, found);
}

/* What an active verb acts on: its objects, else the phrase right behind it ("meets with defence officials"), else the
 * noun that it describes ("tanks that Seoul sold to Warsaw"). */
static bool find_of_active(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    /* of two objects the second is what is given */
    if (verb->object2 != NONE && seek_along(seeker, verb->object2, false, found))
        return true;
    if (seek_along(seeker, verb->object, false, found))
        return true;
    if (verb->object == NONE && find_right_behind(seeker, found))
        return true;
    if (verb->object == NONE && find_subject_of_talks(seeker, found))
        return true;
    if (verb->link == LINK_RELATIVE && verb->governor_noun != NONE && verb->object == NONE &&
        seek_in_group(seeker, verb->governor_noun, UINT32_MAX, found))
        return true;
    const char *acts_on = verb_attribute(workspace_lexicon(seeker->workspace), sentence, verb, "acts_on");
    return acts_on && !strcmp(acts_on, "subject") && verb->subject != NONE &&
           seek_along(seeker, verb->subject, false, found);
}

/* "shows interest in jets" shows no jets: some frames want what the verb acts on and nothing that hangs on it. */
static bool is_direct(const struct group *verb, const struct found *found)
{
    return !found->frame->direct || found->group == (verb->passive ? verb->subject : verb->object);
}

/* "$400 million in weapons": the sum tells less than what it is in. */
static void prefer_to_money(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    struct found better;
    if (!found->frame->argument || strcmp(found->frame->argument, "money") ||
        !seek_along(seeker, found->group, true, &better) || !better.frame->argument ||
        !strcmp(better.frame->argument, "money"))
        return;
    int32_t preposition = sentence->groups[better.group].preposition;
    if (preposition == NONE || !word_is(sentence, sentence->groups[preposition].first, "for"))
        *found = better;
}

/* A word whose own entry tells the kind more closely than the frame: "visiting forces agreement" is of access. */
static void refine_subtype(const struct lexicon *lexicon, struct event *event, uint32_t token)
{
    const struct sentence *sentence = event->sentence;
    const struct word *word = &sentence->part->words[sentence->part->words[token].span_first];
    const char *subtype = NULL;
    if (word->name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[word->name].class) == USE_NAME)
        subtype = lexicon_entry_value(lexicon, sentence->mentions[word->name].entry, "subtype");
    else if (word->noun != NONE)
        subtype = lexicon_entry_value(lexicon, (uint32_t)word->noun, "subtype");
    static const char *const types[] = {"agreement", "exercise", "operation", NULL};
    for (size_t i = 0; subtype && types[i]; i++)
        if (!strcmp(types[i], event->type))
            event->subtype = subtype;
}

/* Of an operation that its own words do not tell more of: what the mission beside them is for. */
static void refine_by_mission(const struct lexicon *lexicon, struct event *event, const struct frame *frame)
{
    if (!event->subtype && frame->beside && !strcmp(event->type, "operation"))
        event->subtype = seek_subtype_beside(lexicon, event->sentence, frame->beside);
}

/* "ended its suspension of cooperation": what ends is the suspension, not the cooperation. */
static bool is_stop_of_stop(struct coder_workspace *workspace, const struct sentence *sentence,
                            const struct group *verb, const struct found *found)
{
    int32_t object = verb->passive ? verb->subject : verb->object;
    if (strcmp(found->frame->type, "downturn") || object == NONE || object == found->group)
        return false;
    const char *class = noun_class(workspace_lexicon(workspace), sentence, sentence->groups[object].head);
    const struct frame *own =
        class && found->frame->argument ? frame_find(workspace->coder->frames, class, found->frame->argument) : NULL;
    return own && !strcmp(own->type, "downturn");
}

/* The frame of one meaning of a verb, with its argument where it has one. */
static bool find_verb_frame(struct coder_workspace *workspace, const struct sentence *sentence, int32_t at,
                            const char *class, struct found *found)
{
    const struct group *verb = &sentence->groups[at];
    const struct seeker seeker = {workspace, sentence,   class,
                                  at,        verb->head, sentence->part->words[verb->head].span_last};
    *found = (struct found){.group = NONE};
    if (!class || !frame_may_begin(workspace->coder->frames, class))
        return false;
    bool has = verb->passive ? find_of_passive(&seeker, found) : find_of_active(&seeker, found);
    if (!has && verb->link == LINK_REDUCED && verb->subject != NONE)
        has = seek_in_group(&seeker, verb->subject, UINT32_MAX, found);
    if (has && (!is_direct(verb, found) || is_stop_of_stop(workspace, sentence, verb, found)))
        return false;
    if (has) {
        prefer_to_money(&seeker, found);
        return true;
    }
    found->frame = seek_reading_of(&seeker, NULL);
    found->group = NONE;
    return found->frame != NULL;
}

/* "put the sale on hold", "placed cooperation on ice" */
static bool is_put_aside(const struct sentence *sentence, const struct group *verb)
{
    static const char *const verbs[] = {"put", "puts", "putting", "place", "places", "placed", "keep", "kept", NULL};
    enum { WORDS_MAX = 14 };
    bool puts = false;
    for (size_t i = 0; verbs[i]; i++)
        puts |= word_is(sentence, verb->head, verbs[i]);
    for (uint32_t i = verb->last + 1; puts && i < sentence->last && i <= verb->last + WORDS_MAX; i++)
        if (word_is(sentence, i, "on") && (word_is(sentence, i + 1, "hold") || word_is(sentence, i + 1, "ice")))
            return true;
    return false;
}

/* "kicked the troops out": the class that a verb and the particle behind its object make, or NULL. */
static const char *class_with_particle(const struct lexicon *lexicon, const struct sentence *sentence,
                                       const struct group *verb)
{
    static const char *const particles[] = {"out", "home"};
    /* "has put export permits for sensors to Turkey on hold" */
    if (verb->object != NONE && is_put_aside(sentence, verb))
        return "suspend";
    for (size_t k = 0; verb->object != NONE && k < sizeof particles / sizeof *particles; k++) {
        const char *class = verb_attribute(lexicon, sentence, verb, particles[k]);
        /* "troops home" is one noun group, "troops out" are two groups */
        if (class && word_is(sentence, sentence->groups[verb->object].last, particles[k]))
            return class;
        for (int32_t i = verb->object + 1; class && i <= verb->object + 2; i++)
            if ((uint32_t)i < sentence->group_count && word_is(sentence, sentence->groups[i].first, particles[k]))
                return class;
    }
    return NULL;
}

/* The event of one frame of a verb; NULL where there is no room, or the verb has one of that type already. */
static struct event *add_verb_event(struct coder_workspace *workspace, uint32_t index, int32_t at,
                                    const struct found *found, int32_t entry)
{
    const struct sentence *sentence = &workspace->sentences[index];
    uint32_t head = sentence->groups[at].head;
    for (uint32_t i = workspace->event_count;
         i-- > 0 && workspace->events[i].trigger_first == head && workspace->events[i].sentence == sentence;)
        if (!strcmp(workspace->events[i].type, found->frame->type))
            return NULL;
    struct event *event = add_event(workspace, index, found->frame, head, sentence->part->words[head].span_last);
    if (event) {
        event->verb = at;
        event->verb_entry = entry;
        event->argument = found->group;
        if (found->group != NONE)
            refine_subtype(workspace_lexicon(workspace), event, found->token);
        refine_by_mission(workspace_lexicon(workspace), event, found->frame);
    }
    return event;
}

/* Of two meanings of a verb the one that finds what it acts on, then the one on more conditions. */
static bool tells_more(const struct found *next, const struct found *found)
{
    bool argument = next->frame->argument != NULL, has = found->frame->argument != NULL;
    return argument != has ? argument && !frame_conditions(found->frame)
                           : frame_conditions(next->frame) > frame_conditions(found->frame);
}

/* "sent pilots to Italy for training": the verb gives nobody training; the noun tells of it. */
static bool is_journey(const struct lexicon *lexicon, const struct sentence *sentence, const struct found *found)
{
    const char *class =
        found->group == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[found->group].head);
    return class && !strcmp(found->frame->type, "training") && trip_is_for(lexicon, sentence, found->group, class);
}

static void trigger_verb(struct coder_workspace *workspace, uint32_t index, int32_t at)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = &workspace->sentences[index];
    const struct group *verb = &sentence->groups[at];
    const struct word *word = &sentence->part->words[sentence->part->words[verb->head].span_first];
    if (sentence->part->words[verb->head].blocked)
        return;
    /* of several meanings the first that finds what it acts on */
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    const char *with_particle = class_with_particle(lexicon, sentence, verb);
    struct found found = {.frame = NULL};
    int32_t entry = NONE;
    if (with_particle)
        find_verb_frame(workspace, sentence, at, with_particle, &found);
    for (size_t i = 0; i < 3; i++) {
        struct found next;
        if (find_verb_frame(workspace, sentence, at, classes[i], &next) && !is_journey(lexicon, sentence, &next) &&
            (!found.frame || tells_more(&next, &found))) {
            found = next;
            entry = entries[i];
        }
    }
    if (!found.frame || !add_verb_event(workspace, index, at, &found, entry))
        return;
    for (size_t i = 0; i < 3; i++) {
        struct found next;
        struct event *event = find_verb_frame(workspace, sentence, at, classes[i], &next)
                                  ? add_verb_event(workspace, index, at, &next, entries[i])
                                  : NULL;
        if (event)
            event->second_reading = true;
    }
}

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

static void trigger_noun(struct coder_workspace *workspace, uint32_t index, int32_t at)
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
            struct event *event = add_event(workspace, index, frame, i, last);
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
                refine_subtype(lexicon, event, found.token);
            refine_subtype(lexicon, event, i);
            refine_by_mission(lexicon, event, frame);
        }
        i = last + 1;
    }
}

/* "Tuya in Rome", but not "Tuya downplays quarrel in Rome": nothing that belongs to another verb or noun stands behind
 * the office or the name. */
static bool ends_group(const struct sentence *sentence, const struct group *group, uint32_t token)
{
    const struct word *word = &sentence->part->words[token];
    uint32_t last = word->name != NONE ? sentence->mentions[word->name].last : word->span_last;
    for (uint32_t i = last + 1; i <= group->last; i++)
        if (!(sentence->part->list.tokens[i].flags & TOKEN_CAPITAL) && sentence->part->words[i].name == NONE)
            return false;
    return true;
}

/* Headlines leave out "is": "Jordan defence minister in Islamabad for talks", "Tuya in Rome to sign". */
static void trigger_being(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && (!sentence->groups[i].infinitive || i < 3))
            return;
    const struct seeker seeker = {workspace, sentence, "being", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i], *place = &sentence->groups[i + 2];
        struct found found;
        if (group->kind != GROUP_NOUN || group->preposition != NONE || place->kind != GROUP_NOUN ||
            sentence->groups[i + 1].kind != GROUP_PREPOSITION || sentence->part->words[place->head].name == NONE ||
            !(word_is(sentence, sentence->groups[i + 1].first, "in") ||
              word_is(sentence, sentence->groups[i + 1].first, "to")) ||
            !seek_in_group(&seeker, (int32_t)i, UINT32_MAX, &found) || !ends_group(sentence, group, found.token))
            continue;
        struct event *event = add_event(workspace, index, found.frame, found.token, found.token);
        if (event) {
            event->noun = event->argument = (int32_t)i;
            event->adjunct = "ongoing";
        }
        return;
    }
}

/* "French Rafales for India", "More German tanks to Kyiv": a headline of goods and who gets them, without a verb. */
static void trigger_bare_goods(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    const struct seeker seeker = {workspace, sentence, "bare", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB)
            return;
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i], *taker = &sentence->groups[i + 2];
        struct found found;
        if (group->kind != GROUP_NOUN || group->preposition != NONE || taker->kind != GROUP_NOUN ||
            sentence->groups[i + 1].kind != GROUP_PREPOSITION || sentence->part->words[taker->head].name == NONE ||
            !(word_is(sentence, sentence->groups[i + 1].first, "for") ||
              word_is(sentence, sentence->groups[i + 1].first, "to")) ||
            !seek_in_group(&seeker, (int32_t)i, UINT32_MAX, &found) || found.token != group->head)
            continue;
        /* "US warships to Japan": they sail there */
        if (group_is_craft(workspace_lexicon(workspace), sentence, (int32_t)i) &&
            word_is(sentence, sentence->groups[i + 1].first, "to"))
            continue;
        struct event *event = add_event(workspace, index, found.frame, found.token, found.token);
        if (event)
            event->noun = event->argument = (int32_t)i;
        return;
    }
}

/* "The head of Kenya's armed forces": an office in several groups. */
static bool find_head_of_forces(const struct seeker *seeker, int32_t at, struct found *found)
{
    const struct frame *frame = office_heads_forces(workspace_lexicon(seeker->workspace), seeker->sentence, at)
                                    ? frame_find(seeker->workspace->coder->frames, seeker->head, "defence_office")
                                    : NULL;
    *found = (struct found){frame, at, seeker->sentence->groups[at].head};
    return frame != NULL;
}

/* "The defence minister was in Ankara on Friday." */
static void trigger_staying(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    const struct seeker seeker = {workspace, sentence, "being", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i], *place = &sentence->groups[i + 2];
        struct found found;
        if (verb->kind != GROUP_VERB || verb->head != verb->last || sentence->part->words[verb->head].pos != POS_BE ||
            verb->subject == NONE || verb->negated || sentence->groups[i + 1].kind != GROUP_PREPOSITION ||
            !word_is(sentence, sentence->groups[i + 1].first, "in") || place->kind != GROUP_NOUN ||
            sentence->part->words[place->head].name == NONE ||
            !(seek_in_group(&seeker, verb->subject, UINT32_MAX, &found) ||
              find_head_of_forces(&seeker, verb->subject, &found)))
            continue;
        struct event *event = add_event(workspace, index, found.frame, found.token, found.token);
        if (!event)
            return;
        event->noun = event->argument = verb->subject;
        event->verb = (int32_t)i;
    }
}

/* The frame of an event: by its entry; several frames share an entry and its slots. */
const struct frame *trigger_frame(const struct coder_workspace *workspace, const struct event *event)
{
    return frame_of_entry(workspace->coder->frames, event->frame);
}

bool trigger_find(struct coder_workspace *workspace, uint32_t sentence_index)
{
    struct sentence *sentence = &workspace->sentences[sentence_index];
    if (!workspace_match(workspace, sentence))
        return false;
    if (!workspace->article->thorough && !evoke_possible(workspace->coder->evoke, sentence))
        return true;
    if (!workspace_parse(workspace, sentence))
        return false;
    if (sentence->headline) {
        trigger_being(workspace, sentence_index);
        trigger_bare_goods(workspace, sentence_index);
    }
    trigger_staying(workspace, sentence_index);
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        if (sentence->groups[i].kind == GROUP_VERB)
            trigger_verb(workspace, sentence_index, (int32_t)i);
        else if (sentence->groups[i].kind == GROUP_NOUN)
            trigger_noun(workspace, sentence_index, (int32_t)i);
    }
    return true;
}
