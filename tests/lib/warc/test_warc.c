#include "lib/warc/http_block.h"
#include "lib/warc/warc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

/* A file in memory, which gives a few bytes at a time. */
struct memory {
    struct buffer bytes;
    size_t step;
};

static int64_t read_memory(void *context, uint64_t offset, void *bytes, size_t size)
{
    const struct memory *memory = context;
    size_t left = offset < memory->bytes.size ? memory->bytes.size - (size_t)offset : 0;
    size_t part = size < left ? size : left;
    if (memory->step && part > memory->step)
        part = memory->step;
    if (part > 0)
        memcpy(bytes, memory->bytes.bytes + offset, part);
    return (int64_t)part;
}

static void add_record(struct buffer *out, const char *type, const char *uri, const char *block)
{
    buffer_printf(out,
                  "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: <%s>\r\nContent-Type: text/plain\r\n"
                  "Content-Length: %zu\r\n\r\n%s\r\n\r\n",
                  type, uri, strlen(block), block);
}

static void add_member(struct buffer *out, const struct buffer *plain)
{
    unsigned char packed[64 * 1024];
    z_stream stream = {.next_in = (unsigned char *)plain->bytes, .avail_in = (unsigned)plain->size};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = packed;
    stream.avail_out = sizeof packed;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    buffer_append(out, packed, sizeof packed - stream.avail_out);
    deflateEnd(&stream);
}

/* Four records, in one of three forms: 0 plain, 1 a member each, 2 one member for all. */
static struct memory make_archive(int form, size_t step)
{
    static const char *const blocks[] = {"software", "One.", "", "Three and more."};
    struct memory memory = {.step = step};
    struct buffer plain = BUFFER_INIT;
    for (size_t i = 0; i < 4; i++) {
        char uri[40];
        snprintf(uri, sizeof uri, "https://a.example/%zu", i);
        add_record(&plain, i ? "response" : "warcinfo", uri, blocks[i]);
        if (form == 1) {
            add_member(&memory.bytes, &plain);
            buffer_clear(&plain);
        }
    }
    if (form == 0)
        buffer_append(&memory.bytes, plain.bytes, plain.size);
    else if (form == 2)
        add_member(&memory.bytes, &plain);
    buffer_free(&plain);
    return memory;
}

static void assert_records(struct memory *memory, const struct warc_place *place, size_t first)
{
    struct error error = ERROR_INIT;
    struct warc_record record = {.is_too_large = false};
    struct warc *warc = warc_open(read_memory, memory, place, &error);
    for (size_t i = first; i < 4; i++) {
        char uri[40];
        snprintf(uri, sizeof uri, "https://a.example/%zu", i);
        assert_int_equal(warc_next(warc, &record, &error), WARC_RECORD);
        assert_string_equal(record.uri.bytes, uri);
        assert_string_equal(record.type.bytes, i ? "response" : "warcinfo");
    }
    assert_string_equal(record.block.bytes, "Three and more.");
    assert_int_equal(warc_next(warc, &record, &error), WARC_END);
    warc_record_clear(&record);
    warc_close(warc);
}

static void all_three_forms_are_read_whatever_the_pieces(void **state)
{
    (void)state;
    for (int form = 0; form < 3; form++)
        for (size_t step = 0; step < 4; step++) {
            struct memory memory = make_archive(form, step);
            assert_records(&memory, NULL, 0);
            buffer_free(&memory.bytes);
        }
}

static void reading_goes_on_from_any_place(void **state)
{
    (void)state;
    for (int form = 0; form < 3; form++) {
        struct memory memory = make_archive(form, 0);
        struct error error = ERROR_INIT;
        struct warc_record record = {.is_too_large = false};
        struct warc *warc = warc_open(read_memory, &memory, NULL, &error);
        for (size_t i = 0; i < 3; i++) {
            struct warc_place place = warc_place(warc);
            assert_records(&memory, &place, i);
            assert_int_equal(warc_next(warc, &record, &error), WARC_RECORD);
        }
        warc_record_clear(&record);
        warc_close(warc);
        buffer_free(&memory.bytes);
    }
}

static void a_cut_archive_gives_what_is_whole_and_says_where_it_ends(void **state)
{
    (void)state;
    for (int form = 0; form < 3; form++) {
        struct memory memory = make_archive(form, 0);
        size_t whole = memory.bytes.size;
        for (size_t size = 0; size < whole; size++) {
            struct error error = ERROR_INIT;
            struct warc_record record = {.is_too_large = false};
            memory.bytes.size = size;
            struct warc *warc = warc_open(read_memory, &memory, NULL, &error);
            enum warc_outcome outcome;
            size_t count = 0;
            while ((outcome = warc_next(warc, &record, &error)) == WARC_RECORD)
                count++;
            assert_true(count <= 4);
            if (outcome == WARC_BAD)
                assert_non_null(strstr(error.text, "the record at byte"));
            warc_record_clear(&record);
            warc_close(warc);
        }
        buffer_free(&memory.bytes);
    }
}

static void what_is_no_archive_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = {"GIF89a", "WARC/1.0\r\n\r\n", "WARC/1.0\r\nContent-Length: -4\r\n\r\n",
                                        "WARC/1.0\r\nContent-Length: 99999999999999\r\n\r\nx", "\x1f\x8b\x08garbage"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct memory memory = {.step = 0};
        struct error error = ERROR_INIT;
        struct warc_record record = {.is_too_large = false};
        buffer_append_text(&memory.bytes, texts[i]);
        struct warc *warc = warc_open(read_memory, &memory, NULL, &error);
        assert_int_equal(warc_next(warc, &record, &error), WARC_BAD);
        warc_record_clear(&record);
        warc_close(warc);
        buffer_free(&memory.bytes);
    }
}

static void assert_body(const char *bytes, size_t size, const char *body)
{
    struct http_block block = {.status = 0};
    struct error error = ERROR_INIT;
    if (!http_block_read(&block, bytes, size, &error))
        fail_msg("%s", error.text);
    assert_int_equal(block.status, 200);
    assert_string_equal(block.content_type.bytes, "text/html; charset=utf-8");
    assert_string_equal(block.body.bytes, body);
    http_block_clear(&block);
}

#define HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n"

static void bodies_lose_chunks_and_compression(void **state)
{
    (void)state;
    const char plain[] = HEAD "\r\nText",
               chunked[] = HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nTex\r\n1;a=b\r\nt\r\n0\r\n\r\n",
               joined[] = HEAD "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\nText";
    assert_body(plain, sizeof plain - 1, "Text");
    assert_body(chunked, sizeof chunked - 1, "Text");
    assert_body(joined, sizeof joined - 1, "Text");
    struct buffer packed = BUFFER_INIT, text = BUFFER_INIT;
    buffer_append_text(&text, "Text");
    buffer_append_text(&packed, HEAD "Content-Encoding: gzip\r\n\r\n");
    add_member(&packed, &text);
    assert_body(packed.bytes, packed.size, "Text");
    buffer_free(&packed);
    buffer_free(&text);
}

static void other_encodings_and_no_answers_are_told(void **state)
{
    (void)state;
    struct http_block block = {.status = 0};
    struct error error = ERROR_INIT;
    const char brotli[] = HEAD "Content-Encoding: br\r\n\r\nText";
    assert_false(http_block_read(&block, brotli, sizeof brotli - 1, &error));
    assert_non_null(strstr(error.text, "gzip"));
    http_block_clear(&block);
    assert_false(http_block_read(&block, "Text", 4, &error));
    http_block_clear(&block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_three_forms_are_read_whatever_the_pieces),
        cmocka_unit_test(reading_goes_on_from_any_place),
        cmocka_unit_test(a_cut_archive_gives_what_is_whole_and_says_where_it_ends),
        cmocka_unit_test(what_is_no_archive_is_told),
        cmocka_unit_test(bodies_lose_chunks_and_compression),
        cmocka_unit_test(other_encodings_and_no_answers_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
