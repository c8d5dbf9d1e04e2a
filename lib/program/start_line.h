/* Start line: what answers a program's hello (entente-exec(7)). Written by the plugin exec, which has the program work,
 * and by the host, which only tries whether it would.
 *
 *     {"type":"start","protocol":1,"instance":"source.press","kind":"source","options":{…},"state":…}
 *
 * Between opening and closing, the caller puts the options, each by json_key and a value. Failure shows in the buffer's
 * `failed`. Pure; any thread. */
#ifndef LIB_PROGRAM_START_LINE_H
#define LIB_PROGRAM_START_LINE_H

#include "lib/base/json_writer.h"

/* `instance` as "KIND.NAME". */
void start_line_open(struct json_writer *json, struct buffer *line, const char *instance);
/* `state`: JSON as the program has left it, NULL for none. */
void start_line_close(struct json_writer *json, const char *state);

#endif
