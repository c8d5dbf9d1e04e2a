/* Unit wire: a unit of work as it crosses to a runner, and what its callback made of it as it comes back.
 *
 * The inputs are the daemon's own and yet verified: that costs little and keeps the two ends alike. What comes back is
 * put into the daemon's unit by the functions of the host's table, which look at kinds, indexes, codes, sizes and
 * counts as they do for a plugin in the daemon; records are verified and texts made UTF-8 first. Any thread. */
#ifndef CORE_HOST_UNIT_WIRE_H
#define CORE_HOST_UNIT_WIRE_H

#include "core/host/instance_private.h"
#include "core/host/wire.h"

/* What the callback sees: kind, inputs, reports, and what of `seen` counts there. */
void unit_wire_put_inputs(struct buffer *buffer, const struct ent_unit *seen);
/* A unit for `seen`, of which all but its instance is filled; the caller destroys it. NULL with `error`. */
struct unit *unit_wire_get_inputs(struct wire_reader *reader, struct ent_unit *seen, struct error *error);

/* The callback's code and the text that goes with it, then all that it put into the unit. */
void unit_wire_put_outputs(struct buffer *buffer, const struct unit *unit, enum ent_code code, const char *text);
/* Fills the unit of `seen`, which has inputs only; `tickets` is the first of those that were reserved for it. The text
 * becomes this thread's error text. False with `error` (ERROR_INPUT): it is not what a runner of ours sends; the unit
 * may hold part of it and is not to be kept. */
bool unit_wire_get_outputs(struct wire_reader *reader, struct ent_unit *seen, uint64_t tickets, enum ent_code *code,
                           struct error *error);

/* An answer to a request, as `respond` gets it. */
void unit_wire_put_response(struct buffer *buffer, const struct ent_http_response *response);
/* Texts are lent by the message, the headers' array is in `arena`. */
bool unit_wire_get_response(struct wire_reader *reader, struct arena *arena, struct ent_http_response *response);

/* Requests; the same. */
void unit_wire_put_request(struct buffer *buffer, const struct ent_http_request *request);
bool unit_wire_get_request(struct wire_reader *reader, struct arena *arena, struct ent_http_request *request);
void unit_wire_put_mail(struct buffer *buffer, const struct ent_mail_request *request);
bool unit_wire_get_mail(struct wire_reader *reader, struct arena *arena, struct ent_mail_request *request);

#endif
