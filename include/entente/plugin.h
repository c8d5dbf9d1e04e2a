/* Entente plugin interface.
 *
 * This header, with <entente/record.h> which it includes, is all that a plugin needs. A plugin is a shared
 * object that exports one function, ent_plugin_query(), which returns a descriptor. The descriptor says what
 * the plugin is, which options it takes and which callbacks it has; the callbacks that are present decide
 * what it can be:
 *
 *     fetch      a source:     [source.NAME]      makes items
 *     transform  a transform:  [transform.NAME]   item in; item, derived items or nothing out
 *     classify   a classifier: [classifier.NAME]  items in; reports out
 *     detect     a detector:   [detector.NAME]    events in; findings out
 *     deliver    a sink:       [sink.NAME]        deliveries (of alerts) in; nothing out
 *     serve      a service:    [service.NAME]     serves others: people with a browser, other programs
 *
 * LIFECYCLE. query → check (options only, no I/O) → create → start → callbacks → drain → stop → destroy.
 * `create` gets the options, already parsed and validated against the option table, and returns the
 * instance's own state, `self`. One object may have many instances. Callbacks of one instance never overlap,
 * though they may run on different threads one after the other; a plugin that sets ENT_STATELESS lets its
 * user run several workers on one instance: then `self` is shared by them and must not be written to after
 * `start`. A callback must return in finite time; it holds a thread of a small pool, so it must not sleep or
 * wait for the network (http/1 answers by another callback). A callback must not call exit, abort or fork.
 *
 * SERVICES. `serve` is the one callback that may last: the host calls it, when all else runs, on a thread that is this
 * instance's alone, and it returns when the service ends. A service may have threads of its own beside it, as many as
 * it bounds. It asks the store through query/1 and changes things through command/1, from any of them, and gets
 * listening sockets from net/1. When the host wants it to end, cancelled() turns true and `drain` is called while
 * `serve` still runs: tell it to return, and end all threads of your own before `stop` returns. The unit of `serve` has
 * one empty input. ENT_OK: it is over and wants not to be called again; ENT_RETRY: call it again later, with growing
 * pauses (the port is taken just now); ENT_CONFIG and ENT_FATAL as below. Whatever it does, the rest of the daemon goes
 * on. With `entented --once` services are created but not run.
 *
 * UNITS OF WORK. Each callback gets a unit: its input records, and the place where its output is gathered.
 * Nothing that a callback emits or writes to kv/1 exists outside until the unit is over and the host has
 * committed it, together with the mark that its input is done: after a crash at any instant an input is
 * either done with all its output there, or it is handed out again. A result is due for each input record;
 * a record without one takes the callback's own return value.
 *
 *     ENT_OK        its output is kept, its input is done; a classifier's text is kept as a remark on the item, which
 *                   classifiers behind it are shown; `entente status` counts those that begin with "uncoded: " by feed; a sink's text is kept as the
 *                   receipt of the delivery, and handed to it with updates of what was delivered
 *     ENT_AGAIN     not finished: a later callback of this instance settles it (host->settle); it is handed out
 *                   again if that does not happen within ten minutes or after a restart. What was emitted and withdrawn is set
 *                   aside: settled by ENT_OK it goes before what that callback emits, by ENT_AGAIN it stays for ten minutes
 *                   more, else it is dropped. Of a source: what was emitted is kept, and the fetch is over with its last answer
 *     ENT_RETRY     its output is dropped, it is handed out again after a delay that the plugin may choose
 *     ENT_REJECT    its output is dropped, it goes to the dead letters with the text; never handed out again
 *                   unless a person asks. Of a source: it is gone for good; it is not fetched any more until its
 *                   `url` changes or a person asks
 *     ENT_CONFIG    the instance cannot work as configured; it is parked and the text is shown to the operator
 *     ENT_FATAL     the instance is broken: it is destroyed and created anew, the record counts a death
 *
 * OWNERSHIP. Everything the host hands to a callback (inputs, texts) is lent: it is valid until the callback returns,
 * except records that the plugin holds with host->hold. Options, `host` and `instance` are valid until `destroy` returns.
 * host->emit takes over the record given to it, on success and on failure. Memory is never freed across the boundary:
 * what the host gave is given back by host functions only. What a plugin hands to the host is copied before the call
 * returns, records excepted.
 *
 * NOTHING HERE ASSUMES ONE PROCESS. The same object runs inside the daemon or in a runner process; pointers
 * from the host are good in this process only, and what crosses is bytes. Do not keep host pointers in files.
 *
 * THREADS. Functions that take a `struct ent_unit *` may be called only from the callback that was given the
 * unit, on its thread. Functions that take a `struct ent_instance *` may be called from any thread of
 * the plugin, from the beginning of `create` until `destroy` returns, unless they say otherwise; `check` may call them on its
 * own thread. A builder belongs to one thread at a time. Records are immutable and may be read from any thread
 * while they are held; hold and release are for any thread.
 *
 * COMPATIBILITY. <entente/version.h> has the version. A host loads every plugin with its major version and a `min_minor` that
 * it knows, for ever, and these hold:
 *
 *     - Tables grow at their ends only. Each begins with its size (options have a stride): the host reads no more of a
 *       plugin's table than the plugin has, and takes what is missing for 0; a plugin asks ENT_HAS before it uses what is
 *       newer than its `min_minor`.
 *     - Structs without a size never change: struct ent_str, struct ent_http_header, struct ent_parameter, and the blocks
 *       of <entente/record.h>.
 *     - Numbers keep their meaning. New ones may come: take an outcome, an answer's kind, a kind of record or a value of a
 *       vocabulary that you do not know for "something else", never for an error of your own. `enum` types are 32 bits
 *       wide (checked below).
 *     - Of the flags of plugins, options and requests, bits 0 to 15 must be known to a host, or it refuses; bits 16 to 31
 *       are hints, which an older host passes over.
 *     - Names of interfaces end in their version. A changed interface gets a new name, and the old one stays. */
#ifndef ENTENTE_PLUGIN_H
#define ENTENTE_PLUGIN_H

#include <entente/record.h>
#include <entente/version.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_PLUGIN_MAGIC 0x45504c47u /* "EPLG" */

#if defined(__GNUC__)
#define ENT_EXPORT __attribute__((visibility("default")))
#else
#define ENT_EXPORT
#endif

struct ent_instance; /* an instance, as the host knows it */
struct ent_unit;     /* a unit of work */
struct ent_record;   /* a sealed record */
struct ent_builder;  /* a record being built */

/* Borrowed bytes. `data` is never NULL where size > 0; text from the host is NUL-terminated beyond `size`. */
struct ent_str {
    const char *data;
    size_t size;
};

enum ent_code { ENT_OK = 0, ENT_AGAIN = 1, ENT_RETRY = 2, ENT_REJECT = 3, ENT_CONFIG = 4, ENT_FATAL = 5 };

enum ent_log_level { ENT_LOG_ERROR = 1, ENT_LOG_WARNING = 2, ENT_LOG_INFO = 3, ENT_LOG_DEBUG = 4 };

/* ------------------------------------------------------------------------------------------------ options */

enum ent_option_type {
    ENT_OPTION_STRING = 1,
    ENT_OPTION_SECRET = 2,   /* `env:NAME`, `file:PATH` or the text itself; never shown or logged */
    ENT_OPTION_INT = 3,
    ENT_OPTION_FLOAT = 4,
    ENT_OPTION_BOOL = 5,     /* yes/no, true/false, on/off */
    ENT_OPTION_DURATION = 6, /* 500ms, 15m, 2h, 7d, 1h30m; read as milliseconds */
    ENT_OPTION_SIZE = 7,     /* 64k, 10M, 2G (powers of 1024); read as bytes */
    ENT_OPTION_URL = 8,      /* absolute; `choices` lists the schemes, "http|https" if NULL */
    ENT_OPTION_PATH = 9,     /* see the ENT_PATH_ flags */
    ENT_OPTION_ENUM = 10,    /* one of `choices` */
    ENT_OPTION_LIST = 11     /* words apart by commas; with `choices` each must be one of them; with an ENT_PATH_ flag
                              * each is a path */
};

enum ent_option_flag {
    ENT_REQUIRED = 1u << 0,
    ENT_PATH_READ = 1u << 1,  /* must be readable */
    ENT_PATH_WRITE = 1u << 2, /* is written or created; its folder must exist */
    ENT_PATH_DIR = 1u << 3,   /* is a folder */
    ENT_MULTI = 1u << 4,      /* may be split over key.1, key.2, … (strings and lists) */
    ENT_ADVANCED = 1u << 5,   /* left out of the short sample configuration */
    ENT_PATH_CONTENT = 1u << 6, /* what stands in the file, or in the files of the folder, is part of the value: where it
                                 * has changed, a reload creates the instance anew */
    ENT_PATH_BESIDE = 1u << 7   /* with ENT_PATH_WRITE: files are made beside it and renamed, so in a sandbox all of the
                                 * file's folder may be written; without it, that one file */
};

/* One option. The host parses and validates values against this row; it also prints help, sample
 * configuration, manual page and `entente check`'s messages from it, so write `help` for users. */
struct ent_option {
    const char *name;          /* lower case, words joined by _ */
    uint32_t type;             /* enum ent_option_type */
    uint32_t flags;            /* enum ent_option_flag */
    const char *default_value; /* as it would stand in the file; NULL for none */
    const char *min, *max;     /* bounds in the same notation; NULL for none */
    const char *choices;       /* "a|b|c" */
    const char *unit;          /* shown in help where the type does not say it */
    const char *help;          /* one sentence */
    const char *since;         /* plugin version that brought it; NULL: the first */
};

/* ------------------------------------------------------------------------------------------ named interfaces */

/* http/1: HTTP through the host: shared connections, politeness, limits, address policy (private and loopback
 * addresses are refused unless the instance has allow_private = yes), compression, redirects.
 * Asynchronous: submit() returns at once; the answer comes as a `respond` callback of this instance. */
#define ENT_HTTP_1 "http/1"

struct ent_http_header {
    const char *name;
    const char *value;
};

enum ent_http_flag {
    /* Send If-None-Match and If-Modified-Since as kept for this instance and address, and remember the
     * response's validators once the unit that consumed it has committed. */
    ENT_HTTP_CONDITIONAL = 1u << 0
};

struct ent_http_request {
    uint32_t size;            /* sizeof(struct ent_http_request) */
    uint32_t flags;           /* enum ent_http_flag */
    const char *method;       /* NULL means GET */
    const char *url;
    const struct ent_http_header *headers;
    size_t header_count;
    const void *body;         /* copied */
    size_t body_size;
    uint64_t max_response;    /* bytes after decompression; 0: the instance's max_body */
    uint64_t timeout_ms;      /* whole exchange; 0: the instance's timeout */
    uint64_t tag;             /* comes back with the response */
};

enum ent_http_outcome {
    ENT_HTTP_DONE = 0,         /* a response came; look at status */
    ENT_HTTP_NOT_MODIFIED = 1, /* 304 to a conditional request */
    ENT_HTTP_FAILED = 2,       /* no usable response: error says why */
    ENT_HTTP_TOO_LARGE = 3,
    ENT_HTTP_REFUSED = 4,      /* by address policy or a scheme that is not allowed */
    ENT_HTTP_CANCELLED = 5,    /* the instance is being stopped */
    ENT_HTTP_WOKEN = 6         /* no answer of HTTP: the plugin asked for it by wake/1 */
};

struct ent_http_response {
    uint32_t size;
    uint32_t outcome;            /* enum ent_http_outcome */
    uint64_t tag;
    int32_t status;              /* HTTP status, 0 where none came */
    uint32_t permanent_redirect; /* 1: all redirects on the way were 301 or 308 */
    struct ent_str url;          /* final address, after redirects */
    struct ent_str content_type; /* whole header value, empty if none */
    struct ent_str body;
    const struct ent_http_header *headers;
    size_t header_count;
    int64_t retry_after_ms;      /* from Retry-After, -1 where none; with ENT_HTTP_FAILED: nothing was sent, for an earlier
                                  * answer of that host asks to be left alone for so long */
    struct ent_str error;        /* for people: what, where, why */
};

struct ent_http_1 {
    uint32_t size;
    /* Copies the request. 0: submitted, and exactly one respond callback follows; otherwise the request
     * was malformed, host->error text set, nothing follows. */
    int (*submit)(struct ent_unit *unit, const struct ent_http_request *request);
};

/* mail/1: mail servers through the host, under the same address policy, limits and politeness as http/1: IMAP (imap, imaps)
 * to read, SMTP (smtp, smtps) to send. Asynchronous like http/1; the answer is the same `respond` callback with a struct
 * ent_http_response whose body is what an IMAP server gave, whose status is the last SMTP reply code (0 where there was
 * none), and whose outcome is ENT_HTTP_DONE only where all went well. imap and smtp switch to TLS before anything is
 * said, or fail, unless ENT_MAIL_PLAIN is set. */
#define ENT_MAIL_1 "mail/1"

enum ent_mail_flag {
    ENT_MAIL_PLAIN = 1u << 0 /* no TLS on imap and smtp: for servers on this machine */
};

struct ent_mail_request {
    uint32_t size;           /* sizeof(struct ent_mail_request) */
    uint32_t flags;          /* enum ent_mail_flag */
    const char *url;         /* imaps://host/INBOX, imaps://host/INBOX/;UID=12, smtp://host:587 */
    const char *user;        /* NULL: no authentication */
    const char *password;    /* or NULL where there is a bearer token */
    const char *bearer;      /* OAuth 2 access token, or NULL */
    const char *ca_file;     /* certificates to trust instead of the system's, or NULL */
    const char *command;     /* IMAP: sent in the mailbox of the address instead of fetching; NULL: fetch */
    const char *from;        /* SMTP: envelope sender */
    const char *const *recipients; /* SMTP: envelope recipients */
    size_t recipient_count;
    const void *message;     /* SMTP: the whole message, lines ending in CR LF; copied */
    size_t message_size;
    uint64_t max_response;   /* as in struct ent_http_request */
    uint64_t timeout_ms;
    uint64_t tag;
};

struct ent_mail_1 {
    uint32_t size;
    /* As submit() of http/1. */
    int (*submit)(struct ent_unit *unit, const struct ent_mail_request *request);
};

/* clock/1: the only source of time; tests control it. */
#define ENT_CLOCK_1 "clock/1"
struct ent_clock_1 {
    uint32_t size;
    int64_t (*now)(struct ent_instance *instance);       /* milliseconds since 1970-01-01T00:00:00Z */
    int64_t (*monotonic)(struct ent_instance *instance); /* milliseconds since some start, never going back */
};

/* kv/1: small durable state of the instance, written with the unit of work. Not for ENT_STATELESS plugins
 * with several workers. */
#define ENT_KV_1 "kv/1"
enum { ENT_KV_KEY_MAX = 512, ENT_KV_VALUE_MAX = 1024 * 1024 };
struct ent_kv_1 {
    uint32_t size;
    /* Fills *value (lent until the callback returns); 1 found, 0 not. Sees this unit's own writes. */
    int (*get)(struct ent_unit *unit, struct ent_str key, struct ent_str *value);
    /* 0 kept with the unit; -1 too large or out of memory. An empty value with NULL data deletes. */
    int (*put)(struct ent_unit *unit, struct ent_str key, struct ent_str value);
    /* The first key behind `after` (NULL data: the first of all) that begins with `prefix`, in the order of bytes, into
     * *key (lent until the callback returns); 1 there is one, 0 there is none. Sees this unit's own writes, deleted keys
     * left out:
     *
     *     struct ent_str key = ent_text(NULL);
     *     while (kv->next(unit, ent_text("seen/"), key, &key) == 1) … */
    int (*next)(struct ent_unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key);
};

/* metrics/1: numbers for `entente status`. Names are lower case words joined by _. */
#define ENT_METRICS_1 "metrics/1"
struct ent_metrics_1 {
    uint32_t size;
    void (*count)(struct ent_instance *instance, const char *name, int64_t add);
    void (*gauge)(struct ent_instance *instance, const char *name, double value);
};

/* program/1: the limits of the instance for a program that its plugin starts. It is there for plugins of Entente's own that run
 * programs, and where `isolate` is not none; other plugins start none when they are isolated. */
#define ENT_PROGRAM_1 "program/1"
struct ent_program_1 {
    uint32_t size;
    /* Words to put before the program's own, ended by NULL; lent until destroy. What they start becomes the program, within
     * the limits, and ends as it does. NULL, host->error text set: memory is out. */
    const char *const *(*confine)(struct ent_instance *instance);
};

/* folder/1: a folder on disk of the instance's own, for files that it can make anew: they outlive the process, but not
 * necessarily the next cleaning. Absent where nothing is kept (`entente check`). */
#define ENT_FOLDER_1 "folder/1"
struct ent_folder_1 {
    uint32_t size;
    /* Its path, made if need be; lent until destroy. Empty with NULL data, host->error text set, where it cannot be
     * made. From create to destroy, not from two threads at once. */
    struct ent_str (*path)(struct ent_instance *instance);
};

/* What query/1 and command/1 answer. The caller gives it back by release() of the same interface; read-only, any thread. */
enum ent_answer_kind {
    ENT_ANSWER_OK = 0,
    ENT_ANSWER_INPUT = 1,   /* the question is wrong: `text` says how, `parameter` and `offset` where */
    ENT_ANSWER_MISSING = 2, /* what it asks for does not exist */
    ENT_ANSWER_BUSY = 3,    /* not now: a reload is under way, the store is locked, too many ask; ask again later */
    ENT_ANSWER_STATE = 4,   /* it does not fit the present state of things */
    ENT_ANSWER_LIMIT = 5,   /* it would take too much: ask for less */
    ENT_ANSWER_FAILED = 6   /* the host cannot: disk, memory */
};

struct ent_answer {
    uint32_t size;
    uint32_t kind;            /* enum ent_answer_kind */
    struct ent_str body;      /* JSON, one object; empty where kind is not ENT_ANSWER_OK */
    struct ent_str text;      /* for people, where kind is not ENT_ANSWER_OK */
    struct ent_str parameter; /* of the question, that is wrong; empty where it is not one's fault */
    uint64_t offset, length;  /* the bytes of its value that are wrong; length 0: at its end, or all of it */
    struct ent_str nearest;   /* what may have been meant; empty where nothing is near */
};

/* query/1: questions to the store, for services. A question is a name with parameters (docs/api.md lists them: a path
 * of the HTTP API below /api/v1 is the question of that name). Answers are pages: each is bounded, comes from one short read
 * transaction or several, and names the cursor of the next. A question that takes too long is ended by the host. */
#define ENT_QUERY_1 "query/1"

struct ent_parameter {
    const char *name;
    const char *value;
};

struct ent_query_1 {
    uint32_t size;
    /* Waits for its answer, a few seconds at most. NULL only where memory is out. Any thread of a service; not during
     * check, create and destroy. */
    const struct ent_answer *(*ask)(struct ent_instance *instance, const char *question,
                                    const struct ent_parameter *parameters, size_t count);
    void (*release)(struct ent_instance *instance, const struct ent_answer *answer); /* NULL does nothing */
    /* A number that grows whenever something was committed to the store. Waits until it is no longer `seen`, at most
     * `timeout_ms`, or until the service shall end; 0 looks only. A commit wakes all who wait and waits for nobody: who is
     * slow sees several as one, and asks `changes` for what they were. */
    uint64_t (*wait)(struct ent_instance *instance, uint64_t seen, int64_t timeout_ms);
};

/* command/1: the commands that `entente` sends to a running daemon, done by the same code. */
#define ENT_COMMAND_1 "command/1"

struct ent_command_1 {
    uint32_t size;
    /* `request` is what stands in a line of the control socket, without its end: {"command":"fetch","target":"source.edm"}.
     * `author` is who asks for it, for the log and for the record: the caller has made sure of that. Waits until it is
     * durable, but for reload and stop, which are only begun. As ask() of query/1; release() too. */
    const struct ent_answer *(*run)(struct ent_instance *instance, const char *author, struct ent_str request);
    void (*release)(struct ent_instance *instance, const struct ent_answer *answer);
};

/* net/1: sockets that the host opens, since an isolated plugin cannot. For services, and for plugins that say
 * ENT_NETWORK. */
#define ENT_NET_1 "net/1"

struct ent_net_1 {
    uint32_t size;
    /* A listening stream socket, non-blocking and close-on-exec, which the caller closes; -1 with host->error text set.
     * `address` is 127.0.0.1:8750, [::1]:8750, :8750 (every address of the machine) or the absolute path of a Unix socket,
     * which is made for its owner and group only, replaces one that nobody serves, and is removed with the instance. Port 0
     * lets the system choose; *port (may be NULL) is the one in force, 0 for a path. */
    int (*listen)(struct ent_instance *instance, const char *address, uint16_t *port);
    /* A connected stream socket, non-blocking and close-on-exec, which the caller closes; -1 with host->error text set.
     * `address` is example.org:25, 192.0.2.1:25, [2001:db8::1]:25 or the absolute path of a Unix socket; what is not public is
     * refused unless the instance has allow_private = yes. Waits for name server and peer, for the latter at most
     * `timeout_ms` and a minute: so not in a callback but serve, only from a thread of the plugin's own. */
    int (*connect)(struct ent_instance *instance, const char *address, int64_t timeout_ms);
#if ENT_USE_MINOR >= 1
    /* Sends one datagram to the Unix datagram socket at `path`, which must be absolute and the value of an option of the
     * instance, its default included: what the configuration names is reached, and nothing else. Never waits, so it may be
     * called in a callback. 0, or the errno of what was in the way with host->error text set: EACCES where no option has the
     * path, ENOENT and ECONNREFUSED where nobody receives, EAGAIN where the receiver's queue is full, EMSGSIZE where it takes
     * none of that size. */
    int (*send)(struct ent_instance *instance, const char *path, struct ent_str datagram);
#endif
};

/* wake/1: for a plugin that waits on a thread of its own for something else than HTTP: a program, a connection. It leaves
 * its inputs at ENT_AGAIN, and when it knows what became of them, it wakes the instance and settles them in `respond`. */
#define ENT_WAKE_1 "wake/1"

struct ent_wake_1 {
    uint32_t size;
    /* Has `respond` called with a response whose outcome is ENT_HTTP_WOKEN, whose status is 0 and whose tag is this one.
     * 0, or -1 where memory is out. From any thread, from create until destroy returns. */
    int (*wake)(struct ent_instance *instance, uint64_t tag);
};

/* text/1: what the host's own plugins read the web's texts with. Pure: no I/O, no state; always in the process that holds the
 * plugin. What is returned is UTF-8, NUL-terminated, and lent until the callback returns; empty with NULL data and
 * host->error text set where memory is out. */
#define ENT_TEXT_1 "text/1"

enum ent_html_flag {
    ENT_HTML_ONE_LINE = 1u << 0 /* breaks become spaces: for titles and names */
};

struct ent_text_1 {
    uint32_t size;
    /* Bytes in any charset as UTF-8: by byte order mark, else UTF-8 where they are that, else what `content_type` (of HTTP; may
     * be NULL) or the document says, else by the frequency of letters. Ill-formed bytes are replaced, never refused. */
    struct ent_str (*decode)(struct ent_unit *unit, struct ent_str bytes, const char *content_type);
    /* The text of a piece of HTML, as the body of an item wants it: paragraphs apart by an empty line, no scripts, styles and
     * comments, references decoded. `html` is UTF-8. */
    struct ent_str (*from_html)(struct ent_unit *unit, struct ent_str html, uint32_t flags); /* enum ent_html_flag */
    /* ISO 639-1 code of the language of a text in UTF-8, by script and function words; "und" where that cannot be told, as of a
     * few words. */
    struct ent_str (*language)(struct ent_unit *unit, struct ent_str text);
    /* A reference resolved against an absolute address, as in links of a page; without `base` as it stands. */
    struct ent_str (*resolve)(struct ent_unit *unit, struct ent_str base, struct ent_str reference);
    /* A date as feeds and pages write it, in some thirty languages. 1, with *time in milliseconds since
     * 1970-01-01T00:00:00Z, *offset (minutes east of UTC) and *precision (a value of ENT_ITEM_PUBLISHED_PRECISION, a constant)
     * filled in; 0 where it cannot be read. Both of the latter may be NULL. */
    int (*read_date)(struct ent_unit *unit, struct ent_str text, int64_t *time, int32_t *offset, const char **precision);
};

/* ---------------------------------------------------------------------------------------- when to fetch a source */

struct ent_fetch_hints {
    uint32_t size;         /* sizeof(struct ent_fetch_hints) */
    uint32_t skip_hours;   /* bits 0 to 23: hours of the day, GMT, in which it does not change */
    uint32_t skip_days;    /* bits 0 to 6: days of the week from Sunday on */
    uint32_t reserved;     /* 0 */
    int64_t not_before_ms; /* it is made anew no sooner than this after the last time; 0: it does not say */
};

/* --------------------------------------------------------------------------------------------- the host's table */

struct ent_host {
    uint32_t size;
    uint16_t abi_major, abi_minor;

    /* instance */
    const char *(*instance_name)(struct ent_instance *instance); /* "source.edm"; lent until destroy */
    void (*log)(struct ent_instance *instance, uint32_t level, struct ent_str text); /* enum ent_log_level */
    const void *(*interface)(struct ent_instance *instance, const char *name); /* NULL where absent; good until destroy */
    /* Text that goes with the next non-OK return of check, create, start or any callback on this thread. */
    void (*error)(struct ent_instance *instance, struct ent_str text);

    /* options; lent until destroy. An absent optional value: empty string with NULL data, 0, false */
    struct ent_str (*option_str)(struct ent_instance *instance, const char *name); /* STRING SECRET URL PATH ENUM */
    int64_t (*option_int)(struct ent_instance *instance, const char *name); /* INT BOOL DURATION(ms) SIZE(bytes) */
    double (*option_num)(struct ent_instance *instance, const char *name);  /* FLOAT */
    size_t (*option_count)(struct ent_instance *instance, const char *name); /* LIST; 0 or 1 for the others */
    struct ent_str (*option_item)(struct ent_instance *instance, const char *name, size_t index); /* LIST */

    /* Building a record. The first put that is wrong is remembered, and seal says which it was. build gives NULL where
     * memory is out; all others take NULL for a builder: puts do nothing, seal gives NULL. */
    struct ent_builder *(*build)(struct ent_instance *instance, uint32_t kind);
    void (*put_str)(struct ent_builder *builder, uint32_t field, struct ent_str value);
    void (*put_int)(struct ent_builder *builder, uint32_t field, int64_t value); /* int and flag */
    void (*put_num)(struct ent_builder *builder, uint32_t field, double value);
    void (*put_time)(struct ent_builder *builder, uint32_t field, int64_t milliseconds);
    void (*open)(struct ent_builder *builder, uint32_t field, uint32_t kind); /* begins a record within */
    void (*close)(struct ent_builder *builder);
    /* A copy of a record as a record within, such as an actor of another report. */
    void (*put_rec)(struct ent_builder *builder, uint32_t field, const struct ent_record *record);
    /* Every field of a record of the same kind, but those in `except` (ended by 0; NULL: none), for one that differs in a few:
     * a report that replaces another, an item that is derived from one. */
    void (*put_all)(struct ent_builder *builder, const struct ent_record *record, const uint32_t *except);
    /* Ends the builder. NULL, with host->error text set, where a field was unknown, of the wrong type, not
     * UTF-8, too large, or memory was out. The caller owns the record. */
    struct ent_record *(*seal)(struct ent_builder *builder);
    void (*discard)(struct ent_builder *builder);
    /* A record from bytes in the format of record.h, verified first; NULL as for seal. */
    struct ent_record *(*from_bytes)(struct ent_instance *instance, const void *bytes, size_t size);

    /* reading a record */
    uint32_t (*kind)(const struct ent_record *record);
    struct ent_str (*bytes)(const struct ent_record *record);
    size_t (*count)(const struct ent_record *record, uint32_t field);
    int (*get_str)(const struct ent_record *record, uint32_t field, size_t index, struct ent_str *value);
    int (*get_int)(const struct ent_record *record, uint32_t field, size_t index, int64_t *value); /* int flag time */
    int (*get_num)(const struct ent_record *record, uint32_t field, size_t index, double *value);
    /* A record within: lent until the callback returns, must not be held. NULL where there is none, or memory is out. */
    const struct ent_record *(*get_rec)(struct ent_unit *unit, const struct ent_record *record, uint32_t field,
                                        size_t index);
    /* A reference of the caller's own to a record that was lent, to be given back by release or emit. */
    struct ent_record *(*hold)(const struct ent_record *record);
    void (*release)(struct ent_record *record); /* NULL does nothing */

    /* units of work */
    size_t (*input_count)(struct ent_unit *unit);
    const struct ent_record *(*input)(struct ent_unit *unit, size_t index);
    /* classifiers: reports made so far of input `index` by those before it (`after`) */
    size_t (*report_count)(struct ent_unit *unit, size_t index);
    const struct ent_record *(*report)(struct ent_unit *unit, size_t index, size_t report);
    void (*withdraw)(struct ent_unit *unit, size_t index, struct ent_str report_id);
    /* Hands a record over as output of input `index` (0 for a source). 0, or -1: wrong kind, or too much for one unit
     * (100,000 records for one input, 1,000 where they are reports, 256 MiB in all). The record is the host's in either
     * case. */
    int (*emit)(struct ent_unit *unit, size_t index, struct ent_record *record);
    /* The result of one input; retry_after_ms counts for ENT_RETRY, -1 for the host's choice. */
    void (*result)(struct ent_unit *unit, size_t index, uint32_t code, int64_t retry_after_ms, struct ent_str text);
    /* A number by which an input left at ENT_AGAIN is settled later, by settle() in `respond`; the same each time for one
     * input of one unit. 0, which is none, where there is no such input. */
    uint64_t (*ticket)(struct ent_unit *unit, size_t index);
    void (*settle)(struct ent_unit *unit, uint64_t ticket, uint32_t code, int64_t retry_after_ms, struct ent_str text);
    /* Sources: when the next fetch shall be, instead of `interval`; at least `interval_min`. */
    void (*next_fetch)(struct ent_unit *unit, int64_t delay_ms);
    /* True once the host wants the callback to end early. */
    int (*cancelled)(struct ent_unit *unit);
    /* Sources: what the document says of when it changes. Holds until a later fetch says otherwise, and counts where
     * the configuration gives no `interval`; what HTTP itself says (Cache-Control) the host sees without this. */
    void (*fetch_hints)(struct ent_unit *unit, const struct ent_fetch_hints *hints);
    /* Classifiers: what those before it remarked of input `index`, in the order of the chain: the text of their ENT_OK. The
     * coder says "relevant: core" or "relevant: mention" of an item that is about cooperation but of which it made no
     * report, and "uncoded: de" of one in a language that it does not know. Lent until the callback returns; empty with NULL
     * data past the last. *classifier (may be NULL) is who said it, "classifier.coder". */
    size_t (*remark_count)(struct ent_unit *unit, size_t index);
    struct ent_str (*remark)(struct ent_unit *unit, size_t index, size_t remark, struct ent_str *classifier);

#if ENT_USE_MINOR >= 1
    /* Why: the text that a function which failed left on this thread (what is said here as "host->error text set"), or that
     * error() did. Empty where there is none. Lent until the thread calls the host again; any thread. */
    struct ent_str (*error_text)(struct ent_instance *instance);
#endif
};

/* -------------------------------------------------------------------------------------------- the descriptor */

enum ent_plugin_flag { /* bits 0 to 15 must be known to the host, 16 to 31 are hints */
    ENT_STATELESS = 1u << 0, /* several workers may run callbacks of one instance at once */
    ENT_NETWORK = 1u << 2,   /* opens connections or listens by net/1, which is absent without this but for services */
    /* It reads what strangers wrote: pages, mail, requests. [entente] isolate = auto gives one that came with the host a
     * sandbox for that. */
    ENT_FOREIGN_INPUT = 1u << 16
};

struct ent_ops {
    uint32_t size; /* sizeof(struct ent_ops) */
    uint32_t reserved;

    /* Looks at options that the table alone cannot judge (two that exclude each other). No I/O. Optional. */
    enum ent_code (*check)(const struct ent_host *host, struct ent_instance *instance);
    /* The instance's state, or NULL with host->error text set. `host` is valid until destroy. Optional: without
     * it `self` is the instance. */
    void *(*create)(const struct ent_host *host, struct ent_instance *instance);
    /* I/O and threads begin here. Optional, as all callbacks are that nothing else is said of. */
    enum ent_code (*start)(void *self);

    enum ent_code (*fetch)(void *self, struct ent_unit *unit);
    enum ent_code (*transform)(void *self, struct ent_unit *unit);
    enum ent_code (*classify)(void *self, struct ent_unit *unit);
    enum ent_code (*detect)(void *self, struct ent_unit *unit);
    enum ent_code (*deliver)(void *self, struct ent_unit *unit);
    enum ent_code (*serve)(void *self, struct ent_unit *unit);
    /* The answer to a submitted HTTP request. For a source, what it emits here is the fetch's output. Of others what
     * is emitted and withdrawn here, at index 0, belongs to the input that this callback settles. Where it settles
     * several, each report says by ENT_REPORT_ITEM whose it is; a transform settles one at a time. */
    enum ent_code (*respond)(void *self, struct ent_unit *unit, const struct ent_http_response *response);

    /* Finish what is under way within this many milliseconds; no new inputs follow. `respond` may still be called after it. */
    void (*drain)(void *self, int64_t deadline_ms);
    /* The end of what start began: threads, connections. Not called where start did not return ENT_OK. */
    void (*stop)(void *self);
    /* Frees what create made. Called once for each create that did not return NULL. */
    void (*destroy)(void *self);
};

struct ent_plugin {
    /* Checked first, in this order, before anything else is believed. */
    uint32_t magic;     /* ENT_PLUGIN_MAGIC */
    uint16_t abi_major; /* ENT_ABI_MAJOR */
    uint16_t abi_minor; /* ENT_ABI_MINOR of the header it was built with */
    uint16_t min_minor; /* ENT_MIN_MINOR: the oldest host that it runs on */
    uint16_t reserved;  /* 0, as all that is reserved */
    uint32_t size;      /* sizeof(struct ent_plugin) */

    const char *name;    /* as in `plugin = NAME`; also the file's name without .so */
    const char *version;
    const char *licence; /* SPDX */
    const char *summary; /* one line */
    uint32_t flags;      /* enum ent_plugin_flag */

    uint32_t option_count;
    uint32_t option_stride; /* sizeof(struct ent_option) */
    uint32_t reserved2;
    const struct ent_option *options;
    const struct ent_ops *ops;
};

/* The one exported symbol. Must not do anything but return the same descriptor each time. */
ENT_EXPORT const struct ent_plugin *ent_plugin_query(void);

/* Fills the checked head of a descriptor:
 *     static const struct ent_plugin plugin = { ENT_PLUGIN_HEAD, .name = "…", … };
 * and its option members. C++ before C++20 has no designated initializers: there the macros are positional, and the
 * members follow in their order, with ENT_PLUGIN_NO_OPTIONS for a plugin that has none:
 *     static const ent_plugin plugin = { ENT_PLUGIN_HEAD, "name", "1.0", "MIT", "summary", 0,
 *                                        ENT_PLUGIN_OPTIONS(options), &ops }; */
#ifdef __cplusplus
#define ENT_PLUGIN_HEAD ENT_PLUGIN_MAGIC, ENT_ABI_MAJOR, ENT_ABI_MINOR, ENT_MIN_MINOR, 0, sizeof(struct ent_plugin)
#define ENT_PLUGIN_OPTIONS(table) sizeof(table) / sizeof *(table), sizeof *(table), 0, (table)
#define ENT_PLUGIN_NO_OPTIONS 0, 0, 0, ENT_NOTHING
#else
#define ENT_PLUGIN_HEAD                                                                                                \
    .magic = ENT_PLUGIN_MAGIC, .abi_major = ENT_ABI_MAJOR, .abi_minor = ENT_ABI_MINOR, .min_minor = ENT_MIN_MINOR,     \
    .size = sizeof(struct ent_plugin)

#define ENT_PLUGIN_OPTIONS(table)                                                                                      \
    .option_count = sizeof(table) / sizeof *(table), .option_stride = sizeof *(table), .options = (table)
#define ENT_PLUGIN_NO_OPTIONS .option_count = 0
#endif

/* What crosses the boundary has fixed widths. */
#ifdef __cplusplus
static_assert(sizeof(enum ent_code) == 4, "plugins are built without -fshort-enums");
#else
_Static_assert(sizeof(enum ent_code) == 4, "plugins are built without -fshort-enums");
#endif

/* ------------------------------------------------------------------------------------------------- wrappers */

static inline struct ent_str ent_text(const char *text)
{
    struct ent_str str = {text, text ? strlen(text) : 0};
    return str;
}

static inline struct ent_str ent_bytes(const char *data, size_t size)
{
    struct ent_str str = {data, size};
    return str;
}

/* First value of a field, or an empty string with NULL data. */
static inline struct ent_str ent_get_str(const struct ent_host *host, const struct ent_record *record, uint32_t field)
{
    struct ent_str value = {ENT_NOTHING, 0};
    host->get_str(record, field, 0, &value);
    return value;
}

/* First value of an int, flag or time field, or `absent`. */
static inline int64_t ent_get_int(const struct ent_host *host, const struct ent_record *record, uint32_t field,
                                  int64_t absent)
{
    int64_t value = absent;
    return host->get_int(record, field, 0, &value) ? value : absent;
}

static inline double ent_get_num(const struct ent_host *host, const struct ent_record *record, uint32_t field,
                                 double absent)
{
    double value = absent;
    return host->get_num(record, field, 0, &value) ? value : absent;
}

/* Writes the text unless it is NULL or empty. */
static inline void ent_put_text(const struct ent_host *host, struct ent_builder *builder, uint32_t field,
                                const char *text)
{
    if (text && *text)
        host->put_str(builder, field, ent_text(text));
}

/* An interface with all that it had in 1.0, or NULL where the host or this instance has none. */
static inline const struct ent_http_1 *ent_http(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_http_1 *table = ENT_CAST(const struct ent_http_1 *, host->interface(instance, ENT_HTTP_1));
    return ENT_HAS(table, submit) ? table : ENT_NOTHING;
}

static inline const struct ent_mail_1 *ent_mail(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_mail_1 *table = ENT_CAST(const struct ent_mail_1 *, host->interface(instance, ENT_MAIL_1));
    return ENT_HAS(table, submit) ? table : ENT_NOTHING;
}

static inline const struct ent_clock_1 *ent_clock(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_clock_1 *table = ENT_CAST(const struct ent_clock_1 *, host->interface(instance, ENT_CLOCK_1));
    return ENT_HAS(table, monotonic) ? table : ENT_NOTHING;
}

static inline const struct ent_wake_1 *ent_wake(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_wake_1 *table = ENT_CAST(const struct ent_wake_1 *, host->interface(instance, ENT_WAKE_1));
    return ENT_HAS(table, wake) ? table : ENT_NOTHING;
}

static inline const struct ent_kv_1 *ent_kv(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_kv_1 *table = ENT_CAST(const struct ent_kv_1 *, host->interface(instance, ENT_KV_1));
    return ENT_HAS(table, next) ? table : ENT_NOTHING;
}

static inline const struct ent_metrics_1 *ent_metrics(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_metrics_1 *table = ENT_CAST(const struct ent_metrics_1 *, host->interface(instance, ENT_METRICS_1));
    return ENT_HAS(table, gauge) ? table : ENT_NOTHING;
}

static inline const struct ent_folder_1 *ent_folder(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_folder_1 *table = ENT_CAST(const struct ent_folder_1 *, host->interface(instance, ENT_FOLDER_1));
    return ENT_HAS(table, path) ? table : ENT_NOTHING;
}

static inline const struct ent_text_1 *ent_texts(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_text_1 *table = ENT_CAST(const struct ent_text_1 *, host->interface(instance, ENT_TEXT_1));
    return ENT_HAS(table, read_date) ? table : ENT_NOTHING;
}

static inline const struct ent_query_1 *ent_query(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_query_1 *table = ENT_CAST(const struct ent_query_1 *, host->interface(instance, ENT_QUERY_1));
    return ENT_HAS(table, wait) ? table : ENT_NOTHING;
}

static inline const struct ent_command_1 *ent_command(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_command_1 *table = ENT_CAST(const struct ent_command_1 *, host->interface(instance, ENT_COMMAND_1));
    return ENT_HAS(table, release) ? table : ENT_NOTHING;
}

static inline const struct ent_net_1 *ent_net(const struct ent_host *host, struct ent_instance *instance)
{
    const struct ent_net_1 *table = ENT_CAST(const struct ent_net_1 *, host->interface(instance, ENT_NET_1));
    return ENT_HAS(table, connect) ? table : ENT_NOTHING;
}

/* Says why and returns the code: `return ent_fail(host, instance, ENT_CONFIG, "url: …");` */
static inline enum ent_code ent_fail(const struct ent_host *host, struct ent_instance *instance, enum ent_code code,
                                     const char *text)
{
    host->error(instance, ent_text(text));
    return code;
}

#ifdef __cplusplus
}
#endif
#endif
