/* Sample store: a small state directory as a daemon would leave it, for the tests of query and cli. Items, events with
 * revisions and a merge, alerts with deliveries in every state, sources that fare well and badly, and dead letters. All
 * invented. */
#ifndef TESTS_SAMPLE_STORE_H
#define TESTS_SAMPLE_STORE_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_EVENTS = 5, SAMPLE_ITEMS = 4, SAMPLE_ALERTS = 3 };

/* Ids; 32 digits, of which the last differs. */
#define SAMPLE_EVENT "3f2a90c1000000000000000000000001"  /* arms, RUS → UZB, two revisions, two sources */
#define SAMPLE_MERGED "77ab01de000000000000000000000009" /* was merged into it */
#define SAMPLE_NOW INT64_C(1716552000000)                /* 2024-05-24T12:00:00Z, when the store was "made" */

/* Makes the folder (by mkdtemp from `template`) and fills a store in it. Fails the test where it cannot. */
void sample_store_make(char *template);
/* Adds `count` more plain events, for paging; their ids are numbers from `first` on. */
void sample_store_add_events(const char *state_dir, int first, int count);
void sample_store_remove(const char *state_dir);

#endif
