/* Which sentences are looked at for events: the others cost no more than the looking up of their words. */
#include "lib/coder/coder.h"
#include "lib/coder/workspace.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* One letter a sentence: + passes, - does not. */
static void expect(const char *title, const char *body, const char *gates)
{
    struct coder_article article = {
        .title = title, .title_size = strlen(title), .body = body, .body_size = strlen(body), .published = "2024-03-20"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    char got[32] = "";
    assert_true(coder_candidates(coder, workspace, &article, &result, &error));
    assert_true(workspace->sentence_count < sizeof got);
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        got[i] = workspace->sentences[i].gate ? '+' : '-';
    assert_string_equal(got, gates);
}

static void a_word_of_defence_opens_the_gate(void **state)
{
    (void)state;
    expect("", "Norway will send howitzers to Latvia.", "+");
    expect("", "The two ministers signed a status of forces agreement.", "+");
    expect("", "Hanoi wants twelve Su-30MK2.", "+");
}

static void ordinary_news_stays_outside(void **state)
{
    (void)state;
    expect("", "Prices of wheat rose for the third week as rain delayed the harvest in the south.", "-");
    expect("", "A court in Lyon heard the appeal of the former mayor, who denies any wrongdoing.", "-");
    expect("", "It is one of the first all-new cars in a series of two.", "-");
}

static void what_begins_like_a_phrase_of_defence_is_none(void **state)
{
    (void)state;
    expect("", "The status of the bridge is not known.", "-");
    expect("", "The status of forces agreement stands.", "+");
}

static void half_a_reason_is_enough_beside_a_sentence_that_passes(void **state)
{
    (void)state;
    expect("", "It rained a lot. He will visit Rome in May.", "--");
    expect("", "It rained a lot. Spanish officers will visit Rome in May.", "-+");
    expect("", "Chile's defence minister inspected frigates in Turkey. He will visit Rome in May.", "++");
    expect("Chile buys frigates from Turkey", "It rained a lot. He will visit Rome in May.", "+-+");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_of_defence_opens_the_gate),
        cmocka_unit_test(ordinary_news_stays_outside),
        cmocka_unit_test(what_begins_like_a_phrase_of_defence_is_none),
        cmocka_unit_test(half_a_reason_is_enough_beside_a_sentence_that_passes),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
