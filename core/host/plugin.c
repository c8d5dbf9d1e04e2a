#include "core/host/plugin.h"

#include "core/host/descriptor.h"
#include "core/host/elf.h"
#include "core/host/program.h"
#include "lib/base/digest.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct loaded {
    struct loaded *next;
    struct plugin plugin;
    const struct ent_plugin *given; /* the plugin's own descriptor */
    struct descriptor descriptor;
    char *path;
    struct stat status;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct loaded *all_loaded;

static bool is_unchanged(const struct stat *then, const struct stat *now)
{
    return then->st_dev == now->st_dev && then->st_ino == now->st_ino && then->st_size == now->st_size &&
           then->st_mtim.tv_sec == now->st_mtim.tv_sec && then->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

uint64_t plugin_file_content(const char *path)
{
    enum { PIECE = 64 * 1024 };
    char piece[PIECE];
    uint64_t hashes[2] = {0, 0}; /* of all before, and of this piece */
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : 1;
    while (got > 0 && (got = read(file, piece, sizeof piece)) > 0) {
        hashes[1] = hash_bytes(piece, (size_t)got);
        hashes[0] = hash_bytes(hashes, sizeof hashes);
    }
    if (file >= 0)
        close(file);
    return got < 0 ? 0 : hashes[0];
}

bool plugin_is_replaced(const struct plugin_info *info)
{
    struct stat status;
    if (info->file == 0)
        return false;
    if (stat(info->path, &status) != 0)
        return true;
    bool is_untouched = status.st_size == info->file_size && status.st_mtim.tv_sec == info->file_time.tv_sec &&
                        status.st_mtim.tv_nsec == info->file_time.tv_nsec;
    return !is_untouched && (info->is_program || plugin_file_content(info->path) != info->file);
}

/* `content`: what it must be, 0 for anything. */
static const struct ent_plugin *load_object(const char *path, uint64_t content, struct error *error)
{
    if (!elf_check(path, "ent_plugin_query", error))
        return NULL;
    if (content != 0 && plugin_file_content(path) != content) {
        error_set(
            error, ERROR_STATE,
            "%s: the file has changed since it was looked at; 'entente reload' checks the new one and takes it up",
            path);
        return NULL;
    }
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!object) {
        error_set(error, ERROR_INPUT, "%s: cannot be loaded: %s", path, dlerror());
        return NULL;
    }
    const struct ent_plugin *(*query)(void);
    *(void **)&query = dlsym(object, "ent_plugin_query");
    if (!query) {
        error_set(error, ERROR_INPUT, "%s: does not export ent_plugin_query(), so it is no Entente plugin", path);
        return NULL;
    }
    const struct ent_plugin *descriptor = query();
    if (!descriptor_check(descriptor, error)) {
        error_prefix(error, "%s", path);
        return NULL;
    }
    return descriptor;
}

/* It is not started: what it said when it was asked is in `info`. */
static const struct ent_plugin *load_program(const struct plugin_info *info, struct error *error)
{
    char path[PATH_MAX];
    const struct ent_plugin *exec = load_object(program_exec_path(path, sizeof path), 0, error);
    const struct ent_plugin *descriptor = exec ? program_describe(info, exec) : NULL;
    if (exec && !descriptor)
        error_set(error, ERROR_MEMORY, "%s: no memory to load it", info->path);
    return descriptor;
}

static struct loaded *load_new(const struct plugin_info *info, const struct stat *status, struct error *error)
{
    const char *path = info->path;
    struct loaded *loaded = calloc(1, sizeof *loaded);
    if (!loaded || !(loaded->path = strdup(path))) {
        free(loaded);
        error_set(error, ERROR_MEMORY, "%s: no memory to load it", path);
        return NULL;
    }
    loaded->status = *status;
    loaded->plugin.path = loaded->path;
    const struct ent_plugin *given =
        info->is_program ? load_program(info, error) : load_object(path, info->file, error);
    if (!given) {
        free(loaded->path);
        free(loaded);
        return NULL;
    }
    loaded->given = given;
    descriptor_adopt(&loaded->descriptor, given);
    loaded->plugin.descriptor = &loaded->descriptor.plugin;
    loaded->plugin.kinds = descriptor_kinds(loaded->plugin.descriptor);
    loaded->next = all_loaded;
    all_loaded = loaded;
    return loaded;
}

const struct plugin *plugin_load(const struct plugin_info *info, struct error *error)
{
    struct stat status;
    if (stat(info->path, &status) != 0) {
        error_set_errno(error, errno, "%s: cannot open", info->path);
        return NULL;
    }
    pthread_mutex_lock(&lock);
    struct loaded *found = all_loaded;
    while (found && strcmp(found->path, info->path) != 0)
        found = found->next;
    if (!found || (info->is_program && !is_unchanged(&found->status, &status)))
        found = load_new(info, &status, error);
    else if (!is_unchanged(&found->status, &status)) {
        error_set(
            error, ERROR_STATE,
            "%s: the file has changed since it was loaded; a loaded plugin cannot be replaced, restart entented to "
            "use the new one",
            info->path);
        found = NULL;
    }
    pthread_mutex_unlock(&lock);
    return found ? &found->plugin : NULL;
}
