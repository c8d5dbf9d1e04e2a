#include "lib/coder/status.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include <string.h>

enum { CHAIN_MAX = 6, BACKGROUND_DAYS = 90 };

struct reading {
    const char *status;
    const char *modality;
    bool negated, future, hypothetical, denied, alleged, opinion, refused;
    const char *speech; /* kind of the governing speech verb */
    int32_t speaker;    /* verb group of it */
};

/* What a verb group's own tense says of the act it names. */
static const char *status_by_tense(const struct group *verb)
{
    if (verb->tense == TENSE_FUTURE)
        return "announced";
    if (verb->progressive)
        return verb->tense == TENSE_PAST && !verb->perfect ? "completed" : "ongoing";
    if (verb->perfect || verb->tense == TENSE_PAST)
        return "completed";
    if (verb->tense == TENSE_PRESENT)
        return verb->passive ? "ongoing" : "ongoing";
    return NULL;
}

/* `own`: the lexicon entry by which this verb is itself the trigger, or NONE: then only that meaning counts. */
static void apply_verb(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                       int32_t own, struct reading *reading)
{
    const char *stage = own != NONE ? lexicon_entry_value(lexicon, (uint32_t)own, "stage")
                                    : verb_attribute(lexicon, sentence, verb, "stage");
    const char *modality = own != NONE ? lexicon_entry_value(lexicon, (uint32_t)own, "modality")
                                       : verb_attribute(lexicon, sentence, verb, "modality");
    if (verb->negated) {
        if (verb->tense == TENSE_FUTURE && !verb->modal_weak)
            reading->refused = true;
        else
            reading->negated = true;
    }
    if (verb->modal_weak || verb->conditional)
        reading->hypothetical = true;
    if (verb->tense == TENSE_FUTURE)
        reading->future = true;
    if (modality) {
        reading->hypothetical |= !strcmp(modality, "hypothetical");
        reading->denied |= !strcmp(modality, "denied");
        reading->alleged |= !strcmp(modality, "alleged");
        reading->opinion |= !strcmp(modality, "opinion");
    }
    if (stage) {
        reading->status = stage;
        /* "will sign", "to approve": the step itself lies ahead */
        bool ahead = verb->tense == TENSE_FUTURE || verb->headline_to;
        static const char *const steps[] = {"signed", "approved", "ongoing", "completed", "suspended", "ended", NULL};
        for (size_t i = 0; ahead && steps[i]; i++)
            if (!strcmp(stage, steps[i]))
                reading->status = "announced";
        if (ahead && !strcmp(stage, "negotiated"))
            reading->status = "negotiated";
        const char *progress = verb_attribute(lexicon, sentence, verb, "past");
        if (progress && (verb->tense == TENSE_PAST || verb->perfect || verb->passive) && !ahead)
            reading->status = progress;
    } else if (own != NONE) {
        const char *status = status_by_tense(verb);
        if (status)
            reading->status = status;
    }
    const char *speech = verb_attribute(lexicon, sentence, verb, "speech");
    if (speech && own == NONE)
        reading->speech = speech;
}

static void apply_noun(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *noun,
                       struct reading *reading)
{
    const char *stage = noun_attribute(lexicon, sentence, noun->head, "stage");
    const char *modality = noun_attribute(lexicon, sentence, noun->head, "modality");
    if (stage)
        reading->status = stage;
    if (modality) {
        reading->hypothetical |= !strcmp(modality, "hypothetical");
        reading->alleged |= !strcmp(modality, "alleged");
        reading->denied |= !strcmp(modality, "denied");
    }
}

/* Participles and adjectives before a nominal trigger: "planned exercise", "possible sale". */
static void apply_modifiers(const struct lexicon *lexicon, const struct sentence *sentence, const struct event *event,
                            struct reading *reading)
{
    const struct group *noun = &sentence->groups[event->noun];
    for (uint32_t i = noun->first; i < event->trigger_first; i++) {
        int32_t cue = sentence->part->words[i].cue;
        const char *stage = cue == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)cue, "stage");
        const char *modality = cue == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)cue, "modality");
        if (stage)
            reading->status = stage;
        if (modality && !strcmp(modality, "hypothetical"))
            reading->hypothetical = true;
        if (modality && !strcmp(modality, "alleged"))
            reading->alleged = true;
    }
}

/* Cues anywhere in the sentence: "reportedly", "allegedly", "difficult to envisage", "would have". */
static void apply_cues(const struct lexicon *lexicon, const struct sentence *sentence, struct reading *reading)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue == NONE)
            continue;
        const char *reach = lexicon_entry_value(lexicon, (uint32_t)cue, "reach"),
                   *modality = lexicon_entry_value(lexicon, (uint32_t)cue, "modality");
        if (!reach || strcmp(reach, "sentence") || !modality)
            continue;
        reading->alleged |= !strcmp(modality, "alleged");
        reading->hypothetical |= !strcmp(modality, "hypothetical");
        reading->opinion |= !strcmp(modality, "opinion");
        reading->denied |= !strcmp(modality, "denied");
    }
}

static void climb(struct coder_workspace *workspace, const struct event *event, struct reading *reading)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t at = event->verb;
    if (event->noun != NONE)
        apply_modifiers(lexicon, sentence, event, reading);
    for (int step = 0; at != NONE && step < CHAIN_MAX; step++) {
        const struct group *verb = &sentence->groups[at];
        bool nominal_light = step == 0 && event->noun != NONE;
        /* "sharing will not be harmed": what is denied is the harm */
        if (nominal_light && verb->subject == event->noun && verb->negated &&
            !verb_attribute(lexicon, sentence, verb, "stage"))
            break;
        if (nominal_light) {
            const char *light = verb_attribute(lexicon, sentence, verb, "stage");
            const char *speech = verb_attribute(lexicon, sentence, verb, "speech");
            apply_verb(lexicon, sentence, verb, NONE, reading);
            if (!light && !speech && !verb_attribute(lexicon, sentence, verb, "modality")) {
                const char *status = status_by_tense(verb);
                if (status && verb->tense == TENSE_FUTURE)
                    reading->status = status;
            }
        } else
            apply_verb(lexicon, sentence, verb, step == 0 ? event->verb_entry : NONE, reading);
        if (verb->governor_noun != NONE)
            apply_noun(lexicon, sentence, &sentence->groups[verb->governor_noun], reading);
        if (verb->link != LINK_COMPLEMENT && verb->link != LINK_CONTENT && verb->link != LINK_CONDITION &&
            verb->link != LINK_AND)
            break;
        if (verb->governor == NONE)
            break;
        const char *speech = verb_attribute(lexicon, sentence, &sentence->groups[verb->governor], "speech");
        if (speech)
            reading->speaker = verb->governor;
        at = verb->governor;
    }
}

/* A speech verb elsewhere that covers the sentence: "…, the ministry said". */
static void find_trailing_speech(const struct lexicon *lexicon, const struct sentence *sentence,
                                 struct reading *reading)
{
    for (uint32_t i = 0; i < sentence->group_count && !reading->speech; i++) {
        const struct group *group = &sentence->groups[i];
        const char *speech = group->kind == GROUP_VERB ? verb_attribute(lexicon, sentence, group, "speech") : NULL;
        if (speech) {
            reading->speech = speech;
            reading->speaker = (int32_t)i;
            const char *modality = verb_attribute(lexicon, sentence, group, "modality");
            if (modality && !strcmp(modality, "alleged"))
                reading->alleged = true;
        }
    }
}

static bool speaker_is_party(struct coder_workspace *workspace, const struct event *event,
                             const struct reading *reading)
{
    struct party_list list = {.count = 0};
    struct sentence *sentence = event->sentence;
    if (reading->speaker != NONE) {
        const struct group *verb = &sentence->groups[reading->speaker];
        if (verb->subject != NONE)
            party_of_group(workspace, sentence, verb->subject, &list);
        if (!list.count && verb->object != NONE)
            party_of_group(workspace, sentence, verb->object, &list);
    }
    for (uint32_t i = 0; i < sentence->group_count && !list.count; i++)
        if (sentence->groups[i].kind == GROUP_PREPOSITION &&
            word_is(sentence, sentence->groups[i].first, "according") && i + 1 < sentence->group_count)
            party_of_group(workspace, sentence, (int32_t)i + 1, &list);
    for (uint32_t i = 0; i < list.count; i++)
        if (role_has(event, list.items[i].id, NULL))
            return true;
    return false;
}

void status_read(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct reading reading = {.speaker = NONE};
    climb(workspace, event, &reading);
    apply_cues(lexicon, event->sentence, &reading);
    find_trailing_speech(lexicon, event->sentence, &reading);
    /* "will block exports if fighting resumes" */
    for (uint32_t i = 0; i < event->sentence->group_count &&
                         (reading.future || (reading.status && !strcmp(reading.status, "announced")));
         i++)
        if (event->sentence->groups[i].kind == GROUP_IF && !event->sentence->question)
            reading.hypothetical = true;
    event->status = reading.status ? reading.status : frame->status ? frame->status : "unknown";
    event->future = reading.future || !strcmp(event->status, "announced");
    if (reading.refused)
        event->status = "refused";
    if (reading.denied)
        event->modality = "denied";
    else if (reading.hypothetical)
        event->modality = "hypothetical";
    else if (reading.alleged)
        event->modality = "alleged";
    else if (speaker_is_party(workspace, event, &reading) ||
             (workspace->official_state && role_has(event, workspace->official_state, NULL)))
        event->modality = "confirmed";
    else
        event->modality = "reported";
    if (reading.negated && !reading.denied) {
        bool party_speaks = reading.speech && speaker_is_party(workspace, event, &reading);
        if (party_speaks)
            event->modality = "denied";
        else
            event->dropped = "negated";
    }
    event->opinion = reading.opinion;
    if (reading.opinion)
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

/* What an act is that nothing places in time: running where it is a practice, done where it is one occasion. */
static const char *usual_status(const struct event *event)
{
    static const char *const rows[][2] = {
        {"exercise", "ongoing"},  {"training", "ongoing"}, {"intelligence_sharing", "ongoing"},
        {"operation", "ongoing"}, {"basing", "ongoing"},   {"aid", "ongoing"},
        {"visit", "completed"},   {"agreement", "signed"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i][0], event->type))
            return rows[i][1];
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    return verb && verb->gerund ? "ongoing" : "unknown";
}

void status_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    event->scope = "current";
    bool lead = event->sentence_index < workspace->title_count + 2;
    if (event->date_known && workspace->anchor.known) {
        bool over = !event->date.open_end && event->date.end < workspace->anchor.day;
        bool to_come = event->date.start > workspace->anchor.day;
        if (over && (!strcmp(event->status, "unknown") || !strcmp(event->status, "ongoing")) &&
            strcmp(event->type, "downturn") && strcmp(event->modality, "hypothetical"))
            event->status = "completed";
        if (to_come && (!strcmp(event->status, "unknown") || !strcmp(event->status, "completed") ||
                        !strcmp(event->status, "ongoing")))
            event->status = "announced";
        if (!event->date.open_end && event->date.start < workspace->anchor.day - BACKGROUND_DAYS &&
            !(lead && event->date.grain == 'y'))
            event->scope = "background";
    }
    if (!strcmp(event->status, "unknown") && strcmp(event->modality, "hypothetical") &&
        strcmp(event->modality, "denied"))
        event->status = usual_status(event);
    if (frame->background && strcmp(event->modality, "confirmed"))
        event->scope = frame->background;
    if (!lead && !event->date_known && has_background_cue(workspace_lexicon(workspace), event->sentence))
        event->scope = "background";
}
