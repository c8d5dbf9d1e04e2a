/* Fixture: invented reports as JSON, and a store in memory with a desk at it. A failure ends the test. */
#ifndef TESTS_CORE_DESK_FIXTURE_H
#define TESTS_CORE_DESK_FIXTURE_H

#include "core/desk/desk.h"
#include "core/desk/features.h"
#include "core/store/store.h"
#include "lib/base/buffer.h"

#include <jansson.h>

/* One item with its reports. */
struct told {
    char id[40];
    struct ent_record *item;
    struct ent_record *reports[8];
    struct ent_record *sources[8];
    size_t report_count;
};

/* `told`: {"published","publisher","class","report" or "reports"}; single quotes in `text` stand for double ones. */
void told_read(struct told *told, const char *id, const char *text);
void told_from_json(struct told *told, const char *id, json_t *object);
void told_free(struct told *told);
/* Features of its first report. */
void told_features(const struct told *told, struct features *features);

struct bench {
    struct store *store;
    struct desk *desk;
};
void bench_open(struct bench *bench);
void bench_close(struct bench *bench);
/* A desk that has nothing in hand yet takes its place. */
void bench_renew(struct bench *bench);
void bench_take(struct bench *bench, const struct told *told);
/* The item with none of its reports. */
void bench_withdraw(struct bench *bench, const struct told *told);
struct desk_correction;
struct desk_corrected;
/* False where the desk refuses, with the text in `error`. The author is "ada". */
bool bench_correct(struct bench *bench, struct desk_correction correction, struct desk_corrected *corrected,
                   struct error *error);
size_t bench_events(struct bench *bench);
/* All live events by id, without what depends on the order of arrival (revision, aliases, changes). */
void bench_print(struct bench *bench, struct buffer *text);
/* The only live event; the caller releases it. */
struct ent_record *bench_event(struct bench *bench);
/* The event that `id` means today, NULL for none. */
struct ent_record *bench_find(struct bench *bench, const char *id);

#endif
