/* Each file of traps/ holds one thing that iniparser would change or lose; beside it stands all that is said of it. */
#include "core/config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What `entente check` would print, and below it what was understood. The caller frees it. */
static char *read_whole(const char *path)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct error error = ERROR_INIT;
    struct config *config = config_load(path, diagnostics, &error);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    diagnostics_print(diagnostics, out, false);
    if (!config)
        fprintf(out, "unreadable: %s\n", error.text);
    for (size_t i = 0; config && i < config_section_count(config); i++) {
        const struct config_section *section = config_section(config, i);
        fprintf(out, "-- %s\n", section->title);
        for (size_t j = 0; j < section->entry_count; j++) {
            const struct config_entry *entry = &section->entries[j];
            fprintf(out, "-- %s:%d:%d %s:%d:%d+%d <%.60s>\n", entry->key_place.file, entry->key_place.line,
                    entry->key_place.column, entry->key, entry->value_place.line, entry->value_place.column,
                    entry->value_place.length, entry->value);
        }
    }
    fclose(out);
    config_destroy(config);
    diagnostics_destroy(diagnostics);
    return text;
}

static char *read_file(const char *path)
{
    char *bytes = NULL;
    size_t size;
    struct error error = ERROR_INIT;
    if (!config_read_file(path, 1 << 20, &bytes, &size, &error))
        fail_msg("%s", error.text);
    return bytes;
}

/* With ENT_UPDATE_EXPECTED set the expectations are written anew, to be read by the author before they are kept. */
static void every_trap_is_told_with_its_place_and_the_line_as_it_should_read(void **state)
{
    (void)state;
    assert_int_equal(chdir(ENT_SOURCE_DIR "/tests/core/config/traps"), 0);
    glob_t files;
    assert_int_equal(glob("*.ini", 0, NULL, &files), 0);
    assert_true(files.gl_pathc > 40);
    int differing = 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char expected_path[256];
        snprintf(expected_path, sizeof expected_path, "%.*s.expected", (int)(strlen(files.gl_pathv[i]) - 4),
                 files.gl_pathv[i]);
        char *got = read_whole(files.gl_pathv[i]);
        if (getenv("ENT_UPDATE_EXPECTED")) {
            FILE *out = fopen(expected_path, "we");
            assert_non_null(out);
            fputs(got, out);
            fclose(out);
        } else {
            char *expected = read_file(expected_path);
            if (strcmp(got, expected) != 0) {
                print_error("%s: expected\n%s\ngot\n%s\n", files.gl_pathv[i], expected, got);
                differing++;
            }
            free(expected);
        }
        free(got);
    }
    globfree(&files);
    assert_int_equal(differing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trap_is_told_with_its_place_and_the_line_as_it_should_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
