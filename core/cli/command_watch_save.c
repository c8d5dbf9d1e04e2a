/* entente watch save: a watch of one's own, without touching the configuration's files. */
#include "core/cli/message.h"
#include "core/cli/watch_change.h"

#include <string.h>

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

static int run(const struct command_line *line)
{
    const char *when = command_value(line, "when");
    if (!when)
        return message_failure("give the rule with --when; 'entente help watch save' shows how");
    json_t *arguments = watch_change_arguments(line);
    if (arguments && (json_object_set_new(arguments, "when", json_string(when)) != 0 ||
                      !put_list(arguments, "to", command_value(line, "to")) ||
                      !put_list(arguments, "on", command_value(line, "on")))) {
        json_decref(arguments);
        arguments = NULL;
    }
    return watch_change(line, CONTROL_WATCH_SAVE, arguments);
}

static const struct command_option options[] = {
    {"when", 'w', COMMAND_VALUE, "RULE", NULL, NULL, "The rule that an event must match; 'entente watch terms' explains it"},
    {"to", 't', COMMAND_LIST, "SINKS", NULL, NULL, "Names of the sinks that get the alerts; without, they are kept and shown only"},
    {"on", 'o', COMMAND_LIST, "CHANGES", NULL, NULL, "What raises an alert: new, or changes of an event as in [watch.NAME]"},
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
        "Checks name, rule and sinks, writes watches.d/NAME.ini in the state directory, which the configuration includes by "
        "itself, and has the daemon read its configuration anew. Without a daemon the file is there for the next start. A new "
        "watch begins at the present; one that is changed goes on where it was. A watch that stands in a file of the "
        "configuration is not touched. 'entente watch test --when RULE' tells beforehand what it would have raised.",
    .examples = "entente watch save pacts --when 'type = agreement' --to mail\tTell of agreements by [sink.mail]\n"
                "entente watch save pacts --when 'type = agreement and actor = KAZ' --to mail\tChange its rule\n"
                "entente watch save steps --when 'actor = KAZ' --on new,status --to mail,desk\tSeveral sinks, and each change of status",
    .options = options,
    .run = run,
};
