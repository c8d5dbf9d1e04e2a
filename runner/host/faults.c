#include "runner/host/faults.h"

#include "core/host/runner_hello.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024 };

static struct runner_page *page;
static _Thread_local struct runner_slot *slot; /* NULL: none, or all are taken */

/* ---- slots ---- */

/* Free slots hold no call. One that is being taken holds a call that nobody has. */
static struct runner_slot *take_slot(uint64_t call)
{
    for (size_t i = 0; i < RUNNER_SLOTS; i++) {
        uint64_t none = 0;
        if (atomic_compare_exchange_strong(&page->slots[i].call, &none, call))
            return &page->slots[i];
    }
    return NULL;
}

void fault_enter(uint64_t call)
{
    slot = take_slot(call);
    if (slot)
        atomic_store(&slot->fault, 0);
}

void fault_leave(void)
{
    if (slot)
        atomic_store(&slot->call, 0);
    slot = NULL;
}

/* ---- faults ---- */

static void note_exit(void)
{
    if (slot)
        atomic_store(&slot->fault, RUNNER_FAULT_EXIT);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static void catch_faults(void)
{
}

void fault_prepare_thread(void)
{
}
#else
/* The default action follows, since the handler is gone by then. */
static void take_fault(int number)
{
    if (slot)
        atomic_store(&slot->fault, number);
    raise(number);
}

static void catch_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = take_fault, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK)};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaction(faults[i], &action, NULL);
}

/* Lives as long as the thread, which is as long as the process. */
void fault_prepare_thread(void)
{
    stack_t stack = {.ss_size = STACK_SIZE};
    stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack.ss_sp != MAP_FAILED)
        sigaltstack(&stack, NULL);
}
#endif

bool fault_begin(struct error *error)
{
    void *memory = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, RUNNER_PAGE, 0);
    if (memory == MAP_FAILED)
        return error_set_errno(error, errno, "the page shared with the daemon cannot be mapped");
    page = memory;
    /* Before the plugin is loaded: its own handlers then run first, and by the time of ours the thread is still its. */
    atexit(note_exit);
    catch_faults();
    return true;
}
