/* Where an event happens: the places that its own words and its nearest prepositions name. */
#include "lib/coder/detail_parts.h"
#include "lib/coder/party.h"
#include "lib/coder/town.h"

#include <stdlib.h>
#include <string.h>

static const char *place_precision(enum lexicon_class class)
{
    switch (class) {
    case LEXICON_CITY:
    case LEXICON_CAPITAL:
        return "city";
    case LEXICON_SITE:
        return "site";
    case LEXICON_REGION:
        return "region";
    case LEXICON_SEA:
        return "sea";
    case LEXICON_STATE:
        return "country";
    default:
        return NULL;
    }
}

static bool is_place_preposition(const struct sentence *sentence, const struct group *preposition)
{
    static const char *const words[] = {"in", "at", "near", "off", "on", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, preposition->first, words[i]))
            return true;
    return false;
}

/* "near Cordoba, Spain": the state right behind a place of its own only says where that one lies. */
static bool says_where_last_lies(const struct event *event, struct stretch raw, const char *id)
{
    enum { COMMA_AND_BLANK = 3 };
    const struct event_place *last = event->place_count ? &event->places[event->place_count - 1] : NULL;
    return last && last->raw.part == raw.part && last->country && same_id(last->country, id) &&
           strcmp(last->precision, "country") != 0 && raw.start >= last->raw.end &&
           raw.start - last->raw.end <= COMMA_AND_BLANK;
}

static void add_place(struct coder_workspace *workspace, struct event *event, const struct mention *mention,
                      uint32_t first, uint32_t last)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const char *precision =
        mention->class == LEXICON_DEMONYM ? "country" : place_precision((enum lexicon_class)mention->class);
    if (!precision || event->place_count == EVENT_PLACES_MAX)
        return;
    const char *id = lexicon_entry_id(lexicon, mention->entry),
               *state = lexicon_entry_value(lexicon, mention->entry, "state");
    const char *town = town_state(workspace, event->sentence, mention);
    struct stretch raw = stretch_of(event->sentence, first, last);
    for (uint32_t i = 0; i < event->place_count; i++)
        if (event->places[i].raw.part == raw.part && event->places[i].raw.start == raw.start)
            return;
    if (!strcmp(precision, "country") && says_where_last_lies(event, raw, id))
        return;
    struct event_place *place = &event->places[event->place_count++];
    *place = (struct event_place){.raw = raw,
                                  .precision = precision,
                                  .country = town                 ? town
                                             : state              ? state
                                             : party_is_state(id) ? id
                                                                  : NULL};
    const char *latitude = lexicon_entry_value(lexicon, mention->entry, "lat"),
               *longitude = lexicon_entry_value(lexicon, mention->entry, "lon");
    if (latitude && longitude && !town) {
        place->latitude = strtod(latitude, NULL);
        place->longitude = strtod(longitude, NULL);
        place->has_position = true;
    }
    detail_evidence(event, "places", place->raw);
}

/* What kinds of event happen where a phrase says: at a place, or (visits, deployments, withdrawals) by going there. */
static bool happens_there(const struct event *event, const struct sentence *sentence, const struct group *preposition)
{
    static const char *const placed[] = {"exercise", "visit", "expo", "basing", "operation", "training", NULL};
    static const char *const moving[] = {"visit", "basing", "operation", NULL};
    bool withdrawal = event->subtype && !strcmp(event->subtype, "withdrawal");
    for (size_t i = 0; placed[i]; i++)
        if (same_id(placed[i], event->type) && is_place_preposition(sentence, preposition))
            return true;
    for (size_t i = 0; moving[i]; i++)
        if (same_id(moving[i], event->type) &&
            (word_is(sentence, preposition->first, "to") || word_is(sentence, preposition->first, "into")))
            return true;
    return withdrawal && (word_is(sentence, preposition->first, "from") || word_is(sentence, preposition->first, "in"));
}

/* "in Warsaw": papers and contracts are signed in a town; a state behind "in" is as often where the goods will be. */
static bool signed_there(const struct event *event, const struct sentence *sentence, const struct group *group)
{
    int32_t name = sentence->part->words[group->head].name;
    if (name == NONE || strcmp(event->status, "signed") != 0 ||
        (strcmp(event->type, "agreement") != 0 && strcmp(event->type, "arms_transfer") != 0 &&
         strcmp(event->type, "industry") != 0) ||
        !is_place_preposition(sentence, &sentence->groups[group->preposition]))
        return false;
    const char *precision = place_precision((enum lexicon_class)sentence->mentions[name].class);
    return precision && (!strcmp(precision, "city") || !strcmp(precision, "site"));
}

/* "off the South African coast", "in Cape Town waters", "off the coast of Oman": a stretch with no name of its own,
 * named by what it belongs to. NULL where the group is none. */
static const struct mention *owner_of_stretch(const struct sentence *sentence, int32_t at)
{
    static const char *const words[] = {"coast", "coastline", "waters",  "territory", "airspace",
                                        "soil",  "shores",    "borders", NULL};
    const struct group *group = &sentence->groups[at];
    bool is_stretch = false;
    for (size_t i = 0; words[i]; i++)
        is_stretch |= word_is(sentence, group->head, words[i]);
    uint32_t behind = (uint32_t)at + 2;
    bool of = is_stretch && behind < sentence->group_count && sentence->groups[behind].preposition == at + 1 &&
              word_is(sentence, sentence->groups[at + 1].first, "of");
    int32_t name = of ? sentence->part->words[sentence->groups[behind].head].name : NONE;
    for (uint32_t i = group->first; is_stretch && !of && i < group->head && name == NONE; i++)
        name = sentence->part->words[i].name;
    return name == NONE ? NULL : &sentence->mentions[name];
}

static void add_place_of_group(struct coder_workspace *workspace, struct event *event, int32_t group)
{
    const struct sentence *sentence = event->sentence;
    if (group == NONE)
        return;
    int32_t name = sentence->part->words[sentence->groups[group].head].name;
    const struct mention *mention = name == NONE ? owner_of_stretch(sentence, group) : &sentence->mentions[name];
    if (mention)
        add_place(workspace, event, mention, mention->first, mention->last);
}

void detail_places(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!strcmp(event->type, "visit") && event->verb_entry != NONE && verb && !verb->passive)
        add_place_of_group(workspace, event, verb->object);
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_NOUN && group->preposition != NONE &&
            (happens_there(event, sentence, &sentence->groups[group->preposition]) ||
             signed_there(event, sentence, group)) &&
            detail_in_reach(event, group->head))
            add_place_of_group(workspace, event, (int32_t)i);
    }
}
