/* Items and reports in the store: identity, versions, which report stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/store/identity.h"
#include "core/store/items.h"
#include "core/store/reports.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct store *store;

/* The tables in memory: what is tested here does not depend on the disk. */
static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    store = store_open(":memory:", STORE_WRITE, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    return 0;
}

struct fields {
    const char *guid, *url, *fetch_url, *title, *body;
};

static struct ent_record *item_of(const struct fields *fields)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_GUID, fields->guid);
    record_put_text(builder, ENT_ITEM_URL, fields->url);
    record_put_text(builder, ENT_ITEM_FETCH_URL, fields->fetch_url);
    record_put_text(builder, ENT_ITEM_TITLE, fields->title);
    record_put_text(builder, ENT_ITEM_BODY, fields->body);
    struct ent_record *record = record_seal(builder, &error);
    assert_non_null(record);
    return record;
}

static const char *id_of(const struct fields *fields)
{
    static char ids[4][DIGEST_HEX_SIZE];
    static int next;
    char *id = ids[next++ % 4];
    struct ent_record *item = item_of(fields);
    if (!item_identify(id, item->view))
        id = NULL;
    record_release(item);
    return id;
}

static void an_item_is_known_by_guid_and_domain_else_address_else_text(void **state)
{
    (void)state;
    struct fields a = {.guid = "1", .url = "https://www.a.org/x?utm_source=feed", .title = "t"};
    struct fields same_guid = {.guid = "1", .url = "https://a.org/moved", .title = "other"};
    struct fields other_site = {.guid = "1", .url = "https://b.org/x", .title = "t"};
    struct fields url_only = {.url = "https://a.org/x?utm_source=mail", .title = "t"};
    struct fields same_url = {.url = "HTTPS://A.org:443/x#top", .title = "another title"};
    struct fields text_only = {.title = "t", .body = "b"}, same_text = {.title = "t", .body = "b"};
    struct fields other_text = {.title = "tb"}, nothing = {.fetch_url = "https://a.org/feed"};
    assert_string_equal(id_of(&a), id_of(&same_guid));
    assert_string_not_equal(id_of(&a), id_of(&other_site));
    assert_string_not_equal(id_of(&a), id_of(&url_only));
    assert_string_equal(id_of(&url_only), id_of(&same_url));
    assert_string_equal(id_of(&text_only), id_of(&same_text));
    assert_string_not_equal(id_of(&text_only), id_of(&other_text));
    assert_null(id_of(&nothing));
}

/* Stores an item of that body from that source; *sequence of what now stands for it. */
static enum item_change put(const char *id, const char *source, const char *body, int64_t *sequence)
{
    struct error error = ERROR_INIT;
    enum item_change change;
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_SOURCE, source);
    record_put_text(builder, ENT_ITEM_BODY, body);
    struct ent_record *item = record_seal(builder, &error), *stored;
    if (!store_item_put(store, item, NULL, "", NULL, sequence, &stored, &change, &error))
        fail_msg("%s", error.text);
    assert_true((stored != NULL) == (change != ITEM_UNCHANGED));
    record_release(stored);
    record_release(item);
    return change;
}

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "aaaaaabbbbbbbbbbbbbbbbbbbbbbbbbb"

struct seen {
    int count;
    int64_t sequences[8], versions[8];
    bool current[8];
};

static bool see(void *context, const struct item_row *row)
{
    struct seen *seen = context;
    seen->sequences[seen->count] = row->sequence;
    seen->versions[seen->count] = row->version;
    seen->current[seen->count++] = row->current;
    assert_int_equal(record_int(row->record, ENT_ITEM_VERSION, 0), row->version);
    return seen->count < 8;
}

static void a_new_wording_supersedes_the_one_before(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    int64_t first, second, third;
    assert_int_equal(put(ID_A, "a", "one", &first), ITEM_NEW);
    assert_int_equal(put(ID_A, "a", "one", &second), ITEM_UNCHANGED);
    assert_int_equal(first, second);
    assert_int_equal(put(ID_A, "a", "two", &second), ITEM_NEW_VERSION);
    assert_int_equal(put(ID_A, "a", "one", &third), ITEM_NEW_VERSION); /* back again is a change too */
    struct seen seen = {0};
    assert_true(store_item_find(store, "aaaaaa", see, &seen, &error));
    assert_int_equal(seen.count, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(seen.versions[i], 3 - i);
        assert_int_equal(seen.current[i], i == 0);
    }
    int64_t count;
    assert_true(store_items_count(store, &count, &error));
    assert_int_equal(count, 1);
}

static void two_feeds_with_two_wordings_do_not_replace_each_other_for_ever(void **state)
{
    (void)state;
    int64_t sequence;
    assert_int_equal(put(ID_A, "summary", "short", &sequence), ITEM_NEW);
    assert_int_equal(put(ID_A, "full", "long", &sequence), ITEM_NEW_VERSION);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(put(ID_A, "summary", "short", &sequence), ITEM_UNCHANGED);
        assert_int_equal(put(ID_A, "full", "long", &sequence), ITEM_UNCHANGED);
    }
    assert_int_equal(put(ID_A, "third", "long", &sequence), ITEM_UNCHANGED);
    assert_int_equal(put(ID_A, "summary", "shorter", &sequence), ITEM_NEW_VERSION);
}

static void an_id_may_be_cut_where_it_stays_plain(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct seen seen = {0};
    int64_t sequence;
    put(ID_A, "a", "one", &sequence);
    put(ID_B, "a", "one", &sequence);
    assert_false(store_item_find(store, "aaaaaa", see, &seen, &error));
    assert_non_null(strstr(error.text, "several"));
    assert_true(store_item_find(store, "aaaaaab", see, &seen, &error));
    assert_int_equal(seen.sequences[0], 2);
    assert_false(store_item_find(store, "aaa", see, &seen, &error));
    assert_false(store_item_find(store, "cccccc", see, &seen, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_false(store_item_at(store, 3, see, &seen, &error));
    assert_int_equal(store_item_last(store, &error), 2);
}

/* ---- reports ---- */

static void put_report(int64_t item, const char *id, const char *classifier, const char *type)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_REPORT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_TYPE, type);
    struct ent_record *report = record_seal(builder, &error);
    if (!store_report_put(store, item, classifier, report->view, &error))
        fail_msg("%s", error.text);
    record_release(report);
}

static bool list_report(void *context, const struct report_row *row)
{
    char *list = context;
    size_t size = strlen(list);
    snprintf(list + size, 200 - size, "%s=%s ", row->id, record_text(row->record, ENT_REPORT_TYPE));
    return true;
}

static const char *standing(int64_t item)
{
    static char list[200];
    struct error error = ERROR_INIT;
    list[0] = '\0';
    assert_true(store_reports_of(store, item, list_report, list, &error));
    return list;
}

static void the_last_report_of_an_id_stands_in_its_old_place(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char all[200] = "";
    put_report(1, "r1", "classifier.a", "visit");
    put_report(1, "r2", "classifier.a", "exercise");
    put_report(2, "r3", "classifier.a", "visit");
    put_report(1, "r1", "classifier.b", "training");
    assert_string_equal(standing(1), "r1=training r2=exercise ");
    assert_true(store_report_withdraw(store, 1, "r2", &error));
    assert_true(store_report_withdraw(store, 1, "unknown", &error));
    assert_string_equal(standing(1), "r1=training ");
    assert_true(store_reports_all(store, 1, list_report, all, &error));
    assert_string_equal(all, "r1=visit r2=exercise r1=training ");
    assert_string_equal(standing(2), "r3=visit ");
}

static void a_classifier_that_speaks_again_replaces_what_it_said(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    put_report(1, "r1", "classifier.a", "visit");
    put_report(1, "r2", "classifier.a", "exercise");
    put_report(1, "s1", "classifier.b", "training");
    assert_true(store_reports_replace(store, 1, "classifier.a", &error));
    put_report(1, "r1", "classifier.a", "downturn");
    assert_string_equal(standing(1), "r1=downturn s1=training ");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_known_by_guid_and_domain_else_address_else_text),
        T(a_new_wording_supersedes_the_one_before),
        T(two_feeds_with_two_wordings_do_not_replace_each_other_for_ever),
        T(an_id_may_be_cut_where_it_stays_plain),
        T(the_last_report_of_an_id_stands_in_its_old_place),
        T(a_classifier_that_speaks_again_replaces_what_it_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
