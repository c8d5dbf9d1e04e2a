/* Corrections: what a person says of an event, made durable and carried out.
 *
 * desk_correct writes the record (core/store/corrections.h), has the desk place again the reports that it is about, and
 * revises the events. Each revision that comes of it bears the word `correction`, at which watches raise nothing. What is
 * wrong with a correction is told before anything is written.
 *
 * For the writer's thread, inside its transaction, as a change (core/bus/bus.h); the desk that runs as a stage there sees
 * by the number of the last correction that its cache is stale. The functions for those who make corrections, with
 * typed arguments, are in core/control/corrections.h. */
#ifndef CORE_DESK_CORRECTIONS_H
#define CORE_DESK_CORRECTIONS_H

#include "core/store/corrections.h"
#include "lib/base/digest.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum { CORRECTION_NOTE_MAX = 2000, CORRECTION_AUTHOR_MAX = 100, CORRECTION_REPORTS_MAX = 1000 };

struct desk_correction {
    enum correction_kind kind;
    const char *event;  /* id or the beginning of one; not for an undo */
    const char *other;  /* merge: the event that goes into it or it into that: the one founded first keeps its id */
    const char *const *words; /* set: "field=value" (correction_values.h); split: reports, by id, item's id or URL */
    size_t word_count;
    int64_t number;     /* undo: of the correction */
    const char *author; /* NULL or "" for the login */
    const char *login;
    const char *note;   /* may be NULL */
};

struct desk_corrected {
    int64_t number;
    char event[DIGEST_HEX_SIZE]; /* the id of the event as it is now; "" where nothing of it stands */
    char other[DIGEST_HEX_SIZE]; /* split: of the event of the reports that were moved; else "" */
};

bool desk_correct(struct store *store, const struct desk_correction *correction, int64_t now,
                  struct desk_corrected *corrected, struct error *error);

#endif
