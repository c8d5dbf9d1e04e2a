/* WARC: the records of a web archive (ISO 28500), one after the other, from a file that may be larger than memory.
 * Plain files and gzip, whether each record is a member of its own or the whole file is one.
 *
 *     struct warc *warc = warc_open(read, context, &place, &error);
 *     while (warc_next(warc, &record, &error) == WARC_RECORD) ...
 *     warc_close(warc);
 *
 * A place names a record's beginning, so that another run goes on from there. A record that is broken ends the reading,
 * since nothing says where the next one begins; one that is too large is given without its block. Any bytes end in
 * time linear in their number. One owner, any thread. */
#ifndef LIB_WARC_WARC_H
#define LIB_WARC_WARC_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads up to `size` bytes at `offset` of the file; the number read, 0 at its end, -1 on a failure. */
typedef int64_t (*warc_read)(void *context, uint64_t offset, void *bytes, size_t size);

struct warc_place {
    uint64_t offset; /* in the file: where a record, or the gzip member that holds it, begins */
    uint64_t skip;   /* records of that member that lie before it */
};

struct warc_record {
    struct buffer type;         /* "response", "resource", "conversion", … */
    struct buffer uri;          /* WARC-Target-URI */
    struct buffer content_type; /* of the block */
    struct buffer block;
    bool is_too_large; /* the block was larger than WARC_BLOCK_MAX: it is empty */
};

enum warc_outcome { WARC_RECORD, WARC_END, WARC_BAD };

enum { WARC_BLOCK_MAX = 32 * 1024 * 1024, WARC_HEADER_MAX = 64 * 1024 };

struct warc;

/* NULL when memory is out. */
struct warc *warc_open(warc_read read, void *context, const struct warc_place *place, struct error *error);
void warc_close(struct warc *warc);
/* Fills `record` (zeroed before its first use, kept from record to record). WARC_BAD: `error` says where and why. */
enum warc_outcome warc_next(struct warc *warc, struct warc_record *record, struct error *error);
/* Where the next record begins. */
struct warc_place warc_place(const struct warc *warc);
void warc_record_clear(struct warc_record *record);

#endif
