/* When and with what else alerts are sent, as sinks and watches say it. */
#include "core/setup/building.h"

#include <string.h>

static void complain(struct building *building, const struct option_value *value, size_t offset, size_t length,
                     const struct error *error)
{
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, options_place(value, offset, length), "%s: %s",
                    value->option->name, error->text);
}

static const char *text_of(const struct option_value *value)
{
    return value && value->is_set && value->text.size > 0 ? value->text.data : NULL;
}

void building_find_zone(struct building *building)
{
    struct setup_daemon *daemon = &building->setup->daemon;
    const struct option_value *value = options_find(daemon->entente, "timezone");
    struct error error = ERROR_INIT;
    const char *name = text_of(value);
    daemon->zone = name ? zone_find(name, &error) : NULL;
    if (name && !daemon->zone)
        complain(building, value, 0, value->text.size, &error);
    if (!daemon->zone)
        daemon->zone = zone_find("UTC", &error);
    if (!daemon->zone) /* memory is out: UTC itself is always there */
        building->failed = true;
}

static void read_group(struct building *building, const struct option_values *options, struct delivery_policy *policy)
{
    const struct option_value *group = options_find(options, "group"), *wait = options_find(options, "group_wait");
    const char *word = text_of(group);
    policy->has_group = word != NULL;
    policy->group = word ? grouping_of(word) : GROUPING_NONE;
    policy->group_wait_ms = wait ? wait->integer : 0;
    if (wait && wait->is_set && policy->group == GROUPING_NONE)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, wait->place,
                        "group_wait has no effect without `group`");
}

const struct delivery_policy *building_policy(struct building *building, const struct option_values *options)
{
    const struct zone *zone = building->setup->daemon.zone;
    struct delivery_policy *policy = arena_calloc(building->setup->arena, 1, sizeof *policy);
    struct error error = ERROR_INIT;
    size_t offset = 0, length = 0;
    if (!policy) {
        building->failed = true;
        return NULL;
    }
    policy->zone = zone;
    const struct option_value *value = options_find(options, "digest");
    policy->has_digest = text_of(value) != NULL;
    if (policy->has_digest && !digest_parse(text_of(value), zone, &policy->digest, &offset, &length, &error))
        complain(building, value, offset, length, &error);
    value = options_find(options, "quiet");
    if (text_of(value) && !quiet_parse(text_of(value), zone, &policy->quiet, &offset, &length, &error))
        complain(building, value, offset, length, &error);
    value = options_find(options, "throttle");
    if (text_of(value) && !throttle_parse(text_of(value), &policy->throttle, &error))
        complain(building, value, 0, value->text.size, &error);
    read_group(building, options, policy);
    return policy;
}

static const struct delivery_policy *policy_of_sink(const struct setup *setup, const char *name)
{
    for (size_t i = 0; i < setup->instance_count; i++)
        if (setup->instances[i].plugin_kind == PLUGIN_SINK && strcmp(setup->instances[i].name, name) == 0)
            return setup->instances[i].policy;
    return NULL;
}

const struct delivery_route *building_routes(struct building *building, const char *const *sinks,
                                             const struct delivery_policy *of_watch)
{
    size_t count = 0;
    while (sinks[count])
        count++;
    struct delivery_route *routes = arena_calloc(building->setup->arena, count + 1, sizeof *routes);
    for (size_t i = 0; routes && i < count; i++)
        routes[i] = (struct delivery_route){sinks[i], of_watch, policy_of_sink(building->setup, sinks[i])};
    if (!routes)
        building->failed = true;
    return routes;
}
