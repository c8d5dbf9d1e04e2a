#include "lib/article/fulltext.h"

#include "lib/article/runs.h"
#include "lib/article/words.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <string.h>
#include <strings.h>

enum {
    SUMMARY_MAX = 700, /* weight up to which a text is taken for a summary */
    WHOLE_MIN = 2000   /* and from which it is not, however it ends */
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

bool fulltext_is_better(const char *title, const char *text, const struct article *article)
{
    if (article->verdict != ARTICLE_FULL)
        return false;
    uint32_t own = text ? runs_weigh(text, strlen(text)) : 0, page = runs_weigh(article->text, strlen(article->text));
    if (page < own + own / 5)
        return false;
    struct buffer flat = BUFFER_INIT;
    words_flatten(&flat, article->text, 256 * 1024);
    if (article->title)
        words_flatten(&flat, article->title, 260 * 1024);
    bool is_same =
        !flat.failed && ((text && words_share(&flat, text) >= 0.5) || (title && words_share(&flat, title) >= 0.5) ||
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
