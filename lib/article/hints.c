#include "lib/article/hints.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct row {
    const char *words;
    unsigned hints;
};

/* Whole words and pairs of words, sorted by strcmp. */
static const struct row exact_rows[] = {
    {"ad", HINT_JUNK},
    {"ads", HINT_JUNK},
    {"also read", HINT_JUNK},
    {"article author", HINT_DETAIL | HINT_AUTHOR},
    {"article body", HINT_BODY},
    {"article content", HINT_BODY},
    {"article copy", HINT_BODY},
    {"article date", HINT_DETAIL | HINT_DATE},
    {"article footer", HINT_JUNK},
    {"article info", HINT_DETAIL},
    {"article main", HINT_BODY},
    {"article meta", HINT_DETAIL},
    {"article tags", HINT_JUNK},
    {"article text", HINT_BODY},
    {"articlebody", HINT_BODY},
    {"articletext", HINT_BODY},
    {"author", HINT_DETAIL | HINT_AUTHOR},
    {"author bio", HINT_JUNK},
    {"author box", HINT_JUNK},
    {"author info", HINT_JUNK},
    {"authors", HINT_DETAIL | HINT_AUTHOR},
    {"banner", HINT_JUNK},
    {"bio", HINT_JUNK},
    {"body content", HINT_BODY},
    {"body copy", HINT_BODY},
    {"body text", HINT_BODY},
    {"bodytext", HINT_BODY},
    {"byline", HINT_DETAIL | HINT_AUTHOR},
    {"caption", HINT_CAPTION},
    {"card", HINT_DETAIL},
    {"complementary", HINT_JUNK},
    {"content body", HINT_BODY},
    {"content footer", HINT_JUNK},
    {"contentinfo", HINT_JUNK},
    {"copyright", HINT_JUNK},
    {"credit", HINT_CAPTION},
    {"credits", HINT_CAPTION},
    {"cta", HINT_JUNK},
    {"date", HINT_DETAIL | HINT_DATE},
    {"dateline", HINT_DETAIL | HINT_DATE},
    {"datetime", HINT_DETAIL | HINT_DATE},
    {"detail body", HINT_BODY},
    {"detail text", HINT_BODY},
    {"dialog", HINT_JUNK},
    {"disclaimer", HINT_JUNK},
    {"donate", HINT_JUNK},
    {"donation", HINT_JUNK},
    {"email capture", HINT_JUNK},
    {"email signup", HINT_JUNK},
    {"endnotes", HINT_JUNK},
    {"entry author", HINT_DETAIL | HINT_AUTHOR},
    {"entry content", HINT_BODY},
    {"entry date", HINT_DETAIL | HINT_DATE},
    {"entry footer", HINT_JUNK},
    {"entry meta", HINT_DETAIL},
    {"eyebrow", HINT_DETAIL},
    {"field body", HINT_BODY},
    {"foot", HINT_JUNK},
    {"footer", HINT_JUNK},
    {"footnote", HINT_JUNK},
    {"footnotes", HINT_JUNK},
    {"full text", HINT_BODY},
    {"fulltext", HINT_BODY},
    {"further reading", HINT_JUNK},
    {"keywords", HINT_JUNK},
    {"kicker", HINT_DETAIL},
    {"latest news", HINT_JUNK},
    {"live blog", HINT_LIVE},
    {"live post", HINT_LIVE},
    {"liveblog", HINT_LIVE},
    {"menu", HINT_JUNK},
    {"meta", HINT_DETAIL},
    {"metadata", HINT_DETAIL},
    {"modal", HINT_JUNK},
    {"more from", HINT_JUNK},
    {"more news", HINT_JUNK},
    {"more on", HINT_JUNK},
    {"more stories", HINT_JUNK},
    {"most popular", HINT_JUNK},
    {"most read", HINT_JUNK},
    {"most viewed", HINT_JUNK},
    {"mostread", HINT_JUNK},
    {"nav", HINT_JUNK},
    {"navigation", HINT_JUNK},
    {"news body", HINT_BODY},
    {"news content", HINT_BODY},
    {"news text", HINT_BODY},
    {"newsletter", HINT_JUNK},
    {"next article", HINT_JUNK},
    {"overlay", HINT_JUNK},
    {"page footer", HINT_JUNK},
    {"pager", HINT_JUNK},
    {"pagination", HINT_JUNK},
    {"photo credit", HINT_CAPTION},
    {"popular", HINT_JUNK},
    {"popup", HINT_JUNK},
    {"post author", HINT_DETAIL | HINT_AUTHOR},
    {"post body", HINT_BODY},
    {"post content", HINT_BODY},
    {"post date", HINT_DETAIL | HINT_DATE},
    {"post footer", HINT_JUNK},
    {"post meta", HINT_DETAIL},
    {"post navigation", HINT_JUNK},
    {"post text", HINT_BODY},
    {"print only", HINT_DETAIL},
    {"promo", HINT_JUNK},
    {"promos", HINT_JUNK},
    {"promotion", HINT_JUNK},
    {"pubdate", HINT_DETAIL | HINT_DATE},
    {"publish date", HINT_DETAIL | HINT_DATE},
    {"published", HINT_DETAIL | HINT_DATE},
    {"pull quote", HINT_JUNK},
    {"rating", HINT_JUNK},
    {"read also", HINT_JUNK},
    {"read more", HINT_JUNK},
    {"read next", HINT_JUNK},
    {"reading time", HINT_DETAIL},
    {"readmore", HINT_JUNK},
    {"readnext", HINT_JUNK},
    {"references", HINT_JUNK},
    {"screen reader", HINT_JUNK},
    {"search", HINT_JUNK},
    {"see also", HINT_JUNK},
    {"seealso", HINT_JUNK},
    {"side bar", HINT_JUNK},
    {"sign up", HINT_JUNK},
    {"skip link", HINT_JUNK},
    {"skip to", HINT_JUNK},
    {"sr only", HINT_JUNK},
    {"story body", HINT_BODY},
    {"story content", HINT_BODY},
    {"story text", HINT_BODY},
    {"storybody", HINT_BODY},
    {"storytext", HINT_BODY},
    {"tag list", HINT_JUNK},
    {"taglist", HINT_JUNK},
    {"tags", HINT_JUNK},
    {"teaser", HINT_DETAIL},
    {"text body", HINT_BODY},
    {"time", HINT_DETAIL | HINT_DATE},
    {"timestamp", HINT_DETAIL | HINT_DATE},
    {"toc", HINT_JUNK},
    {"toolbar", HINT_JUNK},
    {"tools", HINT_JUNK},
    {"topics", HINT_JUNK},
    {"up next", HINT_JUNK},
    {"visually hidden", HINT_JUNK},
    {"wysiwyg", HINT_BODY},
};

/* Beginnings of words. */
static const struct row prefix_rows[] = {
    {"abone", HINT_JUNK},
    {"addthis", HINT_JUNK},
    {"addtoany", HINT_JUNK},
    {"adslot", HINT_JUNK},
    {"adunit", HINT_JUNK},
    {"advert", HINT_JUNK},
    {"anzeige", HINT_JUNK},
    {"axeptio", HINT_JUNK | HINT_CONSENT},
    {"borlabs", HINT_JUNK | HINT_CONSENT},
    {"breadcrumb", HINT_JUNK},
    {"cmpbox", HINT_JUNK | HINT_CONSENT},
    {"comentario", HINT_JUNK},
    {"comment", HINT_JUNK},
    {"compart", HINT_JUNK},
    {"complianz", HINT_JUNK | HINT_CONSENT},
    {"condivi", HINT_JUNK},
    {"consent", HINT_JUNK | HINT_CONSENT},
    {"cookie", HINT_JUNK | HINT_CONSENT},
    {"correlat", HINT_JUNK},
    {"didomi", HINT_JUNK | HINT_CONSENT},
    {"disqus", HINT_JUNK},
    {"facebook", HINT_JUNK},
    {"fenxiang", HINT_JUNK},
    {"figcaption", HINT_CAPTION},
    {"gdpr", HINT_JUNK | HINT_CONSENT},
    {"ilgili", HINT_JUNK},
    {"imagecaption", HINT_CAPTION},
    {"iubenda", HINT_JUNK | HINT_CONSENT},
    {"kanren", HINT_JUNK},
    {"komentar", HINT_JUNK},
    {"kommentar", HINT_JUNK},
    {"lireaussi", HINT_JUNK},
    {"mailchimp", HINT_JUNK},
    {"navbar", HINT_JUNK},
    {"newsletter", HINT_JUNK},
    {"onetrust", HINT_JUNK | HINT_CONSENT},
    {"outbrain", HINT_JUNK},
    {"partag", HINT_JUNK},
    {"paylas", HINT_JUNK},
    {"paywall", HINT_WALL},
    {"photocaption", HINT_CAPTION},
    {"piano", HINT_WALL},
    {"pinglun", HINT_JUNK},
    {"podpis", HINT_JUNK},
    {"publicid", HINT_JUNK},
    {"publicit", HINT_JUNK},
    {"pullquote", HINT_JUNK},
    {"quantcast", HINT_JUNK | HINT_CONSENT},
    {"recirc", HINT_JUNK},
    {"recommend", HINT_JUNK},
    {"regwall", HINT_WALL},
    {"reklam", HINT_JUNK},
    {"relacionad", HINT_JUNK},
    {"related", HINT_JUNK},
    {"shar", HINT_JUNK},
    {"sharedaddy", HINT_JUNK},
    {"sharethis", HINT_JUNK},
    {"sidebar", HINT_JUNK},
    {"signup", HINT_JUNK},
    {"social", HINT_JUNK},
    {"sponsor", HINT_JUNK},
    {"subscri", HINT_JUNK | HINT_WALL},
    {"suscri", HINT_JUNK},
    {"taboola", HINT_JUNK},
    {"tarteaucitron", HINT_JUNK | HINT_CONSENT},
    {"teilen", HINT_JUNK},
    {"termly", HINT_JUNK | HINT_CONSENT},
    {"trending", HINT_JUNK},
    {"trustarc", HINT_JUNK | HINT_CONSENT},
    {"truste", HINT_JUNK | HINT_CONSENT},
    {"usercentrics", HINT_JUNK | HINT_CONSENT},
    {"visuallyhidden", HINT_JUNK},
    {"werbung", HINT_JUNK},
    {"whatsapp", HINT_JUNK},
    {"widget", HINT_JUNK},
    {"xgnews", HINT_JUNK},
    {"xiangguan", HINT_JUNK},
    {"yorum", HINT_JUNK},
};

static int compare(const char *key, size_t size, const char *row)
{
    int order = strncmp(key, row, size);
    return order ? order : row[size] ? -1 : 0;
}

static unsigned find_exact(const char *words, size_t size)
{
    size_t low = 0, high = sizeof exact_rows / sizeof *exact_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(words, size, exact_rows[middle].words);
        if (order == 0)
            return exact_rows[middle].hints;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static unsigned find_prefix(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof prefix_rows / sizeof *prefix_rows; i++) {
        size_t length = strlen(prefix_rows[i].words);
        if (size >= length && memcmp(word, prefix_rows[i].words, length) == 0)
            return prefix_rows[i].hints;
    }
    return 0;
}

unsigned hints_of(const char *words)
{
    unsigned hints = 0;
    const char *word = words;
    while (*word == ' ')
        word++;
    while (*word) {
        size_t size = strcspn(word, " ");
        hints |= find_exact(word, size) | find_prefix(word, size);
        const char *next = word + size + (word[size] == ' ');
        size_t second = strcspn(next, " ");
        if (second)
            hints |= find_exact(word, size + 1 + second);
        word = next;
    }
    return hints;
}
