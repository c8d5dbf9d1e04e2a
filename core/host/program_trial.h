/* Program trial: starts a program that is a plugin as an instance with these options would start it (entente-exec(7)), hands
 * it no work, and ends its input, which is how it is told to end. For `entente plugin check`. */
#ifndef CORE_HOST_PROGRAM_TRIAL_H
#define CORE_HOST_PROGRAM_TRIAL_H

#include "core/config/options.h"
#include "lib/base/error.h"

#include <stdbool.h>

/* `title` is the instance's, "source.test". False with `error`, in words that go behind "as a source it": what it does wrong
 * (ERROR_INPUT), that it does not take these options (ERROR_CONFIG), or that it could not be tried. Blocks for some seconds at
 * most. */
bool program_try(const char *title, const struct option_values *options, struct error *error);

#endif
