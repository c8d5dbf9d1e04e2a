#include "lib/listing/selector.h"

#include <ctype.h>
#include <string.h>

struct parser {
    struct buffer *xpath;
    const char *start, *at;
    struct error *error;
};

static bool fail(struct parser *parser, const char *what)
{
    return error_set(parser->error, ERROR_INPUT, "the selector '%s' is not understood at character %zu: %s",
                     parser->start, (size_t)(parser->at - parser->start) + 1, what);
}

static bool is_name_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '-' || byte == '_' || (byte & 0x80);
}

/* The length of the name at `at`. */
static size_t name_size(const struct parser *parser)
{
    size_t size = 0;
    while (is_name_byte(parser->at[size]))
        size++;
    return size;
}

/* A string of XPath, which has no escapes: what holds both kinds of quotes is put together. */
static void append_string(struct buffer *xpath, const char *bytes, size_t size)
{
    bool has_single = memchr(bytes, '\'', size) != NULL, has_double = memchr(bytes, '"', size) != NULL;
    if (!has_single || !has_double) {
        const char *quote = has_single ? "\"" : "'";
        buffer_append_text(xpath, quote);
        buffer_append(xpath, bytes, size);
        buffer_append_text(xpath, quote);
        return;
    }
    buffer_append_text(xpath, "concat(''");
    for (size_t i = 0; i < size; i++)
        buffer_printf(xpath, bytes[i] == '\'' ? ", \"%c\"" : ", '%c'", bytes[i]);
    buffer_append_char(xpath, ')');
}

/* One word of a list of words, as of class. */
static void append_word_test(struct buffer *xpath, const char *attribute, size_t attribute_size, const char *word,
                             size_t size)
{
    struct buffer padded = BUFFER_INIT;
    buffer_append_char(&padded, ' ');
    buffer_append(&padded, word, size);
    buffer_append_char(&padded, ' ');
    buffer_printf(xpath, "contains(concat(' ', normalize-space(@%.*s), ' '), ", (int)attribute_size, attribute);
    append_string(xpath, padded.bytes ? padded.bytes : "", padded.size);
    buffer_append_char(xpath, ')');
    buffer_free(&padded);
}

static void append_attribute_test(struct buffer *xpath, const char *name, size_t name_length, char operator,
                                  const char * value, size_t size)
{
    int length = (int)name_length;
    switch (operator) {
    case '~':
        append_word_test(xpath, name, name_length, value, size);
        return;
    case '^':
        buffer_printf(xpath, "starts-with(@%.*s, ", length, name);
        break;
    case '*':
        buffer_printf(xpath, "contains(@%.*s, ", length, name);
        break;
    case '$':
        buffer_printf(xpath, "substring(@%.*s, string-length(@%.*s) - string-length(", length, name, length, name);
        append_string(xpath, value, size);
        buffer_append_text(xpath, ") + 1) = ");
        append_string(xpath, value, size);
        return;
    case '|':
        buffer_printf(xpath, "(@%.*s = ", length, name);
        append_string(xpath, value, size);
        buffer_printf(xpath, " or starts-with(@%.*s, concat(", length, name);
        append_string(xpath, value, size);
        buffer_append_text(xpath, ", '-')))");
        return;
    default:
        buffer_printf(xpath, "@%.*s = ", length, name);
        append_string(xpath, value, size);
        return;
    }
    append_string(xpath, value, size);
    buffer_append_char(xpath, ')');
}

static bool read_attribute(struct parser *parser)
{
    parser->at++;
    const char *name = parser->at;
    size_t size = name_size(parser);
    if (size == 0)
        return fail(parser, "an attribute's name is missing after [");
    parser->at += size;
    if (*parser->at == ']') {
        parser->at++;
        buffer_printf(parser->xpath, "@%.*s", (int)size, name);
        return true;
    }
    char operator= '=';
    if (*parser->at && strchr("~|^$*", *parser->at))
        operator= * parser->at++;
    if (*parser->at != '=')
        return fail(parser, "expected ] or one of = ~= |= ^= $= *=");
    parser->at++;
    char quote = *parser->at == '"' || *parser->at == '\'' ? *parser->at++ : '\0';
    const char *value = parser->at;
    size_t value_size = quote ? strcspn(value, quote == '"' ? "\"" : "'") : strcspn(value, "]");
    parser->at += value_size;
    if (quote && *parser->at++ != quote) {
        parser->at--;
        return fail(parser, "the quote is not closed");
    }
    if (*parser->at != ']')
        return fail(parser, "expected ]");
    parser->at++;
    append_attribute_test(parser->xpath, name, size, operator, value, value_size);
    return true;
}

static bool read_pseudo(struct parser *parser, bool may_nest);

/* One of #id .class [attribute] :pseudo, as a condition. */
static bool read_condition(struct parser *parser, bool may_nest)
{
    char kind = *parser->at;
    if (kind == '[')
        return read_attribute(parser);
    if (kind == ':')
        return read_pseudo(parser, may_nest);
    parser->at++;
    size_t size = name_size(parser);
    if (size == 0)
        return fail(parser, kind == '.' ? "a class is missing after ." : "an id is missing after #");
    if (kind == '.') {
        append_word_test(parser->xpath, "class", 5, parser->at, size);
    } else {
        buffer_append_text(parser->xpath, "@id = ");
        append_string(parser->xpath, parser->at, size);
    }
    parser->at += size;
    return true;
}

static bool read_nth(struct parser *parser)
{
    size_t size = strspn(parser->at, "0123456789");
    if (size == 0 || size > 6 || parser->at[size] != ')')
        return fail(parser, "expected a number and )");
    buffer_printf(parser->xpath, "count(preceding-sibling::*) + 1 = %.*s", (int)size, parser->at);
    parser->at += size + 1;
    return true;
}

static bool read_not(struct parser *parser)
{
    buffer_append_text(parser->xpath, "not(");
    size_t size = name_size(parser);
    if (size > 0) {
        buffer_printf(parser->xpath, "self::%.*s", (int)size, parser->at);
        parser->at += size;
    } else if (!strchr("#.[:", *parser->at) || !*parser->at) {
        return fail(parser, "expected a name or one of # . [ :");
    } else if (!read_condition(parser, false)) {
        return false;
    }
    if (*parser->at != ')')
        return fail(parser, "expected )");
    parser->at++;
    buffer_append_char(parser->xpath, ')');
    return true;
}

static bool read_pseudo(struct parser *parser, bool may_nest)
{
    static const struct {
        const char *name, *xpath;
    } plain[] = {{":first-child", "not(preceding-sibling::*)"}, {":last-child", "not(following-sibling::*)"}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        size_t size = strlen(plain[i].name);
        if (strncmp(parser->at, plain[i].name, size) == 0 && !is_name_byte(parser->at[size])) {
            parser->at += size;
            buffer_append_text(parser->xpath, plain[i].xpath);
            return true;
        }
    }
    if (strncmp(parser->at, ":nth-child(", 11) == 0) {
        parser->at += 11;
        return read_nth(parser);
    }
    if (may_nest && strncmp(parser->at, ":not(", 5) == 0) {
        parser->at += 5;
        return read_not(parser);
    }
    return fail(parser, "known are :first-child, :last-child, :nth-child(N) and :not(...)");
}

/* An element's name with its conditions. */
static bool read_compound(struct parser *parser)
{
    size_t size = name_size(parser);
    if (*parser->at == '*') {
        parser->at++;
        buffer_append_char(parser->xpath, '*');
    } else if (size > 0) {
        for (size_t i = 0; i < size; i++)
            buffer_append_char(parser->xpath, (char)tolower((unsigned char)parser->at[i]));
        parser->at += size;
    } else if (*parser->at && strchr("#.[:", *parser->at)) {
        buffer_append_char(parser->xpath, '*');
    } else {
        return fail(parser, "expected an element's name or one of # . [ :");
    }
    while (*parser->at && strchr("#.[:", *parser->at)) {
        buffer_append_char(parser->xpath, '[');
        if (!read_condition(parser, true))
            return false;
        buffer_append_char(parser->xpath, ']');
    }
    return true;
}

static void skip_space(struct parser *parser)
{
    while (isspace((unsigned char)*parser->at))
        parser->at++;
}

/* What stands between two compounds; false at the end of one selector of the list. */
static bool read_combinator(struct parser *parser)
{
    bool is_space = isspace((unsigned char)*parser->at) != 0;
    skip_space(parser);
    if (*parser->at == '\0' || *parser->at == ',')
        return false;
    char kind = *parser->at && strchr(">+~", *parser->at) ? *parser->at++ : is_space ? ' ' : '?';
    skip_space(parser);
    switch (kind) {
    case '>':
        buffer_append_char(parser->xpath, '/');
        return true;
    case '+':
        buffer_append_text(parser->xpath, "/following-sibling::*[1]/self::");
        return true;
    case '~':
        buffer_append_text(parser->xpath, "/following-sibling::");
        return true;
    default: /* anything but a space is told by the compound that it does not begin */
        buffer_append_text(parser->xpath, "//");
        return true;
    }
}

static bool read_list(struct parser *parser)
{
    for (bool is_first = true;; is_first = false) {
        skip_space(parser);
        buffer_append_text(parser->xpath, is_first ? ".//" : " | .//");
        do {
            if (!read_compound(parser))
                return false;
        } while (read_combinator(parser));
        if (*parser->at != ',')
            return true;
        parser->at++;
    }
}

bool selector_to_xpath(struct buffer *xpath, const char *selector, struct error *error)
{
    struct parser parser = {xpath, selector, selector, error};
    skip_space(&parser);
    if (strlen(selector) > SELECTOR_MAX)
        return error_set(error, ERROR_LIMIT, "a selector has at most %d bytes", SELECTOR_MAX);
    bool is_xpath = *parser.at == '/' || *parser.at == '(' || strncmp(parser.at, "./", 2) == 0;
    if (is_xpath)
        buffer_append_text(xpath, parser.at);
    else if (!read_list(&parser))
        return false;
    return !xpath->failed || error_set(error, ERROR_MEMORY, "no memory for a selector");
}
