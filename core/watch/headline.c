/* The one line by which people see an event: parties, what, how far, when, where, who says so. */
#include "core/watch/watch.h"

#include <math.h>
#include <string.h>

enum { PARTIES_MAX = 6, GOODS_MAX = 3 };

static bool has_role(struct record_view actor, const char *const *roles)
{
    const char *role = record_text(actor, ENT_ACTOR_ROLE);
    for (; role && *roles; roles++)
        if (strcmp(*roles, role) == 0)
            return true;
    return false;
}

/* Was this id in one of these roles already among the entries before? */
static bool is_repeated(struct record_view event, size_t index, const char *const *roles)
{
    struct record_view actor, earlier;
    record_get_view(event, ENT_REPORT_ACTOR, index, &actor);
    const char *id = record_text(actor, ENT_ACTOR_ID);
    for (size_t i = 0; i < index && record_get_view(event, ENT_REPORT_ACTOR, i, &earlier); i++) {
        const char *its = record_text(earlier, ENT_ACTOR_ID);
        if (id && its && strcmp(id, its) == 0 && has_role(earlier, roles))
            return true;
    }
    return false;
}

/* Appends the parties in these roles; their number. */
static size_t append_parties(struct record_view event, const char *const *roles, struct buffer *line)
{
    struct record_view actor;
    size_t count = 0, more = 0;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID);
        if (!id || !has_role(actor, roles) || is_repeated(event, i, roles))
            continue;
        if (count == PARTIES_MAX) {
            more++;
            continue;
        }
        buffer_printf(line, "%s%s", count ? ", " : "", id);
        count++;
    }
    if (more)
        buffer_printf(line, " and %zu more", more);
    return count;
}

static void append_sides(struct record_view event, struct buffer *line)
{
    static const char *const from[] = {"supplier", "initiator", NULL}, *const to[] = {"recipient", "target", NULL};
    static const char *const all[] = {"participant", "host", "supplier", "recipient", "initiator", "target", NULL};
    struct buffer left = BUFFER_INIT, right = BUFFER_INIT;
    if (append_parties(event, from, &left) && append_parties(event, to, &right))
        buffer_printf(line, "%s → %s", left.bytes, right.bytes);
    else if (!append_parties(event, all, line))
        buffer_append_text(line, "unnamed parties");
    buffer_free(&left);
    buffer_free(&right);
}

static void append_goods(struct record_view event, struct buffer *line)
{
    struct record_view equipment;
    for (size_t i = 0; i < GOODS_MAX && record_get_view(event, ENT_REPORT_EQUIPMENT, i, &equipment); i++) {
        const char *name = record_text(equipment, ENT_EQUIPMENT_NAME);
        double count = record_num(equipment, ENT_EQUIPMENT_COUNT, (double)NAN);
        if (!name)
            continue;
        buffer_append_text(line, ", ");
        if (!isnan(count))
            buffer_printf(line, "%.15g ", count);
        buffer_append_text(line, name);
    }
}

static void append_date(struct record_view event, struct buffer *line)
{
    struct record_view date;
    if (!record_get_view(event, ENT_REPORT_DATE, 0, &date))
        return;
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    if (start && end && strcmp(start, end) != 0)
        buffer_printf(line, ", %s to %s", start, end);
    else if (start)
        buffer_printf(line, ", %s%s", end ? "" : "since ", start);
    else if (end)
        buffer_printf(line, ", until %s", end);
}

static void append_place(struct record_view event, struct buffer *line)
{
    struct record_view place;
    if (!record_get_view(event, ENT_REPORT_PLACE, 0, &place))
        return;
    const char *name = record_text(place, ENT_PLACE_NAME), *raw = record_text(place, ENT_PLACE_RAW);
    if (name || raw)
        buffer_printf(line, ", %s", name ? name : raw);
}

void watch_headline(struct record_view event, struct buffer *line)
{
    const char *type = record_text(event, ENT_REPORT_TYPE), *subtype = record_text(event, ENT_REPORT_SUBTYPE);
    const char *status = record_text(event, ENT_REPORT_STATUS), *name = record_text(event, ENT_REPORT_NAME);
    const char *modality = record_text(event, ENT_REPORT_MODALITY), *scope = record_text(event, ENT_REPORT_SCOPE);
    long long sources = (long long)record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 1);
    append_sides(event, line);
    buffer_printf(line, ": %s%s%s", type ? type : "event", subtype ? "/" : "", subtype ? subtype : "");
    if (name)
        buffer_printf(line, " “%s”", name);
    if (status && strcmp(status, "unknown") != 0)
        buffer_printf(line, " %s", status);
    append_goods(event, line);
    append_date(event, line);
    append_place(event, line);
    buffer_printf(line, " (%s%s%s%lld source%s)", modality ? modality : "", modality ? ", " : "",
                  scope && strcmp(scope, "background") == 0 ? "background, " : "", sources, sources == 1 ? "" : "s");
}
