/* Watch commands: saving and removing watches, as control commands. In the daemon and without one it is the same code.
 *
 *     {"command":"watch-save","target":NAME,"arguments":{"when":RULE,"to":[SINK,…],"on":[WORD,…],"options":{KEY:TEXT,…},"author":…}}
 *     {"command":"watch-remove","target":NAME,"arguments":{"author":…}}
 *
 * A saved watch is a file in the state directory that the configuration includes (watch_file.h, core/config/config.h);
 * saving it again changes it; keys that are not given stay as they are, as comments do, null takes one of `options` away. Watches of
 * the operator's own files are not touched. Who saves gives a name, a rule, sinks that the configuration has, and
 * words, all of them checked; none of that names a file, a program or an address, so that who may correct events may
 * save watches too. The caller reloads. */
#ifndef CORE_CONTROL_WATCHES_H
#define CORE_CONTROL_WATCHES_H

#include "core/control/control.h"

struct bus;
struct rule_names;

enum { CONTROL_SAVED_MAX = 500 };

struct watch_ground {
    const char *config;             /* the configuration's file, which is read anew */
    const char *state_dir;          /* held by the caller */
    const struct rule_names *names; /* for rules */
    struct bus *bus;                /* started; NULL where there is no store yet */
};

/* The result has "text" and "file". */
bool control_watch(const struct watch_ground *ground, const struct control_request *request, struct json_writer *result,
                   struct error *error);
/* The same where no daemon runs, under the state directory's lock; the directory is made where it is not there. */
bool control_watch_alone(const char *config, const char *state_dir, const struct control_request *request,
                         struct json_writer *result, struct error *error);

#endif
