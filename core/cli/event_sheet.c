/* The whole of an event for people, in the order of their questions: what, when, who, where, with what, how many, who
 * says so, in which words, and what is not certain. */
#include "core/cli/event_sheet.h"

#include "lib/record/event_text.h"
#include "lib/record/vocabulary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(struct record_view record, unsigned field)
{
    const char *text = record_text(record, field);
    return text ? text : "";
}

/* "label  a, b, c" of a repeated text field. */
static void list_row(struct sheet *sheet, const char *label, struct record_view record, unsigned field)
{
    struct buffer list = BUFFER_INIT;
    struct text value;
    for (size_t i = 0; record_get_str(record, field, i, &value); i++)
        buffer_printf(&list, "%s%s", i ? ", " : "", value.bytes);
    if (list.size)
        sheet_row(sheet, label, "%s", list.bytes);
    buffer_free(&list);
}

static void text_row(struct sheet *sheet, const char *label, struct record_view record, unsigned field)
{
    if (record_text(record, field))
        sheet_row(sheet, label, "%s", record_text(record, field));
}

static void date_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view date;
    struct buffer text = BUFFER_INIT;
    event_text_date(&text, event);
    if (record_get_view(event, ENT_REPORT_DATE, 0, &date)) {
        if (record_text(date, ENT_DATE_RAW))
            buffer_printf(&text, "%s“%s”", text.size ? "  " : "", record_text(date, ENT_DATE_RAW));
        if (record_text(date, ENT_DATE_BASIS))
            buffer_printf(&text, " (%s)", record_text(date, ENT_DATE_BASIS));
    }
    sheet_row(sheet, "When", "%s", text.size ? text.bytes : "not stated");
    buffer_free(&text);
}

static void actor_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        struct buffer text = BUFFER_INIT;
        buffer_printf(&text, "%s, %s", text_of(actor, ENT_ACTOR_ID), text_of(actor, ENT_ACTOR_ROLE));
        if (record_text(actor, ENT_ACTOR_TEXT))
            buffer_printf(&text, ": “%s”", record_text(actor, ENT_ACTOR_TEXT));
        if (record_text(actor, ENT_ACTOR_UNIT))
            buffer_printf(&text, " (%s)", record_text(actor, ENT_ACTOR_UNIT));
        if (text.size)
            sheet_row(sheet, i ? "" : "Who", "%s", text.bytes);
        buffer_free(&text);
    }
}

static void place_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view place;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &place); i++) {
        const char *name = record_text(place, ENT_PLACE_NAME), *country = record_text(place, ENT_PLACE_COUNTRY);
        sheet_row(sheet, i ? "" : "Where", "%s%s%s%s", name ? name : text_of(place, ENT_PLACE_RAW), country ? " (" : "",
                  country ? country : "", country ? ")" : "");
    }
}

static void equipment_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view equipment;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EQUIPMENT, i, &equipment); i++) {
        struct buffer text = BUFFER_INIT;
        event_text_equipment(&text, equipment);
        if (record_text(equipment, ENT_EQUIPMENT_UNROCA))
            buffer_printf(&text, "  (UNROCA %s, SIPRI %s)", record_text(equipment, ENT_EQUIPMENT_UNROCA),
                          text_of(equipment, ENT_EQUIPMENT_SIPRI));
        if (text.size)
            sheet_row(sheet, i ? "" : "With what", "%s", text.bytes);
        buffer_free(&text);
    }
}

static void quantity_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view quantity;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_QUANTITY, i, &quantity); i++) {
        struct buffer text = BUFFER_INIT;
        event_text_quantity(&text, quantity);
        if (record_text(quantity, ENT_QUANTITY_RAW))
            buffer_printf(&text, ": “%s”", record_text(quantity, ENT_QUANTITY_RAW));
        if (text.size)
            sheet_row(sheet, i ? "" : "How many", "%s", text.bytes);
        buffer_free(&text);
    }
}

static void summary_rows(struct sheet *sheet, struct record_view event)
{
    sheet_row(sheet, "Standing", "%s, %s, %s", text_of(event, ENT_REPORT_STATUS), text_of(event, ENT_REPORT_MODALITY),
              text_of(event, ENT_REPORT_SCOPE));
    text_row(sheet, "Name", event, ENT_REPORT_NAME);
    text_row(sheet, "Programme", event, ENT_REPORT_PROGRAMME);
    list_row(sheet, "Tags", event, ENT_REPORT_TAG);
    date_rows(sheet, event);
    actor_rows(sheet, event);
    place_rows(sheet, event);
    equipment_rows(sheet, event);
    quantity_rows(sheet, event);
    text_row(sheet, "Part of", event, ENT_REPORT_PARENT);
    list_row(sheet, "Related", event, ENT_REPORT_RELATED);
    struct crosswalk codes = vocabulary_crosswalk(
        text_of(event, ENT_REPORT_TYPE), record_text(event, ENT_REPORT_SUBTYPE), record_text(event, ENT_REPORT_STATUS));
    if (*codes.cameo || *codes.plover)
        sheet_row(sheet, "Codes", "CAMEO %s, PLOVER %s", *codes.cameo ? codes.cameo : "none",
                  *codes.plover ? codes.plover : "none");
}

static void confidence_rows(struct sheet *sheet, struct record_view event)
{
    double confidence;
    if (!record_get_num(event, ENT_REPORT_CONFIDENCE, 0, &confidence))
        return;
    sheet_row(sheet, "Confidence", "%.2f", confidence);
    struct record_view reason;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_REASON, i, &reason); i++)
        sheet_row(sheet, "", "%+.2f %s", record_num(reason, ENT_REASON_WEIGHT, 0), text_of(reason, ENT_REASON_TEXT));
}

/* "wire.example, wire, 2024-05-20 08:00, after Interfax": as much of it as is known. */
static void source_origin(struct buffer *text, struct record_view source)
{
    char time[SHEET_TIME_SIZE];
    int64_t published;
    const char *parts[] = {record_text(source, ENT_SOURCE_PUBLISHER), record_text(source, ENT_SOURCE_CLASS),
                           record_get_int(source, ENT_SOURCE_PUBLISHED, 0, &published) ? sheet_time(time, published)
                                                                                       : NULL};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i])
            buffer_printf(text, "%s%s", text->size ? ", " : "", parts[i]);
    if (record_text(source, ENT_SOURCE_FAMILY) && record_text(source, ENT_SOURCE_PUBLISHER) &&
        strcmp(record_text(source, ENT_SOURCE_FAMILY), record_text(source, ENT_SOURCE_PUBLISHER)) != 0)
        buffer_printf(text, ", of %s", record_text(source, ENT_SOURCE_FAMILY));
    if (record_text(source, ENT_SOURCE_GRADE))
        buffer_printf(text, ", grade %s", record_text(source, ENT_SOURCE_GRADE));
    if (record_text(source, ENT_SOURCE_AGENCY))
        buffer_printf(text, "%safter %s", text->size ? ", " : "", record_text(source, ENT_SOURCE_AGENCY));
}

static void source_rows(struct sheet *sheet, struct record_view event)
{
    size_t count = record_count(event, ENT_EVENT_SOURCE);
    if (!count)
        return;
    char heading[100];
    snprintf(heading, sizeof heading, "Sources (%zu, of which %" PRId64 " independent)", count,
             record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    sheet_heading(sheet, heading);
    struct record_view source;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        sheet_text(sheet, "%s",
                   record_text(source, ENT_SOURCE_TITLE) ? record_text(source, ENT_SOURCE_TITLE) : "(without title)");
        struct buffer origin = BUFFER_INIT;
        source_origin(&origin, source);
        if (origin.size)
            sheet_row(sheet, "", "%s", origin.bytes);
        buffer_free(&origin);
        text_row(sheet, "", source, ENT_SOURCE_URL);
        if (record_text(source, ENT_SOURCE_ITEM))
            sheet_row(sheet, "", "item %s", record_text(source, ENT_SOURCE_ITEM));
        if (record_text(source, ENT_SOURCE_REPORT))
            sheet_row(sheet, "", "report %s", record_text(source, ENT_SOURCE_REPORT));
    }
}

/* "12  2024-05-20 08:00 ada: status is signed, reports say announced; "seen in the register"" */
static void correction_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view part;
    if (record_count(event, ENT_EVENT_CORRECTION))
        sheet_heading(sheet, "Corrections by people");
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CORRECTION, i, &part); i++) {
        char label[24], time[SHEET_TIME_SIZE];
        struct buffer text = BUFFER_INIT;
        const char *field = record_text(part, ENT_CORRECTION_FIELD), *value = record_text(part, ENT_CORRECTION_VALUE);
        const char *was = record_text(part, ENT_CORRECTION_WAS);
        snprintf(label, sizeof label, "%" PRId64, record_int(part, ENT_CORRECTION_NUMBER, 0));
        buffer_printf(&text, "%s  %s: %s", sheet_time(time, record_int(part, ENT_CORRECTION_MADE, 0)),
                      text_of(part, ENT_CORRECTION_AUTHOR), text_of(part, ENT_CORRECTION_KIND));
        if (field)
            buffer_printf(&text, " %s to %s; reports say %s", field, value ? value : "none", was ? was : "none");
        else if (value)
            buffer_printf(&text, " %.8s", value);
        if (record_text(part, ENT_CORRECTION_NOTE))
            buffer_printf(&text, " (%s)", record_text(part, ENT_CORRECTION_NOTE));
        sheet_row(sheet, label, "%s", text.failed ? "" : text.bytes);
        buffer_free(&text);
    }
}

/* "2023-05-02  signed: 12 pieces, USD 300000000" */
static void step_row(struct sheet *sheet, struct record_view step)
{
    double count, money;
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, text_of(step, ENT_STEP_STATUS));
    if (record_get_num(step, ENT_STEP_COUNT, 0, &count))
        buffer_printf(&text, ": %.15g piece%s", count, count > 1 ? "s" : "");
    if (record_get_num(step, ENT_STEP_MONEY, 0, &money))
        buffer_printf(&text, ", %s %.15g", text_of(step, ENT_STEP_CURRENCY), money);
    sheet_row(sheet, record_text(step, ENT_STEP_DATE) ? record_text(step, ENT_STEP_DATE) : "undated", "%s",
              text.failed ? "" : text.bytes);
    buffer_free(&text);
}

static void ledger_row(struct sheet *sheet, struct record_view event)
{
    static const struct {
        unsigned field;
        const char *word;
    } rows[] = {{ENT_EVENT_ORDERED, "ordered"}, {ENT_EVENT_DELIVERED, "delivered"}, {ENT_EVENT_OUTSTANDING, "outstanding"}};
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double number;
        if (record_get_num(event, rows[i].field, 0, &number))
            buffer_printf(&text, "%s%.15g %s", text.size ? ", " : "", number, rows[i].word);
    }
    if (text.size)
        sheet_row(sheet, "Ledger", "%s", text.bytes);
    buffer_free(&text);
}

static void evidence_rows(struct sheet *sheet, struct record_view event)
{
    struct record_view part;
    if (record_count(event, ENT_REPORT_EVIDENCE))
        sheet_heading(sheet, "Evidence");
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, &part); i++)
        sheet_row(sheet, text_of(part, ENT_EVIDENCE_FIELD), "“%s”%s", text_of(part, ENT_EVIDENCE_QUOTE),
                  record_text(part, ENT_EVIDENCE_IN) ? " (title)" : "");
    if (record_count(event, ENT_REPORT_CITED))
        sheet_heading(sheet, "Cited");
    for (size_t i = 0; record_get_view(event, ENT_REPORT_CITED, i, &part); i++)
        sheet_row(sheet, text_of(part, ENT_CITED_KIND), "%s%s%s", text_of(part, ENT_CITED_NAME),
                  record_text(part, ENT_CITED_DATE) ? ", " : "", text_of(part, ENT_CITED_DATE));
    if (record_count(event, ENT_REPORT_STEP))
        sheet_heading(sheet, "Steps");
    for (size_t i = 0; record_get_view(event, ENT_REPORT_STEP, i, &part); i++)
        step_row(sheet, part);
    ledger_row(sheet, event);
    if (record_count(event, ENT_EVENT_CONFLICT))
        sheet_heading(sheet, "Conflicts: what other reports say");
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CONFLICT, i, &part); i++)
        sheet_row(sheet, text_of(part, ENT_CONFLICT_FIELD), "%s (report %.8s)", text_of(part, ENT_CONFLICT_VALUE),
                  text_of(part, ENT_CONFLICT_REPORT));
}

void event_sheet(struct sheet *sheet, struct record_view event)
{
    struct buffer title = BUFFER_INIT;
    event_text_actors(&title, event);
    buffer_append_text(&title, title.size ? ": " : "");
    event_text_type(&title, event);
    buffer_printf(&title, " %s", text_of(event, ENT_REPORT_STATUS));
    sheet_title(sheet, title.failed ? "" : title.bytes);
    buffer_free(&title);
    text_row(sheet, "Id", event, ENT_REPORT_ID);
    text_row(sheet, "Verdict", event, ENT_EVENT_VERDICT);
    summary_rows(sheet, event);
    confidence_rows(sheet, event);
    text_row(sheet, "Grade", event, ENT_EVENT_GRADE);
    list_row(sheet, "Earlier ids", event, ENT_EVENT_ALIAS);
    source_rows(sheet, event);
    evidence_rows(sheet, event);
    correction_rows(sheet, event);
}
