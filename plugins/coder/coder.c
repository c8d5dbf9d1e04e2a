/* coder: the classifier that turns items into reports by dictionary and grammar (lib/coder).
 *
 * An instance holds one compiled lexicon, which its workers share and never write to. Where folders of words are
 * configured and their text changes, the host makes a new instance of it at a reload: so no item ever sees two, and the
 * old one goes when its last callback has ended. Workspaces are kept in a pool:
 * a callback takes one and gives it back at its end, so there are never more than workers. */
#include "lib/base/locate.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_compile.h"

#include <entente/plugin.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { WORKSPACES_MAX = 64, FOLDERS_MAX = 32, REMARK_SIZE = 24 };

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

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Folders of words over the shipped ones, compiled once and kept in the instance's own folder. */
static struct lexicon *open_folders(struct instance *self, size_t count, struct error *error)
{
    const char *folders[FOLDERS_MAX];
    char base[PATH_MAX];
    const struct ent_folder_1 *cache = self->host->interface(self->instance, ENT_FOLDER_1);
    struct ent_str cached = cache ? cache->path(self->instance) : ent_text(NULL);
    if (cache && !cached.data) {
        error_set(error, ERROR_SYSTEM, "lexicon: no place for the compiled one");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        folders[i] = item_of(self, i).data;
        if (!is_folder(folders[i])) {
            error_set(error, ERROR_CONFIG,
                      "lexicon: %s is no folder; name folders of words, or one compiled file and nothing else",
                      folders[i]);
            return NULL;
        }
    }
    if (!locate_data((const void *)(size_t)&open_folders, "lexicon", base, sizeof base, error))
        return NULL;
    return lexicon_compile(base, folders, count, cached.data, error);
}

static struct lexicon *open_lexicon(struct instance *self, struct error *error)
{
    char path[PATH_MAX];
    size_t count = self->host->option_count(self->instance, "lexicon");
    if (count > FOLDERS_MAX) {
        error_set(error, ERROR_CONFIG, "lexicon: at most %d folders", FOLDERS_MAX);
        return NULL;
    }
    if (count == 1 && !is_folder(item_of(self, 0).data))
        return lexicon_open(item_of(self, 0).data, error);
    if (count)
        return open_folders(self, count, error);
    return locate_data((const void *)(size_t)&open_folders, "lexicon.bin", path, sizeof path, error)
               ? lexicon_open(path, error)
               : NULL;
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

/* The local day of publication as ISO 8601, "" where not known to the day. */
static void read_published(const struct ent_host *host, const struct ent_record *item, char text[40])
{
    int64_t published;
    text[0] = 0;
    if (!host->get_int(item, ENT_ITEM_PUBLISHED, 0, &published))
        return;
    struct ent_str precision = ent_get_str(host, item, ENT_ITEM_PUBLISHED_PRECISION);
    if (precision.size &&
        (!strncmp(precision.data, "month", precision.size) || !strncmp(precision.data, "year", precision.size)))
        return;
    published += ent_get_int(host, item, ENT_ITEM_PUBLISHED_OFFSET, 0) * 60000;
    coder_print_day(text, published);
}

/* "uncoded: de": by the text itself, else as its feed says. */
static const char *remark_of(const struct instance *self, const struct ent_record *item,
                             const struct coder_result *result, char text[REMARK_SIZE])
{
    struct ent_str told = ent_get_str(self->host, item, ENT_ITEM_LANGUAGE);
    size_t size = told.size ? strcspn(told.data, "-_") : 0;
    bool by_feed = !strcmp(result->language, "und") && size >= 2 && size <= 3 && strncmp(told.data, "en", 2) != 0;
    if (by_feed)
        snprintf(text, REMARK_SIZE, "uncoded: %.*s", (int)size, told.data);
    else
        snprintf(text, REMARK_SIZE, "uncoded: %s", result->language);
    return text;
}

static void classify_one(struct instance *self, struct ent_unit *unit, size_t index, struct coder_workspace *workspace)
{
    const struct ent_host *host = self->host;
    const struct ent_record *item = host->input(unit, index);
    struct ent_str title = ent_get_str(host, item, ENT_ITEM_TITLE), body = ent_get_str(host, item, ENT_ITEM_BODY);
    struct ent_str url = ent_get_str(host, item, ENT_ITEM_URL), class = ent_get_str(host, item, ENT_ITEM_CLASS);
    char published[40];
    read_published(host, item, published);
    struct coder_article article = {title.data, title.size, body.data, body.size, published, url.data, class.data};
    struct coder_result result;
    struct error error = ERROR_INIT;
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
    char remark[REMARK_SIZE];
    host->result(unit, index, ENT_OK, 0, ent_text(result.uncoded ? remark_of(self, item, &result, remark) : NULL));
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
    .flags = ENT_STATELESS,
    ENT_PLUGIN_OPTIONS(options),
    .ops = &ops,
};

const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
