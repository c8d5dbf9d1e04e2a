/* As a compiler makes it with -fsanitize=address: it asks for what a program without sanitizer does not have. */
#include "tests/plugins/minimal.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void __asan_init(void);

__attribute__((constructor)) static void begin(void)
{
    __asan_init();
}
#endif

static const struct ent_plugin plugin = {MINIMAL("sanitized")};

const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
