#include "plugins/common/harvest.h"

#include "lib/article/fulltext.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/text/url.h"
#include "plugins/common/item.h"
#include "plugins/common/ledger.h"

#include <stdio.h>
#include <stdlib.h>

enum mode { MODE_AUTO, MODE_YES, MODE_NO };

enum {
    PAGE_TAG = 1u << 20, /* tags of pages begin here; the entry's place is added */
    PAGE_SIZE_MAX = 8 << 20,
    MISSES_MAX = 8, /* in a row, after which pages are left alone */
    PROBES = 2,     /* pages read to see whether they have come to be better */
    PAUSE_DAYS_MAX = 16,
    TRIES_MAX = 3,      /* for an entry that is nothing without its page */
    PAGE_TRIES_MAX = 5, /* for a page that cannot be had just then */
    LATER_FACTOR = 4    /* each time so much later */
};

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* Why an entry kept its own text; each is a counter of the status. */
enum cause {
    CAUSE_FAILED,
    CAUSE_UNREADABLE,
    CAUSE_PAYWALL,
    CAUSE_CONSENT,
    CAUSE_BLOCKED,
    CAUSE_SHORT,
    CAUSE_NOT_BETTER
};

static const struct {
    const char *counter, *words;
} causes[] = {
    [CAUSE_FAILED] = {"pages_failed", "could not be fetched"},
    [CAUSE_UNREADABLE] = {"pages_unreadable", "is no page of text"},
    [CAUSE_PAYWALL] = {"pages_paywall", "is behind a pay-wall or login"},
    [CAUSE_CONSENT] = {"pages_consent", "asks for consent to cookies"},
    [CAUSE_BLOCKED] = {"pages_blocked", "is a check for robots or an error page"},
    [CAUSE_SHORT] = {"pages_short", "holds too little text"},
    [CAUSE_NOT_BETTER] = {"pages_not_better", "says no more than the entry, or speaks of something else"},
};

/* An entry whose page was asked for. */
struct waiting {
    const struct feed_entry *entry;
    uint64_t key;
    unsigned tries;
    bool is_awaited;
    bool is_handed_on; /* with its own text, in an earlier fetch */
};

struct harvest {
    struct harvest_settings settings;
    const struct ent_http_1 *http;
    const struct ent_kv_1 *kv;
    const struct ent_clock_1 *clock;
    const struct ent_metrics_1 *metrics;
    struct item_facts facts;
    const char *user_agent;
    enum mode mode;
    size_t pages_max, items_max;
    int64_t retry_s;
    struct ledger *ledger; /* NULL: nothing is remembered */

    struct feed *feed; /* whose pages are awaited */
    char *fetch_url;
    int32_t status;
    struct waiting *waiting;
    size_t waiting_count, awaited;

    bool has_learnt; /* what follows was read from kv/1 */
    unsigned misses; /* in a row */
    unsigned pauses; /* in a row, for how long the next one is */
    int64_t paused_until;
    int64_t again_s; /* when the first page is to be asked for again; 0: none */
    unsigned causes_told; /* a set */
};

/* ---- life ---- */

static enum mode mode_of(const char *text)
{
    return strcmp(text, "yes") == 0 ? MODE_YES : strcmp(text, "auto") == 0 ? MODE_AUTO : MODE_NO;
}

static struct harvest *fail_create(struct harvest *harvest, const struct harvest_settings *settings, const char *text)
{
    settings->host->error(settings->instance, ent_text(text));
    harvest_destroy(harvest);
    return NULL;
}

struct harvest *harvest_create(const struct harvest_settings *settings)
{
    const struct ent_host *host = settings->host;
    struct ent_instance *instance = settings->instance;
    struct harvest *harvest = calloc(1, sizeof *harvest);
    if (!harvest)
        return fail_create(NULL, settings, "no memory");
    harvest->settings = *settings;
    harvest->http = ent_http(host, instance);
    harvest->kv = ent_kv(host, instance);
    harvest->clock = ent_clock(host, instance);
    harvest->metrics = host->interface(instance, ENT_METRICS_1);
    harvest->user_agent = item_option(host, instance, "user_agent");
    harvest->mode = mode_of(host->option_str(instance, "fulltext").data);
    harvest->pages_max = (size_t)host->option_int(instance, "fulltext_max");
    harvest->retry_s = host->option_int(instance, "fulltext_retry") / 1000;
    harvest->items_max = (size_t)host->option_int(instance, "max_items");
    harvest->facts = item_read_facts(host, instance, settings->url);
    if (!harvest->http)
        return fail_create(harvest, settings, "this host offers no http/1");
    if (harvest->mode == MODE_NO && !settings->remembers)
        return harvest;
    if (!harvest->kv)
        return fail_create(harvest, settings, "this host offers no kv/1, which is needed to know what was read");
    harvest->ledger = ledger_create(harvest->kv);
    return harvest->ledger ? harvest : fail_create(harvest, settings, "no memory");
}

/* What was waited for is over. */
static void release_feed(struct harvest *harvest)
{
    feed_destroy(harvest->feed);
    free(harvest->fetch_url);
    free(harvest->waiting);
    harvest->feed = NULL;
    harvest->fetch_url = NULL;
    harvest->waiting = NULL;
    harvest->waiting_count = harvest->awaited = 0;
}

void harvest_destroy(struct harvest *harvest)
{
    if (!harvest)
        return;
    release_feed(harvest);
    ledger_destroy(harvest->ledger);
    free(harvest);
}

/* ---- asking ---- */

static int submit(struct harvest *harvest, struct ent_unit *unit, const char *url, const char *accept, uint64_t tag,
                  uint32_t flags, uint64_t size_max)
{
    struct ent_http_header headers[2] = {{"Accept", accept}, {"User-Agent", harvest->user_agent}};
    struct ent_http_request request = {.size = sizeof request,
                                       .flags = flags,
                                       .url = url,
                                       .headers = headers,
                                       .header_count = harvest->user_agent ? 2 : 1,
                                       .max_response = size_max,
                                       .tag = tag};
    return harvest->http->submit(unit, &request);
}

/* ---- telling ---- */

static void count(struct harvest *harvest, const char *name, int64_t add)
{
    if (harvest->metrics)
        harvest->metrics->count(harvest->settings.instance, name, add);
}

static void log_text(struct harvest *harvest, enum ent_log_level level, struct buffer *text)
{
    if (!text->failed && text->bytes)
        harvest->settings.host->log(harvest->settings.instance, level, ent_bytes(text->bytes, text->size));
    buffer_free(text);
}

/* Each cause is told once at a level that people see; sites stay as they are. */
static void tell_cause(struct harvest *harvest, enum cause cause, const char *url, const char *why, int64_t later_s)
{
    struct buffer text = BUFFER_INIT;
    bool is_news = !(harvest->causes_told & (1u << cause));
    harvest->causes_told |= 1u << cause;
    count(harvest, causes[cause].counter, 1);
    buffer_printf(&text, "full text: the page %s %s%s%s%s; the item keeps its own text", url, causes[cause].words,
                  why && *why ? " (" : "", why && *why ? why : "", why && *why ? ")" : "");
    if (later_s >= 60)
        buffer_printf(&text, " for now, it is asked for again after %lld min", (long long)(later_s / 60));
    else if (later_s > 0)
        buffer_printf(&text, " for now, it is asked for again after %lld s", (long long)later_s);
    if (is_news)
        buffer_append_text(&text, "; further ones are counted in the status");
    log_text(harvest, is_news ? ENT_LOG_INFO : ENT_LOG_DEBUG, &text);
}

/* ---- learning ---- */

static void load_learnt(struct harvest *harvest, struct ent_unit *unit)
{
    struct ent_str value;
    long long until;
    if (harvest->has_learnt || harvest->mode == MODE_NO)
        return;
    harvest->has_learnt = true;
    if (harvest->kv->get(unit, ent_text("fulltext"), &value) && value.size > 0 &&
        sscanf(value.data, "misses %u pauses %u until %lld", &harvest->misses, &harvest->pauses, &until) == 3)
        harvest->paused_until = until;
    if (harvest->kv->get(unit, ent_text("again"), &value) && value.size > 0)
        harvest->again_s = strtoll(value.data, NULL, 10);
}

static void keep_learnt(struct harvest *harvest, struct ent_unit *unit)
{
    char text[100];
    snprintf(text, sizeof text, "misses %u pauses %u until %lld", harvest->misses, harvest->pauses,
             (long long)harvest->paused_until);
    harvest->kv->put(unit, ent_text("fulltext"), ent_text(text));
}

static int64_t now_of(const struct harvest *harvest)
{
    return harvest->clock ? harvest->clock->now(harvest->settings.instance) : 0;
}

/* How many pages may be read now. */
static size_t pages_allowed(const struct harvest *harvest)
{
    if (harvest->mode == MODE_NO)
        return 0;
    if (harvest->mode == MODE_YES || harvest->misses < MISSES_MAX)
        return harvest->pages_max;
    if (now_of(harvest) < harvest->paused_until)
        return 0;
    return harvest->pages_max < PROBES ? harvest->pages_max : PROBES;
}

static void learn(struct harvest *harvest, struct ent_unit *unit, bool is_better)
{
    if (harvest->mode != MODE_AUTO || (is_better && harvest->misses == 0 && harvest->pauses == 0))
        return;
    harvest->misses = is_better ? 0 : harvest->misses + 1;
    harvest->pauses = is_better ? 0 : harvest->pauses;
    if (harvest->misses >= MISSES_MAX && now_of(harvest) >= harvest->paused_until) {
        struct buffer text = BUFFER_INIT;
        int days = harvest->pauses < 4 ? 1 << harvest->pauses : PAUSE_DAYS_MAX;
        harvest->paused_until = now_of(harvest) + days * DAY_MS;
        harvest->pauses++;
        buffer_printf(&text, "full text: %u pages in a row gave nothing better; its pages are left alone for %d day%s",
                      harvest->misses, days, days == 1 ? "" : "s");
        log_text(harvest, ENT_LOG_INFO, &text);
    }
    keep_learnt(harvest, unit);
}

/* ---- pages that could not be had ---- */

static bool keep_again(struct harvest *harvest, struct ent_unit *unit, int64_t again_s)
{
    char text[32];
    if (again_s == harvest->again_s)
        return true;
    harvest->again_s = again_s;
    snprintf(text, sizeof text, "%lld", (long long)again_s);
    return harvest->kv->put(unit, ent_text("again"), again_s ? ent_text(text) : ent_bytes(NULL, 0)) == 0;
}

/* In how many seconds the page is to be asked for again after so many tries; 0: not any more. */
static int64_t later_after(const struct harvest *harvest, unsigned tries)
{
    int64_t later = harvest->retry_s;
    if (tries >= PAGE_TRIES_MAX)
        return 0;
    for (unsigned i = 1; i < tries; i++)
        later *= LATER_FACTOR;
    return later;
}

static bool is_due(const struct harvest *harvest, int64_t again_s)
{
    return again_s > 0 && now_of(harvest) / 1000 >= again_s;
}

enum ent_code harvest_request(struct harvest *harvest, struct ent_unit *unit, const char *url, const char *accept,
                              uint64_t tag, bool is_conditional)
{
    load_learnt(harvest, unit);
    bool is_again = is_due(harvest, harvest->again_s) && pages_allowed(harvest) > 0;
    uint32_t flags = is_conditional && !is_again ? ENT_HTTP_CONDITIONAL : 0;
    return submit(harvest, unit, url, accept, tag, flags, 0) == 0 ? ENT_AGAIN : ENT_RETRY;
}

/* ---- entries ---- */

static const char *link_of(const struct feed_entry *entry)
{
    return entry->origin ? entry->origin : entry->link;
}

static const char *text_of(const struct feed_entry *entry)
{
    return entry->content ? entry->content : entry->summary;
}

static uint64_t key_of(const struct feed_entry *entry)
{
    const char *link = entry->canonical ? entry->canonical : link_of(entry);
    const char *name = entry->id && *entry->id ? entry->id : link && *link ? link : entry->title;
    return name ? hash_bytes(name, strlen(name)) : fulltext_digest(entry->title, text_of(entry));
}

static bool is_empty(const struct feed_entry *entry)
{
    return !entry->title && !entry->content && !entry->summary;
}

static bool wants_page(const struct harvest *harvest, const struct feed_entry *entry)
{
    const char *link = link_of(entry);
    if (harvest->mode == MODE_NO || !link || !url_is_web(link, strlen(link)))
        return false;
    return harvest->mode == MODE_YES || fulltext_is_summary(text_of(entry));
}

/* True where the entry was handed on or there is nothing to hand on. */
static bool emit(struct harvest *harvest, struct ent_unit *unit, const struct feed_entry *entry,
                 const struct article *article)
{
    const struct item_source source = {
        .feed = harvest->feed, .fetch_url = harvest->fetch_url, .status = harvest->status, .facts = &harvest->facts};
    if (is_empty(entry) && !article)
        return true;
    struct ent_record *item = item_make(&source, entry, article);
    return item && harvest->settings.host->emit(unit, 0, item) == 0;
}

static bool ask_for_page(struct harvest *harvest, struct ent_unit *unit, const struct feed_entry *entry, uint64_t key,
                         const struct ledger_entry *known)
{
    uint64_t tag = PAGE_TAG + harvest->waiting_count;
    if (submit(harvest, unit, link_of(entry), "text/html, application/xhtml+xml, */*;q=0.5", tag, 0, PAGE_SIZE_MAX) !=
        0)
        return false;
    harvest->waiting[harvest->waiting_count++] = (struct waiting){.entry = entry,
                                                                  .key = key,
                                                                  .tries = known->tries + 1,
                                                                  .is_awaited = true,
                                                                  .is_handed_on = known->standing == LEDGER_DONE};
    harvest->awaited++;
    return true;
}

/* One entry that stands in the answer. */
static bool take_entry(struct harvest *harvest, struct ent_unit *unit, const struct feed_entry *entry, size_t *pages)
{
    uint64_t key = key_of(entry), content = fulltext_digest(entry->title, text_of(entry));
    struct ledger_entry known = {.standing = LEDGER_NEW};
    if (harvest->ledger)
        known = ledger_look(harvest->ledger, key, content);
    bool is_done = known.standing == LEDGER_DONE;
    if (is_done && !is_due(harvest, known.again_s))
        return true;
    bool is_given_up = is_empty(entry) && known.standing == LEDGER_PENDING && known.tries >= TRIES_MAX;
    bool is_asked =
        *pages > 0 && !is_given_up && wants_page(harvest, entry) && ask_for_page(harvest, unit, entry, key, &known);
    if (is_asked)
        --*pages;
    else if (is_done)
        return true;
    else if (!emit(harvest, unit, entry, NULL))
        return false;
    if (harvest->ledger)
        ledger_note(harvest->ledger, key, content, !is_asked);
    return true;
}

/* Pages are asked for from the top, where the newest stands. What needs none goes out oldest first, so that what comes
 * first is stored first. */
static bool take_entries(struct harvest *harvest, struct ent_unit *unit, const struct feed_entry **entries,
                         size_t number)
{
    size_t pages = pages_allowed(harvest), none = 0;
    bool *is_taken = calloc(number ? number : 1, sizeof *is_taken);
    bool is_good = is_taken != NULL;
    for (size_t i = 0; is_good && i < number && pages > 0; i++)
        if (wants_page(harvest, entries[i])) {
            is_good = take_entry(harvest, unit, entries[i], &pages);
            is_taken[i] = true;
        }
    for (size_t i = number; is_good && i > 0; i--)
        if (!is_taken[i - 1])
            is_good = take_entry(harvest, unit, entries[i - 1], &none);
    free(is_taken);
    return is_good;
}

static bool hold_answer(struct harvest *harvest, struct feed *feed, const struct ent_http_response *response)
{
    release_feed(harvest);
    harvest->feed = feed;
    harvest->status = response->status;
    harvest->fetch_url = strdup(response->url.data);
    harvest->waiting = calloc(harvest->pages_max, sizeof *harvest->waiting);
    return harvest->fetch_url && harvest->waiting;
}

static bool close_ledger(struct harvest *harvest, struct ent_unit *unit)
{
    return ledger_close(harvest->ledger, unit) && keep_again(harvest, unit, ledger_again(harvest->ledger));
}

enum ent_code harvest_take(struct harvest *harvest, struct ent_unit *unit, struct feed *feed,
                           const struct ent_http_response *response)
{
    const struct ent_host *host = harvest->settings.host;
    struct ent_instance *instance = harvest->settings.instance;
    size_t number = 0, limit = feed->entry_count < harvest->items_max ? feed->entry_count : harvest->items_max;
    const struct feed_entry **entries = calloc(limit ? limit : 1, sizeof *entries);
    bool is_good = hold_answer(harvest, feed, response) && entries;
    is_good = is_good && (!harvest->ledger || ledger_open(harvest->ledger, unit));
    if (!is_good) {
        free(entries);
        return ent_fail(host, instance, ENT_RETRY, "no memory for the entries");
    }
    for (const struct feed_entry *entry = feed->entries; entry && number < limit; entry = entry->next)
        entries[number++] = entry;
    load_learnt(harvest, unit);
    is_good = take_entries(harvest, unit, entries, number) && (!harvest->ledger || close_ledger(harvest, unit));
    free(entries);
    if (harvest->awaited == 0)
        release_feed(harvest);
    return !is_good ? ENT_RETRY : harvest->awaited > 0 ? ENT_AGAIN : ENT_OK;
}

/* ---- pages ---- */

bool harvest_is_page(const struct harvest *harvest, const struct ent_http_response *response)
{
    (void)harvest;
    return response->tag >= PAGE_TAG;
}

static enum cause cause_of(enum article_verdict verdict)
{
    static const enum cause of[] = {[ARTICLE_FULL] = CAUSE_NOT_BETTER,
                                    [ARTICLE_PAYWALL] = CAUSE_PAYWALL,
                                    [ARTICLE_CONSENT] = CAUSE_CONSENT,
                                    [ARTICLE_BLOCKED] = CAUSE_BLOCKED,
                                    [ARTICLE_SHORT] = CAUSE_SHORT};
    return of[verdict];
}

/* Whether the failure says something of the hour rather than of the page. */
static bool may_pass(const struct ent_http_response *response)
{
    if (response->outcome == ENT_HTTP_DONE)
        return response->status == 408 || response->status == 425 || response->status == 429 || response->status >= 500;
    return response->outcome == ENT_HTTP_FAILED;
}

/* What came of a page. */
struct page_result {
    struct article *article; /* where it is to stand for the entry's own text */
    bool is_lesson;          /* it says something of the site's pages */
    int64_t later_s;         /* in how many seconds the page is to be asked for again; 0: not */
};

/* A page without an article to stand for the entry's own text is told, with the reason. */
static struct page_result read_page(struct harvest *harvest, const struct waiting *waiting,
                                    const struct ent_http_response *response)
{
    const struct feed_entry *entry = waiting->entry;
    struct page_result result = {.is_lesson = true};
    struct error error = ERROR_INIT;
    if (response->outcome != ENT_HTTP_DONE || response->status < 200 || response->status >= 300) {
        bool passes = may_pass(response);
        result.is_lesson = response->outcome == ENT_HTTP_DONE && !passes && response->status >= 400;
        result.later_s = passes && !is_empty(entry) ? later_after(harvest, waiting->tries) : 0;
        tell_cause(harvest, CAUSE_FAILED, link_of(entry), response->error.data, result.later_s);
        return result;
    }
    struct article_request request = {.url = response->url.data, .content_type = response->content_type.data};
    struct article *article = article_read(response->body.data, response->body.size, &request, &error);
    if (!article) {
        tell_cause(harvest, CAUSE_UNREADABLE, link_of(entry), error.text, 0);
        return result;
    }
    if (fulltext_is_better(entry->title, text_of(entry), article)) {
        result.article = article;
        return result;
    }
    tell_cause(harvest, cause_of(article->verdict), link_of(entry), article->reason, 0);
    article_destroy(article);
    return result;
}

static bool mark_page(struct harvest *harvest, struct ent_unit *unit, const struct waiting *waiting, int64_t later_s)
{
    int64_t again_s = later_s > 0 ? now_of(harvest) / 1000 + later_s : 0;
    bool is_sooner = again_s > 0 && (harvest->again_s == 0 || again_s < harvest->again_s);
    return ledger_mark(harvest->ledger, unit, waiting->key, again_s) &&
           (!is_sooner || keep_again(harvest, unit, again_s));
}

enum ent_code harvest_page(struct harvest *harvest, struct ent_unit *unit, const struct ent_http_response *response)
{
    size_t place = (size_t)(response->tag - PAGE_TAG);
    if (place >= harvest->waiting_count || !harvest->waiting[place].is_awaited)
        return ENT_OK; /* of a feed that could not be kept */
    struct waiting *waiting = &harvest->waiting[place];
    waiting->is_awaited = false;
    struct page_result result = read_page(harvest, waiting, response);
    bool is_better = result.article != NULL;
    count(harvest, "pages_read", 1);
    count(harvest, "pages_better", is_better);
    count(harvest, "pages_again", waiting->is_handed_on);
    bool is_good =
        (waiting->is_handed_on && !is_better) || emit(harvest, unit, waiting->entry, result.article);
    /* An entry that is nothing without its page stays pending, and is tried again with the next fetch. */
    if (is_good && (is_better || !is_empty(waiting->entry)))
        is_good = mark_page(harvest, unit, waiting, result.later_s);
    if (result.is_lesson)
        learn(harvest, unit, is_better);
    article_destroy(result.article);
    if (--harvest->awaited == 0)
        release_feed(harvest);
    return is_good ? ENT_OK : ENT_RETRY;
}

enum ent_code harvest_respond(struct harvest *harvest, struct ent_unit *unit, const struct ent_http_response *response,
                              harvest_reader *read, void *self)
{
    bool is_done = response->outcome == ENT_HTTP_DONE;
    if (harvest_is_page(harvest, response))
        return harvest_page(harvest, unit, response);
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (is_done && response->status >= 200 && response->status < 300)
        return read(self, unit, response);
    enum ent_code code = is_done && response->status == 410 ? ENT_REJECT : ENT_RETRY;
    harvest->settings.host->result(unit, 0, code, response->retry_after_ms, response->error);
    return code;
}
