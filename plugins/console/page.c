#include "plugins/console/page.h"

#include "lib/base/calendar.h"
#include "lib/base/utf8.h"

#include <string.h>

enum { QUOTES_MAX = 3, LINKS_MAX = 5, WIDTH = 96, ROLE_WIDTH = 12 };

struct style {
    const char *bold, *dim, *accent, *off;
};

static const struct style plain = {"", "", "", ""};
static const struct style coloured = {"\033[1m", "\033[2m", "\033[36m", "\033[0m"};

/* Text from the web without anything that a terminal would obey. */
static void append_safe(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t length = utf8_decode(text + i, size - i, &character, NULL);
        bool is_control = character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 ||
                          character == 0x2029 || (character >= 0x202A && character <= 0x202E) ||
                          (character >= 0x2066 && character <= 0x2069);
        if (is_control)
            buffer_append_char(out, ' ');
        else
            buffer_append(out, text + i, length);
        i += length;
    }
}

static void append_safe_text(struct buffer *out, const char *text)
{
    append_safe(out, text ? text : "", text ? strlen(text) : 0);
}

/* Wraps at spaces; every line begins with `indent` spaces. */
static void append_wrapped(struct buffer *out, const char *text, int indent)
{
    size_t column = 0;
    for (const char *word = text; *word;) {
        size_t spaces = strspn(word, " \n\t");
        word += spaces;
        size_t size = strcspn(word, " \n\t");
        if (size == 0)
            break;
        if (column > 0 && column + 1 + size > WIDTH) {
            buffer_append_char(out, '\n');
            column = 0;
        }
        if (column == 0)
            buffer_printf(out, "%*s", indent, "");
        else
            buffer_append_char(out, ' ');
        append_safe(out, word, size);
        column += size + (column > 0);
        word += size;
    }
    buffer_append_char(out, '\n');
}

static void append_joined(struct buffer *out, bool *is_first, const char *text)
{
    if (!text || !*text)
        return;
    if (!*is_first)
        buffer_append_text(out, " · ");
    *is_first = false;
    append_safe_text(out, text);
}

/* ---- facts ---- */

static void append_date(struct buffer *out, struct record_view event, bool *is_first)
{
    struct record_view date;
    if (!record_get_view(event, ENT_REPORT_DATE, 0, &date))
        return;
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    struct buffer text = BUFFER_INIT;
    if (start && end && strcmp(start, end) != 0)
        buffer_printf(&text, "%s to %s", start, end);
    else if (start && !end)
        buffer_printf(&text, "since %s", start);
    else if (start || end)
        buffer_append_text(&text, start ? start : end);
    append_joined(out, is_first, text.bytes);
    buffer_free(&text);
}

static void append_place(struct buffer *out, struct record_view event, bool *is_first)
{
    struct record_view place;
    if (!record_get_view(event, ENT_REPORT_PLACE, 0, &place))
        return;
    const char *name = record_text(place, ENT_PLACE_NAME), *country = record_text(place, ENT_PLACE_COUNTRY);
    struct buffer text = BUFFER_INIT;
    if (!name)
        name = record_text(place, ENT_PLACE_RAW);
    buffer_printf(&text, "%s%s%s", name ? name : "", name && country ? ", " : "", country ? country : "");
    append_joined(out, is_first, text.bytes);
    buffer_free(&text);
}

static void append_facts(struct buffer *out, struct record_view event)
{
    bool is_first = true;
    const char *type = record_text(event, ENT_REPORT_TYPE), *subtype = record_text(event, ENT_REPORT_SUBTYPE);
    buffer_append_text(out, "  ");
    struct buffer kind = BUFFER_INIT;
    buffer_printf(&kind, "%s%s%s", type ? type : "event", subtype ? "/" : "", subtype ? subtype : "");
    append_joined(out, &is_first, kind.bytes);
    buffer_free(&kind);
    append_joined(out, &is_first, record_text(event, ENT_REPORT_STATUS));
    append_joined(out, &is_first, record_text(event, ENT_REPORT_MODALITY));
    append_joined(out, &is_first, record_text(event, ENT_REPORT_NAME));
    append_date(out, event, &is_first);
    append_place(out, event, &is_first);
    double confidence = record_num(event, ENT_REPORT_CONFIDENCE, -1);
    int64_t sources = record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0);
    if (confidence >= 0)
        buffer_printf(out, "%sconfidence %.2f", is_first ? "" : " · ", confidence);
    if (sources > 0)
        buffer_printf(out, " · %lld source%s", (long long)sources, sources == 1 ? "" : "s");
    buffer_append_char(out, '\n');
}

static void append_actors(struct buffer *out, struct record_view event, const struct style *style)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *role = record_text(actor, ENT_ACTOR_ROLE), *id = record_text(actor, ENT_ACTOR_ID);
        const char *text = record_text(actor, ENT_ACTOR_TEXT), *unit = record_text(actor, ENT_ACTOR_UNIT);
        buffer_printf(out, "  %s%-*s%s ", style->dim, ROLE_WIDTH, role ? role : "", style->off);
        append_safe_text(out, id);
        if (text) {
            buffer_append_text(out, "  ");
            append_safe_text(out, text);
        }
        if (unit) {
            buffer_append_text(out, " (");
            append_safe_text(out, unit);
            buffer_append_char(out, ')');
        }
        buffer_append_char(out, '\n');
    }
}

static void append_equipment(struct buffer *out, struct record_view event, const struct style *style)
{
    struct record_view piece;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_EQUIPMENT, i, &piece); i++) {
        double count = record_num(piece, ENT_EQUIPMENT_COUNT, -1);
        buffer_printf(out, "  %s%-*s%s ", style->dim, ROLE_WIDTH, "equipment", style->off);
        if (count >= 0)
            buffer_printf(out, "%.10g × ", count);
        append_safe_text(out, record_text(piece, ENT_EQUIPMENT_NAME));
        buffer_append_char(out, '\n');
    }
}

static void append_quantities(struct buffer *out, struct record_view event, const struct style *style)
{
    struct record_view quantity;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_QUANTITY, i, &quantity); i++) {
        const char *kind = record_text(quantity, ENT_QUANTITY_KIND), *raw = record_text(quantity, ENT_QUANTITY_RAW);
        if (!raw)
            continue;
        buffer_printf(out, "  %s%-*s%s ", style->dim, ROLE_WIDTH, kind ? kind : "quantity", style->off);
        append_safe_text(out, raw);
        buffer_append_char(out, '\n');
    }
}

/* ---- evidence ---- */

static bool was_quoted(struct record_view event, size_t index, const char *quote)
{
    struct record_view earlier;
    for (size_t i = 0; i < index && record_get_view(event, ENT_REPORT_EVIDENCE, i, &earlier); i++) {
        const char *text = record_text(earlier, ENT_EVIDENCE_QUOTE);
        if (text && strstr(text, quote))
            return true;
    }
    return false;
}

static void append_quotes(struct buffer *out, struct record_view event, const struct style *style)
{
    struct record_view evidence;
    int shown = 0;
    for (size_t i = 0; shown < QUOTES_MAX && record_get_view(event, ENT_REPORT_EVIDENCE, i, &evidence); i++) {
        const char *quote = record_text(evidence, ENT_EVIDENCE_QUOTE);
        if (!quote || was_quoted(event, i, quote))
            continue;
        struct buffer text = BUFFER_INIT;
        buffer_printf(&text, "“%s”", quote);
        buffer_append_text(out, style->accent);
        append_wrapped(out, text.bytes ? text.bytes : "", 4);
        buffer_append_text(out, style->off);
        buffer_free(&text);
        shown++;
    }
}

static void append_links(struct buffer *out, struct record_view event, const struct style *style)
{
    struct record_view source;
    size_t count = record_count(event, ENT_EVENT_SOURCE);
    for (size_t i = 0; i < count && i < LINKS_MAX && record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *url = record_text(source, ENT_SOURCE_URL), *publisher = record_text(source, ENT_SOURCE_PUBLISHER);
        const char *title = record_text(source, ENT_SOURCE_TITLE);
        buffer_printf(out, "  %s%-*s%s ", style->dim, ROLE_WIDTH, "source", style->off);
        append_safe_text(out, url ? url : title);
        if (publisher) {
            buffer_append_text(out, "  ");
            append_safe_text(out, publisher);
        }
        buffer_append_char(out, '\n');
    }
    if (count > LINKS_MAX)
        buffer_printf(out, "  %*s and %zu more\n", ROLE_WIDTH, "", count - LINKS_MAX);
}

void page_append_alert(struct buffer *out, struct record_view alert, bool colour)
{
    const struct style *style = colour ? &coloured : &plain;
    struct record_view event, finding;
    char created[CALENDAR_TEXT_SIZE];
    const char *headline = record_text(alert, ENT_ALERT_HEADLINE);
    calendar_print(created, record_int(alert, ENT_ALERT_CREATED, 0));
    buffer_append_text(out, style->bold);
    if (record_text(alert, ENT_ALERT_HEADING)) {
        append_safe_text(out, record_text(alert, ENT_ALERT_HEADING));
        buffer_append_text(out, ": ");
    }
    append_safe_text(out, headline ? headline : "(no headline)");
    buffer_append_text(out, style->off);
    buffer_printf(out, "\n  %s", style->dim);
    append_safe_text(out, record_text(alert, ENT_ALERT_WATCH));
    buffer_append_text(out, " · ");
    append_safe_text(out, record_text(alert, ENT_ALERT_REASON));
    buffer_printf(out, " · %s%s\n", created, style->off);
    if (record_get_view(alert, ENT_ALERT_EVENT, 0, &event)) {
        append_facts(out, event);
        append_actors(out, event, style);
        append_equipment(out, event, style);
        append_quantities(out, event, style);
        append_quotes(out, event, style);
        append_links(out, event, style);
    }
    if (record_get_view(alert, ENT_ALERT_FINDING, 0, &finding))
        append_wrapped(out, record_text(finding, ENT_FINDING_TEXT) ? record_text(finding, ENT_FINDING_TEXT) : "", 2);
    buffer_append_char(out, '\n');
}

void page_append_title(struct buffer *out, struct record_view delivery, bool colour)
{
    const struct style *style = colour ? &coloured : &plain;
    const char *hold = record_text(delivery, ENT_DELIVERY_HOLD), *window = record_text(delivery, ENT_DELIVERY_WINDOW);
    if (!hold)
        return;
    buffer_printf(out, "%s== ", style->bold);
    append_safe_text(out, hold);
    buffer_append_text(out, ", ");
    append_safe_text(out, window ? window : "");
    buffer_printf(out, ": %zu alert%s%s\n\n", record_count(delivery, ENT_DELIVERY_ALERT),
                  record_count(delivery, ENT_DELIVERY_ALERT) == 1 ? "" : "s", style->off);
}
