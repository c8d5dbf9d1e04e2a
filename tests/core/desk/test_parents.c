/* What is a part of what across articles: the paper that a report says it is under, and how candidates for it compare.
 */
#include "core/base/clock.h"
#include "core/desk/papers.h"
#include "core/desk/parents.h"
#include "lib/base/calendar.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONE FEATURE_DAY_NONE

/* Told on 2018-09-03. `basis` is the text that is taken for it, "" for none. */
static const struct row {
    const char *quote, *basis;
    enum feature_paper_kind kind;
    int from, until; /* years of its date; 0 for none */
    enum feature_paper_kind paper;
} rows[] = {
    {"Belarus trains cadets under the military-technical cooperation agreement signed in 2017.",
     "the military-technical cooperation agreement", PAPER_AGREEMENT, 2017, 2017, PAPER_NONE},
    {"Pakistan and Russia began the drill under their 2014 military cooperation agreement.",
     "their 2014 military cooperation agreement", PAPER_AGREEMENT, 2014, 2014, PAPER_NONE},
    {"Poland signed a contract for missiles under last year's framework agreement.", "last year's framework agreement",
     PAPER_FRAMEWORK, 2017, 2017, PAPER_CONTRACT},
    {"a second executive contract for another 180 tanks", "a second executive contract", PAPER_FRAMEWORK, 0, 0,
     PAPER_CONTRACT},
    {"as part of their defence cooperation programme", "their defence cooperation programme", PAPER_PROGRAMME, 0, 0,
     PAPER_NONE},
    {"Italy trains sailors as agreed last year in the agreement on naval training", "the agreement on naval training",
     PAPER_AGREEMENT, 2017, 2017, PAPER_NONE},
    {"troops came in accordance with the treaty of 1960", "the treaty", PAPER_AGREEMENT, 1960, 1960, PAPER_NONE},
    {"under the Memorandum of Agreement on bases", "the Memorandum of Agreement on bases", PAPER_AGREEMENT, 0, 0,
     PAPER_NONE},
    {"France delivers six boats under the contract signed in July 2016, it said", "the contract", PAPER_CONTRACT, 2016,
     2016, PAPER_NONE},
    /* Its own contract, no paper above it. */
    {"Israel will supply eight radars under a $125 million contract.", "", PAPER_NONE, 0, 0, PAPER_CONTRACT},
    {"Poland and Norway signed a framework agreement on defence industry", "", PAPER_NONE, 0, 0, PAPER_FRAMEWORK},
    {"The ministers plan to meet under pressure from Moscow.", "", PAPER_NONE, 0, 0, PAPER_NONE},
    {"signed an agreement in Rome in 2017", "", PAPER_NONE, 0, 0, PAPER_AGREEMENT},
    {"", "", PAPER_NONE, 0, 0, PAPER_NONE},
    {"under", "", PAPER_NONE, 0, 0, PAPER_NONE},
    {"under agreement", "agreement", PAPER_AGREEMENT, 0, 0, PAPER_NONE},
};

static void what_a_report_is_under_is_read_from_its_quotes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct feature_paper paper = {.kind = PAPER_NONE}, basis = {.kind = PAPER_NONE};
        int year = 0, end = 0, month, day;
        papers_read(rows[i].quote, (int32_t)calendar_days(2018, 9, 3), &paper, &basis);
        bool has_date = basis.kind != PAPER_NONE && basis.date_low != NONE;
        if (has_date) {
            calendar_civil(basis.date_low, &year, &month, &day);
            calendar_civil(basis.date_high, &end, &month, &day);
        }
        size_t size = strlen(rows[i].basis);
        bool is_text = basis.size == size && strncmp(rows[i].quote + basis.start, rows[i].basis, size) == 0;
        if (basis.kind != rows[i].kind || paper.kind != rows[i].paper || year != rows[i].from || end != rows[i].until ||
            !is_text)
            fail_msg("'%s': basis %d '%.*s' %d-%d, paper %d", rows[i].quote, basis.kind, (int)basis.size,
                     rows[i].quote + basis.start, year, end, paper.kind);
    }
}

#define REPORT(type, status, roles, quote, more)                                                                       \
    "{'type':'" type "','status':'" status "','modality':'reported','scope':'current','actors':[" roles                \
    "],'evidence':[{'field':'type','quote':'" quote "','start':0,'end':9}]" more ",'confidence':0.8}"
#define PAIR "{'id':'TUR','role':'participant'},{'id':'POL','role':'participant'}"
#define SALE_OF "{'id':'TUR','role':'supplier'},{'id':'POL','role':'recipient'}"
#define TRAINED "{'id':'TUR','role':'supplier'},{'id':'POL','role':'recipient'}"

static void take(struct bench *bench, const char *item, const char *published, const char *report)
{
    struct told told;
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "{'published':'%s','publisher':'%s.example','report':%s}", published, item, report);
    told_read(&told, item, text.bytes);
    bench_take(bench, &told);
    told_free(&told);
    buffer_free(&text);
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (; (text = strstr(text, word)); text++)
        count++;
    return count;
}

/* How many events have a parent. */
static size_t parents_of(struct bench *bench)
{
    struct buffer text = BUFFER_INIT;
    bench_print(bench, &text);
    size_t count = count_of(text.bytes ? text.bytes : "", "\"part of ");
    buffer_free(&text);
    return count;
}

static const char pact_2014[] = REPORT("agreement", "signed", PAIR, "signed a military cooperation agreement", "");
static const char pact_2016[] = REPORT("agreement", "signed", PAIR, "signed an agreement on defence cooperation", "");
static const char course[] = REPORT("training", "ongoing", TRAINED, "began a course under the 2014 agreement", "");
static const char vague_course[] = REPORT("training", "ongoing", TRAINED, "began a course under the agreement", "");
static const char plain_course[] = REPORT("training", "ongoing", TRAINED, "began a course", "");

static void a_paper_that_comes_late_is_found_and_one_that_goes_is_let_go(void **state)
{
    (void)state;
    struct bench bench;
    struct told gone;
    bench_open(&bench);
    take(&bench, "course", "2018-05-02", course);
    assert_int_equal(parents_of(&bench), 0);
    take(&bench, "pact", "2014-03-03", pact_2014);
    assert_int_equal(parents_of(&bench), 1);
    told_read(&gone, "pact", "{'published':'2014-03-03','publisher':'pact.example','reports':[]}");
    bench_take(&bench, &gone);
    assert_int_equal(parents_of(&bench), 0);
    told_free(&gone);
    bench_close(&bench);
}

static void a_pair_and_a_type_make_no_parent(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    take(&bench, "pact", "2014-03-03", pact_2014);
    take(&bench, "course", "2018-05-02", plain_course);
    assert_int_equal(parents_of(&bench), 0);
    bench_close(&bench);
}

static void of_two_that_are_as_good_neither_is_the_parent(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    take(&bench, "pact", "2014-03-03", pact_2014);
    take(&bench, "course", "2018-05-02", vague_course);
    assert_int_equal(parents_of(&bench), 1); /* there is one alone */
    take(&bench, "other", "2016-03-03", pact_2016);
    assert_int_equal(parents_of(&bench), 0);
    take(&bench, "dated", "2018-09-02", course); /* states its year */
    assert_int_equal(parents_of(&bench), 1);
    bench_close(&bench);
}

static void an_order_is_part_of_the_framework_for_its_goods(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    take(&bench, "frame", "2022-07-27",
         REPORT("arms_transfer", "signed", SALE_OF, "signed a framework contract for 1,000 K2 tanks",
                ",'equipment':[{'name':'K2 "
                "tanks','count':1000,'unroca':'I'}],'date':{'start':'2022-07-27','end':'2022-07-27'}"));
    take(&bench, "guns", "2022-08-26",
         REPORT("arms_transfer", "signed", SALE_OF, "signed an executive contract for 48 K9 howitzers",
                ",'equipment':[{'name':'K9 howitzers','count':48,'unroca':'III'}]"));
    assert_int_equal(parents_of(&bench), 0);
    take(&bench, "tanks", "2023-02-26",
         REPORT("arms_transfer", "signed", SALE_OF, "signed an executive contract for 180 K2 tanks",
                ",'equipment':[{'name':'K2 "
                "tanks','count':180,'unroca':'I'}],'date':{'start':'2023-02-26','end':'2023-02-26'}"));
    assert_int_equal(parents_of(&bench), 1);
    bench_close(&bench);
}

/* Else every drill under an old treaty would be news of a treaty. */
static void an_agreement_that_is_only_referred_to_is_background(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    take(&bench, "drill", "2018-05-02",
         REPORT("agreement", "ongoing", PAIR, "began the drill on Monday under their 2014 agreement", ""));
    struct ent_record *event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_SCOPE), "background");
    record_release(event);
    bench_close(&bench);
    bench_open(&bench);
    take(&bench, "news", "2018-05-02",
         REPORT("agreement", "signed", PAIR, "will train together under an agreement signed on Monday",
                ",'date':{'start':'2018-04-30','end':'2018-04-30'}"));
    event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_SCOPE), "current");
    record_release(event);
    bench_close(&bench);
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_report_is_under_is_read_from_its_quotes),
        cmocka_unit_test(a_paper_that_comes_late_is_found_and_one_that_goes_is_let_go),
        cmocka_unit_test(a_pair_and_a_type_make_no_parent),
        cmocka_unit_test(of_two_that_are_as_good_neither_is_the_parent),
        cmocka_unit_test(an_order_is_part_of_the_framework_for_its_goods),
        cmocka_unit_test(an_agreement_that_is_only_referred_to_is_background),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
