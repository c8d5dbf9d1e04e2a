/* Alert values: a delivery as the values of a template: the JSON that receivers get (lib/record/alert_json.h), with an
 * alert's members in reach at the top where there is one alone, and with words for people beside the codes:
 *
 *     delivery    the id            count    number of alerts      alerts    the list of them
 *     headline    of the alert; of several, "3 alerts: " and the first
 *     and in each alert   actors   "RUS → UZB"    when   "2023-05-19–23"    kind   "arms_transfer/sale"
 *                 what    "12 Mi-8; USD 300,000,000"    is_update   whether it tells a change
 *                 url, publisher, title    of the event's first source       quote   the first words it rests on */
#ifndef LIB_TEMPLATE_ALERT_VALUES_H
#define LIB_TEMPLATE_ALERT_VALUES_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <jansson.h>

/* The caller's, to json_decref. NULL when memory is out. */
json_t *alert_values(struct record_view delivery, struct error *error);

#endif
