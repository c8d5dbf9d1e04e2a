/* Records from strangers: whatever the verifier accepts must be readable, and JSON must read back. */
#include "lib/record/record.h"
#include "lib/record/record_json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_json(struct record_view view)
{
    struct buffer buffer = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &buffer);
    record_to_json(&writer, view, RECORD_JSON_NULLS);
    buffer_free(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_INIT;
    struct ent_record *record = record_from_bytes(data, size, &error);
    if (record)
        write_json(record->view);
    record_release(record);

    json_t *object = json_loadb((const char *)data, size, 0, NULL);
    if (json_is_object(object)) {
        record = record_from_json(ENT_EVENT, object, &error);
        if (record) {
            if (!record_verify(record->view.bytes, record->view.size, &error))
                abort();
            write_json(record->view);
        }
        record_release(record);
    }
    json_decref(object);
    return 0;
}
