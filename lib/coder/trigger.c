#include "lib/coder/trigger.h"

#include "lib/coder/clause.h"
#include "lib/coder/evoke.h"
#include "lib/coder/office.h"
#include "lib/coder/party.h"
#include "lib/coder/seek.h"
#include "lib/coder/trigger_parts.h"
#include "lib/record/vocabulary.h"

#include <string.h>

struct event *trigger_add(struct coder_workspace *workspace, uint32_t sentence_index, const struct frame *frame,
                          uint32_t first, uint32_t last)
{
    if (workspace->event_count == TRIGGERS_MAX)
        return NULL;
    struct event *event = &workspace->events[workspace->event_count++];
    memset(event, 0, sizeof *event);
    event->type = frame->type;
    event->subtype = frame->subtype;
    event->frame = frame->entry;
    event->sentence = &workspace->sentences[sentence_index];
    event->sentence_index = sentence_index;
    event->trigger_first = first;
    event->trigger_last = last;
    event->verb = event->verb_entry = event->noun = event->argument = event->left_out = NONE;
    return event;
}

void trigger_refine_subtype(const struct lexicon *lexicon, struct event *event, uint32_t token)
{
    const struct sentence *sentence = event->sentence;
    const struct word *word = &sentence->part->words[sentence->part->words[token].span_first];
    const char *subtype = NULL;
    if (word->name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[word->name].class) == USE_NAME)
        subtype = lexicon_entry_value(lexicon, sentence->mentions[word->name].entry, "subtype");
    else if (word->noun != NONE)
        subtype = lexicon_entry_value(lexicon, (uint32_t)word->noun, "subtype");
    /* "a memorandum on peacekeeping training" is no peacekeeping: only what this type may be */
    static const char *const types[] = {"agreement", "exercise", "operation", NULL};
    for (size_t i = 0; subtype && types[i]; i++) {
        const char *const *kinds = strcmp(types[i], event->type) ? NULL : vocabulary_subtypes(event->type);
        for (size_t k = 0; kinds && kinds[k]; k++)
            if (!strcmp(kinds[k], subtype))
                event->subtype = subtype;
    }
}

void trigger_refine_by_mission(const struct lexicon *lexicon, struct event *event, const struct frame *frame)
{
    if (!event->subtype && frame->beside && !strcmp(event->type, "operation"))
        event->subtype = seek_subtype_beside(lexicon, event->sentence, frame->beside);
}

/* "Tuya in Rome", but not "Tuya downplays quarrel in Rome": nothing that belongs to another verb or noun stands behind
 * the office or the name. */
static bool ends_group(const struct sentence *sentence, const struct group *group, uint32_t token)
{
    const struct word *word = &sentence->part->words[token];
    uint32_t last = word->name != NONE ? sentence->mentions[word->name].last : word->span_last;
    for (uint32_t i = last + 1; i <= group->last; i++)
        if (!(sentence->part->list.tokens[i].flags & TOKEN_CAPITAL) && sentence->part->words[i].name == NONE)
            return false;
    return true;
}

/* Headlines leave out "is": "Jordan defence minister in Islamabad for talks", "Tuya in Rome to sign". */
static void trigger_being(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && (!sentence->groups[i].infinitive || i < 3) &&
            !clause_is_led_by(sentence, (int32_t)i))
            return;
    const struct seeker seeker = {workspace, sentence, "being", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i], *place = &sentence->groups[i + 2];
        struct found found;
        /* "Delegation led by Serbian defence minister in Cairo" */
        bool leads = i >= 2 && clause_is_led_by(sentence, (int32_t)i - 2);
        if (group->kind != GROUP_NOUN || (group->preposition != NONE && !leads) || place->kind != GROUP_NOUN ||
            sentence->groups[i + 1].kind != GROUP_PREPOSITION || sentence->part->words[place->head].name == NONE ||
            !(word_is(sentence, sentence->groups[i + 1].first, "in") ||
              word_is(sentence, sentence->groups[i + 1].first, "to")) ||
            !seek_in_group(&seeker, (int32_t)i, UINT32_MAX, &found) || !ends_group(sentence, group, found.token))
            continue;
        struct event *event = trigger_add(workspace, index, found.frame, found.token, found.token);
        if (event) {
            event->noun = event->argument = (int32_t)i;
            event->adjunct = "ongoing";
        }
        return;
    }
}

/* "for India", "for Vietnam's coast guard" */
static bool names_taker(struct coder_workspace *workspace, struct sentence *sentence, int32_t group)
{
    if (sentence->part->words[sentence->groups[group].head].name != NONE)
        return true;
    struct party_list owners = {.count = 0};
    party_premodifiers(workspace, sentence, group, sentence->groups[group].head, &owners);
    return owners.count && group_is_force(workspace_lexicon(workspace), sentence, group);
}

/* "French Rafales for India", "More German tanks to Kyiv": a headline of goods and who gets them, without a verb. */
static void trigger_bare_goods(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    const struct seeker seeker = {workspace, sentence, "bare", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB)
            return;
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i], *taker = &sentence->groups[i + 2];
        struct found found;
        if (group->kind != GROUP_NOUN || group->preposition != NONE || taker->kind != GROUP_NOUN ||
            sentence->groups[i + 1].kind != GROUP_PREPOSITION || !names_taker(workspace, sentence, (int32_t)i + 2) ||
            !(word_is(sentence, sentence->groups[i + 1].first, "for") ||
              word_is(sentence, sentence->groups[i + 1].first, "to")) ||
            !seek_in_group(&seeker, (int32_t)i, UINT32_MAX, &found) || found.token != group->head)
            continue;
        /* "US warships to Japan": they sail there */
        if (group_is_craft(workspace_lexicon(workspace), sentence, (int32_t)i) &&
            word_is(sentence, sentence->groups[i + 1].first, "to"))
            continue;
        /* "Advisers for Caracas": whose they are, a text that denies it may say */
        struct party_list makers = {.count = 0};
        party_premodifiers(workspace, sentence, (int32_t)i, found.token, &makers);
        if (!strcmp(found.frame->type, "training") && !makers.count)
            continue;
        struct event *event = trigger_add(workspace, index, found.frame, found.token, found.token);
        if (event)
            event->noun = event->argument = (int32_t)i;
        return;
    }
}

/* "The head of Kenya's armed forces": an office in several groups. */
static bool find_head_of_forces(const struct seeker *seeker, int32_t at, struct found *found)
{
    const struct frame *frame = office_heads_forces(workspace_lexicon(seeker->workspace), seeker->sentence, at)
                                    ? frame_find(seeker->workspace->coder->frames, seeker->head, "defence_office")
                                    : NULL;
    *found = (struct found){frame, at, seeker->sentence->groups[at].head, NONE};
    return frame != NULL;
}

/* "A delegation led by the army chief is in Dhaka." */
static bool find_leader(const struct seeker *seeker, int32_t at, struct found *found)
{
    int32_t leader = clause_leader_of(seeker->sentence, at);
    if (leader == NONE ||
        !(seek_in_group(seeker, leader, UINT32_MAX, found) || find_head_of_forces(seeker, leader, found)))
        return false;
    found->group = at;
    return true;
}

/* "The defence minister was in Ankara on Friday." */
static void trigger_staying(struct coder_workspace *workspace, uint32_t index)
{
    struct sentence *sentence = &workspace->sentences[index];
    const struct seeker seeker = {workspace, sentence, "being", NONE, UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i], *place = &sentence->groups[i + 2];
        struct found found;
        if (verb->kind != GROUP_VERB || verb->head != verb->last || sentence->part->words[verb->head].pos != POS_BE ||
            verb->subject == NONE || verb->negated || sentence->groups[i + 1].kind != GROUP_PREPOSITION ||
            !word_is(sentence, sentence->groups[i + 1].first, "in") || place->kind != GROUP_NOUN ||
            sentence->part->words[place->head].name == NONE ||
            !(seek_in_group(&seeker, verb->subject, UINT32_MAX, &found) ||
              find_head_of_forces(&seeker, verb->subject, &found) || find_leader(&seeker, verb->subject, &found)))
            continue;
        struct event *event = trigger_add(workspace, index, found.frame, found.token, found.token);
        if (!event)
            return;
        event->noun = event->argument = verb->subject;
        event->verb = (int32_t)i;
    }
}

/* The frame of an event: by its entry; several frames share an entry and its slots. */
const struct frame *trigger_frame(const struct coder_workspace *workspace, const struct event *event)
{
    return frame_of_entry(workspace->coder->frames, event->frame);
}

bool trigger_find(struct coder_workspace *workspace, uint32_t sentence_index)
{
    struct sentence *sentence = &workspace->sentences[sentence_index];
    if (!workspace_match(workspace, sentence))
        return false;
    if (!workspace->article->thorough && !evoke_possible(workspace->coder->evoke, sentence))
        return true;
    if (!workspace_parse(workspace, sentence))
        return false;
    if (sentence->headline) {
        trigger_being(workspace, sentence_index);
        trigger_bare_goods(workspace, sentence_index);
    }
    trigger_staying(workspace, sentence_index);
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        if (sentence->groups[i].kind == GROUP_VERB)
            trigger_by_verb(workspace, sentence_index, (int32_t)i);
        else if (sentence->groups[i].kind == GROUP_NOUN)
            trigger_by_noun(workspace, sentence_index, (int32_t)i);
    }
    return true;
}
