#include "bench/feed/corpus.h"

#include <stdint.h>
#include <string.h>

static const char *const words[] = {
    "the",        "ministry", "of",        "defence",    "said",       "that",    "a",
    "brigade",    "would",    "train",     "with",       "partners",   "in",      "northern",
    "region",     "under",    "agreement", "signed",     "last",       "week",    "officials",
    "from",       "both",     "countries", "met",        "to",         "discuss", "delivery",
    "air",        "systems",  "while",     "opposition", "criticised", "cost",    "Gda\xC5\x84sk",
    "S\xC3\xA3o", "troops",   "exercise",  "border",     "and",
};

struct generator {
    struct buffer *out;
    uint64_t state;
};

static unsigned next(struct generator *generator, unsigned below)
{
    generator->state = generator->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(generator->state >> 33) % below;
}

static void put_words(struct generator *generator, int count)
{
    for (int i = 0; i < count; i++) {
        buffer_append_text(generator->out, words[next(generator, sizeof words / sizeof words[0])]);
        buffer_append_char(generator->out, i + 1 < count ? ' ' : '.');
    }
}

/* `less` and `amp` are how '<' and '&' are written: as they are in CDATA, else escaped. */
static void put_html(struct generator *generator, int paragraphs, const char *less, const char *more, const char *amp)
{
    struct buffer *out = generator->out;
    for (int i = 0; i < paragraphs; i++) {
        buffer_printf(out, "%sp%s", less, more);
        put_words(generator, 20 + (int)next(generator, 40));
        buffer_printf(out, " %sa href=\"https://example.org/%u?a=1%samp;b=2\" target=\"_blank\" rel=\"noopener\"%s",
                      less, next(generator, 10000), amp, more);
        put_words(generator, 3);
        buffer_printf(out, "%s/a%s %s#8220;", less, more, amp);
        put_words(generator, 10 + (int)next(generator, 20));
        buffer_printf(out, "%s#8221;%s/p%s\n", amp, less, more);
        if (next(generator, 4) == 0)
            buffer_printf(out,
                          "%simg class=\"aligncenter size-large wp-image-%u\" src=\"https://example.org/wp-content/"
                          "uploads/2006/09/photo-%u-1024x683.jpg\" alt=\"\" width=\"1024\" height=\"683\" /%s\n",
                          less, next(generator, 99999), next(generator, 99999), more);
    }
}

static void put_xhtml(struct generator *generator, int paragraphs)
{
    buffer_append_text(generator->out, "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    put_html(generator, paragraphs, "<", ">", "&");
    buffer_append_text(generator->out, "</div>");
}

static void put_blog_item(struct generator *generator, unsigned id)
{
    struct buffer *out = generator->out;
    buffer_append_text(out, "\t<item>\n\t\t<title>");
    put_words(generator, 8);
    buffer_printf(
        out,
        "</title>\n\t\t<link>https://example.org/2006/09/%u/</link>\n\t\t<comments>https://example.org/2006/09/%u/"
        "#respond</comments>\n\t\t<dc:creator><![CDATA[Jane Doe]]></dc:creator>\n\t\t<pubDate>Mon, 25 Sep 2006 "
        "%02u:%02u:00 +0000</pubDate>\n\t\t<category><![CDATA[Defence]]></category>\n\t\t<category>"
        "<![CDATA[Exercises]]></category>\n\t\t<guid isPermaLink=\"false\">https://example.org/?p=%u</guid>\n"
        "\t\t<description><![CDATA[",
        id, id, id % 24, id % 60, id);
    put_words(generator, 50);
    buffer_append_text(out, " [&#8230;]]]></description>\n\t\t<content:encoded><![CDATA[");
    put_html(generator, 8 + (int)next(generator, 12), "<", ">", "&");
    buffer_printf(out,
                  "]]></content:encoded>\n\t\t<wfw:commentRss>https://example.org/2006/09/%u/feed/</wfw:commentRss>\n"
                  "\t\t<slash:comments>%u</slash:comments>\n\t</item>\n",
                  id, id % 9);
}

static void put_wire_item(struct generator *generator, unsigned id)
{
    struct buffer *out = generator->out;
    buffer_append_text(out, "<item><title><![CDATA[");
    put_words(generator, 9);
    buffer_append_text(out, "]]></title><description>");
    put_html(generator, 1, "&lt;", "&gt;", "&amp;");
    buffer_printf(
        out,
        "</description><link>https://example.org/news/%u?at_medium=RSS&amp;at_campaign=KARANGA</link><guid "
        "isPermaLink=\"false\">https://example.org/news/%u#0</guid><pubDate>Mon, 25 Sep 2006 10:%02u:00 GMT"
        "</pubDate><media:thumbnail width=\"240\" height=\"135\" url=\"https://example.org/i/%u.jpg\"/></item>\n",
        id, id, id % 60, id);
}

static void put_atom_item(struct generator *generator, unsigned id, bool xhtml)
{
    struct buffer *out = generator->out;
    buffer_append_text(out, "  <entry>\n    <title type=\"html\">");
    put_words(generator, 8);
    buffer_printf(
        out,
        "</title>\n    <link rel=\"alternate\" type=\"text/html\" href=\"https://example.org/e/%u\"/>\n    <id>"
        "tag:example.org,2006:%u</id>\n    <updated>2006-09-25T10:%02u:00Z</updated>\n    <published>"
        "2006-09-25T09:%02u:00+02:00</published>\n    <author><name>Jane Doe</name></author>\n    <category "
        "term=\"defence\" label=\"Defence\"/>\n    <content type=\"%s\">",
        id, id, id % 60, id % 60, xhtml ? "xhtml" : "html");
    if (xhtml)
        put_xhtml(generator, 6);
    else
        put_html(generator, 6, "&lt;", "&gt;", "&amp;");
    buffer_append_text(out, "</content>\n  </entry>\n");
}

static void put_rdf_item(struct generator *generator, unsigned id)
{
    struct buffer *out = generator->out;
    buffer_printf(out, "<item rdf:about=\"https://example.org/r/%u\"><title>", id);
    put_words(generator, 8);
    buffer_printf(out, "</title><link>https://example.org/r/%u</link><description>", id);
    put_words(generator, 60);
    buffer_printf(out,
                  "</description><dc:date>2006-09-25T10:%02u:00+02:00</dc:date><dc:creator>Jane Doe</dc:creator>"
                  "<dc:subject>Defence</dc:subject></item>\n",
                  id % 60);
}

static const char *const heads[CORPUS_SHAPES] = {
    [CORPUS_BLOG] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"\n"
                    "\txmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n"
                    "\txmlns:wfw=\"http://wellformedweb.org/CommentAPI/\"\n"
                    "\txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n\txmlns:atom=\"http://www.w3.org/2005/Atom\"\n"
                    "\txmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"\n"
                    "\txmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\"\n\t>\n<channel>\n\t<title>Blog</title>\n"
                    "\t<link>https://example.org</link>\n\t<description>About defence</description>\n",
    [CORPUS_WIRE] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" "
                    "xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>Wire</title>"
                    "<link>https://example.org/</link>\n",
    [CORPUS_ATOM] = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                    "xml:lang=\"en\">\n  <title>Atom</title>\n",
    [CORPUS_XHTML] = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
                     "  <title>XHTML</title>\n",
    [CORPUS_RDF] = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
                   "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                   "<channel rdf:about=\"https://example.org/\"><title>RDF</title></channel>\n",
};

static const char *const tails[CORPUS_SHAPES] = {
    [CORPUS_BLOG] = "</channel>\n</rss>\n", [CORPUS_WIRE] = "</channel></rss>\n", [CORPUS_ATOM] = "</feed>\n",
    [CORPUS_XHTML] = "</feed>\n",           [CORPUS_RDF] = "</rdf:RDF>\n",
};

void corpus_append(struct buffer *document, enum corpus_shape shape, unsigned seed, int items)
{
    struct generator generator = {document, seed};
    buffer_append_text(document, heads[shape]);
    for (int i = 0; i < items; i++) {
        unsigned id = seed * 1000 + (unsigned)i;
        if (shape == CORPUS_BLOG)
            put_blog_item(&generator, id);
        else if (shape == CORPUS_WIRE)
            put_wire_item(&generator, id);
        else if (shape == CORPUS_RDF)
            put_rdf_item(&generator, id);
        else
            put_atom_item(&generator, id, shape == CORPUS_XHTML);
    }
    buffer_append_text(document, tails[shape]);
}
