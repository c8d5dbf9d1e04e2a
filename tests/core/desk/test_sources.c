/* Independent sources: houses, agencies, copies of one text. */
#include "core/base/clock.h"
#include "core/desk/publishers.h"
#include "core/desk/sketch.h"
#include "core/store/events.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the table ---- */

static void assert_family(const struct publishers *publishers, const char *name, const char *expected)
{
    char family[PUBLISHER_FAMILY_SIZE];
    publishers_family(publishers, name, family);
    assert_string_equal(family, expected);
}

static void names_and_domains_lead_to_their_house(void **state)
{
    (void)state;
    struct publishers *publishers = publishers_create();
    assert_non_null(publishers);
    assert_family(publishers, "Reuters", "reuters");
    assert_family(publishers, "uk.reuters.com", "reuters");
    assert_family(publishers, "The Guardian", "guardian");
    assert_family(publishers, "www.theguardian.com", "guardian");
    assert_family(publishers, "ARMYTIMES.com", "sightline");
    assert_family(publishers, "feeds.news.example.co.uk", "example.co.uk");
    assert_family(publishers, "news.example.com.tr", "example.com.tr");
    assert_family(publishers, "one.blogspot.com", "one.blogspot.com");
    assert_family(publishers, "notreuters.com", "notreuters.com");
    assert_family(publishers, "Some  Daily ", "some daily");
    assert_family(publishers, NULL, "");
    assert_true(publishers_find(publishers, "AFP")->is_agency);
    assert_false(publishers_find(publishers, "bbc.co.uk")->is_agency);
    assert_null(publishers_find(publishers, "nobody.example"));
    publishers_destroy(publishers);
}

static void ones_own_lines_go_before_the_table(void **state)
{
    (void)state;
    static const char lines[] = "# mine\n\nmine | publisher | B | one.example, The Other Daily\n"
                                "reuters | agency | A |\nbbc2 | publisher | - | bbc.com\n";
    struct error error = ERROR_INIT;
    struct publishers *publishers = publishers_create();
    assert_true(publishers_read(publishers, lines, sizeof lines - 1, "mine.txt", &error));
    assert_family(publishers, "www.one.example", "mine");
    assert_family(publishers, "other daily", "mine");
    assert_int_equal(publishers_find(publishers, "one.example")->grade, 'B');
    assert_int_equal(publishers_find(publishers, "reutersagency.com")->grade, 'A');
    assert_family(publishers, "bbc.com", "bbc2");
    assert_family(publishers, "bbc.co.uk", "bbc");
    publishers_destroy(publishers);
}

static void a_wrong_line_is_named(void **state)
{
    static const struct {
        const char *line, *text;
    } wrong[] = {{"x | publisher", "mine.txt:2: fields are missing"},
                 {"x | paper | A | y", "neither agency nor publisher"},
                 {"x | publisher | G | y", "none of A to F"},
                 {" | publisher | A | y", "empty or too long"}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        char text[200];
        struct publishers *publishers = publishers_create();
        snprintf(text, sizeof text, "# a comment\n%s\n", wrong[i].line);
        assert_false(publishers_read(publishers, text, strlen(text), "mine.txt", &error));
        if (!strstr(error.text, wrong[i].text))
            fail_msg("%s", error.text);
        publishers_destroy(publishers);
    }
}

/* ---- copies ---- */

#define WIRE                                                                                                           \
    "Uzbekistan took delivery of twelve transport helicopters from Russia on Monday, the defence ministry said. The " \
    "aircraft landed at the air base near the southern city after a flight of two days. Officials from both countries " \
    "attended a short ceremony at which the keys were handed to the commander of the air force. The contract was "     \
    "signed two years ago and foresees the training of crews as well as spare parts for five years. Neither side "     \
    "gave a price. Analysts in the capital said that the machines would replace types that had served since the "      \
    "nineteen-eighties and had become hard to keep in the air. A second lot is to follow next spring, the ministry "    \
    "added."
#define WIRE_HALF                                                                                                      \
    "Uzbekistan took delivery of twelve transport helicopters from Russia on Monday, the defence ministry said. The " \
    "aircraft landed at the air base near the southern city after a flight of two days."
/* The first and the last third of it in other words. */
#define WIRE_REWRITTEN                                                                                                 \
    "A dozen new helicopters have arrived in Uzbekistan, according to the military there. Officials from both "       \
    "countries attended a short ceremony at which the keys were handed to the commander of the air force. The "       \
    "contract was signed two years ago and foresees the training of crews as well as spare parts for five years. "    \
    "Neither side gave a price. Our reporter was told that old machines will now be scrapped."
#define OWN                                                                                                            \
    "The Russian helicopters that Tashkent ordered are here: a column of trucks brought fuel to the airfield last "    \
    "week, residents said, and on Monday twelve machines came in from the north. The ministry put pictures of a "      \
    "handshake on its page. Pilots have been at a school in Torzhok since the winter, and mechanics will follow."

static void fill(struct sketch *sketch, const char *text)
{
    assert_true(sketch_fill(sketch, text, strlen(text)));
}

static bool are_copies(const char *a, const char *b)
{
    struct sketch x, y, stored;
    unsigned char bytes[SKETCH_BYTES_MAX];
    fill(&x, a);
    fill(&y, b);
    sketch_load(&stored, bytes, sketch_store(&x, bytes));
    assert_memory_equal(&stored, &x, sizeof x);
    assert_int_equal(sketch_is_copy(&x, &y), sketch_is_copy(&y, &x));
    return sketch_is_copy(&x, &y);
}

static void copies_are_told_whole_cut_and_rewritten(void **state)
{
    (void)state;
    assert_true(are_copies(WIRE, WIRE));
    assert_true(are_copies(WIRE, "TASHKENT (Wire) - " WIRE " Copyright reserved."));
    assert_true(are_copies(WIRE, WIRE_HALF));
    assert_true(are_copies(WIRE, WIRE_REWRITTEN));
    assert_false(are_copies(WIRE, OWN));
    assert_false(are_copies(WIRE_HALF, OWN));
    assert_false(are_copies("", ""));
    assert_false(are_copies("Helicopters arrive in Tashkent", "Helicopters arrive in Samarkand"));
    assert_true(are_copies("Helicopters arrive in Tashkent", "helicopters arrive in Tashkent"));
}

/* ---- in events ---- */

struct teller {
    const char *publisher, *author, *body;
};

static void tell(struct bench *bench, const struct teller *teller, int number)
{
    struct told told;
    struct buffer text = BUFFER_INIT;
    char id[40];
    snprintf(id, sizeof id, "item-%d", number);
    buffer_printf(&text,
                  "{'published':'2023-03-%02d','publisher':'%s','body':'%s',%s%s%s'report':{'type':'arms_transfer',"
                  "'status':'completed','modality':'reported','scope':'current','actors':[{'id':'RUS','role':'supplier'},"
                  "{'id':'UZB','role':'recipient'}],'equipment':[{'name':'Mi-17 helicopters','count':12,'unroca':'V'}],"
                  "'confidence':0.7}}",
                  2 + number % 3, teller->publisher, teller->body, teller->author ? "'author':'" : "",
                  teller->author ? teller->author : "", teller->author ? "'," : "");
    told_read(&told, id, text.bytes);
    bench_take(bench, &told);
    told_free(&told);
    buffer_free(&text);
}

/* Whatever the order in which they come. */
static void assert_independent(const struct teller *tellers, int count, int64_t expected)
{
    for (int shift = 0; shift < count; shift++) {
        struct bench bench;
        bench_open(&bench);
        for (int i = 0; i < count; i++)
            tell(&bench, &tellers[(i + shift) % count], (i + shift) % count);
        struct ent_record *event = bench_event(&bench);
        assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), count);
        assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), expected);
        record_release(event);
        bench_close(&bench);
    }
}

static void copies_of_one_wire_text_count_once(void **state)
{
    (void)state;
    static const struct teller tellers[] = {{"one.example", NULL, WIRE},
                                            {"two.example", NULL, "TASHKENT - " WIRE},
                                            {"three.example", NULL, WIRE_HALF},
                                            {"four.example", NULL, WIRE_REWRITTEN}};
    assert_independent(tellers, 4, 1);
}

static void an_own_report_beside_copies_counts(void **state)
{
    (void)state;
    static const struct teller tellers[] = {
        {"one.example", NULL, WIRE}, {"two.example", NULL, WIRE}, {"three.example", NULL, OWN}};
    assert_independent(tellers, 3, 2);
}

static void two_houses_with_three_sites_each_are_two(void **state)
{
    (void)state;
    static const struct teller tellers[] = {
        {"armytimes.com", NULL, "One text of the first house about this matter and the delivery of aircraft."},
        {"defensenews.com", NULL, "Quite another wording, by a second desk, of what has happened in the south."},
        {"c4isrnet.com", NULL, "Third: a short notice."},
        {"rferl.org", NULL, "The service has spoken with witnesses who saw machines come in from the north."},
        {"ozodlik.org", NULL, "In the language of the country the same house told more of it on the next day."},
        {"www.azattyq.org", NULL, "And the neighbours read of it here."}};
    assert_independent(tellers, 6, 2);
}

static void an_agency_in_byline_or_dateline_is_whom_a_report_rests_on(void **state)
{
    (void)state;
    static const struct teller tellers[] = {
        {"one.example", "Jane Roe, Reuters", "A first wording of what was delivered on this day to the base there."},
        {"two.example", NULL, "TASHKENT, March 2 (Reuters) - Second wording, by others, of what came to the base."},
        {"uk.reuters.com", NULL, "The agency says it in words of its own, longer than all the others have it."},
        {"three.example", "Reuters Staff", "Nobody knows an agency of that name, so this one stands for itself here."}};
    assert_independent(tellers, 4, 2);
}

static void another_table_changes_the_count_and_alerts_nobody(void **state)
{
    (void)state;
    static const struct teller tellers[] = {{"one.example", NULL, "Own words of the one about the matter at hand, all new."},
                                            {"two.example", NULL, "The other has put it in quite another way, at length."}};
    struct bench bench;
    struct error error = ERROR_INIT;
    struct text change;
    bench_open(&bench);
    assert_true(desk_set_publishers(bench.desk, ""));
    assert_true(desk_run(bench.desk, bench.store, &error));
    for (int i = 0; i < 2; i++)
        tell(&bench, &tellers[i], i);
    bench_renew(&bench);
    assert_true(desk_set_publishers(bench.desk, "us | publisher | B | one.example, two.example\n"));
    do
        assert_true(desk_run(bench.desk, bench.store, &error));
    while (desk_has_more(bench.desk));
    struct ent_record *event = bench_event(&bench);
    assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), 1);
    assert_string_equal(record_text(event->view, ENT_EVENT_GRADE), "B3");
    assert_true(record_get_str(event->view, ENT_EVENT_CHANGE, 0, &change));
    assert_string_equal(change.bytes, "recode");
    record_release(event);
    /* A desk without lines of its own goes by those that were kept. */
    bench_renew(&bench);
    tell(&bench, &(struct teller){"www.two.example", NULL, "A third report, of the same house, told in other words."}, 2);
    event = bench_event(&bench);
    assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), 1);
    record_release(event);
    bench_close(&bench);
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_domains_lead_to_their_house),
        cmocka_unit_test(ones_own_lines_go_before_the_table),
        cmocka_unit_test(a_wrong_line_is_named),
        cmocka_unit_test(copies_are_told_whole_cut_and_rewritten),
        cmocka_unit_test(copies_of_one_wire_text_count_once),
        cmocka_unit_test(an_own_report_beside_copies_counts),
        cmocka_unit_test(two_houses_with_three_sites_each_are_two),
        cmocka_unit_test(an_agency_in_byline_or_dateline_is_whom_a_report_rests_on),
        cmocka_unit_test(another_table_changes_the_count_and_alerts_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
