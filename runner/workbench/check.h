/* Check: creates and destroys an instance of a plugin many times and tells what stays behind. One thread. */
#ifndef RUNNER_WORKBENCH_CHECK_H
#define RUNNER_WORKBENCH_CHECK_H

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>

/* `is_program`: it is one, and is started with its options as well. As `kind` (one enum plugin_kind), or as each that it has where that is 0. `values` are "key=value"; what is required and
 * not among them is made up. 0: no problem, 1: told. */
int check_plugin(const struct ent_plugin *plugin, bool is_program, unsigned kind, const char *const *values, size_t value_count);

#endif
