/* The scanner's parts, for scanner*.c alone. scanner.c knows sections, keys and values, scanner_lines.c how lines come
 * from bytes, scanner_names.c what a name may be and which were seen. */
#ifndef CORE_CONFIG_SCANNER_PRIVATE_H
#define CORE_CONFIG_SCANNER_PRIVATE_H

#include "core/config/ini_text.h"
#include "core/config/scanner.h"
#include "lib/base/buffer.h"

#include <stdint.h>
#include <string.h>

/* Bytes of a line, and where they begin. */
struct span {
    const char *bytes;
    size_t size;
};

/* Where a physical line's bytes begin within a logical line; trailing backslashes join several. */
struct piece {
    size_t offset; /* in the logical line */
    int line;
    const char *bytes;
};

enum { PIECES_MAX = 256 };

/* Names seen, for duplicates: open addressing over titles, and over "title key". */
struct seen {
    uint64_t hash;
    const char *name;
    struct source_place place;
};

struct scanner {
    const char *file;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct scan *scan;
    struct scan_section *section, *last_section;
    bool in_refused_section; /* its keys have no home; one diagnostic is enough */
    struct seen *seen;
    size_t seen_count, seen_capacity;
    struct buffer text; /* the logical line */
    struct piece pieces[PIECES_MAX];
    size_t piece_count;
    struct buffer scratch; /* for suggestions */
    bool is_secret;        /* the present line's value is not to be shown */
    bool failed;           /* memory is out */
};

static inline struct span span_strip(struct span span)
{
    while (span.size > 0 && ini_is_space(span.bytes[0])) {
        span.bytes++;
        span.size--;
    }
    while (span.size > 0 && ini_is_space(span.bytes[span.size - 1]))
        span.size--;
    return span;
}

static inline struct span span_after(struct span span, size_t count)
{
    return (struct span){span.bytes + count, span.size - count};
}

static inline const char *span_find(struct span span, char byte)
{
    return span.size > 0 ? memchr(span.bytes, byte, span.size) : NULL;
}

/* ---- scanner.c ---- */

/* Where `span`, which lies in the logical line, stands in the file. */
struct source_place scanner_place(const struct scanner *scanner, struct span span);
struct source_place scanner_line_place(const struct scanner *scanner, int line);
__attribute__((format(printf, 3, 4))) void scanner_complain(struct scanner *scanner, struct source_place place,
                                                            const char *format, ...);
/* Suggests what stands in `scratch`, which it empties. */
void scanner_suggest(struct scanner *scanner);
/* Suggests "key = value", where INI can hold it. */
void scanner_suggest_entry(struct scanner *scanner, struct span key, struct span value);
/* Reads the logical line in `text`. */
void scanner_read_line(struct scanner *scanner);

/* ---- scanner_lines.c ---- */

/* Reads all lines of a file. */
void scanner_read_lines(struct scanner *scanner, struct span rest);

/* ---- scanner_names.c ---- */

enum name_fault { NAME_GOOD, NAME_UPPER, NAME_COLON, NAME_BYTES, NAME_LONG };

bool scan_is_name_byte(char byte);
enum name_fault scan_judge_name(struct span name);
/* The name as it should be: lower case, other bytes replaced, without a filler at its ends. A section's name (its
 * filler is '-') lacks a dot where another mark stands for it: [source edm]. In the arena; NULL when memory is out. */
char *scanner_correct_name(struct scanner *scanner, struct span name, char filler);
void scanner_complain_of_name(struct scanner *scanner, enum name_fault fault, const char *what, struct span name);
/* The place where `name` was seen first; NULL where this is the first time, which is noted. */
const struct source_place *scanner_note_name(struct scanner *scanner, const char *name, struct source_place place);

#endif
