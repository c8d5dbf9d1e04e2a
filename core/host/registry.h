/* Registry: which plugins there are, and what each says of itself, without loading any of them into this process.
 *
 * A plugin is named in the configuration by its name (`plugin = feed`) or by an absolute path. A name is looked for as
 * NAME.so, and then as the program NAME.plugin, in the folder of the plugins that came with this program
 * (core/base/paths.h) and in those of
 * `[entente] plugin_path`, in this order. What is known of it comes from entente-runner, which loads the object in a
 * process of its own (core/host/probe.h), and is kept in memory until the file's size or time changes.
 *
 * Owner: whoever creates it. A struct plugin_info is lent and lives until registry_destroy. Any thread. Errors say
 * which file was refused and why, or which names exist. */
#ifndef CORE_HOST_REGISTRY_H
#define CORE_HOST_REGISTRY_H

#include "core/config/options.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum plugin_kind {
    PLUGIN_SOURCE = 1u << 0,
    PLUGIN_TRANSFORM = 1u << 1,
    PLUGIN_CLASSIFIER = 1u << 2,
    PLUGIN_DETECTOR = 1u << 3,
    PLUGIN_SINK = 1u << 4,
    PLUGIN_SERVICE = 1u << 5
};

struct plugin_info {
    const char *name;
    const char *version;
    const char *summary;
    const char *licence;
    const char *path;  /* of the object or program, absolute */
    bool is_program;   /* run by the plugin exec (core/host/program.h) */
    uint64_t file;     /* stands for what was probed: an object's content, a program's size and time; 0: not known */
    int64_t file_size; /* of the file then, by which plugin_is_replaced sees that it need look closer */
    struct timespec file_time;
    unsigned kinds;                           /* enum plugin_kind, or'ed */
    uint32_t flags;                           /* enum ent_plugin_flag */
    unsigned abi_major, abi_minor, min_minor; /* of the interface that it was built for */
    struct option_table options;              /* its own, without those that every instance has */
};

struct registry;

struct registry_settings {
    const char *plugin_path; /* folders apart by colons or commas; NULL for none */
    const char *runner;      /* path of entente-runner; NULL: by core/base/paths.h */
    int64_t timeout_ms;      /* for one probe; 0: 5 s */
};

/* `settings` may be NULL; it is copied. NULL when memory is out or no runner can be found. */
struct registry *registry_create(const struct registry_settings *settings, struct error *error);
void registry_destroy(struct registry *registry);

/* The plugin of that name or absolute path. NULL: `error` says where it was looked for and the nearest name, or why the
 * file was refused. */
const struct plugin_info *registry_find(struct registry *registry, const char *name, struct error *error);

/* Probes those of the named plugins that are not known yet at the same time, so that the registry_find of each need not
 * wait for a process. Names may come twice and may be wrong: what is to be said of them, registry_find says. */
void registry_prepare(struct registry *registry, const char *const *names, size_t count);

/* Every file NAME.so and NAME.plugin in the folders, by name; of two with one name the one that registry_find would
 * take. */
struct registry_entry {
    const char *name;
    const char *path;
    const struct plugin_info *info; /* NULL where refused */
    struct error error;             /* why */
};
/* The array is the caller's, to be freed with registry_list_free; the infos are lent. False when memory is out. */
bool registry_list(struct registry *registry, struct registry_entry **entries, size_t *count, struct error *error);
void registry_list_free(struct registry_entry *entries, size_t count);

/* The folders looked in, ended by NULL; lent. */
const char *const *registry_folders(const struct registry *registry);

/* "source" → PLUGIN_SOURCE; 0 for a word that is none. */
unsigned plugin_kind_of(const char *word);
/* The word of one kind, NULL for none or several. */
const char *plugin_kind_word(unsigned kind);
/* "source, sink" into `text`. */
void plugin_kinds_print(char *text, size_t size, unsigned kinds);

#endif
