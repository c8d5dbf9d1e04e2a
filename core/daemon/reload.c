/* Reload: the new set is built and validated beside the running one; only then is the running one stopped, and it is
 * started again should the new one fail to start. Instances that did not change go on as they are. */
#include "core/base/log.h"
#include "core/daemon/daemon_private.h"
#include "core/daemon/notify.h"
#include "lib/base/buffer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Some things are held from start to end. */
static bool is_allowed(const struct daemon *daemon, const struct setup *now, struct error *error)
{
    const char *state_dir = setup_daemon(now)->state_dir;
    return (state_dir && strcmp(state_dir, daemon->state_dir) == 0) ||
           error_set(error, ERROR_CONFIG, "state_dir cannot change while entented runs; restart it");
}

static bool has_new_object(const struct setup_instance *before, const struct setup_instance *now)
{
    return before && now && before->plugin && now->plugin && strcmp(before->plugin->path, now->plugin->path) == 0 &&
           before->plugin->file != now->plugin->file;
}

static const char *version_of(const struct setup_instance *instance)
{
    return instance->plugin->version ? instance->plugin->version : "of no version";
}

static void describe_object(struct buffer *text, const struct setup_instance *before, const struct setup_instance *now)
{
    if (has_new_object(before, now))
        buffer_printf(text, " (plugin %s %s in the place of %s)", now->plugin->name, version_of(now),
                      version_of(before));
}

/* What runs in the daemon itself, and so goes on as it was loaded. */
static void tell_objects_left(struct buffer *text, const struct setup *before, const struct setup *now)
{
    for (size_t i = 0; i < setup_instance_count(now); i++) {
        const struct setup_instance *row = setup_instance(now, i);
        if (row->enabled && row->isolation == ISOLATION_NONE && row->plugin && !row->plugin->is_program &&
            has_new_object(setup_find_instance(before, row->title), row))
            buffer_printf(text,
                          "; %s needs a restart of entented: the object of plugin %s was replaced, and it runs in the "
                          "daemon itself (isolate = none)",
                          row->title, row->plugin->name);
    }
}

static void describe_changes(struct buffer *text, const struct setup *before, const struct setup *now)
{
    static const char *const words[] = {
        [SETUP_SAME] = "same", [SETUP_ADDED] = "added", [SETUP_REMOVED] = "removed", [SETUP_CHANGED] = "changed"};
    struct setup_difference *differences = NULL;
    size_t count = 0, changes = 0;
    if (!setup_compare(before, now, &differences, &count))
        return;
    for (size_t i = 0; i < count; i++)
        if (differences[i].change != SETUP_SAME) {
            buffer_printf(text, "%s%s %s", changes++ ? ", " : "reloaded: ", words[differences[i].change],
                          differences[i].title);
            describe_object(text, setup_find_instance(before, differences[i].title),
                            setup_find_instance(now, differences[i].title));
        }
    if (changes == 0)
        buffer_append_text(text, "reloaded: nothing has changed");
    free(differences);
}

static void tell_restart_needs(const struct setup *before, const struct setup *now, struct buffer *text)
{
    const struct setup_daemon *old = setup_daemon(before), *fresh = setup_daemon(now);
    if (old->threads != fresh->threads)
        buffer_append_text(text, "; threads takes effect at the next start");
    if (strcmp(old->contact ? old->contact : "", fresh->contact ? fresh->contact : "") != 0)
        buffer_append_text(text, "; contact takes effect at the next start");
}

/* From the running assembly to the next. True where the next one runs; otherwise the old one does, or, with *is_lost,
 * none. */
static bool swap(struct daemon *daemon, struct assembly *next, bool *is_lost, struct error *error)
{
    struct assembly *old = daemon->assembly;
    if (!assembly_quiesce(old, STOP_GRACE_MS, STOP_LIMIT_MS, error)) {
        assembly_resume(old);
        assembly_destroy(next, old);
        return false;
    }
    pthread_mutex_lock(&daemon->lock);
    daemon->is_swapping = true;
    while (daemon->changes > 0)
        pthread_cond_wait(&daemon->change_over, &daemon->lock);
    pthread_mutex_unlock(&daemon->lock);
    assembly_stop(old);
    bool is_good = assembly_start(next, error);
    struct error again = ERROR_INIT;
    *is_lost = !is_good && !assembly_start(old, &again);
    pthread_mutex_lock(&daemon->lock);
    daemon->assembly = is_good ? next : old;
    daemon->is_swapping = false;
    pthread_mutex_unlock(&daemon->lock);
    if (is_good)
        assembly_destroy(old, next);
    else
        assembly_destroy(next, old);
    if (!*is_lost)
        assembly_serve(daemon->assembly);
    return is_good;
}

static bool reload(struct daemon *daemon, const char *anew, struct buffer *text, bool *is_lost, struct error *error)
{
    const struct setup *before = assembly_setup(daemon->assembly);
    struct setup *now = daemon_load(daemon->config, NULL, error);
    if (!now)
        return false;
    struct assembly_ground ground = daemon_ground(daemon);
    ground.anew = anew;
    struct assembly *next =
        is_allowed(daemon, now, error) ? assembly_prepare(now, &ground, daemon->assembly, error) : NULL;
    if (!next) {
        setup_destroy(now);
        return false;
    }
    describe_changes(text, before, now);
    if (anew)
        buffer_printf(text, "; made anew: %s", anew);
    tell_restart_needs(before, now, text);
    tell_objects_left(text, before, now);
    const struct setup_daemon *settings = setup_daemon(now);
    if (!swap(daemon, next, is_lost, error))
        return false;
    log_setup(settings->log_format, settings->log_level, STDERR_FILENO);
    return true;
}

void daemon_reload(struct daemon *daemon)
{
    struct buffer text = BUFFER_INIT;
    struct error error = ERROR_INIT;
    char anew[RELOAD_NAME_SIZE];
    bool is_lost = false;
    pthread_mutex_lock(&daemon->lock);
    daemon->reload_wanted = false;
    daemon->reloads_begun++;
    memcpy(anew, daemon->reload_anew, sizeof anew);
    *daemon->reload_anew = '\0';
    pthread_mutex_unlock(&daemon->lock);
    notify_reloading();
    bool is_good = reload(daemon, *anew ? anew : NULL, &text, &is_lost, &error);
    if (is_good) {
        log_write(LOG_INFO, NULL, NULL, "%s", text.bytes ? text.bytes : "reloaded");
    } else {
        error_prefix(&error, is_lost ? "reload failed, and the former configuration cannot be started again"
                                     : "reload refused, the former configuration goes on");
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
    }
    pthread_mutex_lock(&daemon->lock);
    daemon->reloads++;
    daemon->reload_good = is_good;
    daemon->stop_wanted = daemon->stop_wanted || is_lost;
    snprintf(daemon->reload_text, sizeof daemon->reload_text, "%s",
             is_good ? (text.bytes ? text.bytes : "reloaded") : error.text);
    notify_status(daemon->reload_text);
    pthread_cond_broadcast(&daemon->reload_over);
    pthread_mutex_unlock(&daemon->lock);
    buffer_free(&text);
    notify_reloaded();
}
