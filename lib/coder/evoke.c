#include "lib/coder/evoke.h"

#include "lib/coder/seek.h"
#include "lib/coder/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Classes are numbered from 1: those of nouns and verbs, and those that frames name. Shipped are fewer than 300. */
enum { NO_CLASS = 0, WORD_BITS = 64, SET_WORDS = 6, CLASSES_MAX = SET_WORDS * WORD_BITS, NAME_SLOTS = 1024 };

struct class_set {
    uint64_t bits[SET_WORDS];
};

/* What a head wants beside itself where its frames set no conditions. */
struct wanted {
    bool alone;                 /* it evokes a frame by itself */
    struct class_set arguments; /* or with one of these */
    uint32_t first, count;      /* its frames with conditions */
};

/* A frame with conditions: those of them that can be told without grammar. */
struct conditional {
    uint16_t head, argument; /* NO_CLASS: it needs none */
    bool force, craft;       /* the sentence must name troops; troops or craft */
    bool mutual, has_beside;
    struct class_set beside;
};

/* What the heads of some frames want. */
struct wants {
    struct wanted *wanted;            /* one a class */
    struct conditional *conditionals; /* by head */
};

/* What a lexicon entry says to frames. */
struct entry_row {
    uint16_t class;         /* of a noun, verb, number or organisation */
    uint16_t with_particle; /* of a verb and the "out" behind its object */
    uint8_t marks;          /* enum entry_mark */
};

struct evoke_table {
    const char *names[CLASSES_MAX]; /* in the frames and the lexicon */
    uint32_t count;
    uint16_t slots[NAME_SLOTS]; /* classes by the hashes of their names */
    struct entry_row *entries;
    struct wants all, alone; /* of all frames, and of those for which one party may be enough */
    uint16_t being, bare, office, forces, ministry, money, train, training, plain_mission, mission;
    struct class_set of_names[LEXICON_CLASS_COUNT]; /* what seek_argument_class makes of names */
    bool full;                                      /* more classes than fit: then every sentence may evoke something */
};

enum entry_mark { MARK_FORCE = 1, MARK_CRAFT = 2, MARK_MUTUAL = 4 };

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

/* The slot of a name, or the empty one where it would stand: many more slots than classes. */
static uint16_t *name_slot(struct evoke_table *table, const char *name)
{
    uint32_t slot = lexicon_hash(name, strlen(name)) % NAME_SLOTS;
    while (table->slots[slot] && strcmp(table->names[table->slots[slot]], name) != 0)
        slot = (slot + 1) % NAME_SLOTS;
    return &table->slots[slot];
}

/* NO_CLASS where it has no number: no frame can want it. */
static uint16_t find_class(struct evoke_table *table, const char *name)
{
    return name ? *name_slot(table, name) : NO_CLASS;
}

static uint16_t add_class(struct evoke_table *table, const char *name)
{
    uint16_t *slot = name ? name_slot(table, name) : NULL;
    if (!slot || *slot)
        return slot ? *slot : NO_CLASS;
    if (table->count + 1 == CLASSES_MAX) {
        table->full = true;
        return NO_CLASS;
    }
    table->names[++table->count] = name;
    return *slot = (uint16_t)table->count;
}

static bool is_conditional(const struct frame *frame)
{
    return frame->who || frame->whom || frame->beside || frame->mutual;
}

static void read_conditions(struct evoke_table *table, const struct frame *frame, struct conditional *row)
{
    bool subject = frame->who && strcmp(frame->who, "actor") != 0;
    row->head = add_class(table, frame->head);
    row->argument = frame->argument ? add_class(table, frame->argument) : NO_CLASS;
    row->craft = subject && !strcmp(frame->who, "craft");
    row->force = (subject && !row->craft) ||
                 (frame->whom && strcmp(frame->whom, "none") != 0 && strcmp(frame->whom, "actor") != 0);
    row->mutual = frame->mutual;
    row->has_beside = frame->beside != NULL;
    for (const char *start = frame->beside; start && *start;) {
        char name[64];
        size_t size = strcspn(start, ",");
        snprintf(name, sizeof name, "%.*s", (int)size, start);
        uint16_t class = find_class(table, name);
        row->has_beside &= class != NO_CLASS;
        set_add(&row->beside, class);
        start += size + (start[size] == ',');
    }
}

static int by_head(const void *a, const void *b)
{
    const struct conditional *one = a, *other = b;
    return (int)one->head - (int)other->head;
}

/* All classes of words have numbers, also those that only a condition names. */
static void name_classes(struct evoke_table *table, const struct lexicon *lexicon)
{
    static const enum lexicon_class classes[] = {LEXICON_NOUN, LEXICON_VERB};
    for (size_t k = 0; k < sizeof classes / sizeof *classes; k++) {
        uint32_t first, count = lexicon_class_entries(lexicon, classes[k], &first);
        for (uint32_t i = first; i < first + count; i++)
            add_class(table, lexicon_entry_id(lexicon, i));
    }
}

/* Who joins an international operation does so with others, who need no names (role_joins_many); of exercises see
 * tells_of_nations. */
static bool may_stand_alone(const struct frame *frame)
{
    return frame->needs < 2 || !strcmp(frame->type, "operation");
}

static void read_frames(struct evoke_table *table, const struct frame_table *frames, struct wants *wants, bool alone)
{
    uint32_t count, conditionals = 0;
    const struct frame *rows = frame_rows(frames, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct wanted *wanted = &wants->wanted[add_class(table, rows[i].head)];
        if (alone && !may_stand_alone(&rows[i]))
            continue;
        if (is_conditional(&rows[i]))
            read_conditions(table, &rows[i], &wants->conditionals[conditionals++]);
        else if (rows[i].argument)
            set_add(&wanted->arguments, add_class(table, rows[i].argument));
        else
            wanted->alone = true;
    }
    qsort(wants->conditionals, conditionals, sizeof *wants->conditionals, by_head);
    for (uint32_t i = 0; i < conditionals; i++) {
        struct wanted *wanted = &wants->wanted[wants->conditionals[i].head];
        wanted->first = wanted->count ? wanted->first : i;
        wanted->count++;
    }
}

static void read_word(struct evoke_table *table, const struct lexicon *lexicon, uint32_t entry)
{
    const char *stands = lexicon_entry_value(lexicon, entry, "stands");
    const char *id = lexicon_entry_id(lexicon, entry);
    table->entries[entry].class = find_class(table, id);
    table->entries[entry].with_particle = find_class(table, lexicon_entry_value(lexicon, entry, "out"));
    if (stands && !strcmp(stands, "force"))
        table->entries[entry].marks |= MARK_FORCE;
    if (!strcmp(id, "goods") || !strcmp(id, "merchant_ships") || !strcmp(id, "craft"))
        table->entries[entry].marks |= MARK_CRAFT;
}

/* As seek_argument_class has it: some organisations are missions by name. */
static void read_organisation(struct evoke_table *table, const struct lexicon *lexicon, uint32_t entry)
{
    const char *class = lexicon_entry_value(lexicon, entry, "kind")    ? "mission_name"
                        : lexicon_entry_value(lexicon, entry, "civil") ? "civil_organisation"
                                                                       : "organisation";
    table->entries[entry].class = find_class(table, class);
}

static void read_cue(struct evoke_table *table, const struct lexicon *lexicon, uint32_t entry)
{
    if (lexicon_entry_value(lexicon, entry, "mutual"))
        table->entries[entry].marks |= MARK_MUTUAL;
}

static void read_entries(struct evoke_table *table, const struct lexicon *lexicon)
{
    static const struct {
        enum lexicon_class class;
        void (*read)(struct evoke_table *table, const struct lexicon *lexicon, uint32_t entry);
    } rows[] = {{LEXICON_NOUN, read_word},
                {LEXICON_VERB, read_word},
                {LEXICON_NUMBER, read_word},
                {LEXICON_CUE, read_cue},
                {LEXICON_ORGANISATION, read_organisation},
                {LEXICON_ORGANISATION_PART, read_organisation}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        uint32_t first, count = lexicon_class_entries(lexicon, rows[k].class, &first);
        for (uint32_t i = first; i < first + count; i++)
            rows[k].read(table, lexicon, i);
    }
}

/* The classes that seek_argument_class gives to names, and to nouns beside names of that class. */
static void read_names(struct evoke_table *table)
{
    static const struct {
        enum lexicon_class class;
        const char *name;
    } rows[] = {{LEXICON_EQUIPMENT, "goods"},          {LEXICON_EQUIPMENT_CLASS, "goods"},
                {LEXICON_EXERCISE, "exercise_name"},   {LEXICON_FAIR, "fair_name"},
                {LEXICON_TREATY, "treaty_name"},       {LEXICON_SITE, "site"},
                {LEXICON_PROGRAMME, "military_grant"}, {LEXICON_PROGRAMME, "arms_sale"},
                {LEXICON_PROGRAMME, "programme_name"}, {LEXICON_LEADER, "leader_office"},
                {LEXICON_FORCE, "peacekeepers"},       {LEXICON_FORCE, "forces"},
                {LEXICON_FORCE, "defence_office"},     {LEXICON_COMPANY, "company"},
                {LEXICON_INSTITUTION, "schools"},      {LEXICON_ARMED_GROUP, "armed_people"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set_add(&table->of_names[rows[i].class], find_class(table, rows[i].name));
    table->being = find_class(table, "being");
    table->bare = find_class(table, "bare");
    table->office = find_class(table, "defence_office");
    table->forces = find_class(table, "forces");
    table->ministry = find_class(table, "defence_ministry");
    table->money = find_class(table, "money");
    table->train = find_class(table, "train");
    table->training = find_class(table, "training");
    table->plain_mission = find_class(table, "plain_mission");
    table->mission = find_class(table, "mission");
}

static bool wants_create(struct wants *wants, uint32_t frames)
{
    wants->wanted = calloc(CLASSES_MAX, sizeof *wants->wanted);
    wants->conditionals = calloc(frames + (size_t)1, sizeof *wants->conditionals);
    return wants->wanted && wants->conditionals;
}

struct evoke_table *evoke_table_create(const struct lexicon *lexicon, const struct frame_table *frames,
                                       struct error *error)
{
    struct evoke_table *table = calloc(1, sizeof *table);
    size_t entries = lexicon_entry_count(lexicon) + (size_t)1;
    uint32_t count;
    frame_rows(frames, &count);
    if (table) {
        table->entries = calloc(entries, sizeof *table->entries);
    }
    if (!table || !table->entries || !wants_create(&table->all, count) || !wants_create(&table->alone, count)) {
        evoke_table_destroy(table);
        error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        return NULL;
    }
    name_classes(table, lexicon);
    read_frames(table, frames, &table->all, false);
    read_frames(table, frames, &table->alone, true);
    read_entries(table, lexicon);
    read_names(table);
    return table;
}

void evoke_table_destroy(struct evoke_table *table)
{
    if (!table)
        return;
    free(table->entries);
    free(table->all.wanted);
    free(table->all.conditionals);
    free(table->alone.wanted);
    free(table->alone.conditionals);
    free(table);
}

/* The classes of a sentence's words: of its verbs, and those that seek_argument_class can give. */
struct gathered {
    struct class_set heads, arguments;
    unsigned marks; /* enum entry_mark */
};

static void gather_word(const struct evoke_table *table, const struct word *word, struct gathered *found)
{
    if (word->noun != NONE) {
        set_add(&found->arguments, table->entries[word->noun].class);
        found->marks |= table->entries[word->noun].marks;
    }
    if (word->number != NONE && table->entries[word->number].class == table->money)
        set_add(&found->arguments, table->money);
    if (word->cue != NONE)
        found->marks |= table->entries[word->cue].marks & MARK_MUTUAL;
    if (word->verb == NONE)
        return;
    const int32_t verbs[] = {word->verb, word->verb2, word->verb3};
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs && verbs[k] != NONE; k++) {
        set_add(&found->heads, table->entries[verbs[k]].class);
        set_add(&found->heads, table->entries[verbs[k]].with_particle);
    }
}

static void gather_name(const struct evoke_table *table, const struct mention *mention, struct gathered *found)
{
    if (mention->class == LEXICON_ORGANISATION || mention->class == LEXICON_ORGANISATION_PART)
        set_add(&found->arguments, table->entries[mention->entry].class);
    set_join(&found->arguments, &table->of_names[mention->class]);
    if (mention->class == LEXICON_FORCE)
        found->marks |= MARK_FORCE;
    if (lexicon_class_use((enum lexicon_class)mention->class) == USE_GOODS)
        found->marks |= MARK_CRAFT;
}

/* Somebody who holds an office of defence, or the forces or the body that he heads. */
static bool may_be_of_defence(const struct evoke_table *table, const struct sentence *sentence,
                              const struct gathered *found)
{
    if (set_has(&found->arguments, table->office) || set_has(&found->arguments, table->forces) ||
        set_has(&found->arguments, table->ministry))
        return true;
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (sentence->mentions[i].class == LEXICON_INSTITUTION)
            return true;
    return false;
}

/* "was in Ankara" */
static bool says_where_it_is(const struct sentence *sentence)
{
    static const char *const words[] = {"is", "was", "are", "were", NULL};
    for (uint32_t i = sentence->first; i < sentence->last; i++) {
        if (!word_is(sentence, i + 1, "in"))
            continue;
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    }
    return false;
}

static void gather(const struct evoke_table *table, const struct sentence *sentence, struct gathered *found)
{
    const struct part *part = sentence->part;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &part->words[i];
        if ((word->noun & word->verb & word->number & word->cue) != NONE)
            gather_word(table, word, found);
        if (part->list.tokens[i].mark == '$')
            set_add(&found->arguments, table->money);
    }
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        gather_name(table, &sentence->mentions[i], found);
        /* "a US general" */
        if (sentence->mentions[i].last < sentence->last && seek_is_rank(sentence, sentence->mentions[i].last + 1))
            set_add(&found->arguments, table->office);
    }
    if (set_has(&found->arguments, table->plain_mission))
        set_add(&found->arguments, table->mission);
    /* "a protocol on training officers" */
    if (set_has(&found->heads, table->train))
        set_add(&found->arguments, table->training);
    if (sentence->headline) {
        set_add(&found->heads, table->being);
        set_add(&found->heads, table->bare);
    } else if (may_be_of_defence(table, sentence, found) && says_where_it_is(sentence)) {
        set_add(&found->heads, table->being);
        set_add(&found->arguments, table->office); /* "the head of the navy" */
    }
    set_join(&found->heads, &found->arguments);
}

static bool conditions_may_hold(const struct conditional *row, const struct gathered *found)
{
    bool force = found->marks & MARK_FORCE, craft = found->marks & (MARK_FORCE | MARK_CRAFT);
    return (row->argument == NO_CLASS || set_has(&found->arguments, row->argument)) && (!row->force || force) &&
           (!row->craft || craft) && (!row->mutual || found->marks & MARK_MUTUAL) &&
           (!row->has_beside || sets_meet(&row->beside, &found->heads));
}

static bool may_evoke(const struct wants *wants, uint32_t class, const struct gathered *found)
{
    const struct wanted *wanted = &wants->wanted[class];
    if (wanted->alone || sets_meet(&wanted->arguments, &found->arguments))
        return true;
    for (uint32_t i = 0; i < wanted->count; i++)
        if (conditions_may_hold(&wants->conditionals[wanted->first + i], found))
            return true;
    return false;
}

static bool evokes(const struct evoke_table *table, const struct wants *wants, const struct sentence *sentence)
{
    struct gathered found = {.marks = 0};
    gather(table, sentence, &found);
    for (size_t i = 0; i < SET_WORDS; i++)
        for (uint64_t left = found.heads.bits[i]; left; left &= left - 1)
            if (may_evoke(wants, (uint32_t)(i * WORD_BITS) + (uint32_t)__builtin_ctzll(left), &found))
                return true;
    return table->full;
}

bool evoke_possible(const struct evoke_table *table, struct sentence *sentence)
{
    if (!sentence->evokes)
        sentence->evokes = evokes(table, &table->all, sentence) ? 1 : 2;
    return sentence->evokes == 1;
}

/* "a 14-nation exercise": those whom it counts need no names. */
static bool tells_of_nations(const struct sentence *sentence)
{
    for (uint32_t i = sentence->first + 1; i <= sentence->last; i++)
        if (sentence->part->list.tokens[i].flags & TOKEN_JOINED &&
            (word_is(sentence, i, "nation") || word_is(sentence, i, "country")))
            return true;
    return false;
}

bool evoke_possible_alone(const struct evoke_table *table, struct sentence *sentence)
{
    return evoke_possible(table, sentence) && (evokes(table, &table->alone, sentence) || tells_of_nations(sentence));
}
