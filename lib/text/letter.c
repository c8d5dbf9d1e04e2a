#include "lib/text/letter.h"

#include <stddef.h>

uint32_t letter_lower(uint32_t character)
{
    if (character >= 'A' && character <= 'Z')
        return character + 32;
    if (character < 0xC0)
        return character;
    if (character == 0x130)
        return 'i'; /* I with dot: Turkish */
    if ((character <= 0xDE && character != 0xD7) || (character >= 0x391 && character <= 0x3AB) ||
        (character >= 0x410 && character <= 0x42F))
        return character + 32;
    if (character >= 0x400 && character <= 0x40F)
        return character + 80;
    if ((character >= 0x100 && character <= 0x137) || (character >= 0x14A && character <= 0x177) ||
        (character >= 0x460 && character <= 0x4BF) || (character >= 0x4D0 && character <= 0x52F) ||
        (character >= 0x1E00 && character <= 0x1EFF))
        return character | 1;
    if ((character >= 0x139 && character <= 0x148) || (character >= 0x179 && character <= 0x17E))
        return character & 1 ? character + 1 : character;
    if (character >= 0x531 && character <= 0x556)
        return character + 48;
    static const uint16_t single[][2] = {{0x386, 0x3AC}, {0x388, 0x3AD}, {0x389, 0x3AE}, {0x38A, 0x3AF}, {0x38C, 0x3CC},
                                         {0x38E, 0x3CD}, {0x38F, 0x3CE}, {0x178, 0xFF},  {0x18F, 0x259}, {0x1A0, 0x1A1},
                                         {0x1AF, 0x1B0}, {0x218, 0x219}, {0x21A, 0x21B}};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
        if (character == single[i][0])
            return single[i][1];
    return character;
}

/* Blocks of the Unicode Standard, in order. */
static const struct {
    uint32_t first, last;
    enum letter_script script;
} blocks[] = {
    {'A', 'Z', SCRIPT_LATIN},           {'a', 'z', SCRIPT_LATIN},
    {0x00AA, 0x00AA, SCRIPT_LATIN},     {0x00BA, 0x00BA, SCRIPT_LATIN},
    {0x00C0, 0x00D6, SCRIPT_LATIN},     {0x00D8, 0x00F6, SCRIPT_LATIN},
    {0x00F8, 0x02AF, SCRIPT_LATIN},     {0x0370, 0x03FF, SCRIPT_GREEK},
    {0x0400, 0x052F, SCRIPT_CYRILLIC},  {0x0531, 0x0587, SCRIPT_ARMENIAN},
    {0x0591, 0x05F4, SCRIPT_HEBREW},    {0x0620, 0x065F, SCRIPT_ARABIC},
    {0x066E, 0x06D3, SCRIPT_ARABIC},    {0x06D5, 0x06DC, SCRIPT_ARABIC},
    {0x0750, 0x077F, SCRIPT_ARABIC},    {0x0900, 0x097F, SCRIPT_DEVANAGARI},
    {0x0980, 0x09FF, SCRIPT_BENGALI},   {0x0A00, 0x0A7F, SCRIPT_GURMUKHI},
    {0x0A80, 0x0AFF, SCRIPT_GUJARATI},  {0x0B80, 0x0BFF, SCRIPT_TAMIL},
    {0x0C00, 0x0C7F, SCRIPT_TELUGU},    {0x0C80, 0x0CFF, SCRIPT_KANNADA},
    {0x0D00, 0x0D7F, SCRIPT_MALAYALAM}, {0x0D80, 0x0DFF, SCRIPT_SINHALA},
    {0x0E01, 0x0E4E, SCRIPT_THAI},      {0x0E81, 0x0EDF, SCRIPT_LAO},
    {0x0F00, 0x0FFF, SCRIPT_TIBETAN},   {0x1000, 0x109F, SCRIPT_MYANMAR},
    {0x10A0, 0x10FF, SCRIPT_GEORGIAN},  {0x1200, 0x137F, SCRIPT_ETHIOPIC},
    {0x1780, 0x17DD, SCRIPT_KHMER},     {0x1E00, 0x1EFF, SCRIPT_LATIN},
    {0x1F00, 0x1FFF, SCRIPT_GREEK},     {0x3041, 0x30FF, SCRIPT_KANA},
    {0x3400, 0x4DBF, SCRIPT_HAN},       {0x4E00, 0x9FFF, SCRIPT_HAN},
    {0xAC00, 0xD7A3, SCRIPT_HANGUL},    {0xFB50, 0xFEFC, SCRIPT_ARABIC},
};

enum letter_script letter_script(uint32_t character)
{
    size_t low = 0, high = sizeof blocks / sizeof blocks[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character < blocks[middle].first)
            high = middle;
        else if (character > blocks[middle].last)
            low = middle + 1;
        else
            return blocks[middle].script;
    }
    return SCRIPT_NONE;
}
