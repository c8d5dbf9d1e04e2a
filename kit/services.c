/* The named interfaces as plugins see them in the harness: the host's own, with units watched, and failing where the
 * test wants it. */
#include "kit/harness_private.h"

#include "core/host/instance_private.h"

#include <string.h>

static const struct ent_kv_1 *host_kv;
static const struct ent_http_1 *host_http;
static const struct ent_mail_1 *host_mail;
static const struct ent_text_1 *host_text;
static const struct ent_wake_1 *host_wake;

static int fail_with(const char *text)
{
    host_error_set(text, strlen(text));
    return -1;
}

static int kv_get(struct ent_unit *unit, struct ent_str key, struct ent_str *value)
{
    return watch_may_use(unit, "kv/1 get") && host_kv->get(unit, key, value);
}

static int kv_put(struct ent_unit *unit, struct ent_str key, struct ent_str value)
{
    if (!watch_may_use(unit, "kv/1 put"))
        return -1;
    return watch_fails(FAULT_KV) ? fail_with("kv: no memory") : host_kv->put(unit, key, value);
}

static int kv_next(struct ent_unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key)
{
    return watch_may_use(unit, "kv/1 next") && host_kv->next(unit, prefix, after, key);
}

static int submit_http(struct ent_unit *unit, const struct ent_http_request *request)
{
    if (!watch_may_use(unit, "http/1 submit"))
        return -1;
    return watch_fails(FAULT_HTTP) ? fail_with("http: out of memory") : host_http->submit(unit, request);
}

static int submit_mail(struct ent_unit *unit, const struct ent_mail_request *request)
{
    if (!watch_may_use(unit, "mail/1 submit"))
        return -1;
    return watch_fails(FAULT_MAIL) ? fail_with("mail: out of memory") : host_mail->submit(unit, request);
}

static int wake(struct ent_instance *instance, uint64_t tag)
{
    return watch_fails(FAULT_WAKE) ? -1 : host_wake->wake(instance, tag);
}

static bool may_have_text(struct ent_unit *unit, const char *by)
{
    if (!watch_may_use(unit, by))
        return false;
    if (!watch_fails(FAULT_TEXT))
        return true;
    fail_with("text: no memory");
    return false;
}

static struct ent_str decode(struct ent_unit *unit, struct ent_str bytes, const char *content_type)
{
    return may_have_text(unit, "text/1 decode") ? host_text->decode(unit, bytes, content_type) : ent_text(NULL);
}

static struct ent_str from_html(struct ent_unit *unit, struct ent_str html, uint32_t flags)
{
    return may_have_text(unit, "text/1 from_html") ? host_text->from_html(unit, html, flags) : ent_text(NULL);
}

static struct ent_str language(struct ent_unit *unit, struct ent_str text)
{
    return may_have_text(unit, "text/1 language") ? host_text->language(unit, text) : ent_text(NULL);
}

static struct ent_str resolve(struct ent_unit *unit, struct ent_str base, struct ent_str reference)
{
    return may_have_text(unit, "text/1 resolve") ? host_text->resolve(unit, base, reference) : ent_text(NULL);
}

static int read_date(struct ent_unit *unit, struct ent_str text, int64_t *time, int32_t *offset, const char **precision)
{
    return watch_may_use(unit, "text/1 read_date") && host_text->read_date(unit, text, time, offset, precision);
}

static const struct ent_kv_1 kv_1 = {.size = sizeof kv_1, .get = kv_get, .put = kv_put, .next = kv_next};
static const struct ent_http_1 http_1 = {.size = sizeof http_1, .submit = submit_http};
static const struct ent_mail_1 mail_1 = {.size = sizeof mail_1, .submit = submit_mail};
static const struct ent_wake_1 wake_1 = {.size = sizeof wake_1, .wake = wake};
static const struct ent_text_1 text_1 = {.size = sizeof text_1,
                                         .decode = decode,
                                         .from_html = from_html,
                                         .language = language,
                                         .resolve = resolve,
                                         .read_date = read_date};

const void *services_interface(struct ent_instance *instance, const char *name)
{
    const void *table = host_table.interface(instance, name);
    const struct {
        const char *name;
        const void **host;
        const void *shown;
    } ours[] = {
        {ENT_KV_1, (const void **)&host_kv, &kv_1},       {ENT_HTTP_1, (const void **)&host_http, &http_1},
        {ENT_MAIL_1, (const void **)&host_mail, &mail_1}, {ENT_TEXT_1, (const void **)&host_text, &text_1},
        {ENT_WAKE_1, (const void **)&host_wake, &wake_1},
    };
    for (size_t i = 0; table && i < sizeof ours / sizeof *ours; i++)
        if (strcmp(ours[i].name, name) == 0) {
            *ours[i].host = table;
            return ours[i].shown;
        }
    return table;
}
