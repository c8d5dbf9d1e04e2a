/* Tokens: most words are read eight bytes at a time. Whatever stands around them, and wherever they end, they have the
 * flags and the place in the lexicon that their bytes have one by one. */
#include "lib/coder/token.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 4000, TEXT_MAX = 96 };

static size_t words, found;

static uint32_t look_up(const char *bytes, size_t size)
{
    char folded[TOKEN_WORD_MAX];
    size_t length = token_fold(bytes, size, folded);
    return length ? lexicon_find_word(lexicon, lexicon_hash(folded, length), folded, length) : LEXICON_NO_WORD;
}

static void check_word(const char *bytes, size_t size, const struct token *token)
{
    size_t capitals = 0, letters = 0, digits = 0;
    for (size_t i = 0; i < size; i++) {
        capitals += isupper((unsigned char)bytes[i]) != 0;
        letters += isalpha((unsigned char)bytes[i]) != 0;
        digits += isdigit((unsigned char)bytes[i]) != 0;
    }
    words++;
    found += token->word != LEXICON_NO_WORD;
    assert_int_equal(!!(token->flags & TOKEN_CAPITAL), isupper((unsigned char)*bytes) != 0);
    assert_int_equal(!!(token->flags & TOKEN_ALL_CAPITALS), capitals >= 2 && capitals == letters);
    assert_int_equal(!!(token->flags & TOKEN_DIGITS), digits > 0);
    if (token->word != look_up(bytes, size))
        fail_msg("`%.*s` is another word than by itself", (int)size, bytes);
}

/* Bytes of a buffer that ends with the text, so that who reads on is seen. */
static void check_text(const char *text, size_t size)
{
    struct token_list list;
    char *bytes = malloc(size ? size : 1);
    assert_non_null(bytes);
    memcpy(bytes, text, size);
    arena_reset(arena);
    assert_true(token_split(lexicon, bytes, size, arena, &list));
    uint32_t end = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct token *token = &list.tokens[i];
        assert_true(token->start >= end && token->end > token->start && token->end <= size);
        end = token->end;
        bool negated = token->end - token->start >= 3 && bytes[token->end - 1] == 't' && bytes[token->start] == 'n' &&
                       bytes[token->start + 1] == '\'';
        if (token->kind == TOKEN_WORD && !negated)
            check_word(bytes + token->start, token->end - token->start, token);
    }
    free(bytes);
}

static unsigned next(unsigned long long *state, unsigned below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % below;
}

static void words_are_what_their_bytes_are(void **state)
{
    static const char *const pieces[] = {
        "a",   "I", "NATO", "Su", "30", "MKI",       "exercise", "missiles", "Verteidigung",
        "don", "n", "t",    "'",  "s",  ".",         " ",        " ",        "-",
        "@",   "[", "`",    "{",  "/",  ":",         "\x10",     "\x19",     "\n",
        "Z",   "z", "A",    "0",  "9",  "howitzers", "the",      "of",       "Poland"};
    unsigned long long random = 11;
    (void)state;
    for (int i = 0; i < TEXTS; i++) {
        char text[TEXT_MAX + 16];
        size_t size = 0, most = next(&random, TEXT_MAX);
        while (size < most) {
            const char *piece = pieces[next(&random, sizeof pieces / sizeof *pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        check_text(text, size);
    }
    assert_true(words > 10000);
    assert_true(found > 1000);
}

/* Every length up to past the longest word, at the text's end and before each kind of byte. */
static void words_of_every_length(void **state)
{
    static const char *const behind[] = {"", " ", ".", ",", "-", "'s", "\xc3\xa9", "\x80", "1", "A"};
    char text[128];
    (void)state;
    for (size_t length = 1; length < 80; length++)
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
            memset(text, 'x', length);
            text[length / 2] = 'Q';
            snprintf(text + length, sizeof text - length, "%s", behind[i]);
            struct token_list list;
            arena_reset(arena);
            assert_true(token_split(lexicon, text, strlen(text), arena, &list));
            assert_true(list.count >= 1);
            assert_int_equal(list.tokens[0].start, 0);
            assert_true(list.tokens[0].end >= length);
        }
}

/* A byte of the word more or less is another word. */
static void every_word_of_the_lexicon_is_found(void **state)
{
    size_t looked = 0;
    (void)state;
    for (uint32_t slot = 0; slot <= lexicon->word_mask; slot++) {
        const char *text = lexicon->strings + lexicon->words[slot].text;
        size_t size = strlen(text);
        if (!lexicon->words[slot].text)
            continue;
        looked++;
        assert_int_equal(lexicon_find_word(lexicon, lexicon_hash(text, size), text, size), slot);
        const uint64_t chunks[] = {lexicon_chunk(text, size),
                                   size > LEXICON_CHUNK ? lexicon_chunk(text + LEXICON_CHUNK, size - LEXICON_CHUNK)
                                                        : 0};
        if (size <= LEXICON_SHORT)
            assert_int_equal(lexicon_find_short_word(lexicon, lexicon_hash(text, size), chunks, size), slot);
    }
    assert_true(looked > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_what_their_bytes_are),
                                       cmocka_unit_test(words_of_every_length),
                                       cmocka_unit_test(every_word_of_the_lexicon_is_found)};
    return cmocka_run_group_tests(tests, open_lexicon, close_lexicon);
}
