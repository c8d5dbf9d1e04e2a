/* Languages: titles in others are uncoded, English ones are not, whatever names stand in them. */
#include "lib/coder/coder.h"
#include "tests/lib/coder/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define TITLES ENT_SOURCE_DIR "/tests/lib/coder/languages.txt"

static struct coder_result code(const char *title, const char *body)
{
    struct coder_article article = {
        .title = title, .title_size = strlen(title), .body = body, .body_size = strlen(body)};
    struct coder_result result;
    struct error error = ERROR_INIT;
    assert_true(coder_code(coder, workspace, &article, 0.45, &result, &error));
    return result;
}

/* Of the invented titles in 57 languages a few without a word that no English text could have may pass. */
static void titles_in_other_languages_are_uncoded_and_never_none(void **state)
{
    (void)state;
    char line[500];
    unsigned titles = 0, missed = 0;
    FILE *file = fopen(TITLES, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (*line == '#' || !*line)
            continue;
        const char *title = strchr(line, ' ') + 1;
        struct coder_result result = code(title, "");
        titles++;
        missed += !result.uncoded;
        if (!result.uncoded)
            continue;
        assert_string_equal(coder_result_relevance(&result), "uncoded");
        assert_int_equal(result.event_count, 0);
        assert_true(strlen(result.language) >= 2);
        assert_string_not_equal(result.language, "en");
    }
    fclose(file);
    assert_true(titles >= 57);
    if (missed > 3)
        fail_msg("%u of %u titles were taken for English", missed, titles);
}

static void english_titles_with_foreign_names_are_coded(void **state)
{
    (void)state;
    static const char *const titles[] = {
        "Lewandowski double sinks Bayern as Barcelona go top",
        "Erdogan meets Zelenskyy in Istanbul",
        "Bulgogi, kimchi and tteokbokki: where to eat in Seoul",
        "Schadenfreude, angst and zeitgeist: words we borrowed",
        "Real Madrid vs Atletico: la liga preview",
        "US Navy SEALs train with Hrvatska vojska in Split",
        "Lula da Silva visits Xi",
        "Kataib Hezbollah and Harakat al-Nujaba deny attack",
        "Carabinieri arrest camorra boss in Scampia",
        "Jokowi opens IKN palace, hails gotong royong",
        "T\xC3\xBCrkiye ships Bayraktars to Ukraine",
        "Ukraine",
        "btw lol",
        "",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (code(titles[i], "").uncoded)
            fail_msg("`%s` was taken for another language", titles[i]);
}

static void a_body_in_another_language_is_named(void **state)
{
    (void)state;
    struct coder_result result =
        code("NATO",
             "Die Bundeswehr hat am Montag zw\xC3\xB6lf Panzer an die Ukraine geliefert. Das teilte das Ministerium "
             "in Berlin mit. Die Lieferung ist nach Angaben des Ministers die gr\xC3\xB6\xC3\x9Fte seit dem Sommer.");
    assert_true(result.uncoded);
    assert_string_equal(result.language, "de");
    assert_false(code("Sverige", "Sweden handed twelve tanks to Ukraine on Monday, the ministry said.").uncoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_in_other_languages_are_uncoded_and_never_none),
        cmocka_unit_test(english_titles_with_foreign_names_are_coded),
        cmocka_unit_test(a_body_in_another_language_is_named),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
