/* Questions of services: every one is answered in JSON, pages meet every event once, many may ask at once, and what is too much or
 * not there is told as such. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/query/archive.h"
#include "core/ask/ask.h"
#include "core/ask/trials.h"
#include "core/store/store.h"
#include "core/watch/rule_names.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENTS = 420, THREADS = 8, ROUNDS = 20 };

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

enum { CURSOR_SIZE = 80 };

/* A part of a trial; NULL, with the kind, where it is refused. Begins where `after` is empty, and leaves it to be gone on with, or
 * empty where it is over. */
static json_t *try_part(struct asker *of, const char *when, const char *limit, char after[CURSOR_SIZE], uint32_t *kind)
{
    const struct ent_parameter parameters[] = {{"when", when}, {"limit", limit}, {"after", after}};
    struct answer *answer = asker_ask(of, "rule-try", parameters, 3);
    const struct ent_answer *shown = answer_finish(answer);
    *kind = shown->kind;
    json_t *body = shown->kind == ENT_ANSWER_OK ? json_loadb(shown->body.data, shown->body.size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    answer_destroy(answer);
    if (!body)
        return NULL;
    const char *next = json_string_value(json_object_get(body, "next"));
    snprintf(after, CURSOR_SIZE, "%s", next ? next : "");
    return body;
}

/* Its hits and how many revisions were looked at, part by part; false where it was refused. */
static bool try_whole(struct asker *of, const char *when, const char *limit, json_t *hits, json_int_t *revisions, int *parts)
{
    char after[CURSOR_SIZE] = "";
    double progress = 0;
    do {
        uint32_t kind;
        json_t *body = try_part(of, when, limit, after, &kind);
        if (!body)
            return false;
        double share = json_number_value(json_object_get(body, "progress"));
        bool is_right = share >= progress && share <= 1 && (share == 1 || *after) &&
                        json_is_true(json_object_get(body, "more")) == (*after != '\0');
        progress = share;
        json_array_extend(hits, json_object_get(body, "hits"));
        *revisions += json_integer_value(json_object_get(body, "revisions"));
        ++*parts;
        json_decref(body);
        if (!is_right)
            return false;
    } while (*after);
    return true;
}

static const char *const tried[] = {"type in (visit, aid, exercise)", "spike(1.5, 9d)", "silence(5d)"};
enum { TRIED = sizeof tried / sizeof *tried };

static void parts_of_a_trial_tell_what_one_tells(void **state)
{
    (void)state;
    for (size_t i = 0; i < TRIED; i++) {
        json_t *whole = json_array(), *cut = json_array();
        json_int_t all = 0, looked = 0;
        int one = 0, parts = 0;
        assert_true(try_whole(asker, tried[i], "200", whole, &all, &one));
        assert_true(try_whole(asker, tried[i], "1", cut, &looked, &parts));
        assert_int_equal(one, 1);
        assert_true(json_array_size(whole) >= 1);
        assert_true(parts >= (int)json_array_size(whole));
        assert_int_equal(looked, all);
        assert_true(json_equal(whole, cut));
        json_decref(whole);
        json_decref(cut);
    }
}

static void expect_refusal(struct asker *of, const char *when, const char *after, uint32_t expected)
{
    char cursor[CURSOR_SIZE];
    uint32_t kind;
    snprintf(cursor, sizeof cursor, "%s", after);
    assert_null(try_part(of, when, "1", cursor, &kind));
    assert_int_equal(kind, expected);
}

/* Begun with a part that ends at its first hit. */
static void begin_trial(struct asker *of, char after[CURSOR_SIZE])
{
    uint32_t kind;
    *after = '\0';
    json_decref(try_part(of, tried[0], "1", after, &kind));
    assert_int_equal(kind, ENT_ANSWER_OK);
    assert_true(*after);
}

static void a_trial_is_gone_on_with_by_its_own_cursor_and_rule(void **state)
{
    (void)state;
    char after[CURSOR_SIZE], before[CURSOR_SIZE];
    uint32_t kind;
    begin_trial(asker, after);
    snprintf(before, sizeof before, "%s", after);
    expect_refusal(asker, tried[0], "7", ENT_ANSWER_INPUT);
    expect_refusal(asker, tried[0], "0123456789abcdef0123456789abcdef.1", ENT_ANSWER_STATE);
    expect_refusal(asker, "type = aid", after, ENT_ANSWER_INPUT);
    const struct ent_parameter other[] = {{"when", tried[0]}, {"after", after}, {"since", "1d"}};
    json_t *body = ask("rule-try", other, 3, &kind);
    assert_null(body);
    assert_int_equal(kind, ENT_ANSWER_INPUT);
    json_decref(try_part(asker, tried[0], "0", after, &kind));
    assert_int_equal(kind, ENT_ANSWER_INPUT);
    /* It was asked wrongly, and is there all the same; a part that was answered is not. */
    json_decref(try_part(asker, tried[0], "1", after, &kind));
    assert_int_equal(kind, ENT_ANSWER_OK);
    expect_refusal(asker, tried[0], before, ENT_ANSWER_STATE);
    json_decref(try_part(asker, tried[0], "200", after, &kind));
    assert_int_equal(kind, ENT_ANSWER_OK);
    assert_string_equal(after, "");
}

static void a_trial_is_of_one_configuration(void **state)
{
    (void)state;
    char after[CURSOR_SIZE];
    struct asker *own = asker_create(folder);
    struct rule_names *names = rule_names_create();
    begin_trial(own, after);
    asker_set_names(own, names);
    expect_refusal(own, tried[0], after, ENT_ANSWER_STATE);
    begin_trial(own, after);
    rule_names_destroy(names); /* the trial has its share */
    asker_destroy(own);
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    size_t size;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in && out);
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static void a_trial_is_of_one_store(void **state)
{
    (void)state;
    char after[CURSOR_SIZE], served[CURSOR_SIZE], away[120];
    uint32_t kind;
    struct asker *own = asker_create(folder), *serving = asker_create(folder);
    snprintf(away, sizeof away, "%s.away", path);
    asker_set_names(serving, NULL); /* so it knows which file a daemon writes */
    begin_trial(own, after);
    begin_trial(serving, served);
    assert_int_equal(rename(path, away), 0);
    copy_file(away, path);
    expect_refusal(own, tried[0], after, ENT_ANSWER_STATE);
    begin_trial(own, after);
    expect_refusal(serving, tried[0], served, ENT_ANSWER_BUSY);
    expect_refusal(serving, tried[0], "", ENT_ANSWER_BUSY);
    assert_int_equal(rename(away, path), 0);
    expect_refusal(own, tried[0], after, ENT_ANSWER_STATE);
    /* It was put back: this one has been of it all along. */
    json_decref(try_part(serving, tried[0], "1", served, &kind));
    assert_int_equal(kind, ENT_ANSWER_OK);
    asker_destroy(own);
    asker_destroy(serving);
}

static void one_trial_more_has_the_place_of_who_has_left(void **state)
{
    (void)state;
    char afters[TRIALS_MAX][CURSOR_SIZE], more[CURSOR_SIZE];
    uint32_t kind;
    struct asker *own = asker_create(folder);
    for (size_t i = 0; i < TRIALS_MAX; i++)
        begin_trial(own, afters[i]);
    expect_refusal(own, tried[0], "", ENT_ANSWER_BUSY);
    usleep((TRIAL_LEFT_MS + 100) * 1000);
    begin_trial(own, more);
    expect_refusal(own, tried[0], afters[0], ENT_ANSWER_STATE);
    for (size_t i = 1; i < TRIALS_MAX; i++) {
        json_decref(try_part(own, tried[0], "200", afters[i], &kind));
        assert_int_equal(kind, ENT_ANSWER_OK);
    }
    asker_destroy(own);
}

static atomic_int done, wrong;

static void *try_much(void *context)
{
    for (int i = 0; i < 6; i++) {
        json_t *cut = json_array();
        json_int_t looked = 0;
        int parts = 0;
        bool is_whole = try_whole(asker, tried[i % TRIED], "2", cut, &looked, &parts);
        atomic_fetch_add(&done, is_whole);
        atomic_fetch_add(&wrong, is_whole && !json_equal(cut, ((json_t **)context)[i % TRIED]));
        json_decref(cut);
    }
    return NULL;
}

static void many_rules_may_be_tried_at_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    json_t *whole[TRIED];
    for (size_t i = 0; i < TRIED; i++) {
        json_int_t looked = 0;
        int parts = 0;
        whole[i] = json_array();
        assert_true(try_whole(asker, tried[i], "200", whole[i], &looked, &parts));
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_much, whole), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_true(atomic_load(&done) > 0); /* the others were told that too many try */
    for (size_t i = 0; i < TRIED; i++)
        json_decref(whole[i]);
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
        cmocka_unit_test(parts_of_a_trial_tell_what_one_tells),
        cmocka_unit_test(a_trial_is_gone_on_with_by_its_own_cursor_and_rule),
        cmocka_unit_test(a_trial_is_of_one_configuration),
        cmocka_unit_test(a_trial_is_of_one_store),
        cmocka_unit_test(one_trial_more_has_the_place_of_who_has_left),
        cmocka_unit_test(many_rules_may_be_tried_at_once),
        cmocka_unit_test(what_is_read_ahead_can_be_waited_for),
    cmocka_unit_test(a_budget_makes_short_pages),
        cmocka_unit_test(mistakes_name_their_parameter), cmocka_unit_test(many_may_ask_at_once),
        cmocka_unit_test(a_store_that_is_not_there_yet_is_busy),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
