#include "core/cli/lexicon_folders.h"

#include "lib/base/locate.h"
#include "lib/coder/lexicon_compile.h"

#include <stdlib.h>
#include <string.h>

enum { FOLDERS_MAX = 32 };

/* The folder of the texts that this program's own lexicon was made from. */
static bool lexicon_folders_base(char path[PATH_MAX], struct error *error)
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

struct lexicon *lexicon_folders_open(const char *given, struct error *error)
{
    const char *folders[FOLDERS_MAX];
    size_t count = 0;
    char *copy = strdup(given ? given : ""), *rest = NULL;
    struct lexicon *lexicon = NULL;
    if (!copy) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    for (char *word = strtok_r(copy, ",", &rest); word && count < FOLDERS_MAX; word = strtok_r(NULL, ",", &rest))
        folders[count++] = word;
    if (count == FOLDERS_MAX)
        error_set(error, ERROR_LIMIT, "at most %d lexicon folders", FOLDERS_MAX - 1);
    else
        lexicon = lexicon_open_given((const void *)(size_t)&lexicon_folders_base, folders, count, NULL, error);
    free(copy);
    return lexicon;
}
