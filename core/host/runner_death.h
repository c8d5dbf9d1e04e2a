/* Runner death: what a runner's process died of, and which of the calls under way was at fault.
 *
 * The page that the runner shares says which calls were inside the plugin, and whose thread noted a fault. Without such
 * a note the only call inside is at fault; of several none is for certain, and a kill from outside is nobody's for
 * certain. A call that ran past its deadline is at fault whatever the page says. Pure but for the page, which may hold
 * anything. */
#ifndef CORE_HOST_RUNNER_DEATH_H
#define CORE_HOST_RUNNER_DEATH_H

#include "core/host/runner.h"

struct runner_death {
    int status;
    char why[200]; /* of the daemon's own kill; "" for none */
    const struct runner_page *page;
    uint64_t hung;   /* call; 0: none */
    uint64_t faulty; /* call whose thread noted a fault; 0: none */
    int32_t fault;   /* what it noted */
    size_t inside;   /* calls inside the plugin */
};

/* `status` as of waitpid. */
void runner_death_begin(struct runner_death *death, int status, const char *killed_why, const struct runner_page *page);
/* Each call under way, before the first is asked about. */
void runner_death_add(struct runner_death *death, uint64_t call, bool is_hung);
enum runner_blame runner_death_blame(const struct runner_death *death, uint64_t call, const char *name, char *why,
                                     size_t size);
/* After the calls were asked about; `is_blamed`: one of them was at fault. */
enum runner_end runner_death_end(const struct runner_death *death, bool is_blamed);
/* "crashed (SIGSEGV)" */
void runner_death_print(const struct runner_death *death, char *text, size_t size);

#endif
