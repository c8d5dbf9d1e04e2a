#include "lib/record/alert_json.h"

#include "lib/record/record_json.h"

static void put_text(struct json_writer *writer, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(writer, key);
    json_put_text(writer, text);
}

static void open_delivery(struct json_writer *writer, struct record_view delivery)
{
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    json_object_open(writer);
    put_text(writer, "delivery", id ? id : "");
    put_text(writer, "hold", record_text(delivery, ENT_DELIVERY_HOLD));
    put_text(writer, "window", record_text(delivery, ENT_DELIVERY_WINDOW));
    put_text(writer, "thread", record_text(delivery, ENT_DELIVERY_THREAD));
}

void alert_to_json(struct json_writer *writer, struct record_view delivery, struct record_view alert)
{
    open_delivery(writer, delivery);
    record_members_to_json(writer, alert, 0);
    json_object_close(writer);
}

void delivery_to_json(struct json_writer *writer, struct record_view delivery)
{
    size_t count = record_count(delivery, ENT_DELIVERY_ALERT);
    struct record_view alert;
    if (count == 1 && record_get_view(delivery, ENT_DELIVERY_ALERT, 0, &alert)) {
        alert_to_json(writer, delivery, alert);
        return;
    }
    open_delivery(writer, delivery);
    json_key(writer, "alerts");
    json_array_open(writer);
    for (size_t i = 0; i < count; i++)
        if (record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert))
            record_to_json(writer, alert, 0);
    json_array_close(writer);
    json_object_close(writer);
}
