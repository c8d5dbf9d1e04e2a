#include "lib/coder/person.h"

#include <string.h>

enum {
    LOOK_BACK_SENTENCES = 24,
    LEAD_SENTENCES = 2, /* of the body, where a headline's names are told in full */
    NAME_SIZE_MIN = 3
};

bool person_is(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    for (uint32_t k = group->first; group->kind == GROUP_NOUN && k <= group->last; k++) {
        const struct word *word = &sentence->part->words[k];
        const char *class = noun_class(lexicon, sentence, k);
        if (word->title != NONE || (class && (!strcmp(class, "defence_office") || !strcmp(class, "leader_office"))) ||
            (word->name != NONE && sentence->mentions[word->name].class == LEXICON_LEADER))
            return true;
    }
    return false;
}

/* A capital word that the lexicon knows nothing of, alone or behind a title: "Dayal", "Gen. Dayal". */
static bool is_bare_name(const struct sentence *sentence, const struct group *group)
{
    if (group->kind != GROUP_NOUN)
        return false;
    for (uint32_t i = group->first; i < group->last; i++)
        if (sentence->part->words[i].title == NONE && sentence->part->list.tokens[i].kind == TOKEN_WORD)
            return false;
    const struct token *token = &sentence->part->list.tokens[group->last];
    const struct word *word = &sentence->part->words[group->last];
    return token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL && !(token->flags & TOKEN_DIGITS) &&
           token->end - token->start >= NAME_SIZE_MIN && word->name == NONE && word->noun == NONE &&
           word->verb == NONE && word->title == NONE && word->time == NONE && word->part == NONE;
}

/* "India's army chief, General Anselm Kothari": the office between commas tells whose he is. */
static int32_t office_before(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    const struct group *groups = sentence->groups;
    if (group < 2 || groups[group - 1].kind != GROUP_COMMA || groups[group - 2].kind != GROUP_NOUN)
        return group;
    int32_t office = group - 2;
    const char *class = noun_class(lexicon, sentence, groups[office].head);
    bool held = class && (!strcmp(class, "defence_office") || !strcmp(class, "leader_office"));
    return held ? office : group;
}

/* The noun group of `other` in which that name is one of several words that name a person, or NONE. */
static int32_t naming_in(struct coder_workspace *workspace, struct sentence *other, const char *name, size_t size)
{
    const struct token *tokens = other->part->list.tokens;
    uint32_t at = other->first;
    while (at <= other->last &&
           !(tokens[at].end - tokens[at].start == size && !memcmp(other->part->text + tokens[at].start, name, size)))
        at++;
    if (at > other->last || !workspace_parse(workspace, other))
        return NONE;
    for (uint32_t i = 0; i < other->group_count; i++) {
        const struct group *group = &other->groups[i];
        if (group->kind == GROUP_NOUN && group->first <= at && group->last >= at)
            return group->last > group->first && person_is(workspace_lexicon(workspace), other, group)
                       ? office_before(workspace_lexicon(workspace), other, (int32_t)i)
                       : NONE;
    }
    return NONE;
}

int32_t person_named(struct coder_workspace *workspace, const struct sentence *sentence, int32_t group,
                     struct sentence **elsewhere)
{
    const struct group *bare = &sentence->groups[group];
    if (!is_bare_name(sentence, bare))
        return NONE;
    const struct token *token = &sentence->part->list.tokens[bare->last];
    const char *name = sentence->part->text + token->start;
    size_t size = token->end - token->start;
    uint32_t at = (uint32_t)(sentence - workspace->sentences), found_at = at;
    int32_t found = NONE;
    for (uint32_t back = 1; found == NONE && back <= LOOK_BACK_SENTENCES && back <= at; back++) {
        found_at = at - back;
        found = naming_in(workspace, &workspace->sentences[found_at], name, size);
    }
    bool titled = at < workspace->title_count;
    for (uint32_t i = 0; titled && found == NONE && i < LEAD_SENTENCES; i++) {
        found_at = workspace->title_count + i;
        if (found_at < workspace->sentence_count)
            found = naming_in(workspace, &workspace->sentences[found_at], name, size);
    }
    if (found != NONE)
        *elsewhere = &workspace->sentences[found_at];
    return found;
}
