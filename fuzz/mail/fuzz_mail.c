/* Mails: any bytes give a message whose texts are UTF-8, or an error. */
#include "lib/base/utf8.h"
#include "lib/mail/digest.h"
#include "lib/mail/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct buffer *text)
{
    if (text->size > 0 && !utf8_is_valid(text->bytes, text->size))
        abort();
}

static void check_story(const struct mail_story *story)
{
    const char *const texts[] = {story->title, story->url, story->text};
    for (size_t i = 0; i < 3; i++)
        if (texts[i] && !utf8_is_valid(texts[i], strlen(texts[i])))
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
    check(&message.html);
    struct mail_digest digest;
    bool is_digest = mail_digest_read(&digest, message.html.bytes ? message.html.bytes : "", message.html.size);
    for (size_t i = 0; i < digest.count; i++)
        check_story(&digest.stories[i]);
    if (is_digest && digest.count < 2)
        abort();
    mail_digest_clear(&digest);
    mail_message_clear(&message);
    return 0;
}
