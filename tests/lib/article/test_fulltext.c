#include "lib/article/fulltext.h"
#include "lib/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define SENTENCE "The ministers of Kenya and Norway signed an agreement on the training of four hundred soldiers. "

static struct buffer repeated(int times, const char *end)
{
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < times; i++)
        buffer_append_text(&text, SENTENCE);
    buffer_append_text(&text, end);
    return text;
}

static void check_summary(int times, const char *end, bool is_summary)
{
    struct buffer text = repeated(times, end);
    assert_int_equal(fulltext_is_summary(text.bytes), is_summary);
    buffer_free(&text);
}

static void short_texts_and_texts_that_break_off_are_summaries(void **state)
{
    (void)state;
    assert_true(fulltext_is_summary(NULL));
    assert_true(fulltext_is_summary(""));
    check_summary(1, "", true);
    check_summary(12, "", false);
    check_summary(12, "And then the…", true);
    check_summary(12, "And then the...", true);
    check_summary(12, "And then the [...]", true);
    check_summary(12, "And then. Continue reading →", true);
    check_summary(12, "The post Kenya and Norway sign first appeared on Notes.", true);
    check_summary(60, "And then the…", false);
}

static bool is_better(const char *title, const char *text, const char *page, enum article_verdict verdict)
{
    struct article article = {.verdict = verdict, .text = page};
    return fulltext_is_better(title, text, &article);
}

static void only_an_article_on_the_same_matter_that_says_more_is_better(void **state)
{
    (void)state;
    struct buffer page = repeated(10, "");
    const char *title = "Kenya and Norway sign agreement", *other = "Hotel prices in Lisbon rise";
    assert_true(is_better(title, NULL, page.bytes, ARTICLE_FULL));
    assert_true(is_better(title, SENTENCE, page.bytes, ARTICLE_FULL));
    assert_true(is_better(NULL, NULL, page.bytes, ARTICLE_FULL));
    assert_false(is_better(title, SENTENCE, page.bytes, ARTICLE_PAYWALL));
    assert_false(is_better(other, NULL, page.bytes, ARTICLE_FULL));
    assert_false(is_better(title, page.bytes, page.bytes, ARTICLE_FULL));
    buffer_free(&page);
}

static void counters_do_not_change_the_digest(void **state)
{
    (void)state;
    assert_true(fulltext_digest("A", "text, 3 comments") == fulltext_digest("A", "text, 12 comments"));
    assert_false(fulltext_digest("A", "text") == fulltext_digest("A", "another text"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_texts_and_texts_that_break_off_are_summaries),
        cmocka_unit_test(only_an_article_on_the_same_matter_that_says_more_is_better),
        cmocka_unit_test(counters_do_not_change_the_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
