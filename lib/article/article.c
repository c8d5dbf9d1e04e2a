#include "lib/article/article.h"

#include "lib/article/content.h"
#include "lib/article/metadata.h"
#include "lib/article/wall.h"
#include "lib/base/utf8.h"
#include "lib/text/charset.h"
#include "lib/text/html.h"
#include "lib/text/language.h"
#include "lib/text/url.h"

#include "lib/base/arena.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BINARY_SAMPLE = 16 * 1024, BINARY_CONTROLS_MIN = 8 };

static const struct article_limits default_limits = {16u << 20, 256u << 20, 1u << 20};

const char *article_verdict_name(enum article_verdict verdict)
{
    static const char *const names[] = {"full", "paywall", "consent", "blocked", "short"};
    return names[verdict];
}

static struct article_limits limits_of(const struct article_request *request)
{
    struct article_limits limits = request->limits;
    limits.document = limits.document ? limits.document : default_limits.document;
    limits.memory = limits.memory ? limits.memory : default_limits.memory;
    limits.text = limits.text ? limits.text : default_limits.text;
    return limits;
}

/* ---- what the page is called ---- */

/* The title without the site's name, which stands after the last separator, or before the first. */
static const char *without_site(struct arena *arena, const char *title, const char *site)
{
    static const char *const separators[] = {" | ", " - ", " – ", " — ",  " :: ", " · ",
                                             " » ", " « ", " • ", " ｜ ", "｜"};
    size_t size = strlen(title), cut = 0;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t length = strlen(separators[i]);
        for (const char *found = strstr(title, separators[i]); found; found = strstr(found + length, separators[i]))
            if ((size_t)(found - title) > cut)
                cut = (size_t)(found - title);
    }
    if (cut == 0)
        return title;
    const char *tail = title + cut;
    bool is_site = site && strcasestr(tail, site);
    size_t tail_size = size - cut;
    bool is_short = cut >= 20 && tail_size <= 40 && tail_size * 2 < cut;
    return is_site || is_short ? arena_copy(arena, title, cut) : title;
}

static bool equal_ignoring_case(const char *a, const char *b)
{
    return a && b && strcasecmp(a, b) == 0;
}

static const char *choose_title(struct arena *arena, const struct metadata *metadata)
{
    const char *site = metadata->texts[METADATA_PUBLISHER], *named = metadata->texts[METADATA_TITLE];
    const char *heading = metadata->heading;
    if (heading && (!*heading || equal_ignoring_case(heading, site)))
        heading = NULL;
    bool agrees = heading && ((named && strcasestr(named, heading)) ||
                              (metadata->window_title && strcasestr(metadata->window_title, heading)));
    if (heading && (agrees || (!named && !metadata->window_title)))
        return heading;
    if (named)
        return without_site(arena, named, site);
    if (heading && strlen(heading) > 15)
        return heading;
    return metadata->window_title && *metadata->window_title ? without_site(arena, metadata->window_title, site)
                                                             : heading;
}

/* ---- when ---- */

static void read_date(struct article_date *date, const char *text)
{
    date->raw = text;
    date->known = text && date_parse(text, strlen(text), &date->date);
}

/* Many addresses hold the day: "/2024/05/17/", "/20240517/". */
static void date_from_url(struct arena *arena, struct article_date *date, const char *url)
{
    const char *path = url ? strstr(url, "://") : NULL;
    for (const char *c = path ? path + 3 : ""; *c; c++) {
        int year, month, day, used = 0;
        if (*c != '/' || (sscanf(c, "/%4d/%2d/%2d%n", &year, &month, &day, &used) < 3 || used < 9))
            continue;
        if (c[used] != '/' || year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31)
            continue;
        read_date(date, arena_printf(arena, "%04d-%02d-%02d", year, month, day));
        return;
    }
}

/* ---- in which language ---- */

static const char *language_code(struct arena *arena, const char *tag)
{
    size_t size = tag ? strcspn(tag, "-_ ,;") : 0;
    char code[4];
    if (size < 2 || size > 3)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        if (!isalpha((unsigned char)tag[i]))
            return NULL;
        code[i] = (char)tolower((unsigned char)tag[i]);
    }
    return arena_copy(arena, code, size);
}

/* The declared one, unless the text clearly is in another: templates are copied with their lang="en". */
static const char *choose_language(struct arena *arena, const struct metadata *metadata, const char *text,
                                   uint32_t weight)
{
    const char *declared = language_code(arena, metadata->texts[METADATA_LANGUAGE]);
    struct language_guess guess = language_guess(text, strlen(text));
    bool is_known = strcmp(guess.code, "und") != 0;
    if (!is_known || (declared && strcmp(declared, guess.code) == 0))
        return declared;
    bool is_sure = weight > 200 && guess.share >= 0.13;
    if (!declared || (is_sure && strcmp(declared, "en") == 0) || (is_sure && strcmp(guess.code, "en") == 0))
        return arena_copy(arena, guess.code, strlen(guess.code));
    return declared;
}

/* ---- where ---- */

static const char *path_of(const char *url)
{
    const char *start = strstr(url, "://");
    const char *path = start ? strchr(start + 3, '/') : NULL;
    return path ? path : "/";
}

static const char *choose_canonical(struct arena *arena, const struct metadata *metadata, const char *url)
{
    const char *said = metadata->texts[METADATA_CANONICAL];
    struct buffer base = BUFFER_INIT, resolved = BUFFER_INIT;
    const char *result = NULL;
    if (!said)
        return url && url_is_web(url, strlen(url)) ? arena_copy(arena, url, strlen(url)) : NULL;
    if (metadata->base)
        url_resolve(&base, url ? url : "", url ? strlen(url) : 0, metadata->base, strlen(metadata->base));
    else if (url)
        buffer_append_text(&base, url);
    url_resolve(&resolved, base.bytes ? base.bytes : "", base.size, said, strlen(said));
    if (resolved.size && url_is_web(resolved.bytes, resolved.size))
        result = arena_copy(arena, resolved.bytes, resolved.size);
    /* A common mistake: every page names the front page. */
    if (result && url && strcmp(path_of(result), "/") == 0 && strcmp(path_of(url), "/") != 0 && !strchr(result, '?'))
        result = NULL;
    buffer_free(&base);
    buffer_free(&resolved);
    return result ? result : url && url_is_web(url, strlen(url)) ? arena_copy(arena, url, strlen(url)) : NULL;
}

/* ---- reading ---- */

struct reading {
    struct article *article;
    const struct article_request *request;
    struct article_limits limits;
    struct arena *scratch; /* the tree, runs and metadata */
    struct metadata metadata;
    struct content content;
};

static const char *keep(struct article *article, const char *text)
{
    return text && *text ? arena_copy(article->arena, text, strlen(text)) : NULL;
}

/* JSON-LD's text, where the page shows clearly less of it. */
static void prefer_data(struct reading *reading)
{
    const char *body = reading->metadata.body;
    uint32_t weight = body ? runs_weigh(body, strlen(body)) : 0;
    struct content *content = &reading->content;
    if (weight < 200 || weight < content->weight + content->weight / 3)
        return;
    buffer_clear(&content->text);
    buffer_append_text(&content->text, body);
    content->weight = weight;
    content->sentences = content->sentences ? content->sentences : 1;
    content->is_list = false;
}

static void fill_article(struct reading *reading)
{
    struct article *article = reading->article;
    struct metadata *metadata = &reading->metadata;
    struct arena *arena = reading->scratch;
    const char *url = reading->request->url && *reading->request->url ? reading->request->url : NULL;
    struct buffer *text = &reading->content.text;
    size_t size = text->size ? utf8_cut(text->bytes, text->size, reading->limits.text) : 0;
    article->is_cut = article->is_cut || size < text->size;
    article->text = size ? arena_copy(article->arena, text->bytes, size) : "";
    article->title = keep(article, choose_title(arena, metadata));
    article->author = keep(article, metadata->texts[METADATA_AUTHOR]);
    article->publisher = keep(article, metadata->texts[METADATA_PUBLISHER]);
    article->description = keep(article, metadata->texts[METADATA_DESCRIPTION]);
    article->canonical = keep(article, choose_canonical(arena, metadata, url));
    if (article->text)
        article->language = keep(article, choose_language(arena, metadata, article->text, reading->content.weight));
    read_date(&article->published, keep(article, metadata->texts[METADATA_PUBLISHED]));
    read_date(&article->modified, keep(article, metadata->texts[METADATA_MODIFIED]));
    if (!article->published.known)
        date_from_url(article->arena, &article->published, url ? url : article->canonical);
}

static bool read_page(struct reading *reading, const struct charset_text *text, struct error *error)
{
    struct article *article = reading->article;
    struct page *page = page_parse(reading->scratch, text->bytes, text->size, error);
    if (!page)
        return false;
    article->is_cut = page->is_cut;
    struct runs *runs = runs_find(page);
    if (!runs)
        return error_set(error, ERROR_MEMORY, "the page needs more memory than is allowed");
    metadata_read(&reading->metadata, page, runs);
    struct content_facts facts = {.title = choose_title(reading->scratch, &reading->metadata),
                                  .is_live = reading->metadata.is_live};
    if (!content_find(&reading->content, page, runs, &facts))
        return error_set(error, ERROR_MEMORY, "no memory for the article's text");
    article->verdict = wall_judge(page, runs, &reading->content, &reading->metadata, &article->reason);
    if (article->verdict == ARTICLE_FULL || !reading->metadata.is_locked)
        prefer_data(reading);
    if (article->verdict == ARTICLE_SHORT && !reading->content.is_list)
        article->verdict = wall_judge(page, runs, &reading->content, &reading->metadata, &article->reason);
    fill_article(reading);
    return true;
}

/* Media types that are surely no page; servers label pages with everything else. */
static bool is_foreign(const char *content_type, const char *bytes, size_t size)
{
    static const char *const types[] = {"image/",
                                        "video/",
                                        "audio/",
                                        "font/",
                                        "application/pdf",
                                        "application/zip",
                                        "application/octet-stream",
                                        "application/vnd.",
                                        "application/msword"};
    static const char *const marks[] = {"%PDF-", "\x89PNG", "GIF8", "\xFF\xD8\xFF", "PK\x03\x04", "\x1F\x8B"};
    for (size_t i = 0; content_type && i < sizeof types / sizeof *types; i++)
        if (strncasecmp(content_type, types[i], strlen(types[i])) == 0)
            return true;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size >= strlen(marks[i]) && memcmp(bytes, marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

/* Bytes that are no text decode to something as well, with control characters all over it. */
static bool is_binary(const char *text, size_t size)
{
    size_t looked_at = size < BINARY_SAMPLE ? size : BINARY_SAMPLE, controls = 0;
    for (size_t i = 0; i < looked_at; i++) {
        unsigned char byte = (unsigned char)text[i];
        controls += byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
    }
    return controls > BINARY_CONTROLS_MIN && controls * 50 > looked_at;
}

static struct article *create_article(struct reading *reading, struct error *error)
{
    struct arena *arena = arena_create(reading->limits.text * 2 + (1u << 20));
    reading->scratch = arena_create(reading->limits.memory);
    struct article *article = arena && reading->scratch ? arena_calloc(arena, 1, sizeof *article) : NULL;
    if (article) {
        article->arena = arena;
        article->text = "";
        return article;
    }
    arena_destroy(arena);
    arena_destroy(reading->scratch);
    error_set(error, ERROR_MEMORY, "no memory for a page");
    return NULL;
}

struct article *article_read(const char *bytes, size_t size, const struct article_request *request, struct error *error)
{
    char label[CHARSET_LABEL_MAX + 1];
    struct reading reading = {.request = request, .limits = limits_of(request)};
    struct charset_text text;
    if (size > reading.limits.document) {
        error_set(error, ERROR_LIMIT, "the page has more than %zu bytes", reading.limits.document);
        return NULL;
    }
    if (is_foreign(request->content_type, bytes, size)) {
        error_set(error, ERROR_INPUT, "this is no page of text (%s)",
                  request->content_type && *request->content_type ? request->content_type : "by its first bytes");
        return NULL;
    }
    reading.article = create_article(&reading, error);
    if (!reading.article)
        return NULL;
    struct buffer storage = {.limit = reading.limits.document * 2};
    charset_from_content_type(request->content_type, label);
    bool is_good = charset_decode(bytes, size, label, &storage, &text, error);
    if (is_good)
        reading.article->encoding = text.name; /* a constant */
    if (is_good && is_binary(text.bytes, text.size))
        is_good = error_set(error, ERROR_INPUT, "this is no page of text, but binary data");
    is_good = is_good && read_page(&reading, &text, error);
    if (is_good && arena_failed(reading.article->arena))
        is_good = error_set(error, ERROR_MEMORY, "no memory for the article");
    buffer_free(&storage);
    buffer_free(&reading.content.text);
    arena_destroy(reading.scratch);
    if (is_good)
        return reading.article;
    article_destroy(reading.article);
    return NULL;
}

void article_destroy(struct article *article)
{
    if (article)
        arena_destroy(article->arena);
}
