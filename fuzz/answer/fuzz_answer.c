/* Answers of receivers: whatever they say, a receipt is short and ends, and a verdict is one of three. */
#include "plugins/webhook/answer.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[ANSWER_TEXT_SIZE];
    struct ent_str body = {(const char *)data, size};
    answer_receipt(body, "ts", text);
    assert(strnlen(text, sizeof text) < sizeof text);
    enum ent_code code = answer_judge_ok(body, text);
    assert(code == ENT_OK || code == ENT_RETRY || code == ENT_REJECT);
    assert(strnlen(text, sizeof text) < sizeof text);
    return 0;
}
