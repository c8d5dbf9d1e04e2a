/* Datelines: "SEOUL, Dec. 30 (Yonhap) --", "Lima - ", "New Delhi (PIB): ",
 * "MOSCOW, April 13. /TASS/. ". Where a report was filed, and when; nothing
 * that happens in the sentence behind it. */
#ifndef LIB_CODER_DATELINE_H
#define LIB_CODER_DATELINE_H

#include "lib/coder/analysis.h"

/* The token of the dash or colon that ends the dateline with which the sentence begins; its first token where it begins
 * with none. The sentence must be matched. */
uint32_t dateline_end(const struct sentence *sentence);

#endif
