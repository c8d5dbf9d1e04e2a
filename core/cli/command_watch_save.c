/* entente watch save: a watch of one's own, without touching the configuration's files. */
#include "core/cli/message.h"
#include "core/cli/watch_change.h"

#include <string.h>

enum { KEY_SIZE = 64 };

/* The words of an option, apart by commas, as a list. */
static bool put_list(json_t *arguments, const char *name, const char *text)
{
    json_t *list = text ? json_array() : NULL;
    bool ok = !text || list;
    for (const char *at = text; ok && at && *at;) {
        size_t size = strcspn(at, ","), from = strspn(at, " "), to = size;
        while (to > from && at[to - 1] == ' ')
            to--;
        if (from < to)
            ok = json_array_append_new(list, json_stringn(at + from, to - from)) == 0;
        at += size + (at[size] == ',');
    }
    if (ok && list)
        ok = json_object_set(arguments, name, list) == 0;
    json_decref(list);
    return ok;
}

/* "KEY=VALUE" lines as an object; "KEY=" takes the key away. False with a message where one is neither. */
static bool put_options(json_t *arguments, const char *text, bool *is_said)
{
    json_t *options = text ? json_object() : NULL;
    bool ok = !text || options;
    for (const char *at = text; ok && at && *at;) {
        size_t size = strcspn(at, "\n"), key = strcspn(at, "=\n");
        char name[KEY_SIZE];
        if (at[key] != '=' || key == 0 || key >= sizeof name) {
            message_failure("--set %.*s: write KEY=VALUE, such as --set 'digest=daily 07:30'", (int)size, at);
            *is_said = true;
            ok = false;
            break;
        }
        memcpy(name, at, key);
        name[key] = '\0';
        ok = json_object_set_new(options, name,
                                 size > key + 1 ? json_stringn(at + key + 1, size - key - 1) : json_null()) == 0;
        at += size + (at[size] == '\n');
    }
    ok = ok && (!options || json_object_set(arguments, "options", options) == 0);
    json_decref(options);
    return ok;
}

static int run(const struct command_line *line)
{
    const char *when = command_value(line, "when");
    if (!when)
        return message_failure("give the rule with --when; 'entente help watch save' shows how");
    bool is_said = false;
    json_t *arguments = watch_change_arguments(line);
    if (arguments && (json_object_set_new(arguments, "when", json_string(when)) != 0 ||
                      !put_list(arguments, "to", command_value(line, "to")) ||
                      !put_list(arguments, "on", command_value(line, "on")) ||
                      !put_options(arguments, command_value(line, "set"), &is_said))) {
        json_decref(arguments);
        arguments = NULL;
    }
    if (is_said)
        return COMMAND_USAGE;
    return watch_change(line, CONTROL_WATCH_SAVE, arguments);
}

static const struct command_option options[] = {
    {"when", 'w', COMMAND_VALUE, "RULE", NULL, NULL,
     "The rule that an event must match; 'entente watch terms' explains it"},
    {"to", 't', COMMAND_LIST, "SINKS", NULL, NULL,
     "Names of the sinks that get the alerts, '' for none: then they are kept and shown only"},
    {"on", 'o', COMMAND_LIST, "CHANGES", NULL, NULL,
     "What raises an alert: new, or changes of an event as in [watch.NAME]"},
    {"set", 's', COMMAND_REPEAT, "KEY=VALUE", NULL, NULL,
     "Another key of [watch.NAME], such as digest, quiet, throttle or enabled; KEY= takes it away"},
    {"author", 'a', COMMAND_VALUE, "NAME", NULL, NULL, "Who does it; else your login name"},
    {.name = NULL},
};

const struct command command_watch_save = {
    .name = "watch save",
    .summary = "Save a watch beside those of the configuration, or change it",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Checks name, rule and sinks, writes watches.d/NAME.ini in the state directory, which the configuration "
        "includes by "
        "itself, and has the daemon read its configuration anew. Without a daemon the file is there for the next "
        "start. A new "
        "watch begins at the present; one that is changed goes on where it was, and what is not given stays as it "
        "stands. A watch that stands in a file of the "
        "configuration is not touched. 'entente watch test --when RULE' tells beforehand what it would have raised.",
    .examples = "entente watch save pacts --when 'type = agreement' --to mail\tTell of agreements by [sink.mail]\n"
                "entente watch save pacts --when 'type = agreement and actor = KAZ' --to mail\tChange its rule\n"
                "entente watch save steps --when 'actor = KAZ' --on new,status --to mail,desk\tSeveral sinks, and each "
                "change of status\n"
                "entente watch save pacts --when 'type = agreement' --set 'digest=daily 07:30 Europe/Vienna' --set "
                "max_age=30d\tGathered once a day",
    .options = options,
    .run = run,
};
