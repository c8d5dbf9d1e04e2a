#include "lib/coder/contents.h"

#include "lib/coder/detail.h"
#include "lib/coder/role.h"

enum { SENTENCES_BEHIND = 3 };

static bool is_one_of(const struct sentence *sentence, uint32_t token, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, token, words[i]))
            return true;
    return false;
}

/* The verb of a sentence that lists what a package holds, or NULL. */
static const struct group *listing_verb(const struct sentence *sentence)
{
    static const char *const verbs[] = {"includes",  "include",  "included", "contains", "contain",   "comprises",
                                        "comprise",  "consists", "consist",  "features", "contained", "comprised",
                                        "consisted", "featured", "covers",   NULL};
    static const char *const packages[] = {"package",  "aid",     "assistance", "tranche",      "support", "donation",
                                           "shipment", "it",      "equipment",  "consignment",  "items",   "materiel",
                                           "delivery", "weapons", "list",       "capabilities", NULL};
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_VERB && verb->subject != NONE && !verb->negated &&
            is_one_of(sentence, verb->head, verbs) &&
            is_one_of(sentence, sentence->groups[verb->subject].head, packages))
            return verb;
    }
    return NULL;
}

/* A sum in the sentence that the event does not have: another package. */
static bool has_other_sum(const struct event *event, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->quantity_count; i++) {
        const struct quantity *sum = &sentence->quantities[i];
        bool same = sum->kind != QUANTITY_MONEY || !sum->has_value;
        for (uint32_t k = 0; k < event->quantity_count && !same; k++)
            same = event->quantities[k].quantity.kind == QUANTITY_MONEY &&
                   event->quantities[k].quantity.value == sum->value;
        if (!same)
            return true;
    }
    return false;
}

static bool take_contents(struct coder_workspace *workspace, struct event *aid, struct sentence *sentence)
{
    if (!workspace_parse(workspace, sentence))
        return false;
    const struct group *verb = listing_verb(sentence);
    if (!verb || has_other_sum(aid, sentence))
        return false;
    struct event list = *aid;
    list.sentence = sentence;
    list.verb = (int32_t)(verb - sentence->groups);
    list.trigger_first = list.trigger_last = verb->head;
    list.equipment_count = list.evidence_count = 0;
    detail_equipment(workspace, &list);
    if (!list.equipment_count)
        return false;
    aid->type = "arms_transfer";
    aid->subtype = "grant";
    aid->equipment_count = list.equipment_count;
    memcpy(aid->equipment, list.equipment, list.equipment_count * sizeof *list.equipment);
    for (uint32_t i = 0; i < list.evidence_count; i++)
        detail_evidence(aid, list.evidence[i].field, list.evidence[i].quote);
    return true;
}

static bool has_same_roles(const struct event *a, const struct event *b)
{
    for (uint32_t i = 0; i < b->actor_count; i++)
        if (!role_has(a, b->actors[i].id, b->actors[i].role))
            return false;
    return role_principal_count(a) == role_principal_count(b);
}

/* "Finland grants Ukraine a new package" over a lead that tells which goods: what the lead tells is what is granted. Of
 * "a package of vehicles" in one sentence the vehicles are. */
static bool is_told_as_goods(const struct coder_workspace *workspace, const struct event *aid)
{
    bool title = aid->sentence->part->index == PART_TITLE;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *grant = &workspace->events[i];
        if (!grant->dropped && !strcmp(grant->type, "arms_transfer") && grant->subtype &&
            !strcmp(grant->subtype, "grant") &&
            (grant->sentence == aid->sentence || (title && grant->sentence_index < workspace->title_count + 2)) &&
            !strcmp(grant->scope, aid->scope) && has_same_roles(aid, grant) && !has_other_sum(aid, grant->sentence))
            return true;
    }
    return false;
}

bool contents_read(struct coder_workspace *workspace)
{
    bool any = false;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *aid = &workspace->events[i];
        if (aid->dropped || strcmp(aid->type, "aid") || !aid->subtype || strcmp(aid->subtype, "package"))
            continue;
        if (is_told_as_goods(workspace, aid)) {
            aid->type = "arms_transfer";
            aid->subtype = "grant";
            any = true;
            continue;
        }
        bool title = aid->sentence->part->index == PART_TITLE;
        uint32_t first = title ? workspace->title_count : aid->sentence_index + 1;
        for (uint32_t k = first; k < workspace->sentence_count && k < first + SENTENCES_BEHIND; k++)
            if (take_contents(workspace, aid, &workspace->sentences[k])) {
                any = true;
                break;
            }
    }
    return any;
}
