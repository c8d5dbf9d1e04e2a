/* Lists whose entries refine or contradict one another: places, quantities, equipment, citations. */
#include "core/desk/merge_parts.h"

#include "lib/base/buffer.h"
#include "lib/record/schema.h"

#include <math.h>
#include <string.h>

enum {
    PLACES_MAX = 24,
    EQUIPMENT_MAX = 40,
    QUANTITIES_MAX = 40,
    CITED_MAX = 40,
    ENTRIES_MAX = 40 /* the greatest of them */
};

struct entry {
    struct record_view view;
    const struct merge_member *from;
    struct record_view kind; /* of equipment: what kind of thing it is, told right behind its name; no bytes for none */
};

struct entry_kind {
    unsigned field;
    size_t limit;
    bool (*is_same)(struct record_view a, struct record_view b);
    bool (*refines)(struct record_view chosen, struct record_view other);
    /* Appends the other's value if it contradicts the chosen one. */
    void (*contradiction)(struct record_view chosen, struct record_view other, struct buffer *value);
};

static bool same_text(const char *a, const char *b)
{
    return (a ? 1 : 0) == (b ? 1 : 0) && (!a || strcmp(a, b) == 0);
}

static bool same_place(struct record_view a, struct record_view b)
{
    const char *name_a = record_text(a, ENT_PLACE_NAME), *name_b = record_text(b, ENT_PLACE_NAME);
    if (!name_a)
        name_a = record_text(a, ENT_PLACE_RAW);
    if (!name_b)
        name_b = record_text(b, ENT_PLACE_RAW);
    struct feature_words words_a, words_b;
    feature_words_read(&words_a, name_a ? name_a : "");
    feature_words_read(&words_b, name_b ? name_b : "");
    if (words_a.count && words_b.count)
        return feature_words_cover(&words_a, &words_b) && feature_words_cover(&words_b, &words_a);
    return same_text(record_text(a, ENT_PLACE_COUNTRY), record_text(b, ENT_PLACE_COUNTRY));
}

static bool refines_place(struct record_view chosen, struct record_view other)
{
    return !record_text(chosen, ENT_PLACE_COUNTRY) && record_text(other, ENT_PLACE_COUNTRY);
}

static bool same_quantity(struct record_view a, struct record_view b)
{
    const char *kind = record_text(a, ENT_QUANTITY_KIND);
    bool is_money = kind && strcmp(kind, "money") == 0;
    return same_text(kind, record_text(b, ENT_QUANTITY_KIND)) &&
           same_text(record_text(a, ENT_QUANTITY_ACTOR), record_text(b, ENT_QUANTITY_ACTOR)) &&
           (!is_money || same_text(record_text(a, ENT_QUANTITY_UNIT), record_text(b, ENT_QUANTITY_UNIT)));
}

static bool near_value(double a, double b)
{
    return fabs(a - b) <= 0.15 * fmax(fabs(a), fabs(b));
}

static bool refines_quantity(struct record_view chosen, struct record_view other)
{
    double value = record_num(chosen, ENT_QUANTITY_VALUE, (double)NAN);
    double its = record_num(other, ENT_QUANTITY_VALUE, (double)NAN);
    const char *qualifier = record_text(chosen, ENT_QUANTITY_QUALIFIER);
    const char *its_qualifier = record_text(other, ENT_QUANTITY_QUALIFIER);
    if (isnan(value))
        return !isnan(its);
    return !isnan(its) && qualifier && strcmp(qualifier, "exact") != 0 && its_qualifier &&
           strcmp(its_qualifier, "exact") == 0 && near_value(value, its);
}

static void contradict_quantity(struct record_view chosen, struct record_view other, struct buffer *value)
{
    double mine = record_num(chosen, ENT_QUANTITY_VALUE, (double)NAN);
    double its = record_num(other, ENT_QUANTITY_VALUE, (double)NAN);
    const char *qualifier = record_text(other, ENT_QUANTITY_QUALIFIER);
    bool is_exact = !qualifier || strcmp(qualifier, "exact") == 0;
    const char *kind = record_text(other, ENT_QUANTITY_KIND), *unit = record_text(other, ENT_QUANTITY_UNIT);
    if (!isnan(mine) && !isnan(its) && (is_exact ? fabs(mine - its) > 0 : !near_value(mine, its)))
        buffer_printf(value, "%s %.15g%s%s", kind ? kind : "", its, unit ? " " : "", unit ? unit : "");
}

/* "Weapons" is whatever the others name. */
static bool same_equipment(struct record_view a, struct record_view b)
{
    struct feature_good good_a, good_b;
    bool is_definite = feature_good_read(&good_a, a) && feature_good_read(&good_b, b);
    return !is_definite || feature_goods_compare(&good_a, &good_b) != GOODS_OTHER;
}

static bool refines_equipment(struct record_view chosen, struct record_view other)
{
    struct feature_good good, its;
    bool is_definite = feature_good_read(&good, chosen), its_definite = feature_good_read(&its, other);
    if (is_definite != its_definite)
        return its_definite;
    if (isnan(good.count) != isnan(its.count))
        return isnan(good.count);
    if (!isnan(good.count) && fabs(good.count - its.count) > 0)
        return false;
    return its.designators.count + its.names.count > good.designators.count + good.names.count;
}

static void contradict_equipment(struct record_view chosen, struct record_view other, struct buffer *value)
{
    double mine = record_num(chosen, ENT_EQUIPMENT_COUNT, (double)NAN);
    double its = record_num(other, ENT_EQUIPMENT_COUNT, (double)NAN);
    const char *name = record_text(other, ENT_EQUIPMENT_NAME);
    if (!isnan(mine) && !isnan(its) && fabs(mine - its) > 0)
        buffer_printf(value, "%.15g %s", its, name ? name : "");
}

static bool is_quote_of(struct record_view evidence, struct record_view equipment)
{
    const char *field = record_text(evidence, ENT_EVIDENCE_FIELD), *quote = record_text(evidence, ENT_EVIDENCE_QUOTE);
    const char *name = record_text(equipment, ENT_EQUIPMENT_NAME);
    return field && quote && name && strcmp(field, "equipment") == 0 && strcmp(quote, name) == 0;
}

/* Does a quote of the one stand right behind one of the other? */
static bool are_quoted_together(struct record_view report, struct record_view first, struct record_view second)
{
    struct record_view a, b;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EVIDENCE, i, &a); i++)
        for (size_t j = 0; is_quote_of(a, first) && record_get_view(report, ENT_REPORT_EVIDENCE, j, &b); j++) {
            int64_t end = record_int(a, ENT_EVIDENCE_END, -1), start = record_int(b, ENT_EVIDENCE_START, -1);
            if (is_quote_of(b, second) && same_text(record_text(a, ENT_EVIDENCE_IN), record_text(b, ENT_EVIDENCE_IN)) &&
                end >= 0 && (start == end || start == end + 1))
                return true;
        }
    return false;
}

/* "Mi-8" and right behind it in the text "helicopters": one thing, told by name and kind. */
static bool is_kind_behind(struct record_view report, struct record_view named, struct record_view kind)
{
    struct feature_good good, its;
    if (!feature_good_read(&good, named) || !feature_good_read(&its, kind))
        return false;
    bool is_bare_name = !good.head.text[0] && (good.designators.count || good.names.count);
    bool is_bare_kind = its.head.text[0] && !its.designators.count && !its.names.count && isnan(its.count);
    return is_bare_name && is_bare_kind && are_quoted_together(report, named, kind);
}

static bool is_known_class(const char *word)
{
    return word && strcmp(word, "none") != 0 && strcmp(word, "unknown") != 0 && strcmp(word, "other") != 0;
}

static void put_class(struct ent_builder *builder, unsigned field, const struct entry *entry)
{
    const char *named = record_text(entry->view, field), *kind = record_text(entry->kind, field);
    record_put_text(builder, field, is_known_class(named) || !is_known_class(kind) ? named : kind);
}

/* "Mi-8 helicopters" */
static void put_with_kind(struct ent_builder *builder, const struct entry *entry)
{
    static const unsigned joined[] = {ENT_EQUIPMENT_NAME, ENT_EQUIPMENT_UNROCA, ENT_EQUIPMENT_SIPRI, 0};
    struct buffer name = BUFFER_INIT;
    buffer_printf(&name, "%s %s", record_text(entry->view, ENT_EQUIPMENT_NAME),
                  record_text(entry->kind, ENT_EQUIPMENT_NAME));
    record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    record_put_text(builder, ENT_EQUIPMENT_NAME, name.bytes);
    record_put_all(builder, entry->view, joined);
    put_class(builder, ENT_EQUIPMENT_UNROCA, entry);
    put_class(builder, ENT_EQUIPMENT_SIPRI, entry);
    record_close(builder);
    buffer_free(&name);
}

static bool same_cited(struct record_view a, struct record_view b)
{
    return same_text(record_text(a, ENT_CITED_KIND), record_text(b, ENT_CITED_KIND)) &&
           same_text(record_text(a, ENT_CITED_NAME), record_text(b, ENT_CITED_NAME));
}

static const struct entry_kind entry_kinds[] = {
    {ENT_REPORT_PLACE, PLACES_MAX, same_place, refines_place, NULL},
    {ENT_REPORT_QUANTITY, QUANTITIES_MAX, same_quantity, refines_quantity, contradict_quantity},
    {ENT_REPORT_EQUIPMENT, EQUIPMENT_MAX, same_equipment, refines_equipment, contradict_equipment},
    {ENT_REPORT_CITED, CITED_MAX, same_cited, NULL, NULL},
};

/* A country alone says nothing beside a place within it. */
static bool is_told_by_another(const struct entry *entries, size_t count, size_t at)
{
    const char *precision = record_text(entries[at].view, ENT_PLACE_PRECISION);
    const char *country = record_text(entries[at].view, ENT_PLACE_COUNTRY);
    if (!precision || strcmp(precision, "country") != 0 || !country)
        return false;
    for (size_t i = 0; i < count; i++)
        if (i != at && same_text(record_text(entries[i].view, ENT_PLACE_COUNTRY), country))
            return true;
    return false;
}

/* The kind of the entry that stands for what the report named just before; one that has its kind keeps it. */
static void add_kind(struct entry *entry, struct record_view kind)
{
    struct feature_good good;
    if (!entry->kind.bytes && feature_good_read(&good, entry->view) && !good.head.text[0])
        entry->kind = kind;
}

/* Entries of one report are apart by its own word, so only those of other reports are taken for the same one. */
static size_t gather_entries(struct merge *merge, const struct entry_kind *kind, struct entry *entries)
{
    size_t count = 0;
    struct record_view view, before;
    for (size_t i = 0; i < merge->pool_count; i++) {
        const struct merge_member *member = merge->ranked[i];
        size_t of_others = count, last = SIZE_MAX;
        for (size_t j = 0; record_get_view(member->report, kind->field, j, &view); j++) {
            if (kind->field == ENT_REPORT_EQUIPMENT && last < count &&
                record_get_view(member->report, kind->field, j - 1, &before) &&
                is_kind_behind(member->report, before, view)) {
                add_kind(&entries[last], view);
                last = SIZE_MAX;
                continue;
            }
            size_t at = 0;
            while (at < of_others && !kind->is_same(entries[at].view, view))
                at++;
            if (at == of_others) {
                if (count < kind->limit)
                    entries[count++] = (struct entry){.view = view, .from = member};
            } else if (kind->refines && kind->refines(entries[at].view, view))
                entries[at] = (struct entry){.view = view, .from = member};
            last = at;
        }
    }
    return count;
}

static void put_entry_conflicts(struct merge *merge, const struct entry_kind *kind, const struct entry *entries,
                                size_t count)
{
    const char *field_name = schema_field(ENT_EVENT, kind->field)->name;
    struct record_view view;
    for (size_t i = 0; kind->contradiction && i < merge->pool_count; i++)
        for (size_t j = 0; record_get_view(merge->ranked[i]->report, kind->field, j, &view); j++) {
            struct buffer value = BUFFER_INIT;
            for (size_t k = 0; k < count && value.size == 0; k++)
                if (entries[k].from != merge->ranked[i] && kind->is_same(entries[k].view, view))
                    kind->contradiction(entries[k].view, view, &value);
            merge_put_conflict(merge, field_name, value.bytes, merge->ranked[i]);
            buffer_free(&value);
        }
}

static void put_entries(struct merge *merge, const struct entry_kind *kind)
{
    struct entry entries[ENTRIES_MAX];
    const char *field_name = schema_field(ENT_EVENT, kind->field)->name;
    size_t count = gather_entries(merge, kind, entries), quoted_count = 0;
    const struct merge_member *quoted[ENTRIES_MAX]; /* those whose words are put */
    for (size_t i = 0; i < count; i++) {
        if (kind->field == ENT_REPORT_PLACE && is_told_by_another(entries, count, i))
            continue;
        if (entries[i].kind.bytes)
            put_with_kind(merge->builder, &entries[i]);
        else
            record_put_view(merge->builder, kind->field, entries[i].view);
        size_t at = 0;
        while (at < quoted_count && quoted[at] != entries[i].from)
            at++;
        if (at < quoted_count)
            continue;
        quoted[quoted_count++] = entries[i].from;
        merge_put_evidence(merge, field_name, entries[i].from);
    }
    put_entry_conflicts(merge, kind, entries, count);
}

void merge_put_lists(struct merge *merge)
{
    for (size_t i = 0; i < sizeof entry_kinds / sizeof *entry_kinds; i++)
        put_entries(merge, &entry_kinds[i]);
}
