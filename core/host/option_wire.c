#include "core/host/option_wire.h"

#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 10000, ITEMS_MAX = 1000000 };

bool option_wire_is_own(const struct option_table *own, const char *name)
{
    for (size_t i = 0; i < own->count; i++) {
        struct ent_option row = options_row(own, i);
        if (row.name && strcmp(row.name, name) == 0)
            return true;
    }
    return false;
}

static bool is_sent(const struct option_value *value, const struct option_table *own)
{
    return value->is_set && value->option->name &&
           (value->option->type != ENT_OPTION_SECRET || option_wire_is_own(own, value->option->name));
}

void option_wire_put(struct buffer *buffer, const struct option_values *values, const struct option_table *own)
{
    uint64_t count = 0;
    for (size_t i = 0; i < options_count(values); i++)
        count += is_sent(options_value(values, i), own);
    wire_put_u64(buffer, count);
    for (size_t i = 0; i < options_count(values); i++) {
        const struct option_value *value = options_value(values, i);
        if (!is_sent(value, own))
            continue;
        wire_put_text(buffer, value->option->name);
        wire_put_str(buffer, value->text);
        wire_put_i64(buffer, value->integer);
        wire_put_double(buffer, value->number);
        wire_put_u64(buffer, value->item_count);
        for (size_t j = 0; j < value->item_count; j++)
            wire_put_str(buffer, value->items[j]);
    }
}

static bool get_option(struct wire_reader *reader, struct option_set *set)
{
    set->name = wire_get_text(reader);
    set->value.text = wire_get_str(reader);
    set->value.integer = wire_get_i64(reader);
    set->value.number = wire_get_double(reader);
    set->value.item_count = wire_get_count(reader, sizeof(uint64_t), ITEMS_MAX);
    struct ent_str *items = calloc(set->value.item_count + 1, sizeof *items);
    for (size_t i = 0; items && i < set->value.item_count; i++)
        items[i] = wire_get_str(reader);
    set->value.items = items;
    return items && set->name && !reader->failed;
}

struct option_values *option_wire_get(struct wire_reader *reader, const struct option_table *tables, size_t table_count,
                                      struct options_cache *cache, struct error *error)
{
    struct option_values *values = NULL;
    size_t count = wire_get_count(reader, sizeof(uint64_t), OPTIONS_MAX), got = 0;
    struct option_set *set = calloc(count + 1, sizeof *set);
    bool is_good = set != NULL;
    while (is_good && got < count)
        is_good = get_option(reader, &set[got++]);
    if (is_good && !reader->failed)
        values = options_assemble(tables, table_count, cache, set, count, error);
    else
        error_set(error, set ? ERROR_INPUT : ERROR_MEMORY, "the options cannot be read");
    for (size_t i = 0; i < got; i++)
        free((void *)(uintptr_t)set[i].value.items);
    free(set);
    return values;
}
