#include "lib/text/charset_labels.h"

#include <string.h>
#include <strings.h>

/* The labels of the WHATWG Encoding Standard, section 4.2, and some that feeds bear besides. Differences: gbk is
 * read as gb18030, which holds it; UTF-32 and ISO-2022-KR are read, as feeds are no scripts that could be smuggled
 * in them; hz-gb-2312 and x-user-defined are left to the detector. The code pages at the end are not the
 * standard's; old feeds still declare them. */
static const struct charset_encoding encodings[] = {
    {"utf-8", "UTF-8", false, "unicode-1-1-utf-8 utf-8 utf8 u8 utf utf_8 utf8mb4"},
    {"utf-16le", "UTF-16LE", true, "utf-16 utf-16le utf_16_le utf_16 u16"},
    {"utf-16be", "UTF-16BE", true, "utf-16be utf_16_be utf-16-be"},
    {"windows-1252", "CP1252", false,
     "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
     "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 ansi 1252 "
     "windows1252 latin-1 iso8859_1 iso-8859_1"},
    {"windows-1250", "CP1250", false, "cp1250 windows-1250 x-cp1250 win-1250 windows1250 1250"},
    {"windows-1251", "CP1251", false, "cp1251 windows-1251 x-cp1251 win-1251 win1251 1251 windows1251"},
    {"windows-1253", "CP1253", false, "cp1253 windows-1253 x-cp1253 win-1253 windows1253 1253"},
    {"windows-1254", "CP1254", false,
     "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 "
     "l5 latin5 windows-1254 x-cp1254 win-1254 windows1254 1254"},
    {"windows-1255", "CP1255", false, "cp1255 windows-1255 x-cp1255 win-1255 windows1255 1255"},
    {"windows-1256", "CP1256", false, "cp1256 windows-1256 x-cp1256 win-1256 windows1256 1256"},
    {"windows-1257", "CP1257", false, "cp1257 windows-1257 x-cp1257 win-1257 windows1257 1257"},
    {"windows-1258", "CP1258", false, "cp1258 windows-1258 x-cp1258 windows1258 1258"},
    {"iso-8859-2", "ISO-8859-2", false,
     "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 "
     "latin2"},
    {"iso-8859-3", "ISO-8859-3", false,
     "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 "
     "latin3"},
    {"iso-8859-4", "ISO-8859-4", false,
     "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 "
     "latin4"},
    {"iso-8859-5", "ISO-8859-5", false,
     "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
     "iso_8859-5:1988"},
    {"iso-8859-6", "ISO-8859-6", false,
     "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
     "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"iso-8859-7", "ISO-8859-7", false,
     "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
     "iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "ISO-8859-8", false,
     "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 "
     "iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"},
    {"iso-8859-10", "ISO-8859-10", false, "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "ISO-8859-13", false, "iso-8859-13 iso8859-13 iso885913"},
    {"iso-8859-14", "ISO-8859-14", false, "iso-8859-14 iso8859-14 iso885914"},
    {"iso-8859-15", "ISO-8859-15", false, "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
    {"iso-8859-16", "ISO-8859-16", false, "iso-8859-16"},
    {"koi8-r", "KOI8-R", false, "cskoi8r koi koi8 koi8-r koi8_r koi8r"},
    {"koi8-u", "KOI8-U", false, "koi8-u"},
    {"ibm866", "IBM866", false, "866 cp866 csibm866 ibm866"},
    {"macintosh", "MACINTOSH", false, "csmacintosh mac macintosh x-mac-roman macroman mac-roman mac_roman"},
    {"x-mac-cyrillic", "MAC-UK", false, "x-mac-cyrillic x-mac-ukrainian mac-cyrillic mac_cyrillic maccyrillic"},
    {"windows-874", "CP874", false, "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 cp874"},
    {"gb18030", "GB18030", true,
     "gb18030 chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk "
     "cp936 936 euc-cn euc_cn euccn ms936"},
    {"big5", "BIG5-HKSCS", true, "big5 big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 cp950 ms950 950"},
    {"euc-jp", "EUC-JP-MS", true, "cseucpkdfmtjapanese euc-jp x-euc-jp eucjp euc_jp ujis"},
    {"iso-2022-jp", "ISO-2022-JP-2", true, "csiso2022jp iso-2022-jp"},
    {"shift_jis", "CP932", true,
     "csshiftjis ms_kanji shift-jis shift_jis sjis windows-31j x-sjis shiftjis cp932 s-jis ms932 mskanji 932"},
    {"euc-kr", "CP949", true,
     "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
     "ksc_5601 windows-949 uhc cp949 ms949 euckr euc_kr 949"},
    {"utf-32le", "UTF-32LE", true, "utf-32 utf-32le utf32 utf_32 utf_32_le ucs-4 iso-10646-ucs-4"},
    {"utf-32be", "UTF-32BE", true, "utf-32be utf_32_be"},
    {"iso-2022-kr", "ISO-2022-KR", true, "csiso2022kr iso-2022-kr"},
    {"cp437", "IBM437", false, "cp437 437 cspc8codepage437 ibm437"},
    {"cp737", "CP737", false, "cp737"},
    {"cp775", "CP775", false, "cp775 775 cspc775baltic ibm775"},
    {"cp850", "CP850", false, "cp850 850 cspc850multilingual ibm850"},
    {"cp852", "CP852", false, "cp852 852 cspcp852 ibm852"},
    {"cp855", "CP855", false, "cp855 855 csibm855 ibm855"},
    {"cp857", "CP857", false, "cp857 857 csibm857 ibm857"},
    {"cp860", "CP860", false, "cp860 860 csibm860 ibm860"},
    {"cp861", "CP861", false, "cp861 861 cp_is csibm861 ibm861 cp-is"},
    {"cp862", "CP862", false, "cp862 862 cspc862latinhebrew ibm862"},
    {"cp863", "CP863", false, "cp863 863 csibm863 ibm863"},
    {"cp864", "CP864", false, "cp864 864 csibm864 ibm864"},
    {"cp865", "CP865", false, "cp865 865 csibm865 ibm865"},
    {"cp869", "CP869", false, "cp869 869 cp_gr csibm869 ibm869 cp-gr"},
    {"cp1125", "CP1125", false, "cp1125 1125 cp866u ibm1125 ruscii"},
    {"koi8-t", "KOI8-T", false, "koi8_t koi8-t"},
    {"ptcp154", "PT154", false, "ptcp154 cp154 csptcp154 cyrillic_asian pt154 cyrillic-asian"},
    {"hp-roman8", "HP-ROMAN8", false, "hp_roman8 cp1051 csHPRoman8 ibm1051 r8 roman8 hp-roman8"},
    {"johab", "JOHAB", true, "johab cp1361 ms1361"},
    {"tis-620", "TIS-620", false,
     "tis_620 iso_ir_166 tis620 tis_620_0 tis_620_2529_0 tis_620_2529_1 iso-ir-166 tis-620-0 tis-620-2529-0 "
     "tis-620-2529-1"},
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '"' || byte == '\'';
}

const struct charset_encoding *charset_find_encoding(const char *label, size_t size)
{
    while (size > 0 && is_blank(label[0])) {
        label++;
        size--;
    }
    while (size > 0 && is_blank(label[size - 1]))
        size--;
    for (size_t i = 0; size > 0 && i < sizeof encodings / sizeof encodings[0]; i++)
        for (const char *at = encodings[i].labels; *at;) {
            size_t length = strcspn(at, " ");
            if (length == size && strncasecmp(at, label, size) == 0)
                return &encodings[i];
            at += length;
            at += *at == ' ';
        }
    return NULL;
}
