/* Evoking: whether the words of a sentence can evoke a frame at all, told from its matched words alone.
 *
 * Most sentences that pass the gate hold no trigger, or one without anything that it could be of: "signed" without a
 * paper, "jets" without a verb for them. To tell so costs a hundredth of reading the sentence. A frame is evoked by a
 * class of verbs or nouns and mostly needs an argument of another class, so that the classes of a sentence's words, as
 * one set, are compared with what each of them wants. Grammar is not asked: what is said to be possible may not be,
 * what is said not to be never is.
 *
 * Made when the coder opens, immutable then, any thread. */
#ifndef LIB_CODER_EVOKE_H
#define LIB_CODER_EVOKE_H

#include "lib/base/error.h"
#include "lib/coder/analysis.h"
#include "lib/coder/frame.h"

#include <stdbool.h>

struct evoke_table;

/* NULL with `error` filled. Lexicon and frames are lent until it is destroyed. */
struct evoke_table *evoke_table_create(const struct lexicon *lexicon, const struct frame_table *frames,
                                       struct error *error);
void evoke_table_destroy(struct evoke_table *table);
/* Of a sentence that was matched; asked once, it is known. */
bool evoke_possible(const struct evoke_table *table, struct sentence *sentence);
/* Whether by a frame for which one party may be enough: a fair and its host, a state and an international operation. */
bool evoke_possible_alone(const struct evoke_table *table, struct sentence *sentence);

#endif
