/* Particles: what belongs to a verb behind its object: "called the drills off", "put the sale of jets to Oman on hold".
 * The lexicon has such verbs with their words in one piece ("call~ off", "put~ on hold"). */
#ifndef LIB_CODER_PARTICLE_H
#define LIB_CODER_PARTICLE_H

#include "lib/coder/analysis.h"

/* Gives the verbs of a matched sentence the meanings that they have with such words, and marks these. */
void particle_join(const struct lexicon *lexicon, struct sentence *sentence);

#endif
