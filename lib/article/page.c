#include "lib/article/page.h"

#include "lib/article/page_guard.h"
#include "lib/article/page_tags.h"
#include "lib/base/buffer.h"
#include "lib/base/utf8.h"
#include "lib/text/html.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 400, SCRIPT_MAX = 4 << 20, SCRIPTS_SIZE_MAX = 8 << 20 };

struct open_element {
    char name[PAGE_NAME_MAX]; /* cut: enough to tell them apart */
    uint32_t node;
};

struct parser {
    struct page *page;
    xmlParserCtxtPtr context;
    struct open_element open[PAGE_OPEN_MAX];
    size_t depth;
    struct buffer text;   /* the run of text being read */
    struct buffer script; /* the JSON-LD script being read */
    size_t scripts_size;
    uint32_t expected; /* nodes, so that the arrays hardly ever grow */
    bool is_in_data;
    bool failed;
};

/* ---- growing ---- */

static void *grow(struct parser *parser, void *old, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity)
        return old;
    uint32_t wanted = *capacity ? *capacity * 2 : parser->expected;
    void *grown = arena_alloc(parser->page->arena, wanted * size);
    if (!grown) {
        parser->failed = true;
        return old;
    }
    if (old)
        memcpy(grown, old, count * size);
    *capacity = wanted;
    return grown;
}

static struct page_node *add_node(struct parser *parser)
{
    struct page *page = parser->page;
    page->nodes = grow(parser, page->nodes, page->node_count, &page->node_capacity, sizeof *page->nodes);
    if (parser->failed)
        return NULL;
    struct page_node *node = &page->nodes[page->node_count++];
    *node = (struct page_node){.words = "", .end = page->node_count};
    node->parent = parser->depth ? parser->open[parser->depth - 1].node : 0;
    return node;
}

static void add_attribute(struct parser *parser, const char *name, const char *value)
{
    struct page *page = parser->page;
    page->attributes =
        grow(parser, page->attributes, page->attribute_count, &page->attribute_capacity, sizeof *page->attributes);
    if (parser->failed)
        return;
    page->attributes[page->attribute_count++] = (struct page_attribute){arena_copy(page->arena, name, strlen(name)),
                                                                        arena_copy(page->arena, value, strlen(value))};
}

/* ---- words ---- */

/* "ArticleBody_text--x1" gives " article body text x1 ". */
static void append_words(struct buffer *words, const char *value)
{
    bool is_apart = true;
    for (const char *c = value; *c && words->size < WORDS_MAX; c++) {
        unsigned char byte = (unsigned char)*c;
        if (!isalnum(byte)) {
            is_apart = true;
            continue;
        }
        bool is_hump = isupper(byte) && c > value && islower((unsigned char)c[-1]);
        if ((is_apart || is_hump) && words->size && words->bytes[words->size - 1] != ' ')
            buffer_append_char(words, ' ');
        if (!words->size)
            buffer_append_char(words, ' ');
        is_apart = false;
        buffer_append_char(words, (char)tolower(byte));
    }
}

static const char *const word_attributes[] = {
    "class", "id", "role", "itemprop", "data-testid", "data-qa", "data-component", "data-tb-region", "rel"};

static bool is_word_attribute(const char *name)
{
    for (size_t i = 0; i < sizeof word_attributes / sizeof *word_attributes; i++)
        if (strcmp(name, word_attributes[i]) == 0)
            return true;
    return false;
}

/* Attributes that some pass asks for by name. */
static bool is_kept_attribute(const char *name)
{
    static const char *const names[] = {"href",       "content",   "name",     "property", "datetime",
                                        "lang",       "itemprop",  "itemtype", "rel",      "type",
                                        "http-equiv", "class",     "id",       "pubdate",  "title",
                                        "xml:lang",   "itemscope", "role",     "media",    "hreflang"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* `style` says that it is not shown. */
static bool hides(const char *style)
{
    const char *display = strcasestr(style, "display");
    if (!display)
        return false;
    display += 7;
    while (*display == ' ' || *display == ':')
        display++;
    return strncasecmp(display, "none", 4) == 0;
}

static void read_attributes(struct parser *parser, struct page_node *node, const xmlChar **attributes)
{
    struct buffer words = BUFFER_INIT;
    uint32_t first = parser->page->attribute_count;
    for (size_t i = 0; attributes && attributes[i]; i += 2) {
        const char *name = (const char *)attributes[i];
        const char *value = attributes[i + 1] ? (const char *)attributes[i + 1] : "";
        if (is_word_attribute(name)) {
            append_words(&words, value);
            if (words.size && words.bytes[words.size - 1] != ' ')
                buffer_append_char(&words, ' ');
        }
        if (strcmp(name, "hidden") == 0 || (strcmp(name, "style") == 0 && hides(value)))
            node->is_hidden = true;
        if (is_kept_attribute(name))
            add_attribute(parser, name, value);
    }
    node->attribute = first;
    node->attribute_count = parser->page->attribute_count - first;
    if (words.size && !words.failed) {
        const char *copy = arena_copy(parser->page->arena, words.bytes, words.size);
        node->words = copy ? copy : "";
    }
    buffer_free(&words);
}

/* ---- what libxml2 calls ---- */

static void flush_text(struct parser *parser)
{
    if (parser->text.size == 0)
        return;
    struct page_node *node = add_node(parser);
    if (node) {
        node->kind = PAGE_TEXT;
        node->text = arena_copy(parser->page->arena, parser->text.bytes, parser->text.size);
        node->text_size = (uint32_t)parser->text.size;
        if (!node->text)
            parser->failed = true;
    }
    buffer_clear(&parser->text);
}

static void cut(struct parser *parser)
{
    parser->page->is_cut = true;
    xmlStopParser(parser->context);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
    struct parser *parser = user;
    if (parser->failed)
        return;
    flush_text(parser);
    if (parser->depth == PAGE_OPEN_MAX) {
        cut(parser);
        return;
    }
    const struct page_element *element = page_find_element((const char *)name);
    struct page_node *node = add_node(parser);
    if (!node) {
        xmlStopParser(parser->context);
        return;
    }
    node->kind = element->kind;
    node->tag = element->tag;
    node->level = element->level;
    node->name = *element->name ? element->name : "x";
    read_attributes(parser, node, attributes);
    struct open_element *open = &parser->open[parser->depth];
    strncpy(open->name, (const char *)name, sizeof open->name - 1);
    open->name[sizeof open->name - 1] = '\0';
    /* What is deeper than is kept apart hangs on the last level. */
    open->node =
        parser->depth < PAGE_DEPTH_MAX ? (uint32_t)(node - parser->page->nodes) : parser->open[PAGE_DEPTH_MAX - 1].node;
    parser->depth++;
    const char *type = node->tag == TAG_SCRIPT ? page_attribute(parser->page, node, "type") : NULL;
    if (type && strcasestr(type, "ld+json")) {
        parser->is_in_data = true;
        buffer_clear(&parser->script);
    }
}

static void end_script(struct parser *parser)
{
    struct page *page = parser->page;
    parser->is_in_data = false;
    if (parser->script.failed || parser->script.size == 0 || page->script_count == PAGE_SCRIPTS_MAX ||
        parser->scripts_size + parser->script.size > SCRIPTS_SIZE_MAX)
        return;
    parser->scripts_size += parser->script.size;
    page->scripts[page->script_count] = arena_copy(page->arena, parser->script.bytes, parser->script.size);
    page->script_count += page->scripts[page->script_count] != NULL;
}

static void close_to(struct parser *parser, size_t depth)
{
    while (parser->depth > depth) {
        uint32_t node = parser->open[--parser->depth].node;
        parser->page->nodes[node].end = parser->page->node_count;
    }
}

static void on_end(void *user, const xmlChar *name)
{
    struct parser *parser = user;
    if (parser->failed)
        return;
    flush_text(parser);
    if (parser->is_in_data && strcmp((const char *)name, "script") == 0)
        end_script(parser);
    /* libxml2 closes in order; the search is a safeguard. */
    size_t depth = parser->depth;
    while (depth > 0 && strncmp(parser->open[depth - 1].name, (const char *)name, PAGE_NAME_MAX - 1) != 0)
        depth--;
    if (depth > 0)
        close_to(parser, depth - 1);
}

static void on_text(void *user, const xmlChar *text, int size)
{
    struct parser *parser = user;
    if (parser->failed || size <= 0)
        return;
    buffer_append(parser->is_in_data ? &parser->script : &parser->text, text, (size_t)size);
}

/* ---- the parse ---- */

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static bool run_parser(struct parser *parser, const struct buffer *html)
{
    xmlSAXHandler handler = {.startElement = on_start,
                             .endElement = on_end,
                             .characters = on_text,
                             .cdataBlock = on_text,
                             .ignorableWhitespace = on_text,
                             .initialized = 1};
    pthread_once(&library_once, xmlInitParser);
    htmlParserCtxtPtr context = htmlNewParserCtxt();
    if (!context)
        return false;
    parser->context = context;
    *context->sax = handler;
    context->userData = parser;
    xmlDocPtr document = htmlCtxtReadMemory(context, html->bytes ? html->bytes : "", (int)html->size, NULL, "UTF-8",
                                            HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                                HTML_PARSE_NONET | HTML_PARSE_NOIMPLIED);
    xmlFreeDoc(document);
    if (context->myDoc && context->myDoc != document)
        xmlFreeDoc(context->myDoc);
    context->myDoc = NULL;
    htmlFreeParserCtxt(context);
    flush_text(parser);
    close_to(parser, 0);
    return !parser->failed;
}

struct page *page_parse(struct arena *arena, const char *html, size_t size, struct error *error)
{
    struct page *page = arena_calloc(arena, 1, sizeof *page);
    struct parser *parser = calloc(1, sizeof *parser);
    struct buffer safe = BUFFER_INIT;
    bool is_good = page && parser;
    if (is_good) {
        page->arena = arena;
        page->scripts = arena_calloc(arena, PAGE_SCRIPTS_MAX, sizeof *page->scripts);
        parser->page = page;
        parser->text.limit = 64 << 20;
        parser->script.limit = SCRIPT_MAX;
        page_guard(&safe, html, size, &page->is_cut);
        parser->expected = 64;
        for (size_t i = 0; i < safe.size; i++)
            parser->expected += safe.bytes[i] == '<';
        is_good = page->scripts && !safe.failed && safe.size < INT32_MAX && add_node(parser) != NULL;
    }
    if (is_good) {
        page->nodes[0].kind = PAGE_BLOCK;
        is_good = run_parser(parser, &safe);
        page->nodes[0].end = page->node_count;
    }
    if (parser) {
        buffer_free(&parser->text);
        buffer_free(&parser->script);
    }
    free(parser);
    buffer_free(&safe);
    if (is_good && !arena_failed(arena))
        return page;
    error_set(error, ERROR_MEMORY, "the page needs more memory than is allowed");
    return NULL;
}

/* ---- asking ---- */

const char *page_attribute(const struct page *page, const struct page_node *node, const char *name)
{
    for (uint32_t i = 0; i < node->attribute_count; i++)
        if (strcmp(page->attributes[node->attribute + i].name, name) == 0)
            return page->attributes[node->attribute + i].value;
    return NULL;
}

bool page_has_word(const struct page_node *node, const char *word)
{
    size_t size = strlen(word);
    for (const char *found = strstr(node->words, word); found; found = strstr(found + 1, word))
        if (found > node->words && found[-1] == ' ' && found[size] == ' ')
            return true;
    return false;
}

const char *page_text(const struct page *page, uint32_t node, size_t limit)
{
    struct buffer raw = BUFFER_INIT, text = BUFFER_INIT;
    for (uint32_t i = node; i < page->nodes[node].end && raw.size < limit; i++) {
        const struct page_node *below = &page->nodes[i];
        if (below->kind == PAGE_SKIP && i != node)
            i = below->end - 1;
        else if (below->kind == PAGE_TEXT)
            buffer_append(&raw, below->text, utf8_cut(below->text, below->text_size, limit - raw.size));
        else if (below->kind != PAGE_INLINE)
            buffer_append_char(&raw, ' ');
    }
    html_append_plain(&text, raw.bytes ? raw.bytes : "", raw.size, HTML_ONE_LINE);
    const char *copy = text.size && !text.failed ? arena_copy(page->arena, text.bytes, text.size) : "";
    buffer_free(&raw);
    buffer_free(&text);
    return copy ? copy : "";
}
