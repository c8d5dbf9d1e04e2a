/* Stream: JSON records in on standard input, what the plugin makes of them out on standard output, a line each; what it
 * says of its inputs on standard error. The plugin runs in this process, or where the setting `isolate` puts it. One thread. */
#ifndef RUNNER_WORKBENCH_STREAM_H
#define RUNNER_WORKBENCH_STREAM_H

#include <entente/plugin.h>

#include <stddef.h>

struct stream_settings {
    const struct ent_plugin *descriptor;
    const char *path;  /* of its file */
    unsigned kind;     /* one enum plugin_kind; 0: its only one */
    size_t batch;      /* inputs a callback */
    int times;         /* fetches of a source */
    int timeout_ms;    /* for the answers to one callback */
    const char *const *values;
    size_t value_count;
};

/* 0: every input was done; 1: some was not, or a line could not be read; 2: the plugin could not be made. */
int stream_records(const struct stream_settings *settings);

#endif
