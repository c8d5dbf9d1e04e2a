#include "core/cli/download.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 20000, REDIRECTS_MAX = 10, PER_HOST = 2 };

struct download {
    struct http_client *client;
    bool allow_private;
    pthread_mutex_t lock;
    pthread_cond_t is_there;
    struct http_response *response;
};

struct download *download_create(bool allow_private, struct error *error)
{
    struct download *download = calloc(1, sizeof *download);
    if (!download) {
        error_set(error, ERROR_MEMORY, "no memory for a request");
        return NULL;
    }
    download->allow_private = allow_private;
    pthread_mutex_init(&download->lock, NULL);
    pthread_cond_init(&download->is_there, NULL);
    download->client = http_client_create(NULL, error);
    if (download->client)
        return download;
    download_destroy(download);
    return NULL;
}

void download_destroy(struct download *download)
{
    if (!download)
        return;
    http_client_destroy(download->client);
    pthread_cond_destroy(&download->is_there);
    pthread_mutex_destroy(&download->lock);
    free(download);
}

static void on_response(void *context, struct http_response *response)
{
    struct download *download = context;
    pthread_mutex_lock(&download->lock);
    download->response = response;
    pthread_cond_signal(&download->is_there);
    pthread_mutex_unlock(&download->lock);
}

struct http_response *download_get(struct download *download, const char *url, const char *accept, uint64_t size_max,
                                   struct error *error)
{
    struct ent_http_header header = {"Accept", accept};
    struct ent_http_request request = {
        .size = sizeof request, .url = url, .headers = &header, .header_count = 1, .max_response = size_max};
    struct http_job job = {.request = &request,
                           .limits = {.max_body = size_max,
                                      .timeout_ms = TIMEOUT_MS,
                                      .max_redirects = REDIRECTS_MAX,
                                      .max_per_host = PER_HOST,
                                      .allow_private = download->allow_private},
                           .done = on_response,
                           .context = download};
    download->response = NULL;
    if (!http_submit(download->client, &job, error))
        return NULL;
    pthread_mutex_lock(&download->lock);
    while (!download->response)
        pthread_cond_wait(&download->is_there, &download->lock);
    struct http_response *response = download->response;
    pthread_mutex_unlock(&download->lock);
    if (response->shown.outcome == ENT_HTTP_DONE)
        return response;
    error_set(error, ERROR_INPUT, "%.900s", response->shown.error.data);
    http_response_destroy(response);
    return NULL;
}
