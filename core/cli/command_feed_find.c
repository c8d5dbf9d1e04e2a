/* entente feed find: the feeds of a site, each fetched and read. */
#include "core/cli/command.h"
#include "core/cli/download.h"
#include "core/cli/message.h"
#include "core/cli/table.h"
#include "core/config/ini_text.h"

#include "lib/base/arena.h"
#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/feed/feed.h"
#include "lib/listing/listing.h"
#include "lib/text/url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CANDIDATES_MAX = 60, FEED_SIZE_MAX = 16 << 20, NAME_SIZE = 40 };

static const char feed_types[] =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/html;q=0.8, */*;q=0.5";

/* Where content systems keep their feeds, relative to the site's root; those of a system only where the page names it.
 */
static const struct {
    const char *path;
    const char *system; /* in <meta name=generator>; NULL: any */
} usual_paths[] = {
    {"/feed/", "wordpress"},
    {"/?feed=rss2", "wordpress"},
    {"/rss.xml", "drupal"},
    {"/?format=feed&type=rss", "joomla"},
    {"/feeds/posts/default", "blogger"},
    {"/rss/", "ghost"},
    {"/index.xml", "hugo"},
    {"/feed", "substack"},
    {"/?type=9818", "typo3"},
    {"/feed/", NULL},
    {"/rss.xml", NULL},
    {"/feed.xml", NULL},
    {"/atom.xml", NULL},
    {"/rss", NULL},
    {"/feeds", NULL},
    {"/index.xml", NULL},
    {"/index.rss", NULL},
    {"/rss/", NULL},
    {"/feed.json", NULL},
    {"/news/rss", NULL},
    {"/news/rss.xml", NULL},
    {"/news/feed/", NULL},
    {"/rss/news.xml", NULL},
    {"/en/rss.xml", NULL},
    {"/?feed=rss2", NULL},
};

struct found {
    char *url;
    char digest[DIGEST_HEX_SIZE]; /* of the document: one feed under several addresses */
    struct feed *feed;
};

struct search {
    struct download *download;
    bool allow_private;
    char *asked[CANDIDATES_MAX];
    size_t asked_count;
    struct found found[CANDIDATES_MAX];
    size_t found_count;
};

/* ---- one address ---- */

static bool was_asked(struct search *search, const char *url)
{
    for (size_t i = 0; i < search->asked_count; i++)
        if (strcmp(search->asked[i], url) == 0)
            return true;
    if (search->asked_count == CANDIDATES_MAX)
        return true;
    search->asked[search->asked_count] = strdup(url);
    search->asked_count += search->asked[search->asked_count] != NULL;
    return false;
}

/* Takes the feed over unless it was found under another address. */
static void keep_feed(struct search *search, const struct http_response *response, struct feed *feed)
{
    struct found *found = &search->found[search->found_count];
    struct digest_part part = {response->shown.body.data, response->shown.body.size};
    digest_hex(found->digest, &part, 1);
    bool is_known = search->found_count == CANDIDATES_MAX;
    for (size_t i = 0; !is_known && i < search->found_count; i++)
        is_known = strcmp(search->found[i].digest, found->digest) == 0 ||
                   strcmp(search->found[i].url, response->shown.url.data) == 0;
    found->url = is_known ? NULL : strdup(response->shown.url.data);
    if (!found->url) {
        feed_destroy(feed);
        return;
    }
    found->feed = feed;
    search->found_count++;
}

static struct feed *parse(const struct http_response *response)
{
    struct error ignored = ERROR_INIT;
    struct feed_request request = {.url = response->shown.url.data, .content_type = response->shown.content_type.data};
    bool is_good = response->shown.status >= 200 && response->shown.status < 300;
    return is_good ? feed_parse(response->shown.body.data, response->shown.body.size, &request, &ignored) : NULL;
}

static void try_address(struct search *search, const char *url)
{
    struct error ignored = ERROR_INIT;
    if (was_asked(search, url))
        return;
    struct http_response *response = download_get(search->download, url, feed_types, FEED_SIZE_MAX, &ignored);
    struct feed *feed = response ? parse(response) : NULL;
    if (feed)
        keep_feed(search, response, feed);
    if (response)
        http_response_destroy(response);
}

/* ---- a page ---- */

static void try_paths(struct search *search, const char *url, const char *generator)
{
    for (size_t i = 0; i < sizeof usual_paths / sizeof *usual_paths; i++) {
        const char *system = usual_paths[i].system;
        struct buffer resolved = BUFFER_INIT;
        /* Once something is found, only what the site's own system is known for is worth asking for. */
        if (system ? !generator || !strcasestr(generator, system) : search->found_count > 0)
            continue;
        url_resolve(&resolved, url, strlen(url), usual_paths[i].path, strlen(usual_paths[i].path));
        if (resolved.size && !resolved.failed)
            try_address(search, resolved.bytes);
        buffer_free(&resolved);
    }
}

static bool search_page(struct search *search, const struct http_response *response, struct error *error)
{
    const char *url = response->shown.url.data;
    struct listing_feeds *feeds = listing_find_feeds(response->shown.body.data, response->shown.body.size, url,
                                                     response->shown.content_type.data, error);
    if (!feeds)
        return false;
    for (const struct listing_feed *feed = feeds->first; feed; feed = feed->next)
        try_address(search, feed->url);
    try_paths(search, url, feeds->generator);
    listing_free_feeds(feeds);
    return true;
}

static bool search_site(struct search *search, const char *url, struct error *error)
{
    struct http_response *response = download_get(search->download, url, feed_types, FEED_SIZE_MAX, error);
    if (!response)
        return false;
    was_asked(search, url);
    struct feed *feed = parse(response);
    bool is_good = true;
    if (feed)
        keep_feed(search, response, feed);
    else if (response->shown.status >= 400)
        is_good = error_set(error, ERROR_INPUT, "%.900s", response->shown.error.data);
    else
        is_good = search_page(search, response, error);
    http_response_destroy(response);
    return is_good;
}

/* ---- printing ---- */

static const struct table_column columns[] = {
    {.title = "TITLE", .name = "title", .min = 12, .flexible = true},
    {.title = "FORMAT", .name = "format", .min = 4},
    {.title = "ITEMS", .name = "items", .min = 5, .is_number = true},
    {.title = "NEWEST", .name = "newest", .min = 10},
    {.title = "ADDRESS", .name = "url", .min = 20},
    {.title = "SECTION", .name = "section"}, /* not in the table for people, who get it below */
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static int64_t newest_of(const struct feed *feed)
{
    int64_t newest = INT64_MIN;
    for (const struct feed_entry *entry = feed->entries; entry; entry = entry->next) {
        const struct feed_time *time = entry->published.known ? &entry->published : &entry->updated;
        if (time->known && time->date.time > newest)
            newest = time->date.time;
    }
    return newest;
}

/* From the host: "www.nato.int" gives "nato". */
static void make_name(char name[NAME_SIZE], const char *url)
{
    struct buffer domain = BUFFER_INIT;
    size_t size = 0;
    if (url_publisher_domain(&domain, url, strlen(url)))
        for (const char *c = domain.bytes; *c && *c != '.' && size < NAME_SIZE - 1; c++)
            if (isalnum((unsigned char)*c) || *c == '-')
                name[size++] = (char)tolower((unsigned char)*c);
    name[size] = '\0';
    if (size == 0 || isdigit((unsigned char)*name))
        snprintf(name, NAME_SIZE, "site");
    buffer_free(&domain);
}

static void append_section(struct buffer *section, const struct search *search, const struct found *found)
{
    char name[NAME_SIZE];
    make_name(name, found->url);
    buffer_printf(section, "[source.%s]\nplugin   = feed\nurl      = ", name);
    ini_append_value(section, found->url, strlen(found->url));
    buffer_append_text(section, "\nfulltext = auto\n");
    if (search->allow_private)
        buffer_append_text(section, "allow_private = yes\n");
}

static void add_row(struct table *table, const struct search *search, const struct found *found, bool with_section)
{
    static const char *const formats[] = {"RSS", "RDF", "Atom", "JSON"};
    char newest[CALENDAR_TEXT_SIZE] = "";
    struct buffer section = BUFFER_INIT;
    if (newest_of(found->feed) != INT64_MIN)
        calendar_print(newest, newest_of(found->feed));
    table_cell_styled(table, STYLE_NAME, found->feed->title);
    table_cell(table, formats[found->feed->format]);
    table_cell_integer(table, (int64_t)found->feed->entry_count);
    table_cell(table, *newest ? newest : NULL);
    table_cell(table, found->url);
    if (with_section) {
        append_section(&section, search, found);
        table_cell(table, section.bytes);
    }
    table_row(table);
    buffer_free(&section);
}

static int print_found(const struct search *search, enum table_format format)
{
    bool is_for_people = format == TABLE_FOR_PEOPLE;
    struct error error = ERROR_INIT;
    struct table *table =
        table_create(columns, is_for_people ? COLUMNS - 1 : COLUMNS, format, display()->width, stdout);
    if (!table)
        return message_failure("out of memory");
    for (size_t i = 0; i < search->found_count; i++)
        add_row(table, search, &search->found[i], !is_for_people);
    if (!table_finish(table, &error))
        return message_failure("%s", error.text);
    if (is_for_people) {
        struct buffer section = BUFFER_INIT, clean = BUFFER_INIT;
        append_section(&section, search, &search->found[0]);
        display_clean_lines(&clean, section.bytes ? section.bytes : "", section.size);
        printf("\n%s\n", clean.bytes ? clean.bytes : "");
        buffer_free(&section);
        buffer_free(&clean);
    }
    return COMMAND_DONE;
}

/* ---- the command ---- */

static void end_search(struct search *search)
{
    download_destroy(search->download);
    for (size_t i = 0; i < search->asked_count; i++)
        free(search->asked[i]);
    for (size_t i = 0; i < search->found_count; i++) {
        free(search->found[i].url);
        feed_destroy(search->found[i].feed);
    }
    free(search);
}

static int find(struct search *search, const char *url, enum table_format format)
{
    struct error error = ERROR_INIT;
    search->download = download_create(search->allow_private, &error);
    if (!search->download || !search_site(search, url, &error))
        return message_failure("%s", error.text);
    if (search->found_count > 0)
        return print_found(search, format);
    message_problem(
        "%s has no feed that could be found; %zu addresses were tried. A page without a feed can be followed "
        "by plugin = page, a site's news sitemap by plugin = sitemap",
        url, search->asked_count);
    return COMMAND_PROBLEMS;
}

static int run(const struct command_line *line)
{
    const char *argument = line->arguments[0];
    struct buffer url = BUFFER_INIT;
    struct search *search = calloc(1, sizeof *search);
    int status;
    if (!strstr(argument, "://"))
        buffer_append_text(&url, "https://");
    buffer_append_text(&url, argument);
    if (!search || url.failed) {
        status = message_failure("out of memory");
    } else {
        search->allow_private = command_flag(line, "allow-private");
        status = find(search, url.bytes, table_format_of(command_value(line, "format")));
    }
    if (search)
        end_search(search);
    buffer_free(&url);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table", "Table, JSON lines or CSV"},
    {"allow-private", 0, COMMAND_FLAG, NULL, NULL, NULL, "Private and loopback addresses may be reached"},
    {.name = NULL},
};

const struct command command_feed_find = {
    .name = "feed find",
    .summary = "Find the feeds of a site, and print a section for the configuration",
    .arguments = "URL",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Fetches the page and the feeds that it names, in its head, in its links and by the conventions of its "
        "content system; where there are none, the usual addresses are tried. Each feed is read, so what is "
        "listed works. The section below the table is for the first of them. URL may be a feed itself.\n\nExit "
        "status 1 means that there is none, 2 that the page cannot be had.",
    .examples = "entente feed find www.nato.int\tIts feeds, and what to put into entente.ini\n"
                "entente feed find https://example.org --format jsonl | jq -r .section\tSections for all of them",
    .options = options,
    .run = run,
};
