/* Lexicon source: reads the text files of data/lexicon/, and of users' own folders laid over them, into entries.
 *
 * One entry a line: `CLASS ID | form; form | key=value key=value`; docs/lexicon.md is the reference. Each folder is a
 * layer over those read before it: lexicon_layer.h says what an upper layer does to a lower one. Problems are gathered
 * (lexicon_problem.h). The source owns its strings; one owner, one thread. */
#ifndef LIB_CODER_LEXICON_SOURCE_H
#define LIB_CODER_LEXICON_SOURCE_H

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/coder/lexicon.h"
#include "lib/coder/lexicon_problem.h"

struct source_pair {
    const char *key, *value;
    uint32_t at; /* byte in the source's content, as the other `at` */
};

struct source_entry {
    enum lexicon_class class;
    const char *id;
    const char *forms; /* the middle field as it stands */
    struct source_pair *pairs;
    uint32_t pair_count;
    const char *file;
    uint32_t line;
    uint32_t layer; /* 0 for the lowest */
    uint32_t at, id_at, forms_at;
    bool ambiguous;
    bool removes; /* takes lower layers' forms away; `id` may be "" */
};

struct lexicon_source {
    struct arena *arena;
    struct source_entry *entries;
    size_t count, capacity;
    uint32_t layer;   /* of what is read next */
    uint32_t trusted; /* the lowest layers of which no problem is told: the lexicon beneath a user's own words */
    struct lexicon_problems problems;
    struct buffer content; /* all files' bytes, for places and for the stamp */
    bool failed;           /* memory was out */
};

bool lexicon_source_begin(struct lexicon_source *source);
void lexicon_source_end(struct lexicon_source *source);
/* Reads every *.txt of a folder, by name, as one layer. False with `error` where the folder or a file cannot be read;
 * bad lines are problems, not errors. */
bool lexicon_source_read_folder(struct lexicon_source *source, const char *folder, struct error *error);
/* Into the present layer. False when memory is out. */
bool lexicon_source_read_text(struct lexicon_source *source, const char *file, const char *text, size_t size);
/* Digest of all that was read and of the layout that would be made of it. */
void lexicon_source_stamp(const struct lexicon_source *source, char hex[33]);

/* Next form of an entry: its start (trimmed) and size; false at the end. *cursor begins as entry->forms. */
bool lexicon_source_next_form(const char **cursor, const char **form, size_t *size);
/* The place of byte `at` of the entry's line. */
struct lexicon_place lexicon_source_place(const struct lexicon_source *source, const struct source_entry *entry,
                                          uint32_t at);
/* The byte in the content of a form that lexicon_source_next_form gave. */
uint32_t lexicon_source_form_at(const struct source_entry *entry, const char *form);
/* A problem at byte `at` of the entry's line, which has to do with the other one (NULL for none) at `other_at`. */
void lexicon_source_problem(struct lexicon_source *source, enum lexicon_problem_level level,
                            const struct source_entry *entry, uint32_t at, const struct source_entry *other,
                            uint32_t other_at, const char *format, ...) __attribute__((format(printf, 7, 8)));

#endif
