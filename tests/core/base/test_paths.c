#include "core/base/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void make(const char *path)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    if (strchr(path, '.') || strstr(path, "runner"))
        assert_true(close(open(whole, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
    else
        assert_int_equal(mkdir(whole, 0700), 0);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/entente-paths-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const made[] = {"tests/core",
                                       "tests",
                                       "plugins",
                                       "CMakeCache.txt",
                                       "lib/entente/plugins",
                                       "lib/entente",
                                       "lib",
                                       "bin",
                                       "libexec/entente/entente-runner",
                                       "libexec/entente",
                                       "libexec"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char whole[256];
        snprintf(whole, sizeof whole, "%s/%s", folder, made[i]);
        remove(whole);
    }
    return rmdir(folder);
}

static void assert_path(const char *path, const char *below)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s/%s", folder, below);
    assert_string_equal(path, whole);
}

static void a_program_in_a_build_tree_uses_that_tree(void **state)
{
    (void)state;
    make("plugins");
    make("CMakeCache.txt");
    make("tests");
    make("tests/core");
    char program[128];
    snprintf(program, sizeof program, "%s/tests/core", folder);
    struct paths *paths = paths_find(program);
    assert_non_null(paths);
    assert_true(paths->build_tree);
    assert_path(paths->plugins, "plugins");
    assert_path(paths->data, "data");
    assert_path(paths->runner, "entente-runner");
    paths_free(paths);
}

static void an_installed_program_uses_its_own_prefix(void **state)
{
    (void)state;
    make("bin");
    make("lib");
    make("lib/entente");
    make("lib/entente/plugins");
    make("libexec");
    make("libexec/entente");
    make("libexec/entente/entente-runner");
    char program[128];
    snprintf(program, sizeof program, "%s/bin", folder);
    struct paths *paths = paths_find(program);
    assert_non_null(paths);
    assert_false(paths->build_tree);
    assert_path(paths->plugins, "lib/entente/plugins");
    assert_path(paths->data, "share/entente");
    assert_path(paths->runner, "libexec/entente/entente-runner");
    paths_free(paths);
    /* One that nobody starts by hand lies deeper. */
    snprintf(program, sizeof program, "%s/libexec/entente", folder);
    paths = paths_find(program);
    assert_non_null(paths);
    assert_path(paths->plugins, "lib/entente/plugins");
    assert_path(paths->data, "share/entente");
    paths_free(paths);
}

static void this_test_runs_from_its_build_tree(void **state)
{
    (void)state;
    assert_true(paths_get()->build_tree);
    assert_string_equal(paths_get()->plugins, ENT_BINARY_DIR "/plugins");
}

static void the_state_folder_follows_the_service_then_xdg_then_home(void **state)
{
    (void)state;
    char path[256];
    struct error error = ERROR_INIT;
    setenv("STATE_DIRECTORY", "/srv/one:/srv/two", 1);
    assert_true(paths_state_dir(path, sizeof path, &error));
    assert_string_equal(path, "/srv/one");
    unsetenv("STATE_DIRECTORY");
    struct stat status;
    if (geteuid() == 0 && stat("/var/lib/entente", &status) == 0)
        return;
    setenv("XDG_STATE_HOME", "/home/a/state", 1);
    assert_true(paths_state_dir(path, sizeof path, &error));
    assert_string_equal(path, "/home/a/state/entente");
    setenv("XDG_STATE_HOME", "relative", 1); /* the XDG specification says to ignore it */
    setenv("HOME", "/home/a", 1);
    assert_true(paths_state_dir(path, sizeof path, &error));
    assert_string_equal(path, "/home/a/.local/state/entente");
    assert_false(paths_state_dir(path, 10, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_program_in_a_build_tree_uses_that_tree, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_installed_program_uses_its_own_prefix, make_folder, remove_folder),
        cmocka_unit_test(this_test_runs_from_its_build_tree),
        cmocka_unit_test(the_state_folder_follows_the_service_then_xdg_then_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
