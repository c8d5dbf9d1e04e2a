/* What the desk reads from quotes: whatever one holds, the paper that is found lies within it. */
#include "core/desk/another.h"
#include "core/desk/papers.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct feature_paper *paper, size_t size)
{
    if (paper->kind != PAPER_NONE && (paper->size == 0 || (size_t)paper->start + paper->size > size))
        abort();
    if (paper->kind != PAPER_NONE && paper->date_low > paper->date_high)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *quote = malloc(size + 1);
    if (!quote)
        return 0;
    memcpy(quote, data, size);
    quote[size] = '\0';
    struct feature_paper paper = {.kind = PAPER_NONE}, basis = {.kind = PAPER_NONE};
    papers_read(quote, 17777, &paper, &basis);
    check(&paper, strlen(quote));
    check(&basis, strlen(quote));
    another_read(quote);
    another_rest_read(quote);
    free(quote);
    return 0;
}
