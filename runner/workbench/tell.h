/* Tell: what entente-workbench says to the one who started it (core/host/workbench_child.h), a JSON object a line on
 * descriptor 3:
 * {"step":…} before each thing that may go wrong, {"idle":…} when it waits for input, {"problem":…}, {"note":…},
 * {"about":…}, {"done":…} at the end. One thread. */
#ifndef RUNNER_WORKBENCH_TELL_H
#define RUNNER_WORKBENCH_TELL_H

enum { TELL_DESCRIPTOR = 3 };

void tell(const char *member, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
