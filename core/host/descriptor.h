/* Descriptor: whether what ent_plugin_query returned can be believed, field after field.
 *
 * The head (magic, ABI numbers, size) is checked before anything behind it is read. A refusal names the field that
 * differs, both values, and what to do. Used by entente-runner before it prints, and once more by the process that
 * really loads the object. Pure; any thread. */
#ifndef CORE_HOST_DESCRIPTOR_H
#define CORE_HOST_DESCRIPTOR_H

#include "core/config/options.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

/* `error` does not name the file: the caller does. */
bool descriptor_check(const struct ent_plugin *plugin, struct error *error);
/* The same, but tells every problem: those of a wrong head alone, since nothing behind it can be believed. */
bool descriptor_examine(const struct ent_plugin *plugin, void (*tell)(void *context, const struct error *problem),
                        void *context);

/* enum plugin_kind (core/host/registry.h), or'ed: by the callbacks that are present. Only for checked descriptors. */
unsigned descriptor_kinds(const struct ent_plugin *plugin);
struct option_table descriptor_options(const struct ent_plugin *plugin);

#endif
