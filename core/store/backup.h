/* Backup: whole copies of the store's file with the saved watches beside it (backup_files.h), and putting one in their
 * place.
 *
 * A backup is taken with SQLite's online backup, so a daemon may write meanwhile: the copy is the store as it was at
 * one moment. It is taken in steps, so that no read transaction is held for long; where writes keep making it start
 * anew, it is taken in one step at last, during which the daemon goes on writing but cannot shorten its log. Written
 * beside its place first, made durable, then renamed. One thread. */
#ifndef CORE_STORE_BACKUP_H
#define CORE_STORE_BACKUP_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct backup_taken {
    int64_t bytes;
    int watches;
};
/* `tell` (may be NULL) gets pages done and all, now and then. `path` must not exist. `taken` may be NULL. */
bool store_backup_take(struct store *store, const char *path, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context, struct backup_taken *taken, struct error *error);

enum { BACKUP_PATH_MAX = 4300 };
struct backup_restored {
    char kept[BACKUP_PATH_MAX]; /* the store that was there is kept under this name, "" where there was none */
    bool has_watches; /* the backup holds the saved watches; one from before that did leaves them as they are */
    int watches;
};
/* Puts the backup in place of the store of `state_dir`, whose lock the caller holds, and its watches in the place of
 * those that are there, which are kept in a folder of the same ending. A backup that is damaged, no store, or of a
 * newer schema is refused before anything is touched. */
bool store_backup_restore(const char *backup, const char *state_dir, int64_t now, struct backup_restored *restored,
                          struct error *error);

#endif
