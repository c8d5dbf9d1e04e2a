#include "lib/coder/relevance.h"

#include "lib/coder/feature_parts.h"
#include "lib/coder/workspace.h"

#include <string.h>

_Static_assert(RELEVANCE_COUNT <= 64, "one bit a mark");

enum { BRIEF_BYTES = 400, LIKELY = -MODEL_UNIT };

static const char *const names[RELEVANCE_COUNT] = {
#define ROW(name) #name,
    RELEVANCE_MARKS(ROW)
#undef ROW
};

const char *relevance_name(enum relevance_mark mark)
{
    return names[mark];
}

enum relevance_mark relevance_find(const char *name, size_t size)
{
    for (int i = 0; i < RELEVANCE_COUNT; i++)
        if (strlen(names[i]) == size && !memcmp(names[i], name, size))
            return (enum relevance_mark)i;
    return RELEVANCE_COUNT;
}

static void mark(relevance_set *marks, enum relevance_mark which, bool holds)
{
    if (holds)
        *marks |= (relevance_set)1 << which;
}

static bool add_sentence(struct coder_workspace *workspace, struct sentence *sentence, struct topics *topics,
                         struct party_list *parties)
{
    if (!workspace_read(workspace, sentence))
        return false;
    feature_topics(workspace_lexicon(workspace), sentence, topics);
    party_of_sentence(workspace, sentence, parties);
    return true;
}

bool relevance_read(struct coder_workspace *workspace, relevance_set *marks)
{
    struct topics title = {.military = 0}, lead = {.military = 0};
    struct party_list title_parties = {.count = 0}, lead_parties = {.count = 0};
    uint32_t read = 0, count = workspace->sentence_count, first = workspace->title_count;
    *marks = 0;
    for (uint32_t i = 0; i < first; i++)
        if (!add_sentence(workspace, &workspace->sentences[i], &title, &title_parties))
            return false;
    if (first < count && !add_sentence(workspace, &workspace->sentences[first], &lead, &lead_parties))
        return false;
    for (uint32_t i = 0; i < count; i++)
        read += workspace->sentences[i].gate;
    mark(marks, RELEVANCE_TITLE_NAMES_ONE, title_parties.count >= 1);
    mark(marks, RELEVANCE_TITLE_NAMES_TWO, title_parties.count >= 2);
    mark(marks, RELEVANCE_TITLE_MILITARY, title.military >= 1);
    mark(marks, RELEVANCE_TITLE_VERY_MILITARY, title.military >= 2);
    mark(marks, RELEVANCE_TITLE_VIOLENCE, title.violence);
    mark(marks, RELEVANCE_TITLE_ELSEWHERE, title.elsewhere);
    mark(marks, RELEVANCE_TITLE_JOINT, title.joint);
    mark(marks, RELEVANCE_TITLE_MISSING, !first);
    mark(marks, RELEVANCE_LEAD_NAMES_ONE, lead_parties.count >= 1);
    mark(marks, RELEVANCE_LEAD_NAMES_TWO, lead_parties.count >= 2);
    mark(marks, RELEVANCE_LEAD_MILITARY, lead.military >= 1);
    mark(marks, RELEVANCE_LEAD_VERY_MILITARY, lead.military >= 3);
    mark(marks, RELEVANCE_LEAD_VIOLENCE, lead.violence);
    mark(marks, RELEVANCE_LEAD_ELSEWHERE, lead.elsewhere);
    mark(marks, RELEVANCE_LEAD_JOINT, lead.joint);
    mark(marks, RELEVANCE_READ_SOME, read >= 2);
    mark(marks, RELEVANCE_READ_MUCH, read >= 5);
    mark(marks, RELEVANCE_READ_HALF, count && read * 2 > count);
    mark(marks, RELEVANCE_OFFICIAL, workspace->official);
    mark(marks, RELEVANCE_BRIEF, workspace->parts[PART_BODY].size < BRIEF_BYTES);
    return true;
}

relevance_set relevance_of_scores(const int32_t *scores, size_t count)
{
    relevance_set marks = 0;
    size_t likely = 0;
    int32_t best = INT32_MIN;
    for (size_t i = 0; i < count; i++) {
        best = scores[i] > best ? scores[i] : best;
        likely += scores[i] > LIKELY;
    }
    for (int i = 0; i <= RELEVANCE_BEST_12 - RELEVANCE_BEST_0; i++)
        mark(&marks, (enum relevance_mark)(RELEVANCE_BEST_0 + i), count && best >= (i - 8) * MODEL_UNIT / 2);
    mark(&marks, RELEVANCE_SEVERAL_LIKELY, likely >= 3);
    return marks;
}
