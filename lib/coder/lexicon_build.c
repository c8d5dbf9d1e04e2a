#include "lib/coder/lexicon_build.h"

#include "lib/base/digest.h"
#include "lib/coder/designation.h"
#include "lib/coder/inflect.h"
#include "lib/coder/lexicon_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen_form {
    uint64_t key; /* 0: empty */
    uint32_t entry, at;
};

struct build {
    struct lexicon_source *source;
    struct lexicon_layers *layers;
    struct lexicon_trie trie;
    struct seen_form *seen; /* every form with its class and id */
    uint32_t seen_count, seen_size;
    uint32_t *irregulars, irregular_count; /* entries that stand */
};

/* Actors that hardly act but in matters of defence: alliances, forces, their ministries and staffs. */
static bool names_defence(const struct source_entry *entry, const struct form *form)
{
    static const char *const words[] = {"defence", "defense",  "army",  "navy",   "naval",   "military", "armed",
                                        "forces",  "pentagon", "staff", "marine", "warfare", NULL};
    if (entry->ambiguous)
        return false;
    if (entry->class == LEXICON_FORCE)
        return true;
    if (entry->class == LEXICON_ORGANISATION) {
        for (uint32_t i = 0; i < entry->pair_count; i++)
            if (!strcmp(entry->pairs[i].key, "civil"))
                return false;
        return true;
    }
    for (uint32_t i = 0; entry->class == LEXICON_INSTITUTION && i < form->count; i++)
        for (size_t k = 0; words[k]; k++)
            if (!strcmp(form->words[i].text, words[k]))
                return true;
    return false;
}

/* What an entry's forms do for the gate: `gate=yes|weak|no`, else by class. Generic names of equipment that are also
 * other words count half, or not at all. */
static uint32_t gate_flag(const struct source_entry *entry, const struct form *form)
{
    bool names = lexicon_class_use(entry->class) == USE_GOODS || lexicon_class_use(entry->class) == USE_NAME;
    uint32_t flag = entry->class == LEXICON_NOUN || names ? LEXICON_WORD_GATE : 0;
    if (names_defence(entry, form))
        flag = LEXICON_WORD_GATE;
    if ((names && entry->ambiguous) || (entry->class == LEXICON_ORGANISATION && !flag))
        flag = LEXICON_WORD_GATE_WEAK;
    for (uint32_t i = 0; i < entry->pair_count; i++)
        if (!strcmp(entry->pairs[i].key, "ambiguous") && !strcmp(entry->pairs[i].value, "strict"))
            flag = 0;
        else if (!strcmp(entry->pairs[i].key, "gate"))
            flag = !strcmp(entry->pairs[i].value, "yes")    ? LEXICON_WORD_GATE
                   : !strcmp(entry->pairs[i].value, "weak") ? LEXICON_WORD_GATE_WEAK
                                                            : 0;
    /* the first word of several is too common by itself */
    if (form->count > 1 && flag)
        return flag == LEXICON_WORD_GATE ? LEXICON_WORD_GATE_PAIR : 0;
    return flag;
}

static void mark_actor(struct build *build, const struct source_entry *entry, const struct form *form)
{
    bool state = entry->class == LEXICON_STATE || entry->class == LEXICON_DEMONYM;
    if (lexicon_class_use(entry->class) == USE_ACTOR && !entry->ambiguous && (form->count == 1 || state))
        lexicon_trie_flag(&build->trie, lexicon_trie_word(&build->trie, form->words[form->count - 1].text),
                          LEXICON_WORD_ACTOR);
}

/* Adds a row of words, of which `changed` (or none, UINT32_MAX) stands in an inflected form. */
static void add_row(struct build *build, uint32_t entry, const struct form *form, uint32_t changed,
                    const struct inflected *inflected)
{
    struct lexicon_trie *trie = &build->trie;
    uint32_t node = 0, letters = 0;
    for (uint32_t i = 0; i < form->count && !trie->failed; i++) {
        const char *text = i == changed ? inflected->text : form->words[i].text;
        uint32_t code = form->words[i].letters;
        if (i == changed && inflected->inflection != FORM_BASE && code == 2)
            code = 1;
        letters |= code << (2 * i);
        node = lexicon_trie_step(trie, node, lexicon_trie_word(trie, text));
    }
    enum lexicon_inflection inflection = changed == UINT32_MAX ? FORM_BASE : inflected->inflection;
    struct lexicon_terminal added = {.entry = entry, .letters = letters, .inflection = (uint8_t)inflection};
    if (!lexicon_trie_put(trie, node, added))
        return;
    uint32_t gate = gate_flag(&build->source->entries[entry], form);
    if (gate)
        lexicon_trie_flag(trie, lexicon_trie_word(trie, changed == 0 ? inflected->text : form->words[0].text), gate);
    if (gate == LEXICON_WORD_GATE_PAIR)
        lexicon_trie_gate(trie, node);
    mark_actor(build, &build->source->entries[entry], form);
}

static void mark_function_word(struct build *build, const struct form *form, uint32_t flag)
{
    if (form->count == 1)
        lexicon_trie_flag(&build->trie, lexicon_trie_word(&build->trie, form->words[0].text), flag);
}

static const struct source_entry *find_irregular(const struct build *build, const char *base)
{
    for (uint32_t i = 0; i < build->irregular_count; i++)
        if (!strcmp(build->source->entries[build->irregulars[i]].id, base))
            return &build->source->entries[build->irregulars[i]];
    return NULL;
}

static void add_irregular(struct build *build, uint32_t entry, const struct form *form, uint32_t which,
                          const struct source_entry *irregular)
{
    const char *cursor = irregular->forms, *word;
    size_t size;
    while (lexicon_source_next_form(&cursor, &word, &size)) {
        struct inflected inflected = {.inflection = FORM_PAST};
        snprintf(inflected.text, sizeof inflected.text, "%.*s", (int)size, word);
        add_row(build, entry, form, which, &inflected);
    }
}

/* A number apart in front ("155 GH 52") or a common word behind ("Mk 45 gun") is only found word by word. */
static bool needs_words(const char *text, size_t size, size_t digits)
{
    if (digits && digits < size && text[digits] == ' ')
        return true;
    for (size_t i = 1; i < size; i++)
        if (text[i - 1] == ' ' && text[i] >= 'a' && text[i] <= 'z')
            return true;
    return false;
}

/* A designation as one word. True where nothing else is needed: the matcher finds it whatever its hyphens. */
static bool add_designation(struct build *build, uint32_t entry, const char *text, size_t size)
{
    const struct source_entry *row = &build->source->entries[entry];
    struct lexicon_trie *trie = &build->trie;
    char squeezed[DESIGNATION_MAX], first[TOKEN_WORD_MAX];
    if (row->class != LEXICON_EQUIPMENT || text[size - 1] == '~' || !designation_squeeze(text, size, squeezed, first))
        return false;
    size_t digits = strspn(text, "0123456789");
    struct lexicon_terminal added = {.entry = entry, .squeezed = 1};
    added.letters = digits < size && text[digits] >= 'A' && text[digits] <= 'Z';
    /* "RS-24" is no "Rs24" */
    if (row->ambiguous && added.letters && digits + 1 < size && text[digits + 1] >= 'A' && text[digits + 1] <= 'Z')
        added.letters = 2;
    lexicon_trie_put(trie, lexicon_trie_step(trie, 0, lexicon_trie_word(trie, squeezed)), added);
    if (!strpbrk(squeezed, "#@"))
        lexicon_trie_flag(trie, lexicon_trie_word(trie, squeezed),
                          row->ambiguous ? LEXICON_WORD_GATE_WEAK : LEXICON_WORD_GATE);
    if (*first)
        lexicon_trie_flag(trie, lexicon_trie_word(trie, first), LEXICON_WORD_STEM);
    return !needs_words(text, size, digits);
}

/* Names of equipment have a plural without a mark: "Leopards". */
static bool is_plural_name(const struct source_entry *row, const struct form *form)
{
    const char *text = form->words[form->count - 1].text;
    size_t size = strlen(text);
    return row->class == LEXICON_EQUIPMENT && form->words[form->count - 1].letters != 2 && size > 3 &&
           text[size - 1] >= 'a' && text[size - 1] <= 'z' && text[size - 1] != 's' && !strpbrk(text, "0123456789#@");
}

static void add_form(struct build *build, uint32_t entry, const struct form *form)
{
    const struct source_entry *row = &build->source->entries[entry];
    if (row->class == LEXICON_WORD)
        mark_function_word(build, form, LEXICON_WORD_FUNCTION);
    if (row->class == LEXICON_LANGUAGE && !strcmp(row->id, "en")) {
        if (form->count == 1)
            lexicon_trie_english(&build->trie, form->words[0].text);
        return;
    }
    if (row->class == LEXICON_LANGUAGE) {
        mark_function_word(build, form, LEXICON_WORD_FOREIGN);
        return;
    }
    uint32_t which = UINT32_MAX;
    for (uint32_t i = 0; i < form->count; i++)
        if (form->words[i].inflects)
            which = i;
    if (which == UINT32_MAX && is_plural_name(row, form))
        which = form->count - 1;
    struct inflected forms[INFLECT_FORMS_MAX];
    if (which == UINT32_MAX) {
        add_row(build, entry, form, which, NULL);
        return;
    }
    bool is_verb = row->class == LEXICON_VERB;
    const struct source_entry *irregular = is_verb ? find_irregular(build, form->words[which].text) : NULL;
    size_t count = inflect_word(form->words[which].text, is_verb, forms);
    for (size_t i = 0; i < count && !build->trie.failed; i++)
        if (!irregular || forms[i].inflection != FORM_PAST)
            add_row(build, entry, form, which, &forms[i]);
    if (irregular)
        add_irregular(build, entry, form, which, irregular);
}

/* Verbs, nouns, words, generic nouns of equipment, places and persons, whom the years in office tell apart, may have
 * one form with several ids. */
static bool shares_forms(const struct source_entry *entry)
{
    return entry->class == LEXICON_VERB || entry->class == LEXICON_NOUN || entry->class == LEXICON_WORD ||
           entry->class == LEXICON_EQUIPMENT_CLASS || entry->class == LEXICON_LANGUAGE ||
           entry->class == LEXICON_LEADER || lexicon_class_use(entry->class) == USE_PLACE;
}

static bool grow_seen(struct build *build)
{
    uint32_t before = build->seen_size, after = before ? before * 2 : 1u << 14;
    struct seen_form *grown = calloc(after, sizeof *grown);
    if (!grown)
        return false;
    for (uint32_t i = 0; i < before; i++)
        if (build->seen[i].key) {
            uint64_t slot = build->seen[i].key & (after - 1);
            while (grown[slot].key)
                slot = (slot + 1) & (after - 1);
            grown[slot] = build->seen[i];
        }
    free(build->seen);
    build->seen = grown;
    build->seen_size = after;
    return true;
}

/* The same form, letter for letter, twice in one class: a duplicate, or a conflict unless both are marked ambiguous.
 * Spellings that only folding makes equal may stand for two things; the first one read wins. */
static void check_duplicate(struct build *build, uint32_t entry, const char *form, size_t size)
{
    struct lexicon_source *source = build->source;
    const struct source_entry *row = &source->entries[entry];
    uint64_t key = (hash_bytes(form, size) ^ (shares_forms(row) ? hash_bytes(row->id, strlen(row->id)) * 3 : 0)) *
                       0x9E3779B97F4A7C15u ^
                   (uint64_t)row->class;
    if (!key)
        key = 1;
    if (build->seen_count * 2 >= build->seen_size && !grow_seen(build)) {
        build->trie.failed = true;
        return;
    }
    uint32_t at = lexicon_source_form_at(row, form);
    uint64_t slot = key & (build->seen_size - 1);
    for (; build->seen[slot].key; slot = (slot + 1) & (build->seen_size - 1)) {
        const struct seen_form *seen = &build->seen[slot];
        if (seen->key != key)
            continue;
        const struct source_entry *other = &source->entries[seen->entry];
        if (!strcmp(other->id, row->id))
            lexicon_source_problem(source, LEXICON_ERROR, row, at, other, seen->at,
                                   "form `%.*s` of %s stands already elsewhere", (int)size, form, row->id);
        else if (!row->ambiguous || !other->ambiguous)
            lexicon_source_problem(source, LEXICON_ERROR, row, at, other, seen->at,
                                   "form `%.*s` is %s here and %s elsewhere; remove one, or mark both ambiguous=yes",
                                   (int)size, form, row->id, other->id);
        return;
    }
    build->seen[slot] = (struct seen_form){key, entry, at};
    build->seen_count++;
}

static void add_entry(struct build *build, uint32_t entry)
{
    struct lexicon_source *source = build->source;
    const struct source_entry *row = &source->entries[entry];
    if (lexicon_class_use(row->class) == USE_RULE || row->removes)
        return;
    const char *cursor = row->forms, *text;
    size_t size;
    struct form form;
    while (!build->trie.failed && lexicon_source_next_form(&cursor, &text, &size)) {
        enum form_result result = lexicon_form_split(row->class, text, size, source->arena, &form);
        if (result == FORM_NO_MEMORY)
            build->trie.failed = true;
        else if (result == FORM_BAD)
            lexicon_source_problem(source, LEXICON_ERROR, row, lexicon_source_form_at(row, text), NULL, 0,
                                   "form `%.*s` has no word, more than %d, or one that is too long", (int)size, text,
                                   LEXICON_FORM_WORDS_MAX);
        else if (!lexicon_layers_hide(build->layers, row, &form)) {
            check_duplicate(build, entry, text, size);
            if (!add_designation(build, entry, text, size))
                add_form(build, entry, &form);
        }
    }
}

static bool find_irregulars(struct build *build)
{
    const struct lexicon_source *source = build->source;
    build->irregulars = calloc(source->count + 1, sizeof *build->irregulars);
    for (size_t i = 0; build->irregulars && i < source->count; i++) {
        const struct source_entry *row = &source->entries[i];
        struct form form;
        if (row->class != LEXICON_IRREGULAR || row->removes)
            continue;
        lexicon_irregular_form(row, &form);
        if (!lexicon_layers_hide(build->layers, row, &form))
            build->irregulars[build->irregular_count++] = (uint32_t)i;
    }
    return build->irregulars != NULL;
}

uint32_t *lexicon_build_order(const struct lexicon_source *source)
{
    uint32_t *order = calloc(source->count + 1, sizeof *order), next = 0;
    for (int class = 0; order && class < LEXICON_CLASS_COUNT; class ++)
        for (size_t i = 0; i < source->count; i++)
            if ((int)source->entries[i].class == class)
                order[i] = source->entries[i].removes ? (uint32_t)LEXICON_NO_ENTRY : next++;
    return order;
}

bool lexicon_build_refuse(struct lexicon_source *source, struct error *error)
{
    struct buffer text = BUFFER_INIT, rest = BUFFER_INIT;
    const struct lexicon_problem *first = lexicon_problems_first(&source->problems);
    if (first)
        lexicon_problem_print(first, &text);
    if (source->problems.errors > 1)
        buffer_printf(&rest, " (and %zu more; 'entente lexicon check' lists them)", source->problems.errors - 1);
    error_set(error, ERROR_INPUT, "lexicon: %s%s", text.bytes ? text.bytes : "", rest.bytes ? rest.bytes : "");
    buffer_free(&text);
    buffer_free(&rest);
    return false;
}

bool lexicon_build(struct lexicon_source *source, struct buffer *image, struct error *error)
{
    struct build build = {.source = source, .layers = lexicon_layers_create(source)};
    uint32_t *order = lexicon_build_order(source);
    lexicon_trie_begin(&build.trie);
    bool good = build.layers && order && find_irregulars(&build);
    for (size_t i = 0; good && i < source->count && !build.trie.failed; i++)
        add_entry(&build, (uint32_t)i);
    good = good && lexicon_write(source, build.layers, order, &build.trie, image) && !source->failed;
    if (good)
        lexicon_layers_complain(build.layers, source);
    if (!good)
        error_set(error, ERROR_MEMORY, "lexicon: out of memory while building");
    else if (source->problems.errors)
        good = lexicon_build_refuse(source, error);
    lexicon_trie_end(&build.trie);
    lexicon_layers_destroy(build.layers);
    free(build.irregulars);
    free(build.seen);
    free(order);
    return good;
}
