/* Records as JSON and back, by the schema's names: what exports, the jsonl sink, `exec` plugins and the
 * CLI read and write. Times are RFC 3339 in UTC. Absent single fields are left out unless `nulls` is asked for, as
 * the codebook's examples have them; repeated fields are arrays. Any thread. */
#ifndef LIB_RECORD_RECORD_JSON_H
#define LIB_RECORD_RECORD_JSON_H

#include "lib/base/json_writer.h"
#include "lib/record/record.h"

#include <jansson.h>

enum record_json_flag {
    RECORD_JSON_NULLS = 1u << 0 /* absent fields as null, absent lists as [] */
};

/* Writes the record as one object. */
void record_to_json(struct json_writer *writer, struct record_view view, unsigned flags);
/* Writes the members only, into an object that the caller has opened. */
void record_members_to_json(struct json_writer *writer, struct record_view view, unsigned flags);

/* A record of `kind` from a JSON object. Unknown names are refused, null counts as absent; numbers must fit. `error`
 * names the field. The caller owns the record and keeps the JSON. */
struct ent_record *record_from_json(unsigned kind, json_t *object, struct error *error);

#endif
