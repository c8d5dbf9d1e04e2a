/* Hello: the first line of a program that is a plugin (entente-exec(7)), in which it says what it is and which options
 * it takes. Read by the host, which checks configurations by it, and by the plugin exec, which talks with the program.
 *
 *     {"type":"hello","protocol":1,"name":"headlines","version":"1.0","summary":"…","kinds":["source"],"options":[…]}
 *
 * What stands in a `struct hello` lives until hello_destroy. Whether names, defaults and bounds are good is the host's
 * to judge, as for options of an object. Pure; any thread. */
#ifndef LIB_PROGRAM_HELLO_H
#define LIB_PROGRAM_HELLO_H

#include "lib/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HELLO_PROTOCOL = 1, HELLO_OPTIONS_MAX = 200, HELLO_WINDOW = 16, HELLO_WINDOW_MAX = 1000 };

/* In the order of enum ent_option_type, from 1 on. */
enum hello_type {
    HELLO_STRING = 1,
    HELLO_SECRET,
    HELLO_INT,
    HELLO_FLOAT,
    HELLO_BOOL,
    HELLO_DURATION,
    HELLO_SIZE,
    HELLO_URL,
    HELLO_PATH,
    HELLO_ENUM,
    HELLO_LIST
};

/* In the order of the bits of enum ent_option_flag. */
enum hello_flag {
    HELLO_REQUIRED = 1u << 0,
    HELLO_READ = 1u << 1,
    HELLO_WRITE = 1u << 2,
    HELLO_DIRECTORY = 1u << 3,
    HELLO_MULTI = 1u << 4,
    HELLO_ADVANCED = 1u << 5,
    HELLO_CONTENT = 1u << 6
};

/* In the order of the bits of enum plugin_kind. */
enum hello_kind {
    HELLO_SOURCE = 1u << 0,
    HELLO_TRANSFORM = 1u << 1,
    HELLO_CLASSIFIER = 1u << 2,
    HELLO_DETECTOR = 1u << 3,
    HELLO_SINK = 1u << 4
};

struct hello_option {
    const char *name, *help;
    const char *default_value, *min, *max, *choices, *unit, *since; /* NULL where absent */
    uint32_t type, flags;
};

struct hello {
    struct arena *arena;
    const char *name, *version, *licence, *summary;
    unsigned kinds; /* enum hello_kind, or'ed */
    size_t window;  /* how many records it will have at once without an answer */
    struct hello_option *options;
    size_t option_count;
};

/* NULL with `error`, which says which member is wrong and how it should read. */
struct hello *hello_read(json_t *object, struct error *error);
/* The same from a line. */
struct hello *hello_read_line(const char *line, size_t size, struct error *error);
void hello_destroy(struct hello *hello); /* NULL does nothing */

/* "source" … "sink" → enum hello_kind; 0 for a word that is none. */
unsigned hello_kind_of(const char *word);

#endif
