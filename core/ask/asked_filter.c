#include "core/ask/asked_filter.h"

#include "core/base/clock.h"
#include "core/watch/rule.h"
#include "lib/record/vocabulary.h"

#include <ctype.h>
#include <string.h>

enum { PARTY_LETTERS = 3, PARTY_SHOWN = 60 };

void asked_filter_end(struct asked_filter *asked)
{
    rule_destroy(asked->rule);
}

static bool read_time(struct asking *asking, const char *name, bool is_until, int64_t *time)
{
    struct error error = ERROR_INIT;
    const char *text = asking_text(asking, name);
    return !text || query_parse_time(text, clock_now(), is_until, time, &error) ||
           asking_refuse(asking, name, 0, 0, NULL, "%s", error.text);
}

static bool read_rule(struct asking *asking, struct asked_filter *asked)
{
    struct rule_error error = {0};
    const char *text = asking_text(asking, "when");
    if (!text)
        return true;
    asked->rule = rule_compile_with(asking->names, text, strlen(text), &error);
    asked->filter.rule = asked->rule;
    return asked->rule || asking_refuse(asking, "when", error.offset, error.length, error.nearest, "%s", error.text);
}

bool asked_order_read(struct asking *asking, struct query_filter *filter)
{
    static const char *const words[] = {"seen", "first_seen", "updated", "date", "confidence", "number", NULL};
    static const char *const directions[] = {"ascending", "descending", NULL};
    const char *order, *direction;
    if (!asking_words(asking, "order", words, &order) || !asking_words(asking, "direction", directions, &direction))
        return false;
    for (size_t i = 0; order && words[i]; i++)
        if (strcmp(order, words[i]) == 0)
            filter->order = (enum query_order)i;
    filter->oldest_first = direction && strcmp(direction, "ascending") == 0;
    return !order || !strchr(order, ',') || asking_refuse(asking, "order", 0, 0, NULL, "one word, not several");
}

bool asked_page_read(struct asking *asking, struct query_filter *filter)
{
    filter->after = asking_text(asking, "after");
    return asking_integer(asking, "limit", 1, ASK_LIMIT_MAX, ASK_LIMIT, &filter->limit);
}

bool asked_times_read(struct asking *asking, struct query_filter *filter)
{
    return read_time(asking, "since", false, &filter->since) && read_time(asking, "until", true, &filter->until) &&
           (filter->since < filter->until ||
            asking_refuse(asking, "since", 0, 0, NULL, "it is not before `until`: no time lies between them"));
}

/* Three letters are a state, everything else has them before a colon. */
static bool is_party(const char *id, size_t size)
{
    const char *colon = memchr(id, ':', size);
    size_t letters = colon ? (size_t)(colon - id) : size;
    for (size_t i = 0; i < letters; i++)
        if (!isalpha((unsigned char)id[i]))
            return false;
    return letters == PARTY_LETTERS && (!colon || size > PARTY_LETTERS + 1);
}

/* "UZB" or "ORG:NATO", or several apart by commas. */
static bool read_parties(struct asking *asking, const char *name, const char **parties, size_t *count)
{
    *parties = asking_text(asking, name);
    *count = 0;
    for (const char *at = *parties; at;) {
        size_t size = strcspn(at, ",");
        if (!is_party(at, size))
            return asking_refuse(asking, name, (size_t)(at - *parties), size, NULL,
                                 "'%.*s' is no party: a state is its ISO 3166-1 alpha-3 code, as UZB, others are as ORG:NATO",
                                 size < PARTY_SHOWN ? (int)size : PARTY_SHOWN, at);
        (*count)++;
        at = at[size] ? at + size + 1 : NULL;
    }
    return true;
}

bool asked_filter_read(struct asking *asking, struct asked_filter *asked)
{
    struct query_filter *filter = &asked->filter;
    *asked = (struct asked_filter){.filter = QUERY_FILTER_INIT};
    size_t count;
    if (!read_parties(asking, "actor", &filter->actors, &count) || !read_parties(asking, "dyad", &filter->dyad, &count))
        return false;
    filter->sources = asking_text(asking, "source");
    filter->text = asking_text(asking, "text");
    if (filter->dyad && count != 2)
        return asking_refuse(asking, "dyad", 0, 0, NULL, "write two parties, as in RUS,UZB");
    return asking_words(asking, "type", vocabulary_words(VOCABULARY_TYPE), &filter->types) &&
           asking_words(asking, "status", vocabulary_words(VOCABULARY_STATUS), &filter->statuses) &&
           asking_words(asking, "modality", vocabulary_words(VOCABULARY_MODALITY), &filter->modalities) &&
           asking_words(asking, "scope", vocabulary_words(VOCABULARY_SCOPE), &filter->scopes) &&
           asking_integer(asking, "sources_min", 0, 1000, 0, &filter->sources_min) &&
           asked_times_read(asking, filter) && read_rule(asking, asked);
}

bool asked_page_blame(struct asking *asking, bool ok)
{
    if (ok || asking->error->kind != ERROR_INPUT || *asking->answer->parameter || !asking_text(asking, "after"))
        return ok;
    char text[sizeof asking->error->text];
    memcpy(text, asking->error->text, sizeof text);
    return asking_refuse(asking, "after", 0, 0, NULL, "%s", text);
}
