#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/plugin_trial.h"
#include "core/cli/printout.h"
#include "core/host/elf.h"
#include "core/host/program.h"
#include "lib/base/json_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATIENCE_MS = 5000, PROGRAM_PATIENCE_MS = 20000, NAMES_SIZE = 400, FINDINGS_MAX = 2000 };

struct finding {
    struct finding *next;
    bool is_problem;
    char *text;
};

struct check {
    const char *path;
    char *about; /* NULL: its descriptor could not be read */
    struct finding *findings, **end;
    size_t problems, notes;
    bool is_out_of_memory;
};

static void add(struct check *check, bool is_problem, const char *text)
{
    /* The plugin could speak in our program's place, and without end. */
    if (check->problems + check->notes == FINDINGS_MAX)
        return;
    struct finding *finding = calloc(1, sizeof *finding);
    if (!finding || !(finding->text = strdup(text))) {
        free(finding);
        check->is_out_of_memory = true;
        return;
    }
    finding->is_problem = is_problem;
    *check->end = finding;
    check->end = &finding->next;
    check->problems += is_problem;
    check->notes += !is_problem;
}

/* ---- what it imports and exports ---- */

static const struct {
    const char *names; /* apart by blanks; one that ends in * stands for all that begin so */
    bool is_forbidden;
    const char *why;
} imports[] = {
    {"exit _exit _Exit quick_exit abort err errx verr verrx error", true,
     "would end the whole daemon; return a result instead (ENT_FATAL has the instance made anew)"},
    {"fork vfork _Fork __fork clone daemon forkpty", true,
     "the host has threads, which a forked process loses; for programs there is the plugin exec"},
    {"system popen execl execle execlp execv execve execvp execvpe execveat fexecve", true,
     "runs a shell or another program in the daemon's name; for programs there is the plugin exec"},
    {"setenv putenv unsetenv clearenv setlocale chdir fchdir chroot umask srand srandom openlog closelog setlogmask",
     true, "changes what all of the daemon shares"},
    {"setrlimit setrlimit64 prlimit prlimit64 setuid seteuid setreuid setresuid setgid setegid setregid setresgid "
     "setgroups setsid setpgid",
     true, "changes limits and rights of the whole daemon; its user sets them"},
    {"signal bsd_signal sysv_signal __sysv_signal sigaction sigprocmask sigset siginterrupt", true,
     "signals are the host's"},
    {"alarm setitimer ualarm timer_create", true, "raises signals, which are the host's; time comes from clock/1"},
    {"wait wait3 wait4", true,
     "takes away the ends of processes that the host has started; use waitpid with a process of your own"},
    {"ptrace process_vm_readv process_vm_writev", true, "other processes are none of a plugin's business"},
    {"dlclose", true, "nothing is ever unloaded in the host"},
    {"atexit on_exit", true,
     "runs when the daemon ends, long after the instance has gone; clean up in stop and destroy"},
    {"gets", true, "writes past any buffer; use getline or fgets"},
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    {"__asan_init __tsan_init __hwasan_init __msan_init", true,
     "it is built with a sanitizer, and only a program built with the same one can load that; build it without one for "
     "Entente, and with one for its tests in the harness"},
#endif
    {"__assert_fail", false, "a failed assertion ends the whole daemon; build with -DNDEBUG"},
    {"sleep usleep nanosleep clock_nanosleep", false,
     "callbacks hold a thread of a small pool and must not wait; only a thread of the plugin's own may"},
    {"socket connect", false, "connections of its own obey none of the host's limits and address rules; use http/1"},
    {"bind listen", false, "listening sockets come from net/1"},
    {"time gettimeofday clock_gettime ftime timespec_get", false, "time comes from clock/1, so that tests can set it"},
    {"gethostbyname gethostbyaddr getaddrinfo getnameinfo", false,
     "waits for a name server, which a callback must not; http/1 resolves names itself"},
    {"strtok localtime gmtime asctime ctime rand random drand48 tmpnam tempnam ttyname getpwnam getpwuid getgrnam "
     "getgrgid",
     false, "keeps its result in one place for all threads of the daemon; use the form that ends in _r, or another"},
    {"kill killpg raise", false, "signals are for processes that the plugin itself has started, and for no others"},
    {"pthread_cancel pthread_exit", false,
     "a thread that is ended so leaves its locks and memory behind; tell it to return"},
    {"dlopen dlmopen", false, "what it loads so is not looked at here"},
    {"posix_spawn posix_spawnp", false, "starts programs of its own, which the host neither limits nor ends"},
};

enum { RULE_COUNT = sizeof imports / sizeof *imports };

struct symbols {
    char found[RULE_COUNT][NAMES_SIZE];
    char exported[NAMES_SIZE];
    size_t exported_count;
};

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static void append_name(char names[NAMES_SIZE], const char *name)
{
    size_t used = strlen(names);
    snprintf(names + used, NAMES_SIZE - used, "%s%s", used ? ", " : "", name);
}

static void look_at_symbol(void *context, const struct elf_symbol *symbol)
{
    struct symbols *symbols = context;
    for (size_t i = 0; symbol->is_imported && !symbol->is_weak && i < RULE_COUNT; i++)
        if (has_word(imports[i].names, symbol->name))
            append_name(symbols->found[i], symbol->name);
    if (symbol->is_imported || symbol->is_weak || strcmp(symbol->name, "ent_plugin_query") == 0)
        return;
    if (symbols->exported_count++ < 5)
        append_name(symbols->exported, symbol->name);
}

/* Who can write to the file says what runs in the daemon. */
static void check_file_rights(struct check *check)
{
    struct stat status;
    if (stat(check->path, &status) == 0 && (status.st_mode & S_IWOTH))
        add(check, true, "anyone on this machine may write to the file, and with it into the daemon; chmod o-w");
}

/* `plugin = NAME` looks for NAME.so; a program is as well named by its path, and has the ending of its language. */
static void check_file_name(struct check *check)
{
    char text[2 * NAMES_SIZE];
    const char *slash = strrchr(check->path, '/');
    const char *file = slash ? slash + 1 : check->path;
    size_t size = check->about ? strcspn(check->about, " ") : 0;
    if (size == 0 || program_is(check->path) ||
        (strncmp(file, check->about, size) == 0 && strcmp(file + size, ".so") == 0))
        return;
    snprintf(text, sizeof text,
             "the file is called %.200s and the plugin %.*s, so that only its path finds it; call it %.*s.so", file,
             (int)(size < 100 ? size : 100), check->about, (int)(size < 100 ? size : 100), check->about);
    add(check, false, text);
}

static void check_symbols(struct check *check)
{
    struct error error = ERROR_INIT;
    struct symbols symbols = {.exported_count = 0};
    char text[2 * NAMES_SIZE];
    if (!elf_each_symbol(check->path, look_at_symbol, &symbols, &error)) {
        add(check, true, error.text);
        return;
    }
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (!symbols.found[i][0])
            continue;
        snprintf(text, sizeof text, "calls %s: %s", symbols.found[i], imports[i].why);
        add(check, imports[i].is_forbidden, text);
    }
    if (symbols.exported_count > 0) {
        snprintf(
            text, sizeof text,
            "exports %zu symbol%s besides ent_plugin_query (%s%s), which may clash with other plugins'; build with "
            "-fvisibility=hidden",
            symbols.exported_count, symbols.exported_count == 1 ? "" : "s", symbols.exported,
            symbols.exported_count > 5 ? ", …" : "");
        add(check, false, text);
    }
    if (elf_wants_executable_stack(check->path))
        add(check, true, "wants a stack on which code may run; link with -Wl,-z,noexecstack");
}

/* ---- what entente-workbench says ---- */

static void hear(void *context, const char *member, const char *text)
{
    struct check *check = context;
    if (strcmp(member, "about") == 0) {
        free(check->about);
        check->about = strdup(text);
    } else {
        add(check, strcmp(member, "problem") == 0, text);
    }
}

/* ---- telling ---- */

static void print_text(const struct check *check, const char *name, struct buffer *out)
{
    buffer_printf(out, "%s%s%s%s", style(STYLE_NAME), name, style_end(), check->about ? ": " : "");
    if (check->about)
        display_clean(out, check->about, strlen(check->about));
    buffer_append_char(out, '\n');
    for (const struct finding *finding = check->findings; finding; finding = finding->next) {
        buffer_append_text(out, finding->is_problem ? "  problem  " : "  note     ");
        display_clean(out, finding->text, strlen(finding->text));
        buffer_append_char(out, '\n');
    }
    if (check->problems > 0)
        buffer_printf(out, "%zu problem%s\n", check->problems, check->problems == 1 ? "" : "s");
    else
        buffer_append_text(out, "no problems\n");
}

static void print_json(const struct check *check, struct buffer *out)
{
    struct json_writer json;
    json_begin(&json, out);
    json_object_open(&json);
    json_key(&json, "path");
    json_put_text(&json, check->path);
    json_key(&json, "about");
    json_put_text(&json, check->about);
    static const char *const lists[] = {"notes", "problems"};
    for (int is_problem = 1; is_problem >= 0; is_problem--) {
        json_key(&json, lists[is_problem]);
        json_array_open(&json);
        for (const struct finding *finding = check->findings; finding; finding = finding->next)
            if (finding->is_problem == (bool)is_problem)
                json_put_text(&json, finding->text);
        json_array_close(&json);
    }
    json_object_close(&json);
    buffer_append_char(out, '\n');
}

static int print(const struct command_line *line, const struct check *check)
{
    struct buffer out = BUFFER_INIT;
    if (strcmp(command_value(line, "format"), "json") == 0)
        print_json(check, &out);
    else
        print_text(check, line->arguments[0], &out);
    out.failed |= check->is_out_of_memory;
    int status = printout(&out);
    return status != COMMAND_DONE ? status : check->problems > 0 ? COMMAND_PROBLEMS : COMMAND_DONE;
}

static void check_file(const struct command_line *line, struct check *check)
{
    struct error error = ERROR_INIT;
    const char *kind = command_value(line, "kind");
    /* Where the file itself is not sound, nothing that it holds can be looked at. */
    bool is_program = program_is(check->path);
    if (!is_program && !elf_check(check->path, "ent_plugin_query", &error)) {
        size_t prefix = strlen(check->path) + 2;
        add(check, true, strlen(error.text) > prefix ? error.text + prefix : error.text);
        return;
    }
    check_file_rights(check);
    if (!is_program)
        check_symbols(check);
    struct workbench_child_settings settings = {
        .patience_ms = is_program ? PROGRAM_PATIENCE_MS : PATIENCE_MS, .tell = hear, .context = check};
    if (plugin_trial_run(line, (const char *const[]){"check", kind ? kind : "-", check->path, NULL}, &settings,
                         &error) < 0)
        add(check, true, error.text);
    check_file_name(check);
}

static int run(const struct command_line *line)
{
    char path[PATH_MAX];
    struct error error = ERROR_INIT;
    if (!plugin_trial_find(line, line->arguments[0], path, &error))
        return message_failure("%s", error.text);
    struct check check = {.path = path, .end = &check.findings};
    check_file(line, &check);
    int status = print(line, &check);
    for (struct finding *finding = check.findings, *next; finding; finding = next) {
        next = finding->next;
        free(finding->text);
        free(finding);
    }
    free(check.about);
    return status;
}

static const struct command_option options[] = {
    PLUGIN_TRIAL_OPTION_SET,
    PLUGIN_TRIAL_OPTION_KIND,
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "For reading, or for programs"},
    {.name = NULL},
};

const struct command command_plugin_check = {
    .name = "plugin check",
    .summary = "Say all that is wrong with a plugin's object",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "Looks at the ELF file, its name and who may write to it, at what it imports and exports, loads it "
                   "in a process of its "
                   "own, reads its descriptor and option table, and creates and destroys an instance 80 times to see "
                   "whether memory, files "
                   "or threads stay behind, or anything has changed that all of a process shares. "
                   "Every problem is told at once, as far as those found before let the rest be looked at.\n\n"
                   "Options that must be given and are not get a made-up value; paths cannot be made up, give them "
                   "with --set. Nothing "
                   "is started and nothing fetched; but a program is started with its options, handed no work, and has "
                   "to end, with status "
                   "0, when its input ends.\n\n"
                   "Exit status: 0 no problems (there may be notes), 1 problems, 2 there is no such file.",
    .examples = "entente plugin check ./mine.so\tBefore it is installed\n"
                "entente plugin check ./mine.so --set url=https://example.org/\tWith a setting that it needs\n"
                "entente plugin check ./mine.so --format json\tFor a build that shall fail on problems",
    .options = options,
    .run = run,
};
