#include "lib/coder/rivals.h"

#include "lib/coder/agenda.h"
#include "lib/coder/role.h"
#include "lib/coder/trigger.h"

#include <string.h>

/* "halted arms exports", "the embargo on arms sales": what is stopped, or what a noun of stopping is of. */
static bool is_stopped(const struct event *stop, const struct event *event)
{
    if (event->noun == NONE)
        return false;
    if (event->noun == stop->argument)
        return true;
    int32_t preposition = event->sentence->groups[event->noun].preposition;
    /* "suspended cooperation, including a planned exercise" */
    if (preposition != NONE && stop->argument != NONE && preposition > stop->argument &&
        word_is(event->sentence, event->sentence->groups[preposition].first, "including"))
        return true;
    return stop->noun != NONE && preposition == stop->noun + 1 &&
           (word_is(event->sentence, event->sentence->groups[preposition].first, "on") ||
            word_is(event->sentence, event->sentence->groups[preposition].first, "to") ||
            word_is(event->sentence, event->sentence->groups[preposition].first, "of"));
}

/* What a verb of stopping stops is no event beside the stop: "halted arms exports". */
static void drop_what_is_stopped(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const struct event *stop = &workspace->events[i];
        bool goes = !stop->objection_count && stop->verb_entry != NONE &&
                    (!strcmp(stop->type, "visit") || !strcmp(stop->type, "downturn"));
        int32_t ground = goes ? stop->sentence->groups[stop->verb].object : NONE;
        for (uint32_t k = first; k < end && ground != NONE; k++)
            if (workspace->events[k].noun == ground && !strcmp(workspace->events[k].type, "basing"))
                event_object(&workspace->events[k], "a base that is only visited or left");
        /* "the destroyer arrived on a port call": a ship that calls is not handed over */
        bool calls =
            !stop->objection_count && stop->subtype && !strcmp(stop->subtype, "port_call") && stop->verb != NONE;
        for (uint32_t k = first; k < end && calls; k++)
            if (workspace->events[k].verb == stop->verb && !strcmp(workspace->events[k].type, "arms_transfer")) {
                event_object(&workspace->events[k], "a ship that calls, not one that is handed over");
                workspace->events[i].second_reading = false;
            }
        if (strcmp(stop->type, "downturn"))
            continue;
        for (uint32_t k = first; k < end; k++)
            if (strcmp(workspace->events[k].type, "downturn") != 0 && is_stopped(stop, &workspace->events[k]))
                event_object(&workspace->events[k], "it is what the downturn stops");
    }
}

/* "arrived in Djibouti, which hosts the only American base": a state of things told beside the visit. */
static bool is_told_aside(const struct event *event)
{
    return event->verb_entry != NONE && event->sentence->groups[event->verb].link == LINK_RELATIVE &&
           !event->sentence->groups[event->verb].passive && event->argument != NONE;
}

/* Forces sent to exercise, to teach, on a visit or to a common task are that (codebook section 6), not based there. */
static void drop_sent_to_task(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    static const char *const tasks[] = {"training", "visit", "intelligence_sharing", "operation", NULL};
    bool task = false, visit = true;
    for (uint32_t i = first; i < end; i++) {
        const struct event *event = &workspace->events[i];
        const char *class = event->noun == NONE
                                ? NULL
                                : noun_class(workspace_lexicon(workspace), event->sentence, event->trigger_first);
        int32_t name = event->noun == NONE ? NONE : event->sentence->part->words[event->trigger_first].name;
        bool exercise = !strcmp(event->type, "exercise") &&
                        (class || (name != NONE && event->sentence->mentions[name].class == LEXICON_EXERCISE));
        task |= exercise;
        visit &= !exercise;
        /* "may use the airfields, …, after talks with": another occasion */
        for (size_t k = 0; tasks[k] && !event->objection_count && !event->adjunct; k++)
            if (!strcmp(event->type, tasks[k])) {
                task = true;
                visit &= !strcmp(event->type, "visit");
            }
        task |= event->subtype && !strcmp(event->subtype, "port_call") && !event->objection_count;
    }
    /* "the carrier arrived in Busan ahead of exercises": the call is what is left of its arrival */
    for (uint32_t i = first; i < end && task; i++)
        for (uint32_t k = first; k < end; k++)
            if (workspace->events[i].subtype && !strcmp(workspace->events[i].subtype, "port_call") &&
                !strcmp(workspace->events[k].type, "basing") && workspace->events[k].verb == workspace->events[i].verb)
                workspace->events[i].second_reading = false;
    for (uint32_t i = first; i < end && task; i++)
        if (!strcmp(workspace->events[i].type, "basing") && !(visit && is_told_aside(&workspace->events[i])))
            event_object(&workspace->events[i], "sent to exercise, teach, visit or on an operation");
}

/* "UNIFIL hands over vehicles to the army": the mission is who gives. */
static bool is_giver(const struct event *mission, const struct event *gift)
{
    return !strcmp(gift->type, "arms_transfer") && !gift->objection_count && !strcmp(mission->type, "operation") &&
           mission->noun != NONE && gift->verb != NONE && gift->verb_entry != NONE &&
           mission->sentence == gift->sentence && !gift->sentence->groups[gift->verb].passive &&
           gift->sentence->groups[gift->verb].subject == mission->noun;
}

/* A frigate that is provided for a mission is no transfer of arms. */
static void drop_what_joins(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        for (uint32_t k = first; k < end; k++)
            if (is_giver(&workspace->events[i], &workspace->events[k]))
                event_object(&workspace->events[i], "a mission that gives, not one that is told of");
    for (uint32_t i = first; i < end; i++)
        for (uint32_t k = first; !workspace->events[i].objection_count && k < end; k++)
            if ((!strcmp(workspace->events[i].type, "operation") || !strcmp(workspace->events[i].type, "exercise")) &&
                (!strcmp(workspace->events[k].type, "arms_transfer") ||
                 !strcmp(workspace->events[k].type, "industry")) &&
                workspace->events[i].verb != NONE && workspace->events[i].verb == workspace->events[k].verb)
                event_object(&workspace->events[k], "contributed to an operation");
}

/* "Cargo planes ferried ammunition to Libya": arms are no relief. */
static void drop_relief_by_arms(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        for (uint32_t k = first; k < end; k++) {
            struct event *relief = &workspace->events[i];
            const struct event *arms = &workspace->events[k];
            if (!strcmp(relief->type, "operation") && relief->subtype && !strcmp(relief->subtype, "relief") &&
                relief->argument == NONE && relief->verb_entry != NONE && !strcmp(arms->type, "arms_transfer") &&
                arms->verb == relief->verb && arms->verb_entry != NONE && arms->argument != NONE &&
                arms->argument == arms->sentence->groups[arms->verb].object) {
                event_object(relief, "arms, not relief");
                workspace->events[k].second_reading = false;
            }
        }
}

/* "The EU mission trains Malian troops": the mission is who teaches. */
static void drop_missions_that_teach(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        for (uint32_t k = first; !strcmp(workspace->events[i].type, "training") && k < end; k++) {
            struct event *mission = &workspace->events[k];
            bool same =
                !strcmp(mission->type, "operation") && mission->noun != NONE && !workspace->events[i].objection_count;
            for (uint32_t a = 0; a < mission->actor_count && same; a++)
                same = role_has(&workspace->events[i], mission->actors[a].id, NULL);
            if (same)
                event_object(mission, "sent to exercise, teach, visit or on an operation");
        }
}

/* A presence that is cut in the sentence is not told of beside the cut. */
static void drop_what_is_left(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const struct event *cut = &workspace->events[i];
        if (strcmp(cut->type, "downturn") || cut->objection_count)
            continue;
        for (uint32_t k = first; k < end; k++) {
            struct event *event = &workspace->events[k];
            if ((!strcmp(event->type, "basing") || !strcmp(event->type, "operation")) && event->actor_count &&
                role_has(cut, event->actors[0].id, NULL))
                event_object(event, "it is what the downturn ends");
        }
    }
}

/* "tanks delivered to Ukraine, paid for by Norway": who only pays for what others hand over neither gives nor takes it.
 */
static void drop_who_pays(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    /* "paid for the training of Somali soldiers" */
    for (uint32_t i = first; i < end; i++) {
        const struct event *paid = &workspace->events[i];
        if (strcmp(paid->type, "aid") != 0 || paid->verb_entry == NONE || paid->objection_count)
            continue;
        const char *class = lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)paid->verb_entry);
        for (uint32_t k = first; k < end && (!strcmp(class, "fund") || !strcmp(class, "pay")); k++) {
            struct event *taught = &workspace->events[k];
            if (!strcmp(taught->type, "training") && taught->noun != NONE && taught->verb == paid->verb)
                event_object(taught, "who only pays for it");
        }
    }
    for (uint32_t i = first; i < end; i++) {
        struct event *paid = &workspace->events[i];
        const struct frame *frame = trigger_frame(workspace, paid);
        if (strcmp(paid->type, "arms_transfer") != 0 || strcmp(frame->head, "pay") != 0 || paid->verb == NONE ||
            !paid->sentence->groups[paid->verb].passive)
            continue;
        for (uint32_t k = first; k < end; k++)
            if (k != i && !strcmp(workspace->events[k].type, "arms_transfer") &&
                workspace->events[k].verb != paid->verb)
                event_object(paid, "who only pays for it");
    }
}

/* "signed a pact that will allow American soldiers to train in Denmark": what a paper that is told of allows is its
 * aim. */
static void drop_what_papers_allow(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    enum { GOVERNORS_MAX = 4 };
    static const char *const aims[] = {"training", "exercise", "basing", "operation", "intelligence_sharing", NULL};
    for (uint32_t i = first; i < end; i++) {
        struct event *aim = &workspace->events[i];
        const struct group *groups = aim->sentence->groups;
        bool may = false;
        for (size_t k = 0; aims[k]; k++)
            may |= !strcmp(aims[k], aim->type);
        int32_t verb = may ? aim->verb : NONE, paper = NONE;
        for (int step = 0; verb != NONE && paper == NONE && step < GOVERNORS_MAX; step++, verb = groups[verb].governor)
            if (groups[verb].link == LINK_RELATIVE)
                paper = groups[verb].subject;
        for (uint32_t k = first; k < end && paper != NONE; k++) {
            const struct event *told = &workspace->events[k];
            if (!strcmp(told->type, "agreement") && !told->objection_count &&
                (told->noun == paper || told->argument == paper))
                event_object(aim, "the aim of another act");
        }
    }
}

void rivals_settle(struct coder_workspace *workspace, uint32_t first, uint32_t end)
{
    drop_what_is_stopped(workspace, first, end);
    drop_sent_to_task(workspace, first, end);
    drop_what_is_left(workspace, first, end);
    drop_relief_by_arms(workspace, first, end);
    drop_what_joins(workspace, first, end);
    drop_missions_that_teach(workspace, first, end);
    drop_what_papers_allow(workspace, first, end);
    drop_who_pays(workspace, first, end);
    agenda_settle(workspace, first, end);
}
