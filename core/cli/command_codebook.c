/* entente codebook: what a report may say, for programs that make or check reports. */
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/coder/lexicon_codes.h"
#include "lib/record/report_schema.h"
#include "lib/record/vocabulary.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum vocabulary vocabulary;
    const char *name;
} lists[] = {
    {VOCABULARY_ROLE, "roles"},
    {VOCABULARY_STATUS, "status"},
    {VOCABULARY_MODALITY, "modality"},
    {VOCABULARY_SCOPE, "scope"},
    {VOCABULARY_DATE_PRECISION, "precision of dates"},
    {VOCABULARY_DATE_BASIS, "basis of dates"},
    {VOCABULARY_PLACE_PRECISION, "precision of places"},
    {VOCABULARY_QUANTITY_KIND, "quantities"},
    {VOCABULARY_QUALIFIER, "qualifiers"},
    {VOCABULARY_UNROCA, "UNROCA classes"},
    {VOCABULARY_SIPRI, "SIPRI classes"},
    {VOCABULARY_CITED_KIND, "cited"},
};

static void print_words(struct buffer *out, const char *name, const char *const *words)
{
    buffer_printf(out, "%s%s%s:", style(STYLE_HEADING), name, style_end());
    for (; *words; words++)
        buffer_printf(out, " %s", *words);
    buffer_append_char(out, '\n');
}

static void print_text(struct buffer *out)
{
    for (const char *const *type = vocabulary_words(VOCABULARY_TYPE); *type; type++)
        print_words(out, *type, vocabulary_subtypes(*type));
    buffer_append_char(out, '\n');
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        print_words(out, lists[i].name, vocabulary_words(lists[i].vocabulary));
}

static int run(const struct command_line *line)
{
    struct buffer out = BUFFER_INIT;
    struct json_writer json;
    if (strcmp(command_value(line, "format"), "text") == 0) {
        print_text(&out);
    } else {
        json_begin(&json, &out);
        report_schema_write(&json, lexicon_code_states());
        buffer_append_char(&out, '\n');
    }
    return printout(&out);
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json-schema", "text",
     "Types with their subtypes and the other lists of words, or a JSON Schema of a report"},
    {.name = NULL},
};

const struct command command_codebook = {
    .name = "codebook",
    .summary = "Show the words of the codebook",
    .description =
        "What they mean is told in docs/codebook.md. The JSON Schema (draft 2020-12) is what a classifier may emit, "
        "without what the host fills in; it is installed as share/entente/report.schema.json as well, and "
        "'pkg-config --variable=report_schema entente' says where.",
    .examples = "entente codebook\tTypes, subtypes, roles, stages\n"
                "entente codebook --format json-schema\tFor a program or a model that shall keep to them",
    .options = options,
    .run = run,
};
