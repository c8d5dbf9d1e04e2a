/* Lists of a block: which of its events has which values, in memory and as they are stored. */
#include "core/query/block.h"

#include <stdlib.h>
#include <string.h>

/* Stored: the count, the values, the places, as this machine has its integers, which is how records are. */
bool column_list_decode(struct column_list *list, const void *data, size_t size, const uint32_t *values,
                        size_t value_count, struct error *error)
{
    uint32_t count = 0, value;
    list->count = 0;
    if (!data)
        return true;
    if (size >= sizeof count)
        memcpy(&count, data, sizeof count);
    if (size < sizeof count || (size - sizeof count) / (sizeof(uint32_t) + sizeof(uint16_t)) != count)
        return error_set(error, ERROR_STATE, "a column of events is damaged: it holds %zu bytes", size);
    if (count > list->capacity) {
        struct column_entry *entries = realloc(list->entries, count * sizeof *entries);
        if (!entries)
            return error_set(error, ERROR_MEMORY, "out of memory for a column of events");
        list->entries = entries;
        list->capacity = count;
    }
    const unsigned char *numbers = (const unsigned char *)data + sizeof count;
    const unsigned char *places = numbers + count * sizeof value;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t place;
        memcpy(&value, numbers + i * sizeof value, sizeof value);
        memcpy(&place, places + i * sizeof place, sizeof place);
        if (place >= COLUMN_BLOCK_EVENTS || (values && value >= value_count))
            return error_set(error, ERROR_STATE, "a column of events is damaged: it names what is not there");
        list->entries[i] = (struct column_entry){place, values ? values[value] : value};
    }
    list->count = count;
    return true;
}

void *column_list_encode(const struct column_list *list, size_t *size)
{
    uint32_t count = (uint32_t)list->count;
    *size = sizeof count + list->count * (sizeof(uint32_t) + sizeof(uint16_t));
    unsigned char *data = malloc(*size);
    if (!data)
        return NULL;
    memcpy(data, &count, sizeof count);
    unsigned char *numbers = data + sizeof count, *places = numbers + list->count * sizeof(uint32_t);
    for (size_t i = 0; i < list->count; i++) {
        memcpy(numbers + i * sizeof(uint32_t), &list->entries[i].value, sizeof(uint32_t));
        memcpy(places + i * sizeof(uint16_t), &list->entries[i].place, sizeof(uint16_t));
    }
    return data;
}

void column_list_drop(struct column_list *list, const struct bits *places)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!bits_have(places, list->entries[i].place))
            list->entries[kept++] = list->entries[i];
    list->count = kept;
}

bool column_list_add(struct column_list *list, unsigned place, uint32_t value)
{
    for (size_t i = list->count; i > 0 && list->entries[i - 1].place == place; i--)
        if (list->entries[i - 1].value == value)
            return true;
    if (list->count == list->capacity) {
        size_t larger = list->capacity ? list->capacity * 2 : 64;
        struct column_entry *entries = realloc(list->entries, larger * sizeof *entries);
        if (!entries)
            return false;
        list->entries = entries;
        list->capacity = larger;
    }
    list->entries[list->count++] = (struct column_entry){(uint16_t)place, value};
    return true;
}

/* Two runs in order, one behind the other: those that were there and those that were added. */
void column_list_sort(struct column_list *list)
{
    size_t second = 1;
    while (second < list->count && list->entries[second - 1].place <= list->entries[second].place)
        second++;
    if (second >= list->count)
        return;
    size_t added = list->count - second;
    struct column_entry *tail = malloc(added * sizeof *tail);
    if (!tail) { /* in place, slowly */
        for (size_t i = second; i < list->count; i++)
            for (size_t j = i; j > 0 && list->entries[j - 1].place > list->entries[j].place; j--) {
                struct column_entry moved = list->entries[j];
                list->entries[j] = list->entries[j - 1];
                list->entries[j - 1] = moved;
            }
        return;
    }
    memcpy(tail, list->entries + second, added * sizeof *tail);
    size_t at = list->count, old = second;
    while (added > 0) {
        bool from_old = old > 0 && list->entries[old - 1].place > tail[added - 1].place;
        list->entries[--at] = from_old ? list->entries[--old] : tail[--added];
    }
    free(tail);
}
