#include "instance.h"

#include "report.h"

#include <string.h>

enum { ATTEMPTS_MAX = 3 };

/* ---- items that were put off ---- */

static struct tried *find_tried(const struct instance *self, const struct waiter *waiter)
{
    struct ent_str id = ent_get_str(self->host, waiter->item, ENT_ITEM_ID);
    for (size_t i = 0; id.size > 0 && id.size < TRIED_ID_SIZE && i < TRIED_MAX; i++)
        if (self->tried[i].since && strcmp(self->tried[i].id, id.data) == 0)
            return (struct tried *)&self->tried[i];
    return NULL;
}

static struct tried *note_tried(struct instance *self, const struct waiter *waiter, int64_t now)
{
    struct ent_str id = ent_get_str(self->host, waiter->item, ENT_ITEM_ID);
    struct tried *tried = find_tried(self, waiter);
    if (tried || id.size == 0 || id.size >= TRIED_ID_SIZE)
        return tried;
    tried = &self->tried[self->tried_next++ % TRIED_MAX];
    memset(tried, 0, sizeof *tried);
    memcpy(tried->id, id.data, id.size);
    tried->since = now > 0 ? now : 1;
    return tried;
}

int outcome_attempts(const struct instance *self, const struct waiter *waiter)
{
    const struct tried *tried = find_tried(self, waiter);
    return tried ? tried->attempts : 0;
}

/* ---- settling ---- */

static int is_here(const struct instance *self, const struct waiter *waiter)
{
    return waiter->callback == self->callbacks;
}

static void settle(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, enum ent_code code,
                   int64_t wait_ms, const char *text)
{
    if (!is_here(self, waiter))
        self->host->settle(unit, waiter->ticket, code, wait_ms, ent_text(text));
    else
        self->host->result(unit, waiter->index, code, wait_ms, ent_text(text));
    struct tried *tried = code == ENT_OK ? find_tried(self, waiter) : NULL;
    if (tried)
        memset(tried, 0, sizeof *tried);
}

void outcome_pass(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, const char *why)
{
    char remark[REMARK_SIZE];
    snprintf(remark, sizeof remark, "llm: left as it was: %.300s", why);
    count(self, "passed", 1);
    settle(self, unit, waiter, ENT_OK, -1, remark);
}

void outcome_put_off(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, int64_t wait_ms,
                     int counts, const char *why)
{
    int64_t now = self->clock->monotonic(self->instance);
    struct tried *tried = note_tried(self, waiter, now);
    if (tried)
        tried->attempts += counts;
    /* Everything after this item waits for it, so it may not wait long. */
    if (!tried || tried->attempts >= ATTEMPTS_MAX || now + wait_ms - tried->since > self->patience_ms)
        outcome_pass(self, unit, waiter, why);
    else
        settle(self, unit, waiter, ENT_RETRY, wait_ms, why);
}

/* ---- what an answer says ---- */

/* Of one item: what was done, for the remark and the metrics. */
struct done {
    int confirmed, replaced, withdrawn, coded, refused;
    int is_out_of_memory;
    char why[200]; /* of the first that was refused */
};

static int emit(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, struct ent_record *record)
{
    /* In `respond` all belongs to index 0; whose it is, ENT_REPORT_ITEM says. */
    return self->host->emit(unit, is_here(self, waiter) ? waiter->index : 0, record);
}

static void heed(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, struct done *done,
                 enum report_outcome outcome, struct ent_record *record, int *counter, const char *why)
{
    if (outcome == REPORT_MADE && emit(self, unit, waiter, record) == 0) {
        (*counter)++;
        return;
    }
    if (outcome == REPORT_MADE || outcome == REPORT_NO_MEMORY) {
        done->is_out_of_memory = 1;
        return;
    }
    count(self, outcome == REPORT_NO_QUOTE ? "quotes_not_found" : "events_wrong", 1);
    if (done->refused++ == 0)
        snprintf(done->why, sizeof done->why, "%s", why);
}

static void apply_verdict(struct instance *self, struct ent_unit *unit, const struct waiter *waiter,
                          struct report_maker *maker, const json_t *verdict, struct done *done)
{
    const struct ent_record *report = waiter->reports[json_integer_value(json_object_get(verdict, "report")) - 1];
    const char *word = json_string_value(json_object_get(verdict, "verdict"));
    const char *reason = json_string_value(json_object_get(verdict, "reason"));
    struct ent_record *record = NULL;
    char why[200] = "";
    if (!report_has_quotes(maker, json_object_get(verdict, "quotes"))) {
        heed(self, unit, waiter, done, REPORT_NO_QUOTE, NULL, NULL, "a quote of a verdict is not in the article");
    } else if (strcmp(word, "confirm") == 0) {
        enum report_outcome outcome = report_confirm(maker, report, reason, &record);
        heed(self, unit, waiter, done, outcome, record, &done->confirmed, why);
    } else if (strcmp(word, "replace") == 0) {
        enum report_outcome outcome =
            report_make(maker, json_object_get(verdict, "event"), report, reason, &record, why, sizeof why);
        heed(self, unit, waiter, done, outcome, record, &done->replaced, why);
    } else {
        self->host->withdraw(unit, is_here(self, waiter) ? waiter->index : 0,
                             ent_get_str(self->host, report, ENT_REPORT_ID));
        done->withdrawn++;
    }
}

static void apply_all(struct instance *self, struct ent_unit *unit, const struct waiter *waiter,
                      struct report_maker *maker, const json_t *answer, struct done *done)
{
    size_t index;
    json_t *one;
    if (waiter->report_count > 0) {
        json_array_foreach(json_object_get(answer, "verdicts"), index, one)
            apply_verdict(self, unit, waiter, maker, one, done);
        return;
    }
    json_array_foreach(json_object_get(answer, "events"), index, one)
    {
        struct ent_record *record = NULL;
        char why[200] = "";
        enum report_outcome outcome = report_make(maker, one, NULL, NULL, &record, why, sizeof why);
        heed(self, unit, waiter, done, outcome, record, &done->coded, why);
    }
}

static void tell(struct instance *self, const struct done *done, int dropped, char remark[REMARK_SIZE])
{
    count(self, "confirmed", done->confirmed);
    count(self, "replaced", done->replaced);
    count(self, "withdrawn", done->withdrawn);
    count(self, "coded", done->coded);
    count(self, "parts_dropped", dropped);
    const struct {
        int number;
        const char *word;
    } parts[] = {{done->confirmed, "confirmed"},
                 {done->replaced, "put right"},
                 {done->withdrawn, "withdrawn"},
                 {done->coded, "coded"},
                 {done->refused, "refused"}};
    size_t used = (size_t)snprintf(remark, REMARK_SIZE, "llm: ");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].number > 0)
            used += (size_t)snprintf(remark + used, REMARK_SIZE - used, "%s%d %s", used > 5 ? ", " : "",
                                     parts[i].number, parts[i].word);
    if (used == 5)
        snprintf(remark + used, REMARK_SIZE - used, "nothing to report");
    else if (done->refused)
        snprintf(remark + used, REMARK_SIZE - used, ": %s", done->why);
}

void outcome_apply(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, const json_t *answer)
{
    const struct ent_host *host = self->host;
    struct done done = {0};
    struct ent_str body = ent_get_str(host, waiter->item, ENT_ITEM_BODY);
    struct report_maker maker = {.host = host,
                                 .instance = self->instance,
                                 .codebook = &self->codebook,
                                 .model = self->model,
                                 .confidence = self->confidence,
                                 .title = ent_get_str(host, waiter->item, ENT_ITEM_TITLE),
                                 .body = ent_bytes(body.data, waiter->shown),
                                 .item_id = ent_get_str(host, waiter->item, ENT_ITEM_ID)};
    char remark[REMARK_SIZE];
    apply_all(self, unit, waiter, &maker, answer, &done);
    if (done.is_out_of_memory) {
        /* Whatever was emitted so far goes with the retry. */
        settle(self, unit, waiter, ENT_RETRY, -1, "out of memory");
        return;
    }
    tell(self, &done, maker.dropped, remark);
    settle(self, unit, waiter, ENT_OK, -1, remark);
}
