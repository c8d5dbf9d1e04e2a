/* Confine: runs a program inside the limits of its instance.
 *
 *     entente-runner confine [NAME=VALUE]... -- PROGRAM [ARGUMENT]...
 *
 * The names are those of the table in confine.c. This process stays outside, watches the program's process group, and
 * ends as the program does: with its status, or by its signal. Why it ended the program, or could not start it, stands
 * on standard error, in a line. SIGTERM, SIGINT and SIGHUP are the program's: sent to the group they reach it, and this
 * one waits.
 *
 * For core/host/confinement.h, which makes the words; never by hand. */
#ifndef RUNNER_CONFINE_H
#define RUNNER_CONFINE_H

/* The arguments behind "confine". The exit status. */
int confine_run(int argument_count, char **arguments);

#endif
