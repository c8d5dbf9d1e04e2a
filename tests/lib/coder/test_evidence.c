/* Every value that is words of the text is quoted, under its field's name: tags too, in each place that says so. */
#include "lib/coder/coder.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct coder_result code(const char *title, const char *body, double min_confidence)
{
    struct coder_article article = {.title = title,
                                    .title_size = strlen(title),
                                    .body = body,
                                    .body_size = strlen(body),
                                    .published = "2024-03-20"};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, min_confidence, &result, &error));
    return result;
}

/* How many quotes of the field there are; with `quote`, of these words. */
static size_t count_quotes(struct record_view event, const char *field, const char *quote)
{
    struct record_view evidence;
    size_t count = 0;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, &evidence); i++)
        count += !strcmp(record_text(evidence, ENT_EVIDENCE_FIELD), field) &&
                 (!quote || !strcmp(record_text(evidence, ENT_EVIDENCE_QUOTE), quote));
    return count;
}

/* "field: words" apart by semicolons, all of which the first event of the type quotes. */
struct row {
    const char *title, *body, *type, *tags, *quotes;
};

static const struct row rows[] = {
    /* tags */
    {"", "Finland and Sweden held an exercise of paratroopers and artillery in Lapland.", "exercise", "land",
     "tags: paratroopers; tags: artillery"},
    {"", "India and Japan held a joint air force exercise near Delhi.", "exercise", "air", "tags: air force"},
    {"", "India and Japan held a naval exercise in the Bay of Bengal.", "exercise", "sea", "tags: naval"},
    {"", "China and Pakistan held a joint counter-terrorism exercise in Xinjiang.", "exercise", "counter_terrorism",
     "tags: counter-terrorism"},
    {"", "Mongolia and Nepal held a joint peacekeeping exercise in Kathmandu.", "exercise", "peacekeeping",
     "tags: peacekeeping"},
    {"", "Thailand and Japan held a joint disaster relief exercise in Rayong.", "exercise", "disaster_relief",
     "tags: disaster relief"},
    {"", "India and Japan held a naval and air force exercise in the Bay of Bengal.", "exercise", "sea air",
     "tags: naval; tags: air force"},
    {"India and Japan hold naval exercise",
     "India and Japan held a maritime exercise in the Bay of Bengal on Monday, the Indian navy said.", "exercise",
     "sea", "tags: naval; tags: maritime"},
    /* what else is words of the text */
    {"", "Finland and Sweden opened Exercise Cold Response in Lapland on Monday.", "exercise", "",
     "name: Cold Response; date: Monday; places: Lapland; actors: Finland; actors: Sweden"},
    {"", "The United States will give Ukraine drones under the Ukraine Security Assistance Initiative.",
     "arms_transfer", "", "programme: Ukraine Security Assistance Initiative; equipment: drones"},
    {"", "Norway gave Moldova four patrol boats worth $20 million, the Norwegian Defence Ministry said.",
     "arms_transfer", "", "cited: the Norwegian Defence Ministry; quantities: $20 million; equipment: patrol boats"},
    {"",
     "Poland signed a contract to buy 212 K9 howitzers from South Korea on 4 March 2024. South Korea delivered the "
     "first "
     "24 K9 howitzers to Poland on 18 March 2024.",
     "arms_transfer", "",
     "steps: Poland signed a contract to buy 212 K9 howitzers from South Korea on 4 March 2024.; date: 18 March 2024"},
};

static bool has_type(struct record_view event, const char *type)
{
    return !strcmp(record_text(event, ENT_REPORT_TYPE), type);
}

static struct record_view find(const struct coder_result *result, const struct row *row)
{
    for (size_t i = 0; i < result->event_count; i++)
        if (has_type(result->events[i]->view, row->type))
            return result->events[i]->view;
    fail_msg("no %s in: %s", row->type, row->body);
    return (struct record_view){0};
}

static void each_kind_of_value_has_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct coder_result result = code(rows[i].title, rows[i].body, CODER_CONFIDENCE_OF_MODEL);
        struct record_view event = find(&result, &rows[i]);
        char tags[128] = "", list[256];
        struct text tag;
        for (size_t k = 0; record_get_str(event, ENT_REPORT_TAG, k, &tag); k++)
            snprintf(tags + strlen(tags), sizeof tags - strlen(tags), "%s%s", k ? " " : "", tag.bytes);
        assert_string_equal(tags, rows[i].tags);
        snprintf(list, sizeof list, "%s", rows[i].quotes);
        size_t of_tags = 0;
        for (char *rest = list, *one; (one = strsep(&rest, ";"));) {
            char *words = strstr(one, ": ");
            assert_non_null(words);
            *words = '\0';
            const char *field = one + strspn(one, " ");
            if (count_quotes(event, field, words + 2) != 1)
                fail_msg("%s is not quoted as %s: %s", words + 2, field, rows[i].body);
            of_tags += !strcmp(field, "tags");
        }
        assert_int_equal(count_quotes(event, "tags", NULL), of_tags);
        assert_true(count_quotes(event, "date", NULL) <= 1);
    }
}

/* ---- of anything that is coded ---- */

static size_t values, tagged;

static void check_words(struct record_view event, unsigned field, unsigned words, const char *name, const char *body)
{
    struct record_view part;
    for (size_t i = 0; record_get_view(event, field, i, &part); i++) {
        const char *text = record_text(part, words);
        if (text && !count_quotes(event, name, text))
            fail_msg("\"%s\" is no quote of %s: %s", text, name, body);
        values += text != NULL;
    }
}

static void check_event(struct record_view event, const char *body)
{
    struct record_view date;
    const char *name = record_text(event, ENT_REPORT_NAME);
    check_words(event, ENT_REPORT_ACTOR, ENT_ACTOR_TEXT, "actors", body);
    check_words(event, ENT_REPORT_ACTOR, ENT_ACTOR_UNIT, "actors", body);
    check_words(event, ENT_REPORT_PLACE, ENT_PLACE_RAW, "places", body);
    check_words(event, ENT_REPORT_QUANTITY, ENT_QUANTITY_RAW, "quantities", body);
    check_words(event, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT_NAME, "equipment", body);
    check_words(event, ENT_REPORT_CITED, ENT_CITED_RAW, "cited", body);
    check_words(event, ENT_REPORT_DATE, ENT_DATE_RAW, "date", body);
    bool is_dated = record_get_view(event, ENT_REPORT_DATE, 0, &date) &&
                    (record_text(date, ENT_DATE_START) || record_text(date, ENT_DATE_AS_OF));
    const struct {
        const char *field;
        bool wanted;
    } once[] = {{"type", true},
                {"date", is_dated},
                {"name", name != NULL},
                {"programme", record_text(event, ENT_REPORT_PROGRAMME) != NULL},
                {"tags", record_count(event, ENT_REPORT_TAG) > 0},
                {"steps", record_count(event, ENT_REPORT_STEP) > 0}};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        if (once[i].wanted && !count_quotes(event, once[i].field, NULL))
            fail_msg("no quote of %s: %s", once[i].field, body);
    if (name)
        assert_true(count_quotes(event, "name", name) > 0);
    assert_true(count_quotes(event, "tags", NULL) >= record_count(event, ENT_REPORT_TAG));
    tagged += record_count(event, ENT_REPORT_TAG);
}

static void check_pair(const char *text, void *context)
{
    (void)context;
    struct coder_result result = code("", text, 0.0);
    for (size_t i = 0; i < result.event_count; i++)
        check_event(result.events[i]->view, text);
}

static void every_value_of_every_candidate_is_quoted(void **state)
{
    (void)state;
    each_pair(check_pair, NULL);
    assert_true(values > 10000);
    assert_true(tagged > 50);
}

/* More parties than there is room to note the words of. */
static void many_tellings_leave_no_value_without_words(void **state)
{
    static const char states[] =
        "Finland, Sweden, Norway, Denmark, Germany, Poland, Estonia, Latvia, Lithuania, France, "
        "Italy, Spain, Portugal, Greece and Romania";
    char title[512], body[1536];
    (void)state;
    snprintf(title, sizeof title, "%s hold naval exercise", states);
    snprintf(body, sizeof body,
             "%s held the naval exercise Cold Response in Narvik on Monday, the Norwegian army said.", states);
    struct coder_result result = code(title, body, CODER_CONFIDENCE_OF_MODEL);
    assert_true(result.event_count > 0);
    for (size_t i = 0; i < result.event_count; i++)
        check_event(result.events[i]->view, body);
    struct record_view event = result.events[0]->view, place;
    assert_true(record_count(event, ENT_REPORT_ACTOR) >= 12);
    assert_int_equal(count_quotes(event, "name", "Cold Response"), 1);
    assert_int_equal(count_quotes(event, "tags", "naval"), 2);
    assert_true(record_get_view(event, ENT_REPORT_PLACE, 0, &place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_value_has_its_words),
        cmocka_unit_test(every_value_of_every_candidate_is_quoted),
        cmocka_unit_test(many_tellings_leave_no_value_without_words),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
