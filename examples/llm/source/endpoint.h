/* Endpoint: how the server wants to be asked, and whether it is any use to ask it now.
 *
 * Servers that speak the same protocol do not take the same fields; what one refuses is left out from then on. One that
 * is busy is left alone for as long as it says, else with growing pauses, for all items at once: retries one by one are
 * what makes a rate limit worse. One that has failed for longer than the patience, or that refuses the key, is closed:
 * items pass it unharmed, and now and then one is tried. Times are monotonic milliseconds. */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include "completion.h"
#include "prompt.h"

enum { ENDPOINT_CLOSED_MS = 5 * 60 * 1000 };

struct endpoint {
    struct prompt_form form;
    int is_format_set; /* by the configuration: never changed */
    int failures;      /* in a row */
    int64_t failing_since, paused_until, closed_until;
    char why[COMPLETION_TEXT_SIZE];
};

enum endpoint_state { ENDPOINT_OPEN, ENDPOINT_PAUSED, ENDPOINT_CLOSED };

/* *wait_ms: how long a pause still takes. */
enum endpoint_state endpoint_state(const struct endpoint *endpoint, int64_t now, int64_t *wait_ms);
/* 1 where another try may do: the form was changed. `asked` is the form in which the refused request was made. */
int endpoint_adapt(struct endpoint *endpoint, const struct prompt_form *asked, enum completion_kind kind);
void endpoint_is_good(struct endpoint *endpoint);
void endpoint_is_busy(struct endpoint *endpoint, int64_t now, int64_t retry_after_ms, int64_t patience_ms,
                      const char *why);
void endpoint_close(struct endpoint *endpoint, int64_t now, const char *why);

#endif
