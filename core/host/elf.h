/* ELF check: whether a file can be given to dlopen at all.
 *
 * dlopen maps what the program headers say and touches it: an object that was cut short kills the process with
 * SIGBUS, and one for another machine gives a text that names neither cause nor remedy. This reads the headers
 * beforehand, within bounds, and refuses with words. It is no proof that the object is sound; that it loads is
 * tried in entente-runner (core/host/probe.h).
 *
 * Pure but for reading the file. Any thread. */
#ifndef CORE_HOST_ELF_H
#define CORE_HOST_ELF_H

#include "lib/base/error.h"

/* True where `path` is a whole shared object for this machine that exports `symbol`. An object without section headers
 * passes without the look for the symbol. `error` begins with the path. */
bool elf_check(const char *path, const char *symbol, struct error *error);

/* Every dynamic symbol of an object that has passed elf_check; those without section headers have none that we see. */
struct elf_symbol {
    const char *name; /* lent for the call */
    bool is_imported; /* else it is exported */
    bool is_weak;
};
bool elf_each_symbol(const char *path, void (*each)(void *context, const struct elf_symbol *symbol), void *context,
                     struct error *error);
/* Whether it asks for a stack on which code may run. */
bool elf_wants_executable_stack(const char *path);

#endif
