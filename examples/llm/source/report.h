/* Report: a record from an event as the model tells it, or from the coder's report that it confirms.
 *
 * Nothing that a model writes gets into a record but words of the codebook, codes and dates of the right form, bounded
 * numbers, and pieces of the article itself: every quote, name and wording is looked up, and what is put down is what
 * stands there. An event whose quotes or actors are not in the article is refused whole; a lesser part that is not is
 * left out. The model's reason is kept as a reason, for people. One thread. */
#ifndef LLM_REPORT_H
#define LLM_REPORT_H

#include "codebook.h"

#include <entente/plugin.h>

struct report_maker {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct codebook *codebook;
    const char *model;
    double confidence;          /* of what the model states or confirms */
    struct ent_str title, body; /* what the model was shown */
    struct ent_str item_id;
    int dropped; /* counts parts that were left out */
};

enum report_outcome { REPORT_MADE, REPORT_NO_QUOTE, REPORT_WRONG, REPORT_NO_MEMORY };

/* `event` has the answer's shape. `replaces` (NULL: nothing) is the report whose id it takes. *record is the caller's.
 * `why` is filled where it is not made. */
enum report_outcome report_make(struct report_maker *maker, const json_t *event, const struct ent_record *replaces,
                                const char *reason, struct ent_record **record, char *why, size_t why_size);
/* The same report, surer. */
enum report_outcome report_confirm(struct report_maker *maker, const struct ent_record *original, const char *reason,
                                   struct ent_record **record);
/* Is each of these quotes in the article? */
int report_has_quotes(const struct report_maker *maker, const json_t *quotes);

#endif
