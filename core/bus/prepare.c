#include "core/bus/prepare.h"

#include "core/store/identity.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <stdio.h>

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
