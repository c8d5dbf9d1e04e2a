/* Environment: the variables of a program that is started for us. It gets few of our own, so that it does not depend on
 * who started the daemon, and no secret that stands there. One owner. */
#ifndef LIB_PROGRAM_ENVIRONMENT_H
#define LIB_PROGRAM_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

enum { ENVIRONMENT_MAX = 80 };

struct environment {
    char *list[ENVIRONMENT_MAX + 1]; /* ended by NULL */
    size_t count;
};

/* The protocol's version, the instance's name, and of our own variables PATH, HOME, USER, LANG and TZ. False when
 * memory is out or there is no room, as of environment_add. */
bool environment_begin(struct environment *environment, const char *instance);
/* "NAME=value". */
bool environment_add(struct environment *environment, const char *variable);
void environment_free(struct environment *environment);

#endif
