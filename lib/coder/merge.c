#include "lib/coder/merge.h"

#include "lib/coder/detail.h"
#include "lib/coder/event_pair.h"
#include "lib/coder/redundant.h"
#include "lib/coder/role.h"
#include "lib/coder/side.h"
#include "lib/coder/status.h"
#include "lib/coder/trigger.h"

#include <string.h>

/* Two sums of one currency that are not the same rounded: two contracts or tranches. */
static bool sums_clash(const struct event *a, const struct event *b)
{
    const struct quantity *one = event_pair_sum(a), *other = event_pair_sum(b);
    if (!one || !other || !one->unit || !other->unit || strcmp(one->unit, other->unit) != 0)
        return false;
    double less = one->value < other->value ? one->value : other->value,
           more = one->value < other->value ? other->value : one->value;
    return less < more * 0.9;
}

static bool has_stages(const struct event *event)
{
    static const char *const types[] = {"arms_transfer", "agreement", "aid", "basing", "industry", NULL};
    for (size_t i = 0; types[i]; i++)
        if (!strcmp(types[i], event->type))
            return true;
    return false;
}

/* How far an undertaking has come; what is announced behind a signature is its delivery. */
static int rank_of_stage(const struct event *event)
{
    static const char *const stages[] = {"requested", "negotiated", "approved", "signed", "ongoing", "completed", NULL};
    if (!strcmp(event->status, "announced"))
        return event->future ? 5 : 2;
    for (int i = 0; stages[i]; i++)
        if (!strcmp(stages[i], event->status))
            return i;
    return -1;
}

static bool is_nonfact(const struct event *event)
{
    return !strcmp(event->scope, "background") || !strcmp(event->modality, "hypothetical") ||
           !strcmp(event->modality, "denied");
}

static bool same_goods(const struct event *a, const struct event *b)
{
    if (!a->equipment_count || !b->equipment_count)
        return true;
    for (uint32_t i = 0; i < a->equipment_count; i++)
        for (uint32_t k = 0; k < b->equipment_count; k++)
            if (a->equipment[i].unroca && b->equipment[k].unroca && strcmp(a->equipment[i].unroca, "unknown") != 0 &&
                !strcmp(a->equipment[i].unroca, b->equipment[k].unroca))
                return true;
    return false;
}

/* A fact, be it an old one. */
static bool is_told_as_fact(const struct event *event)
{
    return strcmp(event->modality, "hypothetical") != 0 && strcmp(event->modality, "denied") != 0;
}

/* "ordered in April 2022 … delivered in June": stages of one undertaking in their order. */
static bool are_stages(const struct event *a, const struct event *b)
{
    const struct event *early = a->date.start <= b->date.start ? a : b, *late = early == a ? b : a;
    return has_stages(a) && same_goods(a, b) && is_told_as_fact(a) && is_told_as_fact(b) && a->date_known &&
           b->date_known && strcmp(a->status, "unknown") != 0 && strcmp(b->status, "unknown") != 0 &&
           rank_of_stage(early) < rank_of_stage(late);
}

/* "will buy jets from Lockheed Martin, choosing the U.S. planes": a firm and its own state on one side of one sale. */
static bool are_firm_and_state(struct coder_workspace *workspace, const struct event *firm, const struct event *state)
{
    if (strcmp(firm->type, "arms_transfer") != 0 || !same_goods(firm, state))
        return false;
    bool one = false;
    for (uint32_t i = 0; i < firm->actor_count; i++) {
        const struct event_actor *actor = &firm->actors[i];
        const char *home =
            strncmp(actor->id, "COM:", 4) != 0 ? NULL : side_state_of_company(workspace, firm->sentence, actor->id);
        if (!role_has(state, home ? home : actor->id, actor->role))
            return false;
        one |= home != NULL;
    }
    return one;
}

/* A ship that calls and a minister who comes in the same days are two visits. */
static bool ship_and_office(const struct event *a, const struct event *b)
{
    if (strcmp(a->type, "visit") != 0 || !a->subtype || !b->subtype)
        return false;
    bool one = !strcmp(a->subtype, "port_call"), other = !strcmp(b->subtype, "port_call");
    return one != other && !strcmp(one ? b->subtype : a->subtype, "high_level");
}

static bool are_one(struct coder_workspace *workspace, const struct event *a, const struct event *b)
{
    if (strcmp(a->type, b->type) || (event_pair_dates_clash(a, b) && !are_stages(a, b)) || event_pair_directions_clash(a, b) ||
        sums_clash(a, b) || ship_and_office(a, b))
        return false;
    uint32_t shared, all;
    event_pair_overlap(a, b, &shared, &all);
    if (!shared)
        return false;
    uint32_t smaller =
        role_principal_count(a) < role_principal_count(b) ? role_principal_count(a) : role_principal_count(b);
    if ((a->sentence == b->sentence && !strcmp(a->type, "operation")) || !strcmp(a->type, "expo"))
        return true;
    if (are_firm_and_state(workspace, a, b) || are_firm_and_state(workspace, b, a))
        return true;
    return shared * 2 >= all || (shared == smaller && shared >= 2) || (shared == smaller && smaller == 1);
}

static void take_actors(struct event *into, const struct event *from)
{
    /* roles of a fuller telling are added only where they agree in kind and do not come from context */
    uint32_t before = role_principal_count(into);
    for (uint32_t i = 0; i < from->actor_count; i++) {
        const struct event_actor *actor = &from->actors[i];
        if (actor->from_context && before >= 2)
            continue;
        /* a host that is told to take part as well keeps both roles */
        if (role_has(into, actor->id, NULL) &&
            (strcmp(actor->role, "participant") != 0 || !role_has(into, actor->id, "host") ||
             strcmp(into->type, "exercise") != 0))
            continue;
        if (before >= 2 && from->sentence->part != into->sentence->part &&
            from->sentence_index > into->sentence_index + 3)
            continue;
        role_add(into, actor->id, actor->role, actor->parent, actor->text, actor->from_context);
    }
}

/* "minister holds talks in Ankara", "arrived in Ankara": who comes to whom is told more closely than who takes part. */
static bool tells_who_comes(const struct event *into, const struct event *from)
{
    uint32_t shared, all;
    if (strcmp(into->type, "visit") != 0 || !into->sentence || into->sentence->part->index != PART_TITLE ||
        role_has(into, NULL, "initiator") || !role_has(from, NULL, "initiator") || !role_has(from, NULL, "target"))
        return false;
    event_pair_overlap(into, from, &shared, &all);
    return shared == all;
}

static int modality_rank(const char *modality)
{
    static const char *const order[] = {"hypothetical", "denied", "alleged", "reported", "confirmed", NULL};
    for (int i = 0; order[i]; i++)
        if (!strcmp(order[i], modality))
            return i;
    return 3;
}

/* "LIBYA BUYING MISSILES": a participle without "is" tells as little of the stage as a present. */
static bool is_bare_participle(const struct sentence *sentence, const struct group *verb)
{
    for (uint32_t i = verb->first; i < verb->head; i++)
        if (sentence->part->words[i].pos == POS_BE)
            return false;
    return verb->progressive || verb->gerund;
}

/* Headlines tell in the present what was done or will be: the lead below says which. */
static bool explains_headline(const struct event *into, const struct event *from)
{
    bool participle = into->sentence->part->index == PART_TITLE && into->verb != NONE &&
                      is_bare_participle(into->sentence, &into->sentence->groups[into->verb]);
    static const char *const open[] = {"ongoing", "completed", "announced"};
    bool talks = into->subtype && from->subtype && !strcmp(into->subtype, "talks") && !strcmp(from->subtype, "talks");
    bool both = talks || strcmp(into->type, "visit") != 0;
    for (size_t i = 0; i < 2 && both; i++) {
        const char *status = i ? from->status : into->status;
        both = !strcmp(status, open[0]) || !strcmp(status, open[1]) || !strcmp(status, open[2]) || (participle && i);
    }
    if (!both || into->sentence->part->index != PART_TITLE || into->verb == NONE || from->verb == NONE ||
        from->sentence->part->index != PART_BODY || !event_pair_is_near(into, from) || from->adjunct)
        return false;
    /* "launch war games": that they were taking part in them does not end it */
    if (into->begins)
        return false;
    const struct group *title = &into->sentence->groups[into->verb], *lead = &from->sentence->groups[from->verb];
    return (participle || (title->tense == TENSE_PRESENT && !title->progressive)) && !title->perfect &&
           !title->passive && !title->headline_to &&
           (lead->tense == TENSE_PAST || lead->tense == TENSE_FUTURE || lead->perfect) && lead->link != LINK_RELATIVE &&
           modality_rank(from->modality) >= 2;
}

static void take_status(struct event *into, const struct event *from)
{
    /* the lead tells the news; later sentences add what it leaves open */
    bool bare = into->sentence->part->index == PART_TITLE && into->verb == NONE && from->verb != NONE;
    if (!strcmp(into->status, "unknown") ||
        ((bare || explains_headline(into, from)) && strcmp(from->status, "unknown") != 0))
        into->status = from->status;
    bool both_facts = modality_rank(into->modality) >= 2 && modality_rank(from->modality) >= 2;
    if (both_facts && !strcmp(from->modality, "confirmed") && strcmp(into->modality, "alleged"))
        into->modality = "confirmed";
    if (!strcmp(into->scope, "background") && !strcmp(from->scope, "current"))
        into->scope = "current";
}

/* How much a telling says of the goods: a designation more than a number, a number more than "tanks". */
static uint32_t goods_told(const struct event *event)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < event->equipment_count; i++)
        told += 1 + 4u * event->equipment[i].is_named + 2u * event->equipment[i].has_count;
    return told;
}

/* A headline says "tanks" where the sentence below it names and counts them. */
static void take_equipment(struct event *into, const struct event *from)
{
    if (into->equipment_count && !(event_pair_is_near(into, from) && goods_told(from) > goods_told(into)))
        return;
    into->equipment_count = from->equipment_count;
    memcpy(into->equipment, from->equipment, from->equipment_count * sizeof *into->equipment);
}

/* The number of its goods, where only one kind is counted. */
static bool count_of_goods(const struct event *event, double *count)
{
    uint32_t counted = 0;
    for (uint32_t i = 0; i < event->equipment_count; i++)
        if (event->equipment[i].has_count) {
            *count = event->equipment[i].count;
            counted++;
        }
    return counted == 1;
}

/* Stages of one undertaking are kept (codebook 9.21): a later telling with another status and its own date or number.
 */
static void take_step(struct event *into, const struct event *from)
{
    struct event_step step = {
        .status = from->status, .date_known = from->date_known, .date = from->date, .words = detail_sentence(from)};
    step.has_count = count_of_goods(from, &step.count);
    if (!has_stages(into) || !is_told_as_fact(into) || !is_told_as_fact(from) || from->verb == NONE || from->adjunct ||
        !strcmp(from->status, "unknown") || (from != into && !strcmp(from->status, into->status)) ||
        (!step.date_known && !step.has_count) || into->step_count == EVENT_STEPS_MAX)
        return;
    for (uint32_t i = 0; i < into->step_count; i++)
        if (!strcmp(into->steps[i].status, step.status) && into->steps[i].date_known == step.date_known &&
            (!step.date_known || into->steps[i].date.start == step.date.start))
            return;
    into->steps[into->step_count++] = step;
}

void merge_advance(struct event *into, const struct event *from)
{
    take_step(into, into);
    into->status = from->status;
    into->date_known = from->date_known;
    into->date = from->date;
    into->date_raw = from->date_raw;
    into->scope = from->scope;
}

/* "begin training …; the mission was approved on January 16": the date of a step before is not that of what goes on. */
static bool is_earlier_step(const struct event *into, const struct event *from)
{
    bool before =
        !strcmp(from->status, "approved") || !strcmp(from->status, "requested") || !strcmp(from->status, "negotiated");
    return before && (!strcmp(into->status, "ongoing") || !strcmp(into->status, "completed"));
}

/* What it is tagged for stays that of the first telling; others may say it again. */
static void take_words_of_tags(struct event *into, const struct event *from)
{
    for (uint32_t i = 0; i < into->tag_count; i++)
        for (uint32_t k = 0; k < from->tag_count; k++)
            for (uint32_t w = 0; !strcmp(into->tags[i].tag, from->tags[k].tag) && w < from->tags[k].word_count; w++)
                detail_tag(into, from->tags[k].tag, from->tags[k].words[w]);
}

static void merge_into(struct event *into, struct event *from, int64_t today)
{
    bool later = are_stages(into, from) && into->date.start < from->date.start && from->date.start <= today;
    if (later)
        merge_advance(into, from);
    else
        take_step(into, from);
    /* the verb of a sentence tells more than its nouns: "a naval base is being built" */
    if (into->sentence == from->sentence && into->verb_entry == NONE && from->verb_entry != NONE && from->subtype &&
        strcmp(into->type, "exercise") != 0)
        into->subtype = from->subtype;
    if (!strcmp(into->type, "exercise") && into->subtype && !strcmp(into->subtype, "field") && from->subtype)
        into->subtype = from->subtype;
    if (!into->subtype)
        into->subtype = from->subtype;
    /* "Navy receives boats": only what stands below says that they were given */
    if (into->sentence->part->index == PART_TITLE && into->noun == NONE && from->subtype &&
        !strcmp(into->subtype, "sale") && !strcmp(from->subtype, "grant") && !event_pair_sum(into) && !event_pair_sum(from))
        into->subtype = from->subtype;
    if (tells_who_comes(into, from)) {
        into->subtype = from->subtype;
        into->actor_count = 0;
    }
    take_actors(into, from);
    take_status(into, from);
    if (!into->date_known && from->date_known && !is_earlier_step(into, from)) {
        into->date_known = true;
        into->date = from->date;
        into->date_raw = from->date_raw;
    }
    if (!into->as_of_known && from->as_of_known) {
        into->as_of_known = true;
        into->as_of = from->as_of;
        into->as_of_raw = from->as_of_raw;
    }
    for (uint32_t i = 0; i < from->place_count && into->place_count < EVENT_PLACES_MAX; i++)
        if (!into->place_count)
            into->places[into->place_count++] = from->places[i];
    for (uint32_t i = 0; i < from->quantity_count && into->quantity_count < EVENT_QUANTITIES_MAX; i++) {
        bool again = false;
        for (uint32_t k = 0; k < into->quantity_count; k++)
            again |= into->quantities[k].quantity.kind == from->quantities[i].quantity.kind;
        if (!again)
            into->quantities[into->quantity_count++] = from->quantities[i];
    }
    take_equipment(into, from);
    for (uint32_t i = 0; i < from->evidence_count; i++)
        detail_evidence(into, from->evidence[i].field, from->evidence[i].quote);
    if (!into->name.part)
        into->name = from->name;
    if (!into->programme) {
        into->programme = from->programme;
        into->programme_words = from->programme_words;
    }
    take_words_of_tags(into, from);
    for (uint32_t i = 0; i < from->cited_count && !into->cited_count; i++)
        into->cited[into->cited_count++] = from->cited[i];
    from->dropped = "told again: merged into an earlier event";
}

/* One state revokes a pact, the other takes its troops home: two acts, not two readings of one. */
static bool are_two_cuts(const struct event *a, const struct event *b)
{
    return !strcmp(a->type, "downturn") && a->subtype && b->subtype && strcmp(a->subtype, b->subtype);
}

static bool same_direction(const struct event *a, const struct event *b)
{
    uint32_t shared, all;
    if (strcmp(a->type, b->type) != 0 || event_pair_directions_clash(a, b))
        return false;
    event_pair_overlap(a, b, &shared, &all);
    return shared == all;
}

/* How surely all tellings that agree with this one say who gives and who takes. */
static double weight_of_direction(const struct coder_workspace *workspace, const struct event *event)
{
    double weight = 0;
    for (uint32_t i = 0; i < workspace->event_count; i++)
        if (!workspace->events[i].dropped && same_direction(event, &workspace->events[i]))
            weight += workspace->events[i].confidence;
    return weight;
}

/* Two tellings with the same parties that disagree on who gives and who takes: the better founded one stands. */
static void settle_directions(struct coder_workspace *workspace)
{
    double weights[TRIGGERS_MAX];
    for (uint32_t i = 0; i < workspace->event_count; i++)
        weights[i] = workspace->events[i].dropped ? 0 : weight_of_direction(workspace, &workspace->events[i]);
    for (uint32_t i = 0; i < workspace->event_count; i++)
        for (uint32_t k = i + 1; k < workspace->event_count && !workspace->events[i].dropped; k++) {
            struct event *a = &workspace->events[i], *b = &workspace->events[k];
            uint32_t shared, all;
            if (b->dropped || strcmp(a->type, b->type) || !event_pair_directions_clash(a, b) || are_two_cuts(a, b))
                continue;
            event_pair_overlap(a, b, &shared, &all);
            if (shared < all)
                continue;
            struct event *weaker = weights[i] < weights[k] || (weights[i] == weights[k] && a->score < b->score) ? a : b;
            /* "will travel to Rome ahead of the Italian's visit": what only says when stands back */
            if (a->sentence == b->sentence && !a->adjunct != !b->adjunct)
                weaker = a->adjunct ? a : b;
            weaker->dropped = "another sentence tells the direction more surely";
        }
}

/* What is done is another act than the one that a headline says is only weighed. */
static bool is_done(const struct event *event)
{
    return !strcmp(event->status, "completed") || !strcmp(event->status, "ongoing") || !strcmp(event->status, "signed");
}

void merge_events(struct coder_workspace *workspace)
{
    redundant_drop_told_twice(workspace);
    settle_directions(workspace);
    redundant_drop_contained(workspace);
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *into = &workspace->events[i];
        for (uint32_t k = i + 1; k < workspace->event_count && !into->dropped; k++) {
            struct event *from = &workspace->events[k];
            if (from->dropped || !are_one(workspace, into, from))
                continue;
            if (is_nonfact(into) && !is_nonfact(from) && !are_stages(into, from) &&
                (into->sentence->part->index != PART_TITLE || is_done(from)))
                continue;
            merge_into(into, from, workspace->anchor.known ? workspace->anchor.day : INT64_MIN);
            status_settle_by_date(workspace, into);
        }
    }
}
