#include "lib/coder/coder.h"
#include "lib/coder/head.h"

#include "lib/base/calendar.h"
#include "lib/coder/choice.h"
#include "lib/coder/evoke.h"
#include "lib/coder/judge.h"
#include "lib/coder/language.h"
#include "lib/coder/naming.h"
#include "lib/coder/party.h"
#include "lib/coder/publisher.h"
#include "lib/coder/report.h"
#include "lib/coder/sentence.h"
#include "lib/coder/trigger.h"
#include "lib/coder/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_LIMIT = 512 * 1024 * 1024,
    ARENA_FIRST_BLOCK = 256 * 1024 /* kept from item to item: most need no more */,
    CODER_VERSION = 1,
    CODEBOOK_VERSION = 1
};

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
    coder->evoke = coder->frames ? evoke_table_create(coder->lexicon, coder->frames, error) : NULL;
    if (!coder->evoke) {
        coder_close(coder);
        return NULL;
    }
    coder_use_model(coder, model_builtin());
    return coder;
}

void coder_use_model(struct coder *coder, const struct model *model)
{
    coder->model = model;
    coder->relevant_alone = model_may_be_relevant_alone(model);
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
    evoke_table_destroy(coder->evoke);
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
    if (workspace && !(workspace->arena = arena_create_small(ARENA_LIMIT, ARENA_FIRST_BLOCK))) {
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

static bool split_article(struct coder_workspace *workspace, const struct coder_article *article)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct part *parts = workspace->parts;
    uint32_t capacity = 0;
    struct head head;
    head_find(article, &head);
    const char *title = head.title_is_in_body ? article->body : article->title, *body = article->body;
    size_t firsts[PART_COUNT] = {head.title_first, head.body_first};
    parts[PART_TITLE] = (struct part){
        .text = title ? title : "", .size = head.title_end, .index = PART_TITLE, .is_of_body = head.title_is_in_body};
    parts[PART_BODY] = (struct part){
        .text = body ? body : "", .size = body ? article->body_size : 0, .index = PART_BODY, .is_of_body = true};
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
    workspace->cut = false;
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct part *part = &parts[i];
        if (!token_split_from(lexicon, part->text, firsts[i], part->size, workspace->arena, &part->list))
            return false;
        if (part->list.count > CODER_TOKENS_MAX) {
            part->list.count = CODER_TOKENS_MAX;
            workspace->cut = true;
        }
        arena_trim(workspace->arena, part->list.tokens, part->list.count * sizeof *part->list.tokens);
        if (!sentence_split(lexicon, part, workspace->arena, &workspace->sentences, &workspace->sentence_count,
                            &capacity))
            return false;
        if (i == PART_TITLE)
            workspace->title_count = workspace->sentence_count;
    }
    return true;
}

/* Titles are short of words, and what is told may go on in plainer ones: "He is to visit Rome in May." */
static void open_half_gates(struct coder_workspace *workspace)
{
    bool titled = false, before = false;
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        bool full = sentence->gate, lead = i < workspace->title_count;
        titled |= full && i < workspace->title_count;
        sentence->gate |= sentence->gate_half && (lead || titled || before);
        before = full;
    }
}

/* Plain words that may tell of an event ("sales", "visit", "base") tell of none where no word of a long text is of
 * defence. */
static bool any_gate(struct coder_workspace *workspace)
{
    enum { WORDS_OF_BRIEF = 200 };
    bool brief = workspace->parts[PART_TITLE].list.count + workspace->parts[PART_BODY].list.count < WORDS_OF_BRIEF;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        if (workspace->sentences[i].gate_strong || (brief && workspace->sentences[i].gate))
            return true;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        workspace->sentences[i].gate = false;
    return false;
}

/* Whether any sentence that passes the gate can tell of an event: read in their order, as they are later. True also
 * where memory is out. */
static bool any_evokes(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (sentence->gate &&
            (!workspace_match(workspace, sentence) || evoke_possible(workspace->coder->evoke, sentence)))
            return true;
    }
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

static bool find_events(struct coder_workspace *workspace)
{
    if (!workspace_parse_evoking(workspace))
        return false;
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        if (!workspace->sentences[i].gate)
            continue;
        uint32_t first = workspace->event_count;
        if (!trigger_find(workspace, i))
            return false;
        judge_parties(workspace, first);
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
    size = size < sizeof text ? size : sizeof text - 1;
    memcpy(text, article->published, size);
    text[size] = 0;
    if (!calendar_parse(text, size, &milliseconds, NULL))
        return error_set(error, ERROR_INPUT, "published date `%.40s` is not ISO 8601 (YYYY-MM-DD)", article->published);
    workspace->anchor =
        (struct anchor){.known = size == 10, .day = milliseconds / 86400000 - (milliseconds % 86400000 < 0)};
    return true;
}

/* What the likeliest candidate without its second party scores at most: of those in the training set none comes near.
 */
static const int32_t lacking_score_max = -3 * MODEL_UNIT / 8;

/* Whether the weights, and who asks, leave every candidate out that lacks a party. */
static bool leaves_lacking(const struct coder *coder, double min_confidence)
{
    const struct model *model = coder->model;
    return model->weights[FEATURE_OBJECTION_FEW_PARTIES] < -5 * MODEL_UNIT / 2 &&
           (min_confidence < 0 ? model->threshold > lacking_score_max
                               : model_confidence(model, lacking_score_max) < min_confidence);
}

/* Whether candidates that lack a party could make the item relevant all the same, by its own marks. */
static bool lacking_may_be_relevant(const struct coder_workspace *workspace)
{
    const int32_t scores[] = {lacking_score_max, lacking_score_max, lacking_score_max};
    return model_relevant(workspace->coder->model,
                          workspace->relevance | relevance_of_scores(scores, sizeof scores / sizeof *scores));
}

/* What is asked of one reading. */
struct reading {
    bool all;              /* candidates and marks, be they of use or not */
    double min_confidence; /* of what is told */
};

/* Whether nothing of the item would be told for want of a second party, as `lack` has it. False with `error` where
 * memory is out. */
static bool lacks_party(struct coder_workspace *workspace, const struct reading *reading,
                        bool (*lack)(struct coder_workspace *workspace), bool *lacks, struct error *error)
{
    *lacks = !reading->all && leaves_lacking(workspace->coder, reading->min_confidence) && lack(workspace);
    if (*lacks && !relevance_read(workspace, &workspace->relevance))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    *lacks = *lacks && !lacking_may_be_relevant(workspace);
    return true;
}

/* Finds the candidates of an item that passed the gate. Leaves the marks of the words of an item without candidates
 * unread where they could not make it relevant, unless all are wanted. */
static bool read_candidates(struct coder_workspace *workspace, const struct reading *reading, struct error *error)
{
    const struct coder *coder = workspace->coder;
    bool lacks;
    if (!prepare_words(workspace))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    if (!reading->all && !coder->relevant_alone && !any_evokes(workspace))
        return true;
    if (!naming_has_two(workspace))
        return true;
    party_find_home(workspace);
    if (workspace->home.id)
        workspace->official_state = workspace->home.id;
    if (!lacks_party(workspace, reading, naming_lacks_second, &lacks, error))
        return false;
    if (lacks)
        return true;
    if (!find_events(workspace))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    if (!workspace->event_count && !reading->all && !coder->relevant_alone)
        return true;
    if (!lacks_party(workspace, reading, judge_all_lack, &lacks, error))
        return false;
    if (lacks) {
        workspace->event_count = 0;
        return true;
    }
    judge_rest(workspace);
    if (!feature_read(workspace))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    if (!relevance_read(workspace, &workspace->relevance))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    for (uint32_t i = 0; i < workspace->event_count; i++)
        workspace->events[i].score = model_score(coder->model, &workspace->events[i].features);
    return true;
}

static bool read_article(const struct coder *coder, struct coder_workspace *workspace,
                         const struct coder_article *article, const struct reading *reading,
                         struct coder_result *result, struct error *error)
{
    *result = (struct coder_result){.relevance = CODER_NONE};
    release_records(workspace);
    arena_reset(workspace->arena);
    workspace->coder = coder;
    workspace->article = article;
    workspace->event_count = 0;
    workspace->relevance = 0;
    workspace->publisher = publisher_actor(article->url);
    workspace->official_state = workspace->publisher;
    workspace->home.id = NULL;
    workspace->resolving = 0;
    workspace->list = LIST_UNKNOWN;
    workspace->thorough = reading->all;
    if (!read_anchor(workspace, article, error))
        return false;
    result->cut = article->body_size > CODER_TEXT_MAX;
    if (!split_article(workspace, article))
        return error_set(error, ERROR_MEMORY, "coder: out of memory");
    result->cut |= workspace->cut;
    if (language_is_foreign(workspace)) {
        result->uncoded = true;
        language_name(workspace, result->language);
        return true;
    }
    open_half_gates(workspace);
    return !any_gate(workspace) || read_candidates(workspace, reading, error);
}

bool coder_candidates(const struct coder *coder, struct coder_workspace *workspace, const struct coder_article *article,
                      struct coder_result *result, struct error *error)
{
    return read_article(coder, workspace, article, &(struct reading){true, CODER_CONFIDENCE_OF_MODEL}, result, error);
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
    const struct reading reading = {article->thorough, min_confidence};
    if (!read_article(coder, workspace, article, &reading, result, error))
        return false;
    if (is_relevant(workspace))
        result->relevance = CODER_MENTION;
    choice_make(workspace, min_confidence);
    return make_records(workspace, result, error);
}
