#include "core/base/paths.h"

#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUILD_TREE_DEPTH = 6 };

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

__attribute__((format(printf, 1, 2))) static char *print_path(const char *format, ...)
{
    char path[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    return length < 0 || (size_t)length >= sizeof path ? NULL : strdup(path);
}

/* Cuts the last part off `path`; false at the root. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* Test programs stand some folders below the build tree's root. */
static char *find_build_tree(const char *program)
{
    char *folder = strdup(program);
    for (int depth = 0; folder && depth < BUILD_TREE_DEPTH; depth++) {
        char *cache = print_path("%s/CMakeCache.txt", folder);
        char *plugins = print_path("%s/plugins", folder);
        bool found = cache && plugins && is_file(cache) && is_folder(plugins);
        free(cache);
        free(plugins);
        if (found)
            return folder;
        if (!go_up(folder))
            break;
    }
    free(folder);
    return NULL;
}

/* The folder above the program's: bin, or entente under libexec or lib for those that nobody starts by hand. */
static void find_prefix(char *program)
{
    const char *base = strrchr(program, '/');
    bool is_helper = base && strcmp(base, "/entente") == 0;
    if (go_up(program) && is_helper)
        go_up(program);
}

/* The first of the library folders that distributions use which holds our plugins. */
static char *find_installed_plugins(const char *prefix)
{
    /* CMake's GNUInstallDirs chose the first at configure time; a moved installation may use another. */
    static const char *const libraries[] = {ENT_INSTALL_LIBDIR, "lib", "lib64"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        char *path = print_path("%s/%s/entente/plugins", prefix, libraries[i]);
        if (path && is_folder(path))
            return path;
        free(path);
    }
    return print_path("%s/%s/entente/plugins", prefix, libraries[0]);
}

static char *find_installed_runner(const char *prefix, const char *program)
{
    const char *const folders[] = {"libexec/entente", "lib/entente", "libexec"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = print_path("%s/%s/entente-runner", prefix, folders[i]);
        if (path && is_file(path))
            return path;
        free(path);
    }
    return print_path("%s/entente-runner", program);
}

struct paths *paths_find(const char *program)
{
    struct paths *paths = calloc(1, sizeof *paths);
    if (!paths)
        return NULL;
    paths->program = strdup(program);
    char *build = find_build_tree(program);
    if (build) {
        paths->build_tree = true;
        paths->plugins = print_path("%s/plugins", build);
        paths->data = print_path("%s/data", build);
        paths->runner = print_path("%s/entente-runner", build);
    } else {
        char *prefix = strdup(program);
        if (prefix) {
            find_prefix(prefix);
            paths->plugins = find_installed_plugins(prefix);
            paths->data = print_path("%s/share/entente", prefix);
            paths->runner = find_installed_runner(prefix, program);
        }
        free(prefix);
    }
    free(build);
    if (paths->program && paths->plugins && paths->data && paths->runner)
        return paths;
    paths_free(paths);
    return NULL;
}

void paths_free(struct paths *paths)
{
    if (!paths)
        return;
    free((char *)paths->program);
    free((char *)paths->plugins);
    free((char *)paths->data);
    free((char *)paths->runner);
    free(paths);
}

static struct paths own_paths = {
    .program = "/usr/bin",
    .plugins = "/usr/lib/entente/plugins",
    .data = "/usr/share/entente",
    .runner = "/usr/bin/entente-runner",
};
static pthread_once_t own_paths_once = PTHREAD_ONCE_INIT;

static void find_own_paths(void)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return;
    program[length] = '\0';
    if (!go_up(program))
        return;
    struct paths *found = paths_find(program);
    if (!found)
        return;
    /* The strings are lent to everyone, for the life of the process. */
    own_paths = *found;
    free(found);
}

const struct paths *paths_get(void)
{
    pthread_once(&own_paths_once, find_own_paths);
    return &own_paths;
}

static bool put_path(char *path, size_t size, struct error *error, const char *folder, const char *below)
{
    int length = snprintf(path, size, "%s%s", folder, below);
    if (length < 0 || (size_t)length >= size)
        return error_set(error, ERROR_LIMIT,
                         "the state folder's path is longer than %zu bytes: set state_dir in [entente]", size);
    return true;
}

bool paths_state_dir(char *path, size_t size, struct error *error)
{
    static const char system_folder[] = "/var/lib/entente";
    const char *service = getenv("STATE_DIRECTORY");
    if (service && service[0] == '/') {
        /* Several, apart by colons, where the unit names several; ours is the first. */
        char first[PATH_MAX];
        snprintf(first, sizeof first, "%.*s", (int)strcspn(service, ":"), service);
        return put_path(path, size, error, first, "");
    }
    if (geteuid() == 0 && is_folder(system_folder))
        return put_path(path, size, error, system_folder, "");
    const char *state_home = getenv("XDG_STATE_HOME");
    if (state_home && state_home[0] == '/')
        return put_path(path, size, error, state_home, "/entente");
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return put_path(path, size, error, home, "/.local/state/entente");
    struct passwd entry, *found = NULL;
    char strings[4096];
    if (getpwuid_r(geteuid(), &entry, strings, sizeof strings, &found) == 0 && found && found->pw_dir &&
        found->pw_dir[0] == '/')
        return put_path(path, size, error, found->pw_dir, "/.local/state/entente");
    return error_set(error, ERROR_MISSING,
                     "no state folder: state_dir is not set in [entente], and neither $XDG_STATE_HOME nor $HOME is");
}
