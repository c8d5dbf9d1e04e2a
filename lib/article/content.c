#include "lib/article/content.h"

#include "lib/article/hints.h"
#include "lib/article/wall.h"
#include "lib/base/digest.h"
#include "lib/text/date.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TEASERS_MIN = 3, /* of one shape side by side: a list */
    TEASER_TEXT_MAX = 400,
    HEADLINE_MIN = 18, /* weight of a linked line that may be a headline */
    CONSENT_RUN_MIN = 60,
    CONSENT_PHRASES_MIN = 3,
    ARTICLE_MIN = 140,  /* value of an <article> that may be the article */
    CELL_MAX = 80,      /* weight of a table's cell that is put on its row's line */
    EDGE_SENTENCE = 40, /* weight of a sentence with which a text may begin or end */
    DETAIL_MAX = 250
};

struct finder {
    const struct page *page;
    struct runs *runs;
    const struct content_facts *facts;
    unsigned *hints;  /* by node */
    bool *is_junk;    /* by node: it and all below */
    bool *holds_core; /* by node: it or something below is the article's heading or body */
    int64_t total;    /* good value of the whole page */
    bool has_core;
    bool ignores_names;
};

static bool is_named(const struct page *page, const struct page_node *node, const char *attribute, const char *value)
{
    const char *found = page_attribute(page, node, attribute);
    return found && strcasestr(found, value);
}

static bool is_body(const struct finder *finder, uint32_t i)
{
    const struct page_node *node = &finder->page->nodes[i];
    return node->kind == PAGE_BLOCK &&
           ((finder->hints[i] & HINT_BODY) || is_named(finder->page, node, "itemprop", "articleBody"));
}

/* ---- what is junk ---- */

static void find_cores(struct finder *finder)
{
    const struct page *page = finder->page;
    for (uint32_t i = 1; i < page->node_count; i++) {
        const struct page_node *node = &page->nodes[i];
        bool is_core = (node->tag == TAG_HEADING && node->level == 1) ||
                       (is_body(finder, i) && runs_good(finder->runs, page, i) * 10 >= finder->total * 3);
        finder->has_core = finder->has_core || is_core;
        for (uint32_t up = i; is_core && !finder->holds_core[up]; up = page->nodes[up].parent)
            finder->holds_core[up] = true;
    }
}

static bool is_junk_tag(const struct page_node *node)
{
    return node->tag == TAG_NAV || node->tag == TAG_FOOTER || node->tag == TAG_ASIDE || node->tag == TAG_FORM ||
           node->tag == TAG_HEADER;
}

static bool is_mostly_links(const struct run *run)
{
    return run->link_weight * 10 > run->weight * 6;
}

/* A heading, or a line of a headline's length, and perhaps a summary that lead elsewhere. */
static bool is_teaser(const struct finder *finder, uint32_t i)
{
    const struct runs *runs = finder->runs;
    uint32_t first = runs->first[i], end = runs->first[finder->page->nodes[i].end];
    bool begins_linked =
        end > first + 1 && is_mostly_links(&runs->all[first]) && runs->all[first].weight >= HEADLINE_MIN;
    if (runs->heading_links[end] == runs->heading_links[first] && !begins_linked)
        return false;
    return runs->good[end] - runs->good[first] <= TEASER_TEXT_MAX;
}

/* Children that are teasers, if nearly all that have text are. */
static bool is_teaser_list(const struct finder *finder, uint32_t i)
{
    const struct page *page = finder->page;
    uint32_t teasers = 0, others = 0;
    for (uint32_t child = i + 1; child < page->nodes[i].end; child = page->nodes[child].end) {
        const struct runs *runs = finder->runs;
        if (runs->first[child] == runs->first[page->nodes[child].end])
            continue;
        if (is_teaser(finder, child))
            teasers++;
        else if (page->nodes[child].tag != TAG_HEADING && !is_junk_tag(&page->nodes[child]))
            others++;
    }
    return teasers >= TEASERS_MIN && teasers > others * 2;
}

/* Whether the element's name counts for little: it stands for the whole page or the whole article. */
static bool is_frame(const struct page_node *node)
{
    return node->tag == TAG_HTML || node->tag == TAG_BODY || node->tag == TAG_MAIN;
}

static bool has_junk_name(const struct finder *finder, uint32_t i)
{
    const struct page_node *node = &finder->page->nodes[i];
    unsigned hints = finder->hints[i];
    if (is_frame(node) || (hints & HINT_BODY))
        return false;
    if (finder->ignores_names)
        return node->tag == TAG_NAV || node->tag == TAG_FOOTER;
    if (is_junk_tag(node) || (hints & HINT_JUNK))
        return true;
    /* A detail is small; a whole article may be of class "author". */
    return (hints & (HINT_DETAIL | HINT_CAPTION)) && node->tag != TAG_ARTICLE &&
           runs_good(finder->runs, finder->page, i) <= DETAIL_MAX && node->tag != TAG_HEADING;
}

static void mark_runs(struct finder *finder, uint32_t i)
{
    for (uint32_t run = finder->runs->first[i]; run < finder->runs->first[finder->page->nodes[i].end]; run++)
        finder->runs->all[run].is_junk = true;
}

/* A box with a field to type an address in is no text, form or not. */
static void mark_fields(struct finder *finder)
{
    const struct page *page = finder->page;
    for (uint32_t i = 1; i < page->node_count; i++) {
        const char *type = page->nodes[i].kind == PAGE_INLINE ? page_attribute(page, &page->nodes[i], "type") : NULL;
        if (!type || (strcasecmp(type, "email") != 0 && strcasecmp(type, "password") != 0))
            continue;
        uint32_t box = page->nodes[i].parent;
        while (box && page->nodes[box].kind != PAGE_BLOCK)
            box = page->nodes[box].parent;
        if (box && !is_frame(&page->nodes[box]) && !finder->holds_core[box])
            finder->hints[box] |= HINT_JUNK;
    }
}

static bool is_junk(const struct finder *finder, uint32_t i)
{
    const struct page_node *node = &finder->page->nodes[i];
    if (node->kind == PAGE_TEXT || node->kind == PAGE_BREAK || is_frame(node))
        return false;
    bool is_named_junk = has_junk_name(finder, i);
    bool is_shaped_junk =
        !is_named_junk && node->kind == PAGE_BLOCK && !finder->facts->is_live && is_teaser_list(finder, i);
    if (!is_named_junk && !is_shaped_junk)
        return false;
    if (node->tag == TAG_HEADER && finder->holds_core[i]) /* the article's own head: title, byline, picture */
        return runs_good(finder->runs, finder->page, i) * 2 < finder->total;
    if (finder->holds_core[i])
        return false;
    /* Comments may be longer than the article; other things that are most of the page are the article. */
    bool is_sure = node->tag == TAG_NAV || node->tag == TAG_FOOTER || is_shaped_junk ||
                   strstr(node->words, "comment") || (finder->hints[i] & HINT_CONSENT) ||
                   strstr(node->words, "related");
    return is_sure || runs_good(finder->runs, finder->page, i) * 10 < finder->total * 6;
}

/* The page's own frame may be the list: of teasers, and perhaps the article before them. */
static int64_t mark_teasers(struct finder *finder, uint32_t frame)
{
    const struct page *page = finder->page;
    int64_t teasers = 0;
    if (finder->facts->is_live || !is_teaser_list(finder, frame))
        return 0;
    for (uint32_t child = frame + 1; child < page->nodes[frame].end; child = page->nodes[child].end) {
        if (!is_teaser(finder, child) || finder->holds_core[child])
            continue;
        teasers += runs_good(finder->runs, page, child);
        finder->is_junk[child] = true;
        mark_runs(finder, child);
    }
    return teasers;
}

static void mark_junk(struct finder *finder, struct content *content)
{
    const struct page *page = finder->page;
    int64_t teasers = 0;
    for (uint32_t i = 1; i < page->node_count; i++) {
        if (is_frame(&page->nodes[i]))
            teasers += mark_teasers(finder, i);
        if (finder->is_junk[i]) {
            i = page->nodes[i].end - 1;
            continue;
        }
        if (!is_junk(finder, i))
            continue;
        if (is_teaser_list(finder, i))
            teasers += runs_good(finder->runs, page, i);
        finder->is_junk[i] = true;
        mark_runs(finder, i);
        i = page->nodes[i].end - 1;
    }
    content->is_list = teasers * 10 > finder->total * 6;
    runs_sum(finder->runs);
}

/* A cookie dialogue over the article, whatever it is called: its paragraphs speak of little else. It counts as junk
 * only where there is something besides it, and not on a page about such things. */
static void mark_consent(struct finder *finder)
{
    struct runs *runs = finder->runs;
    int64_t others = 0;
    bool *is_consent = calloc(runs->count + 1, sizeof *is_consent);
    const char *title = finder->facts->title;
    if (!is_consent || (title && wall_count_consent(title, strlen(title)) > 0)) {
        free(is_consent);
        return;
    }
    for (uint32_t i = 0; i < runs->count; i++) {
        struct run *run = &runs->all[i];
        is_consent[i] = !run->is_junk && run->value > CONSENT_RUN_MIN &&
                        wall_count_consent(run->text, run->size) >= CONSENT_PHRASES_MIN;
        others += !run->is_junk && !is_consent[i] && run->value > 0 ? run->value : 0;
    }
    for (uint32_t i = 0; others >= ARTICLE_MIN && i < runs->count; i++)
        runs->all[i].is_junk = runs->all[i].is_junk || is_consent[i];
    free(is_consent);
    runs_sum(runs);
}

/* ---- where the article is ---- */

/* The block whose runs add up to the most, within `scope`. Of equal ones the innermost. */
static uint32_t best_block(const struct finder *finder, uint32_t scope)
{
    uint32_t best = scope;
    int64_t most = runs_value(finder->runs, finder->page, scope);
    for (uint32_t i = scope; i < finder->page->nodes[scope].end; i++) {
        const struct page_node *node = &finder->page->nodes[i];
        if (finder->is_junk[i] || node->kind == PAGE_SKIP) {
            i = node->end - 1;
            continue;
        }
        int64_t value = node->kind == PAGE_BLOCK ? runs_value(finder->runs, finder->page, i) : -1;
        if (value >= most && value > 0) {
            most = value;
            best = i;
        }
    }
    return best;
}

static int64_t faults_below(const struct finder *finder, uint32_t i)
{
    return runs_good(finder->runs, finder->page, i) - runs_value(finder->runs, finder->page, i);
}

/* Steps up while what is around adds text and not too many labels and links for it: a first paragraph in a box of its
 * own, a text with a table in it. */
static uint32_t widen(const struct finder *finder, uint32_t block, uint32_t scope)
{
    const struct page *page = finder->page;
    for (uint32_t up = block; up > scope;) {
        up = page->nodes[up].parent;
        if (up < scope)
            break;
        int64_t more = runs_good(finder->runs, page, up) - runs_good(finder->runs, page, block);
        int64_t faults = faults_below(finder, up) - faults_below(finder, block);
        if (more * 2 < faults)
            break;
        if (more > 0)
            block = up;
    }
    return block;
}

static bool has_main_heading(const struct page *page, uint32_t i)
{
    for (uint32_t below = i; below < page->nodes[i].end; below++)
        if (page->nodes[below].tag == TAG_HEADING && page->nodes[below].level == 1)
            return true;
    return false;
}

/* Of several whole articles on one page (lists that load the next one) the first with a main heading; of articles
 * that are parts of one (live blogs) none. */
static uint32_t find_article(const struct finder *finder)
{
    const struct page *page = finder->page;
    uint32_t found = 0, count = 0, headed = 0, greatest = 0;
    int64_t good = 0, sum = 0;
    for (uint32_t i = 1; i < page->node_count; i++) {
        const struct page_node *node = &page->nodes[i];
        bool is_article = node->tag == TAG_ARTICLE || is_named(page, node, "itemtype", "Article");
        if (finder->is_junk[i] || (is_article && runs_good(finder->runs, page, i) >= ARTICLE_MIN)) {
            if (!finder->is_junk[i] && !is_frame(node)) {
                int64_t own = runs_good(finder->runs, page, i);
                count++;
                sum += own;
                if (own > good) {
                    good = own;
                    greatest = i;
                }
                if (has_main_heading(page, i) && headed++ == 0)
                    found = i;
            } else if (!finder->is_junk[i]) {
                continue;
            }
            i = node->end - 1;
        }
    }
    if (count == 0 || sum * 10 < finder->runs->good[finder->runs->count] * 4)
        return 0;
    if (count == 1)
        return greatest;
    if (finder->facts->is_live)
        return 0;
    if (headed > 1)
        return found;
    /* One with the heading and others beside it: the others are teasers if they are much smaller. */
    if (headed == 1 && runs_good(finder->runs, page, found) * 2 >= good)
        return found;
    return good * 10 >= sum * 7 ? greatest : 0;
}

/* The greatest element that holds this main heading and no other. */
static uint32_t own_element(const struct page *page, const uint32_t *headings, uint32_t heading)
{
    uint32_t own = heading;
    for (uint32_t up = heading; up; up = page->nodes[up].parent) {
        if (headings[page->nodes[up].end] - headings[up] != 1)
            break;
        own = up;
    }
    return own;
}

/* Where several main headings have an article's text each, the first of these; 0 where they do not. */
static uint32_t find_headed(const struct finder *finder)
{
    const struct page *page = finder->page;
    uint32_t *headings = calloc(page->node_count + 1, sizeof *headings); /* before each node */
    uint32_t first = 0, count = 0;
    for (uint32_t i = 0; headings && i < page->node_count; i++) {
        const struct page_node *node = &page->nodes[i];
        headings[i + 1] = headings[i] + (node->tag == TAG_HEADING && node->level == 1 && !finder->is_junk[i]);
    }
    for (uint32_t i = 0; headings && i < page->node_count; i++) {
        if (headings[i + 1] == headings[i])
            continue;
        uint32_t own = own_element(page, headings, i);
        if (runs_good(finder->runs, page, own) < ARTICLE_MIN)
            continue;
        if (count++ == 0)
            first = own;
    }
    free(headings);
    return count > 1 ? first : 0;
}

static uint32_t find_scope(const struct finder *finder)
{
    const struct page *page = finder->page;
    uint32_t article = find_article(finder);
    if (!article && !finder->facts->is_live)
        article = find_headed(finder);
    if (article)
        return article;
    int64_t all = finder->runs->good[finder->runs->count];
    for (uint32_t i = 1; i < page->node_count; i++)
        if ((page->nodes[i].tag == TAG_MAIN || page_has_word(&page->nodes[i], "main")) &&
            page->nodes[i].kind == PAGE_BLOCK && !finder->is_junk[i] && runs_good(finder->runs, page, i) * 2 > all)
            return i;
    return 0;
}

/* Headings may stand between two bodies, as in live blogs; they are put out only with what follows them. */
static void mark_outside(struct finder *finder, uint32_t first, uint32_t end, bool is_between)
{
    for (uint32_t run = first; run < end; run++)
        if (!is_between || finder->runs->all[run].level == 0)
            finder->runs->all[run].is_junk = true;
}

/* Marks as junk what is outside the blocks named as the body, where these hold most of the text. */
static void keep_bodies(struct finder *finder, uint32_t block)
{
    const struct page *page = finder->page;
    const struct runs *runs = finder->runs;
    int64_t inside = 0, all = runs_good(runs, page, block);
    for (uint32_t i = block; i < page->nodes[block].end; i++)
        if (i != block && is_body(finder, i) && !finder->is_junk[i]) {
            inside += runs_good(runs, page, i);
            i = page->nodes[i].end - 1;
        }
    if (inside < ARTICLE_MIN || inside * 100 < all * 60)
        return;
    uint32_t run = runs->first[block];
    bool is_between = false;
    for (uint32_t i = block; i < page->nodes[block].end; i++)
        if (i != block && is_body(finder, i) && !finder->is_junk[i]) {
            mark_outside(finder, run, runs->first[i], is_between);
            run = runs->first[page->nodes[i].end];
            is_between = true;
            i = page->nodes[i].end - 1;
        }
    mark_outside(finder, run, runs->first[page->nodes[block].end], false);
}

/* ---- putting out ---- */

static bool is_date(const struct run *run)
{
    struct date date;
    return run->weight < 40 && date_parse(run->text, run->size, &date);
}

/* Whether the run may be text at all, wherever it stands. */
static bool may_stand(const struct finder *finder, const struct run *run)
{
    if (run->is_junk || run->is_caption || is_mostly_links(run))
        return false;
    if (content_is_filler(run->text, run->size, run->link_weight > 0))
        return false;
    if (run->level || run->ends_sentence || run->weight >= EDGE_SENTENCE || run->is_item)
        return true;
    unsigned tag = finder->page->nodes[run->block].tag;
    return !is_date(run) && (tag == TAG_P || tag == TAG_BLOCKQUOTE || tag == TAG_CELL || tag == TAG_PRE);
}

static bool is_sentence(const struct run *run)
{
    return run->level == 0 && run->weight >= EDGE_SENTENCE &&
           (run->ends_sentence || run->weight >= 2 * EDGE_SENTENCE || run->is_item);
}

static bool is_title(const struct finder *finder, const struct run *run)
{
    const char *title = finder->facts->title;
    return title && run->level && strlen(title) == run->size && strncasecmp(title, run->text, run->size) == 0;
}

static uint32_t row_of(const struct page *page, const struct run *run)
{
    uint32_t block = run->block;
    for (int steps = 0; steps < 4 && block; steps++, block = page->nodes[block].parent)
        if (page->nodes[block].name && strcmp(page->nodes[block].name, "tr") == 0)
            return block;
    return 0;
}

static void append_run(const struct finder *finder, struct content *content, const struct run *run,
                       const struct run *last)
{
    struct buffer *text = &content->text;
    if (last) {
        uint32_t row = row_of(finder->page, run);
        bool is_cell = row && row == row_of(finder->page, last) && run->weight < CELL_MAX && last->weight < CELL_MAX;
        bool is_list = run->is_item && last->is_item;
        buffer_append_text(text, is_cell ? " | " : is_list ? "\n" : "\n\n");
    }
    buffer_append(text, run->text, run->size);
    content->weight += run->weight;
    content->sentences += is_sentence(run);
}

/* A heading is put out with the text that follows it, and not where that was left out. */
struct output {
    const struct run *heading, *last;
    bool is_after_gap;
};

static void put_runs(const struct finder *finder, struct content *content, uint32_t first, uint32_t end)
{
    uint64_t seen[256] = {0};
    struct output output = {0};
    for (uint32_t i = first; i < end; i++) {
        const struct run *run = &finder->runs->all[i];
        bool is_kept = may_stand(finder, run) && !is_title(finder, run);
        uint64_t hash = hash_bytes(run->text, run->size), *slot = &seen[hash % 256];
        if (is_kept && run->weight >= EDGE_SENTENCE && *slot == hash)
            continue; /* a pulled quotation, or the standfirst again */
        if (!is_kept) {
            if (!run->is_caption && !is_title(finder, run) && is_mostly_links(run))
                output.heading = NULL;
            continue;
        }
        if (run->weight >= EDGE_SENTENCE)
            *slot = hash;
        if (run->level) {
            output.heading = run;
            continue;
        }
        if (output.heading && output.last) {
            append_run(finder, content, output.heading, output.last);
            output.last = output.heading;
        }
        output.heading = NULL;
        append_run(finder, content, run, output.last);
        output.last = run;
    }
}

/* A short sentence beside another, in an element of the same kind. */
static bool continues(const struct finder *finder, const struct run *run, const struct run *next)
{
    const struct page_node *nodes = finder->page->nodes;
    uint32_t own = nodes[run->block].parent, other = nodes[next->block].parent;
    return may_stand(finder, run) && run->ends_sentence && run->level == 0 &&
           (run->block == next->block || run->block == other || own == next->block ||
            (own == other && nodes[run->block].tag == nodes[next->block].tag));
}

/* From the first sentence to the last. */
static void put_block(const struct finder *finder, struct content *content, uint32_t block)
{
    const struct run *all = finder->runs->all;
    uint32_t first = finder->runs->first[block], end = finder->runs->first[finder->page->nodes[block].end];
    while (first < end && !(may_stand(finder, &all[first]) && is_sentence(&all[first])))
        first++;
    while (end > first && !(may_stand(finder, &all[end - 1]) && is_sentence(&all[end - 1])))
        end--;
    while (first < end && first > 0 && continues(finder, &all[first - 1], &all[first]))
        first--;
    while (end > first && end < finder->runs->count && continues(finder, &all[end], &all[end - 1]))
        end++;
    put_runs(finder, content, first, end);
}

/* A linked line and text below it, in one run. */
static bool is_linked_line(const struct run *run)
{
    const char *end = memchr(run->text, '\n', run->size);
    uint32_t weight = end ? runs_weigh(run->text, (size_t)(end - run->text)) : 0;
    return weight >= HEADLINE_MIN && run->link_weight * 10 >= weight * 9 && run->link_weight * 10 <= weight * 11;
}

static bool stand_together(const struct page *page, const struct run *link, const struct run *text)
{
    return text->block == link->block || page->nodes[text->block].parent == link->block;
}

/* Below a heading such as "More from this section": links, each perhaps with a line of text. What follows without a
 * link before it is the article again. */
static void mark_related(struct finder *finder)
{
    struct runs *runs = finder->runs;
    for (uint32_t i = 0; i + 1 < runs->count; i++) {
        struct run *heading = &runs->all[i];
        if (!heading->level || !content_is_filler(heading->text, heading->size, true))
            continue;
        for (uint32_t k = i + 1; k < runs->count && !runs->all[k].level; k++) {
            bool is_led = k > i + 1 && is_mostly_links(&runs->all[k - 1]) &&
                          stand_together(finder->page, &runs->all[k - 1], &runs->all[k]);
            if (!is_mostly_links(&runs->all[k]) && !is_linked_line(&runs->all[k]) && !is_led)
                break;
            heading->is_junk = runs->all[k].is_junk = true;
        }
    }
    runs_sum(runs);
}

static void look_for_walls(const struct finder *finder, struct content *content)
{
    for (uint32_t i = 1; i < finder->page->node_count; i++) {
        const struct page_node *node = &finder->page->nodes[i];
        if (is_frame(node) || !(finder->hints[i] & HINT_WALL) || finder->holds_core[i])
            continue;
        content->has_wall_element = true;
        for (uint32_t run = finder->runs->first[i]; run < finder->runs->first[node->end]; run++)
            content->wall_weight += finder->runs->all[run].weight;
    }
}

bool content_find(struct content *content, const struct page *page, struct runs *runs,
                  const struct content_facts *facts)
{
    struct finder finder = {.page = page, .runs = runs, .facts = facts, .total = runs->good[runs->count]};
    *content = (struct content){.text = BUFFER_INIT};
    finder.hints = arena_calloc(page->arena, page->node_count, sizeof *finder.hints);
    finder.is_junk = arena_calloc(page->arena, page->node_count, sizeof *finder.is_junk);
    finder.holds_core = arena_calloc(page->arena, page->node_count, sizeof *finder.holds_core);
    if (!finder.hints || !finder.is_junk || !finder.holds_core)
        return false;
    for (uint32_t i = 1; i < page->node_count; i++)
        finder.hints[i] = *page->nodes[i].words ? hints_of(page->nodes[i].words) : 0;
    finder.holds_core[0] = true;
    find_cores(&finder);
    mark_fields(&finder);
    mark_junk(&finder, content);
    /* Some wrap the whole page in "related" or "comments". Where nothing says what the article is, names are no reason
     * to have none. */
    if (!finder.has_core && runs->good[runs->count] < ARTICLE_MIN && finder.total >= ARTICLE_MIN) {
        for (uint32_t i = 0; i < runs->count; i++)
            runs->all[i].is_junk = false;
        memset(finder.is_junk, 0, page->node_count * sizeof *finder.is_junk);
        finder.ignores_names = true;
        runs_sum(runs);
        mark_junk(&finder, content);
    }
    mark_related(&finder);
    mark_consent(&finder);
    look_for_walls(&finder, content);
    uint32_t scope = find_scope(&finder);
    uint32_t block = widen(&finder, best_block(&finder, scope), scope);
    keep_bodies(&finder, block);
    put_block(&finder, content, block);
    return !content->text.failed;
}
