/* Feature parts: the marks of feature.h that need more than the event itself: its parties, its subject, its neighbours.
 * For feature.c alone. */
#ifndef LIB_CODER_FEATURE_PARTS_H
#define LIB_CODER_FEATURE_PARTS_H

#include "lib/coder/feature.h"
#include "lib/coder/party.h"
#include "lib/coder/workspace.h"

/* Words of a subject in a sentence. */
struct topics {
    uint32_t military, violence, elsewhere, people;
    bool joint, front, background, opinion, hedge, addition;
};

/* What all events of one sentence share, and all of the item. */
struct feature_scene {
    const struct coder_workspace *workspace;
    const struct sentence *sentence;
    struct topics topics, title_topics;
    struct party_list parties, title_parties;
};

void feature_mark(struct event *event, enum feature feature);
bool feature_marked(const struct event *event, enum feature feature);
/* The mark `first` + `count`, at most the last of `steps` marks. */
void feature_mark_count(struct event *event, uint32_t count, enum feature first, uint32_t steps);

/* Adds a parsed sentence's words to `topics`. */
void feature_topics(const struct lexicon *lexicon, const struct sentence *sentence, struct topics *topics);
void feature_mark_topics(struct event *event, const struct feature_scene *scene);
void feature_mark_parties(struct event *event, const struct feature_scene *scene);
/* Marks all events by what the others say. */
void feature_mark_agreement(struct coder_workspace *workspace);

#endif
