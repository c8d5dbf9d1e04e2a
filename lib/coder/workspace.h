/* Workspace: what one thread needs to code one item after another, shared by the coder's modules and by nobody else.
 * The arena is reset before each item. */
#ifndef LIB_CODER_WORKSPACE_H
#define LIB_CODER_WORKSPACE_H

#include "lib/coder/analysis.h"
#include "lib/coder/coder.h"
#include "lib/coder/event.h"
#include "lib/coder/frame.h"
#include "lib/coder/model.h"
#include "lib/coder/temporal.h"

#include <string.h>

enum { PART_TITLE, PART_BODY, PART_COUNT };

/* An actor as one place of the text names it. */
struct party {
    const char *id, *parent;
    const struct sentence *sentence;
    uint32_t first, last; /* tokens of the naming */
    bool from_context;
    bool referred; /* by a pronoun, or "the company": its name stands in another sentence */
    bool force;    /* named by its troops or services */
};

struct coder {
    struct lexicon *lexicon;
    struct frame_table *frames;
    struct evoke_table *evoke;
    const struct model *model; /* lent */
    bool relevant_alone;       /* of the model: an item without candidates may be relevant */
    char stamp[128];
};

struct coder_workspace {
    struct arena *arena;
    const struct coder *coder;
    const struct coder_article *article;
    struct part parts[PART_COUNT];
    struct sentence *sentences;
    uint32_t sentence_count;
    uint32_t title_count; /* sentences of the title, which come first */
    bool cut;             /* the text had more words than are read */
    bool thorough;        /* what is read is parsed */
    enum { LIST_UNKNOWN, LIST_NO, LIST_YES } list; /* of entries, for listing.h */
    struct anchor anchor;
    struct event *events; /* kept and dropped, as found */
    uint32_t event_count;
    relevance_set relevance; /* marks of the item's words */
    struct ent_record *records[CODER_EVENTS_MAX];
    size_t record_count;
    int resolving;              /* depth of pronoun resolution, to bound it */
    struct party home;          /* whom an official text speaks for; id NULL where it is none */
    bool official;              /* the title says statement, readout, briefing and the like */
    const char *official_state; /* whom an official release speaks for, or NULL */
    const char *publisher;      /* the state or organisation on whose official site the text stands, or NULL */
};

/* Matches, tags, chunks and links a sentence, once. False when memory is out. */
bool workspace_parse(struct coder_workspace *workspace, struct sentence *sentence);
/* Parses the sentences that pass the gate and can tell of an event, step by step: each step's code is read once for
 * several sentences. False when memory is out. */
bool workspace_parse_evoking(struct coder_workspace *workspace);
/* Matches it only, once: enough where its words and names are asked for, at a third of the work. */
bool workspace_match(struct coder_workspace *workspace, struct sentence *sentence);
/* The same for a sentence that an event is read by; parses it where the workspace is thorough, for those who are shown
 * what was read. */
bool workspace_read(struct coder_workspace *workspace, struct sentence *sentence);

/* ---- short readers used everywhere ---- */
static inline const struct lexicon *workspace_lexicon(const struct coder_workspace *workspace)
{
    return workspace->coder->lexicon;
}

/* True where the word at `at` is `text`, in any case. Asked of nearly every word: here, so that the length of a literal
 * is known. */
static inline bool word_is(const struct sentence *sentence, uint32_t at, const char *text)
{
    return token_is(sentence->part->text, &sentence->part->list.tokens[at], text);
}
/* Id of the noun, verb or title entry at a token, or NULL. */
static inline int32_t noun_entry(const struct sentence *sentence, uint32_t at)
{
    return sentence->part->words[sentence->part->words[at].span_first].noun;
}

static inline const char *noun_class(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    int32_t entry = noun_entry(sentence, at);
    return entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)entry);
}
const char *verb_class(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb);
const char *verb_class2(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb);
const char *verb_class3(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb);
/* An attribute of the verb or noun entry, or NULL. */
const char *verb_attribute(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                           const char *key);
const char *noun_attribute(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at,
                           const char *key);
/* True where a noun group is named by troops: "Kenyan marines", "the British Army". */
bool group_is_force(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group);
/* True where it is named by ships, aircraft or other equipment. */
bool group_is_craft(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group);
struct stretch stretch_of(const struct sentence *sentence, uint32_t first, uint32_t last);

#endif
