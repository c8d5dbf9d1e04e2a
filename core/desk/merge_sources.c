#include "core/desk/merge.h"

#include "lib/base/digest.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names and domains under which one newsroom appears. News agencies first, since other outlets rest on them; then
 * publishers with several sites. From the agencies' and publishers' own sites; the domain of a publisher that is not
 * listed is its family. */
static const struct {
    const char *name, *family;
} families[] = {
    {"reuters", "reuters"}, {"reuters.com", "reuters"}, {"thomson reuters", "reuters"},
    {"associated press", "ap"}, {"ap", "ap"}, {"the associated press", "ap"}, {"ap news", "ap"}, {"apnews.com", "ap"},
    {"ap.org", "ap"},
    {"afp", "afp"}, {"agence france-presse", "afp"}, {"agence france presse", "afp"}, {"afp.com", "afp"},
    {"tass", "tass"}, {"itar-tass", "tass"}, {"tass.com", "tass"}, {"tass.ru", "tass"}, {"itar-tass.com", "tass"},
    {"interfax", "interfax"}, {"interfax.ru", "interfax"}, {"interfax.com", "interfax"},
    {"interfax-ukraine", "interfax-ukraine"}, {"interfax.com.ua", "interfax-ukraine"},
    {"ria novosti", "ria"}, {"ria", "ria"}, {"ria.ru", "ria"}, {"sputnik", "ria"}, {"sputniknews.com", "ria"},
    {"xinhua", "xinhua"}, {"xinhuanet.com", "xinhua"}, {"news.cn", "xinhua"}, {"xinhua news agency", "xinhua"},
    {"kyodo", "kyodo"}, {"kyodo news", "kyodo"}, {"kyodonews.net", "kyodo"},
    {"yonhap", "yonhap"}, {"yonhap news agency", "yonhap"}, {"yna.co.kr", "yonhap"},
    {"anadolu", "anadolu"}, {"anadolu agency", "anadolu"}, {"aa.com.tr", "anadolu"},
    {"dpa", "dpa"}, {"deutsche presse-agentur", "dpa"}, {"efe", "efe"}, {"efe.com", "efe"}, {"ansa", "ansa"},
    {"ansa.it", "ansa"}, {"press trust of india", "pti"}, {"pti", "pti"}, {"ptinews.com", "pti"},
    {"asian news international", "ani"}, {"ani", "ani"}, {"aninews.in", "ani"},
    {"irna", "irna"}, {"irna.ir", "irna"}, {"fars", "fars"}, {"fars news agency", "fars"}, {"farsnews.ir", "fars"},
    {"tasnim", "tasnim"}, {"tasnimnews.com", "tasnim"}, {"spa", "spa"}, {"saudi press agency", "spa"},
    {"spa.gov.sa", "spa"}, {"wam", "wam"}, {"wam.ae", "wam"}, {"antara", "antara"}, {"antaranews.com", "antara"},
    {"bernama", "bernama"}, {"bernama.com", "bernama"}, {"ukrinform", "ukrinform"}, {"ukrinform.net", "ukrinform"},
    {"belta", "belta"}, {"belta.by", "belta"}, {"kazinform", "kazinform"}, {"inform.kz", "kazinform"},
    {"uza", "uza"}, {"uza.uz", "uza"}, {"bloomberg", "bloomberg"}, {"bloomberg.com", "bloomberg"},
    {"upi", "upi"}, {"upi.com", "upi"}, {"pap", "pap"}, {"pap.pl", "pap"}, {"bta", "bta"}, {"bta.bg", "bta"},
    {"tanjug", "tanjug"}, {"tanjug.rs", "tanjug"}, {"hina", "hina"}, {"agerpres", "agerpres"},
    {"agerpres.ro", "agerpres"}, {"ntb", "ntb"}, {"kcna", "kcna"}, {"kcna.kp", "kcna"},
    {"bbc", "bbc"}, {"bbc.co.uk", "bbc"}, {"bbc.com", "bbc"}, {"bbci.co.uk", "bbc"},
    {"rfe/rl", "rferl"}, {"rferl", "rferl"}, {"rferl.org", "rferl"}, {"svoboda.org", "rferl"}, {"azattyq.org", "rferl"},
    {"ozodlik.org", "rferl"}, {"radiosvoboda.org", "rferl"}, {"azatutyun.am", "rferl"},
    {"deutsche welle", "dw"}, {"dw.com", "dw"}, {"voice of america", "voa"}, {"voanews.com", "voa"},
    {"al jazeera", "aljazeera"}, {"aljazeera.com", "aljazeera"}, {"aljazeera.net", "aljazeera"},
    {"guardian", "guardian"}, {"the guardian", "guardian"}, {"theguardian.com", "guardian"},
    {"guardian.co.uk", "guardian"}, {"janes", "janes"}, {"jane's", "janes"}, {"janes.com", "janes"},
    {"defense news", "sightline"}, {"defensenews.com", "sightline"}, {"c4isrnet.com", "sightline"},
    {"militarytimes.com", "sightline"},
};

enum { COPIED_QUOTE_MIN = 60 }; /* bytes; shorter quotes may be alike by chance */

void merge_family(const char *publisher, char family[64])
{
    size_t size = 0;
    family[0] = '\0';
    if (!publisher)
        return;
    if (strncmp(publisher, "www.", 4) == 0)
        publisher += 4;
    for (; *publisher && size < 63; publisher++)
        family[size++] = (char)tolower((unsigned char)*publisher);
    family[size] = '\0';
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const char *name = families[i].name;
        size_t length = strlen(name);
        bool is_subdomain = strchr(name, '.') && size > length && family[size - length - 1] == '.' &&
                            strcmp(family + size - length, name) == 0;
        if (is_subdomain || strcmp(family, name) == 0) {
            snprintf(family, 64, "%s", families[i].family);
            return;
        }
    }
}

/* What a member shares with others that are not independent of it: at most three keys, 0 for none. */
struct origin {
    uint64_t publisher, agency, text;
    size_t group;
    double confidence;
};

static uint64_t family_key(const char *name)
{
    char family[64];
    merge_family(name, family);
    return *family ? hash_bytes(family, strlen(family)) | 1u : 0;
}

/* The longest quote of the report, if long enough to show that a text was copied. */
static uint64_t text_key(struct record_view report)
{
    struct record_view evidence;
    struct text quote, longest = {NULL, 0};
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EVIDENCE, i, &evidence); i++)
        if (record_get_str(evidence, ENT_EVIDENCE_QUOTE, 0, &quote) && quote.size > longest.size)
            longest = quote;
    return longest.size >= COPIED_QUOTE_MIN ? hash_bytes(longest.bytes, longest.size) | 1u : 0;
}

/* An agency that publishes itself and one that another outlet rests on are the same origin. */
static bool rest_on_one(const struct origin *a, const struct origin *b)
{
    if (a->publisher && (a->publisher == b->publisher || a->publisher == b->agency))
        return true;
    if (a->agency && (a->agency == b->agency || a->agency == b->publisher))
        return true;
    return a->text && a->text == b->text;
}

static size_t group_of(const struct origin *origins, size_t at)
{
    while (origins[at].group != at)
        at = origins[at].group;
    return at;
}

static void group_origins(struct origin *origins, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (rest_on_one(&origins[i], &origins[j])) {
                size_t a = group_of(origins, i), b = group_of(origins, j);
                origins[a > b ? a : b].group = a > b ? b : a;
            }
}

size_t merge_count_independent(const struct merge_member *const *pool, size_t count, double *confidence)
{
    size_t groups = 0;
    double doubt = 1;
    struct origin *origins = calloc(count ? count : 1, sizeof *origins);
    *confidence = 0;
    if (!origins)
        return 0;
    for (size_t i = 0; i < count; i++)
        origins[i] = (struct origin){family_key(record_text(pool[i]->source, ENT_SOURCE_PUBLISHER)),
                                     family_key(record_text(pool[i]->source, ENT_SOURCE_AGENCY)),
                                     text_key(pool[i]->report), i,
                                     record_num(pool[i]->report, ENT_REPORT_CONFIDENCE, 0.5)};
    group_origins(origins, count);
    for (size_t i = 0; i < count; i++) {
        size_t group = group_of(origins, i);
        if (group != i)
            origins[group].confidence = fmax(origins[group].confidence, origins[i].confidence);
    }
    for (size_t i = 0; i < count; i++)
        if (group_of(origins, i) == i) {
            groups++;
            doubt *= 1 - fmin(fmax(origins[i].confidence, 0), 0.99);
        }
    /* Rounded, so that the sum's order does not show. */
    *confidence = round(fmin(1 - doubt, 0.99) * 10000) / 10000;
    free(origins);
    return groups;
}

/* The agency that the report rests on: a known one, else the first medium that it cites. */
static const char *cited_agency(struct record_view report)
{
    struct record_view cited;
    const char *first = NULL;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_CITED, i, &cited); i++) {
        const char *kind = record_text(cited, ENT_CITED_KIND), *name = record_text(cited, ENT_CITED_NAME);
        if (!kind || strcmp(kind, "media") != 0 || !name)
            continue;
        char family[64];
        merge_family(name, family);
        for (size_t j = 0; j < sizeof families / sizeof *families; j++)
            if (strcmp(families[j].family, family) == 0)
                return name;
        if (!first)
            first = name;
    }
    return first;
}

struct ent_record *merge_source(struct record_view item, struct record_view report, struct error *error)
{
    struct ent_builder *builder = record_build(ENT_SOURCE);
    int64_t published;
    record_put_text(builder, ENT_SOURCE_REPORT, record_text(report, ENT_REPORT_ID));
    record_put_text(builder, ENT_SOURCE_ITEM, record_text(item, ENT_ITEM_ID));
    record_put_text(builder, ENT_SOURCE_URL, record_text(item, ENT_ITEM_URL));
    record_put_text(builder, ENT_SOURCE_TITLE, record_text(item, ENT_ITEM_TITLE));
    record_put_text(builder, ENT_SOURCE_PUBLISHER, record_text(item, ENT_ITEM_PUBLISHER));
    record_put_text(builder, ENT_SOURCE_CLASS, record_text(item, ENT_ITEM_CLASS));
    record_put_text(builder, ENT_SOURCE_AGENCY, cited_agency(report));
    if (record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published))
        record_put_time(builder, ENT_SOURCE_PUBLISHED, published);
    return record_seal(builder, error);
}
