/* Access tokens: their form, what is refused, and the comparison of digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/base/access_token.h"

#include <stdio.h>
#include <string.h>

static void a_token_is_read_back_and_no_two_are_alike(void **state)
{
    (void)state;
    char first[ACCESS_TOKEN_SIZE], second[ACCESS_TOKEN_SIZE], id[ACCESS_TOKEN_ID_SIZE], other[ACCESS_TOKEN_ID_SIZE];
    char digest[ACCESS_TOKEN_DIGEST_SIZE], of_second[ACCESS_TOKEN_DIGEST_SIZE], read[ACCESS_TOKEN_ID_SIZE];
    assert_true(access_token_make(first, id));
    assert_true(access_token_make(second, other));
    assert_int_equal(strlen(first), ACCESS_TOKEN_SIZE - 1);
    assert_string_not_equal(first, second);
    assert_true(access_token_read(first, read, digest));
    assert_string_equal(read, id);
    assert_true(access_token_read(second, read, of_second));
    assert_true(access_token_digests_equal(digest, digest));
    assert_false(access_token_digests_equal(digest, of_second));
    assert_null(strstr(digest, first + 17));
}

static void the_digest_is_sha_256_of_the_whole_token(void **state)
{
    (void)state;
    char id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE];
    assert_true(access_token_read("ent_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", id, digest));
    assert_string_equal(id, "0123456789ab");
    /* printf %s ent_0123456789ab_AAAA… | openssl dgst -sha256 -binary | base64 */
    assert_string_equal(digest, "Xwxl9FeGL0juqBjuDN+EZqPv3uBANDKLwQR4V2fIoxc=");
}

static void what_is_no_token_by_its_form_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "ent_",
        "ent_0123456789ab_",
        "ent_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ent_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ENT_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ent_0123456789aB_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ent_0123456789ab-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ent_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';A",
        "ent_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa4",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE];
        assert_false(access_token_read(wrong[i], id, digest));
    }
}

static void digests_of_other_lengths_are_never_equal(void **state)
{
    (void)state;
    assert_false(access_token_digests_equal("", ""));
    assert_false(access_token_digests_equal("a", "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_read_back_and_no_two_are_alike),
        cmocka_unit_test(the_digest_is_sha_256_of_the_whole_token),
        cmocka_unit_test(what_is_no_token_by_its_form_is_refused),
        cmocka_unit_test(digests_of_other_lengths_are_never_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
