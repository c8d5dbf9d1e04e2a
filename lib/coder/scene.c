#include "lib/coder/scene.h"

#include <string.h>

static bool tells_of_crime(struct coder_workspace *workspace, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = noun_class(workspace_lexicon(workspace), sentence, i);
        if (class && !strcmp(class, "criminals"))
            return true;
    }
    return false;
}

/* One of the words in the event's sentence or in the title. */
static bool says_one_of(struct coder_workspace *workspace, const struct event *event, const char *const *words)
{
    for (uint32_t at = 0; at <= workspace->title_count; at++) {
        const struct sentence *sentence = at == workspace->title_count ? event->sentence : &workspace->sentences[at];
        for (uint32_t i = sentence->first; i <= sentence->last; i++)
            for (size_t k = 0; words[k]; k++)
                if (word_is(sentence, i, words[k]))
                    return true;
    }
    return false;
}

/* "the striker joined the squad for training", "trained the actors with Marines". */
static bool is_play(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const words[] = {"striker",     "strikers", "midfielder", "goalkeeper", "footballer",
                                        "footballers", "football", "rugby",      "cricket",    "soccer",
                                        "quarterback", "film",     "movie",      "filmmaker",  "actors",
                                        "actress",     "netflix",  "hollywood",  NULL};
    return (!strcmp(event->type, "training") || !strcmp(event->type, "exercise") ||
            !strcmp(event->type, "operation")) &&
           says_one_of(workspace, event, words);
}

/* "hanged for passing information to Israel": what spies are tried for is no sharing between states. */
static bool is_treason(struct coder_workspace *workspace, const struct event *event)
{
    static const char *const words[] = {"hanged",    "executed",  "executes",  "jailed",  "jails",    "sentenced",
                                        "convicted", "espionage", "spying",    "treason", "arrested", "prosecutors",
                                        "pleaded",   "indicted",  "defendant", NULL};
    return !strcmp(event->type, "intelligence_sharing") && says_one_of(workspace, event, words);
}

const char *scene_objection(struct coder_workspace *workspace, const struct event *event)
{
    if (!strcmp(event->type, "arms_transfer") && tells_of_crime(workspace, event->sentence))
        return "crime, not an official transfer";
    if (is_treason(workspace, event))
        return "what a spy is tried for, not shared between states";
    if (is_play(workspace, event))
        return "sport or a show";
    return NULL;
}
