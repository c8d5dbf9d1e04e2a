/* Configuration: the INI file as read by iniparser and, beside it, by our own scanner, which knows where everything
 * stands and refuses whatever iniparser would change silently (docs/architecture.md lists the traps).
 *
 * config_load reads a file and the files its `[entente] include` names, sorted; an included file may include further
 * ones. [KIND.NAME] may stand only once in all of them; the keys of [entente], [log] and [retention] may be spread. The
 * watches that people have saved (core/control/watches.h), files in STATE_DIR/watches.d, are read behind them. All is
 * owned by the struct config and lives until config_destroy. Immutable after loading; any thread may read. */
#ifndef CORE_CONFIG_CONFIG_H
#define CORE_CONFIG_CONFIG_H

#include "core/config/diagnostic.h"
#include "lib/base/error.h"

enum {
    CONFIG_FILE_SIZE_MAX = 4 * 1024 * 1024,
    CONFIG_FILES_MAX = 1000,
    CONFIG_DEPTH_MAX = 8 /* of includes within includes */
};

/* Within the state folder: a file NAME.ini a watch, which may hold nothing but watches. Only the daemon and `entente`
 * write there. */
#define CONFIG_SAVED_FOLDER "watches.d"

struct config;

struct config_entry {
    const char *key;   /* lower case */
    const char *value; /* as iniparser gives it; parts of a key.1, key.2, … series are separate entries */
    struct source_place key_place, value_place;
};

struct config_section {
    const char *kind;  /* "source", "sources", "classifier", "watch", "sink", …; "entente" for [entente] */
    const char *name;  /* "edm"; "" for sections without a dot */
    const char *title; /* "source.edm" */
    struct source_place place;
    bool is_saved; /* it stands in CONFIG_SAVED_FOLDER */
    const struct config_entry *entries; /* in the order of the file */
    size_t entry_count;
};

/* NULL with `error` filled where the file cannot be read at all (exit status 2 of `entente check`). Problems
 * within go to `diagnostics`; the configuration is then returned as far as it could be understood. */
struct config *config_load(const char *path, struct diagnostics *diagnostics, struct error *error);
void config_destroy(struct config *config);
size_t config_section_count(const struct config *config);
const struct config_section *config_section(const struct config *config, size_t index);
/* NULL where there is none. */
const struct config_section *config_find(const struct config *config, const char *title);
const char *config_path(const struct config *config);

/* `$ENTENTE_CONFIG`, ./entente.ini, /etc/entente/entente.ini: the first that exists, else NULL; the variable counts
 * without looking whether its file exists. Static storage. */
const char *config_default_path(void);

/* `path` as seen from the folder of the file at `place`, into `resolved`. False where it does not fit. */
bool config_resolve_path(struct source_place place, const char *path, char *resolved, size_t size);

/* Reads a whole file of at most `limit` bytes. The caller frees *bytes, which are NUL-terminated. The error names the
 * file: not there, not readable, a folder, too large. */
bool config_read_file(const char *path, size_t limit, char **bytes, size_t *size, struct error *error);

#endif
