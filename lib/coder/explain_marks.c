#include "lib/coder/explain_marks.h"

#include <stdlib.h>
#include <string.h>

const char *mark_kind_word(enum mark_kind kind)
{
    static const char *const words[] = {"trigger", "actor",  "thing",    "place",
                                        "time",    "number", "modality", "means nothing here"};
    return words[kind];
}

void marks_free(struct mark_list *list)
{
    free(list->marks);
    *list = (struct mark_list){NULL, 0, 0, false};
}

static void add(struct mark_list *list, const struct sentence *sentence, uint32_t first, uint32_t last,
                enum mark_kind kind, const char *label, const char *more)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct mark *marks = realloc(list->marks, capacity * sizeof *marks);
        if (!marks) {
            list->failed = true;
            return;
        }
        list->marks = marks;
        list->capacity = capacity;
    }
    const struct token *tokens = sentence->part->list.tokens;
    list->marks[list->count++] = (struct mark){tokens[first].start, tokens[last].end, kind, label, more};
}

/* The event whose trigger begins at the token, a kept one before a near miss. */
static const struct event *trigger_at(const struct coder_workspace *workspace, const struct sentence *sentence,
                                      uint32_t token)
{
    const struct event *found = NULL;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        if (event->sentence == sentence && event->trigger_first == token &&
            (!found || (found->dropped && !event->dropped)))
            found = event;
    }
    return found;
}

static enum mark_kind kind_of_class(enum lexicon_class class)
{
    switch (lexicon_class_use(class)) {
    case USE_PLACE:
        return MARK_PLACE;
    case USE_GOODS:
    case USE_NAME:
        return MARK_THING;
    default:
        return MARK_ACTOR;
    }
}

static uint32_t mark_name(const struct coder_workspace *workspace, const struct sentence *sentence, uint32_t at,
                          struct mark_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct mention *mention = &sentence->mentions[sentence->part->words[at].name];
    enum lexicon_class class = (enum lexicon_class)mention->class;
    const char *id = mention->id ? mention->id : lexicon_entry_id(lexicon, mention->entry);
    const char *unroca = lexicon_entry_value(lexicon, mention->entry, "unroca");
    if (unroca && (!strcmp(unroca, "none") || !strcmp(unroca, "unknown")))
        unroca = lexicon_class_name(LEXICON_EQUIPMENT);
    /* classes of one id have no more than their own name */
    if (!strcmp(id, "-"))
        id = lexicon_class_name(class);
    add(list, sentence, at, mention->last, kind_of_class(class), unroca ? unroca : id,
        mention->ambiguous ? "may mean something else" : lexicon_class_name(class));
    return mention->last;
}

/* What a word does to the certainty or stage of the events around it; NULL for nothing. */
static const char *modality_at(const struct coder_workspace *workspace, const struct sentence *sentence, uint32_t at,
                               uint32_t *last)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct word *word = &sentence->part->words[at];
    *last = at;
    if (word->cue != NONE) {
        const char *modality = lexicon_entry_value(lexicon, (uint32_t)word->cue, "modality");
        const char *stage = lexicon_entry_value(lexicon, (uint32_t)word->cue, "stage");
        return modality ? modality : stage ? stage : lexicon_entry_id(lexicon, (uint32_t)word->cue);
    }
    if (word->inside)
        return NULL;
    *last = word->span_last > sentence->last ? at : word->span_last;
    if (word->pos == POS_NOT)
        return "not";
    if (word->pos == POS_MODAL && word->part != NONE) {
        const char *force = lexicon_entry_value(lexicon, (uint32_t)word->part, "force");
        return force && strcmp(force, "strong") != 0 ? "hypothetical" : "future";
    }
    if (word->pos == POS_IF)
        return "if";
    if (word->pos == POS_VERB && word->verb != NONE)
        return lexicon_entry_value(lexicon, (uint32_t)word->verb, "modality");
    return NULL;
}

static const char *quantity_word(const struct quantity *quantity)
{
    static const char *const words[] = {"personnel", "units", "money", "countries", "days", "sites", "goods"};
    return words[quantity->kind];
}

static const struct quantity *quantity_at(const struct sentence *sentence, uint32_t at)
{
    for (uint32_t i = 0; i < sentence->quantity_count; i++)
        if (sentence->quantities[i].first == at && sentence->quantities[i].last >= at)
            return &sentence->quantities[i];
    return NULL;
}

static uint32_t mark_time(const struct sentence *sentence, uint32_t at, struct mark_list *list)
{
    uint32_t last = at;
    while (last < sentence->last && sentence->part->words[last + 1].pos == POS_TIME)
        last++;
    add(list, sentence, at, last, MARK_TIME, "time", NULL);
    return last;
}

static uint32_t mark_blocked(const struct sentence *sentence, uint32_t at, struct mark_list *list)
{
    const struct word *words = sentence->part->words;
    uint32_t last = at;
    while (last < sentence->last && words[last + 1].blocked && words[last + 1].span_first == words[at].span_first)
        last++;
    add(list, sentence, at, last, MARK_BLOCKED, "blocked", NULL);
    return last;
}

/* Marks what begins at the token and returns the last token that it covers. */
static uint32_t mark_token(const struct coder_workspace *workspace, const struct sentence *sentence, uint32_t at,
                           struct mark_list *list)
{
    const struct word *word = &sentence->part->words[at];
    const struct event *event = trigger_at(workspace, sentence, at);
    uint32_t last = at;
    if (event) {
        last = event->trigger_last > sentence->last ? sentence->last : event->trigger_last;
        add(list, sentence, at, last, MARK_TRIGGER, event->type, event->dropped);
        return last;
    }
    if (word->name != NONE && (uint32_t)word->name < sentence->mention_count)
        return mark_name(workspace, sentence, at, list);
    if (word->blocked)
        return mark_blocked(sentence, at, list);
    if (word->pos == POS_TIME)
        return mark_time(sentence, at, list);
    const struct quantity *quantity = quantity_at(sentence, at);
    if (quantity) {
        /* what is counted has a mark of its own */
        for (last = at; last < quantity->last && sentence->part->words[last + 1].name == NONE;)
            last++;
        add(list, sentence, at, last, MARK_NUMBER, quantity_word(quantity), NULL);
        return last;
    }
    const char *modality = modality_at(workspace, sentence, at, &last);
    if (modality)
        add(list, sentence, at, last, MARK_MODALITY, modality, NULL);
    return modality ? last : at;
}

void marks_of_sentence(const struct coder_workspace *workspace, const struct sentence *sentence, struct mark_list *list)
{
    if (!sentence->parsed)
        return;
    for (uint32_t i = sentence->first; i <= sentence->last && !list->failed;)
        i = mark_token(workspace, sentence, i, list) + 1;
}
