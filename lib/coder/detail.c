#include "lib/coder/detail.h"

#include "lib/coder/citation.h"
#include "lib/coder/clause.h"
#include "lib/coder/party.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCE_QUOTE_MAX = 500 }; /* bytes */

void detail_evidence(struct event *event, const char *field, struct stretch quote)
{
    if (!quote.part || quote.end <= quote.start || event->evidence_count == EVENT_EVIDENCE_MAX)
        return;
    for (uint32_t i = 0; i < event->evidence_count; i++) {
        const struct event_evidence *row = &event->evidence[i];
        if (!strcmp(row->field, field) && row->quote.part == quote.part && row->quote.start == quote.start &&
            row->quote.end == quote.end)
            return;
    }
    event->evidence[event->evidence_count++] = (struct event_evidence){field, quote};
}

/* The sentence that tells of the event: what a reader checks first. A very long one is cut to whole words around the
 * trigger. */
struct stretch detail_sentence(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    uint32_t first = sentence->first, last = sentence->last;
    struct stretch quote = stretch_of(sentence, first, last);
    while (quote.end - quote.start > SENTENCE_QUOTE_MAX &&
           (first < event->trigger_first || last > event->trigger_last)) {
        if (event->trigger_first - first > last - event->trigger_last)
            first++;
        else
            last--;
        quote = stretch_of(sentence, first, last);
    }
    return quote;
}

/* ---- dates ---- */
static int32_t group_at(const struct sentence *sentence, uint32_t token)
{
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (token >= sentence->groups[i].first && token <= sentence->groups[i].last)
            return (int32_t)i;
    return NONE;
}

/* "said Tuesday", "on Monday the ministry announced": the time hangs on a verb of speech. */
static bool dates_speech(const struct lexicon *lexicon, const struct sentence *sentence,
                         const struct time_expression *time, const struct event *event)
{
    int32_t group = group_at(sentence, time->first);
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
    int32_t at = group_at(sentence, time->first);
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
    int32_t from = group_at(sentence, first), to = group_at(sentence, last);
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
    int32_t noun = group_at(sentence, quantity->first);
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

/* "SEOUL, Dec. 30 (Yonhap) --": where a report was filed, and when. Returns the dash's token, 0 where there is none. */
static uint32_t dateline_end(const struct sentence *sentence)
{
    enum { DATELINE_TOKENS_MAX = 24 };
    const struct part *part = sentence->part;
    bool place = false;
    for (uint32_t i = sentence->first; i <= sentence->last && i < sentence->first + DATELINE_TOKENS_MAX; i++) {
        const struct token *token = &part->list.tokens[i];
        if (token->kind == TOKEN_MARK && token->mark == '-' && i > sentence->first)
            return place ? i : 0;
        bool mark = token->kind == TOKEN_MARK && strchr(",.()/", token->mark);
        bool name = token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL;
        place |= name && token->flags & TOKEN_ALL_CAPITALS;
        if (!mark && !name && token->kind != TOKEN_NUMBER && part->words[i].pos != POS_TIME)
            return 0;
    }
    return 0;
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
    for (int32_t i = group_at(sentence, time->first); i != NONE && i < verb->subject; i++)
        other |= sentence->groups[i].kind == GROUP_VERB;
    for (uint32_t i = verb->last + 1; other && i <= sentence->groups[verb->clause_last].last; i++)
        since |= word_is(sentence, i, "since");
    return since;
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
            is_of_clause_above(sentence, event, time) ||
            !temporal_resolve(time, workspace->anchor, (event->future || lies_ahead(sentence, time)) && !speech, &span))
            continue;
        if (speech) {
            if (span.grain == 'd') {
                event->as_of_known = true;
                event->as_of = span.start;
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

static bool in_reach(const struct event *event, uint32_t token)
{
    const struct sentence *sentence = event->sentence;
    int32_t from = group_at(sentence, event->trigger_first), to = group_at(sentence, token);
    if (from == NONE || to == NONE)
        return false;
    if (from > to) {
        int32_t swap = from;
        from = to;
        to = swap;
    }
    uint32_t verbs = 0;
    for (int32_t i = from + 1; i < to; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_WHEN || group->kind == GROUP_THAT ||
            (group->kind == GROUP_STOP && sentence->part->list.tokens[group->first].mark == ';'))
            return false;
        verbs += group->kind == GROUP_VERB && i != event->verb;
    }
    return verbs <= 1;
}

/* ---- places ---- */
static const char *place_precision(enum lexicon_class class)
{
    switch (class) {
    case LEXICON_CITY:
    case LEXICON_CAPITAL:
        return "city";
    case LEXICON_SITE:
        return "site";
    case LEXICON_REGION:
        return "region";
    case LEXICON_SEA:
        return "sea";
    case LEXICON_STATE:
        return "country";
    default:
        return NULL;
    }
}

static bool is_place_preposition(const struct sentence *sentence, const struct group *preposition)
{
    static const char *const words[] = {"in", "at", "near", "off", "on", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, preposition->first, words[i]))
            return true;
    return false;
}

static void add_place(struct coder_workspace *workspace, struct event *event, const struct mention *mention,
                      uint32_t first, uint32_t last)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const char *precision =
        mention->class == LEXICON_DEMONYM ? "country" : place_precision((enum lexicon_class)mention->class);
    if (!precision || event->place_count == EVENT_PLACES_MAX)
        return;
    const char *id = lexicon_entry_id(lexicon, mention->entry),
               *state = lexicon_entry_value(lexicon, mention->entry, "state");
    struct stretch raw = stretch_of(event->sentence, first, last);
    for (uint32_t i = 0; i < event->place_count; i++)
        if (event->places[i].raw.part == raw.part && event->places[i].raw.start == raw.start)
            return;
    struct event_place *place = &event->places[event->place_count++];
    *place = (struct event_place){.raw = raw,
                                  .precision = precision,
                                  .country = state                ? state
                                             : party_is_state(id) ? id
                                                                  : NULL};
    const char *latitude = lexicon_entry_value(lexicon, mention->entry, "lat"),
               *longitude = lexicon_entry_value(lexicon, mention->entry, "lon");
    if (latitude && longitude) {
        place->latitude = strtod(latitude, NULL);
        place->longitude = strtod(longitude, NULL);
        place->has_position = true;
    }
    detail_evidence(event, "places", place->raw);
}

/* What kinds of event happen where a phrase says: at a place, or (visits, deployments, withdrawals) by going there. */
static bool happens_there(const struct event *event, const struct sentence *sentence, const struct group *preposition)
{
    static const char *const placed[] = {"exercise", "visit", "expo", "basing", "operation", "training", NULL};
    static const char *const moving[] = {"visit", "basing", "operation", NULL};
    bool withdrawal = event->subtype && !strcmp(event->subtype, "withdrawal");
    for (size_t i = 0; placed[i]; i++)
        if (same_id(placed[i], event->type) && is_place_preposition(sentence, preposition))
            return true;
    for (size_t i = 0; moving[i]; i++)
        if (same_id(moving[i], event->type) &&
            (word_is(sentence, preposition->first, "to") || word_is(sentence, preposition->first, "into")))
            return true;
    return withdrawal && (word_is(sentence, preposition->first, "from") || word_is(sentence, preposition->first, "in"));
}

/* "in Warsaw": papers and contracts are signed in a town; a state behind "in" is as often where the goods will be. */
static bool signed_there(const struct event *event, const struct sentence *sentence, const struct group *group)
{
    int32_t name = sentence->part->words[group->head].name;
    if (name == NONE || strcmp(event->status, "signed") != 0 ||
        (strcmp(event->type, "agreement") != 0 && strcmp(event->type, "arms_transfer") != 0 &&
         strcmp(event->type, "industry") != 0) ||
        !is_place_preposition(sentence, &sentence->groups[group->preposition]))
        return false;
    const char *precision = place_precision((enum lexicon_class)sentence->mentions[name].class);
    return precision && (!strcmp(precision, "city") || !strcmp(precision, "site"));
}

/* "off the South African coast", "in Cape Town waters", "off the coast of Oman": a stretch with no name of its own,
 * named by what it belongs to. NULL where the group is none. */
static const struct mention *owner_of_stretch(const struct sentence *sentence, int32_t at)
{
    static const char *const words[] = {"coast", "coastline", "waters",  "territory", "airspace",
                                        "soil",  "shores",    "borders", NULL};
    const struct group *group = &sentence->groups[at];
    bool is_stretch = false;
    for (size_t i = 0; words[i]; i++)
        is_stretch |= word_is(sentence, group->head, words[i]);
    uint32_t behind = (uint32_t)at + 2;
    bool of = is_stretch && behind < sentence->group_count && sentence->groups[behind].preposition == at + 1 &&
              word_is(sentence, sentence->groups[at + 1].first, "of");
    int32_t name = of ? sentence->part->words[sentence->groups[behind].head].name : NONE;
    for (uint32_t i = group->first; is_stretch && !of && i < group->head && name == NONE; i++)
        name = sentence->part->words[i].name;
    return name == NONE ? NULL : &sentence->mentions[name];
}

static void add_place_of_group(struct coder_workspace *workspace, struct event *event, int32_t group)
{
    const struct sentence *sentence = event->sentence;
    if (group == NONE)
        return;
    int32_t name = sentence->part->words[sentence->groups[group].head].name;
    const struct mention *mention = name == NONE ? owner_of_stretch(sentence, group) : &sentence->mentions[name];
    if (mention)
        add_place(workspace, event, mention, mention->first, mention->last);
}

static void find_places(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!strcmp(event->type, "visit") && event->verb_entry != NONE && verb && !verb->passive)
        add_place_of_group(workspace, event, verb->object);
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_NOUN && group->preposition != NONE &&
            (happens_there(event, sentence, &sentence->groups[group->preposition]) ||
             signed_there(event, sentence, group)) &&
            in_reach(event, group->head))
            add_place_of_group(workspace, event, (int32_t)i);
    }
}

/* ---- quantities and equipment ---- */
static void find_quantities(struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->quantity_count && event->quantity_count < EVENT_QUANTITIES_MAX; i++) {
        const struct quantity *quantity = &sentence->quantities[i];
        bool goods = quantity->kind == QUANTITY_GOODS, people = quantity->kind == QUANTITY_PERSONNEL;
        if (goods || quantity->weeks || !in_reach(event, quantity->noun))
            continue;
        if (people && (!strcmp(event->type, "arms_transfer") || !strcmp(event->type, "agreement")))
            continue;
        struct event_quantity *row = &event->quantities[event->quantity_count++];
        *row = (struct event_quantity){*quantity, stretch_of(sentence, quantity->first, quantity->last), NULL};
        detail_evidence(event, "quantities", row->raw);
    }
}

static bool bears_equipment(const struct event *event)
{
    return !strcmp(event->type, "arms_transfer") || !strcmp(event->type, "industry") || !strcmp(event->type, "expo") ||
           !strcmp(event->type, "aid");
}

static void add_equipment(struct event *event, uint32_t first, uint32_t last, bool is_named, const char *unroca,
                          const char *sipri)
{
    const struct sentence *sentence = event->sentence;
    if (event->equipment_count == EVENT_EQUIPMENT_MAX)
        return;
    struct event_equipment *row = &event->equipment[event->equipment_count++];
    *row = (struct event_equipment){.name = stretch_of(sentence, first, last),
                                    .is_named = is_named,
                                    .unroca = unroca ? unroca : "unknown",
                                    .sipri = sipri ? sipri : "unknown"};
    for (uint32_t i = 0; i < sentence->quantity_count; i++) {
        const struct quantity *quantity = &sentence->quantities[i];
        if (quantity->kind == QUANTITY_GOODS && quantity->has_value && quantity->noun >= first &&
            quantity->noun <= last) {
            row->count = quantity->value;
            row->has_count = true;
        }
    }
    detail_evidence(event, "equipment", row->name);
}

void detail_equipment(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (!bears_equipment(event))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->inside || word->blocked || (word->name == NONE && word->noun == NONE))
            continue;
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        bool is_named = mention && lexicon_class_use((enum lexicon_class)mention->class) == USE_GOODS;
        if (!is_named && (word->noun == NONE || word->pos != POS_NOUN ||
                          !lexicon_entry_value(lexicon, (uint32_t)word->noun, "unroca")))
            continue;
        uint32_t entry = is_named ? mention->entry : (uint32_t)word->noun;
        if (in_reach(event, i))
            add_equipment(event, is_named ? mention->first : i, is_named ? mention->last : word->span_last, is_named,
                          lexicon_entry_value(lexicon, entry, "unroca"), lexicon_entry_value(lexicon, entry, "sipri"));
    }
}

/* ---- name, programme, tags ---- */
static void find_name(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct token *tokens = sentence->part->list.tokens;
    bool named = !strcmp(event->type, "exercise") || !strcmp(event->type, "expo") || !strcmp(event->type, "agreement");
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention->class == LEXICON_PROGRAMME && !event->programme) {
            event->programme = lexicon_entry_id(lexicon, mention->entry);
            const char *type = lexicon_entry_value(lexicon, mention->entry, "type"),
                       *subtype = lexicon_entry_value(lexicon, mention->entry, "subtype");
            if (type && subtype && !strcmp(type, event->type))
                event->subtype = subtype;
        }
        bool fits = (mention->class == LEXICON_EXERCISE && !strcmp(event->type, "exercise")) ||
                    (mention->class == LEXICON_FAIR && !strcmp(event->type, "expo")) ||
                    (mention->class == LEXICON_TREATY && !strcmp(event->type, "agreement"));
        if (fits && !event->name.part)
            event->name = stretch_of(sentence, mention->first, mention->last);
    }
    if (!named || event->name.part || event->noun == NONE)
        return;
    /* a short quotation with capitals in the trigger's own group or right behind it */
    const struct group *group = &sentence->groups[event->noun];
    uint32_t limit = group->last + 4 < sentence->last ? group->last + 4 : sentence->last;
    for (uint32_t i = group->first; i <= limit; i++) {
        if (tokens[i].kind != TOKEN_OPEN_QUOTE || i + 1 > limit || !(tokens[i + 1].flags & TOKEN_CAPITAL))
            continue;
        for (uint32_t k = i + 1; k <= sentence->last && k < i + 8; k++)
            if (tokens[k].kind == TOKEN_CLOSE_QUOTE && k > i + 1) {
                uint32_t last = k - 1;
                while (last > i + 1 && tokens[last].kind == TOKEN_MARK)
                    last--;
                event->name = stretch_of(sentence, i + 1, last);
                return;
            }
    }
}

static void find_tags(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "exercise") && strcmp(event->type, "expo"))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        const char *tag = cue == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)cue, "tag");
        bool again = !tag || event->tag_count == EVENT_TAGS_MAX;
        for (uint32_t k = 0; k < event->tag_count && !again; k++)
            again = !strcmp(event->tags[k], tag);
        if (!again)
            event->tags[event->tag_count++] = tag;
    }
}

static void find_units(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (uint32_t a = 0; a < event->actor_count; a++) {
        struct event_actor *actor = &event->actors[a];
        if (actor->text.part != sentence->part)
            continue;
        for (uint32_t i = 0; i < sentence->group_count; i++) {
            const struct group *group = &sentence->groups[i];
            const struct token *tokens = sentence->part->list.tokens;
            if (group->kind != GROUP_NOUN || tokens[group->first].start > actor->text.start ||
                tokens[group->last].end < actor->text.end)
                continue;
            const char *stands = noun_attribute(lexicon, sentence, group->head, "stands");
            if (stands && !strcmp(stands, "force"))
                for (uint32_t k = group->first; k < group->head; k++)
                    if (tokens[k].start >= actor->text.end && sentence->part->words[k].pos != POS_POSSESSIVE) {
                        actor->unit = stretch_of(sentence, k, group->head);
                        break;
                    }
        }
    }
}

void detail_rest(struct coder_workspace *workspace, struct event *event)
{
    find_places(workspace, event);
    find_quantities(event);
    detail_equipment(workspace, event);
    find_name(workspace, event);
    find_tags(workspace, event);
    find_units(workspace, event);
    /* of other candidates nobody is told whom they cite: choice.c */
    if (workspace->thorough)
        citation_find(workspace, event);
}
