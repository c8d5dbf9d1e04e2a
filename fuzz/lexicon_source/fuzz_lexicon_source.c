/* Lexicon sources: two layers of text, apart by a NUL, through everything that a user's words go through: reading,
 * layering, compiling, checking, looking up. Problems must have places within the text. */
#include "lib/coder/lexicon_compile.h"
#include "lib/coder/lexicon_look.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct lexicon_source *source, size_t size)
{
    for (size_t i = 0; i < source->problems.count; i++) {
        const struct lexicon_problem *problem = &source->problems.rows[i];
        if (!problem->place.file || problem->place.line == 0 || problem->place.line > size + 1 ||
            problem->place.column == 0 || problem->place.column > size + 1 || !problem->text)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const uint8_t *cut = memchr(data, 0, size);
    size_t first = cut ? (size_t)(cut - data) : size;
    struct lexicon_source source;
    struct lexicon_look look;
    struct buffer image = BUFFER_INIT, printed = BUFFER_INIT;
    struct error error = ERROR_INIT;
    if (!lexicon_source_begin(&source))
        return 0;
    bool read = lexicon_source_read_text(&source, "below.txt", text, first);
    source.layer++;
    if (read && cut)
        read = lexicon_source_read_text(&source, "above.txt", text + first + 1, size - first - 1);
    if (read) {
        struct lexicon *lexicon = lexicon_compile_source(&source, &image, &error);
        if (lexicon)
            lexicon_close(lexicon);
        check_places(&source, size);
        lexicon_problems_print(&source.problems, &printed);
        if (lexicon_look_up(&source, "sell", 4, &look, &error))
            lexicon_look_end(&look);
    }
    buffer_free(&image);
    buffer_free(&printed);
    lexicon_source_end(&source);
    return 0;
}
