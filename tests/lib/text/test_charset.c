#include "lib/text/charset.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void encode(struct buffer *out, const char *text, const char *encoding)
{
    char bytes[4096];
    char *in = (char *)(uintptr_t)text, *to = bytes;
    size_t left = strlen(text), room = sizeof bytes;
    iconv_t converter = iconv_open(encoding, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    assert_int_equal(iconv(converter, &in, &left, &to, &room), 0);
    iconv_close(converter);
    buffer_append(out, bytes, sizeof bytes - room);
}

static void assert_decodes(const char *bytes, size_t size, const char *http, const char *expected, const char *name,
                           bool repaired)
{
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    struct error error = ERROR_INIT;
    assert_true(charset_decode(bytes, size, http, &storage, &text, &error));
    if (expected) {
        assert_int_equal(text.size, strlen(expected));
        assert_memory_equal(text.bytes, expected, text.size);
    }
    assert_string_equal(text.name, name);
    assert_int_equal(text.repaired, repaired);
    buffer_free(&storage);
}

static void a_byte_order_mark_decides(void **state)
{
    (void)state;
    assert_decodes("\xEF\xBB\xBFna\xC3\xAFve", 9, "iso-8859-1", "naïve", "utf-8", false);
    assert_decodes("\xFF\xFEn\0a\0", 6, "utf-8", "na", "utf-16le", false);
    assert_decodes("\xFE\xFF\0n\0a", 6, NULL, "na", "utf-16be", false);
    assert_decodes("\xFF\xFE\0\0n\0\0\0", 8, NULL, "n", "utf-32le", false);
}

static void valid_utf8_wins_over_every_label(void **state)
{
    (void)state;
    const char *text = "<?xml version='1.0' encoding='UTF-16'?><a>naïve “text”</a>";
    assert_decodes(text, strlen(text), "windows-1251", text, "utf-8", true);
    assert_decodes("plain", 5, "iso-8859-1", "plain", "utf-8", false);
}

static void http_comes_before_the_declaration(void **state)
{
    (void)state;
    const char *text = "<?xml encoding='windows-1252'?><a>\xEF\xF0\xE8</a>";
    assert_decodes(text, strlen(text), "windows-1251", "<?xml encoding='windows-1252'?><a>при</a>", "windows-1251",
                   false);
    assert_decodes("<?xml encoding='koi8-r'?>\xC1", 26, NULL, "<?xml encoding='koi8-r'?>а", "koi8-r", false);
    assert_decodes("<meta charset=\"windows-1250\">\xE8", 30, NULL, "<meta charset=\"windows-1250\">č", "windows-1250",
                   false);
}

static void single_western_bytes_in_utf8_are_mended(void **state)
{
    (void)state;
    const char *text = "naïve café \x93quoted\x94 ü ä ö";
    assert_decodes(text, strlen(text), "utf-8", "naïve café “quoted” ü ä ö", "utf-8", true);
}

static void undeclared_encodings_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *name, *encoding, *text;
    } rows[] = {
        {"windows-1251", "CP1251", "Министр обороны встретился с коллегой в столице"},
        {"koi8-r", "KOI8-R", "Министр обороны встретился с коллегой в столице"},
        {"gb18030", "GB18030", "中国国防部长访问巴基斯坦并签署合作协议"},
        {"big5", "BIG5", "國防部長訪問美國並簽署合作協議"},
        {"shift_jis", "CP932", "防衛大臣は米国を訪問し、協定に署名しました"},
        {"euc-jp", "EUC-JP", "防衛大臣は米国を訪問し、協定に署名しました"},
        {"euc-kr", "CP949", "국방부 장관이 미국을 방문했다"},
        {"windows-1253", "CP1253", "Ο υπουργός Άμυνας επισκέφθηκε τη Γαλλία"},
        {"windows-1255", "CP1255", "שר הביטחון ביקר בארצות הברית"},
        {"windows-1256", "CP1256", "وزير الدفاع يزور فرنسا لتوقيع اتفاق"},
        {"windows-874", "TIS-620", "รัฐมนตรีกลาโหมเยือนสหรัฐและลงนามข้อตกลง"},
        {"windows-1252", "CP1252", "Der Minister reiste nach Österreich, für Gespräche über Übungen"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer bytes = BUFFER_INIT;
        encode(&bytes, rows[i].text, rows[i].encoding);
        assert_decodes(bytes.bytes, bytes.size, NULL, rows[i].text, rows[i].name, true);
        buffer_free(&bytes);
    }
}

static void a_western_label_on_another_script_is_dropped(void **state)
{
    (void)state;
    const char *text = "Министр обороны встретился с коллегой в столице";
    struct buffer bytes = BUFFER_INIT;
    encode(&bytes, text, "CP1251");
    assert_decodes(bytes.bytes, bytes.size, "iso-8859-1", text, "windows-1251", true);
    buffer_free(&bytes);
}

static void labels_mean_what_the_web_means_by_them(void **state)
{
    (void)state;
    assert_string_equal(charset_find_label(" Latin1 ", 8), "windows-1252");
    assert_string_equal(charset_find_label("'GB2312'", 8), "gb18030");
    assert_string_equal(charset_find_label("x-sjis", 6), "shift_jis");
    assert_null(charset_find_label("klingon", 7));
    char label[CHARSET_LABEL_MAX + 1];
    charset_from_content_type("text/xml; Charset = 'KOI8-R' ; x=y", label);
    assert_string_equal(label, "KOI8-R");
    charset_from_content_type("text/xml", label);
    assert_string_equal(label, "");
    charset_from_content_type(NULL, label);
    assert_string_equal(label, "");
}

static void a_limit_on_the_storage_is_an_error_that_says_so(void **state)
{
    (void)state;
    struct buffer storage = {.limit = 64};
    struct charset_text text;
    struct error error = ERROR_INIT;
    const char *bytes = "un caf\xE9 noir, deux caf\xE9s noirs, trois caf\xE9s noirs, quatre caf\xE9s noirs";
    assert_false(charset_decode(bytes, strlen(bytes), "latin1", &storage, &text, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_non_null(strstr(error.text, "windows-1252"));
    buffer_free(&storage);
}

static void markup_of_wide_characters_shows_in_its_first_bytes(void **state)
{
    (void)state;
    static const char *const encodings[] = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"};
    static const char *const names[] = {"utf-16le", "utf-16be", "utf-32le", "utf-32be"};
    const char *text = "<a>新闻报道说两国签署了协议新闻报道说两国签署了协议新闻报道说两国签署了协议新闻报道说两国签署了协议</a>";
    for (size_t i = 0; i < 4; i++) {
        struct buffer bytes = BUFFER_INIT;
        encode(&bytes, text, encodings[i]);
        assert_decodes(bytes.bytes, bytes.size, NULL, text, names[i], false);
        buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_of_wide_characters_shows_in_its_first_bytes),
        cmocka_unit_test(a_byte_order_mark_decides),
        cmocka_unit_test(valid_utf8_wins_over_every_label),
        cmocka_unit_test(http_comes_before_the_declaration),
        cmocka_unit_test(single_western_bytes_in_utf8_are_mended),
        cmocka_unit_test(undeclared_encodings_are_recognised),
        cmocka_unit_test(a_western_label_on_another_script_is_dropped),
        cmocka_unit_test(labels_mean_what_the_web_means_by_them),
        cmocka_unit_test(a_limit_on_the_storage_is_an_error_that_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
