/* Log: one line an entry on stderr, as text or JSON ([log] format), UTC RFC 3339, with instance and record id.
 *
 * Process-wide, any thread. An entry that repeats the one before (same level, instance and text) within ten seconds is
 * counted and told once. Never give a secret to it. */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR = 1, LOG_WARNING = 2, LOG_INFO = 3, LOG_DEBUG = 4 }; /* as ENT_LOG_ in plugin.h */
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* Before other threads start; again on reload. `descriptor` is written to, usually 2. */
void log_setup(enum log_format format, enum log_level level, int descriptor);
/* "warning" → LOG_WARNING. False for a word that is no level. */
bool log_level_of(const char *word, enum log_level *level);
/* `instance` ("source.edm") and `record` (an id) may be NULL. */
void log_write(enum log_level level, const char *instance, const char *record, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Gives every entry to `take` instead, whatever its level: in a process that logs by way of another. Before other threads
 * start; `take` may be called from any. */
void log_divert(void (*take)(enum log_level level, const char *instance, const char *text));
/* Tells the count of a repeated last entry; call at the end. */
void log_flush(void);

#endif
