#include "lib/feed/xml_feed.h"

#include "lib/base/arena.h"
#include "lib/feed/base64.h"
#include "lib/feed/xml_reader.h"
#include "lib/text/entity.h"
#include "lib/text/html.h"
#include "lib/text/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Ranks of the less direct ways to an entry's link and id; the format's own element has 0. */
enum {
    RANK_LINK_NO_TYPE = 1,
    RANK_LINK_OTHER_TYPE = 2,
    RANK_LINK_ATOM_IN_RSS = 3, /* added to the above */
    RANK_LINK_NOT_WEB = 7, /* "tag:...", which nobody can follow */
    RANK_LINK_PERMALINK = 8,
    RANK_LINK_CONTENT_SOURCE = 9,
    RANK_LINK_ABOUT = 10,
    RANK_ID_ABOUT = 2,
    RANK_UPDATED_ATTRIBUTE = 3,
    RANK_LANGUAGE_ATTRIBUTE = 3,
    RANK_AUTHOR_OF_SOURCE = 8,
};

/* ---- Names and frames. */

struct frame *xml_reader_top(struct reader *reader)
{
    return &reader->frames[reader->depth - 1];
}

bool xml_reader_same_name(struct slice a, struct slice b)
{
    return a.size == b.size && strncasecmp(a.bytes, b.bytes, a.size) == 0;
}

bool xml_reader_has_frame(const struct reader *reader, struct slice name)
{
    for (int i = reader->depth; i-- > 0;)
        if (xml_reader_same_name(reader->frames[i].name, name))
            return true;
    return false;
}

static enum feed_namespace find_namespace(struct reader *reader, struct slice local_name, struct slice prefix)
{
    struct slice uri;
    enum feed_namespace space = namespaces_find(&reader->namespaces, prefix, &uri);
    if (space == NAMESPACE_NONE || (uri.size && slice_equal(uri, reader->native)))
        return reader->family;
    /* RDF's root has another namespace than RSS; that of its channel is then RSS's, whatever it says. */
    if (space == NAMESPACE_OTHER && prefix.size == 0 && uri.size && reader->family == NAMESPACE_RSS &&
        (slice_is(local_name, "channel") || slice_is(local_name, "item"))) {
        reader->native = uri;
        return reader->family;
    }
    return space;
}

const struct element *xml_reader_find_element(struct reader *reader, enum element_context context,
                                              enum feed_namespace *space)
{
    const struct scanner_token *token = &reader->scanner.token;
    struct slice prefix, local_name = slice_local_name(token->name, &prefix);
    size_t declared = reader->namespaces.count;
    namespaces_declare(&reader->namespaces, token, reader->depth + 1);
    enum feed_namespace found = find_namespace(reader, local_name, prefix);
    reader->namespaces.count = declared;
    if (space)
        *space = found;
    return elements_find(local_name, found, context);
}

/* An attribute's value, decoded, in the feed's arena; "" where it is absent. */
static struct slice attribute(struct reader *reader, const char *name)
{
    struct slice raw = scanner_attribute(&reader->scanner.token, name);
    if (raw.size == 0 || !memchr(raw.bytes, '&', raw.size))
        return raw.bytes ? raw : (struct slice){"", 0};
    struct buffer decoded = BUFFER_INIT;
    if (!entity_append_decoded(&decoded, raw.bytes, raw.size, ENTITY_XML))
        reader->repairs |= FEED_REPAIR_TEXT;
    char *copy = decoded.failed ? NULL : arena_copy(reader->builder->arena, decoded.bytes, decoded.size);
    struct slice value = {copy ? copy : "", copy ? decoded.size : 0};
    buffer_free(&decoded);
    return value;
}

/* Addresses are not resolved against one that runs code, nor against "http://[x". */
static bool is_base(struct slice url)
{
    return url_is_web(url.bytes, url.size) &&
           !memchr(url.bytes, '[', url.size) == !memchr(url.bytes, ']', url.size);
}

/* The base in force for an element: its xml:base resolved against the one around it. Size 0 where there is none: the
 * builder then decides. */
static struct slice find_base(struct reader *reader)
{
    struct slice around = reader->depth ? xml_reader_top(reader)->base : (struct slice){"", 0};
    struct slice stated = slice_trim(attribute(reader, "xml:base"));
    if (stated.size == 0)
        return around;
    struct slice against = around.size ? around : reader->builder->url;
    struct buffer resolved = BUFFER_INIT;
    url_resolve(&resolved, against.bytes, against.size, stated.bytes, stated.size);
    struct slice base = around;
    if (!resolved.failed && is_base((struct slice){resolved.bytes, resolved.size})) {
        char *copy = arena_copy(reader->builder->arena, resolved.bytes, resolved.size);
        if (copy)
            base = (struct slice){copy, resolved.size};
    }
    buffer_free(&resolved);
    return base;
}

static void set_language_attribute(struct reader *reader)
{
    struct feed_value value = {.bytes = attribute(reader, "xml:lang")};
    if (value.bytes.size)
        builder_set(reader->builder, FIELD_LANGUAGE, RANK_LANGUAGE_ATTRIBUTE, &value);
}

static bool push_frame(struct reader *reader, enum element_context context, enum element_action action)
{
    const struct scanner_token *token = &reader->scanner.token;
    if (token->empty)
        return false;
    if (reader->depth == XML_FRAMES_MAX) {
        reader->repairs |= FEED_REPAIR_TAGS;
        return false;
    }
    struct slice base = find_base(reader);
    reader->frames[reader->depth++] = (struct frame){token->name, context, action, base};
    namespaces_declare(&reader->namespaces, token, reader->depth);
    return true;
}

static void finish_person(struct reader *reader, enum element_context around)
{
    int rank = around == CONTEXT_SOURCE ? RANK_AUTHOR_OF_SOURCE : 0;
    struct slice name = {reader->person_name.bytes, reader->person_name.size};
    struct slice email = {reader->person_email.bytes, reader->person_email.size};
    struct feed_value text = {.bytes = {reader->person_text.bytes, reader->person_text.size}, .form = VALUE_HTML};
    if (name.size || email.size)
        builder_set_person(reader->builder, rank, name, email);
    else if (text.bytes.size)
        builder_set(reader->builder, FIELD_AUTHOR, rank, &text);
}

static void pop_frame(struct reader *reader)
{
    struct frame *frame = xml_reader_top(reader);
    reader->depth--;
    namespaces_leave(&reader->namespaces, reader->depth);
    if (frame->action == ELEMENT_PERSON)
        finish_person(reader, xml_reader_top(reader)->context);
    else if (frame->action == ELEMENT_ENTRY)
        builder_close_entry(reader->builder);
}

/* ---- Values. */

struct value_type {
    struct slice type, mode;
    bool typed; /* an Atom text construct, which says what it holds */
};

static bool ends_with(struct slice text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && strncasecmp(text.bytes + text.size - size, end, size) == 0;
}

static bool is_xml_type(struct slice type)
{
    return slice_is(type, "xhtml") || ends_with(type, "+xml") || ends_with(type, "/xml");
}

static bool is_html_type(struct slice type)
{
    return slice_is(type, "html") || slice_is(type, "text/html");
}

static bool is_text_type(struct slice type)
{
    return type.size == 0 || slice_is(type, "text") || (type.size > 5 && strncasecmp(type.bytes, "text/", 5) == 0);
}

/* Atom 0.3 says so, Atom 1.0 by a media type that is neither text nor XML. */
static bool is_base64(const struct value_type *type, struct slice text)
{
    if (slice_is(type->mode, "base64"))
        return true;
    return type->typed && !is_xml_type(type->type) && !is_text_type(type->type) && !is_html_type(type->type) &&
           base64_is_likely(text.bytes, text.size);
}

static enum value_form choose_form(const struct value_type *type, const struct xml_content *content)
{
    if (!type->typed)
        return content->markup ? VALUE_MARKUP : VALUE_HTML;
    if (is_html_type(type->type))
        return !content->markup ? VALUE_HTML : slice_is(type->mode, "xml") ? VALUE_XHTML : VALUE_MARKUP;
    if (content->markup)
        return is_xml_type(type->type) || slice_is(type->mode, "xml") ? VALUE_XHTML : VALUE_MARKUP;
    if (slice_is(type->type, "xhtml") || slice_is(type->type, "application/xhtml+xml"))
        return VALUE_HTML; /* escaped against the rules */
    /* Publishers who put HTML into an element without a type are many; those whose plain text looks like HTML few. */
    bool likely = type->type.size == 0 && html_is_likely(content->text.bytes, content->text.size);
    return likely ? VALUE_HTML : VALUE_PLAIN;
}

static bool is_rich(enum feed_field field)
{
    return field == FIELD_TITLE || field == FIELD_SUMMARY || field == FIELD_CONTENT || field == FIELD_AUTHOR;
}

static void set_rich(struct reader *reader, const struct element *element, const struct value_type *type,
                     const struct xml_content *content)
{
    struct feed_value value = {.form = choose_form(type, content), .guessed = !type->typed && !content->markup};
    struct buffer decoded = BUFFER_INIT;
    value.bytes = value.form == VALUE_XHTML || value.form == VALUE_MARKUP ? content->source : content->text;
    if (is_base64(type, content->text)) {
        base64_decode_text(&decoded, content->text.bytes, content->text.size);
        value.bytes = (struct slice){decoded.bytes ? decoded.bytes : "", decoded.size};
        value.form = is_text_type(type->type) && !is_html_type(type->type) ? VALUE_PLAIN : VALUE_HTML;
    }
    builder_set(reader->builder, element->field, element->rank, &value);
    buffer_free(&decoded);
}

static void append_person(struct buffer *place, const struct xml_content *content)
{
    buffer_clear(place);
    html_append_text(place, content->text.bytes, content->text.size, HTML_ONE_LINE | HTML_KNOWN_TAGS);
}

static void mark_cut(struct reader *reader, const struct xml_content *content)
{
    if (content->cut && reader->builder->entry)
        reader->builder->entry->incomplete = true;
}

static void read_value(struct reader *reader, const struct element *element, enum feed_namespace space)
{
    struct slice name = reader->scanner.token.name;
    struct value_type type = {attribute(reader, "type"), attribute(reader, "mode"), space == NAMESPACE_ATOM};
    if (space == NAMESPACE_MEDIA && slice_is(type.type, "plain")) { /* Media RSS has names of its own */
        type.type = (struct slice){"text", 4};
        type.typed = true;
    }
    struct slice permalink = attribute(reader, "ispermalink"), source = attribute(reader, "src");
    struct slice base = find_base(reader);
    struct xml_content content;
    xml_content_read(reader, name, &content);
    mark_cut(reader, &content);
    struct feed_value value = {.bytes = content.text, .base = base};
    if (element->field == FIELD_ID && content.markup)
        value.bytes = content.source; /* an id is opaque */
    if (element->field == FIELD_PERSON_NAME)
        append_person(&reader->person_name, &content);
    else if (element->field == FIELD_PERSON_EMAIL)
        append_person(&reader->person_email, &content);
    else if (is_rich(element->field))
        set_rich(reader, element, &type, &content);
    else
        builder_set(reader->builder, element->field, element->rank, &value);
    if (element->field == FIELD_ID && element->rank == 0 && !slice_is(permalink, "false") &&
        url_is_web(content.text.bytes, content.text.size))
        builder_set(reader->builder, FIELD_LINK, RANK_LINK_PERMALINK, &value);
    value.bytes = source;
    if (element->field == FIELD_CONTENT && source.size)
        builder_set(reader->builder, FIELD_LINK, RANK_LINK_CONTENT_SOURCE, &value);
}

static int64_t to_length(struct slice text)
{
    char digits[20] = {0};
    text = slice_trim(text);
    memcpy(digits, text.bytes, text.size < sizeof digits - 1 ? text.size : sizeof digits - 1);
    char *end;
    long long length = strtoll(digits, &end, 10);
    return end == digits || length < 0 ? -1 : length;
}

static bool is_alternate(struct slice relation)
{
    return relation.size == 0 || slice_is(relation, "alternate") || ends_with(relation, "/relation/alternate");
}

/* <link rel="..." href="..."/>. */
static void read_atom_link(struct reader *reader, struct slice address, struct slice base)
{
    struct slice relation = slice_trim(attribute(reader, "rel")), type = slice_trim(attribute(reader, "type"));
    struct builder *builder = reader->builder;
    struct feed_value value = {.bytes = address, .base = base};
    if (is_alternate(relation)) {
        bool page = is_html_type(type) || slice_is(type, "application/xhtml+xml");
        int rank = page ? 0 : type.size == 0 ? RANK_LINK_NO_TYPE : RANK_LINK_OTHER_TYPE;
        rank += reader->family == NAMESPACE_ATOM ? 0 : RANK_LINK_ATOM_IN_RSS;
        if (url_is_absolute(address.bytes, address.size) && !url_is_web(address.bytes, address.size))
            rank = RANK_LINK_NOT_WEB;
        builder_set(builder, FIELD_LINK, rank, &value);
    } else if (ends_with(relation, "enclosure")) {
        builder_add_enclosure(builder, address, base, type, to_length(attribute(reader, "length")));
    } else if (!builder->entry && slice_is(relation, "self")) {
        builder_set(builder, FIELD_SELF, 0, &value);
    } else if (!builder->entry && slice_is(relation, "hub")) {
        builder_set(builder, FIELD_HUB, 0, &value);
    }
}

/* In RSS a link is text. Of several the last stands, also where one is written in Atom's way: so most readers have
 * it, and a feed that adds a second link adds the better one. */
static void read_link(struct reader *reader, const struct element *element, enum feed_namespace space)
{
    struct slice name = reader->scanner.token.name, address = attribute(reader, "href");
    struct slice base = find_base(reader);
    struct feed_value value = {.bytes = address, .base = base, .last = space == NAMESPACE_RSS};
    if (scanner_attribute(&reader->scanner.token, "href").bytes) {
        if (value.last && address.size && is_alternate(slice_trim(attribute(reader, "rel"))))
            builder_set(reader->builder, FIELD_LINK, element->rank, &value);
        else /* the empty reference means the base itself */
            read_atom_link(reader, address.size ? address : base, base);
        xml_content_skip(reader, name);
        return;
    }
    struct xml_content content;
    xml_content_read(reader, name, &content);
    mark_cut(reader, &content);
    value.bytes = content.text;
    int rank = space == NAMESPACE_ATOM ? RANK_LINK_OTHER_TYPE : element->rank; /* not Atom's way to write one */
    if (!content.cut)
        builder_set(reader->builder, FIELD_LINK, rank, &value);
}

/* Podcasts write <itunes:category text="News"><itunes:category text="Politics"/></itunes:category>. */
static void read_subcategories(struct reader *reader, struct slice source)
{
    struct scanner scanner;
    scanner_init(&scanner, source.bytes, source.size);
    for (enum scanner_kind kind = scanner_next(&scanner); kind != SCANNER_END; kind = scanner_next(&scanner)) {
        bool is_category = kind == SCANNER_OPEN && slice_is(slice_local_name(scanner.token.name, NULL), "category");
        struct slice text = is_category ? scanner_attribute(&scanner.token, "text") : (struct slice){NULL, 0};
        if (text.size)
            builder_add_category(reader->builder, text, VALUE_HTML);
    }
}

static void read_category(struct reader *reader)
{
    static const char *const attributes[] = {"label", "term", "text"};
    struct slice name = reader->scanner.token.name;
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        builder_add_category(reader->builder, attribute(reader, attributes[i]), VALUE_PLAIN);
    struct xml_content content;
    xml_content_read(reader, name, &content);
    mark_cut(reader, &content);
    builder_add_category(reader->builder, content.text, VALUE_HTML);
    if (content.markup)
        read_subcategories(reader, content.source);
}

static void read_keywords(struct reader *reader)
{
    struct slice name = reader->scanner.token.name;
    struct xml_content content;
    xml_content_read(reader, name, &content);
    mark_cut(reader, &content);
    struct slice rest = content.text;
    while (rest.size > 0) {
        const char *comma = memchr(rest.bytes, ',', rest.size);
        size_t size = comma ? (size_t)(comma - rest.bytes) : rest.size, taken = comma ? size + 1 : size;
        builder_add_category(reader->builder, (struct slice){rest.bytes, size}, VALUE_HTML);
        rest = (struct slice){rest.bytes + taken, rest.size - taken};
    }
}

static void read_enclosure(struct reader *reader)
{
    struct slice name = reader->scanner.token.name, base = find_base(reader);
    struct slice url = attribute(reader, "url"), type = attribute(reader, "type");
    int64_t length = to_length(attribute(reader, "length"));
    struct xml_content content;
    if (url.size == 0)
        url = attribute(reader, "href");
    xml_content_read(reader, name, &content);
    builder_add_enclosure(reader->builder, url.size ? url : content.text, base, type, length);
}

static void read_media(struct reader *reader)
{
    struct slice base = find_base(reader);
    builder_add_enclosure(reader->builder, attribute(reader, "url"), base, attribute(reader, "type"),
                          to_length(attribute(reader, "filesize")));
    push_frame(reader, CONTEXT_ENTRY, ELEMENT_THROUGH);
}

/* ---- Structure. */

/* rdf:about names the item; the prefix may be another. */
static void set_about(struct reader *reader)
{
    const struct scanner_token *token = &reader->scanner.token;
    for (size_t i = 0; i < token->attribute_count; i++) {
        if (!slice_is(slice_local_name(token->attributes[i].name, NULL), "about"))
            continue;
        char name[32];
        size_t size = token->attributes[i].name.size;
        if (size >= sizeof name)
            continue;
        memcpy(name, token->attributes[i].name.bytes, size);
        name[size] = '\0';
        struct feed_value value = {.bytes = attribute(reader, name)};
        builder_set(reader->builder, FIELD_ID, RANK_ID_ABOUT, &value);
        if (url_is_web(value.bytes.bytes, value.bytes.size))
            builder_set(reader->builder, FIELD_LINK, RANK_LINK_ABOUT, &value);
    }
}

/* What the Channel Definition Format writes as attributes: <ITEM HREF="..." LASTMOD="...">. */
static void set_cdf_attributes(struct reader *reader)
{
    struct feed_value link = {.bytes = attribute(reader, "href")}, time = {.bytes = attribute(reader, "lastmod")};
    if (link.bytes.size)
        builder_set(reader->builder, FIELD_LINK, RANK_LINK_ABOUT, &link);
    if (time.bytes.size)
        builder_set(reader->builder, FIELD_UPDATED, RANK_UPDATED_ATTRIBUTE, &time);
}

static void open_entry(struct reader *reader)
{
    if (reader->builder->entry) {
        reader->repairs |= FEED_REPAIR_TAGS;
        if (reader->scanner.token.empty)
            return;
        while (reader->builder->entry)
            pop_frame(reader); /* a new entry ends one that was never closed */
    }
    builder_open_entry(reader->builder);
    set_about(reader);
    set_cdf_attributes(reader);
    set_language_attribute(reader);
    if (!push_frame(reader, CONTEXT_ENTRY, ELEMENT_ENTRY))
        builder_close_entry(reader->builder);
}

static void open_person(struct reader *reader)
{
    buffer_clear(&reader->person_text);
    buffer_clear(&reader->person_name);
    buffer_clear(&reader->person_email);
    push_frame(reader, CONTEXT_PERSON, ELEMENT_PERSON);
}

static void open_root(struct reader *reader)
{
    static const struct {
        const char *name;
        enum feed_format format;
        enum feed_namespace family;
    } roots[] = {
        {"rss", FEED_RSS, NAMESPACE_RSS},     {"rdf", FEED_RDF, NAMESPACE_RSS},  {"feed", FEED_ATOM, NAMESPACE_ATOM},
        {"channel", FEED_RSS, NAMESPACE_RSS}, {"item", FEED_RSS, NAMESPACE_RSS}, {"entry", FEED_ATOM, NAMESPACE_ATOM},
    };
    struct slice prefix, local_name = slice_local_name(reader->scanner.token.name, &prefix);
    if (reader->first_name.size == 0)
        reader->first_name = reader->scanner.token.name;
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (!slice_is(local_name, roots[i].name))
            continue;
        reader->rooted = true;
        reader->family = roots[i].family;
        reader->builder->feed->format = roots[i].format;
        size_t declared = reader->namespaces.count;
        namespaces_declare(&reader->namespaces, &reader->scanner.token, 1);
        namespaces_find(&reader->namespaces, prefix, &reader->native);
        reader->namespaces.count = declared;
        set_cdf_attributes(reader);
        set_language_attribute(reader);
        if (slice_is(local_name, "item") || slice_is(local_name, "entry"))
            open_entry(reader);
        else
            push_frame(reader, CONTEXT_FEED, ELEMENT_FEED);
        return;
    }
    reader->repairs |= FEED_REPAIR_JUNK;
}

static void read_open(struct reader *reader)
{
    if (!reader->rooted) {
        open_root(reader);
        return;
    }
    enum element_context context = xml_reader_top(reader)->context;
    enum feed_namespace space;
    const struct element *element = xml_reader_find_element(reader, context, &space);
    if (!element && context == CONTEXT_PERSON && reader->family == NAMESPACE_RSS) {
        push_frame(reader, CONTEXT_PERSON, ELEMENT_THROUGH); /* markup within a name */
        return;
    }
    if (!element) {
        xml_content_skip(reader, reader->scanner.token.name);
        return;
    }
    switch (element->action) {
    case ELEMENT_FEED:
        set_language_attribute(reader);
        push_frame(reader, CONTEXT_FEED, ELEMENT_FEED);
        return;
    case ELEMENT_ENTRY:
        open_entry(reader);
        return;
    case ELEMENT_PERSON:
        open_person(reader);
        return;
    case ELEMENT_SOURCE:
        push_frame(reader, CONTEXT_SOURCE, ELEMENT_SOURCE);
        return;
    case ELEMENT_THROUGH:
        push_frame(reader, context, ELEMENT_THROUGH);
        return;
    case ELEMENT_VALUE:
        read_value(reader, element, space);
        return;
    case ELEMENT_LINK:
        read_link(reader, element, space);
        return;
    case ELEMENT_CATEGORY:
        read_category(reader);
        return;
    case ELEMENT_KEYWORDS:
        read_keywords(reader);
        return;
    case ELEMENT_ENCLOSURE:
        read_enclosure(reader);
        return;
    case ELEMENT_MEDIA:
        read_media(reader);
        return;
    }
}

static void read_close(struct reader *reader)
{
    struct slice name = reader->scanner.token.name;
    if (!xml_reader_has_frame(reader, name)) {
        reader->repairs |= reader->rooted ? FEED_REPAIR_TAGS : FEED_REPAIR_JUNK;
        return;
    }
    while (!xml_reader_same_name(xml_reader_top(reader)->name, name)) {
        reader->repairs |= FEED_REPAIR_TAGS;
        pop_frame(reader);
    }
    pop_frame(reader);
}

static void read_text(struct reader *reader)
{
    const struct scanner_token *token = &reader->scanner.token;
    if (!reader->rooted) {
        reader->repairs |= slice_trim(token->text).size ? FEED_REPAIR_JUNK : 0;
        return;
    }
    if (xml_reader_top(reader)->context != CONTEXT_PERSON)
        return;
    if (token->kind == SCANNER_CDATA)
        buffer_append(&reader->person_text, token->text.bytes, token->text.size);
    else
        entity_append_decoded(&reader->person_text, token->text.bytes, token->text.size, ENTITY_XML);
}

static bool refuse(const struct reader *reader, struct slice document, struct error *error)
{
    struct slice name = reader->first_name;
    if (slice_trim(document).size == 0)
        return error_set(error, ERROR_INPUT, "the document is empty, where a feed should be");
    if (slice_is(name, "html") || slice_is(name, "head") || slice_is(name, "body"))
        return error_set(error, ERROR_INPUT,
                         "this is an HTML page, not a feed; its source names its feeds as <link rel=\"alternate\">");
    if (name.size)
        return error_set(error, ERROR_INPUT,
                         "this is not a feed: its first element is <%.*s>, not rss, rdf:RDF or feed",
                         (int)(name.size < 60 ? name.size : 60), name.bytes);
    return error_set(error, ERROR_INPUT, "this is not a feed: it holds neither XML nor a JSON object");
}

/* Ends what the document left open, and says whether something follows its root. */
static void finish_document(struct reader *reader)
{
    if (reader->depth > 0) {
        reader->repairs |= FEED_REPAIR_TRUNCATED;
        if (reader->builder->entry)
            reader->builder->entry->incomplete = true;
        while (reader->depth > 0)
            pop_frame(reader);
        return;
    }
    while (scanner_next(&reader->scanner) == SCANNER_TEXT)
        if (slice_trim(reader->scanner.token.text).size)
            break;
    if (reader->scanner.token.kind != SCANNER_END)
        reader->repairs |= FEED_REPAIR_JUNK;
}

static void read_document(struct reader *reader)
{
    while (!reader->too_deep && (!reader->rooted || reader->depth > 0)) {
        switch (scanner_next(&reader->scanner)) {
        case SCANNER_END:
            return;
        case SCANNER_TEXT:
        case SCANNER_CDATA:
            read_text(reader);
            break;
        case SCANNER_OPEN:
            read_open(reader);
            if (!reader->rooted && slice_is(reader->first_name, "html"))
                return;
            break;
        case SCANNER_CLOSE:
            read_close(reader);
            break;
        }
    }
}

static unsigned scanner_repairs(unsigned faults)
{
    return (faults & SCANNER_BARE_LESS ? FEED_REPAIR_TEXT : 0u) |
           (faults & SCANNER_ATTRIBUTE ? FEED_REPAIR_ATTRIBUTES : 0u) |
           (faults & SCANNER_TRUNCATED ? FEED_REPAIR_TRUNCATED : 0u);
}

static bool check_limits(const struct reader *reader, struct error *error)
{
    const struct feed_limits *limits = &reader->builder->limits;
    if (reader->too_deep)
        return error_set(error, ERROR_LIMIT, "its elements lie deeper within each other than the %zu that max_depth allows",
                         limits->depth);
    if (reader->scanner.entities > limits->entities)
        return error_set(error, ERROR_LIMIT, "its DTD declares %zu entities, more than the %zu that max_entities allows",
                         reader->scanner.entities, limits->entities);
    return true;
}

bool xml_feed_read(struct builder *builder, struct slice document, struct error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return error_set(error, ERROR_MEMORY, "no memory to read the feed");
    reader->builder = builder;
    reader->native = (struct slice){"", 0};
    scanner_init(&reader->scanner, document.bytes, document.size);
    read_document(reader);
    bool found = reader->rooted || reader->too_deep;
    if (!found)
        refuse(reader, document, error);
    found = found && check_limits(reader, error);
    if (found)
        finish_document(reader);
    builder->feed->repairs |= reader->repairs | scanner_repairs(reader->scanner.faults) |
                              (reader->namespaces.undeclared ? (unsigned)FEED_REPAIR_NAMESPACE : 0u);
    buffer_free(&reader->text);
    buffer_free(&reader->expanded);
    buffer_free(&reader->person_text);
    buffer_free(&reader->person_name);
    buffer_free(&reader->person_email);
    free(reader);
    return found;
}
