#include "core/desk/houses.h"

#include "core/desk/merge.h"
#include "core/desk/placing.h"
#include "core/desk/publishers_text.h"
#include "core/desk/revising.h"
#include "core/store/kv.h"
#include "core/store/progress.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <string.h>

enum { ROWS_A_RUN = 100 };

static const char owner[] = "desk";
static const char lines_key[] = "publishers", digest_key[] = "publishers.digest";
static const char refresh_processor[] = "desk.refresh"; /* its cursor counts desk rows; 0: nothing is to be done */

static bool get(struct store *store, const char *key, struct buffer *value, struct error *error)
{
    bool found;
    return store_kv_get(store, owner, key, strlen(key), value, &found, error);
}

static bool put(struct store *store, const char *key, const char *value, struct error *error)
{
    return store_kv_put(store, owner, key, strlen(key), value, strlen(value), error);
}

/* Keeps the lines, and has all sources looked at where they differ from those that were used before. */
static bool keep(struct store *store, const char *own, struct error *error)
{
    char digest[DIGEST_HEX_SIZE];
    struct buffer before = BUFFER_INIT;
    digest_texts(digest, publishers_text, own, NULL);
    bool ok = get(store, digest_key, &before, error);
    if (ok && strcmp(before.bytes ? before.bytes : "", digest) != 0)
        ok = put(store, lines_key, own, error) && put(store, digest_key, digest, error) &&
             store_cursor_put(store, refresh_processor, 1, error);
    buffer_free(&before);
    return ok;
}

struct publishers *houses_load(struct store *store, const char *own, struct error *error)
{
    struct publishers *publishers = publishers_create();
    struct buffer stored = BUFFER_INIT;
    bool ok = publishers || error_set(error, ERROR_MEMORY, "no memory for the table of publishers");
    if (ok && own)
        ok = keep(store, own, error);
    else if (ok)
        ok = get(store, lines_key, &stored, error);
    const char *lines = own ? own : stored.bytes ? stored.bytes : "";
    ok = ok && publishers_read(publishers, lines, strlen(lines), "the table of publishers", error);
    buffer_free(&stored);
    if (ok)
        return publishers;
    publishers_destroy(publishers);
    return NULL;
}

/* ---- looking again ---- */

struct refreshing {
    struct members *members;
    struct store *store;
    const struct publishers *publishers;
    struct placing placing;
    struct error *error;
    int64_t rows[ROWS_A_RUN];
    size_t count;
};

static bool add_row(void *context, int64_t row)
{
    struct refreshing *refreshing = context;
    refreshing->rows[refreshing->count++] = row;
    return refreshing->count < ROWS_A_RUN;
}

static bool refresh_row(struct refreshing *refreshing, int64_t number)
{
    struct error failure = ERROR_INIT;
    struct member *member = members_get(refreshing->members, refreshing->store, number, &failure);
    if (!member) {
        if (failure.kind != ERROR_NONE)
            *refreshing->error = failure;
        return failure.kind == ERROR_NONE;
    }
    struct ent_record *source =
        merge_source_again(member->at.source, refreshing->publishers, refreshing->error);
    bool ok = source != NULL;
    if (ok && (source->view.size != member->at.source.size ||
               memcmp(source->view.bytes, member->at.source.bytes, source->view.size) != 0)) {
        struct cluster_row row = member->at;
        row.source = source->view;
        ok = members_put(refreshing->members, refreshing->store, &row, refreshing->error) &&
             placing_touch(&refreshing->placing, member->at.root, refreshing->error);
    }
    record_release(source);
    return ok;
}

bool houses_refresh(struct members *members, struct store *store, const struct publishers *publishers, int64_t now,
                    bool *more, struct error *error)
{
    int64_t cursor;
    bool found;
    *more = false;
    if (!store_cursor(store, refresh_processor, &cursor, &found, error))
        return false;
    if (cursor == 0)
        return true;
    struct refreshing refreshing = {.members = members, .store = store, .publishers = publishers, .error = error};
    placing_begin(&refreshing.placing, members, store);
    bool ok = store_cluster_after(store, cursor - 1, ROWS_A_RUN, add_row, &refreshing, error);
    for (size_t i = 0; ok && i < refreshing.count; i++)
        ok = refresh_row(&refreshing, refreshing.rows[i]);
    ok = ok && revise_events(&refreshing.placing, "publishers", "recode", now, error);
    placing_end(&refreshing.placing);
    *more = refreshing.count == ROWS_A_RUN;
    return ok && store_cursor_put(store, refresh_processor,
                                  *more ? refreshing.rows[refreshing.count - 1] + 1 : 0, error);
}
