#include "core/desk/papers.h"

#include "lib/base/calendar.h"

#include <ctype.h>
#include <string.h>

enum {
    TOKENS_MAX = 160,
    QUOTE_MAX = 4000, /* bytes looked at */
    TOKEN_SIZE = 24,
    BEFORE_MAX = 9,      /* words of a paper's name before its noun */
    AFTER_MAX = 6,       /* words of its subject behind it */
    REFERENCE_DAYS = 31, /* what is under a paper so much older is no news of it */
    DATE_REACH = 9       /* words behind the noun in which its date is looked for */
};

struct token {
    char text[TOKEN_SIZE]; /* in lower case, cut; punctuation is a token of one character */
    size_t start, size;
    bool is_capital, is_word;
};

struct tokens {
    struct token rows[TOKENS_MAX];
    int count;
};

/* ---- words ---- */

static bool is_one_of(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static const struct {
    const char *word;
    enum feature_paper_kind kind;
} nouns[] = {{"agreement", PAPER_AGREEMENT}, {"accord", PAPER_AGREEMENT},     {"pact", PAPER_AGREEMENT},
             {"treaty", PAPER_AGREEMENT},    {"memorandum", PAPER_AGREEMENT}, {"convention", PAPER_AGREEMENT},
             {"protocol", PAPER_AGREEMENT},  {"mou", PAPER_AGREEMENT},        {"programme", PAPER_PROGRAMME},
             {"program", PAPER_PROGRAMME},   {"plan", PAPER_PROGRAMME},       {"initiative", PAPER_PROGRAMME},
             {"contract", PAPER_CONTRACT},   {"deal", PAPER_CONTRACT},        {"order", PAPER_CONTRACT}};

static enum feature_paper_kind noun_kind(const char *word)
{
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (strcmp(nouns[i].word, word) == 0)
            return nouns[i].kind;
    return PAPER_NONE;
}

static const char *const frames[] = {"framework", "umbrella", "master", NULL};
/* What is called so stands under a framework. */
static const char *const executing[] = {"executive", "implementing", "call-off", NULL};
static const char *const determiners[] = {
    "a",        "an",      "the",      "their",     "its",        "his",    "her",   "this",    "that",
    "these",    "both",    "such",     "another",   "first",      "second", "third", "new",     "recent",
    "existing", "earlier", "previous", "bilateral", "trilateral", "said",   "same",  "current", NULL};
static const char *const known[] = {"the", "their", "its", "this", "that", "existing", "current", "previous", NULL};
/* Before these a paper's name cannot go on. */
static const char *const borders[] = {
    "under",    "within",    "to",       "of",      "with",   "in",       "on",   "by",    "for",
    "from",     "as",        "at",       "through", "per",    "and",      "or",   "that",  "which",
    "who",      "has",       "have",     "had",     "is",     "are",      "was",  "were",  "will",
    "would",    "be",        "been",     "sign",    "signs",  "signed",   "ink",  "inked", "ratify",
    "ratified", "concluded", "conclude", "reached", "agreed", "approved", "into", "after", "before",
    "since",    "when",      "worth",    "won",     "wins",   "joined",   NULL};
static const char *const common[] = {"defence",      "defense",       "military",      "security",    "cooperation",
                                     "co-operation", "bilateral",     "strategic",     "partnership", "mutual",
                                     "joint",        "agreement",     "pact",          "memorandum",  "treaty",
                                     "accord",       "comprehensive", "understanding", NULL};
static const char *const months[] = {"january", "february",  "march",   "april",    "may",      "june", "july",
                                     "august",  "september", "october", "november", "december", NULL};
static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday",    NULL};
static const char *const date_leads[] = {"in",     "of",        "from",    "since",   "signed",   "dated",
                                         "agreed", "concluded", "reached", "earlier", "ratified", NULL};

static int month_of(const char *word)
{
    for (int i = 0; months[i]; i++)
        if (strcmp(months[i], word) == 0)
            return i + 1;
    return 0;
}

static int year_of(const char *word)
{
    if (strspn(word, "0123456789") != 4 || word[4])
        return 0;
    int year = (word[0] - '0') * 1000 + (word[1] - '0') * 100 + (word[2] - '0') * 10 + (word[3] - '0');
    return year >= 1900 && year < 2100 ? year : 0;
}

static bool is_word_byte(unsigned char byte)
{
    return isalnum(byte) || byte >= 0x80;
}

static void split(struct tokens *tokens, const char *quote)
{
    size_t at = 0;
    tokens->count = 0;
    while (quote[at] && at < QUOTE_MAX && tokens->count < TOKENS_MAX) {
        unsigned char byte = (unsigned char)quote[at];
        if (isspace(byte)) {
            at++;
            continue;
        }
        struct token *token = &tokens->rows[tokens->count++];
        *token = (struct token){.start = at, .is_capital = isupper(byte) != 0, .is_word = is_word_byte(byte)};
        size_t kept = 0;
        do {
            if (kept < TOKEN_SIZE - 1)
                token->text[kept++] = (char)tolower((unsigned char)quote[at]);
            at++;
        } while (token->is_word && quote[at] &&
                 (is_word_byte((unsigned char)quote[at]) ||
                  (quote[at] == '-' && is_word_byte((unsigned char)quote[at + 1]))));
        /* A possessive is no part of the word. */
        if (token->is_word && quote[at] == '\'' && quote[at + 1] == 's' && !is_word_byte((unsigned char)quote[at + 2]))
            at += 2;
        token->size = at - token->start;
    }
}

static const char *word_at(const struct tokens *tokens, int at)
{
    return at >= 0 && at < tokens->count ? tokens->rows[at].text : "";
}

/* ---- the extent of a paper's name ---- */

/* "Basic Exchange and Cooperation Agreement", "Memorandum of Agreement": small words within a name. */
static bool joins_name(const struct tokens *tokens, int at)
{
    const char *word = word_at(tokens, at);
    return at > 0 && at + 1 < tokens->count &&
           (strcmp(word, "of") == 0 || strcmp(word, "and") == 0 || strcmp(word, "on") == 0) &&
           tokens->rows[at - 1].is_capital && tokens->rows[at + 1].is_capital;
}

/* The first word of the name, its determiners included. */
static int find_first(const struct tokens *tokens, int noun)
{
    int first = noun;
    while (first > 0 && noun - first < BEFORE_MAX) {
        const struct token *before = &tokens->rows[first - 1];
        if (!before->is_word || (is_one_of(borders, before->text) && !joins_name(tokens, first - 1)) ||
            (strcmp(before->text, "signed") == 0))
            break;
        first--;
        if (strcmp(before->text, "the") == 0 || strcmp(before->text, "a") == 0 || strcmp(before->text, "an") == 0)
            break;
    }
    return first;
}

/* "agreement ON MILITARY-TECHNICAL COOPERATION": one past its last word. */
static int find_end(const struct tokens *tokens, int noun)
{
    const char *lead = word_at(tokens, noun + 1);
    if (strcmp(lead, "on") != 0 && strcmp(lead, "for") != 0 && strcmp(lead, "about") != 0)
        return noun + 1;
    int end = noun + 2;
    while (end < tokens->count && end - noun - 2 < AFTER_MAX) {
        const struct token *token = &tokens->rows[end];
        bool is_time = is_one_of(weekdays, token->text) || month_of(token->text) || year_of(token->text) ||
                       strcmp(token->text, "last") == 0;
        if (!token->is_word || is_time || (is_one_of(borders, token->text) && strcmp(token->text, "and") != 0))
            break;
        end++;
    }
    return end > noun + 2 ? end : noun + 1;
}

/* ---- what is under it ---- */

/* Does what stands before word `first` say that something is done under the paper? */
static bool is_led_as_basis(const struct tokens *tokens, int first)
{
    static const char *const pairs[][2] = {
        {"part", "of"},     {"pursuant", "to"},  {"line", "with"},    {"accordance", "with"}, {"basis", "of"},
        {"based", "on"},    {"framework", "of"}, {"terms", "of"},     {"foreseen", "in"},     {"foreseen", "by"},
        {"provided", "by"}, {"virtue", "of"},    {"envisaged", "in"}, {"envisaged", "by"},    {"scope", "of"},
        {"lot", "of"},      {"tranche", "of"},   {"batch", "of"}};
    const char *last = word_at(tokens, first - 1), *before = word_at(tokens, first - 2);
    if (strcmp(last, "under") == 0 || strcmp(last, "within") == 0)
        return true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(last, pairs[i][1]) == 0 && strcmp(before, pairs[i][0]) == 0)
            return true;
    /* "as agreed last year in the agreement on …" */
    for (int back = 2; strcmp(last, "in") == 0 && back <= 4; back++)
        if (strcmp(word_at(tokens, first - back), "agreed") == 0 &&
            strcmp(word_at(tokens, first - back - 1), "as") == 0)
            return true;
    return false;
}

/* ---- its date ---- */

static void put_span(struct feature_paper *paper, int year, int month)
{
    paper->date_low = (int32_t)calendar_days(year, month ? month : 1, 1);
    paper->date_high = (int32_t)calendar_days(year, month ? month : 12, month ? calendar_month_days(year, month) : 31);
}

/* "last year", "this year", "last month", "July" without a year: by the day of publication. */
static bool read_relative(struct feature_paper *paper, const struct tokens *tokens, int at, int32_t published)
{
    const char *word = word_at(tokens, at), *next = word_at(tokens, at + 1);
    int year, month, day;
    if (published == FEATURE_DAY_NONE)
        return false;
    calendar_civil(published, &year, &month, &day);
    bool is_last = strcmp(word, "last") == 0, is_this = strcmp(word, "this") == 0;
    if ((is_last || is_this) && strcmp(next, "year") == 0)
        put_span(paper, is_last ? year - 1 : year, 0);
    else if ((is_last || is_this) && strcmp(next, "month") == 0)
        put_span(paper, is_last && month == 1 ? year - 1 : year, is_this ? month : month == 1 ? 12 : month - 1);
    else if (month_of(word) && is_one_of(date_leads, word_at(tokens, at - 1)))
        put_span(paper, month_of(word) > month ? year - 1 : year, month_of(word));
    else
        return false;
    return true;
}

static bool read_date_at(struct feature_paper *paper, const struct tokens *tokens, int at, bool is_within,
                         int32_t published)
{
    int year = year_of(word_at(tokens, at)), month = month_of(word_at(tokens, at - 1));
    if (!year && month_of(word_at(tokens, at)) && year_of(word_at(tokens, at + 1)))
        return false; /* the year that follows says it */
    if (year && (is_within || month || is_one_of(date_leads, word_at(tokens, at - 1))))
        put_span(paper, year, month);
    else
        return read_relative(paper, tokens, at, published);
    return true;
}

static void read_date(struct feature_paper *paper, const struct tokens *tokens, int first, int noun, int end,
                      int32_t published)
{
    for (int at = first - 3 < 0 ? 0 : first - 3; at < noun; at++) {
        bool is_before = at < first;
        /* "as agreed last year in …" */
        if (is_before && strcmp(word_at(tokens, first - 1), "in") != 0)
            continue;
        if (read_date_at(paper, tokens, at, !is_before, published))
            return;
    }
    for (int at = end; at < tokens->count && at - end < DATE_REACH; at++) {
        const struct token *token = &tokens->rows[at];
        if ((!token->is_word && *token->text != '(') || noun_kind(token->text) ||
            read_date_at(paper, tokens, at, false, published))
            return;
    }
}

/* ---- filling ---- */

static void put_words(struct feature_paper *paper, const struct tokens *tokens, int first, int end, int noun)
{
    size_t initials = 0, all = 0;
    for (int at = first; at < end; at++) {
        const struct token *token = &tokens->rows[at];
        bool is_small = !token->is_capital && joins_name(tokens, at);
        if (at <= noun && (token->is_capital || is_small) && all < FEATURE_WORD_SIZE) {
            paper->all_initials.text[all++] = token->text[0];
            if (token->is_capital)
                paper->initials.text[initials++] = token->text[0];
        }
        int bit = 0;
        while (common[bit] && strcmp(common[bit], token->text) != 0)
            bit++;
        if (common[bit])
            paper->common |= 1u << (bit == 1 || bit == 2 || bit == 3 ? 0
                                    : bit == 5                       ? 4
                                                                     : bit); /* defence, military, security */
        bool is_telling = token->is_word && !common[bit] && !noun_kind(token->text) &&
                          !is_one_of(determiners, token->text) && !is_one_of(borders, token->text) &&
                          !is_one_of(frames, token->text) && !is_one_of(executing, token->text) &&
                          !year_of(token->text) && strcmp(token->text, "last") != 0 && strcmp(token->text, "year") != 0;
        if (!is_telling || paper->words.count == FEATURE_WORDS_MAX)
            continue;
        size_t size = strlen(token->text);
        memcpy(paper->words.words[paper->words.count++].text, token->text,
               size < FEATURE_WORD_SIZE ? size : FEATURE_WORD_SIZE);
    }
    if (initials < 3) {
        memset(&paper->initials, 0, sizeof paper->initials);
        memset(&paper->all_initials, 0, sizeof paper->all_initials);
    }
}

/* A paper told of first stands; one of another kind behind it is another one. */
static void read_paper(const struct tokens *tokens, int noun, int32_t published, struct feature_paper *paper,
                       struct feature_paper *basis)
{
    enum feature_paper_kind kind = noun_kind(tokens->rows[noun].text);
    int first = find_first(tokens, noun), end = find_end(tokens, noun);
    bool is_frame = false, is_executing = false, is_basis = is_led_as_basis(tokens, first);
    for (int at = first; at < noun; at++) {
        is_frame = is_frame || is_one_of(frames, tokens->rows[at].text);
        is_executing = is_executing || is_one_of(executing, tokens->rows[at].text);
    }
    if (is_frame)
        kind = PAPER_FRAMEWORK;
    const char *determiner = word_at(tokens, first);
    bool is_indefinite = strcmp(determiner, "a") == 0 || strcmp(determiner, "an") == 0;
    /* "under a $370 million deal" is done under itself. */
    if (is_basis && kind == PAPER_CONTRACT && is_indefinite)
        is_basis = false;
    struct feature_paper *to = is_basis ? basis : paper;
    if (is_executing && !is_basis && basis->kind == PAPER_NONE)
        *basis = (struct feature_paper){
            .kind = PAPER_FRAMEWORK,
            .date_low = FEATURE_DAY_NONE,
            .date_high = FEATURE_DAY_NONE,
            .start = (uint16_t)tokens->rows[first].start,
            .size = (uint16_t)(tokens->rows[noun].start + tokens->rows[noun].size - tokens->rows[first].start)};
    if (to->kind != PAPER_NONE && !(is_basis && !basis->words.count && basis->date_low == FEATURE_DAY_NONE))
        return;
    *to = (struct feature_paper){.kind = kind, .date_low = FEATURE_DAY_NONE, .date_high = FEATURE_DAY_NONE};
    put_words(to, tokens, first, kind == PAPER_AGREEMENT || kind == PAPER_PROGRAMME ? end : noun + 1, noun);
    to->is_definite = is_one_of(known, determiner);
    read_date(to, tokens, first, noun, end, published);
    to->start = (uint16_t)tokens->rows[first].start;
    to->size = (uint16_t)(tokens->rows[end - 1].start + tokens->rows[end - 1].size - tokens->rows[first].start);
}

void papers_read(const char *quote, int32_t published_day, struct feature_paper *paper, struct feature_paper *basis)
{
    struct tokens tokens;
    split(&tokens, quote);
    for (int at = 0; at < tokens.count; at++) {
        const char *next = word_at(&tokens, at + 1), *after = word_at(&tokens, at + 2);
        /* "memorandum of agreement", "cooperation agreement programme": the last noun is the paper's. */
        bool goes_on =
            noun_kind(next) || (strcmp(next, "of") == 0 && (noun_kind(after) || strcmp(after, "understanding") == 0));
        bool is_verb = strcmp(tokens.rows[at].text, "plan") == 0 && strcmp(next, "to") == 0;
        if (noun_kind(tokens.rows[at].text) && !(goes_on && noun_kind(strcmp(next, "of") == 0 ? after : next)) &&
            !is_verb)
            read_paper(&tokens, at, published_day, paper, basis);
    }
}

/* "The exercise began under their agreement of 2014": a report of that agreement tells nothing new of it. */
static bool is_reference(const struct features *features)
{
    const struct feature_paper *basis = &features->basis;
    bool is_old = basis->date_high != FEATURE_DAY_NONE && features->published_day != FEATURE_DAY_NONE &&
                  basis->date_high < features->published_day - REFERENCE_DAYS;
    bool is_step = features->status_rank >= 1 && features->status_rank <= 5 && features->has_date;
    return features->type == TYPE_AGREEMENT && features->paper.kind == PAPER_NONE && basis->kind != PAPER_NONE &&
           (is_old || (basis->is_definite && !is_step && basis->date_high == FEATURE_DAY_NONE));
}

void papers_fill(struct features *features, struct record_view report)
{
    struct record_view evidence;
    for (size_t i = 0; i < UINT16_MAX && record_get_view(report, ENT_REPORT_EVIDENCE, i, &evidence); i++) {
        const char *field = record_text(evidence, ENT_EVIDENCE_FIELD),
                   *quote = record_text(evidence, ENT_EVIDENCE_QUOTE);
        if (!field || !quote || strcmp(field, "type") != 0)
            continue;
        bool had_paper = features->paper.kind != PAPER_NONE;
        struct feature_paper before = features->basis;
        papers_read(quote, features->published_day, &features->paper, &features->basis);
        if (!had_paper)
            features->paper.evidence = (uint16_t)i;
        if (memcmp(&before, &features->basis, sizeof before) != 0)
            features->basis.evidence = (uint16_t)i;
    }
    features->is_background = features->is_background || is_reference(features);
}
