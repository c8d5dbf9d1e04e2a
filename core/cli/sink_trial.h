/* Sink trial: one sample alert through a sink's own plugin, in this process, with or without a daemon. What it remembers of
 * earlier deliveries is read from the store where there is one; nothing is written there. One thread. */
#ifndef CORE_CLI_SINK_TRIAL_H
#define CORE_CLI_SINK_TRIAL_H

#include "core/host/instance.h"
#include "core/setup/setup.h"

struct sink_trial {
    enum ent_code code; /* ENT_OK: the sink took it */
    char text[1000];    /* what it says; "" for nothing */
    bool is_late;       /* no answer came in time */
    char id[40];        /* the delivery's */
};

/* Waits at most `timeout_ms` for the answer. False with `error` where the plugin could not even be tried. */
bool sink_trial_run(const struct setup *setup, const struct setup_instance *sink, int64_t timeout_ms,
                    struct sink_trial *trial, struct error *error);

#endif
