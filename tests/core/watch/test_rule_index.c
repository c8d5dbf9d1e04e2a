/* The index of rules against the rules themselves: over many invented rules and events, whatever matches is let through. */
#include "core/watch/rule.h"
#include "core/watch/rule_index.h"
#include "core/watch/rule_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RULES = 400, EVENTS = 400 };

static uint64_t random_state = 3;

static size_t below(size_t bound)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % bound);
}

static const char *const types[] = {"arms_transfer", "aid", "exercise", "visit"};
static const char *const parties[] = {"RUS", "UZB", "KAZ", "ORG:NATO", "COM:saab", "DEF:abkhazia"};
static const char *const roles[] = {"supplier", "recipient", "participant", "observer", "initiator", "target"};
#define PICK(list) (list)[below(sizeof(list) / sizeof *(list))]

/* A term, or two joined by something, a few levels deep. */
static void append_rule(struct buffer *rule, int depth)
{
    if (depth > 0 && below(3)) {
        size_t joint = below(3);
        buffer_append_text(rule, joint == 2 ? "not (" : "(");
        append_rule(rule, depth - 1);
        if (joint < 2) {
            buffer_append_text(rule, joint ? " and " : " or ");
            append_rule(rule, depth - 1);
        }
        buffer_append_char(rule, ')');
        return;
    }
    switch (below(12)) {
    case 0:
        buffer_printf(rule, "type = %s", PICK(types));
        break;
    case 1:
        buffer_printf(rule, "type in (%s, %s)", PICK(types), PICK(types));
        break;
    case 2:
        buffer_printf(rule, "type != %s", PICK(types));
        break;
    case 3:
        buffer_printf(rule, "actor in (%s, %s)", PICK(parties), PICK(parties));
        break;
    case 4:
        buffer_printf(rule, "actor not in (%s)", PICK(parties));
        break;
    case 5:
        buffer_printf(rule, "%s = %s|%s", PICK(roles), PICK(parties), PICK(parties));
        break;
    case 6:
        buffer_printf(rule, "dyad(%s, %s|%s)", PICK(parties), PICK(parties), PICK(parties));
        break;
    case 7:
        buffer_printf(rule, "dyad(*, %s)", PICK(parties));
        break;
    case 8:
        buffer_printf(rule, "role(%s, %s)", PICK(parties), PICK(roles));
        break;
    case 9:
        buffer_append_text(rule, below(2) ? "org = NATO" : "org ~ 'nat'");
        break;
    case 10:
        buffer_append_text(rule, below(2) ? "macro.m" : "actor = near");
        break;
    default:
        buffer_append_text(rule, below(2) ? "days > 3" : "region = central_asia");
    }
}

static struct ent_record *make_event(void)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    if (below(10))
        record_put_text(builder, ENT_REPORT_TYPE, PICK(types));
    for (size_t actors = below(4); actors > 0; actors--) {
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        const char *id = PICK(parties);
        record_put_text(builder, ENT_ACTOR_ID, id);
        record_put_text(builder, ENT_ACTOR_ROLE, PICK(roles));
        if (strncmp(id, "DEF:", 4) == 0)
            record_put_text(builder, ENT_ACTOR_PARENT, "KAZ");
        record_close(builder);
    }
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    return event;
}

static void whatever_matches_is_let_through(void **state)
{
    (void)state;
    static const char *const near[] = {"UZB", "COM:saab"};
    struct rule_names_problem problem;
    struct rule_names *names = rule_names_create();
    assert_true(rule_names_add_group(names, "near", near, 2, &problem));
    assert_true(rule_names_add_macro(names, "m", "type = aid and actor = KAZ", &problem));
    static struct rule *rules[RULES];
    for (size_t i = 0; i < RULES; i++) {
        struct rule_error error;
        struct buffer text = BUFFER_INIT;
        append_rule(&text, 3);
        rules[i] = rule_compile_with(names, text.bytes, text.size, &error);
        if (!rules[i])
            fail_msg("%s: %s", text.bytes, error.text);
        buffer_free(&text);
    }
    struct rule_index *index = rule_index_create((const struct rule *const *)rules, RULES);
    struct rule_facts *facts = rule_facts_create();
    uint64_t *selection = calloc(rule_index_words(index), sizeof *selection);
    size_t matched = 0, selected = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        struct ent_record *event = make_event();
        assert_true(rule_facts_fill(facts, event->view, NULL));
        rule_index_select(index, facts, selection);
        for (size_t j = 0; j < RULES; j++) {
            bool matches = rule_matches(rules[j], facts, NULL), is_selected = rule_index_has(selection, j);
            if (matches && !is_selected)
                fail_msg("%s matches and was not let through", rule_text(rules[j]));
            matched += matches;
            selected += is_selected;
        }
        record_release(event);
    }
    /* It is of some use. */
    assert_true(matched > 10000);
    assert_true(selected < (size_t)RULES * EVENTS * 9 / 10);
    free(selection);
    rule_facts_destroy(facts);
    rule_index_destroy(index);
    for (size_t i = 0; i < RULES; i++)
        rule_destroy(rules[i]);
    rule_names_destroy(names);
}

static void a_rule_of_one_type_and_party_is_let_through_for_those_alone(void **state)
{
    (void)state;
    struct rule_error error;
    static const char text[] = "type = aid and (actor = RUS or dyad(UZB, *)) and days > 3";
    struct rule *rule = rule_compile(text, sizeof text - 1, &error);
    assert_non_null(rule);
    struct rule_index *index = rule_index_create((const struct rule *const[]){rule}, 1);
    struct rule_facts *facts = rule_facts_create();
    static const struct {
        const char *type, *actor;
        bool let_through;
    } rows[] = {{"aid", "RUS", true}, {"aid", "UZB", true}, {"aid", "KAZ", false}, {"visit", "RUS", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error wrong = ERROR_INIT;
        uint64_t selection;
        struct ent_builder *builder = record_build(ENT_EVENT);
        record_put_text(builder, ENT_REPORT_TYPE, rows[i].type);
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        record_put_text(builder, ENT_ACTOR_ID, rows[i].actor);
        record_close(builder);
        struct ent_record *event = record_seal(builder, &wrong);
        assert_true(rule_facts_fill(facts, event->view, NULL));
        rule_index_select(index, facts, &selection);
        assert_int_equal(rule_index_has(&selection, 0), rows[i].let_through);
        record_release(event);
    }
    rule_facts_destroy(facts);
    rule_index_destroy(index);
    rule_destroy(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_matches_is_let_through),
        cmocka_unit_test(a_rule_of_one_type_and_party_is_let_through_for_those_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
