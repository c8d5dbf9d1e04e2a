#include "core/desk/another.h"

#include <ctype.h>
#include <string.h>

enum { WORD_SIZE = 16, BEHIND_MAX = 3, SMALL_MAX = 3 };

static bool is_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* The next word in lower case, cut at WORD_SIZE; false at the end. */
static bool next_word(const char **at, char word[WORD_SIZE])
{
    size_t size = 0;
    while (**at && !isalnum((unsigned char)**at))
        (*at)++;
    if (!**at)
        return false;
    for (; isalnum((unsigned char)**at); (*at)++)
        if (size + 1 < WORD_SIZE)
            word[size++] = (char)tolower((unsigned char)**at);
    word[size] = '\0';
    return true;
}

static bool is_number(const char *word)
{
    static const char *const numbers[] = {"two",    "three",  "four",   "five",   "six",     "seven",   "eight",
                                          "nine",   "ten",    "eleven", "twelve", "fifteen", "sixteen", "eighteen",
                                          "twenty", "thirty", "forty",  "fifty",  "dozen",   "hundred", NULL};
    return isdigit((unsigned char)*word) || is_in(numbers, word);
}

static const char *const more[] = {"more", "additional", "further", NULL};
static const char *const one_more[] = {"another", "additional", "further", NULL};
static const char *const ordinals[] = {"second", "third", "fourth", "fifth", NULL};
static const char *const parts[] = {"batch",    "tranche",  "lot",      "order", "contract",
                                    "squadron", "purchase", "regiment", NULL};
/* What is on its way or there. */
static const char *const coming[] = {"deliver",  "delivers", "delivered", "delivery", "deliveries",
                                     "arrive",   "arrives",  "arrived",   "arriving", "receive",
                                     "receives", "received", "handed",    "handover", NULL};

/* "Second batch", "third, larger order", but not "the second country to order". */
static bool is_part_behind(const char *at)
{
    char word[WORD_SIZE];
    for (int i = 0; i < BEHIND_MAX && next_word(&at, word); i++) {
        if (is_in(parts, word))
            return true;
        if (strlen(word) <= SMALL_MAX)
            return false;
    }
    return false;
}

bool another_read(const char *quote)
{
    char before[WORD_SIZE] = "", word[WORD_SIZE], behind[WORD_SIZE];
    bool is_another = false;
    for (const char *at = quote; next_word(&at, word); memcpy(before, word, sizeof before)) {
        const char *rest = at;
        bool has_behind = next_word(&rest, behind);
        if (is_in(coming, word))
            return false;
        is_another = is_another || (is_in(one_more, word) && has_behind && is_number(behind)) ||
                     (is_number(before) && is_in(more, word) && has_behind && strcmp(behind, "than") != 0) ||
                     (is_in(ordinals, word) && is_part_behind(at)) ||
                     (strcmp(before, "follow") == 0 && strcmp(word, "on") == 0 && has_behind && is_in(parts, behind));
    }
    return is_another;
}

bool another_rest_read(const char *quote)
{
    char word[WORD_SIZE], behind[WORD_SIZE];
    for (const char *at = quote; next_word(&at, word);) {
        const char *rest = at;
        bool has_behind = next_word(&rest, behind);
        if (strcmp(word, "remaining") == 0 || (strcmp(word, "final") == 0 && has_behind && is_in(parts, behind)))
            return true;
    }
    return false;
}

static bool any_quote(struct record_view report, bool (*is_so)(const char *quote))
{
    struct record_view evidence;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EVIDENCE, i, &evidence); i++) {
        const char *field = record_text(evidence, ENT_EVIDENCE_FIELD),
                   *quote = record_text(evidence, ENT_EVIDENCE_QUOTE);
        if (field && quote && strcmp(field, "type") == 0 && is_so(quote))
            return true;
    }
    return false;
}

bool another_told(struct record_view report)
{
    return any_quote(report, another_read);
}

bool another_rest_told(struct record_view report)
{
    return any_quote(report, another_rest_read);
}
