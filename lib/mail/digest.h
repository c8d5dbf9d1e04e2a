/* Digest: the articles that a newsletter or an alert by mail lists, each with a linked headline and perhaps some text, or
 * with a heading, text and a link to read on:
 *
 *     struct mail_digest digest;
 *     if (mail_digest_read(&digest, html, size))
 *         for (size_t i = 0; i < digest.count; i++) ... digest.stories[i].title ...
 *     mail_digest_clear(&digest);
 *
 * A mail is a digest where at least two headlines lead to different pages and, with what stands below them, make up
 * most of its text. So a letter that tells one story and names others at its end is none, and stays one text. What
 * stands above the first headline and below the last text (greetings, "unsubscribe") belongs to no story.
 *
 * The HTML is cut by the feeds' scanner, without a tree; linear in its size, bounded in stories and blocks. One owner,
 * any thread. */
#ifndef LIB_MAIL_DIGEST_H
#define LIB_MAIL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct mail_story {
    const char *title; /* plain UTF-8 on one line */
    const char *url;   /* absolute; that behind a redirector where its address tells it */
    const char *text;  /* plain, paragraphs apart by an empty line; NULL for none */
};

struct mail_digest {
    struct mail_story *stories;
    size_t count;
    bool is_of_many; /* the stories stand on sites of different publishers */
    struct arena *arena; /* owns the above */
};

/* `html` is UTF-8. False, with a cleared digest, where it is none or memory is out. */
bool mail_digest_read(struct mail_digest *digest, const char *html, size_t size);
void mail_digest_clear(struct mail_digest *digest);

#endif
