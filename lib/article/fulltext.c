#include "lib/article/fulltext.h"

#include "lib/article/runs.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <string.h>
#include <strings.h>

enum {
    SUMMARY_MAX = 700, /* weight up to which a text is taken for a summary */
    WHOLE_MIN = 2000,  /* and from which it is not, however it ends */
    WORDS_MAX = 40,    /* compared */
    WORD_MIN = 3,
    WORD_MAX = 60
};

/* How texts end that go on elsewhere. */
static bool is_cut_off(const char *text, size_t size)
{
    static const char *const ends[] = {"…",
                                       "...",
                                       "[…]",
                                       "[...]",
                                       "(…)",
                                       "»",
                                       "read more",
                                       "more",
                                       "continue reading",
                                       "read on",
                                       "full story",
                                       "weiterlesen",
                                       "lire la suite",
                                       "leer más",
                                       "seguir leyendo",
                                       "leia mais",
                                       "leggi tutto",
                                       "lees meer",
                                       "читать далее",
                                       "подробнее",
                                       "اقرأ المزيد",
                                       "続きを読む",
                                       "阅读全文",
                                       "devamını oku",
                                       "czytaj dalej"};
    while (size > 0 && strchr(" \n\t]>→.", text[size - 1]) && !(size > 2 && memcmp(text + size - 3, "...", 3) == 0))
        size--;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(ends[i]);
        if (size >= length && strncasecmp(text + size - length, ends[i], length) == 0)
            return true;
    }
    return false;
}

static bool has_invitation(const char *text, size_t size)
{
    static const char *const words[] = {"Read more", "Continue reading", "The post ", "Read the full", "Read full"};
    const char *tail = text + (size > 200 ? size - 200 : 0);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(tail, words[i]))
            return true;
    return false;
}

bool fulltext_is_summary(const char *text)
{
    size_t size = text ? strlen(text) : 0;
    uint32_t weight = size ? runs_weigh(text, size) : 0;
    if (weight <= SUMMARY_MAX)
        return true;
    return weight < WHOLE_MIN && (is_cut_off(text, size) || has_invitation(text, size));
}

/* ---- comparing ---- */

/* The text in lower case with single spaces for all that is no letter or digit. */
static void flatten(struct buffer *flat, const char *text, size_t limit)
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

/* The share of the first words of `sample` that `flat` holds; 0 where it has none that count. */
static double share_found(const struct buffer *flat, const char *sample)
{
    struct buffer words = BUFFER_INIT;
    size_t seen = 0, found = 0;
    flatten(&words, sample, 4000);
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

bool fulltext_is_better(const char *title, const char *text, const struct article *article)
{
    if (article->verdict != ARTICLE_FULL)
        return false;
    uint32_t own = text ? runs_weigh(text, strlen(text)) : 0, page = runs_weigh(article->text, strlen(article->text));
    if (page < own + own / 5)
        return false;
    struct buffer flat = BUFFER_INIT;
    flatten(&flat, article->text, 256 * 1024);
    if (article->title)
        flatten(&flat, article->title, 260 * 1024);
    bool is_same =
        !flat.failed && ((text && share_found(&flat, text) >= 0.5) || (title && share_found(&flat, title) >= 0.5) ||
                         ((!title || !*title) && (!text || !*text)));
    buffer_free(&flat);
    return is_same;
}

uint64_t fulltext_digest(const char *title, const char *text)
{
    struct buffer flat = BUFFER_INIT;
    const char *const parts[] = {title, text};
    for (size_t i = 0; i < 2; i++)
        for (const char *c = parts[i] ? parts[i] : ""; *c; c++)
            if (*c < '0' || *c > '9')
                buffer_append_char(&flat, *c);
    uint64_t digest = flat.size && !flat.failed ? hash_bytes(flat.bytes, flat.size) : 0;
    buffer_free(&flat);
    return digest;
}
