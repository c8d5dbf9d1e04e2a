#include "core/export/event_trade.h"

#include "core/desk/features.h"
#include "lib/record/event_text.h"

#include <math.h>
#include <string.h>

const char *const event_trade_columns[] = {"event_id",
                                           "supplier",
                                           "recipient",
                                           "number_ordered",
                                           "designation",
                                           "category_sipri",
                                           "category_unroca",
                                           "year_of_order",
                                           "years_of_delivery",
                                           "number_delivered",
                                           "number_outstanding",
                                           "status",
                                           "form",
                                           "second_hand",
                                           "value",
                                           "currency",
                                           "modality",
                                           "confidence",
                                           "independent_sources",
                                           "grade",
                                           "urls",
                                           "retrieved",
                                           "quote",
                                           NULL};

size_t event_parties(struct record_view event, struct event_party parties[EVENT_PARTIES_MAX])
{
    struct record_view actor;
    size_t count = 0;
    for (size_t i = 0; count < EVENT_PARTIES_MAX && record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        if (!id || !feature_actor_is_principal(id, role ? role : "participant"))
            continue;
        parties[count++] =
            (struct event_party){.id = id,
                                 .gives = role && (strcmp(role, "supplier") == 0 || strcmp(role, "initiator") == 0),
                                 .takes = role && (strcmp(role, "recipient") == 0 || strcmp(role, "target") == 0)};
    }
    return count;
}

/* ---- the ledger ---- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; word && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static const char *const order_steps[] = {"signed", "approved", "announced", NULL};
static const char *const delivery_steps[] = {"completed", "ongoing", NULL};

/* The year of the first step of the first of these kinds that is dated; "" where none is. */
static void year_of_order(struct record_view event, char year[5])
{
    struct record_view step;
    *year = '\0';
    for (const char *const *kind = order_steps; *kind && !*year; kind++)
        for (size_t i = 0; !*year && record_get_view(event, ENT_REPORT_STEP, i, &step); i++) {
            const char *status = record_text(step, ENT_STEP_STATUS), *date = record_text(step, ENT_STEP_DATE);
            if (status && date && strcmp(status, *kind) == 0 && strlen(date) >= 4)
                memcpy(year, date, 4), year[4] = '\0';
        }
}

/* "2021;2023": years of deliveries, each once, in the order of the ledger. */
static void years_of_delivery(struct record_view event, struct buffer *years)
{
    struct record_view step;
    buffer_clear(years);
    for (size_t i = 0; record_get_view(event, ENT_REPORT_STEP, i, &step); i++) {
        char year[5];
        const char *date = record_text(step, ENT_STEP_DATE);
        if (!date || strlen(date) < 4 || !is_one_of(record_text(step, ENT_STEP_STATUS), delivery_steps))
            continue;
        memcpy(year, date, 4);
        year[4] = '\0';
        if (!years->size || !strstr(years->bytes, year))
            buffer_printf(years, "%s%s", years->size ? ";" : "", year);
    }
}

/* What is told, in so many words: never guessed from the equipment's age. */
static bool is_second_hand(struct record_view event)
{
    static const char *const words[] = {"second-hand",    "second hand", "secondhand", "refurbished", "surplus",
                                        "decommissioned", "used ",       "ex-service", NULL};
    struct record_view part;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EVIDENCE, i, &part); i++) {
        const char *quote = record_text(part, ENT_EVIDENCE_QUOTE);
        for (const char *const *word = words; quote && *word; word++) {
            const char *at = strcasestr(quote, *word);
            if (at && (at == quote || at[-1] == ' '))
                return true;
        }
    }
    return false;
}

/* ---- rows ---- */

static void number_cell(struct csv *csv, double number)
{
    if (isnan(number))
        csv_cell(csv, NULL);
    else
        csv_cell_number(csv, number);
}

/* The ledger counts all equipment of the event together, so it tells of one item only where that is the only one. */
static double ledger_number(struct record_view event, unsigned field)
{
    return record_count(event, ENT_REPORT_EQUIPMENT) == 1 ? record_num(event, field, (double)NAN) : (double)NAN;
}

static void money_cells(struct csv *csv, struct record_view event)
{
    struct record_view quantity;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_QUANTITY, i, &quantity); i++) {
        const char *kind = record_text(quantity, ENT_QUANTITY_KIND);
        double value = record_num(quantity, ENT_QUANTITY_VALUE, (double)NAN);
        if (!kind || strcmp(kind, "money") != 0 || isnan(value))
            continue;
        csv_cell_number(csv, value);
        csv_cell(csv, record_text(quantity, ENT_QUANTITY_UNIT));
        return;
    }
    csv_cell(csv, NULL);
    csv_cell(csv, NULL);
}

static void print_row(struct csv *csv, struct record_view event, const struct record_view *equipment,
                      const char *suppliers, const char *recipient, const struct event_retrieved *retrieved,
                      struct buffer *scratch)
{
    char year[5];
    double ordered = ledger_number(event, ENT_EVENT_ORDERED);
    if (isnan(ordered) && equipment)
        ordered = record_num(*equipment, ENT_EQUIPMENT_COUNT, (double)NAN);
    csv_cell(csv, record_text(event, ENT_REPORT_ID));
    csv_cell(csv, suppliers);
    csv_cell(csv, recipient);
    number_cell(csv, ordered);
    csv_cell(csv, equipment ? record_text(*equipment, ENT_EQUIPMENT_NAME) : NULL);
    csv_cell(csv, equipment ? record_text(*equipment, ENT_EQUIPMENT_SIPRI) : NULL);
    csv_cell(csv, equipment ? record_text(*equipment, ENT_EQUIPMENT_UNROCA) : NULL);
    year_of_order(event, year);
    csv_cell(csv, year);
    years_of_delivery(event, scratch);
    csv_cell(csv, scratch->size ? scratch->bytes : "");
    number_cell(csv, ledger_number(event, ENT_EVENT_DELIVERED));
    number_cell(csv, ledger_number(event, ENT_EVENT_OUTSTANDING));
    csv_cell(csv, record_text(event, ENT_REPORT_STATUS));
    csv_cell(csv, record_text(event, ENT_REPORT_SUBTYPE));
    csv_cell(csv, is_second_hand(event) ? "yes" : "");
    money_cells(csv, event);
    csv_cell(csv, record_text(event, ENT_REPORT_MODALITY));
    number_cell(csv, record_num(event, ENT_REPORT_CONFIDENCE, (double)NAN));
    csv_cell_integer(csv, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    csv_cell(csv, record_text(event, ENT_EVENT_GRADE));
    event_cells_provenance(csv, event, retrieved, event_quote(event, "equipment"), scratch);
    csv_row(csv);
}

void event_trade_print(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                       struct buffer *scratch)
{
    struct event_party parties[EVENT_PARTIES_MAX];
    struct buffer suppliers = BUFFER_INIT;
    struct record_view equipment;
    const char *type = record_text(event, ENT_REPORT_TYPE);
    if (!type || strcmp(type, "arms_transfer") != 0)
        return;
    size_t count = event_parties(event, parties), items = record_count(event, ENT_REPORT_EQUIPMENT);
    for (size_t i = 0; i < count; i++)
        if (parties[i].gives)
            buffer_printf(&suppliers, "%s%s", suppliers.size ? ";" : "", parties[i].id);
    for (size_t i = 0; i < count; i++) {
        if (!parties[i].takes)
            continue;
        for (size_t item = 0; item < items || item == 0; item++) {
            bool has_item = record_get_view(event, ENT_REPORT_EQUIPMENT, item, &equipment);
            print_row(csv, event, has_item ? &equipment : NULL, suppliers.size ? suppliers.bytes : "", parties[i].id,
                      retrieved, scratch);
        }
    }
    scratch->failed = scratch->failed || suppliers.failed;
    buffer_free(&suppliers);
}
