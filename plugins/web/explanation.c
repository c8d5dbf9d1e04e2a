#include "plugins/web/explanation.h"

#include "lib/coder/explain_json.h"
#include "lib/coder/item.h"
#include "lib/coder/lexicon_compile.h"
#include "lib/record/record_json.h"
#include "plugins/web/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDERS_MAX = 32 };

struct explainer {
    const struct ent_host *host;
    struct ent_instance *instance;
    pthread_mutex_t lock; /* of all below */
    struct coder *coder;  /* NULL until it is first wanted */
    struct coder_workspace *workspace;
};

struct explainer *explainer_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct explainer *explainer = calloc(1, sizeof *explainer);
    if (!explainer)
        return NULL;
    explainer->host = host;
    explainer->instance = instance;
    pthread_mutex_init(&explainer->lock, NULL);
    return explainer;
}

void explainer_destroy(struct explainer *explainer)
{
    if (!explainer)
        return;
    coder_workspace_destroy(explainer->workspace);
    coder_close(explainer->coder);
    pthread_mutex_destroy(&explainer->lock);
    free(explainer);
}

/* The lock is held. */
static bool open_coder(struct explainer *explainer, struct error *error)
{
    const char *given[FOLDERS_MAX];
    size_t count = explainer->host->option_count(explainer->instance, "lexicon");
    if (explainer->coder)
        return true;
    if (count > FOLDERS_MAX)
        return error_set(error, ERROR_CONFIG, "lexicon: at most %d folders", FOLDERS_MAX);
    for (size_t i = 0; i < count; i++)
        given[i] = explainer->host->option_item(explainer->instance, "lexicon", i).data;
    struct lexicon *lexicon = lexicon_open_given((const void *)(size_t)&open_coder, given, count, NULL, error);
    explainer->coder = lexicon ? coder_open_lexicon(lexicon, error) : NULL;
    if (explainer->coder && !explainer->workspace)
        explainer->workspace = coder_workspace_create();
    return explainer->coder && (explainer->workspace || error_set(error, ERROR_MEMORY, "out of memory"));
}

/* The latest version of the item, of an answer to the question of that name. */
static struct ent_record *read_item(const struct ent_answer *answer, struct error *error)
{
    static const char *const beside[] = {"current", "sequence", "made_by", "dropped_by"};
    json_t *body = json_loadb(answer->body.data, answer->body.size, 0, NULL);
    json_t *version = json_array_get(json_object_get(body, "versions"), 0);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        json_object_del(version, beside[i]);
    struct ent_record *item = version ? record_from_json(ENT_ITEM, version, error) : NULL;
    if (!version)
        error_set(error, ERROR_INPUT, "the item cannot be read");
    json_decref(body);
    return item;
}

/* The lock is held. */
static bool explain(struct explainer *explainer, struct record_view item, struct buffer *out, struct error *error)
{
    struct coder_article article;
    struct coder_result result;
    struct json_writer json;
    char published[40];
    coder_read_item(item, &article, published);
    article.thorough = true;
    if (!coder_code(explainer->coder, explainer->workspace, &article, CODER_CONFIDENCE_OF_MODEL, &result, error))
        return false;
    json_begin(&json, out);
    json_object_open(&json);
    json_key(&json, "stamp");
    json_put_text(&json, coder_stamp(explainer->coder));
    json_key(&json, "relevance");
    json_put_text(&json, coder_result_relevance(&result));
    json_key(&json, "cut");
    json_put_boolean(&json, result.cut);
    bool good = explain_json(&json, explainer->workspace) && !out->failed;
    json_object_close(&json);
    return good || error_set(error, ERROR_MEMORY, "out of memory");
}

static enum MHD_Result answer_item(struct exchange *exchange, const struct ent_answer *answer)
{
    struct explainer *explainer = exchange->server->explainer;
    struct error error = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    struct ent_record *item = read_item(answer, &error);
    pthread_mutex_lock(&explainer->lock);
    bool good = item && open_coder(explainer, &error) && explain(explainer, item->view, &out, &error);
    pthread_mutex_unlock(&explainer->lock);
    enum MHD_Result result;
    if (good) {
        result = exchange_reply_json(exchange, out.bytes, out.size);
    } else {
        /* It may hold paths. */
        explainer->host->log(explainer->instance, ENT_LOG_ERROR, ent_text(error.text));
        result = exchange_problem(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR,
                                  "the article cannot be explained; the daemon's log says why");
    }
    record_release(item);
    buffer_free(&out);
    return result;
}

enum MHD_Result explanation_answer(struct exchange *exchange, const char *id)
{
    const struct ent_parameter parameter = {"id", id};
    if (exchange->parameter_count > 0)
        return exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "an explanation takes no parameters");
    const struct ent_answer *answer = exchange_ask(exchange, "item", &parameter, 1);
    enum MHD_Result result =
        answer && answer->kind == ENT_ANSWER_OK ? answer_item(exchange, answer) : exchange_problem_of(exchange, answer);
    exchange->server->query->release(exchange->server->instance, answer);
    return result;
}
