/* Address policy: which network addresses a plugin may reach unless its instance has `allow_private = yes`. Looked at
 * after name resolution, for every connection and every redirect, so that a public name that resolves to a private
 * address is refused too. Pure; any thread. */
#ifndef CORE_HOST_HTTP_ADDRESS_H
#define CORE_HOST_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* What makes the address one that is not on the public internet ("loopback", "private", …), or NULL for a public one.
 * An address of a family other than IPv4 and IPv6 is never public. IPv6 addresses that embed an IPv4 address (mapped,
 * NAT64, 6to4) are judged by that. */
const char *address_restriction(const struct sockaddr *address);
/* As above for a numeric address in text. */
const char *address_text_restriction(const char *text);
/* As far as the host part of an address can be judged without resolving it: literal addresses in every notation that
 * resolvers take (decimal, octal, hexadecimal, short), and names that can only be local. NULL for all others. */
const char *address_host_restriction(const char *host);

#endif
