/* Connection: a reading connection to the store's file, with which file that was: one that somebody has moved away would answer
 * from the past for ever. One thread at a time. */
#ifndef CORE_ASK_CONNECTION_H
#define CORE_ASK_CONNECTION_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <sys/stat.h>

struct query;

struct connection {
    struct query *query; /* NULL: none is open */
    dev_t device;
    ino_t file;
};

/* `status` is of the file that was looked at before, NULL where there was none. False with `error` filled. */
bool connection_open(struct connection *connection, const char *state_dir, const struct stat *status, struct error *error);
/* Is it open to this file? NULL: there is none. */
bool connection_is_to(const struct connection *connection, const struct stat *status);
void connection_close(struct connection *connection);

#endif
