/* The named interfaces that only services have, query/1 and command/1, which the instance's backing answers, and net/1. */
#include "core/host/answer.h"
#include "core/host/connect.h"
#include "core/host/datagram.h"
#include "core/host/instance_private.h"
#include "core/host/listen.h"
#include "core/host/option_paths.h"

#include <errno.h>
#include <string.h>

static void interface_release(struct ent_instance *instance, const struct ent_answer *answer)
{
    (void)instance;
    /* `shown` is the first member of what answer_create made. */
    answer_destroy((struct answer *)(uintptr_t)answer);
}

static const struct ent_answer *interface_ask(struct ent_instance *instance, const char *question,
                                              const struct ent_parameter *parameters, size_t count)
{
    const struct instance_backing *backing = &instance->settings.backing;
    struct answer *answer = backing->ask(backing->context, question, parameters, count);
    return answer ? answer_finish(answer) : NULL;
}

static uint64_t interface_wait(struct ent_instance *instance, uint64_t seen, int64_t timeout_ms)
{
    const struct instance_backing *backing = &instance->settings.backing;
    return backing->wait(backing->context, seen, timeout_ms);
}

static const struct ent_query_1 query_1 = {sizeof query_1, interface_ask, interface_release, interface_wait};

static const struct ent_answer *interface_run(struct ent_instance *instance, const char *author, struct ent_str request)
{
    const struct instance_backing *backing = &instance->settings.backing;
    struct answer *answer = backing->command(backing->context, author, request);
    return answer ? answer_finish(answer) : NULL;
}

static const struct ent_command_1 command_1 = {sizeof command_1, interface_run, interface_release};

static int interface_listen(struct ent_instance *instance, const char *address, uint16_t *port)
{
    struct error error = ERROR_INIT;
    int descriptor = listen_open(address, port, &error);
    if (descriptor < 0)
        host_error_set(error.text, strlen(error.text));
    if (descriptor >= 0 && *address == '/') {
        pthread_mutex_lock(&instance->lock);
        listen_paths_note(&instance->listening, address);
        pthread_mutex_unlock(&instance->lock);
    }
    return descriptor;
}

static int interface_connect(struct ent_instance *instance, const char *address, int64_t timeout_ms)
{
    const struct option_value *allow = options_find(instance->settings.options, "allow_private");
    struct error error = ERROR_INIT;
    host_error_clear();
    int descriptor = connect_open(address, allow && allow->integer, timeout_ms, &instance->is_draining, &error);
    if (descriptor < 0)
        host_error_set(error.text, strlen(error.text));
    return descriptor;
}

static int interface_send(struct ent_instance *instance, const char *path, struct ent_str datagram)
{
    struct error error = ERROR_INIT;
    int reason = EACCES;
    if (option_paths_name(&instance->settings, path))
        reason = datagram_send(path, datagram.data, datagram.size, &error);
    else
        error_set(&error, ERROR_CONFIG, "no option of this instance has the value %.300s, so nothing is sent there", path);
    if (reason != 0)
        host_error_set(error.text, strlen(error.text));
    return reason;
}

static const struct ent_net_1 net_1 = {
    .size = sizeof net_1, .listen = interface_listen, .connect = interface_connect, .send = interface_send};

bool host_may_use_network(const struct ent_instance *instance)
{
    const struct instance_settings *settings = &instance->settings;
    uint32_t flags = settings->plugin ? settings->plugin->descriptor->flags : settings->info->flags;
    return settings->kind == PLUGIN_SERVICE || (flags & ENT_NETWORK);
}

const void *host_service_interface(const struct ent_instance *instance, const char *name)
{
    const struct instance_backing *backing = &instance->settings.backing;
    if (strcmp(name, ENT_NET_1) == 0)
        return host_may_use_network(instance) ? &net_1 : NULL;
    if (instance->settings.kind != PLUGIN_SERVICE)
        return NULL;
    if (strcmp(name, ENT_QUERY_1) == 0)
        return backing->ask && backing->wait ? &query_1 : NULL;
    return strcmp(name, ENT_COMMAND_1) == 0 && backing->command ? &command_1 : NULL;
}
