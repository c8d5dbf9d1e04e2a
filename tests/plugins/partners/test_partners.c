/* Partners: what is counted, what is told once, and what a later revision takes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <entente/harness.h>

#include <stdio.h>
#include <string.h>

static const char *unless(const char *more, const char *key, const char *member)
{
    return strstr(more, key) ? "" : member;
}

/* An event of day `day` of 2026; `number` makes its id. `more` begins with a comma, and its members stand in place of
 * others. */
static void give(struct ent_harness *harness, int number, const char *from, const char *to, int day, const char *more)
{
    char json[1000], actors[200];
    snprintf(actors, sizeof actors,
             ",\"actors\":[{\"id\":\"%s\",\"role\":\"supplier\"},{\"id\":\"%s\",\"role\":\"recipient\"}]", from, to);
    snprintf(json, sizeof json,
             "{\"id\":\"%032x\",\"type\":\"arms_transfer\",\"first_seen\":\"2026-%02d-%02dT12:00:00Z\"%s%s%s%s%s}",
             (unsigned)number, 1 + day / 28, 1 + day % 28, unless(more, "modality", ",\"modality\":\"confirmed\""),
             unless(more, "scope", ",\"scope\":\"current\""), unless(more, "changes", ",\"changes\":[\"new\"]"),
             unless(more, "actors", actors), more);
    if (ent_harness_input(harness, json) != 0)
        fail_msg("%s", ent_harness_error(harness));
}

static struct ent_harness *begin(const char *key, const char *value)
{
    struct ent_harness *harness = ent_harness_load(ENT_BINARY_DIR "/plugins/partners.so", "detector");
    assert_non_null(harness);
    ent_harness_clock_set(1798761600000); /* the end of 2026 */
    if (!key || strcmp(key, "least") != 0)
        ent_harness_set(harness, "least", "3");
    ent_harness_set(harness, "window", "30d");
    if (key)
        ent_harness_set(harness, key, value);
    if (ent_harness_start(harness) != 0)
        fail_msg("%s", ent_harness_error(harness));
    return harness;
}

static void end(struct ent_harness *harness)
{
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* The findings of one run, a line each. */
static const char *found(struct ent_harness *harness)
{
    static char lines[2000];
    size_t used = 0;
    lines[0] = '\0';
    if (ent_harness_run(harness) != 0)
        fail_msg("%s", ent_harness_error(harness));
    for (size_t i = 0; i < ent_harness_output_count(harness); i++)
        used += (size_t)snprintf(lines + used, sizeof lines - used, "%s\n",
                                 ent_harness_output_text(harness, i, ENT_FINDING_TEXT));
    return lines;
}

static void so_many_within_the_window_are_told_once_and_one_more_again(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(NULL, NULL);
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "CHN", "UZB", 5, "");
    give(harness, 3, "RUS", "UZB", 6, "");
    assert_string_equal(found(harness), "");
    give(harness, 4, "TUR", "UZB", 9, "");
    assert_string_equal(found(harness), "UZB has had 3 suppliers within 30 days: CHN, RUS, TUR\n");
    assert_int_equal(ent_harness_output_count(harness), 1);
    assert_non_null(strstr(ent_harness_output_json(harness, 0), "\"kind\":\"partners\""));
    give(harness, 5, "TUR", "UZB", 10, "");
    assert_string_equal(found(harness), "");
    give(harness, 6, "FRA", "UZB", 11, "");
    assert_string_equal(found(harness), "UZB has had 4 suppliers within 30 days: CHN, FRA, RUS, TUR\n");
    end(harness);
}

static void what_is_past_the_window_counts_no_more(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(NULL, NULL);
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "CHN", "UZB", 5, "");
    give(harness, 3, "TUR", "UZB", 40, "");
    assert_string_equal(found(harness), "");
    give(harness, 4, "FRA", "UZB", 45, "");
    give(harness, 5, "ITA", "UZB", 50, "");
    assert_string_equal(found(harness), "UZB has had 3 suppliers within 30 days: FRA, ITA, TUR\n");
    /* Nothing is kept for what is too old to count. */
    assert_null(ent_harness_kv_get(harness, "e/00000000000000000000000000000001"));
    assert_non_null(ent_harness_kv_get(harness, "e/00000000000000000000000000000003"));
    end(harness);
}

static void an_event_that_is_withdrawn_or_changed_is_taken_back(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(NULL, NULL);
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "CHN", "UZB", 5, "");
    assert_string_equal(found(harness), "");
    give(harness, 2, "CHN", "UZB", 5, ",\"changes\":[\"withdrawn\"]");
    give(harness, 3, "TUR", "UZB", 9, "");
    assert_string_equal(found(harness), "");
    give(harness, 1, "RUS", "KAZ", 1, "");
    give(harness, 4, "FRA", "UZB", 9, "");
    assert_string_equal(found(harness), "");
    give(harness, 5, "ITA", "UZB", 9, "");
    assert_string_equal(found(harness), "UZB has had 3 suppliers within 30 days: FRA, ITA, TUR\n");
    end(harness);
}

static void an_older_event_counts_in_its_own_window(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(NULL, NULL);
    give(harness, 1, "RUS", "UZB", 20, "");
    give(harness, 2, "CHN", "UZB", 25, "");
    assert_string_equal(found(harness), "");
    give(harness, 3, "TUR", "UZB", 5, "");
    assert_string_equal(found(harness), "UZB has had 3 suppliers within 30 days: CHN, RUS, TUR\n");
    end(harness);
}

static void denials_the_past_and_crowds_tell_of_no_partner(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(NULL, NULL);
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "CHN", "UZB", 2, "");
    give(harness, 3, "TUR", "UZB", 3, ",\"modality\":\"denied\"");
    give(harness, 4, "FRA", "UZB", 4, ",\"scope\":\"background\"");
    give(harness, 5, "UNK", "UZB", 5, "");
    give(harness, 6, "ITA", "UZB", 6,
         ",\"actors\":[{\"id\":\"ITA\",\"role\":\"supplier\"},{\"id\":\"DEU\",\"role\":\"supplier\"},"
         "{\"id\":\"ESP\",\"role\":\"supplier\"},{\"id\":\"PRT\",\"role\":\"supplier\"},{\"id\":\"UZB\",\"role\":"
         "\"recipient\"}]");
    assert_string_equal(found(harness), "");
    end(harness);
}

static void whose_partners_are_counted_is_an_option(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("of", "supplier");
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "RUS", "KAZ", 2, "");
    give(harness, 3, "RUS", "TKM", 3, "");
    assert_string_equal(found(harness), "RUS has had 3 recipients within 30 days: KAZ, TKM, UZB\n");
    end(harness);
    harness = begin("of", "any");
    give(harness, 1, "RUS", "UZB", 1, "");
    give(harness, 2, "KAZ", "RUS", 2, "");
    give(harness, 3, "RUS", "TKM", 3, "");
    assert_string_equal(found(harness), "RUS has had 3 partners within 30 days: KAZ, TKM, UZB\n");
    end(harness);
}

static void what_cannot_be_kept_is_tried_again(void **state)
{
    (void)state;
    static const char *const services[] = {"kv/1", "seal", "emit", "build"};
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        struct ent_harness *harness = begin("least", "2");
        give(harness, 1, "RUS", "UZB", 1, "");
        give(harness, 2, "CHN", "UZB", 2, "");
        assert_int_equal(ent_harness_fail_service(harness, services[i], 1), 0);
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
        assert_int_equal(ent_harness_output_count(harness), 0);
        assert_null(ent_harness_kv_get(harness, "p/UZB"));
        end(harness);
    }
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = ent_harness_load(ENT_BINARY_DIR "/plugins/partners.so", "detector");
    (void)context;
    ent_harness_set(harness, "least", "2");
    if (ent_harness_start(harness) == 0) {
        give(harness, 1, "RUS", "UZB", 1, "");
        give(harness, 2, "CHN", "UZB", 2, "");
        ent_harness_run(harness);
    }
    return ent_harness_destroy(harness);
}

static void memory_may_run_out_at_any_time(void **state)
{
    (void)state;
    unsigned long runs = 0;
    assert_true(ent_harness_each_allocation(scenario, NULL, &runs) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_within_the_window_are_told_once_and_one_more_again),
        cmocka_unit_test(what_is_past_the_window_counts_no_more),
        cmocka_unit_test(an_event_that_is_withdrawn_or_changed_is_taken_back),
        cmocka_unit_test(an_older_event_counts_in_its_own_window),
        cmocka_unit_test(denials_the_past_and_crowds_tell_of_no_partner),
        cmocka_unit_test(whose_partners_are_counted_is_an_option),
        cmocka_unit_test(what_cannot_be_kept_is_tried_again),
        cmocka_unit_test(memory_may_run_out_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
