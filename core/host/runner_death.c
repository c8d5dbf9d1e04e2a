#include "core/host/runner_death.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

void runner_death_begin(struct runner_death *death, int status, const char *killed_why, const struct runner_page *page)
{
    *death = (struct runner_death){.status = status, .page = page};
    snprintf(death->why, sizeof death->why, "%s", killed_why);
}

static const struct runner_slot *find_slot(const struct runner_death *death, uint64_t call)
{
    for (size_t i = 0; i < RUNNER_SLOTS; i++)
        if (atomic_load(&death->page->slots[i].call) == call)
            return &death->page->slots[i];
    return NULL;
}

void runner_death_add(struct runner_death *death, uint64_t call, bool is_hung)
{
    const struct runner_slot *slot = find_slot(death, call);
    if (is_hung)
        death->hung = call;
    if (!slot)
        return;
    death->inside++;
    int32_t fault = atomic_load(&slot->fault);
    if (fault != 0 && death->faulty == 0) {
        death->faulty = call;
        death->fault = fault;
    }
}

/* The signal that it died of, 0 for none. What a thread noted of itself comes first: another's exit may have come between. */
static int signal_of(const struct runner_death *death)
{
    if (death->faulty)
        return death->fault == RUNNER_FAULT_EXIT ? 0 : death->fault;
    return WIFSIGNALED(death->status) ? WTERMSIG(death->status) : 0;
}

void runner_death_print(const struct runner_death *death, char *text, size_t size)
{
    int number = signal_of(death);
    if (*death->why)
        snprintf(text, size, "was stopped: %s", death->why);
    else if (number == SIGKILL || number == SIGTERM)
        snprintf(text, size, "was killed from outside (SIG%s)", sigabbrev_np(number));
    else if (number == SIGSYS)
        snprintf(text, size, "made a system call that its isolation refuses, where it could not be told (SIGSYS)");
    else if (number)
        snprintf(text, size, "crashed (SIG%s)", sigabbrev_np(number) ? sigabbrev_np(number) : "?");
    else if (WIFEXITED(death->status))
        snprintf(text, size, "ended its process (exit status %d)", WEXITSTATUS(death->status));
    else
        snprintf(text, size, "ended its process");
}

static bool was_from_outside(const struct runner_death *death)
{
    return !*death->why && WIFSIGNALED(death->status) &&
           (WTERMSIG(death->status) == SIGKILL || WTERMSIG(death->status) == SIGTERM);
}

static enum runner_blame judge(const struct runner_death *death, uint64_t call)
{
    if (death->hung)
        return call == death->hung ? RUNNER_BLAME_FAULT : RUNNER_BLAME_NONE;
    if (death->faulty)
        return call == death->faulty ? RUNNER_BLAME_FAULT : RUNNER_BLAME_NONE;
    if (!find_slot(death, call))
        return RUNNER_BLAME_NONE;
    return death->inside == 1 && !was_from_outside(death) ? RUNNER_BLAME_FAULT : RUNNER_BLAME_UNKNOWN;
}

enum runner_blame runner_death_blame(const struct runner_death *death, uint64_t call, const char *name, char *why,
                                     size_t size)
{
    char text[260];
    enum runner_blame blame = judge(death, call);
    runner_death_print(death, text, sizeof text);
    if (blame == RUNNER_BLAME_NONE)
        snprintf(why, size, "its process ended in another's callback: it %s", text);
    else if (death->hung)
        snprintf(why, size, "%s did not return in time, and its process was stopped", name);
    else
        snprintf(why, size, "the plugin %s in %s%s", text, name,
                 !*death->why && signal_of(death) == 0 ? "; a plugin must not call exit" : "");
    return blame;
}

enum runner_end runner_death_end(const struct runner_death *death, bool is_blamed)
{
    if (is_blamed)
        return RUNNER_END_CALL;
    return was_from_outside(death) ? RUNNER_END_OUTSIDE : RUNNER_END_ITSELF;
}
