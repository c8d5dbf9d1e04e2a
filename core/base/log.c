#include "core/base/log.h"

#include "core/base/clock.h"
#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/base/json_writer.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    REPEAT_WINDOW_MS = 10 * 1000,
    TEXT_MAX = 4000,
    INSTANCE_MAX = 200,
};

/* The last entry written, so that its repeats can be counted instead of written. */
struct last_entry {
    enum log_level level;
    uint64_t text_hash;
    char instance[INSTANCE_MAX];
    int64_t written_at; /* clock_monotonic; 0 where there is none */
    unsigned repeats;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum log_format output_format = LOG_FORMAT_TEXT;
static int output_descriptor = STDERR_FILENO;
static _Atomic int lowest_level = LOG_INFO;
static struct last_entry last;
static void (*diverted_to)(enum log_level level, const char *instance, const char *text);

static const char *const level_words[] = {
    [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

void log_setup(enum log_format format, enum log_level level, int descriptor)
{
    pthread_mutex_lock(&lock);
    output_format = format;
    output_descriptor = descriptor;
    atomic_store_explicit(&lowest_level, (int)level, memory_order_relaxed);
    pthread_mutex_unlock(&lock);
}

void log_divert(void (*take)(enum log_level level, const char *instance, const char *text))
{
    diverted_to = take;
}

bool log_level_of(const char *word, enum log_level *level)
{
    for (enum log_level each = LOG_ERROR; each <= LOG_DEBUG; each++) {
        if (!strcmp(word, level_words[each])) {
            *level = each;
            return true;
        }
    }
    return false;
}

/* Text may come from a feed. */
static void append_plain(struct buffer *line, const char *text)
{
    utf8_append_printable(line, text, strlen(text));
}

static void format_text(struct buffer *line, const char *time, enum log_level level, const char *instance,
                        const char *record, const char *text)
{
    buffer_printf(line, "%s %s", time, level_words[level]);
    if (instance) {
        buffer_append_char(line, ' ');
        append_plain(line, instance);
    }
    if (record) {
        buffer_append_text(line, " [");
        append_plain(line, record);
        buffer_append_char(line, ']');
    }
    buffer_append_text(line, ": ");
    append_plain(line, text);
    buffer_append_char(line, '\n');
}

static void format_json(struct buffer *line, const char *time, enum log_level level, const char *instance,
                        const char *record, const char *text)
{
    struct json_writer writer;
    json_begin(&writer, line);
    json_object_open(&writer);
    json_key(&writer, "time");
    json_put_text(&writer, time);
    json_key(&writer, "level");
    json_put_text(&writer, level_words[level]);
    if (instance) {
        json_key(&writer, "instance");
        json_put_text(&writer, instance);
    }
    if (record) {
        json_key(&writer, "record");
        json_put_text(&writer, record);
    }
    json_key(&writer, "text");
    json_put_text(&writer, text);
    json_object_close(&writer);
    buffer_append_char(line, '\n');
}

/* One write a line, so that lines of several processes on one descriptor stay whole. A log that cannot be written has
 * nowhere to say so. */
static void write_line(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(output_descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        size -= (size_t)written;
    }
}

static void write_entry(enum log_level level, const char *instance, const char *record, const char *text)
{
    char time[CALENDAR_TEXT_SIZE];
    calendar_print(time, clock_now());
    struct buffer line = BUFFER_INIT;
    if (output_format == LOG_FORMAT_JSON)
        format_json(&line, time, level, instance, record, text);
    else
        format_text(&line, time, level, instance, record, text);
    if (line.failed)
        write_line(text, strlen(text));
    else
        write_line(line.bytes, line.size);
    buffer_free(&line);
}

static void tell_repeats(void)
{
    if (last.repeats == 0)
        return;
    char text[80];
    snprintf(text, sizeof text, "the entry before came %u more time%s", last.repeats, last.repeats == 1 ? "" : "s");
    write_entry(last.level, last.instance[0] ? last.instance : NULL, NULL, text);
    last.repeats = 0;
}

void log_write(enum log_level level, const char *instance, const char *record, const char *format, ...)
{
    if (!diverted_to && (int)level > atomic_load_explicit(&lowest_level, memory_order_relaxed))
        return;
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        snprintf(text, sizeof text, "(a log entry that could not be formatted: %s)", format);
    else if ((size_t)length >= sizeof text)
        text[utf8_cut(text, strlen(text), sizeof text - 1)] = '\0';
    if (diverted_to) {
        diverted_to(level, instance, text);
        return;
    }

    uint64_t hash = hash_bytes(text, strlen(text));
    pthread_mutex_lock(&lock);
    int64_t now = clock_monotonic();
    bool repeats = last.written_at != 0 && now - last.written_at < REPEAT_WINDOW_MS && last.level == level &&
                   last.text_hash == hash && !strncmp(last.instance, instance ? instance : "", INSTANCE_MAX - 1);
    if (repeats) {
        last.repeats++;
    } else {
        tell_repeats();
        write_entry(level, instance, record, text);
        last.level = level;
        last.text_hash = hash;
        last.written_at = now;
        snprintf(last.instance, sizeof last.instance, "%s", instance ? instance : "");
    }
    pthread_mutex_unlock(&lock);
}

void log_flush(void)
{
    pthread_mutex_lock(&lock);
    tell_repeats();
    last.written_at = 0;
    pthread_mutex_unlock(&lock);
}
