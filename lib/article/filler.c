#include "lib/article/content.h"

#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <string.h>

/* Paragraphs that lead out of the text or speak of the page itself. */
enum filler_kind {
    FILLER_START,  /* begins so, and is short or linked */
    FILLER_LINKED, /* begins so, is short and linked */
    FILLER_WHOLE   /* is this and hardly more */
};

static const struct {
    const char *words; /* lower case */
    enum filler_kind kind;
} fillers[] = {
    {"follow ", FILLER_LINKED},
    {"read ", FILLER_LINKED},
    {"watch ", FILLER_LINKED},
    {"listen ", FILLER_LINKED},
    {"enjoying this", FILLER_START},
    {"want more", FILLER_START},
    {"advertisement", FILLER_WHOLE},
    {"advertising", FILLER_WHOLE},
    {"story continues below", FILLER_START},
    {"article continues below", FILLER_START},
    {"article continues after", FILLER_START},
    {"read more", FILLER_START},
    {"read also", FILLER_START},
    {"also read", FILLER_START},
    {"read next", FILLER_START},
    {"read:", FILLER_START},
    {"see also", FILLER_START},
    {"more:", FILLER_START},
    {"more on this story", FILLER_START},
    {"more from", FILLER_LINKED},
    {"you may also like", FILLER_START},
    {"you might also like", FILLER_START},
    {"related:", FILLER_START},
    {"related article", FILLER_START},
    {"related stor", FILLER_START},
    {"related topic", FILLER_START},
    {"recommended", FILLER_WHOLE},
    {"watch:", FILLER_START},
    {"listen:", FILLER_START},
    {"photos:", FILLER_START},
    {"sign up for", FILLER_START},
    {"sign up to", FILLER_START},
    {"sign up here", FILLER_START},
    {"subscribe to", FILLER_START},
    {"subscribe now", FILLER_START},
    {"get the latest", FILLER_START},
    {"get our newsletter", FILLER_START},
    {"by signing up", FILLER_START},
    {"by subscribing", FILLER_START},
    {"by submitting", FILLER_START},
    {"by providing your email", FILLER_START},
    {"enter your email", FILLER_START},
    {"please check your inbox", FILLER_START},
    {"thank you for subscribing", FILLER_START},
    {"thank you for signing up", FILLER_START},
    {"download our app", FILLER_START},
    {"follow us on", FILLER_START},
    {"follow us", FILLER_WHOLE},
    {"follow our", FILLER_START},
    {"join our", FILLER_START},
    {"share this", FILLER_START},
    {"share on", FILLER_START},
    {"share", FILLER_WHOLE},
    {"print", FILLER_WHOLE},
    {"click here", FILLER_START},
    {"listen to this article", FILLER_START},
    {"enable javascript", FILLER_START},
    {"please enable javascript", FILLER_START},
    {"you need javascript", FILLER_START},
    {"this video", FILLER_START},
    {"your browser does not support", FILLER_START},
    {"copyright", FILLER_START},
    {"©", FILLER_START},
    {"(c) ", FILLER_START},
    {"all rights reserved", FILLER_START},
    {"photo:", FILLER_START},
    {"photo by", FILLER_START},
    {"image:", FILLER_START},
    {"file photo", FILLER_START},
    {"tags:", FILLER_START},
    {"topics:", FILLER_START},
    {"filed under", FILLER_START},
    {"posted in", FILLER_START},
    {"contact us", FILLER_WHOLE},
    {"back to top", FILLER_WHOLE},
    {"last updated", FILLER_START},
    {"last modified", FILLER_START},
    {"published:", FILLER_START},
    {"updated:", FILLER_START},
    {"published on", FILLER_START},
    {"posted on", FILLER_START},
    {"our standards:", FILLER_START},
    {"lire aussi", FILLER_START},
    {"à lire aussi", FILLER_START},
    {"a lire aussi", FILLER_START},
    {"lire également", FILLER_START},
    {"publicité", FILLER_WHOLE},
    {"partager", FILLER_WHOLE},
    {"en vous inscrivant", FILLER_START},
    {"abonnez-vous", FILLER_START},
    {"inscrivez-vous", FILLER_START},
    {"suivez-nous", FILLER_START},
    {"lesen sie auch", FILLER_START},
    {"mehr zum thema", FILLER_START},
    {"lesen sie mehr", FILLER_START},
    {"mit der anmeldung", FILLER_START},
    {"anzeige", FILLER_WHOLE},
    {"werbung", FILLER_WHOLE},
    {"lea también", FILLER_START},
    {"lee también", FILLER_START},
    {"lea más", FILLER_START},
    {"le puede interesar", FILLER_START},
    {"te puede interesar", FILLER_START},
    {"publicidad", FILLER_WHOLE},
    {"suscríbete", FILLER_START},
    {"al suscribirte", FILLER_START},
    {"síguenos", FILLER_START},
    {"leia também", FILLER_START},
    {"leia mais", FILLER_START},
    {"veja também", FILLER_START},
    {"publicidade", FILLER_WHOLE},
    {"leggi anche", FILLER_START},
    {"pubblicità", FILLER_WHOLE},
    {"lees ook", FILLER_START},
    {"advertentie", FILLER_WHOLE},
    {"läs också", FILLER_START},
    {"läs även", FILLER_START},
    {"les også", FILLER_START},
    {"læs også", FILLER_START},
    {"lue myös", FILLER_START},
    {"czytaj także", FILLER_START},
    {"czytaj też", FILLER_START},
    {"zobacz także", FILLER_START},
    {"reklama", FILLER_WHOLE},
    {"čtěte také", FILLER_START},
    {"ayrıca okuyun", FILLER_START},
    {"ilgili haber", FILLER_START},
    {"читайте также", FILLER_START},
    {"читать также", FILLER_START},
    {"смотрите также", FILLER_START},
    {"подписывайтесь", FILLER_START},
    {"подпишитесь", FILLER_START},
    {"поделиться", FILLER_WHOLE},
    {"реклама", FILLER_WHOLE},
    {"фото:", FILLER_START},
    {"читайте також", FILLER_START},
    {"підписуйтесь", FILLER_START},
    {"اقرأ أيضا", FILLER_START},
    {"اقرأ أيضًا", FILLER_START},
    {"اقرأ المزيد", FILLER_START},
    {"شاهد أيضا", FILLER_START},
    {"تابعنا", FILLER_START},
    {"إعلان", FILLER_WHOLE},
    {"شارك", FILLER_WHOLE},
    {"بیشتر بخوانید", FILLER_START},
    {"関連記事", FILLER_START},
    {"あわせて読みたい", FILLER_START},
    {"広告", FILLER_WHOLE},
    {"写真:", FILLER_START},
    {"相关阅读", FILLER_START},
    {"相关新闻", FILLER_START},
    {"责任编辑", FILLER_START},
    {"【关键词】", FILLER_START},
    {"扫一扫", FILLER_START},
    {"관련기사", FILLER_START},
    {"관련 기사", FILLER_START},
    {"無断転載", FILLER_START},
};

enum { HEAD_SIZE = 64, START_MAX = 160, WHOLE_EXTRA = 12 };

/* The beginning of the text in lower case, without arrows and the like before it. */
static size_t lower_head(const char *text, size_t size, char head[HEAD_SIZE + 4])
{
    size_t length = 0;
    for (size_t at = 0; at < size && length < HEAD_SIZE - 4;) {
        uint32_t character;
        at += utf8_decode(text + at, size - at, &character, NULL);
        bool is_sign = letter_script(character) == SCRIPT_NONE && character != 0xA9 && character != 0x3010 &&
                       character != '(' && !(character >= '0' && character <= '9');
        if (length == 0 && is_sign)
            continue;
        length += utf8_encode(letter_lower(character), head + length);
    }
    head[length] = '\0';
    return length;
}

bool content_is_filler(const char *text, size_t size, bool is_linked)
{
    char head[HEAD_SIZE + 4];
    size_t length = lower_head(text, size, head);
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        size_t words = strlen(fillers[i].words);
        if (length < words || memcmp(head, fillers[i].words, words) != 0)
            continue;
        /* "Share", not "Shareholders". */
        bool is_apart = !(head[words] & 0x80) && !(head[words] >= 'a' && head[words] <= 'z');
        if ((fillers[i].kind == FILLER_WHOLE && is_apart && size <= words + WHOLE_EXTRA) ||
            (fillers[i].kind == FILLER_LINKED && is_linked && size <= START_MAX) ||
            (fillers[i].kind == FILLER_START && size <= (is_linked ? 2 * START_MAX : START_MAX)))
            return true;
    }
    return false;
}
