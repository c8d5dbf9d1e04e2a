#include "core/config/config.h"

#include "core/base/paths.h"
#include "core/config/loader.h"
#include "core/config/scanner.h"
#include "lib/base/arena.h"
#include "lib/base/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that was read, by what it is rather than by its name. */
struct file_identity {
    dev_t device;
    ino_t inode;
    bool open; /* being read now: including it again would be a cycle */
    const char *path;
};

/* A section while it may still grow by the keys of further files. */
struct growing_section {
    struct config_section section;
    struct config_entry *entries;
    size_t capacity;
};

struct config {
    struct arena *arena;
    const char *path;
    struct growing_section *sections;
    size_t count, capacity;
    struct file_identity *files;
    size_t file_count, file_capacity;
};

struct loading {
    struct config *config;
    struct diagnostics *diagnostics;
    bool is_saved; /* what is read now stands in CONFIG_SAVED_FOLDER */
    bool failed;   /* memory is out */
};

static bool grow(void *array, size_t size, size_t count, size_t *capacity)
{
    void **elements = array;
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = reallocarray(*elements, wanted, size);
    if (!grown)
        return false;
    *elements = grown;
    *capacity = wanted;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------- files */

static bool read_descriptor(int descriptor, const char *path, size_t limit, struct buffer *text, struct error *error)
{
    char block[65536];
    for (;;) {
        ssize_t got = read(descriptor, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, errno, "cannot read %s", path);
        if (got == 0)
            break;
        buffer_append(text, block, (size_t)got);
        if (text->size > limit)
            return error_set(error, ERROR_LIMIT, "%s is larger than %zu bytes: is it the right file?", path, limit);
    }
    buffer_append(text, "", 0);
    if (text->failed)
        return error_set(error, ERROR_MEMORY, "out of memory while reading %s", path);
    return true;
}

static bool open_file(const char *path, int *descriptor, struct stat *status, struct error *error)
{
    /* A named pipe without a writer must not hang the program, a pipe of the shell's <(…) is fine. */
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*descriptor < 0)
        return error_set_errno(error, errno, "cannot open %s", path);
    if (fstat(*descriptor, status) != 0)
        error_set_errno(error, errno, "cannot read %s", path);
    else if (S_ISDIR(status->st_mode))
        error_set(error, ERROR_INPUT, "%s is a folder, not a file%s", path,
                  "; to read all files of a folder, write `include = FOLDER/*.ini` in [entente]");
    else if (fcntl(*descriptor, F_SETFL, 0) != 0)
        error_set_errno(error, errno, "cannot read %s", path);
    else
        return true;
    close(*descriptor);
    return false;
}

bool config_read_file(const char *path, size_t limit, char **bytes, size_t *size, struct error *error)
{
    int descriptor;
    struct stat status;
    if (!open_file(path, &descriptor, &status, error))
        return false;
    struct buffer text = BUFFER_INIT;
    bool done = read_descriptor(descriptor, path, limit, &text, error);
    close(descriptor);
    if (done)
        *bytes = buffer_take(&text, size);
    buffer_free(&text);
    return done;
}

bool config_resolve_path(struct source_place place, const char *path, char *resolved, size_t size)
{
    const char *slash = place.file && path[0] != '/' ? strrchr(place.file, '/') : NULL;
    int length = slash ? snprintf(resolved, size, "%.*s/%s", (int)(slash - place.file), place.file, path)
                       : snprintf(resolved, size, "%s", path);
    return length >= 0 && (size_t)length < size;
}

/* ------------------------------------------------------------------------------------------------------- sections */

static struct growing_section *find_growing(const struct config *config, const char *title)
{
    for (size_t i = 0; i < config->count; i++) {
        if (!strcmp(config->sections[i].section.title, title))
            return &config->sections[i];
    }
    return NULL;
}

static struct growing_section *add_section(struct config *config, const struct scan_section *scanned, bool is_saved)
{
    if (!grow(&config->sections, sizeof *config->sections, config->count, &config->capacity))
        return NULL;
    const char *dot = strchr(scanned->title, '.');
    const char *kind = dot ? arena_copy(config->arena, scanned->title, (size_t)(dot - scanned->title)) : scanned->title;
    if (!kind)
        return NULL;
    struct growing_section *added = &config->sections[config->count++];
    *added = (struct growing_section){
        .section = {.kind = kind, .name = dot ? dot + 1 : "", .title = scanned->title, .place = scanned->place, .is_saved = is_saved}};
    return added;
}

static const struct config_entry *find_entry(const struct growing_section *section, const char *key)
{
    for (size_t i = 0; i < section->section.entry_count; i++) {
        if (!strcmp(section->entries[i].key, key))
            return &section->entries[i];
    }
    return NULL;
}

static bool add_entries(struct loading *loading, struct growing_section *section, const struct scan_section *scanned,
                        bool first_file)
{
    for (const struct scan_entry *entry = scanned->entries; entry; entry = entry->next) {
        bool is_include = !strcmp(entry->key, "include") || !strncmp(entry->key, "include.", 8);
        const struct config_entry *there = first_file || is_include ? NULL : find_entry(section, entry->key);
        if (there) {
            diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, entry->key_place,
                            "'%s' of [%s] is set already at %s:%d", entry->key, scanned->title, there->key_place.file,
                            there->key_place.line);
            continue;
        }
        if (!first_file && is_include)
            continue;
        if (!grow(&section->entries, sizeof *section->entries, section->section.entry_count, &section->capacity))
            return false;
        section->entries[section->section.entry_count++] =
            (struct config_entry){entry->key, entry->value, entry->key_place, entry->value_place};
        section->section.entries = section->entries;
    }
    return true;
}

static bool add_scan(struct loading *loading, const struct scan *scan)
{
    /* Titles within one scan are unique, so only those of earlier files can clash. */
    size_t earlier = loading->config->count;
    for (const struct scan_section *scanned = scan->sections; scanned; scanned = scanned->next) {
        if (loading->is_saved && strncmp(scanned->title, "watch.", 6) != 0) {
            diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, scanned->place,
                            "[%s] cannot stand among saved watches; only [watch.NAME] can", scanned->title);
            continue;
        }
        struct growing_section *section = earlier > 0 ? find_growing(loading->config, scanned->title) : NULL;
        if (section && strchr(scanned->title, '.')) {
            diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, scanned->place,
                            "[%s] is there already, at %s:%d; names are unique over all files", scanned->title,
                            section->section.place.file, section->section.place.line);
            continue;
        }
        bool first_file = section == NULL;
        if (!section)
            section = add_section(loading->config, scanned, loading->is_saved);
        if (!section || !add_entries(loading, section, scanned, first_file))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------------- includes */

static void load_file(struct loading *loading, const char *path, int depth, struct source_place from,
                      struct error *error);

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void include_pattern(struct loading *loading, const char *pattern, int depth, struct source_place place)
{
    char resolved[PATH_MAX];
    if (!config_resolve_path(place, pattern, resolved, sizeof resolved)) {
        diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, place, "the path '%s' is too long", pattern);
        return;
    }
    glob_t found;
    /* Sorted by us: glob would sort by the locale. */
    int result = glob(resolved, GLOB_NOSORT, NULL, &found);
    if (result == GLOB_NOMATCH) {
        if (!strpbrk(pattern, "*?["))
            diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, place, "there is no file %s", resolved);
        return;
    }
    if (result != 0) {
        diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, place, "cannot look for %s%s", resolved,
                        result == GLOB_NOSPACE ? ": out of memory" : "");
        return;
    }
    qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, compare_texts);
    for (size_t i = 0; i < found.gl_pathc && !loading->failed; i++) {
        struct error error = ERROR_INIT;
        load_file(loading, found.gl_pathv[i], depth + 1, place, &error);
        if (error.kind != ERROR_NONE)
            diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, place, "include: %s", error.text);
        if (error.kind == ERROR_LIMIT)
            break;
    }
    globfree(&found);
}

/* The value may name several, apart by commas. */
static void include_value(struct loading *loading, const struct scan_entry *entry, int depth)
{
    for (const char *at = entry->value; *at;) {
        size_t length = strcspn(at, ",");
        size_t from = strspn(at, " \t"), to = length;
        while (to > from && (at[to - 1] == ' ' || at[to - 1] == '\t'))
            to--;
        char *pattern = to > from ? arena_copy(loading->config->arena, at + from, to - from) : NULL;
        if (pattern)
            include_pattern(loading, pattern, depth, entry->value_place);
        at += length + (at[length] == ',');
    }
}

static void include_all(struct loading *loading, const struct scan *scan, int depth)
{
    for (const struct scan_section *section = scan->sections; section; section = section->next) {
        if (strcmp(section->title, "entente") != 0)
            continue;
        for (const struct scan_entry *entry = section->entries; entry && !loading->failed; entry = entry->next) {
            if (!strcmp(entry->key, "include") || !strncmp(entry->key, "include.", 8))
                include_value(loading, entry, depth);
        }
    }
}

/* Notes the file as being read; false, with `error` or a diagnostic, where it must not be. */
static bool enter_file(struct loading *loading, const char *path, const struct stat *status, int depth,
                       struct source_place from, size_t *index, struct error *error)
{
    struct config *config = loading->config;
    for (size_t i = 0; i < config->file_count; i++) {
        const struct file_identity *file = &config->files[i];
        if (file->device != status->st_dev || file->inode != status->st_ino)
            continue;
        diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, from,
                        file->open ? "include goes in a circle: %s is being read already" : "%s is included twice",
                        path);
        return false;
    }
    if (depth > CONFIG_DEPTH_MAX)
        return error_set(error, ERROR_LIMIT, "%s: files include one another more than %d deep", path,
                         (int)CONFIG_DEPTH_MAX);
    if (config->file_count == CONFIG_FILES_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d files are included", (int)CONFIG_FILES_MAX);
    if (!grow(&config->files, sizeof *config->files, config->file_count, &config->file_capacity)) {
        loading->failed = true;
        return error_set(error, ERROR_MEMORY, "out of memory while reading %s", path);
    }
    *index = config->file_count++;
    config->files[*index] = (struct file_identity){status->st_dev, status->st_ino, true, path};
    return true;
}

static void read_text(struct loading *loading, const char *path, const char *bytes, size_t size, int depth)
{
    struct config *config = loading->config;
    diagnostics_add_source(loading->diagnostics, path, bytes, size);
    size_t errors_before = diagnostics_count(loading->diagnostics, DIAGNOSTIC_ERROR);
    struct scan scan;
    bool done = scan_text(path, bytes, size, config->arena, loading->diagnostics, &scan);
    /* Where the scanner found fault, iniparser is known to differ, and why has been said. */
    if (done && diagnostics_count(loading->diagnostics, DIAGNOSTIC_ERROR) == errors_before)
        done = loader_read(path, bytes, size, config->arena, loading->diagnostics, &scan);
    if (!done || !add_scan(loading, &scan))
        loading->failed = true;
    else if (!loading->is_saved)
        include_all(loading, &scan, depth);
}

static void load_file(struct loading *loading, const char *path, int depth, struct source_place from,
                      struct error *error)
{
    const char *name = arena_copy(loading->config->arena, path, strlen(path));
    int descriptor;
    struct stat status;
    if (!name || !open_file(path, &descriptor, &status, error))
        return;
    size_t index = 0;
    struct buffer text = BUFFER_INIT;
    if (enter_file(loading, name, &status, depth, from, &index, error) &&
        read_descriptor(descriptor, name, CONFIG_FILE_SIZE_MAX, &text, error)) {
        read_text(loading, name, text.bytes, text.size, depth);
        loading->config->files[index].open = false;
    }
    buffer_free(&text);
    close(descriptor);
}

/* -------------------------------------------------------------------------------------------------- saved watches */

static int is_saved_file(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return entry->d_name[0] != '.' && size > 4 && strcmp(entry->d_name + size - 4, ".ini") == 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folder, by the state folder as it is configured or by itself; false where there is none. */
static bool find_saved_folder(const struct config *config, char folder[PATH_MAX], struct source_place *place)
{
    char state[PATH_MAX];
    const struct growing_section *own = find_growing(config, "entente");
    const struct config_entry *entry = own ? find_entry(own, "state_dir") : NULL;
    *place = entry ? entry->value_place : (struct source_place){.file = config->path};
    if (entry ? !config_resolve_path(entry->value_place, entry->value, state, sizeof state)
              : !paths_state_dir(state, sizeof state, NULL))
        return false; /* which the options' own check tells */
    int size = snprintf(folder, PATH_MAX, "%s/" CONFIG_SAVED_FOLDER, state);
    return size > 0 && size < PATH_MAX;
}

static void load_saved_file(struct loading *loading, const char *folder, const char *name, struct source_place place)
{
    char path[PATH_MAX];
    struct error error = ERROR_INIT;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size <= 0 || (size_t)size >= sizeof path)
        error_set(&error, ERROR_LIMIT, "the path of %s is too long", name);
    else
        load_file(loading, path, 1, place, &error);
    if (error.kind != ERROR_NONE)
        diagnostics_add(loading->diagnostics, DIAGNOSTIC_ERROR, place, "saved watch: %s", error.text);
}

static void load_saved(struct loading *loading)
{
    char folder[PATH_MAX];
    struct source_place place;
    struct dirent **names = NULL;
    if (!find_saved_folder(loading->config, folder, &place))
        return;
    int count = scandir(folder, &names, is_saved_file, compare_names);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR)
        diagnostics_add(loading->diagnostics, DIAGNOSTIC_WARNING, place, "the saved watches cannot be read: %s: %s", folder,
                        strerror(errno));
    loading->is_saved = true;
    for (int i = 0; i < count; i++) {
        if (!loading->failed)
            load_saved_file(loading, folder, names[i]->d_name, place);
        free(names[i]);
    }
    free(names);
}

/* ------------------------------------------------------------------------------------------------------ the module */

struct config *config_load(const char *path, struct diagnostics *diagnostics, struct error *error)
{
    struct config *config = calloc(1, sizeof *config);
    if (config)
        config->arena = arena_create(0);
    if (config && config->arena)
        config->path = arena_copy(config->arena, path, strlen(path));
    struct loading loading = {.config = config, .diagnostics = diagnostics};
    struct error problem = ERROR_INIT;
    if (!config || !config->path)
        error_set(&problem, ERROR_MEMORY, "out of memory while reading %s", path);
    else
        load_file(&loading, config->path, 0, (struct source_place){.file = config->path}, &problem);
    if (problem.kind == ERROR_NONE && !loading.failed)
        load_saved(&loading);
    if (problem.kind == ERROR_NONE && (loading.failed || arena_failed(config->arena)))
        error_set(&problem, ERROR_MEMORY, "out of memory while reading %s", path);
    if (problem.kind == ERROR_NONE)
        return config;
    if (error)
        *error = problem;
    config_destroy(config);
    return NULL;
}

void config_destroy(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->count; i++)
        free(config->sections[i].entries);
    free(config->sections);
    free(config->files);
    arena_destroy(config->arena);
    free(config);
}

size_t config_section_count(const struct config *config)
{
    return config->count;
}

const struct config_section *config_section(const struct config *config, size_t index)
{
    return index < config->count ? &config->sections[index].section : NULL;
}

const struct config_section *config_find(const struct config *config, const char *title)
{
    const struct growing_section *found = find_growing(config, title);
    return found ? &found->section : NULL;
}

const char *config_path(const struct config *config)
{
    return config->path;
}

const char *config_default_path(void)
{
    const char *named = getenv("ENTENTE_CONFIG");
    if (named && *named)
        return named;
    static const char *const usual[] = {"./entente.ini", "/etc/entente/entente.ini"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (access(usual[i], F_OK) == 0)
            return usual[i];
    }
    return NULL;
}
