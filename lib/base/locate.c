#include "lib/base/locate.h"

#include "lib/base/buffer.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PREFIX_LEVELS = 4 /* <prefix>/lib/<triplet>/entente/plugins */ };

/* The folder of the object that holds `inside`. dladdr gives argv[0] for a program, so that one is asked of the kernel.
 */
static bool find_folder(const void *inside, char folder[PATH_MAX])
{
    Dl_info info;
    char resolved[PATH_MAX];
    bool shared = dladdr(inside, &info) && info.dli_fname && strstr(info.dli_fname, ".so");
    if (shared) {
        if (!realpath(info.dli_fname, resolved))
            return false;
    } else {
        ssize_t size = readlink("/proc/self/exe", resolved, sizeof resolved - 1);
        if (size <= 0)
            return false;
        resolved[size] = 0;
    }
    char *slash = strrchr(resolved, '/');
    if (!slash)
        return false;
    *slash = 0;
    snprintf(folder, PATH_MAX, "%s", resolved);
    return true;
}

static bool try_path(const char *folder, const char *below, const char *name, char *path, size_t size,
                     struct buffer *tried)
{
    int length = snprintf(path, size, "%s%s%s", folder, below, name);
    if (length < 0 || (size_t)length >= size)
        return false;
    buffer_printf(tried, "%s%s", tried->size ? ", " : "", path);
    return access(path, R_OK) == 0;
}

bool locate_data(const void *inside, const char *name, char *path, size_t size, struct error *error)
{
    char folder[PATH_MAX];
    struct buffer tried = BUFFER_INIT;
    if (!find_folder(inside, folder))
        return error_set(error, ERROR_SYSTEM, "%s: cannot tell where this program lies", name);
    bool found =
        try_path(folder, "/data/", name, path, size, &tried) || try_path(folder, "/../data/", name, path, size, &tried);
    for (int level = 0; level < PREFIX_LEVELS && !found; level++) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            break;
        *slash = 0;
        found = try_path(folder, "/share/entente/", name, path, size, &tried);
    }
    if (!found)
        error_set(error, ERROR_MISSING, "%s not found; looked at %s. Build or install Entente's data, or name the file",
                  name, tried.bytes ? tried.bytes : "no place");
    buffer_free(&tried);
    return found;
}
