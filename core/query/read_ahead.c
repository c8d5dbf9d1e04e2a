#include "core/query/read_ahead.h"

#include "core/query/query_private.h"
#include "core/query/sheets.h"
#include "core/store/columns.h"

/* Of a block whose sheet is a copy of it the store's own bytes are not wanted. */
static bool touch_block(struct query *query, const struct sheet_head *head, int64_t block, bool of_texts, int64_t *bytes,
                        struct error *error)
{
    int64_t stamp;
    if (!store_column_stamp(query->store, block, &stamp, error))
        return false;
    return (stamp && head && head->stamps[block % SHEET_BLOCKS] == stamp) ||
           store_columns_touch(query->store, block, of_texts, bytes, error);
}

/* Without the words of the values no column tells anything: they come first. */
static bool read_values(struct query *query, struct error *error)
{
    for (int family = 0; family < FAMILY_COUNT; family++)
        if (!columns_learn(query->columns, (enum column_family)family, error))
            return false;
    return true;
}

bool query_read_ahead(struct query *query, int64_t most, bool (*goes_on)(void *context), void *context, int64_t *bytes,
                      struct error *error)
{
    int64_t blocks = 0;
    struct sheets *sheets = columns_sheets(query->columns);
    *bytes = 0;
    if (!columns_blocks(query->columns, &blocks, error) || (most > 0 && !read_values(query, error)))
        return false;
    for (int64_t step = 0; step < 2 * blocks && *bytes < most && goes_on(context); step++) {
        bool of_texts = step >= blocks;
        int64_t block = (of_texts ? 2 : 1) * blocks - 1 - step; /* the latest first */
        const struct sheet_head *head = sheets_head(sheets, block / SHEET_BLOCKS);
        if (head && (block % SHEET_BLOCKS == SHEET_BLOCKS - 1 || block == blocks - 1))
            sheets_touch(sheets, block / SHEET_BLOCKS, of_texts, goes_on, context, bytes);
        if (!touch_block(query, head, block, of_texts, bytes, error))
            return false;
    }
    return true;
}
