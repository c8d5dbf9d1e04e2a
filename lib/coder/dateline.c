#include "lib/coder/dateline.h"

#include "lib/coder/workspace.h"

enum { DATELINE_TOKENS_MAX = 24 };

/* A city that begins the text, in whatever letters. */
static bool is_city(const struct sentence *sentence, uint32_t at)
{
    if (sentence->part->index != PART_BODY || sentence->first != 0 || !sentence->mention_count)
        return false;
    const struct mention *mention = &sentence->mentions[0];
    return mention->first == at && (mention->class == LEXICON_CAPITAL || mention->class == LEXICON_CITY);
}

static bool is_of_dateline(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    if (token->kind == TOKEN_MARK)
        return strchr(",.()/", token->mark) != NULL;
    return (token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL) || token->kind == TOKEN_NUMBER ||
           part->words[at].pos == POS_TIME;
}

uint32_t dateline_end(const struct sentence *sentence)
{
    const struct part *part = sentence->part;
    bool city = is_city(sentence, sentence->first), place = city;
    for (uint32_t i = sentence->first; i <= sentence->last && i < sentence->first + DATELINE_TOKENS_MAX; i++) {
        const struct token *token = &part->list.tokens[i];
        bool name = token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL;
        if (token->kind == TOKEN_MARK && i > sentence->first && (token->mark == '-' || (city && token->mark == ':')))
            return place ? i : sentence->first;
        /* "MOSCOW, April 13. /TASS/." */
        if (token->kind == TOKEN_MARK && token->mark == '.' && i > sentence->first + 2 &&
            part->list.tokens[i - 1].kind == TOKEN_MARK && part->list.tokens[i - 1].mark == '/')
            return place ? i : sentence->first;
        place |= name && token->flags & TOKEN_ALL_CAPITALS;
        if (!is_of_dateline(part, i))
            return sentence->first;
    }
    return sentence->first;
}
