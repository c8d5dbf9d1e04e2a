#include "runner/sandbox.h"

#include "runner/sandbox_calls.h"
#include "runner/sandbox_landlock.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- what the kernel can ---- */

void sandbox_probe(struct sandbox_state *state)
{
    *state = (struct sandbox_state){.isolation = ISOLATION_SANDBOX, .landlock = landlock_abi()};
    state->has_calls = calls_are_supported();
    state->has_network = state->landlock >= LANDLOCK_ABI_NETWORK;
    state->has_scopes = state->landlock >= LANDLOCK_ABI_SCOPES;
    if (state->landlock == 0)
        snprintf(
            state->missing, sizeof state->missing,
            "this kernel has no Landlock (Linux 5.13 or later, with landlock in the boot parameter lsm=), so files are "
            "not kept apart");
    else if (!state->has_calls)
        snprintf(state->missing, sizeof state->missing,
                 "this kernel has no seccomp filters, so system calls are not kept apart");
}

void sandbox_state_print(const struct sandbox_state *state, char *text, size_t size)
{
    if (state->isolation != ISOLATION_SANDBOX) {
        snprintf(text, size, "%s%s", isolation_word(state->isolation),
                 state->isolation == ISOLATION_PROCESS && state->has_calls ? " (no new processes)" : "");
        return;
    }
    char abi[32] = "";
    if (state->landlock > 0)
        snprintf(abi, sizeof abi, "Landlock %d", state->landlock);
    snprintf(text, size, "sandbox (%s%s%s)%s%s", abi, *abi && state->has_calls ? ", " : "",
             state->has_calls ? "seccomp"
             : *abi           ? ""
                              : "nothing",
             state->missing[0] ? ": " : "", state->missing);
}

/* ---- giving up ---- */

static int compare_descriptors(const int *list, size_t count, int least)
{
    int next = -1;
    for (size_t i = 0; i < count; i++)
        if (list[i] >= least && (next < 0 || list[i] < next))
            next = list[i];
    return next;
}

static bool close_others(const struct sandbox_policy *policy, struct error *error)
{
    unsigned from = STDERR_FILENO + 1;
    for (;;) {
        int kept = compare_descriptors(policy->descriptors, policy->descriptor_count, (int)from);
        if (kept < 0)
            break;
        if ((unsigned)kept > from && syscall(SYS_close_range, from, (unsigned)kept - 1, 0) != 0)
            return error_set_errno(error, errno, "sandbox: cannot close the descriptors that are not the plugin's");
        from = (unsigned)kept + 1;
    }
    return syscall(SYS_close_range, from, ~0u, 0) == 0 ||
           error_set_errno(error, errno, "sandbox: cannot close the descriptors that are not the plugin's");
}

static bool set_limit(int resource, const char *name, unsigned long most, struct error *error)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return error_set_errno(error, errno, "sandbox: cannot read the limit of %s", name);
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > most)
        limit.rlim_max = most;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) == 0 || error_set_errno(error, errno, "sandbox: cannot limit %s", name);
}

static bool set_limits(const struct sandbox_policy *policy, struct error *error)
{
    return set_limit(RLIMIT_CORE, "core files", 0, error) &&
           (policy->descriptors_max == 0 || set_limit(RLIMIT_NOFILE, "descriptors", policy->descriptors_max, error));
}

/* Of root's capabilities those over files stay, since which files is Landlock's to say and they may be another user's.
 */
static bool drop_capabilities(bool keeps_files, struct error *error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0)
        return error_set_errno(error, errno, "sandbox: cannot read the capabilities");
    uint32_t kept = keeps_files ? 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER : 0;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        uint32_t mask = i == 0 ? kept : 0;
        data[i].permitted &= mask;
        data[i].effective &= mask;
        data[i].inheritable = 0;
    }
    /* So that a program run by root does not get them back; it fails where this user never had any. */
    for (unsigned long capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (!(capability < 32 && (kept >> capability & 1)))
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return syscall(SYS_capset, &header, data) == 0 ||
           error_set_errno(error, errno, "sandbox: cannot drop capabilities");
}

static bool enter_sandbox(const struct sandbox_policy *policy, struct sandbox_state *state, struct error *error)
{
    if (policy->is_required && state->missing[0])
        return error_set(error, ERROR_STATE, "isolate = sandbox is required and cannot be kept: %s", state->missing);
    if (state->landlock > 0 && !landlock_enter(policy, state->landlock, error))
        return false;
    /* Without Landlock root's power over files would be bounded by nothing. */
    return drop_capabilities(state->landlock > 0, error) &&
           (!state->has_calls || calls_enter(policy, state->has_scopes, error));
}

bool sandbox_enter(const struct sandbox_policy *policy, struct sandbox_state *state, struct error *error)
{
    *state = (struct sandbox_state){.isolation = policy->isolation};
    if (policy->isolation == ISOLATION_NONE)
        return true;
    if (!close_others(policy, error) || !set_limits(policy, error))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_set_errno(error, errno, "sandbox: cannot give up new privileges");
    if (policy->isolation == ISOLATION_SANDBOX) {
        sandbox_probe(state);
        return enter_sandbox(policy, state, error);
    }
    /* A program's own process is all that `process` asks for; a plugin's starts no other. */
    state->has_calls = !policy->may_run && calls_are_supported();
    return !state->has_calls || calls_enter(policy, state->has_scopes, error);
}
