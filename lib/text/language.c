#include "lib/text/language.h"

#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <string.h>

enum { TEXT_SAMPLE_MAX = 16 * 1024, WORDS_SAMPLE_MAX = 400, WORD_MAX = 31, LANGUAGES_MAX = 40 };

/* Function words: the most frequent short words of each language, of which a sentence has a third. Sorted by bytes;
 * beside each the languages that have it. */
static const struct {
    const char *word;
    const char *languages;
} function_words[] = {
    /* clang-format off */
    {"a", "en fr es pt it pl cs sk hu ro hr"}, {"aan", "nl"}, {"aber", "de"}, {"about", "en"}, {"această", "ro"},
    {"ada", "id"}, {"af", "da"}, {"after", "en"}, {"aj", "sk"}, {"akan", "id"}, {"ako", "sk"}, {"al", "es it"},
    {"ale", "pl cs sk"}, {"alebo", "sk"}, {"ali", "hr"}, {"all", "en"}, {"alla", "it"}, {"als", "de nl"},
    {"am", "de"}, {"amely", "hu"}, {"an", "de"}, {"ancak", "tr"}, {"anche", "it"}, {"and", "en"}, {"ao", "pt"},
    {"aos", "pt"}, {"après", "fr"}, {"are", "en"}, {"as", "en pt"}, {"at", "en da no"}, {"att", "sv"}, {"até", "pt"},
    {"au", "fr ro"}, {"auch", "de"}, {"auf", "de"}, {"aus", "de"}, {"aux", "fr"}, {"av", "sv no"}, {"avec", "fr"},
    {"az", "hu"}, {"azonban", "hu"}, {"azt", "hu"}, {"bahwa", "id"}, {"be", "en"}, {"been", "en"}, {"bei", "de"},
    {"bi", "hr"}, {"bij", "nl"}, {"bilan", "uz"}, {"bio", "hr"}, {"bir", "tr az"}, {"bis", "de"}, {"ble", "no"},
    {"blev", "da"}, {"bo", "uz"}, {"bol", "sk"}, {"bu", "tr uz az"}, {"bude", "cs sk"}, {"but", "en"},
    {"by", "en cs sk"}, {"byl", "cs"}, {"być", "pl"}, {"było", "pl"}, {"ca", "ro"}, {"can", "en"}, {"care", "ro"},
    {"ce", "fr"}, {"cette", "fr"}, {"che", "it"}, {"cho", "vi"}, {"co", "pl"}, {"com", "pt"}, {"come", "it"},
    {"comme", "fr"}, {"como", "es pt"}, {"con", "es it"}, {"csak", "hu"}, {"cu", "ro"}, {"cuando", "es"},
    {"các", "vi"}, {"có", "vi"}, {"că", "ro"}, {"của", "vi"}, {"da", "pt it hr tr"}, {"daha", "tr az"},
    {"dal", "it"}, {"dalam", "id"}, {"dan", "nl id"}, {"dans", "fr"}, {"dapat", "id"}, {"dar", "ro"}, {"dari", "id"},
    {"das", "de pt"}, {"dass", "de"}, {"dat", "nl"}, {"davlat", "uz"}, {"de", "fr es pt nl sv da no hu ro tr"},
    {"deb", "uz"}, {"dei", "it"}, {"del", "es it"}, {"della", "it"}, {"delle", "it"}, {"dem", "de"},
    {"den", "de sv da no"}, {"dengan", "id"}, {"depois", "pt"}, {"der", "de da"}, {"des", "de fr"}, {"desde", "es"},
    {"det", "sv da no"}, {"değil", "tr"}, {"di", "it id"}, {"die", "de nl"}, {"din", "ro"}, {"dit", "nl"},
    {"dla", "pl"}, {"do", "pt pl cs sk hr"}, {"donde", "es"}, {"door", "nl"}, {"dopo", "it"}, {"dos", "pt"},
    {"du", "fr"}, {"după", "ro"}, {"durante", "es"}, {"durch", "de"}, {"də", "az"}, {"e", "pt it"}, {"ed", "it"},
    {"edi", "uz"}, {"edib", "az"}, {"een", "nl"}, {"efter", "sv da"}, {"egy", "hu"}, {"ei", "fi"}, {"ein", "de"},
    {"eine", "de"}, {"einem", "de"}, {"einen", "de"}, {"einer", "de"}, {"el", "es hu"}, {"ela", "pt"}, {"ele", "pt"},
    {"eller", "sv da no"}, {"em", "pt"}, {"en", "fr es nl sv da no tr"}, {"entre", "fr es pt"},
    {"er", "de nl da no"}, {"es", "de es"}, {"esa", "uz"}, {"essere", "it"}, {"est", "fr"}, {"este", "es ro"},
    {"et", "fr da no"}, {"ett", "sv"}, {"etter", "no"}, {"että", "fi"}, {"ez", "hu"}, {"fel", "hu"}, {"fi", "ro"},
    {"foi", "pt"}, {"for", "en da no"}, {"fost", "ro"}, {"fra", "da no"}, {"from", "en"}, {"från", "sv"},
    {"fue", "es"}, {"för", "sv"}, {"für", "de"}, {"gibi", "tr"}, {"gli", "it"}, {"göre", "tr"}, {"ha", "es it hu"},
    {"haben", "de"}, {"had", "en nl"}, {"ham", "uz"}, {"han", "sv da no"}, {"haqida", "uz"}, {"har", "sv da no"},
    {"has", "en"}, {"hasta", "es"}, {"hat", "de"}, {"have", "en"}, {"hay", "es"}, {"hebben", "nl"}, {"heeft", "nl"},
    {"hem", "nl"}, {"het", "nl"}, {"hij", "nl"}, {"his", "en"}, {"hogy", "hu"}, {"hvor", "da no"}, {"hän", "fi"},
    {"i", "it sv da no pl cs sk hr"}, {"ich", "pl"}, {"if", "en"}, {"ik", "nl"}, {"ikke", "da no"}, {"il", "fr it"},
    {"ile", "tr"}, {"ilə", "az"}, {"im", "de"}, {"in", "en de it nl"}, {"ini", "id"}, {"inte", "sv"},
    {"is", "en nl hu"}, {"ise", "tr"}, {"isso", "pt"}, {"ist", "de"}, {"isə", "az"}, {"it", "en"}, {"its", "en"},
    {"itu", "id"}, {"iz", "hr"}, {"için", "tr"}, {"ja", "fi"}, {"jak", "pl"}, {"jako", "cs"}, {"je", "cs sk hr"},
    {"jeg", "da"}, {"jego", "pl"}, {"jeho", "cs sk"}, {"jest", "pl"}, {"jo", "fi"}, {"joka", "fi"}, {"jos", "fi"},
    {"jsou", "cs"}, {"juga", "id"}, {"już", "pl"}, {"já", "pt"}, {"k", "cs sk"}, {"kadar", "tr"},
    {"kan", "sv da no"}, {"kao", "hr"}, {"karena", "id"}, {"ke", "id"}, {"kell", "hu"}, {"khi", "vi"},
    {"không", "vi"}, {"ki", "hu az"}, {"koje", "hr"}, {"koji", "hr"}, {"které", "cs"}, {"který", "cs"},
    {"ktoré", "sk"}, {"ktorý", "sk"}, {"który", "pl"}, {"kuin", "fi"}, {"kun", "fi"}, {"la", "fr es it ro"},
    {"las", "es"}, {"le", "fr es it"}, {"lekin", "uz"}, {"les", "fr"}, {"lesz", "hu"}, {"leur", "fr"},
    {"lo", "es it"}, {"los", "es"}, {"lui", "ro"}, {"là", "vi"}, {"ma", "it"}, {"maar", "nl"}, {"mai", "ro"},
    {"mais", "fr pt"}, {"mas", "pt"}, {"med", "sv da no"}, {"meg", "hu"}, {"mehr", "de"}, {"men", "nl sv da no"},
    {"mereka", "id"}, {"mesmo", "pt"}, {"met", "nl"}, {"mijn", "nl"}, {"mint", "hu"}, {"mit", "de"}, {"mod", "da"},
    {"mot", "no"}, {"może", "pl"}, {"muito", "pt"}, {"mukaan", "fi"}, {"mutta", "fi"}, {"muy", "es"}, {"myös", "fi"},
    {"már", "hu"}, {"más", "es"}, {"még", "hu"}, {"même", "fr"}, {"một", "vi"}, {"na", "pt nl pl cs sk hr"},
    {"naar", "nl"}, {"nach", "de"}, {"nakon", "hr"}, {"ne", "fr tr"}, {"nebo", "cs"}, {"nel", "it"}, {"nella", "it"},
    {"nem", "hu"}, {"người", "vi"}, {"những", "vi"}, {"nicht", "de"}, {"nie", "pl"}, {"niet", "nl"}, {"niin", "fi"},
    {"nije", "hr"}, {"no", "es pt"}, {"noch", "de"}, {"non", "it"}, {"nos", "es pt"}, {"not", "en"}, {"now", "en"},
    {"nu", "ro"}, {"nur", "de"}, {"nyt", "fi"}, {"này", "vi"}, {"não", "pt"}, {"när", "sv"},
    {"o", "es pt pl cs sk ro hr tr uz"}, {"och", "sv"}, {"också", "sv"}, {"od", "pl cs sk hr"}, {"oder", "de"},
    {"of", "en nl"}, {"og", "da no"}, {"også", "da no"}, {"olan", "tr az"}, {"olarak", "tr"}, {"ole", "fi"},
    {"oleh", "id"}, {"oli", "fi"}, {"ollut", "fi"}, {"olub", "az"}, {"om", "nl sv da no"}, {"on", "en fi"},
    {"ont", "fr"}, {"ook", "nl"}, {"op", "nl"}, {"or", "en"}, {"oraz", "pl"}, {"os", "pt"}, {"ou", "fr pt"},
    {"ovat", "fi"}, {"over", "en nl"}, {"pada", "id"}, {"par", "fr"}, {"para", "es pt id"}, {"pas", "fr"},
    {"pe", "ro"}, {"pela", "pt"}, {"pelo", "pt"}, {"pentru", "ro"}, {"per", "it"}, {"pero", "es"}, {"più", "it"},
    {"plus", "fr"}, {"po", "pl cs sk"}, {"podle", "cs"}, {"podľa", "sk"}, {"por", "es pt"}, {"pour", "fr"},
    {"pre", "sk"}, {"pri", "sk"}, {"prin", "ro"}, {"pro", "cs"}, {"przez", "pl"}, {"på", "sv da no"}, {"při", "cs"},
    {"quando", "pt"}, {"que", "fr es pt"}, {"questo", "it"}, {"qui", "fr"}, {"quien", "es"}, {"s", "cs sk hr"},
    {"sa", "sk"}, {"said", "en"}, {"samo", "hr"}, {"sau", "ro"}, {"se", "fr es pt it fi cs ro hr"},
    {"sebagai", "id"}, {"seg", "no"}, {"sekä", "fi"}, {"sem", "pt"}, {"sen", "fi"}, {"ses", "fr"}, {"seu", "pt"},
    {"si", "fr it"}, {"sich", "de"}, {"sie", "de"}, {"sig", "sv da"}, {"sin", "es sv"}, {"sind", "de"},
    {"się", "pl"}, {"so", "de"}, {"sobre", "es"}, {"som", "sv da no"}, {"son", "fr"}, {"sono", "it"},
    {"sonra", "tr az"}, {"sont", "fr"}, {"stato", "it"}, {"su", "es hr"}, {"sua", "pt"}, {"sunt", "ro"},
    {"suo", "it"}, {"sur", "fr"}, {"sus", "es"}, {"sve", "hr"}, {"szerint", "hu"}, {"são", "pt"}, {"så", "sv"},
    {"só", "pt"}, {"sú", "sk"}, {"să", "ro"}, {"są", "pl"}, {"tai", "fi"}, {"také", "cs"}, {"także", "pl"},
    {"también", "es"}, {"também", "pt"}, {"tarafından", "tr"}, {"te", "nl hr"}, {"tego", "pl"}, {"telah", "id"},
    {"than", "en"}, {"that", "en"}, {"the", "en"}, {"their", "en"}, {"there", "en"}, {"they", "en"}, {"this", "en"},
    {"tidak", "id"}, {"til", "da no"}, {"till", "sv"}, {"to", "en pl cs sk"}, {"todo", "es"}, {"tot", "nl"},
    {"trong", "vi"}, {"tym", "pl"}, {"tại", "vi"}, {"từ", "vi"}, {"u", "hr"}, {"uchun", "uz"}, {"uit", "nl"},
    {"um", "de pt"}, {"uma", "pt"}, {"un", "fr es it ro"}, {"una", "es it"}, {"und", "de"}, {"under", "sv"},
    {"une", "fr"}, {"untuk", "id"}, {"už", "cs sk"}, {"v", "cs sk"}, {"va", "uz"}, {"vagy", "hu"}, {"vain", "fi"},
    {"van", "nl hu"}, {"var", "sv da no tr"}, {"ve", "cs tr"}, {"ved", "da no"}, {"vi", "da no"}, {"vid", "sv"},
    {"vielä", "fi"}, {"više", "hr"}, {"vo", "sk"}, {"volt", "hu"}, {"von", "de"}, {"voor", "nl"}, {"vor", "de"},
    {"và", "vi"}, {"være", "da no"}, {"však", "cs sk"}, {"və", "az"}, {"về", "vi"}, {"với", "vi"}, {"w", "pl"},
    {"war", "de"}, {"was", "en nl"}, {"wat", "nl"}, {"werden", "de"}, {"were", "en"}, {"what", "en"}, {"when", "en"},
    {"which", "en"}, {"while", "en"}, {"who", "en"}, {"wie", "de"}, {"will", "en"}, {"wird", "de"}, {"with", "en"},
    {"worden", "nl"}, {"would", "en"}, {"y", "es"}, {"ya", "tr"}, {"yang", "id"}, {"yangi", "uz"}, {"your", "en"},
    {"z", "pl cs sk"}, {"za", "pl cs sk hr"}, {"zijn", "nl"}, {"zo", "nl"}, {"zou", "nl"}, {"zu", "de"},
    {"zum", "de"}, {"zur", "de"}, {"à", "pt"}, {"är", "sv"}, {"çok", "tr"}, {"çox", "az"}, {"è", "it"}, {"és", "hu"},
    {"été", "fr"}, {"în", "ro"}, {"över", "sv"}, {"über", "de"}, {"üçün", "az"}, {"će", "hr"}, {"đã", "vi"},
    {"được", "vi"}, {"đến", "vi"}, {"để", "vi"}, {"što", "hr"}, {"że", "pl"}, {"že", "cs sk"}, {"și", "ro"},
    {"а", "sr"}, {"або", "uk"}, {"ад", "be"}, {"але", "uk be"}, {"али", "sr"}, {"бар", "kk"}, {"би", "sr"},
    {"бойынша", "kk"}, {"болып", "kk"}, {"був", "uk"}, {"бути", "uk"}, {"бы", "ru"}, {"был", "ru"}, {"быў", "be"},
    {"бір", "kk"}, {"бұл", "kk"}, {"в", "ru uk bg"}, {"вона", "uk"}, {"все", "ru"}, {"від", "uk"}, {"він", "uk"},
    {"гэта", "be"}, {"да", "bg sr be"}, {"деп", "kk"}, {"для", "ru uk be"}, {"до", "ru uk bg sr"}, {"е", "bg"},
    {"его", "ru"}, {"еді", "kk"}, {"если", "ru"}, {"же", "ru"}, {"және", "kk"}, {"з", "uk be"},
    {"за", "ru uk bg sr be"}, {"и", "ru bg sr"}, {"из", "ru sr"}, {"или", "ru bg"}, {"його", "uk"}, {"к", "ru"},
    {"как", "ru"}, {"као", "sr"}, {"като", "bg"}, {"което", "bg"}, {"който", "bg"}, {"которые", "ru"},
    {"који", "sr"}, {"към", "bg"}, {"мен", "kk"}, {"на", "ru uk bg sr be"}, {"не", "ru uk bg be"}, {"није", "sr"},
    {"но", "ru bg"}, {"о", "ru sr"}, {"од", "sr"}, {"ол", "kk"}, {"он", "ru"}, {"она", "ru"}, {"от", "ru bg"},
    {"пасля", "be"}, {"по", "ru bg"}, {"после", "ru"}, {"пра", "be"}, {"през", "bg"}, {"при", "ru"}, {"про", "uk"},
    {"під", "uk"}, {"після", "uk"}, {"с", "ru bg"}, {"са", "bg sr"}, {"само", "sr"}, {"се", "bg sr"}, {"си", "bg"},
    {"след", "bg"}, {"су", "sr"}, {"та", "uk"}, {"так", "ru uk"}, {"также", "ru"}, {"також", "uk"},
    {"таксама", "be"}, {"те", "sr"}, {"това", "bg"}, {"только", "ru"}, {"туралы", "kk"}, {"у", "ru uk sr"},
    {"це", "uk"}, {"че", "bg"}, {"что", "ru"}, {"што", "sr be"}, {"ще", "bg"}, {"що", "uk"}, {"щодо", "uk"},
    {"это", "ru"}, {"яго", "be"}, {"як", "uk be"}, {"які", "uk"}, {"якія", "be"}, {"ён", "be"}, {"є", "uk"},
    {"і", "uk be"}, {"је", "sr"}, {"ће", "sr"}, {"ў", "be"}, {"үшін", "kk"}, {"آن", "fa"}, {"أن", "ar"},
    {"إلى", "ar"}, {"از", "fa"}, {"اس", "ur"}, {"است", "fa"}, {"التي", "ar"}, {"الذي", "ar"}, {"اور", "ur"},
    {"این", "fa"}, {"با", "fa"}, {"بر", "fa"}, {"برای", "fa"}, {"بعد", "ar"}, {"به", "fa"}, {"بين", "ar"},
    {"بھی", "ur"}, {"تا", "fa"}, {"تھا", "ur"}, {"خود", "fa"}, {"در", "fa"}, {"ذلك", "ar"}, {"را", "fa"},
    {"سے", "ur"}, {"شد", "fa"}, {"على", "ar"}, {"عن", "ar"}, {"في", "ar"}, {"قبل", "ar"}, {"كان", "ar"},
    {"كما", "ar"}, {"لا", "ar"}, {"ما", "ar"}, {"مع", "ar"}, {"من", "ar"}, {"میں", "ur"}, {"نیز", "fa"},
    {"نے", "ur"}, {"هذا", "ar"}, {"هذه", "ar"}, {"هم", "fa"}, {"و", "fa"}, {"پر", "ur"}, {"کا", "ur"}, {"کر", "ur"},
    {"کرد", "fa"}, {"که", "fa"}, {"کو", "ur"}, {"کہ", "ur"}, {"کی", "ur"}, {"کے", "ur"}, {"ہیں", "ur"}, {"ہے", "ur"},
    {"یک", "fa"}, {"یہ", "ur"},
    /* clang-format on */
};

/* Scripts that one language of the news writes, or nearly so. */
static const char *const script_languages[SCRIPT_COUNT] = {
    [SCRIPT_GREEK] = "el",    [SCRIPT_ARMENIAN] = "hy", [SCRIPT_HEBREW] = "he",    [SCRIPT_DEVANAGARI] = "hi",
    [SCRIPT_BENGALI] = "bn",  [SCRIPT_GURMUKHI] = "pa", [SCRIPT_GUJARATI] = "gu",  [SCRIPT_TAMIL] = "ta",
    [SCRIPT_TELUGU] = "te",   [SCRIPT_KANNADA] = "kn",  [SCRIPT_MALAYALAM] = "ml", [SCRIPT_SINHALA] = "si",
    [SCRIPT_THAI] = "th",     [SCRIPT_LAO] = "lo",      [SCRIPT_TIBETAN] = "bo",   [SCRIPT_MYANMAR] = "my",
    [SCRIPT_GEORGIAN] = "ka", [SCRIPT_ETHIOPIC] = "am", [SCRIPT_KHMER] = "km",     [SCRIPT_KANA] = "ja",
    [SCRIPT_HAN] = "zh",      [SCRIPT_HANGUL] = "ko",
};

struct tally {
    char code[4];
    int words;
};

struct count {
    size_t letters[SCRIPT_COUNT];
    struct tally tallies[LANGUAGES_MAX];
    int languages, words;
};

static const char *find_word(const char *word)
{
    size_t low = 0, high = sizeof function_words / sizeof function_words[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, function_words[middle].word);
        if (order == 0)
            return function_words[middle].languages;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static void count_word(struct count *count, const char *word)
{
    const char *languages = find_word(word);
    count->words++;
    while (languages && *languages) {
        size_t size = strcspn(languages, " ");
        int i = 0;
        while (i < count->languages && strncmp(count->tallies[i].code, languages, size) != 0)
            i++;
        if (i == count->languages && i < LANGUAGES_MAX) {
            memcpy(count->tallies[i].code, languages, size);
            count->languages++;
        }
        if (i < LANGUAGES_MAX)
            count->tallies[i].words++;
        languages += size;
        languages += *languages == ' ';
    }
}

static void count_text(struct count *count, const char *text, size_t size)
{
    char word[WORD_MAX + 1];
    size_t length = 0;
    bool fits = true;
    for (size_t at = 0; at <= size && count->words < WORDS_SAMPLE_MAX;) {
        uint32_t character = ' ';
        size_t step = at < size ? utf8_decode(text + at, size - at, &character, NULL) : 1;
        enum letter_script script = letter_script(character);
        at += step;
        if (script != SCRIPT_NONE) {
            char bytes[4];
            size_t written = utf8_encode(letter_lower(character), bytes);
            count->letters[script]++;
            fits = fits && length + written <= WORD_MAX;
            if (fits)
                memcpy(word + length, bytes, written);
            length += fits ? written : 0;
            continue;
        }
        word[length] = '\0';
        if (length > 0)
            count_word(count, word);
        length = 0;
        fits = true;
    }
}

static enum letter_script main_script(const struct count *count)
{
    enum letter_script best = SCRIPT_NONE;
    for (enum letter_script script = SCRIPT_LATIN; script < SCRIPT_COUNT; script++)
        if (count->letters[script] > count->letters[best])
            best = script;
    /* Japanese is told by its kana, of which running text has more than a tenth. */
    if (best == SCRIPT_HAN && count->letters[SCRIPT_KANA] * 10 > count->letters[SCRIPT_HAN])
        return SCRIPT_KANA;
    return best;
}

/* Shares of function words below which a text is none of the languages known here, or too short to say. */
static const double share_min = 0.12;
enum { HITS_MIN = 2 };

struct language_guess language_guess(const char *text, size_t size)
{
    struct count count = {0};
    struct language_guess guess = {"und", 0};
    count_text(&count, text, size < TEXT_SAMPLE_MAX ? size : TEXT_SAMPLE_MAX);
    const char *by_script = script_languages[main_script(&count)];
    if (by_script) {
        memcpy(guess.code, by_script, strlen(by_script) + 1);
        guess.share = 1;
        return guess;
    }
    const struct tally *best = NULL;
    for (int i = 0; i < count.languages; i++)
        if (!best || count.tallies[i].words > best->words)
            best = &count.tallies[i];
    if (!best || best->words < HITS_MIN || best->words < share_min * count.words)
        return guess;
    memcpy(guess.code, best->code, sizeof guess.code);
    guess.share = (double)best->words / count.words;
    return guess;
}
