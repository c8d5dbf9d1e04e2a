#include "lib/coder/explain_facts.h"

#include "lib/coder/report.h"

#include <stdio.h>
#include <string.h>

void explain_headline(const struct event *event, struct buffer *out)
{
    buffer_printf(out, "%s%s%s: %s, %s, %s, %.2f", event->type, event->subtype ? "." : "",
                  event->subtype ? event->subtype : "", event->status, event->modality, event->scope,
                  event->confidence);
}

/* A fact while it is written. */
struct writer {
    explain_fact *fact;
    void *context;
    struct buffer text;
};

static void end_fact(struct writer *writer, const char *label)
{
    if (writer->text.size && !writer->text.failed)
        writer->fact(writer->context, label, &writer->text);
    buffer_clear(&writer->text);
}

static void append_stretch(struct buffer *out, struct stretch stretch)
{
    if (!stretch.part || stretch.end <= stretch.start)
        return;
    buffer_append_text(out, "“");
    buffer_append(out, stretch.part->text + stretch.start, stretch.end - stretch.start);
    buffer_append_text(out, "”");
}

static void write_actors(struct writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++) {
        const struct event_actor *actor = &event->actors[i];
        buffer_printf(&writer->text, "%s ", actor->id);
        append_stretch(&writer->text, actor->text);
        if (actor->unit.part) {
            buffer_append_text(&writer->text, ", ");
            append_stretch(&writer->text, actor->unit);
        }
        if (actor->parent)
            buffer_printf(&writer->text, ", within %s", actor->parent);
        if (actor->from_context)
            buffer_append_text(&writer->text, ", from the context");
        end_fact(writer, actor->role);
    }
}

static void write_date(struct writer *writer, const struct event *event)
{
    static const char *const bases[] = {"explicit", "relative", "duration", "context"};
    char day[16], end[16];
    if (event->date_known) {
        report_print_day(day, event->date.start, event->date.grain);
        report_print_day(end, event->date.end, event->date.grain);
        buffer_append_text(&writer->text, day);
        if (event->date.open_end)
            buffer_append_text(&writer->text, ", open");
        else if (strcmp(day, end) != 0)
            buffer_printf(&writer->text, " to %s", end);
        buffer_printf(&writer->text, ", %s ", bases[event->date.basis & 3]);
        append_stretch(&writer->text, event->date_raw);
    } else if (event->as_of_known) {
        report_print_day(day, event->as_of, 'd');
        buffer_printf(&writer->text, "not told; as of %s", day);
    }
    end_fact(writer, "date");
}

static void write_places(struct writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->place_count; i++) {
        const struct event_place *place = &event->places[i];
        append_stretch(&writer->text, place->raw);
        buffer_printf(&writer->text, " %s%s%s", place->country ? place->country : "", place->country ? ", " : "",
                      place->precision);
        end_fact(writer, "place");
    }
}

static void write_quantities(struct writer *writer, const struct event *event)
{
    static const char *const kinds[] = {"personnel", "units", "money", "countries", "days", "sites", "units"};
    static const char *const qualifiers[] = {"", "about ", "at least ", "at most "};
    for (uint32_t i = 0; i < event->quantity_count; i++) {
        const struct quantity *quantity = &event->quantities[i].quantity;
        buffer_append_text(&writer->text, qualifiers[quantity->qualifier & 3]);
        if (quantity->has_value)
            buffer_printf(&writer->text, "%.15g ", quantity->value);
        if (quantity->unit)
            buffer_printf(&writer->text, "%s ", quantity->unit);
        append_stretch(&writer->text, event->quantities[i].raw);
        end_fact(writer, kinds[quantity->kind]);
    }
}

static void write_equipment(struct writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->equipment_count; i++) {
        const struct event_equipment *row = &event->equipment[i];
        if (row->has_count)
            buffer_printf(&writer->text, "%.15g × ", row->count);
        append_stretch(&writer->text, row->name);
        buffer_printf(&writer->text, ", UNROCA %s, SIPRI %s", row->unroca ? row->unroca : "unknown",
                      row->sipri ? row->sipri : "unknown");
        end_fact(writer, "equipment");
    }
}

static void write_cited(struct writer *writer, const struct event *event)
{
    for (uint32_t i = 0; i < event->cited_count; i++) {
        const struct event_cited *cited = &event->cited[i];
        buffer_printf(&writer->text, "%s ", cited->kind);
        append_stretch(&writer->text, cited->name.part ? cited->name : cited->raw);
        if (cited->actor)
            buffer_printf(&writer->text, " of %s", cited->actor);
        end_fact(writer, "cited");
    }
}

static void write_words(struct writer *writer, const struct event *event)
{
    append_stretch(&writer->text, event->name);
    end_fact(writer, "name");
    if (event->programme) {
        buffer_printf(&writer->text, "%s, ", event->programme);
        append_stretch(&writer->text, event->programme_words);
    }
    end_fact(writer, "programme");
    for (uint32_t i = 0; i < event->tag_count; i++) {
        const struct event_tag *row = &event->tags[i];
        buffer_printf(&writer->text, "%s%s", i ? "; " : "", row->tag);
        for (uint32_t k = 0; k < row->word_count; k++) {
            buffer_append_text(&writer->text, ", ");
            append_stretch(&writer->text, row->words[k]);
        }
    }
    end_fact(writer, "tags");
}

static const char *class_of_trigger(const struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (event->verb_entry != NONE)
        return lexicon_entry_id(lexicon, (uint32_t)event->verb_entry);
    return noun_class(lexicon, event->sentence, event->trigger_first);
}

static void write_trigger(struct writer *writer, const struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    append_stretch(&writer->text, stretch_of(sentence, event->trigger_first, event->trigger_last));
    const char *class = class_of_trigger(workspace, event);
    if (class)
        buffer_printf(&writer->text, ", of class %s", class);
    if (event->argument != NONE && (uint32_t)event->argument < sentence->group_count) {
        const struct group *group = &sentence->groups[event->argument];
        buffer_append_text(&writer->text, ", with ");
        append_stretch(&writer->text, stretch_of(sentence, group->first, group->last));
    }
    end_fact(writer, "told by");
}

void explain_facts(const struct coder_workspace *workspace, const struct event *event, explain_fact *fact,
                   void *context)
{
    struct writer writer = {fact, context, BUFFER_INIT};
    write_trigger(&writer, workspace, event);
    write_actors(&writer, event);
    write_date(&writer, event);
    write_places(&writer, event);
    write_quantities(&writer, event);
    write_equipment(&writer, event);
    write_words(&writer, event);
    write_cited(&writer, event);
    buffer_free(&writer.text);
}
