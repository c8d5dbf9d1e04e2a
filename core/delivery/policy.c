#include "core/delivery/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[GROUPING_COUNT] = {"none", "dyad", "region"};

static int64_t unit_of(const char *word)
{
    static const struct {
        const char *word;
        int64_t milliseconds;
    } units[] = {{"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].word, word) == 0)
            return units[i].milliseconds;
    return 0;
}

/* A whole number above 0, at most a million. */
static bool read_number(const char **at, int64_t *number)
{
    char *end;
    errno = 0;
    if (**at < '0' || **at > '9')
        return false;
    *number = strtoll(*at, &end, 10);
    *at = end;
    return !errno && *number > 0 && *number <= 1000000;
}

bool throttle_parse(const char *text, struct delivery_throttle *throttle, struct error *error)
{
    const char *at = text;
    int64_t size = 1;
    *throttle = (struct delivery_throttle){0, 0};
    if (strcmp(text, "none") == 0)
        return true;
    if (read_number(&at, &throttle->count)) {
        at += strspn(at, " ");
        bool has_window = *at == '/';
        at += has_window;
        at += strspn(at, " ");
        bool is_good = has_window && (*at < '0' || *at > '9' || read_number(&at, &size));
        throttle->window_ms = size * unit_of(at);
        if (is_good && throttle->window_ms > 0 && throttle->window_ms <= POLICY_WINDOW_MAX_DAYS * (int64_t)86400000)
            return true;
    }
    *throttle = (struct delivery_throttle){0, 0};
    return error_set(error, ERROR_INPUT,
                     "'%.60s': a number of messages in a time of at most %d days, such as 10/1h, or none", text,
                     POLICY_WINDOW_MAX_DAYS);
}

enum delivery_grouping grouping_of(const char *word)
{
    for (int i = 0; i < GROUPING_COUNT; i++)
        if (strcmp(words[i], word) == 0)
            return (enum delivery_grouping)i;
    return GROUPING_NONE;
}
