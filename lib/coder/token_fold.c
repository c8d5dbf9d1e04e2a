#include "lib/base/utf8.h"
#include "lib/coder/token.h"
#include "lib/coder/token_parts.h"

#include <string.h>

/* U+00C0 to U+017F to their ASCII base letters; '.' where there is none. Two-letter ligatures take their first. */
static const char latin_fold[] = "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
                                 "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                 "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

enum wide_class token_wide_class(uint32_t character)
{
    switch (character) {
    case 0x2019:
    case 0x02BC:
        return WIDE_APOSTROPHE;
    case 0x201C:
    case 0x201E:
    case 0x00AB:
    case 0x2018:
    case 0x201A:
        return WIDE_OPEN;
    case 0x201D:
    case 0x00BB:
        return WIDE_CLOSE;
    case 0x2014:
    case 0x2015:
        return WIDE_DASH;
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212:
        return WIDE_HYPHEN;
    case 0x00A3:
    case 0x20AC:
    case 0x00A5:
    case 0x20B9:
    case 0x20A9:
    case 0x20BD:
        return WIDE_MONEY;
    case 0x00A0:
    case 0x3000:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
        return WIDE_SPACE;
    case 0x00AD:
    case 0xFEFF:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x200E:
    case 0x200F:
    case 0x2060:
    case 0x061C:
        return WIDE_DROP;
    default:
        break;
    }
    if ((character >= 0x2000 && character <= 0x200A) || (character >= 0x202A && character <= 0x202E) ||
        (character >= 0x2066 && character <= 0x2069))
        return character <= 0x200A ? WIDE_SPACE : WIDE_DROP;
    if (character < 0xC0 || (character >= 0x2000 && character < 0x2C00) || character == UTF8_REPLACEMENT ||
        character == 0xD7 || character == 0xF7)
        return WIDE_OTHER;
    return WIDE_LETTER;
}

/* Folds one character to at most 4 bytes. */
static size_t fold_character(uint32_t character, char out[4])
{
    if (character >= 0xC0 && character < 0xC0 + sizeof latin_fold - 1) {
        out[0] = latin_fold[character - 0xC0];
        return 1;
    }
    if (character == 0x218 || character == 0x219) {
        out[0] = 's';
        return 1;
    }
    if (character == 0x21A || character == 0x21B) {
        out[0] = 't';
        return 1;
    }
    return utf8_encode(character, out);
}

size_t token_fold(const char *bytes, size_t size, char folded[TOKEN_WORD_MAX])
{
    size_t out = 0;
    for (size_t i = 0; i < size;) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x80) {
            if (out + 1 >= TOKEN_WORD_MAX)
                return 0;
            folded[out++] = (char)(byte >= 'A' && byte <= 'Z' ? byte | 32 : byte);
            i++;
            continue;
        }
        uint32_t character;
        char piece[4];
        i += utf8_decode(bytes + i, size - i, &character, NULL);
        if (token_wide_class(character) == WIDE_DROP)
            continue;
        size_t length = fold_character(character, piece);
        if (out + length >= TOKEN_WORD_MAX)
            return 0;
        memcpy(folded + out, piece, length);
        out += length;
    }
    folded[out] = 0;
    return out;
}
