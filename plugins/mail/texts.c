#include "plugins/mail/texts.h"

#include "lib/template/alert_values.h"
#include "lib/template/template.h"

#include <stdlib.h>
#include <string.h>

struct texts {
    struct template *subject, *text, *html;
};

static const char shipped_subject[] = "{{#is_update}}Update: {{/is_update}}{{headline}}";

static const char shipped_text[] = "{{#hold}}\n"
                                   "{{title}}\n"
                                   "\n"
                                   "{{/hold}}\n"
                                   "{{#groups}}\n"
                                   "{{#name}}\n"
                                   "== {{name}} ({{count}})\n"
                                   "\n"
                                   "{{/name}}\n"
                                   "{{#alerts}}\n"
                                   "{{#is_update}}Update ({{reason}}): {{/is_update}}{{headline}}\n"
                                   "\n"
                                   "{{#what}}\n"
                                   "  {{what}}\n"
                                   "{{/what}}\n"
                                   "{{#event}}\n"
                                   "  {{kind}}, {{event.status}}, {{event.modality}}{{#when}}, {{when}}{{/when}}\n"
                                   "{{/event}}\n"
                                   "{{#quote}}\n"
                                   "  \"{{quote}}\"\n"
                                   "{{/quote}}\n"
                                   "\n"
                                   "{{#event.sources}}\n"
                                   "  {{publisher}}: {{title}}\n"
                                   "  {{url}}\n"
                                   "{{/event.sources}}\n"
                                   "\n"
                                   "  watch {{watch}}{{#event}}, event {{event.id}}{{/event}}\n"
                                   "\n"
                                   "{{/alerts}}\n"
                                   "{{/groups}}\n";

static const char shipped_html[] =
    "<!DOCTYPE html>\n"
    "<html><body style=\"font-family: sans-serif; max-width: 40em\">\n"
    "{{#hold}}\n"
    "<h2>{{title}}</h2>\n"
    "{{/hold}}\n"
    "{{#groups}}\n"
    "{{#name}}\n"
    "<h2>{{name}} ({{count}})</h2>\n"
    "{{/name}}\n"
    "{{#alerts}}\n"
    "<h3>{{#is_update}}Update ({{reason}}): {{/is_update}}{{headline}}</h3>\n"
    "{{#what}}\n"
    "<p>{{what}}</p>\n"
    "{{/what}}\n"
    "{{#event}}\n"
    "<p>{{kind}}, {{event.status}}, {{event.modality}}{{#when}}, {{when}}{{/when}}</p>\n"
    "{{/event}}\n"
    "{{#quote}}\n"
    "<blockquote>{{quote}}</blockquote>\n"
    "{{/quote}}\n"
    "<ul>\n"
    "{{#event.sources}}\n"
    "<li>{{publisher}}: {{#url}}<a href=\"{{url}}\">{{title}}</a>{{/url}}{{^url}}{{title}}{{/url}}</li>\n"
    "{{/event.sources}}\n"
    "</ul>\n"
    "<p style=\"color: #666\">watch {{watch}}{{#event}}, event {{event.id}}{{/event}}</p>\n"
    "{{/alerts}}\n"
    "{{/groups}}\n"
    "</body></html>\n";

static struct template *compile(const char *name, const char *text, size_t size, enum template_escape escape,
                                struct error *error)
{
    struct template *template = template_compile(text, size, escape, error);
    if (!template)
        error_prefix(error, "%s", name);
    return template;
}

static struct template *compile_file(const char *path, const char *shipped, enum template_escape escape,
                                     struct error *error)
{
    if (!path)
        return compile("shipped", shipped, strlen(shipped), escape, error);
    return template_compile_file(path, escape, error);
}

struct texts *texts_create(const char *subject, const char *text_path, const char *html_path, struct error *error)
{
    struct texts *texts = calloc(1, sizeof *texts);
    if (!texts) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    if (!subject)
        subject = shipped_subject;
    texts->subject = compile("subject", subject, strlen(subject), TEMPLATE_LINE, error);
    texts->text = texts->subject ? compile_file(text_path, shipped_text, TEMPLATE_PLAIN, error) : NULL;
    texts->html = texts->text ? compile_file(html_path, shipped_html, TEMPLATE_HTML, error) : NULL;
    if (texts->html)
        return texts;
    texts_destroy(texts);
    return NULL;
}

void texts_destroy(struct texts *texts)
{
    if (!texts)
        return;
    template_destroy(texts->subject);
    template_destroy(texts->text);
    template_destroy(texts->html);
    free(texts);
}

bool texts_render(const struct texts *texts, struct record_view delivery, struct buffer *subject, struct buffer *text,
                  struct buffer *html, struct error *error)
{
    json_t *values = alert_values(delivery, error);
    if (!values)
        return false;
    template_render(texts->subject, values, subject);
    template_render(texts->text, values, text);
    template_render(texts->html, values, html);
    json_decref(values);
    return !(subject->failed || text->failed || html->failed) ||
           error_set(error, ERROR_MEMORY, "no memory for the mail's texts, or a template without end");
}
