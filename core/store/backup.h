/* Backup: whole copies of the store's file, and putting one in its place.
 *
 * A backup is taken with SQLite's online backup, so a daemon may write meanwhile: the copy is the store as it was at one
 * moment. It is taken in steps, so that no read transaction is held for long; where writes keep making it start anew, it
 * is taken in one step at last, during which the daemon goes on writing but cannot shorten its log. Written beside its
 * place first, made durable, then renamed. One thread. */
#ifndef CORE_STORE_BACKUP_H
#define CORE_STORE_BACKUP_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* `tell` (may be NULL) gets pages done and all, now and then. `path` must not exist. *bytes (may be NULL) is its size. */
bool store_backup_take(struct store *store, const char *path, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context, int64_t *bytes, struct error *error);

enum { BACKUP_PATH_MAX = 4300 };
/* Puts the backup in place of the store of `state_dir`, whose lock the caller holds. The store that was there is kept,
 * under the name that `kept` gets ("" where there was none). A backup that is damaged, no store, or of a newer schema
 * is refused before anything is touched. */
bool store_backup_restore(const char *backup, const char *state_dir, int64_t now, char kept[BACKUP_PATH_MAX],
                          struct error *error);

#endif
