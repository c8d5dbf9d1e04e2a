#include "core/cli/event_formats.h"

#include "core/cli/event_trade.h"
#include "core/store/store.h"
#include "lib/base/calendar.h"
#include "lib/record/event_text.h"
#include "lib/record/vocabulary.h"

#include <errno.h>
#include <string.h>

/* ---- when sources were retrieved ---- */

static bool read_fetched(struct store *store, const char *item, int64_t *fetched, struct error *error)
{
    bool row;
    *fetched = 0;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT fetched FROM item WHERE id=?1 ORDER BY version LIMIT 1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    if (!store_step(store, statement, &row, error, "look up when an item was fetched"))
        return false;
    if (row)
        *fetched = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool event_retrieved_read(struct event_retrieved *retrieved, struct query *query, struct record_view event,
                          struct error *error)
{
    struct record_view source;
    retrieved->count = 0;
    for (size_t i = 0; i < EVENT_SOURCES_MAX && record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *item = record_text(source, ENT_SOURCE_ITEM);
        retrieved->times[retrieved->count] = 0;
        if (item && !read_fetched(query_store(query), item, &retrieved->times[retrieved->count], error))
            return false;
        retrieved->count++;
    }
    return true;
}

/* ---- cells ---- */

typedef void event_part(struct buffer *text, struct record_view event);

static void part_cell(struct table *table, struct buffer *scratch, event_part *print, struct record_view event)
{
    buffer_clear(scratch);
    print(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
}

static void time_cell(struct table *table, struct record_view event, unsigned field)
{
    char text[CALENDAR_TEXT_SIZE];
    int64_t time;
    bool is_known = record_get_int(event, field, 0, &time);
    if (is_known)
        calendar_print(text, time);
    table_cell(table, is_known ? text : NULL);
}

static void number_cell(struct table *table, struct record_view event, unsigned field)
{
    double number;
    if (record_get_num(event, field, 0, &number))
        table_cell_number(table, number);
    else
        table_cell(table, NULL);
}

/* A time for each address of the cell of addresses. */
static void retrieved_cell(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                           struct buffer *scratch)
{
    struct record_view source;
    buffer_clear(scratch);
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        char text[CALENDAR_TEXT_SIZE] = "-";
        if (!record_text(source, ENT_SOURCE_URL))
            continue;
        if (i < retrieved->count && retrieved->times[i])
            calendar_print(text, retrieved->times[i]);
        buffer_printf(scratch, "%s%s", scratch->size ? " " : "", text);
    }
    table_cell(table, scratch->size ? scratch->bytes : "");
}

void event_cells_provenance(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                            const char *quote, struct buffer *scratch)
{
    part_cell(table, scratch, event_text_url_list, event);
    retrieved_cell(table, event, retrieved, scratch);
    table_cell(table, quote);
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

/* ---- for people ---- */

static const struct table_column people_columns[] = {
    {.title = "ID", .name = "id", .min = 8, .max = 8},
    {.title = "WHEN", .name = "date", .min = 13, .max = 24, .flexible = true, .rank = 2},
    {.title = "TYPE", .name = "type", .min = 8, .max = 28},
    {.title = "ACTORS", .name = "actors", .min = 9, .max = 40, .flexible = true},
    {.title = "STATUS", .name = "status", .min = 6, .max = 11, .rank = 3},
    {.title = "SRC", .name = "sources", .min = 3, .is_number = true, .rank = 5},
    {.title = "GR", .name = "grade", .min = 2, .max = 2, .rank = 6},
    {.title = "WHAT", .name = "what", .min = 10, .flexible = true, .rank = 4},
};
/* From this width on there is room for subtypes. */
enum { WIDE = 110, SHORT_ID = 8 };

static void print_people(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                         struct buffer *scratch)
{
    char id[SHORT_ID + 1] = "";
    const char *whole = record_text(event, ENT_REPORT_ID), *scope = record_text(event, ENT_REPORT_SCOPE);
    (void)retrieved;
    if (whole)
        memcpy(id, whole, strnlen(whole, SHORT_ID));
    bool is_current = !scope || strcmp(scope, "background") != 0;
    table_cell_styled(table, STYLE_NAME, id);
    part_cell(table, scratch, event_text_date, event);
    if (display()->width == 0 || display()->width >= WIDE)
        part_cell(table, scratch, event_text_type, event);
    else
        table_cell(table, record_text(event, ENT_REPORT_TYPE));
    part_cell(table, scratch, event_text_actors, event);
    table_cell_styled(table, is_current ? STYLE_PLAIN : STYLE_FAINT, record_text(event, ENT_REPORT_STATUS));
    table_cell_integer(table, (int64_t)record_count(event, ENT_EVENT_SOURCE));
    table_cell(table, record_text(event, ENT_EVENT_GRADE));
    part_cell(table, scratch, event_text_what, event);
    table_row(table);
}

/* ---- CSV ---- */

static const struct table_column csv_columns[] = {
    {.name = "id"},         {.name = "revision"},   {.name = "type"},           {.name = "subtype"},
    {.name = "status"},     {.name = "modality"},   {.name = "scope"},          {.name = "date_start"},
    {.name = "date_end"},   {.name = "date_precision"}, {.name = "actors"},     {.name = "name"},
    {.name = "equipment"},  {.name = "places"},     {.name = "confidence"},     {.name = "sources"},
    {.name = "independent_sources"}, {.name = "first_seen"}, {.name = "last_seen"}, {.name = "cameo"},
    {.name = "plover"},     {.name = "plover_context"}, {.name = "urls"},       {.name = "verdict"},
    {.name = "corrected"},  {.name = "retrieved"},  {.name = "quote"},          {.name = "quantities"},
    {.name = "programme"},  {.name = "grade"},
};

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

static void print_csv(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                      struct buffer *scratch)
{
    struct record_view date = {0};
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    struct crosswalk codes = codes_of(event);
    table_cell(table, record_text(event, ENT_REPORT_ID));
    table_cell_integer(table, record_int(event, ENT_EVENT_REVISION, 1));
    static const unsigned words[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY,
                                     ENT_REPORT_SCOPE};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        table_cell(table, record_text(event, words[i]));
    table_cell(table, dated ? record_text(date, ENT_DATE_START) : NULL);
    table_cell(table, dated ? record_text(date, ENT_DATE_END) : NULL);
    table_cell(table, dated ? record_text(date, ENT_DATE_PRECISION) : NULL);
    part_cell(table, scratch, event_text_actor_list, event);
    table_cell(table, record_text(event, ENT_REPORT_NAME));
    part_cell(table, scratch, event_text_equipment_list, event);
    part_cell(table, scratch, event_text_place_list, event);
    number_cell(table, event, ENT_REPORT_CONFIDENCE);
    table_cell_integer(table, (int64_t)record_count(event, ENT_EVENT_SOURCE));
    table_cell_integer(table, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    time_cell(table, event, ENT_EVENT_FIRST_SEEN);
    time_cell(table, event, ENT_EVENT_LAST_SEEN);
    table_cell(table, codes.cameo);
    table_cell(table, codes.plover);
    table_cell(table, codes.context);
    part_cell(table, scratch, event_text_url_list, event);
    table_cell(table, record_text(event, ENT_EVENT_VERDICT));
    part_cell(table, scratch, correction_list, event);
    retrieved_cell(table, event, retrieved, scratch);
    table_cell(table, event_quote(event, "type"));
    part_cell(table, scratch, quantity_list, event);
    table_cell(table, record_text(event, ENT_REPORT_PROGRAMME));
    table_cell(table, record_text(event, ENT_EVENT_GRADE));
    table_row(table);
}

/* ---- CAMEO and PLOVER: a row for each ordered pair ---- */

static const struct table_column cameo_columns[] = {
    {.name = "event_id"}, {.name = "date"},     {.name = "source"},     {.name = "target"},
    {.name = "cameo"},    {.name = "plover"},   {.name = "plover_context"}, {.name = "type"},
    {.name = "subtype"},  {.name = "status"},   {.name = "modality"},   {.name = "confidence"},
    {.name = "independent_sources"}, {.name = "urls"}, {.name = "retrieved"}, {.name = "quote"},
};

static void print_pair(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                       const char *source, const char *target, struct buffer *scratch)
{
    struct record_view date;
    struct crosswalk codes = codes_of(event);
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    table_cell(table, record_text(event, ENT_REPORT_ID));
    table_cell(table, dated ? record_text(date, ENT_DATE_START) : NULL);
    table_cell(table, source);
    table_cell(table, target);
    table_cell(table, codes.cameo);
    table_cell(table, codes.plover);
    table_cell(table, codes.context);
    static const unsigned words[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        table_cell(table, record_text(event, words[i]));
    number_cell(table, event, ENT_REPORT_CONFIDENCE);
    table_cell_integer(table, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    event_cells_provenance(table, event, retrieved, event_quote(event, "type"), scratch);
    table_row(table);
}

static void print_cameo(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
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
            if (strcmp(parties[i].id, parties[j].id) != 0 &&
                (!has_direction || (parties[i].gives && parties[j].takes)))
                print_pair(table, event, retrieved, parties[i].id, parties[j].id, scratch);
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

static void print_jsonl(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                        struct buffer *line)
{
    struct json_writer writer;
    (void)table;
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
    return record_get_num(place, ENT_PLACE_LONGITUDE, 0, &number) && record_get_num(place, ENT_PLACE_LATITUDE, 0, &number);
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

static void print_geojson(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                          struct buffer *line)
{
    struct json_writer writer;
    (void)table;
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

#define COLUMNS(array) array, sizeof array / sizeof *array

static const struct event_format formats[] = {
    {"table", TABLE_FOR_PEOPLE, COLUMNS(people_columns), NULL, NULL, NULL, print_people},
    {"jsonl", TABLE_JSONL, NULL, 0, "", "\n", "\n", print_jsonl},
    {"csv", TABLE_CSV, COLUMNS(csv_columns), NULL, NULL, NULL, print_csv},
    {"geojson", TABLE_JSONL, NULL, 0, "{\"type\":\"FeatureCollection\",\"features\":[\n", ",\n", "\n]}\n",
     print_geojson},
    {"trade", TABLE_CSV, event_trade_columns, EVENT_TRADE_COLUMNS, NULL, NULL, NULL, event_trade_print},
    {"cameo", TABLE_CSV, COLUMNS(cameo_columns), NULL, NULL, NULL, print_cameo},
    {.name = NULL},
};

const struct event_format *event_formats(void)
{
    return formats;
}

const struct event_format *event_format_find(const char *name)
{
    for (const struct event_format *format = formats; format->name; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

/* ---- output ---- */

static bool write_bytes(FILE *out, const char *bytes, size_t size, struct error *error)
{
    if (fwrite(bytes, 1, size, out) == size)
        return true;
    int reason = errno;
    clearerr(out);
    return error_set_errno(error, reason, "the output cannot be written");
}

bool event_output_begin(struct event_output *output, const struct event_format *format, int width, FILE *out,
                        struct error *error)
{
    *output = (struct event_output){.format = format, .out = out};
    if (!format->columns)
        return write_bytes(out, format->head, strlen(format->head), error);
    output->table = table_create(format->columns, format->column_count, format->table, width, out);
    return output->table || error_set(error, ERROR_MEMORY, "out of memory");
}

bool event_output_put(struct event_output *output, struct record_view event, const struct event_retrieved *retrieved,
                      struct error *error)
{
    const struct event_format *format = output->format;
    buffer_clear(&output->line);
    if (!output->table && output->events)
        buffer_append_text(&output->line, format->between);
    format->print(output->table, event, retrieved, &output->line);
    output->events++;
    if (output->line.failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    return output->table || write_bytes(output->out, output->line.bytes, output->line.size, error);
}

bool event_output_end(struct event_output *output, bool is_good, struct error *error)
{
    struct error own = ERROR_INIT;
    bool ok = true;
    if (output->table)
        ok = table_finish(output->table, &own);
    else if (is_good && output->format->tail[1] == '\0' && !output->events)
        ok = true; /* of lines there are none */
    else if (is_good)
        ok = write_bytes(output->out, output->format->tail, strlen(output->format->tail), &own);
    if (is_good && ok && fflush(output->out) != 0)
        ok = error_set_errno(&own, errno, "the output cannot be written");
    buffer_free(&output->line);
    if (is_good && !ok)
        *error = own;
    return is_good && ok;
}
