#include "lib/article/runs.h"

#include "lib/base/utf8.h"
#include "lib/text/html.h"
#include "lib/text/letter.h"

#include <string.h>

enum {
    SHORT_RUN = 25, /* below it text is a label rather than a sentence */
    LONG_RUN = 80,  /* above it text is a paragraph */
    FAULT_MAX = 60  /* what one run may count against its surroundings */
};

/* ---- measuring ---- */

static uint32_t weight_of(uint32_t character)
{
    if (character < 0x80)
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
               (character >= 'A' && character <= 'Z');
    enum letter_script script = letter_script(character);
    return script == SCRIPT_NONE ? 0 : script == SCRIPT_HAN || script == SCRIPT_KANA || script == SCRIPT_HANGUL ? 2 : 1;
}

uint32_t runs_weigh(const char *text, size_t size)
{
    uint32_t weight = 0;
    for (size_t at = 0; at < size;) {
        uint32_t character;
        at += utf8_decode(text + at, size - at, &character, NULL);
        weight += weight_of(character);
    }
    return weight;
}

/* Full stops of the scripts of the major news languages, also before a closing quote or bracket. */
static bool ends_sentence(const char *text, size_t size)
{
    static const char *const stops[] = {".", "!", "?", ":", ";", "…", "。", "！", "？", "।", "؟", "۔", "։", "።", "၊"};
    static const char *const closers[] = {"\"", "'", ")", "]", "”", "’", "»", "」", "』", "）", "“", " "};
    bool is_closer = true;
    while (is_closer) {
        is_closer = false;
        for (size_t i = 0; !is_closer && i < sizeof closers / sizeof *closers; i++) {
            size_t length = strlen(closers[i]);
            is_closer = size > length && memcmp(text + size - length, closers[i], length) == 0;
            size -= is_closer ? length : 0;
        }
    }
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        size_t length = strlen(stops[i]);
        if (size >= length && memcmp(text + size - length, stops[i], length) == 0)
            return true;
    }
    return false;
}

static int32_t value_of(const struct run *run, bool is_cell)
{
    int32_t weight = (int32_t)(run->weight < 20000 ? run->weight : 20000);
    if (run->is_caption)
        return 0;
    if (run->link_weight * 2 > run->weight)
        return weight < FAULT_MAX ? -weight : -FAULT_MAX;
    if (run->level)
        return -5;
    weight -= (int32_t)run->link_weight;
    if (weight >= LONG_RUN)
        return run->ends_sentence ? weight : weight / 2;
    if (weight >= SHORT_RUN)
        return run->ends_sentence ? weight * 2 / 3 : 0;
    return run->ends_sentence || is_cell ? 0 : run->is_item ? -5 : -12;
}

/* ---- finding ---- */

/* What a text node inherits from the elements around it. */
struct place {
    uint32_t block;
    bool is_out; /* skipped or hidden */
    bool is_link, is_item, is_caption;
    uint8_t level;
};

struct finder {
    const struct page *page;
    struct runs *runs;
    struct place *places;
    struct buffer raw;
    uint32_t node; /* first text node of the run being read */
    uint32_t link_weight;
    bool after_break, failed;
};

static bool is_way_out(const struct page *page, const struct page_node *node)
{
    const char *href = node->tag == TAG_A ? page_attribute(page, node, "href") : NULL;
    return href && *href && !strchr(href, '#');
}

static void fill_place(const struct finder *finder, uint32_t index)
{
    const struct page_node *node = &finder->page->nodes[index];
    struct place place = finder->places[node->parent];
    if (node->kind == PAGE_BLOCK)
        place.block = index;
    place.is_out = place.is_out || node->kind == PAGE_SKIP || node->is_hidden || node->tag == TAG_HEAD;
    place.is_link = place.is_link || is_way_out(finder->page, node);
    place.is_item = node->tag == TAG_LI ||
                    (place.is_item && node->tag != TAG_ARTICLE && node->tag != TAG_SECTION && node->tag != TAG_TABLE);
    place.is_caption = place.is_caption || node->tag == TAG_CAPTION || node->tag == TAG_FIGURE;
    if (node->tag == TAG_HEADING)
        place.level = node->level;
    finder->places[index] = place;
}

static struct run *add_run(struct finder *finder)
{
    struct runs *runs = finder->runs;
    if (runs->count == runs->capacity) {
        uint32_t wanted = runs->capacity ? runs->capacity * 2 : 128;
        struct run *grown = arena_calloc(finder->page->arena, wanted, sizeof *grown);
        if (!grown) {
            finder->failed = true;
            return NULL;
        }
        if (runs->all)
            memcpy(grown, runs->all, runs->count * sizeof *grown);
        runs->all = grown;
        runs->capacity = wanted;
    }
    return &runs->all[runs->count++];
}

static void end_run(struct finder *finder)
{
    struct buffer text = BUFFER_INIT;
    if (finder->raw.size)
        html_append_plain(&text, finder->raw.bytes, finder->raw.size, 0);
    const struct place *place = &finder->places[finder->node];
    uint32_t weight = text.size ? runs_weigh(text.bytes, text.size) : 0;
    struct run *run = weight ? add_run(finder) : NULL;
    if (run) {
        *run = (struct run){.node = finder->node,
                            .block = place->block,
                            .text = arena_copy(finder->page->arena, text.bytes, text.size),
                            .size = (uint32_t)text.size,
                            .weight = weight,
                            .link_weight = finder->link_weight,
                            .level = place->level,
                            .is_item = place->is_item,
                            .is_caption = place->is_caption,
                            .ends_sentence = ends_sentence(text.bytes, text.size)};
        run->value = value_of(run, finder->page->nodes[place->block].tag == TAG_CELL);
        finder->failed = finder->failed || !run->text;
    }
    finder->failed = finder->failed || text.failed || finder->raw.failed;
    buffer_free(&text);
    buffer_clear(&finder->raw);
    finder->link_weight = 0;
    finder->after_break = false;
}

static bool is_blank(const char *text, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n", text[i]))
            return false;
    return true;
}

/* Line feeds of the source are spaces; only <br> and <pre> break lines. */
static void append_flowing(struct finder *finder, const struct page_node *node, bool is_preformatted)
{
    size_t from = finder->raw.size;
    buffer_append(&finder->raw, node->text, node->text_size);
    for (size_t i = from; !is_preformatted && !finder->raw.failed && i < finder->raw.size; i++)
        if (finder->raw.bytes[i] == '\n' || finder->raw.bytes[i] == '\r')
            finder->raw.bytes[i] = ' ';
}

static void take_text(struct finder *finder, uint32_t index)
{
    const struct page_node *node = &finder->page->nodes[index];
    const struct place *place = &finder->places[index];
    if (place->is_out)
        return;
    if (finder->raw.size && place->block != finder->places[finder->node].block)
        end_run(finder);
    if (is_blank(node->text, node->text_size)) {
        if (finder->raw.size)
            buffer_append_char(&finder->raw, ' ');
        return;
    }
    if (finder->raw.size == 0)
        finder->node = index;
    if (finder->after_break)
        buffer_append_char(&finder->raw, '\n');
    finder->after_break = false;
    append_flowing(finder, node, finder->page->nodes[place->block].tag == TAG_PRE);
    if (place->is_link)
        finder->link_weight += runs_weigh(node->text, node->text_size);
}

static void take_break(struct finder *finder)
{
    if (finder->after_break)
        end_run(finder);
    else
        finder->after_break = finder->raw.size > 0;
}

static void find_all(struct finder *finder)
{
    const struct page *page = finder->page;
    for (uint32_t i = 0; i < page->node_count && !finder->failed; i++) {
        if (i > 0)
            fill_place(finder, i);
        switch (page->nodes[i].kind) {
        case PAGE_TEXT:
            take_text(finder, i);
            break;
        case PAGE_BREAK:
            take_break(finder);
            break;
        case PAGE_BLOCK:
            end_run(finder);
            break;
        default:
            break;
        }
    }
    end_run(finder);
}

static void place_firsts(const struct page *page, struct runs *runs)
{
    uint32_t run = 0;
    for (uint32_t i = 0; i <= page->node_count; i++) {
        while (run < runs->count && runs->all[run].node < i)
            run++;
        runs->first[i] = run;
    }
}

struct runs *runs_find(const struct page *page)
{
    struct arena *arena = page->arena;
    struct runs *runs = arena_calloc(arena, 1, sizeof *runs);
    struct finder finder = {.page = page, .runs = runs};
    if (!runs)
        return NULL;
    finder.places = arena_calloc(arena, page->node_count, sizeof *finder.places);
    runs->first = arena_calloc(arena, page->node_count + 1, sizeof *runs->first);
    if (!finder.places || !runs->first)
        return NULL;
    find_all(&finder);
    buffer_free(&finder.raw);
    if (finder.failed)
        return NULL;
    place_firsts(page, runs);
    runs->value = arena_calloc(arena, runs->count + 1, sizeof *runs->value);
    runs->good = arena_calloc(arena, runs->count + 1, sizeof *runs->good);
    runs->heading_links = arena_calloc(arena, runs->count + 1, sizeof *runs->heading_links);
    if (!runs->value || !runs->good || !runs->heading_links)
        return NULL;
    runs_sum(runs);
    return runs;
}

void runs_sum(struct runs *runs)
{
    for (uint32_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->all[i];
        int32_t value = run->is_junk ? 0 : run->value;
        bool is_heading_link = run->level && run->link_weight * 10 > run->weight * 7;
        runs->value[i + 1] = runs->value[i] + value;
        runs->good[i + 1] = runs->good[i] + (value > 0 ? value : 0);
        runs->heading_links[i + 1] = runs->heading_links[i] + is_heading_link;
    }
}

int64_t runs_value(const struct runs *runs, const struct page *page, uint32_t node)
{
    return runs->value[runs->first[page->nodes[node].end]] - runs->value[runs->first[node]];
}

int64_t runs_good(const struct runs *runs, const struct page *page, uint32_t node)
{
    return runs->good[runs->first[page->nodes[node].end]] - runs->good[runs->first[node]];
}
