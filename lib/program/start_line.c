#include "lib/program/start_line.h"

#include "lib/program/hello.h"

#include <string.h>

void start_line_open(struct json_writer *json, struct buffer *line, const char *instance)
{
    json_begin(json, line);
    json_object_open(json);
    json_key(json, "type");
    json_put_text(json, "start");
    json_key(json, "protocol");
    json_put_integer(json, HELLO_PROTOCOL);
    json_key(json, "instance");
    json_put_text(json, instance);
    json_key(json, "kind");
    json_put_string(json, instance, strcspn(instance, "."));
    json_key(json, "options");
    json_object_open(json);
}

void start_line_close(struct json_writer *json, const char *state)
{
    json_object_close(json);
    /* It is JSON already, so it goes in as it is. */
    buffer_append_text(json->buffer, ",\"state\":");
    buffer_append_text(json->buffer, state ? state : "null");
    buffer_append_text(json->buffer, "}\n");
}
