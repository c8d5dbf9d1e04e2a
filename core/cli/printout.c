#include "core/cli/printout.h"

#include "core/cli/command.h"
#include "core/cli/message.h"

#include <stdio.h>

bool printout_write(struct buffer *text, struct error *error)
{
    bool failed = text->failed;
    if (!failed && text->size > 0)
        fwrite(text->bytes, 1, text->size, stdout);
    buffer_free(text);
    return !failed || error_set(error, ERROR_MEMORY, "no memory for the output");
}

int printout(struct buffer *text)
{
    struct error error = ERROR_INIT;
    return printout_write(text, &error) ? COMMAND_DONE : message_failure("%s", error.text);
}
