/* Rules: any bytes are compiled or refused at a place within them, and what was compiled can be matched and explained. */
#include "core/watch/rule.h"
#include "core/watch/rule_index.h"
#include "core/watch/rule_names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One event that has something in every field. */
static struct ent_record *make_event(void)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    static const struct {
        unsigned field;
        const char *text;
    } texts[] = {{ENT_REPORT_TYPE, "exercise"},    {ENT_REPORT_SUBTYPE, "field"},   {ENT_REPORT_STATUS, "ongoing"},
                 {ENT_REPORT_MODALITY, "reported"}, {ENT_REPORT_SCOPE, "current"},   {ENT_REPORT_NAME, "Steppe Eagle"},
                 {ENT_REPORT_PROGRAMME, "IMET"},    {ENT_REPORT_TAG, "land"},        {ENT_EVENT_CHANGE, "new"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        record_put_text(builder, texts[i].field, texts[i].text);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "KAZ");
    record_put_text(builder, ENT_ACTOR_ROLE, "host");
    record_close(builder);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "ORG:NATO");
    record_put_text(builder, ENT_ACTOR_ROLE, "participant");
    record_close(builder);
    record_open(builder, ENT_REPORT_DATE, ENT_DATE);
    record_put_text(builder, ENT_DATE_START, "2024-06");
    record_close(builder);
    record_open(builder, ENT_REPORT_PLACE, ENT_PLACE);
    record_put_text(builder, ENT_PLACE_NAME, "Otar");
    record_put_text(builder, ENT_PLACE_COUNTRY, "KAZ");
    record_close(builder);
    record_open(builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
    record_put_text(builder, ENT_QUANTITY_KIND, "money");
    record_put_num(builder, ENT_QUANTITY_VALUE, 5e6);
    record_put_text(builder, ENT_QUANTITY_UNIT, "USD");
    record_close(builder);
    record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    record_put_text(builder, ENT_EQUIPMENT_NAME, "Mi-17 helicopters");
    record_put_text(builder, ENT_EQUIPMENT_UNROCA, "V");
    record_close(builder);
    record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    record_put_text(builder, ENT_EVIDENCE_QUOTE, "the drill went on at the range near the town");
    record_close(builder);
    return record_seal(builder, &error);
}

/* Words as a configuration gives them: macros that use each other and one that uses itself. */
static const struct rule_names *make_names(void)
{
    static const char *const members[] = {"KAZ", "UZB", "ORG:NATO"};
    struct rule_names_problem problem;
    struct rule_names *names = rule_names_create();
    if (!names || !rule_names_add_group(names, "steppe", members, 3, &problem) ||
        !rule_names_add_macro(names, "m", "type = exercise and macro.n", &problem) ||
        !rule_names_add_macro(names, "n", "(actor = steppe or money > 3 M EUR)", &problem) ||
        !rule_names_add_macro(names, "o", "not macro.o", &problem))
        abort();
    return names;
}

/* What matches is among those that the index lets through. */
static void check_index(const struct rule *rule, const struct rule_facts *facts, bool matched)
{
    struct rule_index *index = rule_index_create(&rule, 1);
    uint64_t selection = 0;
    if (!index || rule_index_words(index) != 1)
        abort();
    rule_index_select(index, facts, &selection);
    if (matched && !rule_index_has(&selection, 0))
        abort();
    rule_index_destroy(index);
}

static void match(const struct rule *rule)
{
    static struct ent_record *event;
    static struct rule_facts *facts;
    struct buffer explanation = BUFFER_INIT;
    if (!event) {
        event = make_event();
        facts = rule_facts_create();
        rule_facts_fill(facts, event->view, NULL);
    }
    bool matched = rule_matches(rule, facts, NULL);
    if ((rule_matches(rule, facts, &explanation) != matched && rule_statistic(rule).kind == RULE_NO_STATISTIC) ||
        explanation.size == 0)
        abort();
    check_index(rule, facts, matched);
    buffer_free(&explanation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rule_names *names;
    struct rule_error error;
    names = names ? names : make_names();
    struct rule *rule = rule_compile_with(names, (const char *)data, size, &error);
    if (rule)
        match(rule);
    else if (!error.text[0] || error.offset > size || error.length > size - error.offset)
        abort();
    rule_destroy(rule);
    return 0;
}
