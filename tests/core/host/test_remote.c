/* Instances whose plugin is in a runner, when that runner ends: who is blamed, who goes on, what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/instance.h"
#include "core/host/registry.h"
#include "core/host/runners.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOODY ENT_BINARY_DIR "/tests/plugins/moody.so"

enum { INSTANCES_MAX = 24 };

struct fixture {
    struct registry *registry;
    struct runners *runners;
    struct option_values *values[INSTANCES_MAX];
    struct ent_instance *instances[INSTANCES_MAX];
    char titles[INSTANCES_MAX][32];
    bool survives;       /* instances made from now on */
    int64_t patience_ms; /* as well */
};

static struct option_values *parse(struct fixture *fixture, const char *key, const char *value)
{
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(fixture->registry, MOODY, &error);
    assert_non_null(info);
    const struct config_entry entries[] = {
        {.key = "plugin", .value = "moody"}, {.key = "hang_after", .value = "1s"}, {.key = key, .value = value}};
    struct config_section section = {.kind = "classifier",
                                     .name = "test",
                                     .title = "classifier.test",
                                     .entries = entries,
                                     .entry_count = key ? 3 : 2};
    const struct option_table tables[] = {options_common(section.kind), info->options};
    struct diagnostics *diagnostics = diagnostics_create();
    struct option_values *values =
        options_parse(&section, tables, 2, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 0);
    diagnostics_destroy(diagnostics);
    return values;
}

static struct ent_instance *try_to_make(struct fixture *fixture, size_t index, const char *key, const char *value,
                                        struct error *error)
{
    fixture->values[index] = parse(fixture, key, value);
    snprintf(fixture->titles[index], sizeof fixture->titles[index], "classifier.%c", (char)('a' + index));
    struct instance_settings settings = {.title = fixture->titles[index],
                                         .kind = PLUGIN_CLASSIFIER,
                                         .options = fixture->values[index],
                                         .isolation = ISOLATION_PROCESS,
                                         .info = registry_find(fixture->registry, MOODY, error),
                                         .runners = fixture->runners,
                                         .deaths_max = 3,
                                         .patience_ms = fixture->patience_ms,
                                         .survives_creation = fixture->survives};
    return fixture->instances[index] = instance_create(&settings, error);
}

static struct ent_instance *make(struct fixture *fixture, size_t index, const char *key, const char *value)
{
    struct error error = ERROR_INIT;
    struct ent_instance *instance = try_to_make(fixture, index, key, value, &error);
    if (!instance || !instance_start(instance, &error))
        fail_msg("%s", error.text);
    return instance;
}

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    struct registry_settings settings = {.runner = ENT_BINARY_DIR "/entente-runner"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->registry = registry_create(&settings, &error);
    fixture->runners = runners_create(settings.runner);
    *state = fixture;
    /* What the tests provoke is logged; nobody wants to read it. */
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    return fixture->registry && fixture->runners ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < INSTANCES_MAX; i++) {
        instance_destroy(fixture->instances[i]);
        options_destroy(fixture->values[i]);
    }
    runners_destroy(fixture->runners);
    registry_destroy(fixture->registry);
    free(fixture);
    return 0;
}

static struct unit *make_unit(size_t count, const char *const *titles)
{
    struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.test", count);
    for (size_t i = 0; i < count; i++) {
        struct error error = ERROR_INIT;
        struct ent_builder *builder = record_build(ENT_ITEM);
        record_put_text(builder, ENT_ITEM_ID, titles[i]);
        record_put_text(builder, ENT_ITEM_TITLE, titles[i]);
        unit->inputs[i].record = record_seal(builder, &error);
        assert_non_null(unit->inputs[i].record);
    }
    return unit;
}

static struct unit *classify(struct ent_instance *instance, const char *title)
{
    struct unit *unit = make_unit(1, &title);
    instance_run(instance, unit);
    return unit;
}

static const char *text_of(const struct unit *unit)
{
    return unit->inputs[0].text ? unit->inputs[0].text : unit->text ? unit->text : "";
}

static pid_t process_of(struct ent_instance *instance)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &text);
    json_object_open(&json);
    instance_describe(instance, &json);
    json_object_close(&json);
    json_t *object = json_loadb(text.bytes, text.size, 0, NULL);
    pid_t process = (pid_t)json_integer_value(json_object_get(object, "process"));
    json_decref(object);
    buffer_free(&text);
    return process;
}

static void wait_for_state(struct ent_instance *instance, enum instance_state state)
{
    for (int i = 0; i < 5000 && instance_state(instance) != state; i++)
        poll(NULL, 0, 1);
    assert_int_equal(instance_state(instance), state);
}

static void works(struct ent_instance *instance)
{
    struct unit *unit = classify(instance, "A title");
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 1);
    assert_string_equal(record_text(unit->inputs[0].outputs[0]->view, ENT_REPORT_NAME), "A title");
    unit_destroy(unit);
}

/* ---- deaths ---- */

static void instances_of_one_object_share_a_process(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL), *b = make(*state, 1, NULL, NULL);
    assert_true(process_of(a) > 0 && process_of(a) != getpid());
    assert_int_equal(process_of(a), process_of(b));
}

static void one_that_does_not_share_has_its_own(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL), *b = make(*state, 1, "share", "no");
    assert_int_not_equal(process_of(a), process_of(b));
    struct unit *unit = classify(b, "CRASH");
    unit_destroy(unit);
    works(a);
}

static void a_crash_is_charged_to_the_callback_in_which_it_was(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL), *b = make(*state, 1, NULL, NULL);
    pid_t before = process_of(a);
    struct unit *unit = classify(a, "CRASH");
    assert_int_equal(unit_input_code(unit, 0), ENT_FATAL);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* which end the process in their own way */
    assert_string_equal(text_of(unit), "the plugin crashed (SIGSEGV) in classify");
#endif
    assert_false(unit->has_died);
    unit_destroy(unit);
    assert_int_equal(instance_state(a), INSTANCE_BROKEN);
    assert_true(instance_revive_wait(a) > 500);
    /* The other has lost its plugin, and gets it back at once and without a word against it. */
    wait_for_state(b, INSTANCE_BROKEN);
    assert_true(instance_revive_wait(b) <= 0);
    assert_true(instance_revive(b));
    works(b);
    assert_true(instance_revive(a));
    works(a);
    assert_int_equal(process_of(a), process_of(b));
    assert_int_not_equal(process_of(a), before);
}

static void what_ends_the_process_by_itself_is_a_death(void **state)
{
    struct unit *unit = classify(make(*state, 0, NULL, NULL), "EXIT");
    assert_int_equal(unit_input_code(unit, 0), ENT_FATAL);
    assert_string_equal(text_of(unit),
                        "the plugin ended its process (exit status 3) in classify; a plugin must not call exit");
    unit_destroy(unit);
}

static void a_hang_is_ended_past_its_deadline(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    int64_t begun = clock_monotonic();
    struct unit *unit = classify(a, "HANG");
    assert_int_equal(unit_input_code(unit, 0), ENT_FATAL);
    assert_string_equal(text_of(unit), "classify did not return in time, and its process was stopped");
    assert_true(clock_monotonic() - begun >= 1000);
    unit_destroy(unit);
    assert_true(instance_revive(a));
    works(a);
}

static void a_batch_comes_back_whole(void **state)
{
    static const char *const titles[] = {"One", "CRASH", "Three"};
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    struct unit *unit = make_unit(3, titles);
    instance_run(a, unit);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(unit_input_code(unit, i), ENT_FATAL);
        assert_int_equal(unit->inputs[i].output_count, 0);
    }
    unit_destroy(unit);
}

struct killing {
    struct ent_instance *instance;
};

static void *kill_soon(void *context)
{
    struct killing *killing = context;
    poll(NULL, 0, 200);
    kill(process_of(killing->instance), SIGKILL);
    return NULL;
}

static void a_kill_from_outside_is_nobodys_for_certain(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    struct killing killing = {a};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, kill_soon, &killing), 0);
    struct unit *unit = classify(a, "HANG");
    pthread_join(thread, NULL);
    assert_int_equal(unit_input_code(unit, 0), ENT_RETRY);
    assert_true(unit->has_died);
    assert_string_equal(text_of(unit), "the plugin was killed from outside (SIGKILL) in classify");
    unit_destroy(unit);
    wait_for_state(a, INSTANCE_BROKEN);
    assert_true(instance_revive_wait(a) <= 0);
    assert_true(instance_revive(a));
    works(a);
}

static void one_that_was_at_rest_is_created_anew(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        kill(process_of(a), SIGKILL);
        wait_for_state(a, INSTANCE_BROKEN);
        assert_true(instance_revive(a));
        works(a);
    }
}

static void one_that_keeps_dying_is_left_alone_with_an_alarm(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    char why[300];
    for (int i = 0; i < 3; i++) {
        assert_false(instance_is_parked(a, why, sizeof why));
        assert_false(instance_take_alarm(a));
        unit_destroy(classify(a, "EXIT"));
        instance_revive(a);
    }
    assert_true(instance_is_parked(a, why, sizeof why));
    assert_non_null(strstr(why, "its process has died 3 times in a row"));
    assert_true(instance_take_alarm(a));
    assert_false(instance_take_alarm(a));
}

static void one_that_hangs_each_time_can_come_to_as_many_deaths(void **state)
{
    enum { HANG_MS = 5 * 60 * 1000, PAUSES_MS = (1 + 2 + 4 + 8) * 1000 };
    (void)state;
    assert_true(instance_deaths_window(5, HANG_MS) > 5 * HANG_MS + PAUSES_MS);
    assert_true(instance_deaths_window(0, HANG_MS) >= 10 * 60 * 1000);
}

static void success_between_them_ends_a_row_of_deaths(void **state)
{
    struct ent_instance *a = make(*state, 0, NULL, NULL);
    for (int i = 0; i < 4; i++) {
        unit_destroy(classify(a, "EXIT"));
        assert_true(instance_revive(a));
        works(a);
    }
    assert_int_equal(instance_state(a), INSTANCE_RUNNING);
}

/* ---- create and destroy ---- */

static void one_that_dies_in_create_is_told(void **state)
{
    struct error error = ERROR_INIT;
    assert_null(try_to_make(*state, 0, "create", "exit", &error));
    assert_string_equal(error.text, "classifier.a: cannot be created: the plugin ended its process (exit status 3) "
                                    "in create; a plugin must not call exit");
}

static void one_that_may_survive_it_is_created_anew_until_it_has_died_too_often(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    char why[300];
    fixture->survives = true;
    struct ent_instance *a = try_to_make(fixture, 0, "create", "exit", &error);
    assert_non_null(a);
    assert_false(instance_start(a, &error));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(instance_state(a), INSTANCE_BROKEN);
        assert_true(instance_revive_wait(a) > 0);
        assert_false(instance_revive(a));
    }
    assert_true(instance_is_parked(a, why, sizeof why));
    assert_non_null(strstr(why, "its process has died 3 times in a row, at last: cannot be created: the plugin ended"));
    assert_true(instance_take_alarm(a));
}

static void what_hangs_is_waited_for_once_no_longer_than_there_is_patience(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    fixture->survives = true;
    fixture->patience_ms = 200;
    int64_t began = clock_monotonic();
    struct ent_instance *a = try_to_make(fixture, 0, "create", "hang", &error);
    assert_non_null(a);
    assert_false(instance_start(a, &error));
    assert_true(clock_monotonic() - began < 2500); /* hang_after and the grace behind it are three seconds */
    assert_int_equal(instance_state(a), INSTANCE_BROKEN);
    began = clock_monotonic();
    assert_false(instance_revive(a));
    assert_true(clock_monotonic() - began >= 2500);
}

static void one_that_only_says_no_fails_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    fixture->survives = true;
    assert_null(try_to_make(fixture, 0, "create", "fail", &error));
    assert_string_equal(error.text, "classifier.a: cannot be created: create was asked to fail");
}

static void a_crash_in_destroy_harms_nobody_else(void **state)
{
    struct fixture *fixture = *state;
    make(fixture, 0, "destroy", "crash");
    struct ent_instance *b = make(fixture, 1, NULL, NULL);
    instance_destroy(fixture->instances[0]);
    fixture->instances[0] = NULL;
    wait_for_state(b, INSTANCE_BROKEN);
    assert_true(instance_revive(b));
    works(b);
}

/* Runners are started by a script of these lines from now on. */
static void run_by(struct fixture *fixture, const char *folder, const char *lines)
{
    char script[100];
    struct error error = ERROR_INIT;
    snprintf(script, sizeof script, "%s/runner", folder);
    FILE *file = fopen(script, "we");
    fprintf(file, "#!/bin/sh\ncd %s\n%s\nexec " ENT_BINARY_DIR "/entente-runner \"$@\"\n", folder, lines);
    fclose(file);
    assert_int_equal(chmod(script, 0700), 0);
    struct registry_settings settings = {.runner = script};
    registry_destroy(fixture->registry);
    runners_destroy(fixture->runners);
    fixture->registry = registry_create(&settings, &error);
    fixture->runners = runners_create(script);
}

/* Killed twice at its first load, then twice again where the instances are to live. */
static void what_somebody_kills_while_it_loads_is_tried_again(void **state)
{
    struct fixture *fixture = *state;
    char folder[] = "/tmp/entente-killed-XXXXXX", command[140];
    assert_non_null(mkdtemp(folder));
    run_by(fixture, folder,
           "if ! [ -e $1.2 ]; then if [ -e $1.1 ]; then : >$1.2; else : >$1.1; fi; kill -9 $$; fi");
    works(make(fixture, 0, NULL, NULL));
    snprintf(command, sizeof command, "test -e %s/probe.2 -a -e %s/host.2 && rm -r %s", folder, folder, folder);
    assert_int_equal(system(command), 0);
}

static void what_somebody_goes_on_killing_comes_to_work_when_he_stops(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    char folder[] = "/tmp/entente-killed-XXXXXX", path[100], command[100];
    assert_non_null(mkdtemp(folder));
    run_by(fixture, folder, "if [ $1 = host ] && ! [ -e over ]; then kill -9 $$; fi");
    assert_null(try_to_make(fixture, 0, NULL, NULL, &error));
    assert_non_null(strstr(error.text, "classifier.a: was killed from outside (SIGKILL)"));
    fixture->survives = true;
    struct ent_instance *b = try_to_make(fixture, 1, NULL, NULL, &error);
    assert_non_null(b);
    for (int i = 0; i < 5; i++)
        assert_false(instance_revive(b));
    assert_int_equal(instance_state(b), INSTANCE_BROKEN);
    snprintf(path, sizeof path, "%s/over", folder);
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    assert_true(instance_revive(b));
    works(b);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- memory ---- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* whose heaps are others */
static void *linger(void *instance)
{
    struct unit *unit = classify(instance, "LINGER");
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    unit_destroy(unit);
    return NULL;
}

/* Of the C library's heaps but the first: each reserves 64 MiB, of which it may use the beginning. */
static long count_heaps(pid_t process)
{
    enum { HEAP_SIZE = 64 * 1024 * 1024 };
    char path[64], line[512], rights[8];
    unsigned long start, end, used = 0;
    long heaps = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    FILE *maps = fopen(path, "re");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        assert_int_equal(sscanf(line, "%lx-%lx %7s", &start, &end, rights), 3);
        heaps += strncmp(rights, "---p", 4) == 0 && used != 0 && end - used == HEAP_SIZE;
        used = strncmp(rights, "rw-p", 4) == 0 && start % HEAP_SIZE == 0 ? start : 0;
    }
    fclose(maps);
    return heaps;
}

static void a_process_has_no_more_heaps_than_there_are_cores(void **state)
{
    pthread_t threads[INSTANCES_MAX];
    struct ent_instance *instances[INSTANCES_MAX];
    for (size_t i = 0; i < INSTANCES_MAX; i++)
        instances[i] = make(*state, i, NULL, NULL);
    pid_t process = process_of(instances[0]);
    for (size_t i = 0; i < INSTANCES_MAX; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, linger, instances[i]), 0);
    for (size_t i = 0; i < INSTANCES_MAX; i++)
        pthread_join(threads[i], NULL);
    long heaps = count_heaps(process);
    assert_int_equal(process_of(instances[INSTANCES_MAX - 1]), process);
    assert_true(heaps < sysconf(_SC_NPROCESSORS_ONLN));
}
#endif

int main(void)
{
#define REMOTE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        REMOTE_TEST(instances_of_one_object_share_a_process),
        REMOTE_TEST(one_that_does_not_share_has_its_own),
        REMOTE_TEST(a_crash_is_charged_to_the_callback_in_which_it_was),
        REMOTE_TEST(what_ends_the_process_by_itself_is_a_death),
        REMOTE_TEST(a_hang_is_ended_past_its_deadline),
        REMOTE_TEST(a_batch_comes_back_whole),
        REMOTE_TEST(a_kill_from_outside_is_nobodys_for_certain),
        REMOTE_TEST(one_that_was_at_rest_is_created_anew),
        REMOTE_TEST(one_that_keeps_dying_is_left_alone_with_an_alarm),
        REMOTE_TEST(one_that_hangs_each_time_can_come_to_as_many_deaths),
        REMOTE_TEST(success_between_them_ends_a_row_of_deaths),
        REMOTE_TEST(one_that_dies_in_create_is_told),
        REMOTE_TEST(one_that_may_survive_it_is_created_anew_until_it_has_died_too_often),
        REMOTE_TEST(what_hangs_is_waited_for_once_no_longer_than_there_is_patience),
        REMOTE_TEST(one_that_only_says_no_fails_all_the_same),
        REMOTE_TEST(a_crash_in_destroy_harms_nobody_else),
        REMOTE_TEST(what_somebody_kills_while_it_loads_is_tried_again),
        REMOTE_TEST(what_somebody_goes_on_killing_comes_to_work_when_he_stops),
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        REMOTE_TEST(a_process_has_no_more_heaps_than_there_are_cores),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
