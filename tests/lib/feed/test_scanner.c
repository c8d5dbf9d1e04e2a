/* The scanner against expat: on well-formed documents both must see the same. */
#include "lib/base/buffer.h"
#include "lib/feed/scanner.h"
#include "lib/text/entity.h"

#include <expat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Both readers write what they see in one form: "<name a=[value]>", "text", "</name>". */

static void put_open(struct buffer *log, struct slice name)
{
    buffer_append_char(log, '<');
    buffer_append(log, name.bytes, name.size);
}

static void put_attribute(struct buffer *log, struct slice name, const char *value, size_t size)
{
    buffer_append_char(log, ' ');
    buffer_append(log, name.bytes, name.size);
    buffer_append_text(log, "=[");
    buffer_append(log, value, size);
    buffer_append_char(log, ']');
}

static void XMLCALL expat_open(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct buffer *log = data;
    put_open(log, (struct slice){name, strlen(name)});
    for (; *attributes; attributes += 2)
        put_attribute(log, (struct slice){attributes[0], strlen(attributes[0])}, attributes[1], strlen(attributes[1]));
    buffer_append_char(log, '>');
}

static void XMLCALL expat_close(void *data, const XML_Char *name)
{
    buffer_printf(data, "</%s>", name);
}

static void XMLCALL expat_text(void *data, const XML_Char *text, int size)
{
    buffer_append(data, text, (size_t)size);
}

static void read_with_expat(const char *document, struct buffer *log)
{
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, log);
    XML_SetElementHandler(parser, expat_open, expat_close);
    XML_SetCharacterDataHandler(parser, expat_text);
    if (XML_Parse(parser, document, (int)strlen(document), 1) != XML_STATUS_OK)
        fail_msg("the document is not well-formed: %s", XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
}

static bool is_blank(struct slice text)
{
    return slice_trim(text).size == 0;
}

static void log_token(const struct scanner_token *token, int *depth, struct buffer *log)
{
    if (token->kind == SCANNER_OPEN) {
        put_open(log, token->name);
        for (size_t i = 0; i < token->attribute_count; i++) {
            struct buffer value = BUFFER_INIT;
            struct slice raw = token->attributes[i].value;
            entity_append_decoded(&value, raw.bytes, raw.size, ENTITY_XML);
            put_attribute(log, token->attributes[i].name, value.bytes ? value.bytes : "", value.size);
            buffer_free(&value);
        }
        buffer_append_char(log, '>');
        *depth += token->empty ? 0 : 1;
    }
    if (token->kind == SCANNER_CLOSE || (token->kind == SCANNER_OPEN && token->empty)) {
        buffer_append_text(log, "</");
        buffer_append(log, token->name.bytes, token->name.size);
        buffer_append_char(log, '>');
        *depth -= token->kind == SCANNER_CLOSE ? 1 : 0;
    }
    if (token->kind == SCANNER_CDATA)
        buffer_append(log, token->text.bytes, token->text.size);
    /* expat reports no white space outside the root. */
    if (token->kind == SCANNER_TEXT && (*depth > 0 || !is_blank(token->text)))
        entity_append_decoded(log, token->text.bytes, token->text.size, ENTITY_XML);
}

static void read_with_scanner(const char *document, struct buffer *log, unsigned *faults)
{
    struct scanner *scanner = malloc(sizeof *scanner);
    int depth = 0;
    assert_non_null(scanner);
    scanner_init(scanner, document, strlen(document));
    while (scanner_next(scanner) != SCANNER_END)
        log_token(&scanner->token, &depth, log);
    *faults = scanner->faults;
    free(scanner);
}

static void assert_same_as_expat(const char *document)
{
    struct buffer ours = BUFFER_INIT, theirs = BUFFER_INIT;
    unsigned faults;
    read_with_scanner(document, &ours, &faults);
    read_with_expat(document, &theirs);
    assert_string_equal(ours.bytes, theirs.bytes);
    assert_int_equal(faults, 0);
    buffer_free(&ours);
    buffer_free(&theirs);
}

static void well_formed_documents_give_the_tokens_that_expat_gives(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "<a/>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c > <x> -- -->\n<a b='1'  c = \"2\n3\">t<b/>u</a>\n"
        "<?pi x?>",
        "<a:b xmlns:a='u' a:c='&quot;&lt;&#233;&#x2019;&amp;amp;'>x &gt; y &amp; z<a:d></a:d ></a:b>",
        "<a><![CDATA[<b> & ]] ]> &amp;]]>x<![CDATA[]]><![CDATA[y]]></a>",
        "<!DOCTYPE a [ <!-- > --> <!ELEMENT a ANY> <!ATTLIST a b CDATA \"]>\"> ]><a b='>'>x</a>",
        "<!DOCTYPE a PUBLIC \"-//X//DTD X//EN\" 'http://example.org/x>y'><a>\xE4\xB8\xAD\xE6\x96\x87</a>",
        "<r><i t=\"a > b\"/><i t='\"'>'\"</i><\xC3\xA9l\xC3\xA9ment/></r>",
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct buffer copy = BUFFER_INIT;
        buffer_append_text(&copy, documents[i]);
        if (strstr(documents[i], "-- -->")) { /* expat refuses "--" within a comment, which XML forbids */
            char *dashes = strstr(copy.bytes, "-- -->");
            memcpy(dashes, "   -->", 6);
        }
        /* A line feed in an attribute is a space for XML; the scanner leaves that to whoever trims the value. */
        for (char *at = copy.bytes; *at; at++)
            if (*at == '\n' && at > copy.bytes && at[-1] == '2')
                *at = ' ';
        assert_same_as_expat(copy.bytes);
        buffer_free(&copy);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* A random well-formed document: nested elements with attributes, text, references, comments, CDATA. */
static void grow(struct buffer *document, uint64_t *seed, int depth)
{
    static const char *const names[] = {"a", "item", "x:link", "dc:creator", "_b-1.2"};
    static const char *const texts[] = {"text ", "&amp;", "&#8217;", "<!-- no -->", "<![CDATA[a<b>&amp;]]>",
                                        "\n\t",  "é中",   "]]"};
    const char *name = names[next_random(seed) % 5];
    buffer_printf(document, "<%s", name);
    for (uint64_t i = next_random(seed) % 3; i-- > 0;)
        buffer_printf(document, " k%d=%s", (int)i, next_random(seed) % 2 ? "'v > \"'" : "\"&lt;w '&amp;\"");
    if (next_random(seed) % 5 == 0) {
        buffer_append_text(document, "/>");
        return;
    }
    buffer_append_char(document, '>');
    for (uint64_t i = next_random(seed) % 6; i-- > 0;) {
        if (depth < 8 && next_random(seed) % 2)
            grow(document, seed, depth + 1);
        else
            buffer_append_text(document, texts[next_random(seed) % 8]);
    }
    buffer_printf(document, "</%s>", name);
}

static void random_well_formed_documents_too(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int i = 0; i < 500; i++) {
        struct buffer document = BUFFER_INIT;
        grow(&document, &seed, 0);
        buffer_append_char(&document, '\n');
        assert_same_as_expat(document.bytes);
        buffer_free(&document);
    }
}

static void assert_tokens(const char *document, const char *expected, unsigned expected_faults)
{
    struct buffer log = BUFFER_INIT;
    unsigned faults;
    read_with_scanner(document, &log, &faults);
    assert_string_equal(log.bytes, expected);
    assert_int_equal(faults, expected_faults);
    buffer_free(&log);
}

static void broken_markup_is_read_and_its_faults_are_noted(void **state)
{
    (void)state;
    assert_tokens("<a>1 < 2 & 3</a>", "<a>1 < 2 & 3</a>", SCANNER_BARE_LESS);
    assert_tokens("<a b=c d e='1' e='2' f=\"x/>", "<a b=[c] d=[] e=[1] f=[x]></a>", SCANNER_ATTRIBUTE);
    assert_tokens("<a b=1<c>", "<a b=[1]><c>", SCANNER_ATTRIBUTE | SCANNER_BARE_LESS);
    assert_tokens("<a><![CDATA[x", "<a>x", SCANNER_TRUNCATED);
    assert_tokens("<a>x<b c='", "<a>x<b c=[]>", SCANNER_TRUNCATED | SCANNER_ATTRIBUTE);
    assert_tokens("<!DOCTYPE a [<!ENTITY x \"y\"> <a>z</a>", "<a>z</a>", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_documents_give_the_tokens_that_expat_gives),
        cmocka_unit_test(random_well_formed_documents_too),
        cmocka_unit_test(broken_markup_is_read_and_its_faults_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
