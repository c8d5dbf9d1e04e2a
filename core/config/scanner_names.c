/* What a section or key may be called, how it should read, and which names a file has had. */
#include "core/config/scanner_private.h"
#include "lib/base/digest.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- names ---- */

bool scan_is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

char *scanner_correct_name(struct scanner *scanner, struct span name, char filler)
{
    char *correct = arena_copy(scanner->arena, name.bytes, name.size);
    if (!correct)
        return NULL;
    size_t size = 0;
    bool wants_dot = filler == '-' && !span_find(name, '.');
    for (size_t i = 0; i < name.size; i++) {
        char byte = (char)tolower((unsigned char)name.bytes[i]);
        if (scan_is_name_byte(byte)) {
            correct[size++] = byte;
        } else if (size > 0 && correct[size - 1] != filler && correct[size - 1] != '.') {
            correct[size++] = byte == ':' || wants_dot ? '.' : filler;
            wants_dot = false;
        }
    }
    while (size > 0 && (correct[size - 1] == filler || correct[size - 1] == '.'))
        size--;
    correct[size] = '\0';
    return correct;
}

enum name_fault scan_judge_name(struct span name)
{
    if (name.size > SCAN_NAME_MAX)
        return NAME_LONG;
    if (span_find(name, ':'))
        return NAME_COLON;
    enum name_fault fault = NAME_GOOD;
    for (size_t i = 0; i < name.size; i++) {
        if (name.bytes[i] >= 'A' && name.bytes[i] <= 'Z')
            fault = NAME_UPPER;
        else if (!scan_is_name_byte(name.bytes[i]))
            return NAME_BYTES;
    }
    return fault;
}

void scanner_complain_of_name(struct scanner *scanner, enum name_fault fault, const char *what, struct span name)
{
    struct source_place place = scanner_place(scanner, name);
    int size = name.size > SCAN_NAME_MAX ? SCAN_NAME_MAX : (int)name.size;
    switch (fault) {
    case NAME_GOOD:
        break;
    case NAME_UPPER:
        scanner_complain(scanner, place,
                         "%s '%.*s' has upper-case letters, which are not told apart from lower-case ones", what, size,
                         name.bytes);
        break;
    case NAME_COLON:
        scanner_complain(scanner, place, "%s '%.*s' holds a colon, by which it would be lost", what, size, name.bytes);
        break;
    case NAME_BYTES:
        scanner_complain(scanner, place, "%s '%.*s' may hold only letters a-z, digits, '_', '-' and '.'", what, size,
                         name.bytes);
        break;
    case NAME_LONG:
        scanner_complain(scanner, place, "%s '%.*s…' is longer than %d bytes", what, size, name.bytes,
                         (int)SCAN_NAME_MAX);
        break;
    }
}

/* ---- duplicates ---- */

static struct seen *find_slot(struct seen *table, size_t capacity, uint64_t hash, const char *name)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (table[at].name && (table[at].hash != hash || strcmp(table[at].name, name) != 0))
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

static bool grow_seen(struct scanner *scanner)
{
    size_t capacity = scanner->seen_capacity ? scanner->seen_capacity * 2 : 256;
    struct seen *table = calloc(capacity, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < scanner->seen_capacity; i++) {
        if (scanner->seen[i].name)
            *find_slot(table, capacity, scanner->seen[i].hash, scanner->seen[i].name) = scanner->seen[i];
    }
    free(scanner->seen);
    scanner->seen = table;
    scanner->seen_capacity = capacity;
    return true;
}

const struct source_place *scanner_note_name(struct scanner *scanner, const char *name, struct source_place place)
{
    if (scanner->seen_count * 2 >= scanner->seen_capacity && !grow_seen(scanner)) {
        scanner->failed = true;
        return NULL;
    }
    uint64_t hash = hash_bytes(name, strlen(name));
    struct seen *slot = find_slot(scanner->seen, scanner->seen_capacity, hash, name);
    if (slot->name)
        return &slot->place;
    *slot = (struct seen){hash, name, place};
    scanner->seen_count++;
    return NULL;
}
