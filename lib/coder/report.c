#include "lib/coder/report.h"

#include "lib/base/calendar.h"
#include "lib/base/utf8.h"
#include "lib/coder/detail.h"

#include <stdio.h>
#include <string.h>

static bool has_bytes(struct stretch stretch)
{
    return stretch.part && stretch.end > stretch.start &&
           utf8_is_valid(stretch.part->text + stretch.start, stretch.end - stretch.start) &&
           !memchr(stretch.part->text + stretch.start, 0, stretch.end - stretch.start);
}

static void put_stretch(struct ent_builder *builder, unsigned field, struct stretch stretch)
{
    if (has_bytes(stretch))
        record_put_str(builder, field, stretch.part->text + stretch.start, stretch.end - stretch.start);
}

void report_print_day(char text[16], int64_t days, char grain)
{
    int year, month, day;
    calendar_civil(days, &year, &month, &day);
    unsigned y = (unsigned)year % 10000, m = (unsigned)month % 100, d = (unsigned)day % 100;
    if (grain == 'y')
        snprintf(text, 16, "%04u", y);
    else if (grain == 'm')
        snprintf(text, 16, "%04u-%02u", y, m);
    else
        snprintf(text, 16, "%04u-%02u-%02u", y, m, d);
}

static void put_date(struct ent_builder *builder, const struct event *event)
{
    static const char *const bases[] = {"explicit", "relative", "duration", "context"};
    char text[16];
    record_open(builder, ENT_REPORT_DATE, ENT_DATE);
    if (event->date_known) {
        const struct time_span *date = &event->date;
        report_print_day(text, date->start, date->grain);
        record_put_text(builder, ENT_DATE_START, text);
        if (!date->open_end) {
            report_print_day(text, date->end, date->grain);
            record_put_text(builder, ENT_DATE_END, text);
        }
        record_put_text(builder, ENT_DATE_PRECISION,
                        date->grain == 'y'   ? "year"
                        : date->grain == 'm' ? "month"
                        : date->grain == 'r' ? "range"
                                             : "day");
        put_stretch(builder, ENT_DATE_RAW, event->date_raw);
        record_put_text(builder, ENT_DATE_BASIS, bases[date->basis & 3]);
    } else
        record_put_text(builder, ENT_DATE_PRECISION, "unknown");
    if (event->as_of_known && !event->date_known) {
        report_print_day(text, event->as_of, 'd');
        record_put_text(builder, ENT_DATE_AS_OF, text);
        record_put_text(builder, ENT_DATE_BASIS, "context");
    }
    record_close(builder);
}

static void put_actors(struct ent_builder *builder, const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *actor = &event->actors[i];
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        record_put_text(builder, ENT_ACTOR_ID, actor->id);
        record_put_text(builder, ENT_ACTOR_ROLE, actor->role);
        put_stretch(builder, ENT_ACTOR_TEXT, actor->text);
        put_stretch(builder, ENT_ACTOR_UNIT, actor->unit);
        record_put_text(builder, ENT_ACTOR_PARENT, actor->parent);
        record_close(builder);
    }
}

static void put_places(struct ent_builder *builder, const struct event *event)
{
    for (uint32_t i = 0; i < event->place_count; i++) {
        const struct event_place *place = &event->places[i];
        record_open(builder, ENT_REPORT_PLACE, ENT_PLACE);
        put_stretch(builder, ENT_PLACE_RAW, place->raw);
        put_stretch(builder, ENT_PLACE_NAME, place->raw);
        record_put_text(builder, ENT_PLACE_COUNTRY, place->country);
        record_put_text(builder, ENT_PLACE_PRECISION, place->precision);
        if (place->has_position) {
            record_put_num(builder, ENT_PLACE_LATITUDE, place->latitude);
            record_put_num(builder, ENT_PLACE_LONGITUDE, place->longitude);
        }
        record_close(builder);
    }
}

static void put_quantities(struct ent_builder *builder, const struct event *event)
{
    static const char *const kinds[] = {"personnel", "units", "money", "countries", "days", "sites", "units"};
    static const char *const units[] = {"persons", "units", NULL, "countries", "days", "sites", "units"};
    static const char *const qualifiers[] = {"exact", "about", "at_least", "at_most"};
    for (uint32_t i = 0; i < event->quantity_count; i++) {
        const struct event_quantity *row = &event->quantities[i];
        const struct quantity *quantity = &row->quantity;
        record_open(builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
        record_put_text(builder, ENT_QUANTITY_KIND, kinds[quantity->kind]);
        if (quantity->has_value)
            record_put_num(builder, ENT_QUANTITY_VALUE, quantity->value);
        if (quantity->has_max)
            record_put_num(builder, ENT_QUANTITY_MAX, quantity->max);
        record_put_text(builder, ENT_QUANTITY_UNIT, quantity->unit ? quantity->unit : units[quantity->kind]);
        record_put_text(builder, ENT_QUANTITY_QUALIFIER, qualifiers[quantity->qualifier & 3]);
        record_put_text(builder, ENT_QUANTITY_ACTOR, row->actor);
        put_stretch(builder, ENT_QUANTITY_RAW, row->raw);
        record_close(builder);
    }
}

static void put_equipment(struct ent_builder *builder, const struct event *event)
{
    for (uint32_t i = 0; i < event->equipment_count; i++) {
        const struct event_equipment *row = &event->equipment[i];
        record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
        put_stretch(builder, ENT_EQUIPMENT_NAME, row->name);
        if (row->has_count)
            record_put_num(builder, ENT_EQUIPMENT_COUNT, row->count);
        record_put_text(builder, ENT_EQUIPMENT_UNROCA, row->unroca);
        record_put_text(builder, ENT_EQUIPMENT_SIPRI, row->sipri);
        record_close(builder);
    }
}

static void put_cited(struct ent_builder *builder, const struct event *event)
{
    for (uint32_t i = 0; i < event->cited_count; i++) {
        const struct event_cited *cited = &event->cited[i];
        record_open(builder, ENT_REPORT_CITED, ENT_CITED);
        record_put_text(builder, ENT_CITED_KIND, cited->kind);
        put_stretch(builder, ENT_CITED_NAME, cited->name);
        record_put_text(builder, ENT_CITED_DATE, cited->date);
        put_stretch(builder, ENT_CITED_RAW, cited->raw);
        record_put_text(builder, ENT_CITED_ACTOR, cited->actor);
        record_close(builder);
    }
}

static void put_steps(struct ent_builder *builder, const struct event *event)
{
    char text[16];
    for (uint32_t i = 0; i < event->step_count; i++) {
        const struct event_step *step = &event->steps[i];
        if (!strcmp(step->status, event->status))
            continue;
        record_open(builder, ENT_REPORT_STEP, ENT_STEP);
        record_put_text(builder, ENT_STEP_STATUS, step->status);
        if (step->date_known) {
            report_print_day(text, step->date.start, step->date.grain);
            record_put_text(builder, ENT_STEP_DATE, text);
        }
        if (step->has_count)
            record_put_num(builder, ENT_STEP_COUNT, step->count);
        record_close(builder);
    }
}

static void put_evidence(struct ent_builder *builder, const struct event *event)
{
    struct event_quotes quotes;
    detail_quotes(event, &quotes);
    for (uint32_t i = 0; i < quotes.count; i++) {
        const struct event_evidence *row = &quotes.rows[i];
        if (!has_bytes(row->quote))
            continue;
        record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
        record_put_text(builder, ENT_EVIDENCE_FIELD, row->field);
        put_stretch(builder, ENT_EVIDENCE_QUOTE, row->quote);
        record_put_int(builder, ENT_EVIDENCE_START, row->quote.start);
        record_put_int(builder, ENT_EVIDENCE_END, row->quote.end);
        if (!row->quote.part->is_of_body)
            record_put_text(builder, ENT_EVIDENCE_IN, "title");
        record_close(builder);
    }
}

struct ent_record *report_build(const struct coder_workspace *workspace, const struct event *event,
                                enum coder_relevance relevance, struct error *error)
{
    struct ent_builder *builder = record_build(ENT_REPORT);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "coder: out of memory");
        return NULL;
    }
    record_put_text(builder, ENT_REPORT_STAMP, workspace->coder->stamp);
    record_put_text(builder, ENT_REPORT_TYPE, event->type);
    record_put_text(builder, ENT_REPORT_SUBTYPE, event->subtype);
    record_put_text(builder, ENT_REPORT_STATUS, event->status);
    record_put_text(builder, ENT_REPORT_MODALITY, event->modality);
    record_put_text(builder, ENT_REPORT_SCOPE, event->scope);
    put_stretch(builder, ENT_REPORT_NAME, event->name);
    record_put_text(builder, ENT_REPORT_PROGRAMME, event->programme);
    for (uint32_t i = 0; i < event->tag_count; i++)
        record_put_text(builder, ENT_REPORT_TAG, event->tags[i].tag);
    put_actors(builder, event);
    put_date(builder, event);
    put_places(builder, event);
    put_quantities(builder, event);
    put_equipment(builder, event);
    put_cited(builder, event);
    put_steps(builder, event);
    put_evidence(builder, event);
    record_put_num(builder, ENT_REPORT_CONFIDENCE, event->confidence);
    for (uint32_t i = 0; i < event->reason_count; i++) {
        record_open(builder, ENT_REPORT_REASON, ENT_REASON);
        record_put_text(builder, ENT_REASON_TEXT, event->reasons[i].text);
        record_put_num(builder, ENT_REASON_WEIGHT, event->reasons[i].weight);
        record_close(builder);
    }
    record_put_text(builder, ENT_REPORT_RELEVANCE, coder_relevance_name(relevance));
    return record_seal(builder, error);
}
