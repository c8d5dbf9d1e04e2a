/* Locate: where this program's or plugin's own data lies, in the build tree or installed.
 *
 * A file NAME is looked for as <folder of the binary>/data/NAME, <folder>/../data/NAME (the build tree, for
 * plugins), and <prefix>/share/entente/NAME for each prefix above the binary. `inside` is the address of any function
 * of the binary in question: of a plugin it finds the plugin's file, of a program the program's. Any thread. */
#ifndef LIB_BASE_LOCATE_H
#define LIB_BASE_LOCATE_H

#include "lib/base/error.h"

#include <stddef.h>

/* Writes the path of the first candidate that can be read. False with `error` naming all that were tried. */
bool locate_data(const void *inside, const char *name, char *path, size_t size, struct error *error);

#endif
