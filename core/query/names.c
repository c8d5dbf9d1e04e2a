#include "core/query/names.h"

#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256, TEXTS_FIRST = 64, BYTES_FIRST = 4096 };

void names_free(struct names *names)
{
    free(names->bytes);
    free(names->offsets);
    free(names->slots);
    *names = (struct names){0};
}

void names_clear(struct names *names)
{
    names->count = names->size = 0;
    if (names->slots)
        memset(names->slots, 0, names->slot_count * sizeof *names->slots);
}

const char *names_text(const struct names *names, uint32_t number)
{
    return names->bytes + names->offsets[number];
}

static size_t find_slot(const struct names *names, const char *text, size_t size)
{
    size_t at = (size_t)hash_bytes(text, size) & (names->slot_count - 1);
    while (names->slots[at] && strcmp(names_text(names, names->slots[at] - 1), text) != 0)
        at = (at + 1) & (names->slot_count - 1);
    return at;
}

static bool grow_slots(struct names *names)
{
    size_t larger = names->slot_count ? names->slot_count * 2 : SLOTS_FIRST;
    uint32_t *slots = calloc(larger, sizeof *slots);
    if (!slots)
        return false;
    free(names->slots);
    names->slots = slots;
    names->slot_count = larger;
    for (uint32_t i = 0; i < names->count; i++) {
        const char *text = names_text(names, i);
        names->slots[find_slot(names, text, strlen(text))] = i + 1;
    }
    return true;
}

static bool grow(void **array, size_t *capacity, size_t wanted, size_t first, size_t unit)
{
    size_t larger = *capacity ? *capacity : first;
    if (wanted <= *capacity)
        return true;
    while (larger < wanted)
        larger *= 2;
    void *moved = realloc(*array, larger * unit);
    if (!moved)
        return false;
    *array = moved;
    *capacity = larger;
    return true;
}

static bool append(struct names *names, const char *text, size_t size)
{
    if (names->size + size >= UINT32_MAX)
        return false;
    void *bytes = names->bytes, *offsets = names->offsets;
    bool grew = grow(&bytes, &names->capacity, names->size + size, BYTES_FIRST, 1);
    names->bytes = bytes;
    grew = grew && grow(&offsets, &names->offset_capacity, names->count + 1, TEXTS_FIRST, sizeof *names->offsets);
    names->offsets = offsets;
    if (!grew)
        return false;
    memcpy(names->bytes + names->size, text, size);
    names->offsets[names->count++] = (uint32_t)names->size;
    names->size += size;
    return true;
}

bool names_put(struct names *names, const char *text, uint32_t *number)
{
    size_t size = strlen(text);
    if (names->count * 2 >= names->slot_count && !grow_slots(names))
        return false;
    size_t at = find_slot(names, text, size);
    if (!names->slots[at]) {
        if (!append(names, text, size + 1))
            return false;
        names->slots[at] = (uint32_t)names->count;
    }
    *number = names->slots[at] - 1;
    return true;
}
