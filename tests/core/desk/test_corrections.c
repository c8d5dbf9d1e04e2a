/* What people say of events: it stands, whatever reports and lexicons say later, and it can be taken back. */
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

#define DEAL(item, day, publisher, status, extra)                                                                      \
    "{'published':'2023-03-" day "','publisher':'" publisher "','title':'" item                                        \
    "','report':{'type':'arms_transfer','subtype':'sale','status':'" status                                            \
    "','modality':'reported','scope':'current','actors':[{'id':'RUS','role':'supplier'},{'id':'UZB','role':'recipient'}]" \
    extra ",'confidence':0.8}}"
#define HELICOPTERS ",'equipment':[{'name':'Mi-17 helicopters','count':12,'unroca':'V'}]"
#define TANKS ",'equipment':[{'name':'T-90 tanks','count':40,'unroca':'I'}]"

enum { FIRST, SECOND, OTHER, LATER, TOLD };
static const char *const texts[TOLD] = {
    [FIRST] = DEAL("a", "02", "one.example", "signed", HELICOPTERS),
    [SECOND] = DEAL("b", "03", "two.example", "signed", HELICOPTERS),
    [OTHER] = DEAL("c", "04", "one.example", "signed", TANKS),
    [LATER] = DEAL("d", "06", "three.example", "ongoing", HELICOPTERS),
};

struct scene {
    struct bench bench;
    struct told told[TOLD];
};

static int set_up(void **state)
{
    static const char *const ids[TOLD] = {"item-a", "item-b", "item-c", "item-d"};
    struct scene *scene = calloc(1, sizeof *scene);
    clock_set_for_tests(1700000000000);
    for (int i = 0; i < TOLD; i++)
        told_read(&scene->told[i], ids[i], texts[i]);
    bench_open(&scene->bench);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    bench_close(&scene->bench);
    for (int i = 0; i < TOLD; i++)
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

/* The id of the live event that this item tells. */
static struct looking event_of(struct scene *scene, int told)
{
    struct looking looking = {.item = scene->told[told].id};
    struct error error = ERROR_INIT;
    assert_true(store_events_each(scene->bench.store, 0, 0, look, &looking, &error));
    assert_string_not_equal(looking.id, "");
    return looking;
}

static struct desk_corrected make(struct scene *scene, struct desk_correction correction)
{
    struct desk_corrected corrected;
    struct error error = ERROR_INIT;
    if (!bench_correct(&scene->bench, correction, &corrected, &error))
        fail_msg("%s", error.text);
    return corrected;
}

static void refuse(struct scene *scene, struct desk_correction correction, const char *text)
{
    struct desk_corrected corrected;
    struct error error = ERROR_INIT;
    assert_false(bench_correct(&scene->bench, correction, &corrected, &error));
    if (!strstr(error.text, text))
        fail_msg("'%s' does not say '%s'", error.text, text);
}

static struct desk_corrected set(struct scene *scene, const char *event, const char *setting)
{
    return make(scene, (struct desk_correction){.kind = CORRECTION_SET,
                                                .event = event,
                                                .words = (const char *const[]){setting},
                                                .word_count = 1});
}

static void undo(struct scene *scene, int64_t number)
{
    make(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = number});
}

static void assert_word(struct scene *scene, const char *id, unsigned field, const char *expected)
{
    struct ent_record *event = bench_find(&scene->bench, id);
    assert_non_null(event);
    const char *word = record_text(event->view, field);
    assert_string_equal(word ? word : "none", expected);
    record_release(event);
}

static bool has_conflict(struct scene *scene, const char *id, const char *field, const char *value)
{
    struct ent_record *event = bench_find(&scene->bench, id);
    struct record_view conflict;
    bool found = false;
    for (size_t i = 0; record_get_view(event->view, ENT_EVENT_CONFLICT, i, &conflict); i++)
        found |= strcmp(record_text(conflict, ENT_CONFLICT_FIELD), field) == 0 &&
                 strcmp(record_text(conflict, ENT_CONFLICT_VALUE), value) == 0;
    record_release(event);
    return found;
}

static bool mark_news(void *context, const struct revision_row *row)
{
    bool *news = context;
    static const char *const on[] = {"new",     "status", "actors",  "sources",   "merged",
                                     "split",   "date",   "conflicts", "equipment", NULL};
    *news |= watch_can_be_new(row->record) || watch_change_reason(on, row->record);
    return true;
}

/* Would any revision after that one alert somebody who asks for everything but corrections? */
static bool is_news_after(struct scene *scene, int64_t revision)
{
    struct error error = ERROR_INIT;
    bool news = false;
    assert_true(store_revisions_each(scene->bench.store, revision, 0, mark_news, &news, &error));
    return news;
}

static int64_t last_revision(struct scene *scene)
{
    struct error error = ERROR_INIT;
    return store_revision_last(scene->bench.store, &error);
}

/* ---- verdicts ---- */

static void a_rejected_event_is_hidden_and_never_news_again(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    int64_t before = last_revision(scene);
    struct desk_corrected corrected =
        make(scene, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event.id, .note = "a toy"});
    assert_string_equal(corrected.event, event.id);
    assert_int_equal(bench_events(&scene->bench), 0);
    bench_take(&scene->bench, &scene->told[SECOND]);
    bench_take(&scene->bench, &scene->told[LATER]);
    assert_int_equal(bench_events(&scene->bench), 0);
    assert_false(is_news_after(scene, before));
    assert_word(scene, event.id, ENT_EVENT_VERDICT, "rejected");
    assert_word(scene, event.id, ENT_REPORT_STATUS, "ongoing");
    undo(scene, corrected.number);
    assert_int_equal(bench_events(&scene->bench), 1);
    assert_word(scene, event.id, ENT_EVENT_VERDICT, "none");
}

static void the_later_verdict_counts(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    make(scene, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event.id});
    refuse(scene, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event.id}, "is rejected already");
    struct desk_corrected confirmed = make(scene, (struct desk_correction){.kind = CORRECTION_CONFIRM, .event = event.id});
    assert_word(scene, event.id, ENT_EVENT_VERDICT, "confirmed");
    assert_word(scene, event.id, ENT_EVENT_GRADE, "F1");
    assert_int_equal(bench_events(&scene->bench), 1);
    undo(scene, confirmed.number);
    assert_word(scene, event.id, ENT_EVENT_VERDICT, "rejected");
    refuse(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = confirmed.number}, "undone already");
}

static void an_earlier_founder_takes_the_verdict_over(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[SECOND]);
    struct looking event = event_of(scene, SECOND);
    make(scene, (struct desk_correction){.kind = CORRECTION_CONFIRM, .event = event.id});
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking now = event_of(scene, SECOND);
    assert_string_not_equal(now.id, event.id);
    assert_word(scene, now.id, ENT_EVENT_VERDICT, "confirmed");
}

/* ---- values ---- */

static void a_value_that_was_set_outlasts_later_reports(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    struct desk_corrected corrected = set(scene, event.id, "status=suspended");
    assert_word(scene, event.id, ENT_REPORT_STATUS, "suspended");
    bench_take(&scene->bench, &scene->told[LATER]);
    assert_word(scene, event.id, ENT_REPORT_STATUS, "suspended");
    assert_true(has_conflict(scene, event.id, "status", "signed"));
    assert_true(has_conflict(scene, event.id, "status", "ongoing"));
    undo(scene, corrected.number);
    assert_word(scene, event.id, ENT_REPORT_STATUS, "ongoing");
    assert_false(has_conflict(scene, event.id, "status", "signed"));
}

static void a_value_that_was_set_outlasts_recoding(void **state)
{
    struct scene *scene = *state;
    struct told recoded;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    set(scene, event.id, "name=Helicopter deal");
    /* The other lexicon finds a third party, so that the event has another id. */
    told_read(&recoded, "item-a",
              "{'published':'2023-03-02','publisher':'one.example','title':'a','report':{'type':'arms_transfer',"
              "'status':'signed','modality':'reported','scope':'current','actors':[{'id':'RUS','role':'supplier'},"
              "{'id':'COM:arsenal','role':'supplier'},{'id':'UZB','role':'recipient'}],'confidence':0.8}}");
    bench_take(&scene->bench, &recoded);
    struct looking now = event_of(scene, FIRST);
    assert_string_not_equal(now.id, event.id);
    assert_word(scene, now.id, ENT_REPORT_NAME, "Helicopter deal");
    told_free(&recoded);
}

static void the_record_says_what_was_corrected_by_whom(void **state)
{
    struct scene *scene = *state;
    struct record_view correction;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    make(scene, (struct desk_correction){.kind = CORRECTION_SET,
                                         .event = event.id,
                                         .words = (const char *const[]){"status=ongoing", "date=2023-04/"},
                                         .word_count = 2,
                                         .author = "grace",
                                         .note = "by telephone"});
    struct ent_record *record = bench_find(&scene->bench, event.id);
    assert_int_equal(record_count(record->view, ENT_EVENT_CORRECTION), 2);
    assert_true(record_get_view(record->view, ENT_EVENT_CORRECTION, 0, &correction));
    assert_string_equal(record_text(correction, ENT_CORRECTION_FIELD), "status");
    assert_string_equal(record_text(correction, ENT_CORRECTION_VALUE), "ongoing");
    assert_string_equal(record_text(correction, ENT_CORRECTION_WAS), "signed");
    assert_string_equal(record_text(correction, ENT_CORRECTION_AUTHOR), "grace");
    assert_string_equal(record_text(correction, ENT_CORRECTION_NOTE), "by telephone");
    assert_true(record_get_view(record->view, ENT_EVENT_CORRECTION, 1, &correction));
    assert_string_equal(record_text(correction, ENT_CORRECTION_VALUE), "since 2023-04");
    record_release(record);
}

static void a_wrong_value_is_refused_with_the_nearest_right_one(void **state)
{
    static const struct {
        const char *setting, *text;
    } wrong[] = {
        {"status=sined", "did you mean 'signed'"},
        {"statos=signed", "did you mean 'status'"},
        {"status", "write FIELD=VALUE"},
        {"subtype=unit", "no subtype of arms_transfer"},
        {"status=none", "cannot be none"},
        {"date=2023-02-30", "not to be understood"},
        {"date=2023-05-02/2023-05-01", "not to be understood"},
        {"actors=RUS:suplier", "did you mean 'supplier'"},
        {"actors=Russia:supplier", "no actor's id"},
        {"equipment=12 Mi-8:VX", "no UNROCA class"},
        {"quantities=money 3 dollars", "needs a currency"},
        {"quantities=[{\"kind\":\"mony\"}]", "did you mean 'money'"},
        {"places=[{\"nam\":\"x\"}]", "nam"},
        {"parent=abcdef123", "no event abcdef123"},
    };
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuse(scene, (struct desk_correction){.kind = CORRECTION_SET,
                                               .event = event.id,
                                               .words = &wrong[i].setting,
                                               .word_count = 1},
               wrong[i].text);
    struct ent_record *record = bench_find(&scene->bench, event.id);
    assert_int_equal(record_count(record->view, ENT_EVENT_CORRECTION), 0);
    record_release(record);
}

static void every_field_can_be_set_and_cleared(void **state)
{
    static const struct {
        const char *setting;
        unsigned field;
        const char *expected;
    } rows[] = {
        {"type=aid", ENT_REPORT_TYPE, "aid"},
        {"scope=background", ENT_REPORT_SCOPE, "background"},
        {"modality=alleged", ENT_REPORT_MODALITY, "alleged"},
        {"programme=FMS", ENT_REPORT_PROGRAMME, "FMS"},
        {"tags=air,sea", ENT_REPORT_TAG, "air"},
    };
    static const struct {
        const char *setting;
        unsigned field;
        size_t count;
    } lists[] = {
        {"actors=RUS:supplier, UZB:recipient, ORG:CSTO:observer", ENT_REPORT_ACTOR, 3},
        {"places=Tashkent:UZB; :KAZ", ENT_REPORT_PLACE, 2},
        {"equipment=12 Mi-8:V:aircraft; S-400", ENT_REPORT_EQUIPMENT, 2},
        {"equipment=none", ENT_REPORT_EQUIPMENT, 0},
        {"quantities=money 300000000 USD; personnel 850", ENT_REPORT_QUANTITY, 2},
        {"date=none", ENT_REPORT_DATE, 0},
        {"date={\"start\":\"2023\",\"end\":\"2023\",\"precision\":\"year\"}", ENT_REPORT_DATE, 1},
    };
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        set(scene, event.id, rows[i].setting);
        assert_word(scene, event.id, rows[i].field, rows[i].expected);
    }
    /* "sale" is no subtype of aid. */
    assert_word(scene, event.id, ENT_REPORT_SUBTYPE, "none");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        set(scene, event.id, lists[i].setting);
        struct ent_record *record = bench_find(&scene->bench, event.id);
        assert_int_equal(record_count(record->view, lists[i].field), lists[i].count);
        record_release(record);
    }
}

/* ---- merging and splitting ---- */

static void merged_events_stay_one_and_both_ids_resolve(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    bench_take(&scene->bench, &scene->told[OTHER]);
    struct looking a = event_of(scene, FIRST), b = event_of(scene, OTHER);
    assert_string_not_equal(a.id, b.id);
    int64_t before = last_revision(scene);
    struct desk_corrected corrected =
        make(scene, (struct desk_correction){.kind = CORRECTION_MERGE, .event = b.id, .other = a.id});
    assert_string_equal(corrected.event, a.id);
    assert_int_equal(bench_events(&scene->bench), 1);
    assert_false(is_news_after(scene, before));
    assert_word(scene, b.id, ENT_REPORT_ID, a.id);
    refuse(scene, (struct desk_correction){.kind = CORRECTION_MERGE, .event = b.id, .other = a.id}, "one event already");
    bench_take(&scene->bench, &scene->told[SECOND]);
    bench_withdraw(&scene->bench, &scene->told[SECOND]);
    bench_take(&scene->bench, &scene->told[LATER]);
    assert_int_equal(bench_events(&scene->bench), 1);
    undo(scene, corrected.number);
    assert_int_equal(bench_events(&scene->bench), 2);
    assert_string_equal(event_of(scene, OTHER).id, b.id);
}

static void reports_that_were_parted_are_never_put_together_again(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    bench_take(&scene->bench, &scene->told[SECOND]);
    struct looking event = event_of(scene, FIRST);
    assert_string_equal(event_of(scene, SECOND).id, event.id);
    int64_t before = last_revision(scene);
    const char *moved[] = {record_text(scene->told[SECOND].reports[0]->view, ENT_REPORT_ID)};
    struct desk_corrected corrected = make(
        scene, (struct desk_correction){.kind = CORRECTION_SPLIT, .event = event.id, .words = moved, .word_count = 1});
    assert_string_equal(corrected.event, event.id);
    assert_string_equal(event_of(scene, SECOND).id, corrected.other);
    assert_int_equal(bench_events(&scene->bench), 2);
    assert_false(is_news_after(scene, before));
    bench_take(&scene->bench, &scene->told[LATER]);
    bench_withdraw(&scene->bench, &scene->told[SECOND]);
    bench_take(&scene->bench, &scene->told[SECOND]);
    assert_string_equal(event_of(scene, SECOND).id, corrected.other);
    assert_string_equal(event_of(scene, FIRST).id, event.id);
    undo(scene, corrected.number);
    assert_int_equal(bench_events(&scene->bench), 1);
}

static void one_report_at_least_stays_and_unknown_ones_are_refused(void **state)
{
    struct scene *scene = *state;
    const char *all[] = {"item-a", "item-b"}, *unknown[] = {"item-z"};
    bench_take(&scene->bench, &scene->told[FIRST]);
    bench_take(&scene->bench, &scene->told[SECOND]);
    struct looking event = event_of(scene, FIRST);
    refuse(scene, (struct desk_correction){.kind = CORRECTION_SPLIT, .event = event.id, .words = all, .word_count = 2},
           "one at least must stay");
    refuse(scene, (struct desk_correction){.kind = CORRECTION_SPLIT, .event = event.id, .words = unknown, .word_count = 1},
           "no report 'item-z'");
}

static void what_a_later_correction_builds_on_is_not_undone_before_it(void **state)
{
    struct scene *scene = *state;
    const char *moved[] = {"item-c"};
    bench_take(&scene->bench, &scene->told[FIRST]);
    bench_take(&scene->bench, &scene->told[OTHER]);
    struct looking a = event_of(scene, FIRST), b = event_of(scene, OTHER);
    struct desk_corrected merged =
        make(scene, (struct desk_correction){.kind = CORRECTION_MERGE, .event = a.id, .other = b.id});
    struct desk_corrected parted = make(
        scene, (struct desk_correction){.kind = CORRECTION_SPLIT, .event = a.id, .words = moved, .word_count = 1});
    assert_int_equal(bench_events(&scene->bench), 2);
    refuse(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = merged.number}, "builds on this one");
    undo(scene, parted.number);
    assert_int_equal(bench_events(&scene->bench), 1);
    undo(scene, merged.number);
    assert_int_equal(bench_events(&scene->bench), 2);
}

static void a_hand_that_joins_is_not_led_back_to_what_it_was_parted_from(void **state)
{
    struct scene *scene = *state;
    const char *moved[] = {"item-b"};
    bench_take(&scene->bench, &scene->told[FIRST]);
    bench_take(&scene->bench, &scene->told[SECOND]);
    bench_take(&scene->bench, &scene->told[OTHER]);
    struct looking a = event_of(scene, FIRST), c = event_of(scene, OTHER);
    struct desk_corrected parted = make(
        scene, (struct desk_correction){.kind = CORRECTION_SPLIT, .event = a.id, .words = moved, .word_count = 1});
    make(scene, (struct desk_correction){.kind = CORRECTION_MERGE, .event = parted.other, .other = c.id});
    assert_int_equal(bench_events(&scene->bench), 2);
    assert_string_equal(event_of(scene, SECOND).id, event_of(scene, OTHER).id);
    assert_string_not_equal(event_of(scene, SECOND).id, event_of(scene, FIRST).id);
}

static void an_event_that_is_not_there_cannot_be_corrected(void **state)
{
    struct scene *scene = *state;
    bench_take(&scene->bench, &scene->told[FIRST]);
    struct looking event = event_of(scene, FIRST);
    bench_withdraw(&scene->bench, &scene->told[FIRST]);
    refuse(scene, (struct desk_correction){.kind = CORRECTION_CONFIRM, .event = event.id}, "withdrawn");
    refuse(scene, (struct desk_correction){.kind = CORRECTION_CONFIRM, .event = "0123456789"}, "no event 0123456789");
    refuse(scene, (struct desk_correction){.kind = CORRECTION_UNDO, .number = 7}, "no correction 7");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_rejected_event_is_hidden_and_never_news_again),
        T(the_later_verdict_counts),
        T(an_earlier_founder_takes_the_verdict_over),
        T(a_value_that_was_set_outlasts_later_reports),
        T(a_value_that_was_set_outlasts_recoding),
        T(the_record_says_what_was_corrected_by_whom),
        T(a_wrong_value_is_refused_with_the_nearest_right_one),
        T(every_field_can_be_set_and_cleared),
        T(merged_events_stay_one_and_both_ids_resolve),
        T(reports_that_were_parted_are_never_put_together_again),
        T(one_report_at_least_stays_and_unknown_ones_are_refused),
        T(what_a_later_correction_builds_on_is_not_undone_before_it),
        T(a_hand_that_joins_is_not_led_back_to_what_it_was_parted_from),
        T(an_event_that_is_not_there_cannot_be_corrected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
