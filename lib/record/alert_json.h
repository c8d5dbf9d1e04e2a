/* Alerts as JSON for receivers: what the jsonl sink writes and the webhook sends. The id of the delivery stands first,
 * so that a receiver, and the sink itself after a crash, can tell a repeated delivery without reading on. Any thread.
 */
#ifndef LIB_RECORD_ALERT_JSON_H
#define LIB_RECORD_ALERT_JSON_H

#include "lib/base/json_writer.h"
#include "lib/record/record.h"

/* How every such object begins; the 32 digits of the id and a quote follow. */
#define ALERT_JSON_START "{\"delivery\":\""

/* {"delivery":ID, "hold", "window" and "thread" where the delivery has them, the members of the alert…} */
void alert_to_json(struct json_writer *writer, struct record_view delivery, struct record_view alert);
/* The same for a delivery of one alert; with "alerts":[…] in their place for several. */
void delivery_to_json(struct json_writer *writer, struct record_view delivery);

#endif
