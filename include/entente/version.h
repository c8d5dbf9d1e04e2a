/* Entente plugin interface: its version, and which of it a plugin uses. <entente/plugin.h> includes this.
 *
 * From 1.0 on the interface only grows: nothing is changed or taken away within a major version. What came with minor version
 * N is declared where ENT_USE_MINOR is N at the least, so a plugin that defines nothing is written against 1.0, whatever
 * header is installed, and runs on every host of the major version. One that wants what is newer says so before it
 * includes <entente/plugin.h>, or on the compiler's command line:
 *
 *     #define ENT_MIN_MINOR 2    It needs 1.2: what came until then is declared, and an older host refuses the plugin.
 *     #define ENT_USE_MINOR 2    What came until 1.2 is declared, but older hosts (from ENT_MIN_MINOR on) load the plugin
 *                                too: it must ask ENT_HAS before each use. */
#ifndef ENTENTE_VERSION_H
#define ENTENTE_VERSION_H

#define ENT_ABI_MAJOR 1
#define ENT_ABI_MINOR 1

#ifndef ENT_MIN_MINOR
#define ENT_MIN_MINOR 0
#endif
#ifndef ENT_USE_MINOR
#define ENT_USE_MINOR ENT_MIN_MINOR
#endif

#if ENT_USE_MINOR > ENT_ABI_MINOR
#error "ENT_MIN_MINOR or ENT_USE_MINOR is newer than this <entente/plugin.h>: install a newer Entente to build with"
#endif
#if ENT_USE_MINOR < ENT_MIN_MINOR
#error "ENT_USE_MINOR is older than ENT_MIN_MINOR: what a plugin needs it also uses; leave ENT_USE_MINOR out"
#endif

/* Whether the host that runs the plugin has a member of one of its tables: of struct ent_host, of an interface, of what it
 * hands to a callback. Needed only for what is newer than ENT_MIN_MINOR.
 *
 *     if (ENT_HAS(kv, each)) … kv->each(…); */
#define ENT_HAS(table, member)                                                                                         \
    ((table) && ENT_CAST(size_t, ENT_BYTES(&(table)->member + 1) - ENT_BYTES(table)) <= (table)->size)

/* For these headers alone, so that strict warnings of either language stay silent. */
#ifdef __cplusplus
#define ENT_CAST(type, value) static_cast<type>(value)
#define ENT_BYTES(pointer) reinterpret_cast<const char *>(pointer)
#define ENT_NOTHING nullptr
#else
#define ENT_CAST(type, value) ((type)(value))
#define ENT_BYTES(pointer) ((const char *)(pointer))
#define ENT_NOTHING NULL
#endif

#endif
