/* Places: at which points of the map the events of a filter are. */
#include "core/query/counting.h"
#include "core/query/query_private.h"
#include "lib/base/error.h"

#include <stdlib.h>
#include <string.h>

/* Parts of a value of FAMILY_PLACE. */
enum { PART_COUNTRY, PART_NAME, PART_WORDING, PART_LATITUDE, PART_LONGITUDE, PART_SIZE = 256 };
enum { NOT_LOOKED_AT, NO_POINT, FIRST_POINT }; /* what of_value holds; a point's number + FIRST_POINT */

struct point {
    int64_t count;
    uint32_t value; /* the one met first, by which it is called */
};

struct place_count {
    const struct columns *columns;
    struct names texts; /* of points, as they stand in the values: the same place under other words is the same point */
    struct point *points;
    size_t point_capacity;
    uint32_t *of_value;
    size_t value_capacity;
};

static bool reserve_values(struct place_count *run, size_t size)
{
    if (size <= run->value_capacity)
        return true;
    size_t larger = size + size / 2 + 64;
    uint32_t *grown = realloc(run->of_value, larger * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + run->value_capacity, 0, (larger - run->value_capacity) * sizeof *grown);
    run->of_value = grown;
    run->value_capacity = larger;
    return true;
}

/* Which point the value has. False when memory is out. */
static bool look_at(struct place_count *run, uint32_t value)
{
    const char *text = names_text(columns_values(run->columns, FAMILY_PLACE), value);
    for (int i = 0; text && i < PART_LATITUDE; i++) {
        text = strchr(text, PART_END);
        text += text != NULL;
    }
    run->of_value[value] = NO_POINT;
    if (!text)
        return true;
    uint32_t point;
    size_t before = run->texts.count;
    if (!names_put(&run->texts, text, &point))
        return false;
    if (point >= run->point_capacity) {
        size_t larger = run->point_capacity * 2 + 256;
        struct point *grown = realloc(run->points, larger * sizeof *grown);
        if (!grown)
            return false;
        run->points = grown;
        run->point_capacity = larger;
    }
    if (point == before)
        run->points[point] = (struct point){.value = value};
    run->of_value[value] = point + FIRST_POINT;
    return true;
}

/* The entries of one event are neighbours: two wordings of one point count it once. */
static bool is_counted(const struct place_count *run, const struct column_list *list, size_t at)
{
    uint32_t point = run->of_value[list->entries[at].value];
    for (size_t i = at; i > 0 && list->entries[i - 1].place == list->entries[at].place; i--)
        if (run->of_value[list->entries[i - 1].value] == point)
            return true;
    return false;
}

static bool count_block(void *context, const struct block *block, const struct bits *fits)
{
    struct place_count *run = context;
    const struct column_list *list = &block->lists[FAMILY_PLACE];
    if (!reserve_values(run, columns_values(run->columns, FAMILY_PLACE)->count))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t value = list->entries[i].value;
        if (!bits_have(fits, list->entries[i].place))
            continue;
        if (run->of_value[value] == NOT_LOOKED_AT && !look_at(run, value))
            return false;
        if (run->of_value[value] >= FIRST_POINT && !is_counted(run, list, i))
            run->points[run->of_value[value] - FIRST_POINT].count++;
    }
    return true;
}

/* ---- telling ---- */

struct ranked {
    int64_t count;
    const char *text; /* of the point, so that equals have an order */
    uint32_t value;
};

static int compare(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->text, b->text);
}

static bool tell(const struct place_count *run, size_t top, query_place_callback *callback, void *context)
{
    size_t count = run->texts.count;
    struct ranked *ranked = malloc((count + 1) * sizeof *ranked);
    if (!ranked)
        return false;
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){run->points[i].count, names_text(&run->texts, (uint32_t)i), run->points[i].value};
    qsort(ranked, count, sizeof *ranked, compare);
    bool more = true;
    for (size_t i = 0; more && i < count && (top == 0 || i < top); i++) {
        char country[PART_SIZE], name[PART_SIZE], wording[PART_SIZE], latitude[PART_SIZE], longitude[PART_SIZE];
        const char *value = names_text(columns_values(run->columns, FAMILY_PLACE), ranked[i].value);
        value_part(value, PART_NAME, name, sizeof name);
        value_part(value, PART_WORDING, wording, sizeof wording);
        struct query_place_row row = {
            .name = *name ? name : wording,
            .country = value_part(value, PART_COUNTRY, country, sizeof country),
            .latitude = strtod(value_part(value, PART_LATITUDE, latitude, sizeof latitude), NULL),
            .longitude = strtod(value_part(value, PART_LONGITUDE, longitude, sizeof longitude), NULL),
            .count = ranked[i].count};
        more = callback(context, &row);
    }
    free(ranked);
    return true;
}

bool query_places(struct query *query, const struct query_filter *filter, size_t top, int64_t budget,
                  query_place_callback *callback, void *context, struct query_totals *totals, struct error *error)
{
    struct place_count run = {.columns = query->columns};
    struct counting counting = {.families = COLUMN_BIT(FAMILY_PLACE), .count = count_block, .budget = budget};
    bool ok = counting_run(query, filter, &counting, &run, totals, error);
    if (ok && !tell(&run, top, callback, context))
        ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    names_free(&run.texts);
    free(run.points);
    free(run.of_value);
    return ok;
}
