#include "core/base/paths.h"
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_SIZE = 64 };

/* What fills the places @NAME@, @ID@, @KIND@, @SETTINGS@ and @TRY@ of templates and of their names. */
struct project {
    const char *name, *kind, *language;
    char id[NAME_MAX_SIZE + 1]; /* the name as an identifier of C */
    const char *settings, *first_run;
};

/* The files of a project: template under data/templates, and what it is called there. */
struct template_file {
    const char *languages; /* words apart by blanks */
    const char *kinds;     /* so too; NULL: all */
    const char *template;  /* NULL: `target` is a link to `link` */
    const char *target;
    const char *link;
    bool is_program;
};

#define NOT_SOURCE "transform classifier detector sink"

static const struct template_file files[] = {
    {"c", NULL, "c/Makefile", "Makefile", NULL, false},
    {"c", NULL, "c/@KIND@.c", "@NAME@.c", NULL, false},
    {"c", NULL, "test/@KIND@.c", "test_@NAME@.c", NULL, false},
    {"c++", NULL, "c++/Makefile", "Makefile", NULL, false},
    {"c++", NULL, "c++/@KIND@.cpp", "@NAME@.cpp", NULL, false},
    {"c++", NULL, "test/@KIND@.c", "test_@NAME@.cpp", NULL, false},
    {"c c++", NULL, "ini/@KIND@.ini", "entente.ini", NULL, false},
    {"python", NULL, "python/Makefile", "Makefile", NULL, false},
    {"python", NULL, "python/@KIND@.py", "@NAME@.py", NULL, true},
    {"python", NULL, NULL, "@NAME@.plugin", "@NAME@.py", false},
    {"python", NULL, "python/entente_program.py", "entente_program.py", NULL, false},
    {"python", NULL, "python/test_@KIND@.py", "test_@NAME@.py", NULL, false},
    {"python", "source", "python/source.ini", "entente.ini", NULL, false},
    {"python", NOT_SOURCE, "ini/@KIND@.ini", "entente.ini", NULL, false},
    {"c c++ python", "source", "headlines.txt", "headlines.txt", NULL, false},
    {"c c++", NOT_SOURCE, "sample.jsonl", "sample.jsonl", NULL, false},
    {"python", NOT_SOURCE, "sample.jsonl", "sample.jsonl", NULL, false},
    {"c c++ python", NULL, "README.md", "README.md", NULL, false},
    {"c c++ python", NULL, "gitignore", ".gitignore", NULL, false},
};

#define TRY "entented -c entente.ini --once"
/* Whose source asks a server needs one that has something to say. */
#define TRY_SERVED "python3 -m http.server --bind 127.0.0.1 8000 &   # any server that has headlines.txt\n    " TRY

static const struct {
    const char *kind, *languages;
    const char *settings;  /* what the template's option table needs */
    const char *first_run; /* commands that show the sample configuration at work, indented but for the first */
} kinds[] = {
    {"source", "c c++", "--set url=http://127.0.0.1:8000/headlines.txt", TRY_SERVED},
    {"source", "python", "--set path=headlines.txt", TRY},
    {"transform", "c c++ python", "--set word=patrol", TRY},
    {"classifier", "c c++ python", "--set word=patrol --set actors=NOR,MDA", TRY},
    {"detector", "c c++ python", "--set actor=NOR", TRY},
    {"sink", "c c++ python", "--set path=alerts.txt", TRY},
};

/* ---- filling in ---- */

static void fill(const struct project *project, const char *text, size_t size, struct buffer *out)
{
    const struct {
        const char *place, *value;
    } places[] = {{"@NAME@", project->name},
                  {"@ID@", project->id},
                  {"@KIND@", project->kind},
                  {"@SETTINGS@", project->settings},
                  {"@TRY@", project->first_run}};
    for (size_t at = 0; at < size;) {
        size_t taken = 0;
        for (size_t i = 0; text[at] == '@' && taken == 0 && i < sizeof places / sizeof *places; i++) {
            size_t length = strlen(places[i].place);
            if (length > size - at || strncmp(text + at, places[i].place, length) != 0)
                continue;
            buffer_append_text(out, places[i].value);
            taken = length;
        }
        if (taken == 0)
            buffer_append_char(out, text[at]);
        at += taken > 0 ? taken : 1;
    }
}

static bool fill_path(const struct project *project, const char *folder, const char *name, char path[PATH_MAX],
                      struct error *error)
{
    struct buffer filled = BUFFER_INIT;
    fill(project, name, strlen(name), &filled);
    int size = filled.failed ? -1 : snprintf(path, PATH_MAX, "%s/%s", folder, filled.bytes);
    buffer_free(&filled);
    return (size > 0 && size < PATH_MAX) || error_set(error, ERROR_LIMIT, "%s: the path is too long", folder);
}

/* ---- writing ---- */

static bool write_new(const char *path, const struct buffer *content, mode_t mode, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0)
        return error_set_errno(error, errno, "%s: cannot be made", path);
    size_t done = 0;
    while (done < content->size) {
        ssize_t written = write(file, content->bytes + done, content->size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    int problem = errno;
    bool is_closed = close(file) == 0;
    return (done == content->size && is_closed) || error_set_errno(error, problem, "%s: cannot be written", path);
}

static bool make_link(const struct project *project, const struct template_file *file, struct error *error)
{
    char to[PATH_MAX];
    struct buffer name = BUFFER_INIT;
    fill(project, file->link, strlen(file->link), &name);
    bool is_good = (!name.failed || error_set(error, ERROR_MEMORY, "out of memory")) &&
                   fill_path(project, project->name, file->target, to, error) &&
                   (symlink(name.bytes, to) == 0 || error_set_errno(error, errno, "%s: cannot be made", to));
    buffer_free(&name);
    return is_good;
}

static bool write_file(const struct project *project, const struct template_file *file, struct error *error)
{
    char templates[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
    struct buffer template = BUFFER_INIT, filled = BUFFER_INIT;
    snprintf(templates, sizeof templates, "%s/templates", paths_get()->data);
    bool is_good = fill_path(project, templates, file->template, from, error) &&
                   fill_path(project, project->name, file->target, to, error) && input_read(from, &template, error);
    if (is_good) {
        fill(project, template.bytes ? template.bytes : "", template.size, &filled);
        is_good = !filled.failed ? write_new(to, &filled, file->is_program ? 0777 : 0666, error) : error_set(error, ERROR_MEMORY, "out of memory");
    }
    buffer_free(&template);
    buffer_free(&filled);
    return is_good;
}

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += size)
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static bool write_project(const struct project *project, struct error *error)
{
    if (mkdir(project->name, 0777) != 0) {
        if (errno == EEXIST)
            return error_set(error, ERROR_STATE, "%s is there already and is left as it is; choose another name or move it",
                             project->name);
        return error_set_errno(error, errno, "%s: the folder cannot be made", project->name);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct template_file *file = &files[i];
        if (!has_word(file->languages, project->language) || (file->kinds && !has_word(file->kinds, project->kind)))
            continue;
        if (file->template ? !write_file(project, file, error) : !make_link(project, file, error))
            return false;
    }
    return true;
}

/* ---- the command ---- */

/* As of plugins: core/host/descriptor.c holds the same when it is loaded. */
static bool check_name(const char *name, struct error *error)
{
    size_t size = strlen(name);
    bool is_good = size > 0 && size <= NAME_MAX_SIZE && name[0] >= 'a' && name[0] <= 'z';
    for (size_t i = 0; is_good && i < size; i++)
        is_good = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') || name[i] == '_' ||
                  name[i] == '-';
    return is_good || error_set(error, ERROR_INPUT,
                                "'%.80s' cannot be a plugin's name: it may hold a-z, 0-9, _ and - only, begin with a letter "
                                "and have at most %d",
                                name, NAME_MAX_SIZE);
}

static bool describe(const struct command_line *line, struct project *project, struct error *error)
{
    project->name = line->arguments[0];
    project->kind = command_value(line, "kind");
    project->language = command_value(line, "lang");
    if (!project->kind)
        return error_set(error, ERROR_INPUT, "say what it shall be: --kind source, transform, classifier, detector or sink");
    if (!check_name(project->name, error))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, project->kind) == 0 && has_word(kinds[i].languages, project->language)) {
            project->settings = kinds[i].settings;
            project->first_run = kinds[i].first_run;
        }
    snprintf(project->id, sizeof project->id, "%s", project->name);
    for (char *at = project->id; *at; at++)
        if (*at == '-')
            *at = '_';
    return true;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct project project = {.settings = "", .first_run = TRY};
    if (!describe(line, &project, &error) || !write_project(&project, &error))
        return message_failure("%s", error.text);
    printf("%s: a %s in %s; next: make -C %s check\n", project.name, project.kind, project.language, project.name);
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"kind", 'k', COMMAND_VALUE, "KIND", "source|transform|classifier|detector|sink", NULL, "What it shall be"},
    {"lang", 'l', COMMAND_VALUE, "LANGUAGE", "c|c++|python", "c", "What it shall be written in"},
    {.name = NULL},
};

const struct command command_plugin_new = {
    .name = "plugin new",
    .summary = "Begin a plugin of your own",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Writes a folder NAME with a plugin that works, a Makefile, tests, a sample configuration and a README. It needs the "
        "installed kit only: make, pkg-config, and a compiler or Python. `make check` there builds it and runs its tests.\n\n"
        "In Python it is a program that speaks the protocol of entente-exec(7), by a module that lies beside it.\n\n"
        "What is there already is never overwritten.",
    .examples = "entente plugin new watchlist --kind transform\tA transform in C\n"
                "entente plugin new ticker --kind source --lang c++\tA source in C++\n"
                "entente plugin new pager --kind sink --lang python\tA sink in Python",
    .options = options,
    .run = run,
};
