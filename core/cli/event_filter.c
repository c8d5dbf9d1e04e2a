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

/* The rule's line with a mark under what is wrong. */
static void show_place(const char *text, const struct rule_error *wrong)
{
    size_t size = strlen(text), start = wrong->offset < size ? wrong->offset : size;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    struct buffer line = BUFFER_INIT;
    size_t columns = display_columns(text + start, wrong->offset - start);
    display_clean(&line, text + start, strcspn(text + start, "\n"));
    fprintf(stderr, "    %s\n    %*s^", line.bytes ? line.bytes : "", (int)columns, "");
    for (size_t i = 1; i < wrong->length && i < 200; i++)
        fputc('~', stderr);
    fputc('\n', stderr);
    buffer_free(&line);
}

static bool parse_rule(struct event_filter *filter, const char *text)
{
    struct rule_error wrong;
    if (!text)
        return true;
    filter->rule = rule_compile(text, strlen(text), &wrong);
    filter->query.rule = filter->rule;
    if (filter->rule)
        return true;
    message_failure("--when: %s", wrong.text);
    show_place(text, &wrong);
    return false;
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
           parse_sources_min(filter, command_value(line, "min-sources")) && parse_rule(filter, command_value(line, "when"));
}

void event_filter_end(struct event_filter *filter)
{
    rule_destroy(filter->rule);
    filter->rule = NULL;
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
