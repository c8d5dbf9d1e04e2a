/* Sheets are copies: whoever counts gets what the store says, whatever became of them; and where they are good, they are what is
 * read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/query/archive.h"
#include "core/query/counts.h"
#include "core/query/fold.h"
#include "core/query/read_ahead.h"
#include "core/query/sheet_keeper.h"
#include "core/query/sheets.h"
#include "core/store/events.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/base/buffer.h"
#include "tests/core/query/sample_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCKS = 5, EVENTS = BLOCKS * COLUMN_BLOCK_EVENTS - 700 };

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("%s", error.text);                                                                                \
    } while (0)

static char state_dir[100], sheet_path[200];
static struct store *store;
static struct fold *fold;

static bool always(void *context)
{
    (void)context;
    return true;
}

static bool some_times(void *context)
{
    return (*(int *)context)-- > 0;
}

static int setup(void **state)
{
    struct error error = ERROR_INIT;
    char path[200];
    (void)state;
    snprintf(state_dir, sizeof state_dir, "/tmp/entente-sheets-XXXXXX");
    assert_non_null(mkdtemp(state_dir));
    snprintf(path, sizeof path, "%s/%s", state_dir, STORE_FILE_NAME);
    snprintf(sheet_path, sizeof sheet_path, "%s/columns/000000.sheet", state_dir);
    store = store_open(path, STORE_WRITE, &error);
    CHECK(store);
    fold = fold_create();
    CHECK(archive_fill(store, 1, EVENTS, false, fold_run, fold, &error));
    CHECK(store_begin(store, &error));
    for (int64_t block = 0; block < BLOCKS; block++)
        CHECK(fold_block(fold, store, block, &error));
    CHECK(store_commit(store, &error));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fold_destroy(fold);
    store_close(store);
    sample_store_remove(state_dir);
    return 0;
}

/* ---- what is asked ---- */

static bool put_facet(void *context, const struct query_facet_row *row)
{
    buffer_printf(context, "%s %s %lld\n", query_facet_name(row->facet), row->value, (long long)row->count);
    return true;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Equals come in the order of their numbers, which columns that are made anew number anew. Frees the text. */
static char *sorted(char *text)
{
    static char *lines[200000];
    size_t count = 0;
    struct buffer out = BUFFER_INIT;
    for (char *line = strtok(text, "\n"); line && count < sizeof lines / sizeof *lines; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, by_text);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%s\n", lines[i]);
    free(text);
    return buffer_take(&out, NULL);
}

/* Tallies, columns, dyads and texts, by a connection that knows of no sheet yet. */
static char *ask(void)
{
    struct error error = ERROR_INIT;
    struct buffer answer = BUFFER_INIT;
    struct query_totals totals;
    struct query *query = query_open(state_dir, &error);
    CHECK(query);
    for (int i = 0; i < 3; i++) {
        struct query_filter filter = QUERY_FILTER_INIT;
        filter.types = i == 1 ? "exercise" : NULL;
        filter.text = i == 2 ? "ration" : NULL;
        CHECK(query_facets(query, &filter, (1u << QUERY_FACET_COUNT) - 1, 0, 0, put_facet, &answer, &totals, &error));
        assert_true(totals.events > 0 && totals.events <= EVENTS);
        buffer_printf(&answer, "= %lld\n", (long long)totals.events);
    }
    query_close(query);
    assert_false(answer.failed);
    return sorted(buffer_take(&answer, NULL));
}

static void assert_answers(char *wanted)
{
    char *got = ask();
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
}

static void write_sheet(void)
{
    struct error error = ERROR_INIT;
    struct query *query = query_open(state_dir, &error);
    CHECK(query);
    CHECK(query_write_sheet(query, 0, always, NULL, &error));
    query_close(query);
}

static int64_t keep(bool (*goes_on)(void *context), void *context)
{
    struct error error = ERROR_INIT;
    int64_t written;
    struct query *query = query_open(state_dir, &error);
    CHECK(query);
    CHECK(query_keep_sheets(query, goes_on, context, &written, &error));
    query_close(query);
    return written;
}

/* Changes an event of each of the first blocks and takes it in. */
static void change_blocks(int64_t count, int64_t revision)
{
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    for (int64_t block = 0; block < count; block++) {
        struct ent_record *event = archive_event(block * COLUMN_BLOCK_EVENTS + 7, revision, &error);
        CHECK(event);
        CHECK(store_event_put(store, event->view, EVENT_LIVE, NULL, NULL, 1000 * revision, &error));
        CHECK(fold_block(fold, store, block, &error));
        record_release(event);
    }
    CHECK(store_commit(store, &error));
}

/* ---- tests ---- */

static void a_sheet_is_what_is_read(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char *wanted = ask();
    write_sheet();
    /* What the store has of the same blocks is gone: only the sheet can tell. */
    CHECK(store_begin(store, &error));
    CHECK(store_execute(store, "DELETE FROM column_block; DELETE FROM text_bit", &error));
    char *got;
    CHECK(store_commit(store, &error));
    got = ask();
    CHECK(store_begin(store, &error));
    CHECK(store_columns_reset(store, &error));
    for (int64_t block = 0; block < BLOCKS; block++)
        CHECK(fold_block(fold, store, block, &error));
    CHECK(store_commit(store, &error));
    assert_string_equal(got, wanted);
    free(got);
    assert_answers(wanted); /* and the sheet of before, which no stamp fits any more, is not asked */
}

static void a_block_that_was_written_since_is_read_from_the_store(void **state)
{
    (void)state;
    write_sheet();
    char *before = ask();
    change_blocks(2, 20);
    char *after = ask();
    assert_string_not_equal(after, before);
    free(before);
    assert_int_equal(unlink(sheet_path), 0);
    assert_answers(after);
}

static void flip(off_t at)
{
    unsigned char byte;
    int file = open(sheet_path, O_RDWR | O_CLOEXEC);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static void what_looks_damaged_is_not_used(void **state)
{
    (void)state;
    struct stat status;
    write_sheet();
    assert_int_equal(stat(sheet_path, &status), 0);
    off_t columns = status.st_size - (off_t)SHEET_COLUMNS_AT;
    assert_true(columns > 0);
    /* The head, and all over the columns. */
    for (int i = 0; i < 24; i++) {
        off_t at = i < 4 ? i * 11 : (off_t)SHEET_COLUMNS_AT + columns * (i - 4) / 20;
        char *wanted = ask();
        flip(at);
        assert_answers(wanted);
        flip(at);
    }
    char *wanted = ask();
    assert_int_equal(truncate(sheet_path, status.st_size / 2), 0);
    assert_answers(wanted);
    wanted = ask();
    assert_int_equal(truncate(sheet_path, 0), 0);
    assert_answers(wanted);
}

/* One whose head is right, and whose bytes end while it is open. */
static void a_sheet_that_shrinks_while_it_is_read_ends_nothing(void **state)
{
    (void)state;
    void *data;
    size_t size;
    struct error error = ERROR_INIT;
    int64_t stamp;
    unsigned char bits[TEXT_BIT_BYTES];
    bool found;
    char path[200];
    write_sheet();
    snprintf(path, sizeof path, "%s/%s", state_dir, STORE_FILE_NAME);
    struct sheets *sheets = sheets_create(path);
    CHECK(store_column_stamp(store, 1, &stamp, &error));
    assert_false(sheets_turn_to(sheets, 1, stamp + 2));
    assert_true(sheets_turn_to(sheets, 1, stamp));
    assert_true(sheets_column(sheets, 0, &data, &size));
    assert_true(size > 0);
    free(data);
    assert_int_equal(truncate(sheet_path, SHEET_TEXTS_AT), 0);
    assert_false(sheets_column(sheets, 0, &data, &size));
    assert_false(sheets_text_bit(sheets, 5, bits, &found));
    sheets_refresh(sheets);
    assert_false(sheets_turn_to(sheets, 1, stamp));
    sheets_destroy(sheets);
}

static void sheets_are_written_where_that_is_worth_it(void **state)
{
    (void)state;
    int times = 3;
    struct stat status;
    unlink(sheet_path);
    assert_int_equal(keep(some_times, &times), 0); /* stopped in the midst of it */
    assert_int_not_equal(stat(sheet_path, &status), 0);
    assert_int_equal(keep(always, NULL), 1);
    assert_int_equal(stat(sheet_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(keep(always, NULL), 0);
    change_blocks(SHEET_STALE_BLOCKS - 1, 30);
    assert_int_equal(keep(always, NULL), 0);
    change_blocks(SHEET_STALE_BLOCKS, 31);
    assert_int_equal(keep(always, NULL), 1);
    /* One of a larger archive that was here before goes. */
    char beyond[sizeof sheet_path];
    snprintf(beyond, sizeof beyond, "%s/columns/000001.sheet", state_dir);
    assert_int_equal(link(sheet_path, beyond), 0);
    assert_int_equal(keep(always, NULL), 0);
    assert_int_not_equal(stat(beyond, &status), 0);
    assert_int_equal(stat(sheet_path, &status), 0);
}

static void reading_ahead_takes_the_sheet_and_what_it_lacks(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    int64_t bytes, last;
    struct stat status;
    write_sheet();
    change_blocks(1, 40);
    assert_int_equal(stat(sheet_path, &status), 0);
    CHECK(store_count(store, "SELECT (SELECT sum(length(data)) FROM column_block WHERE id<64) + (SELECT sum(length(bits)) FROM text_bit WHERE id<4096)",
                      &last, &error));
    struct query *query = query_open(state_dir, &error);
    CHECK(query);
    CHECK(query_read_ahead(query, INT64_MAX, always, NULL, &bytes, &error));
    query_close(query);
    assert_int_equal(bytes, status.st_size - SHEET_TEXTS_AT + last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_is_what_is_read),
        cmocka_unit_test(a_block_that_was_written_since_is_read_from_the_store),
        cmocka_unit_test(what_looks_damaged_is_not_used),
        cmocka_unit_test(a_sheet_that_shrinks_while_it_is_read_ends_nothing),
        cmocka_unit_test(sheets_are_written_where_that_is_worth_it),
        cmocka_unit_test(reading_ahead_takes_the_sheet_and_what_it_lacks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
