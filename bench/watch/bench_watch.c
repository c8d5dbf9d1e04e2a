/* Rules' speed on one core: bench-watch [RULES [EVENTS]]
 *
 * Rules as analysts write them, one in ten with a pattern over the event's words, against invented events: each rule on
 * each event, by the index, and the whole stage over a store in memory. Prints one line of JSON; the aim is 200 rules over
 * 1,000 events a second. */
#include "core/store/events.h"
#include "core/store/store.h"
#include "core/watch/rule.h"
#include "core/watch/rule_index.h"
#include "core/watch/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RULES = 200, EVENTS = 5000 };

static uint64_t random_state = 1;

static size_t below(size_t bound)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % bound);
}

static const char *const states[] = {"RUS", "UZB", "KAZ", "USA", "TUR", "IND", "FRA", "EGY", "POL", "KOR",
                                     "JPN", "PHL", "IRN", "SYR", "CHN", "PAK", "DEU", "UKR", "GBR", "KEN"};
static const char *const types[] = {"arms_transfer", "aid", "training", "exercise", "agreement", "visit", "basing",
                                    "industry", "operation", "downturn"};
static const char *const statuses[] = {"negotiated", "announced", "signed", "ongoing", "completed"};

#define PICK(list) (list)[below(sizeof(list) / sizeof *(list))]

static struct rule *make_rule(size_t number)
{
    char text[400];
    struct rule_error error;
    switch (number % 10) {
    case 0:
        snprintf(text, sizeof text, "text ~ '(%s|frigate|radar)' and region = europe", number % 20 ? "helicopter" : "drone");
        break;
    case 1:
        snprintf(text, sizeof text, "type in (%s, %s) and dyad(%s, %s|%s|%s)", PICK(types), PICK(types), PICK(states),
                 PICK(states), PICK(states), PICK(states));
        break;
    case 2:
        snprintf(text, sizeof text, "type = arms_transfer and recipient in (central_asia) and money > %zu M USD",
                 below(500));
        break;
    case 3:
        snprintf(text, sizeof text, "status -> signed and actor in (%s, %s)", PICK(states), PICK(states));
        break;
    case 4:
        snprintf(text, sizeof text, "equipment = 'Mi-17' or unroca in (IV, VI) and confidence >= 0.7");
        break;
    case 5:
        snprintf(text, sizeof text, "region = south_eastern_asia and type = exercise and personnel > %zu", below(2000));
        break;
    case 6:
        snprintf(text, sizeof text, "modality = denied and actor = %s", PICK(states));
        break;
    case 7:
        snprintf(text, sizeof text, "not (type = visit or type = agreement) and sources >= 2 and actor = %s", PICK(states));
        break;
    case 8:
        snprintf(text, sizeof text, "place = %s and date >= 2023-06 and source_class in (wire, official)", PICK(states));
        break;
    default:
        snprintf(text, sizeof text, "name = 'Steppe Eagle' or dyad(*, %s) and status in (%s, %s)", PICK(states),
                 PICK(statuses), PICK(statuses));
    }
    struct rule *rule = rule_compile(text, strlen(text), &error);
    if (!rule)
        fprintf(stderr, "bench-watch: %s: %s\n", text, error.text);
    return rule;
}

static void put_actor(struct ent_builder *builder, const char *role)
{
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, PICK(states));
    record_put_text(builder, ENT_ACTOR_ROLE, role);
    record_close(builder);
}

static struct ent_record *make_event(size_t number, struct error *error)
{
    char id[24];
    struct ent_builder *builder = record_build(ENT_EVENT);
    snprintf(id, sizeof id, "%016zx", number);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_put_text(builder, ENT_REPORT_TYPE, PICK(types));
    record_put_text(builder, ENT_REPORT_STATUS, PICK(statuses));
    record_put_text(builder, ENT_REPORT_MODALITY, "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    put_actor(builder, "supplier");
    put_actor(builder, "recipient");
    record_open(builder, ENT_REPORT_DATE, ENT_DATE);
    record_put_text(builder, ENT_DATE_START, "2023-07-01");
    record_put_text(builder, ENT_DATE_END, "2023-07-09");
    record_close(builder);
    record_open(builder, ENT_REPORT_PLACE, ENT_PLACE);
    record_put_text(builder, ENT_PLACE_NAME, "Termez");
    record_put_text(builder, ENT_PLACE_COUNTRY, "UZB");
    record_close(builder);
    record_open(builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
    record_put_text(builder, ENT_QUANTITY_KIND, "money");
    record_put_num(builder, ENT_QUANTITY_VALUE, (double)below(1000) * 1e6);
    record_put_text(builder, ENT_QUANTITY_UNIT, "USD");
    record_close(builder);
    record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    record_put_text(builder, ENT_EQUIPMENT_NAME, "Mi-8 transport helicopters");
    record_put_text(builder, ENT_EQUIPMENT_UNROCA, "V");
    record_close(builder);
    for (int i = 0; i < 4; i++) {
        record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
        record_put_text(builder, ENT_EVIDENCE_QUOTE,
                        "the ministry said that the second lot had been handed over at the airfield on Monday, as planned");
        record_close(builder);
        record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
        record_put_text(builder, ENT_SOURCE_TITLE, "Ministry says the second lot is there");
        record_put_text(builder, ENT_SOURCE_PUBLISHER, "outlet.example");
        record_put_text(builder, ENT_SOURCE_CLASS, "media");
        record_close(builder);
    }
    record_put_int(builder, ENT_EVENT_INDEPENDENT_SOURCES, (int64_t)(1 + below(4)));
    record_put_num(builder, ENT_REPORT_CONFIDENCE, 0.8);
    record_put_text(builder, ENT_EVENT_CHANGE, "new");
    return record_seal(builder, error);
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

struct bench {
    struct rule **rules;
    struct ent_record **events;
    size_t rule_count, event_count;
    struct rule_facts *facts;
    struct error error;
};

/* Every rule is tried on every event. */
static bool try_all(struct bench *bench, size_t *matched)
{
    bool ok = true;
    for (size_t i = 0; ok && i < bench->event_count; i++) {
        ok = rule_facts_fill(bench->facts, bench->events[i]->view, NULL);
        for (size_t j = 0; ok && j < bench->rule_count; j++)
            *matched += rule_matches(bench->rules[j], bench->facts, NULL);
    }
    return ok;
}

/* Only those that the index lets through. */
static bool try_selected(struct bench *bench, const struct rule_index *index, size_t *matched, size_t *tried)
{
    bool ok = true;
    uint64_t *selection = calloc(rule_index_words(index), sizeof *selection);
    for (size_t i = 0; selection && ok && i < bench->event_count; i++) {
        ok = rule_facts_fill(bench->facts, bench->events[i]->view, NULL);
        rule_index_select(index, bench->facts, selection);
        for (size_t j = 0; ok && j < bench->rule_count; j++)
            if (rule_index_has(selection, j)) {
                ++*tried;
                *matched += rule_matches(bench->rules[j], bench->facts, NULL);
            }
    }
    free(selection);
    return selection && ok;
}

/* The stage as the writer runs it: revisions read from the store, cursors, and an alert with its delivery for each event
 * and rule that match. */
static bool run_stage(struct bench *bench, double *took, int64_t *alerts)
{
    static const char *const sinks[] = {"out", NULL};
    struct timespec start;
    struct store *store = store_open(":memory:", STORE_WRITE, &bench->error);
    struct watch_set *set = watch_set_create();
    bool ok = store && set && store_begin(store, &bench->error);
    for (size_t i = 0; ok && i < bench->rule_count; i++) {
        char name[24];
        snprintf(name, sizeof name, "w%zu", i);
        struct watch_settings settings = {.name = name, .when = rule_text(bench->rules[i]), .sinks = sinks};
        ok = watch_set_add(set, &settings, NULL, &bench->error);
    }
    ok = ok && watch_set_register(set, store, &bench->error);
    for (size_t i = 0; ok && i < bench->event_count; i++)
        ok = store_event_put(store, bench->events[i]->view, EVENT_LIVE, NULL, "r", 0, &bench->error);
    clock_gettime(CLOCK_MONOTONIC, &start);
    do
        ok = ok && watch_set_run(set, store, &bench->error);
    while (ok && watch_set_has_more(set));
    *took = seconds_since(&start);
    *alerts = set ? watch_set_alerts(set) : 0;
    if (store)
        store_rollback(store);
    watch_set_destroy(set);
    store_close(store);
    return ok;
}

static bool run(struct bench *bench)
{
    struct timespec start;
    size_t matched = 0, selected = 0, tried = 0;
    int64_t alerts = 0;
    double compiled, all, indexed, staged = 1;
    bool ok = true;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; ok && i < bench->rule_count; i++)
        ok = (bench->rules[i] = make_rule(i)) != NULL;
    struct rule_index *index =
        ok ? rule_index_create((const struct rule *const *)bench->rules, bench->rule_count) : NULL;
    compiled = seconds_since(&start);
    for (size_t i = 0; ok && i < bench->event_count; i++)
        ok = (bench->events[i] = make_event(i, &bench->error)) != NULL;
    clock_gettime(CLOCK_MONOTONIC, &start);
    ok = ok && index && try_all(bench, &matched);
    all = seconds_since(&start);
    clock_gettime(CLOCK_MONOTONIC, &start);
    ok = ok && try_selected(bench, index, &selected, &tried);
    indexed = seconds_since(&start);
    ok = ok && run_stage(bench, &staged, &alerts);
    double events = (double)bench->event_count;
    if (ok)
        printf("{\"rules\":%zu,\"events\":%zu,\"matches\":%zu,\"same_matches\":%s,\"compile_ms\":%.1f,"
               "\"rules_tried_per_event\":%.1f,\"events_per_second\":{\"every_rule\":%.0f,\"by_index\":%.0f,"
               "\"stage\":%.0f},\"alerts\":%lld,\"stage_us_per_event\":%.0f}\n",
               bench->rule_count, bench->event_count, matched, matched == selected ? "true" : "false", compiled * 1e3,
               (double)tried / events, events / all, events / indexed, events / staged, (long long)alerts,
               staged / events * 1e6);
    rule_index_destroy(index);
    return ok && matched == selected;
}

int main(int argc, char **argv)
{
    struct bench bench = {.rule_count = argc > 1 ? strtoul(argv[1], NULL, 10) : RULES,
                          .event_count = argc > 2 ? strtoul(argv[2], NULL, 10) : EVENTS,
                          .error = ERROR_INIT};
    bench.rules = calloc(bench.rule_count + 1, sizeof(struct rule *));
    bench.events = calloc(bench.event_count + 1, sizeof(struct ent_record *));
    bench.facts = rule_facts_create();
    bool ok = bench.rules && bench.events && bench.facts && run(&bench);
    if (!ok)
        fprintf(stderr, "bench-watch: %s\n", bench.error.text);
    for (size_t i = 0; i < bench.rule_count && bench.rules; i++)
        rule_destroy(bench.rules[i]);
    for (size_t i = 0; i < bench.event_count && bench.events; i++)
        record_release(bench.events[i]);
    free(bench.rules);
    free(bench.events);
    rule_facts_destroy(bench.facts);
    return ok ? 0 : 1;
}
