#include "core/setup/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "[entente]\nplugin_path = " TEST_PLUGIN_PATH "\nstate_dir = state\n"

static struct registry *registry;
static char folder[64];
static struct diagnostics *diagnostics;
static struct setup *setup;
static char *printed;

/* One registry for all: probing a plugin takes a process. */
static int make_registry(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct registry_settings settings = {.plugin_path = TEST_PLUGIN_PATH};
    registry = registry_create(&settings, &error);
    if (!registry)
        print_error("%s\n", error.text);
    return registry == NULL;
}

static int destroy_registry(void **state)
{
    (void)state;
    registry_destroy(registry);
    return 0;
}

static int enter_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/entente-setup-XXXXXX");
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void forget(void)
{
    setup_destroy(setup);
    setup = NULL;
    diagnostics_destroy(diagnostics);
    diagnostics = NULL;
    free(printed);
    printed = NULL;
}

static int leave_folder(void **state)
{
    (void)state;
    forget();
    return chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static struct setup *load_text(const char *text, enum options_mode mode)
{
    struct error error = ERROR_INIT;
    put("e.ini", text);
    diagnostics_destroy(diagnostics);
    free(printed);
    printed = NULL;
    diagnostics = diagnostics_create();
    struct setup *loaded = setup_load("e.ini", registry, mode, diagnostics, &error);
    if (!loaded)
        fail_msg("%s", error.text);
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    diagnostics_print(diagnostics, out, false);
    fclose(out);
    return loaded;
}

static void load(const char *text)
{
    setup_destroy(setup);
    setup = load_text(text, OPTIONS_CHECK);
}

static void assert_sound(void)
{
    if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0)
        fail_msg("%s", printed);
}

static void assert_printed(const char *part)
{
    if (!strstr(printed, part))
        fail_msg("'%s' is not in:\n%s", part, printed);
}

static void a_whole_configuration_becomes_a_plan_in_the_order_of_the_way_of_data(void **state)
{
    (void)state;
    load("[watch.arms]\nwhen = type = arms_transfer\nto = archive, screen\n"
         "[sink.screen]\nplugin = console\n"
         "[sink.archive]\nplugin = jsonl\npath = state/alerts.jsonl\n"
         "[classifier.second]\nplugin = chain\nafter = first\n"
         "[classifier.first]\nplugin = chain\n"
         "[transform.translate]\nplugin = chain\nenabled = no\n"
         "[source.edm]\nplugin = feed\nurl = https://example.org/feed.xml\nclass = analysis\n" HEAD
         "threads = 3\n[log]\nformat = json\nlevel = debug\n");
    assert_sound();
    static const char *const order[] = {"source.edm",        "transform.translate", "classifier.first",
                                        "classifier.second", "sink.screen",         "sink.archive"};
    assert_int_equal(setup_instance_count(setup), 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(setup_instance(setup, i)->title, order[i]);
    const struct setup_instance *source = setup_find_instance(setup, "source.edm");
    assert_string_equal(source->plugin->name, "feed");
    assert_int_equal(source->plugin_kind, PLUGIN_SOURCE);
    assert_string_equal(options_text(source->options, "url"), "https://example.org/feed.xml");
    assert_string_equal(options_text(source->options, "class"), "analysis");
    assert_int_equal(options_integer(source->options, "interval"), 0);
    assert_int_equal(source->workers, 1);
    assert_false(setup_find_instance(setup, "transform.translate")->enabled);
    assert_string_equal(setup_find_instance(setup, "classifier.second")->after[0], "first");
    assert_int_equal(setup_watch_count(setup), 1);
    const struct setup_watch *watch = setup_watch(setup, 0);
    assert_non_null(watch->rule);
    assert_string_equal(watch->when, "type = arms_transfer");
    assert_string_equal(watch->sinks[0], "archive");
    assert_string_equal(watch->sinks[1], "screen");
    assert_null(watch->sinks[2]);
    const struct setup_daemon *daemon = setup_daemon(setup);
    assert_int_equal(daemon->threads, 3);
    assert_int_equal(daemon->log_format, LOG_FORMAT_JSON);
    assert_int_equal(daemon->log_level, LOG_DEBUG);
    assert_string_equal(daemon->plugin_path, TEST_PLUGIN_PATH);
    assert_int_equal(daemon->once_deadline_ms, 60 * 1000);
}

/* A section below HEAD at line 4 and what is said of it. */
static const struct {
    const char *text, *said;
} wrong[] = {
    {"[sorce.a]\n", "e.ini:4:2: error: [sorce.a]: there is no kind of section 'sorce'; nearest: source"},
    {"[source]\n", "e.ini:4:2: error: [source] needs a name"},
    {"[log.x]\n", "e.ini:4:2: error: [log.x]: there is only one [log]"},
    {"[source.a]\nurl = https://x.org\n", "e.ini:4:2: error: [source.a] lacks 'plugin'"},
    {"[source.a]\nplugin = fead\n", "e.ini:5:10: error: plugin: there is no plugin \"fead\""},
    {"[source.a]\nplugin = /no/such.so\n", "e.ini:5:10: error: plugin: /no/such.so"},
    {"[sink.a]\nplugin = feed\n", "e.ini:5:10: error: plugin feed cannot be a sink: it is a source"},
    {"[source.a]\nplugin = feed\nurl = https://x.org\nisolate = proces\n",
     "e.ini:7:11: error: isolate: 'proces' is none of"},
    {"[classifier.a]\nplugin = chain\nworkers = 2\n", "e.ini:6:11: error: plugin chain keeps state"},
    {"[classifier.a]\nplugin = chain\nworkers = 99\n",
     "e.ini:6:11: error: workers: 99 is above the greatest value, 64"},
    {"[classifier.a]\nplugin = chain\ndepht = 2\n",
     "e.ini:6:1: error: [classifier.a] takes no 'depht'; nearest: depth"},
    {"[classifier.a]\nplugin = chain\ndepth = 12\n", "e.ini:6:9: error: depth: 12 is above the greatest value, 9"},
    {"[classifier.a]\nplugin = chain\nafter = b\n", "e.ini:6:9: error: after: there is no transform or classifier 'b'"},
    {"[classifier.a]\nplugin = chain\nafter = b\n[classifier.b]\nplugin = chain\nafter = c\n[classifier.c]\nplugin = "
     "chain\nafter = a\n",
     "error: after goes in a circle: a after b after c after a"},
    {"[classifier.a]\nplugin = chain\nafter = a\n", "error: after goes in a circle: a after a"},
    {"[classifier.a]\nplugin = chain\n[transform.b]\nplugin = chain\nafter = a\n",
     "e.ini:8:9: error: after: classifier.a is a classifier, and transforms run before all classifiers"},
    {"[classifier.a]\nplugin = chain\n[transform.a]\nplugin = chain\n",
     "e.ini:6:2: error: transform.a and classifier.a"},
    {"[watch.w]\nto = screen\n", "e.ini:4:2: error: [watch.w] has no rule"},
    {"[watch.w]\nwhen = type = trainin\n", "e.ini:5:15: error: when: unknown type trainin"},
    {"[watch.w]\nwhen.1 = type = training\nwhen.2 = and actor = UZZ\n", "e.ini:6:22: error: when: unknown actor UZZ"},
    {"[watch.w]\nwhen = type = training\nto = a, scren\n[sink.screen]\nplugin = console\n",
     "e.ini:6:9: error: to: there is no [sink.scren]; nearest: screen"},
    {"[watch.w]\nwhen = type = training\nwhen_file = e.ini\n", "e.ini:6:13: error: when_file stands beside when"},
    {"[watch.w]\nwhen_file = none.rule\n", "e.ini:5:13: error: when_file: cannot "},
    {"[sources.a]\nplugin = feed\n", "e.ini:4:2: error: [sources.a] lacks 'list'"},
    {"[sources.a]\nplugin = feed\nlist = none.txt\n", "e.ini:6:8: error: list: cannot use none.txt: No such file"},
    {"[source.a]\nplugin = feed\nurl = https://x.org\n[source.a]\n", "e.ini:7:2: error: [source.a] is there already"},
};

static void each_wrong_section_is_told_at_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[1000];
        snprintf(text, sizeof text, HEAD "%s", wrong[i].text);
        load(text);
        assert_printed(wrong[i].said);
    }
}

static void a_plugin_that_is_unknown_draws_no_complaints_about_its_options(void **state)
{
    (void)state;
    load(HEAD "[source.a]\nplugin = fead\nurl = x\nintervall = 3\n");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 1);
}

static void what_a_plan_lacks_is_a_warning(void **state)
{
    (void)state;
    load(HEAD);
    assert_sound();
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_WARNING), 4);
    load(HEAD "[source.a]\nplugin = feed\nurl = https://x.org\n[classifier.c]\nplugin = chain\n"
              "[sink.s]\nplugin = console\nenabled = no\n[watch.w]\nwhen = type = training\nto = s\n");
    assert_sound();
    assert_printed("no [sink.NAME] is on");
    forget();
    load(HEAD "[retention]\nitems = 30d\n[source.a]\nplugin = feed\nurl = https://x.org\nmemory_max = 64M\n"
              "workers = 1\nafter = c\nisolate = none\n[classifier.c]\nplugin = chain\n");
    assert_sound();
    assert_printed("e.ini:9:14: warning: memory_max has no effect");
    assert_printed("e.ini:11:9: warning: after has no effect on a source");
    load(HEAD "[source.a]\nplugin = feed\nurl = https://x.org\n[classifier.c]\nplugin = chain\n"
              "[sink.s]\nplugin = console\nenabled = no\n[watch.w]\nwhen = type = training\nto = s\n");
    assert_printed("e.ini:14:6: warning: to: [sink.s] is off");
}

static void a_list_makes_a_source_of_each_line_whose_name_outlives_its_place(void **state)
{
    (void)state;
    put("feeds.txt", "# world\nhttps://one.example/feed class=wire\n\n"
                     "https://two.example/a?b#c   interval=5m  language='en'  # daily\n");
    load(HEAD "[sources.world]\nplugin = feed\nlist = feeds.txt\ninterval = 1h\n");
    assert_sound();
    assert_int_equal(setup_instance_count(setup), 2);
    const struct setup_instance *one = setup_instance(setup, 0), *two = setup_instance(setup, 1);
    assert_string_equal(options_text(one->options, "class"), "wire");
    assert_int_equal(options_integer(one->options, "interval"), 3600 * 1000);
    assert_int_equal(options_integer(two->options, "interval"), 300 * 1000);
    assert_string_equal(options_text(two->options, "url"), "https://two.example/a?b#c");
    assert_string_equal(options_text(two->options, "language"), "en");
    assert_int_equal(strncmp(two->title, "source.world.two.example-", 25), 0);
    char title[100];
    snprintf(title, sizeof title, "%s", two->title);
    put("feeds.txt", "https://two.example/a?b#c\n");
    load(HEAD "[sources.world]\nplugin = feed\nlist = feeds.txt\n");
    assert_int_equal(setup_instance_count(setup), 1);
    assert_string_equal(setup_instance(setup, 0)->title, title);
}

static void wrong_lines_of_a_list_are_told_in_the_list_and_wrong_keys_of_its_section_once(void **state)
{
    (void)state;
    put("feeds.txt", "https://one.example/\nhttps://two.example/ clas=wire\nnot an address\n"
                     "https://one.example/ class=wire\nhttps://three.example/ class=\"wire\n");
    load(HEAD "[sources.world]\nplugin = feed\nlist = feeds.txt\n");
    assert_printed("feeds.txt:2:22: error: [source.world.two.example-");
    assert_printed("nearest: class");
    assert_printed("feeds.txt:3:5: error: options follow the address as key=value");
    assert_printed("feeds.txt:4:1: error: this address stands in the list already, at line 1");
    assert_printed("feeds.txt:5:30: error: a quote is not closed");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 4);
    put("feeds.txt", "https://one.example/\nhttps://two.example/\n");
    load(HEAD "[sources.world]\nplugin = feed\nlist = feeds.txt\nintervall = 5m\n");
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 1);
}

static void a_rule_file_is_told_of_by_its_own_lines(void **state)
{
    (void)state;
    put("r.rule", "type = training\nand actor = UZZ\n");
    load(HEAD "[watch.w]\nwhen_file = r.rule\n");
    assert_printed("r.rule:2:13: error: rule: unknown actor UZZ");
    put("r.rule", "type = training\nand actor = UZB\n");
    load(HEAD "[watch.w]\nwhen_file = r.rule\n");
    assert_sound();
    assert_non_null(setup_watch(setup, 0)->rule);
}

static void what_rules_may_name_is_checked_where_it_stands(void **state)
{
    (void)state;
    put("rates.csv", "date,currency,per_usd\n2024-01-01,EUR,x\n");
    load(HEAD "[group.gulf]\nmembers = SAU, ARE, QQT\n[group.asia]\nmembers = JPN\n"
              "[macro.heavy]\nis.1 = unroca in (I, II) or\nis.2 = mony > 100 M USD\n"
              "[macro.use]\nis = macro.heavy\n[macro.burst]\nis = spike(3, 30d)\n"
              "[rates]\nfile = rates.csv\n[watch.w]\nwhen = type = aid and macro.hevy\n");
    assert_printed(".ini:5:21: error: [group.gulf]: 'QQT' is no state, party, region or group that stands above");
    assert_printed("[group.asia]: 'asia' is a region or a party already");
    assert_printed(".ini:10:8: error: is: there is no field mony: did you mean money?");
    assert_printed("= write: is.2 = money > 100 M USD");
    assert_printed(".ini:12:6: error: is: macro.heavy: there is no field mony");
    assert_printed(".ini:14:6: error: is: spike is joined to the rest of the rule by and");
    assert_printed("rates.csv:2:16: error: rates: 'x' is no rate");
    assert_printed("error: when: there is no [macro.hevy]: did you mean heavy?");
    put("rates.csv", "date,currency,per_usd\n2024-01-01,EUR,0.92\n");
    load(HEAD "[rates]\nfile = rates.csv\n[watch.w]\nwhen = actor = wide and macro.use\nfrom = archive\n"
              "[watch.x]\nwhen = type = aid\n[watch.y]\nwhen = type = aid\nfrom = archive\nmax_age = 2d\n"
              "[group.gulf]\nmembers = SAU, ORG:GCC\n[group.wide]\nmembers = gulf, central_asia\n"
              "[macro.use]\nis = macro.heavy\n[macro.heavy]\nis = money > 100 M EUR\n");
    assert_sound();
    assert_non_null(setup_watch(setup, 0)->rule);
    assert_int_equal(setup_watch(setup, 0)->max_age_ms, 0); /* who asks for the archive asks for old news */
    assert_int_equal(setup_watch(setup, 1)->max_age_ms, 7LL * 86400000);
    assert_int_equal(setup_watch(setup, 2)->max_age_ms, 2LL * 86400000);
}

static enum setup_change change_of(const struct setup_difference *rows, size_t count, const char *title)
{
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(rows[i].title, title))
            return rows[i].change;
    }
    fail_msg("%s is not among the differences", title);
    return SETUP_SAME;
}

static void a_reload_knows_what_is_new_gone_changed_or_the_same(void **state)
{
    (void)state;
    static const char before_text[] = HEAD "[source.a]\nplugin = feed\nurl = https://a.example/\n"
                                           "[source.b]\nplugin = feed\nurl = https://b.example/\n"
                                           "[source.c]\nplugin = feed\nurl = https://c.example/\n"
                                           "[classifier.k]\nplugin = chain\ntoken = env:ENTENTE_TEST_TOKEN\n"
                                           "[watch.w]\nwhen_file = r.rule\n";
    static const char now_text[] = HEAD "[log]\nlevel = debug\n"
                                        "[source.new]\nplugin = feed\nurl = https://n.example/\n"
                                        "[source.c]\nplugin = feed\n\nurl = https://c.example/\n"
                                        "[source.b]\nplugin = feed\nurl = https://b.example/\ninterval = 5m\n"
                                        "[classifier.k]\nplugin = chain\ntoken = env:ENTENTE_TEST_TOKEN\n"
                                        "[watch.w]\nwhen_file = r.rule\n";
    put("r.rule", "type = training");
    setenv("ENTENTE_TEST_TOKEN", "one", 1);
    setup = load_text(before_text, OPTIONS_RESOLVE);
    assert_sound();
    put("r.rule", "type = exercise");
    setenv("ENTENTE_TEST_TOKEN", "two", 1);
    struct setup *now = load_text(now_text, OPTIONS_RESOLVE);
    assert_sound();
    struct setup_difference *rows = NULL;
    size_t count = 0;
    assert_true(setup_compare(setup, now, &rows, &count));
    assert_int_equal(count, 10);
    assert_int_equal(change_of(rows, count, "source.a"), SETUP_REMOVED);
    assert_int_equal(change_of(rows, count, "source.b"), SETUP_CHANGED);
    assert_int_equal(change_of(rows, count, "source.c"), SETUP_SAME);
    assert_int_equal(change_of(rows, count, "source.new"), SETUP_ADDED);
    assert_int_equal(change_of(rows, count, "classifier.k"), SETUP_CHANGED); /* the secret's own text */
    assert_int_equal(change_of(rows, count, "watch.w"), SETUP_CHANGED);      /* the file's text */
    assert_int_equal(change_of(rows, count, "log"), SETUP_CHANGED);
    assert_int_equal(change_of(rows, count, "entente"), SETUP_SAME);
    assert_int_equal(change_of(rows, count, "retention"), SETUP_SAME);
    free(rows);
    assert_true(setup_compare(now, now, &rows, &count));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rows[i].change, SETUP_SAME);
    free(rows);
    setup_destroy(now);
}

static void an_unreadable_file_is_no_setup(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    diagnostics = diagnostics_create();
    assert_null(setup_load("absent.ini", registry, OPTIONS_CHECK, diagnostics, &error));
    assert_non_null(strstr(error.text, "absent.ini"));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_whole_configuration_becomes_a_plan_in_the_order_of_the_way_of_data),
        IN_FOLDER(each_wrong_section_is_told_at_its_place),
        IN_FOLDER(a_plugin_that_is_unknown_draws_no_complaints_about_its_options),
        IN_FOLDER(what_a_plan_lacks_is_a_warning),
        IN_FOLDER(a_list_makes_a_source_of_each_line_whose_name_outlives_its_place),
        IN_FOLDER(wrong_lines_of_a_list_are_told_in_the_list_and_wrong_keys_of_its_section_once),
        IN_FOLDER(a_rule_file_is_told_of_by_its_own_lines),
        IN_FOLDER(what_rules_may_name_is_checked_where_it_stands),
        IN_FOLDER(a_reload_knows_what_is_new_gone_changed_or_the_same),
        IN_FOLDER(an_unreadable_file_is_no_setup),
    };
    return cmocka_run_group_tests(tests, make_registry, destroy_registry);
}
