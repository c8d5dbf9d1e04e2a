/* Rates: any bytes are read or refused at a line within them, and what was read gives finite factors above 0. */
#include "core/watch/rates.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const currencies[] = {"USD", "EUR", "KRW", "XXX"};
    struct csv_error error;
    struct rates_quote quote;
    struct rates *rates = rates_read((const char *)data, size, &error);
    if (!rates && (!error.text[0] || error.line < 1 || error.column < 1))
        abort();
    for (int i = 0; rates && i < 16; i++)
        if (rates_find(rates, currencies[i / 4], currencies[i % 4], 19000 + i, &quote) ? quote.factor < 0 : !quote.why)
            abort();
    rates_destroy(rates);
    return 0;
}
