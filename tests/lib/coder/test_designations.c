/* What share of designations.txt is found, and given its class, in the spellings that one meets: with hyphens, dashes,
 * spaces or nothing between the parts, in the plural, in quotation marks, after a slash. */
#include "lib/base/arena.h"
#include "lib/coder/match.h"
#include "lib/coder/sentence.h"
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

#define LIST ENT_SOURCE_DIR "/tests/lib/coder/designations.txt"

enum { NAME_MAX_BYTES = 64, TEXT_MAX_BYTES = 400 };

/* Whether an equipment mention overlaps the `size` bytes at `at`; `right` where its class is `sipri`. */
static bool is_found(const char *text, size_t at, size_t size, const char *sipri, bool *right)
{
    struct part part = {.text = text, .size = strlen(text), .index = 1};
    struct sentence *sentences = NULL;
    uint32_t count = 0, capacity = 0;
    bool found = false;
    arena_reset(arena);
    assert_true(token_split(lexicon, text, part.size, arena, &part.list));
    part.words = arena_calloc(arena, part.list.count + 1, sizeof *part.words);
    assert_true(part.words && sentence_split(lexicon, &part, arena, &sentences, &count, &capacity));
    for (uint32_t i = 0; i < count; i++) {
        assert_true(match_sentence(lexicon, &sentences[i], arena));
        for (uint32_t k = 0; k < sentences[i].mention_count; k++) {
            const struct mention *mention = &sentences[i].mentions[k];
            const struct token *tokens = part.list.tokens;
            if (mention->class != LEXICON_EQUIPMENT || tokens[mention->first].start >= at + size ||
                tokens[mention->last].end <= at)
                continue;
            const char *class = lexicon_entry_value(lexicon, mention->entry, "sipri");
            found = true;
            *right |= class && !strcmp(class, sipri);
        }
    }
    return found;
}

/* ---- spellings ---- */
static void put(char out[NAME_MAX_BYTES], const char *name, const char *between)
{
    size_t used = 0;
    for (; *name && used + 4 < NAME_MAX_BYTES; name++)
        if (*name == '-') {
            memcpy(out + used, between, strlen(between));
            used += strlen(between);
        } else
            out[used++] = *name;
    out[used] = 0;
}

static const struct spelling {
    const char *what, *between, *sentence; /* %s stands for the name */
    double found, right;                   /* at least; a little below what was last measured */
} spellings[] = {
    {"hyphen", "-", "The ministry ordered 12 %s from the firm last year.", 0.99, 0.91},
    {"en dash", "\xE2\x80\x93", "The ministry ordered 12 %s from the firm last year.", 0.99, 0.91},
    {"space", " ", "The ministry ordered 12 %s from the firm last year.", 0.97, 0.89},
    {"nothing", "", "The ministry ordered 12 %s from the firm last year.", 0.975, 0.88},
    {"plural", "-", "The ministry ordered 12 %ss from the firm last year.", 0.955, 0.855},
    {"quoted", "-", "The army received twelve “%s” last year.", 0.985, 0.90},
    {"in a list", "-", "The navy will get 12 Harpoon missiles, 8 %s and spare parts.", 0.99, 0.91},
};

static void judge(const struct spelling *spelling, size_t *all, size_t *found, size_t *right)
{
    FILE *file = fopen(LIST, "re");
    char *line = NULL;
    size_t room = 0;
    assert_non_null(file);
    while (getline(&line, &room, file) > 0) {
        char *names = strstr(line, " | "), *rest = NULL;
        if (*line == '#' || !names)
            continue;
        *names = 0;
        for (char *name = strtok_r(names + 3, ";\n", &rest); name; name = strtok_r(NULL, ";\n", &rest)) {
            char written[NAME_MAX_BYTES], text[TEXT_MAX_BYTES];
            bool good = false;
            put(written, name + strspn(name, " "), spelling->between);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(text, sizeof text, spelling->sentence, written);
#pragma GCC diagnostic pop
            ++*all;
            *found += is_found(text, (size_t)(strstr(text, written) - text), strlen(written), line, &good);
            *right += good;
        }
    }
    free(line);
    fclose(file);
}

static void designations_are_found_in_every_spelling(void **state)
{
    (void)state;
    bool low = false;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const struct spelling *spelling = &spellings[i];
        size_t all = 0, found = 0, right = 0;
        judge(spelling, &all, &found, &right);
        assert_true(all > 1000);
        double found_share = (double)found / (double)all, right_share = (double)right / (double)all;
        printf("%-10s %zu designations, %.3f found, %.3f of the right class\n", spelling->what, all, found_share,
               right_share);
        low |= found_share < spelling->found || right_share < spelling->right;
    }
    assert_false(low);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(designations_are_found_in_every_spelling)};
    return cmocka_run_group_tests(tests, open_lexicon, close_lexicon);
}
