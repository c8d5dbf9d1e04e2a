#include "lib/template/template.h"

#include "lib/base/json_writer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 16, NODES_MAX = 10000, TEXT_MAX = 1024 * 1024, STEPS_MAX = 4 * 1000 * 1000 };

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED };

struct node {
    enum node_kind kind;
    const char *text; /* or the name, terminated */
    size_t size;
    size_t end; /* of a section: the node behind its last */
};

struct template
{
    enum template_escape escape;
    char *text;  /* the source */
    char *names; /* the names, each terminated */
    struct node *nodes;
    size_t count, capacity;
};

/* ---- compiling ---- */

struct parser {
    struct template *template;
    size_t size, at, names_used;
    size_t open[NESTING_MAX]; /* sections that are not closed yet */
    size_t depth;
    struct error *error;
};

static bool complain(struct parser *parser, size_t at, const char *what)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        column = parser->template->text[i] == '\n' ? 1 : column + 1;
        line += parser->template->text[i] == '\n';
    }
    return error_set(parser->error, ERROR_INPUT, "line %zu, column %zu: %s", line, column, what);
}

static bool add_node(struct parser *parser, struct node node)
{
    struct template *template = parser->template;
    if (template->count == NODES_MAX)
        return complain(parser, parser->at, "the template is too long");
    if (template->count == template->capacity) {
        size_t capacity = template->capacity ? 2 * template->capacity : 16;
        struct node *nodes = realloc(template->nodes, capacity * sizeof *nodes);
        if (!nodes)
            return error_set(parser->error, ERROR_MEMORY, "no memory for the template");
        template->nodes = nodes;
        template->capacity = capacity;
    }
    template->nodes[template->count++] = node;
    return true;
}

static bool is_name(const char *name, size_t size)
{
    if (size == 1 && *name == '.')
        return true;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("_-.", name[i]))
            return false;
    return size > 0 && name[0] != '.' && name[size - 1] != '.';
}

static const char *keep_name(struct parser *parser, const char *name, size_t size)
{
    char *kept = parser->template->names + parser->names_used;
    memcpy(kept, name, size);
    kept[size] = '\0';
    parser->names_used += size + 1;
    return kept;
}

/* A tag at text[start], ending before text[end] (behind its braces). */
struct tag {
    char mark; /* '&' for three braces, '#', '^', '/', '!' or 0 */
    const char *name;
    size_t name_size;
    size_t start, end;
};

static bool read_tag(struct parser *parser, size_t start, struct tag *tag)
{
    const char *text = parser->template->text;
    bool is_raw = text[start + 2] == '{';
    const char *close = is_raw ? "}}}" : "}}";
    const char *stop = strstr(text + start, close);
    if (!stop)
        return complain(parser, start, is_raw ? "{{{ is never closed" : "{{ is never closed");
    size_t from = start + 2 + is_raw, to = (size_t)(stop - text);
    *tag = (struct tag){.mark = is_raw ? '&' : '\0', .start = start, .end = to + strlen(close)};
    if (!is_raw && from < to && strchr("#^/!&", text[from]))
        tag->mark = text[from++];
    while (from < to && isspace((unsigned char)text[from]))
        from++;
    while (to > from && isspace((unsigned char)text[to - 1]))
        to--;
    tag->name = text + from;
    tag->name_size = to - from;
    if (tag->mark == '!')
        return true;
    return is_name(tag->name, tag->name_size) ||
           complain(parser, start, "a name of letters, digits, _ and dots should stand between the braces");
}

/* A section's mark or a comment alone on its line takes the line with it. */
static void widen(const struct parser *parser, struct tag *tag, size_t least)
{
    const char *text = parser->template->text;
    size_t from = tag->start, to = tag->end;
    if (!tag->mark || tag->mark == '&')
        return;
    while (from > least && (text[from - 1] == ' ' || text[from - 1] == '\t'))
        from--;
    while (text[to] == ' ' || text[to] == '\t' || text[to] == '\r')
        to++;
    bool is_alone = (from == 0 || text[from - 1] == '\n') && (text[to] == '\n' || to == parser->size);
    if (!is_alone)
        return;
    tag->start = from;
    tag->end = to + (text[to] == '\n');
}

static bool close_section(struct parser *parser, const struct tag *tag)
{
    if (parser->depth == 0)
        return complain(parser, tag->start, "this section was never opened");
    struct node *open = &parser->template->nodes[parser->open[--parser->depth]];
    if (strlen(open->text) != tag->name_size || memcmp(open->text, tag->name, tag->name_size) != 0)
        return complain(parser, tag->start, "another section is still open here");
    open->end = parser->template->count;
    return true;
}

static bool take_tag(struct parser *parser, const struct tag *tag)
{
    if (tag->mark == '!')
        return true;
    if (tag->mark == '/')
        return close_section(parser, tag);
    enum node_kind kind = tag->mark == '#'   ? NODE_SECTION
                          : tag->mark == '^' ? NODE_INVERTED
                          : tag->mark == '&' ? NODE_RAW
                                             : NODE_VALUE;
    bool is_section = kind == NODE_SECTION || kind == NODE_INVERTED;
    if (is_section && parser->depth == NESTING_MAX)
        return complain(parser, tag->start, "sections are nested too deep");
    if (is_section)
        parser->open[parser->depth++] = parser->template->count;
    return add_node(parser, (struct node){kind, keep_name(parser, tag->name, tag->name_size), tag->name_size, 0});
}

static bool parse(struct parser *parser)
{
    const char *text = parser->template->text;
    while (parser->at < parser->size) {
        const char *open = strstr(text + parser->at, "{{");
        size_t start = open ? (size_t)(open - text) : parser->size;
        struct tag tag = {.start = start, .end = start};
        if (open && !read_tag(parser, start, &tag))
            return false;
        if (open)
            widen(parser, &tag, parser->at);
        if (tag.start > parser->at &&
            !add_node(parser, (struct node){NODE_TEXT, text + parser->at, tag.start - parser->at, 0}))
            return false;
        parser->at = tag.end;
        if (open && !take_tag(parser, &tag))
            return false;
    }
    return parser->depth == 0 || complain(parser, parser->size, "a section is never closed");
}

struct template *template_compile(const char *text, size_t size, enum template_escape escape, struct error *error)
{
    struct template *template = calloc(1, sizeof *template);
    if (memchr(text, '\0', size) || size > TEXT_MAX) {
        error_set(error, ERROR_INPUT, size > TEXT_MAX ? "the template is too long" : "a zero byte in the template");
        free(template);
        return NULL;
    }
    if (template) {
        template->escape = escape;
        template->text = strndup(text, size);
        template->names = malloc(size + 1);
    }
    struct parser parser = {.template = template, .size = size, .error = error};
    if (template && template->text && template->names) {
        if (parse(&parser))
            return template;
    } else {
        error_set(error, ERROR_MEMORY, "no memory for the template");
    }
    template_destroy(template);
    return NULL;
}

static bool read_file(const char *path, struct buffer *text, struct error *error)
{
    char chunk[16 * 1024];
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, errno, "%s", path);
    for (size_t got; text->size <= TEXT_MAX && (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(text, chunk, got);
    bool is_read = !ferror(file) && !text->failed && text->size <= TEXT_MAX;
    fclose(file);
    return is_read || error_set(error, ERROR_INPUT, "%s: cannot be read, or is larger than %d bytes", path, TEXT_MAX);
}

struct template *template_compile_file(const char *path, enum template_escape escape, struct error *error)
{
    struct buffer text = BUFFER_INIT;
    struct template *template = NULL;
    if (read_file(path, &text, error)) {
        template = template_compile(text.bytes ? text.bytes : "", text.size, escape, error);
        if (!template)
            error_prefix(error, "%s", path);
    }
    buffer_free(&text);
    return template;
}

void template_destroy(struct template *template)
{
    if (!template)
        return;
    free(template->text);
    free(template->names);
    free(template->nodes);
    free(template);
}

/* ---- rendering ---- */

struct scope {
    const json_t *values[NESTING_MAX + 1];
    size_t depth;
    size_t steps; /* lists within lists grow beyond measure */
};

static const json_t *member_of(const json_t *value, const char *name, size_t size)
{
    char key[128];
    if (!json_is_object(value) || size >= sizeof key)
        return NULL;
    memcpy(key, name, size);
    key[size] = '\0';
    return json_object_get(value, key);
}

/* The first part of a dotted name is looked for outwards, the rest within what was found. */
static const json_t *find(const struct scope *scope, const char *name)
{
    if (strcmp(name, ".") == 0)
        return scope->values[scope->depth];
    const json_t *value = NULL;
    size_t size = strcspn(name, ".");
    for (size_t i = scope->depth + 1; i-- > 0 && !value;)
        value = member_of(scope->values[i], name, size);
    while (value && name[size] == '.') {
        name += size + 1;
        size = strcspn(name, ".");
        value = member_of(value, name, size);
    }
    return value;
}

static bool is_there(const json_t *value)
{
    if (!value || json_is_null(value) || json_is_false(value))
        return false;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_number(value))
        return json_number_value(value) != 0;
    return true;
}

static void append_html(struct buffer *out, unsigned char byte)
{
    switch (byte) {
    case '&':
        buffer_append_text(out, "&amp;");
        break;
    case '<':
        buffer_append_text(out, "&lt;");
        break;
    case '>':
        buffer_append_text(out, "&gt;");
        break;
    case '"':
        buffer_append_text(out, "&quot;");
        break;
    case '\'':
        buffer_append_text(out, "&#39;");
        break;
    default:
        buffer_append_char(out, (char)byte);
    }
}

static void append_json(struct buffer *out, const char *text, size_t size)
{
    struct buffer quoted = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &quoted);
    json_put_string(&writer, text, size);
    if (quoted.size >= 2)
        buffer_append(out, quoted.bytes + 1, quoted.size - 2);
    out->failed |= quoted.failed;
    buffer_free(&quoted);
}

static void append_escaped(struct buffer *out, enum template_escape escape, const char *text, size_t size)
{
    if (escape == TEMPLATE_JSON) {
        append_json(out, text, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool is_line_end = byte == '\n';
        if (escape == TEMPLATE_LINE && (is_line_end || byte == '\t'))
            byte = ' ';
        else if ((byte < 0x20 && !is_line_end && byte != '\t') || byte == 0x7f)
            continue;
        if (escape == TEMPLATE_HTML)
            append_html(out, byte);
        else
            buffer_append_char(out, (char)byte);
    }
}

static void append_value(struct buffer *out, enum template_escape escape, bool is_raw, const json_t *value)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    if (json_is_string(value))
        buffer_append(&text, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        json_put_integer(&writer, json_integer_value(value));
    else if (json_is_real(value))
        json_put_number(&writer, json_real_value(value));
    else if (json_is_boolean(value))
        json_put_boolean(&writer, json_is_true(value));
    if (is_raw)
        buffer_append(out, text.bytes ? text.bytes : "", text.size);
    else
        append_escaped(out, escape, text.bytes ? text.bytes : "", text.size);
    out->failed |= text.failed;
    buffer_free(&text);
}

static void render_range(const struct template *template, size_t first, size_t end, struct scope *scope,
                         struct buffer *out);

/* Nesting is bounded by the compiler, so this recursion is too. */
static void render_section(const struct template *template, size_t at, struct scope *scope, struct buffer *out)
{
    const struct node *node = &template->nodes[at];
    const json_t *value = find(scope, node->text);
    if (node->kind == NODE_INVERTED) {
        if (!is_there(value))
            render_range(template, at + 1, node->end, scope, out);
        return;
    }
    if (!is_there(value))
        return;
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    scope->depth++;
    for (size_t i = 0; i < count && !out->failed; i++) {
        scope->values[scope->depth] = json_is_array(value) ? json_array_get(value, i) : value;
        render_range(template, at + 1, node->end, scope, out);
    }
    scope->depth--;
}

static void render_range(const struct template *template, size_t first, size_t end, struct scope *scope,
                         struct buffer *out)
{
    for (size_t at = first; at < end && !out->failed; at++) {
        const struct node *node = &template->nodes[at];
        if (scope->steps++ == STEPS_MAX)
            out->failed = true;
        switch (node->kind) {
        case NODE_TEXT:
            buffer_append(out, node->text, node->size);
            break;
        case NODE_VALUE:
        case NODE_RAW:
            append_value(out, template->escape, node->kind == NODE_RAW, find(scope, node->text));
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            render_section(template, at, scope, out);
            at = node->end - 1;
            break;
        }
    }
}

void template_render(const struct template *template, const json_t *values, struct buffer *out)
{
    struct scope scope = {.values = {values}};
    render_range(template, 0, template->count, &scope, out);
}
