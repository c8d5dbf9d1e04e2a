#include "lib/gdelt/unzip.h"

#include <zip.h>

static bool read_file(struct buffer *out, zip_t *archive, size_t limit, struct error *error)
{
    char chunk[64 * 1024];
    zip_file_t *file = zip_fopen_index(archive, 0, 0);
    if (!file)
        return error_set(error, ERROR_INPUT, "a broken ZIP archive: %s", zip_strerror(archive));
    zip_int64_t got;
    bool is_good = true;
    while (is_good && (got = zip_fread(file, chunk, sizeof chunk)) > 0) {
        buffer_append(out, chunk, (size_t)got);
        if (out->size > limit)
            is_good = error_set(error, ERROR_LIMIT, "more than %zu bytes when unpacked", limit);
        else if (out->failed)
            is_good = error_set(error, ERROR_MEMORY, "no memory to unpack it");
    }
    if (is_good && got < 0)
        is_good = error_set(error, ERROR_INPUT, "a broken ZIP archive: %s", zip_file_strerror(file));
    zip_fclose(file);
    return is_good;
}

bool unzip_first(struct buffer *out, const char *bytes, size_t size, size_t limit, struct error *error)
{
    zip_error_t problem;
    zip_error_init(&problem);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &problem);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &problem) : NULL;
    bool is_good = archive ? read_file(out, archive, limit, error)
                           : error_set(error, ERROR_INPUT, "no ZIP archive: %s", zip_error_strerror(&problem));
    if (archive)
        zip_discard(archive);
    else if (source)
        zip_source_free(source);
    zip_error_fini(&problem);
    return is_good;
}
