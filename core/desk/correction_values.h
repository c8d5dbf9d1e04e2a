/* Correction values: what a person may set of an event, as "field=value", and its way into a record and back to text.
 *
 * Words are checked against the codebook's vocabularies, with the nearest valid one in the error. Lists and dates have a
 * short form for people and take JSON in the codebook's shape as well; "none" clears a field:
 *
 *     status=signed            date=2023-05-19/2023-05-23      actors=RUS:supplier,UZB:recipient
 *     name=Steppe Eagle        places=Lopburi:THA;Bangkok:THA  equipment=12 Mi-8:V;S-400
 *     parent=3f2a90c1          quantities=money 300000000 USD;personnel 850
 *
 * Any thread. */
#ifndef CORE_DESK_CORRECTION_VALUES_H
#define CORE_DESK_CORRECTION_VALUES_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>

struct correction_field {
    unsigned field; /* ENT_REPORT_… */
    const char *name;
    const char *help; /* how a value is written */
};
/* Ended by a row whose name is NULL. */
const struct correction_field *correction_fields(void);
/* NULL where there is none of that name. */
const struct correction_field *correction_field_find(const char *name, size_t size);

/* Reads settings into a record of kind ENT_REPORT that holds the new values; `fields` gets the names of the fields, apart
 * by commas. `event` is the event as it stands: a subtype must be one of its type, set or not. The caller owns the
 * record. NULL with `error` naming the setting. */
struct ent_record *correction_values_read(const char *const *settings, size_t count, struct record_view event,
                                          struct buffer *fields, struct error *error);

/* The field's value for people; nothing where the record has none. Appends. */
void correction_value_text(struct buffer *text, struct record_view record, unsigned field);

#endif
