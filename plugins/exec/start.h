/* Start: the line that answers a program's hello, and whether program and instance fit: its kind, its options. Pure but
 * for what it asks the host; any thread. */
#ifndef PLUGINS_EXEC_START_H
#define PLUGINS_EXEC_START_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/program/hello.h"

#include <entente/plugin.h>

struct start {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct hello *hello;
    const char *state; /* JSON; NULL: none */
};

/* False with `error`: the program cannot work as this instance. */
bool start_append(const struct start *start, struct buffer *line, struct error *error);
/* What the instance is, by its name. */
enum hello_kind start_kind(const struct ent_host *host, struct ent_instance *instance);

#endif
