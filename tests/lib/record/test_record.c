#include "lib/record/record.h"
#include "lib/record/record_json.h"
#include "lib/record/schema.h"
#include "lib/record/vocabulary.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct ent_record *sample_report(void)
{
    struct ent_builder *builder = record_build(ENT_REPORT);
    record_put_text(builder, ENT_REPORT_TYPE, "exercise");
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "UZB");
    record_put_text(builder, ENT_ACTOR_ROLE, "participant");
    record_close(builder);
    record_put_num(builder, ENT_REPORT_CONFIDENCE, 0.75);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "RUS");
    record_close(builder);
    struct error error = ERROR_INIT;
    struct ent_record *record = record_seal(builder, &error);
    assert_string_equal(error.text, "");
    return record;
}

static void a_sealed_record_verifies_and_keeps_the_order_of_repeated_fields(void **state)
{
    (void)state;
    struct ent_record *record = sample_report();
    struct error error = ERROR_INIT;
    assert_true(record_verify(record->view.bytes, record->view.size, &error));
    assert_int_equal(record_count(record->view, ENT_REPORT_ACTOR), 2);
    struct record_view actor;
    assert_true(record_get_view(record->view, ENT_REPORT_ACTOR, 1, &actor));
    assert_string_equal(record_text(actor, ENT_ACTOR_ID), "RUS");
    assert_null(record_text(actor, ENT_ACTOR_ROLE));
    assert_false(record_get_view(record->view, ENT_REPORT_ACTOR, 2, &actor));
    assert_true(record_num(record->view, ENT_REPORT_CONFIDENCE, 0) == 0.75);
    record_release(record);
}

/* Every byte changed, every prefix cut: the verifier must answer without reading outside (ASan watches), and
 * what it accepts must be readable. */
static void no_damage_to_a_record_is_read_past(void **state)
{
    (void)state;
    struct ent_record *record = sample_report();
    size_t size = record->view.size;
    struct error error = ERROR_INIT;
    unsigned char *copy = malloc(size);
    for (size_t at = 0; at < size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(copy, record->view.bytes, size);
            copy[at] ^= (unsigned char)(1 << bit);
            if (!record_verify(copy, size, &error))
                continue;
            struct buffer buffer = BUFFER_INIT;
            struct json_writer writer;
            json_begin(&writer, &buffer);
            record_to_json(&writer, record_view_of(copy, size), 0);
            buffer_free(&buffer);
        }
    }
    free(copy);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *part = malloc(cut + 1);
        memcpy(part, record->view.bytes, cut);
        assert_false(record_verify(part, cut, &error));
        free(part);
    }
    record_release(record);
}

static void a_builder_remembers_its_first_error(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_REPORT);
    record_put_int(builder, ENT_REPORT_TYPE, 3);
    record_put_text(builder, ENT_REPORT_STATUS, "signed");
    assert_null(record_seal(builder, &error));
    assert_non_null(strstr(error.text, "type"));
    builder = record_build(ENT_REPORT);
    record_put_text(builder, ENT_REPORT_TYPE, "aid");
    record_put_text(builder, ENT_REPORT_TYPE, "visit");
    assert_null(record_seal(builder, &error));
    assert_non_null(strstr(error.text, "twice"));
    builder = record_build(ENT_REPORT);
    record_put_text(builder, ENT_REPORT_NAME, "\xff");
    assert_null(record_seal(builder, &error));
    builder = record_build(ENT_REPORT);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    assert_null(record_seal(builder, &error));
}

static void json_reads_back_to_the_same_bytes(void **state)
{
    (void)state;
    struct ent_record *record = sample_report();
    struct buffer buffer = BUFFER_INIT;
    struct json_writer writer;
    struct error error = ERROR_INIT;
    json_begin(&writer, &buffer);
    record_to_json(&writer, record->view, RECORD_JSON_NULLS);
    json_t *json = json_loadb(buffer.bytes, buffer.size, 0, NULL);
    assert_non_null(json);
    struct ent_record *back = record_from_json(ENT_REPORT, json, &error);
    assert_non_null(back);
    struct buffer again = BUFFER_INIT;
    json_begin(&writer, &again);
    record_to_json(&writer, back->view, RECORD_JSON_NULLS);
    assert_string_equal(buffer.bytes, again.bytes);
    json_decref(json);
    json = json_pack("{s:s}", "typ", "aid");
    assert_null(record_from_json(ENT_REPORT, json, &error));
    assert_non_null(strstr(error.text, "typ"));
    json_decref(json);
    buffer_free(&buffer);
    buffer_free(&again);
    record_release(record);
    record_release(back);
}

static void a_report_becomes_an_event_field_by_field(void **state)
{
    (void)state;
    struct ent_record *report = sample_report();
    static const unsigned except[] = {ENT_REPORT_CONFIDENCE, 0};
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_all(builder, report->view, except);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    struct error error = ERROR_INIT;
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    assert_true(record_verify(event->view.bytes, event->view.size, &error));
    assert_int_equal(record_count(event->view, ENT_REPORT_ACTOR), 2);
    assert_int_equal(record_count(event->view, ENT_REPORT_CONFIDENCE), 0);
    record_release(report);
    record_release(event);
}

static void every_field_has_one_row_and_one_name(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 64; kind++) {
        const struct schema_kind *row = schema_kind(kind);
        for (size_t i = 0; row && i < row->field_count; i++) {
            assert_ptr_equal(schema_field(kind, row->fields[i].field), &row->fields[i]);
            assert_ptr_equal(schema_field_by_name(kind, row->fields[i].name), &row->fields[i]);
            if (row->fields[i].type == ENT_REC)
                assert_non_null(schema_kind(row->fields[i].kind));
        }
    }
}

static void the_subtypes_of_the_types_make_up_the_list_of_subtypes(void **state)
{
    (void)state;
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++)
        for (const char *const *subtype = vocabulary_subtypes(*type); *subtype; subtype++)
            assert_true(vocabulary_has(VOCABULARY_SUBTYPE, *subtype));
    assert_true(vocabulary_status_rank("signed") < vocabulary_status_rank("completed"));
}

/* Codebook section 7, cell by cell. */
static void the_crosswalk_is_the_codebooks(void **state)
{
    (void)state;
    static const struct {
        const char *type, *subtype, *status, *cameo, *plover, *context;
    } rows[] = {
        {"arms_transfer", "sale", "negotiated", "0312", "AGREE", "military"},
        {"arms_transfer", "grant", "announced", "0332", "AGREE", "military"},
        {"arms_transfer", "sale", "signed", "057", "SUPPORT", "military"},
        {"arms_transfer", "sale", "completed", "062", "COOPERATE", "military"},
        {"arms_transfer", NULL, "ongoing", "062", "COOPERATE", "military"},
        {"arms_transfer", "grant", "completed", "072", "AID", "military"},
        {"aid", "package", "approved", "0332", "AGREE", "military"},
        {"aid", "financing", "signed", "057", "SUPPORT", "military"},
        {"aid", "services", "ongoing", "072", "AID", "military"},
        {"training", NULL, "announced", "0312", "AGREE", "military"},
        {"training", "unit", "signed", "057", "SUPPORT", "military"},
        {"training", NULL, "completed", "062", "COOPERATE", "military"},
        {"training", "education", "completed", "072", "AID", "military"},
        {"exercise", "field", "announced", "0312", "AGREE", "military"},
        {"exercise", "cyber", "completed", "062", "COOPERATE", "military"},
        {"agreement", "framework", "negotiated", "0312", "AGREE", "military"},
        {"agreement", "framework", "signed", "057", "SUPPORT", "military"},
        {"agreement", "membership", "completed", "057", "SUPPORT", "military"},
        {"intelligence_sharing", "exchange", "announced", "0314", "AGREE", "intelligence"},
        {"intelligence_sharing", "liaison", "signed", "057", "SUPPORT", "intelligence"},
        {"intelligence_sharing", "technical", "ongoing", "064", "COOPERATE", "intelligence"},
        {"visit", "talks", "announced", "036", "AGREE", "military"},
        {"visit", "high_level", "completed", "042", "CONSULT", "military"},
        {"visit", "talks", "completed", "046", "CONSULT", "military"},
        {"expo", "arms_fair", "announced", "0311", "AGREE", "military"},
        {"expo", "air_show", "completed", "061", "COOPERATE", "military"},
        {"industry", "research", "signed", "057", "SUPPORT", "military"},
        {"industry", "joint_venture", "ongoing", "061", "COOPERATE", "military"},
        {"basing", "access", "unknown", "0312", "AGREE", "military"},
        {"basing", "access", "signed", "057", "SUPPORT", "military"},
        {"basing", "stationing", "ongoing", "062", "COOPERATE", "military"},
        {"operation", "relief", "announced", "0334", "AGREE", "military"},
        {"operation", "peacekeeping", "ongoing", "074", "AID", "peacekeeping"},
        {"operation", "patrol", "ongoing", "062", "COOPERATE", "military"},
        {"downturn", "reduction", "announced", "1311", "SANCTION", "military"},
        {"downturn", "embargo", "announced", "1312", "SANCTION", "military"},
        {"downturn", "suspension", "ongoing", "1622", "SANCTION", "military"},
        {"downturn", "embargo", "ongoing", "163", "COERCE", "military"},
        {"downturn", "expulsion", "ongoing", "166", "SANCTION", "military"},
        {"downturn", "withdrawal", "completed", "1661", "SANCTION", "military"},
        {"arms_transfer", "sale", "requested", "0212", "REQUEST", "military"},
        {"aid", "package", "requested", "0232", "REQUEST", "military"},
        {"exercise", "field", "refused", "1212", "REJECT", "military"},
        {"arms_transfer", "grant", "refused", "1222", "REJECT", "military"},
        {"no_type", NULL, "signed", "", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct crosswalk codes = vocabulary_crosswalk(rows[i].type, rows[i].subtype, rows[i].status);
        if (strcmp(codes.cameo, rows[i].cameo) || strcmp(codes.plover, rows[i].plover) ||
            strcmp(codes.context, rows[i].context))
            fail_msg("%s.%s %s is %s %s %s", rows[i].type, rows[i].subtype ? rows[i].subtype : "", rows[i].status,
                     codes.cameo, codes.plover, codes.context);
    }
    /* No combination is without codes. */
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++)
        for (const char *const *subtype = vocabulary_subtypes(*type); *subtype; subtype++)
            for (const char *const *status = vocabulary_words(VOCABULARY_STATUS); *status; status++) {
                struct crosswalk codes = vocabulary_crosswalk(*type, *subtype, *status);
                assert_true(*codes.cameo && *codes.plover && *codes.context);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_record_verifies_and_keeps_the_order_of_repeated_fields),
        cmocka_unit_test(no_damage_to_a_record_is_read_past),
        cmocka_unit_test(a_builder_remembers_its_first_error),
        cmocka_unit_test(json_reads_back_to_the_same_bytes),
        cmocka_unit_test(a_report_becomes_an_event_field_by_field),
        cmocka_unit_test(every_field_has_one_row_and_one_name),
        cmocka_unit_test(the_subtypes_of_the_types_make_up_the_list_of_subtypes),
        cmocka_unit_test(the_crosswalk_is_the_codebooks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
