/* Words of dates in the languages of the major feeds: months, week days, half days and time zones. */
#ifndef LIB_TEXT_DATE_WORDS_H
#define LIB_TEXT_DATE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum date_word_kind {
    DATE_WORD_UNKNOWN = 0,
    DATE_WORD_MONTH = 1,   /* value 1 to 12 */
    DATE_WORD_WEEKDAY = 2, /* value 0 Sunday to 6 Saturday */
    DATE_WORD_HALF = 4,    /* value 0 before noon, 12 after */
};

struct date_word {
    unsigned kinds; /* a set: "mar" is March, Mardi and Martes */
    int month, weekday, half;
    int assumed_minutes; /* a half day's word that only one time zone uses: that zone; else 0 */
};

/* The longest word looked up, in bytes of UTF-8. */
enum { DATE_WORD_MAX = 39 };

/* `word` in any case, without a trailing full stop. Allows for a misspelt ending: "Sept", "Decem". */
struct date_word date_find_word(const char *word, size_t size);

/* The offset of a zone's name ("EST", "CEST", "Z") in minutes; false for an unknown one. Names that several
 * zones share are read as RFC 822 does, else as the one that most feeds mean. */
bool date_find_zone(const char *name, size_t size, int *offset_minutes);

#endif
