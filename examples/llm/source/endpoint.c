#include "endpoint.h"

#include <stdio.h>

enum { PAUSE_FIRST_MS = 1000, PAUSE_MAX_MS = 60 * 1000, CLOSED_MAX_MS = 60 * 60 * 1000 };

enum endpoint_state endpoint_state(const struct endpoint *endpoint, int64_t now, int64_t *wait_ms)
{
    *wait_ms = 0;
    if (endpoint->closed_until > now)
        return ENDPOINT_CLOSED;
    if (endpoint->paused_until <= now)
        return ENDPOINT_OPEN;
    *wait_ms = endpoint->paused_until - now;
    return ENDPOINT_PAUSED;
}

int endpoint_adapt(struct endpoint *endpoint, const struct prompt_form *asked, enum completion_kind kind)
{
    struct prompt_form *form = &endpoint->form;
    switch (kind) {
    case COMPLETION_NO_FORMAT:
        if (endpoint->is_format_set || asked->format == PROMPT_TEXT)
            return 0;
        if (form->format == asked->format)
            form->format = asked->format == PROMPT_JSON_SCHEMA ? PROMPT_JSON_OBJECT : PROMPT_TEXT;
        return 1;
    case COMPLETION_NO_MAX_TOKENS:
        form->says_completion_tokens = 1;
        return !asked->says_completion_tokens;
    case COMPLETION_NO_TEMPERATURE:
        form->has_no_temperature = 1;
        return !asked->has_no_temperature;
    default:
        return 0;
    }
}

void endpoint_is_good(struct endpoint *endpoint)
{
    endpoint->failures = 0;
    endpoint->failing_since = endpoint->closed_until = 0;
    /* A pause that it has asked for stands, whatever an earlier request is answered. */
    if (endpoint->paused_until == 0)
        endpoint->why[0] = '\0';
}

static void note(struct endpoint *endpoint, int64_t now, const char *why)
{
    if (endpoint->failures++ == 0)
        endpoint->failing_since = now;
    snprintf(endpoint->why, sizeof endpoint->why, "%s", why);
}

void endpoint_is_busy(struct endpoint *endpoint, int64_t now, int64_t retry_after_ms, int64_t patience_ms,
                      const char *why)
{
    note(endpoint, now, why);
    int64_t pause = PAUSE_FIRST_MS;
    for (int i = 1; i < endpoint->failures && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    if (retry_after_ms >= 0)
        pause = retry_after_ms < CLOSED_MAX_MS ? retry_after_ms : CLOSED_MAX_MS;
    else if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    if (now + pause > endpoint->paused_until)
        endpoint->paused_until = now + pause;
    if (pause > patience_ms || now - endpoint->failing_since >= patience_ms)
        endpoint->closed_until = now + (pause > ENDPOINT_CLOSED_MS ? pause : ENDPOINT_CLOSED_MS);
}

void endpoint_close(struct endpoint *endpoint, int64_t now, const char *why)
{
    note(endpoint, now, why);
    endpoint->closed_until = now + ENDPOINT_CLOSED_MS;
}
