/* Rows of events say where each source can be had, and when it was. */
#include "core/export/event_format.h"
#include "lib/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void put_source(struct ent_builder *builder, const char *item, const char *url)
{
    record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
    record_put_text(builder, ENT_SOURCE_ITEM, item);
    record_put_text(builder, ENT_SOURCE_URL, url);
    record_close(builder);
}

/* A feed's link that no browser may follow is none by the time that it is stored. */
static void a_source_without_an_address_is_named_by_its_item(void **state)
{
    static const char *const formats[] = {"csv", "trade", "cameo"};
    struct error error = ERROR_INIT;
    struct event_retrieved retrieved = {.times = {1000, 2000}, .count = 2};
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct buffer out = BUFFER_INIT;
        struct event_writer writer = {.format = event_format_find(formats[i]), .out = &out};
        struct ent_builder *builder = record_build(ENT_EVENT);
        record_put_text(builder, ENT_REPORT_TYPE, "arms_transfer");
        for (int k = 0; k < 2; k++) {
            record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
            record_put_text(builder, ENT_ACTOR_ID, k ? "RUS" : "UZB");
            record_put_text(builder, ENT_ACTOR_ROLE, k ? "supplier" : "recipient");
            record_close(builder);
        }
        put_source(builder, "abc123", NULL);
        put_source(builder, "def456", "https://a.example/1");
        struct ent_record *event = record_seal(builder, &error);
        assert_non_null(event);
        event_writer_put(&writer, event->view, &retrieved);
        assert_non_null(out.bytes);
        if (!strstr(out.bytes, ",item:abc123 https://a.example/1,") || !strstr(out.bytes, "01Z 1970-01-01T00:00:02"))
            fail_msg("%s: %s", formats[i], out.bytes);
        event_writer_free(&writer);
        buffer_free(&out);
        record_release(event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_without_an_address_is_named_by_its_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
