/* Report schema: what a report may say, as a JSON Schema (draft 2020-12), for programs in any language that make or
 * check reports: authors of classifiers, models that are told to keep to it. From the tables of schema.h and
 * vocabulary.h; what the host fills in (ids, classifier, item) is left out. Pure, any thread. */
#ifndef LIB_RECORD_REPORT_SCHEMA_H
#define LIB_RECORD_REPORT_SCHEMA_H

#include "lib/base/json_writer.h"

/* `states`: the codes of states that there are, apart by blanks. Failure shows in the writer's buffer. */
void report_schema_write(struct json_writer *json, const char *states);

#endif
