#include "lib/coder/workspace.h"

#include "lib/coder/chunk.h"
#include "lib/coder/clause.h"
#include "lib/coder/evoke.h"
#include "lib/coder/match.h"
#include "lib/coder/quantity.h"
#include "lib/coder/tag.h"

#include <string.h>

const char *verb_class(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    int32_t entry = sentence->part->words[sentence->part->words[verb->head].span_first].verb;
    return entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)entry);
}

const char *verb_class2(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    int32_t entry = sentence->part->words[sentence->part->words[verb->head].span_first].verb2;
    return entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)entry);
}

const char *verb_class3(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    int32_t entry = sentence->part->words[sentence->part->words[verb->head].span_first].verb3;
    return entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)entry);
}

const char *verb_attribute(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                           const char *key)
{
    const struct word *word = &sentence->part->words[sentence->part->words[verb->head].span_first];
    const int32_t entries[] = {word->verb, word->verb2, word->verb3};
    const char *value = NULL;
    for (size_t i = 0; i < 3 && !value; i++)
        value = entries[i] == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)entries[i], key);
    return value;
}

const char *noun_attribute(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, const char *key)
{
    int32_t entry = noun_entry(sentence, at);
    return entry == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)entry, key);
}

bool group_is_force(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    if (group == NONE || sentence->groups[group].kind != GROUP_NOUN)
        return false;
    uint32_t head = sentence->groups[group].head;
    int32_t name = sentence->part->words[head].name;
    const char *stands = noun_attribute(lexicon, sentence, head, "stands"),
               *class = noun_class(lexicon, sentence, head);
    /* "a group of soldiers" */
    uint32_t of = (uint32_t)group + 1;
    if (class && !strcmp(class, "crowd") && of + 1 < sentence->group_count &&
        sentence->groups[of].kind == GROUP_PREPOSITION && word_is(sentence, sentence->groups[of].first, "of") &&
        sentence->groups[of + 1].kind == GROUP_NOUN) {
        head = sentence->groups[of + 1].head;
        name = sentence->part->words[head].name;
        stands = noun_attribute(lexicon, sentence, head, "stands");
    }
    return (name != NONE && sentence->mentions[name].class == LEXICON_FORCE) || (stands && !strcmp(stands, "force"));
}

/* "the frigate Admiral Essen": a name that no list has, behind goods in its group. */
static bool is_ship_name(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    if (!(sentence->part->list.tokens[group->head].flags & TOKEN_CAPITAL))
        return false;
    for (uint32_t i = group->head; i-- > group->first;) {
        const struct word *word = &sentence->part->words[i];
        const char *class = noun_class(lexicon, sentence, i);
        if (word->name != NONE)
            return lexicon_class_use((enum lexicon_class)sentence->mentions[word->name].class) == USE_GOODS;
        if (class)
            return !strcmp(class, "goods");
        if (!(sentence->part->list.tokens[i].flags & TOKEN_CAPITAL))
            return false;
    }
    return false;
}

/* "INS Mumbai", "the frigate HMS Kent": whatever else the ship's name may be, what stands before it makes a ship of it.
 */
static bool has_ship_prefix(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    for (uint32_t i = group->first; i < group->head; i++) {
        int32_t name = sentence->part->words[i].name;
        const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
        const char *craft = mention && mention->class == LEXICON_FORCE && mention->first == mention->last
                                ? lexicon_entry_value(lexicon, mention->entry, "craft")
                                : NULL;
        if (craft && !strcmp(craft, "yes"))
            return true;
    }
    return false;
}

bool group_is_craft(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    if (group == NONE || sentence->groups[group].kind != GROUP_NOUN)
        return false;
    uint32_t head = sentence->groups[group].head;
    int32_t name = sentence->part->words[head].name;
    const char *class = noun_class(lexicon, sentence, head);
    /* "the frigate Bayern": also where the ship is called by a place */
    bool free = name == NONE || lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_PLACE;
    if (!class && free && is_ship_name(lexicon, sentence, &sentence->groups[group]))
        return true;
    if (has_ship_prefix(lexicon, sentence, &sentence->groups[group]))
        return true;
    return (name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_GOODS) ||
           (class && !strcmp(class, "goods"));
}

struct stretch stretch_of(const struct sentence *sentence, uint32_t first, uint32_t last)
{
    const struct token *tokens = sentence->part->list.tokens;
    return (struct stretch){sentence->part, tokens[first].start, tokens[last].end};
}

bool workspace_match(struct coder_workspace *workspace, struct sentence *sentence)
{
    sentence->read = true;
    return match_sentence(workspace_lexicon(workspace), sentence, workspace->arena);
}

static bool parse_all(struct coder_workspace *workspace, struct sentence *const *sentences, uint32_t count)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool good = true;
    for (uint32_t i = 0; i < count; i++)
        good = good && workspace_match(workspace, sentences[i]) &&
               temporal_find(lexicon, sentences[i], workspace->arena) &&
               quantity_find(lexicon, sentences[i], workspace->arena);
    for (uint32_t i = 0; i < count && good; i++)
        tag_sentence(lexicon, sentences[i]);
    for (uint32_t i = 0; i < count; i++)
        good = good && chunk_sentence(lexicon, sentences[i], workspace->arena);
    for (uint32_t i = 0; i < count && good; i++) {
        clause_link(lexicon, sentences[i]);
        sentences[i]->parsed = true;
    }
    return good;
}

bool workspace_parse(struct coder_workspace *workspace, struct sentence *sentence)
{
    return sentence->parsed || parse_all(workspace, &sentence, 1);
}

bool workspace_parse_evoking(struct coder_workspace *workspace)
{
    enum { AT_ONCE = 16 };
    struct sentence *sentences[AT_ONCE];
    uint32_t count = 0;
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (!sentence->gate || sentence->parsed)
            continue;
        if (!workspace_match(workspace, sentence))
            return false;
        if (!workspace->article->thorough && !evoke_possible(workspace->coder->evoke, sentence))
            continue;
        sentences[count++] = sentence;
        if (count == AT_ONCE && !parse_all(workspace, sentences, count))
            return false;
        count %= AT_ONCE;
    }
    return parse_all(workspace, sentences, count);
}

bool workspace_read(struct coder_workspace *workspace, struct sentence *sentence)
{
    return workspace->thorough ? workspace_parse(workspace, sentence) : workspace_match(workspace, sentence);
}
