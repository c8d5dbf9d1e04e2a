/* Descriptor: whether what ent_plugin_query returned can be believed, field after field, and what this host makes of it.
 *
 * The head (magic, ABI numbers, size) is checked before anything behind it is read. A refusal names the field that
 * differs, both values, and what to do. Used by entente-runner before it prints, and once more by the process that
 * really loads the object. What has been checked may be of an older or a newer interface than this host's, with tables that
 * are shorter or longer: descriptor_adopt makes it one of this host's sizes, and nobody behind it need think of that;
 * rows of options are read by options_row. Pure; any thread. */
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

/* The head alone, by the rules of a host with that interface: exactly equal before 1.0, from then on equal major and a
 * min_minor that it has. */
bool descriptor_check_head(const struct ent_plugin *plugin, unsigned host_major, unsigned host_minor, struct error *error);

/* A descriptor in this host's sizes: what the plugin's tables lack is 0, what they have beyond is left. Points to itself. */
struct descriptor {
    struct ent_plugin plugin;
    struct ent_ops ops;
};
/* `plugin` is checked. Its texts, options and callbacks are lent, and the result must not be moved. */
void descriptor_adopt(struct descriptor *descriptor, const struct ent_plugin *plugin);

/* enum plugin_kind (core/host/registry.h), or'ed: by the callbacks that are present. Only for checked descriptors. */
unsigned descriptor_kinds(const struct ent_plugin *plugin);
struct option_table descriptor_options(const struct ent_plugin *plugin);

/* What a host of this version, `major`.`minor`, is taken for by descriptor_check; for tests of versions to come. 0.0: itself. */
void descriptor_set_host_for_tests(unsigned major, unsigned minor);

#endif
