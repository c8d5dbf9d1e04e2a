/* Access token: what a program or a browser shows to be let in.
 *
 *     ent_4f0c2a91d3b8_yk3…43 letters…Q        in short: ent_ID_SECRET
 *
 * The secret is 256 bits of the system's random numbers in base64url; the id is public and says which one it is. Only a
 * digest is kept: SHA-256 without salt or stretching, since nobody can try 2^256 secrets, however fast the hash;
 * stretching (argon2) is for what people can remember, and would give each request's caller a lever on our processor.
 * Any thread. */
#ifndef LIB_BASE_ACCESS_TOKEN_H
#define LIB_BASE_ACCESS_TOKEN_H

#include "lib/base/digest.h"

#include <stdbool.h>
#include <stddef.h>

enum { ACCESS_TOKEN_ID_SIZE = 13, ACCESS_TOKEN_SIZE = 4 + 12 + 1 + 43 + 1, ACCESS_TOKEN_DIGEST_SIZE = DIGEST_BASE64_SIZE };

/* A new one. False where the system has no random numbers. */
bool access_token_make(char token[ACCESS_TOKEN_SIZE], char id[ACCESS_TOKEN_ID_SIZE]);
/* Its id and digest; false where `text`, which comes from outside, is none by its form. */
bool access_token_read(const char *text, char id[ACCESS_TOKEN_ID_SIZE], char digest[ACCESS_TOKEN_DIGEST_SIZE]);
/* In a time that does not depend on where they differ. */
bool access_token_digests_equal(const char *left, const char *right);

#endif
