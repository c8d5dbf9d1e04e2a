/* Questions: the processor's time of one page of events as a service gets it, over a connection that stays open.
 *
 * usage: bench-ask [DIRECTORY [ROUNDS [LIMIT]]]
 *
 * DIRECTORY is an archive that bench-query made (by default /tmp/entente-bench-query-1000000). Prints the median of ROUNDS
 * questions (200) for LIMIT events (50), in milliseconds, and the size of the answer. */
#include "core/ask/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double processor_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

int main(int argc, char **argv)
{
    const char *directory = argc > 1 ? argv[1] : "/tmp/entente-bench-query-1000000";
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 200, size = 0;
    const struct ent_parameter limit = {"limit", argc > 3 ? argv[3] : "50"};
    struct asker *asker = asker_create(directory);
    double *times = calloc(rounds + 1, sizeof *times);
    bool ok = asker && times && rounds > 0;
    for (size_t i = 0; ok && i < rounds; i++) {
        double start = processor_ms();
        struct answer *answer = asker_ask(asker, "events", &limit, 1);
        times[i] = processor_ms() - start;
        const struct ent_answer *shown = answer ? answer_finish(answer) : NULL;
        ok = shown && shown->kind == ENT_ANSWER_OK;
        if (!ok)
            fprintf(stderr, "bench-ask: %s: %s\n", directory, shown ? shown->text.data : "no memory");
        size = ok ? shown->body.size : 0;
        answer_destroy(answer);
    }
    if (ok) {
        qsort(times, rounds, sizeof *times, by_size);
        printf("{\"rounds\":%zu,\"median_ms\":%.3f,\"worst_ms\":%.3f,\"bytes\":%zu}\n", rounds, times[rounds / 2],
               times[rounds - 1], size);
    }
    free(times);
    asker_destroy(asker);
    return ok ? 0 : 1;
}
