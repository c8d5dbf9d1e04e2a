#include "lib/coder/role_parts.h"

#include "lib/coder/clause.h"
#include "lib/coder/role.h"
#include "lib/coder/slot.h"

#include <string.h>

/* "Bern declined Kyiv's request": who refuses was asked. */
static bool refuses_request(const struct lexicon *lexicon, const struct event *event, const struct group *verb)
{
    const char *class = verb_class(lexicon, event->sentence, verb),
               *noun = noun_class(lexicon, event->sentence, event->trigger_first);
    return class && noun && !strcmp(class, "refuse") && !strcmp(noun, "request") && !verb->passive;
}

/* One of the verb's meanings is of that class. */
static bool means(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                  const char *class)
{
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && !strcmp(classes[i], class))
            return true;
    return false;
}

/* "China makes a Pacific islands tour": a name right before the journey is where it goes, if another one makes it. */
static void settle_bare_destination(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    if (strcmp(event->type, "visit") != 0 || verb->passive || verb->object != event->noun || verb->subject == NONE ||
        event->actor_count != 1 || strcmp(event->actors[0].role, "initiator") != 0 || !event->actors[0].slot ||
        strcmp(event->actors[0].slot, "pre") != 0)
        return;
    struct party_list visitor = {.count = 0};
    party_of_group(workspace, event->sentence, verb->subject, &visitor);
    if (visitor.count == 1 && strcmp(visitor.items[0].id, event->actors[0].id) != 0)
        event->actors[0].role = "target";
}

/* Whom the deciding verb of a nominal event makes of its subject: host, recipient, giver of what is given, else whoever
 * does it. */
static void fill_doer(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t group)
{
    static const char *const slots[][2] = {
        {"host", "in"}, {"recipient", "to"}, {"participant", "from"}, {"giver", "giver"}};
    const struct group *verb = &event->sentence->groups[event->verb];
    const char *subject = verb_attribute(workspace_lexicon(workspace), event->sentence, verb, "subject");
    for (size_t i = 0; subject && i < sizeof slots / sizeof *slots; i++)
        if (!strcmp(subject, slots[i][0]) && frame_role(frame, slots[i][1], strlen(slots[i][1]))) {
            slot_fill_named(workspace, event, frame, slots[i][1], group);
            if (group == verb->subject)
                role_fill_companions(workspace, event, frame, group);
            return;
        }
    if (refuses_request(workspace_lexicon(workspace), event, verb) && frame_role(frame, "to", 2)) {
        slot_fill_named(workspace, event, frame, "to", group);
        return;
    }
    settle_bare_destination(workspace, event);
    /* "vetoes EU aid", "approved the US sale": whose it is is told already */
    const char *doer = frame_role(frame, "subject", 7);
    bool told = doer && slot_other_side(doer) && strcmp(doer, "recipient") != 0 && role_has(event, NULL, doer) &&
                strcmp(event->type, "basing") != 0;
    if (group == verb->subject && !told)
        role_fill_subject(workspace, event, frame);
    else if (group != verb->subject)
        slot_fill_named(workspace, event, frame, "subject", group);
}

/* "vows to defend itself after the drills", "reacts to the drills": who does something on their occasion takes no part.
 */
static bool is_occasion_of(const struct event *event)
{
    static const char *const words[] = {"after",       "amid",   "despite", "following", "over", "against",
                                        "about",       "before", "ahead",   "as",        "due",  "because",
                                        "in response", "until",  "since",   NULL};
    const struct sentence *sentence = event->sentence;
    int32_t preposition = sentence->groups[event->noun].preposition;
    if (preposition == NONE)
        return false;
    const struct group *group = &sentence->groups[preposition];
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return group->last > group->first && word_is(sentence, group->first + 1, "response");
}

/* "threatens US bases": a base is another's unless the verb says what is done with it. */
static bool moves_base(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const classes[] = {"raise",      "keep",     "use",   "lease", "deploy",
                                          "contribute", "withdraw", "build", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *verb = &event->sentence->groups[event->verb];
    if (strcmp(event->type, "basing") != 0 || verb_attribute(lexicon, event->sentence, verb, "stage") ||
        verb_attribute(lexicon, event->sentence, verb, "subject") ||
        event->sentence->part->words[verb->head].pos == POS_HAVE)
        return true;
    const char *class = verb_class(lexicon, event->sentence, verb),
               *second = verb_class2(lexicon, event->sentence, verb);
    for (size_t i = 0; classes[i]; i++)
        if ((class && !strcmp(class, classes[i])) || (second && !strcmp(second, classes[i])))
            return true;
    return false;
}

/* "the drills alarmed Warsaw": a government that a verb of no known meaning is done to takes no part. */
static bool is_only_moved(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    const struct word *word = &sentence->part->words[sentence->part->words[verb->head].span_first];
    if ((word->verb != NONE && !means(lexicon, sentence, verb, "other") && !means(lexicon, sentence, verb, "harm")) ||
        verb->object == NONE)
        return false;
    int32_t name = sentence->part->words[sentence->groups[verb->object].head].name;
    uint8_t class = name == NONE ? LEXICON_FORCE : sentence->mentions[name].class;
    return class == LEXICON_STATE || class == LEXICON_CAPITAL || class == LEXICON_SEAT;
}

/* "Greece, Israel in joint air drill": a headline without a verb names them first. */
static void fill_verbless(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    /* "the army chief, on the first day of his visit to Rabat, was given" */
    bool visit = !strcmp(event->type, "visit");
    if ((!sentence->headline && !visit) || sentence->groups[event->noun].preposition == NONE)
        return;
    int32_t first = 0;
    for (int32_t i = 0; i < event->noun && !sentence->headline; i++)
        if (sentence->groups[i].kind == GROUP_STOP)
            first = i + 1;
    for (int32_t i = first; i < event->noun; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition == NONE &&
            sentence->groups[i].and_with == NONE) {
            slot_fill_named(workspace, event, frame, "subject", i);
            return;
        }
}

/* "Congress passed Ukraine aid": a state's bare name before what another one gives is whom it goes to. */
static void settle_bare_receiver(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    bool aid = !strcmp(event->type, "aid") || !strcmp(event->type, "arms_transfer") || !strcmp(event->type, "training");
    if (!aid || !verb || verb->passive || verb->subject == NONE || verb->object != event->noun ||
        event->actor_count != 1 || strcmp(event->actors[0].role, "supplier") != 0 || !event->actors[0].slot ||
        strcmp(event->actors[0].slot, "pre") != 0)
        return;
    const char *subject = verb_attribute(workspace_lexicon(workspace), sentence, verb, "subject"),
               *stage = verb_attribute(workspace_lexicon(workspace), sentence, verb, "stage");
    if (subject || !stage || !strcmp(stage, "refused"))
        return;
    const struct group *noun = &sentence->groups[event->noun];
    int32_t name = sentence->part->words[noun->first].name;
    if (name == NONE || sentence->mentions[name].class != LEXICON_STATE ||
        sentence->part->words[sentence->mentions[name].last + 1].pos == POS_POSSESSIVE)
        return;
    struct party_list giver = {.count = 0};
    party_of_group(workspace, event->sentence, verb->subject, &giver);
    if (!giver.count || !strcmp(giver.items[0].id, event->actors[0].id))
        return;
    event->actors[0].role = "recipient";
    slot_add_parties(event, &giver, "supplier", "subject");
}

/* A mission's name is the trigger and an actor: "troops for UNIFIL". */
static void fill_self(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    int32_t name = event->sentence->part->words[event->trigger_first].name;
    const char *slot, *role = name == NONE ? NULL : frame_slot_role(frame, "self", 4, &slot);
    struct party_list list = {.count = 1};
    if (role && party_of_mention(workspace, event->sentence, &event->sentence->mentions[name], &list.items[0]))
        slot_add_parties(event, &list, role, slot);
    /* "the Interim Force in Lebanon" */
    if (!role)
        return;
    const struct mention *mission = &event->sentence->mentions[name];
    const char *host = lexicon_entry_value(workspace_lexicon(workspace), mission->entry, "host"),
               *host_role = frame_role(frame, "in", 2);
    if (host && host_role)
        role_add(event, host, host_role, NULL, stretch_of(event->sentence, mission->first, mission->last), false);
}

/* "a drill, which is being held in Oman", "a course that involves officers from Chad": what a relative clause tells of
 * the event itself. */
static void fill_relative(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const classes[] = {"hold", "begin", "finish", "host", "plan", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "exercise") != 0 && strcmp(event->type, "training") != 0)
        return;
    for (uint32_t i = (uint32_t)event->noun + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->subject != event->noun || (int32_t)i == event->verb)
            continue;
        bool told = false, involves = means(lexicon, sentence, verb, "involve");
        /* "the exercise, organised by Cyprus, brought together ships from": the main verb too, if it is the like */
        if (verb->link != LINK_RELATIVE && !(involves && !verb->gerund))
            continue;
        for (size_t k = 0; classes[k]; k++)
            told |= means(lexicon, sentence, verb, classes[k]);
        if (involves && verb->object != NONE)
            slot_fill_named(workspace, event, frame, "subject", verb->object);
        if (told || involves)
            slot_fill_phrases(workspace, event, frame, (int32_t)i + 1);
        return;
    }
}

/* "cooperation between Peru and Chile on intelligence sharing": the parties stand with the noun that the event's own
 * noun says the field of. */
static void fill_from_field(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const nouns[] = {
        "cooperation", "co-operation", "collaboration", "coordination", "partnership", "ties", NULL};
    static const char *const fields[] = {"on", "in", "for", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *groups = sentence->groups;
    int32_t preposition = groups[event->noun].preposition;
    bool field = false;
    for (size_t i = 0; fields[i] && preposition != NONE; i++)
        field |= word_is(sentence, groups[preposition].first, fields[i]);
    for (int32_t i = preposition - 1; field && event->actor_count == 0 && i >= 0; i--) {
        if (groups[i].kind != GROUP_NOUN && groups[i].kind != GROUP_AND && groups[i].kind != GROUP_PREPOSITION)
            return;
        for (size_t k = 0; groups[i].kind == GROUP_NOUN && nouns[k]; k++)
            if (word_is(sentence, groups[i].head, nouns[k])) {
                slot_fill_premodifiers(workspace, event, frame, "pre", i, groups[i].head);
                slot_fill_phrases(workspace, event, frame, i + 1);
                return;
            }
    }
}

/* "Chilean soldiers were deployed as a peacekeeping force": what "as" names is who is sent. */
static void fill_from_sent(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    int32_t preposition = sentence->groups[event->noun].preposition;
    if (event->verb == NONE || preposition == NONE || strcmp(event->type, "operation") != 0 ||
        sentence->groups[preposition].first != sentence->groups[preposition].last ||
        !word_is(sentence, sentence->groups[preposition].first, "as"))
        return;
    const struct group *verb = &sentence->groups[event->verb];
    int32_t sent = verb->passive ? verb->subject : verb->object;
    if (sent != NONE && group_is_force(workspace_lexicon(workspace), sentence, sent))
        slot_fill_premodifiers(workspace, event, frame, "pre", sent, sentence->groups[sent].head);
}

/* "the drill also involved aircraft from Italy": whose craft they are takes part. */
static void fill_involved(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct group *verb = &event->sentence->groups[event->verb];
    const char *role = frame_role(frame, "craft", 5);
    if (strcmp(event->type, "exercise") != 0 || !role || verb->object == NONE ||
        !means(workspace_lexicon(workspace), event->sentence, verb, "involve"))
        return;
    struct party_list list = {.count = 0};
    party_of_craft(workspace, event->sentence, verb->object, &list);
    slot_add_parties(event, &list, role, "craft");
}

/* "is hosting Peru and Spain for an exercise" */
static bool brings_together(const struct lexicon *lexicon, const struct event *event, const struct group *verb)
{
    static const char *const classes[] = {"host", "welcome", "involve", "assemble", NULL};
    for (size_t i = 0; !strcmp(event->type, "exercise") && classes[i]; i++)
        if (means(lexicon, event->sentence, verb, classes[i]))
            return true;
    return false;
}

/* "Participants in the exercise include Chile and Peru" */
static void fill_participants(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const words[] = {"participants", "participant", "attendees", "countries", "nations", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *groups = sentence->groups;
    int32_t preposition = groups[event->noun].preposition, next = event->noun + 1;
    if (strcmp(event->type, "exercise") != 0 || preposition < 1 || (uint32_t)next >= sentence->group_count ||
        groups[next].kind != GROUP_VERB || groups[next].object == NONE ||
        !means(workspace_lexicon(workspace), sentence, &groups[next], "involve"))
        return;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, groups[preposition - 1].head, words[i]))
            slot_fill_named(workspace, event, frame, "with", groups[next].object);
}

/* "The drill involved Kenya", "the drill was led by Kenya": the noun is what its verb tells of. */
static void fill_as_subject(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    if (!verb->passive) {
        const char *object = verb_attribute(lexicon, sentence, verb, "object");
        if ((!object || strcmp(object, "no")) && !is_only_moved(lexicon, sentence, verb))
            slot_fill_named(workspace, event, frame, "object", verb->object);
        fill_involved(workspace, event, frame);
    } else {
        for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count && (int32_t)i <= verb->clause_last; i++)
            if (sentence->groups[i].preposition != NONE &&
                word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by"))
                fill_doer(workspace, event, frame, (int32_t)i);
    }
    /* "the sale drew protests from Beijing": what follows belongs to the protests */
    const char *class = verb_class(lexicon, sentence, verb);
    bool own = verb->passive || verb->object == NONE || verb_attribute(lexicon, sentence, verb, "stage") ||
               (class && !strcmp(class, "involve") && strcmp(event->type, "arms_transfer") != 0 &&
                strcmp(event->type, "aid") != 0);
    if (own)
        slot_fill_phrases(workspace, event, frame, event->verb + 1);
}

/* "returned after training in Turkey", "completed weeks of training under Belgian instructors": who was taught. */
static void fill_taught(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    const char *done = verb_class(lexicon, sentence, verb);
    bool learns = is_occasion_of(event) || (done && !strcmp(done, "finish") && role_has(event, NULL, "supplier") &&
                                            !role_has(event, NULL, "recipient"));
    const char *who =
        verb->subject == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[verb->subject].head);
    learns &= !who || strcmp(who, "trainers") != 0;
    if (learns && !strcmp(event->type, "training") && group_is_force(lexicon, sentence, verb->subject))
        slot_fill_named(workspace, event, frame, "to", verb->subject);
}

/* What a journey or a joining verb goes to, where the noun is its purpose. */
static void fill_destination(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    bool is_purpose =
        sentence->groups[event->noun].preposition != NONE && verb->object != event->noun && !verb->passive;
    /* "arrived in Greece for an exercise" */
    if (is_purpose && means(lexicon, sentence, verb, "rotate") && strcmp(event->type, "visit"))
        slot_fill_named(workspace, event, frame, "in", verb->object);
    /* "arrived in Bamako to join the mission" */
    if (verb->infinitive && verb->governor != NONE && sentence->groups[verb->governor].object != NONE) {
        const struct group *journey = &sentence->groups[verb->governor];
        if (means(lexicon, sentence, journey, "rotate"))
            slot_fill_named(workspace, event, frame, "in", journey->object);
    }
    /* "joined the United States in a maritime mission" */
    if (is_purpose && (means(lexicon, sentence, verb, "join") || brings_together(lexicon, event, verb)))
        slot_fill_named(workspace, event, frame, "with", verb->object);
    /* "arrived in Karachi for a port call" */
    if (is_purpose && !strcmp(event->type, "visit"))
        slot_fill_named(workspace, event, frame, "object", verb->object);
}

/* Phrases between the verb and the noun: "sign with Moscow a deal". */
static void fill_between(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    for (int32_t i = event->verb + 1; i < event->noun; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE || group->and_with != NONE)
            continue;
        const struct group *preposition = &sentence->groups[group->preposition];
        if (word_is(sentence, preposition->first, "with"))
            slot_fill_named(workspace, event, frame, "with", i);
        /* "fired howitzers alongside Romanian crews during the exercise" */
        if (word_is(sentence, preposition->first, "alongside"))
            slot_fill_named(workspace, event, frame, "alongside", i);
        /* "is in Hanoi for a visit" */
        if (word_is(sentence, preposition->first, "in") && sentence->part->words[verb->head].pos == POS_BE)
            slot_fill_named(workspace, event, frame, "in", i);
    }
}

/* "Kenya hosted the drill": the noun is what its verb does, or is told beside it. */
static void fill_as_object(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    const char *subject = verb_attribute(workspace_lexicon(workspace), sentence, verb, "subject");
    if ((!subject || strcmp(subject, "no")) && !is_occasion_of(event) && moves_base(workspace, event)) {
        if (!verb->passive)
            fill_doer(workspace, event, frame, verb->subject);
        if (verb->object != NONE && verb->object != event->noun && verb->object2 == event->noun)
            slot_fill_named(workspace, event, frame, "to", verb->object);
    }
    /* "the drill, which the army holds with Morocco each year" */
    if (verb->link == LINK_RELATIVE && verb->object == event->noun && event->verb > event->noun)
        slot_fill_phrases(workspace, event, frame, event->verb + 1);
    fill_taught(workspace, event, frame);
    fill_destination(workspace, event, frame);
    if (clause_verb_of(sentence, event->noun) == event->verb)
        fill_between(workspace, event, frame);
}

void role_fill_from_noun(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    fill_self(workspace, event, frame);
    slot_fill_premodifiers(workspace, event, frame, "pre", event->noun, event->trigger_first);
    slot_fill_phrases(workspace, event, frame, event->noun + 1);
    fill_relative(workspace, event, frame);
    fill_from_field(workspace, event, frame);
    fill_from_sent(workspace, event, frame);
    fill_participants(workspace, event, frame);
    if (event->verb != NONE) {
        role_fill_helped(workspace, event, frame);
        role_fill_craft(workspace, event, frame);
    }
    settle_bare_receiver(workspace, event);
    /* name after the head: "membership of the CSTO" is a phrase, "NATO membership" a premodifier */
    if (event->verb == NONE)
        fill_verbless(workspace, event, frame);
    else if (event->sentence->groups[event->verb].subject == event->noun)
        fill_as_subject(workspace, event, frame);
    else
        fill_as_object(workspace, event, frame);
}

/* "lifted the Cyprus arms ban", "the Cypriot arms ban was lifted by Washington": whom a ban names is whom it hits,
 * where another one imposes, renews or lifts it. Not "the US arms ban", which others oppose. */
void role_settle_banned(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (!event->subtype || strcmp(event->subtype, "embargo") != 0 || event->verb == NONE || event->noun == NONE)
        return;
    struct event_actor *named = NULL;
    bool other = false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        struct event_actor *actor = &event->actors[i];
        if (strcmp(actor->role, "initiator") != 0)
            return;
        if (actor->slot && !strcmp(actor->slot, "pre") && !named)
            named = actor;
        else
            other = true;
    }
    const struct group *verb = &sentence->groups[event->verb];
    if (!named || !party_is_state(named->id) || !strcmp(named->id, "USA") ||
        verb_attribute(lexicon, sentence, verb, "subject") || !verb_attribute(lexicon, sentence, verb, "stage"))
        return;
    struct party_list doer = {.count = 0};
    if (!other && !verb->passive && verb->subject != NONE && verb->object == event->noun)
        party_of_group(workspace, event->sentence, verb->subject, &doer);
    if (!other && (!doer.count || !strcmp(doer.items[0].id, named->id)))
        return;
    named->role = "target";
    if (!other)
        slot_add_parties(event, &doer, "initiator", "subject");
}
