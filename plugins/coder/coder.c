/* coder: the classifier that turns items into reports by dictionary and grammar (lib/coder).
 *
 * An instance holds one compiled lexicon, which its workers share and never write to. Where folders of words are
 * configured and their text changes, the host makes a new instance of it at a reload: so no item ever sees two, and the
 * old one goes when its last callback has ended. Workspaces are kept in a pool:
 * a callback takes one and gives it back at its end, so there are never more than workers. */
#include "lib/coder/item.h"
#include "lib/coder/lexicon_compile.h"

#include <entente/plugin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORKSPACES_MAX = 64, FOLDERS_MAX = 32 };

struct instance {
    const struct ent_host *host;
    struct ent_instance *instance;
    struct coder *coder;
    double min_confidence;
    pthread_mutex_t lock; /* of the pool */
    struct coder_workspace *pool[WORKSPACES_MAX];
    size_t pooled;
};

static const struct ent_option options[] = {
    {.name = "lexicon",
     .type = ENT_OPTION_LIST,
     .flags = ENT_PATH_READ | ENT_PATH_CONTENT | ENT_MULTI,
     .help = "Folders of your own words, each laid over those before it and the first over the shipped lexicon; they are "
             "read anew at a reload where their text has changed. Or one compiled lexicon, which takes its place."},
    {.name = "min_confidence",
     .type = ENT_OPTION_FLOAT,
     .min = "0",
     .max = "1",
     .help = "Leave out events of which the coder is less sure than this; without it those that its weights find too "
             "unlikely."},
};

static struct ent_str item_of(const struct instance *self, size_t index)
{
    return self->host->option_item(self->instance, "lexicon", index);
}

static struct lexicon *open_lexicon(struct instance *self, struct error *error)
{
    const char *given[FOLDERS_MAX];
    size_t count = self->host->option_count(self->instance, "lexicon");
    const struct ent_folder_1 *cache = self->host->interface(self->instance, ENT_FOLDER_1);
    if (count > FOLDERS_MAX) {
        error_set(error, ERROR_CONFIG, "lexicon: at most %d folders", FOLDERS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        given[i] = item_of(self, i).data;
    struct ent_str folder = cache && count ? cache->path(self->instance) : ent_text(NULL);
    return lexicon_open_given((const void *)(size_t)&open_lexicon, given, count, folder.data, error);
}

static bool open_coder(struct instance *self, struct error *error)
{
    struct lexicon *lexicon = open_lexicon(self, error);
    self->coder = lexicon ? coder_open_lexicon(lexicon, error) : NULL;
    if (!self->coder)
        return false;
    char text[200];
    snprintf(text, sizeof text, "codes by %s", coder_stamp(self->coder));
    self->host->log(self->instance, ENT_LOG_INFO, ent_text(text));
    return true;
}

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    struct instance *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self || pthread_mutex_init(&self->lock, NULL)) {
        free(self);
        host->error(instance, ent_text("out of memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->min_confidence = host->option_count(instance, "min_confidence")
                               ? host->option_num(instance, "min_confidence")
                               : CODER_CONFIDENCE_OF_MODEL;
    if (!open_coder(self, &error)) {
        host->error(instance, ent_text(error.text));
        pthread_mutex_destroy(&self->lock);
        free(self);
        return NULL;
    }
    return self;
}

static void destroy(void *opaque)
{
    struct instance *self = opaque;
    for (size_t i = 0; i < self->pooled; i++)
        coder_workspace_destroy(self->pool[i]);
    pthread_mutex_destroy(&self->lock);
    coder_close(self->coder);
    free(self);
}

static struct coder_workspace *take_workspace(struct instance *self)
{
    struct coder_workspace *workspace = NULL;
    pthread_mutex_lock(&self->lock);
    if (self->pooled)
        workspace = self->pool[--self->pooled];
    pthread_mutex_unlock(&self->lock);
    return workspace ? workspace : coder_workspace_create();
}

static void give_workspace_back(struct instance *self, struct coder_workspace *workspace)
{
    pthread_mutex_lock(&self->lock);
    if (self->pooled < WORKSPACES_MAX) {
        self->pool[self->pooled++] = workspace;
        workspace = NULL;
    }
    pthread_mutex_unlock(&self->lock);
    coder_workspace_destroy(workspace);
}

static void classify_one(struct instance *self, struct ent_unit *unit, size_t index, struct coder_workspace *workspace)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct record_view item = record_view_of(bytes.data, bytes.size);
    struct coder_article article;
    struct coder_result result;
    struct error error = ERROR_INIT;
    char published[40], remark[CODER_REMARK_SIZE];
    coder_read_item(item, &article, published);
    if (!coder_code(self->coder, workspace, &article, self->min_confidence, &result, &error)) {
        host->result(unit, index, error.kind == ERROR_MEMORY ? ENT_RETRY : ENT_REJECT, -1, ent_text(error.text));
        return;
    }
    for (size_t i = 0; i < result.event_count; i++) {
        struct ent_record *report =
            host->from_bytes(self->instance, result.events[i]->view.bytes, result.events[i]->view.size);
        if (!report || host->emit(unit, index, report)) {
            host->result(unit, index, ENT_RETRY, -1, ent_text("a report could not be handed over"));
            return;
        }
    }
    coder_remark(item, &result, remark);
    host->result(unit, index, ENT_OK, 0, ent_text(remark));
}

static enum ent_code classify(void *opaque, struct ent_unit *unit)
{
    struct instance *self = opaque;
    struct coder_workspace *workspace = take_workspace(self);
    if (!workspace)
        return ent_fail(self->host, self->instance, ENT_RETRY, "out of memory");
    size_t count = self->host->input_count(unit);
    for (size_t i = 0; i < count; i++)
        classify_one(self, unit, i, workspace);
    give_workspace_back(self, workspace);
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops, .create = create, .classify = classify, .destroy = destroy};

static const struct ent_plugin plugin = {
    ENT_PLUGIN_HEAD,
    .name = "coder",
    .version = ENT_VERSION,
    .licence = "Apache-2.0",
    .summary = "Codes items into security-cooperation events by dictionary and grammar",
    .flags = ENT_STATELESS | ENT_FOREIGN_INPUT,
    ENT_PLUGIN_OPTIONS(options),
    .ops = &ops,
};

const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
