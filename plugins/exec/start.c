#include "plugins/exec/start.h"

#include "lib/program/start_line.h"

#include <string.h>

enum hello_kind start_kind(const struct ent_host *host, struct ent_instance *instance)
{
    char word[16];
    const char *name = host->instance_name(instance);
    size_t size = strcspn(name, ".");
    size = size < sizeof word - 1 ? size : sizeof word - 1;
    memcpy(word, name, size);
    word[size] = '\0';
    /* A host that has a kind of which this knows nothing would not find the callback for it. */
    return hello_kind_of(word);
}

static void put_value(const struct start *start, const struct hello_option *option, struct json_writer *writer)
{
    const struct ent_host *host = start->host;
    struct ent_str text;
    switch (option->type) {
    case HELLO_INT:
    case HELLO_DURATION:
    case HELLO_SIZE:
        json_put_integer(writer, host->option_int(start->instance, option->name));
        return;
    case HELLO_BOOL:
        json_put_boolean(writer, host->option_int(start->instance, option->name) != 0);
        return;
    case HELLO_FLOAT:
        json_put_number(writer, host->option_num(start->instance, option->name));
        return;
    case HELLO_LIST:
        json_array_open(writer);
        for (size_t i = 0; i < host->option_count(start->instance, option->name); i++) {
            text = host->option_item(start->instance, option->name, i);
            json_put_string(writer, text.data, text.size);
        }
        json_array_close(writer);
        return;
    default:
        text = host->option_str(start->instance, option->name);
        json_put_string(writer, text.data, text.size);
    }
}

/* Neither set nor with a default. */
static bool is_absent(const struct start *start, const struct hello_option *option)
{
    return start->host->option_count(start->instance, option->name) == 0;
}

static bool put_options(const struct start *start, struct json_writer *writer, struct error *error)
{
    bool are_here = start->host->option_int(start->instance, "program_options") != 0;
    for (size_t i = 0; i < start->hello->option_count; i++) {
        const struct hello_option *option = &start->hello->options[i];
        bool has_value = are_here && !is_absent(start, option);
        if (!has_value && (option->flags & HELLO_REQUIRED))
            return error_set(
                error, ERROR_CONFIG,
                "the program wants the option %s; name the program itself, as in `plugin = /path/of/it`, and its "
                "options can stand in the section",
                option->name);
        if (!has_value)
            continue;
        json_key(writer, option->name);
        put_value(start, option, writer);
    }
    return true;
}

bool start_append(const struct start *start, struct buffer *line, struct error *error)
{
    const char *name = start->host->instance_name(start->instance);
    enum hello_kind kind = start_kind(start->host, start->instance);
    int size = (int)strcspn(name, ".");
    struct json_writer writer;
    if (!(start->hello->kinds & kind))
        return error_set(error, ERROR_CONFIG, "the program %.60s says that it is no %.*s", start->hello->name, size,
                         name);
    start_line_open(&writer, line, name);
    if (!put_options(start, &writer, error))
        return false;
    start_line_close(&writer, start->state);
    return true;
}
