#include "core/host/registry.h"

#include "core/base/paths.h"
#include "core/host/plugin.h"
#include "core/host/probe.h"
#include "core/host/program.h"
#include "lib/base/arena.h"
#include "lib/base/digest.h"
#include "lib/base/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TIMEOUT_MS = 5000, FOLDERS_MAX = 32, NAMES_MAX = 4096, PROBES_AT_ONCE = 16 };

/* What one object file said when it was probed; valid for this size and time of the file. */
struct known {
    struct known *next;
    char *path;
    off_t size;
    struct timespec modified;
    uint64_t content; /* of an object, read before it was probed */
    bool is_good;
    struct plugin_info info;
    struct error refusal;
};

struct registry {
    pthread_mutex_t lock;
    struct arena *arena; /* all infos, for ever: they are lent until registry_destroy */
    struct known *known;
    char *runner;
    int64_t timeout_ms;
    char *folders[FOLDERS_MAX + 1];
    size_t folder_count;
};

/* ---- kinds ---- */

static const struct {
    unsigned kind;
    const char *word;
} kind_words[] = {
    {PLUGIN_SOURCE, "source"},     {PLUGIN_TRANSFORM, "transform"}, {PLUGIN_CLASSIFIER, "classifier"},
    {PLUGIN_DETECTOR, "detector"}, {PLUGIN_SINK, "sink"},           {PLUGIN_SERVICE, "service"},
};
enum { KIND_COUNT = sizeof kind_words / sizeof *kind_words };

unsigned plugin_kind_of(const char *word)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kind_words[i].word, word) == 0)
            return kind_words[i].kind;
    return 0;
}

const char *plugin_kind_word(unsigned kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (kind_words[i].kind == kind)
            return kind_words[i].word;
    return NULL;
}

void plugin_kinds_print(char *text, size_t size, unsigned kinds)
{
    size_t used = 0;
    if (size)
        text[0] = '\0';
    for (size_t i = 0; i < KIND_COUNT && used < size; i++)
        if (kinds & kind_words[i].kind)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", kind_words[i].word);
}

/* ---- where things are ---- */

static bool add_folder(struct registry *registry, const char *path, size_t size, struct error *error)
{
    if (registry->folder_count == FOLDERS_MAX)
        return error_set(error, ERROR_LIMIT, "plugin_path names more than %d folders", FOLDERS_MAX - 1);
    char *copy = strndup(path, size);
    if (!copy)
        return error_set(error, ERROR_MEMORY, "no memory for the list of plugin folders");
    registry->folders[registry->folder_count++] = copy;
    return true;
}

static bool add_configured_folders(struct registry *registry, const char *list, struct error *error)
{
    while (list && *list) {
        list += strspn(list, ":, \t");
        size_t size = strcspn(list, ":,");
        size_t trimmed = size;
        while (trimmed > 0 && (list[trimmed - 1] == ' ' || list[trimmed - 1] == '\t'))
            trimmed--;
        if (trimmed > 0 && !add_folder(registry, list, trimmed, error))
            return false;
        list += size;
    }
    return true;
}

static bool set_runner(struct registry *registry, const char *path, struct error *error)
{
    if (access(path, X_OK) != 0)
        return error_set_errno(error, errno, "%s, which tries plugins, cannot be run; install or build all of Entente",
                               path);
    registry->runner = strdup(path);
    return registry->runner || error_set(error, ERROR_MEMORY, "no memory for the path of entente-runner");
}

struct registry *registry_create(const struct registry_settings *settings, struct error *error)
{
    static const struct registry_settings defaults;
    settings = settings ? settings : &defaults;
    struct registry *registry = calloc(1, sizeof *registry);
    if (!registry) {
        error_set(error, ERROR_MEMORY, "no memory for the plugin registry");
        return NULL;
    }
    pthread_mutex_init(&registry->lock, NULL);
    registry->timeout_ms = settings->timeout_ms > 0 ? settings->timeout_ms : TIMEOUT_MS;
    registry->arena = arena_create(0);
    const struct paths *paths = paths_get();
    if (!registry->arena)
        error_set(error, ERROR_MEMORY, "no memory for the plugin registry");
    else if (set_runner(registry, settings->runner ? settings->runner : paths->runner, error) &&
             add_folder(registry, paths->plugins, strlen(paths->plugins), error) &&
             add_configured_folders(registry, settings->plugin_path, error))
        return registry;
    registry_destroy(registry);
    return NULL;
}

void registry_destroy(struct registry *registry)
{
    if (!registry)
        return;
    for (struct known *known = registry->known, *next; known; known = next) {
        next = known->next;
        free(known->path);
        free(known);
    }
    for (size_t i = 0; i < registry->folder_count; i++)
        free(registry->folders[i]);
    free(registry->runner);
    arena_destroy(registry->arena);
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

const char *const *registry_folders(const struct registry *registry)
{
    return (const char *const *)registry->folders;
}

/* ---- the runner's description as rows ---- */

static const char *copy_member(struct arena *arena, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? arena_copy(arena, json_string_value(value), json_string_length(value)) : NULL;
}

static uint32_t count_member(const json_t *object, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(object, key));
}

static void read_option(struct arena *arena, const json_t *object, struct ent_option *option)
{
    option->name = copy_member(arena, object, "name");
    option->type = count_member(object, "type");
    option->flags = count_member(object, "flags");
    option->default_value = copy_member(arena, object, "default");
    option->min = copy_member(arena, object, "min");
    option->max = copy_member(arena, object, "max");
    option->choices = copy_member(arena, object, "choices");
    option->unit = copy_member(arena, object, "unit");
    option->help = copy_member(arena, object, "help");
    option->since = copy_member(arena, object, "since");
}

static uint64_t stand_for(const struct known *known)
{
    const int64_t facts[] = {known->size, known->modified.tv_sec, known->modified.tv_nsec};
    return hash_bytes(facts, sizeof facts);
}

static bool read_info(struct registry *registry, struct known *known, const json_t *description)
{
    struct arena *arena = registry->arena;
    const json_t *rows = json_object_get(description, "options");
    size_t count = json_array_size(rows);
    struct ent_option *options = arena_calloc(arena, count ? count : 1, sizeof *options);
    if (!options)
        return false;
    for (size_t i = 0; i < count; i++)
        read_option(arena, json_array_get(rows, i), &options[i]);
    known->info = (struct plugin_info){
        .name = copy_member(arena, description, "name"),
        .version = copy_member(arena, description, "version"),
        .summary = copy_member(arena, description, "summary"),
        .licence = copy_member(arena, description, "licence"),
        .path = arena_copy(arena, known->path, strlen(known->path)),
        .kinds = count_member(description, "kinds"),
        .flags = count_member(description, "flags"),
        .abi_major = count_member(description, "abi_major"),
        .abi_minor = count_member(description, "abi_minor"),
        .min_minor = count_member(description, "min_minor"),
        .is_program = json_is_true(json_object_get(description, "program")),
        .file = json_is_true(json_object_get(description, "program")) ? stand_for(known) : known->content,
        .file_size = known->size,
        .file_time = known->modified,
        .options = {options, count, sizeof *options},
    };
    return !arena_failed(arena);
}

/* ---- asking ---- */

static bool is_same_file(const struct known *known, const char *path, const struct stat *status)
{
    return strcmp(known->path, path) == 0 && known->size == status->st_size &&
           known->modified.tv_sec == status->st_mtim.tv_sec && known->modified.tv_nsec == status->st_mtim.tv_nsec;
}

static struct known *recall(const struct registry *registry, const char *path, const struct stat *status)
{
    for (struct known *known = registry->known; known; known = known->next)
        if (is_same_file(known, path, status))
            return known;
    return NULL;
}

static struct known *remember(struct registry *registry, const char *path, const struct stat *status)
{
    struct known *known = calloc(1, sizeof *known);
    if (!known || !(known->path = strdup(path))) {
        free(known);
        return NULL;
    }
    known->size = status->st_size;
    known->modified = status->st_mtim;
    known->content = program_is(path) ? 0 : plugin_file_content(path);
    known->next = registry->known;
    registry->known = known;
    return known;
}

static void conclude(struct registry *registry, struct known *known, struct probe *probe)
{
    json_t *description = probe ? probe_end(probe, &known->refusal) : NULL;
    known->is_good = description && read_info(registry, known, description);
    if (description && !known->is_good)
        error_set(&known->refusal, ERROR_MEMORY, "%s: no memory for its description", known->path);
    json_decref(description);
}

/* Probes the files that are not known yet, all at once: most of a probe is the start of a process. What cannot be
 * opened or remembered is left to `examine`, which says why. */
static void probe_files(struct registry *registry, char *const *paths, size_t count)
{
    struct known *files[PROBES_AT_ONCE];
    struct probe *probes[PROBES_AT_ONCE];
    for (size_t next = 0; next < count;) {
        size_t begun = 0;
        for (; next < count && begun < PROBES_AT_ONCE; next++) {
            struct stat status;
            if (stat(paths[next], &status) != 0 || recall(registry, paths[next], &status) ||
                !(files[begun] = remember(registry, paths[next], &status)))
                continue;
            probes[begun] =
                probe_begin(registry->runner, files[begun]->path, registry->timeout_ms, &files[begun]->refusal);
            begun++;
        }
        for (size_t i = 0; i < begun; i++)
            conclude(registry, files[i], probes[i]);
    }
}

/* What is known of the file, probed now if it is not known yet. NULL only when memory is out or there is no file. */
static const struct known *examine(struct registry *registry, const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        error_set_errno(error, errno, "%s: cannot open", path);
        return NULL;
    }
    struct known *known = recall(registry, path, &status);
    if (known)
        return known;
    known = remember(registry, path, &status);
    if (!known) {
        error_set(error, ERROR_MEMORY, "%s: no memory to remember it", path);
        return NULL;
    }
    conclude(registry, known, probe_begin(registry->runner, known->path, registry->timeout_ms, &known->refusal));
    return known;
}

static const struct plugin_info *settle(const struct known *known, struct error *error)
{
    if (!known)
        return NULL;
    if (known->is_good)
        return &known->info;
    if (error)
        *error = known->refusal;
    return NULL;
}

/* ---- the folders' files ---- */

struct names {
    char **paths; /* each NAME.so or NAME.plugin, whole path */
    size_t count;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->paths[i]);
    free(names->paths);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(base_name(*(char *const *)left), base_name(*(char *const *)right));
}

/* NAME of NAME.so and of the program NAME.plugin; 0 for another file. */
static size_t name_size(const char *base)
{
    static const char *const suffixes[] = {".so", PROGRAM_SUFFIX};
    size_t size = strlen(base);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (size > suffix && base[0] != '.' && strcmp(base + size - suffix, suffixes[i]) == 0)
            return size - suffix;
    }
    return 0;
}

static bool has_name(const struct names *names, const char *base)
{
    size_t size = name_size(base);
    for (size_t i = 0; i < names->count; i++) {
        const char *other = base_name(names->paths[i]);
        if (name_size(other) == size && strncmp(other, base, size) == 0)
            return true;
    }
    return false;
}

static void gather_names(const struct registry *registry, struct names *names)
{
    names->count = 0;
    names->paths = calloc(NAMES_MAX, sizeof *names->paths);
    for (size_t i = 0; names->paths && i < registry->folder_count; i++) {
        DIR *folder = opendir(registry->folders[i]);
        for (struct dirent *file; folder && names->count < NAMES_MAX && (file = readdir(folder));) {
            char *path;
            if (name_size(file->d_name) == 0 || has_name(names, file->d_name) ||
                asprintf(&path, "%s/%s", registry->folders[i], file->d_name) < 0)
                continue;
            names->paths[names->count++] = path;
        }
        if (folder)
            closedir(folder);
    }
    if (names->paths)
        qsort(names->paths, names->count, sizeof *names->paths, compare_names);
}

static void refuse_unknown(const struct registry *registry, const char *name, struct error *error)
{
    struct names names;
    gather_names(registry, &names);
    const char *words[NAMES_MAX + 1];
    for (size_t i = 0; i < names.count; i++) {
        char *base = strrchr(names.paths[i], '/') + 1;
        base[name_size(base)] = '\0';
        words[i] = base;
    }
    words[names.count] = NULL;
    const char *nearest = nearest_word(name, words);
    char where[600] = "";
    for (size_t i = 0; i < registry->folder_count; i++) {
        size_t used = strlen(where);
        snprintf(where + used, sizeof where - used, "%s%s", used ? ", " : "", registry->folders[i]);
    }
    error_set(error, ERROR_MISSING, "there is no plugin \"%s\" in %s%s%s%s", name, *where ? where : "any folder",
              nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    names_free(&names);
}

/* The file that a name stands for, the first in the order of the folders. */
static bool locate(const struct registry *registry, const char *name, char path[PATH_MAX])
{
    static const char *const suffixes[] = {".so", PROGRAM_SUFFIX};
    for (size_t i = 0; i < registry->folder_count * 2; i++) {
        int size = snprintf(path, PATH_MAX, "%s/%s%s", registry->folders[i / 2], name, suffixes[i % 2]);
        if (size > 0 && size < PATH_MAX && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static const struct plugin_info *find_by_name(struct registry *registry, const char *name, struct error *error)
{
    char path[PATH_MAX];
    if (!locate(registry, name, path)) {
        refuse_unknown(registry, name, error);
        return NULL;
    }
    const struct plugin_info *info = settle(examine(registry, path, error), error);
    if (!info || strcmp(info->name, name) == 0)
        return info;
    error_set(error, ERROR_INPUT, "%s: it calls itself \"%s\"; name the file %s%s or write `plugin = %s`", path,
              info->name, info->name, info->is_program ? PROGRAM_SUFFIX : ".so", path);
    return NULL;
}

static bool is_name_or_path(const char *name)
{
    return *name && (name[0] == '/' || !strchr(name, '/'));
}

void registry_prepare(struct registry *registry, const char *const *names, size_t count)
{
    char **paths = calloc(count ? count : 1, sizeof *paths);
    size_t found = 0;
    if (!paths)
        return;
    pthread_mutex_lock(&registry->lock);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX];
        if (!is_name_or_path(names[i]) || (names[i][0] != '/' && !locate(registry, names[i], path)))
            continue;
        paths[found] = strdup(names[i][0] == '/' ? names[i] : path);
        found += paths[found] != NULL;
    }
    probe_files(registry, paths, found);
    pthread_mutex_unlock(&registry->lock);
    for (size_t i = 0; i < found; i++)
        free(paths[i]);
    free(paths);
}

const struct plugin_info *registry_find(struct registry *registry, const char *name, struct error *error)
{
    if (!is_name_or_path(name)) {
        error_set(error, ERROR_CONFIG, "\"%s\" is neither the name of a plugin nor an absolute path", name);
        return NULL;
    }
    pthread_mutex_lock(&registry->lock);
    const struct plugin_info *info =
        name[0] == '/' ? settle(examine(registry, name, error), error) : find_by_name(registry, name, error);
    pthread_mutex_unlock(&registry->lock);
    return info;
}

bool registry_list(struct registry *registry, struct registry_entry **entries, size_t *count, struct error *error)
{
    struct names names;
    pthread_mutex_lock(&registry->lock);
    gather_names(registry, &names);
    struct registry_entry *list = names.paths ? calloc(names.count ? names.count : 1, sizeof *list) : NULL;
    if (list)
        probe_files(registry, names.paths, names.count);
    for (size_t i = 0; list && i < names.count; i++) {
        const char *base = base_name(names.paths[i]);
        list[i].path = names.paths[i];
        list[i].name = strndup(base, name_size(base));
        list[i].info = settle(examine(registry, names.paths[i], &list[i].error), &list[i].error);
    }
    pthread_mutex_unlock(&registry->lock);
    if (!list) {
        names_free(&names);
        return error_set(error, ERROR_MEMORY, "no memory for the list of plugins");
    }
    *entries = list;
    *count = names.count;
    free(names.paths);
    return true;
}

void registry_list_free(struct registry_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((char *)entries[i].name);
        free((char *)entries[i].path);
    }
    free(entries);
}
