/* entente store prune: lets go of what is old, at once. */
#include "core/base/clock.h"
#include "core/base/paths.h"
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/cli/store_change.h"
#include "core/config/config.h"
#include "core/query/query.h"
#include "core/setup/setup.h"

#include <string.h>

static const char *const kinds[] = {"items", "dead", "deliveries"};
enum { KINDS = 3 };

/* The ages of [retention] as times before which things go; INT64_MIN where it says nothing. */
static bool read_configuration(const struct command_line *line, int64_t now, int64_t before[KINDS])
{
    struct error error = ERROR_INIT;
    const char *path = line->config_path ? line->config_path : config_default_path();
    if (!path)
        return true;
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(path, NULL, OPTIONS_CHECK, diagnostics, &error) : NULL;
    bool ok = setup && diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0;
    for (size_t i = 0; ok && i < KINDS; i++) {
        const struct option_value *value = options_find(setup_daemon(setup)->retention, kinds[i]);
        if (value && value->is_set && value->integer > 0)
            before[i] = now - value->integer;
    }
    if (!ok && setup)
        message_failure("%s has errors; 'entente check' shows them", path);
    else if (!ok)
        message_failure("%s", diagnostics ? error.text : "out of memory");
    setup_destroy(setup);
    diagnostics_destroy(diagnostics);
    return ok;
}

static bool read_options(const struct command_line *line, int64_t now, int64_t before[KINDS])
{
    bool any = false;
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < KINDS; i++) {
        const char *text = command_value(line, kinds[i]);
        if (text && !query_parse_time(text, now, false, &before[i], &error)) {
            message_failure("--%s: %s", kinds[i], error.text);
            return false;
        }
        if (text && before[i] > now) {
            message_failure("--%s: '%s' is yet to come", kinds[i], text);
            return false;
        }
        any = any || text;
    }
    if (!any && !read_configuration(line, now, before))
        return false;
    for (size_t i = 0; i < KINDS; i++)
        if (before[i] != INT64_MIN)
            return true;
    message_failure("nothing is to be let go of: set items, dead or deliveries in [retention], or give an age, as "
                    "--items 400d");
    return false;
}

static int64_t add(json_t *total, const json_t *result, const char *name)
{
    json_int_t sum = json_integer_value(json_object_get(total, name)) + json_integer_value(json_object_get(result, name));
    json_object_set_new(total, name, json_integer(sum));
    return sum;
}

static void print_counts(const json_t *total, const json_t *last)
{
    char items[SHEET_TIME_SIZE], bytes[SHEET_TIME_SIZE], letters[SHEET_TIME_SIZE], attempts[SHEET_TIME_SIZE];
    printf("let go of: the bodies of %s items (%s bytes), %s dead letters, %s attempts of deliveries\n",
           sheet_count(items, json_integer_value(json_object_get(total, "items"))),
           sheet_count(bytes, json_integer_value(json_object_get(total, "bytes"))),
           sheet_count(letters, json_integer_value(json_object_get(total, "dead_letters"))),
           sheet_count(attempts, json_integer_value(json_object_get(total, "attempts"))));
    const char *held_by = json_string_value(json_object_get(last, "held_by"));
    if (held_by && *held_by)
        printf("older items behind number %" JSON_INTEGER_FORMAT " keep their bodies: %s has not finished them\n",
               json_integer_value(json_object_get(last, "held_at")), held_by);
}

static bool prune(const char *state_dir, const int64_t before[KINDS], struct error *error)
{
    json_t *arguments = json_object(), *total = json_object();
    struct control_request request = {.command = CONTROL_STORE_PRUNE, .arguments = arguments};
    bool ok = arguments && total, more = true;
    for (size_t i = 0; ok && i < KINDS; i++)
        if (before[i] != INT64_MIN)
            ok = json_object_set_new(arguments, kinds[i], json_integer(before[i])) == 0;
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory");
    while (ok && more) {
        json_t *result = store_change_make(state_dir, request, error);
        ok = result != NULL;
        add(total, result, "items");
        add(total, result, "bytes");
        add(total, result, "dead_letters");
        add(total, result, "attempts");
        more = json_is_true(json_object_get(result, "more"));
        if (ok && !more)
            print_counts(total, result);
        json_decref(result);
    }
    json_decref(arguments);
    json_decref(total);
    return ok;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX];
    int64_t before[KINDS] = {INT64_MIN, INT64_MIN, INT64_MIN};
    if (!read_options(line, clock_now(), before) || !state_find(line, state_dir))
        return COMMAND_USAGE;
    return prune(state_dir, before, &error) ? COMMAND_DONE : message_failure("%s", error.text);
}

static const struct command_option options[] = {
    {"items", 0, COMMAND_VALUE, "AGE", NULL, NULL, "Bodies of items that were fetched before: an age (400d, 52w) or a date"},
    {"dead", 0, COMMAND_VALUE, "AGE", NULL, NULL, "Dead letters from before"},
    {"deliveries", 0, COMMAND_VALUE, "AGE", NULL, NULL, "The log of deliveries that were settled before"},
    {.name = NULL},
};

const struct command command_store_prune = {
    .name = "store prune",
    .summary = "Let go of what is old, at once",
    .description =
        "The daemon does this by itself every hour where [retention] says for how long things are kept; this does it now, by "
        "[retention] or by the ages given. Of items go the bodies: id, address, title and hash stay, so that nothing returns "
        "as new, and events stay with all that was quoted. What a classifier or the desk has not finished keeps its body. "
        "'entente recode' says which items it can no longer code.",
    .examples = "entente store prune\tBy the configuration\n"
                "entente store prune --items 400d --dead 90d\tBy these ages",
    .options = options,
    .run = run,
};
