#include "lib/coder/objection.h"

#include "lib/coder/clause.h"
#include "lib/coder/objection_parts.h"
#include "lib/coder/role.h"
#include "lib/coder/scene.h"
#include "lib/coder/seek.h"

#include <string.h>

static bool has_cue(struct coder_workspace *workspace, const struct sentence *sentence, const char *kind)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && !strcmp(lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)cue), kind))
            return true;
    }
    return false;
}

/* "inspected Russian helicopters": what is looked at is nobody's ground. */
static bool is_look_at_goods(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t object = event->verb_entry == NONE ? NONE : sentence->groups[event->verb].object;
    int32_t name = object == NONE ? NONE : sentence->part->words[sentence->groups[object].head].name;
    const char *class = object == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[object].head);
    return (class && !strcmp(class, "goods")) ||
           (name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_GOODS);
}

/* Parties; of a downturn with the vague ones too ("the West"), of which at least one must be definite. */
static uint32_t party_count(const struct event *event)
{
    uint32_t count = role_principal_count(event), vague = 0;
    bool downturn = !strcmp(event->type, "downturn");
    for (uint32_t i = 0; i < event->actor_count; i++)
        vague += !strncmp(event->actors[i].id, "GRP:", 4) && strcmp(event->actors[i].role, "observer") != 0 &&
                 (downturn || event->actors[i].slot);
    return count ? count + vague : count;
}

/* A meeting of an organisation's ministers has one party, which is many. */
static bool is_meeting_of_members(const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "participant") && !strncmp(event->actors[i].id, "ORG:", 4))
            return !strcmp(event->type, "visit") || (!strcmp(event->type, "operation") && event->verb_entry != NONE) ||
                   (!strcmp(event->type, "exercise") && role_is_alliance(event->actors[i].id));
    return false;
}

/* "signed deals with Turkish defence companies" */
static bool is_with_firms(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        const char *class = group->kind == GROUP_NOUN && group->preposition != NONE
                                ? noun_class(workspace_lexicon(workspace), sentence, group->head)
                                : NULL;
        if (class && !strcmp(class, "firm") && word_is(sentence, sentence->groups[group->preposition].first, "with"))
            return true;
    }
    return false;
}

/* "The Global Coalition met in Washington": a mission by itself does nothing for anybody. */
static bool is_mission_alone(struct coder_workspace *workspace, const struct event *event)
{
    /* "NATO ships patrol the strait": who acts by a verb takes part */
    if (event->verb_entry != NONE)
        return false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "participant") && strncmp(event->actors[i].id, "ORG:", 4) != 0)
            return false;
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    /* "the mission announced that …": it only speaks */
    return !verb || !verb_attribute(workspace_lexicon(workspace), event->sentence, verb, "stage") ||
           (verb->subject == event->noun && !verb->passive &&
            verb_attribute(workspace_lexicon(workspace), event->sentence, verb, "speech"));
}

/* "the operations of the coast guard": what a force does, where only the context names another. */
static bool is_own_work(const struct event *event)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        told += !event->actors[i].from_context;
    return event->verb_entry == NONE && event->argument != NONE && told <= 1 &&
           word_is(event->sentence, event->trigger_last, "operations") &&
           event->sentence->groups[event->argument].preposition != NONE &&
           word_is(event->sentence, event->sentence->groups[event->sentence->groups[event->argument].preposition].first,
                   "of");
}

/* "Troops from Oman and Jordan are taking part": in the exercise that the sentences before or the title tell of. */
static bool takes_part_in_nothing(struct coder_workspace *workspace, const struct event *event,
                                  const struct frame *frame)
{
    if (strcmp(frame->head, "participate") != 0 || frame->argument)
        return false;
    uint32_t at = event->sentence_index, first = at > 3 ? at - 3 : 0;
    for (uint32_t i = first; i <= at; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (!workspace_read(workspace, sentence))
            return true;
        for (uint32_t k = sentence->first; k <= sentence->last; k++) {
            const char *class = noun_class(workspace_lexicon(workspace), sentence, k);
            if (class && !sentence->part->words[k].blocked &&
                (!strcmp(class, "exercise") || !strcmp(class, "plain_exercise")))
                return false;
        }
    }
    return true;
}

/* "said at the Dubai Airshow" */
static bool is_where_said(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t preposition = sentence->groups[event->noun].preposition;
    if (preposition < 1)
        return false;
    int32_t verb = preposition - 1;
    while (verb > 0 && (sentence->groups[verb].kind == GROUP_TIME || sentence->groups[verb].kind == GROUP_ADVERB))
        verb--;
    return sentence->groups[verb].kind == GROUP_VERB &&
           verb_attribute(workspace_lexicon(workspace), sentence, &sentence->groups[verb], "speech");
}

/* "hold drills to cement defence ties" */
static bool is_aim(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const acts[] = {"exercise", "plain_exercise", "talks", "plain_talks", "visit", NULL};
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    if (!verb || !verb->infinitive || verb->governor == NONE || verb->headline_to)
        return false;
    const char *class = verb->governor_noun == NONE ? NULL
                                                    : noun_class(workspace_lexicon(workspace), event->sentence,
                                                                 event->sentence->groups[verb->governor_noun].head);
    bool act = verb->governor_noun == NONE;
    for (size_t i = 0; class && acts[i]; i++)
        act |= !strcmp(class, acts[i]);
    if (!act)
        return false;
    int32_t object = event->sentence->groups[verb->governor].object;
    return object != NONE && object < event->verb && object != verb->subject;
}

/* "set aside 20 million euros for the training of Jordanian guards": what money is for is still to come. */
static bool is_what_money_is_for(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t preposition = event->noun == NONE ? NONE : sentence->groups[event->noun].preposition;
    if (preposition < 1 || !word_is(sentence, sentence->groups[preposition].first, "for"))
        return false;
    const struct group *sum = &sentence->groups[preposition - 1];
    for (uint32_t i = 0; sum->kind == GROUP_NOUN && i < sentence->quantity_count; i++)
        if (sentence->quantities[i].kind == QUANTITY_MONEY && sentence->quantities[i].first >= sum->first &&
            sentence->quantities[i].last <= sum->last)
            return true;
    return false;
}

/* "presented the equipment to the Malian army" */
static bool is_handed_to(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || !word_is(sentence, sentence->groups[event->verb].head, "presented"))
        return false;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count && sentence->groups[i].kind != GROUP_VERB;
         i++)
        if (sentence->groups[i].kind == GROUP_PREPOSITION && word_is(sentence, sentence->groups[i].first, "to"))
            return true;
    return false;
}

static bool is_paid_to_firm(const struct event *event)
{
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (strcmp(event->actors[i].role, "recipient") != 0)
            continue;
        if (strncmp(event->actors[i].id, "COM:", 4) != 0)
            return false;
        firm = true;
    }
    return firm;
}

/* "has been held annually since 2004": the series, not one of it. */
static bool is_of_series(const struct event *event)
{
    static const char *const words[] = {"annually",    "regularly", "biennially", "routinely",
                                        "alternately", "yearly",    "biannually", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || sentence->headline || verb->infinitive || verb->gerund ||
        (!verb->perfect && verb->tense != TENSE_PRESENT))
        return false;
    for (uint32_t i = sentence->groups[event->verb].first;
         i <= sentence->last && i <= sentence->groups[verb->clause_last].last; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    return false;
}

/* "signed a memorandum on training and joint operations against rebels": what a paper is about is not done yet. */
static bool is_content_of_paper(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const papers[] = {"paper", "agreement", "deal", NULL};
    const struct sentence *sentence = event->sentence;
    int32_t task = event->noun != NONE ? event->noun : event->argument;
    if (task == NONE || sentence->groups[task].kind != GROUP_NOUN)
        return false;
    for (int32_t i = task - 1; i >= 0; i--) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN && group->kind != GROUP_PREPOSITION && group->kind != GROUP_AND &&
            group->kind != GROUP_COMMA)
            return false;
        const char *class =
            group->kind == GROUP_NOUN ? noun_class(workspace_lexicon(workspace), sentence, group->head) : NULL;
        bool on = (uint32_t)i + 1 < sentence->group_count && (word_is(sentence, sentence->groups[i + 1].first, "on") ||
                                                              word_is(sentence, sentence->groups[i + 1].first, "for"));
        for (size_t k = 0; class && on && papers[k]; k++)
            if (!strcmp(class, papers[k]))
                return true;
    }
    return false;
}

/* "The drill focuses on enhancing counter-terrorism operations": what an exercise is for is not done in it. */
static bool is_only_practised(struct coder_workspace *workspace, const struct event *event)
{
    enum { GOVERNORS_MAX = 3 };
    static const char *const feigned[] = {"mock", "simulated", "notional", "imaginary", "hypothetical", NULL};
    static const char *const during[] = {"during", "in", "at", "as", "under", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    /* "repelled a mock enemy's strike", "stormed a beach during the drills" */
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        for (size_t k = 0; feigned[k]; k++)
            if (word_is(sentence, i, feigned[k]))
                return true;
    for (uint32_t i = 0; i < sentence->group_count && event->verb_entry != NONE; i++) {
        const struct group *group = &sentence->groups[i];
        const char *class =
            group->kind == GROUP_NOUN && group->preposition != NONE ? noun_class(lexicon, sentence, group->head) : NULL;
        for (size_t k = 0; class && (!strcmp(class, "exercise") || !strcmp(class, "plain_exercise")) && during[k]; k++)
            if (word_is(sentence, sentence->groups[group->preposition].first, during[k]) &&
                clause_verb_of(sentence, (int32_t)i) == event->verb)
                return true;
    }
    int32_t verb = event->verb;
    /* "practised search and rescue" */
    static const char *const words[] = {"practised",  "practiced",  "practise", "practice",   "practising",
                                        "practicing", "rehearsed",  "rehearse", "rehearsing", "simulated",
                                        "simulate",   "simulating", NULL};
    for (size_t i = 0; verb != NONE && (event->noun != NONE || event->argument != NONE) && words[i]; i++)
        if (word_is(sentence, sentence->groups[verb].head, words[i]))
            return true;
    for (int depth = 0; verb != NONE && depth < GOVERNORS_MAX; depth++, verb = sentence->groups[verb].governor) {
        int32_t subject = sentence->groups[verb].subject;
        if (subject == NONE || subject == event->noun || sentence->groups[subject].kind != GROUP_NOUN)
            continue;
        for (uint32_t i = sentence->groups[subject].first; i <= sentence->groups[subject].last; i++) {
            int32_t name = sentence->part->words[i].name;
            const char *class = noun_class(lexicon, sentence, i);
            if ((name != NONE && sentence->mentions[name].class == LEXICON_EXERCISE) ||
                (class && (!strcmp(class, "exercise") || !strcmp(class, "plain_exercise"))))
                return true;
        }
    }
    return false;
}

/* "intercepted a shipment of missiles" */
static bool is_seized(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    /* "halted a ship carrying weapons" */
    const struct group *carries = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    const struct group *halts = carries && carries->gerund && carries->governor != NONE &&
                                        carries->subject == sentence->groups[carries->governor].object
                                    ? &sentence->groups[carries->governor]
                                    : NULL;
    const char *halt = halts ? verb_class(workspace_lexicon(workspace), sentence, halts) : NULL;
    if (halt && carries->subject != NONE && !strcmp(event->type, "arms_transfer") &&
        (!strcmp(halt, "seize") || !strcmp(halt, "stop") || !strcmp(halt, "suspend")))
        return true;
    const char *over = event->noun == NONE || event->verb == NONE
                           ? NULL
                           : verb_class(workspace_lexicon(workspace), sentence, &sentence->groups[event->verb]);
    return over && !strcmp(over, "seize") && strcmp(event->type, "operation") != 0;
}

/* "frigates built by the yard": what was made, said in passing. */
static bool is_made_by_one(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    return event->verb_entry != NONE && event->sentence->groups[event->verb].link == LINK_REDUCED &&
           (!strcmp(frame->head, "build") || !strcmp(frame->head, "make")) &&
           !has_cue(workspace, event->sentence, "joint");
}

/* "flew alongside a bomber to identify it" */
static bool is_watched(const struct sentence *sentence)
{
    static const char *const words[] = {"identify", "intercept", "intercepted", "shadow",   "shadowed", "shadowing",
                                        "monitor",  "monitored", "monitoring",  "warned",   "warn",     "chased",
                                        "chase",    "rammed",    "collided",    "harassed", NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    return false;
}

/* "with Japanese ones", "alongside British destroyers", "with the Omani navy"; not "with American engines". */
static bool is_with_crews(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE)
            continue;
        const struct group *preposition = &sentence->groups[group->preposition];
        bool with = word_is(sentence, preposition->last, "with") || word_is(sentence, preposition->first, "alongside");
        for (uint32_t k = group->first; with && k <= group->last; k++) {
            int32_t name = sentence->part->words[k].name;
            const char *sipri =
                name == NONE ? NULL : lexicon_entry_value(lexicon, sentence->mentions[name].entry, "sipri");
            if (word_is(sentence, k, "ones") || (sipri && (!strcmp(sipri, "aircraft") || !strcmp(sipri, "ship"))) ||
                (name != NONE && sentence->mentions[name].class == LEXICON_FORCE))
                return true;
        }
        if (with && group_is_craft(lexicon, sentence, (int32_t)i) && sentence->part->words[group->head].name == NONE)
            return true;
    }
    return false;
}

/* "Turkish and Syrian ferries": who sails or flies is of no force. */
static bool is_merchant(const struct lexicon *lexicon, const struct event *event)
{
    static const char *const words[] = {"ferry",    "ferries",   "tanker",   "tankers", "freighter", "freighters",
                                        "airliner", "airliners", "trawlers", "tugs",    "yachts",    NULL};
    const struct sentence *sentence = event->sentence;
    int32_t who = event->verb == NONE ? NONE : sentence->groups[event->verb].subject;
    for (; who != NONE; who = clause_coordinated_next(sentence, who)) {
        const char *class = noun_class(lexicon, sentence, sentence->groups[who].head);
        if (class && !strcmp(class, "merchant_ships"))
            return true;
        for (size_t i = 0; words[i]; i++)
            if (word_is(sentence, sentence->groups[who].head, words[i]))
                return true;
    }
    return false;
}

/* Two that are named are only on one course where nothing says "together" and neither is "with" the other. */
static bool is_apart(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    uint32_t told = 0, with = 0;
    bool in_service = false, abreast = !strcmp(frame->head, "fare_abreast");
    if (strcmp(frame->head, "fare") != 0 && !abreast)
        return false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *slot = event->actors[i].slot;
        bool own = !event->actors[i].from_context && role_is_principal(&event->actors[i]);
        told += own;
        with += own && slot && (!strcmp(slot, "with") || !strcmp(slot, "alongside"));
        in_service |= own && slot && !strcmp(slot, "for");
    }
    /* "fly surveillance missions for Estonia" */
    if (told >= 2 && in_service)
        return false;
    if (told < 2 || is_merchant(workspace_lexicon(workspace), event) || is_watched(event->sentence))
        return true;
    return with ? !is_with_crews(workspace_lexicon(workspace), event->sentence)
                : !abreast && !has_cue(workspace, event->sentence, "joint");
}

/* "Norway has four German submarines": what it owns is of German make; nobody is stationed. */
static bool is_owned(const struct event *event)
{
    static const char *const words[] = {"has", "have", "had", "having", "operates", "flies", NULL};
    if (event->verb_entry == NONE || event->argument == NONE)
        return false;
    int32_t name = event->sentence->part->words[event->sentence->groups[event->argument].head].name;
    bool has = false;
    if (name == NONE || lexicon_class_use((enum lexicon_class)event->sentence->mentions[name].class) != USE_GOODS)
        return false;
    for (size_t i = 0; words[i]; i++)
        has |= word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]);
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *slot = event->actors[i].slot;
        if (!strcmp(event->actors[i].role, "target") && (!slot || strcmp(slot, "subject") != 0))
            return false;
    }
    return has;
}

/* "flew over an American destroyer" */
static bool is_over_craft(const struct lexicon *lexicon, const struct event *event)
{
    int32_t object = event->verb_entry == NONE ? NONE : event->sentence->groups[event->verb].object;
    return object != NONE && event->subtype && !strcmp(event->subtype, "transit") &&
           group_is_craft(lexicon, event->sentence, object);
}

/* Whose ground a presence is on, where that is nobody who could consent. */
static const char *of_ground(const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (!strncmp(event->actors[i].id, "COM:", 4))
            return "a firm's premises, not a base of forces";
        if (!strncmp(event->actors[i].id, "DEF:", 4) && !strcmp(event->actors[i].role, "target"))
            return "on disputed ground, not by consent";
    }
    return NULL;
}

/* "recalled its officers from a drill", "left Colombo after a goodwill visit": what is left is one occasion, not a
 * presence. */
static bool is_left_occasion(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const ways[] = {"from", "after", "following", NULL};
    static const char *const occasions[] = {"exercise", "plain_exercise", "exercise_name", "visit", "port_call", NULL};
    const struct sentence *sentence = event->sentence;
    for (int32_t i = event->verb + 1; event->verb_entry != NONE && i <= sentence->groups[event->verb].clause_last;
         i++) {
        const struct group *group = &sentence->groups[i];
        bool way = false, occasion = false;
        for (size_t k = 0; group->kind == GROUP_NOUN && group->preposition != NONE && ways[k]; k++)
            way |= word_is(sentence, sentence->groups[group->preposition].first, ways[k]);
        const char *class = way ? seek_argument_class(workspace_lexicon(workspace), sentence, group->head) : NULL;
        for (size_t k = 0; class && occasions[k]; k++)
            occasion |= !strcmp(class, occasions[k]);
        if (occasion)
            return true;
    }
    return false;
}

/* "visited a drone factory": who is shown a plant makes nothing there. */
static bool is_only_visited(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (event->noun == NONE || event->verb == NONE || sentence->groups[event->verb].object != event->noun)
        return false;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *verb = &sentence->groups[event->verb];
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && !strcmp(classes[i], "visit"))
            return true;
    return false;
}

static bool names_firm(const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strncmp(event->actors[i].id, "COM:", 4))
            return true;
    return false;
}

const char *objection_of(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    const char *words;
    if (frame->force && !objection_troops_go(workspace, event))
        return "no troops are the subject";
    if ((frame->force && objection_leaves_home(workspace, event)) || objection_leaves_for_initiator(workspace, event))
        return "they leave home";
    if (objection_is_fighting(workspace, event))
        return "ground that is fought over, not a presence by consent";
    if (is_seized(workspace, event))
        return "seized or stolen, not handed over";
    if ((!strcmp(event->type, "exercise") || !strcmp(event->type, "training")) && is_of_series(event))
        return "a series, not one of it";
    if (!strcmp(event->type, "aid") && is_paid_to_firm(event))
        return "a firm is paid, not a state helped";
    if (!strcmp(event->type, "arms_transfer") && objection_is_on_the_move(workspace, event, frame))
        return "forces on the move with their own arms";
    if (!strcmp(event->type, "basing") && objection_is_at_border(event))
        return "at a border, on its own side";
    if ((!strcmp(event->type, "basing") || !strcmp(event->type, "industry")) && objection_is_attacked(workspace, event))
        return "attacked, not given for use";
    if (!strcmp(event->type, "basing") && objection_is_at_sea(event))
        return "at sea, on nobody's ground";
    if (!strcmp(event->type, "operation") && is_content_of_paper(workspace, event))
        return "what a paper is about, not what is done";
    if (!strcmp(event->type, "operation") && is_only_practised(workspace, event))
        return "what an exercise is for, not what is done";
    if ((words = scene_objection(workspace, event)))
        return words;
    if ((!strcmp(frame->head, "withdraw") || !strcmp(frame->head, "leave")) && is_left_occasion(workspace, event))
        return "one occasion is left, not a presence";
    bool turned_away = frame->status && !strcmp(frame->status, "refused");
    if (!strcmp(event->type, "visit") && !turned_away && is_look_at_goods(workspace_lexicon(workspace), event))
        return "goods that are looked at, nobody who is visited";
    if (!strcmp(event->type, "visit") && !turned_away && !strcmp(event->status, "refused"))
        return "a meeting that somebody stays away from";
    if ((!strcmp(event->type, "visit") || !strcmp(event->type, "basing") || !strcmp(event->type, "operation")) &&
        has_cue(workspace, event->sentence, "front"))
        return "at a front or on occupied ground, not by consent";
    if (!strcmp(event->type, "industry") && is_only_visited(workspace, event))
        return "a plant that is only visited";
    if (!strcmp(event->type, "industry") && is_made_by_one(workspace, event, frame))
        return "made by one, not built together";
    if (!strcmp(event->type, "expo") && is_handed_to(event))
        return "handed to somebody, not shown";
    if (!strcmp(event->type, "expo") && event->noun != NONE && is_where_said(workspace, event))
        return "only where somebody spoke";
    bool goods = !strcmp(event->type, "arms_transfer"), industry = !strcmp(event->type, "industry");
    if ((goods || industry) && !objection_arms_somebody(event, frame) &&
        (objection_is_for_airline(event) || !objection_is_military(workspace, event)))
        return "civil goods";
    if ((goods || industry) &&
        (objection_is_domestic(workspace, event) || (goods && objection_is_for_own_forces(workspace, event))))
        return "within one state";
    if (!strcmp(event->type, "training") && is_what_money_is_for(event))
        return "the aim of another act";
    if (!strcmp(event->type, "agreement") && is_aim(workspace, event))
        return "the aim of another act";
    if (!strcmp(event->type, "agreement") && (is_with_firms(workspace, event) || names_firm(event)))
        return "a firm's paper, not a government's";
    if (is_apart(workspace, event, frame))
        return "nothing says that they act together";
    if (takes_part_in_nothing(workspace, event, frame))
        return "nothing says what they take part in";
    if (!strcmp(event->type, "operation") && is_own_work(event))
        return "a force's own work";
    if (!strcmp(event->type, "operation") && is_mission_alone(workspace, event))
        return "a mission and nobody who takes part";
    if (!strcmp(event->type, "basing") && is_over_craft(workspace_lexicon(workspace), event))
        return "past ships or aircraft, on nobody's ground";
    if (!strcmp(event->type, "basing") && is_owned(event))
        return "goods that are owned, not a presence";
    if (!strcmp(event->type, "basing") && (words = of_ground(event)))
        return words;
    if ((!strcmp(event->type, "exercise") || !strcmp(event->type, "operation")) &&
        !role_has(event, NULL, "participant"))
        return "nobody is named as taking part";
    return NULL;
}

bool objection_few_parties(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    return party_count(event) < frame->needs && !is_meeting_of_members(event) && !role_joins_many(workspace, event);
}
