#include "lib/coder/head.h"

#include "lib/coder/line_break.h"

#include <string.h>
#include <strings.h>

enum {
    LINES_MAX = 8,       /* of a head */
    LINE_MAX = 300,      /* bytes; longer lines are text */
    WORDS_MIN = 3,       /* that tell anything: "Press release" does not */
    NAMES_WORDS_MAX = 6, /* of a line of nothing but names */
    KICKERS_MAX = 3,
    HEADLINE_WORDS_MIN = 4,
    HEADLINE_WORDS_MAX = 25
};

struct piece {
    const char *first, *end;
};

static size_t size_of(struct piece piece)
{
    return (size_t)(piece.end - piece.first);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (unsigned char)byte >= 0x80;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_capital(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (unsigned char)byte >= 0x80;
}

/* A byte-order mark is no part of a text. */
static struct piece trim(struct piece piece)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (size_of(piece) >= sizeof mark - 1 && memcmp(piece.first, mark, sizeof mark - 1) == 0)
        piece.first += sizeof mark - 1;
    while (piece.first < piece.end && is_space(*piece.first))
        piece.first++;
    while (piece.end > piece.first && is_space(piece.end[-1]))
        piece.end--;
    return piece;
}

static bool begins_with(struct piece piece, const char *word)
{
    size_t size = strlen(word);
    return size_of(piece) >= size && strncasecmp(piece.first, word, size) == 0;
}

/* The next word, with the marks at it; empty behind the last. */
static struct piece next_word(struct piece *rest)
{
    *rest = trim(*rest);
    struct piece word = {rest->first, rest->first};
    while (word.end < rest->end && !is_space(*word.end))
        word.end++;
    rest->first = word.end;
    return word;
}

static size_t count_words(struct piece line)
{
    size_t count = 0;
    while (size_of(next_word(&line)) > 0)
        count++;
    return count;
}

/* ---- titles ---- */

/* What services and sites set before a title; behind it a colon, a dash or a bar, or where `numbered` also a number. */
static const struct {
    const char *word;
    bool numbered;
} kickers[] = {
    {"UPDATE", true},     {"WRAPUP", true},      {"CORRECTED", true},     {"REFILE", true},         {"RPT", true},
    {"REPEAT", true},     {"LEAD", true},        {"URGENT", false},       {"BREAKING NEWS", false}, {"BREAKING", false},
    {"JUST IN", false},   {"DEVELOPING", false}, {"EXCLUSIVE", false},    {"LIVE UPDATES", false},  {"LIVE", false},
    {"WATCH", false},     {"VIDEO", false},      {"PHOTOS", false},       {"IN PICTURES", false},   {"FACTBOX", false},
    {"EXPLAINER", false}, {"EXPLAINED", false},  {"NEWS RELEASE", false}, {"PRESS RELEASE", false},
};

/* "1-", " 2 - ", ": ", " - ", " | "; 0 where none of these stands at `at`. */
static size_t separator_size(struct piece at, bool numbered)
{
    const char *byte = at.first;
    bool spaced = byte < at.end && *byte == ' ';
    while (byte < at.end && *byte == ' ')
        byte++;
    const char *digits = byte;
    while (numbered && byte < at.end && is_digit(*byte) && byte - digits < 2)
        byte++;
    bool number = byte > digits;
    while (byte < at.end && *byte == ' ')
        byte++;
    if (byte == at.end)
        return 0;
    bool dash = *byte == '-' && (number || numbered || (spaced && byte + 1 < at.end && byte[1] == ' '));
    if (!dash && *byte != ':' && *byte != '|')
        return 0;
    return (size_t)(byte + 1 - at.first);
}

static struct piece without_kicker(struct piece title)
{
    for (size_t i = 0; i < sizeof kickers / sizeof *kickers; i++) {
        if (!begins_with(title, kickers[i].word))
            continue;
        struct piece rest = {title.first + strlen(kickers[i].word), title.end};
        size_t size = separator_size(rest, kickers[i].numbered);
        rest.first += size;
        rest = trim(rest);
        if (size > 0 && count_words(rest) >= HEADLINE_WORDS_MIN - 1)
            return rest;
    }
    return title;
}

/* " | Section | Example News". A dash is left: "Kyiv to get tanks - minister". */
static struct piece without_site(struct piece title)
{
    for (const char *at = title.first; at + 2 < title.end; at++) {
        struct piece before = trim((struct piece){title.first, at});
        if (at[0] == ' ' && at[1] == '|' && at[2] == ' ' && count_words(before) >= HEADLINE_WORDS_MIN)
            return before;
    }
    return title;
}

/* " - Example News" of "example.com", which is who published it. */
static struct piece without_publisher(struct piece title, const char *publisher)
{
    static const char *const separators[] = {" - ", " \xe2\x80\x93 ", " \xe2\x80\x94 "};
    for (size_t i = 0; publisher && *publisher && i < sizeof separators / sizeof *separators; i++) {
        size_t size = strlen(separators[i]), name = strlen(publisher);
        if (size_of(title) <= size + name || strncasecmp(title.end - name, publisher, name) != 0 ||
            memcmp(title.end - name - size, separators[i], size) != 0)
            continue;
        return trim((struct piece){title.first, title.end - name - size});
    }
    return title;
}

/* ---- lines above a body ---- */

/* Words that begin a credit, and what has to follow for it to be one: "Updated 4 March" is, "Updated jets arrive" is
 * not. */
enum follow { FOLLOW_NAMES, FOLLOW_MARK, FOLLOW_NOTHING };
static const struct {
    const char *word;
    enum follow follow;
} credits[] = {
    {"by", FOLLOW_NAMES},
    {"written by", FOLLOW_NAMES},
    {"reported by", FOLLOW_NAMES},
    {"reporting by", FOLLOW_NAMES},
    {"story by", FOLLOW_NAMES},
    {"photo by", FOLLOW_NAMES},
    {"posted", FOLLOW_NAMES},
    {"published", FOLLOW_NAMES},
    {"first published", FOLLOW_NAMES},
    {"updated", FOLLOW_NAMES},
    {"last updated", FOLLOW_NAMES},
    {"last modified", FOLLOW_NAMES},
    {"photo", FOLLOW_MARK},
    {"file photo", FOLLOW_MARK},
    {"photograph", FOLLOW_MARK},
    {"image", FOLLOW_MARK},
    {"picture", FOLLOW_MARK},
    {"credit", FOLLOW_MARK},
    {"source", FOLLOW_MARK},
    {"from", FOLLOW_MARK},
    {"share", FOLLOW_NOTHING},
    {"listen", FOLLOW_NOTHING},
    {"advertisement", FOLLOW_NOTHING},
    {"for immediate release", FOLLOW_NOTHING},
};

static bool has_end_mark(struct piece line)
{
    return line.end > line.first && strchr(".!?;:,", line.end[-1]) != NULL;
}

/* Nothing but names, numbers and short words. */
static bool is_of_names(struct piece line)
{
    enum { SHORT_WORD = 3 };
    for (struct piece word; size_of(word = next_word(&line)) > 0;)
        if (!is_capital(*word.first) && is_letter(*word.first) && size_of(word) > SHORT_WORD)
            return false;
    return true;
}

static bool follows(struct piece rest, enum follow follow)
{
    struct piece trimmed = trim(rest);
    switch (follow) {
    case FOLLOW_MARK:
        return size_of(trimmed) > 0 && strchr(":/", *trimmed.first) != NULL;
    case FOLLOW_NOTHING:
        return size_of(trimmed) == 0;
    case FOLLOW_NAMES:
        break;
    }
    /* "By 2030 the yard will have built ten" */
    return size_of(trimmed) > 0 && is_of_names(trimmed);
}

static bool is_credit(struct piece line)
{
    while (line.first < line.end && strchr("([", *line.first))
        line.first++;
    for (size_t i = 0; i < sizeof credits / sizeof *credits; i++) {
        size_t size = strlen(credits[i].word);
        struct piece rest = {line.first + size, line.end};
        if (begins_with(line, credits[i].word) && (size_of(rest) == 0 || !is_letter(*rest.first)) &&
            follows(rest, credits[i].follow))
            return true;
    }
    return false;
}

/* The next letter or digit, in lower case; 0 at the end. */
static unsigned char next_character(struct piece *rest)
{
    while (rest->first < rest->end && !is_letter(*rest->first) && !is_digit(*rest->first))
        rest->first++;
    if (rest->first == rest->end)
        return 0;
    unsigned char byte = (unsigned char)*rest->first++;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 'a' - 'A') : byte;
}

/* The same but for marks and letters' case; the title may go on, by whose page it is. */
static bool repeats(struct piece line, struct piece title)
{
    enum { SAME_MIN = 30 };
    for (size_t same = 0;; same++) {
        unsigned char one = next_character(&line), other = next_character(&title);
        if (one == 0)
            return other == 0 || (same >= SAME_MIN && size_of(title) < same);
        if (one != other)
            return false;
    }
}

static bool tells_nothing(struct piece line, struct piece title)
{
    if (size_of(title) > 0 && repeats(line, title))
        return true;
    bool is_bracketed = strchr("([", *line.first) != NULL;
    if (has_end_mark(line) || (is_bracketed && !strchr(")]", line.end[-1])))
        return false;
    if (size_of(title) > 0)
        return is_credit(line) || (count_words(line) <= NAMES_WORDS_MAX && is_of_names(line));
    return is_credit(line) || count_words(line) < WORDS_MIN;
}

static bool is_headline(struct piece line)
{
    size_t words = count_words(line);
    return words >= HEADLINE_WORDS_MIN && words <= HEADLINE_WORDS_MAX && !has_end_mark(line) &&
           (is_capital(*line.first) || is_digit(*line.first));
}

/* "(Photo: AFP) The text" */
static size_t credit_in_brackets(struct piece rest)
{
    if (rest.first == rest.end || !strchr("([", *rest.first) || !is_credit(rest))
        return 0;
    const char *close =
        memchr(rest.first, *rest.first == '(' ? ')' : ']', size_of(rest) < LINE_MAX ? size_of(rest) : LINE_MAX);
    return close ? (size_t)(close + 1 - rest.first) : 0;
}

/* Whether the line goes on below, where a page is only broken. */
static bool goes_on(const struct coder_article *article, const char *line, const char *feed)
{
    const char *body = article->body;
    size_t size = article->body_size;
    return feed < body + size &&
           line_break_goes_on(body, size, (size_t)(line - body), (size_t)(feed - body), line_break_width(body, size));
}

static void read_body(const struct coder_article *article, struct piece title, struct head *head)
{
    const char *body = article->body, *end = body + article->body_size, *at = body;
    for (int lines = 0; at < end && lines < LINES_MAX; lines++) {
        size_t left = (size_t)(end - at);
        const char *feed = memchr(at, '\n', left < LINE_MAX ? left : LINE_MAX);
        if (!feed && left > LINE_MAX)
            break;
        feed = feed ? feed : end;
        struct piece line = trim((struct piece){at, feed});
        bool is_nothing = size_of(line) == 0 || tells_nothing(line, title);
        bool is_title = !is_nothing && size_of(title) == 0 && is_headline(line);
        if ((!is_nothing && !is_title) || (size_of(line) > 0 && goes_on(article, at, feed)))
            break;
        if (is_title) {
            title = line;
            *head = (struct head){(size_t)(line.first - body), (size_t)(line.end - body), true, 0};
        }
        at = feed < end ? feed + 1 : end;
    }
    struct piece rest = {at, end};
    while (rest.first < rest.end && is_space(*rest.first))
        rest.first++;
    /* Where nothing is left there was no text below: the lines are the text, or the headline is all of it. */
    if (rest.first < rest.end)
        head->body_first = (size_t)(rest.first - body) + credit_in_brackets(rest);
    else if (head->title_is_in_body)
        head->body_first = article->body_size;
}

void head_find(const struct coder_article *article, struct head *head)
{
    struct piece title = {NULL, NULL};
    *head = (struct head){0};
    if (article->title && article->title_size > 0) {
        title = trim((struct piece){article->title, article->title + article->title_size});
        /* "CORRECTED-UPDATE 2-" */
        for (int i = 0; i < KICKERS_MAX; i++)
            title = without_kicker(title);
        title = without_site(without_publisher(title, article->publisher));
        head->title_first = (size_t)(title.first - article->title);
        head->title_end = (size_t)(title.end - article->title);
    }
    if (article->body && article->body_size > 0)
        read_body(article, title, head);
}
