#include "core/ask/connection.h"

#include "core/query/query.h"

bool connection_open(struct connection *connection, const char *state_dir, const struct stat *status, struct error *error)
{
    *connection = (struct connection){.query = query_open(state_dir, error)};
    if (connection->query && status) {
        connection->device = status->st_dev;
        connection->file = status->st_ino;
    }
    return connection->query != NULL;
}

bool connection_is_to(const struct connection *connection, const struct stat *status)
{
    return connection->query && status && status->st_dev == connection->device && status->st_ino == connection->file;
}

void connection_close(struct connection *connection)
{
    query_close(connection->query);
    connection->query = NULL;
}
