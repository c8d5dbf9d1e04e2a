#include "lib/coder/seek.h"

#include "lib/coder/clause.h"
#include "lib/coder/party.h"

#include <string.h>

enum { CONTENT_GROUPS_MAX = 12, CHAIN_MAX = 4 /* prepositional phrases followed from a head */ };

/* "FMF for Taiwan", "a Foreign Military Sale": some programmes are by name what they pay for. */
static const char *programme_class(const struct lexicon *lexicon, uint32_t entry)
{
    const char *type = lexicon_entry_value(lexicon, entry, "type");
    return type && !strcmp(type, "aid")             ? "military_grant"
           : type && !strcmp(type, "arms_transfer") ? "arms_sale"
                                                    : "programme_name";
}

/* "the Jordanian army chief": the name of a force, and who commands it. */
static bool commands_force(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    if (at == sentence->first || !noun_attribute(lexicon, sentence, at, "commands"))
        return false;
    int32_t name = sentence->part->words[at - 1].name;
    return name != NONE && sentence->mentions[name].class == LEXICON_FORCE;
}

bool seek_is_rank(const struct sentence *sentence, uint32_t at)
{
    static const char *const ranks[] = {"general", "generals", "admiral", "admirals", "commander", "commanders", NULL};
    for (size_t i = 0; ranks[i]; i++)
        if (word_is(sentence, at, ranks[i]))
            return true;
    return false;
}

/* "a top US general", "Brazilian admirals": an officer of a state, not "the attorney general". */
static bool is_commander(const struct sentence *sentence, uint32_t at)
{
    int32_t name = at == sentence->first ? NONE : sentence->part->words[at - 1].name;
    const struct mention *state = name == NONE ? NULL : &sentence->mentions[name];
    return state && (state->class == LEXICON_DEMONYM || state->class == LEXICON_STATE) && !state->ambiguous &&
           (at == sentence->last || sentence->part->words[at + 1].pos != POS_NOUN) && seek_is_rank(sentence, at);
}

/* "US-led Hormuz mission" */
static bool is_led(const struct sentence *sentence, uint32_t at)
{
    for (uint32_t back = 1; back <= 4 && at >= sentence->first + back; back++)
        if (word_is(sentence, at - back, "led") && sentence->part->list.tokens[at - back].flags & TOKEN_JOINED)
            return true;
    return false;
}

/* "Operation Silver Net" */
static bool is_named_operation(const struct sentence *sentence, uint32_t at)
{
    const struct token *tokens = sentence->part->list.tokens;
    return word_is(sentence, at, "operation") && tokens[at].flags & TOKEN_CAPITAL && at < sentence->last &&
           tokens[at + 1].kind == TOKEN_WORD && tokens[at + 1].flags & TOKEN_CAPITAL && !sentence->headline;
}

/* "the UN force", "NATO's naval mission"; but a state's UN mission is its embassy. */
static bool is_of_organisation(const struct sentence *sentence, uint32_t at)
{
    const struct word *words = sentence->part->words;
    uint32_t i = at;
    while (i > sentence->first && at - i < 3 &&
           (words[i - 1].pos == POS_POSSESSIVE || words[i - 1].pos == POS_ADJECTIVE || words[i - 1].pos == POS_NOUN) &&
           words[i - 1].name == NONE)
        i--;
    int32_t name = i > sentence->first ? words[i - 1].name : NONE;
    if (name == NONE || sentence->mentions[name].class != LEXICON_ORGANISATION)
        return false;
    uint32_t first = sentence->mentions[name].first;
    while (first > sentence->first && words[first - 1].pos == POS_POSSESSIVE)
        first--;
    int32_t before = first > sentence->first ? words[first - 1].name : NONE;
    return before == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[before].class) != USE_ACTOR;
}

/* "the US Army War College" */
static bool ends_in_school(const struct sentence *sentence, const struct mention *mention)
{
    static const char *const words[] = {"College", "Academy", "School", "University", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, mention->last, words[i]))
            return true;
    return false;
}

static bool is_counted(const struct sentence *sentence, uint32_t at)
{
    for (uint32_t i = at; i > sentence->first && at - i < 5; i--)
        if (sentence->part->words[i - 1].pos == POS_NUMBER)
            return true;
    return false;
}

static bool follows_armed_group(const struct sentence *sentence, uint32_t at)
{
    int32_t before = at > sentence->first ? sentence->part->words[at - 1].name : NONE;
    return before != NONE && sentence->mentions[before].class == LEXICON_ARMED_GROUP;
}

const char *seek_argument_class(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    const struct word *word = &sentence->part->words[at];
    const struct token *token = &sentence->part->list.tokens[at];
    if (word->blocked)
        return NULL;
    if ((token->kind == TOKEN_MARK && token->mark == '$') ||
        (word->number != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)word->number), "money")))
        return "money";
    if (word->name != NONE) {
        const char *noun = noun_class(lexicon, sentence, at);
        if (noun && (!strcmp(noun, "relief_goods") || !strcmp(noun, "relief_force") || !strcmp(noun, "army_site") ||
                     !strcmp(noun, "field_hospital"))) /* "hospital ship" */
            return noun;
        if (noun && !strcmp(noun, "base") &&
            !is_counted(sentence, at)) /* "the radar station", but "two radar stations" */
            return noun;
        if (word_is(sentence, at, "fighters") && follows_armed_group(sentence, at)) /* "peshmerga fighters" */
            return "armed_people";
        switch (sentence->mentions[word->name].class) {
        case LEXICON_EQUIPMENT:
        case LEXICON_EQUIPMENT_CLASS:
            return "goods";
        case LEXICON_EXERCISE:
            return "exercise_name";
        case LEXICON_FAIR:
            return "fair_name";
        case LEXICON_TREATY:
            return "treaty_name";
        case LEXICON_SITE: /* all of them are bases, ports and ranges of forces */
            if (!noun)
                return "site";
            break;
        case LEXICON_PROGRAMME:
            return programme_class(lexicon, sentence->mentions[word->name].entry);
        case LEXICON_LEADER:
            return "leader_office";
        case LEXICON_ORGANISATION:
            if (lexicon_entry_value(lexicon, sentence->mentions[word->name].entry, "kind"))
                return "mission_name";
            return lexicon_entry_value(lexicon, sentence->mentions[word->name].entry, "civil") ? "civil_organisation"
                                                                                               : "organisation";
        case LEXICON_ORGANISATION_PART:
            return lexicon_entry_value(lexicon, sentence->mentions[word->name].entry, "kind") ? "mission_name" : NULL;
        case LEXICON_FORCE:
            return word_is(sentence, sentence->mentions[word->name].last, "peacekeepers") ? "peacekeepers" : "forces";
        case LEXICON_COMPANY:
            return "company";
        case LEXICON_INSTITUTION:
            if (ends_in_school(sentence, &sentence->mentions[word->name]))
                return "schools";
            break;
        default:
            break; /* "Secretary of Defense" is a name and an office */
        }
    }
    if (commands_force(lexicon, sentence, at) || is_commander(sentence, at))
        return "defence_office";
    const char *class = noun_class(lexicon, sentence, at);
    /* "the police force" */
    const char *before = at > sentence->first ? noun_class(lexicon, sentence, at - 1) : NULL;
    if (class && before && !strcmp(class, "plain_mission") && !strcmp(before, "forces"))
        return before;
    return class && !strcmp(class, "plain_mission") &&
                   (is_led(sentence, at) || is_of_organisation(sentence, at) || is_named_operation(sentence, at))
               ? "mission"
               : class;
}

/* ---- conditions of frames ---- */
static bool list_has(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *start = list; *start;) {
        size_t length = strcspn(start, ",");
        if (length == size && !strncmp(start, word, size))
            return true;
        start += length + (start[length] == ',');
    }
    return false;
}

/* A noun or verb of one of the classes in the sentence, outside the trigger itself. */
static bool stands_beside(const struct seeker *seeker, const char *classes)
{
    const struct lexicon *lexicon = workspace_lexicon(seeker->workspace);
    const struct sentence *sentence = seeker->sentence;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->inside || (i >= seeker->first && i <= seeker->last))
            continue;
        const char *class = seek_argument_class(lexicon, sentence, i);
        if (class && list_has(classes, class))
            return true;
        if (word->pos == POS_VERB &&
            ((word->verb != NONE && list_has(classes, lexicon_entry_id(lexicon, (uint32_t)word->verb))) ||
             (word->verb2 != NONE && list_has(classes, lexicon_entry_id(lexicon, (uint32_t)word->verb2)))))
            return true;
    }
    return false;
}

const char *seek_subtype_beside(const struct lexicon *lexicon, const struct sentence *sentence, const char *classes)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        const char *class = word->inside || word->noun == NONE ? NULL : seek_argument_class(lexicon, sentence, i),
                   *subtype = class && list_has(classes, class)
                                  ? lexicon_entry_value(lexicon, (uint32_t)word->noun, "subtype")
                                  : NULL;
        if (subtype)
            return subtype;
    }
    return NULL;
}

/* "Rwandan and Mozambican troops recaptured": forces of two states do it, and so do it together. */
static bool is_of_two_forces(const struct seeker *seeker)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *verb = seeker->verb == NONE ? NULL : &sentence->groups[seeker->verb];
    if (!verb || verb->kind != GROUP_VERB || verb->passive || verb->gerund || verb->infinitive ||
        verb->subject == NONE || !group_is_force(workspace_lexicon(seeker->workspace), sentence, verb->subject))
        return false;
    struct party_list list = {.count = 0};
    party_of_group(seeker->workspace, &seeker->workspace->sentences[sentence - seeker->workspace->sentences],
                   verb->subject, &list);
    return list.count >= 2 && strcmp(list.items[0].id, list.items[1].id) != 0;
}

static bool says_mutual(const struct seeker *seeker)
{
    const struct sentence *sentence = seeker->sentence;
    if (is_of_two_forces(seeker))
        return true;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && lexicon_entry_value(workspace_lexicon(seeker->workspace), (uint32_t)cue, "mutual"))
            return true;
    }
    return false;
}

static bool object_fits(const struct seeker *seeker, const struct group *verb, const char *whom)
{
    const struct lexicon *lexicon = workspace_lexicon(seeker->workspace);
    const struct sentence *sentence = seeker->sentence;
    int32_t object = verb->passive ? verb->subject : verb->object;
    if (!strcmp(whom, "none"))
        return !verb->passive && verb->object == NONE;
    if (object == NONE)
        return false;
    if (group_is_force(lexicon, sentence, object))
        return true;
    const struct word *head = &sentence->part->words[sentence->groups[object].head];
    const char *class = noun_class(lexicon, sentence, sentence->groups[object].head);
    /* "will train their Iraqi counterparts" */
    return !strcmp(whom, "actor") &&
           (head->pos == POS_PRONOUN || (class && !strcmp(class, "counterpart")) ||
            (head->name != NONE &&
             lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class) == USE_ACTOR));
}

/* Ships that carry what others give. */
static bool is_merchant(const struct seeker *seeker, int32_t group)
{
    const struct group *noun = &seeker->sentence->groups[group];
    const char *class = noun->kind == GROUP_NOUN
                            ? noun_class(workspace_lexicon(seeker->workspace), seeker->sentence, noun->head)
                            : NULL;
    return class && (!strcmp(class, "merchant_ships") || !strcmp(class, "craft"));
}

/* True where a group or one coordinated with it is named by troops, or by ships and aircraft too. */
static bool is_manned(const struct seeker *seeker, int32_t group, bool craft)
{
    const struct lexicon *lexicon = workspace_lexicon(seeker->workspace);
    /* "sent troops to Mali, where they serve" */
    if (group != NONE && word_is(seeker->sentence, seeker->sentence->groups[group].first, "they"))
        for (int32_t before = group; before-- > 0;)
            if (seeker->sentence->groups[before].kind == GROUP_NOUN &&
                seeker->sentence->groups[before].preposition == NONE)
                return group_is_force(lexicon, seeker->sentence, before);
    for (; group != NONE; group = clause_coordinated_next(seeker->sentence, group))
        if (group_is_force(lexicon, seeker->sentence, group) ||
            (craft && (group_is_craft(lexicon, seeker->sentence, group) || is_merchant(seeker, group))))
            return true;
    return false;
}

/* True where a group is a state's, a force's or an organisation's own name, or its troops: not somebody of it. */
static bool is_actor(const struct seeker *seeker, int32_t group)
{
    const struct word *head = &seeker->sentence->part->words[seeker->sentence->groups[group].head];
    return is_manned(seeker, group, false) || head->pos == POS_PRONOUN ||
           (head->name != NONE &&
            lexicon_class_use((enum lexicon_class)seeker->sentence->mentions[head->name].class) == USE_ACTOR &&
            seeker->sentence->mentions[head->name].class != LEXICON_LEADER);
}

static bool conditions_hold(const struct seeker *seeker, const struct frame *frame)
{
    const struct group *verb = seeker->verb == NONE ? NULL : &seeker->sentence->groups[seeker->verb];
    if (frame->who && !strcmp(frame->who, "actor"))
        return verb && !verb->passive && verb->subject != NONE && is_actor(seeker, verb->subject);
    if (frame->who && !is_manned(seeker, !verb || verb->passive ? NONE : verb->subject, !strcmp(frame->who, "craft")))
        return false;
    if (frame->whom && (!verb || !object_fits(seeker, verb, frame->whom)))
        return false;
    return (!frame->beside || stands_beside(seeker, frame->beside)) && (!frame->mutual || says_mutual(seeker));
}

const struct frame *seek_reading_of(const struct seeker *seeker, const char *argument)
{
    const struct frame *best = NULL;
    for (const struct frame *frame = frame_find(seeker->workspace->coder->frames, seeker->head, argument); frame;
         frame = frame->next)
        if ((!best || frame_conditions(frame) > frame_conditions(best)) && conditions_hold(seeker, frame))
            best = frame;
    return best;
}

static bool has_possessive(const struct sentence *sentence, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++)
        if (sentence->part->words[i].pos == POS_POSSESSIVE)
            return true;
    return false;
}

/* "$1.2 billion helicopter sale": a sum that only measures what the group is about. */
static bool only_measures(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group,
                          uint32_t money)
{
    static const char *const sums[] = {"plain_aid", "grant_money", "package", "intention", "money", NULL};
    const char *head = group->head > money ? seek_argument_class(lexicon, sentence, group->head) : NULL;
    for (size_t i = 0; head && sums[i]; i++)
        if (!strcmp(head, sums[i]))
            return false;
    return head != NULL;
}

/* "a deal on drone cooperation", "extend missile research": what is moved are no drones or missiles. */
static bool moves_no_goods(const struct sentence *sentence, const struct group *group, const struct frame *frame)
{
    static const char *const words[] = {"research", "test",    "tests",       "testing",       "launch",     "launches",
                                        "attack",   "attacks", "threat",      "threats",       "production", "policy",
                                        "talks",    "crisis",  "manufacture", "manufacturing", "doctrine",   "industry",
                                        "plan",     "plans",   "strategy",    "concept",       "roadmap",    NULL};
    if (word_is(sentence, group->head, "cooperation") || word_is(sentence, group->head, "collaboration"))
        return true;
    for (size_t i = 0; words[i] && !strcmp(frame->type, "arms_transfer"); i++)
        if (word_is(sentence, group->head, words[i]))
            return true;
    return false;
}

/* "a deal": what it is about makes it a purchase or a base, and only where nothing does, who signs it a paper. */
static bool is_bare_deal(const struct frame *frame)
{
    return frame->signers && frame->argument && !strcmp(frame->argument, "deal");
}

bool seek_in_group(const struct seeker *seeker, int32_t at, uint32_t before, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    const struct group *group = &sentence->groups[at];
    struct found deal = {.frame = NULL};
    for (uint32_t i = group->last + 1; i-- > group->first;) {
        const char *class = i < before ? seek_argument_class(workspace_lexicon(seeker->workspace), sentence, i) : NULL;
        /* "President X's announcement" is not the president */
        if (class && (!strcmp(class, "leader_office") || !strcmp(class, "defence_office") || !strcmp(class, "body")) &&
            before == UINT32_MAX && has_possessive(sentence, i, group->last))
            continue;
        /* an organisation that only names something else ("a UN mission") is not what is joined */
        if (class && (!strcmp(class, "organisation") || !strcmp(class, "civil_organisation")) && before == UINT32_MAX &&
            i < group->head)
            continue;
        if (class && !strcmp(class, "money") && only_measures(workspace_lexicon(seeker->workspace), sentence, group, i))
            continue;
        const struct frame *frame = class ? seek_reading_of(seeker, class) : NULL;
        if (frame && !strcmp(class, "goods") && before == UINT32_MAX && i < group->head &&
            moves_no_goods(sentence, group, frame))
            continue;
        if (frame && is_bare_deal(frame))
            deal = (struct found){frame, at, i, NONE};
        else if (frame) {
            *found = (struct found){frame, at, i, NONE};
            return true;
        }
    }
    if (deal.frame)
        *found = deal;
    return deal.frame != NULL;
}

static bool links_content(const struct sentence *sentence, const struct group *preposition)
{
    static const char *const words[] = {"of",         "for",       "in",       "on",      "worth", "over",
                                        "with",       "including", "like",     "such as", "about", "in the form of",
                                        "concerning", "regarding", "covering", NULL};
    const struct token *first = &sentence->part->list.tokens[preposition->first],
                       *last = &sentence->part->list.tokens[preposition->last];
    const struct token whole = {.start = first->start, .end = last->end};
    for (size_t i = 0; words[i]; i++)
        if (token_is(sentence->part->text, &whole, words[i]))
            return true;
    return false;
}

/* A verb of building, developing or working together: what it builds is not yet sold by the paper. */
static bool makes(const struct seeker *seeker, const struct group *verb)
{
    static const char *const classes[] = {"build", "develop", "make", "maintain", "establish", "cooperate", NULL};
    const char *class = verb_class(workspace_lexicon(seeker->workspace), seeker->sentence, verb);
    for (size_t i = 0; class && classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

static bool is_paper(const struct seeker *seeker, int32_t group)
{
    static const char *const papers[] = {"paper", "deal", "agreement", "arms_deal", NULL};
    const char *class =
        noun_class(workspace_lexicon(seeker->workspace), seeker->sentence, seeker->sentence->groups[group].head);
    for (size_t i = 0; class && papers[i]; i++)
        if (!strcmp(papers[i], class))
            return true;
    return false;
}

/* "discussed steps to expedite the delivery of tanks" */
static bool are_steps(const struct seeker *seeker, int32_t group)
{
    static const char *const words[] = {"steps", "ways",    "measures",      "efforts",
                                        "plans", "options", "possibilities", NULL};
    for (size_t i = 0; words[i] && !strcmp(seeker->head, "discuss"); i++)
        if (word_is(seeker->sentence, seeker->sentence->groups[group].head, words[i]))
            return true;
    return false;
}

/* The verb of the clause that tells what the paper in group `start` is about, or NONE. */
static int32_t content_verb(const struct sentence *sentence, int32_t start)
{
    bool relative = false;
    for (uint32_t at = (uint32_t)start + 1; at < sentence->group_count; at++) {
        const struct group *group = &sentence->groups[at];
        if (group->kind == GROUP_VERB)
            return group->infinitive || group->gerund || relative ? (int32_t)at : NONE;
        relative |= group->kind == GROUP_WHO || group->kind == GROUP_THAT;
        if (group->kind != GROUP_TIME && group->kind != GROUP_ADVERB && group->kind != GROUP_WHO &&
            group->kind != GROUP_THAT && group->kind != GROUP_PREPOSITION &&
            !(group->kind == GROUP_NOUN && group->preposition != NONE))
            return NONE;
    }
    return NONE;
}

/* "treaties on Tuesday to create a joint force", "an accord allowing ships to use the base", "a declaration that
 * provides for exchanges": what a paper is about stands in the clause behind it. */
static bool find_content(const struct seeker *seeker, int32_t start, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    int32_t first = is_paper(seeker, start) || are_steps(seeker, start) ? content_verb(sentence, start) : NONE;
    bool has = false;
    /* "a protocol on training officers" */
    const char *does =
        first == NONE ? NULL : verb_class(workspace_lexicon(seeker->workspace), sentence, &sentence->groups[first]);
    const struct frame *teaching = does && !strcmp(does, "train") ? seek_reading_of(seeker, "training") : NULL;
    if (teaching) {
        *found = (struct found){teaching, first, sentence->groups[first].head, NONE};
        return true;
    }
    for (int32_t i = first; first != NONE && i < first + CONTENT_GROUPS_MAX && (uint32_t)i < sentence->group_count;
         i++) {
        const struct group *group = &sentence->groups[i];
        struct found next;
        if (group->kind == GROUP_STOP || group->kind == GROUP_WHEN || group->kind == GROUP_IF ||
            (group->kind == GROUP_VERB && i > first && !group->infinitive && !group->gerund) ||
            clause_begins_anew(sentence, i))
            break;
        if (group->kind != GROUP_NOUN || !seek_in_group(seeker, i, UINT32_MAX, &next))
            continue;
        /* that troops may use a base tells more than that it is about troops */
        if (!has || (next.frame->subtype && !strcmp(next.frame->subtype, "access")))
            *found = next;
        has = true;
    }
    const struct group *verb = has ? &sentence->groups[first] : NULL;
    return verb && (strcmp(found->frame->type, "arms_transfer") != 0 || (verb->infinitive && !makes(seeker, verb)));
}

/* "an agreement on the joint production of drones", "for closer cooperation on fighter jets": what two build or do
 * together is not sold by the paper about it. */
static bool are_made_together(const struct seeker *seeker, int32_t start, int32_t goods)
{
    static const char *const classes[] = {
        "co_production", "joint_development", "joint_venture", "arms_plant", "plant", "cooperation", NULL};
    for (int32_t i = start + 1; i < goods; i++) {
        const struct group *group = &seeker->sentence->groups[i];
        const char *class = group->kind == GROUP_NOUN
                                ? noun_class(workspace_lexicon(seeker->workspace), seeker->sentence, group->head)
                                : NULL;
        if (group->kind == GROUP_NOUN && (word_is(seeker->sentence, group->head, "cooperation") ||
                                          word_is(seeker->sentence, group->head, "co-operation")))
            return true;
        for (size_t k = 0; class && classes[k]; k++)
            if (!strcmp(class, classes[k]))
                return true;
    }
    return false;
}

/* "gives the data of its radars", "pictures of missiles": what is told or shown of things is not the things. */
static bool only_tells_of(const struct sentence *sentence, int32_t start)
{
    static const char *const words[] = {
        "data",    "picture", "pictures", "photo",   "photos",  "photograph", "photographs", "image",        "images",
        "footage", "video",   "list",     "details", "drawing", "drawings",   "blueprint",   "blueprints",   "model",
        "models",  "toy",     "toys",     "stake",   "stakes",  "share",      "shares",      "shareholding", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, sentence->groups[start].head, words[i]))
            return true;
    return false;
}

bool seek_along(const struct seeker *seeker, int32_t start, bool skip_first, struct found *found)
{
    const struct sentence *sentence = seeker->sentence;
    if (start == NONE)
        return false;
    struct found deal = {.frame = NULL};
    if (!skip_first && seek_in_group(seeker, start, UINT32_MAX, found)) {
        if (!is_bare_deal(found->frame))
            return true;
        deal = *found;
    }
    /* "gave its approval for the purchase" gives no tanks */
    const char *head_class = noun_class(workspace_lexicon(seeker->workspace), sentence, sentence->groups[start].head);
    if (!skip_first && head_class && !strcmp(head_class, "intention") && strcmp(seeker->head, "sign"))
        return false;
    int steps = 0;
    for (uint32_t i = (uint32_t)start + 1; i < sentence->group_count && steps < CHAIN_MAX; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
            group->kind == GROUP_WHEN || group->kind == GROUP_IF || group->kind == GROUP_STOP)
            break;
        if (group->kind != GROUP_NOUN)
            continue;
        bool linked = group->preposition != NONE ? links_content(sentence, &sentence->groups[group->preposition])
                                                 : group->and_with != NONE;
        /* "accession to NATO", "re-entry into the alliance" */
        linked |= group->preposition != NONE && !strcmp(seeker->head, "membership") &&
                  (word_is(sentence, sentence->groups[group->preposition].first, "to") ||
                   word_is(sentence, sentence->groups[group->preposition].first, "into"));
        /* "teaches first aid to Ghanaian soldiers" */
        linked |= group->preposition != NONE && !strcmp(seeker->head, "train") &&
                  word_is(sentence, sentence->groups[group->preposition].first, "to");
        /* "a halt to all military aid", "an end to cooperation" */
        linked |= group->preposition != NONE && !strcmp(seeker->head, "cut") &&
                  word_is(sentence, sentence->groups[group->preposition].first, "to");
        /* "access to four more bases" */
        linked |= group->preposition != NONE && !strcmp(seeker->head, "access") &&
                  word_is(sentence, sentence->groups[group->preposition].first, "to");
        /* "withdrawal from the base" */
        linked |=
            group->preposition != NONE &&
            (!strcmp(seeker->head, "pullout") || !strcmp(seeker->head, "expel") || !strcmp(seeker->head, "withdraw")) &&
            word_is(sentence, sentence->groups[group->preposition].first, "from");
        if (linked && seek_in_group(seeker, (int32_t)i, UINT32_MAX, found) &&
            (strcmp(found->frame->type, "arms_transfer") != 0 ||
             (!are_made_together(seeker, start, (int32_t)i) && !only_tells_of(sentence, start))))
            return true;
        steps++;
    }
    if (find_content(seeker, start, found))
        return true;
    if (deal.frame)
        *found = deal;
    return deal.frame != NULL;
}
