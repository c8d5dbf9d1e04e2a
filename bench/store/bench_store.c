/* Durable items a second through store and bus, beside what SQLite gives for the same bytes.
 *
 * usage: bench-store [-n ITEMS] [-b BYTES] [-d DIRECTORY]
 *
 * Prints one line a measurement: items of 3 KB (median of the real thing) inserted by plain SQLite one a commit and 128
 * a commit, then by the bus from 16 sources of 50 items a fetch, then from them through a classifier of four workers
 * that reports on every tenth item. All with synchronous=FULL, in one run, so the ratios hold whatever the disk. */
#include "core/bus/bus.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/base/digest.h"
#include "lib/record/record.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FETCH_ITEMS = 50, SOURCES = 16 };

static size_t item_count = 50000, body_size = 3000;
static const char *base_directory = "/tmp";
static atomic_size_t emitted;
static char *body;

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int fail(const char *what, const struct error *error)
{
    fprintf(stderr, "bench-store: %s: %s\n", what, error->text);
    exit(1);
}

static struct ent_record *make_item(size_t number)
{
    char guid[40], title[80];
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_ITEM);
    snprintf(guid, sizeof guid, "urn:bench:%zu", number);
    snprintf(title, sizeof title, "Ministers of %zu states sign a protocol on training", number);
    record_put_text(builder, ENT_ITEM_GUID, guid);
    record_put_text(builder, ENT_ITEM_URL, "https://news.example.org/2026/story.html");
    record_put_text(builder, ENT_ITEM_TITLE, title);
    record_put_text(builder, ENT_ITEM_BODY, body);
    struct ent_record *record = record_seal(builder, &error);
    if (!record)
        fail("item", &error);
    return record;
}

/* ---- plain SQLite ---- */

static double measure_sqlite(const char *directory, size_t items, size_t items_a_commit)
{
    char path[300], id[DIGEST_HEX_SIZE], number[24];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/plain-%zu.db", directory, items_a_commit);
    sqlite3 *database;
    sqlite3_stmt *insert;
    if (sqlite3_open(path, &database) != SQLITE_OK ||
        sqlite3_exec(database,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE item(sequence INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "INSERT INTO item(id, body) VALUES(?1, ?2)", -1, &insert, NULL) != SQLITE_OK) {
        error_set(&error, ERROR_SYSTEM, "%s", sqlite3_errmsg(database));
        fail(path, &error);
    }
    double start = seconds();
    for (size_t i = 0; i < items; i++) {
        if (i % items_a_commit == 0)
            sqlite3_exec(database, "BEGIN", NULL, NULL, NULL);
        snprintf(number, sizeof number, "%zu", i);
        digest_texts(id, number, (const char *)NULL);
        sqlite3_bind_text(insert, 1, id, -1, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 2, body, (int)body_size, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        if ((i + 1) % items_a_commit == 0 || i + 1 == items)
            sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
    }
    double rate = (double)items / (seconds() - start);
    sqlite3_finalize(insert);
    sqlite3_close(database);
    return rate;
}

/* ---- the bus ---- */

struct actor {
    struct bus_port *port;
    struct lane *lane;
    void (*run)(struct unit *unit);
};

static void *take(void *context)
{
    return bus_take(((struct actor *)context)->port);
}

static void run(void *context, void *job)
{
    struct actor *actor = context;
    struct unit *unit = job;
    int slot = bus_enter(actor->port, unit);
    actor->run(unit);
    bus_leave(actor->port, slot);
    bus_finish(actor->port, unit, false);
}

static void fetch(struct unit *unit)
{
    for (size_t i = 0; i < FETCH_ITEMS; i++) {
        size_t number = atomic_fetch_add(&emitted, 1);
        if (number >= item_count)
            return;
        unit_emit(unit, 0, make_item(number));
    }
    unit->next_fetch_ms = 0;
}

static void classify(struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        if (unit->inputs[i].sequence % 10 != 0)
            continue;
        struct ent_builder *builder = record_build(ENT_REPORT);
        record_put_text(builder, ENT_REPORT_TYPE, "training");
        record_put_num(builder, ENT_REPORT_CONFIDENCE, 0.7);
        unit_emit(unit, i, record_seal(builder, NULL));
    }
}

static void attach(struct actor *actor, struct pool *pool, const char *name, size_t workers)
{
    static const struct lane_ops ops = {take, run};
    struct error error = ERROR_INIT;
    actor->lane = actor->port ? lane_create(pool, name, workers, &ops, actor) : NULL;
    if (!actor->lane) {
        error_set(&error, ERROR_MEMORY, "no memory");
        fail(name, &error);
    }
    bus_attach(actor->port, actor->lane);
}

static double measure_bus(const char *directory, bool with_classifier)
{
    static char names[SOURCES][24];
    struct error error = ERROR_INIT;
    struct bus_settings settings = {.state_dir = directory, .once = true};
    struct actor actors[SOURCES + 1] = {{0}};
    size_t count = SOURCES;
    struct bus_backlog backlog;
    atomic_store(&emitted, 0);
    struct bus *bus = bus_create(&settings, &error);
    struct pool *pool = bus ? pool_create(0, &error) : NULL;
    if (!pool)
        fail("bus", &error);
    for (size_t i = 0; i < SOURCES; i++) {
        snprintf(names[i], sizeof names[i], "source.bench%zu", i);
        actors[i].run = fetch;
        actors[i].port = bus_add_source(bus, &(struct bus_source){.instance = names[i]}, &error);
        attach(&actors[i], pool, names[i], 1);
    }
    if (with_classifier) {
        struct bus_processor processor = {.instance = "classifier.bench", .kind = UNIT_CLASSIFY, .is_stateless = true};
        actors[count].run = classify;
        actors[count].port = bus_add_processor(bus, &processor, &error);
        attach(&actors[count++], pool, processor.instance, 4);
    }
    double start = seconds();
    if (!bus_start(bus, &error))
        fail("bus", &error);
    while (!bus_wait(bus, 1000, &backlog))
        continue;
    double rate = (double)item_count / (seconds() - start);
    struct bus_stats stats;
    bus_read_stats(bus, &stats);
    fprintf(stderr, "%lld units in %lld transactions\n", (long long)stats.units, (long long)stats.transactions);
    for (size_t i = 0; i < count; i++)
        lane_close(actors[i].lane);
    bus_stop(bus);
    for (size_t i = 0; i < count; i++)
        lane_destroy(actors[i].lane);
    pool_destroy(pool);
    bus_destroy(bus);
    return rate;
}

/* ---- */

static void make_directory(char *directory, size_t size)
{
    struct error error = ERROR_INIT;
    snprintf(directory, size, "%s/entente-bench-XXXXXX", base_directory);
    if (!mkdtemp(directory)) {
        error_set(&error, ERROR_SYSTEM, "cannot make it");
        fail(directory, &error);
    }
}

static void remove_directory(const char *directory)
{
    char path[600];
    DIR *folder = opendir(directory);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        unlink(path);
    }
    if (folder)
        closedir(folder);
    rmdir(directory);
}

static void print_rate(const char *what, double rate, double base)
{
    printf("%-52s %9.0f items/s  %6.2f of SQLite at 128 a commit\n", what, rate, rate / base);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char directory[300];
    for (int option; (option = getopt(argc, argv, "n:b:d:")) != -1;) {
        if (option == 'n')
            item_count = strtoul(optarg, NULL, 10);
        else if (option == 'b')
            body_size = strtoul(optarg, NULL, 10);
        else if (option == 'd')
            base_directory = optarg;
        else
            return 2;
    }
    if (item_count == 0 || body_size < 100 || !(body = malloc(body_size + 1)))
        return 2;
    for (size_t i = 0; i < body_size; i++)
        body[i] = (char)('a' + (i * 7 + i / 64) % 26);
    body[body_size] = '\0';

    make_directory(directory, sizeof directory);
    double base = measure_sqlite(directory, item_count, 128);
    print_rate("SQLite, 128 items a commit", base, base);
    print_rate("SQLite, one item a commit", measure_sqlite(directory, item_count / 20 + 1, 1), base);
    remove_directory(directory);
    make_directory(directory, sizeof directory);
    print_rate("bus, 16 sources alone", measure_bus(directory, false), base);
    remove_directory(directory);
    make_directory(directory, sizeof directory);
    print_rate("bus, 16 sources and a classifier", measure_bus(directory, true), base);
    remove_directory(directory);
    free(body);
    return 0;
}
