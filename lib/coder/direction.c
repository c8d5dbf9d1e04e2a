#include "lib/coder/direction.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include "lib/coder/slot.h"

#include <string.h>

static uint32_t count_role(const struct event *event, const char *role)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        count += !strcmp(event->actors[i].role, role);
    return count;
}

static bool slot_is(const struct event_actor *actor, const char *slot)
{
    return actor->slot && !strcmp(actor->slot, slot);
}

static uint32_t count_slot(const struct event *event, const char *slot)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        count += slot_is(&event->actors[i], slot);
    return count;
}

static void rename_role(struct event *event, const char *from, const char *to)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, from))
            event->actors[i].role = to;
}

/* ---- training ---- */
/* The first party of a phrase of place in the sentence that is none of the event's yet. */
static bool find_place_party(struct coder_workspace *workspace, const struct event *event, struct party *party)
{
    static const char *const words[] = {"in", "at", "near", "outside", "onboard", "aboard", NULL};
    struct sentence *sentence = event->sentence;
    /* "went to Colombia for training" */
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    const char *class = verb && !verb->passive && verb->object != NONE
                            ? verb_class(workspace_lexicon(workspace), sentence, verb)
                            : NULL;
    if (class && !strcmp(class, "visit") && event->noun != NONE && sentence->groups[event->noun].preposition != NONE) {
        struct party_list gone = {.count = 0};
        party_of_group(workspace, sentence, verb->object, &gone);
        if (gone.count == 1 && party_is_state(gone.items[0].id) && !role_has(event, gone.items[0].id, NULL)) {
            *party = gone.items[0];
            return true;
        }
    }
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE)
            continue;
        bool placed = false;
        for (size_t k = 0; words[k] && !placed; k++)
            placed = word_is(sentence, sentence->groups[group->preposition].first, words[k]);
        /* "on Salisbury Plain", but not "on Leopard tanks" */
        int32_t name = sentence->part->words[group->head].name;
        placed |= word_is(sentence, sentence->groups[group->preposition].first, "on") && name != NONE &&
                  lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_PLACE;
        struct party_list list = {.count = 0};
        if (placed)
            party_of_craft(workspace, sentence, (int32_t)i, &list);
        if (list.count && party_is_state(list.items[0].id) && !role_has(event, list.items[0].id, NULL)) {
            *party = list.items[0];
            return true;
        }
    }
    return false;
}

/* "Ukrainian pilots have begun training": who begins or takes a course is taught. */
static bool subject_learns(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    static const char *const words[] = {"training", "instruction", "retraining", "course", "courses", NULL};
    if (event->noun == NONE || event->verb == NONE ||
        !group_is_force(lexicon, sentence, sentence->groups[event->verb].subject))
        return false;
    const char *who = noun_class(lexicon, sentence, sentence->groups[sentence->groups[event->verb].subject].head);
    for (size_t i = 0; words[i] && !(who && !strcmp(who, "trainers")); i++)
        if (word_is(sentence, event->trigger_last, words[i]))
            return true;
    return false;
}

/* "hold training", "took part in training"; not "ties in areas such as training" */
static bool is_held(const struct event *event)
{
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    return verb && (verb->object == event->noun || (uint32_t)event->verb + 2 == (uint32_t)event->noun);
}

static void add_place_party(struct event *event, const struct party *party, const char *role)
{
    role_add(event, party->id, role, party->parent, stretch_of(party->sentence, party->first, party->last), false);
}

/* "will help the Emirati army train its commandos": who helps teaches those who are helped. */
static void settle_help(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || verb->governor == NONE || !verb->infinitive)
        return;
    const struct group *help = &sentence->groups[verb->governor];
    const char *class = verb_class(workspace_lexicon(workspace), sentence, help),
               *second = verb_class2(workspace_lexicon(workspace), sentence, help);
    bool helps =
        (class && (!strcmp(class, "help") || !strcmp(class, "support"))) || (second && !strcmp(second, "help"));
    struct party_list list = {.count = 0};
    if (helps && help->subject != NONE && help->subject != verb->subject)
        party_of_group(workspace, event->sentence, help->subject, &list);
    if (!list.count || role_has(event, list.items[0].id, NULL))
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (slot_is(&event->actors[i], "subject"))
            event->actors[i].role = "recipient";
    for (uint32_t i = 0; i < list.count; i++)
        add_place_party(event, &list.items[i], "supplier");
}

/* "requested Israeli assistance in training its police": who asks for help with its own people is taught by who gives
 * it. */
static void settle_assistance(struct coder_workspace *workspace, struct event *event)
{
    static const char *const words[] = {"assistance", "help", "support", "aid", "cooperation", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    int32_t own = event->argument != NONE ? event->argument : verb ? verb->object : NONE;
    if (!verb || !verb->gerund || event->verb < 2 || own == NONE ||
        sentence->part->words[sentence->groups[own].first].pos != POS_OWNER ||
        sentence->groups[event->verb - 1].kind != GROUP_PREPOSITION)
        return;
    int32_t help = event->verb - 2, asked = help - 1;
    bool helps = false;
    for (size_t i = 0; words[i] && sentence->groups[help].kind == GROUP_NOUN; i++)
        helps |= word_is(sentence, sentence->groups[help].head, words[i]);
    while (asked >= 0 && sentence->groups[asked].kind != GROUP_VERB)
        asked--;
    if (!helps || asked < 0 || sentence->groups[asked].subject == NONE)
        return;
    struct party_list givers = {.count = 0}, takers = {.count = 0};
    party_premodifiers(workspace, event->sentence, help, sentence->groups[help].last + 1, &givers);
    party_of_group(workspace, event->sentence, sentence->groups[asked].subject, &takers);
    if (!givers.count || !takers.count || !strcmp(givers.items[0].id, takers.items[0].id))
        return;
    event->actor_count = 0;
    add_place_party(event, &givers.items[0], "supplier");
    add_place_party(event, &takers.items[0], "recipient");
}

/* "Instructors of the Royal Marines completed a course for Ghana's navy": who are instructors teach. */
static void settle_teachers(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t subject = event->verb == NONE ? NONE : sentence->groups[event->verb].subject;
    const char *class =
        subject == NONE ? NULL : noun_class(workspace_lexicon(workspace), sentence, sentence->groups[subject].head);
    if (!class || strcmp(class, "trainers") != 0 || sentence->groups[event->verb].passive || subject == event->noun ||
        !count_slot(event, "subject"))
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = slot_is(&event->actors[i], "subject") ? "supplier" : "recipient";
}

/* "Malian soldiers completed training with US troops", "training under Belgian instructors", "a course taught by": who
 * goes through it is taught by whom it is had with. */
static void settle_learners(struct coder_workspace *workspace, struct event *event)
{
    static const char *const goes_through[] = {"finish", "participate", "study", "receive", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb =
        event->verb == NONE || (event->noun == NONE && event->argument == NONE) ? NULL : &sentence->groups[event->verb];
    if (!verb || verb->passive || verb->subject == event->noun || !group_is_force(lexicon, sentence, verb->subject))
        return;
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    bool through = false;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; classes[i] && goes_through[k]; k++)
            through |= !strcmp(classes[i], goes_through[k]);
    uint32_t doers = count_slot(event, "subject");
    uint32_t others = count_slot(event, "with") + count_slot(event, "under") + count_slot(event, "by");
    if (!through || !doers || !others || others + doers != event->actor_count)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = slot_is(&event->actors[i], "subject") ? "recipient" : "supplier";
}

/* "have completed training", "underwent a course" */
static bool goes_through_it(const struct event *event)
{
    static const char *const words[] = {"completed", "finished",   "complete",  "finish", "undergone",
                                        "underwent", "undergoing", "graduated", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    for (size_t i = 0; verb && verb->object == event->noun && words[i]; i++)
        if (word_is(sentence, verb->head, words[i]))
            return true;
    return false;
}

static void settle_training(struct coder_workspace *workspace, struct event *event)
{
    settle_help(workspace, event);
    settle_assistance(workspace, event);
    settle_teachers(workspace, event);
    settle_learners(workspace, event);
    uint32_t suppliers = count_role(event, "supplier"), recipients = count_role(event, "recipient");
    struct party party;
    if (suppliers && recipients)
        return;
    /* "Ukrainian gunners have completed training": by whom stands elsewhere */
    if (suppliers == 1 && slot_is(&event->actors[0], "subject") && goes_through_it(event) &&
        subject_learns(workspace, event)) {
        rename_role(event, "supplier", "recipient");
        if (find_place_party(workspace, event, &party))
            add_place_party(event, &party, "supplier");
        return;
    }
    bool placed = find_place_party(workspace, event, &party);
    /* "Germany allows Ukraine training": who is named before the noun is taught by who gives it */
    uint32_t named = count_slot(event, "pre");
    if (suppliers > named && named && !recipients && event->noun != NONE) {
        for (uint32_t i = 0; i < event->actor_count; i++)
            if (slot_is(&event->actors[i], "pre"))
                event->actors[i].role = "recipient";
        return;
    }
    if (!suppliers && recipients && placed)
        add_place_party(event, &party, "supplier");
    else if (suppliers == 1 && !recipients && placed && subject_learns(workspace, event)) {
        rename_role(event, "supplier", "recipient");
        add_place_party(event, &party, "supplier");
    } else if (suppliers && !recipients && placed && (event->noun != NONE || event->argument != NONE))
        add_place_party(event, &party, "recipient");
    else if (suppliers > 1 && !recipients && count_slot(event, "by") && count_slot(event, "subject")) {
        /* "the coast guard opened a course run by Japanese instructors": who runs it teaches */
        for (uint32_t i = 0; i < event->actor_count; i++)
            if (slot_is(&event->actors[i], "subject"))
                event->actors[i].role = "recipient";
    } else if (suppliers > 1 && !recipients && event->noun != NONE && is_held(event)) {
        event->type = "exercise";
        event->subtype = "field";
        rename_role(event, "supplier", "participant");
    }
}

/* "Israeli warplanes will train in Turkish airspace": ships and aircraft use another's ground to exercise, alone. */
static bool only_uses_ground(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t subject = sentence->groups[event->verb].subject;
    return subject != NONE && group_is_craft(lexicon, sentence, subject) && !group_is_force(lexicon, sentence, subject);
}

/* "Romanian pilots train in Portugal": one force alone on another's ground is taught there. */
static void settle_one_sided(struct coder_workspace *workspace, struct event *event)
{
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    const char *class = verb ? lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)event->verb_entry) : NULL;
    if (!class || strcmp(class, "train") != 0 || count_role(event, "participant") != 1 ||
        count_role(event, "host") != 1 || !strcmp(event->actors[0].id, event->actors[1].id) ||
        only_uses_ground(workspace, event))
        return;
    event->type = "training";
    event->subtype = "unit";
    rename_role(event, "participant", "recipient");
    rename_role(event, "host", "supplier");
}

/* ---- presence ---- */
/* Named by its name, not by an adjective. */
static bool is_bare_state(const struct event *event, const struct event_actor *actor)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (actor->text.part == sentence->part && sentence->mentions[i].class == LEXICON_STATE &&
            sentence->part->list.tokens[sentence->mentions[i].first].start == actor->text.start)
            return true;
    return false;
}

/* "Kyrgyzstan will triple the rent of the US base": the base is the one's who is named with it. */
/* "Kyrgyzstan and the United States agreed a new lease for the Manas base": the ground is the one's in whose land it
 * lies. */
static void settle_ground(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (count_role(event, "target") || count_role(event, "initiator") < 2)
        return;
    /* "the lease of the Manas base": named by its place before the noun */
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        for (uint32_t k = 0; k < event->actor_count; k++)
            if (lexicon_class_use((enum lexicon_class)mention->class) == USE_PLACE &&
                event->actors[k].text.part == sentence->part &&
                event->actors[k].text.start == sentence->part->list.tokens[mention->first].start) {
                event->actors[k].role = "target";
                return;
            }
    }
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (lexicon_class_use((enum lexicon_class)mention->class) != USE_PLACE ||
            mention->first < event->trigger_first - 4)
            continue;
        for (uint32_t k = 0; k < event->actor_count; k++)
            if (!strcmp(event->actors[k].id, lexicon_entry_id(workspace_lexicon(workspace), mention->entry))) {
                event->actors[k].role = "target";
                return;
            }
    }
}

/* "Russia extends Tajik base lease": where one signs and the other is named before a lease, either may be whose ground
 * it is; a reader takes the state that has bases abroad for the user. */
static bool take_user(struct event *event, const struct frame *frame)
{
    if (!frame->exporters || event->actor_count != 2 || role_principal_count(event) != 2)
        return false;
    const char *first = strstr(frame->exporters, event->actors[0].id),
               *second = strstr(frame->exporters, event->actors[1].id);
    if (!first && !second)
        return false;
    bool first_uses = first && (!second || first < second);
    event->actors[0].role = first_uses ? "initiator" : "target";
    event->actors[1].role = first_uses ? "target" : "initiator";
    return true;
}

/* "a navy ship in Djibouti port": whose port it is stands before it. */
static bool lies_in_port(struct event *event, const struct frame *frame)
{
    static const char *const ports[] = {"port", "harbour", "harbor", "airport", NULL};
    const struct sentence *sentence = event->sentence;
    int32_t preposition = event->noun == NONE ? NONE : sentence->groups[event->noun].preposition;
    bool port = false;
    for (size_t i = 0; event->noun != NONE && ports[i]; i++)
        port |= word_is(sentence, sentence->groups[event->noun].head, ports[i]);
    if (!port || preposition == NONE || strcmp(frame->head, "plain_base") != 0 || count_slot(event, "pre") != 1 ||
        (!word_is(sentence, sentence->groups[preposition].first, "in") &&
         !word_is(sentence, sentence->groups[preposition].first, "at")))
        return false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = slot_is(&event->actors[i], "pre") ? "target" : "initiator";
    return true;
}

static void settle_basing(struct event *event, const struct frame *frame)
{
    if (lies_in_port(event, frame))
        return;
    uint32_t subjects = count_slot(event, "subject");
    bool joint = !strcmp(frame->head, "base") || !strcmp(frame->head, "plain_base"); /* "a US-Australian base" */
    if (!joint && count_role(event, "initiator") >= 2 && !count_role(event, "target") && take_user(event, frame))
        return;
    /* "agrees terms with Russia for an army base" */
    if (count_slot(event, "subject") == 1 && count_slot(event, "with") == 1 && take_user(event, frame))
        return;
    /* "to expand its Niger base": who builds it is not in whose land it is named */
    bool builds = !strcmp(frame->head, "build") || !strcmp(frame->head, "raise") || !strcmp(frame->head, "begin");
    for (uint32_t i = 0; i < event->actor_count && builds && subjects && !count_role(event, "target"); i++)
        if (slot_is(&event->actors[i], "argument") && is_bare_state(event, &event->actors[i])) {
            event->actors[i].role = "target";
            return;
        }
    if (count_role(event, "target") || !subjects || count_role(event, "initiator") <= subjects)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (slot_is(&event->actors[i], "subject"))
            event->actors[i].role = "target";
}

/* "to close the US base": where the base is named as another's, its host ends the presence; not where the base closes
 * or nobody is said to close it. */
static void settle_withdrawal(struct event *event)
{
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    bool closed = verb && (verb->passive || (verb->object == NONE && verb->subject == event->argument));
    if (count_slot(event, "argument") && (!closed || count_slot(event, "by")))
        event->subtype = "expulsion";
}

/* "closed Manas air base": a base that is named lies where it lies. */
static void settle_named_base(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t base = event->argument != NONE ? event->argument : event->noun;
    if (base == NONE || count_role(event, "target"))
        return;
    int32_t name = sentence->part->words[sentence->groups[base].head].name;
    if (name == NONE || sentence->mentions[name].class != LEXICON_SITE)
        return;
    const struct mention *site = &sentence->mentions[name];
    const char *state = lexicon_entry_id(workspace_lexicon(workspace), site->entry);
    if (party_is_state(state) && !role_has(event, state, NULL))
        role_add(event, state, "target", NULL, stretch_of(sentence, site->first, site->last), false);
}

/* ---- money asked at home ---- */
/* "asked Congress for a billion to help Bogota": who asks its own legislature gives to whom it names. */
static void settle_request(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    const char *class = verb ? verb_class(workspace_lexicon(workspace), sentence, verb) : NULL;
    if (!class || (strcmp(class, "request") != 0 && strcmp(class, "ask") != 0) || verb->passive ||
        verb->object == NONE || verb->subject == NONE)
        return;
    struct party_list asker = {.count = 0}, asked = {.count = 0};
    party_of_group(workspace, event->sentence, verb->subject, &asker);
    party_of_group(workspace, event->sentence, verb->object, &asked);
    if (!asker.count || !asked.count || strcmp(asker.items[0].id, asked.items[0].id) != 0)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].id, asker.items[0].id) ? "supplier" : "recipient";
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].infinitive &&
            sentence->groups[i].object != NONE) {
            struct party_list helped = {.count = 0};
            party_of_group(workspace, event->sentence, sentence->groups[i].object, &helped);
            for (uint32_t k = 0; k < helped.count; k++)
                if (!role_has(event, helped.items[k].id, NULL))
                    add_place_party(event, &helped.items[k], "recipient");
            break;
        }
}

/* ---- where forces go ---- */
/* "arrived in", "reached": the object of the verb is where its subject has come to. */
static bool reaches_place(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const classes[] = {"rotate", "visit", "arrive", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    if (!verb || verb->passive || strcmp(event->type, "operation") != 0)
        return false;
    const char *const own[] = {verb_class(lexicon, event->sentence, verb), verb_class2(lexicon, event->sentence, verb),
                               verb_class3(lexicon, event->sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; own[i] && classes[k]; k++)
            if (!strcmp(own[i], classes[k]))
                return true;
    return false;
}

/* "sent peacekeepers to Lebanon": a state is gone to as a place, forces and organisations to join them. */
static void settle_destination(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    bool gone_to = reaches_place(workspace, event);
    for (uint32_t i = 0; i < event->actor_count; i++) {
        struct event_actor *actor = &event->actors[i];
        bool to = slot_is(actor, "to") || slot_is(actor, "into") || (gone_to && slot_is(actor, "object"));
        if (!to || strcmp(actor->role, "participant") != 0 || actor->text.part != sentence->part)
            continue;
        for (uint32_t k = 0; k < sentence->group_count; k++) {
            const struct group *group = &sentence->groups[k];
            int32_t name = group->kind == GROUP_NOUN ? sentence->part->words[group->head].name : NONE;
            if (name == NONE || sentence->part->list.tokens[group->head].end != actor->text.end)
                continue;
            enum lexicon_class class = (enum lexicon_class)sentence->mentions[name].class;
            if (class == LEXICON_STATE || class == LEXICON_CAPITAL || lexicon_class_use(class) == USE_PLACE)
                actor->role = "host";
        }
    }
}

/* Armed groups are what operations are against, unless forces stand beside them. */
static void leave_out_foes(struct event *event)
{
    for (uint32_t i = event->actor_count; i-- > 0;)
        if (!strncmp(event->actors[i].id, "NSA:", 4) && !slot_is(&event->actors[i], "alongside") &&
            !slot_is(&event->actors[i], "with"))
            memmove(&event->actors[i], &event->actors[i + 1], (--event->actor_count - i) * sizeof *event->actors);
}

/* "returned to Lusaka after a year in Bangui": where forces come home to is not where the task was. */
static void leave_out_home(struct event *event)
{
    const struct sentence *sentence = event->sentence;
    static const char *const words[] = {"return", "returned", "returning", "returns", "back", NULL};
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    bool home = false;
    for (size_t i = 0; verb && words[i]; i++)
        home |= word_is(sentence, verb->head, words[i]);
    for (uint32_t i = event->actor_count; home && i-- > 0;)
        if (!strcmp(event->actors[i].role, "host") && role_has(event, event->actors[i].id, "participant"))
            memmove(&event->actors[i], &event->actors[i + 1], (--event->actor_count - i) * sizeof *event->actors);
}

/* ---- who has come to whom ---- */
/* The one state on whose ground they meet, unless an envoy who lives there meets somebody. */
static const char *only_host(const struct event *event)
{
    static const char *const residents[] = {"ambassador", "ambassadors", "attache", "attaché", "consul", "charge"};
    const char *host = NULL;
    for (uint32_t i = event->sentence->first; i <= event->sentence->last; i++)
        for (size_t k = 0; k < sizeof residents / sizeof *residents; k++)
            if (word_is(event->sentence, i, residents[k]))
                return NULL;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "host")) {
            if (host)
                return NULL;
            host = event->actors[i].id;
        }
    return host;
}

/* "held talks with the visiting Malagasy minister": a meeting whose guest is told is a visit to the other. */
static void settle_visitor(struct coder_workspace *workspace, struct event *event)
{
    struct sentence *sentence = event->sentence;
    struct party_list guests = {.count = 0};
    for (uint32_t i = 0; i < sentence->group_count && !guests.count; i++)
        for (uint32_t k = sentence->groups[i].first;
             sentence->groups[i].kind == GROUP_NOUN && k < sentence->groups[i].head; k++)
            if (word_is(sentence, k, "visiting") && k != event->trigger_first)
                party_of_group(workspace, sentence, (int32_t)i, &guests);
    struct event_actor *guest = NULL, *home = NULL;
    uint32_t states = 0;
    /* "met the Iraqi prime minister in Baghdad": who meets the other at home has come to him */
    const char *ground = guests.count ? NULL : only_host(event);
    for (uint32_t i = 0; i < event->actor_count; i++) {
        struct event_actor *actor = &event->actors[i];
        if (!strcmp(actor->role, "host"))
            continue;
        states++;
        if (ground ? strcmp(actor->id, ground) != 0 && party_is_state(actor->id)
                   : guests.count && !strcmp(actor->id, guests.items[0].id))
            guest = actor;
        else if (!ground || !strcmp(actor->id, ground))
            home = actor;
    }
    if (!guest || !home || states != 2)
        return;
    guest->role = "initiator";
    home->role = "target";
    if (!ground)
        event->subtype = "high_level";
    for (uint32_t i = event->actor_count; i-- > 0;)
        if (!strcmp(event->actors[i].role, "host"))
            memmove(&event->actors[i], &event->actors[i + 1], (--event->actor_count - i) * sizeof *event->actors);
}

/* ---- what a paper grants ---- */
/* "revoked an accord that allowed US soldiers on its soil", "a pact letting American ships use its ports": whom a paper
 * lets do something has signed it. */
static void settle_granted(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = event->sentence;
    bool pact = !strcmp(event->type, "agreement");
    int32_t paper = event->argument != NONE && !pact ? event->argument : event->noun;
    if (pact && event->argument != NONE && event->noun == NONE)
        paper = event->argument;
    for (uint32_t i = 0; paper != NONE && i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        bool of_paper = verb->kind == GROUP_VERB && (verb->subject == paper || verb->governor_noun == paper);
        const char *class = of_paper ? verb_class(lexicon, sentence, verb) : NULL;
        if (!class || strcmp(class, "let") != 0 || verb->object == NONE || (int32_t)i == event->verb)
            continue;
        struct party_list granted = {.count = 0};
        party_of_craft(workspace, sentence, verb->object, &granted);
        for (uint32_t k = 0; k < granted.count; k++)
            if (!role_has(event, granted.items[k].id, NULL))
                add_place_party(event, &granted.items[k], pact ? "participant" : "target");
        for (uint32_t k = i + 1; k < sentence->group_count && pact; k++) {
            const char *ground =
                sentence->groups[k].kind == GROUP_NOUN ? noun_class(lexicon, sentence, sentence->groups[k].head) : NULL;
            if (ground && (!strcmp(ground, "base") || !strcmp(ground, "plain_base") || !strcmp(ground, "ground")))
                event->subtype = "access";
        }
        return;
    }
}

/* "will purchase shells for Ukraine", "pays for shells for Ukraine": who buys for another state gives. */
static void settle_bought_for(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    struct sentence *sentence = event->sentence;
    if ((strcmp(frame->head, "buy") != 0 && strcmp(frame->head, "pay") != 0) || event->verb == NONE ||
        event->argument == NONE || sentence->groups[event->verb].passive)
        return;
    uint32_t at = (uint32_t)event->argument + 1;
    /* "drones worth 45 million euros for Ukraine" */
    while (at + 3 < sentence->group_count && sentence->groups[at].kind == GROUP_PREPOSITION &&
           sentence->groups[at + 1].kind == GROUP_NOUN && word_is(sentence, sentence->groups[at].first, "worth"))
        at += 2;
    if (at + 1 >= sentence->group_count || sentence->groups[at].kind != GROUP_PREPOSITION ||
        !word_is(sentence, sentence->groups[at].first, "for") || sentence->groups[at + 1].kind != GROUP_NOUN)
        return;
    struct party_list list = {.count = 0};
    party_of_group(workspace, sentence, (int32_t)at + 1, &list);
    bool other = list.count && party_is_state(list.items[0].id) && count_slot(event, "subject");
    for (uint32_t i = 0; i < event->actor_count && other; i++)
        other = !slot_is(&event->actors[i], "subject") || strcmp(event->actors[i].id, list.items[0].id) != 0;
    if (!other)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (event->actors[i].from_context || !strcmp(event->actors[i].id, list.items[0].id))
            continue;
        event->actors[kept] = event->actors[i];
        if (slot_is(&event->actors[kept], "subject"))
            event->actors[kept].role = "supplier";
        kept++;
    }
    event->actor_count = kept;
    slot_add_parties(event, &list, "recipient", "for");
}

static bool is_ordinal(const struct sentence *sentence, uint32_t at)
{
    static const char *const words[] = {"first",  "second", "third", "fourth", "fifth", "sixth", "seventh",
                                        "eighth", "ninth",  "tenth", "last",   "final", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, at, words[i]))
            return true;
    return false;
}

/* "Vietnam's third frigate to be handed over": of a series it is the buyer's. */
static void settle_series(struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (strcmp(event->type, "arms_transfer") != 0 || !verb || !verb->passive || event->argument == NONE ||
        event->actor_count != 1 || !slot_is(&event->actors[0], "argument") ||
        strcmp(event->actors[0].role, "supplier") != 0)
        return;
    const struct group *goods = &sentence->groups[event->argument];
    bool owned = false, ordinal = false;
    for (uint32_t i = goods->first; i < goods->head; i++) {
        ordinal |= owned && is_ordinal(sentence, i);
        owned |= sentence->part->words[i].pos == POS_POSSESSIVE;
    }
    if (ordinal)
        event->actors[0].role = "recipient";
}

void direction_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (!strcmp(event->type, "training"))
        settle_training(workspace, event);
    else if (!strcmp(event->type, "basing")) {
        settle_ground(workspace, event);
        settle_basing(event, frame);
        settle_named_base(workspace, event);
    } else if (!strcmp(event->type, "aid") || !strcmp(event->type, "arms_transfer")) {
        settle_request(workspace, event);
        settle_series(event);
        settle_bought_for(workspace, event, frame);
    } else if (!strcmp(event->type, "agreement") ||
               (!strcmp(event->type, "downturn") && event->subtype && !strcmp(event->subtype, "termination")))
        settle_granted(workspace, event);
    else if (!strcmp(event->type, "visit") && event->subtype && !strcmp(event->subtype, "talks"))
        settle_visitor(workspace, event);
    else if (!strcmp(event->type, "downturn") && event->subtype && !strcmp(event->subtype, "withdrawal") &&
             !strcmp(frame->head, "close")) {
        settle_withdrawal(event);
        settle_named_base(workspace, event);
    } else if (!strcmp(event->type, "operation") || !strcmp(event->type, "exercise")) {
        settle_destination(workspace, event);
        leave_out_foes(event);
        leave_out_home(event);
        if (!strcmp(event->type, "exercise"))
            settle_one_sided(workspace, event);
    }
}
