#include "lib/coder/match.h"

#include "lib/coder/designation.h"
#include "lib/coder/equipment.h"
#include "lib/coder/particle.h"
#include "lib/coder/unlisted.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMINALS_MAX = 16, OUT_OF_OFFICE_YEARS = 10 /* after these a name may be somebody else's */ };

/* The longest form at a token, and the longest cue beside it: cues colour words and do not hide them. */
struct match {
    int32_t cue;
    uint32_t cue_last, last;
    const struct lexicon_terminal *terminals[TERMINALS_MAX];
    uint32_t count;
    bool doubtful; /* a designation that may be anything */
};

static void begin_match(struct match *match, uint32_t first)
{
    match->cue = NONE;
    match->cue_last = match->last = first;
    match->count = 0;
    match->doubtful = false;
}

static enum lexicon_class terminal_class(const struct lexicon_terminal *terminal)
{
    return (enum lexicon_class)terminal->class_;
}

static bool letters_fit(const struct token *tokens, uint32_t count, uint32_t letters, bool all_capitals)
{
    for (uint32_t i = 0; i < count && letters >> (2 * i); i++) {
        uint32_t code = letters >> (2 * i) & 3;
        if (code == 2 && !(tokens[i].flags & TOKEN_ALL_CAPITALS))
            return false;
        if (code == 1 && !(tokens[i].flags & TOKEN_CAPITAL) && !(all_capitals && tokens[i].flags & TOKEN_ALL_CAPITALS))
            return false;
    }
    return true;
}

/* Takes the node's terminals whose letters fit; they replace those of a shorter form. */
static void take(const struct lexicon *lexicon, const struct part *part, uint32_t first, uint32_t last, uint32_t node,
                 struct match *match)
{
    size_t count;
    const struct lexicon_terminal *terminals = lexicon_terminals(lexicon, node, &count);
    uint32_t kept = 0;
    for (size_t i = 0; i < count && kept < TERMINALS_MAX; i++) {
        if (terminals[i].squeezed ||
            !letters_fit(&part->list.tokens[first], last - first + 1, terminals[i].letters, true))
            continue;
        if (terminal_class(&terminals[i]) == LEXICON_CUE) {
            match->cue = (int32_t)terminals[i].entry;
            match->cue_last = last;
        } else
            match->terminals[kept++] = &terminals[i];
    }
    if (kept) {
        match->count = kept;
        match->last = last;
    }
}

static uint32_t find_text(const struct lexicon *lexicon, const char *text)
{
    size_t size = strlen(text);
    return lexicon_find_word(lexicon, lexicon_hash(text, size), text, size);
}

/* The child by one of the shapes that stand for this token, the most specific first: 30MKI is #MKI, 30@ and #@. */
static uint32_t pattern_child(const struct lexicon *lexicon, const struct part *part, const struct token *token,
                              uint32_t node)
{
    char folded[TOKEN_WORD_MAX], shape[2 * TOKEN_WORD_MAX];
    size_t size = token_fold(part->text + token->start, token->end - token->start, folded);
    size_t letters = 0;
    while (letters < size && !isdigit((unsigned char)folded[letters]))
        letters++;
    size_t digits = letters;
    while (digits < size && isdigit((unsigned char)folded[digits]))
        digits++;
    if (!size || size > 12 || digits == letters || digits - letters > 4)
        return 0;
    const char *rest = folded + digits;
    for (int i = 0; i < (strlen(rest) <= 5 ? 3 : 1); i++) {
        if (i == 0)
            snprintf(shape, sizeof shape, "%.*s#%s", (int)letters, folded, rest);
        else if (i == 1)
            snprintf(shape, sizeof shape, "%.*s@", (int)digits, folded);
        else
            snprintf(shape, sizeof shape, "%.*s#@", (int)letters, folded);
        uint32_t word = find_text(lexicon, shape);
        uint32_t child = word == LEXICON_NO_WORD ? 0 : lexicon_child(lexicon, node, word);
        if (child)
            return child;
    }
    return 0;
}

/* "Heckler & Koch", "Xi'an", "2+2 talks": marks inside a form. A dot must hang on its word. */
static uint32_t mark_child(const struct lexicon *lexicon, const struct token *token, uint32_t node)
{
    char mark[2];
    const char *text = token_mark_text(token, mark);
    if (!text || (*text == '.' && token->flags & TOKEN_SPACE))
        return 0;
    uint32_t word = find_text(lexicon, text);
    return word == LEXICON_NO_WORD ? 0 : lexicon_child(lexicon, node, word);
}

static void find_longest(const struct lexicon *lexicon, const struct part *part, uint32_t first, uint32_t limit,
                         struct match *match)
{
    const struct token *tokens = part->list.tokens;
    match->count = 0;
    if (tokens[first].word == LEXICON_NO_WORD)
        return;
    uint32_t node = lexicon_root(lexicon, tokens[first].word);
    for (uint32_t at = first; node; at++) {
        take(lexicon, part, first, at, node, match);
        if (at >= limit || !lexicon_node_goes_on(lexicon, node))
            return;
        const struct token *next = &tokens[at + 1];
        uint32_t child = 0;
        if (next->kind == TOKEN_POSSESSIVE) {
            uint32_t word = find_text(lexicon, "'s");
            child = word == LEXICON_NO_WORD ? 0 : lexicon_child(lexicon, node, word);
        } else if (next->word != LEXICON_NO_WORD)
            child = lexicon_child(lexicon, node, next->word);
        else
            child = mark_child(lexicon, next, node);
        if (!child && lexicon_node_has_patterns(lexicon, node) &&
            (next->kind == TOKEN_WORD || next->kind == TOKEN_NUMBER))
            child = pattern_child(lexicon, part, next, node);
        node = child;
    }
}

/* A designation takes the place of a form that ends earlier, or of one that is no name: not of a blocker ("MH-17"). */
static void find_designation(const struct lexicon *lexicon, const struct part *part, uint32_t first, uint32_t limit,
                             struct match *match)
{
    struct designation found = designation_find(lexicon, part, first, limit);
    if (!found.node || (match->count && match->last > found.last))
        return;
    for (uint32_t i = 0; i < match->count && match->last == found.last; i++)
        if (terminal_class(match->terminals[i]) == LEXICON_BLOCKER ||
            lexicon_class_use(terminal_class(match->terminals[i])) != USE_WORD)
            return;
    size_t count;
    const struct lexicon_terminal *terminals = lexicon_terminals(lexicon, found.node, &count);
    match->count = 0;
    match->last = found.last;
    match->doubtful = found.spaced;
    for (size_t i = 0; i < count && match->count < TERMINALS_MAX; i++)
        if (terminals[i].squeezed)
            match->terminals[match->count++] = &terminals[i];
}

/* The year that a key of an entry gives, 0 for none. */
static int32_t year_of(const struct lexicon *lexicon, uint32_t entry, const char *key)
{
    const char *value = lexicon_entry_value(lexicon, entry, key);
    char *end = NULL;
    long year = value ? strtol(value, &end, 10) : 0;
    return year > 0 && year < 10000 && !*end ? (int32_t)year : 0;
}

/* How many years before or after its holder's time in office a name is read; 0 within it, or where nothing is known. */
static int32_t years_apart(const struct lexicon *lexicon, uint32_t entry, int32_t year)
{
    if (!year || lexicon_entry_class(lexicon, entry) != LEXICON_LEADER)
        return 0;
    int32_t from = year_of(lexicon, entry, "from"), to = year_of(lexicon, entry, "to");
    if (year < from)
        return from - year;
    return to && year > to ? year - to : 0;
}

/* Which of a name's readings to prefer: lower is better. */
static int name_rank(const struct lexicon *lexicon, const struct lexicon_terminal *terminal, int32_t year)
{
    static const uint8_t ranks[LEXICON_CLASS_COUNT] = {
        [LEXICON_STATE] = 1,        [LEXICON_DEMONYM] = 1,   [LEXICON_CAPITAL] = 2,     [LEXICON_SEAT] = 2,
        [LEXICON_ORGANISATION] = 2, [LEXICON_FORCE] = 3,     [LEXICON_INSTITUTION] = 3, [LEXICON_LEADER] = 3,
        [LEXICON_ARMED_GROUP] = 3,  [LEXICON_COMPANY] = 4,   [LEXICON_EXERCISE] = 3,    [LEXICON_FAIR] = 3,
        [LEXICON_TREATY] = 3,       [LEXICON_PROGRAMME] = 4, [LEXICON_EQUIPMENT] = 4,   [LEXICON_EQUIPMENT_CLASS] = 4,
        [LEXICON_MEDIA] = 5,        [LEXICON_CITY] = 6,      [LEXICON_SITE] = 6};
    int rank = ranks[terminal_class(terminal)];
    if (!rank)
        rank = 7;
    const char *ambiguous = lexicon_entry_value(lexicon, terminal->entry, "ambiguous");
    /* a state or capital that is also something else is still likelier than a place of that name */
    return rank + (ambiguous ? rank <= 2 ? 3 : 10 : 0) + (years_apart(lexicon, terminal->entry, year) > 0);
}

/* Of two offices held at once the newer one counts. */
static bool is_likelier(const struct lexicon *lexicon, const struct lexicon_terminal *one,
                        const struct lexicon_terminal *other, int32_t year)
{
    int rank = name_rank(lexicon, one, year), other_rank = name_rank(lexicon, other, year);
    if (rank != other_rank || terminal_class(one) != LEXICON_LEADER)
        return rank < other_rank;
    return year && year_of(lexicon, one->entry, "from") > year_of(lexicon, other->entry, "from");
}

static void set_span(struct part *part, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++) {
        part->words[i].span_first = first;
        part->words[i].span_last = last;
        part->words[i].inside = i > first;
    }
}

void match_note_verb(struct word *word, const struct lexicon_terminal *terminal)
{
    int32_t entry = (int32_t)terminal->entry;
    bool other = terminal->kind;
    word->verb_inflection = terminal->inflection;
    bool filler = word->verb != NONE && word->verb_other;
    if (word->verb == NONE || word->verb == entry || filler) {
        word->verb = entry;
        word->verb_other = other;
    } else if (other)
        return;
    else if (word->verb2 == NONE || word->verb2 == entry)
        word->verb2 = entry;
    else
        word->verb3 = entry;
}

static void note_sense(struct word *word, enum lexicon_class class, const struct lexicon_terminal *terminal)
{
    int32_t entry = (int32_t)terminal->entry;
    switch (class) {
    case LEXICON_NOUN:
        word->noun = entry;
        word->noun_inflection = terminal->inflection;
        break;
    case LEXICON_VERB:
        match_note_verb(word, terminal);
        break;
    case LEXICON_WORD:
        word->part = entry;
        word->part_pos = terminal->kind;
        break;
    case LEXICON_TITLE:
        word->title = entry;
        break;
    case LEXICON_NUMBER:
        word->number = entry;
        break;
    case LEXICON_TIME:
        word->time = entry;
        break;
    default:
        break;
    }
}

static bool follows_class(const struct sentence *sentence, uint32_t first, enum lexicon_class class)
{
    int32_t name = first == sentence->first ? NONE : sentence->part->words[first - 1].name;
    return name != NONE && sentence->mentions[name].class == class;
}

/* "Trainers" and "fighters" are people or aircraft: `rather=person` says what they are by themselves; a designation
 * before them makes aircraft of them ("K-8 trainers"), an armed group people ("Peshmerga fighters"). */
static bool is_person(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t first,
                      const struct lexicon_terminal *name)
{
    const struct word *word = &sentence->part->words[first];
    if (word->noun == NONE || terminal_class(name) != LEXICON_EQUIPMENT_CLASS ||
        !lexicon_entry_value(lexicon, (uint32_t)word->noun, "stands"))
        return false;
    if (lexicon_entry_value(lexicon, (uint32_t)word->noun, "rather"))
        return !follows_class(sentence, first, LEXICON_EQUIPMENT);
    return follows_class(sentence, first, LEXICON_ARMED_GROUP);
}

static void apply(const struct lexicon *lexicon, struct sentence *sentence, uint32_t first, const struct match *match)
{
    struct part *part = sentence->part;
    struct word *word = &part->words[first];
    const struct lexicon_terminal *name = NULL;
    bool blocked = false,
         hidden = false; /* hidden: a longer name with no meaning of its own, unless a word has the same form */
    for (uint32_t i = 0; i < match->count; i++) {
        enum lexicon_class class = terminal_class(match->terminals[i]);
        enum lexicon_use use = lexicon_class_use(class);
        if (class == LEXICON_NOT_ACTOR)
            hidden = true;
        else if (class == LEXICON_BLOCKER)
            blocked = true;
        else if (use == USE_WORD)
            note_sense(word, class, match->terminals[i]);
        else if (!name || is_likelier(lexicon, match->terminals[i], name, part->year))
            name = match->terminals[i];
    }
    set_span(part, first, match->last);
    if (blocked || (hidden && !name && word->noun == NONE && word->verb == NONE)) {
        for (uint32_t i = first; i <= match->last; i++)
            part->words[i].blocked = true;
        word->noun = word->verb = word->verb2 = word->verb3 = NONE;
        return;
    }
    if (!name || is_person(lexicon, sentence, first, name))
        return;
    /* "sub-units", "tank-like": a generic noun tied to the next word is part of another */
    if (terminal_class(name) == LEXICON_EQUIPMENT_CLASS && match->last < sentence->last &&
        part->list.tokens[match->last + 1].flags & TOKEN_JOINED)
        return;
    struct mention *mention = &sentence->mentions[sentence->mention_count];
    *mention = (struct mention){
        first,
        match->last,
        name->entry,
        NULL,
        (uint8_t)terminal_class(name),
        match->doubtful || lexicon_entry_value(lexicon, name->entry, "ambiguous") != NULL ||
            (first == match->last && years_apart(lexicon, name->entry, part->year) > OUT_OF_OFFICE_YEARS)};
    for (uint32_t i = first; i <= match->last; i++)
        part->words[i].name = (int32_t)sentence->mention_count;
    sentence->mention_count++;
}

static bool is_company_word(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    int32_t cue = part->words[at].cue;
    return cue != NONE && part->words[at].name == NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)cue), "company");
}

static bool is_unknown_name(const struct part *part, uint32_t at)
{
    const struct word *word = &part->words[at];
    const struct token *token = &part->list.tokens[at];
    return token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL && word->name == NONE && word->part == NONE &&
           word->noun == NONE && word->verb == NONE && word->title == NONE && word->time == NONE &&
           word->number == NONE;
}

/* What says only of what kind a firm is in law is no part of its id (codebook 9.1). */
static bool is_legal_form(const struct part *part, uint32_t at)
{
    static const char *const words[] = {"inc", "corp", "corporation", "ltd",  "limited",
                                        "llc", "lp",   "plc",         "gmbh", "co"};
    const struct token *token = &part->list.tokens[at];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is(part->text, token, words[i]))
            return true;
    return false;
}

/* "Hanwha Aerospace", "Cochin Shipyard Ltd": unknown capitalised words before one that ends firms' names. The id is
 * made of the words up to the first such one. */
static void add_companies(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena)
{
    struct part *part = sentence->part;
    for (uint32_t i = sentence->first + 1; i <= sentence->last; i++) {
        if (!is_company_word(lexicon, part, i) || !is_unknown_name(part, i - 1))
            continue;
        uint32_t first = i - 1, last = i;
        while (first > sentence->first && i - first < 4 && is_unknown_name(part, first - 1) &&
               !(part->list.tokens[first].flags & TOKEN_LINE))
            first--;
        while (last < sentence->last && is_company_word(lexicon, part, last + 1))
            last++;
        char id[6 * TOKEN_WORD_MAX] = "COM:";
        size_t used = 4;
        uint32_t end = is_legal_form(part, i) ? i - 1 : i;
        for (uint32_t k = first; k <= end; k++) {
            char folded[TOKEN_WORD_MAX];
            token_fold(part->text + part->list.tokens[k].start, part->list.tokens[k].end - part->list.tokens[k].start,
                       folded);
            used += (size_t)snprintf(id + used, sizeof id - used, "%s%s", k > first ? "_" : "", folded);
        }
        struct mention *mention = &sentence->mentions[sentence->mention_count];
        *mention = (struct mention){first,           last, (uint32_t)part->words[i].cue, arena_copy(arena, id, used),
                                    LEXICON_COMPANY, false};
        if (!mention->id)
            return;
        for (uint32_t k = first; k <= last; k++)
            part->words[k].name = (int32_t)sentence->mention_count;
        sentence->mention_count++;
        i = last;
    }
}

/* "US military aid", "Indian army hospital": the last word of a force's name begins a longer noun; the state before it
 * is named all the same. */
static void leave_to_noun(const struct lexicon *lexicon, struct sentence *sentence, uint32_t first, struct match *match)
{
    if (!match->count || match->last == first || match->last == sentence->last ||
        terminal_class(match->terminals[0]) != LEXICON_FORCE)
        return;
    struct match noun = {.cue = NONE, .last = match->last}, shorter = {.cue = match->cue, .last = first};
    find_longest(lexicon, sentence->part, match->last, sentence->last, &noun);
    if (!noun.count || noun.last == match->last || terminal_class(noun.terminals[0]) != LEXICON_NOUN)
        return;
    find_longest(lexicon, sentence->part, first, match->last - 1, &shorter);
    if (shorter.count)
        *match = shorter;
}

/* "after talks with the minister", "three visits to": behind such a word a verb's form of several words is its noun. */
static void leave_to_noun_alone(const struct lexicon *lexicon, struct sentence *sentence, uint32_t first,
                                struct match *match)
{
    if (!match->count || match->last == first || first == sentence->first ||
        terminal_class(match->terminals[0]) != LEXICON_VERB || match->terminals[0]->inflection != FORM_S)
        return;
    const struct word *word = &sentence->part->words[sentence->part->words[first - 1].span_first];
    bool expects_noun = word->part != NONE && (word->part_pos == POS_PREPOSITION || word->part_pos == POS_DETERMINER ||
                                               word->part_pos == POS_OWNER || word->part_pos == POS_ADJECTIVE);
    struct match alone = {.cue = match->cue, .last = first};
    for (uint32_t i = 0; i < match->count; i++)
        expects_noun &= terminal_class(match->terminals[i]) == LEXICON_VERB;
    if (expects_noun)
        find_longest(lexicon, sentence->part, first, first, &alone);
    for (uint32_t i = 0; i < alone.count; i++)
        if (terminal_class(alone.terminals[i]) == LEXICON_NOUN)
            *match = alone;
}

int32_t match_noun_alone(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    struct match alone = {.cue = NONE, .last = at};
    find_longest(lexicon, part, at, at, &alone);
    for (uint32_t i = 0; i < alone.count; i++)
        if (terminal_class(alone.terminals[i]) == LEXICON_NOUN)
            return (int32_t)alone.terminals[i]->entry;
    return NONE;
}

uint32_t match_cue_last(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    struct match match;
    begin_match(&match, at);
    find_longest(lexicon, sentence->part, at, sentence->last, &match);
    return match.cue == sentence->part->words[at].cue ? match.cue_last : at;
}

/* "a frontline destroyer": a word for fighting before goods tells their class, not where they are. */
static void forget_cues_of_goods(const struct lexicon *lexicon, struct sentence *sentence)
{
    struct word *words = sentence->part->words;
    for (uint32_t i = sentence->first; i < sentence->last; i++) {
        int32_t name = words[i + 1].name;
        bool goods = name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_GOODS;
        if (goods && words[i].cue != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)words[i].cue), "front"))
            words[i].cue = NONE;
    }
}

static const struct word unread = {.name = NONE,
                                   .noun = NONE,
                                   .verb = NONE,
                                   .verb2 = NONE,
                                   .verb3 = NONE,
                                   .part = NONE,
                                   .cue = NONE,
                                   .title = NONE,
                                   .number = NONE,
                                   .time = NONE};

bool match_sentence(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena)
{
    if (sentence->matched)
        return true;
    struct part *part = sentence->part;
    bool cues = false, digits = false; /* what some readings need */
    sentence->mentions = arena_alloc(arena, (sentence->last - sentence->first + 1) * sizeof *sentence->mentions);
    if (!sentence->mentions)
        return false;
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        if (part->list.tokens[i].word != LEXICON_NO_WORD)
            lexicon_prefetch_root(lexicon, part->list.tokens[i].word);
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        digits |= part->list.tokens[i].flags & TOKEN_DIGITS;
        part->words[i] = unread;
        part->words[i].span_first = part->words[i].span_last = i;
    }
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        if (part->list.tokens[i].word != LEXICON_NO_WORD)
            lexicon_prefetch_forms(lexicon, part->list.tokens[i].word,
                                   i < sentence->last ? part->list.tokens[i + 1].word : LEXICON_NO_WORD);
    for (uint32_t i = sentence->first; i <= sentence->last;) {
        const struct token *token = &part->list.tokens[i];
        if (token->word == LEXICON_NO_WORD && !designation_may_begin(token)) {
            i++;
            continue;
        }
        struct match match; /* its terminals are many and mostly unused: they are left as they are */
        begin_match(&match, i);
        find_longest(lexicon, part, i, sentence->last, &match);
        leave_to_noun(lexicon, sentence, i, &match);
        leave_to_noun_alone(lexicon, sentence, i, &match);
        if (designation_may_begin(token))
            find_designation(lexicon, part, i, sentence->last, &match);
        part->words[i].cue = match.cue;
        cues |= match.cue != NONE;
        if (match.count)
            apply(lexicon, sentence, i, &match);
        i = match.count ? match.last + 1 : i + 1;
    }
    equipment_settle(lexicon, sentence);
    particle_join(lexicon, sentence);
    if (digits)
        unlisted_find(lexicon, sentence);
    unlisted_find_names(lexicon, sentence);
    if (cues) {
        add_companies(lexicon, sentence, arena);
        forget_cues_of_goods(lexicon, sentence);
    }
    arena_trim(arena, sentence->mentions, sentence->mention_count * sizeof *sentence->mentions);
    sentence->matched = true;
    return true;
}
