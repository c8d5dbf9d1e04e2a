/* Question: what the files of core/ask share. Each ask_*.c answers the questions of one subject; the table is in ask.c.
 * Not for other rooms. */
#ifndef CORE_ASK_QUESTION_H
#define CORE_ASK_QUESTION_H

#include "core/ask/ask.h"
#include "core/query/query.h"
#include "core/store/store.h"
#include "lib/base/json_writer.h"

/* One question being answered. */
struct asking {
    const struct question *question;
    const struct ent_parameter *parameters;
    size_t count;
    struct query *query;
    struct store *store;       /* the query's */
    struct json_writer *json;  /* an object is open */
    const struct rule_names *names; /* that rules may use */
    struct answer *answer;     /* for what asking_refuse says of places */
    struct error *error;
    struct trial *trial; /* of rule-try: the one to go on with, or an empty one (core/ask/trials.h); NULL of others */
    bool goes_on;        /* filled: it is not over with this answer */
};

struct question {
    const char *name;
    /* Writes the answer's members. False with `error` filled. */
    bool (*answer)(struct asking *asking);
    const char *const *parameters; /* ended by NULL */
};

/* NULL where it was not given or is empty. */
const char *asking_text(const struct asking *asking, const char *name);
/* False, refused, where it is no whole number within the bounds. */
bool asking_integer(struct asking *asking, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *value);
/* False, refused, where it was not given. */
bool asking_require(struct asking *asking, const char *name, const char **value);
/* One of `words`, or several apart by commas; false, refused, where one is none of them. */
bool asking_words(struct asking *asking, const char *name, const char *const *words, const char **value);
/* Says which parameter is wrong, and how; `length` bytes of its value from `offset`, 0 for all. Returns false. */
bool asking_refuse(struct asking *asking, const char *parameter, size_t offset, size_t length, const char *nearest,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

void ask_put_text(struct asking *asking, const char *key, const char *text);
void ask_put_integer(struct asking *asking, const char *key, int64_t value);

bool ask_event(struct asking *asking);
bool ask_item(struct asking *asking);
bool ask_events(struct asking *asking);
bool ask_export(struct asking *asking);
bool ask_facets(struct asking *asking);
bool ask_places(struct asking *asking);
bool ask_views(struct asking *asking);
bool ask_dyads(struct asking *asking);
bool ask_timeline(struct asking *asking);
bool ask_revisions(struct asking *asking);
bool ask_reports(struct asking *asking);
bool ask_items(struct asking *asking);
bool ask_alerts(struct asking *asking);
bool ask_alert(struct asking *asking);
bool ask_codings(struct asking *asking);
bool ask_agreement(struct asking *asking);
bool ask_rule_explain(struct asking *asking);
bool ask_feeds(struct asking *asking);
bool ask_watches(struct asking *asking);
bool ask_mutes(struct asking *asking);
bool ask_vocabulary(struct asking *asking);
bool ask_rule(struct asking *asking);
bool ask_rule_try(struct asking *asking);
bool ask_health(struct asking *asking);
bool ask_changes(struct asking *asking);
bool ask_position(struct asking *asking);
bool ask_token(struct asking *asking);
bool ask_tokens(struct asking *asking);

#endif
