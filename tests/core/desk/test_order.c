/* The events are a function of the set of reports: whatever the order of arrival, whatever came and went between. */
#include "core/base/clock.h"
#include "core/desk/corrections.h"
#include "core/store/events.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As many orders of arrival as a few seconds allow. */
#ifdef __SANITIZE_ADDRESS__
enum { ORDERS = 40, ITEMS = 48 };
#else
enum { ORDERS = 200, ITEMS = 48 };
#endif

/* splitmix64: the same numbers on every machine. */
static uint64_t random_state;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static size_t random_below(size_t bound)
{
    return (size_t)(random_next() % bound);
}

static const char *pick(const char *const *words, size_t count)
{
    return words[random_below(count)];
}

#define PICK(...) pick((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Few parties, things and days, so that reports are near one another and clusters are in doubt. */
static void random_report(struct buffer *text)
{
    bool is_drill = random_below(3) == 0, is_pact = random_below(4) == 0;
    const char *first = PICK("USA", "RUS"), *second = PICK("UZB", "UZB", "KAZ");
    buffer_printf(text,
                  "{'type':'%s','status':'%s','modality':'%s','scope':'%s','actors':[{'id':'%s','role':'%s'},"
                  "{'id':'%s','role':'%s'}%s]",
                  is_pact    ? "agreement"
                  : is_drill ? "exercise"
                             : "arms_transfer",
                  PICK("negotiated", "signed", "ongoing", "completed", "completed", "cancelled"),
                  PICK("reported", "confirmed", "reported", "alleged", "denied", "hypothetical"),
                  PICK("current", "current", "current", "background"), first,
                  is_drill || is_pact ? "participant" : "supplier", second,
                  is_drill || is_pact ? "participant" : "recipient",
                  PICK("", "", ",{'id':'COM:arsenal','role':'supplier'}"));
    if (random_below(3) == 0)
        buffer_printf(text, ",'name':'%s'", PICK("Steppe Eagle", "Steppe Eagle 2023", "Hamkorlik"));
    if (random_below(2) == 0) {
        int day = 1 + (int)random_below(28), month = 1 + (int)random_below(6);
        buffer_printf(text, ",'date':{'start':'2023-%02d-%02d','end':'2023-%02d-%02d','precision':'day'}", month, day,
                      month, day);
    }
    if (random_below(2) == 0)
        buffer_printf(text, ",'equipment':[{'name':'%s','count':%zu,'unroca':'%s'}]",
                      PICK("Mi-17 helicopters", "Mi-17V5", "T-72 tanks", "arms"), 1 + random_below(3),
                      PICK("I", "none", "unknown"));
    if (random_below(3) == 0)
        buffer_printf(text, ",'quantities':[{'kind':'money','value':%zu,'unit':'USD','qualifier':'exact'}]",
                      1000000 * (1 + random_below(3)));
    if (random_below(3) == 0)
        buffer_printf(text, ",'places':[{'raw':'x','name':'%s','country':'UZB','precision':'city'}]",
                      PICK("Termez", "Tashkent"));
    buffer_printf(text, ",'evidence':[{'field':'type','quote':'%s %zu','start':0,'end':2}],'confidence':0.%zu}",
                  is_pact ? PICK("signed an agreement on radars", "signed an agreement on mines",
                                 "under their agreement on pilots", "signed an agreement on pilots")
                          : PICK("q", "signed a framework contract", "under the agreement on mines",
                                 "under the agreement on radars", "a second executive contract",
                                 "under their agreement on pilots"),
                  random_below(9), 1 + random_below(9));
}

/* One of twelve deals, two of a pair, of which a report tells one half or the other, both or neither: months apart, so that
 * it takes a report with both for two events to be one. */
static void random_half(struct buffer *text)
{
    static const char *const things[] = {"Mi-17 helicopters", "T-72 tanks", "Su-30 fighters", "S-300 missiles"};
    static const char *const kinds[] = {"helicopters", "tanks", "fighters", "missiles"};
    static const char *const buyers[] = {"UZB", "KAZ", "IND", "VNM", "DZA", "PER"};
    size_t deal = random_below(12), half = random_below(8);
    buffer_printf(text,
                  "{'type':'arms_transfer','subtype':'sale','status':'%s','modality':'reported','scope':'current',"
                  "'actors':[{'id':'RUS','role':'supplier'},{'id':'%s','role':'recipient'}]",
                  PICK("announced", "announced", "completed"), buyers[deal / 2]);
    if (half == 1 || half == 2 || half > 5)
        buffer_printf(text, ",'equipment':[{'name':'%s','unroca':'unknown','count':12}]", things[deal % 4]);
    else if (half == 3 || half == 4)
        buffer_printf(text, ",'equipment':[{'name':'%s','unroca':'unknown'}]", kinds[deal % 4]);
    if (half > 2)
        buffer_printf(text, ",'quantities':[{'kind':'money','value':%zu,'unit':'USD','qualifier':'exact'}]",
                      (deal + 2) * 100000000 + (random_below(9) ? 0 : 70000000));
    buffer_append_text(text, ",'confidence':0.5}");
}

static void half_told(struct told *told, size_t number)
{
    struct buffer text = BUFFER_INIT;
    char id[40];
    snprintf(id, sizeof id, "item-%02zu", number);
    buffer_append_text(&text, "{");
    if (random_below(15))
        buffer_printf(&text, "'published':'2022-%02zu-%02zu',", 1 + random_below(9), 1 + random_below(28));
    buffer_printf(&text, "'publisher':'%s','class':'media','reports':[", PICK("a.example", "b.example", "c.example"));
    random_half(&text);
    buffer_append_text(&text, "]}");
    told_read(told, id, text.bytes);
    buffer_free(&text);
}

static bool are_halves;

static void random_told(struct told *told, size_t number)
{
    if (are_halves) {
        half_told(told, number);
        return;
    }
    struct buffer text = BUFFER_INIT;
    char id[40];
    snprintf(id, sizeof id, "item-%02zu", number);
    buffer_append_text(&text, "{");
    if (random_below(12))
        buffer_printf(&text, "'published':'2023-%02zu-%02zu',", 1 + random_below(6), 1 + random_below(28));
    buffer_printf(&text, "'publisher':'%s','class':'%s','reports':[",
                  PICK("a.example", "b.example", "reuters.com", "mod.example"), PICK("media", "wire", "official"));
    size_t count = 1 + random_below(2);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_append_char(&text, ',');
        random_report(&text);
    }
    buffer_append_text(&text, "]}");
    told_read(told, id, text.bytes);
    buffer_free(&text);
}

static void shuffle(size_t *order, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

/* Half of the items come first in a wording that is later replaced, or are gone for a while. */
static void run_order(const struct told *final, const struct told *earlier, const size_t *order, bool with_versions,
                      struct buffer *text)
{
    struct bench bench;
    bench_open(&bench);
    for (size_t i = 0; i < ITEMS; i++)
        if (with_versions && random_below(2))
            bench_take(&bench, &earlier[order[ITEMS - 1 - i]]);
        else if (with_versions && random_below(4) == 0)
            bench_take(&bench, &final[order[i]]);
    for (size_t i = 0; with_versions && i < ITEMS; i++)
        if (random_below(4) == 0)
            bench_withdraw(&bench, &final[order[i]]);
    for (size_t i = 0; i < ITEMS; i++) {
        if (with_versions && random_below(8) == 0)
            bench_renew(&bench);
        bench_take(&bench, &final[order[i]]);
    }
    bench_print(&bench, text);
    bench_close(&bench);
}

static size_t parents; /* of events of other articles, in all sets */
static size_t woven;   /* strands in another one's event */

static void compare_orders(uint64_t seed, bool with_versions, size_t orders)
{
    struct told final[ITEMS], earlier[ITEMS];
    size_t order[ITEMS], events = 0, reports = 0;
    struct buffer expected = BUFFER_INIT;
    random_state = seed;
    for (size_t i = 0; i < ITEMS; i++) {
        random_told(&final[i], i);
        random_told(&earlier[i], i);
        order[i] = i;
        reports += final[i].report_count;
    }
    run_order(final, earlier, order, false, &expected);
    for (size_t i = 0; i < expected.size; i++)
        events += expected.bytes[i] == '\n';
    for (const char *at = expected.bytes; (at = strstr(at, "\"part of ")); at++)
        parents++;
    for (const char *at = expected.bytes; (at = strstr(at, "told as another event until")); at++)
        woven++;
    /* A set in which nothing or everything merges would prove nothing. */
    assert_true(events > reports / 6 && events < reports * 9 / 10);
    for (size_t i = 0; i < orders; i++) {
        struct buffer text = BUFFER_INIT;
        shuffle(order, ITEMS);
        run_order(final, earlier, order, with_versions, &text);
        assert_string_equal(text.bytes, expected.bytes);
        buffer_free(&text);
    }
    buffer_free(&expected);
    for (size_t i = 0; i < ITEMS; i++) {
        told_free(&final[i]);
        told_free(&earlier[i]);
    }
}

static void any_order_of_arrival_gives_the_same_events(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++)
        compare_orders(seed, false, ORDERS / 4);
    assert_true(parents >= 4);
}

static void what_came_and_went_between_leaves_no_trace(void **state)
{
    (void)state;
    for (uint64_t seed = 11; seed <= 14; seed++)
        compare_orders(seed, true, ORDERS / 10);
    assert_true(parents >= 8);
}

static void events_that_a_report_makes_one_do_not_depend_on_its_place(void **state)
{
    (void)state;
    are_halves = true;
    woven = 0;
    for (uint64_t seed = 51; seed <= 58; seed++)
        compare_orders(seed, seed % 2 == 0, ORDERS / 10);
    are_halves = false;
    assert_true(woven >= 8);
}

/* More on one key than is looked at, most of them without a date of publication and some without any. */
enum { CROWD = 160, CROWD_ORDERS = 4 };

static void crowd_told(struct told *told, size_t number)
{
    struct buffer text = BUFFER_INIT;
    char id[40];
    snprintf(id, sizeof id, "crowd-%03zu", number);
    buffer_append_text(&text, "{");
    if (random_below(4) == 0)
        buffer_printf(&text, "'published':'2023-03-%02zu',", 1 + random_below(28));
    buffer_printf(&text,
                  "'publisher':'%s','class':'media','report':{'type':'exercise','status':'%s','modality':'reported',"
                  "'scope':'current','actors':[{'id':'USA','role':'participant'},{'id':'UZB','role':'participant'}]",
                  PICK("a.example", "b.example", "c.example"), PICK("announced", "ongoing", "completed"));
    if (random_below(3) == 0)
        buffer_printf(&text, ",'date':{'start':'2023-%02zu-%02zu','end':'2023-05-28','precision':'day'}",
                      2 + random_below(3), 1 + random_below(28));
    if (random_below(3) == 0)
        buffer_printf(&text, ",'places':[{'raw':'x','name':'%s','country':'UZB','precision':'city'}]",
                      PICK("Termez", "Tashkent", "Nukus"));
    buffer_append_text(&text, ",'evidence':[{'field':'type','quote':'q','start':0,'end':1}],'confidence':0.5}}");
    told_read(told, id, text.bytes);
    buffer_free(&text);
}

static void a_crowd_without_dates_is_placed_the_same_in_any_order(void **state)
{
    (void)state;
    static struct told crowd[CROWD];
    size_t order[CROWD], events = 0;
    struct buffer expected = BUFFER_INIT;
    random_state = 31;
    for (size_t i = 0; i < CROWD; i++) {
        crowd_told(&crowd[i], i);
        order[i] = i;
    }
    for (size_t n = 0; n < CROWD_ORDERS; n++) {
        struct buffer text = BUFFER_INIT;
        struct bench bench;
        bench_open(&bench);
        for (size_t i = 0; i < CROWD; i++) {
            if (n > 0 && random_below(20) == 0)
                bench_renew(&bench);
            bench_take(&bench, &crowd[order[i]]);
            if (n > 1 && random_below(8) == 0)
                bench_withdraw(&bench, &crowd[order[random_below(i + 1)]]);
        }
        for (size_t i = 0; n > 1 && i < CROWD; i++)
            bench_take(&bench, &crowd[i]);
        bench_print(&bench, n == 0 ? &expected : &text);
        bench_close(&bench);
        if (n > 0)
            assert_string_equal(text.bytes, expected.bytes);
        buffer_free(&text);
        shuffle(order, CROWD);
    }
    for (size_t i = 0; i < expected.size; i++)
        events += expected.bytes[i] == '\n';
    assert_true(events > 3 && events < CROWD * 9 / 10);
    buffer_free(&expected);
    for (size_t i = 0; i < CROWD; i++)
        told_free(&crowd[i]);
}

struct listed {
    char ids[ITEMS * 2][DIGEST_HEX_SIZE];
    char reports[ITEMS * 2][DIGEST_HEX_SIZE]; /* the last of each */
    size_t sources[ITEMS * 2];
    size_t count;
};

static bool list_event(void *context, const struct event_row *row)
{
    struct listed *listed = context;
    struct record_view source;
    size_t count = record_count(row->record, ENT_EVENT_SOURCE);
    assert_true(listed->count < ITEMS * 2);
    assert_true(record_get_view(row->record, ENT_EVENT_SOURCE, count - 1, &source));
    snprintf(listed->ids[listed->count], DIGEST_HEX_SIZE, "%s", row->id);
    snprintf(listed->reports[listed->count], DIGEST_HEX_SIZE, "%s", record_text(source, ENT_SOURCE_REPORT));
    listed->sources[listed->count++] = count;
    return true;
}

/* Some corrections of the events as they now stand; those that do not go are refused. */
static void correct_at_random(struct bench *bench, int count)
{
    static const char *const settings[] = {"status=suspended", "name=Steppe Eagle", "equipment=none", "date=2023-03"};
    for (int i = 0; i < count; i++) {
        struct listed listed = {.count = 0};
        struct desk_corrected corrected;
        struct error error = ERROR_INIT;
        assert_true(store_events_each(bench->store, 0, 0, list_event, &listed, &error));
        size_t a = random_below(listed.count), b = random_below(listed.count);
        const char *word = random_below(2) ? settings[random_below(4)] : listed.reports[a];
        enum correction_kind kind = (enum correction_kind)random_below(CORRECTION_KIND_COUNT);
        if (kind == CORRECTION_SPLIT && listed.sources[a] < 2)
            kind = CORRECTION_MERGE;
        if (kind == CORRECTION_SET)
            word = settings[random_below(4)];
        else if (kind == CORRECTION_SPLIT)
            word = listed.reports[a];
        bench_correct(bench,
                      (struct desk_correction){.kind = kind,
                                               .event = listed.ids[a],
                                               .other = listed.ids[b],
                                               .words = &word,
                                               .word_count = 1,
                                               .number = 1 + (int64_t)random_below(10)},
                      &corrected, &error);
    }
}

/* Corrections, then every item goes and comes again, or comes in another wording first. */
static void corrections_hold_whatever_comes_and_goes(void **state)
{
    (void)state;
    for (uint64_t seed = 21; seed <= 40; seed++) {
        struct told final[ITEMS], earlier[ITEMS];
        size_t order[ITEMS];
        struct buffer expected = BUFFER_INIT, text = BUFFER_INIT;
        struct bench bench;
        random_state = seed;
        are_halves = seed % 2 == 0;
        bench_open(&bench);
        for (size_t i = 0; i < ITEMS; i++) {
            random_told(&final[i], i);
            random_told(&earlier[i], i);
            order[i] = i;
            bench_take(&bench, &final[i]);
        }
        correct_at_random(&bench, 12);
        bench_print(&bench, &expected);
        shuffle(order, ITEMS);
        for (size_t i = 0; i < ITEMS; i++) {
            if (random_below(2))
                bench_withdraw(&bench, &final[order[i]]);
            else if (random_below(2))
                bench_take(&bench, &earlier[order[i]]);
        }
        shuffle(order, ITEMS);
        for (size_t i = 0; i < ITEMS; i++)
            bench_take(&bench, &final[order[i]]);
        bench_print(&bench, &text);
        assert_string_equal(text.bytes, expected.bytes);
        bench_close(&bench);
        buffer_free(&expected);
        buffer_free(&text);
        for (size_t i = 0; i < ITEMS; i++) {
            told_free(&final[i]);
            told_free(&earlier[i]);
        }
    }
    are_halves = false;
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_arrival_gives_the_same_events),
        cmocka_unit_test(what_came_and_went_between_leaves_no_trace),
        cmocka_unit_test(events_that_a_report_makes_one_do_not_depend_on_its_place),
        cmocka_unit_test(a_crowd_without_dates_is_placed_the_same_in_any_order),
        cmocka_unit_test(corrections_hold_whatever_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
