/* bench-coder: MB/s and sentences/s of the coder on one core, over generated articles shaped like general news (one in
 * ten holds something to code) and over dense text, in which every sentence does. Beside them the floor: splitting the
 * same bytes into words and looking each up. TABARI, for orientation, codes 15,600 sentences/s on one core.
 *
 *     bench-coder LEXICON [FILE.jsonl-bodies]     reads texts, one a line, instead of generating */
#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon.h"
#include "lib/coder/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARTICLES = 2000, ROUNDS = 3 };

struct corpus {
    struct buffer *articles;
    size_t count, bytes, sentences;
};

static const char *const plain[] = {
    "The council voted to widen the road along the river after two years of debate.",
    "Prices of wheat rose for the third week as rain delayed the harvest in the south.",
    "Her new film opens in twelve cities on Friday, and critics were kind to it.",
    "The striker scored twice in the second half, and the visitors never recovered.",
    "Doctors at the hospital said that the patient was stable and would go home soon.",
    "A court in Lyon heard the appeal of the former mayor, who denies any wrongdoing.",
    "Shares in the airline fell four per cent after it cut its forecast for the year.",
    "The president said in a speech in Nairobi that schools would reopen next month.",
    "Police arrested three men in connection with the theft of a van near the station.",
    "Researchers at the university found that the birds return to the same nest each spring.",
    "Germany and France disagreed over the budget, officials in Brussels said on Tuesday.",
    "The company, which employs 4,000 people, will close its oldest plant by the end of 2026.",
};

static const char *const dense[] = {
    "Norway will deliver 24 howitzers to Latvia under a $300 million contract signed in Oslo on Monday.",
    "Indonesian and Australian warships held a five-day joint naval exercise off Darwin last week.",
    "The defence minister of Chile visited Lisbon on 12 March and discussed military cooperation with his Portuguese "
    "counterpart.",
    "Kenya has suspended military cooperation with Serbia, the foreign ministry in Nairobi said.",
    "According to Greek officials, sixty Cypriot pilots have been training at a military academy in Greece since last "
    "year.",
    "Japan may sell patrol aircraft to the Philippines, two people familiar with the matter said.",
};

static unsigned next(unsigned long long *state, unsigned below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % below;
}

static void generate(struct corpus *corpus, unsigned dense_percent)
{
    unsigned long long state = 7;
    corpus->articles = calloc(ARTICLES, sizeof *corpus->articles);
    for (size_t i = 0; corpus->articles && i < ARTICLES; i++) {
        struct buffer *article = &corpus->articles[corpus->count++];
        bool holds = next(&state, 100) < (dense_percent == 100 ? 100 : 10);
        for (unsigned k = 0; k < 36; k++) {
            bool relevant = dense_percent == 100 || (holds && next(&state, 100) < dense_percent);
            buffer_append_text(article, relevant ? dense[next(&state, sizeof dense / sizeof *dense)]
                                                 : plain[next(&state, sizeof plain / sizeof *plain)]);
            buffer_append_char(article, k % 3 == 2 ? '\n' : ' ');
            corpus->sentences++;
        }
        corpus->bytes += article->size;
    }
}

static bool load(struct corpus *corpus, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, room = 0;
    ssize_t size;
    if (!file)
        return false;
    while ((size = getline(&line, &capacity, file)) > 0) {
        if (corpus->count == room) {
            room = room ? room * 2 : 1024;
            struct buffer *grown = realloc(corpus->articles, room * sizeof *grown);
            if (!grown)
                break;
            corpus->articles = grown;
        }
        struct buffer *article = &corpus->articles[corpus->count++];
        *article = (struct buffer)BUFFER_INIT;
        buffer_append(article, line, (size_t)size);
        corpus->bytes += (size_t)size;
        for (ssize_t i = 0; i + 1 < size; i++)
            corpus->sentences += line[i] == '.' && line[i + 1] == ' ';
    }
    free(line);
    fclose(file);
    return true;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double run_coder(const struct coder *coder, struct coder_workspace *workspace, const struct corpus *corpus,
                        size_t *events)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds();
        *events = 0;
        for (size_t i = 0; i < corpus->count; i++) {
            struct coder_article article = {
                .body = corpus->articles[i].bytes, .body_size = corpus->articles[i].size, .published = "2024-03-20"};
            struct coder_result result;
            struct error error = ERROR_INIT;
            if (coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error))
                *events += result.event_count;
        }
        double spent = seconds() - start;
        best = spent < best ? spent : best;
    }
    return best;
}

static double run_words(const struct lexicon *lexicon, const struct corpus *corpus)
{
    struct arena *arena = arena_create(0);
    double best = 1e9;
    for (int round = 0; arena && round < ROUNDS; round++) {
        double start = seconds();
        for (size_t i = 0; i < corpus->count; i++) {
            struct token_list list;
            arena_reset(arena);
            token_split(lexicon, corpus->articles[i].bytes, corpus->articles[i].size, arena, &list);
        }
        double spent = seconds() - start;
        best = spent < best ? spent : best;
    }
    arena_destroy(arena);
    return best;
}

static void report(const char *name, const struct coder *coder, const struct lexicon *lexicon,
                   struct coder_workspace *workspace, const struct corpus *corpus)
{
    size_t events;
    double code = run_coder(coder, workspace, corpus, &events), words = run_words(lexicon, corpus),
           megabytes = (double)corpus->bytes / 1e6;
    printf("%-10s %6.1f MB  coder %7.1f MB/s %9.0f sentences/s %6zu events   words alone %7.1f MB/s   ratio %.2f\n",
           name, megabytes, megabytes / code, (double)corpus->sentences / code, events, megabytes / words,
           words / code);
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    if (argc < 2) {
        fputs("usage: bench-coder LEXICON [TEXTS]\n", stderr);
        return 2;
    }
    double start = seconds();
    struct coder *coder = coder_open(argv[1], &error);
    double opened = seconds() - start;
    struct lexicon *lexicon = coder ? lexicon_open(argv[1], &error) : NULL;
    struct coder_workspace *workspace = coder_workspace_create();
    if (!coder || !lexicon || !workspace) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    printf("lexicon: %.1f MB, opened in %.1f ms\n", (double)lexicon_size(lexicon) / 1e6, opened * 1e3);
    if (argc > 2) {
        struct corpus texts = {.count = 0};
        if (load(&texts, argv[2]))
            report("texts", coder, lexicon, workspace, &texts);
    } else {
        struct corpus news = {.count = 0}, all = {.count = 0};
        generate(&news, 40);
        generate(&all, 100);
        report("news", coder, lexicon, workspace, &news);
        report("dense", coder, lexicon, workspace, &all);
    }
    coder_workspace_destroy(workspace);
    lexicon_close(lexicon);
    coder_close(coder);
    return 0;
}
