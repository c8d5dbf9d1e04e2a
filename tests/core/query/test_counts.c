/* Counts must be those that one gets by going over all events, however many changed since their blocks were written:
 * compared over invented events that are revised, withdrawn, merged and brought back between one fold and the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/query/counts.h"
#include "core/query/fold.h"
#include "core/query/key_tally.h"
#include "core/query/query.h"
#include "core/store/columns.h"
#include "core/store/events.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/record/record.h"
#include "tests/core/query/sample_store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENTS = COLUMN_BLOCK_EVENTS + 700, EVENTS_MAX = EVENTS + 600, ACTORS_MAX = 6, SOURCES_MAX = 4, PLACES_MAX = 4 };

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("%s", error.text);                                                                                \
    } while (0)

/* Some are the same point under other words, and some are no point. */
static const struct site {
    const char *name, *raw, *precision;
    double latitude, longitude;
} sites[] = {
    {"Lohm", "Lohm", "city", 12.5, -7.25},    {"Lohm", "the port of Lohm", "city", 12.5, -7.25},
    {NULL, "Fort Ebel", "site", 12.5, 40.0},  {"Ebel", NULL, "site", 12.5, 40.0},
    {"Urria", "Urria", "country", 30.0, 9.0}, {"Dasht", "the Dasht", "region", -3.0, 9.0},
    {"Kaal", "Kaal", "city", -3.0, 9.0},
};

/* What an event was made of, by which it is counted here. */
struct made {
    bool is_live;
    const char *words[5]; /* type, subtype, status, modality, scope; NULL for none */
    size_t actor_count, source_count, place_count;
    struct {
        const char *id, *role;
    } actors[ACTORS_MAX];
    struct {
        const char *publisher, *class;
    } sources[SOURCES_MAX];
    const struct site *places[PLACES_MAX];
    int year, month, day; /* of the latest report */
    int date_year;        /* of the act; 0 for none */
};

static struct made events[EVENTS_MAX + 1];
static int64_t revisions[EVENTS_MAX + 1];
static int event_count;
static struct store *store;
static struct fold *fold;
static struct query *query;
static char state_dir[100];
static uint64_t seed = 20260601;

static unsigned draw(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

#define DRAW_OF(words) (words)[draw(sizeof(words) / sizeof *(words))]

static struct made draw_event(void)
{
    static const char *const types[] = {"exercise", "arms_transfer", "visit", "aid", NULL};
    static const char *const subtypes[] = {"sale", "donation", NULL};
    static const char *const statuses[] = {"planned", "signed", "completed", NULL};
    static const char *const modalities[] = {"reported", "denied"};
    static const char *const scopes[] = {"current", "background", NULL};
    static const char *const ids[] = {"USA",      "UZB",      "RUS",          "FRA", "HIS:SUHH",
                                      "ORG:NATO", "COM:acme", "GRP:the_west", "UNK"};
    static const char *const roles[] = {"supplier",    "recipient", "initiator", "target",
                                        "participant", "observer",  NULL};
    static const char *const publishers[] = {"a.example", "b.example", "c.example", NULL};
    static const char *const classes[] = {"official", "wire", NULL};
    struct made made = {
        .is_live = true, .year = 2020 + (int)draw(3), .month = 1 + (int)draw(12), .day = 1 + (int)draw(28)};
    made.words[0] = DRAW_OF(types);
    made.words[1] = DRAW_OF(subtypes);
    made.words[2] = DRAW_OF(statuses);
    made.words[3] = DRAW_OF(modalities);
    made.words[4] = DRAW_OF(scopes);
    made.actor_count = draw(ACTORS_MAX + 1);
    for (size_t i = 0; i < made.actor_count; i++) {
        made.actors[i].id = DRAW_OF(ids);
        made.actors[i].role = DRAW_OF(roles);
    }
    made.source_count = draw(SOURCES_MAX + 1);
    for (size_t i = 0; i < made.source_count; i++) {
        made.sources[i].publisher = DRAW_OF(publishers);
        made.sources[i].class = DRAW_OF(classes);
    }
    made.place_count = draw(PLACES_MAX + 1);
    for (size_t i = 0; i < made.place_count; i++)
        made.places[i] = &sites[draw(sizeof sites / sizeof *sites)];
    made.date_year = draw(4) ? 1990 + (int)draw(40) : 0;
    return made;
}

static int64_t seen_of(const struct made *made)
{
    struct tm parts = {.tm_year = made->year - 1900, .tm_mon = made->month - 1, .tm_mday = made->day, .tm_hour = 13};
    return (int64_t)timegm(&parts) * 1000;
}

static void put_if(struct ent_builder *builder, unsigned field, const char *text)
{
    if (text)
        record_put_text(builder, field, text);
}

static void put(int number, enum event_state state)
{
    static const unsigned fields[] = {ENT_REPORT_TYPE, ENT_REPORT_SUBTYPE, ENT_REPORT_STATUS, ENT_REPORT_MODALITY,
                                      ENT_REPORT_SCOPE};
    char id[40], date[20];
    struct error error = ERROR_INIT;
    struct made made = draw_event();
    struct ent_builder *builder = record_build(ENT_EVENT);
    made.is_live = state == EVENT_LIVE;
    snprintf(id, sizeof id, "%032x", (unsigned)number);
    record_put_text(builder, ENT_REPORT_ID, id);
    for (int i = 0; i < 5; i++)
        put_if(builder, fields[i], made.words[i]);
    for (size_t i = 0; i < made.actor_count; i++) {
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        record_put_text(builder, ENT_ACTOR_ID, made.actors[i].id);
        put_if(builder, ENT_ACTOR_ROLE, made.actors[i].role);
        record_close(builder);
    }
    for (size_t i = 0; i < made.place_count; i++) {
        record_open(builder, ENT_REPORT_PLACE, ENT_PLACE);
        put_if(builder, ENT_PLACE_NAME, made.places[i]->name);
        put_if(builder, ENT_PLACE_RAW, made.places[i]->raw);
        record_put_text(builder, ENT_PLACE_PRECISION, made.places[i]->precision);
        record_put_num(builder, ENT_PLACE_LATITUDE, made.places[i]->latitude);
        record_put_num(builder, ENT_PLACE_LONGITUDE, made.places[i]->longitude);
        record_close(builder);
    }
    if (made.date_year) {
        record_open(builder, ENT_REPORT_DATE, ENT_DATE);
        snprintf(date, sizeof date, "%04d-07-%02d", made.date_year, 1 + number % 28);
        record_put_text(builder, number % 5 ? ENT_DATE_START : ENT_DATE_END, date);
        record_put_text(builder, ENT_DATE_PRECISION, "day");
        record_close(builder);
    }
    record_put_num(builder, ENT_REPORT_CONFIDENCE, 0.5);
    record_put_int(builder, ENT_EVENT_REVISION, ++revisions[number]);
    record_put_time(builder, ENT_EVENT_LAST_SEEN, seen_of(&made));
    for (size_t i = 0; i < made.source_count; i++) {
        record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
        put_if(builder, ENT_SOURCE_PUBLISHER, made.sources[i].publisher);
        put_if(builder, ENT_SOURCE_CLASS, made.sources[i].class);
        record_close(builder);
    }
    struct ent_record *record = record_seal(builder, &error);
    CHECK(record);
    CHECK(
        store_event_put(store, record->view, state, state == EVENT_MERGED ? "x" : NULL, NULL, seen_of(&made), &error));
    record_release(record);
    events[number] = made;
}

static void put_new(int count)
{
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    for (int i = 0; i < count; i++)
        put(++event_count, EVENT_LIVE);
    CHECK(store_commit(store, &error));
}

/* Some become other events, some are withdrawn or merged, and of these some come back. */
static void revise(int count)
{
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    for (int i = 0; i < count; i++) {
        unsigned fate = draw(4);
        put(1 + (int)draw((unsigned)event_count), fate == 0 ? EVENT_WITHDRAWN : fate == 1 ? EVENT_MERGED : EVENT_LIVE);
    }
    CHECK(store_commit(store, &error));
}

static void fold_one(int64_t block)
{
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    CHECK(fold_block(fold, store, block, &error));
    CHECK(store_commit(store, &error));
}

/* ---- rows, as lines in order ---- */

struct lines {
    char **lines;
    size_t count, capacity;
};

static void add_line(struct lines *lines, const char *line)
{
    if (lines->count == lines->capacity) {
        lines->capacity = lines->capacity ? 2 * lines->capacity : 1024;
        lines->lines = realloc(lines->lines, lines->capacity * sizeof *lines->lines);
        assert_non_null(lines->lines);
    }
    lines->lines[lines->count++] = strdup(line);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void free_lines(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->lines[i]);
    free(lines->lines);
    *lines = (struct lines){0};
}

/* Equal lines become one with their number behind it. */
static void count_lines(struct lines *lines)
{
    struct lines counted = {0};
    qsort(lines->lines, lines->count, sizeof *lines->lines, by_text);
    for (size_t i = 0, end; i < lines->count; i = end) {
        char line[500];
        for (end = i; end < lines->count && strcmp(lines->lines[i], lines->lines[end]) == 0;)
            end++;
        snprintf(line, sizeof line, "%s = %zu", lines->lines[i], end - i);
        add_line(&counted, line);
    }
    free_lines(lines);
    *lines = counted;
    qsort(lines->lines, lines->count, sizeof *lines->lines, by_text);
}

static void assert_same(const char *what, struct lines *got, struct lines *wanted)
{
    qsort(got->lines, got->count, sizeof *got->lines, by_text);
    for (size_t i = 0; i < got->count && i < wanted->count; i++)
        if (strcmp(got->lines[i], wanted->lines[i]) != 0)
            fail_msg("%s: '%s' instead of '%s'", what, got->lines[i], wanted->lines[i]);
    if (got->count != wanted->count)
        fail_msg("%s: %zu rows instead of %zu", what, got->count, wanted->count);
    free_lines(got);
    free_lines(wanted);
}

/* ---- what one gets by going over all events ---- */

static bool is_party(const struct made *made, size_t at)
{
    const char *id = made->actors[at].id, *role = made->actors[at].role;
    return strncmp(id, "GRP:", 4) != 0 && strcmp(id, "UNK") != 0 && (!role || strcmp(role, "observer") != 0);
}

static bool has_role(const struct made *made, const char *id, const char *one, const char *other)
{
    for (size_t i = 0; i < made->actor_count; i++) {
        const char *role = made->actors[i].role;
        if (is_party(made, i) && (!id || strcmp(made->actors[i].id, id) == 0) && role &&
            (strcmp(role, one) == 0 || strcmp(role, other) == 0))
            return true;
    }
    return false;
}

static bool gives(const struct made *made, const char *id)
{
    return has_role(made, id, "supplier", "initiator");
}

static bool takes(const struct made *made, const char *id)
{
    return has_role(made, id, "recipient", "target");
}

static bool is_first_party(const struct made *made, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_party(made, i) && strcmp(made->actors[i].id, made->actors[at].id) == 0)
            return false;
    return is_party(made, at);
}

static bool is_dyad(const struct made *made, const char *first, const char *second, bool is_directed)
{
    bool has_direction = gives(made, NULL) && takes(made, NULL);
    bool forth = gives(made, first) && takes(made, second), back = gives(made, second) && takes(made, first);
    if (!has_direction)
        return strcmp(first, second) < 0;
    return is_directed ? forth : strcmp(first, second) < 0 && (forth || back);
}

static void period_text(char text[20], const struct made *made, enum query_period period)
{
    *text = '\0';
    if (period == QUERY_PERIOD_DAY)
        snprintf(text, 20, "%04d-%02d-%02d", made->year, made->month, made->day);
    if (period == QUERY_PERIOD_MONTH)
        snprintf(text, 20, "%04d-%02d", made->year, made->month);
    if (period == QUERY_PERIOD_QUARTER)
        snprintf(text, 20, "%04d-Q%d", made->year, (made->month + 2) / 3);
    if (period == QUERY_PERIOD_YEAR)
        snprintf(text, 20, "%04d", made->year);
}

static void list_facets(struct lines *lines, const struct made *made)
{
    char line[200];
    static const char *const names[] = {"type", "subtype", "status", "modality", "scope"};
#define ADD(...) (snprintf(line, sizeof line, __VA_ARGS__), add_line(lines, line))
    for (int i = 0; i < 5; i++)
        if (made->words[i])
            ADD("%s: %s", names[i], made->words[i]);
    ADD("month: %04d-%02d", made->year, made->month);
    ADD("year: %.0d", made->date_year);
    for (size_t i = 0; i < made->actor_count; i++) {
        const char *id = made->actors[i].id;
        if (!is_first_party(made, i))
            continue;
        ADD("actor: %s", id);
        if (strncmp(id, "HIS:", 4) == 0 || strlen(id) == 3)
            ADD("country: %s", id);
        for (size_t j = 0; j < made->actor_count; j++)
            if (j != i && is_first_party(made, j) && is_dyad(made, id, made->actors[j].id, false))
                ADD("dyad: %s %s", id, made->actors[j].id);
    }
    for (size_t i = 0; i < made->source_count; i++) {
        bool is_new_publisher = true, is_new_class = true;
        for (size_t j = 0; j < i; j++) {
            is_new_publisher &= made->sources[i].publisher != made->sources[j].publisher;
            is_new_class &= made->sources[i].class != made->sources[j].class;
        }
        if (is_new_publisher)
            ADD("publisher: %s", made->sources[i].publisher ? made->sources[i].publisher : "");
        if (is_new_class)
            ADD("source_class: %s", made->sources[i].class ? made->sources[i].class : "");
    }
}

static bool is_point(const struct site *site)
{
    return strcmp(site->precision, "city") == 0 || strcmp(site->precision, "site") == 0;
}

static void list_points(struct lines *lines, const struct made *made)
{
    char line[200];
    for (size_t i = 0; i < made->place_count; i++) {
        const struct site *site = made->places[i];
        bool is_first = true;
        for (size_t j = 0; j < i; j++)
            is_first &= !is_point(made->places[j]) || made->places[j]->latitude != site->latitude ||
                        made->places[j]->longitude != site->longitude;
        if (is_point(site) && is_first)
            ADD("%.2f %.2f", site->latitude, site->longitude);
    }
}

static void list_groups(struct lines *lines, const struct made *made, const struct query_grouping *grouping,
                        bool has_dyads)
{
    char line[200], period[20];
    const char *type = grouping->by_type && made->words[0] ? made->words[0] : "";
    period_text(period, made, grouping->period);
    if (!has_dyads)
        ADD("||%s|%s", type, period);
    for (size_t i = 0; has_dyads && i < made->actor_count; i++)
        for (size_t j = 0; j < made->actor_count; j++)
            if (i != j && is_first_party(made, i) && is_first_party(made, j) &&
                is_dyad(made, made->actors[i].id, made->actors[j].id, grouping->is_directed))
                ADD("%s|%s|%s|%s", made->actors[i].id, made->actors[j].id, type, period);
#undef ADD
}

/* ---- what is told ---- */

static bool take_facet(void *context, const struct query_facet_row *row)
{
    char line[500];
    snprintf(line, sizeof line, "%s: %s = %lld", query_facet_name(row->facet), row->value, (long long)row->count);
    add_line(context, line);
    return true;
}

static bool take_place(void *context, const struct query_place_row *row)
{
    char line[500];
    bool is_named = false;
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        is_named |= sites[i].latitude == row->latitude && sites[i].longitude == row->longitude && is_point(&sites[i]) &&
                    strcmp(row->name, sites[i].name ? sites[i].name : sites[i].raw) == 0;
    assert_true(is_named);
    snprintf(line, sizeof line, "%.2f %.2f = %lld", row->latitude, row->longitude, (long long)row->count);
    add_line(context, line);
    return true;
}

static bool take_group(void *context, const struct query_count_row *row)
{
    char line[500];
    snprintf(line, sizeof line, "%s|%s|%s|%s = %lld", row->first, row->second, row->type, row->period,
             (long long)row->count);
    add_line(context, line);
    return true;
}

static bool is_exercise(const struct made *made)
{
    return made->words[0] && strcmp(made->words[0], "exercise") == 0;
}

static void assert_facets(const struct query_filter *filter, bool exercises)
{
    struct error error = ERROR_INIT;
    struct lines got = {0}, wanted = {0};
    struct query_totals totals;
    int64_t live = 0;
    for (int i = 1; i <= event_count; i++)
        if (events[i].is_live && (!exercises || is_exercise(&events[i]))) {
            list_facets(&wanted, &events[i]);
            live++;
        }
    count_lines(&wanted);
    CHECK(query_facets(query, filter, (1u << QUERY_FACET_COUNT) - 1, 0, 0, take_facet, &got, &totals, &error));
    assert_true(totals.is_exact);
    if (!exercises) {
        int64_t all;
        CHECK(query_count_live(query, &all, &error));
        assert_int_equal(all, live);
    }
    assert_int_equal(totals.events, live);
    assert_same("facets", &got, &wanted);
}

static void assert_places(const struct query_filter *filter, bool exercises)
{
    struct error error = ERROR_INIT;
    struct lines got = {0}, top = {0}, wanted = {0};
    struct query_totals totals;
    int64_t live = 0;
    for (int i = 1; i <= event_count; i++)
        if (events[i].is_live && (!exercises || is_exercise(&events[i]))) {
            list_points(&wanted, &events[i]);
            live++;
        }
    count_lines(&wanted);
    CHECK(query_places(query, filter, 0, 0, take_place, &got, &totals, &error));
    assert_int_equal(totals.events, live);
    CHECK(query_places(query, filter, 1, 0, take_place, &top, NULL, &error));
    assert_int_equal(top.count, 1);
    assert_string_equal(top.lines[0], got.lines[0]); /* the one with most events */
    free_lines(&top);
    assert_same("places", &got, &wanted);
}

/* Of one facet alone no other column is read. */
static void assert_facet(const struct query_filter *filter, enum query_facet facet)
{
    struct error error = ERROR_INIT;
    struct lines got = {0}, wanted = {0};
    char head[40];
    int size = snprintf(head, sizeof head, "%s:", query_facet_name(facet));
    for (int i = 1; i <= event_count; i++)
        if (events[i].is_live)
            list_facets(&wanted, &events[i]);
    count_lines(&wanted);
    size_t kept = 0;
    for (size_t i = 0; i < wanted.count; i++)
        if (strncmp(wanted.lines[i], head, (size_t)size) == 0)
            wanted.lines[kept++] = wanted.lines[i];
        else
            free(wanted.lines[i]);
    wanted.count = kept;
    CHECK(query_facets(query, filter, 1u << facet, 0, 0, take_facet, &got, NULL, &error));
    assert_same(head, &got, &wanted);
}

static void assert_groups(const struct query_filter *filter, bool exercises, const struct query_grouping *grouping,
                          bool has_dyads)
{
    struct error error = ERROR_INIT;
    struct lines got = {0}, wanted = {0};
    for (int i = 1; i <= event_count; i++)
        if (events[i].is_live && (!exercises || is_exercise(&events[i])))
            list_groups(&wanted, &events[i], grouping, has_dyads);
    count_lines(&wanted);
    CHECK((has_dyads ? query_dyads : query_timeline)(query, filter, grouping, take_group, &got, NULL, &error));
    assert_same(has_dyads ? "dyads" : "timeline", &got, &wanted);
}

/* Without a filter, with one that all events pass, and with one that some do. */
static void assert_counts(void)
{
    for (int i = 0; i < 3; i++) {
        struct query_filter filter = QUERY_FILTER_INIT;
        filter.since = i == 1 ? 1 : INT64_MIN;
        filter.types = i == 2 ? "exercise" : NULL;
        assert_facets(&filter, i == 2);
        assert_places(&filter, i == 2);
        if (i < 2)
            assert_facet(&filter, (enum query_facet)draw(QUERY_FACET_COUNT));
        for (unsigned j = draw(3); j < 20; j += 3) { /* some of all groupings each time */
            struct query_grouping grouping = {
                .period = (enum query_period)(j % 5), .by_type = j / 5 % 2, .is_directed = j / 10};
            grouping.top = j % 3 == 1 ? 1000 : 0; /* more pairs than there are, on the way of few */
            assert_groups(&filter, i == 2, &grouping, true);
            if (!grouping.is_directed)
                assert_groups(&filter, i == 2, &grouping, false);
        }
    }
}

/* ---- tests ---- */

static int setup(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char path[200];
    snprintf(state_dir, sizeof state_dir, "/tmp/entente-counts-XXXXXX");
    assert_non_null(mkdtemp(state_dir));
    snprintf(path, sizeof path, "%s/%s", state_dir, STORE_FILE_NAME);
    store = store_open(path, STORE_WRITE, &error);
    CHECK(store);
    fold = fold_create();
    put_new(EVENTS);
    query = query_open(state_dir, &error);
    CHECK(query);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    query_close(query);
    fold_destroy(fold);
    store_close(store);
    sample_store_remove(state_dir);
    return 0;
}

static void events_in_no_block_are_counted(void **state)
{
    (void)state;
    assert_counts();
}

static void events_in_blocks_are_counted(void **state)
{
    (void)state;
    fold_one(0);
    fold_one(1);
    assert_counts();
}

static void events_that_changed_since_are_counted_as_they_stand(void **state)
{
    (void)state;
    revise(300);
    assert_counts();
    revise(200); /* some of them again */
    put_new(300);
    assert_counts();
}

static void a_block_that_is_written_again_counts_what_changed(void **state)
{
    (void)state;
    fold_one(0);
    assert_counts();
    revise(200);
    put_new(200);
    fold_one(1);
    assert_counts();
}

static void columns_that_are_made_anew_count_the_same(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    CHECK(store_columns_reset(store, &error));
    CHECK(store_commit(store, &error));
    query_close(query); /* numbers of values begin again */
    query = query_open(state_dir, &error);
    CHECK(query);
    assert_counts();
    fold_one(0);
    fold_one(1);
    revise(100);
    assert_counts();
}

/* A transaction that is taken back takes the numbers of new values with it. */
static void a_fold_that_is_taken_back_leaves_no_numbers(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    CHECK(store_begin(store, &error));
    CHECK(store_columns_reset(store, &error));
    CHECK(store_commit(store, &error));
    query_close(query);
    CHECK(store_begin(store, &error));
    CHECK(fold_block(fold, store, 1, &error));
    store_rollback(store);
    fold_one(0);
    fold_one(1);
    query = query_open(state_dir, &error);
    CHECK(query);
    assert_counts();
}

static void a_tally_that_is_taken_from_finds_the_other_keys(void **state)
{
    (void)state;
    enum { KEYS = 3000 };
    static int64_t counts[KEYS];
    struct key_tally tally = {0};
    for (int i = 0; i < 200000; i++) {
        unsigned key = draw(KEYS);
        if (counts[key] > 0 && draw(2)) {
            assert_true(key_tally_take(&tally, (uint64_t)key << 33, 1));
            counts[key]--;
        } else {
            assert_true(key_tally_note(&tally, (uint64_t)key << 33, 1));
            counts[key]++;
        }
    }
    assert_true(key_tally_settle(&tally));
    for (unsigned i = 0; i < KEYS; i++)
        assert_int_equal(key_tally_count(&tally, (uint64_t)i << 33), counts[i]);
    key_tally_free(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_in_no_block_are_counted),
        cmocka_unit_test(events_in_blocks_are_counted),
        cmocka_unit_test(events_that_changed_since_are_counted_as_they_stand),
        cmocka_unit_test(a_block_that_is_written_again_counts_what_changed),
        cmocka_unit_test(columns_that_are_made_anew_count_the_same),
        cmocka_unit_test(a_fold_that_is_taken_back_leaves_no_numbers),
        cmocka_unit_test(a_tally_that_is_taken_from_finds_the_other_keys),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
