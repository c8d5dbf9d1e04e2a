/* Text of any bytes and any size neither crashes nor hangs, time grows with the text and no faster, and every quotation
 * stands where it says. */
#include "lib/base/buffer.h"
#include "lib/base/utf8.h"
#include "lib/coder/coder.h"
#include "lib/coder/trigger.h"
#include "lib/coder/workspace.h"
#include "tests/lib/coder/fixture.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check_evidence(const struct coder_article *article, const struct coder_result *result)
{
    for (size_t i = 0; i < result->event_count; i++) {
        struct record_view evidence;
        for (size_t k = 0; record_get_view(result->events[i]->view, ENT_REPORT_EVIDENCE, k, &evidence); k++) {
            struct text quote;
            assert_true(record_get_str(evidence, ENT_EVIDENCE_QUOTE, 0, &quote));
            size_t start = (size_t)record_int(evidence, ENT_EVIDENCE_START, -1),
                   end = (size_t)record_int(evidence, ENT_EVIDENCE_END, -1);
            bool title = record_text(evidence, ENT_EVIDENCE_IN) != NULL;
            assert_true(end <= (title ? article->title_size : article->body_size) && end - start == quote.size);
            assert_memory_equal((title ? article->title : article->body) + start, quote.bytes, quote.size);
        }
    }
}

static size_t code(const char *body, size_t size)
{
    struct coder_article article = {.body = body, .body_size = size, .published = "2024-03-20"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, 0.0, &result, &error));
    check_evidence(&article, &result);
    return result.event_count;
}

static void repeat(struct buffer *buffer, const char *piece, size_t size)
{
    buffer_clear(buffer);
    while (buffer->size < size)
        buffer_append_text(buffer, piece);
}

static void every_kind_of_bad_text_is_survived(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",
                                         "1",
                                         "1,",
                                         "-",
                                         "--",
                                         "'",
                                         "\"",
                                         "(",
                                         ")",
                                         "\xE2\x80\x9C",
                                         "\xE2\x80",
                                         "\xFF",
                                         "\xC0\x80",
                                         "\xED\xA0\x80",
                                         "\n",
                                         "\r",
                                         "\r\n",
                                         " \n",
                                         "a\n",
                                         "Russia sold tanks to\nIndia in a deal that was made\n",
                                         "U.S.",
                                         "the ",
                                         "of ",
                                         "and ",
                                         "\xE2\x80\xAE"
                                         "Russia",
                                         "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D ",
                                         "Russia ",
                                         "Russia, ",
                                         "sells ",
                                         "he ",
                                         "the two countries ",
                                         "their ",
                                         "which ",
                                         "Russia sold tanks to India and ",
                                         "September 26-28 ",
                                         "$5bn ",
                                         "(Interfax, September 20) ",
                                         "said he said ",
                                         "to buy to sell to ",
                                         "exercise "};
    struct buffer buffer = BUFFER_INIT;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        repeat(&buffer, pieces[i], 60000);
        code(buffer.bytes, buffer.size);
    }
    buffer_free(&buffer);
    code("", 0);
    code("Russia sold\0tanks to\0India.", 27);
    code("\0\0\0\0", 4);
}

/* What the fuzz target starts from, what it once found among it, cut into title and body as it does. */
static void every_seed_of_the_fuzz_target_is_survived(void **state)
{
    (void)state;
    static char bytes[64 * 1024];
    glob_t seeds;
    assert_int_equal(glob(ENT_SOURCE_DIR "/fuzz/coder/corpus/*", 0, NULL, &seeds), 0);
    for (size_t i = 0; i < seeds.gl_pathc; i++) {
        FILE *file = fopen(seeds.gl_pathv[i], "rb");
        assert_non_null(file);
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        size_t cut = size > 0 && (unsigned char)bytes[0] < size ? (unsigned char)bytes[0] : size - (size > 0);
        struct coder_article article = {.title = bytes + (size > 0),
                                        .title_size = cut,
                                        .body = bytes + (size > 0) + cut,
                                        .body_size = size - (size > 0) - cut,
                                        .published = "2024-02-29"};
        struct coder_result result;
        struct error error = ERROR_INIT;
        assert_true(coder_code(coder, workspace, &article, 0.0, &result, &error));
        check_evidence(&article, &result);
    }
    globfree(&seeds);
}

static void random_bytes_and_random_words_are_survived(void **state)
{
    (void)state;
    static const char *const words[] = {
        "Russia", "India's",  "sold",     "to",      "by",    "tanks", ",",      ".",         "said",
        "“",      "”",        "exercise", "will",    "not",   "May",   "5",      "-",         "19",
        "Uzbek",  "(",        ")",        "US-led",  "joint", "the",   "which",  "if",        "two countries",
        "their",  "Su-30MKI", "$",        "million", "\n",    "and",   "signed", "agreement", "with",
        "NATO",   "'s",       "he"};
    unsigned long long seed = 11;
    struct buffer buffer = BUFFER_INIT;
    for (int round = 0; round < 300; round++) {
        buffer_clear(&buffer);
        for (int i = 0; i < 400; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            if (round % 3 == 0)
                buffer_append_char(&buffer, (char)(seed >> 40));
            else {
                buffer_append_text(&buffer, words[(seed >> 33) % (sizeof words / sizeof *words)]);
                buffer_append_char(&buffer, ' ');
            }
        }
        code(buffer.bytes, buffer.size);
    }
    buffer_free(&buffer);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The least of some runs, the first of which is not counted: it pays for the memory. */
static double seconds_for(const char *piece, size_t size)
{
    struct buffer text = BUFFER_INIT;
    double least = 1e9;
    repeat(&text, piece, size);
    code(text.bytes, text.size);
    for (int i = 0; i < 2; i++) {
        double start = cpu_seconds();
        code(text.bytes, text.size);
        double took = cpu_seconds() - start;
        least = took < least ? took : least;
    }
    buffer_free(&text);
    return least;
}

/* Eight times the text. A square would be 64 times the time; that more memory is slower memory is three to five times on a
 * busy machine, so 40 leaves room for both, and what takes next to nothing is not judged. */
static void time_grows_with_the_text_and_no_faster(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "Russia sold tanks to India and ",
        "he said that they sold their arms to the two countries. ",
        "exercise ",
        "plain words without any meaning here. ",
        "Russia sold tanks to India on Monday, Kenya said.\n",
        "joint exercise with France ",
        "the deal. ",
        "which sold tanks which bought arms ",
        "if it may not ",
        "NATO and EU ",
        "Su-30MKI ",
        "2019 ",
        "$5 million ",
        "“\"(",
        "Russia's ",
        "\xE2\x80\xAE\xD8\xB9\xD8\xB1\xD8\xA8 sold ",
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double first = seconds_for(pieces[i], 50000), second = seconds_for(pieces[i], 400000);
        if (second > 0.1 && second > first * 40)
            fail_msg("`%s`: %.4f s for 50 kB, %.4f s for 400 kB", pieces[i], first, second);
    }
}

static void a_hundred_megabytes_in_one_line_are_cut_and_said_so(void **state)
{
    (void)state;
    size_t size = 100u * 1024 * 1024;
    char *line = malloc(size);
    assert_non_null(line);
    memset(line, 'x', size);
    struct coder_article article = {.body = line, .body_size = size};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_true(result.cut);
    free(line);
}

/* The longest texts that are read, with the lexicon and the item's events: dense prose, every sentence of which passes the
 * gate, and marks without words between the reasons to look at them. */
static void memory_stays_below_64_megabytes(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "Norway will deliver 24 howitzers to Latvia under a $300 million contract signed in Oslo on Monday. ",
        "Drill! (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((( ",
        "5 - 5 - war games ",
    };
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        repeat(&text, pieces[i], CODER_TEXT_MAX);
        struct coder_article article = {.body = text.bytes, .body_size = text.size, .published = "2024-03-20"};
        struct coder_result result;
        struct error error = ERROR_INIT;
        assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
        assert_true(result.cut);
        size_t used = arena_used(workspace->arena) + TRIGGERS_MAX * sizeof *workspace->events +
                      lexicon_size(workspace->coder->lexicon);
        if (used >= 64u * 1024 * 1024)
            fail_msg("`%.20s…`: %zu bytes", pieces[i], used);
    }
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_bad_text_is_survived),
        cmocka_unit_test(every_seed_of_the_fuzz_target_is_survived),
        cmocka_unit_test(random_bytes_and_random_words_are_survived),
        cmocka_unit_test(time_grows_with_the_text_and_no_faster),
        cmocka_unit_test(a_hundred_megabytes_in_one_line_are_cut_and_said_so),
        cmocka_unit_test(memory_stays_below_64_megabytes),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
