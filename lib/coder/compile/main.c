/* entente-lexicon-compile: makes the compiled lexicon at build time.
 *
 * usage: entente-lexicon-compile OUTPUT FOLDER... */
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_build.h"

#include <stdio.h>
#include <string.h>

static bool write_file(const char *path, const struct buffer *bytes)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool good = fwrite(bytes->bytes, 1, bytes->size, file) == bytes->size;
    return !fclose(file) && good;
}

static void tell(struct lexicon_source *source, const struct error *error)
{
    struct buffer text = BUFFER_INIT;
    lexicon_problems_print(&source->problems, &text);
    fprintf(stderr, "%s\n", text.size ? text.bytes : error->text);
    buffer_free(&text);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: entente-lexicon-compile OUTPUT FOLDER...\n", stderr);
        return 2;
    }
    struct lexicon_source source;
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool good = lexicon_source_begin(&source);
    for (int i = 2; good && i < argc; i++)
        good = lexicon_source_read_folder(&source, argv[i], &error);
    good = good && lexicon_build(&source, &image, &error);
    if (!good)
        tell(&source, &error);
    else if (!write_file(argv[1], &image)) {
        perror(argv[1]);
        good = false;
    }
    /* What only the coder can judge: frames of unknown types or roles, or with two readings. */
    struct coder *coder = good ? coder_open(argv[1], &error) : NULL;
    if (good && !coder) {
        fprintf(stderr, "%s\n", error.text);
        remove(argv[1]);
        good = false;
    }
    coder_close(coder);
    buffer_free(&image);
    lexicon_source_end(&source);
    return good ? 0 : 1;
}
