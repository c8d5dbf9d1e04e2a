#include "lib/coder/quantity.h"

#include "lib/coder/equipment.h"
#include "lib/coder/match.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const struct lexicon *lexicon;
    const struct part *part;
    const struct sentence *sentence;
};

static const struct token *token_at(const struct reader *reader, uint32_t at)
{
    return at <= reader->sentence->last ? &reader->part->list.tokens[at] : NULL;
}

static bool is_word(const struct reader *reader, uint32_t at, const char *word)
{
    const struct token *token = at >= reader->sentence->first ? token_at(reader, at) : NULL;
    return token && token->kind == TOKEN_WORD && token_is(reader->part->text, token, word);
}

/* Digits with thousands commas or apostrophes and a decimal point, at most 15 significant places. */
static bool read_digits(const struct reader *reader, uint32_t at, double *value)
{
    const struct token *token = token_at(reader, at);
    char text[24];
    size_t size = 0;
    if (!token || token->kind != TOKEN_NUMBER)
        return false;
    for (uint32_t i = token->start; i < token->end; i++) {
        char byte = reader->part->text[i];
        if (byte == ',' || byte == '\'' || (unsigned char)byte >= 0x80)
            continue;
        if (size + 1 >= sizeof text)
            return false;
        text[size++] = byte;
    }
    text[size] = 0;
    char *end;
    *value = strtod(text, &end);
    return *end == 0;
}

static const char *number_value(const struct reader *reader, uint32_t at, const char *id)
{
    if (at > reader->sentence->last)
        return NULL;
    int32_t entry = reader->part->words[at].number;
    if (entry == NONE || strcmp(lexicon_entry_id(reader->lexicon, (uint32_t)entry), id))
        return NULL;
    return lexicon_entry_value(reader->lexicon, (uint32_t)entry, "number");
}

static bool has_plain_digits(const struct reader *reader, uint32_t at, size_t least, size_t most)
{
    const struct token *token = token_at(reader, at);
    size_t size = token && token->kind == TOKEN_NUMBER ? token->end - token->start : 0;
    if (size < least || size > most)
        return false;
    for (uint32_t i = token->start; i < token->end; i++)
        if (reader->part->text[i] < '0' || reader->part->text[i] > '9')
            return false;
    return true;
}

/* "15 000 rifles": thousands behind a space. The first group of a date ("May 10 200 soldiers") is no number here, and
 * "24 155 mm howitzers" are 24. Moves *next past the groups. */
static void read_spaced_groups(const struct reader *reader, uint32_t *next, double *value)
{
    double millimetres, group;
    if (!has_plain_digits(reader, *next - 1, 1, 3) || *value < 1)
        return;
    while (has_plain_digits(reader, *next, 3, 3) && token_at(reader, *next)->flags & TOKEN_SPACE &&
           !(token_at(reader, *next)->flags & TOKEN_JOINED) && reader->part->words[*next].pos != POS_TIME &&
           !reader->part->words[*next].inside && reader->part->words[*next].name == NONE &&
           !equipment_calibre_at(reader->sentence, *next, &millimetres) && read_digits(reader, *next, &group)) {
        *value = *value * 1000 + group;
        (*next)++;
    }
}

/* A number in digits or words with its scale; moves *at past it. */
static bool read_number(const struct reader *reader, uint32_t *at, double *value)
{
    const char *text;
    uint32_t next = *at;
    if (read_digits(reader, next, value)) {
        next++;
        read_spaced_groups(reader, &next, value);
    } else if ((text = number_value(reader, next, "value"))) {
        *value = strtod(text, NULL);
        next = reader->part->words[next].span_last + 1; /* "half a dozen" */
        const char *unit = number_value(reader, next, "value");
        if (unit && *value >= 20 && strtod(unit, NULL) < 10) { /* twenty-five */
            *value += strtod(unit, NULL);
            next++;
        }
    } else
        return false;
    while ((text = number_value(reader, next, "scale"))) {
        *value *= strtod(text, NULL);
        next++;
    }
    /* "$1.3B": a letter that means this only tied to a number */
    if (next > *at && is_word(reader, next, "b") && token_at(reader, next)->flags & TOKEN_JOINED) {
        *value *= 1e9;
        next++;
    }
    *at = next;
    return true;
}

/* The currency of a mark or word, or NULL. */
static const char *currency_at(const struct reader *reader, uint32_t at)
{
    const struct token *token = token_at(reader, at);
    if (!token)
        return NULL;
    const char *text = reader->part->text + token->start;
    if (token->kind == TOKEN_MARK && token->mark == '$') {
        if (*text == '$')
            return "USD";
        static const struct {
            const char *bytes, *code;
        } marks[] = {{"£", "GBP"}, {"€", "EUR"}, {"¥", "JPY"}, {"₹", "INR"}, {"₩", "KRW"}, {"₽", "RUB"}};
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (!strncmp(text, marks[i].bytes, strlen(marks[i].bytes)))
                return marks[i].code;
        return NULL;
    }
    int32_t entry = reader->part->words[at].number;
    if (entry != NONE && !strcmp(lexicon_entry_id(reader->lexicon, (uint32_t)entry), "money"))
        return lexicon_entry_value(reader->lexicon, (uint32_t)entry, "unit");
    return NULL;
}

static const char *const qualifier_words[][2] = {
    {"about", "1"},  {"around", "1"},    {"some", "1"},  {"roughly", "1"}, {"approximately", "1"}, {"nearly", "1"},
    {"almost", "1"}, {"estimated", "1"}, {"over", "2"},  {"least", "2"},   {"exceeding", "2"},     {"most", "3"},
    {"to", "4"},     {"than", "5"},      {"under", "3"}, {"as", "6"}};

static uint8_t read_qualifier(const struct reader *reader, uint32_t first, uint32_t *start)
{
    *start = first;
    for (size_t i = 0; i < sizeof qualifier_words / sizeof *qualifier_words; i++) {
        if (first == reader->sentence->first || !is_word(reader, first - 1, qualifier_words[i][0]))
            continue;
        char code = qualifier_words[i][1][0];
        if (code == '4') { /* up to */
            if (first < 2 || !is_word(reader, first - 2, "up"))
                return 0;
            *start = first - 2;
            return 3;
        }
        if (code == '6') { /* as many as */
            if (first < 3 || !is_word(reader, first - 2, "many") || !is_word(reader, first - 3, "as"))
                return 0;
            *start = first - 3;
            return 3;
        }
        if (code == '5') {
            bool more = is_word(reader, first - 2, "more");
            *start = first - 2;
            return more ? 2 : is_word(reader, first - 2, "less") || is_word(reader, first - 2, "fewer") ? 3 : 0;
        }
        *start = first - 1;
        return (uint8_t)(code - '0');
    }
    if (first >= 3 && is_word(reader, first - 1, "of") && is_word(reader, first - 2, "total"))
        *start = first - 2;
    return 0;
}

static struct quantity *add(struct sentence *sentence, uint32_t first, uint32_t last, enum quantity_kind kind,
                            double value)
{
    struct quantity *quantity = &sentence->quantities[sentence->quantity_count++];
    *quantity =
        (struct quantity){.first = first, .last = last, .kind = (uint8_t)kind, .has_value = true, .value = value};
    return quantity;
}

/* "500 Ukrainian soldiers": the lexicon has the whole as a name of a force, and still they are people. */
static bool is_of_people(const struct reader *reader, uint32_t at)
{
    const struct mention *mention = &reader->sentence->mentions[reader->part->words[at].name];
    if (mention->class != LEXICON_FORCE || mention->last == at)
        return false;
    int32_t noun = match_noun_alone(reader->lexicon, reader->part, mention->last);
    const char *counted = noun == NONE ? NULL : lexicon_entry_value(reader->lexicon, (uint32_t)noun, "count");
    return counted && !strcmp(counted, "personnel");
}

/* "two of six", "six of the ten": the number of all, of which so many are told of. */
static bool is_of_all(const struct reader *reader, uint32_t first, uint32_t at)
{
    uint32_t before = at - 1;
    if (before > first && (is_word(reader, before, "the") || is_word(reader, before, "its")))
        before--;
    return at > first && before == first && is_word(reader, before, "of");
}

/* The counted thing within five words: personnel, units, countries, days, or goods. */
static bool read_counted(const struct reader *reader, uint32_t at, enum quantity_kind *kind, uint32_t *noun,
                         bool *weeks)
{
    *weeks = false;
    const struct part *part = reader->part;
    for (uint32_t i = at; i <= reader->sentence->last && i < at + 5; i++) {
        const struct token *token = &part->list.tokens[i];
        const struct word *word = &part->words[i];
        double millimetres;
        uint32_t calibre = equipment_calibre_at(reader->sentence, i, &millimetres);
        if (calibre && word->name == NONE) { /* "24 155 mm howitzers" */
            i += calibre - 1;
            continue;
        }
        /* not of "120 mm mortar shells"; but "six of the ten jets" */
        bool bare_number = token->kind == TOKEN_NUMBER && word->name == NONE && !is_of_all(reader, at, i);
        if (token->kind == TOKEN_MARK || bare_number || word->pos == POS_TIME)
            return false;
        if (word->time != NONE && !strcmp(lexicon_entry_id(reader->lexicon, (uint32_t)word->time), "unit")) {
            char grain = lexicon_entry_value(reader->lexicon, (uint32_t)word->time, "grain")[0];
            if (i > at || (grain != 'd' && grain != 'w'))
                return false;
            *weeks = grain == 'w';
            *kind = QUANTITY_DAYS;
            *noun = i;
            return true;
        }
        const char *counted =
            word->noun == NONE ? NULL : lexicon_entry_value(reader->lexicon, (uint32_t)word->noun, "count");
        if (counted) {
            static const char *const kinds[] = {"personnel", "units", "money", "countries",
                                                "days",      "sites", "goods", NULL};
            for (size_t k = 0; kinds[k]; k++)
                if (!strcmp(kinds[k], counted)) {
                    *kind = (enum quantity_kind)k;
                    *noun = word->span_last;
                    return true;
                }
        }
        if (word->name != NONE && is_of_people(reader, i)) {
            *kind = QUANTITY_PERSONNEL;
            *noun = reader->sentence->mentions[word->name].last;
            return true;
        }
        if (word->name != NONE &&
            lexicon_class_use((enum lexicon_class)reader->sentence->mentions[word->name].class) == USE_GOODS) {
            *kind = QUANTITY_GOODS;
            *noun = reader->sentence->mentions[word->name].last;
            return true;
        }
        if (word->part != NONE && i > at &&
            strcmp(lexicon_entry_id(reader->lexicon, (uint32_t)word->part), "adjective") && !is_word(reader, i, "of") &&
            !(i == at + 1 && is_of_all(reader, at, i + 1)))
            return false;
    }
    return false;
}

/* "1.500 soldiers": nobody counts thousandths of men, so the point parts thousands. */
static double without_points(const struct reader *reader, uint32_t at, double value)
{
    const struct token *token = token_at(reader, at);
    size_t size = token && token->kind == TOKEN_NUMBER ? token->end - token->start : 0;
    const char *text = size ? reader->part->text + token->start : NULL;
    size_t lead = size % 4;
    if (!lead || size < 5 || *text == '0')
        return value;
    double whole = 0;
    for (size_t i = 0; i < size; i++) {
        bool point = i >= lead && (i - lead) % 4 == 0;
        if (point ? text[i] != '.' : text[i] < '0' || text[i] > '9')
            return value;
        whole = point ? whole : whole * 10 + (text[i] - '0');
    }
    return whole;
}

static uint32_t read_at(const struct reader *reader, struct sentence *sentence, uint32_t first)
{
    const char *currency = currency_at(reader, first);
    uint32_t at = first + (currency != NULL), start;
    /* "US$4 billion": the letters stand before the sign */
    double value, max = 0;
    bool weeks;
    if (!read_number(reader, &at, &value)) {
        const char *vague = number_value(reader, first, "vague");
        enum quantity_kind kind;
        uint32_t noun;
        if (vague && read_counted(reader, first + 1, &kind, &noun, &weeks) && kind != QUANTITY_GOODS) {
            struct quantity *quantity = add(sentence, first, noun, kind, 0);
            quantity->has_value = false;
            quantity->qualifier = 1;
            quantity->noun = noun;
            return noun;
        }
        return first;
    }
    double millimetres;
    if (equipment_calibre_at(reader->sentence, at - 1, &millimetres))
        return at - 1;
    bool has_max = false;
    uint32_t range = at;
    const struct token *next = token_at(reader, at);
    if (next && (next->flags & TOKEN_JOINED || is_word(reader, at, "to")) && next->kind != TOKEN_MARK) {
        range = at + is_word(reader, at, "to");
        has_max = read_number(reader, &range, &max) && max > value;
    }
    if (has_max)
        at = range;
    const char *after = currency ? NULL : currency_at(reader, at);
    uint8_t qualifier = read_qualifier(reader, first, &start);
    if (currency || after) {
        uint32_t last = after ? at : at - 1;
        struct quantity *quantity = add(sentence, start, last, QUANTITY_MONEY, value);
        quantity->unit = currency ? currency : after;
        quantity->qualifier = qualifier;
        quantity->has_max = has_max;
        quantity->max = max;
        quantity->noun = last;
        return last;
    }
    enum quantity_kind kind;
    uint32_t noun;
    if (!read_counted(reader, at, &kind, &noun, &weeks))
        return at - 1;
    if (at == first + 1 && kind != QUANTITY_DAYS)
        value = without_points(reader, first, value);
    struct quantity *quantity = add(sentence, start, noun, kind, value);
    quantity->qualifier = qualifier;
    quantity->has_max = has_max;
    quantity->max = max;
    quantity->noun = noun;
    quantity->weeks = weeks;
    return at - 1;
}

/* Every quantity begins with digits, a word of number or a currency's sign. */
static bool may_begin(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    return token->kind == TOKEN_NUMBER || part->words[at].number != NONE ||
           (token->kind == TOKEN_MARK && token->mark == '$');
}

bool quantity_find(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena)
{
    struct reader reader = {lexicon, sentence->part, sentence};
    sentence->quantities = arena_alloc(arena, (sentence->last - sentence->first + 1) * sizeof *sentence->quantities);
    if (!sentence->quantities)
        return false;
    for (uint32_t at = sentence->first; at <= sentence->last; at++)
        if (may_begin(sentence->part, at) && sentence->part->words[at].pos != POS_TIME &&
            sentence->part->words[at].name == NONE)
            at = read_at(&reader, sentence, at);
    arena_trim(arena, sentence->quantities, sentence->quantity_count * sizeof *sentence->quantities);
    return true;
}
