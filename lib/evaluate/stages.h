/* Stages: how many of the required facts could still be found after each step of the coder, if all that follow were
 * right: a trigger of their type, both parties named where the coder looks, the right frame among the best candidates,
 * a score above the threshold, and what was left after rival readings and tellings were settled. Before all of them stands
 * the gate, which says what sentences are looked at. One owner, one thread. */
#ifndef LIB_EVALUATE_STAGES_H
#define LIB_EVALUATE_STAGES_H

#include "lib/base/buffer.h"
#include "lib/evaluate/coding.h"

enum { STAGES_BEST = 32 };

struct stages {
    uint32_t facts, trigger, actors, frame, likely, chosen;
    uint32_t candidates, items;
    uint32_t sentences, gated;         /* of all items; gated: looked at for events */
    uint32_t evidence, evidence_gated; /* sentences that hold a quote from which a required event was labelled */
    json_t *lost; /* one {"stage","id","event"} for each fact that is lost, at its first stage */
};

bool stages_begin(struct stages *stages);
void stages_end(struct stages *stages);
/* Looks at the candidates of an item by the model that the coder has now. */
bool stages_add(struct stages *stages, const struct coder *coder, struct coder_workspace *workspace, const json_t *item,
                const json_t *label, struct error *error);
void stages_print(const struct stages *stages, struct buffer *out);

#endif
