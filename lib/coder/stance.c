#include "lib/coder/stance.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include <string.h>

/* The noun group that speaks by this verb group: its subject, else what stands behind it ("said the minister"). */
static int32_t speaker_of_verb(const struct group *verb)
{
    return verb->subject != NONE ? verb->subject : verb->object;
}

static bool speaks(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    return group->kind == GROUP_VERB && verb_attribute(lexicon, sentence, group, "speech");
}

/* The speaker's noun group in one sentence, or NONE; *verb is the verb of speech, or NONE for "according to". */
static int32_t find_speaker(const struct lexicon *lexicon, const struct sentence *sentence, int32_t *verb)
{
    *verb = NONE;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (speaks(lexicon, sentence, group) && speaker_of_verb(group) != NONE) {
            *verb = (int32_t)i;
            return speaker_of_verb(group);
        }
    }
    for (uint32_t i = 0; i + 1 < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_PREPOSITION &&
            word_is(sentence, sentence->groups[i].first, "according") && sentence->groups[i + 1].kind == GROUP_NOUN)
            return (int32_t)i + 1;
    return NONE;
}

static bool has_quote(const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        if (sentence->part->list.tokens[i].kind == TOKEN_OPEN_QUOTE ||
            sentence->part->list.tokens[i].kind == TOKEN_CLOSE_QUOTE)
            return true;
    return false;
}

/* "an official", "two diplomats": nobody who could be named. */
static bool is_unnamed(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *speaker)
{
    static const char *const words[] = {"official", "officials", "diplomat", "diplomats", "lawmaker",
                                        "aide",     "aides",     "insider",  "insiders",  NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, speaker->head, words[i]))
            return true;
    const char *class = noun_class(lexicon, sentence, speaker->head);
    return class && !strcmp(class, "defence_office") &&
           (word_is(sentence, speaker->last, "official") || word_is(sentence, speaker->last, "officials"));
}

static bool may_be_third(const char *id)
{
    return party_is_state(id) || !strncmp(id, "NSA:", 4) || !strncmp(id, "DEF:", 4);
}

static enum stance judge_speaker(struct coder_workspace *workspace, const struct event *event,
                                 struct sentence *sentence, int32_t who)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *speaker = &sentence->groups[who];
    const char *class = noun_class(lexicon, sentence, speaker->head);
    if (class && !strcmp(class, "source"))
        return STANCE_NAMELESS;
    int32_t name = sentence->part->words[speaker->head].name;
    if (name != NONE && sentence->mentions[name].class == LEXICON_MEDIA)
        return STANCE_AUTHOR;
    struct party_list list = {.count = 0};
    party_of_group(workspace, sentence, who, &list);
    bool third = list.count > 0;
    for (uint32_t i = 0; i < list.count; i++) {
        if (role_has(event, list.items[i].id, NULL))
            return is_unnamed(lexicon, sentence, speaker) ? STANCE_PARTY_UNNAMED : STANCE_PARTY;
        third &= may_be_third(list.items[i].id);
    }
    return third ? STANCE_THIRD : STANCE_AUTHOR;
}

/* A quotation without its speaker: the one named in the sentence before, or behind. */
static enum stance judge_neighbours(struct coder_workspace *workspace, const struct event *event)
{
    static const int steps[] = {-1, 1, -2};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int64_t index = (int64_t)event->sentence_index + steps[i];
        if (index < (int64_t)workspace->title_count || index >= (int64_t)workspace->sentence_count)
            continue;
        struct sentence *sentence = &workspace->sentences[index];
        int32_t verb;
        if (!workspace_parse(workspace, sentence))
            return STANCE_AUTHOR;
        int32_t who = find_speaker(workspace_lexicon(workspace), sentence, &verb);
        if (who != NONE && sentence->groups[who].kind == GROUP_NOUN)
            return judge_speaker(workspace, event, sentence, who);
    }
    return STANCE_AUTHOR;
}

/* Somebody or some office that can say something; a bare state before a colon is more often what the item is about. */
static bool can_speak(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    static const enum lexicon_class classes[] = {LEXICON_CAPITAL, LEXICON_SEAT,   LEXICON_INSTITUTION,
                                                 LEXICON_FORCE,   LEXICON_LEADER, LEXICON_ORGANISATION};
    const struct word *head = &sentence->part->words[group->head];
    for (size_t i = 0; head->name != NONE && i < sizeof classes / sizeof *classes; i++)
        if (sentence->mentions[head->name].class == classes[i])
            return true;
    return head->name == NONE && (sentence->part->words[head->span_first].title != NONE ||
                                  noun_attribute(lexicon, sentence, group->head, "stands"));
}

static bool sets_source_apart(const struct token *token, bool in_front)
{
    return token->kind == TOKEN_MARK && (token->mark == ':' || (token->mark == '-' && !in_front));
}

/* "France to send jets: Macron", "Pentagon: US to send 500 soldiers": whom a headline names apart says it. The noun
 * group, or NONE. */
static int32_t find_source(const struct lexicon *lexicon, const struct sentence *sentence)
{
    const struct token *tokens = sentence->part->list.tokens;
    int32_t first = NONE, last = NONE;
    if (!sentence->headline || !sentence->group_count)
        return NONE;
    for (uint32_t i = sentence->first + 1; i < sentence->last; i++) {
        if (first == NONE && sets_source_apart(&tokens[i], true))
            first = (int32_t)i;
        if (sets_source_apart(&tokens[i], false))
            last = (int32_t)i;
    }
    const struct group *front = &sentence->groups[0], *back = &sentence->groups[sentence->group_count - 1];
    if (last != NONE && back->kind == GROUP_NOUN && (int32_t)back->first == last + 1 &&
        can_speak(lexicon, sentence, back))
        return (int32_t)sentence->group_count - 1;
    if (first != NONE && front->kind == GROUP_NOUN && front->first == sentence->first &&
        (int32_t)front->last + 1 == first && can_speak(lexicon, sentence, front))
        return 0;
    return NONE;
}

enum stance stance_read(struct coder_workspace *workspace, const struct event *event, int32_t speaker, bool *claimed)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = event->sentence;
    int32_t verb = speaker, who = speaker == NONE ? NONE : speaker_of_verb(&sentence->groups[speaker]);
    if (who == NONE)
        who = find_speaker(lexicon, sentence, &verb);
    /* "will maintain the fighters": a verb of speech that is what is done */
    if (verb != NONE && verb == event->verb && event->verb_entry != NONE)
        who = verb = NONE;
    if (who == NONE)
        who = find_source(lexicon, sentence);
    if (verb != NONE) {
        const char *modality = verb_attribute(lexicon, sentence, &sentence->groups[verb], "modality");
        *claimed |= modality && !strcmp(modality, "alleged");
    }
    if (who != NONE && sentence->groups[who].kind == GROUP_NOUN)
        return judge_speaker(workspace, event, sentence, who);
    return has_quote(sentence) && sentence->part->index == PART_BODY ? judge_neighbours(workspace, event)
                                                                     : STANCE_AUTHOR;
}
