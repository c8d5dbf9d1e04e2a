/* Web archives: any bytes come to an end, and each place goes on with the record that it names. */
#include "lib/warc/http_block.h"
#include "lib/warc/warc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
};

static int64_t read_input(void *context, uint64_t offset, void *bytes, size_t size)
{
    const struct input *input = context;
    size_t left = offset < input->size ? input->size - (size_t)offset : 0;
    size_t part = size < left ? size : left;
    if (part > 0)
        memcpy(bytes, input->data + offset, part);
    return (int64_t)part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct warc_record record = {.is_too_large = false};
    struct error error = ERROR_INIT;
    struct warc_place place = {0, 0};
    struct warc *warc = warc_open(read_input, &input, NULL, &error);
    for (size_t i = 0; i < 64 && warc && warc_next(warc, &record, &error) == WARC_RECORD; i++) {
        struct http_block block = {.status = 0};
        if (record.block.size > 0)
            http_block_read(&block, record.block.bytes, record.block.size, &error);
        http_block_clear(&block);
        if (i % 8 == 3)
            place = warc_place(warc);
    }
    warc_close(warc);
    warc = warc_open(read_input, &input, &place, &error);
    if (warc)
        warc_next(warc, &record, &error);
    warc_close(warc);
    warc_record_clear(&record);
    return 0;
}
