/* Runner: one entente-runner process that hosts the instances of one plugin, as the daemon sees it.
 *
 * It is spawned, told what it is for, and answers calls, many at once. A thread of its own reads what it says: the
 * result of a call and what the plugin asks for within one go to the thread that waits for that call, what an instance
 * asks for outside goes to the instance's member. When the process ends, in whatever way, each call that waits is told,
 * with whether it was its fault, and each member is told that its plugin is lost. A runner is not revived: a new one is
 * made.
 *
 * Owner: counted references (runner_hold, runner_release); the last ends the process. Any thread, but release never
 * from within a callback of a member. */
#ifndef CORE_HOST_RUNNER_H
#define CORE_HOST_RUNNER_H

#include "core/host/runner_hello.h"

#include <sys/types.h>

struct runner;

struct runner_settings {
    const char *program; /* entente-runner */
    const char *name;    /* of the plugin, for people; copied */
    struct runner_hello hello;
    int64_t start_ms; /* how long loading the object may take */
};

/* NULL with `error`: it cannot be started, or refuses its object. ERROR_STATE: somebody else has killed it, and another
 * try is worth it. */
struct runner *runner_start(const struct runner_settings *settings, struct error *error);
void runner_hold(struct runner *runner);
void runner_release(struct runner *runner); /* NULL does nothing */

bool runner_is_alive(struct runner *runner);
/* How one that is dead has ended: in a call that is to blame and bears the consequences, by the hand of somebody else,
 * or neither. */
enum runner_end { RUNNER_END_CALL, RUNNER_END_OUTSIDE, RUNNER_END_ITSELF };
enum runner_end runner_end(struct runner *runner);
pid_t runner_process(const struct runner *runner);
/* Resident bytes, 0 where that cannot be told. */
int64_t runner_memory(struct runner *runner);
/* What of its isolation is in force, in words; lent. */
const char *runner_state(const struct runner *runner);
/* Of enum runner_callbacks, or'ed: those that its plugin has. */
uint32_t runner_callbacks(const struct runner *runner);
/* Ends it at once; `why` is told with its death ("memory_max = 64M was passed"). */
void runner_kill(struct runner *runner, const char *why);

/* ---- members: instances that live there ---- */

/* Whose fault it was that the runner died. */
enum runner_blame {
    RUNNER_BLAME_NONE,    /* another's */
    RUNNER_BLAME_UNKNOWN, /* it may have been this one's */
    RUNNER_BLAME_FAULT    /* this one's */
};

struct runner_member {
    uint32_t number; /* given by runner_join, never given twice by one runner */
    /* On the reader's thread, under the runner's lock: must not block and not call the runner. The message is lent. */
    void (*hear)(void *context, const struct wire_message *message);
    /* On a thread of its own: an answer is due by runner_answer, whatever is asked. */
    void (*serve)(void *context, struct runner *runner, const struct wire_message *message);
    /* The process has ended; as hear. `is_to_blame`: one of this member's own calls tells of it. */
    void (*lost)(void *context, bool is_to_blame, const char *why);
    void *context;
    size_t busy;         /* the runner's: threads in serve */
    bool is_called_dead; /* the runner's: a call of it is to blame */
};

/* False where the runner is dead, or memory out. The member stays where it is until runner_leave. */
bool runner_join(struct runner *runner, struct runner_member *member);
/* Waits for its threads in serve. */
void runner_leave(struct runner *runner, struct runner_member *member);

/* ---- calls ---- */

struct runner_call {
    enum wire_type type;
    const char *name; /* "classify", for people */
    struct runner_member *member;
    const struct buffer *payload; /* NULL for none */
    int64_t limit_ms;             /* after which the process is killed as hung; 0: none */
    /* What the plugin asks for within the call; on the calling thread, an answer is due by runner_answer. NULL: it may
     * ask nothing. False: it is not what a runner of ours asks, and is taken for garbage. */
    bool (*serve)(void *context, struct runner *runner, const struct wire_message *message);
    void *context;

    /* Of a call that failed: */
    enum runner_blame blame;
    char why[300]; /* "the plugin crashed (SIGSEGV) in classify" */
};

/* Waits for the result, which is the caller's to free; NULL where the process died meanwhile or was dead before. */
struct wire_message *runner_perform(struct runner *runner, struct runner_call *call);
/* Says something that has no result. */
void runner_tell(struct runner *runner, enum wire_type type, const struct runner_member *member);
/* For a result that makes no sense: the process is killed and the call has the blame. */
void runner_refuse_result(struct runner *runner, struct runner_call *call, const char *why);
/* Answers a request. `descriptor` -1 for none. */
void runner_answer(struct runner *runner, const struct wire_message *request, const struct buffer *payload,
                   int descriptor);

#endif
