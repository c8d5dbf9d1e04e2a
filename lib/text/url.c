#include "lib/text/url.h"

#include <string.h>
#include <strings.h>

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Every byte that the URL standard strips from the ends: controls and space. */
static bool is_blank(char byte)
{
    return (unsigned char)byte <= ' ';
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static void append_lower(struct buffer *buffer, struct url_span span)
{
    for (size_t i = 0; i < span.size; i++)
        buffer_append_char(buffer, lower(span.bytes[i]));
}

static bool span_is(struct url_span span, const char *text)
{
    return span.size == strlen(text) && strncasecmp(span.bytes, text, span.size) == 0;
}

static struct url_span trimmed(const char *bytes, size_t size)
{
    while (size > 0 && is_blank(bytes[0])) {
        bytes++;
        size--;
    }
    while (size > 0 && is_blank(bytes[size - 1]))
        size--;
    return (struct url_span){bytes, size};
}

static size_t scheme_size(struct url_span url)
{
    if (url.size == 0 || !is_letter(url.bytes[0]))
        return 0;
    for (size_t i = 1; i < url.size; i++) {
        char byte = url.bytes[i];
        if (byte == ':')
            return i;
        if (!is_letter(byte) && !is_digit(byte) && byte != '+' && byte != '-' && byte != '.')
            return 0;
    }
    return 0;
}

/* Cuts what follows the first of `stops` off `rest`; bytes NULL where none is met. */
static struct url_span cut_from(struct url_span *rest, char stop)
{
    struct url_span none = {NULL, 0};
    const char *found = rest->size ? memchr(rest->bytes, stop, rest->size) : NULL;
    if (!found)
        return none;
    size_t before = (size_t)(found - rest->bytes);
    struct url_span after = {found + 1, rest->size - before - 1};
    rest->size = before;
    return after;
}

static void split_authority(struct url_parts *parts)
{
    parts->host = parts->authority;
    const char *at = memrchr(parts->host.bytes, '@', parts->host.size);
    if (at) {
        parts->user = (struct url_span){parts->host.bytes, (size_t)(at - parts->host.bytes)};
        parts->host.size -= parts->user.size + 1;
        parts->host.bytes = at + 1;
    }
    const char *colon = memrchr(parts->host.bytes, ':', parts->host.size);
    const char *bracket = memrchr(parts->host.bytes, ']', parts->host.size);
    if (colon && (!bracket || colon > bracket)) {
        size_t host = (size_t)(colon - parts->host.bytes);
        parts->port = (struct url_span){colon + 1, parts->host.size - host - 1};
        parts->host.size = host;
    }
}

void url_split(const char *url, size_t size, struct url_parts *parts)
{
    memset(parts, 0, sizeof *parts);
    struct url_span rest = trimmed(url, size);
    size_t scheme = scheme_size(rest);
    if (scheme) {
        parts->scheme = (struct url_span){rest.bytes, scheme};
        rest.bytes += scheme + 1;
        rest.size -= scheme + 1;
    }
    parts->fragment = cut_from(&rest, '#');
    parts->query = cut_from(&rest, '?');
    if (rest.size >= 2 && rest.bytes[0] == '/' && rest.bytes[1] == '/') {
        rest.bytes += 2;
        rest.size -= 2;
        const char *slash = rest.size ? memchr(rest.bytes, '/', rest.size) : NULL;
        size_t authority = slash ? (size_t)(slash - rest.bytes) : rest.size;
        parts->authority = (struct url_span){rest.bytes, authority};
        rest.bytes += authority;
        rest.size -= authority;
        split_authority(parts);
    }
    parts->path = rest;
}

bool url_is_absolute(const char *url, size_t size)
{
    return scheme_size(trimmed(url, size)) > 0;
}

bool url_is_web(const char *url, size_t size)
{
    struct url_parts parts;
    url_split(url, size, &parts);
    return (span_is(parts.scheme, "http") || span_is(parts.scheme, "https")) && parts.host.size > 0;
}

bool url_is_script(const char *url, size_t size)
{
    static const char *const schemes[] = {"javascript", "vbscript", "livescript", "mocha",     "data",
                                          "about",      "blob",     "file",       "filesystem"};
    char scheme[16];
    size_t length = 0;
    struct url_span rest = trimmed(url, size);
    for (size_t i = 0; i < rest.size && rest.bytes[i] != ':'; i++) {
        if (is_blank(rest.bytes[i]))
            continue;
        if (length + 1 == sizeof scheme)
            return false;
        scheme[length++] = rest.bytes[i];
    }
    if (!memchr(rest.bytes, ':', rest.size))
        return false;
    scheme[length] = '\0';
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strcasecmp(scheme, schemes[i]) == 0)
            return true;
    return false;
}

/* RFC 3986 section 5.2.4. `path` is what stands in the buffer from `start` on. */
static void remove_dot_segments(struct buffer *buffer, size_t start)
{
    if (buffer->failed || buffer->size == start)
        return;
    char *path = buffer->bytes + start;
    size_t size = buffer->size - start, in = 0, out = 0;
    if (path[0] != '/')
        return;
    while (in < size) {
        size_t next = in + 1;
        while (next < size && path[next] != '/')
            next++;
        size_t segment = next - in - 1;
        bool last = next == size;
        if (segment == 1 && path[in + 1] == '.') {
            if (last)
                path[out++] = '/';
        } else if (segment == 2 && path[in + 1] == '.' && path[in + 2] == '.') {
            while (out > 0 && path[--out] != '/')
                ;
            if (last)
                path[out++] = '/';
        } else {
            memmove(path + out, path + in, next - in);
            out += next - in;
        }
        in = next;
    }
    buffer->size = start + out;
    buffer->bytes[buffer->size] = '\0';
}

/* Line breaks and controls go, spaces are written as %20. */
static void append_cleaned(struct buffer *buffer, struct url_span span)
{
    size_t start = 0;
    for (size_t i = 0; i < span.size; i++) {
        if (!is_blank(span.bytes[i]))
            continue;
        buffer_append(buffer, span.bytes + start, i - start);
        if (span.bytes[i] == ' ')
            buffer_append(buffer, "%20", 3);
        start = i + 1;
    }
    if (span.size)
        buffer_append(buffer, span.bytes + start, span.size - start);
}

static void append_tail(struct buffer *buffer, struct url_span query, struct url_span fragment)
{
    if (query.bytes) {
        buffer_append_char(buffer, '?');
        append_cleaned(buffer, query);
    }
    if (fragment.bytes) {
        buffer_append_char(buffer, '#');
        append_cleaned(buffer, fragment);
    }
}

/* The base's path up to its last slash, then the reference's (RFC 3986 section 5.2.3). */
static void append_merged_path(struct buffer *buffer, const struct url_parts *base, struct url_span path)
{
    size_t start = buffer->size;
    if (path.size == 0 || path.bytes[0] != '/') {
        const char *slash = base->path.size ? memrchr(base->path.bytes, '/', base->path.size) : NULL;
        size_t folder = slash ? (size_t)(slash - base->path.bytes) + 1 : 0;
        append_cleaned(buffer, (struct url_span){base->path.bytes, folder});
        if (folder == 0 && base->authority.bytes)
            buffer_append_char(buffer, '/');
    }
    append_cleaned(buffer, path);
    remove_dot_segments(buffer, start);
}

void url_resolve(struct buffer *buffer, const char *base, size_t base_size, const char *reference, size_t size)
{
    struct url_parts from, to;
    url_split(base, base_size, &from);
    url_split(reference, size, &to);
    if (to.scheme.size || from.scheme.size == 0) {
        append_cleaned(buffer, trimmed(reference, size));
        return;
    }
    buffer_append(buffer, from.scheme.bytes, from.scheme.size);
    buffer_append_char(buffer, ':');
    struct url_span authority = to.authority.bytes ? to.authority : from.authority;
    if (authority.bytes) {
        buffer_append(buffer, "//", 2);
        append_cleaned(buffer, authority);
    }
    if (to.authority.bytes) {
        size_t start = buffer->size;
        append_cleaned(buffer, to.path);
        remove_dot_segments(buffer, start);
        append_tail(buffer, to.query, to.fragment);
    } else if (to.path.size == 0) {
        append_cleaned(buffer, from.path);
        append_tail(buffer, to.query.bytes ? to.query : from.query, to.fragment);
    } else {
        append_merged_path(buffer, &from, to.path);
        append_tail(buffer, to.query, to.fragment);
    }
}

/* Parameters that follow the reader, not the page. A trailing '*' stands for any ending. From the lists of
 * ClearURLs and of browsers' own tracking protection. */
static const char *const tracking_parameters[] = {
    /* clang-format off */
    "utm_*",     "fbclid",    "gclid",      "gclsrc",     "dclid",       "msclkid",      "yclid",       "ysclid",
    "igshid",    "igsh",      "mc_cid",     "mc_eid",     "mkt_tok",     "_hsenc",       "_hsmi",       "hsctatracking",
    "oly_enc_id", "oly_anon_id", "vero_id", "wickedid",   "twclid",      "ttclid",       "wbraid",      "gbraid",
    "at_medium", "at_campaign*", "at_custom*", "at_link*", "at_bbc_team", "at_format",   "at_ptr_name", "at_creation",
    "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee",  "ito",          "cmpid",       "cmp",
    "smid",      "ocid",       "ncid",       "xtor",        "feedtype",     "feedname",    "ftag",
    "rss_id",    "spm",       "s_cid",      "srnd",       "taid",        "guccounter",   "guce_referrer*",
    /* clang-format on */
};

static bool is_tracking(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof tracking_parameters / sizeof tracking_parameters[0]; i++) {
        const char *pattern = tracking_parameters[i];
        size_t length = strlen(pattern);
        bool open = pattern[length - 1] == '*';
        length -= open ? 1 : 0;
        if ((open ? size >= length : size == length) && strncasecmp(name, pattern, length) == 0)
            return true;
    }
    return false;
}

static void append_query_without_tracking(struct buffer *buffer, struct url_span query)
{
    char separator = '?';
    while (query.size > 0) {
        struct url_span rest = query;
        struct url_span after = cut_from(&rest, '&');
        struct url_span name = rest;
        cut_from(&name, '=');
        if (rest.size > 0 && !is_tracking(name.bytes, name.size)) {
            buffer_append_char(buffer, separator);
            append_cleaned(buffer, rest);
            separator = '&';
        }
        query = after;
    }
}

static bool is_default_port(const struct url_parts *parts)
{
    return parts->port.size == 0 || (span_is(parts->scheme, "http") && span_is(parts->port, "80")) ||
           (span_is(parts->scheme, "https") && span_is(parts->port, "443"));
}

void url_canonical(struct buffer *buffer, const char *url, size_t size)
{
    struct url_parts parts;
    url_split(url, size, &parts);
    if (parts.scheme.size == 0 || !parts.authority.bytes) {
        append_cleaned(buffer, trimmed(url, size));
        return;
    }
    append_lower(buffer, parts.scheme);
    buffer_append(buffer, "://", 3);
    if (parts.host.size && parts.host.bytes[parts.host.size - 1] == '.')
        parts.host.size--;
    append_lower(buffer, parts.host);
    if (!is_default_port(&parts)) {
        buffer_append_char(buffer, ':');
        buffer_append(buffer, parts.port.bytes, parts.port.size);
    }
    size_t start = buffer->size;
    if (parts.path.size == 0)
        buffer_append_char(buffer, '/');
    append_cleaned(buffer, parts.path);
    remove_dot_segments(buffer, start);
    append_query_without_tracking(buffer, parts.query);
}

/* Second-level names under which countries register: "co.uk", "gov.au", "gob.mx". */
static const char *const second_levels[] = {
    "ac",  "asn",  "co",  "com", "edu",  "firm", "gen",        "go",  "gob",    "gok", "gouv",
    "gov", "govt", "gv",  "ind", "info", "int",  "lg",         "ltd", "mil",    "mod", "ne",
    "net", "nhs",  "nic", "nom", "or",   "org",  "parliament", "plc", "police", "re",  "sch",
};

static bool is_second_level(struct url_span label)
{
    for (size_t i = 0; i < sizeof second_levels / sizeof second_levels[0]; i++)
        if (span_is(label, second_levels[i]))
            return true;
    return false;
}

bool url_publisher_domain(struct buffer *buffer, const char *url, size_t size)
{
    struct url_parts parts;
    url_split(url, size, &parts);
    struct url_span host = parts.authority.bytes ? parts.host : parts.path;
    if (!parts.authority.bytes && host.size && memchr(host.bytes, '/', host.size))
        return false;
    if (host.size && host.bytes[host.size - 1] == '.')
        host.size--;
    if (host.size == 0)
        return false;
    char last = host.bytes[host.size - 1];
    if (host.bytes[0] == '[' || is_digit(last)) {
        append_lower(buffer, host); /* an address has no domain above it */
        return true;
    }
    size_t keep = 2, label_end = host.size, labels = 0, at = host.size;
    size_t top_size = 0;
    while (at > 0) {
        const char *dot = memrchr(host.bytes, '.', at);
        size_t start = dot ? (size_t)(dot - host.bytes) + 1 : 0;
        struct url_span label = {host.bytes + start, label_end - start};
        labels++;
        if (labels == 1)
            top_size = label.size;
        else if (labels == 2 && top_size == 2 && is_second_level(label))
            keep = 3;
        if (labels == keep || start == 0) {
            append_lower(buffer, (struct url_span){host.bytes + start, host.size - start});
            return true;
        }
        at = label_end = start - 1;
    }
    return false;
}

/* ---- redirectors ---- */

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static void append_percent_decoded(struct buffer *buffer, struct url_span span)
{
    for (size_t i = 0; i < span.size; i++) {
        int high = span.bytes[i] == '%' && i + 2 < span.size ? hex_digit(span.bytes[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(span.bytes[i + 2]) : -1;
        buffer_append_char(buffer, low >= 0 ? (char)(high * 16 + low) : span.bytes[i]);
        i += low >= 0 ? 2 : 0;
    }
}

static struct url_span find_parameter(struct url_span query, const char *name)
{
    while (query.size > 0) {
        struct url_span value = query, after = cut_from(&value, '&'), key = value;
        value = cut_from(&key, '=');
        if (span_is(key, name))
            return value;
        query = after;
    }
    return (struct url_span){NULL, 0};
}

static bool host_is(struct url_span host, const char *pattern)
{
    size_t size = strlen(pattern);
    if (pattern[size - 1] == '.') /* under whatever country's domain */
        return host.size > size && strncasecmp(host.bytes, pattern, size) == 0;
    return host.size == size ? strncasecmp(host.bytes, pattern, size) == 0
                             : host.size > size && host.bytes[host.size - size - 1] == '.' &&
                                   strncasecmp(host.bytes + host.size - size, pattern, size) == 0;
}

bool url_unwrap(struct buffer *buffer, const char *url, size_t size)
{
    static const struct {
        const char *host, *path, *parameters[2];
    } redirectors[] = {
        {"www.google.", "/url", {"url", "q"}},
        {"google.", "/url", {"url", "q"}},
        {"l.facebook.com", "/l.php", {"u", NULL}},
        {"safelinks.protection.outlook.com", "/", {"url", NULL}},
        {"bing.com", "/news/apiclick.aspx", {"url", NULL}},
        {"vk.com", "/away.php", {"to", NULL}},
        {"out.reddit.com", NULL, {"url", NULL}},
    };
    struct url_parts parts;
    url_split(url, size, &parts);
    for (size_t i = 0; i < sizeof redirectors / sizeof *redirectors; i++) {
        const char *path = redirectors[i].path;
        if (!host_is(parts.host, redirectors[i].host) || (path && !span_is(parts.path, path)))
            continue;
        for (size_t k = 0; k < 2 && redirectors[i].parameters[k]; k++) {
            struct buffer target = BUFFER_INIT;
            append_percent_decoded(&target, find_parameter(parts.query, redirectors[i].parameters[k]));
            bool is_found = target.size > 0 && !target.failed && url_is_web(target.bytes, target.size);
            if (is_found)
                append_cleaned(buffer, trimmed(target.bytes, target.size));
            buffer_free(&target);
            if (is_found)
                return true;
        }
    }
    return false;
}
