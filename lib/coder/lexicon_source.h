/* Lexicon source: reads the text files of data/lexicon/ into entries, with a diagnostic for each bad line.
 *
 * One entry a line: `CLASS ID | form; form | key=value key=value`; docs/lexicon.md is the reference. Problems are
 * gathered, not returned one by one, so that an editor sees them all: `problems` holds "file:line: text" lines.
 * The source owns its strings; one owner, one thread. */
#ifndef LIB_CODER_LEXICON_SOURCE_H
#define LIB_CODER_LEXICON_SOURCE_H

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/coder/lexicon.h"

struct source_pair {
    const char *key, *value;
};

struct source_entry {
    enum lexicon_class class;
    const char *id;
    const char *forms; /* the middle field as it stands */
    struct source_pair *pairs;
    uint32_t pair_count;
    const char *file;
    uint32_t line;
    bool ambiguous;
};

struct lexicon_source {
    struct arena *arena;
    struct source_entry *entries;
    size_t count, capacity;
    struct buffer problems; /* empty when all is well */
    size_t problem_count;
    struct buffer content; /* all files' bytes, for the stamp */
};

bool lexicon_source_begin(struct lexicon_source *source);
void lexicon_source_end(struct lexicon_source *source);
/* Reads every *.txt of a folder, by name. False with `error` where the folder or a file cannot be read; bad lines
 * are problems, not errors. */
bool lexicon_source_read_folder(struct lexicon_source *source, const char *folder, struct error *error);
bool lexicon_source_read_text(struct lexicon_source *source, const char *file, const char *text, size_t size);
void lexicon_source_problem(struct lexicon_source *source, const char *file, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
