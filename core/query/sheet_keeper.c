#include "core/query/sheet_keeper.h"

#include "core/query/query_private.h"
#include "core/query/sheets.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4200 };
#define FREE_LEAST (INT64_C(1) << 30)

struct writing {
    struct store *store;
    struct error *error;
    int descriptor;
    unsigned block; /* within the sheet */
    struct sheet_head *head;
    struct buffer columns[COLUMN_FAMILIES_MAX]; /* of all its blocks: a family's lie together */
    bool failed;    /* with the error filled */
};

static bool fail_write(struct error *error, const char *path)
{
    return error_set(error, ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
}

static bool write_at(int descriptor, const void *bytes, size_t size, uint64_t at)
{
    const unsigned char *from = bytes;
    while (size > 0) {
        ssize_t put = pwrite(descriptor, from, size, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        at += (uint64_t)put;
        size -= (size_t)put;
    }
    return true;
}

/* ---- a block's part ---- */

static bool take_column(void *context, unsigned family, const void *bytes, size_t size)
{
    struct writing *writing = context;
    struct buffer *column = &writing->columns[family];
    /* Where it stands among those of its family; where these stand is known at the end. */
    writing->head->pieces[family][writing->block] =
        (struct sheet_piece){.at = column->size + 1, .size = (uint32_t)size, .check = sheet_check(bytes, size)};
    buffer_append(column, bytes, size);
    writing->failed = column->failed;
    return !writing->failed || error_set(writing->error, ERROR_MEMORY, "out of memory for copies of columns");
}

static bool take_row(void *context, unsigned bit, const void *bytes, size_t size)
{
    struct writing *writing = context;
    uint64_t at = SHEET_TEXTS_AT + ((uint64_t)bit * SHEET_BLOCKS + writing->block) * TEXT_BIT_BYTES;
    writing->failed = size != TEXT_BIT_BYTES || !write_at(writing->descriptor, bytes, size, at);
    return !writing->failed || fail_write(writing->error, "a sheet's texts");
}

/* As the store has it in one transaction. */
static bool take_block(struct writing *writing, int64_t block, struct error *error)
{
    int64_t stamp;
    if (!store_snapshot_begin(writing->store, error))
        return false;
    bool ok = store_column_stamp(writing->store, block, &stamp, error) &&
              (stamp == 0 || (store_columns_each(writing->store, block, false, take_column, writing, error) &&
                              store_columns_each(writing->store, block, true, take_row, writing, error)));
    store_snapshot_end(writing->store);
    writing->head->stamps[writing->block] = ok ? stamp : 0;
    return ok;
}

/* ---- the file ---- */

static bool write_columns(const struct writing *writing)
{
    struct sheet_head *head = writing->head;
    for (int family = 0; family < COLUMN_FAMILIES_MAX; family++) {
        const struct buffer *column = &writing->columns[family];
        if (column->size && !write_at(writing->descriptor, column->bytes, column->size, head->size))
            return false;
        for (int block = 0; block < SHEET_BLOCKS; block++)
            if (head->pieces[family][block].at)
                head->pieces[family][block].at += head->size - 1;
        head->size += column->size;
    }
    head->check = sheet_head_check(head);
    return ftruncate(writing->descriptor, (off_t)head->size) == 0 &&
           write_at(writing->descriptor, head, sizeof *head, 0) && fsync(writing->descriptor) == 0;
}

/* False with `error` empty where `goes_on` said no. */
static bool fill(struct writing *writing, int64_t number, const char *path, bool (*goes_on)(void *context), void *context)
{
    for (writing->block = 0; writing->block < SHEET_BLOCKS; writing->block++)
        if (!goes_on(context) || !take_block(writing, number * SHEET_BLOCKS + writing->block, writing->error))
            return false;
    return write_columns(writing) || fail_write(writing->error, path);
}

bool query_write_sheet(struct query *query, int64_t number, bool (*goes_on)(void *context), void *context,
                       struct error *error)
{
    struct sheets *sheets = columns_sheets(query->columns);
    char path[PATH_SIZE], beside[PATH_SIZE + 8];
    struct writing writing = {.store = query->store, .error = error, .head = malloc(sizeof *writing.head)};
    if (!writing.head)
        return error_set(error, ERROR_MEMORY, "out of memory for copies of columns");
    sheet_head_begin(writing.head, number);
    sheets_path(sheets, number, path, sizeof path);
    snprintf(beside, sizeof beside, "%s.new", path);
    if (mkdir(sheets_folder(sheets), 0700) != 0 && errno != EEXIST) {
        free(writing.head);
        return fail_write(error, sheets_folder(sheets));
    }
    writing.descriptor = open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = writing.descriptor >= 0 || fail_write(error, beside);
    ok = ok && fill(&writing, number, beside, goes_on, context);
    if (writing.descriptor >= 0)
        close(writing.descriptor);
    if (ok && rename(beside, path) != 0)
        ok = fail_write(error, path);
    if (!ok)
        unlink(beside);
    for (int family = 0; family < COLUMN_FAMILIES_MAX; family++)
        buffer_free(&writing.columns[family]);
    free(writing.head);
    sheets_refresh(sheets);
    return ok;
}

/* ---- which ---- */

/* *is_new: there is none yet. */
static bool is_due(struct query *query, struct sheets *sheets, int64_t number, bool *is_new, bool *wants,
                   struct error *error)
{
    int64_t stamps[SHEET_BLOCKS];
    if (!store_column_stamps(query->store, number * SHEET_BLOCKS, SHEET_BLOCKS, stamps, error))
        return false;
    const struct sheet_head *head = sheets_head(sheets, number);
    int lost = 0;
    for (int block = 0; block < SHEET_BLOCKS; block++)
        lost += stamps[block] != 0 && (!head || head->stamps[block] != stamps[block]);
    *is_new = !head;
    *wants = lost >= SHEET_STALE_BLOCKS;
    return true;
}

static bool has_room(const struct sheets *sheets)
{
    char above[PATH_SIZE];
    snprintf(above, sizeof above, "%s", sheets_folder(sheets));
    char *slash = strrchr(above, '/');
    if (slash)
        slash[1] = '\0';
    return state_free_bytes(slash ? above : ".") >= FREE_LEAST;
}

/* An archive that was replaced by a smaller one leaves sheets behind. */
static void remove_beyond(struct sheets *sheets, int64_t number)
{
    char path[PATH_SIZE];
    do
        sheets_path(sheets, ++number, path, sizeof path);
    while (unlink(path) == 0);
}

bool query_keep_sheets(struct query *query, bool (*goes_on)(void *context), void *context, int64_t *written,
                       struct error *error)
{
    int64_t blocks;
    bool has_renewed = false;
    struct sheets *sheets = columns_sheets(query->columns);
    *written = 0;
    if (!columns_blocks(query->columns, &blocks, error))
        return false;
    remove_beyond(sheets, (blocks - 1) / SHEET_BLOCKS);
    for (int64_t number = (blocks - 1) / SHEET_BLOCKS; number >= 0 && goes_on(context); number--) {
        bool is_new, wants;
        if (!is_due(query, sheets, number, &is_new, &wants, error))
            return false;
        if (!wants || (!is_new && has_renewed) || !has_room(sheets))
            continue;
        if (!query_write_sheet(query, number, goes_on, context, error))
            return error->kind == ERROR_NONE;
        has_renewed = has_renewed || !is_new;
        ++*written;
    }
    return true;
}
