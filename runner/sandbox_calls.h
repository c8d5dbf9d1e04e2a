/* The part of runner/sandbox.h that seccomp keeps: which system calls there are. Not for other folders. */
#ifndef RUNNER_SANDBOX_CALLS_H
#define RUNNER_SANDBOX_CALLS_H

#include "runner/sandbox.h"

/* Whether the running kernel takes filters. */
bool calls_are_supported(void);
/* Holds the whole process to the calls of the policy's isolation. PR_SET_NO_NEW_PRIVS must be set. `has_scopes`:
 * Landlock keeps signals from others already. */
bool calls_enter(const struct sandbox_policy *policy, bool has_scopes, struct error *error);

#endif
