/* Names for rules: [group.NAME], [macro.NAME] and [rates], from which rules are compiled. */
#include "core/setup/building.h"
#include "core/watch/rates.h"
#include "core/watch/rule_names.h"

#include <stdlib.h>
#include <string.h>

static bool is_kind(const struct config_section *section, const char *kind)
{
    return strcmp(section->kind, kind) == 0 && *section->name;
}

static struct setup_names_section *add_section(struct building *building, const struct config_section *section)
{
    struct setup *setup = building->setup;
    struct option_table table = options_common(section->kind);
    struct option_values *options = options_parse(section, &table, 1, &building->context, building->diagnostics);
    if (!options || !building_grow(building, &setup->names_sections, sizeof *setup->names_sections, setup->names_count,
                                   &setup->names_capacity)) {
        building->failed = true;
        options_destroy(options);
        return NULL;
    }
    struct setup_names_section *row = &setup->names_sections[setup->names_count++];
    *row = (struct setup_names_section){section->name, section->title, options, section->place};
    return row;
}

static void complain(struct building *building, const struct setup_names_section *row,
                     const struct rule_names_problem *problem, const struct option_value *members)
{
    struct source_place place = row->place;
    if (!problem->text[0]) {
        building->failed = true;
        return;
    }
    if (members && problem->member < members->item_count)
        place = building_place_of_item(members, problem->member);
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, place, "[%s]: %s%s%s", row->title, problem->text,
                    problem->nearest ? "; nearest: " : "", problem->nearest ? problem->nearest : "");
}

static void add_group(struct building *building, const struct config_section *section)
{
    struct rule_names_problem problem;
    const struct setup_names_section *row = add_section(building, section);
    if (!row)
        return;
    const struct option_value *members = options_find(row->options, "members");
    if (members->item_count == 0)
        return; /* that the key is missing, its table has told */
    if (!rule_names_add_group(building->setup->names, row->name, building_copy_items(building, members),
                              members->item_count, &problem))
        complain(building, row, &problem, members);
}

static void add_macro(struct building *building, const struct config_section *section)
{
    struct rule_names_problem problem;
    const struct setup_names_section *row = add_section(building, section);
    const char *text = row ? options_text(row->options, "is") : NULL;
    if (row && text && !rule_names_add_macro(building->setup->names, row->name, text, &problem))
        complain(building, row, &problem, NULL);
}

/* When all macros are known, since they may use each other whatever their order. */
static void check_macro(struct building *building, const struct setup_names_section *row)
{
    struct rule_error error = {0};
    const struct option_value *is = options_find(row->options, "is");
    if (!is || !rule_names_macro(building->setup->names, row->name))
        return;
    struct rule *rule = rule_compile_macro(building->setup->names, row->name, &error);
    if (!rule)
        building_tell_rule_error(building, is, NULL, options_text(row->options, "is"), &error);
    rule_destroy(rule);
}

static void read_rates(struct building *building, const struct option_value *file)
{
    char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    struct csv_error problem;
    if (!file->is_set || !file->text.data)
        return;
    const char *path = arena_copy(building->setup->arena, file->text.data, file->text.size);
    if (!path || !config_read_file(path, RATES_SIZE_MAX, &bytes, &size, &error)) {
        if (error.kind == ERROR_LIMIT)
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, file->place, "file: %s", error.text);
        return;
    }
    struct rates *rates = rates_read(bytes, size, &problem);
    if (rates)
        rule_names_set_rates(building->setup->names, rates);
    else {
        diagnostics_add_source(building->diagnostics, path, bytes, size);
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR,
                        (struct source_place){.file = path, .line = problem.line, .column = problem.column, .length = 1},
                        "rates: %s", problem.text);
    }
    free(bytes);
}

void building_add_names(struct building *building)
{
    const struct config *config = building->setup->config;
    building->setup->names = rule_names_create();
    building->failed |= !building->setup->names;
    for (size_t i = 0; i < config_section_count(config) && !building->failed; i++) {
        const struct config_section *section = config_section(config, i);
        if (is_kind(section, "group"))
            add_group(building, section);
        else if (is_kind(section, "macro"))
            add_macro(building, section);
    }
    if (!building->failed)
        read_rates(building, options_find(building->setup->daemon.rates, "file"));
    for (size_t i = 0; i < building->setup->names_count && !building->failed; i++)
        if (strncmp(building->setup->names_sections[i].title, "macro.", 6) == 0)
            check_macro(building, &building->setup->names_sections[i]);
}

const struct rule_names *setup_names(const struct setup *setup)
{
    return setup->names;
}
