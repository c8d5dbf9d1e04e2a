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
    ent_harness_set(harness, "word", "patrol");
    return harness;
}

static void items_with_the_word_go_on(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    ent_harness_input(harness, "{\"title\":\"Two patrol boats\"}");
    ent_harness_input(harness, "{\"title\":\"Rain on Sunday\",\"body\":\"No news.\"}");
    ent_harness_input(harness, "{\"title\":\"Boats\",\"body\":\"They patrol.\"}");
    ent_harness_run(harness);
    expect(ent_harness_result(harness, 1) == ENT_OK, "an item that is dropped is done", harness);
    expect(ent_harness_output_count(harness) == 2, "two of three go on", harness);
    expect(ent_harness_output_input(harness, 1) == 2, "the second is the third", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = begin();
    (void)context;
    if (ent_harness_start(harness) == 0) {
        ent_harness_input(harness, "{\"title\":\"Two patrol boats\"}");
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
    items_with_the_word_go_on();
    memory_may_run_out_at_any_time();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
