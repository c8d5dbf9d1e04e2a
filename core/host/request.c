#include "core/host/request.h"

#include "core/host/sized.h"

#include <stddef.h>

/* Bits that a host must know to do what was asked (<entente/plugin.h>, COMPATIBILITY). */
static bool knows_flags(uint32_t flags, uint32_t known, struct error *error)
{
    uint32_t unknown = flags & ~known & 0xffff;
    return !unknown ||
           error_set(error, ERROR_INPUT, "the request's flags have bits that this host does not know (0x%x)", unknown);
}

bool request_read_http(struct ent_http_request *own, const struct ent_http_request *given, struct error *error)
{
    return sized_read(own, sizeof *own, given, offsetof(struct ent_http_request, tag) + sizeof own->tag,
                      "http: the request", error) &&
           knows_flags(own->flags, ENT_HTTP_CONDITIONAL, error);
}

bool request_read_mail(struct ent_mail_request *own, const struct ent_mail_request *given, struct error *error)
{
    return sized_read(own, sizeof *own, given, offsetof(struct ent_mail_request, tag) + sizeof own->tag,
                      "mail: the request", error) &&
           knows_flags(own->flags, ENT_MAIL_PLAIN, error);
}
