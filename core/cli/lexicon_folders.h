/* Lexicon folders: what `--lexicon` and the lexicon commands' arguments mean: folders of text laid over the lexicon
 * that came with this program, or one compiled file. */
#ifndef CORE_CLI_LEXICON_FOLDERS_H
#define CORE_CLI_LEXICON_FOLDERS_H

#include "core/cli/command.h"
#include "lib/coder/lexicon_source.h"

#include <limits.h>

/* Reads the base, unless `alone`, and the folders over it. */
bool lexicon_folders_read(struct lexicon_source *source, const char *const *folders, size_t count, bool alone,
                          struct error *error);
/* A lexicon ready for use: compiled from folders apart by commas, mapped from a file, or (NULL) this program's own. */
struct lexicon *lexicon_folders_open(const char *given, struct error *error);

#endif
