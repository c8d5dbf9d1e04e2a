#include "core/desk/anchors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_DIGITS = 16, PARTIES_SIZE = FEATURE_ACTORS_MAX * (HASH_DIGITS + 1) + 1 };

struct anchors *anchors_create(void)
{
    struct anchors *anchors = calloc(1, sizeof *anchors);
    if (anchors && !(anchors->arena = arena_create(0))) {
        free(anchors);
        return NULL;
    }
    return anchors;
}

void anchors_destroy(struct anchors *anchors)
{
    if (!anchors)
        return;
    arena_destroy(anchors->arena);
    free(anchors->rows);
    free(anchors);
}

static const char *copy(struct anchors *anchors, const char *text)
{
    return arena_copy(anchors->arena, text, strlen(text));
}

bool anchors_add(struct anchors *anchors, const struct correction_anchor *anchor, struct error *error)
{
    if (anchors->count == anchors->capacity) {
        size_t capacity = anchors->capacity ? 2 * anchors->capacity : 16;
        struct correction_anchor *rows = realloc(anchors->rows, capacity * sizeof *rows);
        if (!rows)
            return error_set(error, ERROR_MEMORY, "no memory for the reports of a correction");
        anchors->rows = rows;
        anchors->capacity = capacity;
    }
    struct correction_anchor *row = &anchors->rows[anchors->count++];
    *row = *anchor;
    row->item = copy(anchors, anchor->item);
    row->event = copy(anchors, anchor->event);
    row->type = copy(anchors, anchor->type);
    row->parties = copy(anchors, anchor->parties);
    return !arena_failed(anchors->arena) || error_set(error, ERROR_MEMORY, "no memory for the reports of a correction");
}

static void print_parties(const struct features *features, char text[PARTIES_SIZE])
{
    size_t size = 0;
    text[0] = '\0';
    for (int i = 0; i < features->actor_count; i++)
        size += (size_t)snprintf(text + size, PARTIES_SIZE - size, "%s%016" PRIx64, i ? " " : "", features->actors[i].id);
}

bool anchors_add_member(struct anchors *anchors, const struct member *member, int part, struct error *error)
{
    char parties[PARTIES_SIZE];
    const char *type = record_text(member->at.report, ENT_REPORT_TYPE);
    print_parties(&member->features, parties);
    struct correction_anchor anchor = {.item = member->at.item,
                                       .event = member->at.event,
                                       .type = type ? type : "",
                                       .parties = parties,
                                       .ordinal = member->at.ordinal,
                                       .part = part};
    return anchors_add(anchors, &anchor, error);
}

struct reading {
    struct anchors *anchors;
    struct error *error;
    bool failed;
};

static bool read_anchor(void *context, const struct correction_anchor *anchor)
{
    struct reading *reading = context;
    reading->failed = !anchors_add(reading->anchors, anchor, reading->error);
    return !reading->failed;
}

bool anchors_read(struct anchors *anchors, struct store *store, int64_t number, struct error *error)
{
    struct reading reading = {.anchors = anchors, .error = error};
    return store_correction_anchors(store, number, read_anchor, &reading, error) && !reading.failed;
}

/* ---- finding ---- */

static int shared_parties(const char *parties, const struct features *features)
{
    int shared = 0;
    for (int i = 0; i < features->actor_count; i++) {
        char hash[HASH_DIGITS + 1];
        snprintf(hash, sizeof hash, "%016" PRIx64, features->actors[i].id);
        shared += strstr(parties, hash) != NULL;
    }
    return shared;
}

/* 0 where the member is no heir of the report. */
static int likeness(const struct correction_anchor *anchor, const struct member *member)
{
    enum { SAME_TYPE = 100000, A_PARTY = 1000, ORDINAL_MAX = 500 };
    const char *type = record_text(member->at.report, ENT_REPORT_TYPE);
    int parties = (int)((strlen(anchor->parties) + 1) / (HASH_DIGITS + 1));
    int shared = shared_parties(anchor->parties, &member->features);
    bool is_same_type = type && strcmp(type, anchor->type) == 0;
    bool are_same = shared == parties && shared == member->features.actor_count;
    if (shared == 0 || (!is_same_type && !are_same))
        return 0;
    int64_t apart = llabs((long long)(member->at.ordinal - anchor->ordinal));
    return (is_same_type ? SAME_TYPE : 0) + shared * A_PARTY + ORDINAL_MAX - (int)(apart < ORDINAL_MAX ? apart : ORDINAL_MAX);
}

struct member *anchor_among(const struct correction_anchor *anchor, const struct member_list *item)
{
    struct member *best = NULL;
    int most = 0;
    for (size_t i = 0; i < item->count; i++) {
        struct member *member = item->rows[i];
        if (member->is_gone)
            continue;
        if (strcmp(member->at.event, anchor->event) == 0)
            return member;
        int likeness_now = likeness(anchor, member);
        if (likeness_now > most) {
            most = likeness_now;
            best = member;
        }
    }
    return best;
}

struct member *anchor_member(const struct correction_anchor *anchor, struct members *members, struct store *store,
                             struct error *error)
{
    struct member_list list = {NULL, 0, 0};
    struct member *found = NULL;
    if (members_of_item(members, store, anchor->item, &list, error))
        found = anchor_among(anchor, &list);
    members_list_free(&list);
    return found;
}
