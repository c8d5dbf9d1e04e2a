#include "core/watch/rule_match.h"

#include "lib/base/calendar.h"

#include <math.h>
#include <string.h>

/* Of a range "from 100 to 150" the upper end counts for > and the lower one for <. */
static bool compare_range(enum rule_operator operator, double low, double high, double value)
{
    switch (operator) {
    case RULE_LESS:
        return low < value;
    case RULE_LESS_EQUAL:
        return low <= value;
    case RULE_GREATER:
        return high > value;
    case RULE_GREATER_EQUAL:
        return high >= value;
    default:
        return low <= value && value <= high;
    }
}

bool rule_term_takes_number(const struct rule_term *term, double low, double high, const char *currency)
{
    for (size_t i = 0; i < term->value_count; i++)
        if ((!term->values[i].currency || (currency && strcmp(term->values[i].currency, currency) == 0)) &&
            compare_range(term->operator, low, high, term->values[i].number))
            return true;
    return false;
}

const char *rule_subject_amount(enum rule_subject subject)
{
    switch (subject) {
    case SUBJECT_PERSONNEL:
        return "personnel";
    case SUBJECT_UNITS:
        return "units";
    case SUBJECT_MONEY:
        return "money";
    case SUBJECT_COUNTRIES:
        return "countries";
    case SUBJECT_DAYS:
        return "days";
    case SUBJECT_SITES:
        return "sites";
    default:
        return NULL;
    }
}

static void note_amount(struct buffer *found, const struct facts_amount *amount)
{
    if (!found)
        return;
    buffer_printf(found, "%s%.15g", found->size ? ", " : "", amount->low);
    if (amount->high > amount->low)
        buffer_printf(found, " to %.15g", amount->high);
}

static bool match_amounts(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *kind = rule_subject_amount(term->field->subject);
    bool matched = false;
    for (size_t i = 0; i < facts->amount_count; i++) {
        const struct facts_amount *amount = &facts->amounts[i];
        if (strcmp(amount->kind, kind) != 0)
            continue;
        note_amount(found, amount);
        matched |= rule_term_takes_number(term, amount->low, amount->high, amount->unit);
    }
    return matched != rule_operator_is_negative(term->operator);
}

/* The digit of ENT_EVENT_GRADE. */
static double credibility(struct record_view event)
{
    const char *grade = record_text(event, ENT_EVENT_GRADE);
    return grade && grade[0] && grade[1] >= '1' && grade[1] <= '6' ? grade[1] - '0' : 6;
}

bool rule_match_number(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    double value;
    switch (term->field->subject) {
    case SUBJECT_SOURCES:
        value = (double)record_int(facts->event, ENT_EVENT_INDEPENDENT_SOURCES, 0);
        break;
    case SUBJECT_CREDIBILITY:
        value = credibility(facts->event);
        break;
    case SUBJECT_REPORTS:
        value = (double)record_count(facts->event, ENT_EVENT_SOURCE);
        break;
    case SUBJECT_CONFIDENCE:
        value = record_num(facts->event, ENT_REPORT_CONFIDENCE, 0);
        break;
    default:
        return match_amounts(term, facts, found);
    }
    if (found)
        buffer_printf(found, "%.15g", value);
    return rule_term_takes_number(term, value, value, NULL) != rule_operator_is_negative(term->operator);
}

/* ---- money ---- */

/* A sum is worth what it was on the day of the act; an act that is still to come is reckoned on the day of its last
 * report, since no later rate is known. Days since 1970, INT32_MIN where neither is known. */
static int32_t money_day(const struct rule_facts *facts)
{
    int32_t told = facts->latest == INT64_MIN ? INT32_MIN : (int32_t)(facts->latest / 86400000);
    int32_t act = facts->date_low != INT32_MIN ? facts->date_low : facts->date_high;
    if (!facts->has_date || (told != INT32_MIN && act > told))
        return told;
    return act;
}

static void note_rate(struct buffer *found, const char *currency, double amount, const struct rates_quote *quote,
                      int32_t day)
{
    char date[CALENDAR_TEXT_SIZE];
    calendar_print(date, (int64_t)(quote->why ? day : quote->day) * 86400000);
    if (quote->why)
        buffer_printf(found, " (no rate of %s for %.10s)", quote->why, date);
    else
        buffer_printf(found, " (%.15g %s by the rates of %.10s)", round(amount * quote->factor), currency, date);
}

/* Compares in the currency of the rule; the sum stays as it was stated. */
static bool compare_money(const struct rule *rule, const struct rule_value *value, enum rule_operator operator,
                          const struct facts_amount *amount, int32_t day, struct buffer *found)
{
    struct rates_quote quote;
    if (!amount->unit)
        return false;
    bool has_rate = rates_find(rule_names_rates(rule->names), amount->unit, value->currency, day, &quote);
    if (found && strcmp(amount->unit, value->currency) != 0)
        note_rate(found, value->currency, amount->low, &quote, day);
    return has_rate && compare_range(operator, amount->low * quote.factor, amount->high * quote.factor, value->number);
}

bool rule_match_money(const struct rule *rule, const struct rule_term *term, const struct rule_facts *facts,
                      struct buffer *found)
{
    int32_t day = money_day(facts);
    bool matched = false;
    for (size_t i = 0; i < facts->amount_count; i++) {
        const struct facts_amount *amount = &facts->amounts[i];
        if (strcmp(amount->kind, "money") != 0)
            continue;
        note_amount(found, amount);
        if (found && amount->unit)
            buffer_printf(found, " %s", amount->unit);
        for (size_t j = 0; j < term->value_count; j++)
            matched |= compare_money(rule, &term->values[j], term->operator, amount, day, found);
    }
    return matched != rule_operator_is_negative(term->operator);
}

/* ---- dates ---- */

static bool compare_date(const struct rule_term *term, int32_t low, int32_t high, const struct rule_value *value)
{
    switch (term->operator) {
    case RULE_LESS:
        return high < value->low;
    case RULE_LESS_EQUAL:
        return high <= value->high;
    case RULE_GREATER:
        return low > value->high;
    case RULE_GREATER_EQUAL:
        return low >= value->low;
    default:
        return low <= value->high && high >= value->low;
    }
}

bool rule_term_takes_date(const struct rule_term *term, int32_t low, int32_t high)
{
    for (size_t i = 0; i < term->value_count; i++)
        if (compare_date(term, low, high, &term->values[i]))
            return true;
    return false;
}

bool rule_match_date(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct record_view date;
    bool matched = false;
    if (record_get_view(facts->event, ENT_REPORT_DATE, 0, &date)) {
        rule_note(found, record_text(date, ENT_DATE_START));
        rule_note(found, record_text(date, ENT_DATE_END));
    }
    if (facts->has_date)
        matched = rule_term_takes_date(term, facts->date_low, facts->date_high);
    return matched != rule_operator_is_negative(term->operator);
}
