/* Fixture: the coder, or only the lexicon of this build, opened once for all tests of a program; and the texts of the
 * invented pairs. A failure ends the test. */
#ifndef TESTS_LIB_CODER_FIXTURE_H
#define TESTS_LIB_CODER_FIXTURE_H

#include "lib/base/arena.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon.h"

/* Of open_coder. */
extern struct coder *coder;
extern struct coder_workspace *workspace;
/* Of open_lexicon. */
extern struct lexicon *lexicon;
extern struct arena *arena;

/* For cmocka_run_group_tests. */
int open_coder(void **state);
int close_coder(void **state);
int open_lexicon(void **state);
int close_lexicon(void **state);

/* Hands the text of each pair of tests/gold over, in the order of the files. */
void each_pair(void (*take)(const char *text, void *context), void *context);

#endif
