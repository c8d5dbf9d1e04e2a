/* The keys of every kind of section that are not a plugin's own. A row that is added after 1.0 of the plugin interface bears
 * `since`, or plugins that have an option of that name would no longer load (core/config/options.c). */
#include "core/config/options.h"
#include "core/config/watch_rows.h"

#include <string.h>

#define INSTANCE_ROWS                                                                                                  \
    {.name = "plugin",                                                                                                 \
     .type = ENT_OPTION_STRING,                                                                                        \
     .flags = ENT_REQUIRED,                                                                                            \
     .help = "The plugin's name, or the absolute path of its object"},                                                 \
        {.name = "enabled", .type = ENT_OPTION_BOOL, .default_value = "yes", .help = "Whether the instance runs"},     \
        {.name = "isolate",                                                                                            \
         .type = ENT_OPTION_ENUM,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .choices = "none|process|sandbox",                                                                            \
         .help = "Where the plugin runs: in the daemon, in another process, or in one that the kernel holds to its "   \
                 "paths and to what the host gives it; by itself as [entente] says"},                                  \
        {.name = "share",                                                                                              \
         .type = ENT_OPTION_BOOL,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "yes",                                                                                       \
         .help = "Whether an isolated plugin shares its process with other instances of the same settings"},           \
        {.name = "hang_after",                                                                                         \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "5m",                                                                                        \
         .min = "1s",                                                                                                  \
         .max = "1d",                                                                                                  \
         .help = "How long a callback may run; past it the process of an isolated plugin is ended"},                   \
        {.name = "deaths_max",                                                                                         \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "5",                                                                                         \
         .min = "0",                                                                                                   \
         .max = "1000",                                                                                                \
         .help = "After so many deaths of its process within ten minutes, the time of hangs not counted, without "     \
                 "success between them, an isolated plugin is left alone until the configuration changes; 0: never"},  \
        {.name = "workers",                                                                                            \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "1",                                                                                         \
         .min = "1",                                                                                                   \
         .max = "64",                                                                                                  \
         .help = "Callbacks that may run at once, for a plugin that keeps no state"},                                  \
        {.name = "after",                                                                                              \
         .type = ENT_OPTION_LIST,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "Of a transform or classifier: those that see each item before this one does"},                       \
        {.name = "allow_private",                                                                                      \
         .type = ENT_OPTION_BOOL,                                                                                      \
         .default_value = "no",                                                                                        \
         .help = "Whether it may reach private and loopback addresses"},                                               \
        {.name = "deadline",                                                                                           \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "1h",                                                                                        \
         .min = "1s",                                                                                                  \
         .max = "30d",                                                                                                 \
         .help = "How long a record may stay undone before it goes to the dead letters"},                              \
        {.name = "memory_max",                                                                                         \
         .type = ENT_OPTION_SIZE,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "2G",                                                                                        \
         .min = "16M",                                                                                                 \
         .help = "Memory past which an isolated plugin is restarted: the resident size of its process, files that it " \
                 "maps included"},                                                                                     \
        {.name = "cpu_max",                                                                                            \
         .type = ENT_OPTION_FLOAT,                                                                                     \
         .flags = ENT_ADVANCED,                                                                                        \
         .min = "0.01",                                                                                                \
         .max = "1024",                                                                                                \
         .help = "Share of a processor core that an isolated plugin's process may use, 0.5 for half of one; past it "  \
                 "it is made to wait"},                                                                                \
        {.name = "descriptors_max",                                                                                    \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "1024",                                                                                      \
         .min = "32",                                                                                                  \
         .max = "1000000",                                                                                             \
         .help = "Files and other descriptors that an isolated plugin's process may have open at once"},               \
        {.name = "processes_max",                                                                                      \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "64",                                                                                        \
         .min = "1",                                                                                                   \
         .max = "100000",                                                                                              \
         .help = "Processes that the program of an isolated exec may be at once; no other plugin makes any"},          \
        {.name = "sandbox",                                                                                            \
         .type = ENT_OPTION_ENUM,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "possible",                                                                                  \
         .choices = "possible|required",                                                                               \
         .help = "Of isolate = sandbox: possible takes what this kernel has of it, and entente status says what; "     \
                 "required does not run the plugin where files or system calls cannot be kept apart"},                 \
        {.name = "timeout",                                                                                            \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "30s",                                                                                       \
         .min = "1s",                                                                                                  \
         .max = "1h",                                                                                                  \
         .help = "How long one HTTP exchange may take"},                                                               \
        {.name = "max_body",                                                                                           \
         .type = ENT_OPTION_SIZE,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "32M",                                                                                       \
         .min = "1k",                                                                                                  \
         .max = "1G",                                                                                                  \
         .help = "The largest HTTP response taken, after decompression"},                                              \
        {.name = "proxy",                                                                                              \
         .type = ENT_OPTION_URL,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .choices = "http|https|socks5|socks5h",                                                                       \
         .help = "A proxy for its HTTP; what lies behind it only the proxy can keep from private addresses"},          \
        {.name = "proxy_user",                                                                                         \
         .type = ENT_OPTION_STRING,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "Name for a proxy that asks for one"},                                                                \
        {.name = "proxy_password",                                                                                     \
         .type = ENT_OPTION_SECRET,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "Password for that proxy"},                                                                           \
        {.name = "ca_certificates",                                                                                    \
         .type = ENT_OPTION_PATH,                                                                                      \
         .flags = ENT_ADVANCED | ENT_PATH_READ,                                                                        \
         .help = "A file of the authorities whose certificates are believed, instead of the system's"},                \
        {.name = "client_certificate",                                                                                 \
         .type = ENT_OPTION_PATH,                                                                                      \
         .flags = ENT_ADVANCED | ENT_PATH_READ,                                                                        \
         .help = "A certificate to show to the server, in PEM"},                                                       \
        {.name = "client_key",                                                                                         \
         .type = ENT_OPTION_PATH,                                                                                      \
         .flags = ENT_ADVANCED | ENT_PATH_READ,                                                                        \
         .help = "Its key, where it does not stand in the same file"},                                                 \
    {                                                                                                                  \
        .name = "client_key_password", .type = ENT_OPTION_SECRET, .flags = ENT_ADVANCED, .help = "Password of the key" \
    }

#define CHAIN_ROWS                                                                                                     \
    {                                                                                                                  \
        .name = "batch", .type = ENT_OPTION_INT, .flags = ENT_ADVANCED, .default_value = "64", .min = "1",             \
        .max = "1000", .help = "Records handed over at once"                                                           \
    }

#define SOURCE_ROWS                                                                                                    \
    {.name = "interval",                                                                                               \
     .type = ENT_OPTION_DURATION,                                                                                      \
     .min = "1s",                                                                                                      \
     .max = "30d",                                                                                                     \
     .help = "Time between two fetches; by itself as the source's own rhythm, its server and its document suggest, "    \
             "15m as long as none of them does"},                                                                       \
        {.name = "interval_min",                                                                                       \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .min = "1s",                                                                                                  \
         .max = "30d",                                                                                                 \
         .help = "Fetches are never closer; by itself 1s, and 5m where the source's rhythm sets the time"},            \
        {.name = "interval_max",                                                                                       \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .min = "1s",                                                                                                  \
         .max = "30d",                                                                                                 \
         .help = "Fetches are never farther apart, whatever servers ask for and back-off included; by itself 1d, and " \
                 "1h where the source's rhythm sets the time"},                                                         \
        {.name = "silent_after",                                                                                       \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .min = "0",                                                                                                   \
         .help = "Without a new item for this time it raises an alert; by itself three times its longest pause of "    \
                 "late; 0 for never"},                                                                                  \
        {.name = "dead_after",                                                                                         \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "3d",                                                                                        \
         .min = "0",                                                                                                   \
         .help = "After failing for this time it raises an alert; 0 for never"},                                       \
        {.name = "max_redirects",                                                                                      \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "10",                                                                                        \
         .min = "0",                                                                                                   \
         .max = "50",                                                                                                  \
         .help = "Redirects that are followed"},                                                                       \
        {.name = "max_download",                                                                                       \
         .type = ENT_OPTION_SIZE,                                                                                      \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "32M",                                                                                       \
         .min = "1k",                                                                                                  \
         .max = "1G",                                                                                                  \
         .help = "The most that is taken over the line for one HTTP response, before decompression"},                  \
        {.name = "max_per_host",                                                                                       \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "2",                                                                                         \
         .min = "1",                                                                                                   \
         .max = "64",                                                                                                  \
         .help = "HTTP requests to one host at once"},                                                                 \
        {.name = "min_delay",                                                                                          \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "250ms",                                                                                     \
         .min = "0",                                                                                                   \
         .max = "1h",                                                                                                  \
         .help = "Time between the starts of two HTTP requests to one host"},                                          \
        {.name = "user", .type = ENT_OPTION_STRING, .flags = ENT_ADVANCED, .help = "Name to log in with"},             \
        {.name = "password", .type = ENT_OPTION_SECRET, .flags = ENT_ADVANCED, .help = "Password to log in with"},     \
        {.name = "bearer",                                                                                             \
         .type = ENT_OPTION_SECRET,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "Token to send as `Authorization: Bearer`"},                                                          \
        {.name = "cookies",                                                                                            \
         .type = ENT_OPTION_SECRET,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "Cookies to send, as in `session=abc; lang=en`"},                                                     \
        {.name = "headers",                                                                                            \
         .type = ENT_OPTION_SECRET,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "HTTP headers to send: one as `Name: value`, or file:PATH with one a line"},                          \
        {.name = "class",                                                                                              \
         .type = ENT_OPTION_ENUM,                                                                                      \
         .default_value = "media",                                                                                     \
         .choices = "wire|official|media|analysis",                                                                    \
         .help = "What kind of source it is"},                                                                         \
        {.name = "publisher",                                                                                          \
         .type = ENT_OPTION_STRING,                                                                                    \
         .help = "Who publishes it, as a domain such as example.org; by itself the address's domain"},                 \
    {                                                                                                                  \
        .name = "language", .type = ENT_OPTION_STRING,                                                                 \
        .help = "Language of its items as a tag such as en or pt-BR, where they do not say"                            \
    }

static const struct ent_option source_rows[] = {INSTANCE_ROWS, SOURCE_ROWS};

static const struct ent_option sources_rows[] = {
    {.name = "list",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_READ,
     .help = "A file with one source a line: its address and options, as in `https://example.org/feed class=wire`"},
    INSTANCE_ROWS,
    SOURCE_ROWS,
};

static const struct ent_option chain_rows[] = {INSTANCE_ROWS, CHAIN_ROWS};

static const struct ent_option classifier_rows[] = {
    INSTANCE_ROWS,
    CHAIN_ROWS,
    {.name = "hold_max",
     .type = ENT_OPTION_DURATION,
     .default_value = "0",
     .min = "0",
     .max = "30d",
     .help = "How long items wait for it while it cannot take them, whyever; then they pass it by, alerts go on without it, and "
             "it is handed them when it works again; 0: they wait as long as it takes, and all alerts with them"},
};

static const struct ent_option detector_rows[] = {
    INSTANCE_ROWS,
    CHAIN_ROWS,
    WATCH_ROWS("A rule (docs/rules.md): the detector is shown the events that match it, without one all; parts when.1, "
               "when.2, … are joined",
               "At which revisions of an event its findings raise an alert: new, at any but those that recoding, a "
               "correction or a merge made; or changes of an event",
               "Its findings about what was published longer than this before its fetch raise no alert; not with from = "
               "archive, nor while `entented --once` fills an empty archive",
               "Where a detector that is added to a filled archive starts"),
};

static const struct ent_option sink_rows[] = {
    INSTANCE_ROWS,
    {.name = "batch",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "64",
     .min = "1",
     .max = "1000",
     .help = "Deliveries handed over at once"},
    {.name = "retry_min",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "1s",
     .min = "1s",
     .max = "1d",
     .help = "Wait before a delivery is tried again; it doubles with each attempt"},
    {.name = "retry_max",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "1h",
     .min = "1s",
     .max = "7d",
     .help = "The longest wait between two attempts"},
    {.name = "give_up",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "3d",
     .min = "1s",
     .max = "365d",
     .help = "After this time a delivery that never succeeded goes to the dead letters"},
    DELIVERY_ROWS,
};

static const struct ent_option service_rows[] = {INSTANCE_ROWS};

static const struct ent_option entente_rows[] = {
    {.name = "state_dir",
     .type = ENT_OPTION_PATH,
     .help = "Folder of the store, the lock and the control socket; by itself /var/lib/entente for a service, else "
             "~/.local/state/entente"},
    {.name = "include",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Further configuration files, such as conf.d/*.ini, relative to this one"},
    {.name = "plugin_path",
     .type = ENT_OPTION_LIST,
     .help = "Folders in which plugins are looked for after the built-in ones"},
    {.name = "isolate",
     .type = ENT_OPTION_ENUM,
     .default_value = "auto",
     .choices = "none|process|sandbox|auto",
     .help = "Where plugins run whose section does not say: in the daemon, each in another process, or each in one that the "
             "kernel holds to its paths and to what the host gives it; auto: those that came with it in the daemon, or in a "
             "sandbox where they read what strangers wrote, all others in another process"},
    {.name = "contact",
     .type = ENT_OPTION_STRING,
     .help = "Address of a person or page, told to the servers that are fetched from"},
    {.name = "threads",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "0",
     .min = "0",
     .max = "256",
     .help = "Threads that run plugins; 0 for as many as there are cores"},
    {.name = "min_free",
     .type = ENT_OPTION_SIZE,
     .default_value = "256M",
     .help = "Free space on the state folder's disk below which sources stop"},
    {.name = "health_to",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Names of the sinks that are told of sources that have died, are gone or have gone silent, and of their "
             "return; of instances that do not run or are left alone; and of items that a classifier holds up"},
    {.name = "timezone",
     .type = ENT_OPTION_STRING,
     .default_value = "UTC",
     .help = "Time zone of digests and quiet hours that name none, and of the times that `entente` shows to people and takes "
             "from them, by its IANA name, such as Europe/London"},
    {.name = "publishers",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "A table of one's own of publishers, by which house and reliability, that goes before the one built in "
             "(data/publishers.txt)"},
    {.name = "once_deadline",
     .type = ENT_OPTION_DURATION,
     .default_value = "60s",
     .min = "0",
     .max = "1d",
     .help = "How long `entented --once` retries deliveries, and items that a plugin cannot do, before it "
             "leaves them pending"},
};

static const struct ent_option log_rows[] = {
    {.name = "format",
     .type = ENT_OPTION_ENUM,
     .default_value = "text",
     .choices = "text|json",
     .help = "One line of text or one JSON object an entry"},
    {.name = "level",
     .type = ENT_OPTION_ENUM,
     .default_value = "info",
     .choices = "error|warning|info|debug",
     .help = "The least important entries that are written"},
};

static const struct ent_option retention_rows[] = {
    {.name = "items",
     .type = ENT_OPTION_DURATION,
     .min = "1d",
     .help = "So long after their fetch items keep their bodies; without it for ever. Id, address, title and hash stay, and so "
             "do events with their quotes"},
    {.name = "dead",
     .type = ENT_OPTION_DURATION,
     .min = "1d",
     .help = "So long dead letters are kept; without it for ever"},
    {.name = "deliveries",
     .type = ENT_OPTION_DURATION,
     .min = "1d",
     .help = "So long the log of a delivery's attempts is kept once it is settled; without it for ever. The delivery itself "
             "stays, so that nothing is sent twice"},
};

static const struct ent_option group_rows[] = {
    {.name = "members",
     .type = ENT_OPTION_LIST,
     .flags = ENT_REQUIRED | ENT_MULTI,
     .help = "Parties that rules may name together: codes of states and others, UN regions, groups that stand above"},
};

static const struct ent_option macro_rows[] = {
    {.name = "is",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED | ENT_MULTI,
     .help = "The piece of a rule that others name macro.NAME; parts is.1, is.2, … are joined"},
};

static const struct ent_option rates_rows[] = {
    {.name = "file",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ | ENT_PATH_CONTENT,
     .help = "Dated exchange rates, by which rules compare sums in different currencies: CSV with the header "
             "date,currency,per_usd, or as of the European Central Bank"},
};

#define TABLE(kind, rows)                                                                                              \
    {                                                                                                                  \
        kind,                                                                                                          \
        {                                                                                                              \
            rows, sizeof(rows) / sizeof *(rows), sizeof *(rows)                                                        \
        }                                                                                                              \
    }

static const struct {
    const char *kind;
    struct option_table table;
} tables[] = {
    TABLE("source", source_rows),       TABLE("sources", sources_rows),   TABLE("transform", chain_rows),
    TABLE("classifier", classifier_rows),    TABLE("detector", detector_rows), TABLE("sink", sink_rows),
    TABLE("service", service_rows),     TABLE("entente", entente_rows),   TABLE("log", log_rows),
    TABLE("retention", retention_rows), TABLE("group", group_rows),       TABLE("macro", macro_rows),
    TABLE("rates", rates_rows),
};

enum { KIND_COUNT = sizeof tables / sizeof *tables };

struct option_table options_common(const char *kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (!strcmp(tables[i].kind, kind))
            return tables[i].table;
    }
    return (struct option_table){NULL, 0, sizeof(struct ent_option)};
}
