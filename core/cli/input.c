#include "core/cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { INPUT_MAX = 64 << 20 };

static bool read_stream(FILE *stream, const char *name, struct buffer *input, struct error *error)
{
    char chunk[64 * 1024];
    size_t got;
    input->limit = INPUT_MAX;
    while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0) {
        buffer_append(input, chunk, got);
        if (input->failed)
            return error_set(error, ERROR_LIMIT, "%s has more than %d MiB", name, INPUT_MAX >> 20);
    }
    return !ferror(stream) || error_set_errno(error, errno, "cannot read %s", name);
}

bool input_read(const char *path, struct buffer *input, struct error *error)
{
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, "standard input", input, error);
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set_errno(error, errno, "cannot open %s", path);
    bool read = read_stream(stream, path, input, error);
    fclose(stream);
    return read;
}
