#include "lib/coder/language.h"

enum {
    TOKENS_READ = 400,
    FOREIGN_MIN = 2,
    WORDS_MIN = 8,
    FOREIGN_SCRIPT_PERCENT = 40,
    FUNCTION_PERCENT_MIN = 8,
    KNOWN_PERCENT_MIN = 20
};

bool language_is_foreign(const struct coder_workspace *workspace)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    uint32_t words = 0, function = 0, foreign = 0, known = 0, wide = 0;
    for (size_t p = 0; p < PART_COUNT; p++) {
        const struct part *part = &workspace->parts[p];
        for (uint32_t i = 0; i < part->list.count && i < TOKENS_READ; i++) {
            const struct token *token = &part->list.tokens[i];
            if (token->kind != TOKEN_WORD || token->flags & TOKEN_DIGITS)
                continue;
            words++;
            wide += (unsigned char)part->text[token->start] >= 0xCE; /* Greek, Cyrillic and beyond */
            if (token->word == LEXICON_NO_WORD)
                continue;
            known++;
            uint32_t flags = lexicon_word_flags(lexicon, token->word);
            function += (flags & LEXICON_WORD_FUNCTION) != 0;
            foreign += (flags & (LEXICON_WORD_FOREIGN | LEXICON_WORD_FUNCTION)) == LEXICON_WORD_FOREIGN;
        }
    }
    if (words && wide * 100 > words * FOREIGN_SCRIPT_PERCENT)
        return true;
    if (words < WORDS_MIN)
        return false;
    if (foreign >= FOREIGN_MIN && foreign > function)
        return true;
    return function * 100 < words * FUNCTION_PERCENT_MIN && known * 100 < words * KNOWN_PERCENT_MIN;
}
