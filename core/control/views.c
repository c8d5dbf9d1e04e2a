#include "core/control/views.h"

#include "core/base/clock.h"
#include "core/bus/bus.h"
#include "core/store/views.h"

#include <string.h>

enum { NAME_MAX_BYTES = 240, QUERY_MAX_BYTES = 4096 };

static bool put(void *context, struct store *store, struct error *error)
{
    return store_view_put(store, context, error);
}

static bool remove_view(void *context, struct store *store, struct error *error)
{
    const struct view_row *row = context;
    return store_view_remove(store, row->owner, row->name, error);
}

static bool check_name(const char *name, struct error *error)
{
    size_t size = strlen(name);
    bool is_blank = strspn(name, " ") == size;
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return error_set(error, ERROR_INPUT, "the name of a view is one line of text");
    if (is_blank || size > NAME_MAX_BYTES)
        return error_set(error, ERROR_INPUT, "the name of a view has 1 to %d bytes", NAME_MAX_BYTES);
    return true;
}

/* It becomes a part of a link: nothing else may stand in it than what stands in addresses. */
static bool check_query(const char *query, struct error *error)
{
    if (!query)
        return error_set(error, ERROR_INPUT, "view-save needs the 'query' that is kept, as in an address: type=aid&since=2024");
    if (strlen(query) > QUERY_MAX_BYTES)
        return error_set(error, ERROR_LIMIT, "query: a view has at most %d bytes", QUERY_MAX_BYTES);
    for (const char *c = query; *c; c++)
        if (*c <= 0x20 || *c >= 0x7f || strchr("\"'<>\\^`{|}#", *c))
            return error_set(error, ERROR_INPUT, "query: '%.40s' cannot stand in an address so; write %%20 for a space", c);
    return true;
}

bool control_view(struct bus *bus, const struct control_request *request, struct error *error)
{
    struct view_row row = {.owner = request->author,
                           .name = request->target,
                           .query = json_string_value(json_object_get(request->arguments, "query")),
                           .made = clock_now()};
    if (!check_name(row.name, error))
        return false;
    if (request->command == CONTROL_VIEW_REMOVE)
        return bus_change(bus, remove_view, &row, error);
    return check_query(row.query, error) && bus_change(bus, put, &row, error);
}
