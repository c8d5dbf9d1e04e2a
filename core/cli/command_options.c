/* entente options: the keys of a kind of section that are not a plugin's own, from the tables by which they are
 * checked. */
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/option_document.h"
#include "core/cli/printout.h"
#include "core/watch/watch.h"

#include <stdio.h>
#include <string.h>

struct section_kind {
    const char *word, *title, *summary;
};

static const struct section_kind kinds[] = {
    {"entente", "[entente]", "The daemon itself"},
    {"log", "[log]", "What is logged, and how"},
    {"retention", "[retention]", "How long things are kept"},
    {"source", "[source.NAME]", "Makes items: a feed, a folder of articles"},
    {"sources", "[sources.NAME]", "Many sources from a list, one a line"},
    {"transform", "[transform.NAME]", "Items in, items out, before they are classified"},
    {"classifier", "[classifier.NAME]", "Items in, reports of events out"},
    {"detector", "[detector.NAME]", "Events in, findings out"},
    {"watch", "[watch.NAME]", "A rule, and the sinks that get an alert for each event that it matches"},
    {"group", "[group.NAME]", "Parties that rules may name together"},
    {"macro", "[macro.NAME]", "A piece of a rule that others use"},
    {"rates", "[rates]", "Exchange rates for rules about money"},
    {"sink", "[sink.NAME]", "Delivers alerts"},
    {"service", "[service.NAME]", "Serves others"},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static struct option_table table_of(const struct section_kind *kind)
{
    return strcmp(kind->word, "watch") == 0 ? watch_options() : options_common(kind->word);
}

static void print_kind(struct buffer *out, const struct section_kind *kind, const char *format, bool all)
{
    struct option_table table = table_of(kind);
    if (!strcmp(format, "text")) {
        buffer_printf(out, "%s%s%s: %s\n", style(STYLE_HEADING), kind->title, style_end(), kind->summary);
        option_document_text(out, &table);
    } else if (!strcmp(format, "ini")) {
        buffer_printf(out, "# %s\n%s\n", kind->summary, kind->title);
        option_document_ini(out, &table, all);
    } else if (!strcmp(format, "man")) {
        buffer_printf(out, ".SH %s\n%s.\n", kind->title, kind->summary);
        option_document_roff(out, &table);
    } else {
        buffer_printf(out, "## %s\n\n%s.\n\n", kind->title, kind->summary);
        option_document_markdown(out, &table);
    }
}

static void begin_manual(struct buffer *out)
{
    buffer_printf(out,
                  ".TH ENTENTE.INI 5 \"\" \"Entente %s\" \"Entente\"\n.SH NAME\nentente.ini \\- configuration of "
                  "Entente\n.SH DESCRIPTION\nSections are [KIND.NAME], keys are lower case, a value that holds # or ; "
                  "stands in quotes, a comment has a line of its own. What a plugin takes besides is told by "
                  "\\fBentente plugin show\\fR; \\fBentente check\\fR tells every problem.\n",
                  ENT_VERSION);
}

static int print(const struct section_kind *only, const char *format, bool all)
{
    struct buffer out = BUFFER_INIT;
    if (!strcmp(format, "man"))
        begin_manual(&out);
    else if (!only && !strcmp(format, "markdown"))
        buffer_append_text(&out,
                           "# Keys of every kind of section\n\n<!-- Generated from the option tables by "
                           "scripts/generate-docs. -->\n\nHow they are written is told in `configuration.md`.\n\n");
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (only && only != &kinds[i])
            continue;
        if (!only && i > 0 && strcmp(format, "man") != 0)
            buffer_append_char(&out, '\n');
        print_kind(&out, &kinds[i], format, all);
    }
    return printout(&out);
}

static int run(const struct command_line *line)
{
    const struct section_kind *only = NULL;
    for (size_t i = 0; line->argument_count > 0 && i < KIND_COUNT; i++) {
        if (!strcmp(kinds[i].word, line->arguments[0]))
            only = &kinds[i];
    }
    if (line->argument_count > 0 && !only)
        return message_failure("there is no kind of section '%s'; 'entente options' shows all", line->arguments[0]);
    return print(only, command_value(line, "format"), command_flag(line, "all"));
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|ini|man|markdown", "text",
     "For reading, a sample of the configuration, or the source of a manual page or document"},
    {"all", 'a', COMMAND_FLAG, NULL, NULL, NULL, "In a sample also the options that are rarely needed"},
    {.name = NULL},
};

const struct command command_options = {
    .name = "options",
    .summary = "Explain the keys of a kind of section",
    .arguments = "[KIND]",
    .arguments_max = 1,
    .description =
        "KIND is entente, log, retention, source, sources, transform, classifier, detector, watch, group, "
        "macro, rates, sink or service. These are the keys that do not depend on the plugin; 'entente plugin show' has the others.",
    .examples = "entente options watch\tWhat a watch takes\n"
                "entente options --format man | man -l -\tAll of them as the manual page entente.ini(5)",
    .options = options,
    .run = run,
};
