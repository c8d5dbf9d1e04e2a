#include "lib/record/schema.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One row a field: ONE for at most one value, MANY for repeated ones. */
#define ONE(id, field_type, json_name) {.field = id, .type = field_type, .name = json_name}
#define MANY(id, field_type, json_name) {.field = id, .type = field_type, .repeated = true, .name = json_name}
#define ONE_RECORD(id, record_kind, json_name) {.field = id, .type = ENT_REC, .kind = record_kind, .name = json_name}
#define MANY_RECORDS(id, record_kind, json_name)                                                                       \
    {.field = id, .type = ENT_REC, .repeated = true, .kind = record_kind, .name = json_name}

static const struct schema_field item_fields[] = {
    ONE(ENT_ITEM_ID, ENT_STR, "id"),
    ONE(ENT_ITEM_VERSION, ENT_INT, "version"),
    ONE(ENT_ITEM_GUID, ENT_STR, "guid"),
    ONE(ENT_ITEM_URL, ENT_STR, "url"),
    ONE(ENT_ITEM_TITLE, ENT_STR, "title"),
    ONE(ENT_ITEM_BODY, ENT_STR, "body"),
    ONE(ENT_ITEM_AUTHOR, ENT_STR, "author"),
    ONE(ENT_ITEM_PUBLISHED, ENT_TIME, "published"),
    ONE(ENT_ITEM_PUBLISHED_OFFSET, ENT_INT, "published_offset"),
    ONE(ENT_ITEM_PUBLISHED_PRECISION, ENT_STR, "published_precision"),
    ONE(ENT_ITEM_UPDATED, ENT_TIME, "updated"),
    ONE(ENT_ITEM_FETCHED, ENT_TIME, "fetched"),
    ONE(ENT_ITEM_LANGUAGE, ENT_STR, "language"),
    ONE(ENT_ITEM_SOURCE, ENT_STR, "source"),
    ONE(ENT_ITEM_PUBLISHER, ENT_STR, "publisher"),
    ONE(ENT_ITEM_CLASS, ENT_STR, "class"),
    MANY(ENT_ITEM_CATEGORY, ENT_STR, "categories"),
    ONE(ENT_ITEM_FETCH_URL, ENT_STR, "fetch_url"),
    ONE(ENT_ITEM_HTTP_STATUS, ENT_INT, "http_status"),
    ONE(ENT_ITEM_DERIVED_FROM, ENT_STR, "derived_from"),
};

/* Shared by reports and events. */
#define REPORT_FIELDS                                                                                                  \
    ONE(ENT_REPORT_ID, ENT_STR, "id"), ONE(ENT_REPORT_ITEM, ENT_STR, "item"),                                          \
        ONE(ENT_REPORT_ITEM_VERSION, ENT_INT, "item_version"), ONE(ENT_REPORT_CLASSIFIER, ENT_STR, "classifier"),      \
        ONE(ENT_REPORT_STAMP, ENT_STR, "stamp"), ONE(ENT_REPORT_TYPE, ENT_STR, "type"),                                \
        ONE(ENT_REPORT_SUBTYPE, ENT_STR, "subtype"), ONE(ENT_REPORT_STATUS, ENT_STR, "status"),                        \
        ONE(ENT_REPORT_MODALITY, ENT_STR, "modality"), ONE(ENT_REPORT_SCOPE, ENT_STR, "scope"),                        \
        ONE(ENT_REPORT_NAME, ENT_STR, "name"), ONE(ENT_REPORT_PROGRAMME, ENT_STR, "programme"),                        \
        MANY(ENT_REPORT_TAG, ENT_STR, "tags"), MANY_RECORDS(ENT_REPORT_ACTOR, ENT_ACTOR, "actors"),                    \
        ONE_RECORD(ENT_REPORT_DATE, ENT_DATE, "date"), MANY_RECORDS(ENT_REPORT_PLACE, ENT_PLACE, "places"),            \
        MANY_RECORDS(ENT_REPORT_QUANTITY, ENT_QUANTITY, "quantities"),                                                 \
        MANY_RECORDS(ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT, "equipment"),                                                \
        MANY_RECORDS(ENT_REPORT_CITED, ENT_CITED, "cited"), MANY(ENT_REPORT_RELATED, ENT_STR, "related"),              \
        MANY_RECORDS(ENT_REPORT_EVIDENCE, ENT_EVIDENCE, "evidence"),                                                   \
        MANY_RECORDS(ENT_REPORT_STEP, ENT_STEP, "steps"), ONE(ENT_REPORT_PARENT, ENT_STR, "parent"),                   \
        ONE(ENT_REPORT_CONFIDENCE, ENT_NUM, "confidence"), MANY_RECORDS(ENT_REPORT_REASON, ENT_REASON, "reasons"),     \
        ONE(ENT_REPORT_RELEVANCE, ENT_STR, "relevance")

static const struct schema_field report_fields[] = {REPORT_FIELDS};

static const struct schema_field event_fields[] = {
    REPORT_FIELDS,
    ONE(ENT_EVENT_REVISION, ENT_INT, "revision"),
    ONE(ENT_EVENT_FIRST_SEEN, ENT_TIME, "first_seen"),
    ONE(ENT_EVENT_LAST_SEEN, ENT_TIME, "last_seen"),
    MANY_RECORDS(ENT_EVENT_SOURCE, ENT_SOURCE, "sources"),
    ONE(ENT_EVENT_INDEPENDENT_SOURCES, ENT_INT, "independent_sources"),
    MANY_RECORDS(ENT_EVENT_CONFLICT, ENT_CONFLICT, "conflicts"),
    MANY(ENT_EVENT_ALIAS, ENT_STR, "aliases"),
    MANY(ENT_EVENT_CHANGE, ENT_STR, "changes"),
    ONE(ENT_EVENT_VERDICT, ENT_STR, "verdict"),
    MANY_RECORDS(ENT_EVENT_CORRECTION, ENT_CORRECTION, "corrections"),
    ONE(ENT_EVENT_ORDERED, ENT_NUM, "ordered"),
    ONE(ENT_EVENT_DELIVERED, ENT_NUM, "delivered"),
    ONE(ENT_EVENT_OUTSTANDING, ENT_NUM, "outstanding"),
    ONE(ENT_EVENT_GRADE, ENT_STR, "grade"),
};

static const struct schema_field alert_fields[] = {
    ONE(ENT_ALERT_ID, ENT_STR, "id"),
    ONE(ENT_ALERT_WATCH, ENT_STR, "watch"),
    ONE(ENT_ALERT_REASON, ENT_STR, "reason"),
    ONE(ENT_ALERT_CREATED, ENT_TIME, "created"),
    ONE(ENT_ALERT_HEADLINE, ENT_STR, "headline"),
    ONE(ENT_ALERT_STATE, ENT_STR, "state"),
    ONE_RECORD(ENT_ALERT_EVENT, ENT_EVENT, "event"),
    ONE_RECORD(ENT_ALERT_FINDING, ENT_FINDING, "finding"),
    ONE(ENT_ALERT_HEADING, ENT_STR, "heading"),
};

static const struct schema_field delivery_fields[] = {
    ONE(ENT_DELIVERY_ID, ENT_STR, "id"),
    ONE(ENT_DELIVERY_ATTEMPT, ENT_INT, "attempt"),
    ONE(ENT_DELIVERY_FIRST_TRY, ENT_TIME, "first_try"),
    MANY_RECORDS(ENT_DELIVERY_ALERT, ENT_ALERT, "alerts"),
    ONE(ENT_DELIVERY_HOLD, ENT_STR, "hold"),
    ONE(ENT_DELIVERY_WINDOW, ENT_STR, "window"),
    ONE(ENT_DELIVERY_THREAD, ENT_STR, "thread"),
    ONE(ENT_DELIVERY_RECEIPT, ENT_STR, "receipt"),
};

static const struct schema_field finding_fields[] = {
    ONE(ENT_FINDING_ID, ENT_STR, "id"),        ONE(ENT_FINDING_KIND, ENT_STR, "kind"),
    ONE(ENT_FINDING_TEXT, ENT_STR, "text"),    MANY(ENT_FINDING_EVENT, ENT_STR, "events"),
    ONE(ENT_FINDING_SCORE, ENT_NUM, "score"),  ONE(ENT_FINDING_SOURCE, ENT_STR, "source"),
};

static const struct schema_field actor_fields[] = {
    ONE(ENT_ACTOR_ID, ENT_STR, "id"),     ONE(ENT_ACTOR_ROLE, ENT_STR, "role"),
    ONE(ENT_ACTOR_TEXT, ENT_STR, "text"), ONE(ENT_ACTOR_UNIT, ENT_STR, "unit"),
    ONE(ENT_ACTOR_PARENT, ENT_STR, "parent"),
};

static const struct schema_field date_fields[] = {
    ONE(ENT_DATE_START, ENT_STR, "start"), ONE(ENT_DATE_END, ENT_STR, "end"),
    ONE(ENT_DATE_PRECISION, ENT_STR, "precision"), ONE(ENT_DATE_AS_OF, ENT_STR, "as_of"),
    ONE(ENT_DATE_RAW, ENT_STR, "raw"), ONE(ENT_DATE_BASIS, ENT_STR, "basis"),
};

static const struct schema_field place_fields[] = {
    ONE(ENT_PLACE_RAW, ENT_STR, "raw"), ONE(ENT_PLACE_NAME, ENT_STR, "name"),
    ONE(ENT_PLACE_COUNTRY, ENT_STR, "country"), ONE(ENT_PLACE_PRECISION, ENT_STR, "precision"),
    ONE(ENT_PLACE_LATITUDE, ENT_NUM, "latitude"), ONE(ENT_PLACE_LONGITUDE, ENT_NUM, "longitude"),
};

static const struct schema_field quantity_fields[] = {
    ONE(ENT_QUANTITY_KIND, ENT_STR, "kind"), ONE(ENT_QUANTITY_VALUE, ENT_NUM, "value"),
    ONE(ENT_QUANTITY_MAX, ENT_NUM, "max"), ONE(ENT_QUANTITY_UNIT, ENT_STR, "unit"),
    ONE(ENT_QUANTITY_QUALIFIER, ENT_STR, "qualifier"), ONE(ENT_QUANTITY_ACTOR, ENT_STR, "actor"),
    ONE(ENT_QUANTITY_RAW, ENT_STR, "raw"),
};

static const struct schema_field equipment_fields[] = {
    ONE(ENT_EQUIPMENT_NAME, ENT_STR, "name"), ONE(ENT_EQUIPMENT_COUNT, ENT_NUM, "count"),
    ONE(ENT_EQUIPMENT_UNROCA, ENT_STR, "unroca"), ONE(ENT_EQUIPMENT_SIPRI, ENT_STR, "sipri"),
};

static const struct schema_field cited_fields[] = {
    ONE(ENT_CITED_KIND, ENT_STR, "kind"), ONE(ENT_CITED_NAME, ENT_STR, "name"),
    ONE(ENT_CITED_DATE, ENT_STR, "date"), ONE(ENT_CITED_RAW, ENT_STR, "raw"),
    ONE(ENT_CITED_ACTOR, ENT_STR, "actor"),
};

static const struct schema_field evidence_fields[] = {
    ONE(ENT_EVIDENCE_FIELD, ENT_STR, "field"), ONE(ENT_EVIDENCE_QUOTE, ENT_STR, "quote"),
    ONE(ENT_EVIDENCE_START, ENT_INT, "start"), ONE(ENT_EVIDENCE_END, ENT_INT, "end"),
    ONE(ENT_EVIDENCE_IN, ENT_STR, "in"),
    ONE(ENT_EVIDENCE_REPORT, ENT_STR, "report"),
};

static const struct schema_field step_fields[] = {
    ONE(ENT_STEP_STATUS, ENT_STR, "status"), ONE(ENT_STEP_DATE, ENT_STR, "date"),
    ONE(ENT_STEP_COUNT, ENT_NUM, "count"), ONE(ENT_STEP_MONEY, ENT_NUM, "money"),
    ONE(ENT_STEP_CURRENCY, ENT_STR, "currency"), ONE(ENT_STEP_REPORT, ENT_STR, "report"),
};

static const struct schema_field reason_fields[] = {
    ONE(ENT_REASON_TEXT, ENT_STR, "text"),
    ONE(ENT_REASON_WEIGHT, ENT_NUM, "weight"),
};

static const struct schema_field source_fields[] = {
    ONE(ENT_SOURCE_REPORT, ENT_STR, "report"), ONE(ENT_SOURCE_ITEM, ENT_STR, "item"),
    ONE(ENT_SOURCE_URL, ENT_STR, "url"), ONE(ENT_SOURCE_TITLE, ENT_STR, "title"),
    ONE(ENT_SOURCE_PUBLISHER, ENT_STR, "publisher"), ONE(ENT_SOURCE_CLASS, ENT_STR, "class"),
    ONE(ENT_SOURCE_PUBLISHED, ENT_TIME, "published"), ONE(ENT_SOURCE_AGENCY, ENT_STR, "agency"),
    ONE(ENT_SOURCE_FAMILY, ENT_STR, "family"),       ONE(ENT_SOURCE_GRADE, ENT_STR, "grade"),
    ONE(ENT_SOURCE_AGENCY_FAMILY, ENT_STR, "agency_family"),
};

static const struct schema_field conflict_fields[] = {
    ONE(ENT_CONFLICT_FIELD, ENT_STR, "field"),
    ONE(ENT_CONFLICT_VALUE, ENT_STR, "value"),
    ONE(ENT_CONFLICT_REPORT, ENT_STR, "report"),
};

static const struct schema_field correction_fields[] = {
    ONE(ENT_CORRECTION_NUMBER, ENT_INT, "number"), ONE(ENT_CORRECTION_KIND, ENT_STR, "kind"),
    ONE(ENT_CORRECTION_FIELD, ENT_STR, "field"),   ONE(ENT_CORRECTION_VALUE, ENT_STR, "value"),
    ONE(ENT_CORRECTION_WAS, ENT_STR, "was"),       ONE(ENT_CORRECTION_AUTHOR, ENT_STR, "author"),
    ONE(ENT_CORRECTION_MADE, ENT_TIME, "made"),    ONE(ENT_CORRECTION_NOTE, ENT_STR, "note"),
};

#define KIND(id, kind_name, table) {.kind = id, .name = kind_name, .fields = table, .field_count = COUNT(table)}

static const struct schema_kind kinds[] = {
    KIND(ENT_ITEM, "item", item_fields),
    KIND(ENT_REPORT, "report", report_fields),
    KIND(ENT_EVENT, "event", event_fields),
    KIND(ENT_ALERT, "alert", alert_fields),
    KIND(ENT_FINDING, "finding", finding_fields),
    KIND(ENT_DELIVERY, "delivery", delivery_fields),
    KIND(ENT_ACTOR, "actor", actor_fields),
    KIND(ENT_DATE, "date", date_fields),
    KIND(ENT_PLACE, "place", place_fields),
    KIND(ENT_QUANTITY, "quantity", quantity_fields),
    KIND(ENT_EQUIPMENT, "equipment", equipment_fields),
    KIND(ENT_CITED, "cited", cited_fields),
    KIND(ENT_EVIDENCE, "evidence", evidence_fields),
    KIND(ENT_STEP, "step", step_fields),
    KIND(ENT_REASON, "reason", reason_fields),
    KIND(ENT_SOURCE, "source", source_fields),
    KIND(ENT_CONFLICT, "conflict", conflict_fields),
    KIND(ENT_CORRECTION, "correction", correction_fields),
};

const struct schema_kind *schema_kind(unsigned kind)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return NULL;
}

const struct schema_field *schema_field(unsigned kind, unsigned field)
{
    const struct schema_kind *row = schema_kind(kind);
    for (size_t i = 0; row && i < row->field_count; i++)
        if (row->fields[i].field == field)
            return &row->fields[i];
    return NULL;
}

const struct schema_field *schema_field_by_name(unsigned kind, const char *name)
{
    const struct schema_kind *row = schema_kind(kind);
    for (size_t i = 0; row && i < row->field_count; i++)
        if (strcmp(row->fields[i].name, name) == 0)
            return &row->fields[i];
    return NULL;
}
