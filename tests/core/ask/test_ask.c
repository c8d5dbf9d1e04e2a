/* Questions of services: every one is answered in JSON, pages meet every event once, many may ask at once, and what is too much or
 * not there is told as such. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/query/archive.h"
#include "core/ask/ask.h"
#include "core/store/store.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENTS = 230, THREADS = 8, ROUNDS = 20 };

static char folder[64], path[96];
static struct asker *asker;

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/entente-ask-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/%s", folder, STORE_FILE_NAME);
    struct store *store = store_open(path, STORE_WRITE, &error);
    bool ok = store && archive_fill(store, 1, EVENTS, true, NULL, NULL, &error);
    store_close(store);
    asker = ok ? asker_create(folder) : NULL;
    return asker ? 0 : -1;
}

static int tear_down(void **state)
{
    char name[120];
    static const char *const ends[] = {"", "-wal", "-shm"};
    (void)state;
    asker_destroy(asker);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    return rmdir(folder);
}

/* The answer's body; NULL, with the kind, where it is none. */
static json_t *ask(const char *question, const struct ent_parameter *parameters, size_t count, uint32_t *kind)
{
    struct answer *answer = asker_ask(asker, question, parameters, count);
    assert_non_null(answer);
    const struct ent_answer *shown = answer_finish(answer);
    *kind = shown->kind;
    json_t *body = shown->kind == ENT_ANSWER_OK ? json_loadb(shown->body.data, shown->body.size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (shown->kind == ENT_ANSWER_OK)
        assert_true(json_is_object(body));
    else
        assert_true(shown->text.size > 0);
    answer_destroy(answer);
    return body;
}

static void every_question_is_answered(void **state)
{
    (void)state;
    const char *name;
    for (size_t i = 0; (name = ask_question(i)); i++) {
        uint32_t kind;
        json_decref(ask(name, NULL, 0, &kind));
        if (kind == ENT_ANSWER_OK)
            continue;
        /* It wants to know of what. */
        assert_int_equal(kind, ENT_ANSWER_INPUT);
        const char *first = ask_parameters(name)[0];
        assert_true(strcmp(first, "id") == 0 || strcmp(first, "when") == 0 || strcmp(first, "owner") == 0);
    }
    assert_null(ask_parameters("nothing"));
}

static void pages_meet_every_event_once(void **state)
{
    static const char *const orders[] = {"seen", "first_seen", "updated", "date", "confidence", "number"};
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        char after[100] = "";
        size_t count = 0;
        json_t *seen = json_object();
        for (;;) {
            uint32_t kind;
            const struct ent_parameter parameters[] = {{"order", orders[i]}, {"limit", "17"}, {"after", after}};
            json_t *body = ask("events", parameters, 3, &kind), *row;
            size_t index;
            assert_non_null(body);
            json_array_foreach(json_object_get(body, "events"), index, row)
            {
                const char *id = json_string_value(json_object_get(row, "id"));
                assert_null(json_object_get(seen, id));
                json_object_set_new(seen, id, json_true());
                count++;
            }
            const char *next = json_string_value(json_object_get(body, "next"));
            snprintf(after, sizeof after, "%s", next ? next : "");
            json_decref(body);
            if (!*after)
                break;
        }
        assert_int_equal(count, EVENTS);
        json_decref(seen);
    }
}

/* The hits of a trial, from a revision on; where the next part begins, -1 for nowhere. */
static json_int_t try_part(json_int_t after, const char *limit, json_t *ids, json_int_t *revisions)
{
    uint32_t kind;
    char from[32];
    snprintf(from, sizeof from, "%lld", (long long)after);
    const struct ent_parameter parameters[] = {{"when", "type in (visit, aid, exercise)"}, {"limit", limit}, {"after", from}};
    json_t *body = ask("rule-try", parameters, 3, &kind), *hit;
    size_t index;
    assert_non_null(body);
    json_array_foreach(json_object_get(body, "hits"), index, hit) json_array_append(ids, json_object_get(hit, "event"));
    *revisions += json_integer_value(json_object_get(body, "revisions"));
    json_t *next = json_object_get(body, "next");
    json_int_t value = next ? json_integer_value(next) : -1;
    assert_int_equal(json_is_true(json_object_get(body, "more")), next != NULL);
    json_decref(body);
    return value;
}

static void a_trial_goes_on_where_it_was_cut(void **state)
{
    json_t *whole = json_array(), *parts = json_array();
    json_int_t all = 0, looked = 0, after = 0;
    (void)state;
    assert_int_equal(try_part(0, "200", whole, &all), -1);
    assert_true(json_array_size(whole) > 5);
    while (after >= 0)
        after = try_part(after, "3", parts, &looked);
    assert_int_equal(looked, all);
    assert_true(json_equal(whole, parts));
    json_decref(whole);
    json_decref(parts);
}

/* Pages of 500 rows are short where the budget is small; together they are what one page without it is. */
static void a_budget_makes_short_pages(void **state)
{
    uint32_t kind;
    char after[100] = "";
    size_t count = 0, pages = 0;
    struct ent_parameter parameters[] = {{"text", "the"}, {"limit", "500"}, {"after", after}, {"budget", "9"}};
    (void)state;
    json_t *whole = ask("events", parameters, 2, &kind), *rows = json_object_get(whole, "events");
    assert_true(json_array_size(rows) > 20);
    do {
        json_t *body = ask("events", parameters, 4, &kind), *row;
        size_t index;
        assert_int_equal(kind, ENT_ANSWER_OK);
        assert_true(json_array_size(json_object_get(body, "events")) <= 9);
        json_array_foreach(json_object_get(body, "events"), index, row)
            assert_true(json_equal(row, json_array_get(rows, count++)));
        const char *next = json_string_value(json_object_get(body, "next"));
        snprintf(after, sizeof after, "%s", next ? next : "");
        json_decref(body);
        pages++;
    } while (*after);
    assert_int_equal(count, json_array_size(rows));
    assert_true(pages > 2);
    json_decref(whole);
}

static void mistakes_name_their_parameter(void **state)
{
    static const struct {
        struct ent_parameter parameter;
        uint64_t offset, length;
        const char *nearest;
    } cases[] = {
        {{"when", "type = exercize"}, 7, 8, "exercise"}, {{"type", "aid,exercize"}, 4, 8, "exercise"},
        {{"limit", "x"}, 0, 0, ""},                      {{"wehn", "x"}, 0, 0, "when"},
        {{"since", "soon"}, 0, 0, ""},                   {{"after", "zzz"}, 0, 0, ""},
        {{"order", "nothing"}, 0, 7, NULL},              {{"dyad", "RUS"}, 0, 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer *answer = asker_ask(asker, "events", &cases[i].parameter, 1);
        const struct ent_answer *shown = answer_finish(answer);
        assert_int_equal(shown->kind, ENT_ANSWER_INPUT);
        assert_string_equal(shown->parameter.data, cases[i].parameter.name);
        assert_int_equal(shown->offset, cases[i].offset);
        assert_int_equal(shown->length, cases[i].length);
        if (cases[i].nearest)
            assert_string_equal(shown->nearest.data, cases[i].nearest);
        answer_destroy(answer);
    }
}

static atomic_int failures;

static void *ask_much(void *context)
{
    static const char *const names[] = {"events", "facets", "timeline", "dyads", "health", "items", "changes"};
    (void)context;
    for (int i = 0; i < ROUNDS; i++) {
        struct answer *answer = asker_ask(asker, names[i % 7], NULL, 0);
        const struct ent_answer *shown = answer ? answer_finish(answer) : NULL;
        if (!shown || (shown->kind != ENT_ANSWER_OK && shown->kind != ENT_ANSWER_BUSY))
            atomic_fetch_add(&failures, 1);
        answer_destroy(answer);
    }
    return NULL;
}

static void many_may_ask_at_once(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_much, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&failures), 0);
}

static void a_store_that_is_not_there_yet_is_busy(void **state)
{
    (void)state;
    struct asker *early = asker_create("/tmp/entente-ask-nowhere");
    struct answer *answer = asker_ask(early, "events", NULL, 0);
    assert_int_equal(answer_finish(answer)->kind, ENT_ANSWER_BUSY);
    answer_destroy(answer);
    asker_destroy(early);
}

static void what_is_read_ahead_can_be_waited_for(void **state)
{
    (void)state;
    assert_true(asker_wait_ahead(asker, 0)); /* never begun */
    asker_read_ahead(asker);
    assert_true(asker_wait_ahead(asker, 10000));
    assert_true(asker_wait_ahead(asker, 0)); /* by others, too */
    struct asker *early = asker_create("/nowhere/at/all");
    assert_non_null(early);
    asker_read_ahead(early);
    assert_true(asker_wait_ahead(early, 10000));
    asker_destroy(early);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_question_is_answered),    cmocka_unit_test(pages_meet_every_event_once),
        cmocka_unit_test(a_trial_goes_on_where_it_was_cut),
        cmocka_unit_test(what_is_read_ahead_can_be_waited_for),
    cmocka_unit_test(a_budget_makes_short_pages),
        cmocka_unit_test(mistakes_name_their_parameter), cmocka_unit_test(many_may_ask_at_once),
        cmocka_unit_test(a_store_that_is_not_there_yet_is_busy),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
