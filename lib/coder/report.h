/* Report: an event as a sealed record of kind ENT_REPORT. */
#ifndef LIB_CODER_REPORT_H
#define LIB_CODER_REPORT_H

#include "lib/coder/workspace.h"

/* The caller owns the record. NULL with `error`. */
struct ent_record *report_build(const struct coder_workspace *workspace, const struct event *event,
                                enum coder_relevance relevance, struct error *error);

/* A day of the calendar to its grain: "2027", "2027-03", "2027-03-14". */
void report_print_day(char text[16], int64_t days, char grain);

#endif
