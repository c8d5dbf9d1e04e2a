#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/input.h"
#include "core/cli/message.h"

#include "core/cli/printout.h"
#include "lib/article/article.h"
#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/base/json_writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put_member(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void put_date(struct json_writer *json, const char *key, const struct article_date *date)
{
    char text[CALENDAR_TEXT_SIZE];
    if (date->known)
        calendar_print(text, date->date.time);
    put_member(json, key, date->known ? text : NULL);
}

static void put_article(struct buffer *output, const struct article *article)
{
    struct json_writer json;
    bool is_full = article->verdict == ARTICLE_FULL;
    json_begin(&json, output);
    json_object_open(&json);
    put_member(&json, "verdict", article_verdict_name(article->verdict));
    put_member(&json, "reason", article->reason);
    put_member(&json, "title", article->title);
    put_member(&json, "language", article->language);
    put_date(&json, "published", &article->published);
    put_date(&json, "modified", &article->modified);
    put_member(&json, "author", article->author);
    put_member(&json, "publisher", article->publisher);
    put_member(&json, "canonical", article->canonical);
    put_member(&json, "description", article->description);
    put_member(&json, "encoding", article->encoding);
    json_key(&json, "cut");
    json_put_boolean(&json, article->is_cut);
    put_member(&json, "text", is_full ? article->text : NULL);
    put_member(&json, "shown", is_full || !*article->text ? NULL : article->text);
    json_object_close(&json);
    buffer_append_char(output, '\n');
}

static void put_line(struct buffer *output, const char *name, const char *text)
{
    if (!text)
        return;
    buffer_printf(output, "%-10s ", name);
    display_clean(output, text, strlen(text));
    buffer_append_char(output, '\n');
}

static void put_text(struct buffer *output, const struct article *article)
{
    char date[CALENDAR_TEXT_SIZE] = "";
    if (article->published.known)
        calendar_print(date, article->published.date.time);
    buffer_printf(output, "%-10s %s%s%s%s\n", "verdict", article_verdict_name(article->verdict),
                  article->reason ? " (" : "", article->reason ? article->reason : "", article->reason ? ")" : "");
    put_line(output, "title", article->title);
    put_line(output, "published", *date ? date : NULL);
    put_line(output, "author", article->author);
    put_line(output, "publisher", article->publisher);
    put_line(output, "language", article->language);
    put_line(output, "canonical", article->canonical);
    if (!*article->text)
        return;
    buffer_append_char(output, '\n');
    display_clean_lines(output, article->text, strlen(article->text));
    buffer_append_char(output, '\n');
}

static int print_article(const struct article *article, const char *format)
{
    struct buffer output = BUFFER_INIT;
    bool is_json = strcmp(format, "json") == 0;
    if (is_json)
        put_article(&output, article);
    else
        put_text(&output, article);
    return printout(&output);
}

static int run(const struct command_line *line)
{
    const char *path = line->arguments[0];
    struct error error = ERROR_INIT;
    struct buffer input = BUFFER_INIT;
    struct article_request request = {
        .url = command_value(line, "url"),
        .content_type = command_value(line, "content-type"),
    };
    struct article *article = NULL;
    if (input_read(path, &input, &error)) {
        article = article_read(input.bytes ? input.bytes : "", input.size, &request, &error);
        if (!article)
            error_prefix(&error, "%s", path);
    }
    int status = article ? print_article(article, command_value(line, "format")) : message_failure("%s", error.text);
    article_destroy(article);
    buffer_free(&input);
    return status;
}

static const struct command_option options[] = {
    {"format", 0, COMMAND_VALUE, "FORMAT", "text|json", "text", "How the article is printed"},
    {"url", 0, COMMAND_VALUE, "ADDRESS", NULL, NULL, "The page's address, against which relative ones are resolved"},
    {"content-type", 0, COMMAND_VALUE, "TYPE", NULL, NULL, "The Content-Type that the server gave"},
    {.name = NULL},
};

const struct command command_article_parse = {
    .name = "article parse",
    .summary = "Find the article in a saved page and print its text",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "Reads an HTML page through the same code as the plugins that fetch full text, and prints its "
                   "article as plain text with title, date, author, publisher and language.\n\nThe verdict says what "
                   "the page is: full (an article), paywall (only its beginning), consent (a cookie page), blocked (a "
                   "bot check or error page) or short (too little text, or a list of links). In JSON, text is null "
                   "unless the verdict is full; shown then holds what the page does show. FILE may be - for standard "
                   "input. Exit status 2 means that the file is no page or cannot be read.",
    .examples = "entente article parse page.html\tThe text that Entente finds in a saved page\n"
                "curl -sL https://example.org/news/1 | entente article parse --url https://example.org/news/1 "
                "--format json -\tThe same for a live one, as JSON",
    .options = options,
    .run = run,
};
