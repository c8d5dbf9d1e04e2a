/* The part of runner/sandbox.h that Landlock keeps: files, TCP, signals and abstract sockets. Not for other folders. */
#ifndef RUNNER_SANDBOX_LANDLOCK_H
#define RUNNER_SANDBOX_LANDLOCK_H

#include "runner/sandbox.h"

/* The ABI that the running kernel speaks, 0 where it has no Landlock or has it turned off. */
int landlock_abi(void);
/* Holds this thread to the policy's paths, with what `abi` knows. PR_SET_NO_NEW_PRIVS must be set. */
bool landlock_enter(const struct sandbox_policy *policy, int abi, struct error *error);

enum { LANDLOCK_ABI_NETWORK = 4, LANDLOCK_ABI_SCOPES = 6 };

#endif
