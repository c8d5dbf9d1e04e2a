/* Entente harness: tests for plugins, without a daemon, a network or a moment's waiting.
 *
 * A harness holds one instance of a plugin and is its host: the very code that serves plugins in the daemon, but the time
 * stands still until the test moves it, HTTP is answered from exchanges that the test has recorded, and kv/1 lives in memory.
 * It works with any test framework or none; link with -lentente-harness (pkg-config entente-harness, or the target
 * Entente::harness).
 *
 *     struct ent_harness *harness = ent_harness_load("./mine.so", "classifier");
 *     ent_harness_set(harness, "word", "pact");
 *     assert(ent_harness_start(harness) == 0);
 *     ent_harness_input(harness, "{\"title\": \"UZB KAZ pact\"}");
 *     assert(ent_harness_run(harness) == 0 && ent_harness_result(harness, 0) == ENT_OK);
 *     puts(ent_harness_output_json(harness, 0));
 *     assert(ent_harness_destroy(harness) == 0);
 *
 * LIFETIMES. Every record and builder that the plugin has is watched: one read after it was given back or after its
 * callback has returned, one released or emitted that is not the plugin's (an input must be held first), one never
 * released, a unit used after its callback. Each is a problem: it is told on standard error, counted, and kept from
 * doing harm. ent_harness_destroy returns how many there were.
 *
 * RECORDS are JSON objects with the field names of the codebook, as `entente plugin run` reads and writes them.
 *
 * OWNERSHIP. What a function returns is lent, until the next run or until ent_harness_destroy. Texts given are copied.
 * THREADS. One thread has a harness; several harnesses may follow each other, and stand beside each other on one thread.
 * Clock and allocation faults are the process's. ERRORS. Functions that can fail return -1 and ent_harness_error says why. */
#ifndef ENTENTE_HARNESS_H
#define ENTENTE_HARNESS_H

#include <entente/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_harness;

/* ---- making one ---- */

/* For a plugin that is linked into the test, by what its ent_plugin_query() returns. `kind` is "source", "transform",
 * "classifier", "detector" or "sink"; NULL where it can be one thing only. Never NULL but where memory is out; whatever is
 * wrong with the plugin, ent_harness_start says. */
ENT_EXPORT struct ent_harness *ent_harness_create(const struct ent_plugin *plugin, const char *kind);
/* For a shared object, which is never unloaded. */
ENT_EXPORT struct ent_harness *ent_harness_load(const char *path, const char *kind);
/* A setting as it would stand in the configuration, before start. -1: too many, or no memory. */
ENT_EXPORT int ent_harness_set(struct ent_harness *harness, const char *key, const char *value);
/* Checks descriptor and options, then check, create and start of the plugin. 0, or -1. */
ENT_EXPORT int ent_harness_start(struct ent_harness *harness);
/* drain, stop and destroy of the plugin; then it can be started again, with the same settings and kept values. */
ENT_EXPORT void ent_harness_stop(struct ent_harness *harness);
/* Stops it and frees all. The number of problems there were. */
ENT_EXPORT size_t ent_harness_destroy(struct ent_harness *harness);
/* Why the last call failed; "" where it did not. */
ENT_EXPORT const char *ent_harness_error(const struct ent_harness *harness);

ENT_EXPORT size_t ent_harness_problem_count(const struct ent_harness *harness);
ENT_EXPORT const char *ent_harness_problem(const struct ent_harness *harness, size_t index);

/* ---- running ---- */

/* An input for the next run: an item, an event or a delivery, by the plugin's kind. */
ENT_EXPORT int ent_harness_input(struct ent_harness *harness, const char *json);
/* A report made so far of the input added last; for classifiers. */
ENT_EXPORT int ent_harness_report(struct ent_harness *harness, const char *json);
/* What a classifier ("classifier.coder") before it remarked of the input added last; for classifiers. */
ENT_EXPORT int ent_harness_remark(struct ent_harness *harness, const char *classifier, const char *text);
/* One callback with all inputs added, then `respond` until nothing is under way. 0, or -1 where it could not be run; what
 * the plugin says of its inputs is ent_harness_result. */
ENT_EXPORT int ent_harness_run(struct ent_harness *harness);

/* Of input `index`; a source has one, number 0. An input still at ENT_AGAIN was never settled. */
ENT_EXPORT enum ent_code ent_harness_result(const struct ent_harness *harness, size_t index);
ENT_EXPORT const char *ent_harness_result_text(const struct ent_harness *harness, size_t index); /* "" for none */
/* After ENT_RETRY: the delay that the plugin asked for, in milliseconds; -1: it left that to the host. */
ENT_EXPORT int64_t ent_harness_retry_after(const struct ent_harness *harness, size_t index);
/* What was emitted and is kept, in order: an input that was left open and not settled by ENT_OK has no output. */
ENT_EXPORT size_t ent_harness_output_count(const struct ent_harness *harness);
ENT_EXPORT size_t ent_harness_output_input(const struct ent_harness *harness, size_t index); /* of which input */
ENT_EXPORT const char *ent_harness_output_json(struct ent_harness *harness, size_t index);
/* First value of a text field, as ENT_ITEM_TITLE; NULL where absent. */
ENT_EXPORT const char *ent_harness_output_text(const struct ent_harness *harness, size_t index, uint32_t field);
/* Classifiers: the reports made before that were withdrawn, by their ids, each with the input that they were of. */
ENT_EXPORT size_t ent_harness_withdrawal_count(const struct ent_harness *harness);
ENT_EXPORT size_t ent_harness_withdrawal_input(const struct ent_harness *harness, size_t index);
ENT_EXPORT const char *ent_harness_withdrawal(const struct ent_harness *harness, size_t index);
/* What the plugin has told by metrics/1 since its start; 0 where it never told that. */
ENT_EXPORT double ent_harness_metric(const struct ent_harness *harness, const char *name);
/* When a source wants to be fetched again, in milliseconds; -1: by its interval. */
ENT_EXPORT int64_t ent_harness_next_fetch(const struct ent_harness *harness);

/* ---- time: stands at 2026-01-01T00:00:00Z until it is moved ---- */

ENT_EXPORT void ent_harness_clock_set(int64_t milliseconds);
ENT_EXPORT void ent_harness_clock_advance(int64_t milliseconds);

/* ---- HTTP ---- */

/* What a request will be answered with. Each exchange answers once; several for one address come in the order in which they
 * were recorded. A request for which there is none fails, and the error names it. Status 304 answers a conditional
 * request; an ETag or Last-Modified header is sent back with the next one, as the host does. */
ENT_EXPORT int ent_harness_exchange(struct ent_harness *harness, const char *method, const char *url, int status,
                         const char *content_type, const char *body);
/* A response header of the exchange recorded last. */
ENT_EXPORT int ent_harness_exchange_header(struct ent_harness *harness, const char *name, const char *value);
/* An exchange that fails: ENT_HTTP_FAILED, ENT_HTTP_TOO_LARGE, ENT_HTTP_REFUSED. */
ENT_EXPORT int ent_harness_exchange_fail(struct ent_harness *harness, const char *method, const char *url,
                              enum ent_http_outcome outcome, const char *error);
/* Exchanges from a file, a JSON object a line: {"method":"GET","url":…,"status":200,"headers":{…},"body":…}; body_file
 * instead of body names a file beside it. */
ENT_EXPORT int ent_harness_exchanges_read(struct ent_harness *harness, const char *path);
ENT_EXPORT size_t ent_harness_exchanges_left(const struct ent_harness *harness);

/* Mail servers (mail/1) are answered from exchanges too. Their method is the IMAP command where there is one, else SEND for a
 * message to SMTP and FETCH for a mail from IMAP; the address is the request's, the status SMTP's. */

/* Requests that the plugin has made; of a mail the body is the message, and From and To are headers. */
ENT_EXPORT size_t ent_harness_request_count(const struct ent_harness *harness);
ENT_EXPORT const char *ent_harness_request_method(const struct ent_harness *harness, size_t index);
ENT_EXPORT const char *ent_harness_request_url(const struct ent_harness *harness, size_t index);
ENT_EXPORT struct ent_str ent_harness_request_body(const struct ent_harness *harness, size_t index);
/* NULL where it was not sent. */
ENT_EXPORT const char *ent_harness_request_header(const struct ent_harness *harness, size_t index, const char *name);

/* ---- state: lives as long as the harness, over stop and start ---- */

ENT_EXPORT int ent_harness_kv_put(struct ent_harness *harness, const char *key, const char *value);
ENT_EXPORT const char *ent_harness_kv_get(struct ent_harness *harness, const char *key); /* NULL where there is none */
/* Before start: folder/1 gives a folder below this one, which must be there. Without it folder/1 is absent, as it may be. */
ENT_EXPORT int ent_harness_folder(struct ent_harness *harness, const char *path);

/* ---- faults ---- */

/* The call number `call` (from 1) of a service fails from now on, once: "kv/1" (put), "http/1" and "mail/1" (submit),
 * "text/1" (all but read_date), "wake/1", "seal", "emit", "build". -1: there is no such service. */
ENT_EXPORT int ent_harness_fail_service(struct ent_harness *harness, const char *service, unsigned long call);
/* How often the service was called since the harness was made. */
ENT_EXPORT unsigned long ent_harness_service_calls(const struct ent_harness *harness, const char *service);

/* Runs `scenario` again and again: the first time the first allocation made within the plugin's callbacks fails (its own
 * and those that the host makes for it), then the second, until all have failed once. A scenario makes a harness, uses it
 * and returns what ent_harness_destroy returned; a plugin that fails to start is not a problem, one that crashes is found.
 * The sum of what the scenarios returned; *runs (may be NULL) is their number. -1 where allocations cannot be made to
 * fail, as in a program that is built with a sanitizer. */
ENT_EXPORT long ent_harness_each_allocation(size_t (*scenario)(void *context), void *context, unsigned long *runs);

#ifdef __cplusplus
}
#endif
#endif
