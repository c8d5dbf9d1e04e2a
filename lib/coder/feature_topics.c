#include "lib/coder/feature_parts.h"
#include "lib/coder/role.h"

#include <string.h>

static bool is_military_class(const char *class)
{
    static const char *const classes[] = {"goods",
                                          "aid",
                                          "arms_sale",
                                          "arms_trade",
                                          "arms_purchase",
                                          "troops",
                                          "forces",
                                          "force_unit",
                                          "exercise",
                                          "agreement",
                                          "partnership",
                                          "cooperation",
                                          "training",
                                          "trainers",
                                          "schools",
                                          "talks",
                                          "defence_office",
                                          "defence_topic",
                                          "base",
                                          "mission",
                                          "embargo",
                                          "intelligence",
                                          "intelligence_goods",
                                          "fair",
                                          "port_call",
                                          "demonstration",
                                          "venture",
                                          NULL};
    for (size_t i = 0; class && classes[i]; i++)
        if (same_id(class, classes[i]))
            return true;
    return false;
}

static void read_cue(const char *kind, struct topics *topics)
{
    topics->violence += !strcmp(kind, "violence");
    topics->elsewhere += !strcmp(kind, "elsewhere");
    topics->joint |= !strcmp(kind, "joint");
    topics->front |= !strcmp(kind, "front");
    topics->background |= !strcmp(kind, "background");
    topics->opinion |= !strcmp(kind, "opinion");
    topics->addition |= !strcmp(kind, "addition");
    topics->hedge |= !strcmp(kind, "hedge") || !strcmp(kind, "hypothesis");
}

void feature_topics(const struct lexicon *lexicon, const struct sentence *sentence, struct topics *topics)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->cue != NONE)
            read_cue(lexicon_entry_id(lexicon, (uint32_t)word->cue), topics);
        if (word->inside)
            continue;
        if (word->name != NONE) {
            enum lexicon_class class = (enum lexicon_class)sentence->mentions[word->name].class;
            topics->military += class == LEXICON_FORCE || class == LEXICON_EQUIPMENT ||
                                class == LEXICON_EQUIPMENT_CLASS || class == LEXICON_EXERCISE || class == LEXICON_FAIR;
            continue;
        }
        const char *class = word->blocked ? NULL : noun_class(lexicon, sentence, i);
        topics->military += is_military_class(class) || word_is(sentence, i, "military");
        topics->people += class && !strcmp(class, "people");
    }
}

void feature_mark_topics(struct event *event, const struct feature_scene *scene)
{
    const struct topics *title = &scene->title_topics;
    struct topics own = scene->topics;
    feature_mark_count(event, own.military ? own.military - 1 : 0, FEATURE_MILITARY_NONE, 4);
    const struct {
        bool holds;
        enum feature feature;
    } rows[] = {{own.joint, FEATURE_CUE_JOINT},
                {own.front, FEATURE_CUE_FRONT},
                {own.background, FEATURE_CUE_BACKGROUND},
                {own.opinion, FEATURE_CUE_OPINION},
                {own.hedge, FEATURE_CUE_HEDGE},
                {own.elsewhere, FEATURE_CUE_TOPIC_HERE},
                {own.violence, FEATURE_CUE_VIOLENCE_HERE},
                {own.people, FEATURE_PEOPLE_HERE},
                {title->elsewhere, FEATURE_CUE_TOPIC_TITLE},
                {title->violence, FEATURE_CUE_VIOLENCE_TITLE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].holds)
            feature_mark(event, rows[i].feature);
    if (event->sentence->part->index != PART_TITLE)
        feature_mark_count(event, title->military, FEATURE_TITLE_MILITARY_NONE, 3);
}

/* ---- neighbours ---- */
static uint32_t shared_parties(const struct event *a, const struct event *b)
{
    uint32_t shared = 0;
    for (uint32_t i = 0; i < a->party_count; i++)
        for (uint32_t k = 0; k < b->party_count; k++)
            shared += a->parties[i] == b->parties[k];
    return shared;
}

static bool turns_round(const struct event *a, const struct event *b)
{
    for (uint32_t i = 0; i < a->actor_count; i++)
        for (uint32_t k = 0; k < b->actor_count; k++)
            if (!strcmp(a->actors[i].id, b->actors[k].id) && strcmp(a->actors[i].role, b->actors[k].role) &&
                strcmp(a->actors[i].role, "participant") && strcmp(b->actors[k].role, "participant"))
                return true;
    return false;
}

/* Another act of the title or of the sentences before, whose grammar names two parties and to which nothing is
 * objected: a text goes on about those two. */
static bool acts_right_before(const struct event *event, const struct event *other)
{
    enum { SENTENCES_BACK = 3 };
    bool title = other->sentence->part->index == PART_TITLE;
    if (other->objection_count || other->sentence_index >= event->sentence_index ||
        (!title && event->sentence_index - other->sentence_index > SENTENCES_BACK))
        return false;
    uint32_t named = 0;
    for (uint32_t i = 0; i < other->actor_count; i++)
        named += role_is_principal(&other->actors[i]) && !other->actors[i].from_context;
    return named >= 2;
}

/* "He", "the general", "officials": somebody of before is still the one who speaks or acts. */
static bool begins_with_known_person(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN)
            continue;
        const struct word *head = &sentence->part->words[group->head];
        return head->pos == POS_PRONOUN || (head->name == NONE && noun_attribute(lexicon, sentence, group->head, "stands"));
    }
    return false;
}

/* "The officers study at our academies, the minister said. He also spoke of sharing intelligence": one party is not named
 * again because the text is still about the two of the sentence before. */
static bool goes_on_about_two(const struct coder_workspace *workspace, const struct event *event,
                              const struct event *other)
{
    bool guesses = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        guesses |= event->actors[i].from_context && role_is_principal(&event->actors[i]);
    if (!guesses || other->sentence->part != event->sentence->part ||
        event->sentence_index - other->sentence_index != 1 || event->party_count != 2 || other->party_count != 2 ||
        event->objection_count || !feature_marked(event, FEATURE_TRIGGER_NOUN_MOVED) ||
        feature_marked(event, FEATURE_FROM_DOUBTFUL) || feature_marked(event, FEATURE_TRIGGER_OWNED) || !feature_marked(event, FEATURE_OTHERS_NONE))
        return false;
    struct topics topics = {0};
    feature_topics(workspace_lexicon(workspace), event->sentence, &topics);
    return topics.addition || feature_marked(event, FEATURE_MODALITY_CONFIRMED) ||
           begins_with_known_person(workspace_lexicon(workspace), event->sentence);
}

/* An event among the others: what they say of it. */
static void compare(struct coder_workspace *workspace, struct event *event)
{
    uint32_t again = 0;
    const struct sentence *last = NULL;
    for (uint32_t k = 0; k < workspace->event_count; k++) {
        const struct event *other = &workspace->events[k];
        if (other == event || (other->sentence == event->sentence && other->trigger_first == event->trigger_first))
            continue;
        bool same_type = other->kind == event->kind, same_sentence = other->sentence == event->sentence;
        if (!same_type && !same_sentence) {
            if (acts_right_before(event, other) && shared_parties(event, other) >= 2)
                feature_mark(event, goes_on_about_two(workspace, event, other) ? FEATURE_PAIR_GOES_ON : FEATURE_PAIR_NEAR);
            continue;
        }
        uint32_t shared = shared_parties(event, other);
        bool same_parties = shared && (shared >= 2 || event->party_count < 2);
        if (same_type && same_parties && turns_round(event, other))
            feature_mark(event, FEATURE_RIVAL_DIRECTION);
        else if (same_type && same_parties && !same_sentence) {
            again += other->sentence != last; /* variants of one telling stand behind each other */
            last = other->sentence;
            if (other->sentence->part->index == PART_TITLE)
                feature_mark(event, FEATURE_TITLE_TELLS_TOO);
        }
        if (!same_type && same_sentence && same_parties && !other->objection_count)
            feature_mark(event, FEATURE_RIVAL_TYPE);
        if (same_type && !same_parties && !same_sentence && !other->objection_count)
            feature_mark(event, FEATURE_SAME_TYPE_ELSEWHERE);
    }
    feature_mark_count(event, again, FEATURE_TOLD_ONCE, 3);
    if (workspace->event_count == 1)
        feature_mark(event, FEATURE_ALONE_IN_ITEM);
    if (workspace->event_count > 12)
        feature_mark(event, FEATURE_CROWD_IN_ITEM);
}

/* Comparing each with each is bounded: past NEIGHBOURS_MAX events there is no more to learn from it. */
enum { NEIGHBOURS_MAX = 256 };

void feature_mark_agreement(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->event_count && i < NEIGHBOURS_MAX; i++)
        compare(workspace, &workspace->events[i]);
}
