/* What a name means: which actor a mention is, and whether the context lets it be one. */
#include "lib/coder/party.h"

#include "lib/coder/party_refer.h"
#include "lib/coder/town.h"

#include <stdlib.h>
#include <string.h>

/* "the Carter administration", "Rabin's government": whose government it is, a head of it is meant by the name. */
static bool names_government(const struct sentence *sentence, const struct mention *mention)
{
    static const char *const words[] = {"administration", "government", "cabinet", "regime", NULL};
    uint32_t next = mention->last + 1;
    if (mention->class != LEXICON_LEADER)
        return false;
    if (next <= sentence->last && sentence->part->words[next].pos == POS_POSSESSIVE)
        next++;
    for (size_t i = 0; next <= sentence->last && words[i]; i++)
        if (word_is(sentence, next, words[i]))
            return true;
    return false;
}

/* The same actor under a name that means nothing else, somewhere in the sentences read so far or in this one. */
static bool named_elsewhere(struct coder_workspace *workspace, const struct sentence *sentence, const char *id)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (uint32_t i = 0; i < workspace->sentence_count && i < 40; i++) {
        struct sentence *other = &workspace->sentences[i];
        if (!other->read)
            continue;
        for (uint32_t k = 0; k < other->mention_count; k++)
            if ((!other->mentions[k].ambiguous || names_government(other, &other->mentions[k])) &&
                lexicon_class_use((enum lexicon_class)other->mentions[k].class) == USE_ACTOR &&
                !strcmp(party_actor_id(lexicon, other->mentions[k].entry), id))
                return true;
        if (other == sentence)
            break;
    }
    return false;
}

static bool capital_word(const struct sentence *sentence, uint32_t at)
{
    const struct token *token = &sentence->part->list.tokens[at];
    const struct word *word = &sentence->part->words[at];
    return token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL && word->name == NONE && word->part == NONE &&
           word->noun == NONE && word->verb == NONE && word->title == NONE && word->time == NONE;
}

/* "INS Talwar", but not "(NNS)": what ships' names begin with has a name behind it. */
static bool names_ship(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    const char *craft = lexicon_entry_value(lexicon, mention->entry, "craft");
    if (!craft || strcmp(craft, "yes") != 0 || mention->last > mention->first)
        return true;
    const struct token *next = mention->last < sentence->last ? &sentence->part->list.tokens[mention->last + 1] : NULL;
    return next && (next->flags & TOKEN_CAPITAL || next->kind == TOKEN_OPEN_QUOTE || next->kind == TOKEN_NUMBER);
}

/* "USS Ingraham", "HMS Montrose": what stands behind such a prefix is the ship's name, nobody's. */
static bool is_ships_name(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    int32_t before = mention->first > sentence->first ? sentence->part->words[mention->first - 1].name : NONE;
    if (before == NONE || sentence->mentions[before].class != LEXICON_FORCE)
        return false;
    const char *craft = lexicon_entry_value(lexicon, sentence->mentions[before].entry, "craft");
    return craft && !strcmp(craft, "yes") && sentence->mentions[before].last == sentence->mentions[before].first;
}

/* "Congress approved $14 billion", "the Senate clears the F-16 sale": of the many congresses and senates the one that
 * spends dollars, or decides on American weapons and programmes. */
static bool speaks_of_america(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->quantity_count; i++)
        if (sentence->quantities[i].kind == QUANTITY_MONEY && sentence->quantities[i].unit &&
            !strcmp(sentence->quantities[i].unit, "USD"))
            return true;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const char *maker = sentence->mentions[i].class == LEXICON_EQUIPMENT
                                ? lexicon_entry_value(lexicon, sentence->mentions[i].entry, "maker")
                                : NULL;
        if ((maker && !strcmp(maker, "USA")) || sentence->mentions[i].class == LEXICON_PROGRAMME)
            return true;
    }
    return false;
}

/* "Kenya's Senate", "the Chilean Congress" */
static bool is_owned(const struct sentence *sentence, const struct mention *mention)
{
    if (mention->first == sentence->first)
        return false;
    const struct word *before = &sentence->part->words[mention->first - 1];
    return before->pos == POS_POSSESSIVE ||
           (before->name != NONE &&
            lexicon_class_use((enum lexicon_class)sentence->mentions[before->name].class) == USE_ACTOR);
}

/* "the Philippine Senate" in a text that names America: another's; so is "the Indian 61st Cavalry Regiment". */
static bool is_of_another(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention,
                          const char *id)
{
    if ((mention->class != LEXICON_INSTITUTION && mention->class != LEXICON_FORCE) || !is_owned(sentence, mention))
        return false;
    const struct word *words = sentence->part->words;
    uint32_t at = mention->first - 1;
    if (words[at].pos == POS_POSSESSIVE && at > sentence->first)
        at--;
    int32_t owner = words[at].name;
    const char *whose =
        owner == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[owner].class) != USE_ACTOR
            ? NULL
            : party_actor_id(lexicon, sentence->mentions[owner].entry);
    return whose && party_is_state(whose) && strcmp(whose, id) != 0;
}

/* "8th Cavalry Regiment" */
static bool is_numbered(const struct sentence *sentence, const struct mention *mention)
{
    const struct token *first = &sentence->part->list.tokens[mention->first];
    return sentence->part->text[first->start] >= '0' && sentence->part->text[first->start] <= '9';
}

/* "The Quad", "the E3 and Ukraine": a pact of states by its short name, which is the whole of its noun group. */
static bool is_pact(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    if (mention->class != LEXICON_ORGANISATION || !lexicon_entry_value(lexicon, mention->entry, "members") ||
        (mention->first == sentence->first ? !sentence->headline : !word_is(sentence, mention->first - 1, "the")))
        return false;
    const struct word *next = mention->last < sentence->last ? &sentence->part->words[mention->last + 1] : NULL;
    return !next || (next->pos != POS_NOUN && next->pos != POS_NAME) || next->name != NONE;
}

/* An ambiguous name counts as the actor unless it looks like a person ("Jordan Smith", "Michael Jordan") or, for
 * classes other than states, nothing else in the text names that actor. */
static bool is_meant(struct coder_workspace *workspace, struct sentence *sentence, const struct mention *mention,
                     const char *id)
{
    if (mention->class == LEXICON_FORCE && !names_ship(workspace_lexicon(workspace), sentence, mention))
        return false;
    if (is_ships_name(workspace_lexicon(workspace), sentence, mention))
        return false;
    if (mention->class == LEXICON_FORCE && is_numbered(sentence, mention) &&
        is_of_another(workspace_lexicon(workspace), sentence, mention, id))
        return false;
    if (!mention->ambiguous)
        return true;
    /* "the Armed Forces Minister" on another state's official site */
    if (workspace->publisher && (mention->class == LEXICON_INSTITUTION || mention->class == LEXICON_FORCE) &&
        party_is_state(workspace->publisher) && strcmp(id, workspace->publisher) != 0)
        return false;
    /* whose it is and what is spent are told by more than its words */
    if (mention->class == LEXICON_INSTITUTION && !workspace_parse(workspace, sentence))
        return false;
    if (is_of_another(workspace_lexicon(workspace), sentence, mention, id))
        return false;
    bool title_case = sentence->headline;
    if (!title_case && mention->first > sentence->first && capital_word(sentence, mention->first - 1) &&
        !(sentence->part->list.tokens[mention->first - 1].flags & TOKEN_SENTENCE))
        return false;
    if (!title_case && mention->last < sentence->last && capital_word(sentence, mention->last + 1))
        return false;
    if (mention->class == LEXICON_STATE || mention->class == LEXICON_DEMONYM || mention->class == LEXICON_CAPITAL ||
        mention->class == LEXICON_SEAT)
        return true;
    if (is_pact(workspace_lexicon(workspace), sentence, mention))
        return true;
    /* firms matter only where defence is spoken of: there the firm is meant */
    if (mention->class == LEXICON_COMPANY)
        return true;
    if (mention->class == LEXICON_LEADER &&
        ((mention->first > sentence->first && sentence->part->words[mention->first - 1].title != NONE) ||
         names_government(sentence, mention)))
        return true;
    return (mention->class == LEXICON_INSTITUTION && !strcmp(id, "USA") && !is_owned(sentence, mention) &&
            speaks_of_america(workspace_lexicon(workspace), sentence)) ||
           named_elsewhere(workspace, sentence, id);
}

/* "Iran-backed rebels", "Russian-occupied Crimea", "pro-Russian militias", "a Liberian-flagged freighter": a state that
 * only says whose side something is on, or where a ship is registered. */
static bool only_sides(const struct sentence *sentence, const struct mention *mention)
{
    static const char *const words[] = {"backed",     "sponsored",  "aligned",  "allied",  "linked",
                                        "affiliated", "controlled", "occupied", "annexed", "flagged",
                                        "registered", "crewed",     "owned",    NULL};
    const struct token *tokens = sentence->part->list.tokens;
    if (mention->first > sentence->first && tokens[mention->first].flags & TOKEN_JOINED &&
        (word_is(sentence, mention->first - 1, "pro") || word_is(sentence, mention->first - 1, "anti")))
        return true;
    if (mention->last >= sentence->last || !(tokens[mention->last + 1].flags & TOKEN_JOINED))
        return false;
    uint32_t at = mention->last + 1;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, at, words[i]))
            return true;
    return false;
}

/* "the South Asian giant": one of the region, told by a name of all. */
static bool is_epithet(const struct sentence *sentence, const struct mention *mention, const char *id)
{
    static const char *const words[] = {"giant",   "nation",   "country", "neighbour", "neighbor", "power",
                                        "kingdom", "republic", "state",   "emirate",   NULL};
    if (strncmp(id, "GRP:", 4) != 0 || mention->last >= sentence->last)
        return false;
    uint32_t next = mention->last + 1;
    if (next < sentence->last && (word_is(sentence, next, "island") || word_is(sentence, next, "nuclear")))
        next++;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, next, words[i]))
            return true;
    return false;
}

/* "Moscow" in 1985: the capital of a state that is no more. */
static const char *id_then(const struct lexicon *lexicon, const struct sentence *sentence,
                           const struct mention *mention, const char *id)
{
    if (mention->class != LEXICON_CAPITAL && mention->class != LEXICON_SEAT)
        return id;
    const char *formerly = lexicon_entry_value(lexicon, mention->entry, "formerly"),
               *until = lexicon_entry_value(lexicon, mention->entry, "until");
    return formerly && until && sentence->part->year && sentence->part->year <= (int32_t)strtol(until, NULL, 10)
               ? formerly
               : id;
}

bool party_of_mention(struct coder_workspace *workspace, struct sentence *sentence, const struct mention *mention,
                      struct party *party)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    enum lexicon_class class = (enum lexicon_class)mention->class;
    if (lexicon_class_use(class) != USE_ACTOR)
        return false;
    const char *id =
        id_then(lexicon, sentence, mention, mention->id ? mention->id : party_actor_id(lexicon, mention->entry));
    const char *town = town_state(workspace, sentence, mention);
    id = town ? town : id;
    if (!strcmp(id, "ATA")) /* no state: nobody acts for Antarctica */
        return false;
    /* "US$43.6bn" */
    const struct token *next = mention->last < sentence->last ? &sentence->part->list.tokens[mention->last + 1] : NULL;
    if (next && next->kind == TOKEN_MARK && next->mark == '$' && !(next->flags & TOKEN_SPACE))
        return false;
    if (!is_meant(workspace, sentence, mention, id) || only_sides(sentence, mention) ||
        is_epithet(sentence, mention, id))
        return false;
    *party = (struct party){.id = id,
                            .parent = lexicon_entry_value(lexicon, mention->entry, "parent"),
                            .sentence = sentence,
                            .first = mention->first,
                            .last = mention->last,
                            .force = class == LEXICON_FORCE};
    return true;
}
