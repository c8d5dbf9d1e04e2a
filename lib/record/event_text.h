/* Event text: the parts of an event as people read them and as exports have them. Each appends to `text`; nothing where
 * the event does not have the part. Any thread. */
#ifndef LIB_RECORD_EVENT_TEXT_H
#define LIB_RECORD_EVENT_TEXT_H

#include "lib/base/buffer.h"
#include "lib/base/json_writer.h"
#include "lib/record/record.h"

/* "RUS → UZB", "CHN, THA": who does it, with whom or to whom; observers are left out. */
void event_text_actors(struct buffer *text, struct record_view event);
/* "2023-05-19", "2023-05-19–23", "since 2001", "as of 2024-01-02" */
void event_text_date(struct buffer *text, struct record_view event);
/* "arms_transfer/sale" */
void event_text_type(struct buffer *text, struct record_view event);
/* "Exercise Peace Eagle; 12 Mi-8; USD 300,000,000; Lopburi": name, equipment, quantities, places; where it has
 * none of these, its first source's title */
void event_text_what(struct buffer *text, struct record_view event);
void event_text_equipment(struct buffer *text, struct record_view equipment);
void event_text_quantity(struct buffer *text, struct record_view quantity);
/* "RUS:supplier;UZB:recipient" for exports. */
void event_text_actor_list(struct buffer *text, struct record_view event);
void event_text_place_list(struct buffer *text, struct record_view event);
void event_text_equipment_list(struct buffer *text, struct record_view event);
/* The addresses of its sources, apart by spaces; "item:ID" stands for one that has none that may be followed. */
void event_text_url_list(struct buffer *text, struct record_view event);

/* The whole event as one JSON object: the codebook's names, nulls included, and the codes cameo, plover and
 * plover_context. Of a report as well. */
void event_json(struct json_writer *writer, struct record_view event);
/* The same, but the object is left open for further members. */
void event_json_open(struct json_writer *writer, struct record_view event);

#endif
