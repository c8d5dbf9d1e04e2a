#include "lib/coder/town.h"

#include "lib/coder/party.h"
#include "lib/coder/party_refer.h"

#include <string.h>

/* Whether a name tells where a town lies: "the Spanish port of Cartagena", "Tripoli, the port in northern Lebanon". One
 * elsewhere may be a visitor's. */
static bool tells_where(const struct sentence *sentence, const struct mention *mention, const struct mention *place)
{
    enum { REACH = 6 };
    uint32_t before = place->first, behind = place->last + 1;
    if (mention->last < before)
        return word_is(sentence, before - 1, "of") && mention->last + REACH > before;
    return mention->first > behind && mention->first <= behind + REACH &&
           sentence->part->list.tokens[behind].kind == TOKEN_MARK && sentence->part->list.tokens[behind].mark == ',';
}

/* True where a state's own name or people is named beside a town, so that the town is theirs. */
static bool names_state(const struct lexicon *lexicon, const struct sentence *sentence, const char *id, size_t size,
                        const struct mention *place)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention == place || lexicon_class_use((enum lexicon_class)mention->class) != USE_ACTOR || mention->id ||
            !tells_where(sentence, mention, place))
            continue;
        const char *other = party_actor_id(lexicon, mention->entry);
        if (strlen(other) == size && !strncmp(other, id, size))
            return true;
    }
    return false;
}

/* "Cordoba, Spain", "Tripoli in Lebanon": the state that is named right behind a town, or NULL. */
static const char *state_behind(const struct lexicon *lexicon, const struct sentence *sentence,
                                const struct mention *place)
{
    uint32_t at = place->last + 2;
    const struct token *between = &sentence->part->list.tokens[place->last + 1];
    if (at > sentence->last ||
        !((between->kind == TOKEN_MARK && (between->mark == ',' || between->mark == '(')) ||
          word_is(sentence, at - 1, "in")))
        return NULL;
    int32_t name = sentence->part->words[at].name;
    if (name == NONE || sentence->mentions[name].class != LEXICON_STATE)
        return NULL;
    /* "in Cordoba, Spain and Italy agreed": whoever acts begins anew */
    uint32_t next = sentence->mentions[name].last + 1;
    if (next <= sentence->last &&
        (sentence->part->words[next].pos == POS_VERB || sentence->part->words[next].pos == POS_AND ||
         sentence->part->words[next].pos == POS_POSSESSIVE))
        return NULL;
    const char *id = party_actor_id(lexicon, sentence->mentions[name].entry);
    return party_is_state(id) ? id : NULL;
}

const char *town_state(struct coder_workspace *workspace, const struct sentence *sentence, const struct mention *place)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (place->class != LEXICON_CITY && place->class != LEXICON_CAPITAL)
        return NULL;
    const char *own = lexicon_entry_id(lexicon, place->entry), *also = lexicon_entry_value(lexicon, place->entry, "also");
    const char *behind = place->last < sentence->last ? state_behind(lexicon, sentence, place) : NULL;
    if (behind)
        return strcmp(behind, own) != 0 ? behind : NULL;
    if (!also || names_state(lexicon, sentence, own, strlen(own), place))
        return NULL;
    for (const char *start = also; *start;) {
        size_t size = strcspn(start, ",");
        if (names_state(lexicon, sentence, start, size, place))
            return arena_copy(workspace->arena, start, size);
        start += size + (start[size] == ',');
    }
    return NULL;
}
