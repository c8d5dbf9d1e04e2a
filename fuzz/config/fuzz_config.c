/* Configuration files: any bytes are scanned without a crash, and what the scanner accepts iniparser reads the same. The
 * first line's text is also read as a value of every option type. */
#include "core/config/loader.h"
#include "core/config/option_value.h"
#include "core/config/scanner.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_file(const char *bytes, size_t size)
{
    struct arena *arena = arena_create(0);
    struct diagnostics *diagnostics = diagnostics_create();
    struct scan scan;
    diagnostics_add_source(diagnostics, "x.ini", bytes, size);
    if (scan_text("x.ini", bytes, size, arena, diagnostics, &scan) &&
        diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0) {
        loader_read("x.ini", bytes, size, arena, diagnostics, &scan);
        if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0) {
            diagnostics_print(diagnostics, stderr, false);
            abort();
        }
    }
    FILE *out = fopen("/dev/null", "we");
    if (out) {
        diagnostics_print(diagnostics, out, false);
        fclose(out);
    }
    diagnostics_destroy(diagnostics);
    arena_destroy(arena);
}

static void read_values(const char *bytes, size_t size)
{
    struct arena *arena = arena_create(0);
    const char *end = memchr(bytes, '\n', size);
    const char *text = arena_copy(arena, bytes, end ? (size_t)(end - bytes) : size);
    for (uint32_t type = ENT_OPTION_STRING; text && type <= ENT_OPTION_LIST; type++) {
        struct ent_option option = {.name = "x", .type = type, .choices = type == ENT_OPTION_ENUM ? "a|bc|def" : NULL};
        struct option_value value = {0};
        struct option_problem problem;
        option_value_read(&option, text, arena, &value, &problem);
    }
    arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_file((const char *)data, size);
    read_values((const char *)data, size);
    return 0;
}
