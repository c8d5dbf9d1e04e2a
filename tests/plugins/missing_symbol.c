/* A shared object that is no plugin. */
#include <entente/plugin.h>

ENT_EXPORT int something_else(void);

int something_else(void)
{
    return 7;
}
