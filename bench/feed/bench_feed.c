/* bench-feed: MB/s of the feed reader (all fields, dates, plain text) over generated feeds in the shapes of real ones,
 * against libmrss where it is there (raw fields, neither dates nor text), and against the floor of what a tokeniser
 * alone costs: expat and libxml2 SAX2 with empty callbacks. One process, one run, median of rounds; printed as ratios,
 * since the machine's speed is nobody's merit. bench/feed/run adds what is not C.
 *
 *     bench-feed [DIRECTORY]          reads the files of DIRECTORY instead of generating
 *     bench-feed --write DIRECTORY    writes what it would generate there */
#include "bench/feed/corpus.h"
#include "lib/feed/feed.h"

#include <dirent.h>
#include <expat.h>
#include <libxml/parser.h>
#if HAVE_MRSS
#include <mrss.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { DOCUMENTS_MAX = 4000, GENERATED = 120, ROUNDS = 5 };

struct corpus {
    struct buffer documents[DOCUMENTS_MAX];
    size_t count, bytes;
};

struct outcome {
    size_t items, rejected;
};

static void generate(struct corpus *corpus)
{
    static const int items[CORPUS_SHAPES] = {40, 60, 40, 30, 60};
    for (unsigned i = 0; i < GENERATED; i++) {
        struct buffer *document = &corpus->documents[corpus->count++];
        corpus_append(document, i % CORPUS_SHAPES, i + 1, items[i % CORPUS_SHAPES]);
        corpus->bytes += document->size;
    }
}

static void load(struct corpus *corpus, const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory && corpus->count < DOCUMENTS_MAX && (entry = readdir(directory))) {
        char name[4096], chunk[65536];
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        FILE *file = entry->d_type == DT_REG ? fopen(name, "rb") : NULL;
        if (!file)
            continue;
        struct buffer *document = &corpus->documents[corpus->count++];
        for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
            buffer_append(document, chunk, got);
        corpus->bytes += document->size;
        fclose(file);
    }
    if (directory)
        closedir(directory);
}

static void run_ours(const struct buffer *document, struct outcome *outcome)
{
    struct error error = ERROR_INIT;
    struct feed *feed = feed_parse(document->bytes, document->size, &(struct feed_request){.url = NULL}, &error);
    outcome->items += feed ? feed->entry_count : 0;
    outcome->rejected += feed ? 0 : 1;
    feed_destroy(feed);
}

static void XMLCALL expat_open(void *data, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes;
    struct outcome *outcome = data;
    outcome->items += strcmp(name, "item") == 0 || strcmp(name, "entry") == 0;
}

static void XMLCALL expat_close(void *data, const XML_Char *name)
{
    (void)data;
    (void)name;
}

static void XMLCALL expat_text(void *data, const XML_Char *text, int size)
{
    (void)data;
    (void)text;
    (void)size;
}

static void run_expat(const struct buffer *document, struct outcome *outcome)
{
    XML_Parser parser = XML_ParserCreate(NULL);
    XML_SetUserData(parser, outcome);
    XML_SetElementHandler(parser, expat_open, expat_close);
    XML_SetCharacterDataHandler(parser, expat_text);
    outcome->rejected += XML_Parse(parser, document->bytes, (int)document->size, 1) != XML_STATUS_OK;
    XML_ParserFree(parser);
}

static void sax_open(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int attributes, int defaulted, const xmlChar **attribute_list)
{
    (void)prefix, (void)uri, (void)namespaces, (void)namespace_list;
    (void)attributes, (void)defaulted, (void)attribute_list;
    struct outcome *outcome = data;
    outcome->items += strcmp((const char *)name, "item") == 0 || strcmp((const char *)name, "entry") == 0;
}

static void sax_close(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)data, (void)name, (void)prefix, (void)uri;
}

static void sax_text(void *data, const xmlChar *text, int size)
{
    (void)data, (void)text, (void)size;
}

static void run_libxml2(const struct buffer *document, struct outcome *outcome)
{
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = sax_open,
        .endElementNs = sax_close,
        .characters = sax_text,
        .cdataBlock = sax_text,
    };
    outcome->rejected += xmlSAXUserParseMemory(&handler, outcome, document->bytes, (int)document->size) != 0;
}

#if HAVE_MRSS
static void run_mrss(const struct buffer *document, struct outcome *outcome)
{
    mrss_t *feed = NULL;
    if (mrss_parse_buffer(document->bytes, document->size, &feed) != MRSS_OK) {
        outcome->rejected++;
        return;
    }
    for (const mrss_item_t *item = feed->item; item; item = item->next)
        outcome->items++;
    mrss_free(feed);
}
#endif

static int write_all(const struct corpus *corpus, const char *path)
{
    for (size_t i = 0; i < corpus->count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%04zu.xml", path, i);
        FILE *file = fopen(name, "wb");
        if (!file || fwrite(corpus->documents[i].bytes, 1, corpus->documents[i].size, file) != corpus->documents[i].size)
            return perror(name), 2;
        fclose(file);
    }
    return 0;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time); /* the machine may be shared */
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double measure(const struct corpus *corpus, void (*run)(const struct buffer *, struct outcome *),
                      struct outcome *outcome)
{
    double seconds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        *outcome = (struct outcome){0, 0};
        double start = now();
        for (size_t i = 0; i < corpus->count; i++)
            run(&corpus->documents[i], outcome);
        seconds[round] = now() - start;
    }
    qsort(seconds, ROUNDS, sizeof seconds[0], compare);
    return seconds[ROUNDS / 2];
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(const struct buffer *, struct outcome *);
    } parsers[] = {
        {"entente, all fields", run_ours},
#if HAVE_MRSS
        {"libmrss, raw fields", run_mrss},
#endif
        {"expat, empty callbacks", run_expat},
        {"libxml2 SAX2, empty callbacks", run_libxml2},
    };
    static struct corpus corpus;
    bool writes = count == 3 && strcmp(arguments[1], "--write") == 0;
    if (count == 2)
        load(&corpus, arguments[1]);
    else
        generate(&corpus);
    if (writes)
        return write_all(&corpus, arguments[2]);
    if (corpus.count == 0) {
        fprintf(stderr, "bench-feed: no documents\n");
        return 2;
    }
    xmlSetGenericErrorFunc(NULL, NULL);
    double megabytes = (double)corpus.bytes / 1e6, ours = 0;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    printf("%zu documents, %.1f MB, median of %d rounds\n", corpus.count, megabytes, ROUNDS);
    printf("%-30s %8s %10s %8s %9s %6s\n", "", "MB/s", "items/s", "items", "rejected", "ratio");
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++) {
        struct outcome outcome;
        double seconds = measure(&corpus, parsers[i].run, &outcome);
        ours = i == 0 ? seconds : ours;
        printf("%-30s %8.1f %10.0f %8zu %9zu %6.2f\n", parsers[i].name, megabytes / seconds,
               (double)outcome.items / seconds, outcome.items, outcome.rejected, ours / seconds);
        if (i == 0) {
            getrusage(RUSAGE_SELF, &after);
            printf("%-30s %.1f MiB above the corpus\n", "", (double)(after.ru_maxrss - before.ru_maxrss) / 1024);
        }
    }
    for (size_t i = 0; i < corpus.count; i++)
        buffer_free(&corpus.documents[i]);
    xmlCleanupParser();
    return 0;
}
