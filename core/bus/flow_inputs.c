/* Flow's inputs: the items that a processor is to see, from memory or the store, and what those before it made of them.
 */
#include "core/bus/flow_private.h"
#include "core/store/items.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"

#include <stdlib.h>
#include <string.h>

/* ---- places in the chain ---- */

/* Index in the chain, and one, of the processor of that name; 0 where it is not in the chain. */
static size_t place_of(const struct bus *bus, const char *instance)
{
    for (size_t i = 0; i < bus->processor_count; i++) {
        if (strcmp(bus->processors[i]->instance, instance) == 0)
            return i + 1;
    }
    return 0;
}

static struct recent_item placed_item(const struct bus *bus, int64_t sequence, struct ent_record *record,
                                      const char *made_by, const char *dropped_by)
{
    size_t dropped = *dropped_by ? place_of(bus, dropped_by) : 0;
    /* An item of a transform that is not configured any more is seen by all. */
    struct recent_item item = {sequence, record, *made_by ? place_of(bus, made_by) : 0,
                               *dropped_by ? (dropped ? dropped - 1 : 0) : SIZE_MAX};
    return item;
}

void flow_add_item(struct bus *bus, int64_t sequence, struct ent_record *record, const char *made_by)
{
    bus->tail = sequence;
    if (bus->processor_count == 0)
        return;
    struct recent_item item = placed_item(bus, sequence, record_hold(record), made_by, "");
    recent_add(&bus->recent, &item);
}

/* ---- gathering items ---- */

void flow_gathering_release(struct flow_gathering *gathering)
{
    for (size_t i = 0; i < gathering->count; i++)
        record_release(gathering->items[i].record);
    gathering->count = 0;
}

void flow_gather_recent(struct flow_gathering *gathering, int64_t from)
{
    for (int64_t sequence = from; sequence <= gathering->limit && gathering->count < gathering->capacity; sequence++) {
        const struct recent_item *item = recent_find(&gathering->bus->recent, sequence);
        if (!item)
            return;
        gathering->items[gathering->count] = *item;
        record_hold(item->record);
        gathering->count++;
    }
}

static bool gather_row(void *context, const struct item_row *row)
{
    struct flow_gathering *gathering = context;
    if (row->sequence > gathering->limit || gathering->count == gathering->capacity)
        return false;
    struct ent_record *record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    gathering->failed = !record;
    if (!record)
        return false;
    gathering->items[gathering->count++] =
        placed_item(gathering->bus, row->sequence, record, row->made_by, row->dropped_by);
    return gathering->count < gathering->capacity;
}

bool flow_gather_stored(struct flow_gathering *gathering, int64_t from, struct error *error)
{
    struct store *reader = bus_reader(gathering->bus);
    bool ok = store_items_each(reader, from - 1, gathering->capacity, gather_row, gathering, error);
    bus_reader_done(gathering->bus);
    if (ok && gathering->failed)
        ok = error_set(error, ERROR_MEMORY, "no memory to read items");
    return ok;
}

bool flow_find_item(struct bus_port *port, int64_t sequence, struct recent_item *found, struct error *error)
{
    struct flow_gathering gathering = {.bus = port->bus, .items = found, .capacity = 1, .limit = sequence};
    pthread_mutex_lock(&port->bus->mutex);
    flow_gather_recent(&gathering, sequence);
    pthread_mutex_unlock(&port->bus->mutex);
    if (gathering.count == 0 && !flow_gather_stored(&gathering, sequence, error))
        return false;
    if (gathering.count == 0)
        memset(found, 0, sizeof *found);
    return true;
}

/* ---- reports made so far ---- */

struct report_list {
    const struct bus_port *port;
    struct ent_record **records;
    size_t count, capacity;
    bool failed;
};

static bool add_report(void *context, const struct report_row *row)
{
    struct report_list *list = context;
    /* Of one that it had passed by, or that is handed out again, those behind this one may have told already. */
    if (place_of(list->port->bus, row->classifier) > list->port->processor.index)
        return true;
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? list->capacity * 2 : 8;
        struct ent_record **grown = realloc(list->records, wanted * sizeof *grown);
        list->failed = !grown;
        if (!grown)
            return false;
        list->records = grown;
        list->capacity = wanted;
    }
    struct ent_record *record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    list->failed = !record;
    if (!record)
        return false;
    list->records[list->count++] = record;
    return true;
}

static bool has_earlier_classifier(const struct bus_port *port)
{
    for (size_t i = 0; i < port->processor.index; i++) {
        if (port->bus->processors[i]->processor.settings.kind == UNIT_CLASSIFY)
            return true;
    }
    return false;
}

/* Remarks of one item by the classifiers before this one, by their places in the chain. */
struct remark_list {
    const struct bus_port *port;
    struct unit *unit;
    const char **texts; /* one for each place before the port's; in the unit's arena */
    bool failed;
};

static bool add_remark(void *context, const char *classifier, const char *text, int64_t count)
{
    struct remark_list *list = context;
    size_t place = place_of(list->port->bus, classifier);
    (void)count;
    if (place == 0 || place > list->port->processor.index)
        return true;
    list->texts[place - 1] = arena_copy(list->unit->arena, text, strlen(text));
    list->failed = !list->texts[place - 1];
    return !list->failed;
}

static bool load_remarks(struct bus_port *port, struct store *reader, struct unit *unit, size_t input,
                         struct error *error)
{
    size_t places = port->processor.index;
    struct remark_list list = {.port = port, .unit = unit};
    list.texts = arena_calloc(unit->arena, places, sizeof *list.texts);
    bool ok = list.texts != NULL;
    if (ok && !store_remarks_of(reader, unit->inputs[input].sequence, add_remark, &list, error))
        return false;
    for (size_t i = 0; ok && !list.failed && i < places; i++)
        ok = !list.texts[i] || unit_add_remark(unit, input, port->bus->processors[i]->instance, list.texts[i]);
    return (ok && !list.failed) || error_set(error, ERROR_MEMORY, "no memory for the remarks of an item");
}

bool flow_load_reports(struct bus_port *port, struct unit *unit, struct error *error)
{
    bool ok = true;
    if (port->processor.settings.kind != UNIT_CLASSIFY || !has_earlier_classifier(port))
        return true;
    struct store *reader = bus_reader(port->bus);
    for (size_t i = 0; ok && i < unit->input_count; i++) {
        struct report_list list = {.port = port};
        ok = store_reports_of(reader, unit->inputs[i].sequence, add_report, &list, error);
        unit->inputs[i].reports = list.records;
        unit->inputs[i].report_count = list.count;
        if (ok && list.failed)
            ok = error_set(error, ERROR_MEMORY, "no memory for the reports of an item");
        ok = ok && load_remarks(port, reader, unit, i, error);
    }
    bus_reader_done(port->bus);
    return ok;
}
