#include "plugins/exec/message.h"

#include "lib/record/record_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX (30.0 * 24 * 60 * 60)

/* The longest part of `text` that fits and does not cut a character. */
static void copy_text(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

static bool read_id(struct message *message, const json_t *object, struct error *error)
{
    const json_t *id = json_object_get(object, "id");
    if (!json_is_integer(id) || json_integer_value(id) < 1)
        return error_set(error, ERROR_INPUT, "id must be the number of what it was handed");
    message->id = json_integer_value(id);
    return true;
}

/* Seconds as milliseconds; -1 where absent. */
static bool read_seconds(const json_t *object, const char *key, int64_t *milliseconds, struct error *error)
{
    const json_t *value = json_object_get(object, key);
    *milliseconds = -1;
    if (!value || json_is_null(value))
        return true;
    double seconds = json_number_value(value);
    if (!json_is_number(value) || !(seconds >= 0 && seconds <= SECONDS_MAX))
        return error_set(error, ERROR_INPUT, "%s must be a number of seconds, at most 30 days", key);
    *milliseconds = (int64_t)(seconds * 1000);
    return true;
}

static bool read_text(struct message *message, const json_t *object, struct error *error)
{
    const json_t *text = json_object_get(object, "text");
    if (text && !json_is_null(text) && !json_is_string(text))
        return error_set(error, ERROR_INPUT, "text must be a string");
    copy_text(message->text, sizeof message->text, text && json_is_string(text) ? json_string_value(text) : "");
    return true;
}

static bool read_word(const json_t *object, const char *key, const char *const *words, uint32_t *index,
                      struct error *error)
{
    const char *word = json_string_value(json_object_get(object, key));
    for (*index = 0; word && words[*index]; (*index)++)
        if (strcmp(words[*index], word) == 0)
            return true;
    return error_set(error, ERROR_INPUT, "%s \"%.40s\" is none", key, word ? word : "");
}

/* ---- by type ---- */

static bool read_hello(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    (void)kind;
    message->hello = hello_read(object, error);
    return message->hello != NULL;
}

static bool read_output(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    json_t *record = json_object_get(object, "record");
    if (!read_id(message, object, error))
        return false;
    if (!kind)
        return error_set(error, ERROR_INPUT, "a sink has no output");
    if (!json_is_object(record))
        return error_set(error, ERROR_INPUT, "record must be an object");
    message->record = record_from_json(kind, record, error);
    return message->record != NULL;
}

static bool read_withdraw(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    const char *report = json_string_value(json_object_get(object, "report"));
    if (!read_id(message, object, error))
        return false;
    if (kind != ENT_REPORT)
        return error_set(error, ERROR_INPUT, "only a classifier can withdraw a report");
    if (!report || strlen(report) >= sizeof message->report)
        return error_set(error, ERROR_INPUT, "report must be the id of one");
    copy_text(message->report, sizeof message->report, report);
    return true;
}

static bool read_state(struct message *message, const json_t *object, struct error *error)
{
    const json_t *state = json_object_get(object, "state");
    if (!state)
        return true;
    message->state = json_dumps(state, JSON_COMPACT | JSON_ENCODE_ANY);
    message->state_size = message->state ? strlen(message->state) : 0;
    if (!message->state)
        return error_set(error, ERROR_MEMORY, "no memory for its state");
    return message->state_size <= ENT_KV_VALUE_MAX ||
           error_set(error, ERROR_LIMIT, "state is larger than %d bytes", ENT_KV_VALUE_MAX);
}

static bool read_result(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    static const char *const words[] = {"ok", "retry", "reject", "config", "fatal", NULL};
    static const enum ent_code codes[] = {ENT_OK, ENT_RETRY, ENT_REJECT, ENT_CONFIG, ENT_FATAL};
    const json_t *passes = json_object_get(object, "pass");
    uint32_t index;
    (void)kind;
    if (!read_id(message, object, error) || !read_word(object, "result", words, &index, error) ||
        !read_text(message, object, error) || !read_seconds(object, "retry_after", &message->retry_after_ms, error) ||
        !read_seconds(object, "next_fetch", &message->next_fetch_ms, error) || !read_state(message, object, error))
        return false;
    if (passes && !json_is_boolean(passes))
        return error_set(error, ERROR_INPUT, "pass must be true or false");
    message->code = codes[index];
    message->passes = json_is_true(passes);
    return true;
}

static bool read_log(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    static const char *const words[] = {"error", "warning", "info", "debug", NULL};
    uint32_t index;
    (void)kind;
    if (!read_word(object, "level", words, &index, error) || !read_text(message, object, error))
        return false;
    message->level = index + ENT_LOG_ERROR;
    return true;
}

static bool is_metric_name(const char *name)
{
    size_t size = name ? strlen(name) : 0;
    if (size == 0 || size >= MESSAGE_NAME_SIZE || name[0] < 'a' || name[0] > 'z')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static bool read_metric(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    const json_t *count = json_object_get(object, "count"), *gauge = json_object_get(object, "gauge");
    (void)kind;
    if (!is_metric_name(name))
        return error_set(error, ERROR_INPUT, "name must be lower case words joined by _, at most %d bytes",
                         MESSAGE_NAME_SIZE - 1);
    if (json_is_number(gauge) == json_is_integer(count))
        return error_set(error, ERROR_INPUT, "it needs either count, a whole number, or gauge, a number");
    copy_text(message->name, sizeof message->name, name);
    message->is_gauge = json_is_number(gauge);
    message->gauge = json_number_value(gauge);
    message->count = json_integer_value(count);
    return true;
}

static const struct {
    const char *word;
    enum message_type type;
    bool (*read)(struct message *message, json_t *object, unsigned kind, struct error *error);
} types[] = {{"output", MESSAGE_OUTPUT, read_output}, {"result", MESSAGE_RESULT, read_result},
             {"log", MESSAGE_LOG, read_log},          {"metric", MESSAGE_METRIC, read_metric},
             {"hello", MESSAGE_HELLO, read_hello},    {"withdraw", MESSAGE_WITHDRAW, read_withdraw}};

static bool read_object(struct message *message, json_t *object, unsigned kind, struct error *error)
{
    const char *word = json_string_value(json_object_get(object, "type"));
    for (size_t i = 0; word && i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].word, word) != 0)
            continue;
        if (!types[i].read(message, object, kind, error))
            return false;
        message->type = types[i].type;
        return true;
    }
    return error_set(error, ERROR_INPUT, "type \"%.40s\" is none of hello, output, withdraw, result, log and metric",
                     word ? word : "");
}

bool message_read(struct message *message, const char *line, size_t size, unsigned kind, struct error *error)
{
    json_error_t place;
    *message = (struct message){.retry_after_ms = -1, .next_fetch_ms = -1};
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &place);
    bool is_good = json_is_object(object) ? read_object(message, object, kind, error)
                   : object               ? error_set(error, ERROR_INPUT, "it is no JSON object")
                                          : error_set(error, ERROR_INPUT, "%s", place.text);
    json_decref(object);
    return is_good;
}

void message_free(struct message *message)
{
    hello_destroy(message->hello);
    record_release(message->record);
    free(message->state);
    *message = (struct message){.type = MESSAGE_NONE};
}
