#include "core/watch/rule_archive.h"
#include "core/watch/rule_match.h"

#include <stdio.h>
#include <string.h>

/* A fair of ninety states has four thousand pairs; who asks for a first wants to hear of two parties. */
enum { PAIRS_MAX = 200 };

static const int64_t day_ms = 86400000;
static const int type_days = 365; /* how far the archive goes back before a type can be the first of its kind */

struct asking {
    const struct rule_term *term;
    const struct rule_facts *facts;
    struct buffer *found;
    size_t pairs, noted;
    bool has_first;
};

/* A firm is new to a state more often than the state that it is of. */
static bool is_firm(const struct facts_actor *actor)
{
    return strncmp(actor->id, "COM:", 4) == 0;
}

static void note_pair(struct asking *asking, const struct facts_actor *left, const struct facts_actor *right,
                      const char *text)
{
    enum { NOTED_MAX = 5 };
    if (!asking->found || asking->noted > NOTED_MAX)
        return;
    if (asking->noted++ == NOTED_MAX)
        buffer_append_text(asking->found, ", …");
    else
        buffer_printf(asking->found, "%s%s and %s: %s", asking->found->size ? ", " : "", left->id, right->id, text);
}

static bool window_days(const struct rule_term *term, double *days)
{
    *days = term->value_count ? term->values[0].number : type_days;
    return term->value_count > 0;
}

static void ask_pair(struct asking *asking, const struct facts_actor *left, const struct facts_actor *right)
{
    double days;
    const struct rule_archive *archive = asking->facts->archive;
    struct rule_pair_answer answer = {.is_seen = true};
    bool is_type = asking->term->field->subject == SUBJECT_FIRST_TYPE;
    bool has_window = window_days(asking->term, &days);
    struct rule_pair_question question = {.left = left->id,
                                          .right = right->id,
                                          .type = is_type ? asking->facts->type : NULL,
                                          .event = record_text(asking->facts->event, ENT_REPORT_ID),
                                          .from = asking->facts->time - (int64_t)days * day_ms,
                                          .before = asking->facts->time,
                                          .is_ever = !has_window};
    if (asking->pairs++ >= PAIRS_MAX || (asking->has_first && !asking->found))
        return;
    if (!archive->ask_pair(archive->context, &question, &answer)) {
        note_pair(asking, left, right, "could not be looked up");
        return;
    }
    note_pair(asking, left, right, answer.text);
    asking->has_first |= answer.is_covered && !answer.is_seen;
}

static bool is_side(const struct rule_facts *facts, const struct facts_actor *actor, bool takes, bool has_others)
{
    bool fits = !facts->has_direction || (takes ? rule_actor_takes(actor) : rule_actor_gives(actor));
    return actor->is_principal && fits && !(has_others && is_firm(actor));
}

static bool side_has_others(const struct rule_facts *facts, bool takes)
{
    for (size_t i = 0; i < facts->actor_count; i++)
        if (is_side(facts, &facts->actors[i], takes, true))
            return true;
    return false;
}

/* A party that has several roles is asked for once. */
static bool stood_before(const struct rule_facts *facts, size_t index, bool takes, bool has_others)
{
    for (size_t i = 0; i < index; i++)
        if (facts->actors[i].hash == facts->actors[index].hash && is_side(facts, &facts->actors[i], takes, has_others))
            return true;
    return false;
}

/* Directed where the event is, else every two that take part, each once. */
static void ask_pairs(struct asking *asking)
{
    const struct rule_facts *facts = asking->facts;
    bool left_others = side_has_others(facts, false), right_others = side_has_others(facts, true);
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *left = &facts->actors[i];
        if (!is_side(facts, left, false, left_others) || stood_before(facts, i, false, left_others))
            continue;
        for (size_t j = facts->has_direction ? 0 : i + 1; j < facts->actor_count; j++) {
            const struct facts_actor *right = &facts->actors[j];
            if (is_side(facts, right, true, right_others) && right->hash != left->hash &&
                !stood_before(facts, j, true, right_others))
                ask_pair(asking, left, right);
        }
    }
}

bool rule_match_first(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct asking asking = {.term = term, .facts = facts, .found = found};
    if (!facts->archive || facts->time == INT64_MIN) {
        rule_note(found, facts->archive ? "the event has no time" : "there is no archive to ask");
        return false;
    }
    ask_pairs(&asking);
    return asking.has_first;
}
