/* entente snapshot verify: whether a snapshot is as it was made, and whether the archive still has what it froze. */
#include "core/cli/message.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"
#include "core/store/store.h"

#include <inttypes.h>
#include <string.h>

struct comparing {
    struct query *query;
    int64_t same, other, missing;
};

/* The revision of an event; *record stays NULL where the store has none. */
static bool read_revision(struct store *store, const char *id, int64_t revision, struct ent_record **record,
                          struct error *error)
{
    bool row;
    *record = NULL;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT r.record FROM event e JOIN event_revision r ON r.event=e.sequence"
                                              " WHERE e.id=?1 AND r.revision=?2",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    sqlite3_bind_int64(statement, 2, revision);
    if (!store_step(store, statement, &row, error, "read a revision"))
        return false;
    if (row)
        *record = store_column_record(store, statement, 0, error);
    store_done(statement);
    return !row || *record;
}

static bool take_row(void *context, const char *line, size_t size, struct error *error)
{
    struct comparing *comparing = context;
    struct event_retrieved retrieved;
    struct ent_record *stored = NULL, *event = snapshot_event(line, size, &retrieved, error);
    bool ok = event && read_revision(query_store(comparing->query), record_text(event->view, ENT_REPORT_ID),
                                     record_int(event->view, ENT_EVENT_REVISION, 1), &stored, error);
    if (ok && stored) {
        struct buffer text = BUFFER_INIT;
        event_format_find("jsonl")->print(NULL, stored->view, &retrieved, &text);
        bool is_same = !text.failed && text.size == size && memcmp(text.bytes, line, size) == 0;
        comparing->same += is_same;
        comparing->other += !is_same;
        buffer_free(&text);
    }
    comparing->missing += ok && !stored;
    record_release(stored);
    record_release(event);
    return ok;
}

static int compare_archive(const struct command_line *line, const char *state_dir)
{
    struct error error = ERROR_INIT;
    struct comparing comparing = {.query = state_open_query(line)};
    struct snapshot_head head;
    struct snapshot_foot foot;
    char digest[DIGEST_WHOLE_SIZE];
    if (!comparing.query)
        return COMMAND_USAGE;
    bool ok = snapshot_read(state_dir, line->arguments[0], &head, &foot, digest, take_row, &comparing, &error);
    json_decref(foot.stamps);
    query_close(comparing.query);
    if (!ok)
        return message_failure("%s", error.text);
    printf("archive: %" PRId64 " of %" PRId64 " rows are there as they were frozen", comparing.same, foot.rows);
    if (comparing.other)
        printf(", %" PRId64 " differ", comparing.other);
    if (comparing.missing)
        printf(", %" PRId64 " are not there", comparing.missing);
    putchar('\n');
    return comparing.same == foot.rows ? COMMAND_DONE : COMMAND_PROBLEMS;
}

/* The digest as people cite it, whole or its beginning. */
static bool is_cited(const char *cited, const char *digest)
{
    enum { DIGITS_LEAST = 12 };
    size_t size = strlen(cited);
    return size >= DIGITS_LEAST && size < DIGEST_WHOLE_SIZE && strncasecmp(cited, digest, size) == 0;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX], digest[DIGEST_WHOLE_SIZE];
    struct snapshot_head head;
    struct snapshot_foot foot;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    bool ok = snapshot_read(state_dir, line->arguments[0], &head, &foot, digest, NULL, NULL, &error);
    json_decref(foot.stamps);
    if (!ok) {
        message_failure("%s", error.text);
        return error.kind == ERROR_INPUT ? COMMAND_PROBLEMS : COMMAND_USAGE;
    }
    if (line->argument_count > 1 && !is_cited(line->arguments[1], digest)) {
        message_failure("%s is not the snapshot that was cited: its SHA-256 is %s", line->arguments[0], digest);
        return COMMAND_PROBLEMS;
    }
    printf("%s: as it was made on %s, %" PRId64 " row%s, SHA-256 %s\n", head.name, head.made, foot.rows,
           foot.rows == 1 ? "" : "s", digest);
    return command_flag(line, "archive") ? compare_archive(line, state_dir) : COMMAND_DONE;
}

static const struct command_option options[] = {
    {"archive", 0, COMMAND_FLAG, NULL, NULL, NULL, "Also compare each row with the revision that the archive holds"},
    {.name = NULL},
};

const struct command command_snapshot_verify = {
    .name = "snapshot verify",
    .summary = "Check that a snapshot is as it was made",
    .arguments = "NAME [DIGEST]",
    .arguments_min = 1,
    .arguments_max = 2,
    .description = "Exits with 1 where a byte differs, rows were added or cut, or the digest is not the one that was cited "
                   "(its first 12 digits are enough). Only the comparison with a digest that was written down elsewhere tells "
                   "a snapshot from one that somebody made anew under its name.",
    .examples = "entente snapshot verify arms-2024 9f86d081884c\tIs it what the paper cites?\n"
                "entente snapshot verify arms-2024 --archive\tDoes the archive still have these revisions?",
    .options = options,
    .run = run,
};
