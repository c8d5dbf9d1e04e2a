#include "core/host/answer.h"

#include <stdio.h>
#include <stdlib.h>

struct answer *answer_create(void)
{
    struct answer *answer = calloc(1, sizeof *answer);
    if (!answer)
        return NULL;
    answer->shown.size = sizeof answer->shown;
    answer->body.limit = ANSWER_BODY_MAX;
    return answer;
}

void answer_destroy(struct answer *answer)
{
    if (!answer)
        return;
    buffer_free(&answer->body);
    free(answer);
}

static enum ent_answer_kind kind_of(enum error_kind kind)
{
    switch (kind) {
    case ERROR_INPUT:
    case ERROR_CONFIG:
        return ENT_ANSWER_INPUT;
    case ERROR_MISSING:
        return ENT_ANSWER_MISSING;
    case ERROR_STATE:
        return ENT_ANSWER_STATE;
    case ERROR_LIMIT:
        return ENT_ANSWER_LIMIT;
    case ERROR_NONE:
    case ERROR_MEMORY:
    case ERROR_SYSTEM:
        break;
    }
    return ENT_ANSWER_FAILED;
}

void answer_fail_as(struct answer *answer, enum ent_answer_kind kind, const char *text)
{
    answer->shown.kind = kind;
    snprintf(answer->text, sizeof answer->text, "%s", text);
}

void answer_fail(struct answer *answer, const struct error *error)
{
    answer_fail_as(answer, kind_of(error->kind), error->text);
}

const struct ent_answer *answer_finish(struct answer *answer)
{
    if (answer->shown.kind == ENT_ANSWER_OK && answer->body.failed)
        answer_fail_as(answer, ENT_ANSWER_LIMIT, "the answer is too large; ask for fewer at a time");
    bool is_good = answer->shown.kind == ENT_ANSWER_OK;
    answer->shown.body = is_good ? ent_bytes(answer->body.bytes, answer->body.size) : ent_text(NULL);
    answer->shown.text = ent_text(answer->text);
    answer->shown.parameter = ent_text(answer->parameter);
    answer->shown.nearest = ent_text(answer->nearest);
    return &answer->shown;
}
