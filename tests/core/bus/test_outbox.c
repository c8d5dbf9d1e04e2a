/* Deliveries on their way to sinks, and when sources are fetched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/store/alerts.h"
#include "lib/record/record.h"
#include "tests/core/bus/rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ten = 10;

/* A stage that raises one alert an item below the watermark, for the sinks "s" and "other". */
struct raising {
    int64_t watermark, raised;
};

static void set_watermark(void *context, int64_t sequence)
{
    ((struct raising *)context)->watermark = sequence;
}

static struct ent_record *make_alert(int64_t number)
{
    char id[32];
    snprintf(id, sizeof id, "alert-%lld", (long long)number);
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, "w");
    record_put_text(builder, ENT_ALERT_REASON, "new");
    record_put_time(builder, ENT_ALERT_CREATED, 1000);
    record_open(builder, ENT_ALERT_EVENT, ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_close(builder);
    return record_seal(builder, NULL);
}

static bool raise_alerts(void *context, struct store *store, struct error *error)
{
    static const char *const sinks[] = {"s"};
    struct raising *raising = context;
    for (; raising->raised < raising->watermark; raising->raised++) {
        struct ent_record *alert = make_alert(raising->raised + 1);
        if (!alert)
            return error_set(error, ERROR_MEMORY, "no alert");
        bool ok = store_alert_put(store, alert->view, sinks, 1, clock_now(), NULL, error);
        record_release(alert);
        if (!ok)
            return false;
    }
    return true;
}

static struct raising raising;

static void start(struct rig *rig, struct rig_actor *actors, size_t count)
{
    raising = (struct raising){0};
    rig->stage =
        (struct bus_stage){.name = "raise", .run = raise_alerts, .set_watermark = set_watermark, .context = &raising};
    rig_start(rig, actors, count);
}

#define SOURCE                                                                                                         \
    {                                                                                                                  \
        .instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &ten                             \
    }

static const char *delivery_id(const struct unit *unit, size_t input)
{
    return record_text(unit->inputs[input].record->view, ENT_DELIVERY_ID);
}

/* Takes the first of a batch, wants the second again soon, and will never have the third. */
static void deliver_unevenly(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++) {
        int64_t attempt = record_int(unit->inputs[i].record->view, ENT_DELIVERY_ATTEMPT, 0);
        assert_non_null(delivery_id(unit, i));
        if (i % 3 == 1 && attempt == 1)
            unit_result(unit, i, ENT_RETRY, 10, ent_text("busy"));
        if (i % 3 == 2 && attempt == 1)
            unit_result(unit, i, ENT_REJECT, -1, ent_text("no such address"));
    }
    unit->code = ENT_OK;
}

static void deliveries_are_settled_one_by_one(void **state)
{
    (void)state;
    struct bus_port_stats stats;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = deliver_unevenly}};
    start(&rig, actors, 2);
    rig_settle(&rig);
    bus_read_port_stats(rig.bus, 1, &stats);
    rig_stop(&rig);
    assert_int_equal(stats.delivered, 7);
    assert_int_equal(stats.dead, 3);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 7);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery_attempt"), 13);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter WHERE kind=2 AND text='no such address'"), 3);
    rig_remove(&rig);
}

static void nothing_is_delivered_twice_on_a_second_run(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    for (int i = 0; i < 2; i++) {
        struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = deliver_unevenly}};
        start(&rig, actors, 2);
        rig_settle(&rig);
        rig_stop(&rig);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery_attempt"), 13);
        assert_int_equal(actors[1].records, i == 0 ? 13 : 0);
    }
    rig_remove(&rig);
}

static void leave_unfinished(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        unit->inputs[i].ticket = 1000 + (uint64_t)unit->inputs[i].sequence;
    unit->code = ENT_AGAIN;
}

static void answers_settle_deliveries_that_were_left_unfinished(void **state)
{
    (void)state;
    struct bus_backlog backlog;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = leave_unfinished}};
    start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 10);
    do {
        usleep(5000); /* until all is committed, so that the answers come after it */
        assert_false(bus_wait(rig.bus, 0, &backlog));
    } while (backlog.items > 0);
    assert_int_equal(backlog.deliveries, 10);
    assert_int_equal(actors[1].records, 10);
    for (int i = 1; i <= 10; i++) {
        struct unit *answer = unit_create(UNIT_RESPOND, "sink.s", 1);
        assert_true(unit_settle(answer, 1000 + (uint64_t)i, i == 5 ? ENT_REJECT : ENT_OK, -1, ent_text("gone")));
        bus_finish(actors[1].port, answer, false);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].records, 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 9);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter WHERE sequence=5 AND record_id<>''"), 1);
    rig_remove(&rig);
}

static void an_answer_may_leave_a_delivery_open_and_the_next_settle_it(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = leave_unfinished}};
    start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 10);
    for (int i = 0; i < 20; i++) {
        struct unit *answer = unit_create(UNIT_RESPOND, "sink.s", 1);
        assert_true(unit_settle(answer, 1001 + (uint64_t)(i / 2), i % 2 ? ENT_OK : ENT_AGAIN, -1, ent_text(NULL)));
        bus_finish(actors[1].port, answer, false);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].records, 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 10);
    rig_remove(&rig);
}

static void leave_unfinished_once(struct rig_actor *actor, struct unit *unit)
{
    if (actor->records <= 10)
        leave_unfinished(actor, unit);
}

static void what_an_instance_left_unfinished_is_handed_out_again_when_it_is_made_anew(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = leave_unfinished_once}};
    start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 10);
    struct bus_backlog backlog;
    do {
        usleep(5000);
        assert_false(bus_wait(rig.bus, 0, &backlog));
    } while (backlog.items > 0);
    bus_forget_answers(actors[1].port, false);
    /* An answer of the old one comes too late to count. */
    struct unit *answer = unit_create(UNIT_RESPOND, "sink.s", 1);
    assert_true(unit_settle(answer, 1001, ENT_REJECT, -1, ent_text("late")));
    bus_finish(actors[1].port, answer, false);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].records, 20);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
    rig_remove(&rig);
}

/* As an instance does whose process was killed by who knows whom. */
static void die_of_something(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->has_died = true;
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, ENT_RETRY, 0, ent_text("killed"));
}

static void six_deaths_of_unknown_cause_are_as_much_as_two_by_fault(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = die_of_something}};
    start(&rig, actors, 2);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 10);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery_attempt"), 60 + 10);
    rig_remove(&rig);
}

/* Answers come from another thread, as those of HTTP do, while the next deliveries are being read. */
enum { MANY = 600, TICKETS = MANY + 1 };

struct answering {
    struct rig_actor *actor;
    pthread_mutex_t mutex;
    int64_t queue[16 * MANY];
    size_t first, last;
    int times[TICKETS];
    size_t idle;
    bool is_over;
};

static void answer(struct answering *answering, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct unit *unit = unit_create(UNIT_RESPOND, "sink.s", 1);
        assert_true(unit_settle(unit, 1000 + (uint64_t)answering->queue[i], ENT_OK, -1, ent_text(NULL)));
        bus_finish(answering->actor->port, unit, false);
    }
}

/* An answer that comes before its delivery was handed back is lost here, which cannot be where one lane does both; so all
 * are answered once more when nothing moves. */
static void *answer_all(void *context)
{
    struct answering *answering = context;
    pthread_mutex_lock(&answering->mutex);
    while (!answering->is_over) {
        size_t first = answering->first, last = answering->last;
        answering->first = last;
        pthread_mutex_unlock(&answering->mutex);
        if (first == last)
            usleep(1000);
        answer(answering, first == last && ++answering->idle % 20 == 0 ? 0 : first, last);
        pthread_mutex_lock(&answering->mutex);
    }
    pthread_mutex_unlock(&answering->mutex);
    return NULL;
}

static void leave_to_the_other(struct rig_actor *actor, struct unit *unit)
{
    struct answering *answering = actor->context;
    leave_unfinished(actor, unit);
    pthread_mutex_lock(&answering->mutex);
    for (size_t i = 0; i < unit->input_count; i++) {
        int64_t sequence = unit->inputs[i].sequence;
        answering->times[sequence < TICKETS ? sequence : 0]++;
        if (answering->last < sizeof answering->queue / sizeof *answering->queue)
            answering->queue[answering->last++] = sequence;
    }
    pthread_mutex_unlock(&answering->mutex);
}

static void what_is_settled_while_deliveries_are_read_is_not_handed_out_again(void **state)
{
    (void)state;
    static int many = MANY;
    static struct answering answering;
    struct rig rig;
    pthread_t thread;
    rig_init(&rig);
    answering = (struct answering){.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &many},
        {.instance = "sink.s", .role = BUS_SINK, .run = leave_to_the_other, .context = &answering, .batch = 2}};
    answering.actor = &actors[1];
    assert_int_equal(pthread_create(&thread, NULL, answer_all, &answering), 0);
    start(&rig, actors, 2);
    rig_settle(&rig);
    pthread_mutex_lock(&answering.mutex);
    answering.is_over = true;
    pthread_mutex_unlock(&answering.mutex);
    pthread_join(thread, NULL);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), MANY);
    for (int i = 1; i <= MANY; i++)
        assert_int_equal(answering.times[i], 1);
    rig_remove(&rig);
}

/* ---- quiet hours ---- */

enum { NIGHT_MS = 8 * 3600 * 1000 };

static int64_t after_the_night(void *context, const char *sink, const char *watch, int64_t time)
{
    (void)context;
    assert_string_equal(sink, "s");
    assert_string_equal(watch, "w");
    return time + NIGHT_MS;
}

static void what_failed_is_not_tried_again_in_quiet_hours(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.settings.retry_time = after_the_night;
    struct rig_actor actors[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = deliver_unevenly}};
    start(&rig, actors, 2);
    int64_t now = clock_now();
    struct bus_port_stats stats = {0};
    for (int waited = 0; waited < 2000 && stats.delivered + stats.dead < 7; waited++) {
        usleep(5000);
        bus_read_port_stats(rig.bus, 1, &stats);
    }
    struct bus_backlog backlog;
    assert_false(bus_wait(rig.bus, 200, &backlog)); /* in which they would have been tried again */
    assert_int_equal(backlog.deliveries, 3);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 4);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=0"), 3);
    assert_true(rig_count(&rig, "SELECT min(due) FROM delivery WHERE state=0") >= now + NIGHT_MS);
    rig_remove(&rig);
}

static void be_down(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, ENT_RETRY, 1000000, ent_text("down"));
    unit->code = ENT_OK;
}

static void be_up(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_OK;
}

static void what_was_due_before_quiet_hours_while_nothing_ran_waits_for_their_end(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor first[] = {SOURCE, {.instance = "sink.s", .role = BUS_SINK, .run = be_down}};
    start(&rig, first, 2);
    rig_wait_records(&first[1], 10);
    struct bus_backlog backlog;
    bus_wait(rig.bus, 200, &backlog);
    rig_stop(&rig);
    /* Two of them wait in one message, whose window is over as well. */
    rig_execute(&rig, "UPDATE delivery SET due=5");
    rig_execute(&rig, "INSERT INTO delivery(id, sink, alert, state, due, hold, window) VALUES('c', 's', 0, 3, 5, 'digest', 'd')");
    rig_execute(&rig, "UPDATE delivery SET state=3, carrier=(SELECT sequence FROM delivery WHERE id='c') WHERE sequence<3");
    int64_t now = clock_now();
    rig.settings.retry_time = after_the_night;
    struct rig_actor second[] = {{.instance = "sink.s", .role = BUS_SINK, .run = deliver_unevenly}};
    start(&rig, second, 1);
    rig_settle(&rig); /* what is held is not waited for */
    assert_true(bus_wait(rig.bus, 0, &backlog));
    assert_int_equal(backlog.held, 10);
    rig_stop(&rig);
    assert_int_equal(second[0].records, 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=3 AND carrier=0"), 9);
    assert_true(rig_count(&rig, "SELECT min(due) FROM delivery WHERE state=3 AND carrier=0") >= now + NIGHT_MS);
    /* The night is over. */
    rig.settings.retry_time = NULL;
    rig_execute(&rig, "UPDATE delivery SET due=6");
    struct rig_actor third[] = {{.instance = "sink.s", .role = BUS_SINK, .run = be_up}};
    start(&rig, third, 1);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 11);
    rig_remove(&rig);
}

/* ---- sources ---- */

static void fail_to_fetch(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    assert_true(unit_emit(unit, 0, rig_item("guid", "title", "body")));
    assert_true(unit_put_kv(unit, ent_text("key"), ent_text("value")));
    unit->code = ENT_RETRY;
    unit->text = "404 Not Found";
}

static void a_fetch_that_fails_keeps_nothing_and_backs_off(void **state)
{
    (void)state;
    struct bus_port_stats stats;
    struct rig rig;
    rig_init(&rig);
    int64_t waits[3];
    for (int i = 0; i < 3; i++) {
        struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = fail_to_fetch}};
        rig_start(&rig, actors, 1);
        rig_settle(&rig);
        bus_read_port_stats(rig.bus, 0, &stats);
        rig_stop(&rig);
        assert_int_equal(stats.failures, i + 1);
        assert_string_equal(stats.text, "404 Not Found");
        waits[i] = rig_count(&rig, "SELECT next_fetch-last_fetch FROM source");
    }
    for (int i = 0; i < 3; i++) /* doubled each time, and spread by a fifth; never less than a second */
        assert_in_range(waits[i], i == 0 ? 1000 : 800 << i, 1200 << i);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM kv"), 0);
    rig_remove(&rig);
}

static void fetch_with_state(struct rig_actor *actor, struct unit *unit)
{
    struct unit_http_state state = {.url = "http://a/", .etag = "\"1\""};
    (void)actor;
    assert_true(unit_put_kv(unit, ent_text("key"), ent_text("value")));
    assert_true(unit_put_kv(unit, ent_text("gone"), ent_text("value")));
    assert_true(unit_put_kv(unit, ent_text("gone"), ent_bytes(NULL, 0)));
    assert_true(unit_put_http_state(unit, &state));
    unit->next_fetch_ms = 5000;
    unit->code = ENT_OK;
}

static void a_fetch_keeps_its_state_and_its_wish(void **state)
{
    (void)state;
    struct ent_str value;
    struct unit_http_state http;
    struct rig rig;
    rig_init(&rig);
    struct arena *arena = arena_create(0);
    struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = fetch_with_state}};
    rig_start(&rig, actors, 1);
    rig_settle(&rig);
    assert_true(bus_kv_get(rig.bus, "source.a", ent_text("key"), arena, &value));
    assert_int_equal(value.size, 5);
    assert_memory_equal(value.data, "value", 5);
    assert_false(bus_kv_get(rig.bus, "source.a", ent_text("gone"), arena, &value));
    assert_false(bus_kv_get(rig.bus, "source.b", ent_text("key"), arena, &value));
    assert_true(bus_http_state_get(rig.bus, "source.a", "http://a/", arena, &http));
    assert_string_equal(http.etag, "\"1\"");
    assert_null(http.last_modified);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT next_fetch-last_fetch FROM source"), 5000);
    arena_destroy(arena);
    rig_remove(&rig);
}

/* A fetch whose items come with the answer to a request. */
static void ask(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_AGAIN;
}

static void a_fetch_is_over_with_its_last_answer(void **state)
{
    (void)state;
    struct bus_backlog backlog;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = ask}};
    actors[0].more_follows = true;
    rig_start(&rig, actors, 1);
    assert_false(bus_wait(rig.bus, 100, &backlog));
    assert_int_equal(backlog.fetches, 1);
    for (int i = 0; i < 2; i++) {
        struct unit *answer = unit_create(UNIT_RESPOND, "source.a", 1);
        assert_true(unit_emit(answer, 0, rig_item(i ? "b" : "a", "title", "body")));
        bus_finish(actors[0].port, answer, i == 0);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[0].calls, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item WHERE source='a'"), 2);
    assert_int_equal(rig_count(&rig, "SELECT items FROM source WHERE fetches=1 AND failures=0"), 2);
    rig_remove(&rig);
}

static void ask_by_ticket(struct rig_actor *actor, struct unit *unit)
{
    ask(actor, unit);
    unit->inputs[0].ticket = 5;
}

static void a_fetch_goes_on_where_its_settlement_says_so(void **state)
{
    (void)state;
    struct bus_backlog backlog;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = ask_by_ticket}};
    rig_start(&rig, actors, 1);
    for (int i = 0; i < 2; i++) {
        assert_false(bus_wait(rig.bus, 100, &backlog));
        assert_int_equal(backlog.fetches, 1);
        struct unit *answer = unit_create(UNIT_RESPOND, "source.a", 1);
        assert_true(unit_emit(answer, 0, rig_item(i ? "b" : "a", "title", "body")));
        assert_true(unit_settle(answer, 5, i ? ENT_OK : ENT_AGAIN, -1, ent_text(NULL)));
        bus_finish(actors[0].port, answer, false);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[0].calls, 1);
    assert_int_equal(rig_count(&rig, "SELECT items FROM source WHERE fetches=1 AND failures=0"), 2);
    rig_remove(&rig);
}

static void little_disk_pauses_sources(void **state)
{
    (void)state;
    struct bus_stats stats;
    struct rig rig;
    rig_init(&rig);
    rig.settings.min_free = INT64_MAX;
    struct rig_actor actors[] = {SOURCE};
    rig_start(&rig, actors, 1);
    rig_wait_paused(&rig);
    usleep(50000);
    bus_read_stats(rig.bus, &stats);
    rig_stop(&rig);
    assert_non_null(strstr(stats.paused_because, "min_free"));
    assert_int_equal(actors[0].calls, 0);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deliveries_are_settled_one_by_one),
        cmocka_unit_test(nothing_is_delivered_twice_on_a_second_run),
        cmocka_unit_test(answers_settle_deliveries_that_were_left_unfinished),
        cmocka_unit_test(an_answer_may_leave_a_delivery_open_and_the_next_settle_it),
        cmocka_unit_test(what_an_instance_left_unfinished_is_handed_out_again_when_it_is_made_anew),
        cmocka_unit_test(six_deaths_of_unknown_cause_are_as_much_as_two_by_fault),
        cmocka_unit_test(what_is_settled_while_deliveries_are_read_is_not_handed_out_again),
        cmocka_unit_test(what_failed_is_not_tried_again_in_quiet_hours),
        cmocka_unit_test(what_was_due_before_quiet_hours_while_nothing_ran_waits_for_their_end),
        cmocka_unit_test(a_fetch_that_fails_keeps_nothing_and_backs_off),
        cmocka_unit_test(a_fetch_keeps_its_state_and_its_wish),
        cmocka_unit_test(a_fetch_is_over_with_its_last_answer),
        cmocka_unit_test(a_fetch_goes_on_where_its_settlement_says_so),
        cmocka_unit_test(little_disk_pauses_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
