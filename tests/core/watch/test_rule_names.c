#include "core/watch/rates.h"
#include "core/watch/rule.h"
#include "core/watch/rule_archive.h"
#include "core/watch/rule_language.h"
#include "core/watch/rule_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/watch/read_event.h"

static const char sale[] =
    "{'id':'e1','revision':1,'type':'arms_transfer','status':'signed','modality':'confirmed','scope':'current',"
    "'first_seen':'2024-03-10T08:00:00Z','last_seen':'2024-03-12T08:00:00Z','changes':['new'],"
    "'actors':[{'id':'KOR','role':'supplier'},{'id':'KOR','role':'initiator'},{'id':'COM:hanwha','role':'supplier'},"
    "{'id':'POL','role':'recipient'}],"
    "'date':{'start':'2024-03-05','end':'2024-03-05','precision':'day'},"
    "'places':[{'raw':'Rzeszow','name':'Rzeszow','country':'POL','precision':'city','latitude':50.04,'longitude':22.0},"
    "{'raw':'Poland','name':'Poland','country':'POL','precision':'country','latitude':52.0,'longitude':20.0}],"
    "'quantities':[{'kind':'money','value':160000000000,'unit':'KRW','qualifier':'about'}]}";

static const char long_rates[] = "date,currency,per_usd\n2024-03-01,KRW,1330\n2024-03-04,KRW,1600\n2024-03-06,KRW,2000\n"
                                 "2024-03-04,EUR,0.92\n2023-01-02,PLN,4.4\n";
static const char wide_rates[] = "Date,USD,KRW,CYP,\n2024-03-05,1.08,1600,N/A,\n2024-03-04,1.1,1440,,\n";

static struct rule_names *make_names(const char *rates)
{
    struct rule_names_problem problem;
    struct rule_names *names = rule_names_create();
    static const char *const visegrad[] = {"POL", "CZE", "SVK", "HUN", "COM:hanwha", NULL};
    static const char *const wider[] = {"visegrad", "Northern Europe", "151", "ORG:NATO", NULL};
    assert_true(rule_names_add_group(names, "visegrad", visegrad, 5, &problem));
    assert_true(rule_names_add_group(names, "wider-east", wider, 4, &problem));
    assert_true(rule_names_add_macro(names, "heavy", "unroca in (I, II) or money > 100 M USD", &problem));
    assert_true(rule_names_add_macro(names, "both", "macro.heavy and type = arms_transfer", &problem));
    assert_true(rule_names_add_macro(names, "loop", "type = aid or macro.ring", &problem));
    assert_true(rule_names_add_macro(names, "ring", "macro.loop", &problem));
    assert_true(rule_names_add_macro(names, "wrong", "type = arms_transferr", &problem));
    assert_true(rule_names_add_macro(names, "empty", " # nothing", &problem));
    if (rates) {
        struct csv_error error;
        struct rates *read = rates_read(rates, strlen(rates), &error);
        if (!read)
            fail_msg("%s", error.text);
        rule_names_set_rates(names, read);
    }
    return names;
}

static bool look(const struct rule_names *names, const char *text, const struct rule_archive *archive,
                 struct buffer *explanation)
{
    struct rule_error error;
    struct rule *rule = rule_compile_with(names, text, strlen(text), &error);
    if (!rule)
        fail_msg("%s: at %zu: %s", text, error.offset, error.text);
    struct ent_record *event = read_event(sale);
    struct rule_facts *facts = rule_facts_create();
    assert_true(rule_facts_fill(facts, event->view, NULL));
    rule_facts_ask(facts, archive);
    bool matched = rule_matches(rule, facts, NULL);
    if (explanation)
        assert_int_equal(rule_explain(rule, facts, explanation), matched);
    rule_facts_destroy(facts);
    record_release(event);
    rule_destroy(rule);
    return matched;
}

static void check(const struct rule_names *names, const char *text, bool expected)
{
    if (look(names, text, NULL, NULL) != expected)
        fail_msg("%s: expected %s", text, expected ? "a match" : "none");
}

static void check_explanation(const struct rule_names *names, const char *text, const struct rule_archive *archive,
                              const char *expected)
{
    struct buffer explanation = BUFFER_INIT;
    look(names, text, archive, &explanation);
    assert_string_equal(explanation.bytes, expected);
    buffer_free(&explanation);
}

static void regions_are_known_by_every_name_and_number_that_m49_has(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "region = eastern_europe", "region = 151",        "region = 'Eastern Europe'", "region = 030",
        "region = 'eastern-asia'", "region = POL or region = 616", "actor = 616",  "recipient = 150",
        "dyad(030, 151)",          "dyad('Eastern Asia', europe)", "place = 616",  "place = 151",
        "region = world",          "region in (sub_saharan_africa, 142)"};
    static const char *const no[] = {"region = 419", "region = 'Latin America and the Caribbean'", "region = 003",
                                     "region = sub_saharan_africa", "actor = 276", "region = 276"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strncmp(yes[i], "region = POL", 12) != 0)
            check(NULL, yes[i], true);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        check(NULL, no[i], false);
}

static void a_group_stands_wherever_a_region_may(void **state)
{
    (void)state;
    struct rule_names *names = make_names(NULL);
    check(names, "actor = visegrad", true);
    check(names, "region = visegrad", true);
    check(names, "place = visegrad", true);
    check(names, "supplier = visegrad", true); /* a firm is one of its members */
    check(names, "dyad(KOR, wider-east)", true);
    check(names, "host = wider-east", false);
    rule_names_destroy(names);
}

static void a_macro_is_read_in_place_of_its_name_and_explained_within(void **state)
{
    (void)state;
    struct rule_names *names = make_names(NULL);
    check(names, "macro.heavy", false);
    check(names, "not macro.heavy and actor = KOR", true);
    check_explanation(names, "actor = KOR and (macro.both or not actor = POL)", NULL,
                      "no   all of\n"
                      "yes    actor = KOR: KOR, KOR, COM:hanwha, POL\n"
                      "no     one of\n"
                      "no       macro.both\n"
                      "no         all of\n"
                      "no           macro.heavy\n"
                      "no             one of\n"
                      "no               unroca in (I, II): not stated\n"
                      "no               money > 100 M USD: 160000000000 KRW (no rate of KRW for 2024-03-05)\n"
                      "yes          type = arms_transfer: arms_transfer\n"
                      "no       not\n"
                      "yes        actor = POL: KOR, KOR, COM:hanwha, POL\n");
    rule_names_destroy(names);
}

static void what_is_wrong_with_a_macro_is_told_where_it_is_used(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *nearest;
        size_t offset, length;
    } rows[] = {
        {"type = aid or macro.hevy", "there is no [macro.hevy]: did you mean heavy?", "macro.heavy", 14, 10},
        {"macro.nothing_like_it", "there is no [macro.nothing_like_it] in the configuration", "", 0, 21},
        {"actor = POL and macro.wrong", "macro.wrong: unknown type arms_transferr: did you mean arms_transfer?", "", 16, 11},
        {"macro.loop", "macro.loop: macro.ring: macro.loop uses itself", "", 0, 10},
        {"macro.empty", "macro.empty: the macro is empty", "", 0, 11},
        {"actor = visegrat", "did you mean visegrad?", "visegrad", 8, 8},
        {"within(50, 91, 0)", "a latitude is between -90 and 90", "", 11, 2},
        {"within(50, 9)", "write within(KM, LATITUDE, LONGITUDE), not )", ",", 12, 1},
        {"within = 3", "write within(KM, LATITUDE, LONGITUDE), not =", "(", 7, 1},
        {"first_dyad", "write first_dyad(WINDOW), but the rule ends here", "(", 10, 0},
        {"first_dyad(90)", "a unit behind the number: 90d, 12w, 2y, not )", "", 13, 1},
        {"first_dyad(1.5y)", "a window is a whole number", "", 11, 3},
        {"spike(1, 30d)", "a factor is between 1.1 and 1000", "", 6, 1},
        {"spike(3, 9y) and type = aid", "a window is 1 day to 2 years", "", 9, 1},
        {"type = aid or spike(3, 30d)", "spike is joined to the rest of the rule by and", "", 14, 13},
        {"type = aid and not silence(30d)", "silence is joined to the rest of the rule by and", "", 19, 12},
        {"type = aid and spike(3, 30d) and silence(30d)", "a rule has one spike() or silence()", "", 33, 12},
        {"region = 999", "unknown region 999", "", 9, 3},
    };
    struct rule_names *names = make_names(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule_error error;
        struct rule *rule = rule_compile_with(names, rows[i].rule, strlen(rows[i].rule), &error);
        if (rule)
            fail_msg("%s: was taken", rows[i].rule);
        if (!strstr(error.text, rows[i].text))
            fail_msg("%s: says \"%s\"", rows[i].rule, error.text);
        if (error.offset != rows[i].offset || error.length != rows[i].length)
            fail_msg("%s: at %zu+%zu", rows[i].rule, error.offset, error.length);
        assert_string_equal(error.nearest, rows[i].nearest);
    }
    rule_names_destroy(names);
}

/* A macro that doubles itself eight times over would be a rule of many thousand terms. */
static void macros_cannot_grow_a_rule_past_its_bound(void **state)
{
    (void)state;
    struct rule_names_problem problem;
    struct rule_error error;
    struct rule_names *names = rule_names_create();
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, "days = 1");
    for (int i = 0; i < 30; i++)
        buffer_append_text(&text, " or days = 1");
    assert_true(rule_names_add_macro(names, "a0", text.bytes, &problem));
    for (int i = 1; i < 8; i++) {
        char name[8];
        buffer_clear(&text);
        for (int j = 0; j < 30; j++)
            buffer_printf(&text, "%smacro.a%d", j ? " or " : "", i - 1);
        snprintf(name, sizeof name, "a%d", i);
        assert_true(rule_names_add_macro(names, name, text.bytes, &problem));
    }
    assert_null(rule_compile_with(names, "macro.a7", 8, &error));
    assert_non_null(strstr(error.text, "more than 4096 terms"));
    buffer_free(&text);
    rule_names_destroy(names);
}

static void names_that_mean_something_else_are_refused(void **state)
{
    (void)state;
    struct rule_names_problem problem;
    struct rule_names *names = rule_names_create();
    static const char *const members[] = {"POL", "XYZ", NULL};
    assert_false(rule_names_add_group(names, "asia", members, 1, &problem));
    assert_non_null(strstr(problem.text, "a region or a party already"));
    assert_false(rule_names_add_group(names, "9lives", members, 1, &problem));
    assert_non_null(strstr(problem.text, "cannot stand in a rule"));
    assert_false(rule_names_add_group(names, "mine", members, 2, &problem));
    assert_int_equal(problem.member, 1);
    rule_names_destroy(names);
}

static void sums_are_compared_by_the_rate_of_their_day_and_stay_as_stated(void **state)
{
    (void)state;
    struct rule_names *names = make_names(long_rates);
    check(names, "money > 99 M USD", true); /* 160 bn KRW at 1600 */
    check(names, "money > 101 M USD", false);
    check(names, "money < 93 M EUR and money > 91 M EUR", true);
    check(names, "money >= 160 bn KRW", true);
    check(names, "money > 1 PLN", false); /* its last rate is more than a year old */
    check(names, "macro.heavy", false);
    check_explanation(names, "money > 99 M", NULL,
                      "yes  money > 99 M: 160000000000 KRW (100000000 USD by the rates of 2024-03-04)\n");
    check_explanation(names, "money > 1 PLN", NULL, "no   money > 1 PLN: 160000000000 KRW (no rate of PLN for 2024-03-05)\n");
    rule_names_destroy(names);
    names = make_names(wide_rates);
    check(names, "money >= 100 M EUR and money <= 100 M EUR", true);
    check(names, "money > 107 M USD and money < 109 M USD", true);
    rule_names_destroy(names);
}

static void a_wrong_file_of_rates_is_told_by_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
        int line, column;
    } rows[] = {
        {"", "begins with a header", 1, 1},
        {"day,currency,per_usd\n", "begins with a header", 1, 1},
        {"date,currency,rate\n", "what one unit of it is: per_usd", 1, 15},
        {"date,currency,per_usd\n", "holds no rate", 2, 1},
        {"date,currency,per_usd\n2024-13-01,EUR,1\n", "is no date", 2, 1},
        {"date,currency,per_usd\n2024-01-01,EUX,1\n", "'EUX' is no ISO 4217", 2, 12},
        {"date,currency,per_usd\n2024-01-01\n", "the currency is missing", 2, 11},
        {"date,currency,per_usd\n2024-01-01,EUR,0\n", "'0' is no rate", 2, 16},
        {"date,currency,per_usd\n\r\n\n2024-01-01;\"EUR\";\"1,5\"\n", "'1,5' is no rate", 4, 18},
        {"date,currency,per_usd\n2024-01-01,EUR,1;2\n2024-01-01,EUR\n", "the rate is missing", 3, 15},
        {"Date,USD\n2024-01-01,1.1,2\n", "more fields than the header", 2, 16},
        {"Date,nothing\n", "holds no rate", 2, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct csv_error error;
        assert_null(rates_read(rows[i].text, strlen(rows[i].text), &error));
        if (!strstr(error.text, rows[i].why) || error.line != rows[i].line || error.column != rows[i].column)
            fail_msg("%s: %d:%d: %s", rows[i].text, error.line, error.column, error.text);
    }
}

static void distances_are_measured_from_points_and_not_from_whole_states(void **state)
{
    (void)state;
    check(NULL, "within(60, 49.84, 22.7)", true);
    check(NULL, "within(20 km, 49.84, 22.7)", false);
    check(NULL, "within(5, 52, 20)", false);
    check(NULL, "within(20000, -33.9, -70.6)", true);
    check_explanation(NULL, "within(20, 49.84, 22.7)", NULL,
                      "no   within(20, 49.84, 22.7): Rzeszow (55 km), Poland (no point is known)\n");
}

/* ---- the archive ---- */

struct known {
    bool is_covered, is_seen;
    struct rule_pair_question last;
    int asked;
};

static bool ask_pair(void *context, const struct rule_pair_question *question, struct rule_pair_answer *answer)
{
    struct known *known = context;
    known->last = *question;
    known->asked++;
    answer->is_covered = known->is_covered;
    answer->is_seen = known->is_seen;
    snprintf(answer->text, sizeof answer->text, known->is_seen ? "last on 2023-01-01" : "nothing before");
    return true;
}

static void a_first_is_one_that_the_archive_goes_back_far_enough_to_know(void **state)
{
    (void)state;
    struct known known = {.is_covered = true};
    struct rule_archive archive = {&known, ask_pair, NULL};
    assert_true(look(NULL, "first_dyad(2y)", &archive, NULL));
    assert_int_equal(known.asked, 1); /* the firm is not asked for beside its state */
    assert_int_equal(known.last.before - known.last.from, 730LL * 86400000);
    assert_null(known.last.type);
    assert_true(look(NULL, "first_type_for_dyad", &archive, NULL));
    assert_true(known.last.is_ever);
    assert_true(look(NULL, "first_type_for_dyad(90d) and type = arms_transfer", &archive, NULL));
    assert_false(known.last.is_ever);
    known.is_seen = true;
    check_explanation(NULL, "first_dyad(2y)", &archive, "no   first_dyad(2y): KOR and POL: last on 2023-01-01\n");
    known = (struct known){.is_covered = false};
    assert_false(look(NULL, "first_dyad(2y)", &archive, NULL));
    check_explanation(NULL, "first_dyad(2y)", NULL, "no   first_dyad(2y): there is no archive to ask\n");
}

static void the_archive_is_asked_last(void **state)
{
    (void)state;
    struct known known = {.is_covered = true};
    struct rule_archive archive = {&known, ask_pair, NULL};
    assert_false(look(NULL, "first_dyad(2y) and type = aid", &archive, NULL));
    assert_int_equal(known.asked, 0);
}

/* ---- patterns ---- */

static void a_pattern_that_takes_too_long_is_given_up(void **state)
{
    (void)state;
    struct buffer json = BUFFER_INIT, explanation = BUFFER_INIT;
    struct rule_error error;
    buffer_append_text(&json, "{'id':'e9','type':'aid','evidence':[{'field':'type','start':0,'end':1,'quote':'");
    for (int i = 0; i < 5000; i++)
        buffer_append_char(&json, 'a');
    buffer_append_text(&json, "'}]}");
    struct ent_record *event = read_event(json.bytes);
    static const char text[] = "text ~ '((a+)+)+b'";
    struct rule *rule = rule_compile(text, sizeof text - 1, &error);
    struct rule_facts *facts = rule_facts_create();
    assert_non_null(rule);
    assert_true(rule_facts_fill(facts, event->view, NULL));
    assert_false(rule_matches(rule, facts, &explanation));
    /* Where the library's own cleverness finds that there is no b at all, nothing had to be given up. */
    assert_non_null(strstr(explanation.bytes, "not found"));
    rule_facts_destroy(facts);
    rule_destroy(rule);
    record_release(event);
    buffer_free(&json);
    buffer_free(&explanation);
}

static void letters_of_every_script_match_whatever_their_case(void **state)
{
    (void)state;
    static const char event_text[] = "{'id':'e8','type':'aid','sources':[{'report':'r','title':'УЗБЕКИСТАН и Чёрное море'}]}";
    static const struct {
        bool matches;
        const char *rule;
    } rows[] = {{true, "text ~ 'узбекистан'"}, {true, "text ~ '\\bчёрн\\w+'"}, {false, "text ~ 'азов'"}};
    struct ent_record *event = read_event(event_text);
    struct rule_facts *facts = rule_facts_create();
    assert_true(rule_facts_fill(facts, event->view, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule *rule = rule_compile(rows[i].rule, strlen(rows[i].rule), NULL);
        assert_non_null(rule);
        if (rule_matches(rule, facts, NULL) != rows[i].matches)
            fail_msg("%s", rows[i].rule);
        rule_destroy(rule);
    }
    rule_facts_destroy(facts);
    record_release(event);
}

static void the_language_is_told_as_data(void **state)
{
    (void)state;
    struct rule_names *names = make_names(NULL);
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    rule_language_json(&writer, names);
    json_t *object = json_loadb(text.bytes, text.size, 0, NULL);
    assert_non_null(object);
    json_t *term = json_array_get(json_object_get(object, "terms"), 2);
    assert_string_equal(json_string_value(json_object_get(term, "name")), "status");
    assert_int_equal(json_array_size(json_object_get(term, "operators")), 5);
    assert_int_equal(json_array_size(json_object_get(object, "groups")), 2);
    assert_int_equal(json_array_size(json_object_get(object, "macros")), 6);
    json_decref(object);
    buffer_free(&text);
    rule_names_destroy(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_are_known_by_every_name_and_number_that_m49_has),
        cmocka_unit_test(a_group_stands_wherever_a_region_may),
        cmocka_unit_test(a_macro_is_read_in_place_of_its_name_and_explained_within),
        cmocka_unit_test(what_is_wrong_with_a_macro_is_told_where_it_is_used),
        cmocka_unit_test(macros_cannot_grow_a_rule_past_its_bound),
        cmocka_unit_test(names_that_mean_something_else_are_refused),
        cmocka_unit_test(sums_are_compared_by_the_rate_of_their_day_and_stay_as_stated),
        cmocka_unit_test(a_wrong_file_of_rates_is_told_by_line_and_column),
        cmocka_unit_test(distances_are_measured_from_points_and_not_from_whole_states),
        cmocka_unit_test(a_first_is_one_that_the_archive_goes_back_far_enough_to_know),
        cmocka_unit_test(the_archive_is_asked_last),
        cmocka_unit_test(a_pattern_that_takes_too_long_is_given_up),
        cmocka_unit_test(letters_of_every_script_match_whatever_their_case),
        cmocka_unit_test(the_language_is_told_as_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
