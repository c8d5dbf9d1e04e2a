/* JSON flat: reads an object whose members are texts or small plain values, in one pass and without a tree.
 *
 * For input of which there is much, as the lines of an archive. It knows only what is plain: what it does not take (values
 * within values, numbers with more than digits, a name twice, a NUL in a text, whatever is no JSON) is left to jansson, which
 * also says what is wrong with it. What it takes jansson takes too, with the same values; a test holds that.
 *
 * Pure, any thread. */
#ifndef LIB_BASE_JSON_FLAT_H
#define LIB_BASE_JSON_FLAT_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum { JSON_FLAT_MEMBERS_MAX = 32 };

struct json_flat_member {
    const char *name; /* texts end in a NUL and lie in the object's buffer */
    const char *text; /* NULL: null, true, false or a number */
    size_t size;
    bool is_null;
};

struct json_flat {
    struct json_flat_member members[JSON_FLAT_MEMBERS_MAX];
    size_t count;
    struct buffer texts;
};

/* False: it is not that plain, or memory is out. Free with json_flat_clear in any case. */
bool json_flat_read(struct json_flat *object, const char *bytes, size_t size);
void json_flat_clear(struct json_flat *object);

#endif
