#include "lib/base/nearest.h"

#include <stdbool.h>
#include <string.h>

static char folded(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    return byte == '-' ? '_' : byte;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment distance over three rows. */
unsigned nearest_distance(const char *left, const char *right)
{
    size_t left_size = strlen(left), right_size = strlen(right);
    if (left_size > NEAREST_LENGTH_MAX || right_size > NEAREST_LENGTH_MAX)
        return NEAREST_LENGTH_MAX + 1;
    unsigned storage[3][NEAREST_LENGTH_MAX + 1];
    unsigned *before = storage[0], *above = storage[1], *row = storage[2];
    for (size_t j = 0; j <= right_size; j++)
        above[j] = before[j] = (unsigned)j;
    for (size_t i = 1; i <= left_size; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= right_size; j++) {
            bool same = folded(left[i - 1]) == folded(right[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
            bool swapped = i > 1 && j > 1 && folded(left[i - 1]) == folded(right[j - 2]) &&
                           folded(left[i - 2]) == folded(right[j - 1]);
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[right_size];
}

static bool begins(const char *word, const char *whole)
{
    size_t size = strlen(word);
    if (size < 2 || size >= strlen(whole))
        return false;
    for (size_t i = 0; i < size; i++)
        if (folded(word[i]) != folded(whole[i]))
            return false;
    return true;
}

const char *nearest_word(const char *word, const char *const *words)
{
    size_t size = strlen(word);
    unsigned limit = size < 3 ? 1 : (unsigned)(size + 2) / 3;
    unsigned best = limit + 1;
    const char *found = NULL, *completed = NULL;
    for (; size > 0 && *words; words++) {
        unsigned distance = nearest_distance(word, *words);
        if (distance < best && distance < strlen(*words)) {
            best = distance;
            found = *words;
        }
        if (!completed && begins(word, *words))
            completed = *words;
    }
    return found && (best <= 1 || !completed) ? found : completed;
}
