#include "lib/coder/party.h"

#include "lib/coder/clause.h"
#include "lib/coder/group_link.h"
#include "lib/coder/party_publisher.h"
#include "lib/coder/party_refer.h"
#include "lib/coder/person.h"
#include "lib/coder/refer.h"
#include "lib/coder/town.h"

#include <string.h>

bool party_is_state(const char *id)
{
    return strlen(id) == 3 && id[0] >= 'A' && id[0] <= 'Z' && id[1] >= 'A' && id[1] <= 'Z' && id[2] >= 'A' &&
           id[2] <= 'Z' && strcmp(id, "UNK");
}

void party_add(struct party_list *list, struct party party)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i].id, party.id)) {
            list->items[i].force |= party.force;
            return;
        }
    if (list->count < PARTIES_MAX)
        list->items[list->count++] = party;
}

const char *party_actor_id(const struct lexicon *lexicon, uint32_t entry)
{
    const char *id = lexicon_entry_id(lexicon, entry);
    if (strchr(id, ':') || party_is_state(id))
        return id;
    const char *state = lexicon_entry_value(lexicon, entry, "state");
    return state ? state : id;
}

void party_premodifiers(struct coder_workspace *workspace, struct sentence *sentence, int32_t group, uint32_t before,
                        struct party_list *list)
{
    const struct group *noun = &sentence->groups[group];
    for (uint32_t i = noun->first; i <= noun->last && i < before;) {
        int32_t name = sentence->part->words[i].name;
        struct party party;
        if (name != NONE && sentence->mentions[name].last < before &&
            party_of_mention(workspace, sentence, &sentence->mentions[name], &party))
            party_add(list, party);
        i = name == NONE ? i + 1 : sentence->mentions[name].last + 1;
    }
    /* "our arms deliveries", "its membership" */
    if (sentence->part->words[noun->first].pos == POS_OWNER) {
        bool speaker = word_is(sentence, noun->first, "our") || word_is(sentence, noun->first, "my");
        if (speaker)
            party_of_speaker(workspace, sentence, list);
        /* "halted deliveries to Turkey over its purchase of missiles" */
        if (!list->count && noun->first > sentence->first && word_is(sentence, noun->first - 1, "over"))
            party_of_pronoun(workspace, sentence, noun->first, list);
    }
}

/* An official text speaks for the first actor of its title: "Statement by President Biden on …". */
void party_find_home(struct coder_workspace *workspace)
{
    static const char *const words[] = {"statement", "remarks",    "readout",     "briefing", "fact",
                                        "gaggle",    "communique", "declaration", NULL};
    workspace->home = (struct party){.id = NULL};
    workspace->official = false;
    if (!workspace->title_count || !workspace_read(workspace, &workspace->sentences[0]))
        return;
    struct sentence *title = &workspace->sentences[0];
    bool official = false;
    for (uint32_t i = title->first; i <= title->last; i++)
        for (size_t k = 0; words[k] && (i < title->first + 2 || i == title->last); k++)
            official |= word_is(title, i, words[k]);
    struct party_list list = {.count = 0};
    workspace->official = official;
    /* on an official site it speaks for whose site it is */
    if (official && workspace->publisher) {
        workspace->home = (struct party){.id = workspace->publisher,
                                         .sentence = title,
                                         .first = title->first,
                                         .last = title->last,
                                         .from_context = true};
        return;
    }
    if (official)
        party_of_sentence(workspace, title, &list);
    uint32_t first = 0;
    while (first < list.count && !party_is_state(list.items[first].id))
        first++;
    if (official && first > 0 && workspace->title_count < workspace->sentence_count &&
        workspace_read(workspace, &workspace->sentences[workspace->title_count])) {
        list.count = first = 0;
        party_of_sentence(workspace, &workspace->sentences[workspace->title_count], &list);
    }
    if (first < list.count && party_is_state(list.items[first].id)) {
        workspace->home = list.items[first];
        workspace->home.from_context = true;
    }
}

/* What a noun group's head says of it. */
enum standing { STANDS_NOT, STANDS_FOR_ACTOR, STANDS_WEAKLY };

static enum standing standing_of(const struct lexicon *lexicon, const struct sentence *sentence,
                                 const struct group *group)
{
    const struct word *head = &sentence->part->words[group->head];
    if (head->name != NONE) {
        enum lexicon_use use = lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class);
        return use == USE_ACTOR ? STANDS_FOR_ACTOR : use == USE_PLACE ? STANDS_WEAKLY : STANDS_NOT;
    }
    const struct word *first = &sentence->part->words[head->span_first];
    if (first->title != NONE)
        return STANDS_FOR_ACTOR;
    if (first->noun != NONE) {
        const char *stands = lexicon_entry_value(lexicon, (uint32_t)first->noun, "stands");
        return stands ? STANDS_FOR_ACTOR : STANDS_NOT;
    }
    if (first->pos == POS_TIME || first->pos == POS_NUMBER)
        return STANDS_NOT;
    return STANDS_WEAKLY;
}

/* "German intelligence told Prague", "were warned by American intelligence": who acts is the service. */
static bool is_service(const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    int32_t name = sentence->part->words[group->first + word_is(sentence, group->first, "the")].name;
    if (group->last != group->head || !word_is(sentence, group->head, "intelligence") || name == NONE ||
        sentence->mentions[name].last >= group->head)
        return false;
    if (group->preposition != NONE)
        return word_is(sentence, sentence->groups[group->preposition].first, "by");
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && !sentence->groups[i].passive && sentence->groups[i].subject == at)
            return true;
    return false;
}

static bool is_force_noun(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t token)
{
    const char *stands = noun_attribute(lexicon, sentence, token, "stands");
    return stands && !strcmp(stands, "force");
}

/* "the two Horn of Africa neighbours", "both South American navies": a pair with words between. */
static bool is_pair_between(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"neighbours", "neighbors",   "countries",  "nations",   "states",
                                        "allies",     "navies",      "armies",     "republics", "powers",
                                        "partners",   "governments", "militaries", "sides",     NULL};
    bool two = false;
    for (uint32_t i = group->first; i < group->head; i++) {
        two |= word_is(sentence, i, "two") || word_is(sentence, i, "both");
        int32_t name = sentence->part->words[i].name;
        if (name != NONE &&
            (sentence->mentions[name].class == LEXICON_STATE || sentence->mentions[name].class == LEXICON_DEMONYM))
            return false;
    }
    for (size_t i = 0; two && words[i]; i++)
        if (word_is(sentence, group->head, words[i]))
            return true;
    return false;
}

void party_of_locals(struct coder_workspace *workspace, struct sentence *sentence, int32_t at, struct party_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *group = &sentence->groups[at];
    bool local = false;
    for (uint32_t i = group->first; i < group->head; i++)
        local |= word_is(sentence, i, "local");
    for (uint32_t i = local ? sentence->mention_count : 0; i-- > 0;) {
        struct mention *mention = &sentence->mentions[i];
        if (mention->last >= group->first)
            continue;
        const char *id = mention->class == LEXICON_STATE || mention->class == LEXICON_CAPITAL
                             ? party_actor_id(lexicon, mention->entry)
                         : lexicon_class_use((enum lexicon_class)mention->class) == USE_PLACE
                             ? lexicon_entry_value(lexicon, mention->entry, "state")
                             : NULL;
        uint32_t before = mention->first > sentence->first ? mention->first - 1 : mention->first;
        before -= before > sentence->first && sentence->part->words[before].pos == POS_DETERMINER;
        if (!id || !party_is_state(id) ||
            (sentence->part->words[before].pos != POS_PREPOSITION && sentence->part->words[before].pos != POS_TO))
            continue;
        party_add(list, (struct party){.id = id, .sentence = sentence, .first = mention->first, .last = mention->last});
        return;
    }
}

static void parties_along(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                          struct party_list *list, int depth);

void party_drop_makers(const struct sentence *sentence, struct party_list *list, bool all)
{
    static const char *const words[] = {"made",     "built",     "designed", "supplied", "manufactured",
                                        "produced", "developed", "donated",  NULL};
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t next = list->items[i].last + 1;
        bool is_maker = false;
        for (size_t k = 0; list->items[i].sentence == sentence && next <= sentence->last && words[k]; k++)
            is_maker |= sentence->part->list.tokens[next].flags & TOKEN_JOINED && word_is(sentence, next, words[k]);
        if (!is_maker || (list->count == 1 && !all))
            list->items[kept++] = list->items[i];
    }
    if (kept > 0 || all)
        list->count = kept;
}

/* "Danish Defence Minister Jakob Lund", "Minister Ole Holm": the name of a place or of equipment behind an office and a
 * first name is a surname. */
static bool is_surname_group(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    int32_t name = sentence->part->words[group->head].name;
    const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
    if (!mention || lexicon_class_use((enum lexicon_class)mention->class) == USE_ACTOR ||
        mention->first < group->first + 2 || mention->first != mention->last)
        return false;
    const struct word *first_name = &sentence->part->words[mention->first - 1];
    if (!(sentence->part->list.tokens[mention->first - 1].flags & TOKEN_CAPITAL) || first_name->name != NONE ||
        first_name->noun != NONE || first_name->title != NONE || first_name->inside)
        return false;
    for (uint32_t i = group->first; i + 1 < mention->first; i++) {
        const char *class = noun_class(lexicon, sentence, i);
        if (sentence->part->words[i].title != NONE ||
            (class && (!strcmp(class, "defence_office") || !strcmp(class, "leader_office"))))
            return true;
    }
    return false;
}

/* "Orbital Works LLC, Salisbury, Maryland, is awarded": the state of a firm whose town no list has. */
static void add_address(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                        struct party_list *list)
{
    const struct group *groups = sentence->groups;
    uint32_t line = (uint32_t)at + 4;
    if (line + 1 >= sentence->group_count)
        return;
    for (uint32_t i = (uint32_t)at + 1; i <= line + 1; i++)
        if (groups[i].kind != ((i - (uint32_t)at) % 2 ? GROUP_COMMA : GROUP_NOUN))
            return;
    int32_t town = sentence->part->words[groups[line - 2].head].name,
            region = sentence->part->words[groups[line].head].name;
    const struct mention *mention = region == NONE ? NULL : &sentence->mentions[region];
    if (town != NONE || !mention || mention->class != LEXICON_REGION || groups[line].first != mention->first)
        return;
    const char *state = lexicon_entry_id(workspace_lexicon(workspace), mention->entry);
    if (party_is_state(state))
        party_add(list,
                  (struct party){.id = state, .sentence = sentence, .first = mention->first, .last = mention->last});
}

/* Whom a noun group stands for, as it is found step by step. */
struct search {
    struct coder_workspace *workspace;
    struct sentence *sentence;
    const struct group *group;
    int32_t at; /* the group's place */
    int depth;
    const char *class; /* of its head; may be NULL */
    enum standing standing;
    bool is_surname, is_force;
    struct party_list own;
};

static void parties_of_one(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                           struct party_list *list, int depth);

/* "the two countries", "the pair": those before it, or those that were told of. */
static void parties_of_pair(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                            struct party_list *list)
{
    const struct group *group = &sentence->groups[at];
    struct party_list own = {.count = 0};
    party_premodifiers(workspace, sentence, at, group->head, &own);
    if (!own.count)
        party_of_pair(workspace, sentence, group->head, list);
    for (uint32_t i = 0; i < own.count; i++)
        party_add(list, own.items[i]);
}

static const struct mention *mention_of_head(const struct search *search)
{
    int32_t name = search->sentence->part->words[search->group->head].name;
    return name == NONE ? NULL : &search->sentence->mentions[name];
}

static void find_name(struct search *search)
{
    const struct mention *mention = mention_of_head(search);
    struct party party;
    if (!mention)
        return;
    if (party_of_mention(search->workspace, search->sentence, mention, &party) &&
        (mention->class != LEXICON_LEADER || search->group->first == mention->first))
        party_add(&search->own, party);
    /* "NATO allies" are NATO, not just any allies */
    if (search->own.count && !strncmp(search->own.items[0].id, "GRP:", 4) && mention->first > search->group->first) {
        struct party_list better = {.count = 0};
        party_premodifiers(search->workspace, search->sentence, search->at, mention->first, &better);
        if (better.count && !strncmp(better.items[0].id, "ORG:", 4))
            search->own = better;
    }
}

/* A place acts for its state: "docked at Cebu". */
static void find_state_of_place(struct search *search)
{
    const struct lexicon *lexicon = workspace_lexicon(search->workspace);
    const struct mention *mention = mention_of_head(search);
    if (search->own.count || !mention || search->is_surname ||
        lexicon_class_use((enum lexicon_class)mention->class) != USE_PLACE)
        return;
    const char *id = lexicon_entry_id(lexicon, mention->entry),
               *state = lexicon_entry_value(lexicon, mention->entry, "state");
    const char *town = town_state(search->workspace, search->sentence, mention);
    if (town || party_is_state(id) || (state && party_is_state(state)))
        party_add(&search->own, (struct party){.id = town                 ? town
                                                     : party_is_state(id) ? id
                                                                          : state,
                                               .sentence = search->sentence,
                                               .first = mention->first,
                                               .last = mention->last});
}

/* "Kenya's partners", "US partners" are others; "Polish partners" are Poles, "NATO partners" those of the alliance. */
static void drop_owners(const struct sentence *sentence, struct party_list *list)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct party *party = &list->items[i];
        int32_t name = party->sentence == sentence ? sentence->part->words[party->first].name : NONE;
        enum lexicon_class class = name == NONE ? LEXICON_STATE : (enum lexicon_class)sentence->mentions[name].class;
        bool owns = party->last < sentence->last && sentence->part->words[party->last + 1].pos == POS_POSSESSIVE;
        if (!owns && (class == LEXICON_DEMONYM || class == LEXICON_ORGANISATION))
            list->items[kept++] = *party;
    }
    list->count = kept;
}

static void find_before_head(struct search *search)
{
    const struct mention *mention = mention_of_head(search);
    struct party_list *own = &search->own;
    /* a firm with its state beside it: both are parties */
    if (own->count && mention && mention->class == LEXICON_COMPANY)
        party_premodifiers(search->workspace, search->sentence, search->at, mention->first, own);
    if (own->count == 1 && !strncmp(own->items[0].id, "COM:", 4))
        add_address(search->workspace, search->sentence, search->at, own);
    if (!own->count || !mention) {
        party_premodifiers(search->workspace, search->sentence, search->at, search->group->last + 1, own);
        party_drop_makers(search->sentence, own, false);
    }
    if (own->count > 2 && search->standing == STANDS_WEAKLY && !search->is_surname)
        own->count = 1;
    if (search->class && !strcmp(search->class, "partner"))
        drop_owners(search->sentence, own);
}

/* "the Administration", "the President" in an official text. */
static void find_home(struct search *search)
{
    const struct sentence *sentence = search->sentence;
    uint32_t head = search->group->head;
    if (!search->own.count && search->workspace->home.id &&
        (word_is(sentence, head, "Administration") || word_is(sentence, head, "President") ||
         word_is(sentence, head, "government")) &&
        group_complement(sentence, search->at) == NONE)
        party_add(&search->own, search->workspace->home);
}

/* "General Anselm Kothari of India", "their counterparts from Ghana". */
static void find_behind_head(struct search *search)
{
    struct sentence *sentence = search->sentence;
    const struct group *group = search->group;
    bool is_owned = sentence->part->words[group->first].pos == POS_OWNER;
    bool is_person = search->standing != STANDS_FOR_ACTOR && !is_owned &&
                     sentence->part->list.tokens[group->head].flags & TOKEN_CAPITAL &&
                     person_is(workspace_lexicon(search->workspace), sentence, group);
    if (search->own.count || (search->standing != STANDS_FOR_ACTOR && !is_person))
        return;
    int32_t complement = group_complement(sentence, search->at),
            leader = complement == NONE ? clause_leader_of(sentence, search->at) : NONE;
    if (is_owned && complement != NONE && search->class && !strcmp(search->class, "counterpart") &&
        word_is(sentence, sentence->groups[sentence->groups[complement].preposition].first, "from"))
        is_owned = false;
    for (; complement != NONE && !is_owned; complement = group_next_complement(sentence, complement))
        parties_along(search->workspace, sentence, complement, &search->own, search->depth + 1);
    /* "a squadron of three Pakistani warships" */
    complement = group_complement(sentence, search->at);
    if (!search->own.count && search->is_force && complement != NONE &&
        group_is_craft(workspace_lexicon(search->workspace), sentence, complement))
        party_premodifiers(search->workspace, sentence, complement, sentence->groups[complement].last + 1,
                           &search->own);
    if (leader != NONE)
        parties_of_one(search->workspace, sentence, leader, &search->own, search->depth + 1);
    else if (is_owned)
        party_of_pronoun(search->workspace, sentence, group->first, &search->own);
}

/* What the group does not name itself: what it belongs to, what explains it, what was told before. */
static void find_elsewhere(struct search *search)
{
    struct coder_workspace *workspace = search->workspace;
    struct sentence *sentence = search->sentence;
    struct party_list *own = &search->own;
    int32_t at = search->at, unit = search->is_force && !own->count ? group_unit(sentence, at) : NONE;
    if (unit != NONE)
        parties_along(workspace, sentence, unit, own, search->depth + 1);
    if (!own->count && search->is_force)
        party_of_locals(workspace, sentence, at, own);
    if (!own->count && group_explains_state(workspace_lexicon(workspace), sentence, at))
        parties_of_one(workspace, sentence, at - 2, own, search->depth + 1);
    if (!own->count && party_is_publishers_body(workspace, sentence, at))
        party_add_publisher(workspace, sentence, at, own);
    if (!own->count && group_complement(sentence, at) == NONE)
        refer_group(workspace, sentence, at, own);
    int32_t apposition = own->count ? NONE : group_apposition(sentence, at);
    if (apposition != NONE)
        parties_of_one(workspace, sentence, apposition, own, search->depth + 1);
    if (!own->count && search->class && !strcmp(search->class, "defence_office") && group_complement(sentence, at) == NONE)
        party_of_office(workspace, sentence, at, own);
    if (!own->count)
        party_of_bare_name(workspace, sentence, at, own);
    if (!own->count && !group_names_owner(sentence, at))
        party_of_dateline(workspace, sentence, at, own);
    if (!own->count && party_is_publishers_own(workspace, sentence, at, search->is_force))
        party_add_publisher(workspace, sentence, at, own);
}

static void parties_of_one(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                           struct party_list *list, int depth)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *group = &sentence->groups[at];
    if (group->kind != GROUP_NOUN || depth > 3)
        return;
    if (sentence->part->words[group->first].pos == POS_PRONOUN) {
        party_of_pronoun(workspace, sentence, group->first, list);
        return;
    }
    const char *class = noun_class(lexicon, sentence, group->head);
    if ((class && !strcmp(class, "pair")) || is_pair_between(sentence, group)) {
        parties_of_pair(workspace, sentence, at, list);
        return;
    }
    bool is_surname = is_surname_group(lexicon, sentence, group);
    struct search search = {.workspace = workspace,
                            .sentence = sentence,
                            .group = group,
                            .at = at,
                            .depth = depth,
                            .class = class,
                            .is_surname = is_surname,
                            .standing = is_surname ? STANDS_FOR_ACTOR : standing_of(lexicon, sentence, group)};
    if (search.standing == STANDS_NOT && is_service(sentence, at))
        search.standing = STANDS_FOR_ACTOR;
    if (search.standing == STANDS_NOT)
        return;
    search.is_force = is_force_noun(lexicon, sentence, group->head);
    find_name(&search);
    find_state_of_place(&search);
    find_before_head(&search);
    find_home(&search);
    find_behind_head(&search);
    find_elsewhere(&search);
    for (uint32_t i = 0; i < search.own.count; i++) {
        search.own.items[i].force |= search.is_force;
        party_add(list, search.own.items[i]);
    }
}

static void parties_along(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                          struct party_list *list, int depth)
{
    for (; at != NONE; at = clause_coordinated_next(sentence, at))
        parties_of_one(workspace, sentence, at, list, depth);
}

void party_of_group(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                    struct party_list *list)
{
    parties_along(workspace, sentence, group, list, 0);
}

void party_of_craft(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                    struct party_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (; group != NONE; group = clause_coordinated_next(sentence, group)) {
        const struct group *noun = &sentence->groups[group];
        if (noun->kind != GROUP_NOUN)
            return;
        if (!group_is_craft(lexicon, sentence, group)) {
            parties_of_one(workspace, sentence, group, list, 0);
            continue;
        }
        struct party_list own = {.count = 0};
        party_premodifiers(workspace, sentence, group, noun->last + 1, &own);
        party_drop_makers(sentence, &own, true);
        int32_t complement = group_complement(sentence, group);
        if (!own.count && complement != NONE)
            parties_along(workspace, sentence, complement, &own, 1);
        else if (!own.count && sentence->part->words[noun->first].pos == POS_OWNER)
            party_of_pronoun(workspace, sentence, noun->first, &own);
        for (uint32_t i = 0; i < own.count; i++) {
            own.items[i].force = true;
            party_add(list, own.items[i]);
        }
    }
}

/* "docked at Da Nang port", "Kaunas airfield": a port stands for the state of the place that names it. A state before
 * it may be the one that uses it. */
static void party_of_places(const struct lexicon *lexicon, struct sentence *sentence, const struct group *group,
                            struct party_list *list)
{
    for (uint32_t i = group->first; i < group->head; i++) {
        int32_t name = sentence->part->words[i].name;
        const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
        if (!mention || mention->class == LEXICON_STATE ||
            lexicon_class_use((enum lexicon_class)mention->class) != USE_PLACE)
            continue;
        const char *id = lexicon_entry_id(lexicon, mention->entry),
                   *state = party_is_state(id) ? id : lexicon_entry_value(lexicon, mention->entry, "state");
        if (state && party_is_state(state))
            party_add(list, (struct party){
                                .id = state, .sentence = sentence, .first = mention->first, .last = mention->last});
    }
}

void party_of_ground(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                     struct party_list *list)
{
    static const char *const classes[] = {"ground", "base", "plain_base", "schools", NULL};
    const struct group *noun = &sentence->groups[group];
    const char *class =
        noun->kind == GROUP_NOUN ? noun_class(workspace_lexicon(workspace), sentence, noun->head) : NULL;
    for (size_t i = 0; class && classes[i]; i++) {
        if (strcmp(class, classes[i]) != 0)
            continue;
        party_premodifiers(workspace, sentence, group, noun->last + 1, list);
        if (!list->count && sentence->part->words[noun->first].pos == POS_OWNER)
            party_of_pronoun(workspace, sentence, noun->first, list);
        if (!list->count)
            party_of_places(workspace_lexicon(workspace), sentence, noun, list);
        return;
    }
}

void party_of_sentence(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        struct party party;
        if (party_of_mention(workspace, sentence, &sentence->mentions[i], &party))
            party_add(list, party);
    }
}
