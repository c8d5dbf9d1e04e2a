/* Scanner: our own reading of one INI file, beside iniparser's.
 *
 * It knows where everything stands, and makes a diagnostic of whatever iniparser 4.1 would change or lose without a
 * word: upper-case names, names with colons, duplicates, keys before any section, values cut at # or ;, text after a
 * closing quote, unterminated quotes, `[]`, joined lines, lines that are too long, NUL bytes, a byte-order mark. Each
 * comes with the line as it should read. A file without errors reads the same to both (core/config/loader.h holds them
 * against each other).
 *
 * Everything given out lives in the arena. Pure but for the diagnostics; one thread. */
#ifndef CORE_CONFIG_SCANNER_H
#define CORE_CONFIG_SCANNER_H

#include "core/config/diagnostic.h"
#include "lib/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { SCAN_ENTRIES_MAX = 20000, SCAN_NAME_MAX = 100 };

struct scan_entry {
    const char *key;
    const char *value;
    struct source_place key_place, value_place;
    struct scan_entry *next;
};

struct scan_section {
    const char *title; /* "source.edm" */
    struct source_place place;
    struct scan_entry *entries, *last_entry; /* in the order of the file */
    struct scan_section *next;
};

struct scan {
    struct scan_section *sections;
    size_t section_count, entry_count;
};

/* Reads `bytes` of `file`, whose name is lent to all places. Sections and entries that are wrong are given as they
 * should read where that is clear, so that what depends on them can still be checked. False when memory is out. */
bool scan_text(const char *file, const char *bytes, size_t size, struct arena *arena, struct diagnostics *diagnostics,
               struct scan *scan);

#endif
