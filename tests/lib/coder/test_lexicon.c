/* The lexicon: what the source format refuses, with its line, and what a damaged compiled file does. */
#include "lib/coder/lexicon.h"
#include "lib/coder/lexicon_build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEXICON ENT_BINARY_DIR "/data/lexicon.bin"

static void expect_problem(const char *text, const char *problem)
{
    struct lexicon_source source;
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(lexicon_source_begin(&source));
    assert_true(lexicon_source_read_text(&source, "words.txt", text, strlen(text)));
    bool built = lexicon_build(&source, &image, &error);
    if (problem) {
        assert_false(built);
        if (!strstr(error.text, problem))
            fail_msg("expected `%s` in `%s`", problem, error.text);
    } else
        assert_true(built);
    buffer_free(&image);
    lexicon_source_end(&source);
}

static void bad_lines_are_named_by_file_and_line(void **state)
{
    (void)state;
    expect_problem("# nothing\nstate FRA | France\n", NULL);
    expect_problem("state FRA | France\ncountry DEU | Germany\n", "words.txt:2:1: error: no class is called `country`");
    expect_problem("state FRA France\n", "words.txt:1:1: error: no `|`");
    expect_problem("state | France\n", "words.txt:1:1: error: the id is missing");
    expect_problem("state FRA |\n", "words.txt:1:11: error: `FRA` has no form");
    expect_problem("state FRA | France | ambiguous\n", "words.txt:1:22: error: `ambiguous` is not key=value");
    expect_problem("state FRA | France\nstate FRA | France\n",
                   "words.txt:2:13: error: form `France` of FRA stands already elsewhere; see words.txt:1:13");
    expect_problem("state FRA | Gaul\nstate DEU | Gaul\n",
                   "words.txt:2:13: error: form `Gaul` is DEU here and FRA elsewhere; remove one, or mark both "
                   "ambiguous=yes; see words.txt:1:13");
    expect_problem("state FRA | Gaul | ambiguous=yes\nstate DEU | Gaul | ambiguous=yes\n", NULL);
    expect_problem("state FRA | \xFF\n", "words.txt:1:1: error: the line is not UTF-8");
}

static char *read_image(size_t *size)
{
    FILE *file = fopen(LEXICON, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void expect_refused(const char *bytes, size_t size)
{
    char path[] = "/tmp/entente-lexicon-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, size), (ssize_t)size);
    close(file);
    struct error error = ERROR_INIT;
    struct lexicon *lexicon = lexicon_open(path, &error);
    unlink(path);
    if (lexicon)
        lexicon_close(lexicon);
    assert_null(lexicon);
    assert_non_null(strstr(error.text, "cmake --build"));
}

static void a_damaged_image_is_refused_with_what_to_do(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_image(&size);
    expect_refused(bytes, size / 2);
    expect_refused(bytes, 40);
    expect_refused("hello", 5);
    bytes[8] ^= 0x40; /* version */
    expect_refused(bytes, size);
    bytes[8] ^= 0x40;
    memset(bytes + 72, 0xFF, 8); /* a section's place */
    expect_refused(bytes, size);
    free(bytes);
}

static void a_flipped_byte_is_refused_or_harmless(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_image(&size);
    unsigned long long seed = 3;
    for (int i = 0; i < 60; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t at = (size_t)(seed >> 20) % size;
        bytes[at] ^= 0x55;
        char path[] = "/tmp/entente-lexicon-XXXXXX";
        int file = mkstemp(path);
        assert_true(file >= 0);
        assert_int_equal(write(file, bytes, size), (ssize_t)size);
        close(file);
        struct error error = ERROR_INIT;
        struct lexicon *lexicon = lexicon_open(path, &error);
        if (lexicon) {
            uint32_t word = lexicon_find_word(lexicon, 12345, "word", 4);
            assert_int_equal(word, LEXICON_NO_WORD);
            lexicon_close(lexicon);
        }
        unlink(path);
        bytes[at] ^= 0x55;
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lines_are_named_by_file_and_line),
        cmocka_unit_test(a_damaged_image_is_refused_with_what_to_do),
        cmocka_unit_test(a_flipped_byte_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
