#include "lib/coder/side.h"

#include "lib/coder/role.h"

#include <string.h>

/* The state that makes the goods named in the sentence, or NULL. */
static const char *maker_of_goods(struct coder_workspace *workspace, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (sentence->mentions[i].class == LEXICON_EQUIPMENT) {
            const char *maker = lexicon_entry_value(workspace_lexicon(workspace), sentence->mentions[i].entry, "maker");
            if (maker)
                return maker;
        }
    return NULL;
}

static bool is_company(const struct event_actor *actor)
{
    return !strncmp(actor->id, "COM:", 4);
}

/* "A and B in talks on a jet deal" puts both on one side: who makes the goods supplies them. */
static void part_sides(struct coder_workspace *workspace, struct event *event)
{
    const char *maker = strcmp(event->type, "arms_transfer") ? NULL : maker_of_goods(workspace, event->sentence);
    bool supplier = role_has(event, NULL, "supplier"), recipient = role_has(event, NULL, "recipient");
    if (!maker || supplier == recipient || role_principal_count(event) != 2)
        return;
    /* "Orbital Works, Plano, Texas, is awarded a contract for tank parts": a firm and its own state */
    for (uint32_t i = 0; i < event->actor_count && supplier; i++)
        if (is_company(&event->actors[i]))
            return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (strstr(maker, event->actors[i].id)) {
            for (uint32_t k = 0; k < event->actor_count; k++)
                event->actors[k].role = k == i ? "supplier" : "recipient";
            return;
        }
}

/* The state of a firm that the sentence names, or NULL. */
const char *side_state_of_company(struct coder_workspace *workspace, const struct sentence *sentence, const char *id)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention->class == LEXICON_COMPANY && !mention->id &&
            !strcmp(lexicon_entry_id(workspace_lexicon(workspace), mention->entry), id))
            return lexicon_entry_value(workspace_lexicon(workspace), mention->entry, "state");
    }
    return NULL;
}

/* True where an actor is a firm of the deal, or the state of one. */
static bool sells(struct coder_workspace *workspace, const struct event *event, const struct event_actor *actor)
{
    if (is_company(actor))
        return true;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *state = is_company(&event->actors[i])
                                ? side_state_of_company(workspace, event->sentence, event->actors[i].id)
                                : NULL;
        if (state && !strcmp(state, actor->id))
            return true;
    }
    return false;
}

static void set_sides(struct coder_workspace *workspace, struct event *event, const char *role_of_sellers,
                      const char *role_of_others)
{
    bool seller[EVENT_ACTORS_MAX];
    for (uint32_t i = 0; i < event->actor_count; i++)
        seller[i] = sells(workspace, event, &event->actors[i]);
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "participant"))
            event->actors[i].role = seller[i] ? role_of_sellers : role_of_others;
}

static void drop_doubles(struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        for (uint32_t k = event->actor_count; !strcmp(event->actors[i].role, "participant") && k-- > 0;)
            if (k != i && strcmp(event->actors[k].role, "participant") &&
                !strcmp(event->actors[k].id, event->actors[i].id)) {
                event->actors[i--] = event->actors[--event->actor_count];
                break;
            }
}

/* Two states of which only trade at large says which one sells: a reader takes the exporter for it, with less trust. */
static void take_exporter(struct event *event, const char *exporters)
{
    if (event->actor_count != 2 || role_principal_count(event) != 2)
        return;
    const char *first = strstr(exporters, event->actors[0].id), *second = strstr(exporters, event->actors[1].id);
    if (!first && !second)
        return;
    bool first_sells = first && (!second || first < second);
    event->actors[0].role = first_sells ? "supplier" : "recipient";
    event->actors[1].role = first_sells ? "recipient" : "supplier";
    event_reason(event, "the larger exporter is taken to supply", -0.1);
}

static bool clears_export(struct coder_workspace *workspace, const struct event *event)
{
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    const char *class = verb ? verb_class(workspace_lexicon(workspace), event->sentence, verb) : NULL;
    return class && !strcmp(class, "approve");
}

/* The parties of a deal, put on its sides: opposite to the side that is told; else firms sell and others buy; else who
 * makes the goods sells; else who signs buys from whom it signs with. What stays open stays "participant". */
static void settle_sides(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    drop_doubles(event);
    bool supplier = role_has(event, NULL, "supplier"), recipient = role_has(event, NULL, "recipient");
    if (!role_has(event, NULL, "participant"))
        return;
    if (supplier || recipient) {
        const char *other = supplier ? "recipient" : "supplier";
        set_sides(workspace, event, supplier && recipient ? "supplier" : other, other);
        return;
    }
    uint32_t sellers = 0, with = 0;
    const char *maker = maker_of_goods(workspace, event->sentence);
    bool made = false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        sellers += sells(workspace, event, &event->actors[i]);
        with += event->actors[i].with;
        made |= maker && strstr(maker, event->actors[i].id);
    }
    if (sellers) {
        /* "a contract was signed with Elbit": by somebody else */
        if (sellers < event->actor_count || with == event->actor_count)
            set_sides(workspace, event, "supplier", "recipient");
        return;
    }
    /* "approved a deal with Japan": who clears it for export sells, not who it is made with */
    if (!made && clears_export(workspace, event) && frame->exporters) {
        take_exporter(event, frame->exporters);
        return;
    }
    for (uint32_t i = 0; i < event->actor_count && (made || (with && with < event->actor_count)); i++)
        event->actors[i].role =
            (made ? strstr(maker, event->actors[i].id) != NULL : event->actors[i].with) ? "supplier" : "recipient";
    if (!made && !with && frame->exporters)
        take_exporter(event, frame->exporters);
}

/* "Norway scraps its Russian missile order": of two buyers the one named before the noun is the seller. */
static void part_buyers(struct event *event, const struct frame *frame)
{
    const char *before = frame_role(frame, "pre", 3), *doer = frame_role(frame, "subject", 7);
    if (event->noun == NONE || event->actor_count != 2 || !before || !doer || strcmp(before, "recipient") ||
        strcmp(doer, "recipient") || strcmp(event->actors[0].role, "recipient") ||
        strcmp(event->actors[1].role, "recipient") || is_company(&event->actors[1]))
        return;
    const struct group *noun = &event->sentence->groups[event->noun];
    uint32_t start = event->sentence->part->list.tokens[noun->first].start,
             end = event->sentence->part->list.tokens[noun->last].end;
    if (event->actors[0].text.start >= start && event->actors[0].text.end <= end && event->actors[1].text.end <= start)
        event->actors[0].role = "supplier";
}

/* A paper or a plan of both: "jointly fund a package" has two givers. */
static bool agrees(struct coder_workspace *workspace, const struct event *event)
{
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    const char *class = verb ? verb_class(workspace_lexicon(workspace), event->sentence, verb) : NULL;
    return class && (!strcmp(class, "sign") || word_is(event->sentence, verb->head, "agree") ||
                     word_is(event->sentence, verb->head, "agreed"));
}

/* "NATO and Mauritania agree a support package": of two that one phrase makes givers, an organisation or the larger
 * donor gives. */
static void part_givers(struct event *event)
{
    static const char *const donors[] = {"USA", "GBR", "DEU", "FRA", "JPN", "CHN", "RUS", "HIS:SUHH",
                                         "CAN", "AUS", "TUR", "IND", "ITA", "KOR", "SAU", "ARE"};
    if (strcmp(event->type, "aid") != 0 || event->actor_count != 2)
        return;
    uint32_t giver = 2;
    for (uint32_t i = 0; i < 2; i++) {
        const struct event_actor *actor = &event->actors[i];
        if (strcmp(actor->role, "supplier") != 0 || !actor->slot || strcmp(actor->slot, "subject") != 0)
            return;
        if (!strncmp(actor->id, "ORG:", 4))
            giver = i;
    }
    for (size_t k = 0; giver == 2 && k < sizeof donors / sizeof *donors; k++)
        for (uint32_t i = 0; i < 2; i++)
            giver = !strcmp(event->actors[i].id, donors[k]) ? i : giver;
    if (giver == 2)
        return;
    event->actors[1 - giver].role = "recipient";
    event_reason(event, "the larger donor is taken to give", -0.1);
}

/* "rules out tanks for Ukraine": who refuses them to another would have given, who refuses what is offered would have
 * received. */
static void part_refusers(struct event *event, const struct frame *frame)
{
    if (strcmp(frame->head, "refuse") != 0 || strcmp(event->type, "arms_transfer") != 0)
        return;
    bool others = false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const char *slot = event->actors[i].slot;
        others |= slot && (!strcmp(slot, "to") || !strcmp(slot, "for"));
    }
    for (uint32_t i = 0; i < event->actor_count && others; i++)
        if (event->actors[i].slot && !strcmp(event->actors[i].slot, "subject"))
            event->actors[i].role = "supplier";
}

void side_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (agrees(workspace, event))
        part_givers(event);
    part_refusers(event, frame);
    if (frame->open_sides)
        settle_sides(workspace, event, frame);
    else
        part_sides(workspace, event);
    if (!frame->open_sides)
        part_buyers(event, frame);
}
