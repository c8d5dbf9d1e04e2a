#include "lib/coder/evoke.h"

#include <stdlib.h>
#include <string.h>

/* Classes are numbered from 1; what frames do not name has no number. Shipped are 174. */
enum { NO_CLASS = 0, WORD_BITS = 64, SET_WORDS = 6, CLASSES_MAX = SET_WORDS * WORD_BITS };

struct class_set {
    uint64_t bits[SET_WORDS];
};

/* What a head wants beside itself. */
struct wanted {
    bool alone;                 /* it evokes a frame by itself */
    struct class_set arguments; /* or with one of these */
};

struct evoke_table {
    const char *names[CLASSES_MAX]; /* in the frames and the lexicon */
    uint32_t count;
    uint16_t *entries;       /* the class of each lexicon entry that is a noun, verb or number */
    uint16_t *with_particle; /* of a verb and the "out" behind its object */
    struct wanted *wanted;   /* one a class */
    uint16_t being, money, train, training, plain_mission, mission;
    struct class_set of_names[LEXICON_CLASS_COUNT]; /* what seek_argument_class makes of names */
    bool full;                                      /* more classes than fit: then every sentence may evoke something */
};

static void set_add(struct class_set *set, uint32_t class)
{
    set->bits[class / WORD_BITS] |= class ? (uint64_t)1 << (class % WORD_BITS) : 0;
}

static bool set_has(const struct class_set *set, uint32_t class)
{
    return set->bits[class / WORD_BITS] >> (class % WORD_BITS) & 1;
}

static void set_join(struct class_set *set, const struct class_set *other)
{
    for (size_t i = 0; i < SET_WORDS; i++)
        set->bits[i] |= other->bits[i];
}

static bool sets_meet(const struct class_set *a, const struct class_set *b)
{
    uint64_t both = 0;
    for (size_t i = 0; i < SET_WORDS; i++)
        both |= a->bits[i] & b->bits[i];
    return both != 0;
}

/* NO_CLASS where no frame names it. */
static uint16_t find_class(const struct evoke_table *table, const char *name)
{
    for (uint32_t i = 1; name && i <= table->count; i++)
        if (*table->names[i] == *name && !strcmp(table->names[i], name))
            return (uint16_t)i;
    return NO_CLASS;
}

static uint16_t add_class(struct evoke_table *table, const char *name)
{
    uint16_t found = find_class(table, name);
    if (found || !name)
        return found;
    if (table->count + 1 == CLASSES_MAX) {
        table->full = true;
        return NO_CLASS;
    }
    table->names[++table->count] = name;
    return (uint16_t)table->count;
}

static void read_frames(struct evoke_table *table, const struct frame_table *frames)
{
    uint32_t count;
    const struct frame *rows = frame_rows(frames, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct wanted *wanted = &table->wanted[add_class(table, rows[i].head)];
        if (rows[i].argument)
            set_add(&wanted->arguments, add_class(table, rows[i].argument));
        else
            wanted->alone = true;
    }
}

static void read_entries(struct evoke_table *table, const struct lexicon *lexicon)
{
    static const enum lexicon_class classes[] = {LEXICON_NOUN, LEXICON_VERB, LEXICON_NUMBER};
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++) {
        uint32_t first, count = lexicon_class_entries(lexicon, classes[k], &first);
        for (uint32_t i = first; i < first + count; i++) {
            table->entries[i] = find_class(table, lexicon_entry_id(lexicon, i));
            if (classes[k] == LEXICON_VERB)
                table->with_particle[i] = find_class(table, lexicon_entry_value(lexicon, i, "out"));
        }
    }
}

/* The classes that seek_argument_class gives to names, and to nouns beside names of that class. */
static void read_names(struct evoke_table *table)
{
    static const struct {
        enum lexicon_class class;
        const char *name;
    } rows[] = {{LEXICON_EQUIPMENT, "goods"},
                {LEXICON_EQUIPMENT_CLASS, "goods"},
                {LEXICON_EXERCISE, "exercise_name"},
                {LEXICON_FAIR, "fair_name"},
                {LEXICON_TREATY, "treaty_name"},
                {LEXICON_PROGRAMME, "military_grant"},
                {LEXICON_PROGRAMME, "arms_sale"},
                {LEXICON_PROGRAMME, "programme_name"},
                {LEXICON_LEADER, "leader_office"},
                {LEXICON_ORGANISATION, "mission_name"},
                {LEXICON_ORGANISATION, "civil_organisation"},
                {LEXICON_ORGANISATION, "organisation"},
                {LEXICON_ORGANISATION_PART, "mission_name"},
                {LEXICON_FORCE, "peacekeepers"},
                {LEXICON_FORCE, "forces"},
                {LEXICON_FORCE, "defence_office"},
                {LEXICON_COMPANY, "company"},
                {LEXICON_INSTITUTION, "schools"},
                {LEXICON_ARMED_GROUP, "armed_people"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set_add(&table->of_names[rows[i].class], find_class(table, rows[i].name));
    table->being = find_class(table, "being");
    table->money = find_class(table, "money");
    table->train = find_class(table, "train");
    table->training = find_class(table, "training");
    table->plain_mission = find_class(table, "plain_mission");
    table->mission = find_class(table, "mission");
}

struct evoke_table *evoke_table_create(const struct lexicon *lexicon, const struct frame_table *frames,
                                       struct error *error)
{
    struct evoke_table *table = calloc(1, sizeof *table);
    size_t entries = lexicon_entry_count(lexicon) + (size_t)1;
    if (table) {
        table->entries = calloc(entries, sizeof *table->entries);
        table->with_particle = calloc(entries, sizeof *table->with_particle);
        table->wanted = calloc(CLASSES_MAX, sizeof *table->wanted);
    }
    if (!table || !table->entries || !table->with_particle || !table->wanted) {
        evoke_table_destroy(table);
        error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        return NULL;
    }
    read_frames(table, frames);
    read_entries(table, lexicon);
    read_names(table);
    return table;
}

void evoke_table_destroy(struct evoke_table *table)
{
    if (!table)
        return;
    free(table->entries);
    free(table->with_particle);
    free(table->wanted);
    free(table);
}

/* Adds the classes of verbs to `heads`, and those that seek_argument_class can give to `arguments`. */
static void gather(const struct evoke_table *table, const struct sentence *sentence, struct class_set *heads,
                   struct class_set *arguments)
{
    const struct part *part = sentence->part;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &part->words[i];
        if (word->noun != NONE)
            set_add(arguments, table->entries[word->noun]);
        if (word->number != NONE && table->entries[word->number] == table->money)
            set_add(arguments, table->money);
        if (part->list.tokens[i].mark == '$')
            set_add(arguments, table->money);
        if (word->verb == NONE)
            continue;
        const int32_t verbs[] = {word->verb, word->verb2, word->verb3};
        for (size_t k = 0; k < sizeof verbs / sizeof *verbs && verbs[k] != NONE; k++) {
            set_add(heads, table->entries[verbs[k]]);
            set_add(heads, table->with_particle[verbs[k]]);
        }
    }
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        set_join(arguments, &table->of_names[sentence->mentions[i].class]);
}

bool evoke_possible(const struct evoke_table *table, const struct sentence *sentence)
{
    struct class_set heads = {{0}}, arguments = {{0}};
    gather(table, sentence, &heads, &arguments);
    if (set_has(&arguments, table->plain_mission))
        set_add(&arguments, table->mission);
    if (set_has(&heads, table->train))
        set_add(&arguments, table->training);
    if (sentence->headline)
        set_add(&heads, table->being);
    set_join(&heads, &arguments);
    for (size_t i = 0; i < SET_WORDS; i++)
        for (uint64_t left = heads.bits[i]; left; left &= left - 1) {
            const struct wanted *wanted = &table->wanted[i * WORD_BITS + (size_t)__builtin_ctzll(left)];
            if (wanted->alone || sets_meet(&wanted->arguments, &arguments))
                return true;
        }
    return table->full;
}
