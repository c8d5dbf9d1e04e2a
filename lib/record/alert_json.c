#include "lib/record/alert_json.h"

#include "lib/record/record_json.h"

void alert_to_json(struct json_writer *writer, const char *delivery_id, struct record_view alert)
{
    json_object_open(writer);
    json_key(writer, "delivery");
    json_put_text(writer, delivery_id);
    record_members_to_json(writer, alert, 0);
    json_object_close(writer);
}

void delivery_to_json(struct json_writer *writer, struct record_view delivery)
{
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    size_t count = record_count(delivery, ENT_DELIVERY_ALERT);
    struct record_view alert;
    if (count == 1 && record_get_view(delivery, ENT_DELIVERY_ALERT, 0, &alert)) {
        alert_to_json(writer, id, alert);
        return;
    }
    json_object_open(writer);
    json_key(writer, "delivery");
    json_put_text(writer, id);
    json_key(writer, "alerts");
    json_array_open(writer);
    for (size_t i = 0; i < count; i++)
        if (record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert))
            record_to_json(writer, alert, 0);
    json_array_close(writer);
    json_object_close(writer);
}
