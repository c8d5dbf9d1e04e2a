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
    ent_harness_set(harness, "word", "patrol boats");
    ent_harness_set(harness, "actors", "NOR, MDA");
    return harness;
}

static void the_phrase_makes_a_report_with_evidence(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    ent_harness_input(harness, "{\"title\":\"Gift\",\"body\":\"Two patrol boats for Moldova.\"}");
    ent_harness_input(harness, "{\"title\":\"Rain\",\"body\":\"On Sunday.\"}");
    ent_harness_run(harness);
    expect(ent_harness_output_count(harness) == 1, "one of two is reported", harness);
    const char *json = ent_harness_output_json(harness, 0);
    expect(json && strstr(json, "\"start\":4,\"end\":16"), "the evidence is where the phrase stands", harness);
    expect(json && strstr(json, "\"id\":\"MDA\""), "the actors are those configured", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = begin();
    (void)context;
    if (ent_harness_start(harness) == 0) {
        ent_harness_input(harness, "{\"title\":\"Gift\",\"body\":\"Two patrol boats for Moldova.\"}");
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
    the_phrase_makes_a_report_with_evidence();
    memory_may_run_out_at_any_time();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
