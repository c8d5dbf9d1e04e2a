#include "lib/coder/status.h"

#include "lib/coder/clause.h"
#include "lib/coder/role.h"
#include "lib/coder/stance.h"
#include "lib/coder/status_parts.h"

#include <stdlib.h>

enum { BACKGROUND_DAYS = 90, DAYS_OF_STAY = 3 };

static const char *modality_of(const struct chain *chain, enum stance stance, bool official)
{
    const struct reading *reading = &chain->reading;
    if (reading->denied)
        return "denied";
    if (reading->hypothetical)
        return "hypothetical";
    if (reading->alleged || stance == STANCE_NAMELESS)
        return "alleged";
    if (stance == STANCE_PARTY || official)
        return "confirmed";
    return stance == STANCE_THIRD ? "alleged" : "reported";
}

/* "The ministers meet on Thursday": in prose the plain present of an occasion is a timetable's. */
static bool is_scheduled(const struct chain *chain)
{
    const struct group *verb = chain->event->verb == NONE ? NULL : &chain->sentence->groups[chain->event->verb];
    return verb && is_occasion(chain->event) && !chain->sentence->headline && verb->tense == TENSE_PRESENT &&
           !verb->progressive && !verb->perfect && !verb->passive && verb->link != LINK_RELATIVE;
}

/* "renewed the mandate of the force": a task is not signed. */
static bool is_prolonged(const struct event *event)
{
    static const char *const words[] = {"renewed", "extended", "renews", "extends", "renew", "extend"};
    if (strcmp(event->type, "operation") != 0 || !is(event->status, "signed") || event->verb == NONE)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]))
            return true;
    return false;
}

/* "the boats that Togo ordered arrived": the order's latest step is that they came, or will come. */
static const char *status_of_delivery(const struct coder_workspace *workspace, const struct event *event)
{
    if (strcmp(event->type, "arms_transfer") != 0 || event->verb_entry == NONE || event->verb == NONE)
        return NULL;
    int32_t at = clause_delivery_of(workspace_lexicon(workspace), event->sentence, event->verb);
    const struct group *verb = at == NONE ? NULL : &event->sentence->groups[at];
    if (!verb || verb->modal_weak)
        return NULL;
    return verb->tense == TENSE_PAST || verb->perfect ? "completed" : verb->tense == TENSE_FUTURE ? "announced" : NULL;
}

/* "ordered a halt to all aid" */
static bool is_ordered(const struct chain *chain)
{
    static const char *const words[] = {"order", "orders", "ordered", "ordering", NULL};
    const struct group *verb = chain->event->verb == NONE ? NULL : &chain->sentence->groups[chain->event->verb];
    for (size_t i = 0; verb && words[i]; i++)
        if (word_is(chain->sentence, verb->head, words[i]))
            return true;
    return false;
}

void status_read(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    struct chain chain = {workspace, workspace_lexicon(workspace), event->sentence, event, frame, {.status = NULL},
                          false};
    struct reading *reading = &chain.reading;
    int32_t speaker = chain_climb(&chain);
    chain_apply_cues(&chain);
    const char *told = event->noun == NONE ? NULL : chain_status_by_relative(&chain);
    if (told && !reading->refused && !reading->negated)
        reading->status = told;
    const char *delivery = status_of_delivery(workspace, event);
    if (delivery && !reading->refused && !reading->negated)
        reading->status = delivery;
    bool official = workspace->official_state && role_has(event, workspace->official_state, NULL);
    enum stance stance = stance_read(workspace, event, speaker, &reading->alleged);
    /* "will block exports if fighting resumes" */
    if ((reading->future || is(reading->status, "announced")) && chain_has_condition(event->sentence) &&
        !event->sentence->question)
        reading->hypothetical = true;
    /* "gave the troops a month to leave": sent away, whether they have gone or not */
    bool expelled = is(event->type, "downturn") && is(event->subtype, "expulsion");
    const char *otherwise = expelled ? "ongoing" : "unknown";
    /* "ordered US troops to leave", "ordered a halt to all aid": nothing was bought */
    if (expelled && is(reading->status, "signed"))
        reading->status = otherwise;
    if (is(event->type, "downturn") && is(reading->status, "signed") && is_ordered(&chain))
        reading->status = "ongoing";
    event->status = reading->status ? reading->status : frame->status ? frame->status : otherwise;
    if (frame->lasting && !strcmp(event->status, "completed"))
        event->status = "ongoing";
    event->opened = chain.opened && !strcmp(event->status, "ongoing");
    event->begins = event->verb != NONE && chain_verb_is(&chain, &event->sentence->groups[event->verb], "begin");
    if (is_prolonged(event))
        event->status = "approved";
    event->future = reading->future || !strcmp(event->status, "announced") || is_scheduled(&chain);
    if (reading->refused)
        event->status = "refused";
    event->modality = modality_of(&chain, stance, official);
    bool kept_on = reading->refused && !strcmp(event->type, "downturn");
    if ((reading->negated && !reading->denied) || kept_on) {
        if (stance == STANCE_PARTY && !kept_on)
            event->modality = "denied";
        else
            event->dropped = "negated";
    }
    event->opinion = reading->opinion;
    if (reading->opinion)
        event->dropped = "the author's or a third party's opinion";
    if (event->sentence->question && !event->dropped)
        event->dropped = "a question";
}

static bool has_background_cue(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)cue), "background"))
            return true;
    }
    return false;
}

/* "The Soviet Union supplied Egypt with tanks": what a state did that is no more when the text appears is long past. */
static bool is_of_vanished(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < event->actor_count; i++)
        for (uint32_t k = 0; !strncmp(event->actors[i].id, "HIS:", 4) && k < sentence->mention_count; k++) {
            const struct mention *mention = &sentence->mentions[k];
            bool vanished = mention->class == LEXICON_VANISHED || mention->class == LEXICON_VANISHED_DEMONYM;
            const char *to = vanished && !strcmp(lexicon_entry_id(lexicon, mention->entry), event->actors[i].id)
                                 ? lexicon_entry_value(lexicon, mention->entry, "to")
                                 : NULL;
            if (to && sentence->part->year > (int32_t)strtol(to, NULL, 10) + 1)
                return true;
        }
    return false;
}

/* "The army chief is in Kigali for talks". */
static bool is_somewhere_now(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->group_count && event->noun != NONE; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject == event->noun &&
            sentence->groups[i].first == sentence->groups[i].last &&
            (word_is(sentence, sentence->groups[i].head, "is") || word_is(sentence, sentence->groups[i].head, "are")))
            return true;
    return false;
}

/* What an act is that nothing places in time: running where it is a practice, done where it is one occasion. */
static const char *usual_status(const struct event *event)
{
    static const char *const rows[][2] = {
        {"exercise", "ongoing"},  {"training", "ongoing"}, {"intelligence_sharing", "ongoing"},
        {"operation", "ongoing"}, {"basing", "ongoing"},   {"aid", "ongoing"},
        {"visit", "completed"},   {"agreement", "signed"}};
    /* "the new package includes radars": somebody has announced it */
    if (event->noun != NONE && (!strcmp(event->type, "aid") || !strcmp(event->type, "arms_transfer")) &&
        word_is(event->sentence, event->sentence->groups[event->noun].head, "package"))
        return "announced";
    if (!strcmp(event->type, "visit") && is_somewhere_now(event))
        return "ongoing";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i][0], event->type))
            return rows[i][1];
    if (!strcmp(event->type, "expo") && event->verb != NONE && event->sentence->groups[event->verb].tense == TENSE_PAST)
        return "completed";
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    return verb && verb->gerund ? "ongoing" : "unknown";
}

/* "Turkish, Syrian ministers meet in Moscow": a headline's present is of what was held. */
static bool has_been_held(const struct lexicon *lexicon, const struct event *event)
{
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    const char *class = verb ? lexicon_entry_id(lexicon, (uint32_t)event->verb_entry) : NULL;
    return class && (!strcmp(class, "meet") || !strcmp(event->subtype ? event->subtype : "", "talks")) &&
           event->sentence->headline && !strcmp(event->type, "visit") && !strcmp(event->status, "ongoing") &&
           verb->tense == TENSE_PRESENT && !verb->progressive && !event->begins;
}

/* What goes on once begun, unlike a delivery or a visit. */
static bool is_practice(const struct event *event)
{
    static const char *const types[] = {"training", "intelligence_sharing", "operation", "basing", "industry", "aid",
                                        NULL};
    for (size_t i = 0; types[i]; i++)
        if (!strcmp(types[i], event->type))
            return true;
    return !strcmp(event->type, "downturn") && event->subtype && strcmp(event->subtype, "withdrawal");
}

/* Whoever has joined, been sent, taken over or set out is there. */
static bool goes_there(const char *class)
{
    static const char *const classes[] = {"join",   "relieve_force", "deploy",   "contribute",
                                          "rotate", "visit",         "farewell", NULL};
    for (size_t i = 0; classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

/* What began last week may still go on. */
static bool has_begun_lately(const struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    if (event->date.start != event->date.end || event->date.end < workspace->anchor.day - 7)
        return false;
    if (event->opened || !verb)
        return event->opened;
    bool stays = !strcmp(event->type, "operation") || !strcmp(event->type, "basing");
    if (strcmp(event->status, "ongoing") != 0 && !(stays && !strcmp(event->status, "unknown")))
        return false;
    const char *const classes[] = {verb_class(lexicon, event->sentence, verb),
                                   verb_class2(lexicon, event->sentence, verb),
                                   verb_class3(lexicon, event->sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && (!strcmp(classes[i], "begin") || (stays && goes_there(classes[i]))))
            return true;
    return false;
}

/* "Two frigates docked on Monday": a ship that has put in some days ago is there, and whoever arrived then. */
static bool has_come_lately(const struct coder_workspace *workspace, const struct event *event)
{
    static const char *const words[] = {"arrive",  "arrived", "arrives", "docked",   "docks", "dock",
                                        "berthed", "berths",  "moored",  "anchored", "put",   "pulled"};
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    bool call = event->subtype && !strcmp(event->subtype, "port_call");
    if (event->date.grain == 'm' || event->date.grain == 'y' || event->date.end > workspace->anchor.day ||
        event->date.end < workspace->anchor.day - DAYS_OF_STAY || strcmp(event->type, "visit") != 0)
        return false;
    for (size_t i = 0; verb && i < sizeof words / sizeof *words; i++)
        if (word_is(event->sentence, verb->head, words[i]))
            return true;
    return call && verb && verb->tense == TENSE_PRESENT;
}

/* "arrived on Tuesday for a three-day visit": the stated days are not over. */
static bool still_stays(const struct coder_workspace *workspace, const struct event *event)
{
    if (has_come_lately(workspace, event))
        return true;
    /* "visited Hanoi this week", "travelled there on 18 to 20 January": told as over */
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    if (verb && verb->tense == TENSE_PAST && !verb->progressive &&
        (word_is(event->sentence, verb->head, "visited") || word_is(event->sentence, verb->head, "toured") ||
         word_is(event->sentence, verb->head, "traveled") || word_is(event->sentence, verb->head, "travelled")))
        return false;
    return !strcmp(event->type, "visit") && event->date.start < event->date.end && event->date.grain != 'm' &&
           event->date.grain != 'y' && event->date.start <= workspace->anchor.day &&
           event->date.end >= workspace->anchor.day;
}

void status_settle_by_date(const struct coder_workspace *workspace, struct event *event)
{
    if (!event->date_known || !workspace->anchor.known)
        return;
    bool open = !strcmp(event->status, "unknown") || !strcmp(event->status, "ongoing");
    bool over = !event->date.open_end && event->date.end < workspace->anchor.day && !has_begun_lately(workspace, event);
    if (over && open && strcmp(event->type, "downturn") && strcmp(event->modality, "hypothetical"))
        event->status = "completed";
    if (!strcmp(event->status, "completed") && still_stays(workspace, event))
        event->status = "ongoing";
    if (event->date.start > workspace->anchor.day && (open || !strcmp(event->status, "completed")))
        event->status = "announced";
}

void status_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    event->scope = "current";
    bool lead = event->sentence_index < workspace->title_count + 2;
    if (event->date_known && workspace->anchor.known) {
        bool to_come = event->date.start > workspace->anchor.day;
        status_settle_by_date(workspace, event);
        /* a year or a month began long ago and may still be running */
        bool coarse = event->date.grain == 'y' || event->date.grain == 'm';
        bool recent_year = lead && event->date.grain == 'y' && event->date.end > workspace->anchor.day - 400;
        if (!event->date.open_end && !recent_year &&
            (coarse ? event->date.end : event->date.start) < workspace->anchor.day - BACKGROUND_DAYS)
            event->scope = "background";
        /* "has trained pilots since 2014" */
        if (event->date.open_end && !to_come && is_practice(event) && !strcmp(event->status, "completed"))
            event->status = "ongoing";
    }
    if (!strcmp(event->status, "unknown") && strcmp(event->modality, "hypothetical") &&
        strcmp(event->modality, "denied"))
        event->status = usual_status(event);
    if (has_been_held(workspace_lexicon(workspace), event))
        event->status = "completed";
    if (frame->background && strcmp(event->modality, "confirmed"))
        event->scope = frame->background;
    if (!event->date_known && is_of_vanished(workspace_lexicon(workspace), event))
        event->scope = "background";
    if (!lead && !event->date_known && has_background_cue(workspace_lexicon(workspace), event->sentence))
        event->scope = "background";
}
