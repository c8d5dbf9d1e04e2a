/* One invented sentence a row: what it must be coded as, by whom to whom, or that it must not be coded. */
#include "lib/coder/coder.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* NULL: any value will do. `actors` is "role=ID role=ID", all of which must be there. `type` NULL: no fact at all. */
struct expectation {
    const char *text, *type, *status, *modality, *actors, *start, *end;
};

static bool has_actor(struct record_view event, const char *role, size_t role_size, const char *id, size_t id_size)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++)
        if (strlen(record_text(actor, ENT_ACTOR_ROLE)) == role_size &&
            !strncmp(record_text(actor, ENT_ACTOR_ROLE), role, role_size) &&
            strlen(record_text(actor, ENT_ACTOR_ID)) == id_size &&
            !strncmp(record_text(actor, ENT_ACTOR_ID), id, id_size))
            return true;
    return false;
}

static bool actors_fit(struct record_view event, const char *actors)
{
    while (*actors) {
        size_t role = strcspn(actors, "="), id = strcspn(actors + role + 1, " ");
        if (!has_actor(event, actors, role, actors + role + 1, id))
            return false;
        actors += role + 1 + id;
        actors += *actors == ' ';
    }
    return true;
}

static bool same(const char *wanted, const char *got)
{
    return !wanted || (got && !strcmp(wanted, got));
}

static bool fits(struct record_view event, const struct expectation *row)
{
    struct record_view date;
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    return same(row->type, record_text(event, ENT_REPORT_TYPE)) &&
           same(row->status, record_text(event, ENT_REPORT_STATUS)) &&
           same(row->modality, record_text(event, ENT_REPORT_MODALITY)) &&
           (!row->actors || actors_fit(event, row->actors)) &&
           (!row->start || (dated && same(row->start, record_text(date, ENT_DATE_START)))) &&
           (!row->end || (dated && same(row->end, record_text(date, ENT_DATE_END))));
}

static bool is_fact(struct record_view event)
{
    const char *modality = record_text(event, ENT_REPORT_MODALITY);
    return strcmp(modality, "hypothetical") && strcmp(modality, "denied") &&
           !strcmp(record_text(event, ENT_REPORT_SCOPE), "current");
}

static void describe(const struct expectation *row, const struct coder_result *result)
{
    fprintf(stderr, "not as expected: %s\n", row->text);
    for (size_t i = 0; i < result->event_count; i++) {
        struct record_view event = result->events[i]->view, actor;
        fprintf(stderr, "  got %s %s %s", record_text(event, ENT_REPORT_TYPE), record_text(event, ENT_REPORT_STATUS),
                record_text(event, ENT_REPORT_MODALITY));
        for (size_t k = 0; record_get_view(event, ENT_REPORT_ACTOR, k, &actor); k++)
            fprintf(stderr, " %s=%s", record_text(actor, ENT_ACTOR_ROLE), record_text(actor, ENT_ACTOR_ID));
        fputc('\n', stderr);
    }
}

static bool check_row(const struct expectation *row, bool headline)
{
    struct coder_article article = {.body = row->text, .body_size = strlen(row->text), .published = "2024-03-20"};
    if (headline)
        article = (struct coder_article){
            .title = row->text, .title_size = strlen(row->text), .body = "", .published = "2024-03-20"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    for (size_t i = 0; i < result.event_count; i++) {
        if (row->type ? fits(result.events[i]->view, row) : is_fact(result.events[i]->view))
            return row->type != NULL;
    }
    return row->type == NULL;
}

static void check(const struct expectation *rows, size_t count, bool headline)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        if (!check_row(&rows[i], headline)) {
            struct coder_article article = {
                .body = rows[i].text, .body_size = strlen(rows[i].text), .published = "2024-03-20"};
            struct coder_result result;
            struct error error = ERROR_INIT;
            if (coder_code(coder, workspace, &article, 0.0, &result, &error))
                describe(&rows[i], &result);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}
#define CHECK(rows, headline) check(rows, sizeof rows / sizeof *rows, headline)

static void who_gives_and_who_takes_follows_the_grammar(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Norway delivered 24 howitzers to Latvia.", "arms_transfer", "completed", "reported",
         "supplier=NOR recipient=LVA", NULL, NULL},
        {"Latvia delivered 24 howitzers to Norway.", "arms_transfer", "completed", "reported",
         "supplier=LVA recipient=NOR", NULL, NULL},
        {"Latvia received 24 howitzers from Norway.", "arms_transfer", "completed", "reported",
         "supplier=NOR recipient=LVA", NULL, NULL},
        {"Twenty-four howitzers were delivered to Latvia by Norway.", "arms_transfer", "completed", "reported",
         "supplier=NOR recipient=LVA", NULL, NULL},
        {"Chile bought six frigates from South Korea.", "arms_transfer", "completed", "reported",
         "supplier=KOR recipient=CHL", NULL, NULL},
        {"South Korea sold six frigates to Chile.", "arms_transfer", "completed", "reported",
         "supplier=KOR recipient=CHL", NULL, NULL},
        {"Parliament in Oslo debated the Norwegian arms sales to Peru.", "arms_transfer", NULL, NULL,
         "supplier=NOR recipient=PER", NULL, NULL},
        {"Kenya's purchase of drones from Turkey was completed.", "arms_transfer", NULL, NULL,
         "supplier=TUR recipient=KEN", NULL, NULL},
        {"British instructors are training Kenyan marines.", "training", "ongoing", "reported",
         "supplier=GBR recipient=KEN", NULL, NULL},
        {"Kenyan marines are being trained by British instructors.", "training", "ongoing", "reported",
         "supplier=GBR recipient=KEN", NULL, NULL},
        {"Sixty Cypriot cadets have been studying at a military academy in Greece.", "training", NULL, NULL,
         "supplier=GRC recipient=CYP", NULL, NULL},
    };
    CHECK(rows, false);
}

static void every_kind_of_event_is_found(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Indonesia and Australia held a joint naval exercise off Darwin.", "exercise", NULL, "reported",
         "participant=IDN participant=AUS", NULL, NULL},
        {"A five-day joint exercise between Thai and Chinese paratroopers opened on Monday.", "exercise", NULL, NULL,
         "participant=THA participant=CHN", NULL, NULL},
        {"Athens and Cairo signed a defence pact.", "agreement", "signed", "reported",
         "participant=GRC participant=EGY", NULL, NULL},
        {"Sweden joined NATO.", "agreement", NULL, NULL, "participant=SWE participant=ORG:NATO", NULL, NULL},
        {"India and Canada agreed on intelligence sharing.", "intelligence_sharing", NULL, NULL,
         "participant=IND participant=CAN", NULL, NULL},
        {"The defence minister of Chile visited Lisbon on 12 March.", "visit", "completed", NULL,
         "initiator=CHL target=PRT", "2024-03-12", "2024-03-12"},
        {"Uruguay will host an arms fair in April.", "expo", "announced", NULL, "host=URY", NULL, NULL},
        {"Italy will deploy 300 troops to Bulgaria.", "basing", "announced", NULL, "initiator=ITA target=BGR", NULL,
         NULL},
        {"Norway will grant $30 million in military aid to Moldova.", "aid", "announced", NULL,
         "supplier=NOR recipient=MDA", NULL, NULL},
        {"Kenya has suspended military cooperation with Serbia.", "downturn", NULL, NULL, "initiator=KEN target=SRB",
         NULL, NULL},
        {"Canada imposed an arms embargo on Belarus.", "downturn", NULL, NULL, "initiator=CAN target=BLR", NULL, NULL},
        {"Spain and Portugal agreed joint production of armoured vehicles.", "industry", NULL, NULL,
         "participant=ESP participant=PRT", NULL, NULL},
        {"Nepal sent 850 troops to the UN peacekeeping mission in Lebanon.", "operation", NULL, NULL, "participant=NPL",
         NULL, NULL},
    };
    CHECK(rows, false);
}

static void a_party_that_speaks_confirms(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Norway has donated two patrol boats to Moldova, the Norwegian Ministry of Defence said.", "arms_transfer",
         "completed", "confirmed", "supplier=NOR recipient=MDA", NULL, NULL},
        {"Norway has donated two patrol boats to Moldova, a spokesman for the Moldovan army announced.",
         "arms_transfer", "completed", "confirmed", "supplier=NOR recipient=MDA", NULL, NULL},
        {"Norway has donated two patrol boats to Moldova, a newspaper said.", "arms_transfer", "completed", "reported",
         "supplier=NOR recipient=MDA", NULL, NULL},
    };
    CHECK(rows, false);
}

static void headlines_have_a_grammar_of_their_own(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Norway to send tanks to Latvia", "arms_transfer", "announced", NULL, "supplier=NOR recipient=LVA", NULL,
         NULL},
        {"US approves sale of $290m in bombs to Kuwait", "arms_transfer", "approved", NULL,
         "supplier=USA recipient=KWT", NULL, NULL},
        {"Peru, Chile hold naval drills", "exercise", NULL, NULL, "participant=PER participant=CHL", NULL, NULL},
        {"Japan inks defence pact with Fiji", "agreement", "signed", NULL, "participant=JPN participant=FJI", NULL,
         NULL},
        {"Poland mulls buying South Korean tanks", "arms_transfer", NULL, "hypothetical", "supplier=KOR recipient=POL",
         NULL, NULL},
        {"Denmark suspends military aid to Mali", "downturn", NULL, NULL, "initiator=DNK target=MLI", NULL, NULL},
    };
    CHECK(rows, true);
}

/* A file or a mail has its headline on top of the text. */
static void the_first_line_of_a_text_is_its_headline(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Chile orders six corvettes from Brazil\n\nThe weather was fine.", "arms_transfer", "signed", NULL,
         "supplier=BRA recipient=CHL", NULL, NULL},
        {"Norway to send tanks to Latvia\nThe weather was fine.", "arms_transfer", "announced", NULL,
         "supplier=NOR recipient=LVA", NULL, NULL},
        {"Chile orders six corvettes from Brazil.\n\nThe weather was fine.", "arms_transfer", "ongoing", NULL,
         "supplier=BRA recipient=CHL", NULL, NULL},
    };
    CHECK(rows, false);
}

/* Releases and newsletters in plain text are broken at a width, some pages in the middle of a sentence. */
static void sentences_go_on_behind_a_line_feed_that_only_breaks_them(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"The ministry said that Norway had delivered 24 howitzers and a battery\n"
         "of air-defence missiles to Latvia in the summer of last year, and the\n"
         "Netherlands four patrol boats.\n",
         "arms_transfer", "completed", NULL, "supplier=NOR recipient=LVA", NULL, NULL},
        {"The ministry in the capital said on Monday that the government of\r\n"
         "South Korea had sold six frigates and spare parts and training to\r\n"
         "the navy of Chile for a price that it did not tell.\r\n",
         "arms_transfer", NULL, NULL, "supplier=KOR recipient=CHL", NULL, NULL},
        {"Norway delivered 24 howitzers\nto Latvia.", "arms_transfer", "completed", NULL, "supplier=NOR recipient=LVA",
         NULL, NULL},
    };
    CHECK(rows, false);
}

static void what_is_only_weighed_denied_or_refused_is_told_apart(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Japan may sell frigates to Indonesia.", "arms_transfer", NULL, "hypothetical", "supplier=JPN recipient=IDN",
         NULL, NULL},
        {"Japan is considering selling frigates to Indonesia.", "arms_transfer", NULL, "hypothetical",
         "supplier=JPN recipient=IDN", NULL, NULL},
        {"Iran denied that it had sent drones to Ethiopia.", "arms_transfer", NULL, "denied",
         "supplier=IRN recipient=ETH", NULL, NULL},
        {"Germany refused to sell tanks to Qatar.", "arms_transfer", "refused", NULL, "supplier=DEU recipient=QAT",
         NULL, NULL},
        {"Germany will not sell tanks to Qatar.", "arms_transfer", "refused", NULL, "supplier=DEU recipient=QAT", NULL,
         NULL},
        {"Austria plans to sell rifles to Ghana.", "arms_transfer", "announced", NULL, "supplier=AUT recipient=GHA",
         NULL, NULL},
        {"Ghana asked Austria to deliver rifles.", "arms_transfer", "requested", NULL, "supplier=AUT recipient=GHA",
         NULL, NULL},
        {"Iran reportedly sent drones to Ethiopia.", "arms_transfer", NULL, "alleged", "supplier=IRN recipient=ETH",
         NULL, NULL},
    };
    CHECK(rows, false);
}

static void what_is_no_cooperation_is_left_alone(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"Iran tested its air defences in a drill near Isfahan.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"Russian missiles struck a power plant in Ukraine.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"Poland ordered rifles for its army from a plant in Radom.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"India and Canada signed a trade deal.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"France beat Spain in a friendly match.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"The airline bought twenty jets from Airbus.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"A gang was jailed for arms trafficking between Spain and Morocco.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"Players of the video war games Call of Duty came from Japan and Korea.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"Norway did not deliver howitzers to Latvia.", NULL, NULL, NULL, NULL, NULL, NULL},
        {"The prime minister of Spain opened a school in Chile.", NULL, NULL, NULL, NULL, NULL, NULL},
    };
    CHECK(rows, false);
}

static void dates_are_resolved_against_publication_and_never_made_up(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {"On March 5, Norway and Latvia held a three-day joint exercise.", "exercise", NULL, NULL, NULL, "2024-03-05",
         "2024-03-07"},
        {"Norway and Latvia will hold a joint exercise on April 2-9.", "exercise", "announced", NULL, NULL,
         "2024-04-02", "2024-04-09"},
        {"Norway and Latvia held a joint exercise last year.", "exercise", NULL, NULL, NULL, "2023", "2023"},
        {"The defence minister of Peru will visit Rome on Friday.", "visit", "announced", NULL, NULL, "2024-03-22",
         "2024-03-22"},
        {"The defence minister of Peru visited Rome on Friday.", "visit", "completed", NULL, NULL, "2024-03-15",
         "2024-03-15"},
        /* The paper's year is not that of what is done under it, nor the other way round. */
        {"Norway and Latvia began a joint exercise on Friday under their 2014 military cooperation agreement.",
         "exercise", NULL, NULL, NULL, "2024-03-15", "2024-03-15"},
        {"Norway began training Latvian soldiers on Friday under the agreement signed in 2017.", "training", NULL, NULL,
         NULL, "2024-03-15", "2024-03-15"},
    };
    CHECK(rows, false);
    struct coder_article article = {.body = rows[2].text, .body_size = strlen(rows[2].text)};
    struct coder_result result;
    struct error error = ERROR_INIT;
    struct record_view date;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_int_equal(result.event_count, 1);
    assert_true(record_get_view(result.events[0]->view, ENT_REPORT_DATE, 0, &date));
    assert_null(record_text(date, ENT_DATE_START));
}

/* The lexicon has "Ukrainian soldiers" and its like as names of forces, and still they are counted. */
static void a_force_of_so_many_soldiers_has_their_number(void **state)
{
    (void)state;
    static const char text[] = "Britain began training 15,000 Ukrainian soldiers on Tuesday.";
    struct coder_article article = {.body = text, .body_size = strlen(text)};
    struct coder_result result;
    struct error error = ERROR_INIT;
    struct record_view quantity;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_int_equal(result.event_count, 1);
    assert_true(record_get_view(result.events[0]->view, ENT_REPORT_QUANTITY, 0, &quantity));
    assert_string_equal(record_text(quantity, ENT_QUANTITY_KIND), "personnel");
    assert_true(record_num(quantity, ENT_QUANTITY_VALUE, 0) == 15000.0);
}

static void a_text_in_another_language_is_uncoded(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Министерство обороны сообщило о совместных учениях с партнёрами в Алтайском крае.",
        "Die Bundeswehr liefert Panzer an die Ukraine, wie das Ministerium gestern in Berlin mitteilte."};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct coder_article article = {.body = texts[i], .body_size = strlen(texts[i])};
        struct coder_result result;
        struct error error = ERROR_INIT;
        assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
        assert_true(result.uncoded);
        assert_int_equal(result.event_count, 0);
    }
}

static void an_order_and_its_delivery_are_stages_of_one_event(void **state)
{
    (void)state;
    static const char text[] =
        "Poland ordered 250 Abrams tanks from the United States in April 2022. The first 14 Abrams "
        "tanks were delivered by the United States to Poland on 28 June.";
    struct coder_article article = {.body = text, .body_size = sizeof text - 1, .published = "2023-07-10"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_int_equal(result.event_count, 1);
    struct record_view event = result.events[0]->view, step;
    assert_string_equal(record_text(event, ENT_REPORT_STATUS), "completed");
    assert_int_equal(record_count(event, ENT_REPORT_STEP), 1);
    assert_true(record_get_view(event, ENT_REPORT_STEP, 0, &step));
    assert_string_equal(record_text(step, ENT_STEP_STATUS), "signed");
    assert_string_equal(record_text(step, ENT_STEP_DATE), "2022-04");
    assert_true(record_num(step, ENT_STEP_COUNT, 0) == 250);
}

/* A sentence that names nobody tells how far what was told before has come. */
static void what_is_told_of_an_order_later_is_its_last_stage(void **state)
{
    (void)state;
    static const char body[] =
        "Chile ordered six corvettes from Brazil in April 2022. The ships were delivered on Monday.";
    struct coder_article article = {.body = body, .body_size = sizeof body - 1, .published = "2024-03-20"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_int_equal(result.event_count, 1);
    struct record_view event = result.events[0]->view, step, date;
    assert_string_equal(record_text(event, ENT_REPORT_STATUS), "completed");
    assert_true(record_get_view(event, ENT_REPORT_DATE, 0, &date));
    assert_string_equal(record_text(date, ENT_DATE_START), "2024-03-18");
    assert_true(record_get_view(event, ENT_REPORT_STEP, 0, &step));
    assert_string_equal(record_text(step, ENT_STEP_STATUS), "signed");
    assert_string_equal(record_text(step, ENT_STEP_DATE), "2022-04");
}

static void an_unreadable_date_is_an_error_that_shows_it(void **state)
{
    (void)state;
    struct coder_article article = {.body = "Norway sold tanks to Peru.", .body_size = 26, .published = "yesterday"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_false(coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error));
    assert_non_null(strstr(error.text, "yesterday"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_gives_and_who_takes_follows_the_grammar),
        cmocka_unit_test(every_kind_of_event_is_found),
        cmocka_unit_test(a_party_that_speaks_confirms),
        cmocka_unit_test(headlines_have_a_grammar_of_their_own),
        cmocka_unit_test(the_first_line_of_a_text_is_its_headline),
        cmocka_unit_test(sentences_go_on_behind_a_line_feed_that_only_breaks_them),
        cmocka_unit_test(what_is_only_weighed_denied_or_refused_is_told_apart),
        cmocka_unit_test(what_is_no_cooperation_is_left_alone),
        cmocka_unit_test(dates_are_resolved_against_publication_and_never_made_up),
        cmocka_unit_test(a_force_of_so_many_soldiers_has_their_number),
        cmocka_unit_test(a_text_in_another_language_is_uncoded),
        cmocka_unit_test(an_order_and_its_delivery_are_stages_of_one_event),
        cmocka_unit_test(what_is_told_of_an_order_later_is_its_last_stage),
        cmocka_unit_test(an_unreadable_date_is_an_error_that_shows_it),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
