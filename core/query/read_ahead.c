#include "core/query/read_ahead.h"

#include "core/query/query_private.h"
#include "core/store/columns.h"

bool query_read_ahead(struct query *query, int64_t most, bool (*goes_on)(void *context), void *context, int64_t *bytes,
                      struct error *error)
{
    int64_t blocks = 0;
    *bytes = 0;
    if (!columns_blocks(query->columns, &blocks, error))
        return false;
    for (int64_t step = 0; step < 2 * blocks && *bytes < most && goes_on(context); step++) {
        bool of_texts = step >= blocks;
        int64_t block = (of_texts ? 2 : 1) * blocks - 1 - step; /* the latest first */
        if (!store_columns_touch(query->store, block, of_texts, bytes, error))
            return false;
    }
    return true;
}
