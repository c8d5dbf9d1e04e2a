#include "lib/coder/lexicon_layer.h"

#include "lib/base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One form that an upper layer sets or removes; a removal without forms has one row for its id. */
struct layer_row {
    uint64_t key;
    uint32_t entry, at, layer;
    bool removes, used;
};

struct lexicon_layers {
    struct layer_row *rows;
    size_t count, capacity;
    uint32_t *slots; /* row + 1; rows of one key stand in several slots */
    size_t slot_count;
};

static uint64_t id_key(enum lexicon_class class, const char *id, uint64_t form)
{
    uint64_t key = (hash_bytes(id, strlen(id)) ^ form) * 0xD6E8FEB86659FD93u + (uint64_t) class;
    return key ? key : 1;
}

static bool add_row(struct lexicon_layers *layers, struct layer_row row)
{
    if (layers->count == layers->capacity) {
        size_t capacity = layers->capacity ? layers->capacity * 2 : 256;
        struct layer_row *rows = realloc(layers->rows, capacity * sizeof *rows);
        if (!rows)
            return false;
        layers->rows = rows;
        layers->capacity = capacity;
    }
    layers->rows[layers->count++] = row;
    return true;
}

void lexicon_irregular_form(const struct source_entry *entry, struct form *form)
{
    form->count = 1;
    form->words[0].letters = 0;
    snprintf(form->words[0].text, sizeof form->words[0].text, "%s", entry->id);
}

static bool add_entry(struct lexicon_layers *layers, const struct lexicon_source *source, uint32_t index)
{
    const struct source_entry *entry = &source->entries[index];
    struct layer_row row = {0, index, entry->id_at, entry->layer, entry->removes, false};
    struct form form;
    if (entry->removes && !*entry->forms) {
        row.key = id_key(entry->class, entry->id, 0);
        return add_row(layers, row);
    }
    if (entry->class == LEXICON_IRREGULAR) {
        lexicon_irregular_form(entry, &form);
        row.key = lexicon_form_key(entry->class, &form);
        return add_row(layers, row);
    }
    const char *cursor = entry->forms, *text;
    size_t size;
    while (lexicon_source_next_form(&cursor, &text, &size)) {
        enum form_result result = lexicon_form_split(entry->class, text, size, source->arena, &form);
        if (result == FORM_NO_MEMORY)
            return false;
        if (result == FORM_BAD)
            continue; /* told when it is compiled */
        row.key = lexicon_form_key(entry->class, &form);
        if (entry->removes && *entry->id)
            row.key = id_key(entry->class, entry->id, row.key);
        row.at = lexicon_source_form_at(entry, text);
        if (!add_row(layers, row))
            return false;
    }
    return true;
}

static bool index_rows(struct lexicon_layers *layers)
{
    layers->slot_count = 16;
    while (layers->slot_count < layers->count * 2)
        layers->slot_count *= 2;
    layers->slots = calloc(layers->slot_count, sizeof *layers->slots);
    for (size_t i = 0; layers->slots && i < layers->count; i++) {
        uint64_t slot = layers->rows[i].key & (layers->slot_count - 1);
        while (layers->slots[slot])
            slot = (slot + 1) & (layers->slot_count - 1);
        layers->slots[slot] = (uint32_t)i + 1;
    }
    return layers->slots != NULL;
}

struct lexicon_layers *lexicon_layers_create(struct lexicon_source *source)
{
    struct lexicon_layers *layers = calloc(1, sizeof *layers);
    bool good = layers != NULL;
    for (size_t i = 0; good && i < source->count; i++)
        if (source->entries[i].layer > 0)
            good = add_entry(layers, source, (uint32_t)i);
    if (good && index_rows(layers))
        return layers;
    lexicon_layers_destroy(layers);
    return NULL;
}

void lexicon_layers_destroy(struct lexicon_layers *layers)
{
    if (!layers)
        return;
    free(layers->rows);
    free(layers->slots);
    free(layers);
}

static bool is_hidden_by(struct lexicon_layers *layers, uint64_t key, uint32_t layer)
{
    bool hidden = false;
    for (uint64_t slot = key & (layers->slot_count - 1); layers->slots[slot];
         slot = (slot + 1) & (layers->slot_count - 1)) {
        struct layer_row *row = &layers->rows[layers->slots[slot] - 1];
        if (row->key == key && row->layer > layer)
            hidden = row->used = true;
    }
    return hidden;
}

bool lexicon_layers_hide(struct lexicon_layers *layers, const struct source_entry *entry, const struct form *form)
{
    if (!layers->count)
        return false;
    uint64_t key = lexicon_form_key(entry->class, form);
    bool hidden = is_hidden_by(layers, key, entry->layer);
    hidden |= is_hidden_by(layers, id_key(entry->class, entry->id, key), entry->layer);
    return is_hidden_by(layers, id_key(entry->class, entry->id, 0), entry->layer) || hidden;
}

void lexicon_layers_complain(const struct lexicon_layers *layers, struct lexicon_source *source)
{
    for (size_t i = 0; i < layers->count; i++) {
        const struct layer_row *row = &layers->rows[i];
        const struct source_entry *entry = &source->entries[row->entry];
        if (row->removes && !row->used)
            lexicon_source_problem(source, LEXICON_ERROR, entry, row->at, NULL, 0,
                                   "removes nothing: the folders beneath have no such %s",
                                   lexicon_class_name(entry->class));
    }
}
