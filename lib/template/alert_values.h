/* Alert values: a delivery as the values of a template: the JSON that receivers get (lib/record/alert_json.h), with an
 * alert's members in reach at the top where there is one alone, and with words for people beside the codes:
 *
 *     delivery    the id            count    number of alerts      alerts    the list of them
 *     groups      the same in groups: name (the heading, empty for none), count, alerts
 *     hold        why they were gathered (digest, quiet, throttle, group), empty where they were not
 *     window      the end of that time            title    "Digest of 29 November 2026, 07:30 UTC: 3 alerts"
 *     thread, receipt    of an update: id of the delivery that told the event first, and what its sink said to it
 *     headline    of the alert; of several, the title            newest    when the newest of them was made
 *     and in each alert   actors   "RUS → UZB"    when   "2023-05-19–23"    kind   "arms_transfer/sale"
 *                 what    "12 Mi-8; USD 300,000,000"    is_update, is_test   whether it tells a change, is a test
 *                 url, publisher, title    of the event's first source       quote   the first words it rests on */
#ifndef LIB_TEMPLATE_ALERT_VALUES_H
#define LIB_TEMPLATE_ALERT_VALUES_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <jansson.h>

/* The caller's, to json_decref. NULL when memory is out. */
json_t *alert_values(struct record_view delivery, struct error *error);

#endif
