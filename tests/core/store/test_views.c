/* Saved views: each owner's own, and not without end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/store/state.h"
#include "core/store/store.h"
#include "core/store/views.h"
#include "lib/base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char directory[64];
static struct store *store;

static int set_up(void **state)
{
    char path[128];
    struct error error = ERROR_INIT;
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/entente-views-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/%s", directory, STORE_FILE_NAME);
    store = store_open(path, STORE_WRITE, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", directory);
    return system(command);
}

static bool put(const char *owner, const char *name, const char *query, struct error *error)
{
    const struct view_row row = {owner, name, query, 1700000000000};
    return store_view_put(store, &row, error);
}

static bool add(void *context, const struct view_row *row)
{
    buffer_printf(context, "%s:%s?%s;", row->owner, row->name, row->query);
    return true;
}

static void assert_views(const char *owner, const char *wanted)
{
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, "");
    assert_true(store_views_each(store, owner, add, &text, &error));
    assert_string_equal(text.bytes, wanted);
    buffer_free(&text);
}

static void each_owner_has_his_own(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_true(put("ada", "b", "x=1", &error) && put("ada", "a", "y=2", &error) && put("eve", "a", "z=3", &error));
    assert_true(put("ada", "b", "x=4", &error));
    assert_views("ada", "ada:a?y=2;ada:b?x=4;");
    assert_views("eve", "eve:a?z=3;");
    assert_views("nobody", "");
    assert_true(store_view_remove(store, "ada", "a", &error));
    assert_false(store_view_remove(store, "ada", "a", &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_views("ada", "ada:b?x=4;");
    assert_views("eve", "eve:a?z=3;");
}

static void an_owner_has_so_many_at_most(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char name[16];
    for (int i = 0; i < STORE_VIEWS_MAX; i++) {
        snprintf(name, sizeof name, "view %d", i);
        assert_true(put("max", name, "", &error));
    }
    assert_false(put("max", "one more", "", &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_true(put("max", "view 7", "changed=yes", &error)); /* in the place of another */
    assert_true(put("other", "one more", "", &error));
    assert_true(store_view_remove(store, "max", "view 3", &error) && put("max", "one more", "", &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_owner_has_his_own),
        cmocka_unit_test(an_owner_has_so_many_at_most),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
