/* Message: one line that a program writes, by entente-exec(7), taken apart and checked. A program can write anything,
 * so nothing here is believed before it was looked at. Pure; any thread. */
#ifndef PLUGINS_EXEC_MESSAGE_H
#define PLUGINS_EXEC_MESSAGE_H

#include "lib/base/error.h"
#include "lib/program/hello.h"
#include "lib/record/record.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stdint.h>

enum { MESSAGE_TEXT_SIZE = 400, MESSAGE_NAME_SIZE = 41, MESSAGE_REPORT_SIZE = 33 };

enum message_type {
    MESSAGE_NONE, /* it could not be understood */
    MESSAGE_HELLO,
    MESSAGE_OUTPUT,   /* id, record */
    MESSAGE_WITHDRAW, /* id, report */
    MESSAGE_RESULT,   /* id, code, text, … */
    MESSAGE_LOG,      /* level, text */
    MESSAGE_METRIC    /* name, gauge or count */
};

struct message {
    enum message_type type;
    int64_t id; /* 0: none; also where the rest could not be understood */
    struct hello *hello;
    struct ent_record *record;
    char report[MESSAGE_REPORT_SIZE];
    enum ent_code code;
    char text[MESSAGE_TEXT_SIZE];
    int64_t retry_after_ms, next_fetch_ms; /* -1: it does not say */
    bool passes;
    char *state; /* JSON; NULL: it says nothing of it */
    size_t state_size;
    uint32_t level; /* enum ent_log_level */
    char name[MESSAGE_NAME_SIZE];
    bool is_gauge;
    double gauge;
    int64_t count;
};

/* Fills `message`, which message_free gives back in any case. `kind` is that of the records that the program may write
 * (0: none). False with `error`: what is wrong with the line. */
bool message_read(struct message *message, const char *line, size_t size, unsigned kind, struct error *error);
void message_free(struct message *message);

#endif
