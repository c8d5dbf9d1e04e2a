/* The day of an event: which of the times in its sentence is its own, and what it makes of a duration. */
#include "lib/coder/clause.h"
#include "lib/coder/dateline.h"
#include "lib/coder/detail_parts.h"

#include <string.h>

/* "said Tuesday", "on Monday the ministry announced": the time hangs on a verb of speech. */
static bool dates_speech(const struct lexicon *lexicon, const struct sentence *sentence,
                         const struct time_expression *time, const struct event *event)
{
    int32_t group = detail_group_at(sentence, time->first);
    if (group == NONE)
        return false;
    for (int32_t back = group - 1; back >= 0 && back >= group - 3; back--) {
        const struct group *before = &sentence->groups[back];
        if (before->kind == GROUP_VERB)
            return back != event->verb && verb_attribute(lexicon, sentence, before, "speech") != NULL;
        if (before->kind == GROUP_COMMA || before->kind == GROUP_STOP)
            break;
    }
    return false;
}

/* "(Interfax, September 20)": the date is the report's; "(May 2-8)" is the event's. */
static bool in_citation(const struct sentence *sentence, uint32_t token)
{
    for (uint32_t i = token; i-- > sentence->first;) {
        const struct token *mark = &sentence->part->list.tokens[i];
        if (mark->kind == TOKEN_MARK && mark->mark == ')')
            return false;
        if (mark->kind == TOKEN_MARK && mark->mark == '(')
            return i + 1 < token;
    }
    return false;
}

/* "is due to depart on Saturday" */
static bool lies_ahead(const struct sentence *sentence, const struct time_expression *time)
{
    static const char *const words[] = {"due", "scheduled", "set", "expected", "slated", NULL};
    int32_t at = detail_group_at(sentence, time->first);
    while (at > 0 && sentence->groups[at].kind != GROUP_VERB)
        at--;
    const struct group *verb = at > 0 ? &sentence->groups[at] : NULL;
    if (!verb || !verb->infinitive || verb->governor == NONE)
        return false;
    for (uint32_t i = sentence->groups[verb->governor].first; i < verb->first; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    return false;
}

/* "signed a plan for 2018": what a paper is for, not when it is signed. */
static bool is_term(const struct sentence *sentence, const struct event *event, const struct time_expression *time)
{
    return !strcmp(event->type, "agreement") && time->first > sentence->first && time->year && !time->month &&
           word_is(sentence, time->first - 1, "for");
}

/* Words and verbs between trigger and time: the nearer, the likelier; another clause's verb counts much. */
static uint32_t distance(const struct sentence *sentence, const struct event *event, const struct time_expression *time)
{
    uint32_t first = time->last < event->trigger_first ? time->last : event->trigger_last;
    uint32_t last = time->last < event->trigger_first ? event->trigger_first : time->first;
    uint32_t cost = last - first;
    int32_t from = detail_group_at(sentence, first), to = detail_group_at(sentence, last);
    for (int32_t i = from; from != NONE && i <= to; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB && i != event->verb)
            cost += 8;
        if (group->kind == GROUP_WHEN || group->kind == GROUP_STOP)
            cost += 12;
    }
    return cost;
}

/* "after a four-day visit", "following the ten-day drill": the date told is the last one. */
static bool is_behind(const struct sentence *sentence, const struct quantity *quantity)
{
    int32_t noun = detail_group_at(sentence, quantity->first);
    int32_t preposition = noun == NONE ? NONE : sentence->groups[noun].preposition;
    /* "on the final day of a three-day visit" */
    if (preposition > 0 && word_is(sentence, sentence->groups[preposition - 1].last, "day") &&
        (word_is(sentence, sentence->groups[preposition - 1].last - 1, "final") ||
         word_is(sentence, sentence->groups[preposition - 1].last - 1, "last")))
        return true;
    return preposition != NONE && (word_is(sentence, sentence->groups[preposition].first, "after") ||
                                   word_is(sentence, sentence->groups[preposition].first, "following"));
}

/* "is due to depart on 26 December", "ended a five-day visit on Tuesday": the date is that of the end. */
static bool is_departure(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    bool visit = !strcmp(event->type, "visit");
    if (!visit && strcmp(event->type, "exercise") != 0)
        return false;
    for (uint32_t i = sentence->group_count; i-- > 0;) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || sentence->part->list.tokens[verb->first].start > event->date_raw.start)
            continue;
        const char *class = verb_class(lexicon, sentence, verb);
        const char *second = verb_class2(lexicon, sentence, verb);
        return (class && ((visit && !strcmp(class, "leave")) || !strcmp(class, "finish"))) ||
               (second && !strcmp(second, "finish"));
    }
    return false;
}

static void apply_duration(const struct lexicon *lexicon, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->quantity_count; i++) {
        const struct quantity *quantity = &sentence->quantities[i];
        bool inside = quantity->first >= event->trigger_first && quantity->first <= event->trigger_last;
        bool near = inside || (quantity->first < event->trigger_first ? event->trigger_first - quantity->first < 8
                                                                      : quantity->first - event->trigger_last < 8);
        if (quantity->kind != QUANTITY_DAYS || !quantity->has_value || quantity->value < 1 || quantity->value > 400 ||
            !near || event->date.grain != 'd' || event->date.start != event->date.end)
            continue;
        int64_t days = (int64_t)quantity->value * (quantity->weeks ? 7 : 1) - 1;
        if (is_behind(sentence, quantity) || is_departure(lexicon, event))
            event->date.start = event->date.end - days;
        else
            event->date.end = event->date.start + days;
        event->date.grain = 'r';
        event->date.basis = BASIS_DURATION;
        return;
    }
}

static bool is_word_of(const struct sentence *sentence, uint32_t at, const char *const *words)
{
    for (; *words; words++)
        if (word_is(sentence, at, *words))
            return true;
    return false;
}

/* "under their 2014 agreement", "under the contract signed in July": the noun of the paper that something is done
 * under, by a token of that phrase; 0 for any other token. */
static uint32_t paper_around(const struct sentence *sentence, uint32_t token)
{
    static const char *const papers[] = {"agreement", "pact",      "accord",    "treaty",  "memorandum", "contract",
                                         "protocol",  "contracts", "programme", "program", "deal",       NULL};
    static const char *const made[] = {"signed", "agreed", "concluded", "reached", "ratified", "made", "of", NULL};
    enum { BEFORE_MAX = 14, NAME_MAX = 9, MADE_MAX = 4 };
    uint32_t under = token, noun = 0;
    while (under > sentence->first && token - under < BEFORE_MAX && !word_is(sentence, under, "under") &&
           sentence->part->list.tokens[under].kind != TOKEN_MARK)
        under--;
    if (!word_is(sentence, under, "under"))
        return 0;
    for (uint32_t i = under + 1; i <= sentence->last && i - under <= NAME_MAX && !noun; i++)
        noun = is_word_of(sentence, i, papers) ? i : 0;
    if (!noun || token <= noun)
        return noun;
    for (uint32_t i = token; i > noun && token - i <= MADE_MAX; i--)
        if (is_word_of(sentence, i, made))
            return noun;
    return 0;
}

/* The paper's date is not that of what is done under it, nor the other way round. */
static bool is_of_other_paper(const struct sentence *sentence, const struct event *event,
                              const struct time_expression *time)
{
    return paper_around(sentence, time->first) != paper_around(sentence, event->trigger_first);
}

/* "In October it received drones, and its pilots have been training since the summer": a clause that says since when
 * has a time of its own, even one that cannot be read. */
static bool is_of_clause_before(const struct sentence *sentence, const struct event *event,
                                const struct time_expression *time)
{
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || verb->subject == NONE || time->last >= sentence->groups[verb->subject].first)
        return false;
    bool other = false, since = false;
    for (int32_t i = detail_group_at(sentence, time->first); i != NONE && i < verb->subject; i++)
        other |= sentence->groups[i].kind == GROUP_VERB;
    for (uint32_t i = verb->last + 1; other && i <= sentence->groups[verb->clause_last].last; i++)
        since |= word_is(sentence, i, "since");
    return since;
}

/* "the planes that it ordered in 2013 arrived on Monday", "delivers the tanks ordered in 2013": goods come later than
 * their order, whose date stands with its own verb. */
static bool is_of_order(const struct lexicon *lexicon, const struct sentence *sentence, const struct event *event,
                        const struct time_expression *time)
{
    static const char *const orders[] = {"buy", "sign", "build", "approve", "request", "plan", "announce", NULL};
    int32_t at = detail_group_at(sentence, time->first);
    if (strcmp(event->type, "arms_transfer") != 0 || event->verb == NONE || at == NONE)
        return false;
    int32_t delivery = event->verb_entry == NONE ? NONE : clause_delivery_of(lexicon, sentence, event->verb);
    if (delivery != NONE)
        return at < delivery;
    while (at > 0 && sentence->groups[at].kind != GROUP_VERB && sentence->groups[at].kind != GROUP_COMMA &&
           sentence->groups[at].kind != GROUP_STOP)
        at--;
    const struct group *verb = &sentence->groups[at];
    if (verb->kind != GROUP_VERB || at == event->verb || verb->infinitive)
        return false;
    bool inside =
        at < event->verb && sentence->groups[event->verb].subject != NONE && at > sentence->groups[event->verb].subject;
    bool behind = verb->first > event->trigger_last && (verb->link == LINK_RELATIVE || verb->link == LINK_REDUCED);
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3 && (inside || behind); i++)
        for (size_t k = 0; classes[i] && orders[k]; k++)
            if (!strcmp(orders[k], classes[i]))
                return true;
    return false;
}

/* "has troops with the UN force, whose vehicles helped rescue Rangers on Sunday": the date behind a relative clause's
 * own verb, where that clause tells nothing of the event. */
static bool is_of_aside(const struct sentence *sentence, const struct event *event, const struct time_expression *time)
{
    int32_t at = detail_group_at(sentence, time->first);
    const struct group *own = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!own || at == NONE || at <= event->verb || own->tense != TENSE_PRESENT || own->perfect)
        return false;
    bool past = false;
    int32_t who = at;
    for (; who > event->verb; who--) {
        const struct group *group = &sentence->groups[who];
        if (group->kind == GROUP_WHO || word_is(sentence, group->first, "whose"))
            break;
        if (group->kind == GROUP_VERB && event->noun != NONE &&
            (group->subject == event->noun || group->object == event->noun))
            return false;
        past |= group->kind == GROUP_VERB && group->tense == TENSE_PAST;
    }
    return past && who > event->verb && sentence->groups[who].first > event->trigger_last;
}

/* "an agreement dating to 2014": how old the paper is, not when something is done under it. */
static bool is_age(const struct sentence *sentence, const struct time_expression *time)
{
    static const char *const words[] = {"dating", "dates", "dated", NULL};
    enum { WORDS_MAX = 4 };
    for (uint32_t i = time->first; i > sentence->first && time->first - i < WORDS_MAX; i--)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i - 1, words[k]))
                return true;
    return false;
}

/* "will travel ahead of the president's visit from April 7": the date behind an act that is only named to say when. */
static bool is_of_other_act(const struct coder_workspace *workspace, const struct event *event,
                            const struct time_expression *time)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *other = &workspace->events[i];
        if (other->sentence == event->sentence && other->adjunct && other->trigger_first > event->trigger_last &&
            other->trigger_last < time->first && strcmp(other->adjunct, "unknown") != 0)
            return true;
    }
    return false;
}

/* "arrived on Sunday in Djibouti, which hosts a base": what holds now has no date of the clause that it hangs on. */
static bool is_of_clause_above(const struct sentence *sentence, const struct event *event,
                               const struct time_expression *time)
{
    const struct group *verb = event->verb_entry == NONE || event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || verb->link != LINK_RELATIVE || verb->tense != TENSE_PRESENT || verb->perfect)
        return false;
    int32_t who = event->verb;
    while (who > 0 && sentence->groups[who].kind != GROUP_WHO && sentence->groups[who].kind != GROUP_THAT)
        who--;
    return who > 0 && time->last < sentence->groups[who].first;
}

/* "arrived on Tuesday, ahead of exercises later this week": the time before is that of the arrival. */
static bool is_of_main_act(const struct sentence *sentence, const struct event *event,
                           const struct time_expression *time)
{
    if (!event->adjunct || event->noun == NONE || strcmp(event->adjunct, "announced") != 0)
        return false;
    int32_t preposition = sentence->groups[event->noun].preposition;
    return preposition != NONE && time->last < sentence->groups[preposition].first;
}

void detail_date(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct time_expression *best = NULL;
    struct time_span best_span = {.start = 0};
    uint32_t best_cost = 40, dateline = dateline_end(sentence);
    for (uint32_t i = 0; i < sentence->time_count; i++) {
        const struct time_expression *time = &sentence->times[i];
        /* "said Tuesday it will": what was said lies behind, whatever it announces. */
        bool speech = dates_speech(lexicon, sentence, time, event);
        struct time_span span;
        if (in_citation(sentence, time->first) || time->last < dateline || time->until ||
            is_term(sentence, event, time) || is_of_other_paper(sentence, event, time) ||
            is_of_clause_before(sentence, event, time) || is_of_other_act(workspace, event, time) ||
            is_of_clause_above(sentence, event, time) || is_of_order(lexicon, sentence, event, time) ||
            is_age(sentence, time) || is_of_main_act(sentence, event, time) || is_of_aside(sentence, event, time) ||
            !temporal_resolve(time, workspace->anchor, (event->future || lies_ahead(sentence, time)) && !speech, &span))
            continue;
        if (speech) {
            if (span.grain == 'd') {
                event->as_of_known = true;
                event->as_of = span.start;
                event->as_of_raw = stretch_of(sentence, time->first, time->last);
            }
            continue;
        }
        uint32_t cost = distance(sentence, event, time);
        if (cost < best_cost) {
            best_cost = cost;
            best = time;
            best_span = span;
        }
    }
    if (!best)
        return;
    event->date_known = true;
    event->date = best_span;
    event->date_raw = stretch_of(sentence, best->first, best->last);
    detail_evidence(event, "date", event->date_raw);
    apply_duration(lexicon, event);
}
