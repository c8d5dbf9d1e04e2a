#include "core/watch/archive.h"

#include "core/store/baseline.h"
#include "core/watch/rule_form.h"
#include "core/watch/series.h"
#include "lib/base/calendar.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t day_ms = 86400000;

struct archive {
    struct rule_archive table;
    struct store *store;
    const char *watch;
    struct error error;
    bool failed;
    bool has_start;
    int64_t start, known; /* day from which the archive is dense; how many pairs were imported */
    int64_t seen, total;  /* while items are read */
};

static bool fail(struct archive *archive, bool done)
{
    archive->failed |= !done;
    return done;
}

/* ---- how far back ---- */

static bool sum_items(void *context, int64_t day, int64_t items)
{
    struct archive *archive = context;
    (void)day;
    archive->total += items;
    return true;
}

/* A few items of long ago do not make an archive: it begins where one in a hundred was told. */
static bool find_start(void *context, int64_t day, int64_t items)
{
    struct archive *archive = context;
    archive->seen += items;
    archive->start = day;
    return archive->seen * 100 <= archive->total;
}

static bool read_start(struct archive *archive)
{
    if (archive->has_start)
        return true;
    archive->seen = archive->total = 0;
    archive->start = INT64_MAX;
    archive->has_start =
        store_item_days(archive->store, "", INT64_MIN, INT64_MAX, sum_items, archive, &archive->error) &&
        store_item_days(archive->store, "", INT64_MIN, INT64_MAX, find_start, archive, &archive->error) &&
        store_known_dyads_count(archive->store, &archive->known, &archive->error);
    return archive->has_start;
}

/* ---- pairs ---- */

static int64_t day_of(int64_t time)
{
    return (time - ((time % day_ms) + day_ms) % day_ms) / day_ms;
}

static void tell_day(struct rule_pair_answer *answer, const char *what, int64_t day)
{
    char date[CALENDAR_TEXT_SIZE];
    calendar_print(date, day * day_ms);
    snprintf(answer->text, sizeof answer->text, "%s %.10s", what, date);
}

static bool ask_events(struct archive *archive, const struct rule_pair_question *question,
                       struct rule_pair_answer *answer)
{
    int64_t time;
    struct dyad_question asked = {question->left,  question->right,  question->type,   question->event,
                                  question->from, question->before, question->is_ever};
    if (!store_dyad_seen(archive->store, &asked, &answer->is_seen, &time, &archive->error))
        return false;
    if (answer->is_seen && time == INT64_MAX)
        snprintf(answer->text, sizeof answer->text, "told of as something past");
    else if (answer->is_seen)
        tell_day(answer, "told of on", day_of(time));
    return true;
}

static bool ask_known(struct archive *archive, const struct rule_pair_question *question,
                      struct rule_pair_answer *answer)
{
    bool found;
    int64_t last;
    if (!store_known_dyad_find(archive->store, question->left, question->right, question->type,
                               day_of(question->before), &last, &found, &archive->error))
        return false;
    if (!found || (last != INT64_MAX && !question->is_ever && last < day_of(question->from)))
        return true;
    answer->is_seen = true;
    if (last == INT64_MAX)
        snprintf(answer->text, sizeof answer->text, "known from the imported baseline");
    else
        tell_day(answer, "known from the imported baseline, last on", last);
    return true;
}

static bool ask_pair(void *context, const struct rule_pair_question *question, struct rule_pair_answer *answer)
{
    struct archive *archive = context;
    *answer = (struct rule_pair_answer){.is_seen = false};
    if (!fail(archive, read_start(archive) && ask_events(archive, question, answer) &&
                           (answer->is_seen || ask_known(archive, question, answer))))
        return false;
    answer->is_covered = archive->known > 0 || archive->start <= day_of(question->from);
    if (answer->is_seen)
        return true;
    if (answer->is_covered)
        snprintf(answer->text, sizeof answer->text, "nothing before");
    else if (archive->start == INT64_MAX)
        snprintf(answer->text, sizeof answer->text, "the archive is empty");
    else
        tell_day(answer, "nothing before, but the archive begins only on", archive->start);
    return true;
}

/* ---- series ---- */

static bool ask_statistic(void *context, const struct rule *rule, const struct rule_facts *facts, bool *holds,
                          struct buffer *text)
{
    struct archive *archive = context;
    struct rule_statistic statistic = rule_statistic(rule);
    struct series_verdict verdict;
    *holds = false;
    if (!archive->watch || facts->time == INT64_MIN) {
        buffer_append_text(text, "no series is counted here");
        return true;
    }
    if (!fail(archive, series_judge(archive->store, archive->watch, &statistic, day_of(facts->time), &verdict,
                                    &archive->error)))
        return false;
    *holds = verdict.holds;
    buffer_append_text(text, verdict.text);
    return true;
}

/* ---- life ---- */

struct archive *archive_create(void)
{
    struct archive *archive = calloc(1, sizeof *archive);
    if (archive)
        archive->table = (struct rule_archive){archive, ask_pair, ask_statistic};
    return archive;
}

void archive_destroy(struct archive *archive)
{
    free(archive);
}

void archive_begin(struct archive *archive, struct store *store)
{
    archive->store = store;
    archive->failed = archive->has_start = false;
}

void archive_set_series(struct archive *archive, const char *watch)
{
    archive->watch = watch;
}

const struct rule_archive *archive_table(const struct archive *archive)
{
    return &archive->table;
}

bool archive_failed(const struct archive *archive, struct error *error)
{
    if (archive->failed && error)
        *error = archive->error;
    return archive->failed;
}
