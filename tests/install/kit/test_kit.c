/* The kit's classifier and source in the harness, without any test framework. */
#include <entente/harness.h>

#include <stdio.h>
#include <string.h>

static int check(int is_good, const char *what, struct ent_harness *harness)
{
    if (!is_good)
        fprintf(stderr, "%s: %s\n", what, ent_harness_error(harness));
    return !is_good;
}

static int try_one(const char *folder, const char *kind, const char *input, const char *wanted)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/kit_%s.so", folder, kind);
    struct ent_harness *harness = ent_harness_load(path, kind);
    int faults = check(ent_harness_start(harness) == 0, "start", harness);
    if (input)
        faults += check(ent_harness_input(harness, input) == 0, "input", harness);
    faults += check(ent_harness_run(harness) == 0, "run", harness);
    const char *json = ent_harness_output_json(harness, 0);
    faults += check(json && strstr(json, wanted), kind, harness);
    return faults + (ent_harness_destroy(harness) != 0);
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    return try_one(arguments[1], "classifier", "{\"title\":\"UZB KAZ pact\"}", "\"type\":\"agreement\"") +
           try_one(arguments[1], "transform", "{\"title\":\"wanted\"}", "wanted") +
           try_one(arguments[1], "source", NULL, "UZB KAZ pact") +
           try_one(arguments[1], "detector", "{\"id\":\"00000000000000000000000000000001\"}", "\"text\":\"seen\"");
}
