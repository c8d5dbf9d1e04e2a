#include "lib/coder/redundant.h"

#include "lib/coder/event_pair.h"
#include "lib/coder/role.h"
#include "lib/coder/side.h"
#include "lib/coder/trigger.h"

#include <string.h>

/* Verbs that say nothing of who buys: what they are over does. */
static bool is_over(const char *class, bool goods)
{
    static const char *const over[] = {"sign", "approve", "announce", "plan", "negotiate", NULL};
    for (size_t i = 0; over[i]; i++)
        if (!strcmp(over[i], class))
            return goods;
    return !strcmp(class, "refuse");
}

void redundant_drop_told_twice(struct coder_workspace *workspace)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *act = &workspace->events[i];
        if (act->dropped || act->verb_entry == NONE)
            continue;
        const struct group *verb = &act->sentence->groups[act->verb];
        bool goods = !strcmp(act->type, "arms_transfer");
        bool over = is_over(lexicon_entry_id(lexicon, (uint32_t)act->verb_entry), goods);
        for (uint32_t k = 0; k < workspace->event_count && !act->dropped; k++) {
            struct event *noun = &workspace->events[k];
            if (noun->sentence != act->sentence || noun->dropped || strcmp(noun->type, act->type) ||
                noun->noun == NONE ||
                (noun->noun != (verb->passive ? verb->subject : verb->object) && noun->noun != verb->object2 &&
                 noun->noun != act->argument))
                continue;
            /* "signed an agreement on the transit of troops": its words say more of it than who signs it */
            bool vague = !strcmp(act->type, "agreement") && act->argument == noun->noun && noun->argument != NONE;
            if (vague)
                act->dropped = "its noun tells more";
            else if (!over && strcmp(lexicon_entry_id(lexicon, (uint32_t)act->verb_entry), "request"))
                noun->dropped = "its verb tells more";
            else if (over && (noun->argument != NONE || !goods))
                act->dropped = "its noun tells more";
        }
    }
}

/* ---- acts within acts: each says why `event` is told by `other`, or NULL ---- */

typedef const char *told_by(const struct coder_workspace *workspace, const struct event *event, const struct event *other);

/* "Sofia sends troops to Albania … to join the multinational force": what is told as an operation is no stay. */
static const char *stay_by_operation(const struct coder_workspace *workspace, const struct event *stay,
                                     const struct event *operation)
{
    (void)workspace;
    if (!stay->subtype || strcmp(stay->subtype, "stationing") != 0 || operation->dropped)
        return NULL;
    bool ends = !strcmp(operation->type, "downturn") && operation->subtype &&
                !strcmp(operation->subtype, "withdrawal") && strcmp(stay->status, "announced") != 0;
    bool teaches = !strcmp(operation->type, "training"), works = !strcmp(operation->type, "operation");
    if ((!works && !ends && !teaches) || !(teaches ? operation->sentence_index <= stay->sentence_index + 4
                                                   : event_pair_is_near(stay, operation)))
        return NULL;
    bool same = stay->actor_count > 0;
    for (uint32_t i = 0; i < stay->actor_count; i++)
        same &= role_has(operation, stay->actors[i].id, NULL) ||
                (works && !strcmp(stay->actors[i].role, "initiator") && operation->verb_entry != NONE);
    return !same ? NULL : ends ? "it is what the downturn ends" : "told as an operation";
}

/* "Egypt - Helicopter Sustainment" above a notice of a sale under a sales programme: what is sold is no work together.
 */
static const char *content_by_sale(const struct coder_workspace *workspace, const struct event *content,
                                   const struct event *sale)
{
    (void)workspace;
    if (content->verb_entry != NONE || sale->dropped || strcmp(sale->type, "arms_transfer") != 0 || !sale->programme ||
        !(sale->sentence == content->sentence || content->sentence->part->index == PART_TITLE))
        return NULL;
    bool same = content->actor_count > 0;
    for (uint32_t i = 0; i < content->actor_count; i++)
        same &= role_has(sale, content->actors[i].id, NULL);
    return same ? "what is sold" : NULL;
}

/* "the battalion, led by a colonel, has left for South Sudan on a peacekeeping mission": nobody visits. */
static bool sets_out(const struct lexicon *lexicon, const struct event *event)
{
    static const char *const words[] = {"left", "leaves", "leave", "leaving", "departed", "departs", "depart", "set"};
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    bool force = false;
    for (int32_t i = 0; verb && i < event->verb; i++)
        force |= event->sentence->groups[i].kind == GROUP_NOUN && group_is_force(lexicon, event->sentence, i);
    for (size_t i = 0; force && i < sizeof words / sizeof *words; i++)
        if (word_is(event->sentence, verb->head, words[i]))
            return true;
    return false;
}

/* However likely the operation itself is by what this sentence says. */
static const char *visit_by_operation(const struct coder_workspace *workspace, const struct event *visit,
                                      const struct event *operation)
{
    bool is_told = operation->sentence == visit->sentence && !strcmp(operation->type, "operation") &&
                   event_pair_has_same_parties(visit, operation) && sets_out(workspace_lexicon(workspace), visit);
    return is_told ? "told as an operation" : NULL;
}

/* "signed an agreement on joint exercises": what it is about is not held yet. */
static bool is_subject_of(const struct event *act, const struct event *paper)
{
    bool practised = !strcmp(act->type, "exercise") || !strcmp(act->type, "training");
    return practised && act->verb_entry == NONE && act->noun != NONE && act->sentence == paper->sentence &&
           paper->argument == act->noun && paper->noun != act->noun;
}

/* "signed a pact on intelligence sharing": what is signed is the pact. */
static const char *subject_by_paper(const struct coder_workspace *workspace, const struct event *subject,
                                    const struct event *paper)
{
    (void)workspace;
    bool signs = !strcmp(subject->type, "intelligence_sharing") &&
                 (!strcmp(subject->status, "signed") || !strcmp(subject->status, "approved"));
    bool is_told = !paper->dropped && !strcmp(paper->type, "agreement") && event_pair_is_near(subject, paper) &&
                   (signs || is_subject_of(subject, paper)) && event_pair_has_same_parties(subject, paper);
    return is_told ? "told as a paper" : NULL;
}

/* "signed a memorandum to buy three corvettes": goods that are named are bought, whatever the paper is called. */
static const char *paper_by_goods(const struct coder_workspace *workspace, const struct event *paper,
                                  const struct event *goods)
{
    bool is_told = !goods->dropped && goods->sentence == paper->sentence && !strcmp(goods->type, "arms_transfer") &&
                   goods->equipment_count && trigger_frame(workspace, paper)->signers &&
                   event_pair_has_same_parties(paper, goods);
    return is_told ? "told by its goods" : NULL;
}

/* "turned over a military aid package", "turned over 3,000 rifles": goods that are named tell what the package is. */
static const char *package_by_goods(const struct coder_workspace *workspace, const struct event *package,
                                    const struct event *goods)
{
    (void)workspace;
    bool is_bare = package->subtype && !strcmp(package->subtype, "package") && !event_pair_sum(package) &&
                   strcmp(package->modality, "hypothetical") != 0;
    bool is_told = is_bare && !goods->dropped && !strcmp(goods->type, "arms_transfer") && goods->equipment_count &&
                   !event_pair_dates_clash(package, goods) && !event_pair_directions_clash(package, goods) &&
                   (event_pair_is_near(package, goods) || event_pair_is_near(goods, package)) &&
                   event_pair_has_same_parties(package, goods);
    return is_told ? "told by its goods" : NULL;
}

/* In this order: what an earlier line drops tells nothing of what a later one looks at. */
static const struct {
    const char *type; /* of the contained; NULL: any */
    told_by *told_by;
} containments[] = {
    {"basing", stay_by_operation},
    {"industry", content_by_sale},
    {"intelligence_sharing", content_by_sale},
    {"visit", visit_by_operation},
    {NULL, subject_by_paper},
    {"agreement", paper_by_goods},
    {"aid", package_by_goods},
};

void redundant_drop_contained(struct coder_workspace *workspace)
{
    for (size_t line = 0; line < sizeof containments / sizeof *containments; line++)
        for (uint32_t i = 0; i < workspace->event_count; i++) {
            struct event *event = &workspace->events[i];
            if (containments[line].type && strcmp(event->type, containments[line].type) != 0)
                continue;
            for (uint32_t k = 0; k < workspace->event_count && !event->dropped; k++)
                if (k != i)
                    event->dropped = containments[line].told_by(workspace, event, &workspace->events[k]);
        }
}
