/* Code CSV: what `entente code` found, a line an event, with CAMEO and PLOVER codes; an item without events has a line
 * of its own. One thread. */
#ifndef CORE_CLI_CODE_CSV_H
#define CORE_CLI_CODE_CSV_H

#include "core/cli/table.h"
#include "lib/coder/coder.h"

/* Writes to stdout; to be ended with table_finish. NULL when memory is out. */
struct table *code_csv_begin(void);
void code_csv_add(struct table *table, const char *id, const struct coder_result *result);

#endif
