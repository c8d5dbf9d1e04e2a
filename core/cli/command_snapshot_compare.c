/* entente snapshot compare: what changed between two snapshots: rows that came, went or say something else. */
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"

#include <inttypes.h>
#include <string.h>

enum { ROWS_MAX = 200000, SHORT_ID = 8 };

struct comparing {
    json_t *old;    /* id: the row as a text; what is met in the new one is taken out */
    json_t *merged; /* ids that went into a row of the new one: its id */
    bool is_jsonl;
    int64_t changed, added, gone, same;
};

/* What differs from run to run though nothing else is said of the event, or only says how it came to be. */
static bool is_compared(const char *field)
{
    static const char *const left_out[] = {
        "id",        "item",  "revision",   "changes",  "retrieved", "stamp",          "reasons",      "aliases",
        "last_seen", "cameo", "classifier", "evidence", "plover",    "plover_context", "item_version", NULL};
    for (const char *const *name = left_out; *name; name++)
        if (strcmp(*name, field) == 0)
            return false;
    return true;
}

static json_t *parse_row(const char *line, size_t size, struct error *error)
{
    json_error_t where;
    json_t *row = json_loadb(line, size, 0, &where);
    if (json_is_object(row) && json_is_string(json_object_get(row, "id")))
        return row;
    json_decref(row);
    error_set(error, ERROR_INPUT, "a row of the snapshot is no event");
    return NULL;
}

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory");
}

/* ---- the older one ---- */

static bool keep_row(void *context, const char *line, size_t size, struct error *error)
{
    struct comparing *comparing = context;
    if (json_object_size(comparing->old) >= ROWS_MAX)
        return error_set(
            error, ERROR_LIMIT,
            "snapshots of more than %d rows are not compared: take two by a narrower rule, or compare their "
            "exports",
            ROWS_MAX);
    json_t *row = parse_row(line, size, error);
    bool ok = row && (json_object_set_new(comparing->old, json_string_value(json_object_get(row, "id")),
                                          json_stringn(line, size)) == 0 ||
                      no_memory(error));
    json_decref(row);
    return ok;
}

/* ---- telling ---- */

/* Names and codes may have been set by anybody's article. */
static void print_clean(const char *text)
{
    struct buffer clean = BUFFER_INIT;
    display_clean(&clean, text, strlen(text));
    fputs(clean.bytes ? clean.bytes : "", stdout);
    buffer_free(&clean);
}

static void print_value(const json_t *value)
{
    char *text =
        json_is_string(value) ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    print_clean(json_is_string(value) ? json_string_value(value) : text ? text : "");
    free(text);
}

static void print_actors(const json_t *row)
{
    size_t index;
    json_t *actor;
    json_array_foreach(json_object_get(row, "actors"), index, actor)
    {
        const char *id = json_string_value(json_object_get(actor, "id"));
        fputs(index ? ", " : " ", stdout);
        print_clean(id ? id : "");
    }
}

static void begin_line(const char *what, const json_t *row)
{
    const char *id = json_string_value(json_object_get(row, "id")),
               *type = json_string_value(json_object_get(row, "type"));
    printf("%-8s%.*s  ", what, SHORT_ID, id ? id : "");
    print_clean(type ? type : "");
    print_actors(row);
}

static void put_jsonl(const char *what, const json_t *row, const char *name, json_t *value)
{
    json_t *object = json_pack("{s:s, s:O}", "change", what, "id", json_object_get(row, "id"));
    if (object && name)
        json_object_set_new(object, name, value);
    else
        json_decref(value);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(object);
}

static void tell_changed(struct comparing *comparing, const json_t *was, const json_t *is, json_t *fields)
{
    const char *field;
    json_t *pair;
    bool is_first = true;
    comparing->changed++;
    if (comparing->is_jsonl) {
        put_jsonl("changed", is, "fields", json_incref(fields));
        return;
    }
    begin_line("changed", is);
    const char *old_id = json_string_value(json_object_get(was, "id"));
    if (old_id && !json_equal(json_object_get(was, "id"), json_object_get(is, "id")))
        printf(" (was %.*s)", SHORT_ID, old_id);
    json_object_foreach(fields, field, pair)
    {
        const json_t *before = json_array_get(pair, 0), *after = json_array_get(pair, 1);
        printf("%s %s", is_first ? ":" : ";", field);
        is_first = false;
        if (json_is_array(before) || json_is_array(after) || json_is_object(before) || json_is_object(after))
            continue;
        putchar(' ');
        print_value(before);
        fputs(" -> ", stdout);
        print_value(after);
    }
    putchar('\n');
}

/* ---- the newer one ---- */

/* The fields that differ, each with what it was and what it is. NULL when memory is out. */
static json_t *differences(const json_t *was, const json_t *is)
{
    const char *field;
    json_t *value, *fields = json_object();
    json_object_foreach((json_t *)is, field, value)
    {
        json_t *before = json_object_get(was, field);
        if (!is_compared(field) || (before && json_equal(before, value)))
            continue;
        json_t *pair = json_pack("[o, O]", before ? json_incref(before) : json_null(), value);
        if (json_object_set_new(fields, field, pair) != 0) {
            json_decref(fields);
            return NULL;
        }
    }
    return fields;
}

/* The older row of this event, under its id or one that went into it; the caller's. */
static json_t *take_old(struct comparing *comparing, const json_t *row, struct error *error)
{
    size_t index;
    json_t *alias;
    const char *id = json_string_value(json_object_get(row, "id"));
    json_t *text = json_object_get(comparing->old, id);
    json_array_foreach(json_object_get(row, "aliases"), index, alias)
    {
        const char *name = json_string_value(alias);
        if (!text && name && (text = json_object_get(comparing->old, name)))
            id = name;
        if (name)
            json_object_set(comparing->merged, name, json_object_get(row, "id"));
    }
    if (!text)
        return NULL;
    json_t *old = parse_row(json_string_value(text), json_string_length(text), error);
    json_object_del(comparing->old, id);
    return old;
}

static bool compare_row(void *context, const char *line, size_t size, struct error *error)
{
    struct comparing *comparing = context;
    json_t *row = parse_row(line, size, error);
    if (!row)
        return false;
    error->kind = ERROR_NONE;
    json_t *old = take_old(comparing, row, error), *fields = old ? differences(old, row) : NULL;
    bool ok = error->kind == ERROR_NONE && (!old || fields || no_memory(error));
    if (ok && !old) {
        comparing->added++;
        if (comparing->is_jsonl)
            put_jsonl("added", row, "event", json_incref(row));
        else {
            begin_line("added", row);
            putchar('\n');
        }
    } else if (ok && json_object_size(fields))
        tell_changed(comparing, old, row, fields);
    else
        comparing->same += ok;
    json_decref(fields);
    json_decref(old);
    json_decref(row);
    return ok;
}

static bool tell_gone(struct comparing *comparing, struct error *error)
{
    const char *id;
    json_t *text;
    json_object_foreach(comparing->old, id, text)
    {
        json_t *row = parse_row(json_string_value(text), json_string_length(text), error);
        json_t *target = json_object_get(comparing->merged, id);
        if (!row)
            return false;
        comparing->gone++;
        if (comparing->is_jsonl)
            put_jsonl("gone", row, "into", target ? json_incref(target) : json_null());
        else {
            begin_line("gone", row);
            if (target)
                printf(": went into %.*s", SHORT_ID, json_string_value(target));
            putchar('\n');
        }
        json_decref(row);
    }
    return true;
}

/* ---- the whole ---- */

static void print_coders(const char *name, const struct snapshot_foot *foot)
{
    const char *stamp;
    json_t *rows;
    json_object_foreach(foot->stamps, stamp, rows)
    {
        printf("%s: ", name);
        print_clean(stamp);
        printf(" (%" JSON_INTEGER_FORMAT " rows)\n", json_integer_value(rows));
    }
}

static bool compare(struct comparing *comparing, const char *state_dir, const char *older, const char *newer,
                    struct error *error)
{
    struct snapshot_head heads[2];
    struct snapshot_foot feet[2] = {{.rows = 0}, {.rows = 0}};
    char digest[DIGEST_WHOLE_SIZE];
    bool ok = snapshot_read(state_dir, older, &heads[0], &feet[0], digest, keep_row, comparing, error) &&
              snapshot_read(state_dir, newer, &heads[1], &feet[1], digest, compare_row, comparing, error) &&
              tell_gone(comparing, error);
    if (ok && !comparing->is_jsonl) {
        if (strcmp(heads[0].filter, heads[1].filter) != 0)
            message_note("they were made by different filters: '%s' and '%s'", heads[0].filter, heads[1].filter);
        if (!json_equal(feet[0].stamps, feet[1].stamps)) {
            print_coders(older, &feet[0]);
            print_coders(newer, &feet[1]);
        }
        printf("%" PRId64 " changed, %" PRId64 " added, %" PRId64 " gone, %" PRId64 " as they were\n",
               comparing->changed, comparing->added, comparing->gone, comparing->same);
    }
    json_decref(feet[0].stamps);
    json_decref(feet[1].stamps);
    return ok;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX];
    struct comparing comparing = {.old = json_object(), .merged = json_object()};
    comparing.is_jsonl = strcmp(command_value(line, "format"), "jsonl") == 0;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    bool ok = ((comparing.old && comparing.merged) || no_memory(&error)) &&
              compare(&comparing, state_dir, line->arguments[0], line->arguments[1], &error);
    json_decref(comparing.old);
    json_decref(comparing.merged);
    if (!ok)
        return message_failure("%s", error.text);
    return comparing.changed + comparing.added + comparing.gone ? COMMAND_PROBLEMS : COMMAND_DONE;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|jsonl", "text",
     "Lines for people, or a JSON object for each row that differs"},
    {.name = NULL},
};

const struct command command_snapshot_compare = {
    .name = "snapshot compare",
    .summary = "Tell what changed between two snapshots",
    .arguments = "OLDER NEWER",
    .arguments_min = 2,
    .arguments_max = 2,
    .description = "Rows that came, that went (and into which event), and those that say something else, with the "
                   "fields; and which coders "
                   "and lexicons made them. So a table that was printed is made again after a recoding or new reports, "
                   "and it is known "
                   "what of it moved. An event is the same one under its later id. Wording, evidence and times of "
                   "retrieval are not "
                   "compared. Exits with 1 where anything differs.",
    .examples = "entente snapshot compare arms-2024 arms-2024-again\tWhat moved since it was printed?\n"
                "entente snapshot compare arms-2024 arms-2024-again --format jsonl\tThe same for a program",
    .options = options,
    .run = run,
};
