/* What an IMAP server says: UIDs come out sorted, single and from the least one on. */
#include "plugins/mailbox/reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mailbox_status status;
    uint32_t uids[8];
    if (reply_read_status((const char *)data, size, &status) && (status.next == 0 || status.validity == 0))
        abort();
    size_t count = reply_read_search((const char *)data, size, 3, uids, 8);
    for (size_t i = 0; i < count; i++)
        if (uids[i] < 3 || (i > 0 && uids[i - 1] >= uids[i]))
            abort();
    return 0;
}
