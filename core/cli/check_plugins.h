/* Check of plugins: what the plugins themselves say of their instances' options, for `entente check`.
 *
 * Each instance's `check` callback, which looks at options alone, runs in an entente-runner, several at a time and as long
 * as a bound on all of them allows, so that a plugin that crashes or hangs becomes a diagnostic at its section. One
 * call, from one thread. */
#ifndef CORE_CLI_CHECK_PLUGINS_H
#define CORE_CLI_CHECK_PLUGINS_H

#include "core/setup/setup.h"

/* Of all instances that are on. The setup is one without errors. */
void check_plugins(const struct setup *setup, struct diagnostics *diagnostics);

#endif
