/* Which of several values an event gets: official over wire over media over analysis, later over earlier, specific over
 * vague; the rest stay visible. One row a class of field and rule. */
#include "core/desk/correction_values.h"
#include "core/desk/merge.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TOLD_MAX = 3 };

/* One report: class of the source, day of March, and its fields beside type and parties. */
struct telling {
    const char *class;
    int day;
    const char *fields;
};

struct row {
    const char *rule;
    struct telling tellings[TOLD_MAX]; /* in order of publication */
    unsigned field;
    const char *chosen;
    const char *conflict; /* "field value", NULL for none */
};

#define PARTIES "'actors':[{'id':'RUS','role':'supplier'},{'id':'UZB','role':'recipient'}]"
#define MONEY(value, qualifier)                                                                                        \
    "'quantities':[{'kind':'money','value':" value ",'unit':'USD','qualifier':'" qualifier "'}]," PARTIES
#define DATE(start, end, precision)                                                                                    \
    "'date':{'start':'" start "','end':'" end "','precision':'" precision "'}," PARTIES
#define GOODS(name, more) "'equipment':[{'name':'" name "'" more "}]," PARTIES
#define PLACE(name, precision, country)                                                                                \
    "'places':[{'raw':'x','name':'" name "','precision':'" precision "'" country "}]," PARTIES

static const struct row rows[] = {
    /* words */
    {"official over media", {{"official", 1, "'subtype':'grant'," PARTIES}, {"media", 2, "'subtype':'sale'," PARTIES}},
     ENT_REPORT_SUBTYPE, "grant", "subtype sale"},
    {"wire over media", {{"media", 1, "'subtype':'sale'," PARTIES}, {"wire", 1, "'subtype':'grant'," PARTIES}},
     ENT_REPORT_SUBTYPE, "grant", "subtype sale"},
    {"media over analysis", {{"media", 1, "'subtype':'sale'," PARTIES}, {"analysis", 3, "'subtype':'grant'," PARTIES}},
     ENT_REPORT_SUBTYPE, "sale", "subtype grant"},
    {"later over earlier", {{"media", 1, "'subtype':'sale'," PARTIES}, {"media", 3, "'subtype':'grant'," PARTIES}},
     ENT_REPORT_SUBTYPE, "grant", "subtype sale"},
    {"a longer name refines a shorter one of better word",
     {{"official", 1, "'name':'Steppe Eagle'," PARTIES}, {"media", 2, "'name':'Steppe Eagle Central'," PARTIES}},
     ENT_REPORT_NAME, "Steppe Eagle Central", NULL},
    {"another name of better word stands",
     {{"official", 1, "'name':'Steppe Eagle'," PARTIES}, {"media", 2, "'name':'Hamkorlik'," PARTIES}},
     ENT_REPORT_NAME, "Steppe Eagle", "name Hamkorlik"},
    {"a programme told by one only", {{"media", 1, PARTIES}, {"analysis", 2, "'programme':'FMS'," PARTIES}},
     ENT_REPORT_PROGRAMME, "FMS", NULL},
    /* status and modality */
    {"the later step, not the better word", {{"official", 1, "'status':'signed'," PARTIES}, {"media", 9, "'status':'ongoing'," PARTIES}},
     ENT_REPORT_STATUS, "ongoing", NULL},
    {"a rumoured step is a conflict beside a reported one",
     {{"official", 1, "'status':'signed'," PARTIES}, {"media", 2, "'status':'completed','modality':'alleged'," PARTIES}},
     ENT_REPORT_STATUS, "signed", "status completed"},
    {"stopped and going on at one time is a conflict",
     {{"media", 2, "'status':'ongoing'," PARTIES}, {"media", 3, "'status':'cancelled'," PARTIES}},
     ENT_REPORT_STATUS, "cancelled", "status ongoing"},
    {"the strongest modality", {{"media", 1, "'modality':'alleged'," PARTIES}, {"official", 2, "'modality':'confirmed'," PARTIES}},
     ENT_REPORT_MODALITY, "confirmed", NULL},
    {"a denial is a conflict beside a fact", {{"media", 1, "'modality':'reported'," PARTIES}, {"official", 2, "'modality':'denied'," PARTIES}},
     ENT_REPORT_MODALITY, "reported", "modality denied"},
    /* dates */
    {"a day refines the month of better word",
     {{"official", 1, DATE("2023-03", "2023-03", "month")}, {"media", 2, DATE("2023-03-05", "2023-03-05", "day")}},
     ENT_REPORT_DATE, "2023-03-05", NULL},
    {"of two days the better word",
     {{"official", 1, "'status':'signed'," DATE("2023-03-01", "2023-03-01", "day")}, {"media", 2, "'status':'signed'," DATE("2023-03-02", "2023-03-02", "day")}},
     ENT_REPORT_DATE, "2023-03-01", "date 2023-03-02"},
    {"the date of the latest step",
     {{"media", 1, "'status':'signed'," DATE("2023-03-01", "2023-03-01", "day")}, {"media", 20, "'status':'completed'," DATE("2023-03-19", "2023-03-19", "day")}},
     ENT_REPORT_DATE, "2023-03-19", NULL},
    /* parties */
    {"who gives and who takes refines who takes part",
     {{"official", 1, "'actors':[{'id':'RUS','role':'participant'},{'id':'UZB','role':'participant'}]"}, {"media", 2, PARTIES}},
     ENT_REPORT_ACTOR, "RUS/supplier;UZB/recipient", NULL},
    {"a third party told by one is a conflict",
     {{"official", 1, PARTIES}, {"media", 2, "'actors':[{'id':'CHN','role':'supplier'},{'id':'UZB','role':'recipient'}]"}},
     ENT_REPORT_ACTOR, "RUS/supplier;UZB/recipient", "actors CHN supplier"},
    /* amounts */
    {"the sum of better word", {{"official", 1, MONEY("100", "exact")}, {"media", 2, MONEY("112", "exact")}},
     ENT_REPORT_QUANTITY, "USD 100", "quantities money 112 USD"},
    {"an exact sum refines about as much", {{"official", 1, MONEY("100", "about")}, {"media", 2, MONEY("98", "exact")}},
     ENT_REPORT_QUANTITY, "USD 98", NULL},
    /* equipment */
    {"a designation refines a kind", {{"official", 1, GOODS("helicopters", "")}, {"media", 2, GOODS("Mi-17 helicopters", ",'count':12")}},
     ENT_REPORT_EQUIPMENT, "12 Mi-17 helicopters", NULL},
    {"the count of better word", {{"official", 1, GOODS("Mi-17", ",'count':12")}, {"media", 2, GOODS("Mi-17", ",'count':14")}},
     ENT_REPORT_EQUIPMENT, "12 Mi-17", "equipment 14 Mi-17"},
    {"weapons are whatever is named", {{"official", 1, GOODS("weapons", "")}, {"media", 2, GOODS("S-400", "")}},
     ENT_REPORT_EQUIPMENT, "S-400", NULL},
    /* places */
    {"a city beside its country", {{"official", 1, PLACE("Thailand", "country", ",'country':'THA'")}, {"media", 2, PLACE("Lopburi", "city", ",'country':'THA'")}},
     ENT_REPORT_PLACE, "Lopburi (THA)", NULL},
    {"the country of a place that lacks it", {{"official", 1, PLACE("Lopburi", "city", "")}, {"media", 2, PLACE("Lopburi", "city", ",'country':'THA'")}},
     ENT_REPORT_PLACE, "Lopburi (THA)", NULL},
    /* background says nothing while a fact is there */
    {"no value from background", {{"official", 1, "'scope':'background','subtype':'sale'," PARTIES}, {"media", 2, "'subtype':'grant'," PARTIES}},
     ENT_REPORT_SUBTYPE, "grant", NULL},
};

static struct ent_record *merge_row(const struct row *row, struct told told[TOLD_MAX])
{
    struct features features[TOLD_MAX];
    struct merge_member members[TOLD_MAX];
    struct error error = ERROR_INIT;
    size_t count = 0;
    for (; count < TOLD_MAX && row->tellings[count].class; count++) {
        const struct telling *telling = &row->tellings[count];
        struct buffer text = BUFFER_INIT;
        char id[40];
        bool has_status = strstr(telling->fields, "'status'"), has_modality = strstr(telling->fields, "'modality'");
        snprintf(id, sizeof id, "item-%zu", count);
        buffer_printf(&text, "{'published':'2023-03-%02d','publisher':'%zu.example','class':'%s','report':{'type':'arms_transfer',%s%s%s%s}}",
                      telling->day, count, telling->class, has_status ? "" : "'status':'signed',",
                      has_modality ? "" : "'modality':'reported',",
                      strstr(telling->fields, "'scope'") ? "" : "'scope':'current',", telling->fields);
        told_read(&told[count], id, text.bytes);
        buffer_free(&text);
        told_features(&told[count], &features[count]);
        members[count] = (struct merge_member){.report = told[count].reports[0]->view,
                                               .source = told[count].sources[0]->view,
                                               .features = &features[count]};
    }
    struct ent_record *event = merge_reports(members, count, &error);
    assert_non_null(event);
    for (size_t i = 0; i < count; i++)
        told_free(&told[i]);
    return event;
}

static void print_conflicts(struct record_view event, struct buffer *text)
{
    struct record_view conflict;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CONFLICT, i, &conflict); i++)
        buffer_printf(text, "%s%s %s", i ? "; " : "", record_text(conflict, ENT_CONFLICT_FIELD),
                      record_text(conflict, ENT_CONFLICT_VALUE));
}

static void every_field_gets_its_value_by_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct told told[TOLD_MAX];
        struct buffer chosen = BUFFER_INIT, conflicts = BUFFER_INIT;
        struct ent_record *event = merge_row(&rows[i], told);
        correction_value_text(&chosen, event->view, rows[i].field);
        print_conflicts(event->view, &conflicts);
        const char *told_conflicts = conflicts.bytes ? conflicts.bytes : "";
        if (strcmp(chosen.bytes ? chosen.bytes : "", rows[i].chosen) != 0)
            fail_msg("%s: '%s' was chosen, not '%s'", rows[i].rule, chosen.bytes, rows[i].chosen);
        if (strcmp(told_conflicts, rows[i].conflict ? rows[i].conflict : "") != 0)
            fail_msg("%s: the conflicts are '%s', not '%s'", rows[i].rule, told_conflicts,
                     rows[i].conflict ? rows[i].conflict : "");
        buffer_free(&chosen);
        buffer_free(&conflicts);
        record_release(event);
    }
}

/* ---- the ledger ---- */

struct ledger {
    const char *what;
    struct telling tellings[TOLD_MAX];
    double ordered, delivered, outstanding; /* -1: not known */
    size_t steps;
};

#define ORDER(count) "'status':'signed','date':{'start':'2023-03-01','end':'2023-03-01','precision':'day'}," GOODS("Mi-17", ",'count':" count)
#define LOT(day, status, count)                                                                                        \
    "'status':'" status "','date':{'start':'2023-03-" day "','end':'2023-03-" day "','precision':'day'}," GOODS("Mi-17", ",'count':" count)

static const struct ledger ledgers[] = {
    {"an order", {{"media", 1, ORDER("12")}}, 12, -1, 12, 1},
    {"lots add up", {{"media", 1, ORDER("12")}, {"media", 10, LOT("09", "ongoing", "4")}, {"media", 20, LOT("19", "ongoing", "4")}}, 12, 8, 4, 3},
    {"all came", {{"media", 1, ORDER("12")}, {"media", 20, LOT("19", "completed", "12")}}, 12, 12, 0, 2},
    {"a total beside a lot", {{"media", 1, ORDER("12")}, {"media", 10, LOT("09", "ongoing", "4")}, {"media", 20, LOT("19", "completed", "12")}}, 12, 12, 0, 3},
    {"two outlets tell one lot", {{"media", 1, ORDER("12")}, {"media", 10, LOT("09", "ongoing", "4")}, {"wire", 11, LOT("09", "ongoing", "4")}}, 12, 4, 8, 2},
    {"a lot of no known order", {{"media", 10, LOT("09", "completed", "4")}}, -1, 4, -1, 1},
    {"two kinds of things are no count",
     {{"media", 1, "'status':'signed','equipment':[{'name':'Mi-17','count':12},{'name':'T-90','count':3}]," PARTIES}}, -1, -1, -1, 1},
};

static void assert_total(const struct ledger *ledger, struct record_view event, unsigned field, double expected)
{
    double total = record_num(event, field, -1);
    if (total > expected || total < expected)
        fail_msg("%s: field %u is %g, not %g", ledger->what, field, total, expected);
}

static void the_ledger_says_what_is_outstanding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ledgers / sizeof *ledgers; i++) {
        struct row row = {.rule = ledgers[i].what};
        struct told told[TOLD_MAX];
        memcpy(row.tellings, ledgers[i].tellings, sizeof row.tellings);
        struct ent_record *event = merge_row(&row, told);
        assert_total(&ledgers[i], event->view, ENT_EVENT_ORDERED, ledgers[i].ordered);
        assert_total(&ledgers[i], event->view, ENT_EVENT_DELIVERED, ledgers[i].delivered);
        assert_total(&ledgers[i], event->view, ENT_EVENT_OUTSTANDING, ledgers[i].outstanding);
        assert_int_equal(record_count(event->view, ENT_REPORT_STEP), ledgers[i].steps);
        record_release(event);
    }
}

#define NAMED(start)                                                                                                   \
    ",'evidence':[{'field':'equipment','quote':'Mi-8','start':10,'end':14},{'field':'equipment','quote':'helicopters'" \
    ",'start':" start ",'end':30}]"
#define TWO_WORDS                                                                                                      \
    "'status':'completed','equipment':[{'name':'Mi-8','count':2,'unroca':'none','sipri':'aircraft'},{'name':'"         \
    "helicopters','unroca':'V','sipri':'aircraft'}]," PARTIES

/* Else a register of trade would list them as two deliveries, and know the number of neither. */
static void a_thing_that_is_told_by_name_and_kind_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        size_t count;
        const char *name;
    } cases[] = {
        {TWO_WORDS NAMED("15"), 1, "Mi-8 helicopters"},
        {TWO_WORDS NAMED("19"), 2, "Mi-8"}, /* "Mi-8 and helicopters" */
        {TWO_WORDS, 2, "Mi-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row row = {.tellings = {{"media", 1, cases[i].fields}, {"media", 2, cases[i].fields}}};
        struct told told[TOLD_MAX];
        struct record_view equipment;
        struct ent_record *event = merge_row(&row, told);
        assert_int_equal(record_count(event->view, ENT_REPORT_EQUIPMENT), cases[i].count);
        assert_true(record_get_view(event->view, ENT_REPORT_EQUIPMENT, 0, &equipment));
        assert_string_equal(record_text(equipment, ENT_EQUIPMENT_NAME), cases[i].name);
        assert_true(record_num(equipment, ENT_EQUIPMENT_COUNT, 0) == 2.0);
        assert_string_equal(record_text(equipment, ENT_EQUIPMENT_UNROCA), cases[i].count == 1 ? "V" : "none");
        record_release(event);
    }
}

/* ---- whose words a value has ---- */

#define QUOTE(field, quote) "{'field':'" field "','quote':'" quote "','start':0,'end':9}"
#define QUOTED(quotes) "'evidence':[" QUOTE("type", "sold") "," quotes "],"
#define WITH(id) "'actors':[{'id':'RUS','role':'supplier'},{'id':'UZB','role':'recipient'},{'id':'" id "','role':'supplier'}]"

struct quoting {
    const char *what;
    struct telling tellings[TOLD_MAX];
    const char *field, *quotes; /* "quote quote" of the event, in order */
};

static const struct quoting quotings[] = {
    {"tags of all reports that give one",
     {{"media", 1, QUOTED(QUOTE("tags", "naval")) "'tags':['sea']," PARTIES},
      {"media", 2, QUOTED(QUOTE("tags", "fleet")) "'tags':['sea']," PARTIES},
      {"official", 3, QUOTED(QUOTE("tags", "infantry")) "'tags':['sea','land']," PARTIES}},
     "tags", "naval infantry"},
    {"tags that no report has words for", {{"media", 1, "'tags':['sea']," PARTIES}}, "tags", ""},
    {"a programme", {{"media", 1, QUOTED(QUOTE("programme", "FMS")) "'programme':'FMS'," PARTIES}}, "programme", "FMS"},
    {"whom it cites", {{"media", 1, QUOTED(QUOTE("cited", "Tass")) "'cited':[{'kind':'media','name':'Tass'}]," PARTIES}}, "cited", "Tass"},
    {"steps, of each report that lists some",
     {{"media", 1, QUOTED(QUOTE("steps", "ordered")) "'steps':[{'status':'announced'}]," PARTIES},
      {"media", 2, QUOTED(QUOTE("steps", "agreed")) "'steps':[{'status':'negotiated'}]," PARTIES}},
     "steps", "ordered agreed"},
    {"a town whose country stands before it in the same report",
     {{"media", 1, QUOTED(QUOTE("places", "Lopburi")) "'places':[{'raw':'x','name':'Thailand','precision':'country','country':'THA'},"
                   "{'raw':'y','name':'Lopburi','precision':'city','country':'THA'}]," PARTIES}},
     "places", "Lopburi"},
    {"a party that two others name",
     {{"official", 1, QUOTED(QUOTE("actors", "Russia")) WITH("CHN")},
      {"media", 2, QUOTED(QUOTE("actors", "Minsk")) WITH("BLR")},
      {"media", 3, QUOTED(QUOTE("actors", "Belarus")) WITH("BLR")}},
     "actors", "Russia Belarus"},
};

static void each_value_of_an_event_keeps_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quotings / sizeof *quotings; i++) {
        struct row row = {.rule = quotings[i].what};
        struct told told[TOLD_MAX];
        struct record_view evidence;
        struct buffer quotes = BUFFER_INIT;
        memcpy(row.tellings, quotings[i].tellings, sizeof row.tellings);
        struct ent_record *event = merge_row(&row, told);
        for (size_t k = 0; record_get_view(event->view, ENT_REPORT_EVIDENCE, k, &evidence); k++)
            if (!strcmp(record_text(evidence, ENT_EVIDENCE_FIELD), quotings[i].field))
                buffer_printf(&quotes, "%s%s", quotes.size ? " " : "", record_text(evidence, ENT_EVIDENCE_QUOTE));
        const char *got = quotes.bytes ? quotes.bytes : "";
        if (strcmp(got, quotings[i].quotes) != 0)
            fail_msg("%s: '%s' is quoted, not '%s'", quotings[i].what, got, quotings[i].quotes);
        buffer_free(&quotes);
        record_release(event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_gets_its_value_by_rule),
        cmocka_unit_test(a_thing_that_is_told_by_name_and_kind_is_one),
        cmocka_unit_test(each_value_of_an_event_keeps_its_words),
        cmocka_unit_test(the_ledger_says_what_is_outstanding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
