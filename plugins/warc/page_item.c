#include "plugins/warc/page_item.h"

#include "lib/article/article.h"
#include "lib/text/url.h"
#include "lib/warc/http_block.h"

#include <string.h>
#include <strings.h>

static bool is_type(const struct buffer *content_type, const char *type)
{
    size_t size = strlen(type);
    return content_type->size >= size && strncasecmp(content_type->bytes, type, size) == 0;
}

static bool is_page(const struct buffer *content_type)
{
    return is_type(content_type, "text/html") || is_type(content_type, "application/xhtml") ||
           is_type(content_type, "text/plain");
}

static bool is_record_type(const struct warc_record *record, const char *type)
{
    return record->type.size == strlen(type) && strcasecmp(record->type.bytes, type) == 0;
}

static bool is_web_address(const struct buffer *uri)
{
    return uri->size > 0 && (strncasecmp(uri->bytes, "http://", 7) == 0 || strncasecmp(uri->bytes, "https://", 8) == 0);
}

static void put_published(const struct ent_host *host, struct ent_builder *item, const struct article_date *published)
{
    static const char *const words[] = {[DATE_YEAR] = "year",
                                        [DATE_MONTH] = "month",
                                        [DATE_DAY] = "day",
                                        [DATE_MINUTE] = "minute",
                                        [DATE_SECOND] = "second"};
    if (!published->known)
        return;
    host->put_time(item, ENT_ITEM_PUBLISHED, published->date.time);
    host->put_int(item, ENT_ITEM_PUBLISHED_OFFSET, published->date.offset_minutes);
    ent_put_text(host, item, ENT_ITEM_PUBLISHED_PRECISION, words[published->date.precision]);
}

static struct ent_record *build(const struct ent_host *host, struct ent_instance *instance,
                                const struct page_origin *origin, const struct article *article, const char *address,
                                int status)
{
    struct ent_builder *item = host->build(instance, ENT_ITEM);
    struct buffer domain = BUFFER_INIT;
    if (!item)
        return NULL;
    url_publisher_domain(&domain, address, strlen(address));
    ent_put_text(host, item, ENT_ITEM_URL, article->canonical ? article->canonical : address);
    ent_put_text(host, item, ENT_ITEM_TITLE, article->title);
    ent_put_text(host, item, ENT_ITEM_BODY, article->text);
    ent_put_text(host, item, ENT_ITEM_AUTHOR, article->author);
    /* When it was archived is not when it was published. */
    put_published(host, item, &article->published);
    ent_put_text(host, item, ENT_ITEM_LANGUAGE, article->language ? article->language : origin->language);
    ent_put_text(host, item, ENT_ITEM_PUBLISHER, origin->publisher ? origin->publisher : domain.bytes);
    ent_put_text(host, item, ENT_ITEM_CLASS, origin->class);
    ent_put_text(host, item, ENT_ITEM_FETCH_URL, origin->archive);
    if (status > 0)
        host->put_int(item, ENT_ITEM_HTTP_STATUS, status);
    buffer_free(&domain);
    return host->seal(item);
}

static enum page_outcome read_page(const struct ent_host *host, struct ent_instance *instance,
                                   const struct page_origin *origin, const struct warc_record *record,
                                   const struct buffer *content_type, const struct buffer *body, int status,
                                   struct ent_record **item, struct error *error)
{
    struct article_request request = {.url = record->uri.bytes, .content_type = content_type->bytes};
    struct article *article = article_read(body->bytes ? body->bytes : "", body->size, &request, error);
    if (!article)
        return PAGE_LEFT_OUT;
    enum page_outcome outcome = PAGE_ITEM;
    if (article->verdict == ARTICLE_SHORT)
        outcome = PAGE_NO_PAGE; /* front pages, lists of links: most of an archive */
    else if (article->verdict != ARTICLE_FULL) {
        error_set(error, ERROR_INPUT, "%s", article->reason);
        outcome = PAGE_LEFT_OUT;
    } else {
        *item = build(host, instance, origin, article, record->uri.bytes, status);
        if (!*item) {
            error_set(error, ERROR_MEMORY, "no item can be made of it");
            outcome = PAGE_LEFT_OUT;
        }
    }
    article_destroy(article);
    return outcome;
}

enum page_outcome page_item_make(const struct ent_host *host, struct ent_instance *instance,
                                 const struct page_origin *origin, const struct warc_record *record,
                                 struct ent_record **item, struct error *error)
{
    bool is_response = is_record_type(record, "response") && is_type(&record->content_type, "application/http");
    bool is_resource = is_record_type(record, "resource") || is_record_type(record, "conversion");
    struct http_block block = {.status = 0};
    enum page_outcome outcome = PAGE_NO_PAGE;
    if (!is_web_address(&record->uri) || !(is_response || (is_resource && is_page(&record->content_type))))
        return PAGE_NO_PAGE;
    if (record->is_too_large) {
        error_set(error, ERROR_LIMIT, "larger than %d bytes", WARC_BLOCK_MAX);
        return PAGE_LEFT_OUT;
    }
    if (is_resource)
        return read_page(host, instance, origin, record, &record->content_type, &record->block, 0, item, error);
    if (!http_block_read(&block, record->block.bytes ? record->block.bytes : "", record->block.size, error))
        outcome = PAGE_LEFT_OUT;
    else if (block.status == 200 && is_page(&block.content_type))
        outcome =
            read_page(host, instance, origin, record, &block.content_type, &block.body, block.status, item, error);
    http_block_clear(&block);
    return outcome;
}
