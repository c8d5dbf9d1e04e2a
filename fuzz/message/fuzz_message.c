/* Lines of programs: whatever they say, what is understood keeps to its bounds, and what is not has a reason. */
#include "plugins/exec/message.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct message *message, unsigned kind)
{
    assert(strnlen(message->text, sizeof message->text) < sizeof message->text);
    assert(message->retry_after_ms >= -1 && message->next_fetch_ms >= -1);
    if (message->type == MESSAGE_OUTPUT)
        assert(message->id > 0 && kind && record_kind(message->record->view) == kind &&
               record_verify(message->record->view.bytes, message->record->view.size, NULL));
    if (message->type == MESSAGE_RESULT)
        assert(message->id > 0 && message->code != ENT_AGAIN && message->code <= ENT_FATAL);
    if (message->type == MESSAGE_HELLO)
        assert(message->hello->kinds && message->hello->window >= 1 && message->hello->window <= HELLO_WINDOW_MAX);
    if (message->type == MESSAGE_WITHDRAW)
        assert(strnlen(message->report, sizeof message->report) < sizeof message->report);
    if (message->state)
        assert(strlen(message->state) == message->state_size);
}

/* The first byte chooses what the program is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned kinds[] = {ENT_ITEM, ENT_REPORT, ENT_FINDING, 0};
    struct message message;
    struct error error = ERROR_INIT;
    if (size == 0)
        return 0;
    unsigned kind = kinds[data[0] % 4];
    if (message_read(&message, (const char *)data + 1, size - 1, kind, &error))
        look_at(&message, kind);
    else
        assert(*error.text);
    message_free(&message);
    return 0;
}
