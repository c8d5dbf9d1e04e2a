#include "core/bus/health.h"

#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const words[] = {"", "silent", "dead", "gone"};

const char *outage_word(enum outage outage)
{
    return words[outage];
}

enum outage outage_of(const char *word)
{
    for (int i = OUTAGE_SILENT; i <= OUTAGE_GONE; i++)
        if (strcmp(words[i], word) == 0)
            return (enum outage)i;
    return OUTAGE_NONE;
}

static int64_t silence_limit(const struct health_look *look)
{
    return look->silent_after_ms >= 0 ? look->silent_after_ms : rhythm_silence(look->rhythm);
}

/* What was silent for years when it was taken up is no news. */
static bool is_silent(const struct health_look *look)
{
    const struct rhythm *rhythm = look->rhythm;
    int64_t limit = silence_limit(look), from = rhythm->newest > rhythm->since ? rhythm->newest : rhythm->since;
    return limit > 0 && rhythm->newest > 0 && rhythm->since > 0 && look->now - from > limit;
}

enum outage health_judge(const struct health_look *look)
{
    if (look->is_gone)
        return OUTAGE_GONE;
    if (!look->is_ok) {
        bool is_dead = look->dead_after_ms > 0 && look->now - look->failing_since >= look->dead_after_ms;
        return look->before != OUTAGE_NONE ? look->before : is_dead ? OUTAGE_DEAD : OUTAGE_NONE;
    }
    if (look->before == OUTAGE_SILENT && !look->has_new)
        return OUTAGE_SILENT;
    return is_silent(look) ? OUTAGE_SILENT : OUTAGE_NONE;
}

static void append_duration(struct buffer *text, int64_t milliseconds)
{
    int64_t minutes = milliseconds / 60000, hours = minutes / 60, days = hours / 24;
    if (days >= 2)
        buffer_printf(text, "%" PRId64 " days", days);
    else if (hours >= 2)
        buffer_printf(text, "%" PRId64 " hours", hours);
    else if (minutes >= 2)
        buffer_printf(text, "%" PRId64 " minutes", minutes);
    else
        buffer_printf(text, "%" PRId64 " seconds", milliseconds / 1000);
}

static void append_headline(struct buffer *line, const char *source, const struct health_look *look, enum outage after,
                            const char *why)
{
    switch (after) {
    case OUTAGE_SILENT:
        buffer_printf(line, "%s has brought nothing new for ", source);
        append_duration(line, look->now - look->rhythm->newest);
        if (look->silent_after_ms < 0) {
            buffer_append_text(line, "; its longest pause of late was ");
            append_duration(line, look->rhythm->pause_ms);
        }
        break;
    case OUTAGE_DEAD:
        buffer_printf(line, "%s has been failing for ", source);
        append_duration(line, look->now - look->failing_since);
        buffer_printf(line, ": %s", why);
        break;
    case OUTAGE_GONE:
        buffer_printf(line, "%s is gone for good and not fetched any more: %s", source, why);
        break;
    case OUTAGE_NONE:
        buffer_printf(line, "%s works again; it was %s", source, outage_word(look->before));
        break;
    }
}

/* What is told, in the alert's terms. */
struct news {
    const char *instance, *reason, *kind, *headline;
    int64_t now;
};

/* Without an event, since none is meant. */
static struct ent_record *make_alert(const struct news *news, struct error *error)
{
    char id[DIGEST_HEX_SIZE], time[24];
    snprintf(time, sizeof time, "%" PRId64, news->now);
    digest_texts(id, "health", news->instance, news->reason, time, (const char *)NULL);
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, "health");
    record_put_text(builder, ENT_ALERT_REASON, news->reason);
    record_put_time(builder, ENT_ALERT_CREATED, news->now);
    record_put_text(builder, ENT_ALERT_HEADLINE, news->headline);
    record_put_text(builder, ENT_ALERT_STATE, "new");
    record_open(builder, ENT_ALERT_FINDING, ENT_FINDING);
    record_put_text(builder, ENT_FINDING_ID, id);
    record_put_text(builder, ENT_FINDING_KIND, news->kind);
    record_put_text(builder, ENT_FINDING_TEXT, news->headline);
    record_put_text(builder, ENT_FINDING_SOURCE, news->instance);
    record_close(builder);
    return record_seal(builder, error);
}

static bool store_alert(struct store *store, const struct ent_record *alert, int64_t now,
                        const struct delivery_route *routes, size_t route_count, struct error *error)
{
    bool inserted = false;
    int64_t muted = 0;
    if (!store_alert_put(store, alert->view, NULL, 0, now, &inserted, error))
        return false;
    if (!inserted)
        return true;
    if (!store_muted_until(store, "health", NULL, now, &muted, error))
        return false;
    return muted ? store_alert_set_muted(store, record_text(alert->view, ENT_ALERT_ID), muted, error)
                 : dispatch_alert(store, alert->view, routes, route_count, NULL, now, error);
}

/* Takes the headline over. */
static bool tell(struct store *store, struct news *news, struct buffer *headline, const struct delivery_route *routes,
                 size_t route_count, struct error *error)
{
    if (headline->failed) {
        buffer_free(headline);
        return error_set(error, ERROR_MEMORY, "no memory for an alert");
    }
    news->headline = headline->bytes;
    struct ent_record *alert = make_alert(news, error);
    bool is_good = alert && store_alert(store, alert, news->now, routes, route_count, error);
    record_release(alert);
    buffer_free(headline);
    return is_good;
}

bool health_raise(struct store *store, const char *source, const struct health_look *look, enum outage after,
                  const char *why, const struct delivery_route *routes, size_t route_count, struct error *error)
{
    char kind[24];
    struct buffer headline = BUFFER_INIT;
    struct news news = {.instance = source,
                        .reason = after == OUTAGE_NONE ? "recovered" : outage_word(after),
                        .kind = kind,
                        .now = look->now};
    snprintf(kind, sizeof kind, "source_%s", news.reason);
    append_headline(&headline, source, look, after, *why ? why : "no reason is known");
    return tell(store, &news, &headline, routes, route_count, error);
}

bool health_raise_parked(struct store *store, const char *instance, const char *why, int64_t now,
                         const struct delivery_route *routes, size_t route_count, struct error *error)
{
    struct buffer headline = BUFFER_INIT;
    struct news news = {.instance = instance, .reason = "parked", .kind = "instance_parked", .now = now};
    buffer_printf(&headline, "%s is left alone until its configuration changes or 'entente reload %s' asks for it: %s", instance,
                  instance, why);
    return tell(store, &news, &headline, routes, route_count, error);
}

bool health_raise_left_out(struct store *store, const char *instance, const char *why, int64_t now,
                           const struct delivery_route *routes, size_t route_count, struct error *error)
{
    struct buffer headline = BUFFER_INIT;
    struct news news = {.instance = instance, .reason = "left_out", .kind = "instance_left_out", .now = now};
    buffer_printf(&headline, "%s does not run. The next reload or start tries it again. %s", instance, why);
    return tell(store, &news, &headline, routes, route_count, error);
}

static void append_hold(struct buffer *line, const char *instance, const struct health_hold *hold)
{
    const char *items = hold->count == 1 ? "item" : "items";
    if (hold->news == HOLD_OVER) {
        buffer_printf(line, "%s has taken up what had passed it by; items wait for it again", instance);
        return;
    }
    buffer_printf(line, "%" PRId64 " %s %s at %s for ", hold->count, items,
                  hold->news == HOLD_PASSED ? "waited"
                  : hold->count == 1        ? "waits"
                                            : "wait",
                  instance);
    append_duration(line, hold->waited_ms);
    buffer_printf(line, ": %s. ", hold->why);
    if (hold->news == HOLD_PASSED)
        buffer_append_text(line, "Alerts go on without it; it is handed what passes it by as soon as it works");
    else
        buffer_printf(line, "No alert is raised of them and of what is newer%s",
                      hold->may_be_passed ? " until hold_max is over" : "; hold_max = 15m would let them pass it by");
}

bool health_raise_hold(struct store *store, const char *instance, const struct health_hold *hold, int64_t now,
                       const struct delivery_route *routes, size_t route_count, struct error *error)
{
    static const char *const reasons[] = {"", "held", "passed_by", "recovered"};
    static const char *const kinds[] = {"", "items_held", "items_pass_by", "items_wait_again"};
    struct buffer headline = BUFFER_INIT;
    struct news news = {.instance = instance, .reason = reasons[hold->news], .kind = kinds[hold->news], .now = now};
    append_hold(&headline, instance, hold);
    return tell(store, &news, &headline, routes, route_count, error);
}
