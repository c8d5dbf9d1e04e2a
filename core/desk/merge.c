#include "core/desk/merge_parts.h"

#include "core/desk/match.h"

#include "lib/base/buffer.h"
#include "lib/record/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAGS_MAX = 16,
    RELATED_MAX = 40,
    STAMPS_MAX = 8,
    ACTORS_MAX = 80,
    CONFLICTS_MAX = 60,
    EVIDENCE_MAX = 100,
    REASONS_MAX = 40,
    CORROBORATED = 2 /* other reports that must name a party for it to join the chosen list */
};

/* ---- whose word counts ---- */

int merge_class_rank(struct record_view source)
{
    const char *class = record_text(source, ENT_SOURCE_CLASS);
    if (!class)
        return 2;
    return strcmp(class, "official") == 0 ? 4 : strcmp(class, "wire") == 0 ? 3 : strcmp(class, "analysis") == 0 ? 1 : 2;
}

static int modality_rank(const struct merge_member *member)
{
    const char *modality = record_text(member->report, ENT_REPORT_MODALITY);
    if (!modality)
        return 4;
    return strcmp(modality, "confirmed") == 0  ? 5
           : strcmp(modality, "reported") == 0 ? 4
           : strcmp(modality, "alleged") == 0  ? 3
           : strcmp(modality, "denied") == 0   ? 2
                                               : 1;
}

void merge_pool(const struct merge_member *members, size_t count, const struct merge_member **pool, size_t *pool_count)
{
    *pool_count = 0;
    for (size_t i = 0; i < count; i++)
        if (feature_is_fact(members[i].features))
            pool[(*pool_count)++] = &members[i];
    for (size_t i = 0; *pool_count == 0 && i < count; i++)
        pool[i] = &members[i];
    if (*pool_count == 0)
        *pool_count = count;
}

/* Official over wire over media over analysis, then later over earlier; members lie in order of publication, so the
 * later one has the greater address. */
static int by_word(const void *left, const void *right)
{
    const struct merge_member *a = *(const struct merge_member *const *)left;
    const struct merge_member *b = *(const struct merge_member *const *)right;
    int rank_a = merge_class_rank(a->source), rank_b = merge_class_rank(b->source);
    if (rank_a != rank_b)
        return rank_a > rank_b ? -1 : 1;
    return a > b ? -1 : a < b;
}

/* ---- conflicts and evidence ---- */

void merge_put_conflict(struct merge *merge, const char *field, const char *value, const struct merge_member *member)
{
    if (!value || !*value || merge->conflicts == CONFLICTS_MAX)
        return;
    merge->conflicts++;
    record_open(merge->builder, ENT_EVENT_CONFLICT, ENT_CONFLICT);
    record_put_text(merge->builder, ENT_CONFLICT_FIELD, field);
    record_put_text(merge->builder, ENT_CONFLICT_VALUE, value);
    record_put_text(merge->builder, ENT_CONFLICT_REPORT, record_text(member->report, ENT_REPORT_ID));
    record_close(merge->builder);
}

void merge_put_evidence(struct merge *merge, const char *field, const struct merge_member *member)
{
    static const unsigned report_field[] = {ENT_EVIDENCE_REPORT, 0};
    struct record_view evidence;
    for (size_t i = 0; record_get_view(member->report, ENT_REPORT_EVIDENCE, i, &evidence); i++) {
        const char *supports = record_text(evidence, ENT_EVIDENCE_FIELD);
        if ((field && (!supports || strcmp(supports, field) != 0)) || merge->evidence == EVIDENCE_MAX)
            continue;
        merge->evidence++;
        record_open(merge->builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
        record_put_all(merge->builder, evidence, report_field);
        record_put_text(merge->builder, ENT_EVIDENCE_REPORT, record_text(member->report, ENT_REPORT_ID));
        record_close(merge->builder);
    }
}

/* ---- single words ---- */

/* A word that says less than another of its field. */
static bool is_vague_word(unsigned field, const char *word)
{
    return field == ENT_REPORT_SUBTYPE && strcmp(word, "unspecified") == 0;
}

static bool refines_word(unsigned field, const char *chosen, const char *other)
{
    if (is_vague_word(field, chosen))
        return !is_vague_word(field, other);
    if (field != ENT_REPORT_NAME)
        return false;
    struct feature_words short_name, long_name;
    feature_words_read(&short_name, chosen);
    feature_words_read(&long_name, other);
    return strlen(other) > strlen(chosen) && long_name.count > short_name.count &&
           feature_words_cover(&long_name, &short_name);
}

static bool contradicts_word(unsigned field, const char *chosen, const char *other)
{
    if (strcmp(chosen, other) == 0 || is_vague_word(field, other))
        return false;
    if (field != ENT_REPORT_NAME)
        return true;
    struct feature_words a, b;
    feature_words_read(&a, chosen);
    feature_words_read(&b, other);
    return !feature_words_cover(&a, &b) && !feature_words_cover(&b, &a);
}

/* The report whose type the event has: its founder's; of a package that one told as aid and another with the arms in
 * it, that one's, since what is itemised is no aid (codebook section 2). */
static const struct merge_member *find_typed(const struct merge *merge)
{
    const struct merge_member *typed = merge->members;
    for (size_t i = 0; i < merge->pool_count && typed->features->type == TYPE_AID; i++)
        if (merge->pool[i]->features->type == TYPE_ARMS_TRANSFER)
            typed = merge->pool[i];
    return typed;
}

/* A subtype is one of a type. */
static const char *word_of(const struct merge *merge, const struct merge_member *member, unsigned field)
{
    bool is_of_another = field == ENT_REPORT_SUBTYPE && member->features->type != merge->typed->features->type;
    return is_of_another ? NULL : record_text(member->report, field);
}

static void put_word(struct merge *merge, unsigned field)
{
    const char *field_name = schema_field(ENT_EVENT, field)->name;
    const struct merge_member *from = NULL;
    const char *chosen = NULL;
    for (size_t i = 0; i < merge->pool_count; i++) {
        const char *word = word_of(merge, merge->ranked[i], field);
        if (word && (!chosen || refines_word(field, chosen, word))) {
            chosen = word;
            from = merge->ranked[i];
        }
    }
    if (!chosen)
        return;
    record_put_text(merge->builder, field, chosen);
    merge_put_evidence(merge, field_name, from);
    for (size_t i = 0; i < merge->pool_count; i++) {
        const char *word = word_of(merge, merge->ranked[i], field);
        if (word && contradicts_word(field, chosen, word))
            merge_put_conflict(merge, field_name, word, merge->ranked[i]);
    }
}

/* ---- status, modality, scope ---- */

static bool stops(const char *status)
{
    return strcmp(status, "suspended") == 0 || strcmp(status, "cancelled") == 0 || strcmp(status, "refused") == 0;
}

/* Within two days one says that it was stopped and another that it goes on: not a step but a contradiction. */
static bool contradicts_status(const struct merge_member *step, const struct merge_member *other)
{
    const char *is = record_text(step->report, ENT_REPORT_STATUS);
    const char *told = record_text(other->report, ENT_REPORT_STATUS);
    int32_t day = step->features->published_day, other_day = other->features->published_day;
    if (!is || !told || other->features->status_rank == 0)
        return false;
    bool at_one_time = day != FEATURE_DAY_NONE && other_day != FEATURE_DAY_NONE && abs(day - other_day) <= 2;
    /* A rumoured step beyond the one that is reported. */
    if (modality_rank(other) <= 3 && other->features->status_rank > step->features->status_rank)
        return true;
    return at_one_time && stops(is) != stops(told) && (other->features->status_rank >= 5 || stops(told));
}

static void put_status(struct merge *merge)
{
    const char *status = record_text(merge->step->report, ENT_REPORT_STATUS);
    record_put_text(merge->builder, ENT_REPORT_STATUS, status ? status : "unknown");
    merge_put_evidence(merge, "status", merge->step);
    for (size_t i = 0; i < merge->pool_count; i++)
        if (contradicts_status(merge->step, merge->ranked[i]))
            merge_put_conflict(merge, "status", record_text(merge->ranked[i]->report, ENT_REPORT_STATUS),
                               merge->ranked[i]);
}

/* The strongest word of those whose values count. Where none tells a fact, the latest says what it is. */
static void put_modality(struct merge *merge)
{
    const struct merge_member *best = merge->pool[merge->pool_count - 1];
    bool is_fact = feature_is_fact(best->features);
    for (size_t i = 0; is_fact && i < merge->pool_count; i++)
        if (modality_rank(merge->ranked[i]) > modality_rank(best))
            best = merge->ranked[i];
    const char *modality = record_text(best->report, ENT_REPORT_MODALITY);
    merge->modality = modality ? modality : "reported";
    record_put_text(merge->builder, ENT_REPORT_MODALITY, merge->modality);
    merge_put_evidence(merge, "modality", best);
    bool is_current = false;
    for (size_t i = 0; i < merge->pool_count; i++)
        is_current |= !merge->pool[i]->features->is_background;
    record_put_text(merge->builder, ENT_REPORT_SCOPE, is_current ? "current" : "background");
    for (size_t i = 0; is_fact && i < merge->count; i++)
        if (merge->members[i].features->is_denied)
            merge_put_conflict(merge, "modality", "denied", &merge->members[i]);
}

/* ---- date ---- */

static int64_t width(const struct features *features)
{
    if (features->date_low == FEATURE_DAY_NONE || features->date_high == FEATURE_DAY_NONE)
        return INT64_MAX;
    return (int64_t)features->date_high - features->date_low;
}

static bool refines_date(const struct features *chosen, const struct features *other)
{
    if (width(other) >= width(chosen))
        return false;
    return (chosen->date_low == FEATURE_DAY_NONE || other->date_low >= chosen->date_low) &&
           (chosen->date_high == FEATURE_DAY_NONE || other->date_high <= chosen->date_high);
}

static void date_text(struct record_view date, struct buffer *text)
{
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    buffer_append_text(text, start ? start : "");
    if (!end || !start || strcmp(start, end) != 0)
        buffer_printf(text, "/%s", end ? end : "");
}

static void put_date_conflicts(struct merge *merge, const struct merge_member *chosen)
{
    for (size_t i = 0; i < merge->pool_count; i++) {
        const struct merge_member *other = merge->ranked[i];
        struct record_view date;
        enum match_dates dates = match_dates(chosen->features, other->features);
        bool apart = dates == MATCH_DATES_CONTRADICT || dates == MATCH_DATES_NEAR ||
                     (dates == MATCH_DATES_STEPS && feature_is_occasion(chosen->features->type));
        if (!apart || !record_get_view(other->report, ENT_REPORT_DATE, 0, &date))
            continue;
        struct buffer text = BUFFER_INIT;
        date_text(date, &text);
        merge_put_conflict(merge, "date", text.bytes, other);
        buffer_free(&text);
    }
}

/* The date of the act. Where an undertaking goes through steps it is that of the latest, if anyone dates it. */
static void put_date(struct merge *merge)
{
    const struct merge_member *chosen = NULL;
    struct record_view date;
    bool by_step = !feature_is_occasion(merge->step->features->type);
    for (int any_status = by_step ? 0 : 1; any_status < 2 && !chosen; any_status++)
        for (size_t i = 0; i < merge->pool_count; i++) {
            const struct merge_member *member = merge->ranked[i];
            if (!member->features->has_date ||
                (!any_status && member->features->status != merge->step->features->status))
                continue;
            if (!chosen || refines_date(chosen->features, member->features))
                chosen = member;
        }
    /* Nobody dates it; when it was said to be so is better than nothing. */
    for (size_t i = 0; !chosen && i < merge->pool_count; i++)
        if (record_get_view(merge->ranked[i]->report, ENT_REPORT_DATE, 0, &date))
            chosen = merge->ranked[i];
    if (!chosen || !record_get_view(chosen->report, ENT_REPORT_DATE, 0, &date))
        return;
    record_put_view(merge->builder, ENT_REPORT_DATE, date);
    merge_put_evidence(merge, "date", chosen);
    put_date_conflicts(merge, chosen);
}

/* ---- actors ---- */

static bool has_actor(struct record_view report, const char *id, const char *role)
{
    struct record_view actor;
    uint64_t hash = feature_actor_hash(id);
    for (size_t i = 0; record_get_view(report, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *its_id = record_text(actor, ENT_ACTOR_ID), *its_role = record_text(actor, ENT_ACTOR_ROLE);
        if (its_id && feature_actor_hash(its_id) == hash && (!role || (its_role && strcmp(its_role, role) == 0)))
            return true;
    }
    return false;
}

/* Roles that say who gives and who takes; "participant" may stand for either. */
static uint16_t direction_of(const struct features *features)
{
    uint16_t roles = 0;
    for (int i = 0; i < features->actor_count; i++)
        roles |= features->actors[i].roles;
    return roles & (1u << ROLE_SUPPLIER | 1u << ROLE_RECIPIENT | 1u << ROLE_INITIATOR | 1u << ROLE_TARGET);
}

/* Does `fine` name all that `coarse` does, and more parties or who gives and who takes? */
static bool refines_actors(const struct features *fine, const struct features *coarse)
{
    static const uint16_t unclear = 1u << ROLE_PARTICIPANT;
    for (int i = 0; i < coarse->actor_count; i++) {
        const struct feature_actor *actor = &coarse->actors[i];
        bool found = false;
        for (int j = 0; j < fine->actor_count && !found; j++)
            found = fine->actors[j].id == actor->id &&
                    (actor->roles == unclear || (actor->roles & ~fine->actors[j].roles) == 0);
        if (!found)
            return false;
    }
    if (direction_of(coarse) && !direction_of(fine))
        return false;
    return fine->actor_count > coarse->actor_count || (direction_of(fine) && !direction_of(coarse));
}

static size_t tellers(const struct merge *merge, const char *id, const char *role)
{
    size_t count = 0;
    for (size_t i = 0; i < merge->pool_count; i++)
        count += has_actor(merge->pool[i]->report, id, role);
    return count;
}

/* Parties that the chosen report lacks: taken where two others name them, else shown as a conflict. */
static void put_other_actors(struct merge *merge, const struct merge_member *chosen)
{
    size_t put = record_count(chosen->report, ENT_REPORT_ACTOR);
    for (size_t i = 0; i < merge->pool_count; i++) {
        struct record_view actor;
        bool is_quoted = false;
        for (size_t j = 0; record_get_view(merge->ranked[i]->report, ENT_REPORT_ACTOR, j, &actor); j++) {
            const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
            bool is_vaguer = role && strcmp(role, "participant") == 0 && has_actor(chosen->report, id, NULL);
            if (!feature_actor_is_principal(id, role) || is_vaguer || has_actor(chosen->report, id, role))
                continue;
            bool told_before = false;
            for (size_t k = 0; k < i && !told_before; k++)
                told_before = has_actor(merge->ranked[k]->report, id, role);
            if (told_before)
                continue;
            if (!has_actor(chosen->report, id, NULL) && tellers(merge, id, role) >= CORROBORATED &&
                put++ < ACTORS_MAX) {
                record_put_view(merge->builder, ENT_REPORT_ACTOR, actor);
                if (!is_quoted)
                    merge_put_evidence(merge, "actors", merge->ranked[i]);
                is_quoted = true;
            } else {
                struct buffer text = BUFFER_INIT;
                buffer_printf(&text, "%s %s", id, role ? role : "participant");
                merge_put_conflict(merge, "actors", text.bytes, merge->ranked[i]);
                buffer_free(&text);
            }
        }
    }
}

static void put_actors(struct merge *merge)
{
    const struct merge_member *chosen = merge->ranked[0];
    struct record_view actor;
    for (size_t i = 1; i < merge->pool_count; i++)
        if (refines_actors(merge->ranked[i]->features, chosen->features))
            chosen = merge->ranked[i];
    for (size_t i = 0; i < ACTORS_MAX && record_get_view(chosen->report, ENT_REPORT_ACTOR, i, &actor); i++)
        record_put_view(merge->builder, ENT_REPORT_ACTOR, actor);
    merge_put_evidence(merge, "actors", chosen);
    put_other_actors(merge, chosen);
}

/* ---- words that add up ---- */

/* Plain words that add up: tags, links; with the quotes of each report that tells one which those before it did not. */
static void put_union(struct merge *merge, unsigned field, size_t limit)
{
    struct text seen[RELATED_MAX], word;
    size_t count = 0;
    for (size_t i = 0; i < merge->pool_count; i++) {
        size_t before = count;
        for (size_t j = 0; record_get_str(merge->pool[i]->report, field, j, &word); j++) {
            size_t at = 0;
            while (at < count && strcmp(seen[at].bytes, word.bytes) != 0)
                at++;
            if (at < count || count == limit)
                continue;
            seen[count++] = word;
            record_put_str(merge->builder, field, word.bytes, word.size);
        }
        if (count > before)
            merge_put_evidence(merge, schema_field(ENT_EVENT, field)->name, merge->pool[i]);
    }
}

/* Steps are told in the reports that list them. */
static void put_steps(struct merge *merge)
{
    merge_put_steps(merge->builder, merge->pool, merge->pool_count);
    for (size_t i = 0; i < merge->pool_count; i++)
        merge_put_evidence(merge, "steps", merge->pool[i]);
}

/* The versions that made the event: of each report's stamp once, in order of the reports. */
static void put_stamps(struct merge *merge)
{
    const char *seen[STAMPS_MAX];
    size_t count = 0;
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < merge->pool_count && count < STAMPS_MAX; i++) {
        const char *stamp = record_text(merge->pool[i]->report, ENT_REPORT_STAMP);
        size_t at = 0;
        while (stamp && at < count && strcmp(seen[at], stamp) != 0)
            at++;
        if (!stamp || at < count)
            continue;
        seen[count++] = stamp;
        buffer_printf(&text, "%s%s", text.size ? "; " : "", stamp);
    }
    record_put_text(merge->builder, ENT_REPORT_STAMP, text.bytes);
    buffer_free(&text);
}

/* ---- the event's own fields ---- */

static void put_sources(struct merge *merge)
{
    int64_t first = 0, last = INT64_MIN;
    double confidence;
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_member *member = &merge->members[i];
        int64_t at = member->features->published == INT64_MAX ? member->fetched : member->features->published;
        record_put_view(merge->builder, ENT_EVENT_SOURCE, member->source);
        first = i == 0 ? at : first;
        last = at > last ? at : last;
    }
    size_t independent = merge_count_independent(merge->pool, merge->pool_count, &confidence);
    record_put_int(merge->builder, ENT_EVENT_INDEPENDENT_SOURCES, (int64_t)independent);
    record_put_num(merge->builder, ENT_REPORT_CONFIDENCE, confidence);
    merge_put_grade(merge->builder, merge->pool, merge->pool_count, merge->modality, independent);
    record_put_time(merge->builder, ENT_EVENT_FIRST_SEEN, first);
    record_put_time(merge->builder, ENT_EVENT_LAST_SEEN, last);
}

static void put_reasons(struct merge *merge)
{
    size_t put = 0;
    for (size_t i = 0; i < merge->count && put < REASONS_MAX; i++) {
        const struct merge_member *member = &merge->members[i];
        if (!member->joined_by)
            continue;
        struct buffer text = BUFFER_INIT;
        const char *publisher = record_text(member->source, ENT_SOURCE_PUBLISHER);
        buffer_printf(&text, "%s: %s", publisher ? publisher : "another report", member->joined_by);
        record_open(merge->builder, ENT_REPORT_REASON, ENT_REASON);
        record_put_text(merge->builder, ENT_REASON_TEXT, text.bytes);
        record_put_num(merge->builder, ENT_REASON_WEIGHT, round(member->score * 100) / 100);
        record_close(merge->builder);
        buffer_free(&text);
        put++;
    }
}

static void put_relevance(struct merge *merge)
{
    const char *relevance = NULL;
    for (size_t i = 0; i < merge->pool_count; i++) {
        const char *word = record_text(merge->pool[i]->report, ENT_REPORT_RELEVANCE);
        if (word && (!relevance || strcmp(word, "core") == 0))
            relevance = word;
    }
    record_put_text(merge->builder, ENT_REPORT_RELEVANCE, relevance);
}

/* That another type was told, once. */
static void put_type_conflict(struct merge *merge)
{
    for (size_t i = 0; i < merge->pool_count; i++)
        if (merge->ranked[i]->features->type != merge->typed->features->type) {
            merge_put_conflict(merge, "type", record_text(merge->ranked[i]->report, ENT_REPORT_TYPE), merge->ranked[i]);
            return;
        }
}

static void put_fields(struct merge *merge)
{
    record_put_text(merge->builder, ENT_REPORT_ITEM, record_text(merge->members[0].source, ENT_SOURCE_ITEM));
    record_put_text(merge->builder, ENT_REPORT_TYPE, record_text(merge->typed->report, ENT_REPORT_TYPE));
    put_type_conflict(merge);
    merge_put_evidence(merge, "type", merge->typed);
    if (merge->step != merge->typed)
        merge_put_evidence(merge, "type", merge->step);
    put_word(merge, ENT_REPORT_SUBTYPE);
    put_status(merge);
    put_modality(merge);
    put_word(merge, ENT_REPORT_NAME);
    put_word(merge, ENT_REPORT_PROGRAMME);
    put_word(merge, ENT_REPORT_PARENT);
    put_union(merge, ENT_REPORT_TAG, TAGS_MAX);
    put_union(merge, ENT_REPORT_RELATED, RELATED_MAX);
    put_actors(merge);
    put_date(merge);
    merge_put_lists(merge);
    put_steps(merge);
    put_sources(merge);
    put_reasons(merge);
    put_relevance(merge);
    put_stamps(merge);
    if (merge->evidence == 0)
        merge_put_evidence(merge, NULL, merge->step);
}

struct ent_record *merge_reports(const struct merge_member *members, size_t count, struct error *error)
{
    struct merge merge = {.members = members, .count = count};
    merge.pool = calloc(count, sizeof *merge.pool);
    merge.ranked = calloc(count, sizeof *merge.ranked);
    merge.builder = record_build(ENT_EVENT);
    struct ent_record *event = NULL;
    if (merge.pool && merge.ranked && merge.builder) {
        merge_pool(members, count, merge.pool, &merge.pool_count);
        memcpy(merge.ranked, merge.pool, merge.pool_count * sizeof *merge.pool);
        qsort(merge.ranked, merge.pool_count, sizeof *merge.ranked, by_word);
        merge.step = merge_latest_step(merge.pool, merge.pool_count);
        if (!merge.step)
            merge.step = merge.ranked[0];
        merge.typed = find_typed(&merge);
        put_fields(&merge);
        event = record_seal(merge.builder, error);
    } else {
        record_discard(merge.builder);
        error_set(error, ERROR_MEMORY, "no memory to merge %zu reports into an event", count);
    }
    free(merge.pool);
    free(merge.ranked);
    return event;
}
