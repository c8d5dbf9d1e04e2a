#include "lib/coder/objection_parts.h"

#include "lib/coder/clause.h"
#include "lib/coder/party.h"

#include <string.h>

/* "troops left Kigali for Darfur": who leaves home goes somewhere. */
bool objection_leaves_home(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb_entry == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb || !event->subtype || strcmp(event->subtype, "withdrawal") != 0 || verb->passive || verb->object == NONE)
        return false;
    struct party_list left = {.count = 0};
    party_of_group(workspace, event->sentence, verb->object, &left);
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (left.count == 1 && !strcmp(event->actors[i].role, "initiator") &&
            !strcmp(event->actors[i].id, left.items[0].id))
            return true;
    return false;
}

/* Troops are what leaves, or a base is what is left. */
bool objection_troops_go(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb)
        return false;
    const char *object =
        verb->object == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[verb->object].head);
    if (object && (!strcmp(object, "base") || !strcmp(object, "plain_base")))
        return true;
    if (verb->subject == NONE)
        return false;
    /* "the last wave of US airmen" */
    if (group_is_force(lexicon, sentence, verb->subject))
        return true;
    uint32_t head = sentence->groups[verb->subject].head;
    const char *stands = noun_attribute(lexicon, sentence, head, "stands");
    int32_t name = sentence->part->words[head].name;
    const char *class = noun_class(lexicon, sentence, head);
    return (stands && !strcmp(stands, "force")) || (class && !strcmp(class, "mission")) ||
           (name != NONE && sentence->mentions[name].class == LEXICON_FORCE);
}

/* "withdrew from the town of Lysychansk", "Ukrainian forces expelled Russian troops": war, not cooperation that ends.
 */
bool objection_is_fighting(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    bool leaves = event->subtype && (!strcmp(event->subtype, "withdrawal") || !strcmp(event->subtype, "expulsion"));
    if (strcmp(event->type, "downturn") || !leaves)
        return false;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const char *class = sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE
                                ? noun_class(lexicon, sentence, sentence->groups[i].head)
                                : NULL;
        if (class && !strcmp(class, "fought_ground"))
            return true;
    }
    if (strcmp(event->subtype, "expulsion") || event->verb == NONE || sentence->groups[event->verb].passive ||
        sentence->groups[event->verb].subject == NONE)
        return false;
    struct party_list list = {.count = 0};
    party_of_group(workspace, event->sentence, sentence->groups[event->verb].subject, &list);
    return event->verb_entry != NONE && list.count && list.items[0].force &&
           sentence->groups[event->verb].governor == NONE;
}

static bool is_violence(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb)};
    for (size_t i = 0; i < 2; i++)
        if (classes[i] && (!strcmp(classes[i], "harm") || !strcmp(classes[i], "fight")))
            return true;
    return false;
}

/* "hit five bases used by a militia", "attacked a factory in Syria", "near which a bomb went off": what is attacked, or
 * where. Not "attacked from a base". */
bool objection_is_attacked(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const where[] = {"at", "near", "on", "in", "inside", "outside", "against", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    int32_t noun = event->noun != NONE ? event->noun : event->argument;
    if (noun == NONE)
        return false;
    int32_t by = clause_verb_of(sentence, noun), preposition = sentence->groups[noun].preposition;
    bool reached = preposition == NONE;
    for (size_t i = 0; preposition != NONE && where[i]; i++)
        reached |= word_is(sentence, sentence->groups[preposition].first, where[i]);
    if (by != NONE && by != event->verb && reached && is_violence(lexicon, sentence, &sentence->groups[by]))
        return true;
    if (event->noun != NONE && event->verb == by && by != NONE && reached &&
        is_violence(lexicon, sentence, &sentence->groups[by]))
        return true;
    for (uint32_t i = (uint32_t)noun + 1; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject == noun &&
            sentence->groups[i].passive && (int32_t)i != event->verb &&
            is_violence(lexicon, sentence, &sentence->groups[i]))
            return true;
    return false;
}

/* "has left Nepal for South Sudan": nothing is withdrawn by those to whom it goes. */
bool objection_leaves_for_initiator(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "downturn") != 0 || event->verb_entry == NONE)
        return false;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE ||
            !word_is(sentence, sentence->groups[group->preposition].first, "for"))
            continue;
        struct party_list list = {.count = 0};
        party_of_group(workspace, event->sentence, (int32_t)i, &list);
        for (uint32_t k = 0; k < event->actor_count && list.count; k++)
            if (event->actors[k].from_context && !strcmp(event->actors[k].role, "initiator") &&
                !strcmp(event->actors[k].id, list.items[0].id))
                return true;
    }
    return false;
}

/* Aircraft and ships that crews bring: not drones. */
static bool flies(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    int32_t name = sentence->part->words[sentence->groups[group].head].name;
    const char *sipri = name == NONE ? NULL : lexicon_entry_value(lexicon, sentence->mentions[name].entry, "sipri");
    return sipri && (!strcmp(sipri, "aircraft") || !strcmp(sipri, "ship")) &&
           !word_is(sentence, sentence->groups[group].head, "drones");
}

/* "as part of a rotation", "the squadron's pilots will train there": why aircraft that arrived have come. What is
 * bought or delivered has come to be kept. */
static bool tells_of_stay(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const stays[] = {"deployment",     "force_unit",  "exercise",
                                        "plain_exercise", "patrol_noun", "mission",
                                        "mission_name",   "trainees",    NULL},
                             *const kept[] = {
                                 "purchase", "arms_purchase", "arms_deal", "deal",          "sale", "arms_sale",
                                 "donation", "aid_delivery",  "buy",       "supply",        "sell", "donate",
                                 "receive",  "give",          "lease",     "goods_package", NULL};
    enum { SENTENCES_BEHIND = 3 };
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool stay = false;
    for (uint32_t at = event->sentence_index;
         at <= event->sentence_index + SENTENCES_BEHIND && at < workspace->sentence_count; at++) {
        struct sentence *sentence = &workspace->sentences[at];
        if (!workspace_parse(workspace, sentence))
            return false;
        for (uint32_t i = sentence->first; i <= sentence->last; i++) {
            const struct word *word = &sentence->part->words[i];
            const char *noun = word->blocked ? NULL : noun_class(lexicon, sentence, i),
                       *verb = word->pos != POS_VERB || word->verb == NONE
                                   ? NULL
                                   : lexicon_entry_id(lexicon, (uint32_t)word->verb);
            for (size_t k = 0; stays[k]; k++)
                stay |= noun && !strcmp(noun, stays[k]);
            for (size_t k = 0; kept[k]; k++)
                if ((noun && !strcmp(noun, kept[k])) || (verb && !strcmp(verb, kept[k])))
                    return false;
        }
    }
    return stay;
}

static bool is_sending(const struct event *event)
{
    static const char *const words[] = {"send",       "sends",      "sent",        "sending", "dispatch",
                                        "dispatches", "dispatched", "dispatching", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]))
            return true;
    return false;
}

/* "will send naval ships to Somalia for two years": who sends a warship sails it. */
static bool is_warship_sent(const struct event *event)
{
    static const char *const ships[] = {"warship", "warships", "frigate", "frigates", "destroyer", "destroyers", NULL};
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || event->argument == NONE || !is_sending(event))
        return false;
    uint32_t head = sentence->groups[event->argument].head;
    for (size_t i = 0; ships[i]; i++)
        if (word_is(sentence, head, ships[i]))
            return true;
    return (word_is(sentence, head, "ships") || word_is(sentence, head, "vessels")) && head > sentence->first &&
           (word_is(sentence, head - 1, "naval") || word_is(sentence, head - 1, "navy"));
}

/* "sent planes to Panama to evacuate citizens": ships and aircraft that are sent with a task are not given. */
static bool is_sent_with_task(const struct lexicon *lexicon, const struct event *event)
{
    static const char *const tasks[] = {"evacuate", "rescue", "patrol", "guard",       "escort",     "relieve", "haul",
                                        "freight",  "carry",  "join",   "participate", "keep_order", "fight",   NULL};
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || event->argument == NONE || !is_sending(event) ||
        !group_is_craft(lexicon, sentence, event->argument))
        return false;
    for (uint32_t i = (uint32_t)event->verb + 1; i < sentence->group_count; i++) {
        const struct group *task = &sentence->groups[i];
        if (task->kind != GROUP_VERB)
            continue;
        const char *const classes[] = {verb_class(lexicon, sentence, task), verb_class2(lexicon, sentence, task),
                                       verb_class3(lexicon, sentence, task)};
        for (size_t k = 0; k < 3 && task->infinitive; k++)
            for (size_t t = 0; classes[k] && tasks[t]; t++)
                if (!strcmp(classes[k], tasks[t]))
                    return true;
        return false;
    }
    return false;
}

/* "Dutch Patriots arrived in Turkey", "moved 500 soldiers and tanks to Romania", "US bombers land in Britain": who
 * brings arms that others made, or troops with them, keeps them. */
bool objection_is_on_the_move(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (event->argument == NONE || event->verb == NONE)
        return false;
    int32_t first = event->argument;
    while (sentence->groups[first].and_with != NONE)
        first = sentence->groups[first].and_with;
    for (int32_t i = first; i != NONE; i = clause_coordinated_next(sentence, i)) {
        const char *class = noun_class(lexicon, sentence, sentence->groups[i].head);
        if (class && (!strcmp(class, "troops") || !strcmp(class, "forces")) && i != event->argument)
            return true;
    }
    if (is_warship_sent(event) || is_sent_with_task(lexicon, event))
        return true;
    /* "flew six fighters to Romania": what flies and sails itself is brought to be used */
    if (!strcmp(frame->head, "freight") && flies(lexicon, sentence, event->argument))
        return true;
    if (strcmp(frame->head, "arrive") != 0)
        return false;
    if (flies(lexicon, sentence, event->argument) && tells_of_stay(workspace, event))
        return true;
    /* a state's bombers come and go; hardly any has ever handed one over */
    if (word_is(sentence, sentence->groups[event->argument].head, "bombers") ||
        word_is(sentence, sentence->groups[event->argument].head, "bomber"))
        return true;
    const struct group *verb = &sentence->groups[event->verb];
    bool lands = word_is(sentence, verb->head, "land") || word_is(sentence, verb->head, "lands") ||
                 word_is(sentence, verb->head, "landed");
    /* "planes landed in Belgrade carrying missiles" */
    for (uint32_t k = 0; k < sentence->mention_count; k++)
        if (sentence->mentions[k].first > sentence->groups[event->verb].last &&
            lexicon_class_use((enum lexicon_class)sentence->mentions[k].class) == USE_GOODS)
            return false;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *giver = &event->actors[i];
        if (strcmp(giver->role, "supplier") != 0 || !giver->slot || strcmp(giver->slot, "argument") != 0)
            continue;
        if (lands)
            return true;
        for (uint32_t k = 0; k < sentence->mention_count; k++) {
            const char *maker = sentence->mentions[k].class == LEXICON_EQUIPMENT
                                    ? lexicon_entry_value(lexicon, sentence->mentions[k].entry, "maker")
                                    : NULL;
            if (maker && party_is_state(giver->id) && strcmp(maker, giver->id) != 0)
                return true;
        }
    }
    return false;
}

/* "steps up its presence in the South China Sea", "in the disputed waters": whose ground that is, only the context
 * guesses. */
bool objection_is_at_sea(const struct event *event)
{
    enum { WORDS_MAX = 6 };
    bool guessed = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        guessed |= !strcmp(event->actors[i].role, "target") && event->actors[i].from_context;
    for (uint32_t i = 0; i < event->place_count; i++)
        if (strcmp(event->places[i].precision, "sea") != 0)
            return false;
    if (!guessed || event->place_count > 0 || event->noun == NONE)
        return guessed && event->place_count > 0;
    const struct sentence *sentence = event->sentence;
    uint32_t noun = sentence->groups[event->noun].last;
    for (uint32_t i = noun; i <= sentence->last && i <= noun + WORDS_MAX; i++)
        if (word_is(sentence, i, "waters"))
            return true;
    return false;
}

/* "deploys troops on the border with Hungary", "to the Belarus border": on its own side of it. */
bool objection_is_at_border(const struct event *event)
{
    static const char *const words[] = {"border", "borders", "frontier", "frontiers", NULL};
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *target = &event->actors[i];
        const struct part *part = target->text.part;
        if (strcmp(target->role, "target") != 0 || !part)
            continue;
        const struct token *tokens = part->list.tokens;
        for (uint32_t at = 0; at < part->list.count && tokens[at].start < target->text.end; at++) {
            if (tokens[at].start < target->text.start)
                continue;
            bool with = at >= 2 && token_is(part->text, &tokens[at - 1], "with");
            for (size_t k = 0; words[k]; k++)
                if ((at + 1 < part->list.count && token_is(part->text, &tokens[at + 1], words[k])) ||
                    (with && token_is(part->text, &tokens[at - 2], words[k])))
                    return true;
        }
    }
    return false;
}
