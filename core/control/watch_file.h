/* Watch file: the file of one saved watch, STATE_DIR/watches.d/NAME.ini, which the configuration includes by itself.
 *
 * What is made is read back by the configuration's own scanner and by iniparser before it is given out: a file that either
 * would refuse or read otherwise could keep the daemon from starting. Writing is atomic (a temporary file, fsync, rename).
 * Any thread; who holds the state directory writes. */
#ifndef CORE_CONTROL_WATCH_FILE_H
#define CORE_CONTROL_WATCH_FILE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdint.h>

enum { WATCH_FILE_NAME_MAX = 60 };

/* A line of the file beside rule, sinks and changes, as it stands in it. */
struct watch_line {
    const char *key, *value;
};

struct watch_file {
    const char *name; /* watch_file_is_name */
    const char *when; /* a rule that compiles */
    const char *to;   /* names of sinks apart by commas, "" for none */
    const char *on;   /* words apart by commas, "" for the default */
    const struct watch_line *lines;
    size_t line_count;
    const char *author;
    int64_t time;       /* milliseconds since 1970 */
    const char *before; /* the file as it was, whose comments stay; NULL for none */
};

/* Small letters, digits, '-' and '_', the first a letter or digit. Otherwise `error` says which character is wrong. */
bool watch_file_is_name(const char *name, struct error *error);
/* The text of the file. ERROR_INPUT where INI cannot hold the rule, with what to do. */
bool watch_file_compose(const struct watch_file *file, struct buffer *text, struct error *error);
/* `path` (of `size` bytes) becomes the file's path. Makes the folder, mode 0700. */
bool watch_file_write(const char *state_dir, const char *name, const struct buffer *text, char *path, size_t size,
                      struct error *error);
/* ERROR_MISSING where there is none. */
bool watch_file_remove(const char *state_dir, const char *name, char *path, size_t size, struct error *error);

#endif
