#include "core/cli/lexicon_folders.h"

#include "lib/base/locate.h"
#include "lib/coder/lexicon_compile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDERS_MAX = 32 };

bool lexicon_folders_base(char path[PATH_MAX], struct error *error)
{
    return locate_data((const void *)(size_t)&lexicon_folders_base, "lexicon", path, PATH_MAX, error);
}

bool lexicon_folders_read(struct lexicon_source *source, const char *const *folders, size_t count, bool alone,
                          struct error *error)
{
    char base[PATH_MAX];
    if (!alone && !lexicon_folders_base(base, error))
        return false;
    return lexicon_compile_read(source, alone ? NULL : base, folders, count, error);
}

static struct lexicon *open_folders(char *given, struct error *error)
{
    const char *folders[FOLDERS_MAX];
    size_t count = 0;
    char base[PATH_MAX], *rest = NULL;
    for (char *word = strtok_r(given, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        if (count == FOLDERS_MAX) {
            error_set(error, ERROR_LIMIT, "more than %d lexicon folders", FOLDERS_MAX);
            return NULL;
        }
        folders[count++] = word;
    }
    if (!lexicon_folders_base(base, error))
        return NULL;
    return lexicon_compile(base, folders, count, NULL, error);
}

struct lexicon *lexicon_folders_open(const char *given, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    if (!given)
        return locate_data((const void *)(size_t)&lexicon_folders_base, "lexicon.bin", path, sizeof path, error)
                   ? lexicon_open(path, error)
                   : NULL;
    if (stat(given, &status) == 0 && !S_ISDIR(status.st_mode))
        return lexicon_open(given, error);
    char *copy = strdup(given);
    if (!copy) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    struct lexicon *lexicon = open_folders(copy, error);
    free(copy);
    return lexicon;
}
