/* Saved views as commands: a filter kept under a name, or forgotten, by the author for himself or herself. For control_change
 * alone.
 *
 *     {"command":"view-save","target":NAME,"arguments":{"query":"type=aid&since=2024"}}      also in the place of one of that name
 *     {"command":"view-remove","target":NAME}
 */
#ifndef CORE_CONTROL_VIEWS_H
#define CORE_CONTROL_VIEWS_H

#include "core/control/control.h"

struct bus;

bool control_view(struct bus *bus, const struct control_request *request, struct error *error);

#endif
