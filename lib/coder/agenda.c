#include "lib/coder/agenda.h"

#include "lib/coder/clause.h"

#include <string.h>

static bool is_one_of(const char *class, const char *const *classes)
{
    for (size_t i = 0; class && classes[i]; i++)
        if (same_id(class, classes[i]))
            return true;
    return false;
}

/* "the talks", "the agenda", "topics" */
static bool is_talks(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    static const char *const classes[] = {"talks", "plain_talks", "agenda", NULL};
    return group != NONE && sentence->groups[group].kind == GROUP_NOUN &&
           is_one_of(noun_class(lexicon, sentence, sentence->groups[group].head), classes);
}

/* "discussed", "spoke about", "the talks covered" */
static bool is_talking(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    static const char *const talking[] = {"discuss", "converse", "meet", NULL};
    const struct group *verb = &sentence->groups[at];
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (is_one_of(classes[i], talking))
            return true;
    return !verb->passive && is_talks(lexicon, sentence, verb->subject);
}

/* "exercises are on the agenda", "training was discussed" */
static bool is_said_to_be_topic(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    static const char *const classes[] = {"agenda", NULL};
    const struct group *verb = &sentence->groups[at];
    if (verb->passive)
        return is_talking(lexicon, sentence, at);
    for (int32_t i = at + 1; i <= verb->clause_last; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_NOUN && is_one_of(noun_class(lexicon, sentence, group->head), classes))
            return true;
    }
    return false;
}

/* Whether a noun group is what talks are about: up the coordination and the phrases before it to "discussed" or
 * "talks on", or behind it to "is on the agenda". */
static bool is_topic(const struct lexicon *lexicon, const struct sentence *sentence, int32_t noun)
{
    static const char *const on[] = {"on", "about", "over", "regarding", "concerning", NULL};
    bool on_topic = false;
    for (int32_t i = noun - 1; i >= 0; i--) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB)
            return is_talking(lexicon, sentence, i);
        if (group->kind == GROUP_PREPOSITION)
            on_topic = false;
        for (size_t k = 0; group->kind == GROUP_PREPOSITION && on[k]; k++)
            on_topic |= word_is(sentence, group->first, on[k]);
        if (on_topic && is_talks(lexicon, sentence, i))
            return true;
        if (group->kind != GROUP_NOUN && group->kind != GROUP_PREPOSITION && group->kind != GROUP_AND &&
            group->kind != GROUP_COMMA && group->kind != GROUP_ADVERB && group->kind != GROUP_TIME)
            break;
    }
    for (uint32_t i = (uint32_t)noun + 1; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB)
            return is_said_to_be_topic(lexicon, sentence, (int32_t)i);
    return false;
}

/* One of several: "training, exercises and shipbuilding". */
static bool is_listed(const struct sentence *sentence, int32_t noun)
{
    return sentence->groups[noun].and_with != NONE || clause_coordinated_next(sentence, noun) != NONE;
}

/* Counted, priced or named: "twelve jets", "F-16s", "exercise Sea Lion". */
static bool is_concrete(const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    for (uint32_t i = group->first; i <= group->last; i++) {
        const struct word *word = &sentence->part->words[i];
        int32_t name = word->name;
        if (word->number != NONE || sentence->part->list.tokens[i].flags & TOKEN_DIGITS ||
            (name != NONE && (sentence->mentions[name].class == LEXICON_EQUIPMENT ||
                              sentence->mentions[name].class == LEXICON_EXERCISE ||
                              sentence->mentions[name].class == LEXICON_FAIR)))
            return true;
    }
    return false;
}

/* "the joint exercise", "a sale": one that is meant, not the subject in general. */
static bool is_particular(const struct sentence *sentence, int32_t at)
{
    return sentence->part->words[sentence->groups[at].first].pos == POS_DETERMINER;
}

static bool is_mere_topic(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t noun = event->noun;
    if (noun == NONE || event->verb_entry != NONE || is_concrete(sentence, noun) ||
        (event->argument != NONE && is_concrete(sentence, event->argument)) ||
        (!is_listed(sentence, noun) && is_particular(sentence, noun)))
        return false;
    return is_topic(lexicon, sentence, noun);
}

void agenda_settle(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    bool talks = false;
    for (uint32_t i = first; i < end; i++)
        talks |= !strcmp(workspace->events[i].type, "visit") && !workspace->events[i].objection_count;
    for (uint32_t i = first; i < end && talks; i++) {
        struct event *event = &workspace->events[i];
        if (strcmp(event->type, "visit") != 0 && strcmp(event->type, "downturn") != 0 &&
            is_mere_topic(workspace_lexicon(workspace), event))
            event_object(event, "only a topic of talks");
    }
}
