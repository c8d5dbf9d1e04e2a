/* Workbench: one instance of a plugin driven by hand, without daemon, store or configuration file. `entente plugin check`,
 * `entente plugin run` and the harness for authors stand on it, so that a plugin meets the same host there as at work.
 *
 * What the writer does for the daemon is done in memory: a callback's output and its kv/1 writes are kept where its
 * result is ENT_OK or ENT_AGAIN and dropped otherwise, and so is the output of an input left at ENT_AGAIN that is not
 * settled by ENT_OK; validators of conditional requests are kept with ENT_OK.
 * kv/1's values and the validators live as long as the workbench.
 *
 * One owner, one thread; answers to HTTP may come from another. Errors are texts for authors. */
#ifndef CORE_HOST_WORKBENCH_H
#define CORE_HOST_WORKBENCH_H

#include "core/host/instance.h"
#include "core/host/registry.h"

struct workbench;

struct workbench_settings {
    const struct ent_plugin *descriptor; /* checked, in this host's sizes */
    unsigned kind;                       /* one enum plugin_kind; 0: the plugin's only one */
    const char *name;                    /* of the instance: "test" makes "source.test" */
    const char *const *values;           /* "key=value", as they would stand in the file; read by the option table */
    size_t value_count;
    struct http_client *http; /* NULL: http/1 and mail/1 are absent */
    const char *state_dir;    /* NULL: folder/1 is absent */
    /* As in the daemon: not ISOLATION_NONE puts the plugin, or the program that it is, where that says, and needs the
     * other two. */
    enum isolation isolation;
    const struct plugin_info *info;
    struct runners *runners;
};

struct workbench_remark {
    char *classifier, *text;
};

/* What became of one input. A source has one, without a record. */
struct workbench_input {
    struct ent_record *record;
    struct ent_record **reports;
    size_t report_count;
    struct workbench_remark *remarks;
    size_t remark_count;
    enum ent_code code;
    int64_t retry_after_ms; /* -1: the host's choice */
    char *text;             /* NULL: none */
    uint64_t ticket;        /* not 0: still open */
};

struct workbench_output {
    size_t input;
    struct ent_record *record;
};

/* A report made before that a classifier withdrew. */
struct workbench_withdrawal {
    size_t input;
    char report_id[33];
};

/* Reads the options, then check and create. `settings` and what it names are lent until workbench_destroy. */
struct workbench *workbench_create(const struct workbench_settings *settings, struct error *error);
bool workbench_start(struct workbench *bench, struct error *error);
/* drain, stop, destroy. NULL does nothing. */
void workbench_destroy(struct workbench *bench);
/* An input for the next run, of the kind that workbench_takes names. Takes the record over, on failure too. */
bool workbench_add_input(struct workbench *bench, struct ent_record *record, struct error *error);
/* A report made so far of the input added last. Takes it over. */
bool workbench_add_report(struct workbench *bench, struct ent_record *report, struct error *error);
/* What a classifier before it remarked of the input added last; copied. */
bool workbench_add_remark(struct workbench *bench, const char *classifier, const char *text, struct error *error);
/* Runs the callback on what was added, then `respond` for each answer, until nothing is under way or `timeout_ms` of real
 * time have passed. What an earlier run gave is dropped first. False where memory is out; what the plugin says is in
 * the inputs. */
bool workbench_run(struct workbench *bench, int64_t timeout_ms, struct error *error);

size_t workbench_input_count(const struct workbench *bench);
const struct workbench_input *workbench_input(const struct workbench *bench, size_t index);
size_t workbench_output_count(const struct workbench *bench);
const struct workbench_output *workbench_output(const struct workbench *bench, size_t index);
size_t workbench_withdrawal_count(const struct workbench *bench);
const struct workbench_withdrawal *workbench_withdrawal(const struct workbench *bench, size_t index);
/* When a source wants to be fetched again; -1: by `interval`. */
int64_t workbench_next_fetch(const struct workbench *bench);

/* Kept values. A put with NULL data deletes; false where memory is out. */
bool workbench_kv_put(struct workbench *bench, struct ent_str key, struct ent_str value);
/* Each kept value, both texts NUL-terminated. */
void workbench_kv_each(const struct workbench *bench, void (*each)(void *context, struct ent_str key, struct ent_str value),
                       void *context);
bool workbench_kv_get(const struct workbench *bench, struct ent_str key, struct ent_str *value);

/* The kind of record that a kind of plugin takes (0 for sources and services), and the kind that it emits (0: none). */
unsigned workbench_takes(unsigned plugin_kind);
struct ent_instance *workbench_instance(const struct workbench *bench);

#endif
