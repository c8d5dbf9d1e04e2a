/* What changed between two revisions of an event. */
#include "core/desk/merge.h"

#include "lib/record/schema.h"

#include <string.h>

static bool same_entry(struct record_view before, struct record_view after, const struct schema_field *field, size_t i)
{
    struct text text_a, text_b;
    struct record_view view_a, view_b;
    int64_t int_a, int_b;
    double num_a, num_b;
    switch (field->type) {
    case ENT_STR:
        return record_get_str(before, field->field, i, &text_a) && record_get_str(after, field->field, i, &text_b) &&
               text_a.size == text_b.size && memcmp(text_a.bytes, text_b.bytes, text_a.size) == 0;
    case ENT_REC:
        return record_get_view(before, field->field, i, &view_a) && record_get_view(after, field->field, i, &view_b) &&
               view_a.size == view_b.size && memcmp(view_a.bytes, view_b.bytes, view_a.size) == 0;
    case ENT_NUM:
        return record_get_num(before, field->field, i, &num_a) && record_get_num(after, field->field, i, &num_b) &&
               memcmp(&num_a, &num_b, sizeof num_a) == 0;
    case ENT_INT:
    case ENT_FLAG:
    case ENT_TIME:
        break;
    }
    return record_get_int(before, field->field, i, &int_a) && record_get_int(after, field->field, i, &int_b) &&
           int_a == int_b;
}

static bool same_field(struct record_view before, struct record_view after, const struct schema_field *field)
{
    size_t count = record_count(before, field->field);
    bool same = count == record_count(after, field->field);
    for (size_t i = 0; same && i < count; i++)
        same = same_entry(before, after, field, i);
    return same;
}

/* Fields with a word of their own; all others change the "details". */
static const struct {
    unsigned field;
    const char *word;
} change_words[] = {
    {ENT_REPORT_STATUS, "status"},         {ENT_REPORT_MODALITY, "modality"},
    {ENT_REPORT_SCOPE, "scope"},           {ENT_REPORT_SUBTYPE, "subtype"},
    {ENT_REPORT_ACTOR, "actors"},          {ENT_REPORT_DATE, "date"},
    {ENT_REPORT_PLACE, "places"},          {ENT_REPORT_QUANTITY, "quantities"},
    {ENT_REPORT_EQUIPMENT, "equipment"},   {ENT_REPORT_NAME, "name"},
    {ENT_REPORT_STEP, "steps"},            {ENT_EVENT_SOURCE, "sources"},
    {ENT_EVENT_INDEPENDENT_SOURCES, "independent_sources"}, {ENT_EVENT_CONFLICT, "conflicts"},
    {ENT_EVENT_VERDICT, "verdict"},        {ENT_EVENT_CORRECTION, "corrections"},
};

/* Another version that says the same changes nothing. */
static bool is_desk_field(unsigned field)
{
    return field == ENT_REPORT_ID || field == ENT_REPORT_STAMP || field == ENT_EVENT_REVISION || field == ENT_EVENT_ALIAS || field == ENT_EVENT_CHANGE;
}

void merge_changes(struct record_view before, struct record_view after, const char *words[MERGE_CHANGES_MAX])
{
    size_t count = 0;
    bool details = false;
    const struct schema_kind *kind = schema_kind(ENT_EVENT);
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct schema_field *field = &kind->fields[i];
        if (is_desk_field(field->field) || same_field(before, after, field))
            continue;
        const char *word = NULL;
        for (size_t j = 0; j < sizeof change_words / sizeof *change_words && !word; j++)
            if (change_words[j].field == field->field)
                word = change_words[j].word;
        if (word)
            words[count++] = word;
        else
            details = true;
    }
    if (details && count == 0)
        words[count++] = "details";
    words[count] = NULL;
}
