#include "core/config/loader.h"

#include "lib/base/error.h"

#include <iniparser.h>

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* iniparser's callback has no context, and there is one for the process. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char complaint[300];

__attribute__((format(printf, 1, 2))) static int keep_complaint(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(complaint, sizeof complaint, format, arguments);
    va_end(arguments);
    return length;
}

/* The bytes as a file that iniparser can open by name: 4.1 has no other way in. */
static int open_bytes(const char *bytes, size_t size)
{
    int descriptor = memfd_create("entente.ini", MFD_CLOEXEC);
    if (descriptor < 0)
        return -1;
    for (size_t at = 0; at < size;) {
        ssize_t written = write(descriptor, bytes + at, size - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            close(descriptor);
            return -1;
        }
        at += (size_t)written;
    }
    return descriptor;
}

static dictionary *load_bytes(const char *bytes, size_t size, struct error *error)
{
    int descriptor = open_bytes(bytes, size);
    if (descriptor < 0) {
        error_set_errno(error, errno, "cannot hand the file to iniparser");
        return NULL;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    pthread_mutex_lock(&lock);
    complaint[0] = '\0';
    iniparser_set_error_callback(keep_complaint);
    dictionary *loaded = iniparser_load(path);
    if (!loaded)
        error_set(error, ERROR_INPUT, "%s", complaint[0] ? complaint : "iniparser cannot read it and does not say why");
    pthread_mutex_unlock(&lock);
    close(descriptor);
    return loaded;
}

static void disagree(struct diagnostics *diagnostics, struct source_place place, const char *what, const char *name)
{
    diagnostics_add(
        diagnostics, DIAGNOSTIC_ERROR, place,
        "%s '%s' is read in two ways by iniparser and by entente's own scanner, so it is not trusted; write "
        "it plainly, and report this line as a bug of entente",
        what, name);
}

/* Takes over the value of one entry; false when memory is out. */
static bool take_value(const dictionary *loaded, const struct scan_section *section, struct scan_entry *entry,
                       struct arena *arena, struct diagnostics *diagnostics)
{
    char name[2 * SCAN_NAME_MAX + 2];
    snprintf(name, sizeof name, "%s:%s", section->title, entry->key);
    const char *value = iniparser_getstring(loaded, name, NULL);
    if (!value || strcmp(value, entry->value) != 0) {
        disagree(diagnostics, entry->value_place, "the value of", entry->key);
        return true;
    }
    entry->value = arena_copy(arena, value, strlen(value));
    return entry->value != NULL;
}

static bool take_sections(const dictionary *loaded, struct arena *arena, struct diagnostics *diagnostics,
                          struct scan *scan)
{
    for (struct scan_section *section = scan->sections; section; section = section->next) {
        int keys = 0;
        for (struct scan_entry *entry = section->entries; entry; entry = entry->next, keys++) {
            if (!take_value(loaded, section, entry, arena, diagnostics))
                return false;
        }
        /* getsecnkeys is 0 for a section that does not exist, which find_entry tells apart. */
        if (!iniparser_find_entry(loaded, section->title) || iniparser_getsecnkeys(loaded, section->title) != keys)
            disagree(diagnostics, section->place, "section", section->title);
    }
    return true;
}

bool loader_read(const char *file, const char *bytes, size_t size, struct arena *arena, struct diagnostics *diagnostics,
                 struct scan *scan)
{
    struct error error = ERROR_INIT;
    dictionary *loaded = load_bytes(bytes, size, &error);
    if (!loaded) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct source_place){.file = file},
                        "iniparser refuses this file: %s", error.text);
        return true;
    }
    bool done = take_sections(loaded, arena, diagnostics, scan);
    if (iniparser_getnsec(loaded) != (int)scan->section_count)
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct source_place){.file = file},
                        "iniparser finds %d sections where there are %zu", iniparser_getnsec(loaded),
                        scan->section_count);
    iniparser_freedict(loaded);
    return done;
}
