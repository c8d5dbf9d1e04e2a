/* Runner hello: the first message to an entente-runner that shall host a plugin, and the page that it shares with the
 * daemon from then on. */
#ifndef CORE_HOST_RUNNER_HELLO_H
#define CORE_HOST_RUNNER_HELLO_H

#include "core/host/isolation.h"
#include "core/host/wire.h"

#include <stdatomic.h>

/* The runner's descriptors. */
enum { RUNNER_SOCKET = 3, RUNNER_PAGE = 4 };

/* What a path of a plugin's options may be used for. */
enum runner_access {
    RUNNER_READ = 1u << 0,
    RUNNER_WRITE = 1u << 1,
    RUNNER_FOLDER = 1u << 2,
    RUNNER_BESIDE = 1u << 3 /* files are made beside it and renamed */
};

struct runner_path {
    const char *path;
    uint32_t access; /* enum runner_access, or'ed */
};

/* Texts are lent by whoever filled it. */
struct runner_hello {
    const char *object; /* path of the plugin */
    uint64_t
        file; /* what it must hold (struct plugin_info), 0 for anything: a changed object is never taken up unchecked */
    enum isolation isolation;
    bool is_sandbox_required;
    uint32_t descriptors_max; /* 0: as many as the daemon may have */
    int64_t memory_max;       /* bytes, 0: none; this and the next are held by the daemon (core/host/monitor.h) */
    int64_t cpu_max_milli;    /* thousandths of a core, 0: none */
    const struct runner_path *paths;
    size_t path_count;
};

void runner_hello_put(struct buffer *buffer, const struct runner_hello *hello);
/* The array of paths is the caller's to free. False for what is none. */
bool runner_hello_get(struct wire_reader *reader, struct runner_hello *hello);

/* Which of the callbacks are there that most plugins do without, so that nobody need ask for them: a runner says it with
 * WIRE_READY. */
enum runner_callbacks {
    RUNNER_HAS_START = 1u << 0,
    RUNNER_HAS_DRAIN = 1u << 1,
    RUNNER_HAS_STOP = 1u << 2,
    RUNNER_HAS_CHECK = 1u << 3
};

/* Which calls are inside the plugin just now, one slot a thread. Written by the runner, read by the daemon when the
 * runner has died; a plugin may have written anything here, so it decides about blame and nothing else. */
enum { RUNNER_SLOTS = 256, RUNNER_FAULT_EXIT = -1 };

struct runner_slot {
    _Atomic uint64_t call; /* 0: none */
    _Atomic int32_t fault; /* the signal that its thread died of; RUNNER_FAULT_EXIT: it called exit; 0: none */
};

struct runner_page {
    struct runner_slot slots[RUNNER_SLOTS];
};

#endif
