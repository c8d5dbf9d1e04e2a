/* entente watch explain: why a rule does or does not match an event, and why it did or did not alert. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "core/cli/rule_choice.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/query/query.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/watch/archive.h"
#include "core/watch/dry_run.h"
#include "core/watch/watch.h"
#include "lib/base/calendar.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct explaining {
    struct rule_choice choice;
    struct store *store;
    struct rule_facts *facts;
    struct archive *archive;
    struct error error;
    int64_t wanted; /* revision, 0 for the last */
    int64_t revision, revisions, alerts;
    struct ent_record *event, *previous; /* of the revision that is explained */
    struct buffer lines;                 /* one a revision */
    bool failed, as_json;
    bool matches;
};

/* ---- the history ---- */

static void append_changes(struct buffer *line, struct record_view event)
{
    struct text change;
    for (size_t i = 0; record_get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        buffer_printf(line, "%s%s", i ? ", " : "", change.bytes);
}

/* Did the watch tell of the event as new all the same: while an archive was filled, when no age is asked for? */
static bool was_told_as_new(struct explaining *explaining, const struct revision_row *row, const char *reason)
{
    bool exists = false;
    if (!explaining->choice.watch || strcmp(reason, "new") != 0)
        return false;
    if (!store_alert_exists(explaining->store, explaining->choice.watch, row->event_id, "new", &exists,
                            &explaining->error))
        explaining->failed = explaining->failed || explaining->error.kind != ERROR_NONE;
    return exists;
}

/* Why a revision that the rule matches would alert, or why not. */
static const char *judge_revision(struct explaining *explaining, const struct revision_row *row, char text[120])
{
    int64_t age;
    const char *reason = NULL;
    if (rule_statistic(explaining->choice.rule).kind != RULE_NO_STATISTIC)
        return "one of the series";
    for (const char *const *word = explaining->choice.on; *word; word++)
        if (!strcmp(*word, "new") && watch_can_be_new(row->record))
            reason = "new";
    reason = reason ? reason : watch_change_reason(explaining->choice.on, row->record);
    if (!reason)
        return "but nothing that `on` asks for has changed";
    if (!watch_revision_age(explaining->store, row, &age, &explaining->error)) {
        explaining->failed = true;
        return "";
    }
    bool is_old = explaining->choice.max_age_ms && age > explaining->choice.max_age_ms;
    if (is_old && was_told_as_new(explaining, row, reason))
        return "new, while the archive was filled, when max_age does not count";
    if (is_old)
        snprintf(text, 120, "but it was published %" PRId64 " days before it was fetched, which is more than max_age",
                 age / 86400000);
    else
        snprintf(text, 120, "%s", strcmp(reason, "new") == 0 ? "new, where no revision before was" : reason);
    return text;
}

static struct ent_record *copy_event(struct record_view event, struct error *error)
{
    static const unsigned none[] = {0};
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_all(builder, event, none);
    return record_seal(builder, error);
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct explaining *explaining = context;
    char time[SHEET_TIME_SIZE], why[120] = "";
    explaining->revisions++;
    if (!rule_facts_fill(explaining->facts, row->record, row->has_previous ? &row->previous : NULL)) {
        explaining->failed = !error_set(&explaining->error, ERROR_MEMORY, "out of memory");
        return false;
    }
    bool matches = rule_matches(explaining->choice.rule, explaining->facts, NULL);
    buffer_printf(&explaining->lines, "%4" PRId64 "  %s  %s  ", row->revision, sheet_time(time, row->made),
                  matches ? "match" : "none ");
    append_changes(&explaining->lines, row->record);
    if (matches)
        buffer_printf(&explaining->lines, ": %s", judge_revision(explaining, row, why));
    buffer_append_char(&explaining->lines, '\n');
    if (!explaining->wanted || explaining->wanted == row->revision) {
        record_release(explaining->event);
        record_release(explaining->previous);
        explaining->previous = NULL;
        explaining->revision = row->revision;
        explaining->event = copy_event(row->record, &explaining->error);
        if (row->has_previous)
            explaining->previous = copy_event(row->previous, &explaining->error);
        explaining->failed |= !explaining->event || (row->has_previous && !explaining->previous);
    }
    return !explaining->failed;
}

/* ---- the terms ---- */

static void print_terms(const struct explaining *explaining)
{
    struct buffer text = BUFFER_INIT, line = BUFFER_INIT;
    rule_explain(explaining->choice.rule, explaining->facts, &text);
    for (const char *at = text.bytes ? text.bytes : ""; *at;) {
        size_t size = strcspn(at, "\n"), indent = 5 + strspn(at + 5, " ");
        bool yes = strncmp(at, "yes", 3) == 0;
        buffer_clear(&line);
        display_clean(&line, at + indent, size - indent);
        printf("  %s%s%s  %*s%s\n", style(yes ? STYLE_GOOD : STYLE_BAD), yes ? "yes" : "no ", style_end(),
               (int)indent - 5, "", line.bytes ? line.bytes : "");
        at += size + (at[size] == '\n');
    }
    buffer_free(&text);
    buffer_free(&line);
}

static bool print_alerts(void *context, const struct alert_row *row)
{
    struct explaining *explaining = context;
    struct record_view event;
    char time[SHEET_TIME_SIZE];
    const char *id = record_get_view(row->record, ENT_ALERT_EVENT, 0, &event) ? record_text(event, ENT_REPORT_ID) : NULL;
    const char *own = record_text(explaining->event->view, ENT_REPORT_ID);
    struct text alias;
    bool is_its = id && own && !strcmp(id, own);
    for (size_t i = 0; !is_its && id && record_get_str(explaining->event->view, ENT_EVENT_ALIAS, i, &alias); i++)
        is_its = strcmp(alias.bytes, id) == 0;
    explaining->alerts += is_its;
    if (is_its)
        printf("  %s  %s (%s)\n", sheet_time(time, record_int(row->record, ENT_ALERT_CREATED, 0)),
               record_text(row->record, ENT_ALERT_REASON), row->state);
    return true;
}

static bool print_for_people(struct explaining *explaining)
{
    struct buffer headline = BUFFER_INIT, line = BUFFER_INIT;
    watch_headline(explaining->event->view, &headline);
    display_clean(&line, headline.bytes ? headline.bytes : "", headline.size);
    printf("%s%s%s\n", style(STYLE_HEADING), line.bytes ? line.bytes : "", style_end());
    printf("%s at revision %" PRId64 " of %" PRId64 ":\n", explaining->matches ? "The rule matches" : "The rule does not match",
           explaining->revision, explaining->revisions);
    print_terms(explaining);
    printf("\nIts revisions, and what each would raise:\n%s", explaining->lines.bytes ? explaining->lines.bytes : "");
    buffer_free(&headline);
    buffer_free(&line);
    if (!explaining->choice.watch)
        return true;
    printf("\nAlerts of watch %s about it:\n", explaining->choice.watch);
    bool ok = store_alerts_each(explaining->store, explaining->choice.watch, 0, 0, print_alerts, explaining, &explaining->error);
    if (ok && !explaining->alerts)
        puts("  none");
    return ok;
}

static bool print_as_json(struct explaining *explaining)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    json_object_open(&writer);
    json_key(&writer, "event");
    json_put_text(&writer, record_text(explaining->event->view, ENT_REPORT_ID));
    json_key(&writer, "revision");
    json_put_integer(&writer, explaining->revision);
    json_key(&writer, "watch");
    json_put_text(&writer, explaining->choice.watch);
    json_key(&writer, "matches");
    json_put_boolean(&writer, explaining->matches);
    json_key(&writer, "why");
    rule_explain_json(explaining->choice.rule, explaining->facts, &writer);
    json_object_close(&writer);
    buffer_append_char(&text, '\n');
    return printout_write(&text, &explaining->error);
}

static bool explain(struct explaining *explaining, const char *event)
{
    struct rule_statistic statistic = rule_statistic(explaining->choice.rule);
    archive_begin(explaining->archive, explaining->store);
    rule_facts_ask(explaining->facts, archive_table(explaining->archive));
    if (statistic.kind != RULE_NO_STATISTIC &&
        !dry_run_count(explaining->store, explaining->choice.rule, explaining->archive, &explaining->error))
        return false;
    if (!store_event_history(explaining->store, event, take_revision, explaining, &explaining->error) || explaining->failed)
        return false;
    if (!explaining->event)
        return error_set(&explaining->error, ERROR_MISSING, "the event has %" PRId64 " revisions", explaining->revisions);
    struct record_view previous;
    if (explaining->previous)
        previous = explaining->previous->view;
    if (!rule_facts_fill(explaining->facts, explaining->event->view, explaining->previous ? &previous : NULL))
        return error_set(&explaining->error, ERROR_MEMORY, "out of memory");
    struct buffer unused = BUFFER_INIT;
    explaining->matches = rule_explain(explaining->choice.rule, explaining->facts, &unused);
    buffer_free(&unused);
    if (archive_failed(explaining->archive, &explaining->error))
        return false;
    return explaining->as_json ? print_as_json(explaining) : print_for_people(explaining);
}

static int run_with_store(struct explaining *explaining, const struct command_line *line)
{
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    explaining->store = query_store(query);
    explaining->facts = rule_facts_create();
    explaining->archive = archive_create();
    bool ok = (explaining->facts && explaining->archive) || error_set(&explaining->error, ERROR_MEMORY, "out of memory");
    ok = ok && explain(explaining, line->arguments[0]);
    rule_facts_destroy(explaining->facts);
    archive_destroy(explaining->archive);
    record_release(explaining->event);
    record_release(explaining->previous);
    buffer_free(&explaining->lines);
    query_close(query);
    if (!ok)
        return message_failure("%s", explaining->error.text);
    return explaining->matches ? COMMAND_DONE : COMMAND_PROBLEMS;
}

static int run(const struct command_line *line)
{
    struct explaining explaining = {.as_json = strcmp(command_value(line, "format"), "json") == 0};
    const char *when = command_value(line, "when"), *revision = command_value(line, "revision");
    char *end;
    if ((when != NULL) == (line->argument_count > 1))
        return message_failure("give an event, and either the name of a watch or a rule with --when");
    if (revision) {
        explaining.wanted = strtoll(revision, &end, 10);
        if (explaining.wanted < 1 || *end)
            return message_failure("--revision: '%.40s' is no number of a revision", revision);
    }
    int status = COMMAND_USAGE;
    if (rule_choice_make(&explaining.choice, line, when, when ? NULL : line->arguments[1]))
        status = run_with_store(&explaining, line);
    rule_choice_clear(&explaining.choice);
    return status;
}

static const struct command_option options[] = {
    {"when", 'w', COMMAND_VALUE, "RULE", NULL, NULL, "A rule, in place of a watch of the configuration"},
    {"revision", 'r', COMMAND_VALUE, "NUMBER", NULL, NULL, "The event as it was then; else as it stands"},
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or one JSON object"},
    {.name = NULL},
};

const struct command command_watch_explain = {
    .name = "watch explain",
    .summary = "Say term by term why a rule matches an event or not",
    .arguments = "EVENT [NAME]",
    .arguments_min = 1,
    .arguments_max = 2,
    .description =
        "Shows each term with what it looked at, nested as the rule is written, then what each revision of the event "
        "would have raised, and what the watch did raise. The exit status is 0 where the rule matches and 1 where it "
        "does not.",
    .examples = "entente watch explain 3f2a90c1 central-asia-arms\tWhy the watch did or did not fire\n"
                "entente watch explain 3f2a90c1 --when 'money > 100 M EUR'\tThe same of any rule\n"
                "entente watch explain 3f2a90c1 central-asia-arms --revision 1\tAs it was at first",
    .options = options,
    .run = run,
};
