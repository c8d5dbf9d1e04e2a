#include "lib/coder/objection.h"

#include "lib/coder/clause.h"
#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include <string.h>

enum { SENTENCES_AROUND = 4 };

static bool has_cue(struct coder_workspace *workspace, const struct sentence *sentence, const char *kind)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && !strcmp(lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)cue), kind))
            return true;
    }
    return false;
}

/* The state behind an actor: itself, or that of a firm. NULL where it is not known. */
static const char *state_of_actor(struct coder_workspace *workspace, const struct event *event, const char *id)
{
    if (strncmp(id, "COM:", 4))
        return id;
    /* "Its naval unit is building frigates": the firm may be named in another sentence */
    uint32_t first = event->sentence_index > SENTENCES_AROUND ? event->sentence_index - SENTENCES_AROUND : 0;
    for (uint32_t at = first; at < workspace->sentence_count && at <= event->sentence_index + SENTENCES_AROUND; at++) {
        const struct sentence *sentence = &workspace->sentences[at];
        for (uint32_t i = 0; sentence->read && i < sentence->mention_count; i++) {
            const struct mention *mention = &sentence->mentions[i];
            if (mention->class == LEXICON_COMPANY && !mention->id &&
                !strcmp(lexicon_entry_id(workspace_lexicon(workspace), mention->entry), id))
                return lexicon_entry_value(workspace_lexicon(workspace), mention->entry, "state");
        }
    }
    return NULL;
}

/* A firm and its own state, or two firms of one state. */
static bool is_domestic(struct coder_workspace *workspace, const struct event *event)
{
    const char *state = NULL;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (!strncmp(event->actors[i].id, "GRP:", 4))
            return false;
        if (!role_is_principal(&event->actors[i]))
            continue;
        const char *own = state_of_actor(workspace, event, event->actors[i].id);
        if (!own || (state && strcmp(state, own)))
            return false;
        state = own;
    }
    return state != NULL;
}

/* "Fighters", "carriers", "tanks" may be other things; between states they are weapons. */
static bool is_weapon(const struct lexicon *lexicon, const struct mention *mention, bool firm)
{
    if (lexicon_class_use((enum lexicon_class)mention->class) != USE_GOODS)
        return false;
    const char *unroca = lexicon_entry_value(lexicon, mention->entry, "unroca");
    bool heavy = unroca && strcmp(unroca, "none") && strcmp(unroca, "unknown") && strcmp(unroca, "VI"); /* "ships" */
    return !mention->ambiguous || (heavy && !firm);
}

/* "K-8 trainers": a designation that means other things too, with its kind behind it. */
static bool is_explained(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    if (mention->class != LEXICON_EQUIPMENT || mention->last >= sentence->last)
        return false;
    int32_t next = sentence->part->words[mention->last + 1].name;
    const struct mention *kind = next == NONE ? NULL : &sentence->mentions[next];
    const char *sipri = lexicon_entry_value(lexicon, mention->entry, "sipri"),
               *same = kind && kind->class == LEXICON_EQUIPMENT_CLASS
                           ? lexicon_entry_value(lexicon, kind->entry, "sipri")
                           : NULL;
    return sipri && same && !strcmp(sipri, same);
}

static bool sentence_is_military(const struct lexicon *lexicon, const struct sentence *sentence, bool firm)
{
    static const char *const classes[] = {"arms_sale",
                                          "arms_trade",
                                          "arms_purchase",
                                          "arms_deal",
                                          "aid",
                                          "aid_delivery",
                                          "goods_package",
                                          "forces",
                                          "troops",
                                          "defence_topic",
                                          "defence_office",
                                          "cooperation",
                                          "base",
                                          "exercise",
                                          "agreement",
                                          "force_unit",
                                          "arms_project",
                                          "arms_plant",
                                          "arms_industry_cooperation",
                                          "defence_ministry",
                                          "arms_co_production",
                                          NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        if (mention && (mention->class == LEXICON_FORCE || is_weapon(lexicon, mention, firm) ||
                        is_explained(lexicon, sentence, mention)))
            return true;
        if (word_is(sentence, i, "ministry") || word_is(sentence, i, "armies") || word_is(sentence, i, "navies") ||
            (!word->blocked && (word_is(sentence, i, "military") || word_is(sentence, i, "missile") ||
                                word_is(sentence, i, "missiles") || word_is(sentence, i, "weapons"))))
            return true;
        const char *class = word->blocked ? NULL : noun_class(lexicon, sentence, i);
        if (!class)
            continue;
        const char *gate = noun_attribute(lexicon, sentence, i, "gate");
        bool weak = gate && !strcmp(gate, "weak");
        if (!strcmp(class, "goods") && !weak)
            return true;
        if (weak && firm &&
            (!strcmp(class, "arms_sale") || !strcmp(class, "arms_deal") ||
             !strcmp(class, "arms_purchase"))) /* "jet deal", "aircraft order": an airline's? */
            continue;
        /* "Security Pacific", "aerospace": not by themselves */
        bool vague = word_is(sentence, i, "security") || word_is(sentence, i, "aerospace");
        for (size_t k = 0; classes[k] && !vague; k++)
            if (same_id(classes[k], class))
                return true;
    }
    return false;
}

static bool is_military_sentence(const struct lexicon *lexicon, struct sentence *sentence, bool firm)
{
    uint8_t *known = firm ? &sentence->military_of_firm : &sentence->military;
    if (!*known)
        *known = sentence_is_military(lexicon, sentence, firm) ? 1 : 2;
    return *known == 1;
}

/* "Jets" and "helicopters" alone are as often civil: something in the sentence, beside it, or in the title must be
 * military. */
static bool is_military(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firm |= !strncmp(event->actors[i].id, "COM:", 4);
    uint32_t at = event->sentence_index;
    const uint32_t near[] = {at, at > 0 ? at - 1 : at, at + 1, 0};
    for (size_t i = 0; i < 4; i++) {
        struct sentence *sentence = near[i] < workspace->sentence_count ? &workspace->sentences[near[i]] : NULL;
        bool told = sentence && (sentence->part == event->sentence->part || i == 3);
        if (told && workspace_read(workspace, sentence) && is_military_sentence(lexicon, sentence, firm))
            return true;
    }
    return false;
}

/* "troops left Kigali for Darfur": who leaves home goes somewhere. */
static bool leaves_home(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || !event->subtype || strcmp(event->subtype, "withdrawal") != 0 || verb->passive || verb->object == NONE)
        return false;
    struct party_list left = {.count = 0};
    party_of_group(workspace, event->sentence, verb->object, &left);
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (left.count == 1 && !strcmp(event->actors[i].role, "initiator") &&
            !strcmp(event->actors[i].id, left.items[0].id))
            return true;
    return false;
}

/* "arming Kyiv": the verb itself is military; "to equip" may be with anything. */
static bool arms_somebody(const struct event *event, const struct frame *frame)
{
    static const char *const words[] = {"arm", "arms", "armed", "arming", NULL};
    if (event->verb_entry == NONE || event->argument != NONE)
        return false;
    for (size_t i = 0; words[i] && !strcmp(frame->head, "equip"); i++)
        if (word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]))
            return true;
    return !strcmp(frame->head, "rearm") || !strcmp(frame->head, "gunrun");
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

/* Troops are what leaves, or a base is what is left. */
static bool troops_go(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb)
        return false;
    const char *object =
        verb->object == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[verb->object].head);
    if (object && (!strcmp(object, "base") || !strcmp(object, "plain_base")))
        return true;
    if (verb->subject == NONE)
        return false;
    /* "the last wave of US airmen" */
    if (group_is_force(lexicon, sentence, verb->subject))
        return true;
    uint32_t head = sentence->groups[verb->subject].head;
    const char *stands = noun_attribute(lexicon, sentence, head, "stands");
    int32_t name = sentence->part->words[head].name;
    const char *class = noun_class(lexicon, sentence, head);
    return (stands && !strcmp(stands, "force")) || (class && !strcmp(class, "mission")) ||
           (name != NONE && sentence->mentions[name].class == LEXICON_FORCE);
}

/* "withdrew from the town of Lysychansk", "Ukrainian forces expelled Russian troops": war, not cooperation that ends.
 */
static bool is_fighting(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    bool leaves = event->subtype && (!strcmp(event->subtype, "withdrawal") || !strcmp(event->subtype, "expulsion"));
    if (strcmp(event->type, "downturn") || !leaves)
        return false;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const char *class = sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE
                                ? noun_class(lexicon, sentence, sentence->groups[i].head)
                                : NULL;
        if (class && !strcmp(class, "fought_ground"))
            return true;
    }
    if (strcmp(event->subtype, "expulsion") || event->verb == NONE || sentence->groups[event->verb].passive ||
        sentence->groups[event->verb].subject == NONE)
        return false;
    struct party_list list = {.count = 0};
    party_of_group(workspace, event->sentence, sentence->groups[event->verb].subject, &list);
    return event->verb_entry != NONE && list.count && list.items[0].force &&
           sentence->groups[event->verb].governor == NONE;
}

static bool is_violence(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb)};
    for (size_t i = 0; i < 2; i++)
        if (classes[i] && (!strcmp(classes[i], "harm") || !strcmp(classes[i], "fight")))
            return true;
    return false;
}

/* "hit five bases used by a militia", "attacked a factory in Syria", "near which a bomb went off": what is attacked, or
 * where. Not "attacked from a base". */
static bool is_attacked(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const where[] = {"at", "near", "on", "in", "inside", "outside", "against", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t noun = event->noun != NONE ? event->noun : event->argument;
    if (noun == NONE)
        return false;
    int32_t by = clause_verb_of(sentence, noun), preposition = sentence->groups[noun].preposition;
    bool reached = preposition == NONE;
    for (size_t i = 0; preposition != NONE && where[i]; i++)
        reached |= word_is(sentence, sentence->groups[preposition].first, where[i]);
    if (by != NONE && by != event->verb && reached && is_violence(lexicon, sentence, &sentence->groups[by]))
        return true;
    if (event->noun != NONE && event->verb == by && by != NONE && reached &&
        is_violence(lexicon, sentence, &sentence->groups[by]))
        return true;
    for (uint32_t i = (uint32_t)noun + 1; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject == noun &&
            sentence->groups[i].passive && (int32_t)i != event->verb &&
            is_violence(lexicon, sentence, &sentence->groups[i]))
            return true;
    return false;
}

/* "has left Nepal for South Sudan": nothing is withdrawn by those to whom it goes. */
static bool leaves_for_initiator(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "downturn") != 0 || event->verb_entry == NONE)
        return false;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE ||
            !word_is(sentence, sentence->groups[group->preposition].first, "for"))
            continue;
        struct party_list list = {.count = 0};
        party_of_group(workspace, event->sentence, (int32_t)i, &list);
        for (uint32_t k = 0; k < event->actor_count && list.count; k++)
            if (event->actors[k].from_context && !strcmp(event->actors[k].role, "initiator") &&
                !strcmp(event->actors[k].id, list.items[0].id))
                return true;
    }
    return false;
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

static bool tells_of_crime(struct coder_workspace *workspace, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = noun_class(workspace_lexicon(workspace), sentence, i);
        if (class && !strcmp(class, "criminals"))
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

/* Aircraft and ships that crews bring: not drones. */
static bool flies(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    int32_t name = sentence->part->words[sentence->groups[group].head].name;
    const char *sipri = name == NONE ? NULL : lexicon_entry_value(lexicon, sentence->mentions[name].entry, "sipri");
    return sipri && (!strcmp(sipri, "aircraft") || !strcmp(sipri, "ship")) &&
           !word_is(sentence, sentence->groups[group].head, "drones");
}

/* "as part of a rotation", "the squadron's pilots will train there": why aircraft that arrived have come. What is
 * bought or delivered has come to be kept. */
static bool tells_of_stay(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const stays[] = {"deployment",     "force_unit",  "exercise",
                                        "plain_exercise", "patrol_noun", "mission",
                                        "mission_name",   "trainees",    NULL},
                             *const kept[] = {
                                 "purchase", "arms_purchase", "arms_deal", "deal",          "sale", "arms_sale",
                                 "donation", "aid_delivery",  "buy",       "supply",        "sell", "donate",
                                 "receive",  "give",          "lease",     "goods_package", NULL};
    enum { SENTENCES_BEHIND = 3 };
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool stay = false;
    for (uint32_t at = event->sentence_index;
         at <= event->sentence_index + SENTENCES_BEHIND && at < workspace->sentence_count; at++) {
        struct sentence *sentence = &workspace->sentences[at];
        if (!workspace_parse(workspace, sentence))
            return false;
        for (uint32_t i = sentence->first; i <= sentence->last; i++) {
            const struct word *word = &sentence->part->words[i];
            const char *noun = word->blocked ? NULL : noun_class(lexicon, sentence, i),
                       *verb = word->pos != POS_VERB || word->verb == NONE
                                   ? NULL
                                   : lexicon_entry_id(lexicon, (uint32_t)word->verb);
            for (size_t k = 0; stays[k]; k++)
                stay |= noun && !strcmp(noun, stays[k]);
            for (size_t k = 0; kept[k]; k++)
                if ((noun && !strcmp(noun, kept[k])) || (verb && !strcmp(verb, kept[k])))
                    return false;
        }
    }
    return stay;
}

static bool is_sending(const struct event *event)
{
    static const char *const words[] = {"send",       "sends",      "sent",        "sending", "dispatch",
                                        "dispatches", "dispatched", "dispatching", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]))
            return true;
    return false;
}

/* "will send naval ships to Somalia for two years": who sends a warship sails it. */
static bool is_warship_sent(const struct event *event)
{
    static const char *const ships[] = {"warship", "warships", "frigate", "frigates", "destroyer", "destroyers", NULL};
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || event->argument == NONE || !is_sending(event))
        return false;
    uint32_t head = sentence->groups[event->argument].head;
    for (size_t i = 0; ships[i]; i++)
        if (word_is(sentence, head, ships[i]))
            return true;
    return (word_is(sentence, head, "ships") || word_is(sentence, head, "vessels")) && head > sentence->first &&
           (word_is(sentence, head - 1, "naval") || word_is(sentence, head - 1, "navy"));
}

/* "sent planes to Panama to evacuate citizens": ships and aircraft that are sent with a task are not given. */
static bool is_sent_with_task(const struct lexicon *lexicon, const struct event *event)
{
    static const char *const tasks[] = {"evacuate", "patrol", "guard",       "escort",     "relieve", "haul",
                                        "carry",    "join",   "participate", "keep_order", "fight",   NULL};
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || event->argument == NONE || !is_sending(event) ||
        !group_is_craft(lexicon, sentence, event->argument))
        return false;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *task = &sentence->groups[i];
        if (task->kind != GROUP_VERB)
            continue;
        const char *const classes[] = {verb_class(lexicon, sentence, task), verb_class2(lexicon, sentence, task),
                                       verb_class3(lexicon, sentence, task)};
        for (size_t k = 0; k < 3 && task->infinitive; k++)
            for (size_t t = 0; classes[k] && tasks[t]; t++)
                if (!strcmp(classes[k], tasks[t]))
                    return true;
        return false;
    }
    return false;
}

/* "Dutch Patriots arrived in Turkey", "moved 500 soldiers and tanks to Romania", "US bombers land in Britain": who
 * brings arms that others made, or troops with them, keeps them. */
static bool is_on_the_move(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (event->argument == NONE || event->verb == NONE)
        return false;
    int32_t first = event->argument;
    while (sentence->groups[first].and_with != NONE)
        first = sentence->groups[first].and_with;
    for (int32_t i = first; i != NONE; i = clause_coordinated_next(sentence, i)) {
        const char *class = noun_class(lexicon, sentence, sentence->groups[i].head);
        if (class && (!strcmp(class, "troops") || !strcmp(class, "forces")) && i != event->argument)
            return true;
    }
    if (is_warship_sent(event) || is_sent_with_task(lexicon, event))
        return true;
    if (strcmp(frame->head, "arrive") != 0)
        return false;
    if (flies(lexicon, sentence, event->argument) && tells_of_stay(workspace, event))
        return true;
    const struct group *verb = &sentence->groups[event->verb];
    bool lands = word_is(sentence, verb->head, "land") || word_is(sentence, verb->head, "lands") ||
                 word_is(sentence, verb->head, "landed");
    /* "planes landed in Belgrade carrying missiles" */
    for (uint32_t k = 0; k < sentence->mention_count; k++)
        if (sentence->mentions[k].first > sentence->groups[event->verb].last &&
            lexicon_class_use((enum lexicon_class)sentence->mentions[k].class) == USE_GOODS)
            return false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *giver = &event->actors[i];
        if (strcmp(giver->role, "supplier") != 0 || !giver->slot || strcmp(giver->slot, "argument") != 0)
            continue;
        if (lands)
            return true;
        for (uint32_t k = 0; k < sentence->mention_count; k++) {
            const char *maker = sentence->mentions[k].class == LEXICON_EQUIPMENT
                                    ? lexicon_entry_value(lexicon, sentence->mentions[k].entry, "maker")
                                    : NULL;
            if (maker && party_is_state(giver->id) && strcmp(maker, giver->id) != 0)
                return true;
        }
    }
    return false;
}

/* "steps up its presence in the South China Sea", "in the disputed waters": whose ground that is, only the context
 * guesses. */
static bool is_at_sea(const struct event *event)
{
    enum { WORDS_MAX = 6 };
    bool guessed = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        guessed |= !strcmp(event->actors[i].role, "target") && event->actors[i].from_context;
    for (uint32_t i = 0; i < event->place_count; i++)
        if (strcmp(event->places[i].precision, "sea") != 0)
            return false;
    if (!guessed || event->place_count > 0 || event->noun == NONE)
        return guessed && event->place_count > 0;
    const struct sentence *sentence = event->sentence;
    uint32_t noun = sentence->groups[event->noun].last;
    for (uint32_t i = noun; i <= sentence->last && i <= noun + WORDS_MAX; i++)
        if (word_is(sentence, i, "waters"))
            return true;
    return false;
}

/* "deploys troops on the border with Hungary", "to the Belarus border": on its own side of it. */
static bool is_at_border(const struct event *event)
{
    static const char *const words[] = {"border", "borders", "frontier", "frontiers", NULL};
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *target = &event->actors[i];
        const struct part *part = target->text.part;
        if (strcmp(target->role, "target") != 0 || !part)
            continue;
        const struct token *tokens = part->list.tokens;
        for (uint32_t at = 0; at < part->list.count && tokens[at].start < target->text.end; at++) {
            if (tokens[at].start < target->text.start)
                continue;
            bool with = at >= 2 && token_is(part->text, &tokens[at - 1], "with");
            for (size_t k = 0; words[k]; k++)
                if ((at + 1 < part->list.count && token_is(part->text, &tokens[at + 1], words[k])) ||
                    (with && token_is(part->text, &tokens[at - 2], words[k])))
                    return true;
        }
    }
    return false;
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

/* "The drill focuses on enhancing counter-terrorism operations": what an exercise is for is not done in it. */
static bool is_only_practised(struct coder_workspace *workspace, const struct event *event)
{
    enum { GOVERNORS_MAX = 3 };
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t verb = event->verb;
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

const char *objection_of(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    if (frame->force && !troops_go(workspace, event))
        return "no troops are the subject";
    if ((frame->force && leaves_home(workspace, event)) || leaves_for_initiator(workspace, event))
        return "they leave home";
    if (is_fighting(workspace, event))
        return "ground that is fought over, not a presence by consent";
    const char *over =
        event->noun == NONE || event->verb == NONE
            ? NULL
            : verb_class(workspace_lexicon(workspace), event->sentence, &event->sentence->groups[event->verb]);
    if (over && !strcmp(over, "seize"))
        return "seized or stolen, not handed over";
    if ((!strcmp(event->type, "exercise") || !strcmp(event->type, "training")) && is_of_series(event))
        return "a series, not one of it";
    if (!strcmp(event->type, "aid") && is_paid_to_firm(event))
        return "a firm is paid, not a state helped";
    if (!strcmp(event->type, "arms_transfer") && is_on_the_move(workspace, event, frame))
        return "forces on the move with their own arms";
    if (!strcmp(event->type, "basing") && is_at_border(event))
        return "at a border, on its own side";
    if ((!strcmp(event->type, "basing") || !strcmp(event->type, "industry")) && is_attacked(workspace, event))
        return "attacked, not given for use";
    if (!strcmp(event->type, "basing") && is_at_sea(event))
        return "at sea, on nobody's ground";
    if (!strcmp(event->type, "operation") && is_only_practised(workspace, event))
        return "what an exercise is for, not what is done";
    if (!strcmp(event->type, "arms_transfer") && tells_of_crime(workspace, event->sentence))
        return "crime, not an official transfer";
    if (!strcmp(event->type, "visit") && is_look_at_goods(workspace_lexicon(workspace), event))
        return "goods that are looked at, nobody who is visited";
    if (!strcmp(event->type, "visit") && !strcmp(event->status, "refused"))
        return "a meeting that somebody stays away from";
    if ((!strcmp(event->type, "visit") || !strcmp(event->type, "basing") || !strcmp(event->type, "operation")) &&
        has_cue(workspace, event->sentence, "front"))
        return "at a front or on occupied ground, not by consent";
    if (!strcmp(event->type, "industry") && event->verb_entry != NONE &&
        event->sentence->groups[event->verb].link == LINK_REDUCED &&
        (!strcmp(frame->head, "build") || !strcmp(frame->head, "make")) &&
        !has_cue(workspace, event->sentence, "joint"))
        return "made by one, not built together";
    if (!strcmp(event->type, "expo") && is_handed_to(event))
        return "handed to somebody, not shown";
    if (!strcmp(event->type, "expo") && event->noun != NONE && is_where_said(workspace, event))
        return "only where somebody spoke";
    bool goods = !strcmp(event->type, "arms_transfer"), industry = !strcmp(event->type, "industry");
    if ((goods || industry) && !arms_somebody(event, frame) && !is_military(workspace, event))
        return "civil goods";
    if ((goods || industry) && is_domestic(workspace, event))
        return "within one state";
    if (!strcmp(event->type, "agreement") && is_aim(workspace, event))
        return "the aim of another act";
    if (!strcmp(event->type, "agreement") && is_with_firms(workspace, event))
        return "a firm's paper, not a government's";
    if (!strcmp(event->type, "agreement"))
        for (uint32_t i = 0; i < event->actor_count; i++)
            if (!strncmp(event->actors[i].id, "COM:", 4))
                return "a firm's paper, not a government's";
    if (takes_part_in_nothing(workspace, event, frame))
        return "nothing says what they take part in";
    if (!strcmp(event->type, "operation") && is_own_work(event))
        return "a force's own work";
    if (!strcmp(event->type, "operation") && is_mission_alone(workspace, event))
        return "a mission and nobody who takes part";
    if (!strcmp(event->type, "basing"))
        for (uint32_t i = 0; i < event->actor_count; i++) {
            if (!strncmp(event->actors[i].id, "COM:", 4))
                return "a firm's premises, not a base of forces";
            if (!strncmp(event->actors[i].id, "DEF:", 4) && !strcmp(event->actors[i].role, "target"))
                return "on disputed ground, not by consent";
        }
    if ((!strcmp(event->type, "exercise") || !strcmp(event->type, "operation")) &&
        !role_has(event, NULL, "participant"))
        return "nobody is named as taking part";
    return NULL;
}

bool objection_few_parties(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    return party_count(event) < frame->needs && !is_meeting_of_members(event) && !role_joins_many(workspace, event);
}
