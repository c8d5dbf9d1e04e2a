#include "lib/coder/workspace.h"

#include <string.h>

static const char *const colours[] = {"\033[1;33m", "\033[36m", "\033[35m", "\033[2m"};
enum mark { MARK_TRIGGER, MARK_ACTOR, MARK_TIME, MARK_NOT };

static void append_span(struct buffer *out, const struct sentence *sentence, uint32_t first, uint32_t last)
{
    const struct token *tokens = sentence->part->list.tokens;
    for (uint32_t i = tokens[first].start; i < tokens[last].end; i++) {
        char byte = sentence->part->text[i];
        buffer_append_char(out, (unsigned char)byte < ' ' ? ' ' : byte);
    }
}

static void append_marked(struct buffer *out, const struct sentence *sentence, uint32_t first, uint32_t last,
                          enum mark mark, const char *label, bool colour)
{
    buffer_append_text(out, colour ? colours[mark] : "[");
    append_span(out, sentence, first, last);
    if (label)
        buffer_printf(out, "%s%s", colour ? "|" : "|", label);
    buffer_append_text(out, colour ? "\033[0m" : "]");
}

static bool is_trigger(const struct coder_workspace *workspace, const struct sentence *sentence, uint32_t token,
                       uint32_t *last, const char **label)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        if (event->sentence == sentence && event->trigger_first == token) {
            *last = event->trigger_last;
            *label = event->type;
            return true;
        }
    }
    return false;
}

static void append_sentence(struct buffer *out, const struct coder_workspace *workspace,
                            const struct sentence *sentence, bool colour)
{
    const struct lexicon *lexicon = workspace->coder->lexicon;
    const struct token *tokens = sentence->part->list.tokens;
    buffer_append_text(out, sentence->parsed ? "* " : "  ");
    for (uint32_t i = sentence->first; i <= sentence->last;) {
        uint32_t last = i;
        const char *label = NULL;
        if (i > sentence->first && tokens[i].flags & TOKEN_SPACE)
            buffer_append_char(out, ' ');
        if (!sentence->parsed)
            append_span(out, sentence, i, i);
        else if (is_trigger(workspace, sentence, i, &last, &label))
            append_marked(out, sentence, i, last, MARK_TRIGGER, label, colour);
        else if (sentence->part->words[i].name != NONE) {
            const struct mention *mention = &sentence->mentions[sentence->part->words[i].name];
            last = mention->last;
            append_marked(out, sentence, i, last, MARK_ACTOR, lexicon_entry_id(lexicon, mention->entry), colour);
        } else if (sentence->part->words[i].pos == POS_TIME) {
            while (last < sentence->last && sentence->part->words[last + 1].pos == POS_TIME)
                last++;
            append_marked(out, sentence, i, last, MARK_TIME, NULL, colour);
        } else
            append_span(out, sentence, i, i);
        if (last == i && i < sentence->last && tokens[i + 1].flags & TOKEN_JOINED)
            buffer_append_char(out, '-');
        i = last + 1;
    }
    buffer_append_char(out, '\n');
}

static void append_event(struct buffer *out, const struct event *event, bool colour)
{
    buffer_printf(out, "      %s%s%s%s %s, %s, %s, confidence %.2f:", event->dropped ? "not coded: " : "", event->type,
                  event->subtype ? "." : "", event->subtype ? event->subtype : "", event->status, event->modality,
                  event->scope, event->confidence);
    for (uint32_t i = 0; i < event->actor_count; i++)
        buffer_printf(out, " %s=%s", event->actors[i].role, event->actors[i].id);
    buffer_append_text(out, " at ");
    append_marked(out, event->sentence, event->trigger_first, event->trigger_last,
                  event->dropped ? MARK_NOT : MARK_TRIGGER, NULL, colour);
    if (event->dropped)
        buffer_printf(out, "; %s", event->dropped);
    for (uint32_t i = 0; i < event->reason_count; i++)
        buffer_printf(out, "\n          %+.2f %s", event->reasons[i].weight, event->reasons[i].text);
    buffer_append_char(out, '\n');
}

/* The groups and their links, for a lexicon editor. */
static void append_groups(struct buffer *out, const struct sentence *sentence)
{
    static const char *const kinds[] = {"N",    "V",  "p", "and", ",",  "that", "who",
                                        "when", "if", "T", ";",   "\"", "\"",   "adv"};
    buffer_append_text(out, "     ");
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        buffer_printf(out, " %u:%s", i, kinds[group->kind]);
        if (group->kind == GROUP_NOUN || group->kind == GROUP_VERB) {
            buffer_append_char(out, '(');
            append_span(out, sentence, group->first, group->last);
            if (group->kind == GROUP_VERB)
                buffer_printf(out, "; subject %d object %d governor %d%s%s", group->subject, group->object,
                              group->governor, group->passive ? " passive" : "", group->negated ? " negated" : "");
            buffer_append_char(out, ')');
        }
    }
    buffer_append_char(out, '\n');
}

void coder_explain(const struct coder *coder, const struct coder_workspace *workspace, bool colour, struct buffer *out)
{
    (void)coder;
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        const struct sentence *sentence = &workspace->sentences[i];
        append_sentence(out, workspace, sentence, colour);
        bool any = false;
        for (uint32_t k = 0; k < workspace->event_count; k++)
            if (workspace->events[k].sentence == sentence) {
                append_event(out, &workspace->events[k], colour);
                any = true;
            }
        if (any || sentence->parsed)
            append_groups(out, sentence);
    }
}
