#include "lib/coder/judge.h"

#include "lib/coder/context.h"
#include "lib/coder/detail.h"
#include "lib/coder/fair.h"
#include "lib/coder/objection.h"
#include "lib/coder/rivals.h"
#include "lib/coder/role.h"
#include "lib/coder/slot.h"
#include "lib/coder/status.h"
#include "lib/coder/trigger.h"

#include <string.h>

static const char *class_of_argument(const struct lexicon *lexicon, const struct event *event)
{
    return event->argument == NONE
               ? NULL
               : noun_class(lexicon, event->sentence, event->sentence->groups[event->argument].head);
}

/* "a loan for tanks", "a credit line to buy patrol boats": what it is for is named behind such a word. */
static bool leads_to_goods(const struct sentence *sentence, uint32_t at, bool credit)
{
    static const char *const lists[] = {"including",  "included", "includes", "contains", "contained",
                                        "comprising", "of",       "such",     NULL};
    static const char *const uses[] = {"for", "buy", "purchase", "acquire", "procure", "buying", "purchasing", NULL};
    for (size_t i = 0; lists[i]; i++)
        if (word_is(sentence, at, lists[i]))
            return true;
    for (size_t i = 0; credit && uses[i]; i++)
        if (word_is(sentence, at, uses[i]))
            return true;
    return false;
}

/* A package of which goods are named, even in part, is a transfer of arms (codebook 9.3). */
static void retype_package(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const char *class = class_of_argument(lexicon, event);
    bool credit = class && (!strcmp(class, "credit") || !strcmp(class, "defence_loan")),
         debt = class && (!strcmp(class, "defence_debt") || !strcmp(class, "plain_debt"));
    /* "the debt for Soviet arms": those were delivered long ago */
    if (strcmp(event->type, "aid") != 0 || debt)
        return;
    for (uint32_t i = event->trigger_last + 1; i <= sentence->last; i++) {
        bool listed = leads_to_goods(sentence, i, credit);
        if (listed)
            for (uint32_t k = i + 1; k <= sentence->last && k < i + 25; k++) {
                const struct word *next = &sentence->part->words[k];
                const char *next_class = noun_class(lexicon, sentence, k);
                if (!next->blocked &&
                    ((next->name != NONE &&
                      lexicon_class_use((enum lexicon_class)sentence->mentions[next->name].class) == USE_GOODS) ||
                     (next_class && !strcmp(next_class, "goods")))) {
                    event->type = "arms_transfer";
                    event->subtype = credit ? "sale" : "grant";
                    return;
                }
            }
    }
}

/* "delivered", "received": sold or given? The sentence's other words of buying and of aid say it. */
static void settle_paid(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const sold[] = {"sale",  "purchase",   "arms_deal", "arms_sale", "arms_purchase",
                                       "deal",  "offer_noun", "sell",      "buy",       "win",
                                       "award", "sign",       NULL};
    static const char *const given[] = {"aid",           "aid_delivery", "military_grant", "donation", "donate",
                                        "goods_package", "package",      "plain_aid",      NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    bool sale = false, gift = false;
    if (!frame->open_paid || strcmp(event->type, "arms_transfer"))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->blocked || (i >= event->trigger_first && i <= event->trigger_last))
            continue;
        const char *class = word->pos == POS_VERB && word->verb != NONE
                                ? lexicon_entry_id(lexicon, (uint32_t)word->verb)
                                : noun_class(lexicon, sentence, i);
        /* a shipment may be either */
        bool moved = word_is(sentence, i, "shipment") || word_is(sentence, i, "shipments") ||
                     word_is(sentence, i, "delivery") || word_is(sentence, i, "deliveries") ||
                     word_is(sentence, i, "consignment") || word_is(sentence, i, "transfer");
        for (size_t k = 0; class && sold[k] && !moved; k++)
            sale |= same_id(sold[k], class);
        for (size_t k = 0; class && given[k]; k++)
            gift |= same_id(given[k], class);
        gift |= word_is(sentence, i, "free") || word_is(sentence, i, "surplus") || word_is(sentence, i, "provided") ||
                word_is(sentence, i, "handed");
    }
    for (uint32_t i = 0; i < event->actor_count; i++)
        sale |= !strncmp(event->actors[i].id, "COM:", 4) && !strcmp(event->actors[i].role, "supplier");
    if (sale != gift)
        event->subtype = sale ? "sale" : "grant";
}

/* What a firm maintains for another state is its trade, what a state maintains for another is aid. */
static void retype_maintenance(struct event *event)
{
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firm |= !strncmp(event->actors[i].id, "COM:", 4);
    if (!firm || strcmp(event->type, "aid") || !event->subtype || strcmp(event->subtype, "services"))
        return;
    event->type = "industry";
    event->subtype = "maintenance";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = "participant";
}

/* "A and B signed a memorandum on missile work": what firms of different states sign is their common work. */
static void retype_firms_paper(struct event *event)
{
    uint32_t firms = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firms += !strncmp(event->actors[i].id, "COM:", 4) && !event->actors[i].from_context;
    bool paper = event->subtype && (!strcmp(event->subtype, "framework") || !strcmp(event->subtype, "implementing"));
    if (strcmp(event->type, "agreement") != 0 || !paper || firms < 2)
        return;
    event->type = "industry";
    event->subtype = "joint_venture";
}

/* "facilitated counter-terrorism training for Malian soldiers": what is done for somebody's troops teaches them. */
static void retype_training_for(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "exercise") != 0 || event->noun == NONE || event->argument == NONE ||
        !word_is(sentence, event->trigger_last, "training"))
        return;
    int32_t preposition = sentence->groups[event->argument].preposition;
    struct party_list taught = {.count = 0};
    if (preposition == NONE || !word_is(sentence, sentence->groups[preposition].first, "for"))
        return;
    party_of_group(workspace, event->sentence, event->argument, &taught);
    if (!taught.count)
        return;
    event->type = "training";
    event->subtype = "unit";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].id, taught.items[0].id) ? "recipient" : "supplier";
}

/* One maker, by name, and a state for whom the goods are made. */
static bool is_built_for(const struct event *event)
{
    const char *buyer = NULL;
    uint32_t makers = 0;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *actor = &event->actors[i];
        bool state = strncmp(actor->id, "COM:", 4) != 0;
        if (actor->slot && !strcmp(actor->slot, "for") && state && strncmp(actor->id, "GRP:", 4) != 0)
            buyer = actor->id;
        else if (actor->slot &&
                 (!strcmp(actor->slot, "subject") || !strcmp(actor->slot, "by") || !strcmp(actor->slot, "argument")))
            makers += !state || !makers;
        else
            return false;
    }
    return buyer && makers == 1;
}

/* "will build four frigates for Jakarta": finished goods for one who does not build are sold. */
static void retype_built_for(struct event *event, const struct frame *frame)
{
    if (strcmp(event->type, "industry") != 0 || (strcmp(frame->head, "build") != 0 && strcmp(frame->head, "make") != 0))
        return;
    if (!is_built_for(event)) {
        /* for whom it is built builds nothing */
        for (uint32_t i = event->actor_count; i-- > 0;)
            if (event->actors[i].slot && !strcmp(event->actors[i].slot, "for"))
                memmove(&event->actors[i], &event->actors[i + 1], (--event->actor_count - i) * sizeof *event->actors);
        return;
    }
    event->type = "arms_transfer";
    event->subtype = "sale";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].slot, "for") ? "recipient" : "supplier";
}

/* The infinitive that tells for what troops are sent, where that is a real task (codebook 6.2), or NONE. */
static int32_t task_of(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const tasks[] = {"support", "help",     "guard",  "fight",   "keep_order", "escort",
                                        "patrol",  "evacuate", "rescue", "relieve", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        if (!verb->infinitive || verb->governor != event->verb || verb->negated)
            return NONE;
        const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                       verb_class3(lexicon, sentence, verb)};
        for (size_t k = 0; k < 3; k++)
            for (size_t t = 0; classes[k] && tasks[t]; t++)
                if (!strcmp(classes[k], tasks[t]))
                    return (int32_t)i;
        return NONE;
    }
    return NONE;
}

/* "The African Union has deployed 500 soldiers", "approved the deployment of troops": what is no alliance sends
 * peacekeepers. */
static bool keeps_peace(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    int32_t name = !verb || verb->passive || verb->subject == NONE
                       ? NONE
                       : sentence->part->words[sentence->groups[verb->subject].head].name;
    if (name == NONE || event->argument == NONE)
        return false;
    const char *class = noun_class(lexicon, sentence, sentence->groups[event->argument].head);
    return class && (!strcmp(class, "troops") || !strcmp(class, "forces")) &&
           lexicon_entry_value(lexicon, sentence->mentions[name].entry, "civil");
}

/* "sent 300 soldiers to Bangui to protect the airport": a real task, not a stay. */
static void retype_sent_to_do(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (strcmp(event->type, "basing") != 0 || !event->subtype || strcmp(event->subtype, "stationing") != 0)
        return;
    int32_t task = event->verb_entry == NONE ? NONE : task_of(workspace, event);
    if (task == NONE && !keeps_peace(workspace, event))
        return;
    /* "to assist with relief in Indonesia" */
    if (task != NONE && !role_has(event, NULL, "target"))
        slot_fill_phrases(workspace, event, frame, task + 1);
    if (!role_has(event, NULL, "target") || !role_has(event, NULL, "initiator"))
        return;
    event->type = "operation";
    event->subtype = task == NONE ? "peacekeeping" : NULL;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].role, "target") && strncmp(event->actors[i].id, "ORG:", 4) != 0
                                    ? "host"
                                    : "participant";
}

/* "signed a contract for their joint combat aircraft": a deal among partners that has no sides. */
static void retype_joint_project(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "arms_transfer") != 0 || event->argument == NONE || role_principal_count(event) < 2)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (strcmp(event->actors[i].role, "participant") != 0)
            return;
    for (uint32_t i = sentence->groups[event->argument].first; i <= sentence->groups[event->argument].last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue == NONE || strcmp(lexicon_entry_id(lexicon, (uint32_t)cue), "joint") != 0)
            continue;
        event->type = "industry";
        event->subtype = "research";
        return;
    }
}

/* "an agreement on a joint air defence system": who will run something together sells nothing. */
static void retype_joint_system(struct event *event)
{
    static const char *const together[] = {"joint", "common", "unified", "single", "shared"};
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "arms_transfer") != 0 || event->argument == NONE || role_principal_count(event) < 2)
        return;
    const struct group *group = &sentence->groups[event->argument];
    int32_t paper = event->noun != NONE || event->verb == NONE ? event->noun : sentence->groups[event->verb].object;
    if (paper != NONE && word_is(sentence, sentence->groups[paper].head, "contract"))
        return;
    bool runs = word_is(sentence, group->head, "system") || word_is(sentence, group->head, "network"), joint = false;
    for (uint32_t i = group->first; runs && i < group->head; i++)
        for (size_t k = 0; k < sizeof together / sizeof *together; k++)
            joint |= word_is(sentence, i, together[k]);
    bool defence =
        joint && (word_is(sentence, group->head - 1, "defence") || word_is(sentence, group->head - 1, "defense"));
    for (uint32_t i = 0; i < event->actor_count; i++)
        defence &= party_is_state(event->actors[i].id);
    if (!defence)
        return;
    event->type = "agreement";
    event->subtype = "framework";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = "participant";
}

/* "will stop using the radar station": a presence that its user ends. */
static void retype_ended_presence(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (strcmp(event->type, "basing") != 0 || !verb || !verb->gerund || verb->governor == NONE)
        return;
    const struct group *governor = &sentence->groups[verb->governor];
    const char *class = verb_class(workspace_lexicon(workspace), sentence, governor);
    if (!class || strcmp(class, "stop") != 0 || governor->negated)
        return;
    event->type = "downturn";
    event->subtype = "withdrawal";
}

/* "will stop sending weapons": no single delivery, but all of them. */
static void retype_ended_supply(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (strcmp(event->type, "arms_transfer") != 0 || !verb || event->argument == NONE)
        return;
    /* "halted a ship carrying weapons": who is stopped is not who stops */
    bool same = verb->gerund && verb->governor != NONE && sentence->groups[verb->governor].subject == verb->subject;
    const struct group *governor = same ? &sentence->groups[verb->governor] : NULL;
    const char *class = governor ? verb_class(lexicon, sentence, governor) : NULL,
               *kind = noun_attribute(lexicon, sentence, sentence->groups[event->argument].head, "unroca");
    bool stops = class && (!strcmp(class, "stop") || !strcmp(class, "suspend")) && !governor->negated;
    /* "no longer sells arms" */
    for (uint32_t i = verb->first; i < verb->head && !stops; i++)
        stops = word_is(sentence, i, "no") && word_is(sentence, i + 1, "longer");
    if (!stops || !kind || strcmp(kind, "unknown") != 0)
        return;
    event->type = "downturn";
    event->subtype = "embargo";
    event->stopped = true;
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].role, "supplier")    ? "initiator"
                                : !strcmp(event->actors[i].role, "recipient") ? "target"
                                                                              : event->actors[i].role;
}

/* "froze the tanks for Warsaw", "halted 300 rifles to Lagos": goods that are named are one undertaking, which is
 * stopped; arms of any kind are all of them. */
static void retype_stopped_goods(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (strcmp(event->type, "downturn") != 0 || !frame->argument || strcmp(frame->argument, "goods") != 0 ||
        !event->subtype || strcmp(event->subtype, "embargo") != 0 || event->verb_entry == NONE ||
        event->argument == NONE || !strcmp(frame->head, "ban"))
        return;
    const char *kind = noun_attribute(workspace_lexicon(workspace), event->sentence,
                                      event->sentence->groups[event->argument].head, "unroca");
    if (!kind || !strcmp(kind, "unknown"))
        return;
    event->type = "arms_transfer";
    event->subtype = "sale";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = !strcmp(event->actors[i].role, "initiator") ? "supplier"
                                : !strcmp(event->actors[i].role, "target")  ? "recipient"
                                                                            : event->actors[i].role;
}

/* "US hands air base to Iraq": of two, who has bases abroad had it. */
static bool had_base_abroad(const struct event *event)
{
    static const char users[] = "USA,RUS,HIS:SUHH,FRA,GBR";
    bool subject = false, other = false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *slot = event->actors[i].slot;
        bool user = strstr(users, event->actors[i].id) != NULL;
        if (slot && !strcmp(slot, "subject"))
            subject |= user;
        else
            other |= user;
    }
    return subject && !other;
}

/* "handed its base in Faya to Chad": who hands over what it has in the other's land goes; nobody comes. */
static void retype_handed_back(struct event *event)
{
    static const char *const words[] = {"hand",        "hands",  "handed",   "handing", "transfer", "transfers",
                                        "transferred", "return", "returned", "turned",  "passed",   NULL};
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "basing") != 0 || event->verb_entry == NONE || event->argument == NONE)
        return;
    const struct group *verb = &sentence->groups[event->verb], *ground = &sentence->groups[event->argument];
    bool hands = false, own = sentence->part->words[ground->first].pos == POS_OWNER;
    for (size_t i = 0; words[i]; i++)
        hands |= word_is(sentence, verb->head, words[i]);
    /* "handed the French base to Dakar" */
    for (uint32_t i = ground->first; hands && i <= ground->last && !own; i++) {
        int32_t name = sentence->part->words[i].name;
        own = name != NONE && sentence->mentions[name].class == LEXICON_DEMONYM;
    }
    if (!hands || (!own && !had_base_abroad(event)))
        return;
    event->type = "downturn";
    event->subtype = "withdrawal";
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *slot = event->actors[i].slot;
        event->actors[i].role = slot && (!strcmp(slot, "subject") || !strcmp(slot, "by")) ? "initiator" : "target";
    }
}

/* "have a strong defence partnership" is no event: such nouns need a verb that moves them. */
static bool lacks_stage(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const char *staged =
        event->noun == NONE ? NULL : noun_attribute(lexicon, event->sentence, event->trigger_first, "staged");
    const char *stage = event->verb == NONE
                            ? NULL
                            : verb_attribute(lexicon, event->sentence, &event->sentence->groups[event->verb], "stage");
    return staged && (!stage || !strcmp(stage, "negotiated"));
}

/* "signs military deal with Djibouti": of states, without goods or a sum, beside a cooperation agreement in the text,
 * it is that. */
static void retype_bare_deal(struct coder_workspace *workspace, struct event *event)
{
    static const char *const kinds[] = {"military", "defence", "defense", "security", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = event->sentence;
    bool kind = false, paper = false;
    for (size_t i = 0; kinds[i] && event->noun != NONE; i++)
        kind |= word_is(sentence, event->trigger_first, kinds[i]);
    const char *class = event->noun == NONE ? NULL : noun_class(lexicon, sentence, event->trigger_first);
    /* the verb is the trigger of "signs a military deal" */
    for (uint32_t i = 0; event->verb_entry != NONE && event->argument != NONE && !kind && kinds[i]; i++)
        for (uint32_t k = sentence->groups[event->argument].first; k < sentence->groups[event->argument].last; k++)
            if (word_is(sentence, k, kinds[i])) {
                kind = true;
                class = noun_class(lexicon, sentence, k);
            }
    if (strcmp(event->type, "arms_transfer") != 0 || !kind || !class || strcmp(class, "arms_deal") != 0)
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strncmp(event->actors[i].id, "COM:", 4))
            return;
    for (uint32_t i = 0; i < workspace->sentence_count && i <= event->sentence_index + 2; i++) {
        struct sentence *other = &workspace->sentences[i];
        if (!workspace_read(workspace, other))
            return;
        for (uint32_t k = 0; k < other->mention_count; k++)
            if (lexicon_class_use((enum lexicon_class)other->mentions[k].class) == USE_GOODS)
                return;
        for (uint32_t k = 0; k < other->quantity_count; k++)
            if (other->quantities[k].kind == QUANTITY_MONEY)
                return;
        for (uint32_t k = other->first; k <= other->last; k++) {
            const char *noun = noun_class(lexicon, other, k);
            paper |= noun && (!strcmp(noun, "agreement") || !strcmp(noun, "cooperation"));
        }
    }
    if (!paper)
        return;
    event->type = "agreement";
    event->subtype = "framework";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = "participant";
}

/* "soldiers for the UN force": what serves under the United Nations keeps the peace. */
static void retype_under_un(struct event *event)
{
    if (!strcmp(event->type, "operation") && !event->subtype && role_has(event, "ORG:UN", "participant"))
        event->subtype = "peacekeeping";
}

/* "covered the cost of training Yemeni sailors": who only pays for it helps with money. */
static void retype_paid_training(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (strcmp(event->type, "training") != 0 || !verb || !verb->gerund || verb->governor == NONE ||
        sentence->groups[verb->governor].subject != verb->subject)
        return;
    const struct group *payer = &sentence->groups[verb->governor];
    const char *const classes[] = {verb_class(workspace_lexicon(workspace), sentence, payer),
                                   verb_class2(workspace_lexicon(workspace), sentence, payer)};
    for (size_t i = 0; i < 2; i++)
        if (classes[i] && (!strcmp(classes[i], "fund") || !strcmp(classes[i], "pay"))) {
            event->type = "aid";
            event->subtype = "financing";
            return;
        }
}

/* "Ukrainian cargo planes flew Turkish drones to Baku": who carries what is another's only carries it. */
static void drop_carriers(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    int32_t subject = event->verb_entry == NONE ? NONE : event->sentence->groups[event->verb].subject;
    struct party_list owners = {.count = 0};
    if ((strcmp(frame->head, "freight") != 0 && strcmp(frame->head, "carry") != 0) || subject == NONE ||
        event->argument == NONE || !group_is_craft(workspace_lexicon(workspace), event->sentence, subject))
        return;
    party_premodifiers(workspace, event->sentence, event->argument, event->sentence->groups[event->argument].last + 1,
                       &owners);
    if (!owners.count)
        return;
    for (uint32_t i = event->actor_count; i-- > 0;)
        if (!strcmp(event->actors[i].role, "supplier"))
            memmove(&event->actors[i], &event->actors[i + 1], (--event->actor_count - i) * sizeof *event->actors);
    slot_add_parties(event, &owners, "supplier", "argument");
}

/* What the parties make of the event. */
static void retype(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    retype_built_for(event, frame);
    retype_firms_paper(event);
    retype_training_for(workspace, event);
    retype_ended_presence(workspace, event);
    retype_ended_supply(workspace, event);
    retype_stopped_goods(workspace, event, frame);
    retype_handed_back(event);
    retype_joint_project(workspace, event);
    retype_joint_system(event);
    retype_sent_to_do(workspace, event, frame);
    retype_under_un(event);
    fair_complete(workspace, event);
    retype_paid_training(workspace, event);
    drop_carriers(workspace, event, frame);
    settle_paid(workspace, event, frame);
    retype_maintenance(event);
    retype_bare_deal(workspace, event);
}

/* All but its parties and its type. */
static void judge(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    status_read(workspace, event, frame);
    detail_date(workspace, event);
    detail_evidence(event, "type", detail_sentence(event));
    for (uint32_t i = 0; i < event->actor_count; i++)
        detail_evidence(event, "actors", event->actors[i].text);
    detail_rest(workspace, event);
    status_settle(workspace, event, frame);
    /* "stopped sending weapons": what has stopped is the sending; the stop is in force */
    if (event->stopped && (!strcmp(event->status, "ended") || !strcmp(event->status, "suspended")))
        event->status = "ongoing";
    if (event->dropped)
        event_object(event, event->dropped);
    event->dropped = objection_of(workspace, event, frame);
    if (event->dropped)
        event_object(event, event->dropped);
    event->dropped = NULL;
    if (lacks_stage(workspace, event))
        event_object(event, "a standing relation, not an act");
    if (objection_few_parties(workspace, event, frame))
        event_object(event, "fewer parties than this kind of event needs");
    if (frame->needs > 1 && !role_sides_known(event))
        event_object(event, "who gives and who takes is not told");
}

/* The event with the best guess for what its grammar leaves open, and others behind it with the next guesses. */
static void find_parties(struct coder_workspace *workspace, struct event *event)
{
    const struct frame *frame = trigger_frame(workspace, event);
    struct context_guesses guesses = {.count = 0};
    struct event open; /* as its grammar has it */
    uint32_t variants = 1;
    retype_package(workspace, event);
    role_fill(workspace, event, frame);
    if (event->open) {
        context_guess(workspace, event, frame, &guesses);
        while (variants < CONTEXT_VARIANTS && context_has(workspace, &guesses, variants))
            variants++;
        if (variants > 1)
            open = *event;
        role_fill_open(workspace, event, frame, &guesses);
    }
    retype(workspace, event, frame);
    for (uint32_t i = 1; i < variants && workspace->event_count < TRIGGERS_MAX; i++) {
        struct event *variant = &workspace->events[workspace->event_count];
        *variant = open;
        variant->variant = i;
        role_fill_open(workspace, variant, frame, &guesses);
        retype(workspace, variant, frame);
        workspace->event_count++;
    }
}

void judge_parties(struct coder_workspace *workspace, uint32_t first)
{
    uint32_t found = workspace->event_count;
    for (uint32_t k = first; k < found; k++)
        find_parties(workspace, &workspace->events[k]);
}

bool judge_all_lack(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        if (!objection_few_parties(workspace, event, trigger_frame(workspace, event)))
            return false;
    }
    return true;
}

void judge_rest(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->event_count; i++)
        judge(workspace, &workspace->events[i], trigger_frame(workspace, &workspace->events[i]));
    for (uint32_t first = 0, end; first < workspace->event_count; first = end) {
        for (end = first + 1; end < workspace->event_count; end++)
            if (workspace->events[end].sentence != workspace->events[first].sentence)
                break;
        rivals_settle(workspace, first, end);
    }
}
