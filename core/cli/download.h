/* Download: one HTTP request at a time for a command, through the daemon's own client: the same address policy, limits
 * and decoding. The thread that calls waits for the answer. */
#ifndef CORE_CLI_DOWNLOAD_H
#define CORE_CLI_DOWNLOAD_H

#include "core/host/http.h"

struct download;

/* NULL with `error` filled. `allow_private`: loopback and private addresses may be reached. */
struct download *download_create(bool allow_private, struct error *error);
void download_destroy(struct download *download);

/* The answer, whatever its status, to be given back with http_response_destroy; NULL with `error` filled where there
 * was none. At most `size_max` bytes. */
struct http_response *download_get(struct download *download, const char *url, const char *accept, uint64_t size_max,
                                   struct error *error);

#endif
