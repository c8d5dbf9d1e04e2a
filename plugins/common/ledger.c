#include "plugins/common/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ENTRIES_MAX = 40000, /* 24 bytes each: within a value's size */
    ABSENCES_MAX = 100,  /* fetches that an entry may be missing from and still be known */
    TRIES_MAX = 250
};

/* As it stands in the value; integers in the machine's order, since kv/1 is the machine's own. */
struct row {
    uint64_t entry, content;
    uint8_t is_done, tries, absences, is_here;
    uint32_t again_s;
};

struct ledger {
    const struct ent_kv_1 *kv;
    struct row *rows; /* sorted by entry after ledger_open; new ones behind */
    size_t count, sorted, capacity;
    bool has_changed;
};

struct ledger *ledger_create(const struct ent_kv_1 *kv)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger)
        ledger->kv = kv;
    return ledger;
}

void ledger_destroy(struct ledger *ledger)
{
    if (ledger)
        free(ledger->rows);
    free(ledger);
}

static struct ent_str list_key(void)
{
    return ent_text("entries");
}

static struct ent_str mark_key(uint64_t entry, char text[32])
{
    snprintf(text, 32, "done/%016llx", (unsigned long long)entry);
    return ent_text(text);
}

static bool reserve(struct ledger *ledger, size_t count)
{
    if (count <= ledger->capacity)
        return true;
    struct row *grown = realloc(ledger->rows, (count + 64) * sizeof *grown);
    if (!grown)
        return false;
    ledger->rows = grown;
    ledger->capacity = count + 64;
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* "1", or "1 SECONDS" where its page is to be asked for again. */
static uint32_t read_mark(struct ent_str value)
{
    char text[32];
    uint32_t again_s = 0;
    snprintf(text, sizeof text, "%.*s", (int)(value.size < 31 ? value.size : 31), value.data);
    return sscanf(text, "1 %" SCNu32, &again_s) == 1 ? again_s : 0;
}

/* Marks are deleted as they are taken in; should the unit not be committed, both stay as they were. */
static void take_marks(struct ledger *ledger, struct ent_unit *unit)
{
    for (size_t i = 0; i < ledger->count; i++) {
        struct row *row = &ledger->rows[i];
        char text[32];
        struct ent_str value, key = mark_key(row->entry, text);
        row->is_here = 0;
        if (row->is_done || !ledger->kv->get(unit, key, &value))
            continue;
        row->is_done = 1;
        row->again_s = read_mark(value);
        ledger->has_changed = true;
        ledger->kv->put(unit, key, ent_bytes(NULL, 0));
    }
}

bool ledger_open(struct ledger *ledger, struct ent_unit *unit)
{
    struct ent_str value = {NULL, 0};
    ledger->count = 0;
    ledger->has_changed = false;
    if (ledger->kv->get(unit, list_key(), &value) && value.size % sizeof *ledger->rows == 0) {
        if (!reserve(ledger, value.size / sizeof *ledger->rows))
            return false;
        ledger->count = value.size / sizeof *ledger->rows;
        if (ledger->count)
            memcpy(ledger->rows, value.data, value.size);
    }
    if (ledger->count)
        qsort(ledger->rows, ledger->count, sizeof *ledger->rows, compare_rows);
    ledger->sorted = ledger->count;
    take_marks(ledger, unit);
    return true;
}

static struct row *find(struct ledger *ledger, uint64_t entry)
{
    struct row key = {.entry = entry};
    return ledger->sorted ? bsearch(&key, ledger->rows, ledger->sorted, sizeof key, compare_rows) : NULL;
}

struct ledger_entry ledger_look(struct ledger *ledger, uint64_t entry, uint64_t content)
{
    struct row *row = find(ledger, entry);
    struct ledger_entry found = {.standing = LEDGER_NEW};
    if (!row)
        return found;
    if (row->absences)
        ledger->has_changed = true;
    row->is_here = 1;
    row->absences = 0;
    if (row->content != content)
        return found;
    found.standing = row->is_done ? LEDGER_DONE : LEDGER_PENDING;
    found.tries = row->tries;
    found.again_s = row->again_s;
    return found;
}

void ledger_note(struct ledger *ledger, uint64_t entry, uint64_t content, bool is_done)
{
    struct row *row = find(ledger, entry);
    ledger->has_changed = true;
    if (!row) {
        if (ledger->count == ENTRIES_MAX || !reserve(ledger, ledger->count + 1))
            return; /* it will be taken for new once more, which the store sees */
        row = &ledger->rows[ledger->count++];
        *row = (struct row){.entry = entry};
    }
    row->tries = row->content == content && row->tries < TRIES_MAX ? (uint8_t)(row->tries + !is_done) : !is_done;
    row->content = content;
    row->is_done = is_done;
    row->again_s = 0;
    row->is_here = 1;
}

bool ledger_close(struct ledger *ledger, struct ent_unit *unit)
{
    size_t kept = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        struct row *row = &ledger->rows[i];
        if (!row->is_here)
            row->absences++;
        bool is_forgotten = !row->is_here && row->absences >= ABSENCES_MAX;
        ledger->has_changed = ledger->has_changed || is_forgotten;
        if (!is_forgotten)
            ledger->rows[kept++] = *row;
    }
    ledger->count = kept;
    /* A mere count of absences can wait for the next change. */
    return !ledger->has_changed ||
           ledger->kv->put(unit, list_key(), ent_bytes((const char *)ledger->rows, kept * sizeof *ledger->rows)) == 0;
}

int64_t ledger_again(const struct ledger *ledger)
{
    uint32_t least = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct row *row = &ledger->rows[i];
        if (row->is_here && row->is_done && row->again_s && (least == 0 || row->again_s < least))
            least = row->again_s;
    }
    return least;
}

bool ledger_mark(struct ledger *ledger, struct ent_unit *unit, uint64_t entry, int64_t again_s)
{
    char key[32], value[32] = "1";
    if (again_s > 0 && again_s <= UINT32_MAX)
        snprintf(value, sizeof value, "1 %" PRId64, again_s);
    return ledger->kv->put(unit, mark_key(entry, key), ent_text(value)) == 0;
}
