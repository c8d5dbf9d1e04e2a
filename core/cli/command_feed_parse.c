#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/message.h"

#include "core/cli/printout.h"
#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/base/json_writer.h"
#include "lib/feed/feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put_member(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void put_time(struct json_writer *json, const char *key, const struct feed_time *time)
{
    char text[CALENDAR_TEXT_SIZE];
    if (time->known)
        calendar_print(text, time->date.time);
    put_member(json, key, time->known ? text : NULL);
}

static void put_enclosure(struct json_writer *json, const struct feed_enclosure *enclosure)
{
    json_object_open(json);
    put_member(json, "url", enclosure->url);
    put_member(json, "type", enclosure->type);
    json_key(json, "length");
    if (enclosure->length >= 0)
        json_put_integer(json, enclosure->length);
    else
        json_put_null(json);
    json_object_close(json);
}

static void put_entry(struct json_writer *json, const struct feed_entry *entry)
{
    json_object_open(json);
    put_member(json, "id", entry->id);
    put_member(json, "title", entry->title);
    put_member(json, "link", entry->link);
    put_member(json, "canonical", entry->canonical);
    put_time(json, "published", &entry->published);
    put_time(json, "updated", &entry->updated);
    put_member(json, "author", entry->byline);
    put_member(json, "language", entry->language);
    put_member(json, "summary", entry->summary);
    put_member(json, "content", entry->content);
    json_key(json, "categories");
    json_array_open(json);
    for (const struct feed_category *category = entry->categories; category; category = category->next)
        json_put_text(json, category->text);
    json_array_close(json);
    json_key(json, "enclosures");
    json_array_open(json);
    for (const struct feed_enclosure *enclosure = entry->enclosures; enclosure; enclosure = enclosure->next)
        put_enclosure(json, enclosure);
    json_array_close(json);
    json_object_close(json);
}

static void put_repairs(struct json_writer *json, unsigned repairs)
{
    json_key(json, "repaired");
    json_array_open(json);
    for (unsigned bit = 1; bit && bit <= repairs; bit <<= 1)
        if (repairs & bit)
            json_put_text(json, feed_repair_name((enum feed_repair)bit));
    json_array_close(json);
}

static void put_feed(struct json_writer *json, const struct feed *feed)
{
    static const char *const formats[] = {"rss", "rdf", "atom", "json"};
    json_object_open(json);
    put_member(json, "title", feed->title);
    put_member(json, "link", feed->link);
    put_member(json, "description", feed->description);
    put_member(json, "language", feed->language);
    put_member(json, "format", formats[feed->format]);
    put_member(json, "encoding", feed->encoding);
    put_time(json, "updated", &feed->updated);
    put_repairs(json, feed->repairs);
    json_key(json, "dates_unreadable");
    json_put_integer(json, (int64_t)feed->dates_unreadable);
    json_key(json, "entries");
    json_array_open(json);
    for (const struct feed_entry *entry = feed->entries; entry; entry = entry->next)
        put_entry(json, entry);
    json_array_close(json);
    json_object_close(json);
}

static int print_feed(const struct feed *feed)
{
    struct buffer output = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &output);
    put_feed(&json, feed);
    buffer_append_char(&output, '\n');
    return printout(&output);
}

static int run(const struct command_line *line)
{
    const char *path = line->arguments[0];
    struct error error = ERROR_INIT;
    struct buffer input = BUFFER_INIT;
    struct feed_request request = {
        .url = command_value(line, "url"),
        .content_type = command_value(line, "content-type"),
    };
    struct feed *feed = NULL;
    if (input_read(path, &input, &error)) {
        feed = feed_parse(input.bytes ? input.bytes : "", input.size, &request, &error);
        if (!feed)
            error_prefix(&error, "%s", path);
    }
    int status = feed ? print_feed(feed) : message_failure("%s", error.text);
    feed_destroy(feed);
    buffer_free(&input);
    return status;
}

static const struct command_option options[] = {
    {"format", 0, COMMAND_VALUE, "FORMAT", "json", "json", "How the feed is printed"},
    {"url", 0, COMMAND_VALUE, "ADDRESS", NULL, NULL, "The feed's address, against which relative links are resolved"},
    {"content-type", 0, COMMAND_VALUE, "TYPE", NULL, NULL, "The Content-Type that the server gave"},
    {.name = NULL},
};

const struct command command_feed_parse = {
    .name = "feed parse",
    .summary = "Read a feed from a file and print what it holds",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "Reads RSS, RDF, Atom or JSON Feed through the same code as the feed plugin and prints one JSON "
                   "object. All texts are plain; times are UTC. FILE may be - for standard input. Exit status 2 "
                   "means that the file is no feed or cannot be read.",
    .examples = "entente feed parse feed.xml\tWhat Entente makes of a saved feed\n"
                "curl -s https://example.org/feed | entente feed parse --url https://example.org/feed -\tThe same for "
                "a live one",
    .options = options,
    .run = run,
};
