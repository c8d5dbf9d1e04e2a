#include "lib/text/date_words.h"

#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <stdint.h>
#include <string.h>

/* A cell holds the words for one month or day, separated by spaces: full names (also in the case that dates
 * take), then the abbreviations seen in feeds. Croatian lacks the two months whose names Polish and Czech use for
 * another month. */
static const char *const month_names[][12] = {
    /* English */ {"january jan", "february feb febr", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec"},
    /* German */ {"januar jan jän jänner", "februar feb feber", "märz mär mrz maerz", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "dezember dez"},
    /* French */ {"janvier janv jan", "février fevrier févr fév fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "août aout aoû aou", "septembre sept", "octobre oct", "novembre nov", "décembre decembre déc dec"},
    /* Spanish */ {"enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago", "septiembre setiembre sep set", "octubre oct", "noviembre nov", "diciembre dic"},
    /* Italian */ {"gennaio gen", "febbraio feb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug", "agosto ago", "settembre set sett", "ottobre ott", "novembre nov", "dicembre dic"},
    /* Portuguese */ {"janeiro jan", "fevereiro fev", "março marco mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago", "setembro set", "outubro out", "novembro nov", "dezembro dez"},
    /* Dutch */ {"januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sep", "oktober okt", "november nov", "december dec"},
    /* Swedish */ {"januari jan", "februari feb", "mars mar", "april apr", "maj", "juni jun", "juli jul", "augusti aug", "september sep", "oktober okt", "november nov", "december dec"},
    /* Danish */ {"januar jan", "februar feb", "marts mar", "april apr", "maj", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "december dec"},
    /* Norwegian */ {"januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sep", "oktober okt", "november nov", "desember des"},
    /* Finnish */ {"tammikuu tammikuuta tammi", "helmikuu helmikuuta helmi", "maaliskuu maaliskuuta maalis", "huhtikuu huhtikuuta huhti", "toukokuu toukokuuta touko", "kesäkuu kesäkuuta kesä", "heinäkuu heinäkuuta heinä", "elokuu elokuuta elo", "syyskuu syyskuuta syys", "lokakuu lokakuuta loka", "marraskuu marraskuuta marras", "joulukuu joulukuuta joulu"},
    /* Estonian */ {"jaanuar", "veebruar", "märts", "aprill", "mai", "juuni", "juuli", "august", "september", "oktoober", "november", "detsember"},
    /* Latvian */ {"janvāris janv", "februāris febr", "marts", "aprīlis", "maijs", "jūnijs", "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris"},
    /* Lithuanian */ {"sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio", "liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio"},
    /* Polish */ {"stycznia styczeń sty", "lutego luty lut", "marca marzec mar", "kwietnia kwiecień kwi", "maja maj", "czerwca czerwiec cze", "lipca lipiec lip", "sierpnia sierpień sie", "września wrzesień wrz", "października październik paź paz", "listopada listopad lis", "grudnia grudzień gru"},
    /* Czech */ {"ledna leden led", "února únor úno", "března březen bře", "dubna duben dub", "května květen kvě", "června červen čvn", "července červenec čvc", "srpna srpen srp", "září zář", "října říjen říj", "listopadu lis", "prosince prosinec pro"},
    /* Slovak */ {"januára január", "februára február", "marca marec", "apríla apríl", "mája máj", "júna jún", "júla júl", "augusta august", "septembra september", "októbra október", "novembra november", "decembra december"},
    /* Hungarian */ {"január januári jan", "február februári febr", "március márciusi márc már", "április áprilisi ápr", "május májusi máj", "június júniusi jún", "július júliusi júl", "augusztus augusztusi aug", "szeptember szeptemberi szept", "október októberi okt", "november novemberi nov", "december decemberi dec"},
    /* Romanian */ {"ianuarie ian", "februarie feb", "martie mar", "aprilie apr", "mai", "iunie iun", "iulie iul", "august aug", "septembrie sept", "octombrie oct", "noiembrie noi nov", "decembrie dec"},
    /* Croatian */ {"siječnja siječanj sij", "veljače veljača velj vel", "ožujka ožujak ožu", "travnja travanj tra", "svibnja svibanj svi", "lipnja lipanj", "srpnja srpanj", "kolovoza kolovoz kol", "rujna rujan ruj", "", "studenoga studeni stu", ""},
    /* Serbian */ {"januar јануар јан", "februar фебруар феб", "mart март мар", "april април апр", "maj мај", "jun јун", "jul јул", "avgust август авг", "septembar септембар сеп", "oktobar октобар окт", "novembar новембар нов", "decembar децембар дец"},
    /* Slovene */ {"januarja", "februarja", "marca", "aprila", "maja", "junija", "julija", "avgusta avg", "septembra", "oktobra", "novembra", "decembra"},
    /* Turkish */ {"ocak oca", "şubat subat şub sub", "mart mar", "nisan nis", "mayıs mayis may", "haziran haz", "temmuz tem", "ağustos agustos ağu agu", "eylül eylul eyl", "ekim eki", "kasım kasim kas", "aralık aralik ara"},
    /* Azerbaijani */ {"yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr"},
    /* Indonesian */ {"januari jan", "februari peb", "maret", "april", "mei", "juni", "juli", "agustus agt agu", "september", "oktober", "nopember nop", "desember"},
    /* Greek */ {"ιανουάριος ιανουαρίου ιαν γενάρης", "φεβρουάριος φεβρουαρίου φεβ", "μάρτιος μαρτίου μαρ μάρ μάώ μαώ", "απρίλιος απριλίου απρ", "μάιος μαΐου μαίου μάϊ μαϊ μάι μαι", "ιούνιος ιουνίου ιούν ιουν ιον", "ιούλιος ιουλίου ιούλ ιουλ ιολ", "αύγουστος αυγούστου αύγ αυγ", "σεπτέμβριος σεπτεμβρίου σεπ σεπτ", "οκτώβριος οκτωβρίου οκτ", "νοέμβριος νοεμβρίου νοέ νοε", "δεκέμβριος δεκεμβρίου δεκ"},
    /* Russian */ {"января январь янв", "февраля февраль фев февр", "марта март мар", "апреля апрель апр", "мая май", "июня июнь июн", "июля июль июл", "августа август авг", "сентября сентябрь сен сент", "октября октябрь окт", "ноября ноябрь ноя нояб", "декабря декабрь дек"},
    /* Ukrainian */ {"січня січень січ", "лютого лютий лют", "березня березень бер", "квітня квітень кві квіт", "травня травень тра трав", "червня червень чер черв", "липня липень лип", "серпня серпень сер серп", "вересня вересень вер", "жовтня жовтень жов жовт", "листопада листопад лис", "грудня грудень гру груд"},
    /* Bulgarian */ {"януари яну", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември", "декември"},
    /* Arabic */ {"يناير", "فبراير شباط", "مارس آذار", "أبريل إبريل ابريل نيسان", "مايو أيار ماي", "يونيو حزيران يونيه جوان", "يوليو تموز يوليه جويلية", "أغسطس آب اغسطس أوت", "سبتمبر أيلول", "أكتوبر اكتوبر", "نوفمبر", "ديسمبر"},
    /* Hebrew */ {"ינואר ינו", "פברואר פבר", "מרץ מרס", "אפריל אפר", "מאי", "יוני", "יולי", "אוגוסט אוג", "ספטמבר ספט", "אוקטובר אוק", "נובמבר נוב", "דצמבר דצמ"},
    /* Hindi */ {"जनवरी", "फ़रवरी फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर सितम्बर", "अक्टूबर अक्तूबर", "नवंबर नवम्बर", "दिसंबर दिसम्बर"},
    /* Thai */ {"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"},
};

static const char *const weekday_names[][7] = {
    /* English */ {"sunday sun", "monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs", "friday fri", "saturday sat"},
    /* German */ {"sonntag so", "montag mo", "dienstag di", "mittwoch mi", "donnerstag do", "freitag fr", "samstag sa sonnabend"},
    /* French */ {"dimanche dim", "lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam"},
    /* Spanish */ {"domingo dom", "lunes lun", "martes mar", "miércoles miercoles mié mie", "jueves jue", "viernes vie", "sábado sabado sáb sab"},
    /* Italian */ {"domenica dom", "lunedì lun lunedi", "martedì mar martedi", "mercoledì mer mercoledi", "giovedì gio giovedi", "venerdì ven venerdi", "sabato sab"},
    /* Portuguese */ {"domingo dom", "segunda seg segunda-feira", "terça ter terça-feira", "quarta qua quarta-feira", "quinta qui quinta-feira", "sexta sex sexta-feira", "sábado sáb"},
    /* Dutch */ {"zondag zo", "maandag ma", "dinsdag di", "woensdag wo", "donderdag do", "vrijdag vr", "zaterdag za"},
    /* Swedish */ {"söndag sön", "måndag mån", "tisdag tis", "onsdag ons", "torsdag tor tors", "fredag fre", "lördag lör"},
    /* Danish */ {"søndag søn", "mandag man", "tirsdag tir", "onsdag ons", "torsdag tor", "fredag fre", "lørdag lør"},
    /* Finnish */ {"sunnuntai su", "maanantai ma", "tiistai ti", "keskiviikko ke", "torstai to", "perjantai pe", "lauantai la"},
    /* Polish */ {"niedziela niedz nie nd", "poniedziałek pon pn", "wtorek wt wto", "środa śr śro", "czwartek czw", "piątek pt pią", "sobota sob"},
    /* Czech */ {"neděle ne", "pondělí po", "úterý út", "středa st", "čtvrtek čt", "pátek pá", "sobota so"},
    /* Hungarian */ {"vasárnap vas", "hétfő hét", "kedd", "szerda sze", "csütörtök csüt", "péntek pén", "szombat szo"},
    /* Romanian */ {"duminică dum", "luni", "marți mar", "miercuri mie", "joi", "vineri vin", "sâmbătă sâm"},
    /* Croatian */ {"nedjelja ned", "ponedjeljak pon", "utorak uto", "srijeda sri", "četvrtak čet", "petak pet", "subota sub"},
    /* Turkish */ {"pazar paz", "pazartesi pzt", "salı sal", "çarşamba çar", "perşembe per", "cuma cum", "cumartesi cmt"},
    /* Indonesian */ {"minggu", "senin", "selasa", "rabu", "kamis", "jumat", "sabtu"},
    /* Greek */ {"κυριακή κυρ", "δευτέρα δευ", "τρίτη τρι τρί", "τετάρτη τετ", "πέμπτη πεμ πέμ", "παρασκευή παρ", "σάββατο σαβ σάβ"},
    /* Russian */ {"воскресенье вс вск", "понедельник пн пнд", "вторник вт втр", "среда ср срд", "четверг чт чтв", "пятница пт птн", "суббота сб сбт"},
    /* Ukrainian */ {"неділя нд", "понеділок пн", "вівторок вт", "середа ср", "четвер чт", "п'ятниця пт", "субота сб"},
    /* Arabic */ {"الأحد", "الاثنين الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
};

/* Half days. Where the word's language has one time zone, a date without a zone is meant in that. */
static const struct {
    const char *word;
    short hours, assumed_minutes;
} halves[] = {
    {"am", 0, 0},     {"a.m", 0, 0},      {"a", 0, 0},       {"pm", 12, 0},     {"p.m", 12, 0},   {"p", 12, 0},
    {"오전", 0, 540}, {"오후", 12, 540},  {"上午", 0, 480},  {"下午", 12, 480}, {"午前", 0, 540}, {"午後", 12, 540},
    {"πμ", 0, 0},     {"π.μ", 0, 0},      {"μμ", 12, 0},     {"μ.μ", 12, 0},    {"ص", 0, 0},      {"م", 12, 0},
};

/* RFC 822 first, then what feeds use. A military letter other than Z says nothing (RFC 2822 section 4.3). */
static const struct {
    const char *name;
    short minutes;
} zones[] = {
    {"z", 0},       {"ut", 0},      {"utc", 0},     {"gmt", 0},     {"wet", 0},     {"est", -300},  {"edt", -240},
    {"cst", -360},  {"cdt", -300},  {"mst", -420},  {"mdt", -360},  {"pst", -480},  {"pdt", -420},  {"et", -300},
    {"ct", -360},   {"mt", -420},   {"pt", -480},   {"at", -240},   {"ast", -240},  {"adt", -180},  {"nst", -210},
    {"ndt", -150},  {"akst", -540}, {"akdt", -480}, {"hst", -600},  {"hast", -600}, {"brt", -180},  {"brst", -120},
    {"art", -180},  {"clt", -240},  {"clst", -180}, {"cot", -300},  {"pet", -300},  {"vet", -240},  {"bst", 60},
    {"west", 60},   {"cet", 60},    {"cest", 120},  {"met", 60},    {"mest", 120},  {"mez", 60},    {"mesz", 120},
    {"mewt", 60},   {"wat", 60},    {"cat", 120},   {"sast", 120},  {"eet", 120},   {"eest", 180},  {"ist", 330},
    {"idt", 180},   {"eat", 180},   {"msk", 180},   {"msd", 240},   {"trt", 180},   {"irst", 210},  {"irdt", 270},
    {"gst", 240},   {"azt", 240},   {"amt", 240},   {"get", 240},   {"samt", 240},  {"aft", 270},   {"pkt", 300},
    {"uzt", 300},   {"yekt", 300},  {"tmt", 300},   {"tjt", 300},   {"npt", 345},   {"bdt", 360},   {"almt", 360},
    {"kgt", 360},   {"mmt", 390},   {"ict", 420},   {"wib", 420},   {"krat", 420},  {"novt", 420},  {"hkt", 480},
    {"sgt", 480},   {"myt", 480},   {"pht", 480},   {"awst", 480},  {"irkt", 480},  {"wita", 480},  {"jst", 540},
    {"kst", 540},   {"wit", 540},   {"yakt", 540},  {"acst", 570},  {"acdt", 630},  {"aest", 600},  {"aedt", 660},
    {"chst", 600},  {"vlat", 600},  {"nzst", 720},  {"nzdt", 780},
};

/* Lower-cases `word` into `lower`; returns the size, 0 where it does not fit. */
static size_t fold_word(const char *word, size_t size, char lower[DATE_WORD_MAX + 1])
{
    size_t length = 0;
    for (size_t at = 0; at < size;) {
        uint32_t character;
        at += utf8_decode(word + at, size - at, &character, NULL);
        char bytes[4];
        size_t written = utf8_encode(letter_lower(character), bytes);
        if (length + written > DATE_WORD_MAX)
            return 0;
        memcpy(lower + length, bytes, written);
        length += written;
    }
    lower[length] = '\0';
    return length;
}

/* No name has fewer bytes; a stem of fewer says nothing. */
enum { WORD_MIN = 2, STEM_MIN = 3 };

/* Whether one of the words in `cell` is `word`; where `stem`, also whether one begins with it. */
static bool cell_has(const char *cell, const char *word, size_t size, bool stem)
{
    while (*cell) {
        size_t length = strcspn(cell, " ");
        if (length >= size && (stem || length == size) && memcmp(cell, word, size) == 0)
            return true;
        cell += length;
        cell += *cell == ' ';
    }
    return false;
}

/* English names without another meaning, which nearly all dates have. */
static bool find_english(struct date_word *found, const char *word, size_t size)
{
    for (int day = 0; day < 7; day++)
        if (cell_has(weekday_names[0][day], word, size, false)) {
            *found = (struct date_word){.kinds = DATE_WORD_WEEKDAY, .weekday = day};
            return true;
        }
    if (size == 3 && memcmp(word, "mar", 3) == 0)
        return false;
    for (int month = 0; month < 12; month++)
        if (cell_has(month_names[0][month], word, size, false)) {
            *found = (struct date_word){.kinds = DATE_WORD_MONTH, .month = month + 1};
            return true;
        }
    return false;
}

static void find_names(struct date_word *found, const char *word, size_t size, bool stem)
{
    for (size_t i = 0; i < sizeof month_names / sizeof month_names[0] && !(found->kinds & DATE_WORD_MONTH); i++)
        for (int month = 0; month < 12 && !(found->kinds & DATE_WORD_MONTH); month++)
            if (cell_has(month_names[i][month], word, size, stem)) {
                found->kinds |= DATE_WORD_MONTH;
                found->month = month + 1;
            }
    for (size_t i = 0; i < sizeof weekday_names / sizeof weekday_names[0] && !(found->kinds & DATE_WORD_WEEKDAY); i++)
        for (int day = 0; day < 7 && !(found->kinds & DATE_WORD_WEEKDAY); day++)
            if (cell_has(weekday_names[i][day], word, size, stem)) {
                found->kinds |= DATE_WORD_WEEKDAY;
                found->weekday = day;
            }
}

static bool find_zone(const char *lower, int *offset_minutes)
{
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (strcmp(zones[i].name, lower) == 0) {
            *offset_minutes = zones[i].minutes;
            return true;
        }
    return false;
}

struct date_word date_find_word(const char *word, size_t size)
{
    struct date_word found = {0};
    char lower[DATE_WORD_MAX + 1];
    size_t length = fold_word(word, size, lower);
    if (length == 0 || find_english(&found, lower, length))
        return found;
    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++)
        if (strcmp(halves[i].word, lower) == 0) {
            found.kinds |= DATE_WORD_HALF;
            found.half = halves[i].hours;
            found.assumed_minutes = halves[i].assumed_minutes;
        }
    int zone;
    if (found.kinds || length < WORD_MIN || find_zone(lower, &zone))
        return found;
    find_names(&found, lower, length, false);
    if (found.kinds == 0 && length >= STEM_MIN)
        find_names(&found, lower, length, true);
    return found;
}

bool date_find_zone(const char *name, size_t size, int *offset_minutes)
{
    char lower[DATE_WORD_MAX + 1];
    return fold_word(name, size, lower) > 0 && find_zone(lower, offset_minutes);
}
