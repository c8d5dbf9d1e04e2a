/* Tests of @NAME@ in the harness of Entente: no daemon, no network, no waiting. `make check` runs them. */
#include <entente/harness.h>

#include <stdio.h>
#include <string.h>

static const char *object; /* the plugin's path */
static int failures;

static void expect(int is_good, const char *what, struct ent_harness *harness)
{
    if (is_good)
        return;
    failures++;
    fprintf(stderr, "FAILED: %s %s\n", what, harness ? ent_harness_error(harness) : "");
}

static struct ent_harness *begin(void)
{
    struct ent_harness *harness = ent_harness_load(object, "@KIND@");
    ent_harness_set(harness, "actor", "NOR");
    ent_harness_set(harness, "every", "2");
    return harness;
}

static void give(struct ent_harness *harness, int number, int revision, const char *actor)
{
    char json[300];
    snprintf(json, sizeof json,
             "{\"id\":\"%032d\",\"type\":\"aid\",\"revision\":%d,\"actors\":[{\"id\":\"%s\",\"role\":\"supplier\"}]}", number,
             revision, actor);
    expect(ent_harness_input(harness, json) == 0, "the event is one:", harness);
}

static void every_second_event_is_told(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    give(harness, 1, 1, "NOR");
    give(harness, 2, 1, "MDA");
    give(harness, 1, 2, "NOR");
    ent_harness_run(harness);
    expect(ent_harness_output_count(harness) == 0, "one event is not enough, and a change of it is no other", harness);
    give(harness, 3, 1, "NOR");
    ent_harness_run(harness);
    expect(ent_harness_output_count(harness) == 1, "the second is told", harness);
    const char *text = ent_harness_output_text(harness, 0, ENT_FINDING_TEXT);
    expect(text && strcmp(text, "NOR stands in 2 events by now") == 0, "in words", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static void what_cannot_be_kept_is_tried_again(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    give(harness, 1, 1, "NOR");
    ent_harness_fail_service(harness, "kv/1", 1);
    ent_harness_run(harness);
    expect(ent_harness_result(harness, 0) == ENT_RETRY, "it is handed out again", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = begin();
    (void)context;
    if (ent_harness_start(harness) == 0) {
        give(harness, 1, 1, "NOR");
        give(harness, 2, 1, "NOR");
        ent_harness_run(harness);
    }
    return ent_harness_destroy(harness);
}

static void memory_may_run_out_at_any_time(void)
{
    unsigned long runs = 0;
    long problems = ent_harness_each_allocation(scenario, NULL, &runs);
    expect(problems <= 0, "no problem whichever allocation fails", NULL);
    printf("%lu allocations failed one by one\n", problems < 0 ? 0 : runs - 1);
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    object = arguments[1];
    every_second_event_is_told();
    what_cannot_be_kept_is_tried_again();
    memory_may_run_out_at_any_time();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
