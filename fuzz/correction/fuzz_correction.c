/* Corrections: any settings are refused with a text or become a record that can be printed; any lines of a table of
 * publishers are refused with their number or read; any two texts are compared alike in both orders. Settings and lines
 * are apart by line feeds. */
#include "core/desk/correction_values.h"
#include "core/desk/publishers.h"
#include "core/desk/sketch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SETTINGS_MAX = 20 };

static void set(char *text, const struct ent_record *event)
{
    const char *settings[SETTINGS_MAX];
    size_t count = 0;
    struct error error = ERROR_INIT;
    struct buffer fields = BUFFER_INIT, printed = BUFFER_INIT;
    for (char *at = strtok(text, "\n"); at && count < SETTINGS_MAX; at = strtok(NULL, "\n"))
        settings[count++] = at;
    struct ent_record *value = correction_values_read(settings, count, event->view, &fields, &error);
    if (!value && error.kind == ERROR_NONE)
        abort();
    for (const struct correction_field *field = correction_fields(); value && field->name; field++)
        correction_value_text(&printed, value->view, field->field);
    if (printed.failed)
        abort();
    record_release(value);
    buffer_free(&fields);
    buffer_free(&printed);
}

static void read_table(const char *text, size_t size)
{
    struct error error = ERROR_INIT;
    char family[PUBLISHER_FAMILY_SIZE];
    struct publishers *publishers = publishers_create();
    if (!publishers)
        return;
    if (!publishers_read(publishers, text, size, "table", &error) && strncmp(error.text, "table:", 6) != 0)
        abort();
    publishers_family(publishers, text, family);
    publishers_destroy(publishers);
}

static void compare_texts(const char *text, size_t size)
{
    struct sketch whole, half, stored;
    unsigned char bytes[SKETCH_BYTES_MAX];
    if (!sketch_fill(&whole, text, size) || !sketch_fill(&half, text + size / 2, size - size / 2))
        return;
    if (sketch_is_copy(&whole, &half) != sketch_is_copy(&half, &whole))
        abort();
    sketch_load(&stored, bytes, sketch_store(&whole, bytes));
    if (whole.count && memcmp(&stored, &whole, sizeof whole) != 0)
        abort();
    sketch_load(&stored, text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_TYPE, "arms_transfer");
    struct ent_record *event = record_seal(builder, &error);
    char *text = malloc(size + 1);
    if (event && text) {
        if (size)
            memcpy(text, data, size);
        text[size] = '\0';
        compare_texts(text, size);
        read_table(text, size);
        set(text, event);
    }
    free(text);
    record_release(event);
    return 0;
}
