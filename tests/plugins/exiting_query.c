/* ent_plugin_query() that ends the process. */
#include "tests/plugins/minimal.h"

#include <stdlib.h>

const struct ent_plugin *ent_plugin_query(void)
{
    exit(3);
}
