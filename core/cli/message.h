/* Messages: what a command says to its user on stderr, "entente: TEXT". Results never go this way. One thread. */
#ifndef CORE_CLI_MESSAGE_H
#define CORE_CLI_MESSAGE_H

/* Both return their name's exit status, so that a command can `return message_failure(…)`: 2 where nothing could be
 * done (usage, unreadable input), 1 where something was done and problems were found. */
int message_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
int message_problem(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A remark that changes no exit status: "50 of 1,234 shown". */
void message_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
