/* bench-coder: MB/s and sentences/s of the coder on one core, over generated articles shaped like general news (one in
 * ten holds something to code) and over dense text, in which every sentence does. Beside them two floors on the same
 * bytes: splitting them into words and looking each up, and a bare scan for the lexicon's phrases (floor.h).
 *
 *     bench-coder LEXICON FOLDER [TEXTS]     FOLDER: the lexicon's texts; TEXTS: real ones, one a line, besides
 *
 * Measured on a machine of two cores that others were using (November 2026), six times and more in turns, medians
 * before and after sentences were read step by step and no further than anything can come of them: news 78 -> 92 MB/s,
 * dense 9.4 -> 11.1; 950 random real items of 540 bytes 25 (24 to 27) -> 38 (34 to 43), with a third fewer
 * instructions, where the words alone went from 164 to 257 and take a sixth of the coder's time, 30 % of the sentences
 * pass the gate and 13 % are parsed (21 % before); 273 real items on defence 7.4 -> 9.8. The 50 MB/s that were aimed at
 * are not reached. On the random items a bare scan for the phrases takes 0.6 times as long as the coder.
 *
 * Where the random items' time goes: 29 % words, sentences, the gate and the language; 22 % matching, to see what is
 * evoked and who is named; 18 % parsing, 20 % triggers and their parties, 11 % the rest. Two thirds of it is spent on
 * 207 of the 950 items. An item takes 1.4 to 1.9 times as long as when the processor has just seen it; with its
 * caches emptied in between 1.2 times. So caches are the lesser part of it (large pages: 1.02 times the speed; all that
 * a word means in one line of the caches: 1.00 to 1.04, for a third more memory). Other things that gave nothing, each
 * measured against what stands in turns within one process: words sixteen bytes at a time (0.90 to 0.99 on words
 * alone), optimisation when linking (1.01) or by a profile (1.01), code for newer processors (1.00), looking for a
 * number before for a designation, and for what may be a name before matching a sentence for its names (both 1.00). */
#include "floor.h"

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon.h"
#include "lib/coder/token.h"
#include "lib/coder/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARTICLES = 2000, ROUNDS = 3 };
#define PUBLISHED "2024-03-20"
#define TABARI_SENTENCES 15600.0 /* a second on one core, measured with 30,118 actors and 16,000 patterns */

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
                .body = corpus->articles[i].bytes, .body_size = corpus->articles[i].size, .published = PUBLISHED};
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

/* Which of the sentences that the coder sees pass the gate, and which are parsed. */
struct shares {
    double passed, parsed;
};

static struct shares count_shares(const struct coder *coder, struct coder_workspace *workspace,
                                  const struct corpus *corpus)
{
    size_t seen = 0, passed = 0, parsed = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        struct coder_article article = {
            .body = corpus->articles[i].bytes, .body_size = corpus->articles[i].size, .published = PUBLISHED};
        struct coder_result result;
        struct error error = ERROR_INIT;
        if (!coder_code(coder, workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, &error))
            continue;
        for (uint32_t k = 0; k < workspace->sentence_count; k++) {
            passed += workspace->sentences[k].gate;
            parsed += workspace->sentences[k].parsed;
        }
        seen += workspace->sentence_count;
    }
    double all = seen ? (double)seen : 1;
    return (struct shares){(double)passed / all, (double)parsed / all};
}

static double run_floor(struct floor *floor, const struct corpus *corpus)
{
    double best = 1e9;
    size_t found = 0;
    for (int round = 0; floor && round < ROUNDS; round++) {
        double start = seconds();
        for (size_t i = 0; i < corpus->count; i++)
            found += floor_scan(floor, corpus->articles[i].bytes, corpus->articles[i].size);
        double spent = seconds() - start;
        best = spent < best ? spent : best;
    }
    return found ? best : 0;
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

static void report(const char *name, const struct coder *coder, const struct lexicon *lexicon, struct floor *floor,
                   struct coder_workspace *workspace, const struct corpus *corpus)
{
    size_t events;
    double code = run_coder(coder, workspace, corpus, &events), words = run_words(lexicon, corpus),
           bare = run_floor(floor, corpus), megabytes = (double)corpus->bytes / 1e6,
           sentences = (double)corpus->sentences / code;
    struct shares shares = count_shares(coder, workspace, corpus);
    printf("%s: %.1f MB, %zu sentences, %.1f %% of them pass the gate, %.1f %% are parsed, %zu events\n", name,
           megabytes, corpus->sentences, 100 * shares.passed, 100 * shares.parsed, events);
    printf("  coder                    %7.1f MB/s  %9.0f sentences/s, %.0f times TABARI's %.0f\n", megabytes / code,
           sentences, sentences / TABARI_SENTENCES, TABARI_SENTENCES);
    printf("  words looked up alone    %7.1f MB/s, the coder takes %.1f times as long\n", megabytes / words,
           code / words);
    if (bare > 0)
        printf("  bare scan, %zu phrases %7.1f MB/s, the coder takes %.1f times as long\n", floor_phrases(floor),
               megabytes / bare, code / bare);
}

static bool measure(const struct coder *coder, const struct lexicon *lexicon, struct floor *floor,
                    struct coder_workspace *workspace, const char *texts)
{
    struct corpus news = {.count = 0}, all = {.count = 0}, real = {.count = 0};
    if (texts && !load(&real, texts))
        return false;
    generate(&news, 40);
    generate(&all, 100);
    report("news", coder, lexicon, floor, workspace, &news);
    report("dense", coder, lexicon, floor, workspace, &all);
    if (texts)
        report("texts", coder, lexicon, floor, workspace, &real);
    return true;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT, floor_error = ERROR_INIT;
    if (argc < 3) {
        fputs("usage: bench-coder LEXICON FOLDER [TEXTS]\n", stderr);
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
    struct floor *floor = floor_open(argv[2], &floor_error);
    if (!floor)
        printf("no bare scan: %s\n", *floor_error.text ? floor_error.text : "libvectorscan-dev is not installed");
    bool good = measure(coder, lexicon, floor, workspace, argc > 3 ? argv[3] : NULL);
    if (!good)
        perror(argv[3]);
    floor_close(floor);
    coder_workspace_destroy(workspace);
    lexicon_close(lexicon);
    coder_close(coder);
    return good ? 0 : 2;
}
