/* Digests, quiet hours, throttles and groups over a clock that the test turns, with a store that is closed and opened in
 * between: what is sent, when, and that each alert is sent once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/delivery/dispatch.h"
#include "core/store/alerts.h"
#include "core/store/deliveries.h"
#include "core/store/recall.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MINUTE = 60000, HOUR = 3600000, ALERTS_MAX = 2000, MESSAGES_MAX = 2000 };

struct message {
    int64_t at;
    char id[40], hold[20], window[100], thread[40];
    size_t alerts;
};

struct desk {
    char path[100];
    struct store *store;
    struct delivery_policy of_watch, of_sink;
    int64_t now;
    size_t raised;
    int times_sent[ALERTS_MAX];
    struct message messages[MESSAGES_MAX];
    size_t message_count;
    bool is_down; /* the sink takes nothing */
};

static int64_t at(const char *text)
{
    int64_t milliseconds;
    assert_true(calendar_parse(text, strlen(text), &milliseconds, NULL));
    return milliseconds;
}

static void must(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s", error->text);
}

static void open_store(struct desk *desk)
{
    struct error error = ERROR_INIT;
    desk->store = store_open(desk->path, STORE_WRITE, &error);
    must(desk->store != NULL, &error);
}

static void restart(struct desk *desk)
{
    store_close(desk->store);
    open_store(desk);
}

static struct desk *begin(const char *now)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    snprintf(desk->path, sizeof desk->path, "/tmp/entente-dispatch-%d.db", (int)getpid());
    unlink(desk->path);
    open_store(desk);
    desk->now = at(now);
    desk->of_watch.zone = desk->of_sink.zone = zone_find("UTC", NULL);
    return desk;
}

static void end(struct desk *desk)
{
    char path[120];
    store_close(desk->store);
    unlink(desk->path);
    snprintf(path, sizeof path, "%s-wal", desk->path);
    unlink(path);
    snprintf(path, sizeof path, "%s-shm", desk->path);
    unlink(path);
    free(desk);
}

static void set_digest(struct delivery_policy *policy, const char *text)
{
    struct error error = ERROR_INIT;
    size_t offset, length;
    policy->has_digest = true;
    must(digest_parse(text, policy->zone, &policy->digest, &offset, &length, &error), &error);
}

static void set_quiet(struct delivery_policy *policy, const char *text)
{
    struct error error = ERROR_INIT;
    size_t offset, length;
    must(quiet_parse(text, policy->zone, &policy->quiet, &offset, &length, &error), &error);
}

/* An alert of this watch about this event, for the sink "s". */
static void raise_of(struct desk *desk, const char *watch, const char *event, const char *reason, const char *dyad)
{
    struct error error = ERROR_INIT;
    char id[40];
    bool inserted;
    snprintf(id, sizeof id, "%zu", desk->raised++);
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, watch);
    record_put_text(builder, ENT_ALERT_REASON, reason);
    record_put_time(builder, ENT_ALERT_CREATED, desk->now);
    record_open(builder, ENT_ALERT_EVENT, ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, event);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_close(builder);
    struct ent_record *alert = record_seal(builder, &error);
    struct delivery_route route = {"s", &desk->of_watch, &desk->of_sink};
    struct delivery_headings headings = {.words = {[GROUPING_DYAD] = dyad}};
    must(store_begin(desk->store, &error) &&
             store_alert_put(desk->store, alert->view, NULL, 0, desk->now, &inserted, &error) &&
             dispatch_alert(desk->store, alert->view, &route, 1, &headings, desk->now, &error) &&
             store_commit(desk->store, &error),
         &error);
    record_release(alert);
}

static void raise_one(struct desk *desk)
{
    char event[40];
    snprintf(event, sizeof event, "event-%zu", desk->raised);
    raise_of(desk, "w", event, "new", "FIN–SWE");
}

static void copy_text(char *to, size_t size, struct record_view delivery, unsigned field)
{
    const char *text = record_text(delivery, field);
    snprintf(to, size, "%s", text ? text : "");
}

struct taken {
    struct desk *desk;
    int64_t sequences[MESSAGES_MAX];
    size_t count;
};

static bool take(void *context, const struct delivery_row *row)
{
    struct taken *taken = context;
    struct desk *desk = taken->desk;
    struct record_view alert;
    taken->sequences[taken->count++] = row->sequence;
    if (desk->is_down)
        return true;
    struct message *message = &desk->messages[desk->message_count++];
    *message = (struct message){.at = desk->now, .alerts = record_count(row->record, ENT_DELIVERY_ALERT)};
    copy_text(message->id, sizeof message->id, row->record, ENT_DELIVERY_ID);
    copy_text(message->hold, sizeof message->hold, row->record, ENT_DELIVERY_HOLD);
    copy_text(message->window, sizeof message->window, row->record, ENT_DELIVERY_WINDOW);
    copy_text(message->thread, sizeof message->thread, row->record, ENT_DELIVERY_THREAD);
    for (size_t i = 0; record_get_view(row->record, ENT_DELIVERY_ALERT, i, &alert); i++)
        desk->times_sent[strtol(record_text(alert, ENT_ALERT_ID), NULL, 10)]++;
    return true;
}

/* What the outbox does when it is woken. */
static void send_due(struct desk *desk)
{
    struct error error = ERROR_INIT;
    struct taken taken = {.desk = desk};
    must(store_begin(desk->store, &error) && store_holds_seal(desk->store, "s", desk->now, &error) &&
             store_deliveries_due(desk->store, "s", 0, desk->now, 0, take, &taken, &error),
         &error);
    for (size_t i = 0; i < taken.count; i++)
        must(store_delivery_settle(desk->store, taken.sequences[i], desk->is_down ? ENT_RETRY : ENT_OK,
                                   desk->now + MINUTE, desk->now, "250 taken", NULL, &error),
             &error);
    must(store_commit(desk->store, &error), &error);
}

/* Lets the clock run to that time, minute by minute. */
static void run_until(struct desk *desk, int64_t time)
{
    for (; desk->now < time; desk->now += MINUTE)
        send_due(desk);
    desk->now = time;
    send_due(desk);
}

static void expect_all_sent_once(const struct desk *desk)
{
    for (size_t i = 0; i < desk->raised; i++)
        assert_int_equal(desk->times_sent[i], 1);
}

static struct delivery_counts counts_of(struct desk *desk)
{
    struct error error = ERROR_INIT;
    struct delivery_counts counts;
    must(store_deliveries_count(desk->store, "s", desk->now, &counts, &error), &error);
    return counts;
}

/* ---- */

static void without_a_policy_all_goes_at_once(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-03-28T12:00:00Z");
    for (int i = 0; i < 3; i++)
        raise_one(desk);
    send_due(desk);
    assert_int_equal(desk->message_count, 3);
    assert_string_equal(desk->messages[0].hold, "");
    expect_all_sent_once(desk);
    end(desk);
}

static void a_digest_comes_once_a_day_over_a_change_of_clocks(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-03-27T08:00:00Z");
    set_digest(&desk->of_sink, "daily 07:30 Europe/London");
    for (int hour = 0; hour < 72; hour++) {
        raise_one(desk);
        run_until(desk, desk->now + HOUR);
        if (hour == 30)
            restart(desk); /* in the middle of a window */
    }
    run_until(desk, at("2026-03-31T12:00:00Z"));
    assert_int_equal(desk->message_count, 4);
    static const char *const when[] = {"2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z", "2026-03-30T06:30:00Z",
                                       "2026-03-31T06:30:00Z"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(desk->messages[i].at, at(when[i]));
        assert_string_equal(desk->messages[i].hold, "digest");
    }
    /* The night of the change has an hour less. */
    assert_int_equal(desk->messages[0].alerts, 24);
    assert_int_equal(desk->messages[1].alerts, 23);
    assert_string_equal(desk->messages[1].window, "29 March 2026, 07:30 Europe/London");
    expect_all_sent_once(desk);
    end(desk);
}

static void a_digest_that_fails_comes_again_under_its_id_and_the_next_is_another(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-10-24T08:00:00Z");
    set_digest(&desk->of_sink, "daily 07:30 Europe/London");
    raise_one(desk);
    desk->is_down = true;
    run_until(desk, at("2026-10-25T07:40:00Z"));
    raise_one(desk); /* while the first is under way: not in it */
    struct delivery_counts counts = counts_of(desk);
    assert_int_equal(counts.pending, 1);
    assert_int_equal(counts.held, 2);
    desk->is_down = false;
    run_until(desk, at("2026-10-26T07:30:00Z"));
    assert_int_equal(desk->message_count, 2);
    assert_int_equal(desk->messages[0].alerts, 1);
    assert_int_equal(desk->messages[1].at, at("2026-10-26T07:30:00Z"));
    assert_string_not_equal(desk->messages[0].id, desk->messages[1].id);
    expect_all_sent_once(desk);
    counts = counts_of(desk);
    assert_int_equal(counts.delivered, 2);
    assert_int_equal(counts.held + counts.pending + counts.dead, 0);
    end(desk);
}

static void a_watch_without_a_digest_passes_its_sinks(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "daily 07:30");
    set_digest(&desk->of_watch, "none");
    raise_one(desk);
    send_due(desk);
    assert_int_equal(desk->message_count, 1);
    end(desk);
}

static void quiet_hours_hold_all_back_for_one_message(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-03-28T21:30:00Z");
    set_quiet(&desk->of_sink, "22:00-07:00 Europe/London");
    set_quiet(&desk->of_watch, "06:30-08:00 Europe/London");
    raise_one(desk);
    run_until(desk, at("2026-03-28T23:00:00Z"));
    raise_one(desk);
    run_until(desk, at("2026-03-29T05:45:00Z"));
    restart(desk);
    raise_one(desk);
    run_until(desk, at("2026-03-29T12:00:00Z"));
    assert_int_equal(desk->message_count, 2);
    assert_int_equal(desk->messages[1].at, at("2026-03-29T07:00:00Z")); /* the watch's are over later */
    assert_int_equal(desk->messages[1].alerts, 2);
    assert_string_equal(desk->messages[1].hold, "quiet");
    expect_all_sent_once(desk);
    end(desk);
}

static void what_is_throttled_comes_in_a_summary(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    desk->of_watch.throttle = (struct delivery_throttle){3, HOUR};
    for (int i = 0; i < 20; i++) {
        raise_one(desk);
        run_until(desk, desk->now + MINUTE);
    }
    assert_int_equal(desk->message_count, 3);
    assert_int_equal(counts_of(desk).held, 17);
    restart(desk);
    run_until(desk, at("2026-11-29T15:00:00Z"));
    assert_int_equal(desk->message_count, 4);
    assert_int_equal(desk->messages[3].at, at("2026-11-29T13:00:00Z"));
    assert_int_equal(desk->messages[3].alerts, 17);
    assert_string_equal(desk->messages[3].hold, "throttle");
    expect_all_sent_once(desk);
    end(desk);
}

static void no_hour_has_more_messages_than_the_sinks_throttle_allows(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    unsigned seed = 4711;
    desk->of_sink.throttle = (struct delivery_throttle){5, HOUR};
    for (int i = 0; i < 600; i++) {
        if (rand_r(&seed) % 4 == 0)
            raise_of(desk, rand_r(&seed) % 2 ? "w" : "other", "e", "status", "X");
        run_until(desk, desk->now + MINUTE);
        if (i % 97 == 0)
            restart(desk);
    }
    run_until(desk, desk->now + 3 * HOUR);
    assert_true(desk->message_count > 20);
    for (size_t i = 5; i < desk->message_count; i++)
        assert_true(desk->messages[i].at - desk->messages[i - 5].at >= HOUR);
    expect_all_sent_once(desk);
    end(desk);
}

static void a_group_waits_for_others_of_it(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    desk->of_watch.has_group = true;
    desk->of_watch.group = GROUPING_DYAD;
    desk->of_watch.group_wait_ms = 10 * MINUTE;
    raise_of(desk, "w", "a", "new", "FIN–SWE");
    raise_of(desk, "w", "b", "new", "KAZ–UZB");
    run_until(desk, desk->now + 9 * MINUTE);
    raise_of(desk, "w", "c", "new", "FIN–SWE");
    run_until(desk, desk->now + 2 * MINUTE);
    raise_of(desk, "w", "d", "new", "FIN–SWE");
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 3);
    assert_int_equal(desk->messages[0].alerts, 2);
    assert_int_equal(desk->messages[1].alerts, 1);
    assert_int_equal(desk->messages[0].at, at("2026-11-29T12:10:00Z"));
    assert_int_equal(desk->messages[2].at, at("2026-11-29T12:21:00Z"));
    expect_all_sent_once(desk);
    end(desk);
}

static void a_large_digest_comes_in_parts(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "hourly");
    for (int i = 0; i < DELIVERY_CARRIED_MAX + 7; i++)
        raise_one(desk);
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 2);
    assert_int_equal(desk->messages[1].alerts, 7);
    expect_all_sent_once(desk);
    end(desk);
}

static void an_update_follows_what_told_the_event_first(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    raise_of(desk, "w", "e", "new", NULL);
    raise_of(desk, "w", "e", "status", NULL);
    raise_of(desk, "other", "e", "new", NULL);
    send_due(desk); /* the update waits until the first is there */
    assert_int_equal(desk->message_count, 2);
    send_due(desk);
    assert_int_equal(desk->message_count, 3);
    assert_string_equal(desk->messages[0].thread, "");
    assert_string_equal(desk->messages[1].thread, "");
    assert_string_equal(desk->messages[2].thread, desk->messages[0].id);
    set_digest(&desk->of_watch, "hourly");
    raise_of(desk, "w", "f", "new", NULL);
    run_until(desk, desk->now + HOUR);
    set_digest(&desk->of_watch, "none");
    raise_of(desk, "w", "f", "status", NULL);
    send_due(desk);
    assert_string_equal(desk->messages[4].thread, desk->messages[3].id); /* the digest's */
    expect_all_sent_once(desk);
    end(desk);
}

static void recall(struct desk *desk, const char *event, const char *target)
{
    struct error error = ERROR_INIT;
    struct recall taken_back = {event, target, "its event was rejected", target == NULL, desk->now};
    must(store_begin(desk->store, &error) && store_deliveries_recall(desk->store, &taken_back, &error) &&
             store_commit(desk->store, &error),
         &error);
}

static void reinstate(struct desk *desk, const char *event)
{
    struct error error = ERROR_INIT;
    must(store_begin(desk->store, &error) && store_deliveries_reinstate(desk->store, event, desk->now, &error) &&
             store_commit(desk->store, &error),
         &error);
}

struct logged {
    size_t recalled, reinstated;
};

static bool see_log(void *context, const struct delivery_log_row *row)
{
    struct logged *logged = context;
    logged->recalled += strcmp(row->code, "recalled") == 0 && strcmp(row->text, "its event was rejected") == 0;
    logged->reinstated += strcmp(row->code, "reinstated") == 0;
    return true;
}

static struct logged log_of(struct desk *desk)
{
    struct logged logged = {0, 0};
    struct error error = ERROR_INIT;
    must(store_delivery_log(desk->store, "s", see_log, &logged, &error), &error);
    return logged;
}

static void a_rejected_event_is_taken_out_of_what_waits(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "hourly");
    raise_of(desk, "w", "a", "new", NULL);
    raise_of(desk, "w", "b", "new", NULL);
    raise_of(desk, "w", "b", "status", NULL);
    recall(desk, "b", NULL);
    restart(desk);
    run_until(desk, desk->now + 2 * HOUR);
    assert_int_equal(desk->message_count, 1);
    assert_int_equal(desk->messages[0].alerts, 1);
    assert_int_equal(desk->times_sent[1] + desk->times_sent[2], 0);
    assert_int_equal(log_of(desk).recalled, 2);
    struct delivery_counts counts = counts_of(desk);
    assert_int_equal(counts.held + counts.pending + counts.dead, 0);
    end(desk);
}

static void a_message_in_which_nothing_is_left_is_not_sent(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "hourly");
    raise_of(desk, "w", "a", "new", NULL);
    recall(desk, "a", NULL);
    raise_of(desk, "w", "b", "new", NULL); /* in the same hour */
    run_until(desk, desk->now + 2 * HOUR);
    assert_int_equal(desk->message_count, 1);
    assert_int_equal(desk->messages[0].alerts, 1);
    assert_int_equal(desk->times_sent[1], 1);
    end(desk);
}

static void what_is_being_tried_again_is_recalled_too(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    desk->is_down = true;
    raise_of(desk, "w", "a", "new", NULL);
    send_due(desk);
    recall(desk, "a", NULL);
    desk->is_down = false;
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 0);
    assert_int_equal(counts_of(desk).recalled, 1);
    end(desk);
}

static void what_arrived_while_it_was_recalled_is_delivered(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    raise_of(desk, "w", "a", "new", NULL);
    recall(desk, "a", NULL);
    must(store_begin(desk->store, &error) &&
             store_delivery_settle(desk->store, 1, ENT_OK, -1, desk->now, "250 taken", NULL, &error) &&
             store_commit(desk->store, &error),
         &error);
    assert_int_equal(counts_of(desk).delivered, 1);
    end(desk);
}

static void what_stands_again_goes_after_all(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "hourly");
    raise_of(desk, "w", "a", "new", NULL);
    raise_of(desk, "w", "b", "new", NULL);
    recall(desk, "a", NULL);
    reinstate(desk, "a");
    run_until(desk, desk->now + HOUR); /* in its digest */
    assert_int_equal(desk->message_count, 1);
    assert_int_equal(desk->messages[0].alerts, 2);
    raise_of(desk, "w", "c", "new", NULL);
    recall(desk, "c", NULL);
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 1);
    reinstate(desk, "c"); /* its digest is gone: by itself */
    reinstate(desk, "c");
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 2);
    assert_int_equal(log_of(desk).reinstated, 2);
    expect_all_sent_once(desk);
    end(desk);
}

static void of_two_that_are_one_the_sink_is_told_once(void **state)
{
    (void)state;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "hourly");
    raise_of(desk, "w", "a", "new", NULL);
    raise_of(desk, "w", "b", "new", NULL);
    raise_of(desk, "other", "a", "new", NULL); /* this watch has told of b nowhere */
    recall(desk, "a", "b");
    run_until(desk, desk->now + HOUR);
    assert_int_equal(desk->message_count, 1);
    assert_int_equal(desk->messages[0].alerts, 2);
    assert_int_equal(desk->times_sent[0], 0);
    end(desk);
}

static void a_held_digest_can_be_had_at_once_and_the_window_goes_on(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct desk *desk = begin("2026-11-29T12:00:00Z");
    set_digest(&desk->of_sink, "daily 07:30");
    raise_one(desk);
    sqlite3_stmt *statement = store_statement(desk->store, "SELECT id FROM delivery WHERE alert<>0", &error);
    bool row;
    char id[40];
    must(store_step(desk->store, statement, &row, &error, "look") && row, &error);
    snprintf(id, sizeof id, "%s", store_column_text(statement, 0));
    store_done(statement);
    must(store_begin(desk->store, &error) && store_delivery_retry(desk->store, id, desk->now, &error) &&
             store_commit(desk->store, &error),
         &error);
    send_due(desk);
    assert_int_equal(desk->message_count, 1);
    raise_one(desk);
    run_until(desk, at("2026-11-30T08:00:00Z"));
    assert_int_equal(desk->message_count, 2);
    assert_string_not_equal(desk->messages[0].id, desk->messages[1].id);
    expect_all_sent_once(desk);
    end(desk);
}

/* All at once, at random, over a change of clocks: nothing is lost, nothing comes twice, nothing in quiet hours. */
static void nothing_is_lost_whatever_is_set(void **state)
{
    static const char *const digests[] = {"none", "hourly", "daily 07:30 Europe/London"};
    static const char *const dyads[] = {"FIN–SWE", "KAZ–UZB", NULL};
    (void)state;
    for (unsigned round = 0; round < 12; round++) {
        unsigned seed = round;
        struct desk *desk = begin("2026-03-28T00:00:00Z");
        set_quiet(&desk->of_sink, "22:00-07:00 Europe/London");
        set_digest(&desk->of_watch, digests[round % 3]);
        desk->of_watch.throttle = (struct delivery_throttle){1 + round % 4, 2 * HOUR};
        desk->of_sink.throttle = (struct delivery_throttle){4, 3 * HOUR};
        desk->of_watch.has_group = round % 2 != 0;
        desk->of_watch.group = GROUPING_DYAD;
        desk->of_watch.group_wait_ms = 20 * MINUTE;
        for (int i = 0; i < 48 * 12; i++) {
            char event[20];
            snprintf(event, sizeof event, "e%d", rand_r(&seed) % 20);
            if (rand_r(&seed) % 3 == 0)
                raise_of(desk, rand_r(&seed) % 2 ? "w" : "v", event, "status", dyads[rand_r(&seed) % 3]);
            if (rand_r(&seed) % 50 == 0)
                restart(desk);
            desk->is_down = rand_r(&seed) % 10 == 0;
            run_until(desk, desk->now + 5 * MINUTE);
        }
        desk->is_down = false;
        run_until(desk, desk->now + 48 * HOUR);
        expect_all_sent_once(desk);
        for (size_t i = 0; i < desk->message_count; i++)
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(desk->messages[i].id, desk->messages[j].id);
        struct delivery_counts counts = counts_of(desk);
        assert_int_equal(counts.pending + counts.held + counts.dead, 0);
        end(desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_policy_all_goes_at_once),
        cmocka_unit_test(a_digest_comes_once_a_day_over_a_change_of_clocks),
        cmocka_unit_test(a_digest_that_fails_comes_again_under_its_id_and_the_next_is_another),
        cmocka_unit_test(a_watch_without_a_digest_passes_its_sinks),
        cmocka_unit_test(quiet_hours_hold_all_back_for_one_message),
        cmocka_unit_test(what_is_throttled_comes_in_a_summary),
        cmocka_unit_test(no_hour_has_more_messages_than_the_sinks_throttle_allows),
        cmocka_unit_test(a_group_waits_for_others_of_it),
        cmocka_unit_test(a_large_digest_comes_in_parts),
        cmocka_unit_test(a_rejected_event_is_taken_out_of_what_waits),
        cmocka_unit_test(a_message_in_which_nothing_is_left_is_not_sent),
        cmocka_unit_test(what_is_being_tried_again_is_recalled_too),
        cmocka_unit_test(what_arrived_while_it_was_recalled_is_delivered),
        cmocka_unit_test(what_stands_again_goes_after_all),
        cmocka_unit_test(of_two_that_are_one_the_sink_is_told_once),
        cmocka_unit_test(an_update_follows_what_told_the_event_first),
        cmocka_unit_test(a_held_digest_can_be_had_at_once_and_the_window_goes_on),
        cmocka_unit_test(nothing_is_lost_whatever_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
