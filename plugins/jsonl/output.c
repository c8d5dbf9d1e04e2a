#include "plugins/jsonl/output.h"

#include "lib/base/buffer.h"
#include "lib/record/alert_json.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, START_SIZE = sizeof ALERT_JSON_START - 1 };

/* A new name is durable only once its folder is. */
static bool sync_folder(const char *path, struct error *error)
{
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy)
        return error_set(error, ERROR_CONFIG, "%s: the path is too long", path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = folder >= 0 && fsync(folder) == 0;
    if (!is_good)
        error_set_errno(error, errno, "%s: cannot make its folder durable", path);
    if (folder >= 0)
        close(folder);
    return is_good;
}

static bool output_append(struct output *output, const char *bytes, size_t size, struct error *error);

static bool open_file(struct output *output, struct error *error)
{
    output->descriptor = open(output->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    if (output->descriptor < 0)
        return error_set_errno(error, errno, "%s: cannot open for appending", output->path);
    struct stat status;
    if (fstat(output->descriptor, &status) == 0 && !S_ISREG(status.st_mode)) {
        output_close(output);
        return error_set(error, ERROR_CONFIG, "%s: not a regular file", output->path);
    }
    if (sync_folder(output->path, error))
        return true;
    output_close(output);
    return false;
}

static bool was_moved(const struct output *output)
{
    struct stat there, here;
    return stat(output->path, &there) != 0 || fstat(output->descriptor, &here) != 0 || there.st_ino != here.st_ino ||
           there.st_dev != here.st_dev;
}

static bool lock_file(struct output *output, struct error *error)
{
    if (flock(output->descriptor, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return error_set(error, ERROR_STATE, "%s: another process is writing to it", output->path);
    return error_set_errno(error, errno, "%s: cannot lock it", output->path);
}

/* Where the last line begins: behind the last line feed before `size`. */
static bool find_last_line(const struct output *output, off_t size, off_t *start, struct error *error)
{
    char bytes[READ_SIZE];
    off_t end = size;
    while (end > 0) {
        off_t from = end > READ_SIZE ? end - READ_SIZE : 0;
        ssize_t got = pread(output->descriptor, bytes, (size_t)(end - from), from);
        if (got != end - from)
            return error_set_errno(error, errno, "%s: cannot read its end", output->path);
        char *line_feed = memrchr(bytes, '\n', (size_t)got);
        if (line_feed) {
            *start = from + (line_feed - bytes) + 1;
            return true;
        }
        end = from;
    }
    *start = 0;
    return true;
}

/* What begins as our lines do is cut; anything else is somebody's text, and gets the line feed that it lacks. */
static bool repair_end(struct output *output, size_t *cut_bytes, struct error *error)
{
    char start_bytes[START_SIZE];
    off_t start;
    int64_t size = output_size(output);
    if (size < 0)
        return error_set_errno(error, errno, "%s: cannot tell its size", output->path);
    if (!find_last_line(output, size, &start, error))
        return false;
    if (start == size)
        return true;
    size_t left = (size_t)(size - start), compared = left < START_SIZE ? left : START_SIZE;
    if (pread(output->descriptor, start_bytes, compared, start) != (ssize_t)compared)
        return error_set_errno(error, errno, "%s: cannot read its last line", output->path);
    if (memcmp(start_bytes, ALERT_JSON_START, compared) != 0)
        return output_append(output, "\n", 1, error);
    if (ftruncate(output->descriptor, start) != 0)
        return error_set_errno(error, errno, "%s: cannot cut off an unfinished last line", output->path);
    *cut_bytes = left;
    return true;
}

static void read_line_id(struct output *output, const char *line, size_t size)
{
    if (size > START_SIZE + RECENT_ID_SIZE && memcmp(line, ALERT_JSON_START, START_SIZE) == 0 &&
        line[START_SIZE + RECENT_ID_SIZE] == '"')
        recent_add(&output->recent, line + START_SIZE);
}

/* The heads of the lines from `offset` on; only the first bytes of each line are kept. *lines (may be NULL) grows by their
 * number. */
static bool read_ids(struct output *output, int descriptor, off_t offset, size_t *lines, struct error *error)
{
    char bytes[READ_SIZE], head[START_SIZE + RECENT_ID_SIZE + 1];
    size_t head_size = 0;
    for (;;) {
        ssize_t got = pread(descriptor, bytes, sizeof bytes, offset);
        if (got < 0)
            return error_set_errno(error, errno, "%s: cannot read what was written last", output->path);
        if (got == 0)
            return true;
        for (ssize_t i = 0; i < got; i++) {
            if (bytes[i] == '\n') {
                if (lines)
                    ++*lines;
                read_line_id(output, head, head_size);
                head_size = 0;
            } else if (head_size < sizeof head) {
                head[head_size++] = bytes[i];
            }
        }
        offset += got;
    }
}

/* Where the last `wanted` lines begin; *lines is how many there are of them. */
static off_t find_tail(int descriptor, size_t wanted, size_t *lines)
{
    char bytes[READ_SIZE];
    struct stat status;
    off_t size = fstat(descriptor, &status) == 0 ? status.st_size : 0;
    *lines = 0;
    while (size > 0) {
        off_t from = size > READ_SIZE ? size - READ_SIZE : 0;
        ssize_t got = pread(descriptor, bytes, (size_t)(size - from), from);
        for (ssize_t i = got; i-- > 0;) {
            if (bytes[i] != '\n')
                continue;
            if (*lines == wanted)
                return from + i + 1;
            ++*lines;
        }
        size = got > 0 ? from : 0;
    }
    return 0;
}

static bool name_rotated(const struct output *output, int number, char path[PATH_MAX], struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s.%d", output->path, number) < PATH_MAX)
        return true;
    return error_set(error, ERROR_CONFIG, "%s: the path is too long", output->path);
}

/* *descriptor is -1 where there is no such file, or none of ours. */
static bool open_rotated(const struct output *output, int number, int *descriptor, struct error *error)
{
    char path[PATH_MAX];
    struct stat status;
    *descriptor = -1;
    if (!name_rotated(output, number, path, error))
        return false;
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened < 0)
        return errno == ENOENT || error_set_errno(error, errno, "%s: cannot read what was written last", path);
    if (fstat(opened, &status) == 0 && S_ISREG(status.st_mode))
        *descriptor = opened;
    else
        close(opened);
    return true;
}

/* What was written last may stand in the files before this one: in as many as hold OUTPUT_TAIL_LINES lines. */
static bool read_previous(struct output *output, struct error *error)
{
    size_t wanted = OUTPUT_TAIL_LINES, lines;
    int eldest = 0, descriptor;
    off_t from = 0; /* in the eldest */
    /* One may be missing: the gap that a crash left. */
    for (int number = 1, missing = 0; wanted > 0 && missing < 2; number++) {
        if (!open_rotated(output, number, &descriptor, error))
            return false;
        missing = descriptor < 0 ? missing + 1 : 0;
        if (descriptor < 0)
            continue;
        from = find_tail(descriptor, wanted, &lines);
        close(descriptor);
        wanted -= lines;
        eldest = number;
    }
    /* The newest last, since that is remembered longest. */
    for (int number = eldest; number > 0; number--, from = 0) {
        if (!open_rotated(output, number, &descriptor, error))
            return false;
        if (descriptor < 0)
            continue;
        bool is_good = read_ids(output, descriptor, from, NULL, error);
        close(descriptor);
        if (!is_good)
            return false;
    }
    return true;
}

/* A size that does not end a line is none that we kept: the file was changed by others, so all of it is read. */
static bool is_line_start(const struct output *output, int64_t offset)
{
    char byte;
    return offset == 0 ||
           (offset <= output_size(output) && pread(output->descriptor, &byte, 1, offset - 1) == 1 && byte == '\n');
}

bool output_hold(struct output *output, int64_t anchor, size_t *cut_bytes, struct error *error)
{
    *cut_bytes = 0;
    bool is_new_file = output->descriptor >= 0 && was_moved(output);
    if (is_new_file)
        output_close(output);
    bool was_open = output->descriptor >= 0;
    if (!was_open && !open_file(output, error))
        return false;
    if (!lock_file(output, error)) {
        if (!was_open)
            output_close(output);
        return false;
    }
    if (was_moved(output)) {
        /* Somebody has rotated it between the look and the lock. */
        output_close(output);
        return error_set(error, ERROR_STATE, "%s: it was just moved away", output->path);
    }
    if (was_open)
        return true;
    output->anchor = !is_new_file && is_line_start(output, anchor) ? anchor : 0;
    output->next_anchor = output->anchor;
    output->lines = 0;
    bool is_known = output->is_loaded;
    output->is_loaded = (is_known || read_previous(output, error)) && repair_end(output, cut_bytes, error) &&
                        (is_known || read_ids(output, output->descriptor, output->anchor, &output->lines, error));
    if (output->is_loaded)
        return true;
    memset(&output->recent, 0, sizeof output->recent);
    output_close(output);
    return false;
}

static bool output_append(struct output *output, const char *bytes, size_t size, struct error *error)
{
    int64_t before = output_size(output);
    while (size > 0) {
        ssize_t written = write(output->descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            break;
        bytes += written;
        size -= (size_t)written;
    }
    if (size == 0 && fsync(output->descriptor) == 0)
        return true;
    error_set_errno(error, errno, "%s: cannot write", output->path);
    if (before < 0 || ftruncate(output->descriptor, before) != 0) {
        /* What stands there is found out when it is opened again. */
        error_prefix(error, "an unfinished line stays at the end");
        output_close(output);
        output->is_loaded = false;
        memset(&output->recent, 0, sizeof output->recent);
    }
    return false;
}

bool output_append_lines(struct output *output, const char *bytes, size_t size, size_t line_count, struct error *error)
{
    if (output->lines >= OUTPUT_TAIL_LINES) {
        output->anchor = output->next_anchor;
        output->next_anchor = output_size(output);
        output->lines = 0;
    }
    if (!output_append(output, bytes, size, error))
        return false;
    output->lines += line_count;
    return true;
}

int64_t output_anchor(const struct output *output)
{
    return output->anchor;
}

int64_t output_size(const struct output *output)
{
    struct stat status;
    return fstat(output->descriptor, &status) == 0 ? status.st_size : -1;
}

void output_let_go(struct output *output)
{
    if (output->descriptor >= 0)
        flock(output->descriptor, LOCK_UN);
}

void output_close(struct output *output)
{
    if (output->descriptor >= 0)
        close(output->descriptor);
    output->descriptor = -1;
}

/* The first number from 1 on that no file has, at most `keep`. */
static bool find_gap(const struct output *output, int keep, int *gap, struct error *error)
{
    char path[PATH_MAX];
    for (*gap = 1; *gap < keep; ++*gap) {
        if (!name_rotated(output, *gap, path, error))
            return false;
        if (access(path, F_OK) != 0)
            return true;
    }
    return true;
}

static bool move_file(const struct output *output, int from, int to, struct error *error)
{
    char old[PATH_MAX], new[PATH_MAX];
    if (!name_rotated(output, from, old, error) || !name_rotated(output, to, new, error))
        return false;
    const char *source = from == 0 ? output->path : old;
    return rename(source, new) == 0 || error_set_errno(error, errno, "%s: cannot be renamed to %s", source, new);
}

bool output_rotate(struct output *output, int keep, struct error *error)
{
    int gap;
    if (!find_gap(output, keep, &gap, error))
        return false;
    /* The file that a rename meets is dropped by it. */
    for (int number = gap; number > 0; number--)
        if (!move_file(output, number - 1, number, error))
            return false;
    output_close(output);
    return sync_folder(output->path, error);
}
