/* Stores that released versions wrote become stores of this version, and lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/store/check.h"
#include "core/store/events.h"
#include "core/store/schema.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64], path[128];

static int set_up(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/entente-migration-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/%s", directory, STORE_FILE_NAME);
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", directory);
    return system(command);
}

static char *read_file(const char *name)
{
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return text;
}

static void make_released(int version)
{
    char name[300];
    sqlite3 *database;
    snprintf(name, sizeof name, ENT_SOURCE_DIR "/tests/core/store/released/schema-%d.sql", version);
    char *sql = read_file(name);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    free(sql);
}

static struct store *open_or_fail(const char *file, enum store_mode mode)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(file, mode, &error);
    if (!store)
        fail_msg("%s", error.text);
    return store;
}

static int64_t number(struct store *store, const char *sql)
{
    int64_t value = -1;
    struct error error = ERROR_INIT;
    if (!store_count(store, sql, &value, &error))
        fail_msg("%s", error.text);
    return value;
}

static void fail_problem(void *context, const char *problem)
{
    (void)context;
    fail_msg("%s", problem);
}

static void ignore_progress(void *context, const char *what, int64_t done, int64_t all)
{
    (void)context;
    (void)what;
    (void)done;
    (void)all;
}

static void what_schema_1_held_is_there_and_whole(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store_check_counts counts;
    char backup[200];
    make_released(1);
    struct store *store = open_or_fail(path, STORE_WRITE);
    assert_int_equal(number(store, "PRAGMA user_version"), schema_current.version);
    assert_int_equal(number(store, "SELECT count(*) FROM item"), 5);
    assert_int_equal(number(store, "SELECT count(*) FROM event WHERE state=0"), 3);
    assert_int_equal(number(store, "SELECT count(*) FROM alert"), 3);
    assert_int_equal(number(store, "SELECT count(*) FROM delivery WHERE state=1"), 3);
    assert_int_equal(number(store, "SELECT count(*) FROM event_stale"), number(store, "SELECT count(*) FROM event"));
    assert_true(store_check(store, true, fail_problem, ignore_progress, NULL, &counts, &error));
    assert_true(counts.records > 10);
    store_close(store);
    snprintf(backup, sizeof backup, "%s.v1.backup", path);
    assert_int_equal(access(backup, R_OK), 0);
}

/* Every table, column and index, one a line. */
static char *describe(struct store *store)
{
    struct error error = ERROR_INIT;
    bool row;
    size_t size = 0, room = 64 * 1024;
    char *text = calloc(1, room);
    sqlite3_stmt *statement = store_statement(
        store, "SELECT m.name||' '||p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type='table'"
               " UNION SELECT 'index '||name FROM sqlite_schema WHERE type='index' ORDER BY 1",
        &error);
    assert_non_null(statement);
    while (store_step(store, statement, &row, &error, "describe") && row)
        size += (size_t)snprintf(text + size, room - size, "%s\n", store_column_text(statement, 0));
    return text;
}

static void a_migrated_store_has_the_tables_of_a_new_one(void **state)
{
    (void)state;
    char other[200];
    snprintf(other, sizeof other, "%s/new.db", directory);
    make_released(1);
    struct store *migrated = open_or_fail(path, STORE_WRITE), *made = open_or_fail(other, STORE_WRITE);
    char *left = describe(migrated), *right = describe(made);
    assert_string_equal(left, right);
    free(left);
    free(right);
    store_close(migrated);
    store_close(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_schema_1_held_is_there_and_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_migrated_store_has_the_tables_of_a_new_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
