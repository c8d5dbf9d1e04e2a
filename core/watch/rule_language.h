/* Rule language: the terms of rules as data, for whoever explains, completes or fuzzes them. Made from the table that the
 * parser reads (core/watch/rule_fields.c), so that no document can say otherwise. Any thread. */
#ifndef CORE_WATCH_RULE_LANGUAGE_H
#define CORE_WATCH_RULE_LANGUAGE_H

#include "lib/base/buffer.h"
#include "lib/base/json_writer.h"

#include <stdbool.h>
#include <stddef.h>

struct rule_names;

enum rule_term_values {
    RULE_VALUES_NONE,    /* dyad(), within(): what stands in parentheses is told by `form` */
    RULE_VALUES_WORDS,   /* of `words` */
    RULE_VALUES_PARTIES, /* codes, regions, groups */
    RULE_VALUES_REGIONS,
    RULE_VALUES_NUMBER,
    RULE_VALUES_MONEY,
    RULE_VALUES_DATE,
    RULE_VALUES_TEXT
};

struct rule_term_help {
    const char *name;
    const char *form;      /* "dyad(A, B)"; NULL where it is NAME OPERATOR VALUE */
    const char *operators; /* "=, != and in"; "" for none */
    enum rule_term_values values;
    const char *const *words; /* ended by NULL; NULL where the values are no closed list */
    const char *help;         /* one or two sentences, without a full stop */
    const char *example;      /* a rule */
};
/* By index; false past the last one. All constant. */
bool rule_language_term(size_t index, struct rule_term_help *term);

/* An object {"terms": […], "operators": […], "keywords": […], "regions": [{"name","m49"}], "groups", "macros"}, from which a
 * form or an editor can offer what may come next. `names` may be NULL. */
void rule_language_json(struct json_writer *writer, const struct rule_names *names);
/* A dictionary for libFuzzer: a quoted word a line. */
void rule_language_dictionary(struct buffer *dictionary);

#endif
