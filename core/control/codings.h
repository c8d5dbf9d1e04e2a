/* Coding as a command: what somebody coded of an event from its articles alone. For control_change alone.
 *
 *     {"command":"coding-put","target":EVENT,"arguments":{"values":{"type":"training","status":"ongoing",
 *                                                          "actors":"GBR supplier; KEN recipient","date":"2024-05"}}}
 *
 * Result: {"event", "fields": [{"field", "value", "machine", "agrees"}]}. Values are words of the codebook; `actors` are
 * parties with their roles, in any order; `date` is a start, or START/END; an empty value means that it is not stated. */
#ifndef CORE_CONTROL_CODINGS_H
#define CORE_CONTROL_CODINGS_H

#include "core/control/control.h"

struct bus;

bool control_coding_put(struct bus *bus, const struct control_request *request, struct json_writer *result,
                        struct error *error);

#endif
