/* Digest: the ids of items, events and deliveries, and a fast hash for tables.
 *
 * Ids are SHA-256 (FIPS 180-4) over length-prefixed parts, cut to 128 bits and printed as 32 hex digits:
 * prefixing keeps ("ab","c") and ("a","bc") apart. The digest comes from libmd. Any thread. */
#ifndef LIB_BASE_DIGEST_H
#define LIB_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_HEX_SIZE = 33 };

struct digest_part {
    const char *bytes;
    size_t size;
};

/* Writes 32 hex digits and a NUL. */
void digest_hex(char hex[DIGEST_HEX_SIZE], const struct digest_part *parts, size_t count);
/* As digest_hex over NUL-terminated strings, ended by NULL. */
void digest_texts(char hex[DIGEST_HEX_SIZE], ...) __attribute__((sentinel));

enum { DIGEST_BASE64_SIZE = 45 };
/* The whole SHA-256 in base64, as a Content-Security-Policy names a style by. */
void digest_base64(char text[DIGEST_BASE64_SIZE], const char *bytes, size_t size);

/* The whole SHA-256 of bytes that come bit by bit. Owns nothing. */
struct digest_stream {
    uint64_t state[32];
};
enum { DIGEST_WHOLE_SIZE = 65 };
void digest_stream_begin(struct digest_stream *stream);
void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t size);
/* 64 hex digits and a NUL; the stream is used up. */
void digest_stream_end(struct digest_stream *stream, char hex[DIGEST_WHOLE_SIZE]);
/* FNV-1a, 64 bits, for hash tables over trusted or bounded input only: it does not resist chosen collisions. */
uint64_t hash_bytes(const void *bytes, size_t size);

#endif
