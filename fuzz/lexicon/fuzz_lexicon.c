/* The compiled lexicon: whatever the bytes, they are refused, or a coder can be opened with them and codes without
 * harm, however little it then makes of it. The input is the image; where it does not begin like one, it is the text of
 * one, so that a seed can be written by hand: it is compiled, and its own bytes change the image. */
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHANGES_AT = 4, CHANGES_MAX = 64 };

static const char text[] =
    "Russia sold 12 Su-30MKI jets to India on 3 May 2024, the minister said. Games of war may not "
    "help the two states; \"it\" signed a $5 million deal with NATO's Gaul & Gaul in Xi'an.";

static void use(struct lexicon *lexicon)
{
    struct error error = ERROR_INIT;
    struct coder *coder = coder_open_lexicon(lexicon, &error);
    struct coder_workspace *workspace = coder ? coder_workspace_create() : NULL;
    struct coder_article article = {.title = text,
                                    .title_size = 60,
                                    .body = text,
                                    .body_size = sizeof text - 1,
                                    .published = "2024-05-05",
                                    .url = "https://example.org/",
                                    .class = "official"};
    struct coder_result result;
    if (workspace && coder_code(coder, workspace, &article, 0.0, &result, &error)) {
        struct buffer out = BUFFER_INIT;
        coder_explain(coder, workspace, false, true, &out);
        buffer_free(&out);
    }
    coder_workspace_destroy(workspace);
    coder_close(coder);
}

/* A tail after a NUL in the text says which bytes of the image to change: groups of four, offset and value. */
static void change(struct buffer *image, const uint8_t *tail, size_t size)
{
    for (size_t i = 0; i + CHANGES_AT <= size && i < CHANGES_MAX * CHANGES_AT; i += CHANGES_AT) {
        size_t at = ((size_t)tail[i] << 16 | (size_t)tail[i + 1] << 8 | tail[i + 2]) % image->size;
        image->bytes[at] = (char)tail[i + 3];
    }
}

static void compile(const uint8_t *data, size_t size, struct buffer *image)
{
    const uint8_t *end = memchr(data, 0, size);
    size_t length = end ? (size_t)(end - data) : size;
    struct lexicon_source source;
    struct error error = ERROR_INIT;
    if (!lexicon_source_begin(&source))
        return;
    if (lexicon_source_read_text(&source, "seed.txt", (const char *)data, length) &&
        lexicon_build(&source, image, &error) && end)
        change(image, end + 1, size - length - 1);
    lexicon_source_end(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    size_t magic = strlen(LEXICON_IMAGE_MAGIC);
    if (size >= magic && !memcmp(data, LEXICON_IMAGE_MAGIC, magic))
        buffer_append(&image, data, size);
    else
        compile(data, size, &image);
    if (!image.size) {
        buffer_free(&image);
        return 0;
    }
    struct lexicon *lexicon = lexicon_open_image(&image, &error);
    if (lexicon)
        use(lexicon);
    return 0;
}
