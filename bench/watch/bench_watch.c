/* Rules' speed on one core: bench-watch [RULES [EVENTS]]
 *
 * Rules as analysts write them, one in ten with a pattern over the event's words, against invented events. Prints one
 * line of JSON; the aim is 200 rules over 1,000 events a second. */
#include "core/watch/rule.h"

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

static struct ent_record *make_event(struct error *error)
{
    struct ent_builder *builder = record_build(ENT_EVENT);
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

int main(int argc, char **argv)
{
    size_t rule_count = argc > 1 ? strtoul(argv[1], NULL, 10) : RULES;
    size_t event_count = argc > 2 ? strtoul(argv[2], NULL, 10) : EVENTS, matched = 0;
    struct error error = ERROR_INIT;
    struct timespec start, end;
    struct rule **rules = calloc(rule_count + 1, sizeof *rules);
    struct ent_record **events = calloc(event_count + 1, sizeof *events);
    struct rule_facts *facts = rule_facts_create();
    bool ok = rules && events && facts;
    for (size_t i = 0; ok && i < rule_count; i++)
        ok = (rules[i] = make_rule(i)) != NULL;
    for (size_t i = 0; ok && i < event_count; i++)
        ok = (events[i] = make_event(&error)) != NULL;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; ok && i < event_count; i++) {
        ok = rule_facts_fill(facts, events[i]->view, NULL);
        for (size_t j = 0; ok && j < rule_count; j++)
            matched += rule_matches(rules[j], facts, NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double took = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    if (ok)
        printf("{\"rules\":%zu,\"events\":%zu,\"matches\":%zu,\"events_per_second\":%.0f,\"ns_per_match\":%.0f}\n",
               rule_count, event_count, matched, (double)event_count / took,
               took * 1e9 / (double)event_count / (double)rule_count);
    for (size_t i = 0; i < rule_count && rules; i++)
        rule_destroy(rules[i]);
    for (size_t i = 0; i < event_count && events; i++)
        record_release(events[i]);
    free(rules);
    free(events);
    rule_facts_destroy(facts);
    return ok ? 0 : 1;
}
