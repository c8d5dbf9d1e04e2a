#include "core/cli/check_deep.h"

#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/host/runners.h"
#include "core/store/state.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct source_place whole_file(const struct setup *setup)
{
    return (struct source_place){.file = setup_path(setup)};
}

/* The nearest folder above `path`, itself included, that is there. False at a path that is too long. */
static bool find_existing(const char *path, char *existing, size_t size)
{
    int length = snprintf(existing, size, "%s", path);
    if (length < 0 || (size_t)length >= size)
        return false;
    struct stat status;
    while (stat(existing, &status) != 0 && errno == ENOENT) {
        char *slash = strrchr(existing, '/');
        if (!slash)
            return snprintf(existing, size, ".") > 0;
        slash[slash == existing] = '\0';
        if (slash == existing)
            break;
    }
    return true;
}

static void check_state_folder(const struct setup *setup, struct diagnostics *diagnostics, FILE *out)
{
    const struct setup_daemon *daemon = setup_daemon(setup);
    char existing[PATH_MAX];
    if (!daemon->state_dir || !find_existing(daemon->state_dir, existing, sizeof existing))
        return;
    if (access(existing, W_OK | X_OK) != 0) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, whole_file(setup),
                        "the state folder %s cannot be written: %s: %s", daemon->state_dir, existing, strerror(errno));
        return;
    }
    bool is_there = !strcmp(existing, daemon->state_dir);
    int64_t available = state_free_bytes(existing);
    fprintf(out, "tried the state folder %s: %s, %" PRId64 " MiB are free\n", daemon->state_dir,
            is_there ? "it can be written" : "it is not there yet and can be made", available / (1024 * 1024));
    if (available >= 0 && available < daemon->min_free)
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, whole_file(setup),
                        "less than min_free is left on the disk of %s: sources would not be fetched",
                        daemon->state_dir);
}

static size_t count_secrets(const struct option_values *options)
{
    size_t count = 0;
    for (size_t i = 0; i < options_count(options); i++) {
        const struct option_value *value = options_value(options, i);
        count += value->option->type == ENT_OPTION_SECRET && value->is_set && value->text.size > 0;
    }
    return count;
}

static void tell_secrets(const struct setup *setup, FILE *out)
{
    size_t count = 0;
    for (size_t i = 0; i < setup_instance_count(setup); i++)
        count += count_secrets(setup_instance(setup, i)->options);
    fprintf(out, "tried secrets: %zu found\n", count);
}

/* By the plugin's own check and create, which read lexicons and the like but begin nothing. False where it fails. */
static bool try_instance(const struct setup_instance *planned, struct http_client *http, struct runners *runners,
                         struct error *error)
{
    const struct plugin *plugin = NULL;
    if (planned->isolation == ISOLATION_NONE && !(plugin = plugin_load(planned->plugin, error)))
        return false;
    struct instance_settings settings = {.title = planned->title,
                                         .kind = planned->plugin_kind,
                                         .plugin = plugin,
                                         .options = planned->options,
                                         .http = http,
                                         .isolation = planned->isolation,
                                         .info = planned->plugin,
                                         .runners = runners};
    struct ent_instance *instance = instance_create(&settings, error);
    if (!instance)
        return false;
    instance_destroy(instance);
    return true;
}

static void try_instances(const struct setup *setup, struct diagnostics *diagnostics, FILE *out)
{
    struct error error = ERROR_INIT;
    /* Plugins ask for it when they are created; nothing is fetched. */
    struct http_client *http = http_client_create(NULL, &error);
    struct runners *runners = http ? runners_create(NULL) : NULL;
    if (http && !runners)
        error_set(&error, ERROR_MEMORY, "no memory for the plugins' processes");
    if (!runners) {
        http_client_destroy(http);
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, whole_file(setup), "%s", error.text);
        return;
    }
    size_t created = 0;
    for (size_t i = 0; i < setup_instance_count(setup); i++) {
        const struct setup_instance *planned = setup_instance(setup, i);
        if (!planned->enabled || !planned->plugin)
            continue;
        if (try_instance(planned, http, runners, &error))
            created++;
        else
            diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, planned->place, "%s", error.text);
    }
    runners_destroy(runners);
    http_client_destroy(http);
    fprintf(out, "tried to create instances: %zu made, with what they load\n", created);
}

void check_deep(const struct setup *setup, struct diagnostics *diagnostics, FILE *out)
{
    check_state_folder(setup, diagnostics, out);
    tell_secrets(setup, out);
    /* With options that are wrong a plugin would only repeat what is known. */
    if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0)
        try_instances(setup, diagnostics, out);
}
