/* The program itself, run as a person would, over a small prepared store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/log.h"
#include "core/control/server.h"
#include "lib/base/buffer.h"
#include "tests/core/query/sample_store.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct result {
    struct buffer out, err;
    int status;
};

static char state_dir[100];

/* Both pipes until both are closed. */
static void read_both(int out, int err, struct result *result)
{
    struct pollfd polled[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    struct buffer *buffers[2] = {&result->out, &result->err};
    for (int open_pipes = 2; open_pipes > 0;) {
        assert_true(poll(polled, 2, 20000) > 0);
        for (int i = 0; i < 2; i++) {
            char bytes[4096];
            if (!(polled[i].revents & (POLLIN | POLLHUP | POLLERR)))
                continue;
            ssize_t got = read(polled[i].fd, bytes, sizeof bytes);
            if (got > 0) {
                buffer_append(buffers[i], bytes, (size_t)got);
            } else {
                polled[i].fd = -1;
                open_pipes--;
            }
        }
    }
}

/* Runs `sh -c "entente …"`, so that a test reads as what one would type; $STATE is the prepared directory. */
static struct result run(const char *command)
{
    struct result result = {BUFFER_INIT, BUFFER_INIT, -1};
    int out[2], err[2];
    assert_int_equal(pipe2(out, O_CLOEXEC) | pipe2(err, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)command, NULL};
    pid_t process;
    assert_int_equal(posix_spawnp(&process, "sh", &actions, NULL, words, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(err[1]);
    read_both(out[0], err[0], &result);
    close(out[0]);
    close(err[0]);
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    if (!result.out.bytes)
        buffer_append_text(&result.out, "");
    if (!result.err.bytes)
        buffer_append_text(&result.err, "");
    return result;
}

static void result_free(struct result *result)
{
    buffer_free(&result->out);
    buffer_free(&result->err);
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* Runs it; `out` and `err` must hold these parts (NULL: must be empty). */
static void assert_run(const char *command, int status, const char *out, const char *err)
{
    struct result result = run(command);
    if (result.status != status)
        fail_msg("'%s' exits with %d, not %d:\n%s%s", command, result.status, status, result.out.bytes,
                 result.err.bytes);
    if (out)
        assert_says(result.out.bytes, out);
    else
        assert_string_equal(result.out.bytes, "");
    if (err)
        assert_says(result.err.bytes, err);
    else
        assert_string_equal(result.err.bytes, "");
    result_free(&result);
}

static int setup(void **state)
{
    (void)state;
    snprintf(state_dir, sizeof state_dir, "/tmp/entente-cli-XXXXXX");
    sample_store_make(state_dir);
    char path[1000];
    snprintf(path, sizeof path, "%s:%s", ENT_BINARY_DIR, getenv("PATH"));
    setenv("PATH", path, 1);
    setenv("STATE", state_dir, 1);
    unsetenv("COLUMNS");
    unsetenv("ENTENTE_CONFIG");
    /* No configuration and no store of the user's. */
    setenv("HOME", "/nonexistent", 1);
    setenv("XDG_STATE_HOME", "/nonexistent/state", 1);
    return chdir("/");
}

static int teardown(void **state)
{
    (void)state;
    sample_store_remove(state_dir);
    return 0;
}

static void events_are_listed_for_people(void **state)
{
    (void)state;
    struct result result = run("entente events --state-dir $STATE");
    assert_int_equal(result.status, 0);
    assert_true(strncmp(result.out.bytes, "ID ", 3) == 0);
    assert_says(result.out.bytes, "3f2a90c1  2024-05-22     arms_transfer/sale  RUS → UZB      signed        2      "
                                  "12 Mi-8; about USD 300,000,000; Tashkent\n");
    assert_null(strchr(result.out.bytes, '\033'));
    assert_string_equal(result.err.bytes, "");
    result_free(&result);
}

static void the_limit_says_when_there_is_more(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE -n 2", 0, "3f2a90c1", "The newest 2; there are more");
    assert_run("entente events --state-dir $STATE -n 5", 0, "88000005", NULL);
    assert_run("entente events --state-dir $STATE --type expo", 0, NULL, "No events of that kind.");
}

static void json_lines_hold_all_fields_with_nulls_and_codes(void **state)
{
    (void)state;
    struct result result = run("entente events --state-dir $STATE --format jsonl");
    assert_int_equal(result.status, 0);
    size_t lines = 0;
    for (char *line = result.out.bytes; *line; lines++) {
        size_t size = strcspn(line, "\n");
        json_t *event = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(event);
        static const char *const names[] = {"id",         "type",      "subtype", "status",  "modality", "scope",
                                            "name",       "programme", "tags",    "actors",  "date",     "places",
                                            "quantities", "equipment", "cited",   "related", "evidence", "confidence",
                                            "sources",    "cameo",     "plover",  "plover_context"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!json_object_get(event, names[i]))
                fail_msg("line %zu lacks %s", lines + 1, names[i]);
        if (strcmp(json_string_value(json_object_get(event, "id")), SAMPLE_EVENT) == 0) {
            assert_string_equal(json_string_value(json_object_get(event, "cameo")), "057");
            assert_true(json_is_null(json_object_get(event, "name")));
            assert_int_equal(json_array_size(json_object_get(event, "sources")), 2);
        }
        json_decref(event);
        line += size + (line[size] == '\n');
    }
    assert_int_equal(lines, SAMPLE_EVENTS);
    result_free(&result);
}

static void csv_has_a_line_of_names_and_one_an_event(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE --format csv | head -1", 0,
               "id,revision,type,subtype,status,modality,scope,date_start", NULL);
    assert_run("entente events --state-dir $STATE --format csv | wc -l", 0, "6", NULL);
    assert_run("entente events --state-dir $STATE --format csv --actor uzb", 0,
               "RUS/supplier;UZB/recipient,,12 Mi-8,"
               "Tashkent (UZB),0.91,2,2,2024-05-20T08:00:00Z,2024-05-23T09:30:00Z,057,SUPPORT,military,"
               "https://wire.example/1 https://daily.example/2,,,2024-05-20T08:05:00Z 2024-05-23T09:40:00Z,"
               "Moscow will sell 12 Mi-8 helicopters to Tashkent,",
               NULL);
    assert_run("entente items --state-dir $STATE --format csv --text quote", 0, "aa000004", NULL);
}

static void unlink_in_state(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", state_dir, name);
    unlink(path);
}

/* The columns of an export are as docs/exports.md lists them. */
static void assert_documented(const char *format)
{
    char command[200];
    snprintf(command, sizeof command, "entente events --state-dir $STATE --format %s --limit 1 | head -1 | tr -d '\r'", format);
    struct result names = run(command), document = run("cat " ENT_SOURCE_DIR "/docs/exports.md | tr -d '\n '");
    assert_int_equal(names.status, 0);
    names.out.bytes[strcspn(names.out.bytes, "\n")] = '\0';
    assert_says(document.out.bytes, names.out.bytes);
    result_free(&names);
    result_free(&document);
}

static void exports_have_the_columns_that_are_documented(void **state)
{
    (void)state;
    assert_documented("csv");
    assert_documented("trade");
    assert_documented("cameo");
}

static void a_trade_register_has_a_row_for_each_recipient_and_item(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE --format trade | wc -l", 0, "2", NULL);
    assert_run("entente events --state-dir $STATE --format trade", 0,
               "3f2a90c1000000000000000000000001,RUS,UZB,12,Mi-8,", NULL);
    assert_run("entente events --state-dir $STATE --format trade", 0,
               "https://wire.example/1 https://daily.example/2,2024-05-20T08:05:00Z 2024-05-23T09:40:00Z,", NULL);
}

static void coded_rows_are_one_a_pair(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE --format cameo --actor uzb", 0,
               "3f2a90c1000000000000000000000001,2024-05-22,RUS,UZB,057,SUPPORT,military,arms_transfer,sale,signed,", NULL);
    assert_run("entente events --state-dir $STATE --format cameo --actor usa", 0, ",JPN,USA,", NULL);
}

static void geojson_is_one_document(void **state)
{
    (void)state;
    struct result result = run("entente events --state-dir $STATE --format geojson");
    json_error_t where;
    json_t *document = json_loads(result.out.bytes, 0, &where);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "type")), "FeatureCollection");
    json_t *features = json_object_get(document, "features"), *feature = json_array_get(features, 0);
    assert_int_equal(json_array_size(features), SAMPLE_EVENTS);
    assert_string_equal(json_string_value(json_object_get(feature, "type")), "Feature");
    assert_non_null(json_object_get(feature, "geometry"));
    assert_non_null(json_object_get(json_object_get(feature, "properties"), "retrieved"));
    json_decref(document);
    result_free(&result);
    result = run("entente events --state-dir $STATE --format geojson --type expo");
    document = json_loads(result.out.bytes, 0, &where);
    assert_int_equal(json_array_size(json_object_get(document, "features")), 0);
    json_decref(document);
    result_free(&result);
}

static void events_are_chosen_by_a_rule(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE --when 'dyad(RUS, *) and money > 1 M' --format csv | wc -l", 0, "2", NULL);
    assert_run("entente events --state-dir $STATE --when \"text ~ 'mi-8'\"", 0, "3f2a90c1", NULL);
    assert_run("entente events --state-dir $STATE --when 'type = exercis'", 2, NULL, "did you mean exercise?");
    assert_run("entente events --state-dir $STATE --when 'type = exercis'", 2, NULL, "           ^~~~~~~");
    assert_run("entente events --state-dir $STATE --order date --reverse --format csv | cut -d, -f8 | tr '\\n\\r' '  '", 0,
               "date_start 2003 2024-05 2024-05-22 2024-05-23 ", NULL);
}

static void people_see_and_type_times_in_their_zone(void **state)
{
    (void)state;
    assert_run("printf '[entente]\\ntimezone = Asia/Tashkent\\n' > $STATE/zone.ini", 0, NULL, NULL);
    /* 2024-05-23T09:30Z and 2024-05-24T01:00Z */
    assert_run("entente items -c $STATE/zone.ini --state-dir $STATE", 0, "2024-05-23 14:30", NULL);
    assert_run("entente items --state-dir $STATE", 0, "2024-05-23 09:30", NULL);
    assert_run("entente items -c $STATE/zone.ini --state-dir $STATE --format csv", 0, "2024-05-23T09:30:00Z", NULL);
    /* In Tashkent the 24th begins at 19:00 of the 23rd. */
    assert_run("entente items -c $STATE/zone.ini --state-dir $STATE --since 2024-05-24 --until 2024-05-24 --format csv | wc -l",
               0, "3", NULL);
    assert_run("entente items -c $STATE/zone.ini --state-dir $STATE --since 2024-05-23T09:00:00Z --until 2024-05-23 "
               "--format csv | wc -l", 0, "2", NULL);
    unlink_in_state("zone.ini");
}

static void dyads_and_periods_are_counted(void **state)
{
    (void)state;
    assert_run("entente dyads --state-dir $STATE --format csv", 0, "RUS,UZB,,,1\r\n", NULL);
    assert_run("entente dyads --state-dir $STATE --by-type --period year --format csv", 0,
               "RUS,UZB,arms_transfer,2024,1\r\n", NULL);
    assert_run("entente dyads --state-dir $STATE --directed --format csv", 0, "JOR,PAK,,,1\r\n", NULL);
    assert_run("entente dyads --state-dir $STATE", 0, "RUS    UZB            1\n", "5 events.");
    assert_run("entente dyads --state-dir $STATE --top x", 2, NULL, "'x' is no count");
    assert_run("entente timeline --state-dir $STATE --format csv", 0, "2024-05,,3\r\n", NULL);
    assert_run("entente timeline --state-dir $STATE --period year", 0, "█ 3\n", "5 events.");
    assert_run("entente timeline --state-dir $STATE --type expo", 0, "", "No events of that kind.");
}

static void an_event_is_shown_in_full_by_a_part_of_its_id(void **state)
{
    (void)state;
    struct result result = run("entente event show 3f2a90c1 --state-dir $STATE");
    assert_int_equal(result.status, 0);
    static const char *const parts[] = {"RUS → UZB: arms_transfer/sale signed",
                                        SAMPLE_EVENT,
                                        "on Wednesday",
                                        "UZB, recipient: “Tashkent” (air force)",
                                        "https://daily.example/2",
                                        "Moscow will sell 12 Mi-8 helicopters to Tashkent",
                                        "2 independent",
                                        "10 Mi-8 (report r2000000)",
                                        "first told",
                                        "status, sources",
                                        SAMPLE_MERGED};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_says(result.out.bytes, parts[i]);
    result_free(&result);
}

static void an_id_of_before_a_merge_resolves(void **state)
{
    (void)state;
    assert_run("entente event show 77ab01de --state-dir $STATE", 0, SAMPLE_EVENT,
               "77ab01de was merged into this event");
    assert_run("entente event show ffffff --state-dir $STATE", 2, NULL, "there is no event ffffff");
    assert_run("entente event show 3f2a90c1 --format json --state-dir $STATE | grep -o '\"revision\":2'", 0, "2", NULL);
}

static void items_alerts_and_dead_letters_are_listed(void **state)
{
    (void)state;
    assert_run("entente items --state-dir $STATE --source wire", 0, "Moscow to sell 12 helicopters", NULL);
    assert_run("entente item show aa000001 --state-dir $STATE", 0, "classifier.coder", NULL);
    assert_run("entente alerts --state-dir $STATE --watch central-asia", 0, "0 of 2", NULL);
    assert_run("entente alerts --state-dir $STATE --format jsonl -n 1", 0,
               "\"deliveries\":{\"pending\":2,\"delivered\":0,\"dead\":0}", NULL);
    assert_run("entente dead-letters --state-dir $STATE", 0, "no answer within an hour", NULL);
    assert_run("entente dead-letters list --state-dir $STATE --format jsonl", 0,
               "{\"id\":1,\"at\":\"2024-05-24T11:00:00Z\"", NULL);
}

static void the_status_without_a_daemon_says_so_and_shows_the_store(void **state)
{
    (void)state;
    assert_run("entente status --state-dir $STATE", 0, "none runs on this state directory", NULL);
    assert_run("entente status --state-dir $STATE", 0, "failed 5×: HTTP 503", NULL);
    assert_run("entente status --state-dir $STATE --format json", 0, "\"running\":false", NULL);
}

static void a_command_to_no_daemon_says_that_none_runs(void **state)
{
    (void)state;
    assert_run("entente stop --state-dir $STATE", 2, NULL, "no daemon runs on the state directory");
    assert_run("entente reload --state-dir $STATE", 2, NULL, "no daemon runs");
    assert_run("entente fetch edm --state-dir $STATE", 2, NULL, "no daemon runs");
}

/* ---- with a daemon: a control server that answers as one would ---- */

struct stand_in {
    struct control_server *server;
    sem_t stop_asked;
};

static bool answer_status(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    (void)context, (void)request, (void)error;
    json_key(result, "daemon");
    json_object_open(result);
    json_key(result, "version");
    json_put_text(result, "9.9");
    json_key(result, "pid");
    json_put_integer(result, 4242);
    json_key(result, "items");
    json_put_integer(result, 10);
    json_key(result, "open_items");
    json_put_integer(result, 3);
    json_object_close(result);
    json_key(result, "instances");
    json_array_open(result);
    static const char *const instances[][4] = {
        {"source.fresh", "source", "running", ""},
        {"source.wire", "source", "parked", "the url is gone"},
        {"sink.log", "sink", "broken", "the file is a folder"},
        {"classifier.coder", "classifier", "running", ""},
    };
    for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
        static const char *const names[] = {"name", "kind", "state", "why"};
        json_object_open(result);
        for (size_t j = 0; j < 4; j++) {
            json_key(result, names[j]);
            json_put_text(result, instances[i][j]);
        }
        json_key(result, "finished");
        json_put_integer(result, 3);
        json_object_close(result);
    }
    json_array_close(result);
    return true;
}

static bool answer_reload(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    (void)context, (void)request, (void)result;
    return error_set(error, ERROR_CONFIG, "x.ini:3:1: there is no plugin 'fede'; did you mean 'feed'?");
}

static bool answer_fetch(void *context, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    (void)context, (void)error;
    json_key(result, "text");
    json_put_text(result, request->target);
    return true;
}

static bool answer_stop(void *context, const struct control_request *request, struct json_writer *result,
                        struct error *error)
{
    struct stand_in *daemon = context;
    (void)request, (void)result, (void)error;
    sem_post(&daemon->stop_asked);
    return true;
}

static void *end_when_asked(void *argument)
{
    struct stand_in *daemon = argument;
    sem_wait(&daemon->stop_asked);
    control_server_destroy(daemon->server);
    return NULL;
}

static void a_running_daemon_is_asked_and_obeys(void **state)
{
    (void)state;
    static control_handler *const handlers[CONTROL_COMMAND_COUNT] = {[CONTROL_STATUS] = answer_status,
                                                                     [CONTROL_RELOAD] = answer_reload,
                                                                     [CONTROL_FETCH] = answer_fetch,
                                                                     [CONTROL_STOP] = answer_stop};
    struct error error = ERROR_INIT;
    struct stand_in daemon;
    pthread_t thread;
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, STDERR_FILENO);
    sem_init(&daemon.stop_asked, 0, 0);
    daemon.server = control_server_create(state_dir, handlers, &daemon, &error);
    assert_non_null(daemon.server);
    assert_true(control_server_start(daemon.server, &error));
    assert_int_equal(pthread_create(&thread, NULL, end_when_asked, &daemon), 0);
    struct result result = run("entente status --state-dir $STATE");
    assert_int_equal(result.status, 0);
    static const char *const parts[] = {
        "entented 9.9, process 4242",   "source.fresh  never",      "not fetched yet", "parked: the url is gone",
        "broken: the file is a folder", "classifier.coder       7", "not configured"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_says(result.out.bytes, parts[i]);
    result_free(&result);
    assert_run("entente status --state-dir $STATE --format json", 0, "\"running\":true", NULL);
    assert_run("entente reload --state-dir $STATE", 2, NULL, "did you mean 'feed'?");
    assert_run("entente fetch edm --state-dir $STATE", 0, "edm", NULL);
    assert_run("entente dead-letters drop 1 --state-dir $STATE", 2, NULL, "this daemon cannot do 'dead-letter-drop'");
    assert_run("entente stop --state-dir $STATE", 0, "The daemon has stopped.", NULL);
    pthread_join(thread, NULL);
    sem_destroy(&daemon.stop_asked);
    assert_run("entente stop --state-dir $STATE", 2, NULL, "no daemon runs");
}

/* Last of those that read the dead letters: it changes them. */
static void without_a_daemon_a_change_is_made_under_the_lock(void **state)
{
    (void)state;
    assert_run("entente dead-letters retry x --state-dir $STATE", 2, NULL, "'x' is no number of a dead letter");
    assert_run("entente dead-letters drop 77 --state-dir $STATE", 2, NULL, "there is no dead letter 77");
    assert_run("entente dead-letters retry 2 --state-dir $STATE", 2, NULL, "only its source can bring it again");
    assert_run("flock $STATE/lock entente dead-letters drop 1 --state-dir $STATE", 2, NULL, "is in use by process");
    assert_run("entente dead-letters retry 1 --state-dir $STATE", 0, "1: It is handed out again.", NULL);
    assert_run("entente dead-letters drop 2 --state-dir $STATE", 0, "2: It is dropped.", NULL);
    assert_run("entente dead-letters --state-dir $STATE", 0, NULL, "No dead letters.");
    assert_run("entente dead-letters drop 1 --state-dir /nonexistent", 2, NULL, "there is no store at /nonexistent");
}

static void without_a_store_the_place_that_was_looked_at_is_named(void **state)
{
    (void)state;
    assert_run("entente events", 2, NULL, "/nonexistent/state/entente/entente.db");
    assert_run("entente events -c /nonexistent.ini", 2, NULL, "/nonexistent.ini");
}

static void the_state_directory_comes_from_the_configuration(void **state)
{
    (void)state;
    assert_run("printf '[entente]\\nstate_dir = %s\\n' \"$STATE\" > $STATE/x.ini; entente -c $STATE/x.ini events", 0,
               "3f2a90c1", NULL);
    assert_run("cd $STATE && mkdir -p sub && printf '[entente]\\nstate_dir = ..\\n' > sub/entente.ini && cd sub && "
               "entente events; rm -r ../sub",
               0, "3f2a90c1", NULL);
    assert_run("ENTENTE_CONFIG=$STATE/x.ini entente events", 0, "3f2a90c1", NULL);
}

static void wrong_words_are_told_apart_before_anything_is_opened(void **state)
{
    (void)state;
    assert_run("entente events --actor Russia", 2, NULL, "write a state as UZB");
    assert_run("entente events --dyad RUS", 2, NULL, "--dyad takes two actors");
    assert_run("entente events --since tomorrowish", 2, NULL, "--since: 'tomorrowish' is no time");
    assert_run("entente events --since 1d --until 2d", 2, NULL, "no time lies between");
    assert_run("entente events --limit many", 2, NULL, "--limit: 'many' is no count");
    assert_run("entente events --type arms", 2, NULL, "did you mean 'arms_transfer'?");
    assert_run("entente events show x", 2, NULL, "did you mean 'entente event show'?");
}

static void a_reader_that_goes_away_is_no_error(void **state)
{
    (void)state;
    assert_run("entente events --state-dir $STATE --format jsonl | true; entente help | head -1", 0, "Entente reads",
               NULL);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    assert_run("entente help > /dev/full", 2, NULL, "the output cannot be written: No space left on device");
    assert_run("entente events --state-dir $STATE > /dev/full", 2, NULL, "the output cannot be written");
}

/* On a terminal of `columns` there is colour, and no line is wider; without colour where NO_COLOR is set. */
static void on_a_terminal_tables_fit_and_have_colour(void **state)
{
    (void)state;
    static const unsigned short widths[] = {40, 80, 120};
    for (size_t i = 0; i < 3; i++)
        for (int plain = 0; plain < 2; plain++) {
            struct winsize size = {.ws_row = 24, .ws_col = widths[i]};
            int terminal;
            pid_t process = forkpty(&terminal, NULL, NULL, &size);
            if (process == 0) {
                setenv("TERM", "xterm", 1);
                if (plain)
                    setenv("NO_COLOR", "1", 1);
                execlp("entente", "entente", "events", "--state-dir", state_dir, (char *)NULL);
                _exit(127);
            }
            char text[8000];
            size_t used = 0;
            for (ssize_t got;
                 used < sizeof text - 1 && (got = read(terminal, text + used, sizeof text - 1 - used)) > 0;)
                used += (size_t)got;
            text[used] = '\0';
            close(terminal);
            int status;
            waitpid(process, &status, 0);
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            assert_says(text, "3f2a90c1");
            assert_int_equal(strchr(text, '\033') == NULL, plain);
        }
}

static void completions_are_valid_for_their_shells(void **state)
{
    (void)state;
    assert_run("entente completion bash | bash -n", 0, NULL, NULL);
    assert_run("command -v zsh >/dev/null || exit 0; entente completion zsh > $STATE/z; zsh -n $STATE/z", 0, NULL,
               NULL);
    assert_run("command -v fish >/dev/null || exit 0; entente completion fish > $STATE/f; fish -n $STATE/f", 0, NULL,
               NULL);
    assert_run(
        "entente completion bash > $STATE/b; bash -c '. $STATE/b; COMP_WORDS=(entente events --type arms_transfer,tr); "
        "COMP_CWORD=3; _entente; echo \"${COMPREPLY[*]}\"'",
        0, "arms_transfer,training", NULL);
    assert_run(
        "bash -c '. $STATE/b; COMP_WORDS=(entente event \"\"); COMP_CWORD=2; _entente; echo \"${COMPREPLY[*]}\"'", 0,
        "show", NULL);
}

static void manual_pages_have_no_fault_that_groff_sees(void **state)
{
    (void)state;
    assert_run("command -v groff >/dev/null || exit 0; mkdir $STATE/m; entente man --output $STATE/m && "
               "cat $STATE/m/* | groff -man -Tutf8 -ww -z; rm -r $STATE/m",
               0, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_listed_for_people),
        cmocka_unit_test(the_limit_says_when_there_is_more),
        cmocka_unit_test(json_lines_hold_all_fields_with_nulls_and_codes),
        cmocka_unit_test(csv_has_a_line_of_names_and_one_an_event),
        cmocka_unit_test(exports_have_the_columns_that_are_documented),
        cmocka_unit_test(a_trade_register_has_a_row_for_each_recipient_and_item),
        cmocka_unit_test(coded_rows_are_one_a_pair),
        cmocka_unit_test(geojson_is_one_document),
        cmocka_unit_test(events_are_chosen_by_a_rule),
        cmocka_unit_test(dyads_and_periods_are_counted),
        cmocka_unit_test(people_see_and_type_times_in_their_zone),
        cmocka_unit_test(an_event_is_shown_in_full_by_a_part_of_its_id),
        cmocka_unit_test(an_id_of_before_a_merge_resolves),
        cmocka_unit_test(items_alerts_and_dead_letters_are_listed),
        cmocka_unit_test(the_status_without_a_daemon_says_so_and_shows_the_store),
        cmocka_unit_test(a_running_daemon_is_asked_and_obeys),
        cmocka_unit_test(without_a_daemon_a_change_is_made_under_the_lock),
        cmocka_unit_test(a_command_to_no_daemon_says_that_none_runs),
        cmocka_unit_test(without_a_store_the_place_that_was_looked_at_is_named),
        cmocka_unit_test(the_state_directory_comes_from_the_configuration),
        cmocka_unit_test(wrong_words_are_told_apart_before_anything_is_opened),
        cmocka_unit_test(a_reader_that_goes_away_is_no_error),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(on_a_terminal_tables_fit_and_have_colour),
        cmocka_unit_test(completions_are_valid_for_their_shells),
        cmocka_unit_test(manual_pages_have_no_fault_that_groff_sees),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
