#include "lib/coder/status_parts.h"

void reading_apply_modality(struct reading *reading, const char *modality)
{
    reading->hypothetical |= is(modality, "hypothetical");
    reading->denied |= is(modality, "denied");
    reading->alleged |= is(modality, "alleged");
    reading->opinion |= is(modality, "opinion");
}

bool chain_verb_is(const struct chain *chain, const struct group *verb, const char *class)
{
    const struct word *word = &chain->sentence->part->words[chain->sentence->part->words[verb->head].span_first];
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    for (size_t i = 0; i < 3; i++)
        if (entries[i] != NONE && !strcmp(lexicon_entry_id(chain->lexicon, (uint32_t)entries[i]), class))
            return true;
    return false;
}

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

bool chain_has_condition(const struct sentence *sentence)
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
    else if (is(force, "would") && told_in_past(chain, verb) && !chain_has_condition(chain->sentence))
        reading->future = true;
    else if (verb->modal_weak && verb->perfect && is(force, "weak") && !verb->conditional)
        reading->alleged = true; /* "might have reached": a guess at what was done */
    else if (verb->modal_weak || verb->conditional)
        reading->hypothetical = true;
    if (verb->tense == TENSE_FUTURE)
        reading->future = true;
}

/* "After buying six frigates" */
static bool is_behind_after(const struct sentence *sentence, const struct group *verb)
{
    static const char *const words[] = {"after", "following", "upon", "since", NULL};
    const struct group *before = verb - 1;
    for (size_t i = 0; verb > sentence->groups && before->kind == GROUP_PREPOSITION && words[i]; i++)
        if (word_is(sentence, before->first, words[i]))
            return true;
    return false;
}

/* What a verb group's own tense says of the act it names. */
const char *chain_status_by_tense(const struct chain *chain, const struct group *verb)
{
    if (verb->tense == TENSE_FUTURE)
        return "announced";
    if (verb->gerund && is_behind_after(chain->sentence, verb))
        return "completed";
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
    if (!strcmp(stage, "signed") && is_occasion(chain->event) && chain_status_by_tense(chain, verb))
        return chain_status_by_tense(chain, verb);
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

static bool begins_with(const struct sentence *sentence, const struct group *group, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return false;
}

bool chain_is_none(const struct sentence *sentence, int32_t at)
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
            /* "no more than ten", but "no more tanks" */
            return strcmp(amount[i], "doubt") != 0 && group->first + 2 <= sentence->last &&
                   !word_is(sentence, group->first + 2, "than");
    return true;
}

bool chain_is_excluded(const struct sentence *sentence, int32_t preposition)
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
    return verb->negated || chain_is_none(sentence, verb->subject) || chain_is_none(sentence, verb->object) ||
           (verb->gerund && chain_is_excluded(sentence, at - 1)) ||
           is(verb_attribute(chain->lexicon, sentence, verb, "negates"), "yes");
}

/* "decided not to buy" */
static bool is_decided_against(const struct chain *chain, const struct group *verb)
{
    return verb->infinitive && verb->governor != NONE &&
           is(verb_attribute(chain->lexicon, chain->sentence, &chain->sentence->groups[verb->governor], "stage"),
              "announced");
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
    return headline && plain && chain->sentence->headline ? headline : chain_status_by_tense(chain, verb);
}

/* "rejected a report that": what is rejected is what others say, not what was asked. */
static bool is_of_words(const struct sentence *sentence, const struct group *verb)
{
    static const char *const words[] = {"report",      "reports",    "claim",       "claims",     "allegation",
                                        "allegations", "accusation", "accusations", "suggestion", "suggestions",
                                        "rumour",      "rumours",    "rumor",       "rumors",     "speculation",
                                        "assertion",   "assertions", NULL};
    int32_t object = verb->passive ? verb->subject : verb->object;
    for (size_t i = 0; object != NONE && words[i]; i++)
        if (word_is(sentence, sentence->groups[object].head, words[i]))
            return true;
    return false;
}

/* "withdrew from the exercise", "pulled out of the deal": what a party leaves does not come about with it. */
static bool leaves_undertaking(const struct chain *chain, const struct group *verb)
{
    static const char *const types[] = {"exercise", "arms_transfer", "visit", "expo", "industry", NULL};
    bool is_left = false;
    for (size_t i = 0; types[i]; i++)
        is_left |= !strcmp(types[i], chain->event->type);
    if (!is_left || verb->passive || verb->negated || chain->event->noun == NONE)
        return false;
    const struct group *noun = &chain->sentence->groups[chain->event->noun];
    int32_t preposition = noun->preposition;
    bool from = preposition != NONE && word_is(chain->sentence, chain->sentence->groups[preposition].first, "from");
    bool out_of = word_is(chain->sentence, verb->last, "of") && verb->object == chain->event->noun;
    return chain_verb_is(chain, verb, "withdraw") && (from || out_of);
}

/* "denied a frigate a port call": what somebody is denied is refused, not said to be untrue. */
static bool denies_somebody(const struct sentence *sentence, const struct group *verb)
{
    const struct group *groups = sentence->groups;
    if (verb->passive)
        return verb->object != NONE && groups[verb->object].preposition == NONE;
    if (verb->object == NONE || (uint32_t)verb->object + 1 >= sentence->group_count)
        return false;
    const struct group *second = &groups[verb->object + 1];
    bool begins_clause = (uint32_t)verb->object + 2 < sentence->group_count && (second + 1)->kind == GROUP_VERB &&
                         (second + 1)->subject == verb->object + 1;
    return second->kind == GROUP_NOUN && second->preposition == NONE && second->and_with == NONE && !begins_clause;
}

void chain_apply_verb(struct chain *chain, int32_t at, int32_t own, bool staged)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[at];
    struct reading *reading = &chain->reading;
    const char *stage = own != NONE ? lexicon_entry_value(chain->lexicon, (uint32_t)own, "stage")
                                    : verb_attribute(chain->lexicon, sentence, verb, "stage");
    const char *modality = own != NONE ? lexicon_entry_value(chain->lexicon, (uint32_t)own, "modality")
                                       : verb_attribute(chain->lexicon, sentence, verb, "modality");
    /* "the offer expires in June": it is open till then */
    if (own == NONE && is(stage, "ended") && verb->tense != TENSE_PAST && verb->subject != NONE &&
        word_is(sentence, sentence->groups[verb->subject].head, "offer"))
        return;
    if (own == NONE && is(stage, "refused") && is_of_words(sentence, verb)) {
        reading_apply_modality(reading, "denied");
        return;
    }
    if (is(modality, "denied") && denies_somebody(sentence, verb)) {
        modality = NULL;
        stage = "refused";
        staged = true;
    }
    /* "ended": an occasion is over, anything else is given up */
    int32_t second = sentence->part->words[sentence->part->words[verb->head].span_first].verb2;
    const char *other = second == NONE ? NULL : lexicon_entry_value(chain->lexicon, (uint32_t)second, "stage");
    if (own == NONE && (is(other, "ended") || (is(other, "completed") && is_occasion(chain->event))))
        stage = other;
    apply_modal(chain, verb);
    if (is_negated(chain, at)) {
        if (negates_refusal(chain, stage, modality))
            return;
        /* "did not confirm that": it is neither denied nor sure */
        if (own == NONE && verb_attribute(chain->lexicon, sentence, verb, "speech")) {
            reading->alleged = true;
            return;
        }
        if (says_no_longer(sentence, verb)) {
            reading->status = "ended";
            return;
        }
        bool would = is(modal_force(chain, verb), "would") && told_in_past(chain, verb);
        if ((verb->tense == TENSE_FUTURE && (would || !verb->modal_weak)) || is_decided_against(chain, verb))
            reading->refused = true;
        else
            reading->negated = true;
    }
    reading_apply_modality(reading, modality);
    if (own == NONE && leaves_undertaking(chain, verb)) {
        reading->refused |= verb->tense == TENSE_FUTURE || verb->headline_to;
        reading->status = reading->refused ? "refused" : "cancelled";
        return;
    }
    if (own != NONE && !strcmp(chain->event->type, "downturn") && chain->frame->status)
        reading->status = reading->future ? "announced" : chain->frame->status;
    else if (stage && staged)
        reading->status = status_by_stage(chain, verb, stage);
    else if (own != NONE && chain_status_by_tense(chain, verb))
        reading->status = reading->future ? "announced" : status_of_act(chain, verb, own);
}
