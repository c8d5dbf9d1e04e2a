#include "lib/base/access_token.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { SECRET_BYTES = 32, SECRET_LETTERS = 43, ID_BYTES = 6 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char prefix[] = "ent_";

static bool fill(unsigned char *bytes, size_t size)
{
    return getrandom(bytes, size, 0) == (ssize_t)size;
}

/* 32 bytes are ten groups of three and one of two, without the `=`. */
static void print_secret(char text[SECRET_LETTERS + 1], const unsigned char secret[SECRET_BYTES])
{
    size_t out = 0;
    for (size_t i = 0; i < SECRET_BYTES; i += 3) {
        uint32_t group = (uint32_t)secret[i] << 16 | (uint32_t)secret[i + 1] << 8 |
                         (i + 2 < SECRET_BYTES ? secret[i + 2] : 0u);
        for (int shift = 18; shift >= 0 && out < SECRET_LETTERS; shift -= 6)
            text[out++] = letters[group >> shift & 63];
    }
    text[out] = '\0';
}

bool access_token_make(char token[ACCESS_TOKEN_SIZE], char id[ACCESS_TOKEN_ID_SIZE])
{
    unsigned char name[ID_BYTES], secret[SECRET_BYTES];
    char text[SECRET_LETTERS + 1];
    if (!fill(name, sizeof name) || !fill(secret, sizeof secret))
        return false;
    for (size_t i = 0; i < ID_BYTES; i++)
        snprintf(id + 2 * i, 3, "%02x", name[i]);
    print_secret(text, secret);
    snprintf(token, ACCESS_TOKEN_SIZE, "%s%s_%s", prefix, id, text);
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(text, sizeof text);
    return true;
}

bool access_token_read(const char *text, char id[ACCESS_TOKEN_ID_SIZE], char digest[ACCESS_TOKEN_DIGEST_SIZE])
{
    enum { ID_AT = sizeof prefix - 1, SECRET_AT = ID_AT + ACCESS_TOKEN_ID_SIZE };
    if (strnlen(text, ACCESS_TOKEN_SIZE) != ACCESS_TOKEN_SIZE - 1 || strncmp(text, prefix, ID_AT) != 0)
        return false;
    if (strspn(text + ID_AT, "0123456789abcdef") != ACCESS_TOKEN_ID_SIZE - 1 || text[SECRET_AT - 1] != '_' ||
        strspn(text + SECRET_AT, letters) != SECRET_LETTERS)
        return false;
    memcpy(id, text + ID_AT, ACCESS_TOKEN_ID_SIZE - 1);
    id[ACCESS_TOKEN_ID_SIZE - 1] = '\0';
    digest_base64(digest, text, ACCESS_TOKEN_SIZE - 1);
    return true;
}

bool access_token_digests_equal(const char *left, const char *right)
{
    enum { SIZE = ACCESS_TOKEN_DIGEST_SIZE - 1 };
    if (strnlen(left, SIZE + 1) != SIZE || strnlen(right, SIZE + 1) != SIZE)
        return false; /* no digest at all: nothing secret is told by that */
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < SIZE; i++)
        difference = (unsigned char)(difference | (unsigned char)(left[i] ^ right[i]));
    return difference == 0;
}
