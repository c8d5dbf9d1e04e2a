/* What isolation costs: a classifier run by the host in the daemon's own process, in another process and in a sandbox,
 * on the same articles. Rounds of the three take turns, forwards and backwards, and a place is compared with the first
 * of the same round, so that what else the machine does falls on both; the median of those pairs is told, with the
 * least and the most. The first round warms up and does not count.
 *
 * usage: bench-isolate PLUGIN.so ITEMS.jsonl [BATCH] [ROUNDS] */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/instance.h"
#include "core/host/registry.h"
#include "core/host/runners.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ITEMS_MAX = 100000, LATENCIES = 2000, ROUNDS_MAX = 100 };

struct place {
    struct ent_instance *instance;
    pid_t process;               /* 0: this one */
    double rates[ROUNDS_MAX];    /* records a second */
    double costs[ROUNDS_MAX];    /* processor time a record, of all processes, in ms */
    double latencies[LATENCIES]; /* of a unit with one record, in ms */
    size_t outputs;
};

static struct ent_record *items[ITEMS_MAX];
static size_t item_count;

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double processor_ms(clockid_t clock)
{
    struct timespec time = {0, 0};
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Of this process and the place's. */
static double spent_ms(const struct place *place)
{
    clockid_t other;
    bool has_other = place->process > 0 && clock_getcpuclockid(place->process, &other) == 0;
    return processor_ms(CLOCK_PROCESS_CPUTIME_ID) + (has_other ? processor_ms(other) : 0);
}

static pid_t process_of(struct ent_instance *instance)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &text);
    json_object_open(&json);
    instance_describe(instance, &json);
    json_object_close(&json);
    json_t *object = json_loadb(text.bytes, text.size, 0, NULL);
    pid_t process = (pid_t)json_integer_value(json_object_get(object, "process"));
    json_decref(object);
    buffer_free(&text);
    return process;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static bool read_items(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    while (file && item_count < ITEMS_MAX && getline(&line, &capacity, file) > 0) {
        struct error error = ERROR_INIT;
        json_t *object = json_loads(line, 0, NULL);
        struct ent_builder *builder = record_build(ENT_ITEM);
        record_put_text(builder, ENT_ITEM_ID, json_string_value(json_object_get(object, "id")));
        record_put_text(builder, ENT_ITEM_TITLE, json_string_value(json_object_get(object, "title")));
        record_put_text(builder, ENT_ITEM_BODY, json_string_value(json_object_get(object, "body")));
        json_decref(object);
        items[item_count] = record_seal(builder, &error);
        item_count += items[item_count] != NULL;
    }
    free(line);
    if (file)
        fclose(file);
    return item_count > 0;
}

static struct option_values *read_options(const struct plugin_info *info)
{
    const struct config_entry entries[] = {{.key = "plugin", .value = info->name}};
    struct config_section section = {
        .kind = "classifier", .name = "bench", .title = "classifier.bench", .entries = entries, .entry_count = 1};
    const struct option_table tables[] = {options_common("classifier"), info->options};
    struct diagnostics *diagnostics = diagnostics_create();
    struct option_values *values =
        options_parse(&section, tables, 2, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
    diagnostics_print(diagnostics, stderr, false);
    diagnostics_destroy(diagnostics);
    return values;
}

/* False where it did not end well. */
static bool run_unit(struct place *place, size_t first, size_t count)
{
    struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.bench", count);
    for (size_t i = 0; i < count; i++)
        unit->inputs[i].record = record_hold(items[(first + i) % item_count]);
    instance_run(place->instance, unit);
    bool is_good = true;
    for (size_t i = 0; i < count; i++) {
        is_good = is_good && unit_input_code(unit, i) == ENT_OK;
        place->outputs += unit->inputs[i].output_count;
    }
    if (!is_good)
        fprintf(stderr, "bench-isolate: %s\n", unit->text ? unit->text : "a unit failed");
    unit_destroy(unit);
    return is_good;
}

static bool run_round(struct place *place, size_t batch, size_t round)
{
    double begun = now_ms(), spent = spent_ms(place);
    place->outputs = 0;
    for (size_t i = 0; i < item_count; i += batch)
        if (!run_unit(place, i, i + batch <= item_count ? batch : item_count - i))
            return false;
    place->rates[round] = (double)item_count * 1e3 / (now_ms() - begun);
    place->costs[round] = (spent_ms(place) - spent) / (double)item_count;
    return true;
}

static bool measure_latency(struct place *place)
{
    for (size_t i = 0; i < LATENCIES; i++) {
        double begun = now_ms();
        if (!run_unit(place, i, 1))
            return false;
        place->latencies[i] = now_ms() - begun;
    }
    qsort(place->latencies, LATENCIES, sizeof *place->latencies, compare);
    return true;
}

struct spread {
    double median, least, most;
};

static struct spread spread_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return (struct spread){values[count / 2], values[0], values[count - 1]};
}

/* Of what the place did in a round, to what the first place did in the same one. */
static struct spread pairs_of(const double *values, const double *base, size_t rounds)
{
    double ratios[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; i++)
        ratios[i] = 100 * values[i] / base[i];
    return spread_of(ratios, rounds);
}

static void print(struct place *places, size_t rounds)
{
    const struct place *none = &places[ISOLATION_NONE];
    struct spread rates[ISOLATION_COUNT], costs[ISOLATION_COUNT];
    for (enum isolation each = ISOLATION_NONE; each < ISOLATION_COUNT; each++) {
        rates[each] = pairs_of(places[each].rates, none->rates, rounds);
        costs[each] = pairs_of(places[each].costs, none->costs, rounds);
    }
    printf("%-8s %10s %22s %14s %22s %15s %12s %8s\n", "isolate", "records/s", "of none (least, most)", "processor",
           "of none (least, most)", "one record p50", "p99", "outputs");
    for (enum isolation each = ISOLATION_NONE; each < ISOLATION_COUNT; each++) {
        struct place *place = &places[each];
        printf("%-8s %10.0f %6.1f%% (%5.1f, %5.1f) %11.4f ms %6.1f%% (%5.1f, %5.1f) %12.3f ms %9.3f ms %8zu\n",
               isolation_word(each), spread_of(place->rates, rounds).median, rates[each].median, rates[each].least,
               rates[each].most, spread_of(place->costs, rounds).median, costs[each].median, costs[each].least,
               costs[each].most, place->latencies[LATENCIES / 2], place->latencies[LATENCIES * 99 / 100],
               place->outputs);
    }
}

static bool make_places(struct place *places, const struct plugin_info *info, const struct option_values *values,
                        struct runners *runners, struct error *error)
{
    for (enum isolation each = ISOLATION_NONE; each < ISOLATION_COUNT; each++) {
        struct instance_settings settings = {.title = "classifier.bench",
                                             .kind = PLUGIN_CLASSIFIER,
                                             .plugin = each == ISOLATION_NONE ? plugin_load(info, error) : NULL,
                                             .options = values,
                                             .isolation = each,
                                             .info = info,
                                             .runners = runners};
        if (each == ISOLATION_NONE && !settings.plugin)
            return false;
        places[each].instance = instance_create(&settings, error);
        if (!places[each].instance || !instance_start(places[each].instance, error))
            return false;
        places[each].process = process_of(places[each].instance);
    }
    return true;
}

int main(int argument_count, char **arguments)
{
    static struct place places[ISOLATION_COUNT];
    struct error error = ERROR_INIT;
    size_t batch = argument_count > 3 ? (size_t)strtoul(arguments[3], NULL, 10) : 64;
    size_t rounds = argument_count > 4 ? (size_t)strtoul(arguments[4], NULL, 10) : 5;
    if (argument_count < 3 || !read_items(arguments[2]) || batch == 0 || rounds == 0 || rounds > ROUNDS_MAX) {
        fputs("usage: bench-isolate PLUGIN.so ITEMS.jsonl [BATCH] [ROUNDS]\n", stderr);
        return 2;
    }
    log_setup(LOG_FORMAT_TEXT, LOG_WARNING, STDERR_FILENO);
    struct registry_settings settings = {.runner = ENT_RUNNER};
    struct registry *registry = registry_create(&settings, &error);
    struct runners *runners = runners_create(ENT_RUNNER);
    const struct plugin_info *info = registry ? registry_find(registry, arguments[1], &error) : NULL;
    struct option_values *values = info ? read_options(info) : NULL;
    bool is_good = values && make_places(places, info, values, runners, &error);
    for (size_t turn = 0; is_good && turn <= rounds; turn++)
        for (size_t i = 0; is_good && i < ISOLATION_COUNT; i++)
            is_good = run_round(&places[turn % 2 ? ISOLATION_COUNT - 1 - i : i], batch, turn > 0 ? turn - 1 : 0);
    for (enum isolation each = ISOLATION_NONE; is_good && each < ISOLATION_COUNT; each++)
        is_good = measure_latency(&places[each]);
    if (is_good)
        print(places, rounds);
    else
        fprintf(stderr, "bench-isolate: %s\n", error.text);
    for (enum isolation each = ISOLATION_NONE; each < ISOLATION_COUNT; each++)
        instance_destroy(places[each].instance);
    options_destroy(values);
    runners_destroy(runners);
    registry_destroy(registry);
    return is_good ? 0 : 1;
}
