/* Backup files: the saved watches, which are files beside the store, as rows of a backup.
 *
 * A backup is one file that restores a whole state directory, so the files of the folder of saved watches go in a table
 * of the copy alone, backup_file(name, text), which the restored store no longer has. Backups from before have no such
 * table: they leave the watches as they are. One thread; the caller holds the state directory's lock where files are
 * written. */
#ifndef CORE_STORE_BACKUP_FILES_H
#define CORE_STORE_BACKUP_FILES_H

#include "lib/base/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Puts the watches beside the store `from` into the copy. */
bool backup_files_take(sqlite3 *from, sqlite3 *copy, int *count, struct error *error);
/* Writes the copy's watches to a new folder beside `state_dir`'s and takes the table out of the copy. *has: it had one.
 */
bool backup_files_unpack(sqlite3 *copy, const char *state_dir, bool *has, int *count, struct error *error);
/* The unpacked folder takes the place of the one that is there, which is kept under its name with `ending` behind it.
 */
bool backup_files_place(const char *state_dir, const char *ending, struct error *error);
/* Removes what was unpacked and not placed. */
void backup_files_discard(const char *state_dir);

#endif
