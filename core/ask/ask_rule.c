/* Rules and the words that they are made of: vocabulary, whether a rule is right, what it would have raised. */
#include "core/ask/question.h"
#include "core/ask/trials.h"
#include "core/base/clock.h"
#include "core/config/option_value.h"
#include "core/desk/correction_values.h"
#include "core/store/events.h"
#include "core/watch/archive.h"
#include "core/watch/dry_run.h"
#include "core/watch/rule.h"
#include "core/watch/rule_language.h"
#include "core/watch/watch.h"
#include "lib/record/record.h"
#include "lib/record/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* A part of a trial is short, since others wait for who goes over it, and ends once its hits have so many bytes: a long rule explains
 * itself at length. */
enum { TRY_LIMIT = 50, TRY_LIMIT_MAX = 200, TRY_PART_MS = 400, TRY_PART_BYTES = 4 * 1024 * 1024 };

static void put_words(struct asking *asking, const char *key, const char *const *words)
{
    json_key(asking->json, key);
    json_array_open(asking->json);
    for (; words && *words; words++)
        json_put_text(asking->json, *words);
    json_array_close(asking->json);
}

/* The keys that a watch may be saved with, beside rule, sinks and changes; of those the changes' words are wanted too.
 */
static void put_watch_options(struct asking *asking)
{
    struct option_table table = watch_options();
    json_key(asking->json, "watch_options");
    json_array_open(asking->json);
    for (size_t i = 0; i < table.count; i++) {
        struct ent_option option = options_row(&table, i);
        json_object_open(asking->json);
        ask_put_text(asking, "name", option.name);
        ask_put_text(asking, "type", option_type_word(option.type));
        ask_put_text(asking, "choices", option.choices ? option.choices : "");
        ask_put_text(asking, "default", option.default_value ? option.default_value : "");
        ask_put_text(asking, "help", option.help);
        json_object_close(asking->json);
    }
    json_array_close(asking->json);
}

bool ask_vocabulary(struct asking *asking)
{
    static const struct {
        const char *key;
        enum vocabulary vocabulary;
    } lists[] = {
        {"type", VOCABULARY_TYPE},         {"role", VOCABULARY_ROLE},     {"status", VOCABULARY_STATUS},
        {"modality", VOCABULARY_MODALITY}, {"scope", VOCABULARY_SCOPE},   {"unroca", VOCABULARY_UNROCA},
        {"sipri", VOCABULARY_SIPRI},       {"source_class", VOCABULARY_SOURCE_CLASS},
        {"date_precision", VOCABULARY_DATE_PRECISION}, {"place_precision", VOCABULARY_PLACE_PRECISION},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        put_words(asking, lists[i].key, vocabulary_words(lists[i].vocabulary));
    json_key(asking->json, "subtypes");
    json_object_open(asking->json);
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++)
        put_words(asking, *type, vocabulary_subtypes(*type));
    json_object_close(asking->json);
    json_key(asking->json, "rules"); /* the terms of rules, for completing them */
    rule_language_json(asking->json, asking->names);
    json_key(asking->json, "settable");
    json_array_open(asking->json);
    for (const struct correction_field *field = correction_fields(); field->name; field++) {
        json_object_open(asking->json);
        ask_put_text(asking, "name", field->name);
        ask_put_text(asking, "help", field->help);
        json_object_close(asking->json);
    }
    json_array_close(asking->json);
    put_watch_options(asking);
    return true;
}

/* NULL, refused, where it is wrong. */
static struct rule *read_rule(struct asking *asking)
{
    struct rule_error error = {0};
    const char *text;
    if (!asking_require(asking, "when", &text))
        return NULL;
    struct rule *rule = rule_compile_with(asking->names, text, strlen(text), &error);
    if (!rule)
        asking_refuse(asking, "when", error.offset, error.length, error.nearest, "%s", error.text);
    return rule;
}

/* Term by term, why a rule does or does not match an event as it stands. */
bool ask_rule_explain(struct asking *asking)
{
    const char *id;
    struct ent_record *event = NULL;
    struct rule *rule = read_rule(asking);
    struct rule_facts *facts = rule_facts_create();
    struct archive *archive = archive_create();
    bool ok = rule && asking_require(asking, "event", &id);
    if (ok && (!facts || !archive))
        ok = error_set(asking->error, ERROR_MEMORY, "out of memory");
    ok = ok && store_event_find(asking->store, id, &event, NULL, asking->error);
    if (ok && !rule_facts_fill(facts, event->view, NULL))
        ok = error_set(asking->error, ERROR_MEMORY, "out of memory");
    if (ok) {
        archive_begin(archive, asking->store);
        rule_facts_ask(facts, archive_table(archive));
        json_key(asking->json, "reasons");
        bool matches = rule_explain_json(rule, facts, asking->json);
        json_key(asking->json, "matches");
        json_put_boolean(asking->json, matches);
        ok = !archive_failed(archive, asking->error);
    }
    record_release(event);
    archive_destroy(archive);
    rule_facts_destroy(facts);
    rule_destroy(rule);
    return ok;
}

bool ask_rule(struct asking *asking)
{
    struct rule *rule = read_rule(asking);
    if (!rule)
        return false;
    ask_put_text(asking, "when", rule_text(rule));
    rule_destroy(rule);
    return true;
}

/* ---- trials ---- */

struct hits {
    struct asking *asking;
    int64_t put, limit;
};

static bool put_hit(void *context, const struct dry_run_hit *hit)
{
    struct hits *hits = context;
    struct asking *asking = hits->asking;
    struct buffer line = BUFFER_INIT;
    json_object_open(asking->json);
    ask_put_text(asking, "event", hit->has_event ? record_text(hit->event, ENT_REPORT_ID) : NULL);
    ask_put_integer(asking, "time", hit->time);
    ask_put_text(asking, "reason", hit->reason);
    ask_put_text(asking, "finding", hit->finding);
    if (hit->has_event)
        watch_headline(hit->event, &line);
    else
        buffer_append_text(&line, hit->finding);
    ask_put_text(asking, "headline", line.bytes ? line.bytes : "");
    ask_put_text(asking, "why", hit->explanation);
    json_object_close(asking->json);
    buffer_free(&line);
    return ++hits->put < hits->limit && asking->answer->body.size < TRY_PART_BYTES;
}

static bool begin_run(struct asking *asking)
{
    static const char *const on[] = {"new", NULL};
    struct trial *trial = asking->trial;
    struct error problem = ERROR_INIT;
    const char *from = asking_text(asking, "since");
    int64_t since = INT64_MIN;
    if (from && !query_parse_time(from, clock_now(), false, &since, &problem))
        return asking_refuse(asking, "since", 0, 0, NULL, "%s", problem.text);
    if (from && !(trial->since = strdup(from)))
        return error_set(asking->error, ERROR_MEMORY, "out of memory");
    trial->rule = read_rule(asking);
    trial->run = trial->rule ? dry_run_begin(asking->store, trial->rule, on, since, asking->error) : NULL;
    return trial->run != NULL;
}

/* A cursor goes with the question that it was an answer to. */
static bool check_run(struct asking *asking)
{
    const struct trial *trial = asking->trial;
    const char *when, *since = asking_text(asking, "since");
    if (!asking_require(asking, "when", &when))
        return false;
    return (strcmp(when, rule_text(trial->rule)) == 0 && strcmp(since ? since : "", trial->since ? trial->since : "") == 0) ||
           asking_refuse(asking, "after", 0, 0, NULL, "is the cursor of a trial of another rule, or of another `since`");
}

static bool go_on_with_run(struct asking *asking, struct hits *hits)
{
    struct dry_run_counts counts;
    char cursor[TRIAL_CURSOR_SIZE];
    struct dry_run *run = asking->trial->run;
    json_key(asking->json, "hits");
    json_array_open(asking->json);
    bool ok = dry_run_go_on(run, clock_monotonic() + TRY_PART_MS, put_hit, hits, &counts, asking->error);
    json_array_close(asking->json);
    asking->goes_on = ok && !dry_run_is_done(run);
    ask_put_integer(asking, "revisions", counts.revisions);
    json_key(asking->json, "progress");
    json_put_number(asking->json, dry_run_progress(run));
    json_key(asking->json, "more");
    json_put_boolean(asking->json, asking->goes_on);
    if (asking->goes_on) {
        trial_pass(asking->trial, cursor);
        ask_put_text(asking, "next", cursor);
    }
    return ok;
}

bool ask_rule_try(struct asking *asking)
{
    struct hits hits = {.asking = asking};
    asking->goes_on = asking->trial->run != NULL; /* what is asked wrongly ends no trial */
    return asking_integer(asking, "limit", 1, TRY_LIMIT_MAX, TRY_LIMIT, &hits.limit) &&
           (asking->trial->run ? check_run(asking) : begin_run(asking)) && go_on_with_run(asking, &hits);
}
