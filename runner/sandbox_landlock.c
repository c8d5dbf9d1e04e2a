#include "runner/sandbox_landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, whole, since a distribution's <linux/landlock.h> is as old as its kernel and may lack what
 * the running one has. The numbers are the same on every architecture. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

enum {
    FS_EXECUTE = 1 << 0,
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_DIR = 1 << 4,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_CHAR = 1 << 6,
    FS_MAKE_DIR = 1 << 7,
    FS_MAKE_REG = 1 << 8,
    FS_MAKE_SOCK = 1 << 9,
    FS_MAKE_FIFO = 1 << 10,
    FS_MAKE_BLOCK = 1 << 11,
    FS_MAKE_SYM = 1 << 12,
    FS_REFER = 1 << 13,     /* ABI 2 */
    FS_TRUNCATE = 1 << 14,  /* ABI 3 */
    FS_IOCTL_DEV = 1 << 15, /* ABI 5 */
    FS_ABI_1 = FS_REFER - 1,

    FS_READ = FS_READ_FILE | FS_READ_DIR,
    FS_WRITE = FS_WRITE_FILE | FS_TRUNCATE,
    FS_ARRANGE = FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER,
    /* Of a rule on something that is no folder the kernel takes only these. */
    FS_OF_FILES = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV,

    NET_BIND_TCP = 1 << 0, /* ABI 4 */
    NET_CONNECT_TCP = 1 << 1,

    SCOPE_ABSTRACT_SOCKET = 1 << 0, /* ABI 6 */
    SCOPE_SIGNAL = 1 << 1,
};

struct ruleset_attribute {
    uint64_t handled_fs;
    uint64_t handled_net; /* ABI 4 */
    uint64_t scoped;      /* ABI 6 */
};

struct path_beneath_attribute {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

/* What the dynamic loader and the C library read at any time: when an object's libraries are looked up, when a charset
 * is converted or a time zone, a locale or a certificate is asked for. Missing ones are passed over. */
static const struct {
    const char *path;
    unsigned rights;
} common[] = {
    {"/lib", FS_READ},
    {"/lib32", FS_READ},
    {"/lib64", FS_READ},
    {"/usr/lib", FS_READ}, /* gconv and locale lie within */
    {"/usr/lib32", FS_READ},
    {"/usr/lib64", FS_READ},
    {"/usr/local/lib", FS_READ},
    {"/usr/local/lib64", FS_READ},
    {"/nix/store", FS_READ},
    {"/gnu/store", FS_READ},
    {"/etc/ld.so.cache", FS_READ_FILE},
    {"/etc/ld.so.preload", FS_READ_FILE},
    {"/etc/localtime", FS_READ_FILE},
    {"/etc/timezone", FS_READ_FILE},
    {"/usr/share/zoneinfo", FS_READ},
    {"/usr/share/locale", FS_READ},
    {"/usr/share/i18n", FS_READ},
    {"/usr/share/icu", FS_READ},
    {"/usr/share/publicsuffix", FS_READ},
    {"/etc/ssl", FS_READ},
    {"/etc/pki", FS_READ},
    {"/etc/ca-certificates", FS_READ},
    {"/usr/share/ca-certificates", FS_READ},
    {"/usr/local/share/ca-certificates", FS_READ},
    {"/dev/null", FS_READ_FILE | FS_WRITE},
    {"/dev/zero", FS_READ_FILE},
    {"/dev/random", FS_READ_FILE},
    {"/dev/urandom", FS_READ_FILE},
    {"/proc/self", FS_READ}, /* of this process alone: /proc/self is looked up now */
    {"/proc/meminfo", FS_READ_FILE},
    {"/proc/cpuinfo", FS_READ_FILE},
    {"/proc/sys/vm/overcommit_memory", FS_READ_FILE},
    {"/sys/devices/system/cpu", FS_READ},
};

/* Where a program of `exec` finds its interpreter and what that is made of. */
static const struct {
    const char *path;
    unsigned rights;
} for_programs[] = {
    {"/bin", FS_READ | FS_EXECUTE},
    {"/usr/bin", FS_READ | FS_EXECUTE},
    {"/sbin", FS_READ | FS_EXECUTE},
    {"/usr/sbin", FS_READ | FS_EXECUTE},
    {"/lib", FS_READ | FS_EXECUTE},
    {"/lib64", FS_READ | FS_EXECUTE},
    {"/usr/lib", FS_READ | FS_EXECUTE},
    {"/usr/lib64", FS_READ | FS_EXECUTE},
    {"/usr/local", FS_READ | FS_EXECUTE},
    {"/usr/libexec", FS_READ | FS_EXECUTE},
    {"/usr/share", FS_READ},
    {"/opt", FS_READ | FS_EXECUTE},
    {"/etc/alternatives", FS_READ},
    {"/dev/tty", FS_READ_FILE | FS_WRITE_FILE},
};

static long create_ruleset(const struct ruleset_attribute *attribute, size_t size, unsigned flags)
{
    return syscall(SYS_landlock_create_ruleset, attribute, size, flags);
}

int landlock_abi(void)
{
    long abi = create_ruleset(NULL, 0, CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static uint64_t known_rights(int abi)
{
    uint64_t rights = FS_ABI_1;
    if (abi >= 2)
        rights |= FS_REFER;
    if (abi >= 3)
        rights |= FS_TRUNCATE;
    if (abi >= 5)
        rights |= FS_IOCTL_DEV;
    return rights;
}

static int open_ruleset(int abi)
{
    struct ruleset_attribute attribute = {.handled_fs = known_rights(abi)};
    size_t size = sizeof attribute.handled_fs;
    if (abi >= LANDLOCK_ABI_NETWORK) {
        attribute.handled_net = NET_BIND_TCP | NET_CONNECT_TCP;
        size += sizeof attribute.handled_net;
    }
    if (abi >= LANDLOCK_ABI_SCOPES) {
        attribute.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
        size += sizeof attribute.scoped;
    }
    return (int)create_ruleset(&attribute, size, 0);
}

struct rules {
    int ruleset;
    int abi;
    struct error *error;
};

static bool allow_open(const struct rules *rules, int descriptor, const char *path, uint64_t rights)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return error_set_errno(rules->error, errno, "sandbox: cannot look at %s", path);
    rights &= known_rights(rules->abi);
    if (!S_ISDIR(status.st_mode))
        rights &= FS_OF_FILES;
    struct path_beneath_attribute attribute = {rights, descriptor};
    if (syscall(SYS_landlock_add_rule, rules->ruleset, RULE_PATH_BENEATH, &attribute, 0) != 0)
        return error_set_errno(rules->error, errno, "sandbox: the kernel does not take the rule for %s", path);
    return true;
}

/* Passes over what is not there, and what this user could not reach anyway. */
static bool allow(const struct rules *rules, const char *path, uint64_t rights)
{
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP || errno == ENAMETOOLONG ||
               error_set_errno(rules->error, errno, "sandbox: cannot look up %s", path);
    bool is_good = allow_open(rules, descriptor, path, rights);
    close(descriptor);
    return is_good;
}

static bool allow_folder_of(const struct rules *rules, const char *path, uint64_t rights)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!folder)
        return error_set(rules->error, ERROR_MEMORY, "sandbox: no memory for the folder of %s", path);
    bool is_good = allow(rules, folder, rights);
    free(folder);
    return is_good;
}

/* A rule is on a file, not on a name, so one that is to be written must be there. */
static void make_file(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (descriptor >= 0)
        close(descriptor);
}

static bool allow_path(const struct rules *rules, const struct sandbox_path *path)
{
    bool is_written = path->access & SANDBOX_WRITE, is_folder = path->access & SANDBOX_FOLDER;
    uint64_t rights = 0;
    if (path->access & SANDBOX_READ)
        rights |= FS_READ;
    if (is_written)
        rights |= FS_READ | FS_WRITE;
    if (is_folder)
        rights |= FS_READ | (is_written ? FS_ARRANGE : 0);
    if (path->access & SANDBOX_RUN)
        rights |= FS_READ | FS_EXECUTE;
    if (path->access & SANDBOX_BESIDE)
        return allow_folder_of(rules, path->path, FS_READ | FS_WRITE | FS_ARRANGE);
    if (is_written && !is_folder)
        make_file(path->path);
    return allow(rules, path->path, rights);
}

/* Folders that the system's administrator has told the dynamic loader of. ld.so.cache names only what lies in them. */
static bool allow_loader_folders(const struct rules *rules)
{
    glob_t found = {0};
    bool is_good = true;
    if (glob("/etc/ld.so.conf.d/*.conf", 0, NULL, &found) != 0)
        return true;
    for (size_t i = 0; is_good && i < found.gl_pathc; i++) {
        FILE *file = fopen(found.gl_pathv[i], "re");
        char line[1024];
        while (is_good && file && fgets(line, sizeof line, file)) {
            line[strcspn(line, " \t\r\n#")] = '\0';
            if (line[0] == '/' && line[1] != '\0')
                is_good = allow(rules, line, FS_READ);
        }
        if (file)
            fclose(file);
    }
    globfree(&found);
    return is_good;
}

static bool allow_all(const struct rules *rules, const struct sandbox_policy *policy)
{
    bool is_good = allow_loader_folders(rules);
    for (size_t i = 0; is_good && i < sizeof common / sizeof *common; i++)
        is_good = allow(rules, common[i].path, common[i].rights);
    for (size_t i = 0; is_good && policy->may_run && i < sizeof for_programs / sizeof *for_programs; i++)
        is_good = allow(rules, for_programs[i].path, for_programs[i].rights);
    if (is_good && policy->object)
        is_good = allow_folder_of(rules, policy->object, FS_READ);
    for (size_t i = 0; is_good && i < policy->path_count; i++)
        is_good = allow_path(rules, &policy->paths[i]);
    return is_good;
}

bool landlock_enter(const struct sandbox_policy *policy, int abi, struct error *error)
{
    struct rules rules = {open_ruleset(abi), abi, error};
    if (rules.ruleset < 0)
        return error_set_errno(error, errno, "sandbox: the kernel gives no Landlock ruleset (ABI %d)", abi);
    bool is_good = allow_all(&rules, policy);
    if (is_good && syscall(SYS_landlock_restrict_self, rules.ruleset, 0) != 0)
        is_good = error_set_errno(error, errno, "sandbox: the kernel does not apply the Landlock rules");
    close(rules.ruleset);
    return is_good;
}
