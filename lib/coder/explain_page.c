#include "lib/coder/explain_page.h"

#include "lib/base/digest.h"
#include "lib/coder/detail.h"
#include "lib/coder/explain_facts.h"
#include "lib/coder/explain_marks.h"
#include "lib/coder/explain_page_style.h"
#include "lib/coder/explain_text.h"
#include "lib/coder/trigger.h"

#include <stdlib.h>
#include <string.h>

/* Where an event's evidence begins or ends in a part. */
struct edge {
    uint32_t at;
    uint16_t event;
    bool begins;
};

/* One part of one article while it is written. */
struct writing {
    struct buffer *out;
    const struct coder_workspace *workspace;
    const struct part *part;
    unsigned article;
    struct edge *edges;
    size_t edge_count, next;      /* next: the first edge not yet passed */
    uint16_t depth[TRIGGERS_MAX]; /* open pieces of evidence, by event */
    uint32_t open;                /* events with any */
};

static const char *class_of(enum mark_kind kind)
{
    return kind == MARK_BLOCKED ? "none" : mark_kind_word(kind);
}

static int by_place(const void *a, const void *b)
{
    const struct edge *left = a, *right = b;
    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    return (int)left->begins - (int)right->begins;
}

static void add_edges(struct writing *writing, struct stretch stretch, uint32_t event)
{
    if (stretch.part != writing->part || stretch.end <= stretch.start)
        return;
    writing->edges[writing->edge_count++] = (struct edge){stretch.start, (uint16_t)event, true};
    writing->edges[writing->edge_count++] = (struct edge){stretch.end, (uint16_t)event, false};
}

static bool gather_edges(struct writing *writing)
{
    const struct coder_workspace *workspace = writing->workspace;
    writing->edges = calloc((size_t)workspace->event_count * (EVENT_QUOTES_MAX + 1) * 2 + 1, sizeof *writing->edges);
    if (!writing->edges)
        return false;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        add_edges(writing, stretch_of(event->sentence, event->trigger_first, event->trigger_last), i);
        struct event_quotes quotes;
        detail_quotes(event, &quotes);
        for (uint32_t k = 0; k < quotes.count; k++)
            add_edges(writing, quotes.rows[k].quote, i);
    }
    qsort(writing->edges, writing->edge_count, sizeof *writing->edges, by_place);
    return true;
}

static void pass_edges(struct writing *writing, uint32_t at)
{
    for (; writing->next < writing->edge_count && writing->edges[writing->next].at <= at; writing->next++) {
        const struct edge *edge = &writing->edges[writing->next];
        uint16_t *depth = &writing->depth[edge->event];
        writing->open += edge->begins ? *depth == 0 : 0;
        *depth = (uint16_t)(edge->begins ? *depth + 1 : *depth - (*depth > 0));
        writing->open -= !edge->begins && *depth == 0;
    }
}

static void append_piece(struct writing *writing, uint32_t start, uint32_t end)
{
    if (writing->open) {
        buffer_append_text(writing->out, "<span class=\"");
        for (uint32_t i = 0, told = 0; i < writing->workspace->event_count; i++)
            if (writing->depth[i])
                buffer_printf(writing->out, "%sa%ue%u", told++ ? " " : "", writing->article, i);
        buffer_append_text(writing->out, "\">");
    }
    explain_text_html(writing->out, writing->part->text + start, end - start);
    if (writing->open)
        buffer_append_text(writing->out, "</span>");
}

/* Text, cut where evidence begins or ends. */
static void append_range(struct writing *writing, uint32_t start, uint32_t end)
{
    while (start < end) {
        pass_edges(writing, start);
        uint32_t stop = end;
        if (writing->next < writing->edge_count && writing->edges[writing->next].at < end)
            stop = writing->edges[writing->next].at;
        append_piece(writing, start, stop);
        start = stop;
    }
}

static void append_mark(struct writing *writing, const struct mark *mark)
{
    buffer_printf(writing->out, "<mark class=\"%s\" title=\"%s", class_of(mark->kind), mark_kind_word(mark->kind));
    if (strcmp(mark->label, mark_kind_word(mark->kind)) != 0) {
        buffer_append_char(writing->out, ' ');
        explain_text_html(writing->out, mark->label, strlen(mark->label));
    }
    if (mark->more) {
        buffer_append_text(writing->out, ", ");
        explain_text_html(writing->out, mark->more, strlen(mark->more));
    }
    buffer_append_text(writing->out, "\">");
    append_range(writing, mark->start, mark->end);
    buffer_append_text(writing->out, "<small>");
    explain_text_html(writing->out, mark->label, strlen(mark->label));
    buffer_append_text(writing->out, "</small></mark>");
}

static bool append_part(struct buffer *out, const struct coder_workspace *workspace, unsigned article, size_t index)
{
    struct writing writing = {.out = out, .workspace = workspace, .part = &workspace->parts[index], .article = article};
    struct mark_list list = {0};
    /* a headline that stood in the body was shown as the title */
    uint32_t at =
        index == PART_BODY && workspace->parts[PART_TITLE].is_of_body ? (uint32_t)workspace->parts[PART_TITLE].size : 0;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        if (workspace->sentences[i].part == writing.part)
            marks_of_sentence(workspace, &workspace->sentences[i], &list);
    bool good = !list.failed && gather_edges(&writing);
    for (size_t i = 0; good && i < list.count; i++) {
        append_range(&writing, at, list.marks[i].start);
        append_mark(&writing, &list.marks[i]);
        at = list.marks[i].end;
    }
    if (good)
        append_range(&writing, at, (uint32_t)writing.part->size);
    free(writing.edges);
    marks_free(&list);
    return good;
}

static void append_fact(void *context, const char *label, const struct buffer *value)
{
    struct buffer *out = context;
    buffer_printf(out, "<dt>%s</dt><dd>", label);
    explain_text_html(out, value->bytes, value->size);
    buffer_append_text(out, "</dd>");
}

static void append_event(struct buffer *out, const struct coder_workspace *workspace, unsigned article, uint32_t index)
{
    const struct event *event = &workspace->events[index];
    struct buffer headline = BUFFER_INIT;
    explain_headline(event, &headline);
    buffer_printf(out, "<section class=\"card%s\" id=\"a%uc%u\"><h3><label for=\"a%ue%u\">%s",
                  event->dropped ? " miss" : "", article, index, article, index, event->dropped ? "Not coded: " : "");
    if (headline.size)
        explain_text_html(out, headline.bytes, headline.size);
    buffer_append_text(out, "</label></h3>");
    if (event->dropped)
        buffer_printf(out, "<p class=\"whynot\">%s</p>", event->dropped);
    buffer_append_text(out, "<dl>");
    explain_facts(workspace, event, append_fact, out);
    buffer_append_text(out, "</dl><ul class=\"why\">");
    for (uint32_t i = 0; i < event->reason_count; i++)
        buffer_printf(out, "<li><b>%+.2f</b> %s</li>", event->reasons[i].weight, event->reasons[i].text);
    buffer_append_text(out, "</ul></section>\n");
    buffer_free(&headline);
}

static void append_choices(struct explain_page *page, const struct coder_workspace *workspace, unsigned article)
{
    buffer_printf(&page->body, "<input class=\"pick\" type=\"radio\" name=\"a%u\" id=\"a%u\" checked>", article,
                  article);
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        buffer_printf(&page->body,
                      "<input class=\"pick\" type=\"radio\" name=\"a%u\" id=\"a%ue%u\" aria-label=\"evidence of event "
                      "%u\">",
                      article, article, i, i + 1);
        buffer_printf(&page->style,
                      "#a%ue%u:checked~div .a%ue%u{background:var(--hit)}"
                      "#a%ue%u:checked~div #a%uc%u{outline:3px solid var(--hitline)}"
                      "#a%ue%u:focus-visible~div #a%uc%u{outline:3px dashed var(--text)}\n",
                      article, i, article, i, article, i, article, i, article, i, article, i);
    }
}

void explain_page_add(struct explain_page *page, const struct coder_workspace *workspace, const char *id,
                      const struct coder_result *result)
{
    struct buffer *body = &page->body;
    unsigned article = ++page->articles;
    buffer_append_text(body, "<article><h2>");
    explain_text_html(body, id, strlen(id));
    buffer_printf(body, "</h2><p class=\"hint\">%s; %zu event%s%s</p>\n", coder_result_relevance(result),
                  result->event_count, result->event_count == 1 ? "" : "s",
                  result->cut ? "; only the first MiB of the text was read" : "");
    append_choices(page, workspace, article);
    buffer_append_text(body, "\n<div class=\"text\" dir=\"auto\"><p class=\"title\">");
    bool good = append_part(body, workspace, article, PART_TITLE);
    buffer_append_text(body, "</p>");
    good = good && append_part(body, workspace, article, PART_BODY);
    body->failed |= !good;
    buffer_printf(body,
                  "</div>\n<div class=\"events\"><p class=\"hint\">Choose an event to see its evidence. "
                  "<label class=\"clear\" for=\"a%u\">Show none</label></p>\n",
                  article);
    for (int kept = 1; kept >= 0; kept--)
        for (uint32_t i = 0; i < workspace->event_count; i++)
            if (kept == !workspace->events[i].dropped)
                append_event(body, workspace, article, i);
    buffer_append_text(body, "</div></article>\n");
}

static void append_legend(struct buffer *out)
{
    static const char *const meanings[] = {"tells of an event",
                                           "an actor or whom it stands for",
                                           "equipment, an exercise, a paper",
                                           "a place",
                                           "a time",
                                           "a number",
                                           "how sure or how far",
                                           "looks like one of these and is none"};
    buffer_append_text(out, "<ul class=\"legend\">");
    for (int kind = 0; kind < MARK_KIND_COUNT; kind++)
        buffer_printf(out, "<li><mark class=\"%s\">%s</mark> %s</li>", class_of((enum mark_kind)kind),
                      kind == MARK_BLOCKED ? "struck out" : mark_kind_word((enum mark_kind)kind), meanings[kind]);
    buffer_append_text(out, "</ul>");
}

void explain_page_finish(struct explain_page *page, const char *stamp, struct buffer *out)
{
    struct buffer style = BUFFER_INIT;
    char hash[DIGEST_BASE64_SIZE];
    buffer_append_text(&style, page_style);
    if (page->style.size)
        buffer_append(&style, page->style.bytes, page->style.size);
    digest_base64(hash, style.bytes ? style.bytes : "", style.size);
    buffer_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
                  "base-uri 'none'; form-action 'none'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Explanation</title>\n<style>",
                  hash);
    if (style.size)
        buffer_append(out, style.bytes, style.size);
    buffer_append_text(out, "</style></head><body>\n<header><h1>What was coded, and why</h1>");
    append_legend(out);
    buffer_append_text(out, "</header>\n<main>\n");
    if (page->body.size)
        buffer_append(out, page->body.bytes, page->body.size);
    buffer_append_text(out, "</main>\n<footer>Made by Entente, ");
    explain_text_html(out, stamp, strlen(stamp));
    buffer_append_text(out, "</footer></body></html>\n");
    out->failed |= page->body.failed || page->style.failed || style.failed;
    buffer_free(&style);
    buffer_free(&page->body);
    buffer_free(&page->style);
}
