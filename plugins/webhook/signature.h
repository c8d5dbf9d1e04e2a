/* Signature: HMAC-SHA-256 (RFC 2104) of a body, as hex digits, with which a receiver can tell who sent it. Pure. */
#ifndef PLUGINS_WEBHOOK_SIGNATURE_H
#define PLUGINS_WEBHOOK_SIGNATURE_H

#include <stddef.h>

enum { SIGNATURE_HEX_SIZE = 65 };

/* Writes 64 hex digits and a NUL. */
void signature_print(char hex[SIGNATURE_HEX_SIZE], const void *key, size_t key_size, const void *body,
                     size_t body_size);

#endif
