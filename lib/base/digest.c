#include "lib/base/digest.h"

#include <sha2.h>
#include <stdarg.h>
#include <string.h>

static void digest_add(SHA2_CTX *context, const char *bytes, size_t size)
{
    unsigned char prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (unsigned char)((uint64_t)size >> (8 * i));
    SHA256Update(context, prefix, sizeof prefix);
    SHA256Update(context, (const uint8_t *)bytes, size);
}

/* As many of the digest's bytes as fit. */
static void digest_print(SHA2_CTX *context, char *hex, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, context);
    for (size_t i = 0; i < size / 2; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[size - 1] = '\0';
}

static void digest_end(SHA2_CTX *context, char hex[DIGEST_HEX_SIZE])
{
    digest_print(context, hex, DIGEST_HEX_SIZE);
}

_Static_assert(sizeof(SHA2_CTX) <= sizeof(struct digest_stream), "a stream holds libmd's state");

void digest_stream_begin(struct digest_stream *stream)
{
    SHA256Init((SHA2_CTX *)stream->state);
}

void digest_stream_add(struct digest_stream *stream, const void *bytes, size_t size)
{
    SHA256Update((SHA2_CTX *)stream->state, bytes, size);
}

void digest_stream_end(struct digest_stream *stream, char hex[DIGEST_WHOLE_SIZE])
{
    digest_print((SHA2_CTX *)stream->state, hex, DIGEST_WHOLE_SIZE);
}

void digest_hex(char hex[DIGEST_HEX_SIZE], const struct digest_part *parts, size_t count)
{
    SHA2_CTX context;
    SHA256Init(&context);
    for (size_t i = 0; i < count; i++)
        digest_add(&context, parts[i].bytes, parts[i].size);
    digest_end(&context, hex);
}

void digest_texts(char hex[DIGEST_HEX_SIZE], ...)
{
    SHA2_CTX context;
    SHA256Init(&context);
    va_list texts;
    va_start(texts, hex);
    for (const char *text = va_arg(texts, const char *); text; text = va_arg(texts, const char *))
        digest_add(&context, text, strlen(text));
    va_end(texts);
    digest_end(&context, hex);
}

void digest_base64(char text[DIGEST_BASE64_SIZE], const char *bytes, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[SHA256_DIGEST_LENGTH + 1] = {0};
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)bytes, size);
    SHA256Final(digest, &context);
    /* 32 bytes are ten groups of three and one of two, which ends in one `=`. */
    for (size_t i = 0, out = 0; i < SHA256_DIGEST_LENGTH; i += 3, out += 4) {
        uint32_t group = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 |
                         (i + 2 < SHA256_DIGEST_LENGTH ? digest[i + 2] : 0u);
        for (size_t k = 0; k < 4; k++)
            text[out + k] = letters[group >> (18 - 6 * k) & 63];
    }
    text[DIGEST_BASE64_SIZE - 2] = '=';
    text[DIGEST_BASE64_SIZE - 1] = 0;
}

uint64_t hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}
