#include "lib/coder/office.h"

#include "lib/coder/clause.h"
#include "lib/coder/person.h"

#include <string.h>

enum office { OFFICE_NONE, OFFICE_LEADER, OFFICE_DEFENCE };

struct offices {
    enum office best;
    bool civil;          /* a finance minister and the like */
    bool leader;         /* a president, a foreign minister */
    bool unsaid;         /* "his counterpart", "the two ministers", "he": whose office stands in an earlier sentence */
    const char *subtype; /* "delegation" where one is named, or NULL */
};

/* Words that tell of an office without saying which. */
static bool office_is_unsaid(const struct sentence *sentence, uint32_t token)
{
    static const char *const words[] = {"minister",   "ministers", "general",   "generals",  "chief",      "chiefs",
                                        "delegation", "secretary", "officials", "commander", "commanders", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, token, words[i]))
            return true;
    return false;
}

/* "the Mossad", "the National Directorate of Security": bodies whose heads are of defence. */
static bool is_agency(const struct sentence *sentence, const struct mention *mention)
{
    static const char *const bodies[] = {"CIA",     "Mossad",  "Pentagon", "MI6", "MI5",  "GCHQ", "FSB",
                                         "SVR",     "GRU",     "ISI",      "RAW", "DIA",  "NSA",  "intelligence",
                                         "Bet",     "KGB",     "Security", "BND", "DGSE", "MIT",  "DGSI",
                                         "Defence", "Defense", "Joint",    NULL};
    for (size_t i = 0; mention->class == LEXICON_INSTITUTION && bodies[i]; i++)
        for (uint32_t k = mention->first; k <= mention->last; k++)
            if (word_is(sentence, k, bodies[i]))
                return true;
    return false;
}

/* "the Jordanian army chief", "the Chilean navy": a force that acts through its command, not "Russian troops". */
static bool names_staff(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention,
                        const struct group *group)
{
    static const char *const services[] = {"army",     "navy",  "military", "staff", "guard",
                                           "ministry", "force", "command",  NULL};
    bool commanded = mention->last < group->last && noun_attribute(lexicon, sentence, mention->last + 1, "commands");
    if (commanded && is_agency(sentence, mention))
        return true;
    if (mention->class != LEXICON_FORCE)
        return false;
    if (mention->last < group->last) {
        /* "a Coast Guard contingent": its troops are not its staff, "Army officers" may be */
        const char *stands = noun_attribute(lexicon, sentence, mention->last + 1, "stands");
        bool troops =
            stands && !strcmp(stands, "force") && !noun_attribute(lexicon, sentence, mention->last + 1, "subtype");
        return noun_attribute(lexicon, sentence, mention->last + 1, "commands") ||
               (noun_class(lexicon, sentence, mention->last + 1) && !troops);
    }
    for (size_t i = 0; services[i]; i++)
        if (word_is(sentence, mention->last, services[i]))
            return true;
    return mention->last > mention->first && word_is(sentence, mention->last, "forces") &&
           (word_is(sentence, mention->last - 1, "armed") || word_is(sentence, mention->last - 1, "defence") ||
            word_is(sentence, mention->last - 1, "defense"));
}

/* "Vice Admiral Rakesh Menon", "Lt. Gen. Jan Kowal": an officer of high rank, who serves. */
static bool has_high_rank(const struct sentence *sentence, const struct group *group)
{
    static const char *const ranks[] = {"admiral", "adm", "commodore", "brigadier", "gen", NULL};
    static const char *const before_general[] = {"lieutenant", "major", "brigadier", "colonel",
                                                 "lt",         "maj",   "brig",      NULL};
    static const char *const past[] = {"retired", "former", "late", "ex", NULL};
    bool rank = false;
    for (uint32_t i = group->first; i <= group->last; i++) {
        for (size_t k = 0; past[k]; k++)
            if (word_is(sentence, i, past[k]))
                return false;
        const struct word *whole = &sentence->part->words[sentence->part->words[i].span_first];
        if (!(sentence->part->list.tokens[i].flags & TOKEN_CAPITAL) || whole->title == NONE)
            continue;
        for (size_t k = 0; ranks[k]; k++)
            rank |= word_is(sentence, i, ranks[k]);
        for (size_t k = 0; before_general[k] && i < group->last; k++)
            rank |= word_is(sentence, i, before_general[k]) &&
                    (word_is(sentence, i + 1, "general") || word_is(sentence, i + 1, "gen"));
        rank |= word_is(sentence, i, "air") && i < group->last && word_is(sentence, i + 1, "marshal");
    }
    return rank && group->last > group->first + 1;
}

static void offices_of_group(struct coder_workspace *workspace, const struct sentence *sentence, int32_t at,
                             struct offices *offices)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (sentence->groups[at].kind != GROUP_NOUN)
        return;
    struct sentence *elsewhere = NULL;
    int32_t told = person_named(workspace, sentence, at, &elsewhere);
    if (told != NONE) {
        sentence = elsewhere;
        at = told;
    }
    const struct group *group = &sentence->groups[at];
    offices->unsaid |= sentence->part->words[group->first].pos == POS_PRONOUN;
    if (has_high_rank(sentence, group))
        offices->best = OFFICE_DEFENCE;
    for (uint32_t i = group->first; i <= group->last; i++) {
        const struct word *word = &sentence->part->words[i];
        const char *class = noun_class(lexicon, sentence, i);
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        const char *held =
            mention && mention->class == LEXICON_LEADER ? lexicon_entry_value(lexicon, mention->entry, "office") : NULL;
        bool named = class && (!strcmp(class, "defence_office") || !strcmp(class, "defence_ministry") ||
                               !strcmp(class, "defence_body"));
        if (named || (held && strstr(held, "defence")) || (mention && names_staff(lexicon, sentence, mention, group))) {
            offices->best = OFFICE_DEFENCE;
        }
        const char *subtype = noun_attribute(lexicon, sentence, i, "subtype");
        if (subtype && !strcmp(subtype, "delegation") && !offices->subtype)
            offices->subtype = subtype;
        offices->civil |= class && !strcmp(class, "civil_office");
        offices->unsaid |= (class && (!strcmp(class, "counterpart") || !strcmp(class, "pair"))) ||
                           (i == group->head && office_is_unsaid(sentence, i));
        bool leader = (class && (!strcmp(class, "leader_office") || !strcmp(class, "counterpart"))) ||
                      word->title != NONE || (mention && mention->class == LEXICON_LEADER);
        offices->leader |= (class && !strcmp(class, "leader_office")) || (mention && mention->class == LEXICON_LEADER);
        if (leader && offices->best == OFFICE_NONE)
            offices->best = OFFICE_LEADER;
    }
}

/* "a protocol under which officers will study at military academies", "a treaty that obliges the two to help if either
 * is attacked", "a pact placing their forces under one command": the clause that tells what is in a paper, behind group
 * `at`, speaks of forces or of war. */
static bool content_is_of_defence(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    static const char *const classes[] = {
        "forces", "troops",    "force_unit",    "trainees", "schools",      "base",         "exercise",   "training",
        "aid",    "arms_sale", "defence_topic", "alliance", "peacekeepers", "intelligence", "deployment", NULL};
    static const char *const words[] = {"military", "attacked", "armed",    "aggression", "warships", "navies",
                                        "armies",   "weapons",  "soldiers", "invasion",   NULL};
    static const char *const opens[] = {"placing",   "committing", "obliging", "allowing",  "letting", "permitting",
                                        "governing", "covering",   "binding",  "providing", NULL};
    const struct group *first = &sentence->groups[at];
    bool clause = first->kind == GROUP_WHO || first->kind == GROUP_THAT || word_is(sentence, first->first, "whereby");
    for (size_t i = 0; opens[i] && !clause; i++)
        clause = word_is(sentence, first->first, opens[i]);
    for (uint32_t i = at; clause && i < sentence->group_count && sentence->groups[i].kind != GROUP_STOP; i++)
        for (uint32_t k = sentence->groups[i].first; k <= sentence->groups[i].last; k++) {
            const struct word *word = &sentence->part->words[k];
            if (word->blocked)
                continue;
            const char *class = noun_class(lexicon, sentence, k), *gate = noun_attribute(lexicon, sentence, k, "gate");
            if (word->name != NONE && sentence->mentions[word->name].class == LEXICON_FORCE)
                return true;
            for (size_t n = 0; class && classes[n]; n++)
                if (!strcmp(class, classes[n]) && !(gate && !strcmp(gate, "no")))
                    return true;
            for (size_t n = 0; words[n]; n++)
                if (word_is(sentence, k, words[n]))
                    return true;
        }
    return false;
}

/* "an Air Force agreement", "a protocol on the exchange of military police experience" */
static bool paper_is_of_defence(const struct lexicon *lexicon, const struct event *event)
{
    static const char *const links[] = {"of", "on", "for", "in", "about", "regarding", "concerning", "over", NULL};
    const struct sentence *sentence = event->sentence;
    bool aimed = false;
    for (uint32_t i = event->argument == NONE ? 0 : (uint32_t)event->argument; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        /* "a treaty of peace, friendship and cooperation" */
        bool linked = (int32_t)i == event->argument || (group->kind == GROUP_NOUN && group->and_with != NONE);
        for (size_t k = 0; group->kind == GROUP_NOUN && group->preposition != NONE && links[k]; k++)
            linked |= word_is(sentence, sentence->groups[group->preposition].first, links[k]);
        /* "a memorandum to strengthen defence ties" */
        bool aim = group->kind == GROUP_VERB && group->infinitive && !aimed;
        if ((group->kind == GROUP_VERB && !aim) || group->kind == GROUP_STOP ||
            (group->kind == GROUP_NOUN && !linked && !aimed))
            return false;
        aimed |= aim;
        if (content_is_of_defence(lexicon, sentence, i))
            return true;
        for (uint32_t k = group->first; group->kind == GROUP_NOUN && k <= group->last; k++) {
            const struct word *word = &sentence->part->words[k];
            const char *class = word->blocked ? NULL : noun_class(lexicon, sentence, k);
            bool force = word->name != NONE && sentence->mentions[word->name].class == LEXICON_FORCE;
            if (force || word_is(sentence, k, "military") || word_is(sentence, k, "defence") ||
                word_is(sentence, k, "defense") ||
                (class && (!strcmp(class, "forces") || !strcmp(class, "defence_topic") || !strcmp(class, "troops"))))
                return true;
        }
    }
    return false;
}

/* Whether defence signs: the verb's subject or agent, or whom "between" and "of" name behind the paper. */
static bool defence_signs(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    /* firms of the list are of the arms industry */
    uint32_t firms = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firms += !strncmp(event->actors[i].id, "COM:", 4) && !event->actors[i].from_context;
    if (firms >= 2)
        return true;
    const struct sentence *sentence = event->sentence;
    const struct group *verb = &sentence->groups[event->verb];
    struct offices offices = {.best = OFFICE_NONE};
    for (uint32_t i = 0; i < sentence->group_count && (int32_t)i <= verb->clause_last; i++) {
        const struct group *group = &sentence->groups[i];
        bool subject =
            !verb->passive && verb->subject != NONE && (int32_t)i >= verb->subject && (int32_t)i < event->verb;
        bool party = group->kind == GROUP_NOUN && group->preposition != NONE &&
                     (word_is(sentence, sentence->groups[group->preposition].first, "by") ||
                      word_is(sentence, sentence->groups[group->preposition].first, "between") ||
                      word_is(sentence, sentence->groups[group->preposition].first, "with"));
        if (group->kind == GROUP_NOUN && (subject || party)) {
            offices_of_group(workspace, sentence, (int32_t)i, &offices);
            /* "the coast guards of Peru and Chile sign": forces themselves; police sign papers of their own */
            if (group_is_force(lexicon, sentence, (int32_t)i) && !word_is(sentence, group->head, "police"))
                offices.best = OFFICE_DEFENCE;
            for (uint32_t k = group->first; k <= group->last; k++) {
                const char *class = noun_class(lexicon, sentence, k);
                if (class && !strcmp(class, "defence_ministry"))
                    offices.best = OFFICE_DEFENCE;
            }
        }
    }
    /* "The defence ministers met. They signed": of those whom the sentence before names */
    const struct group *signer = verb->subject == NONE || verb->passive ? NULL : &sentence->groups[verb->subject];
    if (offices.best != OFFICE_DEFENCE && signer && sentence->part->words[signer->first].pos == POS_PRONOUN &&
        event->sentence_index > 0 && sentence[-1].part == sentence->part &&
        workspace_parse(workspace, &event->sentence[-1]))
        for (uint32_t i = 0; i < sentence[-1].group_count; i++)
            offices_of_group(workspace, &sentence[-1], (int32_t)i, &offices);
    return offices.best == OFFICE_DEFENCE || paper_is_of_defence(lexicon, event);
}

/* A phrase of or from, an apposition, a leader: still the same people. */
static bool belongs_to_head(const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    if (group->kind != GROUP_NOUN || group->preposition == NONE)
        return true;
    uint32_t word = sentence->groups[group->preposition].first;
    return word_is(sentence, word, "of") || word_is(sentence, word, "from") || word_is(sentence, word, "by");
}

bool office_heads_forces(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    if (group->kind != GROUP_NOUN || !noun_attribute(lexicon, sentence, group->head, "commands") ||
        (uint32_t)at + 2 >= sentence->group_count || sentence->groups[at + 1].kind != GROUP_PREPOSITION ||
        !word_is(sentence, sentence->groups[at + 1].first, "of"))
        return false;
    for (int32_t i = at + 2; (uint32_t)i < sentence->group_count && sentence->groups[i].kind != GROUP_VERB; i++) {
        const struct group *of = &sentence->groups[i];
        int32_t name = of->kind == GROUP_NOUN ? sentence->part->words[of->head].name : NONE;
        const char *class = of->kind == GROUP_NOUN ? noun_class(lexicon, sentence, of->head) : NULL;
        if ((class && (!strcmp(class, "forces") || !strcmp(class, "defence_ministry"))) ||
            (name != NONE &&
             (sentence->mentions[name].class == LEXICON_FORCE || is_agency(sentence, &sentence->mentions[name]))))
            return true;
    }
    return false;
}

/* The offices among the groups of the trigger's clause: subject, objects, phrases, and appositions behind them. */
static struct offices offices_of_event(struct coder_workspace *workspace, const struct event *event,
                                       const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    struct offices offices = {.best = OFFICE_NONE};
    int32_t from = event->verb != NONE ? event->verb : event->noun, to = from;
    /* "the army chief, on the first day of his visit to Rabat, was given" */
    for (int32_t i = event->noun; event->verb == NONE && i-- > 0;) {
        if (sentence->groups[i].kind == GROUP_STOP || sentence->groups[i].kind == GROUP_VERB)
            break;
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition == NONE)
            from = i;
    }
    if (event->verb != NONE && sentence->groups[event->verb].subject != NONE &&
        sentence->groups[event->verb].subject < from)
        from = sentence->groups[event->verb].subject;
    if (event->noun != NONE && event->noun < from)
        from = event->noun;
    to = event->verb != NONE ? sentence->groups[event->verb].clause_last : event->noun;
    if (event->noun > to)
        to = event->noun;
    /* who visits is the verb's subject, whoever else is named */
    int32_t beyond = to + 6;
    const char *subject = frame_role(frame, "subject", 7);
    if (event->verb_entry != NONE && subject && !strcmp(subject, "initiator") &&
        !sentence->groups[event->verb].passive && sentence->groups[event->verb].subject < event->verb)
        to = beyond = event->verb - 1;
    for (int32_t i = from; i <= beyond && (uint32_t)i < sentence->group_count; i++) {
        if (i > to && (sentence->groups[i].kind == GROUP_VERB || sentence->groups[i].kind == GROUP_CLOSE_QUOTE))
            break;
        /* "…, the defence ministry said": who tells of it does not take part */
        if (i > event->verb && i > event->noun && (uint32_t)i + 1 < sentence->group_count &&
            sentence->groups[i + 1].kind == GROUP_VERB && sentence->groups[i + 1].subject == i &&
            !clause_is_led_by(sentence, i + 1))
            break;
        /* "for the Lebanese army", behind the subject, is another matter */
        if (event->noun == NONE && i < event->verb && i > from && !belongs_to_head(sentence, i))
            continue;
        offices_of_group(workspace, sentence, i, &offices);
        /* "a delegation headed by General Yasar Guler" */
        int32_t leader = sentence->groups[i].kind == GROUP_NOUN ? clause_leader_of(sentence, i) : NONE;
        if (leader != NONE)
            offices_of_group(workspace, sentence, leader, &offices);
        if (office_heads_forces(lexicon, sentence, i) ||
            (leader != NONE && office_heads_forces(lexicon, sentence, leader)))
            offices.best = OFFICE_DEFENCE;
    }
    return offices;
}

/* An office of defence in the title or in the sentences right before: "The two ministers also met …". */
static bool office_in_context(struct coder_workspace *workspace, const struct event *event)
{
    for (uint32_t back = 0; back <= 3; back++) {
        uint32_t index = back == 0 ? 0 : event->sentence_index - back;
        if (index >= event->sentence_index || (back > 0 && event->sentence_index < back))
            continue;
        struct sentence *sentence = &workspace->sentences[index];
        struct offices offices = {.best = OFFICE_NONE};
        if ((back == 0 && !workspace->title_count) || !workspace_parse(workspace, sentence))
            continue;
        for (uint32_t i = 0; i < sentence->group_count && offices.best != OFFICE_DEFENCE; i++)
            offices_of_group(workspace, sentence, (int32_t)i, &offices);
        if (offices.best == OFFICE_DEFENCE)
            return true;
    }
    return false;
}

static bool is_military_mention(const struct mention *mention)
{
    enum lexicon_class class = (enum lexicon_class)mention->class;
    return class == LEXICON_FORCE || class == LEXICON_FAIR || class == LEXICON_PROGRAMME ||
           (class == LEXICON_EXERCISE && !mention->ambiguous) ||
           (lexicon_class_use(class) == USE_GOODS && !mention->ambiguous);
}

/* "their Team Spirit exercise": a name that may be another's, beside the word for what it is the name of. */
static bool is_named_exercise(const struct lexicon *lexicon, const struct sentence *sentence,
                              const struct mention *mention)
{
    static const char *const classes[] = {"exercise", "plain_exercise", NULL};
    const char *const beside[] = {
        mention->last < sentence->last ? noun_class(lexicon, sentence, mention->last + 1) : NULL,
        mention->first > sentence->first ? noun_class(lexicon, sentence, mention->first - 1) : NULL};
    for (size_t i = 0; i < 4 && mention->class == LEXICON_EXERCISE; i++)
        if (beside[i / 2] && same_id(beside[i / 2], classes[i % 2]))
            return true;
    return false;
}

/* "will open its airfields to US aircraft": a state's planes, where a field and not an airport is opened to them. */
static bool opens_field_to(const struct sentence *sentence, const struct event *event, uint32_t at)
{
    static const char *const fields[] = {"airfield", "airfields", "airstrip", "airstrips", NULL};
    if (!event || strcmp(event->type, "basing") != 0 || event->argument == NONE || at == sentence->first)
        return false;
    int32_t name = sentence->part->words[at - 1].name;
    bool state = name != NONE &&
                 (sentence->mentions[name].class == LEXICON_DEMONYM || sentence->mentions[name].class == LEXICON_STATE);
    for (size_t i = 0; state && fields[i]; i++)
        if (word_is(sentence, sentence->groups[event->argument].head, fields[i]))
            return true;
    return false;
}

/* `except`: an event whose own words do not count, or NULL. */
static bool speaks_of_defence(const struct lexicon *lexicon, const struct sentence *sentence,
                              const struct event *except)
{
    static const char *const classes[] = {"goods",
                                          "arms_sale",
                                          "arms_trade",
                                          "arms_purchase",
                                          "arms_deal",
                                          "aid",
                                          "exercise",
                                          "agreement",
                                          "partnership",
                                          "cooperation",
                                          "intelligence",
                                          "training",
                                          "base",
                                          "talks",
                                          "forces",
                                          "troops",
                                          "mission",
                                          "defence_office",
                                          "defence_topic",
                                          "fair",
                                          "arms_project",
                                          "arms_plant",
                                          "alliance",
                                          "ally_status",
                                          "technical_data",
                                          "defence_body",
                                          "intelligence_goods",
                                          "defence_ministry",
                                          "trainees",
                                          "trainers",
                                          "peacekeepers",
                                          "cargo",
                                          "force_unit",
                                          "schools",
                                          NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->blocked ||
            (except && except->sentence == sentence && i >= except->trigger_first && i <= except->trigger_last))
            continue;
        /* "access to FMF funds" is of money */
        bool programme = word->name != NONE && sentence->mentions[word->name].class == LEXICON_PROGRAMME;
        if (word->name != NONE && is_military_mention(&sentence->mentions[word->name]) && !(programme && except))
            return true;
        if (word->name != NONE && is_named_exercise(lexicon, sentence, &sentence->mentions[word->name]))
            return true;
        if (word_is(sentence, i, "defence") || word_is(sentence, i, "defense") || word_is(sentence, i, "military"))
            return true;
        const char *class = noun_class(lexicon, sentence, i);
        const char *gate = class ? noun_attribute(lexicon, sentence, i, "gate") : NULL;
        /* "officers to train at academies": a course is of defence by who attends it */
        if (except && !strcmp(except->type, "training") &&
            (word_is(sentence, i, "officers") || word_is(sentence, i, "cadets") || word_is(sentence, i, "officer")))
            return true;
        if (class && !strcmp(class, "goods") && opens_field_to(sentence, except, i))
            return true;
        /* "engineers", "pilots", "planes" may be anybody's */
        if (gate && !strcmp(gate, "weak") &&
            (!strcmp(class, "troops") || !strcmp(class, "goods") || !strcmp(class, "schools")))
            continue;
        for (size_t k = 0; class && classes[k]; k++)
            if (same_id(class, classes[k]))
                return true;
    }
    return false;
}

static bool speaks_of_alliance(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (sentence->mentions[i].class == LEXICON_PROGRAMME ||
            (sentence->mentions[i].class == LEXICON_ORGANISATION &&
             !lexicon_entry_value(lexicon, sentence->mentions[i].entry, "civil")))
            return true;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = noun_class(lexicon, sentence, i);
        if (class && !strcmp(class, "alliance_org"))
            return true;
    }
    return false;
}

static bool speaks_of_threat(const struct lexicon *lexicon, const struct sentence *sentence)
{
    static const char *const classes[] = {"threat_topic",   "defence_topic",  "forces", "intelligence_goods",
                                          "technical_data", "defence_office", NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = noun_class(lexicon, sentence, i);
        for (size_t k = 0; class && classes[k]; k++)
            if (same_id(class, classes[k]))
                return true;
    }
    return false;
}

static bool is_of_defence(const struct lexicon *lexicon, struct sentence *sentence)
{
    if (!sentence->defence)
        sentence->defence = speaks_of_defence(lexicon, sentence, NULL) ? 1 : 2;
    return sentence->defence == 1;
}

/* In the sentence, beside it, or in the title. */
static bool defence_is_near(struct coder_workspace *workspace, const struct event *event)
{
    uint32_t at = event->sentence_index;
    const uint32_t near[] = {at, at + 1, at > 0 ? at - 1 : at, 0};
    for (size_t i = 0; i < 4; i++)
        if (near[i] < workspace->sentence_count && workspace_read(workspace, &workspace->sentences[near[i]]) &&
            is_of_defence(workspace_lexicon(workspace), &workspace->sentences[near[i]]))
            return true;
    return false;
}

void office_check_topic(struct coder_workspace *workspace, struct event *event, const char *topic)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool found = false;
    if (!strcmp(topic, "alliance"))
        found = speaks_of_alliance(lexicon, event->sentence);
    else if (!strcmp(topic, "threat"))
        found =
            speaks_of_threat(lexicon, event->sentence) || (event->noun != NONE && defence_is_near(workspace, event));
    else if (!strcmp(topic, "here"))
        found = speaks_of_defence(lexicon, event->sentence, event);
    else
        found = defence_is_near(workspace, event);
    if (!found)
        event->dropped = "nothing says that it is about defence";
}

static bool goes_to_forces(const struct lexicon *lexicon, const struct event *event)
{
    int32_t object = event->verb_entry == NONE ? NONE : event->sentence->groups[event->verb].object;
    const char *class =
        object == NONE ? NULL : noun_class(lexicon, event->sentence, event->sentence->groups[object].head);
    return class && (!strcmp(class, "schools") || !strcmp(class, "base"));
}

void office_check(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (frame->signers) {
        if (event->verb == NONE || !defence_signs(workspace, event))
            event->dropped = "a paper that nobody of defence signs";
        return;
    }
    struct offices offices = offices_of_event(workspace, event, frame);
    if (offices.best == OFFICE_DEFENCE && offices.subtype && event->subtype && !strcmp(event->subtype, "high_level"))
        event->subtype = offices.subtype;
    if (offices.best == OFFICE_DEFENCE)
        return;
    /* officers and cadets who go to another state's base or academy */
    if (offices.subtype && goes_to_forces(lexicon, event)) {
        event->subtype = offices.subtype;
        return;
    }
    if (offices.civil) {
        event->dropped = "a civil office";
        return;
    }
    if (offices.unsaid && !offices.leader && office_in_context(workspace, event))
        return;
    bool defence = is_of_defence(lexicon, event->sentence);
    /* an official readout is on one meeting from end to end */
    for (uint32_t i = event->sentence_index + 1;
         workspace->home.id && i < workspace->sentence_count && i <= event->sentence_index + 3 && !defence; i++)
        defence =
            workspace_read(workspace, &workspace->sentences[i]) && is_of_defence(lexicon, &workspace->sentences[i]);
    if (!defence && offices.best == OFFICE_LEADER && workspace->title_count &&
        workspace_read(workspace, &workspace->sentences[0]))
        defence = is_of_defence(lexicon, &workspace->sentences[0]);
    if (offices.best == OFFICE_NONE)
        event->dropped = "no office-holder takes part";
    else if (frame->defence_office)
        event->dropped = "nobody of defence takes part";
    else if (!defence)
        event->dropped = "nothing says that defence was the subject";
    else
        event_reason(event, "office outside defence", -0.1);
}

/* "Indian Navy ship": plain words for ships that are a navy's. */
static bool is_of_navy(const struct sentence *sentence, uint32_t at)
{
    static const char *const words[] = {"navy", "naval", "guard", "coastguard", "fleet", NULL};
    for (size_t i = 0; words[i] && at > sentence->first; i++)
        if (word_is(sentence, at - 1, words[i]))
            return true;
    return false;
}

/* "carriers" may be airlines, but not those that pull into a port. */
static bool docks(const struct lexicon *lexicon, const struct event *event)
{
    const char *class =
        event->verb_entry == NONE ? NULL : verb_class(lexicon, event->sentence, &event->sentence->groups[event->verb]);
    return class && !strcmp(class, "dock");
}

/* The noun group of a ship that is the verb's subject or that a visit is of, or NONE. */
int32_t office_visiting_ship(const struct lexicon *lexicon, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    int32_t places[] = {event->verb == NONE ? NONE : sentence->groups[event->verb].subject, event->noun, NONE, NONE};
    /* "two Japanese and one Pakistani ship": what the last one is, all are */
    for (int32_t next = places[0]; next != NONE; next = clause_coordinated_next(sentence, next))
        places[3] = next;
    if (event->noun != NONE && (uint32_t)event->noun + 2 < sentence->group_count &&
        sentence->groups[event->noun + 1].kind == GROUP_PREPOSITION)
        places[2] = event->noun + 2;
    for (size_t p = 0; p < 4; p++) {
        if (places[p] == NONE || sentence->groups[places[p]].kind != GROUP_NOUN)
            continue;
        const struct group *group = &sentence->groups[places[p]];
        for (uint32_t i = group->first; i <= group->last; i++) {
            const struct word *word = &sentence->part->words[i];
            const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
            bool goods = mention && (mention->class == LEXICON_EQUIPMENT || mention->class == LEXICON_EQUIPMENT_CLASS);
            const char *sipri = goods ? lexicon_entry_value(lexicon, mention->entry, "sipri")
                                      : noun_attribute(lexicon, sentence, i, "sipri");
            const char *craft = mention && mention->class == LEXICON_FORCE
                                    ? lexicon_entry_value(lexicon, mention->entry, "craft")
                                    : noun_attribute(lexicon, sentence, i, "craft");
            bool of_navy = craft && !strcmp(craft, "navy");
            if ((craft && (!of_navy || is_of_navy(sentence, i))) ||
                (sipri && !strcmp(sipri, "ship") && (!(mention && mention->ambiguous) || docks(lexicon, event))))
                return places[p];
        }
    }
    return NONE;
}
