#include "lib/coder/context.h"

#include "lib/coder/dateline.h"
#include "lib/coder/memory.h"
#include "lib/coder/role.h"
#include "lib/coder/side.h"

#include <string.h>

/* ---- how it is named ---- */
static bool hostile_phrase(const struct sentence *sentence, uint32_t token)
{
    static const char *const words[] = {"against", "over",  "near",      "amid",   "despite", "toward", "towards",
                                        "off",     "after", "following", "before", "like",    NULL};
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || token < group->first || token > group->last || group->preposition == NONE)
            continue;
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, sentence->groups[group->preposition].first, words[k]))
                return true;
    }
    return false;
}

/* "Iran may arm Russia; Germany to send an aid package": as good as in another sentence. */
static bool is_behind_semicolon(const struct sentence *sentence, uint32_t a, uint32_t b)
{
    for (uint32_t i = a < b ? a : b; i <= (a < b ? b : a); i++)
        if (sentence->part->list.tokens[i].kind == TOKEN_MARK && sentence->part->list.tokens[i].mark == ';')
            return true;
    return false;
}

/* A bare attribute of something else: "Russian" in "Russian tanks destroyed". */
static bool is_attribute(const struct sentence *sentence, const struct party *party)
{
    return party->last < sentence->last && sentence->part->words[party->last].pos == POS_NAME &&
           sentence->part->words[party->last + 1].pos == POS_NOUN;
}

static bool has_cue(struct coder_workspace *workspace, const struct sentence *sentence, const char *kind)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && !strcmp(lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)cue), kind))
            return true;
    }
    return false;
}

/* Parties that are named by their troops: they can take part where no word says "joint". */
static void find_forces(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *forces)
{
    forces->count = 0;
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (group_is_force(workspace_lexicon(workspace), sentence, (int32_t)i))
            party_of_group(workspace, sentence, (int32_t)i, forces);
}

/* ---- guesses ---- */
static bool is_listed(const struct party_list *list, const char *id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i].id, id))
            return true;
    return false;
}

static void add_guess(struct context_guesses *guesses, const struct party *party, unsigned sources, uint32_t rank)
{
    for (uint32_t i = 0; i < guesses->count; i++)
        if (!strcmp(guesses->items[i].party.id, party->id)) {
            /* what a dateline names, and something else too */
            if (guesses->items[i].sources & CONTEXT_DATELINE && !(sources & CONTEXT_DATELINE))
                guesses->items[i] = (struct context_guess){*party, sources, rank};
            guesses->items[i].sources |= sources & ~(unsigned)(CONTEXT_DOUBTFUL | CONTEXT_UNJOINED | CONTEXT_DATELINE);
            return;
        }
    if (guesses->count < CONTEXT_GUESSES_MAX)
        guesses->items[guesses->count++] = (struct context_guess){*party, sources, rank};
}

/* What context may supply: states and firms; an organisation is named too often for other reasons. */
static bool usable(const struct event *event, const struct party *party)
{
    return !role_has(event, party->id, NULL) && (party_is_state(party->id) || !strncmp(party->id, "COM:", 4));
}

/* "Yemeni rebels", "Nigerian militants": where they are from, not a state that acts. */
static bool only_colours_armed(struct coder_workspace *workspace, const struct sentence *sentence,
                               const struct party *party)
{
    const char *class =
        party->last < sentence->last ? noun_class(workspace_lexicon(workspace), sentence, party->last + 1) : NULL;
    return class && (!strcmp(class, "armed_people") || !strcmp(class, "threat_topic")) && !party->force;
}

/* "fighters from Aviano Base, Italy": whose ground the base is on that they come from does not send them. */
static bool is_ground_of_base(struct coder_workspace *workspace, const struct sentence *sentence,
                              const struct party *party)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct token *tokens = sentence->part->list.tokens;
    if (party->force || party->sentence != sentence || party->first < sentence->first + 3)
        return false;
    bool behind_comma = tokens[party->first - 1].kind == TOKEN_MARK && tokens[party->first - 1].mark == ',';
    const char *before = behind_comma ? noun_class(lexicon, sentence, party->first - 2) : NULL,
               *after = party->last < sentence->last ? noun_class(lexicon, sentence, party->last + 1) : NULL;
    bool from = word_is(sentence, party->first - 1, "from") && sentence->part->words[party->last].pos == POS_NAME;
    return (before && !strcmp(before, "base")) || (from && after && !strcmp(after, "base"));
}

/* Named nowhere in the sentence but in its dateline. */
static bool only_in_dateline(struct coder_workspace *workspace, struct sentence *sentence, const struct party *party)
{
    uint32_t end = dateline_end(sentence);
    if (party->first >= end)
        return false;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        struct party other;
        if (sentence->mentions[i].first > end &&
            party_of_mention(workspace, sentence, &sentence->mentions[i], &other) && !strcmp(other.id, party->id))
            return false;
    }
    return true;
}

static bool take_sentence(struct coder_workspace *workspace, const struct event *event, struct sentence *sentence,
                          unsigned source, bool joint, struct context_guesses *guesses)
{
    struct party_list list = {.count = 0}, forces = {.count = 0};
    bool own = sentence == event->sentence;
    if (!workspace_read(workspace, sentence))
        return false;
    /* "Work will be performed in Texas (60%) and Italy (40%)": where a firm's plants are */
    if (!own && has_cue(workspace, sentence, "worksite"))
        return true;
    party_of_sentence(workspace, sentence, &list);
    if (!joint && own)
        find_forces(workspace, sentence, &forces);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct party *party = &list.items[i];
        if (!usable(event, party) || only_colours_armed(workspace, sentence, party))
            continue;
        bool doubtful = own && (hostile_phrase(sentence, party->first) || is_attribute(sentence, party) ||
                                is_ground_of_base(workspace, sentence, party) ||
                                is_behind_semicolon(sentence, party->first, event->trigger_first));
        bool dateline = only_in_dateline(workspace, sentence, party);
        bool unjoined = !joint && !(own && is_listed(&forces, party->id));
        unsigned sources = source | (doubtful ? CONTEXT_DOUBTFUL : 0) | (unjoined ? CONTEXT_UNJOINED : 0) |
                           (dateline ? CONTEXT_DATELINE : 0);
        add_guess(guesses, party, sources,
                  guesses->count + (doubtful || unjoined || dateline ? CONTEXT_GUESSES_MAX : 0));
    }
    return true;
}

static void make_guesses(struct coder_workspace *workspace, const struct event *event, const struct frame *frame,
                         struct context_guesses *guesses)
{
    bool joint = !frame->joint || has_cue(workspace, event->sentence, "joint"),
         in_title = event->sentence->part->index == PART_TITLE;
    uint32_t at = event->sentence_index, lead = workspace->title_count;
    bool good = take_sentence(workspace, event, event->sentence, CONTEXT_SENTENCE, joint, guesses);
    for (uint32_t i = 0; i < workspace->title_count && good && !in_title; i++)
        good = take_sentence(workspace, event, &workspace->sentences[i], CONTEXT_TITLE, joint, guesses);
    /* in a title the body's first sentence explains: headlines name one side only */
    if (good && in_title && lead < workspace->sentence_count)
        good = take_sentence(workspace, event, &workspace->sentences[lead], CONTEXT_LEAD, joint, guesses);
    if (good && !in_title && at > 0)
        good = take_sentence(workspace, event, &workspace->sentences[at - 1], CONTEXT_BEFORE, joint, guesses);
    if (good && !in_title && at + 1 < workspace->sentence_count)
        good = take_sentence(workspace, event, &workspace->sentences[at + 1], CONTEXT_BEHIND, joint, guesses);
    if (good && !in_title && lead + 1 < at)
        take_sentence(workspace, event, &workspace->sentences[lead], CONTEXT_LEAD, joint, guesses);
}

/* "has requested to buy" in the notice of a seller's own office: whose site it is is the other side, where nobody
 * nearer is. */
static void take_publisher(struct coder_workspace *workspace, const struct event *event,
                           struct context_guesses *guesses)
{
    struct party party = {.id = workspace->publisher,
                          .sentence = event->sentence,
                          .first = event->trigger_first,
                          .last = event->trigger_last};
    bool one = guesses->wanted_count == 1, gives = one && !strcmp(guesses->wanted[0], "supplier"),
         takes = one && !strcmp(guesses->wanted[0], "recipient");
    /* "a contract was signed with Israel Aerospace Industries" */
    for (uint32_t i = 0; i < event->actor_count && takes; i++) {
        const char *state = side_state_of_company(workspace, event->sentence, event->actors[i].id);
        takes = state && party.id && strcmp(state, party.id) != 0;
    }
    if (party.id && (gives || takes) && usable(event, &party))
        add_guess(guesses, &party, CONTEXT_TITLE, guesses->count);
}

/* The guess of the least rank among those not used yet. */
static const struct context_guess *best_guess(const struct context_guesses *guesses, uint32_t variant)
{
    bool used[CONTEXT_GUESSES_MAX] = {false};
    for (uint32_t round = 0; round <= variant && round < guesses->count; round++) {
        uint32_t best = CONTEXT_GUESSES_MAX;
        for (uint32_t i = 0; i < guesses->count; i++)
            if (!used[i] && (best == CONTEXT_GUESSES_MAX || guesses->items[i].rank < guesses->items[best].rank))
                best = i;
        used[best] = true;
        if (round == variant)
            return &guesses->items[best];
    }
    return NULL;
}

/* ---- roles ---- */
static void missing_roles(const struct event *event, const struct frame *frame, const char *wanted[2], uint32_t *count)
{
    static const char *const pairs[][2] = {{"supplier", "recipient"}, {"initiator", "target"}};
    const char *subject = frame_role(frame, "subject", 7);
    *count = 0;
    for (size_t i = 0; i < 2; i++) {
        bool first = role_has(event, NULL, pairs[i][0]), second = role_has(event, NULL, pairs[i][1]);
        bool directed = subject && (!strcmp(subject, pairs[i][0]) || !strcmp(subject, pairs[i][1]));
        if (!first && !second && !directed)
            continue;
        if (!first)
            wanted[(*count)++] = pairs[i][0];
        if (!second)
            wanted[(*count)++] = pairs[i][1];
        return;
    }
    wanted[(*count)++] = "participant";
    /* a downturn "in cooperation with the West" names one side, if vaguely */
    bool vague = !strcmp(event->type, "downturn") && event->actor_count;
    if (!role_principal_count(event) && !vague)
        wanted[(*count)++] = "participant";
}

static void use(struct event *event, const struct context_guess *guess, const char *role)
{
    const struct party *party = &guess->party;
    role_add(event, party->id, role, party->parent, stretch_of(party->sentence, party->first, party->last), true);
    event->context |= guess->sources;
}

/* Who was told before to give or take comes before who is only named. */
static void prefer_told(const struct coder_workspace *workspace, const struct event *event, const char *role,
                        struct context_guesses *guesses)
{
    for (uint32_t i = 0; i < guesses->count; i++) {
        struct context_guess *guess = &guesses->items[i];
        if (memory_had_role(workspace, event, guess->party.id, role)) {
            guess->sources |= CONTEXT_TOLD;
            if (!(guess->sources & CONTEXT_SENTENCE) || guess->sources & CONTEXT_DOUBTFUL)
                guess->rank = 0;
        }
    }
}

static bool are_listed_together(struct coder_workspace *workspace, const struct party *a, const struct party *b)
{
    const struct party *early = a->first < b->first ? a : b, *late = early == a ? b : a;
    struct sentence *sentence = &workspace->sentences[early->sentence - workspace->sentences];
    if (a->sentence != b->sentence || !workspace_parse(workspace, sentence))
        return false;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || late->first < group->first || late->first > group->last)
            continue;
        for (int32_t with = group->and_with; with != NONE; with = sentence->groups[with].and_with)
            if (early->first >= sentence->groups[with].first && early->first <= sentence->groups[with].last)
                return group->preposition != NONE;
    }
    return false;
}

void context_guess(struct coder_workspace *workspace, const struct event *event, const struct frame *frame,
                   struct context_guesses *guesses)
{
    guesses->count = 0;
    missing_roles(event, frame, guesses->wanted, &guesses->wanted_count);
    if (!guesses->wanted_count)
        return;
    make_guesses(workspace, event, frame, guesses);
    take_publisher(workspace, event, guesses);
    if (guesses->wanted_count == 1)
        prefer_told(workspace, event, guesses->wanted[0], guesses);
}

bool context_has(struct coder_workspace *workspace, const struct context_guesses *guesses, uint32_t variant)
{
    if (guesses->wanted_count < 2)
        return guesses->wanted_count && variant < guesses->count;
    /* neither is named: the first two, then the other way round */
    bool directed = strcmp(guesses->wanted[0], guesses->wanted[1]) != 0;
    if (guesses->count < 2 || variant > (directed ? 1u : 0u))
        return false;
    /* "soldiers from Uganda and Liberia": who is named together is on one side */
    return !directed || !are_listed_together(workspace, &best_guess(guesses, 0)->party, &best_guess(guesses, 1)->party);
}

bool context_fill(struct coder_workspace *workspace, struct event *event, const struct context_guesses *guesses)
{
    if (!context_has(workspace, guesses, event->variant))
        return false;
    if (guesses->wanted_count == 1) {
        use(event, best_guess(guesses, event->variant), guesses->wanted[0]);
        return true;
    }
    use(event, best_guess(guesses, event->variant ? 1 : 0), guesses->wanted[0]);
    use(event, best_guess(guesses, event->variant ? 0 : 1), guesses->wanted[1]);
    event->context |= CONTEXT_BOTH;
    return true;
}
