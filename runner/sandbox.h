/* Sandbox: what a runner gives up before it touches a foreign object, and for good.
 *
 * The runner fills a policy, calls sandbox_enter() once, and only then loads the object. From then on the kernel holds
 * the process to it, whatever code runs there; nothing in the process can take it back.
 *
 * ISOLATION_PROCESS: no new privileges, no new process, no other program. All else is free.
 *
 * ISOLATION_SANDBOX: in addition
 *   - files (Landlock): reading where the dynamic loader and the C library need it, the object's own folder, and the
 * policy's paths, nothing else. Paths are looked up when the sandbox is entered: a file that is replaced by another
 * afterwards is out of reach, so a runner must be started anew where an option's file was replaced.
 *   - system calls (seccomp): those of runner/sandbox_calls.c. No socket is opened, connected or bound; descriptors
 * that were passed in may be read, written and accepted from. What is refused gives EPERM, and once for each call a
 * line on `report` that names it. A call that the table does not know gives ENOSYS.
 *   - TCP, abstract sockets and signals to others once more by Landlock, where the kernel has it.
 *   - all capabilities but those over files, where it runs as root.
 *
 * Call from a process with one thread: the kernel binds the calling thread and what descends from it. */
#ifndef RUNNER_SANDBOX_H
#define RUNNER_SANDBOX_H

#include "core/host/isolation.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum sandbox_access {
    SANDBOX_READ = 1u << 0,   /* a file, or a folder with all below it */
    SANDBOX_WRITE = 1u << 1,  /* as well written; a file that is missing is made, empty */
    SANDBOX_FOLDER = 1u << 2, /* a folder; with SANDBOX_WRITE files and folders in it are made, renamed and removed */
    SANDBOX_BESIDE = 1u << 3, /* a file that is written beside itself and renamed: its folder is as SANDBOX_FOLDER */
    SANDBOX_RUN = 1u << 4,    /* a program, or a folder of programs: may be executed (where `may_run` is set) */
    /* With SANDBOX_READ, where it is a folder: may be watched for changes. Of inotify Landlock knows nothing, so this
     * lets the process learn of changes, and of names, in any folder that the user may read. */
    SANDBOX_WATCH = 1u << 5,
};

struct sandbox_path {
    const char *path; /* absolute; one that is missing and not to be made is passed over */
    unsigned access;  /* of enum sandbox_access */
};

struct sandbox_policy {
    enum isolation isolation;
    bool is_required;   /* fail where the kernel cannot keep files and calls apart, instead of going on with less */
    bool may_run;       /* for programs of `exec`: the process execs one, which may start further ones; see `confine` */
    const char *object; /* of the plugin: its folder is read; NULL for none */
    const struct sandbox_path *paths;
    size_t path_count;
    const int *descriptors; /* kept open beside 0, 1 and 2; all others are closed */
    size_t descriptor_count;
    unsigned long descriptors_max; /* RLIMIT_NOFILE; 0 leaves it */
    int report;                    /* descriptor that a line is written to when a call is refused; -1 for none */
};

/* What is in force. Plain values, so that it may be sent on. */
struct sandbox_state {
    enum isolation isolation;
    int landlock;      /* ABI in use, 0 where the kernel has none */
    bool has_calls;    /* seccomp holds system calls */
    bool has_network;  /* Landlock holds TCP too */
    bool has_scopes;   /* Landlock holds signals and abstract sockets too */
    char missing[200]; /* why something is not, for a person; empty where all is */
};

/* The policy's strings and arrays are lent for the call. False with `error`, after which the process must not go on to
 * load anything: part of the policy may be in force. */
bool sandbox_enter(const struct sandbox_policy *policy, struct sandbox_state *state, struct error *error);

/* What this kernel could keep, without entering anything. */
void sandbox_probe(struct sandbox_state *state);

/* One line for `entente status`: "sandbox (Landlock 7, seccomp)", with what is missing behind it. From its fourth ABI
 * on Landlock holds TCP as well, from its sixth signals and abstract sockets: seccomp does so anyway. */
void sandbox_state_print(const struct sandbox_state *state, char *text, size_t size);

#endif
