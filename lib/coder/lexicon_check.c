#include "lib/coder/lexicon_check.h"

#include "lib/base/digest.h"
#include "lib/base/nearest.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon_keys.h"
#include "lib/coder/lexicon_layer.h"
#include "lib/coder/lexicon_names.h"
#include "lib/coder/lexicon_reach.h"
#include "lib/record/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 64, ARGUMENT_SIZE = 64 };

/* A class of verbs or nouns, or one that a frame names. */
struct class_name {
    const char *text;
    bool verb, noun, named; /* named by a frame */
};

struct check {
    struct lexicon_source *source;
    struct lexicon_layers *layers;
    struct class_name *classes; /* sorted once all are there */
    size_t class_count;
};

static bool code_names(const char *word)
{
    size_t low = 0, high = lexicon_name_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(lexicon_names[middle], word);
        if (!order)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* ---- ids and pairs ---- */
static void check_id(struct check *check, const struct source_entry *entry)
{
    const char *expected = lexicon_keys_judge_id(entry->class, entry->id);
    if (expected)
        lexicon_source_problem(check->source, LEXICON_ERROR, entry, entry->id_at, NULL, 0,
                               "`%s` is no id of class %s, which is %s", entry->id, lexicon_class_name(entry->class),
                               expected);
}

static bool is_preposition(const struct check *check, const char *word)
{
    for (size_t i = 0; i < check->source->count; i++) {
        const struct source_entry *entry = &check->source->entries[i];
        if (entry->class != LEXICON_WORD || strcmp(entry->id, "preposition") != 0)
            continue;
        const char *cursor = entry->forms, *form;
        size_t size, length = strlen(word);
        while (lexicon_source_next_form(&cursor, &form, &size))
            if (size == length && !memcmp(form, word, size))
                return true;
    }
    return false;
}

static void check_slot(struct check *check, const struct source_entry *entry, const struct source_pair *pair)
{
    if (!is_preposition(check, pair->key) && !code_names(pair->key))
        lexicon_source_problem(check->source, LEXICON_ERROR, entry, pair->at, NULL, 0,
                               "`%s` is neither a setting of frames nor a slot: subject, object, pre, argument, asker "
                               "or a preposition of the lexicon",
                               pair->key);
    else if (!vocabulary_has(VOCABULARY_ROLE, pair->value))
        lexicon_source_problem(check->source, LEXICON_ERROR, entry, pair->at, NULL, 0,
                               "`%s` is no role: supplier, recipient, host, initiator, target, participant or observer",
                               pair->value);
}

static void check_pairs(struct check *check, const struct source_entry *entry)
{
    for (uint32_t i = 0; i < entry->pair_count; i++) {
        const struct source_pair *pair = &entry->pairs[i];
        bool known;
        const char *expected = lexicon_keys_judge(entry->class, pair->key, pair->value, &known);
        if (expected) {
            lexicon_source_problem(check->source, LEXICON_ERROR, entry, pair->at, NULL, 0, "%s=%s: expected %s",
                                   pair->key, pair->value, expected);
        } else if (!known && entry->class == LEXICON_FRAME) {
            check_slot(check, entry, pair);
        } else if (!known) {
            const char *names[KEYS_MAX];
            lexicon_keys_list(entry->class, names, KEYS_MAX);
            const char *nearest = nearest_word(pair->key, names);
            lexicon_source_problem(check->source, LEXICON_ERROR, entry, pair->at, NULL, 0,
                                   "class %s has no key `%s`%s%s", lexicon_class_name(entry->class), pair->key,
                                   nearest ? "; nearest: " : "", nearest ? nearest : "");
        }
    }
}

/* ---- classes and frames ---- */
static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct class_name *)a)->text, ((const struct class_name *)b)->text);
}

static struct class_name *find_class(const struct check *check, const char *text)
{
    struct class_name wanted = {.text = text};
    return check->class_count ? bsearch(&wanted, check->classes, check->class_count, sizeof *check->classes, by_text)
                              : NULL;
}

static bool gather_classes(struct check *check)
{
    const struct lexicon_source *source = check->source;
    check->classes = calloc(source->count + 1, sizeof *check->classes);
    if (!check->classes)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < source->count; i++) {
        const struct source_entry *entry = &source->entries[i];
        bool verb = entry->class == LEXICON_VERB, noun = entry->class == LEXICON_NOUN;
        if ((verb || noun) && !entry->removes)
            check->classes[count++] = (struct class_name){entry->id, verb, noun, false};
    }
    qsort(check->classes, count, sizeof *check->classes, by_text);
    for (size_t i = 0; i < count; i++) {
        struct class_name *last = check->class_count ? &check->classes[check->class_count - 1] : NULL;
        if (!last || strcmp(last->text, check->classes[i].text) != 0)
            check->classes[check->class_count++] = check->classes[i];
        else {
            last->verb |= check->classes[i].verb;
            last->noun |= check->classes[i].noun;
        }
    }
    return true;
}

struct frame_form {
    const struct source_entry *entry;
    const char *form;
    uint64_t key;
};

static void check_frame_word(struct check *check, const struct source_entry *entry, const char *start, size_t size,
                             bool is_head)
{
    char word[ARGUMENT_SIZE];
    if (size >= sizeof word)
        size = sizeof word - 1;
    memcpy(word, start, size);
    word[size] = 0;
    struct class_name *class = find_class(check, word);
    if (class)
        class->named = true;
    if (code_names(word) || (class && (is_head || class->noun)))
        return;
    const char **names = calloc(check->class_count + 1, sizeof *names);
    for (size_t i = 0; names && i < check->class_count; i++)
        names[i] = check->classes[i].text;
    const char *nearest = names ? nearest_word(word, names) : NULL;
    lexicon_source_problem(check->source, LEXICON_ERROR, entry, lexicon_source_form_at(entry, start), NULL, 0,
                           "no %s is of class `%s`%s%s", is_head ? "verb or noun" : "noun", word,
                           nearest ? "; nearest: " : "", nearest ? nearest : "");
    free(names);
}

/* What tells readings of one head and argument apart. */
static uint64_t conditions_key(const struct source_entry *entry)
{
    static const char *const names[] = {"who", "whom", "beside", "mutual", NULL};
    uint64_t key = 0;
    for (uint32_t i = 0; i < entry->pair_count; i++)
        for (size_t k = 0; names[k]; k++)
            if (!strcmp(entry->pairs[i].key, names[k]))
                key = key * 31 + hash_bytes(entry->pairs[i].value, strlen(entry->pairs[i].value)) + k;
    return key;
}

/* The classes that a frame wants beside it. */
static void check_beside(struct check *check, const struct source_entry *entry)
{
    for (uint32_t i = 0; i < entry->pair_count; i++) {
        if (strcmp(entry->pairs[i].key, "beside") != 0)
            continue;
        for (const char *start = entry->pairs[i].value; *start;) {
            size_t size = strcspn(start, ",");
            check_frame_word(check, entry, start, size, true);
            start += size + (start[size] == ',');
        }
    }
}

/* The same head and argument on the same conditions twice, also in one entry. */
static void check_frame_again(struct check *check, const struct frame_form *forms, size_t count)
{
    const struct frame_form *last = &forms[count - 1];
    for (size_t i = 0; i + 1 < count; i++)
        if (forms[i].key == last->key) {
            lexicon_source_problem(check->source, LEXICON_ERROR, last->entry,
                                   lexicon_source_form_at(last->entry, last->form), forms[i].entry,
                                   lexicon_source_form_at(forms[i].entry, forms[i].form),
                                   "two frames for `%.*s`: %s here and %s elsewhere", (int)strcspn(last->form, ";|"),
                                   last->form, last->entry->id, forms[i].entry->id);
            return;
        }
}

static bool check_frame_forms(struct check *check, const struct source_entry *entry, struct frame_form **forms,
                              size_t *count)
{
    const char *cursor = entry->forms, *text;
    size_t size;
    struct form form;
    while (lexicon_source_next_form(&cursor, &text, &size)) {
        enum form_result result = lexicon_form_split(entry->class, text, size, check->source->arena, &form);
        if (result == FORM_NO_MEMORY)
            return false;
        if (result == FORM_GOOD && lexicon_layers_hide(check->layers, entry, &form))
            continue;
        size_t head = 0, next;
        while (head < size && text[head] != ' ')
            head++;
        for (next = head; next < size && text[next] == ' ';)
            next++;
        size_t argument = next;
        while (argument < size && text[argument] != ' ')
            argument++;
        check_frame_word(check, entry, text, head, true);
        if (next < size)
            check_frame_word(check, entry, text + next, argument - next, false);
        if (argument < size)
            lexicon_source_problem(check->source, LEXICON_ERROR, entry, lexicon_source_form_at(entry, text), NULL, 0,
                                   "`%.*s` has more than a head and an argument", (int)size, text);
        struct frame_form *grown = realloc(*forms, (*count + 1) * sizeof *grown);
        if (!grown)
            return false;
        *forms = grown;
        uint64_t key = result == FORM_GOOD ? lexicon_form_key(entry->class, &form) + conditions_key(entry) : 0;
        (*forms)[(*count)++] = (struct frame_form){entry, text, key};
        check_frame_again(check, *forms, *count);
    }
    return true;
}

static bool check_frames(struct check *check)
{
    struct frame_form *forms = NULL;
    size_t count = 0;
    bool good = true;
    for (size_t i = 0; good && i < check->source->count; i++) {
        const struct source_entry *entry = &check->source->entries[i];
        if (entry->class != LEXICON_FRAME || entry->removes)
            continue;
        good = check_frame_forms(check, entry, &forms, &count);
        check_beside(check, entry);
    }
    free(forms);
    return good;
}

/* Keys by which an entry means something although nothing names its class. */
static bool says_something(const struct source_entry *entry)
{
    for (uint32_t i = 0; i < entry->pair_count; i++)
        if (strcmp(entry->pairs[i].key, "gate") != 0)
            return true;
    return false;
}

static void check_named(struct check *check)
{
    for (size_t i = 0; i < check->source->count; i++) {
        const struct source_entry *entry = &check->source->entries[i];
        if ((entry->class != LEXICON_VERB && entry->class != LEXICON_NOUN) || entry->removes)
            continue;
        const struct class_name *class = find_class(check, entry->id);
        if (class && !class->named && !code_names(entry->id) && !says_something(entry))
            lexicon_source_problem(check->source, LEXICON_ERROR, entry, entry->id_at, NULL, 0,
                                   "dead: no frame and no code names the %s class `%s`, and it has no key that means "
                                   "something by itself",
                                   lexicon_class_name(entry->class), entry->id);
    }
}

bool lexicon_check(struct lexicon_source *source, const struct lexicon *lexicon, struct error *error)
{
    struct check check = {.source = source, .layers = lexicon_layers_create(source)};
    bool good = check.layers && gather_classes(&check);
    for (size_t i = 0; good && i < source->count; i++)
        if (!source->entries[i].removes) {
            check_id(&check, &source->entries[i]);
            check_pairs(&check, &source->entries[i]);
        }
    good = good && check_frames(&check);
    if (good)
        check_named(&check);
    good = good && lexicon_reach(source, check.layers, lexicon) && !source->failed;
    free(check.classes);
    lexicon_layers_destroy(check.layers);
    return good || error_set(error, ERROR_MEMORY, "lexicon: out of memory while checking");
}
