#include "report.h"

#include "quote.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STAMP_SIZE = 300, DEPTH_MAX = 4 };
static const double NUMBER_MAX = 1e15;

/* ---- reading the event ---- */

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

struct place {
    struct ent_str text; /* the article's own wording */
    size_t start, end;
    int in_title;
};

static int find(const struct report_maker *maker, const char *words, struct place *place)
{
    if (!words)
        return 0;
    struct ent_str wanted = ent_text(words);
    place->in_title = 0;
    if (!quote_find(maker->body, wanted, &place->start, &place->end)) {
        if (!quote_find(maker->title, wanted, &place->start, &place->end))
            return 0;
        place->in_title = 1;
    }
    struct ent_str from = place->in_title ? maker->title : maker->body;
    place->text = ent_bytes(from.data + place->start, place->end - place->start);
    return 1;
}

int report_has_quotes(const struct report_maker *maker, const json_t *quotes)
{
    struct place place;
    size_t index;
    json_t *quote;
    json_array_foreach(quotes, index, quote) if (!find(maker, json_string_value(quote), &place)) return 0;
    return 1;
}

/* ---- putting it down ---- */

static void put_found(struct report_maker *maker, struct ent_builder *builder, uint32_t field, const char *words)
{
    struct place place;
    if (find(maker, words, &place))
        maker->host->put_str(builder, field, place.text);
    else if (words)
        maker->dropped++;
}

static int is_number(const json_t *value, double least)
{
    double number = json_number_value(value);
    return json_is_number(value) && isfinite(number) && number >= least && number <= NUMBER_MAX;
}

static enum report_outcome check_actors(const struct report_maker *maker, const json_t *actors, char *why, size_t size)
{
    size_t index, definite = 0;
    json_t *actor;
    struct place place;
    json_array_foreach(actors, index, actor)
    {
        const char *id = text_of(actor, "id"), *words = text_of(actor, "text");
        int is_unknown = strcmp(id, "UNK") == 0;
        if (!codebook_is_party(maker->codebook, id)) {
            snprintf(why, size, "\"%.40s\" is no id of an actor", id);
            return REPORT_WRONG;
        }
        if ((words || !is_unknown) && !find(maker, words, &place)) {
            snprintf(why, size, "the article does not name the actor %.20s as \"%.60s\"", id, words ? words : "");
            return REPORT_NO_QUOTE;
        }
        definite += !is_unknown && strncmp(id, "GRP:", 4) != 0;
    }
    if (definite > 0)
        return REPORT_MADE;
    snprintf(why, size, "it names no definite actor");
    return REPORT_WRONG;
}

static enum report_outcome check_evidence(const struct report_maker *maker, const json_t *evidence, char *why,
                                          size_t size)
{
    size_t index;
    json_t *one;
    struct place place;
    if (json_array_size(evidence) == 0) {
        snprintf(why, size, "it comes without a quote");
        return REPORT_NO_QUOTE;
    }
    json_array_foreach(evidence, index, one)
    {
        if (find(maker, text_of(one, "quote"), &place))
            continue;
        snprintf(why, size, "\"%.80s\" is not in the article", text_of(one, "quote"));
        return REPORT_NO_QUOTE;
    }
    return REPORT_MADE;
}

static void put_actors(struct report_maker *maker, struct ent_builder *builder, const json_t *actors)
{
    const struct ent_host *host = maker->host;
    size_t index;
    json_t *actor;
    json_array_foreach(actors, index, actor)
    {
        host->open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        ent_put_text(host, builder, ENT_ACTOR_ID, text_of(actor, "id"));
        ent_put_text(host, builder, ENT_ACTOR_ROLE, text_of(actor, "role"));
        put_found(maker, builder, ENT_ACTOR_TEXT, text_of(actor, "text"));
        put_found(maker, builder, ENT_ACTOR_UNIT, text_of(actor, "unit"));
        host->close(builder);
    }
}

static const char *precision_of(const char *start, const char *end)
{
    if (end && strcmp(start, end) != 0)
        return "range";
    return strlen(start) == 10 ? "day" : strlen(start) == 7 ? "month" : "year";
}

/* A date that the article does not word is made up, and one that is none is none. */
static void put_date(struct report_maker *maker, struct ent_builder *builder, const json_t *date)
{
    const struct ent_host *host = maker->host;
    const char *start = text_of(date, "start"), *end = text_of(date, "end");
    struct place raw;
    if (!start)
        return;
    int is_good = find(maker, text_of(date, "raw"), &raw) && codebook_is_date(maker->codebook, start) &&
                  (!end || (codebook_is_date(maker->codebook, end) && strcmp(start, end) <= 0));
    if (!is_good) {
        maker->dropped++;
        return;
    }
    host->open(builder, ENT_REPORT_DATE, ENT_DATE);
    ent_put_text(host, builder, ENT_DATE_START, start);
    ent_put_text(host, builder, ENT_DATE_END, end);
    ent_put_text(host, builder, ENT_DATE_PRECISION, precision_of(start, end));
    host->put_str(builder, ENT_DATE_RAW, raw.text);
    ent_put_text(host, builder, ENT_DATE_BASIS, text_of(date, "basis"));
    host->close(builder);
}

static void put_place(struct report_maker *maker, struct ent_builder *builder, const json_t *place)
{
    const struct ent_host *host = maker->host;
    const char *country = text_of(place, "country"), *name = text_of(place, "name");
    struct place raw, named;
    if (!find(maker, text_of(place, "raw"), &raw)) {
        maker->dropped++;
        return;
    }
    host->open(builder, ENT_REPORT_PLACE, ENT_PLACE);
    host->put_str(builder, ENT_PLACE_RAW, raw.text);
    host->put_str(builder, ENT_PLACE_NAME, find(maker, name, &named) ? named.text : raw.text);
    if (country && codebook_is_country(maker->codebook, country))
        ent_put_text(host, builder, ENT_PLACE_COUNTRY, country);
    ent_put_text(host, builder, ENT_PLACE_PRECISION, text_of(place, "precision"));
    host->close(builder);
}

static int is_currency(const char *unit)
{
    return strlen(unit) == 3 && strspn(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* Money in a currency; of other quantities the unit is a word of the article. */
static void put_unit(struct report_maker *maker, struct ent_builder *builder, const json_t *quantity)
{
    const char *unit = text_of(quantity, "unit");
    if (unit && strcmp(text_of(quantity, "kind"), "money") == 0 && is_currency(unit))
        ent_put_text(maker->host, builder, ENT_QUANTITY_UNIT, unit);
    else
        put_found(maker, builder, ENT_QUANTITY_UNIT, unit);
}

static void put_quantity(struct report_maker *maker, struct ent_builder *builder, const json_t *quantity)
{
    const struct ent_host *host = maker->host;
    const json_t *value = json_object_get(quantity, "value");
    const char *actor = text_of(quantity, "actor");
    struct place raw;
    if (!find(maker, text_of(quantity, "raw"), &raw) || (json_is_number(value) && !is_number(value, 0))) {
        maker->dropped++;
        return;
    }
    host->open(builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
    ent_put_text(host, builder, ENT_QUANTITY_KIND, text_of(quantity, "kind"));
    if (json_is_number(value))
        host->put_num(builder, ENT_QUANTITY_VALUE, json_number_value(value));
    put_unit(maker, builder, quantity);
    ent_put_text(host, builder, ENT_QUANTITY_QUALIFIER, text_of(quantity, "qualifier"));
    if (actor && codebook_is_party(maker->codebook, actor))
        ent_put_text(host, builder, ENT_QUANTITY_ACTOR, actor);
    host->put_str(builder, ENT_QUANTITY_RAW, raw.text);
    host->close(builder);
}

static void put_equipment(struct report_maker *maker, struct ent_builder *builder, const json_t *equipment)
{
    const struct ent_host *host = maker->host;
    const json_t *count = json_object_get(equipment, "count");
    struct place name;
    if (!find(maker, text_of(equipment, "name"), &name)) {
        maker->dropped++;
        return;
    }
    host->open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    host->put_str(builder, ENT_EQUIPMENT_NAME, name.text);
    if (is_number(count, 1))
        host->put_num(builder, ENT_EQUIPMENT_COUNT, json_number_value(count));
    ent_put_text(host, builder, ENT_EQUIPMENT_UNROCA, text_of(equipment, "unroca"));
    ent_put_text(host, builder, ENT_EQUIPMENT_SIPRI, text_of(equipment, "sipri"));
    host->close(builder);
}

static void put_cited(struct report_maker *maker, struct ent_builder *builder, const json_t *cited)
{
    const struct ent_host *host = maker->host;
    const char *kind = text_of(cited, "kind"), *date = text_of(cited, "date"), *actor = text_of(cited, "actor");
    struct place name;
    if (!kind || !find(maker, text_of(cited, "name"), &name)) {
        maker->dropped++;
        return;
    }
    host->open(builder, ENT_REPORT_CITED, ENT_CITED);
    ent_put_text(host, builder, ENT_CITED_KIND, kind);
    host->put_str(builder, ENT_CITED_NAME, name.text);
    if (date && codebook_is_date(maker->codebook, date))
        ent_put_text(host, builder, ENT_CITED_DATE, date);
    put_found(maker, builder, ENT_CITED_RAW, text_of(cited, "raw"));
    if (actor && codebook_is_party(maker->codebook, actor))
        ent_put_text(host, builder, ENT_CITED_ACTOR, actor);
    host->close(builder);
}

static void put_evidence(struct report_maker *maker, struct ent_builder *builder, const json_t *evidence)
{
    static const char *const fields[] = {"type",   "subtype", "status", "modality",   "scope",     "name",
                                         "actors", "date",    "places", "quantities", "equipment", "cited"};
    const struct ent_host *host = maker->host;
    const char *told = text_of(evidence, "field"), *field = fields[0];
    struct place place;
    if (!find(maker, text_of(evidence, "quote"), &place))
        return;
    for (size_t i = 0; told && i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i], told) == 0)
            field = fields[i];
    host->open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    ent_put_text(host, builder, ENT_EVIDENCE_FIELD, field);
    host->put_str(builder, ENT_EVIDENCE_QUOTE, place.text);
    host->put_int(builder, ENT_EVIDENCE_START, (int64_t)place.start);
    host->put_int(builder, ENT_EVIDENCE_END, (int64_t)place.end);
    if (place.in_title)
        ent_put_text(host, builder, ENT_EVIDENCE_IN, "title");
    host->close(builder);
}

static void put_each(struct report_maker *maker, struct ent_builder *builder, const json_t *event, const char *list,
                     void (*put)(struct report_maker *, struct ent_builder *, const json_t *))
{
    size_t index;
    json_t *one;
    json_array_foreach(json_object_get(event, list), index, one) put(maker, builder, one);
}

static void put_reason(struct report_maker *maker, struct ent_builder *builder, const char *verb, const char *reason)
{
    const struct ent_host *host = maker->host;
    char text[CODEBOOK_QUOTE_MAX + 300];
    snprintf(text, sizeof text, "%s by %.100s%s%s", verb, maker->model, reason && *reason ? ": " : "",
             reason ? reason : "");
    host->open(builder, ENT_REPORT_REASON, ENT_REASON);
    ent_put_text(host, builder, ENT_REASON_TEXT, text);
    host->close(builder);
}

static void put_head(struct report_maker *maker, struct ent_builder *builder, const json_t *event)
{
    const struct ent_host *host = maker->host;
    char stamp[STAMP_SIZE];
    const char *type = text_of(event, "type"), *subtype = text_of(event, "subtype");
    snprintf(stamp, sizeof stamp, "llm-1 %.200s", maker->model);
    ent_put_text(host, builder, ENT_REPORT_ITEM, maker->item_id.data);
    ent_put_text(host, builder, ENT_REPORT_STAMP, stamp);
    ent_put_text(host, builder, ENT_REPORT_TYPE, type);
    if (subtype && codebook_has_subtype(maker->codebook, type, subtype))
        ent_put_text(host, builder, ENT_REPORT_SUBTYPE, subtype);
    else
        maker->dropped += subtype != NULL;
    ent_put_text(host, builder, ENT_REPORT_STATUS, text_of(event, "status") ? text_of(event, "status") : "unknown");
    ent_put_text(host, builder, ENT_REPORT_MODALITY,
                 text_of(event, "modality") ? text_of(event, "modality") : "reported");
    ent_put_text(host, builder, ENT_REPORT_SCOPE, text_of(event, "scope") ? text_of(event, "scope") : "current");
    put_found(maker, builder, ENT_REPORT_NAME, text_of(event, "name"));
    host->put_num(builder, ENT_REPORT_CONFIDENCE, maker->confidence);
}

/* Of the whole item: core where the title states the event. What the coder said of it stands. */
static void put_relevance(struct report_maker *maker, struct ent_builder *builder, const json_t *evidence,
                          const struct ent_record *replaces)
{
    struct ent_str told = replaces ? ent_get_str(maker->host, replaces, ENT_REPORT_RELEVANCE) : ent_text(NULL);
    const char *relevance = "mention";
    struct place place;
    size_t index;
    json_t *one;
    json_array_foreach(evidence, index, one) if (find(maker, text_of(one, "quote"), &place) && place.in_title)
        relevance = "core";
    maker->host->put_str(builder, ENT_REPORT_RELEVANCE, told.size > 0 ? told : ent_text(relevance));
}

enum report_outcome report_make(struct report_maker *maker, const json_t *event, const struct ent_record *replaces,
                                const char *reason, struct ent_record **record, char *why, size_t why_size)
{
    const struct ent_host *host = maker->host;
    const json_t *actors = json_object_get(event, "actors"), *evidence = json_object_get(event, "evidence");
    *record = NULL;
    enum report_outcome outcome = check_evidence(maker, evidence, why, why_size);
    if (outcome == REPORT_MADE)
        outcome = check_actors(maker, actors, why, why_size);
    if (outcome != REPORT_MADE)
        return outcome;
    struct ent_builder *builder = host->build(maker->instance, ENT_REPORT);
    if (!builder)
        return REPORT_NO_MEMORY;
    if (replaces)
        host->put_str(builder, ENT_REPORT_ID, ent_get_str(host, replaces, ENT_REPORT_ID));
    put_head(maker, builder, event);
    put_actors(maker, builder, actors);
    put_date(maker, builder, json_object_get(event, "date"));
    put_each(maker, builder, event, "places", put_place);
    put_each(maker, builder, event, "quantities", put_quantity);
    put_each(maker, builder, event, "equipment", put_equipment);
    put_each(maker, builder, event, "cited", put_cited);
    put_each(maker, builder, event, "evidence", put_evidence);
    put_relevance(maker, builder, evidence, replaces);
    put_reason(maker, builder, replaces ? "put right" : "coded", reason);
    *record = host->seal(builder);
    return *record ? REPORT_MADE : REPORT_NO_MEMORY;
}

/* ---- confirming ---- */

/* Copies the fields of a block as record.h lays it out, but those of `except`. The block is the host's, so it is sound.
 */
static void copy_fields(const struct ent_host *host, struct ent_builder *builder, const unsigned char *block,
                        const uint16_t *except, int depth)
{
    struct ent_record_header header;
    memcpy(&header, block, sizeof header);
    for (uint32_t i = 0; i < header.count; i++) {
        struct ent_record_entry entry;
        memcpy(&entry, block + sizeof header + i * sizeof entry, sizeof entry);
        int is_left = 0;
        for (const uint16_t *field = except; *field; field++)
            is_left |= *field == entry.field;
        if (is_left)
            continue;
        double number;
        memcpy(&number, &entry.value, sizeof number);
        if (entry.type == ENT_STR) {
            host->put_str(builder, entry.field, ent_bytes((const char *)block + entry.value, entry.length));
        } else if (entry.type == ENT_NUM) {
            host->put_num(builder, entry.field, number);
        } else if (entry.type == ENT_TIME) {
            host->put_time(builder, entry.field, (int64_t)entry.value);
        } else if (entry.type != ENT_REC) {
            host->put_int(builder, entry.field, (int64_t)entry.value);
        } else if (depth < DEPTH_MAX) {
            static const uint16_t nothing[] = {0};
            struct ent_record_header within;
            memcpy(&within, block + entry.value, sizeof within);
            host->open(builder, entry.field, within.kind);
            copy_fields(host, builder, block + entry.value, nothing, depth + 1);
            host->close(builder);
        }
    }
}

enum report_outcome report_confirm(struct report_maker *maker, const struct ent_record *original, const char *reason,
                                   struct ent_record **record)
{
    static const uint16_t changed[] = {ENT_REPORT_CONFIDENCE, ENT_REPORT_ITEM, ENT_REPORT_STAMP, 0};
    const struct ent_host *host = maker->host;
    char stamp[STAMP_SIZE];
    struct ent_str before = ent_get_str(host, original, ENT_REPORT_STAMP);
    double confidence = ent_get_num(host, original, ENT_REPORT_CONFIDENCE, 0);
    struct ent_builder *builder = host->build(maker->instance, ENT_REPORT);
    *record = NULL;
    if (!builder)
        return REPORT_NO_MEMORY;
    copy_fields(host, builder, (const unsigned char *)host->bytes(original).data, changed, 0);
    snprintf(stamp, sizeof stamp, "%.*s%sllm-1 %.100s", (int)(before.size < 180 ? before.size : 180),
             before.data ? before.data : "", before.size ? " " : "", maker->model);
    ent_put_text(host, builder, ENT_REPORT_STAMP, stamp);
    ent_put_text(host, builder, ENT_REPORT_ITEM, maker->item_id.data);
    host->put_num(builder, ENT_REPORT_CONFIDENCE, confidence > maker->confidence ? confidence : maker->confidence);
    put_reason(maker, builder, "confirmed", reason);
    *record = host->seal(builder);
    return *record ? REPORT_MADE : REPORT_NO_MEMORY;
}
