/* Body: what a webhook sends: the delivery as JSON, or what a template makes of it, the operator's or one of the
 * presets. */
#ifndef PLUGINS_WEBHOOK_BODY_H
#define PLUGINS_WEBHOOK_BODY_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>

/* Names of the presets, for an option's choices. */
#define BODY_PRESETS "none|slack|slack-api|ntfy|matrix"

struct body;

/* `preset` is one of BODY_PRESETS, `template_path` and `channel` may be NULL; the latter is lent. NULL with
 * `error`. */
struct body *body_create(const char *preset, const char *template_path, const char *channel, struct error *error);
void body_destroy(struct body *body);
/* Appends it; false when memory is out. */
bool body_render(const struct body *body, struct record_view delivery, struct buffer *out, struct error *error);
const char *body_method(const struct body *body);
const char *body_content_type(const struct body *body);
/* Whether the delivery's id is a part of the address (a Matrix transaction). */
bool body_names_delivery(const struct body *body);
/* The member of the answer that says what the receiver calls the message; NULL for none. */
const char *body_receipt(const struct body *body);
/* Whether the answer's member "ok" says if it was taken (Slack's API, which answers 200 to everything). */
bool body_has_ok(const struct body *body);

#endif
