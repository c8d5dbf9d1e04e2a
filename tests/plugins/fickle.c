/* A classifier that says "visit" of every item, or, as long as its file says so, has them wait: RETRY, CONFIG. For the
 * tests of what becomes of items meanwhile. Its reports are named by what was remarked of the item, else by its title.
 */
#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct fickle {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static const struct ent_option options[] = {
    {.name = "mood",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_READ,
     .help = "Holds ok, RETRY or CONFIG."},
};

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    struct fickle *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct fickle){host, instance};
    return self;
}

static enum ent_code mood(const struct fickle *self)
{
    char word[16] = "";
    FILE *file = fopen(self->host->option_str(self->instance, "mood").data, "re");
    if (!file)
        return ENT_FATAL;
    size_t size = fread(word, 1, sizeof word - 1, file);
    fclose(file);
    word[size] = '\0';
    return strncmp(word, "RETRY", 5) == 0 ? ENT_RETRY : strncmp(word, "CONFIG", 6) == 0 ? ENT_CONFIG : ENT_OK;
}

static enum ent_code classify(void *context, struct ent_unit *unit)
{
    const struct fickle *self = context;
    const struct ent_host *host = self->host;
    enum ent_code code = mood(self);
    if (code != ENT_OK)
        return ent_fail(host, self->instance, code, "not in the mood");
    for (size_t i = 0; i < host->input_count(unit); i++) {
        struct ent_builder *report = host->build(self->instance, ENT_REPORT);
        ent_put_text(host, report, ENT_REPORT_TYPE, "visit");
        const char *remark = host->remark(unit, i, 0, NULL).data;
        ent_put_text(host, report, ENT_REPORT_NAME,
                     remark ? remark : ent_get_str(host, host->input(unit, i), ENT_ITEM_TITLE).data);
        struct ent_record *record = host->seal(report);
        if (!record || host->emit(unit, i, record) != 0)
            return ENT_FATAL;
    }
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops, .create = create, .classify = classify, .destroy = free};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "fickle",
        .version = "1.0",
        .licence = "Apache-2.0",
        .summary = "Classifies when it likes",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
