#include "lib/feed/builder.h"

#include "lib/base/arena.h"
#include "lib/base/utf8.h"
#include "lib/text/entity.h"
#include "lib/text/html.h"
#include "lib/text/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RANK_NONE = 255, RANK_BARE_ADDRESS = 4, RANK_SECOND_SUMMARY = 9 };

void builder_init(struct builder *builder, struct feed *feed, const struct feed_request *request)
{
    memset(builder, 0, sizeof *builder);
    builder->feed = feed;
    builder->arena = feed->arena;
    builder->limits = request->limits;
    builder->keep_html = request->keep_html;
    if (request->url && url_is_absolute(request->url, strlen(request->url)))
        builder->url = (struct slice){request->url, strlen(request->url)};
    builder->update_frequency = 1;
    memset(builder->feed_ranks, RANK_NONE, sizeof builder->feed_ranks);
}

void builder_free(struct builder *builder)
{
    buffer_free(&builder->text);
}

void builder_open_entry(struct builder *builder)
{
    memset(builder->entry_ranks, RANK_NONE, sizeof builder->entry_ranks);
    builder->last_category = NULL;
    builder->last_enclosure = NULL;
    builder->category_count = builder->enclosure_count = 0;
    builder->entry = arena_calloc(builder->arena, 1, sizeof *builder->entry);
    if (!builder->entry)
        return;
    if (builder->feed->entry_count >= builder->limits.entries) {
        builder->feed->entries_dropped++;
        return;
    }
    builder->feed->entry_count++;
    if (builder->last)
        builder->last->next = builder->entry;
    else
        builder->feed->entries = builder->entry;
    builder->last = builder->entry;
}

void builder_close_entry(struct builder *builder)
{
    builder->entry = NULL;
}

/* ---- Values to text. */

static const char *copy_text(struct builder *builder)
{
    if (builder->text.failed || builder->text.size == 0) {
        buffer_clear(&builder->text);
        return NULL;
    }
    size_t size = utf8_cut(builder->text.bytes, builder->text.size, builder->limits.text);
    return arena_copy(builder->arena, builder->text.bytes, size);
}

static void convert(struct buffer *text, const struct feed_value *value, unsigned flags)
{
    switch (value->form) {
    case VALUE_PLAIN:
        html_append_plain(text, value->bytes.bytes, value->bytes.size, flags);
        return;
    case VALUE_HTML:
    case VALUE_MARKUP:
        html_append_text(text, value->bytes.bytes, value->bytes.size, flags);
        return;
    case VALUE_XHTML:
        html_append_text(text, value->bytes.bytes, value->bytes.size,
                         (flags & ~(unsigned)HTML_KNOWN_TAGS) | HTML_XML_CDATA);
        return;
    }
}

/* The value as clean text; NULL for an empty one. */
static const char *to_text(struct builder *builder, const struct feed_value *value, unsigned flags)
{
    buffer_clear(&builder->text);
    convert(&builder->text, value, flags);
    if (value->form == VALUE_MARKUP && builder->text.size && html_is_likely(builder->text.bytes, builder->text.size)) {
        /* Tags stood in the source and, escaped, in its text: both are markup. */
        const char *once = copy_text(builder);
        buffer_clear(&builder->text);
        if (once)
            html_append_text(&builder->text, once, strlen(once), flags);
    }
    return copy_text(builder);
}

static const char *to_line(struct builder *builder, const struct feed_value *value)
{
    return to_text(builder, value, HTML_ONE_LINE | HTML_KNOWN_TAGS);
}

/* RSS does not say whether a title is text or HTML. Tags and most references show that it is HTML, but "&amp;" may be
 * meant as it stands (the RSS Board's profile) or be an ampersand escaped twice (most publishers). So it is kept,
 * and the evidence of all titles decides at the end. */
static const char *to_title(struct builder *builder, const struct feed_value *value)
{
    if (!value->guessed)
        return to_line(builder, value);
    const char *text = to_text(builder, value, HTML_ONE_LINE | HTML_KNOWN_TAGS | HTML_KEEP_AMP);
    struct slice rest = value->bytes;
    for (const char *at; rest.size && (at = memchr(rest.bytes, '&', rest.size));) {
        char output[ENTITY_OUTPUT_MAX];
        size_t written;
        rest.size -= (size_t)(at - rest.bytes);
        rest.bytes = at;
        size_t consumed = entity_read(rest.bytes, rest.size, ENTITY_HTML, output, &written);
        bool reference = consumed > 0;
        builder->once_escaped += reference ? 0 : 1;
        builder->twice_escaped += reference ? 1 : 0;
        consumed = reference ? consumed : 1;
        rest = (struct slice){rest.bytes + consumed, rest.size - consumed};
    }
    return text;
}

/* One reference alone proves nothing; two, and no ampersand written otherwise, show that all are escaped twice. */
static bool is_escaped_twice(const struct builder *builder)
{
    return builder->twice_escaped > 1 && builder->once_escaped == 0;
}

static const char *unescape_title(struct builder *builder, const char *title)
{
    if (!title || !strstr(title, "&amp;"))
        return title;
    buffer_clear(&builder->text);
    entity_append_decoded(&builder->text, title, strlen(title), ENTITY_XML);
    return copy_text(builder);
}

static const char *copy_slice(struct builder *builder, struct slice slice)
{
    slice = slice_trim(slice);
    return slice.size ? arena_copy(builder->arena, slice.bytes, slice.size) : NULL;
}

/* An address, resolved where the value has a base. NULL for an empty one and for one that runs code. */
static const char *to_url(struct builder *builder, struct slice url, struct slice base)
{
    url = slice_trim(url);
    if (url.size == 0 || url_is_script(url.bytes, url.size))
        return NULL;
    buffer_clear(&builder->text);
    url_resolve(&builder->text, base.bytes, base.size, url.bytes, url.size);
    return copy_text(builder);
}

static const char *resolve_again(struct builder *builder, const char *url, const char *base)
{
    if (!url || !base || url_is_absolute(url, strlen(url)))
        return url;
    buffer_clear(&builder->text);
    url_resolve(&builder->text, base, strlen(base), url, strlen(url));
    return copy_text(builder);
}

/* ---- Fields. */

static bool claim(struct builder *builder, enum feed_field field, int rank)
{
    unsigned char *ranks = builder->entry ? builder->entry_ranks : builder->feed_ranks;
    if (rank >= ranks[field])
        return false;
    ranks[field] = (unsigned char)rank;
    return true;
}

static bool is_open(const struct builder *builder, enum feed_field field, int rank)
{
    return rank < (builder->entry ? builder->entry_ranks : builder->feed_ranks)[field];
}

static void set_text(struct builder *builder, const char **place, enum feed_field field, int rank, const char *text)
{
    if (text && place && claim(builder, field, rank))
        *place = text;
}

static void set_time(struct builder *builder, struct feed_time *time, enum feed_field field, int rank,
                     const struct feed_value *value)
{
    struct slice raw = slice_trim(value->bytes);
    struct date date;
    if (raw.size == 0)
        return;
    bool known = date_parse(raw.bytes, raw.size, &date);
    builder->feed->dates_unreadable += known ? 0 : 1;
    if (!known && time->raw)
        return;
    if (known && !claim(builder, field, rank))
        return;
    time->known = known;
    if (known)
        time->date = date;
    time->raw = copy_slice(builder, raw);
}

static void set_content(struct builder *builder, enum feed_field field, int rank, const struct feed_value *value)
{
    struct feed_entry *entry = builder->entry;
    const char *text = to_text(builder, value, 0);
    if (!text || !claim(builder, field, rank))
        return;
    if (field == FIELD_CONTENT)
        entry->content = text;
    else
        entry->summary = text;
    bool better = field == FIELD_CONTENT || builder->entry_ranks[FIELD_CONTENT] == RANK_NONE;
    if (builder->keep_html && better && value->form != VALUE_PLAIN)
        entry->content_html = copy_slice(builder, value->bytes);
}

/* RSS items may have a description and a summary: the longer is the text. */
static void set_second_summary(struct builder *builder, const struct feed_value *value)
{
    struct feed_entry *entry = builder->entry;
    const char *first = entry->summary, *second = to_text(builder, value, 0);
    if (!second || strcmp(first, second) == 0 || !claim(builder, FIELD_CONTENT, RANK_SECOND_SUMMARY))
        return;
    bool is_longer = strlen(second) > strlen(first);
    entry->content = is_longer ? second : first;
    entry->summary = is_longer ? first : second;
}

static int to_number(struct slice text)
{
    char digits[12] = {0};
    text = slice_trim(text);
    memcpy(digits, text.bytes, text.size < sizeof digits - 1 ? text.size : sizeof digits - 1);
    long number = strtol(digits, NULL, 10);
    return number < 0 ? 0 : number > 1000000 ? 1000000 : (int)number;
}

static int to_period(struct slice text)
{
    static const struct {
        const char *word;
        int seconds;
    } periods[] = {
        {"hourly", 3600}, {"daily", 86400}, {"weekly", 604800}, {"monthly", 2592000}, {"yearly", 31536000},
    };
    text = slice_trim(text);
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++)
        if (slice_is(text, periods[i].word))
            return periods[i].seconds;
    return 0;
}

static void add_skip_day(struct feed *feed, struct slice text)
{
    static const char *const days[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (unsigned i = 0; i < 7; i++)
        if (slice_is(slice_trim(text), days[i]))
            feed->skip_days |= 1u << i;
}

/* Fields that only a feed has. */
static void set_schedule(struct builder *builder, enum feed_field field, struct slice text)
{
    int number = to_number(text);
    if (field == FIELD_TTL)
        builder->feed->ttl_minutes = number;
    else if (field == FIELD_UPDATE_PERIOD)
        builder->update_period = to_period(text);
    else if (field == FIELD_UPDATE_FREQUENCY)
        builder->update_frequency = number > 0 ? number : 1;
    else if (field == FIELD_SKIP_HOUR && number <= 24)
        builder->feed->skip_hours |= 1u << (number % 24);
    else if (field == FIELD_SKIP_DAY)
        add_skip_day(builder->feed, text);
}

/* "jane@example.org (Jane Doe)" and "Jane Doe <jane@example.org>" name Jane Doe. */
static void split_person(const char *text, struct slice *name, struct slice *email)
{
    size_t size = strlen(text);
    *name = (struct slice){text, size};
    *email = (struct slice){"", 0};
    const char *open = memchr(text, '(', size), *close = memrchr(text, ')', size);
    if (!open || !close) {
        open = memchr(text, '<', size);
        close = memrchr(text, '>', size);
    }
    if (!open || !close || close < open) {
        if (memchr(text, '@', size) && !memchr(text, ' ', size)) {
            *email = *name;
            name->size = 0;
        }
        return;
    }
    struct slice before = slice_trim((struct slice){text, (size_t)(open - text)});
    struct slice inside = slice_trim((struct slice){open + 1, (size_t)(close - open) - 1});
    bool address_first =
        before.size && memchr(before.bytes, '@', before.size) && !memchr(before.bytes, ' ', before.size);
    bool address_inside = inside.size && memchr(inside.bytes, '@', inside.size);
    if (address_first && inside.size) {
        *name = inside;
        *email = before;
    } else if (address_inside) {
        *name = before;
        *email = inside;
    }
}

/* A list of more people than fit in this names nobody. */
enum { PEOPLE_TEXT_MAX = 2000 };

/* Puts `person` behind the people listed already. */
static const char *list_person(struct builder *builder, const char *list, const char *person)
{
    if (!list || !person)
        return person;
    if (strlen(list) + strlen(person) > PEOPLE_TEXT_MAX || strstr(list, person))
        return list;
    return arena_printf(builder->arena, "%s, %s", list, person);
}

void builder_set_person(struct builder *builder, int rank, struct slice name, struct slice email)
{
    name = slice_trim(name);
    email = slice_trim(email);
    if (name.size == 0)
        rank += RANK_BARE_ADDRESS;
    unsigned char *ranks = builder->entry ? builder->entry_ranks : builder->feed_ranks;
    if (rank > ranks[FIELD_AUTHOR])
        return;
    const char *person = copy_slice(builder, name.size ? name : email);
    const char *full = person;
    if (name.size && email.size)
        full = arena_printf(builder->arena, "%.*s (%.*s)", (int)name.size, name.bytes, (int)email.size, email.bytes);
    if (!person)
        return;
    const char **author = builder->entry ? &builder->entry->author : &builder->feed->author;
    const char **byline = builder->entry ? &builder->entry->byline : &builder->feed->byline;
    bool listed = rank == ranks[FIELD_AUTHOR];
    *author = list_person(builder, listed ? *author : NULL, person);
    *byline = list_person(builder, listed ? *byline : NULL, full);
    ranks[FIELD_AUTHOR] = (unsigned char)rank;
}

static void set_author(struct builder *builder, int rank, const struct feed_value *value)
{
    const char *text = to_line(builder, value);
    struct slice name, email;
    if (!text)
        return;
    split_person(text, &name, &email);
    builder_set_person(builder, rank, name, email);
}

static void set_link(struct builder *builder, int rank, const struct feed_value *value)
{
    const char **place = builder->entry ? &builder->entry->link : &builder->feed->link;
    const char *url = to_url(builder, value->bytes, value->base);
    bool replaces =
        value->last && *place && !is_open(builder, FIELD_LINK, rank) && is_open(builder, FIELD_LINK, rank - 1);
    if (url && replaces)
        *place = url;
    else
        set_text(builder, place, FIELD_LINK, rank, url);
}

void builder_set(struct builder *builder, enum feed_field field, int rank, const struct feed_value *value)
{
    struct feed *feed = builder->feed;
    struct feed_entry *entry = builder->entry;
    if (entry && entry->summary && field == FIELD_SUMMARY && rank == 0 && rank == builder->entry_ranks[field])
        set_second_summary(builder, value);
    if (field != FIELD_AUTHOR && field < FIELD_TTL && !is_open(builder, field, value->last ? rank - 1 : rank))
        return;
    switch (field) {
    case FIELD_ID:
        set_text(builder, entry ? &entry->id : NULL, field, rank, copy_slice(builder, value->bytes));
        return;
    case FIELD_TITLE:
        set_text(builder, entry ? &entry->title : &feed->title, field, rank, to_title(builder, value));
        return;
    case FIELD_LINK:
        set_link(builder, rank, value);
        return;
    case FIELD_ORIGIN:
        set_text(builder, entry ? &entry->origin : NULL, field, rank, to_url(builder, value->bytes, value->base));
        return;
    case FIELD_SELF:
    case FIELD_HUB:
        set_text(builder, field == FIELD_SELF ? &feed->self : &feed->hub, field, rank,
                 to_url(builder, value->bytes, value->base));
        return;
    case FIELD_SUMMARY:
    case FIELD_CONTENT:
        if (entry)
            set_content(builder, field, rank, value);
        else
            set_text(builder, &feed->description, field, rank, to_text(builder, value, 0));
        return;
    case FIELD_PUBLISHED:
    case FIELD_UPDATED:
        if (!entry)
            set_time(builder, &feed->updated, field, rank, value);
        else
            set_time(builder, field == FIELD_PUBLISHED ? &entry->published : &entry->updated, field, rank, value);
        return;
    case FIELD_AUTHOR:
        set_author(builder, rank, value);
        return;
    case FIELD_LANGUAGE:
        set_text(builder, entry ? &entry->language : &feed->language, field, rank, copy_slice(builder, value->bytes));
        return;
    case FIELD_TTL:
    case FIELD_UPDATE_PERIOD:
    case FIELD_UPDATE_FREQUENCY:
    case FIELD_SKIP_HOUR:
    case FIELD_SKIP_DAY:
        if (!entry)
            set_schedule(builder, field, value->bytes);
        return;
    case FIELD_NONE:
    case FIELD_PERSON_NAME:
    case FIELD_PERSON_EMAIL:
    case FIELD_COUNT:
        return;
    }
}

void builder_add_category(struct builder *builder, struct slice bytes, enum value_form form)
{
    struct feed_value value = {.bytes = bytes, .form = form};
    struct feed_entry *entry = builder->entry;
    if (!entry || builder->category_count >= builder->limits.categories)
        return;
    const char *text = to_line(builder, &value);
    if (!text)
        return;
    for (const struct feed_category *known = entry->categories; known; known = known->next)
        if (strcasecmp(known->text, text) == 0)
            return;
    struct feed_category *category = arena_calloc(builder->arena, 1, sizeof *category);
    if (!category)
        return;
    category->text = text;
    if (builder->last_category)
        builder->last_category->next = category;
    else
        entry->categories = category;
    builder->last_category = category;
    builder->category_count++;
}

void builder_add_enclosure(struct builder *builder, struct slice url, struct slice base, struct slice type,
                           int64_t length)
{
    struct feed_entry *entry = builder->entry;
    if (!entry || builder->enclosure_count >= builder->limits.categories)
        return;
    const char *address = to_url(builder, url, base);
    if (!address)
        return;
    for (const struct feed_enclosure *known = entry->enclosures; known; known = known->next)
        if (strcmp(known->url, address) == 0)
            return;
    struct feed_enclosure *enclosure = arena_calloc(builder->arena, 1, sizeof *enclosure);
    if (!enclosure)
        return;
    enclosure->url = address;
    enclosure->type = copy_slice(builder, type);
    enclosure->length = length;
    if (builder->last_enclosure)
        builder->last_enclosure->next = enclosure;
    else
        entry->enclosures = enclosure;
    builder->last_enclosure = enclosure;
    builder->enclosure_count++;
}

/* ---- The end. */

/* Alerts write their links through a redirector. */
static const char *unwrap(struct builder *builder, const char *url)
{
    buffer_clear(&builder->text);
    return url_unwrap(&builder->text, url, strlen(url)) ? copy_text(builder) : NULL;
}

static void finish_entry(struct builder *builder, struct feed_entry *entry, const char *base, bool escaped_twice)
{
    if (escaped_twice)
        entry->title = unescape_title(builder, entry->title);
    entry->link = resolve_again(builder, entry->link, base);
    entry->origin = resolve_again(builder, entry->origin, base);
    if (!entry->origin && entry->link)
        entry->origin = unwrap(builder, entry->link);
    if (!entry->link)
        entry->link = entry->origin;
    for (struct feed_enclosure *enclosure = entry->enclosures; enclosure; enclosure = enclosure->next)
        enclosure->url = resolve_again(builder, enclosure->url, base);
    const char *page = entry->origin ? entry->origin : entry->link;
    if (page) {
        buffer_clear(&builder->text);
        url_canonical(&builder->text, page, strlen(page));
        entry->canonical = copy_text(builder);
    }
    /* RFC 4287 section 4.2.1, JSON Feed: the feed's author is the author of entries without one. */
    if (!entry->author) {
        entry->author = builder->feed->author;
        entry->byline = builder->feed->byline;
    }
}

static struct slice host_of(const char *url)
{
    struct url_parts parts;
    url_split(url, strlen(url), &parts);
    return (struct slice){parts.host.bytes, parts.host.size};
}

/* What the entries' relative addresses are relative to. In Atom that is the document (RFC 4287), which is of no use
 * where a feed service delivers it from a host of its own; in RSS, which does not say, the site. */
static const char *find_entry_base(const struct builder *builder, const char *document)
{
    const struct feed *feed = builder->feed;
    if (!feed->link || !url_is_absolute(feed->link, strlen(feed->link)))
        return document ? document : feed->self;
    bool served_elsewhere = document && !slice_equal(host_of(document), host_of(feed->link));
    return feed->format == FEED_ATOM && document && !served_elsewhere ? document : feed->link;
}

void builder_finish(struct builder *builder)
{
    struct feed *feed = builder->feed;
    const char *document = builder->url.size ? builder->url.bytes : NULL;
    feed->link = resolve_again(builder, feed->link, document);
    feed->self = resolve_again(builder, feed->self, document);
    feed->hub = resolve_again(builder, feed->hub, document);
    const char *base = find_entry_base(builder, document);
    bool escaped_twice = is_escaped_twice(builder);
    if (escaped_twice)
        feed->title = unescape_title(builder, feed->title);
    for (struct feed_entry *entry = feed->entries; entry; entry = entry->next)
        finish_entry(builder, entry, base, escaped_twice);
    if (!feed->link)
        feed->link = feed->self;
    feed->update_seconds = builder->update_period / builder->update_frequency;
}
