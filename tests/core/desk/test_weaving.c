/* Two events that a later report is surely of are one, unless anything speaks against it, and no longer than that. */
#include "core/base/clock.h"
#include "core/desk/corrections.h"
#include "core/store/events.h"
#include "core/watch/watch.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEAL(day, publisher, status, extra)                                                                            \
    "{'published':'" day "','publisher':'" publisher ".example','report':{'type':'arms_transfer','subtype':'sale',"    \
    "'status':'" status "','modality':'reported','scope':'current','actors':[{'id':'RUS','role':'supplier'},"          \
    "{'id':'UZB','role':'recipient'}]" extra ",'confidence':0.8}}"
#define GOODS(name, more) ",'equipment':[{'name':'" name "','unroca':'unknown'" more "}]"
#define MONEY(sum) ",'quantities':[{'kind':'money','value':" sum ",'unit':'USD','qualifier':'exact'}]"

/* The halves of a deal, and who tells both. */
#define HALF DEAL("2022-02-01", "a", "announced", GOODS("Mi-17 helicopters", ",'count':12"))
#define OTHER_HALF DEAL("2022-06-10", "b", "announced", GOODS("helicopters", "") MONEY("200000000"))
#define BOTH DEAL("2022-06-20", "c", "announced", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))
#define BOTH_AGAIN DEAL("2022-06-22", "d", "announced", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))

enum { TOLD_MAX = 6 };

struct scene {
    struct bench bench;
    struct told told[TOLD_MAX];
    size_t count;
};

static void tell(struct scene *scene, const char *text)
{
    char id[40];
    assert_true(scene->count < TOLD_MAX);
    snprintf(id, sizeof id, "item-%zu", scene->count);
    told_read(&scene->told[scene->count], id, text);
    bench_take(&scene->bench, &scene->told[scene->count++]);
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    clock_set_for_tests(1700000000000);
    bench_open(&scene->bench);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    bench_close(&scene->bench);
    for (size_t i = 0; i < scene->count; i++)
        told_free(&scene->told[i]);
    free(scene);
    return 0;
}

/* ---- helpers ---- */

struct looking {
    const char *item;
    char id[DIGEST_HEX_SIZE];
};

static bool look(void *context, const struct event_row *row)
{
    struct looking *looking = context;
    struct record_view source;
    for (size_t i = 0; record_get_view(row->record, ENT_EVENT_SOURCE, i, &source); i++)
        if (strcmp(record_text(source, ENT_SOURCE_ITEM), looking->item) == 0)
            snprintf(looking->id, sizeof looking->id, "%s", row->id);
    return !looking->id[0];
}

/* The id of the live event that the item tells. */
static struct looking event_of(struct scene *scene, size_t told)
{
    struct looking looking = {.item = scene->told[told].id};
    struct error error = ERROR_INIT;
    assert_true(store_events_each(scene->bench.store, 0, 0, look, &looking, &error));
    assert_string_not_equal(looking.id, "");
    return looking;
}

static struct desk_corrected correct(struct scene *scene, struct desk_correction correction)
{
    struct desk_corrected corrected;
    struct error error = ERROR_INIT;
    if (!bench_correct(&scene->bench, correction, &corrected, &error))
        fail_msg("%s", error.text);
    return corrected;
}

static bool has_change(struct record_view event, const char *word)
{
    struct text change;
    for (size_t i = 0; record_get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        if (strcmp(change.bytes, word) == 0)
            return true;
    return false;
}

static bool has_reason(struct record_view event, const char *words)
{
    struct record_view reason;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_REASON, i, &reason); i++)
        if (strstr(record_text(reason, ENT_REASON_TEXT), words))
            return true;
    return false;
}

/* What the revisions say changed, one a line, and whether any but that of the reports' number would alert. */
struct history {
    struct buffer changes;
    bool news;
};

static bool keep_changes(void *context, const struct revision_row *row)
{
    static const char *const on[] = {"new", "status", "actors", "date", "conflicts", "equipment", NULL};
    struct history *history = context;
    struct text change;
    for (size_t i = 0; record_get_str(row->record, ENT_EVENT_CHANGE, i, &change); i++)
        buffer_printf(&history->changes, "%s%s", i ? " " : "", change.bytes);
    buffer_append_char(&history->changes, '\n');
    history->news |= watch_has_change(row->record, "new") || watch_change_reason(on, row->record);
    return true;
}

static struct history history_after(struct scene *scene, int64_t revision)
{
    struct history history = {BUFFER_INIT, false};
    struct error error = ERROR_INIT;
    assert_true(store_revisions_each(scene->bench.store, revision, 0, keep_changes, &history, &error));
    return history;
}

static bool is_news_after(struct scene *scene, int64_t revision)
{
    struct history history = history_after(scene, revision);
    buffer_free(&history.changes);
    return history.news;
}

static int64_t last_revision(struct scene *scene)
{
    struct error error = ERROR_INIT;
    return store_revision_last(scene->bench.store, &error);
}

/* ---- one of two ---- */

static void a_report_with_both_halves_makes_one_event_of_two(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    assert_int_equal(bench_events(&scene->bench), 2);
    struct looking elder = event_of(scene, 0), younger = event_of(scene, 1);
    int64_t before = last_revision(scene);
    tell(scene, BOTH);
    struct ent_record *event = bench_event(&scene->bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_ID), elder.id);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 3);
    assert_true(has_reason(event->view, "told as another event until the report of c.example, 2022-06-20, that is of both"));
    assert_true(has_reason(event->view, "same sum"));
    record_release(event);
    struct ent_record *found = bench_find(&scene->bench, younger.id);
    assert_string_equal(record_text(found->view, ENT_REPORT_ID), elder.id);
    record_release(found);
    assert_false(is_news_after(scene, before));
}

static void both_ids_resolve_whichever_event_comes_first(void **state)
{
    struct scene *scene = *state;
    tell(scene, OTHER_HALF);
    struct looking younger = event_of(scene, 0);
    tell(scene, HALF);
    struct looking elder = event_of(scene, 1);
    int64_t before = last_revision(scene);
    tell(scene, BOTH);
    assert_int_equal(bench_events(&scene->bench), 1);
    assert_string_equal(event_of(scene, 2).id, elder.id);
    struct ent_record *found = bench_find(&scene->bench, younger.id);
    assert_string_equal(record_text(found->view, ENT_REPORT_ID), elder.id);
    record_release(found);
    assert_false(is_news_after(scene, before));
}

static void without_the_report_that_ties_them_they_are_two_again(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    struct looking younger = event_of(scene, 1);
    tell(scene, BOTH);
    bench_renew(&scene->bench);
    bench_withdraw(&scene->bench, &scene->told[2]);
    assert_int_equal(bench_events(&scene->bench), 2);
    assert_string_equal(event_of(scene, 1).id, younger.id);
    bench_renew(&scene->bench);
    bench_take(&scene->bench, &scene->told[2]);
    assert_int_equal(bench_events(&scene->bench), 1);
}

static void a_third_half_joins_what_two_made(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    tell(scene, BOTH);
    tell(scene, BOTH_AGAIN);
    bench_withdraw(&scene->bench, &scene->told[2]);
    assert_int_equal(bench_events(&scene->bench), 1);
}

static void a_report_more_of_the_younger_half_is_no_merge_again(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    tell(scene, BOTH);
    tell(scene, DEAL("2022-06-24", "e", "announced", MONEY("200000000")));
    struct ent_record *event = bench_event(&scene->bench);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 4);
    assert_false(has_change(event->view, "merged"));
    assert_true(has_change(event->view, "sources"));
    record_release(event);
}

/* The item that makes them one tells a later step: who asks for those hears of it, and not of the merge. */
static void what_the_report_tells_is_news_of_its_own(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    int64_t before = last_revision(scene);
    tell(scene, DEAL("2022-06-20", "c", "signed", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000")));
    struct history history = history_after(scene, before);
    assert_int_equal(bench_events(&scene->bench), 1);
    assert_non_null(strstr(history.changes.bytes, "absorbed\nmerged quantities steps sources independent_sources\n"
                                                  "status steps sources independent_sources\n"));
    assert_true(history.news);
    buffer_free(&history.changes);
}

/* ---- what speaks against it ---- */

/* Two that stay two, and a report in which both are found. */
struct alike {
    const char *texts[3];
    size_t events;
};

#define EXERCISE(day, publisher, status, extra)                                                                        \
    "{'published':'" day "','publisher':'" publisher ".example','report':{'type':'exercise','subtype':'field',"       \
    "'status':'" status "','modality':'reported','scope':'current','actors':[{'id':'KAZ','role':'participant'},"      \
    "{'id':'IND','role':'participant'}]" extra ",'confidence':0.8}}"
#define AT(name) ",'places':[{'raw':'" name "','name':'" name "','country':'KAZ','precision':'site'}]"
#define GOODS_TWO(a, b)                                                                                                \
    ",'equipment':[{'name':'" a "','unroca':'unknown','count':12},{'name':'" b "','unroca':'unknown','count':40}]"

static void what_differs_in_a_detail_stays_two(void **state)
{
    static const struct alike rows[] = {
        /* other things in one round-up */
        {{DEAL("2022-02-01", "a", "announced", GOODS("Mi-17 helicopters", ",'count':12")),
          DEAL("2022-06-10", "b", "announced", GOODS("T-90 tanks", ",'count':40")),
          DEAL("2022-06-20", "c", "announced", GOODS_TWO("Mi-17 helicopters", "T-90 tanks"))},
         2},
        /* another number of them */
        {{DEAL("2022-02-01", "a", "announced", GOODS("Mi-17 helicopters", ",'count':12")),
          DEAL("2022-06-10", "b", "announced", GOODS("helicopters", ",'count':30") MONEY("200000000")),
          DEAL("2022-06-20", "c", "announced", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))},
         2},
        /* another sum */
        {{DEAL("2022-02-01", "a", "announced", GOODS("Mi-17 helicopters", ",'count':12") MONEY("90000000")),
          DEAL("2022-06-10", "b", "announced", GOODS("helicopters", "") MONEY("200000000")),
          DEAL("2022-06-20", "c", "announced",
               GOODS("Mi-17 helicopters", ",'count':12")
               ",'quantities':[{'kind':'money','value':90000000,'unit':'USD','qualifier':'exact'},"
               "{'kind':'money','value':200000000,'unit':'USD','qualifier':'exact'}]")},
         2},
        /* signed twice */
        {{DEAL("2022-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")),
          DEAL("2022-11-10", "b", "signed", GOODS("helicopters", "") MONEY("200000000")),
          DEAL("2022-11-20", "c", "ongoing", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))},
         2},
        /* another edition, of which a third tells where and when that was */
        {{EXERCISE("2021-06-01", "a", "ongoing", ",'name':'Desert Fox 2021'" AT("Ili")),
          EXERCISE("2022-06-01", "b", "ongoing", AT("Ili")),
          EXERCISE("2022-06-10", "c", "completed", ",'name':'Desert Fox 2022'" AT("Ili"))},
         2},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t j = 0; j < 3; j++)
            tell(scene, rows[i].texts[j]);
        if (bench_events(&scene->bench) != rows[i].events)
            fail_msg("row %zu: %zu events", i, bench_events(&scene->bench));
        while (scene->count > 0) {
            bench_withdraw(&scene->bench, &scene->told[--scene->count]);
            told_free(&scene->told[scene->count]);
        }
    }
}

/* Each of these sets makes one event where the detail that differs is left out, so it is that which keeps them apart. */
static void the_same_without_that_detail_are_one(void **state)
{
    static const struct alike rows[] = {
        {{DEAL("2022-02-01", "a", "announced", GOODS("Mi-17 helicopters", ",'count':12")),
          DEAL("2022-06-10", "b", "announced", GOODS("helicopters", "") MONEY("200000000")),
          DEAL("2022-06-20", "c", "announced", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))},
         1},
        {{DEAL("2022-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")),
          DEAL("2022-11-10", "b", "ongoing", GOODS("helicopters", "") MONEY("200000000")),
          DEAL("2022-11-20", "c", "ongoing", GOODS("Mi-17 helicopters", ",'count':12") MONEY("200000000"))},
         1},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t j = 0; j < 2; j++)
            tell(scene, rows[i].texts[j]);
        if (i == 0)
            assert_int_equal(bench_events(&scene->bench), 2);
        tell(scene, rows[i].texts[2]);
        if (bench_events(&scene->bench) != rows[i].events)
            fail_msg("row %zu: %zu events", i, bench_events(&scene->bench));
        while (scene->count > 0) {
            bench_withdraw(&scene->bench, &scene->told[--scene->count]);
            told_free(&scene->told[scene->count]);
        }
    }
}

static void a_later_report_that_differs_does_not_part_them(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    tell(scene, BOTH);
    tell(scene, DEAL("2022-06-25", "e", "announced", GOODS("helicopters", ",'count':14") MONEY("200000000")));
    assert_int_equal(bench_events(&scene->bench), 1);
}

/* ---- what people say ---- */

static void what_a_person_parted_is_not_put_together_again(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    struct looking younger = event_of(scene, 1);
    tell(scene, BOTH);
    const char *moved[] = {"item-1"};
    int64_t before = last_revision(scene);
    struct desk_corrected parted = correct(scene, (struct desk_correction){.kind = CORRECTION_SPLIT,
                                                                           .event = event_of(scene, 0).id,
                                                                           .words = moved,
                                                                           .word_count = 1});
    assert_int_equal(bench_events(&scene->bench), 2);
    assert_string_equal(event_of(scene, 1).id, younger.id);
    assert_false(is_news_after(scene, before));
    tell(scene, BOTH_AGAIN);
    assert_int_equal(bench_events(&scene->bench), 2);
    correct(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = parted.number});
    assert_int_equal(bench_events(&scene->bench), 1);
}

static void what_a_person_rejected_takes_no_other_with_it(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    struct desk_corrected rejected =
        correct(scene, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event_of(scene, 0).id});
    tell(scene, BOTH);
    struct looking younger = event_of(scene, 1);
    assert_string_not_equal(younger.id, "");
    /* What is told of both is one with the rejected one, and the other stands. */
    assert_int_equal(bench_events(&scene->bench), 1);
    correct(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = rejected.number});
    assert_int_equal(bench_events(&scene->bench), 1);
    assert_string_equal(event_of(scene, 1).id, event_of(scene, 0).id);
}

static void one_event_that_is_rejected_stays_one(void **state)
{
    struct scene *scene = *state;
    tell(scene, HALF);
    tell(scene, OTHER_HALF);
    tell(scene, BOTH);
    correct(scene, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event_of(scene, 0).id});
    assert_int_equal(bench_events(&scene->bench), 0);
    tell(scene, BOTH_AGAIN);
    assert_int_equal(bench_events(&scene->bench), 0);
}

/* ---- what tells too little ---- */

#define THIN(day, publisher, status) DEAL(day, publisher, status, "")

static void what_tells_too_little_is_taken_along_by_a_report_of_its_days(void **state)
{
    struct scene *scene = *state;
    tell(scene, DEAL("2021-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, THIN("2022-06-19", "b", "completed"));
    assert_int_equal(bench_events(&scene->bench), 2);
    tell(scene, DEAL("2022-06-20", "c", "completed", GOODS("Mi-17 helicopters", ",'count':12")));
    assert_int_equal(bench_events(&scene->bench), 1);
}

static void what_tells_too_little_puts_no_two_others_together(void **state)
{
    struct scene *scene = *state;
    tell(scene, DEAL("2021-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, DEAL("2021-06-01", "a", "signed", MONEY("500000000")));
    tell(scene, THIN("2022-06-19", "b", "completed"));
    tell(scene, DEAL("2022-06-20", "c", "completed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, DEAL("2022-06-21", "d", "completed", MONEY("500000000")));
    assert_string_not_equal(event_of(scene, 0).id, event_of(scene, 1).id);
}

static void a_vague_report_stays_alone_between_two_definite_ones(void **state)
{
    struct scene *scene = *state;
    tell(scene, DEAL("2021-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, DEAL("2021-02-11", "a", "signed", GOODS("T-90 tanks", ",'count':40")));
    tell(scene, DEAL("2022-06-16", "c", "completed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, DEAL("2022-06-17", "d", "completed", GOODS("T-90 tanks", ",'count':40")));
    assert_int_equal(bench_events(&scene->bench), 2);
    tell(scene, THIN("2022-06-19", "b", "completed"));
    assert_int_equal(bench_events(&scene->bench), 3);
    bench_withdraw(&scene->bench, &scene->told[3]);
    assert_int_equal(bench_events(&scene->bench), 2);
}

static void a_vague_report_goes_with_a_definite_one_of_its_days(void **state)
{
    struct scene *scene = *state;
    tell(scene, DEAL("2021-02-01", "a", "signed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, DEAL("2022-06-20", "c", "completed", GOODS("Mi-17 helicopters", ",'count':12")));
    tell(scene, THIN("2022-06-22", "b", "completed"));
    assert_int_equal(bench_events(&scene->bench), 1);
    /* It is no reason to take the next vague one. */
    tell(scene, THIN("2022-06-29", "d", "completed"));
    assert_int_equal(bench_events(&scene->bench), 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_report_with_both_halves_makes_one_event_of_two),
        T(both_ids_resolve_whichever_event_comes_first),
        T(without_the_report_that_ties_them_they_are_two_again),
        T(a_third_half_joins_what_two_made),
        T(a_report_more_of_the_younger_half_is_no_merge_again),
        T(what_the_report_tells_is_news_of_its_own),
        T(what_differs_in_a_detail_stays_two),
        T(the_same_without_that_detail_are_one),
        T(a_later_report_that_differs_does_not_part_them),
        T(what_a_person_parted_is_not_put_together_again),
        T(what_a_person_rejected_takes_no_other_with_it),
        T(one_event_that_is_rejected_stays_one),
        T(what_tells_too_little_is_taken_along_by_a_report_of_its_days),
        T(what_tells_too_little_puts_no_two_others_together),
        T(a_vague_report_stays_alone_between_two_definite_ones),
        T(a_vague_report_goes_with_a_definite_one_of_its_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
