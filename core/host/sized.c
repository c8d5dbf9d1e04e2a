#include "core/host/sized.h"

#include <stdint.h>
#include <string.h>

bool sized_read(void *own, size_t own_size, const void *given, size_t least, const char *what, struct error *error)
{
    uint32_t size = 0;
    if (!given)
        return error_set(error, ERROR_INPUT, "%s is NULL", what);
    memcpy(&size, given, sizeof size);
    if (size < least)
        return error_set(error, ERROR_INPUT,
                         "%s has %u bytes by its member size, it cannot have less than %zu; set it to sizeof", what,
                         size, least);
    size_t taken = size < own_size ? size : own_size;
    memcpy(own, given, taken);
    memset((char *)own + taken, 0, own_size - taken);
    return true;
}
