#include "lib/text/entity.h"

#include "lib/base/utf8.h"
#include "lib/text/entity_table.h"

#include <stdint.h>
#include <string.h>

/* The longest names that HTML takes without a semicolon are "&frac12" and its like. */
enum { ENTITY_OLD_NAME_MAX = 6 };

/* windows-1252 at 0x80 to 0x9F; its five holes keep their C1 value, as the HTML standard has it. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static int digit_value(char byte, int base)
{
    int value = byte >= '0' && byte <= '9'   ? byte - '0'
                : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                             : base;
    return value < base ? value : -1;
}

size_t entity_write_number(uint32_t number, char output[ENTITY_OUTPUT_MAX])
{
    if (number >= 0x80 && number <= 0x9F)
        number = windows_1252[number - 0x80];
    if (number == 0)
        number = UTF8_REPLACEMENT;
    bool control =
        (number < 0x20 && number != '\t' && number != '\n' && number != '\r') || (number >= 0x7F && number <= 0x9F);
    return control ? 0 : utf8_encode(number, output);
}

static size_t read_number(const char *bytes, size_t size, char output[ENTITY_OUTPUT_MAX], size_t *written)
{
    size_t at = 2;
    int base = 10;
    if (at < size && (bytes[at] == 'x' || bytes[at] == 'X')) {
        base = 16;
        at++;
    }
    size_t start = at;
    uint32_t number = 0;
    for (int digit; at < size && (digit = digit_value(bytes[at], base)) >= 0; at++)
        number = number > 0x10FFFF ? number : number * (uint32_t)base + (uint32_t)digit;
    if (at == start)
        return 0;
    *written = entity_write_number(number, output);
    return at < size && bytes[at] == ';' ? at + 1 : at;
}

static bool is_alphanumeric(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static const struct entity_row *find_name(const char *name, size_t size)
{
    size_t low = 0, high = ENTITY_TABLE_SIZE;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncmp(name, entity_table[middle].name, size);
        if (order == 0 && entity_table[middle].name[size])
            order = -1;
        if (order == 0)
            return &entity_table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static size_t read_name(const char *bytes, size_t size, enum entity_rules rules, char output[ENTITY_OUTPUT_MAX],
                        size_t *written)
{
    const char *name = bytes + 1;
    size_t room = size - 1 < ENTITY_NAME_MAX ? size - 1 : ENTITY_NAME_MAX;
    size_t length = 0;
    while (length < room && is_alphanumeric(name[length]))
        length++;
    const struct entity_row *row = NULL;
    if (length < room && name[length] == ';')
        row = find_name(name, ++length);
    /* The longest old name that the text begins with: "&ampfoo" reads "&foo". */
    if (!row && rules == ENTITY_HTML) {
        if (length > ENTITY_OLD_NAME_MAX)
            length = ENTITY_OLD_NAME_MAX;
        while (length >= 2 && !(row = find_name(name, length)))
            length--;
    }
    if (!row)
        return 0;
    *written = strlen(row->text);
    memcpy(output, row->text, *written);
    return strlen(row->name) + 1;
}

size_t entity_read(const char *bytes, size_t size, enum entity_rules rules, char output[ENTITY_OUTPUT_MAX],
                   size_t *written)
{
    *written = 0;
    if (size < 3)
        return 0;
    return bytes[1] == '#' ? read_number(bytes, size, output, written) : read_name(bytes, size, rules, output, written);
}

bool entity_append_decoded(struct buffer *buffer, const char *bytes, size_t size, enum entity_rules rules)
{
    bool clean = true;
    size_t at = 0;
    while (at < size) {
        const char *ampersand = memchr(bytes + at, '&', size - at);
        size_t plain = ampersand ? (size_t)(ampersand - bytes) - at : size - at;
        buffer_append(buffer, bytes + at, plain);
        at += plain;
        if (at == size)
            break;
        char output[ENTITY_OUTPUT_MAX];
        size_t written;
        size_t consumed = entity_read(bytes + at, size - at, rules, output, &written);
        if (consumed == 0) {
            clean = false;
            output[0] = '&';
            written = consumed = 1;
        }
        buffer_append(buffer, output, written);
        at += consumed;
    }
    return clean;
}
