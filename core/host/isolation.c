#include "core/host/isolation.h"

#include <string.h>

static const char *const words[ISOLATION_COUNT] = {
    [ISOLATION_NONE] = "none",
    [ISOLATION_PROCESS] = "process",
    [ISOLATION_SANDBOX] = "sandbox",
};

const char *isolation_word(enum isolation isolation)
{
    return isolation < ISOLATION_COUNT ? words[isolation] : "unknown";
}

enum isolation isolation_of(const char *word)
{
    enum isolation isolation = ISOLATION_NONE;
    while (isolation < ISOLATION_COUNT && !(word && strcmp(words[isolation], word) == 0))
        isolation++;
    return isolation;
}
