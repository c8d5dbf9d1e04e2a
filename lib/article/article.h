/* Article: the text of a news page, and what the page says of it.
 *
 *     struct article *article = article_read(bytes, size, &(struct article_request){.url = url}, &error);
 *     if (article->verdict == ARTICLE_FULL) ... article->text ...
 *     article_destroy(article);
 *
 * The page is decoded (lib/text/charset), parsed (page.h), cut into runs of text (runs.h), and the article's runs are
 * chosen (content.h). JSON-LD's articleBody stands in where the page itself shows clearly less. What is not known is
 * NULL or not `known`; a date is never "now".
 *
 * The verdict says whether the text is the article. Only ARTICLE_FULL is: a pay-wall's teaser, a cookie or login page,
 * a bot check, an error page served with status 200 and a list of links must not become somebody's article.
 *
 * Time and memory are linear in the page up to the bounds of page.h and the limits below. Any thread. */
#ifndef LIB_ARTICLE_ARTICLE_H
#define LIB_ARTICLE_ARTICLE_H

#include "lib/base/error.h"
#include "lib/text/date.h"

#include <stdbool.h>
#include <stddef.h>

enum article_verdict {
    ARTICLE_FULL,
    ARTICLE_PAYWALL, /* a teaser before a pay-wall or a login */
    ARTICLE_CONSENT, /* a page that asks for consent to cookies */
    ARTICLE_BLOCKED, /* a bot check, an error page */
    ARTICLE_SHORT,   /* too little text, or a list of links */
};

struct article_date {
    bool known;
    struct date date;
    const char *raw; /* as the page has it; NULL for nothing */
};

struct article {
    enum article_verdict verdict;
    const char *reason; /* for people, of all but ARTICLE_FULL; else NULL */
    const char *text;   /* what was found, whatever the verdict; paragraphs apart by an empty line; "" for nothing */
    const char *title;
    const char *language; /* ISO 639, lower case: "en" */
    const char *author;
    const char *publisher; /* the site's or publisher's name */
    const char *canonical; /* absolute address */
    const char *description;
    struct article_date published, modified;
    const char *encoding; /* what was decoded: "utf-8" */
    bool is_cut;          /* a bound was passed, the text may be incomplete */
    struct arena *arena;  /* owns everything above */
};

/* 0 stands for the default. */
struct article_limits {
    size_t document; /* bytes of input, before and after decoding: 16 MiB */
    size_t memory;   /* bytes for reading: 256 MiB */
    size_t text;     /* bytes of the text, cut there: 1 MiB */
};

struct article_request {
    const char *url;          /* the page's address after redirects; NULL or "" for unknown */
    const char *content_type; /* of the HTTP answer; NULL or "" for unknown */
    struct article_limits limits;
};

/* NULL with `error` filled for what is no HTML or text (ERROR_INPUT), passes a limit (ERROR_LIMIT) or the memory. */
struct article *article_read(const char *bytes, size_t size, const struct article_request *request,
                             struct error *error);
void article_destroy(struct article *article);

/* "full", "paywall", "consent", "blocked", "short". */
const char *article_verdict_name(enum article_verdict verdict);

#endif
