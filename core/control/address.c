#include "core/control/address.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

bool control_address_open(struct control_address *address, const char *state_dir, const char *name, struct error *error)
{
    address->folder = open(state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (address->folder < 0) {
        int reason = errno;
        error_set_errno(error, reason, "the state directory %s cannot be opened", state_dir);
        if (error && reason == ENOENT)
            error->kind = ERROR_MISSING;
        return false;
    }
    address->socket = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->socket.sun_path, sizeof address->socket.sun_path, "/proc/self/fd/%d/%s", address->folder, name);
    return true;
}

void control_address_close(struct control_address *address)
{
    if (address->folder >= 0)
        close(address->folder);
    address->folder = -1;
}
