#include "core/cli/check_plugins.h"

#include "core/base/clock.h"
#include "core/host/instance.h"
#include "core/host/runners.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    THREADS = 4,
    CHECK_MS = 5000,     /* one callback: it looks at options, and is given time for a machine that is busy */
    ALL_MS = 20 * 1000,  /* all of them */
    TEXT_SIZE = sizeof((struct error *)0)->text
};

struct verdict {
    struct ent_instance *instance; /* its options were taken */
    bool is_asked;
    char text[TEXT_SIZE]; /* "": nothing is wrong */
};

struct checking {
    const struct setup *setup;
    struct runners *runners;
    struct verdict *verdicts; /* one an instance */
    int64_t until;
    pthread_mutex_t lock;
    size_t next;
};

/* A program is no object that a runner could load, and looks at its options when it is started. */
static bool is_checked(const struct setup_instance *planned)
{
    return planned->enabled && planned->plugin && !planned->plugin->is_program && planned->options;
}

static void check_one(struct checking *checking, size_t index, int64_t left)
{
    const struct setup_instance *planned = setup_instance(checking->setup, index);
    struct verdict *verdict = &checking->verdicts[index];
    struct error error = ERROR_INIT;
    const struct instance_settings settings = {
        .title = planned->title,
        .kind = planned->plugin_kind,
        .options = planned->options,
        .isolation = planned->isolation == ISOLATION_NONE ? ISOLATION_PROCESS : planned->isolation,
        .info = planned->plugin,
        .runners = checking->runners,
        .life_limit_ms = left < CHECK_MS ? left : CHECK_MS};
    verdict->is_asked = true;
    verdict->instance = instance_check(&settings, &error);
    if (!verdict->instance)
        memcpy(verdict->text, error.text, sizeof verdict->text);
}

static void *check_some(void *context)
{
    struct checking *checking = context;
    for (;;) {
        pthread_mutex_lock(&checking->lock);
        size_t index = checking->next++;
        pthread_mutex_unlock(&checking->lock);
        int64_t left = checking->until - clock_monotonic();
        if (index >= setup_instance_count(checking->setup) || left <= 0)
            return NULL;
        if (is_checked(setup_instance(checking->setup, index)))
            check_one(checking, index, left);
    }
}

static void check_all(struct checking *checking)
{
    pthread_t threads[THREADS];
    size_t count = 0;
    while (count < THREADS && pthread_create(&threads[count], NULL, check_some, checking) == 0)
        count++;
    if (count == 0)
        check_some(checking);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void tell(const struct checking *checking, struct diagnostics *diagnostics)
{
    size_t left = 0;
    for (size_t i = 0; i < setup_instance_count(checking->setup); i++) {
        const struct setup_instance *planned = setup_instance(checking->setup, i);
        const struct verdict *verdict = &checking->verdicts[i];
        left += is_checked(planned) && !verdict->is_asked;
        if (*verdict->text)
            diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, planned->place, "%s", verdict->text);
    }
    if (left > 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, (struct source_place){.file = setup_path(checking->setup)},
                        "the plugins of %zu instances were not asked whether they take their options: those asked before "
                        "took %d seconds",
                        left, ALL_MS / 1000);
}

void check_plugins(const struct setup *setup, struct diagnostics *diagnostics)
{
    size_t count = setup_instance_count(setup);
    struct checking checking = {.setup = setup,
                                .runners = runners_create(NULL),
                                .verdicts = calloc(count + 1, sizeof *checking.verdicts),
                                .until = clock_monotonic() + ALL_MS,
                                .lock = PTHREAD_MUTEX_INITIALIZER};
    if (checking.runners && checking.verdicts) {
        check_all(&checking);
        tell(&checking, diagnostics);
    } else {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct source_place){.file = setup_path(setup)},
                        "no memory to ask the plugins whether they take their options");
    }
    for (size_t i = 0; checking.verdicts && i < count; i++)
        instance_destroy(checking.verdicts[i].instance);
    free(checking.verdicts);
    runners_destroy(checking.runners);
}
