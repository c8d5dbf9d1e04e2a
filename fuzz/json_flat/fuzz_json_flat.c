/* Flat JSON: what is read so, jansson must read to the same members and values. */
#include "lib/base/json_flat.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(const struct json_flat_member *member, const json_t *value)
{
    if (!value || member->is_null != json_is_null(value) || (member->text != NULL) != json_is_string(value))
        return false;
    return !member->text || (json_string_length(value) == member->size &&
                             memcmp(json_string_value(value), member->text, member->size + 1) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_flat object;
    if (json_flat_read(&object, (const char *)data, size)) {
        json_t *tree = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(tree) || json_object_size(tree) != object.count)
            abort();
        for (size_t i = 0; i < object.count; i++)
            if (!is_same(&object.members[i], json_object_get(tree, object.members[i].name)))
                abort();
        json_decref(tree);
    }
    json_flat_clear(&object);
    return 0;
}
