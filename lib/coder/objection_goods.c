#include "lib/coder/objection_parts.h"
#include "lib/coder/role.h"

#include <string.h>

enum { SENTENCES_AROUND = 4, ADDRESS_BYTES_MAX = 48 };

/* "Orbital Works LLC, Norfolk, Virginia": the state of the address right behind a firm that no list has. */
static const char *state_of_address(const struct event *event, const char *id)
{
    const struct event_actor *firm = NULL;
    for (uint32_t i = 0; i < event->actor_count && !firm; i++)
        firm = same_id(event->actors[i].id, id) ? &event->actors[i] : NULL;
    for (uint32_t i = 0; firm && firm->text.part && i < event->actor_count; i++) {
        const struct event_actor *state = &event->actors[i];
        if (state == firm || !strncmp(state->id, "COM:", 4) || state->text.part != firm->text.part ||
            state->text.start <= firm->text.end || state->text.start - firm->text.end > ADDRESS_BYTES_MAX)
            continue;
        const char *between = firm->text.part->text + firm->text.end;
        size_t size = state->text.start - firm->text.end;
        if (*between == ',' || (size > 1 && *between == '.' && between[1] == ','))
            return state->id;
    }
    return NULL;
}

/* The state behind an actor: itself, or that of a firm. NULL where it is not known. */
static const char *state_of_actor(struct coder_workspace *workspace, const struct event *event, const char *id)
{
    if (strncmp(id, "COM:", 4))
        return id;
    /* "Its naval unit is building frigates": the firm may be named in another sentence */
    uint32_t first = event->sentence_index > SENTENCES_AROUND ? event->sentence_index - SENTENCES_AROUND : 0;
    for (uint32_t at = first; at < workspace->sentence_count && at <= event->sentence_index + SENTENCES_AROUND; at++) {
        const struct sentence *sentence = &workspace->sentences[at];
        for (uint32_t i = 0; sentence->read && i < sentence->mention_count; i++) {
            const struct mention *mention = &sentence->mentions[i];
            if (mention->class == LEXICON_COMPANY && !mention->id &&
                !strcmp(lexicon_entry_id(workspace_lexicon(workspace), mention->entry), id))
                return lexicon_entry_value(workspace_lexicon(workspace), mention->entry, "state");
        }
    }
    return state_of_address(event, id);
}

/* A firm and its own state, or two firms of one state. */
bool objection_is_domestic(struct coder_workspace *workspace, const struct event *event)
{
    const char *state = NULL;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (!strncmp(event->actors[i].id, "GRP:", 4))
            return false;
        if (!role_is_principal(&event->actors[i]))
            continue;
        const char *own = state_of_actor(workspace, event, event->actors[i].id);
        if (!own || (state && strcmp(state, own)))
            return false;
        state = own;
    }
    return state != NULL;
}

/* "sent weapons to its troops in Syria": whoever else is named is not whom they go to. */
bool objection_is_for_own_forces(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE)
        return false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "recipient") && !event->actors[i].from_context)
            return false;
    for (int32_t i = event->verb + 1; i <= sentence->groups[event->verb].clause_last; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || group->preposition == NONE ||
            !(word_is(sentence, sentence->groups[group->preposition].first, "to") ||
              word_is(sentence, sentence->groups[group->preposition].first, "for")) ||
            !group_is_force(workspace_lexicon(workspace), sentence, i))
            continue;
        struct party_list list = {.count = 0};
        party_of_group(workspace, event->sentence, i, &list);
        if (list.count && role_has(event, list.items[0].id, "supplier"))
            return true;
    }
    return false;
}

/* "Fighters", "carriers", "tanks" may be other things; between states they are weapons, and so is what bears the name
 * of equipment ("ordered 12 Spica"), which was not kept without a reason. */
static bool is_weapon(const struct lexicon *lexicon, const struct mention *mention, bool firm)
{
    if (lexicon_class_use((enum lexicon_class)mention->class) != USE_GOODS)
        return false;
    const char *unroca = lexicon_entry_value(lexicon, mention->entry, "unroca");
    bool heavy = unroca && strcmp(unroca, "none") && strcmp(unroca, "unknown") && strcmp(unroca, "VI"); /* "ships" */
    return !mention->ambiguous || (!firm && (heavy || mention->class == LEXICON_EQUIPMENT));
}

/* "K-8 trainers": a designation that means other things too, with its kind behind it. */
static bool is_explained(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    if (mention->class != LEXICON_EQUIPMENT || mention->last >= sentence->last)
        return false;
    int32_t next = sentence->part->words[mention->last + 1].name;
    const struct mention *kind = next == NONE ? NULL : &sentence->mentions[next];
    const char *sipri = lexicon_entry_value(lexicon, mention->entry, "sipri"),
               *same = kind && kind->class == LEXICON_EQUIPMENT_CLASS
                           ? lexicon_entry_value(lexicon, kind->entry, "sipri")
                           : NULL;
    return sipri && same && !strcmp(sipri, same);
}

/* "12 Typhoons": what is counted by a weapon's name is no weather. */
static bool is_counted_weapon(const struct lexicon *lexicon, const struct sentence *sentence,
                              const struct mention *mention)
{
    const char *unroca =
        mention->class == LEXICON_EQUIPMENT ? lexicon_entry_value(lexicon, mention->entry, "unroca") : NULL;
    const struct token *tokens = sentence->part->list.tokens;
    return unroca && strcmp(unroca, "none") != 0 && strcmp(unroca, "unknown") != 0 && strcmp(unroca, "VI") != 0 &&
           mention->first > sentence->first && tokens[mention->first].flags & TOKEN_CAPITAL &&
           tokens[mention->first - 1].kind == TOKEN_NUMBER;
}

static bool sentence_is_military(const struct lexicon *lexicon, const struct sentence *sentence, bool firm)
{
    static const char *const classes[] = {"arms_sale",
                                          "arms_trade",
                                          "arms_purchase",
                                          "arms_deal",
                                          "aid",
                                          "aid_delivery",
                                          "goods_package",
                                          "forces",
                                          "troops",
                                          "defence_topic",
                                          "defence_office",
                                          "cooperation",
                                          "base",
                                          "exercise",
                                          "agreement",
                                          "force_unit",
                                          "arms_project",
                                          "arms_plant",
                                          "arms_industry_cooperation",
                                          "defence_ministry",
                                          "arms_co_production",
                                          NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        if (mention && (mention->class == LEXICON_FORCE || is_weapon(lexicon, mention, firm) ||
                        is_explained(lexicon, sentence, mention) || is_counted_weapon(lexicon, sentence, mention)))
            return true;
        if (word_is(sentence, i, "ministry") || word_is(sentence, i, "armies") || word_is(sentence, i, "navies") ||
            (!word->blocked &&
             (word_is(sentence, i, "military") || word_is(sentence, i, "missile") || word_is(sentence, i, "missiles") ||
              word_is(sentence, i, "weapons") || word_is(sentence, i, "armoured") || word_is(sentence, i, "armored") ||
              word_is(sentence, i, "artillery") || word_is(sentence, i, "infantry"))))
            return true;
        const char *class = word->blocked ? NULL : noun_class(lexicon, sentence, i);
        if (!class)
            continue;
        const char *gate = noun_attribute(lexicon, sentence, i, "gate");
        bool weak = gate && !strcmp(gate, "weak");
        if (!strcmp(class, "goods") && !weak)
            return true;
        if (weak && firm &&
            (!strcmp(class, "arms_sale") || !strcmp(class, "arms_deal") ||
             !strcmp(class, "arms_purchase"))) /* "jet deal", "aircraft order": an airline's? */
            continue;
        /* "Security Pacific", "aerospace": not by themselves */
        bool vague = word_is(sentence, i, "security") || word_is(sentence, i, "aerospace");
        for (size_t k = 0; classes[k] && !vague; k++)
            if (same_id(classes[k], class))
                return true;
    }
    return false;
}

static bool is_military_sentence(const struct lexicon *lexicon, struct sentence *sentence, bool firm)
{
    uint8_t *known = firm ? &sentence->military_of_firm : &sentence->military;
    if (!*known)
        *known = sentence_is_military(lexicon, sentence, firm) ? 1 : 2;
    return *known == 1;
}

/* "delivered ten jets to a Chilean airline": an airline flies no warplanes. */
bool objection_is_for_airline(const struct event *event)
{
    static const char *const words[] = {"airline", "airlines", "airways", NULL};
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (sentence->mentions[i].class == LEXICON_FORCE)
            return false;
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return true;
    return false;
}

/* "Jets" and "helicopters" alone are as often civil: something in the sentence, beside it, or in the title must be
 * military. */
bool objection_is_military(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firm |= !strncmp(event->actors[i].id, "COM:", 4);
    uint32_t at = event->sentence_index;
    const uint32_t near[] = {at, at > 0 ? at - 1 : at, at + 1, 0};
    for (size_t i = 0; i < 4; i++) {
        struct sentence *sentence = near[i] < workspace->sentence_count ? &workspace->sentences[near[i]] : NULL;
        bool told = sentence && (sentence->part == event->sentence->part || i == 3);
        if (told && workspace_read(workspace, sentence) && is_military_sentence(lexicon, sentence, firm))
            return true;
    }
    return false;
}

/* "arming Kyiv": the verb itself is military; "to equip" may be with anything. */
bool objection_arms_somebody(const struct event *event, const struct frame *frame)
{
    static const char *const words[] = {"arm", "arms", "armed", "arming", NULL};
    if (event->verb_entry == NONE || event->argument != NONE)
        return false;
    for (size_t i = 0; words[i] && !strcmp(frame->head, "equip"); i++)
        if (word_is(event->sentence, event->sentence->groups[event->verb].head, words[i]))
            return true;
    return !strcmp(frame->head, "rearm") || !strcmp(frame->head, "gunrun");
}
