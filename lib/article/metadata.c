#include "lib/article/metadata.h"

#include "lib/article/hints.h"
#include "lib/base/buffer.h"
#include "lib/base/utf8.h"
#include "lib/text/date.h"
#include "lib/text/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    VALUE_MAX = 1000,
    HEADING_NEAR = 150, /* nodes after the main heading within which its date and author stand */
    HEADING_BEFORE = 60,
    BYLINE_MAX = 120,
    AUTHOR_MIN = 4,
    DATE_TEXT_MAX = 100,
    LABEL_WORDS = 4 /* words that may stand before a date: "Published on Monday," */
};

void metadata_offer(struct metadata *metadata, enum metadata_field field, int rank, const char *text, size_t size)
{
    struct buffer clean = BUFFER_INIT;
    if (metadata->texts[field] && metadata->ranks[field] <= rank)
        return;
    size = utf8_cut(text, size, VALUE_MAX);
    if (html_is_likely(text, size))
        html_append_text(&clean, text, size, HTML_ONE_LINE | HTML_KNOWN_TAGS);
    else
        html_append_plain(&clean, text, size, HTML_ONE_LINE);
    const char *copy = clean.size && !clean.failed ? arena_copy(metadata->arena, clean.bytes, clean.size) : NULL;
    if (copy) {
        metadata->texts[field] = copy;
        metadata->ranks[field] = rank;
    }
    buffer_free(&clean);
}

/* ---- dates ---- */

static bool is_date(const char *text)
{
    struct date date;
    return date_parse(text, strlen(text), &date);
}

/* A text that holds a date after a label of a few words. */
static void offer_date(struct metadata *metadata, int rank, const char *text)
{
    static const char *const later[] = {"updat",  "modif", "last ",  "edit", "обнов",
                                        "aktual", "mis à", "actual", "更新"};
    size_t size = strlen(text);
    if (size > DATE_TEXT_MAX)
        return;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strncasecmp(text, later[i], strlen(later[i])) == 0)
            return;
    for (int words = 0; words <= LABEL_WORDS && *text; words++) {
        if (is_date(text)) {
            metadata_offer(metadata, METADATA_PUBLISHED, rank, text, strlen(text));
            return;
        }
        text += strcspn(text, " :|");
        text += strspn(text, " :|-");
    }
}

/* ---- meta elements ---- */

struct meta_row {
    const char *name; /* of name, property, itemprop or http-equiv; in lower case */
    enum metadata_field field;
    int rank; /* above METADATA_META */
};

static const struct meta_row meta_rows[] = {
    {"og:title", METADATA_TITLE, 0},
    {"twitter:title", METADATA_TITLE, 1},
    {"parsely-title", METADATA_TITLE, 2},
    {"sailthru.title", METADATA_TITLE, 2},
    {"dc.title", METADATA_TITLE, 3},
    {"dcterms.title", METADATA_TITLE, 3},
    {"citation_title", METADATA_TITLE, 3},
    {"title", METADATA_TITLE, 4},
    {"author", METADATA_AUTHOR, 0},
    {"article:author_name", METADATA_AUTHOR, 0},
    {"parsely-author", METADATA_AUTHOR, 1},
    {"sailthru.author", METADATA_AUTHOR, 1},
    {"byl", METADATA_AUTHOR, 1},
    {"dc.creator", METADATA_AUTHOR, 2},
    {"dcterms.creator", METADATA_AUTHOR, 2},
    {"citation_author", METADATA_AUTHOR, 2},
    {"cxenseparse:author", METADATA_AUTHOR, 2},
    {"article:author", METADATA_AUTHOR, 3},
    {"og:site_name", METADATA_PUBLISHER, 0},
    {"publisher", METADATA_PUBLISHER, 2},
    {"dc.publisher", METADATA_PUBLISHER, 2},
    {"dcterms.publisher", METADATA_PUBLISHER, 2},
    {"citation_publisher", METADATA_PUBLISHER, 2},
    {"source", METADATA_PUBLISHER, 4},
    {"application-name", METADATA_PUBLISHER, 5},
    {"article:published_time", METADATA_PUBLISHED, 0},
    {"og:article:published_time", METADATA_PUBLISHED, 0},
    {"og:published_time", METADATA_PUBLISHED, 1},
    {"datepublished", METADATA_PUBLISHED, 1},
    {"parsely-pub-date", METADATA_PUBLISHED, 2},
    {"sailthru.date", METADATA_PUBLISHED, 2},
    {"cxenseparse:recs:publishtime", METADATA_PUBLISHED, 2},
    {"article.published", METADATA_PUBLISHED, 2},
    {"pubdate", METADATA_PUBLISHED, 2},
    {"pub_date", METADATA_PUBLISHED, 2},
    {"publishdate", METADATA_PUBLISHED, 2},
    {"publish-date", METADATA_PUBLISHED, 2},
    {"publish_date", METADATA_PUBLISHED, 2},
    {"publication_date", METADATA_PUBLISHED, 2},
    {"publication-date", METADATA_PUBLISHED, 2},
    {"published-date", METADATA_PUBLISHED, 2},
    {"published_at", METADATA_PUBLISHED, 2},
    {"ptime", METADATA_PUBLISHED, 2},
    {"displaydate", METADATA_PUBLISHED, 2},
    {"dc.date.issued", METADATA_PUBLISHED, 3},
    {"dcterms.issued", METADATA_PUBLISHED, 3},
    {"dcterms.created", METADATA_PUBLISHED, 3},
    {"dc.date.created", METADATA_PUBLISHED, 3},
    {"citation_publication_date", METADATA_PUBLISHED, 3},
    {"citation_online_date", METADATA_PUBLISHED, 3},
    {"dc.date", METADATA_PUBLISHED, 4},
    {"dcterms.date", METADATA_PUBLISHED, 4},
    {"release_date", METADATA_PUBLISHED, 4},
    {"created-date", METADATA_PUBLISHED, 4},
    {"date", METADATA_PUBLISHED, 6},
    {"article:modified_time", METADATA_MODIFIED, 0},
    {"og:updated_time", METADATA_MODIFIED, 1},
    {"datemodified", METADATA_MODIFIED, 1},
    {"last-modified", METADATA_MODIFIED, 4},
    {"dcterms.modified", METADATA_MODIFIED, 3},
    {"inlanguage", METADATA_LANGUAGE, 1},
    {"content-language", METADATA_LANGUAGE, 3},
    {"language", METADATA_LANGUAGE, 3},
    {"dc.language", METADATA_LANGUAGE, 3},
    {"dcterms.language", METADATA_LANGUAGE, 3},
    {"og:locale", METADATA_LANGUAGE, 4},
    {"og:url", METADATA_CANONICAL, 2},
    {"og:description", METADATA_DESCRIPTION, 0},
    {"twitter:description", METADATA_DESCRIPTION, 1},
    {"description", METADATA_DESCRIPTION, 2},
    {"dc.description", METADATA_DESCRIPTION, 3},
};

static const struct meta_row *find_meta(const char *name)
{
    for (size_t i = 0; name && i < sizeof meta_rows / sizeof *meta_rows; i++)
        if (strcasecmp(name, meta_rows[i].name) == 0)
            return &meta_rows[i];
    return NULL;
}

static bool is_address(const char *text)
{
    return strstr(text, "://") || strncmp(text, "//", 2) == 0 || *text == '@';
}

static void read_meta(struct metadata *metadata, const struct page *page, const struct page_node *node)
{
    static const char *const keys[] = {"property", "name", "itemprop", "http-equiv"};
    const char *content = page_attribute(page, node, "content");
    const struct meta_row *row = NULL;
    for (size_t i = 0; !row && i < sizeof keys / sizeof *keys; i++)
        row = find_meta(page_attribute(page, node, keys[i]));
    if (!row || !content || !*content)
        return;
    if (row->field == METADATA_AUTHOR && is_address(content))
        return;
    if (row->field == METADATA_AUTHOR && strncasecmp(content, "by ", 3) == 0)
        content += 3;
    if (row->field == METADATA_PUBLISHED && !is_date(content))
        return;
    metadata_offer(metadata, row->field, METADATA_META + row->rank, content, strlen(content));
}

static void read_link(struct metadata *metadata, const struct page *page, const struct page_node *node)
{
    const char *rel = page_attribute(page, node, "rel"), *href = page_attribute(page, node, "href");
    if (rel && href && *href && strcasecmp(rel, "canonical") == 0)
        metadata_offer(metadata, METADATA_CANONICAL, METADATA_META, href, strlen(href));
}

/* ---- microdata and names of elements ---- */

/* An element's value: of its attributes, else its text. */
static const char *value_of(const struct page *page, uint32_t i)
{
    const struct page_node *node = &page->nodes[i];
    const char *value = page_attribute(page, node, "content");
    if (!value)
        value = page_attribute(page, node, "datetime");
    return value && *value ? value : page_text(page, i, VALUE_MAX);
}

static bool is_near(const struct metadata *metadata, uint32_t i)
{
    return i >= metadata->heading_node ? i - metadata->heading_node < HEADING_NEAR
                                       : metadata->heading_node - i < HEADING_BEFORE;
}

/* After the heading is better than before it: what stands above may be of the page, not of the article. */
static int rank_near(const struct metadata *metadata, uint32_t i, int rank)
{
    return METADATA_PAGE + rank + (i < metadata->heading_node ? 10 : 0);
}

static void offer_byline(struct metadata *metadata, int rank, const char *text)
{
    static const char *const labels[] = {"by ",    "by: ",    "von ",     "par ",       "por ",         "di ",
                                         "door ",  "av ",     "автор: ",  "автор ",     "author: ",     "written by ",
                                         "text: ", "autor: ", "auteur: ", "reporter: ", "reporting by "};
    size_t size = strlen(text);
    bool is_labelled = false;
    if (size == 0 || size > BYLINE_MAX || is_address(text))
        return;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strncasecmp(text, labels[i], strlen(labels[i])) == 0) {
            text += strlen(labels[i]);
            is_labelled = true;
            break;
        }
    if (!is_labelled && is_date(text))
        return;
    /* The date often follows on the same line. */
    size = strcspn(text, "0123456789|");
    while (size > 0 && strchr(" ,-", text[size - 1]))
        size--;
    if (size >= AUTHOR_MIN)
        metadata_offer(metadata, METADATA_AUTHOR, rank, text, size);
}

static void read_element(struct metadata *metadata, const struct page *page, uint32_t i)
{
    const struct page_node *node = &page->nodes[i];
    const char *property = page_attribute(page, node, "itemprop");
    unsigned hints = *node->words ? hints_of(node->words) : 0;
    if (property && strcasestr(property, "datePublished"))
        offer_date(metadata, METADATA_PAGE, value_of(page, i));
    if (property && strcasecmp(property, "headline") == 0 && node->kind != PAGE_SKIP)
        metadata_offer(metadata, METADATA_TITLE, METADATA_PAGE, value_of(page, i), strlen(value_of(page, i)));
    if (property && strcasecmp(property, "author") == 0 && is_near(metadata, i))
        offer_byline(metadata, METADATA_PAGE, value_of(page, i));
    if (!is_near(metadata, i))
        return;
    if (node->tag == TAG_TIME && !(hints & HINT_JUNK) && !strstr(node->words, "modified") &&
        !strstr(node->words, "updated"))
        offer_date(metadata, rank_near(metadata, i, page_attribute(page, node, "pubdate") ? 1 : 2), value_of(page, i));
    else if ((hints & HINT_DATE) && node->kind != PAGE_SKIP)
        offer_date(metadata, rank_near(metadata, i, 3), page_text(page, i, DATE_TEXT_MAX + 1));
    const char *rel = node->tag == TAG_A ? page_attribute(page, node, "rel") : NULL;
    if (rel && strcasecmp(rel, "author") == 0)
        offer_byline(metadata, rank_near(metadata, i, 1), page_text(page, i, VALUE_MAX));
    else if ((hints & HINT_AUTHOR) && node->kind != PAGE_SKIP)
        offer_byline(metadata, rank_near(metadata, i, 3), page_text(page, i, VALUE_MAX));
}

/* Lines of text near the heading that are a date and nothing else, or "By somebody". */
static void read_lines(struct metadata *metadata, const struct runs *runs)
{
    for (uint32_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->all[i];
        if (run->weight >= 60 || run->level > 0 || !is_near(metadata, run->node))
            continue;
        if (run->weight < 40)
            offer_date(metadata, rank_near(metadata, run->node, 5), run->text);
        if (run->node > metadata->heading_node && !run->ends_sentence && strncmp(run->text, "By ", 3) == 0)
            offer_byline(metadata, rank_near(metadata, run->node, 5), run->text);
    }
}

/* ---- the heading ---- */

/* Whether a heading's text is what the window's title or og:title begin with or hold. */
static bool agrees(const struct metadata *metadata, const char *heading)
{
    const char *const others[] = {metadata->window_title, metadata->texts[METADATA_TITLE]};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] && *heading && strcasestr(others[i], heading))
            return true;
    return false;
}

/* Of several main headings the longest that the titles repeat: the others are the site's name. */
static void find_heading(struct metadata *metadata, const struct page *page, const struct runs *runs)
{
    uint32_t agreed = 0;
    for (uint32_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->all[i];
        bool is_agreed = run->level && run->level <= 4 && agrees(metadata, run->text);
        bool is_main = run->level == 1 || (is_agreed && run->weight > 15);
        bool is_better = is_agreed ? run->weight > agreed : !metadata->heading;
        if (!is_main || !is_better)
            continue;
        metadata->heading = page_text(page, run->block, VALUE_MAX);
        metadata->heading_node = run->node;
        agreed = is_agreed ? run->weight : 0;
    }
}

void metadata_read(struct metadata *metadata, const struct page *page, const struct runs *runs)
{
    *metadata = (struct metadata){.arena = page->arena};
    for (uint32_t i = 0; i < page->script_count; i++)
        metadata_read_json(metadata, page->scripts[i]);
    for (uint32_t i = 1; i < page->node_count; i++) {
        const struct page_node *node = &page->nodes[i];
        const char *lang;
        switch (node->tag) {
        case TAG_TITLE:
            if (!metadata->window_title && strcmp(node->name, "title") == 0)
                metadata->window_title = page_text(page, i, VALUE_MAX);
            break;
        case TAG_META:
            read_meta(metadata, page, node);
            break;
        case TAG_LINK:
            read_link(metadata, page, node);
            break;
        case TAG_BASE:
            if (!metadata->base)
                metadata->base = page_attribute(page, node, "href");
            break;
        case TAG_HTML:
            lang = page_attribute(page, node, "lang");
            lang = lang && *lang ? lang : page_attribute(page, node, "xml:lang");
            if (lang && *lang)
                metadata_offer(metadata, METADATA_LANGUAGE, METADATA_META, lang, strlen(lang));
            break;
        default:
            break;
        }
    }
    find_heading(metadata, page, runs);
    for (uint32_t i = 1; i < page->node_count; i++)
        if (page->nodes[i].kind != PAGE_TEXT && page->nodes[i].tag != TAG_META)
            read_element(metadata, page, i);
    read_lines(metadata, runs);
}
