#include "lib/coder/role.h"

#include "lib/coder/clause.h"
#include "lib/coder/context.h"
#include "lib/coder/direction.h"
#include "lib/coder/memory.h"
#include "lib/coder/office.h"
#include "lib/coder/party.h"
#include "lib/coder/side.h"

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
        if ((!id || !strcmp(event->actors[i].id, id)) && (!role || !strcmp(event->actors[i].role, role)))
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

static const char *other_side(const char *role)
{
    static const char *const sides[][2] = {
        {"supplier", "recipient"}, {"recipient", "supplier"}, {"initiator", "target"}, {"target", "initiator"}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (!strcmp(sides[i][0], role))
            return sides[i][1];
    return NULL;
}

static void add_parties(struct event *event, const struct party_list *list, const char *role, const char *slot)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct party *party = &list->items[i];
        /* one actor cannot be on both sides */
        const char *other = other_side(role);
        if (other && role_has(event, party->id, other))
            continue;
        if (role_add(event, party->id, role, party->parent, stretch_of(party->sentence, party->first, party->last),
                     party->from_context)) {
            event->actors[event->actor_count - 1].slot = slot;
            event->actors[event->actor_count - 1].referred = party->referred;
        }
    }
}

static void fill_slot(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                      const char *slot, size_t size, int32_t group)
{
    const char *name, *role = group == NONE ? NULL : frame_slot_role(frame, slot, size, &name);
    if (!role)
        return;
    struct party_list list = {.count = 0};
    uint32_t before = event->actor_count;
    if (frame_role(frame, "craft", 5))
        party_of_craft(workspace, event->sentence, group, &list);
    else
        party_of_group(workspace, event->sentence, group, &list);
    if (!list.count)
        party_of_ground(workspace, event->sentence, group, &list);
    add_parties(event, &list, role, name);
    for (uint32_t i = before; i < event->actor_count; i++)
        event->actors[i].with = size == 4 && !strncasecmp(slot, "with", 4);
}

static void fill_named(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                       const char *slot, int32_t group)
{
    fill_slot(workspace, event, frame, slot, strlen(slot), group);
}

/* "border with China", "war with Russia": the phrase belongs to the noun before it. */
static bool hangs_on_edge(const struct lexicon *lexicon, const struct sentence *sentence, int32_t preposition)
{
    if (preposition == 0 || sentence->groups[preposition - 1].kind != GROUP_NOUN ||
        !word_is(sentence, sentence->groups[preposition].first, "with"))
        return false;
    const char *class = noun_class(lexicon, sentence, sentence->groups[preposition - 1].head);
    return class && !strcmp(class, "edge");
}

/* "arrived in the port of Busan": behind a verbal trigger an of-phrase belongs to the noun before it. */
static bool is_of_other_noun(const struct event *event, int32_t preposition)
{
    return event->noun == NONE && preposition - 1 != event->argument && preposition - 1 != event->verb &&
           word_is(event->sentence, event->sentence->groups[preposition].first, "of");
}

/* "off Lome", "near Riga": near a town is in its state; near a state is not. */
static bool is_near_town(const struct sentence *sentence, const struct group *group, uint32_t preposition)
{
    static const char *const words[] = {"near", "off", "outside", "around", NULL};
    int32_t name = sentence->part->words[group->head].name;
    if (name == NONE ||
        (sentence->mentions[name].class != LEXICON_CITY && sentence->mentions[name].class != LEXICON_SITE &&
         sentence->mentions[name].class != LEXICON_CAPITAL))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, preposition, words[i]))
            return true;
    return false;
}

/* A phrase by its preposition; one of several words that ends in "with" counts as "with". */
static void fill_phrase(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t at)
{
    const struct sentence *sentence = event->sentence;
    const struct group *group = &sentence->groups[at], *preposition = &sentence->groups[group->preposition];
    const struct token *word = &sentence->part->list.tokens[preposition->first],
                       *end = &sentence->part->list.tokens[preposition->last];
    if (preposition->last > preposition->first && word_is(sentence, preposition->last, "with"))
        word = end;
    if (word_is(sentence, preposition->first, "out") && preposition->last > preposition->first) {
        fill_named(workspace, event, frame, "from", at); /* "pull out of" */
        return;
    }
    if (preposition->last > preposition->first + 1 && word_is(sentence, preposition->first + 1, "part")) {
        fill_named(workspace, event, frame, "within", at); /* "as part of" */
        return;
    }
    if (is_near_town(sentence, group, preposition->first))
        fill_named(workspace, event, frame, "in", at);
    else
        fill_slot(workspace, event, frame, sentence->part->text + word->start, end->end - word->start, at);
}

static void fill_premodifiers(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                              const char *slot, int32_t group, uint32_t before)
{
    const char *name, *role = group == NONE ? NULL : frame_slot_role(frame, slot, strlen(slot), &name);
    if (!role)
        return;
    struct party_list list = {.count = 0};
    party_premodifiers(workspace, event->sentence, group, before, &list);
    /* "its arms", "their forces" */
    const struct group *noun = &event->sentence->groups[group];
    if (event->sentence->part->words[noun->first].pos == POS_OWNER && !list.count && strcmp(slot, "argument")) {
        uint32_t enough = word_is(event->sentence, noun->first, "their") ? 2 : 1;
        for (int32_t i = group; i-- > 0 && list.count < enough;)
            if (event->sentence->groups[i].kind == GROUP_NOUN && event->sentence->groups[i].preposition == NONE &&
                event->sentence->groups[i].and_with == NONE) {
                struct party_list own = {.count = 0};
                party_of_group(workspace, event->sentence, i, &own);
                if (own.count >= enough || !list.count)
                    list = own;
            }
    }
    add_parties(event, &list, role, name);
}

/* "for Poland's modernisation", "to Kyiv's war effort": what is somebody's is for somebody. */
static void fill_possessor(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                           int32_t group)
{
    const struct sentence *sentence = event->sentence;
    const struct group *noun = &sentence->groups[group], *preposition = &sentence->groups[noun->preposition];
    bool to = word_is(sentence, preposition->first, "to");
    const char *role =
        to || word_is(sentence, preposition->first, "for") ? frame_role(frame, to ? "to" : "for", to ? 2 : 3) : NULL;
    if (role && !strcmp(role, "participant")) { /* "a factory for Iranian drones" */
        fill_premodifiers(workspace, event, frame, to ? "to" : "for", group, noun->last + 1);
        return;
    }
    for (uint32_t i = noun->first; role && i < noun->last; i++) {
        int32_t name = sentence->part->words[i].name;
        struct party party;
        if (name == NONE || sentence->part->words[i + 1].pos != POS_POSSESSIVE ||
            !party_of_mention(workspace, event->sentence, &sentence->mentions[name], &party))
            continue;
        struct party_list list = {.count = 0};
        party_add(&list, party);
        add_parties(event, &list, role, to ? "to" : "for");
        return;
    }
}

/* The prepositional phrases of groups `first` to the clause's end. Stops at verbs and boundaries. */
static void fill_phrases(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                         int32_t first)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = (uint32_t)first; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
            group->kind == GROUP_WHEN || group->kind == GROUP_IF || group->kind == GROUP_STOP)
            break;
        if (group->kind != GROUP_NOUN || group->preposition == NONE || group->and_with != NONE)
            continue;
        if (hangs_on_edge(workspace_lexicon(workspace), sentence, group->preposition))
            continue;
        if (is_of_other_noun(event, group->preposition)) {
            /* "at the port of Gdynia": the noun is only what the place has */
            const char *class =
                noun_class(workspace_lexicon(workspace), sentence, sentence->groups[group->preposition - 1].head);
            if (class && !strcmp(class, "plain_base"))
                fill_named(workspace, event, frame, frame_role(frame, "object", 6) ? "object" : "at", (int32_t)i);
            continue;
        }
        uint32_t before = event->actor_count;
        fill_phrase(workspace, event, frame, (int32_t)i);
        if (event->actor_count == before)
            fill_possessor(workspace, event, frame, (int32_t)i);
    }
}

/* "Two Korean frigates docked": ships and aircraft act for whose they are. */
static void fill_craft(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    int32_t subject = event->verb == NONE ? NONE : sentence->groups[event->verb].subject;
    if (subject == NONE || subject == event->noun || sentence->groups[subject].kind != GROUP_NOUN)
        return;
    const struct group *group = &sentence->groups[subject];
    const struct word *head = &sentence->part->words[group->head];
    const char *class = noun_class(workspace_lexicon(workspace), sentence, group->head);
    bool goods = (head->name != NONE &&
                  lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class) == USE_GOODS) ||
                 (class && !strcmp(class, "goods"));
    if (goods)
        fill_premodifiers(workspace, event, frame, "craft", subject, group->last + 1);
}

/* Who stands with the subject before its verb: "Poland, along with Latvia, holds", "Polish troops joined by Latvian
 * units hold". */
static void fill_companions(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                            int32_t subject)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    for (int32_t i = subject + 1; subject != NONE && i < event->verb; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_STOP || group->kind == GROUP_WHO || group->kind == GROUP_THAT)
            return;
        if (group->kind != GROUP_NOUN || group->preposition == NONE || group->and_with != NONE)
            continue;
        const struct group *preposition = &sentence->groups[group->preposition];
        bool with = word_is(sentence, preposition->last, "with") || word_is(sentence, preposition->first, "alongside");
        const struct group *verb = preposition > sentence->groups ? preposition - 1 : NULL;
        const char *class = verb && verb->kind == GROUP_VERB ? verb_class(lexicon, sentence, verb) : NULL,
                   *second = class ? verb_class2(lexicon, sentence, verb) : NULL;
        bool joined = class && verb->passive && word_is(sentence, preposition->first, "by") &&
                      (!strcmp(class, "join") || !strcmp(class, "support") || (second && !strcmp(second, "support")));
        if (with || joined)
            fill_named(workspace, event, frame, with ? "with" : "subject", i);
    }
}

/* Who does it: "the French decision to supply" names the doer before the noun, else it is the verb's subject. */
static void fill_subject(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    const char *role = frame_role(frame, "subject", 7);
    if (role && verb->governor_noun != NONE && verb->infinitive) {
        fill_premodifiers(workspace, event, frame, "subject", verb->governor_noun,
                          sentence->groups[verb->governor_noun].head);
        if (role_has(event, NULL, role))
            return;
    }
    fill_named(workspace, event, frame, "subject", verb->subject);
    /* "made a determination approving the sale": the noun does nothing, who made it does */
    if (role && verb->gerund && verb->governor != NONE && !role_has(event, NULL, role))
        fill_named(workspace, event, frame, "subject", sentence->groups[verb->governor].subject);
    fill_companions(workspace, event, frame, verb->subject);
}

/* The "by" phrase of a passive verb, in a slot of the frame. */
static void fill_agent(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t at,
                       const char *slot)
{
    const struct sentence *sentence = event->sentence;
    for (int32_t i = at + 1; i <= sentence->groups[at].clause_last; i++)
        if (sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by"))
            fill_named(workspace, event, frame, slot, i);
}

/* "announce a package to help Ukraine": who is helped receives. */
static void fill_helped(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (!frame_role(frame, "for", 3) || role_has(event, NULL, frame_role(frame, "for", 3)))
        return;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_STOP || group->kind == GROUP_WHO || group->kind == GROUP_WHEN ||
            group->kind == GROUP_THAT)
            break;
        if (group->kind != GROUP_VERB)
            continue;
        const char *class = verb_class(lexicon, sentence, group), *second = verb_class2(lexicon, sentence, group);
        bool helps = (class && (!strcmp(class, "support") || !strcmp(class, "help"))) ||
                     (second && (!strcmp(second, "support") || !strcmp(second, "help")));
        if (group->infinitive && helps && group->object != NONE) {
            fill_named(workspace, event, frame, "for", group->object);
            if (!role_has(event, NULL, frame_role(frame, "for", 3)))
                fill_premodifiers(workspace, event, frame, "for", group->object, sentence->groups[group->object].head);
            /* "to support the salaries of Lebanese soldiers" */
            uint32_t of = (uint32_t)group->object + 1;
            if (!role_has(event, NULL, frame_role(frame, "for", 3)) && of + 1 < sentence->group_count &&
                sentence->groups[of].kind == GROUP_PREPOSITION && sentence->groups[of + 1].kind == GROUP_NOUN)
                fill_named(workspace, event, frame, "for", (int32_t)of + 1);
        }
        break;
    }
}

/* "French-designed", "Soviet-era": a name that says nothing of who gives them now. */
static bool only_describes(const struct event *event, uint32_t last)
{
    static const char *const words[] = {"designed", "era", "style",  "type", "origin",
                                        "standard", "led", "backed", NULL};
    const struct sentence *sentence = event->sentence;
    if (last >= sentence->last || !(sentence->part->list.tokens[last + 1].flags & TOKEN_JOINED))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, last + 1, words[i]))
            return true;
    /* who made them sells them, but need not build them with anybody */
    return !strcmp(event->type, "industry") &&
           (word_is(sentence, last + 1, "made") || word_is(sentence, last + 1, "built"));
}

/* Names before the goods. "gives Lebanon's army tanks", "send Kyiv shells": a bare name or a force is whom they go to,
 * where the giver is told already. "Turkish drones": an adjective says whose they are, where nothing says it better. */
static void fill_argument(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                          int32_t group)
{
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "argument", 8), *object = frame_role(frame, "object", 6);
    if (!role)
        return;
    struct party_list list = {.count = 0};
    party_premodifiers(workspace, event->sentence, group, sentence->groups[group].last + 1, &list);
    bool gives = object && !strcmp(object, "recipient") && !strcmp(role, "supplier") && role_has(event, NULL, role);
    struct party_list whose = {.count = 0}, whom = {.count = 0};
    for (uint32_t i = 0; i < list.count; i++) {
        /* "our academies": what the pronoun stands for may be named in another sentence */
        const struct sentence *named_in = list.items[i].sentence;
        if (named_in == sentence && only_describes(event, list.items[i].last))
            continue;
        int32_t name = named_in->part->words[list.items[i].first].name;
        uint8_t class = name == NONE ? LEXICON_DEMONYM : named_in->mentions[name].class;
        bool adjective = class == LEXICON_DEMONYM || class == LEXICON_VANISHED_DEMONYM || class == LEXICON_COMPANY;
        if (adjective && !strcmp(event->type, "intelligence_sharing"))
            continue; /* "Russian missile data": whose it is about */
        party_add(gives && !adjective ? &whom : &whose, list.items[i]);
    }
    if (whom.count && !role_has(event, NULL, object))
        add_parties(event, &whom, object, "object");
    if (!other_side(role) || !role_has(event, NULL, role) || !strcmp(event->type, "basing"))
        add_parties(event, &whose, role, "argument");
    /* "Troops from Britain and France are stationed": troops name their states in front or behind */
    if (!list.count && sentence->part->words[sentence->groups[group].first].pos != POS_OWNER &&
        group_is_force(workspace_lexicon(workspace), sentence, group))
        fill_named(workspace, event, frame, "argument", group);
}

/* "a course run by the US army", "the drills hosted by Poland": who stands behind "by" belongs to the noun. */
static void fill_reduced(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                         int32_t noun)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = (uint32_t)noun + 1; noun != NONE && i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_VERB && verb->link == LINK_REDUCED && verb->subject == noun &&
            sentence->groups[i + 1].kind == GROUP_PREPOSITION && word_is(sentence, sentence->groups[i + 1].first, "by"))
            fill_named(workspace, event, frame, "by", (int32_t)i + 2);
    }
}

static void fill_from_verb(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    int32_t argument = event->argument;
    if (verb->passive) {
        if (verb->subject != argument)
            fill_named(workspace, event, frame, "object", verb->subject);
        else if (verb->object != NONE) /* "were pulled out of Niger" */
            fill_named(workspace, event, frame, "object", verb->object);
        if (argument != NONE && argument < event->verb)
            fill_phrases(workspace, event, frame, argument + 1);
        for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count && (int32_t)i <= verb->clause_last; i++)
            if (sentence->groups[i].preposition != NONE &&
                word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by") &&
                !frame_role(frame, "by", 2))
                fill_named(workspace, event, frame, "subject", (int32_t)i);
    } else {
        fill_subject(workspace, event, frame);
        if (verb->object != argument)
            fill_named(workspace, event, frame, "object", verb->object);
        if (verb->object2 != NONE && verb->object2 != argument)
            fill_named(workspace, event, frame, "object", verb->object2);
    }
    /* "ten tanks from Korea arrived": what stands behind the goods before the verb */
    const char *acts_on = verb_attribute(workspace_lexicon(workspace), sentence, verb, "acts_on");
    if (acts_on && !strcmp(acts_on, "subject") && verb->subject != NONE && verb->subject < event->verb)
        fill_phrases(workspace, event, frame, verb->subject + 1);
    fill_craft(workspace, event, frame);
    fill_phrases(workspace, event, frame, event->verb + 1);
    if (argument != NONE)
        fill_argument(workspace, event, frame, argument);
    fill_helped(workspace, event, frame);
    /* "rejected a US request to use its bases": who is asked */
    if (verb->governor_noun != NONE && verb->governor != NONE && verb->infinitive)
        fill_named(workspace, event, frame, "asker", sentence->groups[verb->governor].subject);
    if (verb->governor != NONE && (verb->infinitive || verb->gerund) && verb->link == LINK_COMPLEMENT) {
        const struct group *governor = &sentence->groups[verb->governor];
        const char *control = verb_attribute(workspace_lexicon(workspace), sentence, governor, "control");
        /* the asker is the receiver: "Kyiv asked Berlin to send tanks" */
        const char *doubt = verb_attribute(workspace_lexicon(workspace), sentence, governor, "modality");
        if (control && !strcmp(control, "object") && governor->subject != verb->subject && !doubt) {
            fill_named(workspace, event, frame, "asker", governor->subject);
        }
        const char *class = verb_class(workspace_lexicon(workspace), sentence, governor);
        if (class && !strcmp(class, "approve") && governor->passive) /* "was cleared by Washington to buy" */
            fill_agent(workspace, event, frame, verb->governor, "from");
        if (class && (!strcmp(class, "cooperate") ||
                      (!strcmp(class, "join") && verb->gerund))) /* "teamed up with Boeing to build" */
            fill_named(workspace, event, frame, "with", governor->object);
        fill_phrases(workspace, event, frame, verb->governor + 1);
    }
}

/* "Bern declined Kyiv's request": who refuses was asked. */
static bool refuses_request(const struct lexicon *lexicon, const struct event *event, const struct group *verb)
{
    const char *class = verb_class(lexicon, event->sentence, verb),
               *noun = noun_class(lexicon, event->sentence, event->trigger_first);
    return class && noun && !strcmp(class, "refuse") && !strcmp(noun, "request") && !verb->passive;
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
            fill_named(workspace, event, frame, slots[i][1], group);
            return;
        }
    if (refuses_request(workspace_lexicon(workspace), event, verb) && frame_role(frame, "to", 2)) {
        fill_named(workspace, event, frame, "to", group);
        return;
    }
    /* "vetoes EU aid", "approved the US sale": whose it is is told already */
    const char *doer = frame_role(frame, "subject", 7);
    bool told = doer && other_side(doer) && strcmp(doer, "recipient") != 0 && role_has(event, NULL, doer) &&
                strcmp(event->type, "basing") != 0;
    if (group == verb->subject && !told)
        fill_subject(workspace, event, frame);
    else if (group != verb->subject)
        fill_named(workspace, event, frame, "subject", group);
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

/* "Greece, Israel in joint air drill": a headline without a verb names them first. */
static void fill_verbless(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    if (!sentence->headline || sentence->groups[event->noun].preposition == NONE)
        return;
    for (int32_t i = 0; i < event->noun; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition == NONE &&
            sentence->groups[i].and_with == NONE) {
            fill_named(workspace, event, frame, "subject", i);
            return;
        }
}

/* A mission's name is the trigger and an actor: "troops for UNIFIL". */
static void fill_self(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    int32_t name = event->sentence->part->words[event->trigger_first].name;
    const char *slot, *role = name == NONE ? NULL : frame_slot_role(frame, "self", 4, &slot);
    struct party_list list = {.count = 1};
    if (role && party_of_mention(workspace, event->sentence, &event->sentence->mentions[name], &list.items[0]))
        add_parties(event, &list, role, slot);
}

static void fill_from_noun(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    fill_self(workspace, event, frame);
    fill_premodifiers(workspace, event, frame, "pre", event->noun, event->trigger_first);
    fill_phrases(workspace, event, frame, event->noun + 1);
    if (event->verb != NONE) {
        fill_helped(workspace, event, frame);
        fill_craft(workspace, event, frame);
    }
    /* name after the head: "membership of the CSTO" is a phrase, "NATO membership" a premodifier */
    if (event->verb == NONE) {
        fill_verbless(workspace, event, frame);
        return;
    }
    const struct group *verb = &sentence->groups[event->verb];
    const char *subject = verb_attribute(lexicon, sentence, verb, "subject");
    if (verb->subject == event->noun) {
        if (!verb->passive) {
            const char *object = verb_attribute(lexicon, sentence, verb, "object");
            if (!object || strcmp(object, "no"))
                fill_named(workspace, event, frame, "object", verb->object);
        } else
            for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count && (int32_t)i <= verb->clause_last;
                 i++)
                if (sentence->groups[i].preposition != NONE &&
                    word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by"))
                    fill_doer(workspace, event, frame, (int32_t)i);
        /* "the sale drew protests from Beijing": what follows belongs to the protests */
        const char *class = verb_class(lexicon, sentence, verb);
        bool own = verb->passive || verb->object == NONE || verb_attribute(lexicon, sentence, verb, "stage") ||
                   (class && !strcmp(class, "involve") && strcmp(event->type, "arms_transfer") != 0 &&
                    strcmp(event->type, "aid") != 0);
        if (own)
            fill_phrases(workspace, event, frame, event->verb + 1);
        return;
    }
    if ((!subject || strcmp(subject, "no")) && !is_occasion_of(event) && moves_base(workspace, event)) {
        if (!verb->passive)
            fill_doer(workspace, event, frame, verb->subject);
        if (verb->object != NONE && verb->object != event->noun && verb->object2 == event->noun)
            fill_named(workspace, event, frame, "to", verb->object);
    }
    /* "returned after training in Turkey": who was taught */
    if (is_occasion_of(event) && !strcmp(event->type, "training") && group_is_force(lexicon, sentence, verb->subject))
        fill_named(workspace, event, frame, "to", verb->subject);
    /* "arrived in Greece for an exercise" */
    const char *moves = verb_class(lexicon, sentence, verb), *moves_too = verb_class2(lexicon, sentence, verb);
    if (sentence->groups[event->noun].preposition != NONE && verb->object != event->noun && !verb->passive &&
        ((moves && !strcmp(moves, "rotate")) || (moves_too && !strcmp(moves_too, "rotate"))) && strcmp(event->type, "visit"))
        fill_named(workspace, event, frame, "in", verb->object);
    /* "arrived in Karachi for a port call" */
    if (sentence->groups[event->noun].preposition != NONE && verb->object != event->noun && !verb->passive &&
        !strcmp(event->type, "visit"))
        fill_named(workspace, event, frame, "object", verb->object);
    if (clause_verb_of(sentence, event->noun) == event->verb) {
        /* phrases between the verb and the noun: "sign with Moscow a deal" */
        for (int32_t i = event->verb + 1; i < event->noun; i++)
            if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE &&
                sentence->groups[i].and_with == NONE) {
                const struct group *preposition = &sentence->groups[sentence->groups[i].preposition];
                if (word_is(sentence, preposition->first, "with"))
                    fill_named(workspace, event, frame, "with", i);
            }
    }
}

/* "Poland said an exercise with Kenya had ended": with whom, if not with those who say so. */
static void fill_from_speaker(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    const char *role = frame_role(frame, "with", 4);
    if (!verb || !role || strcmp(role, "participant") || verb->link != LINK_CONTENT || verb->governor == NONE)
        return;
    for (uint32_t i = 0; i < sentence->group_count && (int32_t)i < event->verb; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "with")) {
            fill_named(workspace, event, frame, "with", sentence->groups[verb->governor].subject);
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
            fill_named(workspace, event, frame, "subject", verb->subject);
        fill_phrases(workspace, event, frame, (int32_t)i + 1);
        event->sentence = own;
        break;
    }
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].from_context = true;
    if (event->actor_count)
        event_reason(event, "the parties of the clause before", -0.1);
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
    const char *control = verb_attribute(lexicon, sentence, governor, "control");
    struct party_list askers = {.count = 0}, asked = {.count = 0};
    if (!control || strcmp(control, "object"))
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
    add_parties(event, &askers, "initiator", "asker");
    add_parties(event, &asked, "target", "asked");
}

/* "The destroyer arrived in Jakarta on a visit": a ship that calls is a port call, and it stands for whose it is. */
static bool take_ship(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    int32_t ship = office_visiting_ship(workspace_lexicon(workspace), event);
    if (ship == NONE || !frame->subtype ||
        (strcmp(frame->subtype, "high_level") && strcmp(frame->subtype, "port_call")))
        return false;
    event->subtype = "port_call";
    struct party_list list = {.count = 0};
    party_premodifiers(workspace, event->sentence, ship, event->sentence->groups[ship].last + 1, &list);
    add_parties(event, &list, "initiator", "craft");
    return true;
}

void role_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (event->noun != NONE) {
        fill_from_noun(workspace, event, frame);
        fill_reduced(workspace, event, frame, event->noun);
        if (event->argument != NONE && event->argument != event->noun)
            fill_argument(workspace, event, frame, event->argument);
    } else {
        fill_from_verb(workspace, event, frame);
        fill_reduced(workspace, event, frame, event->argument);
    }
    fill_from_clause_before(workspace, event, frame);
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
    if (role_principal_count(event) < frame->needs) {
        event->open = true;
        if (context_fill(workspace, event, frame))
            side_settle(workspace, event, frame);
        else
            event->variant_missing = event->variant > 0;
    }
}
