#include "lib/coder/detail.h"

#include "lib/coder/citation.h"
#include "lib/coder/clause.h"
#include "lib/coder/detail_parts.h"
#include "lib/coder/equipment.h"
#include "lib/coder/match.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCE_QUOTE_MAX = 500 }; /* bytes */

static bool is_same_stretch(struct stretch a, struct stretch b)
{
    return a.part == b.part && a.start == b.start && a.end == b.end;
}

static void add_quote(struct event_evidence *rows, uint32_t *count, uint32_t limit, const char *field,
                      struct stretch quote)
{
    if (!quote.part || quote.end <= quote.start || *count == limit)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (!strcmp(rows[i].field, field) && is_same_stretch(rows[i].quote, quote))
            return;
    rows[(*count)++] = (struct event_evidence){field, quote};
}

void detail_evidence(struct event *event, const char *field, struct stretch quote)
{
    add_quote(event->evidence, &event->evidence_count, EVENT_EVIDENCE_MAX, field, quote);
}

static void quote_value(struct event_quotes *quotes, const char *field, struct stretch quote)
{
    add_quote(quotes->rows, &quotes->count, EVENT_QUOTES_MAX, field, quote);
}

static bool is_same_text(struct stretch a, struct stretch b)
{
    return a.part && b.part && a.end - a.start == b.end - b.start &&
           !memcmp(a.part->text + a.start, b.part->text + b.start, a.end - a.start);
}

static struct stretch date_words(const struct event *event)
{
    return event->date_known ? event->date_raw : event->as_of_known ? event->as_of_raw : (struct stretch){0};
}

/* Of tellings that became one event, one may be dated or placed otherwise: those words are of no value that it has. */
static bool is_of_another_telling(const struct event *event, const struct event_evidence *row)
{
    if (!strcmp(row->field, "date"))
        return !is_same_text(row->quote, date_words(event));
    if (strcmp(row->field, "places") != 0)
        return false;
    for (uint32_t i = 0; i < event->place_count; i++)
        if (is_same_text(row->quote, event->places[i].raw))
            return false;
    return true;
}

void detail_quotes(const struct event *event, struct event_quotes *quotes)
{
    quotes->count = 0;
    for (uint32_t i = 0; i < event->evidence_count; i++)
        if (!is_of_another_telling(event, &event->evidence[i]))
            quotes->rows[quotes->count++] = event->evidence[i];
    for (uint32_t i = 0; i < event->actor_count; i++) {
        quote_value(quotes, "actors", event->actors[i].text);
        quote_value(quotes, "actors", event->actors[i].unit);
    }
    quote_value(quotes, "date", date_words(event));
    for (uint32_t i = 0; i < event->place_count; i++)
        quote_value(quotes, "places", event->places[i].raw);
    for (uint32_t i = 0; i < event->quantity_count; i++)
        quote_value(quotes, "quantities", event->quantities[i].raw);
    for (uint32_t i = 0; i < event->equipment_count; i++)
        quote_value(quotes, "equipment", event->equipment[i].name);
    quote_value(quotes, "name", event->name);
    quote_value(quotes, "programme", event->programme_words);
    for (uint32_t i = 0; i < event->tag_count; i++)
        for (uint32_t k = 0; k < event->tags[i].word_count; k++)
            quote_value(quotes, "tags", event->tags[i].words[k]);
    for (uint32_t i = 0; i < event->cited_count; i++)
        quote_value(quotes, "cited", event->cited[i].raw);
    for (uint32_t i = 0; i < event->step_count; i++)
        if (strcmp(event->steps[i].status, event->status) != 0)
            quote_value(quotes, "steps", event->steps[i].words);
}

/* The sentence that tells of the event: what a reader checks first. A very long one is cut to whole words around the
 * trigger. */
struct stretch detail_sentence(const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    uint32_t first = sentence->first, last = sentence->last;
    struct stretch quote = stretch_of(sentence, first, last);
    while (quote.end - quote.start > SENTENCE_QUOTE_MAX &&
           (first < event->trigger_first || last > event->trigger_last)) {
        if (event->trigger_first - first > last - event->trigger_last)
            first++;
        else
            last--;
        quote = stretch_of(sentence, first, last);
    }
    return quote;
}

/* ---- what is near the trigger ---- */

int32_t detail_group_at(const struct sentence *sentence, uint32_t token)
{
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (token >= sentence->groups[i].first && token <= sentence->groups[i].last)
            return (int32_t)i;
    return NONE;
}

bool detail_in_reach(const struct event *event, uint32_t token)
{
    const struct sentence *sentence = event->sentence;
    int32_t from = detail_group_at(sentence, event->trigger_first), to = detail_group_at(sentence, token);
    if (from == NONE || to == NONE)
        return false;
    if (from > to) {
        int32_t swap = from;
        from = to;
        to = swap;
    }
    uint32_t verbs = 0;
    for (int32_t i = from + 1; i < to; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_WHEN || group->kind == GROUP_THAT ||
            (group->kind == GROUP_STOP && sentence->part->list.tokens[group->first].mark == ';'))
            return false;
        verbs += group->kind == GROUP_VERB && i != event->verb;
    }
    return verbs <= 1;
}

/* ---- quantities and equipment ---- */
static void find_quantities(struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->quantity_count && event->quantity_count < EVENT_QUANTITIES_MAX; i++) {
        const struct quantity *quantity = &sentence->quantities[i];
        bool goods = quantity->kind == QUANTITY_GOODS, people = quantity->kind == QUANTITY_PERSONNEL;
        if (goods || quantity->weeks || !detail_in_reach(event, quantity->noun))
            continue;
        if (people && (!strcmp(event->type, "arms_transfer") || !strcmp(event->type, "agreement")))
            continue;
        struct event_quantity *row = &event->quantities[event->quantity_count++];
        *row = (struct event_quantity){*quantity, stretch_of(sentence, quantity->first, quantity->last), NULL};
        detail_evidence(event, "quantities", row->raw);
    }
}

static bool bears_equipment(const struct event *event)
{
    return !strcmp(event->type, "arms_transfer") || !strcmp(event->type, "industry") || !strcmp(event->type, "expo") ||
           !strcmp(event->type, "aid");
}

/* "ordered a fifth", "a further two": what the group that stands for the goods counts. */
static double count_left_out(const struct lexicon *lexicon, const struct event *event)
{
    const struct part *part = event->sentence->part;
    const struct group *group = &event->sentence->groups[event->left_out];
    for (uint32_t i = group->first; i <= group->last; i++) {
        const struct token *token = &part->list.tokens[i];
        int32_t number = part->words[i].number;
        const char *value = number == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)number, "number");
        if (value)
            return strtod(value, NULL);
        if (token->kind == TOKEN_NUMBER)
            return strtod(part->text + token->start, NULL);
    }
    return 1;
}

static void add_equipment(struct event *event, uint32_t first, uint32_t last, bool is_named, const char *unroca,
                          const char *sipri)
{
    const struct sentence *sentence = event->sentence;
    if (event->equipment_count == EVENT_EQUIPMENT_MAX)
        return;
    struct event_equipment *row = &event->equipment[event->equipment_count++];
    *row = (struct event_equipment){.name = stretch_of(sentence, first, last),
                                    .is_named = is_named,
                                    .unroca = unroca ? unroca : "unknown",
                                    .sipri = sipri ? sipri : "unknown"};
    for (uint32_t i = 0; i < sentence->quantity_count; i++) {
        const struct quantity *quantity = &sentence->quantities[i];
        if (quantity->kind == QUANTITY_GOODS && quantity->has_value && quantity->noun >= first &&
            quantity->noun <= last) {
            row->count = quantity->value;
            row->has_count = true;
            break; /* "two of six jets" are two */
        }
    }
    detail_evidence(event, "equipment", row->name);
}

/* "has five frigates and ordered a sixth frigate": what is had already is not what is ordered. */
static bool is_had_already(const struct event *event, uint32_t token)
{
    static const char *const words[] = {"has", "have", "had", "operates", "operated", "flies", "owns", "fields", NULL};
    const struct sentence *sentence = event->sentence;
    if (event->verb_entry == NONE || event->argument == NONE)
        return false;
    for (int32_t i = 0; i < event->verb; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->object == NONE || verb->object == event->argument ||
            token < sentence->groups[verb->object].first || token > sentence->groups[verb->object].last)
            continue;
        for (size_t k = 0; words[k]; k++)
            if (word_is(sentence, verb->head, words[k]))
                return true;
    }
    return false;
}

/* "a ship carrying missiles", "cargo planes ferried shells": what carries them stays whose it is. */
static bool is_carrier(const struct lexicon *lexicon, const struct event *event, uint32_t token)
{
    const struct sentence *sentence = event->sentence;
    const char *class = event->verb_entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)event->verb_entry);
    int32_t subject = event->verb_entry == NONE || sentence->groups[event->verb].passive
                          ? NONE
                          : sentence->groups[event->verb].subject;
    return class && (!strcmp(class, "carry") || !strcmp(class, "freight")) && subject != NONE &&
           token >= sentence->groups[subject].first && token <= sentence->groups[subject].last;
}

void detail_equipment(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (!bears_equipment(event))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->inside || word->blocked || (word->name == NONE && word->noun == NONE))
            continue;
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        bool is_named = mention && lexicon_class_use((enum lexicon_class)mention->class) == USE_GOODS;
        if (!is_named && (word->noun == NONE || word->pos != POS_NOUN ||
                          !lexicon_entry_value(lexicon, (uint32_t)word->noun, "unroca")))
            continue;
        uint32_t entry = is_named ? mention->entry : (uint32_t)word->noun;
        if (detail_in_reach(event, i) && !is_had_already(event, i) && !is_carrier(lexicon, event, i)) {
            uint32_t first = is_named ? mention->first : i, last = is_named ? mention->last : word->span_last;
            const char *unroca = lexicon_entry_value(lexicon, entry, "unroca");
            add_equipment(event, first, last, is_named, equipment_class_by_calibre(sentence, first, last, unroca),
                          lexicon_entry_value(lexicon, entry, "sipri"));
            const struct group *goods = event->argument == NONE ? NULL : &sentence->groups[event->argument];
            if (event->left_out != NONE && event->equipment_count && first >= goods->first && first <= goods->last) {
                event->equipment[event->equipment_count - 1].count = count_left_out(lexicon, event);
                event->equipment[event->equipment_count - 1].has_count = true;
            }
        }
    }
}

/* ---- name, programme, tags ---- */
static void find_name(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct token *tokens = sentence->part->list.tokens;
    bool named = !strcmp(event->type, "exercise") || !strcmp(event->type, "expo") || !strcmp(event->type, "agreement");
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention->class == LEXICON_PROGRAMME && !event->programme) {
            event->programme = lexicon_entry_id(lexicon, mention->entry);
            event->programme_words = stretch_of(sentence, mention->first, mention->last);
            const char *type = lexicon_entry_value(lexicon, mention->entry, "type"),
                       *subtype = lexicon_entry_value(lexicon, mention->entry, "subtype");
            if (type && subtype && !strcmp(type, event->type))
                event->subtype = subtype;
        }
        bool fits = (mention->class == LEXICON_EXERCISE && !strcmp(event->type, "exercise")) ||
                    (mention->class == LEXICON_FAIR && !strcmp(event->type, "expo")) ||
                    (mention->class == LEXICON_TREATY && !strcmp(event->type, "agreement"));
        if (fits && !event->name.part)
            event->name = stretch_of(sentence, mention->first, mention->last);
    }
    if (!named || event->name.part || event->noun == NONE)
        return;
    /* a short quotation with capitals in the trigger's own group or right behind it */
    const struct group *group = &sentence->groups[event->noun];
    uint32_t limit = group->last + 4 < sentence->last ? group->last + 4 : sentence->last;
    for (uint32_t i = group->first; i <= limit; i++) {
        if (tokens[i].kind != TOKEN_OPEN_QUOTE || i + 1 > limit || !(tokens[i + 1].flags & TOKEN_CAPITAL))
            continue;
        for (uint32_t k = i + 1; k <= sentence->last && k < i + 8; k++)
            if (tokens[k].kind == TOKEN_CLOSE_QUOTE && k > i + 1) {
                uint32_t last = k - 1;
                while (last > i + 1 && tokens[last].kind == TOKEN_MARK)
                    last--;
                event->name = stretch_of(sentence, i + 1, last);
                return;
            }
    }
}

void detail_tag(struct event *event, const char *tag, struct stretch words)
{
    uint32_t at = 0;
    while (at < event->tag_count && strcmp(event->tags[at].tag, tag) != 0)
        at++;
    if (at == EVENT_TAGS_MAX)
        return;
    if (at == event->tag_count)
        event->tags[event->tag_count++] = (struct event_tag){.tag = tag};
    struct event_tag *row = &event->tags[at];
    for (uint32_t i = 0; i < row->word_count; i++)
        if (is_same_stretch(row->words[i], words))
            return;
    if (row->word_count < EVENT_TAG_WORDS_MAX)
        row->words[row->word_count++] = words;
}

static void find_tags(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "exercise") && strcmp(event->type, "expo"))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        const char *tag = cue == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)cue, "tag");
        if (tag)
            detail_tag(event, tag, stretch_of(sentence, i, match_cue_last(lexicon, sentence, i)));
    }
}

static void find_units(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (uint32_t a = 0; a < event->actor_count; a++) {
        struct event_actor *actor = &event->actors[a];
        if (actor->text.part != sentence->part)
            continue;
        for (uint32_t i = 0; i < sentence->group_count; i++) {
            const struct group *group = &sentence->groups[i];
            const struct token *tokens = sentence->part->list.tokens;
            if (group->kind != GROUP_NOUN || tokens[group->first].start > actor->text.start ||
                tokens[group->last].end < actor->text.end)
                continue;
            const char *stands = noun_attribute(lexicon, sentence, group->head, "stands");
            if (stands && !strcmp(stands, "force"))
                for (uint32_t k = group->first; k < group->head; k++)
                    if (tokens[k].start >= actor->text.end && sentence->part->words[k].pos != POS_POSSESSIVE) {
                        actor->unit = stretch_of(sentence, k, group->head);
                        break;
                    }
        }
    }
}

void detail_rest(struct coder_workspace *workspace, struct event *event)
{
    detail_places(workspace, event);
    find_quantities(event);
    detail_equipment(workspace, event);
    find_name(workspace, event);
    find_tags(workspace, event);
    find_units(workspace, event);
    /* of other candidates nobody is told whom they cite: choice.c */
    if (workspace->thorough)
        citation_find(workspace, event);
}
