/* Objects that somebody gives for a plugin: what looks at the file before the dynamic loader does. */
#include "core/host/elf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at_symbol(void *context, const struct elf_symbol *symbol)
{
    size_t *bytes = context;
    *bytes += strlen(symbol->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    struct error error = ERROR_INIT;
    size_t bytes = 0;
    int file = memfd_create("object", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (elf_check(path, "ent_plugin_query", &error))
        elf_each_symbol(path, look_at_symbol, &bytes, &error);
    elf_wants_executable_stack(path);
    close(file);
    return 0;
}
