#include "core/host/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { FILE_SIZE = 4096, NAME_SPACE = 64, REMOVE_TRIES = 50 };

static const char daemon_group[] = "/daemon", plugin_prefix[] = "plugin-";

struct cgroup {
    char *folder;
    int64_t memory_max;
};

/* The delegated group's folder, empty for none. Written before runners are. */
static char base[PATH_MAX];

/* ---- files ---- */

static bool read_file(const char *folder, const char *name, char *text, size_t size)
{
    char path[PATH_MAX + 2 * NAME_SPACE];
    snprintf(path, sizeof path, "%s%s", folder, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, size - 1) : -1;
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
    return got >= 0;
}

/* 0, or an error number. */
static int write_file(const char *folder, const char *name, const char *text)
{
    char path[PATH_MAX + 2 * NAME_SPACE];
    snprintf(path, sizeof path, "%s%s", folder, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    ssize_t wrote = write(file, text, strlen(text));
    int status = wrote < 0 ? errno : 0;
    close(file);
    return status;
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\n' || at[length] == '\0'))
            return true;
    return false;
}

/* ---- finding the group ---- */

/* Where version 2 is mounted, and what of its tree is there: the fourth and fifth field of mountinfo. */
static bool find_mount(char *root, char *point)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t size = 0;
    bool is_found = false;
    while (file && !is_found && getline(&line, &size, file) > 0) {
        const char *type = strstr(line, " - ");
        is_found = type && strncmp(type + 3, "cgroup2 ", 8) == 0 &&
                   sscanf(line, "%*d %*d %*s %1023s %1023s", root, point) == 2;
    }
    free(line);
    if (file)
        fclose(file);
    return is_found;
}

/* The folder of this process's group. */
static bool find_own(char *folder, size_t size)
{
    char text[FILE_SIZE], root[1024], point[1024];
    if (!read_file("/proc/self", "/cgroup", text, sizeof text) || !find_mount(root, point))
        return false;
    char *path = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
    if (!path)
        return false;
    path = strchr(path, '/');
    if (!path)
        return false;
    path[strcspn(path, "\n")] = '\0';
    size_t above = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (above > 0 && strncmp(path, root, above) != 0)
        return false;
    const char *below = path + above;
    snprintf(folder, size, "%s%s", point, strcmp(below, "/") == 0 ? "" : below);
    return true;
}

static bool ends_in_daemon_group(const char *folder)
{
    size_t length = strlen(folder), behind = strlen(daemon_group);
    return length > behind && strcmp(folder + length - behind, daemon_group) == 0;
}

static bool is_delegated(const char *folder)
{
    static const char *const names[] = {"user.delegate", "trusted.delegate"};
    char value = '0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getxattr(folder, names[i], &value, 1) == 1 && value == '1')
            return true;
    return false;
}

static bool refuse(char *why, size_t size, int status, const char *what)
{
    snprintf(why, size, "%s%s%s", what, status ? ": " : "", status ? strerror(status) : "");
    return false;
}

static bool move_into_own(const char *folder, char *why, size_t size)
{
    char own[PATH_MAX + NAME_SPACE];
    snprintf(own, sizeof own, "%s%s", folder, daemon_group);
    if (mkdir(own, 0755) != 0 && errno != EEXIST)
        return refuse(why, size, errno, "no group can be made in what is delegated");
    int status = write_file(own, "/cgroup.procs", "0");
    if (status)
        return refuse(why, size, status, "this process cannot be moved into a group of its own");
    status = write_file(folder, "/cgroup.subtree_control", "+memory");
    if (status)
        return refuse(why, size, status, "memory cannot be bounded in the groups below");
    return true;
}

bool cgroup_prepare(char *why, size_t size)
{
    char folder[PATH_MAX], controllers[FILE_SIZE];
    if (!find_own(folder, sizeof folder))
        return refuse(why, size, 0, "there are no control groups of version 2 here");
    if (ends_in_daemon_group(folder))
        folder[strlen(folder) - strlen(daemon_group)] = '\0';
    if (!is_delegated(folder))
        return refuse(why, size, 0, "no control group is delegated to this process (Delegate=memory in its unit)");
    if (!read_file(folder, "/cgroup.controllers", controllers, sizeof controllers) || !has_word(controllers, "memory"))
        return refuse(why, size, 0, "the control group that is delegated does not bound memory");
    if (!move_into_own(folder, why, size))
        return false;
    snprintf(base, sizeof base, "%s", folder);
    return true;
}

void cgroup_inherit(void)
{
    char folder[PATH_MAX];
    if (!find_own(folder, sizeof folder) || !ends_in_daemon_group(folder))
        return;
    folder[strlen(folder) - strlen(daemon_group)] = '\0';
    if (is_delegated(folder))
        snprintf(base, sizeof base, "%s", folder);
}

/* ---- groups ---- */

static void remove_left_behind(void)
{
    DIR *groups = opendir(base);
    struct dirent *entry;
    while (groups && (entry = readdir(groups))) {
        size_t behind = sizeof plugin_prefix - 1;
        long maker = strncmp(entry->d_name, plugin_prefix, behind) == 0 ? strtol(entry->d_name + behind, NULL, 10) : 0;
        if (maker > 0 && kill((pid_t)maker, 0) != 0 && errno == ESRCH)
            unlinkat(dirfd(groups), entry->d_name, AT_REMOVEDIR);
    }
    if (groups)
        closedir(groups);
}

static bool bound_memory(const struct cgroup *cgroup, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)cgroup->memory_max);
    int status = write_file(cgroup->folder, "/memory.max", text);
    if (!status)
        status = write_file(cgroup->folder, "/memory.oom.group", "1");
    /* A kernel without swap has no such file. */
    int swap = status ? 0 : write_file(cgroup->folder, "/memory.swap.max", "0");
    if (!status && swap != ENOENT)
        status = swap;
    return !status ||
           error_set_errno(error, status, "the memory of the control group %s cannot be bounded", cgroup->folder);
}

struct cgroup *cgroup_create(int64_t memory_max, struct error *error)
{
    static atomic_uint made;
    char folder[PATH_MAX + NAME_SPACE];
    if (!base[0])
        return NULL;
    remove_left_behind();
    snprintf(folder, sizeof folder, "%s/%s%d-%u", base, plugin_prefix, (int)getpid(), atomic_fetch_add(&made, 1));
    struct cgroup *cgroup = calloc(1, sizeof *cgroup);
    if (!cgroup || !(cgroup->folder = strdup(folder))) {
        free(cgroup);
        error_set(error, ERROR_MEMORY, "no memory for a control group");
        return NULL;
    }
    cgroup->memory_max = memory_max;
    if (mkdir(folder, 0755) != 0) {
        error_set_errno(error, errno, "the control group %s cannot be made", folder);
        free(cgroup->folder);
        free(cgroup);
        return NULL;
    }
    if (bound_memory(cgroup, error))
        return cgroup;
    cgroup_destroy(cgroup);
    return NULL;
}

bool cgroup_enter(const struct cgroup *cgroup, pid_t process, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%d", (int)process);
    int status = write_file(cgroup->folder, "/cgroup.procs", text);
    return !status ||
           error_set_errno(error, status, "process %s cannot be moved into the control group %s", text, cgroup->folder);
}

bool cgroup_has_killed(const struct cgroup *cgroup, char *why, size_t size)
{
    static const char wanted[] = "oom_kill ";
    char text[FILE_SIZE];
    if (!read_file(cgroup->folder, "/memory.events", text, sizeof text))
        return false;
    const char *line = strstr(text, wanted);
    if (!line || strtoll(line + sizeof wanted - 1, NULL, 10) == 0)
        return false;
    const double mebibyte = 1 << 20;
    snprintf(why, size, "used all of its memory, and memory_max is %.*f MiB", cgroup->memory_max % (1 << 20) ? 1 : 0,
             (double)cgroup->memory_max / mebibyte);
    return true;
}

void cgroup_destroy(struct cgroup *cgroup)
{
    if (!cgroup)
        return;
    for (int i = 0; i < REMOVE_TRIES && rmdir(cgroup->folder) != 0 && errno == EBUSY; i++) {
        write_file(cgroup->folder, "/cgroup.kill", "1");
        poll(NULL, 0, 1);
    }
    free(cgroup->folder);
    free(cgroup);
}
