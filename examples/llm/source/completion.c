#include "completion.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKENS_MAX = 10 * 1000 * 1000, SAID_MAX = 256 * 1024 };

static void say(struct completion *completion, enum completion_kind kind, const char *what, const char *which)
{
    completion->kind = kind;
    int size =
        snprintf(completion->text, sizeof completion->text, "%s%s%.180s", what, *what && *which ? ": " : "", which);
    (void)size;
    for (char *at = completion->text; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    /* A text cut inside a character is the host's to repair; it does. */
}

/* ---- errors ---- */

static int mentions(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (; *text; text++)
        if (strncasecmp(text, word, size) == 0)
            return 1;
    return 0;
}

static int mentions_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (mentions(text, *words))
            return 1;
    return 0;
}

/* What servers call the same thing. A row counts for statuses from `from` to `to`. */
static const struct {
    int from, to;
    const char *const *words;
    enum completion_kind kind;
} errors[] = {
    {429, 429, (const char *const[]){"insufficient_quota", "billing", "credit", NULL}, COMPLETION_CLOSED},
    {400, 422, (const char *const[]){"max_completion_tokens", NULL}, COMPLETION_NO_MAX_TOKENS},
    {400, 422,
     (const char *const[]){"context_length", "context length", "context size", "maximum context", "too many tokens",
                           "prompt is too long", NULL},
     COMPLETION_TOO_LONG},
    {413, 413, (const char *const[]){"", NULL}, COMPLETION_TOO_LONG},
    {400, 422, (const char *const[]){"response_format", "json_schema", "json_object", "schema", "grammar", NULL},
     COMPLETION_NO_FORMAT},
    {400, 422, (const char *const[]){"temperature", NULL}, COMPLETION_NO_TEMPERATURE},
    {501, 501, (const char *const[]){"response_format", "json_schema", "grammar", NULL}, COMPLETION_NO_FORMAT},
};

/* The message of an error, whichever of the usual forms it has; else the beginning of the body. The status: that of
 * HTTP, or where that is 200 (gateways pass errors of others on so) the error's own. */
static void error_text(const struct ent_http_response *response, char *text, size_t size, int *status)
{
    json_t *body = json_loadb(response->body.data ? response->body.data : "", response->body.size, 0, NULL);
    json_t *error = json_object_get(body, "error");
    const char *message =
        json_is_string(error) ? json_string_value(error) : json_string_value(json_object_get(error, "message"));
    const char *code = json_string_value(json_object_get(error, "code"));
    if (!message)
        message = json_string_value(json_object_get(body, "message"));
    if (!message)
        message = json_string_value(json_object_get(body, "detail"));
    if (message)
        snprintf(text, size, "%.700s%s%.100s", message, code ? " " : "", code ? code : "");
    else
        snprintf(text, size, "%.*s", (int)(response->body.size < 300 ? response->body.size : 300),
                 response->body.data ? response->body.data : "");
    *status = response->status;
    if (*status == 200) {
        json_int_t own = json_integer_value(json_object_get(error, "code"));
        *status = own >= 400 && own < 600 ? (int)own : 500;
    }
    json_decref(body);
}

static void read_error(struct completion *completion, const struct ent_http_response *response)
{
    char text[900], what[40];
    int status;
    error_text(response, text, sizeof text, &status);
    snprintf(what, sizeof what, "it answers %d", status);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (status < errors[i].from || status > errors[i].to ||
            !(errors[i].words[0][0] == '\0' || mentions_any(text, errors[i].words)))
            continue;
        say(completion, errors[i].kind, what, text);
        return;
    }
    if (status == 429 || status == 408 || status >= 500)
        say(completion, COMPLETION_BUSY, what, text);
    else if (status == 401 || status == 402 || status == 403 || status == 404 || status == 405 || status < 400)
        say(completion, COMPLETION_CLOSED, what, text);
    else
        say(completion, COMPLETION_WRONG, what, text);
}

/* ---- what the model said ---- */

/* Past the thoughts that some servers leave in the content, and past a fence. */
static const char *skip_preamble(const char *said)
{
    const char *thought = strstr(said, "</think>");
    if (thought)
        said = thought + strlen("</think>");
    while (isspace((unsigned char)*said))
        said++;
    return said;
}

json_t *completion_parse(const char *said, char *fault, size_t fault_size)
{
    json_error_t problem;
    const char *begin = strchr(skip_preamble(said), '{');
    json_t *value = begin ? json_loads(begin, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &problem) : NULL;
    if (!begin)
        snprintf(fault, fault_size, "there is no JSON object in it");
    else if (!value)
        snprintf(fault, fault_size, "line %d, column %d: %.100s", problem.line, problem.column, problem.text);
    return value;
}

static void read_usage(struct completion *completion, const json_t *body)
{
    const json_t *usage = json_object_get(body, "usage");
    json_t *total = json_object_get(usage, "total_tokens");
    json_int_t tokens = json_is_integer(total) ? json_integer_value(total)
                                               : json_integer_value(json_object_get(usage, "prompt_tokens")) +
                                                     json_integer_value(json_object_get(usage, "completion_tokens"));
    completion->tokens = json_is_object(usage) && tokens > 0 && tokens <= TOKENS_MAX ? (int64_t)tokens : -1;
}

/* Some servers give the content in parts; thoughts are no part of it. malloc'd; NULL: there is none, or memory is out.
 */
static char *join_content(const json_t *content)
{
    char *text = NULL;
    size_t size = 0, index;
    json_t *part;
    if (json_is_string(content))
        return strdup(json_string_value(content));
    FILE *stream = json_array_size(content) > 0 ? open_memstream(&text, &size) : NULL;
    if (!stream)
        return NULL;
    json_array_foreach(content, index, part)
    {
        const char *kind = json_string_value(json_object_get(part, "type"));
        const char *words = json_string_value(json_object_get(part, "text"));
        if (kind && strcmp(kind, "text") == 0 && words)
            fputs(words, stream);
    }
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

static void read_choice(struct completion *completion, const json_t *choice)
{
    const json_t *message = json_object_get(choice, "message");
    const char *finish = json_string_value(json_object_get(choice, "finish_reason"));
    const char *refusal = json_string_value(json_object_get(message, "refusal"));
    const json_t *content = json_object_get(message, "content");
    if (finish && strcmp(finish, "length") == 0)
        say(completion, COMPLETION_CUT, "the answer was cut off at max_tokens", "");
    else if ((finish && strcmp(finish, "content_filter") == 0) || (refusal && *refusal))
        say(completion, COMPLETION_REFUSED, "the model would not answer", refusal ? refusal : "a filter held it back");
    else
        completion->said = join_content(content);
    if (completion->said && strlen(completion->said) > SAID_MAX) {
        free(completion->said);
        completion->said = NULL;
    }
    if (completion->kind == COMPLETION_CONTENT && !completion->said)
        say(completion, COMPLETION_GARBLED, "the answer has no content, or too much", "");
}

void completion_read(struct completion *completion, const struct ent_http_response *response)
{
    memset(completion, 0, sizeof *completion);
    completion->tokens = -1;
    if (response->outcome != ENT_HTTP_DONE) {
        say(completion, response->outcome == ENT_HTTP_REFUSED ? COMPLETION_CLOSED : COMPLETION_BUSY, "",
            response->error.data ? response->error.data : "no answer");
        if (response->outcome == ENT_HTTP_TOO_LARGE)
            completion->kind = COMPLETION_GARBLED;
        else if (response->outcome == ENT_HTTP_FAILED && response->retry_after_ms >= 0)
            completion->kind = COMPLETION_HELD;
        return;
    }
    if (response->status != 200) {
        read_error(completion, response);
        return;
    }
    json_t *body = json_loadb(response->body.data ? response->body.data : "", response->body.size, 0, NULL);
    const json_t *choice = json_array_get(json_object_get(body, "choices"), 0);
    read_usage(completion, body);
    if (choice)
        read_choice(completion, choice);
    else if (json_object_get(body, "error"))
        read_error(completion, response);
    else
        say(completion, COMPLETION_GARBLED,
            "it answers, but not with a chat completion; url should end in /v1/chat/completions", "");
    if (completion->said)
        completion->content = completion_parse(completion->said, completion->text, sizeof completion->text);
    json_decref(body);
}

void completion_free(struct completion *completion)
{
    json_decref(completion->content);
    free(completion->said);
    memset(completion, 0, sizeof *completion);
}
