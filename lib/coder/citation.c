#include "lib/coder/citation.h"

#include "lib/base/calendar.h"
#include "lib/coder/party.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCES_AHEAD_MAX = 8, BRACKET_TOKENS_MAX = 16 };

/* "(Interfax, September 20)": a capitalised name, a comma, a date. */
static bool read_bracket(struct coder_workspace *workspace, struct sentence *sentence, uint32_t open,
                         struct event_cited *cited)
{
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t close = open + 1, comma = 0;
    for (; close <= sentence->last && close - open < BRACKET_TOKENS_MAX; close++) {
        if (tokens[close].kind == TOKEN_MARK && tokens[close].mark == ')')
            break;
        if (!comma && tokens[close].kind == TOKEN_MARK && tokens[close].mark == ',')
            comma = close;
    }
    if (close > sentence->last || close - open >= BRACKET_TOKENS_MAX || !comma || comma == open + 1 ||
        !(tokens[open + 1].flags & TOKEN_CAPITAL))
        return false;
    for (uint32_t i = 0; i < sentence->time_count; i++) {
        const struct time_expression *time = &sentence->times[i];
        struct time_span span;
        if (time->first <= comma || time->first > close)
            continue;
        *cited = (struct event_cited){.kind = "media",
                                      .name = stretch_of(sentence, open + 1, comma - 1),
                                      .raw = stretch_of(sentence, open, close)};
        if (temporal_resolve(time, workspace->anchor, false, &span) && span.grain == 'd') {
            int year, month, day;
            calendar_civil(span.start, &year, &month, &day);
            snprintf(cited->date, sizeof cited->date, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
                     (unsigned)day % 100);
        }
        return true;
    }
    return false;
}

static void add(struct event *event, struct event_cited cited)
{
    if (event->cited_count < EVENT_CITED_MAX)
        event->cited[event->cited_count++] = cited;
}

/* Whether a bracket opens before a capital letter. Most paragraphs have none, and need no parsing for it. */
static bool may_cite(const struct sentence *sentence, uint32_t from)
{
    const struct token *tokens = sentence->part->list.tokens;
    for (uint32_t t = from; t < sentence->last; t++)
        if (tokens[t].kind == TOKEN_MARK && tokens[t].mark == '(' && tokens[t + 1].flags & TOKEN_CAPITAL)
            return true;
    return false;
}

/* The next bracketed citation in the event's paragraph. */
static void find_bracket(struct coder_workspace *workspace, struct event *event)
{
    uint32_t index = event->sentence_index;
    for (uint32_t i = index; i < workspace->sentence_count && i < index + SENTENCES_AHEAD_MAX; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (sentence->part != event->sentence->part || sentence->paragraph != event->sentence->paragraph)
            return;
        uint32_t from = i == index ? event->trigger_last : sentence->first;
        if (!may_cite(sentence, from))
            continue;
        if (!workspace_parse(workspace, sentence))
            return;
        for (uint32_t t = from; t <= sentence->last; t++) {
            struct event_cited cited;
            const struct token *token = &sentence->part->list.tokens[t];
            if (token->kind != TOKEN_MARK || token->mark != '(' || !read_bracket(workspace, sentence, t, &cited))
                continue;
            add(event, cited);
            if (cited.date[0] && !event->date_known && !event->as_of_known) {
                int64_t milliseconds;
                if (calendar_parse(cited.date, strlen(cited.date), &milliseconds, NULL)) {
                    event->as_of_known = true;
                    event->as_of = milliseconds / 86400000;
                    event->as_of_raw = cited.raw;
                }
            }
            return;
        }
    }
}

static void find_speaker(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        int32_t who = NONE;
        if (group->kind == GROUP_VERB && verb_attribute(lexicon, sentence, group, "speech"))
            who = group->subject != NONE ? group->subject : group->object;
        else if (group->kind == GROUP_PREPOSITION && word_is(sentence, group->first, "according") &&
                 i + 1 < sentence->group_count)
            who = (int32_t)i + 1;
        if (who == NONE || sentence->groups[who].kind != GROUP_NOUN)
            continue;
        const struct group *speaker = &sentence->groups[who];
        if (sentence->part->words[speaker->first].pos == POS_PRONOUN)
            continue;
        int32_t name = sentence->part->words[speaker->head].name;
        bool media = name != NONE && sentence->mentions[name].class == LEXICON_MEDIA;
        const char *class = noun_class(lexicon, sentence, speaker->head);
        bool unnamed = class && !strcmp(class, "source");
        bool document = class && !strcmp(class, "document");
        struct party_list list = {.count = 0};
        party_of_group(workspace, sentence, who, &list);
        if (!media && !unnamed && !document && !list.count)
            continue;
        add(event, (struct event_cited){.kind = media      ? "media"
                                                : unnamed  ? "unnamed"
                                                : document ? "document"
                                                           : "official",
                                        .name = stretch_of(sentence, speaker->first, speaker->last),
                                        .raw = stretch_of(sentence, speaker->first, speaker->last),
                                        .actor = media || !list.count ? NULL : list.items[0].id});
        return;
    }
}

void citation_find(struct coder_workspace *workspace, struct event *event)
{
    find_speaker(workspace, event);
    find_bracket(workspace, event);
}
