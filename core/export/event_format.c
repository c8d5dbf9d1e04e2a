#include "core/export/event_format.h"

#include "core/export/event_trade.h"
#include "core/store/series.h"
#include "core/store/store.h"
#include "lib/base/calendar.h"
#include "lib/record/event_text.h"
#include "lib/record/vocabulary.h"

#include <string.h>

/* ---- when sources were retrieved ---- */

bool event_retrieved_read(struct event_retrieved *retrieved, struct query *query, struct record_view event,
                          struct error *error)
{
    struct record_view source;
    retrieved->count = 0;
    for (size_t i = 0; i < EVENT_SOURCES_MAX && record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *item = record_text(source, ENT_SOURCE_ITEM);
        retrieved->times[retrieved->count] = 0;
        if (item && !store_item_first_fetched(query_store(query), item, &retrieved->times[retrieved->count], error))
            return false;
        retrieved->count++;
    }
    return true;
}

/* ---- cells ---- */

typedef void event_part(struct buffer *text, struct record_view event);

static void part_cell(struct csv *csv, struct buffer *scratch, event_part *print, struct record_view event)
{
    buffer_clear(scratch);
    print(scratch, event);
    csv_cell(csv, scratch->size ? scratch->bytes : "");
}

static void time_cell(struct csv *csv, struct record_view event, unsigned field)
{
    char text[CALENDAR_TEXT_SIZE];
    int64_t time;
    bool is_known = record_get_int(event, field, 0, &time);
    if (is_known)
        calendar_print(text, time);
    csv_cell(csv, is_known ? text : NULL);
}

static void number_cell(struct csv *csv, struct record_view event, unsigned field)
{
    double number;
    if (record_get_num(event, field, 0, &number))
        csv_cell_number(csv, number);
    else
        csv_cell(csv, NULL);
}

/* A time for each address of the cell of addresses. */
static void retrieved_cell(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                           struct buffer *scratch)
{
    struct record_view source;
    buffer_clear(scratch);
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        char text[CALENDAR_TEXT_SIZE] = "-";
        if (i < retrieved->count && retrieved->times[i])
            calendar_print(text, retrieved->times[i]);
        buffer_printf(scratch, "%s%s", scratch->size ? " " : "", text);
    }
    csv_cell(csv, scratch->size ? scratch->bytes : "");
}

void event_cells_provenance(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                            const char *quote, struct buffer *scratch)
{
    part_cell(csv, scratch, event_text_url_list, event);
    retrieved_cell(csv, event, retrieved, scratch);
    csv_cell(csv, quote);
}

const char *event_quote(struct record_view event, const char *field)
{
    struct record_view part;
    const char *first = NULL;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, &part); i++) {
        const char *of = record_text(part, ENT_EVIDENCE_FIELD), *quote = record_text(part, ENT_EVIDENCE_QUOTE);
        if (!quote)
            continue;
        if (of && strcmp(of, field) == 0)
            return quote;
        first = first ? first : quote;
    }
    return first;
}

static struct crosswalk codes_of(struct record_view event)
{
    const char *type = record_text(event, ENT_REPORT_TYPE);
    return vocabulary_crosswalk(type ? type : "", record_text(event, ENT_REPORT_SUBTYPE),
                                record_text(event, ENT_REPORT_STATUS));
}

/* ---- CSV ---- */

static const char *const csv_columns[] = {"id",
                                          "revision",
                                          "type",
                                          "subtype",
                                          "status",
                                          "modality",
                                          "scope",
                                          "date_start",
                                          "date_end",
                                          "date_precision",
                                          "actors",
                                          "name",
                                          "equipment",
                                          "places",
                                          "confidence",
                                          "sources",
                                          "independent_sources",
                                          "first_seen",
                                          "last_seen",
                                          "cameo",
                                          "plover",
                                          "plover_context",
                                          "urls",
                                          "verdict",
                                          "corrected",
                                          "retrieved",
                                          "quote",
                                          "quantities",
                                          "programme",
                                          "grade",
                                          NULL};

static void quantity_list(struct buffer *text, struct record_view event)
{
    struct record_view quantity;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_QUANTITY, i, &quantity); i++) {
        if (i)
            buffer_append_char(text, ';');
        event_text_quantity(text, quantity);
    }
}

/* "status by ada; name by ada": what people changed. */
static void correction_list(struct buffer *text, struct record_view event)
{
    struct record_view correction;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CORRECTION, i, &correction); i++) {
        const char *field = record_text(correction, ENT_CORRECTION_FIELD);
        const char *author = record_text(correction, ENT_CORRECTION_AUTHOR);
        const char *kind = record_text(correction, ENT_CORRECTION_KIND);
        buffer_printf(text, "%s%s by %s", i ? ";" : "", field ? field : kind ? kind : "", author ? author : "");
    }
}

static void print_csv(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                      struct buffer *scratch)
{
    struct record_view date = {0};
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    struct crosswalk codes = codes_of(event);
    csv_cell(csv, record_text(event, ENT_REPORT_ID));
    csv_cell_integer(csv, record_int(event, ENT_EVENT_REVISION, 1));
    static const unsigned words[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY,
                                     ENT_REPORT_SCOPE};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        csv_cell(csv, record_text(event, words[i]));
    csv_cell(csv, dated ? record_text(date, ENT_DATE_START) : NULL);
    csv_cell(csv, dated ? record_text(date, ENT_DATE_END) : NULL);
    csv_cell(csv, dated ? record_text(date, ENT_DATE_PRECISION) : NULL);
    part_cell(csv, scratch, event_text_actor_list, event);
    csv_cell(csv, record_text(event, ENT_REPORT_NAME));
    part_cell(csv, scratch, event_text_equipment_list, event);
    part_cell(csv, scratch, event_text_place_list, event);
    number_cell(csv, event, ENT_REPORT_CONFIDENCE);
    csv_cell_integer(csv, (int64_t)record_count(event, ENT_EVENT_SOURCE));
    csv_cell_integer(csv, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    time_cell(csv, event, ENT_EVENT_FIRST_SEEN);
    time_cell(csv, event, ENT_EVENT_LAST_SEEN);
    csv_cell(csv, codes.cameo);
    csv_cell(csv, codes.plover);
    csv_cell(csv, codes.context);
    part_cell(csv, scratch, event_text_url_list, event);
    csv_cell(csv, record_text(event, ENT_EVENT_VERDICT));
    part_cell(csv, scratch, correction_list, event);
    retrieved_cell(csv, event, retrieved, scratch);
    csv_cell(csv, event_quote(event, "type"));
    part_cell(csv, scratch, quantity_list, event);
    csv_cell(csv, record_text(event, ENT_REPORT_PROGRAMME));
    csv_cell(csv, record_text(event, ENT_EVENT_GRADE));
    csv_row(csv);
}

/* ---- CAMEO and PLOVER: a row for each ordered pair ---- */

static const char *const cameo_columns[] = {"event_id",
                                            "date",
                                            "source",
                                            "target",
                                            "cameo",
                                            "plover",
                                            "plover_context",
                                            "type",
                                            "subtype",
                                            "status",
                                            "modality",
                                            "confidence",
                                            "independent_sources",
                                            "urls",
                                            "retrieved",
                                            "quote",
                                            NULL};

static void print_pair(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                       const char *source, const char *target, struct buffer *scratch)
{
    struct record_view date;
    struct crosswalk codes = codes_of(event);
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    csv_cell(csv, record_text(event, ENT_REPORT_ID));
    csv_cell(csv, dated ? record_text(date, ENT_DATE_START) : NULL);
    csv_cell(csv, source);
    csv_cell(csv, target);
    csv_cell(csv, codes.cameo);
    csv_cell(csv, codes.plover);
    csv_cell(csv, codes.context);
    static const unsigned words[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        csv_cell(csv, record_text(event, words[i]));
    number_cell(csv, event, ENT_REPORT_CONFIDENCE);
    csv_cell_integer(csv, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    event_cells_provenance(csv, event, retrieved, event_quote(event, "type"), scratch);
    csv_row(csv);
}

static void print_cameo(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                        struct buffer *scratch)
{
    struct event_party parties[EVENT_PARTIES_MAX];
    size_t count = event_parties(event, parties);
    bool has_direction = false;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            has_direction = has_direction || (parties[i].gives && parties[j].takes);
    for (size_t i = 0; i < count; i++)
        for (size_t j = has_direction ? 0 : i + 1; j < count; j++)
            if (strcmp(parties[i].id, parties[j].id) != 0 && (!has_direction || (parties[i].gives && parties[j].takes)))
                print_pair(csv, event, retrieved, parties[i].id, parties[j].id, scratch);
}

/* ---- JSON lines and GeoJSON ---- */

static void put_retrieved(struct json_writer *writer, const struct event_retrieved *retrieved)
{
    json_key(writer, "retrieved");
    json_array_open(writer);
    for (size_t i = 0; i < retrieved->count; i++) {
        char text[CALENDAR_TEXT_SIZE];
        calendar_print(text, retrieved->times[i]);
        json_put_text(writer, retrieved->times[i] ? text : NULL);
    }
    json_array_close(writer);
}

/* The members of event_json and `retrieved`, times in the order of `sources`. */
static void put_event(struct json_writer *writer, struct record_view event, const struct event_retrieved *retrieved)
{
    event_json_open(writer, event);
    put_retrieved(writer, retrieved);
    json_object_close(writer);
}

static void print_jsonl(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                        struct buffer *line)
{
    struct json_writer writer;
    (void)csv;
    json_begin(&writer, line);
    put_event(&writer, event, retrieved);
}

static void put_position(struct json_writer *writer, struct record_view place)
{
    json_array_open(writer);
    json_put_number(writer, record_num(place, ENT_PLACE_LONGITUDE, 0));
    json_put_number(writer, record_num(place, ENT_PLACE_LATITUDE, 0));
    json_array_close(writer);
}

static bool has_position(struct record_view place)
{
    double number;
    return record_get_num(place, ENT_PLACE_LONGITUDE, 0, &number) &&
           record_get_num(place, ENT_PLACE_LATITUDE, 0, &number);
}

/* RFC 7946: a point, several points, or null where no place has coordinates. */
static void put_geometry(struct json_writer *writer, struct record_view event)
{
    struct record_view place;
    size_t known = 0;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &place); i++)
        known += has_position(place);
    json_key(writer, "geometry");
    if (!known) {
        json_put_null(writer);
        return;
    }
    json_object_open(writer);
    json_key(writer, "type");
    json_put_text(writer, known == 1 ? "Point" : "MultiPoint");
    json_key(writer, "coordinates");
    if (known > 1)
        json_array_open(writer);
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &place); i++)
        if (has_position(place))
            put_position(writer, place);
    if (known > 1)
        json_array_close(writer);
    json_object_close(writer);
}

static void print_geojson(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                          struct buffer *line)
{
    struct json_writer writer;
    (void)csv;
    json_begin(&writer, line);
    json_object_open(&writer);
    json_key(&writer, "type");
    json_put_text(&writer, "Feature");
    json_key(&writer, "id");
    json_put_text(&writer, record_text(event, ENT_REPORT_ID));
    put_geometry(&writer, event);
    json_key(&writer, "properties");
    put_event(&writer, event, retrieved);
    json_object_close(&writer);
}

/* ---- the table ---- */

static const struct event_format formats[] = {
    {"jsonl", NULL, "", "\n", "\n", print_jsonl},
    {"csv", csv_columns, "", "", "", print_csv},
    {"geojson", NULL, "{\"type\":\"FeatureCollection\",\"features\":[\n", ",\n", "\n]}\n", print_geojson},
    {"trade", event_trade_columns, "", "", "", event_trade_print},
    {"cameo", cameo_columns, "", "", "", print_cameo},
};

const struct event_format *event_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

/* ---- a run of rows ---- */

void event_writer_head(struct event_writer *writer)
{
    struct csv csv = {.out = writer->out};
    const char *const *column = writer->format->columns;
    buffer_append_text(writer->out, writer->format->head);
    for (; column && *column; column++)
        csv_cell(&csv, *column);
    if (column)
        csv_row(&csv);
}

void event_writer_put(struct event_writer *writer, struct record_view event, const struct event_retrieved *retrieved)
{
    struct csv csv = {.out = writer->out, .is_guarded = writer->is_guarded};
    if (writer->has_rows)
        buffer_append_text(writer->out, writer->format->between);
    writer->has_rows = true;
    writer->format->print(&csv, event, retrieved, writer->format->columns ? &writer->line : writer->out);
    writer->out->failed = writer->out->failed || writer->line.failed;
}

void event_writer_tail(struct event_writer *writer)
{
    bool is_around = writer->format->head[0] != '\0'; /* and not the end of a line that is not there */
    if (is_around || writer->has_rows)
        buffer_append_text(writer->out, writer->format->tail);
}

void event_writer_free(struct event_writer *writer)
{
    buffer_free(&writer->line);
}
