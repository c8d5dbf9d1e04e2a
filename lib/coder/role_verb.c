#include "lib/coder/role_parts.h"

#include "lib/coder/clause.h"
#include "lib/coder/role.h"
#include "lib/coder/seek.h"
#include "lib/coder/slot.h"

#include <string.h>

/* "Two Korean frigates docked": ships and aircraft act for whose they are. */
void role_fill_craft(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    int32_t subject = event->verb == NONE ? NONE : sentence->groups[event->verb].subject;
    if (subject == NONE || subject == event->noun || sentence->groups[subject].kind != GROUP_NOUN)
        return;
    /* "Turkish rescue teams and transport planes arrived": one that is a craft makes a crew of them all */
    bool craft = false;
    for (int32_t i = subject; i != NONE && !craft; i = clause_coordinated_next(sentence, i))
        craft = group_is_craft(workspace_lexicon(workspace), sentence, i);
    for (int32_t i = subject; i != NONE && craft; i = clause_coordinated_next(sentence, i))
        slot_fill_premodifiers(workspace, event, frame, "craft", i, sentence->groups[i].last + 1);
}

/* Who stands with the subject before its verb: "Poland, along with Latvia, holds", "Polish troops joined by Latvian
 * units hold". */
void role_fill_companions(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
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
        /* "twenty countries, including Chile and Peru, hold" */
        bool listed =
            word_is(sentence, preposition->first, "including") || word_is(sentence, preposition->first, "such");
        if (with || joined || listed)
            slot_fill_named(workspace, event, frame, with ? "with" : "subject", i);
    }
}

/* Who does it: "the French decision to supply" names the doer before the noun, else it is the verb's subject. */
void role_fill_subject(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    const char *role = frame_role(frame, "subject", 7);
    if (role && verb->governor_noun != NONE && verb->infinitive) {
        uint32_t before = event->actor_count;
        slot_fill_premodifiers(workspace, event, frame, "subject", verb->governor_noun,
                               sentence->groups[verb->governor_noun].head);
        /* "the decision of the Netherlands to provide" */
        uint32_t of = (uint32_t)verb->governor_noun + 1;
        if (event->actor_count == before && of + 1 < sentence->group_count && clause_names_doer(sentence, of))
            slot_fill_named(workspace, event, frame, "subject", (int32_t)of + 1);
        if (event->actor_count > before)
            return;
    }
    slot_fill_named(workspace, event, frame, "subject", verb->subject);
    /* "made a determination approving the sale": the noun does nothing, who made it does */
    if (role && verb->gerund && verb->governor != NONE && !role_has(event, NULL, role))
        slot_fill_named(workspace, event, frame, "subject", sentence->groups[verb->governor].subject);
    role_fill_companions(workspace, event, frame, verb->subject);
}

/* The "by" phrase of a passive verb, in a slot of the frame. */
static void fill_agent(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t at,
                       const char *slot)
{
    const struct sentence *sentence = event->sentence;
    for (int32_t i = at + 1; i <= sentence->groups[at].clause_last; i++)
        if (sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by"))
            slot_fill_named(workspace, event, frame, slot, i);
}

/* "announce a package to help Ukraine": who is helped receives. */
void role_fill_helped(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "for", 3);
    /* of those who all take part one more may be named, if only one is so far */
    if (!role || (role_has(event, NULL, role) && (slot_other_side(role) || event->actor_count > 1)))
        return;
    uint32_t before = event->actor_count;
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
            slot_fill_named(workspace, event, frame, "for", group->object);
            if (event->actor_count == before)
                slot_fill_premodifiers(workspace, event, frame, "for", group->object,
                                       sentence->groups[group->object].head);
            /* "to support the salaries of Lebanese soldiers" */
            uint32_t of = (uint32_t)group->object + 1;
            if (event->actor_count == before && of + 1 < sentence->group_count &&
                sentence->groups[of].kind == GROUP_PREPOSITION && sentence->groups[of + 1].kind == GROUP_NOUN)
                slot_fill_named(workspace, event, frame, "for", (int32_t)of + 1);
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

/* "took delivery of the ships that it ordered from Korea", "suspended delivery of drones that Turkey ordered": who
 * ordered takes, and what stands behind the order says from whom. */
void role_fill_order(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t goods)
{
    const struct sentence *sentence = event->sentence;
    if (goods == NONE || strcmp(event->type, "arms_transfer") != 0)
        return;
    for (uint32_t i = (uint32_t)goods + 1; i < sentence->group_count; i++) {
        const struct group *order = &sentence->groups[i];
        if (order->kind != GROUP_VERB || order->link != LINK_RELATIVE || order->object != goods ||
            (int32_t)i == event->verb)
            continue;
        slot_fill_phrases(workspace, event, frame, (int32_t)i + 1);
        const char *const classes[] = {verb_class(workspace_lexicon(workspace), sentence, order),
                                       verb_class2(workspace_lexicon(workspace), sentence, order),
                                       verb_class3(workspace_lexicon(workspace), sentence, order)};
        for (size_t k = 0; k < 3; k++)
            if (classes[k] && !strcmp(classes[k], "buy") && order->subject != NONE && order->subject > goods &&
                !role_has(event, NULL, "recipient"))
                slot_fill_named(workspace, event, frame, "to", order->subject);
    }
}

/* Names before the goods. "gives Lebanon's army tanks", "send Kyiv shells": a bare name or a force is whom they go to,
 * where the giver is told already. "Turkish drones": an adjective says whose they are, where nothing says it better. */
void role_fill_argument(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                        int32_t group)
{
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "argument", 8), *object = frame_role(frame, "object", 6);
    if (!role)
        return;
    struct party_list list = {.count = 0};
    party_premodifiers(workspace, event->sentence, group, sentence->groups[group].last + 1, &list);
    slot_add_adjectives_before(workspace, event->sentence, group, &list);
    if (!list.count)
        party_of_locals(workspace, event->sentence, group, &list);
    /* "have sent Ukraine assistance": right behind the verb a bare name gets it, whoever gives */
    const char *doer = frame_role(frame, "subject", 7);
    bool behind = doer && !strcmp(doer, "supplier") && event->verb_entry != NONE && group == event->verb + 1 &&
                  !sentence->groups[event->verb].passive;
    bool gives =
        object && !strcmp(object, "recipient") && !strcmp(role, "supplier") && (role_has(event, NULL, role) || behind);
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
    /* "will shut the US base": who closes another's presence is not who was present */
    if (whose.count && !strcmp(event->type, "downturn") && !strcmp(role, "initiator") && role_has(event, NULL, role) &&
        !role_has(event, NULL, "target") && !role_has(event, whose.items[0].id, NULL))
        slot_add_parties(event, &whose, "target", "argument");
    if (whom.count && !role_has(event, NULL, object))
        slot_add_parties(event, &whom, object, "object");
    if (!slot_other_side(role) || !role_has(event, NULL, role) || !strcmp(event->type, "basing"))
        slot_add_parties(event, &whose, role, "argument");
    /* "Troops from Britain and France are stationed": troops name their states in front or behind */
    if (!list.count && sentence->part->words[sentence->groups[group].first].pos != POS_OWNER &&
        group_is_force(workspace_lexicon(workspace), sentence, group))
        slot_fill_named(workspace, event, frame, "argument", group);
}

/* "frigates ordered by Egypt", "a course run by the US army": what a participle behind the noun makes of whoever stands
 * behind "by" says its own frame, if it has one of that type. */
static void fill_doer_of_reduced(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                                 const struct group *verb, int32_t doer)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const char *const classes[] = {verb_class(lexicon, event->sentence, verb),
                                   verb_class2(lexicon, event->sentence, verb),
                                   verb_class3(lexicon, event->sentence, verb)};
    /* "received a delegation led by Cambodia's minister": who leads it comes with it */
    if (!strcmp(event->type, "visit") && clause_is_led_by(event->sentence, (int32_t)(verb - event->sentence->groups))) {
        if (!role_has(event, NULL, "initiator"))
            slot_fill_named(workspace, event, frame, "argument", doer);
        return;
    }
    const struct group *noun = &event->sentence->groups[verb->subject];
    const char *acted_on = seek_argument_class(lexicon, event->sentence, noun->head);
    for (size_t i = 0; i < 3; i++) {
        const struct frame *own =
            classes[i] && acted_on ? frame_find(workspace->coder->frames, classes[i], acted_on) : NULL;
        /* "closes the base used by American forces" */
        if (own && !strcmp(own->type, "basing") && !strcmp(event->type, "downturn")) {
            struct party_list users = {.count = 0};
            party_of_group(workspace, event->sentence, doer, &users);
            slot_add_parties(event, &users, "target", "by");
            return;
        }
        /* "receives a boat paid for by Japan": whoever pays for what another gets gives it */
        bool paid = classes[i] && !strcmp(event->type, "arms_transfer") && role_has(event, NULL, "recipient") &&
                    (!strcmp(classes[i], "pay") || !strcmp(classes[i], "fund"));
        bool made = paid || (own && !strcmp(own->type, "industry") && !strcmp(event->type, "arms_transfer"));
        if (!own || (strcmp(own->type, event->type) != 0 && !made) || !frame_role(own, "subject", 7))
            continue;
        struct party_list list = {.count = 0};
        party_of_group(workspace, event->sentence, doer, &list);
        slot_add_parties(event, &list, made ? "supplier" : frame_role(own, "subject", 7), "by");
        return;
    }
    slot_fill_named(workspace, event, frame, "by", doer);
}

/* "a course run by the US army", "the drills hosted by Poland": who stands behind "by" belongs to the noun. */
/* "training at the academy supervised by Belgian officers": the participle may stand behind a phrase of place. */
static bool is_taught(const struct event *event, const struct group *verb, int32_t noun)
{
    static const char *const words[] = {"supervised", "overseen",  "conducted", "provided", "delivered", "given",
                                        "taught",     "organised", "organized", "imparted", NULL};
    const struct sentence *sentence = event->sentence;
    bool taught = false;
    for (size_t i = 0; words[i]; i++)
        taught |= word_is(sentence, verb->head, words[i]);
    if (!taught || strcmp(event->type, "training") != 0 || verb->subject <= noun)
        return false;
    for (int32_t i = noun + 1; i <= verb->subject; i++) {
        const struct group *group = &sentence->groups[i];
        bool place = group->kind == GROUP_NOUN && group->preposition != NONE;
        if (!place && group->kind != GROUP_PREPOSITION)
            return false;
    }
    return true;
}

void role_fill_reduced(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t noun)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = (uint32_t)noun + 1; noun != NONE && i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_VERB && verb->link == LINK_REDUCED &&
            (verb->subject == noun || is_taught(event, verb, noun)) &&
            sentence->groups[i + 1].kind == GROUP_PREPOSITION && word_is(sentence, sentence->groups[i + 1].first, "by"))
            fill_doer_of_reduced(workspace, event, frame, verb, (int32_t)i + 2);
    }
}

/* "Accra welcomed home 150 peacekeepers who served with the UN": they are of who welcomes them. */
static void fill_welcomed(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    int32_t subject = sentence->groups[event->verb].subject;
    if (strcmp(event->type, "operation") != 0 || subject == NONE || subject > event->verb)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (event->actors[i].slot && !strcmp(event->actors[i].slot, "subject"))
            return;
    for (int32_t i = subject; i-- > 0;) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                       verb_class3(lexicon, sentence, verb)};
        bool welcomes = false;
        for (size_t k = 0; k < 3; k++)
            welcomes |= classes[k] && (!strcmp(classes[k], "welcome") || !strcmp(classes[k], "farewell"));
        if (welcomes && verb->object == subject && !verb->passive && group_is_force(lexicon, sentence, subject))
            slot_fill_named(workspace, event, frame, "subject", verb->subject);
        return;
    }
}

/* "sent six fighters to join the alliance's air campaign": whose campaign it is, and where. */
static void fill_joined(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "operation") != 0 || !frame_role(frame, "with", 4))
        return;
    /* "will join the US-led operation" */
    const struct group *own = &sentence->groups[event->verb];
    if (!strcmp(frame->head, "join") && own->object != NONE)
        slot_fill_premodifiers(workspace, event, frame, "with", own->object, sentence->groups[own->object].last + 1);
    /* "will join Norwegian jets in patrolling the sea" */
    const struct group *over = own->gerund && own->governor != NONE ? &sentence->groups[own->governor] : NULL;
    const char *joins = over ? verb_class(workspace_lexicon(workspace), sentence, over) : NULL;
    if (joins && !strcmp(joins, "join") && over->object != NONE)
        slot_fill_premodifiers(workspace, event, frame, "with", over->object, sentence->groups[over->object].last + 1);
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        const char *class = verb->kind == GROUP_VERB ? verb_class(workspace_lexicon(workspace), sentence, verb) : NULL;
        if (!class || !verb->infinitive || verb->governor != event->verb || strcmp(class, "join") != 0 ||
            verb->object == NONE)
            continue;
        slot_fill_premodifiers(workspace, event, frame, "with", verb->object, sentence->groups[verb->object].last + 1);
        slot_fill_phrases(workspace, event, frame, (int32_t)i + 1);
        return;
    }
}

/* "sent soldiers to fight rebels alongside the Congolese army": beside whom the task is done. */
static void fill_comrades(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    bool task = false;
    if (strcmp(event->type, "operation") != 0)
        return;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_STOP || (group->kind == GROUP_VERB && !group->infinitive))
            return;
        task |= group->kind == GROUP_VERB;
        if (task && group->kind == GROUP_NOUN && group->preposition != NONE &&
            word_is(sentence, sentence->groups[group->preposition].first, "alongside"))
            slot_fill_named(workspace, event, frame, "alongside", (int32_t)i);
    }
}

/* "sent 80 soldiers to assist with the relief effort in Haiti": where the task is. */
static void fill_ground_of_task(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "in", 2);
    bool task = false;
    if ((strcmp(event->type, "operation") != 0 && strcmp(event->type, "basing") != 0) || !role ||
        role_has(event, NULL, role))
        return;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        bool goes_on = group->kind == GROUP_VERB && (group->infinitive || (task && group->link == LINK_COMPLEMENT));
        if (group->kind == GROUP_STOP || (group->kind == GROUP_VERB && !goes_on))
            return;
        task |= goes_on;
        if (task && group->kind == GROUP_NOUN && group->preposition != NONE &&
            sentence->part->words[group->head].name != NONE &&
            word_is(sentence, sentence->groups[group->preposition].first, "in"))
            slot_fill_named(workspace, event, frame, "in", (int32_t)i);
    }
}

/* "US military aid to Honduras was suspended": whose aid it is has stopped it, where nobody else is told to have. */
static void fill_stopped(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct group *verb = &event->sentence->groups[event->verb];
    if (strcmp(event->type, "downturn") != 0 || !verb->passive || event->argument == NONE ||
        verb->subject != event->argument || role_has(event, NULL, "initiator"))
        return;
    const char *class =
        noun_class(workspace_lexicon(workspace), event->sentence, event->sentence->groups[event->argument].head);
    static const char *const given[] = {
        "aid", "arms_trade", "arms_sale", "aid_delivery", "goods", "training", "intelligence", "plain_training", NULL};
    for (size_t i = 0; class && given[i]; i++)
        if (!strcmp(class, given[i])) {
            slot_fill_premodifiers(workspace, event, frame, "subject", event->argument,
                                   event->sentence->groups[event->argument].head);
            return;
        }
}

/* "was equipped with Turkish carriers": whose goods they are is who gives them. */
static void fill_outfit(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(frame->head, "equip") != 0)
        return;
    for (uint32_t i = (uint32_t)event->verb + 1;
         i < sentence->group_count && (int32_t)i <= sentence->groups[event->verb].clause_last; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "with"))
            slot_fill_premodifiers(workspace, event, frame, "by", (int32_t)i, sentence->groups[i].last + 1);
    /* "equipped its army with German howitzers": who equips himself receives */
    if (event->actor_count == 2 && !strcmp(event->actors[0].role, "supplier") &&
        !strcmp(event->actors[1].role, "supplier") && event->actors[0].slot &&
        !strcmp(event->actors[0].slot, "subject"))
        event->actors[0].role = "recipient";
}

/* "agreed with", "sign up with": a verb of several words that names its partner. */
static bool ends_with_with(const struct sentence *sentence, const struct group *verb)
{
    return word_is(sentence, sentence->part->words[verb->head].span_last, "with") ||
           word_is(sentence, verb->last, "with");
}

/* "a sixth frigate", "another two tanks": goods of which there were some before. */
static bool is_one_more(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"second",  "third",  "fourth",  "fifth",      "sixth",
                                        "seventh", "eighth", "ninth",   "tenth",      "another",
                                        "more",    "extra",  "further", "additional", NULL};
    for (uint32_t i = group->first; i <= group->last; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    return false;
}

static const struct mention *goods_of(const struct sentence *sentence, int32_t at)
{
    int32_t name = sentence->part->words[sentence->groups[at].head].name;
    const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
    return mention && lexicon_class_use((enum lexicon_class)mention->class) == USE_GOODS ? mention : NULL;
}

/* "has five Chinese frigates and ordered a sixth frigate": more of them come from where the others did, where nobody
 * else is named. */
static void fill_maker_of_former(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "argument", 8);
    if (strcmp(event->type, "arms_transfer") != 0 || event->argument == NONE || !role ||
        strcmp(role, "supplier") != 0 || role_has(event, NULL, role))
        return;
    int32_t former = event->left_out != NONE ? event->argument : NONE;
    const struct mention *own = goods_of(sentence, event->argument);
    for (int32_t i = event->argument;
         former == NONE && i-- > 0 && own && is_one_more(sentence, &sentence->groups[event->argument]);) {
        const struct mention *other = sentence->groups[i].kind == GROUP_NOUN ? goods_of(sentence, i) : NULL;
        former = other && other->entry == own->entry ? i : NONE;
    }
    if (former == NONE)
        return;
    struct party_list makers = {.count = 0};
    party_premodifiers(workspace, event->sentence, former, sentence->groups[former].last + 1, &makers);
    slot_add_parties(event, &makers, role, "argument");
    if (!role_has(event, NULL, role))
        slot_fill_phrases(workspace, event, frame, former + 1);
}

/* "General Dynamics's deal with Otokar to produce hulls": who makes the deal makes the thing. */
static void fill_from_paper(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const papers[] = {"deal", "paper", "agreement", "partnership", "arms_deal", NULL};
    const struct sentence *sentence = event->sentence;
    const char *role = frame_role(frame, "subject", 7);
    if (!sentence->groups[event->verb].infinitive || !role || strcmp(role, "participant") != 0)
        return;
    for (int32_t i = event->verb; i-- > 0;) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN && group->kind != GROUP_PREPOSITION && group->kind != GROUP_AND &&
            group->kind != GROUP_COMMA)
            return;
        const char *class =
            group->kind == GROUP_NOUN ? noun_class(workspace_lexicon(workspace), sentence, group->head) : NULL;
        bool paper = false;
        for (size_t k = 0; class && papers[k]; k++)
            paper |= !strcmp(class, papers[k]);
        if (!paper)
            continue;
        slot_fill_premodifiers(workspace, event, frame, "subject", i, group->head);
        slot_fill_phrases(workspace, event, frame, i + 1);
        return;
    }
}

static void fill_around_passive(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    int32_t argument = event->argument;
    /* "a total of 850 Kenyan soldiers were sent": what is counted is not who gets it */
    bool counted = argument != NONE && verb->subject != NONE && argument == verb->subject + 2 &&
                   sentence->groups[argument].preposition == verb->subject + 1 &&
                   word_is(sentence, sentence->groups[verb->subject + 1].first, "of");
    if (verb->subject != argument && !counted)
        slot_fill_named(workspace, event, frame, "object", verb->subject);
    else if (verb->object != NONE) /* "were pulled out of Niger" */
        slot_fill_named(workspace, event, frame, "object", verb->object);
    if (argument != NONE && argument < event->verb)
        slot_fill_phrases(workspace, event, frame, argument + 1);
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count && (int32_t)i <= verb->clause_last; i++)
        if (sentence->groups[i].preposition != NONE &&
            word_is(sentence, sentence->groups[sentence->groups[i].preposition].first, "by") &&
            !frame_role(frame, "by", 2))
            slot_fill_named(workspace, event, frame, "subject", (int32_t)i);
}

static void fill_around_active(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct group *verb = &event->sentence->groups[event->verb];
    role_fill_subject(workspace, event, frame);
    if (verb->object != event->argument)
        slot_fill_named(workspace, event, frame, "object", verb->object);
    if (verb->object2 != NONE && verb->object2 != event->argument)
        slot_fill_named(workspace, event, frame, "object", verb->object2);
}

/* What stands behind the verb's noun, and behind the verb. */
static void fill_phrases_behind(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *groups = sentence->groups, *verb = &groups[event->verb];
    int32_t argument = event->argument;
    /* "won a contract to build tankers for the navy" */
    for (int32_t i = argument + 1; argument != NONE && !strcmp(event->type, "arms_transfer") &&
                                   (uint32_t)i < sentence->group_count && i <= argument + 2;
         i++)
        if (groups[i].kind == GROUP_VERB && groups[i].infinitive && groups[i].governor_noun == argument)
            slot_fill_phrases(workspace, event, frame, i + 1);
    /* "took delivery of the ships that it ordered from Korea" */
    role_fill_order(workspace, event, frame, argument);
    /* "ten tanks from Korea arrived": what stands behind the goods before the verb */
    const char *acts_on = verb_attribute(workspace_lexicon(workspace), sentence, verb, "acts_on");
    if (acts_on && !strcmp(acts_on, "subject") && verb->subject != NONE && verb->subject < event->verb)
        slot_fill_phrases(workspace, event, frame, verb->subject + 1);
    /* "has 1,000 troops stationed in Niger" */
    if (argument != NONE && !strcmp(event->type, "basing") && (uint32_t)argument + 1 < sentence->group_count &&
        groups[argument + 1].kind == GROUP_VERB && groups[argument + 1].link == LINK_REDUCED &&
        groups[argument + 1].subject == argument)
        slot_fill_phrases(workspace, event, frame, argument + 2);
    role_fill_craft(workspace, event, frame);
    slot_fill_phrases(workspace, event, frame, event->verb + 1);
    /* "were trained and equipped by the United States": both by the same */
    if (verb->passive && (uint32_t)event->verb + 2 < sentence->group_count &&
        groups[event->verb + 1].kind == GROUP_AND && groups[event->verb + 2].kind == GROUP_VERB &&
        groups[event->verb + 2].first == groups[event->verb + 2].head)
        slot_fill_phrases(workspace, event, frame, event->verb + 3);
}

/* The verb above "to buy", "buying": what its class says of its subject, object and agent. */
static void fill_from_governor(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb], *governor = &sentence->groups[verb->governor];
    /* "asked Rome to help patrol": who is asked is he who helps */
    const char *helps = verb_class(lexicon, sentence, governor);
    if (helps && !strcmp(helps, "help") && governor->infinitive && governor->governor != NONE &&
        governor->subject == verb->subject)
        governor = &sentence->groups[governor->governor];
    const char *control = verb_attribute(lexicon, sentence, governor, "control");
    const char *doubt = verb_attribute(lexicon, sentence, governor, "modality");
    /* "will help Fiji train": who helps asks for nothing */
    bool asks = !helps || strcmp(helps, "help") != 0 || governor != &sentence->groups[verb->governor];
    bool is_others = governor->subject != verb->subject;
    /* the asker is the receiver: "Kyiv asked Berlin to send tanks" */
    if (control && !strcmp(control, "object") && is_others && !doubt && asks)
        slot_fill_named(workspace, event, frame, "asker", governor->subject);
    const char *class = verb_class(lexicon, sentence, governor);
    bool approves = class && !strcmp(class, "approve"), hires = class && !strcmp(class, "hire"),
         joins = class && !strcmp(class, "join");
    if (approves && governor->passive) /* "was cleared by Washington to buy" */
        fill_agent(workspace, event, frame, verb->governor, "from");
    if (hires && governor->passive) /* "was contracted by Oman to modernise" */
        fill_agent(workspace, event, frame, verb->governor, "asker");
    if (hires && !governor->passive && is_others)
        slot_fill_named(workspace, event, frame, "asker", governor->subject);
    if (approves && !governor->passive && is_others) /* "cleared Rabat to buy" */
        slot_fill_named(workspace, event, frame, "from", governor->subject);
    if (joins && verb->gerund) /* "joins Peru in buying" */
        slot_fill_named(workspace, event, frame, "subject", governor->object);
    else if (class && (!strcmp(class, "cooperate") || (joins && !strcmp(event->type, "industry")) ||
                       ends_with_with(sentence, governor))) /* "teamed up with Boeing to build", "agreed with Spain to" */
        slot_fill_named(workspace, event, frame, "with", governor->object);
    slot_fill_phrases(workspace, event, frame, verb->governor + 1);
}

void role_fill_from_verb(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    if (verb->passive)
        fill_around_passive(workspace, event, frame);
    else
        fill_around_active(workspace, event, frame);
    fill_phrases_behind(workspace, event, frame);
    if (event->argument != NONE)
        role_fill_argument(workspace, event, frame, event->argument);
    fill_maker_of_former(workspace, event, frame);
    fill_stopped(workspace, event, frame);
    fill_outfit(workspace, event, frame);
    fill_joined(workspace, event, frame);
    fill_ground_of_task(workspace, event, frame);
    fill_comrades(workspace, event, frame);
    fill_from_paper(workspace, event, frame);
    fill_welcomed(workspace, event, frame);
    role_fill_helped(workspace, event, frame);
    if (verb->governor == NONE)
        return;
    /* "rejected a US request to use its bases": who is asked; not who criticises one */
    const char *governs =
        verb_attribute(workspace_lexicon(workspace), sentence, &sentence->groups[verb->governor], "subject");
    if (verb->governor_noun != NONE && verb->infinitive && (!governs || strcmp(governs, "no") != 0))
        slot_fill_named(workspace, event, frame, "asker", sentence->groups[verb->governor].subject);
    if ((verb->infinitive || verb->gerund) && verb->link == LINK_COMPLEMENT)
        fill_from_governor(workspace, event, frame);
}
