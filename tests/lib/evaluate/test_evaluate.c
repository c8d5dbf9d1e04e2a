/* Matching by the codebook, learning, and the weights' text. */
#include "lib/coder/model.h"
#include "lib/evaluate/fit.h"
#include "lib/evaluate/matching.h"
#include "lib/evaluate/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static json_t *parse(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

static double weight_of(const char *label_text, const char *output_text)
{
    json_t *label = parse(label_text), *output = parse(output_text);
    double weight = matching_weight(label, output);
    json_decref(label);
    json_decref(output);
    return weight;
}

#define SALE                                                                                                           \
    "{\"type\":\"arms_transfer\",\"actors\":[{\"id\":\"NOR\",\"role\":\"supplier\"},{\"id\":\"LVA\",\"role\":"         \
    "\"recipient\"}]"
#define TURNED                                                                                                         \
    "{\"type\":\"arms_transfer\",\"actors\":[{\"id\":\"LVA\",\"role\":\"supplier\"},{\"id\":\"NOR\",\"role\":"         \
    "\"recipient\"}]"

static void an_event_matches_by_type_actors_direction_and_date(void **state)
{
    (void)state;
    assert_true(weight_of(SALE "}", SALE "}") > 2);
    assert_true(weight_of(SALE "}", TURNED "}") <= 0);
    assert_true(weight_of(SALE ",\"date\":{\"start\":\"2020\",\"end\":\"2020\"}}",
                          SALE ",\"date\":{\"start\":\"2020-05-01\",\"end\":\"2020-05-01\"}}") > 2);
    assert_true(weight_of(SALE ",\"date\":{\"start\":\"2020\",\"end\":\"2020\"}}",
                          SALE ",\"date\":{\"start\":\"2021-05-01\",\"end\":\"2021-05-01\"}}") <= 0);
    assert_true(
        weight_of("{\"type\":\"aid\",\"alt\":{\"type\":\"arms_transfer\"},\"actors\":[{\"id\":\"COM:Iron-Works\","
                  "\"role\":\"supplier\"},{\"id\":\"LVA\",\"role\":\"recipient\"}]}",
                  "{\"type\":\"arms_transfer\",\"actors\":[{\"id\":\"COM:iron_works\",\"role\":\"supplier\"},"
                  "{\"id\":\"LVA\",\"role\":\"recipient\"}]}") > 1);
}

/* The greedy choice would give the first label the output that the second alone can take. */
static void events_are_assigned_for_the_greatest_sum(void **state)
{
    (void)state;
    json_t *labels = parse("[" SALE "}," SALE ",\"date\":{\"start\":\"2020-01-01\",\"end\":\"2020-01-01\"}}]"),
           *outputs = parse("[" SALE "}," SALE ",\"date\":{\"start\":\"2022-01-01\",\"end\":\"2022-01-01\"}}]");
    int of_label[MATCHING_EVENTS_MAX];
    assert_true(matching_assign(labels, outputs, of_label));
    assert_int_equal(of_label[0], 1);
    assert_int_equal(of_label[1], 0);
    json_decref(labels);
    json_decref(outputs);
}

static void learning_finds_the_mark_that_decides_and_is_drawn_to_where_it_began(void **state)
{
    (void)state;
    static const uint16_t good[] = {0, 2}, bad[] = {1, 2};
    struct fit_row rows[40];
    double weights[3] = {0}, stiff[3] = {0, 0, 1.5}, bias;
    for (size_t i = 0; i < 40; i++)
        rows[i] = (struct fit_row){i % 2 ? good : bad, 2, 1, i % 2 ? 1 : 0};
    assert_true(fit_logistic(rows, 40, 3, 1, 40, weights, &bias));
    assert_true(weights[0] > 1 && weights[1] < -1);
    assert_true(weights[2] < 0.1 && weights[2] > -0.1);
    assert_true(fit_logistic(rows, 40, 3, 1e9, 40, stiff, &bias));
    assert_true(stiff[0] < 0.01 && stiff[2] > 1.49);
}

static void the_sigmoid_is_one(void **state)
{
    (void)state;
    assert_true(fit_sigmoid(0) >= 0.5 && fit_sigmoid(0) <= 0.5);
    assert_true(fit_sigmoid(800) > 0.999 && fit_sigmoid(-800) < 0.001);
    /* 1/(1+e^-1) */
    assert_true(fit_sigmoid(1) > 0.7310585786300048 && fit_sigmoid(1) < 0.7310585786300050);
}

static void the_shipped_weights_are_read_and_rise_with_the_score(void **state)
{
    (void)state;
    const struct model *model = model_builtin();
    assert_true(model->point_count > 2);
    assert_int_equal(strlen(model->digest), 32);
    assert_true(model_confidence(model, -20000) < 0.01 && model_confidence(model, 20000) > 0.9);
    for (int32_t score = -9000; score < 9000; score += 100)
        assert_true(model_confidence(model, score) <= model_confidence(model, score + 100));
}

static void weights_that_cannot_be_read_are_refused_with_their_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"version 2\n",
                                        "version 1\nweight NO_SUCH_MARK 4\n",
                                        "version 1\npoint 5 10\npoint 4 20\n",
                                        "version 1\nbias 99999999999\n",
                                        "version 1\nweight IN_TITLE\n",
                                        "version 1\npoint 0 20000\n"};
    struct model model;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = ERROR_INIT;
        assert_false(model_read(texts[i], strlen(texts[i]), &model, &error));
        assert_non_null(strstr(error.text, "line "));
    }
    static const char good[] = "# nothing\n\nversion 1\nweight IN_TITLE -7\n";
    assert_true(model_read(good, sizeof good - 1, &model, NULL));
    assert_int_equal(model.weights[FEATURE_IN_TITLE], -7);
}

static void items_of_one_source_or_story_are_never_on_both_sides(void **state)
{
    (void)state;
    struct teaching teaching;
    struct training_folds folds;
    struct error error = ERROR_INIT;
    json_t *items[TEACHING_KINDS] = {
        parse("{\"a\":{\"source\":\"one\",\"title\":\"Frigates sail for joint drill off "
             "Lisbon\",\"date\":\"2020-01-01\"},"
             "\"b\":{\"source\":\"two\",\"title\":\"Frigates sail for a joint drill off Lisbon "
             "today\",\"date\":\"2020-01-03\"},"
             "\"c\":{\"source\":\"two\",\"title\":\"Wheat prices\",\"date\":\"2021-01-03\"},"
             "\"d\":{\"source\":\"six\",\"title\":\"Frigates sail for joint drill off "
             "Lisbon\",\"date\":\"2024-01-03\"},"
             "\"e\":{\"source\":\"ten\",\"title\":\"Wheat prices of an unknown day\"}}"),
        NULL, NULL};
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    teaching_begin(&teaching);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        teaching_id(ids[i], teaching_add_item(&teaching)->id);
    assert_true(teaching_group(&teaching, items, &error));
    assert_int_equal(teaching.items[0].group, teaching.items[1].group);
    assert_int_equal(teaching.items[1].group, teaching.items[2].group);
    assert_int_not_equal(teaching.items[0].group, teaching.items[3].group);
    /* an item without a date is compared too, with no overflow of its days */
    assert_int_not_equal(teaching.items[0].group, teaching.items[4].group);
    assert_true(training_folds_make(&teaching, &folds));
    assert_int_not_equal(training_fold(&folds, &teaching.items[0]), training_fold(&folds, &teaching.items[3]));
    training_folds_end(&folds);
    teaching_end(&teaching);
    json_decref(items[0]);
}

static void intervals_hold_the_figure_and_narrow_with_more_items(void **state)
{
    (void)state;
    static struct tally_item items[400];
    struct intervals few, many;
    for (size_t i = 0; i < 400; i++)
        items[i].facts = (struct counts){i % 3 != 0, i % 5 == 0, i % 3 == 0};
    assert_true(trial_intervals(items, NULL, 40, &few));
    assert_true(trial_intervals(items, NULL, 400, &many));
    assert_true(few.facts.low < few.facts.high && many.facts.low < many.facts.high);
    assert_true(many.facts.high - many.facts.low < few.facts.high - few.facts.low);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_matches_by_type_actors_direction_and_date),
        cmocka_unit_test(events_are_assigned_for_the_greatest_sum),
        cmocka_unit_test(learning_finds_the_mark_that_decides_and_is_drawn_to_where_it_began),
        cmocka_unit_test(the_sigmoid_is_one),
        cmocka_unit_test(the_shipped_weights_are_read_and_rise_with_the_score),
        cmocka_unit_test(weights_that_cannot_be_read_are_refused_with_their_line),
        cmocka_unit_test(items_of_one_source_or_story_are_never_on_both_sides),
        cmocka_unit_test(intervals_hold_the_figure_and_narrow_with_more_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
