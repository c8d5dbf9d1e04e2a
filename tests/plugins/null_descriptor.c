/* ent_plugin_query() that has nothing to say. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    return NULL;
}
