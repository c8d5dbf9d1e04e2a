#include "core/host/mail_exchange.h"

#include "lib/base/utf8.h"

#include <string.h>
#include <strings.h>

enum { RECIPIENTS_MAX = 100, LINE_MAX_KEPT = 300, REFUSALS_MAX = 5 };

struct mail_exchange {
    bool is_plain, is_smtp;
    const char *user, *password, *bearer, *ca_file, *command, *from;
    const char **recipients;
    size_t recipient_count;
    const char *message;
    size_t message_size, sent;
    struct curl_slist *recipient_list; /* libcurl's */
    char last_line[LINE_MAX_KEPT];     /* of the server */
    char refusals[REFUSALS_MAX][LINE_MAX_KEPT];
    size_t refusal_count;
};

/* ---- the request ---- */

static bool is_one_line(const char *text)
{
    return !text || !strpbrk(text, "\r\n");
}

static bool has_scheme(const char *url, const char *scheme)
{
    size_t size = strlen(scheme);
    return strncasecmp(url, scheme, size) == 0 && strncmp(url + size, "://", 3) == 0;
}

static bool is_smtp_url(const char *url)
{
    return has_scheme(url, "smtp") || has_scheme(url, "smtps");
}

bool mail_exchange_check(const struct ent_mail_request *request, struct error *error)
{
    if (request->size < sizeof *request)
        return error_set(error, ERROR_INPUT, "mail: the request's size is %u, it should be %zu", request->size,
                         sizeof *request);
    if (!request->url || !*request->url)
        return error_set(error, ERROR_INPUT, "mail: the request has no url");
    bool is_smtp = is_smtp_url(request->url);
    if (!is_smtp && !has_scheme(request->url, "imap") && !has_scheme(request->url, "imaps"))
        return error_set(error, ERROR_INPUT, "mail: \"%.40s\" is no address of imap, imaps, smtp or smtps",
                         request->url);
    if (is_smtp && (!request->from || request->recipient_count == 0 || !request->message))
        return error_set(error, ERROR_INPUT, "mail: to send needs a sender, a recipient and a message");
    if (request->recipient_count > RECIPIENTS_MAX)
        return error_set(error, ERROR_LIMIT, "mail: %zu recipients are more than %d", request->recipient_count,
                         RECIPIENTS_MAX);
    bool is_clean = is_one_line(request->command) && is_one_line(request->from) && is_one_line(request->user);
    for (size_t i = 0; i < request->recipient_count; i++)
        is_clean = is_clean && request->recipients[i] && is_one_line(request->recipients[i]);
    return is_clean || error_set(error, ERROR_INPUT, "mail: a line break in an address, a user name or a command");
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return text && *text ? arena_copy(arena, text, strlen(text)) : NULL;
}

struct mail_exchange *mail_exchange_copy(struct arena *arena, const struct ent_mail_request *request)
{
    struct mail_exchange *exchange = arena_alloc(arena, sizeof *exchange);
    if (!exchange)
        return NULL;
    *exchange = (struct mail_exchange){
        .is_plain = (request->flags & ENT_MAIL_PLAIN) != 0,
        .is_smtp = is_smtp_url(request->url),
        .user = copy_text(arena, request->user),
        .password = copy_text(arena, request->password),
        .bearer = copy_text(arena, request->bearer),
        .ca_file = copy_text(arena, request->ca_file),
        .command = copy_text(arena, request->command),
        .from = copy_text(arena, request->from),
        .message = request->message_size ? arena_copy(arena, request->message, request->message_size) : "",
        .message_size = request->message_size,
        .recipients = arena_alloc(arena, (request->recipient_count + 1) * sizeof(const char *)),
    };
    for (size_t i = 0; exchange->recipients && i < request->recipient_count; i++)
        exchange->recipients[exchange->recipient_count++] = copy_text(arena, request->recipients[i]);
    return exchange;
}

/* ---- libcurl ---- */

static size_t send_message(char *bytes, size_t size, size_t count, void *context)
{
    struct mail_exchange *exchange = context;
    size_t room = size * count, left = exchange->message_size - exchange->sent;
    size_t part = left < room ? left : room;
    memcpy(bytes, exchange->message + exchange->sent, part);
    exchange->sent += part;
    return part;
}

static void keep_line(char kept[LINE_MAX_KEPT], const char *line, size_t size)
{
    while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == '\n'))
        size--;
    size = size < LINE_MAX_KEPT - 1 ? size : LINE_MAX_KEPT - 1;
    memcpy(kept, line, size);
    kept[size] = '\0';
}

/* Every line that the server says, for its words on a failure. */
static size_t receive_line(char *bytes, size_t size, size_t count, void *context)
{
    struct mail_exchange *exchange = context;
    size_t length = size * count;
    /* The answer to QUIT says nothing of the mail. */
    if (!(exchange->is_smtp && length > 3 && memcmp(bytes, "221", 3) == 0))
        keep_line(exchange->last_line, bytes, length);
    bool is_refusal = exchange->is_smtp && length > 3 && (bytes[0] == '4' || bytes[0] == '5');
    if (is_refusal && exchange->refusal_count < REFUSALS_MAX)
        keep_line(exchange->refusals[exchange->refusal_count++], bytes, length);
    return length;
}

static bool prepare_sending(CURL *easy, struct mail_exchange *exchange)
{
    for (size_t i = 0; i < exchange->recipient_count; i++) {
        struct curl_slist *longer = curl_slist_append(exchange->recipient_list, exchange->recipients[i]);
        if (!longer)
            return false;
        exchange->recipient_list = longer;
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, exchange->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, exchange->recipient_list);
    /* One wrong address must not keep the others from their alert. */
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)exchange->message_size);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, send_message);
    curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    return true;
}

bool mail_exchange_prepare(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    struct mail_exchange *exchange = transfer->mail;
    mail_exchange_release(exchange);
    exchange->sent = exchange->refusal_count = 0;
    exchange->last_line[0] = '\0';
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, exchange->is_smtp ? "smtp,smtps" : "imap,imaps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(exchange->is_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    /* Also for what comes behind the exchange, when CURLOPT_TIMEOUT_MS counts no more. */
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(transfer->timeout_ms / 1000 + 1));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)(exchange->is_smtp && transfer->is_last));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)0);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    if (exchange->user)
        curl_easy_setopt(easy, CURLOPT_USERNAME, exchange->user);
    if (exchange->password)
        curl_easy_setopt(easy, CURLOPT_PASSWORD, exchange->password);
    if (exchange->bearer)
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, exchange->bearer);
    if (exchange->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, exchange->ca_file);
    if (exchange->command)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->command);
    return !exchange->is_smtp || prepare_sending(easy, exchange);
}

void mail_exchange_release(struct mail_exchange *exchange)
{
    curl_slist_free_all(exchange->recipient_list);
    exchange->recipient_list = NULL;
}

/* ---- what came of it ---- */

static void say_words(struct transfer *transfer, const char *what, const char *words)
{
    if (!utf8_is_valid(words, strlen(words)))
        return;
    const char *text =
        arena_printf(transfer->response->arena, "%s: %s%s%s", transfer->shown_url, what, *what ? ": " : "", words);
    if (text)
        transfer->response->shown.error = ent_text(text);
}

void mail_exchange_judge(struct transfer *transfer, CURLcode code)
{
    struct mail_exchange *exchange = transfer->mail;
    struct ent_http_response *shown = &transfer->response->shown;
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    shown->status = exchange->is_smtp ? (int32_t)status : 0;
    /* No such message: somebody else has removed it. */
    if (code == CURLE_REMOTE_FILE_NOT_FOUND && !exchange->is_smtp) {
        shown->outcome = ENT_HTTP_DONE;
        shown->body = ent_bytes("", 0);
        return;
    }
    if (code == CURLE_OK) {
        if (exchange->refusal_count > 0)
            say_words(transfer, "sent, but not to all", exchange->refusals[0]);
        return;
    }
    bool has_words = shown->outcome == ENT_HTTP_FAILED && *exchange->last_line;
    switch (code) {
    case CURLE_LOGIN_DENIED:
        say_words(transfer, "the server refuses user and password", has_words ? exchange->last_line : "");
        break;
    case CURLE_USE_SSL_FAILED:
        say_words(transfer, "the server offers no TLS; set tls = no only for a server on this machine", "");
        break;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        if (status < 400) {
            say_words(transfer, "the connection ended before all was answered", "");
            break;
        }
        /* fall through */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_QUOTE_ERROR:
        if (has_words)
            say_words(transfer, "the server answers", exchange->last_line);
        break;
    default:
        break;
    }
}
