/* entente import FILE.opml: the feeds of another reader as sections or as a list, to be put in place by hand. */
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/message.h"
#include "core/config/ini_text.h"
#include "lib/base/buffer.h"
#include "lib/feed/opml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 60, COMMENT_MAX = 200 };

/* A feed on its way: what the file says, and what was made of it. */
struct source {
    const struct opml_feed *feed;
    char *url;  /* the one that is fetched; NULL: left out */
    char *name; /* of its section */
    size_t order;
};

/* ---- addresses ---- */

/* Readers write "feed:https://…" and "feed://…" too. */
static char *web_address(const char *url)
{
    char *address = NULL;
    if (strncasecmp(url, "feed://", 7) == 0) {
        if (asprintf(&address, "http://%s", url + 7) < 0)
            return NULL;
        return address;
    }
    return strdup(strncasecmp(url, "feed:", 5) == 0 ? url + 5 : url);
}

static const char *why_not(const char *url)
{
    bool is_web = strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
    if (!is_web)
        return "only http and https are fetched";
    if (strpbrk(url, " \t") || strlen(url) + 12 > INI_LINE_MAX || !ini_can_hold(url, strlen(url)))
        return "its address cannot stand in a configuration";
    return NULL;
}

/* ---- names ---- */

/* Appends the letters, digits and dashes of `text`; what is in another script says nothing here. */
static void append_slug(struct buffer *name, const char *text)
{
    size_t begun = name->size;
    for (const char *at = text; *at && name->size - begun < NAME_MAX_BYTES; at++) {
        char byte = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9'))
            buffer_append_char(name, byte);
        else if (name->size > begun && name->bytes[name->size - 1] != '-' && (unsigned char)byte < 0x80)
            buffer_append_char(name, '-');
    }
    while (name->size > begun && name->bytes[name->size - 1] == '-')
        name->size--;
}

static void append_host(struct buffer *name, const char *url)
{
    const char *host = strstr(url, "://");
    char copy[NAME_MAX_BYTES + 1];
    host = host ? host + 3 : url;
    size_t size = strcspn(host, "/?#");
    for (const char *at = host; at < host + size; at++)
        if (*at == '@') {
            size -= (size_t)(at + 1 - host);
            host = at + 1;
        }
    snprintf(copy, sizeof copy, "%.*s", (int)size, strncmp(host, "www.", 4) == 0 ? host + 4 : host);
    append_slug(name, copy);
}

/* "asia.central.the-diplomat" */
static char *make_name(const struct source *source)
{
    struct buffer name = BUFFER_INIT;
    for (const char *at = source->feed->group; *at;) {
        char part[NAME_MAX_BYTES + 1];
        size_t size = strcspn(at, "/"), before = name.size;
        snprintf(part, sizeof part, "%.*s", (int)size, at);
        append_slug(&name, part);
        if (name.size > before)
            buffer_append_char(&name, '.');
        at += size;
        at += *at == '/';
    }
    size_t before = name.size;
    if (source->feed->title)
        append_slug(&name, source->feed->title);
    if (name.size == before)
        append_host(&name, source->url);
    if (name.size == before)
        buffer_append_text(&name, "feed");
    buffer_append_char(&name, '\0');
    return name.failed ? NULL : name.bytes;
}

/* ---- making them unique ---- */

static int compare_by_url(const void *a, const void *b)
{
    const struct source *left = *(struct source *const *)a, *right = *(struct source *const *)b;
    int order = strcmp(left->url ? left->url : "", right->url ? right->url : "");
    return order ? order : left->order < right->order ? -1 : 1;
}

static int compare_by_name(const void *a, const void *b)
{
    const struct source *left = *(struct source *const *)a, *right = *(struct source *const *)b;
    int order = strcmp(left->name ? left->name : "", right->name ? right->name : "");
    return order ? order : left->order < right->order ? -1 : 1;
}

/* An address that stands there twice would be one source twice: the first stays. Returns how many were left out. */
static size_t drop_repeated(struct source **sorted, size_t count)
{
    size_t dropped = 0;
    qsort(sorted, count, sizeof *sorted, compare_by_url);
    for (size_t i = 1, kept = 0; i < count; i++) {
        if (!sorted[i]->url || !sorted[kept]->url || strcmp(sorted[i]->url, sorted[kept]->url) != 0) {
            kept = i;
            continue;
        }
        message_note("%s stands there twice; '%s' is left out, for it is '%s' again", sorted[i]->url,
                     sorted[i]->feed->title ? sorted[i]->feed->title : "a feed without a title",
                     sorted[kept]->feed->title ? sorted[kept]->feed->title : "a feed without a title");
        free(sorted[i]->url);
        sorted[i]->url = NULL;
        dropped++;
    }
    return dropped;
}

static bool is_taken(struct source **sorted, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (sorted[i]->name && strcmp(sorted[i]->name, name) == 0)
            return true;
    return false;
}

/* The second "bbc" becomes "bbc-2". False when memory is out. */
static bool number_names(struct source **sorted, size_t count)
{
    qsort(sorted, count, sizeof *sorted, compare_by_name);
    for (size_t i = 0; i < count;) {
        size_t same = i + 1;
        unsigned number = 2;
        while (same < count && sorted[i]->name && sorted[same]->name &&
               strcmp(sorted[i]->name, sorted[same]->name) == 0) {
            char *name = NULL;
            do {
                free(name);
                if (asprintf(&name, "%s-%u", sorted[i]->name, number++) < 0)
                    return false;
            } while (is_taken(sorted, count, name));
            free(sorted[same]->name);
            sorted[same++]->name = name;
        }
        i = same;
    }
    return true;
}

/* ---- writing ---- */

/* A comment may not end in a backslash, which would join the next line to it. */
static void append_comment(struct buffer *out, const char *text)
{
    size_t size = strnlen(text, COMMENT_MAX);
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--;
    while (size > 0 && text[size - 1] == '\\')
        size--;
    buffer_printf(out, "# %.*s\n", (int)size, text);
}

static bool has_language(const struct opml_feed *feed)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    return feed->language && *feed->language && strspn(feed->language, letters) == strlen(feed->language);
}

static void append_section(struct buffer *out, const struct source *source)
{
    buffer_append_char(out, '\n');
    if (source->feed->title)
        append_comment(out, source->feed->title);
    buffer_printf(out, "[source.%s]\nplugin = feed\n", source->name);
    ini_append_line(out, "url", 3, source->url, strlen(source->url));
    buffer_append_char(out, '\n');
    if (has_language(source->feed))
        buffer_printf(out, "language = %s\n", source->feed->language);
}

static void append_line(struct buffer *out, const struct source *source)
{
    if (source->feed->title)
        append_comment(out, source->feed->title);
    buffer_append_text(out, source->url);
    if (has_language(source->feed))
        buffer_printf(out, "  language=%s", source->feed->language);
    buffer_append_char(out, '\n');
}

static void append_all(struct buffer *out, const struct source *sources, size_t count, const char *from, bool as_list)
{
    const char *group = "";
    buffer_append_text(out, as_list ? "# For [sources.NAME] list = FILE; from " : "# Feeds from ");
    buffer_printf(out, "%.*s\n", COMMENT_MAX, from);
    for (size_t i = 0; i < count; i++) {
        if (!sources[i].url)
            continue;
        if (as_list && strcmp(group, sources[i].feed->group) != 0) {
            group = sources[i].feed->group;
            buffer_append_char(out, '\n');
            append_comment(out, *group ? group : "without a group");
            buffer_append_char(out, '\n');
        }
        if (as_list)
            append_line(out, &sources[i]);
        else
            append_section(out, &sources[i]);
    }
}

static bool write_out(const struct buffer *out, const char *path, struct error *error)
{
    FILE *file = path ? fopen(path, "wxe") : stdout;
    if (!file && errno == EEXIST)
        return error_set(error, ERROR_STATE, "%s is there already; name another file, or remove it", path);
    if (!file)
        return error_set_errno(error, errno, "cannot write %s", path);
    bool ok = fwrite(out->bytes, 1, out->size, file) == out->size && fflush(file) == 0;
    int reason = errno;
    if (path)
        fclose(file);
    return ok || error_set_errno(error, reason, "cannot write %s", path ? path : "the feeds");
}

/* ---- the command ---- */

/* Addresses and names; what cannot be fetched is told and left out. False when memory is out. */
static bool fill(struct source *sources, struct source **sorted, const struct opml *opml, size_t *dropped)
{
    size_t i = 0;
    for (const struct opml_feed *feed = opml->feeds; feed; feed = feed->next, i++) {
        sources[i] = (struct source){.feed = feed, .url = web_address(feed->url), .order = i};
        sorted[i] = &sources[i];
        if (!sources[i].url)
            return false;
        const char *why = why_not(sources[i].url);
        if (!why)
            continue;
        message_note("%.300s is left out: %s", feed->url, why);
        free(sources[i].url);
        sources[i].url = NULL;
        ++*dropped;
    }
    *dropped += drop_repeated(sorted, opml->count);
    for (i = 0; i < opml->count; i++)
        if (sources[i].url && !(sources[i].name = make_name(&sources[i])))
            return false;
    return number_names(sorted, opml->count);
}

static int import(const struct opml *opml, const struct command_line *line)
{
    struct source *sources = calloc(opml->count + 1, sizeof *sources);
    struct source **sorted = calloc(opml->count + 1, sizeof *sorted);
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    size_t dropped = 0;
    bool ok = sources && sorted && fill(sources, sorted, opml, &dropped);
    if (ok)
        append_all(&out, sources, opml->count, line->arguments[0], strcmp(command_value(line, "format"), "list") == 0);
    ok = ok && !out.failed ? write_out(&out, command_value(line, "output"), &error)
                           : error_set(&error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; sources && i < opml->count; i++) {
        free(sources[i].url);
        free(sources[i].name);
    }
    free(sources);
    free(sorted);
    buffer_free(&out);
    if (!ok)
        return message_failure("%s", error.text);
    message_note("%zu feed%s of %s taken over%s", opml->count - dropped, opml->count - dropped == 1 ? "" : "s",
                 line->arguments[0], opml->is_truncated ? "; the file ends too early, there may have been more" : "");
    return dropped || opml->is_truncated ? COMMAND_PROBLEMS : COMMAND_DONE;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct buffer input = BUFFER_INIT;
    struct opml *opml = NULL;
    if (input_read(line->arguments[0], &input, &error)) {
        opml = opml_parse(input.bytes ? input.bytes : "", input.size, &error);
        if (!opml)
            error_prefix(&error, "%s", line->arguments[0]);
    }
    buffer_free(&input);
    if (!opml)
        return message_failure("%s", error.text);
    int status = import(opml, line);
    opml_destroy(opml);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "ini|list", "ini",
     "Sections for a configuration file, or lines for the list of a [sources.NAME]"},
    {"output", 'o', COMMAND_VALUE, "FILE", NULL, NULL, "Write to this file, which must not be there yet"},
    {.name = NULL},
};

const struct command command_import = {
    .name = "import",
    .summary = "Take over the feeds of another reader from OPML",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Prints a section for each feed. Its name is made of the groups that it stands in and its title, so that it can "
        "be read, and is unique. What stands there twice or cannot be fetched is told and left out; then, or where the "
        "file ends too early, the exit status is 1. FILE may be - for standard input.",
    .examples = "entente import feeds.opml --output conf.d/feeds.ini\tSections for a folder that `include` names\n"
                "entente import feeds.opml --format list --output feeds.txt\tA list for [sources.NAME] list = feeds.txt",
    .options = options,
    .run = run,
};
