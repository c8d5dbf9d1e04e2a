#include "core/cli/event_filter.h"

#include "core/cli/message.h"
#include "core/watch/rule.h"

#include <stdlib.h>
#include <string.h>

static bool parse_parties(struct event_filter *filter, const struct command_line *line)
{
    size_t count;
    const char *actors = command_value(line, "actor"), *dyad = command_value(line, "dyad");
    if (actors) {
        if (!listing_actors("actor", actors, filter->actors, &count))
            return false;
        filter->query.actors = filter->actors;
    }
    if (!dyad)
        return true;
    if (!listing_actors("dyad", dyad, filter->dyad, &count))
        return false;
    filter->query.dyad = filter->dyad;
    if (count == 2)
        return true;
    message_failure("--dyad takes two actors apart by a comma, as RUS,UZB");
    return false;
}

static bool parse_sources_min(struct event_filter *filter, const char *text)
{
    char *end;
    filter->query.sources_min = text ? strtoll(text, &end, 10) : 0;
    if (!text || (*text && !*end && filter->query.sources_min > 0))
        return true;
    message_failure("--min-sources: '%.40s' is no count of at least 1", text);
    return false;
}

/* The rule may use the groups, macros and rates of the configuration. */
static bool parse_rule(struct event_filter *filter, const struct command_line *line)
{
    const char *text = command_value(line, "when");
    if (text && !rule_choice_make(&filter->choice, line, text, NULL))
        return false;
    if (text && rule_statistic(filter->choice.rule).kind != RULE_NO_STATISTIC) {
        message_failure("--when: spike() and silence() speak of a series and not of single events; 'entente watch test' "
                        "shows what they would have told");
        return false;
    }
    filter->query.rule = filter->choice.rule;
    return true;
}

bool event_filter_begin(struct event_filter *filter, const struct command_line *line)
{
    *filter = (struct event_filter){.query = QUERY_FILTER_INIT};
    filter->query.types = command_value(line, "type");
    filter->query.statuses = command_value(line, "status");
    filter->query.scopes = command_value(line, "scope");
    filter->query.modalities = command_value(line, "modality");
    filter->query.sources = command_value(line, "publisher");
    filter->query.text = command_value(line, "text");
    return listing_times(&filter->query, line) && parse_parties(filter, line) &&
           parse_sources_min(filter, command_value(line, "min-sources")) && parse_rule(filter, line);
}

void event_filter_end(struct event_filter *filter)
{
    rule_choice_clear(&filter->choice);
}

static void print_quoted(struct buffer *text, const char *value)
{
    buffer_append_char(text, '\'');
    for (const char *c = value; *c; c++)
        buffer_append_text(text, *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
    buffer_append_char(text, '\'');
}

void event_filter_print(struct buffer *text, const struct command_line *line)
{
    static const char *const names[] = {"when",     "type",      "actor",       "dyad",  "status", "scope",
                                        "modality", "publisher", "min-sources", "since", "until",  "text"};
    buffer_append_text(text, "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = command_value(line, names[i]);
        if (!value)
            continue;
        buffer_printf(text, "%s--%s ", text->size ? " " : "", names[i]);
        print_quoted(text, value);
    }
}
