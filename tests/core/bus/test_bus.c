/* The way of items through the bus, and what becomes of those that fail on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/record/record.h"
#include "tests/core/bus/rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int one = 1, ten = 10, hundred = 100, thousand = 1000;

#define SOURCE(count)                                                                                                  \
    {                                                                                                                  \
        .instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &(count)                         \
    }
#define CLASSIFIER(function)                                                                                           \
    {                                                                                                                  \
        .instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = (function)                    \
    }

static const char *title_of(const struct unit *unit, size_t input)
{
    return record_text(unit->inputs[input].record->view, ENT_ITEM_TITLE);
}

/* ---- the way of items ---- */

static void items_pass_all_processors(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        SOURCE(thousand),
        {.instance = "classifier.one", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = rig_classify},
        {.instance = "classifier.two", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .workers = 3, .run = rig_classify},
    };
    rig_start(&rig, actors, 3);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 1000);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE classifier='classifier.one'"), 1000);
    assert_int_equal(rig_count(&rig, "SELECT count(DISTINCT item) FROM report WHERE classifier='classifier.two'"),
                     1000);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    assert_int_equal(rig_count(&rig, "SELECT min(sequence) FROM cursor WHERE processor LIKE 'classifier%'"), 1000);
    rig_remove(&rig);
}

static void check_earlier_reports(struct rig_actor *actor, struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        assert_int_equal(unit->inputs[i].report_count, 1);
        struct record_view report = unit->inputs[i].reports[0]->view;
        assert_string_equal(record_text(report, ENT_REPORT_CLASSIFIER), "classifier.one");
        assert_string_equal(record_text(report, ENT_REPORT_ITEM),
                            record_text(unit->inputs[i].record->view, ENT_ITEM_ID));
        struct ent_builder *builder = record_build(ENT_REPORT);
        record_put_text(builder, ENT_REPORT_ID, record_text(report, ENT_REPORT_ID));
        record_put_text(builder, ENT_REPORT_TYPE, "visit");
        assert_true(unit_emit(unit, i, record_seal(builder, NULL)));
    }
    unit->code = ENT_OK;
    (void)actor;
}

static void a_later_classifier_is_handed_the_reports_and_may_replace_them(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        SOURCE(hundred),
        {.instance = "classifier.one", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = rig_classify},
        {.instance = "classifier.two", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = check_earlier_reports},
    };
    rig_start(&rig, actors, 3);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[2].records, 100);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 200);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0 AND classifier='classifier.two'"), 100);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0"), 100);
    rig_remove(&rig);
}

static void classify_unevenly(struct rig_actor *actor, struct unit *unit)
{
    rig_classify(actor, unit);
    usleep((useconds_t)(unit->ordinal % 3) * 4000);
}

static void units_are_committed_in_order_whoever_finishes_first(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(hundred),
                                 {.instance = "classifier.c",
                                  .role = BUS_PROCESSOR,
                                  .kind = UNIT_CLASSIFY,
                                  .workers = 3,
                                  .batch = 5,
                                  .run = classify_unevenly}};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 100);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE sequence<>item"), 0);
    rig_remove(&rig);
}

static const char *body = "body";

static void emit_one(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    assert_true(unit_emit(unit, 0, rig_item("guid", "title", body)));
    unit->code = ENT_OK;
}

static void only_a_changed_text_is_a_new_version(void **state)
{
    (void)state;
    static const char *const bodies[] = {"first", "first", "second", "second"};
    static const int versions[] = {1, 1, 2, 2};
    struct rig rig;
    rig_init(&rig);
    for (int i = 0; i < 4; i++) {
        struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = emit_one},
                                     CLASSIFIER(rig_classify)};
        body = bodies[i];
        rig_start(&rig, actors, 2);
        rig_settle(&rig);
        rig_stop(&rig);
        assert_int_equal(rig_count(&rig, "SELECT max(version) FROM item"), versions[i]);
        assert_int_equal(rig_count(&rig, "SELECT count(DISTINCT id) FROM item"), 1);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), versions[i]);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item WHERE superseded_by IS NULL"), 1);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), versions[i]);
    }
    rig_remove(&rig);
}

/* ---- transforms ---- */

/* By the title's number: 0 mod 3 passes, 1 mod 3 is dropped, 2 mod 3 becomes two others. */
static void transform_by_number(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++) {
        int number = -1;
        assert_int_equal(sscanf(title_of(unit, i), "title %d", &number), 1);
        if (number % 3 == 0)
            assert_true(unit_emit(unit, i, record_hold(unit->inputs[i].record)));
        for (int j = 0; number % 3 == 2 && j < 2; j++)
            assert_true(unit_emit(unit, i, rig_item("", "derived", j ? "zwei" : "eins")));
    }
    unit->code = ENT_OK;
}

static void a_transform_passes_drops_or_derives(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    for (int i = 0; i < 2; i++) { /* the second run fetches all again and changes nothing */
        struct rig_actor actors[] = {
            SOURCE(ten),
            {.instance = "transform.t", .role = BUS_PROCESSOR, .kind = UNIT_TRANSFORM, .run = transform_by_number},
            CLASSIFIER(rig_classify)};
        rig_start(&rig, actors, 3);
        rig_settle(&rig);
        rig_stop(&rig);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item WHERE made_by=''"), 10);
        assert_int_equal(rig_count(&rig, "SELECT count(DISTINCT id) FROM item WHERE made_by='transform.t'"), 6);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item WHERE dropped_by='transform.t'"), 6);
        /* 0 3 6 9 and what was derived of 2 5 8 */
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 4 + 6);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report JOIN item ON item=item.sequence"
                                         " WHERE dropped_by IS NOT NULL"),
                         0);
        assert_int_equal(rig_count(&rig, "SELECT min(sequence) FROM cursor WHERE processor<>'inflight'"), 16);
    }
    rig_remove(&rig);
}

/* ---- results ---- */

static void answer_by_number(struct rig_actor *actor, struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        assert_true(unit_emit(unit, i, rig_report("exercise")));
        if (strcmp(title_of(unit, i), "title 3") == 0)
            unit_result(unit, i, ENT_REJECT, -1, ent_text("not for me"));
        if (strcmp(title_of(unit, i), "title 4") == 0 && !actor->context) {
            unit_result(unit, i, ENT_RETRY, 10, ent_text("not yet"));
            actor->context = actor;
        }
    }
    unit->code = ENT_OK;
}

static void each_record_has_its_own_result(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(ten), CLASSIFIER(answer_by_number)};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].records, 11);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 9);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE item=5"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE item=4"), 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter WHERE sequence=4 AND text='not for me'"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

static void retry_always(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, ENT_RETRY, 20, ent_text("the model is away"));
}

static void a_record_past_its_deadline_is_a_dead_letter_and_holds_nothing(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(one),
                                 {.instance = "classifier.c",
                                  .role = BUS_PROCESSOR,
                                  .kind = UNIT_CLASSIFY,
                                  .run = retry_always,
                                  .deadline_ms = 500}};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_true(actors[1].calls >= 3);
    assert_string_equal(rig_text(&rig, "SELECT text FROM dead_letter"), "not done by its deadline: the model is away");
    rig_remove(&rig);
}

static void break_once(struct rig_actor *actor, struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        bool deadly = strcmp(title_of(unit, i), "title 5") == 0;
        unit_result(unit, i, deadly ? ENT_FATAL : ENT_OK, 10, ent_text(deadly ? "out of its mind" : ""));
    }
    (void)actor;
}

static void a_record_that_is_fatal_twice_is_a_dead_letter(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(ten), CLASSIFIER(break_once)};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].records, 11);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=6"), "out of its mind"));
    rig_remove(&rig);
}

static void misconfigured(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_CONFIG;
    unit->text = "no such model";
}

static void a_misconfigured_processor_is_parked_and_keeps_its_items(void **state)
{
    (void)state;
    struct bus_port_stats stats;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor broken[] = {SOURCE(ten), CLASSIFIER(misconfigured)};
    rig_start(&rig, broken, 2);
    rig_wait_parked(&rig, 1);
    bus_read_port_stats(rig.bus, 1, &stats);
    assert_string_equal(stats.text, "no such model");
    assert_int_equal(broken[1].calls, 1);
    rig_stop(&rig);
    struct rig_actor mended[] = {SOURCE(ten), CLASSIFIER(rig_classify)};
    rig_start(&rig, mended, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
    rig_remove(&rig);
}

/* Settles, from a thread of the plugin's, what was left unfinished. */
static void *settle_later(void *context)
{
    struct rig_actor *actor = context;
    struct unit *answer = unit_create(UNIT_RESPOND, actor->instance, 1);
    assert_non_null(answer);
    assert_true(unit_settle(answer, 77, ENT_OK, -1, ent_text("")));
    assert_true(unit_emit(answer, 0, rig_report("visit")));
    bus_finish(actor->port, answer, false);
    return NULL;
}

static pthread_t settler;

static void leave_unfinished(struct rig_actor *actor, struct unit *unit)
{
    unit->code = ENT_AGAIN;
    unit->inputs[0].ticket = 77;
    (void)actor;
}

/* What the classifier before it said stands until an answer comes. */
static void leave_to_an_answer(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_AGAIN;
    unit->inputs[0].ticket = 78;
}

static void *answer_and_withdraw(void *context)
{
    struct rig_actor *actor = context;
    struct unit *answer = unit_create(UNIT_RESPOND, actor->instance, 1);
    assert_non_null(answer);
    const char *id = rig_text(actor->rig, "SELECT id FROM report WHERE item=1");
    assert_true(unit_withdraw(answer, 0, ent_text(id)));
    assert_true(unit_settle(answer, 78, ENT_OK, -1, ent_text("uncoded: by the answer")));
    bus_finish(actor->port, answer, false);
    return NULL;
}

static void an_answer_withdraws_and_remarks(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(rig_classify), CLASSIFIER(leave_to_an_answer)};
    actors[2].instance = "classifier.second";
    rig_start(&rig, actors, 3);
    rig_wait_awaited(&rig, 2, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0"), 1);
    assert_int_equal(pthread_create(&settler, NULL, answer_and_withdraw, &actors[2]), 0);
    pthread_join(settler, NULL);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0"), 0);
    assert_string_equal(rig_text(&rig, "SELECT text FROM remark"), "uncoded: by the answer");
    rig_remove(&rig);
}

static void remark(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit_result(unit, 0, ENT_OK, -1, ent_text("relevant: core"));
}

static void heed_remark(struct rig_actor *actor, struct unit *unit)
{
    const struct unit_input *input = &unit->inputs[0];
    (void)actor;
    assert_int_equal(input->remark_count, 1);
    assert_string_equal(input->remarks[0].classifier, "classifier.first");
    assert_string_equal(input->remarks[0].text, "relevant: core");
    unit_result(unit, 0, ENT_OK, -1, ent_text("seen"));
}

/* Also when it is handed out again, and those behind have remarked something. */
static void a_later_classifier_is_told_what_was_remarked_before_it(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(remark), CLASSIFIER(heed_remark), CLASSIFIER(remark)};
    actors[1].instance = "classifier.first";
    actors[2].instance = "classifier.heeding";
    actors[3].instance = "classifier.a-last";
    rig_start(&rig, actors, 4);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[2].records, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM remark"), 3);
    rig_execute(&rig, "UPDATE cursor SET sequence=0 WHERE processor='classifier.heeding'");
    actors[2].records = 0;
    rig_start(&rig, actors, 4);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[2].records, 1);
    rig_remove(&rig);
}

static void an_answer_settles_what_was_left_unfinished(void **state)
{
    (void)state;
    struct rig rig;
    struct bus_backlog backlog;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(leave_unfinished)};
    rig_start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 1);
    assert_false(bus_wait(rig.bus, 0, &backlog));
    assert_int_equal(backlog.items, 1);
    assert_int_equal(pthread_create(&settler, NULL, settle_later, &actors[1]), 0);
    pthread_join(settler, NULL);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].calls, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE item=1"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

/* The first classifier's report is withdrawn and another made before the answer, which makes a third. */
static void emit_and_leave_unfinished(struct rig_actor *actor, struct unit *unit)
{
    leave_unfinished(actor, unit);
    assert_true(unit_emit(unit, 0, rig_report("exercise")));
    assert_true(unit_withdraw(unit, 0, ent_text(record_text(unit->inputs[0].reports[0]->view, ENT_REPORT_ID))));
}

static void settle_by(struct rig *rig, struct rig_actor *actors, enum ent_code code)
{
    rig_init(rig);
    actors[2].instance = "classifier.second";
    rig_start(rig, actors, 3);
    rig_wait_awaited(rig, 2, 1);
    assert_int_equal(rig_count(rig, "SELECT count(*) FROM report WHERE state=0"), 1);
    struct unit *answer = unit_create(UNIT_RESPOND, actors[2].instance, 1);
    assert_true(unit_settle(answer, 77, code, -1, ent_text("by the answer")));
    assert_true(unit_emit(answer, 0, rig_report("visit")));
    bus_finish(actors[2].port, answer, false);
    rig_settle(rig);
    rig_stop(rig);
}

static void what_was_emitted_for_an_open_item_counts_once_it_is_settled_well(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(rig_classify), CLASSIFIER(emit_and_leave_unfinished)};
    settle_by(&rig, actors, ENT_OK);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0"), 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE classifier='classifier.second'"), 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=2"), 1);
    rig_remove(&rig);
}

/* The next answer may come before the first is durable. */
static void an_answer_may_leave_an_item_open_and_the_next_settle_it(void **state)
{
    (void)state;
    static const enum ent_code codes[] = {ENT_AGAIN, ENT_AGAIN, ENT_OK};
    struct rig rig;
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(rig_classify), CLASSIFIER(emit_and_leave_unfinished)};
    rig_init(&rig);
    actors[2].instance = "classifier.second";
    rig_start(&rig, actors, 3);
    rig_wait_awaited(&rig, 2, 1);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct unit *answer = unit_create(UNIT_RESPOND, actors[2].instance, 1);
        assert_true(unit_settle(answer, 77, codes[i], -1, ent_text(NULL)));
        assert_true(unit_emit(answer, 0, rig_report("visit")));
        bus_finish(actors[2].port, answer, false);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[2].calls, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE classifier='classifier.second'"), 4);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=2"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

static void what_answers_put_off_is_given_up_at_its_deadline(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(leave_unfinished)};
    actors[1].deadline_ms = 1;
    rig_start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 1);
    usleep(2000);
    struct unit *answer = unit_create(UNIT_RESPOND, actors[1].instance, 1);
    assert_true(unit_settle(answer, 77, ENT_AGAIN, -1, ent_text(NULL)));
    bus_finish(actors[1].port, answer, false);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter WHERE text LIKE '%deadline%'"), 1);
    rig_remove(&rig);
}

/* They share one arena with what a unit says of its records, which must not run full of copies. */
static void a_unit_takes_as_many_withdrawals_as_outputs(void **state)
{
    (void)state;
    struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.c", 1);
    const char *id = "0123456789abcdef0123456789abcdef";
    for (int i = 0; i < UNIT_OUTPUT_MAX; i++)
        assert_true(unit_withdraw(unit, 0, ent_text(id)));
    assert_false(unit_withdraw(unit, 0, ent_text(id)));
    assert_string_equal(unit->inputs[0].withdrawals[UNIT_OUTPUT_MAX - 1].report_id, id);
    assert_true(arena_used(unit->arena) < 16 * 1024 * 1024);
    unit_destroy(unit);
}

static void what_was_emitted_for_an_open_item_is_dropped_where_it_is_rejected(void **state)
{
    (void)state;
    struct rig rig;
    struct rig_actor actors[] = {SOURCE(one), CLASSIFIER(rig_classify), CLASSIFIER(emit_and_leave_unfinished)};
    settle_by(&rig, actors, ENT_REJECT);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE state=0"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE classifier='classifier.second'"), 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 1);
    rig_remove(&rig);
}

static void what_awaits_an_answer_is_handed_out_again_after_a_restart(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor waiting[] = {SOURCE(one), CLASSIFIER(leave_unfinished)};
    rig_start(&rig, waiting, 2);
    rig_wait_awaited(&rig, 1, 1);
    rig_stop(&rig);
    struct rig_actor answering[] = {SOURCE(one), CLASSIFIER(rig_classify)};
    rig_start(&rig, answering, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 1);
    rig_remove(&rig);
}

static void a_dead_letter_that_a_person_retries_is_handed_out_again(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(ten), CLASSIFIER(answer_by_number)};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    int64_t id = rig_count(&rig, "SELECT id FROM dead_letter");
    actors[1].run = rig_classify;
    assert_true(bus_retry_dead_letter(rig.bus, id, &error));
    rig_settle(&rig);
    assert_false(bus_retry_dead_letter(rig.bus, id, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE item=4"), 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
    rig_remove(&rig);
}

/* ---- stages ---- */

/* The first takes one item a run, the second looks at what the first did; they write so that a rollback shows. */
struct stepping {
    int64_t watermark, taken, seen, failures;
    bool skipped;
};

static struct stepping stepping;

static void step_watermark(void *context, int64_t sequence)
{
    ((struct stepping *)context)->watermark = sequence;
}

static bool step_has_more(const void *context)
{
    const struct stepping *steps = context;
    return steps->taken < steps->watermark;
}

static bool step(void *context, struct store *store, struct error *error)
{
    struct stepping *steps = context;
    if (steps->taken == 50 && steps->failures++ < 2) {
        store_execute(store, "DELETE FROM item", error);
        return error_set(error, ERROR_STATE, "the first two attempts at item 51 fail");
    }
    steps->taken += steps->taken < steps->watermark;
    return true;
}

static bool look(void *context, struct store *store, struct error *error)
{
    struct stepping *steps = context;
    (void)store;
    (void)error;
    steps->skipped |= steps->taken > steps->seen + 1;
    steps->seen = steps->taken;
    return true;
}

static void a_later_stage_sees_every_step_of_the_one_before(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    stepping = (struct stepping){0};
    rig.stage = (struct bus_stage){
        .name = "step", .run = step, .has_more = step_has_more, .set_watermark = step_watermark, .context = &stepping};
    rig.second_stage = (struct bus_stage){.name = "look", .run = look, .context = &stepping};
    struct rig_actor actors[] = {SOURCE(hundred), CLASSIFIER(rig_classify)};
    actors[1].batch = 7;
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    /* The transaction was begun anew; then what failed was undone alone, and done with the next one. */
    assert_int_equal(stepping.failures, 3);
    assert_int_equal(stepping.taken, 100);
    assert_int_equal(stepping.seen, 100);
    assert_false(stepping.skipped);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 100);
    rig_remove(&rig);
}

/* Has more to do until the stage that steps is done. */
static bool tidy_has_more(const void *context)
{
    const struct stepping *steps = context;
    return steps->taken < 100;
}

static bool tidy(void *context, struct store *store, struct error *error)
{
    struct stepping *steps = context;
    (void)store;
    (void)error;
    steps->seen++;
    return true;
}

static void a_stage_aside_keeps_no_other_from_its_turn(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    stepping = (struct stepping){.failures = 2};
    rig.stage = (struct bus_stage){
        .name = "step", .run = step, .has_more = step_has_more, .set_watermark = step_watermark, .context = &stepping};
    rig.second_stage = (struct bus_stage){
        .name = "tidy", .run = tidy, .has_more = tidy_has_more, .context = &stepping, .is_aside = true};
    struct rig_actor actors[] = {SOURCE(hundred), CLASSIFIER(rig_classify)};
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(stepping.taken, 100);
    assert_true(stepping.seen > 0);
    rig_remove(&rig);
}

/* ---- units that cannot be stored ---- */

static void a_bad_unit_does_not_undo_its_neighbours(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor none[] = {SOURCE(one)};
    none[0].closed = true;
    rig_start(&rig, none, 1);
    rig_stop(&rig);
    rig_execute(&rig, "CREATE TRIGGER bad BEFORE INSERT ON report WHEN NEW.item=42"
                      " BEGIN SELECT RAISE(ABORT, 'this one is bad'); END");
    struct rig_actor actors[] = {SOURCE(hundred), CLASSIFIER(rig_classify)};
    actors[1].batch = 10;
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 99);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 1);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=42"), "this one is bad"));
    rig_remove(&rig);
}

static void emit_one_that_is_nothing(struct rig_actor *actor, struct unit *unit)
{
    rig_emit_items(actor, unit);
    assert_true(unit_emit(unit, 0, rig_item("", "", "")));
}

static void an_item_without_identity_is_kept_aside_and_its_neighbours_stay(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE(ten)};
    actors[0].run = emit_one_that_is_nothing;
    rig_start(&rig, actors, 1);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter WHERE instance='source.a' AND record NOT NULL"),
                     1);
    rig_remove(&rig);
}

/* ---- backpressure ---- */

static void emit_ten_more(struct rig_actor *actor, struct unit *unit)
{
    for (int i = 0; i < 10; i++) {
        char guid[40];
        snprintf(guid, sizeof guid, "%lld-%d", (long long)actor->calls, i);
        assert_true(unit_emit(unit, 0, rig_item(guid, "title", "body")));
    }
    unit->next_fetch_ms = 0;
    unit->code = ENT_OK;
}

static void sources_pause_at_the_high_water_mark_and_go_on_below_it(void **state)
{
    (void)state;
    struct bus_stats stats;
    struct rig rig;
    rig_init(&rig);
    rig.settings.once = false;
    rig.settings.high_water = 50;
    struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = emit_ten_more},
                                 CLASSIFIER(rig_classify)};
    actors[1].closed = true;
    rig_start(&rig, actors, 2);
    rig_wait_paused(&rig);
    usleep(50000);
    bus_read_stats(rig.bus, &stats);
    assert_in_range(stats.items, 50, 70);
    actors[1].closed = false;
    lane_wake(actors[1].lane);
    rig_wait_records(&actors[1], 500);
    rig_stop(&rig);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_pass_all_processors),
        cmocka_unit_test(a_later_classifier_is_handed_the_reports_and_may_replace_them),
        cmocka_unit_test(units_are_committed_in_order_whoever_finishes_first),
        cmocka_unit_test(only_a_changed_text_is_a_new_version),
        cmocka_unit_test(a_transform_passes_drops_or_derives),
        cmocka_unit_test(each_record_has_its_own_result),
        cmocka_unit_test(a_record_past_its_deadline_is_a_dead_letter_and_holds_nothing),
        cmocka_unit_test(a_record_that_is_fatal_twice_is_a_dead_letter),
        cmocka_unit_test(a_misconfigured_processor_is_parked_and_keeps_its_items),
        cmocka_unit_test(a_later_classifier_is_told_what_was_remarked_before_it),
        cmocka_unit_test(an_answer_settles_what_was_left_unfinished),
        cmocka_unit_test(an_answer_withdraws_and_remarks),
        cmocka_unit_test(what_was_emitted_for_an_open_item_counts_once_it_is_settled_well),
        cmocka_unit_test(an_answer_may_leave_an_item_open_and_the_next_settle_it),
        cmocka_unit_test(what_answers_put_off_is_given_up_at_its_deadline),
        cmocka_unit_test(a_unit_takes_as_many_withdrawals_as_outputs),
        cmocka_unit_test(what_was_emitted_for_an_open_item_is_dropped_where_it_is_rejected),
        cmocka_unit_test(what_awaits_an_answer_is_handed_out_again_after_a_restart),
        cmocka_unit_test(a_dead_letter_that_a_person_retries_is_handed_out_again),
        cmocka_unit_test(a_later_stage_sees_every_step_of_the_one_before),
        cmocka_unit_test(a_stage_aside_keeps_no_other_from_its_turn),
        cmocka_unit_test(a_bad_unit_does_not_undo_its_neighbours),
        cmocka_unit_test(an_item_without_identity_is_kept_aside_and_its_neighbours_stay),
        cmocka_unit_test(sources_pause_at_the_high_water_mark_and_go_on_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
