/* Coder: reads one article and makes its security-cooperation events, as records of kind ENT_REPORT.
 *
 * A coder is opened once from a compiled lexicon, is never written to afterwards and may be shared by all threads. Each
 * thread codes with a workspace of its own, whose memory is reused from item to item. What a result points to
 * lives until the workspace's next item.
 *
 * Time is linear in the text, memory is bounded: at most CODER_TEXT_MAX bytes of a body are read, and the result says
 * when there was more. Any bytes are safe as text. Nothing depends on the clock. */
#ifndef LIB_CODER_CODER_H
#define LIB_CODER_CODER_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CODER_TEXT_MAX = 1024 * 1024,
    CODER_TOKENS_MAX = 300 * 1000, /* words and marks; prose has one in five bytes */
    CODER_TITLE_MAX = 4096,
    CODER_EVENTS_MAX = 64
};

#define CODER_CONFIDENCE_OF_MODEL (-1.0)

struct coder;
struct lexicon;
struct model;
struct coder_workspace;

struct coder_article {
    const char *title;
    size_t title_size;
    const char *body;
    size_t body_size;
    const char *published; /* ISO 8601, its day is the anchor of relative dates; NULL or "" where not known */
    const char *url;       /* may be NULL */
    const char *class;     /* wire | official | media | analysis; may be NULL */
    const char *publisher; /* as feeds write it behind their titles; may be NULL */
    bool thorough;         /* also read sentences that pass the gate and can tell of no event: for coder_explain */
};

enum coder_relevance { CODER_NONE, CODER_MENTION, CODER_CORE };

struct coder_result {
    enum coder_relevance relevance;
    bool uncoded;     /* the text is in a language that the lexicon does not cover */
    char language[4]; /* of an uncoded text: ISO 639-1, "und" where that cannot be told */
    bool cut;         /* the text was longer than CODER_TEXT_MAX */
    size_t event_count;
    struct ent_record *const *events;
};

/* Both NULL with `error` filled. */
struct coder *coder_open(const char *lexicon_path, struct error *error);
/* Takes the lexicon over in any case. */
struct coder *coder_open_lexicon(struct lexicon *lexicon, struct error *error);
void coder_close(struct coder *coder);
/* Weights other than the built-in ones; lent until the coder is closed. Before any other thread uses the coder. */
void coder_use_model(struct coder *coder, const struct model *model);
/* Version of lexicon, weights and code, as it stands in each report. Lives as long as the coder. */
const char *coder_stamp(const struct coder *coder);

struct coder_workspace *coder_workspace_create(void);
void coder_workspace_destroy(struct coder_workspace *workspace);

/* False with `error` when memory is out or a published date cannot be read. Events below `min_confidence` are left out;
 * CODER_CONFIDENCE_OF_MODEL leaves that to the model. */
bool coder_code(const struct coder *coder, struct coder_workspace *workspace, const struct coder_article *article,
                double min_confidence, struct coder_result *result, struct error *error);

/* Finds the candidates of an article, with features and scores, and decides nothing: for training and for judging the
 * stages. They stand in the workspace (workspace.h). */
bool coder_candidates(const struct coder *coder, struct coder_workspace *workspace, const struct coder_article *article,
                      struct coder_result *result, struct error *error);

/* Writes the text of the item last coded with every decision marked, and the near misses with why they were left; with
 * `syntax` also the groups of each sentence that was parsed. As a page: explain_page.h. */
void coder_explain(const struct coder *coder, const struct coder_workspace *workspace, bool colour, bool syntax,
                   struct buffer *out);

/* Writes the UTC day of a time as YYYY-MM-DD, for `published`. */
void coder_print_day(char text[40], int64_t milliseconds);

const char *coder_relevance_name(enum coder_relevance relevance);
/* "core", "mention", "none" or "uncoded". */
const char *coder_result_relevance(const struct coder_result *result);

#endif
