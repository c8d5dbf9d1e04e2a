#include "lib/coder/explain_facts.h"
#include "lib/coder/explain_marks.h"
#include "lib/coder/explain_text.h"

#include <ctype.h>
#include <string.h>

enum { LABEL_COLUMNS = 12 };

/* One explanation in the terminal. */
struct terminal {
    const struct coder_workspace *workspace;
    struct buffer *out;
    bool colour;
};

static const char *colour_of(enum mark_kind kind)
{
    static const char *const colours[] = {"\033[1;33m", "\033[36m", "\033[32m", "\033[34m",
                                          "\033[35m",   "\033[37m", "\033[31m", "\033[9;2m"};
    return colours[kind];
}

static void append_mark(const struct terminal *terminal, const char *text, const struct mark *mark)
{
    buffer_append_text(terminal->out, terminal->colour ? colour_of(mark->kind) : "[");
    explain_text_plain(terminal->out, text + mark->start, mark->end - mark->start);
    buffer_append_text(terminal->out, terminal->colour ? "\033[0;2m|" : "|");
    explain_text_plain(terminal->out, mark->label, strlen(mark->label));
    buffer_append_text(terminal->out, terminal->colour ? "\033[0m" : "]");
}

static void append_sentence(const struct terminal *terminal, const struct sentence *sentence)
{
    struct mark_list list = {0};
    const struct token *tokens = sentence->part->list.tokens;
    const char *text = sentence->part->text;
    uint32_t at = tokens[sentence->first].start;
    marks_of_sentence(terminal->workspace, sentence, &list);
    /* a sentence that passed the gate bears a star */
    buffer_append_text(terminal->out, sentence->parsed ? "* " : "  ");
    for (size_t i = 0; i < list.count; i++) {
        explain_text_plain(terminal->out, text + at, list.marks[i].start - at);
        append_mark(terminal, text, &list.marks[i]);
        at = list.marks[i].end;
    }
    explain_text_plain(terminal->out, text + at, tokens[sentence->last].end - at);
    buffer_append_char(terminal->out, '\n');
    marks_free(&list);
}

static void append_fact(void *context, const char *label, const struct buffer *value)
{
    const struct terminal *terminal = context;
    buffer_printf(terminal->out, "        %-*s", LABEL_COLUMNS, label);
    explain_text_plain(terminal->out, value->bytes, value->size);
    buffer_append_char(terminal->out, '\n');
}

static void append_event(struct terminal *terminal, const struct event *event)
{
    struct buffer headline = BUFFER_INIT;
    explain_headline(event, &headline);
    const char *mark = event->dropped ? "\033[2m" : "\033[1m";
    buffer_printf(terminal->out, "    %s%s%s%s\n", terminal->colour ? mark : "",
                  event->dropped ? "not coded: " : "CODED ", headline.bytes ? headline.bytes : "",
                  terminal->colour ? "\033[0m" : "");
    buffer_free(&headline);
    if (event->dropped)
        buffer_printf(terminal->out, "        %-*s%s\n", LABEL_COLUMNS, "why not", event->dropped);
    explain_facts(terminal->workspace, event, append_fact, terminal);
    for (uint32_t i = 0; i < event->reason_count; i++)
        buffer_printf(terminal->out, "        %-*s%+.2f %s\n", LABEL_COLUMNS, i ? "" : "weights",
                      event->reasons[i].weight, event->reasons[i].text);
}

/* The groups and their links, for who works on the grammar. */
static void append_groups(struct buffer *out, const struct sentence *sentence)
{
    static const char *const kinds[] = {"N",    "V",  "p", "and", ",",  "that", "who",
                                        "when", "if", "T", ";",   "\"", "\"",   "adv"};
    const struct token *tokens = sentence->part->list.tokens;
    buffer_append_text(out, "     ");
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        buffer_printf(out, " %u:%s", i, kinds[group->kind]);
        if (group->kind == GROUP_NOUN || group->kind == GROUP_VERB) {
            buffer_append_char(out, '(');
            explain_text_plain(out, sentence->part->text + tokens[group->first].start,
                               tokens[group->last].end - tokens[group->first].start);
            if (group->kind == GROUP_VERB)
                buffer_printf(out, "; subject %d object %d governor %d%s%s", group->subject, group->object,
                              group->governor, group->passive ? " passive" : "", group->negated ? " negated" : "");
            buffer_append_char(out, ')');
        }
    }
    buffer_append_char(out, '\n');
}

/* What stands above the part's first sentence and was not read. */
static void append_head(const struct terminal *terminal, const struct sentence *sentence)
{
    const struct part *part = sentence->part, *title = &terminal->workspace->parts[PART_TITLE];
    size_t at = part->index == PART_BODY && title->is_of_body ? title->size : 0,
           end = part->list.tokens[sentence->first].start;
    if (sentence->first != 0)
        return;
    while (end > at && isspace((unsigned char)part->text[end - 1]))
        end--;
    while (at < end && isspace((unsigned char)part->text[at]))
        at++;
    if (at == end)
        return;
    buffer_append_text(terminal->out, "  ");
    explain_text_plain(terminal->out, part->text + at, end - at);
    buffer_append_char(terminal->out, '\n');
}

void coder_explain(const struct coder *coder, const struct coder_workspace *workspace, bool colour, bool syntax,
                   struct buffer *out)
{
    (void)coder;
    struct terminal terminal = {workspace, out, colour};
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        const struct sentence *sentence = &workspace->sentences[i];
        append_head(&terminal, sentence);
        append_sentence(&terminal, sentence);
        if (syntax && sentence->parsed)
            append_groups(out, sentence);
        for (int kept = 1; kept >= 0; kept--)
            for (uint32_t k = 0; k < workspace->event_count; k++)
                if (workspace->events[k].sentence == sentence && kept == !workspace->events[k].dropped)
                    append_event(&terminal, &workspace->events[k]);
    }
}
