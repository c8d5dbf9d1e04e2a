/* Which sentences are parsed: those whose words can evoke a frame. What is left unread must never have told an event.
 */
#include "lib/coder/coder.h"
#include "lib/coder/evoke.h"
#include "lib/coder/workspace.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often a sentence that passes the gate was told to hold nothing, and how often it did not. */
static size_t ruled_out, left;

static void code(const char *body, bool thorough)
{
    struct coder_article article = {
        .body = body, .body_size = strlen(body), .published = "2024-03-20", .thorough = thorough};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
}

static bool tells(const struct sentence *sentence)
{
    for (uint32_t i = 0; i < workspace->event_count; i++)
        if (workspace->events[i].sentence == sentence)
            return true;
    return false;
}

static void check_text(const char *text, void *context)
{
    (void)context;
    code(text, true);
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (!sentence->gate || !sentence->parsed)
            continue;
        bool possible = evoke_possible(coder->evoke, sentence);
        if (!possible && tells(sentence))
            fail_msg("an event is told where no frame is said to be evoked: %s", text);
        ruled_out += !possible;
        left += possible;
    }
}

static void a_sentence_that_is_ruled_out_tells_no_event(void **state)
{
    (void)state;
    each_pair(check_text, NULL);
    assert_true(left > 1000);
    assert_true(ruled_out > 0);
}

static const char without_frame[] = "Norway and Latvia praised the howitzers.";

static void what_evokes_nothing_is_not_parsed(void **state)
{
    (void)state;
    code(without_frame, false);
    assert_int_equal(workspace->sentence_count, 1);
    assert_true(workspace->sentences[0].gate);
    assert_false(workspace->sentences[0].parsed);
    code("Norway will give Latvia the howitzers.", false);
    assert_true(workspace->sentences[0].parsed);
}

static void an_explanation_parses_it_all_the_same(void **state)
{
    (void)state;
    code(without_frame, true);
    assert_true(workspace->sentences[0].parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_sentence_that_is_ruled_out_tells_no_event),
                                       cmocka_unit_test(what_evokes_nothing_is_not_parsed),
                                       cmocka_unit_test(an_explanation_parses_it_all_the_same)};
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
