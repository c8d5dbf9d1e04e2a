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
    ent_harness_set(harness, "url", "https://outlet.example/news.txt");
    return harness;
}

static void each_line_becomes_an_item(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    ent_harness_exchange(harness, "GET", "https://outlet.example/news.txt", 200, "text/plain", "First\n\nSecond");
    ent_harness_exchange_header(harness, "ETag", "\"1\"");
    ent_harness_run(harness);
    expect(ent_harness_result(harness, 0) == ENT_OK, "the fetch is done", harness);
    expect(ent_harness_output_count(harness) == 2, "two lines, two items", harness);
    const char *title = ent_harness_output_text(harness, 1, ENT_ITEM_TITLE);
    expect(title && strcmp(title, "Second") == 0, "the title is the line", harness);

    ent_harness_exchange(harness, "GET", "https://outlet.example/news.txt", 304, NULL, NULL);
    ent_harness_run(harness);
    expect(ent_harness_request_header(harness, 1, "If-None-Match") != NULL, "what is known is not asked for again", harness);
    expect(ent_harness_output_count(harness) == 0, "an unchanged page brings nothing", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static void an_error_of_the_server_is_tried_again(void)
{
    struct ent_harness *harness = begin();
    expect(ent_harness_start(harness) == 0, "it starts:", harness);
    ent_harness_exchange(harness, "GET", "https://outlet.example/news.txt", 503, "text/plain", "busy");
    ent_harness_run(harness);
    expect(ent_harness_result(harness, 0) == ENT_RETRY, "503 is tried again", harness);
    expect(ent_harness_destroy(harness) == 0, "records are handled well", NULL);
}

static size_t scenario(void *context)
{
    struct ent_harness *harness = begin();
    (void)context;
    ent_harness_exchange(harness, "GET", "https://outlet.example/news.txt", 200, "text/plain", "First\nSecond");
    if (ent_harness_start(harness) == 0)
        ent_harness_run(harness);
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
    each_line_becomes_an_item();
    an_error_of_the_server_is_tried_again();
    memory_may_run_out_at_any_time();
    printf("%s\n", failures ? "failed" : "passed");
    return failures != 0;
}
