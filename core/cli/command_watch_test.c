/* entente watch test: tries a rule on the archive, and says what would have fired and why. */
#include "core/base/clock.h"
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "core/cli/rule_choice.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/query/query.h"
#include "core/watch/dry_run.h"
#include "core/watch/watch.h"
#include "lib/base/calendar.h"
#include "lib/record/event_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct trial {
    struct rule_choice choice;
    bool as_json;
    int64_t limit;
    int64_t printed;
};

/* ---- the hits ---- */

static void print_for_people(const struct dry_run_hit *hit)
{
    struct buffer headline = BUFFER_INIT, line = BUFFER_INIT;
    char time[SHEET_TIME_SIZE];
    const char *id = hit->has_event ? record_text(hit->event, ENT_REPORT_ID) : "";
    if (hit->finding)
        buffer_printf(&headline, "%s%s", hit->finding, hit->has_event ? "; the latest: " : "");
    if (hit->has_event)
        watch_headline(hit->event, &headline);
    display_clean(&line, headline.bytes ? headline.bytes : "", headline.size);
    printf("%s  %s%.8s%s  %s  %s\n", sheet_time(time, hit->time),
           style(STYLE_NAME), id ? id : "", style_end(), hit->reason, line.bytes ? line.bytes : "");
    for (const char *at = hit->explanation; *at;) {
        size_t size = strcspn(at, "\n"), indent = 5 + strspn(at + 5, " ");
        buffer_clear(&line);
        display_clean(&line, at + indent, size - indent);
        printf("    %s%.*s%s%s\n", style(STYLE_FAINT), (int)indent, at, line.bytes ? line.bytes : "", style_end());
        at += size + (at[size] == '\n');
    }
    buffer_free(&headline);
    buffer_free(&line);
}

static bool print_as_json(const struct dry_run_hit *hit)
{
    struct buffer text = BUFFER_INIT, headline = BUFFER_INIT;
    struct json_writer writer;
    char time[CALENDAR_TEXT_SIZE];
    if (hit->has_event)
        watch_headline(hit->event, &headline);
    calendar_print(time, hit->time);
    json_begin(&writer, &text);
    json_object_open(&writer);
    json_key(&writer, "event");
    json_put_text(&writer, hit->has_event ? record_text(hit->event, ENT_REPORT_ID) : NULL);
    json_key(&writer, "revision");
    if (hit->has_event)
        json_put_integer(&writer, record_int(hit->event, ENT_EVENT_REVISION, 1));
    else
        json_put_null(&writer);
    json_key(&writer, "time");
    json_put_text(&writer, time);
    json_key(&writer, "reason");
    json_put_text(&writer, hit->reason);
    json_key(&writer, "finding");
    json_put_text(&writer, hit->finding);
    json_key(&writer, "headline");
    json_put_text(&writer, headline.bytes);
    json_key(&writer, "why");
    json_array_open(&writer);
    for (const char *at = hit->explanation; *at;) {
        size_t size = strcspn(at, "\n");
        json_put_string(&writer, at, size);
        at += size + (at[size] == '\n');
    }
    json_array_close(&writer);
    json_object_close(&writer);
    buffer_append_char(&text, '\n');
    buffer_free(&headline);
    return printout(&text) == COMMAND_DONE && !ferror(stdout);
}

static bool print_hit(void *context, const struct dry_run_hit *hit)
{
    struct trial *trial = context;
    trial->printed++;
    if (trial->as_json)
        return print_as_json(hit);
    print_for_people(hit);
    return trial->limit == 0 || trial->printed < trial->limit;
}

static int try_rule(struct trial *trial, const struct command_line *line, int64_t since)
{
    struct error error = ERROR_INIT;
    struct dry_run_counts counts;
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    bool ok = watch_dry_run(query_store(query), trial->choice.rule, trial->choice.on, since, print_hit, trial, &counts, &error);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    if (fflush(stdout) != 0 || ferror(stdout))
        return message_failure("writing the results failed");
    bool cut = !trial->as_json && trial->limit && trial->printed == trial->limit;
    message_note("%" PRId64 " alert%s from %" PRId64 " revision%s%s", counts.hits, counts.hits == 1 ? "" : "s",
                 counts.revisions, counts.revisions == 1 ? "" : "s", cut ? "; there may be more (--limit 0)" : "");
    return COMMAND_DONE;
}

/* ---- the command ---- */

static bool read_limit(const char *text, int64_t *limit)
{
    char *end;
    *limit = strtoll(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end)
        return true;
    message_failure("--limit: '%.40s' is no count; write a number, 0 for no limit", text);
    return false;
}

static int run(const struct command_line *line)
{
    struct trial trial = {.as_json = strcmp(command_value(line, "format"), "jsonl") == 0};
    struct error error = ERROR_INIT;
    const char *when = command_value(line, "when"), *since_text = command_value(line, "since");
    int64_t since = INT64_MIN;
    if ((when != NULL) == (line->argument_count > 0))
        return message_failure(
            "give either the name of a watch or a rule with --when; 'entente help watch test' shows how");
    if (since_text && !query_parse_time(since_text, clock_now(), false, &since, &error))
        return message_failure("--since: %s", error.text);
    if (!read_limit(command_value(line, "limit"), &trial.limit))
        return COMMAND_USAGE;
    int status = COMMAND_USAGE;
    if (rule_choice_make(&trial.choice, line, when, when ? NULL : line->arguments[0]))
        status = try_rule(&trial, line, since);
    rule_choice_clear(&trial.choice);
    return status;
}

static const struct command_option options[] = {
    {"when", 'w', COMMAND_VALUE, "RULE", NULL, NULL, "A rule to try, in place of a watch of the configuration"},
    {"since", 's', COMMAND_VALUE, "WHEN", NULL, NULL,
     "From this time on: an age (12h, 7d, 2w), a date, today, yesterday"},
    {"limit", 'n', COMMAND_VALUE, "COUNT", NULL, "50", "Alerts shown at most, 0 for all; JSON lines are never cut"},
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|jsonl", "text", "Text for people, JSON lines for programs"},
    {.name = NULL},
};

const struct command command_watch_test = {
    .name = "watch test",
    .summary = "Try a rule on the archive and say why it fires",
    .arguments = "[NAME]",
    .arguments_max = 1,
    .description =
        "Goes over all events found so far as a new watch would, and shows each alert that it would have raised, "
        "with what every term of the rule looked at, nested as it is written. Nothing is written and nobody is alerted. "
        "How long before its fetch an item was published is not asked. 'entente watch terms' explains the language; the "
        "groups, macros and rates of the configuration are known.",
    .examples =
        "entente watch test --when 'type = exercise and actor = KAZ'\tWhat a rule would find\n"
        "entente watch test central-asia-arms --since 30d\tWhat a watch of the configuration would have raised\n"
        "entente watch test --when 'money > 1 bn USD' --format jsonl | jq .headline\tFor a program",
    .options = options,
    .run = run,
};
