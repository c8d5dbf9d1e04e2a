/* Option files: what the world says to an option's value: the paths it names and the secrets it points to. */
#ifndef CORE_CONFIG_OPTION_FILES_H
#define CORE_CONFIG_OPTION_FILES_H

#include "core/config/options.h"
#include "lib/base/arena.h"

/* Whether the (resolved) path of a path option is what its flags ask for. A file to be written may lie in `made_folder`
 * (NULL for none) before that is there. */
bool option_path_check(const struct ent_option *option, const char *path, const char *made_folder, struct error *error);
/* Mixes into *content the path and what the file, or each file in the folder, holds. Files below further folders, and
 * those whose names begin with a dot, do not count. */
bool option_path_content(const char *path, uint64_t *content, struct error *error);
/* Replaces `env:NAME` and `file:PATH` (without its last line end) by what they name; other texts are the secret itself.
 * The text lives in the arena and is never in the error. */
bool option_secret_resolve(struct source_place place, const char *text, struct arena *arena, struct ent_str *secret,
                           struct error *error);

#endif
