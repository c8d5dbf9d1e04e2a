#include "lib/coder/slot.h"

#include "lib/coder/clause.h"
#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include <string.h>

const char *slot_other_side(const char *role)
{
    static const char *const sides[][2] = {
        {"supplier", "recipient"}, {"recipient", "supplier"}, {"initiator", "target"}, {"target", "initiator"}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (!strcmp(sides[i][0], role))
            return sides[i][1];
    return NULL;
}

void slot_add_parties(struct event *event, const struct party_list *list, const char *role, const char *slot)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct party *party = &list->items[i];
        /* one actor cannot be on both sides */
        const char *other = slot_other_side(role);
        if (other && role_has(event, party->id, other))
            continue;
        /* "pulls troops from the fight against Boko Haram": they leave ground, not whom they fight */
        if (!strcmp(role, "target") && !strcmp(event->type, "downturn") && !strncmp(party->id, "NSA:", 4))
            continue;
        /* "serves in the United Nations mission": an organisation is no ground */
        bool joins = !strcmp(role, "host") && !strcmp(event->type, "operation") && !strncmp(party->id, "ORG:", 4);
        if (role_add(event, party->id, joins ? "participant" : role, party->parent,
                     stretch_of(party->sentence, party->first, party->last), party->from_context)) {
            event->actors[event->actor_count - 1].slot = slot;
            event->actors[event->actor_count - 1].referred = party->referred;
        }
    }
}

/* "replaces its Leopards with Korean tanks": what stands in the phrase is what is bought, and names who makes it. */
static bool names_new_goods(const struct frame *frame, const char *role)
{
    return !strcmp(frame->head, "replace") && !strcmp(role, "supplier");
}

/* Whether the tokens are one adjective of a state, with or without an article. */
static const struct mention *lone_adjective(const struct sentence *sentence, const struct group *group)
{
    uint32_t first = group->first + (word_is(sentence, group->first, "the") && group->last > group->first);
    int32_t name = group->kind == GROUP_NOUN ? sentence->part->words[first].name : NONE;
    const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
    return mention && mention->class == LEXICON_DEMONYM && mention->first == first && mention->last == group->last
               ? mention
               : NULL;
}

/* Whether the group begins with an adjective of a state and goes on. */
static bool begins_with_adjective(const struct sentence *sentence, const struct group *group)
{
    int32_t name = sentence->part->words[group->first].name;
    return name != NONE && sentence->mentions[name].class == LEXICON_DEMONYM &&
           sentence->mentions[name].last < group->last;
}

bool slot_is_adjective_of_list(const struct sentence *sentence, int32_t group)
{
    int32_t last = group;
    if (group == NONE || !lone_adjective(sentence, &sentence->groups[group]))
        return false;
    for (int32_t next; (next = clause_coordinated_next(sentence, last)) != NONE;)
        last = next;
    return last != group && begins_with_adjective(sentence, &sentence->groups[last]);
}

void slot_add_adjectives_before(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                                struct party_list *list)
{
    int32_t before = sentence->groups[group].and_with;
    if (!begins_with_adjective(sentence, &sentence->groups[group]))
        return;
    for (; before != NONE; before = sentence->groups[before].and_with) {
        const struct mention *adjective = lone_adjective(sentence, &sentence->groups[before]);
        struct party party;
        if (!adjective)
            return;
        if (party_of_mention(workspace, sentence, adjective, &party))
            party_add(list, party);
    }
}

static void slot_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                      const char *slot, size_t size, int32_t group)
{
    const char *name, *role = group == NONE ? NULL : frame_slot_role(frame, slot, size, &name);
    if (!role)
        return;
    if (!strcmp(event->type, "arms_transfer") && size == 6 && !strncasecmp(slot, "object", 6) &&
        slot_is_adjective_of_list(event->sentence, group))
        return;
    /* "will travel to Dhaka from Kathmandu": where a traveller who is named comes from is not who travels */
    if (!strcmp(event->type, "visit") && event->verb_entry != NONE && size == 4 && !strncasecmp(slot, "from", 4) &&
        role_has(event, NULL, "initiator"))
        return;
    /* "moves air defences from Syria to Libya" */
    if (!strcmp(event->type, "basing") && size == 4 && !strncasecmp(slot, "from", 4) && !strcmp(role, "initiator") &&
        role_has(event, NULL, "initiator"))
        return;
    struct party_list list = {.count = 0};
    uint32_t before = event->actor_count;
    if (frame_role(frame, "craft", 5))
        party_of_craft(workspace, event->sentence, group, &list);
    else
        party_of_group(workspace, event->sentence, group, &list);
    if (!list.count)
        party_of_ground(workspace, event->sentence, group, &list);
    if (!list.count && names_new_goods(frame, role))
        party_premodifiers(workspace, event->sentence, group, event->sentence->groups[group].last + 1, &list);
    slot_add_parties(event, &list, role, name);
    for (uint32_t i = before; i < event->actor_count; i++)
        event->actors[i].with = size == 4 && !strncasecmp(slot, "with", 4);
}

void slot_fill_named(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                     const char *slot, int32_t group)
{
    slot_fill(workspace, event, frame, slot, strlen(slot), group);
}

/* "border with China", "war with Russia": the phrase belongs to the noun before it. */
static bool hangs_on_edge(const struct lexicon *lexicon, const struct sentence *sentence, int32_t preposition)
{
    if (preposition == 0 || sentence->groups[preposition - 1].kind != GROUP_NOUN ||
        (!word_is(sentence, sentence->groups[preposition].first, "with") &&
         !word_is(sentence, sentence->groups[preposition].first, "between")))
        return false;
    const char *class = noun_class(lexicon, sentence, sentence->groups[preposition - 1].head);
    return class && !strcmp(class, "edge");
}

/* "arrived in the port of Busan": behind a verbal trigger an of-phrase belongs to the noun before it. */
static bool is_of_other_noun(const struct event *event, int32_t preposition)
{
    /* "was bolstered through the donation of boats": behind the verb of a nominal trigger too */
    if (event->noun != NONE && event->verb > event->noun && preposition > event->verb &&
        event->sentence->groups[preposition - 1].kind == GROUP_NOUN &&
        event->sentence->groups[preposition - 1].preposition != NONE)
        return word_is(event->sentence, event->sentence->groups[preposition].first, "of");
    return event->noun == NONE && preposition - 1 != event->argument && preposition - 1 != event->verb &&
           word_is(event->sentence, event->sentence->groups[preposition].first, "of");
}

/* "passes its tanks to Kyiv in a ring exchange with Berlin": the phrase tells of the deal, not who gets them. */
static bool hangs_on_deal(const struct sentence *sentence, int32_t preposition)
{
    static const char *const deals[] = {"exchange", "swap", "deal",         "scheme",      "arrangement",  "agreement",
                                        "accord",   "pact", "coordination", "cooperation", "consultation", NULL};
    const struct group *noun = preposition > 0 ? &sentence->groups[preposition - 1] : NULL;
    if (!noun || noun->kind != GROUP_NOUN || noun->preposition == NONE ||
        !word_is(sentence, sentence->groups[preposition].first, "with") ||
        (!word_is(sentence, sentence->groups[noun->preposition].first, "in") &&
         !word_is(sentence, sentence->groups[noun->preposition].first, "under")))
        return false;
    for (size_t i = 0; deals[i]; i++)
        if (word_is(sentence, noun->head, deals[i]))
            return true;
    return false;
}

static bool is_kind_of_place(const struct sentence *sentence, uint32_t noun)
{
    static const char *const words[] = {"city",  "town",  "province", "region",  "island",
                                        "state", "coast", "district", "capital", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, noun, words[i]))
            return true;
    return false;
}

/* "off the coast of Somalia", "in the north of Norway": the phrase says whose coast or north it is. */
static bool is_of_part(const struct sentence *sentence, int32_t preposition)
{
    static const char *const words[] = {"coast",  "coasts", "shore",     "shores",    "north",     "south",     "east",
                                        "west",   "waters", "northeast", "northwest", "southeast", "southwest", "tip",
                                        "middle", "heart",  "region",    "province",  "provinces", "regions",   NULL};
    const struct group *part = &sentence->groups[preposition - 1];
    if (part->kind != GROUP_NOUN || part->preposition == NONE ||
        !word_is(sentence, sentence->groups[preposition].first, "of"))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, part->head, words[i]))
            return true;
    return false;
}

/* "off Lome", "near Riga": near a town is in its state; near a state is not. */
static bool is_near_town(const struct sentence *sentence, const struct group *group, uint32_t preposition)
{
    static const char *const words[] = {"near", "off", "outside", "around", NULL};
    int32_t name = sentence->part->words[group->head].name;
    if (name == NONE ||
        (sentence->mentions[name].class != LEXICON_CITY && sentence->mentions[name].class != LEXICON_SITE &&
         sentence->mentions[name].class != LEXICON_CAPITAL))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, preposition, words[i]))
            return true;
    return false;
}

/* "across eastern Europe" is in it. */
static bool is_all_over(const struct sentence *sentence, uint32_t preposition)
{
    return word_is(sentence, preposition, "across") || word_is(sentence, preposition, "throughout") ||
           word_is(sentence, preposition, "inside");
}

/* "in NATO's history", "in Moscow's view": somebody's, but no place. */
static bool is_figurative(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"history", "interest", "interests", "case",  "view",   "wake",  "absence",
                                        "name",    "eyes",     "opinion",   "words", "favour", "favor", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->head, words[i]))
            return true;
    return false;
}

/* "discussed the situation in Ukraine": what is spoken of happens there, not the talks. */
static bool is_topic(const struct event *event, int32_t preposition)
{
    static const char *const words[] = {"situation", "war",        "conflict", "crisis",     "developments",
                                        "events",    "settlement", "fighting", "violence",   "stability",
                                        "peace",     "security",   "process",  "operations", NULL};
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "visit") != 0 || preposition == 0 || sentence->groups[preposition - 1].kind != GROUP_NOUN ||
        !word_is(sentence, sentence->groups[preposition].first, "in"))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, sentence->groups[preposition - 1].head, words[i]))
            return true;
    return false;
}

/* "bought with American money": who pays is not who sells. */
static bool is_means(const struct event *event, const struct group *group, uint32_t preposition)
{
    static const char *const words[] = {"money", "cash",   "funds", "funding", "financing", "loan",
                                        "loans", "credit", "grant", "grants",  "backing",   NULL};
    for (size_t i = 0; word_is(event->sentence, preposition, "with") && words[i]; i++)
        if (word_is(event->sentence, group->head, words[i]))
            return !strcmp(event->type, "arms_transfer");
    return false;
}

/* A preposition of several words that means a plain one, or NULL: "boats courtesy of Latvia", "arms bound for Chad". */
static const char *plain_preposition(const struct sentence *sentence, const struct group *preposition)
{
    static const char *const givers[] = {"courtesy", "thanks", NULL};
    static const char *const takers[] = {"bound", "destined", "meant", "intended", "earmarked", NULL};
    uint32_t first = preposition->first + word_is(sentence, preposition->first, "by");
    for (size_t i = 0; first < preposition->last && givers[i]; i++)
        if (word_is(sentence, first, givers[i]))
            return "from";
    for (size_t i = 0; first < preposition->last && takers[i]; i++)
        if (word_is(sentence, first, takers[i]))
            return "for";
    return NULL;
}

/* A phrase by its preposition; one of several words that ends in "with" counts as "with". */
static void fill_phrase(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t at)
{
    const struct sentence *sentence = event->sentence;
    const struct group *group = &sentence->groups[at], *preposition = &sentence->groups[group->preposition];
    const struct token *word = &sentence->part->list.tokens[preposition->first],
                       *end = &sentence->part->list.tokens[preposition->last];
    if (preposition->last > preposition->first && word_is(sentence, preposition->last, "with"))
        word = end;
    const char *plain = plain_preposition(sentence, preposition);
    if (plain) {
        slot_fill_named(workspace, event, frame, plain, at);
        return;
    }
    if (word_is(sentence, preposition->first, "out") && preposition->last > preposition->first) {
        slot_fill_named(workspace, event, frame, "from", at); /* "pull out of" */
        return;
    }
    if (preposition->last > preposition->first + 1 && word_is(sentence, preposition->first + 1, "part")) {
        slot_fill_named(workspace, event, frame, "within", at); /* "as part of" */
        return;
    }
    /* "under Russian licence" */
    const char *class = noun_class(workspace_lexicon(workspace), sentence, group->head);
    if (class && !strcmp(class, "licence") && word_is(sentence, preposition->first, "under")) {
        slot_fill_premodifiers(workspace, event, frame, "under", at, group->last + 1);
        return;
    }
    if (is_figurative(sentence, group) || is_means(event, group, preposition->first))
        return;
    if (is_near_town(sentence, group, preposition->first) ||
        (is_all_over(sentence, preposition->first) && strcmp(event->type, "operation") != 0))
        slot_fill_named(workspace, event, frame, "in", at);
    else
        slot_fill(workspace, event, frame, sentence->part->text + word->start, end->end - word->start, at);
}

void slot_fill_premodifiers(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                            const char *slot, int32_t group, uint32_t before)
{
    const char *name, *role = group == NONE ? NULL : frame_slot_role(frame, slot, strlen(slot), &name);
    if (!role)
        return;
    struct party_list list = {.count = 0};
    party_premodifiers(workspace, event->sentence, group, before, &list);
    if (!strcmp(slot, "craft"))
        party_drop_makers(event->sentence, &list, true);
    /* "its arms", "their forces" */
    const struct group *noun = &event->sentence->groups[group];
    if (event->sentence->part->words[noun->first].pos == POS_OWNER && !list.count && strcmp(slot, "argument")) {
        uint32_t enough = word_is(event->sentence, noun->first, "their") ? 2 : 1;
        for (int32_t i = group; i-- > 0 && list.count < enough;)
            if (event->sentence->groups[i].kind == GROUP_NOUN && event->sentence->groups[i].preposition == NONE &&
                event->sentence->groups[i].and_with == NONE) {
                struct party_list own = {.count = 0};
                party_of_group(workspace, event->sentence, i, &own);
                if (own.count >= enough || !list.count)
                    list = own;
            }
    }
    slot_add_parties(event, &list, role, name);
}

/* "for Poland's modernisation", "to Kyiv's war effort": what is somebody's is for somebody. */
static void fill_possessor(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                           int32_t group)
{
    const struct sentence *sentence = event->sentence;
    const struct group *noun = &sentence->groups[group], *preposition = &sentence->groups[noun->preposition];
    bool to = word_is(sentence, preposition->first, "to");
    const char *role =
        to || word_is(sentence, preposition->first, "for") ? frame_role(frame, to ? "to" : "for", to ? 2 : 3) : NULL;
    if (role && !strcmp(role, "participant")) { /* "a factory for Iranian drones" */
        slot_fill_premodifiers(workspace, event, frame, to ? "to" : "for", group, noun->last + 1);
        return;
    }
    for (uint32_t i = noun->first; role && i < noun->last; i++) {
        int32_t name = sentence->part->words[i].name;
        struct party party;
        if (name == NONE || sentence->part->words[i + 1].pos != POS_POSSESSIVE ||
            !party_of_mention(workspace, event->sentence, &sentence->mentions[name], &party))
            continue;
        struct party_list list = {.count = 0};
        party_add(&list, party);
        slot_add_parties(event, &list, role, to ? "to" : "for");
        return;
    }
}

/* "for the reconstruction of Ukrainian military hospitals", "for the needs of the Chadian army": what money or arms are
 * for is somebody's, who gets them. */
static bool is_purpose(const struct sentence *sentence, int32_t preposition)
{
    static const char *const words[] = {
        "reconstruction", "rebuilding",   "repair",        "modernisation", "modernization", "training", "equipping",
        "upkeep",         "maintenance",  "benefit",       "needs",         "use",           "defence",  "defense",
        "expansion",      "construction", "strengthening", "protection",    "upgrade",       NULL};
    const struct group *noun = &sentence->groups[preposition - 1];
    if (noun->kind != GROUP_NOUN || noun->preposition == NONE ||
        !word_is(sentence, sentence->groups[preposition].first, "of") ||
        !word_is(sentence, sentence->groups[noun->preposition].first, "for"))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, noun->head, words[i]))
            return true;
    return false;
}

/* The recipient that the purpose of a gift names: whoever it belongs to. */
static void fill_purpose(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                         int32_t group)
{
    const char *role = frame_role(frame, "for", 3);
    struct party_list list = {.count = 0};
    if (!role || strcmp(role, "recipient") != 0 || role_has(event, NULL, role))
        return;
    party_of_group(workspace, event->sentence, group, &list);
    if (!list.count)
        party_premodifiers(workspace, event->sentence, group, event->sentence->groups[group].last + 1, &list);
    slot_add_parties(event, &list, role, "for");
}

/* The prepositional phrases of groups `first` to the clause's end. Stops at verbs and boundaries. */
/* "evicted them from the base, a hub for flights to Afghanistan": what explains the noun before it has its own phrases.
 */
static bool is_apposition(const struct sentence *sentence, uint32_t at)
{
    const struct group *group = &sentence->groups[at];
    return at > 0 && group->kind == GROUP_NOUN && group->preposition == NONE && group->and_with == NONE &&
           sentence->groups[at - 1].kind == GROUP_COMMA &&
           (word_is(sentence, group->first, "a") || word_is(sentence, group->first, "an") ||
            word_is(sentence, group->first, "its") || word_is(sentence, group->first, "their"));
}

/* "after a summit with the North": phrases behind another act belong to that one. */
static bool is_occasion(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"after", "following", "amid", "before", "ahead", "despite", NULL};
    /* "as a result of Moscow's intervention in Ukraine" */
    static const char *const causes[] = {"result", "consequence", "response", "retaliation", NULL};
    for (size_t i = 0; causes[i]; i++)
        if (word_is(sentence, group->head, causes[i]) &&
            (word_is(sentence, sentence->groups[group->preposition].first, "as") ||
             word_is(sentence, sentence->groups[group->preposition].first, "in")))
            return true;
    /* "despite protests from Peru" */
    if (word_is(sentence, sentence->groups[group->preposition].first, "despite") &&
        sentence->part->words[group->head].name == NONE)
        return true;
    static const char *const acts[] = {"exercise", "plain_exercise", "training", "talks", "plain_talks", NULL};
    const char *class = noun_class(lexicon, sentence, group->head);
    if (!class || sentence->part->words[group->head].name != NONE || sentence->part->words[group->head].time != NONE)
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, sentence->groups[group->preposition].first, words[i]))
            return true;
    /* "froze cooperation, including an exercise with Paris" */
    for (size_t i = 0; acts[i] && word_is(sentence, sentence->groups[group->preposition].first, "including"); i++)
        if (!strcmp(acts[i], class))
            return true;
    return false;
}

/* "not from Brazil but from Italy", "from Italy rather than from Brazil": whom it is told not to be. */
static bool is_left_out(const struct sentence *sentence, const struct group *group)
{
    int32_t before = group->preposition - 1;
    if (before < 0)
        return false;
    const struct group *groups = sentence->groups;
    return (groups[before].kind == GROUP_ADVERB && word_is(sentence, groups[before].last, "not")) ||
           (groups[before].kind == GROUP_PREPOSITION &&
            (word_is(sentence, groups[before].first, "rather") || word_is(sentence, groups[before].first, "instead")));
}

/* "not from Brazil but from Italy": the phrases go on. */
static bool is_but_phrase(const struct sentence *sentence, uint32_t at)
{
    return at + 1 < sentence->group_count && sentence->groups[at].kind == GROUP_WHEN &&
           word_is(sentence, sentence->groups[at].first, "but") && sentence->groups[at + 1].kind == GROUP_PREPOSITION;
}

void slot_fill_phrases(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t first)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = (uint32_t)first; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
            (group->kind == GROUP_WHEN && !is_but_phrase(sentence, i)) || group->kind == GROUP_IF ||
            group->kind == GROUP_STOP || clause_begins_anew(sentence, (int32_t)i) || is_apposition(sentence, i))
            break;
        if (group->kind != GROUP_NOUN || group->preposition == NONE || group->and_with != NONE ||
            is_left_out(sentence, group))
            continue;
        if (is_occasion(workspace_lexicon(workspace), sentence, group))
            break;
        const char *with = frame_role(frame, "with", 4);
        if (with && !strcmp(with, "recipient") && role_has(event, NULL, "recipient") &&
            hangs_on_deal(sentence, group->preposition))
            continue;
        if (hangs_on_edge(workspace_lexicon(workspace), sentence, group->preposition) ||
            is_topic(event, group->preposition))
            continue;
        if (is_of_part(sentence, group->preposition)) {
            uint32_t where = sentence->groups[sentence->groups[group->preposition - 1].preposition].first;
            if (word_is(sentence, where, "in") || word_is(sentence, where, "at") || word_is(sentence, where, "to"))
                slot_fill_named(workspace, event, frame, "in", (int32_t)i);
            /* "from the Diffa region of Niger" */
            if (word_is(sentence, where, "from") && !strcmp(event->type, "downturn"))
                slot_fill_named(workspace, event, frame, "from", (int32_t)i);
            continue;
        }
        if (is_of_other_noun(event, group->preposition)) {
            /* "at the port of Gdynia", "in the central city of Da Nang": the noun is only what the place has or is */
            uint32_t noun = sentence->groups[group->preposition - 1].head;
            const char *class = noun_class(workspace_lexicon(workspace), sentence, noun);
            bool visit = !strcmp(event->type, "visit");
            if ((class && !strcmp(class, "plain_base")) || (visit && is_kind_of_place(sentence, noun)))
                slot_fill_named(workspace, event, frame, frame_role(frame, "object", 6) ? "object" : "at", (int32_t)i);
            if (is_purpose(sentence, group->preposition))
                fill_purpose(workspace, event, frame, (int32_t)i);
            continue;
        }
        uint32_t before = event->actor_count;
        fill_phrase(workspace, event, frame, (int32_t)i);
        if (event->actor_count == before)
            fill_possessor(workspace, event, frame, (int32_t)i);
    }
}
