/* Own sockets: for plugins whose library opens its sockets itself, so that net/1 does not help them and they cannot work where
 * the kernel allows none. Inline, since it is all that they share. */
#ifndef PLUGINS_COMMON_OWN_SOCKETS_H
#define PLUGINS_COMMON_OWN_SOCKETS_H

#include <entente/plugin.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* A plugin's `check`: ENT_CONFIG, with what to write instead, in a sandbox. */
static inline enum ent_code own_sockets_check(const struct ent_host *host, struct ent_instance *instance)
{
    int one = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (one >= 0)
        close(one);
    else if (errno == EPERM)
        return ent_fail(host, instance, ENT_CONFIG,
                        "this plugin opens its sockets itself, which a sandbox does not allow; write isolate = process");
    return ENT_OK;
}

#endif
