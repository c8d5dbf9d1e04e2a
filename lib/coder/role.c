#include "lib/coder/role.h"

#include "lib/coder/clause.h"
#include "lib/coder/direction.h"
#include "lib/coder/heading.h"
#include "lib/coder/memory.h"
#include "lib/coder/office.h"
#include "lib/coder/party.h"
#include "lib/coder/programme.h"
#include "lib/coder/role_parts.h"
#include "lib/coder/side.h"
#include "lib/coder/slot.h"
#include "lib/coder/trip.h"
#include "lib/coder/whose.h"
#include "lib/coder/yard.h"

#include <string.h>

bool role_is_principal(const struct event_actor *actor)
{
    return strcmp(actor->role, "observer") && strncmp(actor->id, "GRP:", 4) && strcmp(actor->id, "UNK");
}

uint32_t role_principal_count(const struct event *event)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        bool again = !role_is_principal(&event->actors[i]);
        for (uint32_t k = 0; k < i && !again; k++)
            again = !strcmp(event->actors[k].id, event->actors[i].id);
        count += !again;
    }
    return count;
}

bool role_sides_known(const struct event *event)
{
    static const char *const pairs[][2] = {{"supplier", "recipient"}, {"initiator", "target"}};
    for (size_t i = 0; i < 2; i++) {
        bool first = role_has(event, NULL, pairs[i][0]), second = role_has(event, NULL, pairs[i][1]);
        if (first != second)
            return false;
    }
    return true;
}

bool role_has(const struct event *event, const char *id, const char *role)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if ((!id || same_id(event->actors[i].id, id)) && (!role || same_id(event->actors[i].role, role)))
            return true;
    return false;
}

bool role_add(struct event *event, const char *id, const char *role, const char *parent, struct stretch text,
              bool from_context)
{
    if (role_has(event, id, role) || event->actor_count == EVENT_ACTORS_MAX)
        return false;
    event->actors[event->actor_count++] =
        (struct event_actor){.id = id, .role = role, .parent = parent, .text = text, .from_context = from_context};
    return true;
}

/* "Tanks will be sent to Kyiv, the Swedish government said": what a government says is done, by nobody named, it does.
 */
static void fill_from_announcer(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    const char *role = frame_role(frame, "subject", 7);
    if (!verb || !verb->passive || event->verb_entry == NONE || !role || strcmp(role, "supplier") != 0 ||
        role_has(event, NULL, role))
        return;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *says = &sentence->groups[i];
        if (says->kind != GROUP_VERB)
            continue;
        struct party_list announcer = {.count = 0};
        if (says->subject > event->verb && verb_attribute(workspace_lexicon(workspace), sentence, says, "speech"))
            party_of_group(workspace, event->sentence, says->subject, &announcer);
        if (announcer.count == 1 && party_is_state(announcer.items[0].id) &&
            !role_has(event, announcer.items[0].id, NULL))
            slot_add_parties(event, &announcer, role, "subject");
        return;
    }
}

/* "Poland said an exercise with Kenya had ended": with whom, if not with those who say so. */
static void fill_from_speaker(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    const char *role = frame_role(frame, "with", 4);
    if (verb && event->verb_entry != NONE && verb->passive && verb->link == LINK_CONTENT && verb->governor != NONE) {
        /* "Washington said Ankara would be removed": who does it says so, if nobody else is named */
        slot_fill_named(workspace, event, frame, "subject", sentence->groups[verb->governor].subject);
        return;
    }
    if (!verb || !role || strcmp(role, "participant") || verb->link != LINK_CONTENT || verb->governor == NONE)
        return;
    for (uint32_t i = 0; i < sentence->group_count && (int32_t)i < event->verb; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "with")) {
            slot_fill_named(workspace, event, frame, "with", sentence->groups[verb->governor].subject);
            return;
        }
}

/* "The package comprises vehicles": who gives it to whom stands in the clause before. */
static void fill_from_clause_before(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (!memory_refers_back(event) || event->sentence_index == 0)
        return;
    struct sentence *own = event->sentence, *before = own - 1;
    if (before->part != own->part || !workspace_parse(workspace, before))
        return;
    for (uint32_t i = 0; i < before->group_count; i++) {
        const struct group *verb = &before->groups[i];
        if (verb->kind != GROUP_VERB || verb->subject == NONE || verb->link == LINK_RELATIVE)
            continue;
        event->sentence = before;
        if (!verb->passive)
            slot_fill_named(workspace, event, frame, "subject", verb->subject);
        slot_fill_phrases(workspace, event, frame, (int32_t)i + 1);
        event->sentence = own;
        break;
    }
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].from_context = true;
    if (event->actor_count)
        event_reason(event, "the parties of the clause before", -0.1);
}

/* "Slovak soldiers will help Hungarian forces guard the frontier": who helps takes part as well. */
static void fill_from_help(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE || event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || !verb->infinitive || verb->governor == NONE || strcmp(event->type, "operation") != 0)
        return;
    const struct group *help = &sentence->groups[verb->governor];
    const char *const classes[] = {verb_class(workspace_lexicon(workspace), sentence, help),
                                   verb_class2(workspace_lexicon(workspace), sentence, help),
                                   verb_class3(workspace_lexicon(workspace), sentence, help)};
    bool helps = false;
    for (size_t i = 0; i < 3; i++)
        helps |= classes[i] && (!strcmp(classes[i], "help") || !strcmp(classes[i], "support"));
    if (helps && help->subject != NONE && help->subject != verb->subject)
        slot_fill_named(workspace, event, frame, "subject", help->subject);
}

/* A pact that names its members (AUKUS) is coded by them. */
static void expand_members(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const char *members = NULL;
    uint32_t which = 0;
    if (strcmp(event->type, "agreement") || (event->subtype && !strcmp(event->subtype, "membership")))
        return;
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        for (uint32_t k = 0; k < event->actor_count && !members; k++)
            if (sentence->mentions[i].class == LEXICON_ORGANISATION &&
                !strcmp(lexicon_entry_id(workspace_lexicon(workspace), sentence->mentions[i].entry),
                        event->actors[k].id)) {
                members = lexicon_entry_value(workspace_lexicon(workspace), sentence->mentions[i].entry, "members");
                which = k;
            }
    if (!members)
        return;
    struct event_actor pact = event->actors[which];
    event->actors[which] = event->actors[--event->actor_count];
    for (const char *start = members; *start;) {
        size_t size = strcspn(start, ",");
        char *id = arena_copy(workspace->arena, start, size);
        if (id)
            role_add(event, id, "participant", NULL, pact.text, false);
        start += size + (start[size] == ',');
    }
}

/* "Niger ordered US forces to leave", "was told to leave Mali": who sends away cuts, whose troops go is the target. */
static void turn_to_expulsion(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (!event->subtype || strcmp(event->subtype, "withdrawal") || !verb || verb->governor == NONE || !verb->infinitive)
        return;
    const struct group *governor = &sentence->groups[verb->governor];
    const char *control = verb_attribute(lexicon, sentence, governor, "control"),
               *class = verb_class(lexicon, sentence, governor);
    struct party_list askers = {.count = 0}, asked = {.count = 0};
    /* "gave French troops a month to leave" */
    bool gives_time = class && !strcmp(class, "give") && governor->subject != verb->subject;
    if (!gives_time && (!control || strcmp(control, "object")))
        return;
    if (!governor->passive && governor->subject != verb->subject)
        party_of_group(workspace, event->sentence, governor->subject, &askers);
    else if (governor->passive && verb->object != NONE)
        party_of_group(workspace, event->sentence, verb->object, &askers);
    party_of_group(workspace, event->sentence, verb->subject, &asked);
    if (!askers.count || !asked.count || !strcmp(askers.items[0].id, asked.items[0].id))
        return;
    event->subtype = "expulsion";
    event->actor_count = 0;
    slot_add_parties(event, &askers, "initiator", "asker");
    slot_add_parties(event, &asked, "target", "asked");
}

/* "The Philippine frigate arrived in Philippine waters": a ship that comes home calls on nobody. */
static bool comes_home(struct coder_workspace *workspace, const struct event *event, const struct party_list *owners)
{
    struct sentence *sentence = event->sentence;
    for (int32_t i = event->verb + 1; event->verb != NONE && i <= sentence->groups[event->verb].clause_last; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE)
            continue;
        uint32_t word = sentence->groups[group->preposition].first;
        struct party_list place = {.count = 0};
        if (word_is(sentence, word, "in") || word_is(sentence, word, "at"))
            party_of_group(workspace, sentence, i, &place);
        if (!place.count)
            party_of_ground(workspace, sentence, i, &place);
        if (place.count)
            return owners->count == 1 && !strcmp(place.items[0].id, owners->items[0].id);
    }
    /* "arrived in", "arrived at" are one word with the verb */
    int32_t object = event->verb == NONE ? NONE : sentence->groups[event->verb].object;
    struct party_list ground = {.count = 0};
    if (object != NONE)
        party_of_ground(workspace, sentence, object, &ground);
    return ground.count && owners->count == 1 && !strcmp(ground.items[0].id, owners->items[0].id);
}

/* "The destroyer arrived in Jakarta on a visit": a ship that calls is a port call, and it stands for whose it is. */
static bool take_ship(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    int32_t ship = office_visiting_ship(workspace_lexicon(workspace), event);
    if (ship == NONE || !frame->subtype ||
        (strcmp(frame->subtype, "high_level") && strcmp(frame->subtype, "port_call")))
        return false;
    struct party_list list = {.count = 0};
    int32_t subject = event->verb == NONE ? NONE : event->sentence->groups[event->verb].subject;
    if (subject != NONE && clause_coordinated_next(event->sentence, subject) != NONE)
        party_of_craft(workspace, event->sentence, subject, &list);
    else
        party_premodifiers(workspace, event->sentence, ship, event->sentence->groups[ship].last + 1, &list);
    if (comes_home(workspace, event, &list))
        return false;
    event->subtype = "port_call";
    slot_add_parties(event, &list, "initiator", "craft");
    return true;
}

bool role_is_alliance(const char *id)
{
    static const char *const ids[] = {
        "ORG:NATO",  "ORG:CSTO",      "ORG:SCO", "ORG:CIS",    "ORG:GCC",        "ORG:ECOWAS", "ORG:EU",
        "ORG:AU",    "ORG:SADC",      "ORG:EAC", "ORG:ASEAN",  "ORG:WARSAWPACT", "ORG:JEF",    "ORG:QUAD",
        "ORG:AUKUS", "ORG:FIVE_EYES", "ORG:E3",  "ORG:WEIMAR", "ORG:V4",         "ORG:B9",     "ORG:NORDEFCO",
        NULL};
    for (size_t i = 0; ids[i]; i++)
        if (!strcmp(ids[i], id))
            return true;
    return false;
}

/* "EU defence ministers gathered", "NATO ships patrol the strait": an organisation that meets or acts is one party,
 * which is many. */
static bool is_of_members(const struct event *event)
{
    bool joint = !strcmp(event->type, "visit") || (!strcmp(event->type, "operation") && event->verb_entry != NONE),
         exercise = !strcmp(event->type, "exercise");
    for (uint32_t i = 0; i < event->actor_count && (joint || exercise); i++)
        if (!strcmp(event->actors[i].role, "participant") && !strncmp(event->actors[i].id, "ORG:", 4) &&
            (joint || role_is_alliance(event->actors[i].id)))
            return true;
    return false;
}

/* "wrapped up a 14-nation exercise" */
static bool is_of_many_nations(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *group = &sentence->groups[event->noun];
    for (uint32_t i = group->first + 1; i <= group->last; i++)
        if ((word_is(sentence, i, "nation") || word_is(sentence, i, "country")) &&
            sentence->part->list.tokens[i].flags & TOKEN_JOINED)
            return true;
    return false;
}

/* "Morocco hosts African Lion with 18 nations": who hosts a series by name, or with so many, need not name the guests.
 */
static bool is_hosted_for_many(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const char *subject = verb_attribute(lexicon, sentence, &sentence->groups[event->verb], "subject");
    if (!subject || strcmp(subject, "host") != 0 || !role_has(event, NULL, "host"))
        return false;
    for (uint32_t i = 0; i < sentence->quantity_count; i++)
        if (sentence->quantities[i].kind == QUANTITY_COUNTRIES)
            return true;
    int32_t name = sentence->part->words[event->trigger_first].name;
    return name != NONE && sentence->mentions[name].class == LEXICON_EXERCISE;
}

/* "joined an international coalition", "takes part in Operation Silver Net": the others need not be named. */
bool role_joins_many(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const words[] = {"international", "multinational", "multi-national",
                                        "coalition",     "operation",     NULL};
    static const char *const verbs[] = {"join", "contribute", "participate", "deploy", "rotate", "visit", NULL};
    if (event->noun == NONE || event->verb == NONE || !role_has(event, NULL, "participant"))
        return false;
    if (!strcmp(event->type, "exercise"))
        return is_of_many_nations(event) || is_hosted_for_many(workspace, event);
    if (strcmp(event->type, "operation") != 0)
        return false;
    const struct sentence *sentence = event->sentence;
    const struct group *group = &sentence->groups[event->noun], *verb = &sentence->groups[event->verb];
    const char *const classes[] = {verb_class(workspace_lexicon(workspace), sentence, verb),
                                   verb_class2(workspace_lexicon(workspace), sentence, verb),
                                   verb_class3(workspace_lexicon(workspace), sentence, verb)};
    bool joins = sentence->part->words[verb->head].pos == POS_BE;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; classes[i] && verbs[k]; k++)
            joins |= !strcmp(classes[i], verbs[k]);
    for (uint32_t i = group->first; joins && i <= group->last; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]) &&
                (words[k + 1] || (sentence->part->list.tokens[i].flags & TOKEN_CAPITAL && i < group->last)))
                return true;
    return false;
}

/* Those who take part in an operation: its host may only lend the ground. */
static uint32_t parties_of(const struct event *event)
{
    uint32_t count = role_principal_count(event);
    /* "exercises across eastern Europe": a party though a vague one, where the grammar names it */
    for (uint32_t i = 0; i < event->actor_count && count > 0; i++)
        if (!strncmp(event->actors[i].id, "GRP:", 4) && event->actors[i].slot) {
            count++;
            break;
        }
    for (uint32_t i = 0; i < event->actor_count && !strcmp(event->type, "operation") && event->verb_entry == NONE; i++)
        count -= !strcmp(event->actors[i].role, "host") && role_is_principal(&event->actors[i]) && count > 0;
    return count;
}

/* "sales to Norway, Japan and Qatar": several on one side by one phrase, and nobody on the other. */
static bool lacks_side(const struct event *event, const struct frame *frame)
{
    if (frame->needs < 2 || event->actor_count < 2 || role_sides_known(event))
        return false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (strcmp(event->actors[i].role, event->actors[0].role) != 0 || !event->actors[i].slot ||
            strcmp(event->actors[i].slot, event->actors[0].slot) != 0)
            return false;
    return strcmp(event->actors[0].slot, "subject") != 0;
}

void role_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (event->noun != NONE) {
        role_fill_from_noun(workspace, event, frame);
        role_settle_banned(workspace, event);
        /* "Defence Minister Chi Haotian was in Manila" */
        if (!strcmp(frame->head, "being"))
            slot_fill_named(workspace, event, frame, "subject", event->noun);
        role_fill_reduced(workspace, event, frame, event->noun);
        if (event->argument != NONE && event->argument != event->noun)
            role_fill_argument(workspace, event, frame, event->argument);
        role_fill_order(workspace, event, frame, event->argument);
    } else {
        role_fill_from_verb(workspace, event, frame);
        role_fill_reduced(workspace, event, frame, event->argument);
    }
    fill_from_help(workspace, event, frame);
    trip_fill(workspace, event, frame);
    fill_from_clause_before(workspace, event, frame);
    programme_fill(workspace, event, frame);
    yard_fill(workspace, event);
    whose_fill(workspace, event, frame);
    heading_fill(workspace, event, frame);
    if (!strcmp(event->type, "downturn"))
        turn_to_expulsion(workspace, event);
    uint32_t found = role_principal_count(event);
    event_reason(event, "actors in the syntax of the trigger", found >= 2 ? 0.3 : found == 1 ? 0.1 : 0.0);
    side_settle(workspace, event, frame);
    direction_settle(workspace, event, frame);
    expand_members(workspace, event);
    /* who hosts an exercise takes part in it */
    if (!strcmp(event->type, "exercise") && event->verb != NONE && event->noun != NONE) {
        const char *subject = verb_attribute(workspace_lexicon(workspace), event->sentence,
                                             &event->sentence->groups[event->verb], "subject");
        for (uint32_t i = 0; i < event->actor_count && subject && !strcmp(subject, "host"); i++)
            if (!strcmp(event->actors[i].role, "host"))
                role_add(event, event->actors[i].id, "participant", event->actors[i].parent, event->actors[i].text,
                         false);
    }
    if (frame->topic)
        office_check_topic(workspace, event, frame->topic);
    bool ship = !strcmp(event->type, "visit") && take_ship(workspace, event, frame);
    if (frame->office && !ship)
        office_check(workspace, event, frame);
    if (!strcmp(frame->head, "dock") && !ship && !event->dropped)
        event->dropped = "no warship calls";
    if (found < frame->needs && !event->dropped)
        fill_from_speaker(workspace, event, frame);
    if (!event->dropped)
        fill_from_announcer(workspace, event, frame);
    bool few = parties_of(event) < frame->needs && !is_of_members(event) && !role_joins_many(workspace, event);
    event->open = few || lacks_side(event, frame);
}

bool role_fill_open(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                    const struct context_guesses *guesses)
{
    if (!context_fill(workspace, event, guesses))
        return false;
    side_settle(workspace, event, frame);
    return true;
}
