#include "lib/text/charset_detect.h"

#include "lib/base/buffer.h"
#include "lib/base/utf8.h"
#include "lib/text/charset_labels.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

enum { SAMPLE_MAX = 16 * 1024, FREQUENT_MAX = 320 };

struct candidate {
    const char *label;
    bool latin;
    double handicap; /* subtracted: an encoding that many texts fit by chance must win clearly */
    const char *frequent;
};

#define CYRILLIC "оеаинтсрвлкмдпуяьызбгчйіїє"
#define JAPANESE                                                                                                                                                               \
    "のにはをたがでてとしれさいるなもっからんこすまりくきよあけうそだおちせみつめ、。ー・「」ンスルトリアイクラシッド" \
    "レ"
#define GREEK "αοιετσνηυρπκμλωςάέίόήύώδγ"

/* Frequent letters are those of running text, from the usual frequency lists of the languages; for Chinese the
 * characters that make up about half of a newspaper. */
static const struct candidate candidates[] = {
    {"windows-1252", true, 0.0, "éèàüöäßçñóíáêâúëîôûïœåøæãõÉÖÜÄÀ’‘“”–—…«»°£€©®·"},
    {"windows-1250", true, 0.15, "áéíěšřžýčůúąęłóśżźćńőűöüäăîâşţ„”–"},
    {"windows-1254", true, 0.15, "ışğüöçİŞâ’“”"},
    {"windows-1257", true, 0.15, "ėšžąčįųūāēīķļņģõäöü„“–"},
    {"windows-1251", false, 0.0, CYRILLIC},
    {"koi8-r", false, 0.0, CYRILLIC},
    {"iso-8859-5", false, 0.02, CYRILLIC},
    {"ibm866", false, 0.02, CYRILLIC},
    {"x-mac-cyrillic", false, 0.05, CYRILLIC},
    {"windows-1253", false, 0.0, GREEK},
    {"windows-1255", false, 0.0, "יוהלאתמרשבנחדקעפםסגן"},
    {"windows-1256", false, 0.0, "اليمنرتوبعدسفهكقحجأةى،"},
    {"windows-874", false, 0.0, "านรกอเงมยลวดตสทบปคหแไใขชพโจ่้ีัิ์ืุู็ำะ"},
    {"euc-jp", false, 0.0, JAPANESE},
    {"shift_jis", false, 0.0, JAPANESE},
    {"euc-kr", false, 0.0,
     "이다는에의가을하고지사한은로기어자인도서를으나리시아대과있해정보그스부장수일원전제주상국와만성관"},
    {"gb18030", false, 0.0,
     "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能"
     "好"
     "都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进"
     "把法此实回二理美点月明其种声全工者向情部正名定问力机给等业最间新位因重被电相次东政海使平世信关内加化由代军产入，"
     "。"},
    {"big5", false, 0.0,
     "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可後小麼心多天而能好"
     "都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進"
     "把法此實回二理美點月明其種聲全工者向情部正名定問力機給等業最間新位因重被電相次東政海使平世信關內加化由代軍產入，"
     "。"},
};

/* The runs of text between tags and line ends that hold a byte above 0x7F. No encoding of the table uses the bytes
 * of '<', '>' and LF inside a character. */
static void gather_sample(struct buffer *sample, const char *bytes, size_t size)
{
    size_t start = 0;
    bool found = false;
    for (size_t at = 0; at <= size && sample->size < SAMPLE_MAX; at++) {
        bool end = at == size || bytes[at] == '<' || bytes[at] == '>' || bytes[at] == '\n';
        if (!end) {
            found = found || (bytes[at] & 0x80);
            continue;
        }
        size_t room = SAMPLE_MAX - sample->size;
        if (found)
            buffer_append(sample, bytes + start, at - start < room ? at - start : room);
        if (found)
            buffer_append_char(sample, ' ');
        found = false;
        start = at + 1;
    }
}

struct frequent_set {
    uint32_t characters[FREQUENT_MAX];
    size_t count;
};

static void read_frequent(struct frequent_set *set, const char *text)
{
    set->count = 0;
    size_t size = strlen(text);
    for (size_t at = 0; at < size && set->count < FREQUENT_MAX;)
        at += utf8_decode(text + at, size - at, &set->characters[set->count++], NULL);
}

static bool is_frequent(const struct frequent_set *set, uint32_t character)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->characters[i] == character)
            return true;
    return false;
}

static bool is_ascii_letter(uint32_t character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/* Thai vowels and tone marks above and below a consonant. */
static bool is_thai_mark(uint32_t character)
{
    return character == 0xE31 || (character >= 0xE34 && character <= 0xE3A) ||
           (character >= 0xE47 && character <= 0xE4E);
}

static bool is_east_asian(uint32_t character)
{
    return (character >= 0x3000 && character < 0xA000) || (character >= 0xAC00 && character < 0xD7B0) ||
           (character >= 0xFF00 && character < 0xFFF0);
}

/* What one decoded character says for the candidate. */
static double character_score(const struct candidate *candidate, const struct frequent_set *set, uint32_t previous,
                              uint32_t character)
{
    if (character < 0xA0 || (character >= 0xE000 && character <= 0xF8FF) || character == UTF8_REPLACEMENT)
        return -1; /* controls, private use */
    if (character >= 0x2500 && character <= 0x25FF)
        return -1; /* box drawing: KOI8-R and IBM866 read as each other */
    if (candidate->latin && previous >= 0xC0 && previous < 0x250 && character >= 0xC0 && character < 0x250)
        return -0.5; /* European words have their accents apart */
    if (!candidate->latin && character >= 0x370 && character < 0x700 && is_ascii_letter(previous))
        return -0.5; /* scripts do not mix within a word */
    if (is_thai_mark(character) && (previous < 0xE01 || previous > 0xE4E || previous == character))
        return -1; /* a mark without its consonant */
    if (is_frequent(set, character))
        return 1;
    return is_east_asian(character) ? 0.4 : 0; /* few characters of these scripts fit in a list */
}

static double score_text(const struct candidate *candidate, const char *text, size_t size, size_t errors)
{
    struct frequent_set set;
    read_frequent(&set, candidate->frequent);
    double score = 0;
    size_t count = 0;
    uint32_t previous = 0;
    for (size_t at = 0; at < size;) {
        uint32_t character;
        at += utf8_decode(text + at, size - at, &character, NULL);
        if (character >= 0x80) {
            count++;
            score += character_score(candidate, &set, previous, character);
        }
        previous = character;
    }
    count += errors;
    return count ? (score - 3 * (double)errors) / (double)count - candidate->handicap : 0;
}

/* Decodes the sample; false where iconv lacks the encoding. Bytes that fit nothing are counted and passed over. */
static bool decode_sample(const struct candidate *candidate, const struct buffer *sample, struct buffer *text,
                          size_t *errors)
{
    const struct charset_encoding *encoding = charset_find_encoding(candidate->label, strlen(candidate->label));
    iconv_t converter = iconv_open("UTF-8", encoding->iconv);
    if (converter == (iconv_t)-1)
        return false;
    buffer_clear(text);
    *errors = 0;
    char *in = sample->bytes;
    size_t left = sample->size;
    while (left > 0 && buffer_reserve(text, left * 3 + 16)) {
        char *out = text->bytes + text->size;
        size_t room = text->capacity - text->size - 1;
        size_t result = iconv(converter, &in, &left, &out, &room);
        text->size = (size_t)(out - text->bytes);
        if (result == (size_t)-1 && left > 0) {
            (*errors)++;
            in++;
            left--;
        }
    }
    iconv_close(converter);
    return !text->failed;
}

struct charset_guess charset_detect(const char *bytes, size_t size)
{
    struct charset_guess best = {"windows-1252", -1e9, true};
    struct buffer sample = BUFFER_INIT, text = BUFFER_INIT;
    gather_sample(&sample, bytes, size);
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0] && !sample.failed; i++) {
        size_t errors;
        if (!decode_sample(&candidates[i], &sample, &text, &errors))
            continue;
        double score = score_text(&candidates[i], text.bytes ? text.bytes : "", text.size, errors);
        if (score > best.score)
            best = (struct charset_guess){candidates[i].label, score, candidates[i].latin};
    }
    buffer_free(&sample);
    buffer_free(&text);
    return best;
}
