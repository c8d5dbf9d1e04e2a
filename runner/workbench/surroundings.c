#include "runner/workbench/surroundings.h"

#include "runner/workbench/tell.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned long hash_environment(void)
{
    unsigned long hash = 5381;
    for (char **one = environ; one && *one; one++)
        for (const char *at = *one; *at; at++)
            hash = hash * 33 + (unsigned char)*at;
    return hash;
}

void surroundings_see(struct surroundings *seen)
{
    memset(seen, 0, sizeof *seen);
    if (stat(".", &seen->folder) != 0)
        memset(&seen->folder, 0, sizeof seen->folder);
    seen->mask = umask(0);
    umask(seen->mask);
    const char *locale = setlocale(LC_ALL, NULL);
    snprintf(seen->locale, sizeof seen->locale, "%s", locale ? locale : "");
    seen->environment = hash_environment();
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, NULL, &seen->signals[signal]);
}

int surroundings_tell_changes(const struct surroundings *before, const struct surroundings *after, const char *kind)
{
    const struct {
        bool has_changed;
        const char *what;
    } things[] = {
        {before->folder.st_ino != after->folder.st_ino || before->folder.st_dev != after->folder.st_dev,
         "the working folder"},
        {before->mask != after->mask, "the file mode mask (umask)"},
        {strcmp(before->locale, after->locale) != 0, "the locale"},
        {before->environment != after->environment, "the environment"},
    };
    int problems = 0;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        if (things[i].has_changed) {
            tell("problem", "as a %s it changes %s, which all of the daemon shares", kind, things[i].what);
            problems++;
        }
    for (int signal = 1; signal < NSIG; signal++)
        if (before->signals[signal].sa_handler != after->signals[signal].sa_handler) {
            const char *name = sigabbrev_np(signal);
            tell("problem", "as a %s it changes what happens on signal %d (%s); signals are the host's", kind, signal,
                 name ? name : "real-time");
            problems++;
        }
    return problems;
}
