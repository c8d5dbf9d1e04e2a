/* Whatever a filter asks, the columns must tell what the rule itself says of the record: compared over an invented archive of
 * which some events were folded, some changed since, and some were merged or withdrawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bench/query/archive.h"
#include "core/query/counts.h"
#include "core/query/fold.h"
#include "core/query/query.h"
#include "core/query/read_ahead.h"
#include "core/query/sheet_keeper.h"
#include "core/store/columns.h"
#include "core/store/events.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "core/watch/rule.h"
#include "tests/core/query/sample_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS = 6000, FOLDED = 5200, CHANGED_EACH = 97, MERGED_EACH = 211, WITHDRAWN_EACH = 307 };

struct bench {
    char state_dir[100];
    struct store *store;
    struct fold *fold;
    struct query *query;
    struct rule_facts *facts;
};

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("%s", error.text);                                                                                \
    } while (0)

static void put(struct bench *bench, int64_t number, int64_t revision, enum event_state state)
{
    struct error error = ERROR_INIT;
    struct ent_record *event = archive_event(number, revision, &error);
    CHECK(event);
    CHECK(store_begin(bench->store, &error));
    CHECK(store_event_put(bench->store, event->view, state, state == EVENT_MERGED ? "x" : NULL, NULL,
                          1000 * number, &error));
    CHECK(store_commit(bench->store, &error));
    record_release(event);
}

static int setup(void **state)
{
    static struct bench bench;
    struct error error = ERROR_INIT;
    char path[200];
    snprintf(bench.state_dir, sizeof bench.state_dir, "/tmp/entente-columns-XXXXXX");
    assert_non_null(mkdtemp(bench.state_dir));
    snprintf(path, sizeof path, "%s/%s", bench.state_dir, STORE_FILE_NAME);
    bench.store = store_open(path, STORE_WRITE, &error);
    CHECK(bench.store);
    bench.fold = fold_create();
    CHECK(archive_fill(bench.store, 1, FOLDED, false, fold_run, bench.fold, &error));
    CHECK(archive_fill(bench.store, FOLDED + 1, EVENTS, false, NULL, NULL, &error));
    for (int64_t i = CHANGED_EACH; i <= EVENTS; i += CHANGED_EACH)
        put(&bench, i, 2, EVENT_LIVE);
    for (int64_t i = MERGED_EACH; i <= EVENTS; i += MERGED_EACH)
        put(&bench, i, 3, EVENT_MERGED);
    CHECK(store_begin(bench.store, &error));
    CHECK(fold_block(bench.fold, bench.store, 0, &error));
    CHECK(store_commit(bench.store, &error));
    for (int64_t i = WITHDRAWN_EACH; i <= EVENTS; i += WITHDRAWN_EACH)
        put(&bench, i, 4, EVENT_WITHDRAWN);
    for (int64_t i = 5; i <= EVENTS; i += 1009)
        put(&bench, i, 5, EVENT_LIVE);
    bench.query = query_open(bench.state_dir, &error);
    CHECK(bench.query);
    bench.facts = rule_facts_create();
    *state = &bench;
    return 0;
}

static bool always(void *context)
{
    (void)context;
    return true;
}

/* The same with sheets of the blocks, of which one is written again behind them. */
static int setup_with_sheets(void **state)
{
    struct bench *bench;
    struct error error = ERROR_INIT;
    if (setup(state) != 0)
        return -1;
    bench = *state;
    CHECK(query_write_sheet(bench->query, 0, always, NULL, &error));
    put(bench, 11, 6, EVENT_LIVE);
    put(bench, COLUMN_BLOCK_EVENTS + 11, 6, EVENT_LIVE);
    CHECK(store_begin(bench->store, &error));
    CHECK(fold_block(bench->fold, bench->store, 1, &error));
    CHECK(store_commit(bench->store, &error));
    put(bench, COLUMN_BLOCK_EVENTS + 12, 6, EVENT_LIVE);
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    query_close(bench->query);
    rule_facts_destroy(bench->facts);
    fold_destroy(bench->fold);
    store_close(bench->store);
    sample_store_remove(bench->state_dir);
    return 0;
}

/* ---- the answer by itself: every live event is tried ---- */

struct reference {
    const struct rule *rule;
    unsigned char fits[EVENTS + 1];
    size_t count;
};

/* What every revision is held against in one walk, since reading them takes the most time. */
struct references {
    struct bench *bench;
    struct reference *each;
    size_t count;
};

static bool try_revision(void *context, const struct revision_row *row)
{
    struct references *references = context;
    struct rule_facts *facts = references->bench->facts;
    assert_true(rule_facts_fill(facts, row->record, row->has_previous ? &row->previous : NULL));
    for (size_t i = 0; i < references->count; i++) {
        struct reference *reference = &references->each[i];
        reference->fits[row->event_sequence] = rule_matches(reference->rule, facts, NULL);
    }
    return true;
}

/* Their rules are set. */
static void find_references(struct bench *bench, struct reference *each, size_t count)
{
    struct error error = ERROR_INIT;
    struct references references = {bench, each, count};
    /* The last revision of each event stands, unless the event is no longer live. */
    CHECK(store_revisions_each(bench->store, 0, 0, try_revision, &references, &error));
    for (size_t j = 0; j < count; j++) {
        for (int64_t i = 1; i <= EVENTS; i++) {
            bool withdrawn = i % WITHDRAWN_EACH == 0 || i % MERGED_EACH == 0;
            if (withdrawn && i % 1009 != 5)
                each[j].fits[i] = 0;
            each[j].count += each[j].fits[i];
        }
    }
}

static void find_reference(struct bench *bench, const struct rule *rule, struct reference *reference)
{
    *reference = (struct reference){.rule = rule};
    find_references(bench, reference, 1);
}

static const char *const rules[] = {
    "type = exercise",
    "type != exercise",
    "type in (arms_transfer, aid) and not status = signed",
    "subtype = sale or modality = denied",
    "scope = background",
    "not (scope = background or modality = denied)",
    "actor = ORG:NATO",
    "actor != USA",
    "supplier in (africa) or recipient in (central_asia, europe)",
    "host not in (europe)",
    "org = NATO or org ~ 'eu'",
    "region = western_asia",
    "region not in (asia, europe)",
    "dyad(*, europe)",
    "dyad(europe, *) and type = training",
    "not dyad(*, *)",
    "dyad(africa, africa)",
    "role = observer",
    "role(asia, host|supplier)",
    "date = 2011",
    "date < 2010-06",
    "date > 2015 and date <= 2019-03-05",
    "date != 2012",
    "place in (europe)",
    "place != 'nowhere'",
    "place ~ '^b'",
    "personnel > 100",
    "personnel <= 3",
    "money > 1 B EUR",
    "money = 200 k USD or money < 1 M RUB",
    "not money > 1 M",
    "equipment ~ 'a-[0-9]$'",
    "unroca in (IV, V) and sipri != ship",
    "source_class = official",
    "source ~ 'a.*example' and sources >= 2",
    "within(900, 10, 20)",
    "not within(3000, 45, -60) and type = visit",
    "grade in (A, B)",
    "credibility <= 2 or grade != C",
    "credibility != 5",
    "source_class != wire",
    "sources > 3",
    "reports < 2",
    "confidence >= 0.9",
    "confidence < 0.31 or confidence = 0.5",
    "name ~ 'shield 20(11|12)'",
    "name !~ 'shield'",
    "tag = sea",
    "programme = FMS",
    "change = status",
    "change != new",
    "status -> signed",
    "not status -> completed",
    "text ~ 'ration'",
    "text ~ 'ba'",
    "text ~ 'con[a-z]* (tor|sal)'",
    "text ~ 'vexyor|skythu'",
    "text ~ 'navy|bri[c-z]|(frigate|\\|)x|\\d\\d\\d'",
    "text ~ 'ministry|'",
    "text ~ '(?:mini)stry|xyz'",
    "text ~ '[\\]x]ministry|a(?=b)c'",
    "text ~ '(mor|nic)hap?e'",
    "text ~ 'ran+ter{1,2}s*ta'",
    "text !~ 'ment'",
    "not (text ~ 'ration' and type = aid)",
    "text ~ 'zzzz'",
    "text ~ 'QUIZEN'",
    "text ~ '[[:alpha:]]tion.' and type = visit",
};

static struct rule *compile(const char *text)
{
    struct rule_error wrong;
    struct rule *rule = rule_compile(text, strlen(text), &wrong);
    if (!rule)
        fail_msg("%s: %s", text, wrong.text);
    return rule;
}

/* Walks the filter to its end and holds it against the reference. */
static void assert_walk(struct bench *bench, const char *name, const struct query_filter *filter,
                        const struct reference *reference)
{
    struct error error = ERROR_INIT;
    static unsigned char met[EVENTS + 1];
    size_t count = 0;
    int64_t last = filter->oldest_first ? INT64_MIN : INT64_MAX;
    memset(met, 0, sizeof met);
    struct query_cursor *cursor = query_events(bench->query, filter, &error);
    CHECK(cursor);
    for (const struct query_row *row;;) {
        CHECK(query_next(cursor, &row, &error));
        if (!row)
            break;
        if (!reference->fits[row->sequence] || met[row->sequence]++)
            fail_msg("%s: event %lld is listed", name, (long long)row->sequence);
        int64_t key = filter->order == QUERY_BY_FIRST_SEEN
                          ? record_int(row->record->view, ENT_EVENT_FIRST_SEEN, 0)
                      : filter->order == QUERY_BY_CONFIDENCE
                          ? (int64_t)(1e6 * record_num(row->record->view, ENT_REPORT_CONFIDENCE, 0))
                      : filter->order == QUERY_BY_NUMBER ? row->sequence
                                                         : record_int(row->record->view, ENT_EVENT_LAST_SEEN, 0);
        if (filter->oldest_first ? key < last : key > last)
            fail_msg("%s: out of order", name);
        last = key;
        count++;
    }
    query_end(cursor);
    if (count != reference->count)
        fail_msg("%s: %zu events instead of %zu", name, count, reference->count);
}

static bool add_count(void *context, const struct query_count_row *row)
{
    *(int64_t *)context += row->count;
    return true;
}

static void every_rule_finds_what_it_matches(void **state)
{
    enum { RULES = sizeof rules / sizeof *rules };
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    static struct reference references[RULES];
    struct rule *compiled[RULES];
    memset(references, 0, sizeof references);
    for (size_t i = 0; i < RULES; i++)
        references[i].rule = compiled[i] = compile(rules[i]);
    find_references(bench, references, RULES);
    for (size_t i = 0; i < RULES; i++) {
        struct query_filter filter = QUERY_FILTER_INIT;
        struct query_totals totals;
        int64_t counted = 0;
        struct query_grouping grouping = {.period = QUERY_PERIOD_MONTH, .by_type = true};
        filter.rule = compiled[i];
        filter.order = (enum query_order)(i % 2 ? QUERY_BY_SEEN : QUERY_BY_CONFIDENCE);
        filter.oldest_first = i % 3 == 0;
        assert_walk(bench, rules[i], &filter, &references[i]);
        CHECK(query_timeline(bench->query, &filter, &grouping, add_count, &counted, &totals, &error));
        assert_true(totals.is_exact);
        assert_int_equal(totals.events, references[i].count);
        assert_int_equal(counted, references[i].count);
        rule_destroy(compiled[i]);
    }
}

/* ---- pages ---- */

static void pages_by_position_are_the_whole_walk(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    static const enum query_order orders[] = {QUERY_BY_SEEN, QUERY_BY_DATE, QUERY_BY_UPDATED, QUERY_BY_NUMBER};
    struct rule *rule = compile("type in (visit, aid, training) or text ~ 'ration'");
    static struct reference reference;
    find_reference(bench, rule, &reference);
    assert_true(reference.count > 300);
    for (int i = 0; i < 8; i++) {
        char position[QUERY_POSITION_SIZE] = "";
        static unsigned char met[EVENTS + 1];
        size_t count = 0, before;
        struct query_filter filter = QUERY_FILTER_INIT;
        filter.rule = rule;
        filter.order = orders[i / 2];
        filter.oldest_first = i % 2;
        filter.limit = 37;
        memset(met, 0, sizeof met);
        do {
            before = count;
            filter.after = position;
            struct query_cursor *cursor = query_events(bench->query, &filter, &error);
            CHECK(cursor);
            for (const struct query_row *row;;) {
                CHECK(query_next(cursor, &row, &error));
                if (!row)
                    break;
                assert_true(reference.fits[row->sequence]);
                assert_int_equal(met[row->sequence]++, 0);
                count++;
                query_position(cursor, position);
            }
            query_end(cursor);
        } while (count > before);
        assert_int_equal(count, reference.count);
    }
    rule_destroy(rule);
}

/* With a budget pages are short and may be empty, and together they are the whole. */
static void pages_within_a_budget_are_the_whole_walk(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    static struct reference reference;
    struct rule *rule = compile("type = exercise and text ~ 'ra[a-z]*z'");
    find_reference(bench, rule, &reference);
    assert_true(reference.count > 0);
    static const int64_t budgets[] = {15, 60};
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        char position[QUERY_POSITION_SIZE] = "";
        static unsigned char met[EVENTS + 1];
        size_t count = 0, cuts = 0;
        bool is_cut, is_full;
        struct query_filter filter = QUERY_FILTER_INIT;
        filter.rule = rule;
        filter.limit = 200;
        filter.budget = budgets[i];
        memset(met, 0, sizeof met);
        do {
            int64_t rows = 0;
            filter.after = position;
            struct query_cursor *cursor = query_events(bench->query, &filter, &error);
            CHECK(cursor);
            for (const struct query_row *row;; rows++) {
                CHECK(query_next(cursor, &row, &error));
                if (!row)
                    break;
                assert_true(reference.fits[row->sequence]);
                assert_int_equal(met[row->sequence]++, 0);
            }
            assert_true(rows <= filter.budget);
            is_cut = query_is_cut(cursor);
            is_full = rows == filter.limit;
            query_position(cursor, position);
            query_end(cursor);
            count += (size_t)rows;
            cuts += is_cut;
        } while (is_cut || is_full);
        assert_int_equal(count, reference.count);
        assert_true(cuts > 0);
    }
    rule_destroy(rule);
}

static void a_position_of_another_order_is_refused(void **state)
{
    struct bench *bench = *state;
    static const char *const wrong[] = {"x", "s12", "f000000000000000a1", "s000000000000000ag", "s00000000000000001 ",
                                        "s000000000000000000000000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        struct query_filter filter = QUERY_FILTER_INIT;
        filter.after = wrong[i];
        assert_null(query_events(bench->query, &filter, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
    }
}

/* ---- what moves meanwhile ---- */

static void an_event_that_moves_during_a_walk_is_met_once(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    static unsigned char met[EVENTS + 1];
    size_t count = 0;
    struct query_filter filter = QUERY_FILTER_INIT;
    static struct reference reference;
    struct rule *all = compile("scope in (current, background)");
    find_reference(bench, all, &reference);
    memset(met, 0, sizeof met);
    filter.oldest_first = false;
    struct query_cursor *cursor = query_events(bench->query, &filter, &error);
    CHECK(cursor);
    for (const struct query_row *row;;) {
        CHECK(query_next(cursor, &row, &error));
        if (!row)
            break;
        assert_int_equal(met[row->sequence]++, 0);
        if (++count == 50) /* the oldest ones get news */
            for (int64_t i = 2; i < 60; i += 7)
                put(bench, i, 6, EVENT_LIVE);
    }
    query_end(cursor);
    for (int64_t i = 1; i <= EVENTS; i++)
        assert_int_equal(met[i], reference.fits[i]);
    rule_destroy(all);
}

/* ---- counts ---- */

struct facet_sum {
    int64_t of_type, of_exercise, events;
};

static bool add_facet(void *context, const struct query_facet_row *row)
{
    struct facet_sum *sum = context;
    if (row->facet == QUERY_FACET_TYPE)
        sum->of_type += row->count;
    if (row->facet == QUERY_FACET_TYPE && strcmp(row->value, "exercise") == 0)
        sum->of_exercise = row->count;
    return true;
}

static void facets_count_each_event_once(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    struct facet_sum sum = {0};
    struct query_totals totals;
    static struct reference reference;
    struct query_filter filter = QUERY_FILTER_INIT;
    CHECK(query_facets(bench->query, &filter, 1u << QUERY_FACET_TYPE | 1u << QUERY_FACET_DYAD, 0, 0, add_facet, &sum,
                       &totals, &error));
    assert_int_equal(sum.of_type, totals.events);
    struct rule *rule = compile("type = exercise and scope in (current, background)");
    find_reference(bench, rule, &reference);
    assert_int_equal(sum.of_exercise, reference.count);
    rule_destroy(rule);
}

struct pair_sum {
    const char *first, *second;
    int64_t count;
};

static bool add_pair(void *context, const struct query_count_row *row)
{
    struct pair_sum *sum = context;
    if (strcmp(row->first, sum->first) == 0 && strcmp(row->second, sum->second) == 0)
        sum->count += row->count;
    return true;
}

static bool take_first_pair(void *context, const struct query_count_row *row)
{
    snprintf(context, 200, "%s|%s", row->first, row->second);
    return false;
}

static void a_dyads_count_is_that_of_its_rule(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    char pair[200] = "", text[500];
    static struct reference reference;
    struct query_filter filter = QUERY_FILTER_INIT;
    struct query_grouping grouping = {.is_directed = true};
    CHECK(query_dyads(bench->query, &filter, &grouping, take_first_pair, pair, NULL, &error));
    char *second = strchr(pair, '|');
    assert_non_null(second);
    *second++ = '\0';
    struct pair_sum sum = {pair, second, 0};
    grouping = (struct query_grouping){.is_directed = true, .by_type = true, .period = QUERY_PERIOD_YEAR};
    snprintf(text, sizeof text, "(supplier = %s or initiator = %s) and (recipient = %s or target = %s)", pair, pair,
             second, second);
    struct rule *rule = compile(text);
    filter.rule = rule;
    find_reference(bench, rule, &reference);
    CHECK(query_dyads(bench->query, &filter, &grouping, add_pair, &sum, NULL, &error));
    assert_true(reference.count > 0);
    assert_int_equal(sum.count, reference.count);
    rule_destroy(rule);
}

struct listed_counts {
    char text[1 << 20];
    size_t size, pairs, most;
    char first[256], second[256];
};

/* Writes down the rows of the first `most` pairs. */
static bool list_count(void *context, const struct query_count_row *row)
{
    struct listed_counts *listed = context;
    bool is_new = strcmp(row->first, listed->first) != 0 || strcmp(row->second, listed->second) != 0;
    if (is_new && listed->pairs == listed->most)
        return false;
    listed->pairs += is_new;
    snprintf(listed->first, sizeof listed->first, "%s", row->first);
    snprintf(listed->second, sizeof listed->second, "%s", row->second);
    listed->size += (size_t)snprintf(listed->text + listed->size, sizeof listed->text - listed->size, "%s %s %s %s %lld\n",
                                     row->first, row->second, row->type, row->period, (long long)row->count);
    assert_true(listed->size < sizeof listed->text);
    return true;
}

static void the_top_dyads_are_the_first_of_all(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    static struct listed_counts all, top;
    struct query_filter filter = QUERY_FILTER_INIT;
    for (size_t most = 1; most < 400; most = most * 2 + 1) {
        struct query_grouping grouping = {.by_type = true, .period = QUERY_PERIOD_MONTH};
        all = top = (struct listed_counts){.most = most};
        CHECK(query_dyads(bench->query, &filter, &grouping, list_count, &all, NULL, &error));
        grouping.top = most;
        top.most = SIZE_MAX;
        CHECK(query_dyads(bench->query, &filter, &grouping, list_count, &top, NULL, &error));
        assert_true(all.pairs > 0);
        assert_int_equal(top.pairs, all.pairs);
        assert_string_equal(top.text, all.text);
    }
}

static bool goes_on(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

static void reading_ahead_takes_all_that_is_stored_or_as_much_as_it_may(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    int64_t columns, texts, bytes;
    int left = 1000;
    CHECK(store_count(bench->store, "SELECT sum(length(data)) FROM column_block", &columns, &error));
    CHECK(store_count(bench->store, "SELECT sum(length(bits)) FROM text_bit", &texts, &error));
    CHECK(query_read_ahead(bench->query, INT64_MAX, goes_on, &left, &bytes, &error));
    assert_int_equal(bytes, columns + texts);
    assert_true(texts > 0 && columns > 0);
    /* The archive has two blocks, whose columns come before their texts. */
    CHECK(query_read_ahead(bench->query, columns, goes_on, &left, &bytes, &error));
    assert_int_equal(bytes, columns);
    left = 1;
    CHECK(query_read_ahead(bench->query, INT64_MAX, goes_on, &left, &bytes, &error));
    assert_true(bytes > 0 && bytes < columns);
    left = 0;
    CHECK(query_read_ahead(bench->query, INT64_MAX, goes_on, &left, &bytes, &error));
    assert_int_equal(bytes, 0);
}

static void folding_goes_on_until_little_is_stale(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    int64_t stale;
    CHECK(store_begin(bench->store, &error));
    do
        CHECK(fold_run(bench->fold, bench->store, &error));
    while (fold_has_more(bench->fold));
    CHECK(store_commit(bench->store, &error));
    CHECK(store_count(bench->store, "SELECT count(*) FROM event_stale", &stale, &error));
    assert_true(stale < FOLD_EVENTS);
    every_rule_finds_what_it_matches(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_finds_what_it_matches),
        cmocka_unit_test(pages_by_position_are_the_whole_walk),
        cmocka_unit_test(pages_within_a_budget_are_the_whole_walk),
        cmocka_unit_test(a_position_of_another_order_is_refused),
        cmocka_unit_test(facets_count_each_event_once),
        cmocka_unit_test(a_dyads_count_is_that_of_its_rule),
        cmocka_unit_test(the_top_dyads_are_the_first_of_all),
        cmocka_unit_test(an_event_that_moves_during_a_walk_is_met_once),
        cmocka_unit_test(reading_ahead_takes_all_that_is_stored_or_as_much_as_it_may),
        cmocka_unit_test(folding_goes_on_until_little_is_stale),
    };
    const struct CMUnitTest with_sheets[] = {
        cmocka_unit_test(every_rule_finds_what_it_matches),
        cmocka_unit_test(facets_count_each_event_once),
        cmocka_unit_test(a_dyads_count_is_that_of_its_rule),
    };
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    return failed + cmocka_run_group_tests(with_sheets, setup_with_sheets, teardown);
}
