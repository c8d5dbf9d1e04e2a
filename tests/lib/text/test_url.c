#include "lib/text/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_resolves(const char *base, const char *reference, const char *expected)
{
    struct buffer buffer = BUFFER_INIT;
    url_resolve(&buffer, base, strlen(base), reference, strlen(reference));
    assert_string_equal(buffer.bytes, expected);
    buffer_free(&buffer);
}

/* RFC 3986 section 5.4. */
static void references_resolve_as_the_rfc_shows(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {";x", "http://a/b/c/;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_resolves("http://a/b/c/d;p?q", rows[i][0], rows[i][1]);
}

static void stray_space_in_an_address_is_mended(void **state)
{
    (void)state;
    assert_resolves("http://a.org", " \n/x y\n.html ", "http://a.org/x%20y.html");
    assert_resolves("", "rel", "rel");
    assert_resolves("http://a.org", "x", "http://a.org/x");
}

static void assert_canonical(const char *url, const char *expected)
{
    struct buffer buffer = BUFFER_INIT;
    url_canonical(&buffer, url, strlen(url));
    assert_string_equal(buffer.bytes, expected);
    buffer_free(&buffer);
}

static void the_canonical_form_drops_what_names_no_other_page(void **state)
{
    (void)state;
    assert_canonical("HTTP://User@WWW.Example.ORG:80/A/../b?utm_source=rss&id=7&fbclid=x#top",
                     "http://www.example.org/b?id=7");
    assert_canonical("https://example.org:443", "https://example.org/");
    assert_canonical("https://example.org:8443/?", "https://example.org:8443/");
    assert_canonical("https://example.org./a?UTM_Medium=1&xtor=2", "https://example.org/a");
    assert_canonical("urn:uuid:1234", "urn:uuid:1234");
}

static void assert_domain(const char *url, const char *expected)
{
    struct buffer buffer = BUFFER_INIT;
    assert_true(url_publisher_domain(&buffer, url, strlen(url)));
    assert_string_equal(buffer.bytes, expected);
    buffer_free(&buffer);
}

static void the_publisher_is_the_registrable_domain(void **state)
{
    (void)state;
    assert_domain("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk");
    assert_domain("https://www.reuters.com/x", "reuters.com");
    assert_domain("http://a.b.mod.gov.in:8080/", "mod.gov.in");
    assert_domain("WWW.Example.ORG", "example.org");
    assert_domain("http://127.0.0.1:80/x", "127.0.0.1");
    assert_domain("http://[::1]/", "[::1]");
    assert_domain("http://localhost/", "localhost");
    struct buffer buffer = BUFFER_INIT;
    assert_false(url_publisher_domain(&buffer, "/path/only", 10));
    buffer_free(&buffer);
}

static void addresses_that_run_code_are_known_in_disguise(void **state)
{
    (void)state;
    static const char *const scripts[] = {"javascript:alert(1)", " JaVaScRiPt:x", "java\nscript:x", "data:text/html,x",
                                          "\x01vbscript:x"};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++)
        assert_true(url_is_script(scripts[i], strlen(scripts[i])));
    assert_false(url_is_script("https://example.org/javascript:x", 32));
    assert_false(url_is_script("javascript.html", 15));
    assert_true(url_is_web("HTTPS://example.org", 19));
    assert_false(url_is_web("mailto:a@b.c", 12));
}

static void links_of_redirectors_are_unwrapped(void **state)
{
    (void)state;
    static const struct {
        const char *url, *target;
    } rows[] = {
        {"https://www.google.com/url?rct=j&sa=t&url=https://example.org/a%3Fb%3D1%26c&ct=ga", "https://example.org/a?b=1&c"},
        {"https://www.google.co.uk/url?q=http://example.org/&sa=U", "http://example.org/"},
        {"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fx&data=05", "https://example.org/x"},
        {"https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2F", "https://example.org/"},
        {"https://www.google.com/url?url=javascript:alert(1)", NULL},
        {"https://www.google.com/search?q=https://example.org/", NULL},
        {"https://notgoogle.com/url?url=https://example.org/", NULL},
        {"https://example.org/url?url=https://example.com/", NULL},
        {"https://www.google.com/url?url=%", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer target = BUFFER_INIT;
        assert_int_equal(url_unwrap(&target, rows[i].url, strlen(rows[i].url)), rows[i].target != NULL);
        if (rows[i].target)
            assert_string_equal(target.bytes, rows[i].target);
        else
            assert_int_equal(target.size, 0);
        buffer_free(&target);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_of_redirectors_are_unwrapped),
        cmocka_unit_test(references_resolve_as_the_rfc_shows),
        cmocka_unit_test(stray_space_in_an_address_is_mended),
        cmocka_unit_test(the_canonical_form_drops_what_names_no_other_page),
        cmocka_unit_test(the_publisher_is_the_registrable_domain),
        cmocka_unit_test(addresses_that_run_code_are_known_in_disguise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
