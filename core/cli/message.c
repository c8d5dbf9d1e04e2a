#include "core/cli/message.h"

#include "core/cli/command.h"
#include "core/cli/display.h"
#include "lib/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_MAX = 2000 };

static void message_print(const char *colour, const char *before, const char *format, va_list arguments)
{
    char text[MESSAGE_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    fflush(stdout);
    bool coloured = display()->colour_errors;
    fprintf(stderr, "%s%s%s%s\n", coloured ? colour : "", before, coloured ? "\033[0m" : "", text);
}

int message_failure(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message_print("\033[31m", "entente: ", format, arguments);
    va_end(arguments);
    return COMMAND_USAGE;
}

int message_problem(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message_print("\033[33m", "entente: ", format, arguments);
    va_end(arguments);
    return COMMAND_PROBLEMS;
}

void message_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message_print("\033[2m", "", format, arguments);
    va_end(arguments);
}
