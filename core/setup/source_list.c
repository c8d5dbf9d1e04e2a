/* Source lists: [sources.NAME] with `list = FILE` makes one source of each line `URL key=value …` of the file. The keys
 * of the section hold for all of them, those of a line for that one. */
#include "core/config/ini_text.h"
#include "core/setup/building.h"
#include "lib/base/digest.h"
#include "lib/base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_SIZE_MAX = 16 * 1024 * 1024, LIST_LINE_MAX = 8192, LIST_ENTRIES_MAX = 64 };

struct list_reader {
    struct building *building;
    const struct config_section *section; /* [sources.NAME] */
    const struct config_entry *shared;    /* its keys that hold for every line */
    size_t shared_count;
    struct config_entry *entries; /* room for a line's and the shared ones */
    const char *file;
    const char *bytes; /* of the present line */
    size_t size;
    int line;
};

static struct source_place place_in_line(const struct list_reader *reader, size_t from, size_t to)
{
    return (struct source_place){.file = reader->file,
                                 .line = reader->line,
                                 .column = 1 + (int)utf8_length(reader->bytes, from),
                                 .length = (int)utf8_length(reader->bytes + from, to - from)};
}

static void complain(const struct list_reader *reader, size_t from, size_t to, const char *text)
{
    diagnostics_add(reader->building->diagnostics, DIAGNOSTIC_ERROR, place_in_line(reader, from, to), "%s", text);
}

static char *copy(const struct list_reader *reader, size_t from, size_t to)
{
    char *text = arena_copy(reader->building->setup->arena, reader->bytes + from, to - from);
    if (!text)
        reader->building->failed = true;
    return text;
}

/* "world.bbc.co.uk-1a2b3c": tells people which feed it is, and stays the same when lines come and go, since kept state
 * hangs on it. */
static const char *name_source(const struct list_reader *reader, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    const char *end = host + strcspn(host, "/?#");
    for (const char *at = host; at < end; at++) {
        if (*at == '@')
            host = at + 1;
    }
    char hex[DIGEST_HEX_SIZE], shown[64];
    digest_texts(hex, url, NULL);
    size_t size = 0;
    for (const char *at = host; at < end && size + 1 < sizeof shown; at++) {
        char byte = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
        shown[size++] = plain ? byte : '-';
    }
    shown[size] = '\0';
    return arena_printf(reader->building->setup->arena, "%s.%s-%.6s", reader->section->name, shown, hex);
}

/* One key=value at `*at`, with quotes as in an INI value. False where the rest of the line makes no sense. */
static bool read_pair(const struct list_reader *reader, size_t *at, struct config_entry *entry)
{
    size_t from = *at, to = from;
    while (to < reader->size && !ini_is_space(reader->bytes[to]) && reader->bytes[to] != '=')
        to++;
    if (to == reader->size || reader->bytes[to] != '=' || to == from) {
        complain(reader, from, to == from ? from + 1 : to, "options follow the address as key=value, apart by spaces");
        return false;
    }
    entry->key = copy(reader, from, to);
    entry->key_place = place_in_line(reader, from, to);
    size_t value = to + 1, end = value;
    char quote = value < reader->size ? reader->bytes[value] : '\0';
    if (quote == '"' || quote == '\'') {
        const char *close = memchr(reader->bytes + value + 1, quote, reader->size - value - 1);
        if (!close) {
            complain(reader, value, reader->size, "a quote is not closed");
            return false;
        }
        value++;
        end = (size_t)(close - reader->bytes);
        *at = end + 1;
    } else {
        while (end < reader->size && !ini_is_space(reader->bytes[end]))
            end++;
        *at = end;
    }
    entry->value = copy(reader, value, end);
    entry->value_place = place_in_line(reader, value, end);
    return entry->key && entry->value;
}

static bool has_key(const struct config_entry *entries, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(entries[i].key, key))
            return true;
    }
    return false;
}

/* The address and options of a line; 0 where it is empty, a comment or wrong. */
static size_t read_entries(const struct list_reader *reader, struct config_entry *entries)
{
    size_t at = 0, count = 0;
    for (;;) {
        while (at < reader->size && ini_is_space(reader->bytes[at]))
            at++;
        if (at == reader->size || reader->bytes[at] == '#')
            return count;
        if (count == LIST_ENTRIES_MAX) {
            complain(reader, at, reader->size, "too many options in one line");
            return 0;
        }
        if (count == 0) {
            size_t from = at;
            while (at < reader->size && !ini_is_space(reader->bytes[at]))
                at++;
            entries[count++] = (struct config_entry){.key = "url",
                                                     .value = copy(reader, from, at),
                                                     .key_place = place_in_line(reader, from, at),
                                                     .value_place = place_in_line(reader, from, at)};
            continue;
        }
        if (!read_pair(reader, &at, &entries[count]))
            return 0;
        if (has_key(entries, count, entries[count].key)) {
            diagnostics_add(reader->building->diagnostics, DIAGNOSTIC_ERROR, entries[count].key_place,
                            "'%s' is there already", entries[count].key);
            return 0;
        }
        count++;
    }
}

static void read_list_line(const struct list_reader *reader)
{
    struct setup *setup = reader->building->setup;
    if (reader->size > LIST_LINE_MAX) {
        complain(reader, 0, 1, "the line is too long");
        return;
    }
    struct config_entry *entries = reader->entries;
    size_t count = read_entries(reader, entries);
    if (count == 0 || reader->building->failed)
        return;
    struct config_section section = {.kind = "source",
                                     .name = name_source(reader, entries[0].value),
                                     .place = entries[0].value_place,
                                     .entries = entries,
                                     .entry_count = count};
    for (size_t i = 0; i < reader->shared_count; i++) {
        if (!has_key(entries, count, reader->shared[i].key))
            entries[section.entry_count++] = reader->shared[i];
    }
    section.title = arena_printf(setup->arena, "source.%s", section.name);
    if (section.name && section.title)
        building_add_instance(reader->building, &section, "source");
}

static int compare_instances(const void *a, const void *b)
{
    const struct setup_instance *const *left = a, *const *right = b;
    int order = strcmp((*left)->title, (*right)->title);
    return order ? order : (*left < *right ? -1 : *left > *right);
}

/* One address twice would be one source twice. */
static void check_repeated_lines(struct building *building, size_t first)
{
    struct setup *setup = building->setup;
    size_t count = setup->instance_count - first;
    const struct setup_instance **sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted) {
        building->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i] = &setup->instances[first + i];
    qsort(sorted, count, sizeof *sorted, compare_instances);
    for (size_t i = 1; i < count; i++) {
        if (!strcmp(sorted[i - 1]->title, sorted[i]->title))
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, sorted[i]->place,
                            "this address stands in the list already, at line %d", sorted[i - 1]->place.line);
    }
    free(sorted);
}

static void read_list(struct list_reader *reader, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    for (reader->line = 1; bytes < end && !reader->building->failed; reader->line++) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        reader->bytes = bytes;
        reader->size = (size_t)((stop ? stop : end) - bytes);
        if (!utf8_is_valid(bytes, reader->size) || memchr(bytes, '\0', reader->size))
            complain(reader, 0, 1, "the line is not UTF-8 text");
        else
            read_list_line(reader);
        bytes = stop ? stop + 1 : end;
    }
}

/* The section's keys without `list`; where they are at fault only `plugin`, so that one fault is not told of every
 * line. */
static bool gather_shared(struct list_reader *reader, bool sound)
{
    const struct config_section *section = reader->section;
    struct config_entry *shared = arena_calloc(reader->building->setup->arena, section->entry_count, sizeof *shared);
    if (!shared)
        return false;
    for (size_t i = 0; i < section->entry_count; i++) {
        const char *key = section->entries[i].key;
        if (sound ? strcmp(key, "list") != 0 : !strcmp(key, "plugin"))
            shared[reader->shared_count++] = section->entries[i];
    }
    reader->shared = shared;
    reader->entries = calloc(LIST_ENTRIES_MAX + reader->shared_count, sizeof *reader->entries);
    reader->building->failed |= !reader->entries;
    return reader->entries != NULL;
}

/* The section judged by itself: the address comes with each line. */
static struct option_values *parse_section(struct building *building, const struct config_section *section,
                                           const struct plugin_info *plugin)
{
    struct option_table tables[] = {options_common("sources"), {NULL, 0, sizeof(struct ent_option)}};
    struct ent_option *rows = arena_calloc(building->setup->arena, plugin->options.count, sizeof *rows);
    if (!rows)
        return NULL;
    for (size_t i = 0; i < plugin->options.count; i++) {
        rows[i] = options_row(&plugin->options, i);
        rows[i].flags &= ~(uint32_t)ENT_REQUIRED;
    }
    tables[1] = (struct option_table){rows, plugin->options.count, sizeof *rows};
    return options_parse(section, tables, 2, &building->context, building->diagnostics);
}

void building_add_source_list(struct building *building, const struct config_section *section)
{
    const struct plugin_info *plugin = building_find_plugin(building, section, "source");
    struct option_table common = options_common("sources");
    size_t errors = diagnostics_count(building->diagnostics, DIAGNOSTIC_ERROR);
    if (!plugin && has_key(section->entries, section->entry_count, "plugin"))
        return; /* said by building_find_plugin; no line can be judged */
    struct option_values *values = plugin
                                       ? parse_section(building, section, plugin)
                                       : options_parse(section, &common, 1, &building->context, building->diagnostics);
    if (!values) {
        building->failed = true;
        return;
    }
    const char *listed = options_text(values, "list");
    const char *path = listed ? arena_copy(building->setup->arena, listed, strlen(listed)) : NULL;
    options_destroy(values);
    char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    /* A file that cannot be read has been told of by the option's own check. */
    if (!plugin || !path || !config_read_file(path, LIST_SIZE_MAX, &bytes, &size, &error))
        return;
    diagnostics_add_source(building->diagnostics, path, bytes, size);
    struct list_reader reader = {.building = building, .section = section, .file = path};
    size_t first = building->setup->instance_count;
    building->context.cache = options_cache_create();
    if (gather_shared(&reader, diagnostics_count(building->diagnostics, DIAGNOSTIC_ERROR) == errors)) {
        read_list(&reader, bytes, size);
        check_repeated_lines(building, first);
    }
    free(reader.entries);
    options_cache_destroy(building->context.cache);
    building->context.cache = NULL;
    free(bytes);
}
