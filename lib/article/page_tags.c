#include "lib/article/page_tags.h"

#include <string.h>

/* Elements that are not plain inline ones, sorted by name. */
static const struct page_element elements[] = {
    {"address", PAGE_BLOCK, TAG_OTHER, 0},
    {"amp-ad", PAGE_SKIP, TAG_ITEM, 0},
    {"amp-analytics", PAGE_SKIP, TAG_ITEM, 0},
    {"amp-consent", PAGE_SKIP, TAG_ITEM, 0},
    {"amp-sidebar", PAGE_SKIP, TAG_ITEM, 0},
    {"amp-user-notification", PAGE_SKIP, TAG_ITEM, 0},
    {"applet", PAGE_SKIP, TAG_ITEM, 0},
    {"article", PAGE_BLOCK, TAG_ARTICLE, 0},
    {"aside", PAGE_BLOCK, TAG_ASIDE, 0},
    {"audio", PAGE_SKIP, TAG_ITEM, 0},
    {"base", PAGE_SKIP, TAG_BASE, 0},
    {"blockquote", PAGE_BLOCK, TAG_BLOCKQUOTE, 0},
    {"body", PAGE_BLOCK, TAG_BODY, 0},
    {"br", PAGE_BREAK, TAG_OTHER, 0},
    {"button", PAGE_SKIP, TAG_ITEM, 0},
    {"canvas", PAGE_SKIP, TAG_ITEM, 0},
    {"caption", PAGE_BLOCK, TAG_CAPTION, 0},
    {"center", PAGE_BLOCK, TAG_DIV, 0},
    {"datalist", PAGE_SKIP, TAG_ITEM, 0},
    {"dd", PAGE_BLOCK, TAG_LI, 0},
    {"details", PAGE_BLOCK, TAG_OTHER, 0},
    {"dialog", PAGE_SKIP, TAG_ITEM, 0},
    {"dir", PAGE_BLOCK, TAG_LIST, 0},
    {"div", PAGE_BLOCK, TAG_DIV, 0},
    {"dl", PAGE_BLOCK, TAG_LIST, 0},
    {"dt", PAGE_BLOCK, TAG_LI, 0},
    {"embed", PAGE_SKIP, TAG_ITEM, 0},
    {"fieldset", PAGE_BLOCK, TAG_OTHER, 0},
    {"figcaption", PAGE_BLOCK, TAG_CAPTION, 0},
    {"figure", PAGE_BLOCK, TAG_FIGURE, 0},
    {"footer", PAGE_BLOCK, TAG_FOOTER, 0},
    {"form", PAGE_BLOCK, TAG_FORM, 0},
    {"frameset", PAGE_SKIP, TAG_ITEM, 0},
    {"h1", PAGE_BLOCK, TAG_HEADING, 1},
    {"h2", PAGE_BLOCK, TAG_HEADING, 2},
    {"h3", PAGE_BLOCK, TAG_HEADING, 3},
    {"h4", PAGE_BLOCK, TAG_HEADING, 4},
    {"h5", PAGE_BLOCK, TAG_HEADING, 5},
    {"h6", PAGE_BLOCK, TAG_HEADING, 6},
    {"head", PAGE_BLOCK, TAG_HEAD, 0},
    {"header", PAGE_BLOCK, TAG_HEADER, 0},
    {"hgroup", PAGE_BLOCK, TAG_OTHER, 0},
    {"hr", PAGE_BLOCK, TAG_OTHER, 0},
    {"html", PAGE_BLOCK, TAG_HTML, 0},
    {"iframe", PAGE_SKIP, TAG_IFRAME, 0},
    {"legend", PAGE_BLOCK, TAG_CAPTION, 0},
    {"li", PAGE_BLOCK, TAG_LI, 0},
    {"link", PAGE_SKIP, TAG_LINK, 0},
    {"main", PAGE_BLOCK, TAG_MAIN, 0},
    {"map", PAGE_SKIP, TAG_ITEM, 0},
    {"math", PAGE_SKIP, TAG_ITEM, 0},
    {"menu", PAGE_BLOCK, TAG_LIST, 0},
    {"meta", PAGE_SKIP, TAG_META, 0},
    {"nav", PAGE_BLOCK, TAG_NAV, 0},
    {"noframes", PAGE_SKIP, TAG_ITEM, 0},
    {"noscript", PAGE_SKIP, TAG_ITEM, 0},
    {"object", PAGE_SKIP, TAG_ITEM, 0},
    {"ol", PAGE_BLOCK, TAG_LIST, 0},
    {"optgroup", PAGE_SKIP, TAG_ITEM, 0},
    {"option", PAGE_SKIP, TAG_ITEM, 0},
    {"p", PAGE_BLOCK, TAG_P, 0},
    {"picture", PAGE_SKIP, TAG_ITEM, 0},
    {"pre", PAGE_BLOCK, TAG_PRE, 0},
    {"rp", PAGE_SKIP, TAG_ITEM, 0},
    {"rt", PAGE_SKIP, TAG_ITEM, 0},
    {"script", PAGE_SKIP, TAG_SCRIPT, 0},
    {"section", PAGE_BLOCK, TAG_SECTION, 0},
    {"select", PAGE_SKIP, TAG_ITEM, 0},
    {"style", PAGE_SKIP, TAG_ITEM, 0},
    {"summary", PAGE_BLOCK, TAG_OTHER, 0},
    {"svg", PAGE_SKIP, TAG_ITEM, 0},
    {"table", PAGE_BLOCK, TAG_TABLE, 0},
    {"tbody", PAGE_BLOCK, TAG_OTHER, 0},
    {"td", PAGE_BLOCK, TAG_CELL, 0},
    {"template", PAGE_SKIP, TAG_ITEM, 0},
    {"textarea", PAGE_SKIP, TAG_ITEM, 0},
    {"tfoot", PAGE_BLOCK, TAG_OTHER, 0},
    {"th", PAGE_BLOCK, TAG_CELL, 0},
    {"thead", PAGE_BLOCK, TAG_OTHER, 0},
    {"title", PAGE_SKIP, TAG_TITLE, 0},
    {"tr", PAGE_BLOCK, TAG_OTHER, 0},
    {"ul", PAGE_BLOCK, TAG_LIST, 0},
    {"video", PAGE_SKIP, TAG_ITEM, 0},
};

static const struct page_element inline_element = {"", PAGE_INLINE, TAG_OTHER, 0};
static const struct page_element link_element = {"a", PAGE_INLINE, TAG_A, 0};
static const struct page_element time_element = {"time", PAGE_INLINE, TAG_TIME, 0};

const struct page_element *page_find_element(const char *name)
{
    size_t low = 0, high = sizeof elements / sizeof *elements;
    if (strcmp(name, "a") == 0)
        return &link_element;
    if (strcmp(name, "time") == 0)
        return &time_element;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, elements[middle].name);
        if (order == 0)
            return &elements[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return &inline_element;
}
