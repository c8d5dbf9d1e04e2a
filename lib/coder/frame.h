/* Frames: which words make an event of which type, and which slots its roles are filled from. All of it comes from
 * the `frame`, `verb` and `noun` entries of the lexicon; this table is their compiled form, made when the coder opens.
 *
 * A frame is a head (a verb or noun class) with an optional argument class: `give goods` is a giving verb with goods as
 * its object, `sale goods` a noun of sale with goods before it or behind of/for. Immutable after creation, any thread.
 */
#ifndef LIB_CODER_FRAME_H
#define LIB_CODER_FRAME_H

#include "lib/base/error.h"
#include "lib/coder/lexicon.h"

#include <stdbool.h>
#include <stdint.h>

enum { FRAME_SLOTS_MAX = 24 };

struct frame_slot {
    const char *slot; /* subject, object, pre, argument, or a preposition */
    const char *role;
};

struct frame {
    const char *type, *subtype;
    const char *head, *argument; /* argument NULL: none needed */
    const struct frame_slot *slots; /* those of its entry */
    uint32_t slot_count;
    const char *status; /* where nothing else says it */
    const char *background;
    double weight;
    uint32_t needs;        /* principal actors without which it is no event */
    bool joint;            /* a second party may come from the context only beside a word such as "joint" */
    bool office;           /* needs a holder of a defence office, or another office and defence as a subject */
    bool defence_office;   /* only a defence office will do */
    bool signers;          /* and only as the subject or the parties of the paper */
    bool force;            /* its subject must be troops */
    const char *topic;     /* what must be spoken of near it: defence, alliance, threat; or NULL */
    const char *exporters; /* states, the likelier suppliers first, apart by commas; NULL where none are given */
    bool open_paid;        /* sold or given is read from the sentence */
    bool direct;           /* its argument must be the verb's own object */
    bool open_sides;       /* participants of a deal: who supplies and who receives is read from goods and firms */
    bool lasting;          /* once begun it goes on: "sent troops" */
    /* Conditions: frames with one head and argument are readings of the same words; of those whose conditions hold the
     * one with most is taken. */
    const char *who;  /* "force": its subject is troops; "craft": troops, ships or aircraft; "actor": a state, force or
                         organisation by name */
    const char *whom; /* "force": its object is troops; "actor": a named actor or troops; "none": it has no object */
    const char *beside;       /* classes of nouns and verbs, by commas: the sentence holds one of them */
    bool mutual;              /* the sentence says "together", "alongside" and the like */
    const struct frame *next; /* another reading, or NULL */
    uint32_t entry;
};

struct frame_table;

struct frame_table *frame_table_create(const struct lexicon *lexicon, struct error *error);
void frame_table_destroy(struct frame_table *table);
/* The first frame with this head and argument (NULL for none), or NULL; others follow by `next`. */
const struct frame *frame_find(const struct frame_table *table, const char *head, const char *argument);
/* The first frame of a lexicon entry; frames of one entry share type, slots and settings. */
const struct frame *frame_of_entry(const struct frame_table *table, uint32_t entry);
/* False where no frame has this head; nearly always only there. */
bool frame_may_begin(const struct frame_table *table, const char *head);
/* All of them, in the order of their entries. */
const struct frame *frame_rows(const struct frame_table *table, uint32_t *count);
uint32_t frame_conditions(const struct frame *frame);
/* The role of a slot, and the slot's name as the frame holds it. NULL where the frame has no such slot. */
const char *frame_slot_role(const struct frame *frame, const char *slot, size_t size, const char **name);
const char *frame_role(const struct frame *frame, const char *slot, size_t size);

#endif
