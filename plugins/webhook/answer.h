/* Answer: what a receiver says to a message, beyond its status: what it calls it, and whether it took it. Pure. */
#ifndef PLUGINS_WEBHOOK_ANSWER_H
#define PLUGINS_WEBHOOK_ANSWER_H

#include <entente/plugin.h>

enum { ANSWER_TEXT_SIZE = 200 };

/* The member `name` of a JSON object, a text or an integer, into `text`; "" where there is none. */
void answer_receipt(struct ent_str body, const char *name, char text[ANSWER_TEXT_SIZE]);
/* By {"ok":true} or {"ok":false,"error":"…"}: ENT_OK, ENT_RETRY where it may go well later, or ENT_REJECT, with what it says
 * in `text`. */
enum ent_code answer_judge_ok(struct ent_str body, char text[ANSWER_TEXT_SIZE]);

#endif
