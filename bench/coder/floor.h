/* Floor: what a bare scan for the lexicon's phrases costs, by a library made for nothing else (Vectorscan or Hyperscan).
 * No words, sentences, grammar or choice: only "somewhere here stands one of these". Left out where the library is not
 * installed. */
#ifndef BENCH_CODER_FLOOR_H
#define BENCH_CODER_FLOOR_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct floor;

/* Every form of the lexicon's texts in `folder` as a phrase in any case, wildcards cut off. NULL with `error`, which is
 * empty where the library is missing. */
struct floor *floor_open(const char *folder, struct error *error);
size_t floor_phrases(const struct floor *floor);
/* Scans one text and returns how many phrases ended in it. */
size_t floor_scan(struct floor *floor, const char *text, size_t size);
void floor_close(struct floor *floor);

#endif
