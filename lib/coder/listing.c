#include "lib/coder/listing.h"

enum { BULLET_BYTES_MAX = 8, NAME_TOKENS_MAX = 5, ENTRIES_MIN = 2, BACK_MAX = 6, READ_MAX = 200 };

/* "- ", "• ", "3. " before a sentence. */
static bool begins_with_bullet(const struct sentence *sentence)
{
    const struct part *part = sentence->part;
    const struct token *first = &part->list.tokens[sentence->first];
    if (first->kind == TOKEN_MARK && (first->mark == '-' || first->mark == '*'))
        return first->flags & TOKEN_LINE || sentence->first == 0;
    uint32_t start = first->start, least = start > BULLET_BYTES_MAX ? start - BULLET_BYTES_MAX : 0;
    bool bullet = false;
    for (uint32_t at = start; at > least && part->text[at - 1] != '\n'; at--) {
        bullet |= part->text[at - 1] != ' ' && part->text[at - 1] != '\t';
        if (at - 1 == least && least > 0)
            return false;
    }
    return bullet;
}

/* "Japan.", "Russia and Belarus:" */
static bool is_name_of_entry(const struct sentence *sentence)
{
    const struct token *tokens = sentence->part->list.tokens, *last = &tokens[sentence->last];
    if (sentence->last - sentence->first > NAME_TOKENS_MAX || !(tokens[sentence->first].flags & TOKEN_LINE))
        return false;
    return tokens[sentence->first].flags & TOKEN_CAPITAL && last->kind == TOKEN_MARK &&
           (last->mark == '.' || last->mark == ':');
}

static bool begins_entry(const struct coder_workspace *workspace, uint32_t index)
{
    const struct sentence *sentence = &workspace->sentences[index];
    if (sentence->part->index == PART_TITLE)
        return false;
    const struct sentence *before = index > workspace->title_count ? sentence - 1 : NULL;
    return begins_with_bullet(sentence) ||
           (before && before->paragraph == sentence->paragraph && is_name_of_entry(before));
}

/* Found once for an item. */
static bool is_list(struct coder_workspace *workspace)
{
    uint32_t entries = 0, end = workspace->sentence_count < READ_MAX ? workspace->sentence_count : READ_MAX;
    if (workspace->list == LIST_UNKNOWN) {
        for (uint32_t i = workspace->title_count; i < end && entries < ENTRIES_MIN; i++)
            entries += begins_entry(workspace, i);
        workspace->list = entries == ENTRIES_MIN ? LIST_YES : LIST_NO;
    }
    return workspace->list == LIST_YES;
}

uint32_t listing_place(struct coder_workspace *workspace, uint32_t index)
{
    bool is_one = is_list(workspace);
    for (uint32_t back = 0; is_one && back < BACK_MAX && back <= index; back++) {
        const struct sentence *sentence = &workspace->sentences[index - back];
        if (sentence->paragraph != workspace->sentences[index].paragraph ||
            sentence->part != workspace->sentences[index].part)
            break;
        if (begins_entry(workspace, index - back))
            return back;
    }
    return UINT32_MAX;
}

/* A state's name at the beginning of a sentence with a colon behind it, or as the whole of one. */
static const struct mention *state_on_top(struct coder_workspace *workspace, struct sentence *sentence, bool whole)
{
    if (!workspace_read(workspace, sentence) || !sentence->mention_count)
        return NULL;
    const struct mention *state = &sentence->mentions[0];
    const struct token *next = state->last < sentence->last ? &sentence->part->list.tokens[state->last + 1] : NULL;
    bool first = state->class == LEXICON_STATE && state->first == sentence->first && next && next->kind == TOKEN_MARK;
    return first && (whole ? state->last + 1 == sentence->last : next->mark == ':') ? state : NULL;
}

const struct mention *listing_state(struct coder_workspace *workspace, struct sentence *sentence, struct sentence **of)
{
    uint32_t index = (uint32_t)(sentence - workspace->sentences);
    for (uint32_t back = 0; back < BACK_MAX && back <= index; back++) {
        struct sentence *before = &workspace->sentences[index - back];
        if (before->paragraph != sentence->paragraph || before->part != sentence->part)
            return NULL;
        const struct mention *state = state_on_top(workspace, before, back > 0 && is_name_of_entry(before));
        if (state) {
            *of = before;
            return state;
        }
    }
    return NULL;
}
