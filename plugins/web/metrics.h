/* Metrics: how the daemon fares, in the text format of Prometheus (exposition format 0.0.4). */
#ifndef PLUGINS_WEB_METRICS_H
#define PLUGINS_WEB_METRICS_H

#include "plugins/web/exchange.h"

enum MHD_Result metrics_answer(struct exchange *exchange);

#endif
