/* Explanation: why an article was coded as it was, and what nearly was: it is read again, thoroughly, by the coder that
 * is linked in here, so that a stranger's text is parsed where this plugin is confined and not in the daemon. The
 * lexicon is opened when somebody first asks; one article is explained at a time. Any of the workers' threads. */
#ifndef PLUGINS_WEB_EXPLANATION_H
#define PLUGINS_WEB_EXPLANATION_H

#include "plugins/web/exchange.h"

struct explainer;

/* NULL when memory is out. */
struct explainer *explainer_create(const struct ent_host *host, struct ent_instance *instance);
void explainer_destroy(struct explainer *explainer);
/* Of the item with this id. */
enum MHD_Result explanation_answer(struct exchange *exchange, const char *id);

#endif
