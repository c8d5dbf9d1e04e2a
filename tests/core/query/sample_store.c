#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/core/query/sample_store.h"

#include "core/store/alerts.h"
#include "core/store/deliveries.h"
#include "core/store/dead_letters.h"
#include "core/store/events.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/store/reports.h"
#include "core/store/sources.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/record/record_json.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOUR_MS = 3600 * 1000 };

static struct ent_record *record_of(unsigned kind, const char *text)
{
    struct error error = ERROR_INIT;
    json_error_t where;
    json_t *object = json_loads(text, 0, &where);
    if (!object)
        fail_msg("sample: %s at %d of %s", where.text, where.position, text);
    struct ent_record *record = record_from_json(kind, object, &error);
    if (!record)
        fail_msg("sample: %s", error.text);
    json_decref(object);
    return record;
}

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("sample: %s", error.text);                                                                        \
    } while (0)

static struct store *open_store(const char *state_dir)
{
    char path[300];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", state_dir, STORE_FILE_NAME);
    struct store *store = store_open(path, STORE_WRITE, &error);
    if (!store)
        fail_msg("sample: %s", error.text);
    return store;
}

static const char *const item_texts[] = {
    "{\"id\":\"aa000001000000000000000000000001\",\"title\":\"Moscow to sell 12 helicopters to Tashkent\","
    "\"body\":\"Moscow will sell 12 Mi-8 helicopters to Tashkent, the ministry said on Monday.\\nThe deal is worth "
    "$300 million.\","
    "\"url\":\"https://wire.example/1\",\"published\":\"2024-05-20T08:00:00Z\",\"fetched\":\"2024-05-20T08:05:00Z\","
    "\"source\":\"wire\",\"publisher\":\"wire.example\",\"class\":\"wire\",\"language\":\"en\"}",
    "{\"id\":\"aa000002000000000000000000000002\",\"title\":\"Узбекистан покупает вертолёты\",\"body\":\"Стороны "
    "подписали договор.\","
    "\"url\":\"https://daily.example/2\",\"published\":\"2024-05-23T09:30:00Z\",\"fetched\":\"2024-05-23T09:40:00Z\","
    "\"source\":\"daily\",\"publisher\":\"daily.example\",\"class\":\"media\",\"language\":\"ru\"}",
    "{\"id\":\"aa000003000000000000000000000003\",\"title\":\"合同演習が東シナ海で始まった — "
    "三か国の艦艇が参加する大規模な訓練\","
    "\"body\":\"艦艇が参加した。\",\"url\":\"https://asia.example/3\",\"published\":\"2024-05-24T01:00:00Z\","
    "\"fetched\":\"2024-05-24T01:10:00Z\",\"source\":\"asia\",\"publisher\":\"asia.example\",\"class\":\"analysis\","
    "\"language\":\"ja\"}",
    "{\"id\":\"aa000004000000000000000000000004\",\"title\":\"Undated note\",\"body\":\"No date, no event; a comma, a "
    "\\\"quote\\\".\","
    "\"url\":\"https://wire.example/"
    "4\",\"fetched\":\"2024-05-24T11:00:00Z\",\"source\":\"wire\",\"publisher\":\"wire.example\","
    "\"class\":\"wire\",\"language\":\"en\"}",
};

/* The first event as it first was, and as the second outlet made it. */
static const char arms_first[] =
    "{\"id\":\"" SAMPLE_EVENT "\",\"type\":\"arms_transfer\",\"subtype\":\"sale\",\"status\":\"announced\","
    "\"modality\":\"confirmed\",\"scope\":\"current\",\"actors\":[{\"id\":\"RUS\",\"role\":\"supplier\",\"text\":"
    "\"Moscow\"},"
    "{\"id\":\"UZB\",\"role\":\"recipient\",\"text\":\"Tashkent\"}],\"equipment\":[{\"name\":\"Mi-8\",\"count\":12,"
    "\"unroca\":\"V\",\"sipri\":\"aircraft\"}],\"confidence\":0.8,\"revision\":1,\"first_seen\":\"2024-05-20T08:00:"
    "00Z\","
    "\"last_seen\":\"2024-05-20T08:00:00Z\",\"independent_sources\":1,\"sources\":[{\"report\":\"r1\",\"item\":"
    "\"aa000001000000000000000000000001\",\"url\":\"https://wire.example/1\",\"title\":\"Moscow to sell 12 helicopters "
    "to Tashkent\","
    "\"publisher\":\"wire.example\",\"class\":\"wire\",\"published\":\"2024-05-20T08:00:00Z\"}]}";
static const char arms_second[] =
    "{\"id\":\"" SAMPLE_EVENT "\",\"type\":\"arms_transfer\",\"subtype\":\"sale\",\"status\":\"signed\","
    "\"modality\":\"confirmed\",\"scope\":\"current\",\"programme\":\"DCS\",\"tags\":[\"air\"],"
    "\"actors\":[{\"id\":\"RUS\",\"role\":\"supplier\",\"text\":\"Moscow\"},"
    "{\"id\":\"UZB\",\"role\":\"recipient\",\"text\":\"Tashkent\",\"unit\":\"air force\"}],"
    "\"date\":{\"start\":\"2024-05-22\",\"end\":\"2024-05-22\",\"precision\":\"day\",\"raw\":\"on "
    "Wednesday\",\"basis\":\"relative\"},"
    "\"places\":[{\"raw\":\"Tashkent\",\"name\":\"Tashkent\",\"country\":\"UZB\",\"precision\":\"city\"}],"
    "\"quantities\":[{\"kind\":\"money\",\"value\":300000000,\"unit\":\"USD\",\"qualifier\":\"about\",\"raw\":\"some "
    "$300 million\"}],"
    "\"equipment\":[{\"name\":\"Mi-8\",\"count\":12,\"unroca\":\"V\",\"sipri\":\"aircraft\"}],"
    "\"cited\":[{\"kind\":\"official\",\"name\":\"defence ministry\",\"raw\":\"the ministry said\"}],"
    "\"evidence\":[{\"field\":\"actors\",\"quote\":\"Moscow will sell 12 Mi-8 helicopters to "
    "Tashkent\",\"start\":0,\"end\":49}],"
    "\"steps\":[{\"status\":\"announced\",\"date\":\"2024-05-20\",\"report\":\"r1\"},{\"status\":\"signed\",\"date\":"
    "\"2024-05-22\",\"report\":\"r2\"}],"
    "\"confidence\":0.91,\"reasons\":[{\"text\":\"two outlets\",\"weight\":0.2}],\"revision\":2,"
    "\"first_seen\":\"2024-05-20T08:00:00Z\",\"last_seen\":\"2024-05-23T09:30:00Z\",\"independent_sources\":2,"
    "\"aliases\":[\"" SAMPLE_MERGED "\"],\"changes\":[\"status\",\"sources\"],"
    "\"conflicts\":[{\"field\":\"equipment\",\"value\":\"10 Mi-8\",\"report\":\"r2000000\"}],"
    "\"sources\":[{\"report\":\"r1\",\"item\":\"aa000001000000000000000000000001\",\"url\":\"https://wire.example/1\","
    "\"title\":\"Moscow to sell 12 helicopters to Tashkent\",\"publisher\":\"wire.example\",\"class\":\"wire\","
    "\"published\":\"2024-05-20T08:00:00Z\"},{\"report\":\"r2\",\"item\":\"aa000002000000000000000000000002\","
    "\"url\":\"https://daily.example/2\",\"title\":\"Узбекистан покупает вертолёты\",\"publisher\":\"daily.example\","
    "\"class\":\"media\",\"published\":\"2024-05-23T09:30:00Z\"}]}";

#define PLAIN(id, type, status, scope, modality, actors, more, seen, sources)                                          \
    "{\"id\":\"" id "\",\"type\":\"" type "\",\"status\":\"" status "\",\"scope\":\"" scope                            \
    "\",\"modality\":\"" modality "\",\"actors\":[" actors "]," more                                                   \
    "\"confidence\":0.7,\"revision\":1,\"first_seen\":\"" seen "\",\"last_seen\":\"" seen                              \
    "\",\"independent_sources\":" sources "}"

static const char *const event_texts[] = {
    PLAIN("4400000200000000000000000000000b", "exercise", "ongoing", "current", "reported",
          "{\"id\":\"JPN\",\"role\":\"participant\"},{\"id\":\"USA\",\"role\":\"participant\"},{\"id\":\"AUS\","
          "\"role\":\"observer\"}",
          "\"name\":\"合同演習「海の盾」\",\"date\":{\"start\":\"2024-05-23\",\"end\":\"2024-05-28\",\"precision\":"
          "\"range\"},"
          "\"places\":[{\"raw\":\"東シナ海\",\"name\":\"East China Sea\",\"precision\":\"sea\"}],",
          "2024-05-24T01:00:00Z", "1"),
    PLAIN("5500000300000000000000000000000c", "visit", "completed", "current", "confirmed",
          "{\"id\":\"JOR\",\"role\":\"initiator\"},{\"id\":\"PAK\",\"role\":\"target\"}",
          "\"date\":{\"start\":\"2024-05\",\"end\":\"2024-05\",\"precision\":\"month\"},", "2024-05-21T12:00:00Z", "3"),
    PLAIN("6600000400000000000000000000000d", "basing", "ended", "background", "reported",
          "{\"id\":\"RUS\",\"role\":\"initiator\"},{\"id\":\"KGZ\",\"role\":\"target\"}",
          "\"date\":{\"start\":\"2003\",\"precision\":\"year\"},", "2024-05-19T12:00:00Z", "1"),
    PLAIN("8800000500000000000000000000000e", "agreement", "negotiated", "current", "alleged",
          "{\"id\":\"ORG:NATO\",\"role\":\"participant\"},{\"id\":\"MDA\",\"role\":\"participant\"}", "",
          "2024-04-30T23:59:59Z", "1"),
};

static void put_items(struct store *store)
{
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < SAMPLE_ITEMS; i++) {
        int64_t sequence;
        enum item_change change;
        struct ent_record *record = record_of(ENT_ITEM, item_texts[i]);
        CHECK(store_item_put(store, record, NULL, "", NULL, &sequence, NULL, &change, &error));
        if (i == 0) {
            struct ent_record *report =
                record_of(ENT_REPORT, "{\"id\":\"bb000001000000000000000000000001\",\"type\":\"arms_transfer\","
                                      "\"status\":\"announced\",\"actors\":[{\"id\":\"RUS\",\"role\":\"supplier\"},"
                                      "{\"id\":\"UZB\",\"role\":\"recipient\"}]}");
            CHECK(store_report_put(store, sequence, "classifier.coder", report->view, &error));
            record_release(report);
        }
        record_release(record);
    }
    struct pending_row pending = {
        .sequence = 4, .due = SAMPLE_NOW + HOUR_MS, .attempts = 2, .text = "the model is busy"};
    CHECK(store_cursor_put(store, "classifier.coder", 4, &error));
    CHECK(store_pending_put(store, "classifier.coder", &pending, &error));
    CHECK(store_cursor_put(store, "desk", 3, &error));
}

static void put_event(struct store *store, const char *text, int64_t now)
{
    struct error error = ERROR_INIT;
    struct ent_record *event = record_of(ENT_EVENT, text);
    CHECK(store_event_put(store, event->view, EVENT_LIVE, "", "r1", now, &error));
    record_release(event);
}

static void put_events(struct store *store)
{
    struct error error = ERROR_INIT;
    put_event(store, arms_first, SAMPLE_NOW - 96 * HOUR_MS);
    for (size_t i = 0; i < sizeof event_texts / sizeof *event_texts; i++)
        put_event(store, event_texts[i], SAMPLE_NOW - 48 * HOUR_MS);
    put_event(store, arms_second, SAMPLE_NOW - 24 * HOUR_MS);
    struct ent_record *merged =
        record_of(ENT_EVENT, "{\"id\":\"" SAMPLE_MERGED "\",\"type\":\"arms_transfer\",\"revision\":1}");
    CHECK(store_event_put(store, merged->view, EVENT_MERGED, SAMPLE_EVENT, "r2", SAMPLE_NOW - 24 * HOUR_MS, &error));
    record_release(merged);
}

static void put_alert(struct store *store, char digit, const char *watch, const char *event, int64_t created)
{
    static const char *const sinks[] = {"log", "hook"};
    struct error error = ERROR_INIT;
    char text[8000];
    snprintf(text, sizeof text,
             "{\"id\":\"cc00000000000000000000000000000%c\",\"watch\":\"%s\",\"reason\":\"new\","
             "\"headline\":\"RUS → UZB: arms_transfer/sale, 12 Mi-8\",\"event\":%s}",
             digit, watch, event);
    struct ent_record *alert = record_of(ENT_ALERT, text);
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_all(builder, alert->view, NULL);
    record_put_time(builder, ENT_ALERT_CREATED, created);
    record_release(alert);
    alert = record_seal(builder, &error);
    assert_non_null(alert);
    CHECK(store_alert_put(store, alert->view, sinks, 2, created, NULL, &error));
    record_release(alert);
}

static void put_alerts(struct store *store)
{
    struct error error = ERROR_INIT;
    put_alert(store, '1', "central-asia", arms_first, SAMPLE_NOW - 96 * HOUR_MS);
    put_alert(store, '2', "pacific", event_texts[0], SAMPLE_NOW - 10 * HOUR_MS);
    put_alert(store, '3', "central-asia", arms_second, SAMPLE_NOW - 2 * HOUR_MS);
    /* Deliveries 1 and 2 are the first alert's, 3 and 4 the second's. */
    CHECK(store_delivery_settle(store, 1, ENT_OK, 0, SAMPLE_NOW, NULL, NULL, &error));
    CHECK(store_delivery_settle(store, 2, ENT_OK, 0, SAMPLE_NOW, NULL, NULL, &error));
    CHECK(store_delivery_settle(store, 3, ENT_OK, 0, SAMPLE_NOW, NULL, NULL, &error));
    CHECK(store_delivery_settle(store, 4, ENT_REJECT, 0, SAMPLE_NOW, "HTTP 410 Gone", NULL, &error));
    CHECK(store_cursor_put(store, "watch.central-asia", 6, &error));
    CHECK(store_cursor_put(store, "watch.pacific", 7, &error));
}

static void put_sources(struct store *store)
{
    struct error error = ERROR_INIT;
    const struct source_row rows[] = {
        {.name = "source.asia",
         .next_fetch = SAMPLE_NOW + HOUR_MS,
         .last_fetch = SAMPLE_NOW,
         .last_success = SAMPLE_NOW,
         .fetches = 20,
         .items = 1,
         .last_item = SAMPLE_NOW,
         .newest = SAMPLE_NOW - HOUR_MS,
         .gap_ms = HOUR_MS,
         .gaps = 9,
         .pause_ms = 5 * HOUR_MS,
         .delay_ms = 10 * 60 * 1000},
        {.name = "source.daily",
         .next_fetch = SAMPLE_NOW + HOUR_MS,
         .last_fetch = SAMPLE_NOW,
         .last_success = SAMPLE_NOW - 30 * HOUR_MS,
         .failures = 5,
         .failing_since = SAMPLE_NOW - 29 * HOUR_MS,
         .fetches = 25,
         .text = "HTTP 503 Service Unavailable from https://daily.example/feed.xml",
         .items = 1,
         .last_item = SAMPLE_NOW - 30 * HOUR_MS,
         .delay_ms = -1},
        {.name = "source.wire",
         .next_fetch = SAMPLE_NOW + HOUR_MS / 4,
         .last_fetch = SAMPLE_NOW,
         .last_success = SAMPLE_NOW,
         .fetches = 120,
         .items = 2,
         .last_item = SAMPLE_NOW,
         .delay_ms = -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(store_source_put(store, &rows[i], &error) && store_source_put_items(store, &rows[i], &error));
    const struct dead_letter_row letters[] = {
        {.instance = "classifier.llm",
         .kind = DEAD_LETTER_ITEM,
         .sequence = 2,
         .record_id = "aa000002000000000000000000000002",
         .at = SAMPLE_NOW - HOUR_MS,
         .attempts = 7,
         .text = "no answer within an hour"},
        {.instance = "source.daily",
         .kind = DEAD_LETTER_OUTPUT,
         .record_id = "",
         .at = SAMPLE_NOW,
         .attempts = 1,
         .text = "an item without title and body"},
    };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        CHECK(store_dead_letter_put(store, &letters[i], &error));
}

void sample_store_make(char *template)
{
    struct error error = ERROR_INIT;
    assert_non_null(mkdtemp(template));
    struct store *store = open_store(template);
    CHECK(store_begin(store, &error));
    put_items(store);
    put_events(store);
    put_alerts(store);
    put_sources(store);
    CHECK(store_commit(store, &error));
    store_close(store);
}

void sample_store_add_events(const char *state_dir, int first, int count)
{
    struct error error = ERROR_INIT;
    struct store *store = open_store(state_dir);
    CHECK(store_begin(store, &error));
    for (int i = 0; i < count; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 PLAIN("%032d", "training", "ongoing", "current", "reported", "{\"id\":\"FRA\",\"role\":\"supplier\"}",
                       "", "2023-01-01T00:00:00Z", "1"),
                 first + i);
        put_event(store, text, SAMPLE_NOW);
    }
    CHECK(store_commit(store, &error));
    store_close(store);
}

void sample_store_remove(const char *state_dir)
{
    DIR *folder = opendir(state_dir);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", state_dir, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        if (entry->d_type == DT_DIR)
            sample_store_remove(path);
        else
            unlink(path);
    }
    closedir(folder);
    rmdir(state_dir);
}
