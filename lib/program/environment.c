#include "lib/program/environment.h"

#include "lib/program/hello.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool environment_add(struct environment *environment, const char *variable)
{
    if (environment->count == ENVIRONMENT_MAX)
        return false;
    char *copy = strdup(variable);
    if (!copy)
        return false;
    environment->list[environment->count++] = copy;
    environment->list[environment->count] = NULL;
    return true;
}

static bool add_pair(struct environment *environment, const char *name, const char *value)
{
    char *variable;
    if (asprintf(&variable, "%s=%s", name, value) < 0)
        return false;
    bool is_good = environment_add(environment, variable);
    free(variable);
    return is_good;
}

bool environment_begin(struct environment *environment, const char *instance)
{
    static const char *const kept[] = {"PATH", "HOME", "USER", "LANG", "TZ"};
    char protocol[12];
    *environment = (struct environment){.count = 0};
    snprintf(protocol, sizeof protocol, "%d", HELLO_PROTOCOL);
    bool is_good =
        add_pair(environment, "ENTENTE_PROTOCOL", protocol) && add_pair(environment, "ENTENTE_INSTANCE", instance);
    for (size_t i = 0; is_good && i < sizeof kept / sizeof *kept; i++)
        if (getenv(kept[i]))
            is_good = add_pair(environment, kept[i], getenv(kept[i]));
    return is_good;
}

void environment_free(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        free(environment->list[i]);
    *environment = (struct environment){.count = 0};
}
