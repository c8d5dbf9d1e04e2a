#include "core/bus/prepare.h"

#include "core/store/identity.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct ent_builder *begin(unsigned kind, struct record_view record, const unsigned *except, struct error *error)
{
    if (record_kind(record) != kind) {
        error_set(error, ERROR_INPUT, "a record of another kind was emitted than goes here");
        return NULL;
    }
    struct ent_builder *builder = record_build(kind);
    if (builder)
        record_put_all(builder, record, except);
    else
        error_set(error, ERROR_MEMORY, "no memory for a record");
    return builder;
}

static void put_default(struct ent_builder *builder, struct record_view record, unsigned field, const char *text)
{
    if (record_count(record, field) == 0)
        record_put_text(builder, field, text);
}

static void put_publisher(struct ent_builder *builder, struct record_view item, const char *publisher)
{
    struct buffer domain = BUFFER_INIT;
    if (record_count(item, ENT_ITEM_PUBLISHER) == 0) {
        if (!publisher)
            item_append_domain(&domain, item);
        record_put_text(builder, ENT_ITEM_PUBLISHER, publisher ? publisher : domain.bytes);
    }
    buffer_free(&domain);
}

struct ent_record *prepare_item(struct record_view item, const struct prepare_source *source, int64_t now,
                                struct error *error)
{
    static const unsigned except[] = {ENT_ITEM_ID,     ENT_ITEM_VERSION,      ENT_ITEM_FETCHED,
                                      ENT_ITEM_SOURCE, ENT_ITEM_DERIVED_FROM, 0};
    char id[DIGEST_HEX_SIZE];
    if (record_kind(item) == ENT_ITEM && !item_identify(id, item)) {
        error_set(error, ERROR_INPUT, "an item without guid, address, title and body cannot be told from others");
        return NULL;
    }
    struct ent_builder *builder = begin(ENT_ITEM, item, except, error);
    if (!builder)
        return NULL;
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_int(builder, ENT_ITEM_VERSION, 1);
    record_put_time(builder, ENT_ITEM_FETCHED, now);
    record_put_text(builder, ENT_ITEM_SOURCE, source->name);
    put_publisher(builder, item, source->publisher);
    put_default(builder, item, ENT_ITEM_CLASS, source->item_class ? source->item_class : "media");
    put_default(builder, item, ENT_ITEM_LANGUAGE, source->language);
    return record_seal(builder, error);
}

struct ent_record *prepare_derived(struct record_view item, struct record_view parent, size_t ordinal,
                                   struct error *error)
{
    static const unsigned except[] = {ENT_ITEM_ID,     ENT_ITEM_VERSION,      ENT_ITEM_FETCHED,
                                      ENT_ITEM_SOURCE, ENT_ITEM_DERIVED_FROM, 0};
    static const unsigned inherited[] = {ENT_ITEM_PUBLISHER, ENT_ITEM_CLASS,     ENT_ITEM_URL,  ENT_ITEM_AUTHOR,
                                         ENT_ITEM_LANGUAGE,  ENT_ITEM_FETCH_URL, ENT_ITEM_TITLE};
    char id[DIGEST_HEX_SIZE];
    struct ent_builder *builder = begin(ENT_ITEM, item, except, error);
    if (!builder)
        return NULL;
    item_identify_derived(id, item, parent, ordinal);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_int(builder, ENT_ITEM_VERSION, 1);
    record_put_text(builder, ENT_ITEM_DERIVED_FROM, record_text(parent, ENT_ITEM_ID));
    record_put_time(builder, ENT_ITEM_FETCHED, record_int(parent, ENT_ITEM_FETCHED, 0));
    record_put_text(builder, ENT_ITEM_SOURCE, record_text(parent, ENT_ITEM_SOURCE));
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++)
        put_default(builder, item, inherited[i], record_text(parent, inherited[i]));
    int64_t number;
    if (record_count(item, ENT_ITEM_PUBLISHED) == 0 && record_get_int(parent, ENT_ITEM_PUBLISHED, 0, &number)) {
        record_put_time(builder, ENT_ITEM_PUBLISHED, number);
        if (record_count(item, ENT_ITEM_PUBLISHED_OFFSET) == 0 &&
            record_get_int(parent, ENT_ITEM_PUBLISHED_OFFSET, 0, &number))
            record_put_int(builder, ENT_ITEM_PUBLISHED_OFFSET, number);
        put_default(builder, item, ENT_ITEM_PUBLISHED_PRECISION, record_text(parent, ENT_ITEM_PUBLISHED_PRECISION));
    }
    return record_seal(builder, error);
}

struct ent_record *prepare_report(struct record_view report, struct record_view item, const char *classifier,
                                  size_t ordinal, struct error *error)
{
    static const unsigned except[] = {ENT_REPORT_ITEM, ENT_REPORT_ITEM_VERSION, ENT_REPORT_CLASSIFIER, 0};
    struct ent_builder *builder = begin(ENT_REPORT, report, except, error);
    if (!builder)
        return NULL;
    const char *item_id = record_text(item, ENT_ITEM_ID);
    if (record_count(report, ENT_REPORT_ID) == 0) {
        char id[DIGEST_HEX_SIZE], place[24];
        snprintf(place, sizeof place, "%zu", ordinal);
        /* Without the version, so that an event founded by this report keeps its id when the article is touched up. */
        digest_texts(id, "report", item_id ? item_id : "", classifier, place, (const char *)NULL);
        record_put_text(builder, ENT_REPORT_ID, id);
    }
    record_put_text(builder, ENT_REPORT_ITEM, item_id);
    record_put_int(builder, ENT_REPORT_ITEM_VERSION, record_int(item, ENT_ITEM_VERSION, 1));
    record_put_text(builder, ENT_REPORT_CLASSIFIER, classifier);
    return record_seal(builder, error);
}

/* ---- findings ---- */

enum { FINDING_ID_MAX = 200, FINDING_KIND_MAX = 40, FINDING_TEXT_MAX = 2000, FINDING_EVENTS_MAX = 1000 };

static bool is_kind(const char *word)
{
    size_t size = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return word[0] >= 'a' && word[0] <= 'z' && word[size] == '\0' && size <= FINDING_KIND_MAX;
}

static bool is_event_id(const struct text *id)
{
    return id->size == DIGEST_HEX_SIZE - 1 && strspn(id->bytes, "0123456789abcdef") == id->size;
}

static bool check_finding(struct record_view finding, struct error *error)
{
    struct text event;
    const char *id = record_text(finding, ENT_FINDING_ID), *kind = record_text(finding, ENT_FINDING_KIND);
    const char *text = record_text(finding, ENT_FINDING_TEXT);
    if (!text || !*text)
        return error_set(error, ERROR_INPUT, "a finding needs a text (ENT_FINDING_TEXT): one sentence for people");
    if (strlen(text) > FINDING_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "the text of a finding may have %d bytes, this one has %zu", FINDING_TEXT_MAX,
                         strlen(text));
    if (id && strlen(id) > FINDING_ID_MAX)
        return error_set(error, ERROR_LIMIT, "the id of a finding may have %d bytes, this one has %zu", FINDING_ID_MAX,
                         strlen(id));
    if (kind && *kind && !is_kind(kind))
        return error_set(error, ERROR_INPUT,
                         "'%.60s' cannot be the kind of a finding: it may hold a-z, 0-9 and _ only, begin with a letter and "
                         "have at most %d",
                         kind, FINDING_KIND_MAX);
    if (record_count(finding, ENT_FINDING_EVENT) > FINDING_EVENTS_MAX)
        return error_set(error, ERROR_LIMIT, "a finding may name %d events, this one names %zu", FINDING_EVENTS_MAX,
                         record_count(finding, ENT_FINDING_EVENT));
    for (size_t i = 0; record_get_str(finding, ENT_FINDING_EVENT, i, &event); i++)
        if (!is_event_id(&event))
            return error_set(error, ERROR_INPUT,
                             "'%.60s' is no event's id: a finding names events by their 32 hex digits (ENT_REPORT_ID)",
                             event.bytes);
    return isfinite(record_num(finding, ENT_FINDING_SCORE, 0)) ||
           error_set(error, ERROR_INPUT, "the score of a finding is no number");
}

struct ent_record *prepare_finding(struct record_view finding, struct record_view event, struct error *error)
{
    static const unsigned except[] = {ENT_FINDING_KIND, 0};
    const char *kind = record_text(finding, ENT_FINDING_KIND);
    struct ent_builder *builder = begin(ENT_FINDING, finding, except, error);
    if (!builder)
        return NULL;
    if (!check_finding(finding, error)) {
        record_discard(builder);
        return NULL;
    }
    record_put_text(builder, ENT_FINDING_KIND, kind && *kind ? kind : "finding");
    if (record_count(finding, ENT_FINDING_EVENT) == 0)
        record_put_text(builder, ENT_FINDING_EVENT, record_text(event, ENT_REPORT_ID));
    return record_seal(builder, error);
}
