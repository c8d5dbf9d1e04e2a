#include "lib/base/digest.h"
#include "lib/coder/feature_parts.h"
#include "lib/coder/party.h"
#include "lib/coder/role.h"
#include "lib/coder/trigger.h"

#include <string.h>

/* Where the principal actors stand. */
struct spread {
    uint32_t before, behind, elsewhere, farthest;
    uint32_t states, total;
};

static bool is_again(const struct event *event, uint32_t index)
{
    for (uint32_t k = 0; k < index; k++)
        if (role_is_principal(&event->actors[k]) && same_id(event->actors[k].id, event->actors[index].id))
            return true;
    return false;
}

static uint32_t token_at(const struct sentence *sentence, uint32_t byte)
{
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t low = sentence->first, high = sentence->last;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (tokens[middle].end <= byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool in_sentence(const struct sentence *sentence, struct stretch text)
{
    const struct token *tokens = sentence->part->list.tokens;
    return text.part == sentence->part && text.start >= tokens[sentence->first].start &&
           text.end <= tokens[sentence->last].end;
}

static const struct group *group_of(const struct sentence *sentence, uint32_t token)
{
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && token >= sentence->groups[i].first &&
            token <= sentence->groups[i].last)
            return &sentence->groups[i];
    return NULL;
}

static bool is_one_of(const struct sentence *sentence, uint32_t token, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, token, words[i]))
            return true;
    return false;
}

/* How the phrase stands that names an actor. */
static void mark_phrase(struct event *event, uint32_t token)
{
    static const char *const places[] = {"in", "at", "near", "outside", "across", "around", NULL};
    static const char *const against[] = {"against", "amid", "despite", "toward", "towards", "over", "off", NULL};
    const struct sentence *sentence = event->sentence;
    const struct group *group = group_of(sentence, token);
    if (!group)
        return;
    if (group->preposition != NONE) {
        uint32_t preposition = sentence->groups[group->preposition].first;
        if (is_one_of(sentence, preposition, places) && token == group->head)
            feature_mark(event, FEATURE_PARTY_IN_PHRASE_OF_PLACE);
        if (is_one_of(sentence, preposition, against))
            feature_mark(event, FEATURE_PARTY_AGAINST);
    }
    const struct word *head = &sentence->part->words[group->head];
    if (token < group->head && group->head != event->trigger_last && head->name == NONE)
        feature_mark(event, FEATURE_PARTY_ATTRIBUTE);
}

static void look_at_actor(struct event *event, const struct event_actor *actor, struct spread *spread)
{
    const char *id = actor->id;
    bool state = party_is_state(id) || !strncmp(id, "HIS:", 4) || !strncmp(id, "DEF:", 4);
    spread->states += state;
    spread->total++;
    if (!strncmp(id, "ORG:", 4))
        feature_mark(event, FEATURE_ORGANISATION);
    if (!strncmp(id, "COM:", 4))
        feature_mark(event, FEATURE_FIRM);
    if (!strncmp(id, "NSA:", 4))
        feature_mark(event, FEATURE_ARMED_GROUP);
    if (!in_sentence(event->sentence, actor->text)) {
        spread->elsewhere++;
        return;
    }
    uint32_t token = token_at(event->sentence, actor->text.start);
    uint32_t apart = token < event->trigger_first  ? event->trigger_first - token
                     : token > event->trigger_last ? token - event->trigger_last
                                                   : 0;
    spread->before += token < event->trigger_first;
    spread->behind += token > event->trigger_last;
    spread->farthest = apart > spread->farthest ? apart : spread->farthest;
    mark_phrase(event, token);
}

static void mark_spread(struct event *event, const struct spread *spread)
{
    feature_mark(event, spread->farthest <= 8    ? FEATURE_PARTIES_NEAR
                        : spread->farthest <= 20 ? FEATURE_PARTIES_OFF
                                                 : FEATURE_PARTIES_FAR);
    if (spread->total < 2 || spread->elsewhere)
        return;
    feature_mark(event, spread->before && spread->behind ? FEATURE_PARTIES_AROUND
                        : spread->before                 ? FEATURE_PARTIES_BEFORE
                                                         : FEATURE_PARTIES_BEHIND);
}

/* Actors that the sentence names beside the event's own. */
static uint32_t count_others(const struct event *event, const struct party_list *list)
{
    uint32_t others = 0;
    for (uint32_t i = 0; i < list->count; i++)
        others += !role_has(event, list->items[i].id, NULL) && strncmp(list->items[i].id, "GRP:", 4) != 0;
    return others;
}

static bool names(const struct party_list *list, const char *id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (same_id(list->items[i].id, id))
            return true;
    return false;
}

/* Pairs at war or without relations for years: sentences that name both seldom tell of cooperation. It is a mark among
 * others: what is told of them plainly is still told. */
static bool are_adversaries(const char *a, const char *b)
{
    static const char *const pairs[][2] = {{"RUS", "UKR"}, {"ISR", "IRN"}, {"ISR", "PSE"}, {"ISR", "SYR"},
                                           {"ISR", "LBN"}, {"PRK", "KOR"}, {"PRK", "USA"}, {"PRK", "JPN"},
                                           {"IRN", "USA"}, {"ARM", "AZE"}, {"IND", "PAK"}, {"CHN", "TWN"},
                                           {"SRB", "XKX"}, {"ETH", "ERI"}, {"RUS", "GEO"}, {"CUB", "USA"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((same_id(pairs[i][0], a) && same_id(pairs[i][1], b)) ||
            (same_id(pairs[i][0], b) && same_id(pairs[i][1], a)))
            return true;
    return false;
}

/* That adversaries break off what they had is nothing strange; that their troops leave is war. */
static void mark_adversaries(struct event *event)
{
    if (!strcmp(event->type, "downturn") && event->subtype && strcmp(event->subtype, "withdrawal") &&
        strcmp(event->subtype, "expulsion"))
        return;
    for (uint32_t i = 0; i < event->actor_count; i++)
        for (uint32_t k = i + 1; k < event->actor_count; k++)
            if (are_adversaries(event->actors[i].id, event->actors[k].id))
                feature_mark(event, FEATURE_ADVERSARIES);
}

void feature_mark_parties(struct event *event, const struct feature_scene *scene)
{
    struct spread spread = {.total = 0};
    uint32_t principals = role_principal_count(event), context = 0, titled = 0;
    bool directed = false;
    event->party_count = 0;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *actor = &event->actors[i];
        if (!role_is_principal(actor)) {
            feature_mark(event, FEATURE_VAGUE_PARTY);
            continue;
        }
        directed |= strcmp(actor->role, "participant") && strcmp(actor->role, "host");
        if (!strcmp(actor->role, "host"))
            feature_mark(event, FEATURE_HOST);
        if (is_again(event, i))
            continue;
        context += actor->from_context;
        if (actor->referred)
            feature_mark(event, FEATURE_REFERRED);
        look_at_actor(event, actor, &spread);
        titled += names(&scene->title_parties, actor->id);
        event->parties[event->party_count++] = (uint32_t)hash_bytes(actor->id, strlen(actor->id));
    }
    /* a fair with one host named is as complete as a pact with two states */
    uint32_t spared = principals && trigger_frame(scene->workspace, event)->needs < 2;
    feature_mark_count(event, principals + spared, FEATURE_NO_PARTY, 5);
    feature_mark_count(event, (principals > context ? principals - context : 0) + spared, FEATURE_SYNTAX_NONE, 3);
    feature_mark_count(event, spread.states + spared, FEATURE_STATES_NONE, 3);
    if (context)
        feature_mark(event, FEATURE_FROM_CONTEXT);
    if (directed)
        feature_mark(event, FEATURE_DIRECTED);
    if (!role_sides_known(event))
        feature_mark(event, FEATURE_SIDES_OPEN);
    mark_spread(event, &spread);
    mark_adversaries(event);
    if (event->sentence->part->index != PART_TITLE)
        feature_mark(event, !titled               ? FEATURE_TITLE_NAMES_NONE
                            : titled < principals ? FEATURE_TITLE_NAMES_SOME
                                                  : FEATURE_TITLE_NAMES_ALL);
    feature_mark_count(event, count_others(event, &scene->parties), FEATURE_OTHERS_NONE, 3);
}
