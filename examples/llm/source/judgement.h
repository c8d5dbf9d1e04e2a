/* Judgement: an answer that has the right shape and makes sense: verdicts name reports that there are, each once, and
 * bring what they need. Whether what it says stands in the article is another question (report.h). Pure. */
#ifndef LLM_JUDGEMENT_H
#define LLM_JUDGEMENT_H

#include "codebook.h"

#include <stddef.h>

/* `reports` is how many were asked about; 0: the article was to be coded. 1, or 0 with the fault in words. */
int judgement_check(const struct codebook *codebook, const json_t *answer, size_t reports, char *fault,
                    size_t fault_size);

#endif
