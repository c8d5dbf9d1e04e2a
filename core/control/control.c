#include "core/control/control.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

static const struct control_row rows[CONTROL_COMMAND_COUNT] = {
    [CONTROL_STATUS] = {"status", NULL, false, false, false},
    [CONTROL_RELOAD] = {"reload", "an instance or a plugin", true, false, false},
    [CONTROL_STOP] = {"stop", NULL, false, false, false},
    [CONTROL_FETCH] = {"fetch", "the name of a source", false, false, false},
    [CONTROL_DEAD_LETTER_RETRY] = {"dead-letter-retry", "the id of a dead letter", false, true, false},
    [CONTROL_DEAD_LETTER_DROP] = {"dead-letter-drop", "the id of a dead letter", false, true, false},
    [CONTROL_RECODE] = {"recode", "the file of a batch", false, true, false},
    [CONTROL_DELIVERY_RETRY] = {"delivery-retry", "the id of a delivery", false, true, false},
    [CONTROL_EVENT_CONFIRM] = {"event-confirm", "the id of an event", false, true, true},
    [CONTROL_EVENT_REJECT] = {"event-reject", "the id of an event", false, true, true},
    [CONTROL_EVENT_MERGE] = {"event-merge", "the id of an event", false, true, true},
    [CONTROL_EVENT_SPLIT] = {"event-split", "the id of an event", false, true, true},
    [CONTROL_EVENT_SET] = {"event-set", "the id of an event", false, true, true},
    [CONTROL_EVENT_UNDO] = {"event-undo", "the number of a correction", false, true, true},
    [CONTROL_TOKEN_CREATE] = {"token-create", "the id of a token", false, true, true},
    [CONTROL_TOKEN_REVOKE] = {"token-revoke", "the id or name of a token", false, true, false},
    [CONTROL_SESSION_CREATE] = {"session-create", "the id of a session", false, true, true},
    [CONTROL_STORE_PRUNE] = {"store-prune", NULL, false, true, true},
    [CONTROL_ALERT_ACKNOWLEDGE] = {"alert-acknowledge", "the id of an alert", false, true, true},
    [CONTROL_ALERT_MUTE] = {"alert-mute", "the id of an alert", false, true, true},
    [CONTROL_ALERT_UNMUTE] = {"alert-unmute", "the id of an alert", false, true, true},
    [CONTROL_ALERT_RESOLVE] = {"alert-resolve", "the id of an alert", false, true, true},
    [CONTROL_ALERT_REOPEN] = {"alert-reopen", "the id of an alert", false, true, true},
    [CONTROL_ALERT_NOTE] = {"alert-note", "the id of an alert", false, true, true},
    [CONTROL_MUTE] = {"mute", "watch.NAME or event.ID", false, true, true},
    [CONTROL_UNMUTE] = {"unmute", "watch.NAME or event.ID", false, true, true},
    [CONTROL_BASELINE_IMPORT] = {"baseline-import", "a file of known pairs", false, true, true},
    [CONTROL_CODING_PUT] = {"coding-put", "the id of an event", false, true, true},
    [CONTROL_WATCH_SAVE] = {"watch-save", "the name of a watch", false, false, true},
    [CONTROL_WATCH_REMOVE] = {"watch-remove", "the name of a watch", false, false, true},
    [CONTROL_VIEW_SAVE] = {"view-save", "the name of a view", false, true, true},
    [CONTROL_VIEW_REMOVE] = {"view-remove", "the name of a view", false, true, true},
};

const struct control_row *control_row(enum control_command command)
{
    return &rows[command];
}

enum control_command control_find(const char *name)
{
    enum control_command command = 0;
    while (command < CONTROL_COMMAND_COUNT && strcmp(rows[command].name, name) != 0)
        command++;
    return command;
}

static const char *const kind_words[] = {
    [ERROR_NONE] = "none",   [ERROR_MEMORY] = "memory", [ERROR_SYSTEM] = "system", [ERROR_INPUT] = "input",
    [ERROR_LIMIT] = "limit", [ERROR_CONFIG] = "config", [ERROR_STATE] = "state",   [ERROR_MISSING] = "missing",
};
enum { KIND_COUNT = sizeof kind_words / sizeof *kind_words };

const char *control_kind_word(enum error_kind kind)
{
    return (size_t)kind < KIND_COUNT ? kind_words[kind] : "state";
}

enum error_kind control_kind_of(const char *word)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kind_words[i], word) == 0)
            return (enum error_kind)i;
    return ERROR_STATE;
}

void control_author(unsigned uid, char *text, size_t size)
{
    char storage[4096];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(uid, &entry, storage, sizeof storage, &found) == 0 && found)
        snprintf(text, size, "%s", found->pw_name);
    else
        snprintf(text, size, "uid %u", uid);
}
