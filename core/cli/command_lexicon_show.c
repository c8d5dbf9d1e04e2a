#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/lexicon_folders.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/base/json_writer.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon_compile.h"
#include "lib/coder/lexicon_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How the word that was asked for stands to the entry's form. */
static const char *inflection_word(enum lexicon_inflection inflection)
{
    static const char *const words[] = {"", "plural or third person", "past or participle", "-ing"};
    return words[inflection];
}

static void append_entry(struct buffer *out, const struct lexicon_source *source, const struct source_entry *entry)
{
    struct lexicon_place place = lexicon_source_place(source, entry, entry->id_at);
    buffer_printf(out, "%s%s %s%s  %s:%u:%u", style(STYLE_NAME), lexicon_class_name(entry->class), entry->id,
                  style_end(), place.file, place.line, place.column);
    for (uint32_t i = 0; i < entry->pair_count; i++)
        buffer_printf(out, " %s=%s", entry->pairs[i].key, entry->pairs[i].value);
}

static void append_table(const struct lexicon_look *look, const struct lexicon_source *source, struct buffer *out)
{
    for (size_t i = 0; i < look->sense_count; i++) {
        const struct lexicon_sense *sense = &look->senses[i];
        append_entry(out, source, sense->entry);
        if (sense->inflection != FORM_BASE)
            buffer_printf(out, "  (%s)", inflection_word(sense->inflection));
        buffer_append_char(out, '\n');
    }
    for (size_t i = 0; i < look->frame_count; i++) {
        const struct lexicon_frame_use *use = &look->frames[i];
        struct lexicon_place place = lexicon_source_place(source, use->entry, use->at);
        buffer_printf(out, "  %s%s%s %s `%.*s`  %s:%u:%u\n", style(STYLE_HEADING), use->entry->id, style_end(),
                      use->is_head ? "by" : "with", (int)use->size, use->form, place.file, place.line, place.column);
    }
    for (size_t i = 0; i < look->longer_count; i++) {
        const struct lexicon_longer *longer = &look->longer[i];
        struct lexicon_place place = lexicon_source_place(source, longer->entry, longer->at);
        buffer_printf(out, "  longer: `%.*s` %s %s  %s:%u:%u\n", (int)longer->size, longer->form,
                      lexicon_class_name(longer->entry->class), longer->entry->id, place.file, place.line,
                      place.column);
    }
    if (look->longer_more)
        buffer_printf(out, "  and %zu longer forms more\n", look->longer_more);
}

static void write_place(struct json_writer *writer, struct lexicon_place place)
{
    json_key(writer, "file");
    json_put_text(writer, place.file);
    json_key(writer, "line");
    json_put_integer(writer, place.line);
    json_key(writer, "column");
    json_put_integer(writer, place.column);
}

static void write_form(struct json_writer *writer, const struct lexicon_source *source,
                       const struct source_entry *entry, const char *form, size_t size, uint32_t at)
{
    json_object_open(writer);
    json_key(writer, "class");
    json_put_text(writer, lexicon_class_name(entry->class));
    json_key(writer, "id");
    json_put_text(writer, entry->id);
    json_key(writer, "form");
    json_put_string(writer, form, size);
    write_place(writer, lexicon_source_place(source, entry, at));
    json_object_close(writer);
}

static void append_json(const struct lexicon_look *look, const struct lexicon_source *source, struct buffer *out)
{
    struct json_writer writer;
    json_begin(&writer, out);
    json_object_open(&writer);
    json_key(&writer, "senses");
    json_array_open(&writer);
    for (size_t i = 0; i < look->sense_count; i++) {
        const struct lexicon_sense *sense = &look->senses[i];
        json_object_open(&writer);
        json_key(&writer, "class");
        json_put_text(&writer, lexicon_class_name(sense->entry->class));
        json_key(&writer, "id");
        json_put_text(&writer, sense->entry->id);
        json_key(&writer, "inflected");
        json_put_boolean(&writer, sense->inflection != FORM_BASE);
        json_key(&writer, "keys");
        json_object_open(&writer);
        for (uint32_t k = 0; k < sense->entry->pair_count; k++) {
            json_key(&writer, sense->entry->pairs[k].key);
            json_put_text(&writer, sense->entry->pairs[k].value);
        }
        json_object_close(&writer);
        write_place(&writer, lexicon_source_place(source, sense->entry, sense->entry->id_at));
        json_object_close(&writer);
    }
    json_array_close(&writer);
    json_key(&writer, "frames");
    json_array_open(&writer);
    for (size_t i = 0; i < look->frame_count; i++)
        write_form(&writer, source, look->frames[i].entry, look->frames[i].form, look->frames[i].size,
                   look->frames[i].at);
    json_array_close(&writer);
    json_key(&writer, "longer");
    json_array_open(&writer);
    for (size_t i = 0; i < look->longer_count; i++)
        write_form(&writer, source, look->longer[i].entry, look->longer[i].form, look->longer[i].size,
                   look->longer[i].at);
    json_array_close(&writer);
    json_object_close(&writer);
    buffer_append_char(out, '\n');
}

static int show(struct lexicon_source *source, const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct lexicon_look look;
    const char *given = command_value(line, "lexicon");
    if (!lexicon_folders_read(source, given ? &given : NULL, given != NULL, false, &error) ||
        !lexicon_look_up(source, line->arguments[0], strlen(line->arguments[0]), &look, &error))
        return message_failure("%s", error.text);
    struct buffer out = BUFFER_INIT;
    bool json = !strcmp(command_value(line, "format"), "json");
    if (json)
        append_json(&look, source, &out);
    else
        append_table(&look, source, &out);
    int status = printout(&out);
    bool found = look.sense_count || look.longer_count;
    lexicon_look_end(&look);
    return status != COMMAND_DONE || found || json ? status : message_problem("`%s` is in no form of the lexicon", line->arguments[0]);
}

static int run(const struct command_line *line)
{
    struct lexicon_source source;
    if (!lexicon_source_begin(&source))
        return message_failure("out of memory");
    int status = show(&source, line);
    lexicon_source_end(&source);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "TYPE", "table|json", "table", "How to print it"},
    {"lexicon", 0, COMMAND_VALUE, "FOLDER", NULL, NULL, "A folder of words laid over the lexicon of this program"},
    {.name = NULL},
};

const struct command command_lexicon_show = {
    .name = "lexicon show",
    .summary = "What a word or phrase means to the coder, and where that stands",
    .arguments = "WORDS",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Shows each entry that the words stand for, in any inflection, with its file, line and keys; the frames "
        "that name its class; and longer forms that begin with the words and would win where the text goes "
        "on so. Small letters and capitals count as one here.",
    .examples = "entente lexicon show inked\tA verb's meaning, and which events it makes\n"
                "entente lexicon show Georgia\tA name that is also something else\n"
                "entente lexicon show --lexicon ~/words 'war games'\tWith your own words",
    .options = options,
    .run = run,
};
