#include "lib/article/words.h"

#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <string.h>

enum {
    WORDS_MAX = 40, /* compared */
    WORD_MIN = 3,
    WORD_MAX = 60
};

void words_flatten(struct buffer *flat, const char *text, size_t limit)
{
    size_t size = strlen(text);
    buffer_append_char(flat, ' ');
    for (size_t at = 0; at < size && flat->size < limit;) {
        uint32_t character;
        char bytes[4];
        at += utf8_decode(text + at, size - at, &character, NULL);
        bool is_letter = letter_script(character) != SCRIPT_NONE || (character >= '0' && character <= '9');
        if (is_letter)
            buffer_append(flat, bytes, utf8_encode(letter_lower(character), bytes));
        else if (flat->size && flat->bytes[flat->size - 1] != ' ')
            buffer_append_char(flat, ' ');
    }
    buffer_append_char(flat, ' ');
}

double words_share(const struct buffer *flat, const char *sample)
{
    struct buffer words = BUFFER_INIT;
    size_t seen = 0, found = 0;
    words_flatten(&words, sample, 4000);
    for (char *word = words.failed ? NULL : words.bytes; word && *word && seen < WORDS_MAX;) {
        word += *word == ' ';
        char *end = strchr(word, ' ');
        size_t size = end ? (size_t)(end - word) : 0;
        /* Of scripts without spaces a whole sentence is one "word": its beginning is looked for. */
        size_t compared = size > WORD_MAX ? utf8_cut(word, size, 12) : size;
        if (compared >= WORD_MIN) {
            seen++;
            found += memmem(flat->bytes, flat->size, word, compared) != NULL;
        }
        word = end;
    }
    buffer_free(&words);
    return seen ? (double)found / (double)seen : 0;
}
