#include "core/desk/index_keys.h"
#include "core/desk/match.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAIRS_MAX = 500 };

/* tests/desk/pairs.jsonl: two reports each, and whether they are of one event. */
struct pair {
    char id[40];
    bool is_one;
    struct told a, b;
};

static size_t read_pairs(struct pair *pairs)
{
    size_t count = 0;
    char line[16384];
    FILE *file = fopen(ENT_SOURCE_DIR "/tests/desk/pairs.jsonl", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, 0, NULL);
        assert_non_null(object);
        struct pair *pair = &pairs[count++];
        assert_true(count < PAIRS_MAX);
        snprintf(pair->id, sizeof pair->id, "%s", json_string_value(json_object_get(object, "id")));
        pair->is_one = json_is_true(json_object_get(object, "same"));
        told_from_json(&pair->a, "item-a", json_object_get(object, "a"));
        told_from_json(&pair->b, "item-b", json_object_get(object, "b"));
        json_decref(object);
    }
    fclose(file);
    return count;
}

static bool share_a_key(const struct features *a, const struct features *b)
{
    struct cluster_key keys_a[INDEX_KEYS_MAX], keys_b[INDEX_KEYS_MAX];
    size_t count_a = index_keys(a, keys_a), count_b = index_keys(b, keys_b);
    for (size_t i = 0; i < count_a; i++)
        for (size_t j = 0; j < count_b; j++)
            if (keys_a[i].key == keys_b[j].key && keys_a[i].window == keys_b[j].window &&
                abs(keys_a[i].day - keys_b[j].day) <= keys_a[i].window)
                return true;
    return false;
}

static void judge(const struct pair *pair, size_t *true_positive, size_t *false_positive, size_t *false_negative)
{
    struct features a, b;
    struct match match, mirrored;
    struct buffer reasons = BUFFER_INIT;
    told_features(&pair->a, &a);
    told_features(&pair->b, &b);
    match_compare(&a, &b, &match);
    match_compare(&b, &a, &mirrored);
    assert_true(match_is_one(&match) == match_is_one(&mirrored));
    bool is_one = match_is_one(&match);
    *true_positive += is_one && pair->is_one;
    *false_positive += is_one && !pair->is_one;
    *false_negative += !is_one && pair->is_one;
    match_describe(&match, &reasons);
    if (is_one != pair->is_one)
        print_message("%s %s: %.2f %s\n", pair->id, is_one ? "wrongly merged" : "missed", match.score, reasons.bytes);
    if (is_one && !share_a_key(&a, &b))
        fail_msg("%s: a match (%s) that the index would not find", pair->id, reasons.bytes);
    buffer_free(&reasons);
}

static void reports_of_one_undertaking_match_and_others_do_not(void **state)
{
    (void)state;
    struct pair *pairs = calloc(PAIRS_MAX, sizeof *pairs);
    size_t count = read_pairs(pairs), true_positive = 0, false_positive = 0, false_negative = 0;
    for (size_t i = 0; i < count; i++)
        judge(&pairs[i], &true_positive, &false_positive, &false_negative);
    double precision = (double)true_positive / (double)(true_positive + false_positive);
    double recall = (double)true_positive / (double)(true_positive + false_negative);
    print_message("%zu pairs: precision %.3f, recall %.3f\n", count, precision, recall);
    assert_true(count >= 60);
    assert_int_equal(false_positive, 0);
    assert_int_equal(false_negative, 0);
    for (size_t i = 0; i < count; i++) {
        told_free(&pairs[i].a);
        told_free(&pairs[i].b);
    }
    free(pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_of_one_undertaking_match_and_others_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
