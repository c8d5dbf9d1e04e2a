/* Mails: any bytes give a message whose texts are UTF-8, or an error. */
#include "lib/base/utf8.h"
#include "lib/mail/message.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct buffer *text)
{
    if (text->size > 0 && !utf8_is_valid(text->bytes, text->size))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_message message = {.has_date = false};
    struct error error = ERROR_INIT;
    mail_message_read(&message, (const char *)data, size, &error);
    check(&message.subject);
    check(&message.body);
    check(&message.sender_name);
    check(&message.sender_address);
    check(&message.message_id);
    check(&message.archive_url);
    mail_message_clear(&message);
    return 0;
}
