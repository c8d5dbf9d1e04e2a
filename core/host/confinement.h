/* Confinement: how a program that the plugin of an instance starts is kept inside the limits of the instance.
 *
 * A program cannot be put into a sandbox by whoever starts it without being changed; so what is started is
 * entente-runner, which enters the limits and then becomes the program (runner/confine.h). Here are the words that say
 * so to it. One thread. */
#ifndef CORE_HOST_CONFINEMENT_H
#define CORE_HOST_CONFINEMENT_H

#include "core/host/instance.h"

/* The words to put before the program's own, ended by NULL; freed by confinement_free. `folder` is the instance's own,
 * for files on the way (TMPDIR); NULL for none. NULL when memory is out. */
char **confinement_words(const struct instance_settings *settings, const char *folder);
void confinement_free(char **words); /* NULL does nothing */

#endif
