/* The coder: the first byte cuts the input into title and body. Whatever the bytes, each quotation must stand where its
 * offsets say. The lexicon is the one of the build tree, named by ENTENTE_LEXICON. */
#include "lib/coder/coder.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct coder *coder;
static struct coder_workspace *workspace;

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    const char *path = getenv("ENTENTE_LEXICON");
    struct error error = ERROR_INIT;
    coder = coder_open(path ? path : "data/lexicon.bin", &error);
    workspace = coder_workspace_create();
    if (!coder || !workspace) {
        fprintf(stderr, "%s\n", error.text);
        exit(2);
    }
    return 0;
}

static void check(const struct coder_article *article, struct record_view event)
{
    struct record_view evidence;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, &evidence); i++) {
        struct text quote;
        int64_t start = record_int(evidence, ENT_EVIDENCE_START, -1), end = record_int(evidence, ENT_EVIDENCE_END, -1);
        bool title = record_text(evidence, ENT_EVIDENCE_IN) != NULL;
        const char *text = title ? article->title : article->body;
        size_t size = title ? article->title_size : article->body_size;
        if (!record_get_str(evidence, ENT_EVIDENCE_QUOTE, 0, &quote) || start < 0 || (size_t)end > size ||
            (size_t)(end - start) != quote.size || memcmp(text + start, quote.bytes, quote.size))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    const char *text = (const char *)data + 1;
    size_t cut = data[0] < size ? data[0] : size - 1;
    struct coder_article article = {.title = text,
                                    .title_size = cut,
                                    .body = text + cut,
                                    .body_size = size - 1 - cut,
                                    .published = data[0] & 1 ? "2024-02-29" : NULL};
    struct coder_result result;
    struct error error = ERROR_INIT;
    if (coder_code(coder, workspace, &article, 0.0, &result, &error))
        for (size_t i = 0; i < result.event_count; i++)
            check(&article, result.events[i]->view);
    return 0;
}
