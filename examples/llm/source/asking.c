#include "instance.h"

#include "judgement.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESPONSE_MAX = 1024 * 1024,
    BYTES_A_TOKEN = 3, /* at least, for what is reserved */
    ADAPTATIONS_MAX = 4,
    MAX_TOKENS_MAX = 32768,
    TURN_WAIT_MS = 10000
};

/* ---- all that wait for a job ---- */

static void pass_all(struct instance *self, struct ent_unit *unit, struct job *job, const char *why)
{
    jobs_take(&self->jobs, job);
    for (size_t i = 0; i < job->waiter_count; i++)
        outcome_pass(self, unit, &job->waiters[i], why);
    job_free(&self->jobs, job);
}

static void put_off_all(struct instance *self, struct ent_unit *unit, struct job *job, int64_t wait_ms, int counts,
                        const char *why)
{
    jobs_take(&self->jobs, job);
    for (size_t i = 0; i < job->waiter_count; i++)
        outcome_put_off(self, unit, &job->waiters[i], wait_ms, counts, why);
    job_free(&self->jobs, job);
}

static void apply_to_all(struct instance *self, struct ent_unit *unit, struct job *job, const json_t *answer)
{
    jobs_take(&self->jobs, job);
    for (size_t i = 0; i < job->waiter_count; i++)
        outcome_apply(self, unit, &job->waiters[i], answer);
    job_free(&self->jobs, job);
}

/* ---- asking ---- */

static enum prompt_format plainer(enum prompt_format format)
{
    return format == PROMPT_JSON_SCHEMA ? PROMPT_JSON_OBJECT : PROMPT_TEXT;
}

static void set_form(const struct instance *self, struct job *job)
{
    int64_t max_tokens = job->form.max_tokens;
    job->form = self->endpoint.form;
    for (int i = 0; i < job->widenings; i++)
        job->form.max_tokens *= 2;
    if (max_tokens > job->form.max_tokens)
        job->form.max_tokens = max_tokens;
    if (job->is_plainer && !self->endpoint.is_format_set)
        job->form.format = plainer(job->form.format);
}

static int submit(struct instance *self, struct ent_unit *unit, struct job *job, const char *body)
{
    static const struct ent_http_header headers[] = {{"Content-Type", "application/json"},
                                                     {"Accept", "application/json"}};
    struct ent_http_request request = {.size = sizeof request,
                                       .method = "POST",
                                       .url = self->url,
                                       .headers = headers,
                                       .header_count = sizeof headers / sizeof *headers,
                                       .body = body,
                                       .body_size = strlen(body),
                                       .max_response = RESPONSE_MAX,
                                       .timeout_ms = (uint64_t)self->answer_timeout_ms,
                                       .tag = ++self->jobs.last_tag};
    if (self->http->submit(unit, &request) != 0)
        return 0;
    job->tag = request.tag;
    self->jobs.asked += !job->is_asked;
    job->is_asked = 1;
    count(self, "requests", 1);
    return 1;
}

/* Asks, or lets all that wait go. 1: it was asked. */
static int ask(struct instance *self, struct ent_unit *unit, struct job *job)
{
    set_form(self, job);
    char *body = prompt_request(&self->codebook, job->messages, self->model, &job->form);
    int64_t reserved = body ? (int64_t)(strlen(body) / BYTES_A_TOKEN) + job->form.max_tokens : 0;
    int is_asked = 0;
    if (!body) {
        put_off_all(self, unit, job, -1, 0, "out of memory");
    } else if (!budget_reserve(&self->budget, reserved)) {
        count(self, "over_budget", 1);
        pass_all(self, unit, job, "the day's budget of requests or tokens is spent");
    } else if (!submit(self, unit, job, body)) {
        budget_settle(&self->budget, reserved, 0);
        self->budget.requests--;
        put_off_all(self, unit, job, TURN_WAIT_MS, 0, "the request could not be made");
    } else {
        job->reserved = reserved;
        is_asked = 1;
    }
    free(body);
    return is_asked;
}

/* As many as may be under way; where the endpoint is not to be asked, nobody waits for it here. */
static void ask_next(struct instance *self, struct ent_unit *unit)
{
    int64_t wait_ms;
    enum endpoint_state state = endpoint_state(&self->endpoint, self->clock->monotonic(self->instance), &wait_ms);
    for (struct job *job; (job = jobs_next(&self->jobs)) != NULL;) {
        if (state == ENDPOINT_OPEN && self->jobs.asked >= self->concurrency)
            return;
        if (state == ENDPOINT_OPEN)
            ask(self, unit, job);
        else if (state == ENDPOINT_PAUSED)
            put_off_all(self, unit, job, wait_ms, 0, self->endpoint.why);
        else
            pass_all(self, unit, job, self->endpoint.why);
    }
}

static void keep_budget(struct instance *self, struct ent_unit *unit)
{
    if (budget_keep(&self->budget, self->kv, unit) != 0)
        self->host->log(self->instance, ENT_LOG_WARNING,
                        ent_text("the day's budget could not be kept; a restart now would forget what was spent"));
    if (!self->metrics)
        return;
    self->metrics->gauge(self->instance, "requests_today", (double)self->budget.requests);
    self->metrics->gauge(self->instance, "tokens_today", (double)self->budget.tokens);
}

/* ---- a new question ---- */

/* From the cache: 1 where that settled it. */
static int answer_from_cache(struct instance *self, struct ent_unit *unit, const struct waiter *waiter,
                             const char *digest)
{
    const char *said;
    char fault[200];
    if (!cache_get(&self->cache, unit, digest, &said))
        return 0;
    json_t *answer = completion_parse(said, fault, sizeof fault);
    int is_good = answer && judgement_check(&self->codebook, answer, waiter->report_count, fault, sizeof fault);
    if (is_good) {
        count(self, "cached", 1);
        outcome_apply(self, unit, waiter, answer);
    }
    json_decref(answer);
    return is_good;
}

/* Leaves the item open, to be settled by the job. Takes all over. Only `respond` may settle what came before it, so
 * none but the new job is asked here. */
static void wait_for_turn(struct instance *self, struct ent_unit *unit, struct waiter *waiter, json_t *messages,
                          const char *digest)
{
    struct job *job = jobs_find(&self->jobs, digest);
    int is_new = !job;
    if (is_new) {
        job = jobs_add(&self->jobs, digest, messages);
        if (job)
            job->is_plainer = outcome_attempts(self, waiter) >= 2;
    }
    if (!is_new || !job)
        json_decref(messages);
    waiter->ticket = self->host->ticket(unit, waiter->index);
    if (job && jobs_join(&self->jobs, job, waiter)) {
        self->host->result(unit, waiter->index, ENT_AGAIN, -1, ent_text(NULL));
        if (is_new && self->jobs.asked < self->concurrency)
            ask(self, unit, job);
        return;
    }
    outcome_put_off(self, unit, waiter, TURN_WAIT_MS, 0, "too many items wait for the endpoint");
    waiter_release(self->host, waiter);
}

void asking_begin(struct instance *self, struct ent_unit *unit, struct waiter *waiter, json_t *messages)
{
    char digest[PROMPT_DIGEST_SIZE];
    int64_t wait_ms;
    enum endpoint_state state = endpoint_state(&self->endpoint, self->clock->monotonic(self->instance), &wait_ms);
    int is_hashed = prompt_digest(messages, self->model, digest) == 0;
    if (is_hashed && answer_from_cache(self, unit, waiter, digest)) {
        json_decref(messages);
        waiter_release(self->host, waiter);
    } else if (is_hashed && state == ENDPOINT_OPEN) {
        wait_for_turn(self, unit, waiter, messages, digest);
        keep_budget(self, unit);
    } else {
        if (!is_hashed)
            outcome_put_off(self, unit, waiter, -1, 0, "out of memory");
        else if (state == ENDPOINT_PAUSED)
            outcome_put_off(self, unit, waiter, wait_ms, 0, self->endpoint.why);
        else
            outcome_pass(self, unit, waiter, self->endpoint.why);
        json_decref(messages);
        waiter_release(self->host, waiter);
    }
}

/* ---- an answer ---- */

static void say_closed(struct instance *self, const char *why)
{
    char text[COMPLETION_TEXT_SIZE + 200];
    snprintf(text, sizeof text,
             "the endpoint is of no use: %s; items go on without it, and it is tried again every %d minutes", why,
             ENDPOINT_CLOSED_MS / 60000);
    self->host->log(self->instance, ENT_LOG_ERROR, ent_text(text));
}

static void be_busy(struct instance *self, struct ent_unit *unit, struct job *job, int64_t retry_after_ms,
                    const char *why)
{
    int64_t now = self->clock->monotonic(self->instance), wait_ms;
    int was_closed = self->endpoint.closed_until != 0;
    count(self, "failures", 1);
    endpoint_is_busy(&self->endpoint, now, retry_after_ms, self->patience_ms, why);
    if (endpoint_state(&self->endpoint, now, &wait_ms) == ENDPOINT_CLOSED) {
        if (!was_closed)
            say_closed(self, why);
        pass_all(self, unit, job, why);
    } else {
        put_off_all(self, unit, job, wait_ms, 1, why);
    }
}

/* No attempt, and no fault of the endpoint's either. */
static void be_held(struct instance *self, struct ent_unit *unit, struct job *job, int64_t wait_ms, const char *why)
{
    int64_t until = self->clock->monotonic(self->instance) + wait_ms;
    self->budget.requests -= self->budget.requests > 0;
    if (until > self->endpoint.paused_until)
        self->endpoint.paused_until = until;
    if (!*self->endpoint.why)
        snprintf(self->endpoint.why, sizeof self->endpoint.why, "%s", why);
    put_off_all(self, unit, job, wait_ms, 0, why);
}

static void be_closed(struct instance *self, struct ent_unit *unit, struct job *job, const char *why)
{
    int was_closed = self->endpoint.closed_until != 0;
    count(self, "failures", 1);
    endpoint_close(&self->endpoint, self->clock->monotonic(self->instance), why);
    if (!was_closed)
        say_closed(self, why);
    pass_all(self, unit, job, why);
}

static void be_good(struct instance *self)
{
    int was_closed = self->endpoint.closed_until != 0;
    endpoint_is_good(&self->endpoint);
    if (was_closed)
        self->host->log(self->instance, ENT_LOG_INFO, ent_text("the endpoint answers again"));
}

/* What cannot be used is told to the model, once. */
static void repair(struct instance *self, struct ent_unit *unit, struct job *job, const char *said, const char *fault)
{
    char why[COMPLETION_TEXT_SIZE + 60];
    count(self, "malformed", 1);
    if (job->repairs++ == 0 && said && prompt_append_fault(job->messages, said, fault) == 0) {
        ask(self, unit, job);
        return;
    }
    snprintf(why, sizeof why, "the answer cannot be used: %s", fault);
    pass_all(self, unit, job, why);
}

static void widen(struct instance *self, struct ent_unit *unit, struct job *job, const char *why)
{
    char text[COMPLETION_TEXT_SIZE + 60];
    count(self, "cut_off", 1);
    if (job->widenings++ == 0 && job->form.max_tokens * 2 <= MAX_TOKENS_MAX) {
        ask(self, unit, job);
        return;
    }
    snprintf(text, sizeof text, "%s = %" PRId64 "; raise it", why, job->form.max_tokens);
    pass_all(self, unit, job, text);
}

static void use(struct instance *self, struct ent_unit *unit, struct job *job, const struct completion *completion)
{
    char fault[COMPLETION_TEXT_SIZE];
    size_t reports = job->waiter_count ? job->waiters[0].report_count : 0;
    snprintf(fault, sizeof fault, "%s", completion->text);
    if (!completion->content || !judgement_check(&self->codebook, completion->content, reports, fault, sizeof fault)) {
        repair(self, unit, job, completion->said, fault);
        return;
    }
    if (cache_put(&self->cache, unit, job->digest, completion->said) != 0)
        self->host->log(self->instance, ENT_LOG_WARNING, ent_text("an answer could not be kept in the cache"));
    apply_to_all(self, unit, job, completion->content);
}

static void heed(struct instance *self, struct ent_unit *unit, struct job *job, const struct completion *completion,
                 int64_t retry_after_ms)
{
    switch (completion->kind) {
    case COMPLETION_CONTENT:
        be_good(self);
        use(self, unit, job, completion);
        return;
    case COMPLETION_CUT:
        be_good(self);
        widen(self, unit, job, completion->text);
        return;
    case COMPLETION_REFUSED:
        be_good(self);
        count(self, "refused", 1);
        pass_all(self, unit, job, completion->text);
        return;
    case COMPLETION_HELD:
        be_held(self, unit, job, retry_after_ms, completion->text);
        return;
    case COMPLETION_GARBLED:
    case COMPLETION_BUSY:
        be_busy(self, unit, job, retry_after_ms, completion->text);
        return;
    case COMPLETION_CLOSED:
        be_closed(self, unit, job, completion->text);
        return;
    case COMPLETION_NO_FORMAT:
    case COMPLETION_NO_MAX_TOKENS:
    case COMPLETION_NO_TEMPERATURE:
        if (job->adaptations++ < ADAPTATIONS_MAX && endpoint_adapt(&self->endpoint, &job->form, completion->kind)) {
            count(self, "adaptations", 1);
            ask(self, unit, job);
            return;
        }
        break;
    case COMPLETION_TOO_LONG:
    case COMPLETION_WRONG:
        break;
    }
    count(self, "failures", 1);
    pass_all(self, unit, job, completion->text);
}

/* What the server refuses unread costs nothing; of what never came it is not known. */
static int64_t tokens_used(const struct completion *completion, const struct ent_http_response *response)
{
    int is_refused_unread = completion->kind == COMPLETION_HELD || response->outcome == ENT_HTTP_REFUSED ||
                            (response->outcome == ENT_HTTP_DONE && response->status >= 400 && response->status < 500);
    return is_refused_unread ? 0 : completion->tokens;
}

void asking_respond(struct instance *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct completion completion;
    struct job *job = jobs_find_tag(&self->jobs, response->tag);
    if (!job)
        return;
    if (response->outcome == ENT_HTTP_CANCELLED) {
        /* The instance is being stopped; whatever is said now is not kept. */
        jobs_take(&self->jobs, job);
        job_free(&self->jobs, job);
        return;
    }
    jobs_take(&self->jobs, job); /* gives its turn back, and a new one where it is asked again */
    job->next = self->jobs.first;
    self->jobs.first = job;
    self->jobs.count++;
    completion_read(&completion, response);
    budget_settle(&self->budget, job->reserved, tokens_used(&completion, response));
    job->reserved = 0;
    heed(self, unit, job, &completion, response->retry_after_ms);
    completion_free(&completion);
    ask_next(self, unit);
    keep_budget(self, unit);
}
