# Writes OUTPUT: a C file with every word that stands in double quotes in the SOURCES, in order, once. So that
# `entente lexicon check` knows which classes of verbs and nouns the code names, without a list to be kept by hand.
set(words "")
foreach(source ${SOURCES})
  file(READ ${source} text)
  string(REGEX MATCHALL "\"[a-z][a-z0-9_]*\"" found "${text}")
  list(APPEND words ${found})
endforeach()
list(REMOVE_DUPLICATES words)
list(SORT words)
list(JOIN words ",\n    " rows)
file(WRITE ${OUTPUT} "/* Made by cmake/LexiconNames.cmake from lib/coder. */
#include \"lib/coder/lexicon_names.h\"

const char *const lexicon_names[] = {
    ${rows},
};
const size_t lexicon_name_count = sizeof lexicon_names / sizeof *lexicon_names;
")
