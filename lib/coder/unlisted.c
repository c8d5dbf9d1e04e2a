#include "lib/coder/unlisted.h"

#include "lib/coder/equipment.h"

#include <ctype.h>
#include <string.h>

enum {
    LETTERS_MAX = 10, /* of the part before the number: "Sigma-9113" */
    DIGITS_MAX = 4,
    PARTS_MAX = 4 /* tokens of one designation */
};

/* The equipment that a form of the lexicon means; NULL for none, and for node 0. */
static const struct lexicon_terminal *equipment_at(const struct lexicon *lexicon, uint32_t node)
{
    size_t count = 0;
    const struct lexicon_terminal *terminals = node ? lexicon_terminals(lexicon, node, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (lexicon_entry_class(lexicon, terminals[i].entry) == LEXICON_EQUIPMENT)
            return &terminals[i];
    return NULL;
}

/* The entry that stands for them all, by its only form. */
static const struct lexicon_terminal *find_entry(const struct lexicon *lexicon)
{
    static const char form[] = "unlisteddesignation";
    uint32_t word = lexicon_find_word(lexicon, lexicon_hash(form, sizeof form - 1), form, sizeof form - 1);
    uint32_t node = word == LEXICON_NO_WORD ? 0 : lexicon_root(lexicon, word);
    return equipment_at(lexicon, node);
}

/* "NJ" and "Sigma" before a number tied to them; the number's own letters come behind it. */
static bool is_letters(const struct part *part, const struct token *token)
{
    size_t size = token->end - token->start;
    if (token->kind != TOKEN_WORD || token->flags & TOKEN_DIGITS || !(token->flags & TOKEN_CAPITAL) ||
        size > LETTERS_MAX)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalpha((unsigned char)part->text[token->start + i]))
            return false;
    return true;
}

static bool is_tied_number(const struct part *part, const struct token *token)
{
    size_t digits = 0, size = token->end - token->start;
    if (!(token->flags & TOKEN_JOINED) || (token->kind != TOKEN_WORD && token->kind != TOKEN_NUMBER))
        return false;
    while (digits < size && isdigit((unsigned char)part->text[token->start + digits]))
        digits++;
    return digits && digits <= DIGITS_MAX && !memchr(part->text + token->start, ',', size) &&
           !memchr(part->text + token->start, '.', size);
}

/* "NJ22", "40N6E": capitals and digits mixed. A number with one letter ("5G", "10K") is none. */
static bool is_mixed(const struct part *part, const struct token *token)
{
    size_t capitals = 0, digits = 0, size = token->end - token->start;
    if (token->kind != TOKEN_WORD || size < 3 || size > LETTERS_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)part->text[token->start + i];
        if (!isalnum(byte) || islower(byte))
            return false;
        capitals += isupper(byte) != 0;
        digits += isdigit(byte) != 0;
    }
    bool number_first = isdigit((unsigned char)part->text[token->start]);
    return capitals && digits && digits <= DIGITS_MAX + 1 && (!number_first || capitals + digits > 3);
}

/* The last token of the designation that begins here, or the one before it where none does. */
static uint32_t end_of(const struct sentence *sentence, uint32_t first)
{
    const struct part *part = sentence->part;
    const struct token *tokens = part->list.tokens;
    uint32_t last = first;
    bool tied = is_letters(part, &tokens[first]) && first < sentence->last &&
                is_tied_number(part, &tokens[first + 1]) && equipment_is_free(part, first + 1);
    /* the M of "M-10" is a million elsewhere */
    if (!equipment_is_free(part, first) &&
        !(tied && part->words[first].name == NONE && part->words[first].number != NONE))
        return first - 1;
    if (tied)
        last = first + 1;
    else if (!is_mixed(part, &tokens[first]))
        return first - 1;
    while (last < sentence->last && last - first + 1 < PARTS_MAX && tokens[last + 1].flags & TOKEN_JOINED &&
           (tokens[last + 1].flags & (TOKEN_CAPITAL | TOKEN_DIGITS)) && equipment_is_free(part, last + 1))
        last++;
    return last;
}

static bool is_count(const struct part *part, uint32_t at)
{
    return equipment_is_count(part, at) || part->words[at].number != NONE;
}

/* "12 NJ-22", "twelve upgraded NJ-22" */
static bool is_counted(const struct sentence *sentence, uint32_t first)
{
    const struct part *part = sentence->part;
    if (first > sentence->first && part->list.tokens[first - 1].kind == TOKEN_OPEN_QUOTE)
        first--;
    if (first == sentence->first || part->list.tokens[first].flags & TOKEN_JOINED)
        return false;
    if (is_count(part, first - 1))
        return true;
    const struct token *between = &part->list.tokens[first - 1];
    return first > sentence->first + 1 && between->kind == TOKEN_WORD && !(between->flags & TOKEN_CAPITAL) &&
           part->words[first - 1].part == NONE && is_count(part, first - 2);
}

/* The mention of a thing of defence at a token, or NULL. */
static const struct mention *thing_at(const struct sentence *sentence, uint32_t at)
{
    int32_t name = sentence->part->words[at].name;
    if (name == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) != USE_GOODS)
        return NULL;
    return &sentence->mentions[name];
}

/* The generic noun beside it, whose class it has: "NJ-22 missiles", "missiles NJ-22"; or the listed name before it. */
static const struct mention *neighbour(const struct sentence *sentence, uint32_t first, uint32_t last)
{
    const struct mention *behind = last < sentence->last ? thing_at(sentence, last + 1) : NULL;
    const struct mention *before = first > sentence->first ? thing_at(sentence, first - 1) : NULL;
    return behind && behind->class == LEXICON_EQUIPMENT_CLASS ? behind : before;
}

static void add(struct sentence *sentence, uint32_t first, uint32_t last, uint32_t entry)
{
    struct word *words = sentence->part->words;
    uint32_t at = sentence->mention_count++;
    for (; at > 0 && sentence->mentions[at - 1].first > first; at--) {
        sentence->mentions[at] = sentence->mentions[at - 1];
        for (uint32_t i = sentence->mentions[at].first; i <= sentence->mentions[at].last; i++)
            words[i].name = (int32_t)at;
    }
    sentence->mentions[at] = (struct mention){first, last, entry, NULL, LEXICON_EQUIPMENT, false};
    for (uint32_t i = first; i <= last; i++) {
        words[i].name = (int32_t)at;
        words[i].span_first = first;
        words[i].span_last = last;
        words[i].inside = i > first;
    }
}

void unlisted_find(const struct lexicon *lexicon, struct sentence *sentence)
{
    const struct token *tokens = sentence->part->list.tokens;
    for (uint32_t first = sentence->first; first <= sentence->last; first++) {
        bool digits =
            tokens[first].flags & TOKEN_DIGITS || (first < sentence->last && tokens[first + 1].flags & TOKEN_DIGITS &&
                                                   tokens[first + 1].flags & TOKEN_JOINED);
        if (!digits || tokens[first].flags & TOKEN_JOINED || end_of(sentence, first) + 1 == first)
            continue;
        uint32_t last = end_of(sentence, first);
        const struct mention *beside = neighbour(sentence, first, last);
        bool counted = is_counted(sentence, first) && equipment_in_context(sentence, first, last);
        if ((beside || counted) && !(equipment_goes_on(sentence, last) && !beside)) {
            const struct lexicon_terminal *unknown = find_entry(lexicon);
            if (beside || unknown)
                add(sentence, first, last, beside ? beside->entry : unknown->entry);
        }
        first = last;
    }
}

/* ---- names without a number ---- */
static bool is_word(const struct part *part, uint32_t at, const char *word)
{
    const struct token *token = &part->list.tokens[at];
    return token->end - token->start == strlen(word) && !strncmp(part->text + token->start, word, strlen(word));
}

/* A word that may be a proper name and means nothing else. */
static bool is_name(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    return token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL && !(token->flags & TOKEN_DIGITS) &&
           equipment_is_free(part, at) && part->words[at].part == NONE;
}

/* "Kestrelmoor-class frigates": the first token of the class's name, or that of the noun where there is none. */
static uint32_t begin_of_class(const struct sentence *sentence, uint32_t noun)
{
    const struct part *part = sentence->part;
    uint32_t first = noun - 1;
    while (first > sentence->first && noun - first < PARTS_MAX && is_name(part, first - 1))
        first--;
    return first < noun - 1 ? first : noun;
}

/* "twelve Kestrelmoor howitzers": a word that no list knows between a number and a thing of defence. */
static uint32_t begin_of_counted(const struct sentence *sentence, uint32_t noun)
{
    const struct part *part = sentence->part;
    const struct token *token = &part->list.tokens[noun - 1];
    bool unknown = is_name(part, noun - 1) && token->word == LEXICON_NO_WORD && !(token->flags & TOKEN_ALL_CAPITALS);
    return unknown && is_counted(sentence, noun - 1) && equipment_in_prose(sentence) ? noun - 1 : noun;
}

/* The entry of the class of ships that bears a mention's name ("Newport class"), or NULL. */
static const struct lexicon_terminal *ships_named(const struct lexicon *lexicon, const struct sentence *sentence,
                                                  const struct mention *mention)
{
    static const char class[] = "class";
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t word = lexicon_find_word(lexicon, lexicon_hash(class, sizeof class - 1), class, sizeof class - 1);
    uint32_t node = tokens[mention->first].word == LEXICON_NO_WORD || word == LEXICON_NO_WORD
                        ? 0
                        : lexicon_root(lexicon, tokens[mention->first].word);
    for (uint32_t i = mention->first + 1; node && i <= mention->last; i++)
        node = tokens[i].word == LEXICON_NO_WORD ? 0 : lexicon_child(lexicon, node, tokens[i].word);
    node = node ? lexicon_child(lexicon, node, word) : 0;
    return equipment_at(lexicon, node);
}

/* Does the name end what it stands in, or is it a ship by the noun behind it? */
static bool stands_alone(const struct sentence *sentence, uint32_t last)
{
    static const char *const after[] = {"from", "to", "for", "and", "in", "by", NULL};
    if (last == sentence->last)
        return true;
    const struct token *token = &sentence->part->list.tokens[last + 1];
    for (size_t i = 0; after[i]; i++)
        if (is_word(sentence->part, last + 1, after[i]))
            return true;
    const struct mention *noun = thing_at(sentence, last + 1);
    return (token->kind == TOKEN_MARK && (token->mark == '.' || token->mark == ',')) ||
           (noun && noun->class == LEXICON_EQUIPMENT_CLASS);
}

/* A name right behind a count, that one party hands to another. */
static bool is_counted_name(const struct lexicon *lexicon, const struct sentence *sentence,
                            const struct mention *mention)
{
    const struct token *tokens = sentence->part->list.tokens;
    if (mention->first < sentence->first + 2 || !is_count(sentence->part, mention->first - 1) ||
        !(tokens[mention->first].flags & TOKEN_CAPITAL) || tokens[mention->first].flags & TOKEN_JOINED)
        return false;
    const struct token *before = &tokens[mention->first - 2]; /* no month and no score */
    return before->kind == TOKEN_WORD && !(before->flags & TOKEN_CAPITAL) && stands_alone(sentence, mention->last) &&
           equipment_is_traded(lexicon, sentence, mention);
}

/* "ordered two Newport from", "3 Doha corvettes", "12 River": towns, people and words cannot be counted, ships named
 * for them can. */
static void find_counted_ships(const struct lexicon *lexicon, struct sentence *sentence)
{
    const struct word *words = sentence->part->words;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        struct mention *mention = &sentence->mentions[i];
        enum lexicon_use use = lexicon_class_use((enum lexicon_class)mention->class);
        const struct lexicon_terminal *ships =
            (use == USE_PLACE || use == USE_ACTOR) && is_counted_name(lexicon, sentence, mention)
                ? ships_named(lexicon, sentence, mention)
                : NULL;
        if (ships)
            *mention = (struct mention){mention->first, mention->last, ships->entry, NULL, LEXICON_EQUIPMENT, false};
    }
    for (uint32_t first = sentence->first + 2; first <= sentence->last; first++)
        for (uint32_t size = 1; size < PARTS_MAX && first + size - 1 <= sentence->last; size++) {
            const struct mention name = {.first = first, .last = first + size - 1};
            if (words[name.last].name != NONE || !is_count(sentence->part, first - 1))
                break;
            const struct lexicon_terminal *ships =
                is_counted_name(lexicon, sentence, &name) ? ships_named(lexicon, sentence, &name) : NULL;
            if (ships && equipment_in_prose(sentence)) {
                add(sentence, name.first, name.last, ships->entry);
                break;
            }
        }
}

void unlisted_find_names(const struct lexicon *lexicon, struct sentence *sentence)
{
    find_counted_ships(lexicon, sentence);
    const struct part *part = sentence->part;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention noun = sentence->mentions[i];
        if (noun.class != LEXICON_EQUIPMENT_CLASS || noun.ambiguous || noun.first < sentence->first + 2)
            continue;
        const char *sipri = lexicon_entry_value(lexicon, noun.entry, "sipri");
        bool ship = sipri && !strcmp(sipri, "ship"), classed = ship && is_word(part, noun.first - 1, "class");
        uint32_t first = classed ? begin_of_class(sentence, noun.first) : begin_of_counted(sentence, noun.first);
        if (first == noun.first)
            continue;
        add(sentence, first, noun.first - 1, noun.entry);
        i++; /* the noun's own mention has moved up */
    }
}
