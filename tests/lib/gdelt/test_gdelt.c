#include "lib/gdelt/table.h"
#include "lib/gdelt/unzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

/* A line of `count` columns, empty but for those given as number, text pairs, ended by -1. */
static void make_line(struct buffer *line, int count, ...)
{
    const char *texts[64] = {NULL};
    va_list arguments;
    va_start(arguments, count);
    for (int at; (at = va_arg(arguments, int)) >= 0;)
        texts[at] = va_arg(arguments, const char *);
    va_end(arguments);
    buffer_clear(line);
    for (int i = 0; i < count; i++)
        buffer_printf(line, "%s%s", i ? "\t" : "", texts[i] ? texts[i] : "");
}

static bool is_text(struct gdelt_text text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.bytes, expected, text.size) == 0;
}

static void a_gkg_row_gives_title_and_publication(void **state)
{
    (void)state;
    struct buffer line = BUFFER_INIT;
    struct gdelt_row row = {.has_published = false};
    make_line(&line, 27, 2, "1", 3, "news.example", 4, "https://news.example/a", 7, "ARMEDCONFLICT;MILITARY;", 25,
              "srclc:fra;eng:GT-FRA 1.0", 26,
              "<PAGE_PRECISEPUBTIMESTAMP>20240305101500</PAGE_PRECISEPUBTIMESTAMP><PAGE_TITLE>Pact &amp; drill "
              "&#x2013; signed</PAGE_TITLE>",
              -1);
    assert_true(gdelt_row_read(&row, GDELT_GKG, line.bytes, line.size));
    assert_true(is_text(row.url, "https://news.example/a"));
    assert_string_equal(row.title.bytes, "Pact & drill – signed");
    assert_string_equal(row.language, "fra");
    assert_true(row.has_published);
    assert_int_equal(row.published.time, 1709633700000);
    assert_true(gdelt_row_has_theme(&row, "military"));
    assert_false(gdelt_row_has_theme(&row, "MILIT"));
    make_line(&line, 27, 2, "2", 4, "Broadcast of a Monday", -1);
    assert_false(gdelt_row_read(&row, GDELT_GKG, line.bytes, line.size));
    make_line(&line, 26, 2, "1", 4, "https://news.example/a", -1);
    assert_false(gdelt_row_read(&row, GDELT_GKG, line.bytes, line.size));
    gdelt_row_clear(&row);
    buffer_free(&line);
}

static void an_event_row_gives_code_and_address(void **state)
{
    (void)state;
    struct buffer line = BUFFER_INIT;
    struct gdelt_row row = {.has_published = false};
    make_line(&line, 61, 26, "057", 60, "http://news.example/b", -1);
    assert_true(gdelt_row_read(&row, GDELT_EVENTS, line.bytes, line.size));
    assert_true(is_text(row.code, "057"));
    assert_false(row.has_published);
    assert_false(gdelt_row_has_theme(&row, "MILITARY"));
    make_line(&line, 61, 26, "057", 60, "BBC Monitoring", -1);
    assert_false(gdelt_row_read(&row, GDELT_EVENTS, line.bytes, line.size));
    assert_false(gdelt_row_read(&row, GDELT_EVENTS, "", 0));
    gdelt_row_clear(&row);
    buffer_free(&line);
}

static void an_update_list_names_the_tables(void **state)
{
    (void)state;
    static const char list[] = "100 abc http://data.example/20240305101500.export.CSV.zip\n"
                               "100 abc http://data.example/20240305101500.mentions.CSV.zip\n"
                               "100 abc http://data.example/20240305101500.gkg.csv.zip\r\n";
    assert_true(is_text(gdelt_list_find(list, sizeof list - 1, GDELT_EVENTS),
                        "http://data.example/20240305101500.export.CSV.zip"));
    assert_true(
        is_text(gdelt_list_find(list, sizeof list - 1, GDELT_GKG), "http://data.example/20240305101500.gkg.csv.zip"));
    assert_null(gdelt_list_find("<html>", 6, GDELT_GKG).bytes);
}

static void a_zip_is_unpacked_within_its_limit(void **state)
{
    (void)state;
    char text[] = "one\ttwo\n";
    char path[] = "/tmp/entente-zip-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    int problem;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &problem);
    zip_file_add(archive, "a.csv", zip_source_buffer(archive, text, sizeof text - 1, 0), 0);
    assert_int_equal(zip_close(archive), 0);
    char bytes[4096];
    FILE *file = fopen(path, "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    remove(path);
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(unzip_first(&out, bytes, size, 100, &error));
    assert_string_equal(out.bytes, text);
    buffer_clear(&out);
    assert_false(unzip_first(&out, bytes, size, 5, &error));
    assert_non_null(strstr(error.text, "more than 5 bytes"));
    buffer_clear(&out);
    assert_false(unzip_first(&out, bytes, size / 2, 100, &error));
    assert_false(unzip_first(&out, "PK", 2, 100, &error));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gkg_row_gives_title_and_publication),
        cmocka_unit_test(an_event_row_gives_code_and_address),
        cmocka_unit_test(an_update_list_names_the_tables),
        cmocka_unit_test(a_zip_is_unpacked_within_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
