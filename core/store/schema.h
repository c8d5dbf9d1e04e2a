/* Schema: the tables of the store and how a file of an older version becomes one of this version.
 *
 * The file's `user_version` says which schema it has. A new file gets `create`; an older one is first copied to
 * "FILE.vN.backup" and then taken up step by step in one transaction, so a failure leaves it as it was; a newer one is
 * refused. Each group of tables keeps its SQL in the file that uses them (items.c, reports.c, …); schema.c lists
 * them. Used by store_open alone, and by tests with schemas of their own. */
#ifndef CORE_STORE_SCHEMA_H
#define CORE_STORE_SCHEMA_H

#include "core/store/store.h"
#include "lib/base/error.h"

#include <stdbool.h>

struct schema_migration {
    int from; /* takes a file of this version to from + 1 */
    const char *sql;
};

struct schema {
    int version;
    const char *const *create;                 /* ended by NULL */
    const struct schema_migration *migrations; /* ended by a row whose sql is NULL */
};

extern const struct schema schema_current;

/* Reading: only checks the version. */
bool schema_prepare(struct store *store, enum store_mode mode, const struct schema *schema, struct error *error);

#endif
