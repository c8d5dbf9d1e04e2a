/* The lexicon: what the source format refuses, with its line, and what a damaged compiled file does. */
#include "lib/coder/lexicon.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_build.h"
#include "lib/coder/lexicon_compile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEXICON ENT_BINARY_DIR "/data/lexicon.bin"

static void expect_problem(const char *text, const char *problem)
{
    struct lexicon_source source;
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(lexicon_source_begin(&source));
    assert_true(lexicon_source_read_text(&source, "words.txt", text, strlen(text)));
    bool built = lexicon_build(&source, &image, &error);
    if (problem) {
        assert_false(built);
        if (!strstr(error.text, problem))
            fail_msg("expected `%s` in `%s`", problem, error.text);
    } else
        assert_true(built);
    buffer_free(&image);
    lexicon_source_end(&source);
}

static void bad_lines_are_named_by_file_and_line(void **state)
{
    (void)state;
    expect_problem("# nothing\nstate FRA | France\n", NULL);
    expect_problem("state FRA | France\ncountry DEU | Germany\n", "words.txt:2:1: error: no class is called `country`");
    expect_problem("state FRA France\n", "words.txt:1:1: error: no `|`");
    expect_problem("state | France\n", "words.txt:1:1: error: the id is missing");
    expect_problem("state FRA |\n", "words.txt:1:11: error: `FRA` has no form");
    expect_problem("state FRA | France | ambiguous\n", "words.txt:1:22: error: `ambiguous` is not key=value");
    expect_problem("state FRA | France\nstate FRA | France\n",
                   "words.txt:2:13: error: form `France` of FRA stands already elsewhere; see words.txt:1:13");
    expect_problem("state FRA | Gaul\nstate DEU | Gaul\n",
                   "words.txt:2:13: error: form `Gaul` is DEU here and FRA elsewhere; remove one, or mark both "
                   "ambiguous=yes; see words.txt:1:13");
    expect_problem("state FRA | Gaul | ambiguous=yes\nstate DEU | Gaul | ambiguous=yes\n", NULL);
    expect_problem("state FRA | \xFF\n", "words.txt:1:1: error: the line is not UTF-8");
}

/* What the whole check says of `over` laid over `base`, NULL for nothing. */
static void expect_layers(const char *base, const char *over, const char *problem)
{
    struct lexicon_source source;
    struct buffer image = BUFFER_INIT, text = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(lexicon_source_begin(&source));
    assert_true(lexicon_source_read_text(&source, "base.txt", base, strlen(base)));
    source.layer++;
    assert_true(!over || lexicon_source_read_text(&source, "over.txt", over, strlen(over)));
    struct lexicon *lexicon = lexicon_compile_source(&source, &image, &error);
    lexicon_problems_print(&source.problems, &text);
    if (problem && (!text.size || !strstr(text.bytes, problem)))
        fail_msg("expected `%s` in `%s`", problem, text.size ? text.bytes : "");
    if (!problem && text.size)
        fail_msg("expected nothing, got `%s`", text.bytes);
    assert_true(problem ? lexicon == NULL : lexicon != NULL);
    if (lexicon)
        lexicon_close(lexicon);
    buffer_free(&text);
    buffer_free(&image);
    lexicon_source_end(&source);
}

static void ids_keys_and_values_are_held_to_their_vocabularies(void **state)
{
    (void)state;
    expect_layers("state FRX | Gaul\n", NULL, "base.txt:1:7: error: `FRX` is no id of class state");
    expect_layers("company saab | Saab\n", NULL, "base.txt:1:9: error: `saab` is no id of class company");
    expect_layers("company COM:saab | Saab | state=SVE\n", NULL, "base.txt:1:27: error: state=SVE: expected a state");
    expect_layers("verb give | give~ | gat=yes\n", NULL, "base.txt:1:21: error: class verb has no key `gat`; nearest: gate");
    expect_layers("verb give | give~ | stage=sined\n", NULL, "stage=sined: expected a status");
    expect_layers("number money | francs | unit=FRX number=1\n", NULL, "unit=FRX: expected a currency");
    expect_layers("leader FRA | Capet | from=10 office=king\n", NULL, "from=10: expected a year");
    expect_layers("noun troops | men~ | stands=force | gate=no\n", NULL, "a third `|`");
}

static void frames_must_name_classes_types_and_roles_that_exist(void **state)
{
    (void)state;
    const char words[] = "verb give | give~ | gate=yes\nnoun goods | tank~\nword preposition | to\n";
    char text[500];
    snprintf(text, sizeof text, "%sframe arms_transfer.grant | give goods | subject=supplier to=recipient\n", words);
    expect_layers(text, NULL, NULL);
    snprintf(text, sizeof text, "%sframe arms_transfer.gift | give goods | subject=supplier\n", words);
    expect_layers(text, NULL, "base.txt:4:7: error: `arms_transfer.gift` is no id of class frame");
    snprintf(text, sizeof text, "%sframe arms_transfer.grant | give goods; giev goods | subject=supplier\n", words);
    expect_layers(text, NULL, "base.txt:4:41: error: no verb or noun is of class `giev`; nearest: give");
    snprintf(text, sizeof text, "%sframe arms_transfer.grant | give goods | subject=giver\n", words);
    expect_layers(text, NULL, "base.txt:4:42: error: `giver` is no role");
    snprintf(text, sizeof text, "%sframe arms_transfer.grant | give goods | unto=recipient\n", words);
    expect_layers(text, NULL, "`unto` is neither a setting of frames nor a slot");
    snprintf(text, sizeof text, "%sframe arms_transfer.grant | give goods | \nframe aid | give goods |\n", words);
    expect_layers(text, NULL, "base.txt:5:13: error: two frames for `give goods`: aid here and arms_transfer.grant "
                             "elsewhere; see base.txt:4:29");
    snprintf(text, sizeof text, "%sverb gladden | gladden~\nframe aid | give goods |\n", words);
    expect_layers(text, NULL, "base.txt:4:6: error: dead: no frame and no code names the verb class `gladden`");
}

static void a_form_that_another_always_hides_is_dead(void **state)
{
    (void)state;
    expect_layers("city FRA | Narnia | lat=1 lon=1\nstate ITA | Narnia\n", NULL,
                 "base.txt:1:12: error: dead: `Narnia` always means state ITA; see base.txt:2:1");
    expect_layers("noun troops | men~ | stands=force\nnoun forces | men~ | stands=force\n", NULL,
                 "dead: `men~` always means noun");
    expect_layers("not_actor - | Paris Hilton\nstate FRA | France\ncity FRA | Paris | lat=1 lon=1\n", NULL, NULL);
    expect_layers("blocker - | video games\nnoun exercise | video games | gate=yes stands=force\n", NULL,
                 "dead: `video games` always means blocker");
}

static void forms_with_marks_and_apostrophes_are_found_in_texts(void **state)
{
    (void)state;
    expect_layers("city CHN | Xi'an; Etel\xC3\xA4-Karjala | lat=1 lon=1\ncompany COM:hk | Heckler & Koch\n"
                 "force FRA | 45th Brigade\nsite - | Camp (North), Gaul\n",
                 NULL, NULL);
}

static void an_upper_layer_replaces_and_removes(void **state)
{
    (void)state;
    const char base[] = "state FRA | Gaul; France\nverb give | give~; grant~ | stage=ongoing\n";
    expect_layers(base, "state ITA | Gaul\n", NULL);
    expect_layers(base, "verb gladden | grant~\n", "over.txt:1:6: error: dead");
    expect_layers(base, "remove state | Gaul; Frankia\n",
                 "over.txt:1:22: error: removes nothing: the folders beneath have no such state");
    expect_layers(base, "remove verb give |\nverb gladden | grant~ | stage=signed\n", NULL);
    expect_layers(base, "remove state ITA | Gaul\n", "removes nothing");
    expect_layers(base, "remove state FRA | Gaul\n", NULL);
    expect_layers("remove state | Gaul\n", NULL, "base.txt:1:1: error: nothing is beneath");
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Which actor the coder takes `Gallia` for, by the shipped lexicon and these words over it. */
static void a_users_words_change_what_is_coded(void **state)
{
    (void)state;
    char folder[] = "/tmp/entente-words-XXXXXX", path[100];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/own.txt", folder);
    write_text(path, "state FRA | Gallia\nremove state | Italy\nverb sell | vend~ | gate=yes\n");
    const char *folders[] = {folder};
    struct error error = ERROR_INIT;
    struct lexicon *lexicon = lexicon_compile(ENT_SOURCE_DIR "/data/lexicon", folders, 1, folder, &error);
    if (!lexicon)
        fail_msg("%s", error.text);
    struct coder *coder = coder_open_lexicon(lexicon, &error);
    struct coder_workspace *workspace = coder_workspace_create();
    const char *texts[] = {"Gallia vended 12 tanks to Morocco.", "Italy sold 12 tanks to Morocco."};
    for (size_t i = 0; i < 2; i++) {
        struct coder_article article = {.body = texts[i], .body_size = strlen(texts[i])};
        struct coder_result result;
        struct record_view actor;
        assert_true(coder_code(coder, workspace, &article, 0.1, &result, &error));
        assert_int_equal(result.event_count, 1 - i);
        if (i == 0) {
            assert_true(record_get_view(result.events[0]->view, ENT_REPORT_ACTOR, 0, &actor));
            assert_string_equal(record_text(actor, ENT_ACTOR_ID), "FRA");
            assert_non_null(strstr(record_text(result.events[0]->view, ENT_REPORT_STAMP), "lexicon-"));
        }
    }
    char stamp[200];
    snprintf(stamp, sizeof stamp, "%s", coder_stamp(coder));
    coder_workspace_destroy(workspace);
    coder_close(coder);
    /* The same text is mapped from the cache, and a damaged cache is made anew. */
    char command[300];
    snprintf(command, sizeof command, "for f in %s/lexicon-*.bin; do echo broken > $f; done", folder);
    assert_int_equal(system(command), 0);
    coder = coder_open_lexicon(lexicon_compile(ENT_SOURCE_DIR "/data/lexicon", folders, 1, folder, &error), &error);
    assert_non_null(coder);
    assert_string_equal(coder_stamp(coder), stamp);
    coder_close(coder);
    snprintf(command, sizeof command, "test $(ls %s/*.bin | wc -l) = 1 && rm -r %s", folder, folder);
    assert_int_equal(system(command), 0);
}

static char *read_image(size_t *size)
{
    FILE *file = fopen(LEXICON, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void expect_refused(const char *bytes, size_t size)
{
    char path[] = "/tmp/entente-lexicon-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, size), (ssize_t)size);
    close(file);
    struct error error = ERROR_INIT;
    struct lexicon *lexicon = lexicon_open(path, &error);
    unlink(path);
    if (lexicon)
        lexicon_close(lexicon);
    assert_null(lexicon);
    assert_non_null(strstr(error.text, "cmake --build"));
}

static void a_damaged_image_is_refused_with_what_to_do(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_image(&size);
    expect_refused(bytes, size / 2);
    expect_refused(bytes, 40);
    expect_refused("hello", 5);
    bytes[8] ^= 0x40; /* version */
    expect_refused(bytes, size);
    bytes[8] ^= 0x40;
    memset(bytes + 72, 0xFF, 8); /* a section's place */
    expect_refused(bytes, size);
    free(bytes);
}

static void expect_refused_in_memory(const char *bytes, size_t size)
{
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    buffer_append(&image, bytes, size);
    assert_null(lexicon_open_image(&image, &error));
    assert_non_null(strstr(error.text, "cmake --build"));
}

/* Files are read piece by piece: no row may be left out, be it the first, the last or one between. */
static void a_row_that_leads_out_of_the_image_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const struct {
        enum lexicon_section section;
        size_t size, member;
    } rows[] = {{SECTION_WORDS, sizeof(struct lexicon_image_word), offsetof(struct lexicon_image_word, root)},
                {SECTION_NODES, sizeof(struct lexicon_image_node), offsetof(struct lexicon_image_node, first_terminal)},
                {SECTION_EDGES, sizeof(struct lexicon_image_edge), offsetof(struct lexicon_image_edge, child)},
                {SECTION_TERMINALS, sizeof(struct lexicon_terminal), offsetof(struct lexicon_terminal, entry)},
                {SECTION_ENTRIES, sizeof(struct lexicon_image_entry), offsetof(struct lexicon_image_entry, id)},
                {SECTION_PAIRS, sizeof(struct lexicon_image_pair), offsetof(struct lexicon_image_pair, value)},
                {SECTION_CLASSES, sizeof(uint32_t), 0}};
    size_t size;
    char *bytes = read_image(&size);
    struct lexicon_image_header header;
    memcpy(&header, bytes, sizeof header);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct lexicon_image_section *section = &header.sections[rows[i].section];
        const uint64_t places[] = {0, section->count / 2, section->count - 1};
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            char *at = bytes + section->offset + places[k] * rows[i].size + rows[i].member, kept[4];
            memcpy(kept, at, 4);
            memset(at, 0xFF, 4);
            expect_refused(bytes, size);
            expect_refused_in_memory(bytes, size);
            memcpy(at, kept, 4);
        }
    }
    free(bytes);
}

/* Who looks for a word that is not there stops at an empty slot. */
static void a_hash_table_without_an_empty_slot_is_refused(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_image(&size);
    struct lexicon_image_header header;
    memcpy(&header, bytes, sizeof header);
    const struct lexicon_image_section *words = &header.sections[SECTION_WORDS];
    for (uint64_t i = 0; i < words->count; i++) {
        struct lexicon_image_word word;
        char *at = bytes + words->offset + i * sizeof word;
        memcpy(&word, at, sizeof word);
        word.text = word.text ? word.text : 1;
        memcpy(at, &word, sizeof word);
    }
    expect_refused(bytes, size);
    expect_refused_in_memory(bytes, size);
    free(bytes);
}

static void a_flipped_byte_is_refused_or_harmless(void **state)
{
    (void)state;
    size_t size;
    char *bytes = read_image(&size);
    unsigned long long seed = 3;
    for (int i = 0; i < 60; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t at = (size_t)(seed >> 20) % size;
        bytes[at] ^= 0x55;
        char path[] = "/tmp/entente-lexicon-XXXXXX";
        int file = mkstemp(path);
        assert_true(file >= 0);
        assert_int_equal(write(file, bytes, size), (ssize_t)size);
        close(file);
        struct error error = ERROR_INIT;
        struct lexicon *lexicon = lexicon_open(path, &error);
        if (lexicon) {
            uint32_t word = lexicon_find_word(lexicon, 12345, "word", 4);
            assert_int_equal(word, LEXICON_NO_WORD);
            lexicon_close(lexicon);
        }
        unlink(path);
        bytes[at] ^= 0x55;
    }
    free(bytes);
}

/* The seed of the fuzz target, which holds an entry of most classes. */
static void make_small_image(struct buffer *image)
{
    char words[8192];
    FILE *file = fopen(ENT_SOURCE_DIR "/fuzz/lexicon/corpus/words", "r");
    assert_non_null(file);
    size_t size = fread(words, 1, sizeof words, file);
    fclose(file);
    struct lexicon_source source;
    struct error error = ERROR_INIT;
    assert_true(lexicon_source_begin(&source));
    assert_true(lexicon_source_read_text(&source, "words", words, size));
    if (!lexicon_build(&source, image, &error))
        fail_msg("%s", error.text);
    lexicon_source_end(&source);
}

static void an_image_with_any_number_changed_is_refused_or_harmless(void **state)
{
    (void)state;
    static const char text[] = "Russia sold 12 Su-30MKI jets to India on 3 May 2024, the minister said. Games of war may "
                               "not help the two states; it signed a $5 million deal with Gaul & Gaul in Xi'an.";
    struct buffer whole = BUFFER_INIT;
    struct coder_workspace *workspace = coder_workspace_create();
    unsigned long long seed = 5;
    unsigned opened = 0, coded = 0;
    make_small_image(&whole);
    for (int i = 0; i < 3000; i++) {
        static const uint32_t values[] = {0, 1, 2, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 40, 1000};
        struct buffer image = BUFFER_INIT;
        struct error error = ERROR_INIT;
        buffer_append(&image, whole.bytes, whole.size);
        for (int changes = 0; changes < 1 + i % 3 && i > 0; changes++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            /* the words of English at the end are bits, of which every value is good */
            size_t at = (size_t)(seed >> 24) % ((whole.size - 65536) / 4) * 4;
            memcpy(image.bytes + at, &values[(seed >> 20) % (sizeof values / sizeof *values)], 4);
        }
        struct lexicon *lexicon = lexicon_open_image(&image, &error);
        if (!lexicon)
            continue;
        opened++;
        struct coder *coder = coder_open_lexicon(lexicon, &error);
        struct coder_article article = {.body = text, .body_size = sizeof text - 1, .published = "2024-05-05"};
        struct coder_result result;
        if (coder && coder_code(coder, workspace, &article, 0.0, &result, &error))
            coded += result.event_count > 0;
        coder_close(coder);
    }
    assert_true(opened > 100);
    assert_true(coded > 0);
    coder_workspace_destroy(workspace);
    buffer_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lines_are_named_by_file_and_line),
        cmocka_unit_test(ids_keys_and_values_are_held_to_their_vocabularies),
        cmocka_unit_test(frames_must_name_classes_types_and_roles_that_exist),
        cmocka_unit_test(a_form_that_another_always_hides_is_dead),
        cmocka_unit_test(forms_with_marks_and_apostrophes_are_found_in_texts),
        cmocka_unit_test(an_upper_layer_replaces_and_removes),
        cmocka_unit_test(a_users_words_change_what_is_coded),
        cmocka_unit_test(a_damaged_image_is_refused_with_what_to_do),
        cmocka_unit_test(an_image_with_any_number_changed_is_refused_or_harmless),
        cmocka_unit_test(a_row_that_leads_out_of_the_image_is_refused_wherever_it_stands),
        cmocka_unit_test(a_hash_table_without_an_empty_slot_is_refused),
        cmocka_unit_test(a_flipped_byte_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
