/* Queries: whatever rule is asked for, the columns tell the very events that the rule itself matches. */
#include "bench/query/archive.h"
#include "core/query/counts.h"
#include "core/query/fold.h"
#include "core/query/query.h"
#include "core/store/events.h"
#include "core/watch/rule.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS = 120, FOLDED = 100 };

static struct query *query;
static struct rule_facts *facts;
static struct ent_record *events[EVENTS + 1];

static void give_up(const char *what, const struct error *error)
{
    fprintf(stderr, "%s: %s\n", what, error->text);
    abort();
}

/* A store of a few events, of which some are in columns and some are not yet. */
static void set_up(void)
{
    static char folder[] = "/tmp/entente-fuzz-query-XXXXXX";
    char path[100];
    struct error error = ERROR_INIT;
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/%s", folder, STORE_FILE_NAME);
    struct store *store = store_open(path, STORE_WRITE, &error);
    struct fold *fold = fold_create();
    if (!store || !fold || !archive_fill(store, 1, FOLDED, false, NULL, NULL, &error) || !store_begin(store, &error) ||
        !fold_block(fold, store, 0, &error) || !store_commit(store, &error) ||
        !archive_fill(store, FOLDED + 1, EVENTS, false, NULL, NULL, &error))
        give_up("making the store", &error);
    fold_destroy(fold);
    store_close(store);
    query = query_open(folder, &error);
    facts = rule_facts_create();
    for (int64_t i = 1; i <= EVENTS; i++)
        events[i] = archive_event(i, 1, &error);
    if (!query || !facts || !events[EVENTS])
        give_up("opening the store", &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rule_error wrong;
    struct error error = ERROR_INIT;
    struct query_filter filter = QUERY_FILTER_INIT;
    unsigned char fits[EVENTS + 1] = {0};
    if (!query)
        set_up();
    struct rule *rule = size < 2000 ? rule_compile((const char *)data, size, &wrong) : NULL;
    if (!rule)
        return 0;
    for (int64_t i = 1; i <= EVENTS; i++) {
        if (!rule_facts_fill(facts, events[i]->view, NULL))
            abort();
        fits[i] = rule_matches(rule, facts, NULL);
    }
    filter.rule = rule;
    filter.order = size % 2 ? QUERY_BY_DATE : QUERY_BY_CONFIDENCE;
    struct query_cursor *cursor = query_events(query, &filter, &error);
    const struct query_row *row = NULL;
    if (!cursor)
        give_up("asking", &error);
    while (query_next(cursor, &row, &error) && row)
        if (!fits[row->sequence] || fits[row->sequence]++ > 1)
            abort();
    query_end(cursor);
    for (int64_t i = 1; i <= EVENTS; i++)
        if (fits[i] == 1)
            abort();
    rule_destroy(rule);
    return 0;
}
