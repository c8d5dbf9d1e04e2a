#include "core/cli/code_csv.h"

#include "lib/record/event_text.h"
#include "lib/record/vocabulary.h"

#include <string.h>

static const struct table_column columns[] = {
    {.name = "item"},      {.name = "relevance"},      {.name = "type"},       {.name = "subtype"},
    {.name = "status"},    {.name = "modality"},       {.name = "scope"},      {.name = "date_start"},
    {.name = "date_end"},  {.name = "date_precision"}, {.name = "actors"},     {.name = "name"},
    {.name = "equipment"}, {.name = "places"},         {.name = "confidence"}, {.name = "cameo"},
    {.name = "plover"},    {.name = "plover_context"}, {.name = "quote"}};
enum { COLUMNS = sizeof columns / sizeof *columns, COLUMNS_OF_ITEM = 2 };

struct table *code_csv_begin(void)
{
    return table_create(columns, COLUMNS, TABLE_CSV, 0, stdout);
}

typedef void part(struct buffer *text, struct record_view event);

static void part_cell(struct table *table, struct buffer *scratch, part *print, struct record_view event)
{
    buffer_clear(scratch);
    print(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
}

/* What tells of the event, else whatever shows anything of it. */
static bool find_evidence(struct record_view event, struct record_view *evidence)
{
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, evidence); i++) {
        const char *field = record_text(*evidence, ENT_EVIDENCE_FIELD);
        if (field && strcmp(field, "type") == 0)
            return true;
    }
    return record_get_view(event, ENT_REPORT_EVIDENCE, 0, evidence);
}

static void add_event(struct table *table, struct record_view event, struct buffer *scratch)
{
    static const unsigned words[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY,
                                     ENT_REPORT_SCOPE};
    struct record_view date = {0}, evidence = {0};
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    bool shown = find_evidence(event, &evidence);
    const char *type = record_text(event, ENT_REPORT_TYPE);
    struct crosswalk codes = vocabulary_crosswalk(type ? type : "", record_text(event, ENT_REPORT_SUBTYPE),
                                                  record_text(event, ENT_REPORT_STATUS));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        table_cell(table, record_text(event, words[i]));
    table_cell(table, dated ? record_text(date, ENT_DATE_START) : NULL);
    table_cell(table, dated ? record_text(date, ENT_DATE_END) : NULL);
    table_cell(table, dated ? record_text(date, ENT_DATE_PRECISION) : NULL);
    part_cell(table, scratch, event_text_actor_list, event);
    table_cell(table, record_text(event, ENT_REPORT_NAME));
    part_cell(table, scratch, event_text_equipment_list, event);
    part_cell(table, scratch, event_text_place_list, event);
    table_cell_number(table, record_num(event, ENT_REPORT_CONFIDENCE, 0));
    table_cell(table, codes.cameo);
    table_cell(table, codes.plover);
    table_cell(table, codes.context);
    table_cell(table, shown ? record_text(evidence, ENT_EVIDENCE_QUOTE) : NULL);
}

void code_csv_add(struct table *table, const char *id, const struct coder_result *result)
{
    struct buffer scratch = BUFFER_INIT;
    for (size_t i = 0; i < result->event_count || i == 0; i++) {
        table_cell(table, id);
        table_cell(table, coder_result_relevance(result));
        if (i < result->event_count)
            add_event(table, result->events[i]->view, &scratch);
        for (int k = COLUMNS_OF_ITEM; i >= result->event_count && k < COLUMNS; k++)
            table_cell(table, NULL);
        table_row(table);
    }
    buffer_free(&scratch);
}
