#include "lib/evaluate/tally.h"

#include "lib/base/json_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const list_names[TALLY_LISTS] = {"equipment_class", "place_country", "quantities"};
static const char *const class_names[TALLY_CLASSES] = {"status", "modality", "scope", "subtype"};

/* Three digits, as they are printed: the JSON must not hold more than the reference does. */
static double rounded(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.3f", value);
    return strtod(text, NULL);
}

static double ratio_value(const struct ratio *ratio)
{
    return ratio->of ? (double)ratio->right / ratio->of : 0;
}

static double mean_f1(const struct counts *counts, size_t size, const bool *seen, bool only_labelled)
{
    double sum = 0;
    size_t used = 0;
    for (size_t i = 0; i < size; i++)
        if (seen[i] && (!only_labelled || counts[i].right + counts[i].missed)) {
            sum += rounded(tally_f1(&counts[i]));
            used++;
        }
    return used ? sum / (double)used : 0;
}

/* ---- vocabulary fields ---- */
struct class_result {
    double macro_f1, accuracy, common_accuracy;
    const char *common;
    bool any;
};

static struct class_result class_result(const struct tally_class *class, const char *field)
{
    struct class_result result = {.any = false};
    size_t used = 0, right = 0, common = 0, of_common = 0;
    for (size_t i = 0; i < class->key_count; i++) {
        right += class->counts[i].right;
        if (class->counts[i].right + class->counts[i].missed) {
            result.macro_f1 += rounded(tally_f1(&class->counts[i]));
            used++;
        }
        if (class->labels[i] > class->labels[common] ||
            (class->labels[i] == class->labels[common] && class->first_label[i] < class->first_label[common]))
            common = i;
    }
    if (!used)
        return result;
    result.any = true;
    result.common = class->keys[common];
    for (size_t i = 0; i < class->credit_count; i++)
        of_common += label_accepts(class->credit[i], field, result.common);
    result.macro_f1 /= (double)used;
    result.accuracy = (double)right / (double)class->credit_count;
    result.common_accuracy = (double)of_common / (double)class->credit_count;
    return result;
}

/* ---- for people ---- */
static void print_row(struct buffer *out, const char *indent, const char *name, const struct counts *counts)
{
    buffer_printf(out, "%s%-*s P %.3f  R %.3f  F1 %.3f   (tp %u fp %u fn %u)\n", indent, (int)(26 - strlen(indent)),
                  name, tally_precision(counts), tally_recall(counts), tally_f1(counts), counts->right,
                  counts->spurious, counts->missed);
}

static void print_ratio(struct buffer *out, const char *name, const struct ratio *ratio)
{
    if (ratio->of)
        buffer_printf(out, "  %-24s %.3f   (%u of %u)\n", name, ratio_value(ratio), ratio->right, ratio->of);
}

void tally_print(const struct tally *tally, struct buffer *out)
{
    buffer_printf(out, "items %u\n", tally->items);
    print_row(out, "", "EVENTS", &tally->sum.facts);
    print_row(out, "", "USABLE", &tally->sum.usable);
    print_row(out, "", "non-facts", &tally->sum.nonfacts);
    print_row(out, "", "relevance (any)", &tally->sum.relevance);
    buffer_printf(out, "%-26s macro F1 %.3f\n", "relevance, three classes",
                  mean_f1(tally->three, 3, tally->three_seen, false));
    buffer_printf(out, "%-26s macro F1 %.3f\n", "type presence",
                  mean_f1(tally->presence, TALLY_TYPES, tally->presence_seen, true));
    for (size_t i = 0; i < TALLY_TYPES; i++)
        if (tally->types_seen[i])
            print_row(out, "  ", tally_types[i], &tally->types[i]);
    print_ratio(out, "actors_exact", &tally->actors_exact);
    print_ratio(out, "date_stated", &tally->dates_stated);
    print_ratio(out, "roles_exact", &tally->roles_exact);
    for (size_t i = 0; i < TALLY_LISTS; i++)
        if (tally->lists_seen[i])
            print_row(out, "  ", list_names[i], &tally->lists[i]);
    for (size_t i = 0; i < TALLY_CLASSES; i++) {
        struct class_result result = class_result(&tally->classes[i], class_names[i]);
        if (result.any)
            buffer_printf(out, "  %-24s macro F1 %.3f, accuracy %.3f (always “%s”: %.3f)\n", class_names[i],
                          result.macro_f1, result.accuracy, result.common ? result.common : "none",
                          result.common_accuracy);
    }
    buffer_printf(out, "  dates invented           %u of %u\n", tally->dates_invented.right, tally->dates_invented.of);
    if (tally->checks_evidence)
        buffer_printf(out, "  evidence valid           %u of %u\n", tally->evidence.right, tally->evidence.of);
}

void tally_print_error(const struct tally_error *error, struct buffer *out)
{
    const json_t *event = error->event, *actors = json_object_get(event, "actors");
    const char *subtype = label_text(event, "subtype"),
               *quote = label_text(json_array_get(json_object_get(event, "evidence"), 0), "quote");
    buffer_printf(out, "- %s: %s: %s/%s %s %s [", tally_faults[error->fault], error->id, label_text(event, "type"),
                  subtype ? subtype : "-", label_text(event, "status"), label_text(event, "modality"));
    for (size_t i = 0; i < json_array_size(actors); i++)
        buffer_printf(out, "%s%s=%s", i ? ", " : "", label_text(json_array_get(actors, i), "role"),
                      label_text(json_array_get(actors, i), "id"));
    buffer_printf(out, "] “%s”\n", quote ? quote : "");
}

/* ---- as JSON ---- */
static void put_integer(struct json_writer *writer, const char *key, uint32_t value)
{
    json_key(writer, key);
    json_put_integer(writer, value);
}

static void put_number(struct json_writer *writer, const char *key, double value)
{
    json_key(writer, key);
    json_put_number(writer, rounded(value));
}

static void put_counts(struct json_writer *writer, const char *key, const struct counts *counts)
{
    json_key(writer, key);
    json_object_open(writer);
    put_integer(writer, "tp", counts->right);
    put_integer(writer, "fp", counts->spurious);
    put_integer(writer, "fn", counts->missed);
    put_number(writer, "precision", tally_precision(counts));
    put_number(writer, "recall", tally_recall(counts));
    put_number(writer, "f1", tally_f1(counts));
    json_object_close(writer);
}

static void put_ratio(struct json_writer *writer, const char *key, const struct ratio *ratio)
{
    if (!ratio->of)
        return;
    json_key(writer, key);
    json_object_open(writer);
    put_integer(writer, "right", ratio->right);
    put_integer(writer, "of", ratio->of);
    put_number(writer, "accuracy", ratio_value(ratio));
    json_object_close(writer);
}

static void put_class(struct json_writer *writer, const char *name, const struct class_result *result)
{
    json_key(writer, name);
    json_object_open(writer);
    put_number(writer, "macro_f1", result->macro_f1);
    put_number(writer, "accuracy", result->accuracy);
    json_key(writer, "accuracy_of_always");
    json_array_open(writer);
    json_put_text(writer, result->common);
    json_put_number(writer, rounded(result->common_accuracy));
    json_array_close(writer);
    json_object_close(writer);
}

static void put_groups(struct json_writer *writer, const struct tally *tally)
{
    json_key(writer, "events_by_type");
    json_object_open(writer);
    for (size_t i = 0; i < TALLY_TYPES; i++)
        if (tally->types_seen[i])
            put_counts(writer, tally_types[i], &tally->types[i]);
    json_object_close(writer);
    json_key(writer, "fields");
    json_object_open(writer);
    put_ratio(writer, "actors_exact", &tally->actors_exact);
    put_ratio(writer, "date_stated", &tally->dates_stated);
    put_ratio(writer, "roles_exact", &tally->roles_exact);
    json_object_close(writer);
    json_key(writer, "lists");
    json_object_open(writer);
    for (size_t i = 0; i < TALLY_LISTS; i++)
        if (tally->lists_seen[i])
            put_counts(writer, list_names[i], &tally->lists[i]);
    json_object_close(writer);
    json_key(writer, "classes");
    json_object_open(writer);
    for (size_t i = 0; i < TALLY_CLASSES; i++) {
        struct class_result result = class_result(&tally->classes[i], class_names[i]);
        if (result.any)
            put_class(writer, class_names[i], &result);
    }
    json_object_close(writer);
}

void tally_print_json(const struct tally *tally, struct buffer *out)
{
    struct json_writer writer;
    json_begin(&writer, out);
    json_object_open(&writer);
    put_integer(&writer, "items", tally->items);
    put_counts(&writer, "events", &tally->sum.facts);
    put_counts(&writer, "usable", &tally->sum.usable);
    put_counts(&writer, "nonfacts", &tally->sum.nonfacts);
    put_counts(&writer, "relevance", &tally->sum.relevance);
    put_number(&writer, "relevance_macro_f1", mean_f1(tally->three, 3, tally->three_seen, false));
    put_number(&writer, "type_presence_macro_f1", mean_f1(tally->presence, TALLY_TYPES, tally->presence_seen, true));
    put_groups(&writer, tally);
    json_key(&writer, "dates_invented");
    json_object_open(&writer);
    put_integer(&writer, "n", tally->dates_invented.right);
    put_integer(&writer, "of", tally->dates_invented.of);
    json_object_close(&writer);
    if (tally->checks_evidence) {
        json_key(&writer, "evidence_valid");
        json_object_open(&writer);
        put_integer(&writer, "right", tally->evidence.right);
        put_integer(&writer, "of", tally->evidence.of);
        json_key(&writer, "rate");
        if (tally->evidence.of)
            json_put_number(&writer, rounded(ratio_value(&tally->evidence)));
        else
            json_put_null(&writer);
        json_object_close(&writer);
    }
    json_object_close(&writer);
    buffer_append_char(out, '\n');
}
