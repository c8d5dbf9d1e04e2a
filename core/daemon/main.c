/* entented: the daemon. */
#include "core/daemon/daemon.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: entented [-c FILE] [--once]\n"
    "\n"
    "Fetches the sources of a configuration, codes what they publish into events, and alerts those who watch.\n"
    "Runs in the foreground until SIGTERM or SIGINT; SIGHUP reads the configuration anew.\n"
    "\n"
    "  -c, --config FILE  configuration; else $ENTENTE_CONFIG, ./entente.ini, /etc/entente/entente.ini\n"
    "      --once         fetch every source once, process all, deliver all, and end: status 0, or 1 where\n"
    "                     something failed, which is then named\n"
    "      --help         print this\n"
    "      --version      print the version\n"
    "\n"
    "Exit status: 0 done; 1 something failed; 2 wrong usage, or the configuration cannot be read.\n"
    "\n"
    "Example:\n"
    "  entented -c entente.ini --once    one pass, as from cron\n"
    "\n"
    "See also: `entente check FILE` says all that is wrong with a configuration, `entente status` what a running\n"
    "entented does.\n";

int main(int argument_count, char **arguments)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"once", no_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    struct daemon_arguments chosen = {NULL, false};
    for (int option; (option = getopt_long(argument_count, arguments, "c:", options, NULL)) != -1;) {
        switch (option) {
        case 'c':
            chosen.config = optarg;
            break;
        case 'o':
            chosen.once = true;
            break;
        case 'h':
            return fputs(usage, stdout) < 0 ? DAEMON_FAILED : DAEMON_DONE;
        case 'v':
            return puts("entented " ENT_VERSION) < 0 ? DAEMON_FAILED : DAEMON_DONE;
        default:
            fputs("Try `entented --help`.\n", stderr);
            return DAEMON_UNREADABLE;
        }
    }
    if (optind < argument_count) {
        fprintf(stderr, "entented: \"%s\" is not expected; a configuration is given with -c FILE\n", arguments[optind]);
        return DAEMON_UNREADABLE;
    }
    enum daemon_status status = daemon_run(&chosen);
    if (status == DAEMON_STUCK) {
        fflush(NULL);
        _exit(DAEMON_FAILED);
    }
    return status;
}
