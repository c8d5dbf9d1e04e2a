#include "plugins/mailbox/folder.h"

#include <ctype.h>
#include <iconv.h>
#include <string.h>

enum { NAME_MAX_BYTES = 400 };

static bool to_modified_utf7(const char *name, char *encoded, size_t room, struct error *error)
{
    iconv_t converter = iconv_open("UTF-7-IMAP", "UTF-8");
    if (converter == (iconv_t)-1)
        return error_set(error, ERROR_STATE, "folder: this system's iconv does not know UTF-7-IMAP");
    char *from = (char *)name, *to = encoded;
    size_t left = strlen(name), space = room - 1;
    bool is_good = left <= NAME_MAX_BYTES && iconv(converter, &from, &left, &to, &space) != (size_t)-1 &&
                   iconv(converter, NULL, NULL, &to, &space) != (size_t)-1;
    *to = '\0';
    iconv_close(converter);
    return is_good || error_set(error, ERROR_INPUT, "folder: \"%.60s\" is too long or no UTF-8", name);
}

bool folder_encode(const char *name, struct buffer *address, struct buffer *status_command, struct error *error)
{
    char encoded[4 * NAME_MAX_BYTES];
    for (const char *c = name ? name : ""; *c; c++)
        if (iscntrl((unsigned char)*c))
            return error_set(error, ERROR_INPUT, "folder: a control character in the name");
    if (!to_modified_utf7(name ? name : "INBOX", encoded, sizeof encoded, error))
        return false;
    buffer_append_text(status_command, "STATUS \"");
    for (const char *c = encoded; *c; c++) {
        bool is_plain = isalnum((unsigned char)*c) || strchr("-._~", *c);
        if (is_plain)
            buffer_append_char(address, *c);
        else
            buffer_printf(address, "%%%02X", (unsigned char)*c);
        if (*c == '"' || *c == '\\')
            buffer_append_char(status_command, '\\');
        buffer_append_char(status_command, *c);
    }
    buffer_append_text(status_command, "\" (UIDVALIDITY UIDNEXT)");
    return (!address->failed && !status_command->failed) || error_set(error, ERROR_MEMORY, "folder: no memory");
}
