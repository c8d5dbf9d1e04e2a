/* Ask: the questions that services put to the store through query/1, and their answers in JSON.
 *
 * A question is a row of one table: a name, the parameters it takes, a function that writes the members of the answer.
 * The HTTP API has one path a question. Answers are bounded: a page of at most ASK_LIMIT_MAX rows with the cursor of the
 * next one; what takes longer than ASK_DEADLINE_MS is ended with ENT_ANSWER_LIMIT. Every text of the world in an answer is
 * a JSON string in UTF-8; whoever shows it escapes it.
 *
 * An asker holds up to ASK_READERS_MAX read-only connections, made when they are needed and made anew where the store's
 * file has been replaced. Any thread may ask; who comes when all connections are at work waits a moment, then gets
 * ENT_ANSWER_BUSY. A rule is tried over a connection of its own, which is kept from part to part (core/ask/trials.h): TRIALS_MAX more. */
#ifndef CORE_ASK_ASK_H
#define CORE_ASK_ASK_H

#include "core/host/answer.h"

enum { ASK_READERS_MAX = 6, ASK_LIMIT = 50, ASK_LIMIT_MAX = 500, ASK_DEADLINE_MS = 5000, ASK_PATIENCE_MS = 3000 };

struct asker;
struct rule_names;

/* `state_dir` is copied; the store need not be there yet. NULL when memory is out. */
struct asker *asker_create(const char *state_dir);
/* What the configuration adds to the language of rules, for questions from now on; NULL for nothing. Any thread. */
void asker_set_names(struct asker *asker, const struct rule_names *names);
/* Somebody is going to ask: what questions look at is read ahead, in the background and once (core/ask/ahead.h). Any thread. */
void asker_read_ahead(struct asker *asker);
/* Waits for that, at most `limit_ms`; whether it is done, or was never begun. Any thread, before asker_destroy. */
bool asker_wait_ahead(struct asker *asker, int64_t limit_ms);
/* Nobody asks any more. NULL does nothing. */
void asker_destroy(struct asker *asker);
/* NULL when memory is out; the answer is the caller's. */
struct answer *asker_ask(struct asker *asker, const char *question, const struct ent_parameter *parameters,
                         size_t count);

/* The table, for documents and tests: the name of a question by index, NULL past the last one; the parameters of one, ended by
 * NULL. */
const char *ask_question(size_t index);
const char *const *ask_parameters(const char *question);

#endif
