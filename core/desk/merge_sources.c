/* Sources: where a report comes from, and how many of an event's sources are independent of one another. */
#include "core/desk/merge.h"

#include "lib/base/digest.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COPIED_QUOTE_MIN = 60, /* bytes; shorter quotes may be alike by chance */
    DATELINE_BYTES = 240,  /* in which a text names the agency that it is from, at its beginning */
    SIGNATURE_BYTES = 120, /* and at its end */
    NAME_SIZE = 64
};

/* ---- counting ---- */

struct origins {
    size_t *groups; /* index of another of its group, its own for the first */
    double *confidences;
    size_t count;
};

static size_t group_of(const struct origins *origins, size_t at)
{
    while (origins->groups[at] != at) {
        origins->groups[at] = origins->groups[origins->groups[at]];
        at = origins->groups[at];
    }
    return at;
}

/* The first of a group stands for it, whatever the order in which they are joined. */
static void join(void *context, size_t a, size_t b)
{
    struct origins *origins = context;
    a = group_of(origins, a);
    b = group_of(origins, b);
    origins->groups[a > b ? a : b] = a > b ? b : a;
}

static bool is_joined(void *context, size_t a, size_t b)
{
    return group_of(context, a) == group_of(context, b);
}

/* What a source shares with others that are not independent of it. An agency that publishes itself and one that another
 * outlet rests on are the same origin, so both have one kind of key. */
struct key {
    uint64_t hash;
    size_t source;
};

static uint64_t hash_text(const char *text, uint64_t kind)
{
    return text && *text ? hash_bytes(text, strlen(text)) ^ kind : 0;
}

/* The longest quote of the report, if long enough to show that a text was copied. */
static uint64_t quote_key(struct record_view report)
{
    struct record_view evidence;
    struct text quote, longest = {NULL, 0};
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EVIDENCE, i, &evidence); i++)
        if (record_get_str(evidence, ENT_EVIDENCE_QUOTE, 0, &quote) && quote.size > longest.size)
            longest = quote;
    return longest.size >= COPIED_QUOTE_MIN ? hash_bytes(longest.bytes, longest.size) ^ 1u : 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->source < b->source ? -1 : a->source > b->source;
}

static const char *house_of(struct record_view source, unsigned family, unsigned name)
{
    const char *house = record_text(source, family);
    return house ? house : record_text(source, name);
}

static bool join_by_keys(struct origins *origins, const struct merge_member *const *pool)
{
    enum { KEYS = 3 };
    size_t used = 0;
    struct key *keys = malloc(origins->count * KEYS * sizeof *keys);
    if (!keys)
        return false;
    for (size_t i = 0; i < origins->count; i++) {
        struct record_view source = pool[i]->source;
        const uint64_t hashes[KEYS] = {hash_text(house_of(source, ENT_SOURCE_FAMILY, ENT_SOURCE_PUBLISHER), 0),
                                       hash_text(house_of(source, ENT_SOURCE_AGENCY_FAMILY, ENT_SOURCE_AGENCY), 0),
                                       quote_key(pool[i]->report)};
        for (int k = 0; k < KEYS; k++)
            if (hashes[k])
                keys[used++] = (struct key){hashes[k], i};
    }
    if (used)
        qsort(keys, used, sizeof *keys, compare_keys);
    for (size_t i = 1; i < used; i++)
        if (keys[i].hash == keys[i - 1].hash)
            join(origins, keys[i - 1].source, keys[i].source);
    free(keys);
    return true;
}

static bool join_by_texts(struct origins *origins, const struct merge_member *const *pool)
{
    const struct sketch **sketches = malloc(origins->count * sizeof *sketches);
    bool ok = sketches != NULL;
    for (size_t i = 0; ok && i < origins->count; i++)
        sketches[i] = pool[i]->sketch;
    ok = ok && sketch_link(sketches, origins->count, is_joined, join, origins);
    free(sketches);
    return ok;
}

/* The surest of each group counts for it. */
static size_t sum_up(struct origins *origins, double *confidence)
{
    size_t groups = 0;
    double doubt = 1;
    for (size_t i = 0; i < origins->count; i++) {
        size_t first = group_of(origins, i);
        origins->confidences[first] = fmax(origins->confidences[first], origins->confidences[i]);
    }
    for (size_t i = 0; i < origins->count; i++)
        if (group_of(origins, i) == i) {
            groups++;
            doubt *= 1 - fmin(fmax(origins->confidences[i], 0), 0.99);
        }
    /* Rounded, so that the sum's order does not show. */
    *confidence = round(fmin(1 - doubt, 0.99) * 10000) / 10000;
    return groups;
}

size_t merge_count_independent(const struct merge_member *const *pool, size_t count, double *confidence)
{
    size_t groups = 0;
    struct origins origins = {calloc(count ? count : 1, sizeof *origins.groups),
                              calloc(count ? count : 1, sizeof *origins.confidences), count};
    *confidence = 0;
    if (origins.groups && origins.confidences) {
        for (size_t i = 0; i < count; i++) {
            origins.groups[i] = i;
            origins.confidences[i] = record_num(pool[i]->report, ENT_REPORT_CONFIDENCE, 0.5);
        }
        if (count == 0 || (join_by_keys(&origins, pool) && join_by_texts(&origins, pool)))
            groups = sum_up(&origins, confidence);
    }
    free(origins.groups);
    free(origins.confidences);
    return groups;
}

/* ---- whom a report rests on ---- */

static const char *agency_named(const struct publishers *publishers, const char *text, size_t size, char name[NAME_SIZE])
{
    while (size && isspace((unsigned char)*text)) {
        text++;
        size--;
    }
    while (size && isspace((unsigned char)text[size - 1]))
        size--;
    if (size == 0 || size >= NAME_SIZE)
        return NULL;
    memcpy(name, text, size);
    name[size] = '\0';
    const struct publisher *found = publishers_find(publishers, name);
    return found && found->is_agency ? name : NULL;
}

/* "Reuters", "By Jane Roe, AFP", "AP - Tashkent" */
static const char *agency_of_author(const struct publishers *publishers, const char *author, char name[NAME_SIZE])
{
    const char *agency = NULL;
    for (const char *at = author; at && *at && !agency;) {
        if (strncasecmp(at, "by ", 3) == 0)
            at += 3;
        size_t size = strcspn(at, ",;/|-(");
        agency = agency_named(publishers, at, size, name);
        at += size + (at[size] != '\0');
    }
    return agency;
}

/* "TASHKENT, March 14 (Reuters) - …", "… /TASS/" */
static const char *agency_in_brackets(const struct publishers *publishers, const char *text, size_t size,
                                      char name[NAME_SIZE])
{
    const char *agency = NULL;
    for (size_t i = 0; i < size && !agency; i++) {
        char close = text[i] == '(' ? ')' : text[i] == '/' ? '/' : text[i] == '[' ? ']' : '\0';
        const char *end = close ? memchr(text + i + 1, close, size - i - 1) : NULL;
        if (end)
            agency = agency_named(publishers, text + i + 1, (size_t)(end - text) - i - 1, name);
    }
    return agency;
}

/* A known agency that the report cites, else the one by which the text is signed, else the first medium cited. */
static const char *find_agency(const struct publishers *publishers, struct record_view item, struct record_view report,
                               char scratch[NAME_SIZE])
{
    struct record_view cited;
    const char *first = NULL, *signature = NULL;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_CITED, i, &cited); i++) {
        const char *kind = record_text(cited, ENT_CITED_KIND), *name = record_text(cited, ENT_CITED_NAME);
        if (!kind || strcmp(kind, "media") != 0 || !name)
            continue;
        if (publishers_find(publishers, name))
            return name;
        first = first ? first : name;
    }
    struct text body;
    signature = agency_of_author(publishers, record_text(item, ENT_ITEM_AUTHOR), scratch);
    if (!signature && record_get_str(item, ENT_ITEM_BODY, 0, &body)) {
        size_t end = body.size < SIGNATURE_BYTES ? body.size : SIGNATURE_BYTES;
        signature = agency_in_brackets(publishers, body.bytes, body.size < DATELINE_BYTES ? body.size : DATELINE_BYTES,
                                       scratch);
        if (!signature)
            signature = agency_in_brackets(publishers, body.bytes + body.size - end, end, scratch);
    }
    return signature ? signature : first;
}

/* What the table of publishers says of a source, by its other fields. */
static void put_houses(struct ent_builder *builder, const struct publishers *publishers, const char *publisher,
                       const char *url, const char *agency)
{
    char family[PUBLISHER_FAMILY_SIZE];
    const char *host = url ? strstr(url, "://") : NULL;
    char name[256] = "";
    const struct publisher *house = publishers_find(publishers, publisher);
    /* A publisher without a name that tells a house may be known by the address. */
    if (!house && host) {
        host += 3;
        size_t size = strcspn(host, "/:?#");
        memcpy(name, host, size < sizeof name ? size : 0);
        house = publishers_find(publishers, name);
    }
    if (house)
        record_put_text(builder, ENT_SOURCE_FAMILY, house->family);
    else {
        publishers_family(publishers, publisher ? publisher : name, family);
        record_put_text(builder, ENT_SOURCE_FAMILY, family);
    }
    if (house && house->grade)
        record_put_str(builder, ENT_SOURCE_GRADE, &house->grade, 1);
    publishers_family(publishers, agency, family);
    record_put_text(builder, ENT_SOURCE_AGENCY_FAMILY, family);
}

struct ent_record *merge_source(struct record_view item, struct record_view report, const struct publishers *publishers,
                                struct error *error)
{
    struct ent_builder *builder = record_build(ENT_SOURCE);
    int64_t published;
    char scratch[NAME_SIZE];
    const char *publisher = record_text(item, ENT_ITEM_PUBLISHER), *url = record_text(item, ENT_ITEM_URL);
    const char *agency = find_agency(publishers, item, report, scratch);
    record_put_text(builder, ENT_SOURCE_REPORT, record_text(report, ENT_REPORT_ID));
    record_put_text(builder, ENT_SOURCE_ITEM, record_text(item, ENT_ITEM_ID));
    record_put_text(builder, ENT_SOURCE_URL, url);
    record_put_text(builder, ENT_SOURCE_TITLE, record_text(item, ENT_ITEM_TITLE));
    record_put_text(builder, ENT_SOURCE_PUBLISHER, publisher);
    record_put_text(builder, ENT_SOURCE_CLASS, record_text(item, ENT_ITEM_CLASS));
    record_put_text(builder, ENT_SOURCE_AGENCY, agency);
    if (record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published))
        record_put_time(builder, ENT_SOURCE_PUBLISHED, published);
    put_houses(builder, publishers, publisher, url, agency);
    return record_seal(builder, error);
}

struct ent_record *merge_source_again(struct record_view source, const struct publishers *publishers, struct error *error)
{
    static const unsigned houses[] = {ENT_SOURCE_FAMILY, ENT_SOURCE_GRADE, ENT_SOURCE_AGENCY_FAMILY, 0};
    struct ent_builder *builder = record_build(ENT_SOURCE);
    record_put_all(builder, source, houses);
    put_houses(builder, publishers, record_text(source, ENT_SOURCE_PUBLISHER), record_text(source, ENT_SOURCE_URL),
               record_text(source, ENT_SOURCE_AGENCY));
    return record_seal(builder, error);
}

/* ---- grade ---- */

/* The letter of the best source and a digit for what is told: 1 where an official of a party confirms it and others tell it
 * as well, 2 one of both, 3 told once, 4 alleged, 5 denied, 6 not to be judged. */
void merge_put_grade(struct ent_builder *builder, const struct merge_member *const *pool, size_t count,
                     const char *modality, size_t independent)
{
    char grade[3] = "F6";
    for (size_t i = 0; i < count; i++) {
        const char *its = record_text(pool[i]->source, ENT_SOURCE_GRADE);
        if (its && *its < grade[0])
            grade[0] = *its;
    }
    bool is_confirmed = strcmp(modality, "confirmed") == 0;
    if (is_confirmed || strcmp(modality, "reported") == 0)
        grade[1] = is_confirmed && independent > 1 ? '1' : is_confirmed || independent > 1 ? '2' : '3';
    else if (strcmp(modality, "alleged") == 0)
        grade[1] = '4';
    else if (strcmp(modality, "denied") == 0)
        grade[1] = '5';
    record_put_text(builder, ENT_EVENT_GRADE, grade);
}
