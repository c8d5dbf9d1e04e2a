#include "core/control/watch_file.h"

#include "core/config/config.h"
#include "core/config/ini_text.h"
#include "core/config/loader.h"
#include "core/config/scanner.h"
#include "core/control/watch_comments.h"
#include "lib/base/arena.h"
#include "lib/base/calendar.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_MAX = 900, FILE_NAME_SIZE = WATCH_FILE_NAME_MAX + 16 }; /* a part with its key stays below INI_LINE_MAX */

bool watch_file_is_name(const char *name, struct error *error)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    if (!*name)
        return error_set(error, ERROR_INPUT, "a watch needs a name, such as central-asia-arms");
    if (name[size])
        return error_set(error, ERROR_INPUT,
                         "name, character %zu: a watch's name has small letters, digits, '-' and '_', such as central-asia-arms",
                         size + 1);
    if (*name == '-' || *name == '_')
        return error_set(error, ERROR_INPUT, "name, character 1: a watch's name begins with a letter or a digit");
    if (size > WATCH_FILE_NAME_MAX)
        return error_set(error, ERROR_LIMIT, "name: longer than %d characters", (int)WATCH_FILE_NAME_MAX);
    if (strcmp(name, "health") == 0)
        return error_set(error, ERROR_INPUT, "name: 'health' is taken by the alerts about sources that fall out");
    return true;
}

/* ---- the text ---- */

/* The rule on one line, without its comments: outside strings all white space is one to the language. */
static bool flatten(const char *rule, struct buffer *line, struct error *error)
{
    bool in_string = false, wants_space = false;
    for (const char *at = rule; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (!in_string && byte == '#') {
            at += strcspn(at, "\n");
            at -= !*at;
            wants_space = true;
        } else if (!in_string && isspace(byte)) {
            wants_space = true;
        } else if (iscntrl(byte)) {
            return error_set(error, ERROR_INPUT, "when, character %zu: a line break or control character within a string",
                             (size_t)(at - rule) + 1);
        } else {
            if (wants_space && line->size > 0)
                buffer_append_char(line, ' ');
            wants_space = false;
            in_string ^= byte == '\'';
            buffer_append_char(line, *at);
        }
    }
    return !line->failed || error_set(error, ERROR_MEMORY, "out of memory");
}

/* Bytes of the next part: up to a blank, which the join of the parts puts back. One that began with a quote would need
 * quotes itself. */
static size_t part_size(const char *text, size_t size)
{
    if (size <= PART_MAX)
        return size;
    size_t at = PART_MAX;
    while (at > 0 && (text[at] != ' ' || text[at - 1] == ' ' || text[at + 1] == ' ' || text[at + 1] == '\'' || text[at + 1] == '"'))
        at--;
    return at;
}

static bool append_rule(const char *rule, struct buffer *text, struct error *error)
{
    struct buffer line = BUFFER_INIT;
    bool ok = flatten(rule, &line, error), is_parted = line.size > PART_MAX;
    char key[24] = "when";
    int number = 0;
    for (size_t at = 0, size; ok && at < line.size; at += size + 1) {
        size = part_size(line.bytes + at, line.size - at);
        if (size == 0)
            ok = error_set(error, ERROR_LIMIT, "when: a text of it has more than %d characters without a blank", (int)PART_MAX);
        else if (!ini_can_hold(line.bytes + at, size))
            ok = error_set(error, ERROR_INPUT,
                           "when: a text of it holds both kinds of quotes beside # or ;, which the configuration cannot hold; "
                           "write it with when_file in a file of yours");
        if (!ok)
            break;
        if (is_parted)
            snprintf(key, sizeof key, "when.%d", ++number);
        ini_append_line(text, key, strlen(key), line.bytes + at, size);
        buffer_append_char(text, '\n');
    }
    buffer_free(&line);
    return ok;
}

static bool append_line(const struct watch_line *line, struct buffer *text, struct error *error)
{
    size_t size = strlen(line->value);
    for (size_t i = 0; i < size; i++)
        if (iscntrl((unsigned char)line->value[i]))
            return error_set(error, ERROR_INPUT, "%s, byte %zu: a line break or control character", line->key, i + 1);
    if (size > PART_MAX)
        return error_set(error, ERROR_LIMIT, "%s: longer than %d bytes", line->key, (int)PART_MAX);
    if (!ini_can_hold(line->value, size))
        return error_set(error, ERROR_INPUT,
                         "%s: both kinds of quotes beside # or ;, which the configuration cannot hold", line->key);
    ini_append_line(text, line->key, strlen(line->key), line->value, size);
    buffer_append_char(text, '\n');
    return true;
}

static void append_author(const char *author, struct buffer *text)
{
    for (const char *at = author; *at; at++)
        buffer_append_char(text, iscntrl((unsigned char)*at) || *at == '\\' ? ' ' : *at);
}

/* Whether both readings of the configuration take it, and see one section. */
static bool is_readable(const struct buffer *text, struct error *error)
{
    struct arena *arena = arena_create(0);
    struct diagnostics *diagnostics = diagnostics_create();
    struct scan scan = {0};
    bool ok = arena && diagnostics &&
              scan_text("saved watch", text->bytes, text->size, arena, diagnostics, &scan) &&
              loader_read("saved watch", text->bytes, text->size, arena, diagnostics, &scan);
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0 || scan.section_count != 1)
        ok = error_set(error, ERROR_INPUT, "the configuration would not read this watch as it is written; put it into a file of yours");
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
    return ok;
}

static bool append_section(const struct watch_file *file, struct watch_comments *comments, struct buffer *text,
                           struct error *error)
{
    char time[CALENDAR_TEXT_SIZE];
    calendar_print(time, file->time);
    buffer_append_text(text, WATCH_COMMENTS_OWN);
    append_author(file->author, text);
    buffer_printf(text, " at %s. Change it by `entente watch save` or on the dashboard.\n", time);
    watch_comments_put(comments, "[", text);
    buffer_printf(text, "[watch.%s]\n", file->name);
    watch_comments_put(comments, "when", text);
    if (!append_rule(file->when, text, error))
        return false;
    watch_comments_put(comments, "to", text);
    if (*file->to)
        buffer_printf(text, "to = %s\n", file->to);
    watch_comments_put(comments, "on", text);
    if (*file->on)
        buffer_printf(text, "on = %s\n", file->on);
    for (size_t i = 0; i < file->line_count; i++) {
        watch_comments_put(comments, file->lines[i].key, text);
        if (!append_line(&file->lines[i], text, error))
            return false;
    }
    watch_comments_put(comments, NULL, text);
    return !text->failed || error_set(error, ERROR_MEMORY, "out of memory");
}

bool watch_file_compose(const struct watch_file *file, struct buffer *text, struct error *error)
{
    struct watch_comments comments;
    const char *before = file->before ? file->before : "";
    bool ok = watch_comments_read(&comments, before, strlen(before)) ||
              error_set(error, ERROR_MEMORY, "out of memory");
    ok = ok && append_section(file, &comments, text, error) && is_readable(text, error);
    watch_comments_free(&comments);
    return ok;
}

/* ---- the folder ---- */

static bool make_path(const char *state_dir, const char *name, char *path, size_t size, struct error *error)
{
    int length = snprintf(path, size, "%s/" CONFIG_SAVED_FOLDER "/%s.ini", state_dir, name);
    return (length > 0 && (size_t)length < size) || error_set(error, ERROR_LIMIT, "the path of the state directory is too long");
}

/* The folder's descriptor; -1 with `error` filled. */
static int open_folder(const char *state_dir, bool make, struct error *error)
{
    int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (state < 0) {
        error_set_errno(error, errno, "cannot open the state directory %s", state_dir);
        return -1;
    }
    int folder = -1;
    if (make && mkdirat(state, CONFIG_SAVED_FOLDER, 0700) != 0 && errno != EEXIST)
        error_set_errno(error, errno, "cannot make %s/" CONFIG_SAVED_FOLDER, state_dir);
    else if ((folder = openat(state, CONFIG_SAVED_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
        error_set_errno(error, errno, "cannot open %s/" CONFIG_SAVED_FOLDER, state_dir);
    else if (make && fsync(state) != 0) {
        error_set_errno(error, errno, "cannot write %s", state_dir);
        close(folder);
        folder = -1;
    }
    close(state);
    return folder;
}

static bool write_all(int descriptor, const struct buffer *text)
{
    for (size_t at = 0; at < text->size;) {
        ssize_t written = write(descriptor, text->bytes + at, text->size - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += (size_t)written;
    }
    return fsync(descriptor) == 0;
}

bool watch_file_write(const char *state_dir, const char *name, const struct buffer *text, char *path, size_t size,
                      struct error *error)
{
    char part[FILE_NAME_SIZE], whole[FILE_NAME_SIZE];
    snprintf(part, sizeof part, ".%s.new", name);
    snprintf(whole, sizeof whole, "%s.ini", name);
    if (!make_path(state_dir, name, path, size, error))
        return false;
    int folder = open_folder(state_dir, true, error);
    if (folder < 0)
        return false;
    int file = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = file >= 0 && write_all(file, text);
    int problem = errno;
    if (file >= 0)
        close(file);
    if (ok && (renameat(folder, part, folder, whole) != 0 || fsync(folder) != 0)) {
        problem = errno;
        ok = false;
    }
    if (!ok) {
        error_set_errno(error, problem, "cannot write %s", path);
        unlinkat(folder, part, 0);
    }
    close(folder);
    return ok;
}

bool watch_file_remove(const char *state_dir, const char *name, char *path, size_t size, struct error *error)
{
    char whole[FILE_NAME_SIZE];
    snprintf(whole, sizeof whole, "%s.ini", name);
    if (!make_path(state_dir, name, path, size, error))
        return false;
    int folder = open_folder(state_dir, false, error);
    if (folder < 0)
        return false;
    bool ok = unlinkat(folder, whole, 0) == 0;
    if (!ok && errno == ENOENT)
        error_set(error, ERROR_MISSING, "there is no file %s", path);
    else if (!ok)
        error_set_errno(error, errno, "cannot remove %s", path);
    else if (fsync(folder) != 0)
        ok = error_set_errno(error, errno, "cannot write the folder of %s", path);
    close(folder);
    return ok;
}
