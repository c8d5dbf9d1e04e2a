#include "lib/coder/equipment.h"

#include "lib/coder/variant.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONTEXT_TOKENS = 40, /* on each side */
    BARE_CONTEXT_TOKENS = 20,
    BARE_POINTS = 4,
    LIST_NEIGHBOURS = 8, /* on each side */
    BETWEEN_TOKENS = 4,  /* of a list: ", and 12" */
    CODE_BYTES = 3
};

/* How surely a word speaks of defence: 2 by itself, 1 beside another. */
static uint32_t defence_points(const struct part *part, uint32_t at)
{
    uint32_t flags = part->list.tokens[at].word_flags;
    return flags & LEXICON_WORD_GATE ? 2 : flags & LEXICON_WORD_GATE_WEAK ? 1 : 0;
}

bool equipment_is_count(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    bool year = token->end - token->start == 4 &&
                (!strncmp(part->text + token->start, "19", 2) || !strncmp(part->text + token->start, "20", 2));
    return token->kind == TOKEN_NUMBER && !year;
}

bool equipment_goes_on(const struct sentence *sentence, uint32_t last)
{
    const struct part *part = sentence->part;
    if (last == sentence->last)
        return false;
    const struct token *next = &part->list.tokens[last + 1];
    const struct word *word = &part->words[last + 1];
    return next->kind == TOKEN_WORD && word->part == NONE && word->name == NONE && word->noun == NONE &&
           word->verb == NONE && word->time == NONE && !(next->flags & (TOKEN_CAPITAL | TOKEN_JOINED));
}

bool equipment_is_free(const struct part *part, uint32_t at)
{
    const struct word *word = &part->words[at];
    return word->name == NONE && word->noun == NONE && word->verb == NONE && word->number == NONE &&
           word->time == NONE && word->title == NONE && !word->blocked;
}

bool equipment_in_prose(const struct sentence *sentence)
{
    enum { SMALL_WORD_BYTES = 5 };
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct token *token = &sentence->part->list.tokens[i];
        if (token->kind == TOKEN_WORD && !(token->flags & TOKEN_CAPITAL) &&
            token->end - token->start >= SMALL_WORD_BYTES)
            return true;
    }
    return false;
}

void equipment_reach(struct sentence *sentence, uint32_t at, uint32_t last)
{
    struct mention *mention = &sentence->mentions[at];
    struct word *words = sentence->part->words;
    mention->last = last;
    for (uint32_t i = mention->first; i <= last; i++) {
        words[i].span_first = mention->first;
        words[i].span_last = last;
        words[i].inside = i > mention->first;
        words[i].name = (int32_t)at;
    }
}

/* "German-supplied Patriots", "US-made Shadow" */
static bool is_supplied(const struct sentence *sentence, const struct mention *mention)
{
    const struct part *part = sentence->part;
    if (mention->first < sentence->first + 2)
        return false;
    const struct token *token = &part->list.tokens[mention->first - 1];
    int32_t name = part->words[mention->first - 2].name;
    return token->flags & TOKEN_JOINED && !(token->flags & TOKEN_CAPITAL) &&
           !(part->list.tokens[mention->first].flags & TOKEN_JOINED) && name != NONE &&
           lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_ACTOR;
}

/* "two", "twelve"; not "one", which is a pronoun too, nor "hundreds". */
static bool is_number_word(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    int32_t number = part->words[at].number;
    return number != NONE && part->list.tokens[at].kind == TOKEN_WORD &&
           !token_is(part->text, &part->list.tokens[at], "one") &&
           !strcmp(lexicon_entry_id(lexicon, (uint32_t)number), "value");
}

/* "two Ford officials", "the Collins report" */
static bool is_before_noun(const struct sentence *sentence, uint32_t last)
{
    const struct word *next = last < sentence->last ? &sentence->part->words[last + 1] : NULL;
    return next && next->noun != NONE;
}

/* "12 Leopards", "SM-2": what is counted or bears a number tied to it looks like equipment by itself. */
static uint32_t own_points(const struct lexicon *lexicon, const struct sentence *sentence,
                           const struct mention *mention)
{
    const struct token *tokens = sentence->part->list.tokens;
    uint32_t before = mention->first; /* a quotation mark may stand between: 12 "Leopards" */
    if (before > sentence->first && tokens[before - 1].kind == TOKEN_OPEN_QUOTE)
        before--;
    /* "28 Italian Typhoons" */
    int32_t whose = before > sentence->first ? sentence->part->words[before - 1].name : NONE;
    if (whose != NONE && sentence->mentions[whose].class == LEXICON_DEMONYM)
        before = sentence->mentions[whose].first;
    bool counted =
        before > sentence->first &&
        (equipment_is_count(sentence->part, before - 1) ||
         (is_number_word(lexicon, sentence->part, before - 1) && !is_before_noun(sentence, mention->last))) &&
        !(tokens[mention->first].flags & TOKEN_JOINED) && !equipment_goes_on(sentence, mention->last);
    bool tied = mention->last > mention->first && tokens[mention->first + 1].flags & TOKEN_JOINED &&
                tokens[mention->first + 1].flags & TOKEN_DIGITS;
    return (counted || is_supplied(sentence, mention) ? 2u : 0u) + (tied ? 1u : 0u);
}

/* How much the words around a mention speak of defence; counts no further than `enough`. */
static uint32_t context_points(const struct sentence *sentence, const struct mention *mention, uint32_t reach,
                               uint32_t enough)
{
    const struct part *part = sentence->part;
    uint32_t points = 0;
    for (uint32_t i = mention->first > reach ? mention->first - reach : 0;
         i <= mention->last + reach && i < part->list.count && points < enough; i++)
        if (i < mention->first || i > mention->last)
            points += defence_points(part, i);
    return points;
}

bool equipment_in_context(const struct sentence *sentence, uint32_t first, uint32_t last)
{
    const struct mention mention = {.first = first, .last = last};
    return context_points(sentence, &mention, CONTEXT_TOKENS, 1) > 0;
}

/* A generic noun of defence beside it: "Shadow drones", "tanks of the type Fox". */
static bool is_beside_thing(const struct sentence *sentence, const struct mention *mention)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *other = &sentence->mentions[i];
        bool behind = other->first > mention->last && other->first <= mention->last + 3;
        bool before = other->last < mention->first && other->last + 2 >= mention->first;
        if (other->class == LEXICON_EQUIPMENT_CLASS && !other->ambiguous && (behind || before))
            return true;
    }
    return false;
}

static bool is_one_of(const char *value, const char *const *list)
{
    while (*list && strcmp(*list, value) != 0)
        list++;
    return *list;
}

static bool same_value(const struct lexicon *lexicon, const struct mention *one, const struct mention *other,
                       const char *key)
{
    const char *a = lexicon_entry_value(lexicon, one->entry, key), *b = lexicon_entry_value(lexicon, other->entry, key);
    return a && b && !strcmp(a, b);
}

/* "Saladin vehicles", "Durance ships": a noun of many things says little, but that the name's own kind of thing stands
 * right behind it does. */
static bool is_before_kind(const struct lexicon *lexicon, const struct sentence *sentence,
                           const struct mention *mention)
{
    int32_t name = mention->last < sentence->last ? sentence->part->words[mention->last + 1].name : NONE;
    const struct mention *noun = name == NONE ? NULL : &sentence->mentions[name];
    if (!noun || noun->class != LEXICON_EQUIPMENT_CLASS || noun->first != mention->last + 1)
        return false;
    const char *sipri = lexicon_entry_value(lexicon, mention->entry, "sipri");
    const struct token *token = &sentence->part->list.tokens[noun->first];
    return same_value(lexicon, mention, noun, "sipri") ||
           (sipri && !strcmp(sipri, "armoured") && token_is(sentence->part->text, token, "vehicles"));
}

static bool is_between_names(const struct token *token, const char *text)
{
    return (token->kind == TOKEN_MARK && token->mark == ',') || token_is(text, token, "and") ||
           token_is(text, token, "or");
}

/* The thing beside a mention in a list, `step` 1 behind and -1 before it, with a count between them left out; or NULL.
 */
static const struct mention *next_in_list(const struct sentence *sentence, const struct mention *mention, int step)
{
    const struct part *part = sentence->part;
    int64_t at = step > 0 ? (int64_t)mention->last + 1 : (int64_t)mention->first - 1;
    bool between = false;
    for (int left = BETWEEN_TOKENS; left && at >= sentence->first && at <= sentence->last; at += step, left--) {
        if (is_between_names(&part->list.tokens[at], part->text))
            between = true;
        else if (!equipment_is_count(part, (uint32_t)at))
            break;
    }
    if (!between || at < sentence->first || at > sentence->last || part->words[at].name == NONE)
        return NULL;
    const struct mention *other = &sentence->mentions[part->words[at].name];
    return other->class == LEXICON_EQUIPMENT ? other : NULL;
}

/* "F-16C, Kestrel and Mirage-5": what stands in a list with a thing of the same class that can be nothing else. */
static bool is_listed_with(const struct lexicon *lexicon, const struct sentence *sentence,
                           const struct mention *mention)
{
    for (int step = -1; step <= 1; step += 2) {
        const struct mention *other = next_in_list(sentence, mention, step);
        for (int left = LIST_NEIGHBOURS; left && other; left--, other = next_in_list(sentence, other, step))
            if (!other->ambiguous && same_value(lexicon, mention, other, "sipri"))
                return true;
    }
    return false;
}

static bool is_handing_over(const struct lexicon *lexicon, const struct word *word)
{
    static const char *const meanings[] = {"supply", "sell", "buy", "receive", "donate", "lease", "lend", NULL};
    const int32_t verbs[] = {word->verb, word->verb2, word->verb3};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (verbs[i] != NONE && is_one_of(lexicon_entry_id(lexicon, (uint32_t)verbs[i]), meanings))
            return true;
    return false;
}

bool equipment_is_traded(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    const struct part *part = sentence->part;
    bool verb = false;
    const struct mention *party = NULL;
    bool two = false;
    uint32_t first =
        mention->first - sentence->first > BARE_CONTEXT_TOKENS ? mention->first - BARE_CONTEXT_TOKENS : sentence->first;
    for (uint32_t i = first; i <= sentence->last && i <= mention->last + BARE_CONTEXT_TOKENS && !(verb && two); i++) {
        const struct word *word = &part->words[i];
        const struct mention *other = word->name == NONE ? NULL : &sentence->mentions[word->name];
        verb |= is_handing_over(lexicon, word);
        if (!other || other == mention || other->first != i ||
            lexicon_class_use((enum lexicon_class)other->class) != USE_ACTOR)
            continue;
        two |= party && strcmp(lexicon_entry_id(lexicon, party->entry), lexicon_entry_id(lexicon, other->entry)) != 0;
        party = other;
    }
    return verb && two;
}

/* Is the name made of English words? "Freedom", "Silver Fox"; not "Saladin". */
static bool is_of_words(const struct lexicon *lexicon, const struct part *part, const struct mention *mention)
{
    for (uint32_t i = mention->first; i <= mention->last; i++) {
        const struct token *token = &part->list.tokens[i];
        char folded[TOKEN_WORD_MAX];
        size_t size = token_fold(part->text + token->start, token->end - token->start, folded);
        uint32_t hash = LEXICON_ENGLISH_START;
        for (size_t k = 0; k < size; k++)
            hash = lexicon_english_step(hash, (unsigned char)folded[k]);
        if (!lexicon_has_english(lexicon, hash))
            return false;
    }
    return true;
}

/* "France delivered the first Leclerc to Chile": a name behind an article, that one party hands to another. People bear
 * no article. Before names that are words as well ("the Freedom") it must be a word that counts. */
static bool is_handed_over(const struct lexicon *lexicon, const struct sentence *sentence,
                           const struct mention *mention, bool strict)
{
    static const char *const counting[] = {"first", "second", "third", "last", "used", "another", NULL};
    static const char *const articles[] = {"first", "second", "third", "last", "used", "another", "the", "The",
                                           "its",   "their",  "a",     "an",   "new",  "more",    NULL};
    const struct part *part = sentence->part;
    bool after_article = false;
    if (mention->first == sentence->first)
        return false;
    strict = strict && is_of_words(lexicon, part, mention);
    for (const char *const *word = strict ? counting : articles; *word && !after_article; word++)
        after_article = token_is(part->text, &part->list.tokens[mention->first - 1], *word);
    bool ends = mention->last == sentence->last;
    if (!after_article || equipment_goes_on(sentence, mention->last) || is_before_noun(sentence, mention->last) ||
        (!ends && part->list.tokens[mention->last + 1].flags & (TOKEN_CAPITAL | TOKEN_JOINED)))
        return false;
    return equipment_is_traded(lexicon, sentence, mention);
}

/* Do the mention or the words around it speak of defence? A bare name, a code of two or three characters ("M1", "P-5"),
 * what hangs on another word ("Spider-Man 2") and what goes on with a common noun ("the M-25 motorway") need more than
 * a designation. */
static bool has_context(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    const struct token *token = &sentence->part->list.tokens[mention->first];
    bool digits = false, hangs = token->flags & TOKEN_JOINED;
    bool code = sentence->part->list.tokens[mention->last].end - token->start <= CODE_BYTES;
    for (uint32_t i = mention->first; i <= mention->last; i++)
        digits |= (sentence->part->list.tokens[i].flags & TOKEN_DIGITS) != 0;
    bool goes_on = equipment_goes_on(sentence, mention->last);
    bool bare = mention->class == LEXICON_EQUIPMENT && (!digits || hangs || code || goes_on);
    uint32_t needed = bare ? BARE_POINTS : 2, points = own_points(lexicon, sentence, mention);
    if (points >= 2 || (bare && is_beside_thing(sentence, mention)) || is_before_kind(lexicon, sentence, mention) ||
        is_listed_with(lexicon, sentence, mention))
        return true;
    const char *ambiguous = lexicon_entry_value(lexicon, mention->entry, "ambiguous");
    bool strict = ambiguous && !strcmp(ambiguous, "strict");
    if (bare && !code && is_handed_over(lexicon, sentence, mention, strict))
        return true;
    if (bare && strict)
        return false;
    return points + context_points(sentence, mention, bare ? BARE_CONTEXT_TOKENS : CONTEXT_TOKENS, needed) >= needed;
}

/* "C-130 million": a sum after a dash or a code, no designation. */
static bool is_sum(const struct sentence *sentence, const struct mention *mention)
{
    static const char *const scales[] = {"million", "billion", "trillion", "percent", "pct", "%"};
    const struct part *part = sentence->part;
    if (mention->last >= sentence->last || !(part->list.tokens[mention->last].flags & TOKEN_DIGITS))
        return false;
    const struct token *next = &part->list.tokens[mention->last + 1];
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (strlen(scales[i]) == next->end - next->start &&
            !strncmp(part->text + next->start, scales[i], next->end - next->start))
            return true;
    return false;
}

/* Is the name an ordinary word or a code here? */
static bool is_doubtful(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention)
{
    if (mention->class == LEXICON_EQUIPMENT && is_sum(sentence, mention))
        return true;
    return (mention->class == LEXICON_EQUIPMENT || mention->class == LEXICON_EXERCISE) && mention->ambiguous &&
           !sentence->trusted && !has_context(lexicon, sentence, mention);
}

static void forget(struct sentence *sentence, const struct mention *mention)
{
    struct word *words = sentence->part->words;
    for (uint32_t i = mention->first; i <= mention->last; i++) {
        words[i].name = NONE;
        words[i].span_first = words[i].span_last = i;
        words[i].inside = false;
    }
}

/* Drops the doubtful ones and closes the gaps. */
static void drop_doubtful(const struct lexicon *lexicon, struct sentence *sentence)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        struct mention *mention = &sentence->mentions[i];
        if (is_doubtful(lexicon, sentence, mention)) {
            forget(sentence, mention);
            continue;
        }
        for (uint32_t k = mention->first; k <= mention->last; k++)
            sentence->part->words[k].name = (int32_t)kept;
        sentence->mentions[kept++] = *mention;
    }
    sentence->mention_count = kept;
}

static bool is_unit_of_calibre(const char *text, size_t size)
{
    static const char *const units[] = {"mm",          "millimetre", "millimeter", "millimetres",
                                        "millimeters", "calibre",    "caliber",    NULL};
    for (size_t i = 0; units[i]; i++)
        if (strlen(units[i]) == size && !strncmp(text, units[i], size))
            return true;
    return false;
}

uint32_t equipment_calibre_at(const struct sentence *sentence, uint32_t at, double *value)
{
    const struct part *part = sentence->part;
    if (at > sentence->last)
        return 0;
    const struct token *token = &part->list.tokens[at];
    size_t size = token->end - token->start, digits = 0;
    const char *text = part->text + token->start;
    while (digits < size && (isdigit((unsigned char)text[digits]) || text[digits] == '.'))
        digits++;
    if (!digits || digits > 4)
        return 0;
    char number[8];
    memcpy(number, text, digits);
    number[digits] = 0;
    *value = strtod(number, NULL);
    if (size == digits + 2 && !strncmp(text + digits, "mm", 2))
        return 1;
    if (size > digits || at == sentence->last)
        return 0;
    const struct token *next = &part->list.tokens[at + 1];
    return is_unit_of_calibre(part->text + next->start, next->end - next->start) ? 2 : 0;
}

/* "40mm guns", "60 mm mortars": the calibre right before a thing, or 0. */
static double calibre_before(const struct sentence *sentence, uint32_t at)
{
    double value;
    for (uint32_t length = 1; length <= 2 && at >= sentence->first + length; length++)
        if (equipment_calibre_at(sentence, at - length, &value) == length)
            return value;
    return 0;
}

const char *equipment_class_by_calibre(const struct sentence *sentence, uint32_t first, uint32_t last,
                                       const char *unroca)
{
    enum { ARTILLERY_MILLIMETRES = 75 };
    double calibre = unroca && !strcmp(unroca, "III") ? calibre_before(sentence, first) : 0;
    if (calibre <= 0 || calibre >= ARTILLERY_MILLIMETRES)
        return unroca;
    const struct token *noun = &sentence->part->list.tokens[last];
    bool mortar = token_is(sentence->part->text, noun, "mortar") || token_is(sentence->part->text, noun, "mortars");
    return mortar ? "SALW" : "none";
}

static bool has_digit(const struct sentence *sentence, const struct mention *mention)
{
    for (uint32_t i = mention->first; i <= mention->last; i++)
        if (sentence->part->list.tokens[i].flags & TOKEN_DIGITS)
            return true;
    return false;
}

static bool ends_in_name(const struct sentence *sentence, const struct mention *mention)
{
    return !(sentence->part->list.tokens[mention->last].flags & TOKEN_DIGITS);
}

/* Two names side by side of one thing: the same entry, or a designation with a nickname of its class. */
static bool are_one(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *one,
                    const struct mention *other)
{
    if (one->class != LEXICON_EQUIPMENT || other->class != LEXICON_EQUIPMENT || other->first != one->last + 1)
        return false;
    const struct token *token = &sentence->part->list.tokens[other->first];
    if (token->flags & TOKEN_LINE)
        return false;
    if (!strcmp(lexicon_entry_id(lexicon, one->entry), lexicon_entry_id(lexicon, other->entry)))
        return true;
    bool name_and_number =
        has_digit(sentence, one) != has_digit(sentence, other) ||
        (ends_in_name(sentence, one) && has_digit(sentence, other) && sentence->part->text[token->start - 1] == '/');
    return name_and_number && same_value(lexicon, one, other, "sipri") && same_value(lexicon, one, other, "unroca");
}

/* Joins what belongs together. The name that means nothing else gives the entry, the designation before a nickname. */
static void join_names(const struct lexicon *lexicon, struct sentence *sentence)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        struct mention mention = sentence->mentions[i];
        struct mention *before = kept ? &sentence->mentions[kept - 1] : NULL;
        if (before && are_one(lexicon, sentence, before, &mention)) {
            if (before->ambiguous && !mention.ambiguous) {
                before->entry = mention.entry;
                before->ambiguous = false;
            }
            equipment_reach(sentence, kept - 1, mention.last);
        } else {
            sentence->mentions[kept] = mention;
            equipment_reach(sentence, kept, mention.last);
            kept++;
        }
        double millimetres;
        uint32_t calibre = sentence->mentions[kept - 1].class == LEXICON_EQUIPMENT
                               ? equipment_calibre_at(sentence, sentence->mentions[kept - 1].last + 1, &millimetres)
                               : 0;
        bool taken = calibre && i + 1 < sentence->mention_count &&
                     sentence->mentions[i + 1].first <= sentence->mentions[kept - 1].last + calibre;
        if (calibre && !taken)
            equipment_reach(sentence, kept - 1, sentence->mentions[kept - 1].last + calibre);
    }
    sentence->mention_count = kept;
}

/* Does the noun behind a name say what the thing is? Missiles, rockets and launchers are parts of one system, and what
 * is a weapon by its name stays one: "Patriot missiles", "HIMARS rockets". A noun that is many things ("M-113
 * carriers") tells less than a name that is one; but an engine is none. */
static bool noun_decides(const struct lexicon *lexicon, const struct mention *mention, const struct mention *noun)
{
    static const char *const weapons[] = {"air_defence", "artillery", "asw", "missile", "naval_weapon", NULL};
    static const char *const vague[] = {"other", "unknown", NULL};
    const char *named = lexicon_entry_value(lexicon, mention->entry, "sipri");
    const char *told = lexicon_entry_value(lexicon, noun->entry, "sipri");
    if (!named || !told || !strcmp(named, told) || is_one_of(told, vague))
        return false;
    if (noun->ambiguous && !mention->ambiguous && strcmp(told, "engine") != 0)
        return false;
    return !(is_one_of(named, weapons) && is_one_of(told, weapons));
}

/* "P-37 radars", "F-110 engines", "Mistral helicopter carriers": many designations were given twice, and a thing's
 * parts bear its name. The last noun of a compound is what it is. */
static void let_noun_decide(const struct lexicon *lexicon, struct sentence *sentence)
{
    for (uint32_t i = 0; i + 1 < sentence->mention_count; i++) {
        struct mention *mention = &sentence->mentions[i];
        const struct mention *noun = &sentence->mentions[i + 1];
        if (mention->class != LEXICON_EQUIPMENT || noun->class != LEXICON_EQUIPMENT_CLASS ||
            noun->first != mention->last + 1 || sentence->part->list.tokens[noun->first].flags & TOKEN_LINE)
            continue;
        if (noun_decides(lexicon, mention, noun))
            mention->entry = noun->entry;
    }
}

void equipment_settle(const struct lexicon *lexicon, struct sentence *sentence)
{
    bool any = false;
    for (uint32_t i = 0; i < sentence->mention_count && !any; i++)
        any = sentence->mentions[i].class == LEXICON_EQUIPMENT || sentence->mentions[i].class == LEXICON_EXERCISE;
    if (!any)
        return;
    join_names(lexicon, sentence);
    drop_doubtful(lexicon, sentence);
    let_noun_decide(lexicon, sentence);
    variant_join(lexicon, sentence);
    let_noun_decide(lexicon, sentence);
}
