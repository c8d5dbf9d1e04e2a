#include "tests/lib/coder/fixture.h"

#include <jansson.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#define LEXICON ENT_BINARY_DIR "/data/lexicon.bin"
#define PAIRS ENT_SOURCE_DIR "/tests/gold/pairs/*.jsonl"

struct coder *coder;
struct coder_workspace *workspace;
struct lexicon *lexicon;
struct arena *arena;

static int report(bool good, const struct error *error)
{
    if (!good)
        fprintf(stderr, "%s\n", error->text);
    return good ? 0 : -1;
}

int open_coder(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    coder = coder_open(LEXICON, &error);
    workspace = coder_workspace_create();
    return report(coder && workspace, &error);
}

int close_coder(void **state)
{
    (void)state;
    coder_workspace_destroy(workspace);
    coder_close(coder);
    return 0;
}

int open_lexicon(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    lexicon = lexicon_open(LEXICON, &error);
    arena = arena_create(0);
    return report(lexicon && arena, &error);
}

int close_lexicon(void **state)
{
    (void)state;
    arena_destroy(arena);
    lexicon_close(lexicon);
    return 0;
}

void each_pair(void (*take)(const char *text, void *context), void *context)
{
    glob_t files;
    assert_int_equal(glob(PAIRS, 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        FILE *file = fopen(files.gl_pathv[i], "re");
        char *line = NULL;
        size_t capacity = 0;
        assert_non_null(file);
        while (getline(&line, &capacity, file) > 0) {
            json_t *object = json_loads(line, 0, NULL);
            const char *text = json_string_value(json_object_get(object, "text"));
            if (text)
                take(text, context);
            json_decref(object);
        }
        free(line);
        fclose(file);
    }
    globfree(&files);
}
