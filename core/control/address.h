/* Address: the control socket's path as a socket address. Paths longer than a sockaddr_un holds are reached through
 * the state directory's descriptor. For server and client alone. */
#ifndef CORE_CONTROL_ADDRESS_H
#define CORE_CONTROL_ADDRESS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <sys/un.h>

struct control_address {
    int folder; /* descriptor that the address needs while it is used; close it afterwards */
    struct sockaddr_un socket;
};

/* `name` within `state_dir`. */
bool control_address_open(struct control_address *address, const char *state_dir, const char *name,
                          struct error *error);
void control_address_close(struct control_address *address);

#endif
