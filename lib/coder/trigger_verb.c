#include "lib/coder/trigger_parts.h"

#include "lib/coder/clause.h"
#include "lib/coder/seek.h"
#include "lib/coder/trip.h"

#include <string.h>

static bool is_phrase_with(const struct sentence *sentence, const struct group *noun)
{
    return noun->kind == GROUP_NOUN && noun->preposition != NONE &&
           word_is(sentence, sentence->groups[noun->preposition].first, "with");
}

/* A phrase of time or cause, which may have its own "with". */
static bool is_another_phrase(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"after", "before", "during", "over", "following", "amid", NULL};
    for (size_t i = 0; group->kind == GROUP_PREPOSITION && words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return false;
}

/* "trained with Norwegian soldiers": both practise; "trained with British instructors" is taught by them. */
static bool is_fellow(const struct seeker *seeker, int32_t at)
{
    const struct sentence *sentence = seeker->sentence;
    if (strcmp(seeker->head, "train") != 0 || !is_phrase_with(sentence, &sentence->groups[at]))
        return false;
    const char *class = noun_class(workspace_lexicon(seeker->workspace), sentence, sentence->groups[at].head);
    return !class || strcmp(class, "trainers") != 0;
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
           sentence->groups[next + 1].kind == GROUP_NOUN && !is_fellow(seeker, (int32_t)next + 1) &&
           seek_in_group(seeker, (int32_t)next + 1, UINT32_MAX, found);
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

/* "A contract was signed with Elbit for twelve howitzers": what it is for stands behind the verb. */
static bool find_behind_signed(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    if (strcmp(seeker->head, "sign") != 0 || verb->subject == NONE)
        return false;
    const char *class =
        noun_class(workspace_lexicon(seeker->workspace), sentence, sentence->groups[verb->subject].head);
    if (!(class && !strcmp(class, "deal")) && !word_is(sentence, sentence->groups[verb->subject].head, "contract"))
        return false;
    for (int32_t i = seeker->verb + 1; i <= verb->clause_last; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_NOUN && group->preposition != NONE &&
            word_is(sentence, sentence->groups[group->preposition].first, "for") &&
            seek_in_group(seeker, i, UINT32_MAX, found) && !strcmp(found->frame->type, "arms_transfer"))
            return true;
    }
    return false;
}

/* What a passive verb acts on: its subject, the object that stays behind it ("has been offered jets"), or what comes
 * with it ("will be provided with boats"). */
static bool find_of_passive(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    if (find_behind_signed(seeker, found) || seek_along(seeker, verb->subject, false, found))
        return true;
    if (verb->object != NONE && seek_along(seeker, verb->object, false, found))
        return true;
    for (int32_t i = seeker->verb + 1; i <= verb->clause_last; i++) {
        /* "were thrown out after clashes with soldiers": not what they came with */
        if (is_another_phrase(sentence, &sentence->groups[i]))
            break;
        if (is_phrase_with(sentence, &sentence->groups[i]) && seek_along(seeker, i, false, found))
            return true;
    }
    return find_right_behind(seeker, found);
}

/* "a fifth", "a further two", "six more": a count of what is named further up. */
static bool only_counts(const struct sentence *sentence, const struct group *group)
{
    static const char *const counts[] = {"second", "third", "fourth", "fifth", "sixth",   "seventh",
                                         "eighth", "ninth", "tenth",  "more",  "another", NULL};
    static const char *const fillers[] = {"further", "additional", "or", "extra", "other", NULL};
    bool count = false;
    for (uint32_t i = group->first; i <= group->last; i++) {
        enum pos pos = (enum pos)sentence->part->words[i].pos;
        bool counts_it = pos == POS_NUMBER, fills = pos == POS_DETERMINER || pos == POS_OWNER;
        for (size_t k = 0; counts[k] && !counts_it; k++)
            counts_it = word_is(sentence, i, counts[k]);
        for (size_t k = 0; fillers[k] && !counts_it && !fills; k++)
            fills = word_is(sentence, i, fillers[k]);
        if (sentence->part->words[i].name != NONE || (!counts_it && !fills))
            return false;
        count |= counts_it;
    }
    return count;
}

/* "has four German submarines and ordered a fifth": the goods that are named last before the count. */
static bool find_left_out(const struct seeker *seeker, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = &sentence->groups[seeker->verb];
    bool takes = word_is(sentence, verb->head, "took") || word_is(sentence, verb->head, "takes") ||
                 word_is(sentence, verb->head, "take") || word_is(sentence, verb->head, "taken");
    if ((strcmp(seeker->head, "buy") != 0 && strcmp(seeker->head, "receive") != 0 &&
         strcmp(seeker->head, "request") != 0 && !takes) ||
        verb->object < seeker->verb || !only_counts(sentence, &sentence->groups[verb->object]))
        return false;
    struct seeker buyer = *seeker;
    buyer.head = takes ? "receive" : seeker->head;
    for (int32_t i = seeker->verb; i-- > 0 && sentence->groups[i].kind != GROUP_STOP;)
        if (sentence->groups[i].kind == GROUP_NOUN && seek_in_group(&buyer, i, UINT32_MAX, found) &&
            found->frame->argument && !strcmp(found->frame->argument, "goods")) {
            found->left_out = verb->object;
            return true;
        }
    found->frame = NULL;
    return false;
}

/* Whether the verb acts on its subject by the meaning that is looked for: "the missiles reached Cyprus", but who
 * reached a deal is nothing that he acts on. */
static bool acts_on_subject(const struct seeker *seeker)
{
    const struct lexicon *lexicon = workspace_lexicon(seeker->workspace);
    const struct sentence *sentence = seeker->sentence;
    const struct word *words = sentence->part->words;
    const struct word *word = &words[words[sentence->groups[seeker->verb].head].span_first];
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    bool known = false;
    for (size_t i = 0; i < 3; i++)
        if (entries[i] != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)entries[i]), seeker->head)) {
            known = true;
            if (lexicon_entry_value(lexicon, (uint32_t)entries[i], "acts_on"))
                return true;
        }
    /* of a verb and its particle there is no entry */
    return !known && verb_attribute(lexicon, sentence, &sentence->groups[seeker->verb], "acts_on");
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
    if (seek_along(seeker, verb->object, false, found) || find_left_out(seeker, found))
        return true;
    if (verb->object == NONE && find_right_behind(seeker, found))
        return true;
    if (verb->object == NONE && find_subject_of_talks(seeker, found))
        return true;
    if (verb->link == LINK_RELATIVE && verb->governor_noun != NONE && verb->object == NONE &&
        seek_in_group(seeker, verb->governor_noun, UINT32_MAX, found))
        return true;
    return verb->subject != NONE && acts_on_subject(seeker) && seek_along(seeker, verb->subject, false, found);
}

/* "shows interest in jets" shows no jets: some frames want what the verb acts on and nothing that hangs on it. */
static bool is_direct(const struct sentence *sentence, const struct group *verb, const struct found *found)
{
    if (!found->frame->direct)
        return true;
    /* "was flown missiles by India": the object that a passive verb keeps */
    if (found->group != verb->object && !(verb->passive && found->group == verb->subject))
        return false;
    /* "shelved the bomb sale" stops a sale */
    return strcmp(found->frame->type, "downturn") != 0 || !found->frame->argument ||
           strcmp(found->frame->argument, "goods") != 0 ||
           sentence->part->words[found->token].span_last >= sentence->groups[found->group].head;
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
    /* "gave five million for the protection of bases": what the money is for is not given */
    for (int32_t i = found->group + 1; i < better.group; i++)
        if (sentence->groups[i].kind == GROUP_PREPOSITION && word_is(sentence, sentence->groups[i].first, "for"))
            return;
    *found = better;
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
    *found = (struct found){.group = NONE, .left_out = NONE};
    if (!class || !frame_may_begin(workspace->coder->frames, class) ||
        (!strcmp(class, "command") && clause_is_led_by(sentence, at)))
        return false;
    bool has = verb->passive ? find_of_passive(&seeker, found) : find_of_active(&seeker, found);
    if (!has && verb->link == LINK_REDUCED && verb->subject != NONE)
        has = seek_in_group(&seeker, verb->subject, UINT32_MAX, found);
    if (has && (!is_direct(sentence, verb, found) || is_stop_of_stop(workspace, sentence, verb, found)))
        return false;
    if (has) {
        prefer_to_money(&seeker, found);
        return true;
    }
    found->frame = seek_reading_of(&seeker, NULL);
    found->group = found->left_out = NONE;
    return found->frame != NULL;
}

/* "kicked the troops out": the class that a verb and the particle behind its object make, or NULL. */
static const char *class_with_particle(const struct lexicon *lexicon, const struct sentence *sentence,
                                       const struct group *verb)
{
    static const char *const particles[] = {"out", "home"};
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
    struct event *event = trigger_add(workspace, index, found->frame, head, sentence->part->words[head].span_last);
    if (event) {
        event->verb = at;
        event->verb_entry = entry;
        event->argument = found->group;
        event->left_out = found->left_out;
        if (found->group != NONE)
            trigger_refine_subtype(workspace_lexicon(workspace), event, found->token);
        trigger_refine_by_mission(workspace_lexicon(workspace), event, found->frame);
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

void trigger_by_verb(struct coder_workspace *workspace, uint32_t index, int32_t at)
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
