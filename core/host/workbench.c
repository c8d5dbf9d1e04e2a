#include "core/host/workbench.h"

#include "core/base/condition.h"
#include "core/config/options.h"
#include "core/host/descriptor.h"
#include "core/host/http.h"
#include "core/host/workbench_kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DRAIN_MS = 1000, VALUES_MAX = 256, TITLE_SIZE = 128, LOOK_MS = 10, ANSWERS_MAX = 100000 };

struct workbench {
    struct workbench_settings settings;
    struct plugin plugin;
    char title[TITLE_SIZE];
    struct option_values *options;
    struct ent_instance *instance;
    struct workbench_input *inputs;
    size_t input_count;
    bool has_run; /* the inputs are those of the last run */
    struct workbench_output *outputs;
    size_t output_count;
    struct workbench_withdrawal *withdrawals;
    size_t withdrawal_count;
    int64_t next_fetch_ms;
    struct workbench_kept kept;
    struct condition_flag answered;
};

/* ---- what the daemon has the store for ---- */

bool workbench_kv_put(struct workbench *bench, struct ent_str key, struct ent_str value)
{
    return kept_put(&bench->kept, key, value);
}

bool workbench_kv_get(const struct workbench *bench, struct ent_str key, struct ent_str *value)
{
    return kept_get(&bench->kept, key, value);
}

void workbench_kv_each(const struct workbench *bench, void (*each)(void *context, struct ent_str key, struct ent_str value),
                       void *context)
{
    kept_each(&bench->kept, each, context);
}

static bool backing_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena,
                           struct ent_str *value)
{
    struct workbench *bench = context;
    (void)instance;
    if (!kept_get(&bench->kept, key, value))
        return false;
    value->data = arena_copy(arena, value->data, value->size);
    return value->data != NULL;
}

static bool backing_kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after,
                            struct arena *arena, struct ent_str *key)
{
    const struct workbench *bench = context;
    (void)instance;
    if (!kept_next(&bench->kept, prefix, after, key))
        return false;
    key->data = arena_copy(arena, key->data, key->size);
    return key->data != NULL;
}

static bool backing_http_state_get(void *context, const char *instance, const char *url, struct arena *arena,
                                   struct unit_http_state *state)
{
    struct workbench *bench = context;
    (void)instance;
    return kept_get_state(&bench->kept, url, arena, state);
}

static void response_ready(void *context, struct ent_instance *instance)
{
    struct workbench *bench = context;
    (void)instance;
    condition_flag_raise(&bench->answered);
}

/* Real time, also where tests stand still the clock of plugins. */
static int64_t real_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- making it ---- */

/* The diagnostics as one text: each with its problem on a line of its own. */
static void tell_problems(const struct diagnostics *diagnostics, struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return;
    }
    diagnostics_print(diagnostics, stream, false);
    fclose(stream);
    while (size > 0 && text[size - 1] == '\n')
        text[--size] = '\0';
    error_set(error, ERROR_CONFIG, "%s", text ? text : "the options have problems");
    free(text);
}

static bool split_values(const struct workbench_settings *settings, struct config_entry *entries, char **texts,
                         struct error *error)
{
    for (size_t i = 0; i < settings->value_count; i++) {
        const char *equals = strchr(settings->values[i], '=');
        if (!equals || equals == settings->values[i])
            return error_set(error, ERROR_INPUT, "\"%s\" is no setting; write key=value", settings->values[i]);
        texts[i] = strdup(settings->values[i]);
        if (!texts[i])
            return error_set(error, ERROR_MEMORY, "out of memory");
        texts[i][equals - settings->values[i]] = '\0';
        entries[i] = (struct config_entry){.key = texts[i], .value = texts[i] + (equals - settings->values[i]) + 1};
    }
    return true;
}

static bool read_options(struct workbench *bench, struct error *error)
{
    const struct workbench_settings *settings = &bench->settings;
    struct config_entry entries[VALUES_MAX + 1];
    char *texts[VALUES_MAX] = {NULL};
    if (settings->value_count > VALUES_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d settings", VALUES_MAX);
    struct diagnostics *diagnostics = diagnostics_create();
    bool is_good = diagnostics && split_values(settings, entries, texts, error);
    entries[settings->value_count] = (struct config_entry){.key = "plugin", .value = bench->plugin.descriptor->name};
    if (is_good) {
        struct config_section section = {.kind = plugin_kind_word(settings->kind),
                                         .name = settings->name,
                                         .title = bench->title,
                                         .entries = entries,
                                         .entry_count = settings->value_count + 1};
        const struct option_table tables[] = {options_common(section.kind),
                                              descriptor_options(bench->plugin.descriptor)};
        bench->options =
            options_parse(&section, tables, 2, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
        is_good = bench->options && diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0;
        if (!is_good)
            tell_problems(diagnostics, error);
    } else if (!diagnostics) {
        error_set(error, ERROR_MEMORY, "out of memory");
    }
    diagnostics_destroy(diagnostics);
    for (size_t i = 0; i < settings->value_count; i++)
        free(texts[i]);
    return is_good;
}

static bool choose_kind(struct workbench *bench, struct error *error)
{
    unsigned kinds = bench->plugin.kinds;
    if (bench->settings.kind)
        return true;
    if (plugin_kind_word(kinds)) {
        bench->settings.kind = kinds;
        return true;
    }
    char words[100];
    plugin_kinds_print(words, sizeof words, kinds);
    return error_set(error, ERROR_CONFIG, "plugin %s can be several things (%s); say which one it shall be",
                     bench->plugin.descriptor->name, words);
}

static bool make_instance(struct workbench *bench, struct error *error)
{
    if (!choose_kind(bench, error))
        return false;
    snprintf(bench->title, sizeof bench->title, "%s.%s", plugin_kind_word(bench->settings.kind), bench->settings.name);
    if (!read_options(bench, error))
        return false;
    enum isolation isolation = bench->settings.isolation;
    bool is_program = isolation != ISOLATION_NONE && bench->settings.info->is_program;
    bool is_apart = isolation != ISOLATION_NONE && !is_program;
    struct instance_settings settings = {
        .title = bench->title,
        .kind = bench->settings.kind,
        .plugin = is_apart ? NULL : &bench->plugin,
        .isolation = is_apart ? isolation : ISOLATION_NONE,
        .program = is_program ? isolation : ISOLATION_NONE,
        .info = bench->settings.info,
        .runners = bench->settings.runners,
        .options = bench->options,
        .http = bench->settings.http,
        .state_dir = bench->settings.state_dir,
        .backing = {.context = bench,
                    .kv_get = backing_kv_get,
                    .kv_next = backing_kv_next,
                    .http_state_get = backing_http_state_get,
                    .response_ready = response_ready},
    };
    bench->instance = instance_create(&settings, error);
    return bench->instance != NULL;
}

struct workbench *workbench_create(const struct workbench_settings *settings, struct error *error)
{
    struct workbench *bench = calloc(1, sizeof *bench);
    if (!bench) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    bench->settings = *settings;
    bench->settings.name = settings->name ? settings->name : "test";
    bench->plugin = (struct plugin){settings->descriptor, descriptor_kinds(settings->descriptor), NULL};
    bench->next_fetch_ms = -1;
    condition_flag_init(&bench->answered);
    if (make_instance(bench, error))
        return bench;
    workbench_destroy(bench);
    return NULL;
}

bool workbench_start(struct workbench *bench, struct error *error)
{
    return instance_start(bench->instance, error);
}

/* ---- inputs and outputs ---- */

unsigned workbench_takes(unsigned plugin_kind)
{
    switch (plugin_kind) {
    case PLUGIN_TRANSFORM:
    case PLUGIN_CLASSIFIER:
        return ENT_ITEM;
    case PLUGIN_DETECTOR:
        return ENT_EVENT;
    case PLUGIN_SINK:
        return ENT_DELIVERY;
    default:
        return 0;
    }
}

static void forget_inputs(struct workbench *bench)
{
    for (size_t i = 0; i < bench->input_count; i++) {
        struct workbench_input *input = &bench->inputs[i];
        record_release(input->record);
        for (size_t report = 0; report < input->report_count; report++)
            record_release(input->reports[report]);
        free(input->reports);
        for (size_t remark = 0; remark < input->remark_count; remark++) {
            free(input->remarks[remark].classifier);
            free(input->remarks[remark].text);
        }
        free(input->remarks);
        free(input->text);
    }
    free(bench->inputs);
    bench->inputs = NULL;
    bench->input_count = 0;
}

static void forget_outputs(struct workbench *bench)
{
    for (size_t i = 0; i < bench->output_count; i++)
        record_release(bench->outputs[i].record);
    free(bench->outputs);
    bench->outputs = NULL;
    bench->output_count = 0;
    free(bench->withdrawals);
    bench->withdrawals = NULL;
    bench->withdrawal_count = 0;
}

static bool push_input(struct workbench *bench, struct ent_record *record)
{
    if (bench->has_run)
        forget_inputs(bench);
    bench->has_run = false;
    struct workbench_input *grown = realloc(bench->inputs, (bench->input_count + 1) * sizeof *grown);
    if (!grown) {
        record_release(record);
        return false;
    }
    bench->inputs = grown;
    grown[bench->input_count++] = (struct workbench_input){.record = record, .retry_after_ms = -1};
    return true;
}

bool workbench_add_input(struct workbench *bench, struct ent_record *record, struct error *error)
{
    unsigned wanted = workbench_takes(bench->settings.kind);
    if (record && wanted != 0 && record_kind(record->view) == wanted)
        return push_input(bench, record) || error_set(error, ERROR_MEMORY, "out of memory");
    record_release(record);
    return error_set(error, ERROR_INPUT, "a %s takes no such record", plugin_kind_word(bench->settings.kind));
}

bool workbench_add_report(struct workbench *bench, struct ent_record *report, struct error *error)
{
    if (bench->has_run || bench->input_count == 0 || bench->settings.kind != PLUGIN_CLASSIFIER || !report ||
        record_kind(report->view) != ENT_REPORT) {
        record_release(report);
        return error_set(error, ERROR_INPUT, "a report goes with an item that a classifier was given before it");
    }
    struct workbench_input *input = &bench->inputs[bench->input_count - 1];
    struct ent_record **grown = realloc(input->reports, (input->report_count + 1) * sizeof *grown);
    if (!grown) {
        record_release(report);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    input->reports = grown;
    grown[input->report_count++] = report;
    return true;
}

bool workbench_add_remark(struct workbench *bench, const char *classifier, const char *text, struct error *error)
{
    if (bench->has_run || bench->input_count == 0 || bench->settings.kind != PLUGIN_CLASSIFIER)
        return error_set(error, ERROR_INPUT, "a remark goes with an item that a classifier was given before it");
    struct workbench_input *input = &bench->inputs[bench->input_count - 1];
    struct workbench_remark *grown = realloc(input->remarks, (input->remark_count + 1) * sizeof *grown);
    if (!grown)
        return error_set(error, ERROR_MEMORY, "out of memory");
    input->remarks = grown;
    struct workbench_remark *added = &grown[input->remark_count];
    *added = (struct workbench_remark){strdup(classifier), strdup(text)};
    if (added->classifier && added->text) {
        input->remark_count++;
        return true;
    }
    free(added->classifier);
    free(added->text);
    return error_set(error, ERROR_MEMORY, "out of memory");
}

/* ---- running ---- */

static bool keep_output(struct workbench *bench, size_t input, const struct ent_record *record)
{
    struct workbench_output *grown = realloc(bench->outputs, (bench->output_count + 1) * sizeof *grown);
    if (!grown)
        return false;
    bench->outputs = grown;
    grown[bench->output_count++] = (struct workbench_output){input, record_hold(record)};
    return true;
}

static bool has_report(const struct workbench_input *input, const char *report_id)
{
    for (size_t i = 0; i < input->report_count; i++) {
        const char *id = record_text(input->reports[i]->view, ENT_REPORT_ID);
        if (id && strcmp(id, report_id) == 0)
            return true;
    }
    return false;
}

/* Those of reports that the input has: as in the store, an id that does not stand there withdraws nothing. */
static bool keep_withdrawals(struct workbench *bench, size_t input, const struct unit_input *of)
{
    if (of->withdrawal_count == 0)
        return true;
    size_t count = bench->withdrawal_count + of->withdrawal_count;
    struct workbench_withdrawal *grown = realloc(bench->withdrawals, count * sizeof *grown);
    if (!grown)
        return false;
    bench->withdrawals = grown;
    for (size_t i = 0; i < of->withdrawal_count; i++) {
        if (!has_report(&bench->inputs[input], of->withdrawals[i].report_id))
            continue;
        struct workbench_withdrawal *kept = &grown[bench->withdrawal_count++];
        kept->input = input;
        memcpy(kept->report_id, of->withdrawals[i].report_id, sizeof kept->report_id);
    }
    return true;
}

static bool is_kept(enum ent_code code)
{
    return code == ENT_OK || code == ENT_AGAIN;
}

static void note(struct workbench_input *input, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    input->code = code;
    input->retry_after_ms = retry_after_ms;
    free(input->text);
    input->text = text ? strdup(text) : NULL;
}

/* The part of the unit that is durable once its input `from` is done; `to` is ours. */
static bool gather_outputs(struct workbench *bench, const struct unit *unit, size_t from, size_t to)
{
    const struct unit_input *input = &unit->inputs[from];
    for (size_t i = 0; is_kept(unit_input_code(unit, from)) && i < input->output_count; i++)
        if (!keep_output(bench, to, input->outputs[i]))
            return false;
    return !is_kept(unit_input_code(unit, from)) || keep_withdrawals(bench, to, input);
}

static bool gather_state(struct workbench *bench, const struct unit *unit)
{
    bool any = false;
    for (size_t i = 0; i < unit->input_count; i++)
        any = any || is_kept(unit_input_code(unit, i));
    for (size_t i = 0; any && i < unit->kv_count; i++)
        if (!workbench_kv_put(bench, unit->kv[i].key, unit->kv[i].value))
            return false;
    for (size_t i = 0; any && i < unit->http_state_count; i++)
        if (!kept_put_state(&bench->kept, &unit->http_states[i]))
            return false;
    if (unit->next_fetch_ms >= 0)
        bench->next_fetch_ms = unit->next_fetch_ms;
    return true;
}

static struct unit *make_unit(const struct workbench *bench)
{
    static const struct {
        unsigned plugin_kind;
        enum unit_kind unit_kind;
    } kinds[] = {{PLUGIN_SOURCE, UNIT_FETCH},   {PLUGIN_TRANSFORM, UNIT_TRANSFORM}, {PLUGIN_CLASSIFIER, UNIT_CLASSIFY},
                 {PLUGIN_DETECTOR, UNIT_DETECT}, {PLUGIN_SINK, UNIT_DELIVER}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].plugin_kind == bench->settings.kind)
            return unit_create(kinds[i].unit_kind, bench->title, bench->input_count);
    return NULL;
}

static bool fill_unit(const struct workbench *bench, struct unit *unit)
{
    for (size_t i = 0; i < bench->input_count; i++) {
        const struct workbench_input *input = &bench->inputs[i];
        unit->inputs[i].record = input->record ? record_hold(input->record) : NULL;
        unit->inputs[i].sequence = input->record ? (int64_t)i + 1 : 0;
        for (size_t remark = 0; remark < input->remark_count; remark++)
            if (!unit_add_remark(unit, i, input->remarks[remark].classifier, input->remarks[remark].text))
                return false;
        if (input->report_count == 0)
            continue;
        unit->inputs[i].reports = calloc(input->report_count, sizeof *unit->inputs[i].reports);
        if (!unit->inputs[i].reports)
            return false;
        for (; unit->inputs[i].report_count < input->report_count; unit->inputs[i].report_count++)
            unit->inputs[i].reports[unit->inputs[i].report_count] =
                record_hold(input->reports[unit->inputs[i].report_count]);
    }
    return true;
}

static bool run_callback(struct workbench *bench)
{
    struct unit *unit = make_unit(bench);
    bool is_good = unit && fill_unit(bench, unit);
    if (is_good)
        instance_run(bench->instance, unit);
    for (size_t i = 0; is_good && i < unit->input_count; i++) {
        const struct unit_input *input = &unit->inputs[i];
        enum ent_code code = unit_input_code(unit, i);
        note(&bench->inputs[i], code, input->retry_after_ms,
             input->text ? input->text : code != ENT_OK ? unit->text : NULL);
        bench->inputs[i].ticket = code == ENT_AGAIN ? input->ticket : 0;
        is_good = gather_outputs(bench, unit, i, i);
    }
    is_good = is_good && gather_state(bench, unit);
    unit_destroy(unit);
    return is_good;
}

/* As the bus has it: what an answer made belongs to the one input that it settles; of several, to the one that a report, or
 * a finding as its first event, names. A report is never another item's than it says. */
static bool is_of(const struct unit *unit, const struct unit_input *answer, size_t output,
                  const struct workbench_input *input)
{
    struct record_view made = answer->outputs[output]->view;
    const char *named = record_text(made, record_kind(made) == ENT_FINDING ? (unsigned)ENT_FINDING_EVENT : (unsigned)ENT_REPORT_ITEM);
    const char *id = input->record ? record_text(input->record->view, ENT_ITEM_ID) : NULL;
    bool is_named = named && id && strcmp(named, id) == 0;
    bool may_be_unnamed = !named || record_kind(made) == ENT_FINDING;
    return is_named || (may_be_unnamed && unit->settlement_count == 1);
}

/* What was left open and does not end well has no output. */
static void drop_outputs(struct workbench *bench, size_t input)
{
    size_t kept = 0;
    for (size_t i = 0; i < bench->output_count; i++) {
        if (bench->outputs[i].input == input)
            record_release(bench->outputs[i].record);
        else
            bench->outputs[kept++] = bench->outputs[i];
    }
    bench->output_count = kept;
    kept = 0;
    for (size_t i = 0; i < bench->withdrawal_count; i++)
        if (bench->withdrawals[i].input != input)
            bench->withdrawals[kept++] = bench->withdrawals[i];
    bench->withdrawal_count = kept;
}

static bool settle(struct workbench *bench, const struct unit *unit, const struct unit_settlement *settlement)
{
    size_t at = 0;
    while (at < bench->input_count && bench->inputs[at].ticket != settlement->ticket)
        at++;
    if (at == bench->input_count || settlement->ticket == 0)
        return true;
    struct workbench_input *input = &bench->inputs[at];
    const struct unit_input *answer = unit->inputs;
    note(input, settlement->code, settlement->retry_after_ms, settlement->text);
    input->ticket = settlement->code == ENT_AGAIN ? settlement->ticket : 0;
    if (bench->settings.kind == PLUGIN_SOURCE)
        return true; /* what it emits is kept at once, whatever becomes of the fetch */
    if (!is_kept(settlement->code))
        drop_outputs(bench, at);
    for (size_t i = 0; is_kept(settlement->code) && i < answer->output_count; i++)
        if (is_of(unit, answer, i, input) && !keep_output(bench, at, answer->outputs[i]))
            return false;
    return !is_kept(settlement->code) || keep_withdrawals(bench, at, answer);
}

/* Of a source: how the fetch ended. The first that went wrong stands. */
static void note_fetch(struct workbench *bench, const struct unit *unit)
{
    struct workbench_input *input = &bench->inputs[0];
    enum ent_code code = unit_input_code(unit, 0);
    if (is_kept(input->code))
        note(input, code, unit->inputs[0].retry_after_ms,
             unit->inputs[0].text ? unit->inputs[0].text : code != ENT_OK ? unit->text : NULL);
}

static bool run_answer(struct workbench *bench, struct http_response *response)
{
    struct unit *unit = unit_create(UNIT_RESPOND, bench->title, 1);
    bool counts = instance_run_response(bench->instance, unit, response);
    bool is_good = unit != NULL;
    if (is_good && counts) {
        if (bench->settings.kind == PLUGIN_SOURCE && bench->input_count > 0)
            note_fetch(bench, unit);
        for (size_t i = 0; is_good && i < unit->settlement_count; i++)
            is_good = settle(bench, unit, &unit->settlements[i]);
        is_good = is_good && (bench->settings.kind != PLUGIN_SOURCE || gather_outputs(bench, unit, 0, 0)) &&
                  gather_state(bench, unit);
    }
    unit_destroy(unit);
    return is_good;
}

static bool has_open_input(const struct workbench *bench)
{
    for (size_t i = 0; i < bench->input_count; i++)
        if (bench->inputs[i].ticket != 0)
            return true;
    return false;
}

static bool run_answers(struct workbench *bench, int64_t until)
{
    for (int answers = 0; answers < ANSWERS_MAX;) {
        struct http_response *response = instance_take_response(bench->instance);
        if (response) {
            if (!run_answer(bench, response))
                return false;
            answers++;
        } else if ((instance_pending(bench->instance) == 0 && !has_open_input(bench)) ||
                   !condition_flag_lower(&bench->answered, until)) {
            break;
        }
    }
    return true;
}

bool workbench_run(struct workbench *bench, int64_t timeout_ms, struct error *error)
{
    bool is_source = bench->settings.kind == PLUGIN_SOURCE;
    if (bench->settings.kind == PLUGIN_SERVICE)
        return error_set(error, ERROR_CONFIG, "a service serves a store and people; it runs in entented only");
    forget_outputs(bench);
    bench->next_fetch_ms = -1;
    if (bench->has_run)
        forget_inputs(bench);
    bench->has_run = true;
    if (is_source && bench->input_count == 0) {
        bool is_pushed = push_input(bench, NULL);
        bench->has_run = true;
        if (!is_pushed)
            return error_set(error, ERROR_MEMORY, "out of memory");
    }
    int64_t until = real_milliseconds() + timeout_ms;
    bool is_good = run_callback(bench) && run_answers(bench, until);
    for (size_t i = 0; !is_source && i < bench->input_count; i++)
        if (bench->inputs[i].code == ENT_AGAIN)
            drop_outputs(bench, i);
    return is_good || error_set(error, ERROR_MEMORY, "out of memory");
}

/* ---- looking, ending ---- */

size_t workbench_input_count(const struct workbench *bench)
{
    return bench->input_count;
}

const struct workbench_input *workbench_input(const struct workbench *bench, size_t index)
{
    return &bench->inputs[index];
}

size_t workbench_output_count(const struct workbench *bench)
{
    return bench->output_count;
}

const struct workbench_output *workbench_output(const struct workbench *bench, size_t index)
{
    return &bench->outputs[index];
}

size_t workbench_withdrawal_count(const struct workbench *bench)
{
    return bench->withdrawal_count;
}

const struct workbench_withdrawal *workbench_withdrawal(const struct workbench *bench, size_t index)
{
    return &bench->withdrawals[index];
}

int64_t workbench_next_fetch(const struct workbench *bench)
{
    return bench->next_fetch_ms;
}

struct ent_instance *workbench_instance(const struct workbench *bench)
{
    return bench->instance;
}

static void drain(struct workbench *bench)
{
    int64_t until = real_milliseconds() + DRAIN_MS;
    instance_drain(bench->instance, DRAIN_MS);
    while (instance_pending(bench->instance) > 0 && real_milliseconds() < until) {
        struct http_response *response = instance_take_response(bench->instance);
        if (!response)
            condition_flag_lower(&bench->answered, real_milliseconds() + LOOK_MS);
        else if (!run_answer(bench, response))
            break;
    }
}

void workbench_destroy(struct workbench *bench)
{
    if (!bench)
        return;
    if (bench->instance)
        drain(bench);
    instance_destroy(bench->instance);
    options_destroy(bench->options);
    forget_inputs(bench);
    forget_outputs(bench);
    kept_free(&bench->kept);
    condition_flag_destroy(&bench->answered);
    free(bench);
}
