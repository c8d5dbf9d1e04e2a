#include "lib/coder/programme.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"
#include "lib/coder/slot.h"

#include <string.h>

enum { BRACKET_TOKENS_MAX = 24 };

static bool is_mark(const struct sentence *sentence, uint32_t at, char mark)
{
    const struct token *token = &sentence->part->list.tokens[at];
    return at <= sentence->last && token->kind == TOKEN_MARK && token->mark == mark;
}

/* The first programme of the sentence for events of that type that the lexicon gives an owner, or NULL. One without a
 * type of its own is for training: "bought with the fund's money" is no gift of who pays. */
static const struct mention *owned_programme(const struct lexicon *lexicon, const struct sentence *sentence,
                                             const char *event_type)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention->class != LEXICON_PROGRAMME || !lexicon_entry_value(lexicon, mention->entry, "giver"))
            continue;
        const char *type = lexicon_entry_value(lexicon, mention->entry, "type");
        if (!strcmp(type ? type : "training", event_type))
            return mention;
    }
    return NULL;
}

/* "Foreign Military Sales (Bahrain and Kenya)" */
static void read_brackets(struct coder_workspace *workspace, struct sentence *sentence, uint32_t open,
                          struct party_list *list)
{
    if (open > sentence->last || !is_mark(sentence, open, '('))
        return;
    uint32_t close = open + 1;
    while (close <= sentence->last && close < open + BRACKET_TOKENS_MAX && !is_mark(sentence, close, ')'))
        close++;
    for (uint32_t i = 0; i < sentence->mention_count && is_mark(sentence, close, ')'); i++) {
        struct party party;
        if (sentence->mentions[i].first > open && sentence->mentions[i].last < close &&
            party_of_mention(workspace, sentence, &sentence->mentions[i], &party) && party_is_state(party.id))
            party_add(list, party);
    }
}

/* "two aircraft for the government of Norway" */
static void read_purpose(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    for (uint32_t i = 1; i < sentence->group_count && !list->count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE ||
            !(word_is(sentence, sentence->groups[group->preposition].first, "for") ||
              word_is(sentence, sentence->groups[group->preposition].first, "to")))
            continue;
        struct party_list found = {.count = 0};
        party_of_group(workspace, sentence, (int32_t)i, &found);
        for (uint32_t k = 0; k < found.count; k++)
            if (party_is_state(found.items[k].id))
                party_add(list, found.items[k]);
    }
}

static void leave_out(struct event *event, const struct party_list *list, const char *role)
{
    for (uint32_t k = 0; k < list->count; k++)
        for (uint32_t i = event->actor_count; i-- > 0;)
            if (!strcmp(event->actors[i].id, list->items[k].id) && strcmp(event->actors[i].role, role) != 0)
                event->actors[i] = event->actors[--event->actor_count];
}

void programme_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = event->sentence;
    const struct mention *programme = owned_programme(lexicon, sentence, event->type);
    if (!programme || !frame->needs)
        return;
    const char *giver = lexicon_entry_value(lexicon, programme->entry, "giver");
    struct party_list named = {.count = 0};
    read_brackets(workspace, sentence, programme->last + 1, &named);
    if (named.count)
        leave_out(event, &named, "recipient");
    else if (!role_has(event, NULL, "recipient"))
        read_purpose(workspace, sentence, &named);
    slot_add_parties(event, &named, "recipient", "programme");
    if (!role_has(event, NULL, "recipient") || role_has(event, NULL, "supplier") || role_has(event, giver, NULL))
        return;
    struct party_list owner = {
        .count = 1, .items = {{.id = giver, .sentence = sentence, .first = programme->first, .last = programme->last}}};
    slot_add_parties(event, &owner, "supplier", "programme");
}
