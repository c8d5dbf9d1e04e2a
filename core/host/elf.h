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

#endif
