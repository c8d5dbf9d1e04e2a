#include "lib/article/wall.h"

#include "lib/article/words.h"
#include "lib/base/utf8.h"
#include "lib/text/letter.h"

#include <string.h>

enum {
    TEXT_MIN = 140,         /* weight below which a text is no article */
    OFFER_MAX = 250,        /* the same where only offers speak of a wall */
    TEASER_MAX = 1300,      /* up to here a text before a wall is a teaser */
    LOCKED_MAX = 2500,      /* the same where the page's data say that it is not free */
    LOCKED_ALONE_MAX = 700, /* where only they say so */
    CHECK_MAX = 600,        /* a bot check's or an error page's text */
    CONSENT_MAX = 2500,
    SCAN_MAX = 400 * 1024 /* bytes of text looked at */
};

enum phrase_kind {
    PHRASE_WALL, /* read on for subscribers only */
    PHRASE_HINT, /* speaks of subscribers, but may stand on any page */
    PHRASE_CONSENT,
    PHRASE_CHECK, /* of a bot check */
    PHRASE_ERROR, /* of an error page */
    PHRASE_LOGIN,
    PHRASE_KINDS
};

static const struct {
    const char *words; /* lower case */
    enum phrase_kind kind;
} phrases[] = {
    {"to continue reading", PHRASE_WALL},
    {"continue reading this", PHRASE_WALL},
    {"to keep reading", PHRASE_WALL},
    {"to read the full", PHRASE_WALL},
    {"to read this article", PHRASE_WALL},
    {"to read this story", PHRASE_WALL},
    {"read the full story with", PHRASE_WALL},
    {"read the rest of this", PHRASE_WALL},
    {"rest of this article", PHRASE_WALL},
    {"to access this article", PHRASE_WALL},
    {"to access the full", PHRASE_WALL},
    {"for subscribers only", PHRASE_WALL},
    {"for subscribers.", PHRASE_WALL},
    {"subscribers only", PHRASE_WALL},
    {"subscriber-only", PHRASE_WALL},
    {"exclusive to subscribers", PHRASE_WALL},
    {"exclusively for subscribers", PHRASE_WALL},
    {"available to subscribers", PHRASE_WALL},
    {"reserved for subscribers", PHRASE_WALL},
    {"this content is reserved", PHRASE_WALL},
    {"for members only", PHRASE_WALL},
    {"unlock this article", PHRASE_WALL},
    {"unlock the full", PHRASE_WALL},
    {"this is premium content", PHRASE_WALL},
    {"premium article", PHRASE_WALL},
    {"premium content", PHRASE_HINT},
    {"you have reached your", PHRASE_WALL},
    {"you've reached your", PHRASE_WALL},
    {"free articles remaining", PHRASE_HINT},
    {"free articles this month", PHRASE_WALL},
    {"article limit", PHRASE_WALL},
    {"log in to read", PHRASE_WALL},
    {"login to read", PHRASE_WALL},
    {"sign in to read", PHRASE_WALL},
    {"subscribe to read", PHRASE_WALL},
    {"subscribe to continue", PHRASE_WALL},
    {"subscribe to unlock", PHRASE_WALL},
    {"register to continue", PHRASE_WALL},
    {"register to read", PHRASE_WALL},
    {"create a free account to", PHRASE_WALL},
    {"start your free trial", PHRASE_HINT},
    {"already a subscriber", PHRASE_HINT},
    {"already have an account", PHRASE_HINT},
    {"already subscribed", PHRASE_HINT},
    {"cancel anytime", PHRASE_HINT},
    {"cancel any time", PHRASE_HINT},
    {"subscribe now", PHRASE_HINT},
    {"digital subscription", PHRASE_HINT},
    {"per month", PHRASE_HINT},
    {"réservé aux abonnés", PHRASE_WALL},
    {"réservé à nos abonnés", PHRASE_WALL},
    {"la suite est réservée", PHRASE_WALL},
    {"il vous reste", PHRASE_WALL},
    {"pour lire la suite", PHRASE_WALL},
    {"poursuivre votre lecture", PHRASE_WALL},
    {"déjà abonné", PHRASE_HINT},
    {"jetzt weiterlesen", PHRASE_WALL},
    {"um weiterzulesen", PHRASE_WALL},
    {"weiterlesen mit", PHRASE_WALL},
    {"nur für abonnenten", PHRASE_WALL},
    {"exklusiv für abonnenten", PHRASE_WALL},
    {"diesen artikel weiterlesen", PHRASE_WALL},
    {"lesen sie diesen artikel mit", PHRASE_WALL},
    {"bereits abonnent", PHRASE_HINT},
    {"sie haben bereits ein", PHRASE_HINT},
    {"exclusivo para suscriptores", PHRASE_WALL},
    {"solo para suscriptores", PHRASE_WALL},
    {"para seguir leyendo", PHRASE_WALL},
    {"para continuar leyendo", PHRASE_WALL},
    {"suscríbete para", PHRASE_WALL},
    {"¿ya eres suscriptor", PHRASE_HINT},
    {"exclusivo para assinantes", PHRASE_WALL},
    {"para continuar lendo", PHRASE_WALL},
    {"conteúdo exclusivo", PHRASE_WALL},
    {"riservato agli abbonati", PHRASE_WALL},
    {"per continuare a leggere", PHRASE_WALL},
    {"alleen voor abonnees", PHRASE_WALL},
    {"om verder te lezen", PHRASE_WALL},
    {"endast för prenumeranter", PHRASE_WALL},
    {"för att läsa vidare", PHRASE_WALL},
    {"vain tilaajille", PHRASE_WALL},
    {"kun for abonnenter", PHRASE_WALL},
    {"aby czytać dalej", PHRASE_WALL},
    {"dla subskrybentów", PHRASE_WALL},
    {"pro předplatitele", PHRASE_WALL},
    {"okumaya devam etmek için", PHRASE_WALL},
    {"только для подписчиков", PHRASE_WALL},
    {"доступен только подписчикам", PHRASE_WALL},
    {"доступно подписчикам", PHRASE_WALL},
    {"оформите подписку", PHRASE_WALL},
    {"чтобы продолжить чтение", PHRASE_WALL},
    {"чтобы читать дальше", PHRASE_WALL},
    {"полный текст доступен", PHRASE_WALL},
    {"для передплатників", PHRASE_WALL},
    {"للمشتركين فقط", PHRASE_WALL},
    {"لقراءة المزيد اشترك", PHRASE_WALL},
    {"اشترك لقراءة", PHRASE_WALL},
    {"למנויים בלבד", PHRASE_WALL},
    {"有料会員", PHRASE_WALL},
    {"会員限定", PHRASE_WALL},
    {"続きを読むには", PHRASE_WALL},
    {"残り", PHRASE_HINT},
    {"この記事は会員", PHRASE_WALL},
    {"订阅后继续", PHRASE_WALL},
    {"请登录后阅读", PHRASE_WALL},
    {"仅限会员", PHRASE_WALL},
    {"구독자 전용", PHRASE_WALL},
    {"로그인 후", PHRASE_WALL},

    {"cookie", PHRASE_CONSENT},
    {"куки", PHRASE_CONSENT},
    {"your privacy", PHRASE_CONSENT},
    {"privacy policy", PHRASE_CONSENT},
    {"privacy settings", PHRASE_CONSENT},
    {"accept all", PHRASE_CONSENT},
    {"reject all", PHRASE_CONSENT},
    {"our partners", PHRASE_CONSENT},
    {"and our partner", PHRASE_CONSENT},
    {"your consent", PHRASE_CONSENT},
    {"legitimate interest", PHRASE_CONSENT},
    {"personal data", PHRASE_CONSENT},
    {"personalised ad", PHRASE_CONSENT},
    {"personalized ad", PHRASE_CONSENT},
    {"unique identifier", PHRASE_CONSENT},
    {"before you continue", PHRASE_CONSENT},
    {"vie privée", PHRASE_CONSENT},
    {"consentement", PHRASE_CONSENT},
    {"tout accepter", PHRASE_CONSENT},
    {"nos partenaires", PHRASE_CONSENT},
    {"données personnelles", PHRASE_CONSENT},
    {"datenschutz", PHRASE_CONSENT},
    {"einwilligung", PHRASE_CONSENT},
    {"alle akzeptieren", PHRASE_CONSENT},
    {"mit werbung", PHRASE_CONSENT},
    {"tracking", PHRASE_CONSENT},
    {"zustimm", PHRASE_CONSENT},
    {"consentimiento", PHRASE_CONSENT},
    {"aceptar todo", PHRASE_CONSENT},
    {"nuestros socios", PHRASE_CONSENT},
    {"consenso", PHRASE_CONSENT},
    {"accetta tutti", PHRASE_CONSENT},
    {"toestemming", PHRASE_CONSENT},
    {"alles accepteren", PHRASE_CONSENT},
    {"samtycke", PHRASE_CONSENT},
    {"zgoda", PHRASE_CONSENT},
    {"persónuvernd", PHRASE_CONSENT},
    {"обработку персональных", PHRASE_CONSENT},

    {"just a moment", PHRASE_CHECK},
    {"checking your browser", PHRASE_CHECK},
    {"checking if the site connection is secure", PHRASE_CHECK},
    {"verify you are human", PHRASE_CHECK},
    {"verifying you are human", PHRASE_CHECK},
    {"verify that you are not a robot", PHRASE_CHECK},
    {"are you a robot", PHRASE_CHECK},
    {"not a robot", PHRASE_CHECK},
    {"are a human", PHRASE_CHECK},
    {"attention required", PHRASE_CHECK},
    {"ddos protection", PHRASE_CHECK},
    {"ray id", PHRASE_CHECK},
    {"captcha", PHRASE_CHECK},
    {"access denied", PHRASE_CHECK},
    {"access to this page has been denied", PHRASE_CHECK},
    {"you have been blocked", PHRASE_CHECK},
    {"pardon our interruption", PHRASE_CHECK},
    {"unusual traffic", PHRASE_CHECK},
    {"unusual activity", PHRASE_CHECK},
    {"security check", PHRASE_CHECK},
    {"enable javascript and cookies", PHRASE_CHECK},
    {"please enable cookies", PHRASE_CHECK},
    {"please turn javascript on", PHRASE_CHECK},
    {"please enable js", PHRASE_CHECK},
    {"javascript is disabled", PHRASE_CHECK},
    {"you don't have permission to access", PHRASE_CHECK},
    {"request unsuccessful", PHRASE_CHECK},
    {"403 forbidden", PHRASE_CHECK},
    {"проверка браузера", PHRASE_CHECK},
    {"доступ ограничен", PHRASE_CHECK},
    {"что вы не робот", PHRASE_CHECK},

    {"404 not found", PHRASE_ERROR},
    {"404 error", PHRASE_ERROR},
    {"error 404", PHRASE_ERROR},
    {"404 -", PHRASE_ERROR},
    {"404 |", PHRASE_ERROR},
    {"404 –", PHRASE_ERROR},
    {"| 404", PHRASE_ERROR},
    {"- 404", PHRASE_ERROR},
    {"page not found", PHRASE_ERROR},
    {"page you are looking for", PHRASE_ERROR},
    {"page you were looking for", PHRASE_ERROR},
    {"page you requested", PHRASE_ERROR},
    {"page does not exist", PHRASE_ERROR},
    {"page doesn't exist", PHRASE_ERROR},
    {"page cannot be found", PHRASE_ERROR},
    {"page can't be found", PHRASE_ERROR},
    {"could not be found", PHRASE_ERROR},
    {"no longer available", PHRASE_ERROR},
    {"article not found", PHRASE_ERROR},
    {"has been removed", PHRASE_ERROR},
    {"page introuvable", PHRASE_ERROR},
    {"n'existe pas", PHRASE_ERROR},
    {"seite nicht gefunden", PHRASE_ERROR},
    {"wurde nicht gefunden", PHRASE_ERROR},
    {"página no encontrada", PHRASE_ERROR},
    {"página não encontrada", PHRASE_ERROR},
    {"pagina non trovata", PHRASE_ERROR},
    {"pagina niet gevonden", PHRASE_ERROR},
    {"strona nie została znaleziona", PHRASE_ERROR},
    {"sidan kunde inte hittas", PHRASE_ERROR},
    {"sayfa bulunamadı", PHRASE_ERROR},
    {"страница не найдена", PHRASE_ERROR},
    {"сторінку не знайдено", PHRASE_ERROR},
    {"الصفحة غير موجودة", PHRASE_ERROR},
    {"ページが見つかりません", PHRASE_ERROR},
    {"お探しのページ", PHRASE_ERROR},
    {"页面不存在", PHRASE_ERROR},
    {"internal server error", PHRASE_ERROR},
    {"service unavailable", PHRASE_ERROR},
    {"temporarily unavailable", PHRASE_ERROR},
    {"under maintenance", PHRASE_ERROR},

    {"log in to your account", PHRASE_LOGIN},
    {"sign in to your account", PHRASE_LOGIN},
    {"forgot your password", PHRASE_LOGIN},
    {"forgot password", PHRASE_LOGIN},
    {"mot de passe oublié", PHRASE_LOGIN},
    {"passwort vergessen", PHRASE_LOGIN},
    {"olvidaste tu contraseña", PHRASE_LOGIN},
    {"забыли пароль", PHRASE_LOGIN},
};

enum { PHRASE_COUNT = sizeof phrases / sizeof *phrases, ALL_KINDS = (1u << PHRASE_KINDS) - 1 };

/* How many different phrases of each kind a text holds. */
struct tally {
    bool is_seen[PHRASE_COUNT];
    unsigned counts[PHRASE_KINDS];
};

static void tally_text(struct tally *tally, const char *text, size_t size, unsigned kinds)
{
    struct buffer lower = BUFFER_INIT;
    for (size_t at = 0; at < size && lower.size < SCAN_MAX;) {
        uint32_t character;
        char bytes[4];
        at += utf8_decode(text + at, size - at, &character, NULL);
        if (character == 0x2019)
            character = '\'';
        if (character == '\n' || character == 0xA0)
            character = ' ';
        buffer_append(&lower, bytes, utf8_encode(letter_lower(character), bytes));
    }
    for (size_t i = 0; lower.size && !lower.failed && i < PHRASE_COUNT; i++)
        if (!tally->is_seen[i] && (kinds & 1u << phrases[i].kind) &&
            memmem(lower.bytes, lower.size, phrases[i].words, strlen(phrases[i].words))) {
            tally->is_seen[i] = true;
            tally->counts[phrases[i].kind]++;
        }
    buffer_free(&lower);
}

unsigned wall_count_consent(const char *text, size_t size)
{
    struct tally tally = {0};
    tally_text(&tally, text, size, 1u << PHRASE_CONSENT);
    return tally.counts[PHRASE_CONSENT];
}

/* Whether the run stands in the page's frame, where every page invites to subscribe. */
static bool is_in_frame(const struct page *page, const struct run *run)
{
    for (uint32_t up = run->block; up; up = page->nodes[up].parent)
        if (page->nodes[up].tag == TAG_NAV || page->nodes[up].tag == TAG_FOOTER ||
            (page->nodes[up].tag == TAG_HEADER && up < 400 && page->nodes[up].parent < 20))
            return true;
    return false;
}

static void tally_page(struct tally *tally, const struct page *page, const struct runs *runs)
{
    struct buffer text = BUFFER_INIT;
    for (uint32_t i = 0; i < runs->count && text.size < SCAN_MAX; i++) {
        const struct run *run = &runs->all[i];
        if (is_in_frame(page, run))
            continue;
        buffer_append(&text, run->text, run->size);
        buffer_append_char(&text, '\n');
    }
    if (text.size && !text.failed)
        tally_text(tally, text.bytes, text.size, ALL_KINDS);
    buffer_free(&text);
}

static bool has_password(const struct page *page)
{
    for (uint32_t i = 1; i < page->node_count; i++) {
        const char *type = page_attribute(page, &page->nodes[i], "type");
        if (type && strcmp(type, "password") == 0)
            return true;
    }
    return false;
}

struct evidence {
    struct tally title, text, page;
    const struct content *content;
    const struct metadata *metadata;
    bool has_password;
};

static bool is_check(const struct evidence *e)
{
    uint32_t weight = e->content->weight;
    if (e->title.counts[PHRASE_CHECK])
        return weight < CHECK_MAX;
    return weight < CHECK_MAX / 2 && e->page.counts[PHRASE_CHECK] >= (weight < TEXT_MIN ? 1 : 2);
}

static bool is_error(const struct evidence *e)
{
    uint32_t weight = e->content->weight;
    if (e->title.counts[PHRASE_ERROR])
        return weight < CHECK_MAX;
    return weight < CHECK_MAX / 2 && e->text.counts[PHRASE_ERROR] >= 1 && !e->metadata->texts[METADATA_PUBLISHED];
}

static bool is_consent(const struct evidence *e)
{
    uint32_t weight = e->content->weight;
    if (weight < TEXT_MIN)
        return e->page.counts[PHRASE_CONSENT] >= 3;
    if (weight >= CONSENT_MAX || e->text.counts[PHRASE_CONSENT] < 4)
        return false;
    /* An article on privacy law has a date, and speaks of what its title says. */
    const char *title = e->metadata->texts[METADATA_TITLE] ? e->metadata->texts[METADATA_TITLE] : e->metadata->heading;
    struct buffer flat = BUFFER_INIT;
    words_flatten(&flat, e->content->text.bytes, e->content->text.size);
    bool is_article = e->metadata->texts[METADATA_PUBLISHED] && title && words_share(&flat, title) >= 0.5;
    buffer_free(&flat);
    return !is_article;
}

static bool is_paywall(const struct evidence *e)
{
    uint32_t weight = e->content->weight;
    const unsigned *counts = e->page.counts;
    /* Offers stand on free pages too: by themselves they are a wall only where hardly anything else is there. */
    bool is_walled = counts[PHRASE_WALL] > 0 || (counts[PHRASE_HINT] > 0 && e->content->has_wall_element) ||
                     (counts[PHRASE_HINT] >= 3 && weight < OFFER_MAX);
    if (e->metadata->is_locked)
        return weight < (is_walled || e->content->has_wall_element ? LOCKED_MAX : LOCKED_ALONE_MAX);
    if (is_walled)
        return weight < TEASER_MAX;
    return e->has_password && weight < TEXT_MIN * 2 && counts[PHRASE_LOGIN] > 0;
}

enum article_verdict wall_judge(const struct page *page, const struct runs *runs, const struct content *content,
                                const struct metadata *metadata, const char **reason)
{
    struct evidence e = {.content = content, .metadata = metadata, .has_password = has_password(page)};
    const char *const titles[] = {metadata->window_title, metadata->heading};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i])
            tally_text(&e.title, titles[i], strlen(titles[i]), ALL_KINDS);
    if (content->text.size)
        tally_text(&e.text, content->text.bytes, content->text.size, ALL_KINDS);
    tally_page(&e.page, page, runs);
    *reason = NULL;
    if (is_check(&e)) {
        *reason = "a check for robots, or access is denied";
        return ARTICLE_BLOCKED;
    }
    if (is_error(&e)) {
        *reason = "an error page";
        return ARTICLE_BLOCKED;
    }
    if (is_consent(&e)) {
        *reason = "a page that asks for consent";
        return ARTICLE_CONSENT;
    }
    if (is_paywall(&e)) {
        *reason = "only the beginning is shown to those who do not subscribe or log in";
        return ARTICLE_PAYWALL;
    }
    if (content->is_list && content->weight < TEASER_MAX) {
        *reason = "a list of articles";
        return ARTICLE_SHORT;
    }
    if (content->weight < TEXT_MIN || content->sentences == 0) {
        *reason = "too little text";
        return ARTICLE_SHORT;
    }
    return ARTICLE_FULL;
}
