#include "core/query/read_ahead.h"

#include "core/query/query_private.h"
#include "core/store/columns.h"

bool query_learn(struct query *query, struct error *error)
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
    *bytes = 0;
    if (!columns_blocks(query->columns, &blocks, error))
        return false;
    for (int texts = 0; texts < 2; texts++)
        for (int64_t block = blocks - 1; block >= 0 && *bytes < most; block--)
            if (!goes_on(context))
                return true;
            else if (!store_columns_touch(query->store, block, texts != 0, bytes, error))
                return false;
    return true;
}
