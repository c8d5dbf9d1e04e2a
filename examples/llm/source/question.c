#include "instance.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- which items ---- */

static int is_own(const struct instance *self, const struct ent_record *report)
{
    struct ent_str made_by = ent_get_str(self->host, report, ENT_REPORT_CLASSIFIER);
    return made_by.data && strcmp(made_by.data, self->host->instance_name(self->instance)) == 0;
}

static int is_unsure(const struct instance *self, const struct ent_record *report)
{
    double confidence = ent_get_num(self->host, report, ENT_REPORT_CONFIDENCE, -1);
    return confidence >= self->low && confidence < self->high && !is_own(self, report);
}

/* Holds what is asked about. 0: memory is out; only hold can say so. */
static int gather_reports(const struct instance *self, struct ent_unit *unit, size_t index, struct waiter *waiter)
{
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->report_count(unit, index) && waiter->report_count < WAITER_REPORTS_MAX; i++) {
        const struct ent_record *report = host->report(unit, index, i);
        if (!report || !is_unsure(self, report))
            continue;
        struct ent_record *held = host->hold(report);
        if (!held)
            return 0;
        waiter->reports[waiter->report_count++] = held;
    }
    return 1;
}

/* ASCII in either case; beyond it as written. Words begin where no letter stands before. */
static int has_word(struct ent_str text, struct ent_str word)
{
    if (!text.data || word.size == 0)
        return 0;
    for (size_t at = 0; at + word.size <= text.size; at++)
        if (strncasecmp(text.data + at, word.data, word.size) == 0 &&
            (at == 0 || !isalnum((unsigned char)text.data[at - 1])))
            return 1;
    return 0;
}

static int has_any_word(const struct instance *self, const struct ent_record *item)
{
    const struct ent_host *host = self->host;
    struct ent_str title = ent_get_str(host, item, ENT_ITEM_TITLE), body = ent_get_str(host, item, ENT_ITEM_BODY);
    size_t words = host->option_count(self->instance, "words");
    for (size_t i = 0; i < words; i++) {
        struct ent_str word = host->option_item(self->instance, "words", i);
        if (has_word(title, word) || has_word(body, word))
            return 1;
    }
    return words == 0;
}

static int has_language(const struct instance *self, const struct ent_record *item)
{
    const struct ent_host *host = self->host;
    struct ent_str language = ent_get_str(host, item, ENT_ITEM_LANGUAGE);
    size_t languages = host->option_count(self->instance, "languages");
    for (size_t i = 0; i < languages; i++) {
        struct ent_str wanted = host->option_item(self->instance, "languages", i);
        if (language.size >= wanted.size && strncasecmp(language.data, wanted.data, wanted.size) == 0 &&
            (language.size == wanted.size || language.data[wanted.size] == '-'))
            return 1;
    }
    return languages == 0;
}

static int begins(struct ent_str text, const char *word)
{
    return text.size >= strlen(word) && strncmp(text.data, word, strlen(word)) == 0;
}

/* What the coder remarks of an item that it made no report of. */
static int is_found_relevant(const struct instance *self, struct ent_unit *unit, size_t index)
{
    for (size_t i = 0; i < self->host->remark_count(unit, index); i++) {
        struct ent_str remark = self->host->remark(unit, index, i, NULL);
        if (begins(remark, "relevant: ") || begins(remark, "uncoded: "))
            return 1;
    }
    return 0;
}

static int is_to_be_coded(const struct instance *self, struct ent_unit *unit, size_t index,
                          const struct ent_record *item)
{
    return self->codes && self->host->report_count(unit, index) == 0 && has_language(self, item) &&
           has_any_word(self, item) && (!self->is_relevant_only || is_found_relevant(self, unit, index));
}

/* ---- the question ---- */

static json_t *text_or_null(struct ent_str text)
{
    return text.data && text.size > 0 ? json_stringn(text.data, text.size) : json_null();
}

/* Texts of a part, by member and field. */
struct member {
    const char *name;
    uint32_t field;
};

static json_t *tell_parts(const struct instance *self, struct ent_unit *unit, const struct ent_record *report,
                          uint32_t field, const struct member *members, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < self->host->count(report, field) && i < CODEBOOK_LIST_MAX; i++) {
        const struct ent_record *part = self->host->get_rec(unit, report, field, i);
        json_t *told = json_object();
        for (size_t j = 0; part && j < count; j++)
            json_object_set_new(told, members[j].name, text_or_null(ent_get_str(self->host, part, members[j].field)));
        json_array_append_new(list, told);
    }
    return list;
}

/* Without ids, so that copies of an article ask the same question. */
static json_t *tell_report(const struct instance *self, struct ent_unit *unit, const struct ent_record *report,
                           size_t number)
{
    static const struct member actors[] = {{"id", ENT_ACTOR_ID}, {"role", ENT_ACTOR_ROLE}, {"text", ENT_ACTOR_TEXT}};
    static const struct member dates[] = {{"start", ENT_DATE_START}, {"end", ENT_DATE_END}, {"raw", ENT_DATE_RAW}};
    static const struct member quotes[] = {{"quote", ENT_EVIDENCE_QUOTE}};
    static const struct member equipment[] = {{"name", ENT_EQUIPMENT_NAME}};
    const struct ent_host *host = self->host;
    return json_pack("{s:i,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "report", (int)number, "type",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_TYPE)), "subtype",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_SUBTYPE)), "status",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_STATUS)), "modality",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_MODALITY)), "scope",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_SCOPE)), "name",
                     text_or_null(ent_get_str(host, report, ENT_REPORT_NAME)), "actors",
                     tell_parts(self, unit, report, ENT_REPORT_ACTOR, actors, 3), "date",
                     tell_parts(self, unit, report, ENT_REPORT_DATE, dates, 3), "equipment",
                     tell_parts(self, unit, report, ENT_REPORT_EQUIPMENT, equipment, 1), "evidence",
                     tell_parts(self, unit, report, ENT_REPORT_EVIDENCE, quotes, 1));
}

static json_t *tell_reports(const struct instance *self, struct ent_unit *unit, const struct waiter *waiter)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < waiter->report_count; i++)
        if (json_array_append_new(list, tell_report(self, unit, waiter->reports[i], i + 1)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static size_t cut(struct ent_str text, size_t limit)
{
    if (text.size <= limit)
        return text.size;
    while (limit > 0 && ((unsigned char)text.data[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

static json_t *make_messages(struct instance *self, struct ent_unit *unit, struct waiter *waiter)
{
    const struct ent_host *host = self->host;
    struct ent_str body = ent_get_str(host, waiter->item, ENT_ITEM_BODY),
                   title = ent_get_str(host, waiter->item, ENT_ITEM_TITLE);
    int64_t published = ent_get_int(host, waiter->item, ENT_ITEM_PUBLISHED, -1);
    json_t *reports = tell_reports(self, unit, waiter);
    if (!reports)
        return NULL;
    waiter->shown = cut(body, (size_t)self->text_max);
    struct prompt_article article = {.title = ent_bytes(title.data, cut(title, 1000)),
                                     .body = ent_bytes(body.data, waiter->shown),
                                     .is_cut = waiter->shown < body.size,
                                     .publisher = ent_get_str(host, waiter->item, ENT_ITEM_PUBLISHER),
                                     .reports = reports};
    time_t seconds = (time_t)(published / 1000);
    struct tm day;
    if (published >= 0 && gmtime_r(&seconds, &day))
        strftime(article.published, sizeof article.published, "%Y-%m-%d", &day);
    json_t *messages = prompt_messages(&self->codebook, &article, self->instructions);
    json_decref(reports);
    return messages;
}

enum question_state question_put(struct instance *self, struct ent_unit *unit, size_t index, struct waiter *waiter,
                                 json_t **messages)
{
    const struct ent_record *item = self->host->input(unit, index);
    *waiter = (struct waiter){.callback = self->callbacks, .index = index};
    *messages = NULL;
    if (self->adjudicates && !gather_reports(self, unit, index, waiter)) {
        waiter_release(self->host, waiter);
        return QUESTION_NO_MEMORY;
    }
    if (waiter->report_count == 0 && !is_to_be_coded(self, unit, index, item))
        return QUESTION_NONE;
    waiter->item = self->host->hold(item);
    *messages = waiter->item ? make_messages(self, unit, waiter) : NULL;
    if (*messages)
        return QUESTION_PUT;
    waiter_release(self->host, waiter);
    return QUESTION_NO_MEMORY;
}
