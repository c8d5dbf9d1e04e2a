#include "core/cli/sink_trial.h"

#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/host/http.h"
#include "core/query/query.h"
#include "core/store/kv.h"
#include "lib/base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DRAIN_MS = 1000, DRAIN_LOOK_MS = 10 };

/* What the callbacks of the host reach. */
struct bench {
    struct query *query; /* NULL: no store yet */
    struct condition_flag answered;
};

/* ---- the sample ---- */

static void put_actor(struct ent_builder *builder, const char *id, const char *role)
{
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, id);
    record_put_text(builder, ENT_ACTOR_ROLE, role);
    record_close(builder);
}

static void put_event(struct ent_builder *builder, const char *id, int64_t now)
{
    record_open(builder, ENT_ALERT_EVENT, ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_TYPE, "exercise");
    record_put_text(builder, ENT_REPORT_SUBTYPE, "field");
    record_put_text(builder, ENT_REPORT_STATUS, "announced");
    record_put_text(builder, ENT_REPORT_MODALITY, "hypothetical");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    record_put_text(builder, ENT_REPORT_NAME, "Sink Test");
    put_actor(builder, "FIN", "participant");
    put_actor(builder, "SWE", "participant");
    record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    record_put_text(builder, ENT_EVIDENCE_FIELD, "type");
    record_put_text(builder, ENT_EVIDENCE_QUOTE, "This is a test of a sink; nothing of the kind has happened.");
    record_close(builder);
    record_put_num(builder, ENT_REPORT_CONFIDENCE, 0);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_put_time(builder, ENT_EVENT_FIRST_SEEN, now);
    record_put_time(builder, ENT_EVENT_LAST_SEEN, now);
    record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
    record_put_text(builder, ENT_SOURCE_URL, "https://example.org/test");
    record_put_text(builder, ENT_SOURCE_TITLE, "A test of a sink");
    record_put_text(builder, ENT_SOURCE_PUBLISHER, "example.org");
    record_close(builder);
    record_put_int(builder, ENT_EVENT_INDEPENDENT_SOURCES, 1);
    record_close(builder);
}

static struct ent_record *make_sample(const char *sink, char id[DIGEST_HEX_SIZE], struct error *error)
{
    char event[DIGEST_HEX_SIZE], time[24];
    int64_t now = clock_now();
    snprintf(time, sizeof time, "%" PRId64, now);
    digest_texts(id, "test", sink, time, (const char *)NULL);
    digest_texts(event, "test event", time, (const char *)NULL);
    struct ent_builder *builder = record_build(ENT_DELIVERY);
    record_put_text(builder, ENT_DELIVERY_ID, id);
    record_put_int(builder, ENT_DELIVERY_ATTEMPT, 1);
    record_put_time(builder, ENT_DELIVERY_FIRST_TRY, now);
    record_open(builder, ENT_DELIVERY_ALERT, ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, "test");
    record_put_text(builder, ENT_ALERT_REASON, "test");
    record_put_time(builder, ENT_ALERT_CREATED, now);
    record_put_text(builder, ENT_ALERT_HEADLINE, "TEST, no event: FIN, SWE: exercise/field “Sink Test” announced");
    record_put_text(builder, ENT_ALERT_STATE, "new");
    put_event(builder, event, now);
    record_close(builder);
    return record_seal(builder, error);
}

/* ---- the host's side ---- */

static bool kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    struct bench *bench = context;
    struct buffer kept = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool found = false;
    if (!bench->query ||
        !store_kv_get(query_store(bench->query), instance, key.data, key.size, &kept, &found, &error) || !found) {
        buffer_free(&kept);
        return false;
    }
    *value = (struct ent_str){arena_copy(arena, kept.bytes ? kept.bytes : "", kept.size), kept.size};
    buffer_free(&kept);
    return value->data != NULL;
}

static bool kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key)
{
    struct bench *bench = context;
    struct buffer kept = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool found = false;
    bool is_read = bench->query && store_kv_next(query_store(bench->query), instance, prefix.data, prefix.size,
                                                 after.data, after.size, &kept, &found, &error);
    key->data = is_read && found ? arena_copy(arena, kept.bytes, kept.size) : NULL;
    key->size = key->data ? kept.size : 0;
    buffer_free(&kept);
    return key->data != NULL;
}

static void response_ready(void *context, struct ent_instance *instance)
{
    struct bench *bench = context;
    (void)instance;
    condition_flag_raise(&bench->answered);
}

/* ---- the trial ---- */

static void note(struct sink_trial *trial, enum ent_code code, const char *text)
{
    trial->code = code;
    snprintf(trial->text, sizeof trial->text, "%s", text ? text : "");
}

/* Runs the answers that are there; true when one of them settles the ticket. */
static bool take_answers(struct ent_instance *instance, uint64_t ticket, struct sink_trial *trial)
{
    bool is_settled = false;
    for (struct http_response *response; (response = instance_take_response(instance));) {
        struct unit *unit = unit_create(UNIT_RESPOND, instance_title(instance), 1);
        instance_run_response(instance, unit, response);
        for (size_t i = 0; unit && i < unit->settlement_count; i++) {
            if (unit->settlements[i].ticket != ticket)
                continue;
            note(trial, unit->settlements[i].code, unit->settlements[i].text);
            is_settled = true;
        }
        unit_destroy(unit);
    }
    return is_settled;
}

static void drain(struct ent_instance *instance, struct bench *bench)
{
    struct sink_trial ignored;
    instance_drain(instance, DRAIN_MS);
    while (instance_pending(instance) > 0) {
        condition_flag_lower(&bench->answered, clock_monotonic() + DRAIN_LOOK_MS);
        take_answers(instance, 0, &ignored);
    }
}

static void deliver(struct ent_instance *instance, struct bench *bench, struct unit *unit, int64_t timeout_ms,
                    struct sink_trial *trial)
{
    int64_t until = clock_monotonic() + timeout_ms;
    instance_run(instance, unit);
    enum ent_code code = unit_input_code(unit, 0);
    note(trial, code, unit->inputs[0].text ? unit->inputs[0].text : unit->text);
    if (code != ENT_AGAIN)
        return;
    while (!take_answers(instance, unit->inputs[0].ticket, trial)) {
        if (!condition_flag_lower(&bench->answered, until)) {
            trial->is_late = true;
            return;
        }
    }
}

static bool run_instance(struct ent_instance *instance, struct bench *bench, const char *sink, int64_t timeout_ms,
                         struct sink_trial *trial, struct error *error)
{
    char id[DIGEST_HEX_SIZE];
    if (!instance_start(instance, error))
        return false;
    struct unit *unit = unit_create(UNIT_DELIVER, instance_title(instance), 1);
    struct ent_record *sample = unit ? make_sample(sink, id, error) : NULL;
    if (sample) {
        unit->inputs[0].record = sample;
        unit->inputs[0].sequence = 1;
        snprintf(trial->id, sizeof trial->id, "%s", id);
        deliver(instance, bench, unit, timeout_ms, trial);
        drain(instance, bench);
    } else if (!unit) {
        error_set(error, ERROR_MEMORY, "out of memory");
    }
    unit_destroy(unit);
    return sample != NULL;
}

static void bench_open(struct bench *bench, const char *state_dir)
{
    struct error none_yet = ERROR_INIT;
    *bench = (struct bench){.query = state_dir ? query_open(state_dir, &none_yet) : NULL};
    condition_flag_init(&bench->answered);
}

static void bench_close(struct bench *bench)
{
    query_close(bench->query);
    condition_flag_destroy(&bench->answered);
}

bool sink_trial_run(const struct setup *setup, const struct setup_instance *sink, int64_t timeout_ms,
                    struct sink_trial *trial, struct error *error)
{
    const char *state_dir = setup_daemon(setup)->state_dir;
    const struct plugin *plugin = plugin_load(sink->plugin, error);
    struct http_client *http = plugin ? http_client_create(setup_daemon(setup)->contact, error) : NULL;
    struct bench bench;
    *trial = (struct sink_trial){.code = ENT_RETRY};
    if (!http)
        return false;
    bench_open(&bench, state_dir);
    struct instance_settings settings = {.title = sink->title,
                                         .kind = sink->plugin_kind,
                                         .plugin = plugin,
                                         .options = sink->options,
                                         .http = http,
                                         .state_dir = bench.query ? state_dir : NULL,
                                         .backing = {.context = &bench, .kv_get = kv_get, .kv_next = kv_next, .response_ready = response_ready}};
    struct ent_instance *instance = instance_create(&settings, error);
    bool is_tried = instance && run_instance(instance, &bench, sink->name, timeout_ms, trial, error);
    instance_destroy(instance);
    http_client_destroy(http);
    bench_close(&bench);
    return is_tried;
}
