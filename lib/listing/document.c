#include "lib/listing/document.h"

#include "lib/article/page_guard.h"
#include "lib/base/buffer.h"
#include "lib/listing/selector.h"
#include "lib/text/charset.h"
#include "lib/text/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/xpathInternals.h>
#include <pthread.h>
#include <string.h>

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

/* Errors come back by the error value; libxml2 would print them. */
static void keep_quiet(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

bool document_open(struct document *document, const char *bytes, size_t size, const char *content_type,
                   struct error *error)
{
    struct buffer storage = {.limit = 2 * DOCUMENT_SIZE_MAX}, safe = BUFFER_INIT;
    struct charset_text text;
    char label[CHARSET_LABEL_MAX + 1];
    bool is_cut;
    *document = (struct document){NULL, NULL};
    pthread_once(&library_once, xmlInitParser);
    if (size > DOCUMENT_SIZE_MAX)
        return error_set(error, ERROR_LIMIT, "the page has more than %d bytes", DOCUMENT_SIZE_MAX);
    charset_from_content_type(content_type, label);
    bool is_good = charset_decode(bytes, size, label, &storage, &text, error);
    if (is_good) {
        page_guard(&safe, text.bytes, text.size, &is_cut);
        document->tree =
            htmlReadMemory(safe.bytes ? safe.bytes : "", (int)safe.size, NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
        document->xpath = document->tree ? xmlXPathNewContext(document->tree) : NULL;
        if (document->xpath) {
            document->xpath->error = keep_quiet;
            document->xpath->opLimit = DOCUMENT_OPERATIONS_MAX;
        } else {
            is_good = error_set(error, ERROR_INPUT, "this is no page that can be read");
        }
    }
    buffer_free(&storage);
    buffer_free(&safe);
    return is_good;
}

void document_close(struct document *document)
{
    xmlXPathFreeContext(document->xpath);
    xmlFreeDoc(document->tree);
    *document = (struct document){NULL, NULL};
}

static bool tell_wrong(const struct document *document, const char *selector, struct error *error)
{
    bool is_long = document->xpath->lastError.code == XPATH_OP_LIMIT_EXCEEDED + XML_XPATH_EXPRESSION_OK;
    return error_set(error, ERROR_INPUT,
                     is_long ? "the selector '%s' takes too long on this page" : "the selector '%s' is not understood",
                     selector);
}

xmlXPathObjectPtr document_select(struct document *document, xmlNodePtr node, const char *selector, struct error *error)
{
    struct buffer xpath = BUFFER_INIT;
    xmlXPathObjectPtr found = NULL;
    if (selector_to_xpath(&xpath, selector, error)) {
        document->xpath->node = node ? node : xmlDocGetRootElement(document->tree);
        document->xpath->opCount = 0;
        found = xmlXPathEvalExpression((const xmlChar *)xpath.bytes, document->xpath);
        if (!found)
            tell_wrong(document, selector, error);
        else if (found->type != XPATH_NODESET) {
            xmlXPathFreeObject(found);
            found = NULL;
            error_set(error, ERROR_INPUT, "the selector '%s' gives no elements", selector);
        }
    }
    buffer_free(&xpath);
    return found;
}

static const char *keep(struct arena *arena, xmlChar *text)
{
    struct buffer clean = BUFFER_INIT;
    const char *copy = NULL;
    if (text)
        html_append_plain(&clean, (const char *)text, strlen((const char *)text), HTML_ONE_LINE);
    if (clean.size && !clean.failed)
        copy = arena_copy(arena, clean.bytes, clean.size);
    buffer_free(&clean);
    xmlFree(text);
    return copy;
}

const char *document_text(struct arena *arena, xmlNodePtr node)
{
    return keep(arena, xmlNodeGetContent(node));
}

const char *document_attribute(struct arena *arena, xmlNodePtr node, const char *name)
{
    return node->type == XML_ELEMENT_NODE ? keep(arena, xmlGetProp(node, (const xmlChar *)name)) : NULL;
}
