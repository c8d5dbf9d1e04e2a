/* The saved pages in pages/, in the shapes of real sites, each with what should be found on it: the verdict, title,
 * date and so on exactly; the text by its words. */
#include "lib/article/article.h"
#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGES ENT_SOURCE_DIR "/tests/lib/article/pages/"

/* ---- words ---- */

struct words {
    char **all;
    size_t count, capacity;
};

static void add_word(struct words *words, const char *bytes, size_t size)
{
    if (words->count == words->capacity) {
        words->capacity = words->capacity ? words->capacity * 2 : 256;
        words->all = realloc(words->all, words->capacity * sizeof *words->all);
        assert_non_null(words->all);
    }
    words->all[words->count++] = strndup(bytes, size);
}

static bool is_word(uint32_t character)
{
    return letter_script(character) != SCRIPT_NONE || (character >= '0' && character <= '9');
}

/* Words in lower case; of scripts without spaces each character is one. */
static void split(struct words *words, const char *text)
{
    struct buffer word = BUFFER_INIT;
    size_t size = strlen(text);
    for (size_t at = 0; at <= size;) {
        uint32_t character = ' ';
        char bytes[4];
        at += at < size ? utf8_decode(text + at, size - at, &character, NULL) : 1;
        enum letter_script script = letter_script(character);
        bool is_alone = script == SCRIPT_HAN || script == SCRIPT_KANA;
        if ((!is_word(character) || is_alone) && word.size) {
            add_word(words, word.bytes, word.size);
            buffer_clear(&word);
        }
        size_t written = utf8_encode(letter_lower(character), bytes);
        if (is_alone)
            add_word(words, bytes, written);
        else if (is_word(character))
            buffer_append(&word, bytes, written);
    }
    buffer_free(&word);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_words(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->all[i]);
    free(words->all);
}

static size_t count_common(struct words *a, struct words *b)
{
    size_t common = 0;
    qsort(a->all, a->count, sizeof *a->all, compare_words);
    qsort(b->all, b->count, sizeof *b->all, compare_words);
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = strcmp(a->all[i], b->all[j]);
        common += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return common;
}

struct score {
    size_t common, found, wanted;
};

static struct score score_text(const char *found, const json_t *paragraphs)
{
    struct words have = {0}, want = {0};
    split(&have, found);
    for (size_t i = 0; i < json_array_size(paragraphs); i++)
        split(&want, json_string_value(json_array_get(paragraphs, i)));
    struct score score = {have.count && want.count ? count_common(&have, &want) : 0, have.count, want.count};
    free_words(&have);
    free_words(&want);
    return score;
}

static double f1_of(const struct score *score)
{
    return score->found + score->wanted ? 2.0 * (double)score->common / (double)(score->found + score->wanted) : 1;
}

/* ---- one page ---- */

static void load(const char *path, struct buffer *bytes)
{
    char chunk[65536];
    size_t got;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_append(bytes, chunk, got);
    fclose(file);
    assert_false(bytes->failed);
}

static const char *text_of(const json_t *want, const char *key)
{
    return json_string_value(json_object_get(want, key));
}

static int check_text(const char *page, const char *what, const char *found, const char *wanted)
{
    if (!wanted || (found && strcmp(found, wanted) == 0))
        return 0;
    print_error("%s: %s is \"%s\", not \"%s\"\n", page, what, found ? found : "(none)", wanted);
    return 1;
}

static int check_facts(const char *page, const struct article *article, const json_t *want)
{
    char date[CALENDAR_TEXT_SIZE] = "";
    if (article->published.known)
        calendar_print(date, article->published.date.time);
    return check_text(page, "the verdict", article_verdict_name(article->verdict), text_of(want, "verdict")) +
           check_text(page, "the title", article->title, text_of(want, "title")) +
           check_text(page, "the date", date, text_of(want, "published")) +
           check_text(page, "the author", article->author, text_of(want, "author")) +
           check_text(page, "the publisher", article->publisher, text_of(want, "publisher")) +
           check_text(page, "the canonical address", article->canonical, text_of(want, "canonical")) +
           check_text(page, "the language", article->language, text_of(want, "language"));
}

static struct article *read_page(const char *json_path, json_t **want)
{
    struct buffer bytes = BUFFER_INIT, path = BUFFER_INIT;
    struct error error = ERROR_INIT;
    *want = json_load_file(json_path, 0, NULL);
    assert_non_null(*want);
    buffer_append(&path, json_path, strlen(json_path) - strlen("json"));
    buffer_append_text(&path, "html");
    load(path.bytes, &bytes);
    struct article_request request = {.url = text_of(*want, "url"), .content_type = text_of(*want, "content_type")};
    struct article *article = article_read(bytes.bytes, bytes.size, &request, &error);
    if (!article)
        fail_msg("%s: %s", path.bytes, error.text);
    buffer_free(&bytes);
    buffer_free(&path);
    return article;
}

static void every_page_gives_its_article_and_nothing_else(void **state)
{
    glob_t pages;
    struct score all = {0, 0, 0};
    double sum = 0;
    int faults = 0, articles = 0;
    (void)state;
    assert_int_equal(glob(PAGES "*.json", 0, NULL, &pages), 0);
    assert_true(pages.gl_pathc >= 30);
    for (size_t i = 0; i < pages.gl_pathc; i++) {
        json_t *want;
        const char *name = pages.gl_pathv[i] + strlen(PAGES);
        struct article *article = read_page(pages.gl_pathv[i], &want);
        faults += check_facts(name, article, want);
        if (article->verdict == ARTICLE_FULL) {
            struct score score = score_text(article->text, json_object_get(want, "text"));
            double f1 = f1_of(&score);
            if (f1 < 0.95) {
                print_error("%s: F1 of the text is %.3f (%zu of %zu words found, %zu put out)\n", name, f1,
                            score.common, score.wanted, score.found);
                faults++;
            }
            all = (struct score){all.common + score.common, all.found + score.found, all.wanted + score.wanted};
            sum += f1;
            articles++;
        }
        article_destroy(article);
        json_decref(want);
    }
    globfree(&pages);
    print_message("%d articles: precision %.4f, recall %.4f, mean F1 %.4f\n", articles,
                  (double)all.common / (double)all.found, (double)all.common / (double)all.wanted, sum / articles);
    assert_int_equal(faults, 0);
    assert_true(sum / articles >= 0.98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_page_gives_its_article_and_nothing_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
