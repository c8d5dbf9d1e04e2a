/* Loader: iniparser's reading of a file, and the check that our scanner read the same.
 *
 * iniparser gets the very bytes that the scanner had, so that a file changed in between cannot part the two. Any
 * thread; iniparser's process-wide error callback is set under a lock. */
#ifndef CORE_CONFIG_LOADER_H
#define CORE_CONFIG_LOADER_H

#include "core/config/scanner.h"

/* For a scan without errors: puts iniparser's values in place of the scanner's. A difference in sections, keys or
 * values is added to the diagnostics. False when memory is out. */
bool loader_read(const char *file, const char *bytes, size_t size, struct arena *arena, struct diagnostics *diagnostics,
                 struct scan *scan);

#endif
