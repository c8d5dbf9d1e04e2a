#include "plugins/mailbox/reply.h"

#include <string.h>
#include <strings.h>

/* Reads a number at `*at`, which moves behind it. False where there is none or it is too large for a UID. */
static bool read_number(const char *text, size_t size, size_t *at, uint32_t *number)
{
    uint64_t value = 0;
    size_t start = *at;
    while (*at < size && text[*at] >= '0' && text[*at] <= '9' && value <= UINT32_MAX)
        value = value * 10 + (uint64_t)(text[(*at)++] - '0');
    *number = (uint32_t)value;
    return *at > start && value > 0 && value <= UINT32_MAX;
}

static bool find_number(const char *text, size_t size, const char *name, uint32_t *number)
{
    size_t name_size = strlen(name);
    for (size_t i = 0; i + name_size < size; i++)
        if (strncasecmp(text + i, name, name_size) == 0 && text[i + name_size] == ' ') {
            size_t at = i + name_size + 1;
            return read_number(text, size, &at, number);
        }
    return false;
}

bool reply_read_status(const char *text, size_t size, struct mailbox_status *status)
{
    return find_number(text, size, "UIDVALIDITY", &status->validity) &&
           find_number(text, size, "UIDNEXT", &status->next);
}

/* Keeps the list sorted, its elements single and the lowest `capacity`. */
static void insert(uint32_t *uids, size_t *count, size_t capacity, uint32_t uid)
{
    size_t at = *count;
    while (at > 0 && uids[at - 1] > uid)
        at--;
    if ((at > 0 && uids[at - 1] == uid) || at == capacity)
        return;
    size_t moved = *count - at;
    if (*count == capacity)
        moved--;
    else
        ++*count;
    memmove(uids + at + 1, uids + at, moved * sizeof *uids);
    uids[at] = uid;
}

size_t reply_read_search(const char *text, size_t size, uint32_t least, uint32_t *uids, size_t capacity)
{
    size_t count = 0, at = 0;
    while (at < size) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t line_end = end ? (size_t)(end - text) : size;
        bool is_search = line_end - at > 8 && strncasecmp(text + at, "* SEARCH", 8) == 0;
        for (size_t i = at + 8; is_search && i < line_end;) {
            uint32_t uid;
            if (text[i] == ' ') {
                i++;
            } else if (read_number(text, line_end, &i, &uid)) {
                if (uid >= least)
                    insert(uids, &count, capacity, uid);
            } else {
                break;
            }
        }
        at = line_end + 1;
    }
    return count;
}
