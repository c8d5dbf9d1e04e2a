/* GDELT's rows, lists and archives. */
#include "lib/gdelt/table.h"
#include "lib/gdelt/unzip.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct gdelt_row row = {.has_published = false};
    struct error error = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    if (gdelt_row_read(&row, GDELT_EVENTS, text, size) && row.url.size < 8)
        abort();
    if (gdelt_row_read(&row, GDELT_GKG, text, size) && row.url.size < 8)
        abort();
    gdelt_row_has_theme(&row, "MILITARY");
    gdelt_row_clear(&row);
    gdelt_list_find(text, size, GDELT_GKG);
    unzip_first(&out, text, size, 65536, &error);
    buffer_free(&out);
    return 0;
}
