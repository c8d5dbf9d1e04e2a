/* Date names: months and week days of the languages of the major feeds, as data. Use date_words.h. */
#ifndef LIB_TEXT_DATE_NAMES_H
#define LIB_TEXT_DATE_NAMES_H

#include <stddef.h>

struct date_name {
    const char *word;           /* lower case */
    signed char month, weekday; /* 1 to 12, 0 for none; 0 Sunday to 6, -1 for none */
    const char *languages;      /* that have it, for whoever edits the table */
};

/* Sorted by word as strcmp sorts. */
extern const struct date_name date_names[];
extern const size_t date_name_count;

#endif
