/* Which items are read at all: those that name two parties, or one and what one is enough for. A quick reading tells
 * what a thorough one tells. */
#include "lib/coder/coder.h"
#include "lib/coder/workspace.h"
#include "lib/record/record.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 16, SENTENCES_OF_ITEM = 3 };

static size_t unread, told;

/* What is told of an item, as text. */
struct telling {
    enum coder_relevance relevance;
    size_t count;
    char types[EVENTS_MAX][64];
};

static struct telling code(const char *title, const char *body, bool thorough, double min_confidence)
{
    struct coder_article article = {.title = title,
                                    .title_size = strlen(title),
                                    .body = body,
                                    .body_size = strlen(body),
                                    .published = "2024-03-20",
                                    .thorough = thorough};
    struct coder_result result;
    struct error error = ERROR_INIT;
    struct telling telling = {.relevance = CODER_NONE};
    assert_true(coder_code(coder, workspace, &article, min_confidence, &result, &error));
    telling.relevance = result.relevance;
    for (size_t i = 0; i < result.event_count && i < EVENTS_MAX; i++)
        snprintf(telling.types[telling.count++], sizeof telling.types[0], "%s.%s %s",
                 record_text(result.events[i]->view, ENT_REPORT_TYPE),
                 record_text(result.events[i]->view, ENT_REPORT_SUBTYPE),
                 record_text(result.events[i]->view, ENT_REPORT_STATUS));
    return telling;
}

static bool any_parsed(void)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        if (workspace->sentences[i].parsed)
            return true;
    return false;
}

static void check_item(const char *title, const char *body)
{
    struct telling all = code(title, body, true, CODER_CONFIDENCE_OF_MODEL),
                   quick = code(title, body, false, CODER_CONFIDENCE_OF_MODEL);
    bool gated = false;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        gated |= workspace->sentences[i].gate;
    unread += gated && !any_parsed();
    told += quick.count;
    if (all.relevance != quick.relevance || all.count != quick.count)
        fail_msg("a thorough reading tells %zu events, a quick one %zu: %s | %s", all.count, quick.count, title, body);
    for (size_t i = 0; i < all.count; i++)
        assert_string_equal(all.types[i], quick.types[i]);
}

struct neighbours {
    char text[SENTENCES_OF_ITEM][4096];
    size_t count;
};

/* Each pair by itself, and with its neighbours, one of them as its title: then names stand in other sentences. */
static void check_pair(const char *text, void *context)
{
    struct neighbours *seen = context;
    char body[2 * sizeof *seen->text];
    if (strlen(text) >= sizeof *seen->text)
        return;
    check_item("", text);
    snprintf(seen->text[seen->count++ % SENTENCES_OF_ITEM], sizeof *seen->text, "%s", text);
    snprintf(body, sizeof body, "%s\n%s", seen->text[0], seen->text[1]);
    check_item(seen->text[2], body);
}

static void a_quick_reading_tells_the_same(void **state)
{
    struct neighbours seen = {.count = 0};
    (void)state;
    each_pair(check_pair, &seen);
    assert_true(unread > 100);
    assert_true(told > 1000);
}

static const char one_party[] = "Germany's army held a naval exercise off Kiel. Berlin will send howitzers, the German "
                                "defence ministry said.";

static void one_party_is_not_enough(void **state)
{
    (void)state;
    code("", one_party, false, CODER_CONFIDENCE_OF_MODEL);
    assert_true(workspace->sentences[0].gate);
    assert_false(any_parsed());
    code("", "Germany and Denmark held a naval exercise off Kiel.", false, CODER_CONFIDENCE_OF_MODEL);
    assert_true(any_parsed());
}

static void who_asks_for_all_candidates_gets_them(void **state)
{
    (void)state;
    code("", one_party, false, 0.0);
    assert_true(any_parsed());
    assert_true(workspace->event_count > 0);
}

static void one_is_enough_where_others_need_no_names(void **state)
{
    static const char *const texts[] = {"Poland will host an arms fair in Kielce in September, Warsaw said.",
                                        "Norway joined an international coalition to patrol the strait, Oslo said.",
                                        "Kenya took part in a 14-nation naval exercise last week, Nairobi said.",
                                        "EU defence ministers met on Monday to discuss the mission, the EU said."};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        code("", texts[i], false, CODER_CONFIDENCE_OF_MODEL);
        if (!any_parsed())
            fail_msg("not read: %s", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_quick_reading_tells_the_same),
                                       cmocka_unit_test(one_party_is_not_enough),
                                       cmocka_unit_test(who_asks_for_all_candidates_gets_them),
                                       cmocka_unit_test(one_is_enough_where_others_need_no_names)};
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
