#include "lib/coder/clause.h"

#include "lib/coder/clause_parts.h"
#include "lib/coder/conjunction.h"
#include "lib/coder/dateline.h"
#include "lib/coder/workspace.h"

#include <string.h>

static void forget_marks(struct linker *linker)
{
    linker->and_before = linker->that_before = linker->who_before = linker->when_before = linker->if_before =
        linker->comma_before = linker->preposition_before = false;
}

int32_t clause_coordination_start(const struct sentence *sentence, int32_t noun)
{
    while (noun != NONE && sentence->groups[noun].and_with != NONE)
        noun = sentence->groups[noun].and_with;
    return noun;
}

/* "gave Washington six months to leave", "granted Paris permission to use": who is given time or leave is to act. */
static bool gives_leave(const struct linker *linker, const struct group *governor)
{
    const struct sentence *sentence = linker->sentence;
    const struct word *word = &sentence->part->words[sentence->part->words[governor->head].span_first];
    const char *class = word->verb == NONE ? NULL : lexicon_entry_id(linker->lexicon, (uint32_t)word->verb);
    uint32_t object = (uint32_t)(governor - sentence->groups) + 1;
    if (!class || strcmp(class, "give") != 0 || governor->passive || object + 1 >= sentence->group_count ||
        sentence->groups[object].kind != GROUP_NOUN || !clause_acts(sentence, &sentence->groups[object]))
        return false;
    const struct group *next = &sentence->groups[object + 1];
    static const char *const words[] = {"deadline",  "ultimatum",     "notice",        "permission", "leave",
                                        "clearance", "authorisation", "authorization", "right",      NULL};
    bool time = next->kind == GROUP_TIME ||
                (next->kind == GROUP_PREPOSITION && word_is(sentence, next->first, "until")) ||
                (next->kind == GROUP_NOUN && sentence->part->words[next->head].time != NONE);
    for (size_t i = 0; words[i] && !time; i++)
        time = next->kind == GROUP_NOUN && word_is(sentence, next->head, words[i]);
    return time;
}

static bool is_object_control(const struct linker *linker, int32_t governor)
{
    const struct group *verb = &linker->sentence->groups[governor];
    const char *control = clause_verb_value(linker->lexicon, linker->sentence, verb, "control"),
               *stage = clause_verb_value(linker->lexicon, linker->sentence, verb, "stage");
    /* "cleared Rabat to buy" */
    bool cleared = stage && !strcmp(stage, "approved") && linker->last_noun == governor + 1 &&
                   clause_names_actor(linker->sentence, &linker->sentence->groups[linker->last_noun]);
    return cleared || (control && !strcmp(control, "object"));
}

/* "the decision to sell", "a plan by the Netherlands to provide": the noun of such a meaning, NONE where there is none.
 */
static int32_t telling_carrier(const struct linker *linker, int32_t noun)
{
    static const char *const classes[] = {"intention", "request",   "offer_noun", "step",    "licence", "paper",
                                          "deal",      "agreement", "arms_deal",  "mandate", NULL};
    const struct group *groups = linker->sentence->groups;
    bool of = noun >= 2 && groups[noun].preposition == noun - 1 && groups[noun - 2].kind == GROUP_NOUN &&
              clause_names_doer(linker->sentence, (uint32_t)noun - 1);
    const int32_t carriers[] = {noun, of ? noun - 2 : noun};
    for (size_t k = 0; k < 2; k++) {
        const char *class = noun_class(linker->lexicon, linker->sentence, groups[carriers[k]].head);
        for (size_t i = 0; class && classes[i]; i++)
            if (!strcmp(classes[i], class))
                return carriers[k];
    }
    return NONE;
}

/* "a plan to sell": the noun right before an infinitive governs it; but in "pledged at the summit to give" the verb
 * does. */
static int32_t carrier_of_infinitive(const struct linker *linker, int32_t noun)
{
    const struct group *groups = linker->sentence->groups;
    if (noun < 0 || groups[noun].kind != GROUP_NOUN)
        return NONE;
    return groups[noun].preposition == NONE ? noun : telling_carrier(linker, noun);
}

/* "a deadline for its peacekeepers to leave", "called for Rabat to send": who stands behind "for" does it. */
static int32_t told_for(const struct linker *linker, int32_t at)
{
    const struct group *groups = linker->sentence->groups;
    int32_t noun = at > 0 && groups[at - 1].kind == GROUP_NOUN ? at - 1 : NONE;
    /* "for its peacekeepers in Congo to leave" */
    if (noun >= 3 && groups[noun].preposition == noun - 1 && groups[noun - 2].kind == GROUP_NOUN &&
        word_is(linker->sentence, groups[noun - 1].first, "in"))
        noun -= 2;
    bool told = noun != NONE && groups[noun].preposition != NONE &&
                word_is(linker->sentence, groups[groups[noun].preposition].first, "for") &&
                groups[noun].preposition == clause_coordination_start(linker->sentence, noun) - 1 &&
                group_is_force(linker->lexicon, linker->sentence, noun);
    return told ? clause_coordination_start(linker->sentence, noun) : NONE;
}

static void link_infinitive(struct linker *linker, int32_t at)
{
    struct group *verb = &linker->sentence->groups[at];
    verb->link = LINK_COMPLEMENT;
    verb->governor = linker->last_verb;
    int32_t carrier = linker->last_verb == NONE && at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN
                          ? telling_carrier(linker, at - 1)
                          : NONE;
    if (carrier != NONE) {
        /* "Italy's decision to sell frigates angered": the sentence's own verb is still to come */
        verb->subject = verb->governor_noun = carrier;
        return;
    }
    if (linker->last_verb == NONE) {
        /* headline: "UK to send tanks" */
        verb->subject = clause_coordination_start(linker->sentence, linker->first_noun);
        verb->headline_to = true;
        verb->tense = TENSE_FUTURE;
        verb->link = LINK_ROOT;
        linker->top_verb = at;
        return;
    }
    const struct group *governor = &linker->sentence->groups[linker->last_verb];
    verb->subject = governor->subject;
    /* headline: "Iraq says US troops to leave" */
    if (linker->sentence->headline && linker->last_noun == linker->last_verb + 1 && linker->last_noun == at - 1 &&
        clause_verb_value(linker->lexicon, linker->sentence, governor, "speech") &&
        !is_object_control(linker, linker->last_verb)) {
        verb->subject = linker->last_noun;
        verb->headline_to = true;
        verb->tense = TENSE_FUTURE;
        verb->link = LINK_CONTENT;
        return;
    }
    int32_t told = told_for(linker, at);
    if (told != NONE) {
        verb->subject = told;
        verb->governor_noun = carrier_of_infinitive(linker, verb->subject - 2);
    } else if (linker->last_noun != NONE && linker->last_noun > linker->last_verb) {
        /* "plan to sell", "asks Berlin to send" */
        if (gives_leave(linker, governor))
            verb->subject = clause_coordination_start(linker->sentence, linker->last_verb + 1);
        else if (is_object_control(linker, linker->last_verb) && !governor->passive)
            verb->subject = clause_coordination_start(linker->sentence, linker->last_noun);
        else
            verb->governor_noun = carrier_of_infinitive(linker, at - 1);
    } else if (gives_leave(linker, governor))
        verb->subject = clause_coordination_start(linker->sentence, linker->last_verb + 1);
    else
        verb->governor_noun = carrier_of_infinitive(linker, at - 1);
    verb->conditional = governor->conditional;
}

/* "imposed sanctions on Ankara on Monday for buying": whom a phrase with on or against names between the verb and
 * "for", or NONE. */
static int32_t punished_before(const struct linker *linker, int32_t preposition)
{
    const struct sentence *sentence = linker->sentence;
    const struct group *groups = sentence->groups;
    if (preposition < 1 || groups[preposition].kind != GROUP_PREPOSITION || linker->last_verb == NONE ||
        !word_is(sentence, groups[preposition].first, "for"))
        return NONE;
    for (int32_t i = linker->last_verb + 1; i < preposition; i++)
        if (groups[i].kind == GROUP_NOUN && groups[i].preposition != NONE && clause_acts(sentence, &groups[i]) &&
            (word_is(sentence, groups[groups[i].preposition].first, "on") ||
             word_is(sentence, groups[groups[i].preposition].first, "against")))
            return i;
    return NONE;
}

/* "accused Iran of supplying", "thanked Berlin for sending", "barred from buying": who is accused, thanked or barred
 * does what the gerund says. */
static bool object_does_gerund(const struct linker *linker, int32_t at)
{
    static const char *const words[] = {"of", "for", "from", "against", "into", NULL};
    const struct sentence *sentence = linker->sentence;
    int32_t preposition = at - 1;
    while (preposition > 0 && sentence->groups[preposition].kind == GROUP_ADVERB)
        preposition--;
    if (punished_before(linker, preposition) != NONE)
        return true;
    if (preposition < 1 || sentence->groups[preposition].kind != GROUP_PREPOSITION || linker->last_noun == NONE ||
        linker->last_noun != linker->last_verb + 1 || linker->last_noun != preposition - 1 ||
        !clause_acts(sentence, &sentence->groups[linker->last_noun]))
        return false;
    const struct token *token = &sentence->part->list.tokens[sentence->groups[preposition].first];
    for (size_t i = 0; words[i]; i++)
        if (strlen(words[i]) == token->end - token->start &&
            !strncasecmp(sentence->part->text + token->start, words[i], strlen(words[i])))
            return true;
    return false;
}

static void link_gerund(struct linker *linker, int32_t at)
{
    struct group *verb = &linker->sentence->groups[at];
    verb->tense = TENSE_NONE;
    verb->governor = linker->last_verb;
    verb->link = linker->comma_before || linker->when_before ? LINK_ADVERBIAL : LINK_COMPLEMENT;
    if (linker->last_verb == NONE) {
        verb->subject = linker->last_noun;
        verb->link = LINK_ROOT;
        return;
    }
    const struct group *governor = &linker->sentence->groups[linker->last_verb];
    verb->subject = governor->subject;
    /* "drones targeting cities", "sees other countries within the region receiving": a participle behind its noun */
    if (at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN && !linker->comma_before &&
        linker->last_noun != NONE && linker->last_noun > linker->last_verb)
        verb->subject = linker->last_noun;
    verb->conditional = governor->conditional;
    if (object_does_gerund(linker, at)) {
        int32_t punished = punished_before(linker, at - 1);
        verb->subject = clause_coordination_start(linker->sentence, punished == NONE ? linker->last_noun : punished);
        return;
    }
    if (at > 0 && linker->sentence->groups[at - 1].kind == GROUP_PREPOSITION && at > 1 &&
        linker->sentence->groups[at - 2].kind == GROUP_NOUN)
        verb->governor_noun = at - 2;
}

static bool is_unit_of_time(const struct linker *linker, const struct group *group)
{
    int32_t time = linker->sentence->part->words[group->head].time;
    return time != NONE && !strcmp(lexicon_entry_id(linker->lexicon, (uint32_t)time), "unit");
}

static bool has_verb(const struct sentence *sentence, uint32_t from)
{
    for (uint32_t i = from; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB)
            return true;
    return false;
}

/* "Iran may arm Russia; Germany to send tanks": behind a semicolon, and in a headline behind the colon of a kicker,
 * what has its own subject is on its own. */
static bool is_new_sentence(const struct sentence *sentence, int32_t stop)
{
    const struct token *mark = &sentence->part->list.tokens[sentence->groups[stop].first];
    uint32_t next = (uint32_t)stop + 1;
    bool kicker = mark->kind == TOKEN_MARK && mark->mark == ':' && sentence->headline && has_verb(sentence, next);
    if (!kicker && (mark->kind != TOKEN_MARK || mark->mark != ';'))
        return false;
    while (next < sentence->group_count &&
           (sentence->groups[next].kind == GROUP_AND || sentence->groups[next].kind == GROUP_ADVERB))
        next++;
    return next < sentence->group_count && sentence->groups[next].kind == GROUP_NOUN;
}

/* "BERLIN - Airbus and Saab have agreed": what is named before the dash does nothing. */
static bool ends_dateline(const struct sentence *sentence, int32_t stop)
{
    uint32_t token = sentence->groups[stop].first;
    return token > sentence->first && token == dateline_end(sentence);
}

static void note_group(struct linker *linker, int32_t at)
{
    struct group *group = &linker->sentence->groups[at];
    switch (group->kind) {
    case GROUP_NOUN:
        /* "in the coming weeks and months": no doer */
        if (group->preposition == NONE && group->and_with == NONE &&
            (linker->first_noun == NONE || !is_unit_of_time(linker, group))) {
            linker->last_noun = at;
            if (linker->first_noun == NONE)
                linker->first_noun = at;
        }
        break;
    case GROUP_AND:
        linker->and_before = true;
        break;
    case GROUP_COMMA:
        linker->comma_before = true;
        break;
    case GROUP_PREPOSITION:
        linker->preposition_before = true;
        break;
    case GROUP_THAT:
        linker->that_before = true;
        linker->that_noun = at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN ? at - 1 : NONE;
        linker->last_noun = NONE;
        break;
    case GROUP_WHO:
        linker->who_before = true;
        linker->relative_of = at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN   ? at - 1
                              : at > 1 && linker->sentence->groups[at - 2].kind == GROUP_NOUN ? at - 2
                                                                                              : NONE;
        linker->last_noun = NONE;
        break;
    case GROUP_WHEN:
        linker->when_before = true;
        linker->last_noun = NONE;
        break;
    case GROUP_IF:
        linker->if_before = true;
        linker->last_noun = NONE;
        break;
    case GROUP_STOP:
        forget_marks(linker);
        linker->last_noun = NONE;
        if (is_new_sentence(linker->sentence, at) || ends_dateline(linker->sentence, at))
            linker->first_noun = linker->last_verb = linker->top_verb = NONE;
        break;
    default:
        break;
    }
}

bool clause_begins_anew(const struct sentence *sentence, int32_t noun)
{
    const struct group *groups = sentence->groups;
    /* ", and Peru protested" too */
    bool comma = noun >= 2 && (groups[noun - 1].kind == GROUP_COMMA ||
                               (groups[noun - 1].kind == GROUP_AND && groups[noun - 2].kind == GROUP_COMMA));
    if (!comma || groups[noun].kind != GROUP_NOUN || groups[noun].preposition != NONE || groups[noun].and_with != NONE)
        return false;
    for (uint32_t i = (uint32_t)noun + 1; i < sentence->group_count; i++) {
        if (groups[i].kind == GROUP_STOP || groups[i].kind == GROUP_WHO || groups[i].kind == GROUP_THAT)
            return false;
        if (groups[i].kind == GROUP_VERB)
            return groups[i].subject == noun && groups[i].link != LINK_REDUCED && !groups[i].gerund;
    }
    return false;
}

/* "hours after the truce", "two days before": when, not what. */
static bool is_span_of_time(const struct sentence *sentence, uint32_t noun)
{
    if (noun + 1 >= sentence->group_count || sentence->part->words[sentence->groups[noun].head].time == NONE)
        return false;
    const struct group *next = &sentence->groups[noun + 1];
    return next->kind == GROUP_WHEN || (next->kind == GROUP_PREPOSITION && (word_is(sentence, next->first, "after") ||
                                                                            word_is(sentence, next->first, "before")));
}

/* Objects: noun groups behind the verb that no preposition governs, up to the next verb or boundary. */
static void link_objects(struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        verb->clause_last = (int32_t)i;
        for (uint32_t j = i + 1; j < sentence->group_count; j++) {
            const struct group *group = &sentence->groups[j];
            if (group->kind == GROUP_VERB || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
                group->kind == GROUP_WHEN || group->kind == GROUP_IF)
                break;
            if (group->kind == GROUP_STOP)
                break;
            if (clause_begins_anew(sentence, (int32_t)j))
                break;
            verb->clause_last = (int32_t)j;
            if (group->kind != GROUP_NOUN || group->preposition != NONE || group->and_with != NONE ||
                is_span_of_time(sentence, j))
                continue;
            if (verb->object == NONE)
                verb->object = (int32_t)j;
            else if (verb->object2 == NONE && (int32_t)j == verb->object + 1)
                verb->object2 = (int32_t)j;
        }
    }
}

/* "to train and equip rebels": the first verb has the second one's object. */
static void share_objects(struct sentence *sentence)
{
    for (uint32_t i = sentence->group_count; i-- > 0;) {
        struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->object != NONE || verb->passive || i + 2 >= sentence->group_count)
            continue;
        uint32_t next = i + 1;
        while (next + 1 < sentence->group_count &&
               (sentence->groups[next].kind == GROUP_AND || sentence->groups[next].kind == GROUP_COMMA))
            next++;
        const struct group *second = &sentence->groups[next];
        if (next > i + 1 && second->kind == GROUP_VERB && !second->passive && second->object == (int32_t)next + 1)
            verb->object = second->object;
    }
}

void clause_link(const struct lexicon *lexicon, struct sentence *sentence)
{
    conjunction_find(sentence);
    clause_link_nouns(lexicon, sentence);
    struct linker linker = {.lexicon = lexicon,
                            .sentence = sentence,
                            .first_noun = NONE,
                            .last_noun = NONE,
                            .last_verb = NONE,
                            .top_verb = NONE,
                            .that_noun = NONE,
                            .relative_of = NONE};
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_VERB) {
            note_group(&linker, (int32_t)i);
            continue;
        }
        if (group->infinitive)
            link_infinitive(&linker, (int32_t)i);
        else if (group->gerund)
            link_gerund(&linker, (int32_t)i);
        else
            clause_link_finite(&linker, (int32_t)i);
        if (group->governor == (int32_t)i)
            group->governor = NONE;
        linker.last_verb = (int32_t)i;
        linker.last_noun = NONE;
        forget_marks(&linker);
    }
    link_objects(sentence);
    share_objects(sentence);
}

int32_t clause_verb_of(const struct sentence *sentence, int32_t noun)
{
    for (int32_t i = noun - 1; i >= 0; i--) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB)
            return group->clause_last >= noun ? i : NONE;
        if (group->kind == GROUP_THAT || group->kind == GROUP_WHO || group->kind == GROUP_WHEN ||
            group->kind == GROUP_IF || group->kind == GROUP_STOP)
            break;
    }
    return NONE;
}

int32_t clause_coordinated_next(const struct sentence *sentence, int32_t group)
{
    for (uint32_t i = (uint32_t)group + 1; i < sentence->group_count && i < (uint32_t)group + 6; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].and_with == group)
            return (int32_t)i;
    return NONE;
}

int32_t clause_delivery_of(const struct lexicon *lexicon, const struct sentence *sentence, int32_t order)
{
    static const char *const passives[] = {"supply", "give", "donate", "receive", NULL};
    const struct group *verb = &sentence->groups[order];
    int32_t goods = verb->passive ? verb->subject : verb->object;
    if (goods == NONE || goods > order)
        return NONE;
    for (uint32_t i = (uint32_t)order + 1; i < sentence->group_count; i++) {
        const struct group *later = &sentence->groups[i];
        if (later->kind != GROUP_VERB || later->subject != goods || later->negated)
            continue;
        const char *const classes[] = {verb_class(lexicon, sentence, later), verb_class2(lexicon, sentence, later),
                                       verb_class3(lexicon, sentence, later)};
        for (size_t k = 0; k < 3; k++) {
            bool comes = classes[k] && !strcmp(classes[k], "arrive");
            for (size_t n = 0; classes[k] && passives[n] && later->passive; n++)
                comes |= !strcmp(classes[k], passives[n]);
            if (comes)
                return (int32_t)i;
        }
    }
    return NONE;
}

bool clause_is_led_by(const struct sentence *sentence, int32_t at)
{
    const struct group *verb = &sentence->groups[at];
    return verb->kind == GROUP_VERB && (uint32_t)at + 2 < sentence->group_count &&
           (word_is(sentence, verb->head, "led") || word_is(sentence, verb->head, "headed")) &&
           verb->first == verb->last && sentence->groups[at + 1].kind == GROUP_PREPOSITION &&
           word_is(sentence, sentence->groups[at + 1].first, "by") && sentence->groups[at + 2].kind == GROUP_NOUN;
}

int32_t clause_leader_of(const struct sentence *sentence, int32_t noun)
{
    int32_t verb = noun + 1;
    /* "a delegation from the Bolivian army led by its commander" */
    for (int steps = 0;
         steps < 2 && (uint32_t)verb + 2 < sentence->group_count && sentence->groups[verb].kind == GROUP_PREPOSITION &&
         sentence->groups[verb + 1].kind == GROUP_NOUN && !word_is(sentence, sentence->groups[verb].first, "by");
         steps++)
        verb += 2;
    verb += (uint32_t)verb < sentence->group_count && sentence->groups[verb].kind == GROUP_COMMA;
    if ((uint32_t)verb < sentence->group_count && clause_is_led_by(sentence, verb))
        return verb + 2;
    /* in front, up to its comma */
    if (noun < 4 || sentence->groups[noun - 1].kind != GROUP_COMMA || !clause_is_led_by(sentence, 0))
        return NONE;
    for (int32_t i = 3; i < noun - 1; i++)
        if (sentence->groups[i].kind != GROUP_NOUN && sentence->groups[i].kind != GROUP_PREPOSITION &&
            sentence->groups[i].kind != GROUP_COMMA)
            return NONE;
    return 2;
}
