#include "core/recode/difference.h"

#include "lib/record/record_json.h"
#include "lib/record/schema.h"

#include <stdlib.h>
#include <string.h>

/* What an event says; who made it, and how sure it is and why, is not compared. */
static const unsigned compared[] = {ENT_REPORT_SUBTYPE,   ENT_REPORT_STATUS, ENT_REPORT_MODALITY,  ENT_REPORT_SCOPE,
                                    ENT_REPORT_ACTOR,     ENT_REPORT_DATE,   ENT_REPORT_PLACE,     ENT_REPORT_QUANTITY,
                                    ENT_REPORT_EQUIPMENT, ENT_REPORT_NAME,   ENT_REPORT_PROGRAMME, ENT_REPORT_TAG,
                                    ENT_REPORT_CITED};

static void append_actors(struct record_view report, struct buffer *out)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        buffer_printf(out, "%s%s %s", i ? ", " : "", id ? id : "?", role ? role : "?");
    }
}

static void append_field(struct record_view report, const struct schema_field *field, struct buffer *out)
{
    struct text text;
    struct record_view within;
    struct json_writer writer;
    if (field->field == ENT_REPORT_ACTOR) {
        append_actors(report, out);
        return;
    }
    for (size_t i = 0; i < record_count(report, field->field); i++) {
        if (i)
            buffer_append_text(out, ", ");
        if (field->type == ENT_STR && record_get_str(report, field->field, i, &text))
            buffer_append(out, text.bytes, text.size);
        if (field->type == ENT_REC && record_get_view(report, field->field, i, &within)) {
            json_begin(&writer, out);
            record_to_json(&writer, within, 0);
        }
    }
}

void difference_fields(struct record_view before, struct record_view after, difference_field *tell, void *context)
{
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        const struct schema_field *field = schema_field(ENT_REPORT, compared[i]);
        struct buffer left = BUFFER_INIT, right = BUFFER_INIT;
        append_field(before, field, &left);
        append_field(after, field, &right);
        const char *was = left.bytes ? left.bytes : "", *is = right.bytes ? right.bytes : "";
        if (strcmp(was, is) != 0)
            tell(context, field->name, was, is);
        buffer_free(&left);
        buffer_free(&right);
    }
}

static void count_field(void *context, const char *field, const char *before, const char *after)
{
    (void)field;
    (void)before;
    (void)after;
    ++*(size_t *)context;
}

static bool has_actor(struct record_view report, const char *id)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *other = record_text(actor, ENT_ACTOR_ID);
        if (other && strcmp(other, id) == 0)
            return true;
    }
    return false;
}

/* How alike two events of one type are: shared actors first, then equal fields; -1 for no pair. */
static long likeness(struct record_view before, struct record_view after)
{
    const char *left = record_text(before, ENT_REPORT_TYPE), *right = record_text(after, ENT_REPORT_TYPE);
    struct record_view actor;
    size_t shared = 0, differing = 0;
    if (!left || !right || strcmp(left, right) != 0)
        return -1;
    for (size_t i = 0; record_get_view(before, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID);
        shared += id && has_actor(after, id);
    }
    if (!shared)
        return -1;
    difference_fields(before, after, count_field, &differing);
    return (long)(shared * 100 + (sizeof compared / sizeof *compared - differing));
}

struct difference *difference_find(struct ent_record *const *before, size_t before_count,
                                   struct ent_record *const *after, size_t after_count, size_t *count)
{
    struct difference *rows = calloc(before_count + after_count + 1, sizeof *rows);
    bool *taken = calloc(after_count + 1, sizeof *taken);
    *count = 0;
    for (size_t i = 0; rows && taken && i < before_count; i++) {
        long best = -1;
        size_t partner = 0, differing = 0;
        for (size_t k = 0; k < after_count; k++) {
            long alike = taken[k] ? -1 : likeness(before[i]->view, after[k]->view);
            if (alike > best) {
                best = alike;
                partner = k;
            }
        }
        if (best < 0) {
            rows[(*count)++] = (struct difference){DIFFERENCE_LOST, i, 0};
            continue;
        }
        taken[partner] = true;
        difference_fields(before[i]->view, after[partner]->view, count_field, &differing);
        rows[(*count)++] = (struct difference){differing ? DIFFERENCE_CHANGED : DIFFERENCE_SAME, i, partner};
    }
    for (size_t k = 0; rows && taken && k < after_count; k++)
        if (!taken[k])
            rows[(*count)++] = (struct difference){DIFFERENCE_GAINED, 0, k};
    if (!taken) {
        free(rows);
        rows = NULL;
    }
    free(taken);
    return rows;
}

void difference_print_event(struct record_view report, struct buffer *out)
{
    static const unsigned words[] = {ENT_REPORT_STATUS, ENT_REPORT_MODALITY, ENT_REPORT_SCOPE};
    const char *type = record_text(report, ENT_REPORT_TYPE), *subtype = record_text(report, ENT_REPORT_SUBTYPE);
    buffer_printf(out, "%s%s%s:", type ? type : "?", subtype ? "." : "", subtype ? subtype : "");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *word = record_text(report, words[i]);
        buffer_printf(out, "%s %s", i ? "," : "", word ? word : "?");
    }
    buffer_append_text(out, "; ");
    append_actors(report, out);
}
