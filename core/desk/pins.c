#include "core/desk/pins.h"

#include "core/desk/anchors.h"

#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

/* A hand's number: four times that of its correction, and what it is. */
enum { HAND_JOINED = 0, HAND_LEFT = 2, HAND_MOVED = 3, HAND_STEP = 4 };

bool pin_is_parted(int64_t hand)
{
    return (hand & HAND_LEFT) != 0;
}

int64_t pin_correction(int64_t hand)
{
    return hand / HAND_STEP;
}

/* ---- from corrections to pins ---- */

struct pin {
    size_t anchor; /* in the list */
    int64_t hand;
    uint64_t hash;
};

struct building {
    struct store *store;
    struct error *error;
    struct anchors *anchors; /* of all corrections, in their order */
    struct pin *pins;        /* each report once */
    size_t count, capacity;
    bool failed;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for what people put together and parted");
}

static bool is_same_report(const struct correction_anchor *a, const struct correction_anchor *b)
{
    return strcmp(a->event, b->event) == 0 && strcmp(a->item, b->item) == 0;
}

static const struct correction_anchor *anchor_of(const struct building *building, const struct pin *pin)
{
    return &building->anchors->rows[pin->anchor];
}

static uint64_t hash_anchor(const struct correction_anchor *anchor)
{
    return hash_bytes(anchor->event, strlen(anchor->event));
}

/* The report's pin, new ones under no hand; NULL when memory is out. */
static struct pin *pin_of(struct building *building, size_t at)
{
    const struct correction_anchor *anchor = &building->anchors->rows[at];
    uint64_t hash = hash_anchor(anchor);
    for (size_t i = 0; i < building->count; i++) {
        struct pin *pin = &building->pins[i];
        if (pin->hash == hash && is_same_report(anchor_of(building, pin), anchor))
            return pin;
    }
    if (building->count == building->capacity) {
        size_t capacity = building->capacity ? 2 * building->capacity : 64;
        struct pin *pins = realloc(building->pins, capacity * sizeof *pins);
        if (!pins)
            return NULL;
        building->pins = pins;
        building->capacity = capacity;
    }
    building->pins[building->count] = (struct pin){.anchor = at, .hash = hash};
    return &building->pins[building->count++];
}

/* All of one hand to another. */
static void rename_hand(struct building *building, int64_t from, int64_t to)
{
    for (size_t i = 0; from != 0 && i < building->count; i++)
        if (building->pins[i].hand == from)
            building->pins[i].hand = to;
}

static bool take_correction(struct building *building, const struct correction_row *row)
{
    size_t first = building->anchors->count;
    if (!anchors_read(building->anchors, building->store, row->number, building->error))
        return false;
    bool is_split = row->kind == CORRECTION_SPLIT;
    for (size_t i = first; i < building->anchors->count; i++) {
        int64_t hand = row->number * HAND_STEP +
                       (!is_split ? HAND_JOINED : building->anchors->rows[i].part ? HAND_MOVED : HAND_LEFT);
        struct pin *pin = pin_of(building, i);
        if (!pin)
            return no_memory(building->error);
        int64_t before = pin->hand;
        if (!is_split)
            rename_hand(building, before, hand);
        pin->hand = hand;
    }
    return true;
}

static bool build(void *context, const struct correction_row *row)
{
    struct building *building = context;
    if (!row->is_undone && (row->kind == CORRECTION_MERGE || row->kind == CORRECTION_SPLIT))
        building->failed = !take_correction(building, row);
    return !building->failed;
}

static bool write_pins(struct building *building, struct error *error)
{
    bool ok = store_pins_clear(building->store, error);
    for (size_t i = 0; ok && i < building->count; i++) {
        struct pin_row row = {.anchor = building->anchors->rows[building->pins[i].anchor], .hand = building->pins[i].hand};
        ok = store_pin_put(building->store, &row, error);
    }
    return ok;
}

/* ---- from pins to reports ---- */

struct item_pins {
    struct anchors *anchors;
    int64_t *hands;
    size_t capacity;
    struct error *error;
    bool failed;
};

static bool add_pin(void *context, const struct pin_row *row)
{
    struct item_pins *pins = context;
    if (pins->anchors->count == pins->capacity) {
        size_t capacity = pins->capacity ? 2 * pins->capacity : 16;
        int64_t *hands = realloc(pins->hands, capacity * sizeof *hands);
        pins->failed = !hands && !no_memory(pins->error);
        if (pins->failed)
            return false;
        pins->hands = hands;
        pins->capacity = capacity;
    }
    pins->hands[pins->anchors->count] = row->hand;
    pins->failed = !anchors_add(pins->anchors, &row->anchor, pins->error);
    return !pins->failed;
}

static bool set_hand(struct placing *placing, struct member *member, int64_t hand, struct error *error)
{
    if (member->at.hand == hand)
        return true;
    return placing_touch(placing, member->at.root, error) && placing_disturb_pinned(placing, error) &&
           members_set_hand(placing->store, member, hand, error) && placing_add(placing, member, error);
}

/* A report's own pin goes before one that has lost its report and means this one now. */
static int64_t hand_of(const struct item_pins *pins, const struct member *member, const struct member_list *item)
{
    for (size_t i = 0; i < pins->anchors->count; i++)
        if (strcmp(pins->anchors->rows[i].event, member->at.event) == 0)
            return pins->hands[i];
    for (size_t i = 0; i < pins->anchors->count; i++)
        if (anchor_among(&pins->anchors->rows[i], item) == member)
            return pins->hands[i];
    return 0;
}

bool pins_apply(struct placing *placing, const char *item_id, const struct member_list *item, struct error *error)
{
    struct item_pins pins = {.anchors = anchors_create(), .error = error};
    bool ok = pins.anchors || no_memory(error);
    ok = ok && store_pins_each(placing->store, item_id, add_pin, &pins, error) && !pins.failed;
    for (size_t i = 0; ok && i < item->count; i++)
        if (!item->rows[i]->is_gone)
            ok = set_hand(placing, item->rows[i], hand_of(&pins, item->rows[i], item), error);
    anchors_destroy(pins.anchors);
    free(pins.hands);
    return ok;
}

/* Pins that stand as they were before are struck out, by a hand of 0. */
static void strike_unchanged(struct item_pins *before, struct building *building)
{
    for (size_t i = 0; i < before->anchors->count; i++) {
        const struct correction_anchor *anchor = &before->anchors->rows[i];
        uint64_t hash = hash_anchor(anchor);
        for (size_t j = 0; j < building->count; j++) {
            struct pin *pin = &building->pins[j];
            if (pin->hash != hash || pin->hand != before->hands[i] || !is_same_report(anchor, anchor_of(building, pin)))
                continue;
            before->hands[i] = pin->hand = 0;
            break;
        }
    }
}

/* The items that have other pins now than before. */
static bool apply_changed(struct placing *placing, struct item_pins *before, struct building *building,
                          struct error *error)
{
    struct member_list item = {NULL, 0, 0};
    size_t old = before->anchors->count;
    bool ok = true;
    strike_unchanged(before, building);
    for (size_t i = 0; ok && i < old + building->count; i++) {
        const struct correction_anchor *anchor =
            i < old ? &before->anchors->rows[i] : anchor_of(building, &building->pins[i - old]);
        if ((i < old ? before->hands[i] : building->pins[i - old].hand) == 0)
            continue;
        ok = members_of_item(placing->members, placing->store, anchor->item, &item, error) &&
             pins_apply(placing, anchor->item, &item, error);
    }
    members_list_free(&item);
    return ok;
}

bool pins_rebuild(struct placing *placing, struct error *error)
{
    struct building building = {.store = placing->store, .error = error, .anchors = anchors_create()};
    struct item_pins before = {.anchors = anchors_create(), .error = error};
    bool ok = (building.anchors && before.anchors) || no_memory(error);
    ok = ok && store_pins_each(placing->store, NULL, add_pin, &before, error) && !before.failed &&
         store_corrections_each(placing->store, 0, 0, build, &building, error) && !building.failed &&
         write_pins(&building, error) && apply_changed(placing, &before, &building, error);
    anchors_destroy(building.anchors);
    anchors_destroy(before.anchors);
    free(building.pins);
    free(before.hands);
    return ok;
}
