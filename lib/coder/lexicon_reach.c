#include "lib/coder/lexicon_reach.h"

#include "lib/coder/analysis.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/match.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 512, SCRATCH_MAX = 16 * 1024 * 1024, RESET_EVERY = 256 };

struct reach {
    struct lexicon_source *source;
    struct lexicon_layers *layers;
    const struct lexicon *lexicon;
    struct arena *scratch;
    uint32_t *order;  /* image's number of the source's entry */
    uint32_t *origin; /* and back */
};

/* A text that the form is for: without `~`, with a number for `#` that no other form is likely to name, and nothing for
 * `@`, which may be nothing. */
static size_t write_sample(const char *form, size_t size, char text[TEXT_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < size && used + 4 < TEXT_MAX; i++)
        if (form[i] == '#') {
            memcpy(text + used, "739", 3);
            used += 3;
        } else if (form[i] == '@' && (i == 0 || strchr(" -/", form[i - 1])))
            text[used++] = '1';
        else if (form[i] != '~' && form[i] != '@')
            text[used++] = form[i];
    text[used] = 0;
    return used;
}

/* Which entry the first token has taken in the entry's place; LEXICON_NO_ENTRY where it has it itself, or nobody. */
static uint32_t taken_by(const struct sentence *sentence, enum lexicon_class class, uint32_t entry, bool *found)
{
    const struct word *word = &sentence->part->words[0];
    int32_t wanted = (int32_t)entry, holder = NONE;
    switch (class) {
    case LEXICON_NOUN:
        holder = word->noun;
        break;
    case LEXICON_VERB:
        holder = word->verb2 == wanted || word->verb3 == wanted ? wanted : word->verb;
        break;
    case LEXICON_WORD:
        holder = word->part;
        break;
    case LEXICON_TITLE:
        holder = word->title;
        break;
    case LEXICON_NUMBER:
        holder = word->number;
        break;
    case LEXICON_TIME:
        holder = word->time;
        break;
    case LEXICON_CUE:
        holder = word->cue;
        break;
    default:
        if (word->name != NONE)
            holder = (int32_t)sentence->mentions[word->name].entry;
    }
    *found = holder == wanted;
    return holder == NONE || *found ? (uint32_t)LEXICON_NO_ENTRY : (uint32_t)holder;
}

/* Another entry at the same words that blocks them, where the form is blocked. */
static uint32_t blocker_of(const struct reach *reach, const struct sentence *sentence, uint32_t entry)
{
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t node = tokens[0].word == LEXICON_NO_WORD ? 0 : lexicon_root(reach->lexicon, tokens[0].word);
    for (uint32_t i = 1; node && i <= sentence->last; i++)
        node = tokens[i].word == LEXICON_NO_WORD ? 0 : lexicon_child(reach->lexicon, node, tokens[i].word);
    if (!node)
        return LEXICON_NO_ENTRY;
    size_t count;
    const struct lexicon_terminal *terminals = lexicon_terminals(reach->lexicon, node, &count);
    for (size_t i = 0; i < count; i++) {
        enum lexicon_class class = lexicon_entry_class(reach->lexicon, terminals[i].entry);
        if (terminals[i].entry != entry && (class == LEXICON_BLOCKER || class == LEXICON_NOT_ACTOR))
            return terminals[i].entry;
    }
    return LEXICON_NO_ENTRY;
}

/* 2 where a word of the entry is enough for its sentence to be looked at, 1 where it is half of that. */
static int gate_of(const struct source_entry *entry)
{
    bool names = lexicon_class_use(entry->class) == USE_GOODS || lexicon_class_use(entry->class) == USE_NAME;
    for (uint32_t i = 0; i < entry->pair_count; i++)
        if (!strcmp(entry->pairs[i].key, "gate"))
            return !strcmp(entry->pairs[i].value, "yes") ? 2 : !strcmp(entry->pairs[i].value, "weak") ? 1 : 0;
    if (entry->class == LEXICON_ORGANISATION || (names && entry->ambiguous))
        return 1;
    return names || entry->class == LEXICON_NOUN ? 2 : 0;
}

static void tell_dead(const struct reach *reach, const struct source_entry *entry, const char *form, size_t size,
                      uint32_t holder)
{
    uint32_t at = lexicon_source_form_at(entry, form);
    /* what may be something else is not taken without a context */
    if (holder == LEXICON_NO_ENTRY && entry->ambiguous)
        return;
    if (holder == LEXICON_NO_ENTRY) {
        lexicon_source_problem(reach->source, LEXICON_ERROR, entry, at, NULL, 0,
                               "dead: `%.*s` is not found in its own text", (int)size, form);
        return;
    }
    const struct source_entry *other = &reach->source->entries[reach->origin[holder]];
    /* one person in two offices: the years tell them apart for people */
    bool by_year = entry->class == LEXICON_LEADER && other->class == LEXICON_LEADER;
    /* nor is one dead that opens a gate which the other leaves shut; what a blocker blocks is */
    bool opens = gate_of(entry) > gate_of(other) && other->class != LEXICON_BLOCKER;
    if (other->layer > entry->layer || by_year || opens)
        return;
    lexicon_source_problem(reach->source, LEXICON_ERROR, entry, at, other, other->at, "dead: `%.*s` always means %s %s",
                           (int)size, form, lexicon_class_name(other->class), other->id);
}

static bool check_form(struct reach *reach, const struct source_entry *entry, uint32_t number, const char *form,
                       size_t size)
{
    char text[TEXT_MAX];
    struct part part = {.text = text, .size = write_sample(form, size, text), .index = 1};
    if (!token_split(reach->lexicon, text, part.size, reach->scratch, &part.list))
        return false;
    if (!part.list.count)
        return true;
    part.words = arena_alloc(reach->scratch, part.list.count * sizeof *part.words);
    struct sentence sentence = {.part = &part, .last = part.list.count - 1, .trusted = true};
    if (!part.words || !match_sentence(reach->lexicon, &sentence, reach->scratch))
        return false;
    bool found = false;
    uint32_t holder = LEXICON_NO_ENTRY;
    if (entry->class == LEXICON_BLOCKER || entry->class == LEXICON_NOT_ACTOR) {
        found = part.words[0].blocked;
        const struct word *word = &part.words[0];
        int32_t taken = word->name != NONE   ? (int32_t)sentence.mentions[word->name].entry
                        : word->noun != NONE ? word->noun
                                             : word->verb;
        holder = taken == NONE ? (uint32_t)LEXICON_NO_ENTRY : (uint32_t)taken;
    } else {
        holder = taken_by(&sentence, entry->class, number, &found);
        /* a cue colours its words and hides nothing, and nothing hides it */
        if (!found && holder == LEXICON_NO_ENTRY)
            holder = blocker_of(reach, &sentence, number);
    }
    if (!found)
        tell_dead(reach, entry, form, size, holder);
    return true;
}

/* Classes whose forms stand for nothing in the text by themselves. */
static bool is_judged(const struct source_entry *entry)
{
    return lexicon_class_use(entry->class) != USE_RULE && entry->class != LEXICON_LANGUAGE &&
           entry->class != LEXICON_CURRENCY && entry->class != LEXICON_TAG && !entry->removes;
}

static bool check_entry(struct reach *reach, size_t index)
{
    const struct source_entry *entry = &reach->source->entries[index];
    const char *cursor = entry->forms, *text;
    size_t size;
    struct form form;
    while (lexicon_source_next_form(&cursor, &text, &size)) {
        enum form_result result = lexicon_form_split(entry->class, text, size, reach->scratch, &form);
        if (result == FORM_NO_MEMORY)
            return false;
        /* what a wildcard stands for decides who else has it */
        bool is_pattern =
            lexicon_class_use(entry->class) == USE_GOODS && (memchr(text, '#', size) || memchr(text, '@', size));
        if (result == FORM_BAD || is_pattern || lexicon_layers_hide(reach->layers, entry, &form))
            continue;
        if (!check_form(reach, entry, reach->order[index], text, size))
            return false;
    }
    return true;
}

bool lexicon_reach(struct lexicon_source *source, struct lexicon_layers *layers, const struct lexicon *lexicon)
{
    struct reach reach = {source,
                          layers,
                          lexicon,
                          arena_create(SCRATCH_MAX),
                          lexicon_build_order(source),
                          calloc(source->count + 1, sizeof(uint32_t))};
    bool good = reach.scratch && reach.order && reach.origin;
    for (size_t i = 0; good && i < source->count; i++)
        if (reach.order[i] != LEXICON_NO_ENTRY)
            reach.origin[reach.order[i]] = (uint32_t)i;
    for (size_t i = 0; good && i < source->count; i++) {
        good = !is_judged(&source->entries[i]) || check_entry(&reach, i);
        if (i % RESET_EVERY == 0)
            arena_reset(reach.scratch);
    }
    arena_destroy(reach.scratch);
    free(reach.order);
    free(reach.origin);
    return good;
}
