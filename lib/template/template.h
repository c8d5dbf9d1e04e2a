/* Template: texts with values put in, the same in every sink. The language is a part of Mustache's (mustache(5)):
 *
 *     {{headline}}            a value, escaped for what the text is (HTML, JSON, …)
 *     {{{headline}}}          a value as it is
 *     {{event.date.start}}    a value within a value
 *     {{#alerts}} … {{/alerts}}    for each of a list; once for what is there and not false, empty or 0, with its
 * members in reach
 *     {{^event.url}} … {{/event.url}}   where it is not there, empty, 0 or false
 *     {{.}}                   the member of a list itself
 *     {{! … }}                nothing
 *
 * A line that holds nothing but a section's mark or a comment leaves no line behind. What is not there is empty. A name
 * is looked for in the innermost section first, then outwards.
 *
 * Compiled once, rendered often; a compiled template is not changed by rendering and may be used by several threads.
 * Nesting is bounded at compilation, output by the buffer's limit, work by a number of
 * steps past which the buffer fails. */
#ifndef LIB_TEMPLATE_TEMPLATE_H
#define LIB_TEMPLATE_TEMPLATE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <jansson.h>
#include <stdbool.h>

enum template_escape {
    TEMPLATE_PLAIN, /* control characters but line ends go */
    TEMPLATE_LINE,  /* as plain, and line ends become spaces: subjects, log lines */
    TEMPLATE_HTML,  /* HTML and XML: & < > " ' */
    TEMPLATE_JSON,  /* inside a JSON string */
};

struct template;

/* Copies the text. NULL with `error`, which names line and column. */
struct template *template_compile(const char *text, size_t size, enum template_escape escape, struct error *error);
/* The same from a file; errors begin with its path. */
struct template *template_compile_file(const char *path, enum template_escape escape, struct error *error);
void template_destroy(struct template *template);
/* Appends the text with `values` (an object) put in. Failure shows in the buffer. */
void template_render(const struct template *template, const json_t *values, struct buffer *out);

#endif
