#include "lib/coder/lexicon_form.h"

#include "lib/base/digest.h"
#include "lib/coder/token.h"

#include <string.h>

static uint32_t letters_of(const struct token *token)
{
    return token->flags & TOKEN_ALL_CAPITALS ? 2 : token->flags & TOKEN_CAPITAL ? 1 : 0;
}

/* Patterns keep # and @ in their words, which token_split would part: split at spaces, hyphens and slashes. */
static bool split_pattern(const char *text, size_t size, struct form *form)
{
    for (size_t i = 0; i < size;) {
        while (i < size && strchr(" -/", text[i]))
            i++;
        size_t start = i;
        while (i < size && !strchr(" -/", text[i]))
            i++;
        if (i == start)
            break;
        if (form->count == LEXICON_FORM_WORDS_MAX)
            return false;
        struct form_word *word = &form->words[form->count++];
        word->inflects = false;
        size_t length = i - start;
        if (text[i - 1] == '~') {
            word->inflects = true;
            length--;
        }
        char folded[TOKEN_WORD_MAX];
        if (!token_fold(text + start, length, folded))
            return false;
        memcpy(word->text, folded, strlen(folded) + 1);
        word->letters = text[start] >= 'A' && text[start] <= 'Z';
    }
    return form->count > 0;
}

/* The word as the trie has it. False where it is too long. */
static bool write_word(const char *text, const struct token *token, char word[INFLECT_SIZE_MAX])
{
    char folded[TOKEN_WORD_MAX], mark[2];
    if (!token_fold(text + token->start, token->end - token->start, folded))
        return false;
    const char *shown = token_mark_text(token, mark);
    if (token->kind == TOKEN_POSSESSIVE)
        shown = "'s";
    else if (token->kind == TOKEN_WORD && !strcmp(folded, "n't"))
        shown = "not";
    else if (!shown)
        shown = folded;
    memcpy(word, shown, strlen(shown) + 1);
    return true;
}

static bool take_tokens(const char *text, const struct token_list *list, struct form *form)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct token *token = &list->tokens[i];
        if (token->kind == TOKEN_MARK && token->mark == '~') {
            if (!form->count)
                return false;
            form->words[form->count - 1].inflects = true;
            continue;
        }
        if (form->count == LEXICON_FORM_WORDS_MAX)
            return false;
        struct form_word *word = &form->words[form->count];
        word->inflects = false;
        if (!write_word(text, token, word->text))
            return false;
        word->letters = letters_of(token);
        form->count++;
    }
    return form->count > 0;
}

enum form_result lexicon_form_split(enum lexicon_class class, const char *text, size_t size, struct arena *arena,
                                    struct form *form)
{
    form->count = 0;
    bool pattern = lexicon_class_use(class) != USE_WORD;
    if (pattern && (memchr(text, '#', size) || memchr(text, '@', size)))
        return split_pattern(text, size, form) ? FORM_GOOD : FORM_BAD;
    struct token_list list;
    if (!token_split(NULL, text, size, arena, &list))
        return FORM_NO_MEMORY;
    return take_tokens(text, &list, form) ? FORM_GOOD : FORM_BAD;
}

uint64_t lexicon_form_key(enum lexicon_class class, const struct form *form)
{
    uint64_t key = (uint64_t) class + 1;
    for (uint32_t i = 0; i < form->count; i++) {
        key = (key ^ hash_bytes(form->words[i].text, strlen(form->words[i].text))) * 0x9E3779B97F4A7C15u;
        key ^= key >> 29 ^ form->words[i].letters;
    }
    return key ? key : 1;
}
