#include "plugins/webhook/answer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static json_t *read_object(struct ent_str body)
{
    json_t *answer = body.size > 0 ? json_loadb(body.data, body.size, 0, NULL) : NULL;
    if (json_is_object(answer))
        return answer;
    json_decref(answer);
    return NULL;
}

void answer_receipt(struct ent_str body, const char *name, char text[ANSWER_TEXT_SIZE])
{
    json_t *answer = read_object(body);
    const json_t *value = json_object_get(answer, name);
    *text = '\0';
    if (json_is_string(value) && json_string_length(value) < ANSWER_TEXT_SIZE)
        snprintf(text, ANSWER_TEXT_SIZE, "%s", json_string_value(value));
    else if (json_is_integer(value))
        snprintf(text, ANSWER_TEXT_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    json_decref(answer);
}

/* What the message itself is the fault of; all else may be mended by time or by a person. */
static bool is_final(const char *why)
{
    static const char *const words[] = {"msg_too_long", "no_text", "invalid_blocks", "message_limit_exceeded",
                                        "restricted_action", "is_archived"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], why) == 0)
            return true;
    return false;
}

enum ent_code answer_judge_ok(struct ent_str body, char text[ANSWER_TEXT_SIZE])
{
    json_t *answer = read_object(body);
    enum ent_code code = ENT_RETRY;
    const char *why = json_string_value(json_object_get(answer, "error"));
    if (json_is_true(json_object_get(answer, "ok")))
        code = ENT_OK;
    else if (why && is_final(why))
        code = ENT_REJECT;
    snprintf(text, ANSWER_TEXT_SIZE, "the receiver says: %.150s", why ? why : "nothing that can be understood");
    if (code == ENT_OK)
        *text = '\0';
    json_decref(answer);
    return code;
}
