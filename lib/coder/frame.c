#include "lib/coder/frame.h"

#include "lib/base/arena.h"
#include "lib/record/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct frame_table {
    struct arena *arena;
    struct frame *frames;
    uint32_t count;
    uint32_t *slots; /* frame + 1 */
    uint32_t slot_count;
    uint64_t heads[64]; /* a bit for each head's class_hash */
};

/* Classes differ in length or in one of these letters, with few exceptions: to look at all would cost more. */
static uint64_t class_hash(const char *class)
{
    size_t size = strlen(class);
    return size ? ((uint64_t)(unsigned char)class[0] << 24 | (uint64_t)(unsigned char)class[size / 2] << 16 |
                   (uint64_t)(unsigned char)class[size - 1] << 8 | (size & 0xFF)) *
                      0x9E3779B97F4A7C15u
                : 0;
}

static uint64_t frame_hash(const char *head, const char *argument)
{
    uint64_t hash = class_hash(head) + (argument ? class_hash(argument) * 31 : 0);
    return hash >> 32;
}

static bool is_slot_key(const char *key)
{
    static const char *const settings[] = {"status", "weight", "needs",     "joint",  "office", "topic",
                                           "scope",  "who",    "whom",      "beside", "mutual", "lasting",
                                           "sides",  "direct", "exporters", "paid",   "force",  NULL};
    for (size_t i = 0; settings[i]; i++)
        if (!strcmp(settings[i], key))
            return false;
    return true;
}

/* What the frames of an entry share, with its slots in `slots`. */
static bool read_pairs(const struct lexicon *lexicon, uint32_t entry, struct frame *frame,
                       struct frame_slot slots[FRAME_SLOTS_MAX], struct error *error)
{
    frame->slots = slots;
    frame->weight = 1.0;
    frame->needs = 2;
    for (size_t i = 0; i < lexicon_entry_pair_count(lexicon, entry); i++) {
        const char *key, *value;
        lexicon_entry_pair(lexicon, entry, i, &key, &value);
        if (!strcmp(key, "status"))
            frame->status = value;
        else if (!strcmp(key, "scope"))
            frame->background = value;
        else if (!strcmp(key, "weight"))
            frame->weight = strtod(value, NULL);
        else if (!strcmp(key, "needs"))
            frame->needs = (uint32_t)strtoul(value, NULL, 10);
        else if (!strcmp(key, "joint"))
            frame->joint = true;
        else if (!strcmp(key, "force"))
            frame->force = true;
        else if (!strcmp(key, "who"))
            frame->who = value;
        else if (!strcmp(key, "whom"))
            frame->whom = value;
        else if (!strcmp(key, "beside"))
            frame->beside = value;
        else if (!strcmp(key, "lasting"))
            frame->lasting = true;
        else if (!strcmp(key, "mutual"))
            frame->mutual = true;
        else if (!strcmp(key, "topic"))
            frame->topic = value;
        else if (!strcmp(key, "exporters"))
            frame->exporters = value;
        else if (!strcmp(key, "paid"))
            frame->open_paid = true;
        else if (!strcmp(key, "direct"))
            frame->direct = true;
        else if (!strcmp(key, "sides"))
            frame->open_sides = !strcmp(value, "open");
        else if (!strcmp(key, "office")) {
            frame->office = true;
            frame->signers = !strcmp(value, "signers");
            frame->defence_office = frame->signers || !strcmp(value, "defence");
        } else if (is_slot_key(key)) {
            if (!vocabulary_has(VOCABULARY_ROLE, value))
                return error_set(error, ERROR_INPUT, "lexicon: frame %s: `%s` is no role",
                                 lexicon_entry_id(lexicon, entry), value);
            if (frame->slot_count == FRAME_SLOTS_MAX)
                return error_set(error, ERROR_LIMIT, "lexicon: frame %s has more than %d slots",
                                 lexicon_entry_id(lexicon, entry), FRAME_SLOTS_MAX);
            slots[frame->slot_count++] = (struct frame_slot){key, value};
        }
    }
    return true;
}

static const struct frame_slot *copy_slots(struct arena *arena, const struct frame_slot *slots, uint32_t count)
{
    struct frame_slot *copy = arena_alloc(arena, (count + 1) * sizeof *copy);
    return copy ? memcpy(copy, slots, count * sizeof *copy) : NULL;
}

static void insert(struct frame_table *table, uint32_t index)
{
    const struct frame *frame = &table->frames[index];
    uint64_t slot = frame_hash(frame->head, frame->argument) & (table->slot_count - 1);
    while (table->slots[slot])
        slot = (slot + 1) & (table->slot_count - 1);
    table->slots[slot] = index + 1;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_conditions(const struct frame *a, const struct frame *b)
{
    return same_text(a->who, b->who) && same_text(a->whom, b->whom) && same_text(a->beside, b->beside) &&
           a->mutual == b->mutual;
}

/* Puts a frame among the readings of its head and argument. False where two readings have the
 * same conditions. */
static bool add_frame(struct frame_table *table, const struct frame *frame)
{
    uint32_t index = table->count++;
    struct frame *added = &table->frames[index], *first = table->frames;
    *added = *frame;
    uint64_t hash = class_hash(frame->head);
    table->heads[hash >> 58] |= (uint64_t)1 << (hash >> 52 & 63);
    const struct frame *found = frame_find(table, frame->head, frame->argument);
    if (!found) {
        insert(table, index);
        return true;
    }
    for (first += found - table->frames;; first = &table->frames[first->next - table->frames]) {
        if (same_conditions(first, added))
            return false;
        if (!first->next)
            break;
    }
    first->next = added;
    return true;
}

/* Adds one frame a form of the entry: "head argument; head; …". */
static bool read_entry(struct frame_table *table, const struct lexicon *lexicon, uint32_t entry, struct error *error)
{
    struct frame common = {.entry = entry};
    struct frame_slot slots[FRAME_SLOTS_MAX];
    if (!read_pairs(lexicon, entry, &common, slots, error))
        return false;
    if (!(common.slots = copy_slots(table->arena, slots, common.slot_count)))
        return error_set(error, ERROR_MEMORY, "lexicon: out of memory");
    const char *id = lexicon_entry_id(lexicon, entry), *dot = strchr(id, '.');
    common.type = arena_copy(table->arena, id, dot ? (size_t)(dot - id) : strlen(id));
    common.subtype = dot ? dot + 1 : NULL;
    if (!common.type || !vocabulary_has(VOCABULARY_TYPE, common.type) ||
        (common.subtype && !vocabulary_has(VOCABULARY_SUBTYPE, common.subtype)))
        return error_set(error, ERROR_INPUT, "lexicon: frame `%s` is no type.subtype of the codebook", id);
    for (const char *start = lexicon_entry_forms(lexicon, entry); *start;) {
        while (*start == ' ' || *start == ';')
            start++;
        size_t size = strcspn(start, ";");
        if (!size)
            break;
        struct frame frame = common;
        size_t head = strcspn(start, "; ");
        frame.head = arena_copy(table->arena, start, head);
        size_t argument = head;
        while (argument < size && start[argument] == ' ')
            argument++;
        size_t end = argument;
        while (end < size && start[end] != ' ')
            end++;
        if (end > argument && !(frame.argument = arena_copy(table->arena, start + argument, end - argument)))
            return error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        if (!frame.head)
            return error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        if (!add_frame(table, &frame))
            return error_set(error, ERROR_INPUT,
                             "lexicon: two frames for `%s %s` on the same conditions, the second %s", frame.head,
                             frame.argument ? frame.argument : "", id);
        start += size;
    }
    return true;
}

struct frame_table *frame_table_create(const struct lexicon *lexicon, struct error *error)
{
    struct frame_table *table = calloc(1, sizeof *table);
    uint32_t first, entries = lexicon_class_entries(lexicon, LEXICON_FRAME, &first), most = 1;
    for (uint32_t i = 0; i < entries; i++, most++)
        for (const char *p = lexicon_entry_forms(lexicon, first + i); (p = strchr(p, ';')); p++)
            most++;
    if (table) {
        table->slot_count = 16;
        while (table->slot_count < most * 4)
            table->slot_count *= 2;
        table->arena = arena_create(0);
        table->frames = calloc(most, sizeof *table->frames);
        table->slots = calloc(table->slot_count, sizeof *table->slots);
    }
    if (!table || !table->arena || !table->frames || !table->slots) {
        error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        frame_table_destroy(table);
        return NULL;
    }
    for (uint32_t i = 0; i < entries; i++)
        if (!read_entry(table, lexicon, first + i, error)) {
            frame_table_destroy(table);
            return NULL;
        }
    return table;
}

void frame_table_destroy(struct frame_table *table)
{
    if (!table)
        return;
    arena_destroy(table->arena);
    free(table->frames);
    free(table->slots);
    free(table);
}

const struct frame *frame_find(const struct frame_table *table, const char *head, const char *argument)
{
    uint64_t slot = frame_hash(head, argument) & (table->slot_count - 1);
    for (; table->slots[slot]; slot = (slot + 1) & (table->slot_count - 1)) {
        const struct frame *frame = &table->frames[table->slots[slot] - 1];
        if (!strcmp(frame->head, head) &&
            (argument ? frame->argument && !strcmp(frame->argument, argument) : !frame->argument))
            return frame;
    }
    return NULL;
}

bool frame_may_begin(const struct frame_table *table, const char *head)
{
    uint64_t hash = class_hash(head);
    return table->heads[hash >> 58] >> (hash >> 52 & 63) & 1;
}

const struct frame *frame_rows(const struct frame_table *table, uint32_t *count)
{
    *count = table->count;
    return table->frames;
}

uint32_t frame_conditions(const struct frame *frame)
{
    return (uint32_t)(frame->who != NULL) + (frame->whom != NULL) + (frame->beside != NULL) + frame->mutual;
}

const char *frame_slot_role(const struct frame *frame, const char *slot, size_t size, const char **name)
{
    for (uint32_t i = 0; i < frame->slot_count; i++)
        if (strlen(frame->slots[i].slot) == size && !strncasecmp(frame->slots[i].slot, slot, size)) {
            *name = frame->slots[i].slot;
            return frame->slots[i].role;
        }
    return NULL;
}

const char *frame_role(const struct frame *frame, const char *slot, size_t size)
{
    const char *name;
    return frame_slot_role(frame, slot, size, &name);
}

const struct frame *frame_of_entry(const struct frame_table *table, uint32_t entry)
{
    /* frames stand in the order of their entries */
    uint32_t low = 0, high = table->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table->frames[middle].entry < entry)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->count && table->frames[low].entry == entry ? &table->frames[low] : NULL;
}
