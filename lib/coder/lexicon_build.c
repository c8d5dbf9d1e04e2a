#include "lib/coder/lexicon_build.h"

#include "lib/base/digest.h"
#include "lib/coder/inflect.h"
#include "lib/coder/lexicon_image.h"
#include "lib/coder/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- growing arrays ---- */
struct array {
    void *rows;
    size_t count, capacity, size;
};

static void *array_add(struct array *array)
{
    if (array->count == array->capacity) {
        size_t capacity = array->capacity ? array->capacity * 2 : 256;
        void *rows = realloc(array->rows, capacity * array->size);
        if (!rows)
            return NULL;
        array->rows = rows;
        array->capacity = capacity;
    }
    void *row = (char *)array->rows + array->count++ * array->size;
    memset(row, 0, array->size);
    return row;
}

/* Terminals hang on their node in a list until all are known. */
struct build_terminal {
    struct lexicon_terminal terminal;
    uint32_t node, next;
};

struct build_node {
    uint32_t first; /* terminal + 1 */
    uint32_t count;
    uint16_t flags;
};

struct seen_form {
    uint64_t key; /* 0: empty */
    uint32_t entry;
};

struct build {
    struct lexicon_source *source;
    struct array strings, words, nodes, edges, terminals;
    uint32_t *word_slots, word_slot_count; /* word + 1 */
    uint32_t *edge_slots, edge_slot_count; /* edge + 1 */
    uint32_t *order;                       /* entries by class */
    struct seen_form *seen;                /* every form with its class and id */
    uint32_t seen_count, seen_size;
    bool failed;
};

static uint32_t hash_text(const char *text)
{
    uint32_t hash = LEXICON_HASH_START;
    for (; *text; text++)
        hash = lexicon_hash_step(hash, (unsigned char)*text);
    return hash;
}

static uint32_t add_string(struct build *build, const char *text)
{
    uint32_t at = (uint32_t)build->strings.count;
    for (const char *p = text;; p++) {
        char *byte = array_add(&build->strings);
        if (!byte) {
            build->failed = true;
            return 0;
        }
        *byte = *p;
        if (!*p)
            return at;
    }
}

static bool grow_slots(uint32_t **slots, uint32_t *count, size_t used)
{
    if (*count && used * 2 < *count)
        return true;
    free(*slots);
    *count = *count ? *count * 2 : 1u << 12;
    *slots = calloc(*count, sizeof **slots);
    return *slots != NULL;
}

static const char *word_text(const struct build *build, const struct lexicon_image_word *word)
{
    return (const char *)build->strings.rows + word->text;
}

/* The index of a word, added if new. Its final id is its slot in the image's table. */
static uint32_t intern_word(struct build *build, const char *text)
{
    struct lexicon_image_word *words = build->words.rows;
    if (!build->word_slot_count || build->words.count * 2 >= build->word_slot_count) {
        if (!grow_slots(&build->word_slots, &build->word_slot_count, build->words.count)) {
            build->failed = true;
            return 0;
        }
        for (uint32_t i = 0; i < build->words.count; i++) {
            uint32_t slot = words[i].hash & (build->word_slot_count - 1);
            while (build->word_slots[slot])
                slot = (slot + 1) & (build->word_slot_count - 1);
            build->word_slots[slot] = i + 1;
        }
    }
    uint32_t hash = hash_text(text), slot = hash & (build->word_slot_count - 1);
    for (; build->word_slots[slot]; slot = (slot + 1) & (build->word_slot_count - 1)) {
        uint32_t index = build->word_slots[slot] - 1;
        if (words[index].hash == hash && !strcmp(word_text(build, &words[index]), text))
            return index;
    }
    uint32_t at = add_string(build, text);
    struct lexicon_image_word *word = array_add(&build->words);
    if (!word) {
        build->failed = true;
        return 0;
    }
    *word = (struct lexicon_image_word){hash, at, 0, strpbrk(text, "#@") ? LEXICON_WORD_PATTERN : 0};
    build->word_slots[slot] = (uint32_t)build->words.count;
    return (uint32_t)build->words.count - 1;
}

static uint32_t add_node(struct build *build)
{
    if (!array_add(&build->nodes)) {
        build->failed = true;
        return 0;
    }
    return (uint32_t)build->nodes.count - 1;
}

static uint32_t step(struct build *build, uint32_t node, uint32_t word)
{
    struct lexicon_image_word *words = build->words.rows;
    if (!node) {
        if (!words[word].root) {
            uint32_t root = add_node(build);
            ((struct lexicon_image_word *)build->words.rows)[word].root = root;
            return root;
        }
        return words[word].root;
    }
    struct lexicon_image_edge *edges = build->edges.rows;
    if (!build->edge_slot_count || build->edges.count * 2 >= build->edge_slot_count) {
        if (!grow_slots(&build->edge_slots, &build->edge_slot_count, build->edges.count)) {
            build->failed = true;
            return 0;
        }
        for (uint32_t i = 0; i < build->edges.count; i++) {
            uint32_t slot = lexicon_edge_hash(edges[i].node, edges[i].word) & (build->edge_slot_count - 1);
            while (build->edge_slots[slot])
                slot = (slot + 1) & (build->edge_slot_count - 1);
            build->edge_slots[slot] = i + 1;
        }
    }
    uint32_t slot = lexicon_edge_hash(node, word) & (build->edge_slot_count - 1);
    for (; build->edge_slots[slot]; slot = (slot + 1) & (build->edge_slot_count - 1)) {
        struct lexicon_image_edge *edge = &edges[build->edge_slots[slot] - 1];
        if (edge->node == node && edge->word == word)
            return edge->child;
    }
    uint32_t child = add_node(build);
    struct lexicon_image_edge *edge = array_add(&build->edges);
    if (!edge || build->failed) {
        build->failed = true;
        return 0;
    }
    *edge = (struct lexicon_image_edge){node, word, child};
    build->edge_slots[slot] = (uint32_t)build->edges.count;
    struct build_node *from = (struct build_node *)build->nodes.rows + node;
    from->flags |= NODE_GOES_ON;
    if (((struct lexicon_image_word *)build->words.rows)[word].flags & LEXICON_WORD_PATTERN)
        from->flags |= NODE_HAS_PATTERNS;
    return child;
}

/* ---- forms ---- */
struct form_word {
    char text[INFLECT_SIZE_MAX];
    uint32_t letters;
    bool inflects;
};

struct form {
    struct form_word words[LEXICON_FORM_WORDS_MAX];
    uint32_t count;
};

static uint32_t letters_of(const struct token *token)
{
    return token->flags & TOKEN_ALL_CAPITALS ? 2 : token->flags & TOKEN_CAPITAL ? 1 : 0;
}

/* Patterns keep # and @ in their words, which token_split would part: split at spaces, hyphens and slashes. */
static bool split_pattern(const char *text, size_t size, struct form *form)
{
    for (size_t i = 0; i < size;) {
        while (i < size && strchr(" -/", text[i]))
            i++;
        size_t start = i;
        while (i < size && !strchr(" -/", text[i]))
            i++;
        if (i == start)
            break;
        if (form->count == LEXICON_FORM_WORDS_MAX)
            return false;
        struct form_word *word = &form->words[form->count++];
        size_t length = i - start;
        if (text[i - 1] == '~') {
            word->inflects = true;
            length--;
        }
        char folded[TOKEN_WORD_MAX];
        if (!token_fold(text + start, length, folded))
            return false;
        memcpy(word->text, folded, strlen(folded) + 1);
        word->letters = text[start] >= 'A' && text[start] <= 'Z';
    }
    return form->count > 0;
}

static bool split_form(struct build *build, const char *text, size_t size, bool pattern, struct form *form)
{
    memset(form, 0, sizeof *form);
    if (pattern && (memchr(text, '#', size) || memchr(text, '@', size)))
        return split_pattern(text, size, form);
    struct token_list list;
    if (!token_split(NULL, text, size, build->source->arena, &list)) {
        build->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < list.count; i++) {
        const struct token *token = &list.tokens[i];
        if (token->kind == TOKEN_MARK && token->mark == '~') {
            if (!form->count)
                return false;
            form->words[form->count - 1].inflects = true;
            continue;
        }
        if (form->count == LEXICON_FORM_WORDS_MAX)
            return false;
        struct form_word *word = &form->words[form->count];
        char folded[TOKEN_WORD_MAX];
        size_t length = token_fold(text + token->start, token->end - token->start, folded);
        if (!length)
            return false;
        memcpy(word->text, token->kind == TOKEN_POSSESSIVE ? "'s" : folded,
               token->kind == TOKEN_POSSESSIVE ? 3 : length + 1);
        if (token->kind == TOKEN_WORD && !strcmp(folded, "n't"))
            memcpy(word->text, "not", 4);
        word->letters = letters_of(token);
        form->count++;
    }
    return form->count > 0;
}

/* What an entry's forms do for the gate: `gate=yes|weak|no`, else by class. Generic names of equipment that are also
 * other words count half. */
static uint32_t gate_flag(const struct source_entry *entry, const struct form *form)
{
    bool names = lexicon_class_use(entry->class) == USE_GOODS || lexicon_class_use(entry->class) == USE_NAME;
    uint32_t flag = entry->class == LEXICON_NOUN || names ? LEXICON_WORD_GATE : 0;
    if ((names && entry->ambiguous) || entry->class == LEXICON_ORGANISATION)
        flag = LEXICON_WORD_GATE_WEAK;
    for (uint32_t i = 0; i < entry->pair_count; i++)
        if (!strcmp(entry->pairs[i].key, "gate"))
            flag = !strcmp(entry->pairs[i].value, "yes")    ? LEXICON_WORD_GATE
                   : !strcmp(entry->pairs[i].value, "weak") ? LEXICON_WORD_GATE_WEAK
                                                            : 0;
    /* the first word of several is too common by itself */
    if (form->count > 1 && flag)
        return flag == LEXICON_WORD_GATE ? LEXICON_WORD_GATE_PAIR : 0;
    return flag;
}

static void add_terminal(struct build *build, uint32_t node, uint32_t entry, uint32_t letters,
                         enum lexicon_inflection inflection)
{
    struct build_terminal *terminal = array_add(&build->terminals);
    if (!terminal) {
        build->failed = true;
        return;
    }
    struct build_node *at = (struct build_node *)build->nodes.rows + node;
    terminal->terminal =
        (struct lexicon_terminal){.entry = entry, .letters = letters, .inflection = (uint8_t)inflection};
    terminal->node = node;
    terminal->next = at->first;
    at->first = (uint32_t)build->terminals.count;
    at->count++;
}

static bool has_entry(const struct build *build, uint32_t node, uint32_t entry, uint32_t letters)
{
    const struct build_terminal *terminals = build->terminals.rows;
    for (uint32_t next = ((const struct build_node *)build->nodes.rows)[node].first; next;
         next = terminals[next - 1].next)
        if (terminals[next - 1].terminal.entry == entry && terminals[next - 1].terminal.letters == letters)
            return true;
    return false;
}

/* Adds a row of words, of which `changed` (or none, UINT32_MAX) stands in an inflected form. */
static void add_row(struct build *build, uint32_t entry, const struct form *form, uint32_t changed,
                    const struct inflected *inflected)
{
    uint32_t node = 0, letters = 0;
    for (uint32_t i = 0; i < form->count && !build->failed; i++) {
        const char *text = i == changed ? inflected->text : form->words[i].text;
        uint32_t code = form->words[i].letters;
        if (i == changed && inflected->inflection != FORM_BASE && code == 2)
            code = 1;
        letters |= code << (2 * i);
        node = step(build, node, intern_word(build, text));
    }
    if (build->failed)
        return;
    enum lexicon_inflection inflection = changed == UINT32_MAX ? FORM_BASE : inflected->inflection;
    if (has_entry(build, node, entry, letters))
        return;
    add_terminal(build, node, entry, letters, inflection);
    uint32_t gate = gate_flag(&build->source->entries[entry], form);
    if (gate) {
        uint32_t word = intern_word(build, changed == 0 ? inflected->text : form->words[0].text);
        ((struct lexicon_image_word *)build->words.rows)[word].flags |= gate;
    }
}

static void mark_function_word(struct build *build, const struct form *form, uint32_t flag)
{
    uint32_t word = intern_word(build, form->words[0].text);
    if (!build->failed && form->count == 1)
        ((struct lexicon_image_word *)build->words.rows)[word].flags |= flag;
}

static const struct source_entry *find_irregular(const struct lexicon_source *source, const char *base)
{
    for (size_t i = 0; i < source->count; i++)
        if (source->entries[i].class == LEXICON_IRREGULAR && !strcmp(source->entries[i].id, base))
            return &source->entries[i];
    return NULL;
}

static void add_irregular(struct build *build, uint32_t entry, const struct form *form, uint32_t which,
                          const struct source_entry *irregular)
{
    for (const char *start = irregular->forms; *start;) {
        size_t size = strcspn(start, ";");
        const char *word = start, *end = start + size;
        while (word < end && *word == ' ')
            word++;
        struct inflected inflected = {.inflection = FORM_PAST};
        snprintf(inflected.text, sizeof inflected.text, "%.*s", (int)(end - word), word);
        add_row(build, entry, form, which, &inflected);
        start += size + (start[size] == ';');
    }
}

static void add_form(struct build *build, uint32_t entry, const char *text, size_t size)
{
    const struct source_entry *row = &build->source->entries[entry];
    struct form form;
    bool pattern = lexicon_class_use(row->class) != USE_WORD;
    if (!split_form(build, text, size, pattern, &form)) {
        lexicon_source_problem(build->source, row->file, row->line,
                               "form `%.*s` has no word, more than %d, or one that is too long", (int)size, text,
                               LEXICON_FORM_WORDS_MAX);
        return;
    }
    if (row->class == LEXICON_WORD)
        mark_function_word(build, &form, LEXICON_WORD_FUNCTION);
    if (row->class == LEXICON_LANGUAGE) {
        mark_function_word(build, &form, LEXICON_WORD_FOREIGN);
        return;
    }
    uint32_t which = UINT32_MAX;
    for (uint32_t i = 0; i < form.count; i++)
        if (form.words[i].inflects)
            which = i;
    struct inflected forms[INFLECT_FORMS_MAX];
    if (which == UINT32_MAX) {
        add_row(build, entry, &form, which, NULL);
        return;
    }
    bool is_verb = row->class == LEXICON_VERB;
    const struct source_entry *irregular = is_verb ? find_irregular(build->source, form.words[which].text) : NULL;
    size_t count = inflect_word(form.words[which].text, is_verb, forms);
    for (size_t i = 0; i < count && !build->failed; i++)
        if (!irregular || forms[i].inflection != FORM_PAST)
            add_row(build, entry, &form, which, &forms[i]);
    if (irregular)
        add_irregular(build, entry, &form, which, irregular);
}

/* Verbs, nouns, words, generic nouns of equipment and places may have one form with several ids. */
static bool shares_forms(const struct source_entry *entry)
{
    return entry->class == LEXICON_VERB || entry->class == LEXICON_NOUN || entry->class == LEXICON_WORD ||
           entry->class == LEXICON_EQUIPMENT_CLASS || entry->class == LEXICON_LANGUAGE ||
           lexicon_class_use(entry->class) == USE_PLACE;
}

/* The same form, letter for letter, twice in one class: a duplicate, or a conflict unless both are marked ambiguous.
 * Spellings that only folding makes equal may stand for two things; the first one read wins. */
static void check_duplicate(struct build *build, uint32_t entry, const char *form, size_t size)
{
    const struct source_entry *row = &build->source->entries[entry];
    uint64_t key = (hash_bytes(form, size) ^ (shares_forms(row) ? hash_bytes(row->id, strlen(row->id)) * 3 : 0)) *
                       0x9E3779B97F4A7C15u ^
                   (uint64_t)row->class;
    if (!key)
        key = 1;
    if (build->seen_count * 2 >= build->seen_size) {
        uint32_t size_before = build->seen_size, size_after = size_before ? size_before * 2 : 1u << 14;
        struct seen_form *grown = calloc(size_after, sizeof *grown);
        if (!grown) {
            build->failed = true;
            return;
        }
        for (uint32_t i = 0; i < size_before; i++)
            if (build->seen[i].key) {
                uint64_t slot = build->seen[i].key & (size_after - 1);
                while (grown[slot].key)
                    slot = (slot + 1) & (size_after - 1);
                grown[slot] = build->seen[i];
            }
        free(build->seen);
        build->seen = grown;
        build->seen_size = size_after;
    }
    uint64_t slot = key & (build->seen_size - 1);
    for (; build->seen[slot].key; slot = (slot + 1) & (build->seen_size - 1))
        if (build->seen[slot].key == key) {
            const struct source_entry *other = &build->source->entries[build->seen[slot].entry];
            if (!strcmp(other->id, row->id))
                lexicon_source_problem(build->source, row->file, row->line, "form `%.*s` of %s stands already at %s:%u",
                                       (int)size, form, row->id, other->file, other->line);
            else if (!row->ambiguous || !other->ambiguous)
                lexicon_source_problem(build->source, row->file, row->line,
                                       "form `%.*s` is %s here and %s at %s:%u; remove one, or mark both ambiguous=yes",
                                       (int)size, form, row->id, other->id, other->file, other->line);
            return;
        }
    build->seen[slot] = (struct seen_form){key, entry};
    build->seen_count++;
}

static void add_entry(struct build *build, uint32_t entry)
{
    const struct source_entry *row = &build->source->entries[entry];
    if (lexicon_class_use(row->class) == USE_RULE)
        return;
    for (const char *start = row->forms; *start && !build->failed;) {
        size_t size = strcspn(start, ";");
        const char *form = start, *end = start + size;
        while (form < end && *form == ' ')
            form++;
        while (end > form && end[-1] == ' ')
            end--;
        if (form < end)
            check_duplicate(build, entry, form, (size_t)(end - form));
        if (form < end && !build->failed)
            add_form(build, entry, form, (size_t)(end - form));
        start += size + (start[size] == ';');
    }
}

/* ---- writing ---- */
static void align(struct buffer *image)
{
    while (image->size % 8)
        buffer_append_char(image, 0);
}

static void begin_section(struct buffer *image, struct lexicon_image_header *header, enum lexicon_section section,
                          size_t count)
{
    align(image);
    header->sections[section] = (struct lexicon_image_section){image->size, count};
}

static uint32_t table_size(size_t count)
{
    uint32_t size = 16;
    while (size < count * 2)
        size *= 2;
    return size;
}

/* Writes the word table and fills `ids` with each word's slot. */
static bool write_words(struct build *build, struct buffer *image, struct lexicon_image_header *header, uint32_t *ids)
{
    uint32_t size = table_size(build->words.count);
    struct lexicon_image_word *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    const struct lexicon_image_word *words = build->words.rows;
    for (uint32_t i = 0; i < build->words.count; i++) {
        uint32_t slot = words[i].hash & (size - 1);
        while (table[slot].text)
            slot = (slot + 1) & (size - 1);
        table[slot] = words[i];
        ids[i] = slot;
    }
    begin_section(image, header, SECTION_WORDS, size);
    buffer_append(image, table, size * sizeof *table);
    free(table);
    return true;
}

static bool write_trie(struct build *build, struct buffer *image, struct lexicon_image_header *header,
                       const uint32_t *ids)
{
    const struct build_terminal *terminals = build->terminals.rows;
    const struct build_node *nodes = build->nodes.rows;
    begin_section(image, header, SECTION_NODES, build->nodes.count);
    uint32_t first = 0;
    for (size_t i = 0; i < build->nodes.count; i++) {
        struct lexicon_image_node node = {first, (uint16_t)nodes[i].count, nodes[i].flags};
        buffer_append(image, &node, sizeof node);
        first += nodes[i].count;
    }
    begin_section(image, header, SECTION_TERMINALS, build->terminals.count);
    for (size_t i = 0; i < build->nodes.count; i++)
        for (uint32_t next = nodes[i].first; next; next = terminals[next - 1].next) {
            struct lexicon_terminal terminal = terminals[next - 1].terminal;
            terminal.entry = build->order[terminal.entry];
            buffer_append(image, &terminal, sizeof terminal);
        }
    uint32_t size = table_size(build->edges.count);
    struct lexicon_image_edge *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    const struct lexicon_image_edge *edges = build->edges.rows;
    for (size_t i = 0; i < build->edges.count; i++) {
        struct lexicon_image_edge edge = {edges[i].node, ids[edges[i].word], edges[i].child};
        uint32_t slot = lexicon_edge_hash(edge.node, edge.word) & (size - 1);
        while (table[slot].node)
            slot = (slot + 1) & (size - 1);
        table[slot] = edge;
    }
    begin_section(image, header, SECTION_EDGES, size);
    buffer_append(image, table, size * sizeof *table);
    free(table);
    return true;
}

static void write_entries(struct build *build, struct buffer *image, struct lexicon_image_header *header)
{
    const struct lexicon_source *source = build->source;
    uint32_t classes[LEXICON_CLASS_COUNT + 1] = {0}, pairs = 0, written = 0;
    begin_section(image, header, SECTION_ENTRIES, source->count);
    for (int class = 0; class < LEXICON_CLASS_COUNT; class ++) {
        classes[class] = written;
        for (size_t i = 0; i < source->count; i++) {
            const struct source_entry *row = &source->entries[i];
            if ((int)row->class != class)
                continue;
            uint32_t forms = class == LEXICON_FRAME ? add_string(build, row->forms) : 0;
            struct lexicon_image_entry entry = {(uint32_t) class, add_string(build, row->id), forms, pairs,
                                                row->pair_count};
            buffer_append(image, &entry, sizeof entry);
            pairs += row->pair_count;
            written++;
        }
    }
    classes[LEXICON_CLASS_COUNT] = written;
    begin_section(image, header, SECTION_PAIRS, pairs);
    for (int class = 0; class < LEXICON_CLASS_COUNT; class ++)
        for (size_t i = 0; i < source->count; i++)
            for (uint32_t k = 0; (int)source->entries[i].class == class && k < source->entries[i].pair_count; k++) {
                struct lexicon_image_pair pair = {add_string(build, source->entries[i].pairs[k].key),
                                                  add_string(build, source->entries[i].pairs[k].value)};
                buffer_append(image, &pair, sizeof pair);
            }
    begin_section(image, header, SECTION_CLASSES, LEXICON_CLASS_COUNT + 1);
    buffer_append(image, classes, sizeof classes);
}

static bool write_image(struct build *build, struct buffer *image)
{
    struct lexicon_image_header header = {.version = LEXICON_IMAGE_VERSION, .class_count = LEXICON_CLASS_COUNT};
    memcpy(header.magic, LEXICON_IMAGE_MAGIC, sizeof header.magic);
    char version[16], hex[DIGEST_HEX_SIZE];
    snprintf(version, sizeof version, "%d", LEXICON_IMAGE_VERSION);
    struct digest_part parts[2] = {
        {version, strlen(version)},
        {build->source->content.bytes ? build->source->content.bytes : "", build->source->content.size}};
    digest_hex(hex, parts, 2);
    memcpy(header.stamp, hex, sizeof hex);
    buffer_append(image, &header, sizeof header);
    uint32_t *ids = calloc(build->words.count + 1, sizeof *ids);
    bool good = ids && write_words(build, image, &header, ids) && write_trie(build, image, &header, ids);
    free(ids);
    if (!good)
        return false;
    write_entries(build, image, &header);
    begin_section(image, &header, SECTION_STRINGS, build->strings.count);
    buffer_append(image, build->strings.rows, build->strings.count);
    align(image);
    if (image->failed || build->failed)
        return false;
    header.size = image->size;
    memcpy(image->bytes, &header, sizeof header);
    return true;
}

/* order[i]: where entry i stands once entries are sorted by class. */
static void order_entries(struct build *build)
{
    uint32_t next = 0;
    for (int class = 0; class < LEXICON_CLASS_COUNT; class ++)
        for (size_t i = 0; i < build->source->count; i++)
            if ((int)build->source->entries[i].class == class)
                build->order[i] = next++;
}

bool lexicon_build(struct lexicon_source *source, struct buffer *image, struct error *error)
{
    struct build build = {.source = source,
                          .strings = {.size = 1},
                          .words = {.size = sizeof(struct lexicon_image_word)},
                          .nodes = {.size = sizeof(struct build_node)},
                          .edges = {.size = sizeof(struct lexicon_image_edge)},
                          .terminals = {.size = sizeof(struct build_terminal)}};
    build.order = calloc(source->count + 1, sizeof *build.order);
    build.failed = !build.order;
    add_string(&build, "");
    add_node(&build);
    if (!build.failed)
        order_entries(&build);
    for (size_t i = 0; i < source->count && !build.failed; i++)
        add_entry(&build, (uint32_t)i);
    bool good = true;
    if (!build.failed && source->problem_count)
        good = error_set(error, ERROR_INPUT, "the lexicon has %zu problem%s:\n%s", source->problem_count,
                         source->problem_count == 1 ? "" : "s", source->problems.bytes);
    else if (build.failed || !write_image(&build, image))
        good = error_set(error, ERROR_MEMORY, "lexicon: out of memory while building");
    free(build.strings.rows);
    free(build.words.rows);
    free(build.nodes.rows);
    free(build.edges.rows);
    free(build.terminals.rows);
    free(build.word_slots);
    free(build.edge_slots);
    free(build.order);
    free(build.seen);
    return good;
}
