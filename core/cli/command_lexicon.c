#include "core/cli/command.h"
#include "core/cli/message.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool write_image(const char *path, const struct buffer *image)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool good = fwrite(image->bytes, 1, image->size, file) == image->size;
    return !fclose(file) && good;
}

/* What only the coder can judge: frames with unknown types, roles, or two readings. */
static bool check_frames(const struct buffer *image, struct error *error)
{
    char path[] = "/tmp/entente-lexicon-XXXXXX";
    int file = mkstemp(path);
    if (file < 0)
        return error_set_errno(error, errno, "%s: cannot create", path);
    close(file);
    bool good = write_image(path, image) || error_set_errno(error, errno, "%s: cannot write", path);
    struct coder *coder = good ? coder_open(path, error) : NULL;
    unlink(path);
    coder_close(coder);
    return coder != NULL;
}

static int run_check(const struct command_line *line)
{
    struct lexicon_source source;
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    const char *output = command_value(line, "output");
    bool good = lexicon_source_begin(&source), read = good;
    for (size_t i = 0; read && i < line->argument_count; i++)
        read = lexicon_source_read_folder(&source, line->arguments[i], &error);
    good = read && lexicon_build(&source, &image, &error) && check_frames(&image, &error);
    int status = 0;
    if (!read)
        status = message_failure("%s", error.text);
    else if (!good && source.problem_count) {
        fputs(source.problems.bytes, stdout);
        status = message_problem("%zu problem%s", source.problem_count, source.problem_count == 1 ? "" : "s");
    } else if (!good)
        status = message_problem("%s", error.text);
    else if (output && !write_image(output, &image))
        status = message_failure("%s: %s", output, strerror(errno));
    else
        printf("%zu entries, no problem%s%s\n", source.count, output ? "; compiled to " : "", output ? output : "");
    buffer_free(&image);
    lexicon_source_end(&source);
    return status;
}

static const struct command_option options[] = {
    {"output", 'o', COMMAND_VALUE, "FILE", NULL, NULL,
     "Also write the compiled lexicon, for the coder's `lexicon` option"},
    {.name = NULL},
};

const struct command command_lexicon_check = {
    .name = "lexicon check",
    .summary = "Check lexicon files, and compile them",
    .arguments = "FOLDER...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description = "Reads every .txt file of the folders as one lexicon and prints each problem with its file and "
                   "line: lines that cannot be "
                   "read, forms that stand twice or mean two things, frames that name no type or role of the codebook. "
                   "Several folders are "
                   "layered: name the shipped one and your own.",
    .examples =
        "entente lexicon check data/lexicon\tIs all well?\n"
        "entente lexicon check data/lexicon ~/words -o words.bin\tThe shipped lexicon and your own words, compiled",
    .options = options,
    .run = run_check,
};
