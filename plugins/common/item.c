#include "plugins/common/item.h"

#include "lib/base/buffer.h"
#include "lib/text/url.h"

#include <ctype.h>

enum { LANGUAGE_SIZE = 16 };

const char *item_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

struct item_facts item_read_facts(const struct ent_host *host, struct ent_instance *instance, const char *url)
{
    return (struct item_facts){.host = host,
                               .instance = instance,
                               .url = url,
                               .class = item_option(host, instance, "class"),
                               .publisher = item_option(host, instance, "publisher"),
                               .language = item_option(host, instance, "language")};
}

static void put_published(const struct ent_host *host, struct ent_builder *item, const struct date *date)
{
    static const char *const words[] = {[DATE_YEAR] = "year",
                                        [DATE_MONTH] = "month",
                                        [DATE_DAY] = "day",
                                        [DATE_MINUTE] = "minute",
                                        [DATE_SECOND] = "second"};
    host->put_time(item, ENT_ITEM_PUBLISHED, date->time);
    host->put_int(item, ENT_ITEM_PUBLISHED_OFFSET, date->offset_minutes);
    ent_put_text(host, item, ENT_ITEM_PUBLISHED_PRECISION, words[date->precision]);
}

/* Atom entries need to say only when they were last changed; it is the nearest thing to a date of publication. */
static const struct date *date_of(const struct feed_entry *entry, const struct article *article)
{
    if (entry->published.known)
        return &entry->published.date;
    if (article && article->published.known)
        return &article->published.date;
    return entry->updated.known ? &entry->updated.date : NULL;
}

/* "en-GB" says more than a record's language holds: the first part, in lower case. */
static void put_language(const struct ent_host *host, struct ent_builder *item, const char *tag)
{
    char code[LANGUAGE_SIZE];
    size_t size = tag ? strcspn(tag, "-_ ") : 0;
    if (size < 2 || size > 3)
        return;
    for (size_t i = 0; i < size; i++) {
        if (!isalpha((unsigned char)tag[i]))
            return;
        code[i] = (char)tolower((unsigned char)tag[i]);
    }
    host->put_str(item, ENT_ITEM_LANGUAGE, ent_bytes(code, size));
}

static const char *language_of(const struct item_source *source, const struct feed_entry *entry,
                               const struct article *article)
{
    const char *const said[] = {entry->language, source->feed->language, article ? article->language : NULL,
                                source->facts->language};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i])
            return said[i];
    return NULL;
}

static void put_publisher(const struct item_source *source, struct ent_builder *item, const char *link)
{
    const struct item_facts *facts = source->facts;
    const char *const addresses[] = {link, source->feed->link, facts->url};
    struct buffer domain = BUFFER_INIT;
    bool is_found = facts->publisher != NULL;
    for (size_t i = 0; !is_found && i < sizeof addresses / sizeof *addresses; i++)
        is_found = addresses[i] && url_publisher_domain(&domain, addresses[i], strlen(addresses[i]));
    ent_put_text(facts->host, item, ENT_ITEM_PUBLISHER, facts->publisher ? facts->publisher : domain.bytes);
    buffer_free(&domain);
}

static const char *author_of(const struct item_source *source, const struct feed_entry *entry,
                             const struct article *article)
{
    if (entry->author)
        return entry->author;
    return article && article->author ? article->author : source->feed->author;
}

struct ent_record *item_make(const struct item_source *source, const struct feed_entry *entry,
                             const struct article *article)
{
    const struct ent_host *host = source->facts->host;
    struct ent_builder *item = host->build(source->facts->instance, ENT_ITEM);
    const char *link = entry->origin ? entry->origin : entry->link;
    const char *own_text = entry->content ? entry->content : entry->summary;
    const struct date *date = date_of(entry, article);
    if (!item)
        return NULL;
    ent_put_text(host, item, ENT_ITEM_GUID, entry->id);
    ent_put_text(host, item, ENT_ITEM_URL, link);
    ent_put_text(host, item, ENT_ITEM_TITLE, entry->title ? entry->title : article ? article->title : NULL);
    ent_put_text(host, item, ENT_ITEM_BODY, article ? article->text : own_text);
    ent_put_text(host, item, ENT_ITEM_AUTHOR, author_of(source, entry, article));
    if (date)
        put_published(host, item, date);
    if (entry->updated.known)
        host->put_time(item, ENT_ITEM_UPDATED, entry->updated.date.time);
    put_language(host, item, language_of(source, entry, article));
    put_publisher(source, item, link);
    ent_put_text(host, item, ENT_ITEM_CLASS, source->facts->class);
    for (const struct feed_category *category = entry->categories; category; category = category->next)
        ent_put_text(host, item, ENT_ITEM_CATEGORY, category->text);
    ent_put_text(host, item, ENT_ITEM_FETCH_URL, source->fetch_url);
    host->put_int(item, ENT_ITEM_HTTP_STATUS, source->status);
    return host->seal(item);
}
