/* URL: what feeds need of RFC 3986 and of the WHATWG URL standard.
 *
 * Functions append to a buffer, whose `failed` shows lack of memory. Nothing is fetched and no name is resolved.
 * Any thread. */
#ifndef LIB_TEXT_URL_H
#define LIB_TEXT_URL_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

struct url_span {
    const char *bytes;
    size_t size;
};

struct url_parts {
    struct url_span scheme;    /* without colon; size 0 in a relative reference */
    struct url_span authority; /* without slashes; bytes NULL where there is none */
    struct url_span user;      /* of the authority */
    struct url_span host;
    struct url_span port;
    struct url_span path;
    struct url_span query;    /* without '?'; bytes NULL where there is none */
    struct url_span fragment; /* without '#'; bytes NULL where there is none */
};

/* The parts point into `url`. Every text has parts; nothing is checked. */
void url_split(const char *url, size_t size, struct url_parts *parts);

bool url_is_absolute(const char *url, size_t size);
/* http and https, the only schemes whose addresses are fetched or shown as links to a page. */
bool url_is_web(const char *url, size_t size);
/* Schemes that run code or carry their own content (javascript, vbscript, data, ...), also in disguise:
 * upper case, leading controls, line breaks inside. */
bool url_is_script(const char *url, size_t size);

/* Appends `reference` resolved against `base` (RFC 3986 section 5.3, dot segments removed). White space around
 * it and line breaks within it go, spaces within become %20. With an empty or relative base the reference is
 * appended as it stands. */
void url_resolve(struct buffer *buffer, const char *base, size_t base_size, const char *reference, size_t size);

/* Appends the form by which two addresses of one page are equal: scheme and host in lower case, no default port,
 * no user, no fragment, no tracking parameters (utm_*, fbclid, gclid, ...), no empty query, "/" for an empty
 * path. Meant for comparison and identity, it still leads to the page. */
void url_canonical(struct buffer *buffer, const char *url, size_t size);

/* Appends the address that stands in a redirector's own ("https://www.google.com/url?url=..."), as alerts, mail filters
 * and social sites write links. False where `url` is none of a known redirector; nothing is appended then. */
bool url_unwrap(struct buffer *buffer, const char *url, size_t size);

/* The publisher's domain of a URL or a host: without "www." and the like, without names below the registrable
 * one: "feeds.bbci.co.uk" gives "bbci.co.uk". An approximation by rule, not the public suffix list. Lower case.
 * False where there is no host, nothing is appended then. */
bool url_publisher_domain(struct buffer *buffer, const char *url, size_t size);

#endif
