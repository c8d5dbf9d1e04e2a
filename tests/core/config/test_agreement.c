/* A property: whatever text is made of the pieces that INI files are made of, if our scanner accepts it, iniparser
 * reads the same sections, keys and values. config_load says where it does not. */
#include "core/config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 2000, PIECES = 40 };

static const char *const pieces[] = {
    "[source.a]\n",
    "[source.b]\n",
    "[ sink.c ]\n",
    "[log]\n",
    "[",
    "]",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "=",
    " = ",
    "key",
    "when.1",
    "Key",
    "k:y",
    "\"",
    "'",
    "\"quoted # ; text\"",
    "'single'",
    "#",
    ";",
    "\\",
    "\\\n",
    "value",
    "a b",
    "é",
    "\r\n",
    "\"\"",
    "''",
    "url = \"http://x/#y\" ; c\n",
    "x",
    "1",
    ",",
    "[]\n",
    "name = value\n",
    "last = ",
    "\f",
    "==",
};

static unsigned state = 20060925;

static unsigned next_random(unsigned bound)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % bound;
}

static const char *random_piece(void)
{
    return pieces[next_random(sizeof pieces / sizeof *pieces)];
}

/* Half of the text is lines that may well be right, so that much is accepted; the other half is anything. */
static size_t make_text(char *text, size_t size)
{
    size_t used = 0;
    bool tame = next_random(4) > 0;
    for (unsigned i = next_random(PIECES / 4) + 1; i > 0; i--) {
        if (tame || next_random(2)) {
            used += (size_t)snprintf(text + used, size - used, "%sk%u%s", next_random(3) ? "" : "  ", i,
                                     next_random(3) ? " = " : "=");
            for (unsigned parts = next_random(3); parts > 0; parts--)
                used += (size_t)snprintf(text + used, size - used, "%s", random_piece());
            used += (size_t)snprintf(text + used, size - used, "\n");
        } else {
            used += (size_t)snprintf(text + used, size - used, "%s", random_piece());
        }
    }
    return used;
}

static char *print_all(const struct diagnostics *diagnostics)
{
    char *printed = NULL;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    diagnostics_print(diagnostics, out, false);
    fclose(out);
    return printed;
}

static void scanner_and_iniparser_agree_on_all_that_the_scanner_accepts(void **unused)
{
    (void)unused;
    char path[] = "/tmp/entente-agreement-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    int accepted = 0, entries = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[2048] = "[source.z]\n";
        size_t used = next_random(2) ? strlen(text) : 0;
        used += make_text(text + used, sizeof text - used);
        assert_int_equal(ftruncate(descriptor, 0), 0);
        assert_int_equal(pwrite(descriptor, text, used, 0), (ssize_t)used);
        struct diagnostics *diagnostics = diagnostics_create();
        struct error error = ERROR_INIT;
        struct config *config = config_load(path, diagnostics, &error);
        assert_non_null(config);
        char *printed = print_all(diagnostics);
        if (strstr(printed, "iniparser"))
            fail_msg("on <%.*s>:\n%s", (int)used, text, printed);
        if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0) {
            accepted++;
            for (size_t i = 0; i < config_section_count(config); i++)
                entries += (int)config_section(config, i)->entry_count;
        }
        free(printed);
        config_destroy(config);
        diagnostics_destroy(diagnostics);
    }
    close(descriptor);
    unlink(path);
    /* The pieces are chosen so that the property is not empty. */
    assert_true(accepted > ROUNDS / 50);
    assert_true(entries > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scanner_and_iniparser_agree_on_all_that_the_scanner_accepts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
