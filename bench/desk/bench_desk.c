/* The desk's speed inside the writer: bench-desk [REPORTS [FILE [ORDER [WHAT [WHEN]]]]]
 *
 * Invented reports of ninety days, a few outlets telling each event, the pairs of parties as unequal as in the news
 * (one pair in eight of all). Taken one item at a time in transactions of 128, as the writer does, into a new store FILE
 * (default: in memory). ORDER of arrival is forward, backward or random by publication; WHAT is mixed, or alike: exercises
 * of one pair of parties only, which is the hardest that an archive can bring. WHEN is dated, undated (no item says when it
 * was published) or half. Prints one line of JSON; where others use the machine, reports a second of processor time are what
 * can be compared. What alike reports cost goes with the size of their few events, each merged and written with all its
 * sources whenever one comes; backward each founds them anew, so that hundreds are placed again. The candidates looked at
 * are some hundred at most in any order. */
#include "core/desk/desk.h"
#include "core/store/events.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPORTS = 20000, BATCH = 128, PAIRS = 300, DAYS = 90 };

static uint64_t random_state = 1;
static bool is_alike;
static size_t undated; /* of two items */

static size_t below(size_t bound)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % bound);
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A pair of parties: the first ones far oftener than the last. */
static size_t pick_pair(void)
{
    size_t pair = PAIRS;
    for (int i = 0; i < 3; i++) {
        size_t candidate = below(PAIRS);
        pair = candidate < pair ? candidate : pair;
    }
    return below(8) == 0 ? 0 : pair;
}

static void put_actor(struct ent_builder *builder, char first, size_t number, const char *role)
{
    char id[4] = {first, (char)('A' + number / 26 % 26), (char)('A' + number % 26), '\0'};
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, id);
    record_put_text(builder, ENT_ACTOR_ROLE, role);
    record_close(builder);
}

static void put_evidence(struct ent_builder *builder, const char *field)
{
    char quote[160];
    snprintf(quote, sizeof quote, "the ministry said on the day that number %zu of the series was under way as planned",
             below(1000000));
    record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    record_put_text(builder, ENT_EVIDENCE_FIELD, field);
    record_put_text(builder, ENT_EVIDENCE_QUOTE, quote);
    record_put_int(builder, ENT_EVIDENCE_START, 10);
    record_put_int(builder, ENT_EVIDENCE_END, 90);
    record_close(builder);
}

static struct ent_record *make_report(size_t number, size_t pair, struct error *error)
{
    static const char *const types[] = {"arms_transfer", "exercise", "visit", "training", "aid", "agreement"};
    static const char *const statuses[] = {"negotiated", "announced", "signed", "ongoing", "completed"};
    static const char *const goods[] = {"F-16 fighters", "howitzers", "Mi-17 helicopters", "patrol boats", "Javelin missiles"};
    char id[40];
    size_t type = is_alike ? 1 : below(6);
    bool directed = type != 1 && type != 5;
    struct ent_builder *builder = record_build(ENT_REPORT);
    snprintf(id, sizeof id, "%032zx", number);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_TYPE, types[type]);
    record_put_text(builder, ENT_REPORT_STATUS, statuses[below(5)]);
    record_put_text(builder, ENT_REPORT_MODALITY, "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    put_actor(builder, 'A', pair, directed ? type == 2 ? "initiator" : "supplier" : "participant");
    put_actor(builder, 'B', pair, directed ? type == 2 ? "target" : "recipient" : "participant");
    if (type == 0) {
        record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
        record_put_text(builder, ENT_EQUIPMENT_NAME, goods[below(5)]);
        record_put_num(builder, ENT_EQUIPMENT_COUNT, (double)(1 + below(30)));
        record_close(builder);
    }
    put_evidence(builder, "type");
    put_evidence(builder, "status");
    put_evidence(builder, "actors");
    record_put_num(builder, ENT_REPORT_CONFIDENCE, 0.7);
    return record_seal(builder, error);
}

static struct ent_record *make_item(size_t number, size_t count, struct error *error)
{
    char id[40], publisher[40], url[80];
    struct ent_builder *builder = record_build(ENT_ITEM);
    /* Ids are digests, which say nothing of the order. */
    snprintf(id, sizeof id, "%016zx%016zx", (size_t)((uint64_t)number * 0x9e3779b97f4a7c15u), number);
    snprintf(publisher, sizeof publisher, "outlet-%zu.example", below(200));
    snprintf(url, sizeof url, "https://%s/%zu", publisher, number);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_URL, url);
    record_put_text(builder, ENT_ITEM_TITLE, "A headline as long as headlines of the news are");
    record_put_text(builder, ENT_ITEM_PUBLISHER, publisher);
    record_put_text(builder, ENT_ITEM_CLASS, "media");
    int64_t published = 1700000000000 + (int64_t)(number * DAYS / count) * 86400000 + (int64_t)below(86400000);
    if (number % 2 >= undated)
        record_put_time(builder, ENT_ITEM_PUBLISHED, published);
    return record_seal(builder, error);
}

static bool take(struct desk *desk, struct store *store, size_t number, size_t count, struct error *error)
{
    struct ent_record *item = make_item(number, count, error), *report = make_report(number, is_alike ? 0 : pick_pair(), error);
    bool ok = item && report;
    if (ok) {
        struct desk_item given = {item->view, &report->view, 1, false};
        ok = desk_take(desk, store, &given, error);
    }
    record_release(item);
    record_release(report);
    return ok;
}

/* The numbers of the items in the order in which they arrive; NULL when memory is out. */
static size_t *make_order(size_t count, const char *word)
{
    size_t *order = malloc((count + 1) * sizeof *order);
    for (size_t i = 0; order && i < count; i++)
        order[i] = strcmp(word, "backward") == 0 ? count - 1 - i : i;
    for (size_t i = count; order && strcmp(word, "random") == 0 && i > 1; i--) {
        size_t j = below(i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return order;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : REPORTS;
    struct error error = ERROR_INIT;
    struct store *store = store_open(argc > 2 ? argv[2] : ":memory:", STORE_WRITE, &error);
    struct desk *desk = desk_create();
    size_t *order = make_order(count, argc > 3 ? argv[3] : "forward");
    bool ok = store && desk && order;
    is_alike = argc > 4 && strcmp(argv[4], "alike") == 0;
    const char *when = argc > 5 ? argv[5] : "dated";
    undated = strcmp(when, "undated") == 0 ? 2 : strcmp(when, "half") == 0 ? 1 : 0;
    double start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID), last_fifth = 0;
    for (size_t i = 0; ok && i < count; i++) {
        if (i == count - count / 5)
            last_fifth = seconds(CLOCK_MONOTONIC);
        if (i % BATCH == 0)
            ok = store_begin(store, &error);
        ok = ok && take(desk, store, order[i], count, &error);
        if (ok && (i % BATCH == BATCH - 1 || i + 1 == count))
            ok = store_commit(store, &error);
    }
    double took = seconds(CLOCK_MONOTONIC) - start, fifth = seconds(CLOCK_MONOTONIC) - last_fifth;
    used = seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    int64_t live = 0, all = 0;
    ok = ok && store_events_count(store, &live, &all, &error);
    if (ok)
        printf("{\"reports\":%zu,\"events\":%lld,\"seconds\":%.2f,\"reports_per_second\":%.0f,"
               "\"last_fifth_per_second\":%.0f,\"reports_per_processor_second\":%.0f}\n",
               count, (long long)live, took, (double)count / took, (double)(count / 5) / fifth, (double)count / used);
    else
        fprintf(stderr, "bench-desk: %s\n", error.text);
    free(order);
    desk_destroy(desk);
    store_close(store);
    return ok ? 0 : 1;
}
