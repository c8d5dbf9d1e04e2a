#include "plugins/jsonl/line.h"

#include "lib/record/alert_json.h"
#include "lib/template/alert_values.h"
#include "lib/template/template.h"

#include <stdlib.h>
#include <string.h>

struct lines {
    char *path;                /* of the template, for errors */
    struct template *template; /* NULL: the alert's own JSON */
};

struct lines *lines_create(const char *template_path, struct error *error)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (lines && template_path)
        lines->path = strdup(template_path);
    if (!lines || (template_path && !lines->path)) {
        error_set(error, ERROR_MEMORY, "no memory");
        lines_destroy(lines);
        return NULL;
    }
    if (template_path && !(lines->template = template_compile_file(template_path, TEMPLATE_JSON, error))) {
        lines_destroy(lines);
        return NULL;
    }
    return lines;
}

void lines_destroy(struct lines *lines)
{
    if (!lines)
        return;
    template_destroy(lines->template);
    free(lines->path);
    free(lines);
}

/* The values of one alert at the top, also where it came in a digest. */
static json_t *values_of(const json_t *all, size_t index)
{
    json_t *values = json_copy((json_t *)all);
    if (values && json_object_update(values, json_array_get(json_object_get(all, "alerts"), index)) != 0) {
        json_decref(values);
        values = NULL;
    }
    return values;
}

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the lines, or a template without end");
}

/* `object` as a line behind the delivery's id. */
static bool put_object(const char *id, const json_t *object, struct buffer *text, struct error *error)
{
    char *members = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (!members)
        return no_memory(error);
    buffer_printf(text, ALERT_JSON_START "%s\"%s%s\n", id, json_object_size(object) ? "," : "", members + 1);
    free(members);
    return !text->failed || no_memory(error);
}

static bool put_rendered(const struct lines *lines, const char *id, const struct buffer *rendered, struct buffer *text,
                         struct error *error)
{
    json_error_t problem;
    json_t *object =
        json_loadb(rendered->bytes ? rendered->bytes : "", rendered->size, JSON_REJECT_DUPLICATES, &problem);
    bool ok = true;
    if (!object)
        ok = error_set(error, ERROR_CONFIG, "%s makes no JSON of the alert: %s (line %d of what it makes)", lines->path,
                       problem.text, problem.line);
    else if (!json_is_object(object))
        ok = error_set(error, ERROR_CONFIG, "%s makes no JSON object: a line is {…}", lines->path);
    else if (json_object_get(object, "delivery"))
        ok = error_set(error, ERROR_CONFIG, "%s has a member delivery: the sink puts it first by itself", lines->path);
    ok = ok && put_object(id, object, text, error);
    json_decref(object);
    return ok;
}

static bool add_by_template(const struct lines *lines, struct record_view delivery, size_t first, struct buffer *text,
                            size_t *count, struct error *error)
{
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    json_t *all = alert_values(delivery, error);
    bool ok = all != NULL;
    size_t alerts = record_count(delivery, ENT_DELIVERY_ALERT);
    for (size_t i = first; ok && i < alerts; i++) {
        struct buffer rendered = BUFFER_INIT;
        json_t *values = values_of(all, i);
        if (values)
            template_render(lines->template, values, &rendered);
        ok = values && !rendered.failed ? put_rendered(lines, id ? id : "", &rendered, text, error) : no_memory(error);
        *count += ok;
        json_decref(values);
        buffer_free(&rendered);
    }
    json_decref(all);
    return ok;
}

bool lines_add(const struct lines *lines, struct record_view delivery, size_t first, struct buffer *text, size_t *count,
               struct error *error)
{
    struct record_view alert;
    *count = 0;
    if (lines->template)
        return add_by_template(lines, delivery, first, text, count, error);
    for (; record_get_view(delivery, ENT_DELIVERY_ALERT, first + *count, &alert); ++*count) {
        struct json_writer writer;
        json_begin(&writer, text);
        alert_to_json(&writer, delivery, alert);
        buffer_append_char(text, '\n');
    }
    return !text->failed || no_memory(error);
}
