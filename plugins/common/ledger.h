/* Ledger: which entries of a source were handed on, so that an entry whose text came from its page is not handed on
 * again with the text of its feed. Internal to the sources.
 *
 * It is one value in kv/1 beside marks. A unit that hands an entry on leaves a mark of its own, since units are
 * committed one after the other and what another one has written may not be readable yet; the next fetch, which begins
 * after all units of the last one are durable, takes the marks into the list. An entry that was noted and has no mark
 * was lost in a crash, and is done again. So nothing is lost and nothing handed on twice, whenever the process dies.
 *
 * An entry that was handed on without its page, which could not be had just then, is done and has a time from which on
 * its page may be asked for again.
 *
 * One thread at a time. */
#ifndef PLUGINS_COMMON_LEDGER_H
#define PLUGINS_COMMON_LEDGER_H

#include <entente/plugin.h>

#include <stdbool.h>

struct ledger;

enum ledger_standing {
    LEDGER_NEW,     /* not there, or its content has changed */
    LEDGER_PENDING, /* noted in an earlier fetch, and not handed on since */
    LEDGER_DONE
};

struct ledger *ledger_create(const struct ent_kv_1 *kv);
void ledger_destroy(struct ledger *ledger);

/* At the begin of a fetch's answer: reads the list and takes the marks in. False when memory is out. */
bool ledger_open(struct ledger *ledger, struct ent_unit *unit);
struct ledger_entry {
    enum ledger_standing standing;
    unsigned tries;  /* how often it was noted as pending with this content */
    int64_t again_s; /* from when on its page may be asked for again, seconds since 1970; 0: it need not be */
};

/* How the entry stands, and that it is there now. */
struct ledger_entry ledger_look(struct ledger *ledger, uint64_t entry, uint64_t content);
/* Notes that the entry is pending or done, and needs its page no more; in the unit of ledger_open. */
void ledger_note(struct ledger *ledger, uint64_t entry, uint64_t content, bool is_done);
/* Writes the list where it has changed. What has not been in the source for many changes of it is forgotten. */
bool ledger_close(struct ledger *ledger, struct ent_unit *unit);
/* The least again_s of the entries that were there; 0 for none. After ledger_close. */
int64_t ledger_again(const struct ledger *ledger);

/* In the unit that hands a pending entry on; `again_s` as above. */
bool ledger_mark(struct ledger *ledger, struct ent_unit *unit, uint64_t entry, int64_t again_s);

#endif
