/* Schema: the fields of each record kind as tables. Verification, JSON both ways and the builder's type checks all
 * read these rows; <entente/record.h> documents the same ids for plugin authors, and a test holds the two
 * together. Constant data, any thread. */
#ifndef LIB_RECORD_SCHEMA_H
#define LIB_RECORD_SCHEMA_H

#include <entente/record.h>

#include <stdbool.h>
#include <stddef.h>

struct schema_field {
    uint16_t field;
    enum ent_type type;
    bool repeated;
    uint16_t kind;    /* of the record within, for ENT_REC */
    const char *name; /* in JSON, exports and rules */
};

struct schema_kind {
    uint16_t kind;
    const char *name;
    const struct schema_field *fields; /* in the order in which JSON prints them */
    size_t field_count;
};

/* NULL where there is no such kind or field. */
const struct schema_kind *schema_kind(unsigned kind);
const struct schema_field *schema_field(unsigned kind, unsigned field);
const struct schema_field *schema_field_by_name(unsigned kind, const char *name);

#endif
