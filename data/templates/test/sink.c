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
    ent_harness_set(harness, "path", "test_alerts.txt");
    return harness;
}

static const char delivery[] = "{\"id\":\"0123456789abcdef0123456789abcdef\",\"alerts\":[{\"headline\":\"FIRST\"},"
                               "{\"headline\":\"SECOND\"}]}";

static void each_alert_is_a_line(void)
{
    char text[500] = "";
    struct ent_harness *harness = begin();
    remove("test_alerts.txt");
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    expect(ent_harness_input(harness, delivery) == 0, "the delivery can be read:", harness);
    ent_harness_run(harness);
    expect(ent_harness_result(harness, 0) == ENT_OK, "it is delivered", harness);
    FILE *file = fopen("test_alerts.txt", "r");
    expect(file && fread(text, 1, sizeof text - 1, file) > 0, "the file is there", harness);
    if (file)
        fclose(file);
    expect(strcmp(text, "0123456789abcdef0123456789abcdef FIRST\n0123456789abcdef0123456789abcdef SECOND\n") == 0,
           "a line an alert", harness);
    remove("test_alerts.txt");
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = begin();
    (void)context;
    if (ent_harness_start(harness) == 0) {
        ent_harness_input(harness, delivery);
        ent_harness_run(harness);
    }
    remove("test_alerts.txt");
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
    each_alert_is_a_line();
    memory_may_run_out_at_any_time();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
