/* Pulse: tells any number of threads that something has happened, without ever waiting for one of them.
 *
 * A beat adds one to a number and wakes all who wait for it to change. Who is slow sees several beats as one. Any thread;
 * destroy when nobody waits any more. */
#ifndef CORE_BASE_PULSE_H
#define CORE_BASE_PULSE_H

#include <stdint.h>

struct pulse;

struct pulse *pulse_create(void); /* NULL when memory is out */
void pulse_destroy(struct pulse *pulse); /* NULL does nothing */
void pulse_beat(struct pulse *pulse);
/* Waits at most `timeout_ms` until the number is not `seen`; 0 looks only. Returns the number. */
uint64_t pulse_wait(struct pulse *pulse, uint64_t seen, int64_t timeout_ms);

#endif
