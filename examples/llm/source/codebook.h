/* Codebook: what a report may say, from the schema that the kit installs (it is compiled in), and the schema of a
 * model's answer made from it.
 *
 * The answer's schema is in the strict form that servers with structured output want: every member is required and may
 * be null, nothing else is allowed. Patterns, which many servers cannot hold a model to, and what depends on another
 * member are left out of it and checked here. Read-only after codebook_open; one a instance. */
#ifndef LLM_CODEBOOK_H
#define LLM_CODEBOOK_H

#include <jansson.h>
#include <regex.h>

struct codebook {
    json_t *report; /* the installed schema */
    json_t *answer; /* what the model is asked for */
    regex_t party, day, country;
    int has_patterns;
};

enum {
    CODEBOOK_EVENTS_MAX = 6,
    CODEBOOK_VERDICTS_MAX = 8,
    CODEBOOK_LIST_MAX = 10,
    CODEBOOK_TEXT_MAX = 200,
    CODEBOOK_QUOTE_MAX = 500
};

/* 0, or -1 where memory is out or the schema is none of ours. */
int codebook_open(struct codebook *codebook);
void codebook_close(struct codebook *codebook);

int codebook_has_subtype(const struct codebook *codebook, const char *type, const char *subtype);
int codebook_is_party(const struct codebook *codebook, const char *id);
/* YYYY, YYYY-MM or YYYY-MM-DD, and a day of the calendar. */
int codebook_is_date(const struct codebook *codebook, const char *text);
int codebook_is_country(const struct codebook *codebook, const char *code);
/* A list of the words of all types with their subtypes, a line each, for the prompt. malloc'd; NULL: memory. */
char *codebook_types(const struct codebook *codebook);

#endif
