#include "lib/coder/inflect.h"

#include <stdio.h>
#include <string.h>

static bool is_vowel(char letter)
{
    return letter && strchr("aeiouAEIOU", letter);
}

static void add(struct inflected *forms, size_t *count, enum lexicon_inflection inflection, const char *base,
                size_t keep, const char *ending)
{
    if (*count == INFLECT_FORMS_MAX || keep + strlen(ending) >= INFLECT_SIZE_MAX)
        return;
    struct inflected *form = &forms[(*count)++];
    snprintf(form->text, sizeof form->text, "%.*s%s", (int)keep, base, ending);
    form->inflection = inflection;
}

size_t inflect_word(const char *base, bool is_verb, struct inflected forms[INFLECT_FORMS_MAX])
{
    size_t size = strlen(base), count = 0;
    add(forms, &count, FORM_BASE, base, size, "");
    if (size < 2)
        return count;
    char last = base[size - 1], before = base[size - 2];
    bool sibilant = strchr("sxz", last) || (last == 'h' && strchr("cs", before));
    bool y_after_consonant = last == 'y' && !is_vowel(before);
    if (size > 3 && !strcmp(base + size - 3, "man") && !is_verb)
        add(forms, &count, FORM_S, base, size - 2, "en");
    else if (y_after_consonant)
        add(forms, &count, FORM_S, base, size - 1, "ies");
    else
        add(forms, &count, FORM_S, base, size, sibilant ? "es" : "s");
    if (!is_verb)
        return count;
    if (last == 'e') {
        add(forms, &count, FORM_PAST, base, size, "d");
        add(forms, &count, FORM_ING, base, size - (before != 'e'), "ing");
        return count;
    }
    add(forms, &count, FORM_PAST, base, size - y_after_consonant, y_after_consonant ? "ied" : "ed");
    add(forms, &count, FORM_ING, base, size, "ing");
    /* A single consonant after a single vowel may double: ship, shipped; equip, equipped. */
    bool single =
        size > 2 && (!is_vowel(base[size - 3]) || (size > 3 && base[size - 3] == 'u' && base[size - 4] == 'q'));
    if (single && !is_vowel(last) && !strchr("wxy", last) && is_vowel(before)) {
        char doubled[2] = {last, 0}, past[8], ing[8];
        snprintf(past, sizeof past, "%sed", doubled);
        snprintf(ing, sizeof ing, "%sing", doubled);
        add(forms, &count, FORM_PAST, base, size, past);
        add(forms, &count, FORM_ING, base, size, ing);
    }
    return count;
}
