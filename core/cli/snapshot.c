#include "core/cli/snapshot.h"

#include "core/store/state.h"
#include "lib/base/calendar.h"
#include "lib/base/json_writer.h"
#include "lib/record/record_json.h"
#include "lib/record/vocabulary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "snapshots"
static const char ending[] = ".jsonl";
enum { FORM = 1, LINE_MAX_BYTES = 64 * 1024 * 1024 };

/* Letters, digits, '.', '_' and '-', at most SNAPSHOT_NAME_MAX. */
static bool snapshot_name_check(const char *name, struct error *error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t size = strlen(name);
    return (size > 0 && size <= SNAPSHOT_NAME_MAX && strspn(name, letters) == size && *name != '.' && *name != '-') ||
           error_set(error, ERROR_INPUT,
                     "'%.60s' is no name for a snapshot: at most %d letters, digits, '.', '_' and '-', not beginning with "
                     "'.' or '-'",
                     name, SNAPSHOT_NAME_MAX);
}

static bool make_path(char path[SNAPSHOT_PATH_MAX], const char *state_dir, const char *name, struct error *error)
{
    int size = snprintf(path, SNAPSHOT_PATH_MAX, "%s/" FOLDER "/%s%s", state_dir, name, ending);
    return (size > 0 && size < SNAPSHOT_PATH_MAX - 5) ||
           error_set(error, ERROR_INPUT, "the path of the state directory is too long");
}

/* The codebook is what its words and codes are. */
static void digest_codebook(char hex[DIGEST_HEX_SIZE])
{
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < VOCABULARY_COUNT; i++)
        for (const char *const *word = vocabulary_words((enum vocabulary)i); *word; word++)
            buffer_printf(&text, "%d %s\n", i, *word);
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++)
        for (const char *const *status = vocabulary_words(VOCABULARY_STATUS); *status; status++) {
            struct crosswalk codes = vocabulary_crosswalk(*type, NULL, *status);
            buffer_printf(&text, "%s %s %s %s %s\n", *type, *status, codes.cameo, codes.plover, codes.context);
        }
    digest_texts(hex, text.failed ? "" : text.bytes, (const char *)NULL);
    buffer_free(&text);
}

/* ---- writing ---- */

static bool fail_write(const struct snapshot_writer *writer, struct error *error)
{
    return error_set_errno(error, errno, "cannot write the snapshot %s", writer->part);
}

static bool write_line(struct snapshot_writer *writer, bool is_counted, struct error *error)
{
    buffer_append_char(&writer->line, '\n');
    if (writer->line.failed)
        return error_set(error, ERROR_MEMORY, "out of memory for a snapshot");
    if (is_counted)
        digest_stream_add(&writer->digest, writer->line.bytes, writer->line.size);
    return fwrite(writer->line.bytes, 1, writer->line.size, writer->file) == writer->line.size ||
           fail_write(writer, error);
}

static void put_text(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_put_text(writer, text);
}

static bool open_part(struct snapshot_writer *writer, const char *state_dir, struct error *error)
{
    char folder[SNAPSHOT_PATH_MAX];
    if (!state_path(folder, sizeof folder, state_dir, FOLDER, error))
        return false;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return error_set_errno(error, errno, "cannot make the folder %s", folder);
    if (access(writer->path, F_OK) == 0)
        return error_set(error, ERROR_STATE, "there is a snapshot of that name, %s: take another name; a snapshot is never "
                         "written over", writer->path);
    snprintf(writer->part, sizeof writer->part, "%.*s.part", (int)sizeof writer->part - 6, writer->path);
    int descriptor = open(writer->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    writer->file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    return writer->file || fail_write(writer, error);
}

bool snapshot_begin(struct snapshot_writer *writer, const char *state_dir, const char *name, const char *filter,
                    const char *order, const char *author, int64_t now, struct error *error)
{
    char time[CALENDAR_TEXT_SIZE], codebook[DIGEST_HEX_SIZE];
    struct json_writer json;
    *writer = (struct snapshot_writer){.stamps = json_object()};
    digest_stream_begin(&writer->digest);
    if (!writer->stamps)
        return error_set(error, ERROR_MEMORY, "out of memory for a snapshot");
    if (!snapshot_name_check(name, error) || !make_path(writer->path, state_dir, name, error) ||
        !open_part(writer, state_dir, error))
        return false;
    calendar_print(time, now);
    digest_codebook(codebook);
    json_begin(&json, &writer->line);
    json_object_open(&json);
    json_key(&json, "snapshot");
    json_put_integer(&json, FORM);
    put_text(&json, "name", name);
    put_text(&json, "made", time);
    put_text(&json, "author", author);
    put_text(&json, "filter", filter);
    put_text(&json, "order", order);
    put_text(&json, "entente", ENT_VERSION);
    put_text(&json, "codebook", codebook);
    json_object_close(&json);
    return write_line(writer, true, error);
}

bool snapshot_put(struct snapshot_writer *writer, struct record_view event, const struct event_retrieved *retrieved,
                  struct error *error)
{
    const char *stamp = record_text(event, ENT_REPORT_STAMP);
    const struct event_format *format = event_format_find("jsonl");
    stamp = stamp ? stamp : "none";
    json_int_t before = json_integer_value(json_object_get(writer->stamps, stamp));
    if (json_object_set_new(writer->stamps, stamp, json_integer(before + 1)) != 0)
        return error_set(error, ERROR_MEMORY, "out of memory for a snapshot");
    buffer_clear(&writer->line);
    format->print(NULL, event, retrieved, &writer->line);
    writer->rows++;
    return write_line(writer, true, error);
}

static bool write_foot(struct snapshot_writer *writer, char digest[DIGEST_WHOLE_SIZE], struct error *error)
{
    struct json_writer json;
    const char *stamp;
    json_t *rows;
    buffer_clear(&writer->line);
    json_begin(&json, &writer->line);
    json_object_open(&json);
    json_key(&json, "rows");
    json_put_integer(&json, writer->rows);
    json_key(&json, "stamps");
    json_object_open(&json);
    json_object_foreach(writer->stamps, stamp, rows) {
        json_key(&json, stamp);
        json_put_integer(&json, json_integer_value(rows));
    }
    json_object_close(&json);
    /* What the line says before counts as well; the digest stands last. */
    digest_stream_add(&writer->digest, writer->line.bytes ? writer->line.bytes : "", writer->line.size);
    digest_stream_end(&writer->digest, digest);
    put_text(&json, "sha256", digest);
    json_object_close(&json);
    return write_line(writer, false, error);
}

static bool sync_folder(const char *path)
{
    char folder[SNAPSHOT_PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return ok;
}

bool snapshot_end(struct snapshot_writer *writer, bool is_good, char digest[DIGEST_WHOLE_SIZE], struct error *error)
{
    bool ok = is_good && write_foot(writer, digest, error);
    if (ok && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0))
        ok = fail_write(writer, error);
    if (writer->file && fclose(writer->file) != 0 && ok)
        ok = fail_write(writer, error);
    if (ok && (rename(writer->part, writer->path) != 0 || !sync_folder(writer->path)))
        ok = fail_write(writer, error);
    if (!ok && writer->file)
        unlink(writer->part);
    buffer_free(&writer->line);
    json_decref(writer->stamps);
    return ok;
}

/* ---- reading ---- */

static void copy_text(char *text, size_t size, const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    snprintf(text, size, "%s", value ? value : "");
}

static bool read_head(const char *line, size_t size, struct snapshot_head *head)
{
    json_t *object = json_loadb(line, size, 0, NULL);
    bool ok = json_integer_value(json_object_get(object, "snapshot")) == FORM;
    copy_text(head->name, sizeof head->name, object, "name");
    copy_text(head->made, sizeof head->made, object, "made");
    copy_text(head->author, sizeof head->author, object, "author");
    copy_text(head->version, sizeof head->version, object, "entente");
    copy_text(head->order, sizeof head->order, object, "order");
    copy_text(head->codebook, sizeof head->codebook, object, "codebook");
    copy_text(head->filter, sizeof head->filter, object, "filter");
    json_decref(object);
    return ok;
}

static bool read_foot(const char *line, size_t size, struct snapshot_foot *foot)
{
    json_t *object = json_loadb(line, size, 0, NULL), *rows = json_object_get(object, "rows");
    bool ok = json_is_integer(rows) && json_is_string(json_object_get(object, "sha256"));
    if (ok) {
        foot->rows = json_integer_value(rows);
        foot->stamps = json_incref(json_object_get(object, "stamps"));
        copy_text(foot->digest, sizeof foot->digest, object, "sha256");
    }
    json_decref(object);
    return ok;
}

/* How many bytes of the last line the digest counts. */
static size_t counted_size(const char *line, size_t size)
{
    static const char member[] = ",\"sha256\":";
    for (size_t at = size; at >= sizeof member; at--)
        if (memcmp(line + at - sizeof member, member, sizeof member - 1) == 0)
            return at - sizeof member;
    return size;
}

struct reading {
    FILE *file;
    const char *path;
    struct digest_stream digest;
    int64_t lines, rows;
    bool has_foot;
};

static bool fail_changed(const struct reading *reading, struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "%s:%lld: %s", reading->path, (long long)reading->lines, what);
}

static bool take_line(struct reading *reading, char *line, size_t size, struct snapshot_head *head,
                      struct snapshot_foot *foot, snapshot_row *row, void *context, bool *more, struct error *error)
{
    static const char foot_start[] = "{\"rows\":";
    reading->lines++;
    if (reading->has_foot)
        return fail_changed(reading, error, "something was added behind the end of the snapshot");
    if (reading->lines == 1)
        return read_head(line, size, head) || fail_changed(reading, error, "this is no snapshot that this version reads");
    if (strncmp(line, foot_start, sizeof foot_start - 1) == 0) {
        reading->has_foot = read_foot(line, size, foot);
        return reading->has_foot || fail_changed(reading, error, "the snapshot's last line cannot be read");
    }
    reading->rows++;
    *more = !row || row(context, line, size, error);
    return *more || error->kind == ERROR_NONE;
}

static bool read_lines(struct reading *reading, struct snapshot_head *head, struct snapshot_foot *foot,
                       snapshot_row *row, void *context, bool *more, struct error *error)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    bool ok = true;
    while (ok && *more && (size = getline(&line, &capacity, reading->file)) > 0) {
        bool is_whole = line[size - 1] == '\n';
        size_t length = (size_t)size - is_whole;
        ok = take_line(reading, line, length, head, foot, row, context, more, error);
        if (!ok)
            break;
        digest_stream_add(&reading->digest, line, reading->has_foot ? counted_size(line, length) : (size_t)size);
        if (!is_whole)
            ok = fail_changed(reading, error, "the snapshot was cut off");
    }
    if (ok && ferror(reading->file))
        ok = error_set_errno(error, errno, "cannot read %s", reading->path);
    free(line);
    return ok;
}

bool snapshot_read(const char *state_dir, const char *name, struct snapshot_head *head, struct snapshot_foot *foot,
                   char digest[DIGEST_WHOLE_SIZE], snapshot_row *row, void *context, struct error *error)
{
    char path[SNAPSHOT_PATH_MAX];
    bool more = true;
    *head = (struct snapshot_head){.name = ""};
    *foot = (struct snapshot_foot){.rows = 0};
    *digest = '\0';
    if (!snapshot_name_check(name, error) || !make_path(path, state_dir, name, error))
        return false;
    struct reading reading = {.path = path, .file = fopen(path, "re")};
    if (!reading.file && errno == ENOENT)
        return error_set(error, ERROR_MISSING, "there is no snapshot %s; 'entente snapshot list' names those there are", name);
    if (!reading.file)
        return error_set_errno(error, errno, "cannot read %s", path);
    digest_stream_begin(&reading.digest);
    bool ok = read_lines(&reading, head, foot, row, context, &more, error);
    digest_stream_end(&reading.digest, digest);
    fclose(reading.file);
    if (!ok || !more)
        return ok;
    if (!reading.has_foot)
        return fail_changed(&reading, error, "the snapshot was cut off: its last line is not there");
    if (foot->rows != reading.rows)
        return error_set(error, ERROR_INPUT, "%s was changed: it has %lld rows, and was made with %lld", path,
                         (long long)reading.rows, (long long)foot->rows);
    return strcmp(foot->digest, digest) == 0 ||
           error_set(error, ERROR_INPUT, "%s was changed: what it holds has the SHA-256 %s, and it was made with %s", path,
                     digest, foot->digest);
}

/* ---- rows ---- */

struct ent_record *snapshot_event(const char *line, size_t size, struct event_retrieved *retrieved, struct error *error)
{
    static const char *const beside[] = {"retrieved", "cameo", "plover", "plover_context"};
    json_error_t where;
    json_t *object = json_loadb(line, size, 0, &where);
    retrieved->count = 0;
    if (!json_is_object(object)) {
        error_set(error, ERROR_INPUT, "a row of the snapshot is no JSON object: %s", object ? "" : where.text);
        json_decref(object);
        return NULL;
    }
    const json_t *times = json_object_get(object, "retrieved");
    for (size_t i = 0; i < json_array_size(times) && i < EVENT_SOURCES_MAX; i++) {
        const char *text = json_string_value(json_array_get(times, i));
        int64_t *time = &retrieved->times[retrieved->count++];
        if (!text || !calendar_parse(text, strlen(text), time, NULL))
            *time = 0;
    }
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        json_object_del(object, beside[i]);
    struct ent_record *event = record_from_json(ENT_EVENT, object, error);
    json_decref(object);
    return event;
}

/* ---- names ---- */

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void snapshot_names_free(char **names)
{
    for (char **name = names; name && *name; name++)
        free(*name);
    free(names);
}

static bool add_name(char ***names, size_t *count, const char *file)
{
    size_t size = strlen(file), end = sizeof ending - 1;
    if (size <= end || strcmp(file + size - end, ending) != 0)
        return true;
    char **grown = realloc(*names, (*count + 2) * sizeof *grown);
    if (!grown)
        return false;
    *names = grown;
    grown[*count] = strndup(file, size - end);
    grown[*count + 1] = NULL;
    return grown[(*count)++] != NULL;
}

char **snapshot_names(const char *state_dir, struct error *error)
{
    char folder[SNAPSHOT_PATH_MAX];
    size_t count = 0;
    char **names = calloc(1, sizeof *names);
    DIR *directory = names && state_path(folder, sizeof folder, state_dir, FOLDER, error) ? opendir(folder) : NULL;
    bool ok = names && (directory || errno == ENOENT);
    if (names && !ok)
        error_set_errno(error, errno, "cannot read the folder %s", folder);
    for (const struct dirent *entry; ok && directory && (entry = readdir(directory));)
        ok = add_name(&names, &count, entry->d_name) || error_set(error, ERROR_MEMORY, "out of memory");
    if (directory)
        closedir(directory);
    if (!ok) {
        snapshot_names_free(names);
        return NULL;
    }
    if (count)
        qsort(names, count, sizeof *names, compare);
    return names;
}
