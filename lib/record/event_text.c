#include "lib/record/event_text.h"

#include "lib/record/record_json.h"
#include "lib/record/vocabulary.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(struct record_view record, unsigned field)
{
    const char *text = record_text(record, field);
    return text ? text : "";
}

static void separate(struct buffer *text, size_t start, const char *separator)
{
    if (text->size > start)
        buffer_append_text(text, separator);
}

/* ---- actors ---- */

static bool is_one_of(const char *role, const char *first, const char *second)
{
    return strcmp(role, first) == 0 || (second && strcmp(role, second) == 0);
}

/* Ids with one of two roles, each once. */
static void actors_in(struct buffer *text, struct record_view event, const char *first, const char *second)
{
    struct record_view actor, earlier;
    size_t start = text->size;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        if (!is_one_of(text_of(actor, ENT_ACTOR_ROLE), first, second))
            continue;
        bool seen = false;
        for (size_t j = 0; j < i && record_get_view(event, ENT_REPORT_ACTOR, j, &earlier); j++)
            seen = seen || (is_one_of(text_of(earlier, ENT_ACTOR_ROLE), first, second) &&
                            strcmp(text_of(earlier, ENT_ACTOR_ID), text_of(actor, ENT_ACTOR_ID)) == 0);
        if (seen)
            continue;
        separate(text, start, ", ");
        buffer_append_text(text, text_of(actor, ENT_ACTOR_ID));
    }
}

void event_text_actors(struct buffer *text, struct record_view event)
{
    size_t start = text->size;
    actors_in(text, event, "supplier", "initiator");
    struct buffer others = BUFFER_INIT;
    actors_in(&others, event, "recipient", "target");
    if (others.size) {
        buffer_append_text(text, text->size > start ? " → " : "→ ");
        buffer_append(text, others.bytes, others.size);
    }
    buffer_clear(&others);
    actors_in(&others, event, "participant", NULL);
    if (others.size) {
        separate(text, start, ", ");
        buffer_append(text, others.bytes, others.size);
    }
    buffer_free(&others);
    if (text->size == start)
        actors_in(text, event, "host", NULL);
}

void event_text_actor_list(struct buffer *text, struct record_view event)
{
    struct record_view actor;
    size_t start = text->size;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        separate(text, start, ";");
        buffer_printf(text, "%s/%s", text_of(actor, ENT_ACTOR_ID), text_of(actor, ENT_ACTOR_ROLE));
    }
}

/* ---- when ---- */

/* What of `end` differs from `start`: "23" of 2023-05-23 after 2023-05-19. */
static const char *end_part(const char *start, const char *end)
{
    enum { YEAR_SIZE = 5, MONTH_SIZE = 8 };
    if (strlen(start) != strlen(end) || strncmp(start, end, YEAR_SIZE) != 0)
        return end;
    return strlen(end) > MONTH_SIZE && strncmp(start, end, MONTH_SIZE) == 0 ? end + MONTH_SIZE : end + YEAR_SIZE;
}

void event_text_date(struct buffer *text, struct record_view event)
{
    struct record_view date;
    if (!record_get_view(event, ENT_REPORT_DATE, 0, &date))
        return;
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    const char *as_of = record_text(date, ENT_DATE_AS_OF);
    if (start && end && strcmp(start, end) == 0)
        buffer_append_text(text, start);
    else if (start && end)
        buffer_printf(text, "%s–%s", start, end_part(start, end));
    else if (start)
        buffer_printf(text, "since %s", start);
    else if (end)
        buffer_printf(text, "until %s", end);
    else if (as_of)
        buffer_printf(text, "as of %s", as_of);
}

void event_text_type(struct buffer *text, struct record_view event)
{
    buffer_append_text(text, text_of(event, ENT_REPORT_TYPE));
    if (record_text(event, ENT_REPORT_SUBTYPE))
        buffer_printf(text, "/%s", record_text(event, ENT_REPORT_SUBTYPE));
}

/* ---- with what, how many, where ---- */

static void append_number(struct buffer *text, double value)
{
    char digits[32];
    if (fabs(value) >= 1e15 || value != floor(value)) {
        buffer_printf(text, "%.10g", value);
        return;
    }
    int size = snprintf(digits, sizeof digits, "%.0f", value);
    for (int i = 0; i < size; i++) {
        buffer_append_char(text, digits[i]);
        if ((size - i - 1) % 3 == 0 && i + 1 < size && digits[i] != '-')
            buffer_append_char(text, ',');
    }
}

void event_text_equipment(struct buffer *text, struct record_view equipment)
{
    double count;
    if (record_get_num(equipment, ENT_EQUIPMENT_COUNT, 0, &count)) {
        append_number(text, count);
        buffer_append_text(text, " ");
    }
    buffer_append_text(text, text_of(equipment, ENT_EQUIPMENT_NAME));
}

void event_text_quantity(struct buffer *text, struct record_view quantity)
{
    static const struct {
        const char *qualifier, *words;
    } words[] = {{"about", "about "}, {"at_least", "at least "}, {"at_most", "at most "}};
    double value;
    if (!record_get_num(quantity, ENT_QUANTITY_VALUE, 0, &value)) {
        buffer_append_text(text, text_of(quantity, ENT_QUANTITY_RAW));
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text_of(quantity, ENT_QUANTITY_QUALIFIER), words[i].qualifier) == 0)
            buffer_append_text(text, words[i].words);
    bool money = strcmp(text_of(quantity, ENT_QUANTITY_KIND), "money") == 0;
    if (money)
        buffer_printf(text, "%s ", text_of(quantity, ENT_QUANTITY_UNIT));
    append_number(text, value);
    double most;
    if (record_get_num(quantity, ENT_QUANTITY_MAX, 0, &most)) {
        buffer_append_text(text, "–");
        append_number(text, most);
    }
    if (!money) {
        const char *unit = record_text(quantity, ENT_QUANTITY_UNIT);
        buffer_printf(text, " %s", unit ? unit : text_of(quantity, ENT_QUANTITY_KIND));
    }
}

static const char *place_name(struct record_view place)
{
    const char *name = record_text(place, ENT_PLACE_NAME);
    return name ? name : text_of(place, ENT_PLACE_RAW);
}

void event_text_what(struct buffer *text, struct record_view event)
{
    struct record_view part;
    size_t start = text->size;
    buffer_append_text(text, text_of(event, ENT_REPORT_NAME));
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EQUIPMENT, i, &part); i++) {
        separate(text, start, "; ");
        event_text_equipment(text, part);
    }
    for (size_t i = 0; record_get_view(event, ENT_REPORT_QUANTITY, i, &part); i++) {
        separate(text, start, "; ");
        event_text_quantity(text, part);
    }
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &part); i++) {
        separate(text, start, "; ");
        buffer_append_text(text, place_name(part));
    }
    if (text->size == start && record_get_view(event, ENT_EVENT_SOURCE, 0, &part))
        buffer_append_text(text, text_of(part, ENT_SOURCE_TITLE));
}

void event_text_place_list(struct buffer *text, struct record_view event)
{
    struct record_view place;
    size_t start = text->size;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &place); i++) {
        separate(text, start, ";");
        buffer_append_text(text, place_name(place));
        if (record_text(place, ENT_PLACE_COUNTRY))
            buffer_printf(text, " (%s)", record_text(place, ENT_PLACE_COUNTRY));
    }
}

void event_text_equipment_list(struct buffer *text, struct record_view event)
{
    struct record_view equipment;
    size_t start = text->size;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EQUIPMENT, i, &equipment); i++) {
        separate(text, start, ";");
        event_text_equipment(text, equipment);
    }
}

void event_text_url_list(struct buffer *text, struct record_view event)
{
    struct record_view source;
    size_t start = text->size;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *url = record_text(source, ENT_SOURCE_URL), *item = record_text(source, ENT_SOURCE_ITEM);
        separate(text, start, " ");
        buffer_printf(text, "%s%s", url ? "" : "item:", url ? url : item ? item : "unknown");
    }
}

/* ---- JSON ---- */

void event_json_open(struct json_writer *writer, struct record_view event)
{
    struct crosswalk codes = vocabulary_crosswalk(
        text_of(event, ENT_REPORT_TYPE), record_text(event, ENT_REPORT_SUBTYPE), record_text(event, ENT_REPORT_STATUS));
    json_object_open(writer);
    record_members_to_json(writer, event, RECORD_JSON_NULLS);
    json_key(writer, "cameo");
    json_put_text(writer, *codes.cameo ? codes.cameo : NULL);
    json_key(writer, "plover");
    json_put_text(writer, *codes.plover ? codes.plover : NULL);
    json_key(writer, "plover_context");
    json_put_text(writer, *codes.context ? codes.context : NULL);
}

void event_json(struct json_writer *writer, struct record_view event)
{
    event_json_open(writer, event);
    json_object_close(writer);
}
