#include "quote.h"

#include <stdio.h>

static const struct {
    const char *text, *quote, *found; /* NULL: it is not there */
} rows[] = {
    {"Norway hands two patrol boats to Moldova.", "two patrol boats", "two patrol boats"},
    {"He said: \xe2\x80\x9cWe don\xe2\x80\x99t wait\xe2\x80\x9d", "We don't wait", "We don\xe2\x80\x99t wait"},
    {"The first\nline  goes on", "first line goes", "first\nline  goes"},
    {"20\xe2\x80\x93"
     "23 May",
     "20-23 May",
     "20\xe2\x80\x93"
     "23 May"},
    {"It signed the pact on Monday.", "\"...signed the pact...\"", "signed the pact"},
    {"\xd0\xa3\xd0\xb7\xd0\xb1\xd0\xb5\xd0\xba\xd0\xb8\xd1\x81\xd1\x82\xd0\xb0\xd0\xbd \xd0\xb8",
     "\xd0\xa3\xd0\xb7\xd0\xb1\xd0\xb5\xd0\xba", "\xd0\xa3\xd0\xb7\xd0\xb1\xd0\xb5\xd0\xba"},
    {"A woman met Oman's minister", "Oman", "Oman"},
    {"A woman", "Oman", NULL},
    {"Somalia", "mali", NULL},
    {"300 troops", "3000 troops", NULL},
    {"300 troops", "30", NULL},
    {"Norway hands two boats", "Norway handed two boats", NULL},
    {"Norway", "norway", NULL},
    {"Norway", "", NULL},
    {"Norway", " ... ", NULL},
    {"", "Norway", NULL},
    {"a\xff"
     "b cut \xe2\x80",
     "b cut \xe2\x80", "b cut \xe2\x80"},
};

int main(void)
{
    int faults = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t start = 0, end = 0;
        int is_found = quote_find(ent_text(rows[i].text), ent_text(rows[i].quote), &start, &end);
        int is_good = rows[i].found ? is_found && end - start == strlen(rows[i].found) &&
                                          memcmp(rows[i].text + start, rows[i].found, end - start) == 0
                                    : !is_found;
        if (!is_good)
            fprintf(stderr, "row %zu: \"%s\" in \"%s\": %s\n", i, rows[i].quote, rows[i].text,
                    is_found ? "found" : "not found");
        faults += !is_good;
    }
    return faults != 0;
}
