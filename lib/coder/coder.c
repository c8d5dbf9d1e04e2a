#include "lib/coder/coder.h"

#include "lib/base/calendar.h"
#include "lib/coder/choice.h"
#include "lib/coder/chunk.h"
#include "lib/coder/clause.h"
#include "lib/coder/context.h"
#include "lib/coder/detail.h"
#include "lib/coder/fair.h"
#include "lib/coder/language.h"
#include "lib/coder/match.h"
#include "lib/coder/party.h"
#include "lib/coder/quantity.h"
#include "lib/coder/report.h"
#include "lib/coder/role.h"
#include "lib/coder/sentence.h"
#include "lib/coder/status.h"
#include "lib/coder/tag.h"
#include "lib/coder/trigger.h"
#include "lib/coder/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_LIMIT = 512 * 1024 * 1024, CODER_VERSION = 1, CODEBOOK_VERSION = 1 };

const char *coder_relevance_name(enum coder_relevance relevance)
{
    static const char *const names[] = {"none", "mention", "core"};
    return names[relevance];
}

const char *coder_result_relevance(const struct coder_result *result)
{
    return result->uncoded ? "uncoded" : coder_relevance_name(result->relevance);
}

void coder_print_day(char text[40], int64_t milliseconds)
{
    calendar_print(text, milliseconds);
    text[strcspn(text, "T")] = 0;
}

struct coder *coder_open_lexicon(struct lexicon *lexicon, struct error *error)
{
    struct coder *coder = calloc(1, sizeof *coder);
    if (!coder) {
        lexicon_close(lexicon);
        error_set(error, ERROR_MEMORY, "coder: out of memory");
        return NULL;
    }
    coder->lexicon = lexicon;
    coder->frames = frame_table_create(coder->lexicon, error);
    if (!coder->frames) {
        coder_close(coder);
        return NULL;
    }
    coder_use_model(coder, model_builtin());
    return coder;
}

void coder_use_model(struct coder *coder, const struct model *model)
{
    coder->model = model;
    snprintf(coder->stamp, sizeof coder->stamp, "codebook-%d coder-%d model-%.16s lexicon-%.16s", CODEBOOK_VERSION,
             CODER_VERSION, model->digest, lexicon_stamp(coder->lexicon));
}

struct coder *coder_open(const char *lexicon_path, struct error *error)
{
    struct lexicon *lexicon = lexicon_open(lexicon_path, error);
    return lexicon ? coder_open_lexicon(lexicon, error) : NULL;
}

void coder_close(struct coder *coder)
{
    if (!coder)
        return;
    frame_table_destroy(coder->frames);
    lexicon_close(coder->lexicon);
    free(coder);
}

const char *coder_stamp(const struct coder *coder)
{
    return coder->stamp;
}

struct coder_workspace *coder_workspace_create(void)
{
    struct coder_workspace *workspace = calloc(1, sizeof *workspace);
    if (workspace && !(workspace->arena = arena_create(ARENA_LIMIT))) {
        free(workspace);
        return NULL;
    }
    return workspace;
}

static void release_records(struct coder_workspace *workspace)
{
    for (size_t i = 0; i < workspace->record_count; i++)
        record_release(workspace->records[i]);
    workspace->record_count = 0;
}

void coder_workspace_destroy(struct coder_workspace *workspace)
{
    if (!workspace)
        return;
    release_records(workspace);
    free(workspace->events);
    arena_destroy(workspace->arena);
    free(workspace);
}

/* ---- readers ---- */
bool word_is(const struct sentence *sentence, uint32_t at, const char *text)
{
    const struct token *token = &sentence->part->list.tokens[at];
    size_t size = strlen(text);
    return token->end - token->start == size && !strncasecmp(sentence->part->text + token->start, text, size);
}

static int32_t entry_at(const struct sentence *sentence, uint32_t at, bool verb)
{
    const struct word *word = &sentence->part->words[sentence->part->words[at].span_first];
    return verb ? word->verb : word->noun;
}

const char *noun_class(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    int32_t entry = entry_at(sentence, at, false);
    return entry == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)entry);
}

const char *verb_class(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    int32_t entry = entry_at(sentence, verb->head, true);
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
    int32_t entry = entry_at(sentence, at, false);
    return entry == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)entry, key);
}

bool group_is_force(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    if (group == NONE || sentence->groups[group].kind != GROUP_NOUN)
        return false;
    uint32_t head = sentence->groups[group].head;
    int32_t name = sentence->part->words[head].name;
    const char *stands = noun_attribute(lexicon, sentence, head, "stands");
    return (name != NONE && sentence->mentions[name].class == LEXICON_FORCE) || (stands && !strcmp(stands, "force"));
}

bool group_is_craft(const struct lexicon *lexicon, const struct sentence *sentence, int32_t group)
{
    if (group == NONE || sentence->groups[group].kind != GROUP_NOUN)
        return false;
    uint32_t head = sentence->groups[group].head;
    int32_t name = sentence->part->words[head].name;
    const char *class = noun_class(lexicon, sentence, head);
    return (name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_GOODS) ||
           (class && !strcmp(class, "goods"));
}

struct stretch stretch_of(const struct sentence *sentence, uint32_t first, uint32_t last)
{
    const struct token *tokens = sentence->part->list.tokens;
    return (struct stretch){sentence->part, tokens[first].start, tokens[last].end};
}

/* ---- steps ---- */
bool workspace_parse(struct coder_workspace *workspace, struct sentence *sentence)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (sentence->parsed)
        return true;
    if (!match_sentence(lexicon, sentence, workspace->arena) || !temporal_find(lexicon, sentence, workspace->arena) ||
        !quantity_find(lexicon, sentence, workspace->arena))
        return false;
    tag_sentence(lexicon, sentence);
    if (!chunk_sentence(lexicon, sentence, workspace->arena))
        return false;
    clause_link(lexicon, sentence);
    sentence->parsed = true;
    return true;
}

static bool split_article(struct coder_workspace *workspace, const struct coder_article *article)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct part *parts = workspace->parts;
    uint32_t capacity = 0;
    parts[PART_TITLE] = (struct part){.text = article->title ? article->title : "",
                                      .size = article->title ? article->title_size : 0,
                                      .index = PART_TITLE};
    parts[PART_BODY] = (struct part){
        .text = article->body ? article->body : "", .size = article->body ? article->body_size : 0, .index = PART_BODY};
    struct civil published = {0};
    if (workspace->anchor.known)
        calendar_split(workspace->anchor.day * 86400000, &published);
    parts[PART_TITLE].year = parts[PART_BODY].year = (int32_t)published.year;
    if (parts[PART_TITLE].size > CODER_TITLE_MAX)
        parts[PART_TITLE].size = CODER_TITLE_MAX;
    if (parts[PART_BODY].size > CODER_TEXT_MAX)
        parts[PART_BODY].size = CODER_TEXT_MAX;
    workspace->sentences = NULL;
    workspace->sentence_count = 0;
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct part *part = &parts[i];
        if (!token_split(lexicon, part->text, part->size, workspace->arena, &part->list))
            return false;
        if (!sentence_split(lexicon, part, workspace->arena, &workspace->sentences, &workspace->sentence_count,
                            &capacity))
            return false;
        if (i == PART_TITLE)
            workspace->title_count = workspace->sentence_count;
    }
    return true;
}

static bool any_gate(const struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        if (workspace->sentences[i].gate)
            return true;
    return false;
}

static bool prepare_words(struct coder_workspace *workspace)
{
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct part *part = &workspace->parts[i];
        part->words = arena_alloc(workspace->arena, (part->list.count + 1) * sizeof *part->words);
        if (!part->words)
            return false;
    }
    /* Large and always the same size: kept from item to item. */
    if (!workspace->events)
        workspace->events = malloc(TRIGGERS_MAX * sizeof *workspace->events);
    workspace->event_count = 0;
    return workspace->events != NULL;
}

/* "have a strong defence partnership" is no event: such nouns need a verb that moves them. */
static bool lacks_stage(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const char *staged =
        event->noun == NONE ? NULL : noun_attribute(lexicon, event->sentence, event->trigger_first, "staged");
    const char *stage = event->verb == NONE
                            ? NULL
                            : verb_attribute(lexicon, event->sentence, &event->sentence->groups[event->verb], "stage");
    return staged && (!stage || !strcmp(stage, "negotiated"));
}

/* A package of which goods are named, even in part, is a transfer of arms (codebook 9.3). */
static void retype_package(struct coder_workspace *workspace, struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "aid"))
        return;
    for (uint32_t i = event->trigger_last + 1; i <= sentence->last; i++) {
        bool listed = word_is(sentence, i, "including") || word_is(sentence, i, "included") ||
                      word_is(sentence, i, "includes") || word_is(sentence, i, "of") || word_is(sentence, i, "such");
        if (listed)
            for (uint32_t k = i + 1; k <= sentence->last && k < i + 25; k++) {
                const struct word *next = &sentence->part->words[k];
                const char *next_class = noun_class(lexicon, sentence, k);
                if (!next->blocked &&
                    ((next->name != NONE &&
                      lexicon_class_use((enum lexicon_class)sentence->mentions[next->name].class) == USE_GOODS) ||
                     (next_class && !strcmp(next_class, "goods")))) {
                    event->type = "arms_transfer";
                    event->subtype = "grant";
                    return;
                }
            }
    }
}

/* "delivered", "received": sold or given? The sentence's other words of buying and of aid say it. */
static void settle_paid(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    static const char *const sold[] = {"sale",  "purchase",   "arms_deal", "arms_sale", "arms_purchase",
                                       "deal",  "offer_noun", "sell",      "buy",       "win",
                                       "award", "sign",       NULL};
    static const char *const given[] = {"aid",           "aid_delivery", "military_grant", "donation", "donate",
                                        "goods_package", "package",      "plain_aid",      NULL};
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    bool sale = false, gift = false;
    if (!frame->open_paid || strcmp(event->type, "arms_transfer"))
        return;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        if (word->blocked || (i >= event->trigger_first && i <= event->trigger_last))
            continue;
        const char *class = word->pos == POS_VERB && word->verb != NONE
                                ? lexicon_entry_id(lexicon, (uint32_t)word->verb)
                                : noun_class(lexicon, sentence, i);
        for (size_t k = 0; class && sold[k]; k++)
            sale |= !strcmp(sold[k], class);
        for (size_t k = 0; class && given[k]; k++)
            gift |= !strcmp(given[k], class);
        gift |= word_is(sentence, i, "free") || word_is(sentence, i, "surplus");
    }
    for (uint32_t i = 0; i < event->actor_count; i++)
        sale |= !strncmp(event->actors[i].id, "COM:", 4) && !strcmp(event->actors[i].role, "supplier");
    if (sale != gift)
        event->subtype = sale ? "sale" : "grant";
}

/* What a firm maintains for another state is its trade, what a state maintains for another is aid. */
static void retype_maintenance(struct event *event)
{
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firm |= !strncmp(event->actors[i].id, "COM:", 4);
    if (!firm || strcmp(event->type, "aid") || !event->subtype || strcmp(event->subtype, "services"))
        return;
    event->type = "industry";
    event->subtype = "maintenance";
    for (uint32_t i = 0; i < event->actor_count; i++)
        event->actors[i].role = "participant";
}

static bool has_cue(struct coder_workspace *workspace, const struct sentence *sentence, const char *kind)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        int32_t cue = sentence->part->words[i].cue;
        if (cue != NONE && !strcmp(lexicon_entry_id(workspace_lexicon(workspace), (uint32_t)cue), kind))
            return true;
    }
    return false;
}

/* The state behind an actor: itself, or that of a firm. NULL where it is not known. */
static const char *state_of_actor(struct coder_workspace *workspace, const struct event *event, const char *id)
{
    const struct sentence *sentence = event->sentence;
    if (strncmp(id, "COM:", 4))
        return id;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        if (mention->class == LEXICON_COMPANY && !mention->id &&
            !strcmp(lexicon_entry_id(workspace_lexicon(workspace), mention->entry), id))
            return lexicon_entry_value(workspace_lexicon(workspace), mention->entry, "state");
    }
    return NULL;
}

/* A firm and its own state, or two firms of one state. */
static bool is_domestic(struct coder_workspace *workspace, const struct event *event)
{
    const char *state = NULL;
    for (uint32_t i = 0; i < event->actor_count; i++) {
        if (!role_is_principal(&event->actors[i]))
            continue;
        const char *own = state_of_actor(workspace, event, event->actors[i].id);
        if (!own || (state && strcmp(state, own)))
            return false;
        state = own;
    }
    return state != NULL;
}

/* "Fighters", "carriers", "tanks" may be other things; between states they are weapons. */
static bool is_weapon(const struct lexicon *lexicon, const struct mention *mention, bool firm)
{
    if (lexicon_class_use((enum lexicon_class)mention->class) != USE_GOODS)
        return false;
    const char *unroca = lexicon_entry_value(lexicon, mention->entry, "unroca");
    bool heavy = unroca && strcmp(unroca, "none") && strcmp(unroca, "unknown") && strcmp(unroca, "VI"); /* "ships" */
    return !mention->ambiguous || (heavy && !firm);
}

static bool sentence_is_military(const struct lexicon *lexicon, const struct sentence *sentence, bool firm)
{
    static const char *const classes[] = {"arms_sale",
                                          "arms_trade",
                                          "arms_purchase",
                                          "arms_deal",
                                          "aid",
                                          "aid_delivery",
                                          "goods_package",
                                          "forces",
                                          "troops",
                                          "defence_topic",
                                          "defence_office",
                                          "cooperation",
                                          "base",
                                          "exercise",
                                          "agreement",
                                          "force_unit",
                                          "arms_project",
                                          "arms_plant",
                                          "arms_industry_cooperation",
                                          "defence_ministry",
                                          "arms_co_production",
                                          NULL};
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const struct word *word = &sentence->part->words[i];
        const struct mention *mention = word->name == NONE ? NULL : &sentence->mentions[word->name];
        if (mention && (mention->class == LEXICON_FORCE || is_weapon(lexicon, mention, firm)))
            return true;
        if (word_is(sentence, i, "ministry") || (word_is(sentence, i, "military") && !word->blocked))
            return true;
        const char *class = word->blocked ? NULL : noun_class(lexicon, sentence, i);
        if (!class)
            continue;
        const char *gate = noun_attribute(lexicon, sentence, i, "gate");
        bool weak = gate && !strcmp(gate, "weak");
        if (!strcmp(class, "goods") && !weak)
            return true;
        if (weak && firm &&
            (!strcmp(class, "arms_sale") || !strcmp(class, "arms_deal") ||
             !strcmp(class, "arms_purchase"))) /* "jet deal", "aircraft order": an airline's? */
            continue;
        /* "Security Pacific", "aerospace": not by themselves */
        bool vague = word_is(sentence, i, "security") || word_is(sentence, i, "aerospace");
        for (size_t k = 0; classes[k] && !vague; k++)
            if (!strcmp(classes[k], class))
                return true;
    }
    return false;
}

static bool is_military_sentence(const struct lexicon *lexicon, struct sentence *sentence, bool firm)
{
    uint8_t *known = firm ? &sentence->military_of_firm : &sentence->military;
    if (!*known)
        *known = sentence_is_military(lexicon, sentence, firm) ? 1 : 2;
    return *known == 1;
}

/* "Jets" and "helicopters" alone are as often civil: something in the sentence, beside it, or in the title must be
 * military. */
static bool is_military(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    bool firm = false;
    for (uint32_t i = 0; i < event->actor_count; i++)
        firm |= !strncmp(event->actors[i].id, "COM:", 4);
    uint32_t at = event->sentence_index;
    const uint32_t near[] = {at, at > 0 ? at - 1 : at, at + 1, 0};
    for (size_t i = 0; i < 4; i++) {
        struct sentence *sentence = near[i] < workspace->sentence_count ? &workspace->sentences[near[i]] : NULL;
        bool told = sentence && (sentence->part == event->sentence->part || i == 3);
        if (told && workspace_parse(workspace, sentence) && is_military_sentence(lexicon, sentence, firm))
            return true;
    }
    return false;
}

/* Troops are what leaves, or a base is what is left. */
static bool troops_go(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const struct group *verb = event->verb == NONE ? NULL : &sentence->groups[event->verb];
    if (!verb)
        return false;
    const char *object =
        verb->object == NONE ? NULL : noun_class(lexicon, sentence, sentence->groups[verb->object].head);
    if (object && (!strcmp(object, "base") || !strcmp(object, "plain_base")))
        return true;
    if (verb->subject == NONE)
        return false;
    uint32_t head = sentence->groups[verb->subject].head;
    const char *stands = noun_attribute(lexicon, sentence, head, "stands");
    int32_t name = sentence->part->words[head].name;
    const char *class = noun_class(lexicon, sentence, head);
    return (stands && !strcmp(stands, "force")) || (class && !strcmp(class, "mission")) ||
           (name != NONE && sentence->mentions[name].class == LEXICON_FORCE);
}

/* "withdrew from the town of Lysychansk", "Ukrainian forces expelled Russian troops": war, not cooperation that ends.
 */
static bool is_fighting(struct coder_workspace *workspace, const struct event *event)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    bool leaves = event->subtype && (!strcmp(event->subtype, "withdrawal") || !strcmp(event->subtype, "expulsion"));
    if (strcmp(event->type, "downturn") || !leaves)
        return false;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const char *class = sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].preposition != NONE
                                ? noun_class(lexicon, sentence, sentence->groups[i].head)
                                : NULL;
        if (class && !strcmp(class, "fought_ground"))
            return true;
    }
    if (strcmp(event->subtype, "expulsion") || event->verb == NONE || sentence->groups[event->verb].passive ||
        sentence->groups[event->verb].subject == NONE)
        return false;
    struct party_list list = {.count = 0};
    party_of_group(workspace, event->sentence, sentence->groups[event->verb].subject, &list);
    return event->verb_entry != NONE && list.count && list.items[0].force &&
           sentence->groups[event->verb].governor == NONE;
}

/* Parties; of a downturn with the vague ones too ("the West"), of which at least one must be definite. */
static uint32_t party_count(const struct event *event)
{
    uint32_t count = role_principal_count(event), vague = 0;
    for (uint32_t i = 0; i < event->actor_count; i++)
        vague += !strncmp(event->actors[i].id, "GRP:", 4) && strcmp(event->actors[i].role, "observer");
    return count && !strcmp(event->type, "downturn") ? count + vague : count;
}

/* A meeting of an organisation's ministers has one party, which is many. */
static bool is_meeting_of_members(const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "participant") && !strncmp(event->actors[i].id, "ORG:", 4))
            return !strcmp(event->type, "visit");
    return false;
}

/* "signed deals with Turkish defence companies" */
static bool is_with_firms(struct coder_workspace *workspace, const struct event *event)
{
    const struct sentence *sentence = event->sentence;
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        const char *class = group->kind == GROUP_NOUN && group->preposition != NONE
                                ? noun_class(workspace_lexicon(workspace), sentence, group->head)
                                : NULL;
        if (class && !strcmp(class, "firm") && word_is(sentence, sentence->groups[group->preposition].first, "with"))
            return true;
    }
    return false;
}

static bool tells_of_crime(struct coder_workspace *workspace, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = noun_class(workspace_lexicon(workspace), sentence, i);
        if (class && !strcmp(class, "criminals"))
            return true;
    }
    return false;
}

/* What a whole event must not be: reasons that need its type, roles and status together. */
/* "The Global Coalition met in Washington": a mission by itself does nothing for anybody. */
static bool is_mission_alone(struct coder_workspace *workspace, const struct event *event)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (!strcmp(event->actors[i].role, "participant") && strncmp(event->actors[i].id, "ORG:", 4) != 0)
            return false;
    const struct group *verb = event->verb == NONE ? NULL : &event->sentence->groups[event->verb];
    return !verb || !verb_attribute(workspace_lexicon(workspace), event->sentence, verb, "stage");
}

/* "Troops from Oman and Jordan are taking part": in the exercise that the sentences before or the title tell of. */
static bool takes_part_in_nothing(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    if (strcmp(frame->head, "participate") != 0 || frame->argument)
        return false;
    uint32_t at = event->sentence_index, first = at > 3 ? at - 3 : 0;
    for (uint32_t i = first; i <= at; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (!workspace_parse(workspace, sentence))
            return true;
        for (uint32_t k = sentence->first; k <= sentence->last; k++) {
            const char *class = noun_class(workspace_lexicon(workspace), sentence, k);
            if (class && !sentence->part->words[k].blocked &&
                (!strcmp(class, "exercise") || !strcmp(class, "plain_exercise")))
                return false;
        }
    }
    return true;
}

static const char *objection(struct coder_workspace *workspace, const struct event *event, const struct frame *frame)
{
    if (frame->force && !troops_go(workspace, event))
        return "no troops are the subject";
    if (is_fighting(workspace, event))
        return "ground that is fought over, not a presence by consent";
    const char *over =
        event->noun == NONE || event->verb == NONE
            ? NULL
            : verb_class(workspace_lexicon(workspace), event->sentence, &event->sentence->groups[event->verb]);
    if (over && !strcmp(over, "seize"))
        return "seized or stolen, not handed over";
    if (!strcmp(event->type, "arms_transfer") && tells_of_crime(workspace, event->sentence))
        return "crime, not an official transfer";
    if (!strcmp(event->type, "visit") && !strcmp(event->status, "refused"))
        return "a meeting that somebody stays away from";
    if ((!strcmp(event->type, "visit") || !strcmp(event->type, "basing") || !strcmp(event->type, "operation")) &&
        has_cue(workspace, event->sentence, "front"))
        return "at a front or on occupied ground, not by consent";
    bool goods = !strcmp(event->type, "arms_transfer"), industry = !strcmp(event->type, "industry");
    if ((goods || industry) && !is_military(workspace, event))
        return "civil goods";
    if ((goods || industry) && is_domestic(workspace, event))
        return "within one state";
    if (!strcmp(event->type, "agreement") && is_with_firms(workspace, event))
        return "a firm's paper, not a government's";
    if (!strcmp(event->type, "agreement"))
        for (uint32_t i = 0; i < event->actor_count; i++)
            if (!strncmp(event->actors[i].id, "COM:", 4))
                return "a firm's paper, not a government's";
    if (takes_part_in_nothing(workspace, event, frame))
        return "nothing says what they take part in";
    if (!strcmp(event->type, "operation") && is_mission_alone(workspace, event))
        return "a mission and nobody who takes part";
    if (!strcmp(event->type, "basing"))
        for (uint32_t i = 0; i < event->actor_count; i++) {
            if (!strncmp(event->actors[i].id, "COM:", 4))
                return "a firm's premises, not a base of forces";
            if (!strncmp(event->actors[i].id, "DEF:", 4) && !strcmp(event->actors[i].role, "target"))
                return "on disputed ground, not by consent";
        }
    if (!strcmp(event->type, "exercise") && !role_has(event, NULL, "participant"))
        return "nobody is named as taking part";
    return NULL;
}

static void judge(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    retype_package(workspace, event);
    role_fill(workspace, event, frame);
    fair_complete(workspace, event);
    settle_paid(workspace, event, frame);
    retype_maintenance(event);
    status_read(workspace, event, frame);
    detail_date(workspace, event);
    detail_evidence(event, "type", detail_sentence(event));
    for (uint32_t i = 0; i < event->actor_count; i++)
        detail_evidence(event, "actors", event->actors[i].text);
    detail_rest(workspace, event);
    status_settle(workspace, event, frame);
    if (event->dropped)
        event_object(event, event->dropped);
    event->dropped = objection(workspace, event, frame);
    if (event->dropped)
        event_object(event, event->dropped);
    event->dropped = NULL;
    if (lacks_stage(workspace, event))
        event_object(event, "a standing relation, not an act");
    if (party_count(event) < frame->needs && !is_meeting_of_members(event))
        event_object(event, "fewer parties than this kind of event needs");
    if (frame->needs > 1 && !role_sides_known(event))
        event_object(event, "who gives and who takes is not told");
}

/* The frame of an event: by its entry; several frames share an entry and its slots. */
const struct frame *trigger_frame(const struct coder_workspace *workspace, const struct event *event)
{
    return frame_of_entry(workspace->coder->frames, event->frame);
}

/* What a verb of stopping stops is no event beside the stop: "halted arms exports". */
static void drop_what_is_stopped(struct coder_workspace *workspace, uint32_t first)
{
    for (uint32_t i = first; i < workspace->event_count; i++) {
        const struct event *stop = &workspace->events[i];
        bool goes = !stop->objection_count && stop->verb_entry != NONE &&
                    (!strcmp(stop->type, "visit") || !strcmp(stop->type, "downturn"));
        int32_t ground = goes ? stop->sentence->groups[stop->verb].object : NONE;
        for (uint32_t k = first; k < workspace->event_count && ground != NONE; k++)
            if (workspace->events[k].noun == ground && !strcmp(workspace->events[k].type, "basing"))
                event_object(&workspace->events[k], "a base that is only visited or left");
        /* "the destroyer arrived on a port call": a ship that calls is not handed over */
        bool calls =
            !stop->objection_count && stop->subtype && !strcmp(stop->subtype, "port_call") && stop->verb != NONE;
        for (uint32_t k = first; k < workspace->event_count && calls; k++)
            if (workspace->events[k].verb == stop->verb && !strcmp(workspace->events[k].type, "arms_transfer"))
                event_object(&workspace->events[k], "a ship that calls, not one that is handed over");
        if (strcmp(stop->type, "downturn") || stop->argument == NONE)
            continue;
        for (uint32_t k = first; k < workspace->event_count; k++)
            if (workspace->events[k].noun == stop->argument && strcmp(workspace->events[k].type, "downturn"))
                event_object(&workspace->events[k], "it is what the downturn stops");
    }
}

/* Forces sent to exercise, to teach, on a visit or to a common task are that (codebook section 6), not based there. */
static void drop_sent_to_task(struct coder_workspace *workspace, uint32_t first)
{
    static const char *const tasks[] = {"training", "visit", "intelligence_sharing", "operation", NULL};
    bool task = false;
    for (uint32_t i = first; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        const char *class = event->noun == NONE
                                ? NULL
                                : noun_class(workspace_lexicon(workspace), event->sentence, event->trigger_first);
        task |= !strcmp(event->type, "exercise") && class;
        for (size_t k = 0; tasks[k] && !event->objection_count; k++)
            task |= !strcmp(event->type, tasks[k]);
    }
    for (uint32_t i = first; i < workspace->event_count && task; i++)
        if (!strcmp(workspace->events[i].type, "basing"))
            event_object(&workspace->events[i], "sent to exercise, teach, visit or on an operation");
}

/* A frigate that is provided for a mission is no transfer of arms. */
static void drop_what_joins(struct coder_workspace *workspace, uint32_t first)
{
    for (uint32_t i = first; i < workspace->event_count; i++)
        for (uint32_t k = first; !workspace->events[i].objection_count && k < workspace->event_count; k++)
            if ((!strcmp(workspace->events[i].type, "operation") || !strcmp(workspace->events[i].type, "exercise")) &&
                (!strcmp(workspace->events[k].type, "arms_transfer") ||
                 !strcmp(workspace->events[k].type, "industry")) &&
                workspace->events[i].verb != NONE && workspace->events[i].verb == workspace->events[k].verb)
                event_object(&workspace->events[k], "contributed to an operation");
}

/* "The EU mission trains Malian troops": the mission is who teaches. */
static void drop_missions_that_teach(struct coder_workspace *workspace, uint32_t first)
{
    for (uint32_t i = first; i < workspace->event_count; i++)
        for (uint32_t k = first; !strcmp(workspace->events[i].type, "training") && k < workspace->event_count; k++) {
            struct event *mission = &workspace->events[k];
            bool same =
                !strcmp(mission->type, "operation") && mission->noun != NONE && !workspace->events[i].objection_count;
            for (uint32_t a = 0; a < mission->actor_count && same; a++)
                same = role_has(&workspace->events[i], mission->actors[a].id, NULL);
            if (same)
                event_object(mission, "sent to exercise, teach, visit or on an operation");
        }
}

/* A presence that is cut in the sentence is not told of beside the cut. */
static void drop_what_is_left(struct coder_workspace *workspace, uint32_t first)
{
    for (uint32_t i = first; i < workspace->event_count; i++) {
        const struct event *cut = &workspace->events[i];
        if (strcmp(cut->type, "downturn") || cut->objection_count)
            continue;
        for (uint32_t k = first; k < workspace->event_count; k++) {
            struct event *event = &workspace->events[k];
            if ((!strcmp(event->type, "basing") || !strcmp(event->type, "operation")) && event->actor_count &&
                role_has(cut, event->actors[0].id, NULL))
                event_object(event, "it is what the downturn ends");
        }
    }
}

/* The event with the best guess for what its grammar leaves open, and others behind it with the next guesses. */
static void judge_variants(struct coder_workspace *workspace, struct event *event)
{
    const struct frame *frame = trigger_frame(workspace, event);
    const struct event start = *event;
    judge(workspace, event, frame);
    for (uint32_t i = 1; i < CONTEXT_VARIANTS && event->open && workspace->event_count < TRIGGERS_MAX; i++) {
        struct event *variant = &workspace->events[workspace->event_count];
        *variant = start;
        variant->variant = i;
        judge(workspace, variant, frame);
        if (variant->variant_missing)
            break;
        workspace->event_count++;
    }
}

static bool find_events(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        if (!workspace->sentences[i].gate)
            continue;
        uint32_t first = workspace->event_count;
        if (!trigger_find(workspace, i))
            return false;
        uint32_t found = workspace->event_count;
        for (uint32_t k = first; k < found; k++)
            judge_variants(workspace, &workspace->events[k]);
        drop_what_is_stopped(workspace, first);
        drop_sent_to_task(workspace, first);
        drop_what_is_left(workspace, first);
        drop_what_joins(workspace, first);
        drop_missions_that_teach(workspace, first);
    }
    return true;
}

static bool is_lead(const struct coder_workspace *workspace, const struct event *event)
{
    return event->sentence_index <= workspace->title_count;
}

static bool make_records(struct coder_workspace *workspace, struct coder_result *result, struct error *error)
{
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        if (!event->dropped)
            result->relevance = is_lead(workspace, event)         ? CODER_CORE
                                : result->relevance == CODER_NONE ? CODER_MENTION
                                                                  : result->relevance;
    }
    for (uint32_t i = 0; i < workspace->event_count && workspace->record_count < CODER_EVENTS_MAX; i++) {
        const struct event *event = &workspace->events[i];
        if (event->dropped)
            continue;
        struct ent_record *record = report_build(workspace, event, result->relevance, error);
        if (!record)
            return false;
        workspace->records[workspace->record_count++] = record;
    }
    result->events = workspace->records;
    result->event_count = workspace->record_count;
    return true;
}

static bool read_anchor(struct coder_workspace *workspace, const struct coder_article *article, struct error *error)
{
    workspace->anchor = (struct anchor){.known = false};
    if (!article->published || !*article->published)
        return true;
    /* The local day is the anchor: cut the time off before reading. */
    char text[CALENDAR_TEXT_SIZE];
    size_t size = strcspn(article->published, "T ");
    int64_t milliseconds;
    snprintf(text, sizeof text, "%.*s", (int)(size < sizeof text ? size : sizeof text - 1), article->published);
    if (!calendar_parse(text, strlen(text), &milliseconds, NULL))
        return error_set(error, ERROR_INPUT, "published date `%.40s` is not ISO 8601 (YYYY-MM-DD)", article->published);
    workspace->anchor =
        (struct anchor){.known = strlen(text) == 10, .day = milliseconds / 86400000 - (milliseconds % 86400000 < 0)};
    return true;
}

bool coder_candidates(const struct coder *coder, struct coder_workspace *workspace, const struct coder_article *article,
                      struct coder_result *result, struct error *error)
{
    *result = (struct coder_result){.relevance = CODER_NONE};
    release_records(workspace);
    arena_reset(workspace->arena);
    workspace->coder = coder;
    workspace->article = article;
    workspace->event_count = 0;
    workspace->relevance = 0;
    workspace->official_state = NULL;
    workspace->home.id = NULL;
    workspace->resolving = 0;
    if (!read_anchor(workspace, article, error))
        return false;
    result->cut = article->body_size > CODER_TEXT_MAX;
    if (!split_article(workspace, article))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    if (language_is_foreign(workspace)) {
        result->uncoded = true;
        language_name(workspace, result->language);
        return true;
    }
    if (!any_gate(workspace))
        return true;
    if (!prepare_words(workspace))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    party_find_home(workspace);
    if (workspace->home.id)
        workspace->official_state = workspace->home.id;
    if (!find_events(workspace) || !feature_read(workspace) || !relevance_read(workspace, &workspace->relevance))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    for (uint32_t i = 0; i < workspace->event_count; i++)
        workspace->events[i].score = model_score(coder->model, &workspace->events[i].features);
    return true;
}

/* Also where no candidate is likely enough to be told. */
static bool is_relevant(const struct coder_workspace *workspace)
{
    int32_t scores[TRIGGERS_MAX];
    for (uint32_t i = 0; i < workspace->event_count; i++)
        scores[i] = workspace->events[i].score;
    return workspace->relevance &&
           model_relevant(workspace->coder->model,
                          workspace->relevance | relevance_of_scores(scores, workspace->event_count));
}

bool coder_code(const struct coder *coder, struct coder_workspace *workspace, const struct coder_article *article,
                double min_confidence, struct coder_result *result, struct error *error)
{
    if (!coder_candidates(coder, workspace, article, result, error))
        return false;
    if (is_relevant(workspace))
        result->relevance = CODER_MENTION;
    choice_make(workspace, min_confidence);
    return make_records(workspace, result, error);
}
