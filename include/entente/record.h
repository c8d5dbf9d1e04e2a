/* Entente records: what travels between plugins and host.
 *
 * A record is one flat block of bytes: a header, a table of fields sorted by field id, and their values.
 * It means the same in memory, in the store and on a socket, so it holds offsets and never pointers. A
 * field that may occur several times (actors, evidence) simply has several entries, kept in order. A field
 * can itself hold a record (a report's actors are records of kind ENT_ACTOR).
 *
 * Plugin authors need only the ids below; they build and read records through <entente/plugin.h>.
 * Ids are stable: they are never renumbered or reused, only added; what came after 1.0 is declared by ENT_USE_MINOR, as all
 * that is newer (<entente/version.h>). A reader passes over fields that it does not know.
 *
 * Each field's comment gives its type:
 *   str   UTF-8 text, NUL-terminated inside the record
 *   int   64-bit signed integer        num   IEEE double        flag  true or false
 *   time  milliseconds since 1970-01-01T00:00:00Z
 *   rec   a record of the kind named
 * followed by * where it may repeat. A field that is absent is not known: there is no null value.
 * The vocabulary of values (types, roles, statuses…) is that of docs/codebook.md. */
#ifndef ENTENTE_RECORD_H
#define ENTENTE_RECORD_H

#include <entente/version.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- kinds of record ---- */
enum ent_kind {
    ENT_ITEM = 1,     /* one article or post as fetched */
    ENT_REPORT = 2,   /* one event as one item version tells it */
    ENT_EVENT = 3,    /* the desk's merge of all reports of one undertaking */
    ENT_ALERT = 4,    /* a watch that matched an event or a revision of it */
    ENT_FINDING = 5,  /* what a detector noticed over many events */
    ENT_DELIVERY = 6, /* one or more alerts on their way to one sink */

    ENT_ACTOR = 16,   /* parts of reports and events from here on */
    ENT_DATE = 17,
    ENT_PLACE = 18,
    ENT_QUANTITY = 19,
    ENT_EQUIPMENT = 20,
    ENT_CITED = 21,
    ENT_EVIDENCE = 22,
    ENT_STEP = 23,
    ENT_REASON = 24,
    ENT_SOURCE = 25,  /* an event's source: which outlet told it, where */
    ENT_CONFLICT = 26, /* a value that another report of the event contradicts */
    ENT_CORRECTION = 27 /* what a person corrected of an event */
};

/* ---- ENT_ITEM ---- */
enum ent_item_field {
    ENT_ITEM_ID = 1,           /* str   32 hex digits; given by the host, a source leaves it out */
    ENT_ITEM_VERSION = 2,      /* int   1, 2, …; given by the host */
    ENT_ITEM_GUID = 3,         /* str   the feed's own id of the entry */
    ENT_ITEM_URL = 4,          /* str   absolute address of the article */
    ENT_ITEM_TITLE = 5,        /* str   plain text */
    ENT_ITEM_BODY = 6,         /* str   plain text, paragraphs apart by a line feed; evidence offsets count its bytes */
    ENT_ITEM_AUTHOR = 7,       /* str */
    ENT_ITEM_PUBLISHED = 8,    /* time  absent where not known; never "now" */
    ENT_ITEM_PUBLISHED_OFFSET = 9,     /* int  minutes east of UTC as the source stated them */
    ENT_ITEM_PUBLISHED_PRECISION = 10, /* str  second | minute | day | month | year */
    ENT_ITEM_UPDATED = 11,     /* time */
    ENT_ITEM_FETCHED = 12,     /* time  given by the host */
    ENT_ITEM_LANGUAGE = 13,    /* str   ISO 639 code, lower case */
    ENT_ITEM_SOURCE = 14,      /* str   name of the source instance; given by the host */
    ENT_ITEM_PUBLISHER = 15,   /* str   registrable domain or name of who published it */
    ENT_ITEM_CLASS = 16,       /* str   wire | official | media | analysis */
    ENT_ITEM_CATEGORY = 17,    /* str* */
    ENT_ITEM_FETCH_URL = 18,   /* str   where it was read from (the feed) */
    ENT_ITEM_HTTP_STATUS = 19, /* int */
    ENT_ITEM_DERIVED_FROM = 20 /* str   id of the item that a transform made this from; given by the host */
};

/* ---- ENT_REPORT, and the same fields in ENT_EVENT ---- */
enum ent_report_field {
    ENT_REPORT_ID = 1,         /* str   32 hex digits; given by the host unless it replaces one */
    ENT_REPORT_ITEM = 2,       /* str   id of the item; given by the host */
    ENT_REPORT_ITEM_VERSION = 3, /* int  given by the host */
    ENT_REPORT_CLASSIFIER = 4, /* str   instance that made it; given by the host */
    ENT_REPORT_STAMP = 5,      /* str   versions of lexicon and model that made it */
    ENT_REPORT_TYPE = 6,       /* str   codebook section 2 */
    ENT_REPORT_SUBTYPE = 7,    /* str */
    ENT_REPORT_STATUS = 8,     /* str */
    ENT_REPORT_MODALITY = 9,   /* str */
    ENT_REPORT_SCOPE = 10,     /* str   current | background */
    ENT_REPORT_NAME = 11,      /* str   proper name of exercise, fair or treaty */
    ENT_REPORT_PROGRAMME = 12, /* str */
    ENT_REPORT_TAG = 13,       /* str* */
    ENT_REPORT_ACTOR = 14,     /* rec*  ENT_ACTOR */
    ENT_REPORT_DATE = 15,      /* rec   ENT_DATE */
    ENT_REPORT_PLACE = 16,     /* rec*  ENT_PLACE */
    ENT_REPORT_QUANTITY = 17,  /* rec*  ENT_QUANTITY */
    ENT_REPORT_EQUIPMENT = 18, /* rec*  ENT_EQUIPMENT */
    ENT_REPORT_CITED = 19,     /* rec*  ENT_CITED */
    ENT_REPORT_RELATED = 20,   /* str*  ids of linked reports of the same item, of linked events */
    ENT_REPORT_EVIDENCE = 21,  /* rec*  ENT_EVIDENCE */
    ENT_REPORT_STEP = 22,      /* rec*  ENT_STEP */
    ENT_REPORT_PARENT = 23,    /* str   event that this one is a part of (tranche of a contract) */
    ENT_REPORT_CONFIDENCE = 24, /* num  0 to 1 */
    ENT_REPORT_REASON = 25,    /* rec*  ENT_REASON */
    ENT_REPORT_RELEVANCE = 26  /* str   of the whole item: core | mention */
};

/* ---- ENT_EVENT: beside the fields of a report (with ENT_REPORT_ID as the event's id) ---- */
enum ent_event_field {
    ENT_EVENT_REVISION = 64,    /* int   1, 2, … */
    ENT_EVENT_FIRST_SEEN = 65,  /* time  publication of the founding report, else its fetch */
    ENT_EVENT_LAST_SEEN = 66,   /* time */
    ENT_EVENT_SOURCE = 67,      /* rec*  ENT_SOURCE, one a report */
    ENT_EVENT_INDEPENDENT_SOURCES = 68, /* int */
    ENT_EVENT_CONFLICT = 69,    /* rec*  ENT_CONFLICT */
    ENT_EVENT_ALIAS = 70,       /* str*  earlier ids that still resolve to this event */
    ENT_EVENT_CHANGE = 71,      /* str*  what this revision changed: status, date, sources, actors, … */
    ENT_EVENT_VERDICT = 72,     /* str   confirmed | rejected, by a person; absent where nobody judged it */
    ENT_EVENT_CORRECTION = 73,  /* rec*  ENT_CORRECTION, those in force, in the order in which they were made */
    ENT_EVENT_ORDERED = 74,     /* num   pieces of equipment, by the steps: ordered, delivered, still to come */
    ENT_EVENT_DELIVERED = 75,   /* num */
    ENT_EVENT_OUTSTANDING = 76, /* num */
    ENT_EVENT_GRADE = 77        /* str   Admiralty code of its best source and of what is told: A1 … F6 */
};

/* ---- ENT_ALERT ---- */
enum ent_alert_field {
    ENT_ALERT_ID = 1,       /* str */
    ENT_ALERT_WATCH = 2,    /* str   name of the watch; "detector.NAME" of a detector's, "health" of a source's */
    ENT_ALERT_REASON = 3,   /* str   new, spike, silence, the change that fired: status, date, …; the kind of a finding */
    ENT_ALERT_CREATED = 4,  /* time */
    ENT_ALERT_HEADLINE = 5, /* str   one line for people */
    ENT_ALERT_EVENT = 6,    /* rec   ENT_EVENT as it was when the alert was made */
    ENT_ALERT_STATE = 7,    /* str   new | acknowledged | muted | resolved */
    ENT_ALERT_FINDING = 8,  /* rec   ENT_FINDING, where a detector fired */
    ENT_ALERT_HEADING = 9   /* str   in a delivery of several: the group it stands in, "RUS–UZB" */
};

/* ---- ENT_DELIVERY: what a sink is handed ---- */
enum ent_delivery_field {
    ENT_DELIVERY_ID = 1,      /* str   stable over retries: receivers use it as the idempotency key */
    ENT_DELIVERY_ALERT = 2,   /* rec*  ENT_ALERT; several only where they were gathered */
    ENT_DELIVERY_ATTEMPT = 3, /* int   1, 2, … */
    ENT_DELIVERY_FIRST_TRY = 4, /* time */
    ENT_DELIVERY_HOLD = 5,    /* str   why alerts were gathered: digest | quiet | throttle | group; absent of one at once */
    ENT_DELIVERY_WINDOW = 6,  /* str   the end of that time for people: "29 November 2026, 07:30 Europe/London" */
    ENT_DELIVERY_THREAD = 7,  /* str   of an update: id of the delivery that told the event first */
    ENT_DELIVERY_RECEIPT = 8  /* str   the text with which that one was taken (ENT_OK): what the receiver calls it */
};

/* ---- ENT_FINDING ---- */
enum ent_finding_field {
    ENT_FINDING_ID = 1,       /* str   what it is known by: one id of a detector is one alert, ever; without one its kind and events */
    ENT_FINDING_KIND = 2,     /* str   spike, silence, …: a-z, 0-9 and _; "finding" where there is none */
    ENT_FINDING_TEXT = 3,     /* str   one sentence */
    ENT_FINDING_EVENT = 4,    /* str*  ids; of the input where there is none */
    ENT_FINDING_SCORE = 5,    /* num */
    ENT_FINDING_SOURCE = 6    /* str   the source that it is about, where it is about one */
};

/* ---- parts ---- */
enum ent_actor_field {
    ENT_ACTOR_ID = 1,      /* str   UZB, ORG:NATO, COM:saab, NSA:…, DEF:…, HIS:…, GRP:…, UNK */
    ENT_ACTOR_ROLE = 2,    /* str   supplier | recipient | host | initiator | target | participant | observer */
    ENT_ACTOR_TEXT = 3,    /* str   as the item words it */
    ENT_ACTOR_UNIT = 4,    /* str */
    ENT_ACTOR_PARENT = 5   /* str   of a DEF: authority */
};
enum ent_date_field {
    ENT_DATE_START = 1,     /* str   ISO 8601: YYYY[-MM[-DD]] */
    ENT_DATE_END = 2,       /* str   absent with a start present: open */
    ENT_DATE_PRECISION = 3, /* str   day | month | year | range | unknown */
    ENT_DATE_AS_OF = 4,     /* str   YYYY-MM-DD */
    ENT_DATE_RAW = 5,       /* str */
    ENT_DATE_BASIS = 6      /* str   explicit | relative | duration | context */
};
enum ent_place_field {
    ENT_PLACE_RAW = 1,       /* str */
    ENT_PLACE_NAME = 2,      /* str */
    ENT_PLACE_COUNTRY = 3,   /* str   alpha-3 */
    ENT_PLACE_PRECISION = 4, /* str   site | city | region | country | sea */
    ENT_PLACE_LATITUDE = 5,  /* num   degrees north */
    ENT_PLACE_LONGITUDE = 6  /* num   degrees east */
};
enum ent_quantity_field {
    ENT_QUANTITY_KIND = 1,      /* str   personnel | units | money | countries | days | sites */
    ENT_QUANTITY_VALUE = 2,     /* num   absent for "dozens" */
    ENT_QUANTITY_MAX = 3,       /* num */
    ENT_QUANTITY_UNIT = 4,      /* str   ISO 4217 for money */
    ENT_QUANTITY_QUALIFIER = 5, /* str   exact | about | at_least | at_most */
    ENT_QUANTITY_ACTOR = 6,     /* str */
    ENT_QUANTITY_RAW = 7        /* str */
};
enum ent_equipment_field {
    ENT_EQUIPMENT_NAME = 1,   /* str */
    ENT_EQUIPMENT_COUNT = 2,  /* num */
    ENT_EQUIPMENT_UNROCA = 3, /* str   I…VII | SALW | none | unknown */
    ENT_EQUIPMENT_SIPRI = 4   /* str */
};
enum ent_cited_field {
    ENT_CITED_KIND = 1, /* str   media | official | document | unnamed */
    ENT_CITED_NAME = 2, /* str */
    ENT_CITED_DATE = 3, /* str   ISO 8601 */
    ENT_CITED_RAW = 4,  /* str */
    ENT_CITED_ACTOR = 5 /* str   whose official */
};
enum ent_evidence_field {
    ENT_EVIDENCE_FIELD = 1, /* str   the report's field that it supports */
    ENT_EVIDENCE_QUOTE = 2, /* str   verbatim */
    ENT_EVIDENCE_START = 3, /* int   byte offset in the body, or in the title */
    ENT_EVIDENCE_END = 4,   /* int   exclusive */
    ENT_EVIDENCE_IN = 5,    /* str   "title"; absent for the body */
    ENT_EVIDENCE_REPORT = 6 /* str   in an event: id of the report whose quote it is */
};
enum ent_step_field {
    ENT_STEP_STATUS = 1, /* str */
    ENT_STEP_DATE = 2,   /* str   ISO 8601 */
    ENT_STEP_COUNT = 3,  /* num */
    ENT_STEP_MONEY = 4,  /* num */
    ENT_STEP_CURRENCY = 5, /* str */
    ENT_STEP_REPORT = 6  /* str   id of the report that tells it */
};
enum ent_reason_field {
    ENT_REASON_TEXT = 1,  /* str   what spoke for or against */
    ENT_REASON_WEIGHT = 2 /* num   its share in the confidence */
};
enum ent_source_field {
    ENT_SOURCE_REPORT = 1,    /* str */
    ENT_SOURCE_ITEM = 2,      /* str */
    ENT_SOURCE_URL = 3,       /* str */
    ENT_SOURCE_TITLE = 4,     /* str */
    ENT_SOURCE_PUBLISHER = 5, /* str */
    ENT_SOURCE_CLASS = 6,     /* str */
    ENT_SOURCE_PUBLISHED = 7, /* time */
    ENT_SOURCE_AGENCY = 8,    /* str   the cited agency it rests on */
    ENT_SOURCE_FAMILY = 9,    /* str   the house that the publisher belongs to: reports of one house count once */
    ENT_SOURCE_GRADE = 10,    /* str   reliability of the publisher, A to E of the Admiralty code; absent where not judged */
    ENT_SOURCE_AGENCY_FAMILY = 11 /* str   the house of that agency */
};
enum ent_conflict_field {
    ENT_CONFLICT_FIELD = 1,  /* str */
    ENT_CONFLICT_VALUE = 2,  /* str */
    ENT_CONFLICT_REPORT = 3  /* str */
};

enum ent_correction_field {
    ENT_CORRECTION_NUMBER = 1, /* int   its number in the store */
    ENT_CORRECTION_KIND = 2,   /* str   confirm | reject | merge | split | set */
    ENT_CORRECTION_FIELD = 3,  /* str   of a set: the event's field */
    ENT_CORRECTION_VALUE = 4,  /* str   of a set: what it is now, absent where it was cleared; of a merge: the other event */
    ENT_CORRECTION_WAS = 5,    /* str   of a set: what the reports say */
    ENT_CORRECTION_AUTHOR = 6, /* str */
    ENT_CORRECTION_MADE = 7,   /* time */
    ENT_CORRECTION_NOTE = 8    /* str */
};

/* ---- the block, for those who carry records over a socket; all integers little-endian ---- */
#define ENT_RECORD_MAGIC 0x52544e45u /* "ENTR" */
enum {
    ENT_RECORD_FORMAT = 1,
    ENT_RECORD_ALIGNMENT = 8,
    ENT_RECORD_DEPTH_MAX = 6,             /* records within records */
    ENT_RECORD_SIZE_MAX = 64 * 1024 * 1024 /* bytes */
};

enum ent_type { ENT_STR = 1, ENT_INT = 2, ENT_NUM = 3, ENT_FLAG = 4, ENT_TIME = 5, ENT_REC = 6 };

struct ent_record_header {
    uint32_t magic;
    uint16_t format;
    uint16_t kind;
    uint32_t size;  /* of the whole block, a multiple of 8 */
    uint32_t count; /* of entries, which follow at once */
};

struct ent_record_entry {
    uint16_t field;
    uint8_t type;      /* enum ent_type */
    uint8_t reserved1; /* 0 */
    uint32_t length;   /* bytes of a str (its NUL not counted) or rec; 0 otherwise */
    uint64_t value;    /* the value itself, or the offset of a str or rec from the block's start */
};

#ifdef __cplusplus
}
#endif
#endif
