#include "core/watch/rule.h"
#include "core/watch/rule_codes.h"
#include "core/watch/rule_form.h"
#include "core/watch/rule_language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/watch/read_event.h"

/* ---- events ---- */

static const char sale[] =
    "{'id':'e1','revision':2,'type':'arms_transfer','subtype':'sale','status':'signed','modality':'confirmed',"
    "'scope':'current','programme':'FMS','tags':['air'],'changes':['status','sources'],"
    "'actors':[{'id':'RUS','role':'supplier','text':'Moscow'},{'id':'COM:rosoboronexport','role':'supplier'},"
    "{'id':'UZB','role':'recipient'},{'id':'KAZ','role':'observer'},{'id':'DEF:abkhazia','role':'target','parent':'GEO'}],"
    "'date':{'start':'2024-03-05','end':'2024-03-08','precision':'range'},"
    "'places':[{'raw':'Termez airfield','name':'Termez','country':'UZB','precision':'city'}],"
    "'quantities':[{'kind':'money','value':150000000,'unit':'USD','qualifier':'about'},"
    "{'kind':'personnel','value':100,'max':150,'unit':'troops','qualifier':'about'},"
    "{'kind':'personnel','unit':'troops','qualifier':'about'}],"
    "'equipment':[{'name':'Mi-17 helicopters','count':12,'unroca':'V','sipri':'aircraft'}],"
    "'evidence':[{'field':'type','quote':'signed a contract for twelve helicopters','start':0,'end':40}],"
    "'confidence':0.8,'independent_sources':2,'sources':[{'report':'r1','publisher':'www.gazeta.example',"
    "'class':'media','title':'Twelve more for the border troops'},{'report':'r2','publisher':'reuters.com','class':'wire','grade':'B'}],'grade':'B2'}";

static const char drill[] =
    "{'id':'e2','revision':1,'type':'exercise','subtype':'field','status':'ongoing','modality':'reported',"
    "'scope':'current','name':'Steppe Eagle 2024','changes':['new'],"
    "'actors':[{'id':'KAZ','role':'participant'},{'id':'USA','role':'participant'},{'id':'ORG:NATO','role':'participant'}],"
    "'date':{'start':'2024-06','precision':'month'}}";

static const char rumour[] = "{'id':'e3','type':'aid','status':'announced','modality':'hypothetical','scope':'current',"
                             "'actors':[{'id':'USA','role':'supplier'},{'id':'UKR','role':'recipient'}]}";

static const char history[] = "{'id':'e4','type':'aid','status':'completed','modality':'reported','scope':'background',"
                              "'actors':[{'id':'USA','role':'supplier'},{'id':'UKR','role':'recipient'}]}";

static const char sale_before[] = "{'id':'e1','revision':1,'type':'arms_transfer','status':'negotiated',"
                                  "'modality':'confirmed','scope':'current'}";

static struct rule *compile(const char *text)
{
    struct rule_error error;
    struct rule *rule = rule_compile(text, strlen(text), &error);
    if (!rule)
        fail_msg("%s: at %zu: %s", text, error.offset, error.text);
    return rule;
}

static bool matches(const char *text, const char *event_text, const char *previous_text)
{
    struct rule *rule = compile(text);
    struct ent_record *event = read_event(event_text);
    struct ent_record *previous = previous_text ? read_event(previous_text) : NULL;
    struct rule_facts *facts = rule_facts_create();
    assert_true(rule_facts_fill(facts, event->view, previous ? &previous->view : NULL));
    bool matched = rule_matches(rule, facts, NULL);
    rule_facts_destroy(facts);
    record_release(event);
    record_release(previous);
    rule_destroy(rule);
    return matched;
}

struct row {
    bool matches;
    const char *rule;
};

static void check_rows(const struct row *rows, size_t count, const char *event, const char *previous)
{
    for (size_t i = 0; i < count; i++)
        if (matches(rows[i].rule, event, previous) != rows[i].matches)
            fail_msg("%s: expected %s", rows[i].rule, rows[i].matches ? "a match" : "none");
}

static void every_operator_of_every_field(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {true, "type = arms_transfer"},
        {false, "type = aid"},
        {true, "type != aid"},
        {true, "type in (aid, arms_transfer)"},
        {true, "type = aid|arms_transfer"},
        {true, "type in aid|arms_transfer"},
        {true, "type not in (aid, training)"},
        {false, "type NOT IN (aid, arms_transfer)"},
        {true, "subtype = sale"},
        {true, "modality = confirmed and scope = current"},
        {true, "tag = air"},
        {false, "tag = land"},
        {true, "change = status"},
        {false, "change = new"},
        {true, "actor = RUS"},
        {true, "actor = COM:Rosoboronexport"},
        {false, "actor = TUR"},
        {true, "actor != TUR"},
        {true, "actor in (TUR, UZB)"},
        {true, "actor = central_asia"},
        {true, "actor = GEO"},
        {true, "supplier = RUS"},
        {false, "supplier = UZB"},
        {true, "recipient in (central_asia)"},
        {true, "observer = KAZ"},
        {false, "host = UZB"},
        {true, "region = central_asia"},
        {true, "region = europe"},
        {false, "region = oceania"},
        {true, "dyad(RUS, UZB|KAZ)"},
        {true, "dyad((TUR, RUS), central_asia)"},
        {true, "dyad(*, UZB)"},
        {false, "dyad(UZB, RUS)"},
        {false, "dyad(RUS, KAZ)"},
        {true, "role = observer"},
        {false, "role = initiator"},
        {true, "role(UZB, recipient|target)"},
        {false, "role(UZB, supplier)"},
        {true, "date = 2024"},
        {true, "date = 2024-03"},
        {true, "date = 2024-03-06"},
        {false, "date = 2024-03-09"},
        {true, "date > 2024-02"},
        {false, "date > 2024-03-05"},
        {true, "date >= 2024-03-05"},
        {true, "date < 2024-03-09"},
        {true, "date <= 2024-03-08"},
        {false, "date < 2024-03-08"},
        {true, "date in (2023, 2024)"},
        {true, "place = UZB"},
        {true, "place = 'termez'"},
        {false, "place = 'term'"},
        {true, "place ~ '^term'"},
        {true, "place !~ 'tash'"},
        {true, "place = central_asia"},
        {true, "personnel > 120"},
        {true, "personnel < 101"},
        {false, "personnel > 150"},
        {true, "personnel >= 150"},
        {true, "personnel = 125"},
        {false, "units > 0"},
        {true, "units != 3"},
        {true, "money > 100 M USD"},
        {true, "money > 100 M"},
        {true, "money >= 0.15 bn USD"},
        {false, "money > 100 M EUR"},
        {false, "money > 1B"},
        {true, "money in (150 M USD, 200 M EUR)"},
        {true, "equipment = 'Mi-17'"},
        {true, "equipment = 'helicopter'"},
        {false, "equipment = 'heli'"},
        {true, "equipment ~ 'mi-?17'"},
        {true, "unroca in (IV, V)"},
        {true, "sipri = aircraft"},
        {true, "source = 'gazeta.example'"},
        {true, "source = reuters.com"},
        {false, "source = 'azeta.example'"},
        {true, "source ~ 'gazeta'"},
        {true, "source_class = wire"},
        {true, "grade = B"},
        {true, "grade in (F, A)"},
        {false, "grade = C"},
        {true, "credibility <= 2"},
        {false, "credibility > 2"},
        {true, "sources >= 2"},
        {false, "independent_sources > 2"},
        {true, "reports = 2"},
        {true, "confidence >= 0.8"},
        {false, "confidence > 0.8"},
        {true, "programme = FMS"},
        {false, "name = 'Steppe Eagle'"},
        {true, "name != 'Steppe Eagle'"},
        {true, "text ~ 'twelve (heli|air)'"},
        {true, "text ~ 'border troops'"},
        {true, "text !~ 'submarine'"},
        {true, "status -> signed"},
        {true, "status -> (signed, completed)"},
        {false, "status -> completed"},
        {false, "modality -> confirmed"},
        {true, "not type = aid"},
        {false, "not (type = aid or actor = RUS)"},
        {true, "type = aid or actor = RUS and status = signed"},
        {false, "(type = aid or actor = RUS) and status = completed"},
        {true, "type = aid # a comment\n or actor = RUS"},
        {true, "not not actor = RUS"},
    };
    check_rows(rows, sizeof rows / sizeof *rows, sale, sale_before);
}

static void an_event_without_direction_matches_a_dyad_by_its_participants(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {true, "dyad(USA, KAZ)"},
        {true, "dyad(KAZ, USA)"},
        {true, "dyad(ORG:NATO, KAZ)"},
        {false, "dyad(USA, UZB)"},
        {true, "org = NATO"},
        {true, "org ~ '^nat'"},
        {true, "name = 'steppe eagle'"},
        {true, "date >= 2024-06"},
        {false, "date < 2025"},
        {true, "status -> ongoing"},
        {true, "change = new and participant = USA"},
    };
    check_rows(rows, sizeof rows / sizeof *rows, drill, NULL);
}

static void what_is_no_current_fact_matches_only_a_rule_that_asks(void **state)
{
    (void)state;
    assert_false(matches("type = aid", rumour, NULL));
    assert_false(matches("not type = exercise", rumour, NULL));
    assert_true(matches("type = aid and modality = hypothetical", rumour, NULL));
    assert_true(matches("type = aid and modality in (hypothetical, denied)", rumour, NULL));
    assert_false(matches("type = aid", history, NULL));
    assert_true(matches("type = aid and scope = background", history, NULL));
}

struct error_row {
    const char *rule;
    size_t offset, length;
    const char *text;    /* part of the message */
    const char *nearest; /* "" for none */
};

static void every_error_points_at_its_place(void **state)
{
    (void)state;
    static const struct error_row rows[] = {
        {"", 0, 0, "the rule is empty", ""},
        {"  # nothing", 0, 0, "the rule is empty", ""},
        {"typ = aid", 0, 3, "there is no field typ: did you mean type?", "type"},
        {"zzz = aid", 0, 3, "there is no field zzz", ""},
        {"type = arms_transfers", 7, 14, "unknown type arms_transfers: did you mean arms_transfer?", "arms_transfer"},
        {"type in (aid, trainin)", 14, 7, "did you mean training?", "training"},
        {"type = 'aid'", 7, 5, "type takes a word, not 'aid'", ""},
        {"actor = UZZ", 8, 3, "unknown actor UZZ: did you mean UZB?", "UZB"},
        {"actor = OGR:NATO", 8, 8, "unknown actor OGR:NATO: did you mean ORG:?", "ORG:"},
        {"actor = centralasia", 8, 11, "did you mean central_asia?", "central_asia"},
        {"actor = 12", 8, 2, "actor takes an actor's code", ""},
        {"region = centrl_asia", 9, 11, "unknown region centrl_asia: did you mean central_asia?", "central_asia"},
        {"role = giver", 7, 5, "unknown role giver", ""},
        {"role(UZB, recipent)", 10, 8, "did you mean recipient?", "recipient"},
        {"role(UZB)", 8, 1, "role takes an actor and roles", ","},
        {"dyad = RUS", 5, 1, "dyad takes two sides in parentheses", "("},
        {"dyad(RUS)", 8, 1, "dyad takes two sides", ","},
        {"dyad(RUS, UZB", 13, 0, "dyad(A, B|C) ends with ), but the rule ends here", ")"},
        {"type > aid", 5, 1, "type is compared by =, != and in", ""},
        {"status ~ 'a'", 7, 1, "status is compared by =, !=, in and ->", ""},
        {"actor -> RUS", 6, 2, "actor is compared by =, != and in", ""},
        {"text = 'x'", 5, 1, "text is compared by ~ and !~", ""},
        {"money ~ 'x'", 6, 1, "money is compared by =, !=, <", ""},
        {"type aid", 5, 3, "type is compared by =, != and in, not aid", ""},
        {"type not aid", 9, 3, "not must be followed by in", "in"},
        {"type =", 6, 0, "type takes a word, but the rule ends here", ""},
        {"type in (aid", 12, 0, "a list goes on with a comma or ends with ), but the rule ends here", ")"},
        {"type = aid actor = RUS", 11, 5, "terms are joined by and or or, not actor", ""},
        {"type = aid and", 14, 0, "a term begins with a field, not or (, but the rule ends here", ""},
        {"and type = aid", 0, 3, "a term begins with a field", ""},
        {"(type = aid", 11, 0, "a parenthesis that was opened ends with )", ")"},
        {"type = aid)", 10, 1, "terms are joined by and or or, not )", ""},
        {"personnel > many", 12, 4, "personnel takes a number, not many", ""},
        {"personnel > 2024-05-01", 12, 10, "this is not a number", ""},
        {"personnel > (1, 2)", 0, 18, "compared with one value here", ""},
        {"money > 5 M DOL", 12, 3, "unknown currency DOL", NULL},
        {"money > 5 USX", 10, 3, "unknown currency USX", NULL},
        {"date > 2024-13", 7, 7, "this is not a date", ""},
        {"date > soon", 7, 4, "date takes a date", ""},
        {"place = Termez", 8, 6, "a place's name stands in single quotes", ""},
        {"text ~ '('", 7, 3, "the pattern cannot be taken: missing closing parenthesis", ""},
        {"text ~ abc", 7, 3, "text takes a pattern in single quotes", ""},
        {"text ~ '(a)\\1'", 7, 7, "it refers back to a group", ""},
        {"text ~ '((ab){1,200}){1,200}'", 7, 22, "the pattern cannot be taken", ""},
        {"text ~ '(?R)'", 7, 6, "only (?:, (?=", ""},
        {"text ~ '(*COMMIT)a'", 7, 12, "only (?:, (?=", ""},
        {"text ~ '\\x41'", 7, 6, "written as themselves", ""},
        {"name = 'open", 7, 5, "this string has no closing quote", ""},
        {"name = \"x\"", 7, 1, "strings stand in single quotes", "'"},
        {"type = aid & actor = RUS", 11, 1, "'&' has no meaning here", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct error_row *row = &rows[i];
        struct rule_error error;
        struct rule *rule = rule_compile(row->rule, strlen(row->rule), &error);
        if (rule)
            fail_msg("%s: was taken", row->rule);
        if (!strstr(error.text, row->text))
            fail_msg("%s: says \"%s\", not \"%s\"", row->rule, error.text, row->text);
        if (error.offset != row->offset || error.length != row->length)
            fail_msg("%s: at %zu+%zu, not %zu+%zu", row->rule, error.offset, error.length, row->offset, row->length);
        if (row->nearest && strcmp(error.nearest, row->nearest) != 0)
            fail_msg("%s: nearest %s", row->rule, error.nearest);
    }
}

static void bounds_are_kept(void **state)
{
    (void)state;
    struct rule_error error;
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < RULE_DEPTH_MAX + 1; i++)
        buffer_append_char(&text, '(');
    buffer_append_text(&text, "type = aid");
    assert_null(rule_compile(text.bytes, text.size, &error));
    assert_non_null(strstr(error.text, "nested more than"));
    assert_int_equal(error.offset, RULE_DEPTH_MAX);

    buffer_clear(&text);
    buffer_append_text(&text, "days=1");
    for (int i = 0; i < RULE_NODES_MAX; i++)
        buffer_append_text(&text, " or days=1");
    assert_null(rule_compile(text.bytes, text.size, &error));
    assert_non_null(strstr(error.text, "more than 4096 terms"));

    buffer_clear(&text);
    while (text.size <= RULE_SIZE_MAX)
        buffer_append_text(&text, "type = aid or ");
    assert_null(rule_compile(text.bytes, text.size, &error));
    assert_non_null(strstr(error.text, "longer than 65536 bytes"));
    buffer_free(&text);
}

static void an_explanation_says_of_each_term_what_was_found(void **state)
{
    (void)state;
    struct rule *rule = compile("type in (arms_transfer, aid) and (dyad(TUR, UZB) or money > 1 bn USD)\n and text ~ 'heli'");
    struct ent_record *event = read_event(sale);
    struct rule_facts *facts = rule_facts_create();
    struct buffer explanation = BUFFER_INIT;
    assert_true(rule_facts_fill(facts, event->view, NULL));
    assert_false(rule_matches(rule, facts, &explanation));
    assert_string_equal(explanation.bytes, "no   all of\n"
                                           "yes    type in (arms_transfer, aid): arms_transfer\n"
                                           "no     one of\n"
                                           "no       dyad(TUR, UZB): RUS, COM:rosoboronexport, UZB, KAZ, DEF:abkhazia\n"
                                           "no       money > 1 bn USD: 150000000 USD\n"
                                           "yes    text ~ 'heli': found\n");
    buffer_free(&explanation);
    rule_facts_destroy(facts);
    record_release(event);
    rule_destroy(rule);
}

static void an_explanation_says_that_a_rumour_is_none(void **state)
{
    (void)state;
    struct rule *rule = compile("type = aid");
    struct ent_record *event = read_event(rumour);
    struct rule_facts *facts = rule_facts_create();
    struct buffer explanation = BUFFER_INIT;
    assert_true(rule_facts_fill(facts, event->view, NULL));
    assert_false(rule_matches(rule, facts, &explanation));
    assert_string_equal(explanation.bytes,
                        "yes  type = aid: aid\n"
                        "no   a current fact: current, hypothetical (the rule mentions neither scope nor modality)\n");
    buffer_free(&explanation);
    rule_facts_destroy(facts);
    record_release(event);
    rule_destroy(rule);
}

/* ---- docs/rules.md ---- */

static char *read_document(void)
{
    FILE *file = fopen(ENT_SOURCE_DIR "/docs/rules.md", "r");
    char *text = calloc(1, 65536);
    assert_non_null(file);
    assert_true(fread(text, 1, 65535, file) > 1000);
    fclose(file);
    return text;
}

static void the_examples_of_the_document_are_rules(void **state)
{
    (void)state;
    size_t count = 0;
    char *text = read_document(), *block = strstr(text, "```rule\n");
    assert_non_null(block);
    for (char *line = block + strlen("```rule\n"); strncmp(line, "```", 3) != 0; line += strlen(line) + 1) {
        line[strcspn(line, "\n")] = '\0';
        rule_destroy(compile(line));
        count++;
    }
    assert_true(count >= 8);
    free(text);
    struct rule_term_help term;
    for (size_t i = 0; rule_language_term(i, &term); i++)
        rule_destroy(compile(term.example));
}

/* scripts/generate-docs --check holds the document and the table together. */
static void every_name_is_found_and_has_its_words(void **state)
{
    (void)state;
    size_t count = 0;
    for (const char *const *name = rule_field_names(); *name; name++, count++) {
        assert_non_null(rule_field_find(*name));
        assert_string_equal(rule_field_at(count)->name, *name);
        if (rule_field_at(count)->kind == FIELD_WORD)
            assert_non_null(rule_field_words(rule_field_at(count))[0]);
    }
    assert_null(rule_field_at(count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_of_every_field),
        cmocka_unit_test(an_event_without_direction_matches_a_dyad_by_its_participants),
        cmocka_unit_test(what_is_no_current_fact_matches_only_a_rule_that_asks),
        cmocka_unit_test(every_error_points_at_its_place),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(an_explanation_says_of_each_term_what_was_found),
        cmocka_unit_test(an_explanation_says_that_a_rumour_is_none),
        cmocka_unit_test(the_examples_of_the_document_are_rules),
        cmocka_unit_test(every_name_is_found_and_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
