/* Tries, as soon as it is loaded, what a plugin that is only being looked at has no business with; its summary tells
 * what came of it. */
#include "tests/plugins/minimal.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char told[200];

static const char *tell(bool is_done)
{
    return is_done ? "done" : "refused";
}

static bool can_write(void)
{
    char path[] = "/tmp/entente-nosy-XXXXXX";
    int file = mkstemp(path);
    if (file < 0)
        return false;
    close(file);
    unlink(path);
    return true;
}

static bool can_connect(void)
{
    int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ >= 0)
        close(socket_);
    return socket_ >= 0;
}

static bool can_fork(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
    return child > 0;
}

static bool can_read(void)
{
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        close(file);
    return file >= 0;
}

__attribute__((constructor)) static void be_nosy(void)
{
    snprintf(told, sizeof told, "read %s, write %s, socket %s, fork %s", tell(can_read()), tell(can_write()),
             tell(can_connect()), tell(can_fork()));
}

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("nosy_constructor")};
    plugin.summary = told;
    return &plugin;
}
