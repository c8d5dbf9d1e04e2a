/* Option value: one text of the file read by the row of an option table. Pure: paths are not looked at and secrets not
 * fetched here (core/config/option_files.h does). Any thread. */
#ifndef CORE_CONFIG_OPTION_VALUE_H
#define CORE_CONFIG_OPTION_VALUE_H

#include "core/config/options.h"
#include "lib/base/arena.h"

#include <stdbool.h>

/* What is wrong with a text: which bytes of it, why, and how it should read. */
struct option_problem {
    size_t offset, length; /* bytes of the text; length 0 means all of it */
    char text[400];        /* "'12abc' is not a whole number" */
    char suggestion[200];  /* "12"; empty where there is none */
};

/* Reads `text` (NUL-terminated) into value->text, integer, number or items, which live in the arena. False with
 * `problem` filled; value is then untouched. */
bool option_value_read(const struct ent_option *option, const char *text, struct arena *arena,
                       struct option_value *value, struct option_problem *problem);

/* "duration", …; NULL for a number that is no type. */
const char *option_type_word(uint32_t type);

#endif
