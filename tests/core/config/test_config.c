#include "core/config/config.h"
#include "lib/base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static struct diagnostics *diagnostics;
static struct config *config;
static char *printed;

static int enter_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/entente-config-XXXXXX");
    diagnostics = diagnostics_create();
    return mkdtemp(folder) == NULL || chdir(folder) != 0 || !diagnostics;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    config_destroy(config);
    config = NULL;
    diagnostics_destroy(diagnostics);
    free(printed);
    printed = NULL;
    return chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static bool load(const char *path, struct error *error)
{
    config = config_load(path, diagnostics, error);
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    diagnostics_print(diagnostics, out, false);
    fclose(out);
    return config != NULL;
}

static void assert_printed(const char *part)
{
    if (!strstr(printed, part))
        fail_msg("'%s' is not in:\n%s", part, printed);
}

static const char *value_of(const char *title, const char *key)
{
    const struct config_section *section = config_find(config, title);
    for (size_t i = 0; section && i < section->entry_count; i++) {
        if (!strcmp(section->entries[i].key, key))
            return section->entries[i].value;
    }
    return NULL;
}

static void included_files_are_read_in_the_order_of_their_names(void **state)
{
    (void)state;
    assert_int_equal(mkdir("conf.d", 0700), 0);
    put("main.ini", "[entente]\ninclude = conf.d/*.ini, extra.ini\n[source.first]\nplugin = feed\n");
    put("conf.d/20.ini", "[source.third]\nplugin = feed\n");
    put("conf.d/10.ini", "[source.second]\nplugin = feed\n[entente]\ninclude = sub.inc\nthreads = 3\n");
    put("conf.d/sub.inc", "[source.within]\nplugin = files\n");
    put("conf.d/ignored.txt", "not read");
    put("extra.ini", "[source.last]\nplugin = feed\n");
    struct error error = ERROR_INIT;
    assert_true(load("main.ini", &error));
    assert_string_equal(printed, "");
    static const char *const order[] = {"entente",       "source.first", "source.second",
                                        "source.within", "source.third", "source.last"};
    assert_int_equal(config_section_count(config), 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(config_section(config, i)->title, order[i]);
    assert_string_equal(value_of("entente", "threads"), "3");
    assert_string_equal(config_find(config, "source.within")->place.file, "conf.d/sub.inc");
}

static void saved_watches_are_read_behind_all_files(void **state)
{
    (void)state;
    assert_int_equal(mkdir("state", 0700), 0);
    assert_int_equal(mkdir("state/watches.d", 0700), 0);
    put("main.ini", "[entente]\nstate_dir = state\n[watch.own]\nwhen = type = visit\n");
    put("state/watches.d/b.ini", "[watch.b]\nwhen = type = visit\n");
    put("state/watches.d/a.ini", "[watch.a]\nwhen = type = visit\n");
    put("state/watches.d/.c.new", "not read");
    put("state/watches.d/d.txt", "not read");
    struct error error = ERROR_INIT;
    assert_true(load("main.ini", &error));
    assert_string_equal(printed, "");
    assert_int_equal(config_section_count(config), 4);
    assert_string_equal(config_section(config, 2)->title, "watch.a");
    assert_true(config_section(config, 2)->is_saved);
    assert_string_equal(config_section(config, 2)->place.file, "state/watches.d/a.ini");
    assert_false(config_find(config, "watch.own")->is_saved);
}

static void saved_files_hold_watches_only_and_shadow_none(void **state)
{
    (void)state;
    assert_int_equal(mkdir("state", 0700), 0);
    assert_int_equal(mkdir("state/watches.d", 0700), 0);
    put("main.ini", "[entente]\nstate_dir = state\n[watch.own]\nwhen = type = visit\n");
    put("state/watches.d/a.ini", "[entente]\ninclude = /etc/passwd\n[sink.x]\nplugin = exec\n[watch.own]\nwhen = x\n");
    struct error error = ERROR_INIT;
    assert_true(load("main.ini", &error));
    assert_printed("[entente] cannot stand among saved watches");
    assert_printed("[sink.x] cannot stand among saved watches");
    assert_printed("[watch.own] is there already");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 3);
    assert_null(config_find(config, "sink.x"));
    assert_string_equal(value_of("watch.own", "when"), "type = visit");
}

static void a_circle_of_includes_is_an_error_and_ends(void **state)
{
    (void)state;
    put("a.ini", "[entente]\ninclude = b.ini\n");
    put("b.ini", "[entente]\ninclude = a.ini\n[source.b]\nplugin = feed\n");
    struct error error = ERROR_INIT;
    assert_true(load("a.ini", &error));
    assert_printed("b.ini:2:11: error: include goes in a circle: a.ini is being read already");
    assert_non_null(config_find(config, "source.b"));
}

static void files_that_include_ever_new_ones_stop_at_a_depth(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        char path[32], text[64];
        snprintf(path, sizeof path, "%d.ini", i);
        snprintf(text, sizeof text, "[entente]\ninclude = %d.ini\n", i + 1);
        put(path, text);
    }
    struct error error = ERROR_INIT;
    assert_true(load("0.ini", &error));
    assert_printed("8.ini:2:11: error: include: 9.ini: files include one another more than 8 deep");
}

static void what_cannot_be_included_is_told_at_the_include(void **state)
{
    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    put("main.ini", "[entente]\ninclude.1 = none.ini\ninclude.2 = d\ninclude.3 = none/*.ini\n");
    struct error error = ERROR_INIT;
    assert_true(load("main.ini", &error));
    assert_printed("main.ini:2:13: error: there is no file none.ini");
    assert_printed("main.ini:3:13: error: include: d is a folder, not a file");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 2);
}

static void a_section_of_two_files_and_a_key_of_two_files_are_told_with_both_places(void **state)
{
    (void)state;
    put("main.ini", "[entente]\nthreads = 1\ninclude = b.ini\n[source.a]\nplugin = feed\n");
    put("b.ini", "[source.a]\nplugin = files\n[entente]\nthreads = 2\n");
    struct error error = ERROR_INIT;
    assert_true(load("main.ini", &error));
    assert_printed("b.ini:1:2: error: [source.a] is there already, at main.ini:4");
    assert_printed("b.ini:4:1: error: 'threads' of [entente] is set already at main.ini:2");
    assert_string_equal(value_of("source.a", "plugin"), "feed");
}

static void a_file_that_cannot_be_read_is_an_error_of_its_own(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_false(load("absent.ini", &error));
    assert_non_null(strstr(error.text, "cannot open absent.ini"));
    free(printed);
    assert_false(load(folder, &error));
    assert_non_null(strstr(error.text, "is a folder, not a file"));
    free(printed);
    FILE *large = fopen("large.ini", "we");
    for (int i = 0; i < 50000; i++)
        fprintf(large, "# %0100d\n", i);
    fclose(large);
    assert_false(load("large.ini", &error));
    assert_non_null(strstr(error.text, "larger than"));
}

static void a_file_that_may_not_be_read_says_so(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* root may read anything */
    put("secret.ini", "[entente]\n");
    chmod("secret.ini", 0);
    struct error error = ERROR_INIT;
    assert_false(load("secret.ini", &error));
    assert_non_null(strstr(error.text, "Permission denied"));
}

static void a_file_of_more_keys_than_iniparser_bears_is_told_to_be_split(void **state)
{
    (void)state;
    FILE *many = fopen("many.ini", "we");
    fputs("[source.a]\n", many);
    for (int i = 0; i < 20010; i++)
        fprintf(many, "k%d = 1\n", i);
    fclose(many);
    struct error error = ERROR_INIT;
    assert_true(load("many.ini", &error));
    assert_printed("more than 20000 keys in one file");
}

static void an_empty_file_is_an_empty_configuration(void **state)
{
    (void)state;
    put("empty.ini", "");
    struct error error = ERROR_INIT;
    assert_true(load("empty.ini", &error));
    assert_int_equal(config_section_count(config), 0);
    assert_string_equal(printed, "");
}

static void many_diagnostics_are_counted_rather_than_all_printed(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++)
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct source_place){.file = "x", .line = i + 1}, "no");
    put("empty.ini", "");
    struct error error = ERROR_INIT;
    assert_true(load("empty.ini", &error));
    assert_printed("… and 19800 more");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 20000);
}

static void the_nearest_name_is_found_by_typing_errors_and_beginnings(void **state)
{
    (void)state;
    static const char *const names[] = {"interval", "interval_min", "publisher", "url", "class", NULL};
    assert_string_equal(nearest_word("intervall", names), "interval");
    assert_string_equal(nearest_word("itnerval", names), "interval");
    assert_string_equal(nearest_word("pub", names), "publisher");
    assert_string_equal(nearest_word("URL", names), "url");
    assert_null(nearest_word("x", names));
    assert_null(nearest_word("password", names));
    assert_null(nearest_word("", names));
}

static void the_default_path_is_the_environment_then_the_present_folder(void **state)
{
    (void)state;
    setenv("ENTENTE_CONFIG", "/some/where.ini", 1);
    assert_string_equal(config_default_path(), "/some/where.ini");
    unsetenv("ENTENTE_CONFIG");
    put("entente.ini", "");
    assert_string_equal(config_default_path(), "./entente.ini");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(saved_watches_are_read_behind_all_files),
        IN_FOLDER(saved_files_hold_watches_only_and_shadow_none),
        IN_FOLDER(included_files_are_read_in_the_order_of_their_names),
        IN_FOLDER(a_circle_of_includes_is_an_error_and_ends),
        IN_FOLDER(files_that_include_ever_new_ones_stop_at_a_depth),
        IN_FOLDER(what_cannot_be_included_is_told_at_the_include),
        IN_FOLDER(a_section_of_two_files_and_a_key_of_two_files_are_told_with_both_places),
        IN_FOLDER(a_file_that_cannot_be_read_is_an_error_of_its_own),
        IN_FOLDER(a_file_that_may_not_be_read_says_so),
        IN_FOLDER(a_file_of_more_keys_than_iniparser_bears_is_told_to_be_split),
        IN_FOLDER(an_empty_file_is_an_empty_configuration),
        IN_FOLDER(many_diagnostics_are_counted_rather_than_all_printed),
        IN_FOLDER(the_nearest_name_is_found_by_typing_errors_and_beginnings),
        IN_FOLDER(the_default_path_is_the_environment_then_the_present_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
