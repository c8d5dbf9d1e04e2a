#include "runner/workbench/tell.h"

#include "lib/base/buffer.h"
#include "lib/base/json_writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void tell(const char *member, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    struct buffer line = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &line);
    json_object_open(&json);
    json_key(&json, member);
    json_put_text(&json, text ? text : "out of memory");
    json_object_close(&json);
    buffer_append_char(&line, '\n');
    for (size_t sent = 0; !line.failed && sent < line.size;) {
        ssize_t written = write(TELL_DESCRIPTOR, line.bytes + sent, line.size - sent);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        sent += (size_t)written;
    }
    buffer_free(&line);
    free(text);
}
