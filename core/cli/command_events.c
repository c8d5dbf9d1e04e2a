/* entente events: what happened, newest news first. */
#include "core/cli/listing.h"
#include "core/cli/message.h"
#include "lib/base/calendar.h"
#include "lib/record/event_text.h"
#include "lib/record/vocabulary.h"

#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
    {.title = "ID", .name = "id", .min = 8, .max = 8},
    {.title = "WHEN", .name = "date", .min = 13, .max = 24, .flexible = true, .rank = 2},
    {.title = "TYPE", .name = "type", .min = 8, .max = 28},
    {.title = "ACTORS", .name = "actors", .min = 9, .max = 40, .flexible = true},
    {.title = "STATUS", .name = "status", .min = 6, .max = 11, .rank = 3},
    {.title = "SRC", .name = "sources", .min = 3, .is_number = true, .rank = 5},
    {.title = "WHAT", .name = "what", .min = 10, .flexible = true, .rank = 4},
};

static const struct table_column csv_columns[] = {
    {.name = "id"},
    {.name = "revision"},
    {.name = "type"},
    {.name = "subtype"},
    {.name = "status"},
    {.name = "modality"},
    {.name = "scope"},
    {.name = "date_start"},
    {.name = "date_end"},
    {.name = "date_precision"},
    {.name = "actors"},
    {.name = "name"},
    {.name = "equipment"},
    {.name = "places"},
    {.name = "confidence"},
    {.name = "sources"},
    {.name = "independent_sources"},
    {.name = "first_seen"},
    {.name = "last_seen"},
    {.name = "cameo"},
    {.name = "plover"},
    {.name = "plover_context"},
    {.name = "urls"},
    {.name = "verdict"},
    {.name = "corrected"},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    CSV_COLUMNS = sizeof csv_columns / sizeof *csv_columns,
    SHORT_ID = 8
};
/* From this width on there is room for subtypes. */
enum { WIDE = 110 };

typedef void part(struct buffer *text, struct record_view event);

static void part_cell(struct table *table, struct buffer *scratch, part *print, struct record_view event)
{
    buffer_clear(scratch);
    print(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
}

static void time_cell(struct table *table, struct record_view event, unsigned field)
{
    char text[CALENDAR_TEXT_SIZE];
    int64_t time;
    if (record_get_int(event, field, 0, &time)) {
        calendar_print(text, time);
        table_cell(table, text);
    } else {
        table_cell(table, NULL);
    }
}

static void number_cell(struct table *table, struct record_view event, unsigned field)
{
    double number;
    if (record_get_num(event, field, 0, &number))
        table_cell_number(table, number);
    else
        table_cell(table, NULL);
}

/* "status by ada; name by ada": what people changed. */
static void corrected_cell(struct table *table, struct buffer *scratch, struct record_view event)
{
    struct record_view correction;
    buffer_clear(scratch);
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CORRECTION, i, &correction); i++) {
        const char *field = record_text(correction, ENT_CORRECTION_FIELD), *author = record_text(correction, ENT_CORRECTION_AUTHOR);
        const char *kind = record_text(correction, ENT_CORRECTION_KIND);
        buffer_printf(scratch, "%s%s by %s", scratch->size ? ";" : "", field ? field : kind ? kind : "", author ? author : "");
    }
    table_cell(table, scratch->size ? scratch->bytes : "");
}

static void people_row(struct table *table, struct record_view event, struct buffer *scratch)
{
    char id[SHORT_ID + 1] = "";
    const char *whole = record_text(event, ENT_REPORT_ID);
    if (whole)
        memcpy(id, whole, strnlen(whole, SHORT_ID));
    bool current =
        strcmp(record_text(event, ENT_REPORT_SCOPE) ? record_text(event, ENT_REPORT_SCOPE) : "", "background");
    table_cell_styled(table, STYLE_NAME, id);
    part_cell(table, scratch, event_text_date, event);
    if (display()->width == 0 || display()->width >= WIDE)
        part_cell(table, scratch, event_text_type, event);
    else
        table_cell(table, record_text(event, ENT_REPORT_TYPE));
    part_cell(table, scratch, event_text_actors, event);
    table_cell_styled(table, current ? STYLE_PLAIN : STYLE_FAINT, record_text(event, ENT_REPORT_STATUS));
    table_cell_integer(table, (int64_t)record_count(event, ENT_EVENT_SOURCE));
    part_cell(table, scratch, event_text_what, event);
    table_row(table);
}

static void csv_row(struct table *table, struct record_view event, struct buffer *scratch)
{
    struct record_view date = {0};
    bool dated = record_get_view(event, ENT_REPORT_DATE, 0, &date);
    const char *type = record_text(event, ENT_REPORT_TYPE);
    struct crosswalk codes = vocabulary_crosswalk(type ? type : "", record_text(event, ENT_REPORT_SUBTYPE),
                                                  record_text(event, ENT_REPORT_STATUS));
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
    corrected_cell(table, scratch, event);
    table_row(table);
}

static bool print(struct table *table, const struct query_row *row, struct buffer *line)
{
    struct record_view event = row->record->view;
    if (!table) {
        struct json_writer writer;
        json_begin(&writer, line);
        event_json(&writer, event);
    } else if (table_is_csv(table)) {
        csv_row(table, event, line);
    } else {
        people_row(table, event, line);
    }
    return !line->failed;
}

static const struct listing_plan plan = {
    .what = "events",
    .open = query_events,
    .print = print,
    .columns = columns,
    .column_count = COLUMNS,
    .csv_columns = csv_columns,
    .csv_column_count = CSV_COLUMNS,
};

static bool parse_parties(struct listing *listing, const struct command_line *line)
{
    size_t count;
    const char *actors = command_value(line, "actor"), *dyad = command_value(line, "dyad");
    if (actors) {
        if (!listing_actors("actor", actors, listing->actors, &count))
            return false;
        listing->filter.actors = listing->actors;
    }
    if (!dyad)
        return true;
    if (!listing_actors("dyad", dyad, listing->dyad, &count))
        return false;
    listing->filter.dyad = listing->dyad;
    if (count == 2)
        return true;
    message_failure("--dyad takes two actors apart by a comma, as RUS,UZB");
    return false;
}

static bool parse_sources_min(struct listing *listing, const char *text)
{
    char *end;
    listing->filter.sources_min = text ? strtoll(text, &end, 10) : 0;
    if (!text || (*text && !*end && listing->filter.sources_min > 0))
        return true;
    message_failure("--min-sources: '%.40s' is no count of at least 1", text);
    return false;
}

static int run(const struct command_line *line)
{
    struct listing listing;
    if (!listing_begin(&listing, line) || !parse_parties(&listing, line) ||
        !parse_sources_min(&listing, command_value(line, "min-sources")))
        return COMMAND_USAGE;
    static const char *const standings[] = {"live", "rejected", "confirmed", "corrected"};
    for (size_t i = 0; i < sizeof standings / sizeof *standings; i++)
        if (strcmp(command_value(line, "state"), standings[i]) == 0)
            listing.filter.standing = (enum query_standing)i;
    listing.filter.types = command_value(line, "type");
    listing.filter.statuses = command_value(line, "status");
    listing.filter.scopes = command_value(line, "scope");
    listing.filter.modalities = command_value(line, "modality");
    listing.filter.sources = command_value(line, "publisher");
    return listing_run(&listing, line, &plan);
}

static const struct command_option options[] = {
    {"type", 't', COMMAND_LIST, "TYPES", LISTING_EVENT_TYPES, NULL, "Only these types"},
    {"actor", 'a', COMMAND_VALUE, "IDS", NULL, NULL, "Only with one of these actors: UZB, ORG:NATO, apart by commas"},
    {"dyad", 'd', COMMAND_VALUE, "ID,ID", NULL, NULL, "Only between these two actors"},
    {"status", 0, COMMAND_LIST, "STATUSES", LISTING_STATUSES, NULL, "Only where the latest step is one of these"},
    {"scope", 0, COMMAND_LIST, "SCOPES", "current|background", NULL, "Only what is news now, or only its background"},
    {"modality", 0, COMMAND_LIST, "WORDS", "confirmed|reported|alleged|denied|hypothetical", NULL,
     "Only told in this way"},
    {"publisher", 'p', COMMAND_VALUE, "NAMES", NULL, NULL, "Only told by one of these publishers, apart by commas"},
    {"min-sources", 'm', COMMAND_VALUE, "COUNT", NULL, NULL, "Only with so many independent sources"},
    {"state", 0, COMMAND_VALUE, "STATE", "live|rejected|confirmed|corrected", "live",
     "Those that no person rejected, or those that people rejected, confirmed or corrected in whatever way"},
    LISTING_OPTIONS,
    {.name = NULL},
};

const struct command command_events = {
    .name = "events",
    .summary = "List the events found",
    .description = "Each event stands once, however many outlets told it; what had news last comes first. --since and "
                   "--until go by the latest report, not by the day of the event.\n\n"
                   "JSON lines hold every field of the codebook, with null for what is not known, and CAMEO and PLOVER "
                   "codes beside our type. In CSV, several values of a field stand apart by semicolons.",
    .examples =
        "entente events --since 7d\tWhat the last week brought\n"
        "entente events --type arms_transfer,training --dyad RUS,UZB\tArms and training between two states\n"
        "entente events --actor ORG:NATO --scope current --min-sources 2\tOnly what two independent sources tell\n"
        "entente events --format csv > events.csv\tEverything, for a spreadsheet\n"
        "entente events --format jsonl | jq -r .id\tEverything, for a program",
    .options = options,
    .run = run,
};
