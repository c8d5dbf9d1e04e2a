/* Completion: what a chat-completions endpoint answered, whoever wrote it. Servers differ in what they leave out, so
 * only the content is needed; all is bounded, and nothing is believed. */
#ifndef LLM_COMPLETION_H
#define LLM_COMPLETION_H

#include <entente/plugin.h>

#include <jansson.h>

enum completion_kind {
    COMPLETION_CONTENT, /* `content` is what the model said, all of it */
    COMPLETION_CUT,     /* the model had more to say than max_tokens */
    COMPLETION_REFUSED, /* it, or a filter before it, would not; `text` says why */
    COMPLETION_GARBLED, /* no completion; `text` says what is wrong */
    COMPLETION_HELD,    /* never sent: the host keeps to the Retry-After of an earlier answer */
    /* Of HTTP errors, by what can be done: */
    COMPLETION_BUSY,           /* later: 429, 5xx, no answer */
    COMPLETION_CLOSED,         /* no use before a person acts: a key, an address, an account */
    COMPLETION_NO_FORMAT,      /* the server does not know this response_format */
    COMPLETION_NO_MAX_TOKENS,  /* it wants max_completion_tokens instead */
    COMPLETION_NO_TEMPERATURE, /* it takes no temperature */
    COMPLETION_TOO_LONG,       /* more than the model can read */
    COMPLETION_WRONG           /* another 4xx: this request will never do */
};

enum { COMPLETION_TEXT_SIZE = 240 };

struct completion {
    enum completion_kind kind;
    json_t *content; /* COMPLETION_CONTENT: a JSON value; NULL where the text holds none, `text` says what is wrong */
    char *said;      /* the text as it came; NULL where there was none */
    int64_t tokens;  /* used by this request as the server says; -1: it does not */
    char text[COMPLETION_TEXT_SIZE]; /* for people */
};

void completion_read(struct completion *completion, const struct ent_http_response *response);
/* The JSON object in a model's words: alone, in a fence, or after its thoughts. NULL with words. Caller's. */
json_t *completion_parse(const char *said, char *fault, size_t fault_size);
void completion_free(struct completion *completion);

#endif
