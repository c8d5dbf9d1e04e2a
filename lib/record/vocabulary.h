/* Vocabulary: the closed word lists of the codebook, and the crosswalk to CAMEO and PLOVER. Coder, desk, rules,
 * exports and checks all read these tables. Constant data, any thread. Source: docs/codebook.md. */
#ifndef LIB_RECORD_VOCABULARY_H
#define LIB_RECORD_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

enum vocabulary {
    VOCABULARY_TYPE,
    VOCABULARY_SUBTYPE, /* of all types */
    VOCABULARY_ROLE,
    VOCABULARY_STATUS,
    VOCABULARY_MODALITY,
    VOCABULARY_SCOPE,
    VOCABULARY_DATE_PRECISION,
    VOCABULARY_DATE_BASIS,
    VOCABULARY_PLACE_PRECISION,
    VOCABULARY_QUANTITY_KIND,
    VOCABULARY_QUALIFIER,
    VOCABULARY_UNROCA,
    VOCABULARY_SIPRI,
    VOCABULARY_CITED_KIND,
    VOCABULARY_SOURCE_CLASS,
    VOCABULARY_COUNT
};

/* The words, ended by NULL. */
const char *const *vocabulary_words(enum vocabulary vocabulary);
bool vocabulary_has(enum vocabulary vocabulary, const char *word);
/* Subtypes of one event type, ended by NULL; NULL where there is no such type. */
const char *const *vocabulary_subtypes(const char *type);

/* How far along a status is: requested 1 … completed 7; 0 for unknown words. Later steps of one undertaking
 * have greater ranks; suspended, cancelled, refused and ended end it and rank above ongoing. */
int vocabulary_status_rank(const char *status);

struct crosswalk {
    const char *cameo;
    const char *plover;
    const char *context; /* of the PLOVER event: military, intelligence or peacekeeping */
};
/* Codebook section 7. `subtype` and `status` may be NULL. The strings are constant; "" where none exists. */
struct crosswalk vocabulary_crosswalk(const char *type, const char *subtype, const char *status);

#endif
