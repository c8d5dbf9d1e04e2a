#include "lib/coder/status_parts.h"

#include "lib/coder/party.h"

enum { CHAIN_MAX = 6 };

static void apply_noun(struct chain *chain, int32_t at)
{
    const struct group *noun = &chain->sentence->groups[at];
    const char *stage = noun_attribute(chain->lexicon, chain->sentence, noun->head, "stage");
    if (stage)
        chain->reading.status = stage;
    reading_apply_modality(&chain->reading, noun_attribute(chain->lexicon, chain->sentence, noun->head, "modality"));
    chain->reading.negated |= chain_is_none(chain->sentence, at);
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
        chain->reading.negated |= chain_is_excluded(sentence, preposition);
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
            reading_apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
    }
    chain->reading.negated |= chain_is_none(sentence, chain->event->noun);
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
                reading_apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
        }
}

void chain_apply_cues(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && is(lexicon_entry_value(chain->lexicon, (uint32_t)cue, "reach"), "sentence"))
            reading_apply_modality(&chain->reading, lexicon_entry_value(chain->lexicon, (uint32_t)cue, "modality"));
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

/* A verb over a nominal trigger that says nothing of its stage tells at most that it lies ahead. */
static void apply_light_verb(struct chain *chain, int32_t at)
{
    const struct sentence *sentence = chain->sentence;
    const struct group *verb = &sentence->groups[at];
    int32_t preposition = sentence->groups[chain->event->noun].preposition;
    chain_apply_verb(chain, at, NONE, true);
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
        chain->reading.status = chain_status_by_tense(chain, verb);
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

/* "Protesters urged Britain to halt": who asks takes part in nothing, so that it is his opinion. */
static bool is_urged_by_public(const struct chain *chain, const struct group *verb)
{
    static const char *const words[] = {"groups", "campaigners", "organisations", "organizations", "ngos", "charities",
                                        "unions", "lawyers",     "clerics",       "bishops",       NULL};
    const struct sentence *sentence = chain->sentence;
    const struct group *governor = &sentence->groups[verb->governor];
    const char *control = verb_attribute(chain->lexicon, sentence, governor, "control"),
               *stage = verb_attribute(chain->lexicon, sentence, governor, "stage");
    if (!is(control, "object") || !is(stage, "requested") || governor->passive || governor->subject == NONE ||
        governor->subject == verb->subject || sentence->groups[governor->subject].kind != GROUP_NOUN)
        return false;
    uint32_t head = sentence->groups[governor->subject].head;
    bool public = is(noun_class(chain->lexicon, sentence, head), "people");
    for (size_t i = 0; words[i]; i++)
    public |= word_is(sentence, head, words[i]);
    return public && sentence->part->words[head].name == NONE;
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

/* "over its joint exercises, which are due to begin this week": what a relative clause tells of a nominal trigger. */
const char *chain_status_by_relative(const struct chain *chain)
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
        /* "a pact that could allow": what it is for, not what becomes of it */
        if (chain_verb_is(chain, verb, "approve") || chain_verb_is(chain, verb, "let"))
            return NULL;
        if (verb->tense == TENSE_FUTURE || (verb->tense == TENSE_PRESENT && is_due(sentence, verb)))
            return "announced";
        if (past && chain_verb_is(chain, verb, "begin"))
            return "ongoing";
        return past && chain_verb_is(chain, verb, "finish") ? "completed" : NULL;
    }
    return NULL;
}

/* "the opening ceremony of the exercise was held", "attended the conclusion of the drill": what is over is the
 * ceremony; the stage that it gives the occasion, or NULL. */
static const char *status_by_ceremony(const struct chain *chain, int32_t carrier)
{
    static const char *const begins[] = {"opening", "start", "launch", "beginning", "commencement", NULL};
    static const char *const ends[] = {"conclusion", "end", "close", "closing", "finish", "culmination", NULL};
    const struct sentence *sentence = chain->sentence;
    if (carrier != NONE && word_is(sentence, sentence->groups[carrier].head, "ceremony"))
        return chain->reading.status;
    int32_t preposition = sentence->groups[chain->event->noun].preposition,
            held = chain->event->verb == NONE ? NONE : sentence->groups[chain->event->verb].subject;
    /* "an opening ceremony was held on Monday for the drill" */
    if (!strcmp(chain->event->type, "exercise") && held != NONE && held < chain->event->noun &&
        word_is(sentence, sentence->groups[held].head, "ceremony"))
        return noun_attribute(chain->lexicon, sentence, sentence->groups[held].head, "stage");
    if (strcmp(chain->event->type, "exercise") != 0 || preposition < 1 ||
        !word_is(sentence, sentence->groups[preposition].first, "of") ||
        sentence->groups[preposition - 1].kind != GROUP_NOUN)
        return NULL;
    uint32_t head = sentence->groups[preposition - 1].head;
    for (size_t i = 0; begins[i]; i++)
        if (word_is(sentence, head, begins[i]))
            return "ongoing";
    for (size_t i = 0; ends[i]; i++)
        if (word_is(sentence, head, ends[i]))
            return "completed";
    return NULL;
}

static bool is_behind_whether(const struct sentence *sentence, int32_t verb)
{
    for (int32_t i = verb; i-- > 0 && sentence->groups[i].kind != GROUP_VERB;)
        if (sentence->groups[i].kind == GROUP_THAT)
            return word_is(sentence, sentence->groups[i].first, "whether");
    return false;
}

int32_t chain_climb(struct chain *chain)
{
    const struct sentence *sentence = chain->sentence;
    const struct event *event = chain->event;
    int32_t speaker = NONE, at = event->verb;
    const char *of_ceremony = NULL;
    if (event->noun != NONE) {
        apply_modifiers(chain);
        int32_t carrier = apply_carriers(chain);
        of_ceremony = status_by_ceremony(chain, carrier);
        /* "the signing of the pact was postponed" */
        for (uint32_t i = 0; i < sentence->group_count && at == NONE && carrier != NONE; i++)
            if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject == carrier)
                at = (int32_t)i;
    } else if (at != NONE)
        apply_doubts(chain);
    if (event->adjunct) {
        if (strcmp(event->adjunct, "unknown") && !of_ceremony)
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
            chain_apply_verb(chain, at, step == 0 ? event->verb_entry : NONE, staged);
        /* "pulled its troops out of": the verb alone means something else */
        if (step == 0 && event->noun == NONE && event->verb_entry == NONE && !chain->reading.status)
            chain->reading.status = chain_status_by_tense(chain, verb);
        /* "declined to say whether it had sold": nobody says that it did */
        if (verb->link == LINK_CONTENT && is_behind_whether(sentence, at))
            chain->reading.hypothetical = true;
        /* "will send troops to train recruits": what is for the future's sake lies there too */
        if (step > 0 && !chain->reading.status && (verb->tense == TENSE_FUTURE || verb->headline_to))
            chain->reading.status = "announced";
        /* "managed to deliver": what was managed was done */
        if (step > 0 && !chain->reading.status && is(verb_attribute(chain->lexicon, sentence, verb, "implies"), "yes"))
            chain->reading.status = chain_status_by_tense(chain, verb);
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
        chain->reading.opinion |= is_urged_by_public(chain, verb);
        bool speech = verb_attribute(chain->lexicon, sentence, &sentence->groups[at], "speech") != NULL;
        if (speech)
            speaker = at;
        staged = !(verb->link == LINK_CONTENT && speech && verb->tense != TENSE_NONE) && !orders_its_own(chain, verb);
    }
    if (of_ceremony &&
        (!chain->reading.status || is(chain->reading.status, "completed") || is(chain->reading.status, "ongoing")))
        chain->reading.status = of_ceremony;
    chain->opened = of_ceremony && is(of_ceremony, "ongoing");
    return speaker;
}
