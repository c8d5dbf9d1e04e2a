#include "plugins/syslog/entry.h"

#include "lib/base/calendar.h"

#include <string.h>
#include <unistd.h>

/* Names as in the syslog protocols are printable ASCII; RFC 5424, 6: APP-NAME has at most 48, MSGID 32. */
static void append_name(struct buffer *out, const char *name, size_t most)
{
    size_t count = 0;
    for (; name && *name && count < most; name++, count++)
        buffer_append_char(out, *name > ' ' && *name < 127 ? *name : '_');
    if (count == 0)
        buffer_append_char(out, '-');
}

/* No character is cut in two. */
static size_t text_size(const char *text)
{
    size_t size = strlen(text);
    if (size <= ENTRY_MESSAGE_MAX)
        return size;
    size = ENTRY_MESSAGE_MAX;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--;
    return size;
}

static void append_line(struct buffer *out, const char *text)
{
    size_t size = text_size(text);
    for (size_t i = 0; i < size; i++)
        buffer_append_char(out, (unsigned char)text[i] < ' ' || text[i] == 127 ? ' ' : text[i]);
}

/* What both protocols tell of the alert beside its text. */
typedef void append_field(struct buffer *out, const char *name, const char *value);

static void append_fields(struct buffer *out, const struct entry *entry, append_field *append)
{
    struct record_view event = {0}, source = {0};
    bool has_event = record_get_view(entry->alert, ENT_ALERT_EVENT, 0, &event);
    bool has_source = has_event && record_get_view(event, ENT_EVENT_SOURCE, 0, &source);
    append(out, "delivery", entry->delivery);
    append(out, "alert", record_text(entry->alert, ENT_ALERT_ID));
    append(out, "watch", record_text(entry->alert, ENT_ALERT_WATCH));
    append(out, "reason", record_text(entry->alert, ENT_ALERT_REASON));
    append(out, "event", has_event ? record_text(event, ENT_REPORT_ID) : NULL);
    append(out, "type", has_event ? record_text(event, ENT_REPORT_TYPE) : NULL);
    append(out, "status", has_event ? record_text(event, ENT_REPORT_STATUS) : NULL);
    append(out, "actors", entry->actors);
    append(out, "url", has_source ? record_text(source, ENT_SOURCE_URL) : NULL);
}

/* RFC 5424, 6.3.3: quote, backslash and closing bracket are escaped. */
static void append_parameter(struct buffer *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buffer_printf(out, " %s=\"", name);
    for (; *value; value++) {
        if (strchr("\"\\]", *value))
            buffer_append_char(out, '\\');
        buffer_append_char(out, (unsigned char)*value < ' ' ? ' ' : *value);
    }
    buffer_append_char(out, '"');
}

static void append_5424(struct buffer *out, const struct entry *entry)
{
    char time[CALENDAR_TEXT_SIZE];
    calendar_print(time, entry->time);
    buffer_printf(out, "<%d>1 %s ", entry->facility * 8 + entry->severity, time);
    append_name(out, entry->host, 255);
    buffer_append_char(out, ' ');
    append_name(out, entry->tag, 48);
    buffer_printf(out, " %d ", (int)getpid());
    append_name(out, record_text(entry->alert, ENT_ALERT_REASON), 32);
    buffer_append_text(out, " [entente@32473");
    append_fields(out, entry, append_parameter);
    /* The mark says that the text is UTF-8 (6.4). */
    buffer_append_text(out, "] \xef\xbb\xbf");
    append_line(out, entry->text);
}

/* As the C library's syslog() writes to /dev/log: without a host. Times are those of UTC. */
static void append_3164(struct buffer *out, const struct entry *entry)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil civil;
    calendar_split(entry->time, &civil);
    buffer_printf(out, "<%d>%s %2d %02d:%02d:%02d ", entry->facility * 8 + entry->severity, months[civil.month - 1],
                  civil.day, civil.hour, civil.minute, civil.second);
    append_name(out, entry->tag, 48);
    buffer_printf(out, "[%d]: ", (int)getpid());
    append_line(out, entry->text);
}

/* NAME, a line feed, the size in eight bytes with the lowest first, the value, a line feed: whatever stands in it. */
static void append_member(struct buffer *out, const char *name, const char *value)
{
    char size[8];
    size_t length = value ? text_size(value) : 0;
    if (length == 0)
        return;
    for (size_t i = 0; i < sizeof size; i++)
        size[i] = (char)(unsigned char)((uint64_t)length >> (8 * i) & 0xff);
    buffer_append_text(out, name);
    buffer_append_char(out, '\n');
    buffer_append(out, size, sizeof size);
    buffer_append(out, value, length);
    buffer_append_char(out, '\n');
}

static void append_own_member(struct buffer *out, const char *name, const char *value)
{
    char whole[40] = "ENTENTE_";
    size_t at = strlen(whole);
    for (; *name && at + 1 < sizeof whole; name++)
        whole[at++] = (char)(*name - 'a' + 'A');
    whole[at] = '\0';
    append_member(out, whole, value);
}

static void append_journal(struct buffer *out, const struct entry *entry)
{
    buffer_printf(out, "PRIORITY=%d\nSYSLOG_FACILITY=%d\nMESSAGE_ID=5b0f3ee2f0d14b0a8e1c6c3f4b7d9a21\n", entry->severity,
                  entry->facility);
    append_member(out, "SYSLOG_IDENTIFIER", entry->tag);
    append_member(out, "MESSAGE", entry->text);
    append_fields(out, entry, append_own_member);
}

void entry_append(struct buffer *out, const struct entry *entry, enum entry_format format)
{
    static void (*const appends[])(struct buffer *, const struct entry *) = {
        [ENTRY_RFC5424] = append_5424, [ENTRY_RFC3164] = append_3164, [ENTRY_JOURNAL] = append_journal};
    appends[format](out, entry);
}
