#include "core/desk/weaving.h"

#include "core/desk/correcting.h"
#include "core/desk/match.h"
#include "core/desk/parents.h"

#include "lib/base/buffer.h"
#include "lib/base/calendar.h"

#include <stdlib.h>
#include <string.h>

/* Of a long event so many of its first and of its latest reports are weighed against the other one's. */
enum { WEIGHED_FIRST = 8, WEIGHED_LATEST = 24 };

struct strand {
    int64_t row;
    struct member_list members; /* in order; the first one founded it */
    size_t set;                 /* the eldest strand that it is one with so far */
    struct buffer woven_by;     /* why it is in an elder one's event */
    double woven_score;
};

struct edge {
    struct member *report;
    int64_t to; /* row of the strand, then its number */
    enum cluster_thin thin;
    struct buffer tied_by;
    double score;
};

/* Strands that are tied, and by what. */
struct web {
    struct placing *placing;
    struct error *error;
    struct strand *strands;
    size_t strand_count, strand_capacity;
    struct edge *edges;
    size_t edge_count, edge_capacity;
    int64_t looking; /* the strand whose ties are being read */
    bool failed;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for what ties events");
}

/* ---- what is tied ---- */

static size_t find_strand(const struct web *web, int64_t row)
{
    size_t at = 0;
    while (at < web->strand_count && web->strands[at].row != row)
        at++;
    return at;
}

static bool add_strand(struct web *web, int64_t row)
{
    if (find_strand(web, row) < web->strand_count)
        return true;
    if (web->strand_count == web->strand_capacity) {
        size_t capacity = web->strand_capacity ? 2 * web->strand_capacity : 8;
        struct strand *strands = realloc(web->strands, capacity * sizeof *strands);
        if (!strands)
            return no_memory(web->error);
        web->strands = strands;
        web->strand_capacity = capacity;
    }
    web->strands[web->strand_count++] = (struct strand){.row = row, .woven_by = BUFFER_INIT};
    return true;
}

static bool add_edge(struct web *web, struct member *report, const struct cluster_tie *tie)
{
    if (web->edge_count == web->edge_capacity) {
        size_t capacity = web->edge_capacity ? 2 * web->edge_capacity : 8;
        struct edge *edges = realloc(web->edges, capacity * sizeof *edges);
        if (!edges)
            return no_memory(web->error);
        web->edges = edges;
        web->edge_capacity = capacity;
    }
    struct edge *edge = &web->edges[web->edge_count++];
    *edge = (struct edge){.report = report, .to = tie->strand, .thin = tie->thin, .tied_by = BUFFER_INIT,
                           .score = tie->score};
    buffer_append_text(&edge->tied_by, tie->tied_by);
    return !edge->tied_by.failed || no_memory(web->error);
}

/* Each tie is met at both of its ends, and kept at that of its report. */
static bool take_tie(void *context, const struct cluster_tie *tie)
{
    struct web *web = context;
    struct error failure = ERROR_INIT;
    struct member *report = members_get(web->placing->members, web->placing->store, tie->report, &failure);
    if (report)
        web->failed = !add_strand(web, report->at.strand == web->looking ? tie->strand : report->at.strand) ||
                      (report->at.strand == web->looking && !add_edge(web, report, tie));
    else if (failure.kind != ERROR_NONE) {
        *web->error = failure;
        web->failed = true;
    }
    return !web->failed;
}

static int by_founder(const void *left, const void *right)
{
    const struct strand *a = left, *b = right;
    return member_compare(a->members.rows[0], b->members.rows[0]);
}

static int by_report(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    int by_place = member_compare(a->report, b->report);
    return by_place != 0 ? by_place : a->to < b->to ? -1 : a->to > b->to;
}

/* The strand and all that are tied to it, through others, too: strands by age, ties in order of their reports. */
static bool gather(struct web *web, int64_t row)
{
    size_t kept = 0;
    if (!add_strand(web, row))
        return false;
    for (size_t i = 0; i < web->strand_count; i++) {
        web->looking = web->strands[i].row;
        if (!store_cluster_ties_at(web->placing->store, web->looking, take_tie, web, web->error) || web->failed)
            return false;
    }
    if (web->strand_count == 1)
        return true;
    for (size_t i = 0; i < web->strand_count; i++)
        if (!members_of_strand(web->placing->members, web->placing->store, web->strands[i].row, &web->strands[i].members,
                               web->error))
            return false;
    for (size_t i = 0; i < web->strand_count; i++)
        if (web->strands[i].members.count)
            web->strands[kept++] = web->strands[i];
        else
            members_list_free(&web->strands[i].members);
    web->strand_count = kept;
    qsort(web->strands, web->strand_count, sizeof *web->strands, by_founder);
    for (size_t i = 0; i < web->strand_count; i++)
        web->strands[i].set = i;
    kept = 0;
    for (size_t i = 0; i < web->edge_count; i++) {
        size_t to = find_strand(web, web->edges[i].to);
        web->edges[i].to = (int64_t)to;
        if (to < web->strand_count)
            web->edges[kept++] = web->edges[i];
        else
            buffer_free(&web->edges[i].tied_by);
    }
    web->edge_count = kept;
    if (web->edge_count > 1)
        qsort(web->edges, web->edge_count, sizeof *web->edges, by_report);
    return true;
}

static void web_free(struct web *web)
{
    for (size_t i = 0; i < web->strand_count; i++) {
        members_list_free(&web->strands[i].members);
        buffer_free(&web->strands[i].woven_by);
    }
    for (size_t i = 0; i < web->edge_count; i++)
        buffer_free(&web->edges[i].tied_by);
    free(web->strands);
    free(web->edges);
}

/* ---- what speaks against it ---- */

static int compare_pointers(const void *left, const void *right)
{
    return member_compare(*(struct member *const *)left, *(struct member *const *)right);
}

/* All reports of a set of strands, in order. */
static bool list_set(const struct web *web, size_t set, struct member_list *list)
{
    list->count = 0;
    for (size_t i = 0; i < web->strand_count; i++)
        for (size_t j = 0; web->strands[i].set == set && j < web->strands[i].members.count; j++)
            if (!members_list_add(list, web->strands[i].members.rows[j]))
                return no_memory(web->error);
    qsort(list->rows, list->count, sizeof *list->rows, compare_pointers);
    return true;
}

static bool are_of_two_hands(const struct member_list *a, const struct member_list *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; a->rows[i]->at.hand != 0 && j < b->count; j++)
            if (b->rows[j]->at.hand != 0 && b->rows[j]->at.hand != a->rows[i]->at.hand)
                return true;
    return false;
}

static bool is_part(const struct features *part, const struct features *whole)
{
    struct match match;
    parents_compare(part, whole, &match);
    return !match.veto;
}

/* Do two reports tell of two undertakings, or of one that is a part of the other? */
static bool contradict(const struct features *a, const struct features *b)
{
    struct match match;
    match_compare(a, b, &match);
    return match_contradiction(&match) || is_part(a, b) || is_part(b, a);
}

/* Of the reports up to that one, the first and the latest. */
static bool is_weighed(size_t at, size_t count)
{
    return at < WEIGHED_FIRST || at + WEIGHED_LATEST >= count;
}

static size_t count_before(const struct member_list *list, const struct member *report)
{
    size_t count = 0;
    while (count < list->count && member_compare(list->rows[count], report) <= 0)
        count++;
    return count;
}

static bool do_reports_contradict(const struct member_list *a, const struct member_list *b, const struct member *report)
{
    size_t of_a = count_before(a, report), of_b = count_before(b, report);
    for (size_t i = 0; i < of_a; i++)
        for (size_t j = 0; is_weighed(i, of_a) && j < of_b; j++)
            if (is_weighed(j, of_b) && contradict(&a->rows[i]->features, &b->rows[j]->features))
                return true;
    return false;
}

/* Did a person reject one of them alone? */
static bool is_one_rejected(const struct web *web, const struct member_list *a, const struct member_list *b, bool *is_one)
{
    bool is_a = false, is_b = false;
    bool ok = correcting_is_rejected(web->placing, a, b, &is_a, web->error) &&
              correcting_is_rejected(web->placing, b, a, &is_b, web->error);
    *is_one = is_a || is_b;
    return ok;
}

static bool may_be_one(const struct web *web, size_t set, size_t other, const struct member *report, bool *may)
{
    struct member_list a = {NULL, 0, 0}, b = {NULL, 0, 0};
    bool is_rejected = false;
    *may = false;
    bool ok = list_set(web, set, &a) && list_set(web, other, &b);
    if (ok && !are_of_two_hands(&a, &b) && !do_reports_contradict(&a, &b, report)) {
        ok = is_one_rejected(web, &a, &b, &is_rejected);
        *may = ok && !is_rejected;
    }
    members_list_free(&a);
    members_list_free(&b);
    return ok;
}

/* ---- one event of several strands ---- */

static bool describe(const struct web *web, const struct edge *edge, struct buffer *text)
{
    const char *publisher = record_text(edge->report->at.source, ENT_SOURCE_PUBLISHER);
    char day[CALENDAR_TEXT_SIZE];
    buffer_printf(text, "told as another event until the report of %s", publisher ? publisher : "another outlet");
    if (edge->report->at.published != INT64_MAX) {
        calendar_print(day, edge->report->at.published);
        buffer_printf(text, ", %.10s,", day);
    }
    buffer_printf(text, " that is of both: %s", edge->tied_by.bytes ? edge->tied_by.bytes : "");
    return !text->failed || no_memory(web->error);
}

/* What tells too little is taken along once, and by itself: it must not put two others together. */
static bool is_taken_along(const struct web *web, const struct edge *edge, size_t from, size_t to)
{
    size_t thin = edge->thin == THIN_OWN ? from : to, count = 0;
    if (edge->thin == THIN_NEITHER)
        return true;
    for (size_t i = 0; i < web->strand_count; i++)
        count += web->strands[i].set == web->strands[thin].set;
    const struct member_list *members = &web->strands[thin].members;
    for (size_t i = 0; count == 1 && i < members->count && member_compare(members->rows[i], edge->report) < 0; i++)
        if (!feature_is_thin(&members->rows[i]->features))
            return false;
    return count == 1;
}

static bool weave(struct web *web)
{
    for (size_t i = 0; i < web->edge_count; i++) {
        const struct edge *edge = &web->edges[i];
        size_t own = find_strand(web, edge->report->at.strand);
        size_t from = web->strands[own].set, to = web->strands[edge->to].set;
        size_t elder = from < to ? from : to, younger = from < to ? to : from;
        bool may = false;
        if (from == to || !is_taken_along(web, edge, own, (size_t)edge->to))
            continue;
        if (!may_be_one(web, elder, younger, edge->report, &may))
            return false;
        if (!may)
            continue;
        web->strands[younger].woven_score = edge->score;
        if (!describe(web, edge, &web->strands[younger].woven_by))
            return false;
        for (size_t j = 0; j < web->strand_count; j++)
            if (web->strands[j].set == younger)
                web->strands[j].set = elder;
    }
    return true;
}

/* Puts the report into that event. */
static bool put(const struct web *web, struct member *member, int64_t root, const char *woven_by, double score)
{
    struct placing *placing = web->placing;
    int64_t from = member->at.root;
    if (from == root && strcmp(member->at.woven_by, woven_by) == 0)
        return true;
    return members_set_root(placing->store, placing->members, member, root, woven_by, score, web->error) &&
           (from == root ? placing_touch(placing, root, web->error) : placing_moved(placing, member, from, web->error));
}

static bool put_all(const struct web *web)
{
    for (size_t i = 0; i < web->strand_count; i++) {
        const struct strand *strand = &web->strands[i];
        int64_t root = web->strands[strand->set].row;
        for (size_t j = 0; j < strand->members.count; j++) {
            bool is_founder = j == 0 && root != strand->row;
            if (!put(web, strand->members.rows[j], root, is_founder ? strand->woven_by.bytes : "",
                     is_founder ? strand->woven_score : 0))
                return false;
        }
    }
    return true;
}

/* What was woven into another's event and is tied to nothing any more. */
static bool put_alone(const struct web *web)
{
    struct member_list list = {NULL, 0, 0};
    int64_t row = web->strands[0].row;
    bool ok = members_woven(web->placing->members, web->placing->store, row, &list, web->error);
    for (size_t i = 0; ok && i < list.count; i++)
        ok = put(web, list.rows[i], row, "", 0);
    members_list_free(&list);
    return ok;
}

/* ---- the whole ---- */

struct rows {
    int64_t *rows;
    size_t count, capacity;
    bool failed;
};

static bool add_row(void *context, int64_t row)
{
    struct rows *rows = context;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i] == row)
            return true;
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity ? 2 * rows->capacity : 32;
        int64_t *grown = realloc(rows->rows, capacity * sizeof *grown);
        if (!grown) {
            rows->failed = true;
            return false;
        }
        rows->rows = grown;
        rows->capacity = capacity;
    }
    rows->rows[rows->count++] = row;
    return true;
}

static bool list_touched(const struct placing *placing, struct rows *rows, struct error *error)
{
    for (size_t i = 0; i < placing->touched_count; i++) {
        add_row(rows, placing->touched[i]);
        if (!store_cluster_woven_into(placing->store, placing->touched[i], add_row, rows, error))
            return false;
    }
    return !rows->failed || no_memory(error);
}

/* The strand with all that are tied to it; those are put on `done`. */
static bool weave_around(struct placing *placing, int64_t row, struct rows *done, struct error *error)
{
    struct web web = {.placing = placing, .error = error};
    bool ok = gather(&web, row);
    for (size_t i = 0; ok && i < web.strand_count; i++)
        add_row(done, web.strands[i].row);
    ok = ok && (!done->failed || no_memory(error));
    if (ok && web.strand_count > 1)
        ok = weave(&web) && put_all(&web);
    else if (ok && web.strand_count == 1)
        ok = put_alone(&web);
    web_free(&web);
    return ok;
}

bool weaving_run(struct placing *placing, struct error *error)
{
    struct rows touched = {NULL, 0, 0, false}, done = {NULL, 0, 0, false};
    bool ok = list_touched(placing, &touched, error);
    for (size_t i = 0; ok && i < touched.count; i++) {
        size_t before = done.count;
        add_row(&done, touched.rows[i]);
        if (done.count > before)
            ok = weave_around(placing, touched.rows[i], &done, error);
    }
    free(touched.rows);
    free(done.rows);
    return ok;
}
