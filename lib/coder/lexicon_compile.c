#include "lib/coder/lexicon_compile.h"

#include "lib/base/locate.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_same_folder(const char *a, const char *b)
{
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool lexicon_compile_read(struct lexicon_source *source, const char *base, const char *const *folders, size_t count,
                          struct error *error)
{
    for (size_t i = 0; base && i < count; i++)
        if (is_same_folder(base, folders[i]))
            base = NULL;
    if (base && !lexicon_source_read_folder(source, base, error))
        return false;
    source->trusted = base && count ? source->layer : 0;
    for (size_t i = 0; i < count; i++)
        if (!lexicon_source_read_folder(source, folders[i], error))
            return false;
    return true;
}

struct lexicon *lexicon_compile_source(struct lexicon_source *source, struct buffer *image, struct error *error)
{
    struct error build_error = ERROR_INIT;
    bool built = lexicon_build(source, image, &build_error);
    if (!built && build_error.kind == ERROR_MEMORY) {
        *error = build_error;
        return NULL;
    }
    /* Problems of the build do not keep the rest from being looked at: an editor wants to see them all. */
    struct buffer copy = BUFFER_INIT;
    buffer_append(&copy, image->bytes, image->size);
    struct lexicon *lexicon = lexicon_open_image(&copy, error);
    if (lexicon && lexicon_check(source, lexicon, error) &&
        (!source->problems.errors || lexicon_build_refuse(source, error)))
        return lexicon;
    lexicon_close(lexicon);
    return NULL;
}

/* Under another name first, so that nobody maps a half. */
static bool write_whole(const char *path, const struct buffer *image, struct error *error)
{
    char fresh[PATH_MAX];
    if (snprintf(fresh, sizeof fresh, "%s.XXXXXX", path) >= (int)sizeof fresh)
        return error_set(error, ERROR_LIMIT, "%s: the path is too long", path);
    int file = mkostemp(fresh, O_CLOEXEC);
    if (file < 0)
        return error_set_errno(error, errno, "%s: cannot create", fresh);
    bool good = true;
    for (size_t done = 0; good && done < image->size;) {
        ssize_t wrote = write(file, image->bytes + done, image->size - done);
        good = wrote > 0 || (wrote < 0 && errno == EINTR);
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    good = good && fsync(file) == 0;
    good = close(file) == 0 && good;
    if (good && rename(fresh, path) == 0)
        return true;
    error_set_errno(error, errno, "%s: cannot write", path);
    unlink(fresh);
    return false;
}

static int is_image(const struct dirent *row)
{
    size_t size = strlen(row->d_name);
    return size == strlen("lexicon-.bin") + 32 && !strncmp(row->d_name, "lexicon-", 8) &&
           !strcmp(row->d_name + size - 4, ".bin");
}

/* Images of texts that are no more; whoever has one mapped keeps it. */
static void remove_others(const char *cache_folder, const char *path)
{
    struct dirent **rows = NULL;
    int count = scandir(cache_folder, &rows, is_image, alphasort);
    for (int i = 0; i < count; i++) {
        char other[PATH_MAX];
        if (snprintf(other, sizeof other, "%s/%s", cache_folder, rows[i]->d_name) < (int)sizeof other &&
            strcmp(other, path) != 0)
            unlink(other);
        free(rows[i]);
    }
    free(rows);
}

static struct lexicon *compile_cached(struct lexicon_source *source, const char *cache_folder, struct error *error)
{
    char path[PATH_MAX], stamp[33];
    lexicon_source_stamp(source, stamp);
    if (snprintf(path, sizeof path, "%s/lexicon-%s.bin", cache_folder, stamp) >= (int)sizeof path) {
        error_set(error, ERROR_LIMIT, "%s: the path is too long", cache_folder);
        return NULL;
    }
    struct error unusable = ERROR_INIT;
    struct lexicon *lexicon = access(path, R_OK) == 0 ? lexicon_open(path, &unusable) : NULL;
    if (lexicon && strcmp(lexicon_stamp(lexicon), stamp) == 0)
        return lexicon;
    if (lexicon)
        lexicon_close(lexicon);
    struct buffer image = BUFFER_INIT;
    lexicon = lexicon_compile_source(source, &image, error);
    if (lexicon) {
        /* What is mapped can be dropped and shared by the kernel, what is allocated cannot. */
        lexicon_close(lexicon);
        lexicon = write_whole(path, &image, error) ? lexicon_open(path, error) : NULL;
        remove_others(cache_folder, path);
    }
    buffer_free(&image);
    return lexicon;
}

struct lexicon *lexicon_compile(const char *base, const char *const *folders, size_t count, const char *cache_folder,
                                struct error *error)
{
    struct lexicon_source source;
    struct lexicon *lexicon = NULL;
    struct buffer image = BUFFER_INIT;
    if (!lexicon_source_begin(&source)) {
        error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        return NULL;
    }
    if (lexicon_compile_read(&source, base, folders, count, error))
        lexicon = cache_folder ? compile_cached(&source, cache_folder, error)
                               : lexicon_compile_source(&source, &image, error);
    buffer_free(&image);
    lexicon_source_end(&source);
    return lexicon;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

struct lexicon *lexicon_open_given(const void *inside, const char *const *given, size_t count, const char *cache_folder,
                                   struct error *error)
{
    char path[PATH_MAX];
    if (count == 1 && !is_folder(given[0]))
        return lexicon_open(given[0], error);
    for (size_t i = 0; i < count; i++)
        if (!is_folder(given[i])) {
            error_set(error, ERROR_CONFIG,
                      "lexicon: %s is no folder; name folders of words, or one compiled file and nothing else",
                      given[i]);
            return NULL;
        }
    if (!locate_data(inside, count ? "lexicon" : "lexicon.bin", path, sizeof path, error))
        return NULL;
    return count ? lexicon_compile(path, given, count, cache_folder, error) : lexicon_open(path, error);
}
