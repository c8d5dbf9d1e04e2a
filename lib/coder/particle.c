#include "lib/coder/particle.h"

#include "lib/coder/match.h"

/* Asked of every word, and again behind every verb: nearly all are told apart by their length and first letter. */
enum { SHORTEST = 2, LONGEST = 4 };

static inline bool is_short(const struct token *token)
{
    return token->end - token->start - SHORTEST <= LONGEST - SHORTEST;
}

static inline bool is_particle(const struct part *part, uint32_t at)
{
    static const char *const words[] = {"off", "back", "out", "down", "over", "up", NULL};
    const struct token *token = &part->list.tokens[at];
    char first = (char)(part->text[token->start] | 32);
    if (!is_short(token) || !(first == 'o' || first == 'b' || first == 'd' || first == 'u'))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (token_is(part->text, token, words[i]))
            return true;
    return false;
}

/* "let its pact with Paris lapse" */
static inline bool is_run_out(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    uint32_t size = token->end - token->start;
    char first = (char)(part->text[token->start] | 32);
    return (size == 5 && first == 'l' && token_is(part->text, token, "lapse")) ||
           (size == 6 && first == 'e' && token_is(part->text, token, "expire"));
}

/* Behind a particle that belongs to a verb no noun follows that it could govern: "off Danang" is a place. */
static bool ends_there(const struct sentence *sentence, uint32_t particle)
{
    if (particle >= sentence->last)
        return true;
    const struct part *part = sentence->part;
    const struct token *next = &part->list.tokens[particle + 1];
    const struct word *word = &part->words[particle + 1];
    if (next->kind == TOKEN_MARK)
        return next->mark != '$';
    /* "flew together over the sea" */
    if (word->part != NONE && word->part_pos == POS_DETERMINER)
        return false;
    return word->time != NONE || (word->part != NONE && word->name == NONE && word->noun == NONE);
}

/* "put the sale on hold", "brought the talks to an end": a phrase of several words that may belong to a verb before. */
static inline bool may_begin_tail(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    const struct token *token = &part->list.tokens[at];
    char first = (char)(part->text[token->start] | 32);
    if (!is_short(token) || !(first == 'o' || first == 't' || first == 'i') || at >= sentence->last ||
        !(token_is(part->text, token, "on") || token_is(part->text, token, "to") ||
          token_is(part->text, token, "into")))
        return false;
    const struct word *next = &part->words[at + 1];
    return next->name == NONE && next->time == NONE;
}

/* The node of the lexicon to which the words from `at` lead from the verb's own, with the last of them. */
static uint32_t follow_tail(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t root, uint32_t at,
                            uint32_t *last)
{
    enum { TAIL_WORDS_MAX = 4 };
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t node = root;
    for (uint32_t i = at; i <= sentence->last && i < at + TAIL_WORDS_MAX && tokens[i].word != LEXICON_NO_WORD; i++) {
        size_t count = 0;
        node = lexicon_child(lexicon, node, tokens[i].word);
        if (!node)
            return 0;
        *last = i;
        if (i > at && lexicon_terminals(lexicon, node, &count) && count)
            return node;
    }
    return 0;
}

/* Gives the verb at `at` the meanings of a node, and the words from `first` to `last` to it. */
static bool join_verb(const struct lexicon *lexicon, struct part *part, uint32_t at, uint32_t node, uint32_t first,
                      uint32_t last)
{
    struct word *verb = &part->words[at];
    size_t count = 0;
    const struct lexicon_terminal *terminals = node ? lexicon_terminals(lexicon, node, &count) : NULL;
    bool joined = false;
    for (size_t k = 0; k < count; k++) {
        if (terminals[k].class_ != LEXICON_VERB)
            continue;
        if (!joined)
            verb->verb = verb->verb2 = verb->verb3 = NONE;
        joined = true;
        match_note_verb(verb, &terminals[k]);
    }
    for (uint32_t i = first; i <= last && joined; i++) {
        part->words[i].particle = true;
        part->words[i].cue = NONE;
    }
    return joined;
}

static inline bool may_belong(const struct sentence *sentence, uint32_t at)
{
    return sentence->part->list.tokens[at].kind == TOKEN_WORD &&
           (is_particle(sentence->part, at) || may_begin_tail(sentence, at) || is_run_out(sentence->part, at));
}

void particle_join(const struct lexicon *lexicon, struct sentence *sentence)
{
    enum { WORDS_BETWEEN_MAX = 6, WORDS_BEFORE_TAIL_MAX = 14 };
    struct part *part = sentence->part;
    const struct token *tokens = part->list.tokens;
    uint32_t next = sentence->first; /* the next that may belong to a verb; most are far from it */
    for (uint32_t at = sentence->first; at + 2 <= sentence->last; at++) {
        for (next = next > at + 2 ? next : at + 2; next <= sentence->last && !may_belong(sentence, next);)
            next++;
        if (next > sentence->last)
            return;
        if (next > at + 1 + WORDS_BEFORE_TAIL_MAX)
            continue;
        struct word *verb = &part->words[at];
        uint32_t root = tokens[at].word == LEXICON_NO_WORD || verb->inside || verb->span_last > at || verb->name != NONE
                            ? 0
                            : lexicon_root(lexicon, tokens[at].word);
        if (!root || !lexicon_node_goes_on(lexicon, root))
            continue;
        for (uint32_t i = at + 1; i <= sentence->last && i <= at + 1 + WORDS_BEFORE_TAIL_MAX; i++) {
            if (tokens[i].kind == TOKEN_MARK)
                break;
            if (i == at + 1 || part->words[i].inside || tokens[i].word == LEXICON_NO_WORD)
                continue;
            uint32_t node = 0, last = i;
            if (i <= at + 1 + WORDS_BETWEEN_MAX && part->words[i].span_last == i && is_particle(part, i) &&
                ends_there(sentence, i))
                node = lexicon_child(lexicon, root, tokens[i].word);
            else if (is_run_out(part, i))
                node = lexicon_child(lexicon, root, tokens[i].word);
            else if (may_begin_tail(sentence, i))
                node = follow_tail(lexicon, sentence, root, i, &last);
            /* another verb has its own particle */
            if (join_verb(lexicon, part, at, node, i, last) ||
                (part->words[i].verb != NONE && part->words[i].noun == NONE))
                break;
        }
    }
}
