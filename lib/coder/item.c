#include "lib/coder/item.h"

#include <stdio.h>
#include <string.h>

static void read_published(struct record_view item, char text[40])
{
    int64_t published;
    text[0] = 0;
    if (!record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published))
        return;
    const char *precision = record_text(item, ENT_ITEM_PUBLISHED_PRECISION);
    if (precision && (!strcmp(precision, "month") || !strcmp(precision, "year")))
        return;
    coder_print_day(text, published + record_int(item, ENT_ITEM_PUBLISHED_OFFSET, 0) * 60000);
}

void coder_read_item(struct record_view item, struct coder_article *article, char published[40])
{
    struct text title = {NULL, 0}, body = {NULL, 0};
    record_get_str(item, ENT_ITEM_TITLE, 0, &title);
    record_get_str(item, ENT_ITEM_BODY, 0, &body);
    read_published(item, published);
    *article = (struct coder_article){.title = title.bytes,
                                      .title_size = title.size,
                                      .body = body.bytes,
                                      .body_size = body.size,
                                      .published = published,
                                      .url = record_text(item, ENT_ITEM_URL),
                                      .class = record_text(item, ENT_ITEM_CLASS),
                                      .publisher = record_text(item, ENT_ITEM_PUBLISHER)};
}

void coder_remark(struct record_view item, const struct coder_result *result, char remark[CODER_REMARK_SIZE])
{
    remark[0] = 0;
    if (!result->uncoded && result->event_count == 0 && result->relevance != CODER_NONE)
        snprintf(remark, CODER_REMARK_SIZE, "relevant: %s", coder_relevance_name(result->relevance));
    if (!result->uncoded)
        return;
    const char *told = record_text(item, ENT_ITEM_LANGUAGE);
    size_t size = told ? strcspn(told, "-_") : 0;
    bool by_feed = !strcmp(result->language, "und") && size >= 2 && size <= 3 && strncmp(told, "en", 2) != 0;
    if (by_feed)
        snprintf(remark, CODER_REMARK_SIZE, "uncoded: %.*s", (int)size, told);
    else
        snprintf(remark, CODER_REMARK_SIZE, "uncoded: %s", result->language);
}
