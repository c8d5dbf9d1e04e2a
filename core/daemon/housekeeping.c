#include "core/daemon/housekeeping.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/store/retention.h"

#include <stdlib.h>
#include <string.h>

#define PAUSE_MS ((int64_t)60 * 60 * 1000)

struct housekeeping {
    int64_t items_age, dead_letters_age, deliveries_age; /* 0: for ever */
    int64_t next;
    struct retention_counts counts; /* of the pass under way */
    char told[200];                 /* of whom it was last said that it holds items back */
};

static int64_t age_of(const struct option_values *retention, const char *name)
{
    const struct option_value *value = options_find(retention, name);
    return value && value->is_set ? value->integer : 0;
}

struct housekeeping *housekeeping_create(const struct option_values *retention)
{
    struct housekeeping *housekeeping = calloc(1, sizeof *housekeeping);
    if (housekeeping && retention) {
        housekeeping->items_age = age_of(retention, "items");
        housekeeping->dead_letters_age = age_of(retention, "dead");
        housekeeping->deliveries_age = age_of(retention, "deliveries");
    }
    return housekeeping;
}

void housekeeping_destroy(struct housekeeping *housekeeping)
{
    free(housekeeping);
}

bool housekeeping_has_more(const void *context)
{
    const struct housekeeping *housekeeping = context;
    return housekeeping->counts.has_more;
}

static int64_t limit_of(int64_t now, int64_t age)
{
    return age ? now - age : INT64_MIN;
}

static void tell(struct housekeeping *housekeeping)
{
    const struct retention_counts *counts = &housekeeping->counts;
    if (counts->items || counts->dead_letters || counts->attempts)
        log_write(LOG_INFO, NULL, NULL,
                  "retention: the bodies of %lld items (%lld bytes), %lld dead letters and %lld attempts of deliveries "
                  "were let go of",
                  (long long)counts->items, (long long)counts->bytes, (long long)counts->dead_letters,
                  (long long)counts->attempts);
    if (*counts->held_by && strcmp(counts->held_by, housekeeping->told) != 0)
        log_write(LOG_WARNING, counts->held_by, NULL,
                  "retention: items after number %lld keep their bodies, since %s has not finished them",
                  (long long)counts->held_at, counts->held_by);
    memcpy(housekeeping->told, counts->held_by, sizeof housekeeping->told);
}

bool housekeeping_run(void *context, struct store *store, struct error *error)
{
    struct housekeeping *housekeeping = context;
    int64_t now = clock_now();
    if (now < housekeeping->next)
        return true;
    struct retention_limits limits = {.items = limit_of(now, housekeeping->items_age),
                                      .dead_letters = limit_of(now, housekeeping->dead_letters_age),
                                      .deliveries = limit_of(now, housekeeping->deliveries_age)};
    if (!store_retention_run(store, &limits, &housekeeping->counts, error))
        return false;
    if (housekeeping->counts.has_more)
        return true;
    tell(housekeeping);
    housekeeping->counts = (struct retention_counts){.items = 0};
    housekeeping->next = now + PAUSE_MS;
    return true;
}
