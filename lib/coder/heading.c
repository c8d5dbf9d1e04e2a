#include "lib/coder/heading.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"
#include "lib/coder/slot.h"

#include <string.h>

/* The group of the headline's first colon, or NONE. */
static int32_t colon_of(const struct sentence *sentence)
{
    if (!sentence->headline)
        return NONE;
    for (uint32_t i = 1; i + 1 < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_STOP)
            return word_is(sentence, sentence->groups[i].first, ":") ? (int32_t)i : NONE;
    return NONE;
}

/* Whether the tokens are nothing but names of states. */
static bool only_names(const struct sentence *sentence, const struct group *group)
{
    for (uint32_t i = group->first; i <= group->last; i++) {
        int32_t name = sentence->part->words[i].name;
        enum lexicon_class class = name == NONE ? LEXICON_EXERCISE : (enum lexicon_class)sentence->mentions[name].class;
        if (class != LEXICON_STATE && class != LEXICON_CAPITAL && sentence->part->list.tokens[i].kind == TOKEN_WORD &&
            !word_is(sentence, i, "the"))
            return false;
    }
    return true;
}

/* The parties of groups `first` to before `end`, as far as they are a list of names and nothing else. */
static void list_of_names(struct coder_workspace *workspace, struct sentence *sentence, int32_t first, int32_t end,
                          struct party_list *list)
{
    for (int32_t i = first; i < end; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_AND || group->kind == GROUP_COMMA)
            continue;
        if (group->kind != GROUP_NOUN || !only_names(sentence, group)) {
            list->count = 0;
            return;
        }
        for (uint32_t k = 0; k < sentence->mention_count; k++) {
            struct party party;
            const struct mention *mention = &sentence->mentions[k];
            if (mention->first >= group->first && mention->last <= group->last &&
                party_of_mention(workspace, sentence, mention, &party))
                party_add(list, party);
        }
    }
}

/* The first verb group from `first` on, or the number of groups. */
static int32_t next_verb(const struct sentence *sentence, int32_t first)
{
    while ((uint32_t)first < sentence->group_count && sentence->groups[first].kind != GROUP_VERB)
        first++;
    return first;
}

/* Whether the verb says that its subject does something together: others only speak of it. */
static bool does_together(const struct lexicon *lexicon, const struct sentence *sentence, int32_t verb)
{
    static const char *const classes[] = {"fare",        "fare_abreast", "hold",  "begin", "finish", "train",
                                          "participate", "sign",         "agree", "plan",  "join",   "patrol"};
    const char *class = verb_class(lexicon, sentence, &sentence->groups[verb]);
    for (size_t i = 0; class && i < sizeof classes / sizeof *classes; i++)
        if (!strcmp(class, classes[i]))
            return true;
    return false;
}

/* Whether both sides of the frame are one: who takes part, or who makes a deal. */
static bool has_one_side(const struct frame *frame)
{
    const char *role = frame_role(frame, "subject", 7);
    return frame->open_sides || (role && !strcmp(role, "participant"));
}

/* "French frigate in Mumbai for port call": a headline without a verb names the place before what it is for. */
static void fill_place_before(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct sentence *sentence = event->sentence;
    if (!sentence->headline || strcmp(event->type, "visit") != 0 || event->noun < 4 || event->verb != NONE ||
        role_has(event, NULL, "target"))
        return;
    const struct group *noun = &sentence->groups[event->noun], *place = &sentence->groups[event->noun - 2];
    if (noun->preposition == NONE || place->kind != GROUP_NOUN || place->preposition == NONE ||
        !word_is(sentence, sentence->groups[noun->preposition].first, "for"))
        return;
    uint32_t where = sentence->groups[place->preposition].first;
    if (word_is(sentence, where, "in") || word_is(sentence, where, "at"))
        slot_fill_named(workspace, event, frame, "in", event->noun - 2);
}

void heading_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    struct sentence *sentence = event->sentence;
    int32_t colon = colon_of(sentence);
    fill_place_before(workspace, event, frame);
    if (colon == NONE || role_principal_count(event) >= 2)
        return;
    struct party_list list = {.count = 0};
    bool behind = event->trigger_first > sentence->groups[colon].first;
    int32_t verb = next_verb(sentence, colon + 1);
    bool has_verb = (uint32_t)verb < sentence->group_count;
    if (!behind && (!has_verb || !does_together(workspace_lexicon(workspace), sentence, verb)))
        return;
    list_of_names(workspace, sentence, behind ? 0 : colon + 1, behind ? colon : verb, &list);
    if (list.count >= 2 && has_one_side(frame)) {
        slot_add_parties(event, &list, "participant", "pre");
        return;
    }
    /* "Kenya: new British trainers for army": the side that is not told; with a verb the name may be who says so */
    const char *other = event->actor_count == 1 ? slot_other_side(event->actors[0].role) : NULL;
    if (behind && list.count == 1 && other && !has_verb)
        slot_add_parties(event, &list, other, "pre");
}
