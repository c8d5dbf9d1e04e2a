#include "lib/coder/lexicon_look.h"

#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon_layer.h"
#include "lib/coder/token.h"

#include <stdlib.h>
#include <string.h>

struct looking {
    struct lexicon_source *source;
    struct lexicon *lexicon;
    struct lexicon_layers *layers;
    uint32_t *origin; /* the source's entry of each in the image */
    struct form form; /* the words */
    struct lexicon_look *look;
};

static uint32_t find_word(const struct lexicon *lexicon, const char *text)
{
    return lexicon_find_word(lexicon, lexicon_hash(text, strlen(text)), text, strlen(text));
}

static bool find_senses(struct looking *looking)
{
    uint32_t node = 0;
    for (uint32_t i = 0; i < looking->form.count; i++) {
        uint32_t word = find_word(looking->lexicon, looking->form.words[i].text);
        if (word == LEXICON_NO_WORD)
            return true;
        node = i ? lexicon_child(looking->lexicon, node, word) : lexicon_root(looking->lexicon, word);
        if (!node)
            return true;
    }
    size_t count;
    const struct lexicon_terminal *terminals = lexicon_terminals(looking->lexicon, node, &count);
    looking->look->senses = calloc(count + 1, sizeof *looking->look->senses);
    for (size_t i = 0; looking->look->senses && i < count; i++)
        looking->look->senses[looking->look->sense_count++] =
            (struct lexicon_sense){&looking->source->entries[looking->origin[terminals[i].entry]],
                                   (enum lexicon_inflection)terminals[i].inflection};
    return looking->look->senses != NULL;
}

static bool is_sense_class(const struct lexicon_look *look, const char *name, size_t size)
{
    for (size_t i = 0; i < look->sense_count; i++) {
        const struct source_entry *entry = look->senses[i].entry;
        if ((entry->class == LEXICON_VERB || entry->class == LEXICON_NOUN) && strlen(entry->id) == size &&
            !memcmp(entry->id, name, size))
            return true;
    }
    return false;
}

static bool add_frame(struct lexicon_look *look, struct lexicon_frame_use use)
{
    struct lexicon_frame_use *grown = realloc(look->frames, (look->frame_count + 1) * sizeof *grown);
    if (!grown)
        return false;
    look->frames = grown;
    look->frames[look->frame_count++] = use;
    return true;
}

static bool look_at_frame(struct looking *looking, const struct source_entry *entry, const char *form, size_t size)
{
    size_t head = 0;
    while (head < size && form[head] != ' ')
        head++;
    size_t argument = head;
    while (argument < size && form[argument] == ' ')
        argument++;
    bool by_head = is_sense_class(looking->look, form, head);
    if (!by_head && !is_sense_class(looking->look, form + argument, size - argument))
        return true;
    return add_frame(looking->look,
                     (struct lexicon_frame_use){entry, form, size, lexicon_source_form_at(entry, form), by_head});
}

static void look_at_longer(struct looking *looking, const struct source_entry *entry, const char *text, size_t size,
                           const struct form *form)
{
    struct lexicon_look *look = looking->look;
    bool longer = form->count > looking->form.count;
    for (uint32_t i = 0; longer && i < looking->form.count; i++)
        longer = !strcmp(form->words[i].text, looking->form.words[i].text);
    if (!longer)
        return;
    if (look->longer_count < LEXICON_LONGER_MAX)
        look->longer[look->longer_count++] =
            (struct lexicon_longer){entry, text, size, lexicon_source_form_at(entry, text)};
    else
        look->longer_more++;
}

static bool look_at_forms(struct looking *looking)
{
    for (size_t i = 0; i < looking->source->count; i++) {
        const struct source_entry *entry = &looking->source->entries[i];
        const char *cursor = entry->forms, *text;
        size_t size;
        struct form form;
        while (!entry->removes && entry->class != LEXICON_IRREGULAR &&
               lexicon_source_next_form(&cursor, &text, &size)) {
            enum form_result result = lexicon_form_split(entry->class, text, size, looking->source->arena, &form);
            if (result == FORM_NO_MEMORY)
                return false;
            if (result == FORM_BAD || lexicon_layers_hide(looking->layers, entry, &form))
                continue;
            if (entry->class != LEXICON_FRAME)
                look_at_longer(looking, entry, text, size, &form);
            else if (!look_at_frame(looking, entry, text, size))
                return false;
        }
    }
    return true;
}

static bool prepare(struct looking *looking, struct error *error)
{
    struct buffer image = BUFFER_INIT;
    struct error build_error = ERROR_INIT;
    if (!lexicon_build(looking->source, &image, &build_error) && build_error.kind == ERROR_MEMORY) {
        buffer_free(&image);
        return false;
    }
    looking->lexicon = lexicon_open_image(&image, error);
    looking->layers = lexicon_layers_create(looking->source);
    uint32_t *order = lexicon_build_order(looking->source);
    looking->origin = calloc(looking->source->count + 1, sizeof *looking->origin);
    for (size_t i = 0; order && looking->origin && i < looking->source->count; i++)
        if (order[i] != LEXICON_NO_ENTRY)
            looking->origin[order[i]] = (uint32_t)i;
    bool good = looking->lexicon && looking->layers && order && looking->origin;
    free(order);
    return good;
}

bool lexicon_look_up(struct lexicon_source *source, const char *words, size_t size, struct lexicon_look *look,
                     struct error *error)
{
    *look = (struct lexicon_look){0};
    struct looking looking = {.source = source, .look = look};
    enum form_result result = lexicon_form_split(LEXICON_VERB, words, size, source->arena, &looking.form);
    if (result == FORM_BAD)
        return error_set(error, ERROR_INPUT, "`%.*s` is no word or phrase of at most %d words", (int)size, words,
                         LEXICON_FORM_WORDS_MAX);
    bool good = result == FORM_GOOD && prepare(&looking, error) && find_senses(&looking) && look_at_forms(&looking);
    if (looking.lexicon)
        lexicon_close(looking.lexicon);
    lexicon_layers_destroy(looking.layers);
    free(looking.origin);
    if (good)
        return true;
    lexicon_look_end(look);
    return error_set(error, ERROR_MEMORY, "lexicon: out of memory");
}

void lexicon_look_end(struct lexicon_look *look)
{
    free(look->senses);
    free(look->frames);
    *look = (struct lexicon_look){0};
}
