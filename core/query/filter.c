#include "core/query/filter.h"

#include "lib/base/json_writer.h"
#include "lib/record/schema.h"

#include <string.h>

bool filter_has_text(struct record_view record, const char *text)
{
    const struct schema_kind *kind = schema_kind(record_kind(record));
    for (size_t f = 0; kind && f < kind->field_count; f++) {
        const struct schema_field *field = &kind->fields[f];
        size_t count = field->type == ENT_STR || field->type == ENT_REC ? record_count(record, field->field) : 0;
        for (size_t i = 0; i < count; i++) {
            struct text value;
            struct record_view within;
            if (field->type == ENT_STR && record_get_str(record, field->field, i, &value) &&
                strcasestr(value.bytes, text))
                return true;
            /* Nesting is bounded by ENT_RECORD_DEPTH_MAX, which verification has checked. */
            if (field->type == ENT_REC && record_get_view(record, field->field, i, &within) &&
                filter_has_text(within, text))
                return true;
        }
    }
    return false;
}

bool filter_in_list(const char *words, const char *word)
{
    size_t wanted = strlen(word);
    for (const char *at = words;; at++) {
        size_t size = strcspn(at, ",");
        if (size == wanted && strncasecmp(at, word, size) == 0)
            return true;
        at += size;
        if (!*at)
            return false;
    }
}

bool filter_has_publisher(struct record_view event, const char *publishers)
{
    struct record_view source;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *publisher = record_text(source, ENT_SOURCE_PUBLISHER);
        if (publisher && filter_in_list(publishers, publisher))
            return true;
    }
    return false;
}

char *filter_list(const char *words, const char *prefix, bool *failed)
{
    if (!words)
        return NULL;
    struct buffer list = BUFFER_INIT, word = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &list);
    json_array_open(&writer);
    for (const char *at = words;; at++) {
        size_t size = strcspn(at, ","), before = strlen(prefix);
        buffer_clear(&word);
        if (size < before || strncmp(at, prefix, before) != 0)
            buffer_append_text(&word, prefix);
        buffer_append(&word, at, size);
        if (!word.failed)
            json_put_string(&writer, word.bytes ? word.bytes : "", word.size);
        at += size;
        if (!*at)
            break;
    }
    json_array_close(&writer);
    *failed = *failed || word.failed || list.failed;
    buffer_free(&word);
    return buffer_take(&list, NULL);
}
