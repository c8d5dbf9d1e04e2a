#include "plugins/webhook/signature.h"

#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void hash_two(uint8_t digest[SHA256_DIGEST_LENGTH], const uint8_t block[SHA256_BLOCK_LENGTH], const void *bytes,
                     size_t size)
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, block, SHA256_BLOCK_LENGTH);
    SHA256Update(&context, bytes, size);
    SHA256Final(digest, &context);
}

void signature_print(char hex[SIGNATURE_HEX_SIZE], const void *key, size_t key_size, const void *body, size_t body_size)
{
    uint8_t inner[SHA256_BLOCK_LENGTH] = {0}, outer[SHA256_BLOCK_LENGTH], digest[SHA256_DIGEST_LENGTH];
    if (key_size > SHA256_BLOCK_LENGTH) {
        SHA2_CTX context;
        SHA256Init(&context);
        SHA256Update(&context, key, key_size);
        SHA256Final(inner, &context);
    } else {
        memcpy(inner, key, key_size);
    }
    for (size_t i = 0; i < SHA256_BLOCK_LENGTH; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    hash_two(digest, inner, body, body_size);
    hash_two(digest, outer, digest, sizeof digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
