/* The named interfaces that are the same in the daemon and in a runner: clock/1, kv/1 and text/1. */
#include "core/base/clock.h"
#include "core/host/instance_private.h"

#include <stdio.h>
#include <string.h>

/* ---- clock/1 ---- */

static int64_t interface_now(struct ent_instance *instance)
{
    (void)instance;
    return clock_now();
}

static int64_t interface_monotonic(struct ent_instance *instance)
{
    (void)instance;
    return clock_monotonic();
}

static const struct ent_clock_1 clock_1 = {sizeof clock_1, interface_now, interface_monotonic};

/* ---- kv/1 ---- */

static bool is_key(struct ent_str key)
{
    return key.data && key.size > 0 && key.size <= ENT_KV_KEY_MAX;
}

static int interface_kv_get(struct ent_unit *unit, struct ent_str key, struct ent_str *value)
{
    const struct instance_settings *settings = &unit->instance->settings;
    if (!is_key(key))
        return 0;
    if (unit_get_kv(unit->unit, key, value))
        return value->data != NULL;
    return settings->backing.kv_get &&
           settings->backing.kv_get(settings->backing.context, settings->title, key, unit->unit->arena, value);
}

static int interface_kv_put(struct ent_unit *unit, struct ent_str key, struct ent_str value)
{
    char text[120];
    if (!is_key(key))
        snprintf(text, sizeof text, "kv: a key has 1 to %d bytes, this one %zu", ENT_KV_KEY_MAX, key.size);
    else if (value.size > ENT_KV_VALUE_MAX)
        snprintf(text, sizeof text, "kv: a value has at most %d bytes, this one %zu", ENT_KV_VALUE_MAX, value.size);
    else if (!unit_put_kv(unit->unit, key, value))
        snprintf(text, sizeof text, "kv: no memory for a value of %zu bytes", value.size);
    else
        return 0;
    host_error_set(text, strlen(text));
    return -1;
}

static bool next_kept(const struct ent_unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key)
{
    const struct instance_settings *settings = &unit->instance->settings;
    const struct instance_backing *backing = &settings->backing;
    return backing->kv_next &&
           backing->kv_next(backing->context, settings->title, prefix, after, unit->unit->arena, key);
}

static int interface_kv_next(struct ent_unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key)
{
    struct ent_str own, kept = after, value;
    if (prefix.size > ENT_KV_KEY_MAX || after.size > ENT_KV_KEY_MAX)
        return 0;
    if (!prefix.data)
        prefix = ent_text("");
    bool has_kept = next_kept(unit, prefix, kept, &kept);
    /* What this unit has written stands before what is kept, and may have deleted it. */
    while (has_kept && unit_get_kv(unit->unit, kept, &value) && !value.data)
        has_kept = next_kept(unit, prefix, kept, &kept);
    if (unit_next_kv(unit->unit, prefix, after, &own) && (!has_kept || unit_compare_keys(own, kept) <= 0)) {
        *key = own;
        return 1;
    }
    if (has_kept)
        *key = kept;
    return has_kept;
}

static const struct ent_kv_1 kv_1 = {sizeof kv_1, interface_kv_get, interface_kv_put, interface_kv_next};

const void *host_basic_interface(const struct ent_instance *instance, const char *name)
{
    if (strcmp(name, ENT_CLOCK_1) == 0)
        return &clock_1;
    if (strcmp(name, ENT_TEXT_1) == 0)
        return &host_text_1;
    /* Workers that write one key at once would each see their own unit only. */
    if (strcmp(name, ENT_KV_1) == 0)
        return instance->workers > 1 ? NULL : &kv_1;
    return NULL;
}
