/* Prompt: the request to the endpoint, as JSON.
 *
 * The article is data of a stranger. It stands between two lines that hold a digest of it, so that no article can hold
 * its own end; the model is told to obey nothing within. That is a courtesy to the model and no defence: the defence is
 * that whatever comes back is judged the same. Pure. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "codebook.h"

#include <entente/plugin.h>

enum { PROMPT_DIGEST_SIZE = 65, PROMPT_VERSION = 1 };

/* How the endpoint wants to be asked; learnt from its refusals. */
enum prompt_format { PROMPT_JSON_SCHEMA, PROMPT_JSON_OBJECT, PROMPT_TEXT };

struct prompt_form {
    enum prompt_format format;
    int says_completion_tokens; /* max_completion_tokens in place of max_tokens */
    int has_no_temperature;
    int64_t max_tokens;
};

/* An article as it is asked about. Texts are lent. */
struct prompt_article {
    struct ent_str title, body; /* body as far as it is shown */
    int is_cut;
    char published[32]; /* "2026-11-29", "" where not known */
    struct ent_str publisher;
    const json_t *reports; /* of the coder, each as told to the model; empty: it shall code the article */
};

/* The messages: [system, user]. NULL: memory. Caller's. */
json_t *prompt_messages(const struct codebook *codebook, const struct prompt_article *article,
                        const char *instructions);
/* Appends what the model said and what is wrong with it. 0, or -1. */
int prompt_append_fault(json_t *messages, const char *said, const char *fault);
/* The request's body. NULL: memory. Caller's, by free(). */
char *prompt_request(const struct codebook *codebook, const json_t *messages, const char *model,
                     const struct prompt_form *form);
/* What the same question always has in common. `digest` is lower-case hexadecimal. 0, or -1 */
int prompt_digest(const json_t *messages, const char *model, char digest[PROMPT_DIGEST_SIZE]);

#endif
