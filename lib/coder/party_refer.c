#include "lib/coder/party_refer.h"

#include "lib/coder/listing.h"
#include "lib/coder/person.h"

#include <string.h>

enum { LOOK_BACK_SENTENCES = 3, RESOLVING_MAX = 2 };

/* Subject parties of a sentence's first finite verb, without pronouns, else its first named actor. */
static void antecedents(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    if (!workspace_parse(workspace, sentence))
        return;
    for (uint32_t i = 0; i < sentence->group_count && !list->count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->subject == NONE)
            continue;
        const struct group *subject = &sentence->groups[verb->subject];
        /* whom that pronoun stands for, the sentences before say */
        if (sentence->part->words[subject->first].pos == POS_PRONOUN && i < 2)
            return;
        if (sentence->part->words[subject->first].pos == POS_PRONOUN)
            continue;
        party_of_group(workspace, sentence, verb->subject, list);
        break;
    }
    for (uint32_t i = 0; i < sentence->mention_count && !list->count; i++) {
        struct party party;
        if (party_of_mention(workspace, sentence, &sentence->mentions[i], &party))
            party_add(list, party);
    }
}

/* "Kurbanov met his Turkish counterpart": both who meet, where the first finite verb tells of a meeting. */
static void those_who_meet(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    static const char *const meetings[] = {"meet", "discuss", "visit", "welcome", "converse", "host", NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct party_list found = {.count = 0};
    if (!workspace_parse(workspace, sentence))
        return;
    for (uint32_t i = 0; i < sentence->group_count && !found.count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->subject == NONE)
            continue;
        const char *class = verb_class(lexicon, sentence, verb), *second = verb_class2(lexicon, sentence, verb);
        bool meets = false;
        for (size_t k = 0; meetings[k]; k++)
            meets |= (class && !strcmp(class, meetings[k])) || (second && !strcmp(second, meetings[k]));
        if (!meets || verb->passive)
            return;
        party_of_group(workspace, sentence, verb->subject, &found);
        if (verb->object != NONE)
            party_of_group(workspace, sentence, verb->object, &found);
        for (uint32_t k = i + 1; k < sentence->group_count && (int32_t)k <= verb->clause_last; k++)
            if (sentence->groups[k].kind == GROUP_NOUN && sentence->groups[k].preposition != NONE &&
                word_is(sentence, sentence->groups[sentence->groups[k].preposition].first, "with"))
                party_of_group(workspace, sentence, (int32_t)k, &found);
    }
    for (uint32_t i = 0; i < found.count && found.count == 2; i++)
        party_add(list, found.items[i]);
}

/* The parties of sentences before this one, nearest first, then of the title. */
static void look_back(struct coder_workspace *workspace, const struct sentence *sentence, struct party_list *list,
                      void (*take)(struct coder_workspace *, struct sentence *, struct party_list *), uint32_t enough)
{
    uint32_t at = (uint32_t)(sentence - workspace->sentences);
    for (uint32_t back = 1; back <= LOOK_BACK_SENTENCES && back <= at && list->count < enough; back++) {
        struct sentence *other = &workspace->sentences[at - back];
        if (other->part != sentence->part)
            break;
        take(workspace, other, list);
    }
    if (sentence->part->index == PART_BODY)
        for (uint32_t i = 0; i < workspace->title_count && list->count < enough; i++)
            take(workspace, &workspace->sentences[i], list);
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].sentence != sentence)
            list->items[i].referred = true;
}

static bool is_person_pronoun(const struct sentence *sentence, uint32_t token)
{
    static const char *const words[] = {"he", "she", "him", "his", "her", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, token, words[i]))
            return true;
    return false;
}

static void states_of_sentence(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    struct party_list all = {.count = 0};
    if (!workspace_read(workspace, sentence))
        return;
    party_of_sentence(workspace, sentence, &all);
    for (uint32_t i = 0; i < all.count && list->count < 2; i++)
        if (party_is_state(all.items[i].id))
            party_add(list, all.items[i]);
    if (list->count != 1 || !workspace_parse(workspace, sentence))
        return;
    /* "During his meeting with the Japanese minister": the other one is he */
    for (uint32_t i = 0; i < sentence->group_count && list->count == 1; i++) {
        const struct group *group = &sentence->groups[i];
        struct party_list he = {.count = 0};
        if (group->kind == GROUP_NOUN && is_person_pronoun(sentence, group->first))
            party_of_pronoun(workspace, sentence, group->first, &he);
        for (uint32_t k = 0; k < he.count && list->count < 2; k++)
            if (party_is_state(he.items[k].id))
                party_add(list, he.items[k]);
    }
}

/* A person whose state the sentence tells: its subject, else the last one. */
static void persons(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (!workspace_parse(workspace, sentence))
        return;
    /* the first clause's subject is whom a sentence is about */
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].subject != NONE) {
            /* whom that pronoun stands for, the sentences before say */
            if (is_person_pronoun(sentence, sentence->groups[sentence->groups[i].subject].first))
                return;
            if (person_is(lexicon, sentence, &sentence->groups[sentence->groups[i].subject]))
                party_of_group(workspace, sentence, sentence->groups[i].subject, list);
            break;
        }
    for (uint32_t i = sentence->group_count; i-- > 0 && !list->count;)
        if (person_is(lexicon, sentence, &sentence->groups[i]))
            party_of_group(workspace, sentence, (int32_t)i, list);
}

/* The subject of the verb whose object the pronoun at `token` is, or NONE. */
static int32_t subject_of_object(const struct sentence *sentence, uint32_t token)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        bool object = (verb->object != NONE && sentence->groups[verb->object].first == token) ||
                      (verb->object2 != NONE && sentence->groups[verb->object2].first == token);
        if (object)
            return verb->subject;
    }
    return NONE;
}

/* The subject of the verb that governs the clause whose subject the pronoun at `token` is, or NONE. */
static int32_t subject_above(const struct sentence *sentence, uint32_t token)
{
    if (sentence->part->words[token].pos != POS_PRONOUN)
        return NONE;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->subject == NONE || sentence->groups[verb->subject].first != token ||
            verb->governor == NONE)
            continue;
        int32_t subject = sentence->groups[verb->governor].subject;
        return subject != NONE && sentence->groups[subject].last < token &&
                       sentence->part->words[sentence->groups[subject].first].pos != POS_PRONOUN
                   ? subject
                   : NONE;
    }
    return NONE;
}

/* "Norwegian instructors arrived in Kenya for the training of its marines": several people are not "it". */
static bool is_several(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    const struct word *head = &sentence->part->words[sentence->part->words[group->head].span_first];
    const char *class = head->name != NONE ? NULL : noun_class(lexicon, sentence, group->head);
    return class && head->noun_inflection == FORM_S &&
           (!strcmp(class, "troops") || !strcmp(class, "trainers") || !strcmp(class, "trainees"));
}

/* "halted deliveries to Turkey over its purchase of missiles": whose act is the reason was named last before it. */
static void party_of_reason(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                            struct party_list *list)
{
    if (token < sentence->first + 2 || sentence->part->words[token].pos != POS_OWNER ||
        !word_is(sentence, token - 1, "over"))
        return;
    for (uint32_t i = sentence->group_count; i-- > 0 && !list->count;)
        if (sentence->groups[i].last < token && sentence->groups[i].kind == GROUP_NOUN)
            party_of_group(workspace, sentence, (int32_t)i, list);
    if (list->count > 1)
        list->count = 0;
}

static void resolve_pronoun_once(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                                 struct party_list *list)
{
    struct party_list found = {.count = 0};
    if (word_is(sentence, token, "we") || word_is(sentence, token, "us") || word_is(sentence, token, "our")) {
        party_of_speaker(workspace, sentence, list);
        return;
    }
    party_of_reason(workspace, sentence, token, &found);
    /* "Turkey would be removed because it bought": who does what governs the pronoun's own clause */
    int32_t above = subject_above(sentence, token);
    if (above != NONE && !found.count)
        party_of_group(workspace, sentence, above, &found);
    /* an actor that is subject earlier in this sentence, else of the sentences before; not who does it to "it" */
    int32_t doer = sentence->part->words[token].pos == POS_PRONOUN ? subject_of_object(sentence, token) : NONE;
    bool singular = word_is(sentence, token, "its") || word_is(sentence, token, "it");
    for (uint32_t i = 0; i < sentence->group_count && sentence->groups[i].first < token && !found.count; i++) {
        const struct group *group = &sentence->groups[i];
        if ((int32_t)i == doer || (singular && is_several(workspace_lexicon(workspace), sentence, group)))
            continue;
        if (group->kind == GROUP_NOUN && group->preposition == NONE && group->last < token &&
            sentence->part->words[group->first].pos != POS_PRONOUN)
            party_of_group(workspace, sentence, (int32_t)i, &found);
    }
    if (!found.count && (word_is(sentence, token, "they") || word_is(sentence, token, "both"))) {
        uint32_t at = (uint32_t)(sentence - workspace->sentences);
        if (at > 0 && sentence[-1].part == sentence->part)
            those_who_meet(workspace, &sentence[-1], &found);
        for (uint32_t i = 0; i < found.count; i++)
            found.items[i].referred = true;
    }
    if (!found.count && is_person_pronoun(sentence, token))
        look_back(workspace, sentence, &found, persons, 1);
    if (!found.count)
        look_back(workspace, sentence, &found, antecedents, 1);
    for (uint32_t i = 0; i < found.count; i++)
        party_add(list, found.items[i]);
}

/* Pronouns lead to pronouns: a bound keeps that short. */
void party_of_pronoun(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                      struct party_list *list)
{
    if (workspace->resolving >= RESOLVING_MAX)
        return;
    workspace->resolving++;
    resolve_pronoun_once(workspace, sentence, token, list);
    workspace->resolving--;
}

void party_of_pair(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                   struct party_list *list)
{
    struct party_list found = {.count = 0};
    for (uint32_t i = 0; i < sentence->mention_count && sentence->mentions[i].last < token && found.count < 2; i++) {
        struct party party;
        if (party_of_mention(workspace, sentence, &sentence->mentions[i], &party) && party_is_state(party.id))
            party_add(&found, party);
    }
    if (found.count < 2) {
        found.count = 0;
        look_back(workspace, sentence, &found, states_of_sentence, 2);
    }
    /* "the two countries signed …, Baku and Ankara said" */
    if (found.count < 2) {
        found.count = 0;
        for (uint32_t i = 0; i < sentence->mention_count && found.count < 2; i++) {
            struct party party;
            if (party_of_mention(workspace, sentence, &sentence->mentions[i], &party) && party_is_state(party.id))
                party_add(&found, party);
        }
    }
    for (uint32_t i = 0; i < found.count && found.count == 2; i++)
        party_add(list, found.items[i]);
}

static void find_speaker(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list);

void party_of_speaker(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    if (workspace->resolving >= RESOLVING_MAX)
        return;
    workspace->resolving++;
    find_speaker(workspace, sentence, list);
    workspace->resolving--;
}

static void find_speaker(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct party_list found = {.count = 0};
    for (uint32_t i = 0; i < sentence->group_count && !found.count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB && verb_attribute(lexicon, sentence, group, "speech")) {
            if (group->subject != NONE &&
                sentence->part->words[sentence->groups[group->subject].first].pos != POS_PRONOUN && !group->quoted)
                party_of_group(workspace, sentence, group->subject, &found);
            if (!found.count && group->object != NONE)
                party_of_group(workspace, sentence, group->object, &found);
        }
        if (group->kind == GROUP_PREPOSITION && word_is(sentence, group->first, "according") &&
            i + 1 < sentence->group_count)
            party_of_group(workspace, sentence, (int32_t)i + 1, &found);
    }
    if (workspace->home.id && !found.count)
        party_add(&found, workspace->home);
    if (!found.count && !workspace->official)
        look_back(workspace, sentence, &found, antecedents, 1);
    for (uint32_t i = 0; i < found.count; i++)
        party_add(list, found.items[i]);
}

/* "ISLAMABAD - The army chief …": the state of the capital in which a report was filed, or NULL. */
static const struct mention *capital_of_dateline(struct coder_workspace *workspace, struct sentence **lead)
{
    if (workspace->title_count >= workspace->sentence_count)
        return NULL;
    struct sentence *first = *lead = &workspace->sentences[workspace->title_count];
    if (!workspace_read(workspace, first) || !first->mention_count)
        return NULL;
    const struct mention *mention = &first->mentions[0];
    const struct token *tokens = first->part->list.tokens;
    if (mention->class != LEXICON_CAPITAL || mention->first != first->first || mention->last >= first->last ||
        !(tokens[mention->first].flags & TOKEN_ALL_CAPITALS))
        return NULL;
    uint8_t mark = tokens[mention->last + 1].kind == TOKEN_MARK ? tokens[mention->last + 1].mark : 0;
    return mark == '-' || mark == ':' || mark == ',' || mark == '(' ? mention : NULL;
}

void party_of_dateline(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                       struct party_list *list)
{
    static const char *const classes[] = {"body", "defence_ministry", "forces", NULL};
    enum { DATELINE_TOKENS_MAX = 12 };
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct group *group = &sentence->groups[at];
    uint32_t lead = workspace->title_count;
    const char *class = noun_class(lexicon, sentence, group->head);
    bool whose = false;
    for (size_t i = 0; class && classes[i]; i++)
        whose |= !strcmp(class, classes[i]);
    if (!whose || !word_is(sentence, group->first, "the") || lead >= workspace->sentence_count)
        return;
    struct sentence *first = NULL;
    const struct mention *entry = listing_state(workspace, sentence, &first);
    struct party whose_entry;
    if (entry && party_of_mention(workspace, first, entry, &whose_entry)) {
        party_add(list, whose_entry);
        return;
    }
    first = &workspace->sentences[lead];
    if (first->part != sentence->part || !workspace_read(workspace, first) || !first->mention_count)
        return;
    const struct mention *place = &first->mentions[0];
    const struct token *tokens = first->part->list.tokens;
    if (place->first != first->first || place->class != LEXICON_CAPITAL ||
        !(tokens[place->first].flags & TOKEN_ALL_CAPITALS))
        return;
    for (uint32_t i = place->last + 1; i <= first->last && i <= place->last + DATELINE_TOKENS_MAX; i++)
        if (tokens[i].kind == TOKEN_MARK && (tokens[i].mark == '-' || tokens[i].mark == ':')) {
            struct party party;
            if (party_of_mention(workspace, first, place, &party))
                party_add(list, party);
            return;
        }
}

/* "The air chief called on …": the one told of before, else that of the state from whose capital is reported. */
void party_of_office(struct coder_workspace *workspace, struct sentence *sentence, int32_t at, struct party_list *list)
{
    static const char *const others[] = {"his", "her", "their", "a", "an", "other", "foreign", "counterpart", NULL};
    const struct group *group = &sentence->groups[at];
    for (size_t i = 0; others[i]; i++)
        if (word_is(sentence, group->first, others[i]))
            return;
    if (sentence->part->index != PART_BODY || workspace->resolving >= RESOLVING_MAX)
        return;
    workspace->resolving++;
    struct sentence *lead = NULL;
    const struct mention *entry = listing_state(workspace, sentence, &lead);
    struct party whose;
    if (entry && party_of_mention(workspace, lead, entry, &whose))
        party_add(list, whose);
    if (!list->count && word_is(sentence, group->first, "the"))
        look_back(workspace, sentence, list, persons, 1);
    const struct mention *capital = list->count ? NULL : capital_of_dateline(workspace, &lead);
    const char *state = capital ? party_actor_id(workspace_lexicon(workspace), capital->entry) : NULL;
    if (state && party_is_state(state))
        party_add(list,
                  (struct party){
                      .id = state, .sentence = lead, .first = capital->first, .last = capital->last, .referred = true});
    workspace->resolving--;
}

void party_of_bare_name(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                        struct party_list *list)
{
    struct sentence *elsewhere = NULL;
    if (workspace->resolving >= RESOLVING_MAX)
        return;
    workspace->resolving++;
    int32_t named = person_named(workspace, sentence, group, &elsewhere);
    uint32_t before = list->count;
    if (named != NONE)
        party_of_group(workspace, elsewhere, named, list);
    for (uint32_t i = before; i < list->count; i++)
        list->items[i].referred = true;
    workspace->resolving--;
}
