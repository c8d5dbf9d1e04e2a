/* Deep check: what `entente check --deep` tries beyond the text of the configuration. One thread. */
#ifndef CORE_CLI_CHECK_DEEP_H
#define CORE_CLI_CHECK_DEEP_H

#include "core/setup/setup.h"

#include <stdio.h>

/* Says on `out` what was tried, one line each; problems go to the diagnostics. The setup was loaded with
 * OPTIONS_RESOLVE, so its secrets have been resolved already. */
void check_deep(const struct setup *setup, struct diagnostics *diagnostics, FILE *out);

#endif
