#include "plugins/web/page.h"

#include "plugins/web/access.h"
#include "plugins/web/server.h"

#include <string.h>

const struct file *file_find(const char *name)
{
    for (const struct file *file = files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

/* NULL without memory. */
static struct MHD_Response *response_of(const struct exchange *exchange, const struct file *file, bool is_known)
{
    bool is_packed = exchange_takes_gzip(exchange);
    /* A file whose name bears a digest of what is in it never changes. */
    bool is_fixed = strncmp(file->name, "assets/", 7) == 0;
    const unsigned char *bytes = is_packed ? file->packed : file->plain;
    size_t size = is_known ? 0 : is_packed ? file->packed_size : file->plain_size;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, file->tag);
        MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                is_fixed ? "public, max-age=31536000, immutable" : "no-cache");
        if (!is_known)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, file->type);
        if (!is_known && is_packed)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    }
    return response;
}

static bool is_known(const struct exchange *exchange, const struct file *file)
{
    const char *known = exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return known && strstr(known, file->tag) != NULL;
}

static enum MHD_Result send_with(struct exchange *exchange, const struct file *file, const char *links)
{
    bool is_there = is_known(exchange, file);
    struct MHD_Response *response = response_of(exchange, file, is_there);
    if (response && links)
        MHD_add_response_header(response, MHD_HTTP_HEADER_LINK, links);
    return exchange_send(exchange, is_there ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}

enum MHD_Result page_send(struct exchange *exchange, const struct file *file)
{
    return send_with(exchange, file, NULL);
}

/* ---- what is asked ahead ---- */

/* The line's value with what the view is of in the place of '*'; nothing where it needs that and there is none. */
static void append_link(struct buffer *links, const char *value, size_t size, const char *id)
{
    const char *star = memchr(value, '*', size);
    if (star && id[0] == '\0')
        return;
    if (links->size > 0)
        buffer_append_text(links, ", ");
    buffer_append(links, value, star ? (size_t)(star - value) : size);
    if (!star)
        return;
    /* What the page asks is found among what was asked ahead by its very address. */
    exchange_append_value(links, id, strlen(id));
    buffer_append(links, star + 1, size - (size_t)(star + 1 - value));
}

/* What the view at the path asks first, by the table that was built with the page: lines "VIEW LINK". A view that is narrowed down asks
 * otherwise, and who is not logged in gets no answer. */
static void find_ahead(const struct exchange *exchange, struct buffer *links)
{
    const struct file *table = file_find("ahead.txt");
    if (!table || exchange->parameter_count > 0 || !access_shows_token(exchange))
        return;
    const char *view = exchange->path[1] ? exchange->path + 1 : "now", *line = (const char *)table->plain;
    const char *end = line + table->plain_size;
    size_t view_size = strcspn(view, "/");
    const char *id = view[view_size] == '/' ? view + view_size + 1 : "";
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((stop ? stop : end) - line);
        if (size > view_size + 1 && strncmp(line, view, view_size) == 0 && line[view_size] == ' ')
            append_link(links, line + view_size + 1, size - view_size - 1, id);
        line += size + 1;
    }
}

/* ---- the page ---- */

/* Each view of the page has an address of its own; the page itself finds out which. */
static bool is_view(const char *path)
{
    static const char *const views[] = {"/",         "/now",      "/events",  "/event",  "/feeds",  "/alerts", "/item", "/items",
                                        "/map",      "/timeline", "/dyads",   "/country", "/watches", "/review", "/login"};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        size_t size = strlen(views[i]);
        if (strncmp(path, views[i], size) == 0 && (path[size] == '\0' || (size > 1 && path[size] == '/')))
            return true;
    }
    return false;
}

/* Who typed an address wrong sees so in the page, from which there are ways on; a program gets a problem. */
static enum MHD_Result answer_nothing(struct exchange *exchange)
{
    const char *accept = exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT);
    const struct file *page = accept && strstr(accept, "text/html") ? file_find("index.html") : NULL;
    if (!page)
        return exchange_problem(exchange, MHD_HTTP_NOT_FOUND, "there is nothing at %.200s", exchange->path);
    return exchange_send(exchange, MHD_HTTP_NOT_FOUND, response_of(exchange, page, false));
}

enum MHD_Result page_answer(struct exchange *exchange)
{
    bool shows_page = is_view(exchange->path);
    const struct file *file = file_find(shows_page ? "index.html" : exchange->path + 1);
    if (!file && shows_page)
        return exchange_problem(exchange, MHD_HTTP_NOT_FOUND,
                                "this plugin was built without the dashboard's page; its API is at /api/v1/");
    if (!file)
        return answer_nothing(exchange);
    struct buffer links = BUFFER_INIT;
    if (shows_page)
        find_ahead(exchange, &links);
    /* Without memory for them the page asks by itself, a little later. */
    enum MHD_Result result = send_with(exchange, file, links.failed ? NULL : links.bytes);
    buffer_free(&links);
    return result;
}
