#include "lib/coder/status.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"
#include "lib/coder/stance.h"

#include <string.h>

enum { CHAIN_MAX = 6, BACKGROUND_DAYS = 90 };

struct reading {
    const char *status;
    bool negated, future, hypothetical, denied, alleged, opinion, refused;
};

/* What is read, for the helpers of one event. */
struct chain {
    struct coder_workspace *workspace;
    const struct lexicon *lexicon;
    const struct sentence *sentence;
    const struct event *event;
    const struct frame *frame;
    struct reading reading;
};

static bool is(const char *value, const char *text)
{
    return value && !strcmp(value, text);
}

static void apply_modality(struct reading *reading, const char *modality)
{
    reading->hypothetical |= is(modality, "hypothetical");
    reading->denied |= is(modality, "denied");
    reading->alleged |= is(modality, "alleged");
    reading->opinion |= is(modality, "opinion");
}

/* Visits, exercises and fairs are occasions: when they end they are over; a practice that ends is given up. */
static bool is_occasion(const struct event *event)
{
    return !strcmp(event->type, "visit") || !strcmp(event->type, "exercise") || !strcmp(event->type, "expo");
}

/* ---- verbs ---- */
/* Force of the verb group's modal: strong, weak, would, counterfactual or duty; NULL without one. */
static const char *modal_force(const struct chain *chain, const struct group *verb)
{
    for (uint32_t i = verb->first; i <= verb->last; i++) {
        const struct word *word = &chain->sentence->part->words[chain->sentence->part->words[i].span_first];
        if (word->pos == POS_MODAL && word->part != NONE)
            return lexicon_entry_value(chain->lexicon, (uint32_t)word->part, "force");
    }
    return NULL;
}

/* "said it would hold", "the exercise would begin in May, officials said": reported speech moves tenses back. */
static bool told_in_past(const struct chain *chain, const struct group *verb)
{
    const struct sentence *sentence = chain->sentence;
    if (verb->quoted)
        return false;
    if (verb->link == LINK_CONTENT && verb->governor != NONE)
        return sentence->groups[verb->governor].tense == TENSE_PAST || sentence->groups[verb->governor].perfect;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB && group != verb && group->tense == TENSE_PAST && !group->quoted &&
            verb_attribute(chain->lexicon, sentence, group, "speech"))
            return true;
    }
    return false;
}

static bool has_condition(const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_IF)
            return true;
    return false;
}

static void apply_modal(struct chain *chain, const struct group *verb)
{
    struct reading *reading = &chain->reading;
    const char *force = modal_force(chain, verb);
    if (is(force, "duty"))
        reading->opinion = true;
    else if (is(force, "would") && told_in_past(chain, verb) && !has_condition(chain->sentence))
        reading->future = true;
    else if (verb->modal_weak && verb->perfect && is(force, "weak") && !verb->conditional)
        reading->alleged = true; /* "might have reached": a guess at what was done */
    else if (verb->modal_weak || verb->conditional)
        reading->hypothetical = true;
    if (verb->tense == TENSE_FUTURE)
        reading->future = true;
}

/* What a verb group's own tense says of the act it names. */
static const char *status_by_tense(const struct chain *chain, const struct group *verb)
{
    if (verb->tense == TENSE_FUTURE)
        return "announced";
    if (verb->progressive)
        return verb->tense == TENSE_PAST && !verb->perfect && !told_in_past(chain, verb) ? "completed" : "ongoing";
    if (verb->perfect || verb->tense == TENSE_PAST)
        return "completed";
    return verb->tense == TENSE_PRESENT ? "ongoing" : NULL;
}

/* "launched joint patrols": of a verb's meanings the beginning is meant where what begins goes on. */
static bool begins(const struct chain *chain, const struct group *verb)
{
    static const char *const types[] = {"exercise", "operation", "training", "basing", "expo", NULL};
    const struct word *word = &chain->sentence->part->words[chain->sentence->part->words[verb->head].span_first];
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    bool lasts = false;
    for (size_t i = 0; types[i]; i++)
        lasts |= !strcmp(types[i], chain->event->type);
    for (size_t i = 0; lasts && i < 3; i++)
        if (entries[i] != NONE && !strcmp(lexicon_entry_id(chain->lexicon, (uint32_t)entries[i]), "begin"))
            return true;
    return false;
}

/* The status that a verb of stage gives: its own, unless the step itself still lies ahead. */
static const char *status_by_stage(const struct chain *chain, const struct group *verb, const char *stage)
{
    static const char *const steps[] = {"signed", "approved", "ongoing", "completed", "suspended", "ended", NULL};
    bool ahead = verb->tense == TENSE_FUTURE || verb->headline_to;
    for (size_t i = 0; ahead && steps[i]; i++)
        if (!strcmp(stage, steps[i]))
            return "announced";
    if (begins(chain, verb))
        return "ongoing";
    /* "renewed their talks": nobody signs an occasion */
    if (!strcmp(stage, "signed") && is_occasion(chain->event) && status_by_tense(chain, verb))
        return status_by_tense(chain, verb);
    const char *progress = verb_attribute(chain->lexicon, chain->sentence, verb, "past");
    if (progress && (verb->tense == TENSE_PAST || verb->perfect || verb->passive) && !ahead && !verb->progressive)
        return progress;
    /* a ban that is extended or renewed stays in force */
    if (!strcmp(stage, "signed") && !strcmp(chain->event->type, "downturn"))
        return "ongoing";
    /* what is opened is there: "a fusion cell opened in Muscat" */
    bool past = verb->tense == TENSE_PAST || verb->perfect || verb->passive;
    if (past && !strcmp(stage, "ongoing") && is(chain->event->subtype, "joint_centre"))
        return "completed";
    return !strcmp(stage, "ended") && is_occasion(chain->event) ? "completed" : stage;
}

/* ---- no ---- */
static bool begins_with(const struct sentence *sentence, const struct group *group, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return false;
}

/* "no memorandum", "neither side", "nobody"; not "no fewer than". */
static bool is_none(const struct sentence *sentence, int32_t at)
{
    static const char *const none[] = {"no", "neither", "nobody", "none", "nothing", "nor", NULL};
    static const char *const amount[] = {"fewer", "less", "more", "doubt", NULL};
    if (at == NONE || sentence->groups[at].kind != GROUP_NOUN)
        return false;
    const struct group *group = &sentence->groups[at];
    if (at > 0 && sentence->groups[at - 1].kind == GROUP_ADVERB &&
        (word_is(sentence, group->first - 1, "neither") || word_is(sentence, group->first - 1, "nor") ||
         word_is(sentence, group->first - 1, "not")))
        return true;
    if (!begins_with(sentence, group, none))
        return false;
    for (size_t i = 0; amount[i] && group->first < sentence->last; i++)
        if (word_is(sentence, group->first + 1, amount[i]))
            return false;
    return true;
}

/* "without signing", "instead of a pact". */
static bool is_excluded(const struct sentence *sentence, int32_t preposition)
{
    static const char *const words[] = {"without", "instead", "rather", NULL};
    return preposition >= 0 && sentence->groups[preposition].kind == GROUP_PREPOSITION &&
           begins_with(sentence, &sentence->groups[preposition], words);
}

static bool says_no_longer(const struct sentence *sentence, const struct group *verb)
{
    for (uint32_t i = verb->first; i < verb->last; i++)
        if (word_is(sentence, i, "no") && word_is(sentence, i + 1, "longer"))
            return true;
    return false;
}

static bool is_negated(const struct chain *chain, int32_t at)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[at];
    return verb->negated || is_none(sentence, verb->subject) || is_none(sentence, verb->object) ||
           (verb->gerund && is_excluded(sentence, at - 1)) ||
           is(verb_attribute(chain->lexicon, sentence, verb, "negates"), "yes");
}

/* "did not rule out", "does not deny": two noes make a maybe. */
static bool negates_refusal(struct chain *chain, const char *stage, const char *modality)
{
    if (is(stage, "refused"))
        chain->reading.hypothetical = true;
    else if (is(modality, "denied"))
        chain->reading.alleged = true;
    else
        return false;
    return true;
}

/* What an act has come to: "granted a licence" is as far as a licence is, and headlines tell what is done in the
 * present. */
static const char *status_of_act(const struct chain *chain, const struct group *verb, int32_t own)
{
    int32_t argument = chain->event->argument;
    const char *stage = argument == NONE ? NULL
                                         : noun_attribute(chain->lexicon, chain->sentence,
                                                          chain->sentence->groups[argument].head, "stage");
    const char *headline = lexicon_entry_value(chain->lexicon, (uint32_t)own, "headline");
    bool plain = verb->tense == TENSE_PRESENT && !verb->progressive && !verb->perfect;
    if (stage && verb->tense != TENSE_NONE)
        return stage;
    /* "has ordered": as far as an order is */
    const char *past = lexicon_entry_value(chain->lexicon, (uint32_t)own, "past");
    if (past && !verb->progressive && !verb->gerund && (verb->tense == TENSE_PAST || verb->perfect))
        return past;
    return headline && plain && chain->sentence->headline ? headline : status_by_tense(chain, verb);
}

/* `own`: the lexicon entry by which this verb is itself the trigger, or NONE: then only that meaning counts. `staged`:
 * its stage counts too, which it does not where the act's own clause has a tense ("announced that it had sold"). */
static void apply_verb(struct chain *chain, int32_t at, int32_t own, bool staged)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[at];
    struct reading *reading = &chain->reading;
    const char *stage = own != NONE ? lexicon_entry_value(chain->lexicon, (uint32_t)own, "stage")
                                    : verb_attribute(chain->lexicon, sentence, verb, "stage");
    const char *modality = own != NONE ? lexicon_entry_value(chain->lexicon, (uint32_t)own, "modality")
                                       : verb_attribute(chain->lexicon, sentence, verb, "modality");
    /* "ended": an occasion is over, anything else is given up */
    int32_t second = sentence->part->words[sentence->part->words[verb->head].span_first].verb2;
    const char *other = second == NONE ? NULL : lexicon_entry_value(chain->lexicon, (uint32_t)second, "stage");
    if (own == NONE && (is(other, "ended") || (is(other, "completed") && is_occasion(chain->event))))
        stage = other;
    apply_modal(chain, verb);
    if (is_negated(chain, at)) {
        if (negates_refusal(chain, stage, modality))
            return;
        if (says_no_longer(sentence, verb)) {
            reading->status = "ended";
            return;
        }
        bool would = is(modal_force(chain, verb), "would") && told_in_past(chain, verb);
        if (verb->tense == TENSE_FUTURE && (would || !verb->modal_weak))
            reading->refused = true;
        else
            reading->negated = true;
    }
    apply_modality(reading, modality);
    if (own != NONE && !strcmp(chain->event->type, "downturn") && chain->frame->status)
        reading->status = reading->future ? "announced" : chain->frame->status;
    else if (stage && staged)
        reading->status = status_by_stage(chain, verb, stage);
    else if (own != NONE && status_by_tense(chain, verb))
        reading->status = reading->future ? "announced" : status_of_act(chain, verb, own);
}

/* ---- nouns and cues ---- */
static void apply_noun(struct chain *chain, int32_t at)
{
    const struct group *noun = &chain->sentence->groups[at];
    const char *stage = noun_attribute(chain->lexicon, chain->sentence, noun->head, "stage");
    if (stage)
        chain->reading.status = stage;
    apply_modality(&chain->reading, noun_attribute(chain->lexicon, chain->sentence, noun->head, "modality"));
    chain->reading.negated |= is_none(chain->sentence, at);
}

/* "negotiations are under way for the export": the talks, or NONE. */
static int32_t carrier_of_state(const struct chain *chain, const struct group *verb)
{
    const char *class = noun_class(chain->lexicon, chain->sentence, chain->sentence->groups[verb->subject].head);
    bool talks = is(class, "talks") || is(class, "plain_talks");
    return talks && chain->sentence->part->words[verb->head].pos != POS_VERB ? verb->subject : NONE;
}

/* "the possibility of a sale", "the signing of the pact": nouns that carry a nominal trigger. Returns the outermost, or
 * NONE. */
static int32_t apply_carriers(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    int32_t at = chain->event->noun, last = NONE;
    for (int step = 0; step < 3 && at != NONE; step++) {
        int32_t preposition = sentence->groups[at].preposition, carrier = preposition - 1;
        if (preposition == NONE)
            return last;
        chain->reading.negated |= is_excluded(sentence, preposition);
        /* "negotiations with Delhi for the sale" */
        while (carrier >= 2 && sentence->groups[carrier].kind == GROUP_NOUN &&
               sentence->groups[carrier].preposition == carrier - 1 &&
               (word_is(sentence, sentence->groups[carrier - 1].first, "with") ||
                word_is(sentence, sentence->groups[carrier - 1].first, "between")))
            carrier -= 2;
        /* "negotiations are under way for the export" */
        while (carrier > 0 && sentence->groups[carrier].kind == GROUP_ADVERB)
            carrier--;
        if (carrier > 0 && sentence->groups[carrier].kind == GROUP_NOUN &&
            word_is(sentence, sentence->groups[carrier].head, "underway"))
            carrier--;
        if (carrier > 0 && sentence->groups[carrier].kind == GROUP_VERB && sentence->groups[carrier].subject != NONE)
            carrier = carrier_of_state(chain, &sentence->groups[carrier]);
        if (carrier < 0 || sentence->groups[carrier].kind != GROUP_NOUN)
            return last;
        const char *class = noun_class(chain->lexicon, sentence, sentence->groups[carrier].head);
        if (strcmp(chain->event->type, "visit") != 0 && (is(class, "talks") || is(class, "plain_talks"))) {
            chain->reading.status = "negotiated";
            return carrier;
        }
        if (is(class, "intention") || is(class, "step") || is(class, "request") || is(class, "licence") ||
            is(class, "offer_noun") || (is(class, "paper") && !strcmp(chain->event->type, "agreement"))) {
            apply_noun(chain, carrier);
            last = carrier;
        }
        at = carrier;
    }
    return last;
}

/* "approved a possible sale", "notified Congress of a proposed sale": what is cleared is no longer only weighed. */
static bool is_cleared(const struct chain *chain)
{
    const struct group *verb = chain->event->verb == NONE ? NULL : &chain->sentence->groups[chain->event->verb];
    return verb && !verb->negated && !verb->modal_weak &&
           is(verb_attribute(chain->lexicon, chain->sentence, verb, "stage"), "approved");
}

/* "a new protection force": nobody signs an occasion or a task. */
static bool is_done_not_signed(const struct event *event)
{
    static const char *const types[] = {"operation", "training", "basing", "intelligence_sharing", NULL};
    for (size_t i = 0; types[i]; i++)
        if (!strcmp(types[i], event->type))
            return true;
    return is_occasion(event);
}

/* Participles and adjectives before a nominal trigger: "planned exercise", "possible sale". */
static void apply_modifiers(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *noun = &sentence->groups[chain->event->noun];
    for (uint32_t i = noun->first; i < chain->event->trigger_first; i++) {
        int32_t cue = sentence->part->words[i].cue;
        const char *stage = cue == NONE ? NULL : lexicon_entry_value(chain->lexicon, (uint32_t)cue, "stage");
        if (stage && !(is(stage, "signed") && is_done_not_signed(chain->event)))
            chain->reading.status = stage;
        if (cue != NONE && !is_cleared(chain))
            apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
    }
    chain->reading.negated |= is_none(sentence, chain->event->noun);
}

/* "discussed a possible sale of howitzers": doubts before what a verbal trigger acts on. */
static void apply_doubts(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[chain->event->verb];
    int32_t first = verb->passive ? verb->subject : verb->object, last = chain->event->argument;
    for (int32_t i = first; first != NONE && i <= last; i++)
        for (uint32_t k = sentence->groups[i].first; k <= sentence->groups[i].last; k++) {
            int32_t cue = sentence->part->words[k].cue;
            if (cue != NONE && !is_cleared(chain))
                apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
        }
}

/* Cues anywhere in the sentence: "reportedly", "allegedly", "difficult to envisage", "would have". */
static void apply_cues(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && is(lexicon_entry_value(chain->lexicon, (uint32_t)cue, "reach"), "sentence"))
            apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
    }
}

/* "the delivery is complete", "the sale is on hold": what is said of a nominal trigger. */
static void apply_predicate(struct chain *chain, const struct group *verb)
{
    const struct sentence *sentence = chain->sentence;
    if (verb->subject != chain->event->noun || verb->object == NONE)
        return;
    int32_t cue = sentence->part->words[sentence->groups[verb->object].head].cue;
    const char *stage = cue == NONE ? NULL : lexicon_entry_value(chain->lexicon, (uint32_t)cue, "stage");
    if (stage)
        chain->reading.status = stage;
}

/* ---- the chain ---- */
/* A verb over a nominal trigger that says nothing of its stage tells at most that it lies ahead. */
static void apply_light_verb(struct chain *chain, int32_t at)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[at];
    int32_t preposition = sentence->groups[chain->event->noun].preposition;
    apply_verb(chain, at, NONE, true);
    /* "is on a three-day visit" */
    if (preposition != NONE && word_is(sentence, sentence->groups[preposition].first, "on") &&
        sentence->part->words[verb->head].pos == POS_BE && verb->tense == TENSE_PRESENT)
        chain->reading.status = "ongoing";
    if (verb_attribute(chain->lexicon, chain->sentence, verb, "stage") ||
        verb_attribute(chain->lexicon, chain->sentence, verb, "speech"))
        return;
    if (chain->reading.future)
        chain->reading.status = "announced";
    else if (is(verb_attribute(chain->lexicon, chain->sentence, verb, "light"), "yes") && !chain->reading.status)
        chain->reading.status = status_by_tense(chain, verb);
    else if (chain->sentence->part->words[verb->head].pos == POS_BE)
        apply_predicate(chain, verb);
}

/* "Trump ordered the Pentagon to withdraw": a state that asks itself has decided. */
static bool orders_its_own(const struct chain *chain, const struct group *verb)
{
    const struct group *governor = &chain->sentence->groups[verb->governor];
    const char *control = verb_attribute(chain->lexicon, chain->sentence, governor, "control");
    struct party_list asker = {.count = 0}, asked = {.count = 0};
    if (!is(control, "object") || governor->passive || governor->subject == NONE || governor->subject == verb->subject)
        return false;
    party_of_group(chain->workspace, chain->event->sentence, governor->subject, &asker);
    party_of_group(chain->workspace, chain->event->sentence, verb->subject, &asked);
    return asker.count && asked.count && !strcmp(asker.items[0].id, asked.items[0].id);
}

static bool is_due(const struct sentence *sentence, const struct group *verb)
{
    static const char *const words[] = {"due", "set", "scheduled", "slated", "expected", "planned", "supposed", NULL};
    for (uint32_t i = verb->first; i <= sentence->last && i <= verb->last + 2; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]) && i < sentence->last && word_is(sentence, i + 1, "to"))
                return true;
    return false;
}

static bool has_class(const struct chain *chain, const struct group *verb, const char *class)
{
    const struct word *word = &chain->sentence->part->words[chain->sentence->part->words[verb->head].span_first];
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    for (size_t i = 0; i < 3; i++)
        if (entries[i] != NONE && !strcmp(lexicon_entry_id(chain->lexicon, (uint32_t)entries[i]), class))
            return true;
    return false;
}

/* "over its joint exercises, which are due to begin this week": what a relative clause tells of a nominal trigger. */
static const char *status_by_relative(const struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    for (uint32_t i = (uint32_t)chain->event->noun + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_VERB && verb->link != LINK_RELATIVE)
            return NULL;
        /* "its exercises with the United States, which begin": a state does not begin */
        if (verb->kind != GROUP_VERB || verb->subject < chain->event->noun ||
            (verb->subject != chain->event->noun && !is_occasion(chain->event)))
            continue;
        bool past = verb->tense == TENSE_PAST || verb->perfect;
        if (verb->tense == TENSE_FUTURE || (verb->tense == TENSE_PRESENT && is_due(sentence, verb)))
            return "announced";
        if (past && has_class(chain, verb, "begin"))
            return "ongoing";
        return past && has_class(chain, verb, "finish") ? "completed" : NULL;
    }
    return NULL;
}

/* From the trigger's verb upwards. Returns the verb of speech that reports the event, or NONE. */
static int32_t climb(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    const struct event *event = chain->event;
    int32_t speaker = NONE, at = event->verb;
    if (event->noun != NONE) {
        apply_modifiers(chain);
        int32_t carrier = apply_carriers(chain);
        /* "the signing of the pact was postponed" */
        for (uint32_t i = 0; i < sentence->group_count && at == NONE && carrier != NONE; i++)
            if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject == carrier)
                at = (int32_t)i;
    } else if (at != NONE)
        apply_doubts(chain);
    if (event->adjunct) {
        if (strcmp(event->adjunct, "unknown"))
            chain->reading.status = event->adjunct;
        return NONE;
    }
    bool staged = true;
    for (int step = 0; at != NONE && step < CHAIN_MAX; step++) {
        const struct group *verb = &sentence->groups[at];
        bool light = step == 0 && event->noun != NONE;
        /* "sharing will not be harmed": what is denied is the harm */
        if (light && verb->subject == event->noun && verb->negated &&
            !verb_attribute(chain->lexicon, sentence, verb, "stage"))
            break;
        if (light)
            apply_light_verb(chain, at);
        else
            apply_verb(chain, at, step == 0 ? event->verb_entry : NONE, staged);
        /* "pulled its troops out of": the verb alone means something else */
        if (step == 0 && event->noun == NONE && event->verb_entry == NONE && !chain->reading.status)
            chain->reading.status = status_by_tense(chain, verb);
        /* "will send troops to train recruits": what is for the future's sake lies there too */
        if (step > 0 && !chain->reading.status && (verb->tense == TENSE_FUTURE || verb->headline_to))
            chain->reading.status = "announced";
        if (verb->governor_noun != NONE && verb->link != LINK_RELATIVE)
            apply_noun(chain, verb->governor_noun);
        /* "will not attend, angry over the decision to supply": the decision hangs on a phrase of its own */
        if (verb->infinitive && verb->governor_noun != NONE &&
            sentence->groups[verb->governor_noun].preposition != NONE && chain->reading.status)
            break;
        if ((verb->link != LINK_COMPLEMENT && verb->link != LINK_CONTENT && verb->link != LINK_CONDITION &&
             verb->link != LINK_AND) ||
            verb->governor == NONE)
            break;
        at = verb->governor;
        if (orders_its_own(chain, verb))
            chain->reading.status = "announced";
        bool speech = verb_attribute(chain->lexicon, sentence, &sentence->groups[at], "speech") != NULL;
        if (speech)
            speaker = at;
        staged = !(verb->link == LINK_CONTENT && speech && verb->tense != TENSE_NONE) && !orders_its_own(chain, verb);
    }
    return speaker;
}

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

void status_read(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    struct chain chain = {workspace, workspace_lexicon(workspace), event->sentence, event, frame, {.status = NULL}};
    struct reading *reading = &chain.reading;
    int32_t speaker = climb(&chain);
    apply_cues(&chain);
    const char *told = event->noun == NONE ? NULL : status_by_relative(&chain);
    if (told && !reading->refused && !reading->negated)
        reading->status = told;
    bool official = workspace->official_state && role_has(event, workspace->official_state, NULL);
    enum stance stance = stance_read(workspace, event, speaker, &reading->alleged);
    /* "will block exports if fighting resumes" */
    if ((reading->future || is(reading->status, "announced")) && has_condition(event->sentence) &&
        !event->sentence->question)
        reading->hypothetical = true;
    /* "gave the troops a month to leave": sent away, whether they have gone or not */
    bool expelled = is(event->type, "downturn") && is(event->subtype, "expulsion");
    const char *otherwise = expelled ? "ongoing" : "unknown";
    /* "ordered US troops to leave": nothing was bought */
    if (expelled && is(reading->status, "signed"))
        reading->status = otherwise;
    event->status = reading->status ? reading->status : frame->status ? frame->status : otherwise;
    if (frame->lasting && !strcmp(event->status, "completed"))
        event->status = "ongoing";
    event->begins = event->verb != NONE && has_class(&chain, &event->sentence->groups[event->verb], "begin");
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
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i][0], event->type))
            return rows[i][1];
    if (!strcmp(event->type, "expo") && event->verb != NONE && event->sentence->groups[event->verb].tense == TENSE_PAST)
        return "completed";
    const struct group *verb = event->verb_entry == NONE ? NULL : &event->sentence->groups[event->verb];
    return verb && verb->gerund ? "ongoing" : "unknown";
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

/* What began last week may still go on. */
static bool has_begun_lately(const struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    if (!verb || event->date.start != event->date.end || event->date.end < workspace->anchor.day - 7 ||
        strcmp(event->status, "ongoing") != 0)
        return false;
    const char *const classes[] = {verb_class(lexicon, event->sentence, verb),
                                   verb_class2(lexicon, event->sentence, verb),
                                   verb_class3(lexicon, event->sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && !strcmp(classes[i], "begin"))
            return true;
    return false;
}

/* "arrived on Tuesday for a three-day visit": the stated days are not over. */
static bool still_stays(const struct coder_workspace *workspace, const struct event *event)
{
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
    if (frame->background && strcmp(event->modality, "confirmed"))
        event->scope = frame->background;
    if (!lead && !event->date_known && has_background_cue(workspace_lexicon(workspace), event->sentence))
        event->scope = "background";
}
