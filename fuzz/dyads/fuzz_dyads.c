/* Known dyads: any bytes are read or refused at a line within them, and each pair that was read is of two parties. */
#include "core/watch/known_dyads.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_error error;
    struct known_dyads *dyads = known_dyads_read((const char *)data, size, &error);
    if (!dyads && (!error.text[0] || error.line < 1 || error.column < 1))
        abort();
    for (size_t i = 0; dyads && i < known_dyads_count(dyads); i++) {
        const struct known_dyad *row = known_dyads_at(dyads, i);
        if (!*row->left || !*row->right || strcmp(row->left, row->right) == 0)
            abort();
    }
    known_dyads_destroy(dyads);
    return 0;
}
