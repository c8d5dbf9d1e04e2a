/* Questions: whatever is asked with whatever parameters, the answer is JSON, or a text with a place that lies in the parameter. The
 * first line is the question's name, each further one NAME=VALUE. */
#include "bench/query/archive.h"
#include "core/ask/ask.h"
#include "core/ask/trials.h"
#include "core/store/store.h"
#include "lib/base/access_token.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS = 60, PARAMETERS = 12, SIZE_MAX_BYTES = 4000 };

static struct asker *asker;

static void set_up(void)
{
    static char folder[] = "/tmp/entente-fuzz-ask-XXXXXX";
    char path[100];
    struct error error = ERROR_INIT;
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/%s", folder, STORE_FILE_NAME);
    struct store *store = store_open(path, STORE_WRITE, &error);
    if (!store || !archive_fill(store, 1, EVENTS, true, NULL, NULL, &error)) {
        fprintf(stderr, "making the store: %s\n", error.text);
        abort();
    }
    store_close(store);
    asker = asker_create(folder);
    if (!asker)
        abort();
}

static const char *value_of(const struct ent_parameter *parameters, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(parameters[i].name, name) == 0)
            return parameters[i].value;
    return NULL;
}

static void check(const struct ent_answer *answer, const struct ent_parameter *parameters, size_t count)
{
    if (answer->kind == ENT_ANSWER_OK) {
        json_t *body = json_loadb(answer->body.data, answer->body.size, JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(body))
            abort();
        json_decref(body);
        return;
    }
    const char *value = answer->parameter.size > 0 ? value_of(parameters, count, answer->parameter.data) : NULL;
    if (answer->text.size == 0 || (value && answer->offset + answer->length > strlen(value)))
        abort();
}

/* Where a trial is to be gone on with: those that are left half-way would keep the next inputs from beginning theirs. False where it
 * is not. */
static bool read_next(const struct ent_answer *answer, char next[TRIAL_CURSOR_SIZE])
{
    json_t *body = answer->kind == ENT_ANSWER_OK ? json_loadb(answer->body.data, answer->body.size, 0, NULL) : NULL;
    const char *text = json_string_value(json_object_get(body, "next"));
    snprintf(next, TRIAL_CURSOR_SIZE, "%s", text ? text : "");
    json_decref(body);
    return *next != '\0';
}

static void go_on(struct ent_parameter *parameters, size_t count, char next[TRIAL_CURSOR_SIZE])
{
    for (bool more = true; more;) {
        parameters[count] = (struct ent_parameter){"after", next};
        struct answer *answer = asker_ask(asker, "rule-try", parameters, count + 1);
        if (!answer)
            abort();
        check(answer_finish(answer), parameters, count + 1);
        if (answer->shown.kind != ENT_ANSWER_OK)
            abort();
        more = read_next(&answer->shown, next);
        answer_destroy(answer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char next[TRIAL_CURSOR_SIZE], text[SIZE_MAX_BYTES + 1], id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE], *save = NULL;
    struct ent_parameter parameters[PARAMETERS + 1];
    size_t count = 0;
    if (!asker)
        set_up();
    if (size > SIZE_MAX_BYTES || memchr(data, '\0', size))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    access_token_read(text, id, digest);
    char *question = strtok_r(text, "\n", &save);
    for (char *line; question && count < PARAMETERS && (line = strtok_r(NULL, "\n", &save));) {
        char *equals = strchr(line, '=');
        if (equals)
            *equals = '\0';
        parameters[count++] = (struct ent_parameter){line, equals ? equals + 1 : ""};
    }
    struct answer *answer = asker_ask(asker, question ? question : "", parameters, count);
    if (!answer)
        abort();
    check(answer_finish(answer), parameters, count);
    if (question && strcmp(question, "rule-try") == 0 && !value_of(parameters, count, "after") && read_next(&answer->shown, next))
        go_on(parameters, count, next);
    answer_destroy(answer);
    return 0;
}
