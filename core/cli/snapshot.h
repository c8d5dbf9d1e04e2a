/* Snapshot: rows frozen under a name, so that a table in print can be cited and made again. A file of JSON lines in the
 * state directory, "snapshots/NAME.jsonl": the first line says what was asked, when, by whom and by which versions; then a
 * line an event, as of `entente events --format jsonl`; the last line bears the SHA-256 of all bytes before it. That digest
 * is what is cited: whoever changes a row changes it.
 *
 * A snapshot is written once, under another name first, and never changed. One thread; all that fails fills `error`. */
#ifndef CORE_CLI_SNAPSHOT_H
#define CORE_CLI_SNAPSHOT_H

#include "core/export/event_format.h"
#include "lib/base/digest.h"
#include "lib/base/error.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>

enum { SNAPSHOT_NAME_MAX = 100, SNAPSHOT_PATH_MAX = 4200 };

/* ---- writing ---- */
struct snapshot_writer {
    FILE *file;
    char path[SNAPSHOT_PATH_MAX], part[SNAPSHOT_PATH_MAX];
    struct digest_stream digest;
    struct buffer line;
    int64_t rows;
    json_t *stamps; /* how many rows each coder and lexicon made */
};
/* `filter`: what was asked for, as options. */
bool snapshot_begin(struct snapshot_writer *writer, const char *state_dir, const char *name, const char *filter,
                    const char *order, const char *author, int64_t now, struct error *error);
bool snapshot_put(struct snapshot_writer *writer, struct record_view event, const struct event_retrieved *retrieved,
                  struct error *error);
/* Makes it durable under its name, unless `is_good` is false: then nothing is left. `digest` gets the digest. */
bool snapshot_end(struct snapshot_writer *writer, bool is_good, char digest[DIGEST_WHOLE_SIZE], struct error *error);

/* ---- reading ---- */
struct snapshot_head {
    char name[SNAPSHOT_NAME_MAX + 1], made[40], author[100], version[40], order[20];
    char codebook[DIGEST_HEX_SIZE]; /* of the vocabularies and the crosswalk */
    char filter[4000];
};
struct snapshot_foot {
    int64_t rows;
    char digest[DIGEST_WHOLE_SIZE]; /* as it is written there */
    json_t *stamps;                 /* {"stamp": rows}; the caller's, with json_decref */
};
/* One event of it. Return false to stop. `line` is the row as it is written, without its end. */
typedef bool snapshot_row(void *context, const char *line, size_t size, struct error *error);
/* Reads it from end to end. ERROR_INPUT with the line where it is no snapshot, or was cut or changed: then `foot` may be
 * filled, and `digest` is that of what is there. `row` may be NULL. */
bool snapshot_read(const char *state_dir, const char *name, struct snapshot_head *head, struct snapshot_foot *foot,
                   char digest[DIGEST_WHOLE_SIZE], snapshot_row *row, void *context, struct error *error);
/* A row as an event; the caller releases it. */
struct ent_record *snapshot_event(const char *line, size_t size, struct event_retrieved *retrieved,
                                  struct error *error);
/* Names, in alphabetical order, ended by NULL; freed by snapshot_names_free. NULL with `error` filled. */
char **snapshot_names(const char *state_dir, struct error *error);
void snapshot_names_free(char **names);

#endif
