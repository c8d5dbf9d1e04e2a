/* Opening, schema versions, statements, transactions, and what is said when the disk or the file is at fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/store/kv.h"
#include "core/store/schema.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];
static char path[128];

static int set_up(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/entente-store-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/%s", directory, STORE_FILE_NAME);
    return 0;
}

static int tear_down(void **state)
{
    char name[512];
    (void)state;
    DIR *folder = opendir(directory);
    if (!folder)
        return -1;
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(name, sizeof name, "%s/%s", directory, entry->d_name);
        unlink(name);
    }
    closedir(folder);
    return rmdir(directory);
}

static struct store *open_or_fail(enum store_mode mode)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(path, mode, &error);
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

static void a_new_store_is_durable_and_has_the_current_schema(void **state)
{
    (void)state;
    struct store *store = open_or_fail(STORE_WRITE);
    assert_int_equal(number(store, "PRAGMA user_version"), schema_current.version);
    assert_int_equal(number(store, "PRAGMA synchronous"), 2);
    assert_int_equal(number(store, "SELECT count(*) FROM item"), 0);
    store_close(store);
    store = open_or_fail(STORE_READ);
    assert_int_equal(number(store, "SELECT count(*) FROM item"), 0);
    store_close(store);
}

static void reading_where_there_is_no_store_says_so(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_null(store_open(path, STORE_READ, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_non_null(strstr(error.text, path));
}

static void a_reading_connection_cannot_write(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    store_close(open_or_fail(STORE_WRITE));
    struct store *store = open_or_fail(STORE_READ);
    assert_false(store_execute(store, "DELETE FROM item", &error));
    assert_non_null(strstr(error.text, "read-only"));
    store_close(store);
}

static bool count_one(struct store *store, int64_t *value)
{
    struct error error = ERROR_INIT;
    bool row;
    sqlite3_stmt *statement = store_statement(store, "SELECT count(*) FROM kv", &error);
    assert_non_null(statement);
    assert_true(store_step(store, statement, &row, &error, "count") && row);
    *value = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

static void what_is_asked_together_is_of_one_state_for_a_bounded_time(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *writer = open_or_fail(STORE_WRITE), *reader = open_or_fail(STORE_READ);
    int64_t count;
    assert_true(store_read_begin(reader, 60000, &error));
    assert_true(count_one(reader, &count) && count == 0);
    assert_true(store_kv_put(writer, "a", "k", 1, "v", 1, &error));
    assert_true(count_one(reader, &count) && count == 0);
    store_read_end(reader);
    assert_true(count_one(reader, &count) && count == 1);
    assert_true(store_read_begin(reader, 1, &error));
    assert_true(count_one(reader, &count) && count == 1);
    assert_true(store_kv_put(writer, "a", "l", 1, "v", 1, &error));
    usleep(5000);
    assert_true(count_one(reader, &count) && count == 2);
    store_read_end(reader);
    store_read_end(reader);
    store_close(reader);
    store_close(writer);
}

struct key_question {
    const char *prefix, *after, *key; /* key NULL: none */
};

static void keys_are_found_in_order_behind_a_key(void **state)
{
    (void)state;
    static const char *const keys[] = {"a", "a/1", "a/2", "a0", "b"};
    static const struct key_question rows[] = {
        {"", NULL, "a"},    {"", "a", "a/1"},     {"a/", NULL, "a/1"},    {"a/", "a", "a/1"}, {"a/", "a/1", "a/2"},
        {"a/", "a/2", NULL}, {"a/", "0", "a/1"}, {"a/", "b", NULL},      {"", "b", NULL},    {"c", NULL, NULL},
        {"a/1", NULL, "a/1"}, {"a/1", "a/1", NULL}};
    struct error error = ERROR_INIT;
    struct store *store = open_or_fail(STORE_WRITE);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_true(store_kv_put(store, "one", keys[i], strlen(keys[i]), "v", 1, &error));
    assert_true(store_kv_put(store, "other", "a/3", 3, "v", 1, &error));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct key_question *row = &rows[i];
        struct buffer key = BUFFER_INIT;
        bool found;
        assert_true(store_kv_next(store, "one", row->prefix, strlen(row->prefix), row->after,
                                  row->after ? strlen(row->after) : 0, &key, &found, &error));
        assert_int_equal(found, row->key != NULL);
        if (row->key) {
            buffer_append_char(&key, '\0');
            assert_string_equal(key.bytes, row->key);
        }
        buffer_free(&key);
    }
    store_close(store);
}

static void a_newer_schema_is_refused(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *store = open_or_fail(STORE_WRITE);
    assert_true(store_execute(store, "PRAGMA user_version=99", &error));
    store_close(store);
    assert_null(store_open(path, STORE_WRITE, &error));
    assert_non_null(strstr(error.text, "newer Entente (schema 99"));
    assert_null(store_open(path, STORE_READ, &error));
}

static void another_programs_database_is_refused(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    sqlite3 *other;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE theirs(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_null(store_open(path, STORE_WRITE, &error));
    assert_non_null(strstr(error.text, "another program's"));
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 500; i++)
        fputs("this is no database\n", file);
    fclose(file);
    assert_null(store_open(path, STORE_WRITE, &error));
    assert_non_null(strstr(error.text, "damaged or no store"));
}

/* Three versions of a schema, to test the way up. */
static const char *const create_three[] = {"CREATE TABLE t(a, b, c)", NULL};
static const struct schema_migration to_three[] = {
    {1, "ALTER TABLE t ADD COLUMN b DEFAULT 'two'"}, {2, "ALTER TABLE t ADD COLUMN c DEFAULT 'three'"}, {0, NULL}};
static const struct schema three = {3, create_three, to_three};
static const struct schema_migration broken[] = {
    {1, "ALTER TABLE t ADD COLUMN b"}, {2, "ALTER TABLE missing ADD COLUMN c"}, {0, NULL}};
static const struct schema broken_three = {3, create_three, broken};

/* A connection on a file of version 1, whatever the current schema is. */
static struct store *open_version_one(void)
{
    struct error error = ERROR_INIT;
    struct store *store = open_or_fail(STORE_WRITE);
    assert_true(store_execute(store, "CREATE TABLE t(a); INSERT INTO t VALUES('one'); PRAGMA user_version=1", &error));
    return store;
}

static void an_older_schema_is_taken_up_step_by_step_after_a_backup(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char backup[160];
    struct store *store = open_version_one();
    assert_true(schema_prepare(store, STORE_WRITE, &three, &error));
    assert_int_equal(number(store, "PRAGMA user_version"), 3);
    assert_int_equal(number(store, "SELECT count(*) FROM t WHERE a='one' AND b='two' AND c='three'"), 1);
    store_close(store);
    snprintf(backup, sizeof backup, "%s.v1.backup", path);
    sqlite3 *copy;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(backup, &copy, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(copy, "SELECT count(*) FROM t WHERE a='one'", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 1);
    sqlite3_finalize(statement);
    sqlite3_close(copy);
}

static void a_migration_that_fails_leaves_the_store_as_it_was(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *store = open_version_one();
    assert_false(schema_prepare(store, STORE_WRITE, &broken_three, &error));
    assert_non_null(strstr(error.text, "as it was before"));
    assert_int_equal(number(store, "PRAGMA user_version"), 1);
    assert_int_equal(number(store, "SELECT count(*) FROM pragma_table_info('t')"), 1);
    store_close(store);
}

static void statements_are_prepared_once_and_come_back_reset(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *store = open_or_fail(STORE_WRITE);
    sqlite3_stmt *first = store_statement(store, "SELECT ?1", &error);
    assert_non_null(first);
    sqlite3_bind_int(first, 1, 7);
    assert_int_equal(sqlite3_step(first), SQLITE_ROW);
    char same[] = "SELECT ?1";
    assert_ptr_equal(store_statement(store, same, &error), first);
    assert_int_equal(sqlite3_step(first), SQLITE_ROW);
    assert_int_equal(sqlite3_column_type(first, 0), SQLITE_NULL);
    store_close(store);
}

static void undoing_a_savepoint_leaves_its_neighbours(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *store = open_or_fail(STORE_WRITE);
    static const char *const values[] = {"1", "2", "3"};
    assert_true(store_execute(store, "CREATE TABLE t(a)", &error));
    assert_true(store_begin(store, &error));
    for (int i = 0; i < 3; i++) {
        char sql[60];
        snprintf(sql, sizeof sql, "INSERT INTO t VALUES(%s)", values[i]);
        assert_true(store_savepoint(store, &error));
        assert_true(store_execute(store, sql, &error));
        assert_true(i == 1 ? store_rollback_to(store, &error) : store_release(store, &error));
    }
    assert_true(store_commit(store, &error));
    assert_int_equal(number(store, "SELECT sum(a) FROM t"), 4);
    store_close(store);
}

static void a_file_that_cannot_grow_is_named_and_what_was_committed_stays(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct rlimit before, small;
    struct store *store = open_or_fail(STORE_WRITE);
    assert_true(store_execute(store, "CREATE TABLE t(a)", &error));
    assert_true(store_execute(store, "INSERT INTO t VALUES('kept')", &error));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 256 * 1024;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_true(store_begin(store, &error));
    bool ok = store_execute(store, "INSERT INTO t VALUES(zeroblob(2000000))", &error) && store_commit(store, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(ok);
    assert_true(store_failed_on_storage(store));
    if (!strstr(error.text, "is full") && !strstr(error.text, "limit on the size of files"))
        fail_msg("%s", error.text);
    store_rollback(store);
    assert_int_equal(number(store, "SELECT count(*) FROM t"), 1);
    assert_true(store_execute(store, "INSERT INTO t VALUES('later')", &error));
    store_close(store);
}

static void a_state_directory_is_made_private(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct stat status;
    char nested[128], lock[160];
    snprintf(nested, sizeof nested, "%s/a/b", directory);
    assert_true(state_prepare(nested, &error));
    assert_int_equal(stat(nested, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_true(state_free_bytes(nested) > 0);
    snprintf(lock, sizeof lock, "%s/lock", nested);
    unlink(lock);
    rmdir(nested);
    nested[strlen(nested) - 2] = '\0';
    rmdir(nested);
}

static void a_file_in_place_of_the_state_directory_is_named(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_false(state_prepare(path, &error));
    assert_non_null(strstr(error.text, path));
}

static void a_second_holder_is_told_who_holds_the_lock(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char pid[32];
    struct state_lock *lock = state_lock(directory, &error);
    assert_non_null(lock);
    assert_null(state_lock(directory, &error));
    snprintf(pid, sizeof pid, "process %ld;", (long)getpid());
    assert_non_null(strstr(error.text, pid));
    state_unlock(lock);
    lock = state_lock(directory, &error);
    assert_non_null(lock);
    state_unlock(lock);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_new_store_is_durable_and_has_the_current_schema),
        T(reading_where_there_is_no_store_says_so),
        T(a_reading_connection_cannot_write),
        T(what_is_asked_together_is_of_one_state_for_a_bounded_time),
        T(keys_are_found_in_order_behind_a_key),
        T(a_newer_schema_is_refused),
        T(another_programs_database_is_refused),
        T(a_file_that_is_no_database_is_refused),
        T(an_older_schema_is_taken_up_step_by_step_after_a_backup),
        T(a_migration_that_fails_leaves_the_store_as_it_was),
        T(statements_are_prepared_once_and_come_back_reset),
        T(undoing_a_savepoint_leaves_its_neighbours),
        T(a_file_that_cannot_grow_is_named_and_what_was_committed_stays),
        T(a_state_directory_is_made_private),
        T(a_file_in_place_of_the_state_directory_is_named),
        T(a_second_holder_is_told_who_holds_the_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
