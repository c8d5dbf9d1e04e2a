/* Relevance: whether an item holds an event at all, which is easier to say than what it is. Marks of the whole item,
 * from its title, its first sentence and its candidates' scores, are weighed like those of a candidate (model.h). */
#ifndef LIB_CODER_RELEVANCE_H
#define LIB_CODER_RELEVANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELEVANCE_MARKS(ROW)                                                                                           \
    /* of the item's words */                                                                                          \
    ROW(TITLE_NAMES_ONE)                                                                                               \
    ROW(TITLE_NAMES_TWO)                                                                                               \
    ROW(TITLE_MILITARY)                                                                                                \
    ROW(TITLE_VERY_MILITARY)                                                                                           \
    ROW(TITLE_VIOLENCE)                                                                                                \
    ROW(TITLE_ELSEWHERE)                                                                                               \
    ROW(TITLE_JOINT)                                                                                                   \
    ROW(TITLE_MISSING)                                                                                                 \
    ROW(LEAD_NAMES_ONE)                                                                                                \
    ROW(LEAD_NAMES_TWO)                                                                                                \
    ROW(LEAD_MILITARY)                                                                                                 \
    ROW(LEAD_VERY_MILITARY)                                                                                            \
    ROW(LEAD_VIOLENCE)                                                                                                 \
    ROW(LEAD_ELSEWHERE)                                                                                                \
    ROW(LEAD_JOINT)                                                                                                    \
    ROW(READ_SOME)                                                                                                     \
    ROW(READ_MUCH)                                                                                                     \
    ROW(READ_HALF)                                                                                                     \
    ROW(OFFICIAL)                                                                                                      \
    ROW(BRIEF)                                                                                                         \
    /* of its candidates: the best one's score is at least so much, in half logits from -4 */                          \
    ROW(BEST_0)                                                                                                        \
    ROW(BEST_1)                                                                                                        \
    ROW(BEST_2)                                                                                                        \
    ROW(BEST_3)                                                                                                        \
    ROW(BEST_4)                                                                                                        \
    ROW(BEST_5)                                                                                                        \
    ROW(BEST_6)                                                                                                        \
    ROW(BEST_7)                                                                                                        \
    ROW(BEST_8)                                                                                                        \
    ROW(BEST_9)                                                                                                        \
    ROW(BEST_10)                                                                                                       \
    ROW(BEST_11)                                                                                                       \
    ROW(BEST_12)                                                                                                       \
    ROW(SEVERAL_LIKELY)

enum relevance_mark {
#define ROW(name) RELEVANCE_##name,
    RELEVANCE_MARKS(ROW)
#undef ROW
        RELEVANCE_COUNT
};

enum { RELEVANCE_WORDS = RELEVANCE_BEST_0 /* marks of the words come first */ };

/* One bit a mark. */
typedef uint64_t relevance_set;

struct coder_workspace;

/* The marks of the words; 0 where nothing was read. False when memory is out. */
bool relevance_read(struct coder_workspace *workspace, relevance_set *marks);
/* The marks of the candidates' scores, in MODEL_UNIT. */
relevance_set relevance_of_scores(const int32_t *scores, size_t count);

const char *relevance_name(enum relevance_mark mark);
/* RELEVANCE_COUNT where there is none of that name. */
enum relevance_mark relevance_find(const char *name, size_t size);

#endif
