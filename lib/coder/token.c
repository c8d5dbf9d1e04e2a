#include "lib/coder/token.h"

#include "lib/base/utf8.h"
#include "lib/coder/line_break.h"
#include "lib/coder/token_parts.h"

#include <string.h>
#include <strings.h>

enum byte_class { BYTE_SPACE, BYTE_LETTER, BYTE_DIGIT, BYTE_MARK, BYTE_HIGH };

/* ASCII, a row of 32 each. */
#define S BYTE_SPACE
#define L BYTE_LETTER
#define D BYTE_DIGIT
#define M BYTE_MARK
static const uint8_t ascii_class[128] = {
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, /* to space */
    S, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, D, D, D, D, D, D, D, D, D, D, M, M, M, M, M, M, /* to ? */
    M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, M, /* to _ */
    M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, S};
#undef S
#undef L
#undef D
#undef M

static inline enum byte_class byte_class(unsigned char byte)
{
    return byte < 0x80 ? (enum byte_class)ascii_class[byte] : BYTE_HIGH;
}

enum {
    ASKED_MAX = 48,
    STEP_TOKENS_MAX = 4 /* that one step of the scanner adds; a word, its "n't" and an 's make three */
};

/* A word whose place in the lexicon was asked of the memory, to be looked at when the memory has answered. */
struct asked_word {
    uint64_t chunks[LEXICON_SHORT_CHUNKS]; /* its first bytes, folded, zeros behind them */
    uint32_t token, hash, size;
};

struct scanner {
    const struct lexicon *lexicon;
    const char *text;
    size_t size, at;
    struct token_list *list;
    size_t capacity;          /* of the list, in tokens */
    uint8_t pending;          /* flags for the next token */
    struct asked_word *asked; /* ASKED_MAX */
    uint32_t asked_count;
    size_t line;       /* where the line begins */
    size_t wrap_width; /* line_break_width, known from the first line feed on */
    bool knows_width;
};

/* The flags go with the word, while its row is at hand: the table of all words is larger than the caches. */
static void set_word(const struct lexicon *lexicon, struct token *token, uint32_t word)
{
    token->word = word;
    token->word_flags = word == LEXICON_NO_WORD ? 0 : (uint8_t)lexicon_word_flags(lexicon, word);
}

/* Each word by itself, so that the processor waits for several at once. */
static void look_up_asked(struct scanner *scanner)
{
    for (uint32_t i = 0; i < scanner->asked_count; i++) {
        const struct asked_word *asked = &scanner->asked[i];
        struct token *token = &scanner->list->tokens[asked->token];
        char folded[TOKEN_WORD_MAX];
        uint32_t found;
        if (asked->size <= LEXICON_SHORT)
            found = lexicon_find_short_word(scanner->lexicon, asked->hash, asked->chunks, asked->size);
        else {
            token_fold(scanner->text + token->start, asked->size, folded);
            found = lexicon_find_word(scanner->lexicon, asked->hash, folded, asked->size);
        }
        set_word(scanner->lexicon, token, found);
    }
    scanner->asked_count = 0;
}

/* For the last token. */
static inline void ask_word(struct scanner *scanner, const uint64_t chunks[LEXICON_SHORT_CHUNKS], uint64_t hash,
                            size_t size)
{
    if (!scanner->lexicon)
        return;
    if (scanner->asked_count == ASKED_MAX)
        look_up_asked(scanner);
    struct asked_word *asked = &scanner->asked[scanner->asked_count++];
    for (size_t i = 0; i < LEXICON_SHORT_CHUNKS; i++)
        asked->chunks[i] = chunks[i];
    asked->token = scanner->list->count - 1;
    asked->hash = (uint32_t)hash;
    asked->size = (uint32_t)size;
    lexicon_prefetch_word(scanner->lexicon, asked->hash);
}

static struct token *add_token(struct scanner *scanner, enum token_kind kind, size_t start, size_t end)
{
    struct token *token = &scanner->list->tokens[scanner->list->count++];
    *token = (struct token){(uint32_t)start, (uint32_t)end, LEXICON_NO_WORD, (uint8_t)kind, scanner->pending, 0, 0};
    scanner->pending = 0;
    return token;
}

const char *token_mark_text(const struct token *token, char text[2])
{
    bool quote = token->kind == TOKEN_OPEN_QUOTE || token->kind == TOKEN_CLOSE_QUOTE;
    if (!quote && (token->kind != TOKEN_MARK || token->mark >= 0x80 || token->mark == '$'))
        return NULL;
    text[0] = quote ? '\'' : (char)token->mark;
    text[1] = 0;
    return text;
}

static void look_up(struct scanner *scanner, struct token *token)
{
    char folded[TOKEN_WORD_MAX];
    if (!scanner->lexicon)
        return;
    size_t length = token_fold(scanner->text + token->start, token->end - token->start, folded);
    if (!length)
        return;
    set_word(scanner->lexicon, token,
             lexicon_find_word(scanner->lexicon, lexicon_hash(folded, length), folded, length));
}

static bool is_apostrophe(const struct scanner *scanner, size_t at, size_t *length)
{
    if (at < scanner->size && scanner->text[at] == '\'') {
        *length = 1;
        return true;
    }
    if (at + 2 < scanner->size && (unsigned char)scanner->text[at] == 0xE2 &&
        (unsigned char)scanner->text[at + 1] == 0x80 && (unsigned char)scanner->text[at + 2] == 0x99) {
        *length = 3;
        return true;
    }
    return false;
}

static bool word_byte(const struct scanner *scanner, size_t at)
{
    if (at >= scanner->size)
        return false;
    enum byte_class class = byte_class((unsigned char)scanner->text[at]);
    if (class != BYTE_HIGH)
        return class == BYTE_LETTER || class == BYTE_DIGIT;
    uint32_t character;
    utf8_decode(scanner->text + at, scanner->size - at, &character, NULL);
    enum wide_class wide = token_wide_class(character);
    return wide == WIDE_LETTER || wide == WIDE_DROP;
}

/* Whether the character that ends before `at` is part of a word. */
static bool word_before(const struct scanner *scanner, size_t at)
{
    size_t start = at;
    while (start > 0 && at - start < 4 && ((unsigned char)scanner->text[--start] & 0xC0) == 0x80)
        continue;
    return start < at && word_byte(scanner, start);
}

static size_t character_length(const struct scanner *scanner, size_t at)
{
    uint32_t character;
    if ((unsigned char)scanner->text[at] < 0x80)
        return 1;
    return utf8_decode(scanner->text + at, scanner->size - at, &character, NULL);
}

/* "U.S.", "U.N.", "a.m.": single letters with a dot each. Returns the end, or `start` where it is none. */
static size_t acronym_end(const struct scanner *scanner, size_t start)
{
    size_t at = start, letters = 0;
    while (at + 1 < scanner->size && byte_class((unsigned char)scanner->text[at]) == BYTE_LETTER &&
           scanner->text[at + 1] == '.') {
        at += 2;
        letters++;
    }
    if (letters < 2)
        return start;
    return at < scanner->size && word_byte(scanner, at) ? start : at;
}

static void note_case(const struct scanner *scanner, struct token *token)
{
    unsigned char first = (unsigned char)scanner->text[token->start];
    size_t upper = 0, letters = 0, digits = 0;
    for (size_t i = token->start; i < token->end; i++) {
        unsigned char byte = (unsigned char)scanner->text[i];
        enum byte_class class = byte_class(byte);
        letters += class == BYTE_LETTER;
        upper += class == BYTE_LETTER && !(byte & 32);
        digits += class == BYTE_DIGIT;
    }
    bool capital = first < 0x80 && byte_class(first) == BYTE_LETTER && !(first & 32);
    if (first >= 0x80) {
        uint32_t character;
        utf8_decode(scanner->text + token->start, token->end - token->start, &character, NULL);
        capital = (character >= 0xC0 && character <= 0xDE) ||
                  (character >= 0x100 && character < 0x180 && !(character & 1)) ||
                  (character >= 0x391 && character <= 0x3A9) || (character >= 0x400 && character <= 0x42F);
    }
    if (capital)
        token->flags |= TOKEN_CAPITAL;
    if (upper >= 2 && upper == letters)
        token->flags |= TOKEN_ALL_CAPITALS;
    if (digits)
        token->flags |= TOKEN_DIGITS;
}

/* ---- the common case: ASCII letters and digits, eight bytes at a time ---- */
#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))
#define TOPS EACH(0x80)

/* What eight bytes are as a part of a word; the masks have the top bit of each byte that is meant. */
struct chunk {
    uint64_t folded; /* in lower case, zeros behind the word's end */
    uint64_t letters, capitals, digits;
    size_t size; /* bytes of the word, 8 where it may go on */
};

/* The top bits of the bytes from `first` to `last`; all bytes are below 0x80. */
static inline uint64_t bytes_between(uint64_t bytes, unsigned char first, unsigned char last)
{
    return (bytes + EACH(0x80 - first)) & ~(bytes + EACH(0x7F - last)) & TOPS;
}

static inline struct chunk read_chunk(const struct scanner *scanner, size_t at)
{
    uint64_t raw = 0;
    if (scanner->size - at >= sizeof raw)
        memcpy(&raw, scanner->text + at, sizeof raw);
    else
        memcpy(&raw, scanner->text + at, scanner->size - at);
    uint64_t plain = raw & ~TOPS, folded = plain | EACH(0x20), ascii = ~raw & TOPS;
    uint64_t letters = bytes_between(folded, 'a', 'z') & ascii, digits = bytes_between(plain, '0', '9') & ascii;
    uint64_t others = ~(letters | digits) & TOPS;
    size_t size = others ? (size_t)__builtin_ctzll(others) / 8 : sizeof raw;
    uint64_t kept = size < sizeof raw ? ((uint64_t)1 << (8 * size)) - 1 : UINT64_MAX;
    letters &= kept;
    return (struct chunk){folded & kept, letters, letters & ~(raw << 2), digits & kept, size};
}

/* Adds a word of `size` bytes; false, with nothing done, where a mark behind it needs a look. */
static inline bool add_plain_word(struct scanner *scanner, const struct chunk *all, uint64_t hash,
                                  const uint64_t chunks[LEXICON_SHORT_CHUNKS], bool several)
{
    size_t start = scanner->at, end = start + all->size;
    unsigned char behind = end < scanner->size ? (unsigned char)scanner->text[end] : ' ';
    if (behind >= 0x80 || behind == '\'' || (behind == '.' && all->size == 1))
        return false;
    struct token *token = add_token(scanner, TOKEN_WORD, start, end);
    token->flags |= (uint8_t)((scanner->text[start] & 32 ? 0 : TOKEN_CAPITAL) |
                              (several && all->letters == all->capitals ? TOKEN_ALL_CAPITALS : 0) |
                              (all->digits ? TOKEN_DIGITS : 0));
    ask_word(scanner, chunks, hash, all->size);
    scanner->at = end;
    if (behind == ' ' && end < scanner->size) {
        scanner->pending = TOKEN_SPACE;
        scanner->at++;
    }
    return true;
}

/* A word of eight bytes and more, of which the first chunk is read. */
static bool scan_long_word(struct scanner *scanner, struct chunk chunk)
{
    enum { PLAIN_MAX = TOKEN_WORD_MAX - LEXICON_CHUNK };
    struct chunk all = {.size = 0};
    uint64_t hash = LEXICON_HASH_START, chunks[LEXICON_SHORT_CHUNKS] = {0};
    bool several = false;
    for (;; chunk = read_chunk(scanner, scanner->at + all.size)) {
        if (all.size < LEXICON_SHORT)
            chunks[all.size / LEXICON_CHUNK] = chunk.folded;
        hash = chunk.size ? lexicon_hash_chunk(hash, chunk.folded) : hash;
        several |= (all.capitals && chunk.capitals) || chunk.capitals & (chunk.capitals - 1);
        /* whether all letters are capitals is all that is asked of them */
        all.letters |= chunk.letters ^ chunk.capitals ? UINT64_MAX : chunk.letters;
        all.capitals |= chunk.capitals;
        all.digits |= chunk.digits;
        all.size += chunk.size;
        if (chunk.size < LEXICON_CHUNK)
            return add_plain_word(scanner, &all, hash, chunks, several);
        if (all.size >= PLAIN_MAX)
            return false;
    }
}

/* False, with nothing done, where the word is not of that kind: longer, or with marks that need a look behind. */
static inline bool scan_plain_word(struct scanner *scanner)
{
    struct chunk chunk = read_chunk(scanner, scanner->at);
    if (chunk.size == LEXICON_CHUNK)
        return scan_long_word(scanner, chunk);
    return add_plain_word(scanner, &chunk, lexicon_hash_chunk(LEXICON_HASH_START, chunk.folded),
                          (const uint64_t[LEXICON_SHORT_CHUNKS]){chunk.folded}, chunk.capitals & (chunk.capitals - 1));
}

static void scan_word(struct scanner *scanner)
{
    size_t start = scanner->at, end = acronym_end(scanner, start);
    if (end == start)
        for (end = start; end < scanner->size && word_byte(scanner, end);)
            end += character_length(scanner, end);
    bool negated = false;
    size_t mark;
    /* "don't": the word is what stands before n't */
    if (end > start + 1 && scanner->text[end - 1] == 'n' && is_apostrophe(scanner, end, &mark) &&
        end + mark < scanner->size && scanner->text[end + mark] == 't' && !word_byte(scanner, end + mark + 1)) {
        negated = true;
        end--;
    }
    struct token *token = add_token(scanner, TOKEN_WORD, start, end);
    note_case(scanner, token);
    look_up(scanner, token);
    scanner->at = end;
    if (negated) {
        struct token *rest = add_token(scanner, TOKEN_WORD, end, end + 2 + mark);
        if (scanner->lexicon)
            set_word(scanner->lexicon, rest, lexicon_find_word(scanner->lexicon, lexicon_hash("not", 3), "not", 3));
        scanner->at = end + 2 + mark;
        return;
    }
    if (!is_apostrophe(scanner, end, &mark))
        return;
    if (end + mark < scanner->size && (scanner->text[end + mark] | 32) == 's' && !word_byte(scanner, end + mark + 1)) {
        add_token(scanner, TOKEN_POSSESSIVE, end, end + mark + 1);
        scanner->at = end + mark + 1;
    } else if (scanner->text[end - 1] == 's' && !word_byte(scanner, end + mark)) {
        add_token(scanner, TOKEN_POSSESSIVE, end, end + mark);
        scanner->at = end + mark;
    }
}

static bool digit_at(const struct scanner *scanner, size_t at)
{
    return at < scanner->size && byte_class((unsigned char)scanner->text[at]) == BYTE_DIGIT;
}

/* "$400mln", "€1.3B": what stands behind a sum's digits. */
static bool is_scale(const char *text, size_t size)
{
    static const char *const scales[] = {"m", "b", "k", "mn", "bn", "tn", "mln", "bln", "tln", "mil", "bil", NULL};
    for (size_t i = 0; scales[i]; i++)
        if (strlen(scales[i]) == size && !strncasecmp(scales[i], text, size))
            return true;
    return false;
}

static bool behind_currency(const struct scanner *scanner, size_t at)
{
    static const char *const marks[] = {"$", "£", "€", NULL};
    for (size_t i = 0; marks[i]; i++) {
        size_t size = strlen(marks[i]);
        if (at >= size && !memcmp(scanner->text + at - size, marks[i], size))
            return true;
    }
    return false;
}

/* "2'500", "2’500": the end of the groups of thousands behind the digits that end at `end`, or `end`. */
static size_t end_of_groups(const struct scanner *scanner, size_t start, size_t end)
{
    if (end - start > 3)
        return end;
    for (;;) {
        size_t mark = end < scanner->size && scanner->text[end] == '\''                            ? 1
                      : end + 2 < scanner->size && !memcmp(scanner->text + end, "\xE2\x80\x99", 3) ? 3
                                                                                                   : 0;
        size_t digits = 0;
        while (mark && digits < 4 && digit_at(scanner, end + mark + digits))
            digits++;
        if (digits != 3 || word_byte(scanner, end + mark + digits))
            return end;
        end += mark + digits;
    }
}

static void scan_number(struct scanner *scanner)
{
    size_t start = scanner->at, end = start;
    while (digit_at(scanner, end) || (end < scanner->size && (scanner->text[end] == ',' || scanner->text[end] == '.') &&
                                      digit_at(scanner, end + 1)))
        end++;
    end = end_of_groups(scanner, start, end);
    if (word_byte(scanner, end)) {
        size_t word_end = end;
        while (word_end < scanner->size && word_byte(scanner, word_end))
            word_end += character_length(scanner, word_end);
        size_t letters = word_end - end;
        /* "21st", "$5bn", "100m": a number and its suffix; "30MKI" is a word. */
        const char *rest = scanner->text + end;
        bool suffix = (behind_currency(scanner, start) && is_scale(rest, letters)) ||
                      (letters == 2 && (!strncmp(rest, "st", 2) || !strncmp(rest, "nd", 2) || !strncmp(rest, "rd", 2) ||
                                        !strncmp(rest, "th", 2) || !strncmp(rest, "bn", 2) || !strncmp(rest, "km", 2) ||
                                        !strncmp(rest, "mn", 2) || !strncmp(rest, "tn", 2))) ||
                      (letters == 1 && (*rest == 'm' || *rest == 'k'));
        if (!suffix) {
            struct token *token = add_token(scanner, TOKEN_WORD, start, word_end);
            note_case(scanner, token);
            look_up(scanner, token);
            scanner->at = word_end;
            return;
        }
        struct token *number = add_token(scanner, TOKEN_NUMBER, start, end);
        number->flags |= TOKEN_DIGITS;
        look_up(scanner, number);
        scanner->pending = TOKEN_JOINED;
        struct token *token = add_token(scanner, TOKEN_WORD, end, word_end);
        look_up(scanner, token);
        scanner->at = word_end;
        return;
    }
    struct token *token = add_token(scanner, TOKEN_NUMBER, start, end);
    struct chunk chunk = read_chunk(scanner, start);
    token->flags |= TOKEN_DIGITS;
    if (chunk.size == end - start)
        ask_word(scanner, (const uint64_t[LEXICON_SHORT_CHUNKS]){chunk.folded},
                 lexicon_hash_chunk(LEXICON_HASH_START, chunk.folded), chunk.size);
    else
        look_up(scanner, token);
    scanner->at = end;
}

static void add_mark(struct scanner *scanner, size_t length, char mark)
{
    add_token(scanner, TOKEN_MARK, scanner->at, scanner->at + length)->mark = (uint8_t)mark;
    scanner->at += length;
}

/* A straight quote opens after a space or bracket and before a word. */
static void scan_quote(struct scanner *scanner)
{
    bool opens =
        scanner->pending & (TOKEN_SPACE | TOKEN_LINE) || scanner->at == 0 || scanner->text[scanner->at - 1] == '(';
    add_token(scanner, opens ? TOKEN_OPEN_QUOTE : TOKEN_CLOSE_QUOTE, scanner->at, scanner->at + 1)->mark = '"';
    scanner->at++;
}

static void scan_mark(struct scanner *scanner)
{
    char byte = scanner->text[scanner->at];
    bool inside = word_before(scanner, scanner->at) && word_byte(scanner, scanner->at + 1);
    if ((byte == '-' || byte == '/') && inside) {
        scanner->pending |= TOKEN_JOINED;
        scanner->at++;
        return;
    }
    /* "US- and Israeli-made": the hyphen hangs on its word */
    if (byte == '-' && word_before(scanner, scanner->at) && scanner->at + 1 < scanner->size &&
        scanner->text[scanner->at + 1] == ' ') {
        scanner->at++;
        return;
    }
    if (byte == '"') {
        scan_quote(scanner);
        return;
    }
    /* ".50-calibre machine guns" */
    if (byte == '.' && scanner->pending & TOKEN_SPACE && digit_at(scanner, scanner->at + 1)) {
        scan_number(scanner);
        return;
    }
    if (byte == '\'' && (scanner->pending & TOKEN_SPACE || scanner->at == 0) && word_byte(scanner, scanner->at + 1)) {
        add_token(scanner, TOKEN_OPEN_QUOTE, scanner->at, scanner->at + 1)->mark = '\'';
        scanner->at++;
        return;
    }
    if (byte == '\'') {
        add_token(scanner, TOKEN_CLOSE_QUOTE, scanner->at, scanner->at + 1)->mark = '\'';
        scanner->at++;
        return;
    }
    size_t run = 1;
    while (byte == '-' && scanner->at + run < scanner->size && scanner->text[scanner->at + run] == '-')
        run++;
    add_mark(scanner, run, byte);
}

static void scan_wide(struct scanner *scanner)
{
    uint32_t character;
    size_t length = utf8_decode(scanner->text + scanner->at, scanner->size - scanner->at, &character, NULL);
    switch (token_wide_class(character)) {
    case WIDE_LETTER:
        scan_word(scanner);
        return;
    case WIDE_SPACE:
        scanner->pending |= TOKEN_SPACE;
        break;
    case WIDE_DROP:
        break;
    case WIDE_OPEN:
        add_token(scanner, TOKEN_OPEN_QUOTE, scanner->at, scanner->at + length)->mark = '"';
        break;
    case WIDE_CLOSE:
        add_token(scanner, TOKEN_CLOSE_QUOTE, scanner->at, scanner->at + length)->mark = '"';
        break;
    case WIDE_APOSTROPHE:
        add_token(scanner, TOKEN_CLOSE_QUOTE, scanner->at, scanner->at + length)->mark = '\'';
        break;
    case WIDE_HYPHEN:
        if (word_before(scanner, scanner->at) && word_byte(scanner, scanner->at + length)) {
            scanner->pending |= TOKEN_JOINED;
            break;
        }
        add_token(scanner, TOKEN_MARK, scanner->at, scanner->at + length)->mark = '-';
        break;
    case WIDE_DASH:
        add_token(scanner, TOKEN_MARK, scanner->at, scanner->at + length)->mark = '-';
        break;
    case WIDE_MONEY: {
        struct token *token = add_token(scanner, TOKEN_MARK, scanner->at, scanner->at + length);
        token->mark = '$';
        look_up(scanner, token);
        break;
    }
    case WIDE_OTHER:
        add_token(scanner, TOKEN_MARK, scanner->at, scanner->at + length)->mark = '?' + 0x40;
        break;
    }
    scanner->at += length;
}

static void scan_space(struct scanner *scanner, char byte)
{
    bool is_feed = byte == '\n',
         is_pair = byte == '\r' && scanner->at + 1 < scanner->size && scanner->text[scanner->at + 1] == '\n';
    scanner->pending |= TOKEN_SPACE;
    if (is_feed && !scanner->knows_width) {
        scanner->wrap_width = line_break_width(scanner->text, scanner->size);
        scanner->knows_width = true;
    }
    if (is_feed ? !line_break_goes_on(scanner->text, scanner->size, scanner->line, scanner->at, scanner->wrap_width)
                : byte == '\r' && !is_pair)
        scanner->pending |= TOKEN_LINE;
    scanner->at++;
    scanner->line = is_feed ? scanner->at : scanner->line;
}

/* Most texts have a token in five bytes, none has more than one a byte. */
static bool make_room(struct scanner *scanner, struct arena *arena)
{
    size_t capacity = scanner->capacity ? scanner->capacity * 2 : scanner->size / 4 + 2 * STEP_TOKENS_MAX;
    struct token *grown = arena_alloc(arena, capacity * sizeof *grown);
    if (!grown)
        return false;
    if (scanner->list->count)
        memcpy(grown, scanner->list->tokens, scanner->list->count * sizeof *grown);
    scanner->list->tokens = grown;
    scanner->capacity = capacity;
    return true;
}

bool token_split(const struct lexicon *lexicon, const char *text, size_t size, struct arena *arena,
                 struct token_list *list)
{
    return token_split_from(lexicon, text, 0, size, arena, list);
}

bool token_split_from(const struct lexicon *lexicon, const char *text, size_t first, size_t size, struct arena *arena,
                      struct token_list *list)
{
    struct asked_word asked[ASKED_MAX];
    struct scanner scanner = {.lexicon = lexicon,
                              .text = text,
                              .size = size,
                              .at = first,
                              .line = first,
                              .list = list,
                              .pending = TOKEN_LINE,
                              .asked = asked};
    *list = (struct token_list){NULL, 0};
    if (!make_room(&scanner, arena))
        return false;
    while (scanner.at < size) {
        if (list->count + STEP_TOKENS_MAX > scanner.capacity && !make_room(&scanner, arena))
            return false;
        unsigned char byte = (unsigned char)text[scanner.at];
        /* nearly all is words with a space between */
        if (byte == ' ') {
            scanner.pending |= TOKEN_SPACE;
            scanner.at++;
            continue;
        }
        enum byte_class class = byte_class(byte);
        if (class == BYTE_LETTER && scan_plain_word(&scanner))
            continue;
        switch (class) {
        case BYTE_SPACE:
            scan_space(&scanner, text[scanner.at]);
            break;
        case BYTE_LETTER:
            scan_word(&scanner);
            break;
        case BYTE_DIGIT:
            scan_number(&scanner);
            break;
        case BYTE_MARK:
            scan_mark(&scanner);
            break;
        case BYTE_HIGH:
            scan_wide(&scanner);
            break;
        }
    }
    look_up_asked(&scanner);
    return true;
}
