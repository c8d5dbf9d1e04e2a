#include "lib/coder/trip.h"

#include "lib/coder/role.h"
#include "lib/coder/slot.h"

#include <string.h>

/* "arrive in Britain for training", "moved soldiers to Belarus for ten days of drills": what forces go to another's
 * ground for. */
bool trip_is_for(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at, const char *class)
{
    static const char *const goes[] = {"rotate",     "visit", "arrive", "set_out", "give", "deploy",
                                       "contribute", "leave", "haul",   "freight", "keep", NULL};
    const struct group *group = &sentence->groups[at];
    static const char *const classes_gone_for[] = {"plain_training", "course", "exercise", "plain_exercise", NULL};
    bool purpose = false;
    for (size_t i = 0; classes_gone_for[i]; i++)
        purpose |= !strcmp(classes_gone_for[i], class);
    if (!purpose || group->preposition == NONE)
        return false;
    /* "for ten days of drills" */
    int32_t phrase = group->preposition;
    if (word_is(sentence, sentence->groups[phrase].first, "of") && phrase >= 2 &&
        sentence->groups[phrase - 1].kind != GROUP_VERB && sentence->groups[phrase - 2].kind == GROUP_PREPOSITION)
        phrase -= 2;
    if (!word_is(sentence, sentence->groups[phrase].first, "for"))
        return false;
    bool of = (uint32_t)at + 1 < sentence->group_count && word_is(sentence, sentence->groups[at + 1].first, "of");
    for (int32_t k = phrase - 1; k >= 0 && !of; k--) {
        const struct group *verb = &sentence->groups[k];
        if (verb->kind == GROUP_STOP || verb->kind == GROUP_WHO || verb->kind == GROUP_THAT || verb->kind == GROUP_WHEN)
            return false;
        if (verb->kind != GROUP_VERB)
            continue;
        int32_t goer =
            verb->object != NONE && group_is_force(lexicon, sentence, verb->object) ? verb->object : verb->subject;
        const char *who = goer == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[goer].head);
        if (goer == NONE || !group_is_force(lexicon, sentence, goer) || (who && !strcmp(who, "trainers")))
            return false;
        const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                       verb_class3(lexicon, sentence, verb)};
        for (size_t i = 0; i < 3; i++)
            for (size_t n = 0; classes[i] && goes[n]; n++)
                if (!strcmp(classes[i], goes[n]))
                    return true;
        return false;
    }
    return false;
}

/* "arrived in Britain for training", "moved soldiers to Belarus for ten days of drills": who goes, and where to. */
static void fill_of_noun(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t at = event->noun;
    if (event->noun == NONE || !strstr(frame->head, "_trip"))
        return;
    while (at >= 0 && sentence->groups[at].kind != GROUP_VERB)
        at--;
    if (at < 0)
        return;
    const struct group *verb = &sentence->groups[at];
    bool sent = verb->object != NONE && group_is_force(lexicon, sentence, verb->object);
    uint32_t before = event->actor_count;
    if (sent)
        slot_fill_named(workspace, event, frame, "subject", verb->object);
    if (event->actor_count == before && verb->subject != NONE)
        slot_fill_named(workspace, event, frame, "subject", verb->subject);
    for (int32_t i = at + 1; i < event->noun; i++) {
        const struct group *ground = &sentence->groups[i];
        if (ground->kind != GROUP_NOUN)
            continue;
        uint32_t word = ground->preposition == NONE ? 0 : sentence->groups[ground->preposition].first;
        bool to = ground->preposition != NONE && (word_is(sentence, word, "to") || word_is(sentence, word, "in") ||
                                                  word_is(sentence, word, "at") || word_is(sentence, word, "into"));
        if (to || (!sent && i == verb->object))
            slot_fill_named(workspace, event, frame, "to", i);
    }
}

/* "arrived in the Philippines to train local troops", "sent engineers to Haiti to restore order": where those go who
 * are to do it. */
static void fill_of_verb(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const goes[] = {"rotate", "visit", "arrive", "deploy", "contribute", "give", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE || event->verb == NONE ? NULL : &sentence->groups[event->verb];
    /* who trains teaches those who are there; elsewhere it is the ground */
    const char *slot = !strcmp(event->type, "training") ? "object" : "in",
               *role = frame_role(frame, slot, strlen(slot));
    if (!verb || !role || !verb->infinitive || verb->governor == NONE || role_has(event, NULL, role) ||
        (strcmp(event->type, "training") != 0 && strcmp(event->type, "operation") != 0))
        return;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *journey = &sentence->groups[verb->governor];
    const char *const classes[] = {verb_class(lexicon, sentence, journey), verb_class2(lexicon, sentence, journey),
                                   verb_class3(lexicon, sentence, journey)};
    bool travels = false;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; classes[i] && goes[k]; k++)
            travels |= !strcmp(classes[i], goes[k]);
    for (int32_t i = verb->governor + 1; travels && i < event->verb; i++) {
        const struct group *ground = &sentence->groups[i];
        bool to = ground->kind == GROUP_NOUN && ground->preposition != NONE &&
                  (word_is(sentence, sentence->groups[ground->preposition].first, "to") ||
                   word_is(sentence, sentence->groups[ground->preposition].first, "in"));
        if (to || (ground->kind == GROUP_NOUN && i == journey->object && !group_is_force(lexicon, sentence, i)))
            slot_fill_named(workspace, event, frame, slot, i);
    }
}

void trip_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    fill_of_noun(workspace, event, frame);
    fill_of_verb(workspace, event, frame);
}
